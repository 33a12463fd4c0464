//! Where each lint fires and where it doesn't, at its edges. Of each case: the lint, the policy, the texts that its findings point at.

use reach_codes::table::lint::*;
use reach_codes::{Code, table};

use super::at;

/// Declarations that most cases need.
const TOOLS: &str = "tool pay(amount: decimal, currency: text, to: list<text>, note: text?, day: date?, urgent: bool)\n\
tool fetch(url: url)\ntool touch(target: path)\ntool run(command: shell)\ntool find(name: text, n: int)\nlabel untrusted\n\
context { user: text, folder: path }\n\n";

#[track_caller]
fn finds(code: Code, rules: &str, wanted: &[&str]) {
    let found = at(code, &format!("{TOOLS}{rules}"));
    assert_eq!(found, wanted, "{} in\n{rules}", code.name());
}

#[track_caller]
fn finds_if(fires: bool, code: Code, rules: &str, text: &str) {
    if fires { finds(code, rules, &[text]) } else { finds(code, rules, &[]) }
}

/// A permit of `pay` with that condition.
fn when(condition: &str) -> String {
    format!("permit p\n  on pay\n  when {condition}\n")
}

fn forbid(condition: &str) -> String {
    format!("permit p\n  on pay\n  when args.amount < 5.00\n\nforbid f\n  on pay\n  when {condition}\n  because \"no\"\n")
}

#[test]
fn a_permit_has_a_limit_where_something_holds_it_back() {
    let open = "permit p\n  on pay\n";
    finds(UNLIMITED_PERMIT, open, &["p"]);
    for held in [
        "permit p\n  on pay\n  when args.amount < 5.00\n".to_owned(),
        "permit p\n  on pay\n  unless args.urgent\n".to_owned(),
        format!("{open}\nask a\n  on pay\n  when args.urgent\n  because \"x\"\n"),
        format!("{open}\nforbid a\n  on *\n  when args.amount > 5.00\n  because \"x\"\n").replace("on *", "on pay"),
        format!("{open}\nbudget b: decimal limit 5.00 per session\ncharge b by args.amount on pay\n"),
        "@advisory\npermit p\n  on pay\n".to_owned(),
    ] {
        finds(UNLIMITED_PERMIT, &held, &[]);
    }
    // What is on trial holds nothing back, and an obligation doesn't either.
    finds(UNLIMITED_PERMIT, &format!("{open}\n@advisory\nforbid a\n  on pay\n  when args.urgent\n"), &["p"]);
    finds(UNLIMITED_PERMIT, &format!("{open}\noblige o\n  on pay\n  with {{\n    notify \"x\"\n  }}\n"), &["p"]);
    for (tool, sensitive) in [("fetch", true), ("run", true), ("touch", false), ("find", false)] {
        finds_if(sensitive, UNLIMITED_PERMIT, &format!("permit p\n  on {tool}\n"), "p");
    }
}

#[test]
fn text_has_a_type_by_the_last_word_of_its_name_or_by_its_pattern() {
    let on = |field: &str, condition: &str| format!("tool t({field}: text)\n\npermit p\n  on t\n  when {}\n", condition.replace('$', &format!("args.{field}")));
    for (field, fires) in [
        ("url", true),
        ("callback_url", true),
        ("fileName", false),
        ("filename", true),
        ("url_note", false),
        ("title", false),
        ("sqlText", false),
        ("email", true),
        ("ip", true),
    ] {
        let policy = on(field, "$ matches re\"^abc/\"");
        assert_eq!(at(UNTYPED_TEXT, &policy).len(), usize::from(fires), "{field}");
    }
    assert_eq!(at(UNTYPED_TEXT, &on("page", "$ matches re\"^https?://example\\.com/\"")).len(), 1);
    assert_eq!(at(UNTYPED_TEXT, &on("page", "$ matches re\"see https://example\\.com/\"")).len(), 0, "a URL somewhere in a text is no URL");
    assert_eq!(at(UNTYPED_TEXT, &on("url", "$ == \"https://example.com/\"")).len(), 0, "one known text is compared");
    assert_eq!(at(UNTYPED_TEXT, "tool t(email: text where it matches re\"^[a-z]+@x$\")\n\npermit p\n  on t\n").len(), 1, "a refinement is looked at too");
}

