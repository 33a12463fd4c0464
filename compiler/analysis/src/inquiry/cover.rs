//! Questions that measuring coverage asks: which session shows what no test has shown yet, or that none does.
//!
//! Whether a session shows it is for the asker to say, who runs it as a test would be run. So these questions may look for a little more
//! than what is shown; they never look for less, since a `No` is a proof. That is why a condition counts as looked at where what stands
//! before it doesn't decide: in an `and` where it isn't false, in an `or` where it isn't true; no value goes on too.

use reach_codes::Span;
use reach_compiler::ir::{Compare, Const, Effect as RuleEffect, Expr, ExprKind, Rule, Type};

use super::way::Way;
use super::{Answer, Asked, Condition, Inquiry, View, context, counts, decides, inside, truth};
use crate::formula::F;
use crate::judge::Looked;

/// Says whether a session shows what is asked for.
pub type Shows<'q> = dyn Fn(&[String]) -> bool + 'q;

/// What a condition, or a value in one, is to be where it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A condition is true, or false.
    Is(bool),
    /// A number is this. The part is the comparison, and the number its side that isn't constant.
    Compares(i128),
    /// A question of the session finds something, or nothing.
    Finds(bool),
}

impl Inquiry<'_> {
    /// Finds a session in which a part of a rule is looked at and is so.
    #[must_use]
    pub fn looked_at(&self, part: &Condition, looks: &Looks, shows: &Shows<'_>) -> Answer {
        let Some(rule) = self.bundle.rules.get(part.rule) else { return Answer::No };
        let Some(way) = Way::to(rule, part) else { return inside() };
        if matches!(looks, Looks::Compares(number) if is_beyond(&way.at, *number)) {
            return Answer::No;
        }
        let Some(wanted) = wanted(&way.at, looks) else { return inside() };
        let demands: Vec<Expr> = way.demands().chain([wanted.clone()]).collect();
        self.over_steps(
            part.rule,
            Asked {
                goal: &mut |view| {
                    let mut symbolic = self.symbolic(view, rule);
                    let so = way.looked(&mut symbolic, &mut |symbolic| symbolic.condition(&wanted).t)?;
                    let is_looked_at = is_looked_at(view, rule);
                    Some(view.world.formulas.and([so, is_looked_at, view.sight.valid]))
                },
                watch: Vec::new(),
                agrees: &|_| true,
                shows: Some(shows),
                demands: &demands,
            },
        )
    }

    /// Finds a session at whose end a condition is `value`, and its opposite would change whether its rule matches; and the rule matches and
    /// decides there, or doesn't match.
    #[must_use]
    pub fn tells(&self, condition: &Condition, value: bool, matches: bool, shows: &Shows<'_>) -> Answer {
        let Some(rule) = self.bundle.rules.get(condition.rule) else { return Answer::No };
        let Some(way) = Way::to(rule, condition) else { return inside() };
        if let [each] = way.lists.as_slice() {
            return self.tells_of_an_element(condition, &way, each, (value, matches), shows);
        }
        let Some((before, at)) = context(rule, condition) else { return inside() };
        let (Some(left_out), Some(kept)) = (Turned::of(rule, condition, value, false), Turned::of(rule, condition, value, true)) else { return inside() };
        let through_a_test = passes_a_test(rule, condition);
        let answer = self.tells_of((rule, condition), &left_out, (value, matches), (&before, &at), shows);
        if !answer.is_no() || !through_a_test || left_out.doubts == 0 {
            return answer;
        }
        // The side of an `if` may turn on a term without a value, so that leaving out is not always looking for more.
        let answer = self.tells_of((rule, condition), &kept, (value, matches), (&before, &at), shows);
        match answer {
            Answer::No if left_out.doubts > 1 => Answer::Unknown(vec!["a condition that chooses the side of an `if`, among others".to_owned()]),
            answer => answer,
        }
    }

    fn tells_of(
        &self,
        (rule, condition): (&Rule, &Condition),
        turned: &Turned,
        (value, matches): (bool, bool),
        (before, at): (&[Expr], &Expr),
        shows: &Shows<'_>,
    ) -> Answer {
        self.over_steps(
            condition.rule,
            Asked {
                goal: &mut |view| {
                    let mut symbolic = self.symbolic(view, rule);
                    for term in before {
                        // For what it binds.
                        symbolic.condition(term);
                    }
                    let cond = symbolic.condition(at);
                    let [with, without] = [&turned.is, &turned.opposite].map(|changed| {
                        let cond = self.condition_of(view, changed);
                        counts(&mut view.world, Looked { rule: condition.rule, effect: rule.effect, cond })
                    });
                    let decides = if matches && !rule.advisory { decides(view, condition.rule) } else { F::TRUE };
                    let is_looked_at = is_looked_at(view, rule);
                    let f = &mut view.world.formulas;
                    let (yes, no) = if matches { (with, without) } else { (without, with) };
                    let no = f.not(no);
                    Some(f.and([yes, no, if value { cond.t } else { cond.f }, decides, is_looked_at, view.sight.valid]))
                },
                watch: Vec::new(),
                agrees: &|_| true,
                shows: Some(shows),
                demands: &[],
            },
        )
    }
}

