//! Command lines and queries as the machine holds them: records whose cells are the parts of their form, in the order of the table
//! of parts. What can't be known is a cell without a value; it gets its place when it is read.

use crate::value::{Atom, Cause, Cells, NoValue, Place, Space, Str, Value};
use reach_values::form::{Form, Part};
use reach_values::path;
use reach_values::shell::{self, Command, Files, Script};
use reach_values::sql::{self, Query, Statement};
use std::collections::BTreeMap;

/// The most words, files or names of one list; one that is longer has no value.
const MAX_ITEMS: usize = 10_000;

/// A cell without a value.
const UNKNOWN: Value = Value::None(NoValue { cause: Cause::Opaque, place: Place(0) });

/// Buffers that values are stored in, and which space they are.
pub struct Room<'a> {
    /// Texts.
    pub text: &'a mut String,
    /// Cells.
    pub cells: &'a mut Vec<Value>,
    /// The space of both.
    pub space: Space,
    /// The folder that relative files of a command line begin at, in normal form, if it is known.
    pub folder: Option<&'a str>,
}

/// A text that was taken apart.
#[derive(Debug)]
pub enum Structure {
    /// A command line.
    Script(Script),
    /// A query.
    Query(Query),
    /// A text of a form that isn't taken apart.
    Plain,
}

/// Takes a text apart.
#[must_use]
pub fn parse(form: Form, text: &str) -> Structure {
    match form {
        Form::Shell => Structure::Script(shell::parse(text)),
        Form::Sql(dialect) => Structure::Query(sql::parse(text, dialect)),
        _ => Structure::Plain,
    }
}

/// Returns where a part stands in the record of its form; none for parts of forms that are texts.
pub(crate) const fn cell_of(part: Part) -> Option<usize> {
    let first = match part.tag() {
        17..=20 => Part::ShellText,
        21..=33 => Part::CommandText,
        34..=35 => Part::SqlText,
        36..=43 => Part::StatementKind,
        _ => return None,
    };
    Some((part.tag() - first.tag()) as usize)
}

impl Structure {
    /// Stores it, with the text that it was made of.
    pub fn store(&self, source: Str, room: &mut Room<'_>) -> Value {
        match self {
            Self::Script(script) => room.script(source, script),
            Self::Query(query) => room.query(source, query),
            Self::Plain => Value::Text(source),
        }
    }
}