#[test]
fn a_forbid_by_label_is_a_wall_only_behind_what_is_known_to_be_good() {
    let with = |permit: &str, forbid: &str| {
        format!(
            "label untrusted\ntool read(x: text) returns untrusted\ntool pay(to: text, also: text, n: int)\nlet known = {{ \"a\", \"b\" }}\n\npermit p\n  on pay\n  when {permit}\n\nforbid f\n  on pay\n  when {forbid}\n  because \"x\"\n"
        )
    };
    let fires = |permit: &str, forbid: &str| !at(FORBID_BY_LABEL, &with(permit, forbid)).is_empty();
    let bad = "args.to from untrusted";
    for good in ["args.to from user", "args.to in known", "args.to == \"abcd\"", "args.to from user or args.to in known", "args.n > 1 and args.to in known"] {
        assert!(!fires(good, bad), "{good}");
    }
    for open in
        ["args.n > 1", "args.also from user", "args.to from user or args.n > 1", "not (args.to in known)", "args.to from untrusted", "args.to != \"abcd\""]
    {
        assert!(fires(open, bad), "{open}");
    }
    // Another way to match is another wall.
    assert!(!fires("args.n > 1", "args.to from untrusted or args.n > 5"));
    assert!(fires("args.n > 1", "args.to from untrusted and args.n > 5"));
    assert!(fires("args.n > 1", "args.to from untrusted or args.also from untrusted"));
    assert!(!fires("args.n > 1", "not (args.to from untrusted)"));
}

#[test]
fn an_all_needs_a_length_of_its_own_list() {
    let all = "all(x in args.to: x == \"ab\")";
    finds(ALL_WITHOUT_LENGTH, &when(all), &[all]);
    for held in ["length(args.to) > 0", "length(args.to) == 1", "args.to != []", "any(x in args.to: x == \"ab\")", "count(x in args.to: x == \"a\") > 0"] {
        finds(ALL_WITHOUT_LENGTH, &when(&format!("{held} and {all}")), &[]);
    }
    finds(ALL_WITHOUT_LENGTH, &when(&format!("length(args.currency) > 0 and {all}")), &[all]);
    finds(ALL_WITHOUT_LENGTH, &when(&format!("not {all}")), &[]);
    finds(ALL_WITHOUT_LENGTH, &forbid(all), &[]);
}

#[test]
fn only_a_short_window_is_a_rate() {
    let count = |what: &str| forbid(&format!("count({what}) >= 3"));
    finds(COUNT_WITHOUT_ATTEMPTED, &count("call pay over 1h"), &["count(call pay over 1h)"]);
    for other in ["call pay over 61m", "call pay", "attempted call pay over 10m", "denied call pay over 10m", "result pay over 10m"] {
        finds(COUNT_WITHOUT_ATTEMPTED, &count(other), &[]);
    }
    finds(COUNT_WITHOUT_ATTEMPTED, &when("count(call pay over 10m) < 3"), &[]);
}

#[test]
fn a_value_is_too_short_with_three_letters_and_long_enough_with_four() {
    finds(SHORT_PROVENANCE, &when("\"abc\" from user"), &["\"abc\" from user"]);
    finds(SHORT_PROVENANCE, &when("\"abcd\" from user"), &[]);
    finds(SHORT_PROVENANCE, &when("length(args.currency) <= 3 and args.currency from user"), &["args.currency from user"]);
    finds(SHORT_PROVENANCE, &when("length(args.currency) < 4 and args.currency from user"), &["args.currency from user"]);
    finds(SHORT_PROVENANCE, &when("length(args.currency) <= 4 and args.currency from user"), &[]);
    finds(SHORT_PROVENANCE, &when("length(args.currency) <= 3 or args.currency from user"), &[]);
}

#[test]
fn what_looks_alike_is_found_and_what_is_one_script_is_not() {
    let say = |text: &str| format!("permit p\n  on find\n  when args.name == \"{text}\"\n");
    // Latin with a Cyrillic letter; a word of each script; umlauts; an escape.
    finds(CONFUSABLE_TEXT, &say("p\u{430}ypal"), &["p\u{430}ypal"]);
    for fine in [
        "\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}",
        "b\u{fc}cher stra\u{df}e",
        "\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442} hello",
        "p\\u{430}ypal",
        "\u{4f60}\u{597d}",
        "caf\u{e9}",
    ] {
        finds(CONFUSABLE_TEXT, &say(fine), &[]);
    }
    for hidden in ['\u{200b}', '\u{2060}', '\u{ad}', '\u{202e}'] {
        let text = say(&format!("a{hidden}b"));
        // What the language refuses needs no lint.
        if super::tried(&format!("{TOOLS}{text}")).is_ok() {
            finds(CONFUSABLE_TEXT, &text, &[&hidden.to_string()]);
        }
    }
    finds(CONFUSABLE_TEXT, "// p\u{430}ypal\npermit p\n  on find\n  when args.n > 1\n", &["p\u{430}ypal"]);
}

