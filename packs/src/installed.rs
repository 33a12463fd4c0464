//! Packs that are installed, compared with the lock to the byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reach_archive::{Archive, ENVELOPE_PATH, MAX_ENVELOPE_BYTES};
use reach_registry::disk::{self, DiskError};
use reach_statement::{Digest, PackName, PackPath, PackVersion, Statement};
use reach_trust::UnverifiedPack;

use crate::compile::{sources_of, to_compiler};
use crate::consent::texts;
use crate::error::InstallError;
use crate::lock::{Lock, Locked};
use crate::project::Project;

/// A pack that is installed as the lock says. Its signatures were verified when it was installed; the lock, to which it is compared, vouches for it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledPack {
    /// Its name.
    pub name: PackName,
    /// Its version.
    pub version: PackVersion,
    /// The digest of its statement.
    pub digest: Digest,
    /// Its statement.
    pub statement: Statement,
    /// Its `.reach` files, also the manifest, in the order of their paths.
    pub sources: Vec<(PackPath, String)>,
}

impl InstalledPack {
    /// Returns it as the compiler takes it.
    #[must_use]
    pub fn to_compiler(&self) -> reach_compiler::Pack {
        to_compiler(self.name.as_str(), &self.version.to_string(), &self.digest.to_string(), &self.sources)
    }
}

/// Returns the packs that a project has, by name: for whoever compiles. Each file was compared with the statement of its pack, and that with the lock.
/// Each is made for this version of Reach, which may be another one than that which has installed it.
///
/// # Errors
/// When the lock can't be read, a pack is not there or was changed, or it is made for other versions of Reach.
pub fn installed(root: &Path, reach: &PackVersion) -> Result<Vec<InstalledPack>, InstallError> {
    let project = Project::at(root);
    project.lock()?.packs.iter().map(|(name, locked)| usable(&project, name, locked, reach)).collect()
}

/// Returns one of the packs that a project has, compared as [`installed`] does; nothing where its lock doesn't name it.
///
/// # Errors
/// When the pack is not there, was changed, or is made for other versions of Reach.
pub fn installed_named(project: &Project, lock: &Lock, name: &PackName, reach: &PackVersion) -> Result<Option<InstalledPack>, InstallError> {
    lock.packs.get(name).map(|locked| usable(project, name, locked, reach)).transpose()
}

/// Reads an installed pack that is made for this version of Reach.
fn usable(project: &Project, name: &PackName, locked: &Locked, reach: &PackVersion) -> Result<InstalledPack, InstallError> {
    let pack = read(project, name, locked)?;
    let wanted = &pack.statement.manifest.reach;
    if wanted.matches(reach) {
        return Ok(pack);
    }
    let (wanted, reach) = (Box::new(wanted.clone()), Box::new(reach.clone()));
    Err(InstallError::MadeForOther { name: name.clone(), version: locked.version.clone(), wanted, reach })
}

/// Reads an installed pack and compares it with the lock.
///
/// # Errors
/// As [`installed`].
pub(crate) fn read(project: &Project, name: &PackName, locked: &Locked) -> Result<InstalledPack, InstallError> {
    let archive = read_archive(project, name, locked)?;
    let changed = |what: String| InstallError::Changed { name: name.clone(), version: locked.version.clone(), what };
    let pack = UnverifiedPack::read(archive).map_err(|error| changed(error.to_string()))?;
    let statement = pack.unverified_statement();
    let manifest = &statement.manifest;
    if pack.digest() != locked.digest || manifest.name != *name || manifest.version != locked.version {
        return Err(changed(format!("its statement is {}, and the lock has {}", pack.digest(), locked.digest)));
    }
    pack.check_files().map_err(|error| changed(error.to_string()))?;
    if let Some(right) = texts(manifest).iter().find(|right| !locked.rights.contains(*right)) {
        return Err(changed(format!("it asks for `{right}`, which the lock doesn't give")));
    }
    let sources = sources_of(pack.unverified_files().iter().map(|(path, bytes)| (path, bytes.as_slice())));
    let sources = sources.map_err(|(path, why)| InstallError::NotText { name: name.clone(), path, why })?;
    Ok(InstalledPack { name: name.clone(), version: locked.version.clone(), digest: locked.digest, statement: statement.clone(), sources })
}

/// Reads the files of an installed pack: those that its statement lists, and no others may be there.
///
/// # Errors
/// When it is not there whole, or has more.
pub(crate) fn read_archive(project: &Project, name: &PackName, locked: &Locked) -> Result<Archive, InstallError> {
    let version = &locked.version;
    let lacks = |what: String| InstallError::NotInstalled { name: name.clone(), version: version.clone(), what };
    let changed = |what: String| InstallError::Changed { name: name.clone(), version: version.clone(), what };
    let of_disk = |error: DiskError| match error {
        DiskError::Link { .. } | DiskError::NotAFile { .. } | DiskError::TooLarge { .. } => changed(error.to_string()),
        other => InstallError::Disk(other),
    };
    let folder = project.folder_of(name, version).map_err(of_disk)?;
    let envelope =
        disk::read(&folder.join(ENVELOPE_PATH), MAX_ENVELOPE_BYTES as u64).map_err(of_disk)?.ok_or_else(|| lacks(format!("`{ENVELOPE_PATH}` lacks")))?;
    let pack = UnverifiedPack::read(Archive { envelope: envelope.clone(), files: Vec::new() }).map_err(|error| changed(error.to_string()))?;
    if pack.digest() != locked.digest {
        return Err(changed(format!("its statement is {}, and the lock has {}", pack.digest(), locked.digest)));
    }
    let mut files = Vec::new();
    let mut folders = BTreeSet::from([String::new()]);
    for listed in &pack.unverified_statement().files {
        let parts: Vec<&str> = listed.path.parts().collect();
        let path = disk::below(&folder, &parts).map_err(of_disk)?;
        let bytes = disk::read(&path, u64::from(listed.size_bytes)).map_err(of_disk)?.ok_or_else(|| lacks(format!("`{}` lacks", listed.path)))?;
        files.push((listed.path.clone(), bytes));
        let mut above = String::new();
        for part in parts.iter().take(parts.len().saturating_sub(1)) {
            above = format!("{above}{part}/");
            folders.insert(above.clone());
        }
    }
    let expected: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).chain([ENVELOPE_PATH]).collect();
    for prefix in &folders {
        let at = folder.join(prefix);
        for entry in fs::read_dir(&at).map_err(|error| DiskError::unreadable(&at, error))? {
            let name = entry.map_err(|error| DiskError::unreadable(&at, error))?.file_name();
            let path = format!("{prefix}{}", name.to_string_lossy());
            if !expected.contains(path.as_str()) && !folders.contains(&format!("{path}/")) {
                return Err(changed(format!("`{}` is there, and is no file of it", path.escape_debug())));
            }
        }
    }
    Ok(Archive { envelope, files })
}
