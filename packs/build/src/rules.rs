//! What is left out.

use std::fmt;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use reach_archive::ENVELOPE_PATH;

/// The file whose lines say what is left out, in the syntax of `.gitignore`; it stands beside `pack.reach`.
pub const IGNORE_FILE: &str = ".packignore";

/// The most bytes of that file.
pub const MAX_IGNORE_BYTES: usize = 64 << 10;

/// Why something is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its name begins with a dot.
    Hidden,
    /// A line of `.packignore` names it.
    Ignored {
        /// The line, without what can't be seen.
        line: String,
    },
    /// A build has made it.
    Built,
    /// It says which packs this folder uses, and not those who use it.
    Lock,
    /// It is the envelope of a pack that was unpacked here.
    Envelope,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("hidden"),
            Self::Ignored { line } => write!(f, "`{line}` in {IGNORE_FILE}"),
            Self::Built => f.write_str("made by a build"),
            Self::Lock => f.write_str("a lock file is for this folder alone"),
            Self::Envelope => f.write_str("the envelope of another pack"),
        }
    }
}

/// The rules of a folder.
pub struct Rules {
    ignored: Gitignore,
}

impl Rules {
    /// Reads the lines of a `.packignore`.
    ///
    /// # Errors
    /// With the number of a line that is no pattern, from 1, and why.
    pub fn new(root: &Path, text: &str) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new(root);
        for (at, line) in text.lines().enumerate() {
            builder.add_line(None, line).map_err(|error| (at + 1, error.to_string().escape_debug().to_string()))?;
        }
        Ok(Self { ignored: builder.build().map_err(|error| (1, error.to_string().escape_debug().to_string()))? })
    }

    /// Returns why something is left out, if it is. `relative` has `/` between its parts.
    pub fn leave_out(&self, path: &Path, relative: &str, is_folder: bool) -> Option<Why> {
        let name = relative.rsplit('/').next().unwrap_or(relative);
        if name.starts_with('.') {
            return Some(Why::Hidden);
        }
        if let ignore::Match::Ignore(glob) = self.ignored.matched(path, is_folder) {
            return Some(Why::Ignored { line: glob.original().escape_debug().to_string() });
        }
        match relative {
            "pack.lock" => Some(Why::Lock),
            ENVELOPE_PATH => Some(Why::Envelope),
            _ if !is_folder && name.ends_with(".reachpack") => Some(Why::Built),
            _ => None,
        }
    }
}
