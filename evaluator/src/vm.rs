//! The virtual machine.
//!
//! It runs one region of a verified image on the values of a step. Registers, scratch text and cells are buffers that are used
//! again, so that a decision allocates nothing once they have grown. It relies on what the verifier proves and checks nothing
//! of it again, except that an index that isn't there is [`Trap::Internal`] and never a panic.
//!
//! Fuel is a backstop: code ends by itself, since jumps go forward, but loops inside loops may take long. The work that a
//! region may do is its declared worst cost, and never more than [`MAX_FUEL`].

mod collect;
mod compare;
mod compute;
mod direct;
mod entities;
mod find;
mod past;
mod pieces;
mod structured;

pub use past::{MAX_OPERANDS, Past};
pub use structured::MAX_PATTERN_WORDS;

use crate::data::{ContextData, StepData, View};
use crate::image::RegionId;
use crate::loaded::VerifiedImage;
use crate::op::{LoopKind, Mode, NoteId, Op, QueryId, Reg, Src};
use crate::value::{Cause, NoValue, Place, Value};

/// The most fuel that a region gets.
pub const MAX_FUEL: u64 = 1 << 30;
/// The most elements of a list.
pub const MAX_LIST: u32 = 10_000;
/// The most cells that a region may make.
const MAX_MADE_CELLS: usize = 1 << 20;
/// The most text that a region may make, in bytes.
const MAX_MADE_BYTES: usize = 1 << 24;

/// Why a region did not end with a result. Neither says anything about the policy: the step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trap {
    /// It took too long.
    #[error("evaluation took more work than is allowed")]
    Fuel,
    /// Something was not as the verifier proves it, or a slot holds what its type does not allow.
    #[error("evaluation met a value that can't be there")]
    Internal,
}

/// Learns what happens in a run. With `()` that costs nothing.
pub trait Observer {
    /// A `note` was reached: its value, and the buffers to read it with.
    fn note(&mut self, note: NoteId, value: Value, view: View<'_>) {
        let _ = (note, value, view);
    }

    /// An operation is about to be run, given by its index in the code.
    fn operation(&mut self, at: u32) {
        let _ = at;
    }

    /// Two values are compared by an operation, given by its index in the code. It is not told of values that have none.
    fn compared(&mut self, at: u32, left: Value, right: Value) {
        let _ = (at, left, right);
    }

    /// A question was asked of the session: where, with which operands, and the answer. It is not told of one whose operands have no value.
    fn asked(&mut self, place: Place, query: QueryId, operands: &[Value], answer: Value, view: View<'_>) {
        let _ = (place, query, operands, answer, view);
    }
}

impl Observer for () {}

/// The machine: buffers that are used again.
#[derive(Debug)]
pub struct Machine {
    registers: Vec<Value>,
    /// The code of a region that only explains.
    unpacked: Vec<Op>,
    max_fuel: u64,
    kept: pieces::Kept,
    /// How much work was done, in units of fuel.
    spent: u64,
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// Returns a machine.
    #[must_use]
    pub const fn new() -> Self {
        Self { registers: Vec::new(), unpacked: Vec::new(), max_fuel: MAX_FUEL, kept: pieces::Kept::new(), spent: 0 }
    }

    /// Returns a machine that gives up early.
    #[cfg(test)]
    pub(crate) const fn with_fuel(max_fuel: u64) -> Self {
        Self { registers: Vec::new(), unpacked: Vec::new(), max_fuel, kept: pieces::Kept::new(), spent: 0 }
    }

    /// Runs a region. A result that is text or a list may lie in the step's buffers until the next run; see [`StepData::seal`].
    ///
    /// # Errors
    /// A trap, after which the step is refused.
    pub fn run<O: Observer>(
        &mut self,
        image: &VerifiedImage,
        region: RegionId,
        step: &mut StepData,
        context: &ContextData,
        past: &dyn Past,
        observer: &mut O,
    ) -> Result<Value, Trap> {
        let tables = image.image();
        let entry = tables.entry(region).ok_or(Trap::Internal)?;
        step.rewind();
        let frame = usize::from(entry.frame);
        if self.registers.len() < frame {
            self.registers.resize(frame, Value::Absent);
        }
        let given = u64::from(entry.cost).min(self.max_fuel).saturating_add(1);
        let (code, moved, range) = tables.code_of(region, entry, &mut self.unpacked);
        let mut run = Run { image, code, moved, registers: &mut self.registers, step, context, past, observer, fuel: given };
        let result = run.execute(range.start, range.end);
        let left = run.fuel;
        self.spend(given, left);
        result?.ok_or(Trap::Internal)
    }

