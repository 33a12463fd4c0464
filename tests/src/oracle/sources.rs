//! Where values come from: every text that was observed is read again, character by character.

use reach_compiler::ir::{EventKind, Form, Origin, Type};
use reach_values::{decimal, time};

use super::past::{Extract, Happening, Known, Log};
use super::value::{Taken, Val, Why};

/// What an origin said.
#[derive(Default)]
struct Said {
    /// The texts, and whether they surely are from there.
    texts: Vec<(String, bool)>,
    /// Whether there is text of which nothing is known.
    lost: bool,
}

impl Log<'_> {
    /// Whether a value came from an origin.
    pub fn came_from(&self, upto: usize, ty: &Type, value: &Val, origin: u32) -> Result<bool, Why> {
        let looked_for = LookedFor::of(ty, value);
        if !looked_for.always && looked_for.text.chars().filter(|c| c.is_alphanumeric()).count() < 4 {
            return Err(Why::TooShort);
        }
        let said = self.said(upto, &self.bundle.origins[origin as usize]);
        let found = |wanted: bool| said.texts.iter().any(|(text, sure)| *sure == wanted && looked_for.is_in(text));
        if found(true) {
            Ok(true)
        } else if found(false) || said.lost {
            Err(Why::Unsure)
        } else {
            Ok(false)
        }
    }

    /// Whether a word of a text stands in what the user typed.
    pub fn named(&self, upto: usize, value: &Val) -> Result<bool, Why> {
        let Val::Text(value) = value else { panic!("{value:?} has no words") };
        let said = self.said(upto, &Origin::User);
        let words =
            |text: &str| -> Vec<Vec<char>> { folded(text).split(|c| !c.is_alphanumeric()).map(<[char]>::to_vec).filter(|word| !word.is_empty()).collect() };
        let wanted: Vec<Vec<char>> = words(value).into_iter().filter(|word| word.len() >= 3).collect();
        if said.texts.iter().any(|(text, _)| words(text).iter().any(|word| wanted.contains(word))) {
            Ok(true)
        } else if said.lost {
            Err(Why::Unsure)
        } else {
            Ok(false)
        }
    }

    fn said(&self, upto: usize, origin: &Origin) -> Said {
        let mut said = Said::default();
        for at in 0..upto {
            match (&self.happenings[at], origin) {
                (Happening::Event(event), Origin::User) if event.kind == EventKind::Prompt => match &event.known {
                    Known::All(values) if event.agent == Some(0) => said.texts.extend(values.leaves.iter().map(|text| (text.clone(), true))),
                    Known::All(_) | Known::Bare => {}
                    Known::Nothing => said.lost = true,
                },
                (Happening::Event(event), Origin::Label(label)) if event.kind == EventKind::Result => {
                    let returns = &self.bundle.targets[event.target.expect("a result is of a declared step")].returns;
                    match &event.known {
                        Known::All(values) => {
                            for (number, sure) in values.returns.iter().filter(|(number, _)| returns[*number].label == *label) {
                                let part = returns[*number].part.as_ref();
                                let found = part.map(|part| (self.part(values, part), &part.ty));
                                match found {
                                    None => said.texts.extend(values.leaves.iter().map(|text| (text.clone(), *sure))),
                                    // What isn't read as declared may be that part.
                                    Some((None, _)) => said.texts.extend(values.leaves.iter().map(|text| (text.clone(), false))),
                                    Some((Some(value), ty)) => texts_of(ty, &value, &mut |text| said.texts.push((text, *sure))),
                                }
                            }
                        }
                        Known::Bare | Known::Nothing => said.lost |= self.may_carry(event.step, *label),
                    }
                }
                (Happening::Event(event), Origin::Results { pattern, part }) if event.kind == EventKind::Result => {
                    for matched in self.matched(at, pattern, part.as_ref().map(Extract::Value)).iter() {
                        match (&event.known, &matched.value, part) {
                            (Known::All(_), Some(Ok(value)), Some(part)) => texts_of(&part.ty, value, &mut |text| said.texts.push((text, matched.sure))),
                            (Known::All(values), None, None) if matched.keys.is_some() => {
                                said.texts.extend(values.leaves.iter().map(|text| (text.clone(), matched.sure)));
                            }
                            _ => said.lost = true,
                        }
                    }
                }
                (Happening::Doubted(doubted), Origin::Label(_) | Origin::Results { .. }) => match &doubted.leaves {
                    Some(leaves) => said.texts.extend(leaves.iter().map(|text| (text.clone(), false))),
                    None => said.lost = true,
                },
                _ => {}
            }
        }
        said
    }

    /// Whether the result of a step may carry a label, of which it was decided when the step was permitted.
    fn may_carry(&self, step: Option<usize>, label: u32) -> bool {
        self.carried.iter().any(|(of, number)| Some(*of) == step && *number == label)
    }

    fn part(&self, values: &super::past::Values, part: &reach_compiler::ir::Expr) -> Option<Val> {
        let mut scope = super::eval::Scope {
            args: &values.args,
            facts: &values.facts,
            context: &values.context,
            system: &values.system,
            result: values.result.as_ref(),
            entities: &self.entities,
            past: None,
            resolve: None,
            locals: std::collections::BTreeMap::new(),
        };
        scope.eval(part).ok()
    }
}

