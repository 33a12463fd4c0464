//! Tests of tests: from text to the lines of JSON that the engine is given.

use std::sync::Arc;

use reach_codes::Sources;

use super::Room;
use super::json::write;
use crate::ir::{Const, Type};
use crate::limits::Bounds;
use crate::{Compiled, Limits, compile};

const BANK: &str = r#"
tool get_balance()
tool read_file(file_path: path) facts { real: path, exists: bool }
tool send(recipient: text, amount: decimal, date: date?, tags: set<text>?, kind: enum { now, "by-mail" }?)
tool post(to: list<text> from text)
tool pinned(n: int) pinned "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
resource glob"docs://**"
model small(max_tokens: int?)
context {
  user: email
  role: enum { teller, auditor }
  limit: decimal?
}
let payees: set<text> = { "b", "a" }
let fee = 0.10
permit p
  on get_balance, read_file, send, post, pinned, read, model, say
ask q
  on undeclared
fixture morning {
  context { user: "Ann@Bank.example", role: teller }
  call get_balance() as balance => permit
}
"#;

fn compiled(tests: &str) -> Compiled {
    let mut sources = Sources::new();
    sources.add("bank.reach", format!("{BANK}{tests}"));
    compile(sources, &Limits::default())
}

/// Lists the names of the messages about a test.
fn codes(items: &str) -> Vec<&'static str> {
    compiled(&format!("test \"t\" {{\n  {items}\n}}\n")).diagnostics.iter().map(|d| d.code.name()).collect()
}

/// Lists the tests of the bank, or its messages.
fn play(tests: &str) -> String {
    let compiled = compiled(tests);
    let mut out = String::new();
    for diagnostic in &compiled.diagnostics {
        out.push_str(&format!("{}: {}\n", diagnostic.code.name(), diagnostic.message));
        if let Some(help) = &diagnostic.help {
            out.push_str(&format!("  help: {help}\n"));
        }
    }
    for test in compiled.bundle.iter().flat_map(|b| &b.tests) {
        out.push_str(&format!("{}\n", test.name));
        for item in &test.items {
            serde_json::from_str::<serde_json::Value>(&item.event).unwrap();
            out.push_str(&format!("  {}\n", item.event));
            if let Some(e) = &item.expect {
                out.push_str(&format!("    => {} by {:?} because {:?} with {:?}\n", e.effect, e.by, e.because, e.args));
            }
        }
    }
    out
}

#[test]
fn a_test_becomes_events_one_second_apart() {
    insta::assert_snapshot!(play(
        r#"
test "a day" {
  context { user: "Ann@Bank.example", role: auditor, limit: 10.50 }
  prompt "say \"hi\"\n"
  call get_balance()
  result { amount: 98.70, open: [true, [{}]], state: pending }
  call read_file(file_path: "/a/../b") facts { real: "/b", exists: true } => permit by p because "yes"
  fails "no such file"
  call send(recipient: "x", amount: -0.05 + fee, date: 2026-02-01, tags: payees, kind: "by-mail") => permit with (amount: 0.05, kind: now)
  call pinned(n: 100) definition "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" => forbid by definition
  read "docs://a/b" => permit
  model small(max_tokens: 5) => permit
  say "bye" => permit by p
  context { role: teller }
}
"#
    ));
}

#[test]
fn a_table_is_played_row_by_row_behind_its_fixture() {
    insta::assert_snapshot!(play(
        r#"
test "rows" for row in [
  { amount: 1, effect: permit, to: "a" }
  { amount: 2.50, effect: ask, to: "b" }
] from morning {
  result of balance 7
  call send(recipient: row.to, amount: row.amount) => row.effect
}
"#
    ));
}

#[test]
fn an_answer_goes_to_the_last_permitted_step_without_one() {
    insta::assert_snapshot!(play(
        r#"
test "answers" {
  call get_balance() => permit
  call get_balance() as c1
  call get_balance() => forbid
  call get_balance() as ask_me => ask
  result "to c1"
  fails
  result of ask_me "named"
}
"#
    ));
}

#[test]
fn the_clock_is_moved_from_the_last_event() {
    insta::assert_snapshot!(play(
        r#"
test "clock" {
  after 1h
  call get_balance() => permit
  after 2h
  call get_balance() => permit
  after 1m
  after 1m
  call get_balance() => permit
  at 2026-06-01T12:00:00+02:00
  after 500ms
  call get_balance() => permit
}
"#
    ));
}

