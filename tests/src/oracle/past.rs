//! The session so far: a plain list of what happened, and questions of history that go over all of it.
//!
//! Nothing is counted in advance. What an event comes to under a pattern never changes, so it is computed once and kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use reach_compiler::ir::{Bundle, Capture, EventKind, EventPattern, Expr, ExprKind, Fold, Monitor, Origin, SlotRef, Type};
use reach_values::decimal;

use super::agents::Agent;
use super::eval::{Past, Scope, equal};
use super::json::Json;
use super::spending::Spending;
use super::value::{Outcome, Val, Why};

/// The values of the context, as they were.
pub type Context = Rc<BTreeMap<String, Val>>;

/// What happened, in order.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Something that patterns can be about.
    Event(Box<Occurrence>),
    /// A result that should not be: nobody knows what it is of.
    Doubted(Doubted),
    /// A label was attached to an agent; surely or perhaps.
    Attached { agent: usize, label: u32, sure: bool },
    /// A label was taken off an agent.
    Cleared { agent: usize, label: u32 },
    /// The agent of that index was spawned.
    Spawned { agent: usize },
    /// An agent ended, and all below it.
    Ended { agent: usize },
}

/// An event that patterns can be about.
#[derive(Clone, Debug)]
pub struct Occurrence {
    pub kind: EventKind,
    /// The number of the event.
    pub pos: usize,
    /// The number of the step that it is about.
    pub asked: usize,
    pub time: i128,
    /// Whose it is; none if of nobody that is known.
    pub agent: Option<usize>,
    /// The step, by number of its event; none of a prompt.
    pub step: Option<usize>,
    /// The declared step.
    pub target: Option<usize>,
    /// What is known of it.
    pub known: Known,
}

/// What is known of an event.
#[derive(Clone, Debug)]
pub enum Known {
    /// All of it.
    All(Rc<Values>),
    /// That it was; its values could not be read.
    Bare,
    /// Nothing: it may be any such event.
    Nothing,
}

/// The values of an event.
#[derive(Clone, Debug)]
pub struct Values {
    pub args: BTreeMap<String, Outcome>,
    pub facts: BTreeMap<String, Val>,
    /// The system's slots, with `ok` and `text`.
    pub system: Vec<Val>,
    pub context: Context,
    /// What came back, as its type says.
    pub result: Option<Val>,
    /// All texts, numbers and keys in what came back; of a prompt its text.
    pub leaves: Vec<String>,
    /// The labels of a result, by number among those that its step returns, and whether it surely has them.
    pub returns: Vec<(usize, bool)>,
}

/// A result that should not be.
#[derive(Clone, Debug)]
pub struct Doubted {
    pub pos: usize,
    pub asked: usize,
    pub time: i128,
    /// Who has it.
    pub agent: usize,
    /// Whether there is such a step, so that it is known whose it is.
    pub of_a_step: bool,
    /// The texts in it; none when they aren't known.
    pub leaves: Option<Vec<String>>,
}

/// What an event, or one element of it, comes to under a pattern that it may match.
#[derive(Clone, Debug)]
pub struct Matched {
    /// Whether `where` is true, as far as it is about the event alone; else it has no value.
    pub sure: bool,
    /// The event's sides of the joins; none when nothing is known of them.
    pub keys: Option<Vec<Outcome>>,
    /// What is made of it: what is summed, the record of `latest`, the part that a source names.
    pub value: Option<Outcome>,
}

/// The session so far.
pub struct Log<'b> {
    pub bundle: &'b Bundle,
    /// What the host tells of entities.
    pub entities: super::entities::Entities,
    pub happenings: Vec<Happening>,
    pub agents: Vec<Agent>,
    pub spendings: Vec<Spending>,
    /// What accounts opened with, and when.
    pub openings: BTreeMap<(u32, super::spending::Holder), (i128, i128)>,
    /// Which labels the results of steps carry, surely or perhaps.
    pub carried: Vec<(usize, u32)>,
    /// When the session began.
    pub began: Option<i128>,
    /// For each monitor: the number from which on nothing tells counts apart, so that their difference is no reason for no value.
    demands: Vec<i128>,
    /// How often what was asked, and answered how.
    pub asked: RefCell<BTreeMap<String, u64>>,
    matched: RefCell<HashMap<(*const EventPattern, usize), AllMatched>>,
}

/// What matched a pattern.
type AllMatched = Rc<Vec<Matched>>;