    /// Returns how much work the machine has done since it was made, in units of fuel: about an operation each, more for long texts. For
    /// measurements that don't depend on a clock.
    #[must_use]
    pub const fn spent(&self) -> u64 {
        self.spent
    }

    const fn spend(&mut self, given: u64, left: u64) {
        self.spent = self.spent.saturating_add(given.saturating_sub(left));
    }
}

/// A run of a region.
struct Run<'a, O> {
    image: &'a VerifiedImage,
    /// The code that is run.
    code: &'a [Op],
    /// How far its numbers are below those in the image.
    moved: u32,
    registers: &'a mut Vec<Value>,
    step: &'a mut StepData,
    context: &'a ContextData,
    past: &'a dyn Past,
    observer: &'a mut O,
    fuel: u64,
}

impl<O: Observer> Run<'_, O> {
    /// Runs operations up to an end. Returns the region's result, or none where the body of a loop ends. Recurses for loops alone.
    #[expect(clippy::too_many_lines, reason = "one short arm an operation")]
    fn execute(&mut self, mut at: usize, end: usize) -> Result<Option<Value>, Trap> {
        let code = self.code;
        while at < end {
            let op = code.get(at).ok_or(Trap::Internal)?;
            self.observer.operation(self.number(at));
            self.burn(1)?;
            let mut next = at + 1;
            match *op {
                Op::Move { dst, src, place } => match self.peek(src) {
                    Some(&Value::Bool(truth)) => self.write(dst, Value::Bool(truth))?,
                    _ => {
                        let value = self.read(src, place);
                        self.write(dst, value)?;
                    }
                },
                Op::Unwrap { dst, src, place } => {
                    let value = match self.read(src, place) {
                        Value::Absent => none(Cause::Absent, place),
                        value => value,
                    };
                    self.write(dst, value)?;
                }
                Op::Field { dst, src, index, place } => self.unary(dst, src, place, |run, value| Ok(here(run.field(value, index)?, place)))?,
                Op::LookUp { dst, src, of, index, place } => self.unary(dst, src, place, |run, id| run.look_up(id, of, index, place))?,
                Op::Part { dst, src, part, place } => self.unary(dst, src, place, |run, value| run.part(value, part, place))?,
                Op::Index { dst, src, key, place } => self.binary(dst, src, key, place, Self::index)?,
                Op::Length { dst, of, src, place } => self.unary(dst, src, place, |run, value| run.length(value, of))?,
                Op::Lower { dst, src, place } => self.unary(dst, src, place, |run, value| run.lower(value, place))?,
                Op::Arith { dst, kind, a, b, place } => self.binary(dst, a, b, place, |_, a, b| compute::arith(kind, a, b, place))?,
                Op::Unary { dst, kind, a, place } => self.unary(dst, a, place, |_, a| compute::unary(kind, a, place))?,
                Op::Concat { dst, a, b, place } => self.binary(dst, a, b, place, |run, a, b| run.concat(a, b, place))?,
                Op::MakeList { dst, first, len, place } => {
                    let value = self.make_list(first, len, place)?;
                    self.write(dst, value)?;
                }
                Op::Jump { to } => next = to.0 as usize,
                Op::JumpFalse { src, to } => {
                    if matches!(self.register_ref(src)?, Value::Bool(false)) {
                        next = to.0 as usize;
                    }
                }
                Op::JumpNone { dst, src, to } => {
                    if let Value::None(none) = *self.register_ref(src)? {
                        self.write(dst, Value::None(none))?;
                        next = to.0 as usize;
                    }
                }
                Op::JumpPresent { src, to } => {
                    if !matches!(self.register_ref(src)?, Value::Absent) {
                        next = to.0 as usize;
                    }
                }
                Op::Cmp { dst, op, kind, a, b, place } => self.binary(dst, a, b, place, |run, a, b| {
                    run.observer.compared(run.number(at), a, b);
                    run.compare(at, op, kind, a, b, place)
                })?,
                Op::In { dst, kind, a, b, place } => self.binary(dst, a, b, place, |run, a, b| run.contained(at, kind, a, b, place))?,
                Op::Present { dst, src, place } => self.unary(dst, src, place, |_, value| Ok(Value::Bool(!matches!(value, Value::Absent))))?,
                Op::Within { dst, kind, a, b, place } => self.binary(dst, a, b, place, |run, a, b| run.within(kind, a, b, place))?,
                Op::Under { dst, a, of, b, in_type, place } => self.binary(dst, a, b, place, |run, a, b| run.under((a, of), (b, in_type), place))?,
                Op::Matches { dst, a, pattern, place } => self.unary(dst, a, place, |run, a| run.matches(a, pattern, place))?,
                Op::Contains { dst, a, b, place } => self.binary(dst, a, b, place, Self::contains)?,
                Op::Runs { dst, kind, a, commands, place } => self.unary(dst, a, place, |run, a| run.runs(kind, a, commands, place))?,
                Op::Query { dst, kind, a, tables, place } => self.unary(dst, a, place, |run, a| run.query(kind, a, tables, place))?,
                Op::Detect { dst, a, detector, place } => self.unary(dst, a, place, |run, a| run.detect(a, detector))?,
                Op::Local { dst, src, zone, place } => self.unary(dst, src, place, |run, time| run.local(time, zone, place))?,
                Op::HasKey { dst, a, key, place } => self.binary(dst, a, Src::Const(key), place, Self::has_key)?,
                Op::Not { dst, src, place } => match self.peek(src) {
                    Some(&Value::Bool(truth)) => self.write(dst, Value::Bool(!truth))?,
                    _ => self.unary(dst, src, place, |_, value| Ok(Value::Bool(!truth(value)?)))?,
                },
                Op::And { acc, src, to, place } => {
                    if self.join(acc, Mode::And, src, place)? {
                        next = to.0 as usize;
                    }
                }
                Op::Or { acc, src, to, place } => {
                    if self.join(acc, Mode::Or, src, place)? {
                        next = to.0 as usize;
                    }
                }
                Op::Loop { dst, kind, list, elem, body, to, place } => {
                    let list = self.read(list, place);
                    let value = self.each(kind, list, elem, body, next, to.0 as usize, place)?;
                    self.write(dst, value)?;
                    next = to.0 as usize;
                }
                Op::Ask { dst, query, first, len, place } => {
                    let value = self.ask(query, first, len, place)?;
                    self.write(dst, value)?;
                }
                Op::Store { slot, src, place } => {
                    let value = self.read(src, place);
                    *self.step.slots.get_mut(usize::from(slot.0)).ok_or(Trap::Internal)? = value;
                }
                Op::Note { note, src } => {
                    // Only what has no value needs a place.
                    let value = match self.peek(src) {
                        Some(value) if !matches!(value, Value::None(_)) => *value,
                        _ => self.read(src, self.image.image().note(note).ok_or(Trap::Internal)?.place),
                    };
                    let view = View { image: self.image, step: self.step, context: self.context };
                    self.observer.note(note, value, view);
                }
                Op::Return { src, place } => {
                    return Ok(Some(match self.peek(src) {
                        Some(&Value::Bool(truth)) => Value::Bool(truth),
                        _ => self.read(src, place),
                    }));
                }
                Op::TestNum { acc, mode, op, a, b, to, place } => {
                    let known = self.peek(a).zip(self.image.constant_ref(b)).and_then(|(a, b)| compare::told_number(op, a, b));
                    if self.conclude(acc, mode, known, a, place, |run, a| compare::numbers(op, a, run.constant(b)?))? {
                        next = to.0 as usize;
                    }
                }
                Op::TestText { acc, mode, op, a, b, to, place } => {
                    let known = self.peek(a).zip(self.image.constant_ref(b)).and_then(|(a, b)| compare::told_text(op, a, b));
                    if self.conclude(acc, mode, known, a, place, |run, a| run.compare_texts(op, a, run.constant(b)?))? {
                        next = to.0 as usize;
                    }
                }
                Op::TestIn { acc, mode, negate, a, b, to, place } => {
                    let known = self.peek(a).zip(self.image.set(b)).and_then(|(a, set)| compare::told_member(a, set, negate));
                    if self.conclude(acc, mode, known, a, place, |run, a| Ok(run.in_set(a, b)? != negate))? {
                        next = to.0 as usize;
                    }
                }
                Op::TestPresent { acc, mode, negate, a, to, place } => {
                    let known = self.peek(a).and_then(|a| compare::told_presence(a, negate));
                    if self.conclude(acc, mode, known, a, place, |_, a| Ok(matches!(a, Value::Absent) == negate))? {
                        next = to.0 as usize;
                    }
                }
            }
            at = next;
        }
        Ok(None)
    }

    /// Runs the body of a loop for each element.
    #[expect(clippy::too_many_arguments, reason = "the operands of the operation")]
    fn each(&mut self, kind: LoopKind, list: Value, elem: Reg, body: Reg, start: usize, end: usize, place: Place) -> Result<Value, Trap> {
        let cells = match list {
            Value::List(cells) => cells,
            none @ Value::None(_) => return Ok(none),
            _ => return Err(Trap::Internal),
        };
        let mut sum = match kind {
            LoopKind::All => Value::Bool(true),
            LoopKind::Any => Value::Bool(false),
            LoopKind::Count | LoopKind::SumInt | LoopKind::SumDecimal | LoopKind::SumDuration => Value::Num(0),
        };
        for at in 0..cells.len {
            let element = *self.view().cells(cells).get(at as usize).ok_or(Trap::Internal)?;
            self.write(elem, element)?;
            if self.execute(start, end)?.is_some() {
                return Err(Trap::Internal);
            }
            let value = self.register(body)?;
            sum = collect::add(kind, sum, value, place)?;
            let decided = match kind {
                LoopKind::All => matches!(sum, Value::Bool(false)),
                LoopKind::Any => matches!(sum, Value::Bool(true)),
                LoopKind::Count | LoopKind::SumInt | LoopKind::SumDecimal | LoopKind::SumDuration => false,
            };
            if decided {
                break;
            }
        }
        Ok(sum)
    }

    /// Folds a condition into an accumulator; returns whether that decides it.
    fn fold(&mut self, acc: Reg, mode: Mode, condition: Value) -> Result<bool, Trap> {
        let decided = mode == Mode::Or;
        let sum = collect::fold(mode, self.register(acc)?, condition)?;
        self.write(acc, sum)?;
        Ok(matches!(sum, Value::Bool(truth) if truth == decided))
    }

    /// Folds the condition of an operand into an accumulator; returns whether that decides it.
    #[inline]
    fn join(&mut self, acc: Reg, mode: Mode, src: Src, place: Place) -> Result<bool, Trap> {
        match self.peek(src) {
            Some(&Value::Bool(truth)) => self.settle(acc, mode, truth),
            _ => {
                let condition = self.read(src, place);
                self.fold(acc, mode, condition)
            }
        }
    }

    /// Folds the answer of a test into an accumulator, and computes it where it isn't known already; returns whether that decides it.
    #[inline]
    fn conclude(
        &mut self,
        acc: Reg,
        mode: Mode,
        known: Option<bool>,
        a: Src,
        place: Place,
        test: impl FnOnce(&mut Self, Value) -> Result<bool, Trap>,
    ) -> Result<bool, Trap> {
        match known {
            Some(truth) => self.settle(acc, mode, truth),
            None => {
                let condition = self.test(a, place, test)?;
                self.fold(acc, mode, condition)
            }
        }
    }

    /// Folds what is true or false into an accumulator that isn't decided yet; returns whether that decides it. One that has no value, or has the
    /// truth that doesn't decide, stays as it is.
    #[inline]
    fn settle(&mut self, acc: Reg, mode: Mode, truth: bool) -> Result<bool, Trap> {
        let decides = truth == (mode == Mode::Or);
        if decides {
            self.write(acc, Value::Bool(truth))?;
        }
        Ok(decides)
    }

    /// Computes a test of an operand, unless that has no value.
    #[cold]
    #[inline(never)]
    fn test(&mut self, a: Src, place: Place, test: impl FnOnce(&mut Self, Value) -> Result<bool, Trap>) -> Result<Value, Trap> {
        match self.read(a, place) {
            none @ Value::None(_) => Ok(none),
            value => test(self, value).map(Value::Bool),
        }
    }

    /// Writes what is computed from an operand, or the operand if it has no value.
    fn unary(&mut self, dst: Reg, a: Src, place: Place, compute: impl FnOnce(&mut Self, Value) -> Result<Value, Trap>) -> Result<(), Trap> {
        let value = match self.read(a, place) {
            none @ Value::None(_) => none,
            value => compute(self, value)?,
        };
        self.write(dst, value)
    }

    /// Writes what is computed from two operands, or the leftmost that has no value.
    fn binary(&mut self, dst: Reg, a: Src, b: Src, place: Place, compute: impl FnOnce(&mut Self, Value, Value) -> Result<Value, Trap>) -> Result<(), Trap> {
        let value = match (self.read(a, place), self.read(b, place)) {
            (none @ Value::None(_), _) | (_, none @ Value::None(_)) => none,
            (a, b) => compute(self, a, b)?,
        };
        self.write(dst, value)
    }

    /// Looks at an operand where it lies: values are copied as they are written, and to read a copy at once waits for the whole of it to be written.
    #[inline]
    fn peek(&self, src: Src) -> Option<&Value> {
        lies(self.image, src, self.registers, self.step, self.context)
    }

    /// Reads an operand. What has no value in a slot begins to have none here.
    fn read(&self, src: Src, place: Place) -> Value {
        let (value, cause) = match src {
            Src::Reg(reg) => return self.registers.get(usize::from(reg.0)).copied().unwrap_or(Value::Absent),
            Src::Const(id) => return self.image.constant(id).unwrap_or(Value::Absent),
            Src::Slot(slot) => (self.step.slots.get(usize::from(slot.0)), Cause::MissingFact),
            Src::Context(slot) => (self.context.slots.get(usize::from(slot)), Cause::MissingContext),
        };
        match value {
            Some(Value::None(NoValue { cause, .. })) => none(*cause, place),
            Some(value) => *value,
            None => none(cause, place),
        }
    }

    fn register(&self, reg: Reg) -> Result<Value, Trap> {
        self.registers.get(usize::from(reg.0)).copied().ok_or(Trap::Internal)
    }

    #[inline]
    fn register_ref(&self, reg: Reg) -> Result<&Value, Trap> {
        self.registers.get(usize::from(reg.0)).ok_or(Trap::Internal)
    }

    #[inline]
    fn write(&mut self, reg: Reg, value: Value) -> Result<(), Trap> {
        *self.registers.get_mut(usize::from(reg.0)).ok_or(Trap::Internal)? = value;
        Ok(())
    }

    fn constant(&self, id: crate::op::ConstId) -> Result<Value, Trap> {
        self.image.constant(id).ok_or(Trap::Internal)
    }

    fn view(&self) -> View<'_> {
        View { image: self.image, step: self.step, context: self.context }
    }

    #[inline]
    fn burn(&mut self, units: u64) -> Result<(), Trap> {
        self.fuel = self.fuel.checked_sub(units).ok_or(Trap::Fuel)?;
        Ok(())
    }
}

/// Returns an operand where it lies.
#[inline]
fn lies<'v>(image: &'v VerifiedImage, src: Src, registers: &'v [Value], step: &'v StepData, context: &'v ContextData) -> Option<&'v Value> {
    match src {
        Src::Reg(reg) => registers.get(usize::from(reg.0)),
        Src::Const(id) => image.constant_ref(id),
        Src::Slot(slot) => step.slots.get(usize::from(slot.0)),
        Src::Context(slot) => context.slots.get(usize::from(slot)),
    }
}

const fn none(cause: Cause, place: Place) -> Value {
    Value::None(NoValue { cause, place })
}

/// Lets what has no value in a record begin to have none where it is read.
const fn here(value: Value, place: Place) -> Value {
    match value {
        Value::None(NoValue { cause, .. }) => none(cause, place),
        value => value,
    }
}

const fn truth(value: Value) -> Result<bool, Trap> {
    if let Value::Bool(truth) = value { Ok(truth) } else { Err(Trap::Internal) }
}
