//! What an installation would change.

use std::collections::{BTreeMap, BTreeSet};

use reach_registry::{MAX_STEPS, Moving, Problem, Registry, Release, Universe, resolve};
use reach_statement::{PackName, PackVersion, Requirement, Right};
use reach_trust::VerifiedPack;

use crate::compile::must_compile;
use crate::consent::{Acceptance, texts};
use crate::error::InstallError;
use crate::fetch::Store;
use crate::lock::{Lock, Locked};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Resolving {
    /// What the project needs.
    pub roots: BTreeMap<PackName, Requirement>,
    /// Which of the locked versions may give way to newer ones.
    pub moving: Moving,
    /// The most steps that are taken to find versions.
    pub max_steps: u64,
}

impl Resolving {
    /// Returns that these are needed, and that locked versions stay where they can.
    #[must_use]
    pub const fn of(roots: BTreeMap<PackName, Requirement>) -> Self {
        Self { roots, moving: Moving::Nothing, max_steps: MAX_STEPS }
    }
}

/// What changes of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It comes.
    Added(PackName, PackVersion),
    /// It comes in another version.
    Moved(PackName, PackVersion, PackVersion),
    /// It goes.
    Removed(PackName, PackVersion),
    /// It was locked already and was not there, or not whole; now it is.
    Restored(PackName, PackVersion),
}

/// What an installation would change. All packs of it were verified and compiled.
#[derive(Debug)]
pub struct Plan {
    pub(crate) old: Lock,
    pub(crate) new: Lock,
    pub(crate) packs: Vec<VerifiedPack>,
}

/// Plans to give a project what it needs from a registry.
///
/// # Errors
/// When the registry's snapshot has expired, no versions fit together, or a pack is not believed, has mistakes or is another one than before.
pub fn plan(old: Lock, asked: Resolving, registry: &Registry, store: Store<'_>) -> Result<Plan, InstallError> {
    registry.must_be_fresh(store.now)?;
    let origin = registry.origin();
    let locked = old.packs.iter().filter(|(_, l)| l.origin == *origin).map(|(name, l)| (name.clone(), l.version.clone())).collect();
    let universe = Universe::of(registry);
    let problem = Problem { universe: &universe, roots: &asked.roots, locked: &locked, moving: &asked.moving, reach: store.reach, max_steps: asked.max_steps };
    let chosen = resolve(&problem)?;
    let store = store.with(registry);
    let mut new = Lock { roots: asked.roots, packs: BTreeMap::new() };
    let mut packs = Vec::with_capacity(chosen.len());
    for (name, version) in chosen {
        let before = old.packs.get(&name);
        if let Some(before) = before.filter(|before| before.origin != *origin) {
            return Err(InstallError::OtherOrigin { name, locked: before.origin.clone(), found: origin.clone() });
        }
        let Some(release) = registry.get(&name).and_then(|h| h.get(&version)).map(|listed| &listed.release) else {
            return Err(InstallError::OtherThanIndexed { name, version });
        };
        if let Some(before) = before.filter(|before| before.version == version && before.digest != release.pack) {
            return Err(InstallError::OtherThanLocked { name, version, locked: Box::new(before.digest), found: Box::new(release.pack) });
        }
        packs.push(believed(&store, release)?);
        let rights = before.map(|before| before.rights.clone()).unwrap_or_default();
        new.packs.insert(name, Locked { archive: release.archive.clone(), digest: release.pack, origin: origin.clone(), rights, version });
    }
    must_compile(&packs, &store)?;
    Ok(Plan { old, new, packs })
}

/// Returns the pack of a release, which must be what the index says of it.
fn believed(store: &Store<'_>, release: &Release) -> Result<VerifiedPack, InstallError> {
    let pack = store.verified(&release.name, &release.version, &release.archive)?;
    if pack.digest() == release.pack && release.is_of(&pack.statement().manifest) {
        Ok(pack)
    } else {
        Err(InstallError::OtherThanIndexed { name: release.name.clone(), version: release.version.clone() })
    }
}

