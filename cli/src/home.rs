//! The folder in which Reach keeps what belongs to the user: who is trusted, and what was remembered of registries.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use reach_codes::table::trust;

use crate::failure::{Failure, reason};

/// The file of who is trusted, in that folder.
pub const TRUST_FILE: &str = "trust.jsonl";

/// Returns the folder, which need not be there: `REACH_HOME`, else `reach` in the folder that the system has for the data of programs.
///
/// # Errors
/// When the environment names none.
pub fn folder() -> Result<PathBuf, Failure> {
    find(&|name| std::env::var_os(name)).ok_or_else(|| {
        Failure::new(trust::NO_USER_FOLDER, "it cannot be said where Reach keeps what belongs to this user: the environment names no folder")
            .help("set `REACH_HOME` to a folder that this user may write")
    })
}

/// Returns the folder, which is there: where it wasn't, it is made, and only its owner may look into it (on Unix).
///
/// # Errors
/// When the environment names none, it can't be made, or everybody may write it.
pub fn made() -> Result<PathBuf, Failure> {
    let folder = folder()?;
    let shown = folder.display().to_string();
    let refused = |why: String| Failure::new(trust::NO_USER_FOLDER, format!("`{shown}` cannot hold what belongs to this user: {why}"));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(|error| refused(reason(&error)))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let mode = fs::metadata(&folder).map_err(|error| refused(reason(&error)))?.mode();
        if mode & 0o002 != 0 {
            return Err(refused("everybody may write it".to_owned()).help(format!("`chmod o-w {shown}`, and look at what it holds")));
        }
    }
    Ok(folder)
}

fn find(var: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = set("REACH_HOME") {
        return Some(home);
    }
    // The XDG Base Directory Specification: paths that are not absolute are no paths.
    if let Some(data) = set("XDG_DATA_HOME").filter(|path| path.is_absolute()) {
        return Some(data.join("reach"));
    }
    if cfg!(windows) {
        return set("LOCALAPPDATA").map(|data| data.join("reach"));
    }
    let home = set("HOME").filter(|path| path.is_absolute())?;
    let data = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    Some(home.join(data).join("reach"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_folder_is_where_the_environment_says() {
        let found = |set: &[(&str, &str)]| {
            let var = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
            find(&var).map(|path| path.display().to_string())
        };
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(found(&[("REACH_HOME", "/a"), ("XDG_DATA_HOME", "/b"), ("HOME", "/c")]), told("/a"));
        assert_eq!(found(&[("REACH_HOME", "a")]), told("a"));
        assert_eq!(found(&[("REACH_HOME", ""), ("XDG_DATA_HOME", "/b"), ("HOME", "/c")]), told("/b/reach"));
        assert_eq!(found(&[("XDG_DATA_HOME", "b"), ("HOME", "/c")]), told("/c/.local/share/reach"));
        assert_eq!(found(&[("HOME", "c")]), None);
        assert_eq!(found(&[]), None);
    }
}
