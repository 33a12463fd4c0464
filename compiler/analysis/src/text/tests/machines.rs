//! Each machine says of each text what evaluation says of it, or leaves it open.

use reach_compiler::ir::Compare;

use super::super::machine::{Machine, Outcomes};
use super::*;

/// Compares a condition's machine with its evaluation, for values; returns for how many the machine leaves it open.
fn compare(texts: &mut Texts, ty: &Type, pred: &Arc<Pred>, values: &[String]) -> usize {
    let id = texts.known.id(&mut texts.evaluator.patterns, ty, pred);
    let machine: Arc<Machine> = texts.known.machine(id);
    let mut open = 0;
    for value in values {
        let answer = texts.evaluator.answer(ty, pred, value).unwrap_or_else(|_| panic!("{pred:?} of {value}"));
        let outcomes = machine.outcomes(value);
        assert!(outcomes.meets(Outcomes::of(answer)), "{pred:?} of {value:?} is {answer:?}, and the machine says {outcomes:?}");
        open += usize::from(!outcomes.is_certain());
    }
    open
}

fn exact(ty: &Type, values: &[String], preds: Vec<Arc<Pred>>) {
    let mut texts = Texts::default();
    let all = texts.known.values(ty);
    for value in values {
        assert_eq!(all.last().unwrap().outcomes(value), Outcomes::TRUE, "{value:?} is no {ty:?}");
    }
    for pred in preds {
        assert_eq!(compare(&mut texts, ty, &pred, values), 0, "{pred:?}");
        assert!(texts.is_decided(ty, &pred), "{pred:?}");
    }
}

fn paths(ty: &Type, values: Vec<String>, constants: &[&str], globs: (PatternKind, &[&str])) {
    let (kind, globs) = globs;
    let Type::Form(form) = ty else { panic!() };
    let mut preds: Vec<Arc<Pred>> = Vec::new();
    let constants: Vec<&str> = constants.iter().copied().filter(|c| form.normalize(c).is_ok_and(|n| n == *c)).collect();
    for constant in &constants {
        preds.push(pred(ty, &[], is(constant)));
        preds.push(pred(ty, &[], within(ty.clone(), constant)));
        preds.push(pred(ty, &[part(Part::PathParent), Func::Unwrap], is(constant)));
        preds.push(pred(ty, &[part(Part::PathParent), Func::Unwrap], within(ty.clone(), constant)));
        preds.push(pred(ty, &[part(Part::PathParent), Func::Unwrap, part(Part::PathParent), Func::Unwrap], is(constant)));
    }
    preds.push(pred(ty, &[], one_of(&constants)));
    for text in globs {
        preds.push(pred(ty, &[], matches(kind, text)));
        preds.push(pred(ty, &[part(Part::PathParent), Func::Unwrap], matches(kind, text)));
    }
    for name in ["a", "", ".", "..", "a.b", "~", "b", ".b"] {
        preds.push(pred(ty, &[part(Part::PathName)], is(name)));
        preds.push(pred(ty, &[part(Part::PathExtension), Func::Unwrap], is(name)));
        preds.push(pred(ty, &[part(Part::PathName), Func::Lower], is(name)));
    }
    preds.push(pred(ty, &[part(Part::PathExtension)], Test::Present));
    preds.push(pred(ty, &[part(Part::PathParent)], Test::Present));
    preds.push(pred(ty, &[part(Part::PathAbsolute)], Test::Truth));
    preds.push(pred(ty, &[], regex("a/?b|^~")));
    let mut texts = Texts::default();
    let all = texts.known.values(ty);
    for value in &values {
        assert_eq!(all.last().unwrap().outcomes(value), Outcomes::TRUE, "{value:?} is no {ty:?}");
    }
    for pred in preds {
        let open = compare(&mut texts, ty, &pred, &values);
        let text = format!("{pred:?}");
        // Which homes and shares a glob names is guessed from its text.
        assert!(open == 0 || text.contains('~') || text.contains("//") || text.contains('{'), "{text}: {open}");
    }
}

