//! The lock file: which packs a project has, to the byte, and which rights were given to them.

use std::collections::{BTreeMap, BTreeSet};

use reach_keys::KeyName;
use reach_registry::Blob;
use reach_statement::{Digest, PackName, PackVersion, Requirement, check_text};
use serde::{Deserialize, Serialize};

/// The name of the file.
pub const LOCK_FILE: &str = "pack.lock";

/// The form of the file.
const FORMAT: &str = "reach-lock/1";

/// The most bytes of the file.
pub const MAX_LOCK_BYTES: u64 = 64 << 20;

/// The most packs of a project.
const MAX_PACKS: usize = 20_000;

/// The packs of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// What the project asks for itself.
    pub roots: BTreeMap<PackName, Requirement>,
    /// What was chosen.
    pub packs: BTreeMap<PackName, Locked>,
}

/// A pack that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The archive that it came in.
    pub archive: Blob,
    /// The digest of the pack: that of its statement.
    pub digest: Digest,
    /// The registry that it came from.
    pub origin: KeyName,
    /// The rights that were given to it, as texts.
    pub rights: BTreeSet<String>,
    /// Its version.
    pub version: PackVersion,
}

/// The file. Fields stand in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockForm {
    format: String,
    packs: Vec<LockedForm>,
    roots: BTreeMap<PackName, Requirement>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedForm {
    archive: Blob,
    digest: Digest,
    name: PackName,
    origin: String,
    rights: BTreeSet<String>,
    version: PackVersion,
}

/// Why a text is no lock file.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It has another form.
    #[error("it is no lock file, from line {} on", .0.line())]
    Form(#[source] serde_json::Error),
    /// It is of another version.
    #[error("it is of the form `{}`, and only `{FORMAT}` is known", .0.escape_debug())]
    Format(String),
    /// It is written in another way than the one.
    #[error("it is not written as a lock file is: something was changed by hand, or in a merge")]
    NotCanonical,
    /// There are too many packs.
    #[error("it has more than {MAX_PACKS} packs")]
    TooMany,
    /// A text can't stand there.
    #[error("`{0}` can't be that")]
    Text(String),
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// When it is none, or is written in another way than [`Self::to_text`] would.
    pub fn parse(bytes: &[u8]) -> Result<Self, LockError> {
        let form: LockForm = serde_json::from_slice(bytes).map_err(LockError::Form)?;
        if form.format != FORMAT {
            return Err(LockError::Format(form.format));
        }
        if form.packs.len() > MAX_PACKS {
            return Err(LockError::TooMany);
        }
        let mut lock = Self { roots: form.roots, packs: BTreeMap::new() };
        for LockedForm { archive, digest, name, origin, rights, version } in form.packs {
            if let Some(bad) = rights.iter().find(|right| check_text(right).is_err()) {
                return Err(LockError::Text(bad.escape_debug().to_string()));
            }
            let origin = KeyName::new(origin.clone()).map_err(|_| LockError::Text(origin.escape_debug().to_string()))?;
            lock.packs.insert(name, Locked { archive, digest, origin, rights, version });
        }
        // Duplicate keys, packs that stand twice or out of order, and other spaces are all found by writing it again.
        if lock.to_text()?.as_bytes() == bytes { Ok(lock) } else { Err(LockError::NotCanonical) }
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// When it can't be written, which no lock gives cause for.
    pub fn to_text(&self) -> Result<String, LockError> {
        let pack = |(name, locked): (&PackName, &Locked)| LockedForm {
            archive: locked.archive.clone(),
            digest: locked.digest,
            name: name.clone(),
            origin: locked.origin.to_string(),
            rights: locked.rights.clone(),
            version: locked.version.clone(),
        };
        let form = LockForm { format: FORMAT.to_owned(), packs: self.packs.iter().map(pack).collect(), roots: self.roots.clone() };
        Ok(serde_json::to_string_pretty(&form).map_err(LockError::Form)? + "\n")
    }
}
