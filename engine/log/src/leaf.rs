//! Entries as they stand in the tree: one JSON object in the canonical form of RFC 8785.
//!
//! Keys are sorted, there is no white space, numbers are whole and below 2 to the power of 53. What can hold somebody's data, the event
//! and the answer to it, is not part of an entry: it has their [addresses](crate::payload).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The version of the form of entries.
pub const VERSION: u16 = 1;
/// The longest entry, in bytes: its length has 16 bits in the bundles of C2SP tlog-tiles.
pub const MAX_LEAF_BYTES: usize = 65_535;
/// The most that the names of rules take up in an entry, in bytes; the others are counted.
pub const MAX_RULE_BYTES: usize = 16 << 10;
/// The longest reason of an erasure or a recovery, in bytes.
pub const MAX_REASON_BYTES: usize = 1_024;
/// The largest number in an entry: the largest that every reader of JSON keeps exact.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "almost every entry is an event")]
pub enum Leaf {
    /// An event of a session, and what became of it.
    Event(EventLeaf),
    /// A payload was erased.
    Erasure(ErasureLeaf),
    /// What a crash left behind was cut.
    Recovery(RecoveryLeaf),
}

macro_rules! kind {
    ($(#[$doc:meta])* $name:ident = $word:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            /// The only value.
            #[default]
            #[serde(rename = $word)]
            Is,
        }
    };
}
kind!(
    /// The word `event`.
    EventKind = "event"
);
kind!(
    /// The word `erasure`.
    ErasureKind = "erasure"
);
kind!(
    /// The word `recovery`.
    RecoveryKind = "recovery"
);

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was a step, and was decided.
    Decided,
    /// It was an observation.
    Observed,
    /// It was an observation that didn't fit.
    Rejected,
    /// It was the result of a step that was refused, in a run that took place already.
    LeftOut,
    /// Another bundle decides from here on.
    Activated,
}

/// What the host must do with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Take it, with the obligations.
    Permit,
    /// Ask a person first.
    Ask,
    /// Don't take it.
    Forbid,
}

impl Effect {
    /// Returns the word of the language.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Ask => "ask",
            Self::Forbid => "forbid",
        }
    }
}

/// An event of a session. Fields stand in the order of their names, as the canonical form has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLeaf {
    /// The session's running digest after the event.
    pub after: Hash,
    /// The address of the answer: a decision, or what is wrong with an observation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<Hash>,
    /// The session's running digest before the event.
    pub before: Hash,
    /// The digest of the bundle that decided, `sha256:…`.
    pub bundle: String,
    /// The code of what is wrong with an observation, for example `H0012`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// What was decided, where the event is a step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effect: Option<Effect>,
    /// The digest of what the host told of entities, `sha256:…`: in the first entry of a session whose bundle declares some, and where another
    /// bundle begins to decide. None where nothing was told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entities: Option<String>,
    /// The address of the event as it came.
    pub event: Hash,
    /// Always `event`.
    pub kind: EventKind,
    /// The number of the event in its session, from 0.
    pub number: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// The leaf hash of the session's entry before; 32 zero bytes for the first.
    pub previous: Hash,
    /// Whether the run took place already when it was decided, so that results of refused steps are left out.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub recorded: bool,
    /// The rules that decided, or the one reserved reason, where the event is a step.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<String>,
    /// How many more rules decided, for whose names there is no room.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub rules_left_out: u64,
    /// The version of what rules mean.
    pub semantics: u16,
    /// The session.
    pub session: String,
    /// [`VERSION`].
    pub version: u16,
}

/// Which payload of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayloadOf {
    /// The event.
    Event,
    /// The answer to it.
    Answer,
}

impl PayloadOf {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Answer => "answer",
        }
    }
}

/// A payload was erased: its bytes and its salt are gone, and nobody can find out what they were from the address that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureLeaf {
    /// The address of what was erased.
    pub address: Hash,
    /// The number of the entry that it belongs to.
    pub entry: u64,
    /// Always `erasure`.
    pub kind: ErasureKind,
    /// Which payload of that entry.
    pub payload: PayloadOf,
    /// Why.
    pub reason: String,
    /// [`VERSION`].
    pub version: u16,
}

/// The end of the log could not be read after a crash, and nothing valid followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryLeaf {
    /// How many entries were cut.
    pub cut: u64,
    /// Always `recovery`.
    pub kind: RecoveryKind,
    /// What was wrong with the first of them.
    pub reason: String,
    /// [`VERSION`].
    pub version: u16,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Bytes are no entry, or an entry can't be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// It has more than [`MAX_LEAF_BYTES`].
    #[error("the entry is longer than {MAX_LEAF_BYTES} bytes")]
    TooLong,
    /// It says that it is of a version that this program doesn't know.
    #[error("the entry has version {0}, and this program knows version {VERSION}")]
    Version(u64),
    /// It is no entry.
    #[error("the entry can't be read: {0}")]
    Form(String),
    /// It says what an entry says, but in other bytes than it must.
    #[error("the entry is not written in the canonical form")]
    NotCanonical,
    /// Its fields contradict each other.
    #[error("the entry contradicts itself: {0}")]
    Contradiction(&'static str),
}

