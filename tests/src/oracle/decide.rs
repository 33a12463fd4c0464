//! Sessions and decisions.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Span;
use reach_compiler::ir::{self, Bundle, Detector, MessagePart, Obligation, Rule, StepKind, Target, Type};
use reach_values::{pattern::Pattern, time};

use super::eval::{Scope, compile_pattern, not};
use super::intake::{read_field, read_fields};
use super::json::Json;
use super::print::print;
use super::value::{NoValue, Outcome, Val, Why};

/// What is decided, from the loosest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `permit`.
    Permit,
    /// `ask`.
    Ask,
    /// `forbid`.
    Forbid,
}

/// A rule, or a reserved reason, that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The name.
    pub rule: String,
    /// The place of the rule's name; none of a reserved reason.
    pub span: Option<Span>,
    /// The message; of a reserved reason what the oracle knows: the JSON pointer of wrong arguments.
    pub message: String,
}

/// What goes with a permitted step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obliged {
    /// `notify`.
    Notify(String),
    /// `require`.
    Require(String),
    /// `set`, with the value and its type.
    Set(String, Val, Type),
    /// `redact`, with the pattern's text.
    Redact(String, String),
    /// `redact … finding`, with the words of the detectors.
    Conceal(String, Vec<&'static str>),
}

/// What a step came to before it was decided: for comparing rule by rule.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The index of the declared step.
    pub target: Option<usize>,
    /// The arguments.
    pub args: BTreeMap<String, Val>,
    /// The facts that were sent.
    pub facts: BTreeMap<String, Val>,
    /// The context.
    pub context: BTreeMap<String, Val>,
    /// The system's slots.
    pub system: Vec<Val>,
    /// The rules that look at it, by index, with their conditions.
    pub rules: Vec<(usize, Outcome)>,
}

/// What had no value in a rule's condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleError {
    /// The rule.
    pub rule: String,
    /// Why.
    pub why: Why,
    /// Where.
    pub span: Span,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleDecision {
    /// The effect.
    pub effect: Effect,
    /// What it rests on.
    pub rules: Vec<Hit>,
    /// Rules that are only reported.
    pub advisory: Vec<Hit>,
    /// What goes with a permitted step.
    pub obligations: Vec<Obliged>,
    /// All arguments as they must be used, when there are obligations.
    pub args: Option<BTreeMap<String, Val>>,
    /// The index of the declared step.
    pub target: Option<usize>,
    /// The context, as it was.
    pub context: BTreeMap<String, Val>,
    /// What had no value.
    pub errors: Vec<OracleError>,
    /// Whether any rule's condition had no value, listed or not.
    pub any_none: bool,
}

/// What stands in for conditions without a value.
pub type Resolution = Box<dyn Fn(Span) -> Option<bool>>;

/// A session over a bundle.
pub struct Oracle<'b> {
    bundle: &'b Bundle,
    context: BTreeMap<String, Val>,
    started: bool,
    last_at: Option<i128>,
    ids: BTreeSet<String>,
    resolution: Option<Resolution>,
}

/// A step that was taken in.
struct Step<'b> {
    target: Option<&'b Target>,
    args: BTreeMap<String, Outcome>,
    facts: BTreeMap<String, Val>,
    system: Vec<Val>,
}

/// A rule's answer.
struct Answer<'b> {
    rule: &'b Rule,
    condition: Outcome,
    args: BTreeMap<String, Outcome>,
}

impl Answer<'_> {
    fn is_true(&self) -> bool {
        self.condition == Ok(Val::Bool(true))
    }

    fn is_none(&self) -> bool {
        self.condition.is_err()
    }

    /// Whether it matches: a `permit` needs a true condition, all others one that isn't false.
    fn matches(&self) -> bool {
        self.is_true() || (self.rule.effect != ir::Effect::Permit && self.is_none())
    }
}

/// The kinds of steps by their words.
const KINDS: [(&str, StepKind); 5] =
    [("call", StepKind::Call), ("spawn", StepKind::Spawn), ("model", StepKind::Model), ("read", StepKind::Read), ("say", StepKind::Say)];

impl OracleDecision {
    fn reserved(reason: &str, message: impl Into<String>) -> Self {
        Self {
            effect: Effect::Forbid,
            rules: vec![Hit { rule: reason.to_owned(), span: None, message: message.into() }],
            advisory: Vec::new(),
            obligations: Vec::new(),
            args: None,
            target: None,
            context: BTreeMap::new(),
            errors: Vec::new(),
            any_none: false,
        }
    }
}

