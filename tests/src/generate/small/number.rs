//! Whole numbers of small domains, near their ends too.

use super::SmallTy;
use super::condition::{Env, Maker, Place};

/// Numbers that are written: small ones, and such that the ends of the type are near.
const LITERALS: [&str; 9] = ["1", "0", "2", "3", "-1", "4", "9223372036854775807", "-9223372036854775808", "4611686018427387904"];

impl Maker<'_, '_> {
    /// A number that is written; mostly a small one.
    pub(super) fn int_literal(&mut self) -> String {
        let most = if self.c.chance(20) { LITERALS.len() } else { 5 };
        self.c.pick(LITERALS.get(..most).unwrap_or(&LITERALS)).to_string()
    }

    /// A number.
    pub fn number(&mut self, env: &Env, depth: usize) -> String {
        let place = self.place(env, |p| matches!(p.ty, SmallTy::Int(..) | SmallTy::List | SmallTy::Set | SmallTy::Text(_) | SmallTy::Date));
        let Some(place) = place else { return self.c.pick(&["1", "0", "2"]).to_string() };
        let base = self.counted(&place);
        if depth == 0 {
            return base;
        }
        match self.c.below(10) {
            0..=2 => base,
            3 => format!("({base} + {})", if self.c.chance(60) { self.int_literal() } else { self.number(env, depth - 1) }),
            4 | 5 => format!("({base} - {})", if self.c.chance(50) { self.int_literal() } else { self.number(env, depth - 1) }),
            6 => format!("({base} * {})", if self.c.chance(80) { self.int_literal() } else { self.number(env, 0) }),
            7 => format!("{}({base}, {})", self.c.pick(&["min", "max"]), self.number(env, depth - 1)),
            8 => format!("abs({base} - {})", self.int_literal()),
            _ => {
                let (condition, other) = (self.condition(env, depth - 1), self.int_literal());
                format!("(if {condition} then {base} else {other})")
            }
        }
    }

    /// The number that a value is, or is made of it.
    fn counted(&mut self, place: &Place) -> String {
        let value = if place.optional { format!("({} else {})", place.text, self.literal(&place.ty)) } else { place.text.clone() };
        match place.ty {
            SmallTy::List | SmallTy::Set | SmallTy::Text(_) => format!("length({value})"),
            SmallTy::Date => format!("(if {value} > 2026-01-01 then 2 else 0)"),
            _ => value,
        }
    }
}
