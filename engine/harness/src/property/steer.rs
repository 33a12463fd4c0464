//! Steps are steered: values are chosen such that a condition comes true, or doesn't, and what it asks of the session has happened before.
//!
//! This is no proof and needs none. What the steering doesn't understand it leaves to chance; the machine tells what came of it.

use reach_compiler::ir::{Arith, Compare, Const, Effect, Expr, ExprKind, Form, Rule, Runs, Type, Unary};

use super::constants::Constants;
use super::draft::{Draft, Filler, Move, Plan, get};
use super::place::{Bound, Place, Root, View, Way, bare};
use super::random::Random;
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

    /// Steers a comparison by its left side: whether that was understood.
    fn compare(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, compare: Compare, a: &'b Expr, b: &'b Expr, want: bool) -> bool {
        if matches!(a.kind, ExprKind::Const(_)) {
            return false;
        }
        if number::is_number(&a.ty) {
            let k = self.number_of(draft, view, b);
            let Some(k) = k else { return false };
            // A value that does already is mostly kept: another condition may want it.
            if let Some(place) = view.place(a)
                && let Some(now) = self.current(draft, &place).and_then(|now| number::read(&a.ty, &now))
                && number::holds(compare, now, k) == want
                && self.random.chance(85)
            {
                return true;
            }
            let n = number::related(self.random, &a.ty, compare, k, want);
            return self.comes_to(draft, view, a, n);
        }
        let Some(place) = view.place(a) else { return false };
        let equal = (compare == Compare::Eq) == want;
        let other = match &b.kind {
            ExprKind::Const(value) => Some(of_const(&b.ty, value)),
            _ => view.place(b).map(|place| self.ensured(draft, view, &place, bare(&b.ty))),
        };
        let Some(other) = other else { return false };
        if equal {
            if matches!(&a.kind, ExprKind::Else(..)) && self.random.chance(40) {
                return true;
            }
            self.set(draft, view, &place, other);
        } else if self.current(draft, &place).is_none_or(|now| now == other) {
            let value = match &other {
                Json::Text(text) if !matches!(bare(&a.ty), Type::Enum(_)) && self.random.chance(60) => {
                    Json::Text(self.random.pick(texts::near(&a.ty, text).get(1..).unwrap_or_default()).cloned().unwrap_or_default())
                }
                Json::Bool(truth) => Json::Bool(!truth),
                _ => self.filler().value(&a.ty, &place, 1),
            };
            self.set(draft, view, &place, value);
        }
        true
    }

    /// Returns what a number comes to so far; what nothing is known of gets a value.
    fn number_of(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr) -> Option<i128> {
        match &expr.kind {
            ExprKind::Const(Const::Num(n)) => Some(*n),
            ExprKind::Arith(arith, a, b) => {
                let (a, b) = (self.number_of(draft, view, a)?, self.number_of(draft, view, b)?);
                match arith {
                    Arith::Add => a.checked_add(b),
                    Arith::Subtract => a.checked_sub(b),
                    Arith::Multiply => None,
                    Arith::Min => Some(a.min(b)),
                    Arith::Max => Some(a.max(b)),
                }
            }
            ExprKind::Length(of) => match view.place(of).and_then(|place| self.current(draft, &place)) {
                Some(Json::List(items)) => i128::try_from(items.len()).ok(),
                Some(Json::Text(text)) => i128::try_from(text.chars().count()).ok(),
                _ => None,
            },
            _ => {
                let place = view.place(expr)?;
                let value = self.ensured(draft, view, &place, bare(&expr.ty));
                number::read(&expr.ty, &value)
            }
        }
    }

    /// Steers a number to a value: whether that was understood.
    fn comes_to(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr, n: i128) -> bool {
        match &expr.kind {
            ExprKind::Const(_) => false,
            ExprKind::Arith(Arith::Add, a, b) => match self.number_of(draft, view, b) {
                Some(b_now) if !matches!(a.kind, ExprKind::Const(_)) => self.comes_to(draft, view, a, n.saturating_sub(b_now)),
                _ => match self.number_of(draft, view, a) {
                    Some(a_now) => self.comes_to(draft, view, b, n.saturating_sub(a_now)),
                    None => false,
                },
            },
            ExprKind::Arith(Arith::Subtract, a, b) => match self.number_of(draft, view, b) {
                Some(b_now) if !matches!(a.kind, ExprKind::Const(_)) => self.comes_to(draft, view, a, n.saturating_add(b_now)),
                _ => match self.number_of(draft, view, a) {
                    Some(a_now) => self.comes_to(draft, view, b, a_now.saturating_sub(n)),
                    None => false,
                },
            },
            ExprKind::Arith(Arith::Multiply, a, b) => {
                let (of, factor) = match (&a.kind, &b.kind) {
                    (_, ExprKind::Const(Const::Num(factor))) => (a, *factor),
                    (ExprKind::Const(Const::Num(factor)), _) => (b, *factor),
                    _ => return false,
                };
                let one = if matches!(bare(&of.ty), Type::Decimal) { 1_000_000_000_000_000_000 } else { 1 };
                let Some(n) = n.checked_mul(one).and_then(|n| n.checked_div(factor)) else { return false };
                self.comes_to(draft, view, of, n)
            }
            ExprKind::Arith(_, a, b) => self.comes_to(draft, view, a, n) | (self.random.chance(50) && self.comes_to(draft, view, b, n)),
            ExprKind::Unary(Unary::Negate, a) => self.comes_to(draft, view, a, n.saturating_neg()),
            ExprKind::Unary(Unary::Abs, a) => {
                let n = if self.random.chance(50) { n } else { n.saturating_neg() };
                self.comes_to(draft, view, a, n)
            }
            ExprKind::If(condition, a, b) => {
                let first = self.random.chance(50);
                self.condition(draft, view, condition, first);
                self.comes_to(draft, view, if first { a } else { b }, n)
            }
            ExprKind::Let(id, value, body) => {
                view.locals.insert(*id, Bound::Expr(value));
                self.comes_to(draft, view, body, n)
            }
            ExprKind::Length(of) => self.length(draft, view, of, n),
            ExprKind::Count(id, list, body) => {
                self.elements(draft, view, *id, list, body, (true, true));
                self.length(draft, view, list, n)
            }
            ExprKind::Sum(id, list, value) => {
                let Some(mut place) = view.place(list) else { return false };
                if self.length(draft, view, list, 1) {
                    place.ways.push(Way::Item);
                    view.locals.insert(*id, Bound::Element(place));
                    return self.comes_to(draft, view, value, n);
                }
                false
            }
            ExprKind::History(monitor, operands) => {
                self.happens(draft, view, *monitor, operands, Some(n));
                true
            }
            ExprKind::Field(inner, index) if matches!(inner.kind, ExprKind::Clock(..)) => self.clock(draft, view, inner, *index),
            _ => match view.place(expr) {
                Some(place) => {
                    self.set(draft, view, &place, number::json(&expr.ty, n));
                    true
                }
                None => false,
            },
        }
    }

    /// Steers a number to a value, or near it.
    pub(super) fn number_to(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, expr: &'b Expr, n: i128) {
        self.comes_to(draft, view, expr, n);
    }

    /// Moves what a clock shows: to some hour of some day of a week.
    fn clock(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, clock: &'b Expr, _field: u16) -> bool {
        let ExprKind::Clock(time, _) = &clock.kind else { return false };
        let Some(place) = view.place(time) else { return false };
        let minutes = i128::try_from(self.random.below(7 * 24 * 4)).unwrap_or(0).saturating_mul(15);
        let at = super::play::START.saturating_add(minutes.saturating_mul(60 * reach_values::time::SECOND_NS));
        self.set(draft, view, &place, number::json(&Type::Time, at));
        true
    }

    fn length(&mut self, draft: &mut Draft<'b>, view: &mut View<'b>, of: &'b Expr, n: i128) -> bool {
        let Some(place) = view.place(of) else { return false };
        let n = usize::try_from(n).unwrap_or(0).min(10_000);
        let value = match bare(&of.ty) {
            Type::List(item) | Type::Set(item) => {
                let mut items = if let Some(Json::List(items)) = self.current(draft, &place) { items } else { Vec::new() };
                items.truncate(n);
                let mut inner = place.clone();
                inner.ways.push(Way::Item);
                let like = items.first().cloned().filter(|_| matches!(bare(&of.ty), Type::List(_)));
                for _ in items.len()..n {
                    let value = like.clone().unwrap_or_else(|| self.filler().value(item, &inner, 1));
                    items.push(value);
                }
                Json::List(items)
            }
            Type::Text | Type::Form(_) => Json::Text("a".repeat(n)),
            _ => return false,
        };
        self.set(draft, view, &place, value);
        true
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

/// Returns a value as somebody would say it.
pub(super) fn spoken(value: &Json) -> String {
    match value {
        Json::Text(text) | Json::Number(text) => text.clone(),
        Json::Bool(truth) => truth.to_string(),
        Json::Null => String::new(),
        Json::List(items) => items.iter().map(spoken).collect::<Vec<_>>().join(" "),
        Json::Object(entries) => entries.iter().map(|(_, value)| spoken(value)).collect::<Vec<_>>().join(" "),
    }
}

/// Returns a constant as events write it.
pub(super) fn of_const(ty: &Type, value: &Const) -> Json {
    match (bare(ty), value) {
        (_, Const::Absent) => Json::Null,
        (_, Const::Bool(truth)) => Json::Bool(*truth),
        (ty, Const::Num(n)) => number::json(ty, *n),
        (_, Const::Text(text)) => Json::Text(text.clone()),
        (Type::List(of) | Type::Set(of), Const::List(items)) => Json::List(items.iter().map(|item| of_const(of, item)).collect()),
        (Type::Record(fields), Const::Record(values)) => {
            let entries = fields.iter().zip(values.iter()).map(|((name, ty), value)| (name.clone(), of_const(ty, value)));
            Json::Object(entries.filter(|(_, value)| *value != Json::Null).collect())
        }
        (_, Const::List(items)) => Json::List(items.iter().map(|item| of_const(&Type::Any, item)).collect()),
        (_, Const::Map(entries)) => Json::Object(entries.iter().map(|(key, value)| (key.clone(), of_const(&Type::Any, value))).collect()),
        (_, Const::Record(_)) => Json::Null,
    }
}

/// Returns command lines and queries that a condition on single commands names, by what it compares their parts with.
pub(super) fn lines_of(body: &Expr) -> Vec<String> {
    let (mut programs, mut words) = (Vec::new(), Vec::new());
    let mut open = vec![body];
    while let Some(expr) = open.pop() {
        let is_program = |e: &Expr| matches!(&e.kind, ExprKind::Part(inner, part) if matches!(bare(&inner.ty), Type::Form(Form::Command)) && matches!(part.word(), "command.program" | "command.name"));
        match &expr.kind {
            ExprKind::Compare(_, a, b) | ExprKind::In(a, b) if is_program(a) || is_program(b) => {
                texts_in(a, &mut programs);
                texts_in(b, &mut programs);
            }
            ExprKind::Const(value) => texts_of_const(value, &mut words),
            ExprKind::HasKey(inner, key) => {
                words.push(key.clone());
                open.push(inner);
            }
            ExprKind::Matches(inner, pattern) => {
                words.push(pattern.text.replace(['*', '^', '$'], ""));
                open.push(inner);
            }
            _ => open.extend(expr.children()),
        }
    }
    if programs.is_empty() {
        programs.push("ls".to_owned());
    }
    let mut lines: Vec<String> = programs.clone();
    for program in programs.iter().take(8) {
        lines.extend(words.iter().take(16).map(|word| format!("{program} {word}")));
        lines.push(format!("{program} {}", words.iter().take(8).cloned().collect::<Vec<_>>().join(" ")));
    }
    lines
}

fn texts_in(expr: &Expr, found: &mut Vec<String>) {
    if let ExprKind::Const(value) = &expr.kind {
        texts_of_const(value, found);
    }
}

fn texts_of_const(value: &Const, found: &mut Vec<String>) {
    match value {
        Const::Text(text) => found.push(text.clone()),
        Const::List(items) => items.iter().take(64).for_each(|item| texts_of_const(item, found)),
        _ => {}
    }
}
