//! Types of expressions.

use super::support::{accepts, compiled, refuses};

const TOOLS: &str = "type Role = enum { teller, auditor, \"vice-head\" }\n\
    context { user: email, role: Role, home: path?, limits: map<decimal> }\n\
    tool t(n: int, d: decimal, s: text, p: path, e: email, day: date?, at: time, wait: duration, b: bool, xs: list<int>, ss: set<text>, opt: list<text>?,\n\
      r: { a: int, inner: { c: text? }? }, m: map<int>, j: any, role: Role) facts { real: path, size: int? }\n";

/// A bundle with one rule of that condition.
fn rule(condition: &str) -> String {
    format!("{TOOLS}\nforbid f\n  on t\n  when {condition}\n")
}

#[test]
fn conditions_of_every_kind_are_accepted() {
    for condition in [
        "args.n > 5 and args.d > 5 and args.d == 5.50",
        "5 < args.d or 1 + 2 * 3 == args.n",
        "args.s == \"a\" and args.p == \"/a//b/../c\" and args.e == \"Ann@BANK.example\"",
        "args.p within \"/srv\" and args.p matches glob\"*.pem\" and args.s matches re\"^a+$\" and args.s matches nocase glob\"A*\"",
        "args.p.extension else \"\" == \"pem\"",
        "args.p.parent as up and up.name == \"etc\"",
        "args.p.absolute and args.e.domain == \"b.example\" and args.e.local == \"ann\"",
        "context.role == teller and args.role != \"vice-head\" and args.role in { teller, auditor } and teller == context.role",
        "args.role == context.role and context.role not in { auditor }",
        "args has day and args.day > 2026-01-01",
        "not (args has day) or args.day > \"2026-01-01\"",
        "(if args has day then args.day + 1d else 2026-01-01) > 2026-01-01",
        "(args.day else 2026-01-01) - 2026-01-01 > 3d",
        "args.day as day and day - 7d > 2026-01-01",
        "args.at - step.at > args.wait * 2 and args.at + 1h30m > step.at",
        "args.b and not args.b and (args.b == true)",
        "any(x in args.xs: x > 3) and all(x in args.xs + [1, args.n]: x in args.xs)",
        "count(x in args.xs: x > 3) > 1 and sum(x in args.xs: x * 2) > args.n",
        "args.s in args.ss and args.ss contains \"a\" and args.xs contains 3 and args.s contains \"b\"",
        "args.s in { args.e.local, \"b\" }",
        "any(x in (args.opt else []): x == \"a\")",
        "length(args.opt + [\"a\"]) > 1 and length(args.s) > 1 and length(args.m) > 1",
        "args.r.a > 1 and args.r has inner and args.r.inner has c and args.r.inner.c == \"x\"",
        "args.m has \"k\" and args.m[\"k\"] > 3",
        "(args.m[\"k\"] else 0) > 3 and (args.xs[0] else 1) > 2",
        "(context.limits[args.s] else 0) > args.d",
        "args.j == \"a\" or args.j == 5 or args.j has \"key\" or args.j == true",
        "min(args.n, 5, 7) == max(args.n, 2) and abs(args.d) > 1 and abs(-args.n) == 1",
        "lower(args.s) == \"a\"",
        "args.p within facts.real and facts has size and facts.size > 3",
        "step.name == \"t\" and step.kind == call and step.at > 2026-01-01T00:00:00Z and agent.name == \"main\" and agent.depth == 0 and step.args.n > 2",
        "context has home and args.p within context.home",
        "args.xs == [1, 2] and args.r == { a: 1 }",
    ] {
        accepts(&rule(condition));
    }
}

