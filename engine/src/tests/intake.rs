use super::{call, decided, decision, said, session};
use crate::Session;
use crate::fuzz::sample;

#[test]
fn every_type_takes_what_it_is_for() {
    for args in [
        r#"{"text":""}"#,
        r#"{"text":"a\u00e9\n","flag":true,"int":-9223372036854775808,"decimal":0.000000000000000001}"#,
        r#"{"text":"a","int":100.0,"decimal":98.70}"#,
        r#"{"text":"a","int":1e2,"time":"2026-01-01T00:00:00.5+02:00","date":"2026-02-28","duration":"1h30m"}"#,
        r#"{"text":"a","path":"/a//b/../c","email":"ann@Bank.Example","enum":"auditor"}"#,
        r#"{"text":"a","list":["ann@bank.example","bob@bank.example"],"set":[3,1,2,1],"map":{"b":"x","a":"y"}}"#,
        r#"{"text":"a","any":{"k":[1,null,"x",{"deep":1e400}]},"record":{"set":[],"text":"r"}}"#,
        r#"{"text":"a","some":"one"}"#,
        r#"{"text":"a","some":["one","two"]}"#,
        r#"{"text":"a","some":" [\"one\", \"two\"]"}"#,
        r#"{"text":"a","some":"[not a list"}"#,
        r#"{"text":"a","flag":null,"int":null,"list":null,"any":null}"#,
    ] {
        assert_eq!(decided(args), "permit by p", "{args}");
    }
}

#[test]
fn what_does_not_fit_is_refused_with_pointer_and_reason() {
    let rows: Vec<String> = [
        r#"{}"#,
        r#"{"text":null}"#,
        r#"{"text":5}"#,
        r#"{"text":"a","flag":"true"}"#,
        r#"{"text":"a","int":1.5}"#,
        r#"{"text":"a","int":9223372036854775808}"#,
        r#"{"text":"a","int":"5"}"#,
        r#"{"text":"a","decimal":0.0000000000000000001}"#,
        r#"{"text":"a","decimal":"98.70"}"#,
        r#"{"text":"a","time":"2026-01-01T00:00:00"}"#,
        r#"{"text":"a","date":"2026-02-30"}"#,
        r#"{"text":"a","duration":"5 minutes"}"#,
        r#"{"text":"a","path":""}"#,
        r#"{"text":"a","path":"a\u0000b"}"#,
        r#"{"text":"a","email":"ann at bank"}"#,
        r#"{"text":"a","enum":"manager"}"#,
        r#"{"text":"a","list":"ann@bank.example"}"#,
        r#"{"text":"a","list":["ann@bank.example","nobody"]}"#,
        r#"{"text":"a","set":[1,true]}"#,
        r#"{"text":"a","map":{"a/b":"x","c~":1}}"#,
        r#"{"text":"a","map":{"a":"x","\u0061":"y"}}"#,
        r#"{"text":"a","any":{"x":[{"a":1,"a":2}]}}"#,
        r#"{"text":"a","record":{"text":"r","st":[]}}"#,
        r#"{"text":"a","record":{"text":"r","set":[],"text":"r"}}"#,
        r#"{"text":"a","some":["a",null]}"#,
        r#"{"text":"a","some":null,"some":"b"}"#,
        r#"{"text":"a","txet":"b"}"#,
        r#"{"text":"a","something entirely different":1}"#,
        r#"{"text":"a","enum":{"x":1}}"#,
        r#"[]"#,
    ]
    .iter()
    .map(|args| format!("{args}\n  {}\n", decided(args)))
    .collect();
    insta::assert_snapshot!(rows.concat());
}

#[test]
fn all_that_does_not_fit_is_reported_eight_fields_at_most() {
    let args = r#"{"flag":1,"int":"","decimal":"","time":"","date":"","duration":"","path":"","email":"","enum":"","z":1}"#;
    let decision = decision(session().event(&call("c", 0, args)));
    let problems = &decision.rules[0].problems;
    assert_eq!(problems.len(), 8);
    assert!(problems.is_sorted_by(|a, b| a.pointer < b.pointer));
    assert!(decision.rules[0].message.as_ref().unwrap().ends_with("; and 3 more"), "{:?}", decision.rules[0].message);
}

