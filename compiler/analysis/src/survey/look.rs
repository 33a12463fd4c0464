//! What is asked of each rule at one step.

use std::collections::BTreeSet;

use reach_compiler::in_threads;
use reach_compiler::ir::{Bundle, Effect as RuleEffect, Obligation};

use super::Effort;
use super::marks::{At, Comes, Marks, Tri};
use super::overruling::{self, Over};
use super::stage::{Left, Stage};
use crate::breach::Step;
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Looked};

/// The most rules about a step that are looked at together. Where there are more, each is looked at with those that may decide instead.
pub(super) const MOST_TOGETHER: usize = 64;

/// With how many others a rule is looked at where there are more.
const RIVALS: usize = 8;

/// What of a rule is known to be so already.
#[derive(Clone, Copy, Debug)]
struct Known {
    matches: bool,
    decides: bool,
    matters: bool,
    alone: bool,
}

/// What was found of a rule at a step.
struct Seen {
    rule: usize,
    at: At,
    parts: Vec<Comes>,
    why: Option<String>,
}

/// Looks at all steps, and raises the marks of their rules. Returns how many questions were asked.
pub(super) fn look(bundle: &Bundle, rules: &Rules, steps: &[(usize, Step)], marks: &mut [Marks], effort: &Effort) -> u64 {
    let open: Vec<(usize, Step, Vec<usize>)> = steps
        .iter()
        .map(|(at, step)| {
            let wanted = rules.about(step.target).iter().copied().filter(|rule| marks.get(*rule).is_some_and(|m| m.is_open_at(*at)));
            (*at, *step, wanted.collect())
        })
        .filter(|(_, _, wanted): &(usize, Step, Vec<usize>)| !wanted.is_empty())
        .collect();
    let count = u64::try_from(open.len().max(1)).unwrap_or(u64::MAX);
    let known: &[Marks] = marks;
    let found = in_threads(&open, |(at, step, wanted)| {
        let own = effort.questions.0.saturating_mul(wanted.len() as u64);
        let left = Left { questions: own.saturating_add(effort.questions.1 / count), sessions: effort.sessions / count };
        at_step(bundle, rules, (*at, *step), wanted, known, effort, left)
    });
    let mut asked = 0;
    for ((at, ..), (seen, questions)) in open.iter().zip(found) {
        asked += questions;
        for seen in seen {
            if let Some(marks) = marks.get_mut(seen.rule) {
                marks.raise(*at, seen.at, &seen.parts, seen.why);
            }
        }
    }
    asked
}

fn at_step(bundle: &Bundle, rules: &Rules, (place, step): (usize, Step), wanted: &[usize], marks: &[Marks], effort: &Effort, left: Left) -> (Vec<Seen>, u64) {
    let about = rules.about(step.target);
    let mut seen = Vec::with_capacity(wanted.len());
    let mut asked = 0;
    if about.len() <= MOST_TOGETHER {
        let mut stage = Stage::new(bundle, rules, step, about, true, effort, left);
        for rule in wanted {
            seen.extend(of_rule(&mut stage, *rule, marks.get(*rule).map(|m| (m, place))));
        }
        return (seen, stage.asked);
    }
    let mut left = left;
    for rule in wanted {
        let rivals = marks.get(*rule).and_then(|m| m.at.get(&place)).map_or(&[][..], |at| &at.rivals);
        let mut together: Vec<usize> = rivals.iter().take(RIVALS).copied().chain([*rule]).collect();
        together.sort_unstable();
        let mut stage = Stage::new(bundle, rules, step, &together, false, effort, left);
        seen.extend(of_rule(&mut stage, *rule, marks.get(*rule).map(|m| (m, place))));
        asked += stage.asked;
        left = stage.left;
    }
    (seen, asked)
}

