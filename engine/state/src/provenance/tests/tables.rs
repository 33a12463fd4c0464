//! What the definitions mean, by example.

use super::super::{Form, Found, Index, Words, letters_or_digits};

/// Asserts what of a text is found: each value of the one list, none of the other.
fn check(form: Form, text: &str, yes: &[&str], no: &[&str]) {
    let mut index = Index::new(form);
    index.add(text);
    for value in yes {
        assert_eq!(index.contains(value), Found::Yes, "{value:?} in {text:?} ({form:?})");
    }
    for value in no {
        assert_eq!(index.contains(value), Found::No, "{value:?} in {text:?} ({form:?})");
    }
}

#[test]
fn an_occurrence_neither_begins_nor_ends_within_a_token() {
    check(
        Form::Exact,
        "see www.example.com/x",
        &["example.com", "www.example.com/x", ".com/", "com", ".", "see www", "e.example.com"][..6],
        &["xample.com", "example.co", "ww", "/"][..3],
    );
    check(Form::Exact, "myexample.com", &["myexample.com", ".com"], &["example.com"]);
    check(Form::Exact, "example.community", &["example"], &["example.com"]);
    check(Form::Exact, "see /srv/data/x", &["/srv/data", "/srv/data/", "srv", "/srv/data/x", "see /srv"], &["/srv/dat", "rv/data", "/srv/data/xy"]);
    check(Form::Exact, "/srv/data2", &[], &["/srv/data"]);
    check(Form::Exact, "a--b", &["-", "--", "-b", "a-", "--b", "a--b"], &["---", "b-", "-a"]);
    check(Form::Exact, "été 7", &["été", "7"], &["t", "ét"]);
}

#[test]
fn white_space_runs_are_one_space() {
    check(
        Form::Exact,
        "  to\n\tMr\u{a0} Smith ",
        &["to Mr Smith", " to  Mr", "Smith\n", "Mr\0Smith", "Mr\u{1}Smith"],
        &["toMr", "to Mr Smith.", " ", "", "\0", "\u{1}"],
    );
}

#[test]
fn only_folded_text_is_found_in_another_case() {
    check(Form::Exact, "Jo@Example.COM", &["Jo@Example.COM"], &["jo@example.com", "JO"]);
    check(Form::Folded, "Jo@Example.COM ÉTÉ", &["jo@example.com", "JO", "été", "Été"], &["ete"]);
    // One character at a time: neither final sigma nor sharp s.
    check(Form::Folded, "ΟΔΟΣ Straße İ", &["οδοσ", "STRAßE", "i\u{307}", "İ"], &["οδος", "STRASSE"]);
}

#[test]
fn texts_never_run_together() {
    let mut index = Index::new(Form::Exact);
    ["one", "", "two", " ", "a.", ".b"].iter().for_each(|text| index.add(text));
    for value in ["onetwo", "one two", "one\0two", "one\u{1}\0two", "..", "a..b", "a. .b"] {
        assert_eq!(index.contains(value), Found::No, "{value:?}");
    }
    assert_eq!(index.bytes(), "onetwo a..b".len());
    let mut numbers = Index::new(Form::Number);
    ["1", "2", "3.", "5"].iter().for_each(|text| numbers.add(text));
    assert_eq!(["12", "3.5", "1", "3", "5"].map(|value| numbers.contains(value)), [Found::No, Found::No, Found::Yes, Found::Yes, Found::Yes]);
}

#[test]
fn ibans_are_found_however_they_are_grouped() {
    let de = "DE89370400440532013000";
    for text in [
        "DE89370400440532013000",
        "to DE89 3704 0044 0532 0130 00, please",
        "de89-3704-0044-0532-0130-00",
        "DE89\u{a0}3704\u{a0}0044\u{202f}0532 0130 00.",
        "{\"iban\":\"DE89370400440532013000\"}",
        "DE89 3704 0044 0532 0130 00 by Friday",
        "GB29 DE89 3704 0044 0532 0130 00",
    ] {
        check(
            Form::Iban,
            text,
            &[de, "de89 3704 0044 0532 0130 00", " DE89-3704-0044-0532-0130-00\n"],
            &["DE8937040044053201300", "GB29NWBK60161331926819", "", "DE89"],
        );
    }
    for text in [
        "DE89  3704 0044 0532 0130 00",
        "XDE89370400440532013000",
        "DE893704004405320130001",
        "DE89 3704\n0044 0532 0130 00",
        "DE 89 3704 0044 0532 0130 00",
        "éDE89370400440532013000",
        "DE89370400440532013000é",
    ] {
        check(Form::Iban, text, &[], &[de]);
    }
    // What stands behind could be one more group; what could be an IBAN ends with a group.
    check(
        Form::Iban,
        "NO93 8601 1117 947 AND MORE",
        &["NO9386011117947", "NO9386011117947AND", "NO9386011117947ANDMORE"],
        &["NO9386011117947A", "NO938601111794"],
    );
}

