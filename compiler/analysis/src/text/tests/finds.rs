//! What is found.
use reach_compiler::ir::{Compare, Const, Detector, Expr, ExprKind, Guards, LocalId, Query, Runs};

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

fn expr(ty: Type, kind: ExprKind) -> Expr {
    Expr { ty, span: reach_codes::Span { file: reach_codes::FileId(0), start: 0, end: 0 }, kind }
}

#[test]
fn urls_are_found_whose_parts_have_no_value() {
    let mut texts = Texts::default();
    let of = |at: Part, test: Test| pred(&URL, &[part(at)], test);
    let there = |at: Part| of(at, Test::Present);
    let address = || want(Need::True, &pred(&URL, &[part(Part::UrlHost), part(Part::HostIp)], Test::Present));
    let no_path = || want(Need::Neither, &of(Part::UrlPath, within(PATH, "/a")));
    let no_host = || want(Need::Neither, &of(Part::UrlHost, is("a")));
    for wants in [
        vec![address(), no_path(), want(Need::True, &pred(&URL, &[part(Part::UrlFragment), Func::Unwrap], contains("a")))],
        vec![address(), no_path(), want(Need::True, &there(Part::UrlUser))],
        vec![no_host(), want(Need::True, &there(Part::UrlQuery))],
        vec![no_host(), no_path()],
        vec![no_host(), want(Need::True, &of(Part::UrlPath, within(PATH, "/a")))],
    ] {
        let Found::Values { values, .. } = texts.find(&URL, &wants, &[], 1) else { panic!("{wants:?}") };
        assert!(values.iter().all(|value| wants.iter().all(|want| want.need.admits(texts.evaluate(&URL, &want.pred, value)))), "{values:?}");
    }
}

#[test]
fn typical_members_are_found_of_what_no_machine_describes() {
    let mut texts = Texts::default();
    let iban = Type::Form(Form::Iban);
    let detect = |detector| plain(Test::Detect(detector));
    for (ty, wants) in [
        (&Type::Text, vec![want(Need::True, &detect(Detector::Card))]),
        (&Type::Text, vec![want(Need::True, &detect(Detector::Card)), want(Need::True, &plain(contains("pay ")))]),
        (&Type::Text, vec![want(Need::True, &detect(Detector::Secret)), want(Need::False, &detect(Detector::Card))]),
        (&Type::Text, vec![want(Need::True, &detect(Detector::Email)), want(Need::True, &plain(text_glob("to: *")))]),
        (&Type::Text, vec![want(Need::False, &detect(Detector::Jwt))]),
        (&HOST, vec![want(Need::True, &pred(&HOST, &[part(Part::HostRegistrable), Func::Unwrap], is("a.co.uk")))]),
        (&HOST, vec![want(Need::NotTrue, &pred(&HOST, &[part(Part::HostRegistrable), Func::Unwrap], is("a.co.uk")))]),
        (&HOST, vec![want(Need::True, &pred(&HOST, &[part(Part::HostRegistrable)], Test::Present))]),
        (&iban, vec![want(Need::True, &pred(&iban, &[part(Part::IbanCountry)], is("NL")))]),
        (&iban, vec![want(Need::False, &pred(&iban, &[part(Part::IbanCountry)], is("NL")))]),
        (
            &URL,
            vec![
                want(Need::True, &pred(&URL, &[part(Part::UrlHost)], within(HOST, "bank.example"))),
                want(Need::False, &pred(&URL, &[part(Part::UrlScheme)], is("https"))),
            ],
        ),
        (&URL, vec![want(Need::True, &pred(&URL, &[part(Part::UrlHost)], within(NETWORK, "10.0.0.0/8")))]),
        (&URL, vec![want(Need::True, &pred(&URL, &[part(Part::UrlPort), Func::Unwrap], Test::Number(Compare::Gt, 8000)))]),
        (&URL, vec![want(Need::NotFalse, &pred(&URL, &[part(Part::UrlHost)], is("a"))), want(Need::NotTrue, &pred(&URL, &[part(Part::UrlHost)], is("a")))]),
        (&EMAIL, vec![want(Need::True, &pred(&EMAIL, &[part(Part::EmailDomain)], within(HOST, "bank.example")))]),
        (&IP, vec![want(Need::NotTrue, &plain(within(NETWORK, "10.0.0.0/8"))), want(Need::NotFalse, &plain(within(NETWORK, "10.0.0.0/8")))]),
        (&IP, vec![want(Need::True, &plain(within(NETWORK, "fd00::/8")))]),
        (&NETWORK, vec![want(Need::True, &plain(is("private")))]),
    ] {
        match texts.find(ty, &wants, &[], 2) {
            Found::Values { values, .. } => {
                assert!(!values.is_empty());
                for value in values {
                    assert!(wants.iter().all(|want| want.need.admits(texts.evaluate(ty, &want.pred, &value))), "{value} {wants:?}");
                }
            }
            found => panic!("{found:?} of {wants:?}"),
        }
    }
}

