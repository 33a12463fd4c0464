//! Text that was observed: does a value (a path, an address, an IBAN, a number) appear, token-aligned, in something a source said?
//!
//! One [`Index`] holds what one source said, in one [`Form`]. All texts of the session are kept, brought into that form, behind one another
//! in one string, the arena; what can be asked for begins at known places of it (starts of tokens, punctuation), and these places are kept
//! sorted by the bytes that follow them. A question brings the value into the same form and looks for it by bisection: something begins
//! with it or nothing does. No text is ever read again.
//!
//! **Alignment.** A token is a maximal run of alphanumeric characters ([`char::is_alphanumeric`]). An occurrence counts if it neither begins
//! nor ends within a token: `example.com` is in `www.example.com/x`, and in neither `myexample.com` nor `example.community`. The arena has a
//! mark behind each token, and so has the value: alignment at the end becomes equality of bytes, at the beginning a matter of which places
//! are kept.
//!
//! **Sets.** Of the forms [`Form::Iban`] and [`Form::Number`] the arena has the values found in the texts rather than the texts, each with
//! an end; the only place kept is its beginning.
//!
//! **Cost.** Places are in sorted blocks; a block that isn't more than twice as long as what comes behind it is merged with it (see
//! `blocks`). So a question is O(log²) of the text observed and adding is O(log) a byte, amortised: now and then an addition merges much.
//! Bytes beyond 1,024 are never compared when sorting, and longer values compare at most 64 places in full. That bounds the work for text made
//! to be slow; the price is [`Found::Unknown`] for a long value whose first 1,024 bytes are there more than 64 times.
//!
//! **Memory.** An index holds at most the bytes it is given ([`Index::bounded`]), counted as arena and four bytes a place; ordinary text takes
//! about two bytes a byte, the worst (`a.a.a.`) six, of the form IBAN about sixty. A text that would exceed it is not kept, nor is any after
//! it, and what isn't found from then on is [`Found::Unknown`].
//!
//! Answers depend on the texts and their order only, not on saves in between: a save has the arena, and places are sorted anew.

mod blocks;
mod iban;
mod number;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use blocks::Blocks;
use number::Unread;
pub use words::Words;

/// Whether a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Found {
    /// It is in what was observed.
    Yes,
    /// It isn't.
    No,
    /// It can't be told: the index is full ([`Index::is_full`]), the value is longer than 1,024 bytes and what it begins with is there too
    /// often, or it is a number of more digits than are kept.
    Unknown,
}

/// How texts and values are brought into one form before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Form {
    /// Code points as they are, except that a run of white space is one space; white space around a value doesn't matter. The control
    /// characters U+0000 and U+0001 are white space.
    Exact,
    /// As [`Form::Exact`], after lower-casing each character ([`char::to_lowercase`]).
    Folded,
    /// Two letters, two digits and 11 to 30 letters or digits (all ASCII), possibly in groups with one space, non-breaking space or `-` between them,
    /// compared in upper case and without separators. The first group has at least four characters. What stands behind an IBAN could be one
    /// more group, so everything of a plausible length that ends with a group counts as one. Check digits are not looked at.
    Iban,
    /// Decimal numbers, compared by value: an optional sign (`+`, `-`, U+2212) that doesn't stand behind a letter or digit, digits, an optional
    /// fraction behind `.`; `,` before each three digits may group thousands. In a text `1,234` is read as 1234 and as 1 and 234. A number of more
    /// than 34 digits (without zeros before and behind that don't matter) isn't kept.
    Number,
}

/// What one source said, to be asked for values.
///
/// ```
/// use reach_state::provenance::{Form, Found, Index};
///
/// let mut said = Index::new(Form::Folded);
/// said.add("Please write to Jo@Example.com.");
/// assert_eq!(said.contains("jo@example.com"), Found::Yes);
/// assert_eq!(said.contains("o@example.com"), Found::No);
/// ```
#[derive(Clone, Debug)]
pub struct Index {
    form: Form,
    most_bytes: usize,
    bytes: usize,
    full: bool,
    arena: String,
    blocks: Blocks,
}

/// What of an [`Index`] is saved.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Index")]
struct Saved<'a> {
    form: Form,
    most_bytes: usize,
    bytes: usize,
    full: bool,
    arena: Cow<'a, str>,
}

impl Index {
    /// The most bytes that an index can be allowed to hold. Places are 32 bits wide; a text of this length, which may be twice as long
    /// in the arena, still fits behind an arena of this length.
    pub const MOST_BYTES: usize = 512 << 20;

    /// An index of nothing, which may hold [`Index::MOST_BYTES`].
    pub fn new(form: Form) -> Self {
        Self::bounded(form, Self::MOST_BYTES)
    }

    /// An index of nothing, which may hold so many bytes, and never more than [`Index::MOST_BYTES`].
    pub fn bounded(form: Form, most_bytes: usize) -> Self {
        Self { form, most_bytes: most_bytes.min(Self::MOST_BYTES), bytes: 0, full: false, arena: String::new(), blocks: Blocks::default() }
    }

