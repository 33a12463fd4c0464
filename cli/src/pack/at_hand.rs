//! What commands about installed packs and registries need: who is trusted, the time, the registry, the project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use reach_codes::table::registry;
use reach_packs::{Project, Store};
use reach_registry::{Files, Memory, Registry, Voucher, origin_of};
use reach_statement::PackVersion;
use reach_trust::{Timestamp, TrustStore};

use super::failed_install as failed;
use super::open::examine;
use super::place::{News, Place};
use crate::answer::ENGINE_VERSION;
use crate::failure::Failure;
use crate::home;
use crate::terminal::Terminal;
use crate::trust::{TrustArgs, now};

/// Where packs come from.
#[derive(Args, Clone, Debug, Default)]
pub struct RegistryArgs {
    /// The folder of the registry, or its git repository (`git+https://example.com/packs.git#BRANCH`, `git+ssh://…`, `git+file:///…`); without it, the one that is known (`reach pack registry add`)
    #[arg(long, value_name = "DIR|URL")]
    pub registry: Option<PathBuf>,
}

/// Where packs come from, for commands that only read there.
#[derive(Args, Clone, Debug, Default)]
pub struct ReadingArgs {
    #[command(flatten)]
    pub registry: RegistryArgs,
    /// Ask no other machine: of a git repository, use what was fetched last
    #[arg(long)]
    pub offline: bool,
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

    /// Returns where the registry is: the place that was named, else that of the only one that is known.
    ///
    /// # Errors
    /// When none is known, or several are.
    pub fn place(&self, args: &RegistryArgs) -> Result<Place, Failure> {
        if let Some(named) = &args.registry {
            return Place::of(named, &self.home);
        }
        let mut known = self.memory().all().map_err(|error| failed::registry(Path::new("the user's folder"), &error))?;
        match (known.len(), known.pop()) {
            (1, Some(known)) => Place::of(&known.location, &self.home),
            (0, _) | (_, None) => Err(Failure::new(registry::NO_REGISTRY, "no registry is known")
                .help("name it with `--registry DIR` or `--registry URL`, or make it known with `reach pack registry add`")),
            (many, Some(last)) => Err(Failure::new(registry::NO_REGISTRY, format!("{many} registries are known"))
                .help(format!("say which one with `--registry`, for example `--registry {}`", last.location.display()))),
        }
    }

    /// Reads and verifies files of a registry, and holds it against what is remembered of it.
    fn believed(&self, files: Arc<dyn Files>) -> Result<Registry, Failure> {
        let shown = files.place().to_owned();
        let fail = |error| failed::registry(&shown, &error);
        let origin = origin_of(&*files).map_err(fail)?;
        let registry = Registry::read_from(files, &origin, Voucher::Trust(&self.trust), self.now).map_err(fail)?;
        home::made()?;
        self.memory().check(&registry).map_err(fail)?;
        Ok(registry)
    }

    /// Reads and verifies a registry, holds it against what is remembered of it, and checks that its snapshot still counts.
    ///
    /// # Errors
    /// When it can't be believed, or has expired.
    pub fn fresh(&self, place: &Place, news: News, terminal: &mut Terminal) -> Result<Registry, Failure> {
        let registry = place.read(news, terminal, |files| self.believed(files))?;
        registry.must_be_fresh(self.now).map_err(|error| failed::registry(registry.place(), &error))?;
        Ok(registry)
    }

    /// Reads the registry that is meant as [`Self::fresh`] does.
    ///
    /// # Errors
    /// As there, and when it can't be said which one is meant.
    pub fn fresh_registry(&self, args: &ReadingArgs, news: News, terminal: &mut Terminal) -> Result<Registry, Failure> {
        self.fresh(&self.place(&args.registry)?, if args.offline { News::Never } else { news }, terminal)
    }
}

/// Returns until when something holds, in words.
pub fn in_words(until: Option<Timestamp>) -> String {
    until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"))
}