#[test]
fn a_step_that_is_to_be_refused_may_have_any_arguments() {
    insta::assert_snapshot!(play(
        r#"
test "wrong" {
  call send(recipient: 5, amount: "x", amount: 7.50, odd: { a: -1, b: [teller] }) => forbid by invalid_arguments
  call rm_rf(path: "/", mode: payees) => forbid by undeclared
  call format_disk() => ask by q
  call post(to: "a") => permit
  call post(to: ["a", "b"]) => permit
}
"#
    ));
}

#[test]
fn a_person_answers_the_last_step_that_is_asked_or_of_which_nothing_is_expected() {
    insta::assert_snapshot!(play(
        r#"
let ann: text = "ann"
test "answers of people" for row in [{ by: "bob", effect: permit }] {
  call get_balance() => permit
  call get_balance() as first => ask
  call get_balance() as second
  call get_balance() => forbid
  approve by ann
  approve by row.by for session => row.effect by q because "yes"
  result "of first"
  call send(recipient: "x", amount: 1) as third => ask
  refuse third by "bob" => forbid by q
  call get_balance() as fourth => ask
  approve by "mallory" => ask
  fails
  approve fourth by "bob" => permit
  result "of fourth"
}
"#
    ));
}

#[test]
fn what_an_approval_gives_is_typed_by_the_step_that_it_answers() {
    insta::assert_snapshot!(play(
        r#"
test "typed" {
  call send(recipient: "x", amount: 1, kind: now) as c => ask
  approve by "bob" => permit with (amount: 0.50, kind: "by-mail")
  call format_disk() => ask by q
  approve by "bob" => permit with (any: [1, { a: now }])
}
"#
    ));
    assert_eq!(codes("call send(recipient: \"x\", amount: 1) => ask\n  approve by \"bob\" => permit with (amout: 1)"), ["unknown-argument"]);
    assert_eq!(codes("call send(recipient: \"x\", amount: 1) => ask\n  approve by \"bob\" => permit with (amount: true)"), ["type-mismatch"]);
    assert_eq!(codes("call get_balance() => ask\n  approve by \"bob\" => permit by pp"), ["unknown-rule"]);
    assert_eq!(codes("call get_balance() => ask\n  approve by 5"), ["type-mismatch"]);
}

#[test]
fn a_refused_or_waiting_step_is_not_open_for_results() {
    let nothing = ["nothing-to-answer"];
    assert_eq!(codes("call get_balance() => ask\n  result 1"), nothing);
    assert_eq!(codes("call get_balance() => ask\n  refuse by \"bob\"\n  result 1"), nothing);
    assert_eq!(codes("call get_balance()\n  refuse by \"bob\"\n  result 1"), nothing);
    assert_eq!(codes("call get_balance() => ask\n  approve by \"bob\" => ask\n  result 1"), nothing);
    assert_eq!(codes("call get_balance() => ask\n  approve by \"bob\" => forbid\n  result 1"), nothing);
    assert_eq!(codes("call get_balance() => ask\n  approve by \"bob\"\n  result 1"), [""; 0]);
    assert_eq!(codes("call get_balance() => ask\n  approve by \"bob\" => permit\n  result 1"), [""; 0]);
}

#[test]
fn usage_is_of_the_last_step_that_is_taken_and_exact() {
    insta::assert_snapshot!(play(
        r#"
test "usage" for row in [{ usd: 1.50 }] {
  model small() as m => permit
  result "hi"
  call get_balance() => forbid
  usage { usd: 0.02, tokens: 1200, fee: fee + 1.00 }
  call get_balance() => ask
  usage { usd: row.usd }
  approve by "bob"
  usage { usd: 100000000000000000000.000000000000000001 }
  usage of m { usd: 0 }
}
"#
    ));
    assert_eq!(codes("call get_balance()\n  usage { usd: 1, usd: 2 }"), ["duplicate-argument"]);
    assert_eq!(codes("call get_balance()\n  usage { usd: \"1\" }"), ["type-mismatch"]);
    assert_eq!(codes("call get_balance()\n  usage { usd: unknown }"), ["unknown-name"]);
    assert_eq!(codes("usage { usd: 1 }"), ["nothing-to-answer"]);
    assert_eq!(codes("call get_balance() => ask\n  usage { usd: 1 }"), ["nothing-to-answer"]);
}

