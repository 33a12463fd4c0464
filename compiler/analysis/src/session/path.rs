//! From a way through states to a session: all of its steps and the last one together, with values that fit all.

use reach_compiler::ir::{Bundle, Form, Origin, StepKind, Type};
use reach_evaluator::image::TEXT_SLOT;
use reach_values::time;

use super::states::{answer, same_keys};
use super::{Called, Earlier, Posed, Viewer, earlier, feed, prompts};
use crate::formula::F;
use crate::judge::{self, Sight};
use crate::pred::Test;
use crate::render::{self, quoted};
use crate::search::{Found, Model, Search};
use crate::symbolic::{Asked, Question};
use crate::value::{Cases, Sym};
use crate::witness;
use crate::world::{Bond, Term, World};

/// How an earlier step ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It is permitted.
    Permitted,
    /// It is asked, and a person agrees.
    Approved,
    /// It is forbidden.
    Denied,
    /// It was permitted before, and its result comes now.
    Late,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Permitted, Self::Approved, Self::Denied];

    /// Returns where a step may end so, for everybody who sees it.
    pub fn formula(self, world: &mut World, step: &Earlier) -> F {
        let all: Vec<F> = step
            .seen
            .iter()
            .map(|seen| match self {
                Self::Permitted => seen.judged.permit,
                Self::Approved => seen.judged.ask,
                // A person may refuse what is asked.
                Self::Denied => world.formulas.or([seen.judged.forbid, seen.judged.ask]),
                Self::Late => F::FALSE,
            })
            .collect();
        world.formulas.and(all)
    }
}

/// An earlier step: what, how it ends, and for which questions it counts, or makes them forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happening {
    pub called: Called,
    pub outcome: Outcome,
    pub counts: Vec<(usize, String)>,
    pub forgets: Vec<(usize, String)>,
}

impl Happening {
    /// Returns that a result comes late, which counts for some questions.
    pub fn late(counts: Vec<(usize, String)>) -> Self {
        Self { called: (StepKind::Call, String::new()), outcome: Outcome::Late, counts, forgets: Vec::new() }
    }
}

/// The step that is decided last.
pub(crate) struct Last<'a> {
    pub kind: StepKind,
    pub name: &'a str,
    /// How each bundle sees it.
    pub sights: Vec<&'a Sight>,
    /// What must hold of it.
    pub goal: F,
    /// What is asked of the session.
    pub questions: &'a [Posed],
}

