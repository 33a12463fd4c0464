//! From a way through states to a session: all of its steps and the last one together, with values that fit all.

use reach_compiler::ir::{Bundle, Origin, StepKind, Type};
use reach_evaluator::image::TEXT_SLOT;
use reach_values::time;

use super::{Earlier, earlier, feed, prompts};
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{Judgement, Sight};
use crate::pred::Test;
use crate::render::{self, quoted};
use crate::search::{Found, Model, Search};
use crate::symbolic::{Asked, Question};
use crate::value::Sym;
use crate::witness;
use crate::world::World;

/// How an earlier step ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It is permitted.
    Permitted,
    /// It is asked, and a person agrees.
    Approved,
    /// It is forbidden.
    Denied,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Permitted, Self::Approved, Self::Denied];

    /// Returns where a step may end so.
    pub fn formula(self, world: &mut World, step: &Earlier) -> F {
        match self {
            Self::Permitted => step.judged.permit,
            Self::Approved => step.judged.ask,
            // A person may refuse what is asked.
            Self::Denied => world.formulas.or([step.judged.forbid, step.judged.ask]),
        }
    }
}

/// An earlier step: what, how it ends, and what it does to questions (by their keys).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happening {
    pub target: usize,
    pub outcome: Outcome,
    pub counts: Vec<(String, bool)>,
    pub forgets: Vec<(String, bool)>,
}

/// The step that is decided last.
pub(crate) struct Last<'a> {
    pub kind: StepKind,
    pub name: &'a str,
    pub sight: &'a Sight,
    pub judged: &'a Judgement,
    /// What must hold of it.
    pub goal: F,
    /// Questions of the claim beside those of the rules.
    pub questions: &'a [Question],
}

/// Makes a session of a way and the step at its end; or says why there is none.
pub(crate) fn events(world: &mut World, bundle: &Bundle, rules: &Rules, way: &[Happening], last: &Last<'_>, search: &mut Search) -> Result<Vec<String>, String> {
    let steps: Vec<Earlier> = way.iter().enumerate().map(|(at, h)| earlier(world, bundle, rules, h.target, &format!("e{at}."), false)).collect();
    let mut goals = vec![last.goal];
    let mut asked: Vec<(Question, u8)> = Vec::new();
    for question in last.questions {
        asked.push((question.clone(), 0));
    }
    for (happening, step) in way.iter().zip(&steps) {
        goals.push(step.sight.valid);
        // What the step itself asks is answered by what came before it: as far as that is the same question.
        for question in &step.judged.questions {
            if let Some((kept, count)) = asked.iter().find(|(q, _)| q.asked == question.asked && q.operands.is_empty() && question.operands.is_empty()) {
                let _ = kept;
                goals.push(super::states::answer(world, question, *count, u8::MAX, false));
            } else if !prompts(bundle, question) {
                goals.push(super::states::answer(world, question, 0, u8::MAX, false));
            }
        }
        let taken = happening.outcome.formula(world, step);
        goals.push(if happening.outcome == Outcome::Denied { step.judged.forbid } else { taken });
        for (question, count) in &mut asked {
            let counts = happening.counts.iter().find(|(key, _)| *key == question.key).is_some_and(|(_, so)| *so);
            let forgets = happening.forgets.iter().find(|(key, _)| *key == question.key).is_some_and(|(_, so)| *so);
            let Some(fed) = feed(world, bundle, step, question) else { continue };
            if happening.outcome.shows(fed.kind) {
                goals.push(if counts { fed.counts } else { world.formulas.not(fed.counts) });
                if counts && !matches!(question.asked, Asked::Label(_)) {
                    goals.push(step.ok);
                }
            }
            if forgets {
                goals.push(fed.forgets);
                *count = 0;
            }
            if counts {
                *count = count.saturating_add(1);
            }
        }
    }
    for (question, count) in &asked {
        if prompts(bundle, question) {
            goals.extend(enough(world, bundle, question));
        } else {
            goals.push(super::states::answer(world, question, *count, u8::MAX, false));
            if *count > 0 {
                goals.extend(enough(world, bundle, question));
            }
        }
    }
    let mut base: Vec<F> = last.sight.prefer.clone();
    for step in &steps {
        base.extend(step.sight.prefer.iter().copied());
        base.extend(crate::judge::unspent(world, bundle, &step.sight.frame));
    }
    base.extend(crate::judge::unspent(world, bundle, &last.sight.frame));
    let all: Vec<F> = goals.iter().chain(&base).copied().collect();
    let mut found = search.solve(world, &all);
    if !matches!(found, Found::Some(_)) {
        found = search.solve(world, &goals);
    }
    let model = match found {
        Found::Some(model) => *model,
        Found::None => return Err("the values of earlier and later steps don't fit together".to_owned()),
        Found::Unknown(why) => return Err(why.into_iter().collect::<Vec<_>>().join("; ")),
    };
    Ok(Writing { world, bundle, model, lines: Vec::new(), begin: None }.write(way, &steps, last, &asked))
}

