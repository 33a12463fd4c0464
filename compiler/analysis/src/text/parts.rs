//! Machines of conditions on what is made of a text: its lower case, parts of paths, of addresses, of account numbers.
//!
//! Each takes the machine of the condition on the part, and what the condition comes to where there is no part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::classes::Classes;
use super::machine::{Machine, Outcomes, State};
use super::paths::MARKS;
use super::route::{Origin, Route};

/// The last component of a path.
pub(super) fn name(inner: &Machine) -> Option<Machine> {
    let classes = inner.classes().apart(b"/");
    Machine::build(classes, 0, |state: &State, byte| if byte == b'/' { 0 } else { inner.step(*state, byte) }, |state| inner.end(*state))
}

/// Whether a path begins at a root.
pub(super) fn absolute() -> Option<Machine> {
    let first = |state: &Option<Option<bool>>, byte: u8| {
        Some(state.unwrap_or(match byte {
            b'~' => None,
            b'/' => Some(true),
            _ => Some(false),
        }))
    };
    Machine::build(Classes::one().apart(b"/~"), None, first, |state| Outcomes::of(state.unwrap_or(Some(false))))
}

/// The extension of a path as far as it was read.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Extension {
    route: Route,
    /// Whether something stands before the next dot.
    stem: bool,
    /// What was read behind the last dot, and whether that is anything.
    behind: Option<(State, bool)>,
}

/// What follows the last dot of the last component.
pub(super) fn extension(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    let step = |read: &Extension, byte: u8| {
        let (route, held, is_name) = read.route.read(byte);
        let mut next = Extension { route, ..read.clone() };
        if is_name {
            for byte in held.iter().chain([&byte]) {
                match (byte, next.behind) {
                    (b'/', _) => (next.stem, next.behind) = (false, None),
                    (b'.', _) if next.stem => next.behind = Some((0, false)),
                    (b'.', _) => next.stem = true,
                    (byte, Some((state, _))) => next.behind = Some((inner.step(state, *byte), true)),
                    (_, None) => next.stem = true,
                }
            }
        }
        next
    };
    let end = |read: &Extension| match read.behind {
        Some((state, true)) => inner.end(state),
        _ => absent,
    };
    Machine::build(inner.classes().apart(MARKS), Extension { route: Route::new(), stem: false, behind: None }, step, end)
}

/// The path above, as far as it was read.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Parent {
    route: Route,
    here: State,
    /// Before the last slash that may be taken away, or behind the head of a drive.
    above: State,
    /// Whether there is such a slash.
    nested: bool,
}

/// The folder above a path.
pub(super) fn parent(inner: &Machine, absent: Outcomes) -> Option<Machine> {
    let step = |read: &Parent, byte: u8| {
        let (route, _, is_name) = read.route.read(byte);
        let here = inner.step(read.here, byte);
        let entered = route.origin == Origin::Drive && read.route.origin != Origin::Drive;
        let (above, nested) = if entered {
            (here, false)
        } else if byte == b'/' {
            (read.here, read.nested || (is_name && read.route.named))
        } else {
            (read.above, read.nested)
        };
        Parent { route, here, above, nested }
    };
    let end = |read: &Parent| {
        let (origin, named) = (read.route.begins(), read.route.named);
        let below = |text: &str| inner.end(inner.run(read.here, text.as_bytes()));
        let at = |text: &str| inner.end(inner.run(0, text.as_bytes()));
        match (origin, named, read.nested) {
            (Origin::Root | Origin::Drive | Origin::Share, false, _) => absent,
            (Origin::Folder, false, _) if read.route.climbs() == 0 => at(".."),
            (Origin::Folder | Origin::Home, false, _) => below("/.."),
            (Origin::Root, true, false) => at("/"),
            (Origin::Folder, true, false) if read.route.climbs() == 0 => at("."),
            _ => inner.end(read.above),
        }
    };
    Machine::build(inner.classes().apart(MARKS), Parent { route: Route::new(), here: 0, above: 0, nested: false }, step, end)
}

/// What stands before the last `@`.
pub(super) fn local(inner: &Machine) -> Option<Machine> {
    let step = |(here, before): &(State, State), byte: u8| (inner.step(*here, byte), if byte == b'@' { *here } else { *before });
    Machine::build(inner.classes().apart(b"@"), (0, 0), step, |(_, before)| inner.end(*before))
}

/// What stands behind the last `@`.
pub(super) fn domain(inner: &Machine) -> Option<Machine> {
    let step = |state: &State, byte: u8| if byte == b'@' { 0 } else { inner.step(*state, byte) };
    Machine::build(inner.classes().apart(b"@"), 0, step, |state| inner.end(*state))
}

/// The first two letters.
pub(super) fn country(inner: &Machine) -> Option<Machine> {
    let step = |(count, state): &(u8, State), byte: u8| if *count < 2 { (count + 1, inner.step(*state, byte)) } else { (*count, *state) };
    Machine::build(inner.classes().clone(), (0, 0), step, |(_, state)| inner.end(*state))
}

/// A text as it is read in lower case: what was read, and the bytes of a character that may turn out to have one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Lower {
    state: State,
    held: Vec<u8>,
}

/// The text in lower case, character by character.
pub(super) fn lower(inner: &Machine) -> Option<Machine> {
    let (letters, begun) = &*LOWERED;
    let step = |read: &Lower, byte: u8| {
        let mut held = read.held.clone();
        held.push(byte);
        if let Some(lower) = letters.get(&held) {
            return Lower { state: inner.run(read.state, lower.as_bytes()), held: Vec::new() };
        }
        if begun.contains(&held) {
            return Lower { state: read.state, held };
        }
        Lower { state: inner.run(read.state, &held), held: Vec::new() }
    };
    Machine::build(Classes::all(), Lower { state: 0, held: Vec::new() }, step, |read| inner.end(inner.run(read.state, &read.held)))
}

/// Characters with their lower case, and beginnings of characters.
type Lowered = (BTreeMap<Vec<u8>, String>, BTreeSet<Vec<u8>>);

/// The characters that have a lower case, with it, and how they begin, in UTF-8.
static LOWERED: LazyLock<Lowered> = LazyLock::new(|| {
    let (mut letters, mut begun) = (BTreeMap::new(), BTreeSet::new());
    for c in '\0'..=char::MAX {
        if !c.to_lowercase().eq([c]) {
            let bytes = c.to_string().into_bytes();
            begun.extend((1..bytes.len()).filter_map(|end| bytes.get(..end)).map(<[u8]>::to_vec));
            letters.insert(bytes, c.to_lowercase().collect());
        }
    }
    (letters, begun)
});

/// How many characters there are, compared by a judge of their number, which says the same of all numbers from `most` on.
pub(super) fn length(most: usize, judge: impl Fn(usize) -> bool) -> Option<Machine> {
    // Each character has one byte that doesn't continue another.
    let classes = Classes::by(|byte| byte & 0xc0 == 0x80);
    let step = |count: &usize, byte: u8| if byte & 0xc0 == 0x80 { *count } else { (count + 1).min(most) };
    Machine::build(classes, 0, step, |count| Outcomes::of(Some(judge(*count))))
}
