//! What the passes make of rules, before and after.

use reach_evaluator::{Pass, Passes};

use super::support::compiled;

/// Lists the program of a source with some passes.
#[track_caller]
fn listing(source: &str, passes: Passes) -> String {
    let bundle = compiled(source).bundle.unwrap_or_else(|| panic!("{source}"));
    let image = reach_compiler::lower(&bundle).unwrap_or_else(|d| panic!("{d:?}"));
    image.verify_with(passes).unwrap_or_else(|e| panic!("{e}")).list_program()
}

/// Lists it without passes and with some.
#[track_caller]
fn before_and_after(source: &str, passes: Passes) -> String {
    format!("before\n{}\nafter\n{}", listing(source, Passes::NONE), listing(source, passes))
}

const PAYMENTS: &str = r#"
tool pay(to: text, amount: int, note: text?, memo: text)
tool refund(to: text, amount: int)

permit ann      on pay when args.to == "ann" and args.amount <= 10
permit bob      on pay when args.to == "bob" and args.amount <= 20
permit family   on pay when args.to in { "ann", "cyd" }
permit either   on pay when args.to == "bob" or args.to == "eve"
permit tagged   on pay when args has note and args.note == "gift"
permit unsure   on pay when args.amount > 3 or args.to == "ann"
forbid nobody   on pay when args.to == "nobody"
ask    round    on pay, refund when args.amount == 100 and args.to == "bob"
"#;

#[test]
fn equalities_of_one_value_become_one_look_up() {
    insta::assert_snapshot!(before_and_after(PAYMENTS, Passes::NONE.with(Pass::Index)));
}

#[test]
fn classes_with_many_rules_are_looked_up_by_another_value() {
    let rules: String = (0..30).map(|n| format!("permit r{n} on pay when args.to == \"p{}\" and args.amount == {}\n", n / 6, n % 6)).collect();
    let source = format!("tool pay(to: text, amount: int)\n\n{rules}");
    insta::assert_snapshot!(listing(&source, Passes::NONE.with(Pass::Index)));
}

#[test]
fn folders_domains_and_beginnings_become_tables() {
    let source = r#"
tool fetch(url: url, file: path, to: text)

permit a on fetch when args.file within "/srv"
permit b on fetch when args.file within "/srv/data"
permit c on fetch when args.file == "/etc/hosts"
permit d on fetch when args.file within "relative"
permit e on fetch when args.file within "/srv/data" and args.to == "x"
permit f on fetch when args.url.host within "example.com"
permit g on fetch when args.url.host within "docs.example.com"
permit h on fetch when args.url.host within "other.test"
permit i on fetch when args.url.host within "another.test"
permit j on fetch when args.to matches glob"ann*"
permit k on fetch when args.to matches glob"bob-??"
permit l on fetch when args.to matches glob"{ann,bob}"
permit m on fetch when args.to matches glob"cyd"
permit n on fetch when args.to matches glob"dan*"
"#;
    insta::assert_snapshot!(before_and_after(source, Passes::NONE.with(Pass::Index).with(Pass::Prefix)));
}

#[test]
fn conditions_that_rules_have_in_common_get_a_number() {
    let source = r#"
tool run(body: text, n: int)

permit a on run when args.body matches re"^x" and args.n == 1
permit b on run when args.n == 2 and args.body matches re"^x"
permit c on run when args.n == 3 unless args.body matches re"^x"
"#;
    insta::assert_snapshot!(before_and_after(source, Passes::NONE.with(Pass::Share)));
}

#[test]
fn what_may_take_long_goes_last() {
    let source = r#"
tool run(body: text, n: int, xs: list<int>)

permit a on run when any(x in args.xs: x > 1) and args.body matches re"^x" and args.n == 1 and args.n < 9
"#;
    insta::assert_snapshot!(before_and_after(source, Passes::NONE.with(Pass::Order)));
}

#[test]
fn a_program_is_the_same_each_time() {
    assert_eq!(listing(PAYMENTS, Passes::ALL), listing(PAYMENTS, Passes::ALL));
}

#[test]
fn rules_that_only_compare_fields_are_lists_of_tests() {
    let source = r#"
tool pay(to: text, amount: int, note: text?, urgent: bool, body: text)

permit tests   on pay when args.to == "ann" and args.amount <= 10 and args.to not in { "bob", "cyd" } and args has note and not args.urgent
permit more    on pay when args.to == "ann" and args.urgent and args.body contains "x"
permit either  on pay when args.to == "ann" or args.to == "bob"
forbid unless_ on pay unless args.urgent
permit always  on pay
"#;
    insta::assert_snapshot!(before_and_after(source, Passes::NONE.with(Pass::Direct)));
}
