//! Sessions: what each event adds to the list of what happened.

use std::collections::BTreeMap;
use std::rc::Rc;

use reach_compiler::ir::{Bundle, EventKind, Format, Rule, StepKind, Type};
use reach_values::{decimal, int, time};

use super::agents::{Agent, NOBODY};
use super::decide::{Effect, Judged, KINDS, Looked, OracleDecision, Resolution, Step};
use super::eval::Scope;
use super::intake::{read, read_field};
use super::json::Json;
use super::past::{Doubted, Happening, Known, Log, Occurrence, Values, leaves};
use super::spending::Spending;
use super::value::{Outcome, Val};

/// How long an `ask` without `expires` may be answered.
const EXPIRY: i128 = 3_600 * time::SECOND_NS;

/// A session over a bundle.
pub struct Oracle<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) context: BTreeMap<String, Val>,
    pub(super) last_at: Option<i128>,
    pub(super) resolution: Option<Resolution>,
    pub(super) log: Log<'b>,
    pub(super) steps: BTreeMap<String, Taken<'b>>,
    pub(super) standing: Vec<Standing>,
    pub(super) ended: bool,
    started: bool,
    entries: usize,
}

/// What an event came to.
#[derive(Clone, Debug)]
pub enum Came {
    /// A step, or the answer to one that was asked about.
    Decision(Box<OracleDecision>),
    /// An observation that fits.
    Observed,
    /// An observation that doesn't fit, or can't be.
    Rejected,
}

/// A step, and what became of it.
pub(super) struct Taken<'b> {
    pos: usize,
    progress: Progress,
    agent: usize,
    line: Json,
    kind: StepKind,
    /// What was read of it; none when it was refused before that.
    step: Option<Step<'b>>,
    asked: Option<Asked>,
    /// The labels of its result, and whether it surely has them.
    returns: Vec<(usize, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Permitted,
    Asked,
    Held,
    Answered,
    /// It was not permitted, and a result was reported all the same.
    HeldAnswered,
}

/// What a person is asked.
#[derive(Clone)]
struct Asked {
    rules: Vec<usize>,
    digest: Digest,
    until: i128,
}

/// An answer that holds for the session.
pub(super) struct Standing {
    pub digest: Digest,
    pub rules: Vec<usize>,
    pub by: String,
    pub until: i128,
}

/// What tells a step from every other.
#[derive(Clone, PartialEq)]
pub(super) struct Digest {
    agent: usize,
    kind: StepKind,
    name: Val,
    args: BTreeMap<String, Outcome>,
    facts: BTreeMap<String, Val>,
    /// The arguments as they came, where nothing declares them.
    given: Option<Json>,
}

impl Digest {
    pub fn of(step: &Step<'_>) -> Self {
        let given = step.target.is_none().then(|| step.given.clone());
        Self { agent: step.agent, kind: step.kind, name: step.system[0].clone(), args: step.args.clone(), facts: step.facts.clone(), given }
    }
}

/// The fields that observations have besides `type` and `at`: those that must be there, and those that may.
const FIELDS: [(&str, &[&str], &[&str]); 7] = [
    ("start", &[], &["context"]),
    ("context", &["context"], &[]),
    ("prompt", &["text"], &[]),
    ("result", &["step", "ok"], &["content"]),
    ("approval", &["step", "granted", "by"], &["scope"]),
    ("usage", &["step", "charges"], &[]),
    ("end", &["ok"], &[]),
];

impl<'b> Oracle<'b> {
    /// Begins a session.
    #[must_use]
    pub fn new(bundle: &'b Bundle) -> Self {
        Self {
            bundle,
            context: BTreeMap::new(),
            last_at: None,
            resolution: None,
            log: Log::new(bundle),
            steps: BTreeMap::new(),
            standing: Vec::new(),
            ended: false,
            started: false,
            entries: 0,
        }
    }

    /// Tells what the host knows of entities.
    #[must_use]
    pub fn among(mut self, entities: super::entities::Entities) -> Self {
        self.log.entities = entities;
        self
    }

