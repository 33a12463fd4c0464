//! Explanations that name the earlier events behind a condition.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::rules::build;
use super::{decision, said};
use crate::{Because, Condition, Explanation, Limits, Options, PastRole, Session, Truth};

/// A session that notes what explanations name.
fn traced(source: &str) -> Session {
    Session::new(build(source), "s", Options { trace: true, ..Options::default() })
}

/// An event of second `at` from its short form: `look c1 {"path":"/a"}`, `result c1 "text"`, `fail c1 "text"`, `prompt "text"`, `end c1`, `approve c1`.
/// `child>` before it names the agent.
fn event(at: usize, short: &str) -> String {
    let (agent, short) = match short.split_once('>') {
        Some((agent, rest)) if !agent.contains(' ') => (format!(r#""agent":"{agent}","#), rest),
        _ => (String::new(), short),
    };
    let (word, rest) = short.split_once(' ').unwrap();
    let (id, last) = rest.split_once(' ').unwrap_or((rest, "{}"));
    let body = match word {
        "result" => format!(r#""type":"result","step":"{id}","ok":true,"content":{last}"#),
        "fail" => format!(r#""type":"result","step":"{id}","ok":false,"content":{last}"#),
        "prompt" => format!(r#""type":"prompt","text":{rest}"#),
        "end" => r#""type":"end""#.to_owned(),
        "approve" => format!(r#""type":"approval","step":"{id}","granted":true,"by":"ann""#),
        "refuse" => format!(r#""type":"approval","step":"{id}","granted":false,"by":"ann""#),
        "spawn" => format!(r#""type":"spawn","id":"{id}","name":"helper","args":{last}"#),
        name => format!(r#""type":"call","id":"{id}","name":"{name}","args":{last}"#),
    };
    format!(r#"{{{agent}{body},"at":"2026-01-01T09:{:02}:{:02}Z"}}"#, at / 60, at % 60)
}

/// Takes events, a line each, the first in second 0, and explains the last.
fn explained(session: &mut Session, events: &str) -> Explanation {
    let events: Vec<&str> = events.trim().lines().map(str::trim).collect();
    let (last, before) = events.split_last().unwrap();
    for (at, short) in before.iter().enumerate() {
        let _ = session.event(&event(at, short));
    }
    session.explain(&event(before.len(), last)).unwrap()
}

/// Explains the last event, without the decision.
fn told(declarations: &str, rule: &str, events: &str) -> String {
    let explanation = explained(&mut traced(&format!("{declarations}\n{rule}\n")), events);
    let mut text = explanation.text(false);
    let rules = text.find("\n\n").unwrap_or(0);
    text.drain(..rules + 2);
    text
}

/// Explains the last event of each run.
fn all(declarations: &str, rule: &str, runs: &[&str]) -> String {
    let mut out = String::new();
    for events in runs {
        writeln!(out, "{}\n---", told(declarations, rule, events).trim_end()).unwrap();
    }
    out
}

const FILES: &str = r"
label untrusted
tool look(path: text) returns untrusted
tool edit(path: text)
tool send(to: text, amount: int)
tool scan(path: text, deep: bool) returns untrusted when args.deep
agent helper(topic: text)

permit anything
  on look, edit, scan, helper

permit sending
  on send
  when args.amount < 1000

ask much
  on send
  when args.amount >= 100 and args.amount < 1000
";

#[test]
fn ever_names_the_newest_event_or_says_why_there_is_none() {
    let rule = "forbid blind\n  on edit\n  unless ever(result look where args.path == step.args.path and ok since call edit)";
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &[
            "look c1 {\"path\":\"/b\"}\nresult c1 \"b\"\nlook c2 {\"path\":\"/a\"}\nresult c2 \"a\"\nlook c3 {\"path\":\"/a\"}\nresult c3 \"a\"\nedit c4 {\"path\":\"/a\"}",
            "edit c1 {\"path\":\"/a\"}",
            "look c1 {\"path\":\"/a\"}\nresult c1 \"b\"\nlook c2 {\"path\":\"/b\"}\nresult c2 \"b\"\nedit c3 {\"path\":\"/b\"}\nedit c4 {\"path\":\"/a\"}",
            "look c1 {\"path\":\"/a\"}\nfail c1 \"b\"\nedit c4 {\"path\":\"/a\"}",
        ]
    ));
}

#[test]
fn count_names_the_events_that_count_and_how_many_more() {
    let rule = "forbid burst\n  on send\n  when count(attempted call send where args.to == step.args.to over 20s) >= 3";
    let many: String = (0..12).map(|n| format!("send c{n} {{\"to\":\"a\",\"amount\":1000}}\n")).collect();
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &[
            "send c1 {\"to\":\"a\",\"amount\":1}\nsend c2 {\"to\":\"b\",\"amount\":1}\nsend c3 {\"to\":\"a\",\"amount\":1}\nsend c4 {\"to\":\"a\",\"amount\":1}\nsend c5 {\"to\":\"a\",\"amount\":1}",
            &format!("{many}send x {{\"to\":\"a\",\"amount\":1}}"),
            &format!("send c {{\"to\":\"b\",\"amount\":1}}\n{}send x {{\"to\":\"b\",\"amount\":1}}", "prompt \"hm\"\n".repeat(20)),
            "send c1 {\"to\":5,\"amount\":1}\nsend c2 {\"to\":\"b\",\"amount\":1}",
        ]
    ));
}

#[test]
fn sum_and_latest_name_their_events() {
    let rule = "forbid late\n  on edit\n  when sum(args.amount of call send) > 5\n  unless latest(result look where args.path == step.args.path) as r and r.ok";
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &[
            "send c1 {\"to\":\"a\",\"amount\":5}\nsend c2 {\"to\":\"b\",\"amount\":100}\napprove c2\nlook c3 {\"path\":\"/a\"}\nlook c4 {\"path\":\"/a\"}\nresult c4 \"x\"\nresult c3 \"y\"\nedit c5 {\"path\":\"/a\"}",
            "send c1 {\"to\":\"a\",\"amount\":6}\nedit c5 {\"path\":\"/a\"}",
            "edit c5 {\"path\":\"/a\"}",
        ]
    ));
}

#[test]
fn refused_steps_are_told_apart() {
    let rule = "forbid stubborn\n  on edit\n  when count(denied call send) >= 1";
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &["send c1 {\"to\":\"a\",\"amount\":2000}\nsend c2 {\"to\":\"b\",\"amount\":100}\nrefuse c2\nsend c3 {\"to\":5}\nedit c4 {\"path\":\"/a\"}"]
    ));
}

#[test]
fn an_origin_names_the_events_that_said_a_value() {
    let rule = "forbid planted\n  on send\n  when args.to from untrusted\n  unless args.to from user or args.to named by user";
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &[
            "prompt \"pay the bill\"\nlook c1 {\"path\":\"bill\"}\nresult c1 \"to DE44500105175407324931\"\nlook c2 {\"path\":\"x\"}\nresult c2 [\"DE44500105175407324931\"]\nsend c3 {\"to\":\"DE44500105175407324931\",\"amount\":1}",
            "prompt \"pay someone@bank.example please\"\nlook c1 {\"path\":\"bill\"}\nresult c1 \"someone@bank.example\"\nsend c3 {\"to\":\"someone@bank.example\",\"amount\":1}",
            "prompt \"tell Someone\"\nlook c1 {\"path\":\"bill\"}\nresult c1 \"someone@bank.example\"\nsend c3 {\"to\":\"someone@bank.example\",\"amount\":1}",
            "look c1 {\"path\":\"bill\"}\nresult c1 \"nothing\"\nsend c3 {\"to\":\"someone@bank.example\",\"amount\":1}",
            "send c1 {\"to\":\"someone@bank.example\",\"amount\":2000}\nresult c1 \"someone@bank.example\"\nsend c3 {\"to\":\"someone@bank.example\",\"amount\":1}",
            "send c3 {\"to\":\"ab\",\"amount\":1}",
        ]
    ));
}

