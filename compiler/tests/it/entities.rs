//! Entities: what is accepted and what it becomes, and what the messages say.

use std::fmt::Write as _;

use reach_compiler::ir::{ExprKind, Type};

use super::support::{accepts, codes, compiled, refuses, said, shown, when};

/// Declarations that the tests share.
const DECLARED: &str = "entity Org { name: text }\nentity Team in Org, Team { lead: User? }\nentity User in Team { level: int, tags: set<text>, home: Org }\n\
    entity Doc in Folder { owner: User }\nentity Folder in Folder {}\n\n\
    tool view(doc: Doc, by: User, among: list<User>, teams: list<Team>, folder: Folder?, name: text)\n\n";

fn rule(condition: &str) -> String {
    format!("{DECLARED}permit p\n  on view\n  when {condition}\n")
}

#[test]
fn what_can_be_asked_of_entities() {
    for condition in [
        "args.by == User[\"ann\"]",
        "args.by != args.doc.owner",
        "args.by in Team[\"ops\"]",
        "args.by in Org[\"acme\"]",
        "args.by not in Team[\"ops\"]",
        "args.by in { Team[\"ops\"], Team[\"sales\"] }",
        "args.by in [Team[\"ops\"]]",
        "args.by in args.teams",
        "args.by in args.among",
        "args.by in { User[\"a\"], args.doc.owner }",
        "args.by in User[\"ann\"]",
        "args.doc in Folder[\"public\"]",
        "args has folder and args.folder in Folder[\"public\"]",
        "(args.folder else Folder[\"none\"]) == Folder[\"public\"]",
        "args.by.level >= 3 and \"x\" in args.by.tags",
        "args.doc.owner.home.name == args.name",
        "args.by.home in Org[\"acme\"]",
        "any(t in args.teams: t has lead and t.lead == args.by)",
        "all(u in args.among: u.level > 1)",
        "args.among contains args.by",
        "count(u in args.among: u in Team[\"ops\"]) >= 2",
        "if args.by.level > 1 then args.by in Org[\"a\"] else args.by == args.doc.owner",
        "count(call view where args.by == step.args.by over 1h) < 3",
        "ever(call view where args.by in Team[\"ops\"])",
    ] {
        accepts(&rule(condition));
    }
}

#[test]
fn what_is_in_what_is_told_apart_from_what_is_equal() {
    let kind = |condition: &str| match &when(&accepts(&rule(condition)), "p").kind {
        ExprKind::Under(..) => "under",
        ExprKind::In(..) => "in",
        ExprKind::Compare(..) => "compare",
        other => panic!("{other:?}"),
    };
    assert_eq!(kind("args.by in Team[\"ops\"]"), "under");
    assert_eq!(kind("args.by in User[\"ann\"]"), "compare");
    assert_eq!(kind("args.by in { User[\"ann\"], User[\"bob\"] }"), "in");
    assert_eq!(kind("args.doc.owner in args.among"), "in");
    assert_eq!(kind("args.doc in Folder[\"a\"]"), "under");
}

#[test]
fn entities_stand_in_types_constants_functions_and_declarations() {
    let text = "entity User {}\n\ntype Pair = { a: User, b: User? }\nlet boss = User[\"boss\"]\nlet all: set<User> = { User[\"a\"], boss }\nparam who: User = boss\n\
        fn is_boss(u: User) = u == boss\n\ncontext { me: User }\n\ntool t(p: Pair, m: map<User>) -> { by: User }\nagent helper(of: User)\nmodel m(of: User)\n\n\
        permit p\n  on t\n  when is_boss(args.p.a) or args.p.a in all or context.me == who\n  because \"{args.p.a} by {context.me}\"\n\n\
        ask q\n  on t\n  when ever(result t where result.by == step.args.p.a)\n";
    let bundle = accepts(text);
    assert_eq!(bundle.entities.len(), 1);
    assert!(matches!(&bundle.context[0].ty, Type::Entity(name) if &**name == "User"));
}