#[test]
fn what_an_agent_does_carries_the_identity_of_the_step_that_spawned_it() {
    insta::assert_snapshot!(play(
        r#"
test "agents" {
  call get_balance() as mine => permit
  spawn researcher(topic: "x", deep: true) as a
  agent a {
    prompt "look"
    context { role: teller }
    call get_balance() => permit
    after 1m
    spawn researcher(topic: "y") as b
    agent researcher {
      say "hm" => ask
      approve by "bob" => permit
      usage { usd: 0.02 }
      end
    }
    result of b "found"
    result 7
    usage of mine { usd: 1 }
    fails of mine
    end
  }
  result { summary: "all" }
  agent researcher {
    call get_balance() => forbid
  }
  end
}
"#
    ));
}

#[test]
fn a_declared_agent_is_spawned_with_typed_arguments() {
    const AGENT: &str = "agent writer(topic: text, words: int?)\npermit w\n  on spawn writer\n";
    let events = play(&format!(
        "{AGENT}test \"t\" {{\n  spawn writer(topic: \"x\", words: 100) as w1 => permit by w\n  agent writer {{\n    spawn writer(topic: \"y\") => permit with (topic: \"y\")\n    end\n  }}\n  fails of w1 \"late\"\n}}\n"
    ));
    insta::assert_snapshot!(events);
    let wrong = |items: &str| play(&format!("{AGENT}test \"t\" {{\n  {items}\n}}\n"));
    insta::assert_snapshot!(
        [
            wrong("spawn writer(topic: 5) => permit"),
            wrong("spawn writer(words: 5) => permit"),
            wrong("spawn writer(topic: \"x\", word: 5) => permit"),
            wrong("spawn writr(topic: \"x\") => permit"),
            wrong("spawn writer(topic: \"x\") => permit with (topic: 5)"),
        ]
        .concat()
    );
}

#[test]
fn a_name_of_a_declaration_stands_for_the_last_spawn_that_runs() {
    insta::assert_snapshot!(play(
        r#"
fixture team {
  spawn helper() as one
  spawn helper() as two
  spawn helper() => forbid by undeclared
}
test "last" from team {
  agent helper {
    say "two"
  }
  agent one {
    say "one"
  }
  call get_balance() as helper => permit
  agent helper {
    say "two, since a call is no agent"
  }
  spawn helper() => ask by q
  approve by "bob"
  agent helper {
    say "the approved one"
  }
}
"#
    ));
}

