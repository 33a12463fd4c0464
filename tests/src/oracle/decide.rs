//! Sessions and decisions.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Span;
use reach_compiler::ir::{self, Bundle, ExprKind, MessagePart, Obligation, Rule, SlotRef, StepKind, Target, Type};
use reach_values::{pattern::Pattern, time};

use super::eval::{Scope, compile_pattern, not};
use super::intake::{read, read_fields};
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
    /// What goes with a permitted step: kind, then field or text, then the value set, as people read it.
    pub obligations: Vec<(String, String, String)>,
    /// Arguments that obligations change, as they must be used.
    pub changed: BTreeMap<String, Val>,
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
            changed: BTreeMap::new(),
            errors: Vec::new(),
            any_none: false,
        }
    }
}

impl<'b> Oracle<'b> {
    /// Begins a session.
    #[must_use]
    pub fn new(bundle: &'b Bundle) -> Self {
        Self { bundle, context: BTreeMap::new(), resolution: None }
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
        Some(self.step(*kind, line, &json?))
    }

    fn observe(&mut self, kind: &str, json: &Json) {
        if !matches!(kind, "start" | "context") {
            return;
        }
        let empty = Json::Object(Vec::new());
        let given = json.get("context").unwrap_or(&empty);
        if kind == "start" {
            for field in &self.bundle.context {
                self.context.remove(&field.name);
            }
        }
        for field in &self.bundle.context {
            let value = match given.get(&field.name) {
                None if kind == "start" && matches!(field.ty, Type::Optional(_)) => Some(Val::Absent),
                None => continue,
                Some(json) => read(json, &field.ty, "").ok(),
            };
            match value {
                Some(value) => self.context.insert(field.name.clone(), value),
                None => self.context.remove(&field.name),
            };
        }
    }

    fn step(&self, kind: StepKind, line: &str, json: &Json) -> OracleDecision {
        if line.len() > 1 << 20 || json.depth() > 64 || json.longest_text() > 256 << 10 || json.longest_list() > 10_000 {
            return OracleDecision::reserved("limit", "");
        }
        if json.has_duplicate_keys() {
            return OracleDecision::reserved("invalid_arguments", "");
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
        let known = ["session", "type", "id", "agent", "name", "args", "facts", "definition", "at"];
        if let Some((unknown, _)) = members.iter().find(|(k, _)| !known.contains(&k.as_str())) {
            return Err(invalid(&format!("/{unknown}")));
        }
        let at = json.get("at").and_then(Json::text).and_then(|t| time::parse_time(t).ok()).ok_or_else(|| invalid("/at"))?;
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
        let empty = Json::Object(Vec::new());
        let args = read_fields(json.get("args").unwrap_or(&empty), &target.args, "/args", true).map_err(|m| invalid(&m.pointer))?;
        let facts = read_fields(json.get("facts").unwrap_or(&empty), &target.facts, "/facts", false).map_err(|m| invalid(&m.pointer))?;
        if let Some(pinned) = &target.pinned
            && json.get("definition").and_then(Json::text) != Some(pinned)
        {
            return Err(refuse("definition", ""));
        }
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
        Ok(step)
    }

    fn scope<'a>(&'a self, args: &'a BTreeMap<String, Outcome>, step: &'a Step<'b>, resolve: Option<&'a Resolution>) -> Scope<'a> {
        let resolve = resolve.map(|r| r.as_ref() as &dyn Fn(Span) -> Option<bool>);
        Scope { args, facts: &step.facts, context: &self.context, system: &step.system, resolve, locals: BTreeMap::new() }
    }

    /// The rules that look at a step, in source order, with `args` as each sees them.
    fn answers(&self, step: &Step<'b>) -> Vec<Answer<'b>> {
        let index = step.target.and_then(|t| self.bundle.targets.iter().position(|other| std::ptr::eq(t, other)));
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
        if !listed.is_empty() {
            decision.rules = listed.iter().map(|a| self.hit(a, step)).collect();
        }
        let advisory: Vec<&Answer> = advisory.into_iter().filter(|a| a.matches()).collect();
        decision.advisory = advisory.iter().map(|a| self.hit(a, step)).collect();
        decision.any_none = answers.iter().any(Answer::is_none);
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
                let advisory = std::mem::take(&mut decision.advisory);
                decision = OracleDecision { any_none, advisory, ..OracleDecision::reserved("obligation", message) };
            }
        }
        let mut shown: Vec<&Answer> =
            answers.iter().filter(|a| decision.rules.iter().chain(&decision.advisory).any(|h| h.span == Some(a.rule.name_span))).collect();
        shown.retain(|a| a.is_none());
        decision.errors = shown
            .iter()
            .filter_map(|a| a.condition.as_ref().err().map(|NoValue { why, span }| OracleError { rule: a.rule.name.clone(), why: *why, span: *span }))
            .collect();
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
        let mut set: BTreeMap<&str, (Val, &str)> = BTreeMap::new();
        let mut redact: BTreeMap<&str, &str> = BTreeMap::new();
        for answer in rules {
            for obligation in &answer.rule.obligations {
                let entry = match obligation {
                    Obligation::Notify(whom) => ("notify".to_owned(), whom.clone(), String::new()),
                    Obligation::Require(what) => ("require".to_owned(), what.clone(), String::new()),
                    Obligation::Set { field, value } => {
                        let computed = self.scope(&answer.args, step, None).eval(value).map_err(|_| format!("`{}`", answer.rule.name))?;
                        if let Some((other, by)) = set.get(field.as_str())
                            && *other != computed
                        {
                            return Err(format!("`{by}` `{}`", answer.rule.name));
                        }
                        let shown = print(&computed, &value.ty);
                        set.entry(field).or_insert((computed, &answer.rule.name));
                        ("set".to_owned(), field.clone(), shown)
                    }
                    Obligation::Redact { field, pattern } => {
                        redact.entry(field).or_insert(&answer.rule.name);
                        ("redact".to_owned(), field.clone(), format!("{:?} {}{}", pattern.kind, pattern.text, if pattern.nocase { " nocase" } else { "" }))
                    }
                };
                if let Some((field, (_, by))) = set.iter().find(|(f, _)| redact.contains_key(*f)) {
                    return Err(format!("`{by}` `{}`", redact[field]));
                }
                if !decision.obligations.contains(&entry) {
                    decision.obligations.push(entry);
                }
            }
        }
        for (field, (value, _)) in set {
            decision.changed.insert(field.to_owned(), value);
        }
        for answer in rules {
            for obligation in &answer.rule.obligations {
                let Obligation::Redact { field, pattern } = obligation else { continue };
                let now = decision.changed.get(field).cloned().or_else(|| step.args.get(field).and_then(|v| v.clone().ok()));
                if let Some(Val::Text(t)) = now {
                    let redacted = compile_pattern(pattern).replace_all(&t, "[redacted]").into_owned();
                    decision.changed.insert(field.clone(), Val::Text(redacted));
                }
            }
        }
        Ok(())
    }
}

/// Keeps the imports of what a later part of the language will read.
const _: fn(&ExprKind, &SlotRef, Why) = |_, _, _| ();