#[test]
fn each_mistake_of_types_has_its_code() {
    for (condition, code) in [
        ("args.n == args.d", "unlike-types"),
        ("args.n > 5.5", "invalid-literal"),
        ("args.s == 5", "unlike-types"),
        ("args.s > \"a\"", "not-ordered"),
        ("args.p > args.p", "not-ordered"),
        ("args.d > \"5\"", "unlike-types"),
        ("args.day == 2026-01-01", "optional-untested"),
        ("args has day or args.day > 2026-01-01", "optional-untested"),
        ("not (args has day) and args.day > 2026-01-01", "optional-untested"),
        ("(if args has day then 1 else args.day) == 1", "mixed-types"),
        ("args.e == \"not an address\"", "invalid-literal"),
        ("args.p == \"\"", "invalid-literal"),
        ("args.role == cashier", "unknown-member"),
        ("args.role == \"cashier\"", "unknown-member"),
        ("args.role == args.s", "unlike-types"),
        ("args.p == args.s", "unlike-types"),
        ("args.s within \"/srv\"", "type-mismatch"),
        ("args.s matches \"a*\"", "not-a-pattern"),
        ("args.s matches re\"(\"", "invalid-pattern"),
        ("args.n matches re\"a\"", "type-mismatch"),
        ("args.n", "not-a-condition"),
        ("args.s and args.b", "not-a-condition"),
        ("args.xs", "not-a-condition"),
        ("args.n in args.ss", "unlike-types"),
        ("args.n in args.n", "not-a-list"),
        ("args.s in args.s", "not-a-list"),
        ("any(x in args.s: x == \"a\")", "not-a-list"),
        ("any(x in args.opt: x == \"a\")", "optional-untested"),
        ("sum(x in args.ss: x) > 1", "no-arithmetic"),
        ("args.s + \"a\" == \"b\"", "no-arithmetic"),
        ("args.n + args.d > 1", "no-arithmetic"),
        ("args.n * args.d > 1", "no-arithmetic"),
        ("args.day + 1 > 2026-01-01", "optional-untested"),
        ("args.at + 1 > step.at", "no-arithmetic"),
        ("args.at > args.wait", "unlike-types"),
        ("args.wait > 5", "unlike-types"),
        ("-args.s == \"a\"", "no-arithmetic"),
        ("args.s.name == \"a\"", "no-such-part"),
        ("args.n[0] == 1", "no-such-part"),
        ("args.m.k > 3", "no-such-part"),
        ("args.m[0] == 1", "type-mismatch"),
        ("args.m[\"k\"] > 3", "optional-untested"),
        ("args.r.inner.c == \"a\"", "optional-untested"),
        ("args.r.b == 1", "unknown-field"),
        ("args == 1", "not-a-value"),
        ("context == 1", "not-a-value"),
        ("it == 1", "not-a-value"),
        ("args.j > 5", "not-ordered"),
        ("args.j == args.n", "unlike-types"),
        ("(args.n else 5) > 1", "always-there"),
        ("args.n as x and x > 1", "always-there"),
        ("not (args.day as d)", "binding-place"),
        ("args has day and args.day == nothing", "unknown-name"),
        ("args.day != null", "foreign-null"),
        ("9223372036854775807 + 1 == args.n", "constant-without-value"),
        ("args.d == 0.000000000000000001 * 0.1", "constant-without-value"),
        ("2026-01-01 + 1h > 2026-01-01", "constant-without-value"),
        ("2026-02-30 > 2026-01-01", "malformed-date"),
        ("args.at > \"2026-01-01\"", "invalid-literal"),
        ("\"/a\" within \"b\" or args.p within \"/a\"", "unlike-types"),
        ("length(args.n) > 1", "type-mismatch"),
        ("lower(args.n) == \"a\"", "type-mismatch"),
        ("min(args.n) > 1", "wrong-arguments"),
        ("length() > 1", "wrong-arguments"),
        ("args.ss == { args.s }", "not-constant"),
        ("args.xs == []  and length([]) > 1", "type-unknown"),
        ("any(args in args.xs: args > 1)", "name-taken"),
        ("any(x in args.xs: any(x in args.xs: x > 1))", "name-taken"),
        ("args.b from user", "not-traceable"),
        ("args.n named by user", "not-traceable"),
        ("secret in labels", "unknown-label"),
        ("length(leaves(args.j)) > 3", "not-supported-yet"),
    ] {
        let text = rule(condition);
        if code == "unlike-types" && condition.starts_with("\"/a\"") {
            // A text on both sides of `within` is a path on both sides: this is about relative and absolute paths.
            refuses(&text, &["constant-without-value"]);
            continue;
        }
        refuses(&text, &[code]);
    }
}

#[test]
fn literals_take_the_type_of_their_place_also_through_let() {
    accepts(
        "let limit = 500\nlet fee = limit\nlet payees = { \"ann@b.example\", \"bob@b.example\" }\nlet start = \"2026-01-01\"\nlet roots = [\"/srv\", \"/data//x\"]\nlet chief = \"teller\"\n\n\
         context { role: enum { teller, auditor } }\n\n\
         tool t(a: decimal, n: int, to: email, s: text, day: date, p: path)\n\n\
         permit p\n  on t\n  when args.a < fee and args.n < limit and args.to in payees and args.s in payees and args.day > start and any(r in roots: r == args.s)\n  and args.p in roots and context.role == chief\n",
    );
}

