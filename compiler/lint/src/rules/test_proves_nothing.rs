//! `test-proves-nothing`: a test that names a rule in its title and passes whatever the rule says.
//!
//! It is played without the rule, and with the rule on every step that it is about. Where it passes both times, it says nothing about the rule.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Effect, Test};

use crate::{Context, Finding, play};

pub(super) const CODE: Code = lint::TEST_PROVES_NOTHING;

/// How many rules may be built over all bundles that are tried. What is beyond is not looked at.
const MOST_BUILT: usize = 20_000;
/// How many words of a title are read, and how many a rule's name may have.
const MOST_WORDS: usize = 64;
const MOST_PARTS: usize = 8;

/// Finds such tests.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let counted = |effect| matches!(effect, Effect::Permit | Effect::Ask | Effect::Forbid | Effect::OtherwiseAsk);
    let rules: HashMap<&str, usize> =
        bundle.rules.iter().enumerate().filter(|(_, r)| counted(r.effect) && !r.advisory).map(|(i, r)| (r.name.as_str(), i)).collect();
    let mut by_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    // Where an expectation says `by`, of a table in any row, the test says itself what it is about.
    let saying: BTreeSet<reach_codes::Span> = bundle.tests.iter().filter(|test| test.items.iter().filter_map(|i| i.expect.as_ref()).any(|e| !e.by.is_empty())).map(|t| t.span).collect();
    for (index, test) in bundle.tests.iter().enumerate().filter(|(_, test)| expects(test) && !saying.contains(&test.span)) {
        for rule in named(&test.name, &rules) {
            by_rule.entry(rule).or_default().push(index);
        }
    }
    let make = context.input().play_tests;
    let mut room = MOST_BUILT;
    for (rule, tests) in by_rule {
        let Some(left) = room.checked_sub(bundle.rules.len().saturating_mul(2)) else { return };
        room = left;
        let mut without = bundle.clone();
        without.rules.remove(rule);
        let first = play::pass(&without, &tests, make);
        let mut always = bundle.clone();
        if let Some(rule) = always.rules.get_mut(rule) {
            rule.when = None;
            rule.unless = None;
        }
        let second = play::pass(&always, &tests, make);
        // Of a table every row has to pass both times.
        let mut whole: BTreeMap<reach_codes::Span, (bool, &Test)> = BTreeMap::new();
        for ((test, first), second) in tests.iter().zip(first).zip(second) {
            let Some(test) = bundle.tests.get(*test) else { continue };
            whole.entry(test.span).or_insert((true, test)).0 &= first && second;
        }
        let Some(rule) = bundle.rules.get(rule) else { continue };
        for (_, test) in whole.into_values().filter(|(passes, _)| *passes) {
            let d = Diagnostic::new(CODE, title_of(context, test), format!("this test passes without `{}`, and with it on every step too", rule.name))
                .other(rule.name_span, "the rule that its title names")
                .note("what it expects comes from other rules, or from none")
                .help(format!("expect `by {}` where it decides, or a step that it must leave alone", rule.name));
            out.push(d.into());
        }
    }
}

fn expects(test: &Test) -> bool {
    test.items.iter().any(|item| item.expect.is_some())
}

/// Returns the place of a test's title.
fn title_of(context: &Context<'_>, test: &Test) -> reach_codes::Span {
    let title = context.decls().find_map(|decl| match &decl.kind {
        reach_grammar::ast::DeclKind::Test(ast) if decl.span == test.span => Some(ast.name.span),
        _ => None,
    });
    title.unwrap_or(test.span)
}

/// Returns the rules that a title names: with `_` or blanks between their words where there are several, else between backticks.
fn named(title: &str, rules: &HashMap<&str, usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let lower = title.to_lowercase();
    for quoted in lower.split('`').skip(1).step_by(2).take(MOST_WORDS) {
        found.extend(rules.get(quoted).copied());
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(MOST_WORDS).collect();
    for start in 0..words.len() {
        for end in start + 2..=words.len().min(start + MOST_PARTS) {
            let name = words.get(start..end).unwrap_or_default().join("_");
            found.extend(rules.get(name.as_str()).copied());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_title_names_a_rule_by_all_its_words_or_between_backticks() {
        let rules = [("planted_payee", 0), ("burst", 1), ("keys", 2)].into_iter().collect();
        let of = |title: &str| named(title, &rules).into_iter().collect::<Vec<_>>();
        assert_eq!(of("A planted payee is refused"), [0]);
        assert_eq!(of("planted_payee, planted payee"), [0]);
        assert_eq!(of("`burst` and `keys`"), [1, 2]);
        for none in ["planted", "keys are refused", "burst", "payee planted", "", "``", "planted-payees"] {
            assert!(of(none).is_empty(), "{none}");
        }
        assert_eq!(of("planted-payee"), [0]);
    }
}