#[test]
fn a_secret_in_a_test_is_no_secret() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    finds(SECRET_IN_POLICY, &format!("// {key}\npermit p\n  on find\n  when args.n > 1\n"), &[key]);
    finds(SECRET_IN_POLICY, &format!("permit p\n  on find\n  when args.n > 1\n\ntest \"t\" {{\n  call find(name: \"{key}\", n: 2) => permit\n}}\n"), &[]);
    for (constant, fires) in [
        ("let db_password = \"hunter2hunter2\"", true),
        ("let db_password = \"hunter\"", false),
        ("let token_hint = \"a token has 20 letters\"", false),
        ("let greeting = \"hunter2hunter2\"", false),
        ("let api_key = \"0123456789\"", true),
    ] {
        let found = at(SECRET_IN_POLICY, &format!("{TOOLS}{constant}\n"));
        assert_eq!(found.len(), usize::from(fires), "{constant}");
    }
}

#[test]
fn a_pattern_that_permits_is_anchored_at_both_ends() {
    let m = |re: &str| format!("args.currency matches re\"{re}\"");
    for (re, fires) in [
        ("abc", true),
        ("^abc", true),
        ("^abc$", false),
        ("^abc/", false),
        ("abc$", true),
        ("^a|b$", true),
        ("^(a|b)$", false),
        ("^abc.*", false),
        (".*", false),
    ] {
        let condition = m(re);
        finds_if(fires, UNANCHORED_PATTERN, &when(&condition), &condition);
        finds(UNANCHORED_PATTERN, &forbid(&condition), &[]);
        finds(UNANCHORED_PATTERN, &when(&format!("not ({condition})")), &[]);
    }
    finds_if(true, UNANCHORED_PATTERN, &format!("permit p\n  on pay\n  unless not ({})\n", m("abc")), &m("abc"));
}

#[test]
fn a_dot_is_one_of_a_host_name_by_what_is_around_it() {
    for (re, fires) in [
        ("example.com", true),
        ("^https://www.example\\\\.com/", false),
        ("example\\\\.com", false),
        ("example[.]com", false),
        (".com", false),
        ("file.txt", false),
        ("a.common", false),
        ("x.io/", true),
        ("api.example$", true),
    ] {
        let re = re.replace("\\\\", "\\");
        let condition = format!("args.name matches re\"{re}\"");
        let found = at(UNESCAPED_DOT, &format!("{TOOLS}permit p\n  on find\n  when {condition}\n"));
        assert_eq!(found.len(), usize::from(fires), "{re}");
    }
}

#[test]
fn a_word_of_one_case_holds_back_one_case() {
    for (condition, fires) in [
        ("args.currency matches re\"secret\"", true),
        ("args.currency matches nocase re\"secret\"", false),
        ("args.currency matches re\"(?i)secret\"", false),
        ("args.currency matches re\"ab\"", false),
        ("args.currency matches re\"[0-9]{4}\"", false),
        ("args.currency contains \"secret\"", true),
        ("lower(args.currency) contains \"secret\"", false),
    ] {
        finds_if(fires, CASE_SENSITIVE_FORBID, &forbid(condition), condition);
        finds(CASE_SENSITIVE_FORBID, &when(condition), &[]);
        finds(CASE_SENSITIVE_FORBID, &forbid(&format!("not ({condition})")), &[]);
    }
}

#[test]
fn globs_are_told_from_what_they_are_taken_for() {
    for (glob, forbids, permits) in [
        ("/etc/*", true, false),
        ("/etc/**", false, false),
        ("/etc/**/*", false, false),
        (" *.pem", true, true),
        ("*.pem ", true, true),
        ("secrets", true, false),
        ("*.pem", false, false),
        (".env*", false, false),
        ("^/etc", true, true),
    ] {
        let condition = format!("args.target matches glob\"{glob}\"");
        let permit = format!("permit p\n  on touch\n  when {condition}\n");
        let forbid = format!("forbid f\n  on touch\n  when {condition}\n  because \"x\"\n");
        let pattern = format!("glob\"{glob}\"");
        finds_if(permits, SUSPICIOUS_GLOB, &permit, &pattern);
        finds_if(forbids, SUSPICIOUS_GLOB, &forbid, &pattern);
    }
    finds(SUSPICIOUS_GLOB, "forbid f\n  on run\n  when args.command may touch { glob\"/etc/*\", glob\"/srv/**\" }\n  because \"x\"\n", &["glob\"/etc/*\""]);
}

