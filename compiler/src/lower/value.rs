//! Code for values: what plain and fast regions have in common.
//!
//! A generator writes one region. Its *style* says how conditions are computed and what observers are told; values are
//! the same in all styles, except that a fast region reads slots as operands where the others move them first: where
//! the slot has a value in any case, or the operation's place is that of the very expression that reads it.

use crate::maps::HashMap;

use reach_codes::{Diagnostic, Span, table::limit};
use reach_evaluator::image::{NoteKind, QueryDef, Region, RegionId};
use reach_evaluator::op::{CmpKind, CmpOp, LengthOf, LoopKind, Mode, NoteId, Op, QueryKind, Reg, Slot, Src, Target, code_cost};

use reach_evaluator::vm::MAX_OPERANDS;

use super::arith;
use super::fast::is_fused;
use super::pool::{Pool, index};
use super::region::{Beyond, MAX_LOOPS, MAX_REGISTERS, RegionBuilder};
use super::structured::{run_kind, within_kind};
use super::uses::{binds, constant};
use crate::ir::{self, Expr, ExprKind, Form, LocalId, SlotRef, Type};

/// The most operations of an image; the verifier would take more, but nobody has that much memory for a policy.
pub(super) const MOST_OPERATIONS: usize = 16_000_000;

/// How a region is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Source order, a place for each read, notes for observers.
    Plain,
    /// As plain, without notes: messages, obligations, refinements, class fields.
    Bare,
    /// Fused operations.
    Fast,
}

/// Where the values stand that a region reads.
#[derive(Default)]
pub(super) struct View {
    /// Arguments and facts.
    pub slots: HashMap<SlotRef, u16>,
    /// Whether arguments always have a value; a class's fields may have none.
    pub certain: bool,
}

/// The code of an image while it is written.
#[derive(Default)]
pub(super) struct Code {
    pub ops: Vec<Op>,
    pub regions: Vec<Region>,
}

/// Writes one region.
pub(super) struct Gen<'a> {
    pub pool: &'a mut Pool,
    pub code: RegionBuilder,
    pub style: Style,
    view: &'a View,
    /// The fields of the context by name.
    context: &'a HashMap<&'a str, u16>,
    pub(super) locals: HashMap<LocalId, Reg>,
    /// The condition that is being computed, for plain regions.
    pub parent: Option<NoteId>,
}

impl<'a> Gen<'a> {
    pub fn new(pool: &'a mut Pool, style: Style, view: &'a View, context: &'a HashMap<&'a str, u16>) -> Self {
        Self { pool, code: RegionBuilder::default(), style, view, context, locals: HashMap::default(), parent: None }
    }

    /// Ends the region with its result and adds it to the code.
    pub fn finish(mut self, out: &mut Code, result: Src, ty: &Type, span: Span) -> RegionId {
        let place = self.pool.place(span);
        self.code.emit(Op::Return { src: result, place });
        let result = self.pool.ty(ty);
        let start = index(out.ops.len());
        match self.code.finish(start) {
            Ok(done) => {
                if out.ops.len() + done.ops.len() > MOST_OPERATIONS {
                    self.pool.fail(|| super::too_many_rows("operations", out.ops.len() + done.ops.len(), MOST_OPERATIONS));
                    return RegionId(0);
                }
                let cost = code_cost(&done.ops, start);
                out.ops.extend(done.ops);
                out.regions.push(Region { start, end: index(out.ops.len()), frame: done.frame, result, cost });
            }
            Err(Beyond::Registers) => self.pool.fail(|| {
                Diagnostic::new(limit::TOO_MANY_REGISTERS, span, format!("this needs more than {MAX_REGISTERS} values at once"))
                    .help("split the expression, for example into several rules")
            }),
            Err(Beyond::Loops) => self.pool.fail(|| {
                Diagnostic::new(limit::LOOPS_TOO_DEEP, span, format!("quantifiers stand more than {MAX_LOOPS} deep in each other"))
                    .note("each level multiplies the worst cost of the rule by the length of a list")
                    .help("ask about fewer lists at once")
            }),
        }
        RegionId(index(out.regions.len()).saturating_sub(1))
    }

