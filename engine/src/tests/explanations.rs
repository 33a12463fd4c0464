use super::rules::{BANK, explain, session};
use crate::Outcome;

fn text(name: &str, args: &str) -> String {
    explain(BANK, name, args).text(false)
}

#[test]
fn a_refusal_by_default_names_the_nearest_permit() {
    insta::assert_snapshot!(text("send_money", r#"{"recipient":"DE12","amount":98.70,"subject":"rent"}"#));
}

#[test]
fn a_forbid_shows_its_conditions_with_their_values() {
    insta::assert_snapshot!(text("send_money", r#"{"recipient":"DE12\u202e\u001b[2J","amount":20000,"subject":"rent","date":"2026-12-01"}"#));
}

#[test]
fn what_has_no_value_is_shown_where_it_began() {
    insta::assert_snapshot!(text("send_money", r#"{"recipient":"DE12","amount":100000000000000000000,"subject":"rent"}"#));
}

#[test]
fn an_invalid_step_lists_what_does_not_fit() {
    insta::assert_snapshot!(text("send_money", r#"{"recipient":5,"amount":"x","subjekt":"rent"}"#));
}

#[test]
fn an_undeclared_step_has_no_rules_to_show() {
    insta::assert_snapshot!(text("rm", "{}"));
}

const OPS: &str = r#"
tool run(command: text, tries: int?, files: list<path>)

permit safe
  on run
  when (args.command == "ls" or args.command == "cat")
    and not (args.tries else 0) > 3
    and all(f in args.files: f within "/srv" and not f matches glob"*.pem")
  unless args.command contains ";"

otherwise ask stranger
  on run
  when args.command != "rm"

oblige told
  on run
  with { notify "security", set args.tries: min(args.tries else 1, 2) }
"#;

#[test]
fn nested_conditions_make_a_tree() {
    let of = |args: &str| explain(OPS, "run", args).text(false);
    insta::assert_snapshot!(
        [
            of(r#"{"command":"ls","tries":2,"files":["/srv/a","/srv/b"]}"#),
            of(r#"{"command":"cat","files":["/srv/a","/srv/key.pem"]}"#),
            of(r#"{"command":"rm","files":["relative"]}"#),
        ]
        .join("\n----\n")
    );
}

#[test]
fn an_explanation_as_json_has_every_place_and_value() {
    let mut explanation = explain(OPS, "run", r#"{"command":"ls","tries":2,"files":["x"]}"#);
    explanation.decision.bundle = "sha256:...".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&explanation).unwrap());
}

#[test]
fn the_colours_of_an_explanation_change_nothing_but_colours() {
    let explanation = explain(BANK, "send_money", r#"{"recipient":"DE12","amount":98.70,"subject":"rent"}"#);
    let colored = explanation.text(true);
    assert!(colored.contains("\u{1b}[31mforbid\u{1b}[0m"));
    let mut plain = String::new();
    for part in colored.split('\u{1b}') {
        plain.push_str(part.split_once('m').filter(|(code, _)| code.starts_with('[')).map_or(part, |(_, rest)| rest));
    }
    assert_eq!(plain, explanation.text(false));
}

#[test]
fn explaining_changes_nothing() {
    let mut s = session(BANK);
    let line = r#"{"type":"call","id":"c","name":"get_balance","args":{},"at":"2026-01-01T00:00:09Z"}"#;
    assert!(s.explain(line).is_ok() && s.entries() == 0);
    let earlier = r#"{"type":"prompt","text":"a","at":"2026-01-01T00:00:05Z"}"#;
    assert!(matches!(s.event(earlier), Outcome::Observed));
}