/// Returns where a value has letters and digits enough to tell where it came from, if it must be known.
fn enough(world: &mut World, bundle: &Bundle, question: &Question) -> Vec<F> {
    let _ = bundle;
    let pattern = match question.asked {
        Asked::From(_) => r"(?s)(?:[A-Za-z0-9].*){4}",
        Asked::Named => r"(?s)[A-Za-z]{3}",
        _ => return Vec::new(),
    };
    let mut parts = Vec::new();
    for (guard, sym) in question.operands.first().into_iter().flatten() {
        if let Sym::Term(term) = sym
            && matches!(term.ty, Type::Text)
        {
            let pattern = reach_compiler::ir::Pattern { kind: reach_compiler::ir::PatternKind::Regex, text: pattern.to_owned(), nocase: false };
            let holds = world.text_condition(term, Test::Matches(pattern)).t;
            parts.push(world.formulas.implies(*guard, holds));
        }
    }
    parts
}

struct Writing<'a> {
    world: &'a mut World,
    bundle: &'a Bundle,
    model: Model,
    lines: Vec<String>,
    /// When the last step is, where the model says so.
    begin: Option<i128>,
}

impl Writing<'_> {
    fn now(&self) -> i128 {
        self.begin.unwrap_or_else(|| witness::BEGINNING + time::SECOND_NS * i128::try_from(self.lines.len()).unwrap_or(0))
    }

    fn stamp(&self) -> String {
        quoted(&time::format_time(self.now()))
    }

    fn write(mut self, way: &[Happening], steps: &[Earlier], last: &Last<'_>, asked: &[(Question, u8)]) -> Vec<String> {
        self.begin = witness::time_of(self.world, &self.model, last.sight);
        let sights = [(self.bundle, last.sight)];
        let at = self.now();
        let start = witness::start(self.world, &self.model, &sights, at);
        self.lines.extend(start);
        let mut typed: Vec<String> = Vec::new();
        let questions: Vec<Question> = asked.iter().map(|(q, _)| q.clone()).chain(steps.iter().flat_map(|s| s.judged.questions.clone())).collect();
        for question in &questions {
            if prompts(self.bundle, question) && self.is_true(question) {
                typed.extend(self.said(question));
            }
        }
        if !typed.is_empty() {
            typed.dedup();
            let line = format!("{{\"type\":\"prompt\",\"text\":{},\"at\":{}}}", quoted(&typed.join(" ")), self.stamp());
            self.lines.push(line);
        }
        for (number, (happening, step)) in way.iter().zip(steps).enumerate() {
            let Some(target) = self.bundle.targets.get(step.target) else { continue };
            let id = format!("c{}", number + 1);
            let at = self.now();
            let event = witness::step(self.world, &self.model, &[(self.bundle, &step.sight)], (target.kind, &target.name), &id, at);
            self.lines.push(event.line());
            if happening.outcome == Outcome::Approved {
                let line = approval(&id, &self.stamp());
                self.lines.push(line);
            }
            let fed: Vec<&Question> = asked
                .iter()
                .map(|(q, _)| q)
                .filter(|q| happening.counts.iter().any(|(key, so)| *so && *key == q.key))
                .collect();
            let needs = !fed.is_empty() && happening.outcome != Outcome::Denied;
            if needs {
                let content = self.content(step, target, &fed);
                let ok = self.model.satisfies(self.world, step.ok);
                let line = format!("{{\"type\":\"result\",\"step\":{},\"ok\":{ok},\"content\":{content},\"at\":{}}}", quoted(&id), self.stamp());
                self.lines.push(line);
            }
        }
        let at = self.now();
        let event = witness::step(self.world, &self.model, &sights, (last.kind, last.name), "step", at);
        self.lines.push(event.line());
        self.lines
    }

    fn is_true(&self, question: &Question) -> bool {
        question.answer.iter().any(|(guard, sym)| matches!(sym, Sym::Bool(cond) if self.model.satisfies(self.world, *guard) && self.model.satisfies(self.world, cond.t)))
            || question.answer.iter().any(|(guard, sym)| matches!(sym, Sym::Num(sum) if self.model.satisfies(self.world, *guard) && render::total(self.world, &self.model, sum) > 0))
    }

    /// Returns the value of which a question asks, as people write it.
    fn said(&self, question: &Question) -> Option<String> {
        let cases = question.operands.first()?;
        let value = render::json(self.world, &self.model, &Type::Text, cases)?;
        Some(serde_json::from_str::<String>(&value).unwrap_or(value))
    }

    /// Returns what a step comes back with.
    fn content(&mut self, step: &Earlier, target: &reach_compiler::ir::Target, fed: &[&Question]) -> String {
        let origins: Vec<String> = fed
            .iter()
            .filter(|q| match q.asked {
                Asked::From(origin) => !matches!(self.bundle.origins.get(origin as usize), Some(Origin::Results { part: Some(_), .. })),
                _ => false,
            })
            .filter_map(|q| self.said(q))
            .collect();
        if let (Some(result), Some(cases)) = (&target.result, &step.sight.frame.result) {
            for value in &origins {
                if let Some(var) = free_text(cases, &self.model) {
                    self.model.texts.insert(var, value.clone());
                }
            }
            let json = render::json(self.world, &self.model, &result.ty, cases).unwrap_or_else(|| "null".to_owned());
            return if result.format.is_some() { quoted(&json) } else { json };
        }
        let text = step.sight.frame.system.get(&TEXT_SLOT.0).and_then(|cases| match cases.first() {
            Some((_, Sym::Term(term))) => self.model.texts.get(&term.var).cloned(),
            _ => None,
        });
        let mut words: Vec<String> = text.into_iter().collect();
        words.extend(origins);
        quoted(&words.join(" "))
    }
}

/// Finds a text in a value that the model leaves open.
fn free_text(cases: &crate::value::Cases, model: &Model) -> Option<crate::world::VarId> {
    cases.iter().find_map(|(_, sym)| match sym {
        Sym::Term(term) if term.ty == Type::Text && !model.texts.contains_key(&term.var) => Some(term.var),
        Sym::Record(fields) => fields.iter().find_map(|cases| free_text(cases, model)),
        Sym::List(elements) => elements.iter().find_map(|e| free_text(&e.value, model)),
        _ => None,
    })
}

/// Returns the event by which a person agrees.
pub(crate) fn approval(id: &str, at: &str) -> String {
    format!("{{\"type\":\"approval\",\"step\":{},\"granted\":true,\"by\":\"person@example.com\",\"at\":{at}}}", quoted(id))
}
