//! What an expression sees from where it stands.

use std::sync::Arc;

use ecow::EcoString;
use reach_grammar::ast;

use super::view::View;
use crate::ir::{EventKind, Expr, LocalId, Type};

/// A row of a test's table: what `row.field` stands for.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    /// The name of the variable.
    pub(crate) name: String,
    /// The row's fields.
    pub(crate) bindings: &'a [ast::Binding],
}

/// Which names of the step there are.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// None: a constant.
    Constant,
    /// None: a function's body.
    Function,
    /// None but `it`.
    Refinement,
    /// Those of a step, and what the session remembers.
    Step(Arc<View>),
    /// Those of a tool's declaration, where its arguments stand without `args`.
    Tool(Arc<View>),
    /// Those of a step that a child is granted.
    Grant(Arc<View>),
    /// None but the context: the limits of budgets.
    Context,
    /// Those of an earlier event, in a pattern.
    Event(Arc<EventScope>),
}

/// What a pattern of events sees.
#[derive(Clone, Debug)]
pub(super) struct EventScope {
    /// Which kind of event it is.
    pub(super) kind: EventKind,
    /// The arguments and facts of the event.
    pub(super) view: Arc<View>,
    /// Those of the step that asks; none where no step does.
    pub(super) step: Option<Arc<View>>,
}

/// A name that stands for a value inside of an expression.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) value: LocalValue,
}

/// What a local name stands for.
#[derive(Clone, Debug)]
pub(super) enum LocalValue {
    /// A local value.
    Value(LocalId, Type),
    /// Another expression, known to be there.
    Alias(Box<Expr>),
    /// Something wrong, of which it was said.
    Poison,
}

/// What an expression sees.
#[derive(Clone, Debug)]
pub(crate) struct Env<'a> {
    pub(super) scope: Scope,
    pub(super) row: Option<Row<'a>>,
    pub(super) locals: Vec<Local>,
    /// The access paths that are known to be there.
    pub(super) known: Vec<EcoString>,
    /// Whether something before was wrong, so that what it would have shown isn't known.
    pub(super) lenient: bool,
}

impl<'a> Env<'a> {
    pub(super) fn of(scope: Scope) -> Self {
        Self { scope, row: None, locals: Vec::new(), known: Vec::new(), lenient: false }
    }

    pub(super) fn constant(row: Option<Row<'a>>) -> Self {
        Self { row, ..Self::of(Scope::Constant) }
    }

    pub(super) fn view(&self) -> Option<&Arc<View>> {
        match &self.scope {
            Scope::Step(view) | Scope::Tool(view) | Scope::Grant(view) => Some(view),
            Scope::Event(event) => Some(&event.view),
            Scope::Constant | Scope::Function | Scope::Refinement | Scope::Context => None,
        }
    }

    /// Returns whether `context.x` can be read.
    pub(super) fn has_context(&self) -> bool {
        matches!(self.scope, Scope::Context) || self.view().is_some()
    }

    pub(super) fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|l| l.name == name)
    }

    pub(super) fn knows(&self, access: Option<&EcoString>) -> bool {
        access.is_some_and(|a| self.known.contains(a))
    }

    /// Remembers where the scope stands, for [`Env::reset`].
    pub(super) fn mark(&self) -> Mark {
        Mark { locals: self.locals.len(), known: self.known.len(), lenient: self.lenient }
    }

    /// Forgets what was learnt since `mark`.
    pub(super) fn reset(&mut self, mark: &Mark) {
        self.locals.truncate(mark.locals);
        self.known.truncate(mark.known);
        self.lenient = mark.lenient;
    }

    /// Learns what is so when a condition is true.
    pub(super) fn assume_true(&mut self, narrowing: &Narrowing) {
        self.known.extend(narrowing.when_true.iter().cloned());
        self.locals.extend(narrowing.binds.iter().map(|b| b.local.clone()));
        self.lenient |= narrowing.poisoned;
    }

    /// Learns what is so when a condition is false.
    pub(super) fn assume_false(&mut self, narrowing: &Narrowing) {
        self.known.extend(narrowing.when_false.iter().cloned());
        self.lenient |= narrowing.poisoned;
    }
}

/// A place in the scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    locals: usize,
    known: usize,
    lenient: bool,
}

/// A name bound by `as`.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) local: Local,
    /// The optional that it was bound to; none when something about it was wrong.
    pub(super) of: Option<Expr>,
}

/// What a condition shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrowing {
    /// The access paths that are there when it is true.
    pub(super) when_true: Vec<EcoString>,
    /// The access paths that are there when it is false.
    pub(super) when_false: Vec<EcoString>,
    /// The names that it binds when it is true.
    pub(super) binds: Vec<Bound>,
    /// Whether something in it was wrong.
    pub(super) poisoned: bool,
}

impl Narrowing {
    pub(super) fn poison() -> Self {
        Self { poisoned: true, ..Self::default() }
    }

    /// What `not` of the condition shows. Names aren't bound by it.
    pub(super) fn negated(self) -> Self {
        Self { when_true: self.when_false, when_false: self.when_true, binds: Vec::new(), poisoned: self.poisoned }
    }
}
