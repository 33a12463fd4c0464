//! Examples of what differs as tests of the bundle after.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use reach_analysis::{Change, Difference};
use reach_codes::Diagnostic;
use reach_codes::table::command;
use reach_harness::witness::{self, Event};

use super::{LeftOut, words};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::policy::subject::Subject;

const HEAD: &str = "// Written by `reach policy diff`: steps that were decided otherwise before.\n\n";

/// Writes the examples as files of tests, one for each step; returns their paths, and the examples that can't be tests. Nothing is written
/// where a file is there already.
///
/// # Errors
/// When a file is there already or can't be written.
pub fn write(folder: &Path, difference: &Difference, new: &Subject) -> Result<(Vec<String>, Vec<LeftOut>), Failure> {
    let (files, left_out) = tests(&difference.changes, new);
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|(name, text)| (folder.join(format!("{name}.reach")), text)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| fs::symlink_metadata(path).is_ok()) {
        let d = Diagnostic::general(command::WOULD_OVERWRITE, format!("`{}` is there already", path.display()));
        return Err(Failure::Message(Box::new(d)).help("name another folder, or move the file away"));
    }
    if !files.is_empty() {
        fs::create_dir_all(folder).map_err(|e| Failure::unwritable(folder, &e))?;
    }
    for (path, text) in &files {
        files::write_atomic(path, text.as_bytes())?;
    }
    Ok((files.iter().map(|(path, _)| bundle::shown(path)).collect(), left_out))
}

/// Returns the files by name, and the examples that can't be tests.
fn tests(changes: &[Change], new: &Subject) -> (BTreeMap<String, String>, Vec<LeftOut>) {
    let mut left_out = Vec::new();
    let mut all: Vec<(String, String, String)> = Vec::new();
    let mut taken: HashSet<String> = new.bundle.tests.iter().map(|test| test.name.clone()).collect();
    for change in changes {
        let name = free_name(change, &mut taken);
        match witness::test(&name, &Event::all(&change.witness.events), &change.after, &new.bundle) {
            Ok(text) => all.push((file_name(&change.step), name, text)),
            Err(why) => left_out.push(LeftOut { test: name, why }),
        }
    }
    // Most often all are right, and then once is enough.
    let together: String = all.iter().map(|(_, _, text)| text.as_str()).collect();
    if !all.is_empty() && witness::holds(&together, &new.bundle).is_err() {
        all.retain(|(_, name, text)| match witness::holds(text, &new.bundle) {
            Ok(()) => true,
            Err(why) => {
                left_out.push(LeftOut { test: name.clone(), why });
                false
            }
        });
    }
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (file, _, text) in all {
        let whole = files.entry(file).or_insert_with(|| HEAD.to_owned());
        if whole.len() > HEAD.len() {
            whole.push('\n');
        }
        whole.push_str(&text);
    }
    (files, left_out)
}

/// Returns a name that no other test has.
fn free_name(change: &Change, taken: &mut HashSet<String>) -> String {
    let by = change.after.rules.first().map(|r| format!(" by {}", r.rule)).unwrap_or_default();
    let name = format!("{} is {}{by}", change.step, words(change.kind));
    let mut numbered = name.clone();
    let mut n = 1;
    while !taken.insert(numbered.clone()) {
        n += 1;
        numbered = format!("{name} ({n})");
    }
    numbered
}

