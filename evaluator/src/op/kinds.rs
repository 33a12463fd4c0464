//! What is made of the table: the enum, its encoding, its listing, its registers, and the reference page.

use super::operand::{Moves, Operand};
use super::{
    ArithKind, CmpKind, CmpOp, ConstId, Detector, EntityId, LengthOf, LoopKind, Mode, NoteId, Part, PatternId, QueryId, QueryKind, Reg, RunKind, Slot, Src,
    Target, UnaryKind, WithinKind, ZoneId,
};
use crate::error::ImageError;
use crate::opcode_table;
use crate::value::Place;
use crate::wire::{Bytes, Sink, Wire};
use std::fmt;

/// What an operation does with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads it.
    Read,
    /// It writes it; `jump.none` only when it jumps, `loop` its `elem` before each round.
    Write,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpcodeInfo {
    /// The first byte of its encoding.
    pub tag: u8,
    /// The word in listings.
    pub word: &'static str,
    /// Names and kinds of the operands.
    pub operands: &'static [(&'static str, &'static str)],
    /// What it does.
    pub about: &'static str,
}

/// Returns what an operation does with a register that stands as an operand of that name.
const fn accesses(operand: &str) -> &'static [Access] {
    match operand.as_bytes() {
        b"dst" | b"elem" => &[Access::Write],
        b"acc" => &[Access::Read, Access::Write],
        _ => &[Access::Read],
    }
}

macro_rules! define {
    ($($tag:literal $name:ident $word:literal { $($field:ident : $ty:ty),* } $about:literal;)*) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $(
            #[doc = $about]
            $name { $(
                #[doc = concat!("Operand `", stringify!($field), "`.")]
                $field: $ty
            ),* },
        )* }

        /// The rows of the table, by tag.
        pub const OPCODES: &[OpcodeInfo] = &[$(
            OpcodeInfo { tag: $tag, word: $word, operands: &[$((stringify!($field), <$ty as Operand>::KIND)),*], about: $about },
        )*];

        impl Op {
            /// Returns the first byte of the encoding.
            #[must_use]
            pub const fn tag(self) -> u8 {
                match self { $(Self::$name { .. } => $tag,)* }
            }

            /// Returns the word for listings.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name { .. } => $word,)* }
            }

            /// Calls `visit` for each register that stands as an operand, reads before writes.
            fn named_registers(self, visit: &mut impl FnMut(Access, Reg)) {
                for wanted in [Access::Read, Access::Write] {
                    match self { $(
                        Self::$name { $($field),* } => { $(
                            if let Some(reg) = $field.register() && accesses(stringify!($field)).contains(&wanted) {
                                visit(wanted, reg);
                            }
                        )* }
                    )* }
                }
            }

            /// Calls `visit` for each operand that is read from a register, a slot, the context or a constant.
            pub fn sources(self, mut visit: impl FnMut(Src)) {
                match self { $(
                    Self::$name { $($field),* } => { $(
                        if let Some(src) = $field.source() {
                            visit(src);
                        }
                    )* }
                )* }
            }

            /// Calls `visit` for each operand that is always a constant.
            pub fn constants(self, mut visit: impl FnMut(ConstId)) {
                match self { $(
                    Self::$name { $($field),* } => { $(
                        if let Some(id) = $field.constant() {
                            visit(id);
                        }
                    )* }
                )* }
            }

            /// Returns the place of the operation, if it has one.
            #[must_use]
            pub fn place(self) -> Option<Place> {
                match self { $(
                    Self::$name { $($field),* } => {
                        let places = [$($field.place()),*];
                        places.into_iter().flatten().next()
                    }
                )* }
            }

            /// Returns the operation without its place and target, so that it can be compared with others.
            pub(crate) fn blank(self) -> Self {
                match self { $(
                    Self::$name { $($field),* } => Self::$name { $($field: $field.blank()),* },
                )* }
            }

            /// Returns the operation with other numbers of targets, places and notes.
            #[must_use]
            pub(crate) fn moved(self, by: Moves) -> Self {
                match self { $(
                    Self::$name { $($field),* } => Self::$name { $($field: $field.moved(by)),* },
                )* }
            }

            #[cfg(test)]
            pub(crate) fn sample(opcode: usize, choose: &mut dyn FnMut(u32) -> u32) -> Self {
                match OPCODES[opcode % OPCODES.len()].tag {
                    $($tag => Self::$name { $($field: Operand::sample(choose)),* },)*
                    _ => unreachable!(),
                }
            }

            /// Reads a line of a listing, without what is behind the operands.
            #[cfg(test)]
            pub(crate) fn parse(line: &str) -> Option<Self> {
                let mut tokens = line.split(' ');
                let op = match tokens.next()? {
                    $($word => Self::$name { $($field: Operand::parse(tokens.next()?)?),* },)*
                    _ => return None,
                };
                tokens.next().is_none().then_some(op)
            }
        }

        impl Wire for Op {
            // A tag and at least one number of 32 bits.
            const LEAST_BYTES: usize = 5;

            fn put(&self, out: &mut impl Sink) {
                out.number(&[self.tag()]);
                match *self { $(Self::$name { $($field),* } => { $($field.put(out);)* })* }
            }

            fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
                match u8::take(from)? {
                    $($tag => Ok(Self::$name { $($field: Wire::take(from)?),* }),)*
                    tag => Err(from.error(format_args!("unknown opcode {tag:#04x}"))),
                }
            }
        }

        impl fmt::Display for Op {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self { $(
                    Self::$name { $($field),* } => {
                        f.write_str($word)?;
                        $(
                            f.write_str(" ")?;
                            $field.show(f)?;
                        )*
                        Ok(())
                    }
                )* }
            }
        }
    };
}

