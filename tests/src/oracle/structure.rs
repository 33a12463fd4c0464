//! Command lines and queries, and what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Form, Guards, Part, Query, Runs};
use reach_values::shell::{Command, Files, Script};
use reach_values::sql::{self, Statement};
use reach_values::{path, shell};

use super::value::{Taken, Val};

/// The longest list of words, files or names; a longer one has no value.
const MAX_ITEMS: usize = 10_000;

/// Takes a text apart, if its form has it so.
pub fn taken(form: Form, text: &str) -> Val {
    match form {
        Form::Shell => Val::Script(Taken::new(text, shell::parse(text))),
        Form::Sql(dialect) => Val::Query(Taken::new(text, sql::parse(text, dialect))),
        _ => Val::Text(text.to_owned()),
    }
}

/// Takes a command line apart that runs in a folder: there its relative files begin.
pub fn taken_at(folder: &str, text: &str) -> Val {
    let mut script = shell::parse(text);
    let files = script.commands.iter_mut().flat_map(|command| command.reads.known.iter_mut().chain(&mut command.writes.known));
    for file in files {
        if let Ok(normal) = path::normalize(file) {
            *file = path::join(folder, &normal);
        }
    }
    Val::Script(Taken::new(text, script))
}

/// Returns a part of a value that was taken apart; none where it can't be known.
pub fn part_of(value: &Val, part: Part) -> Option<Val> {
    match value {
        Val::Script(line) => of_script(line, part),
        Val::Command(command) => of_command(command, part),
        Val::Query(query) => match part {
            Part::SqlText => Some(own(&query.text)),
            Part::SqlStatements if query.parts.opaque || query.parts.statements.len() > MAX_ITEMS => None,
            Part::SqlStatements => Some(Val::List(query.parts.statements.iter().map(|s| Val::Statement(Taken::new(s.kind.word(), s.clone()))).collect())),
            other => panic!("{other:?} of a query"),
        },
        Val::Statement(statement) => of_statement(&statement.parts, part),
        other => panic!("{part:?} of {other:?}"),
    }
}

fn own(text: &str) -> Val {
    Val::Text(text.to_owned())
}

fn of_script(line: &Taken<Script>, part: Part) -> Option<Val> {
    let whole = line.parts.opaque.is_none();
    match part {
        Part::ShellText => Some(own(&line.text)),
        Part::ShellCommands => whole.then(|| commands(line)),
        Part::ShellFound => Some(commands(line)),
        Part::ShellKnown => whole.then_some(Val::Bool(true)),
        other => panic!("{other:?} of a command line"),
    }
}

fn commands(line: &Taken<Script>) -> Val {
    Val::List(line.parts.commands.iter().map(|command| Val::Command(Taken::new(&line.text[command.start..command.end], command.clone()))).collect())
}

fn of_command(taken: &Taken<Command>, part: Part) -> Option<Val> {
    let command = &*taken.parts;
    let program = command.words.first().cloned().flatten().unwrap_or_default();
    match part {
        Part::CommandText => Some(own(&taken.text)),
        Part::CommandProgram => Some(Val::Text(program)),
        Part::CommandName => Some(own(program.rsplit('/').next().unwrap())),
        Part::CommandWords => {
            let words: Option<Vec<Val>> = command.words.iter().map(|word| word.as_deref().map(own)).collect();
            words.filter(|words| words.len() <= MAX_ITEMS).map(Val::List)
        }
        Part::CommandOptions => {
            let options = shell::options(&command.words)?;
            (options.len() <= MAX_ITEMS).then(|| Val::Map(options.into_iter().map(|(name, value)| (name, Val::Text(value))).collect()))
        }
        Part::CommandEnv => {
            // The last assignment of a name counts.
            let env: Option<BTreeMap<String, Val>> = command.env.iter().map(|(name, value)| Some((name.clone(), own(value.as_deref()?)))).collect();
            env.filter(|_| command.env.len() <= MAX_ITEMS).map(Val::Map)
        }
        Part::CommandReads => all_files(&command.reads),
        Part::CommandWrites => all_files(&command.writes),
        Part::CommandTouches => Some(Val::List(touched(command).0.into_iter().map(Val::Text).collect())),
        Part::CommandComplete => (touched(command).1 && !command.reads.more && !command.writes.more).then_some(Val::Bool(true)),
        other => panic!("{other:?} of a command"),
    }
}