#[test]
fn of_paths_machines_say_what_evaluation_says() {
    let constants =
        ["/", "/a", "/a/b", "a", "a/b", ".", "..", "../a", "../..", "../../a", "~", "~/a", "~/..", "~/../a", "~a", "~a/b", "./~a", "./~", "/~a", "/.a"];
    let globs = [
        "*",
        "**",
        "**/*",
        "a",
        "*.b",
        "?",
        "[!a]",
        "/**",
        "/a/**",
        "/a/*",
        "/a",
        "/",
        "**/a",
        "**/a/b",
        "a/**",
        "a/b",
        "*/b",
        "~/**",
        "~/a",
        "~a/**",
        "~*/b",
        "[~]/b",
        "\\~a/b",
        "{/a,b}/**",
        "{a,~}/b",
        "{~,~a}/b",
        "{**,a}/b",
        "{,/a}/b",
        "**/~a/b",
        "~/{a,b}/**",
        "a.b",
        "/a.b/*",
        "{/a/**,**/b}",
        "~",
        "./a",
    ];
    let globs: Vec<&str> = globs.into_iter().filter(|glob| reach_values::pattern::Pattern::glob(glob, false).is_ok()).collect();
    paths(&PATH, values(&PATH, words(&["/", "a", "b", ".", "~"], 5)), &constants, (PatternKind::Glob, &globs));
}

#[test]
fn of_paths_of_windows_machines_say_what_evaluation_says() {
    let constants = ["//c:/", "//c:/a", "//c:/a/b", "//a/b", "//a/b/c", "//b/b", "a", "a/b", ".", "..", "../a", "~", "~/a", "~a", "./~a"];
    let globs = ["C:/**", "C:/a/*", "*", "a", "*.b", "**/a", "//a/b/**", "//a/*/b", "a/**", "~/**", "{C:/a,//a/b}/**", "{C:,a}/b"];
    let globs: Vec<&str> = globs.into_iter().filter(|glob| reach_values::pattern::Pattern::glob_on(Platform::Windows, glob, false).is_ok()).collect();
    paths(&WINDOWS, values(&WINDOWS, words(&["/", "//", "a", "b", "c:", ".", "~"], 5)), &constants, (PatternKind::WindowsGlob, &globs));
}

#[test]
fn of_paths_of_macos_machines_say_what_evaluation_says() {
    let constants = ["/", "/a", "/etc", "a", "~/a", "..", "straße"];
    let globs = ["/etc/**", "*.B", "/private/etc/*", "~/a/**", "[A-B]/*", "**/STRASSE"];
    let globs: Vec<&str> = globs.into_iter().filter(|glob| reach_values::pattern::Pattern::glob_on(Platform::MacOs, glob, false).is_ok()).collect();
    paths(&MACOS, values(&MACOS, words(&["/", "a", "b", ".", "~", "etc", "strasse", "private"], 5)), &constants, (PatternKind::MacOsGlob, &globs));
}

#[test]
fn of_text_machines_say_what_evaluation_says() {
    let texts = words(&["a", "B", "é", "K", "\n", "İ", "k", " "], 4);
    let mut preds = vec![
        plain(is("a")),
        plain(is("")),
        plain(one_of(&["a", "ab", "B", "aB", "a a"])),
        plain(regex("^a")),
        plain(regex("a$")),
        plain(regex("(?m)^a$")),
        plain(regex("é.")),
        plain(text_glob("a*B")),
        plain(text_glob("?")),
        plain(text_glob("[!a]*")),
        plain(contains("")),
        plain(contains("aB")),
        plain(contains("é")),
        plain(regex(r"a\s|\w\w\w")),
        plain(regex("(?i)k")),
        plain(Test::Matches(Pattern { kind: PatternKind::TextGlob, text: "K*b".to_owned(), nocase: true })),
    ];
    for text in ["a", "kk", "i̇", "ab", "é", "b k", ""] {
        preds.push(pred(&Type::Text, &[Func::Lower], is(text)));
        preds.push(pred(&Type::Text, &[Func::Lower], contains(text)));
    }
    for op in [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge] {
        for count in [-1, 0, 1, 3] {
            preds.push(plain(Test::Length(op, count)));
        }
    }
    exact(&Type::Text, &texts, preds);
}

