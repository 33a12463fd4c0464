//! What the kinds of operands have in common: an encoding, a look in listings, and the registers in them.

use super::{
    ArithKind, CmpKind, CmpOp, ConstId, Detector, EntityId, LengthOf, LoopKind, Mode, NoteId, Part, PatternId, QueryId, QueryKind, Reg, RunKind, Slot, Src,
    Target, UnaryKind, WithinKind, ZoneId,
};
use crate::value::Place;
use crate::wire::{Sink, Wire, choices, newtypes};
use std::fmt::{self, Display};

newtypes!(Reg, Slot, ConstId, EntityId, Target, NoteId, PatternId, QueryId, ZoneId, Place);

choices! {
    Src { 0 Reg(id), 1 Slot(id), 2 Context(id), 3 Const(id) }
}

/// An operand, written as listings name it.
pub(crate) struct Named<T>(pub T);

impl<T: Operand> fmt::Display for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// What is added, wrapping around, to numbers that depend on where an operation stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moves {
    pub target: u32,
    pub place: u32,
    pub note: u32,
}

/// An operand.
pub(crate) trait Operand: Wire + Copy {
    /// What it is, for the reference page.
    const KIND: &'static str;

    /// Writes it for a listing.
    fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Returns the register in it.
    fn register(self) -> Option<Reg> {
        None
    }

    /// Returns it, if it is a source.
    fn source(self) -> Option<Src> {
        None
    }

    /// Returns it, if it is a constant.
    fn constant(self) -> Option<ConstId> {
        None
    }

    /// Returns it, if it is a place.
    fn place(self) -> Option<Place> {
        None
    }

    /// Returns it without what depends on where the operation stands: a place or a target is number 0.
    #[must_use]
    fn blank(self) -> Self {
        self
    }

    /// Returns it with another number, if that depends on where the operation stands.
    #[must_use]
    fn moved(self, by: Moves) -> Self {
        let _ = by;
        self
    }

    /// Makes one of choices below a bound, for tests.
    #[cfg(test)]
    fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self;

    /// Reads what `show` writes, for tests.
    #[cfg(test)]
    fn parse(token: &str) -> Option<Self>;
}

/// Numbers with a letter before them; what stands behind `=` is what they are without a place of their own, behind `+` which of [`Moves`] moves
/// them.
macro_rules! numbered {
    ($($ty:ident $kind:literal $prefix:literal $bound:literal $($as:ident)? $(= $blank:literal)? $(+ $moved:ident)?;)*) => { $(
        impl Operand for $ty {
            const KIND: &'static str = $kind;

            fn show(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }

            $(
                fn $as(self) -> Option<Self> {
                    Some(self)
                }
            )?

            $(
                fn blank(self) -> Self {
                    Self($blank)
                }
            )?

            $(
                fn moved(self, by: Moves) -> Self {
                    Self(self.0.wrapping_add(by.$moved))
                }
            )?

            #[cfg(test)]
            #[allow(clippy::cast_possible_truncation, reason = "the bound fits")]
            fn sample(choose: &mut dyn FnMut(u32) -> u32) -> Self {
                Self(choose($bound) as _)
            }

            #[cfg(test)]
            fn parse(token: &str) -> Option<Self> {
                token.strip_prefix($prefix)?.parse().ok().map(Self)
            }
        }
    )* };
}

numbered! {
    Slot "slot" "s" 0xffff;
    ConstId "constant" "c" 0xffff_ffff constant;
    PatternId "pattern" "/" 0xffff_ffff;
    QueryId "query" "q" 0xffff_ffff;
    ZoneId "zone" "z" 0xffff_ffff;
    EntityId "entity" "e" 0xffff_ffff;
    NoteId "note" "#" 0xffff_ffff + note;
    Target "target" "->" 0xffff_ffff = 0 + target;
    Place "place" "@" 0xffff_ffff place = 0 + place;
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

    #[cfg(test)]
    fn parse(token: &str) -> Option<Self> {
        token.strip_prefix('r')?.parse().ok().map(Self)
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

    fn source(self) -> Option<Src> {
        Some(self)
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

    #[cfg(test)]
    fn parse(token: &str) -> Option<Self> {
        let context = || token.strip_prefix('x')?.parse().ok().map(Self::Context);
        Reg::parse(token).map(Self::Reg).or_else(|| Slot::parse(token).map(Self::Slot)).or_else(|| ConstId::parse(token).map(Self::Const)).or_else(context)
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

    #[cfg(test)]
    fn parse(token: &str) -> Option<Self> {
        token.parse().ok()
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

    #[cfg(test)]
    fn parse(token: &str) -> Option<Self> {
        Some(token == "not").filter(|negated| *negated || token == "is")
    }
}

macro_rules! word_operands {
    ($($ty:ident $kind:literal),* $(,)?) => { $(
        impl Wire for $ty {
            fn put(&self, out: &mut impl Sink) {
                out.number(&[self.tag()]);
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

            #[cfg(test)]
            fn parse(token: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.word() == token)
            }
        }
    )* };
}

word_operands! {
    CmpOp "comparison", CmpKind "compared kind", ArithKind "arithmetic", UnaryKind "unary arithmetic", Part "part",
    LoopKind "quantifier", Mode "mode", LengthOf "counted kind", WithinKind "container", RunKind "question of a command line",
    QueryKind "question of a query", Detector "detector",
}
