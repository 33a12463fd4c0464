//! What would change it: the smallest change of a step after which another decision is made.
//!
//! A change is smaller if it is of fewer values. For each number of values, from one on, what may be near is tried by the machine, in the
//! session as it is; where nothing of it helps, the analysis looks for values, or proves that there are none. So what is found was played,
//! and that fewer are not enough is proved, or it is said that it isn't.

use std::collections::{BTreeMap, BTreeSet};

use reach_analysis::{Limits, Values, Varied};
use reach_compiler::ir::SlotRef;
use reach_engine::{Effect, Session};
use reach_values::time;
use schemars::JsonSchema;
use serde::Serialize;

use super::candidates::{self, Candidate};
use super::tree::{Forest, Tree};
use super::{Moment, Scene};
use crate::witness::Json;

/// How many values may change at once.
const MOST_CHANGED: usize = 3;

/// How many candidates of each value are tried where one changes, two, and three or more.
const TRIED: [usize; 3] = [4_096, 40, 10];

/// How many combinations of values of one set of fields are tried.
const MOST_TRIED: usize = 4_096;

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
                let slot = if kind == "args" { SlotRef::Arg(name.clone()) } else { SlotRef::Fact(name.clone()) };
                if !own.contains(name) {
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

    /// Returns the sets of so many fields, those among them that must change.
    fn sets(&self, size: usize) -> Vec<BTreeSet<SlotRef>> {
        let free: Vec<&SlotRef> = self.fields.iter().filter(|f| !self.forced.contains(f)).collect();
        let mut sets = Vec::new();
        choose(&free, size.saturating_sub(self.forced.len()), 0, &mut self.forced.iter().cloned().collect(), &mut sets);
        sets
    }

    /// Tries values of some fields. Returns the nearest that help, and how far they are.
    fn tried(&mut self, set: &BTreeSet<SlotRef>, effect: Effect) -> Option<(u64, Values)> {
        let most = TRIED.get(set.len().saturating_sub(1)).or(TRIED.last()).copied().unwrap_or(1);
        let lists: Vec<(SlotRef, Vec<Candidate>)> =
            set.iter().map(|slot| (slot.clone(), self.candidates.get(slot).map(|c| c.iter().take(most).cloned().collect()).unwrap_or_default())).collect();
        let mut best: Option<(u64, Values)> = None;
        let mut at = vec![0_usize; lists.len()];
        if lists.iter().any(|(_, list)| list.is_empty()) {
            return None;
        }
        for _ in 0..MOST_TRIED {
            if self.limits.stop.is_due() {
                break;
            }
            let chosen = lists.iter().zip(&at).filter_map(|((slot, list), at)| Some((slot, list.get(*at)?)));
            let far: u64 = chosen.clone().fold(0, |sum, (_, c)| sum.saturating_add(c.far));
            if best.as_ref().is_none_or(|(least, _)| far < *least) {
                let values: Values = chosen.filter_map(|(slot, c)| Some((slot.clone(), c.json.clone()?))).collect();
                if self.decides(&values, set) == Some(effect) {
                    best = Some((far, values));
                }
            }
            if !next(&mut at, &lists) {
                break;
            }
        }
        best
    }

    /// Asks the analysis for values of some fields.
    fn vary(&mut self, set: &BTreeSet<SlotRef>, effect: Effect) -> Varied {
        if self.scene.standing && self.scene.decision.effect != Effect::Forbid {
            return Varied::Unknown(BTreeSet::from(["what a person agreed to for the whole session".to_owned()]));
        }
        let reads = self.reads();
        let conditions = self
            .forest
            .rules
            .iter()
            .filter(|tree| self.moment.bundle.rules.get(tree.rule).is_some_and(|r| !r.advisory))
            .map(|tree| (tree.rule, self.given(&tree.tree, set, &reads)))
            .collect();
        let wanted = [match effect {
            Effect::Permit => reach_analysis::Effect::Permit,
            Effect::Ask => reach_analysis::Effect::Ask,
            Effect::Forbid => reach_analysis::Effect::Forbid,
        }];
        let name = self.event.text_of("name").unwrap_or_default().to_owned();
        let known = self.known.clone();
        let variation = reach_analysis::Variation {
            bundle: self.moment.bundle,
            target: self.target,
            name: &name,
            at: self.at,
            known: &known,
            changed: set,
            conditions,
            wanted: &wanted,
            heard: self.heard,
            acted: self.acted,
        };
        reach_analysis::vary(&variation, self.limits, &mut |values| self.decides(values, set) == Some(effect))
    }

    /// Returns what each condition reads.
    fn reads(&self) -> Vec<BTreeSet<SlotRef>> {
        let read = |(leaf, _): &(usize, bool)| {
            let mut out = BTreeSet::new();
            if let Some(leaf) = self.forest.leaves.get(*leaf) {
                let expr = reach_analysis::through_class(self.moment.bundle, self.target, leaf.class, &leaf.alone);
                candidates::slots(&expr, &mut out);
            }
            // A path that is joined to a folder of the context reads that.
            for field in self.moment.bundle.targets.get(self.target).map_or(&[][..], |t| &t.args) {
                if let Some(reach_compiler::ir::Reading::AtContext(folder)) = &field.reading
                    && out.contains(&SlotRef::Arg(field.name.clone()))
                {
                    out.insert(SlotRef::Context(folder.clone()));
                }
            }
            out
        };
        self.forest.atoms.iter().map(read).collect()
    }

    /// Returns a condition with what is known of it where only some fields change.
    fn given(&self, tree: &Tree, set: &BTreeSet<SlotRef>, reads: &[BTreeSet<SlotRef>]) -> reach_analysis::Given {
        use reach_analysis::Given;
        match tree {
            Tree::Const(truth) => Given::Is(*truth),
            Tree::Leaf(atom) => {
                let open = reads.get(*atom).is_none_or(|reads| !reads.is_disjoint(set));
                if !open && !self.scene.seen.is_empty() {
                    return match self.scene.of(*atom) {
                        reach_engine::Truth::True => Given::Is(true),
                        reach_engine::Truth::False => Given::Is(false),
                        reach_engine::Truth::None => Given::None,
                    };
                }
                let Some((leaf, negated)) = self.forest.atoms.get(*atom) else { return Given::None };
                let Some(leaf) = self.forest.leaves.get(*leaf) else { return Given::None };
                let open = Given::Open(reach_analysis::through_class(self.moment.bundle, self.target, leaf.class, &leaf.alone));
                if *negated { Given::Not(Box::new(open)) } else { open }
            }
            Tree::Not(inner) => Given::Not(Box::new(self.given(inner, set, reads))),
            Tree::And(terms) => Given::And(terms.iter().map(|t| self.given(t, set, reads)).collect()),
            Tree::Or(terms) => Given::Or(terms.iter().map(|t| self.given(t, set, reads)).collect()),
            Tree::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                Given::If(Box::new([self.given(test, set, reads), self.given(yes, set, reads), self.given(no, set, reads)]))
            }
        }
    }

    /// Returns the step with other values, and the event before it that changes the context, where that changes.
    fn changed(&self, values: &Values, set: &BTreeSet<SlotRef>) -> (Option<String>, String) {
        let mut event = self.event.clone();
        let mut context = Vec::new();
        for slot in set {
            let value = values.get(slot).and_then(|json| Json::read(json));
            match slot {
                SlotRef::Arg(name) => event.put("args", name, value),
                SlotRef::Fact(name) => event.put("facts", name, value),
                SlotRef::Context(name) => context.push((name.clone(), value.unwrap_or(Json::Null))),
                SlotRef::System(_) | SlotRef::Result => {}
            }
        }
        let before = (!context.is_empty()).then(|| {
            let text = |name: &str| event.text_of(name).map(|text| (name.to_owned(), Json::Text(text.to_owned())));
            let fields =
                text("session").into_iter().chain([("type".to_owned(), Json::Text("context".to_owned())), ("context".to_owned(), Json::Object(context))]);
            Json::Object(fields.chain(text("at")).collect()).written()
        });
        (before, event.written())
    }

    /// Returns what is decided with other values; none where they don't fit.
    fn decides(&mut self, values: &Values, set: &BTreeSet<SlotRef>) -> Option<Effect> {
        let (before, line) = self.changed(values, set);
        let mut other;
        let session = match before {
            None => &mut self.session,
            Some(before) => {
                other = self.moment.session(&self.moment.image, false);
                if !matches!(other.event(&before), reach_engine::Outcome::Observed) {
                    return None;
                }
                &mut other
            }
        };
        let verdict = session.decide(&line);
        if verdict.effect == Effect::Forbid && verdict.rules == 0 {
            // Values that don't fit are no answer.
            let reason = session.explain(&line).ok()?.decision.rules.into_iter().next()?;
            if matches!(reason.rule.as_str(), "invalid_arguments" | "limit" | "internal") {
                return None;
            }
        }
        Some(verdict.effect)
    }

    /// Moves numbers towards what they were, as long as the decision stays.
    fn nearer(&mut self, mut values: Values, set: &BTreeSet<SlotRef>, effect: Effect) -> Values {
        for slot in set {
            let (Some(from), Some(to)) = (self.known.get(slot).cloned(), values.get(slot).cloned()) else { continue };
            let Some(mut between) = candidates::Between::new(self.moment.bundle, self.target, slot, &from, &to) else { continue };
            while let Some(middle) = between.middle() {
                let mut tried = values.clone();
                tried.insert(slot.clone(), middle);
                let helps = self.decides(&tried, set) == Some(effect);
                if helps {
                    values = tried;
                }
                between.narrow(helps);
            }
        }
        values
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

/// Adds every choice of so many fields more.
fn choose(free: &[&SlotRef], more: usize, from: usize, chosen: &mut BTreeSet<SlotRef>, out: &mut Vec<BTreeSet<SlotRef>>) {
    if out.len() > MOST_SETS {
        return;
    }
    if more == 0 {
        out.push(chosen.clone());
        return;
    }
    for (at, slot) in free.iter().enumerate().skip(from) {
        chosen.insert((*slot).clone());
        choose(free, more - 1, at + 1, chosen, out);
        chosen.remove(*slot);
    }
}

/// Goes to the next combination; returns whether there is one.
fn next(at: &mut [usize], lists: &[(SlotRef, Vec<Candidate>)]) -> bool {
    for (place, (_, list)) in at.iter_mut().zip(lists) {
        *place += 1;
        if *place < list.len() {
            return true;
        }
        *place = 0;
    }
    false
}

/// Returns the context of the session before a step, as far as it is sure.
fn context(moment: &Moment<'_>) -> Result<Values, String> {
    let mut values = Values::new();
    let mut session = Session::new(moment.image.clone(), "", reach_engine::Options { recorded: moment.recorded, ..reach_engine::Options::default() });
    for line in moment.past {
        let outcome = session.event(line);
        let Some(event) = Json::read(line) else { continue };
        if !matches!(event.text_of("type"), Some("start" | "context")) {
            continue;
        }
        if !matches!(outcome, reach_engine::Outcome::Observed) {
            return Err("an event that gives context does not fit".to_owned());
        }
        if event.text_of("type") == Some("start") {
            // What is optional and left out isn't there.
            let optional = moment.bundle.context.iter().filter(|f| matches!(f.ty, reach_compiler::ir::Type::Optional(_)));
            values.extend(optional.map(|f| (SlotRef::Context(f.name.clone()), "null".to_owned())));
        }
        for (name, value) in event.get("context").map_or(&[][..], Json::entries) {
            values.insert(SlotRef::Context(name.clone()), value.written());
        }
    }
    Ok(values)
}

/// Returns the fields that don't fit, which must change.
fn forced(scene: &Scene<'_>, fields: &[SlotRef]) -> Result<Vec<SlotRef>, String> {
    if scene.reserved() != Some("invalid_arguments") {
        return Ok(Vec::new());
    }
    let mut forced = BTreeSet::new();
    for problem in scene.decision.rules.iter().flat_map(|r| &r.problems) {
        let mut parts = problem.pointer.split('/').skip(1);
        let slot = match (parts.next(), parts.next()) {
            (Some("args"), Some(name)) => SlotRef::Arg(name.replace("~1", "/").replace("~0", "~")),
            (Some("facts"), Some(name)) => SlotRef::Fact(name.replace("~1", "/").replace("~0", "~")),
            _ => return Err(format!("`{}` of the event does not fit, which is no value that may change", problem.pointer)),
        };
        if !fields.contains(&slot) {
            return Err(format!("`{}` does not fit, and may not change", named(&slot)));
        }
        forced.insert(slot);
    }
    Ok(forced.into_iter().collect())
}
