//! What the kinds of operands have in common: an encoding, a look in listings, and the registers in them.

use super::{ArithKind, CmpKind, CmpOp, ConstId, LengthOf, LoopKind, Mode, NoteId, Part, PatternId, Reg, Slot, Src, Target, UnaryKind};
use crate::value::Place;
use crate::wire::{Wire, choices, newtypes};
use std::fmt::{self, Display};

newtypes!(Reg, Slot, ConstId, Target, NoteId, PatternId, Place);

choices! {
    Src { 0 Reg(id), 1 Slot(id), 2 Context(id), 3 Const(id) }
}

/// An operand.
pub(super) trait Operand: Wire + Copy {
    /// What it is, for the reference page.
    const KIND: &'static str;

    /// Writes it for a listing.
    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Returns the register in it.
    fn register(self) -> Option<Reg> {
        None
    }

    /// Makes one of choices below a bound, for tests.
    #[cfg(test)]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self;
}

/// Numbers with a letter before them.
macro_rules! numbered {
    ($($ty:ident $kind:literal $prefix:literal $bound:literal;)*) => { $(
        impl Operand for $ty {
            const KIND: &'static str = $kind;

            fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }

            #[cfg(test)]
            #[allow(clippy::cast_possible_truncation, reason = "the bound fits")]
            fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
                Self(choose($bound) as _)
            }
        }
    )* };
}

numbered! {
    Slot "slot" "s" 0xffff;
    ConstId "constant" "c" 0xffff_ffff;
    PatternId "pattern" "/" 0xffff_ffff;
    NoteId "note" "#" 0xffff_ffff;
    Target "target" "->" 0xffff_ffff;
    Place "place" "@" 0xffff_ffff;
}

impl Operand for Reg {
    const KIND: &'static str = "register";

    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }

    fn register(self) -> Option<Reg> {
        Some(self)
    }

    #[cfg(test)]
    #[allow(clippy::cast_possible_truncation, reason = "the bound fits")]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
        Self(choose(0xffff) as u16)
    }
}

impl Operand for Src {
    const KIND: &'static str = "source";

    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reg(reg) => reg.show(f),
            Self::Slot(slot) => slot.show(f),
            Self::Context(field) => write!(f, "x{field}"),
            Self::Const(id) => id.show(f),
        }
    }

    fn register(self) -> Option<Reg> {
        if let Self::Reg(reg) = self { Some(reg) } else { None }
    }

    #[cfg(test)]
    #[allow(clippy::cast_possible_truncation, reason = "the bound fits")]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
        match choose(4) {
            0 => Self::Reg(Reg::sample(choose)),
            1 => Self::Slot(Slot::sample(choose)),
            2 => Self::Context(choose(0xffff) as u16),
            _ => Self::Const(ConstId::sample(choose)),
        }
    }
}

impl Operand for u16 {
    const KIND: &'static str = "number";

    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt(f)
    }

    #[cfg(test)]
    #[allow(clippy::cast_possible_truncation, reason = "the bound fits")]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
        choose(0xffff) as Self
    }
}

/// The only truth value of operations says whether a test is negated.
impl Operand for bool {
    const KIND: &'static str = "negation";

    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self { "not" } else { "is" })
    }

    #[cfg(test)]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
        choose(2) == 1
    }
}

macro_rules! word_operands {
    ($($ty:ident $kind:literal),* $(,)?) => { $(
        impl Wire for $ty {
            fn put(&self, out: &mut Vec<u8>) {
                out.push(self.tag());
            }

            fn take(from: &mut crate::wire::Bytes<'_>) -> Result<Self, crate::error::ImageError> {
                let tag = u8::take(from)?;
                Self::from_tag(tag).ok_or_else(|| from.error(format_args!(concat!("unknown tag {} of ", $kind), tag)))
            }
        }

        impl Operand for $ty {
            const KIND: &'static str = $kind;

            fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }

            #[cfg(test)]
            fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
                Self::ALL[choose(u32::try_from(Self::ALL.len()).unwrap()) as usize]
            }
        }
    )* };
}

word_operands! {
    CmpOp "comparison", CmpKind "compared kind", ArithKind "arithmetic", UnaryKind "unary arithmetic", Part "part",
    LoopKind "quantifier", Mode "mode", LengthOf "counted kind",
}
