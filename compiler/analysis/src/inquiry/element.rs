//! Which element of a list shows that a condition on elements decides alone.

use reach_compiler::ir::{Expr, Rule};

use super::cover::{Turned, is_looked_at, placed};
use super::way::{Stretch, Way, undecided};
use super::{Answer, Asked, Condition, Inquiry, Looked, Shows, View, counts, decides, inside};
use crate::formula::F;
use crate::symbolic::Symbolic;

/// What is asked of an element.
struct OfElement<'q> {
    way: &'q Way,
    each: &'q Stretch,
    /// What the condition is to be.
    value: bool,
    /// What is asked of an element, where the condition is so, and where it is the opposite.
    is: Expr,
    opposite: Expr,
}

impl Inquiry<'_> {
    /// Finds a session at whose end a condition is `value` of an element, and its opposite would change whether its rule matches.
    pub(super) fn tells_of_an_element(&self, condition: &Condition, way: &Way, each: &Stretch, (value, matches): (bool, bool), shows: &Shows<'_>) -> Answer {
        let (Some(rule), Some(path)) = (self.bundle.rules.get(condition.rule), condition.path.get(each.depth.saturating_add(1)..)) else { return inside() };
        let all = Condition { path: condition.path.iter().take(each.depth).copied().collect(), ..condition.clone() };
        let (Some(is), Some(opposite)) = (placed(&each.body, path, value, value), placed(&each.body, path, value, !value)) else { return inside() };
        let turned = [true, false].map(|whole| Turned::of(rule, &all, whole, false).map(|turned| (whole, turned)));
        let [Some(yes), Some(no)] = turned else { return inside() };
        let turned = [yes, no];
        let demands: Vec<Expr> = way.demands().collect();
        let asked = OfElement { way, each, value, is, opposite };
        let found = self.over_steps(
            condition.rule,
            Asked {
                goal: &mut |view| {
                    let mut parts = Vec::new();
                    for (whole, turned) in &turned {
                        let element = asked.decides_it(&mut self.symbolic(view, rule), *whole)?;
                        let [with, without] = [&turned.is, &turned.opposite].map(|changed| {
                            let cond = self.condition_of(view, changed);
                            counts(&mut view.world, Looked { rule: condition.rule, effect: rule.effect, cond })
                        });
                        let f = &mut view.world.formulas;
                        let (yes, no) = if matches { (with, without) } else { (without, with) };
                        let no = f.not(no);
                        parts.push(f.and([element, yes, no]));
                    }
                    let some = view.world.formulas.or(parts);
                    Some(matching(view, rule, condition.rule, matches, some))
                },
                watch: Vec::new(),
                agrees: &|_| true,
                shows: Some(shows),
                demands: &demands,
            },
        );
        if found.is_yes() {
            return found;
        }
        // Elements without a value may let it decide too. It can't where the condition is never so.
        let never = self.over_steps(
            condition.rule,
            Asked {
                goal: &mut |view| {
                    let mut symbolic = self.symbolic(view, rule);
                    let so = way.looked(&mut symbolic, &mut |symbolic| {
                        let cond = symbolic.condition(&way.at);
                        if value { cond.t } else { cond.f }
                    })?;
                    let cond = self.condition_of(view, rule);
                    let is = counts(&mut view.world, Looked { rule: condition.rule, effect: rule.effect, cond });
                    let is = if matches { is } else { view.world.formulas.not(is) };
                    let so = view.world.formulas.and([so, is]);
                    Some(matching(view, rule, condition.rule, matches, so))
                },
                watch: Vec::new(),
                agrees: &|_| true,
                shows: Some(shows),
                demands: &demands,
            },
        );
        match (never, found) {
            (never @ (Answer::No | Answer::Yes(_)), _) => never,
            (_, Answer::Unknown(why)) => Answer::Unknown(why),
            _ => Answer::Unknown(vec!["whether another element of a list lets it decide alone".to_owned()]),
        }
    }
}

/// Adds where a rule is looked at, and decides if it matches.
fn matching(view: &mut View, rule: &Rule, number: usize, matches: bool, so: F) -> F {
    let decides = if matches && !rule.advisory { decides(view, number) } else { F::TRUE };
    let is_looked_at = is_looked_at(view, rule);
    view.world.formulas.and([so, decides, is_looked_at, view.sight.valid])
}

impl OfElement<'_> {
    /// Returns where the condition is so of an element, and its opposite alone would change what is asked of all elements, which comes to
    /// `whole`.
    fn decides_it(&self, symbolic: &mut Symbolic<'_, '_>, whole: bool) -> Option<F> {
        let stops = self.each.stops?;
        let undecided_before = undecided(symbolic, &self.each.before);
        let mut ways = Vec::new();
        for (guard, elements) in symbolic.elements(&self.each.list)? {
            let (mut shows, mut goes_on) = (Vec::new(), Vec::new());
            for element in elements {
                symbolic.locals.insert(self.each.local, element.value.clone());
                let body = symbolic.condition(&self.each.body);
                symbolic.locals.insert(self.each.local, element.value.clone());
                let undecided = undecided(symbolic, &self.way.before);
                let at = symbolic.condition(&self.way.at);
                let [is, opposite] = [&self.is, &self.opposite].map(|body| {
                    symbolic.locals.insert(self.each.local, element.value.clone());
                    symbolic.condition(body)
                });
                let f = &mut symbolic.world.formulas;
                let (is, opposite) = if whole { (is.t, opposite.f) } else { (is.f, opposite.t) };
                shows.push(f.and([element.there, undecided, if self.value { at.t } else { at.f }, is, opposite]));
                let missing = f.not(element.there);
                goes_on.push(f.or([missing, if stops { body.f } else { body.t }]));
            }
            for (number, shows) in shows.iter().enumerate() {
                // What decides ends it; of the others, all are looked at.
                let others: Vec<F> = goes_on
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other < number || (*other > number && whole != stops))
                    .map(|(_, goes_on)| *goes_on)
                    .collect();
                let f = &mut symbolic.world.formulas;
                let others = f.and(others);
                ways.push(f.and([guard, *shows, others]));
            }
        }
        let some = symbolic.world.formulas.or(ways);
        Some(symbolic.world.formulas.and([undecided_before, some]))
    }
}
