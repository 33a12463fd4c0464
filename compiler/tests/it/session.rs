//! What rules ask of the session: labels, history, provenance, budgets, agents, approvals.

use reach_compiler::ir::{Bundle, Effect, EventKind, EventPattern, Expr, ExprKind, Fold, Format, Grant, Monitor, Obligation, Origin, SlotRef, StepKind, Type};

use super::support::{compiled, means, refuses};

const TOOLS: &str = "label untrusted, secret\n\n\
    context { user: email, boss: text?, auditors: list<email>, role: enum { teller, auditor } }\n\n\
    tool read_file(file_path: path) returns untrusted, secret when file_path within \"/etc\" or args.file_path within context_root\n\
    tool mail(to: list<email>, copy: email?, body: text) -> { id: text, meta: { by: email? }? } from json returns untrusted in meta.by\n\
    tool pay(to: text, amount: decimal, day: date?) facts { risk: int }\n\
    agent researcher(topic: text, usd: decimal)\n\n\
    let context_root = \"/root\"\n\n";

fn with(rules: &str) -> String {
    format!("{TOOLS}{rules}")
}

fn when<'b>(bundle: &'b Bundle, rule: &str) -> &'b Expr {
    bundle.rules.iter().find(|r| r.name == rule).and_then(|r| r.when.as_ref()).unwrap_or_else(|| panic!("no rule {rule}"))
}

/// Returns what the only message about a text says.
#[track_caller]
fn said(text: &str) -> String {
    let compiled = compiled(text);
    let [only] = compiled.diagnostics.as_slice() else { panic!("{text}\n{}", super::support::shown(&compiled.sources, &compiled.diagnostics)) };
    format!("{}: {}; {}", only.code.name(), only.message, only.help.as_deref().unwrap_or("no help"))
}

#[test]
fn labels_are_numbered_in_source_order_and_results_carry_them() {
    let bundle = means(&with("forbid leak\n  on mail\n  when secret in labels and untrusted not in labels\n"));
    assert_eq!(bundle.labels, ["untrusted", "secret"]);
    let ExprKind::And(terms) = &when(&bundle, "leak").kind else { panic!() };
    assert_eq!(terms[0].kind, ExprKind::Labelled(1));
    assert!(matches!(&terms[1].kind, ExprKind::Not(of) if of.kind == ExprKind::Labelled(0)));
    let returns = &bundle.targets[0].returns;
    assert_eq!(returns.iter().map(|r| (r.label, r.when.is_some())).collect::<Vec<_>>(), [(0, false), (1, true)]);
    let mail = &bundle.targets[1];
    let result = mail.result.as_ref().unwrap();
    assert_eq!(result.format, Some(Format::Json));
    // `meta` is optional: what is absent in it has no value.
    let part = mail.returns[0].part.as_ref().unwrap();
    assert_eq!(part.ty, Type::Optional(Type::EMAIL.into()));
    let ExprKind::Field(meta, 0) = &part.kind else { panic!("{part:?}") };
    let ExprKind::Unwrap(meta) = &meta.kind else { panic!("{meta:?}") };
    let ExprKind::Field(whole, 1) = &meta.kind else { panic!("{meta:?}") };
    assert_eq!(whole.kind, ExprKind::Slot(SlotRef::Result));
}

#[test]
fn an_agent_is_a_target_like_a_model() {
    let bundle = means(&with("permit p\n  on spawn researcher\n  when args.usd < 1.00\n\nforbid f\n  on spawn\n\nforbid g\n  on researcher, pay\n"));
    assert_eq!((bundle.targets[3].kind, bundle.targets[3].name.as_str()), (StepKind::Spawn, "researcher"));
    for (rule, targets) in [(0, vec![3]), (1, vec![3]), (2, vec![2, 3])] {
        assert_eq!(bundle.rules[rule].targets.iter().map(|t| t.target).collect::<Vec<_>>(), targets);
    }
    refuses("tool a()\n\nforbid f\n  on spawn\n", &["matches-nothing"]);
    refuses(&with("forbid f\n  on spawn reseacher\n"), &["unknown-target"]);
}

