//! Which operator stands behind an operand.

use super::Reader;
use crate::ast::{AddOp, CompareOp};
use crate::build::expression::level;

/// An operator with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator {
    pub(super) kind: OperatorKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperatorKind {
    Or,
    And,
    Add(AddOp),
    Times,
    Else,
    Compare(CompareOp),
    Has,
    As,
    From,
    NamedBy,
    Matches {
        nocase: bool,
    },
    RunsOnly,
    MayRun,
    MayTouch,
    MayWrite,
    ReadsOnly,
    /// One of other languages, which the grammar explains.
    Foreign,
}

impl OperatorKind {
    pub(super) const fn level(self) -> u8 {
        match self {
            Self::Or => level::OR,
            Self::And => level::AND,
            Self::Add(_) => level::SUM,
            Self::Times => level::PRODUCT,
            Self::Else => level::ELSE,
            _ => level::COMPARE,
        }
    }
}

impl Reader<'_> {
    /// Returns the operator behind the last token, if one stands there.
    pub(super) fn operator(&mut self) -> Option<Operator> {
        match self.peeked {
            Some((at, operator)) if at == self.at => operator,
            _ => {
                let operator = self.find_operator();
                self.peeked = Some((self.at, operator));
                operator
            }
        }
    }

    fn find_operator(&self) -> Option<Operator> {
        let beside = self.beside();
        let start = self.ahead_of(beside);
        let (first, second) = (self.byte_at(start), self.byte_at(start + 1));
        let sign = |kind, length| Some(Operator { kind, start, end: start + length });
        match first {
            // At the beginning of a line, `-x` is the next item between braces.
            b'-' if second != b'>' && (start == beside || matches!(second, b' ' | b'\t' | b'\r' | b'\n')) => sign(OperatorKind::Add(AddOp::Subtract), 1),
            b'+' => sign(OperatorKind::Add(AddOp::Add), 1),
            b'*' => sign(OperatorKind::Times, 1),
            b'=' if second == b'=' && self.byte_at(start + 2) != b'=' => sign(OperatorKind::Compare(CompareOp::Eq), 2),
            b'=' if second != b'>' => sign(OperatorKind::Foreign, 1),
            b'!' if second == b'=' && self.byte_at(start + 2) != b'=' => sign(OperatorKind::Compare(CompareOp::Ne), 2),
            b'<' if second == b'=' => sign(OperatorKind::Compare(CompareOp::Le), 2),
            b'<' if second != b'>' => sign(OperatorKind::Compare(CompareOp::Lt), 1),
            b'>' if second == b'=' => sign(OperatorKind::Compare(CompareOp::Ge), 2),
            b'>' => sign(OperatorKind::Compare(CompareOp::Gt), 1),
            b'!' | b'<' | b'&' | b'|' => sign(OperatorKind::Foreign, 1),
            b'a'..=b'z' => self.operator_word(start),
            b'A' | b'O' if matches!(self.word_at(start), "AND" | "OR") => sign(OperatorKind::Foreign, 1),
            _ => None,
        }
    }

    fn operator_word(&self, start: usize) -> Option<Operator> {
        let end = self.word_end(start);
        let word = |kind, end| self.ends(end).then_some(Operator { kind, start, end });
        let compare = |op| word(OperatorKind::Compare(op), end);
        // Of two words, the first need not be followed by what ends a word of the language.
        let second = |expected: &str| {
            let at = self.beside_of(end);
            (at > end && self.word_at(at) == expected).then(|| at + expected.len())
        };
        match self.slice(start, end) {
            "or" => word(OperatorKind::Or, end),
            "and" => word(OperatorKind::And, end),
            "else" => word(OperatorKind::Else, end),
            "in" => compare(CompareOp::In),
            "contains" => compare(CompareOp::Contains),
            "within" => compare(CompareOp::Within),
            "has" => word(OperatorKind::Has, end),
            "as" => word(OperatorKind::As, end),
            "from" => word(OperatorKind::From, end),
            "not" => word(OperatorKind::Compare(CompareOp::NotIn), second("in")?),
            "named" => word(OperatorKind::NamedBy, second("by")?),
            "reads" => word(OperatorKind::ReadsOnly, second("only")?),
            "runs" => word(OperatorKind::RunsOnly, second("only")?),
            "may" => {
                let at = self.beside_of(end);
                let kind = match self.word_at(at) {
                    "run" => OperatorKind::MayRun,
                    "touch" => OperatorKind::MayTouch,
                    "write" => OperatorKind::MayWrite,
                    _ => return None,
                };
                word(kind, self.word_end(at))
            }
            "matches" => {
                let plain = word(OperatorKind::Matches { nocase: false }, end)?;
                let nocase = second("nocase").and_then(|end| word(OperatorKind::Matches { nocase: true }, end));
                Some(nocase.unwrap_or(plain))
            }
            _ => None,
        }
    }
}
