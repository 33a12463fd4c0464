//! `reach.toml`: which folders stand for packs; which lints look, how grave their findings are, and what some of them take besides.
//!
//! A level is looked up from the narrowest to the widest: the lint itself, its category, the table of codes. What isn't understood is an error,
//! with its place: a lint that somebody meant to turn on must not stay off.

mod packs;
mod read;

pub use packs::{PackFolder, pack_folders};
pub(crate) use read::nearest;

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::{Category, Code, Diagnostic, FileId, Level, LintLevel};

/// Levels and parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    lints: BTreeMap<&'static str, LintLevel>,
    categories: BTreeMap<Category, LintLevel>,
    /// If any, only these look.
    only: Option<BTreeSet<&'static str>>,
    warnings_denied: bool,
    /// The parameters of lints.
    pub parameters: Parameters,
}

/// What lints take besides their level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// `sensitive`, of `unlimited-permit`: names of tools and arguments that need a limit, besides those that it knows.
    pub sensitive: Vec<String>,
    /// `harmless`, of `unlimited-permit`: names of tools and arguments that need none.
    pub harmless: Vec<String>,
    /// `days`, of `old-advisory`: how long a rule may be on trial.
    pub advisory_days: i128,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { sensitive: Vec::new(), harmless: Vec::new(), advisory_days: 180 }
    }
}

impl Config {
    /// Reads a `reach.toml`. `file` is where its messages point.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn parse(text: &str, file: FileId) -> Result<Self, Vec<Diagnostic>> {
        read::read(text, file)
    }

    /// Returns the level of a lint.
    #[must_use]
    pub fn level(&self, code: Code) -> LintLevel {
        let Some(info) = code.info().lint else { return LintLevel::Off };
        let set = self.lints.get(code.name()).or_else(|| self.categories.get(&info.category)).copied().unwrap_or(info.level);
        match &self.only {
            Some(only) if !only.contains(code.name()) => LintLevel::Off,
            // Who asks for a lint by name wants to see what it finds.
            Some(_) => set.max(LintLevel::Warn),
            None => set,
        }
    }

    /// Returns the level of what a lint finds.
    #[must_use]
    pub fn level_of(&self, code: Code) -> Level {
        match self.level(code) {
            LintLevel::Warn if self.warnings_denied => Level::Error,
            level => level.level(),
        }
    }

    /// Sets the level of a lint.
    pub fn set(&mut self, code: Code, level: LintLevel) {
        self.lints.insert(code.name(), level);
    }

    /// Lets only these lints look, those too that are off.
    pub fn only(&mut self, codes: &[Code]) {
        self.only = Some(codes.iter().map(|code| code.name()).collect());
    }

    /// Returns whether warnings are errors.
    #[must_use]
    pub const fn warnings_denied(&self) -> bool {
        self.warnings_denied
    }

    /// Makes errors of all warnings.
    pub const fn deny_warnings(&mut self) {
        self.warnings_denied = true;
    }
}
