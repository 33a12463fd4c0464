//! Parts of command lines, commands, queries and statements, and what is asked of whole ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use reach_compiler::ir::{Guards, Part, Query, Runs};
use reach_values::path;
use reach_values::shell::{self, Command, Files, Script};
use reach_values::sql::{self, Statement};

use super::value::{Outcome, Stop, Value, fold, outcome};

/// The longest list; one that is longer has no value.
const MAX_ITEMS: usize = 10_000;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Returns a part of a value that was taken apart.
pub(super) fn part(of: &Value, part: Part) -> Outcome {
    match of {
        Value::Script(line, script) => of_script(line, script, part),
        Value::Command(line, command) => of_command(line, command, part),
        Value::Query(line, query) => match part {
            Part::SqlText => Ok(text(line)),
            Part::SqlStatements if query.opaque || query.statements.len() > MAX_ITEMS => Err(Stop::None),
            Part::SqlStatements => Ok(Value::List(query.statements.iter().map(|one| Value::Statement(Arc::new(one.clone()))).collect())),
            _ => Err(Stop::CannotTell),
        },
        Value::Statement(statement) => of_statement(statement, part),
        _ => Err(Stop::CannotTell),
    }
}

/// Returns the commands that were found in a command line.
pub(super) fn commands(line: &str, script: &Script) -> Vec<Value> {
    let own = |command: &Command| line.get(command.start..command.end).unwrap_or_default().to_owned();
    script.commands.iter().map(|command| Value::Command(own(command), Arc::new(command.clone()))).collect()
}

fn of_script(line: &str, script: &Script, part: Part) -> Outcome {
    let known = script.opaque.is_none();
    match part {
        Part::ShellText => Ok(text(line)),
        Part::ShellFound => Ok(Value::List(commands(line, script))),
        Part::ShellCommands if known => Ok(Value::List(commands(line, script))),
        Part::ShellKnown if known => Ok(Value::Truth(true)),
        Part::ShellCommands | Part::ShellKnown => Err(Stop::None),
        _ => Err(Stop::CannotTell),
    }
}

fn of_command(line: &str, command: &Command, part: Part) -> Outcome {
    let program = command.words.first().cloned().flatten().unwrap_or_default();
    let known = |value: Option<Value>| value.ok_or(Stop::None);
    match part {
        Part::CommandText => Ok(text(line)),
        Part::CommandProgram => Ok(Value::Text(program)),
        Part::CommandName => Ok(text(program.rsplit('/').next().unwrap_or_default())),
        Part::CommandWords => {
            let words: Option<Vec<Value>> = command.words.iter().map(|word| word.as_deref().map(text)).collect();
            known(words.filter(|words| words.len() <= MAX_ITEMS).map(Value::List))
        }
        Part::CommandOptions => {
            let options = shell::options(&command.words).filter(|options| options.len() <= MAX_ITEMS);
            known(options.map(|options| Value::Map(options.into_iter().map(|(name, value)| (name, Value::Text(value))).collect())))
        }
        Part::CommandEnv => {
            let env: Option<_> = command.env.iter().map(|(name, value)| Some((name.clone(), text(value.as_deref()?)))).collect();
            known(env.filter(|_| command.env.len() <= MAX_ITEMS).map(Value::Map))
        }
        Part::CommandReads => all_files(&command.reads),
        Part::CommandWrites => all_files(&command.writes),
        Part::CommandRedirects => Ok(Value::Truth(command.redirects)),
        Part::CommandAssigns => Ok(Value::Truth(!command.env.is_empty())),
        Part::CommandTouches => Ok(Value::List(touched(command).0.into_iter().map(Value::Text).collect())),
        Part::CommandComplete if touched(command).1 && !command.reads.more && !command.writes.more => Ok(Value::Truth(true)),
        Part::CommandComplete => Err(Stop::None),
        _ => Err(Stop::CannotTell),
    }
}

/// Returns files in their normal form, if these are all.
fn all_files(files: &Files) -> Outcome {
    let (known, whole) = normal(files.known.iter());
    if whole && !files.more { Ok(Value::List(known.into_iter().map(Value::Text).collect())) } else { Err(Stop::None) }
}

