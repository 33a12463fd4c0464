//! What is said of packs that are installed: which could be newer, and which still verify.

use std::collections::BTreeMap;

use reach_registry::{Moving, Problem, Registry, Universe, resolve};
use reach_statement::{PackName, PackVersion, Requirement};
use reach_trust::{Timestamp, TrustStore, verify};

use crate::error::InstallError;
use crate::installed::{self, read_archive};
use crate::lock::Lock;
use crate::project::Project;

/// A pack that could be newer, or that was yanked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// The pack.
    pub name: PackName,
    /// The version that is locked.
    pub version: PackVersion,
    /// The version that `update` would bring, where that is another one.
    pub fitting: Option<PackVersion>,
    /// The newest version, where that is a newer one.
    pub newest: Option<PackVersion>,
    /// Why the locked version was yanked, if it was.
    pub yanked: Option<String>,
}

/// Returns the packs of a lock that could be newer, or that were yanked.
#[must_use]
pub fn outdated(lock: &Lock, roots: &BTreeMap<PackName, Requirement>, registry: &Registry, reach: &PackVersion, max_steps: u64) -> Vec<Outdated> {
    let universe = Universe::of(registry);
    let locked = lock.packs.iter().map(|(name, l)| (name.clone(), l.version.clone())).collect();
    let problem = Problem { universe: &universe, roots, locked: &locked, moving: &Moving::All, reach, max_steps };
    // Where nothing fits any more, that is for `update` to explain.
    let fitting = resolve(&problem).unwrap_or_default();
    let of = |(name, locked): (&PackName, &crate::Locked)| {
        let history = registry.get(name)?;
        let version = &locked.version;
        let newest = history.newest().map(|listed| listed.release.version.clone()).filter(|newest| newest > version);
        let yanked = history.get(version).and_then(|listed| listed.yanked.clone());
        let fitting = fitting.get(name).filter(|fitting| *fitting != version).cloned();
        (newest.is_some() || yanked.is_some() || fitting.is_some()).then(|| Outdated { name: name.clone(), version: version.clone(), fitting, newest, yanked })
    };
    lock.packs.iter().filter_map(of).collect()
}

/// What is known of a locked pack without a network.
#[derive(Debug)]
pub struct Verdict {
    /// The pack.
    pub name: PackName,
    /// Its version.
    pub version: PackVersion,
    /// Until when it verifies; nothing where that is always. Or why it doesn't.
    pub verified: Result<Option<Timestamp>, InstallError>,
}

/// Verifies each installed pack of a project again: its files against the lock, its signatures against the trust store.
///
/// # Errors
/// When the lock can't be read. What is wrong with a pack is its verdict.
pub fn verdicts(project: &Project, trust: &TrustStore, now: Timestamp) -> Result<Vec<Verdict>, InstallError> {
    let lock = project.lock()?;
    let of = |(name, locked): (&PackName, &crate::Locked)| {
        let verified = installed::read(project, name, locked).and_then(|_| {
            let archive = read_archive(project, name, locked)?;
            let pack = verify(archive, trust, now);
            pack.map(|pack| pack.until()).map_err(|refusal| InstallError::Refused {
                name: name.clone(),
                version: locked.version.clone(),
                refusal: Box::new(refusal),
            })
        });
        Verdict { name: name.clone(), version: locked.version.clone(), verified }
    };
    Ok(lock.packs.iter().map(of).collect())
}
