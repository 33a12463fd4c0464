//! Where `unused-use` fires and where it doesn't.

use reach_codes::table::lint::UNUSED_USE;

use super::{at_with, tried_with};

/// Words alone, a connector, rules, and what is in force without rules.
const PACKS: &[(&str, &str)] = &[
    ("acme.words", "label untrusted\nlet most = 10.00\nparam ceiling: decimal = 5.00\nclass payment(amount: decimal)\nfn few(n: decimal) = n < ceiling\n"),
    ("acme.bank", "tool pay(amount: decimal)\ntool \"pay-all\"()\n"),
    ("acme.guard", "tool pay(amount: decimal)\nforbid large\n  on pay\n  when args.amount > 100.00\n"),
    ("acme.limits", "budget spent: decimal limit 5.00 per session\n"),
    ("acme.session", "context { user: text }\n"),
    ("acme.pages", "resource glob\"https://example.com/**\"\n"),
    ("acme.over", "use acme.guard\n"),
    ("acme.talk", "use acme.words\ntool send()\nforbid early\n  on send\n  when words.few(1.00)\n"),
    ("acme.empty", "use acme.words\nlet twice = words.most * 2.00\n"),
];

#[track_caller]
fn finds(text: &str, wanted: &[&str]) {
    assert_eq!(at_with(UNUSED_USE, text, PACKS), wanted, "{text}");
}

#[test]
fn a_pack_of_names_is_needed_where_one_of_them_is_said() {
    finds("use acme.words\n", &["acme.words"]);
    finds("use acme.words as w\n", &["w"]);
    finds("use acme.words with { ceiling: 1.00 }\n", &["acme.words"]);
    finds("@allow(unused-use)\nuse acme.words\n", &[]);
    let own = "tool own(amount: decimal, words: text)\n";
    for said in [
        "permit p\n  on own\n  when args.amount < words.most\n",
        "permit p\n  on own\n  when words.few(args.amount)\n",
        "forbid p\n  on own\n  when words.untrusted in labels\n",
        "forbid p\n  on own\n  when args.words from words.untrusted\n",
        "tool other() returns words.untrusted\n",
        "tool other(n: decimal) is words.payment(amount: n)\n",
        "permit p\n  on own\n  when args.amount < 1.00\n  because \"{words.most}\"\n",
        "test \"t\" {\n  call own(amount: words.most, words: \"\") => forbid\n}\n",
        "property \"p\" {\n  given call own where args.amount > words.most\n  expect not permit\n}\n",
        "permit p\n  on own\n  when count(call own where args.amount > words.most) < 3\n",
    ] {
        finds(&format!("use acme.words\n{own}{said}"), &[]);
        // Nothing behind it is said: the argument is called so too.
        let unsaid = said.replace("words.most", "1.00").replace("words.few(args.amount)", "args.words == \"a\"");
        if !["words.untrusted", "words.payment", "{1.00}"].iter().any(|still| unsaid.contains(still)) {
            finds(&format!("use acme.words\n{own}{unsaid}"), &["acme.words"]);
        }
    }
}

#[test]
fn rules_budgets_resources_and_the_context_of_a_pack_are_in_force_though_nothing_is_said() {
    for pack in ["acme.guard", "acme.limits", "acme.session", "acme.pages", "acme.over", "acme.talk"] {
        finds(&format!("use {pack}\n"), &[]);
    }
    // What its packs declare is read by it alone.
    finds("use acme.empty\n", &["acme.empty"]);
}

