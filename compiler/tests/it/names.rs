//! Names.

use super::support::{accepts, codes, refuses};

#[test]
fn a_file_with_five_different_mistakes_reports_just_those_five() {
    let text = "tool pay(to: text, amount: decimal, date: date?)\n\n\
        context { role: enum { teller, auditor } }\n\n\
        permit a\n  on pya\n\n\
        forbid b\n  on pay\n  when args.amonut > 5\n\n\
        forbid c\n  on pay\n  when args.date > 2026-01-01\n\n\
        forbid d\n  on pay\n  when context.role == tellr\n\n\
        forbid e\n  on pay\n  when args.to == 5\n";
    refuses(text, &["unknown-target", "unknown-field", "optional-untested", "unknown-member", "unlike-types"]);
}

#[test]
fn a_name_means_the_same_in_all_files_and_both_places_are_shown() {
    let mut sources = reach_codes::Sources::new();
    sources.add("b.reach", "tool pay(to: text)\n");
    sources.add("a.reach", "tool pay(to: text)\n\npermit p\n  on pay\n");
    let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
    let [only] = compiled.diagnostics.as_slice() else { panic!("{:?}", compiled.diagnostics) };
    assert_eq!(only.code.name(), "duplicate-name");
    // Files are taken by name: the one in `b.reach` comes later.
    assert_eq!(only.span().unwrap().file.0, 0);
    assert_eq!(only.others[0].span.file.0, 1);
}

#[test]
fn declarations_can_stand_in_any_order() {
    accepts(
        "permit p\n  on pay\n  when small(args.amount)\n\nfn small(a: Amount) = a < limit\n\nlet limit = base + 1\n\nlet base = 5\n\ntype Amount = decimal\n\ntool pay(amount: Amount)\n",
    );
}

#[test]
fn circles_are_reported_once_whatever_they_go_through() {
    refuses("let a = b\nlet b = c\nlet c = a\n", &["cyclic-declaration"]);
    refuses("type A = list<B>\ntype B = { a: A? }\n", &["cyclic-declaration"]);
    refuses("fn f(x: int) = g(x)\n\nfn g(x: int) = f(x)\n\ntool a(n: int)\n\npermit p\n  on a\n  when f(args.n) > 1\n", &["cyclic-declaration"]);
    refuses("fn f(x: int) = f(x) + 1\n", &["cyclic-declaration"]);
    refuses("type T = int where it < top\n\nlet top: T = 5\n", &["cyclic-declaration"]);
}

#[test]
fn a_long_chain_of_constants_is_no_deeper_than_a_short_one() {
    let mut text = String::from("let a0 = 1\n");
    for i in 1..20_000 {
        text.push_str(&format!("let a{i} = a{}\n", i - 1));
    }
    accepts(&text);
}

#[test]
fn a_declaration_that_cannot_be_read_is_the_only_mistake() {
    // The tool exists, though its declaration has a slip: nothing is said of the rule about it.
    let text = "tool pay(to: text,, amount: decimal)\n\npermit p\n  on pay\n  when args.amount > 5\n";
    let found = codes(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found.contains(&"unknown-target"));
}

#[test]
fn what_is_used_of_something_wrong_is_not_wrong_again() {
    refuses("tool pay(to: strng)\n\npermit p\n  on pay\n  when args.to == \"a\" and length(args.to) > 3\n", &["unknown-type"]);
    refuses("let a = b\n\ntool pay(n: int)\n\npermit p\n  on pay\n  when args.n > a and args.n + a > 2\n", &["unknown-name"]);
    refuses("tool pay(d: date?)\n\npermit p\n  on pay\n  when args has e and args.d > 2026-01-01\n", &["unknown-field"]);
    refuses("tool pay(xs: list<int>)\n\npermit p\n  on pay\n  when any(x in args.ys: x.a.b > 3 and x in args.xs)\n", &["unknown-field"]);
}