/// Returns the files that a command is known to read or write, and whether each name is one of a file.
fn touched(command: &Command) -> (BTreeSet<String>, bool) {
    normal(command.reads.known.iter().chain(&command.writes.known))
}

fn normal<'f>(files: impl Iterator<Item = &'f String> + Clone) -> (BTreeSet<String>, bool) {
    let whole = files.clone().count() <= MAX_ITEMS && files.clone().all(|file| path::normalize(file).is_ok());
    (files.take(MAX_ITEMS).filter_map(|file| path::normalize(file).ok()).map(std::borrow::Cow::into_owned).collect(), whole)
}

fn of_statement(statement: &Statement, part: Part) -> Outcome {
    let names = |names: &[String]| {
        let sorted: BTreeSet<&String> = names.iter().collect();
        if names.len() <= MAX_ITEMS { Ok(Value::List(sorted.into_iter().map(|name| text(name)).collect())) } else { Err(Stop::None) }
    };
    match part {
        Part::StatementKind => Ok(Value::Number(statement.kind.tag().into())),
        Part::StatementReads => names(&statement.reads),
        Part::StatementWrites => names(&statement.writes),
        Part::StatementColumns => names(&statement.columns),
        Part::StatementFunctions => names(&statement.functions),
        Part::StatementLimit => Ok(statement.limit.map_or(Value::Absent, |limit| Value::Number(limit.into()))),
        Part::StatementFiltered => Ok(Value::Truth(statement.filtered)),
        Part::StatementEffects => Ok(Value::Truth(statement.effects)),
        _ => Err(Stop::CannotTell),
    }
}

/// Asks whether all commands are as the patterns say, or some may be.
pub(super) fn runs(quantity: Runs, script: &Script, patterns: &[Vec<String>]) -> Outcome {
    let fits = |command: &Command| {
        let words = || command.words.iter().map(Option::as_deref);
        fold(
            true,
            patterns.iter().map(|pattern| {
                let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
                outcome(match quantity {
                    Runs::Only => shell::begins_with(words(), &pattern),
                    Runs::May => shell::may_be(words(), &pattern),
                })
            }),
        )
    };
    let opaque = script.opaque.is_some().then_some(Err(Stop::None));
    match quantity {
        Runs::Only => {
            let plain = Guards { no_redirection: true, no_assignment: true };
            fold(false, script.commands.iter().map(|command| fold(false, [guarded(plain, command), fits(command)])).chain(opaque))
        }
        Runs::May => fold(true, script.commands.iter().map(fits).chain(opaque)),
    }
}

/// Whether a command has nothing of what guards exclude.
pub(super) fn guarded(guards: Guards, command: &Command) -> Outcome {
    outcome(Some(!(guards.no_redirection && command.redirects || guards.no_assignment && !command.env.is_empty())))
}

/// Asks what a query reads or writes.
pub(super) fn query(question: Query, query: &sql::Query, tables: &[String]) -> Outcome {
    if query.opaque || query.statements.len() > MAX_ITEMS {
        return Err(Stop::None);
    }
    let named = |names: &[String], decisive: bool| {
        if names.len() > MAX_ITEMS {
            return Err(Stop::None);
        }
        let is = |name: &String| fold(true, tables.iter().map(|pattern| outcome(sql::table_is(name, pattern))));
        fold(decisive, names.iter().map(is))
    };
    match question {
        Query::ReadsOnly => fold(
            false,
            query.statements.iter().map(|statement| {
                let writes_nothing = if statement.writes.len() > MAX_ITEMS { None } else { Some(statement.writes.is_empty()) };
                let silent = (!statement.effects).then_some(true);
                let reads = named(&statement.reads, false);
                fold(false, [outcome(Some(sql::only_reads(statement.kind))), outcome(writes_nothing), outcome(silent), reads])
            }),
        ),
        Query::MayWrite => {
            fold(true, query.statements.iter().map(|statement| fold(true, [named(&statement.writes, true), outcome((!statement.effects).then_some(false))])))
        }
    }
}