/// Looks at a rule.
fn of_rule(stage: &mut Stage<'_>, number: usize, known: Option<(&Marks, usize)>) -> Option<Seen> {
    let rule = stage.bundle.rules.get(number)?;
    stage.why = None;
    let (cond, parts) = stage.parts(number);
    let counts = stage.counts(rule.effect, cond);
    let matching = stage.of_valid([counts]);
    // What is so elsewhere needn't be so here, unless the rule names the step.
    let is_known = |of: fn(&At) -> Tri| {
        known.is_some_and(
            |(marks, place)| if marks.named.contains(&place) { marks.at.get(&place).is_some_and(|at| of(at) == Tri::Yes) } else { marks.most(of) == Tri::Yes },
        )
    };
    let decides_known = is_known(At::decides);
    // Where it is still to be told whether it decides, it must be known of this step whether it matches: else nobody decides instead.
    let known_here =
        Known { matches: decides_known && is_known(At::matches), decides: decides_known, matters: is_known(At::matters), alone: is_known(At::alone) };
    let mut at = At { matches: if known_here.matches { Tri::Unknown } else { stage.can(matching) }, ..At::default() };
    let mut comes = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter().enumerate() {
        let known = known.and_then(|(marks, _)| marks.parts.get(number)).copied().unwrap_or_default();
        comes.push(if known.is_settled() { known } else { of_part(stage, part.before, part.cond.t, part.cond.f, known) });
    }
    if rule.advisory {
        (at.decides, at.matters, at.alone) = (at.matches, at.matches, at.matches);
    } else if at.matches != Tri::No {
        decides(stage, number, rule.effect, &mut at, known_here);
    }
    Some(Seen { rule: number, at, parts: comes, why: stage.why.take() })
}

fn of_part(stage: &mut Stage<'_>, before: F, t: F, f: F, known: Comes) -> Comes {
    let not_known = {
        let known = stage.world.formulas.or([t, f]);
        stage.world.formulas.not(known)
    };
    let [of_t, of_f] = [t, f].map(|so| stage.of_valid([before, so]));
    let [t, f] = [(of_t, known.t), (of_f, known.f)].map(|(goal, known)| if known == Tri::Yes { known } else { stage.can(goal) });
    let mut comes = Comes { t, f, none: Tri::Unknown };
    if !comes.is_settled() {
        let goal = stage.of_valid([before, not_known]);
        comes.none = stage.can(goal);
    }
    comes
}

/// Looks whether a rule that may match decides, and whether it matters.
fn decides(stage: &mut Stage<'_>, number: usize, effect: RuleEffect, at: &mut At, known: Known) {
    let Some(over) = Over::of(stage, number) else { return };
    let unless_told = |stage: &Stage<'_>, tri: Tri| if stage.complete || tri == Tri::No { tri } else { Tri::Unknown };
    let deciding = over.decides(stage);
    at.decides = if known.decides { Tri::Unknown } else { stage.can(deciding) };
    at.decides = unless_told(stage, at.decides);
    if at.decides == Tri::No {
        at.over = overruling::least(stage, &over, overruling::Question::Decides);
        return;
    }
    if known.alone {
        at.alone = Tri::Unknown;
    } else if effect == RuleEffect::Forbid {
        let alone = over.alone(stage);
        let tri = stage.can(alone);
        at.alone = unless_told(stage, tri);
    } else {
        at.alone = Tri::Yes;
    }
    if known.matters {
        at.matters = Tri::Unknown;
        return;
    }
    let matters = if is_more_than_effect(stage.bundle, stage, number) { with_obligations(stage, number, deciding) } else { Some(over.matters(stage)) };
    at.matters = match matters {
        Some(goal) => {
            let tri = stage.can(goal);
            unless_told(stage, tri)
        }
        None => Tri::Unknown,
    };
    if at.matters == Tri::No || at.alone == Tri::No {
        at.instead = overruling::least(stage, &over, overruling::Question::Alone);
    }
}