fn file_name(step: &str) -> String {
    let name: String = step.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(80).collect();
    if name.is_empty() { "steps".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::made::{bank, change, desk, tests_of};

    fn round_trip(changes: &[Change], new: &Subject) -> String {
        let (files, left_out) = tests(changes, new);
        assert!(left_out.is_empty(), "{left_out:?}");
        let mut all = String::new();
        for (name, text) in files {
            let report = tests_of(&text, &new.bundle);
            assert!(report.ok(), "{text}\n{}", report.text(false, false));
            assert_eq!(reach_grammar::format(&text, &reach_grammar::Limits::default()).unwrap(), text);
            all.push_str(&format!("--- {name}.reach\n{text}\n"));
        }
        all
    }

    #[test]
    fn examples_are_tests_of_the_bundle_that_ships() {
        let (old, new) = (
            bank("old", ["ceiling: decimal = 5000.00", "ceiling: decimal = 50000.00"]),
            bank("new", ["free_amount: decimal = 500.00", "free_amount: decimal = 900.00"]),
        );
        let send = |tool: &str, rest: &str| format!(r#"{{"type":"call","id":"a","name":"{tool}","args":{{"recipient":"GB29NWBK60161331926819",{rest}}}}}"#);
        let changes = [
            change(&old, &new, "call send_money", &[&send("send_money", r#""amount":900,"subject":"x\"y\u202e""#)]),
            change(&old, &new, "call send_money", &[&send("send_money", r#""amount":899.50,"subject":"x","date":"2026-02-01""#)]),
            change(&old, &new, "call send_money", &[&send("send_money", r#""amount":8.5e2,"subject":"x","date":null"#)]),
            change(
                &old,
                &new,
                "call schedule_transaction",
                &[&send("schedule_transaction", r#""amount":6000,"subject":"","date":"2026-02-01","recurring":true"#)],
            ),
        ];
        insta::assert_snapshot!(round_trip(&changes, &new));
    }

    #[test]
    fn every_kind_of_event_and_value_can_stand_in_a_test() {
        let (old, new) = (desk("old", ["notify \"bank\", set", "set"]), desk("new", ["risk < 3", "risk < 2"]));
        let pay = |rest: &str| format!(r#"{{"type":"call","id":"p-1","name":"pay","args":{{"to":"bob","amount":1.50{rest}}}}}"#);
        let approve = r#"{"type":"approval","step":"p-1","granted":true,"by":"ann","scope":"session"}"#;
        let full = pay(r#","when":"2026-01-01T10:00:00+01:00","wait":"1h30m","tags":["a","b\n"],"kinds":["x"],"more":{"a":-5,"b":null}"#);
        let changes = [
            change(&old, &new, "call pay", &[&full, approve]),
            change(&old, &new, "call pay", &[&pay(r#","tags":[],"kinds":[],"more":{"a":1,"b":"c"}"#), approve]),
            change(
                &old,
                &new,
                "call pay",
                &[
                    r#"{"type":"start","context":{"user":"ann","limit":5.25}}"#,
                    r#"{"type":"prompt","text":"pay \"bob\"\n"}"#,
                    r#"{"type":"call","id":"l","name":"look","args":{"day":"2026-02-01"}}"#,
                    r#"{"type":"result","step":"l","ok":true,"content":{"a":[1,2.5,true,"x"],"b c":{}}}"#,
                    r#"{"type":"spawn","id":"h","name":"helper","args":{"topic":"rent"}}"#,
                    r#"{"type":"model","id":"m","agent":"h","name":"small","args":{"tokens":5}}"#,
                    r#"{"type":"usage","step":"m","agent":"h","charges":{"usd":"0.02"}}"#,
                    r#"{"type":"result","step":"m","agent":"h","ok":false,"content":"no"}"#,
                    r#"{"type":"end","agent":"h","ok":true}"#,
                    r#"{"type":"result","step":"h","ok":true,"content":"done"}"#,
                    r#"{"type":"context","context":{"limit":6},"at":"2026-01-03T00:00:00Z"}"#,
                    &pay("").replace("}}", r#"},"at":"2026-01-03T02:00:00.5Z"}"#),
                    &approve.replace('}', r#","at":"2026-01-03T03:00:00Z"}"#),
                ],
            ),
            change(&old, &new, "call open", &[r#"{"type":"call","id":"a","name":"open","args":{"page":"https://a.example/"},"facts":{"risk":2}}"#]),
        ];
        insta::assert_snapshot!(round_trip(&changes, &new));
        // What differs otherwise: the same session under another bundle, so that its decision is the one that is expected.
        let other = [
            change(&old, &new, "call odd name", &[r#"{"type":"call","id":"a","name":"odd name","args":{"how":"slow","extra":{"x":[1,"y"]}}}"#]),
            change(&old, &new, "call read_note", &[r#"{"type":"call","id":"a","name":"read_note","args":{"name":"x"}}"#]),
            change(&old, &new, "read docs://a", &[r#"{"type":"read","id":"a","name":"docs://a","args":{}}"#]),
            change(&old, &new, "say", &[r#"{"type":"say","id":"a","args":{"text":"hello"}}"#]),
            change(&old, &new, "call nope", &[r#"{"type":"call","id":"a","name":"nope","args":{"x":1}}"#]),
            change(&old, &new, "call pay", &[r#"{"type":"call","id":"a","name":"pay","args":{"to":5}}"#]),
        ];
        insta::assert_snapshot!(round_trip(&other, &new));
    }

    #[test]
    fn what_can_not_be_a_test_is_left_out_with_why() {
        let (old, new) = (desk("old", ["notify \"bank\", set", "set"]), desk("new", ["risk < 3", "risk < 2"]));
        let open = r#"{"type":"call","id":"a","name":"open","args":{"page":"https://a.example/"},"facts":{"risk":2}}"#;
        let good = change(&old, &new, "call open", &[open]);
        let late = change(&old, &new, "call open", &[r#"{"type":"prompt","text":"x"}"#, r#"{"type":"start","context":{"user":"ann","limit":5}}"#, open]);
        let mut wrong = change(&old, &new, "call open", &[open]);
        wrong.after.effect = reach_analysis::Effect::Permit;
        let mut empty = change(&old, &new, "call open", &[open]);
        empty.witness.events.clear();
        let null = change(
            &old,
            &new,
            "call look",
            &[r#"{"type":"call","id":"l","name":"look","args":{}}"#, r#"{"type":"result","step":"l","ok":true,"content":null}"#, open],
        );
        let (files, left_out) = tests(&[good, late, wrong, empty, null], &new);
        assert_eq!(files.len(), 1);
        let told: String = left_out.iter().map(|l| format!("{}: {}\n", l.test, l.why)).collect();
        insta::assert_snapshot!(told, @r##"
        call open is newly forbidden by default (4): the session is empty
        call look is newly forbidden by default: `null` has no form in tests
        call open is newly forbidden by default (3): expected permit by default, got forbid by default because "no rule permits `call open`"
        "##);
    }

    #[test]
    fn no_file_is_overwritten_and_then_none_is_written() {
        let (old, new) = (desk("old", ["notify \"bank\", set", "set"]), desk("new", ["risk < 3", "risk < 2"]));
        let open = change(&old, &new, "call open", &[r#"{"type":"call","id":"a","name":"open","args":{"page":"https://a.example/"},"facts":{"risk":2}}"#]);
        let pay = change(&old, &new, "call pay", &[r#"{"type":"call","id":"a","name":"pay","args":{"to":"bob","amount":1}}"#]);
        let place = tempfile::TempDir::new().unwrap();
        let folder = place.path().join("new/tests");
        let only = Difference { changes: vec![pay.clone()], ..Difference::default() };
        let (written, left_out) = write(&folder, &only, &new).unwrap();
        assert_eq!((written.len(), left_out.len()), (1, 0));
        let text = fs::read_to_string(folder.join("call_pay.reach")).unwrap();
        assert!(tests_of(&text, &new.bundle).ok());
        let refused = write(&folder, &Difference { changes: vec![open, pay], ..Difference::default() }, &new).unwrap_err();
        assert!(refused.text(false).contains("would-overwrite"), "{}", refused.text(false));
        assert!(!folder.join("call_open.reach").exists());
        // Where nothing differs, nothing is made.
        let none = place.path().join("none");
        assert!(write(&none, &Difference::default(), &new).unwrap().0.is_empty() && !none.exists());
    }
}
