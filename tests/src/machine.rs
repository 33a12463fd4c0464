//! Rules on the machine alone: values are laid into slots here, without intake and engine, and both regions of each rule run.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::Bundle;
use reach_evaluator::VerifiedImage;
use reach_evaluator::data::{ContextData, StepData};
use reach_evaluator::entities::Entities;
use reach_evaluator::image::{FieldDef, RegionId};
use reach_evaluator::structure::{Room, Structure};
use reach_evaluator::value::{Atom, Cause, Cells, NoValue, Place, Space, Str, Value};
use reach_evaluator::vm::Machine;

use crate::oracle::{Looked, Outcome, Val, Why};

/// Where values are laid.
struct Buffers<'a> {
    image: &'a VerifiedImage,
    space: Space,
    text: String,
    cells: Vec<Value>,
}

impl Buffers<'_> {
    fn str(&mut self, text: &str, intern: bool) -> Str {
        let start = u32::try_from(self.text.len()).unwrap();
        self.text.push_str(text);
        let atom = if intern { self.image.atom_of(text) } else { Atom::UNKNOWN };
        Str { space: self.space, start, len: u32::try_from(text.len()).unwrap(), atom }
    }

    fn cells(&mut self, members: Vec<Value>) -> Cells {
        let at = u32::try_from(self.cells.len()).unwrap();
        let len = u32::try_from(members.len()).unwrap();
        self.cells.extend(members);
        Cells { space: self.space, at, len }
    }

    fn value(&mut self, value: &Val, intern: bool) -> Value {
        match value {
            Val::Absent => Value::Absent,
            Val::Bool(b) => Value::Bool(*b),
            Val::Num(n) => Value::Num(*n),
            Val::Text(t) => Value::Text(self.str(t, intern)),
            Val::Script(line) => self.structure(&line.text, &Structure::Script((*line.parts).clone())),
            Val::Query(query) => self.structure(&query.text, &Structure::Query((*query.parts).clone())),
            Val::Command(_) | Val::Statement(_) | Val::Nothing(_) => panic!("no field is {value:?}"),
            Val::Huge(t) => Value::Number(self.str(t, false)),
            Val::List(items) => {
                let members = items.iter().map(|v| self.value(v, intern)).collect();
                Value::List(self.cells(members))
            }
            Val::Record(items) => {
                let members = items.iter().map(|v| self.value(v, intern)).collect();
                Value::Record(self.cells(members))
            }
            Val::Map(map) => {
                let members = map.iter().flat_map(|(k, v)| [Value::Text(self.str(k, intern)), self.value(v, intern)]).collect();
                Value::Map(self.cells(members))
            }
        }
    }

    fn structure(&mut self, text: &str, structure: &Structure) -> Value {
        let source = self.str(text, false);
        structure.store(source, &mut Room { text: &mut self.text, cells: &mut self.cells, space: self.space, folder: None })
    }

    fn fields(&mut self, fields: &[FieldDef], values: &BTreeMap<String, Val>, cause: Cause, slots: &mut [Value]) {
        for field in fields {
            let name = self.image.text(field.name).to_owned();
            slots[usize::from(field.slot.0)] = match values.get(&name) {
                Some(value) => self.value(value, field.intern),
                None => Value::None(NoValue { cause, place: Place(0) }),
            };
        }
    }
}

/// A step on the machine.
pub struct OnMachine<'a> {
    image: &'a VerifiedImage,
    step: StepData,
    context: ContextData,
    machine: Machine,
}

impl<'a> OnMachine<'a> {
    /// Lays the values of a step into slots, and computes its class fields.
    #[must_use]
    pub fn new(image: &'a VerifiedImage, looked: &Looked) -> Self {
        Self::among(image, looked, Arc::default())
    }

