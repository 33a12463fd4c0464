//! The opcode table. Each operation is one line here; the enum, its encoding, its listing, its uses and definitions
//! and its reference page come from it.
//!
//! A *condition* is a value that is true, false or none (no value). `to` is always a forward target inside the same
//! region. `place` names the expression that is computed, for a value that begins to be none here.

mod cost;
mod kinds;
mod operand;

pub use reach_values::detect::Detector;
pub use reach_values::form::Part;
use reach_values::words;

pub(crate) use cost::DETECTION_FACTOR;
pub use cost::{BYTES_A_UNIT, LIST_COST, TEXT_COST, code_cost};
pub use kinds::{Access, OPCODES, Op, OpcodeInfo, reference};
pub(crate) use operand::{Moves, Named};

/// A register of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reg(pub u16);

/// A slot of the step: arguments, facts, class fields, system fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// A constant of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConstId(pub u32);

/// Where an operand is read from. None of a slot gets the place of the operation that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Src {
    /// A register.
    Reg(Reg),
    /// A slot of the step.
    Slot(Slot),
    /// A field of the context.
    Context(u16),
    /// A constant.
    Const(ConstId),
}

/// The operation behind a target: an index of the image's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(pub u32);

/// A row of the image's notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// A row of the image's entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// A row of the image's patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(pub u32);

/// A row of the image's queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(pub u32);

/// A row of the image's time zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneId(pub u32);

words! {
    /// A comparison.
    CmpOp { 0 Eq "eq", 1 Ne "ne", 2 Lt "lt", 3 Le "le", 4 Gt "gt", 5 Ge "ge" }
}

words! {
    /// What is compared. Order exists for numbers alone; `Path` has no value for a relative with an absolute one;
    /// `Deep` is equality of anything of one type (lists in order, sets as sets, `any` with a constant).
    CmpKind { 0 Num "num", 1 Text "text", 2 Path "path", 3 Bool "bool", 4 Deep "deep" }
}

words! {
    /// An operation on two numbers. A result that doesn't fit has no value (`Overflow`, `Inexact`, `PartialDay`).
    ArithKind {
        0 AddInt "add.int", 1 AddDecimal "add.decimal", 2 AddDuration "add.duration",
        3 AddTime "add.time", 4 AddDate "add.date",
        5 SubInt "sub.int", 6 SubDecimal "sub.decimal", 7 SubDuration "sub.duration",
        8 SubTime "sub.time", 9 SubDate "sub.date", 10 SubTimeDuration "sub.time.duration", 11 SubDateDuration "sub.date.duration",
        12 MulInt "mul.int", 13 MulDecimal "mul.decimal", 14 MulDuration "mul.duration",
        15 Min "min", 16 Max "max",
    }
}

words! {
    /// An operation on one number.
    UnaryKind { 0 NegInt "neg.int", 1 NegDecimal "neg.decimal", 2 NegDuration "neg.duration", 3 AbsInt "abs.int", 4 AbsDecimal "abs.decimal", 5 AbsDuration "abs.duration" }
}

words! {
    /// What is asked to lie in what: a path in a folder, a host in a domain, an address or a host in a network.
    WithinKind { 0 Path "path", 1 Host "host", 2 Ip "ip", 3 HostIp "host.ip" }
}

words! {
    /// What is asked of a command line: that every command begins with the words of one of the patterns, writes by no redirection
    /// and has nothing assigned before it; or that some command may be what one of the patterns describes.
    RunKind { 0 Only "only", 1 May "may" }
}

words! {
    /// What is asked of a query: that it reads and reads nothing but these tables; or that it writes one of them.
    QueryKind { 0 ReadsOnly "reads.only", 1 MayWrite "may.write" }
}

words! {
    /// Which quantifier a loop is.
    LoopKind { 0 All "all", 1 Any "any", 2 Count "count", 3 SumInt "sum.int", 4 SumDecimal "sum.decimal", 5 SumDuration "sum.duration" }
}

words! {
    /// Whether a test is a term of an `and` (a false one jumps) or of an `or` (a true one jumps).
    Mode { 0 And "and", 1 Or "or" }
}

words! {
    /// What a length counts: Unicode scalar values, elements of a list, or entries of a map.
    LengthOf { 0 Text "text", 1 List "list", 2 Map "map" }
}

