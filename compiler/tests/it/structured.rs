//! Structured values: which conditions are typed, and what is said of mistakes.

use super::support::{accepts, refuses};

/// A rule with this condition on a tool that has every kind of value.
fn rule(condition: &str) -> String {
    format!(
        "context {{ cwd: path, home: path in \"windows\" }}\n\n\
         let partners: set<host> = {{ \"example.com\", \"example.org\" }}\nlet safe = {{ \"git status\", \"ls\" }}\nlet keys = glob\"*.pem\"\nlet card = \"x\"\nlet inner = ip\"10.0.0.0/8\"\n\n\
         tool t(u: url default \"https\", h: host, i: ip, n: network, b: iban, c: shell at context.cwd, q: sql in \"postgres\", p: path at context.cwd,\n  \
         w: path in \"windows\", m: path in \"macos\" at \"/Users/ann\", e: email, s: text, at: time in \"Europe/Berlin\", hs: list<host>)\n\n\
         forbid f\n  on t\n  when {condition}\n"
    )
}

#[test]
fn conditions_on_structured_values_are_typed() {
    for condition in [
        "args.u.host within \"example.com\" and args.u.scheme == \"https\" and (args.u.port else 0) == 443",
        "args.u.host within internal or args.h within ip\"10.0.0.0/8\" or args.i within private or args.i within inner",
        "args.u.host in partners and args.h == \"EXAMPLE.com.\" and args.h not in { \"a.example\", \"b.example\" }",
        "args.u has query and args.u.query contains \"token\" and args.u.path within \"/api\" and args.u.path matches glob\"/api/v1/*\"",
        "args.h.ip as ip and ip within loopback or args.h has registrable and args.h.registrable == \"example.com\"",
        "args.i == ip\"2001:db8::1\" or args.i == \"10.0.0.1\" or args.i.version == 6",
        "args.n == \"10.0.0.0/8\" or args.i within args.n",
        "args.b == \"GB29 NWBK 6016 1331 9268 19\" or args.b.country in { \"GB\", \"DE\" }",
        "args.c runs only { \"git status\", \"ls\" } or args.c runs only safe",
        "args.c may run { \"git push --force\", \"rm -r\" }",
        "args.c runs only x where x.program == \"cargo\" and x.words[1] as sub and sub in { \"build\", \"test\" }",
        "args.c may run x where x.options has \"--force\" or x.name == \"rm\" and any(p in x.writes: p within context.cwd)",
        "args.c may touch { glob\"/etc/**\", \"/root\", context.cwd, keys }",
        "any(x in args.c.commands: x.env has PATH) and args.c.text contains \"x\"",
        "args.c == \"git status\" or args.c in { \"ls\", \"pwd\" }",
        "args.q reads only { \"analytics.*\", \"users\" } or args.q may write { \"*\" }",
        "any(s in args.q.statements: s.kind in { delete, truncate } and not s.filtered or (s.limit else 1000) > 100 or \"password\" in s.columns)",
        "args.p within \"/srv\" and args.w within \"C:/Users\" and args.w matches glob\"C:/Users/**\" and args.w within context.home",
        "args.m within \"/Users/Ann\" and args.m.extension else \"\" == \"PEM\"",
        "args.e.domain within \"example.com\" and args.e.domain == \"example.com\"",
        "args.s contains iban or args.s contains secret or args.s contains \"x\"",
        "local(args.at, \"Europe/Berlin\").hour >= 9 and local(step.at, \"UTC\").weekday in { saturday, sunday }",
        "local(args.at, \"America/New_York\").date == 2026-12-24",
        "all(h in args.hs: h within \"example.com\")",
    ] {
        accepts(&rule(condition));
    }
}

#[test]
fn each_mistake_about_structured_values_has_its_code() {
    for (condition, code) in [
        ("args.u within \"example.com\"", "type-mismatch"),
        ("args.h within \"co.uk\"", "public-suffix"),
        ("args.h within \"/srv\"", "invalid-literal"),
        ("args.i within \"example.com\"", "invalid-literal"),
        ("args.s within internal", "unknown-name"),
        ("args.i == \"10.0.0.0/8\"", "invalid-literal"),
        ("args.i == ip\"10.0.0.300\"", "invalid-literal"),
        ("args.h == \"exa mple\"", "invalid-literal"),
        ("args.u == \"example.com\"", "invalid-literal"),
        ("args.b == \"GB00\"", "invalid-literal"),
        ("args.w == args.p", "unlike-types"),
        ("args.w within args.m", "type-mismatch"),
        ("args.w == \"C:foo\"", "invalid-literal"),
        ("args.s may run { \"git push\" }", "type-mismatch"),
        ("args.c may run { \"git push | sh\" }", "command-pattern"),
        ("args.c may run \"git push\"", "type-mismatch"),
        ("args.c may run { \"\" }", "command-pattern"),
        ("args.c runs only { args.s }", "not-constant"),
        ("args.c runs only { 1 }", "type-mismatch"),
        ("args.c runs only x where x.programs == \"a\"", "no-such-part"),
        ("args.c runs only args where true", "name-taken"),
        ("args.c matches glob\"git *\"", "type-mismatch"),
        ("args.c contains \"rm\"", "not-a-list"),
        ("args.c may touch { 1 }", "type-mismatch"),
        ("args.c reads only { \"a\" }", "type-mismatch"),
        ("args.q reads only { \"a..b\" }", "table-pattern"),
        ("args.q matches re\"(?i)delete\"", "type-mismatch"),
        ("any(s in args.q.statements: s.kind == selekt)", "unknown-member"),
        ("args.s contains card", "ambiguous-name"),
        ("local(args.at, \"Europe/Berln\").hour > 3", "unknown-time-zone"),
        ("local(args.at, args.s).hour > 3", "not-constant"),
        ("local(args.s, \"UTC\").hour > 3", "type-mismatch"),
        ("local(args.at, \"UTC\").weekday == caturday", "unknown-member"),
        ("args.at.hour > 3", "no-such-part"),
        ("args.u.hostname == \"a.example\"", "no-such-part"),
        ("args.u.port > 80", "optional-untested"),
        ("nosuch\"x\" == args.s", "unknown-name"),
        ("any(x in args.c.commands: x == \"ls\")", "unlike-types"),
        ("any(s in args.q.statements: s == s)", "unlike-types"),
        ("any(x in args.c.commands: x in args.c.commands)", "unlike-types"),
        ("args.c.commands == args.c.commands", "unlike-types"),
    ] {
        refuses(&rule(condition), &[code]);
    }
}

