//! Budgets and charges.

use crate::maps::HashMap;

use reach_codes::Diagnostic;
use reach_codes::table::{name as names, types as codes};
use reach_grammar::ast::{self, DeclKind};

use super::describe::{a, sample};
use super::env::Scope;
use super::names::{Item, did_you_mean};
use super::returns::transposed;
use super::{Checker, Env};
use crate::ir::{Budget, Charge, Const, Expr, ExprKind, RuleTarget, Type};

/// A budget while it is checked.
#[derive(Clone, Debug)]
pub(super) struct BudgetDecl<'a> {
    ast: &'a ast::Budget,
    space: u32,
    /// The type of its amounts.
    ty: Option<Type>,
    pub(super) budget: Option<Budget>,
}

impl<'a> BudgetDecl<'a> {
    pub(super) fn new(ast: &'a ast::Budget, space: u32) -> Self {
        Self { ast, space, ty: None, budget: None }
    }
}

impl<'a> Checker<'a> {
    /// Checks budgets, and then charges.
    pub(super) fn check_spending(&mut self) {
        for index in 0..self.table.budgets.len() {
            let Some((ast, space)) = self.table.budgets.get(index).map(|b| (b.ast, b.space)) else { continue };
            let (ty, budget) = self.in_space(space, |checker| {
                let ty = checker.amount_type(ast);
                let budget = checker.check_budget(ast, ty.as_ref());
                (ty, budget)
            });
            if let Some(decl) = self.table.budgets.get_mut(index) {
                decl.ty = ty;
                decl.budget = budget;
            }
        }
        self.in_each_space(|checker, decl| {
            if let DeclKind::Charge(charge) = &decl.kind {
                let charge = checker.check_charge(decl, charge);
                checker.charges.extend(charge);
            }
        });
    }

    fn amount_type(&mut self, ast: &'a ast::Budget) -> Option<Type> {
        let info = self.resolve_type(&ast.ty);
        let ty = self.plain_info(&ast.ty, info)?;
        if matches!(ty, Type::Int | Type::Decimal) {
            return Some(ty);
        }
        let d = Diagnostic::new(codes::BAD_BUDGET, ast.ty.span, format!("amounts are numbers, and this is {}", a(&ty)))
            .help("write `int` for what is counted, `decimal` for money and measures");
        self.report(d);
        None
    }

    fn check_budget(&mut self, ast: &'a ast::Budget, ty: Option<&Type>) -> Option<Budget> {
        let per_agent = match ast.per.text.as_str() {
            "session" => Some(false),
            "agent" => Some(true),
            word => {
                let near = self.nearest(word, ["session", "agent"].into_iter());
                let d = Diagnostic::new(codes::BAD_BUDGET, ast.per.span, format!("there is no budget per `{word}`"))
                    .note("a budget is one for the whole session, or one for each agent");
                self.report(did_you_mean(d, ast.per.span, near, || {
                    "write `per session` or `per agent`; for a length of time, `per session over 24h`".to_owned()
                }));
                None
            }
        };
        let over = ast.over.as_ref().map(|over| self.window(over));
        let limit = ty.and_then(|ty| self.budget_amount(&ast.limit, ty));
        let opening = ast.opening.as_ref().map(|opening| ty.and_then(|ty| self.budget_amount(opening, ty)));
        Some(Budget {
            name: self.full_name(&ast.name.text).into(),
            ty: ty?.clone(),
            limit: limit?,
            per_agent: per_agent?,
            over: transposed(over)?,
            opening: transposed(opening)?,
            span: ast.name.span,
        })
    }

    /// Types a limit or what was spent before: of constants and the context.
    fn budget_amount(&mut self, amount: &'a ast::Expr, ty: &Type) -> Option<Expr> {
        let typed = self.fits(&mut Env::of(Scope::Context), amount, ty)?;
        self.not_negative(&typed)?;
        Some(typed)
    }

    fn not_negative(&mut self, amount: &Expr) -> Option<()> {
        if !matches!(amount.kind, ExprKind::Const(Const::Num(n)) if n < 0) {
            return Some(());
        }
        let d = Diagnostic::new(codes::BAD_BUDGET, amount.span, "this amount is less than nothing")
            .note("a budget only shrinks: what would fill it up is refused")
            .help(format!("write an amount of {} or more", sample(&amount.ty)));
        self.report(d);
        None
    }

    /// Returns a budget and the type of its amounts; reports what isn't one.
    pub(super) fn known_budget(&mut self, name: &ast::Name) -> Option<(u32, Option<Type>)> {
        match self.item(&name.text) {
            Some(Item::Budget(index)) => Some((index, self.table.budgets.get(index as usize)?.ty.clone())),
            Some(Item::Unread) => None,
            Some(item) => {
                self.report(Diagnostic::new(names::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not a budget", name.text, item.noun())));
                None
            }
            None => {
                let near = self.nearest_item(&name.text, |i| matches!(i, Item::Budget(_)));
                let d = Diagnostic::new(names::UNKNOWN_BUDGET, name.span, format!("there is no budget `{}`", name.text));
                self.report(did_you_mean(d, name.span, near, || format!("declare it: `budget {}: decimal limit … per session`", name.text)));
                None
            }
        }
    }

    /// Types an amount that is taken from a budget or given to a child.
    pub(super) fn amount_of(&mut self, env: &mut Env<'a>, budget: &ast::Name, amount: &'a ast::Expr) -> Option<(u32, Expr)> {
        let known = self.known_budget(budget);
        let Some((index, Some(ty))) = known else {
            self.infer(env, amount, None);
            return None;
        };
        let typed = self.fits(env, amount, &ty)?;
        self.not_negative(&typed)?;
        Some((index, typed))
    }

    fn check_charge(&mut self, decl: &ast::Decl, charge: &'a ast::Charge) -> Option<Charge> {
        let view = self.view_of(&charge.targets);
        if view.undeclared {
            let span = charge.targets.first().map_or(decl.span, |t| t.span);
            let d = Diagnostic::new(codes::UNDECLARED_EFFECT, span, "an undeclared step can't be charged")
                .note("what nothing declares is always forbidden, and takes nothing")
                .help("declare the tool and charge that");
            self.report(d);
        }
        let mut env = Env::of(Scope::Step(view.clone()));
        let when = charge.when.as_ref().map(|when| {
            let (value, shown) = self.condition(&mut env, when);
            env.assume_true(&shown);
            self.rename_bound(&mut env, shown.binds, &mut HashMap::default());
            value
        });
        let (budget, amount) = self.amount_of(&mut env, &charge.budget, &charge.by)?;
        let targets = view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect();
        Some(Charge { budget, amount, when: transposed(when)?, targets, span: decl.span })
    }
}
