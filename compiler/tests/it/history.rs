//! Patterns of earlier events, and what is asked of them.

use reach_compiler::ir::{EventKind, EventPattern, ExprKind, Fold, Type};

use super::support::{accepts, only, refuses, said, short};

const EVENTS: &str = "context { user: text, limit: int? }\n\n\
    class outbound(to: text)\n\n\
    tool view(file_path: path, lines: int?) -> { status: enum { ok, gone }, size: int? } from json\n\
    tool edit(file_path: path, lines: int) facts { risk: int }\n\
    tool pay(to: text, amount: decimal, day: date?, wait: duration, tags: list<text>, any: any, sql: sql) is outbound(to: to)\n\
    tool list() -> list<{ id: text, to: text }>\n\
    tool bank.a(x: int)\n\
    tool bank.b(x: int)\n\
    model gpt(tokens: int)\n\
    agent helper(topic: text)\n\n";

/// A rule on `edit` with this condition.
fn on_edit(condition: &str) -> String {
    format!("{EVENTS}forbid f\n  on edit\n  when {condition}\n")
}

fn on_pay(condition: &str) -> String {
    format!("{EVENTS}forbid f\n  on pay\n  when {condition}\n")
}

fn keys(pattern: &EventPattern) -> Vec<String> {
    pattern.keys.iter().map(short).collect()
}

#[test]
fn a_where_is_split_into_guard_and_joins() {
    let bundle = accepts(&on_edit("ever(result view where args.file_path == step.args.file_path and ok)"));
    let (monitor, operands) = only(&bundle);
    assert_eq!((monitor.fold.clone(), monitor.ty.clone(), monitor.pattern.kind), (Fold::Ever, Type::Bool, EventKind::Result));
    assert_eq!(keys(&monitor.pattern), ["slot(arg:file_path)"]);
    assert_eq!(operands, ["slot(arg:file_path)"]);
    assert_eq!(monitor.pattern.guard.as_ref().map(short).unwrap(), "slot(system:6)");
    assert_eq!(monitor.pattern.targets.iter().map(|t| t.target).collect::<Vec<_>>(), [0]);

    // Either side may be the step's; what is known of it around the pattern is known in it.
    let bundle = accepts(&on_pay(
        "args has day and count(attempted call pay where args has day and step.args.day == args.day and step.args.to == args.to and args.amount > 5 over 7d per agent) > 1",
    ));
    let (monitor, operands) = only(&bundle);
    assert_eq!((monitor.fold.clone(), monitor.ty.clone(), monitor.pattern.kind), (Fold::Count, Type::Int, EventKind::Attempted));
    assert_eq!(keys(&monitor.pattern), ["unwrap(slot(arg:day))", "slot(arg:to)"]);
    assert_eq!(operands, ["unwrap(slot(arg:day))", "slot(arg:to)"]);
    assert_eq!(
        monitor.pattern.guard.as_ref().map(short).unwrap(),
        "and(present(slot(arg:day)), compare(gt, slot(arg:amount), const(num:5000000000000000000)))"
    );
    assert_eq!((monitor.over, monitor.per_agent), (Some(604_800_000_000_000), true));
}

#[test]
fn names_around_a_pattern_are_the_steps_and_names_in_it_the_events() {
    // A quantifier's variable, a name bound by `as` before the pattern, and one bound in it.
    let bundle = accepts(&on_pay(
        "any(t in args.tags: args.day as due and ever(call pay where args.to == t and args.day as d and d == due and step.at == 2026-01-01T00:00:00Z + args.wait))",
    ));
    let (monitor, operands) = only(&bundle);
    assert_eq!(keys(&monitor.pattern), ["slot(arg:to)", "unwrap(slot(arg:day))", "arith(add, const(num:1767225600000000000), slot(arg:wait))"]);
    assert_eq!(operands.len(), 3);
    assert!(operands[0].starts_with("local(") && operands[1].starts_with("local(") && operands[2] == "slot(system:2)", "{operands:?}");
    // In `unless`, what `when` bound is what it was bound to.
    let bundle = accepts(&format!("{EVENTS}forbid f\n  on pay\n  when args.day as due\n  unless ever(call pay where args has day and args.day == due)\n"));
    assert_eq!(only(&bundle).1, ["unwrap(slot(arg:day))"]);
    // `context` is that of the event; a constant of one's own is no word of patterns.
    let bundle = accepts(&on_edit("ever(call view where context has limit and args.file_path == step.args.file_path and context.limit > 3)"));
    assert_eq!(keys(&only(&bundle).0.pattern), ["slot(arg:file_path)"]);
    accepts(
        "let text = \"a\"\n\nlet ok = true\n\ntool t(a: text, b: enum { ok, bad }) -> { s: enum { ok, bad } }\n\nforbid f\n  on t\n  when ever(call t where args.a == text and ok and args.b == \"ok\") or ok and args.a == text\n",
    );
    accepts("tool t(s: enum { ok, bad }) -> { s: enum { ok, bad } }\n\nforbid f\n  on t\n  when ever(result t where result.s == ok and ok and ok == args.s)\n");
    accepts(
        "tool t(ok: bool, result: text, text: text)\n\nforbid f\n  on t\n  when args.ok and args.result == args.text and all(ok in [1]: ok == 1) and ever(result t where args.ok and ok)\n",
    );
}