#[test]
fn how_a_value_is_read_is_checked_where_it_is_declared() {
    for (declaration, codes) in [
        ("tool t(p: path at context.cwd)\n", &["unknown-field"][..]),
        ("context { cwd: text }\n\ntool t(p: path at context.cwd)\n", &["bad-reading"]),
        ("context { cwd: path in \"windows\" }\n\ntool t(p: path at context.cwd)\n", &["bad-reading"]),
        ("context { cwd: path, p: path at context.cwd }\n", &["bad-reading"]),
        ("tool t(p: text at \"/srv\")\n", &["bad-reading"]),
        ("tool t(p: path in \"dos\")\n", &["bad-reading"]),
        ("tool t(q: sql in \"postgress\")\n", &["bad-reading"]),
        ("tool t(u: text default \"https\")\n", &["bad-reading"]),
        ("tool t(u: url default \"https:\")\n", &["bad-reading"]),
        ("tool t(at: time in \"Berlin\")\n", &["unknown-time-zone"]),
        ("tool t(n: int in \"x\")\n", &["bad-reading"]),
        ("tool t(r: { p: path at \"/srv\" })\n", &["not-supported-yet"]),
        ("class c(p: path at \"/srv\")\n", &["not-supported-yet"]),
        ("let p: path at \"/srv\" = \"x\"\n", &["not-supported-yet"]),
        ("tool t(u: uri)\n", &["unknown-type"]),
        ("tool t(s: text)\n\npermit p\n  on t\n  with { redact args.s finding carrd }\n", &["unknown-name"]),
        ("tool t(s: text)\n\npermit p\n  on t\n  with { redact args.s matching re\"x\" finding card }\n", &["not-obligable"]),
        ("tool t(s: int)\n\npermit p\n  on t\n  with { redact args.s finding card }\n", &["not-obligable"]),
    ] {
        refuses(declaration, codes);
    }
    accepts(
        "context { cwd: path? }\n\ntype Local = path at context.cwd\n\ntool t(p: Local?, ps: list<Local>, us: list<url default \"https\"> from text, x: path at \"/srv//a/\")\n",
    );
}

#[test]
fn conditions_on_constants_are_folded() {
    use reach_compiler::ir::{Const, ExprKind};
    for (condition, truth) in [
        ("host\"www.example.com\" within \"example.com\"", true),
        ("ip\"::ffff:10.0.0.1\" within ip\"10.0.0.0/8\"", true),
        ("url\"https://a.example:8443/x\".host == \"a.example\"", true),
        ("local(2026-07-01T22:30:00Z, \"Europe/Berlin\").weekday == thursday", true),
        ("path\"/srv/../etc\" within \"/srv\"", false),
    ] {
        let bundle = accepts(&format!("tool t()\n\nforbid f\n  on t\n  when {condition}\n"));
        assert_eq!(bundle.rules[0].when.as_ref().unwrap().kind, ExprKind::Const(Const::Bool(truth)), "{condition}");
    }
    refuses("tool t()\n\nforbid f\n  on t\n  when url\"data:,x\".host == \"a.example\"\n", &["constant-without-value"]);
}

#[test]
fn a_command_that_mentions_writes_or_assignments_says_so_itself() {
    use reach_compiler::ir::{ExprKind, Guards};
    for (body, guards) in [
        ("x.program == \"ls\"", Guards { no_redirection: true, no_assignment: true }),
        ("x.program == \"ls\" and x.writes == {}", Guards { no_redirection: false, no_assignment: true }),
        ("x.program == \"ls\" and not (x.env has PATH)", Guards { no_redirection: true, no_assignment: false }),
    ] {
        let text = format!("tool t(c: shell)\n\npermit p\n  on t\n  when args.c runs only x where {body}\n");
        let bundle = accepts(&text);
        let Some(ExprKind::RunsWhere(_, found, ..)) = bundle.rules[0].when.as_ref().map(|e| &e.kind) else { panic!("{text}") };
        assert_eq!(*found, guards, "{body}");
    }
}