/// Returns where a rule is looked at: an `otherwise ask` only where no other rule has decided.
pub(super) fn is_looked_at(view: &mut View, rule: &Rule) -> F {
    if rule.effect != RuleEffect::OtherwiseAsk || rule.advisory {
        return F::TRUE;
    }
    if view.step.target.is_none() {
        return F::FALSE;
    }
    let f = &mut view.world.formulas;
    let others = view.judged.looked.iter().map(|looked| match looked.effect {
        RuleEffect::Forbid => looked.cond.f,
        RuleEffect::Permit | RuleEffect::Ask => f.not(looked.cond.t),
        RuleEffect::OtherwiseAsk | RuleEffect::Oblige => F::TRUE,
    });
    let others: Vec<F> = others.collect();
    f.and(others)
}

/// A rule at a step where a condition is so, and where it is the opposite.
pub(super) struct Turned {
    pub is: Rule,
    pub opposite: Rule,
    /// At how many places it isn't certain whether terms were computed.
    doubts: usize,
}

impl Turned {
    /// Puts both truths in the place of a condition that is `value` at the step. What may not have been computed because of it is kept, or
    /// left out.
    pub fn of(rule: &Rule, condition: &Condition, value: bool, keep: bool) -> Option<Self> {
        let mut doubts = 0;
        let is = told(rule, condition, value, value, keep, &mut doubts)?;
        doubts = 0;
        let opposite = told(rule, condition, value, !value, keep, &mut doubts)?;
        Some(Self { is, opposite, doubts })
    }
}

/// Returns the condition that something is so.
fn wanted(at: &Expr, looks: &Looks) -> Option<Expr> {
    let compared = |op, value: &Expr, number: i128| {
        let constant = Expr { ty: value.ty.clone(), span: value.span, kind: ExprKind::Const(Const::Num(number)) };
        truth(ExprKind::Compare(op, Box::new(value.clone()), Box::new(constant)))
    };
    match looks {
        Looks::Is(true) => (at.ty == Type::Bool).then(|| at.clone()),
        Looks::Is(false) => (at.ty == Type::Bool).then(|| truth(ExprKind::Not(Box::new(at.clone())))),
        Looks::Compares(number) => within_lets(at, &|inner| match &inner.kind {
            ExprKind::Compare(_, a, b) => Some(compared(Compare::Eq, if matches!(a.kind, ExprKind::Const(_)) { b } else { a }, *number)),
            _ => None,
        }),
        Looks::Finds(found) => within_lets(at, &|inner| {
            let something = match &inner.ty {
                Type::Bool => inner.clone(),
                Type::Optional(_) => truth(ExprKind::Present(Box::new(inner.clone()))),
                Type::Int | Type::Decimal | Type::Duration => compared(Compare::Ne, inner, 0),
                _ => return None,
            };
            Some(if *found { something } else { truth(ExprKind::Not(Box::new(something))) })
        }),
    }
}

/// Returns whether what is compared is never a number, whatever it is of: a length, how many there are, what a clock shows.
fn is_beyond(at: &Expr, number: i128) -> bool {
    match &at.kind {
        ExprKind::Let(_, _, body) => is_beyond(body, number),
        ExprKind::Compare(_, a, b) => match &(if matches!(a.kind, ExprKind::Const(_)) { b } else { a }).kind {
            ExprKind::Length(_) | ExprKind::Count(..) => number < 0,
            ExprKind::Field(of, index) if matches!(of.kind, ExprKind::Clock(..)) => {
                let Type::Record(fields) = &of.ty else { return false };
                match fields.get(usize::from(*index)).map(|(name, _)| name.as_str()) {
                    Some("hour") => !(0..24).contains(&number),
                    Some("minute" | "second") => !(0..60).contains(&number),
                    _ => false,
                }
            }
            _ => false,
        },
        _ => false,
    }
}

/// Changes what stands within the arguments of functions that were put around it.
fn within_lets(expr: &Expr, change: &dyn Fn(&Expr) -> Option<Expr>) -> Option<Expr> {
    match &expr.kind {
        ExprKind::Let(id, value, body) => {
            let body = within_lets(body, change)?;
            Some(Expr { ty: body.ty.clone(), span: expr.span, kind: ExprKind::Let(*id, value.clone(), Box::new(body)) })
        }
        _ => change(expr),
    }
}

