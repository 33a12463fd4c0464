//! Where a path in normal form begins, and how it goes on from there.

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin<'p> {
    /// At the root of POSIX: `/`.
    Root,
    /// At a drive of Windows: `c:`.
    Drive(&'p str),
    /// At a share of a server: `server/share`.
    Share(&'p str),
    /// At a home folder that isn't known here: `~` or `~user`.
    Home(&'p str),
    /// At a folder that isn't known here.
    Folder,
}

impl Origin<'_> {
    /// Returns whether nothing is above it.
    pub(crate) fn is_absolute(self) -> bool {
        matches!(self, Self::Root | Self::Drive(_) | Self::Share(_))
    }

    /// Returns whether it is known of any two paths from here and there whether they are the same, unless they climb.
    ///
    /// Two shares may be one, as may a share and a drive (`\\localhost\c$`, a drive that stands for a share).
    pub(crate) fn is_comparable(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Drive(_), Self::Drive(_)))
    }
}

/// A path in normal form, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route<'p> {
    /// Where it begins.
    pub(crate) origin: Origin<'p>,
    /// How often it goes up from there; never from an absolute origin.
    pub(crate) climb: usize,
    /// The named components that follow, with slashes between them; may be empty.
    pub(crate) rest: &'p str,
}

impl<'p> Route<'p> {
    /// Takes a path in normal form apart.
    pub(crate) fn of(path: &'p str) -> Self {
        if let Some(rooted) = path.strip_prefix('/') {
            return rooted.strip_prefix('/').map_or(Self { origin: Origin::Root, climb: 0, rest: rooted }, windows);
        }
        if path.starts_with('~') {
            let (home, rest) = path.split_once('/').unwrap_or((path, ""));
            let (climb, rest) = climb(rest);
            return Self { origin: Origin::Home(home), climb, rest };
        }
        let (climb, rest) = climb(path.strip_prefix("./").unwrap_or(path));
        Self { origin: Origin::Folder, climb, rest }
    }

    /// Returns the named components.
    pub(crate) fn names(self) -> impl Iterator<Item = &'p str> {
        self.rest.split('/').filter(|name| !name.is_empty())
    }

    /// Returns whether it has no name of its own: the folder that it begins at, or one above it.
    pub(crate) fn is_nameless(self) -> bool {
        self.rest.is_empty() && !self.origin.is_absolute()
    }
}

/// Takes apart what follows the two slashes that paths of Windows begin with.
fn windows(path: &str) -> Route<'_> {
    if path.as_bytes().get(1) == Some(&b':') {
        let (drive, rest) = path.split_once('/').unwrap_or((path, ""));
        return Route { origin: Origin::Drive(drive), climb: 0, rest };
    }
    let end = path.match_indices('/').nth(1).map_or(path.len(), |(at, _)| at);
    let (share, rest) = path.split_at_checked(end).unwrap_or((path, ""));
    Route { origin: Origin::Share(share), climb: 0, rest: rest.strip_prefix('/').unwrap_or(rest) }
}

/// Counts the `..` at the beginning, and returns what follows; nothing for `.`.
fn climb(path: &str) -> (usize, &str) {
    let (mut count, mut rest) = (0, path);
    loop {
        match rest {
            ".." => return (count + 1, ""),
            "." => return (count, ""),
            _ => {}
        }
        let Some(next) = rest.strip_prefix("../") else { return (count, rest) };
        (count, rest) = (count + 1, next);
    }
}

/// Resolves components as text: each `.` stands for nothing, each `..` takes away the name before it.
pub(super) fn resolve<'t>(origin: Origin<'_>, parts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut resolved: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." if resolved.last().is_some_and(|last| *last != "..") => {
                resolved.pop();
            }
            ".." if origin.is_absolute() => {}
            part => resolved.push(part),
        }
    }
    resolved
}

/// Writes resolved components from where they begin, in normal form.
pub(super) fn render(origin: Origin<'_>, parts: &[&str]) -> String {
    let joined = parts.join("/");
    match origin {
        Origin::Root => format!("/{joined}"),
        Origin::Drive(drive) => format!("//{drive}/{joined}"),
        Origin::Share(share) if parts.is_empty() => format!("//{share}"),
        Origin::Share(share) => format!("//{share}/{joined}"),
        Origin::Home(home) if parts.is_empty() => home.to_owned(),
        Origin::Home(home) => format!("{home}/{joined}"),
        Origin::Folder if parts.is_empty() => ".".to_owned(),
        // Else it would look like a home folder.
        Origin::Folder if joined.starts_with('~') => format!("./{joined}"),
        Origin::Folder => joined,
    }
}
