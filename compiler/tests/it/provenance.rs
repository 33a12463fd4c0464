//! Where values come from.

use reach_compiler::ir::{ExprKind, Origin};

use super::support::{accepts, only, refuses, said, short, when};

const SOURCES: &str = "label untrusted, secret\n\n\
    context { members: set<text>, user: email }\n\n\
    tool view(file_path: path, lines: int?) -> { body: text, meta: { by: email? }? } from json returns untrusted\n\
    tool fetch(url: url) returns untrusted\n\
    tool read_channel(name: text) -> list<{ sender: text, body: text }>\n\
    tool send(to: text, copy: email?, all: list<email>, some: set<text>, file: path, amount: decimal, n: int, day: date, flag: bool, kind: enum { a, b }, at: time, cmd: shell, any: any,\n  \
    h: host, i: ip, w: network, b: iban, u: url, r: { x: text })\n\n";

fn permit(condition: &str) -> String {
    format!("{SOURCES}permit f\n  on send\n  when {condition}\n")
}

#[test]
fn a_value_is_asked_where_it_came_from() {
    let bundle = accepts(&permit(
        "args.to from user and args.amount from untrusted and args.file from results of (view, fetch) and args.to from results of view and args.n from (result view where args.file_path within \"/srv\" and ok)",
    ));
    let ExprKind::And(terms) = &when(&bundle, "f").kind else { panic!() };
    let asked: Vec<_> = terms.iter().map(short).collect();
    assert_eq!(asked[..3], ["from(slot(arg:to), 0)", "from(slot(arg:amount), 1)", "from(slot(arg:file), 2)"]);
    let targets = |origin: &Origin| match origin {
        Origin::Results { pattern, .. } => pattern.targets.iter().map(|t| t.target).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(bundle.origins[..2], [Origin::User, Origin::Label(0)]);
    assert_eq!(bundle.origins[2..].iter().map(targets).collect::<Vec<_>>(), [vec![0, 1], vec![0], vec![0]]);
    for value in
        ["args.to", "args.file", "args.amount", "args.n", "args.day", "args.h", "args.i", "args.w", "args.b", "args.u", "args.u.host", "args.r.x", "\"abc\""]
    {
        accepts(&permit(&format!("{value} from user")));
    }
    accepts(&permit("args has copy and args.copy from user and all(r in args.all: r from user) and not any(s in args.some: s from untrusted)"));
}

#[test]
fn a_field_of_a_result_is_a_source_and_equal_sources_are_one() {
    let bundle = accepts(&permit(
        "args.to from body in (result read_channel each m where m.sender in context.members) and args.file from (result view where args.file_path from user) and \
         any(s in args.some: s from body in (result read_channel each post where post.sender in context.members)) and args.to from meta.by in (result view)",
    ));
    assert_eq!(bundle.origins.len(), 4);
    let Origin::Results { pattern, part } = &bundle.origins[0] else { panic!() };
    let local = pattern.each.as_ref().unwrap().local.0;
    assert_eq!(part.as_ref().map(short).unwrap(), format!("field(local({local}), 1)"));
    assert_eq!(pattern.guard.as_ref().map(short).unwrap(), format!("in(field(local({local}), 0), slot(context:members))"));
    // What a source rests on stands before it.
    assert_eq!(bundle.origins[1], Origin::User);
    let Origin::Results { pattern, part: None } = &bundle.origins[2] else { panic!() };
    assert_eq!(pattern.guard.as_ref().map(short).unwrap(), "from(slot(arg:file_path), 1)");
    let Origin::Results { part: Some(part), .. } = &bundle.origins[3] else { panic!() };
    assert_eq!(short(part), "field(unwrap(field(slot(result), 1)), 0)");
    // A pattern of history asks too.
    let bundle = accepts(&permit("ever(result view where args.file_path from user and args.file_path == step.args.file)"));
    assert_eq!(only(&bundle).0.pattern.guard.as_ref().map(short).unwrap(), "from(slot(arg:file_path), 0)");
}

#[test]
fn a_permit_never_rests_on_a_name_alone() {
    for (effect, condition, alone) in [
        ("permit", "args.to named by user", true),
        ("permit", "args has copy and args.copy named by user", true),
        ("permit", "args.copy as c and c named by user", true),
        ("permit", "args.n > 5 or args.to named by user", true),
        ("permit", "args.to named by user and (args.n > 5 or args.h named by user)", true),
        ("permit", "all(r in args.all: r named by user)", true),
        ("permit", "args.to named by user and args.n > 5", false),
        ("permit", "args.n > 5 and (args.to named by user or args.file named by user)", false),
        ("permit", "all(r in args.all: r named by user and r.domain == \"a.example\")", false),
        ("permit", "not (args.to named by user)", false),
        ("permit", "args.to named by user unless args.to from untrusted", false),
        ("permit", "args.to named by user unless args.u named by user", true),
        ("ask", "args.to named by user", false),
        ("forbid", "args.to named by user", false),
    ] {
        let text = format!("{SOURCES}{effect} f\n  on send\n  when {}\n", condition.replace(" unless", "\n  unless"));
        if alone {
            refuses(&text, &["named-alone"]);
        } else {
            accepts(&text);
        }
    }
}

#[test]
fn mistakes_about_provenance_are_explained() {
    let mut out = String::new();
    for rule in [
        "permit f\n  on send\n  when args.all from user",
        "forbid f\n  on send\n  when args.some from untrusted",
        "forbid f\n  on send\n  when args.all named by user",
        "forbid f\n  on send\n  when args.copy from user",
        "forbid f\n  on send\n  when args.flag from user",
        "forbid f\n  on send\n  when args.kind from user",
        "forbid f\n  on send\n  when args.at from user",
        "forbid f\n  on send\n  when args.cmd from user",
        "forbid f\n  on send\n  when args.any from user",
        "forbid f\n  on send\n  when args.r from user",
        "forbid f\n  on send\n  when args.n named by user",
        "forbid f\n  on send\n  when args.to from usr",
        "forbid f\n  on send\n  when args.to from public",
        "forbid f\n  on send\n  when args.to from view",
        "forbid f\n  on send\n  when args.to from results of veiw",
        "forbid f\n  on send\n  when args.to from results of undeclared",
        "forbid f\n  on send\n  when args.to from (call view)",
        "forbid f\n  on send\n  when args.to from (result view over 1h)",
        "forbid f\n  on send\n  when args.to from (result view since call send)",
        "forbid f\n  on send\n  when args.to from (result view where args.file_path == step.args.file)",
        "forbid f\n  on send\n  when any(s in args.some: s from (result view where text == s))",
        "forbid f\n  on send\n  when args.to from body in (result fetch)",
        "forbid f\n  on send\n  when args.to from body in (result read_channel)",
        "forbid f\n  on send\n  when args.to from bdy in (result view)",
        "forbid f\n  on send\n  when args.to named by untrusted",
        "let x = \"abc\" from user",
        "fn f(x: text) = x from user",
        "tool b(x: text) returns secret when x from user",
        "forbid f\n  on send\n  when args.to from (result view where ever(call send))",
    ] {
        let condition = rule.rsplit_once("when ").map_or(rule, |(_, condition)| condition);
        out.push_str(&format!("{condition}\n    {}\n", said(&format!("{SOURCES}{rule}\n")).replace("; ", "\n    ")));
    }
    insta::assert_snapshot!(out);
}
