//! Monitors stand only where an event was told to them, and nobody sees a difference.

use std::sync::Arc;

use proptest::prelude::*;
use reach_evaluator::Passes;

use super::rules::{build, step};
use super::{decision, said};
use crate::{Options, Session};

/// Uses of history of every kind, each asked by a rule of its own tool; the events of all are those of `fed`.
const ALL: &str = r#"
tool fed(n: int, to: text, file: path)

permit feeding
  on fed

tool ask_ever(to: text)
tool ask_count()
tool ask_sum()
tool ask_latest()
tool ask_since()
tool ask_path(file: path)

permit asking
  on ask_ever, ask_count, ask_sum, ask_latest, ask_since, ask_path

forbid on_ever
  on ask_ever
  when ever(call fed where args.to == step.args.to over 1h)

forbid on_count
  on ask_count
  when count(call fed) > 0

forbid on_sum
  on ask_sum
  when sum(args.n of call fed) > 0

forbid on_latest
  on ask_latest
  when latest(call fed) as last and last.args.n >= 0

forbid on_since
  on ask_since
  when ever(call fed where args.n > 0 since call ask_ever)

forbid on_path
  on ask_path
  when ever(call fed where args.file == step.args.file)
"#;

/// What is decided of a step of each tool that asks.
fn answers(session: &mut Session) -> Vec<String> {
    let steps =
        [("ask_ever", r#"{"to":"a"}"#), ("ask_count", "{}"), ("ask_sum", "{}"), ("ask_latest", "{}"), ("ask_since", "{}"), ("ask_path", r#"{"file":"/a"}"#)];
    steps.iter().map(|(name, args)| said(&step(session, name, args))).collect()
}

#[test]
fn what_heard_of_nothing_answers_as_if_it_stood_there() {
    let image = build(ALL);
    let mut session = Session::new(Arc::clone(&image), "s", Options::default());
    assert_eq!(session.monitors_told(), 0);
    assert_eq!(answers(&mut session), vec!["permit by asking"; 6]);
    // The step of `ask_ever` is what `since` names.
    assert_eq!(session.monitors_told(), 1);
    let mut whole = Session::new(image, "s", Options::default());
    whole.stand_all_monitors();
    assert_eq!(whole.monitors_told(), 6);
    assert_eq!(answers(&mut whole), vec!["permit by asking"; 6]);
    assert_eq!(whole.save(), session.save(), "it isn't seen which of them stood there");
}

#[test]
fn an_event_tells_those_that_it_concerns() {
    let mut session = Session::new(build(ALL), "s", Options::default());
    assert_eq!(said(&step(&mut session, "ask_count", "{}")), "permit by asking");
    assert_eq!(session.monitors_told(), 0);
    assert_eq!(said(&step(&mut session, "fed", r#"{"n":1,"to":"a","file":"/a"}"#)), "permit by feeding");
    assert_eq!(session.monitors_told(), 6);
    let forbidden = ["on_ever", "on_count", "on_sum", "on_latest", "on_since", "on_path"].map(|rule| format!("forbid by {rule}"));
    // The step of `ask_ever` is forbidden, so that `since` names none.
    assert_eq!(answers(&mut session), forbidden);
}

#[test]
fn a_restored_session_has_the_monitors_that_something_was_told_to() {
    let image = build(ALL);
    let mut session = Session::new(Arc::clone(&image), "s", Options::default());
    let restored = |session: &Session| Session::restore(Arc::clone(&image), Options::default(), &session.save()).unwrap();
    assert_eq!(restored(&session).monitors_told(), 0);
    step(&mut session, "ask_ever", r#"{"to":"a"}"#);
    assert_eq!(restored(&session).monitors_told(), 1);
    step(&mut session, "fed", r#"{"n":0,"to":"a","file":"a"}"#);
    let again = restored(&session);
    assert_eq!((again.monitors_told(), again.save()), (session.monitors_told(), session.save()));
}

/// A monitor that every tool feeds, one of a tool, one of results.
fn of_any_tool(tools: usize) -> String {
    let mut source = String::from("tool ask()\n\npermit all\n  on ask\n\n");
    source.push_str("forbid often\n  on ask\n  when count(denied call) > 5\n\nforbid seen\n  on ask\n  when ever(result call where ok)\n\n");
    (0..tools).for_each(|at| source.push_str(&format!("tool t{at}()\n\n")));
    source
}

#[test]
fn an_event_that_may_be_of_any_tool_is_doubted_once_by_each_monitor() {
    for tools in [1, 50] {
        let image = build(&of_any_tool(tools));
        let (steps, results) = (image.doubted_steps(), image.doubted_results());
        assert_eq!((steps.len(), steps.iter().filter(|doubt| !doubt.again).count()), (tools + 1, 1));
        assert_eq!((results.len(), results.iter().filter(|doubt| !doubt.again).count()), (tools + 1, 1));
        let mut session = Session::new(image, "s", Options::default());
        assert_eq!(said(&step(&mut session, "ask", "{}")), "permit by all");
        let unread = decision(session.event(r#"{"type":"call","id":"x","name":"#));
        assert_eq!(said(&unread), "forbid by invalid_arguments");
        assert_eq!(session.monitors_told(), 1);
        assert_eq!(said(&step(&mut session, "ask", "{}")), "forbid by often");
        super::rejected(session.event(r#"{"type":"result","step":"z","ok":true,"content":"x","at":"2026-01-01T00:00:00Z"}"#));
        assert_eq!(session.monitors_told(), 2);
        assert_eq!(said(&step(&mut session, "ask", "{}")), "forbid by often, seen");
    }
}

const BUDGET: &str = "tool pay(amount: int)\nbudget spend: int limit 10 per session opening 3\ncharge spend by args.amount on pay\npermit p\n  on pay\n";

#[test]
fn looking_at_a_step_leaves_accounts_as_they_were() {
    let call = |amount: u32| format!(r#"{{"type":"call","id":"c","name":"pay","args":{{"amount":{amount}}},"at":"2026-01-01T00:00:00Z"}}"#);
    let mut session = Session::new(build(BUDGET), "s", Options::default());
    let looks = |session: &mut Session, fits: u32| {
        let before = session.save();
        for _ in 0..2 {
            assert_eq!(session.decide(&call(fits)).effect, crate::Effect::Permit);
            assert_eq!(session.decide(&call(fits + 1)).effect, crate::Effect::Forbid);
            session.explain(&call(fits)).unwrap();
            assert_eq!(session.save(), before);
        }
    };
    // No account yet.
    looks(&mut session, 7);
    // One that was used, and has not got what it opens with.
    super::rejected(session.event(r#"{"type":"usage","step":"z","charges":{"spend":2},"at":"2026-01-01T00:00:00Z"}"#));
    looks(&mut session, 5);
    assert_eq!(said(&step(&mut session, "pay", r#"{"amount":1}"#)), "permit by p");
    looks(&mut session, 4);
}

/// Uses of history whose guards test one value each with constants, in every way that is looked up, and some that aren't.
const GUARDED: &str = r#"
tool move_money(to: text, n: int, file: path, note: text?, host: host, urgent: bool)

permit moving
  on move_money

tool ask()

forbid asking
  on ask
  when count(call move_money where args.to == "ann") > 2
    or count(call move_money where args.to == "bob") > 2
    or count(call move_money where args.to in { "ann", "cid" }) > 2
    or sum(args.n of call move_money where args.to != "ann" and args.n == 1) > 3
    or count(call move_money where args.n == 2 over 1h) > 2
    or count(call move_money where args.n in { 1, 3 } and args.to == "bob") > 2
    or ever(call move_money where args.file within "/srv/a")
    or ever(call move_money where args.file within "/srv" and args.n > 2)
    or ever(call move_money where args.host within "example.com")
    or count(call move_money where args.urgent) > 3
    or count(call move_money where not args.urgent and args.to == "ann") > 3
    or count(call move_money where args has note) > 4
    or count(call move_money where args has note and args.note == "x") > 1
    or count(result move_money where ok and args.to == "ann") > 1
    or count(result move_money where args.to == "bob") > 1
    or count(result move_money where args.to == "cid" and ok) > 1
    or count(result move_money where args.n == 3 and text contains "x") > 1
    or count(denied call move_money where args.to == "ann") > 0
    or ever(call move_money where args.to == "dan" since (call move_money where args.to == "bob"))
"#;

fn steps() -> impl Strategy<Value = Vec<String>> {
    let note = prop_oneof![Just(String::new()), Just(r#","note":null"#.to_owned()), Just(r#","note":"x""#.to_owned())];
    let step = (0..4usize, 0..4u8, 0..4usize, note, 0..3usize, any::<bool>(), 0..5u8).prop_map(|(to, n, file, note, host, urgent, after)| {
        let to = ["ann", "bob", "cid", "dan"][to];
        let file = ["/srv/a/b", "/srv", "rel/x", "/other"][file];
        let host = ["example.com", "www.example.com", "other.org"][host];
        let args = format!(r#"{{"to":"{to}","n":{n},"file":"{file}","host":"{host}","urgent":{urgent}{note}}}"#);
        (args, after)
    });
    proptest::collection::vec(step, 1..14).prop_map(|steps| {
        let mut lines = Vec::new();
        for (at, (args, after)) in steps.into_iter().enumerate() {
            let time = format!("2026-01-01T00:{at:02}:00Z");
            // One of five doesn't fit, so that nothing of it is known.
            let args = if after == 4 { r#"{"to":"ann"}"#.to_owned() } else { args };
            lines.push(format!(r#"{{"type":"call","id":"c{at}","name":"move_money","args":{args},"at":"{time}"}}"#));
            match after {
                0 => lines.push(format!(r#"{{"type":"result","step":"c{at}","ok":true,"content":"x","at":"{time}"}}"#)),
                1 => lines.push(format!(r#"{{"type":"result","step":"c{at}","ok":false,"content":"y","at":"{time}"}}"#)),
                2 => lines.push(format!(r#"{{"type":"call","id":"a{at}","name":"ask","args":{{}},"at":"{time}"}}"#)),
                _ => {}
            }
        }
        lines
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn watches_that_are_found_feed_what_all_of_them_would(lines in steps()) {
        let found = build(GUARDED);
        let all = Arc::new(found.to_image().verify_with(Passes::NONE).unwrap());
        let [mut a, mut b] = [found, all].map(|image| Session::new(image, "", Options::default()));
        for line in &lines {
            let outcomes = [a.event(line), b.event(line)];
            prop_assert_eq!(format!("{:?}", outcomes[0]), format!("{:?}", outcomes[1]));
            prop_assert_eq!(a.running_digest(), b.running_digest(), "{}", line);
        }
        prop_assert_eq!(a.save(), b.save());
    }
}

#[test]
fn watches_are_found_by_what_their_guards_test() {
    let spent = |passes: Passes| {
        let image = Arc::new(build(GUARDED).to_image().verify_with(passes).unwrap());
        let mut session = Session::new(image, "s", Options::default());
        let args = r#"{"to":"dan","n":9,"file":"/other","host":"other.org","urgent":false}"#;
        assert_eq!(said(&step(&mut session, "move_money", args)), "permit by moving");
        session.spent()
    };
    let (found, all) = (spent(Passes::ALL), spent(Passes::NONE));
    assert!(found * 3 < all * 2, "{found} units where asking all takes {all}");
}
