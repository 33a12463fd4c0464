//! A table of beginnings: of a text it finds those that the text begins with.
//!
//! The entries are sorted, and each knows the longest other entry that it begins with itself. Whatever a text begins with stands at or
//! before the text's own place among them, and the last entry before that place begins with all of those: so one search and one walk
//! along the links finds them. Folders and domains are beginnings too, of paths that end in a slash and of names read backward.

use super::index::Classes;
use super::says::Kind;
use std::cmp::Ordering;

/// An entry.
#[derive(Debug)]
struct Entry {
    /// Offset and length of its text in the pool, in bytes.
    text: (u32, u32),
    /// How many bytes of it are compared.
    len_bytes: usize,
    /// The longest entry before it that it begins with.
    above: Option<u32>,
    classes: Classes,
}

/// The place of a text among the entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The last entry that doesn't stand behind the text.
    at: u32,
    /// How many bytes it has in common with the text.
    common: usize,
}

/// A table of beginnings of one kind.
#[derive(Debug)]
pub(crate) struct Beginnings {
    kind: Kind,
    /// Sorted by the bytes that are compared.
    entries: Box<[Entry]>,
}

/// Returns the bytes of a text in the order in which they are compared.
fn bytes(kind: Kind, text: &str) -> impl Iterator<Item = u8> + '_ {
    let (forward, backward, end) = match kind {
        Kind::Host => ("", text, Some(b'.')),
        Kind::RootPath | Kind::DrivePath => (text, "", (!text.ends_with('/')).then_some(b'/')),
        _ => (text, "", None),
    };
    forward.bytes().chain(backward.bytes().rev()).chain(end)
}

/// Returns how many bytes two texts have in common at the beginning, and how the first compares with the second.
fn compare(mut a: impl Iterator<Item = u8>, mut b: impl Iterator<Item = u8>) -> (usize, Ordering) {
    let mut common = 0;
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => common += 1,
            (x, y) => return (common, x.cmp(&y)),
        }
    }
}

fn slice(pool: &str, (start, len): (u32, u32)) -> &str {
    pool.get(start as usize..start.saturating_add(len) as usize).unwrap_or("")
}

impl Beginnings {
    /// Makes a table of texts of the pool, each with its class.
    pub fn new(kind: Kind, pool: &str, mut texts: Vec<((u32, u32), u32)>) -> Self {
        texts.sort_by(|(a, class_a), (b, class_b)| bytes(kind, slice(pool, *a)).cmp(bytes(kind, slice(pool, *b))).then(class_a.cmp(class_b)));
        let mut grouped: Vec<((u32, u32), Vec<u32>)> = Vec::new();
        for (text, class) in texts {
            match grouped.last_mut() {
                Some((known, classes)) if slice(pool, *known) == slice(pool, text) => classes.push(class),
                _ => grouped.push((text, vec![class])),
            }
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(grouped.len());
        // The entries that the last one begins with, and itself.
        let mut line: Vec<u32> = Vec::new();
        for (number, (text, classes)) in (0u32..).zip(grouped) {
            let begins = |above: &u32| {
                let Some(entry) = entries.get(*above as usize) else { return false };
                compare(bytes(kind, slice(pool, entry.text)), bytes(kind, slice(pool, text))).0 == entry.len_bytes
            };
            while line.pop_if(|above| !begins(above)).is_some() {}
            let len_bytes = bytes(kind, slice(pool, text)).count();
            entries.push(Entry { text, len_bytes, above: line.last().copied(), classes: Classes::of(classes) });
            line.push(number);
        }
        Self { kind, entries: entries.into() }
    }

    /// Returns where to begin to look for the entries that a text begins with.
    pub fn place(&self, pool: &str, text: &str) -> Option<Place> {
        let before = self.entries.partition_point(|entry| compare(bytes(self.kind, slice(pool, entry.text)), bytes(self.kind, text)).1.is_le());
        let at = before.checked_sub(1)?;
        let (common, _) = compare(bytes(self.kind, slice(pool, self.entries.get(at)?.text)), bytes(self.kind, text));
        Some(Place { at: u32::try_from(at).ok()?, common })
    }

    /// Returns the classes of each entry that the text of a place begins with.
    pub fn found(&self, place: Place) -> impl Iterator<Item = u32> + '_ {
        let mut at = Some(place.at);
        let entries = std::iter::from_fn(move || {
            let entry = self.entries.get(at? as usize)?;
            at = entry.above;
            Some(entry)
        });
        entries.filter(move |entry| entry.len_bytes <= place.common).flat_map(|entry| entry.classes.iter())
    }

    /// Returns how many different beginnings there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reach_values::{host, path};

    /// Finds the numbers of the texts that a text begins with, by the table.
    fn found(kind: Kind, texts: &[String], text: &str) -> Vec<u32> {
        let (mut pool, mut entries) = (String::new(), Vec::new());
        for (class, text) in (0u32..).zip(texts) {
            entries.push(((u32::try_from(pool.len()).unwrap(), u32::try_from(text.len()).unwrap()), class));
            pool.push_str(text);
        }
        let table = Beginnings::new(kind, &pool, entries);
        let mut found: Vec<u32> = table.place(&pool, text).into_iter().flat_map(|place| table.found(place)).collect();
        found.sort_unstable();
        found
    }

    fn one_by_one(texts: &[String], begins: impl Fn(&str) -> bool) -> Vec<u32> {
        (0u32..).zip(texts).filter(|(_, text)| begins(text)).map(|(number, _)| number).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn beginnings_are_those_of_texts(texts in proptest::collection::vec("[ab]{0,4}", 0..12), text in "[ab]{0,6}") {
            prop_assert_eq!(found(Kind::Start, &texts, &text), one_by_one(&texts, |known| text.starts_with(known)));
        }

        #[test]
        fn folders_are_those_that_paths_lie_in(texts in proptest::collection::vec("/|(/(a|b|ab|é)){1,4}", 0..12), text in "/|(/(a|b|ab|é)){1,5}") {
            prop_assert_eq!(found(Kind::RootPath, &texts, &text), one_by_one(&texts, |folder| path::within(&text, folder) == Some(true)));
        }

        #[test]
        fn folders_of_drives_are_those_that_paths_lie_in(texts in proptest::collection::vec("//[cd]:(/|(/(a|b|ab)){1,4})", 0..12), text in "//[cd]:(/|(/(a|b|ab)){1,5})") {
            prop_assert_eq!(found(Kind::DrivePath, &texts, &text), one_by_one(&texts, |folder| path::within(&text, folder) == Some(true)));
        }

        #[test]
        fn domains_are_those_that_hosts_lie_in(texts in proptest::collection::vec("((a|b|ab)\\.){0,3}(com|m)", 0..12), text in "((a|b|ab)\\.){0,4}(com|m)") {
            prop_assert_eq!(found(Kind::Host, &texts, &text), one_by_one(&texts, |domain| host::within(&text, domain)));
        }
    }

    #[test]
    fn an_address_is_within_itself_at_least() {
        assert_eq!(found(Kind::Host, &["1.2.3.4".to_owned(), "::1".to_owned()], "1.2.3.4"), [0]);
    }
}
