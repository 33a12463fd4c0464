use super::{call, decision, limited, observation, rejected, said};
use crate::Limits;

const L: Limits = Limits { event_bytes: 400, depth: 5, text_bytes: 20, list_items: 10, id_bytes: 10, steps: 3, sessions: 2, ..Limits::LANGUAGE };

fn effect(limits: Limits, line: &str) -> String {
    said(&decision(limited(limits).event(line)))
}

#[test]
fn the_limits_of_the_language_are_what_it_says() {
    let l = Limits::LANGUAGE;
    assert_eq!((l.event_bytes, l.depth, l.text_bytes, l.list_items), (1 << 20, 64, 256 << 10, 10_000));
}

#[test]
fn an_event_may_be_as_long_as_the_limit() {
    let line = call("c", 0, r#"{"text":"a"}"#);
    let padded = |n: usize| format!("{}{line}", " ".repeat(n - line.len()));
    assert_eq!(effect(L, &padded(400)), "permit by p");
    assert_eq!(effect(L, &padded(401)), "forbid by limit");
}

#[test]
fn a_text_may_be_as_long_as_the_limit_unescaped() {
    let with = |n: usize, unit: &str| call("c", 0, &format!(r#"{{"text":"{}"}}"#, unit.repeat(n)));
    assert_eq!(effect(L, &with(20, "a")), "permit by p");
    assert_eq!(effect(L, &with(21, "a")), "forbid by limit");
    assert_eq!(effect(L, &with(20, r"\u0061")), "permit by p");
    assert_eq!(effect(L, &with(21, r"\u0061")), "forbid by limit");
    // Of a step that is not declared too, and of one that is also ill-typed.
    assert_eq!(effect(L, &with(21, "a").replace(r#""name":"t""#, r#""name":"u""#)), "forbid by limit");
    assert_eq!(effect(L, &with(21, "a").replace(r#""id":"c","#, "")), "forbid by limit");
}

#[test]
fn a_list_may_have_as_many_elements_as_the_limit() {
    let with = |n: usize| call("c", 0, &format!(r#"{{"text":"a","set":[{}]}}"#, vec!["1"; n].join(",")));
    assert_eq!(effect(L, &with(10)), "permit by p");
    assert_eq!(effect(L, &with(11)), "forbid by limit");
    let keys = |n: usize| call("c", 0, &format!(r#"{{"text":"a","map":{{{}}}}}"#, (0..n).map(|i| format!(r#""{i}":"""#)).collect::<Vec<_>>().join(",")));
    assert_eq!(effect(L, &keys(10)), "permit by p");
    assert_eq!(effect(L, &keys(11)), "forbid by limit");
}

#[test]
fn an_event_may_be_nested_as_deep_as_the_limit() {
    // The event, its arguments, and what is below.
    let with = |n: usize| call("c", 0, &format!(r#"{{"text":"a","any":{}{}}}"#, "[".repeat(n), "]".repeat(n)));
    assert_eq!(effect(L, &with(3)), "permit by p");
    assert_eq!(effect(L, &with(4)), "forbid by limit");
}

#[test]
fn the_deepest_event_is_decided_on_a_small_stack_as_on_a_large_one() {
    for stack in [256 << 10, 8 << 20] {
        let effects = std::thread::Builder::new().stack_size(stack).spawn(|| {
            let with = |open: &str, close: &str, n: usize| call("c", 0, &format!(r#"{{"text":"a","any":{}1{}}}"#, open.repeat(n), close.repeat(n)));
            [with("[", "]", 62), with("[", "]", 63), with(r#"{"k":"#, "}", 62), with(r#"{"k":"#, "}", 63), with("[", "", 500_000)].map(|line| {
                // What is explained and printed goes as deep as what is decided.
                let explained = limited(Limits::LANGUAGE).explain(&line).unwrap();
                let decided = effect(Limits::LANGUAGE, &line);
                assert_eq!((said(&explained.decision), explained.text(true).is_empty()), (decided.clone(), false));
                decided
            })
        });
        let (yes, no) = ("permit by p", "forbid by limit");
        assert_eq!(effects.unwrap().join().unwrap(), [yes, no, yes, no, no]);
    }
}

#[test]
fn the_deepest_context_is_held_on_a_small_stack() {
    let session = || super::rules::session("context { any: any }\ntool t()\npermit p\n  on t\n  when context.any has \"k\"\n");
    let start = |n: usize| format!(r#"{{"type":"start","context":{{"any":{}1{}}},"at":"2026-01-01T00:00:00Z"}}"#, r#"{"k":"#.repeat(n), "}".repeat(n));
    let mut s = session();
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(move || {
            assert!(matches!(s.event(&start(62)), crate::Outcome::Observed));
            assert_eq!(said(&super::rules::step(&mut s, "t", "{}")), "permit by p");
            assert_eq!(rejected(s.event(&start(63).replace("start", "context"))).code.number(), "H0002");
            assert_eq!(said(&super::rules::step(&mut s, "t", "{}")), "forbid by default");
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn an_id_may_be_as_long_as_the_limit() {
    assert_eq!(effect(L, &call(&"i".repeat(10), 0, r#"{"text":"a"}"#)), "permit by p");
    assert_eq!(effect(L, &call(&"i".repeat(11), 0, r#"{"text":"a"}"#)), "forbid by limit");
}

#[test]
fn a_session_has_as_many_steps_as_the_limit() {
    let mut session = limited(L);
    let effects: Vec<String> = (0..5).map(|i| said(&decision(session.event(&call(&format!("c{i}"), i, r#"{"text":"a"}"#))))).collect();
    assert_eq!(effects, ["permit by p", "permit by p", "permit by p", "forbid by limit", "forbid by limit"]);
}

#[test]
fn an_observation_over_a_limit_is_reported_and_its_context_has_no_value() {
    let mut session = limited(L);
    let long = observation("prompt", 0, &format!(r#","text":"{}""#, "a".repeat(21)));
    let error = rejected(session.event(&long));
    assert_eq!((error.code.number(), error.consequence), ("H0002", "what the user said is unknown"));
    let start = observation("start", 0, &format!(r#","context":{{"role":"{}"}}"#, "a".repeat(21)));
    let error = rejected(session.event(&start));
    assert_eq!((error.code.number(), error.consequence), ("H0002", "the fields of the context have no value"));
    assert_eq!(said(&decision(session.event(&call("c", 1, r#"{"text":"a"}"#)))), "permit by p");
}

/// A bundle and options with which what is kept of one step has room until its result, and not of two: `look` keeps its path.
fn narrow() -> (std::sync::Arc<reach_evaluator::VerifiedImage>, crate::Options) {
    let source = "tool look(path: text)\ntool edit(path: text)\npermit p\n  on look, edit\nforbid blind\n  on edit\n  unless ever(result look where args.path == step.args.path)\n";
    (super::rules::build(source), crate::Options { limits: Limits { waiting_bytes: 1_500, ..Limits::LANGUAGE }, ..crate::Options::default() })
}

/// Takes a step on a path of a thousand times a letter.
fn take(session: &mut crate::Session, id: &str, name: &str, letter: char) -> String {
    let path = letter.to_string().repeat(1_000);
    let line = format!(r#"{{"type":"call","id":"{id}","name":"{name}","args":{{"path":"{path}"}},"at":"2026-01-01T00:00:00Z"}}"#);
    said(&decision(session.event(&line)))
}

fn look(session: &mut crate::Session, id: &str, letter: char) {
    assert_eq!(take(session, id, "look", letter), "permit by p");
}

fn edit(session: &mut crate::Session, id: &str, letter: char) -> String {
    take(session, id, "edit", letter)
}

fn give(session: &mut crate::Session, id: &str) {
    let given = session.event(&observation("result", 0, &format!(r#","step":"{id}","ok":true,"content":"x""#)));
    assert!(matches!(given, crate::Outcome::Observed), "{given:?}");
}

#[test]
fn what_is_not_kept_of_a_step_takes_no_room_of_later_ones() {
    let (image, options) = narrow();
    let mut session = crate::Session::new(image, "s", options);
    look(&mut session, "a", 'a');
    look(&mut session, "b", 'b');
    give(&mut session, "a");
    assert_eq!(edit(&mut session, "1", 'a'), "permit by p");
    look(&mut session, "c", 'c');
    give(&mut session, "c");
    assert_eq!(edit(&mut session, "2", 'c'), "permit by p");
    give(&mut session, "b");
    // Of which path that result was isn't known.
    assert_eq!(edit(&mut session, "3", 'b'), "forbid by blind");
}

#[test]
fn a_result_that_can_not_be_read_gives_the_room_of_its_step_back() {
    let (image, options) = narrow();
    let mut session = crate::Session::new(image.clone(), "s", options);
    look(&mut session, "a", 'a');
    let missed = observation("result", 0, r#","step":"a","ok":"perhaps","content":"x""#);
    assert_eq!(rejected(session.event(&missed)).consequence, "the step counts as answered, and what came back is unknown");
    let saved = session.save();
    let mut restored = crate::Session::restore(image, narrow().1, &saved).unwrap();
    for session in [&mut session, &mut restored] {
        look(session, "b", 'b');
        give(session, "b");
        assert_eq!(edit(session, "1", 'b'), "permit by p");
    }
    assert_eq!(session.save(), restored.save());
}

#[test]
fn the_oldest_question_gives_way_to_the_newest_also_in_a_restored_session() {
    let (image, options) = (super::rules::build("tool look(path: text)\nask p\n  on look\n"), narrow().1);
    let mut session = crate::Session::new(image.clone(), "s", options);
    assert_eq!(take(&mut session, "z", "look", 'a'), "ask by p");
    let mut restored = crate::Session::restore(image, narrow().1, &session.save()).unwrap();
    let answer = |id: &str| observation("approval", 0, &format!(r#","step":"{id}","granted":true,"by":"ann""#));
    for session in [&mut session, &mut restored] {
        assert_eq!(take(session, "a", "look", 'b'), "ask by p");
        assert_eq!(rejected(session.event(&answer("z"))).message, "what was asked about the step \"z\" is no longer known");
        assert_eq!(said(&decision(session.event(&answer("a")))), "permit by p");
        assert_eq!(take(session, "b", "look", 'c'), "ask by p");
        assert_eq!(said(&decision(session.event(&answer("b")))), "permit by p");
    }
    assert_eq!(session.save(), restored.save());
}