#[test]
fn a_label_names_the_step_that_brought_it_and_the_agents_between() {
    let rule = "forbid tainted\n  on send\n  when untrusted in labels";
    insta::assert_snapshot!(all(
        FILES,
        rule,
        &[
            "look c1 {\"path\":\"a\"}\nlook c2 {\"path\":\"b\"}\nsend c3 {\"to\":\"a\",\"amount\":1}",
            "spawn h1 {\"topic\":\"x\"}\nh1>spawn h2 {\"topic\":\"y\"}\nh2>look c1 {\"path\":\"a\"}\nresult h1 \"done\"\nsend c3 {\"to\":\"a\",\"amount\":1}",
            "look c1 {\"path\":\"a\"}\nspawn h1 {\"topic\":\"x\"}\nh1>send c3 {\"to\":\"a\",\"amount\":1}",
            "edit c1 {\"path\":\"a\"}\nsend c3 {\"to\":\"a\",\"amount\":1}",
            "result c1 \"what\"\nsend c3 {\"to\":\"a\",\"amount\":1}",
        ]
    ));
}

const PATHS: &str = "tool look(path: path)\ntool edit(path: path)\npermit p\n  on look, edit";

#[test]
fn events_that_almost_match_are_told() {
    let rule = "forbid blind\n  on edit\n  unless ever(call look where args.path == step.args.path since call edit)";
    insta::assert_snapshot!(all(
        PATHS,
        rule,
        &[
            "look c1 {\"path\":\"/a\"}\nlook c2 {\"path\":\"/b\"}\nedit c3 {\"path\":\"/b\"}\nedit c4 {\"path\":\"/a\"}",
            "look c1 {\"path\":\"a\"}\nedit c4 {\"path\":\"/a\"}",
        ]
    ));
    let rule = rule.replace("call look", "result look");
    insta::assert_snapshot!(all(
        PATHS,
        &rule,
        &[
            "look c1 {\"path\":\"/a\"}\nresult c1 1\nedit c2 {\"path\":\"/a\"}\nresult c2 1\nedit c3 {\"path\":\"/a\"}",
            "look c1 {\"path\":\"/a\"}\nresult c1 1\nedit c2 {\"path\":\"/a\"}\nedit c3 {\"path\":\"/a\"}",
        ]
    ));
}