/// Makes a session of a way and the step at its end; or says why there is none.
pub(crate) fn events(world: &mut World, viewers: &[Viewer<'_>], way: &[Happening], last: &Last<'_>, search: &mut Search) -> Result<Vec<String>, String> {
    if way.iter().any(|h| h.outcome == Outcome::Late) {
        return Err("whether a result may come so late that it counts only then".to_owned());
    }
    let steps: Option<Vec<Earlier>> = way.iter().enumerate().map(|(at, h)| earlier(world, viewers, &h.called, &format!("e{at}."), false)).collect();
    let Some(steps) = steps else { return Err("a step is not declared by both bundles".to_owned()) };
    let mut goals = vec![last.goal];
    let mut asked: Vec<(Posed, u8)> = last.questions.iter().map(|q| (q.clone(), 0)).collect();
    for (happening, step) in way.iter().zip(&steps) {
        for (side, seen) in step.seen.iter().enumerate() {
            goals.push(seen.sight.valid);
            let Some(viewer) = viewers.get(side) else { continue };
            // What the step itself asks is answered by what came before it.
            for question in seen.judged.questions.iter().filter(|q| !prompts(viewer.bundle, q)) {
                let mut new = vec![F::TRUE];
                for ((_, kept), count) in asked.iter().filter(|((s, q), _)| *s == side && q.asked == question.asked) {
                    if let Some(same) = same_keys(world, viewer.bundle, seen, question, kept) {
                        let so = answer(world, question, *count, u8::MAX, false);
                        goals.push(world.formulas.implies(same, so));
                        new.push(world.formulas.not(same));
                    }
                }
                // Of other keys nothing has happened.
                let new = world.formulas.and(new);
                let nothing = answer(world, question, 0, u8::MAX, false);
                goals.push(world.formulas.implies(new, nothing));
            }
            if happening.outcome == Outcome::Denied {
                goals.push(seen.judged.forbid);
            }
        }
        goals.push(happening.outcome.formula(world, step));
        for ((side, question), count) in &mut asked {
            let is_among = |list: &[(usize, String)]| list.iter().any(|(s, key)| s == side && *key == question.key);
            let (counts, forgets) = (is_among(&happening.counts), is_among(&happening.forgets));
            let Some(fed) = viewers.get(*side).and_then(|v| feed(world, v.bundle, step, *side, question)) else { continue };
            if fed.forgets != F::FALSE && happening.outcome != Outcome::Denied {
                // What is asked before the result of such a step came still counts as before it.
                goals.push(step.back);
            }
            if happening.outcome.shows(fed.kind) {
                goals.push(if counts { fed.counts } else { world.formulas.not(fed.counts) });
            }
            if counts && let Some(viewer) = viewers.get(*side) {
                goals.extend(stands_in(world, viewer.bundle, step, *side, question));
            }
            if forgets {
                goals.push(fed.forgets);
                *count = 0;
            } else if *count > 0 {
                // Where nothing has counted, there is nothing to forget.
                goals.push(world.formulas.not(fed.forgets));
            }
            if counts {
                *count = count.saturating_add(1);
            }
        }
    }
    for ((side, question), count) in &asked {
        let Some(viewer) = viewers.get(*side) else { continue };
        if prompts(viewer.bundle, question) {
            goals.extend(enough(world, question));
        } else {
            goals.push(answer(world, question, *count, u8::MAX, false));
            if *count > 0 {
                goals.extend(enough(world, question));
            }
        }
    }
    let mut base: Vec<F> = Vec::new();
    for (side, viewer) in viewers.iter().enumerate() {
        let seen = steps.iter().filter_map(|s| s.seen.get(side)).map(|s| &s.sight);
        for sight in last.sights.get(side).copied().into_iter().chain(seen) {
            goals.push(sight.main);
            base.extend(sight.prefer.iter().copied());
            base.extend(judge::unspent(world, viewer.bundle, &sight.frame));
        }
    }
    let ok: Vec<F> = steps.iter().map(|s| s.ok).collect();
    let with_base: Vec<F> = goals.iter().chain(&base).copied().collect();
    let with_all: Vec<F> = with_base.iter().chain(&ok).copied().collect();
    let mut why = String::new();
    for goals in [&with_all, &with_base, &goals] {
        match search.smallest(world, goals) {
            Found::Some(model) => return Ok(Writing { world, viewers, model: *model, lines: Vec::new(), fixed: None }.write(way, &steps, last, &asked)),
            Found::None => "the values of earlier and later steps don't fit together".clone_into(&mut why),
            Found::Unknown(reasons) => why = reasons.into_iter().collect::<Vec<_>>().join("; "),
        }
    }
    Err(why)
}

/// Returns where a structured result holds the value of which an origin is asked, in one of its texts; none where it may be any text.
fn stands_in(world: &mut World, bundle: &Bundle, step: &Earlier, side: usize, question: &Question) -> Option<F> {
    let Asked::From(origin) = question.asked else { return None };
    if matches!(bundle.origins.get(origin as usize), Some(Origin::Results { part: Some(_), .. })) {
        return None;
    }
    let result = step.seen.get(side)?.sight.frame.result.clone()?;
    let mut texts = Vec::new();
    texts_in(world, &result, F::TRUE, &mut texts);
    let mut ways = Vec::new();
    for (guard, text) in texts {
        for (inner, sym) in question.operands.first()? {
            if let Sym::Term(value) = sym {
                let value = Term { ty: text.ty.clone(), ..value.clone() };
                let same = world.relation(Bond::Is, &text, &value).t;
                ways.push(world.formulas.and([guard, *inner, same]));
            }
        }
    }
    Some(world.formulas.or(ways))
}

/// Collects the texts of a value, with the condition under which each is there.
fn texts_in(world: &mut World, cases: &Cases, guard: F, out: &mut Vec<(F, Term)>) {
    for (inner, sym) in cases {
        let guard = world.formulas.and([guard, *inner]);
        match sym {
            Sym::Term(term) if term.ty == Type::Text => out.push((guard, term.clone())),
            Sym::Record(fields) => fields.iter().for_each(|field| texts_in(world, field, guard, out)),
            Sym::List(elements) => {
                for element in elements {
                    let there = world.formulas.and([guard, element.there]);
                    texts_in(world, &element.value, there, out);
                }
            }
            _ => {}
        }
    }
}

/// Returns where a value has letters and digits enough to tell where it came from, if it must come from there.
fn enough(world: &mut World, question: &Question) -> Vec<F> {
    let pattern = match question.asked {
        Asked::Named => r"(?s)[A-Za-z]{3}",
        _ => return Vec::new(),
    };
    let mut parts = Vec::new();
    let mut truths = Vec::new();
    for (guard, sym) in &question.answer {
        if let Sym::Bool(cond) = sym {
            truths.push(world.formulas.and([*guard, cond.t]));
        }
    }
    let truth = world.formulas.or(truths);
    for (guard, sym) in question.operands.first().into_iter().flatten() {
        if let Sym::Term(term) = sym
            && !matches!(term.ty, Type::Form(Form::Email | Form::Url | Form::Iban))
        {
            let pattern = reach_compiler::ir::Pattern { kind: reach_compiler::ir::PatternKind::Regex, text: pattern.to_owned(), nocase: false };
            let holds = world.text_condition(term, Test::Matches(pattern)).t;
            let so = world.formulas.and([*guard, truth]);
            parts.push(world.formulas.implies(so, holds));
        }
    }
    parts
}

struct Writing<'a> {
    world: &'a mut World,
    viewers: &'a [Viewer<'a>],
    model: Model,
    lines: Vec<String>,
    /// When the last step is, where the model says so.
    fixed: Option<i128>,
}

