//! Candidates that conditions name, and typical members of what no machine describes.

use std::collections::BTreeSet;

use reach_compiler::ir::{Detector, Form, Type};

use super::machine::Machine;
use super::{blocks, regular};
use crate::pred::{Test, Want};

/// The most constants that are combined.
const MAX_CONSTANTS: usize = 200;

/// Texts in which a detector finds something.
fn samples(detector: Detector) -> &'static [&'static str] {
    match detector {
        Detector::Card => &["4111111111111111", "4111 1111 1111 1111", "378282246310005"],
        Detector::Iban => &["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32"],
        Detector::Email => &["ann@bank.example"],
        Detector::Phone => &["+14155552671", "+49 30 901820"],
        Detector::Ip => &["192.0.2.1", "2001:db8::1"],
        Detector::AwsKey => &["AKIAIOSFODNN7EXAMPLE"],
        Detector::Secret | Detector::GithubToken => &["ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
        Detector::PrivateKey => &["-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----"],
        Detector::Jwt => &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
    }
}

/// Returns machines that may stand for conditions which none describes, by the index of the condition: what they admit is evaluated.
pub(super) fn guesses(wants: &[Want]) -> Vec<(usize, Machine)> {
    let of = |(at, want): (usize, &Want)| match &want.pred.test {
        Test::Detect(detector) if want.need.excludes_false() && want.pred.steps.is_empty() => {
            Some(samples(*detector).iter().filter_map(move |sample| Some((at, regular::containing(sample)?))))
        }
        _ => None,
    };
    wants.iter().enumerate().filter_map(of).flatten().collect()
}

/// Returns the texts that conditions name.
pub(super) fn constants(wants: &[Want]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for want in wants {
        match &want.pred.test {
            Test::Is(text) | Test::Within(_, text) | Test::Contains(text) => {
                found.insert(text.clone());
            }
            Test::OneOf(texts) => found.extend(texts.iter().cloned()),
            Test::Matches(pattern) => {
                let plain = |text: &str| text.trim_matches(['^', '$', '/']).to_owned();
                found.extend(pattern.text.split(['*', '?', '{', '}', ',', '(', ')', '[', ']', '|', '+']).map(plain));
                found.insert(pattern.text.replace(['*', '?'], "a").replace('\\', ""));
            }
            Test::Detect(detector) => found.extend(samples(*detector).iter().map(|sample| (*sample).to_owned())),
            Test::Holds(_, body) | Test::RunsWhere(_, _, _, body) => super::commands::texts_of(body, &mut found),
            _ => {}
        }
    }
    found.into_iter().filter(|text| !text.is_empty()).take(MAX_CONSTANTS).collect()
}

/// Returns candidates of a type, the shortest first.
pub(super) fn candidates(ty: &Type, wants: &[Want]) -> Vec<String> {
    let constants = constants(wants);
    let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut add = |text: String| {
        found.insert((text.len(), text));
    };
    for one in &constants {
        add(one.clone());
        match ty {
            Type::Form(Form::Path(_)) => {
                for text in [format!("{one}/a"), format!("/{one}"), format!("/a/{one}"), format!("{one}a"), format!("../{one}"), format!("~/{one}")] {
                    add(text);
                }
            }
            Type::Form(Form::Host) => [format!("a.{one}"), format!("a{one}"), format!("{one}.com")].into_iter().for_each(&mut add),
            Type::Form(Form::Email) => [format!("a@{one}"), format!("{one}@a.com"), format!("a@a.{one}")].into_iter().for_each(&mut add),
            Type::Form(Form::Url) => {
                for text in [format!("https://{one}/"), format!("https://a.{one}/"), format!("https://a.com/{one}"), format!("{one}://a.com/")] {
                    add(text);
                }
                add(format!("https://a.com{one}"));
            }
            _ => {
                for other in &constants {
                    add(format!("{one}{other}"));
                    add(format!("{one} {other}"));
                }
            }
        }
    }
    let typical: &[&str] = match ty {
        Type::Form(Form::Url) => {
            &["https://a.com/", "http://a.com/", "https://a.co.uk/", "file:///a", "mailto:a@a.com", "https://192.0.2.1/", "https://[2001:db8::1]/"]
        }
        Type::Form(Form::Host) => &["a.com", "a.b.com", "a.co.uk", "localhost", "com", "192.0.2.1", "2001:db8::1"],
        Type::Form(Form::Email) => &["a@a.com", "a@b.a.co.uk", "a@localhost"],
        _ => &[],
    };
    typical.iter().for_each(|text| add((*text).to_owned()));
    let mut found: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
    match ty {
        Type::Form(Form::Host | Form::Ip) => found.extend(blocks::candidates(ty, wants)),
        Type::Form(Form::Iban) => found.extend(ibans(&constants)),
        Type::Form(Form::Network) => found.extend(reach_values::ip::NAMED.iter().map(|named| named.name.to_owned())),
        _ => {}
    }
    found
}

/// Returns account numbers with the right check digits: of countries that are named, and of some others.
fn ibans(named: &BTreeSet<String>) -> Vec<String> {
    let some = ["DE", "GB", "FR", "NL", "ES", "IT", "CH", "BE", "NO", "AE", "MT"];
    let countries = named.iter().filter_map(|text| text.get(..2)).filter(|country| country.bytes().all(|b| b.is_ascii_uppercase()));
    let countries: BTreeSet<&str> = countries.chain(some).collect();
    let mut found = Vec::new();
    for country in countries {
        for letters in ["", "A", "AAAA"] {
            for length in 11..=30usize {
                for digit in ["0", "1"] {
                    let account = format!("{letters}{}", digit.repeat(length.saturating_sub(letters.len())));
                    let text = format!("{country}{:02}{account}", check_digits(country, &account));
                    if Form::Iban.normalize(&text).is_ok() {
                        found.push(text);
                    }
                }
            }
        }
    }
    found
}

/// Computes the check digits of an account number (ISO 7064, MOD 97-10).
fn check_digits(country: &str, account: &str) -> u32 {
    let rest = account.chars().chain(country.chars()).chain("00".chars()).fold(0, |rest, c| {
        let value = c.to_digit(36).unwrap_or(0);
        if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 }
    });
    98 - rest
}