#[test]
fn the_envelope_is_checked_like_the_arguments() {
    let good = call("c", 0, r#"{"text":"a"}"#);
    assert_eq!(said(&decision(session().event(&good))), "permit by p");
    let rows: Vec<String> = [
        good.replace(r#""id":"c","#, ""),
        good.replace(r#""id":"c""#, r#""id":"""#),
        good.replace(r#""id":"c""#, r#""id":7"#),
        good.replace(r#""name":"t","#, ""),
        good.replace("2026-01-01T00:00:00Z", "now"),
        good.replace(r#","at":"2026-01-01T00:00:00Z""#, ""),
        good.replace(r#""name":"t""#, r#""name":"t","naem":"t""#),
        good.replace(r#""name":"t""#, r#""name":"t","name":"t""#),
        good.replace(r#""name":"t""#, r#""name":"t","content":1"#),
        good.replace(r#""name":"t""#, r#""name":"t","agent":"helper""#),
        good.replace(r#""session":"s""#, r#""session":"other""#),
        good.replace(r#""args":{"text":"a"}"#, r#""args":"text""#),
        good.replace(r#""facts":{"fact":true}"#, r#""facts":{"fact":1,"more":2}"#),
    ]
    .iter()
    .map(|line| {
        let decision = decision(session().event(line));
        format!("{line}\n  {}: {}\n", said(&decision), decision.rules[0].message.as_deref().unwrap())
    })
    .collect();
    insta::assert_snapshot!(rows.concat());
}

#[test]
fn an_id_is_used_once_even_by_a_refused_step() {
    let mut s = session();
    assert_eq!(said(&decision(s.event(&call("c", 0, "{}")))), "forbid by invalid_arguments");
    let again = decision(s.event(&call("c", 1, r#"{"text":"a"}"#)));
    assert_eq!(said(&again), "forbid by invalid_arguments");
    assert_eq!(again.rules[0].problems[0].pointer, "/id");
    assert_eq!(said(&decision(s.event(&call("d", 1, r#"{"text":"a"}"#)))), "permit by p");
}

#[test]
fn policy_gate_blocks_undeclared_tools() {
    let line = call("c", 0, r#"{"text":"a"}"#);
    for (other, effect) in [
        (line.replace(r#""name":"t""#, r#""name":"T""#), "forbid by undeclared"),
        (line.replace(r#""name":"t""#, r#""name":"t ""#), "forbid by undeclared"),
        (line.replace(r#""name":"t""#, r#""name":"""#), "forbid by undeclared"),
        (line.replace(r#""name":"t""#, r#""name":"t\u0000""#), "forbid by undeclared"),
        (line.replace(r#""type":"call""#, r#""type":"spawn""#), "forbid by undeclared"),
        (line.replace(r#""type":"call""#, r#""type":"model""#), "forbid by undeclared"),
        (line.replace(r#""type":"call""#, r#""type":"read""#), "forbid by undeclared"),
        (line.replace(r#""name":"t""#, r#""name":"\u0074""#), "permit by p"),
    ] {
        assert_eq!(said(&decision(session().event(&other))), effect, "{other}");
    }
}

#[test]
fn a_declared_step_that_no_rule_is_about_is_refused_by_default() {
    let say = r#"{"session":"s","type":"say","id":"c","args":{"text":"hello"},"at":"2026-01-01T00:00:00Z"}"#;
    let decision = decision(session().event(say));
    assert_eq!(said(&decision), "forbid by default");
    assert_eq!(decision.rules[0].message.as_deref(), Some("no rule permits `say`"));
}

#[test]
fn a_decision_has_the_documented_form() {
    let decision = decision(session().event(&call("c", 0, r#"{"text":"a"}"#)));
    let mut json = serde_json::to_value(&decision).unwrap();
    assert!(json["bundle"].as_str().unwrap().starts_with("sha256:"));
    json["bundle"] = "sha256:...".into();
    let expected = serde_json::json!({"session":"s","id":"c","effect":"permit","rules":[{"rule":"p","file":"sample.reach","line":1,"column":8}],
        "obligations":[],"errors":[],"bundle":"sha256:...","entry":0});
    assert_eq!(json, expected);
}

#[test]
fn a_session_without_a_name_takes_the_first_that_comes() {
    let mut s = Session::new(sample().unwrap(), "", crate::Options::default());
    assert_eq!(decision(s.event(&call("c", 0, r#"{"text":"a"}"#))).session, "s");
    let other = call("d", 0, r#"{"text":"a"}"#).replace(r#""session":"s""#, r#""session":"z""#);
    assert_eq!(said(&decision(s.event(&other))), "forbid by invalid_arguments");
}

#[test]
fn an_explanation_is_decided_but_not_recorded() {
    let mut s = session();
    let line = call("c", 0, r#"{"text":"a","path":"/x"}"#);
    for _ in 0..2 {
        let explanation = s.explain(&line).unwrap();
        assert_eq!(said(&explanation.decision), "permit by p");
        assert_eq!(explanation.step, r#"call t(text: "a", path: "/x", facts.fact: true)"#);
        assert_eq!(s.decide(&line), crate::Verdict { effect: crate::Effect::Permit, rules: 1 });
    }
    assert_eq!(said(&decision(s.event(&line))), "permit by p");
    assert!(s.explain(r#"{"type":"end"}"#).is_err());
}