#[test]
fn where_a_word_ends_among_other_characters_is_left_open() {
    let mut texts = Texts::default();
    let pred = plain(regex(r"\ba\b"));
    assert_eq!(compare(&mut texts, &Type::Text, &pred, &words(&["a", " ", "-"], 4)), 0);
    assert!(compare(&mut texts, &Type::Text, &pred, &words(&["a", "é"], 3)) > 0);
}

#[test]
fn of_hosts_machines_say_what_evaluation_says() {
    let texts = words(&["a", ".", "com", "10", "1", "localhost", "metadata", "goog", "255", "-"], 4);
    let mut texts: Vec<String> = values(&HOST, texts);
    texts.extend(["127.0.0.1", "10.1.2.3", "9.255.255.255", "172.31.0.1", "172.32.0.0", "169.254.169.254", "0.0.0.0", "a.ip6-localhost"].map(str::to_owned));
    let mut preds: Vec<Arc<Pred>> = Vec::new();
    for network in ["10.0.0.0/8", "10.2.0.0/15", "127.0.0.1/32", "0.0.0.0/0", "internal", "private", "metadata", "loopback", "fe80::/10", "172.16.0.0/12"] {
        preds.push(pred(&HOST, &[], within(NETWORK, network)));
        preds.push(pred(&HOST, &[part(Part::HostIp), Func::Unwrap], within(NETWORK, network)));
    }
    for host in ["com", "a.com", "10.1.1.1", "localhost", "::1"] {
        preds.push(pred(&HOST, &[], is(host)));
        preds.push(pred(&HOST, &[], within(HOST, host)));
    }
    preds.push(pred(&HOST, &[part(Part::HostIp)], Test::Present));
    preds.push(pred(&HOST, &[], text_glob("*.com")));
    exact(&HOST, &texts, preds);
    let sixes: Vec<String> = super::super::blocks::candidates(&HOST, &[]).into_iter().filter(|text| text.contains(':')).collect();
    let mut texts = Texts::default();
    for network in ["10.0.0.0/8", "internal", "private", "metadata", "::/0", "64:ff9b::/96", "2002::/16", "::/96", "fe80::/10"] {
        for (ty, steps) in [(&HOST, &[][..]), (&IP, &[]), (&HOST, &[part(Part::HostIp), Func::Unwrap])] {
            compare(&mut texts, ty, &pred(ty, steps, within(NETWORK, network)), &sixes);
        }
    }
    for version in [4, 6] {
        compare(&mut texts, &IP, &pred(&IP, &[part(Part::IpVersion)], Test::Number(Compare::Eq, version)), &sixes);
    }
}

#[test]
fn what_somebody_registered_lies_above() {
    let hosts = ["a.com", "b.a.com", "com", "a.co.uk", "c.a.co.uk", "10.0.0.1", "::1", "localhost"].map(str::to_owned);
    let mut texts = Texts::default();
    for steps in [&[part(Part::HostRegistrable)][..], &[part(Part::HostRegistrable), Func::Unwrap]] {
        for test in [is("a.com"), is("a.co.uk"), one_of(&["a.com", "b.com"]), Test::Present] {
            let of = pred(&HOST, steps, test);
            compare(&mut texts, &HOST, &of, &hosts);
            assert!(!texts.is_decided(&HOST, &of));
        }
    }
}

#[test]
fn of_mail_machines_say_what_evaluation_says() {
    let texts = values(&EMAIL, words(&["a", "B", "@", ".", "com", "\"", "-", "é"], 5));
    assert!(texts.len() > 100);
    let mut preds = Vec::new();
    for text in ["a", "B.a", "\"@\"", "com"] {
        preds.push(pred(&EMAIL, &[part(Part::EmailLocal)], is(text)));
        preds.push(pred(&EMAIL, &[part(Part::EmailLocal)], contains(text)));
    }
    for text in ["a", "com", "a.com"] {
        preds.push(pred(&EMAIL, &[part(Part::EmailDomain)], is(text)));
        preds.push(pred(&EMAIL, &[part(Part::EmailDomain)], within(HOST, text)));
    }
    preds.push(pred(&EMAIL, &[], text_glob("*@a.com")));
    preds.push(pred(&EMAIL, &[], is("a@a.com")));
    exact(&EMAIL, &texts, preds);
}

