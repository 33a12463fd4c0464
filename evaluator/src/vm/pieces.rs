//! Rules that are run piece by piece: what is known already is not computed again, and what is false ends the rule.

use super::{Machine, Run, Trap};
use crate::data::{ContextData, StepData};
use crate::image::RegionId;
use crate::loaded::VerifiedImage;
use crate::program::{Piece, Plan};
use crate::value::{NoValue, Value};
use crate::vm::Past;

/// What shared conditions came to in one decision.
#[derive(Debug)]
pub(super) struct Kept {
    /// The number of the decision.
    decision: u64,
    /// For each shared condition the decision in which it was computed, and what it came to.
    known: Vec<(u64, Value)>,
}

impl Kept {
    pub const fn new() -> Self {
        Self { decision: 0, known: Vec::new() }
    }

    /// Forgets everything, for a decision over some shared conditions. Decisions are numbered from 1.
    pub fn begin(&mut self, shared: u32) {
        self.decision += 1;
        self.known.resize(shared as usize, (0, Value::Absent));
    }

    /// Returns what a piece comes to, if it is known.
    fn get(&self, piece: &Piece) -> Option<Value> {
        let (decision, value) = *self.known.get(piece.shared? as usize)?;
        (decision == self.decision).then(|| told(piece, value))
    }

    fn set(&mut self, piece: &Piece, value: Value) {
        if let Some(known) = piece.shared.and_then(|number| self.known.get_mut(number as usize)) {
            *known = (self.decision, told(piece, value));
        }
    }
}

/// Turns what a piece comes to into what its condition does, and back.
const fn told(piece: &Piece, value: Value) -> Value {
    match value {
        Value::Bool(truth) => Value::Bool(truth != piece.negated),
        value => value,
    }
}

impl Machine {
    /// Runs the condition of a rule that [`Machine::find`] found for this step. Whether it is true, false or has no value is as
    /// [`Machine::run`] has it; why it has none may be told of another part of it.
    ///
    /// # Errors
    /// A trap, after which the step is refused.
    pub fn rule(&mut self, image: &VerifiedImage, fast: RegionId, step: &mut StepData, context: &ContextData, past: &dyn Past) -> Result<Value, Trap> {
        let tests = image.program().direct(fast.0);
        if !tests.is_empty()
            && let Some(truth) = self.ask(image, tests, step, context)
        {
            return Ok(Value::Bool(truth));
        }
        let Some(plan) = image.program().plan(fast.0) else { return self.run(image, fast, step, context, past, &mut ()) };
        let mut lost: Option<NoValue> = None;
        // What another rule has found to be false ends this one at once.
        if plan.pieces.iter().any(|piece| matches!(self.kept.get(piece), Some(Value::Bool(false)))) {
            return Ok(Value::Bool(false));
        }
        for piece in &plan.pieces {
            let value = match self.kept.get(piece) {
                Some(value) => value,
                None => {
                    let value = self.piece(image, plan, piece, step, context, past)?;
                    self.kept.set(piece, value);
                    value
                }
            };
            match value {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(value),
                Value::None(why) => lost = lost.or(Some(why)),
                _ => return Err(Trap::Internal),
            }
        }
        Ok(lost.map_or(Value::Bool(true), Value::None))
    }

    /// Runs one piece of a rule.
    fn piece(&mut self, image: &VerifiedImage, plan: &Plan, piece: &Piece, step: &mut StepData, context: &ContextData, past: &dyn Past) -> Result<Value, Trap> {
        step.rewind();
        let frame = usize::from(plan.frame);
        if self.registers.len() < frame {
            self.registers.resize(frame, Value::Absent);
        }
        if cfg!(debug_assertions) {
            // A piece reads nothing that another has left.
            self.registers.iter_mut().for_each(|register| *register = Value::Absent);
        }
        *self.registers.get_mut(usize::from(plan.acc.0)).ok_or(Trap::Internal)? = Value::Bool(true);
        let given = piece.cost.min(self.max_fuel).saturating_add(1);
        let code = &image.image().code;
        let mut run = Run { image, code, moved: plan.moved, registers: &mut self.registers, step, context, past, observer: &mut (), fuel: given };
        let result = run.execute(piece.start as usize, piece.end as usize).and_then(|_| run.register(plan.acc));
        let left = run.fuel;
        self.spend(given, left);
        result
    }
}