#[test]
fn quantifiers_show_the_element_that_decided() {
    let tools = "label untrusted\ntool look(path: text) returns untrusted\ntool mail(to: list<text>)\npermit p\n  on look, mail";
    let rule = "forbid planted\n  on mail\n  when any(r in args.to: r from untrusted)";
    insta::assert_snapshot!(all(
        tools,
        rule,
        &["look c1 {\"path\":\"bill\"}\nresult c1 \"write to bob@x.example\"\nmail c2 {\"to\":[\"ann@x.example\",\"bob@x.example\",\"cid@x.example\"]}"]
    ));
}

#[test]
fn the_json_has_the_entries_one_by_one() {
    let rule = "forbid tainted\n  on send\n  when untrusted in labels";
    let explanation = explained(&mut traced(&format!("{FILES}\n{rule}\n")), "look c1 {\"path\":\"a\"}\nsend c3 {\"to\":\"a\",\"amount\":1}");
    let because = found(&explanation);
    insta::assert_snapshot!(serde_json::to_string_pretty(&because).unwrap());
}

fn found(explanation: &Explanation) -> Vec<&Because> {
    fn of<'e>(conditions: &'e [Condition], out: &mut Vec<&'e Because>) {
        for condition in conditions {
            out.extend(&condition.because);
            of(&condition.terms, out);
        }
    }
    let mut out = Vec::new();
    explanation.rules.iter().for_each(|rule| of(&rule.conditions, &mut out));
    out
}

const MIXED: &str = r"
forbid tainted
  on send
  when args.to from untrusted and untrusted in labels
  unless args.to from user

