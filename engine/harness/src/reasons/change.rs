//! What would change it: the smallest change of a step after which another decision is made.
//!
//! A change is smaller if it is of fewer values. For each number of values, from one on, what may be near is tried by the machine, in the
//! session as it is; where nothing of it helps, the analysis looks for values, or proves that there are none. So what is found was played,
//! and that fewer are not enough is proved, or it is said that it isn't.

mod asked;
mod before;
mod played;
mod tried;

use std::collections::{BTreeMap, BTreeSet};

use before::{context, forced};
use reach_analysis::{Limits, Values, Varied};
use reach_compiler::ir::SlotRef;
use reach_engine::{Effect, Session};
use reach_values::time;
use schemars::JsonSchema;
use serde::Serialize;

use super::candidates::{self, Candidate};
use super::tree::Forest;
use super::{Moment, Scene};
use crate::witness::Json;

/// How many values may change at once.
const MOST_CHANGED: usize = 3;

/// How many sets of fields of one size are looked at.
const MOST_SETS: usize = 2_048;

/// Which values may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changing {
    /// The arguments.
    pub args: bool,
    /// The facts, which the host sends.
    pub facts: bool,
    /// The fields of the context.
    pub context: bool,
}

/// What came of looking for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// There is one.
    Found,
    /// It is proved that no values of what may change help.
    None,
    /// None was found, and it isn't proved that there is none.
    Unknown,
}

/// The smallest change of a step after which it is decided otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Change {
    /// What would be decided.
    pub effect: Effect,
    /// Whether there is a change.
    pub found: Found,
    /// The values that change, in the order of their declaration.
    pub values: Vec<Changed>,
    /// The rules that would decide, or the reserved reason.
    pub by: Vec<String>,
    /// Whether it is proved that no change of fewer values is enough.
    pub smallest: bool,
    /// The changed step, a line of JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Why it isn't known whether there is one, or a smaller one; or why there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub why: Vec<String>,
}

/// A value that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// What it is, for example `args.amount`.
    pub value: String,
    /// What it was, as JSON; absent where it wasn't there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it becomes, as JSON; absent where it goes away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Looks for changes of one step.
pub(super) struct Changes<'s, 'a> {
    scene: &'s Scene<'a>,
    moment: &'s Moment<'a>,
    limits: &'s Limits,
    target: usize,
    event: Json,
    at: i128,
    /// The values that are known, as JSON.
    known: Values,
    /// What may change, in the order of declarations.
    fields: Vec<SlotRef>,
    /// What must change: it doesn't fit.
    forced: Vec<SlotRef>,
    forest: Forest,
    session: Session,
    /// Whether anything was typed before, and whether any step was taken.
    heard: bool,
    acted: bool,
    candidates: BTreeMap<SlotRef, Vec<Candidate>>,
}

/// Returns the smallest changes after which a step is decided so, for each of some decisions.
pub(super) fn changes(scene: &Scene<'_>, wanted: &[Effect], changing: Changing, limits: &Limits) -> Vec<Change> {
    let no = |why: &str| -> Vec<Change> {
        let change = |effect: &Effect| Change { found: Found::None, why: vec![why.to_owned()], ..Change::none(*effect) };
        wanted.iter().map(change).collect()
    };
    match scene.reserved() {
        Some("undeclared") => return no("the step isn't declared, and no values change that"),
        Some("definition") => return no("the tool has another definition than the one that it is pinned to, and no values change that"),
        Some("unrecorded" | "internal") => return no("what refuses the step has nothing to do with its values"),
        _ => {}
    }
    match Changes::new(scene, changing, limits) {
        Ok(mut changes) => wanted.iter().map(|effect| changes.to(*effect)).collect(),
        Err(why) => wanted.iter().map(|effect| Change { why: vec![why.clone()], ..Change::none(*effect) }).collect(),
    }
}

impl Change {
    const fn none(effect: Effect) -> Self {
        Self { effect, found: Found::Unknown, values: Vec::new(), by: Vec::new(), smallest: false, event: None, why: Vec::new() }
    }
}

