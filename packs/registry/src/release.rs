//! A line of an index: that a version was published, or that it was yanked.

use std::collections::BTreeMap;

use reach_statement::{Digest, Kind, Manifest, PackName, PackVersion, Requirement, check_text};
use serde::{Deserialize, Serialize};

/// The most bytes of a line, without its end.
pub const MAX_LINE_BYTES: usize = 256 << 10;

/// The most packs that a release may need.
pub const MAX_NEEDS: usize = 1_000;

/// The archive of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// SHA-256 of its bytes, by which it is found.
    pub sha256: Digest,
    /// How many bytes it has.
    pub size_bytes: u64,
}

/// A version of a pack that was published. Fields stand in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The archive.
    pub archive: Blob,
    /// What the pack is good for, in one line.
    pub description: String,
    event: Published,
    /// What it is for.
    pub kind: Kind,
    /// The name.
    pub name: PackName,
    /// The packs that it uses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub needs: BTreeMap<PackName, Requirement>,
    /// The digest of the pack: that of its statement.
    pub pack: Digest,
    /// The versions of Reach that it is made for.
    pub reach: Requirement,
    /// The version.
    pub version: PackVersion,
}

/// A version of a pack that was yanked: it stays, and nobody gets it who has not got it already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yank {
    event: Yanked,
    /// The name.
    pub name: PackName,
    /// Why, in one line.
    pub reason: String,
    /// The version.
    pub version: PackVersion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Published {
    Published,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Yanked {
    Yanked,
}

/// A line of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A version was published.
    Published(Box<Release>),
    /// A version was yanked.
    Yanked(Yank),
}

/// Why a text is no line of an index.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is too long.
    #[error("it has {len_bytes} bytes, and {MAX_LINE_BYTES} are the most")]
    TooLong {
        /// Its length, in bytes.
        len_bytes: usize,
    },
    /// It is no JSON of this form.
    #[error("it says neither that a version was published nor that one was yanked")]
    Form,
    /// It is written in another way than the one.
    #[error("it is not written in the canonical form (RFC 8785)")]
    NotCanonical,
    /// A text can't stand there.
    #[error("`{field}` can't be that: {error}")]
    Text {
        /// The field.
        field: &'static str,
        /// Why.
        error: reach_statement::TextError,
    },
    /// It needs itself.
    #[error("the pack needs itself")]
    NeedsItself,
    /// It needs too many packs.
    #[error("it needs {needs} packs, and {MAX_NEEDS} are the most")]
    TooManyNeeds {
        /// How many.
        needs: usize,
    },
}

impl Release {
    /// Returns the release of a pack.
    ///
    /// # Errors
    /// When no index can have it.
    pub fn new(manifest: &Manifest, pack: Digest, archive: Blob) -> Result<Self, LineError> {
        let release = Self {
            archive,
            description: manifest.description.clone(),
            event: Published::Published,
            kind: manifest.kind,
            name: manifest.name.clone(),
            needs: manifest.needs.clone(),
            pack,
            reach: manifest.reach.clone(),
            version: manifest.version.clone(),
        };
        Line::parse(Line::Published(Box::new(release.clone())).to_string().as_bytes())?;
        Ok(release)
    }

    /// Returns whether this says the same of a pack as its manifest does.
    #[must_use]
    pub fn is_of(&self, manifest: &Manifest) -> bool {
        self.name == manifest.name
            && self.version == manifest.version
            && self.needs == manifest.needs
            && self.reach == manifest.reach
            && self.kind == manifest.kind
            && self.description == manifest.description
    }
}

impl Yank {
    /// Returns the line that yanks a version.
    ///
    /// # Errors
    /// When the reason can't stand there.
    pub fn new(name: PackName, version: PackVersion, reason: String) -> Result<Self, LineError> {
        let yank = Self { event: Yanked::Yanked, name, reason, version };
        Line::Yanked(yank.clone()).check()?;
        Ok(yank)
    }
}

impl Line {
    /// Reads a line, without its end.
    ///
    /// # Errors
    /// When it is none, or is written in another way than `Display` would.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        if bytes.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong { len_bytes: bytes.len() });
        }
        let line: Self = serde_json::from_slice(bytes).map_err(|_| LineError::Form)?;
        // Duplicate keys, other orders, spaces, escapes and numbers are all found by writing it again.
        if line.to_string().as_bytes() != bytes {
            return Err(LineError::NotCanonical);
        }
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), LineError> {
        let text = |field, text: &str| check_text(text).map_err(|error| LineError::Text { field, error });
        match self {
            Self::Published(release) if release.needs.contains_key(&release.name) => Err(LineError::NeedsItself),
            Self::Published(release) if release.needs.len() > MAX_NEEDS => Err(LineError::TooManyNeeds { needs: release.needs.len() }),
            Self::Published(release) => text("description", &release.description),
            Self::Yanked(yank) => text("reason", &yank.reason),
        }
    }

    /// Returns the name of the pack.
    #[must_use]
    pub const fn name(&self) -> &PackName {
        match self {
            Self::Published(release) => &release.name,
            Self::Yanked(yank) => &yank.name,
        }
    }

    /// Returns the version.
    #[must_use]
    pub const fn version(&self) -> &PackVersion {
        match self {
            Self::Published(release) => &release.version,
            Self::Yanked(yank) => &yank.version,
        }
    }
}

impl std::fmt::Display for Line {
    /// Writes the line, without its end, as RFC 8785 does: keys are ASCII and stand in order, the only number is below 2^53.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}
