//! Writing a registry: each change is a new line of the index, and a new snapshot.
//!
//! What is published is on the disk before anything points at it: first the archive, then the line, then the listing, and last the snapshot, which makes
//! all of it count at once. A process that is killed on the way leaves what nobody has signed, and the next one writes over it.

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use reach_keys::{KeyName, SigningKey};
use reach_statement::{Digest, PackName, PackVersion};
use reach_trust::{Timestamp, VerifiedPack};

use crate::disk::{self, DiskError, Lock};
use crate::files::{Folder, Shelf};
use crate::history::History;
use crate::listing::{Extent, Listing};
use crate::registry::{Description, FORMAT, Registry, RegistryError, digest_path, history_path, parts, write_blob};
use crate::release::{Line, Release, Yank};
use crate::snapshot::{Snapshot, Voucher};

/// The name of the file that who writes a registry holds.
const LOCK: &str = "lock";

/// With what and for how long a snapshot is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// The time.
    pub now: Timestamp,
    /// For how many seconds the snapshot counts.
    pub lifetime_seconds: u64,
}

/// Who writes a registry; nobody else does meanwhile.
#[derive(Debug)]
pub struct Publisher {
    registry: Registry,
    shelf: Rc<dyn Shelf>,
    /// Held where the files are in a folder, which others may write.
    _lock: Option<Lock>,
}

impl Publisher {
    /// Begins a registry in a folder that is empty or isn't there.
    ///
    /// # Errors
    /// When there is something in the folder, or it can't be written.
    pub fn create(root: &Path, origin: &KeyName, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        disk::make_folder(root)?;
        let lock = Lock::take(&root.join(LOCK), Duration::ZERO)?;
        // A folder of git may have its own things in it already, which begin with a dot.
        let entries = fs::read_dir(root).map_err(|error| DiskError::unreadable(root, error))?;
        for entry in entries {
            let name = entry.map_err(|error| DiskError::unreadable(root, error))?.file_name();
            let name = name.to_string_lossy();
            // What a process that was killed while it began has left is written over.
            let begun = ["listings", "snapshot"].contains(&&*name) && !root.join("registry.json").exists();
            if name != LOCK && !begun && !name.starts_with('.') && !name.starts_with("README") && !name.starts_with("LICENSE") {
                return Err(RegistryError::Exists { path: root.to_owned() });
            }
        }
        let snapshot = Self::begin(&Folder::new(root), origin, signing)?;
        drop(lock);
        Ok(snapshot)
    }