#[test]
fn numbered_steps_keep_clear_of_names_given_inside_of_agents() {
    let played = play("test \"t\" {\n  spawn helper()\n  agent helper {\n    call get_balance() as c0 => permit\n  }\n}\n");
    assert!(played.contains(r#""agent":"c1","id":"c0""#), "{played}");
}

#[test]
fn mistakes_about_people_usage_and_agents_are_explained() {
    insta::assert_snapshot!(play(
        r#"
test "people" {
  approve by "bob"
  refuse nobody by "bob"
  call get_balance() as sure => permit
  approve sure by "bob" => permit
  call get_balance() as never => forbid
  refuse never by "bob"
  call get_balance() as once => ask
  approve onse by "bob"
  approve once by "bob"
  approve once by "bob"
  call get_balance() as done
  result 1
  approve done by "bob"
  approve by "bob"
}
test "usage" {
  usage { usd: 0.02 }
  usage of m { usd: 0.02 }
}
test "agents" {
  agent a {
    call get_balanc() => forbid
    result 1
  }
  call get_balance() as c => permit
  agent c { end }
  agent main { end }
  spawn helper() as helper_one
  agent helper_on { end }
  agent helpr { end }
  spawn helper() as asked => ask by q
  agent asked { end }
  refuse asked by "bob"
  agent asked { end }
  spawn helper() as never => forbid by undeclared
  agent never { end }
  spawn helper() as main
  agent helper_one {
    result 1
    approve by "bob"
    usage { usd: 1 }
  }
}
"#
    ));
}

#[test]
fn nothing_is_said_of_what_answers_a_wrong_step() {
    assert_eq!(codes("call send(recipent: \"x\") as c => permit\n  result of c 1\n  usage { usd: 1 }"), ["unknown-argument"]);
    assert_eq!(codes("spawn helper(topic: 1 == 1) as a => forbid by undeclared\n  agent a {\n    end\n  }"), ["not-a-literal"]);
}

#[test]
fn mistakes_in_tests_are_explained() {
    insta::assert_snapshot!(play(
        r#"
test "mistakes" {
  context { usr: "a@b.example" }
  call send(recipent: "x", amount: 1) => permit
  call send(recipient: 5, amount: 1) => permit
  call send(amount: 1) => permit
  call send(recipient: "x", recipient: "y", amount: 1) => permit
  call get_balanc() => forbid
  call nothing_like_it() => permit
  call get_balance() => permitt
  call get_balance() => permit by pp
  call read_file(file_path: "/a") facts { reel: "/a" } => permit
  call get_balance() as c => permit
  call get_balance() as c => permit
  result of d "x"
  at 2020-01-01T00:00:00Z
}
test "no step" {
  result "x"
}
test "no fixture" from mourning {
}
test "odd table" for row in payees {
}
"#
    ));
}

#[test]
fn a_mistake_in_a_fixture_is_reported_once() {
    let text = "fixture bad {\n  call send(recipent: \"x\") => permit\n}\ntest \"a\" from bad {\n}\ntest \"b\" from bad {\n}\n";
    assert_eq!(compiled(text).diagnostics.iter().filter(|d| d.code.name() == "unknown-argument").count(), 1);
}

#[test]
fn tests_have_room_for_so_many_events_and_bytes_and_no_more() {
    // A fixture's event is made once, and counts again in each of two rows with two events of their own.
    let text = "test \"t\" for row in [{ n: 1 }, { n: 2 }] from f {\n  call get_balance() => permit\n  call get_balance() => permit\n}\nfixture f {\n  prompt \"x\"\n}\n";
    let fits = |events, bytes| {
        let mut sources = Sources::new();
        sources.add(
            "bank.reach",
            format!("{BANK}{text}")
                .replace("fixture morning {\n  context { user: \"Ann@Bank.example\", role: teller }\n  call get_balance() as balance => permit\n}", ""),
        );
        let bounds = Bounds { tests: Room { events, bytes }, ..Bounds::LANGUAGE };
        let codes: Vec<_> = crate::compile_within(sources.into(), &Limits::default(), bounds).diagnostics.iter().map(|d| d.code.name()).collect();
        assert!(codes.is_empty() || codes == ["too-many-test-events"], "{codes:?}");
        codes.is_empty()
    };
    assert!(fits(7, 10_000));
    assert!(!fits(6, 10_000));
    let most = (600..700).find(|bytes| fits(7, *bytes)).unwrap();
    assert_eq!(most, 4 * CALL.len() + 3 * PROMPT.len());
}

const CALL: &str = r#"{"session":"test","type":"call","id":"c0","name":"get_balance","args":{},"at":"2026-01-01T00:00:00Z"}"#;
const PROMPT: &str = r#"{"session":"test","type":"prompt","text":"x","at":"2026-01-01T00:00:00Z"}"#;

#[test]
fn constants_are_written_as_events_carry_them() {
    let optional = |ty| Type::Optional(Arc::new(ty));
    let record: Arc<[(String, Type)]> = vec![("a".to_owned(), Type::Int), ("b".to_owned(), optional(Type::Text))].into();
    let cases = [
        (Type::Bool, Const::Bool(true), "true"),
        (Type::Int, Const::Num(-5), "-5"),
        (Type::Decimal, Const::Num(98_700_000_000_000_000_000), "98.7"),
        (Type::Decimal, Const::Num(-1), "-0.000000000000000001"),
        (Type::Text, Const::Text("a\"\n\u{1}é".into()), r#""a\"\n\u0001é""#),
        (Type::Time, Const::Num(1_500_000_000), "\"1970-01-01T00:00:01.5Z\""),
        (Type::Date, Const::Num(-1), "\"1969-12-31\""),
        (Type::Duration, Const::Num(5_400_000_000_000), "\"1h30m\""),
        (Type::Enum(vec!["a".to_owned(), "b-c".to_owned()].into()), Const::Num(1), "\"b-c\""),
        (optional(Type::Int), Const::Absent, "null"),
        (optional(Type::Int), Const::Num(3), "3"),
        (Type::Set(Arc::new(Type::Int)), Const::List(vec![Const::Num(1), Const::Num(2)].into()), "[1,2]"),
        (Type::Record(Arc::clone(&record)), Const::Record(vec![Const::Num(1), Const::Absent].into()), "{\"a\":1}"),
        (Type::Map(Arc::new(Type::Int)), Const::Map(vec![("k".to_owned(), Const::Num(1))].into()), "{\"k\":1}"),
    ];
    for (ty, value, expected) in cases {
        let mut out = String::new();
        write(&ty, &value, &mut out);
        assert_eq!(out, expected);
    }
}
