//! Sessions and decisions.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Span;
use reach_compiler::ir::{self, Detector, MessagePart, Obligation, Rule, StepKind, Target, Type};
use reach_values::{email, pattern::Pattern, time};

use super::eval::{Past, Scope, compile_pattern, not};
use super::intake::read_fields;
use super::json::Json;
use super::past::Asking;
use super::print::print;
use super::session::{Digest, Oracle};
use super::spending::Holder;
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
    /// `clear`, with the label.
    Clear(String),
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

/// A step that was taken in.
#[derive(Clone)]
pub(super) struct Step<'b> {
    pub kind: StepKind,
    pub agent: usize,
    pub target: Option<&'b Target>,
    pub args: BTreeMap<String, Outcome>,
    pub facts: BTreeMap<String, Val>,
    pub system: Vec<Val>,
    /// The arguments as they came.
    pub given: Json,
}

/// What a step came to.
pub(super) struct Judged {
    pub decision: OracleDecision,
    /// What it takes from budgets.
    pub charges: BTreeMap<u32, i128>,
    /// The `ask` rules, by index, where it is asked.
    pub asks: Vec<usize>,
    /// Whether a person's answer permits it.
    pub approved: bool,
    /// The labels that this takes off.
    pub cleared: Vec<u32>,
    /// What a child gets: the permits that grant something, and its amounts.
    pub grants: Vec<usize>,
    pub caps: BTreeMap<u32, i128>,
    /// Budgets that were looked at for the first time, with what they open with.
    pub opened: Vec<((u32, Holder), (i128, i128))>,
}

/// A rule's answer.
pub(super) struct Answer<'b> {
    pub rule: &'b Rule,
    pub condition: Outcome,
    pub args: BTreeMap<String, Outcome>,
}

