//! Tests, fixtures and examples: from what is written to the events that the engine is given, as lines of JSON.
//!
//! A test is played like a film: the items of its fixture, then its own, once for each row of its table. A [`Script`]
//! keeps the clock, the identities of steps and agents, and which steps wait for an answer. What an event says is typed
//! where the step is declared ([`step`]), and any literal where it isn't ([`literal`]).

mod agent;
mod approval;
mod entities;
mod json;
mod literal;
mod play;
mod script;
mod step;
#[cfg(test)]
mod tests;
mod usage;

use crate::maps::HashMap;
use std::rc::Rc;

use reach_codes::table::{limit, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast;

use crate::check::{Checker, OWN, Row};
use crate::ir;
use reach_values::pattern::Pattern;
use script::Script;

/// What tests may come to at most, over a whole bundle. A value, so that tests can set small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// How many events.
    pub(crate) events: usize,
    /// How many bytes all events have.
    pub(crate) bytes: usize,
}

impl Room {
    /// The constants of the language.
    pub(crate) const LANGUAGE: Self = Self { events: 200_000, bytes: 64 << 20 };
}

/// After that many rows of a table with mistakes the rest is not looked at: most mistakes repeat in each row.
const MOST_WRONG_ROWS: usize = 16;

/// Makes the tests of a bundle, in source order. Fixtures that no test begins with are checked too.
pub(crate) fn all<'a>(checker: &mut Checker<'a>, tests: &[(&'a ast::Decl, &'a ast::Test)], fixtures: &[&'a ast::Fixture], room: Room) -> Vec<ir::Test> {
    let mut player = Player::new(checker, room);
    let mut out = Vec::new();
    for (decl, test) in tests {
        player.test(decl, test, &mut out);
    }
    for fixture in fixtures {
        player.fixture(OWN, fixture);
    }
    out
}

/// Makes the event of an `example` or `counterexample`.
pub(crate) fn example<'a>(checker: &mut Checker<'a>, example: &'a ast::RuleExample) -> Option<ir::RuleExample> {
    let mut player = Player::new(checker, Room::LANGUAGE);
    let mut script = Script::default();
    let event = player.example_step(&mut script, &example.step)?;
    (!player.wrong).then_some(ir::RuleExample { counter: example.counter, event, span: example.span })
}

