//! What is found.
use reach_compiler::ir::{Query, Runs};

use super::*;

fn found(values: &[&str], all: bool) -> Found {
    Found::Values { values: values.iter().map(|value| (*value).to_owned()).collect(), all }
}

#[test]
fn the_smallest_texts_come_first() {
    let mut texts = Texts::default();
    for (ty, wants, count, expected) in [
        (&Type::Text, vec![], 2, found(&["", "a"], false)),
        (&Type::Text, vec![want(Need::True, &plain(is("x")))], 3, found(&["x"], true)),
        (&Type::Text, vec![want(Need::True, &plain(regex("^[ab]$")))], 3, found(&["a", "b"], true)),
        (&Type::Text, vec![want(Need::True, &plain(regex("^[ab]$"))), want(Need::False, &plain(is("a")))], 3, found(&["b"], true)),
        (&PATH, vec![want(Need::True, &plain(glob("/etc/**")))], 2, found(&["/etc/a", "/etc/b"], false)),
        (&HOST, vec![want(Need::True, &plain(within(HOST, "example.com")))], 2, found(&["example.com", "a.example.com"], false)),
        (&HOST, vec![want(Need::True, &plain(within(NETWORK, "10.0.0.0/8")))], 1, found(&["10.0.0.0"], false)),
        (&IP, vec![want(Need::True, &plain(within(NETWORK, "10.0.0.1/32")))], 3, found(&["10.0.0.1"], true)),
    ] {
        assert_eq!(texts.find(ty, &wants, &[], count), expected, "{wants:?}");
    }
}

/// Finds for conditions on command lines, or says what core there is.
fn runs(quantity: Runs, patterns: &[&str]) -> Arc<Pred> {
    let patterns: Vec<Vec<String>> = patterns.iter().map(|pattern| pattern.split(' ').map(str::to_owned).collect()).collect();
    pred(&SHELL, &[], Test::Runs(quantity, patterns.into()))
}

#[test]
fn of_command_lines_some_are_found_and_some_are_proved_impossible() {
    let mut texts = Texts::default();
    let only = |patterns: &[&str]| runs(Runs::Only, patterns);
    let may = |patterns: &[&str]| runs(Runs::May, patterns);
    for (wants, empty) in [
        (vec![want(Need::True, &only(&["git status"]))], None),
        (vec![want(Need::True, &only(&["git status"])), want(Need::False, &pred(&SHELL, &[part(Part::ShellText)], is("")))], None),
        (vec![want(Need::False, &only(&["git status"]))], None),
        (vec![want(Need::True, &may(&["git push --force"]))], None),
        (vec![want(Need::True, &may(&["git push"])), want(Need::False, &may(&["git push --force"]))], None),
        (vec![want(Need::True, &only(&["git"])), want(Need::True, &may(&["git push"]))], None),
        (vec![want(Need::True, &only(&["git status"])), want(Need::True, &may(&["git push"]))], None),
        (vec![want(Need::NotTrue, &only(&["ls"])), want(Need::NotFalse, &only(&["ls"]))], None),
        (vec![want(Need::True, &only(&["git", "ls"])), want(Need::True, &may(&["git push"])), want(Need::True, &may(&["ls -l"]))], None),
        (vec![want(Need::True, &only(&["git status"])), want(Need::False, &only(&["git"]))], Some(vec![0, 1])),
        (vec![want(Need::True, &only(&["git status"])), want(Need::True, &may(&["rm"]))], Some(vec![0, 1])),
        (vec![want(Need::True, &only(&["git"])), want(Need::False, &only(&["git status"]))], None),
        (vec![want(Need::True, &may(&["git push --force"])), want(Need::NotTrue, &may(&["git push"]))], Some(vec![0, 1])),
        (vec![want(Need::NotFalse, &may(&["git push --force"])), want(Need::NotTrue, &may(&["git push"]))], None),
        (vec![want(Need::NotFalse, &may(&["git push --force"])), want(Need::False, &may(&["git push"]))], Some(vec![0, 1])),
        (
            vec![want(Need::True, &may(&["a", "b"])), want(Need::True, &only(&["c"])), want(Need::NotTrue, &may(&["a"])), want(Need::NotTrue, &may(&["b"]))],
            Some(vec![0, 1]),
        ),
        (vec![want(Need::True, &may(&["a", "b"])), want(Need::NotTrue, &may(&["a"])), want(Need::NotTrue, &may(&["b"]))], Some(vec![0, 1, 2])),
    ] {
        match (texts.find(&SHELL, &wants, &[], 2), empty) {
            (Found::Values { values, .. }, None) => {
                assert!(!values.is_empty());
                for value in values {
                    assert!(wants.iter().all(|want| want.need.admits(texts.evaluate(&SHELL, &want.pred, &value))), "{value}");
                }
            }
            (Found::Empty(core), Some(expected)) => assert_eq!(core, expected, "{wants:?}"),
            (found, _) => panic!("{found:?} of {wants:?}"),
        }
    }
}

#[test]
fn of_queries_some_are_found_and_some_are_proved_impossible() {
    let sql = Type::Form(Form::Sql(reach_values::sql::Dialect::Generic));
    let mut texts = Texts::default();
    let ask = |question: Query, tables: &[&str]| plain(Test::Query(question, tables.iter().map(|table| (*table).to_owned()).collect()));
    for (wants, empty) in [
        (vec![want(Need::True, &ask(Query::ReadsOnly, &["analytics.*"]))], None),
        (vec![want(Need::False, &ask(Query::ReadsOnly, &["analytics.*"]))], None),
        (vec![want(Need::NotTrue, &ask(Query::ReadsOnly, &["users"])), want(Need::NotTrue, &ask(Query::MayWrite, &["users"]))], None),
        (vec![want(Need::True, &ask(Query::MayWrite, &["users"])), want(Need::False, &ask(Query::MayWrite, &["logs"]))], None),
        (vec![want(Need::True, &ask(Query::MayWrite, &["users"])), want(Need::True, &ask(Query::ReadsOnly, &["users"]))], Some(vec![0, 1])),
        (vec![want(Need::True, &ask(Query::MayWrite, &["users"])), want(Need::NotTrue, &ask(Query::MayWrite, &["users", "logs"]))], Some(vec![0, 1])),
    ] {
        match (texts.find(&sql, &wants, &[], 2), empty) {
            (Found::Values { values, .. }, None) => assert!(!values.is_empty()),
            (Found::Empty(mut core), Some(expected)) => {
                core.sort_unstable();
                assert_eq!(core, expected);
            }
            (found, _) => panic!("{found:?} of {wants:?}"),
        }
    }
}
