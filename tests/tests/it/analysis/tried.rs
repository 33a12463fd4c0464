//! What `diff` finds by playing tests, where it can't tell.

use reach_analysis::{ChangeKind, Difference};
use reach_tests::changes::Compared;

use super::shipped::diff;

fn differences(old: &str, new: &str) -> Difference {
    diff(&Compared::new(old).unwrap(), &Compared::new(new).unwrap())
}

/// What stands in a map isn't told apart.
const TAGS: &str = "tool tag(tags: map<text>, note: text?)
tool look(page: text)

permit looking on look
permit coloured on tag when args.tags has color

test \"a color\" {
  call look(page: \"a\") => permit
  call tag(tags: { color: \"red\" }, note: \"b\") => permit
}
";

#[test]
fn a_test_of_either_bundle_shows_a_difference_that_the_search_does_not() {
    let found = differences(TAGS, &TAGS.replace("has color", "has size").replace("=> permit\n}", "=> forbid\n}"));
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::NewlyForbidden], "{found:#?}");
    // Without what it doesn't need.
    let events = &found.changes[0].witness.events;
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0].contains(r#""tags":{"color":"red"}"#), "{events:?}");
    // It is no proof that there is nothing else.
    assert!(!found.unknown.is_empty(), "{found:#?}");
}

#[test]
fn without_a_test_that_shows_it_a_difference_stays_unknown() {
    let untested = TAGS.split("test \"").next().unwrap();
    let found = differences(untested, &untested.replace("has color", "has size"));
    assert!(found.changes.is_empty() && !found.unknown.is_empty(), "{found:#?}");
}

#[test]
fn values_of_one_test_are_tried_in_another() {
    let two = "tool tag(tags: map<text>, note: text)
permit coloured on tag when args.tags has color and args.note == \"a\"

test \"a color\" {
  call tag(tags: { color: \"red\" }, note: \"b\") => forbid
  call tag(tags: { size: \"1\" }, note: \"a\") => forbid
}
";
    let found = differences(two, &two.replace("has color", "has shape"));
    assert_eq!(found.changes.len(), 1, "{found:#?}");
    let event = found.changes[0].witness.events.last().unwrap();
    assert!(event.contains(r#""color":"red""#) && event.contains(r#""note":"a""#), "{event}");
}

#[test]
fn other_words_are_tried_in_command_lines() {
    let shell = "tool run(command: shell at \"/w\")
permit looks on run when args.command runs only x where x.program == \"ls\" and x.words[1] as sub and sub in { \"one\", \"two\" }

test \"looks\" {
  call run(command: \"ls one\") => permit
}
";
    let found = differences(shell, &shell.replace("{ \"one\", \"two\" }", "{ \"one\", \"three\" }"));
    let events: Vec<&String> = found.changes.iter().filter_map(|change| change.witness.events.last()).collect();
    assert!(events.iter().any(|event| event.contains("ls two")) && events.iter().any(|event| event.contains("ls three")), "{events:?}");
}

#[test]
fn where_a_clock_is_asked_other_hours_are_tried() {
    let clock = "tool send(note: text)
permit sending on send
forbid at_night on send when local(step.at, \"Europe/Berlin\").hour < 6
";
    let found = differences(clock, &clock.replace("hour < 6", "hour < 6 or local(step.at, \"Europe/Berlin\").hour >= 22"));
    assert_eq!(found.changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [ChangeKind::NewlyForbidden], "{found:#?}");
}

#[test]
fn tests_of_any_size_are_tried_within_bounds() {
    let long = "a ".repeat(200);
    let mut source = TAGS.split("test \"").next().unwrap().replace("note: text?", "note: shell at \"/w\"");
    source.push_str("\ntest \"many\" {\n");
    for number in 0..150 {
        source.push_str(&format!("  call tag(tags: {{ shape: \"{number}\" }}, note: \"ls {number} {long}\") => forbid\n"));
    }
    source.push_str("}\n");
    let found = differences(&source, &source.replace("has color", "has size"));
    assert!(!found.unknown.is_empty(), "{found:#?}");
}
