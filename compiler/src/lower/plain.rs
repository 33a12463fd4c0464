//! Plain regions: source order, one piece of code for each condition, and notes that let an observer rebuild the tree
//! of conditions with their values.
//!
//! Each condition has a row among the notes before its parts have, so that parents come first; the note itself is
//! emitted once the value is known. What was skipped has no note.

use reach_evaluator::image::{NoteDef, NoteKind};
use reach_evaluator::op::{Mode, NoteId, Op, Reg, Src};

use super::value::{Gen, Style, is_path};
use crate::ir::{Expr, Type};

impl Gen<'_> {
    /// Makes the row of a note.
    pub fn open_note(&mut self, expr: &Expr, kind: NoteKind) -> NoteId {
        let (place, ty) = (self.pool.place(expr.span), self.pool.ty(&expr.ty));
        let parent = self.parent;
        self.pool.note(NoteDef { place, ty, kind, parent })
    }

    /// Computes a condition and tells it.
    pub fn plain_term(&mut self, expr: &Expr, kind: NoteKind, dst: Reg) {
        let note = self.open_note(expr, kind);
        let outer = self.parent.replace(note);
        if is_path(expr) {
            // It would be told twice, as a term and as an operand.
            self.compute(expr, dst);
        } else {
            self.into(expr, dst);
        }
        self.parent = outer;
        self.code.emit(Op::Note { note, src: Src::Reg(dst) });
    }

    /// Computes `and` or `or`, term by term; the first that decides jumps behind the last.
    pub fn plain_chain(&mut self, terms: &[Expr], mode: Mode, dst: Reg) {
        let (end, to) = self.code.label();
        for (number, term) in terms.iter().enumerate() {
            let mark = self.code.mark();
            // The first is its own sum: folding it into itself only jumps.
            let src = if number == 0 { dst } else { self.code.alloc() };
            self.condition(term, src);
            self.fold(mode, dst, Src::Reg(src), to, term.span);
            self.code.release(mark);
        }
        self.code.bind(end);
    }

    /// Computes the condition of a rule: `when and not unless`, `unless` only where `when` isn't false.
    pub fn plain_rule(&mut self, when: Option<&Expr>, unless: Option<&Expr>) -> Src {
        debug_assert!(self.style == Style::Plain, "notes are for plain regions");
        self.open_scope(when.into_iter().chain(unless));
        let acc = self.code.alloc();
        match (when, unless) {
            (None, None) => return Src::Const(self.pool.truth(true)),
            (Some(when), None) => self.plain_term(when, NoteKind::When, acc),
            (None, Some(unless)) => self.plain_unless(unless, acc),
            (Some(when), Some(unless)) => {
                self.plain_term(when, NoteKind::When, acc);
                let (end, to) = self.code.label();
                self.code.emit(Op::JumpFalse { src: acc, to });
                let exception = self.code.alloc();
                self.plain_unless(unless, exception);
                self.fold(Mode::And, acc, Src::Reg(exception), to, unless.span);
                self.code.bind(end);
            }
        }
        Src::Reg(acc)
    }

    /// Computes the negation of an `unless`, and tells what it was.
    fn plain_unless(&mut self, unless: &Expr, dst: Reg) {
        debug_assert!(unless.ty == Type::Bool, "the checker has typed it");
        self.plain_term(unless, NoteKind::Unless, dst);
        let place = self.pool.place(unless.span);
        self.code.emit(Op::Not { dst, src: Src::Reg(dst), place });
    }
}
