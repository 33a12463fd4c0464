//! Code for questions of structured values that are more than one operation.

use reach_codes::Span;
use reach_evaluator::op::{LoopKind, Mode, Op, Part, Reg, RunKind, Src, WithinKind};

use super::value::Gen;
use crate::ir::{self, Expr, Form, LocalId, Type};

impl Gen<'_> {
    /// `c runs only x where …`, `c may run x where …`: asks each command that was found; what may be missing decides nothing alone.
    pub(super) fn runs_where(&mut self, (quantity, guards): (ir::Runs, ir::Guards), local: LocalId, line: &Expr, body: &Expr, dst: Reg, span: Span) {
        let line = self.value(line);
        let place = self.pool.place(span);
        let found = self.code.alloc();
        self.code.emit(Op::Part { dst: found, src: line, part: Part::ShellFound, place });
        let (elem, result) = (self.code.alloc(), self.code.alloc());
        self.locals.insert(local, elem);
        let (kind, mode) = match quantity {
            ir::Runs::Only => (LoopKind::All, Mode::And),
            ir::Runs::May => (LoopKind::Any, Mode::Or),
        };
        let (end, to) = self.code.label();
        self.code.emit(Op::Loop { dst, kind, list: Src::Reg(found), elem, body: result, to, place });
        self.code.enter_loop();
        self.open_scope([body]);
        self.side(body, result);
        let guard = self.code.alloc();
        for part in [guards.no_redirection.then_some(Part::CommandRedirects), guards.no_assignment.then_some(Part::CommandAssigns)].into_iter().flatten() {
            self.code.emit(Op::Part { dst: guard, src: Src::Reg(elem), part, place });
            self.code.emit(Op::Not { dst: guard, src: Src::Reg(guard), place });
            self.fold(Mode::And, result, Src::Reg(guard), to, span);
        }
        self.code.leave_loop();
        self.code.bind(end);
        let known = self.code.alloc();
        self.code.emit(Op::Part { dst: known, src: line, part: Part::ShellKnown, place });
        if quantity == ir::Runs::May {
            self.code.emit(Op::Not { dst: known, src: Src::Reg(known), place });
        }
        let (end, to) = self.code.label();
        self.fold(mode, dst, Src::Reg(known), to, span);
        self.code.bind(end);
    }
}

pub(super) const fn run_kind(quantity: ir::Runs) -> RunKind {
    match quantity {
        ir::Runs::Only => RunKind::Only,
        ir::Runs::May => RunKind::May,
    }
}

/// Returns what is asked to lie in what, by the types of both.
pub(super) const fn within_kind(left: &Type, right: &Type) -> WithinKind {
    match (left, right) {
        (Type::Form(Form::Host), Type::Form(Form::Host)) => WithinKind::Host,
        (Type::Form(Form::Host), _) => WithinKind::HostIp,
        (Type::Form(Form::Ip), _) => WithinKind::Ip,
        _ => WithinKind::Path,
    }
}