opcode_table!(define);

impl Op {
    /// Appends the encoding.
    pub fn encode(self, out: &mut Vec<u8>) {
        self.put(out);
    }

    /// Reads one operation from the front of some bytes, and returns it with its length in bytes.
    ///
    /// # Errors
    /// When none stands there.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), ImageError> {
        let mut from = Bytes::new(bytes);
        let op = Self::take(&mut from)?;
        Ok((op, from.position()))
    }

    /// Calls `visit` for each register that it reads or writes, reads first.
    pub fn registers(self, mut visit: impl FnMut(Access, Reg)) {
        if let Self::MakeList { dst, first, len, .. } | Self::Ask { dst, first, len, .. } = self {
            for offset in 0..len {
                visit(Access::Read, Reg(first.0.saturating_add(offset)));
            }
            visit(Access::Write, dst);
            return;
        }
        self.named_registers(&mut visit);
    }

    /// Returns where it may go on besides the next operation; for a loop the end of its body.
    #[must_use]
    pub const fn target(self) -> Option<Target> {
        match self {
            Self::Jump { to }
            | Self::JumpFalse { to, .. }
            | Self::JumpNone { to, .. }
            | Self::JumpPresent { to, .. }
            | Self::And { to, .. }
            | Self::Or { to, .. }
            | Self::Loop { to, .. }
            | Self::TestNum { to, .. }
            | Self::TestText { to, .. }
            | Self::TestIn { to, .. }
            | Self::TestPresent { to, .. } => Some(to),
            _ => None,
        }
    }
}

/// Returns the reference page of all operations, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Operations\n\nEvery operation of an image, from the table of opcodes. Operands: `rN` is a register, `sN` a slot of the step, `xN` a field of the context, \
         `cN` a constant (a *source* is any of these), `->N` a later operation, `/N` a pattern, `qN` a question of the session, `zN` a time zone, `eN` a type of entities, `#N` a note, `@N` a place of the source.\n\n\
         | byte | operation | operands | what it does |\n| --- | --- | --- | --- |\n",
    );
    for op in OPCODES {
        let operands: Vec<String> = op.operands.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
        page.push_str(&format!("| `{:#04x}` | `{}` | {} | {} |\n", op.tag, op.word, operands.join(", "), op.about));
    }
    page
}