impl<'s, 'a> Changes<'s, 'a> {
    fn new(scene: &'s Scene<'a>, changing: Changing, limits: &'s Limits) -> Result<Self, String> {
        let moment = scene.moment;
        let target = moment.target().ok_or("the step can't be read")?;
        let event = Json::read(moment.step).ok_or("the step can't be read")?;
        let at = event.text_of("at").and_then(|at| time::parse_time(at).ok()).ok_or("the step has no time")?;
        let declared = moment.bundle.targets.get(target).ok_or("the step isn't declared")?;
        let mut known = Values::new();
        let mut extra = Vec::new();
        let names = |fields: &[reach_compiler::ir::Field]| fields.iter().map(|f| f.name.clone()).collect::<BTreeSet<_>>();
        for (kind, own) in [("args", names(&declared.args)), ("facts", names(&declared.facts))] {
            for (name, value) in event.get(kind).map_or(&[][..], Json::entries) {
                let slot = if kind == "args" { SlotRef::Arg(name.clone().into()) } else { SlotRef::Fact(name.clone().into()) };
                if !own.contains(name.as_str()) {
                    extra.push(slot.clone());
                }
                if *value != Json::Null {
                    known.insert(slot, value.written());
                }
            }
        }
        known.extend(context(moment)?);
        let mut fields = Vec::new();
        if changing.args {
            fields.extend(declared.args.iter().map(|f| SlotRef::Arg(f.name.clone())));
        }
        if changing.facts {
            fields.extend(declared.facts.iter().map(|f| SlotRef::Fact(f.name.clone())));
        }
        if changing.context {
            fields.extend(moment.bundle.context.iter().map(|f| SlotRef::Context(f.name.clone())));
        }
        fields.extend(extra);
        let forced = forced(scene, &fields)?;
        let forest = if scene.forest.rules.is_empty() { Forest::of(moment.bundle, Some(target)) } else { scene.forest.clone() };
        let session = moment.session(&moment.image, false);
        let kinds: BTreeSet<String> =
            moment.past.iter().map(|line| Json::read(line).and_then(|e| e.text_of("type").map(str::to_owned)).unwrap_or_default()).collect();
        let heard = kinds.contains("prompt");
        let acted = kinds.iter().any(|kind| !matches!(kind.as_str(), "start" | "context" | "prompt"));
        let candidates = BTreeMap::new();
        let mut changes = Self { scene, moment, limits, target, event, at, known, fields, forced, forest, session, heard, acted, candidates };
        for field in changes.fields.clone() {
            let found = candidates::candidates(moment.bundle, target, &changes.forest, &field, changes.known.get(&field), moment.past);
            changes.candidates.insert(field, found);
        }
        Ok(changes)
    }

    /// Looks for the smallest change to a decision.
    fn to(&mut self, effect: Effect) -> Change {
        let mut out = Change::none(effect);
        if self.fields.is_empty() {
            return Change { found: Found::None, why: vec!["the step has no values that may change".to_owned()], ..out };
        }
        let mut why = BTreeSet::new();
        // Where nothing helps although all may change, fewer don't either.
        let all: BTreeSet<SlotRef> = self.fields.iter().cloned().collect();
        if matches!(self.vary(&all, effect), Varied::None) {
            return Change { found: Found::None, ..out };
        }
        let most = MOST_CHANGED.max(self.forced.len()).min(self.fields.len());
        // Whether no change of fewer values is enough: those that don't fit must change.
        let mut proved = true;
        for size in self.forced.len().max(1)..=most {
            let sets = self.sets(size);
            if sets.len() > MOST_SETS {
                why.insert("there are too many values that may change".to_owned());
                proved = false;
                break;
            }
            let mut best: Option<(u64, Values, BTreeSet<SlotRef>)> = None;
            for set in &sets {
                if let Some((far, values)) = self.tried(set, effect)
                    && best.as_ref().is_none_or(|(least, ..)| far < *least)
                {
                    best = Some((far, values, set.clone()));
                }
            }
            let mut all_proved = true;
            if best.is_none() {
                for set in sets {
                    match self.vary(&set, effect) {
                        Varied::Found(values) => {
                            best = Some((0, values, set));
                            break;
                        }
                        Varied::None => {}
                        Varied::Unknown(because) => {
                            all_proved = false;
                            why.extend(because);
                        }
                    }
                }
            }
            if let Some((_, values, set)) = best {
                let values = self.nearer(values, &set, effect);
                out.smallest = proved;
                out.why = if proved { Vec::new() } else { why.into_iter().collect() };
                return self.told(out, &values, &set);
            }
            proved &= all_proved;
            if self.limits.stop.is_due() {
                why.insert("the time that was given is over".to_owned());
                break;
            }
        }
        if proved && most == self.fields.len() {
            return Change { found: Found::None, ..out };
        }
        if most < self.fields.len() {
            why.insert(format!("changes of more than {most} values weren't looked for"));
        }
        out.why = why.into_iter().collect();
        out
    }

    /// Tells a change.
    fn told(&mut self, mut out: Change, values: &Values, set: &BTreeSet<SlotRef>) -> Change {
        let (before, line) = self.changed(values, set);
        let mut session = self.moment.session(&self.moment.image, false);
        before.iter().for_each(|before| drop(session.event(before)));
        out.by = session.explain(&line).map(|e| e.decision.rules.into_iter().map(|r| r.rule).collect()).unwrap_or_default();
        out.found = Found::Found;
        out.event = Some(line);
        let in_order = self.fields.iter().filter(|slot| set.contains(slot));
        out.values = in_order.map(|slot| Changed { value: named(slot), from: self.known.get(slot).cloned(), to: values.get(slot).cloned() }).collect();
        out
    }
}

/// Returns what a value is called in policies.
fn named(slot: &SlotRef) -> String {
    match slot {
        SlotRef::Arg(name) => format!("args.{name}"),
        SlotRef::Fact(name) => format!("facts.{name}"),
        SlotRef::Context(name) => format!("context.{name}"),
        SlotRef::System(_) | SlotRef::Result => "the step".to_owned(),
    }
}
