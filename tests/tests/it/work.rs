//! How much work a decision takes, counted in units of fuel and not in time: it doesn't grow with rules that are about something else.

use std::fmt::Write as _;
use std::sync::Arc;

use reach_engine::{Effect, Options, Session, Verdict};
use reach_evaluator::image::Image;
use reach_evaluator::{Pass, Passes};
use reach_tests::subject::Subject;
use reach_tests::workload::many_files;

const TOOL: &str = "tool t(to: text, n: int, file: path, host: host, note: text?, body: text, flag: bool) facts { level: int }\n\ncontext { user: text }\n\n";

/// A call of the tool, with values of which rules below test some.
fn call(to: &str) -> String {
    format!(
        r#"{{"type":"call","id":"c1","name":"t","args":{{"to":"{to}","n":1,"file":"/srv/{to}/x/y","host":"www.{to}.example","body":"hello","flag":true}},"facts":{{"level":1}},"at":"2026-01-01T00:00:00Z"}}"#
    )
}

/// Writes rules in files small enough for the language.
fn subject(head: &str, rules: impl Iterator<Item = String>) -> Subject {
    let mut files = vec![head.to_owned()];
    for rule in rules {
        if files.last().is_some_and(|file| file.len() > 1 << 18) {
            files.push(String::new());
        }
        let _ = writeln!(files.last_mut().unwrap(), "{rule}\n");
    }
    let names: Vec<String> = (0..files.len()).map(|number| format!("part_{number:04}.reach")).collect();
    Subject::new(names.iter().map(String::as_str).zip(files.iter().map(String::as_str))).unwrap()
}

fn with(subject: &Subject, passes: Passes) -> Session {
    let image = Image::decode(&subject.bytes).unwrap().verify_with(passes).unwrap();
    Session::new(Arc::new(image), "", Options::default())
}

/// Returns the verdict on a step, and how much work its rules took.
fn work(session: &mut Session, line: &str) -> (Verdict, u64) {
    let before = session.spent();
    let verdict = session.decide(line);
    (verdict, session.spent() - before)
}

/// Checks that a decision among many rules of a form takes hardly more work than among one.
#[track_caller]
fn flat(form: impl Fn(usize) -> String, most: u64) {
    let rules = |count: usize| subject(TOOL, (0..count).map(|n| format!("permit r{n}\n  on t\n  when {}", form(n))));
    let (one, many) = (rules(1), rules(2_000));
    let among = |subject: &Subject, to: &str| {
        let (all, none) = (work(&mut with(subject, Passes::ALL), &call(to)), work(&mut with(subject, Passes::NONE), &call(to)));
        assert_eq!(all.0, none.0);
        all
    };
    let (alone, beside) = (among(&one, "p0"), among(&many, "p0"));
    assert_eq!((alone.0, alone.0.effect), (beside.0, Effect::Permit));
    assert!(beside.1 <= alone.1 + most, "{} among many, {} alone", beside.1, alone.1);
    let nobody = among(&many, "nobody");
    assert_eq!(nobody.0.effect, Effect::Forbid);
    assert!(nobody.1 <= most, "{} where no rule matches", nobody.1);
}

