//! Steps are steered: values are chosen such that a condition comes true, or doesn't, and what it asks of the session has happened before.
//!
//! This is no proof and needs none. What the steering doesn't understand it leaves to chance; the machine tells what came of it.

mod numbers;

use reach_compiler::ir::{Const, Effect, Expr, ExprKind, Rule, Runs, Type};

use super::constants::Constants;
use super::draft::{Draft, Filler, Move, Plan, get};
use super::place::{Bound, Place, Root, View, Way, bare};
use super::random::Random;
use super::said::{lines_of, of_const, spoken};
use super::scene::Scene;
use super::{number, texts};
use crate::witness::Json;

/// How deep events are made that earlier events need.
pub(super) const DEEPEST: usize = 3;

/// How many steps and answers come before the last step at most.
pub(super) const MOST_MOVES: usize = 24;

/// Makes a plan.
pub(super) struct Steer<'a, 'b> {
    pub scene: &'a Scene<'b>,
    pub constants: &'a Constants,
    pub random: &'a mut Random,
    pub plan: Plan<'b>,
    /// How deep the step that is made stands in what others need.
    pub depth: usize,
}

impl<'b> Steer<'_, 'b> {
    fn filler(&mut self) -> Filler<'_> {
        Filler { random: self.random, constants: self.constants }
    }

    /// Steers a step so that a rule matches, or doesn't.
    pub fn rule(&mut self, draft: &mut Draft<'b>, rule: &'b Rule, class: Option<u32>, matches: bool) {
        let clauses: Vec<(&'b Expr, bool)> = rule.when.iter().map(|when| (when, true)).chain(rule.unless.iter().map(|unless| (unless, false))).collect();
        let mut view = View::new(self.scene.bundle, draft.target, class);
        let spoiled = self.random.below(clauses.len().max(1));
        for (at, (clause, holds)) in clauses.into_iter().enumerate() {
            // A rule doesn't match where one of its clauses isn't so.
            let want = if matches || at != spoiled { holds } else { !holds };
            self.condition(draft, &mut view, clause, want);
        }
    }

    /// Steers a step so that some rule of an effect matches it.
    pub fn some_rule(&mut self, draft: &mut Draft<'b>, effects: &[Effect]) {
        let Some(target) = draft.target else { return };
        let about: Vec<(&'b Rule, Option<u32>)> = self.scene.about(target).filter(|(rule, _)| !rule.advisory && effects.contains(&rule.effect)).collect();
        if let Some((rule, class)) = self.random.pick(&about).copied() {
            self.rule(draft, rule, class, true);
        }
    }

    /// Steers a step so that a condition comes out as wanted. Recurses over the expression, which the compiler bounds.
    pub fn condition(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr, want: bool) {
        match &expr.kind {
            ExprKind::Not(inner) => self.condition(draft, view, inner, !want),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let all = matches!(expr.kind, ExprKind::And(_)) == want;
                let chosen = self.random.below(parts.len());
                for (at, part) in parts.iter().enumerate() {
                    if all || at == chosen {
                        self.condition(draft, view, part, want);
                    } else if self.random.chance(50) {
                        self.condition(draft, view, part, !want);
                    } else if let ExprKind::Bind(id, value) = &part.kind {
                        view.locals.insert(*id, Bound::Expr(value));
                    }
                }
            }
            ExprKind::Whole(_, meaning) => self.condition(draft, view, meaning, want),
            ExprKind::Let(id, value, body) => {
                view.locals.insert(*id, Bound::Expr(value));
                self.condition(draft, view, body, want);
            }
            ExprKind::If(condition, a, b) => {
                let first = self.random.chance(50);
                self.condition(draft, view, condition, first);
                self.condition(draft, view, if first { a } else { b }, want);
            }
            ExprKind::Bind(id, value) => {
                view.locals.insert(*id, Bound::Expr(value));
                self.presence(draft, view, value, want);
            }
            ExprKind::Present(value) => self.presence(draft, view, value, want),
            ExprKind::Compare(compare, a, b) => {
                if !self.compare(draft, view, *compare, a, b, want) {
                    self.compare(draft, view, number::mirrored(*compare), b, a, want);
                }
            }
            ExprKind::In(a, b) => self.member(draft, view, a, b, want),
            ExprKind::Within(a, b) => self.within(draft, view, a, b, want),
            ExprKind::Matches(a, pattern) => {
                if let (Some(place), true) = (view.place(a), want) {
                    let text = texts::admitted(self.random, &a.ty, pattern);
                    self.set(draft, view, &place, Json::Text(text));
                } else {
                    self.other(draft, view, a);
                }
            }
            ExprKind::Contains(a, b) => {
                let part = self.text_of(draft, view, b);
                if let (Some(place), true) = (view.place(a), want) {
                    let around = [part.clone(), format!("{part} x"), format!("x {part}"), format!("x{part}x")];
                    let text = self.random.pick(&around).cloned().unwrap_or(part);
                    self.set(draft, view, &place, Json::Text(text));
                } else {
                    self.other(draft, view, a);
                }
            }
            ExprKind::Detect(a, detector) => {
                if let (Some(place), true) = (view.place(a), want) {
                    let found = texts::found_by(*detector);
                    let text = if self.random.chance(50) { found.to_owned() } else { format!("see {found} there") };
                    self.set(draft, view, &place, Json::Text(text));
                } else {
                    self.other(draft, view, a);
                }
            }
            ExprKind::Runs(runs, a, patterns) => {
                let lines: Vec<String> = patterns.iter().map(|words| words.join(" ")).collect();
                self.command_line(draft, view, *runs, a, &lines, want);
            }
            ExprKind::RunsWhere(runs, _, _, a, body) => {
                let lines = lines_of(body);
                self.command_line(draft, view, *runs, a, &lines, want);
            }
            ExprKind::Query(_, a, tables) => {
                if let Some(place) = view.place(a) {
                    let table = self.random.pick(tables).cloned().unwrap_or_default();
                    let text = self.random.pick(&texts::queries(&table)).cloned().unwrap_or_default();
                    self.set(draft, view, &place, Json::Text(text));
                }
            }
            ExprKind::HasKey(a, key) => {
                if let (Some(mut place), true) = (view.place(a), want) {
                    place.ways.push(Way::Key(key.clone()));
                    self.set(draft, view, &place, Json::Text("a".to_owned()));
                }
            }
            ExprKind::All(id, list, body) | ExprKind::Any(id, list, body) => {
                self.elements(draft, view, *id, list, body, (matches!(expr.kind, ExprKind::All(..)), want));
            }
            ExprKind::History(monitor, operands) => {
                if want {
                    self.happens(draft, view, *monitor, operands, None);
                } else if self.random.chance(25) {
                    self.happens(draft, view, *monitor, operands, None);
                    self.forgotten(*monitor);
                }
            }
            ExprKind::From(value, origin) => {
                if want {
                    self.comes_from(draft, view, value, *origin);
                }
            }
            ExprKind::NamedBy(value) => {
                if want {
                    let text = self.text_of(draft, view, value);
                    self.plan.moves.push(Move::Prompt(text));
                }
            }
            ExprKind::Labelled(label) => {
                if want {
                    self.labelled(*label, None);
                }
            }
            _ => {
                if let Some(place) = view.place(expr)
                    && bare(&expr.ty) == &Type::Bool
                {
                    self.set(draft, view, &place, Json::Bool(want));
                }
            }
        }
    }

    /// Puts a value at a place of the step, or of what it came back with.
    pub fn set(&mut self, draft: &mut Draft<'b>, view: &View<'b>, place: &Place, value: Json) {
        let target = draft.target;
        let ty = match (&place.root, view.declared(&place.root)) {
            (_, Some(ty)) => ty.clone(),
            (Root::Result, None) => Type::Text,
            (Root::System(slot), None) => return self.set_system(draft, *slot, &value),
            _ => return,
        };
        draft.absent.retain(|absent| *absent != place.root);
        let mut filler = Filler { random: self.random, constants: self.constants };
        let slot = match &place.root {
            Root::Arg(name) if target.is_some() => draft.args.entry(name.clone()),
            Root::Fact(name) => draft.facts.entry(name.clone()),
            Root::Context(name) => self.plan.context.entry(name.clone()),
            Root::Result => {
                let whole = draft.result.get_or_insert(Json::Null);
                filler.put(whole, &ty, place, 0, value);
                return;
            }
            _ => return,
        };
        filler.put(slot.or_insert(Json::Null), &ty, place, 0, value);
    }

    fn set_system(&mut self, draft: &mut Draft<'b>, slot: u16, value: &Json) {
        match (reach_evaluator::image::SYSTEM_SLOTS.get(usize::from(slot)), value) {
            (Some(("step.at", _)), Json::Text(text)) => self.plan.at = reach_values::time::parse_time(text).ok(),
            (Some(("ok", _)), Json::Bool(ok)) => draft.ok = *ok,
            (Some(("text", _)), Json::Text(_)) => draft.result = Some(value.clone()),
            _ => {}
        }
    }

    /// Returns what stands at a place so far.
    fn current(&self, draft: &Draft<'b>, place: &Place) -> Option<Json> {
        let whole = match &place.root {
            Root::Arg(name) => draft.args.get(name)?,
            Root::Fact(name) => draft.facts.get(name)?,
            Root::Context(name) => self.plan.context.get(name)?,
            Root::Result => draft.result.as_ref()?,
            Root::System(slot) => match reach_evaluator::image::SYSTEM_SLOTS.get(usize::from(*slot))? {
                ("step.at", _) => return self.plan.at.map(|at| number::json(&Type::Time, at)),
                ("step.name", _) => return Some(Json::Text(draft.name.clone())),
                _ => return None,
            },
        };
        get(whole, &place.ways).cloned()
    }

    /// Returns what stands at a place; where nothing does, something is put there.
    fn ensured(&mut self, draft: &mut Draft<'b>, view: &View<'b>, place: &Place, ty: &Type) -> Json {
        if let Some(value) = self.current(draft, place) {
            return value;
        }
        let value = self.filler().value(ty, place, 1);
        self.set(draft, view, place, value.clone());
        value
    }

    /// Puts another value there, whichever it is.
    fn other(&mut self, draft: &mut Draft<'b>, view: &View<'b>, expr: &'b Expr) {
        if let Some(place) = view.place(expr)
            && self.random.chance(70)
        {
            let value = self.filler().value(&expr.ty, &place, 1);
            self.set(draft, view, &place, value);
        }
    }

    fn presence(&mut self, draft: &mut Draft<'b>, view: &View<'b>, value: &'b Expr, want: bool) {
        if let ExprKind::History(monitor, operands) = &value.kind {
            if want {
                self.happens(draft, view, *monitor, operands, None);
            }
            return;
        }
        let Some(place) = view.place(value) else { return };
        if want {
            self.ensured(draft, view, &place, bare(&value.ty));
        } else if place.ways.is_empty() {
            match &place.root {
                Root::Arg(name) => drop(draft.args.remove(name)),
                Root::Fact(name) => drop(draft.facts.remove(name)),
                Root::Context(name) => drop(self.plan.context.remove(name)),
                _ => {}
            }
            draft.absent.push(place.root);
        }
    }

    fn member(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, a: &'b Expr, b: &'b Expr, want: bool) {
        if let ExprKind::Const(Const::List(items)) = &b.kind {
            let Some(place) = view.place(a) else { return };
            let members: Vec<Json> = items.iter().map(|item| of_const(&a.ty, item)).collect();
            if self.current(draft, &place).is_some_and(|now| members.contains(&now) == want) && self.random.chance(85) {
                return;
            }
            let member = self.random.pick(&members).cloned();
            let value = match (want, member) {
                (true, Some(member)) => member,
                (false, Some(Json::Text(text))) if self.random.chance(50) && !matches!(bare(&a.ty), Type::Enum(_)) => {
                    Json::Text(self.random.pick(texts::near(&a.ty, &text).get(1..).unwrap_or_default()).cloned().unwrap_or_default())
                }
                _ => {
                    let mut value = self.filler().value(&a.ty, &place, 1);
                    for _ in 0..8 {
                        if !members.contains(&value) {
                            break;
                        }
                        value = self.filler().value(&a.ty, &place, 1);
                    }
                    value
                }
            };
            self.set(draft, view, &place, value);
            return;
        }
        let Some(mut list) = view.place(b) else { return };
        if want {
            let value = match (&a.kind, view.place(a)) {
                (ExprKind::Const(value), _) => of_const(&a.ty, value),
                (_, Some(place)) => self.ensured(draft, view, &place, bare(&a.ty)),
                _ => return,
            };
            list.ways.push(Way::Item);
            self.set(draft, view, &list, value);
        } else if self.random.chance(50) {
            self.set(draft, view, &list, Json::List(Vec::new()));
        }
    }

    fn within(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, a: &'b Expr, b: &'b Expr, want: bool) {
        let Some(place) = view.place(a) else { return };
        let around = self.text_of(draft, view, b);
        let text = texts::within(self.random, &a.ty, &around, want);
        self.set(draft, view, &place, Json::Text(text));
    }

    fn command_line(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, runs: Runs, a: &'b Expr, lines: &[String], want: bool) {
        let Some(place) = view.place(a) else { return };
        let line = self.random.pick(lines).cloned().unwrap_or_default();
        let all = texts::command_lines(&line);
        let plain = (runs == Runs::Only) == want && self.random.chance(70);
        let text = if plain { line } else { self.random.pick(&all).cloned().unwrap_or(line) };
        // A line that one condition wants may hold what another one looks for.
        let text = match self.current(draft, &place) {
            Some(Json::Text(now)) if want && !now.is_empty() && now.len() < 200 && self.random.chance(40) => format!("{now} && {text}"),
            _ => text,
        };
        self.set(draft, view, &place, Json::Text(text));
    }

    fn elements(
        &mut self,
        draft: &mut Draft<'b>,
        view: &mut View<'b>,
        id: reach_compiler::ir::LocalId,
        list: &'b Expr,
        body: &'b Expr,
        (all, want): (bool, bool),
    ) {
        let Some(mut place) = view.place(list) else { return };
        // `all` of none holds, `any` of none doesn't.
        if all == want && self.random.chance(15) {
            self.set(draft, view, &place, Json::List(Vec::new()));
            return;
        }
        if all == want {
            self.length(draft, view, list, 1);
        }
        place.ways.push(Way::Item);
        let of = match bare(&list.ty) {
            Type::List(of) | Type::Set(of) => of.as_ref(),
            _ => return,
        };
        self.ensured(draft, view, &place, of);
        view.locals.insert(id, Bound::Element(place));
        self.condition(draft, view, body, want);
    }

    /// Returns a text that an expression comes to.
    pub fn text_of(&mut self, draft: &mut Draft<'b>, view: &View<'b>, expr: &'b Expr) -> String {
        let value = match (&expr.kind, view.place(expr)) {
            (ExprKind::Const(value), _) => of_const(&expr.ty, value),
            (_, Some(place)) => self.ensured(draft, view, &place, bare(&expr.ty)),
            _ => Json::Null,
        };
        spoken(&value)
    }
}
