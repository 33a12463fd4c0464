//! The packs that there are to choose from.

use std::collections::BTreeMap;

use reach_statement::{PackName, PackVersion, Requirement};

use crate::registry::Registry;

/// A version that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The version.
    pub version: PackVersion,
    /// What it needs.
    pub needs: BTreeMap<PackName, Requirement>,
    /// The versions of Reach that it is made for.
    pub reach: Requirement,
    /// Why it was yanked, if it was.
    pub yanked: Option<String>,
}

/// The versions of each pack, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Universe {
    packs: BTreeMap<PackName, Vec<Candidate>>,
}

impl Universe {
    /// Returns the packs of a registry.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let mut universe = Self::default();
        for history in registry.packs() {
            let candidates = history.versions().map(|listed| Candidate {
                version: listed.release.version.clone(),
                needs: listed.release.needs.clone(),
                reach: listed.release.reach.clone(),
                yanked: listed.yanked.clone(),
            });
            universe.packs.insert(history.name().clone(), candidates.collect());
        }
        universe
    }

    /// Adds a version, in the place of one of the same number.
    pub fn add(&mut self, name: PackName, candidate: Candidate) {
        let versions = self.packs.entry(name).or_default();
        match versions.binary_search_by(|c| c.version.cmp(&candidate.version)) {
            Ok(at) => {
                if let Some(there) = versions.get_mut(at) {
                    *there = candidate;
                }
            }
            Err(at) => versions.insert(at, candidate),
        }
    }

    /// Returns the packs by name, each with its versions, the oldest first.
    pub fn packs(&self) -> impl ExactSizeIterator<Item = (&PackName, &[Candidate])> {
        self.packs.iter().map(|(name, versions)| (name, versions.as_slice()))
    }

    /// Returns the versions of a pack, the oldest first; none where there is no such pack.
    #[must_use]
    pub fn versions(&self, name: &PackName) -> &[Candidate] {
        self.packs.get(name).map_or(&[], Vec::as_slice)
    }
}
