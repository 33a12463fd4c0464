//! What is found and proved, against all short texts.

use std::cell::RefCell;

use proptest::prelude::*;
use reach_compiler::ir::Compare;

use super::*;

thread_local! {
    static TEXTS: RefCell<Texts> = RefCell::new(Texts::default());
}

/// Finds values, and holds what is said against these: all values of a type that are as short.
fn check(ty: &Type, wants: &[Want], values: &[String]) -> Result<(), TestCaseError> {
    TEXTS.with_borrow_mut(|texts| check_with(texts, ty, wants, values))
}

fn check_with(texts: &mut Texts, ty: &Type, wants: &[Want], values: &[String]) -> Result<(), TestCaseError> {
    let meets = |texts: &mut Texts, value: &str, some: &[usize]| some.iter().all(|at| wants[*at].need.admits(texts.evaluate(ty, &wants[*at].pred, value)));
    let every: Vec<usize> = (0..wants.len()).collect();
    let fitting: Vec<&String> = values.iter().filter(|value| meets(texts, value, &every)).collect();
    match texts.find(ty, wants, &[], 3) {
        Found::Values { values: found, all } => {
            prop_assert!(!found.is_empty());
            for value in &found {
                prop_assert!(meets(texts, value, &every), "{value:?} doesn't meet {wants:?}");
                prop_assert_eq!(found.iter().filter(|other| *other == value).count(), 1);
            }
            if all {
                prop_assert!(fitting.iter().all(|value| found.contains(value)), "{fitting:?} are more than {found:?}, of {wants:?}");
            } else {
                prop_assert_eq!(found.len(), 3, "{:?}", wants);
            }
            if let Some(shortest) = fitting.iter().map(|value| value.len()).min() {
                prop_assert!(found[0].len() <= shortest, "{found:?}, {fitting:?} of {wants:?}");
            }
        }
        Found::Empty(core) => {
            prop_assert!(core.is_sorted() && !core.is_empty());
            let spared = values.iter().find(|value| meets(texts, value, &core));
            prop_assert!(spared.is_none(), "{spared:?} meets {core:?} of {wants:?}");
        }
        Found::Unknown => prop_assert!(false, "{wants:?} are not told"),
    }
    Ok(())
}

fn need() -> impl Strategy<Value = Need> {
    prop_oneof![3 => Just(Need::True), 3 => Just(Need::False), 1 => Just(Need::NotTrue), 1 => Just(Need::NotFalse), 1 => Just(Need::Neither)]
}

fn compare() -> impl Strategy<Value = Compare> {
    prop_oneof![Just(Compare::Eq), Just(Compare::Ne), Just(Compare::Lt), Just(Compare::Le), Just(Compare::Gt), Just(Compare::Ge)]
}

fn of_text() -> impl Strategy<Value = Arc<Pred>> {
    let test = prop_oneof![
        "[abA]{0,3}".prop_map(|text| is(&text)),
        proptest::collection::vec("[abA]{0,2}", 0..4).prop_map(|texts| Test::OneOf(texts.into())),
        "[ab.]{1,2}[*+?]?[ab|]?[abA]{0,2}".prop_map(|text| regex(text.trim_matches('|'))),
        "\\^?[ab]\\[(ab|aA)\\]\\*?\\$?".prop_map(|text| regex(&text)),
        "[ab*?]{1,4}".prop_map(|text| text_glob(&text)),
        "[abA]{0,2}".prop_map(|text| contains(&text)),
        (compare(), 0..4i128).prop_map(|(op, n)| Test::Length(op, n)),
    ];
    (test, any::<bool>()).prop_map(|(test, lower)| pred(&Type::Text, if lower { &[Func::Lower] } else { &[] }, test))
}