    /// The form in which values are compared.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Remembers a text. Nothing is found that begins in one text and ends in another.
    ///
    /// If the index would hold more than it may, the text isn't remembered and the index is full; the same holds for a text that is itself
    /// longer than that.
    pub fn add(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.full {
            return;
        }
        if text.len() > self.most_bytes {
            self.full = true;
            return;
        }
        let begin = self.arena.len();
        self.write(text);
        let places = places(self.form, &self.arena, begin);
        if held_bytes(self.arena.len(), self.blocks.len().saturating_add(places.len())) > self.most_bytes {
            self.arena.truncate(begin);
            self.full = true;
            return;
        }
        self.blocks.add(self.arena.as_bytes(), &places);
    }

    /// Puts a text, in form, behind the arena; breaks off when that is too long in any case.
    fn write(&mut self, text: &str) {
        let (arena, most) = (&mut self.arena, self.most_bytes);
        let mut keep = |value: &str| {
            if arena.len() <= most {
                arena.push_str(value);
                arena.push(END);
            }
        };
        match self.form {
            Form::Iban => iban::each(text, keep),
            Form::Number => number::each(text, keep),
            Form::Exact | Form::Folded => {
                let spelled = text::spell(text, self.form == Form::Folded);
                if !spelled.is_empty() {
                    keep(&spelled);
                }
            }
        }
    }

    /// Whether a value is in what was observed. What has no value in this form (an empty text, a word asked for as a number) is not.
    pub fn contains(&self, value: &str) -> Found {
        let sought = match self.form {
            Form::Iban => iban::normal(value).map(ended),
            Form::Number => match number::normal(value) {
                Ok(number) => Some(ended(number)),
                Err(Unread::Long) => return Found::Unknown,
                Err(Unread::Other) => None,
            },
            Form::Exact | Form::Folded => Some(text::spell(value, self.form == Form::Folded)),
        };
        let Some(sought) = sought.filter(|sought| !sought.is_empty()) else { return Found::No };
        match self.blocks.find(self.arena.as_bytes(), sought.as_bytes()) {
            Found::No if self.full => Found::Unknown,
            found => found,
        }
    }

    /// How many bytes of text were observed, as they were given, with those that weren't kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many bytes the index holds: its arena and four for each place. Allocations may be larger by a constant factor.
    pub fn held_bytes(&self) -> usize {
        held_bytes(self.arena.len(), self.blocks.len())
    }

    /// Whether a text was not kept for lack of room. What isn't found is unknown from then on.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether this is an index that additions can lead to. One that was restored from bytes that somebody else could write has to be asked;
    /// costs time linear in what is held. An index that isn't sound answers nonsense, and doesn't panic.
    pub fn is_sound(&self) -> bool {
        let bounded = self.most_bytes <= Self::MOST_BYTES && self.held_bytes() <= self.most_bytes;
        let Some(values) = self.arena.strip_suffix(END) else { return bounded && self.arena.is_empty() };
        bounded && self.bytes > 0 && values.split(END).all(|value| self.is_in_form(value))
    }

    fn is_in_form(&self, value: &str) -> bool {
        !value.is_empty()
            && match self.form {
                Form::Iban => iban::normal(value).is_some_and(|normal| normal == value),
                Form::Number => number::normal(value).is_ok_and(|normal| normal == value),
                Form::Exact | Form::Folded => text::is_spelled(value, self.form == Form::Folded),
            }
    }
}

/// Ends each text, or each value of a set, in the arena. Occurs nowhere else in it.
const END: char = '\0';

fn ended(mut value: String) -> String {
    value.push(END);
    value
}

fn held_bytes(arena: usize, places: usize) -> usize {
    places.saturating_mul(size_of::<u32>()).saturating_add(arena)
}

/// The places of the arena, from one on where a text begins, at which something that is asked for may begin; in order.
fn places(form: Form, arena: &str, begin: usize) -> Vec<u32> {
    let added = arena.get(begin..).unwrap_or_default();
    let place = |offset: usize| u32::try_from(begin.saturating_add(offset)).ok();
    match form {
        Form::Exact | Form::Folded => text::places(added).filter_map(place).collect(),
        Form::Iban | Form::Number => {
            added.split_inclusive(END).scan(0, |next, value| Some(std::mem::replace(next, *next + value.len()))).filter_map(place).collect()
        }
    }
}

impl Serialize for Index {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { form, most_bytes, bytes, full, ref arena, blocks: _ } = *self;
        Saved { form, most_bytes, bytes, full, arena: Cow::Borrowed(arena) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Index {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { form, most_bytes, bytes, full, arena } = Saved::deserialize(deserializer)?;
        let arena = arena.into_owned();
        let mut blocks = Blocks::default();
        blocks.add(arena.as_bytes(), &places(form, &arena, 0));
        Ok(Self { form, most_bytes, bytes, full, arena, blocks })
    }
}

/// How many letters or digits a value has; at most `most` are counted.
///
/// A value with fewer than four says too little for an occurrence of it to mean something: the language takes it for not observed.
pub fn letters_or_digits(value: &str, most: usize) -> usize {
    value.chars().filter(|character| character.is_alphanumeric()).take(most).count()
}