impl Answer<'_> {
    pub fn is_true(&self) -> bool {
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
pub(super) const KINDS: [(&str, StepKind); 5] =
    [("call", StepKind::Call), ("spawn", StepKind::Spawn), ("model", StepKind::Model), ("read", StepKind::Read), ("say", StepKind::Say)];

impl OracleDecision {
    pub(super) fn reserved(reason: &str, message: impl Into<String>) -> Self {
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
    pub(super) fn is_beyond_limits(line: &str, json: &Json) -> bool {
        line.len() > 1 << 20 || json.depth() > 64 || json.longest_text() > 256 << 10 || json.longest_list() > 10_000
    }

    pub(super) fn target_index(&self, step: &Step<'b>) -> Option<usize> {
        step.target.and_then(|t| self.bundle.targets.iter().position(|other| std::ptr::eq(t, other)))
    }

    pub(super) fn take_in(&self, kind: StepKind, json: &Json, again: Option<i128>) -> Result<Step<'b>, Box<OracleDecision>> {
        if self.ended {
            return Err(Box::new(OracleDecision::reserved("invalid_arguments", "/session")));
        }
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
        if again.is_none() && self.last_at.is_some_and(|last| at < last) {
            return Err(invalid("/at"));
        }
        let at = again.unwrap_or(at);
        let taken = |id: &str| (self.steps.contains_key(id) && self.resolution.is_none()) || (id == "main" && kind == StepKind::Spawn);
        if again.is_none() && json.get("id").and_then(Json::text).is_some_and(taken) {
            return Err(invalid("/id"));
        }
        let agent = json.get("agent").and_then(Json::text).unwrap_or("main");
        let Some(agent) = self.log.agent(agent).filter(|agent| self.log.is_alive(*agent)) else { return Err(invalid("/agent")) };
        let name = match json.get("name") {
            None if kind == StepKind::Say => "",
            Some(Json::Text(name)) => name.as_str(),
            _ => return Err(invalid("/name")),
        };
        let word = KINDS.iter().position(|(_, k)| *k == kind).unwrap();
        let depth = self.log.line(agent).len() - 1;
        let children = self.log.live_children(agent);
        let agent_name = self.log.agents[agent].name.clone();
        let system =
            vec![Val::Text(name.to_owned()), Val::Num(word as i128), Val::Num(at), Val::Text(agent_name), Val::Num(depth as i128), Val::Num(children as i128)];
        let given = json.get("args").cloned().unwrap_or(Json::Null);
        let target = self.declared(kind, name);
        let Some(target) = target else {
            return Ok(Step { kind, agent, target: None, args: BTreeMap::new(), facts: BTreeMap::new(), system, given });
        };
        // What an undeclared step brings along is not looked at.
        if json.has_duplicate_keys() {
            return Err(invalid(""));
        }
        let empty = Json::Object(Vec::new());
        let args = read_fields(json.get("args").unwrap_or(&empty), &target.args, "/args", true, &self.context).map_err(|m| invalid(&m.pointer))?;
        let facts = read_fields(json.get("facts").unwrap_or(&empty), &target.facts, "/facts", false, &self.context).map_err(|m| invalid(&m.pointer))?;
        let args = args.into_iter().map(|(k, v)| (k, Ok(v))).collect();
        let step = Step { kind, agent, target: Some(target), args, facts, system, given };
        for (fields, base) in [(&target.args, "/args"), (&target.facts, "/facts")] {
            for field in fields {
                let Some(check) = &field.check else { continue };
                if base == "/facts" && !step.facts.contains_key(field.name.as_str()) {
                    continue;
                }
                if self.scope(&step.args, &step, None, &self.asking(&step)).eval(&check.condition) != Ok(Val::Bool(true)) {
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

    /// Returns the declared step that covers a name.
    pub(super) fn declared(&self, kind: StepKind, name: &str) -> Option<&'b Target> {
        self.bundle.targets.iter().find(|t| {
            t.kind == kind
                && match kind {
                    StepKind::Read => Pattern::name_glob(&t.name, false).unwrap().is_match(name),
                    StepKind::Say => true,
                    _ => t.name == name,
                }
        })
    }

    pub(super) fn scope<'a>(
        &'a self,
        args: &'a BTreeMap<String, Outcome>,
        step: &'a Step<'b>,
        resolve: Option<&'a Resolution>,
        past: &'a dyn Past,
    ) -> Scope<'a> {
        let resolve = resolve.map(|r| r.as_ref() as &dyn Fn(Span) -> Option<bool>);
        Scope {
            args,
            facts: &step.facts,
            context: &self.context,
            system: &step.system,
            result: None,
            entities: &self.log.entities,
            past: Some(past),
            resolve,
            locals: BTreeMap::new(),
        }
    }

    /// Returns the session as a step sees it.
    pub(super) fn asking<'o>(&'o self, step: &Step<'b>) -> Asking<'o, 'b> {
        let Val::Num(now) = step.system[2] else { panic!("a time is a number") };
        Asking { log: &self.log, upto: self.log.happenings.len(), agent: step.agent, now }
    }

    /// The rules that look at a step, in source order, with `args` as each sees them.
    pub(super) fn answers(&self, step: &Step<'b>) -> Vec<Answer<'b>> {
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
            let args = match (class, index) {
                (Some(class), Some(index)) => self.log.class_fields(class, index, &step.args),
                _ => step.args.clone(),
            };
            let condition = self.condition(rule, &args, step);
            answers.push(Answer { rule, condition, args });
        }
        answers
    }

    /// `when and not unless`; `unless` isn't looked at when `when` is false.
    fn condition(&self, rule: &Rule, args: &BTreeMap<String, Outcome>, step: &Step<'b>) -> Outcome {
        let asking = self.asking(step);
        let mut scope = self.scope(args, step, self.resolution.as_ref(), &asking);
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

    /// Decides a step that was taken in: rights, rules, obligations, budgets. `by`: who has just agreed to it.
    pub(super) fn judge(&self, step: &Step<'b>, by: Option<&str>) -> Judged {
        let judged = |decision| Judged {
            decision,
            charges: BTreeMap::new(),
            asks: Vec::new(),
            approved: false,
            cleared: Vec::new(),
            grants: Vec::new(),
            caps: BTreeMap::new(),
            opened: Vec::new(),
        };
        if let Some(reason) = self.not_entitled(step) {
            return judged(OracleDecision::reserved(reason, ""));
        }
        let (decision, asks, approved) = self.decide(step, &|asks| by.is_some() || self.stands(step, asks));
        let mut judged = Judged { asks, approved, ..judged(decision) };
        if judged.decision.effect == Effect::Forbid {
            return judged;
        }
        if !self.charge(step, &mut judged) || (step.kind == StepKind::Spawn && !self.grant(step, &mut judged)) {
            let opened = std::mem::take(&mut judged.opened);
            return Judged { decision: OracleDecision::reserved("budget", ""), opened, asks: Vec::new(), approved: false, ..judged };
        }
        if judged.approved {
            let answers = self.answers(step);
            let agreed = answers.iter().filter(|a| a.is_true() && !a.rule.advisory && matches!(a.rule.effect, ir::Effect::Ask | ir::Effect::OtherwiseAsk));
            let agreed = agreed.filter(|a| judged.decision.rules.iter().any(|hit| hit.span == Some(a.rule.name_span)));
            judged.cleared =
                agreed.flat_map(|a| &a.rule.obligations).filter_map(|o| if let Obligation::Clear(label) = o { Some(*label) } else { None }).collect();
        }
        judged
    }

    /// Returns why an agent may not take a step at all.
    fn not_entitled(&self, step: &Step<'b>) -> Option<&'static str> {
        if step.kind == StepKind::Spawn && (self.log.agents.len() >= 1_000 || self.log.line(step.agent).len() > 8) {
            return Some("limit");
        }
        let index = self.target_index(step)?;
        let Some(conditions) = self.log.conditions(step.agent, index) else { return Some("default") };
        let asking = self.asking(step);
        let granted = conditions.iter().all(|alternatives| {
            alternatives.iter().any(|(condition, class)| {
                let args = class.map_or_else(|| step.args.clone(), |class| self.log.class_fields(class, index, &step.args));
                self.scope(&args, step, None, &asking).eval(condition) == Ok(Val::Bool(true))
            })
        });
        if granted { None } else { Some("default") }
    }

    /// Whether an answer that was given for the session stands for these rules.
    fn stands(&self, step: &Step<'b>, asks: &[usize]) -> bool {
        let Val::Num(now) = step.system[2] else { panic!("a time is a number") };
        let digest = Digest::of(step);
        self.standing.iter().any(|s| s.until >= now && s.digest == digest && asks.iter().all(|rule| s.rules.contains(rule)) && self.accepts(step, asks, &s.by))
    }

    /// Whether every `ask` rule lets a person answer.
    pub(super) fn accepts(&self, step: &Step<'b>, asks: &[usize], by: &str) -> bool {
        let index = self.target_index(step);
        asks.iter().all(|rule| {
            let rule = &self.bundle.rules[*rule];
            let Some(approver) = &rule.approver else { return true };
            let class = index.and_then(|index| rule.targets.iter().find(|t| t.target as usize == index)).and_then(|t| t.class);
            let args = match (class, index) {
                (Some(class), Some(index)) => self.log.class_fields(class, index, &step.args),
                _ => step.args.clone(),
            };
            let Ok(who) = self.scope(&args, step, None, &self.asking(step)).eval(&approver.who) else { return false };
            let (of, members) = match (&approver.who.ty, who) {
                (Type::List(of) | Type::Set(of), Val::List(members)) => ((**of).clone(), members),
                (ty, member) => (ty.clone(), vec![member]),
            };
            let is_email = of == Type::Form(ir::Form::Email);
            let person = if is_email {
                let Ok(normal) = email::normalize(by) else { return false };
                normal.into_owned()
            } else {
                by.to_owned()
            };
            let is = members.iter().any(|member| match member {
                Val::Text(member) if approver.one_of => *member == person,
                // Whoever writes a name otherwise is no second person.
                Val::Text(member) => member.trim().to_lowercase() == person.trim().to_lowercase(),
                other => panic!("{other:?} is nobody"),
            });
            is == approver.one_of
        })
    }

    /// Computes what a step takes, and whether it fits; false when not.
    fn charge(&self, step: &Step<'b>, judged: &mut Judged) -> bool {
        let (Some(index), asking) = (self.target_index(step), self.asking(step)) else { return true };
        for charge in &self.bundle.charges {
            let Some(target) = charge.targets.iter().find(|t| t.target as usize == index) else { continue };
            let args = target.class.map_or_else(|| step.args.clone(), |class| self.log.class_fields(class, index, &step.args));
            let mut scope = self.scope(&args, step, None, &asking);
            match charge.when.as_ref().map(|when| scope.eval(when)) {
                None | Some(Ok(Val::Bool(true))) => {}
                Some(Ok(_)) => continue,
                Some(Err(_)) => return false,
            }
            let Ok(Val::Num(amount)) = scope.eval(&charge.amount) else { return false };
            if amount < 0 {
                return false;
            }
            *judged.charges.entry(charge.budget).or_insert(0) += amount;
        }
        for (budget, amount) in &judged.charges {
            let of = &self.bundle.budgets[*budget as usize];
            for holder in self.log.holders(step.agent, *budget) {
                let mut scope = self.scope(&step.args, step, None, &asking);
                let limit = match holder {
                    Holder::Granted(agent) => self.log.agents[agent].caps[budget],
                    _ => match scope.eval(&of.limit) {
                        Ok(Val::Num(limit)) => limit,
                        _ => return false,
                    },
                };
                let mut spent = self.log.spent(*budget, holder, asking.now);
                if !self.log.openings.contains_key(&(*budget, holder)) {
                    let amount = match of.opening.as_ref().filter(|_| !matches!(holder, Holder::Granted(_))).map(|opening| scope.eval(opening)) {
                        None => 0,
                        Some(Ok(Val::Num(amount))) if amount >= 0 => amount,
                        Some(_) => return false,
                    };
                    let at = self.log.began.unwrap_or_default();
                    judged.opened.push(((*budget, holder), (amount, at)));
                    if of.over.is_none_or(|over| at > asking.now - over) {
                        spent += amount;
                    }
                }
                if spent + amount > limit {
                    return false;
                }
            }
        }
        true
    }

    /// Computes what the permits that match give to a child; false when an amount has no value.
    fn grant(&self, step: &Step<'b>, judged: &mut Judged) -> bool {
        let asking = self.asking(step);
        for answer in self.answers(step).iter().filter(|a| !a.rule.advisory && a.rule.effect == ir::Effect::Permit && a.is_true()) {
            let Some(grants) = &answer.rule.grants else { continue };
            judged.grants.push(self.bundle.rules.iter().position(|r| std::ptr::eq(r, answer.rule)).unwrap());
            for grant in grants {
                let ir::Grant::Budget { budget, amount } = grant else { continue };
                let Ok(Val::Num(amount)) = self.scope(&answer.args, step, None, &asking).eval(amount) else { return false };
                let cap = judged.caps.entry(*budget).or_insert(amount);
                *cap = amount.min(*cap);
            }
        }
        true
    }

    /// Returns the `ask` rules by which a step is asked now.
    pub(super) fn rules_asking(&self, step: &Step<'b>) -> Vec<usize> {
        self.decide(step, &|_| false).1
    }

    /// Decides by the rules. `agreed`: whether a person has agreed to these rules.
    fn decide(&self, step: &Step<'b>, agreed: &dyn Fn(&[usize]) -> bool) -> (OracleDecision, Vec<usize>, bool) {
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

        let index = |a: &Answer| self.bundle.rules.iter().position(|r| std::ptr::eq(r, a.rule)).unwrap();
        let asked: Vec<usize> = if effect == Effect::Ask { listed.iter().map(|a| index(a)).collect() } else { Vec::new() };
        let approved = effect == Effect::Ask && agreed(&asked);
        let effect = if approved { Effect::Permit } else { effect };
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
            .filter_map(|a| a.condition.as_ref().err().map(|NoValue { why, span }| OracleError { rule: a.rule.name.to_string(), why: *why, span: *span }))
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
        (decision, asked, approved)
    }

    pub(super) fn hit(&self, answer: &Answer, step: &Step<'b>) -> Hit {
        let asking = self.asking(step);
        let mut scope = self.scope(&answer.args, step, None, &asking);
        let parts = answer.rule.message.iter().map(|part| match part {
            MessagePart::Text(t) => t.clone(),
            MessagePart::Value(e) => scope.eval(e).map_or_else(|_| "(no value)".to_owned(), |v| print(&v, &e.ty)),
        });
        Hit { rule: answer.rule.name.to_string(), span: Some(answer.rule.name_span), message: parts.collect() }
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
                    Obligation::Clear(label) => Obliged::Clear(self.bundle.labels[*label as usize].clone()),
                    Obligation::Set { field, value } => {
                        let computed = self.scope(&answer.args, step, None, &self.asking(step)).eval(value).map_err(|_| name.to_owned())?;
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
