//! What can't be of command lines and queries, by argument.
//!
//! Of a command line, where all of it is known:
//! - `runs only P` says that each command begins with the words of a pattern of P. Where a pattern of Q is a beginning of each of P's,
//!   `runs only Q` is true as well: the guards against redirections and assignments are the same for both.
//! - `may run q` is false of a command whose program isn't that of q. Where no pattern of P has the program of q, no command of a line that
//!   runs only P may be q.
//! - `may run p` takes all words of p. Words left out of p, but for the program, make a pattern q that is true of whatever p is true of: its
//!   options are among those of p, and its other words come in the same order. Where q is false of a command, all of the command's words
//!   are known, so that p is false of it too.
//!
//! Of a query: one that reads only some tables has no statement that writes or has effects, so that it may write none; and a table that one of
//! some patterns names is named by one of more patterns, or by `*`.

use std::collections::BTreeSet;

use reach_compiler::ir::{Form, Query, Runs, Type};
use reach_values::shell;

use crate::pred::{Need, Test, Want};

/// Returns conditions that contradict each other, ascending.
pub(super) fn core(ty: &Type, wants: &[Want]) -> Option<Vec<usize>> {
    let core = match ty {
        Type::Form(Form::Shell) => only_and_only(wants).or_else(|| nothing_may_run(wants)),
        Type::Form(Form::Sql(_)) => queries(wants),
        _ => None,
    }?;
    Some(core.into_iter().collect())
}

type Patterns = [Vec<String>];

/// The questions of command lines, with what they must come to.
fn runs(wants: &[Want], quantity: Runs) -> impl Iterator<Item = (usize, &Patterns, Need)> + Clone {
    wants.iter().enumerate().filter_map(move |(at, want)| match &want.pred.test {
        Test::Runs(asked, patterns) if *asked == quantity && want.pred.steps.is_empty() => Some((at, &**patterns, want.need)),
        _ => None,
    })
}

/// A line that runs only some commands, and yet others than more of them.
fn only_and_only(wants: &[Want]) -> Option<BTreeSet<usize>> {
    for (one, few, need) in runs(wants, Runs::Only) {
        if need != Need::True {
            continue;
        }
        for (other, many, need) in runs(wants, Runs::Only) {
            let covered = few.iter().all(|pattern| many.iter().any(|begin| pattern.starts_with(begin)));
            if need.excludes_true() && covered {
                return Some(BTreeSet::from([one, other]));
            }
        }
    }
    None
}

/// A line that may run some commands, of which each is excluded.
fn nothing_may_run(wants: &[Want]) -> Option<BTreeSet<usize>> {
    for (at, patterns, need) in runs(wants, Runs::May) {
        if !need.excludes_false() || patterns.is_empty() {
            continue;
        }
        let excluded = |pattern: &Vec<String>| {
            let by_only = runs(wants, Runs::Only).find(|(_, only, need)| *need == Need::True && only.iter().all(|begin| is_of_another_program(begin, pattern)));
            let by_may = || {
                runs(wants, Runs::May).find(|(_, others, excluding)| {
                    // What may come to no value is excluded only by what is false.
                    let excludes = *excluding == Need::False || (excluding.excludes_true() && need == Need::True);
                    excludes && others.iter().any(|other| is_shorter(other, pattern))
                })
            };
            by_only.or_else(by_may).map(|(at, ..)| at)
        };
        if let Some(core) = patterns.iter().map(excluded).collect::<Option<BTreeSet<usize>>>() {
            return Some(core.into_iter().chain([at]).collect());
        }
    }
    None
}

/// Returns whether no command that begins with a pattern's words has the program of another pattern.
fn is_of_another_program(begin: &[String], pattern: &[String]) -> bool {
    match (begin.first(), pattern.first()) {
        (Some(program), Some(wanted)) => shell::may_be([Some(program.as_str())].into_iter(), &[wanted.as_str()]) == Some(false),
        _ => false,
    }
}

/// Returns whether a pattern is another one with words left out, but not the program.
fn is_shorter(short: &[String], long: &[String]) -> bool {
    let (Some((program, words)), Some((same, all))) = (short.split_first(), long.split_first()) else { return false };
    let mut all = all.iter();
    program == same && words.iter().all(|word| all.any(|other| other == word))
}

fn queries(wants: &[Want]) -> Option<BTreeSet<usize>> {
    let asked = || {
        wants.iter().enumerate().filter_map(|(at, want)| match &want.pred.test {
            Test::Query(question, tables) if want.pred.steps.is_empty() => Some((at, *question, tables, want.need)),
            _ => None,
        })
    };
    for (one, question, tables, need) in asked() {
        if need != Need::True {
            continue;
        }
        for (other, asked, others, need) in asked() {
            let covered = || others.iter().any(|table| table == "*") || tables.iter().all(|table| others.contains(table));
            let contradicts = match (question, asked) {
                (Query::ReadsOnly, Query::MayWrite) => need.excludes_false(),
                (Query::ReadsOnly, Query::ReadsOnly) | (Query::MayWrite, Query::MayWrite) => need.excludes_true() && covered(),
                (Query::MayWrite, Query::ReadsOnly) => false,
            };
            if contradicts {
                return Some(BTreeSet::from([one, other]));
            }
        }
    }
    None
}