#[test]
fn ibans_have_15_to_34_characters() {
    for (length, found) in [(14, Found::No), (15, Found::Yes), (34, Found::Yes), (35, Found::No)] {
        let value = format!("AB12{}", "C".repeat(length - 4));
        let mut index = Index::new(Form::Iban);
        index.add(&value);
        assert_eq!(index.contains(&value), found, "{length}");
        assert_eq!(index.held_bytes(), if found == Found::Yes { length + 1 + 4 } else { 0 });
    }
}

#[test]
fn numbers_are_compared_by_value() {
    check(Form::Number, "pay 12.50 now", &["12.5", "12.50", "+012.500"], &["12", "50", "-12.5", "12.05", "", "now", "12.5."]);
    check(Form::Number, "1,234,567.80", &["1234567.8", "1,234,567.80", "1", "234", "567.8"], &["1234", "234567.8", "1,234", "567"]);
    check(Form::Number, "1,23 4", &["1", "23", "4"], &["123", "1,23", "1.23", "234"]);
    check(Form::Number, "1,234kg x5,678", &["1", "678"], &["1234", "234", "5678", "5"]);
    check(Form::Number, "1234,567", &["1234", "567"], &["1234567"]);
    check(Form::Number, "is -5, or \u{2212}6; 7-8 2024-05-06", &["-5", "\u{2212}6", "-6", "7", "8", "2024", "5", "6"], &["-7", "-8", "-2024", "4"]);
    check(Form::Number, "-1,234", &["-1234", "-1", "234"], &["1234", "1"]);
    check(Form::Number, "0 -0.00", &["0", "-0", "0.0", "00", "+0"], &[""]);
    check(Form::Number, "007 0.070", &["7", "0.07", "007"], &["0.7", "70", "0"]);
    check(Form::Number, "x86 5kg 192.168.0.1 v1.2.3 1e5 10.0.0", &[], &["86", "5", "192.168", "168", "1", "2", "3", "1e5", "10", "0"]);
    check(Form::Number, "(3) [4] \"6\" 8. 9, $10 11% a.12 13.b", &["3", "4", "6", "8", "9", "10", "11", "12", "13"], &["5", "89"]);
    check(Form::Number, "1,2.5,3a", &["1", "2.5"], &["3", "2", "5", "12.5"]);
    check(Form::Number, "0.5 ٣", &["0.5"], &[".5", "5.", "5", "3", "٣", "-", "+", "- 0.5"]);
}

#[test]
fn numbers_of_more_than_34_digits_are_not_kept() {
    let nines = |digits: usize| "9".repeat(digits);
    for (number, found) in [
        (nines(34), Found::Yes),
        (nines(35), Found::Unknown),
        (format!("000{}.000", nines(34)), Found::Yes),
        (format!("0.{}", nines(34)), Found::Yes),
        (format!("0.{}", nines(35)), Found::Unknown),
        (format!("-9.{}", nines(33)), Found::Yes),
        (format!("-9.{}", nines(34)), Found::Unknown),
        (format!("0.{}1", "0".repeat(33)), Found::Yes),
        (format!("0.{}1", "0".repeat(34)), Found::Unknown),
    ] {
        let mut index = Index::new(Form::Number);
        index.add(&number);
        assert_eq!(index.contains(&number), found, "{number}");
        assert_eq!(index.held_bytes() > 0, found == Found::Yes);
    }
}

#[test]
fn a_word_of_three_characters_names() {
    let mut words = Words::new();
    words.add("Send it to Łukasz at ACME-corp, re 2024");
    for value in ["łukasz@x.org", "acme", "the CORP", "/srv/2024/x"] {
        assert!(words.names(value), "{value}");
    }
    for value in ["it to at re", "luk", "acm", "acmecorp", "20", "", "202"] {
        assert!(!words.names(value), "{value}");
    }
}

#[test]
fn letters_and_digits_are_counted_up_to_a_bound() {
    for (value, most, count) in [("", 4, 0), ("-.-", 4, 0), ("a-1", 4, 2), ("é٣ß", 4, 3), ("abcdef", 4, 4), ("abcdef", 9, 6), ("abc", 0, 0)] {
        assert_eq!(letters_or_digits(value, most), count, "{value:?}");
    }
}
