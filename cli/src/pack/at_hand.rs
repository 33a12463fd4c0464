//! What commands about installed packs and registries need: who is trusted, the time, the registry, the project.

use std::path::{Path, PathBuf};

use clap::Args;
use reach_codes::table::registry;
use reach_packs::{Project, Store};
use reach_registry::{Memory, Registry, Voucher, origin_of};
use reach_statement::PackVersion;
use reach_trust::{Timestamp, TrustStore};

use super::failed_install as failed;
use super::open::examine;
use crate::answer::ENGINE_VERSION;
use crate::failure::Failure;
use crate::home;
use crate::trust::{TrustArgs, now};

/// Where packs come from.
#[derive(Args, Clone, Debug, Default)]
pub struct RegistryArgs {
    /// The folder of the registry; without it, the one that is known (`reach pack registry add`)
    #[arg(long, value_name = "DIR")]
    pub registry: Option<PathBuf>,
}

/// Which project is meant.
#[derive(Args, Clone, Debug)]
pub struct ProjectArgs {
    /// The folder of the project, or one within it
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
}

impl ProjectArgs {
    /// Returns the project.
    pub fn find(&self) -> Project {
        Project::find(&self.project)
    }
}

/// What is at hand on this machine.
pub struct AtHand {
    /// The user's folder.
    pub home: PathBuf,
    /// Who is trusted.
    pub trust: TrustStore,
    /// The time.
    pub now: Timestamp,
    /// The version of Reach.
    pub reach: PackVersion,
}

impl AtHand {
    /// Looks for what is at hand.
    ///
    /// # Errors
    /// When the user's folder or the trust store can't be used, or the clock stands wrong.
    pub fn look(trust: &TrustArgs) -> Result<Self, Failure> {
        let reach = ENGINE_VERSION.parse().map_err(|error: reach_statement::VersionError| Failure::usage(error.to_string()))?;
        Ok(Self { home: home::folder()?, trust: trust.load()?, now: now()?, reach })
    }

    /// Returns what packs are held against.
    pub fn store(&self) -> Store<'_> {
        Store { home: &self.home, registry: None, trust: &self.trust, now: self.now, reach: &self.reach, examine: &examine }
    }

    /// Returns what is remembered of registries.
    pub fn memory(&self) -> Memory {
        Memory::new(&self.home)
    }

    /// Returns the folder of the registry: the one that was named, else the only one that is known.
    ///
    /// # Errors
    /// When none is known, or several are.
    pub fn registry_folder(&self, args: &RegistryArgs) -> Result<PathBuf, Failure> {
        if let Some(folder) = &args.registry {
            return Ok(folder.clone());
        }
        let mut known = self.memory().all().map_err(|error| failed::registry(Path::new("the user's folder"), &error))?;
        match (known.len(), known.pop()) {
            (1, Some(known)) => Ok(known.location),
            (0, _) | (_, None) => Err(Failure::new(registry::NO_REGISTRY, "no registry is known")
                .help("name its folder with `--registry DIR`, or make it known with `reach pack registry add DIR`")),
            (many, Some(last)) => Err(Failure::new(registry::NO_REGISTRY, format!("{many} registries are known"))
                .help(format!("say which one with `--registry`, for example `--registry {}`", last.location.display()))),
        }
    }

    /// Reads and verifies the registry, and holds it against what is remembered of it.
    ///
    /// # Errors
    /// When it can't be believed.
    pub fn registry(&self, args: &RegistryArgs) -> Result<Registry, Failure> {
        let folder = self.registry_folder(args)?;
        let fail = |error| failed::registry(&folder, &error);
        let origin = origin_of(&folder).map_err(fail)?;
        let registry = Registry::read(&folder, &origin, Voucher::Trust(&self.trust), self.now).map_err(fail)?;
        home::made()?;
        self.memory().check(&registry).map_err(fail)?;
        Ok(registry)
    }

    /// Reads the registry as [`Self::registry`] does, and checks that its snapshot still counts.
    ///
    /// # Errors
    /// As there, and when it has expired.
    pub fn fresh_registry(&self, args: &RegistryArgs) -> Result<Registry, Failure> {
        let registry = self.registry(args)?;
        registry.must_be_fresh(self.now).map_err(|error| failed::registry(registry.root(), &error))?;
        Ok(registry)
    }
}

/// Returns until when something holds, in words.
pub fn in_words(until: Option<Timestamp>) -> String {
    until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"))
}
