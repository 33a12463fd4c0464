//! The buffers of a session and the machine that runs over them.

use reach_evaluator::data::{ContextData, StepData, View};
use reach_evaluator::image::{RegionId, RuleRef, TypeId};
use reach_evaluator::op::{NoteId, QueryId};
use reach_evaluator::print::quoted_text;
use reach_evaluator::value::{NoValue, Place, Value};
use reach_evaluator::vm::{Machine, Observer};
use reach_evaluator::{RuleRow, VariantRow, VerifiedImage};

use crate::decide::{Looked, Tri};
use crate::intake::problems::{Problems, Token};
use crate::intake::value::Sink;
use crate::limits::Limits;
use crate::memory::Memory;
use crate::sightings::Sightings;

/// The engine failed: what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub String);

/// The buffers of a session; all are used again for the next event.
#[derive(Debug)]
pub(crate) struct Work {
    pub step: StepData,
    pub context: ContextData,
    pub machine: Machine,
    pub stack: Vec<Value>,
    pub pointer: Vec<Token>,
    pub problems: Problems,
    /// The positions of the rules, or of the watches, that may not be false, ascending.
    pub found: Vec<u32>,
    /// The rules that are not false, in source order.
    pub looked: Vec<Looked>,
    pub memory: Memory,
    /// What is seen while rules decide, where somebody wants to know.
    pub seen: Option<Box<Sightings>>,
}

impl Work {
    /// Returns the buffers of a session to which nothing happened yet.
    pub fn new(image: &VerifiedImage, limits: &Limits) -> Self {
        Self {
            step: StepData::default(),
            context: ContextData::default(),
            machine: Machine::new(),
            stack: Vec::new(),
            pointer: Vec::new(),
            problems: Problems::default(),
            found: Vec::new(),
            looked: Vec::new(),
            memory: Memory::new(image, limits),
            seen: None,
        }
    }

    /// Empties what belongs to the last event.
    pub fn begin(&mut self) {
        self.step.clear();
        self.stack.clear();
        self.pointer.clear();
        self.problems.clear();
        self.looked.clear();
        if let Some(seen) = &mut self.seen {
            seen.clear();
        }
    }

    /// Returns where the values of a step are read to, and its slots.
    pub fn step_sink<'a>(&'a mut self, image: &'a VerifiedImage, limits: &'a Limits, line: &'a str) -> (Sink<'a>, &'a mut [Value]) {
        let StepData { scratch, cells, slots, .. } = &mut self.step;
        let sink = Sink {
            image,
            limits,
            context: Some(&self.context),
            entities: &self.context.entities,
            input: line,
            borrow: true,
            space: reach_evaluator::value::Space::Scratch,
            text: scratch,
            cells,
            stack: &mut self.stack,
            pointer: &mut self.pointer,
            problems: &mut self.problems,
            depth: 0,
            open: false,
        };
        (sink, slots)
    }

    pub fn view<'a>(&'a self, image: &'a VerifiedImage) -> View<'a> {
        View { image, step: &self.step, context: &self.context }
    }

    /// Runs a region.
    pub fn run(&mut self, image: &VerifiedImage, region: RegionId) -> Result<Value, Fault> {
        self.machine.run(image, region, &mut self.step, &self.context, &self.memory, &mut ()).map_err(|trap| Fault(trap.to_string()))
    }

    /// Runs a region and tells a witness what it sees, while the values can be read.
    pub fn observe(&mut self, image: &VerifiedImage, region: RegionId, witness: &mut dyn Witness) -> Result<Value, Fault> {
        let mut witness = Witnessed { witness, memory: &self.memory };
        self.machine.run(image, region, &mut self.step, &self.context, &self.memory, &mut witness).map_err(|trap| Fault(trap.to_string()))
    }

    /// Returns whether somebody watches the decision.
    pub fn is_watched(&self) -> bool {
        self.seen.as_deref().is_some_and(Sightings::is_open)
    }

    /// Finds the rules that may not be false of the step at hand.
    pub fn find(&mut self, image: &VerifiedImage, target: Option<usize>) -> Result<(), Fault> {
        self.machine.find(image, target, &mut self.step, &self.context, &mut self.found).map_err(|trap| Fault(trap.to_string()))
    }

    /// Runs the condition of a rule that was found; where somebody watches the decision, in the form that can be watched.
    pub fn rule(&mut self, image: &VerifiedImage, at: RuleRef, rule: &RuleRow, variant: &VariantRow) -> Result<Tri, Fault> {
        let Some(seen) = self.seen.as_deref_mut().filter(|seen| seen.is_open()) else {
            let value = self.machine.rule(image, variant.fast, &mut self.step, &self.context, &self.memory).map_err(|trap| Fault(trap.to_string()))?;
            return tri(value);
        };
        let value = self.machine.run(image, variant.plain, &mut self.step, &self.context, &self.memory, seen).map_err(|trap| Fault(trap.to_string()))?;
        let tri = tri(value)?;
        seen.rule(at, rule.effect, rule.advisory, tri);
        debug_assert_eq!(self.condition(image, variant.fast), Ok(tri), "both forms come to the same");
        Ok(tri)
    }

    /// Runs a condition.
    pub fn condition(&mut self, image: &VerifiedImage, region: RegionId) -> Result<Tri, Fault> {
        tri(self.run(image, region)?)
    }

    /// Runs a condition, and returns why it has no value, if it has none.
    pub fn lost(&mut self, image: &VerifiedImage, region: RegionId) -> Result<Option<NoValue>, Fault> {
        Ok(match self.run(image, region)? {
            Value::None(lost) => Some(lost),
            _ => None,
        })
    }
}

fn tri(value: Value) -> Result<Tri, Fault> {
    Ok(match value {
        Value::Bool(true) => Tri::True,
        Value::Bool(false) => Tri::False,
        Value::None(_) => Tri::None,
        _ => return Err(Fault("a condition came to no truth value".into())),
    })
}

/// Sees what happens in a run.
pub(crate) trait Witness {
    /// A note was reached.
    fn note(&mut self, view: View<'_>, note: NoteId, value: Value);
    /// A question was asked of the session.
    fn asked(&mut self, memory: &Memory, view: View<'_>, question: Question<'_>);
}

/// A question and its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub place: Place,
    pub query: QueryId,
    pub operands: &'a [Value],
    pub answer: Value,
}

/// A witness with the memory of the session.
struct Witnessed<'a> {
    witness: &'a mut dyn Witness,
    memory: &'a Memory,
}

impl Observer for Witnessed<'_> {
    fn note(&mut self, note: NoteId, value: Value, view: View<'_>) {
        self.witness.note(view, note, value);
    }

    fn asked(&mut self, place: Place, query: QueryId, operands: &[Value], answer: Value, view: View<'_>) {
        self.witness.asked(self.memory, view, Question { place, query, operands, answer });
    }
}

/// The longest value that an explanation or a problem shows, in characters.
const SHOWN: usize = 200;

/// Writes a value for an explanation: texts in quotes, long ones cut.
pub(crate) fn operand(view: View<'_>, ty: TypeId, value: Value) -> String {
    let whole = quoted_text(view, ty, value);
    match whole.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", whole.get(..end).unwrap_or("")),
        None => whole,
    }
}