#[test]
fn targets_of_patterns_are_those_of_rules() {
    for (pattern, found) in [
        ("call bank.*", vec![(4, None), (5, None)]),
        ("call", vec![(0, None), (1, None), (2, None), (3, None), (4, None), (5, None)]),
        ("call outbound where args.to == \"x\"", vec![(2, Some(0))]),
        ("model", vec![(6, None)]),
        ("denied spawn helper", vec![(7, None)]),
        ("call view, model gpt", vec![(0, None), (6, None)]),
        ("result gpt, bank.a", vec![(4, None), (6, None)]),
        ("say where args.text contains \"x\"", vec![(8, None)]),
        ("result", (0..=8).map(|i| (i, None)).collect()),
        ("prompt where text contains \"x\"", vec![]),
    ] {
        let bundle = accepts(&on_edit(&format!("ever({pattern})")));
        assert_eq!(only(&bundle).0.pattern.targets.iter().map(|t| (t.target, t.class)).collect::<Vec<_>>(), found, "{pattern}");
    }
}

#[test]
fn equal_questions_share_a_monitor() {
    let bundle = accepts(&format!(
        "{EVENTS}forbid f\n  on edit\n  when ever(call view where args.file_path == step.args.file_path and any(x in [1, 2]: args has lines and x == args.lines) over 1h)\n\n\
         forbid g\n  on edit\n  when any(x in [3]: x == 3) and ever(call   view where args.file_path == step.args.file_path and any(y in [1, 2]: args has lines and y == args.lines) over 60m)\n\n\
         forbid h\n  on edit\n  when ever(call view where args.file_path == step.args.file_path and any(x in [1, 3]: args has lines and x == args.lines) over 1h)\n\n\
         forbid i\n  on edit\n  when count(call view) > 1 or count(call view) > 2 or count(attempted call view) > 1 or count(call view per agent) > 1 or count(result list each x where x.id == \"a\") > count(result list each y where y.id == \"a\")\n"
    ));
    assert_eq!(bundle.monitors.len(), 6);
    let index = |rule: usize| match &bundle.rules[rule].when.as_ref().unwrap().kind {
        ExprKind::History(i, _) => *i,
        ExprKind::And(terms) => terms.iter().find_map(|t| if let ExprKind::History(i, _) = &t.kind { Some(*i) } else { None }).unwrap(),
        _ => panic!(),
    };
    assert_eq!((index(0), index(1), index(2)), (0, 0, 1));
}

#[test]
fn sums_and_since_and_elements() {
    let bundle = accepts(&on_pay(
        "sum(args.amount of call pay where args.to == step.args.to since (result list each x where x.to == step.args.to and ok)) + args.amount > 1000",
    ));
    let (monitor, operands) = only(&bundle);
    let Fold::Sum(value) = &monitor.fold else { panic!() };
    assert_eq!((short(value).as_str(), monitor.ty.clone()), ("slot(arg:amount)", Type::Decimal));
    let since = monitor.since.as_ref().unwrap();
    let each = since.each.as_ref().unwrap();
    assert_eq!(short(&each.list), "slot(result)");
    assert_eq!(keys(since), [format!("field(local({}), 1)", each.local.0)]);
    assert_eq!(operands, ["slot(arg:to)", "slot(arg:to)"]);
    // A name bound in `where` stands in the sum.
    let bundle = accepts(&on_edit("sum(n of call view where args.lines as n) > 5 and sum(args.wait of call pay) > 1h"));
    let Fold::Sum(value) = &bundle.monitors[0].fold else { panic!() };
    assert_eq!(short(value), "unwrap(slot(arg:lines))");
    assert_eq!(bundle.monitors[1].ty, Type::Duration);
    let bundle = accepts(&on_edit("ever(result view where args.file_path == step.args.file_path and ok since call edit)"));
    assert_eq!(only(&bundle).0.since.as_ref().unwrap().kind, EventKind::Permitted);
}