impl<'b> Oracle<'b> {
    /// Begins a session.
    #[must_use]
    pub fn new(bundle: &'b Bundle) -> Self {
        Self { bundle, context: BTreeMap::new(), started: false, last_at: None, ids: BTreeSet::new(), resolution: None }
    }

    /// Lets something stand in for conditions without a value, from here on.
    pub fn resolve(&mut self, resolution: Option<Resolution>) {
        self.resolution = resolution;
    }

    /// Takes an event; decides when it is a step.
    pub fn event(&mut self, line: &str) -> Option<OracleDecision> {
        let json = Json::read(line);
        let kind = json.as_ref().and_then(|j| j.get("type")).and_then(Json::text).unwrap_or("");
        let Some((_, kind)) = KINDS.iter().find(|(word, _)| *word == kind) else {
            if let Some(json) = &json {
                self.observe(kind, json);
            }
            return None;
        };
        let json = json?;
        let decision = self.step(*kind, line, &json);
        if self.resolution.is_none() {
            self.remember(&json);
        }
        Some(decision)
    }

    /// Keeps what later events are held against: no step has the `id` of an earlier one, no event is before an earlier one.
    fn remember(&mut self, json: &Json) {
        if let Some(id) = json.get("id").and_then(Json::text) {
            self.ids.insert(id.to_owned());
        }
        let at = json.get("at").and_then(Json::text).and_then(|t| time::parse_time(t).ok());
        self.last_at = self.last_at.max(at);
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
        let step = self.take_in(*kind, &json).ok()?;
        let index = |rule: &Rule| self.bundle.rules.iter().position(|r| std::ptr::eq(r, rule)).unwrap();
        let rules = self.answers(&step).into_iter().map(|a| (index(a.rule), a.condition)).collect();
        let args = step.args.iter().map(|(k, v)| (k.clone(), v.clone().unwrap())).collect();
        Some(Looked { target: self.target_index(&step), args, facts: step.facts, context: self.context.clone(), system: step.system, rules })
    }

    fn is_beyond_limits(line: &str, json: &Json) -> bool {
        line.len() > 1 << 20 || json.depth() > 64 || json.longest_text() > 256 << 10 || json.longest_list() > 10_000
    }

    fn target_index(&self, step: &Step<'b>) -> Option<usize> {
        step.target.and_then(|t| self.bundle.targets.iter().position(|other| std::ptr::eq(t, other)))
    }

    fn observe(&mut self, kind: &str, json: &Json) {
        self.remember(json);
        if !matches!(kind, "start" | "context") {
            return;
        }
        // A session starts once: what a second start says isn't known to be so.
        let again = kind == "start" && self.started;
        self.started |= kind == "start";
        let empty = Json::Object(Vec::new());
        let given = json.get("context").unwrap_or(&empty);
        let Json::Object(members) = given else { return };
        for field in &self.bundle.context {
            let times = members.iter().filter(|(k, _)| *k == field.name).count();
            let value = match given.get(&field.name) {
                None if kind == "start" && !again && matches!(field.ty, Type::Optional(_)) => Some(Val::Absent),
                None => continue,
                Some(_) if again || times > 1 => None,
                Some(json) => read_field(json, field, &BTreeMap::new()).ok(),
            };
            match value {
                Some(value) => self.context.insert(field.name.clone(), value),
                None => self.context.remove(&field.name),
            };
        }
        for field in &self.bundle.context {
            let Some(check) = &field.check else { continue };
            let (args, facts) = (BTreeMap::new(), BTreeMap::new());
            let mut scope = Scope { args: &args, facts: &facts, context: &self.context, system: &[], resolve: None, locals: BTreeMap::new() };
            if self.context.contains_key(&field.name) && scope.eval(&check.condition) != Ok(Val::Bool(true)) {
                self.context.remove(&field.name);
            }
        }
    }

    fn step(&self, kind: StepKind, line: &str, json: &Json) -> OracleDecision {
        if Self::is_beyond_limits(line, json) {
            return OracleDecision::reserved("limit", "");
        }
        match self.take_in(kind, json) {
            Ok(step) => self.decide(&step),
            Err(decision) => *decision,
        }
    }

