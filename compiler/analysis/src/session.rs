//! Whole sessions: what earlier steps do to what a later one asks.
//!
//! An earlier step is a frame of its own, with what it comes back with. A question of the later step has the answer that the earlier ones
//! give it: `feeds` says as a formula when one does. The values of the later step are the same all the time, so that a question with
//! joins is about the keys of that step alone.

mod feeds;
mod path;
mod states;

use std::collections::BTreeMap;

use reach_compiler::ir::Bundle;
use reach_evaluator::image::{OK_SLOT, TEXT_SLOT};
use reach_compiler::ir::Type;

use crate::diff::Rules;
use crate::formula::F;
use crate::judge::{self, Judgement, Sight};
use crate::symbolic::{Asked, Question, fresh};
use crate::value::{Sym, known};
use crate::world::{Cond, World};

pub(crate) use feeds::{Feed, feed, prompts};
pub(crate) use path::{Last, approval, events};
pub(crate) use states::explore;

/// A step that comes before another.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    /// The index of the declared step.
    pub target: usize,
    pub sight: Sight,
    pub judged: Judgement,
    /// Where its result says that all went well.
    pub ok: F,
}

/// Looks at a declared step that comes before another. With `own_context` the context may have been another one then.
pub(crate) fn earlier(world: &mut World, bundle: &Bundle, rules: &Rules, target: usize, prefix: &str, own_context: bool) -> Earlier {
    let context = if own_context { prefix } else { "" };
    let mut sight = judge::sight_in(world, bundle, target, prefix, context);
    let ok = world.flag(&format!("{prefix}ok"), None);
    let failed = world.formulas.not(ok);
    sight.frame.system.insert(OK_SLOT.0, known(Sym::Bool(Cond { t: ok, f: failed })));
    let text = fresh(world, &format!("{prefix}text"), &Type::Text);
    sight.frame.system.insert(TEXT_SLOT.0, text);
    if let Some(result) = bundle.targets.get(target).and_then(|t| t.result.as_ref()) {
        sight.frame.result = Some(fresh(world, &format!("{prefix}result"), &result.ty));
    }
    let judged = judge::judge(world, bundle, &sight, rules.about(Some(target)));
    Earlier { target, sight, judged, ok }
}

/// Returns questions that are asked of the session by these and by what comes before, as far as that does not depend on a step's own values.
pub(crate) fn cone(world: &mut World, bundle: &Bundle, rules: &Rules, questions: &[Question]) -> Vec<Question> {
    let mut all: Vec<Question> = questions.to_vec();
    let mut looked: BTreeMap<usize, Vec<Question>> = BTreeMap::new();
    let mut at = 0;
    while let Some(question) = all.get(at).cloned() {
        at += 1;
        for target in feeds::targets(bundle, &question) {
            let asked = looked.entry(target).or_insert_with(|| earlier(world, bundle, rules, target, "e.", true).judged.questions).clone();
            for mut other in asked {
                let own_keys = !other.operands.is_empty();
                if own_keys || all.iter().any(|q| q.asked == other.asked && q.operands.is_empty()) {
                    continue;
                }
                // The question itself, as the step that is decided last would ask it.
                if let Asked::Label(label) = other.asked {
                    other.key = format!("label {}", crate::signature::label_name(bundle, label));
                    let cond = world.open_condition(&other.key, None);
                    other.answer = known(Sym::Bool(cond));
                } else {
                    other.key = format!("asked before: {}", other.key);
                    other.answer = Vec::new();
                }
                all.push(other);
            }
        }
    }
    all
}
