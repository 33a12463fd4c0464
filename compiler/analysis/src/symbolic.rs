//! What an expression of the typed IR comes to, over variables instead of values.
//!
//! The result is exact, or it says of a part that it isn't told apart ([`Sym::Blank`]); a condition on such a part becomes a truth of its
//! own, the same wherever the same is asked. So that a formula that can't hold can't hold in any case, and one that can may need a look.

mod arithmetic;
mod collections;
mod compare;
mod fresh;
mod questions;
mod whole;

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, LocalId, SlotRef, Type};
use reach_values::form::PartType;

use crate::formula::F;
use crate::plain::plain;
use crate::pred::{Func, Test};
use crate::signature;
use crate::value::{Cases, Sym, constant, known};
use crate::world::{Cond, Link, Sum, Term, VarId, World};

pub(crate) use fresh::fresh;
pub(crate) use questions::{Asked, Question};

/// The most cases of a value; one with more is not told apart.
const MAX_CASES: usize = 64;

/// Where expressions are looked at: a step of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// What the names of its variables begin with; empty for the step that is decided.
    pub prefix: String,
    /// `args`, of the step or of the class through which a rule looks.
    pub args: BTreeMap<String, Cases>,
    /// `facts`.
    pub facts: BTreeMap<String, Cases>,
    /// `context`.
    pub context: BTreeMap<String, Cases>,
    /// The slots of the system.
    pub system: BTreeMap<u16, Cases>,
    /// What came back.
    pub result: Option<Cases>,
}

/// Looks at expressions of a bundle.
pub(crate) struct Symbolic<'w, 'b> {
    pub world: &'w mut World,
    pub bundle: &'b Bundle,
    pub frame: Frame,
    pub locals: BTreeMap<LocalId, Cases>,
    /// What was asked of the session.
    pub questions: Vec<Question>,
}

impl<'w, 'b> Symbolic<'w, 'b> {
    pub fn new(world: &'w mut World, bundle: &'b Bundle, frame: Frame) -> Self {
        Self { world, bundle, frame, locals: BTreeMap::new(), questions: Vec::new() }
    }

    /// Returns where a condition is true and where it is false.
    pub fn condition(&mut self, expr: &Expr) -> Cond {
        let cases = self.eval(expr);
        self.condition_of(expr, &cases)
    }

    fn condition_of(&mut self, expr: &Expr, cases: &Cases) -> Cond {
        if cases.iter().any(|(_, sym)| !matches!(sym, Sym::Bool(_))) {
            return self.whole(expr);
        }
        let (mut t, mut f) = (Vec::new(), Vec::new());
        for (guard, sym) in cases {
            if let Sym::Bool(cond) = sym {
                t.push(self.world.formulas.and([*guard, cond.t]));
                f.push(self.world.formulas.and([*guard, cond.f]));
            }
        }
        Cond { t: self.world.formulas.or(t), f: self.world.formulas.or(f) }
    }

    /// Returns what an expression may come to.
    pub fn eval(&mut self, expr: &Expr) -> Cases {
        let cases = self.eval_kind(expr);
        let cases: Cases = cases.into_iter().filter(|(guard, _)| *guard != F::FALSE).collect();
        if cases.len() > MAX_CASES { known(Sym::Blank(self.key(expr))) } else { cases }
    }