    /// As [`OnMachine::new`], where entities are known.
    #[must_use]
    pub fn among(image: &'a VerifiedImage, looked: &Looked, entities: Arc<Entities>) -> Self {
        let mut buffers = Buffers { image, space: Space::Scratch, text: String::new(), cells: Vec::new() };
        let mut slots = vec![Value::Absent; usize::from(image.image().slots)];
        for (slot, value) in looked.system.iter().enumerate() {
            slots[slot] = buffers.value(value, false);
        }
        let target = looked.target.map(|t| &image.image().targets[t]);
        if let Some(target) = target {
            buffers.fields(&target.args, &looked.args, Cause::Absent, &mut slots);
            buffers.fields(&target.facts, &looked.facts, Cause::MissingFact, &mut slots);
        }
        let mut step = StepData::default();
        (step.scratch, step.cells, step.slots) = (buffers.text, buffers.cells, slots);
        step.seal();
        let mut buffers = Buffers { image, space: Space::Context, text: String::new(), cells: Vec::new() };
        let mut slots = vec![Value::Absent; image.image().context.len()];
        buffers.fields(&image.image().context, &looked.context, Cause::MissingContext, &mut slots);
        let context = ContextData { text: buffers.text, cells: buffers.cells, slots, entities };
        let mut on_machine = Self { image, step, context, machine: Machine::new() };
        if let Some(derive) = target.and_then(|t| t.derive) {
            on_machine.run(derive);
            on_machine.step.seal();
        }
        on_machine
    }

    /// Runs a region.
    pub fn run(&mut self, region: RegionId) -> Value {
        self.machine.run(self.image, region, &mut self.step, &self.context, &(), &mut ()).expect("a verified region ends")
    }

    /// Runs both regions of each rule that looks at the step and compares them with what the oracle says.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare(&mut self, bundle: &Bundle, looked: &Looked) -> Result<(), String> {
        let image = self.image.image();
        let rules = looked.target.map_or(&image.undeclared[..], |t| &image.targets[t].rules);
        let expected: Vec<usize> = looked.rules.iter().map(|(index, _)| *index).collect();
        let listed: Vec<usize> = rules.iter().map(|r| r.rule as usize).collect();
        if expected != listed {
            return Err(format!("the oracle looks at rules {expected:?}, the image at {listed:?}"));
        }
        for (at, (index, outcome)) in rules.iter().zip(&looked.rules) {
            let variant = image.variant(*at).expect("a rule of the image");
            for (which, region) in [("plain", variant.plain), ("fast", variant.fast)] {
                let actual = self.outcome(region);
                let expected = self.expected(bundle, outcome);
                if actual != expected {
                    return Err(format!("rule `{}`: the oracle has {expected}, the {which} region {actual}", bundle.rules[*index].name));
                }
            }
        }
        Ok(())
    }

    fn outcome(&mut self, region: RegionId) -> String {
        match self.run(region) {
            Value::Bool(b) => b.to_string(),
            Value::None(NoValue { cause, place }) => {
                let place = self.image.image().place(place).expect("a place of the image");
                let source = &self.image.image().sources[place.file as usize];
                format!("none ({cause:?} at {} {}..{} `{}`)", source.name, place.start, place.end, &source.text[place.start as usize..place.end as usize])
            }
            other => format!("{other:?}"),
        }
    }

    fn expected(&self, bundle: &Bundle, outcome: &Outcome) -> String {
        match outcome {
            Ok(Val::Bool(b)) => b.to_string(),
            Ok(other) => format!("{other:?}"),
            Err(none) => {
                let name = bundle.sources.get(none.span.file).map(|f| f.name.as_str()).unwrap_or_default();
                let cause = match none.why {
                    Why::Overflow => Cause::Overflow,
                    Why::Inexact => Cause::Inexact,
                    Why::MissingContext => Cause::MissingContext,
                    Why::MissingFact => Cause::MissingFact,
                    Why::Absent => Cause::Absent,
                    Why::RelativePath => Cause::RelativePath,
                    Why::PartialDay => Cause::PartialDay,
                    Why::Limit => Cause::Limit,
                    Why::Opaque => Cause::Opaque,
                    Why::NoPart => Cause::NoPart,
                    Why::Ambiguous => Cause::Ambiguous,
                    Why::Unsure => Cause::Unsure,
                    Why::TooShort => Cause::TooShort,
                    Why::UnknownEntity => Cause::UnknownEntity,
                };
                format!("none ({cause:?} at {name} {}..{} `{}`)", none.span.start, none.span.end, bundle.sources.text(none.span))
            }
        }
    }
}
