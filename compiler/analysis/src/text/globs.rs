//! Machines of globs on paths.
//!
//! What a glob answers depends on two things: whether what it sees of a path matches its expression, and at what kind of place the path
//! begins. The second is found out from the pattern itself, by samples of each kind.

use std::borrow::Cow;
use std::cell::Cell;

use reach_values::path::{self, Platform};
use reach_values::pattern::Pattern;

use super::classes::Classes;
use super::machine::{Machine, Outcomes, State};
use super::paths::MARKS;
use super::regular::search;
use super::route::{Origin, Route};

/// What of a path a glob sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Text,
    Names,
    Last,
}

/// What a glob answers to paths of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdict {
    seen: Seen,
    matched: Outcomes,
    unmatched: Outcomes,
}

impl Verdict {
    /// Asks a pattern about a sample, whose names are these.
    fn of(pattern: &Pattern, sample: &str, names: &str) -> Self {
        let seen = Cell::new(Seen::Nothing);
        let ask = |matched: bool| {
            Outcomes::of(pattern.matches_by(sample, |text| {
                seen.set(if text == sample {
                    Seen::Text
                } else if text == names {
                    Seen::Names
                } else {
                    Seen::Last
                });
                matched
            }))
        };
        let (matched, unmatched) = (ask(true), ask(false));
        Self { seen: seen.get(), matched, unmatched }
    }

    /// Unites what two kinds answer that can't be told apart.
    fn or(self, other: Self) -> Self {
        let seen = if self.seen == Seen::Nothing { other.seen } else { self.seen };
        let mixed = self.seen != other.seen && self.seen != Seen::Nothing && other.seen != Seen::Nothing;
        let (matched, unmatched) = (self.matched.or(other.matched), self.unmatched.or(other.unmatched));
        if mixed { Self { seen, matched: matched.or(unmatched), unmatched: matched.or(unmatched) } } else { Self { seen, matched, unmatched } }
    }
}

/// What a glob answers, by kind.
struct Verdicts {
    root: Verdict,
    drive: Verdict,
    share: Verdict,
    /// Of a home that the glob names, and of another; the home alone, with names, climbing, and climbing with names.
    homes: [[Verdict; 4]; 2],
    /// With names, with a first name that begins with a tilde, climbing with names, climbing.
    folder: [Verdict; 4],
    /// The folder itself.
    here: Outcomes,
}

impl Verdicts {
    fn of(pattern: &Pattern, text: &str, named: &[String]) -> Self {
        let ask = |sample: &str, names: &str| Verdict::of(pattern, sample, names);
        let home =
            |home: &str| [ask(home, ""), ask(&format!("{home}/zq/zr"), "zq/zr"), ask(&format!("{home}/.."), ""), ask(&format!("{home}/../zq/zr"), "zq/zr")];
        let fresh = (0..).map(|n| format!("~zq{n}")).find(|home| !text.contains(home.trim_start_matches('~'))).unwrap_or_default();
        let other = home(&fresh);
        let special =
            named.iter().map(|name| home(name)).filter(|special| *special != other).reduce(|[a, b, c, d], [e, f, g, h]| [a.or(e), b.or(f), c.or(g), d.or(h)]);
        let share = ask("//zq/zr/zs/zt", "zs/zt");
        Self {
            root: ask("/zq/zr", "zq/zr"),
            drive: ask("//z:/zq/zr", "zq/zr"),
            // A match of a share that the glob names is told from another by the share, which isn't looked at here.
            share: if text.contains("//") || text.contains('{') { Verdict { unmatched: Outcomes::FALSE.or(Outcomes::NONE), ..share } } else { share },
            homes: [special.unwrap_or(other), other],
            folder: [ask("zq/zr", "zq/zr"), ask("./~zq/zr", "~zq/zr"), ask("../zq/zr", "zq/zr"), ask("..", "")],
            here: Outcomes::of(pattern.matches(".")),
        }
    }

    fn at(&self, route: Route, special: bool) -> Option<Verdict> {
        let [[home, home_names, home_up, home_up_names], ..] = if special { self.homes } else { [self.homes[1], self.homes[1]] };
        let [names, tilde, up_names, up] = self.folder;
        Some(match (route.begins(), route.climbs() > 0, route.named) {
            (Origin::Root, ..) => self.root,
            (Origin::Drive, ..) => self.drive,
            (Origin::Share, ..) => self.share,
            (Origin::Home, false, false) => home,
            (Origin::Home, false, true) => home_names,
            (Origin::Home, true, false) => home_up,
            (Origin::Home, true, true) => home_up_names,
            (Origin::Folder, true, true) => up_names,
            (Origin::Folder, true, false) => up,
            (Origin::Folder, false, true) if route.tilde => tilde,
            (Origin::Folder, false, true) => names,
            _ => return None,
        })
    }