    fn eval_kind(&mut self, expr: &Expr) -> Cases {
        match &expr.kind {
            ExprKind::Const(value) => known(constant(&expr.ty, value)),
            ExprKind::Slot(slot) => self.slot(slot),
            ExprKind::Local(id) => self.locals.get(id).cloned().unwrap_or_default(),
            ExprKind::Unwrap(a) => self.eval(a).into_iter().filter(|(_, sym)| *sym != Sym::Absent).collect(),
            ExprKind::Field(a, index) => self.map(a, |this, sym| match sym {
                Sym::Record(fields) => fields.get(usize::from(*index)).cloned().unwrap_or_default(),
                _ => known(Sym::Blank(this.key(expr))),
            }),
            ExprKind::Part(a, part) => self.map(a, |this, sym| match sym {
                Sym::Text(text) => this.part_of_known(&text, *part, expr),
                Sym::Term(term) => this.part_of(&term, *part, expr),
                _ => known(Sym::Blank(this.key(expr))),
            }),
            ExprKind::Index(a, key) => self.index(a, key, expr),
            ExprKind::Length(a) => self.map(a, |this, sym| this.length(sym, expr)),
            ExprKind::Lower(a) => self.map(a, |this, sym| match sym {
                Sym::Text(text) => known(Sym::Text(text.chars().flat_map(char::to_lowercase).collect())),
                Sym::Term(mut term) => {
                    term.steps.push(Func::Lower);
                    term.ty = Type::Text;
                    known(Sym::Term(term))
                }
                _ => known(Sym::Blank(this.key(expr))),
            }),
            ExprKind::Arith(op, a, b) => self.arithmetic(*op, a, b, expr),
            ExprKind::Unary(op, a) => self.unary(*op, a, expr),
            ExprKind::Concat(a, b) => self.concat(a, b, expr),
            ExprKind::List(items) => self.list(items, expr),
            ExprKind::Else(a, b) => {
                let mut out = Vec::new();
                for (guard, sym) in self.eval(a) {
                    if sym == Sym::Absent {
                        for (other, sym) in self.eval(b) {
                            out.push((self.world.formulas.and([guard, other]), sym));
                        }
                    } else {
                        out.push((guard, sym));
                    }
                }
                out
            }
            ExprKind::If(test, then, otherwise) => {
                let test = self.condition(test);
                let mut out = Vec::new();
                for (branch, of) in [(test.t, then), (test.f, otherwise)] {
                    if branch == F::FALSE {
                        continue;
                    }
                    for (guard, sym) in self.eval(of) {
                        out.push((self.world.formulas.and([branch, guard]), sym));
                    }
                }
                out
            }
            ExprKind::Let(id, value, body) => {
                let value = self.eval(value);
                self.locals.insert(*id, value);
                self.eval(body)
            }
            ExprKind::Count(id, list, body) => self.count(*id, list, body, expr),
            ExprKind::Sum(id, list, body) => self.sum(*id, list, body, expr),
            ExprKind::All(id, list, body) => self.quantifier(*id, list, body, true, expr),
            ExprKind::Any(id, list, body) => self.quantifier(*id, list, body, false, expr),
            ExprKind::Not(a) => {
                let cond = self.condition(a);
                known(Sym::Bool(cond.not()))
            }
            ExprKind::And(terms) => {
                let terms: Vec<Cond> = terms.iter().map(|t| self.condition(t)).collect();
                known(Sym::Bool(self.all(&terms)))
            }
            ExprKind::Or(terms) => {
                let terms: Vec<Cond> = terms.iter().map(|t| self.condition(t)).collect();
                known(Sym::Bool(self.any(&terms)))
            }
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, expr),
            ExprKind::In(a, b) => self.contained(a, b, expr),
            ExprKind::Within(a, b) => self.within(a, b, expr),
            ExprKind::Matches(a, pattern) => self.tested(a, expr, || Test::Matches(pattern.clone())),
            ExprKind::Contains(a, b) => self.contains(a, b, expr),
            ExprKind::Detect(a, detector) => self.tested(a, expr, || Test::Detect(*detector)),
            ExprKind::Runs(quantity, a, commands) => self.tested(a, expr, || Test::Runs(*quantity, sorted(commands))),
            ExprKind::Query(query, a, tables) => self.tested(a, expr, || Test::Query(*query, sorted(tables))),
            // What the host tells of entities isn't known here.
            ExprKind::LookUp(..) | ExprKind::Under(..) => known(Sym::Blank(self.key(expr))),
            ExprKind::RunsWhere(..) | ExprKind::Clock(..) => known(Sym::Blank(self.key(expr))),
            ExprKind::Whole(_, meaning) => self.eval(meaning),
            ExprKind::Present(a) => {
                let cases = self.eval(a);
                if cases.iter().any(|(_, sym)| matches!(sym, Sym::Blank(_))) && matches!(a.ty, Type::Optional(_)) {
                    return known(Sym::Blank(self.key(expr)));
                }
                known(Sym::Bool(self.presence(&cases)))
            }
            ExprKind::HasKey(..) => known(Sym::Blank(self.key(expr))),
            ExprKind::History(monitor, operands) => self.history(*monitor, operands),
            ExprKind::From(a, origin) => self.came_from(a, *origin),
            ExprKind::NamedBy(a) => self.named_by(a),
            ExprKind::Labelled(label) => self.labelled(*label),
            ExprKind::WithinRights(names) => self.rights(names),
            ExprKind::Bind(id, a) => {
                let cases = self.eval(a);
                let bound = if cases.iter().any(|(_, sym)| matches!(sym, Sym::Blank(_))) { self.whole_presence(a) } else { self.presence(&cases) };
                self.locals.insert(*id, cases.into_iter().filter(|(_, sym)| *sym != Sym::Absent).collect());
                known(Sym::Bool(bound))
            }
        }
    }

    /// Returns where an optional is there.
    fn presence(&mut self, cases: &Cases) -> Cond {
        let (absent, there): (Vec<_>, Vec<_>) = cases.iter().partition(|(_, sym)| *sym == Sym::Absent);
        let there: Vec<F> = there.into_iter().map(|(guard, _)| *guard).collect();
        let absent: Vec<F> = absent.into_iter().map(|(guard, _)| *guard).collect();
        Cond { t: self.world.formulas.or(there), f: self.world.formulas.or(absent) }
    }

    fn whole_presence(&mut self, a: &Expr) -> Cond {
        let key = format!("{} is there", self.key(a));
        self.world.open_condition(&key, Some("whether a value is there that isn't told apart"))
    }

    pub fn all(&mut self, terms: &[Cond]) -> Cond {
        Cond { t: self.world.formulas.and(terms.iter().map(|c| c.t)), f: self.world.formulas.or(terms.iter().map(|c| c.f)) }
    }

    pub fn any(&mut self, terms: &[Cond]) -> Cond {
        Cond { t: self.world.formulas.or(terms.iter().map(|c| c.t)), f: self.world.formulas.and(terms.iter().map(|c| c.f)) }
    }

    /// Returns a number of which nothing is known: the same wherever the same is asked. It may have no value.
    fn open_number(&mut self, key: &str, ty: &Type, why: &str) -> Cases {
        let ty = if let Type::Optional(of) = ty { of.as_ref() } else { ty };
        let var = self.world.var(key, ty, None);
        // It always holds, and says that the number isn't told apart.
        let open = self.world.flag(&format!("{key} is open"), Some(why));
        self.world.axiom(open);
        let there = self.world.flag(&format!("{key} has a value"), Some(why));
        vec![(self.world.formulas.and([open, there]), Sym::Num(Sum::var(var)))]
    }

    /// Returns what is the same wherever the same expression is asked of the same step.
    fn key(&self, expr: &Expr) -> String {
        let local = |id: u32| self.locals.get(&LocalId(id)).map(|cases| format!("{cases:?}"));
        let mut key = self.frame.prefix.clone();
        // A class field stands for what the tool makes of it.
        key.push_str(&signature::of_expr(self.bundle, &plain(expr), &local));
        for name in class_fields(expr) {
            if let Some(cases) = self.frame.args.get(name) {
                key.push_str(&format!("{name}={cases:?}"));
            }
        }
        key
    }

    fn slot(&mut self, slot: &SlotRef) -> Cases {
        let found = match slot {
            SlotRef::Arg(name) => self.frame.args.get(name.as_str()),
            SlotRef::Fact(name) => self.frame.facts.get(name.as_str()),
            SlotRef::Context(name) => self.frame.context.get(name.as_str()),
            SlotRef::System(index) => self.frame.system.get(index),
            SlotRef::Result => self.frame.result.as_ref(),
        };
        found.cloned().unwrap_or_else(|| known(Sym::Blank(format!("{}{slot:?}", self.frame.prefix))))
    }

    /// Returns what is made of each value of an expression.
    fn map(&mut self, a: &Expr, mut make: impl FnMut(&mut Self, Sym) -> Cases) -> Cases {
        let mut out = Vec::new();
        for (guard, sym) in self.eval(a) {
            for (inner, sym) in make(self, sym) {
                out.push((self.world.formulas.and([guard, inner]), sym));
            }
        }
        out
    }

    /// Returns the condition that a test makes of each value of an expression.
    fn tested(&mut self, a: &Expr, expr: &Expr, test: impl Fn() -> Test) -> Cases {
        self.map(a, |this, sym| match sym {
            Sym::Term(term) => known(Sym::Bool(this.world.text_condition(&term, test()))),
            Sym::Text(text) => {
                let pred = crate::pred::Pred { steps: Vec::new(), ty: a.ty.clone(), test: test() };
                if !this.world.texts.can_evaluate(&a.ty, &pred, &text) {
                    return known(Sym::Blank(this.key(expr)));
                }
                match this.world.texts.evaluate(&a.ty, &pred, &text) {
                    Some(truth) => known(Sym::Bool(Cond::of(truth))),
                    None => known(Sym::Bool(Cond::NONE)),
                }
            }
            _ => known(Sym::Blank(this.key(expr))),
        })
    }

    fn part_of(&mut self, term: &Term, part: reach_values::form::Part, expr: &Expr) -> Cases {
        let mut inner = term.clone();
        inner.steps.push(Func::Part(part));
        let ty = match &expr.ty {
            Type::Optional(of) => of.as_ref().clone(),
            ty => ty.clone(),
        };
        inner.ty = ty.clone();
        let guards = if part.is_optional() {
            let present = self.world.text_condition(&Term { ty: Type::Optional(std::sync::Arc::new(ty.clone())), ..inner.clone() }, Test::Present);
            inner.steps.push(Func::Unwrap);
            vec![(present.f, Sym::Absent), (present.t, Sym::Absent)]
        } else {
            vec![(F::TRUE, Sym::Absent)]
        };
        let there = match part.ty() {
            PartType::Bool => Sym::Bool(self.world.text_condition(&inner, Test::Truth)),
            PartType::Int => Sym::Num(Sum::var(self.linked(term, inner.steps, Type::Int, false))),
            PartType::Text | PartType::Form(_) | PartType::Same => Sym::Term(inner),
            _ => Sym::Blank(self.key(expr)),
        };
        let mut out = Vec::new();
        match guards.as_slice() {
            [(absent, _), (present, _)] => {
                out.push((*absent, Sym::Absent));
                out.push((*present, there));
            }
            _ => out.push((F::TRUE, there)),
        }
        out
    }

    /// Returns the number that is one of a text: the same for the same.
    fn linked(&mut self, of: &Term, steps: Vec<Func>, ty: Type, length: bool) -> VarId {
        let name = format!("{}{steps:?}{}", self.world.vars.get(of.var.0 as usize).map_or("", |v| v.name.as_str()), if length { " length" } else { "" });
        let link = Link { var: of.var, steps, ty, length };
        self.world.var(&name, &Type::Int, Some(link))
    }

    fn part_of_known(&mut self, text: &str, part: reach_values::form::Part, expr: &Expr) -> Cases {
        use reach_values::form::{Found, part_of};
        let sym = match part_of(text, part) {
            Some(Found::Slice(piece)) => Sym::Text(piece.to_owned()),
            Some(Found::Made(made)) => Sym::Text(made),
            Some(Found::Number(n)) => Sym::Num(Sum::of(n)),
            Some(Found::Truth(truth)) => Sym::Bool(Cond::of(truth)),
            Some(Found::Absent) => Sym::Absent,
            Some(Found::Nothing) => return Vec::new(),
            None => Sym::Blank(self.key(expr)),
        };
        known(sym)
    }

    fn length(&mut self, sym: Sym, expr: &Expr) -> Cases {
        match sym {
            Sym::Text(text) => known(Sym::Num(Sum::of(i128::try_from(text.chars().count()).unwrap_or(i128::MAX)))),
            Sym::Term(term) => {
                let var = self.linked(&term, term.steps.clone(), term.ty.clone(), true);
                known(Sym::Num(Sum::var(var)))
            }
            Sym::List(elements) => self.list_length(&elements, expr),
            _ => known(Sym::Blank(self.key(expr))),
        }
    }

    fn index(&mut self, a: &Expr, key: &Expr, expr: &Expr) -> Cases {
        let ExprKind::Const(Const::Num(at)) = &key.kind else { return known(Sym::Blank(self.key(expr))) };
        let at = *at;
        self.map(a, |this, sym| match sym {
            Sym::List(elements) => this.element_at(&elements, at, expr),
            _ => known(Sym::Blank(this.key(expr))),
        })
    }
}

/// Returns patterns of which the order says nothing.
fn sorted<T: Clone + Ord>(patterns: &[T]) -> std::sync::Arc<[T]> {
    let all: std::collections::BTreeSet<&T> = patterns.iter().collect();
    all.into_iter().cloned().collect()
}

/// Returns the arguments that an expression reads.
fn class_fields(expr: &Expr) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![expr];
    while let Some(next) = open.pop() {
        if let ExprKind::Slot(SlotRef::Arg(name)) = &next.kind {
            found.push(name.as_str());
        }
        open.extend(next.children());
    }
    found.sort_unstable();
    found.dedup();
    found
}