#[test]
fn the_latest_event_is_a_record() {
    let rule = "permit p\n  on edit\n  when latest(result view where args.file_path == step.args.file_path) as seen\n   and seen.result.status == ok and seen.ok and step.at - seen.at < 1h and seen.result has size and seen.args.file_path == args.file_path\n  \
        unless seen.result.size > 5 or seen.args has lines\n  with { set args.lines: seen.result.size }\n  because \"seen at {seen.at} with {seen.result.status}\"\n";
    let bundle = accepts(&format!("{EVENTS}{rule}"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&bundle.monitors).unwrap());
    let unless = short(bundle.rules[0].unless.as_ref().unwrap());
    assert_eq!(
        unless,
        "or(compare(gt, unwrap(field(field(unwrap(history(0, slot(arg:file_path))), 5), 1)), const(num:5)), present(field(field(unwrap(history(0, slot(arg:file_path))), 6), 1)))"
    );
    // Steps, prompts, and a default.
    let bundle = accepts(&on_edit(
        "latest(call edit) as e and e.name == \"edit\" and e.agent == \"main\" and e.facts.risk > 3 and latest(prompt) as p and p.text contains \"x\" and p.at < e.at and latest(spawn) as s and s.args.topic == \"a\"",
    ));
    assert_eq!(bundle.monitors.len(), 3);
    refuses(&on_edit("latest(call edit).at > step.at"), &["optional-untested"]);
    refuses(&on_edit("not (latest(call edit) as e)"), &["binding-place"]);
    refuses(&on_edit("latest(call edit)"), &["not-a-condition"]);
    refuses(&on_edit("latest(call edit) as e and e.result.status == ok"), &["unknown-field"]);
}

#[test]
fn mistakes_about_earlier_events_are_explained() {
    let mut out = String::new();
    for condition in [
        "ever(call view where ok)",
        "ever(call view where result.status == gone)",
        "ever(call view where text contains \"a\")",
        "ever(prompt where ok)",
        "ever(prompt where args.a == 1)",
        "ever(prompt view)",
        "ever(denied result view)",
        "ever(call undeclared)",
        "ever(call view each x)",
        "ever(result view each x)",
        "ever(result edit where result.a == 1)",
        "ever(result view, list where result == 1)",
        "ever(result gpt where result == 1)",
        "ever(call view where args.file_path != step.args.file_path)",
        "ever(call view where args.file_path == step.args.file_path or args has lines)",
        "ever(call view where not (args.file_path == step.args.file_path))",
        "ever(call edit where args.lines == step.args.lines + args.lines)",
        "ever(call edit where step.args.lines > 5)",
        "ever(call pay where args.tags == [] and args.tags == step.facts.tags)",
        "ever(call edit where ever(call view))",
        "ever(call edit where x in labels)",
        "ever(call view where args.lines > 5)",
        "ever(call view where args.file == \"a\")",
        "ever(call view, pay where args.to == \"a\")",
        "ever(call veiw)",
        "ever(call view over 0s)",
        "ever(call view over args.lines)",
        "ever(call view since (call edit over 1h))",
        "ever(call view since (call edit per agent))",
        "sum(args.file_path of call view) > 1",
        "sum(args.lines + step.args.lines of call edit) > 1",
        "sum(args.lines of call view) > 1",
        "ever(approval)",
        "ever(step)",
        "count(call edit where step.args.lnes == args.lines) > 1",
        "ever(call view where it == 1)",
        "ever(result view where any(ok in [1]: ok == 1))",
    ] {
        out.push_str(&format!("{condition}\n    {}\n", said(&on_edit(condition)).replace("; ", "\n    ")));
    }
    out.push_str(&format!("{}\n", said(&on_pay("ever(call pay where args.tags == step.args.tags)"))));
    insta::assert_snapshot!(out);
}

#[test]
fn history_is_asked_in_rules_alone() {
    for text in [
        "let n = count(call edit)\n",
        "fn f(n: int) = n > count(call edit)\n",
        "type T = int where count(call edit) > it\n",
        "tool b(x: text) is outbound(to: if ever(call edit) then x else x)\n",
    ] {
        refuses(&format!("{EVENTS}{text}"), &["session-not-here"]);
    }
    let with_example = on_edit("ever(call view)\n  example call edit(file_path: \"/a\", lines: 1)");
    refuses(&with_example, &["example-needs-session"]);
    // A function takes the answer.
    accepts(&format!("{EVENTS}fn many(n: int) = n > 3\n\nforbid f\n  on edit\n  when many(count(call edit))\n"));
}

#[test]
fn the_rules_of_the_contract_mean_something() {
    let bundle = accepts(
        "tool Edit(file_path: path)\ntool Read(file_path: path)\ntool Bash(command: shell)\ntool cancel_pending_order(order_id: text)\n\
         tool get_order_details(order_id: text) -> { status: enum { pending, delivered } }\n\n\
         forbid blind_edit\n  on Edit\n  unless ever(result Read where args.file_path == step.args.file_path and ok)\n\n\
         permit cancel_pending\n  on cancel_pending_order\n  when latest(result get_order_details where args.order_id == step.args.order_id) as order\n   and order.result.status == pending\n\n\
         forbid push_untested\n  on Bash\n  when args.command may run { \"git push\" } and ever(call Edit)\n  \
         unless ever(result Bash where args.command runs only { \"cargo test\" } and ok since call Edit)\n",
    );
    assert_eq!(bundle.monitors.len(), 4);
}