    /// Gives the locals that `as` binds in these expressions their registers. Each is none to begin with, so that it is
    /// defined on every path; where it is none for that reason, nothing reads it.
    pub fn open_scope<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        let mut found = Vec::new();
        for expr in expressions {
            binds(expr, &mut found);
        }
        for (local, value) in found {
            let dst = self.code.alloc();
            let absent = self.pool.constant(&value.ty, &ir::Const::Absent);
            let place = self.pool.place(value.span);
            self.code.emit(Op::Unwrap { dst, src: Src::Const(absent), place });
            self.locals.insert(local, dst);
        }
    }

    /// Computes an expression, if it must be, and returns where its value is.
    pub fn value(&mut self, expr: &Expr) -> Src {
        match &expr.kind {
            ExprKind::Const(value) => return Src::Const(self.pool.constant(&expr.ty, value)),
            ExprKind::Slot(slot) if self.style == Style::Fast && self.is_certain(slot) => return self.slot(slot),
            ExprKind::Local(local) if self.style != Style::Plain => return Src::Reg(self.local(*local)),
            _ => {}
        }
        Src::Reg(self.register(expr))
    }

    /// As [`Gen::value`], for an operation whose place is that of the expression: it may read any slot itself.
    pub fn operand(&mut self, expr: &Expr) -> Src {
        match &expr.kind {
            ExprKind::Slot(slot) if self.style == Style::Fast => self.slot(slot),
            _ => self.value(expr),
        }
    }

    /// Returns whether a slot has a value whatever the event is. One that may have none must begin to have none at the
    /// expression that reads it, so it is moved from there.
    fn is_certain(&self, slot: &SlotRef) -> bool {
        match slot {
            SlotRef::System(_) => true,
            SlotRef::Arg(_) => self.view.certain,
            SlotRef::Fact(_) | SlotRef::Context(_) | SlotRef::Result => false,
        }
    }

    /// Computes an expression into a new register.
    pub fn register(&mut self, expr: &Expr) -> Reg {
        let dst = self.code.alloc();
        self.into(expr, dst);
        dst
    }

    /// Computes an expression into a register that is not an operand of it. Other registers that it needs are free again afterwards.
    pub fn into(&mut self, expr: &Expr, dst: Reg) {
        stacker::maybe_grow(48 * 1024, 1024 * 1024, || {
            let mark = self.code.mark();
            if self.style == Style::Plain && is_path(expr) {
                self.compute(expr, dst);
                self.note(expr, NoteKind::Operand, dst);
            } else {
                self.compute(expr, dst);
            }
            self.code.release(mark);
        });
    }

    /// Tells an observer a value.
    fn note(&mut self, expr: &Expr, kind: NoteKind, src: Reg) {
        let note = self.open_note(expr, kind);
        self.code.emit(Op::Note { note, src: Src::Reg(src) });
    }

    /// Computes the base of a path, which is not told to observers: the whole is.
    fn base(&mut self, expr: &Expr, dst: Reg) -> Src {
        match &expr.kind {
            _ if self.style == Style::Fast => self.value(expr),
            ExprKind::Const(value) => Src::Const(self.pool.constant(&expr.ty, value)),
            ExprKind::Local(local) => Src::Reg(self.local(*local)),
            _ if is_path(expr) => {
                self.compute(expr, dst);
                Src::Reg(dst)
            }
            _ => self.value(expr),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one short arm for each form of expression")]
    pub fn compute(&mut self, expr: &Expr, dst: Reg) {
        let place = self.pool.place(expr.span);
        match &expr.kind {
            ExprKind::Const(value) => {
                let src = Src::Const(self.pool.constant(&expr.ty, value));
                self.code.emit(Op::Move { dst, src, place });
            }
            ExprKind::Slot(slot) => {
                let src = self.slot(slot);
                self.code.emit(Op::Move { dst, src, place });
            }
            ExprKind::Local(local) => {
                let src = Src::Reg(self.local(*local));
                self.code.emit(Op::Move { dst, src, place });
            }
            ExprKind::Unwrap(of) => {
                let src = self.base(of, dst);
                self.code.emit(Op::Unwrap { dst, src, place });
            }
            ExprKind::Field(of, field) => {
                let src = self.base(of, dst);
                self.code.emit(Op::Field { dst, src, index: *field, place });
            }
            ExprKind::LookUp(of, field) => {
                let src = self.base(of, dst);
                let entity = self.pool.entity(&of.ty);
                let index = self.pool.entity_field(entity, field);
                self.code.emit(Op::LookUp { dst, src, of: entity, index, place });
            }
            ExprKind::Part(of, part) => {
                let src = self.base(of, dst);
                if matches!(expr.ty, Type::Enum(_)) {
                    // The verifier finds the members among the texts.
                    self.pool.ty(&expr.ty);
                }
                self.code.emit(Op::Part { dst, src, part: *part, place });
            }
            ExprKind::Index(of, key) => {
                let src = self.base(of, dst);
                let key = self.value(key);
                self.code.emit(Op::Index { dst, src, key, place });
            }
            ExprKind::Length(of) => {
                let src = self.value(of);
                let of = match &of.ty {
                    Type::List(_) | Type::Set(_) => LengthOf::List,
                    Type::Map(_) => LengthOf::Map,
                    _ => LengthOf::Text,
                };
                self.code.emit(Op::Length { dst, of, src, place });
            }
            ExprKind::Lower(of) => {
                let src = self.value(of);
                self.code.emit(Op::Lower { dst, src, place });
            }
            ExprKind::Arith(op, left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                let kind = arith::binary(*op, &left.ty, &right.ty);
                self.code.emit(Op::Arith { dst, kind, a, b, place });
            }
            ExprKind::Unary(op, of) => {
                let a = self.value(of);
                let kind = arith::unary(*op, &of.ty);
                self.code.emit(Op::Unary { dst, kind, a, place });
            }
            ExprKind::Concat(left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                self.code.emit(Op::Concat { dst, a, b, place });
            }
            ExprKind::List(members) => self.list(members, dst, expr.span),
            ExprKind::Else(optional, default) => self.otherwise(expr, optional, default, dst),
            ExprKind::If(condition, yes, no) => self.branch(condition, yes, no, dst),
            ExprKind::Let(local, value, body) => {
                let reg = self.code.alloc();
                self.into(value, reg);
                self.locals.insert(*local, reg);
                self.into(body, dst);
            }
            ExprKind::Count(local, list, body) => self.quantifier(LoopKind::Count, *local, list, body, dst, expr.span),
            ExprKind::All(local, list, body) => self.quantifier(LoopKind::All, *local, list, body, dst, expr.span),
            ExprKind::Any(local, list, body) => self.quantifier(LoopKind::Any, *local, list, body, dst, expr.span),
            ExprKind::Sum(local, list, body) => {
                let kind = arith::sum(&body.ty);
                self.quantifier(kind, *local, list, body, dst, expr.span);
            }
            ExprKind::And(_) | ExprKind::Or(_) if self.style == Style::Fast => self.fast_condition(expr, dst),
            ExprKind::And(terms) => self.plain_chain(terms, Mode::And, dst),
            ExprKind::Or(terms) => self.plain_chain(terms, Mode::Or, dst),
            ExprKind::Not(of) => {
                if of.span == expr.span {
                    // `a not in b` is one condition to its author: told once, with its own value.
                    self.into(of, dst);
                } else {
                    self.condition(of, dst);
                }
                self.code.emit(Op::Not { dst, src: Src::Reg(dst), place });
            }
            ExprKind::Compare(op, left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                self.code.emit(Op::Cmp { dst, op: cmp_op(*op), kind: cmp_kind(&left.ty), a, b, place });
            }
            ExprKind::In(element, list) => {
                let (a, b) = (self.value(element), self.value(list));
                self.code.emit(Op::In { dst, kind: cmp_kind(&element.ty), a, b, place });
            }
            ExprKind::Under(left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                let (of, in_type) = (self.pool.entity(&left.ty), self.pool.entity(&right.ty));
                self.code.emit(Op::Under { dst, a, of, b, in_type, place });
            }
            ExprKind::Within(left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                self.code.emit(Op::Within { dst, kind: within_kind(&left.ty, &right.ty), a, b, place });
            }
            ExprKind::Contains(left, right) => {
                let (a, b) = (self.value(left), self.value(right));
                self.code.emit(Op::Contains { dst, a, b, place });
            }
            ExprKind::Matches(of, pattern) => {
                let a = self.value(of);
                let pattern = self.pool.pattern(pattern);
                self.code.emit(Op::Matches { dst, a, pattern, place });
            }
            ExprKind::Runs(quantity, line, patterns) => {
                let a = self.value(line);
                let commands = self.pool.commands(patterns);
                self.code.emit(Op::Runs { dst, kind: run_kind(*quantity), a, commands, place });
            }
            ExprKind::RunsWhere(quantity, guards, local, line, body) => self.runs_where((*quantity, *guards), *local, line, body, dst, expr.span),
            ExprKind::Query(query, of, tables) => {
                let a = self.value(of);
                let tables = self.pool.names(tables);
                let kind = match query {
                    ir::Query::ReadsOnly => QueryKind::ReadsOnly,
                    ir::Query::MayWrite => QueryKind::MayWrite,
                };
                self.code.emit(Op::Query { dst, kind, a, tables, place });
            }
            ExprKind::Detect(of, detector) => {
                let a = self.value(of);
                self.code.emit(Op::Detect { dst, a, detector: *detector, place });
            }
            ExprKind::Clock(of, zone) => {
                let src = self.value(of);
                let zone = self.pool.zone(zone);
                // The verifier finds the record's names and weekdays among the texts.
                self.pool.ty(&expr.ty);
                self.code.emit(Op::Local { dst, src, zone, place });
            }
            ExprKind::Whole(subject, meaning) => {
                if self.style == Style::Plain {
                    self.value(subject);
                }
                let style = self.style;
                if style == Style::Plain {
                    self.style = Style::Bare;
                }
                self.into(meaning, dst);
                self.style = style;
            }
            ExprKind::History(monitor, operands) => {
                let result = self.pool.ty(&expr.ty);
                self.ask(QueryDef::Monitor { monitor: *monitor, result }, operands.iter(), dst, expr.span);
            }
            ExprKind::From(value, origin) => {
                let ty = self.pool.ty(&value.ty);
                self.ask(QueryDef::From { origin: *origin, ty }, std::iter::once(&**value), dst, expr.span);
            }
            ExprKind::NamedBy(value) => {
                let ty = self.pool.ty(&value.ty);
                self.ask(QueryDef::NamedBy { ty }, std::iter::once(&**value), dst, expr.span);
            }
            ExprKind::WithinRights(names) => {
                let ty = self.pool.ty(&names.ty);
                self.ask(QueryDef::WithinRights { ty }, std::iter::once(&**names), dst, expr.span);
            }
            ExprKind::Labelled(label) => self.ask(QueryDef::Labelled { label: *label }, std::iter::empty(), dst, expr.span),
            ExprKind::Present(of) => {
                let src = self.value(of);
                self.code.emit(Op::Present { dst, src, place });
            }
            ExprKind::HasKey(of, key) => {
                let a = self.value(of);
                let key = self.pool.constant(&Type::Text, &ir::Const::Text(key.clone().into()));
                self.code.emit(Op::HasKey { dst, a, key, place });
            }
            ExprKind::Bind(local, of) => {
                let src = self.bind(*local, of);
                let place = self.pool.place(of.span);
                self.code.emit(Op::Present { dst, src, place });
            }
        }
    }

    /// Writes the value of `optional as name` to its local; returns the optional itself.
    pub fn bind(&mut self, local: LocalId, optional: &Expr) -> Src {
        let src = self.operand(optional);
        let dst = self.local(local);
        let place = self.pool.place(optional.span);
        self.code.emit(Op::Unwrap { dst, src, place });
        src
    }

    /// Computes a condition that is part of another one, or decides what is computed.
    pub fn condition(&mut self, expr: &Expr, dst: Reg) {
        match self.style {
            Style::Plain => self.plain_term(expr, NoteKind::Term, dst),
            Style::Fast if is_fused(expr) => self.fast_condition(expr, dst),
            Style::Fast | Style::Bare => self.into(expr, dst),
        }
    }

    /// Asks the session, with operands in registers one behind the other.
    fn ask<'e>(&mut self, query: QueryDef, operands: impl Iterator<Item = &'e Expr>, dst: Reg, span: Span) {
        let operands: Vec<&Expr> = operands.collect();
        if operands.len() > MAX_OPERANDS {
            self.pool.fail(|| {
                Diagnostic::new(limit::TOO_MANY_REGISTERS, span, format!("this joins more than {MAX_OPERANDS} values"))
                    .help("join fewer, or ask in several rules")
            });
        }
        let registers: Vec<Reg> = operands.iter().map(|_| self.code.alloc()).collect();
        for (operand, reg) in operands.iter().zip(&registers) {
            self.into(operand, *reg);
        }
        let first = registers.first().copied().unwrap_or(dst);
        let len = u16::try_from(operands.len()).unwrap_or(u16::MAX);
        let query = self.pool.query(query);
        let place = self.pool.place(span);
        self.code.emit(Op::Ask { dst, query, first, len, place });
    }

    fn list(&mut self, members: &[Expr], dst: Reg, span: Span) {
        let registers: Vec<Reg> = members.iter().map(|_| self.code.alloc()).collect();
        for (member, reg) in members.iter().zip(&registers) {
            self.into(member, *reg);
        }
        let first = registers.first().copied().unwrap_or(dst);
        let len = u16::try_from(members.len()).unwrap_or(u16::MAX);
        let place = self.pool.place(span);
        self.code.emit(Op::MakeList { dst, first, len, place });
    }

    /// `a else b`: the place behind is reached with the value of `a`, unwrapped unless `b` is optional too, or with `b`.
    fn otherwise(&mut self, expr: &Expr, optional: &Expr, default: &Expr, dst: Reg) {
        let place = self.pool.place(expr.span);
        let found = self.register(optional);
        let (there, to_there) = self.code.label();
        let (end, to_end) = self.code.label();
        self.code.emit(Op::JumpPresent { src: found, to: to_there });
        self.into(default, dst);
        self.code.emit(Op::Jump { to: to_end });
        self.code.bind(there);
        let src = Src::Reg(found);
        if matches!(expr.ty, Type::Optional(_)) {
            self.code.emit(Op::Move { dst, src, place });
        } else {
            self.code.emit(Op::Unwrap { dst, src, place });
        }
        self.code.bind(end);
    }

    fn branch(&mut self, condition: &Expr, yes: &Expr, no: &Expr, dst: Reg) {
        let src = self.code.alloc();
        self.condition(condition, src);
        let (otherwise, to_otherwise) = self.code.label();
        let (end, to_end) = self.code.label();
        self.code.emit(Op::JumpNone { dst, src, to: to_end });
        self.code.emit(Op::JumpFalse { src, to: to_otherwise });
        self.side(yes, dst);
        self.code.emit(Op::Jump { to: to_end });
        self.code.bind(otherwise);
        self.side(no, dst);
        self.code.bind(end);
    }

    /// Computes a side of an `if` or the body of a loop. A condition is shown to observers like a term.
    pub(super) fn side(&mut self, expr: &Expr, dst: Reg) {
        if expr.ty == Type::Bool && constant(expr).is_none() {
            self.condition(expr, dst);
        } else {
            self.into(expr, dst);
        }
    }

    fn quantifier(&mut self, kind: LoopKind, local: LocalId, list: &Expr, body: &Expr, dst: Reg, span: Span) {
        let list = self.value(list);
        let (elem, result) = (self.code.alloc(), self.code.alloc());
        self.locals.insert(local, elem);
        let (end, to) = self.code.label();
        let place = self.pool.place(span);
        self.code.emit(Op::Loop { dst, kind, list, elem, body: result, to, place });
        self.code.enter_loop();
        self.open_scope([body]);
        self.side(body, result);
        self.code.leave_loop();
        self.code.bind(end);
    }

    /// Makes a fold of a condition into another.
    pub fn fold(&mut self, mode: Mode, acc: Reg, src: Src, to: Target, span: Span) {
        let place = self.pool.place(span);
        self.code.emit(match mode {
            Mode::And => Op::And { acc, src, to, place },
            Mode::Or => Op::Or { acc, src, to, place },
        });
    }

    fn local(&mut self, local: LocalId) -> Reg {
        self.locals.get(&local).copied().unwrap_or_else(|| {
            self.pool.fail(|| Diagnostic::general(limit::COMPILER_DEFECT, format!("local {} is read where it isn't bound", local.0)));
            Reg(0)
        })
    }

    fn slot(&mut self, slot: &SlotRef) -> Src {
        let found = match slot {
            SlotRef::System(number) => Some(Src::Slot(Slot(*number))),
            SlotRef::Context(name) => self.context.get(name.as_str()).map(|slot| Src::Context(*slot)),
            SlotRef::Arg(_) | SlotRef::Fact(_) | SlotRef::Result => self.view.slots.get(slot).map(|slot| Src::Slot(Slot(*slot))),
        };
        found.unwrap_or_else(|| {
            self.pool.fail(|| Diagnostic::general(limit::COMPILER_DEFECT, format!("{slot:?} has no slot")));
            Src::Slot(Slot(0))
        })
    }
}

