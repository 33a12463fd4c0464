//! Budgets and charges.

use reach_grammar::ast::{self, DeclKind};

use super::env::Scope;
use super::{Checker, Env};

/// A budget while it is checked.
#[derive(Clone, Debug)]
pub(super) struct BudgetDecl<'a> {
    pub(super) ast: &'a ast::Budget,
}

impl<'a> BudgetDecl<'a> {
    pub(super) fn new(ast: &'a ast::Budget) -> Self {
        Self { ast }
    }
}

impl<'a> Checker<'a> {
    /// Checks budgets and charges as far as they can be.
    pub(super) fn check_spending(&mut self) {
        for file in self.files.clone() {
            for decl in &file.decls {
                match &decl.kind {
                    DeclKind::Budget(budget) => {
                        let info = self.resolve_type(&budget.ty);
                        if let Some(ty) = self.plain_info(&budget.ty, info) {
                            let mut env = Env::of(Scope::Constant);
                            self.fits(&mut env, &budget.limit, &ty);
                        }
                    }
                    DeclKind::Charge(charge) => {
                        let view = self.view_of(&charge.targets);
                        let mut env = Env::of(Scope::Step(view));
                        if let Some(when) = &charge.when {
                            self.is_true(&mut env, when);
                        }
                        self.infer(&mut env, &charge.by, None);
                        let _: Option<()> = self.unsupported(charge.budget.span, "`charge`".to_owned(), "compare the argument of each step with a constant");
                    }
                    _ => {}
                }
            }
        }
    }
}