/// The table. `$then` is a macro that gets every line.
///
/// Semantics, where they are not plain:
/// - Any operation with an operand that is none has that none as its result, the leftmost first, unless said otherwise.
/// - `Move`: copies; a none of a slot or context field gets `place`.
/// - `Unwrap`: copies; an absent value becomes none (`Absent`). Like `Present` and `JumpPresent` it takes what is no optional too.
/// - `Lower`, `Concat`, `MakeList`: have none (`Limit`) beyond 10,000 elements, or when a region has made 16 MiB of text or 2^20 cells.
/// - `Index`: of a map by text: the value or absent; of a list by int from 0: the element or absent.
/// - `JumpFalse`: when `src` is false (not when none). `JumpNone`: when `src` is none, writes it to `dst` and jumps.
///   `JumpPresent`: when `src` is not absent (a none is not absent).
/// - `Present`: true unless absent. `HasKey`: of `any` or a map, whether an object has that key (with a value that is not null).
/// - `In`: whether `b` (list or set) has an element equal to `a`; for paths, equality is that of `CmpKind::Path`: true if some element is
///   equal, else none if some comparison has none, else false. An element that is none cannot be.
/// - `Part`: a part that the value may have and hasn't is absent, or none (`NoPart`) where policies need not test it; what can't be
///   known of a command line or query is none (`Opaque`).
/// - `Within`: true when `a` is `b` or lies in it. Of paths none (`RelativePath`) when one begins where the other doesn't; of addresses none
///   (`Ambiguous`) when an address carries another one and only one of them lies in the network.
/// - `Runs`, `Query`: `commands` is a constant list of lists of words, `tables` a constant list of patterns. None (`Opaque`) when what is
///   known doesn't decide. `Local`: the record of date, year, month, day, weekday, hour, minute and second.
/// - `LookUp`: a field of the entity of type `of` that `src` is the id of; none (`UnknownEntity`) when the session's data doesn't know it.
/// - `Under`: whether `a`, of type `of`, is `b`, or one of a list or set `b`, of type `in_type`, or lies in it over any number of steps. When
///   that isn't so and the data doesn't know `a`, none (`UnknownEntity`), unless there is nothing that it could lie in.
/// - `Ask`: the operands are `len` registers from `first` on. The answer is what the session knows; none where it can't be told.
/// - `And`: `acc := acc and src`, three-valued: false wins, else the leftmost none, else true; jumps when `acc` is false. `Or` likewise: true wins.
/// - `Loop`: runs the operations behind it up to `to` once for each element of `list` with the element in `elem`, reads `body`
///   after each round, goes on at `to`. `All` and `Any` follow `and` and `or`, stopping where it is decided; `Count` and the sums visit all elements,
///   have none if any body has none (the first one), or at overflow. Registers written in the body are not defined behind it.
/// - `Test…`: computes a condition and folds it into `acc` as `And` or `Or` do (by `mode`), jumping to `to` when decided.
///   `place` is that of the operand `a`, the only thing that can have no value.
/// - `Store`: writes a class field's slot; only in derive regions. `Note`: tells an observer; does nothing else.
/// - `Return`: ends the region with a result. Every path through a region ends in one, which is its last operation.
#[macro_export]
macro_rules! opcode_table {
    ($then:ident) => {
        $then! {
            0x01 Move "move" { dst: Reg, src: Src, place: Place } "Copies a value.";
            0x02 Unwrap "unwrap" { dst: Reg, src: Src, place: Place } "Copies an optional that is there.";
            0x03 Field "field" { dst: Reg, src: Src, index: u16, place: Place } "Reads a field of a record.";
            0x04 Part "part" { dst: Reg, src: Src, part: Part, place: Place } "Reads a part of a structured value.";
            0x05 Index "index" { dst: Reg, src: Src, key: Src, place: Place } "Looks up a key of a map or a place of a list.";
            0x06 Length "length" { dst: Reg, of: LengthOf, src: Src, place: Place } "Counts characters, elements or entries.";
            0x07 Lower "lower" { dst: Reg, src: Src, place: Place } "Makes text lower case, character by character.";
            0x08 Arith "arith" { dst: Reg, kind: ArithKind, a: Src, b: Src, place: Place } "Computes with two numbers.";
            0x09 Unary "unary" { dst: Reg, kind: UnaryKind, a: Src, place: Place } "Computes with one number.";
            0x0a Concat "concat" { dst: Reg, a: Src, b: Src, place: Place } "Joins two lists; an absent one is empty.";
            0x0b MakeList "list" { dst: Reg, first: Reg, len: u16, place: Place } "Makes a list of consecutive registers.";
            0x0c Local "local" { dst: Reg, src: Src, zone: ZoneId, place: Place } "Tells what the clocks of a time zone show.";
            0x0d LookUp "lookup" { dst: Reg, src: Src, of: EntityId, index: u16, place: Place } "Looks up a field of an entity.";
            0x10 Jump "jump" { to: Target } "Goes on at a later operation.";
            0x11 JumpFalse "jump.false" { src: Reg, to: Target } "Goes on later when a condition is false.";
            0x12 JumpNone "jump.none" { dst: Reg, src: Reg, to: Target } "Hands on a value that is none, and goes on later.";
            0x13 JumpPresent "jump.present" { src: Reg, to: Target } "Goes on later when an optional is there.";
            0x18 Cmp "cmp" { dst: Reg, op: CmpOp, kind: CmpKind, a: Src, b: Src, place: Place } "Compares two values.";
            0x19 In "in" { dst: Reg, kind: CmpKind, a: Src, b: Src, place: Place } "Looks for a value in a list or set.";
            0x1a Present "present" { dst: Reg, src: Src, place: Place } "Tells whether an optional is there.";
            0x1b Within "within" { dst: Reg, kind: WithinKind, a: Src, b: Src, place: Place } "Tells whether a path, host or address lies in another.";
            0x1c Matches "matches" { dst: Reg, a: Src, pattern: PatternId, place: Place } "Matches text with a pattern.";
            0x1d Contains "contains" { dst: Reg, a: Src, b: Src, place: Place } "Looks for a text in a text.";
            0x1e HasKey "has" { dst: Reg, a: Src, key: ConstId, place: Place } "Tells whether an object has a key.";
            0x1f Not "not" { dst: Reg, src: Src, place: Place } "Negates a condition.";
            0x20 And "and" { acc: Reg, src: Src, to: Target, place: Place } "Folds a term into an and.";
            0x21 Or "or" { acc: Reg, src: Src, to: Target, place: Place } "Folds a term into an or.";
            0x22 Loop "loop" { dst: Reg, kind: LoopKind, list: Src, elem: Reg, body: Reg, to: Target, place: Place } "Asks each element.";
            0x23 Runs "runs" { dst: Reg, kind: RunKind, a: Src, commands: ConstId, place: Place } "Asks which programs a command line runs.";
            0x24 Query "query" { dst: Reg, kind: QueryKind, a: Src, tables: ConstId, place: Place } "Asks which tables a query reads or writes.";
            0x25 Detect "detect" { dst: Reg, a: Src, detector: Detector, place: Place } "Looks for sensitive text in a text.";
            0x26 Ask "ask" { dst: Reg, query: QueryId, first: Reg, len: u16, place: Place } "Asks the session.";
            0x27 Under "under" { dst: Reg, a: Src, of: EntityId, b: Src, in_type: EntityId, place: Place } "Tells whether an entity is another one or lies in it.";
            0x28 Store "store" { slot: Slot, src: Src, place: Place } "Writes a class field.";
            0x29 Note "note" { note: NoteId, src: Src } "Tells an observer.";
            0x2a Return "return" { src: Src, place: Place } "Ends the region.";
            0x40 TestNum "test.num" { acc: Reg, mode: Mode, op: CmpOp, a: Src, b: ConstId, to: Target, place: Place } "Compares a number with a constant and folds.";
            0x41 TestText "test.text" { acc: Reg, mode: Mode, op: CmpOp, a: Src, b: ConstId, to: Target, place: Place } "Compares text with a constant (eq, ne) and folds.";
            0x42 TestIn "test.in" { acc: Reg, mode: Mode, negate: bool, a: Src, b: ConstId, to: Target, place: Place } "Looks for text or a number in a constant set and folds.";
            0x43 TestPresent "test.present" { acc: Reg, mode: Mode, negate: bool, a: Src, to: Target, place: Place } "Asks whether an optional is there and folds.";
        }
    };
}