#[test]
fn functions_read_fields_and_a_field_may_have_any_type() {
    accepts(
        "entity User { r: { a: int, bs: list<Doc> }, when: time, where_: path, m: map<int>, any_: any }\nentity Doc {}\n\nfn old(u: User) = u.r.a > 3\n\ntool t(u: User)\n\npermit p\n  on t\n  when old(args.u) and args.u.where_ within \"/srv\" and Doc[\"x\"] in args.u.r.bs\n",
    );
}

#[test]
fn mistakes_about_entities_have_their_codes() {
    let wrong: &[(&str, &[&str])] = &[
        ("entity User {}\nentity User {}\n", &["duplicate-name"]),
        ("entity User { a: int, a: text }\n", &["duplicate-field"]),
        ("entity User in Gruop {}\nentity Group {}\n", &["unknown-type"]),
        ("type T = int\nentity User in T {}\n", &["wrong-kind-of-name"]),
        ("entity Group {}\nentity User in Group, Group {}\n", &["duplicate-field"]),
        ("entity text {}\n", &["reserved-name"]),
        ("entity args {}\n", &["reserved-name"]),
        ("entity User { n: int where it > 0 }\n", &["not-supported-yet"]),
        ("entity User { p: path at \"/srv\" }\n", &["not-supported-yet"]),
        ("entity User { n: list<int> from text }\n", &["not-supported-yet"]),
        ("entity User { n: nothing }\n", &["unknown-type"]),
    ];
    for (text, wanted) in wrong {
        refuses(text, wanted);
    }
    let conditions: &[(&str, &[&str])] = &[
        ("args.by == \"ann\"", &["unlike-types"]),
        ("args.by == args.name", &["unlike-types"]),
        ("args.by == args.doc", &["unlike-types"]),
        ("args.by < args.by", &["not-ordered"]),
        ("args.by.age > 3", &["unknown-field"]),
        ("args.by in Doc[\"a\"]", &["never-lies-in"]),
        ("Org[\"a\"] in args.by", &["never-lies-in"]),
        ("args.by in { Doc[\"a\"] }", &["never-lies-in"]),
        ("args.by in { Team[\"a\"], Org[\"b\"] }", &["mixed-types"]),
        ("args.by in \"ops\"", &["not-a-list"]),
        ("args.by in { \"ann\" }", &["unlike-types"]),
        ("args.name in Team[\"a\"]", &["not-a-list"]),
        ("args.by == User", &["wrong-kind-of-name"]),
        ("args.by == User[args.name]", &["not-constant"]),
        ("args.by == User[3]", &["type-mismatch"]),
        ("args.by == User[\"\"]", &["invalid-literal"]),
        ("args.folder in Folder[\"a\"]", &["optional-untested"]),
        ("args.by within Team[\"a\"]", &["type-mismatch"]),
        ("args.by matches glob\"a*\"", &["type-mismatch"]),
        ("args.by from user", &["not-traceable"]),
        ("length(args.by) > 3", &["type-mismatch"]),
    ];
    for (condition, wanted) in conditions {
        let found = codes(&rule(condition));
        // What `length` and `from` say of values that they don't take has names of its own.
        if wanted.iter().all(|name| ["not-traceable", "type-mismatch"].contains(name)) {
            assert!(found.len() == 1, "{condition}: {found:?}");
        } else {
            assert_eq!(&found, wanted, "{condition}\n{}", shown(&compiled(&rule(condition)).sources, &compiled(&rule(condition)).diagnostics));
        }
    }
}

#[test]
fn a_literal_has_the_length_of_an_id_at_most() {
    let text = |n: usize| rule(&format!("args.by == User[\"{}\"]", "x".repeat(n)));
    accepts(&text(1_024));
    refuses(&text(1_025), &["invalid-literal"]);
}

#[test]
fn what_to_do_about_a_text_is_said() {
    assert!(said(&rule("args.by == \"ann\"")).ends_with("name the entity: `User[\"ann\"]`"), "{}", said(&rule("args.by == \"ann\"")));
}