#[test]
fn what_is_impossible_says_by_which_conditions() {
    let mut texts = Texts::default();
    let lower = |test: Test| pred(&Type::Text, &[Func::Lower], test);
    let host = |test: Test| pred(&URL, &[part(Part::UrlHost)], test);
    let always = want(Need::True, &plain(contains("")));
    for (ty, wants, core) in [
        (&Type::Text, vec![always.clone(), want(Need::True, &plain(is("a"))), want(Need::True, &plain(is("b")))], vec![1, 2]),
        (&Type::Text, vec![always.clone(), want(Need::False, &plain(contains("")))], vec![0, 1]),
        (&Type::Text, vec![want(Need::True, &lower(is("admin"))), want(Need::True, &plain(regex("^root")))], vec![0, 1]),
        (&Type::Text, vec![want(Need::True, &lower(is("K")))], vec![0]),
        (&Type::Text, vec![want(Need::True, &plain(text_glob("a*"))), always.clone(), want(Need::True, &plain(text_glob("b*")))], vec![0, 2]),
        (
            &Type::Text,
            vec![want(Need::True, &plain(one_of(&["a", "b"]))), want(Need::False, &plain(is("a"))), want(Need::False, &plain(is("b")))],
            vec![0, 1, 2],
        ),
        (&PATH, vec![want(Need::True, &plain(glob("*.pem"))), want(Need::True, &plain(glob("*.key")))], vec![0, 1]),
        (&PATH, vec![want(Need::True, &plain(within(PATH, "/etc/ssl"))), want(Need::NotTrue, &plain(within(PATH, "/etc")))], vec![0, 1]),
        (&PATH, vec![want(Need::True, &plain(glob("/srv/a/**"))), want(Need::NotTrue, &plain(glob("/srv/**")))], vec![0, 1]),
        (&HOST, vec![want(Need::True, &plain(within(HOST, "a.example"))), want(Need::True, &plain(within(HOST, "b.example")))], vec![0, 1]),
        (&HOST, vec![want(Need::True, &plain(within(NETWORK, "10.0.0.0/8"))), want(Need::True, &plain(within(HOST, "b.example")))], vec![0, 1]),
        (&HOST, vec![want(Need::True, &plain(within(NETWORK, "10.0.0.0/8"))), want(Need::NotTrue, &plain(within(NETWORK, "private")))], vec![0, 1]),
        (&IP, vec![want(Need::True, &plain(within(NETWORK, "fd00::/8"))), want(Need::True, &plain(within(NETWORK, "fe80::/10")))], vec![0, 1]),
        (&URL, vec![want(Need::True, &host(within(HOST, "a.example"))), want(Need::False, &host(within(HOST, "example")))], vec![0, 1]),
        (&URL, vec![want(Need::True, &host(within(HOST, "a.example"))), want(Need::True, &plain(text_glob("https://b.example/*")))], vec![0, 1]),
    ] {
        match texts.find(ty, &wants, &[], 2) {
            Found::Empty(found) => assert_eq!(found, core, "{wants:?}"),
            found => panic!("{found:?} of {wants:?}"),
        }
    }
}