/// What is looked at first.
#[derive(Deserialize)]
struct Head {
    kind: String,
    version: u64,
}

impl Leaf {
    /// Returns the bytes of the entry, as they are hashed.
    ///
    /// # Errors
    /// When they would be too long, or its fields contradict each other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LeafError> {
        self.check()?;
        let bytes = match self {
            Self::Event(leaf) => serde_json::to_vec(leaf),
            Self::Erasure(leaf) => serde_json::to_vec(leaf),
            Self::Recovery(leaf) => serde_json::to_vec(leaf),
        };
        let bytes = bytes.map_err(|e| LeafError::Form(e.to_string()))?;
        if bytes.len() > MAX_LEAF_BYTES { Err(LeafError::TooLong) } else { Ok(bytes) }
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// When the bytes are not exactly those of an entry.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong);
        }
        // Almost all are events of this version. Of what is none, it is asked what it is.
        let leaf = match serde_json::from_slice::<EventLeaf>(bytes) {
            Ok(leaf) if leaf.version == VERSION => Self::Event(leaf),
            _ => Self::parse_any(bytes)?,
        };
        if leaf.to_bytes()? == bytes { Ok(leaf) } else { Err(LeafError::NotCanonical) }
    }

    fn parse_any(bytes: &[u8]) -> Result<Self, LeafError> {
        let form = |e: serde_json::Error| LeafError::Form(e.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(form)?;
        if head.version != u64::from(VERSION) {
            return Err(LeafError::Version(head.version));
        }
        match head.kind.as_str() {
            "event" => Ok(Self::Event(serde_json::from_slice(bytes).map_err(form)?)),
            "erasure" => Ok(Self::Erasure(serde_json::from_slice(bytes).map_err(form)?)),
            "recovery" => Ok(Self::Recovery(serde_json::from_slice(bytes).map_err(form)?)),
            _ => Err(LeafError::Form("its kind is not known".to_owned())),
        }
    }

    /// Looks at what the types leave open.
    fn check(&self) -> Result<(), LeafError> {
        let wrong = |what: &'static str| Err(LeafError::Contradiction(what));
        match self {
            Self::Event(leaf) => {
                let decided = leaf.outcome == Outcome::Decided;
                if decided != leaf.effect.is_some() || decided == (leaf.rules.is_empty() && leaf.rules_left_out == 0) {
                    return wrong("a step, and only a step, has an effect and the rules that decided");
                }
                let coded = matches!(leaf.outcome, Outcome::Rejected | Outcome::LeftOut);
                if coded != leaf.code.is_some() {
                    return wrong("an observation that doesn't fit, and only such a one, has a code");
                }
                if leaf.answer.is_some() != (decided || coded) {
                    return wrong("what has a decision or a code, and only that, has an answer");
                }
                if (leaf.number == 0) != (leaf.previous == Hash::ZERO) {
                    return wrong("the first entry of a session, and only the first, follows none");
                }
                if leaf.number > MAX_NUMBER || leaf.rules_left_out > MAX_NUMBER {
                    return wrong("a number is too large");
                }
            }
            Self::Erasure(ErasureLeaf { reason, entry: number, .. }) | Self::Recovery(RecoveryLeaf { reason, cut: number, .. }) => {
                if reason.len() > MAX_REASON_BYTES {
                    return wrong("the reason is too long");
                }
                if *number > MAX_NUMBER {
                    return wrong("a number is too large");
                }
            }
        }
        Ok(())
    }
}