    fn take_in(&self, kind: StepKind, json: &Json) -> Result<Step<'b>, Box<OracleDecision>> {
        let refuse = |reason: &str, pointer: &str| Box::new(OracleDecision::reserved(reason, pointer));
        let invalid = |pointer: &str| refuse("invalid_arguments", pointer);
        let Json::Object(members) = json else { return Err(invalid("")) };
        if members.iter().enumerate().any(|(i, (k, _))| members[..i].iter().any(|(earlier, _)| earlier == k)) {
            return Err(invalid(""));
        }
        let known: &[&str] = match kind {
            StepKind::Say => &["session", "type", "id", "agent", "args", "facts", "at"],
            _ => &["session", "type", "id", "agent", "name", "args", "facts", "definition", "at"],
        };
        if let Some((unknown, _)) = members.iter().find(|(k, _)| !known.contains(&k.as_str())) {
            return Err(invalid(&format!("/{unknown}")));
        }
        for (field, may_be_missing, may_be_empty) in [("session", true, true), ("id", false, false), ("agent", true, false), ("definition", true, true)] {
            match json.get(field) {
                None if may_be_missing => {}
                Some(Json::Text(text)) if may_be_empty || !text.is_empty() => {
                    if field != "definition" && text.len() > 256 {
                        return Err(refuse("limit", ""));
                    }
                }
                _ => return Err(invalid(&format!("/{field}"))),
            }
        }
        for field in ["args", "facts"] {
            if json.get(field).is_some_and(|v| !matches!(v, Json::Object(_))) {
                return Err(invalid(&format!("/{field}")));
            }
        }
        let at = json.get("at").and_then(Json::text).and_then(|t| time::parse_time(t).ok()).ok_or_else(|| invalid("/at"))?;
        if self.last_at.is_some_and(|last| at < last) {
            return Err(invalid("/at"));
        }
        if json.get("id").and_then(Json::text).is_some_and(|id| self.ids.contains(id)) && self.resolution.is_none() {
            return Err(invalid("/id"));
        }
        if json.get("agent").and_then(Json::text).is_some_and(|agent| agent != "main") {
            return Err(invalid("/agent"));
        }
        let name = match json.get("name") {
            None if kind == StepKind::Say => "",
            Some(Json::Text(name)) => name.as_str(),
            _ => return Err(invalid("/name")),
        };
        let agent = match json.get("agent") {
            None => "main",
            Some(Json::Text(agent)) => agent,
            Some(_) => return Err(invalid("/agent")),
        };
        let word = KINDS.iter().position(|(_, k)| *k == kind).unwrap();
        let system = vec![Val::Text(name.to_owned()), Val::Num(word as i128), Val::Num(at), Val::Text(agent.to_owned()), Val::Num(0), Val::Num(0)];
        let target = self.bundle.targets.iter().find(|t| {
            t.kind == kind
                && match kind {
                    StepKind::Read => Pattern::name_glob(&t.name, false).unwrap().is_match(name),
                    StepKind::Say => true,
                    _ => t.name == name,
                }
        });
        let Some(target) = target else {
            return Ok(Step { target: None, args: BTreeMap::new(), facts: BTreeMap::new(), system });
        };
        // What an undeclared step brings along is not looked at.
        if json.has_duplicate_keys() {
            return Err(invalid(""));
        }
        let empty = Json::Object(Vec::new());
        let args = read_fields(json.get("args").unwrap_or(&empty), &target.args, "/args", true, &self.context).map_err(|m| invalid(&m.pointer))?;
        let facts = read_fields(json.get("facts").unwrap_or(&empty), &target.facts, "/facts", false, &self.context).map_err(|m| invalid(&m.pointer))?;
        let args = args.into_iter().map(|(k, v)| (k, Ok(v))).collect();
        let step = Step { target: Some(target), args, facts, system };
        for (fields, base) in [(&target.args, "/args"), (&target.facts, "/facts")] {
            for field in fields {
                let Some(check) = &field.check else { continue };
                if base == "/facts" && !step.facts.contains_key(&field.name) {
                    continue;
                }
                if self.scope(&step.args, &step, None).eval(&check.condition) != Ok(Val::Bool(true)) {
                    return Err(invalid(&format!("{base}/{}", field.name)));
                }
            }
        }
        if let Some(pinned) = &target.pinned
            && json.get("definition").and_then(Json::text) != Some(pinned)
        {
            return Err(refuse("definition", ""));
        }
        Ok(step)
    }

    fn scope<'a>(&'a self, args: &'a BTreeMap<String, Outcome>, step: &'a Step<'b>, resolve: Option<&'a Resolution>) -> Scope<'a> {
        let resolve = resolve.map(|r| r.as_ref() as &dyn Fn(Span) -> Option<bool>);
        Scope { args, facts: &step.facts, context: &self.context, system: &step.system, resolve, locals: BTreeMap::new() }
    }

    /// The rules that look at a step, in source order, with `args` as each sees them.
    fn answers(&self, step: &Step<'b>) -> Vec<Answer<'b>> {
        let index = self.target_index(step);
        let mut answers = Vec::new();
        for rule in &self.bundle.rules {
            let class = match index {
                None if rule.undeclared => None,
                None => continue,
                Some(index) => match rule.targets.iter().find(|t| t.target as usize == index) {
                    Some(target) => target.class,
                    None => continue,
                },
            };
            let args = match (class, step.target) {
                (Some(class), Some(target)) => self.class_fields(class, target, step),
                _ => step.args.clone(),
            };
            let condition = self.condition(rule, &args, step);
            answers.push(Answer { rule, condition, args });
        }
        answers
    }

    fn class_fields(&self, class: u32, target: &Target, step: &Step<'b>) -> BTreeMap<String, Outcome> {
        let used = target.classes.iter().find(|u| u.class == class).expect("the tool is of the class");
        let names = &self.bundle.classes[class as usize].fields;
        names.iter().zip(&used.values).map(|((name, _), value)| (name.clone(), self.scope(&step.args, step, None).eval(value))).collect()
    }

    /// `when and not unless`; `unless` isn't looked at when `when` is false.
    fn condition(&self, rule: &Rule, args: &BTreeMap<String, Outcome>, step: &Step<'b>) -> Outcome {
        let mut scope = self.scope(args, step, self.resolution.as_ref());
        let when = rule.when.as_ref().map_or(Ok(Val::Bool(true)), |c| scope.eval(c));
        if when == Ok(Val::Bool(false)) {
            return when;
        }
        let unless = rule.unless.as_ref().map_or(Ok(Val::Bool(false)), |c| scope.eval(c));
        match (when, not(unless)) {
            (_, Ok(Val::Bool(false))) => Ok(Val::Bool(false)),
            (Err(none), _) => Err(none),
            (_, unless) => unless,
        }
    }

    fn decide(&self, step: &Step<'b>) -> OracleDecision {
        let answers = self.answers(step);
        let (advisory, enforced): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|a| a.rule.advisory);
        let of = |effect: ir::Effect| enforced.iter().copied().filter(move |a| a.rule.effect == effect);
        let matching = |effect: ir::Effect| of(effect).filter(|a| a.matches()).collect::<Vec<_>>();
        let (forbids, asks, permits) = (matching(ir::Effect::Forbid), matching(ir::Effect::Ask), matching(ir::Effect::Permit));
        let asks_true = asks.iter().any(|a| a.is_true());
        let asks_none: Vec<&Answer> = asks.iter().copied().filter(|a| a.is_none()).collect();

        let (effect, listed): (Effect, Vec<&Answer>) = if !forbids.is_empty() {
            (Effect::Forbid, forbids)
        } else if asks_true {
            (Effect::Ask, asks.clone())
        } else if !permits.is_empty() && !asks_none.is_empty() {
            (Effect::Ask, asks_none)
        } else if !permits.is_empty() {
            (Effect::Permit, permits.clone())
        } else {
            let otherwise: Vec<&Answer> = of(ir::Effect::OtherwiseAsk).filter(|a| a.is_true()).collect();
            if otherwise.is_empty() {
                (Effect::Forbid, Vec::new())
            } else {
                let listed = enforced.iter().copied().filter(|a| match a.rule.effect {
                    ir::Effect::Ask => a.is_none(),
                    ir::Effect::OtherwiseAsk => a.is_true(),
                    _ => false,
                });
                (Effect::Ask, listed.collect())
            }
        };

        let mut decision = OracleDecision::reserved(if step.target.is_none() { "undeclared" } else { "default" }, "");
        decision.effect = effect;
        decision.target = self.target_index(step);
        decision.context.clone_from(&self.context);
        if !listed.is_empty() {
            decision.rules = listed.iter().map(|a| self.hit(a, step)).collect();
        }
        let advisory: Vec<&Answer> = advisory.into_iter().filter(|a| a.matches()).collect();
        decision.advisory = advisory.iter().map(|a| self.hit(a, step)).collect();
        decision.any_none = answers.iter().any(Answer::is_none);
        // What had no value is told of the rules that decide, of advisory ones, and of those whose obligations go along.
        let obliges = |a: &Answer| effect != Effect::Forbid && !a.rule.advisory && a.rule.effect == ir::Effect::Oblige;
        decision.errors = answers
            .iter()
            .filter(|a| listed.iter().any(|l| std::ptr::eq(l.rule, a.rule)) || obliges(a) || (a.rule.advisory && a.matches()))
            .filter_map(|a| a.condition.as_ref().err().map(|NoValue { why, span }| OracleError { rule: a.rule.name.clone(), why: *why, span: *span }))
            .collect();
        if effect != Effect::Forbid {
            let obliging: BTreeSet<*const Rule> = enforced
                .iter()
                .filter(|a| {
                    a.matches() && (matches!(a.rule.effect, ir::Effect::Permit | ir::Effect::Oblige) || listed.iter().any(|l| std::ptr::eq(l.rule, a.rule)))
                })
                .map(|a| std::ptr::from_ref(a.rule))
                .collect();
            let obliging: Vec<&Answer> = enforced.iter().copied().filter(|a| obliging.contains(&std::ptr::from_ref(a.rule))).collect();
            if let Err(message) = self.oblige(&obliging, step, &mut decision) {
                let any_none = decision.any_none;
                let (advisory, errors) = (std::mem::take(&mut decision.advisory), std::mem::take(&mut decision.errors));
                decision = OracleDecision { any_none, advisory, errors, ..OracleDecision::reserved("obligation", message) };
            }
        }
        decision
    }

    fn hit(&self, answer: &Answer, step: &Step<'b>) -> Hit {
        let mut scope = self.scope(&answer.args, step, None);
        let parts = answer.rule.message.iter().map(|part| match part {
            MessagePart::Text(t) => t.clone(),
            MessagePart::Value(e) => scope.eval(e).map_or_else(|_| "(no value)".to_owned(), |v| print(&v, &e.ty)),
        });
        Hit { rule: answer.rule.name.clone(), span: Some(answer.rule.name_span), message: parts.collect() }
    }

    /// Collects obligations; an error tells why they can't be met.
    fn oblige(&self, rules: &[&Answer], step: &Step<'b>, decision: &mut OracleDecision) -> Result<(), String> {
        // Who sets a field, and to what; who redacts it.
        let mut set: BTreeMap<&str, (Val, &str)> = BTreeMap::new();
        let mut redact: BTreeMap<&str, &str> = BTreeMap::new();
        let mut args: BTreeMap<String, Val> = step.args.iter().filter_map(|(k, v)| Some((k.clone(), v.clone().ok()?))).collect();
        for answer in rules {
            let name = answer.rule.name.as_str();
            for obligation in &answer.rule.obligations {
                let entry = match obligation {
                    Obligation::Notify(whom) => Obliged::Notify(whom.clone()),
                    Obligation::Require(what) => Obliged::Require(what.clone()),
                    Obligation::Set { field, value } => {
                        let computed = self.scope(&answer.args, step, None).eval(value).map_err(|_| name.to_owned())?;
                        match set.get(field.as_str()) {
                            Some((other, by)) if *other != computed => return Err(format!("{by}, {name}")),
                            _ => {}
                        }
                        set.entry(field).or_insert((computed.clone(), name));
                        args.insert(field.clone(), computed.clone());
                        Obliged::Set(field.clone(), computed, value.ty.clone())
                    }
                    Obligation::Redact { field, pattern } => {
                        redact.entry(field).or_insert(name);
                        let entry = Obliged::Redact(field.clone(), pattern.text.clone());
                        // What two rules ask for is done once.
                        if let Some(Val::Text(t)) = args.get(field)
                            && !decision.obligations.contains(&entry)
                        {
                            let redacted = compile_pattern(pattern).replace_all(t, "[redacted]").into_owned();
                            args.insert(field.clone(), Val::Text(redacted));
                        }
                        entry
                    }
                    Obligation::Conceal { field, detectors } => {
                        redact.entry(field).or_insert(name);
                        let entry = Obliged::Conceal(field.clone(), detectors.iter().map(|d| d.word()).collect());
                        if let Some(Val::Text(t)) = args.get(field)
                            && !decision.obligations.contains(&entry)
                        {
                            let concealed = conceal(t, detectors);
                            args.insert(field.clone(), Val::Text(concealed));
                        }
                        entry
                    }
                };
                if let Some((field, (_, by))) = set.iter().find(|(f, _)| redact.contains_key(*f)) {
                    return Err(format!("{by}, {}", redact[field]));
                }
                if !decision.obligations.contains(&entry) {
                    decision.obligations.push(entry);
                }
            }
        }
        decision.args = (!decision.obligations.is_empty()).then_some(args);
        Ok(())
    }
}

/// Replaces what the detectors find. Each character that belongs to something found is removed; where several stand in a row, one mark is left.
fn conceal(text: &str, detectors: &[Detector]) -> String {
    let mut found = vec![false; text.len()];
    for detector in detectors {
        detector.find(text, &mut |range| {
            found[range].fill(true);
            true
        });
    }
    let mut left = String::new();
    for (at, c) in text.char_indices() {
        match (found[at], at > 0 && found[at - 1]) {
            (false, _) => left.push(c),
            (true, false) => left.push_str("[redacted]"),
            (true, true) => {}
        }
    }
    left
}
