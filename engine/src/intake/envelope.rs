//! The fields that events have, whatever they are about.

use reach_evaluator::image::StepKind;

/// The fields of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Key {
    Session,
    Type,
    Id,
    Agent,
    Name,
    Args,
    Facts,
    Definition,
    At,
    Context,
    Text,
    Step,
    Ok,
    Content,
    Granted,
    By,
    Scope,
    Charges,
}

/// How many there are.
pub(crate) const KEYS: usize = 18;

impl Key {
    const ALL: [(Self, &'static str); KEYS] = [
        (Self::Session, "session"),
        (Self::Type, "type"),
        (Self::Id, "id"),
        (Self::Agent, "agent"),
        (Self::Name, "name"),
        (Self::Args, "args"),
        (Self::Facts, "facts"),
        (Self::Definition, "definition"),
        (Self::At, "at"),
        (Self::Context, "context"),
        (Self::Text, "text"),
        (Self::Step, "step"),
        (Self::Ok, "ok"),
        (Self::Content, "content"),
        (Self::Granted, "granted"),
        (Self::By, "by"),
        (Self::Scope, "scope"),
        (Self::Charges, "charges"),
    ];

    #[inline]
    pub fn of(word: &[u8]) -> Option<Self> {
        // A first byte and a length leave at most three, and with texts of a known length comparing takes no loop.
        let (key, is_it) = match (word.len(), word.first()?) {
            (7, b's') => (Self::Session, word == b"session"),
            (4, b't') if word == b"type" => (Self::Type, true),
            (4, b't') => (Self::Text, word == b"text"),
            (2, b'i') => (Self::Id, word == b"id"),
            (5, b'a') => (Self::Agent, word == b"agent"),
            (4, b'n') => (Self::Name, word == b"name"),
            (4, b'a') => (Self::Args, word == b"args"),
            (5, b'f') => (Self::Facts, word == b"facts"),
            (10, b'd') => (Self::Definition, word == b"definition"),
            (2, b'a') => (Self::At, word == b"at"),
            (7, b'c') if word == b"context" => (Self::Context, true),
            (7, b'c') if word == b"content" => (Self::Content, true),
            (7, b'c') => (Self::Charges, word == b"charges"),
            (4, b's') => (Self::Step, word == b"step"),
            (2, b'o') => (Self::Ok, word == b"ok"),
            (7, b'g') => (Self::Granted, word == b"granted"),
            (2, b'b') => (Self::By, word == b"by"),
            (5, b's') => (Self::Scope, word == b"scope"),
            _ => return None,
        };
        is_it.then_some(key)
    }

    pub fn word(self) -> &'static str {
        Self::ALL.get(self as usize).map_or("", |(_, w)| w)
    }

    pub const fn bit(self) -> u32 {
        1 << self as u8
    }

    /// What its value must be, for messages.
    pub fn expected(self) -> &'static str {
        match self {
            Self::At => "time (RFC 3339, with an offset)",
            Self::Ok | Self::Granted => "`true` or `false`",
            Self::Args | Self::Facts | Self::Context | Self::Charges => "an object",
            Self::Content => "text or any JSON",
            Self::Scope => "one of `once`, `session`",
            Self::Session | Self::Type | Self::Id | Self::Agent | Self::Name | Self::Definition | Self::Text | Self::Step | Self::By => "text",
        }
    }
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    Step(StepKind),
    Start,
    Context,
    Prompt,
    Result,
    Approval,
    Usage,
    End,
}

impl EventKind {
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "start" => Self::Start,
            "context" => Self::Context,
            "prompt" => Self::Prompt,
            "result" => Self::Result,
            "approval" => Self::Approval,
            "usage" => Self::Usage,
            "end" => Self::End,
            _ => Self::Step(StepKind::from_word(word)?),
        })
    }

    /// The fields that must be there, and those that may be.
    pub fn fields(self) -> (u32, u32) {
        use Key::{Agent, Args, At, By, Charges, Content, Context, Definition, Facts, Granted, Id, Name, Ok, Scope, Session, Step, Text, Type};
        macro_rules! set {
            ($($key:ident)*) => { const { 0 $(| $key.bit())* } };
        }
        let (must, may) = match self {
            Self::Step(StepKind::Say) => (set!(Id), set!(Agent Args Facts)),
            Self::Step(_) => (set!(Id Name), set!(Agent Args Facts Definition)),
            Self::Start => (set!(), set!(Agent Context)),
            Self::Context => (set!(Context), set!(Agent)),
            Self::Prompt => (set!(Text), set!(Agent)),
            Self::Result => (set!(Step Ok), set!(Agent Content)),
            Self::Approval => (set!(Step Granted By), set!(Agent Scope)),
            Self::Usage => (set!(Step Charges), set!(Agent)),
            Self::End => (set!(Ok), set!(Agent)),
        };
        (set!(At Type) | must, set!(Session) | may)
    }
}

/// Returns every field of a set, in the order of the table.
pub(crate) fn keys_of(bits: u32) -> impl Iterator<Item = Key> {
    Key::ALL.iter().map(|(k, _)| *k).filter(move |k| bits & k.bit() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_word_and_by_nothing_like_it() {
        for key in keys_of(u32::MAX) {
            let word = key.word();
            assert_eq!(Key::of(word.as_bytes()), Some(key), "{word}");
            for other in [&word[1..], &word[..word.len() - 1], &format!("{word}s"), &word.to_uppercase(), &format!("{}x", &word[..word.len() - 1])] {
                assert_eq!(Key::of(other.as_bytes()), None, "{other}");
            }
        }
        assert_eq!(Key::of(b""), None);
    }
}