#[test]
fn what_only_unused_declarations_use_is_unused_too() {
    finds(UNUSED_DECLARATION, "let a = 1\nlet b = a + 1\nfn f(x: int) = x > b\n\npermit p\n  on find\n", &["a", "b", "f"]);
    finds(UNUSED_DECLARATION, "let a = 1\nlet b = a + 1\nfn f(x: int) = x > b\n\npermit p\n  on find\n  when f(args.n)\n", &[]);
    finds(
        UNUSED_DECLARATION,
        "let _later = 1\ntype Small = int where it < 5\nclass c(x: int)\nfixture begin {\n  prompt \"hi\"\n}\n",
        &["Small", "c", "begin"],
    );
    finds(UNUSED_DECLARATION, "let a = \"x\"\n\npermit p\n  on find\n\ntest \"t\" {\n  call find(name: a, n: 1) => permit\n}\n", &[]);
    finds(UNUSED_DECLARATION, "let a = 5\n\nforbid p\n  on find\n  when args.n > 5\n  because \"more than {a}\"\n", &[]);
}

#[test]
fn labels_count_where_they_are_asked_for() {
    finds(UNUSED_LABEL, "permit p\n  on find\n", &["untrusted"]);
    finds(UNUSED_LABEL, "forbid p\n  on find\n  when untrusted in labels\n", &[]);
    finds(UNUSED_LABEL, "forbid p\n  on find\n  when args.name from untrusted\n", &[]);
    finds(UNUSED_LABEL, "ask p\n  on find\n  with {\n    clear untrusted\n  }\n  because \"x\"\n", &["untrusted"]);
}

#[test]
fn names_that_nobody_asks_about() {
    finds(UNUSED_BINDING, &when("args.note as n and args.amount < 5.00"), &["n"]);
    finds(UNUSED_BINDING, &when("args.note as n and n == \"x\""), &[]);
    finds(UNUSED_BINDING, "ask p\n  on pay\n  when args.note as n\n  because \"{n}\"\n", &[]);
    finds(UNUSED_BINDING, &when("any(x in args.to: args.urgent)"), &["x"]);
    finds(UNUSED_BINDING, &when("any(_x in args.to: args.urgent)"), &[]);
    finds(UNUSED_BINDING, "permit p\n  on run\n  when args.command runs only c where c.program == \"ls\"\n", &[]);
    finds(UNUSED_CONTEXT_FIELD, &when("args.currency == context.user"), &["folder"]);
}

#[test]
fn the_same_term_is_found_whatever_its_blanks() {
    finds(REPEATED_TERM, &when("args.urgent and args.amount < 5.00 and args.amount  <  5.00"), &["args.amount  <  5.00"]);
    finds(REPEATED_TERM, &when("args.urgent and (args.amount < 5.00 or args.urgent)"), &[]);
}

#[test]
fn targets_are_covered_by_wider_ones_of_the_same_kind() {
    let on = |targets: &str| format!("tool get_a()\ntool get_b()\nmodel get_m\n\npermit p\n  on {targets}\n");
    finds(REDUNDANT_TARGET, &on("get_*, get_a"), &["get_a"]);
    finds(REDUNDANT_TARGET, &on("get_a, get_*"), &["get_a"]);
    finds(REDUNDANT_TARGET, &on("get_a, get_a"), &["get_a"]);
    finds(REDUNDANT_TARGET, &on("*, get_a"), &["get_a"]);
    finds(REDUNDANT_TARGET, &on("get_a, get_b"), &[]);
    finds(REDUNDANT_TARGET, &on("call get_*, model get_m"), &[]);
}

#[test]
fn an_expected_forbid_is_proved_by_a_rule_or_named() {
    let test = |step: &str| format!("tool t(n: int where it > 0)\n\npermit p\n  on t\n  when args.n < 5\n\ntest \"x\" {{\n  call t(n: {step}\n}}\n");
    assert_eq!(at(TEST_CANNOT_FAIL, &test("0) => forbid")), ["forbid"]);
    assert!(at(TEST_CANNOT_FAIL, &test("0) => forbid by invalid_arguments")).is_empty());
    assert!(at(TEST_CANNOT_FAIL, &test("9) => forbid")).is_empty());
}

#[test]
fn a_test_about_a_rule_fails_without_it_or_with_more_of_it() {
    let test = |title: &str, step: &str| {
        format!(
            "tool t(n: int)\n\npermit some_small\n  on t\n  when args.n < 5\n\nforbid too_large\n  on t\n  when args.n > 100\n  because \"x\"\n\ntest \"{title}\" {{\n  call t(n: {step}\n}}\n"
        )
    };
    let fires = |title: &str, step: &str| !at(TEST_PROVES_NOTHING, &test(title, step)).is_empty();
    assert!(fires("too large is refused", "50) => forbid"));
    assert!(!fires("much is refused", "50) => forbid"), "the title names no rule");
    assert!(!fires("too large is refused", "500) => forbid by too_large"));
    assert!(!fires("what isn't too large is permitted", "1) => permit"), "with the rule on every step it fails");
    assert!(!fires("some small is permitted", "1) => permit"), "without the rule it fails");
    assert!(!fires("some small leaves the rest", "50) => forbid"), "with the rule on every step it fails");
}