#[test]
fn of_urls_machines_say_what_evaluation_says() {
    let heads = ["https://", "http://", "foo://", "foo:", "file://", "ws:", "https:", "mailto:"];
    let pieces = ["a", ".com", "/", ":8080", ":80", "?", "#", "@", "u:p@", "b", "%2f", "[::1]", ".", "10.0.0.1"];
    // All of up to three pieces, and some of four.
    let tails: Vec<String> = words(&pieces, 3).into_iter().chain(words(&pieces, 4).into_iter().step_by(11)).collect();
    let texts: Vec<String> = heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect();
    let texts = values(&URL, texts);
    assert!(texts.len() > 1000);
    let mut preds = Vec::new();
    for scheme in ["https", "foo", "file"] {
        preds.push(pred(&URL, &[part(Part::UrlScheme)], is(scheme)));
    }
    for host in ["a", "a.com", "::1", "10.0.0.1"] {
        preds.push(pred(&URL, &[part(Part::UrlHost)], is(host)));
        preds.push(pred(&URL, &[part(Part::UrlHost)], within(HOST, host)));
    }
    for op in [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge] {
        for port in [-1, 0, 80, 443, 8079, 8080, 8081, 90000] {
            preds.push(pred(&URL, &[part(Part::UrlPort), Func::Unwrap], Test::Number(op, port)));
        }
    }
    preds.push(pred(&URL, &[part(Part::UrlPort)], Test::Present));
    for path in ["/", "/a", "/a/b", "/b", "/.com"] {
        preds.push(pred(&URL, &[part(Part::UrlPath)], is(path)));
        preds.push(pred(&URL, &[part(Part::UrlPath)], within(PATH, path)));
        preds.push(pred(&URL, &[part(Part::UrlPath), part(Part::PathParent), Func::Unwrap], is(path)));
    }
    preds.push(pred(&URL, &[part(Part::UrlPath)], glob("/a/**")));
    preds.push(pred(&URL, &[part(Part::UrlPath)], glob("*.com")));
    preds.push(pred(&URL, &[part(Part::UrlPath), part(Part::PathExtension), Func::Unwrap], is("com")));
    for of in [Part::UrlQuery, Part::UrlFragment, Part::UrlUser] {
        preds.push(pred(&URL, &[part(of)], Test::Present));
        for text in ["", "a", "u:p", "a?"] {
            preds.push(pred(&URL, &[part(of), Func::Unwrap], is(text)));
            preds.push(pred(&URL, &[part(of)], is(text)));
            preds.push(pred(&URL, &[part(of), Func::Unwrap], contains(text)));
        }
    }
    preds.push(pred(&URL, &[], text_glob("https://a.com/*")));
    preds.push(pred(&URL, &[], is("https://a.com/")));
    exact(&URL, &texts, preds);
    let mut known = Texts::default();
    assert!(compare(&mut known, &URL, &pred(&URL, &[part(Part::UrlHost)], within(NETWORK, "10.0.0.0/8")), &texts) > 0);
}

#[test]
fn of_numbers_of_accounts_machines_say_what_evaluation_says() {
    let iban = Type::Form(Form::Iban);
    let texts = ["DE89370400440532013000", "GB82WEST12345698765432"].map(str::to_owned);
    let mut known = Texts::default();
    for country in ["DE", "FR", "D"] {
        assert_eq!(compare(&mut known, &iban, &pred(&iban, &[part(Part::IbanCountry)], is(country)), &texts), 0);
    }
}

#[test]
fn literals_are_found_byte_for_byte() {
    let machine = Machine::literals(["ab", "a", "b", "ab", ""]).unwrap();
    for (text, is) in [("", true), ("a", true), ("ab", true), ("b", true), ("ba", false), ("abc", false), ("c", false)] {
        assert_eq!(machine.outcomes(text) == Outcomes::TRUE, is, "{text}");
    }
    assert_eq!(Machine::literals([]).unwrap().outcomes(""), Outcomes::FALSE);
}