#[test]
fn what_is_avoided_is_no_value_and_nothing_is_left_of_it() {
    let mut texts = Texts::default();
    let wants = [want(Need::True, &plain(regex("^[ab]$")))];
    let avoid = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(texts.find(&Type::Text, &wants, &avoid(&["a"]), 2), found(&["b"], true));
    assert_eq!(texts.find(&Type::Text, &wants, &avoid(&["a", "b"]), 2), found(&[], true));
    assert_eq!(texts.find(&Type::Text, &wants, &avoid(&[]), 1), found(&["a"], false));
    let one = [want(Need::True, &plain(is("a")))];
    assert_eq!(texts.find(&Type::Text, &one, &avoid(&["a"]), 2), found(&[], true));
    assert_eq!(texts.find(&Type::Text, &[], &avoid(&["", "a"]), 2), found(&["b", "c"], false));
}

#[test]
fn conditions_on_each_command_are_tried_on_what_they_name() {
    let mut texts = Texts::default();
    let local = LocalId(0);
    let command = || Box::new(expr(Type::Form(Form::Command), ExprKind::Local(local)));
    let of = |part: Part| Box::new(expr(Type::Form(Form::Command).of_part(part), ExprKind::Part(command(), part)));
    let text = |text: &str| Box::new(expr(Type::Text, ExprKind::Const(Const::Text(text.into()))));
    let truth = |kind: ExprKind| expr(Type::Bool, kind);
    let is_rm = || truth(ExprKind::Compare(Compare::Eq, of(Part::CommandName), text("rm")));
    let forced = || truth(ExprKind::HasKey(of(Part::CommandOptions), "-f".to_owned()));
    let file = LocalId(1);
    let etc = Pattern { kind: PatternKind::Glob, text: "/etc/**".to_owned(), nocase: false };
    let writes_etc = || {
        let matches = truth(ExprKind::Matches(Box::new(expr(PATH, ExprKind::Local(file))), etc.clone()));
        truth(ExprKind::Any(file, of(Part::CommandWrites), Box::new(matches)))
    };
    let ask = |quantity, body| plain(Test::RunsWhere(quantity, Guards::default(), local, Box::new(body)));
    for wants in [
        vec![want(Need::True, &ask(Runs::May, is_rm()))],
        vec![want(Need::True, &ask(Runs::May, truth(ExprKind::And(vec![is_rm(), forced()]))))],
        vec![want(Need::False, &ask(Runs::May, is_rm()))],
        vec![want(Need::True, &ask(Runs::May, writes_etc()))],
        vec![want(Need::True, &ask(Runs::Only, is_rm())), want(Need::True, &ask(Runs::May, writes_etc()))],
        vec![want(Need::NotFalse, &ask(Runs::May, is_rm())), want(Need::NotTrue, &ask(Runs::May, is_rm()))],
        vec![want(Need::True, &ask(Runs::May, is_rm())), want(Need::True, &runs(Runs::May, &["git push"]))],
    ] {
        match texts.find(&SHELL, &wants, &[], 2) {
            Found::Values { values, .. } => {
                for value in values {
                    assert!(wants.iter().all(|want| want.need.admits(texts.evaluate(&SHELL, &want.pred, &value))), "{value} {wants:?}");
                }
            }
            found => panic!("{found:?} of {wants:?}"),
        }
    }
}

#[test]
fn what_is_not_understood_is_never_an_answer() {
    let mut texts = Texts::default();
    let asks = expr(Type::Bool, ExprKind::Labelled(0));
    let unknown = plain(Test::Holds(LocalId(0), Box::new(asks)));
    assert!(!texts.can_evaluate(&PATH, &unknown, "/a"));
    assert!(!texts.is_decided(&PATH, &unknown));
    for need in [Need::True, Need::False, Need::NotTrue, Need::NotFalse] {
        assert_eq!(texts.find(&PATH, &[want(need, &unknown)], &[], 1), Found::Unknown);
        assert_eq!(texts.find(&PATH, &[want(need, &unknown), want(Need::True, &plain(is("/a")))], &[], 1), Found::Unknown);
    }
    assert_eq!(texts.find(&Type::Int, &[], &[], 1), Found::Unknown);
}