#[test]
fn a_pack_of_steps_is_needed_where_something_is_about_one_of_them() {
    finds("use acme.bank\n", &["acme.bank"]);
    for about in [
        "permit p\n  on pay\n  when args.amount < 1.00\n",
        "permit p\n  on \"pay-all\"\n",
        "forbid p\n  on *\n",
        "forbid p\n  on pay*\n",
        "test \"t\" {\n  call pay(amount: 1.00) => forbid by default\n}\n",
        "test \"t\" {\n  call \"pay-all\"() => forbid by default\n}\n",
        "property \"p\" {\n  given call pay\n  expect not permit\n}\n",
        "tool own()\npermit p\n  on own\n  when not ever(attempted call pay)\n",
        "tool own()\npermit p\n  on own\n  when count(call) < 5\n",
    ] {
        finds(&format!("use acme.bank\n{about}"), &[]);
    }
    finds("use acme.bank\ntool own()\npermit p\n  on own\n", &["acme.bank"]);
    finds("use acme.bank\npermit p\n  on say\n", &["acme.bank"]);
    // Another pack's rules are about them too.
    finds("use acme.bank\nuse acme.guard\n", &[]);
}

#[test]
fn of_two_names_of_one_pack_the_one_is_needed_that_is_said() {
    let rule = "tool own(amount: decimal)\npermit p\n  on own\n  when args.amount < b.most\n";
    finds(&format!("use acme.words as a\nuse acme.words as b\n{rule}"), &["a"]);
    finds(&format!("use acme.words as b\nuse acme.words as a\n{rule}"), &["a"]);
    finds(&format!("use acme.words as b\nuse acme.words as b\n{rule}"), &[]);
    finds("use acme.words as a\nuse acme.words as b\n", &["a", "b"]);
    // One is enough for what is in force.
    finds("use acme.guard as a\nuse acme.guard as b\n", &["b"]);
}

#[test]
fn a_parameter_is_set_for_whoever_needs_the_pack() {
    let rule = "tool own(amount: decimal)\npermit p\n  on own\n  when b.few(args.amount)\n";
    finds(&format!("use acme.words as a with {{ ceiling: 1.00 }}\nuse acme.words as b with {{ ceiling: 1.00 }}\n{rule}"), &[]);
    finds(&format!("use acme.words as a\nuse acme.words as b\n{rule}"), &["a"]);
    // Another pack reads it: both must come to the same value.
    finds("use acme.words with { ceiling: 5.00 }\nuse acme.talk\n", &[]);
    finds("use acme.words\nuse acme.talk\n", &["acme.words"]);
}

#[test]
fn a_bundle_means_the_same_without_the_uses_that_nothing_needs() {
    let rest = "tool own(amount: decimal)\npermit p\n  on own\n  when args.amount < b.most\n";
    let with = format!("use acme.bank\nuse acme.words as b\nuse acme.words as c\nuse acme.empty\nuse acme.limits\n{rest}");
    let idle = at_with(UNUSED_USE, &with, PACKS);
    assert_eq!(idle, ["acme.bank", "c", "acme.empty"]);
    let kept: String =
        with.lines().filter(|line| !["use acme.bank", "use acme.words as c", "use acme.empty"].contains(line)).map(|l| format!("{l}\n")).collect();
    let bundle = |text: &str| tried_with(text, PACKS).unwrap().bundle.unwrap();
    let (before, after) = (bundle(&with), bundle(&kept));
    assert_eq!(before.rules.len(), after.rules.len());
    let terms = |bundle: &reach_compiler::ir::Bundle| -> Vec<String> {
        let rules = bundle.rules.iter().map(|rule| serde_json::to_string(&(&rule.name, &rule.when, &rule.unless)).unwrap());
        rules.chain(bundle.budgets.iter().map(|budget| serde_json::to_string(budget).unwrap())).collect()
    };
    assert_eq!(terms(&before), terms(&after));
    assert_eq!(at_with(UNUSED_USE, &kept, PACKS), [""; 0]);
}

#[test]
fn many_names_of_one_pack_are_looked_at_each_once() {
    let uses: String = (0..20_000).map(|n| format!("use acme.words as a{n}\n")).collect();
    assert_eq!(at_with(UNUSED_USE, &uses, PACKS).len(), 20_000);
    let said = format!("{uses}tool own(amount: decimal)\npermit p\n  on own\n  when args.amount < a19999.most\n");
    assert_eq!(at_with(UNUSED_USE, &said, PACKS).len(), 19_999);
}