#[test]
fn a_literal_that_does_not_fit_is_shown_where_it_stands_and_where_it_is_used_once() {
    let text = "let payees = { \"ann\" }\n\ntool t(to: email)\n\npermit p\n  on t\n  when args.to in payees\n\npermit q\n  on t\n  when args.to in payees\n";
    let compiled = compiled(text);
    let [only] = compiled.diagnostics.as_slice() else { panic!("{:?}", compiled.diagnostics) };
    assert_eq!(only.code.name(), "invalid-literal");
    assert_eq!(compiled.sources.text(only.span().unwrap()), "\"ann\"");
    assert_eq!(compiled.sources.text(only.others[0].span), "payees");
}

#[test]
fn when_narrows_unless_and_both_narrow_what_follows() {
    accepts(
        "tool t(day: date?, to: text?)\n\npermit p\n  on t\n  when args has day\n  unless not (args has to) or args.day > 2026-01-01\n  with { set args.to: lower(args.to) }\n  because \"{args.day} {args.to}\"\n",
    );
    accepts("tool t(day: date?)\n\nforbid p\n  on t\n  when args.day as day and day > 2026-01-01\n  unless day > 2027-01-01\n  because \"too early: {day}\"\n");
    refuses("tool t(day: date?)\n\nforbid p\n  on t\n  unless args has day\n  with { notify \"x\" }\n", &["clause-not-here"]);
}

#[test]
fn members_and_named_values_are_narrowed_too() {
    accepts(
        "tool t(xs: list<{ a: int?, b: text }>)\n\nforbid f\n  on t\n  when any(x in args.xs: x has a and x.a > 3) or all(x in args.xs: not (x has a) or x.a < 9)\n",
    );
    refuses("tool t(xs: list<{ a: int? }>)\n\nforbid f\n  on t\n  when any(x in args.xs: x has a) and any(y in args.xs: y.a > 3)\n", &["optional-untested"]);
    accepts(
        "tool t(r: { a: int?, b: text }?)\n\nforbid f\n  on t\n  when args.r as r and r has a and r.a > 3\n  unless r has a and r.a > 5\n  because \"{r.b} {r.a}\"\n",
    );
    // What a name was bound to in one branch is not there in the other.
    refuses("tool t(d: date?)\n\nforbid f\n  on t\n  when (args.d as day and day > 2026-01-01) or day > 2027-01-01\n", &["unknown-name"]);
}

#[test]
fn what_is_there_can_stand_where_it_may_be_absent() {
    accepts(
        "class c(a: text?, n: int?)\n\ntool t(x: text, n: int?) is c(a: x, n: n)\ntool u(x: text) is c(a: \"fixed\", n: 5)\n\nforbid f\n  on c\n  when (args.a else \"none\") == \"a\" and args has n and args.n > 3\n",
    );
    accepts(
        "fn or_zero(n: int?) = n else 0\n\nfn there(n: int?) = n as m and m > 3\n\ntool t(a: int, b: int?)\n\nforbid f\n  on t\n  when or_zero(args.a) + or_zero(args.b) + or_zero(3) > 5 and there(args.a) and there(args.b)\n",
    );
}

#[test]
fn rules_on_several_tools_share_fields_of_one_type() {
    accepts("tool a(x: int, d: date)\ntool b(x: int, d: date?)\n\nforbid f\n  on a, b\n  when args.x > 1 and args has d and args.d > 2026-01-01\n");
    refuses("tool a(x: int, d: date)\ntool b(x: int, d: date?)\n\nforbid f\n  on a, b\n  when args.d > 2026-01-01\n", &["optional-untested"]);
    refuses("tool a(x: int)\ntool b(x: text)\n\nforbid f\n  on a, b\n  when args.x == 1\n", &["unshared-field"]);
    refuses("tool a(x: int)\n\nforbid f\n  on undeclared\n  when args.x == 1\n", &["unknown-field"]);
}

#[test]
fn classes_give_their_fields() {
    accepts(
        "class outbound(to: list<email>, body: text?)\n\n\
         tool mail(to: list<email>, cc: list<email>?, body: text) is outbound(to: to + cc, body: body)\n\
         tool post(to: email, text: text?) is outbound(to: [to], body: text)\n\n\
         forbid f\n  on outbound\n  when any(r in args.to: r.domain != \"bank.example\") and args has body\n",
    );
    refuses("class c(a: int)\n\ntool t(x: text) is c(a: x)\n", &["type-mismatch"]);
    refuses("class c(a: int)\n\ntool t(x: int) is c(b: x)\n", &["missing-field", "unknown-field"]);
    refuses("class c(a: int)\n\ntool t(x: int)\n\nforbid f\n  on c\n", &["matches-nothing"]);
}

