//! Command lines that may meet conditions: made of the words of patterns and of what conditions on commands name, alone and joined.

use std::collections::BTreeSet;

use reach_compiler::ir::{Const, Expr, ExprKind};

use super::mine;
use crate::pred::{Test, Want};

/// The most simple commands that are joined with one another.
const MAX_JOINED: usize = 50;
/// The most words that are combined.
const MAX_WORDS: usize = 16;

/// Adds the texts that an expression names.
pub(super) fn texts_of(expr: &Expr, found: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Const(constant) => texts_of_constant(constant, found),
        ExprKind::HasKey(_, key) => {
            found.insert(key.clone());
        }
        ExprKind::Matches(_, pattern) => {
            found.insert(pattern.text.replace("**", "a").replace(['*', '?'], "a").replace(['^', '$', '\\'], ""));
        }
        ExprKind::Runs(_, _, patterns) => found.extend(patterns.iter().map(|words| words.join(" "))),
        ExprKind::Query(_, _, tables) => found.extend(tables.iter().cloned()),
        _ => {}
    }
    for child in expr.children() {
        texts_of(child, found);
    }
}

fn texts_of_constant(constant: &Const, found: &mut BTreeSet<String>) {
    match constant {
        Const::Text(text) => {
            found.insert(text.to_string());
        }
        Const::List(items) | Const::Record(items) => items.iter().for_each(|item| texts_of_constant(item, found)),
        Const::Map(entries) => entries.iter().for_each(|(_, item)| texts_of_constant(item, found)),
        _ => {}
    }
}

/// Writes a word so that a shell reads it as it is.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// The words that conditions name, by what they may be in a command.
#[derive(Default)]
struct Words {
    /// Whole commands.
    commands: BTreeSet<String>,
    /// Any words.
    any: BTreeSet<String>,
}

impl Words {
    fn of(wants: &[Want]) -> Self {
        let mut words = Self::default();
        for want in wants {
            match &want.pred.test {
                Test::Runs(_, patterns) => {
                    words.commands.extend(patterns.iter().map(|pattern| pattern.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")))
                }
                Test::RunsWhere(_, _, _, body) | Test::Holds(_, body) => texts_of(body, &mut words.any),
                _ => {}
            }
        }
        if words.any.is_empty() && words.commands.is_empty() {
            words.any = mine::constants(wants);
        }
        words
    }
}

/// Returns simple commands, the plainest first.
fn simple(words: &Words) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let any: Vec<String> = words.any.iter().take(MAX_WORDS).map(|word| quoted(word)).collect();
    all.extend(words.commands.iter().cloned());
    all.push("a".to_owned());
    // Commands of one program, in one another: the words behind the program of the one behind those of the other.
    for one in &words.commands {
        for other in words.commands.iter().filter(|other| *other != one) {
            if let (Some((program, _)), Some((same, rest))) = (one.split_once(' '), other.split_once(' '))
                && program == same
            {
                all.push(format!("{one} {rest}"));
            }
        }
    }
    let bases: Vec<String> = words.commands.iter().cloned().chain(any.iter().filter(|word| !word.starts_with('-')).cloned()).chain(["a".to_owned()]).collect();
    for base in &bases {
        all.extend(["", " a", " -a", " --a", " $X", " > a", " < a"].map(|tail| format!("{base}{tail}")));
        all.push(format!("A=1 {base}"));
    }
    for word in &any {
        for base in &bases {
            all.extend([
                format!("{base} {word}"),
                format!("{base} > {word}"),
                format!("{base} < {word}"),
                format!("{word}=1 {base}"),
                format!("A={word} {base}"),
            ]);
        }
        for program in ["cat", "rm", "tee", "ls", "rm -r", "cp a", "/bin/"] {
            all.push(if program.ends_with('/') { format!("{program}{word}") } else { format!("{program} {word}") });
        }
        all.extend([format!("cat {word}/a"), format!("rm {word}/a"), format!("a > {word}/a")]);
    }
    for (at, one) in any.iter().enumerate() {
        for other in any.iter().skip(at + 1) {
            for base in bases.iter().take(8) {
                all.extend([format!("{base} {one} {other}"), format!("{base} {other} {one}")]);
            }
        }
    }
    all
}

/// Returns candidates.
pub(super) fn candidates(wants: &[Want]) -> Vec<String> {
    let words = Words::of(wants);
    let simple = simple(&words);
    let opaque = ["$X", "eval a"];
    let mut all = vec![String::new()];
    all.extend(simple.iter().cloned());
    all.extend(opaque.map(str::to_owned));
    for one in simple.iter().take(MAX_JOINED) {
        all.extend(opaque.iter().map(|other| format!("{one}; {other}")));
        all.extend(simple.iter().take(MAX_JOINED).filter(|other| *other != one).map(|other| format!("{one}; {other}")));
    }
    let mut seen = BTreeSet::new();
    all.retain(|line| seen.insert(line.clone()));
    // The order stays where they are alike: what is plain first.
    all.sort_by_key(|line| (line.matches(';').count(), line.len()));
    all
}