/// The files in their normal form, if they are all.
fn all_files(files: &Files) -> Option<Val> {
    let (known, whole) = normal(files.known.iter());
    (whole && !files.more).then(|| Val::List(known.into_iter().map(Val::Text).collect()))
}

/// The files that are known to be read or written, and whether each name is one of a file.
fn touched(command: &Command) -> (BTreeSet<String>, bool) {
    normal(command.reads.known.iter().chain(&command.writes.known))
}

fn normal<'f>(files: impl Iterator<Item = &'f String> + Clone) -> (BTreeSet<String>, bool) {
    let whole = files.clone().count() <= MAX_ITEMS && files.clone().all(|file| path::normalize(file).is_ok());
    (files.take(MAX_ITEMS).filter_map(|file| path::normalize(file).ok()).map(|file| file.into_owned()).collect(), whole)
}

fn of_statement(statement: &Statement, part: Part) -> Option<Val> {
    let set = |names: &[String]| {
        let sorted: BTreeSet<&String> = names.iter().collect();
        (names.len() <= MAX_ITEMS).then(|| Val::List(sorted.into_iter().map(|name| own(name)).collect()))
    };
    match part {
        Part::StatementKind => Some(Val::Num(statement.kind.tag().into())),
        Part::StatementReads => set(&statement.reads),
        Part::StatementWrites => set(&statement.writes),
        Part::StatementColumns => set(&statement.columns),
        Part::StatementFunctions => set(&statement.functions),
        Part::StatementLimit => Some(statement.limit.map_or(Val::Absent, |limit| Val::Num(limit.into()))),
        Part::StatementFiltered => Some(Val::Bool(statement.filtered)),
        Part::StatementEffects => Some(Val::Bool(statement.effects)),
        other => panic!("{other:?} of a statement"),
    }
}

/// `and` of three values.
pub fn all_of(terms: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let terms: Vec<_> = terms.collect();
    match (terms.contains(&Some(false)), terms.contains(&None)) {
        (true, _) => Some(false),
        (_, true) => None,
        _ => Some(true),
    }
}

/// `or` of three values.
pub fn any_of(terms: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all_of(terms.map(|term| term.map(|b| !b))).map(|b| !b)
}

/// Asks whether all commands are as the patterns say, with nothing written by redirection and nothing assigned, or some may be.
pub fn runs(quantity: Runs, script: &Script, patterns: &[Vec<String>]) -> Option<bool> {
    let fits = |command: &Command| {
        let words = || command.words.iter().map(Option::as_deref);
        any_of(patterns.iter().map(|pattern| {
            let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
            match quantity {
                Runs::Only => shell::begins_with(words(), &pattern),
                Runs::May => shell::may_be(words(), &pattern),
            }
        }))
    };
    let known = script.opaque.is_none();
    match quantity {
        Runs::Only => {
            let plain = Guards { no_redirection: true, no_assignment: true };
            let each = script.commands.iter().map(|command| all_of([guarded(plain, command), fits(command)].into_iter()));
            all_of(each.chain([known.then_some(true)]))
        }
        Runs::May => any_of(script.commands.iter().map(fits).chain([known.then_some(false)])),
    }
}

/// Whether a command has nothing of what the guards exclude.
pub fn guarded(guards: Guards, command: &Command) -> Option<bool> {
    Some(!(guards.no_redirection && command.redirects || guards.no_assignment && !command.env.is_empty()))
}

/// Asks what a query reads or writes.
pub fn query(question: Query, query: &sql::Query, tables: &[String]) -> Option<bool> {
    if query.opaque || query.statements.len() > MAX_ITEMS {
        return None;
    }
    let named = |table: &String| any_of(tables.iter().map(|pattern| sql::table_is(table, pattern)));
    let names = |names: &[String]| if names.len() > MAX_ITEMS { None } else { Some(names.to_vec()) };
    match question {
        Query::ReadsOnly => all_of(query.statements.iter().map(|statement| {
            // A statement that writes is no such, whatever it reads.
            let writes = names(&statement.writes);
            let reads = names(&statement.reads).and_then(|reads| all_of(reads.iter().map(named)));
            let silent = (!statement.effects).then_some(true);
            let writes_nothing = writes.map(|writes| writes.is_empty());
            all_of([Some(sql::only_reads(statement.kind)), writes_nothing, silent, reads].into_iter())
        })),
        Query::MayWrite => any_of(query.statements.iter().map(|statement| {
            let writes = names(&statement.writes).and_then(|writes| any_of(writes.iter().map(named)));
            any_of([writes, (!statement.effects).then_some(false)].into_iter())
        })),
    }
}