impl EventLeaf {
    /// Returns the names of rules as far as there is room for them in an entry, and how many are left out.
    #[must_use]
    pub fn rules_that_fit<'a>(names: impl IntoIterator<Item = &'a str>) -> (Vec<String>, u64) {
        let (mut fit, mut bytes, mut left_out) = (Vec::new(), 0usize, 0u64);
        for name in names {
            bytes = bytes.saturating_add(name.len() + 3);
            if left_out > 0 || bytes > MAX_RULE_BYTES {
                left_out += 1;
            } else {
                fit.push(name.to_owned());
            }
        }
        (fit, left_out)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn observed(session: &str, number: u64, previous: Hash) -> EventLeaf {
        EventLeaf {
            after: Hash::of(&[session.as_bytes(), &(number + 1).to_le_bytes()]),
            answer: None,
            before: if number == 0 { Hash::ZERO } else { Hash::of(&[session.as_bytes(), &number.to_le_bytes()]) },
            bundle: "sha256:00".to_owned(),
            code: None,
            effect: None,
            entities: None,
            event: Hash::of(&[b"e"]),
            kind: EventKind::Is,
            number,
            outcome: Outcome::Observed,
            previous,
            recorded: false,
            rules: Vec::new(),
            rules_left_out: 0,
            semantics: 7,
            session: session.to_owned(),
            version: VERSION,
        }
    }

    fn decided() -> EventLeaf {
        EventLeaf {
            answer: Some(Hash::of(&[b"a"])),
            effect: Some(Effect::Ask),
            outcome: Outcome::Decided,
            rules: vec!["b".to_owned(), "a".to_owned()],
            ..observed("s \"1\"\n\u{7f}é\u{1}", 0, Hash::ZERO)
        }
    }

    #[test]
    fn an_entry_is_sorted_json_without_white_space() {
        let text = String::from_utf8(Leaf::Event(decided()).to_bytes().unwrap()).unwrap();
        let zeros = "0".repeat(64);
        let hash = |of: &[u8]| Hash::of(&[of]).to_string();
        assert_eq!(
            text,
            format!(
                concat!(
                    r#"{{"after":"{}","answer":"{}","before":"{}","bundle":"sha256:00","effect":"ask","event":"{}","kind":"event","number":0,"#,
                    r#""outcome":"decided","previous":"{}","rules":["b","a"],"semantics":7,"session":"s \"1\"\n{}é\u0001","version":1}}"#
                ),
                Hash::of(&["s \"1\"\n\u{7f}é\u{1}".as_bytes(), &1u64.to_le_bytes()]),
                hash(b"a"),
                zeros,
                hash(b"e"),
                zeros,
                '\u{7f}'
            )
        );
        let keys = text
            .split(",\"")
            .map(|part| part.trim_start_matches(['{', '"']))
            .map(|part| part.split('"').next().unwrap())
            .filter(|k| *k != "a")
            .collect::<Vec<_>>();
        assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn every_kind_of_entry_is_read_as_it_was_written() {
        let erasure =
            ErasureLeaf { address: Hash::of(&[]), entry: 9, kind: ErasureKind::Is, payload: PayloadOf::Answer, reason: "asked to".into(), version: VERSION };
        let recovery = RecoveryLeaf { cut: 2, kind: RecoveryKind::Is, reason: "torn".into(), version: VERSION };
        let rejected = EventLeaf { outcome: Outcome::Rejected, code: Some("H0001".into()), answer: Some(Hash::ZERO), ..observed("", 3, Hash::of(&[])) };
        for leaf in [Leaf::Event(decided()), Leaf::Event(rejected), Leaf::Erasure(erasure), Leaf::Recovery(recovery)] {
            let bytes = leaf.to_bytes().unwrap();
            assert_eq!(Leaf::parse(&bytes), Ok(leaf));
        }
    }

    #[test]
    fn other_bytes_for_the_same_entry_are_refused() {
        let text = String::from_utf8(Leaf::Event(decided()).to_bytes().unwrap()).unwrap();
        let change = |from: &str, to: &str| {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            Leaf::parse(changed.as_bytes()).unwrap_err()
        };
        assert_eq!(change("\"number\":0", "\"number\": 0"), LeafError::NotCanonical);
        assert_eq!(change("é", "\\u00e9"), LeafError::NotCanonical);
        assert_eq!(change("\"version\":1}", "\"version\":1} "), LeafError::NotCanonical);
        assert_eq!(change(",\"semantics\":7", ",\"rules_left_out\":0,\"semantics\":7"), LeafError::NotCanonical);
        assert_eq!(change("\"version\":1", "\"version\":2"), LeafError::Version(2));
        assert!(matches!(change("\"version\":1}", "\"version\":1,\"version\":1}"), LeafError::Form(_)));
        assert!(matches!(change("\"semantics\":7", "\"semantics\":7,\"more\":1"), LeafError::Form(_)));
        assert!(matches!(change("\"kind\":\"event\"", "\"kind\":\"else\""), LeafError::Form(_)));
        assert!(matches!(change("\"number\":0", "\"number\":0.0"), LeafError::Form(_)));
        assert!(matches!(change("\"effect\":\"ask\",", ""), LeafError::Contradiction(_)));
        assert!(matches!(change("\"number\":0", "\"number\":1"), LeafError::Contradiction(_)));
        assert!(matches!(Leaf::parse(&[]), Err(LeafError::Form(_))));
        assert_eq!(Leaf::parse(&vec![b' '; MAX_LEAF_BYTES + 1]), Err(LeafError::TooLong));
    }

    #[test]
    fn names_of_rules_never_make_an_entry_too_long() {
        let names = (0..100_000).map(|n| format!("rule_{n}")).collect::<Vec<_>>();
        let (rules, rules_left_out) = EventLeaf::rules_that_fit(names.iter().map(String::as_str));
        assert_eq!(rules.len() as u64 + rules_left_out, 100_000);
        let leaf = Leaf::Event(EventLeaf { rules, rules_left_out, ..decided() });
        let bytes = leaf.to_bytes().unwrap();
        assert_eq!(Leaf::parse(&bytes), Ok(leaf));
        let (rules, left_out) = EventLeaf::rules_that_fit(["x".repeat(MAX_RULE_BYTES).as_str(), "y"]);
        assert_eq!((rules.len(), left_out), (0, 2));
    }
}