fn len(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Room<'_> {
    fn script(&mut self, source: Str, script: &Script) -> Value {
        let commands: Vec<Value> = script.commands.iter().map(|command| self.command(source, command)).collect();
        let found = self.list(commands);
        let (known, all) = if script.opaque.is_some() { (UNKNOWN, UNKNOWN) } else { (Value::Bool(true), found) };
        // text, commands, known, found
        self.record([Value::Text(source), all, known, found])
    }

    fn command(&mut self, source: Str, command: &Command) -> Value {
        let text = slice(source, command.start, command.end);
        let program = command.words.first().and_then(Option::as_deref).unwrap_or("");
        let name = program.rsplit('/').next().unwrap_or("");
        let (program_text, name_text) = (self.text(program), self.text(name));
        let argv: Vec<Value> = command.words.iter().take(MAX_ITEMS).map(|word| word.as_deref().map_or(UNKNOWN, |word| self.text(word))).collect();
        let whole = command.words.len() <= MAX_ITEMS && command.words.iter().all(Option::is_some);
        let argv = self.list(argv);
        let words = if whole { argv } else { UNKNOWN };
        let options = match shell::options(&command.words) {
            Some(options) if options.len() <= MAX_ITEMS => self.map(options.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            _ => UNKNOWN,
        };
        let env = self.environment(command);
        let (reads, more_reads) = self.files(&command.reads);
        let (writes, more_writes) = self.files(&command.writes);
        let touched = Files { known: command.reads.known.iter().chain(&command.writes.known).cloned().collect(), more: false };
        let (touches, unread) = self.files(&touched);
        let complete = if more_reads || more_writes || unread { UNKNOWN } else { Value::Bool(true) };
        let (reads, writes) = (if more_reads { UNKNOWN } else { reads }, if more_writes { UNKNOWN } else { writes });
        self.record([
            Value::Text(text),
            program_text,
            name_text,
            words,
            options,
            env,
            reads,
            writes,
            argv,
            Value::Bool(command.redirects),
            Value::Bool(!command.env.is_empty()),
            touches,
            complete,
        ])
    }

    /// Makes the map of what is assigned; the last assignment of a name counts.
    fn environment(&mut self, command: &Command) -> Value {
        if command.env.len() > MAX_ITEMS || command.env.iter().any(|(_, value)| value.is_none()) {
            return UNKNOWN;
        }
        let last: BTreeMap<&str, &str> = command.env.iter().map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or(""))).collect();
        self.map(last.into_iter())
    }

    /// Makes the set of files, and tells whether there may be others.
    fn files(&mut self, files: &Files) -> (Value, bool) {
        let mut more = files.more || files.known.len() > MAX_ITEMS;
        let mut names = std::collections::BTreeSet::new();
        for file in files.known.iter().take(MAX_ITEMS) {
            match path::normalize(file) {
                Ok(normal) => drop(names.insert(self.folder.map_or_else(|| normal.clone().into_owned(), |folder| path::join(folder, &normal)))),
                Err(_) => more = true,
            }
        }
        let cells: Vec<Value> = names.iter().map(|name| self.text(name)).collect();
        (self.list(cells), more)
    }

    fn query(&mut self, source: Str, query: &Query) -> Value {
        let statements = if query.opaque || query.statements.len() > MAX_ITEMS {
            UNKNOWN
        } else {
            let statements: Vec<Value> = query.statements.iter().map(|statement| self.statement(statement)).collect();
            self.list(statements)
        };
        self.record([Value::Text(source), statements])
    }

    fn statement(&mut self, statement: &Statement) -> Value {
        let names = [&statement.reads, &statement.writes, &statement.columns, &statement.functions].map(|names| {
            if names.len() > MAX_ITEMS {
                return UNKNOWN;
            }
            let mut sorted: Vec<&String> = names.iter().collect();
            sorted.sort_unstable();
            sorted.dedup();
            let cells: Vec<Value> = sorted.into_iter().map(|name| self.text(name)).collect();
            self.list(cells)
        });
        let [reads, writes, columns, functions] = names;
        let limit = statement.limit.map_or(Value::Absent, |limit| Value::Num(limit.into()));
        let kind = Value::Num(statement.kind.tag().into());
        self.record([kind, reads, writes, columns, functions, limit, Value::Bool(statement.filtered), Value::Bool(statement.effects)])
    }

    fn text(&mut self, text: &str) -> Value {
        let start = len(self.text.len());
        self.text.push_str(text);
        Value::Text(Str { space: self.space, start, len: len(text.len()), atom: Atom::UNKNOWN })
    }

    fn range(&mut self, cells: impl IntoIterator<Item = Value>) -> Cells {
        let at = self.cells.len();
        self.cells.extend(cells);
        Cells { space: self.space, at: len(at), len: len(self.cells.len() - at) }
    }

    fn list(&mut self, cells: Vec<Value>) -> Value {
        Value::List(self.range(cells))
    }

    fn record<const N: usize>(&mut self, cells: [Value; N]) -> Value {
        Value::Record(self.range(cells))
    }

    /// Makes a map of entries that are sorted, each key once.
    fn map<'t>(&mut self, entries: impl Iterator<Item = (&'t str, &'t str)>) -> Value {
        let mut cells = Vec::new();
        for (key, value) in entries {
            cells.push(self.text(key));
            cells.push(self.text(value));
        }
        Value::Map(self.range(cells))
    }
}

/// Returns a part of a text; the whole where the range isn't in it.
fn slice(text: Str, start: usize, end: usize) -> Str {
    if start > end || end > text.len as usize {
        return text;
    }
    Str { start: text.start.saturating_add(len(start)), len: len(end - start), atom: Atom::UNKNOWN, ..text }
}