fn of_path() -> impl Strategy<Value = Arc<Pred>> {
    let constant = "(/|\\.\\./|~/|)[ab]{1,2}(/[ab])?";
    let glob_text = "(/|~/|)([ab*?]{1,2}|\\*\\*)(/([ab*]{1,2}|\\*\\*)){0,2}";
    let steps = prop_oneof![3 => Just(Vec::new()), 1 => Just(vec![part(Part::PathParent), Func::Unwrap])];
    let own = prop_oneof![constant.prop_map(|text| is(&text)), constant.prop_map(|text| within(PATH, &text)), glob_text.prop_map(|text| glob(&text))];
    let of_name = prop_oneof!["[ab]{1,2}".prop_map(|text| is(&text)), "[ab*]{1,2}".prop_map(|text| text_glob(&text))];
    prop_oneof![
        4 => (steps, own).prop_map(|(steps, test)| pred(&PATH, &steps, test)),
        1 => of_name.clone().prop_map(|test| pred(&PATH, &[part(Part::PathName)], test)),
        1 => of_name.prop_map(|test| pred(&PATH, &[part(Part::PathExtension), Func::Unwrap], test)),
        1 => Just(pred(&PATH, &[part(Part::PathAbsolute)], Test::Truth)),
    ]
    .prop_filter(
        "is a pattern",
        |pred| !matches!(&pred.test, Test::Matches(p) if p.kind == PatternKind::Glob && reach_values::pattern::Pattern::glob(&p.text, false).is_err()),
    )
}

fn wants(preds: impl Strategy<Value = Arc<Pred>>) -> impl Strategy<Value = Vec<Want>> {
    proptest::collection::vec((preds, need()), 1..4).prop_map(|wants| wants.into_iter().map(|(pred, need)| Want { pred, need }).collect())
}

fn of_host() -> impl Strategy<Value = Arc<Pred>> {
    let network = prop_oneof![
        Just("10.0.0.0/8"),
        Just("10.0.0.0/31"),
        Just("0.0.0.0/0"),
        Just("internal"),
        Just("private"),
        Just("loopback"),
        Just("metadata"),
        Just("::/0"),
        Just("64:ff9b::/96"),
        Just("2002::/16"),
        Just("fe80::/10"),
        Just("::1/128"),
    ];
    let test = prop_oneof![
        3 => network.prop_map(|text| within(NETWORK, text)),
        1 => "(a|b)\\.com|com|10\\.0\\.0\\.[0-2]|::1|64:ff9b::a00:1".prop_map(|text| is(&text)),
        1 => "(a|b)\\.com|com|localhost".prop_map(|text| within(HOST, &text)),
    ];
    (test, any::<bool>()).prop_map(|(test, ip)| match &test {
        Test::Within(Type::Form(Form::Network), _) if ip => pred(&HOST, &[part(Part::HostIp), Func::Unwrap], test),
        _ => pred(&HOST, &[], test),
    })
}

fn of_url() -> impl Strategy<Value = Arc<Pred>> {
    let of = |steps: Vec<Func>, test: Test| pred(&URL, &steps, test);
    let there = |part: Part| vec![Func::Part(part), Func::Unwrap];
    prop_oneof![
        4 => prop_oneof![Just("a.com"), Just("com"), Just("b.a.com")].prop_map(move |text| of(vec![part(Part::UrlHost)], within(HOST, text))),
        1 => Just(of(vec![part(Part::UrlHost)], within(NETWORK, "internal"))),
        1 => Just(of(vec![part(Part::UrlHost), part(Part::HostRegistrable)], Test::Present)),
        1 => Just(of(vec![part(Part::UrlHost), part(Part::HostIp)], Test::Present)),
        3 => prop_oneof![Just("/a"), Just("/"), Just("/a/b")].prop_map(move |text| of(vec![part(Part::UrlPath)], within(PATH, text))),
        2 => prop_oneof![Just("https"), Just("http"), Just("mailto")].prop_map(move |text| of(vec![part(Part::UrlScheme)], is(text))),
        2 => prop_oneof![Just(Part::UrlQuery), Just(Part::UrlUser), Just(Part::UrlFragment), Just(Part::UrlPort)]
            .prop_map(move |asked| of(vec![part(asked)], Test::Present)),
        2 => prop_oneof![Just(Part::UrlQuery), Just(Part::UrlUser), Just(Part::UrlFragment)].prop_map(move |asked| of(there(asked), contains("a"))),
        1 => Just(of(there(Part::UrlQuery), Test::Length(Compare::Gt, 1))),
        1 => prop_oneof![Just("a"), Just("b")].prop_map(move |text| of(vec![part(Part::UrlQuery)], is(text))),
        1 => Just(of(there(Part::UrlPort), Test::Number(Compare::Eq, 443))),
    ]
}