#[test]
fn rules_of_every_kind_are_seen_at_work() {
    let policy = |steps: &str| {
        format!(
            "tool t(n: int)\n\npermit some\n  on t\n  when args.n < 5\n\n@advisory\nask trial\n  on t\n  when args.n == 3\n\noblige noted\n  on t\n  when args.n == 4\n  with {{\n    notify \"x\"\n  }}\n\ntest \"x\" {{\n{steps}}}\n"
        )
    };
    assert_eq!(at(UNTESTED_RULE, &policy("  call t(n: 1) => permit by some\n")), ["trial", "noted"]);
    assert!(at(UNTESTED_RULE, &policy("  call t(n: 3) => permit\n  call t(n: 4) => permit\n")).is_empty());
    assert_eq!(at(UNTESTED_RULE, &policy("  call t(n: 9) => forbid\n")), ["some", "trial", "noted"]);
    assert!(at(UNTESTED_RULE, "tool t(n: int)\n\npermit some\n  on t\n").is_empty(), "of a bundle without tests nothing is said");
}

#[test]
fn messages_and_attributes() {
    finds(
        EMPTY_MESSAGE,
        "ask a_b\n  on find\n  because \"A b\"\n\nask c\n  on find\n  because \"{args.n}\"\n\nask d\n  on find\n  because \"...\"\n",
        &["\"A b\"", "\"...\""],
    );
    finds(MISSING_MESSAGE, "ask a\n  on find\n\n@advisory\nask b\n  on find\n\npermit c\n  on find\n\notherwise ask d\n  on pay\n", &["a", "d"]);
    finds(
        OLD_ADVISORY,
        "@advisory(\"2025-07-05\")\nask a\n  on find\n\n@advisory(\"2025-07-04\")\nask b\n  on find\n\n@advisory(\"2026-01-02\")\nask c\n  on find\n\n@advisory\nask d\n  on find\n",
        &["@advisory(\"2025-07-04\")", "@advisory(\"2026-01-02\")"],
    );
    finds(UNKNOWN_LINT, "@allow(missing-message, mising-message)\nask a\n  on find\n", &["mising-message"]);
}

#[test]
fn style_is_told_where_the_type_is_known() {
    finds(COMPARED_WITH_BOOL, &when("true != args.urgent"), &["true != args.urgent"]);
    finds(COMPARED_WITH_BOOL, "tool a(x: any)\n\npermit p\n  on a\n  when args.x == true\n", &[]);
    finds(NEGATED_COMPARISON, "tool a(x: any)\n\npermit p\n  on a\n  when not (args.x == 5)\n", &[]);
    finds(SET_OF_ONE, "permit p\n  on touch\n  when args.target in { \"/etc\" }\n", &[]);
    finds(
        OR_OF_EQUALITIES,
        &when("args.urgent or args.currency == \"a\" or args.currency == \"b\" or args.amount == 1.00"),
        &["args.currency == \"a\" or args.currency == \"b\""],
    );
    finds(OR_OF_EQUALITIES, &when("args.currency == \"a\" or args.urgent or args.currency == \"b\""), &[]);
    finds(CONSTANT_ON_THE_LEFT, &when("5.00 > 4.00 and args.urgent"), &[]);
    finds(NEGATED_CONDITION, &when("not args.urgent and args.amount < 5.00"), &[]);
    finds(NEGATED_CONDITION, "permit p\n  on pay\n  when not args.urgent\n  unless args.amount > 5.00\n", &[]);
    finds(BOOL_IF, &when("if args.urgent then true else args.amount < 5.00"), &[]);
}

#[test]
fn an_allow_covers_its_declaration_and_no_other() {
    let rules = "@allow(missing-message)\nask a\n  on find\n\nask b\n  on find\n";
    finds(MISSING_MESSAGE, rules, &["b"]);
    let all = super::found(&format!("{TOOLS}@allow(missing-message, unused-label)\nask a\n  on find\n  because \"x\"\n"));
    let idle: Vec<_> = all.iter().filter(|f| f.diagnostic.code == table::lint::UNUSED_ALLOW).collect();
    assert_eq!(idle.len(), 2);
}
