//! What the host tells of entities: what is taken, what is refused and where, and what sessions make of it.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use reach_codes::Sources;
use reach_evaluator::entities::MAX_ID_BYTES;
use reach_evaluator::image::EntityId;

use crate::{Entities, Options, Outcome, Session, VerifiedImage, read_entities};

const BUNDLE: &str = r#"entity Org {}
entity Group in Org, Group {}
entity User in Group { level: int, home: path?, friend: User?, tags: list<text> }

context { me: User }

tool greet(who: User)

permit members
  on greet
  when args.who in Group["staff"] and args.who.level >= context.me.level

forbid away
  on greet
  when args.who has home and args.who.home within "/away"
"#;

fn build(source: &str) -> Arc<VerifiedImage> {
    let mut sources = Sources::new();
    sources.add("a.reach", source);
    Arc::new(reach_compiler::build(sources).unwrap_or_else(|(sources, found)| panic!("{}", reach_codes::render::text(&sources, &found, false))).image)
}

fn image() -> Arc<VerifiedImage> {
    build(BUNDLE)
}

const DATA: &str = r#"{"type":"Org","id":"acme"}
{"type":"Group","id":"staff","parents":[{"type":"Org","id":"acme"}]}

{"type":"User","id":"ann","parents":[{"type":"Group","id":"staff"}],"fields":{"level":3,"tags":["a","b"],"friend":"bob","home":"/srv/../home"}}
{"type":"User","id":"bob","fields":{"level":1,"tags":[]}}
"#;

fn session(data: &str) -> Session {
    let image = image();
    let entities = Some(Arc::new(read_entities(&image, data).unwrap()));
    Session::new(image, "s", Options { entities, ..Options::default() })
}