/// URLs of all parts that the conditions tell apart.
fn urls() -> Vec<String> {
    let mut all = vec!["mailto:a".to_owned(), "data:a".to_owned(), "file:///a".to_owned()];
    for scheme in ["https", "http", "foo"] {
        for host in ["a.com", "com", "c.b.a.com", "b.org", "localhost", "10.0.0.1", "[::1]"] {
            for (user, port) in [("", ""), ("a@", ""), ("b@", ":443"), ("", ":81")] {
                for path in ["/", "/a", "/a/b/c", "/b", "//a"] {
                    for tail in ["", "?a", "?b", "?ab", "#a", "?b#b"] {
                        all.push(format!("{scheme}://{user}{host}{port}{path}{tail}"));
                    }
                }
            }
        }
    }
    values(&URL, all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn urls_agree_with_many(wants in wants(of_url())) {
        let mut texts = TEXTS.take();
        let meets = |texts: &mut Texts, value: &str, some: &[usize]| some.iter().all(|at| wants[*at].need.admits(texts.evaluate(&URL, &wants[*at].pred, value)));
        let every: Vec<usize> = (0..wants.len()).collect();
        match texts.find(&URL, &wants, &[], 2) {
            Found::Values { values, all } => {
                for value in &values {
                    prop_assert!(meets(&mut texts, value, &every));
                }
                for url in urls().iter().filter(|_| all) {
                    prop_assert!(!meets(&mut texts, url, &every) || values.contains(url));
                }
            }
            Found::Empty(core) => {
                for url in &urls() {
                    prop_assert!(!meets(&mut texts, url, &core), "{} meets {:?} of {:?}", url, core, wants);
                }
            }
            Found::Unknown => {
                let missed = urls().into_iter().find(|url| meets(&mut texts, url, &every));
                prop_assert!(missed.is_none(), "{:?} was missed, of {:?}", missed, wants);
            }
        }
        TEXTS.set(texts);
    }

    #[test]
    fn texts_agree_with_all_short_ones(wants in wants(of_text())) {
        check(&Type::Text, &wants, &words(&["a", "b", "A"], 4))?;
    }

    #[test]
    fn paths_agree_with_all_short_ones(wants in wants(of_path())) {
        check(&PATH, &wants, &values(&PATH, words(&["/", "a", "b", ".", "~"], 4)))?;
    }

    #[test]
    fn hosts_agree_with_many(wants in wants(of_host())) {
        let mut hosts = values(&HOST, words(&["a", "com", ".", "localhost", "10.0.0.", "0", "1"], 3));
        hosts.extend(super::super::blocks::candidates(&HOST, &wants).into_iter().filter(|host| reach_values::host::normalize(host).is_ok_and(|n| n == *host)));
        let mut texts = TEXTS.take();
        let meets = |texts: &mut Texts, value: &str, some: &[usize]| some.iter().all(|at| wants[*at].need.admits(texts.evaluate(&HOST, &wants[*at].pred, value)));
        match texts.find(&HOST, &wants, &[], 2) {
            Found::Values { values, all } => {
                let every: Vec<usize> = (0..wants.len()).collect();
                for value in &values {
                    prop_assert!(meets(&mut texts, value, &every));
                }
                for host in hosts.iter().filter(|_| all) {
                    prop_assert!(!meets(&mut texts, host, &every) || values.contains(host));
                }
            }
            Found::Empty(core) => {
                for host in &hosts {
                    prop_assert!(!meets(&mut texts, host, &core), "{} meets {:?} of {:?}", host, core, wants);
                }
            }
            Found::Unknown => {
                let every: Vec<usize> = (0..wants.len()).collect();
                let missed = hosts.iter().find(|host| meets(&mut texts, host, &every));
                prop_assert!(missed.is_none(), "{:?} was missed, of {:?}", missed, wants);
            }
        }
        TEXTS.set(texts);
    }
}
