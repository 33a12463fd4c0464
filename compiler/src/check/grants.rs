//! What a child agent is given: `grants { … }` and `agent.rights`.

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Expr as Ast, ExprKind as AstKind, Link};

use super::describe::a;
use super::env::Scope;
use super::refine::condition;
use super::returns::transposed;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Effect, Expr, ExprKind, Grant, RuleTarget, StepKind, Type};

impl<'a> Checker<'a> {
    /// `grants { … }` of a rule whose conditions `env` has; none when something was reported.
    pub(super) fn check_grants(&mut self, env: &mut Env<'a>, rule: &'a ast::Rule, effect: Effect, view: &View) -> Option<Vec<Grant>> {
        let grants = rule.grants.as_deref()?;
        let span = grants.first().map_or(rule.name.span, place);
        let mut whole = true;
        if effect == Effect::Permit {
            whole &= self.permits_spawns(rule, view, span);
        } else {
            self.misplaced_clause(span, rule, "grants", "only a `permit` gives a child its rights");
            whole = false;
        }
        let mut seen: HashMap<String, Span> = HashMap::default();
        let mut out = Vec::with_capacity(grants.len());
        for grant in grants {
            if let ast::Grant::Budget { budget, .. } = grant
                && let Some(first) = seen.insert(self.budget_named(&budget.text), budget.span)
            {
                let d = Diagnostic::new(names::DUPLICATE_FIELD, budget.span, format!("the budget `{}` is granted twice", budget.text))
                    .other(first, "first here")
                    .help("remove one of them");
                self.report(d);
                whole = false;
            }
            let grant = self.check_grant(env, grant);
            whole &= grant.is_some();
            out.extend(grant);
        }
        whole.then_some(out)
    }

    fn permits_spawns(&mut self, rule: &ast::Rule, view: &View, span: Span) -> bool {
        let kind = |(target, _): &&(u32, Option<u32>)| self.table.targets.get(*target as usize).is_some_and(|t| t.target.kind != StepKind::Spawn);
        let Some((other, _)) = view.targets.iter().find(kind) else { return true };
        let target = self.table.targets.get(*other as usize).map(|t| &t.target);
        let name = target.map_or("", |t| if t.name.is_empty() { t.kind.word() } else { &t.name });
        let d = Diagnostic::new(codes::CLAUSE_NOT_HERE, span, format!("`grants` can't stand in `{}`, which is about `{name}` too", rule.name.text))
            .other(rule.name.span, "this rule")
            .note("rights are given to a child when it is spawned")
            .help("make a rule of its own for the agents: `on spawn`");
        self.report(d);
        false
    }

    fn check_grant(&mut self, env: &mut Env<'a>, grant: &'a ast::Grant) -> Option<Grant> {
        match grant {
            ast::Grant::Budget { budget, amount } => {
                let (budget, amount) = self.amount_of(env, budget, amount)?;
                Some(Grant::Budget { budget, amount })
            }
            ast::Grant::Tool { target, condition } => {
                let view: Arc<View> = self.view_of(std::slice::from_ref(target));
                if view.undeclared {
                    let d = Diagnostic::new(codes::UNDECLARED_EFFECT, target.span, "undeclared steps can't be granted")
                        .note("nothing is known of what an undeclared step does or takes")
                        .help("declare the tool and grant that");
                    self.report(d);
                }
                let targets = view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect();
                let poisoned = view.poisoned || view.undeclared;
                let condition = condition.as_ref().map(|c| self.is_true(&mut Env::of(Scope::Grant(view)), c));
                let condition = transposed(condition)?;
                (!poisoned).then_some(Grant::Steps { targets, condition })
            }
        }
    }

    /// `names within agent.rights`.
    pub(super) fn within_rights(&mut self, env: &mut Env<'a>, names: &'a Ast, rights: Span, span: Span) -> Option<Expr> {
        self.in_session(env, rights, "`agent.rights`")?;
        let typed = self.present(env, names, Some(&Type::Set(Type::Text.into())))?;
        if !matches!(&typed.ty, Type::List(of) | Type::Set(of) if **of == Type::Text) {
            let d = Diagnostic::new(
                codes::TYPE_MISMATCH,
                names.span,
                format!("`within agent.rights` asks about a list or set of names, and this is {}", a(&typed.ty)),
            )
            .label(format!("this is {}", a(&typed.ty)));
            let text = self.source_line(names.span);
            let d = if typed.ty == Type::Text {
                d.help(format!("ask about a list of one: `[{text}] within agent.rights`"))
            } else {
                d.help("names of tools are texts: `tools: list<text>`")
            };
            self.report(d);
            return None;
        }
        Some(condition(span, ExprKind::WithinRights(Box::new(typed))))
    }
}

fn place(grant: &ast::Grant) -> Span {
    match grant {
        ast::Grant::Tool { target, .. } => target.span,
        ast::Grant::Budget { budget, .. } => budget.span,
    }
}

/// Returns whether an expression is `agent.rights`.
pub(super) fn is_rights(expr: &Ast) -> bool {
    match &expr.kind {
        AstKind::Chain(chain) => {
            let agent = matches!(&chain.base.kind, AstKind::Name(name) if name.text == "agent");
            agent && matches!(chain.links.as_slice(), [Link::Field(field)] if field.text == "rights")
        }
        _ => false,
    }
}