#[test]
fn a_bundle_has_a_thousand_types_of_entities_at_most() {
    let text = |n: usize| {
        (0..n).fold(String::new(), |mut text, at| {
            let _ = writeln!(text, "entity E{at} {{}}");
            text
        })
    };
    accepts(&text(1_000));
    refuses(&text(1_001), &["bundle-too-large"]);
}

#[test]
fn many_entities_and_questions_are_checked_in_time() {
    let mut text = String::from("entity E0 {}\n");
    for at in 1..1_000 {
        let _ = writeln!(text, "entity E{at} in E{} {{}}", at - 1);
    }
    text.push_str("\ntool t(e: E999)\n");
    for at in 0..1_000 {
        let _ = write!(text, "\npermit p{at}\n  on t\n  when args.e in E{at}[\"x\"]\n");
    }
    accepts(&text);
}

#[test]
fn data_of_tests_is_written_as_a_host_would_send_it() {
    let text = "entity Org {}\nentity Team in Org, Team {}\nentity User in Team { level: int, born: date?, friend: User? }\n\ntool t(u: User)\n\npermit p\n  on t\n\n\
        fixture staff {\n  entities {\n    Org[\"a\"]\n    Team[\"x\"] in Org[\"a\"]\n  }\n}\n\n\
        test \"one\" from staff {\n  entities { User[\"ann\"] in { Team[\"x\"] } { level: 3, born: 2000-01-01, friend: User[\"b\"] }, User[\"b\"] { level: 1 } }\n  call t(u: User[\"ann\"]) => permit\n}\n\n\
        test \"each\" for row in [{ n: 1 }, { n: 2 }] {\n  entities { User[\"a\"] { level: row.n } }\n  call t(u: User[\"a\"]) => permit\n}\n";
    let bundle = accepts(text);
    let data: Vec<&str> = bundle.tests.iter().filter_map(|test| test.entities.as_deref()).collect();
    assert_eq!(
        data,
        [
            "{\"type\":\"Org\",\"id\":\"a\"}\n{\"type\":\"Team\",\"id\":\"x\",\"parents\":[{\"type\":\"Org\",\"id\":\"a\"}]}\n\
             {\"type\":\"User\",\"id\":\"ann\",\"parents\":[{\"type\":\"Team\",\"id\":\"x\"}],\"fields\":{\"level\":3,\"born\":\"2000-01-01\",\"friend\":\"b\"}}\n\
             {\"type\":\"User\",\"id\":\"b\",\"fields\":{\"level\":1}}\n",
            "{\"type\":\"User\",\"id\":\"a\",\"fields\":{\"level\":1}}\n",
            "{\"type\":\"User\",\"id\":\"a\",\"fields\":{\"level\":2}}\n",
        ]
    );
}

#[test]
fn mistakes_about_entities_are_explained() {
    let test = |entities: &str| format!("{DECLARED}permit p\n  on view\n\ntest \"t\" {{\n  entities {{ {entities} }}\n}}\n");
    let cases = [
        rule("args.by == \"ann\""),
        rule("args.by in Doc[\"a\"]"),
        rule("Org[\"a\"] in args.by"),
        rule("args.by == User[args.name]"),
        rule("args.by == User"),
        rule("args.by.lvel > 3"),
        rule("Folder[\"a\"].size == 3"),
        "entity User in Gruop { n: int }\nentity Group {}\n".to_owned(),
        "entity User { n: int where it > 0 }\n".to_owned(),
        test("User[\"a\"]"),
        test("User[\"a\"] { level: 1, tags: {}, home: Org[\"x\"], age: 3 }"),
        test("User[\"a\"] in \"x\" { level: 1, tags: {}, home: Org[\"x\"] }"),
        test("7"),
    ];
    let mut out = String::new();
    for text in cases {
        let compiled = compiled(&text);
        let _ = writeln!(out, "{}", shown(&compiled.sources, &compiled.diagnostics));
    }
    insta::assert_snapshot!(out);
}