#[test]
fn every_unknown_name_hints_at_a_near_one() {
    for (text, hint) in [
        ("tool send_money()\n\npermit p\n  on send_mony\n", "did you mean `send_money`?"),
        ("tool pay(amount: int)\n\npermit p\n  on pay\n  when args.amonut > 5\n", "did you mean `amount`?"),
        ("tool pay(amount: int)\n\npermit p\n  on pay\n  when amount > 5\n", "did you mean `args.amount`?"),
        ("tool pay(amount: int)\n\nlet limit = 5\n\npermit p\n  on pay\n  when args.amount > limt\n", "did you mean `limit`?"),
        ("tool pay(a: string)\n", "did you mean `text`?"),
        ("type Account = text\n\ntool pay(a: Acount)\n", "did you mean `Account`?"),
        ("tool pay(a: text)\n\npermit p\n  on pay\n  when len(args.a) > 1\n", "did you mean `length`?"),
        ("fn double(a: int) = a * 2\n\ntool pay(a: int)\n\npermit p\n  on pay\n  when duoble(args.a) > 1\n", "did you mean `double`?"),
        ("@severty(high)\nforbid p\n  on say\n", "did you mean `@severity`?"),
        ("tool github.create(a: text)\n\npermit p\n  on githb.*\n", "did you mean `github*`?"),
        ("context { user: email }\n\npermit p\n  on say\n  when context.usr == \"a@b.c\"\n", "did you mean `user`?"),
        ("permit p\n  on say\n  when step.nme == \"a\"\n", "did you mean `name`?"),
        ("tool mail(to: email)\n\npermit p\n  on mail\n  when args.to.domian == \"b.c\"\n", "did you mean `domain`?"),
        ("resource glob\"docs/**\"\n\npermit p\n  on read glob\"doc/**\"\n", "did you mean `glob\"docs/**\"`?"),
    ] {
        let compiled = super::support::compiled(text);
        let help: Vec<_> = compiled.diagnostics.iter().filter_map(|d| d.help.as_deref()).collect();
        assert_eq!(help, [hint], "{text}");
    }
}

#[test]
fn targets_are_found_in_every_way() {
    let tools = "tool a(x: int)\ntool b.c(x: int)\ntool b.d(x: int)\ntool \"say\"(x: int)\nmodel \"gpt-5\"\nresource glob\"docs/**\"\n";
    for (targets, found) in [
        ("a", vec![0]),
        ("b.*", vec![1, 2]),
        ("call", vec![0, 1, 2, 3]),
        ("call a, b.c", vec![0, 1]),
        ("\"say\"", vec![3]),
        ("model", vec![4]),
        ("\"gpt-5\"", vec![4]),
        ("read glob\"docs/**\"", vec![5]),
        ("say", vec![6]),
        ("*", vec![0, 1, 2, 3, 4, 5, 6]),
        ("glob\"b.?\"", vec![1, 2]),
        ("a, a, b.c, b.*", vec![0, 1, 2]),
    ] {
        let bundle = accepts(&format!("{tools}\nforbid f\n  on {targets}\n"));
        let rule = &bundle.rules[0];
        assert_eq!(rule.targets.iter().map(|t| t.target).collect::<Vec<_>>(), found, "{targets}");
        assert!(!rule.undeclared);
    }
    assert!(accepts("ask f\n  on undeclared\n").rules[0].undeclared);
}

#[test]
fn a_tool_named_by_itself_and_by_its_class_stands_for_itself() {
    let text = "class out(to: text)\n\ntool a(to: text) is out(to: to)\ntool b(to: text) is out(to: to)\n\nforbid f\n  on a, out\n  when args.to == \"x\"\n";
    let bundle = accepts(text);
    let found: Vec<_> = bundle.rules[0].targets.iter().map(|t| (t.target, t.class)).collect();
    assert_eq!(found, [(0, None), (1, Some(0))]);
}

#[test]
fn rules_stand_in_the_order_of_files_and_places() {
    let mut sources = reach_codes::Sources::new();
    sources.add("z.reach", "forbid last\n  on say\n");
    sources.add("a.reach", "forbid first\n  on say\n\nforbid second\n  on say\n");
    let bundle = reach_compiler::compile(sources, &reach_compiler::Limits::default()).bundle.unwrap();
    assert_eq!(bundle.rules.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["first", "second", "last"]);
}