/// Returns a rule with a constant in the place of a condition that is `value` at the step, and without what may not have been computed
/// there because of that.
fn told(rule: &Rule, condition: &Condition, value: bool, constant: bool, keep: bool, doubts: &mut usize) -> Option<Rule> {
    let mut changed = rule.clone();
    let clause = if condition.unless { changed.unless.as_mut()? } else { changed.when.as_mut()? };
    let whole = Placing { value, constant, keep, doubts }.place(clause, &condition.path)?;
    // An exception isn't looked at where `when` is false.
    if !condition.unless && whole != Some(true) && changed.unless.is_some() {
        *doubts = doubts.saturating_add(1);
        if !keep {
            changed.unless = None;
        }
    }
    Some(changed)
}

/// Returns a condition with a constant in the place of a part that is `value` at the step, and without what may not have been computed there
/// because of that; none where there is no such part.
pub(super) fn placed(condition: &Expr, path: &[usize], value: bool, constant: bool) -> Option<Expr> {
    let mut changed = condition.clone();
    Placing { value, constant, keep: false, doubts: &mut 0 }.place(&mut changed, path)?;
    Some(changed)
}

/// Puts a constant in the place of a part that is `value`.
struct Placing<'d> {
    value: bool,
    constant: bool,
    keep: bool,
    doubts: &'d mut usize,
}

impl Placing<'_> {
    /// Returns whether what stands here is true, or false, or has no value, because of the part; none where that isn't told.
    fn place(&mut self, at: &mut Expr, path: &[usize]) -> Option<Option<bool>> {
        let Some((first, rest)) = path.split_first() else {
            *at = Expr { ty: Type::Bool, span: at.span, kind: ExprKind::Const(Const::Bool(self.constant)) };
            return Some(Some(self.value));
        };
        let all = matches!(at.kind, ExprKind::And(_));
        match &mut at.kind {
            ExprKind::And(terms) | ExprKind::Or(terms) => {
                let is = self.place(terms.get_mut(*first)?, rest)?;
                // A term that isn't true may be the last that was computed of an `and`, and one that isn't false of an `or`.
                if is != Some(all) && terms.len() > first.saturating_add(1) {
                    *self.doubts = self.doubts.saturating_add(1);
                    if !self.keep {
                        terms.truncate(first.saturating_add(1));
                        single(at);
                    }
                }
                Some(is)
            }
            ExprKind::Not(of) => Some(self.place(of, rest)?.map(|is| !is)),
            ExprKind::If(test, yes, no) => match first {
                // The side that was not taken is the other way round, as it is where what tests show is worked out.
                0 => {
                    let other = |side: &Expr| Box::new(Expr { ty: Type::Bool, span: side.span, kind: ExprKind::Not(Box::new(side.clone())) });
                    let constant = |side: &Expr| matches!(side.kind, ExprKind::Const(_));
                    match self.place(test, rest)? {
                        Some(true) if !constant(no) => *no = other(yes),
                        Some(false) if !constant(yes) => *yes = other(no),
                        Some(_) => {}
                        None => return None,
                    }
                    Some(None)
                }
                1 => self.place(yes, rest),
                2 => self.place(no, rest),
                _ => None,
            },
            ExprKind::Let(_, _, body) if *first == 1 => self.place(body, rest),
            _ => None,
        }
    }
}

/// Makes an `and` or `or` of one term that term.
fn single(at: &mut Expr) {
    if let ExprKind::And(terms) | ExprKind::Or(terms) = &mut at.kind
        && terms.len() == 1
        && let Some(term) = terms.pop()
    {
        *at = term;
    }
}

/// Returns whether the way to a condition leads through the test of an `if`.
fn passes_a_test(rule: &Rule, condition: &Condition) -> bool {
    let mut at = if condition.unless { rule.unless.as_ref() } else { rule.when.as_ref() };
    for number in &condition.path {
        let Some(expr) = at else { return false };
        if matches!(expr.kind, ExprKind::If(..)) && *number == 0 {
            return true;
        }
        at = expr.children().into_iter().nth(*number);
    }
    false
}

/// Returns an expression in the scope of the arguments of functions, outermost first.
pub(super) fn in_lets(lets: &[(reach_compiler::ir::LocalId, Expr)], expr: Expr) -> Expr {
    lets.iter().rev().fold(expr, |body, (id, value)| {
        let (ty, span): (Type, Span) = (body.ty.clone(), body.span);
        Expr { ty, span, kind: ExprKind::Let(*id, Box::new(value.clone()), Box::new(body)) }
    })
}
