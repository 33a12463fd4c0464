//! Values as the machine holds them: small, copied, without lifetimes.
//!
//! Text is a range of one of a few buffers, lists are ranges of cells, numbers of every kind are one `i128`:
//! an `int` as it is, a `decimal` times 10^18, a `time` and a `duration` in nanoseconds, a `date` in days since
//! 1970-01-01, an enum as the index of its member.

use crate::entities::Node;

/// Which buffer a text or a list lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// The event's own text, borrowed.
    Input,
    /// What was unescaped, normalised or computed for this step.
    Scratch,
    /// The session's context.
    Context,
    /// The image's constants.
    Pool,
    /// The fields of entities.
    Entities,
}

/// A text: a byte range of a space, and its atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Str {
    /// The buffer.
    pub space: Space,
    /// The offset of the first byte.
    pub start: u32,
    /// The length in bytes.
    pub len: u32,
    /// Which constant of the image it equals, if that was looked up.
    pub atom: Atom,
}

/// The identity of a text among the image's constants, so that equality with a constant compares numbers; of an id, the number of its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom(pub u32);

impl Atom {
    /// Nobody has looked yet.
    pub const UNKNOWN: Self = Self(u32::MAX);
    /// It equals no constant.
    pub const FOREIGN: Self = Self(u32::MAX - 1);
    /// From here on atoms are those of entities. No image has that many texts.
    const NODES: u32 = 1 << 31;

    /// Returns the atom of an entity.
    #[must_use]
    pub const fn of_node(node: Node) -> Self {
        if node.0 < Self::NODES - 2 { Self(Self::NODES + node.0) } else { Self::UNKNOWN }
    }

    /// Returns whether it says which constant of the image a text equals, or that it equals none.
    #[must_use]
    pub const fn tells_constant(self) -> bool {
        self.0 < Self::NODES || self.0 == Self::FOREIGN.0
    }

    /// Returns the entity that it is of, if it is one of an entity.
    #[must_use]
    pub const fn node(self) -> Option<Node> {
        if self.0 >= Self::NODES && self.0 < Self::FOREIGN.0 { Some(Node(self.0 - Self::NODES)) } else { None }
    }
}

/// Why something has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cause {
    /// A result that doesn't fit its type.
    Overflow = 1,
    /// A decimal product with more than 18 decimal places.
    Inexact = 2,
    /// A field of the context that nobody has given.
    MissingContext = 3,
    /// A fact that the host did not send.
    MissingFact = 4,
    /// An optional used as if it were there; the compiler prevents it, the machine is sure of it.
    Absent = 5,
    /// A path compared with one that begins elsewhere: relative, absolute, in a home folder.
    RelativePath = 6,
    /// A duration that is no whole number of days, added to a date.
    PartialDay = 7,
    /// A value beyond a limit of the language.
    Limit = 8,
    /// A command line or query of which something can't be known before it runs.
    Opaque = 9,
    /// A part that the value doesn't have, such as the host of `data:,x`.
    NoPart = 10,
    /// An address that carries another one for a tunnel or translator: which of them is reached is not known.
    Ambiguous = 11,
    /// History or provenance whose answer rests on an event of which not enough is known.
    Unsure = 12,
    /// What the session would have to remember is more than it may.
    Bound = 13,
    /// A value with too few letters and digits to tell where it came from.
    TooShort = 14,
    /// An id that the session's data doesn't know.
    UnknownEntity = 15,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Overflow,
        Self::Inexact,
        Self::MissingContext,
        Self::MissingFact,
        Self::Absent,
        Self::RelativePath,
        Self::PartialDay,
        Self::Limit,
        Self::Opaque,
        Self::NoPart,
        Self::Ambiguous,
        Self::Unsure,
        Self::Bound,
        Self::TooShort,
        Self::UnknownEntity,
    ];
}

/// The place of an expression: an index of the image's places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u32);

/// "No value": why, and where it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue {
    /// Why.
    pub cause: Cause,
    /// The expression that had none first.
    pub place: Place,
}

/// A value. A condition is `Bool` or `None`.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// An optional that isn't there.
    Absent,
    /// No value; stands in a slot with a place of zero until an operation reads it, which writes its own place to it.
    None(NoValue),
    /// A truth value.
    Bool(bool),
    /// A number of any kind.
    Num(i128),
    /// Text of any kind, in its normal form.
    Text(Str),
    /// A list or set: a range of cells.
    List(Cells),
    /// A record: a range of cells, one a field in the order of its type.
    Record(Cells),
    /// A map: key and value in turn; keys are texts, sorted, each once. In `any`: a JSON object.
    Map(Cells),
    /// In `any`: a JSON number that no decimal holds, as written. It equals nothing.
    Number(Str),
}

/// A range of cells of a space (`Scratch`, `Context` or `Pool`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The buffer.
    pub space: Space,
    /// The first cell.
    pub at: u32,
    /// How many cells.
    pub len: u32,
}
