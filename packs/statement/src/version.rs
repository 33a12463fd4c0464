//! Versions, and which of them are asked for.

use std::fmt;
use std::str::FromStr;

/// The version of a pack, as [Semantic Versioning 2.0.0](https://semver.org) has it, without build metadata: so two versions are equal where neither
/// comes before the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackVersion(semver::Version);

/// Which versions are asked for: comparators with commas between, all of which must hold, as Cargo reads them (`^1.2`, `>=0.1, <0.2`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement(semver::VersionReq);

/// The most bytes of a version or a requirement.
const MAX_VERSION_BYTES: usize = 128;

/// Why a text is no version or requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It is too long.
    #[error("it has more than {MAX_VERSION_BYTES} bytes")]
    TooLong,
    /// It has another form.
    #[error("{0}")]
    Form(String),
    /// It has build metadata.
    #[error("a pack's version has no build metadata (`+…`): versions that differ in nothing else would have no order")]
    Build,
}

fn bounded(text: &str) -> Result<&str, VersionError> {
    if text.len() > MAX_VERSION_BYTES { Err(VersionError::TooLong) } else { Ok(text) }
}

impl PackVersion {
    /// Returns the version as the crate `semver` has it.
    #[must_use]
    pub const fn as_semver(&self) -> &semver::Version {
        &self.0
    }

    /// Returns whether it comes before a release (`1.0.0-beta.1`).
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }
}

impl Requirement {
    /// Returns the requirement as the crate `semver` has it.
    #[must_use]
    pub const fn as_semver(&self) -> &semver::VersionReq {
        &self.0
    }

    /// Returns whether a version is one that is asked for.
    #[must_use]
    pub fn matches(&self, version: &PackVersion) -> bool {
        self.0.matches(&version.0)
    }
}

impl FromStr for PackVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let version: semver::Version = bounded(text)?.parse().map_err(|e: semver::Error| VersionError::Form(e.to_string()))?;
        if version.build.is_empty() { Ok(Self(version)) } else { Err(VersionError::Build) }
    }
}

impl FromStr for Requirement {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        Ok(Self(bounded(text)?.parse().map_err(|e: semver::Error| VersionError::Form(e.to_string()))?))
    }
}

impl fmt::Display for PackVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

super::text_in_json!(PackVersion);
super::text_in_json!(Requirement);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_an_order_in_which_no_two_are_alike() {
        // Semantic Versioning 2.0.0, item 11.
        let order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"];
        let versions: Vec<PackVersion> = order.iter().map(|t| t.parse().unwrap()).collect();
        assert!(versions.is_sorted_by(|a, b| a < b));
        assert_eq!("1.0.0+a".parse::<PackVersion>(), Err(VersionError::Build));
        for bad in ["1", "1.0", "01.0.0", "1.0.0.0", "v1.0.0", "", "1.0.0-"] {
            assert!(bad.parse::<PackVersion>().is_err(), "{bad}");
        }
    }

    #[test]
    fn requirements_take_what_they_name() {
        let matches = |req: &str, version: &str| req.parse::<Requirement>().unwrap().matches(&version.parse().unwrap());
        assert!(matches("^1.0", "1.9.3") && !matches("^1.0", "2.0.0") && !matches("^1.0", "1.1.0-rc.1"));
        assert!(matches(">=0.1, <0.2", "0.1.7") && !matches(">=0.1, <0.2", "0.2.0"));
        assert!("".parse::<Requirement>().is_err() && "^".parse::<Requirement>().is_err());
        assert_eq!("*".repeat(200).parse::<Requirement>(), Err(VersionError::TooLong));
    }
}
