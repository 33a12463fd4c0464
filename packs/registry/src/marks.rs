//! What is remembered of a registry, so that it can't go back on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reach_keys::KeyName;
use reach_statement::{Digest, PackName, PackVersion};
use serde::{Deserialize, Serialize};

use crate::disk::{self, DiskError, Lock};
use crate::registry::{Registry, RegistryError};

/// The most bytes of a file of marks.
const MAX_MARKS_BYTES: u64 = 256 << 20;

/// The most bytes of a file that names a registry.
const MAX_KNOWN_BYTES: u64 = 64 << 10;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was seen of a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    format: String,
    origin: String,
    /// By pack, what its file was.
    seen: BTreeMap<PackName, Seen>,
    /// The newest snapshot.
    snapshot: Mark,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    sha256: Digest,
    version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    sha256: Digest,
    size_bytes: u64,
    versions: BTreeMap<PackVersion, Digest>,
}

/// A registry that the user knows, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub origin: KeyName,
    /// Its folder, or the address of its git repository.
    pub location: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFile {
    format: String,
    location: PathBuf,
    origin: String,
}

const MARKS: &str = "reach-marks/1";
const KNOWN: &str = "reach-known-registry/1";

/// The part of the user's folder that is about registries: which are known, and what was seen of each.
#[derive(Clone, Debug)]
pub struct Memory {
    folder: PathBuf,
}

impl Memory {
    /// Returns the memory in the user's folder.
    #[must_use]
    pub fn new(home: &Path) -> Self {
        Self { folder: home.join("registries") }
    }

    /// The folder of a registry: its name can have any characters, so it is named by their digest.
    fn folder_of(&self, origin: &KeyName) -> PathBuf {
        let hex = Digest::of(origin.as_str().as_bytes()).hex();
        self.folder.join(hex.get(..32).unwrap_or(&hex))
    }

    /// Returns the registries that are known, by name.
    ///
    /// # Errors
    /// When the folder can't be read, or a file is damaged.
    pub fn all(&self) -> Result<Vec<Known>, RegistryError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(DiskError::unreadable(&self.folder, error).into()),
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| DiskError::unreadable(&self.folder, error))?.path();
            all.extend(read_known(&path.join("registry.json"))?);
        }
        all.sort_by(|a, b| a.origin.cmp(&b.origin));
        Ok(all)
    }

    /// Returns a registry that is known.
    ///
    /// # Errors
    /// When its file can't be read or is damaged.
    pub fn known(&self, origin: &KeyName) -> Result<Option<Known>, RegistryError> {
        read_known(&self.folder_of(origin).join("registry.json"))
    }

    /// Remembers a registry, in the place of what was known of it. What was seen of it stays.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn know(&self, known: &Known) -> Result<(), RegistryError> {
        let folder = self.folder_of(&known.origin);
        disk::make_folder(&folder)?;
        let _lock = Lock::take(&folder.join("lock"), PATIENCE)?;
        let file = KnownFile { format: KNOWN.to_owned(), location: known.location.clone(), origin: known.origin.to_string() };
        Ok(disk::write(&folder.join("registry.json"), &json(&file)?)?)
    }

    /// Checks that a registry hasn't gone back on what was seen of it, and remembers nothing.
    ///
    /// # Errors
    /// When it has, or the marks are damaged.
    pub fn compare(&self, registry: &Registry) -> Result<(), RegistryError> {
        let before = read_marks(&self.folder_of(registry.origin()).join("marks.json"), registry.origin())?;
        before.map_or(Ok(()), |before| before.must_go_on_in(registry))
    }

    /// Checks that a registry hasn't gone back on what was seen of it, and remembers what it says now.
    ///
    /// # Errors
    /// When it has, or the marks are damaged or can't be written.
    pub fn check(&self, registry: &Registry) -> Result<(), RegistryError> {
        let folder = self.folder_of(registry.origin());
        disk::make_folder(&folder)?;
        let path = folder.join("marks.json");
        let _lock = Lock::take(&folder.join("lock"), PATIENCE)?;
        let before = read_marks(&path, registry.origin())?;
        if let Some(before) = &before {
            before.must_go_on_in(registry)?;
        }
        let now = Marks::of(registry);
        if before.as_ref() == Some(&now) { Ok(()) } else { Ok(disk::write(&path, &json(&now)?)?) }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, RegistryError> {
    serde_json::to_vec(value).map_err(|_| RegistryError::Unwritten)
}

fn read_known(path: &Path) -> Result<Option<Known>, RegistryError> {
    let damaged = || RegistryError::MemoryDamaged { path: path.to_owned() };
    let Some(bytes) = disk::read(path, MAX_KNOWN_BYTES)? else {
        return Ok(None);
    };
    let file: KnownFile = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if file.format != KNOWN || json(&file)? != bytes {
        return Err(damaged());
    }
    Ok(Some(Known { origin: KeyName::new(file.origin).map_err(|_| damaged())?, location: file.location }))
}

fn read_marks(path: &Path, origin: &KeyName) -> Result<Option<Marks>, RegistryError> {
    let damaged = || RegistryError::MemoryDamaged { path: path.to_owned() };
    let Some(bytes) = disk::read(path, MAX_MARKS_BYTES)? else {
        return Ok(None);
    };
    let marks: Marks = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if marks.format != MARKS || marks.origin != origin.as_str() || json(&marks)? != bytes { Err(damaged()) } else { Ok(Some(marks)) }
}

impl Marks {
    fn of(registry: &Registry) -> Self {
        let seen = |(name, extent): (&PackName, &crate::listing::Extent)| {
            let versions = registry.get(name).into_iter().flat_map(crate::History::versions);
            let versions = versions.map(|v| (v.release.version.clone(), v.release.pack)).collect();
            (name.clone(), Seen { sha256: extent.sha256, size_bytes: extent.size_bytes, versions })
        };
        Self {
            format: MARKS.to_owned(),
            origin: registry.origin().to_string(),
            seen: registry.listing().packs().map(seen).collect(),
            snapshot: Mark { sha256: registry.snapshot().digest(), version: registry.snapshot().version },
        }
    }

    fn must_go_on_in(&self, registry: &Registry) -> Result<(), RegistryError> {
        let (seen, found) = (self.snapshot.version, registry.snapshot().version);
        if found < seen {
            return Err(RegistryError::Rollback { seen, found });
        }
        if found == seen && registry.snapshot().digest() != self.snapshot.sha256 {
            return Err(RegistryError::Fork { version: found });
        }
        for (name, seen) in &self.seen {
            let Some(history) = registry.get(name) else {
                return Err(RegistryError::Withdrawn { name: name.clone() });
            };
            for (version, before) in &seen.versions {
                match history.get(version) {
                    Some(listed) if listed.release.pack == *before => {}
                    Some(listed) => {
                        let (name, version) = (name.clone(), version.clone());
                        return Err(RegistryError::Equivocation { name, version, before: Box::new(*before), now: Box::new(listed.release.pack) });
                    }
                    None => return Err(RegistryError::Rewritten { name: name.clone() }),
                }
            }
            // Also that nothing which was yanked stands again, and no archive was exchanged for another.
            if !registry.starts_with(name, seen.size_bytes, seen.sha256) {
                return Err(RegistryError::Rewritten { name: name.clone() });
            }
        }
        Ok(())
    }
}