#[test]
fn an_ask_says_who_may_answer_how_long_it_waits_and_what_is_cleared() {
    let bundle = means(&with(
        "let patience = 15m\n\nask a\n  on pay\n  when context has boss\n  by one of { context.boss, args.to }\n  expires patience\n  with { clear secret }\n\nask b\n  on mail\n  by other than context.user\n\nask c\n  on mail\n  by one of context.auditors\n",
    ));
    let a = &bundle.rules[0];
    assert_eq!(a.expires, Some(900_000_000_000));
    assert_eq!(a.obligations, [Obligation::Clear(1)]);
    let approver = a.approver.as_ref().unwrap();
    assert!(approver.one_of);
    assert_eq!(approver.who.ty, Type::Set(Type::Text.into()));
    let b = bundle.rules[1].approver.as_ref().unwrap();
    assert!(!b.one_of);
    assert_eq!(b.who.ty, Type::EMAIL);
    assert_eq!(bundle.rules[2].approver.as_ref().unwrap().who.ty, Type::List(Type::EMAIL.into()));
    assert_eq!(bundle.rules[2].effect, Effect::Ask);
    for (clause, code) in [
        ("by one of { 5 }", "type-mismatch"),
        ("by other than args.amount", "type-mismatch"),
        ("by other than context.boss", "optional-untested"),
        ("expires 0s", "not-a-window"),
        ("expires args.amount", "not-known-here"),
        ("expires 5", "type-mismatch"),
        ("with { clear public }", "unknown-label"),
        ("with { clear pay }", "wrong-kind-of-name"),
    ] {
        refuses(&with(&format!("ask a\n  on pay\n  {clause}\n")), &[code]);
    }
    for rule in ["permit p\n  on pay\n  with { clear secret }\n", "oblige p\n  on pay\n  with { clear secret }\n"] {
        assert_eq!(said(&with(rule)), "not-obligable: only an `ask` that was approved clears a label; put it into an `ask`");
    }
}

#[test]
fn mistakes_about_labels_and_results_are_explained() {
    for (text, message) in [
        ("forbid f\n  on pay\n  when public in labels\n", "unknown-label: there is no label `public`; declare it: `label public`"),
        ("forbid f\n  on pay\n  when secrt in labels\n", "unknown-label: there is no label `secrt`; did you mean `secret`?"),
        ("forbid f\n  on pay\n  when \"secret\" in labels\n", "not-a-value: a label stands before `in labels`; name one that is declared: `secret in labels`"),
        (
            "forbid f\n  on pay\n  when labels contains secret\n",
            "not-a-value: `labels` is not a value by itself; write `secret in labels` with a label that is declared: `label secret`",
        ),
        (
            "tool b() returns secret in body\n",
            "no-structured-result: nothing says that the result of `b` has fields; say what it is: `tool b(…) -> { body: text }`; or let the whole result carry the label",
        ),
        ("tool b() -> { body: text } returns secret in bdy\n", "unknown-field: `{ body: text }` has no field `bdy`; did you mean `body`?"),
        ("tool b() -> { body: text } from jsn\n", "bad-reading: a result can't be read from `jsn`; did you mean `json`?"),
        (
            "tool b(x: text) returns secret when secret in labels\n",
            "session-not-here: `labels` can't be asked in a tool's declaration; ask it in a rule; a declaration is about its own arguments, facts and the context",
        ),
    ] {
        assert_eq!(said(&with(text)), message);
    }
}

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

/// Writes an expression in a short form: names of operations around places.
fn short(expr: &Expr) -> String {
    let json = serde_json::to_value(expr).unwrap();
    fn write(v: &serde_json::Value) -> String {
        match v {
            serde_json::Value::Object(o) => match (o.get("op"), o.get("of")) {
                (Some(op), Some(of)) => format!("{}({})", op.as_str().unwrap(), write(of)),
                (Some(op), None) => op.as_str().unwrap().to_owned(),
                _ => o.iter().map(|(k, v)| format!("{k}:{}", write(v))).collect::<Vec<_>>().join(" "),
            },
            serde_json::Value::Array(items) => items.iter().map(write).collect::<Vec<_>>().join(", "),
            serde_json::Value::String(s) => s.clone(),
            other => other.to_string(),
        }
    }
    write(&json)
}