impl Writing<'_> {
    fn now(&self) -> i128 {
        self.fixed.unwrap_or_else(|| witness::BEGINNING + time::SECOND_NS * i128::try_from(self.lines.len()).unwrap_or(0))
    }

    fn stamp(&self) -> String {
        quoted(&time::format_time(self.now()))
    }

    fn write(mut self, way: &[Happening], steps: &[Earlier], last: &Last<'_>, asked: &[(Posed, u8)]) -> Vec<String> {
        let viewers = self.viewers;
        self.fixed = last.sights.first().and_then(|sight| witness::time_of(self.world, &self.model, sight));
        let sights: Vec<(&Bundle, &Sight)> = viewers.iter().map(|v| v.bundle).zip(last.sights.iter().copied()).collect();
        let at = self.now();
        let start = witness::start(self.world, &self.model, &sights, at);
        self.lines.extend(start);
        self.prompt(steps, asked);
        for (number, (happening, step)) in way.iter().zip(steps).enumerate() {
            let id = format!("c{}", number + 1);
            let at = self.now();
            let seen: Vec<(&Bundle, &Sight)> = viewers.iter().map(|v| v.bundle).zip(step.seen.iter().map(|s| &s.sight)).collect();
            let event = witness::step(self.world, &self.model, &seen, (happening.called.0, &happening.called.1), &id, at);
            self.lines.push(event.line());
            if happening.outcome == Outcome::Approved {
                let line = approval(&id, &self.stamp());
                self.lines.push(line);
            }
            if happening.outcome != Outcome::Denied && self.model.satisfies(self.world, step.back) {
                let fed: Vec<&Posed> = asked.iter().map(|(q, _)| q).filter(|(side, q)| happening.counts.contains(&(*side, q.key.clone()))).collect();
                let content = self.content(step, &fed);
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

    /// Writes what the user typed, if anything rests on it.
    fn prompt(&mut self, steps: &[Earlier], asked: &[(Posed, u8)]) {
        let viewers = self.viewers;
        let earlier = steps.iter().flat_map(|s| s.seen.iter().enumerate()).flat_map(|(side, s)| s.judged.questions.iter().map(move |q| (side, q)));
        let mut typed: Vec<String> = Vec::new();
        for (side, question) in asked.iter().map(|((side, q), _)| (*side, q)).chain(earlier) {
            if viewers.get(side).is_some_and(|v| prompts(v.bundle, question)) && self.is_true(question) {
                let word = match question.asked {
                    // A prompt of which nothing else is asked.
                    Asked::History(_) => Some("Please go on".to_owned()),
                    // One word is enough.
                    Asked::Named => self.said(question).map(|all| {
                        all.split(|c: char| !c.is_alphanumeric()).find(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 3).unwrap_or(&all).to_owned()
                    }),
                    _ => self.said(question),
                };
                if let Some(word) = word
                    && !typed.contains(&word)
                {
                    typed.push(word);
                }
            }
        }
        if !typed.is_empty() {
            let line = format!("{{\"type\":\"prompt\",\"text\":{},\"at\":{}}}", quoted(&typed.join(" ")), self.stamp());
            self.lines.push(line);
        }
    }

    fn is_true(&self, question: &Question) -> bool {
        let holds = |f| self.model.satisfies(self.world, f);
        question.answer.iter().any(|(guard, sym)| {
            holds(*guard)
                && match sym {
                    Sym::Bool(cond) => holds(cond.t),
                    Sym::Num(sum) => render::total(self.world, &self.model, sum) > 0,
                    _ => false,
                }
        })
    }

    /// Returns the value of which a question asks, as people write it.
    fn said(&self, question: &Question) -> Option<String> {
        let cases = question.operands.first()?;
        let value = render::json(self.world, &self.model, &Type::Text, cases)?;
        Some(serde_json::from_str::<String>(&value).unwrap_or(value))
    }

    /// Returns what a step comes back with: a value of its type, with what must stand in it.
    fn content(&mut self, step: &Earlier, fed: &[&Posed]) -> String {
        let viewers = self.viewers;
        let said: Vec<String> = fed
            .iter()
            .filter(|(side, q)| match q.asked {
                Asked::From(origin) => {
                    let origins = viewers.get(*side).map(|v| &v.bundle.origins);
                    !matches!(origins.and_then(|o| o.get(origin as usize)), Some(Origin::Results { part: Some(_), .. }))
                }
                _ => false,
            })
            .filter_map(|(_, q)| self.said(q))
            .collect();
        let typed = viewers.iter().zip(&step.seen).find_map(|(viewer, seen)| {
            let result = viewer.bundle.targets.get(seen.target)?.result.as_ref()?;
            Some((result, seen.sight.frame.result.as_ref()?))
        });
        if let Some((result, cases)) = typed {
            let json = render::json(self.world, &self.model, &result.ty, cases).unwrap_or_else(|| "null".to_owned());
            return if result.format.is_some() { quoted(&json) } else { json };
        }
        let text = step.seen.first().and_then(|seen| seen.sight.frame.system.get(&TEXT_SLOT.0)).and_then(|cases| match cases.first() {
            Some((_, Sym::Term(term))) => self.model.texts.get(&term.var).cloned(),
            _ => None,
        });
        let mut words: Vec<String> = text.into_iter().collect();
        for word in said {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        quoted(&words.join(" "))
    }
}

/// Returns the event by which a person agrees.
pub(crate) fn approval(id: &str, at: &str) -> String {
    format!("{{\"type\":\"approval\",\"step\":{},\"granted\":true,\"by\":\"person@example.com\",\"at\":{at}}}", quoted(id))
}
