//! What is asked of paths of POSIX and macOS, as sets of texts.
//!
//! Constants that begin at the root, or at the folder where relative paths begin, and globs that name no home, are understood. What is
//! asked of others is left open, as are the paths of Windows.

use std::cell::Cell;

use reach_values::path::Platform;
use reach_values::pattern::Pattern;

use super::expression::Re;
use super::texts::Says;

/// Paths that begin at the root.
const ROOTED: &str = r"/(?:[^/].*)?";
/// Paths that begin anywhere else than at a folder that isn't known, or climb out of it.
const ELSEWHERE: &str = r"[/~].*|\.\.(?:/.*)?";
/// Where a constant begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Root,
    Folder,
}

impl Begins {
    /// Returns where a path in normal form begins; none where that is left open here.
    fn of(path: &str) -> Option<Self> {
        match path.as_bytes() {
            [b'/', b'/', ..] | [b'~', ..] | [b'.', b'/', ..] => None,
            [b'/', ..] => Some(Self::Root),
            _ if path == ".." || path.starts_with("../") => None,
            _ => Some(Self::Folder),
        }
    }

    /// Returns the paths that begin there too.
    fn alike(self) -> Option<Says> {
        Some(match self {
            Self::Root => Says::In(Re::whole(ROOTED)?),
            Self::Folder => Says::not(Says::In(Re::whole(ELSEWHERE)?)),
        })
    }
}

/// The values of the type.
pub(super) fn domain(platform: Platform) -> Option<Re> {
    if platform != Platform::Posix {
        return None;
    }
    let name = |first: &str| format!(r"(?:{first}[^/\x00]*|\.[^/.\x00][^/\x00]*|\.\.[^/\x00]+)");
    let (any, plain) = (name(r"[^/.\x00]"), name(r"[^/.~\x00]"));
    let names = format!("{any}(?:/{any})*");
    Re::whole(&format!(r"/(?:{names})?|\.|{plain}(?:/{any})*|\./~[^/\x00]*(?:/{any})*|\.\.(?:/\.\.)*(?:/{names})?|~[^/\x00]*(?:/\.\.)*(?:/{names})?"))
}

/// Where a path is the same as a constant, or where it isn't.
pub(super) fn same(path: &str, truth: bool) -> Option<Says> {
    let equal = Says::Equals(path.to_owned());
    if truth {
        // Texts that are written alike can always be compared.
        return Some(equal);
    }
    Some(Says::All(vec![Begins::of(path)?.alike()?, Says::not(equal)]))
}

/// Where a path is a constant or below it, or where it isn't.
pub(super) fn within(path: &str, truth: bool) -> Option<Says> {
    let begins = Begins::of(path)?;
    let alike = begins.alike()?;
    if matches!(path, "/" | ".") {
        return Some(if truth { alike } else { Says::Any(Vec::new()) });
    }
    let below = Re::Concat(vec![Re::Text(format!("{path}/")), Re::All]);
    let inside = Says::Any(vec![Says::Equals(path.to_owned()), Says::In(below)]);
    Some(if truth { inside } else { Says::All(vec![alike, Says::not(inside)]) })
}

/// A first name, and what follows it.
const NAMED: &str = r"(?:[^/.][^/]*|\.[^/.][^/]*|\.\.[^/]+)(?:/.*)?";

/// Paths of which a glob sees the same and is equally sure.
struct Kind {
    /// Before the names.
    before: &'static str,
    /// The names; a glob that doesn't see the text sees these.
    names: &'static str,
    /// One of them, in the same two parts.
    sample: (&'static str, &'static str),
}

/// All kinds of paths, as far as globs go that name no home.
const KINDS: [Kind; 8] = [
    Kind { before: "/", names: "(?:[^/].*)?", sample: ("/", "zq/zr") },
    Kind { before: "", names: r"(?:[^/.~][^/]*|\.[^/.][^/]*|\.\.[^/]+)(?:/.*)?", sample: ("", "zq/zr") },
    Kind { before: r"\./", names: "~.*", sample: ("./", "~zq/zr") },
    Kind { before: r"\.", names: "", sample: (".", "") },
    Kind { before: r"\.\.(?:/\.\.)*", names: "", sample: ("..", "") },
    Kind { before: r"(?:\.\./)+", names: NAMED, sample: ("../", "zq/zr") },
    Kind { before: r"~[^/]*(?:/\.\.)*", names: "", sample: ("~zq", "") },
    Kind { before: r"~[^/]*/(?:\.\./)*", names: NAMED, sample: ("~zq/", "zr/zs") },
];

/// What a glob sees of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Text,
    Names,
    Last,
}

/// Where a glob matches a path, or where it doesn't.
///
/// Whether what it sees fits is said by its expression; what it sees, and whether that is an answer, by the pattern itself.
pub(super) fn glob(platform: Platform, text: &str, nocase: bool, truth: bool) -> Option<Says> {
    if text.contains('~') {
        return None;
    }
    let pattern = Pattern::glob_on(platform, text, nocase).ok()?;
    let fits = Re::search(pattern.expression(), nocase)?;
    let mut parts = Vec::new();
    for kind in &KINDS {
        let (yes, seen) = kind.ask(&pattern, true);
        let (no, _) = kind.ask(&pattern, false);
        let here = Says::In(Re::whole(&format!("{}{}", kind.before, kind.names))?);
        if seen == Seen::Nothing {
            parts.extend((yes == Some(truth)).then_some(here));
            continue;
        }
        let fits = Says::In(kind.fitting(fits.clone(), seen)?);
        if yes == Some(truth) {
            parts.push(Says::All(vec![here.clone(), fits.clone()]));
        }
        if no == Some(truth) {
            parts.push(Says::All(vec![here, Says::not(fits)]));
        }
    }
    Some(Says::Any(parts))
}

impl Kind {
    /// Asks what a glob says of the sample where what it sees fits, or doesn't.
    fn ask(&self, pattern: &Pattern, fits: bool) -> (Option<bool>, Seen) {
        let (before, names) = self.sample;
        let sample = format!("{before}{names}");
        let found = Cell::new(Seen::Nothing);
        let answer = pattern.matches_by(&sample, |text| {
            found.set(if text == sample {
                Seen::Text
            } else if text == names {
                Seen::Names
            } else {
                Seen::Last
            });
            fits
        });
        (answer, found.get())
    }

    /// Returns the texts of which what is seen fits, among those of this kind.
    fn fitting(&self, fits: Re, seen: Seen) -> Option<Re> {
        Some(match seen {
            Seen::Nothing | Seen::Text => fits,
            Seen::Names => Re::Concat(vec![Re::whole(self.before)?, Re::Both(vec![fits, Re::whole(self.names)?])]),
            Seen::Last => {
                let folders = Re::Repeat(Box::new(Re::whole("(?:.*/)")?), 0, Some(1));
                Re::Concat(vec![folders, Re::Both(vec![fits, Re::whole("[^/]*")?])])
            }
        })
    }
}
