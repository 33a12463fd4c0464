//! Whole sessions: what earlier steps do to what a later one asks.
//!
//! An earlier step is a frame of its own, with what it comes back with. A question of the later step has the answer that the earlier ones
//! give it: `feeds` says as a formula when one does. The values of the later step are the same all the time, so that a question with
//! joins is about the keys of that step alone. Two bundles may see a session side by side; then each step ends alike for both.

mod feeds;
mod path;
mod states;

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, StepKind, Type};
use reach_evaluator::image::{OK_SLOT, TEXT_SLOT};

use crate::demand::Demand;
use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::symbolic::{Asked, Question, fresh};
use crate::value::{Sym, known};
use crate::world::{Cond, World};

pub(crate) use feeds::{Feed, feed, happens, prompts};
pub(crate) use path::{Last, approval, events};
pub(crate) use states::explore;

/// Who sees a session.
#[derive(Clone, Copy)]
pub(crate) struct Viewer<'a> {
    pub bundle: &'a Bundle,
    pub rules: &'a Rules,
}

/// A step by its kind and name.
pub(crate) type Called = (StepKind, String);

/// A question, and the number of the viewer that asks it.
pub(crate) type Posed = (usize, Question);

/// An earlier step as one bundle sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The index of the declared step.
    pub target: usize,
    pub sight: Sight,
    pub judged: Judgement,
}

/// A step that comes before another.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    /// What each bundle sees.
    pub seen: Vec<Seen>,
    /// Where its result says that all went well.
    pub ok: F,
    /// Where its result came before the next step.
    pub back: F,
}

/// Looks at a step that comes before another; none where not every bundle declares it. With `own_context` the context may have been
/// another one then.
pub(crate) fn earlier(world: &mut World, viewers: &[Viewer<'_>], called: &Called, prefix: &str, own_context: bool) -> Option<Earlier> {
    let context = if own_context { prefix } else { "" };
    let ok = world.flag(&format!("{prefix}ok"), None);
    let failed = world.formulas.not(ok);
    let back = world.flag(&format!("{prefix}came back"), None);
    let targets: Vec<usize> = viewers.iter().map(|viewer| viewer.rules.declared(called.0, &called.1)).collect::<Option<_>>()?;
    let demands = viewers.iter().zip(&targets).map(|(viewer, target)| viewer.rules.demand(Some(*target)));
    world.elements = demands.fold(Demand::default(), Demand::and).elements();
    let mut seen = Vec::new();
    for (viewer, target) in viewers.iter().zip(targets) {
        let bundle = viewer.bundle;
        let mut sight = judge::sight_in(world, bundle, target, prefix, context);
        sight.frame.system.insert(OK_SLOT.0, known(Sym::Bool(Cond { t: ok, f: failed })));
        let text = fresh(world, &format!("{prefix}text"), &Type::Text);
        sight.frame.system.insert(TEXT_SLOT.0, text);
        if let Some(result) = bundle.targets.get(target).and_then(|t| t.result.as_ref()) {
            sight.frame.result = Some(fresh(world, &judge::named(&format!("{prefix}result"), &result.ty), &result.ty));
        }
        let judged = judge::judge(world, bundle, &sight, viewer.rules.about(Some(target)));
        seen.push(Seen { target, sight, judged });
    }
    Some(Earlier { seen, ok, back })
}

/// Returns the steps that may feed a question.
pub(crate) fn feeders(viewers: &[Viewer<'_>], posed: &Posed) -> BTreeSet<Called> {
    let Some(viewer) = viewers.get(posed.0) else { return BTreeSet::new() };
    feeds::targets(viewer.bundle, &posed.1).into_iter().filter_map(|t| viewer.bundle.targets.get(t)).map(|t| (t.kind, t.name.to_string())).collect()
}

/// The most questions that are kept.
const MOST_QUESTIONS: usize = 24;

/// Returns questions that are asked of the session by these and by what comes before, as far as that does not depend on values that only an
/// earlier step has. What an earlier step asks about a value that joins it to a later one is asked about the later one's value.
pub(crate) fn cone(world: &mut World, viewers: &[Viewer<'_>], questions: &[Posed]) -> Vec<Posed> {
    let mut all: Vec<Posed> = questions.to_vec();
    let mut looked: BTreeMap<Called, Option<Earlier>> = BTreeMap::new();
    let mut at = 0;
    while let Some((asker, question)) = all.get(at).cloned() {
        at += 1;
        for called in feeders(viewers, &(asker, question.clone())) {
            if !looked.contains_key(&called) {
                let step = earlier(world, viewers, &called, "e.", true);
                looked.insert(called.clone(), step);
            }
            let Some(Some(step)) = looked.get(&called).cloned() else { continue };
            for (side, (seen, viewer)) in step.seen.iter().zip(viewers).enumerate() {
                let keys = if side == asker { feeds::keys(world, viewer.bundle, seen, &question) } else { Vec::new() };
                for mut other in seen.judged.questions.clone() {
                    let joined = |value| keys.iter().position(|key| key == value).and_then(|n| question.operands.get(n).cloned());
                    let Some(operands) = other.operands.iter().map(joined).collect::<Option<Vec<_>>>() else { continue };
                    if all.len() >= MOST_QUESTIONS || all.iter().any(|(s, q)| *s == side && q.asked == other.asked && q.operands == operands) {
                        continue;
                    }
                    // The question itself, whoever asks it; its answer to the step that is decided last doesn't matter.
                    other.key = match other.asked {
                        Asked::Label(label) => format!("label {}", crate::signature::label_name(viewer.bundle, label)),
                        _ => format!("asked before: {} of {operands:?}", other.key),
                    };
                    other.operands = operands;
                    other.answer = Vec::new();
                    all.push((side, other));
                }
            }
        }
    }
    all
}