    fn all(&self) -> impl Iterator<Item = Verdict> {
        [self.root, self.drive, self.share].into_iter().chain(self.folder).chain(self.homes.into_iter().flatten())
    }
}

/// A path as far as it was read.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Read {
    route: Route,
    text: State,
    names: State,
    last: State,
    home: State,
}

/// Makes the machine of a glob on paths of a platform, of which both the text and the compiled pattern are given.
pub(super) fn glob(platform: Platform, pattern: &Pattern, text: &str, nocase: bool) -> Option<Machine> {
    let expression = search(pattern.expression(), nocase)?;
    let named = homes(platform, text);
    let homes = Machine::literals(named.iter().map(String::as_str))?;
    let verdicts = Verdicts::of(pattern, text, &named);
    let uses = |seen: Seen| verdicts.all().any(|verdict| verdict.seen == seen);
    let (uses_names, uses_last) = (uses(Seen::Names), uses(Seen::Last));
    // Of paths that begin at a folder the names are the text, but for a few; of those it is enough to follow the names.
    let (uses_text, tilde) = (uses(Seen::Text), text.contains('~'));
    let classes = Classes::one().apart(MARKS).and(expression.classes()).and(homes.classes());
    let start = Read { route: Route::new(), text: 0, names: 0, last: 0, home: 0 };
    let step = |read: &Read, byte: u8| {
        let (route, held, is_name) = read.route.read(byte);
        let folder = route.origin == Origin::Folder;
        let home = matches!(route.origin, Origin::HomeName | Origin::Home);
        let follows_text = uses_text && !folder && (!home || tilde);
        let follows_names = folder && (uses_names || uses_text) || home && uses_names;
        let names = |state: State| if is_name { expression.step(expression.run(state, held), byte) } else { state };
        Read {
            route,
            text: if follows_text { expression.step(read.text, byte) } else { 0 },
            names: if follows_names { names(read.names) } else { 0 },
            last: if !uses_last || byte == b'/' { 0 } else { expression.step(read.last, byte) },
            home: if !tilde {
                0
            } else if route.origin == Origin::HomeName {
                homes.step(read.home, byte)
            } else {
                read.home
            },
        }
    };
    let end = |read: &Read| {
        let special = tilde && homes.end(read.home) == Outcomes::TRUE;
        let Some(verdict) = verdicts.at(read.route, special) else {
            // What isn't taken apart further is the folder itself, or no path.
            return if read.route.begins() == Origin::Folder { verdicts.here } else { Outcomes::ALL };
        };
        let folder = read.route.begins() == Origin::Folder;
        let state = match verdict.seen {
            Seen::Nothing => return verdict.matched.or(verdict.unmatched),
            Seen::Text if folder => read.names,
            Seen::Text => read.text,
            Seen::Names => read.names,
            Seen::Last => read.last,
        };
        if verdict.seen == Seen::Text && !folder && matches!(read.route.begins(), Origin::Home) && !tilde {
            return verdict.matched.or(verdict.unmatched);
        }
        let matched = expression.end(state);
        let mut outcomes = Outcomes::EMPTY;
        if matched.meets(Outcomes::TRUE) {
            outcomes = outcomes.or(verdict.matched);
        }
        if matched.meets(Outcomes::FALSE) {
            outcomes = outcomes.or(verdict.unmatched);
        }
        outcomes
    };
    Machine::build(classes, start, step, end)
}

/// Returns what may be the home that a glob names: what stands plainly behind a tilde, up to a slash or the end.
fn homes(platform: Platform, text: &str) -> Vec<String> {
    let plain = |from: usize, ends: &str| text.get(from..).unwrap_or_default().chars().take_while(|c| !ends.contains(*c)).collect::<String>();
    // Outside of alternatives a comma is a character like others.
    let said = text.match_indices('~').flat_map(|(at, _)| [plain(at, "/{}*?[]\\,"), plain(at, "/{}*?[]\\")]);
    let mut homes: Vec<String> = said.filter_map(|home| path::normalize_on(platform, &home).ok().map(Cow::into_owned)).collect();
    homes.sort();
    homes.dedup();
    homes
}