forbid burst
  on send
  when count(call send over 10s) >= 2

forbid blind
  on edit
  unless ever(result look where args.path == step.args.path since call edit)
";

const RUN: &str = "prompt \"pay anna@x.example\"
look c1 {\"path\":\"/a\"}
result c1 \"bert@x.example\"
edit c2 {\"path\":\"/a\"}
edit c3 {\"path\":\"/a\"}
spawn h1 {\"topic\":\"x\"}
h1>send c4 {\"to\":\"bert@x.example\",\"amount\":1}
send c5 {\"to\":\"anna@x.example\",\"amount\":100}
approve c5
send c6 {\"to\":\"anna@x.example\",\"amount\":1}
result zz \"odd\"
h1>end h1
send c7 {\"to\":\"anna@x.example\",\"amount\":1}
edit c8 {\"path\":\"/a\"}";

#[test]
fn nothing_is_noted_or_decided_otherwise_without_the_option() {
    let source = format!("{FILES}\n{MIXED}");
    let mut with = traced(&source);
    let mut without = Session::new(build(&source), "s", Options::default());
    let mut noted = 0;
    for (at, short) in RUN.lines().enumerate() {
        let line = event(at, short);
        if Session::is_step(&line) {
            let (a, b) = (with.explain(&line).unwrap(), without.explain(&line).unwrap());
            noted += found(&a).len();
            assert!(found(&b).is_empty());
            let bare = |mut explanation: Explanation| {
                explanation.rules.iter_mut().for_each(|rule| strip(&mut rule.conditions));
                serde_json::to_string(&explanation).unwrap()
            };
            assert_eq!(bare(a), bare(b));
        }
        let (a, b) = (with.event(&line), without.event(&line));
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
        assert_eq!(with.running_digest(), without.running_digest());
        assert_eq!(with.save(), without.save());
    }
    assert!(noted >= 10);
}

fn strip(conditions: &mut [Condition]) {
    for condition in conditions {
        condition.because.clear();
        strip(&mut condition.terms);
    }
}

#[test]
fn explaining_many_times_changes_nothing_that_is_noted() {
    let mut session = traced(&format!("{FILES}\n{MIXED}"));
    let first = explained(&mut session, RUN);
    let line = event(RUN.lines().count() - 1, RUN.lines().last().unwrap());
    for _ in 0..3 {
        assert_eq!(session.explain(&line).unwrap().text(false), first.text(false));
    }
}

#[test]
fn a_restored_session_says_that_it_did_not_see_what_came_before() {
    let image = build(&format!("{FILES}\nforbid burst\n  on send\n  when count(call look) >= 2\n"));
    let options = || Options { trace: true, ..Options::default() };
    let mut session = Session::new(image.clone(), "", options());
    let _ = session.event(&event(0, "look c1 {\"path\":\"a\"}"));
    let mut session = Session::restore(image, options(), &session.save()).unwrap();
    let _ = session.event(&event(1, "look c2 {\"path\":\"a\"}"));
    let explanation = session.explain(&event(2, "send c3 {\"to\":\"a\",\"amount\":1}")).unwrap();
    let because = found(&explanation)[0];
    assert_eq!(because.said.as_deref(), Some("nothing is noted of what came before entry 1"));
    assert_eq!(because.entries.iter().map(|e| (e.role, e.entry)).collect::<Vec<_>>(), [(PastRole::Counts, 1)]);
}

#[test]
fn no_more_is_noted_than_may_be_and_that_is_said() {
    let source = format!("{FILES}\nforbid burst\n  on send\n  when count(attempted call send) >= 2 and not args.to from user\n");
    for (notes, expected) in [(3, None), (2, Some("there were more events than are noted"))] {
        let limits = Limits { trace_notes: notes, ..Limits::LANGUAGE };
        let mut session = Session::new(build(&source), "", Options { trace: true, limits, ..Options::default() });
        for at in 0..3 {
            assert_eq!(
                said(&decision(session.event(&event(at, &format!("send c{at} {{\"to\":\"a\",\"amount\":2000}}"))))),
                if at < 2 { "forbid by default" } else { "forbid by burst" }
            );
        }
        let explanation = session.explain(&event(3, "send c3 {\"to\":\"a\",\"amount\":1}")).unwrap();
        let because = found(&explanation)[0];
        assert_eq!((because.said.as_deref(), because.entries.len()), (expected, notes));
    }
}

/// Every rule asks one question; those named `two_…` whether it is at least 2, the others whether it holds.
const ASKING: &str = r#"
label untrusted
tool look(path: path) returns untrusted
tool edit(path: path)
agent helper(topic: text)

permit all
  on look, edit, helper

@advisory
forbid ever_call
  on edit
  when ever(call look where args.path == step.args.path since call edit)

@advisory
forbid ever_result
  on edit
  when ever(result look where args.path == step.args.path and ok over 6s per agent since call edit)

@advisory
forbid two_attempted
  on edit
  when count(attempted call edit, look where args.path == step.args.path over 7s per agent) >= 2

@advisory
forbid two_denied
  on edit
  when count(denied call edit since prompt) >= 2

@advisory
forbid two_said
  on edit
  when count(prompt where text contains "x" over 9s) >= 2

@advisory
forbid late
  on edit
  when latest(result look where args.path == step.args.path) as r

@advisory
forbid read_there
  on edit
  when args.path from untrusted

@advisory
forbid said_so
  on edit
  when args.path from user

@advisory
forbid tainted
  on edit
  when untrusted in labels
"#;

fn runs() -> impl Strategy<Value = Vec<String>> {
    let path = || prop::sample::select(&[r#""/aaaa""#, r#""/bbbb""#, r#""cccc""#, "5"][..]);
    let who = || prop::sample::select(&["", "", "s0>", "s1>"][..]);
    let short = prop_oneof![
        4 => (who(), path()).prop_map(|(who, path)| format!(r#"{who}look # {{"path":{path}}}"#)),
        4 => (who(), path()).prop_map(|(who, path)| format!(r#"{who}edit # {{"path":{path}}}"#)),
        4 => (0..20u32, path()).prop_map(|(step, text)| format!("result s{step} {text}")),
        1 => (0..20u32).prop_map(|step| format!("fail s{step} 1")),
        1 => prop::sample::select(&["x /aaaa", "/bbbb"][..]).prop_map(|text| format!("prompt {text:?}")),
        1 => who().prop_map(|who| format!(r#"{who}spawn # {{"topic":"x"}}"#)),
        1 => Just("s0>end s0".to_owned()),
    ];
    prop::collection::vec(short, 1..20)
}

proptest! {
    #[test]
    fn what_is_named_agrees_with_the_answers(run in runs()) {
        let mut session = traced(ASKING);
        for (at, short) in run.iter().enumerate() {
            let line = event(at, &short.replace('#', &format!("s{at}")));
            let _ = session.event(&line);
            for (who, path) in [("", "/aaaa"), ("s0>", "/bbbb"), ("", "cccc")] {
                let explanation = session.explain(&event(at, &format!(r#"{who}edit last {{"path":"{path}"}}"#))).unwrap();
                for rule in explanation.rules.iter().filter(|rule| rule.rule != "all") {
                    let because = &rule.conditions[0].because[0];
                    let has = |roles: &[PastRole]| because.entries.iter().any(|entry| roles.contains(&entry.role));
                    let counting = because.entries.iter().filter(|entry| entry.role == PastRole::Counts).count();
                    let least = if rule.rule.starts_with("two") { 2 } else { 1 };
                    let agrees = match rule.value {
                        Truth::True => counting >= least && !has(&[PastRole::Unsure, PastRole::Incomparable]),
                        Truth::False => counting < least && !has(&[PastRole::Unsure, PastRole::Incomparable]),
                        Truth::None => has(&[PastRole::Unsure, PastRole::Incomparable]),
                    };
                    prop_assert!(agrees, "{}\n{}", line, explanation.text(false));
                }
            }
        }
    }
}
