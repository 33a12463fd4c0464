//! What is asked of one text.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use reach_compiler::ir::{Compare, Form, Part, Type};
use reach_values::path::Platform;

use super::alphabet::{Alphabet, Sights};
use super::expression::{Re, string};
use super::paths;
use crate::pred::{Func, Pred, Test};
use crate::text::domain;
use crate::text::patterns::{Patterns, is_of_paths};

/// A condition on one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It is this one.
    Equals(String),
    /// It contains this one.
    Contains(String),
    /// It is one of a set.
    In(Re),
    /// How many characters it has.
    Length(Compare, i128),
    /// It isn't so.
    Not(Box<Says>),
    /// All of these.
    All(Vec<Says>),
    /// One of these.
    Any(Vec<Says>),
}

impl Says {
    /// Returns the opposite.
    pub fn not(of: Self) -> Self {
        Self::Not(Box::new(of))
    }

    fn so(self, truth: bool) -> Self {
        if truth { self } else { Self::not(self) }
    }

    /// Notes which characters are told apart.
    pub fn note(&self, sights: &mut Sights) {
        match self {
            Self::Equals(text) | Self::Contains(text) => Re::Text(text.clone()).note(sights),
            Self::In(re) => re.note(sights),
            Self::Length(..) => {}
            Self::Not(of) => of.note(sights),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.note(sights)),
        }
    }

    /// Writes the condition on a variable. `shared` gives the name of a set.
    pub fn write(&self, var: &str, alphabet: &Alphabet, shared: &mut dyn FnMut(&Re) -> String, out: &mut String) {
        match self {
            Self::Equals(text) => {
                let _ = write!(out, "(= {var} ");
                string(text, alphabet, out);
                out.push(')');
            }
            Self::Contains(text) => {
                let _ = write!(out, "(str.contains {var} ");
                string(text, alphabet, out);
                out.push(')');
            }
            Self::In(re) => {
                let _ = write!(out, "(str.in_re {var} {})", shared(re));
            }
            Self::Length(op, bound) => {
                let bound = super::section::number(*bound);
                let _ = match op {
                    Compare::Ne => write!(out, "(not (= (str.len {var}) {bound}))"),
                    op => write!(out, "({} (str.len {var}) {bound})", symbol(*op)),
                };
            }
            Self::Not(of) => {
                out.push_str("(not ");
                of.write(var, alphabet, shared, out);
                out.push(')');
            }
            Self::All(parts) => joined("and", true, parts, var, alphabet, shared, out),
            Self::Any(parts) => joined("or", false, parts, var, alphabet, shared, out),
        }
    }
}

fn joined(word: &str, empty: bool, parts: &[Says], var: &str, alphabet: &Alphabet, shared: &mut dyn FnMut(&Re) -> String, out: &mut String) {
    match parts {
        [] => {
            let _ = write!(out, "{empty}");
        }
        [one] => one.write(var, alphabet, shared, out),
        parts => {
            let _ = write!(out, "({word}");
            for part in parts {
                out.push(' ');
                part.write(var, alphabet, shared, out);
            }
            out.push(')');
        }
    }
}

const fn symbol(op: Compare) -> &'static str {
    match op {
        Compare::Eq | Compare::Ne => "=",
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
    }
}

/// Returns the texts that are values of a type, or more; none where that is all that is known.
pub(super) fn values(ty: &Type) -> Option<Re> {
    match ty {
        Type::Form(Form::Path(Platform::Posix)) => paths::domain(Platform::Posix),
        Type::Form(form) if !form.is_structured() => Re::whole(domain::expressions(ty).last()?),
        _ => None,
    }
}

/// Returns where a condition on a text of a type is true, or where it is false; none where that is left open.
pub(super) fn meaning(of: &Type, pred: &Pred, truth: bool) -> Option<Says> {
    let posix = matches!(of, Type::Form(Form::Path(Platform::Posix | Platform::MacOs)));
    match (pred.steps.as_slice(), &pred.test) {
        ([], _) => {}
        ([Func::Part(Part::PathAbsolute)], Test::Truth) if posix => {
            return Some(Says::In(Re::whole(if truth { "/.*" } else { "(?:[^/~].*)?" })?));
        }
        _ => return None,
    }
    let is_text = matches!(of, Type::Text) || matches!(of, Type::Form(form) if !form.is_structured());
    if !is_text {
        return None;
    }
    match &pred.test {
        Test::Is(text) if of.is_path() => {
            if posix {
                paths::same(text, truth)
            } else {
                None
            }
        }
        Test::Is(text) => Some(Says::Equals(text.clone()).so(truth)),
        Test::OneOf(texts) if of.is_path() => {
            if !posix {
                return None;
            }
            let parts = texts.iter().map(|text| paths::same(text, truth)).collect::<Option<Vec<_>>>()?;
            Some(if truth { Says::Any(parts) } else { Says::All(parts) })
        }
        Test::OneOf(texts) => Some(Says::Any(texts.iter().cloned().map(Says::Equals).collect()).so(truth)),
        Test::Contains(text) => Some(Says::Contains(text.clone()).so(truth)),
        Test::Length(op, bound) => Some(Says::Length(*op, *bound).so(truth)),
        Test::Within(whole, text) => match (of, whole) {
            (Type::Form(Form::Host), Type::Form(Form::Host)) => Some(below(text)?.so(truth)),
            (of, whole) if posix && of == whole => paths::within(text, truth),
            _ => None,
        },
        Test::Matches(pattern) if is_of_paths(pattern.kind) => match of {
            Type::Form(Form::Path(platform)) if posix => paths::glob(*platform, &pattern.text, pattern.nocase, truth),
            _ => None,
        },
        Test::Matches(pattern) => {
            let compiled = Patterns::default().get(pattern)?;
            Some(Says::In(Re::search(compiled.expression(), pattern.nocase)?).so(truth))
        }
        _ => None,
    }
}

/// Where a host is a domain or below it; an address is within itself alone.
fn below(domain: &str) -> Option<Says> {
    let equal = Says::Equals(domain.to_owned());
    if domain.contains(':') || domain.parse::<Ipv4Addr>().is_ok() {
        return Some(equal);
    }
    Some(Says::Any(vec![equal, Says::In(Re::Concat(vec![Re::All, Re::Text(format!(".{domain}"))]))]))
}

/// Says what is asked and can't be written, for people.
pub(super) fn described(pred: &Pred) -> String {
    let test = format!("{:?}", pred.test);
    if pred.steps.is_empty() { test } else { format!("{test} of {:?}", pred.steps) }
}