fn event(session: &mut Session, at: u32, rest: &str) -> String {
    match session.event(&format!(r#"{{"session":"s",{rest},"at":"2026-01-01T00:00:{at:02}Z"}}"#)) {
        Outcome::Decision(decision) => super::said(&decision),
        Outcome::Observed => "observed".to_owned(),
        other => format!("{other:?}"),
    }
}

fn greet(session: &mut Session, at: u32, who: &str) -> String {
    event(session, at, &format!(r#""type":"call","id":"c{at}","name":"greet","args":{{"who":"{who}"}}"#))
}

/// What is wrong with data: code, line, pointer, message.
fn refused(data: &str) -> String {
    let e = read_entities(&image(), data).unwrap_err();
    let line = e.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    format!("{} {line} {} {}", e.code.number(), if e.pointer.is_empty() { "-" } else { &e.pointer }, e.message)
}

#[test]
fn sessions_know_what_the_data_says_and_share_it() {
    let mut session = session(DATA);
    event(&mut session, 0, r#""type":"start","context":{"me":"bob"}"#);
    assert_eq!(greet(&mut session, 1, "ann"), "permit by members");
    assert_eq!(greet(&mut session, 2, "bob"), "forbid by default");
    assert_eq!(greet(&mut session, 3, "eve"), "forbid by away");
}

#[test]
fn an_array_says_the_same_as_lines_in_any_order() {
    let lines: Vec<&str> = DATA.lines().filter(|line| !line.is_empty()).rev().collect();
    let array = format!(" [ {} ]\n", lines.join(" ,\n"));
    let image = image();
    let (one, other) = (read_entities(&image, DATA).unwrap(), read_entities(&image, &array).unwrap());
    assert_eq!((one.len(), one.digest()), (4, other.digest()));
    let spaced = DATA.replace(r#""level":3"#, r#""level": 3.0"#).replace(r#""tags":["a","b"],"friend":"bob""#, r#""friend":"b\u006fb","tags":["a","b"]"#);
    assert_eq!(read_entities(&image, &spaced).unwrap().digest(), one.digest(), "what is written otherwise means the same");
    for changed in [
        DATA.replace("\"level\":3", "\"level\":4"),
        DATA.replace("\"a\",\"b\"", "\"b\",\"a\""),
        DATA.replace(r#""parents":[{"type":"Org","id":"acme"}]"#, r#""parents":[]"#),
    ] {
        assert_ne!(read_entities(&image, &changed).unwrap().digest(), one.digest(), "{changed}");
    }
    assert_ne!(read_entities(&image, "").unwrap().digest(), read_entities(&image, r#"{"type":"Org","id":"a"}"#).unwrap().digest());
}

#[test]
fn ids_become_nodes_where_they_enter() {
    let image = image();
    let entities = read_entities(&image, DATA).unwrap();
    let user = 2;
    let (ann, bob) = (entities.find(user, "ann").unwrap(), entities.find(user, "bob").unwrap());
    let Some(reach_evaluator::value::Value::Text(friend)) = entities.field(ann, 2) else { panic!("no friend") };
    assert_eq!(friend.atom.node(), Some(bob));
    assert_eq!(image.image().entities.get(user as usize).map(|e| e.parents.clone()), Some(vec![EntityId(1)]));
}

#[test]
fn data_that_is_wrong_is_refused_with_its_place() {
    let deep = format!(r#"{{"type":"User","id":"a","fields":{{"level":1,"tags":{}1{}}}}}"#, "[".repeat(80), "]".repeat(80));
    let long_id = format!(r#"{{"type":"Org","id":"{}"}}"#, "x".repeat(MAX_ID_BYTES + 1));
    let long_text = format!(r#"{{"type":"User","id":"a","fields":{{"level":1,"tags":["{}"]}}}}"#, "x".repeat((256 << 10) + 1));
    let many_tags = format!(r#"{{"type":"User","id":"a","fields":{{"level":1,"tags":[{}]}}}}"#, vec!["\"\""; 10_001].join(","));
    let many_parents = format!(r#"{{"type":"Group","id":"a","parents":[{}]}}"#, vec![r#"{"type":"Org","id":"o"}"#; 10_001].join(","));
    let cases: &[(&str, &str, &str)] = &[
        ("no JSON", "\n{\"type\":", "H0032 2 - this is not JSON: the text ends too early"),
        ("an array that ends early", "[\n{\"type\":\"Org\",\"id\":\"a\"},\n", "H0032 3 - this is not JSON"),
        ("something behind", "[]\n[]", "H0032 2 - this is not JSON: something follows"),
        ("two in one line", r#"{"type":"Org","id":"a"}{"type":"Org","id":"b"}"#, "H0032 1 - this is not JSON: something follows"),
        ("NaN", r#"{"type":"User","id":"a","fields":{"level":NaN,"tags":[]}}"#, "H0032 1 - this is not JSON"),
        ("no object", "7", "H0033 1 - expected an object"),
        ("no object in the array", "[{\"type\":\"Org\",\"id\":\"a\"},\n[]]", "H0033 2 /1 expected an object with `type` and `id`, found a list"),
        ("no type", r#"{"id":"a"}"#, "H0033 1 - the entity has no `type`"),
        ("no id", r#"{"type":"Org"}"#, "H0033 1 - the entity has no `id`"),
        ("an id that is a number", r#"{"type":"Org","id":7}"#, "H0033 1 /id expected text, found a number"),
        ("an empty id", r#"{"type":"Org","id":""}"#, "H0033 1 /id an id has 1 to 1024 bytes, and this has 0"),
        ("an id that is too long", &long_id, "H0033 1 /id an id has 1 to 1024 bytes, and this has 1025"),
        ("a key twice", r#"{"type":"Org","id":"a","id":"b"}"#, "H0033 1 /id `id` is there twice"),
        ("a key twice, escaped", r#"{"type":"Org","id":"a","\u0069d":"b"}"#, "H0033 1 /id `id` is there twice"),
        ("an unknown key", r#"{"type":"Org","id":"a","na/me":1}"#, r#"H0033 1 /na~1me an entity has no "na/me""#),
        ("as Cedar writes it", r#"{"uid":{"type":"Org","id":"a"},"attrs":{},"parents":[]}"#, r#"H0033 1 /uid an entity has no "uid""#),
        ("parents that are none", r#"{"type":"Org","id":"a","parents":{}}"#, "H0033 1 /parents expected a list of parents, found an object"),
        ("a parent that is text", r#"{"type":"User","id":"a","parents":["b"]}"#, "H0033 1 /parents/0 expected a parent"),
        ("a parent without an id", r#"{"type":"User","id":"a","parents":[{"type":"Group"}]}"#, "H0033 1 /parents/0 a parent has a `type` and an `id`"),
        ("a parent with more", r#"{"type":"User","id":"a","parents":[{"type":"Group","id":"g","x":1}]}"#, "H0033 1 /parents/0/x a parent has no"),
        ("an unknown type", r#"{"type":"Uesr","id":"a"}"#, r#"H0034 1 /type the bundle declares no entity "Uesr""#),
        ("a parent of an unknown type", r#"{"type":"User","id":"a","parents":[{"type":"Team","id":"g"}]}"#, "H0034 1 /parents/0/type the bundle declares no"),
        (
            "a parent of a type that it can't have",
            r#"{"type":"User","id":"a","parents":[{"type":"Org","id":"o"}]}"#,
            "H0035 1 /parents/0 `User` can't lie in `Org`",
        ),
        ("a field that is missing", r#"{"type":"User","id":"a","fields":{"tags":[]}}"#, r#"H0035 1 /fields/level `User["a"]`: expected int, found nothing"#),
        ("no fields at all", r#"{"type":"User","id":"a"}"#, "H0035 1 /fields/level"),
        ("a field of another type", r#"{"type":"User","id":"a","fields":{"level":"3","tags":[]}}"#, "H0035 1 /fields/level"),
        ("a number that is no int", r#"{"type":"User","id":"a","fields":{"level":1e30,"tags":[]}}"#, "H0035 1 /fields/level"),
        ("a field that is null", r#"{"type":"User","id":"a","fields":{"level":null,"tags":[]}}"#, "H0035 1 /fields/level"),
        (
            "a field that is no entity",
            r#"{"type":"User","id":"a","fields":{"level":1,"tags":[],"friend":3}}"#,
            "H0035 1 /fields/friend `User[\"a\"]`: expected the id of an entity `User`",
        ),
        ("a field twice", r#"{"type":"User","id":"a","fields":{"level":1,"level":1,"tags":[]}}"#, "H0035 1 /fields/level"),
        ("an unknown field", r#"{"type":"User","id":"a","fields":{"level":1,"tags":[],"age":1}}"#, "H0035 1 /fields/age"),
        ("fields that are a list", r#"{"type":"Org","id":"a","fields":[]}"#, "H0033 1 /fields expected an object of fields, found a list"),
        (
            "an entity twice",
            "{\"type\":\"Org\",\"id\":\"a\"}\n{\"type\":\"Org\",\"id\":\"\\u0061\"}",
            "H0036 2 - `Org[\"\\u0061\"]` is there already, from line 1 on",
        ),
        ("in the array twice", "[{\"type\":\"Org\",\"id\":\"a\"},\n{\"type\":\"Org\",\"id\":\"a\"}]", "H0036 2 /1 `Org[\"a\"]` is there already"),
        (
            "a parent that is missing",
            r#"{"type":"Group","id":"a","parents":[{"type":"Org","id":"o"}]}"#,
            "H0037 1 /parents/0 `Group[\"a\"]` lies in an entity that the data doesn't have",
        ),
        ("in itself", r#"{"type":"Group","id":"a","parents":[{"type":"Group","id":"a"}]}"#, "H0038 1 /parents `Group[\"a\"]` lies in itself"),
        (
            "in a circle",
            "{\"type\":\"Group\",\"id\":\"a\",\"parents\":[{\"type\":\"Group\",\"id\":\"b\"}]}\n{\"type\":\"Group\",\"id\":\"b\",\"parents\":[{\"type\":\"Group\",\"id\":\"a\"}]}",
            "H0038 1 /parents entities lie in each other: `Group[\"a\"]` in `Group[\"b\"]` in `Group[\"a\"]`",
        ),
        ("too deep", &deep, "H0032 1 - this is not JSON: nested deeper"),
        ("too long a text", &long_text, "H0039 1 /fields `User[\"a\"]`: a text is longer than 262144 bytes"),
        ("too long a list", &many_tags, "H0039 1 /fields `User[\"a\"]`: a list or object has more than 10000 elements"),
        ("too many parents", &many_parents, "H0039 1 /parents/10000 an entity has more than 10000 parents"),
    ];
    for (what, data, expected) in cases {
        let found = refused(data);
        assert!(found.starts_with(expected), "{what}:\n{found}\nexpected\n{expected}");
    }
}

#[test]
fn what_helps_is_said() {
    let help = |data: &str| read_entities(&image(), data).unwrap_err().help.unwrap_or_default();
    assert_eq!(help(r#"{"type":"Uesr","id":"a"}"#), "did you mean `User`?");
    assert!(help(r#"{"uid":{"type":"User","id":"a"}}"#).contains("Cedar"));
    assert_eq!(help(r#"{"type":"Org","id":"a","attrs":{}}"#), "write `fields`");
    let none = build("tool t()\n\npermit p\n  on t\n");
    assert_eq!(read_entities(&none, r#"{"type":"User","id":"a"}"#).unwrap_err().help.as_deref(), Some("the bundle declares no entities at all"));
    let d = read_entities(&image(), "\n{\"type\":\"Org\",\"id\":7}").unwrap_err().diagnostic("users.jsonl");
    assert_eq!(d.message, "users.jsonl:2: at `/id`: expected text, found a number");
}

#[test]
fn limits_of_lists_and_ids_hold_just_below() {
    let image = image();
    let id = format!(r#"{{"type":"Org","id":"{}"}}"#, "x".repeat(MAX_ID_BYTES));
    assert_eq!(read_entities(&image, &id).unwrap().len(), 1);
    let tags = format!(r#"{{"type":"User","id":"a","fields":{{"level":1,"tags":[{}]}}}}"#, vec!["\"\""; 10_000].join(","));
    assert_eq!(read_entities(&image, &tags).unwrap().len(), 1);
    let text = format!(r#"{{"type":"User","id":"a","fields":{{"level":1,"tags":["{}"]}}}}"#, "x".repeat(256 << 10));
    assert_eq!(read_entities(&image, &text).unwrap().len(), 1);
}

#[test]
fn ids_that_only_look_alike_are_others() {
    let mut data = String::new();
    // Composed and decomposed, Latin and Cyrillic, with a blank, with a zero byte, in another case.
    let ids = ["é", "e\u{301}", "a", "а", "a ", "a\u{0}", "A", "a\u{200b}"];
    for id in ids {
        let id = serde_json::Value::from(id);
        let _ = writeln!(data, r#"{{"type":"User","id":{id},"fields":{{"level":1,"tags":[]}}}}"#);
    }
    let entities = read_entities(&image(), &data).unwrap();
    let nodes: std::collections::BTreeSet<_> = ids.iter().map(|id| entities.find(2, id).unwrap()).collect();
    assert_eq!(nodes.len(), ids.len());
    assert_eq!(entities.find(1, "a"), None, "an id is one of its type");
}

#[test]
fn a_hundred_thousand_entities_are_read() {
    let mut data = String::from(r#"{"type":"Org","id":"o"}"#);
    for group in 0..100 {
        let _ = write!(data, "\n{{\"type\":\"Group\",\"id\":\"g{group}\",\"parents\":[{{\"type\":\"Org\",\"id\":\"o\"}}]}}");
    }
    for user in 0..100_000 {
        let _ = write!(
            data,
            "\n{{\"type\":\"User\",\"id\":\"u{user}\",\"parents\":[{{\"type\":\"Group\",\"id\":\"g{}\"}}],\"fields\":{{\"level\":{user},\"tags\":[]}}}}",
            user % 100
        );
    }
    let entities = read_entities(&image(), &data).unwrap();
    assert_eq!(entities.len(), 100_101);
    assert!(entities.lies_in(entities.find(2, "u99999").unwrap(), entities.find(0, "o").unwrap()));
}

#[test]
fn without_data_or_with_that_of_another_bundle_nothing_is_known() {
    let mut none = Session::new(image(), "s", Options::default());
    assert_eq!((greet(&mut none, 1, "ann"), none.entities_digest()), ("forbid by away".to_owned(), None));
    let other = build(&BUNDLE.replace("\"/away\"", "\"/gone\""));
    let entities = Some(Arc::new(read_entities(&image(), DATA).unwrap()));
    let mut wrong = Session::new(other, "s", Options { entities, ..Options::default() });
    assert_eq!((greet(&mut wrong, 1, "ann"), wrong.entities_digest()), ("forbid by away".to_owned(), None));
}

#[test]
fn a_context_keeps_its_entities_when_it_changes() {
    let mut session = session(DATA);
    for at in 0..20 {
        event(&mut session, at, &format!(r#""type":"context","context":{{"me":"{}"}}"#, if at % 2 == 0 { "ann" } else { "bob" }));
    }
    assert_eq!(greet(&mut session, 21, "ann"), "permit by members");
}

#[test]
fn a_saved_session_goes_on_with_its_entities_and_no_others() {
    let mut one = session(DATA);
    event(&mut one, 0, r#""type":"start","context":{"me":"bob"}"#);
    let saved = one.save();
    let image = image();
    let restore = |data: Option<&str>| {
        let entities: Option<Arc<Entities>> = data.map(|data| Arc::new(read_entities(&image, data).unwrap()));
        Session::restore(Arc::clone(&image), Options { entities, ..Options::default() }, &saved).map_err(|e| e.code.number())
    };
    let mut again = restore(Some(DATA)).unwrap();
    assert_eq!(greet(&mut again, 1, "ann"), "permit by members");
    assert_eq!(greet(&mut one, 1, "ann"), "permit by members");
    assert_eq!(again.save(), one.save());
    assert_eq!(restore(None).unwrap_err(), "H0031");
    assert_eq!(restore(Some(&DATA.replace("\"level\":3", "\"level\":9"))).unwrap_err(), "H0031");
    // A state of a bundle without entities is written as it always was.
    let plain = build("tool t()\n\npermit p\n  on t\n");
    assert_eq!(&Session::new(plain, "s", Options::default()).save()[8..10], [1, 0]);
    assert_eq!(&saved[8..10], [2, 0]);
}

#[test]
fn another_bundle_is_activated_with_data_of_its_own() {
    let mut session = session(DATA);
    let start = r#"{"session":"s","type":"start","context":{"me":"bob"},"at":"2026-01-01T00:00:00Z"}"#;
    let greeting = r#"{"session":"s","type":"call","id":"c1","name":"greet","args":{"who":"ann"},"at":"2026-01-01T00:00:01Z"}"#;
    let _ = session.event(start);
    let other = build(&BUNDLE.replace("level >= context", "level < context").replace("Group[\"staff\"]", "Org[\"acme\"]"));
    let entities = Some(Arc::new(read_entities(&other, DATA).unwrap()));
    session.activate_with(other, entities, [start]).unwrap();
    assert_eq!(super::said(&super::decision(session.event(greeting))), "forbid by default");
    assert!(session.entities_digest().is_some());
    session.activate(image(), [start, greeting]).unwrap();
    assert_eq!(greet(&mut session, 2, "ann"), "forbid by away", "what was told of the other bundle's entities is not taken for its own");
}

#[test]
fn an_explanation_says_that_an_entity_is_not_known() {
    let mut session = session(DATA);
    let line = r#"{"session":"s","type":"call","id":"c","name":"greet","args":{"who":"eve"},"at":"2026-01-01T00:00:01Z"}"#;
    let explanation = session.explain(line).unwrap();
    let text = explanation.decision_text(false) + &explanation.rules_text(false);
    assert!(text.contains("the session's data doesn't know this entity"), "{text}");
    assert_eq!(explanation.decision.errors[0].detail.cause, crate::ErrorCause::UnknownEntity);
}

/// Changes of a text: where, how, and with what.
fn edits() -> impl Strategy<Value = Vec<(Index, u8, Index)>> {
    proptest::collection::vec((any::<Index>(), 0u8..4, any::<Index>()), 1..6)
}

/// What JSON is made of, and what it must not have.
const PIECES: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\\",
    "\n",
    "0",
    "-",
    "e9",
    "null",
    "\"type\"",
    "\"User\"",
    "\"ann\"",
    "\"parents\":[]",
    "\\ud800",
    "\u{0}",
    "é",
    " ",
    "{\"type\":\"Org\",\"id\":\"acme\"}",
];

fn edited(text: &str, edits: &[(Index, u8, Index)]) -> String {
    let mut text: Vec<String> = text.chars().map(String::from).collect();
    for (at, how, piece) in edits {
        let (at, piece) = (at.index(text.len().max(1)), PIECES[piece.index(PIECES.len())]);
        match how {
            0 => text.insert(at.min(text.len()), piece.to_owned()),
            1 if at < text.len() => text[at] = piece.to_owned(),
            2 if at < text.len() => drop(text.remove(at)),
            // A part again.
            _ => {
                let part: Vec<String> = text[at.min(text.len())..].iter().take(80).cloned().collect();
                text.extend(part);
            }
        }
    }
    text.concat()
}

proptest! {
    #[test]
    fn hostile_data_is_refused_with_its_place_or_says_the_same_whenever_it_is_read(edits in edits(), array: bool) {
        let text = if array { format!("[{}]", DATA.trim().lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(",\n")) } else { DATA.to_owned() };
        let text = edited(&text, &edits);
        let image = image();
        match read_entities(&image, &text) {
            Ok(entities) => {
                let again = read_entities(&image, &text).unwrap();
                prop_assert!(entities.digest().is_some() && entities.digest() == again.digest());
                // Whoever lies in somebody is known, and lies in what that one lies in.
                for node in entities.nodes() {
                    let (kind, id) = entities.name(node).unwrap();
                    prop_assert_eq!(entities.find(kind, id), Some(node));
                    for parent in entities.parents(node) {
                        prop_assert!(entities.lies_in(node, parent) && !entities.lies_in(parent, node));
                        prop_assert!(entities.parents(parent).all(|above| entities.lies_in(node, above)));
                    }
                }
            }
            Err(e) => {
                prop_assert!(e.line.is_none_or(|line| line >= 1 && line <= text.matches('\n').count() + 1), "{e:?}");
                prop_assert!(e.pointer.is_empty() || e.pointer.starts_with('/'), "{e:?}");
                prop_assert!(!e.message.is_empty());
            }
        }
    }
}
