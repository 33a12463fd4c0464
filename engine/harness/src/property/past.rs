//! What has happened before a step: the events that its conditions ask for, made so that they come to pass.

use reach_compiler::ir::{Effect, EventKind, EventPattern, Expr, Fold, Origin, RuleTarget, StepKind, Type};
use reach_values::time;

use super::draft::{Draft, Filler, Move};
use super::place::{Bound, Place, Root, View, bare};
use super::said::spoken;
use super::steer::{DEEPEST, MOST_MOVES, Steer};
use crate::witness::Json;

/// How often something happens at most for one question.
const MOST_TIMES: i128 = 12;

impl<'b> Steer<'_, 'b> {
    /// Lets happen what a question of history asks for: once, or so often (of a sum: so much) as `wanted` says.
    pub(super) fn happens(&mut self, draft: &mut Draft<'b>, view: &View<'b>, monitor: u32, operands: &'b [Expr], wanted: Option<i128>) {
        let Some(monitor) = self.scene.bundle.monitors.get(monitor as usize) else { return };
        if self.depth >= DEEPEST {
            return;
        }
        let times = match (&monitor.fold, wanted) {
            (Fold::Count, Some(n)) => n.clamp(0, MOST_TIMES),
            (Fold::Sum(_), _) => self.random.one_of([1, 1, 2]),
            _ => 1,
        };
        // Where many are counted, steps that are made alike are enough.
        for number in 0..times {
            let before = self.plan.moves.len();
            if before >= MOST_MOVES {
                break;
            }
            let value = match (&monitor.fold, wanted) {
                (Fold::Sum(value), Some(total)) if number == 0 => {
                    Some((value, total.checked_div(times).unwrap_or(total).saturating_add(total.checked_rem(times).unwrap_or(0))))
                }
                (Fold::Sum(value), Some(total)) => Some((value, total.checked_div(times).unwrap_or(total))),
                _ => None,
            };
            let joined: Vec<(&'b Expr, &'b Expr)> = monitor.pattern.keys.iter().zip(operands).collect();
            self.event(&monitor.pattern, Some((draft, view, &joined)), value);
        }
        if let Some(over) = monitor.over
            && self.random.chance(30)
        {
            // Just within the window, on its edge, and beyond it.
            let gap = self.random.one_of([
                over.saturating_sub(2 * time::SECOND_NS),
                over.saturating_sub(time::SECOND_NS),
                over,
                over.saturating_add(time::SECOND_NS),
            ]);
            self.plan.moves.push(Move::Pause(gap.max(0)));
        }
        if monitor.since.is_some() && self.random.chance(25) {
            self.forgotten_of(monitor.since.as_ref());
        }
    }

    /// Lets something happen since which a question forgets what came before.
    pub(super) fn forgotten(&mut self, monitor: u32) {
        let since = self.scene.bundle.monitors.get(monitor as usize).and_then(|monitor| monitor.since.as_ref());
        self.forgotten_of(since);
    }

    fn forgotten_of(&mut self, since: Option<&'b EventPattern>) {
        if let Some(since) = since
            && self.depth < DEEPEST
        {
            self.event(since, None, None);
        }
    }

    /// Makes an event that a pattern is about. `joined` are pairs of what it and the step that asks must have in common.
    #[expect(clippy::type_complexity, reason = "a step, how it is seen, and pairs of expressions")]
    fn event(&mut self, pattern: &'b EventPattern, joined: Option<(&mut Draft<'b>, &View<'b>, &[(&'b Expr, &'b Expr)])>, value: Option<(&'b Expr, i128)>) {
        let Some((mut draft, class)) = self.step_of(&pattern.targets, pattern.kind) else { return };
        let mut view = View::new(self.scene.bundle, draft.target, class);
        if let Some(each) = &pattern.each
            && let Some(mut list) = view.place(&each.list)
        {
            list.ways.push(super::place::Way::Item);
            view.locals.insert(each.local, Bound::Element(list));
        }
        self.depth += 1;
        match pattern.kind {
            EventKind::Permitted | EventKind::Result => self.some_rule(&mut draft, &[Effect::Permit, Effect::Ask]),
            EventKind::Denied => self.some_rule(&mut draft, &[Effect::Forbid]),
            EventKind::Attempted | EventKind::Prompt => {}
        }
        if pattern.kind == EventKind::Denied && self.random.chance(50) {
            draft.approved = Some(false);
        }
        if let Some(guard) = &pattern.guard {
            self.condition(&mut draft, &mut view, guard, true);
        }
        if let Some((value, n)) = value {
            self.number_to(&mut draft, &mut view, value, n);
        }
        if let Some((asking, seen, pairs)) = joined {
            for (key, operand) in pairs {
                let (Some(here), Some(there)) = (view.place(key), seen.place(operand)) else { continue };
                let shared = self.shared(asking, seen, &there, bare(&operand.ty));
                self.set(&mut draft, &view, &here, shared);
            }
        }
        self.depth -= 1;
        self.push(draft, pattern.kind);
    }

    /// Returns what a place of the step that asks has, which is given a value where it has none.
    fn shared(&mut self, asking: &mut Draft<'b>, seen: &View<'b>, place: &Place, ty: &Type) -> Json {
        let whole = match &place.root {
            Root::Arg(name) => asking.args.get(name),
            Root::Fact(name) => asking.facts.get(name),
            Root::Context(name) => self.plan.context.get(name),
            _ => None,
        };
        if let Some(value) = whole.and_then(|whole| super::draft::get(whole, &place.ways)) {
            return value.clone();
        }
        let value = Filler { random: self.random, constants: self.constants }.value(ty, place, 1);
        self.set(asking, seen, place, value.clone());
        value
    }

    /// Begins a step of a pattern.
    fn step_of(&mut self, targets: &[RuleTarget], kind: EventKind) -> Option<(Draft<'b>, Option<u32>)> {
        if kind == EventKind::Prompt {
            return Some((Draft::undeclared(StepKind::Say, ""), None));
        }
        let at = self.random.pick(targets).copied()?;
        let target = self.scene.bundle.targets.get(at.target as usize)?;
        Some((self.scene.draft(self.random, target), at.class))
    }

    /// Puts a step behind what has happened so far.
    fn push(&mut self, mut draft: Draft<'b>, kind: EventKind) {
        if kind == EventKind::Prompt {
            let text = draft.result.as_ref().map(spoken).unwrap_or_else(|| "hello".to_owned());
            self.plan.moves.push(Move::Prompt(text));
            return;
        }
        self.finish(&mut draft, kind == EventKind::Result);
        self.plan.moves.push(Move::Step(draft));
    }

    /// Gives a step what it still needs, and mostly a result.
    pub(super) fn finish(&mut self, draft: &mut Draft<'b>, needs_result: bool) {
        let mut filler = Filler { random: self.random, constants: self.constants };
        filler.fill(draft);
        if draft.result.is_none() && (needs_result || filler.random.chance(60)) {
            let ty = draft.target.and_then(|target| target.result.as_ref()).map(|result| result.ty.clone());
            let place = Place { root: Root::Result, ways: Vec::new() };
            draft.result = Some(match ty {
                Some(ty) => filler.value(&ty, &place, 0),
                None => Json::Text(filler.random.pick(&["", "done", "hello world"]).copied().unwrap_or_default().to_owned()),
            });
            if filler.random.chance(10) && !needs_result {
                draft.ok = false;
            }
        }
        self.scene.written(draft);
    }

    /// Lets a value come from somewhere.
    pub(super) fn comes_from(&mut self, draft: &mut Draft<'b>, view: &View<'b>, value: &'b Expr, origin: u32) {
        let mut text = self.text_of(draft, view, value);
        // Of less than four letters and digits it isn't told where they come from.
        if text.chars().filter(|c| c.is_alphanumeric()).count() < 4
            && let Some(place) = view.place(value)
            && matches!(bare(&value.ty), Type::Text | Type::Form(_) | Type::List(_) | Type::Set(_))
        {
            let long = Json::Text(long(&value.ty).to_owned());
            let long = if matches!(bare(&value.ty), Type::List(_) | Type::Set(_)) { Json::List(vec![long]) } else { long };
            text = spoken(&long);
            self.set(draft, view, &place, long);
        }
        let said = match self.random.below(3) {
            0 => text.clone(),
            1 => format!("Please use {text} today."),
            _ => format!("{text}, and nothing else"),
        };
        match self.scene.bundle.origins.get(origin as usize) {
            Some(Origin::User) => self.plan.moves.push(Move::Prompt(said)),
            Some(Origin::Label(label)) => self.labelled(*label, Some((text, said))),
            Some(Origin::Results { pattern, part }) => {
                if self.depth >= DEEPEST {
                    return;
                }
                let Some((mut step, class)) = self.step_of(&pattern.targets, EventKind::Result) else { return };
                let mut seen = View::new(self.scene.bundle, step.target, class);
                if let Some(each) = &pattern.each
                    && let Some(mut list) = seen.place(&each.list)
                {
                    list.ways.push(super::place::Way::Item);
                    seen.locals.insert(each.local, Bound::Element(list));
                }
                self.depth += 1;
                self.some_rule(&mut step, &[Effect::Permit, Effect::Ask]);
                if let Some(guard) = &pattern.guard {
                    self.condition(&mut step, &mut seen, guard, true);
                }
                self.depth -= 1;
                let place = part.as_ref().and_then(|part| seen.place(part));
                self.hold(&mut step, &seen, place, text, said);
                self.push(step, EventKind::Result);
            }
            None => {}
        }
    }

    /// Lets the agent collect a label, by a result that holds a text.
    pub(super) fn labelled(&mut self, label: u32, holding: Option<(String, String)>) {
        if self.depth >= DEEPEST {
            return;
        }
        let giving: Vec<(&'b reach_compiler::ir::Target, &'b reach_compiler::ir::Returned)> =
            self.scene.giving.get(&label).into_iter().flatten().copied().collect();
        let Some((target, returned)) = self.random.pick(&giving).copied() else { return };
        let mut step = self.scene.draft(self.random, target);
        let mut view = View::new(self.scene.bundle, Some(target), None);
        self.depth += 1;
        self.some_rule(&mut step, &[Effect::Permit, Effect::Ask]);
        if let Some(when) = &returned.when {
            self.condition(&mut step, &mut view, when, true);
        }
        self.depth -= 1;
        if let Some((text, said)) = holding {
            let place = returned.part.as_ref().and_then(|part| view.place(part));
            self.hold(&mut step, &view, place, text, said);
        }
        self.push(step, EventKind::Result);
    }

    /// Puts a text into the result of a step.
    fn hold(&mut self, step: &mut Draft<'b>, view: &View<'b>, part: Option<Place>, text: String, said: String) {
        match (step.target.and_then(|target| target.result.as_ref()), part) {
            (None, _) => step.result = Some(Json::Text(said)),
            (Some(_), Some(place)) => self.set(step, view, &place, Json::Text(text)),
            (Some(result), None) => {
                let place = Place { root: Root::Result, ways: Vec::new() };
                let mut value = Filler { random: self.random, constants: self.constants }.value(&result.ty, &place, 0);
                replace_first_text(&mut value, &text);
                step.result = Some(value);
            }
        }
    }
}

/// Puts a text in the place of the first one in a value. Recurses over a value that was made of a type.
fn replace_first_text(value: &mut Json, with: &str) -> bool {
    match value {
        Json::Text(text) => {
            with.clone_into(text);
            true
        }
        Json::List(items) => items.iter_mut().any(|item| replace_first_text(item, with)),
        Json::Object(entries) => entries.iter_mut().any(|(_, value)| replace_first_text(value, with)),
        _ => false,
    }
}

/// Returns a text of a type with enough letters to tell where it comes from.
fn long(ty: &Type) -> &'static str {
    let of = match bare(ty) {
        Type::List(of) | Type::Set(of) => bare(of),
        ty => ty,
    };
    super::texts::typical(of).iter().copied().find(|text| text.chars().filter(|c| c.is_alphanumeric()).count() >= 6).unwrap_or("mallory")
}