/// A place in a session, and who asks there.
#[derive(Clone, Copy)]
pub struct Asking<'l, 'b> {
    pub log: &'l Log<'b>,
    /// How many of the happenings are known.
    pub upto: usize,
    pub agent: usize,
    pub now: i128,
}

/// One candidate for an answer.
struct Candidate {
    sure: bool,
    /// Its place in the order that `since` and `latest` go by.
    place: usize,
    value: Option<Outcome>,
}

impl<'b> Log<'b> {
    pub fn new(bundle: &'b Bundle) -> Self {
        Self {
            bundle,
            entities: super::entities::Entities::default(),
            happenings: Vec::new(),
            agents: vec![Agent::main()],
            spendings: Vec::new(),
            openings: BTreeMap::new(),
            carried: Vec::new(),
            began: None,
            demands: demands(bundle),
            asked: RefCell::default(),
            matched: RefCell::default(),
        }
    }

    /// Returns what a happening comes to under a pattern; nothing when it doesn't match.
    pub fn matched(&self, at: usize, pattern: &EventPattern, value: Option<Extract<'_>>) -> Rc<Vec<Matched>> {
        let key = (std::ptr::from_ref(pattern), at);
        if let Some(found) = self.matched.borrow().get(&key) {
            return Rc::clone(found);
        }
        let found = Rc::new(self.match_event(at, pattern, value));
        self.matched.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    fn match_event(&self, at: usize, pattern: &EventPattern, extract: Option<Extract<'_>>) -> Vec<Matched> {
        let unknown = || vec![Matched { sure: false, keys: None, value: None }];
        let event = match &self.happenings[at] {
            Happening::Event(event) if event.kind == pattern.kind => event,
            Happening::Doubted(_) if pattern.kind == EventKind::Result => return unknown(),
            _ => return Vec::new(),
        };
        let class = if pattern.kind == EventKind::Prompt {
            None
        } else {
            match pattern.targets.iter().find(|t| Some(t.target as usize) == event.target) {
                Some(target) => target.class,
                None => return Vec::new(),
            }
        };
        let values = match &event.known {
            Known::All(values) => values,
            Known::Bare if pattern.guard.is_none() && pattern.keys.is_empty() && extract.is_none() => {
                return vec![Matched { sure: true, keys: Some(Vec::new()), value: None }];
            }
            Known::Bare | Known::Nothing => return unknown(),
        };
        // What comes with a result is observed before it is looked at; what a prompt says, afterwards.
        let upto = if pattern.kind == EventKind::Prompt { at } else { at + 1 };
        let asking = Asking { log: self, upto, agent: event.agent.unwrap_or(0), now: event.time };
        let args = match (class, event.target) {
            (Some(class), Some(target)) => self.class_fields(class, target, &values.args),
            _ => values.args.clone(),
        };
        let scope = || Scope {
            args: &args,
            facts: &values.facts,
            context: &values.context,
            system: &values.system,
            result: values.result.as_ref(),
            entities: &self.entities,
            past: Some(&asking),
            resolve: None,
            locals: BTreeMap::new(),
        };
        let items = match &pattern.each {
            None => vec![None],
            Some(each) => match scope().eval(&each.list) {
                Err(_) => return unknown(),
                Ok(Val::List(items)) => items.into_iter().map(|item| Some((each.local, item))).collect(),
                Ok(other) => panic!("each of {other:?}"),
            },
        };
        let mut found = Vec::new();
        for item in items {
            let mut scope = scope();
            if let Some((local, item)) = item {
                scope.locals.insert(local, Ok(item));
            }
            let guard = pattern.guard.as_ref().map_or(Ok(Val::Bool(true)), |guard| scope.eval(guard));
            if guard == Ok(Val::Bool(false)) {
                continue;
            }
            let keys = pattern.keys.iter().map(|key| scope.eval(key)).collect();
            let value = extract.map(|extract| match extract {
                Extract::Value(value) => scope.eval(value),
                Extract::Record(captures) => Ok(record(&mut scope, captures)),
            });
            found.push(Matched { sure: guard.is_ok(), keys: Some(keys), value });
        }
        found
    }

    /// Returns the fields of a class of a tool.
    pub fn class_fields(&self, class: u32, target: usize, args: &BTreeMap<String, Outcome>) -> BTreeMap<String, Outcome> {
        let target = &self.bundle.targets[target];
        let used = target.classes.iter().find(|u| u.class == class).expect("the tool is of the class");
        let names = &self.bundle.classes[class as usize].fields;
        let empty = BTreeMap::new();
        let value = |value: &Expr| {
            Scope {
                args,
                facts: &empty,
                context: &empty,
                system: &[],
                result: None,
                entities: &self.entities,
                past: None,
                resolve: None,
                locals: BTreeMap::new(),
            }
            .eval(value)
        };
        names.iter().zip(&used.values).map(|((name, _), expr)| (name.clone(), value(expr))).collect()
    }

    /// Returns the events of a pattern, each with its place; `floors`: where they stand for `since` instead.
    fn events(&self, asking: &Asking<'_, 'b>, monitor: &Monitor, pattern: &EventPattern, operands: &[Val]) -> Vec<(usize, Matched)> {
        let extract = match &monitor.fold {
            Fold::Sum(value) if std::ptr::eq(pattern, &raw const monitor.pattern) => Some(Extract::Value(value)),
            Fold::Latest(captures) if std::ptr::eq(pattern, &raw const monitor.pattern) => Some(Extract::Record(captures)),
            _ => None,
        };
        let mut found = Vec::new();
        for at in 0..asking.upto {
            let agent = match &self.happenings[at] {
                Happening::Event(event) => event.agent,
                Happening::Doubted(doubted) => Some(doubted.agent).filter(|_| doubted.of_a_step),
                _ => continue,
            };
            if monitor.per_agent && agent.is_some_and(|agent| agent != asking.agent) {
                continue;
            }
            for matched in self.matched(at, pattern, extract).iter() {
                let Some(joined) = joined(pattern, matched, operands) else { continue };
                // Of nobody that is known it may be anybody's.
                let own = !monitor.per_agent || agent.is_some();
                found.push((at, Matched { sure: matched.sure && joined && own, ..matched.clone() }));
            }
        }
        found
    }

    fn time(&self, at: usize) -> i128 {
        match &self.happenings[at] {
            Happening::Event(event) => event.time,
            Happening::Doubted(doubted) => doubted.time,
            other => panic!("{other:?} has no time"),
        }
    }

    /// Returns the number by which an event stands before or after others: of results that of the step.
    fn place(&self, at: usize) -> usize {
        match &self.happenings[at] {
            Happening::Event(event) if event.kind == EventKind::Result => event.asked,
            Happening::Event(event) => event.pos,
            Happening::Doubted(doubted) => doubted.asked,
            other => panic!("{other:?} has no place"),
        }
    }

    /// Returns after which place an event must stand to come after this one, which `since` names. `waits`: whether a step's result counts.
    fn floor(&self, at: usize, upto: usize, waits: bool) -> usize {
        let event = match &self.happenings[at] {
            Happening::Doubted(doubted) => return doubted.pos,
            Happening::Event(event) => event,
            other => panic!("{other:?} is no event"),
        };
        if !waits || matches!(event.kind, EventKind::Result | EventKind::Prompt) {
            return event.pos;
        }
        let of_step = |kind: EventKind| {
            self.happenings[..upto].iter().find_map(|other| match other {
                Happening::Event(other) if other.kind == kind && other.step == event.step => Some(other.pos),
                _ => None,
            })
        };
        match (of_step(EventKind::Permitted), of_step(EventKind::Result)) {
            (_, Some(result)) => result.max(event.pos),
            (Some(_), None) => usize::MAX,
            (None, None) => event.pos,
        }
    }

    fn answer(&self, asking: &Asking<'_, 'b>, monitor: &Monitor, operands: &[Val]) -> Result<Val, Why> {
        let most = self.demands[self.bundle.monitors.iter().position(|m| std::ptr::eq(m, monitor)).expect("it is of the bundle")];
        let (own, since) = operands.split_at(monitor.pattern.keys.len());
        let within = |at: usize| monitor.over.is_none_or(|over| self.time(at) > asking.now - over);
        let candidates: Vec<Candidate> = self
            .events(asking, monitor, &monitor.pattern, own)
            .into_iter()
            .filter(|(at, _)| within(*at))
            .map(|(at, matched)| Candidate { sure: matched.sure, place: self.place(at), value: matched.value })
            .collect();
        let Some(pattern) = &monitor.since else { return tell(monitor, &candidates, None, most) };
        let of_results = monitor.pattern.kind == EventKind::Result;
        let named = self.events(asking, monitor, pattern, since);
        let floors = |sure: bool| named.iter().filter(move |(_, matched)| matched.sure == sure).map(move |(at, _)| self.floor(*at, asking.upto, of_results));
        let certain = floors(true).max();
        // Each that perhaps is such an event may be the last one.
        let possible: Vec<usize> = floors(false).filter(|floor| certain.is_none_or(|certain| *floor > certain)).collect();
        let mut answers: Vec<Result<Val, Why>> = vec![tell(monitor, &candidates, certain, most)];
        answers.extend(possible.iter().map(|floor| tell(monitor, &candidates, Some(*floor), most)));
        // Sums of different events count as different, whatever they come to; but what adds nothing tells nothing apart.
        let adds = |c: &&Candidate| c.value != Some(Ok(Val::Num(0)));
        let behind = |floor: Option<usize>| candidates.iter().filter(adds).filter(|c| floor.is_none_or(|floor| c.place > floor)).count();
        if matches!(monitor.fold, Fold::Sum(_)) && possible.iter().any(|floor| behind(Some(*floor)) != behind(certain)) {
            answers.push(Err(Why::Unsure));
        }
        let first = answers[0].clone();
        if answers.iter().all(|answer| *answer == first) { first } else { Err(Why::Unsure) }
    }
}

/// Whether the joined values are equal; none when they aren't, false when it can't be known.
fn joined(pattern: &EventPattern, matched: &Matched, operands: &[Val]) -> Option<bool> {
    let Some(keys) = &matched.keys else { return Some(false) };
    let mut known = true;
    for ((key, value), operand) in pattern.keys.iter().zip(keys).zip(operands) {
        match value.as_ref().ok().and_then(|value| equal(&key.ty, value, operand)) {
            Some(true) => {}
            Some(false) => return None,
            None => known = false,
        }
    }
    Some(known)
}

/// What is made of an event.
#[derive(Clone, Copy)]
pub enum Extract<'e> {
    Value(&'e Expr),
    Record(&'e [Capture]),
}

fn record(scope: &mut Scope<'_>, captures: &[Capture]) -> Val {
    let mut value = |expr: &Expr| match &expr.kind {
        ExprKind::Slot(SlotRef::Arg(name)) if !scope.args.contains_key(name.as_str()) => Val::Nothing(Why::Unsure),
        _ => scope.eval(expr).unwrap_or_else(|none| Val::Nothing(none.why)),
    };
    let fields = captures.iter().map(|capture| match capture {
        Capture::Value(expr) => value(expr),
        Capture::Record(members) => Val::Record(members.iter().map(&mut value).collect()),
    });
    Val::Record(fields.collect())
}

/// Makes an answer of events behind a place. `most`: from which on nobody tells counts apart.
fn tell(monitor: &Monitor, candidates: &[Candidate], floor: Option<usize>, most: i128) -> Result<Val, Why> {
    let counted: Vec<&Candidate> = candidates.iter().filter(|c| floor.is_none_or(|floor| c.place > floor)).collect();
    let unsure = counted.iter().any(|c| !c.sure);
    match &monitor.fold {
        Fold::Ever if counted.iter().any(|c| c.sure) => Ok(Val::Bool(true)),
        Fold::Latest(_) => {
            // Of equal places the later one counts.
            let mut last: Option<&Candidate> = None;
            for candidate in &counted {
                if last.is_none_or(|last| candidate.place >= last.place) {
                    last = Some(candidate);
                }
            }
            match last {
                None => Ok(Val::Absent),
                // Which of one place is the last isn't kept: one that isn't sure may be.
                Some(last) if counted.iter().any(|c| !c.sure && c.place >= last.place) => Err(Why::Unsure),
                Some(last) => last.value.clone().expect("`latest` has a record").map_err(|none| none.why),
            }
        }
        _ if unsure => Err(Why::Unsure),
        Fold::Ever => Ok(Val::Bool(false)),
        Fold::Count => Ok(Val::Num((counted.len() as i128).min(most))),
        Fold::Sum(_) => {
            let mut sum = 0i128;
            for candidate in counted {
                match candidate.value.as_ref().expect("`sum` has a value") {
                    Ok(Val::Num(n)) => sum += n,
                    Ok(other) => panic!("a sum of {other:?}"),
                    Err(_) => return Err(Why::Unsure),
                }
            }
            let fits = match monitor.ty {
                Type::Int => i64::try_from(sum).is_ok(),
                _ => decimal::checked_add(sum, 0).is_ok(),
            };
            if fits { Ok(Val::Num(sum)) } else { Err(Why::Overflow) }
        }
    }
}

impl Past for Asking<'_, '_> {
    fn history(&self, monitor: u32, operands: &[Val]) -> Result<Val, Why> {
        let monitor = &self.log.bundle.monitors[monitor as usize];
        let answer = self.log.answer(self, monitor, operands);
        let told = match (&monitor.fold, &answer) {
            (Fold::Ever, Ok(Val::Bool(truth))) => format!("ever {truth}"),
            (Fold::Ever, _) => "ever none".to_owned(),
            (Fold::Count, answer) => format!("count {}", if answer.is_ok() { "value" } else { "none" }),
            (Fold::Sum(_), answer) => format!("sum {}", if answer.is_ok() { "value" } else { "none" }),
            (Fold::Latest(_), Ok(Val::Absent)) => "latest absent".to_owned(),
            (Fold::Latest(_), answer) => format!("latest {}", if answer.is_ok() { "there" } else { "none" }),
        };
        self.log.note(&told);
        let kind = format!("{:?}", monitor.pattern.kind);
        let qualifiers = [
            (kind.as_str(), true),
            ("over", monitor.over.is_some()),
            ("since", monitor.since.is_some()),
            ("per agent", monitor.per_agent),
            ("each", monitor.pattern.each.is_some()),
            ("joined", !operands.is_empty()),
        ];
        for (word, _) in qualifiers.into_iter().filter(|(_, has)| *has) {
            self.log.note(&format!("{word} {}", if answer.is_ok() { "value" } else { "none" }));
        }
        answer
    }

    fn came_from(&self, ty: &Type, value: &Val, origin: u32) -> Result<bool, Why> {
        let answer = self.log.came_from(self.upto, ty, value, origin);
        let source = match &self.log.bundle.origins[origin as usize] {
            Origin::User => "from user",
            Origin::Label(_) => "from label",
            Origin::Results { part: None, .. } => "from results",
            Origin::Results { .. } => "from part",
        };
        self.log.noted(source, answer)
    }

    fn named(&self, value: &Val) -> Result<bool, Why> {
        self.log.noted("named", self.log.named(self.upto, value))
    }

    fn labelled(&self, label: u32) -> Result<bool, Why> {
        self.log.noted("labelled", self.log.labels(self.upto)[self.agent][label as usize].ok_or(Why::Unsure))
    }

    fn within_rights(&self, names: &[Val]) -> Result<bool, Why> {
        self.log.noted("rights", self.log.within_rights(self.agent, names))
    }
}

impl Log<'_> {
    fn note(&self, what: &str) {
        *self.asked.borrow_mut().entry(what.to_owned()).or_default() += 1;
    }

    fn noted(&self, what: &str, answer: Result<bool, Why>) -> Result<bool, Why> {
        self.note(&format!("{what} {}", answer.map_or("none".to_owned(), |truth| truth.to_string())));
        answer
    }
}

/// Returns for each monitor one more than the largest constant that its count is compared with, if nothing else is made of it.
fn demands(bundle: &Bundle) -> Vec<i128> {
    fn monitor(value: &serde_json::Value) -> Option<usize> {
        (value["op"] == "history").then(|| usize::try_from(value["of"][0].as_u64().expect("a number")).expect("a number"))
    }
    fn walk(value: &serde_json::Value, most: &mut [i128]) {
        let all = 10_000;
        if value["op"] == "compare" {
            let sides = [&value["of"][1], &value["of"][2]];
            for (side, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
                let n = other["of"]["num"].as_str().filter(|_| other["op"] == "const").and_then(|n| n.parse::<i128>().ok());
                match (monitor(side), n) {
                    (Some(at), Some(n)) => {
                        most[at] = most[at].max((n + 1).clamp(1, all));
                        walk(&side["of"][1], most);
                    }
                    _ => walk(side, most),
                }
            }
            return;
        }
        if let Some(at) = monitor(value) {
            most[at] = all;
        }
        match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, most)),
            serde_json::Value::Object(members) => members.values().for_each(|member| walk(member, most)),
            _ => {}
        }
    }
    let mut most = vec![1; bundle.monitors.len()];
    walk(&serde_json::to_value(&bundle.rules).expect("rules are written"), &mut most);
    walk(&serde_json::to_value(&bundle.charges).expect("charges are written"), &mut most);
    most
}

/// Returns all texts, numbers and keys in some JSON.
pub fn leaves(json: &Json, out: &mut Vec<String>) {
    match json {
        Json::Null | Json::Bool(_) => {}
        Json::Number(text) | Json::Text(text) => out.push(text.clone()),
        Json::List(items) => items.iter().for_each(|item| leaves(item, out)),
        Json::Object(members) => {
            for (key, value) in members {
                out.push(key.clone());
                leaves(value, out);
            }
        }
    }
}
