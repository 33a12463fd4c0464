//! The trust store of the command line, and what is wrong with it or with what is held against it.

pub mod failed;

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use reach_codes::table::trust;
use reach_trust::{Timestamp, TrustFile, TrustStore};

use crate::failure::Failure;
use crate::home;

/// Whom to trust.
#[derive(Args, Clone, Debug, Default)]
pub struct TrustArgs {
    /// The file that says who is trusted, instead of the user's own
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
}

impl TrustArgs {
    /// Returns who is trusted. Where the user has no store yet, that is nobody.
    ///
    /// # Errors
    /// When a file that was named isn't there, or the store can't be read.
    pub fn load(&self) -> Result<TrustStore, Failure> {
        let (file, found) = match &self.trust {
            Some(path) => {
                let file = TrustFile::new(path);
                let found = file.load();
                (file, found)
            }
            None => {
                let file = TrustFile::new(home::folder()?.join(home::TRUST_FILE));
                let found = file.load_or_empty();
                (file, found)
            }
        };
        found.map_err(|error| failed::file(file.path(), error))
    }

    /// Returns the file, to change it; the user's own folder is made.
    ///
    /// # Errors
    /// When that folder can't be made.
    pub fn file(&self) -> Result<TrustFile, Failure> {
        match &self.trust {
            Some(path) => Ok(TrustFile::new(path)),
            None => Ok(TrustFile::new(home::made()?.join(home::TRUST_FILE))),
        }
    }
}

/// Returns what the clock says.
///
/// # Errors
/// When it stands before 1970.
pub fn now() -> Result<Timestamp, Failure> {
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
    secs.and_then(Timestamp::from_secs)
        .ok_or_else(|| Failure::new(trust::BAD_TIME, "the clock of this machine stands outside the years 1970 to 9999").help("set it"))
}

/// Returns the time that was given, or what the clock says.
///
/// # Errors
/// When it is none.
pub fn at(text: Option<&str>) -> Result<Timestamp, Failure> {
    text.map_or_else(now, read)
}

/// Reads a time.
///
/// # Errors
/// When it is none.
pub fn read(text: &str) -> Result<Timestamp, Failure> {
    Timestamp::read(text).map_err(|error| Failure::new(trust::BAD_TIME, format!("{text:?} is no point in time")).note(error.to_string()))
}
