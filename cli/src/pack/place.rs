//! Where a registry is: a folder, or a git repository.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reach_codes::table::git as codes;
use reach_git::{Address, AddressError, GitError, PREFIX, Repository, Settings};
use reach_registry::{Files, Folder};

use super::failed_install as failed;
use crate::failure::Failure;
use crate::home;
use crate::terminal::Terminal;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a registry is.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In a repository.
    Git(Box<Repository>),
}

/// Whether another machine is asked for what is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is.
    Wanted,
    /// It is only where nothing is at hand.
    Unneeded,
    /// It is not.
    Never,
}

impl Place {
    /// Returns the place that a text names: `git+` and a URL, or a path.
    ///
    /// # Errors
    /// When it is neither.
    pub fn of(text: &Path, home: &Path) -> Result<Self, Failure> {
        let address = text.to_str().unwrap_or_default();
        if address.starts_with(PREFIX) {
            let address = address.parse::<Address>().map_err(|error| bad_address(address, &error))?;
            let interactive = io::stdin().is_terminal() && io::stderr().is_terminal();
            return Ok(Self::Git(Box::new(Repository::new(home, address, Settings { interactive, ..Settings::default() }))));
        }
        if let Some(meant) = meant(address).filter(|_| !text.exists()) {
            return Err(bad_address(address, &AddressError::Scheme).help(format!("write `{meant}`")));
        }
        Ok(Self::Folder(text.to_owned()))
    }

    /// Returns what names it in messages.
    pub fn shown(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Git(repository) => repository.address().to_string().into(),
        }
    }

    /// Returns its files without asking another machine.
    ///
    /// # Errors
    /// When nothing of a repository is at hand.
    pub fn at_hand(&self) -> Result<Arc<dyn Files>, Failure> {
        match self {
            Self::Folder(folder) => Ok(Arc::new(Folder::new(folder))),
            Self::Git(repository) => Ok(Arc::new(repository.at_hand().map_err(|error| git(&error))?)),
        }
    }

    /// Lets its files be read and believed. Those of a repository are fetched before where that is wanted, and those that are believed are kept for when
    /// no other machine is asked.
    ///
    /// # Errors
    /// When they can't be had, or are not believed.
    pub fn read<T>(&self, news: News, terminal: &mut Terminal, believe: impl FnOnce(Arc<dyn Files>) -> Result<T, Failure>) -> Result<T, Failure> {
        let Self::Git(repository) = self else {
            return believe(self.at_hand()?);
        };
        if news != News::Wanted {
            match repository.at_hand() {
                Err(GitError::NotAtHand(_)) if news == News::Unneeded => {}
                files => return believe(Arc::new(files.map_err(|error| git(&error))?)),
            }
        }
        home::made()?;
        let work = repository.work(PATIENCE).map_err(|error| git(&error))?;
        let tip = work.fetch(&mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))?;
        let believed = believe(Arc::new(repository.files(&tip.commit)))?;
        work.keep(&tip.commit).map_err(|error| git(&error))?;
        Ok(believed)
    }

    /// Fetches its files, which nobody has believed yet, and which are not kept; none where it is a folder, whose files are all at hand.
    ///
    /// # Errors
    /// When they can't be had.
    pub fn fetched(&self, terminal: &mut Terminal) -> Result<Option<Arc<dyn Files>>, Failure> {
        let Self::Git(repository) = self else { return Ok(None) };
        home::made()?;
        let work = repository.work(PATIENCE).map_err(|error| git(&error))?;
        let tip = work.fetch(&mut |line| terminal.progress(|| line.to_owned())).map_err(|error| git(&error))?;
        Ok(Some(Arc::new(repository.files(&tip.commit))))
    }
}

/// The address that is meant by one of other programs.
fn meant(text: &str) -> Option<String> {
    if ["https://", "ssh://", "file:///"].iter().any(|scheme| text.starts_with(scheme)) {
        return Some(format!("{PREFIX}{text}"));
    }
    // As git itself takes it: `git@example.com:packs.git`.
    let (host, path) = text.split_once(':')?;
    (host.contains('@') && !host.contains('/')).then(|| format!("{PREFIX}ssh://{host}/{}", path.trim_start_matches('/')))
}

fn bad_address(text: &str, error: &AddressError) -> Failure {
    let failure = Failure::new(codes::BAD_GIT_ADDRESS, format!("{text:?} is no address of a git repository: {error}"));
    match error {
        AddressError::Password => failure.help("leave it out: git asks for it, or has it from a credential helper"),
        _ => failure.help("for example `git+https://example.com/packs.git#main`"),
    }
}

/// Returns the failure to use a repository.
pub fn git(error: &GitError) -> Failure {
    let of = |code| Failure::new(code, error.to_string());
    match error {
        GitError::Missing => of(codes::GIT_MISSING).help("install git, or use a registry in a folder"),
        GitError::NotRun(_) => of(codes::GIT_MISSING),
        GitError::Failed { said, command, .. } => {
            let failure = said.iter().fold(of(codes::GIT_FAILED), |failure, line| failure.note(format!("git says: {line}")));
            if *command == "push" { failure } else { failure.help("`--offline` uses what was fetched before") }
        }
        GitError::Answer { .. } => of(codes::GIT_FAILED),
        GitError::TooLong { .. } | GitError::TooMuch { .. } => of(codes::GIT_TOO_MUCH),
        GitError::NoBranch { branches, .. } => {
            of(codes::NO_GIT_BRANCH).note(format!("it has {}", branches.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
        }
        GitError::Empty(_) => of(codes::NO_GIT_BRANCH).help("`reach pack registry init` begins a registry there"),
        GitError::NotAtHand(_) => of(codes::NOT_FETCHED).help("run the command without `--offline`, or `reach pack search`, once with a network"),
        GitError::Disk(error) => failed::disk(error),
    }
}

/// Returns the failure to push.
pub fn refused(repository: &Repository, said: &[String]) -> Failure {
    let failure = Failure::new(codes::PUSH_REFUSED, format!("`{}` has not taken the push", repository.address()));
    said.iter()
        .fold(failure, |failure, line| failure.note(format!("git says: {line}")))
        .help("nothing was published; ask whoever runs the repository for the right to write")
}