    /// Lets something stand in for conditions without a value, from here on; what is decided meanwhile isn't kept.
    pub fn resolve(&mut self, resolution: Option<Resolution>) {
        self.resolution = resolution;
    }

    /// Returns how often what was asked of the past, and answered how.
    #[must_use]
    pub fn asked(&self) -> BTreeMap<String, u64> {
        self.log.asked.borrow().clone()
    }

    /// Takes an event; returns the decision when there is one.
    pub fn event(&mut self, line: &str) -> Option<OracleDecision> {
        match self.take(line) {
            Came::Decision(decision) => Some(*decision),
            Came::Observed | Came::Rejected => None,
        }
    }

    /// Takes an event.
    pub fn take(&mut self, line: &str) -> Came {
        if self.resolution.is_none() {
            self.entries += 1;
        }
        let json = Json::read(line);
        let word = json.as_ref().and_then(|j| j.get("type")).and_then(Json::text).unwrap_or("").to_owned();
        let Some(json) = json.filter(|_| KINDS.iter().any(|(w, _)| *w == word) || FIELDS.iter().any(|(w, ..)| *w == word)) else {
            let broken = |word: &str| Json::read(line).is_none() && line.starts_with(&format!(r#"{{"type":"{word}""#));
            if KINDS.iter().any(|(word, _)| broken(word)) {
                return Came::Decision(Box::new(self.unread(line)));
            }
            // It could have been anything.
            self.ended = true;
            return Came::Rejected;
        };
        match KINDS.iter().find(|(w, _)| *w == word) {
            Some((_, kind)) => Came::Decision(Box::new(self.step(*kind, line, &json))),
            None => self.observe(&word, &json),
        }
    }

    /// Takes a step in and evaluates the rules that look at it; none when the step is refused before that.
    #[must_use]
    pub fn look(&self, line: &str) -> Option<Looked> {
        let json = Json::read(line)?;
        let word = json.get("type")?.text()?;
        let (_, kind) = KINDS.iter().find(|(w, _)| *w == word)?;
        if Self::is_beyond_limits(line, &json) {
            return None;
        }
        let step = self.take_in(*kind, &json, None).ok()?;
        let index = |rule: &Rule| self.bundle.rules.iter().position(|r| std::ptr::eq(r, rule)).unwrap();
        let rules = self.answers(&step).into_iter().map(|a| (index(a.rule), a.condition)).collect();
        let args = step.args.iter().map(|(k, v)| (k.clone(), v.clone().unwrap())).collect();
        Some(Looked { target: self.target_index(&step), args, facts: step.facts, context: self.context.clone(), system: step.system, rules })
    }

    fn pos(&self) -> usize {
        self.entries - 1
    }

    fn now(&self) -> i128 {
        self.last_at.unwrap_or_default()
    }

    /// Lets time go on. What is told of an earlier time than before doesn't move it; returns whether it fits.
    fn pass(&mut self, json: &Json) -> bool {
        let at = json.get("at").and_then(Json::text).and_then(|t| time::parse_time(t).ok());
        let fits = at.is_some() && at >= self.last_at;
        self.last_at = self.last_at.max(at);
        if self.entries == 1 {
            self.log.began = self.last_at;
        }
        fits
    }

    fn step(&mut self, kind: StepKind, line: &str, json: &Json) -> OracleDecision {
        if Self::is_beyond_limits(line, json) {
            return OracleDecision::reserved("limit", "");
        }
        let taken = self.take_in(kind, json, None);
        if self.resolution.is_some() {
            return taken.map_or_else(|decision| *decision, |step| self.judge(&step, None).decision);
        }
        self.pass(json);
        let (pos, time) = (self.pos(), self.now());
        let id = json.get("id").and_then(Json::text).unwrap_or("").to_owned();
        match taken {
            Ok(step) => {
                let judged = self.judge(&step, None);
                self.steps.insert(
                    id.clone(),
                    Taken { pos, progress: Progress::Held, agent: step.agent, line: json.clone(), kind, step: Some(step), asked: None, returns: Vec::new() },
                );
                self.happened(EventKind::Attempted, &id, pos, time);
                self.decided(&id, judged, pos)
            }
            Err(decision) => {
                let agent = match json.get("agent") {
                    None => Some(0),
                    Some(agent) => agent.text().and_then(|agent| self.log.agent(agent)),
                };
                let name = if kind == StepKind::Say { Some("") } else { json.get("name").and_then(Json::text) };
                let target =
                    name.and_then(|name| self.declared(kind, name)).and_then(|target| self.bundle.targets.iter().position(|t| std::ptr::eq(t, target)));
                for phase in [EventKind::Attempted, EventKind::Denied] {
                    let known = Known::Bare;
                    let event = Occurrence { kind: phase, pos, asked: pos, time, agent, step: Some(pos), target, known };
                    self.log.happenings.push(Happening::Event(Box::new(event)));
                }
                if !id.is_empty() && !self.steps.contains_key(&id) {
                    let taken = Taken {
                        pos,
                        progress: Progress::Held,
                        agent: agent.unwrap_or(0),
                        line: json.clone(),
                        kind,
                        step: None,
                        asked: None,
                        returns: Vec::new(),
                    };
                    self.steps.insert(id, taken);
                }
                *decision
            }
        }
    }

    /// Refuses a step that can't be read to its end: it may have been any.
    fn unread(&mut self, line: &str) -> OracleDecision {
        let (pos, time) = (self.pos(), self.now());
        for kind in [EventKind::Attempted, EventKind::Denied] {
            for target in 0..self.bundle.targets.len() {
                let event = Occurrence { kind, pos, asked: pos, time, agent: None, step: Some(pos), target: Some(target), known: Known::Nothing };
                self.log.happenings.push(Happening::Event(Box::new(event)));
            }
        }
        // As far as its `id` can be seen, no other step has it.
        let id = line.split_once(r#""id":""#).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id);
        if !id.is_empty() && !self.steps.contains_key(id) {
            let taken =
                Taken { pos, progress: Progress::Held, agent: NOBODY, line: Json::Null, kind: StepKind::Call, step: None, asked: None, returns: Vec::new() };
            self.steps.insert(id.to_owned(), taken);
        }
        OracleDecision::reserved("invalid_arguments", "")
    }

    /// Adds that something happened to a step.
    fn happened(&mut self, kind: EventKind, id: &str, pos: usize, time: i128) {
        let taken = &self.steps[id];
        let Some(step) = &taken.step else { return };
        let mut system = step.system.clone();
        if kind != EventKind::Attempted {
            system[2] = Val::Num(time);
        }
        let values = Values {
            args: step.args.clone(),
            facts: step.facts.clone(),
            system,
            context: Rc::new(self.context.clone()),
            result: None,
            leaves: Vec::new(),
            returns: Vec::new(),
        };
        let event = Occurrence {
            kind,
            pos,
            asked: taken.pos,
            time,
            agent: Some(taken.agent),
            step: Some(taken.pos),
            target: self.target_index(step),
            known: Known::All(Rc::new(values)),
        };
        self.log.happenings.push(Happening::Event(Box::new(event)));
    }

    /// Adds what was decided about a step.
    fn decided(&mut self, id: &str, judged: Judged, pos: usize) -> OracleDecision {
        let time = self.now();
        let Judged { decision, charges, asks, cleared, grants, caps, opened, .. } = judged;
        self.log.openings.extend(opened);
        let (agent, kind, asked_at) = (self.steps[id].agent, self.steps[id].kind, self.steps[id].pos);
        let step = self.steps[id].step.clone().expect("it was taken in");
        match decision.effect {
            Effect::Permit => {
                self.happened(EventKind::Permitted, id, pos, time);
                self.log.happenings.extend(cleared.into_iter().map(|label| Happening::Cleared { agent, label }));
                let mut returns = Vec::new();
                for (number, returned) in step.target.map_or(&[][..], |t| &t.returns).iter().enumerate() {
                    let asking = self.asking(&step);
                    let sure = match returned.when.as_ref().map(|when| self.scope(&step.args, &step, None, &asking).eval(when)) {
                        None | Some(Ok(Val::Bool(true))) => true,
                        Some(Ok(_)) => continue,
                        Some(Err(_)) => false,
                    };
                    returns.push((number, sure));
                    self.log.carried.push((asked_at, returned.label));
                    self.log.happenings.push(Happening::Attached { agent, label: returned.label, sure });
                }
                if !charges.is_empty() {
                    let holders = charges.keys().flat_map(|budget| self.log.holders(agent, *budget).into_iter().map(|holder| (*budget, holder))).collect();
                    self.log.spendings.push(Spending::Reserved { step: asked_at, holders, amounts: charges });
                }
                if kind == StepKind::Spawn {
                    let name = step.target.map_or("", |t| &t.name).to_owned();
                    self.log.agents.push(Agent { id: id.to_owned(), name, parent: Some(agent), grants, caps });
                    let child = self.log.agents.len() - 1;
                    self.log.happenings.push(Happening::Spawned { agent: child });
                }
                let taken = self.steps.get_mut(id).expect("it is there");
                taken.progress = Progress::Permitted;
                taken.returns = returns;
            }
            Effect::Ask => {
                let expiry = asks.iter().map(|rule| self.bundle.rules[*rule].expires.unwrap_or(EXPIRY)).min().unwrap_or(EXPIRY);
                let digest = Digest::of(&step);
                let taken = self.steps.get_mut(id).expect("it is there");
                taken.progress = Progress::Asked;
                taken.asked = Some(Asked { rules: asks, digest, until: time + expiry });
            }
            Effect::Forbid => {
                self.happened(EventKind::Denied, id, pos, time);
                self.steps.get_mut(id).expect("it is there").progress = Progress::Held;
            }
        }
        decision
    }

    fn observe(&mut self, word: &str, json: &Json) -> Came {
        let fits = self.pass(json);
        let agent = match json.get("agent") {
            None => Some(0),
            Some(agent) => agent.text().and_then(|agent| self.log.agent(agent)).filter(|agent| word != "end" || self.log.is_alive(*agent)),
        };
        let fits = fits && agent.is_some() && has_its_fields(word, json);
        if self.ended {
            return Came::Rejected;
        }
        let agent = agent.unwrap_or(0);
        match word {
            "start" | "context" => self.context(word, json, fits),
            "result" => self.result(json, agent, fits),
            "prompt" => self.prompt(json, agent, fits),
            "approval" if fits => self.approval(json),
            "usage" if fits => self.usage(json, agent),
            "end" => {
                // One that doesn't fit ends the agent that it names all the same, and nobody else.
                match self.named_agent(json) {
                    Some(0) => self.ended = true,
                    Some(child) => self.log.happenings.push(Happening::Ended { agent: child }),
                    None => {}
                }
                if fits { Came::Observed } else { Came::Rejected }
            }
            _ => Came::Rejected,
        }
    }

    /// Returns the agent that an event is of, alive or not.
    fn named_agent(&self, json: &Json) -> Option<usize> {
        match json.get("agent") {
            None => Some(0),
            Some(agent) => agent.text().and_then(|agent| self.log.agent(agent)),
        }
    }

    fn context(&mut self, word: &str, json: &Json, fits: bool) -> Came {
        // A session starts once: what a second start says isn't known to be so.
        let again = word == "start" && self.started;
        self.started |= word == "start";
        let empty = Json::Object(Vec::new());
        let given = json.get("context").unwrap_or(&empty);
        let Json::Object(members) = given else {
            self.context.clear();
            return Came::Rejected;
        };
        for field in &self.bundle.context {
            let times = members.iter().filter(|(k, _)| *k == field.name).count();
            let value = match given.get(&field.name) {
                None if word == "start" && !again && matches!(field.ty, Type::Optional(_)) => Some(Val::Absent),
                None => continue,
                Some(_) if again || times > 1 => None,
                Some(json) => read_field(json, field, &BTreeMap::new()).ok(),
            };
            match value {
                Some(value) => self.context.insert(field.name.to_string(), value),
                None => self.context.remove(field.name.as_str()),
            };
        }
        if !fits {
            self.context.clear();
        }
        for field in &self.bundle.context {
            let Some(check) = &field.check else { continue };
            let (args, facts) = (BTreeMap::new(), BTreeMap::new());
            let mut scope = Scope {
                args: &args,
                facts: &facts,
                context: &self.context,
                system: &[],
                result: None,
                entities: &self.log.entities,
                past: None,
                resolve: None,
                locals: BTreeMap::new(),
            };
            if self.context.contains_key(field.name.as_str()) && scope.eval(&check.condition) != Ok(Val::Bool(true)) {
                self.context.remove(field.name.as_str());
            }
        }
        if fits { Came::Observed } else { Came::Rejected }
    }

    fn prompt(&mut self, json: &Json, agent: usize, fits: bool) -> Came {
        let (pos, time) = (self.pos(), self.now());
        let known = if fits {
            let text = json.get("text").and_then(Json::text).expect("it has its fields").to_owned();
            let mut system = vec![Val::Absent; 9];
            system[2] = Val::Num(time);
            system[7] = Val::Text(text.clone());
            let context = Rc::new(self.context.clone());
            let values = Values { args: BTreeMap::new(), facts: BTreeMap::new(), system, context, result: None, leaves: vec![text], returns: Vec::new() };
            Known::All(Rc::new(values))
        } else {
            Known::Nothing
        };
        let agent = if fits { Some(agent) } else { self.named_agent(json) };
        self.log.happenings.push(Happening::Event(Box::new(Occurrence {
            kind: EventKind::Prompt,
            pos,
            asked: pos,
            time,
            agent,
            step: None,
            target: None,
            known,
        })));
        if fits { Came::Observed } else { Came::Rejected }
    }

    fn result(&mut self, json: &Json, agent: usize, fits: bool) -> Came {
        let (pos, time) = (self.pos(), self.now());
        let id = json.get("step").and_then(Json::text).unwrap_or("").to_owned();
        let content = json.get("content");
        let all = || {
            let mut out = Vec::new();
            content.iter().for_each(|content| leaves(content, &mut out));
            out
        };
        let Some(taken) = self.steps.get_mut(&id).filter(|taken| taken.progress == Progress::Permitted) else {
            // Nobody knows what it is of; and what was asked about it needs no answer any more.
            let taken = self.steps.get_mut(&id);
            let of_a_step = taken.is_some();
            let (agent, asked) = taken.as_ref().map_or((agent, pos), |taken| (taken.agent, taken.pos));
            // What an agent did that there never was falls back on the main one.
            let agent = if agent == NOBODY { 0 } else { agent };
            if let Some(taken) = taken.filter(|taken| fits && matches!(taken.progress, Progress::Asked | Progress::Held)) {
                taken.progress = Progress::HeldAnswered;
                taken.asked = None;
            }
            self.log.happenings.push(Happening::Doubted(Doubted { pos, asked, time, agent, of_a_step, leaves: fits.then(all) }));
            return Came::Rejected;
        };
        taken.progress = Progress::Answered;
        let (step, asked, agent, returns) = (taken.step.clone().expect("it was permitted"), taken.pos, taken.agent, taken.returns.clone());
        let ok = !fits || json.get("ok") == Some(&Json::Bool(true));
        self.log.spendings.push(Spending::Settled { step: asked, ok, time });
        if let Some(child) = self.log.agent(&id).filter(|child| *child != 0) {
            self.log.happenings.push(Happening::Ended { agent: child });
        }
        let Some(target) = step.target else { return if fits { Came::Observed } else { Came::Rejected } };
        let known = if fits {
            let mut system = step.system.clone();
            system[2] = Val::Num(time);
            system.resize(9, Val::Absent);
            system[6] = Val::Bool(ok);
            system[7] = Val::Text(text_of(content));
            let result = target.result.as_ref().and_then(|result| structured(content, result.format).and_then(|json| read_result(&json, &result.ty)));
            let context = Rc::new(self.context.clone());
            Known::All(Rc::new(Values { args: step.args.clone(), facts: step.facts.clone(), system, context, result, leaves: all(), returns }))
        } else {
            Known::Nothing
        };
        let event = Occurrence { kind: EventKind::Result, pos, asked, time, agent: Some(agent), step: Some(asked), target: self.target_index(&step), known };
        self.log.happenings.push(Happening::Event(Box::new(event)));
        if fits { Came::Observed } else { Came::Rejected }
    }

    fn approval(&mut self, json: &Json) -> Came {
        let id = json.get("step").and_then(Json::text).expect("it has its fields").to_owned();
        let by = json.get("by").and_then(Json::text).expect("it has its fields").to_owned();
        let for_session = json.get("scope").and_then(Json::text) == Some("session");
        let (pos, now) = (self.pos(), self.now());
        let Some(taken) = self.steps.get_mut(&id).filter(|taken| taken.progress == Progress::Asked) else { return Came::Rejected };
        let asked = taken.asked.clone().expect("it is asked about");
        if now > asked.until {
            taken.progress = Progress::Held;
            return Came::Rejected;
        }
        if json.get("granted") != Some(&Json::Bool(true)) {
            taken.progress = Progress::Held;
            self.happened(EventKind::Denied, &id, pos, now);
            return Came::Observed;
        }
        let (line, kind) = (taken.line.clone(), taken.kind);
        let step = self.take_in(kind, &line, Some(now)).ok().filter(|step| Digest::of(step) == asked.digest);
        let Some(step) = step else {
            self.steps.get_mut(&id).expect("it is there").progress = Progress::Held;
            return Came::Rejected;
        };
        // Whoever answers must be accepted by each rule that asks now; and must have been shown each of them.
        let now_asked = self.rules_asking(&step);
        if !self.accepts(&step, &now_asked, &by) {
            return Came::Rejected;
        }
        let shown = now_asked.iter().all(|rule| asked.rules.contains(rule));
        let judged = self.judge(&step, shown.then_some(&by));
        if judged.decision.effect == Effect::Permit && for_session {
            self.standing.push(Standing { digest: asked.digest, rules: asked.rules, by, until: asked.until });
        }
        self.steps.get_mut(&id).expect("it is there").step = Some(step);
        Came::Decision(Box::new(self.decided(&id, judged, pos)))
    }

    fn usage(&mut self, json: &Json, agent: usize) -> Came {
        let id = json.get("step").and_then(Json::text).expect("it has its fields");
        let Some(Json::Object(charges)) = json.get("charges") else { panic!("it has its fields") };
        let mut amounts: Vec<(u32, i128)> = Vec::new();
        for (name, amount) in charges {
            let Some(budget) = self.bundle.budgets.iter().position(|b| b.name == *name) else { return Came::Rejected };
            let (Json::Number(written) | Json::Text(written)) = amount else { return Came::Rejected };
            let amount = if self.bundle.budgets[budget].ty == Type::Decimal { decimal::parse(written).ok() } else { int::parse(written).ok().map(i128::from) };
            let budget = u32::try_from(budget).unwrap();
            match amount {
                Some(amount) if amount >= 0 && amounts.iter().all(|(other, _)| *other != budget) => amounts.push((budget, amount)),
                _ => return Came::Rejected,
            }
        }
        let taken = self.steps.get(id);
        let (agent, step) = taken.map_or((agent, self.pos()), |taken| (taken.agent, taken.pos));
        let fits = taken.is_some_and(|taken| matches!(taken.progress, Progress::Permitted | Progress::Answered));
        let time = self.now();
        for (budget, amount) in amounts {
            let holders = self.log.holders(agent, budget).into_iter().map(|holder| (budget, holder)).collect();
            self.log.spendings.push(Spending::Used { step, holders, budget, amount, time });
        }
        if fits { Came::Observed } else { Came::Rejected }
    }
}

/// Whether an observation has the fields of its type and no others, each of its own type.
fn has_its_fields(word: &str, json: &Json) -> bool {
    let Json::Object(members) = json else { return false };
    let (_, must, may) = FIELDS.iter().find(|(w, ..)| *w == word).expect("it is an observation");
    let twice = members.iter().enumerate().any(|(i, (k, _))| members[..i].iter().any(|(earlier, _)| earlier == k));
    let known = |key: &str| ["type", "at", "session", "agent"].contains(&key) || must.contains(&key) || may.contains(&key);
    !twice
        && must.iter().all(|key| json.get(key).is_some())
        && members.iter().all(|(key, value)| {
            known(key)
                && match (key.as_str(), value) {
                    ("step" | "agent", Json::Text(text)) => !text.is_empty(),
                    ("type" | "at" | "session" | "by" | "text", Json::Text(_))
                    | ("ok" | "granted", Json::Bool(_))
                    | ("context" | "charges", Json::Object(_))
                    | ("content", _) => true,
                    ("scope", Json::Text(text)) => matches!(text.as_str(), "once" | "session"),
                    _ => false,
                }
        })
}

/// The text of what came back: of text itself, of the text blocks of an MCP result, else the JSON.
fn text_of(content: Option<&Json>) -> String {
    match content {
        None => String::new(),
        Some(Json::Text(text)) => text.clone(),
        Some(other) => blocks(other).unwrap_or_else(|| other.to_string()),
    }
}

/// The text blocks of an MCP result.
fn blocks(json: &Json) -> Option<String> {
    let list = match json {
        Json::Object(_) => json.get("content")?,
        other => other,
    };
    let Json::List(items) = list else { return None };
    let mut texts = Vec::new();
    for item in items {
        let kind = item.get("type").and_then(Json::text)?;
        if let ("text", Some(text)) = (kind, item.get("text").and_then(Json::text)) {
            texts.push(text);
        }
    }
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// What came back as a value: an MCP result's structured content, else the content; text is read where the declaration says so.
fn structured(content: Option<&Json>, format: Option<Format>) -> Option<Json> {
    let content = content?;
    if let Some(structured) = content.get("structuredContent").filter(|s| **s != Json::Null) {
        return Some(structured.clone());
    }
    let text = content.text().map(str::to_owned).or_else(|| blocks(content));
    match (text, format) {
        (Some(text), Some(Format::Json)) => Json::read(&text),
        (_, Some(Format::Yaml)) => None,
        (Some(text), None) => Some(Json::Text(text)),
        (None, _) => Some(content.clone()),
    }
}

/// Reads what came back as its type says. Fields that no record names are passed over.
fn read_result(json: &Json, ty: &Type) -> Option<Val> {
    if json.has_duplicate_keys() {
        return None;
    }
    read(&pruned(json, ty), ty, "").ok()
}

fn pruned(json: &Json, ty: &Type) -> Json {
    match (ty, json) {
        (Type::Optional(inner), _) => pruned(json, inner),
        (Type::List(of) | Type::Set(of), Json::List(items)) => Json::List(items.iter().map(|item| pruned(item, of)).collect()),
        (Type::Map(of), Json::Object(members)) => Json::Object(members.iter().map(|(key, value)| (key.clone(), pruned(value, of))).collect()),
        (Type::Record(fields), Json::Object(members)) => Json::Object(
            members.iter().filter_map(|(key, value)| fields.iter().find(|(name, _)| name == key).map(|(_, ty)| (key.clone(), pruned(value, ty)))).collect(),
        ),
        _ => json.clone(),
    }
}