/// Returns whether an expression is a path: a value that is read, or a part of one.
pub(super) fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Slot(_) | ExprKind::Local(_) => true,
        ExprKind::Unwrap(of) | ExprKind::Field(of, _) | ExprKind::LookUp(of, _) | ExprKind::Part(of, _) => is_path(of),
        ExprKind::Index(of, key) => is_path(of) && constant(key).is_some(),
        _ => false,
    }
}

pub(super) fn cmp_kind(ty: &Type) -> CmpKind {
    match ty {
        Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration | Type::Enum(_) => CmpKind::Num,
        Type::Form(Form::Path(_)) => CmpKind::Path,
        Type::Form(form) if form.is_structured() => CmpKind::Deep,
        Type::Text | Type::Form(_) | Type::Entity(_) => CmpKind::Text,
        Type::Bool => CmpKind::Bool,
        Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Record(_) | Type::Optional(_) | Type::Any => CmpKind::Deep,
    }
}

pub(super) const fn cmp_op(op: ir::Compare) -> CmpOp {
    match op {
        ir::Compare::Eq => CmpOp::Eq,
        ir::Compare::Ne => CmpOp::Ne,
        ir::Compare::Lt => CmpOp::Lt,
        ir::Compare::Le => CmpOp::Le,
        ir::Compare::Gt => CmpOp::Gt,
        ir::Compare::Ge => CmpOp::Ge,
    }
}