    /// Begins a registry where none is.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn begin(shelf: &dyn Shelf, origin: &KeyName, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        let description = Description { format: FORMAT.to_owned(), origin: origin.to_string() };
        let text = serde_json::to_string(&description).map_err(|_| RegistryError::Unwritten)? + "\n";
        let listing = Listing::default();
        let snapshot = Snapshot { origin: origin.clone(), version: 1, issued: signing.now, expires: expiry(&signing), packs: 0, index: listing.digest() };
        write_listing(shelf, &listing)?;
        shelf.put(&["snapshot"], &snapshot.sign(signing.key).map_err(RegistryError::Unsigned)?)?;
        // Last: from now on it is a registry.
        shelf.put(&["registry.json"], text.as_bytes())?;
        Ok(snapshot)
    }

    /// Returns who writes a registry that was read and believed, to where its files go. Whoever has the files sees to it that nobody else does meanwhile.
    #[must_use]
    pub fn over(registry: Registry, shelf: Rc<dyn Shelf>) -> Self {
        Self { registry, shelf, _lock: None }
    }

    /// Opens a registry in a folder to write it. It must verify; it may have expired, since it is signed anew.
    ///
    /// # Errors
    /// When it can't be read or believed, or somebody else writes it for longer than the patience lasts.
    pub fn open(root: &Path, origin: &KeyName, voucher: Voucher<'_>, now: Timestamp, patience: Duration) -> Result<Self, RegistryError> {
        let lock = match Lock::take(&root.join(LOCK), patience) {
            Err(DiskError::Unwritable { .. }) if !root.join("registry.json").exists() => return Err(RegistryError::Missing { path: root.to_owned() }),
            lock => lock?,
        };
        disk::sweep(root, &["snapshot", "registry.json"]);
        let folder = Folder::new(root);
        let registry = Registry::read_from(Arc::new(folder.clone()), origin, voucher, now)?;
        Ok(Self { registry, shelf: Rc::new(folder), _lock: Some(lock) })
    }

    /// Returns the registry as it is.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Publishes a pack that was verified, and returns its release and the new snapshot.
    ///
    /// # Errors
    /// When the version was published already, or a newer one was and `allow_older` is not set; when something can't be written. Then the registry is as
    /// it was to all who read it.
    pub fn publish(self, pack: &VerifiedPack, allow_older: bool, signing: Signing<'_>) -> Result<(Release, Snapshot), RegistryError> {
        let manifest = &pack.statement().manifest;
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        if let Some(history) = self.registry.get(&name) {
            if let Some(listed) = history.get(&version) {
                return Err(RegistryError::Published { name, version, same: listed.release.pack == pack.digest() });
            }
            let newest = history.versions().next_back().map(|v| v.release.version.clone());
            if let Some(newest) = newest.filter(|newest| *newest > version && !allow_older) {
                return Err(RegistryError::Older { name, version, newest });
            }
        }
        let archive = pack.to_archive().ok().and_then(|archive| archive.write().ok()).ok_or(RegistryError::Archive)?;
        let blob = write_blob(&**self.registry.files(), &*self.shelf, &archive)?;
        let release = Release::new(manifest, pack.digest(), blob)?;
        let snapshot = self.append(&Line::Published(Box::new(release.clone())), signing)?;
        Ok((release, snapshot))
    }

    /// Yanks a version, and returns the new snapshot.
    ///
    /// # Errors
    /// When it was not published, or is yanked already; when the reason can't stand there, or something can't be written.
    pub fn yank(self, name: &PackName, version: &PackVersion, reason: &str, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        match self.registry.get(name).and_then(|history| history.get(version)) {
            None => return Err(RegistryError::NotPublished { name: name.clone(), version: version.clone() }),
            Some(listed) if listed.yanked.is_some() => return Err(RegistryError::AlreadyYanked { name: name.clone(), version: version.clone() }),
            Some(_) => {}
        }
        let line = Line::Yanked(Yank::new(name.clone(), version.clone(), reason.to_owned())?);
        self.append(&line, signing)
    }

    /// Signs the registry as it is anew, so that it counts for longer.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn refresh(self, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        let listing = self.registry.listing().clone();
        self.sign(&listing, signing)
    }

    /// Adds a line to the file of its pack, behind those that are signed.
    fn append(self, line: &Line, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        let name = line.name();
        let mut bytes = self.registry.bytes_of(name).to_vec();
        bytes.extend_from_slice(line.to_string().as_bytes());
        bytes.push(b'\n');
        // Whatever is signed can be read.
        History::parse(name, &bytes).map_err(|error| RegistryError::History { name: name.clone(), error })?;
        let extent = Extent { sha256: Digest::of(&bytes), size_bytes: bytes.len() as u64 };
        let listing = self.registry.listing().clone().with(name.clone(), extent)?;
        self.shelf.put(&parts(&history_path(name)), &bytes)?;
        self.sign(&listing, signing)
    }

    fn sign(self, listing: &Listing, signing: Signing<'_>) -> Result<Snapshot, RegistryError> {
        let before = self.registry.snapshot();
        let snapshot = Snapshot {
            origin: before.origin.clone(),
            version: before.version.saturating_add(1),
            issued: signing.now,
            expires: expiry(&signing),
            packs: listing.packs().len() as u64,
            index: listing.digest(),
        };
        write_listing(&*self.shelf, listing)?;
        self.shelf.put(&["snapshot"], &snapshot.sign(signing.key).map_err(RegistryError::Unsigned)?)?;
        // Who reads now may still need the one before; older ones can be made again from the index.
        self.shelf.forget_listings(&[before.index, snapshot.index]);
        Ok(snapshot)
    }
}

/// When a snapshot ceases to count; at once, where no calendar has the time.
fn expiry(signing: &Signing<'_>) -> Timestamp {
    Timestamp::from_secs(signing.now.as_secs().saturating_add(signing.lifetime_seconds)).unwrap_or(signing.now)
}

fn write_listing(shelf: &dyn Shelf, listing: &Listing) -> Result<(), RegistryError> {
    Ok(shelf.put(&parts(&digest_path("listings", listing.digest())), listing.to_string().as_bytes())?)
}
