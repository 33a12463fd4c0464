//! The definitions, read off literally and slowly: over vectors of characters, every part of every text for every question.

use super::super::{Form, Found};

pub(super) struct Reference {
    form: Form,
    pub(super) texts: Vec<String>,
}

impl Reference {
    pub(super) fn new(form: Form) -> Self {
        Self { form, texts: Vec::new() }
    }

    pub(super) fn add(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }

    pub(super) fn contains(&self, value: &str) -> Found {
        let yes = |found| if found { Found::Yes } else { Found::No };
        match self.form {
            Form::Exact | Form::Folded => {
                let value = spaced(value, self.form);
                yes(!value.is_empty() && self.texts.iter().any(|text| aligned(&spaced(text, self.form), &value)))
            }
            Form::Iban => yes(iban(&trimmed(value)).is_some_and(|sought| self.texts.iter().any(|text| ibans(text).contains(&sought)))),
            Form::Number => match number(&trimmed(value)) {
                Some(sought) if digits(&sought) > 34 => Found::Unknown,
                Some(sought) => yes(self.texts.iter().any(|text| numbers(text).contains(&sought))),
                None => Found::No,
            },
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\0' || c == '\u{1}'
}

fn trimmed(value: &str) -> Vec<char> {
    value.trim_matches(is_blank).chars().collect()
}

/// White space runs as one space, none around; possibly in lower case.
fn spaced(text: &str, form: Form) -> Vec<char> {
    let parts: Vec<&str> = text.split(is_blank).filter(|part| !part.is_empty()).collect();
    let spaced = parts.join(" ");
    if form == Form::Folded { spaced.chars().flat_map(char::to_lowercase).collect() } else { spaced.chars().collect() }
}

/// Whether a cut between two characters, of which either may be missing, isn't within a token.
fn is_edge(one: Option<&char>, other: Option<&char>) -> bool {
    !(one.is_some_and(|c| c.is_alphanumeric()) && other.is_some_and(|c| c.is_alphanumeric()))
}

fn aligned(text: &[char], value: &[char]) -> bool {
    (0..text.len()).any(|from| {
        let end = from + value.len();
        text.get(from..end) == Some(value)
            && is_edge(from.checked_sub(1).and_then(|before| text.get(before)), value.first())
            && is_edge(value.last(), text.get(end))
    })
}

/// All parts that neither begin nor end within a token, with what is before them, up to a length.
fn parts(text: &[char], longest: usize) -> impl Iterator<Item = (&[char], &[char])> {
    (0..text.len()).flat_map(move |from| {
        let ends = from + 1..=text.len().min(from + longest);
        ends.filter_map(move |end| {
            let edges = is_edge(text[..from].last(), text.get(from)) && is_edge(text.get(end - 1), text.get(end));
            edges.then(|| (&text[..from], &text[from..end]))
        })
    })
}

fn ibans(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    parts(&text, 70).filter_map(|(_, part)| iban(part)).collect()
}

fn iban(part: &[char]) -> Option<String> {
    let groups: Vec<&[char]> = part.split(|c| [' ', '-', '\u{a0}', '\u{202f}'].contains(c)).collect();
    let joined: String = groups.concat().iter().map(char::to_ascii_uppercase).collect();
    let shape = joined.chars().zip("AA00".chars()).all(|(c, like)| if like == 'A' { c.is_ascii_alphabetic() } else { c.is_ascii_digit() });
    let all = joined.chars().all(|c| c.is_ascii_alphanumeric()) && groups.iter().all(|group| !group.is_empty());
    (shape && all && groups[0].len() >= 4 && (15..=34).contains(&joined.len())).then_some(joined)
}

/// All numbers of a text. A part is one if it is shaped like one and what is next to it doesn't make it a part of something longer.
fn numbers(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for (before, part) in parts(&text, text.len()) {
        let behind = &text[before.len() + part.len()..];
        if !part[0].is_ascii_digit() {
            continue;
        }
        // The next characters, if they tie digits to it: `1.` before, `.1` behind, and so with commas.
        let tie_before = before.last().filter(|_| before.len() > 1 && before[before.len() - 2].is_ascii_digit());
        let tie_behind = behind.first().filter(|_| behind.len() > 1 && behind[1].is_ascii_digit());
        let is = |tie: Option<&char>, c| tie == Some(&c);
        if is(tie_before, '.') || is(tie_behind, '.') {
            continue;
        }
        // Between thousands: all of them or one piece.
        if part.contains(&',') && (is(tie_before, ',') || is(tie_behind, ',')) {
            continue;
        }
        let signed = matches!(before.last(), Some('-' | '\u{2212}')) && !(before.len() > 1 && before[before.len() - 2].is_alphanumeric());
        let mut number_chars = if signed { vec!['-'] } else { Vec::new() };
        number_chars.extend(part);
        found.extend(number(&number_chars).filter(|number| digits(number) <= 34));
    }
    found
}

/// The number that all of this is, in normal form.
fn number(part: &[char]) -> Option<String> {
    let (negative, part) = match part {
        ['-' | '\u{2212}', part @ ..] => (true, part),
        ['+', part @ ..] | part => (false, part),
    };
    let (whole, fraction) = match part.iter().position(|&c| c == '.') {
        Some(point) => (&part[..point], Some(&part[point + 1..])),
        None => (part, None),
    };
    let is_digits = |part: &[char]| !part.is_empty() && part.iter().all(char::is_ascii_digit);
    let groups: Vec<&[char]> = whole.split(|&c| c == ',').collect();
    let grouped = groups.len() == 1 || groups[0].len() < 4 && groups[1..].iter().all(|group| group.len() == 3);
    if !grouped || !groups.iter().all(|group| is_digits(group)) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let mut whole: Vec<char> = groups.concat();
    while whole.len() > 1 && whole[0] == '0' {
        whole.remove(0);
    }
    let mut fraction = fraction.unwrap_or_default().to_vec();
    while fraction.last() == Some(&'0') {
        fraction.pop();
    }
    let mut number: String = whole.iter().collect();
    if !fraction.is_empty() {
        number = number + "." + &fraction.iter().collect::<String>();
    }
    Some(if negative && number != "0" { format!("-{number}") } else { number })
}

/// How many digits a normal form has; a zero alone before the point is none.
fn digits(number: &str) -> usize {
    let number = number.trim_start_matches('-');
    number.strip_prefix("0.").unwrap_or(number).chars().filter(char::is_ascii_digit).count()
}

pub(super) fn words(text: &str) -> Vec<String> {
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    lower.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
}