#[test]
fn rules_about_other_tools_cost_nothing() {
    let among = |rules| {
        let files = many_files(rules);
        let mut session = Subject::new(files.iter().map(|(n, t)| (n.as_str(), t.as_str()))).unwrap().session();
        work(&mut session, r#"{"type":"call","id":"c1","name":"t","args":{"n":1,"s":"a"},"at":"2026-01-01T00:00:00Z"}"#)
    };
    let few = among(10);
    assert_eq!((few, few.0.effect), (among(3_000), Effect::Permit));
}

#[test]
fn rules_about_other_values_of_a_field_cost_next_to_nothing() {
    flat(|n| format!("args.to == \"p{n}\""), 4);
    flat(|n| format!("args.to in {{ \"p{n}\", \"q{n}\" }}"), 4);
    flat(|n| format!("args.to == \"p{n}\" or args.to == \"q{n}\""), 4);
    flat(|n| format!("args.n == 1 and args.flag and args.to == \"p{n}\""), 8);
    flat(|n| format!("args.file within \"/srv/p{n}\""), 8);
    flat(|n| format!("args.host within \"p{n}.example\""), 8);
    flat(|n| format!("args.file matches glob\"/srv/**\" and args.to == \"p{n}\""), 8);
}

#[test]
fn two_fields_are_looked_up_one_after_the_other() {
    let rules = (0..2_500).map(|n| format!("permit r{n}\n  on t\n  when args.to == \"p{}\" and args.n == {}", n / 50, n % 50));
    let subject = subject(TOOL, rules);
    let (verdict, units) = work(&mut subject.session(), &call("p7"));
    assert_eq!(verdict, Verdict { effect: Effect::Permit, rules: 1 });
    assert!(units <= 8, "{units}");
    let (verdict, without) = work(&mut with(&subject, Passes::NONE), &call("p7"));
    assert_eq!((verdict.rules, without > 5_000), (1, true), "{without}");
}

#[test]
fn an_optional_that_is_not_there_leads_to_no_rule_that_asks_for_it() {
    let rules = (0..1_000).map(|n| format!("permit r{n}\n  on t\n  when args has note and args.note == \"p{n}\""));
    let subject = subject(TOOL, rules);
    let (verdict, units) = work(&mut subject.session(), &call("p7"));
    assert_eq!((verdict.effect, units <= 4), (Effect::Forbid, true), "{units}");
    let there = call("p7").replace(r#""body""#, r#""note":"p7","body""#);
    let (verdict, units) = work(&mut subject.session(), &there);
    assert_eq!((verdict.effect, units <= 12), (Effect::Permit, true), "{units}");
}

#[test]
fn where_a_value_is_not_known_every_rule_that_asks_for_it_is_tried() {
    let rules = (0..1_000).map(|n| format!("forbid r{n}\n  on t\n  when facts.level == {n}"));
    let subject = subject(TOOL, rules);
    assert_eq!(work(&mut subject.session(), &call("p7")).0.rules, 1);
    let unknown = call("p7").replace(r#","facts":{"level":1}"#, "");
    assert_eq!(work(&mut subject.session(), &unknown).0, Verdict { effect: Effect::Forbid, rules: 1_000 });
}

#[test]
fn a_condition_that_many_rules_have_is_computed_once() {
    let body = "x".repeat(100_000);
    let line = call("p0").replace("hello", &body);
    let among = |passes, count: usize| {
        let rules = (0..count).map(|n| format!("permit r{n}\n  on t\n  when args.body matches re\"y$\" and args.n < {}", 2 + n));
        work(&mut with(&subject(TOOL, rules), passes), &line)
    };
    let (one, many) = (among(Passes::ALL, 1), among(Passes::ALL, 200));
    assert_eq!(one.0, many.0);
    let (once, all) = (one.1, many.1);
    assert!(once > 390 && all < once + 1_000, "{once} for one rule, {all} for many");
    assert!(among(Passes::ALL.without(Pass::Share), 200).1 > 100 * once);
}

#[test]
fn what_costs_little_is_asked_first() {
    let line = call("p0").replace("hello", &"x".repeat(100_000));
    let rules = || ["permit r\n  on t\n  when args.body matches re\"^x\" and args.n > 5".to_owned()].into_iter();
    let asked = |passes| work(&mut with(&subject(TOOL, rules()), passes), &line).1;
    assert!(asked(Passes::ALL) < 5 && asked(Passes::ALL.without(Pass::Order)) > 390);
}

#[test]
fn permits_are_not_tried_where_a_forbid_has_decided() {
    let line = call("p0").replace("hello", &"x".repeat(100_000));
    let rules = |advisory: &str| {
        let permits = (0..50).map(|n| format!("permit r{n}\n  on t\n  when args.body matches re\"^x{{{}}}\"", n + 1));
        permits
            .chain(["forbid stop\n  on t\n  when args.n < 5".to_owned(), format!("{advisory}ask slow\n  on t\n  when args.body matches re\"x$\"")])
            .collect::<Vec<_>>()
    };
    let (plain, reported) = (subject(TOOL, rules("").into_iter()), subject(TOOL, rules("@advisory\n").into_iter()));
    let (verdict, units) = work(&mut with(&plain, Passes::ALL), &line);
    assert_eq!((verdict, units < 100), (Verdict { effect: Effect::Forbid, rules: 1 }, true), "{units}");
    let (verdict, units) = work(&mut with(&plain, Passes::ALL.without(Pass::Stop)), &line);
    assert_eq!((verdict.effect, units > 15_000), (Effect::Forbid, true), "{units}");
    // What is reported is tried all the same.
    let (verdict, units) = work(&mut with(&reported, Passes::ALL), &line);
    assert_eq!((verdict.effect, (390..800).contains(&units)), (Effect::Forbid, true), "{units}");
}