/// Plans to give a project just what its lock says. No index is needed, and no snapshot that still counts: archives are found by their digests, at hand
/// or in a registry, and are verified as any others.
///
/// # Errors
/// When the lock lacks something that is needed, or has more; when a pack is not at hand, is not believed, or has mistakes.
pub fn plan_locked(old: Lock, roots: Option<&BTreeMap<PackName, Requirement>>, store: Store<'_>) -> Result<Plan, InstallError> {
    let stale = |why: String| InstallError::OutOfDate { why };
    if roots.is_some_and(|roots| *roots != old.roots) {
        return Err(stale("`pack.reach` asks for other packs than it was made for".to_owned()));
    }
    let mut packs = Vec::with_capacity(old.packs.len());
    for (name, locked) in &old.packs {
        let pack = store.verified(name, &locked.version, &locked.archive)?;
        let manifest = &pack.statement().manifest;
        if pack.digest() != locked.digest {
            return Err(InstallError::OtherThanLocked {
                name: name.clone(),
                version: locked.version.clone(),
                locked: Box::new(locked.digest),
                found: Box::new(pack.digest()),
            });
        }
        if !manifest.reach.matches(store.reach) {
            return Err(stale(format!("{name} {} is made for Reach {}, and this is {}", locked.version, manifest.reach, store.reach)));
        }
        packs.push(pack);
    }
    let needs: BTreeMap<&PackName, &BTreeMap<PackName, Requirement>> =
        packs.iter().map(|pack| &pack.statement().manifest).map(|manifest| (&manifest.name, &manifest.needs)).collect();
    let mut reached: BTreeSet<&PackName> = BTreeSet::new();
    let mut open: Vec<(&PackName, &Requirement)> = old.roots.iter().collect();
    while let Some((name, requirement)) = open.pop() {
        let locked = old.packs.get(name).ok_or_else(|| stale(format!("`{name}` lacks")))?;
        if !requirement.matches(&locked.version) {
            return Err(stale(format!("`{name}` {requirement} is needed, and it has {}", locked.version)));
        }
        if reached.insert(name) {
            open.extend(needs.get(name).into_iter().flat_map(|needs| needs.iter()));
        }
    }
    if let Some(name) = old.packs.keys().find(|name| !reached.contains(name)) {
        return Err(stale(format!("nothing needs `{name}`")));
    }
    must_compile(&packs, &store)?;
    Ok(Plan { new: old.clone(), old, packs })
}

impl Plan {
    /// Returns what changes of each pack, by name.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let names: BTreeSet<&PackName> = self.old.packs.keys().chain(self.new.packs.keys()).collect();
        let of = |name: &PackName| match (self.old.packs.get(name), self.new.packs.get(name)) {
            (None, Some(new)) => Some(Change::Added(name.clone(), new.version.clone())),
            (Some(old), None) => Some(Change::Removed(name.clone(), old.version.clone())),
            (Some(old), Some(new)) if old.version != new.version => Some(Change::Moved(name.clone(), old.version.clone(), new.version.clone())),
            _ => None,
        };
        names.into_iter().filter_map(of).collect()
    }

    /// Returns the rights that packs ask for beyond those that were given to them before, and those that are given now.
    #[must_use]
    pub fn lacking(&self, acceptance: &Acceptance) -> Vec<(PackName, Vec<Right>)> {
        let of = |pack: &VerifiedPack| {
            let manifest = &pack.statement().manifest;
            let none = BTreeSet::new();
            let given = self.old.packs.get(&manifest.name).map_or(&none, |before| &before.rights);
            let lacking = acceptance.lacking(manifest, given);
            (!lacking.is_empty()).then(|| (manifest.name.clone(), lacking))
        };
        self.packs.iter().filter_map(of).collect()
    }

    /// Returns the packs that the project would have, by name.
    #[must_use]
    pub fn packs(&self) -> &[VerifiedPack] {
        &self.packs
    }

    /// Gives the rights, and returns the lock that says so.
    pub(crate) fn accepted(&self, acceptance: &Acceptance) -> Result<Lock, InstallError> {
        let lacking = self.lacking(acceptance);
        if !lacking.is_empty() {
            return Err(InstallError::Consent(lacking));
        }
        let mut lock = self.new.clone();
        for pack in &self.packs {
            if let Some(locked) = lock.packs.get_mut(&pack.statement().manifest.name) {
                locked.rights = texts(&pack.statement().manifest);
            }
        }
        Ok(lock)
    }
}
