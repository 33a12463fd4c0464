//! Sessions that are played for the analysis.

use reach_analysis::{Because, Decided, Effect, Play, Played};

use crate::Replay;

const BANK: &str = "context { user: text }\n\n\
    tool look() pinned \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"\n\
    tool pay(to: text, note: text?)\n\n\
    permit looking\n  on look\n\n\
    ask payment\n  on pay\n  by one of { \"ann\" }\n  with { notify \"bank\", set args.note: \"checked\" }\n  because \"{args.to} is paid\"\n\n\
    forbid twice\n  on pay\n  when ever(call pay)\n";

fn play(events: &[&str]) -> Vec<Played> {
    let (_, bundle) = super::build(BANK);
    let replay = Replay::new(&bundle).unwrap();
    let events: Vec<String> = events.iter().map(|e| (*e).to_owned()).collect();
    let once = replay.play(&events);
    // Each play is a session of its own.
    assert_eq!(replay.play(&events), once);
    once
}

const START: &str = r#"{"type":"start","context":{"user":"ann"},"at":"2026-01-01T00:00:00Z"}"#;
const PAY: &str = r#"{"type":"call","id":"a","name":"pay","args":{"to":"bob"},"at":"2026-01-01T00:00:01Z"}"#;

#[test]
fn decisions_are_told_with_rules_obligations_and_arguments() {
    let approval = r#"{"type":"approval","step":"a","granted":true,"by":"ann","at":"2026-01-01T00:00:02Z"}"#;
    let by = |line, rule: &str, message: Option<&str>| Because {
        rule: rule.to_owned(),
        file: Some("bank.reach".to_owned()),
        line: Some(line),
        message: message.map(str::to_owned),
    };
    let again = r#"{"type":"call","id":"b","name":"pay","args":{"to":"bob"},"at":"2026-01-01T00:00:03Z"}"#;
    let played = play(&[START, PAY, approval, again]);
    let [start, Played::Decided(asked), Played::Decided(approved), Played::Decided(refused)] = played.as_slice() else { panic!("{played:?}") };
    assert_eq!(start, &Played::Observed);
    assert_eq!((asked.effect, &asked.rules), (Effect::Ask, &vec![by(9, "payment", Some("bob is paid"))]));
    assert_eq!(approved.effect, Effect::Permit);
    assert_eq!(approved.obligations, [r#"{"type":"notify","to":"bank"}"#, r#"{"type":"set","field":"note","value":"checked"}"#]);
    assert_eq!(approved.args.as_deref(), Some(r#"{"to":"bob","note":"checked"}"#));
    assert_eq!(refused, &Decided { effect: Effect::Forbid, rules: vec![by(15, "twice", None)], obligations: vec![], args: None, advisory: vec![] });
}

#[test]
fn a_pinned_definition_is_not_asked_for() {
    let look = r#"{"type":"call","id":"a","name":"look","at":"2026-01-01T00:00:01Z"}"#;
    assert!(matches!(play(&[START, look]).as_slice(), [Played::Observed, Played::Decided(Decided { effect: Effect::Permit, .. })]));
}

#[test]
fn what_does_not_fit_says_why() {
    let played = play(&[START, r#"{"type":"result","step":"x","ok":true,"at":"2026-01-01T00:00:01Z"}"#, "nonsense", PAY]);
    let [Played::Observed, Played::Rejected(unknown), Played::Rejected(unread), Played::Decided(_)] = played.as_slice() else { panic!("{played:?}") };
    assert!(unknown.starts_with('H') && unread.starts_with('H'), "{unknown}, {unread}");
}