/// Calls `each` with all texts and numbers of a value.
fn texts_of(ty: &Type, value: &Val, each: &mut dyn FnMut(String)) {
    match (ty, value) {
        (Type::Optional(inner), _) => texts_of(inner, value, each),
        (_, Val::Text(text) | Val::Huge(text)) => each(text.clone()),
        (_, Val::Script(Taken { text, .. }) | Val::Query(Taken { text, .. })) => each(text.clone()),
        (Type::Int, Val::Num(n)) => each(n.to_string()),
        (Type::Decimal | Type::Any, Val::Num(n)) => each(decimal::format(*n)),
        (Type::Date, Val::Num(n)) => each(time::format_date(*n)),
        (Type::Record(fields), Val::Record(members)) => fields.iter().zip(members).for_each(|((_, ty), member)| texts_of(ty, member, each)),
        (Type::List(of) | Type::Set(of), Val::List(members)) => members.iter().for_each(|member| texts_of(of, member, each)),
        (Type::Any, Val::List(members)) => members.iter().for_each(|member| texts_of(ty, member, each)),
        (Type::Map(of), Val::Map(members)) => members.iter().for_each(|(key, member)| {
            each(key.clone());
            texts_of(of, member, each);
        }),
        (Type::Any, Val::Map(members)) => members.iter().for_each(|(key, member)| {
            each(key.clone());
            texts_of(ty, member, each);
        }),
        _ => {}
    }
}

/// How a value is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Exact,
    Folded,
    Account,
    Number,
}

struct LookedFor {
    text: String,
    spelling: Spelling,
    /// Whether it tells where it came from however short it is.
    always: bool,
}

impl LookedFor {
    fn of(ty: &Type, value: &Val) -> Self {
        let (spelling, always) = match ty {
            Type::Optional(inner) => return Self::of(inner, value),
            Type::Form(Form::Iban) => (Spelling::Account, true),
            Type::Form(Form::Email | Form::Url) => (Spelling::Folded, true),
            Type::Form(Form::Host | Form::Ip | Form::Network) => (Spelling::Folded, false),
            Type::Int | Type::Decimal => (Spelling::Number, false),
            _ => (Spelling::Exact, false),
        };
        let text = match (ty, value) {
            (_, Val::Text(text)) => text.clone(),
            (Type::Decimal, Val::Num(n)) => decimal::format(*n),
            (Type::Date, Val::Num(n)) => time::format_date(*n),
            (_, Val::Num(n)) => n.to_string(),
            other => panic!("{other:?} can't be looked for"),
        };
        Self { text, spelling, always }
    }

    fn is_in(&self, text: &str) -> bool {
        match self.spelling {
            Spelling::Exact => stands_in(&spaced(self.text.chars()), &spaced(text.chars())),
            Spelling::Folded => stands_in(&spaced(folded(&self.text).into_iter()), &spaced(folded(text).into_iter())),
            Spelling::Account => accounts(text).contains(&self.text.to_uppercase()),
            Spelling::Number => {
                let wanted = numbers(&self.text);
                assert_eq!(wanted.len(), 1, "{} is one number", self.text);
                numbers(text).contains(&wanted[0])
            }
        }
    }
}