#[test]
fn functions_are_typed_where_they_are_declared_even_if_unused() {
    refuses("fn f(a: int) = a + \"x\"\n", &["no-arithmetic"]);
    refuses("fn f(a: int) -> text = a\n", &["type-mismatch"]);
    refuses("fn f(a: int, a: int) = a\n", &["duplicate-field"]);
    accepts(
        "fn first(xs: list<int>) = xs[0] else 0\n\nfn f(a: int, b: int) = if a > b then a else b\n\ntool t(n: int, xs: list<int>)\n\nforbid p\n  on t\n  when f(f(args.n, 3), f(4, first(args.xs))) > 5\n",
    );
}

#[test]
fn refinements_are_checked_where_values_enter() {
    let bundle = accepts("type Short = text where length(it) <= 80\n\ntool t(s: Short, o: Short?, xs: list<Short>, r: { a: Short, b: int where it > 0 })\n");
    let checks: Vec<_> = bundle.targets[0].args.iter().map(|f| f.check.as_ref().map(|c| c.expected.as_str())).collect();
    let short = Some("Short = text where length(it) <= 80");
    assert_eq!(checks, [short, short, Some("list<Short>"), Some("{ a: Short, b: int where it > 0 }")]);
    refuses("type Short = text where length(it)\n", &["not-a-condition"]);
    refuses("tool t(a: text where args.a == it)\n", &["not-known-here"]);
    refuses("type Big = int where it > 3\n\nlet x: Big = 2\n", &["refused-by-refinement"]);
}

#[test]
fn constants_are_folded() {
    use reach_compiler::ir::{Const, ExprKind};
    let bundle = accepts("let day = 24 * 60\n\ntool t(n: int)\n\nforbid p\n  on t\n  when args.n > day + 2 * 5 - abs(-3)\n");
    let Some(when) = &bundle.rules[0].when else { panic!() };
    let ExprKind::Compare(_, _, right) = &when.kind else { panic!("{when:?}") };
    assert_eq!(right.kind, ExprKind::Const(Const::Num(1447)));
}

#[test]
fn everything_that_is_not_supported_yet_says_so_once_for_each_use() {
    let text = "entity User { name: text where length(it) > 1 }\n\ntool t(s: text, j: any)\n\n\
        permit p\n  on t\n  when all(l in leaves(args.j): l == \"a\")\n  with { redact args.** finding card }\n";
    refuses(text, &["not-supported-yet"; 3]);
}

#[test]
fn obligations_are_typed() {
    accepts(
        "tool t(limit: int?, body: text, note: text?)\n\npermit p\n  on t\n  with { set args.limit: min(args.limit else 100, 100), redact args.body matching re\"[0-9]+\", redact args.note matching re\"x\", notify \"a\", require \"b\" }\n",
    );
    refuses("tool t(limit: int)\n\npermit p\n  on t\n  with { set args.limit: \"a\" }\n", &["type-mismatch"]);
    refuses("tool t(limit: int)\n\npermit p\n  on t\n  with { set args.limt: 5 }\n", &["unknown-field"]);
    refuses("label secret\n\ntool t(limit: int)\n\npermit p\n  on t\n  with { clear secret }\n", &["not-obligable"]);
}

#[test]
fn thousands_of_rules_are_checked() {
    let mut text = String::new();
    for i in 0..2_000 {
        text.push_str(&format!(
            "tool t{i}(a: int, b: text, c: date?)\n\nforbid f{i}\n  on t{i}\n  when args.a > {i} and args has c and args.c > 2026-01-01\n\n"
        ));
    }
    assert_eq!(accepts(&text).rules.len(), 2_000);
}

#[test]
fn limits_of_the_checked_form_hold() {
    let sum = |n: usize| format!("tool t(n: int)\n\nforbid p\n  on t\n  when args.n{} > 1\n", " + args.n".repeat(n));
    accepts(&sum(400));
    refuses(&sum(600), &["expression-too-deep"]);
    let mut doubling = String::from("fn f0(x: int) = x + x * x\n\n");
    for i in 1..40 {
        doubling.push_str(&format!("fn f{i}(x: int) = f{}(x + 1) + f{}(x)\n\n", i - 1, i - 1));
    }
    refuses(&doubling, &["too-much-inlined"]);
    let mut wide = String::from("type T0 = { a: int, b: int }\n");
    for i in 1..40 {
        wide.push_str(&format!("type T{i} = {{ a: T{}, b: T{} }}\n", i - 1, i - 1));
    }
    refuses(&wide, &["type-too-large"]);
    let mut many = String::from("let l0 = [1, 2, 3, 4]\n");
    for i in 1..40 {
        many.push_str(&format!("let l{i} = [l{}, l{}]\n", i - 1, i - 1));
    }
    refuses(&many, &["constant-too-large"]);
}
