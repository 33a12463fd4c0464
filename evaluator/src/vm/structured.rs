//! Questions of structured values: parts, command lines, queries, local times, sensitive text.

use super::{MAX_MADE_CELLS, Observer, Run, Trap, none};
use crate::local;
use crate::op::{ConstId, Detector, Part, QueryKind, RunKind, ZoneId};
use crate::structure::cell_of;
use crate::value::{Atom, Cause, Cells, Place, Space, Str, Value};
use reach_values::form::{Found, part_of};
use reach_values::shell;
use reach_values::sql::{self, StatementKind};

/// The most words of a pattern of `runs only` and `may run`.
pub const MAX_PATTERN_WORDS: usize = 16;

/// Returns where a piece of a text begins, if it is one.
fn offset(whole: &str, piece: &str) -> Option<usize> {
    let start = piece.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (whole.get(start..start + piece.len()) == Some(piece)).then_some(start)
}

impl<O: Observer> Run<'_, O> {
    pub(super) fn part(&mut self, value: Value, part: Part, place: Place) -> Result<Value, Trap> {
        if let Some(cell) = cell_of(part) {
            return self.cell(value, cell, place);
        }
        let Value::Text(whole) = value else { return Err(Trap::Internal) };
        self.burn_text(whole.len)?;
        let text = self.view().text(whole);
        let found = part_of(text, part).ok_or(Trap::Internal)?;
        let at = |n: usize| u32::try_from(n).map_err(|_| Trap::Internal);
        Ok(match found {
            Found::Slice(piece) => match offset(text, piece) {
                Some(start) => {
                    Value::Text(Str { space: whole.space, start: whole.start.saturating_add(at(start)?), len: at(piece.len())?, atom: Atom::UNKNOWN })
                }
                // The folder of a relative path is one of a few constants.
                None => {
                    let piece = piece.to_owned();
                    return self.make_text(|out| out.push_str(&piece), place);
                }
            },
            Found::Made(made) => return self.make_text(|out| out.push_str(&made), place),
            Found::Number(n) => Value::Num(n),
            Found::Truth(truth) => Value::Bool(truth),
            Found::Absent => Value::Absent,
            Found::Nothing => none(Cause::NoPart, place),
        })
    }

    /// Reads a cell of a record; one without a value begins to have none here.
    fn cell(&self, record: Value, at: usize, place: Place) -> Result<Value, Trap> {
        let Value::Record(cells) = record else { return Err(Trap::Internal) };
        Ok(match self.view().cells(cells).get(at).copied().ok_or(Trap::Internal)? {
            Value::None(lost) => none(lost.cause, place),
            value => value,
        })
    }

    /// Reads a cell of a record that is a list.
    fn list_cell(&self, record: Value, part: Part) -> Result<Option<Cells>, Trap> {
        let Value::Record(cells) = record else { return Err(Trap::Internal) };
        match cell_of(part).and_then(|at| self.view().cells(cells).get(at).copied()) {
            Some(Value::List(cells)) => Ok(Some(cells)),
            Some(Value::None(_)) => Ok(None),
            _ => Err(Trap::Internal),
        }
    }

    /// Reads a cell of a record that is a truth value.
    fn truth_cell(&self, record: Value, part: Part) -> Result<Option<bool>, Trap> {
        let Value::Record(cells) = record else { return Err(Trap::Internal) };
        match cell_of(part).and_then(|at| self.view().cells(cells).get(at).copied()) {
            Some(Value::Bool(truth)) => Ok(Some(truth)),
            Some(Value::None(_)) => Ok(None),
            _ => Err(Trap::Internal),
        }
    }

    pub(super) fn runs(&mut self, kind: RunKind, line: Value, commands: ConstId, place: Place) -> Result<Value, Trap> {
        let found = self.list_cell(line, Part::ShellFound)?.ok_or(Trap::Internal)?;
        let known = self.truth_cell(line, Part::ShellKnown)?;
        let Value::List(patterns) = self.constant(commands)? else { return Err(Trap::Internal) };
        let decisive = kind == RunKind::May;
        let mut answer = known.map(|_| !decisive);
        for at in 0..found.len {
            let command = self.element(found, at)?;
            let fits = match kind {
                RunKind::Only if self.truth_cell(command, Part::CommandRedirects)? == Some(true) => Some(false),
                RunKind::Only if self.truth_cell(command, Part::CommandAssigns)? == Some(true) => Some(false),
                _ => self.fits_any(kind, command, patterns)?,
            };
            match fits {
                Some(truth) if truth == decisive => return Ok(Value::Bool(truth)),
                Some(_) => {}
                None => answer = None,
            }
        }
        Ok(answer.map_or(none(Cause::Opaque, place), Value::Bool))
    }

    /// Asks whether a command fits one of the patterns: three-valued, true wins.
    fn fits_any(&mut self, kind: RunKind, command: Value, patterns: Cells) -> Result<Option<bool>, Trap> {
        let argv = self.list_cell(command, Part::CommandArgv)?.ok_or(Trap::Internal)?;
        let mut answer = Some(false);
        for at in 0..patterns.len {
            self.burn(1 + u64::from(argv.len / 16))?;
            let Value::List(words) = self.element(patterns, at)? else { return Err(Trap::Internal) };
            let view = self.view();
            let mut pattern = [""; MAX_PATTERN_WORDS];
            let count = words.len as usize;
            for (to, from) in pattern.get_mut(..count).ok_or(Trap::Internal)?.iter_mut().zip(view.cells(words)) {
                let Value::Text(word) = from else { return Err(Trap::Internal) };
                *to = view.text(*word);
            }
            let pattern = pattern.get(..count).ok_or(Trap::Internal)?;
            let words = view.cells(argv).iter().map(|cell| if let Value::Text(word) = cell { Some(view.text(*word)) } else { None });
            let fits = match kind {
                RunKind::Only => shell::begins_with(words, pattern),
                RunKind::May => shell::may_be(words, pattern),
            };
            match fits {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    pub(super) fn query(&mut self, kind: QueryKind, query: Value, tables: ConstId, place: Place) -> Result<Value, Trap> {
        let Value::List(patterns) = self.constant(tables)? else { return Err(Trap::Internal) };
        let Some(statements) = self.list_cell(query, Part::SqlStatements)? else { return Ok(none(Cause::Opaque, place)) };
        let decisive = kind == QueryKind::MayWrite;
        let mut answer = Some(!decisive);
        for at in 0..statements.len {
            let statement = self.element(statements, at)?;
            let fits = match kind {
                QueryKind::ReadsOnly => self.reads_only(statement, patterns)?,
                QueryKind::MayWrite => self.may_write(statement, patterns)?,
            };
            match fits {
                Some(truth) if truth == decisive => return Ok(Value::Bool(truth)),
                Some(_) => {}
                None => answer = None,
            }
        }
        Ok(answer.map_or(none(Cause::Opaque, place), Value::Bool))
    }

    fn reads_only(&mut self, statement: Value, patterns: Cells) -> Result<Option<bool>, Trap> {
        let Value::Record(cells) = statement else { return Err(Trap::Internal) };
        let kind = match self.view().cells(cells).first() {
            Some(Value::Num(tag)) => u8::try_from(*tag).ok().and_then(StatementKind::from_tag).ok_or(Trap::Internal)?,
            _ => return Err(Trap::Internal),
        };
        let (reads, writes) = (self.list_cell(statement, Part::StatementReads)?, self.list_cell(statement, Part::StatementWrites)?);
        if !sql::only_reads(kind) || writes.is_some_and(|writes| writes.len > 0) {
            return Ok(Some(false));
        }
        let effects = self.truth_cell(statement, Part::StatementEffects)?;
        let mut answer = if effects == Some(false) && writes.is_some() { Some(true) } else { None };
        let Some(reads) = reads else { return Ok(None) };
        for at in 0..reads.len {
            match self.names_table(reads, at, patterns)? {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => answer = None,
            }
        }
        Ok(answer)
    }

    fn may_write(&mut self, statement: Value, patterns: Cells) -> Result<Option<bool>, Trap> {
        let effects = self.truth_cell(statement, Part::StatementEffects)?;
        let Some(writes) = self.list_cell(statement, Part::StatementWrites)? else { return Ok(None) };
        let mut answer = if effects == Some(false) { Some(false) } else { None };
        for at in 0..writes.len {
            match self.names_table(writes, at, patterns)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    /// Asks whether a table is what one of the patterns names.
    fn names_table(&mut self, tables: Cells, at: u32, patterns: Cells) -> Result<Option<bool>, Trap> {
        let Value::Text(table) = self.element(tables, at)? else { return Err(Trap::Internal) };
        let mut answer = Some(false);
        for at in 0..patterns.len {
            let Value::Text(pattern) = self.element(patterns, at)? else { return Err(Trap::Internal) };
            self.burn(1 + u64::from(table.len / 64))?;
            let view = self.view();
            match sql::table_is(view.text(table), view.text(pattern)) {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    pub(super) fn detect(&mut self, text: Value, detector: Detector) -> Result<Value, Trap> {
        let Value::Text(text) = text else { return Err(Trap::Internal) };
        for _ in 0..crate::op::DETECTION_FACTOR {
            self.burn_text(text.len)?;
        }
        Ok(Value::Bool(detector.is_in(self.view().text(text))))
    }

    pub(super) fn local(&mut self, time: Value, zone: ZoneId, place: Place) -> Result<Value, Trap> {
        let Value::Num(time) = time else { return Err(Trap::Internal) };
        let zone = self.image.zone(zone).ok_or(Trap::Internal)?;
        let Some(local) = zone.local(time) else { return Ok(none(Cause::Overflow, place)) };
        let at = self.step.cells.len();
        if self.step.made().1.saturating_add(local::LOCAL_FIELDS.len()) > MAX_MADE_CELLS {
            return Ok(none(Cause::Limit, place));
        }
        self.step.cells.extend(local::cells(local));
        let start = u32::try_from(at).map_err(|_| Trap::Internal)?;
        Ok(Value::Record(Cells { space: Space::Scratch, at: start, len: u32::try_from(local::LOCAL_FIELDS.len()).map_err(|_| Trap::Internal)? }))
    }

    fn element(&self, list: Cells, at: u32) -> Result<Value, Trap> {
        self.view().cells(list).get(at as usize).copied().ok_or(Trap::Internal)
    }
}