/// Returns the only monitor of a bundle, and the operands with which it is asked.
#[track_caller]
fn only(bundle: &Bundle) -> (&Monitor, Vec<String>) {
    fn find<'e>(e: &'e Expr, out: &mut Vec<&'e [Expr]>) {
        if let ExprKind::History(_, operands) = &e.kind {
            out.push(operands);
        }
        e.children().into_iter().for_each(|c| find(c, out));
    }
    let [monitor] = bundle.monitors.as_slice() else { panic!("{:?}", bundle.monitors) };
    let mut found = Vec::new();
    for rule in &bundle.rules {
        rule.when.iter().chain(&rule.unless).for_each(|e| find(e, &mut found));
    }
    (monitor, found.first().unwrap().iter().map(short).collect())
}

fn keys(pattern: &EventPattern) -> Vec<String> {
    pattern.keys.iter().map(short).collect()
}

#[test]
fn a_where_is_split_into_guard_and_joins() {
    let bundle = means(&on_edit("ever(result view where args.file_path == step.args.file_path and ok)"));
    let (monitor, operands) = only(&bundle);
    assert_eq!((monitor.fold.clone(), monitor.ty.clone(), monitor.pattern.kind), (Fold::Ever, Type::Bool, EventKind::Result));
    assert_eq!(keys(&monitor.pattern), ["slot(arg:file_path)"]);
    assert_eq!(operands, ["slot(arg:file_path)"]);
    assert_eq!(monitor.pattern.guard.as_ref().map(short).unwrap(), "slot(system:6)");
    assert_eq!(monitor.pattern.targets.iter().map(|t| t.target).collect::<Vec<_>>(), [0]);

    // Either side may be the step's; what is known of it around the pattern is known in it.
    let bundle = means(&on_pay(
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
    let bundle = means(&on_pay(
        "any(t in args.tags: args.day as due and ever(call pay where args.to == t and args.day as d and d == due and step.at == 2026-01-01T00:00:00Z + args.wait))",
    ));
    let (monitor, operands) = only(&bundle);
    assert_eq!(keys(&monitor.pattern), ["slot(arg:to)", "unwrap(slot(arg:day))", "arith(add, const(num:1767225600000000000), slot(arg:wait))"]);
    assert_eq!(operands.len(), 3);
    assert!(operands[0].starts_with("local(") && operands[1].starts_with("local(") && operands[2] == "slot(system:2)", "{operands:?}");
    // In `unless`, what `when` bound is what it was bound to.
    let bundle = means(&format!("{EVENTS}forbid f\n  on pay\n  when args.day as due\n  unless ever(call pay where args has day and args.day == due)\n"));
    assert_eq!(only(&bundle).1, ["unwrap(slot(arg:day))"]);
    // `context` is that of the event; a constant of one's own is no word of patterns.
    let bundle = means(&on_edit("ever(call view where context has limit and args.file_path == step.args.file_path and context.limit > 3)"));
    assert_eq!(keys(&only(&bundle).0.pattern), ["slot(arg:file_path)"]);
    means(
        "let text = \"a\"\n\nlet ok = true\n\ntool t(a: text, b: enum { ok, bad }) -> { s: enum { ok, bad } }\n\nforbid f\n  on t\n  when ever(call t where args.a == text and ok and args.b == \"ok\") or ok and args.a == text\n",
    );
    means("tool t(s: enum { ok, bad }) -> { s: enum { ok, bad } }\n\nforbid f\n  on t\n  when ever(result t where result.s == ok and ok and ok == args.s)\n");
    means(
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
        let bundle = means(&on_edit(&format!("ever({pattern})")));
        assert_eq!(only(&bundle).0.pattern.targets.iter().map(|t| (t.target, t.class)).collect::<Vec<_>>(), found, "{pattern}");
    }
}

#[test]
fn equal_questions_share_a_monitor() {
    let bundle = means(&format!(
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
    let bundle = means(&on_pay(
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
    let bundle = means(&on_edit("sum(n of call view where args.lines as n) > 5 and sum(args.wait of call pay) > 1h"));
    let Fold::Sum(value) = &bundle.monitors[0].fold else { panic!() };
    assert_eq!(short(value), "unwrap(slot(arg:lines))");
    assert_eq!(bundle.monitors[1].ty, Type::Duration);
    let bundle = means(&on_edit("ever(result view where args.file_path == step.args.file_path and ok since call edit)"));
    assert_eq!(only(&bundle).0.since.as_ref().unwrap().kind, EventKind::Permitted);
}

#[test]
fn the_latest_event_is_a_record() {
    let rule = "permit p\n  on edit\n  when latest(result view where args.file_path == step.args.file_path) as seen\n   and seen.result.status == ok and seen.ok and step.at - seen.at < 1h and seen.result has size and seen.args.file_path == args.file_path\n  \
        unless seen.result.size > 5 or seen.args has lines\n  with { set args.lines: seen.result.size }\n  because \"seen at {seen.at} with {seen.result.status}\"\n";
    let bundle = means(&format!("{EVENTS}{rule}"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&bundle.monitors).unwrap());
    let unless = short(bundle.rules[0].unless.as_ref().unwrap());
    assert_eq!(
        unless,
        "or(compare(gt, unwrap(field(field(unwrap(history(0, slot(arg:file_path))), 5), 1)), const(num:5)), present(field(field(unwrap(history(0, slot(arg:file_path))), 6), 1)))"
    );
    // Steps, prompts, and a default.
    let bundle = means(&on_edit(
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
    means(&format!("{EVENTS}fn many(n: int) = n > 3\n\nforbid f\n  on edit\n  when many(count(call edit))\n"));
}

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
    let bundle = means(&permit(
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
        means(&permit(&format!("{value} from user")));
    }
    means(&permit("args has copy and args.copy from user and all(r in args.all: r from user) and not any(s in args.some: s from untrusted)"));
}

#[test]
fn a_field_of_a_result_is_a_source_and_equal_sources_are_one() {
    let bundle = means(&permit(
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
    let bundle = means(&permit("ever(result view where args.file_path from user and args.file_path == step.args.file)"));
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
            means(&text);
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

const MONEY: &str = "context { cap: decimal, used: decimal?, user: text }\n\n\
    let daily = 1000\n\n\
    budget spend: decimal limit daily per session over 24h\n\
    budget calls: int limit 10 per agent opening 2\n\n\
    tool search(q: text)\n\
    tool read_file(file_path: path)\n\
    tool pay(to: text, amount: decimal, tip: decimal?, n: int)\n\
    agent helper(usd: decimal, tools: list<text>, set: set<text>, name: text)\n\
    agent clerk(usd: decimal)\n\n";

#[test]
fn budgets_and_charges_are_typed() {
    let bundle = means(&format!(
        "{MONEY}budget mine: decimal limit min(context.cap, 50) per session opening context.used else 0\n\n\
         charge spend by args.amount + tip on pay when args.tip as tip and tip > 1\n\
         charge calls by 1 on *\n\
         charge spend by if count(call pay) > 3 then 2 else 1 on pay, helper\n"
    ));
    let named: Vec<_> = bundle.budgets.iter().map(|b| (b.name.as_str(), b.ty.clone(), b.per_agent, b.over, b.opening.is_some())).collect();
    assert_eq!(
        named,
        [("spend", Type::Decimal, false, Some(86_400_000_000_000), false), ("calls", Type::Int, true, None, true), ("mine", Type::Decimal, false, None, true)]
    );
    assert_eq!(short(&bundle.budgets[0].limit), "const(num:1000000000000000000000)");
    let charges: Vec<_> = bundle.charges.iter().map(|c| (c.budget, c.targets.len(), c.when.is_some())).collect();
    assert_eq!(charges, [(0, 1, true), (1, 6, false), (0, 2, false)]);
    // What `when` binds is put into the amount.
    assert_eq!(short(&bundle.charges[0].amount), "arith(add, slot(arg:amount), unwrap(slot(arg:tip)))");
    assert_eq!(bundle.monitors.len(), 1);
}

#[test]
fn a_child_is_granted_steps_and_amounts() {
    let bundle = means(&format!(
        "{MONEY}permit p\n  on helper, clerk\n  when args.usd < 5.00\n  grants {{ search, read_file where args.file_path within \"/docs\", model_free\n    budget spend: args.usd, budget calls: 3 }}\n\n\
         permit q\n  on helper\n  when args.tools within agent.rights and args.set within agent.rights and {{ \"search\" }} within agent.rights and agent.depth < 2 and agent.live_children < 3\n  grants {{}}\n\n\
         permit r\n  on clerk\n"
    ).replace(", model_free", ""));
    let grants = bundle.rules[0].grants.as_ref().unwrap();
    let shown: Vec<String> = grants
        .iter()
        .map(|grant| match grant {
            Grant::Steps { targets, condition } => {
                format!("{:?} {}", targets.iter().map(|t| t.target).collect::<Vec<_>>(), condition.as_ref().map(short).unwrap_or_default())
            }
            Grant::Budget { budget, amount } => format!("{budget} {}", short(amount)),
        })
        .collect();
    assert_eq!(shown, ["[0] ", "[1] within(slot(arg:file_path), const(text:/docs))", "0 slot(arg:usd)", "1 const(num:3)"]);
    assert_eq!(bundle.rules[1].grants, Some(Vec::new()));
    assert_eq!(bundle.rules[2].grants, None);
    let ExprKind::And(terms) = &when(&bundle, "q").kind else { panic!() };
    assert_eq!(short(&terms[0]), "within_rights(slot(arg:tools))");
}

#[test]
fn mistakes_about_budgets_and_children_are_explained() {
    let mut out = String::new();
    for rule in [
        "budget b: text limit \"a\" per session",
        "budget b: decimal limit 5.00 per day",
        "budget b: decimal limit 5.00 per sesion",
        "budget b: decimal limit -5.00 per session",
        "budget b: int limit 5.5 per session",
        "budget b: decimal limit args.n per session",
        "budget b: decimal limit context.used per session",
        "budget b: int limit count(call pay) per session",
        "budget b: int limit 5 per session over 0s",
        "charge spnd by 1.00 on pay",
        "charge pay by 1.00 on pay",
        "charge spend by args.n on pay",
        "charge spend by args.tip on pay",
        "charge spend by -1 on pay",
        "charge spend by 1.00 on undeclared",
        "charge spend by args.amount on pay, search",
        "forbid f\n  on helper\n  grants { search }",
        "permit f\n  on pay, spawn\n  grants { search }",
        "permit f\n  on helper\n  grants { serch }",
        "permit f\n  on helper\n  grants { budget spnd: 1.00 }",
        "permit f\n  on helper\n  grants { budget spend: args.name }",
        "permit f\n  on helper\n  grants { budget spend: 1.00, budget spend: 2.00 }",
        "permit f\n  on helper\n  grants { search where args.usd > 1.00 }",
        "permit f\n  on helper\n  grants { search where ever(call pay) }",
        "permit f\n  on helper\n  grants { undeclared }",
        "permit f\n  on helper\n  when args.name within agent.rights",
        "permit f\n  on helper\n  when args.name in agent.rights",
        "permit f\n  on helper\n  when args.usd within agent.rights",
        "fn f(xs: list<text>) = xs within agent.rights",
        "permit f\n  on helper\n  when spend > 1",
        "permit f\n  on helper\n  when clerk == args.name",
    ] {
        out.push_str(&format!("{rule}\n    {}\n", said(&format!("{MONEY}{rule}\n")).replace("; ", "\n    ")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn the_page_of_the_contract_means_something() {
    let bundle = means(
        "label untrusted\n\n\
         tool get_balance()\ntool read_file(file_path: path) returns untrusted\n\
         tool send_money(recipient: text, amount: decimal, subject: text, date: date?)\n\
         tool schedule_transaction(recipient: text, amount: decimal, recurring: bool)\n\n\
         context {\n  user: email\n  role: enum { teller, auditor }\n}\n\n\
         let daily_limit = 1000.00\nlet payees: set<text> = { \"CH9300762011623852957\", \"GB29NWBK60161331926819\" }\n\n\
         budget spend: decimal limit daily_limit per session over 24h\ncharge spend by args.amount on send_money, schedule_transaction\n\n\
         permit reading\n  on get_balance, read_file\n\n\
         permit known_payees\n  on send_money, schedule_transaction\n  when args.recipient in payees\n    or args.recipient from user\n\n\
         ask large_transfers\n  on send_money\n  when args.amount > 500.00\n  because \"a transfer of {args.amount} to {args.recipient} needs a person\"\n\n\
         @severity(high)\nforbid planted_payee\n  on send_money, schedule_transaction\n  when args.recipient from untrusted\n  unless args.recipient from user or args.recipient in payees\n  \
         because \"{args.recipient} appears only in untrusted content\"\n\n\
         forbid burst\n  on send_money\n  when count(call send_money over 1h) >= 5\n",
    );
    assert_eq!((bundle.monitors.len(), bundle.origins.len(), bundle.budgets.len(), bundle.charges.len()), (1, 2, 1, 1));
}
