//! How much of a rule the analysis tells apart.

use std::collections::BTreeSet;

use reach_compiler::ir::{Bundle, Fold};
use reach_values::form::Part;
use schemars::JsonSchema;
use serde::Serialize;

use crate::demand::Demand;
use crate::diff::Rules;
use crate::judge;
use crate::pred::{Func, Pred, Test};
use crate::symbolic::Asked;
use crate::world::{Atom, World};

/// The tier of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tier {
    /// The rule's name.
    pub rule: String,
    /// Whether questions about it are always answered, but for limits of time and memory.
    pub complete: bool,
    /// What isn't told apart, so that an answer may be unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub why: Vec<String>,
}

/// Returns the tier of each rule, in source order.
#[must_use]
pub fn tiers(bundle: &Bundle) -> Vec<Tier> {
    let rules = Rules::of(bundle);
    let mut all: Vec<BTreeSet<String>> = vec![BTreeSet::new(); bundle.rules.len()];
    for target in (0..bundle.targets.len()).map(Some).chain([None]) {
        for &rule in rules.about(target) {
            let why = about(bundle, target, rule);
            if let Some(known) = all.get_mut(rule) {
                known.extend(why);
            }
        }
    }
    bundle.rules.iter().zip(all).map(|(rule, why)| Tier { rule: rule.name.to_string(), complete: why.is_empty(), why: why.into_iter().collect() }).collect()
}

/// Returns what isn't told apart in a rule, at one of its steps.
fn about(bundle: &Bundle, target: Option<usize>, rule: usize) -> BTreeSet<String> {
    // As many elements of lists as this rule alone asks about.
    let mut demand = Demand::default();
    if let Some(rule) = bundle.rules.get(rule) {
        rule.when.iter().chain(&rule.unless).for_each(|expr| demand.add(expr));
    }
    let mut world = World::of_lists(demand.elements());
    let sight = match target {
        Some(target) => judge::sight(&mut world, bundle, target, ""),
        None => judge::undeclared(&mut world, bundle, reach_compiler::ir::StepKind::Call, None),
    };
    // An advisory rule decides nothing, and is told apart like another.
    let judged = judge::judge_one(&mut world, bundle, &sight, rule);
    let mut why = BTreeSet::new();
    for question in &judged.questions {
        if let Asked::History(number) = question.asked
            && let Some(monitor) = bundle.monitors.get(number as usize)
            && matches!(monitor.fold, Fold::Sum(_) | Fold::Latest(_))
        {
            why.insert("what `sum` and `latest` give".to_owned());
        }
    }
    let atoms: Vec<_> = judged.looked.iter().flat_map(|l| [l.cond.t, l.cond.f]).flat_map(|f| world.formulas.atoms(f)).collect();
    for atom in atoms {
        match world.get(atom).cloned() {
            Some(Atom::Flag(number)) => why.extend(world.flags.get(number as usize).and_then(|f| f.unknown.clone())),
            Some(Atom::Text(var, pred, _)) => {
                let Some(known) = world.preds.get(pred as usize).cloned() else { continue };
                let ty = world.type_of(var);
                if !world.texts.is_decided(&ty, &known.pred) {
                    why.insert(of_text(&known.pred));
                }
            }
            Some(Atom::Related(..)) => {
                why.insert("two values compared as text".to_owned());
            }
            Some(Atom::AtMost(terms, _) | Atom::Equal(terms, _)) => {
                if terms.len() > 2 || (terms.len() == 2 && terms.iter().any(|(_, by)| by.abs() != 1)) {
                    why.insert("sums of several numbers".to_owned());
                }
                if terms.len() > 1 && terms.iter().any(|(var, _)| world.vars.get(var.0 as usize).is_some_and(|v| v.link.is_some())) {
                    why.insert("the length of a text, or a number in it, together with other numbers".to_owned());
                }
            }
            _ => {}
        }
    }
    why
}

fn of_text(pred: &Pred) -> String {
    let registrable = pred.steps.contains(&Func::Part(Part::HostRegistrable));
    match &pred.test {
        _ if registrable => "what is registered of a domain",
        Test::Detect(_) => "what a detector finds",
        Test::Runs(..) | Test::RunsWhere(..) => "command lines",
        Test::Query(..) => "queries",
        Test::Holds(..) => "a condition on a command line, a query or another value with parts",
        _ => "a text of this form",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reach_codes::Sources;

    fn tiers_of(text: &str) -> Vec<(String, Vec<String>)> {
        let mut sources = Sources::new();
        sources.add("a.reach", text);
        let built = reach_compiler::build(sources).unwrap();
        tiers(&built.bundle).into_iter().map(|t| (t.rule, t.why)).collect()
    }

    #[test]
    fn a_rule_says_what_of_it_may_be_unknown() {
        let found = tiers_of(
            "tool pay(to: text, copy: text, amount: decimal, fee: decimal, rows: list<int>)\ntool run(command: shell)\n\
             permit plain\n  on pay\n  when args.to == \"a\" and args.amount - args.fee <= 5.00 and all(r in args.rows: r > 0)\n\
             permit compared\n  on pay\n  when args.to contains args.copy\n\
             permit added\n  on pay\n  when sum(r in args.rows: r) <= 9\n\
             permit lines\n  on run\n  when args.command runs only x where x.program == \"git\"\n",
        );
        let why = |name: &str| found.iter().find(|(rule, _)| rule == name).map(|(_, why)| why.join("; ")).unwrap();
        assert_eq!(why("compared"), "two values compared as text");
        assert_eq!(why("lines"), "command lines");
        assert!(why("added").contains("over a list"), "{found:?}");
        assert_eq!(why("plain"), "");
    }
}
