//! Changes of a source that don't change what it means.

use reach_engine::Decision;
use reach_tests::generate::{Case, DeclText, GeneratedBundle, RuleText};
use reach_tests::subject::decide;

use super::{check, subject};

/// What must stay the same of a decision, where places may move.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    effect: &'static str,
    pub(super) rules: Vec<(String, Option<String>)>,
    pub(super) advisory: Vec<(String, Option<String>)>,
    pub(super) obligations: Vec<String>,
    args: Option<String>,
    pub(super) errors: Vec<String>,
}

impl Shown {
    /// Without order, for what changes the order of rules alone.
    pub(super) fn sorted(mut self) -> Self {
        self.rules.sort();
        self.advisory.sort();
        self.obligations.sort();
        self.errors.sort();
        self
    }
}

pub(super) fn show(decision: &Decision) -> Shown {
    let reserved = |r: &reach_engine::Reason| r.file.is_none();
    let reason = |r: &reach_engine::Reason| (r.rule.clone(), r.message.clone().filter(|_| !reserved(r)));
    Shown {
        effect: decision.effect.word(),
        rules: decision.rules.iter().map(reason).collect(),
        advisory: decision.advisory.iter().map(|a| reason(&a.reason)).collect(),
        obligations: decision.obligations.iter().map(|o| serde_json::to_string(o).unwrap()).collect(),
        args: decision.args.as_ref().map(|a| a.get().to_owned()),
        errors: decision.errors.iter().map(|e| format!("{} {:?} {}", e.rule, e.detail.cause, e.detail.text)).collect(),
    }
}

fn decisions(bundle: &GeneratedBundle, case: &Case) -> Result<Vec<Shown>, String> {
    let subject = subject(&bundle.source())?;
    let mut session = subject.session();
    // The events are made from the unchanged bundle, and are the same for every change of it.
    Ok(case.events(&case.bundle()).iter().filter_map(|e| decide(&mut session, e)).map(|d| show(&d)).collect())
}

fn same(what: &str, bundle: &GeneratedBundle, before: &[Shown], after: &[Shown]) -> Result<(), String> {
    match before.iter().zip(after).find(|(a, b)| a != b) {
        None if before.len() == after.len() => Ok(()),
        None => Err(format!("{what} changes the number of decisions")),
        Some((a, b)) => Err(format!("{what} changes a decision from\n  {a:?}\nto\n  {b:?}\nchanged bundle:\n{}", bundle.source())),
    }
}

/// Changes every rule that a change fits.
pub(super) fn with_rules(bundle: &GeneratedBundle, change: impl Fn(&mut RuleText)) -> GeneratedBundle {
    let mut changed = bundle.clone();
    for decl in &mut changed.decls {
        if let DeclText::Rule(rule) = decl {
            change(rule);
        }
    }
    changed
}

#[test]
fn a_condition_denied_twice_is_itself() {
    check(40, 40, 3, |case| {
        let bundle = case.bundle();
        // What `has` and `as` let a condition know ends at a `not`, so a rule's `unless` must not need it.
        let changed = with_rules(&bundle, |rule| {
            if rule.unless.is_none() {
                rule.when = rule.when.take().map(|c| format!("not (not ({c}))"));
            }
            rule.unless = rule.unless.take().map(|c| format!("not (not ({c}))"));
        });
        same("`not not`", &changed, &decisions(&bundle, case)?, &decisions(&changed, case)?)
    });
}

#[test]
fn when_is_unless_not() {
    check(40, 40, 4, |case| {
        let bundle = case.bundle();
        let changed = with_rules(&bundle, |rule| {
            if rule.unless.is_none() && rule.when.is_some() {
                rule.unless = rule.when.take().map(|c| format!("not ({c})"));
            }
        });
        same("`unless not`", &changed, &decisions(&bundle, case)?, &decisions(&changed, case)?)
    });
}

#[test]
fn the_order_of_declarations_means_nothing() {
    check(40, 40, 5, |case| {
        let bundle = case.bundle();
        let mut backwards = bundle.clone();
        backwards.decls.reverse();
        let sorted = |d: Vec<Shown>| d.into_iter().map(Shown::sorted).collect::<Vec<_>>();
        same("turning the declarations round", &backwards, &sorted(decisions(&bundle, case)?), &sorted(decisions(&backwards, case)?))
    });
}

#[test]
fn a_rule_about_other_steps_changes_nothing() {
    check(80, 40, 6, |case| {
        let bundle = case.bundle();
        // A rule on `*` or `model` would be about the other step too, and lose the fields that it doesn't share.
        if bundle.decls.iter().any(|d| matches!(d, DeclText::Rule(rule) if rule.on == "*" || rule.on == "model")) {
            return Ok(());
        }
        let mut more = bundle.clone();
        more.decls.insert(0, DeclText::Other("model quite_another(n: int)\n".to_owned()));
        more.decls.push(DeclText::Other("forbid all_of_it\n  on model quite_another\n  when args.n * args.n >= 0\n".to_owned()));
        same("a rule about another tool", &more, &decisions(&bundle, case)?, &decisions(&more, case)?)
    });
}
