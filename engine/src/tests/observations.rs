use super::{call, decision, observation, rejected, said, session};
use crate::fuzz::sample;
use crate::{Limits, ObservationError, Options, Outcome, Session, Sessions};

const CALL: &str = r#"{"text":"a"}"#;

fn report(error: &ObservationError) -> String {
    format!("{} {}: {} ({})\n", error.code.number(), error.name, error.message, error.consequence)
}

#[test]
fn observations_that_fit_are_taken() {
    let mut s = session();
    for line in [
        observation("start", 0, r#","context":{"role":"teller","limit":["ann@bank.example"]}"#),
        observation("prompt", 0, r#","text":"hello","agent":"main""#),
        observation("context", 1, r#","context":{"role":"auditor"}"#),
        observation("context", 1, r#","context":{"limit":null}"#),
    ] {
        assert!(matches!(s.event(&line), Outcome::Observed), "{line}");
    }
    assert_eq!(said(&decision(s.event(&call("c", 2, CALL)))), "permit by p");
    assert!(matches!(s.event(&observation("result", 3, r#","step":"c","ok":true,"content":{"any":[1]}"#)), Outcome::Observed));
    assert!(matches!(s.event(&observation("end", 3, r#","ok":true"#)), Outcome::Observed));
}

#[test]
fn observations_that_do_not_fit_are_reported_and_the_session_goes_on() {
    let rows: Vec<String> = [
        observation("prompt", 5, ""),
        observation("prompt", 5, r#","text":5"#),
        observation("prompt", 5, r#","text":"a","user":"ann""#),
        observation("prompt", 5, r#","text":"a","text":"a""#),
        observation("prompt", 5, r#","text":"a","step":"c""#),
        observation("prompt", 4, r#","text":"a""#),
        observation("prompt", 5, r#","text":"a","agent":"helper""#),
        observation("prompt", 5, r#","text":"a""#).replace(r#""session":"s""#, r#""session":"z""#),
        observation("start", 5, ""),
        observation("start", 5, r#","context":{"role":"manager"}"#),
        observation("context", 5, r#","context":{"rolle":"teller"}"#),
        observation("context", 5, r#","context":[]"#),
        observation("approval", 5, r#","step":"c","granted":true,"by":"bob@bank.example","scope":"once""#),
        observation("approval", 5, r#","step":"c","granted":true,"by":"bob@bank.example","scope":"always""#),
        observation("usage", 5, r#","step":"c","charges":{"usd":"0.02"}"#),
        observation("result", 5, r#","step":"x","ok":true"#),
        observation("result", 5, r#","step":"c","ok":"yes""#),
    ]
    .iter()
    .map(|line| {
        let mut s = session();
        decision(s.event(&call("c", 5, CALL)));
        let error = rejected(s.event(line));
        let later = said(&decision(s.event(&call("d", 6, CALL))));
        assert_eq!(later, "permit by p", "{line}");
        format!("{line}\n  {}", report(&error))
    })
    .collect();
    insta::assert_snapshot!(rows.concat());
}

#[test]
fn an_event_that_could_have_been_anything_ends_the_session() {
    for line in [
        "",
        "[]",
        "nonsense",
        r#"{"type":"prompt","text":"a"#,
        r#"{"type":"context","context":{"role":tru},"at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":"promt","text":"a","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"text":"a","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":7,"at":"2026-01-01T00:00:00Z"}"#,
        "{\"type\":\"prompt\",\"text\":\"a\u{1}\"}",
    ] {
        let mut s = session();
        let error = rejected(s.event(line));
        assert!(matches!(error.code.number(), "H0001" | "H0003"), "{line}: {error:?}");
        let later = decision(s.event(&call("c", 0, CALL)));
        assert_eq!(said(&later), "forbid by invalid_arguments", "{line}");
        assert_eq!(later.rules[0].problems[0].pointer, "/session");
        assert_eq!(rejected(s.event(&observation("prompt", 0, r#","text":"a""#))).code.number(), "H0014");
    }
}

#[test]
fn a_broken_line_that_is_seen_to_be_a_step_is_only_refused_itself() {
    let mut s = session();
    let line = call("c", 0, CALL);
    let broken = decision(s.event(&line[..line.len() - 1]));
    assert_eq!((said(&broken).as_str(), broken.id.as_str()), ("forbid by invalid_arguments", "c"));
    assert_eq!(said(&decision(s.event(&call("d", 0, CALL)))), "permit by p");
    assert_eq!(rejected(s.event(&observation("result", 1, r#","step":"c","ok":true"#))).code.number(), "H0012");
}

#[test]
fn a_step_has_one_result_and_only_if_it_was_permitted() {
    let mut s = session();
    decision(s.event(&call("c", 0, CALL)));
    decision(s.event(&call("refused", 0, "{}")));
    let result = |step: &str| observation("result", 1, &format!(r#","step":"{step}","ok":true,"content":"x""#));
    assert!(matches!(s.event(&result("c")), Outcome::Observed));
    assert_eq!(rejected(s.event(&result("c"))).code.number(), "H0011");
    assert_eq!(rejected(s.event(&result("refused"))).code.number(), "H0012");
    assert_eq!(rejected(s.event(&result("refused"))).code.number(), "H0011");
    assert_eq!(rejected(s.event(&result("nobody"))).code.number(), "H0010");
}

#[test]
fn the_results_of_steps_that_are_refused_now_are_left_out_of_a_recorded_run() {
    let mut s = Session::new(sample().unwrap(), "s", Options { recorded: true, ..Options::default() });
    decision(s.event(&call("refused", 0, "{}")));
    let result = observation("result", 1, r#","step":"refused","ok":true,"content":"x""#);
    assert!(matches!(s.event(&result), Outcome::LeftOut(e) if e.code.number() == "H0018"));
    assert_eq!(rejected(s.event(&result)).code.number(), "H0011");
}

#[test]
fn a_session_starts_once_and_ends_once() {
    let mut s = session();
    let start = observation("start", 0, r#","context":{"role":"teller"}"#);
    assert!(matches!(s.event(&start), Outcome::Observed));
    assert_eq!(rejected(s.event(&start)).code.number(), "H0015");
    assert!(matches!(s.event(&observation("end", 0, r#","ok":false"#)), Outcome::Observed));
    assert_eq!(rejected(s.event(&observation("end", 0, r#","ok":true"#))).code.number(), "H0014");
    assert_eq!(said(&decision(s.event(&call("c", 0, CALL)))), "forbid by invalid_arguments");
}

#[test]
fn the_context_is_held_once_however_often_it_changes() {
    let mut s = session();
    for i in 0..1000 {
        let line = observation("context", 0, &format!(r#","context":{{"limit":["a{i}@bank.example"]}}"#));
        assert!(matches!(s.event(&line), Outcome::Observed));
    }
    assert!(s.context_bytes() < 100, "{}", s.context_bytes());
}

#[test]
fn sessions_are_told_apart_and_bounded() {
    let mut all = Sessions::new(sample().unwrap(), |_| Options::default()).with_limits(Limits { sessions: 2, ..Limits::LANGUAGE });
    let of = |name: &str| call("c", 0, CALL).replace(r#""session":"s""#, &format!(r#""session":"{name}""#));
    let unnamed = call("c", 0, CALL).replace(r#""session":"s","#, "");
    assert_eq!(said(&decision(all.event(&of("a")))), "permit by p");
    assert_eq!(said(&decision(all.event(&unnamed))), "permit by p");
    assert_eq!(said(&decision(all.event(&of("a")))), "forbid by invalid_arguments", "the id is used");
    assert_eq!(said(&decision(all.event(&of("b")))), "forbid by limit");
    assert_eq!(rejected(all.event(r#"{"session":"b","type":"prompt"}"#)).code.number(), "H0016");
    assert_eq!(said(&decision(all.event(&of(&"x".repeat(257))))), "forbid by limit");
    assert_eq!(all.len(), 2);
}

#[test]
fn a_line_of_no_session_ends_them_all_unless_it_is_a_step() {
    let mut all = Sessions::new(sample().unwrap(), |_| Options::default());
    let of = |id: &str, name: &str| call(id, 0, CALL).replace(r#""session":"s""#, &format!(r#""session":"{name}""#));
    assert_eq!(said(&decision(all.event(&of("1", "a")))), "permit by p");
    assert_eq!(said(&decision(all.event(r#"{"type":"call","id":"2","args":{"#))), "forbid by invalid_arguments");
    assert_eq!(said(&decision(all.event(&of("3", "a")))), "permit by p");
    assert_eq!(rejected(all.event(r#"{"type":"context","#)).code.number(), "H0001");
    assert_eq!(said(&decision(all.event(&of("4", "a")))), "forbid by invalid_arguments");
    assert_eq!(said(&decision(all.event(&of("5", "later")))), "forbid by invalid_arguments");
}

#[test]
fn looking_at_a_step_names_no_session_and_permits_nothing_that_is_then_refused() {
    let image = sample().unwrap();
    let step = call("c", 2, CALL);
    // Nothing happened yet: the step would be the first event, and still names the session only when it is taken.
    let mut fresh = Session::new(std::sync::Arc::clone(&image), "", Options::default());
    fresh.decide(&step);
    assert!(fresh.explain(&step).is_ok());
    assert_eq!((fresh.id(), fresh.entries()), ("", 0));
    // The first event named no session, so a step of a named one is another session's.
    let mut s = Session::new(image, "", Options::default());
    let start = observation("start", 0, r#","context":{"role":"teller","limit":["ann@bank.example"]}"#);
    s.event(&start.replacen(r#""session":"s","#, "", 1));
    assert_eq!((s.id(), s.entries()), ("", 1));
    let (verdict, explained) = (s.decide(&step), s.explain(&step).unwrap().decision);
    let decided = decision(s.event(&step));
    assert_eq!(said(&decided), "forbid by invalid_arguments");
    assert_eq!((verdict.effect, said(&explained)), (decided.effect, said(&decided)));
    assert_eq!((explained.entry, s.id()), (decided.entry, ""));
}

#[test]
fn an_end_that_does_not_fit_ends_its_agent_all_the_same() {
    let mut s = super::rules::session("tool t()\nagent helper(topic: text)\npermit p\n  on t, helper\n");
    let at = r#""at":"2026-01-01T00:00:00Z""#;
    assert_eq!(said(&decision(s.event(&format!(r#"{{"type":"spawn","id":"h","name":"helper","args":{{"topic":"x"}},{at}}}"#)))), "permit by p");
    let step = |s: &mut Session, id: &str, agent: &str| {
        said(&decision(s.event(&format!(r#"{{"type":"call","id":"{id}","agent":"{agent}","name":"t","args":{{}},{at}}}"#))))
    };
    let end = |s: &mut Session, agent: &str| rejected(s.event(&format!(r#"{{"type":"end","agent":"{agent}","ok":"yes",{at}}}"#))).consequence;
    assert_eq!(end(&mut s, "nobody"), "nothing changes");
    assert_eq!(step(&mut s, "1", "h"), "permit by p");
    assert_eq!(end(&mut s, "h"), "the agent is over all the more");
    assert_eq!(step(&mut s, "2", "h"), "forbid by invalid_arguments");
    assert_eq!(step(&mut s, "3", "main"), "permit by p");
    assert_eq!(end(&mut s, "main"), "the session is over: its later steps are forbidden");
    assert_eq!(step(&mut s, "4", "main"), "forbid by invalid_arguments");
}