/// Tells whether more may change without a rule than the effect.
fn is_more_than_effect(bundle: &Bundle, stage: &Stage<'_>, number: usize) -> bool {
    let Some(rule) = bundle.rules.get(number) else { return true };
    if rule.effect == RuleEffect::Forbid {
        return false;
    }
    let others = stage.judged.looked.iter().filter(|l| l.rule != number).filter_map(|l| bundle.rules.get(l.rule));
    let clash = others.into_iter().any(|r| {
        // What goes with an `otherwise ask` goes with it where nothing else permits or asks.
        (r.effect == RuleEffect::OtherwiseAsk && !r.obligations.is_empty()) || (rule.effect == RuleEffect::Ask && (r.approver.is_some() || r.expires.is_some()))
    });
    clash || !rule.obligations.is_empty() || rule.approver.is_some() || rule.expires.is_some() || rule.grants.is_some()
}

/// Returns where a step would be decided otherwise without a rule, what goes with it included.
fn with_obligations(stage: &mut Stage<'_>, number: usize, deciding: F) -> Option<F> {
    let rule = stage.bundle.rules.get(number)?;
    let is_answered = |r: &reach_compiler::ir::Rule| r.approver.is_some() || r.expires.is_some() || r.grants.is_some();
    let asks = rule.effect == RuleEffect::Ask && stage.judged.looked.iter().filter_map(|l| stage.bundle.rules.get(l.rule)).any(is_answered);
    if asks || is_answered(rule) || rule.obligations.iter().any(|o| matches!(o, Obligation::Clear(_))) {
        // Who may answer, and until when, or what a child may do.
        return Some(deciding);
    }
    if !stage.complete {
        return None;
    }
    let others: Vec<usize> = stage.judged.looked.iter().map(|l| l.rule).filter(|r| *r != number).collect();
    let without = judge::judge(&mut stage.world, stage.bundle, &stage.sight, &others);
    let f = &mut stage.world.formulas;
    let mut differ = Vec::new();
    for (with, without) in [(stage.judged.permit, without.permit), (stage.judged.ask, without.ask), (stage.judged.forbid, without.forbid)] {
        let not = f.not(without);
        differ.push(f.and([with, not]));
    }
    let taken = f.or([stage.judged.permit, stage.judged.ask]);
    let names: std::collections::BTreeSet<&String> = stage.judged.obligations.keys().chain(without.obligations.keys()).collect();
    for name in names {
        let of = |judged: &judge::Judgement| judged.obligations.get(name).copied().unwrap_or(F::FALSE);
        let (with, without) = (of(&stage.judged), of(&without));
        let (not_with, not_without) = (f.not(with), f.not(without));
        let (one, other) = (f.and([taken, with, not_without]), f.and([taken, not_with, without]));
        differ.extend([one, other]);
    }
    let differ = f.or(differ);
    Some(stage.of_valid([differ]))
}

/// Returns a rule that was looked at.
pub(super) fn looked(stage: &Stage<'_>, number: usize) -> Option<Looked> {
    stage.judged.looked.iter().find(|l| l.rule == number).copied()
}

/// Looks whether a rule could go after others are gone. Returns the rules that would decide alike; none where it isn't proved.
pub(super) fn without(
    bundle: &Bundle,
    rules: &Rules,
    steps: &[(usize, Step)],
    rule: usize,
    gone: &BTreeSet<usize>,
    effort: &Effort,
) -> (Option<Vec<usize>>, u64) {
    let (mut asked, mut instead) = (0, BTreeSet::new());
    for (_, step) in steps {
        let about = rules.about(step.target);
        if !about.contains(&rule) {
            continue;
        }
        let left: Vec<usize> = about.iter().copied().filter(|other| !gone.contains(other)).collect();
        if left.len() > MOST_TOGETHER {
            return (None, asked);
        }
        let mut stage = Stage::new(bundle, rules, *step, &left, true, effort, Left { questions: effort.questions.0 * 8, sessions: 0 });
        let seen = of_rule(&mut stage, rule, None);
        asked += stage.asked;
        match seen {
            Some(seen) if seen.at.matches == Tri::No => {}
            Some(seen) if seen.at.matters == Tri::No || seen.at.alone == Tri::No => instead.extend(seen.at.instead),
            _ => return (None, asked),
        }
    }
    (Some(instead.into_iter().collect()), asked)
}
