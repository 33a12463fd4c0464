//! An answer about relative paths and home paths holds in every world: wherever one works, and wherever homes are.

use super::normal;
use proptest::prelude::*;
use reach_values::path::{self, Platform};
use reach_values::pattern::Pattern;

/// Where relative paths begin, and the homes of the user and of `~a`.
#[derive(Clone, Debug)]
struct World {
    folder: String,
    home: String,
    other: String,
}

impl World {
    fn place(&self, path: &str) -> String {
        let at = |home: &str, rest: &str| normal(Platform::Posix, &format!("{home}/{rest}"));
        if path::is_absolute(path) {
            return path.to_owned();
        }
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match first {
            "~" => at(&self.home, rest),
            "~a" => at(&self.other, rest),
            _ => at(&self.folder, path),
        }
    }

    /// Writes a glob so that it says in this world what it says, from the root.
    fn place_glob(&self, glob: &str) -> String {
        if glob.starts_with('/') || glob.starts_with("**") {
            return glob.to_owned();
        }
        let (first, rest) = glob.split_once('/').unwrap_or((glob, ""));
        match first {
            "~" => format!("{}/{rest}", self.home),
            "~a" => format!("{}/{rest}", self.other),
            _ => format!("{}/{glob}", self.folder),
        }
    }
}

/// Folders are deep enough that no path of a test climbs beyond the root, where nothing is.
fn world() -> impl Strategy<Value = World> {
    let folder = || "/([ab]|~|~a|[ab])(/[ab]){5,7}";
    (folder(), folder(), folder(), 0..4u8).prop_map(|(folder, home, other, how)| match how {
        0 => World { home: folder.clone(), folder, other },
        1 => World { other: home.clone(), home, folder },
        2 => World { home: format!("{folder}/a"), folder, other },
        _ => World { folder, home, other },
    })
}

fn path() -> impl Strategy<Value = String> {
    let begin = prop_oneof![Just(""), Just("/"), Just("~/"), Just("~a/"), Just("./~/"), Just("./"), Just("../"), Just("~/../"), Just("a/b/a/b/a/b/")];
    let part = prop_oneof![3 => Just("a"), 3 => Just("b"), 1 => Just(".."), 1 => Just("~"), 1 => Just("~a"), 1 => Just("ab")];
    (begin, proptest::collection::vec(part, 0..4)).prop_map(|(begin, parts)| {
        let text = format!("{begin}{}", parts.join("/"));
        normal(Platform::Posix, if text.is_empty() { "." } else { &text })
    })
}

/// A few alternatives, each with where it begins.
fn globs() -> impl Strategy<Value = Vec<String>> {
    let begin = prop_oneof![2 => Just(""), 2 => Just("/"), 2 => Just("~/"), 1 => Just("~a/"), 2 => Just("**/"), 1 => Just("\\~/")];
    let part =
        prop_oneof![4 => Just("a"), 4 => Just("b"), 2 => Just("*"), 1 => Just("?"), 1 => Just("[!b]"), 1 => Just("\\~"), 1 => Just("a*"), 1 => Just("**")];
    let one = (begin, proptest::collection::vec(part, 1..4)).prop_map(|(begin, parts)| format!("{begin}{}", parts.join("/")));
    proptest::collection::vec(one.prop_filter("a slash", |glob| glob.contains('/')), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn comparisons_hold_in_every_world(a in path(), b in path(), world in world()) {
        let (x, y) = (world.place(&a), world.place(&b));
        if let Some(answer) = path::within(&a, &b) {
            prop_assert_eq!(path::within(&x, &y), Some(answer), "{} within {}", a, b);
        }
        if let Some(answer) = path::same(&a, &b) {
            prop_assert_eq!(path::same(&x, &y), Some(answer), "{} same as {}", a, b);
        }
        let sets = path::same_sets([&*a].into_iter(), [&*b].into_iter());
        prop_assert_eq!(sets, path::same(&a, &b));
    }

    #[test]
    fn matches_hold_in_every_world(path in path(), globs in globs(), world in world()) {
        let glob = if globs.len() == 1 { globs[0].clone() } else { format!("{{{}}}", globs.join(",")) };
        let pattern = Pattern::glob(&glob, false);
        prop_assume!(pattern.is_ok());
        let (answer, at) = (pattern.unwrap().matches(&path), world.place(&path));
        let placed: Vec<Pattern> = globs.iter().map(|glob| Pattern::glob(&world.place_glob(glob), false).unwrap()).collect();
        let truth = placed.iter().any(|pattern| pattern.is_match(&at));
        // An alternative that begins with `**` is about the names that a path says itself.
        let free = globs.iter().any(|glob| glob.starts_with("**"));
        if answer == Some(true) || answer == Some(false) && !free {
            prop_assert_eq!(answer, Some(truth), "{} matches {}, at {}", path, glob, at);
        }
    }

    #[test]
    fn names_match_in_every_world(path in path(), glob in prop_oneof![Just("a"), Just("*"), Just("a*"), Just("?"), Just("[!a]"), Just("**"), Just("\\~*")], world in world()) {
        let pattern = Pattern::glob(glob, false).unwrap();
        if let Some(answer) = pattern.matches(&path) {
            prop_assert_eq!(pattern.matches(&world.place(&path)), Some(answer), "{} matches {}", path, glob);
        }
    }
}

#[test]
fn a_good_part_of_the_questions_has_an_answer() {
    // Else the properties would hold of an engine that never answers.
    let paths = ["a", "b/a", "~/a", "~/b/a", "~a/b", "/a/b", "../a", "./~/a"];
    let globs = ["a/**", "~/**", "/a/*", "**/a", "~a/*", "{~/a,/b/*}", "*/a", "**/b/*"];
    let answers: Vec<_> = globs.iter().flat_map(|glob| paths.map(|path| Pattern::glob(glob, false).unwrap().matches(path))).collect();
    let count = |of: Option<bool>| answers.iter().filter(|answer| **answer == of).count();
    assert_eq!((count(Some(true)), count(Some(false)), count(None)), (15, 12, 37));
}
