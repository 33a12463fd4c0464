//! The examples of every lint in the table of codes.

use std::collections::BTreeSet;

use reach_codes::{Code, Example, LintLevel, render, table};

use super::{report, tried_with};
use crate::{Config, lints};

/// The packs that a lint's example uses.
fn packs(code: Code) -> Vec<(&'static str, &'static str)> {
    if let Example::Pack { pack, .. } = code.info().example { vec![(Example::PACK, pack)] } else { Vec::new() }
}

#[test]
fn every_lint_of_the_table_looks_and_the_list_is_in_order() {
    let ours: Vec<&str> = lints().iter().map(|l| l.code.number()).collect();
    let table: Vec<&str> = table::lint::rows().iter().map(|c| c.number()).collect();
    assert_eq!(ours, table);
    let names: BTreeSet<&str> = table::lint::rows().iter().map(|c| c.name()).collect();
    assert_eq!(names.len(), table.len(), "a name stands in the table twice");
}

#[test]
fn the_bad_example_of_every_lint_gives_just_it_and_the_good_one_nothing() {
    let mut wrong = Vec::new();
    for lint in lints() {
        let Some((bad, good)) = lint.code.info().example.policies() else {
            wrong.push(format!("{:?} has no example", lint.code));
            continue;
        };
        let packs = packs(lint.code);
        let mut config = Config::default();
        let info = lint.code.info().lint.unwrap();
        if info.level == LintLevel::Off {
            config.set(lint.code, LintLevel::Warn);
        }
        let (bundle, good_bundle) = match (tried_with(bad, &packs), tried_with(good, &packs)) {
            (Ok(bundle), Ok(good)) => (bundle, good),
            (Err(error), _) | (_, Err(error)) => {
                wrong.push(format!("an example of {:?} doesn't compile:\n{error}", lint.code));
                continue;
            }
        };
        let findings = report(&bundle, &config).findings;
        let text = |f: &[crate::Finding]| render::text(&bundle.sources, &f.iter().map(|f| f.diagnostic.clone()).collect::<Vec<_>>(), false);
        if findings.len() != 1 || findings.iter().any(|f| f.diagnostic.code != lint.code) {
            wrong.push(format!("bad of {:?}:\n{bad}\n{}", lint.code, text(&findings)));
        }
        if findings.iter().any(|f| f.diagnostic.level != config.level_of(lint.code)) {
            wrong.push(format!("bad of {:?} has another level", lint.code));
        }
        if findings.iter().any(|f| !f.edits.is_empty()) != info.fix {
            wrong.push(format!("the table says of {:?} fix: {}", lint.code, info.fix));
        }
        let findings = report(&good_bundle, &Config::default()).findings;
        if !findings.is_empty() {
            let text = render::text(&good_bundle.sources, &findings.iter().map(|f| f.diagnostic.clone()).collect::<Vec<_>>(), false);
            wrong.push(format!("good of {:?}:\n{good}\n{text}", lint.code));
        }
        let formatted = |text: &str| reach_grammar::format(text, &reach_grammar::Limits::default()).is_ok_and(|f| f == text);
        if !formatted(good) || !formatted(bad) {
            wrong.push(format!("an example of {:?} is not formatted", lint.code));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn messages_of_lints_read_well() {
    let mut out = String::new();
    for lint in lints() {
        let Some((bad, _)) = lint.code.info().example.policies() else { continue };
        let mut config = Config::default();
        // Which `@allow` is idle is known only where the others look.
        if lint.code != table::lint::UNUSED_ALLOW {
            config.only(&[lint.code]);
        }
        let Ok(compiled) = tried_with(bad, &packs(lint.code)) else { continue };
        let findings: Vec<_> = report(&compiled, &config).findings.into_iter().map(|f| f.diagnostic).collect();
        out.push_str(&format!("──── {} {}\n{}\n", lint.code.number(), lint.code.name(), render::text(&compiled.sources, &findings, false)));
    }
    insta::assert_snapshot!(out);
}
