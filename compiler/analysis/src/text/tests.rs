mod brute;
mod finds;
mod hostile;
mod machines;

use std::sync::Arc;

use reach_compiler::ir::{Form, Part, Pattern, PatternKind, Type};
use reach_values::path::Platform;

use super::*;
use crate::pred::{Func, Need, Test};

const PATH: Type = Type::PATH;
const WINDOWS: Type = Type::Form(Form::Path(Platform::Windows));
const MACOS: Type = Type::Form(Form::Path(Platform::MacOs));
const HOST: Type = Type::HOST;
const IP: Type = Type::Form(Form::Ip);
const URL: Type = Type::Form(Form::Url);
const EMAIL: Type = Type::EMAIL;
const NETWORK: Type = Type::NETWORK;
const SHELL: Type = Type::Form(Form::Shell);

/// A condition of what steps make of a value.
fn pred(ty: &Type, steps: &[Func], test: Test) -> Arc<Pred> {
    let mut of = ty.clone();
    for step in steps {
        of = match step {
            Func::Lower => Type::Text,
            Func::Part(part) => of.of_part(*part),
            Func::Unwrap => match of {
                Type::Optional(inner) => (*inner).clone(),
                of => of,
            },
        };
    }
    Arc::new(Pred { steps: steps.to_vec(), ty: of, test })
}

/// A condition of the value itself.
fn plain(test: Test) -> Arc<Pred> {
    pred(&Type::Text, &[], test)
}

fn part(part: Part) -> Func {
    Func::Part(part)
}

fn is(text: &str) -> Test {
    Test::Is(text.to_owned())
}

fn one_of(texts: &[&str]) -> Test {
    Test::OneOf(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn matches(kind: PatternKind, text: &str) -> Test {
    Test::Matches(Pattern { kind, text: text.to_owned(), nocase: false })
}

fn regex(text: &str) -> Test {
    matches(PatternKind::Regex, text)
}

fn glob(text: &str) -> Test {
    matches(PatternKind::Glob, text)
}

fn text_glob(text: &str) -> Test {
    matches(PatternKind::TextGlob, text)
}

fn within(ty: Type, text: &str) -> Test {
    Test::Within(ty, text.to_owned())
}

fn contains(text: &str) -> Test {
    Test::Contains(text.to_owned())
}

fn want(need: Need, pred: &Arc<Pred>) -> Want {
    Want { pred: Arc::clone(pred), need }
}

/// All texts of some pieces, up to so many of them.
fn words(pieces: &[&str], most: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..most {
        last = last.iter().flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}"))).collect();
        all.extend(last.iter().cloned());
    }
    all.sort();
    all.dedup();
    all
}

/// The texts among these that are values of a type.
fn values(ty: &Type, texts: Vec<String>) -> Vec<String> {
    let Type::Form(form) = ty else { return texts };
    texts.into_iter().filter(|text| form.normalize(text).is_ok_and(|normal| normal == *text)).collect()
}