/// Plays tests.
struct Player<'c, 'a> {
    checker: &'c mut Checker<'a>,
    /// What is left for events, and what there was.
    room: Room,
    most: Room,
    /// Whether it was reported that nothing is left.
    full: bool,
    /// What fixtures came to; none for one that is wrong, of which it was said once.
    fixtures: HashMap<(u32, &'a str), Option<Rc<Script<'a>>>>,
    declared: HashMap<(ir::StepKind, &'a str), Option<Rc<step::Declared>>>,
    /// The declared resources by their globs, in order; made when the first `read` is met.
    resources: Option<Vec<(Pattern, Rc<step::Declared>)>>,
    /// The row of the table that is played.
    row: Option<Row<'a>>,
    /// Whether something was wrong since this was last reset.
    wrong: bool,
}

impl<'c, 'a> Player<'c, 'a> {
    fn new(checker: &'c mut Checker<'a>, room: Room) -> Self {
        Self { checker, room, most: room, full: false, fixtures: HashMap::default(), declared: HashMap::default(), resources: None, row: None, wrong: false }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.wrong = true;
        self.checker.report(diagnostic);
    }

    /// Returns the value of a constant expression of that type.
    fn constant(&mut self, expr: &'a ast::Expr, ty: &ir::Type) -> Option<ir::Const> {
        let value = self.checker.constant(self.row.as_ref(), expr, ty);
        self.wrong |= value.is_none();
        value
    }

    fn test(&mut self, decl: &'a ast::Decl, test: &'a ast::Test, out: &mut Vec<ir::Test>) {
        let mut begin = Script::default();
        if let Some(name) = &test.from {
            match self.checker.known_fixture(name).map(|(space, fixture)| self.fixture(space, fixture)) {
                Some(Some(script)) => begin = script.as_ref().clone(),
                _ => return,
            }
        }
        begin.reserve(&test.items);
        let Some((variable, table)) = &test.table else {
            if self.take(begin.items.len(), begin.bytes(), decl.span) {
                self.play_all(&mut begin, &test.items);
                out.push(ir::Test { name: test.name.value.to_string(), entities: begin.data(), items: begin.items, span: decl.span });
            }
            return;
        };
        let Some(rows) = self.rows(table) else { return };
        let mut wrong = 0;
        for (number, bindings) in rows.into_iter().enumerate() {
            if wrong >= MOST_WRONG_ROWS || !self.take(begin.items.len(), begin.bytes(), decl.span) {
                break;
            }
            self.row = Some(Row { name: variable.text.to_string(), bindings });
            self.wrong = false;
            let mut script = begin.clone();
            self.play_all(&mut script, &test.items);
            wrong += usize::from(self.wrong);
            out.push(ir::Test { name: format!("{} [{}]", test.name.value, number + 1), entities: script.data(), items: script.items, span: decl.span });
        }
        self.row = None;
    }

    /// Returns the rows of a table.
    fn rows(&mut self, table: &'a ast::Expr) -> Option<Vec<&'a [ast::Binding]>> {
        let ast::ExprKind::List(rows) = &table.kind else {
            if !matches!(table.kind, ast::ExprKind::Error) {
                let d = Diagnostic::new(codes::TABLE_NOT_WRITTEN_OUT, table.span, "the table of a test is a list of records")
                    .note("each row is played as a test of its own, and a reader should see it here")
                    .help("write it out: `for row in [ { amount: 1, effect: permit }, … ]`");
                self.report(d);
            }
            return None;
        };
        let mut out = Vec::new();
        for row in rows {
            match &row.kind {
                ast::ExprKind::Record(bindings) => out.push(bindings.as_slice()),
                ast::ExprKind::Error => return None,
                _ => {
                    let d = Diagnostic::new(codes::TABLE_NOT_WRITTEN_OUT, row.span, "a row of a test's table is a record")
                        .help("give each value a name: `{ amount: 1, effect: permit }`");
                    self.report(d);
                    return None;
                }
            }
        }
        Some(out)
    }

    /// Plays a fixture, once: its names are those of its space.
    fn fixture(&mut self, space: u32, fixture: &'a ast::Fixture) -> Option<Rc<Script<'a>>> {
        let key = (space, fixture.name.text.as_str());
        if let Some(known) = self.fixtures.get(&key) {
            return known.clone();
        }
        let row = self.row.take();
        let before = std::mem::replace(&mut self.wrong, false);
        let mut script = Script::default();
        script.reserve(&fixture.items);
        let outside = self.checker.enter(space);
        self.play_all(&mut script, &fixture.items);
        self.checker.enter(outside);
        let result = (!self.wrong).then(|| Rc::new(script));
        self.wrong = before;
        self.row = row;
        self.fixtures.insert(key, result.clone());
        result
    }

    fn play_all(&mut self, script: &mut Script<'a>, items: &'a [ast::TestItem]) {
        for item in items {
            if self.full {
                return;
            }
            // A mistake was reported; what follows is still looked at.
            let _ = self.play(script, item);
        }
    }

    /// Takes room for events; reports once when there is none left.
    fn take(&mut self, events: usize, bytes: usize, span: Span) -> bool {
        match (self.room.events.checked_sub(events), self.room.bytes.checked_sub(bytes)) {
            (Some(events), Some(bytes)) if !self.full => {
                self.room = Room { events, bytes };
                true
            }
            _ => {
                if !self.full {
                    self.full = true;
                    let most = self.most;
                    let d = Diagnostic::new(limit::TOO_MANY_TEST_EVENTS, span, "the tests of this bundle come to too many events")
                        .note(format!(
                            "together they may have {} events and {} MiB; each row of a table counts, and so does a fixture each time",
                            most.events,
                            most.bytes >> 20
                        ))
                        .help("split the bundle's tests, or test with fewer rows");
                    self.report(d);
                }
                false
            }
        }
    }
}