fn folded(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// White space is one space between words, and none around them.
fn spaced(text: impl Iterator<Item = char>) -> Vec<char> {
    let text: String = text.map(|c| if c.is_whitespace() || c == '\0' || c == '\x01' { ' ' } else { c }).collect();
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().collect()
}

/// Whether a value stands in a text without cutting a word.
fn stands_in(value: &[char], text: &[char]) -> bool {
    if value.is_empty() || value.len() > text.len() {
        return false;
    }
    let cuts = |a: Option<&char>, b: Option<&char>| a.is_some_and(|a| a.is_alphanumeric()) && b.is_some_and(|b| b.is_alphanumeric());
    (0..=text.len() - value.len()).any(|at| {
        let end = at + value.len();
        text[at..end] == *value && !cuts(at.checked_sub(1).map(|before| &text[before]), value.first()) && !cuts(value.last(), text.get(end))
    })
}

/// Everything in a text that can be read as an account number.
fn accounts(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    // The words, by where they begin and end.
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.iter().enumerate() {
        match words.last_mut() {
            _ if !c.is_alphanumeric() => {}
            Some((_, end)) if *end == at => *end = at + 1,
            _ => words.push((at, at + 1)),
        }
    }
    let mut found = Vec::new();
    for first in 0..words.len() {
        let mut joined = String::new();
        for (number, (start, end)) in words.iter().enumerate().skip(first) {
            if number > first {
                let before = words[number - 1].1;
                if *start != before + 1 || !matches!(text[before], ' ' | '-' | '\u{a0}' | '\u{202f}') {
                    break;
                }
            }
            let word = &text[*start..*end];
            if !word.iter().all(char::is_ascii_alphanumeric) {
                break;
            }
            if number == first {
                let shape = word.len() >= 4 && word[..2].iter().all(char::is_ascii_alphabetic) && word[2..4].iter().all(char::is_ascii_digit);
                if !shape {
                    break;
                }
            }
            joined.extend(word.iter().map(char::to_ascii_uppercase));
            if joined.len() > 34 {
                break;
            }
            if joined.len() >= 15 {
                found.push(joined.clone());
            }
        }
    }
    found
}

/// A number: whether it is below zero, its digits before the point, and those behind it, without zeros that don't matter.
type Number = (bool, String, String);

/// All numbers in a text.
fn numbers(text: &str) -> Vec<Number> {
    let text: Vec<char> = text.chars().collect();
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while digit(at) || (matches!(text.get(at), Some('.' | ',')) && digit(at + 1)) {
            at += 1;
        }
        let run: String = text[start..at].iter().collect();
        let before = start.checked_sub(1).map(|b| text[b]);
        let tied = before.is_some_and(char::is_alphanumeric);
        let ties = text.get(at).is_some_and(|c| c.is_alphanumeric());
        let minus = matches!(before, Some('-' | '\u{2212}')) && !start.checked_sub(2).is_some_and(|b| text[b].is_alphanumeric());
        let pieces: Vec<&str> = run.split(',').collect();
        for (number, piece) in pieces.iter().enumerate() {
            let free = !(tied && number == 0 || ties && number + 1 == pieces.len());
            if free {
                found.extend(one_number(minus && number == 0, piece));
            }
        }
        let thousands = pieces.len() > 1
            && pieces[0].len() <= 3
            && pieces[1..].iter().enumerate().all(|(number, piece)| {
                let last = number + 2 == pieces.len();
                let whole = if last { piece.split('.').next().unwrap_or("") } else { piece };
                whole.len() == 3 && whole.chars().all(|c| c.is_ascii_digit())
            })
            && !pieces[0].contains('.');
        if thousands && !tied && !ties {
            found.extend(one_number(minus, &run.replace(',', "")));
        }
    }
    found
}

fn one_number(minus: bool, digits: &str) -> Option<Number> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.contains('.') {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let zero = whole.is_empty() && fraction.is_empty();
    (whole.len() + fraction.len() <= 34).then(|| (minus && !zero, whole.to_owned(), fraction.to_owned()))
}
