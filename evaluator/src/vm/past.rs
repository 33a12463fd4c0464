//! The session, as the machine asks it.

use super::{MAX_MADE_BYTES, MAX_MADE_CELLS, Observer, Run, Trap, none};
use crate::data::{ContextData, StepData, View};
use crate::loaded::VerifiedImage;
use crate::op::{QueryId, Reg};
use crate::value::{Cause, Place, Value};

/// The most operands of a question.
pub const MAX_OPERANDS: usize = 16;

/// What an agent's session knows. Asking changes nothing.
pub trait Past {
    /// Answers a question of the image. The operands all have values; they lie in the step, the context or the image. A value that is
    /// text or a record is written to `step`'s scratch and cells.
    ///
    /// # Errors
    /// Why the answer has no value.
    fn ask(&self, image: &VerifiedImage, query: QueryId, operands: &[Value], step: &mut StepData, context: &ContextData) -> Result<Value, Cause>;
}

/// No session: nothing can be told.
impl Past for () {
    fn ask(&self, _: &VerifiedImage, _: QueryId, _: &[Value], _: &mut StepData, _: &ContextData) -> Result<Value, Cause> {
        Err(Cause::Unsure)
    }
}

impl<O: Observer> Run<'_, O> {
    /// Asks the session, unless an operand has no value.
    pub(super) fn ask(&mut self, query: QueryId, first: Reg, len: u16, place: Place) -> Result<Value, Trap> {
        let mut operands = [Value::Absent; MAX_OPERANDS];
        let operands = operands.get_mut(..usize::from(len)).ok_or(Trap::Internal)?;
        for (offset, operand) in (0..len).zip(operands.iter_mut()) {
            *operand = self.register(Reg(first.0.saturating_add(offset)))?;
            if matches!(operand, Value::None(_)) {
                return Ok(*operand);
            }
        }
        let answer = self.past.ask(self.image, query, operands, self.step, self.context);
        let (bytes, cells) = self.step.made();
        if bytes > MAX_MADE_BYTES || cells > MAX_MADE_CELLS {
            return Ok(none(Cause::Limit, place));
        }
        let answer = answer.unwrap_or_else(|cause| none(cause, place));
        let view = View { image: self.image, step: self.step, context: self.context };
        self.observer.asked(place, query, operands, answer, view);
        Ok(answer)
    }
}
