//! What is shown of a mutant is what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;
use serde_json::Value;

use super::all;
use crate::written::covers;
use crate::{Mutant, subject};

/// The bundles that ship, without their tests, by folder.
pub(super) fn shipped() -> Vec<(String, Sources)> {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    ["banking", "coding-agent", "database", "mail", "support", "web", "agents/banking", "agents/slack", "agents/dailylife"]
        .into_iter()
        .map(|name| {
            let mut files: Vec<_> = std::fs::read_dir(policies.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
            files.sort();
            let mut sources = Sources::new();
            for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "reach")) {
                let text = std::fs::read_to_string(file).unwrap();
                // Tests only take time here.
                if !text.starts_with("test") && !text.contains("\ntest ") || text.contains("\npermit ") {
                    sources.add(file.file_name().unwrap().to_str().unwrap(), text);
                }
            }
            (name.to_owned(), sources)
        })
        .collect()
}

fn compiled(sources: Sources) -> Result<Bundle, String> {
    reach_compiler::build(sources).map(|built| subject(&built.bundle)).map_err(|(sources, all)| reach_codes::render::text(&sources, &all, false))
}

/// Makes the edits of a mutant in the sources.
fn edited(sources: &Sources, mutant: &Mutant) -> Sources {
    let mut made = Sources::new();
    for (id, source) in sources.iter() {
        let mut text = source.text.clone();
        for edit in mutant.edits.iter().rev().filter(|edit| edit.span.file == id) {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        made.add(source.name.clone(), text);
    }
    made
}

/// Says what a bundle decides by: rules with what they ask, and budgets. Which row of a table has a question, and which number a name,
/// doesn't matter.
fn said(bundle: &Bundle) -> String {
    let mut bundle = bundle.clone();
    for rule in &mut bundle.rules {
        rule.examples.clear();
        // What a message prints may be known there only by a condition that is gone.
        rule.message.clear();
    }
    let mut value = serde_json::to_value((&bundle.rules, &bundle.budgets, &bundle.charges)).unwrap();
    let questions = [serde_json::to_value(&bundle.monitors).unwrap(), serde_json::to_value(&bundle.origins).unwrap()];
    normal(&mut value, &questions, &mut BTreeMap::new());
    value.to_string()
}

fn normal(value: &mut Value, questions: &[Value; 2], names: &mut BTreeMap<u64, usize>) {
    let renamed = |name: &mut Value, names: &mut BTreeMap<u64, usize>| {
        let next = names.len();
        *name = Value::from(*names.entry(name.as_u64().unwrap()).or_insert(next));
    };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| normal(item, questions, names)),
        Value::Object(fields) => {
            let op = fields.get("op").and_then(Value::as_str).unwrap_or_default().to_owned();
            match (op.as_str(), fields.get_mut("of")) {
                ("local", Some(of)) => return renamed(of, names),
                ("let" | "count" | "sum" | "all" | "any" | "bind", Some(of)) => renamed(&mut of[0], names),
                ("runs_where", Some(of)) => renamed(&mut of[2], names),
                ("history", Some(of)) => of[0] = questions[0][usize::try_from(of[0].as_u64().unwrap()).unwrap()].clone(),
                ("from", Some(of)) => of[1] = questions[1][usize::try_from(of[1].as_u64().unwrap()).unwrap()].clone(),
                _ => {}
            }
            if let Some(local) = fields.get_mut("local") {
                renamed(local, names);
            }
            fields.values_mut().for_each(|field| normal(field, questions, names));
        }
        _ => {}
    }
}

#[test]
fn whoever_makes_the_edits_has_the_mutant() {
    let (mut tried, mut strange) = (0, Vec::new());
    for (name, sources) in shipped() {
        let bundle = compiled(sources.clone()).unwrap();
        // Every fifth says enough, and the others take a minute.
        for mutant in all(&bundle).iter().filter(|mutant| !mutant.edits.is_empty()).step_by(5) {
            let rule = bundle.rules.iter().find(|rule| rule.name == mutant.declaration);
            // What stands in a function, or in the question of another rule, is there for others as well.
            if !mutant.edits.iter().all(|edit| rule.is_some_and(|rule| covers(rule.span, edit.span))) {
                continue;
            }
            tried += 1;
            match compiled(edited(&sources, mutant)) {
                Ok(made) if said(&made) == said(&mutant.bundle(&bundle).unwrap()) => {}
                Ok(_) => strange.push(format!("{name} {}: {} -> {}", mutant.id, mutant.before, mutant.after)),
                // Some that mean something are no policy that may be written.
                Err(why) => {
                    let allowed = ["E2", "only the name", "named by"].iter().any(|word| why.contains(word));
                    if !allowed {
                        strange.push(format!("{name} {}: {} -> {}: {why}", mutant.id, mutant.before, mutant.after));
                    }
                }
            }
        }
    }
    assert!(strange.is_empty(), "{}", strange.join("\n"));
    assert!(tried > 150, "{tried}");
}

#[test]
fn no_mutant_is_the_bundle_itself_and_no_two_are_the_same() {
    let mut count = 0;
    for (name, sources) in shipped() {
        let bundle = compiled(sources).unwrap();
        let mut seen = BTreeSet::from([said(&bundle)]);
        let mut names = BTreeSet::new();
        for mutant in all(&bundle) {
            count += 1;
            let made = mutant.bundle(&bundle).unwrap();
            assert!(seen.insert(said(&made)), "{name}: {} is another one: {} -> {}", mutant.id, mutant.before, mutant.after);
            assert!(names.insert(mutant.id.clone()), "{name}: {}", mutant.id);
            assert_ne!(mutant.before, mutant.after, "{name}: {}", mutant.id);
            assert!(reach_compiler::lower(&made).unwrap().verify().is_ok(), "{name}: {}", mutant.id);
        }
    }
    assert!(count > 2_000, "{count}");
}

#[test]
fn a_mutant_is_called_the_same_after_a_change_elsewhere() {
    let before = super::compile("tool pay(n: int)\npermit small\n  on pay\n  when args.n < 5\nforbid large\n  on pay\n  when args.n > 9\n");
    let after = super::compile(
        "// More words.\ntool pay(n: int)\ntool look()\npermit looking\n  on look\npermit small\n  on pay\n  when args.n < 6\n\n\nforbid large\n  on pay\n  when args.n > 9\n",
    );
    let of_large = |bundle: &Bundle| all(bundle).into_iter().filter(|m| m.declaration == "large").map(|m| m.id).collect::<Vec<_>>();
    assert_eq!(of_large(&before), of_large(&after));
    assert!(of_large(&before).len() > 5);
}
