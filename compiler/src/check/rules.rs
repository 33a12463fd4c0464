//! Rules.

use crate::maps::HashMap;
use std::sync::Arc;

use ecow::{EcoString, eco_format};
use reach_codes::Diagnostic;
use reach_codes::table::{limit, name as names, types as codes};
use reach_grammar::ast::{self, RuleWord, TargetKind};
use reach_grammar::in_place;

use super::ahead::Ahead;
use super::attributes::Attributes;
use super::describe::a;
use super::env::{Bound, Local, LocalValue, Scope};
use super::events::known_of;
use super::spaces::OWN;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Approver, Const, Effect, Expr, ExprKind, Form, LocalId, MessagePart, Rule, RuleExample, RuleTarget, SlotRef, Type};

/// A rule while it is checked.
#[derive(Clone, Debug)]
pub(super) struct RuleDecl<'a> {
    pub(super) decl: &'a ast::Decl,
    pub(super) rule: &'a ast::Rule,
    /// None where it has none.
    pub(super) attributes: Option<Box<Attributes>>,
    /// The space of its names.
    pub(super) space: u32,
}

fn effect(word: RuleWord) -> Effect {
    match word {
        RuleWord::Permit => Effect::Permit,
        RuleWord::Ask => Effect::Ask,
        RuleWord::Forbid => Effect::Forbid,
        RuleWord::OtherwiseAsk => Effect::OtherwiseAsk,
        RuleWord::Oblige => Effect::Oblige,
    }
}

impl<'a> Checker<'a> {
    pub(super) fn check_rules(&mut self) -> Vec<Rule> {
        let decls = std::mem::take(&mut self.rules);
        let mut pairs = 0usize;
        let most = self.bounds.rule_targets;
        let Ahead { mut outcomes, spent } = self.rules_ahead(&decls);
        let mut spent = spent.into_iter();
        for (decl, outcome) in decls.iter().zip(&mut outcomes) {
            self.check_or_take(decl, outcome, spent.next().unwrap_or_default());
            let before = pairs;
            pairs = pairs.saturating_add(outcome.as_ref().map_or(0, |rule| rule.targets.len()));
            if pairs > most {
                if before <= most {
                    let d = Diagnostic::new(
                        limit::TOO_MANY_RULE_TARGETS,
                        decl.rule.name.span,
                        format!("rules and the steps that they are about come to more than {most} pairs"),
                    )
                    .note("a rule on `*` or a prefix counts once for each declared step")
                    .help("name fewer targets, or declare fewer tools");
                    self.report(d);
                }
                self.kept.pop();
                *outcome = None;
            }
        }
        in_place(outcomes)
    }

    pub(super) fn check_rule(&mut self, decl: &RuleDecl<'a>) -> Rule {
        let (rule, attributes) = (decl.rule, decl.attributes.as_deref().cloned().unwrap_or_default());
        let effect = effect(rule.word);
        self.effect = Some(effect);
        let view = self.view_of(&rule.targets);
        self.check_clauses(rule, effect, &view);
        let mut env = Env::of(Scope::Step(view.clone()));
        let mut aliases: HashMap<LocalId, Expr> = HashMap::default();
        let when = rule.when.as_ref().and_then(|when| {
            let (value, shown) = self.condition(&mut env, when);
            env.assume_true(&shown);
            self.rename_bound(&mut env, shown.binds, &mut aliases);
            value
        });
        let unless = rule.unless.as_ref().and_then(|unless| {
            let (value, shown) = self.condition(&mut env, unless);
            env.assume_false(&shown);
            value
        });
        let message = rule.because.as_ref().map(|m| self.message(&mut env, m)).unwrap_or_default();
        let approver = rule.by.as_ref().map(|by| self.check_approver(&mut env, by));
        let expires = rule.expires.as_ref().map(|expires| self.window(expires));
        let grants = self.check_grants(&mut env, rule, effect, &view);
        let obligations = self.check_obligations(&mut env, rule, effect, &view);
        // Those of a pack are tried where the pack itself is tested.
        let examples = if self.space == OWN { self.check_examples(rule, [when.as_ref(), unless.as_ref()]) } else { Vec::new() };
        // A condition that got lost without a message would make another rule of it.
        if rule.when.is_some() != when.is_some()
            || rule.unless.is_some() != unless.is_some()
            || rule.with.len() != obligations.len()
            || matches!(approver, Some(None))
            || matches!(expires, Some(None))
            || rule.grants.is_some() != grants.is_some()
        {
            self.lost.get_or_insert(rule.name.span);
        }
        let checked = Rule {
            name: self.full_name(&rule.name.text),
            effect,
            advisory: attributes.advisory,
            severity: attributes.severity,
            owner: attributes.owner,
            references: attributes.references,
            allows: attributes.allows,
            docs: decl.decl.docs.join("\n"),
            targets: view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect(),
            undeclared: view.undeclared,
            when,
            unless,
            message,
            obligations,
            approver: approver.flatten().map(Box::new),
            expires: expires.flatten(),
            grants,
            examples,
            name_span: rule.name.span,
            span: decl.decl.span,
        };
        self.check_named_alone(&checked);
        self.effect = None;
        checked
    }

    /// Makes the names that `when` binds stand for what they were bound to: the other clauses are computed on their own.
    pub(super) fn rename_bound(&mut self, env: &mut Env<'a>, binds: Vec<Bound>, aliases: &mut HashMap<LocalId, Expr>) {
        for bound in binds {
            let value = match (bound.local.value, bound.of) {
                (LocalValue::Value(id, ty), Some(of)) => {
                    let of = self.instantiate(&of, aliases);
                    let span = of.span;
                    let there = Expr { ty, span, kind: ExprKind::Unwrap(Box::new(of)) };
                    aliases.insert(id, there.clone());
                    // What is known of the name's fields is known of what it stands for.
                    let known: Vec<EcoString> = known_of(&env.known, &format!("${}", id.0)).map(|rest| eco_format!("@{}{rest}", bound.local.name)).collect();
                    env.known.extend(known);
                    LocalValue::Alias(Box::new(there))
                }
                _ => LocalValue::Poison,
            };
            env.locals.push(Local { name: bound.local.name, value });
        }
    }

    fn check_clauses(&mut self, rule: &'a ast::Rule, effect: Effect, view: &View) {
        if view.undeclared {
            self.check_undeclared(rule, effect);
        }
        if let (Some(by), false) = (&rule.by, effect == Effect::Ask) {
            self.misplaced_clause(by.span, rule, "by", "only an `ask` is answered by somebody");
        }
        if let (Some(expires), false) = (&rule.expires, effect == Effect::Ask) {
            self.misplaced_clause(expires.span, rule, "expires", "only an `ask` waits for an answer");
        }
        if let (Some(first), false) = (rule.with.first(), matches!(effect, Effect::Permit | Effect::Ask | Effect::Oblige)) {
            self.misplaced_clause(first.span, rule, "with", "obligations go with a step that is permitted");
        }
        if effect == Effect::Oblige && rule.with.is_empty() {
            let d = Diagnostic::new(codes::OBLIGES_NOTHING, rule.name.span, format!("`{}` obliges to nothing", rule.name.text))
                .note("an `oblige` adds its obligations to every permitted step that it matches")
                .help("say to what: `with { notify \"security\" }`");
            self.report(d);
        }
    }

    /// `by other than …` and `by one of …`.
    fn check_approver(&mut self, env: &mut Env<'a>, by: &'a ast::By) -> Option<Approver> {
        let who = match &by.who.kind {
            // Who may answer may depend on the step, as behind `in`.
            ast::ExprKind::Set(items) => self.set_of(env, items, by.who.span, None, true).map(as_list),
            _ => self.present(env, &by.who, None),
        }?;
        let person = |ty: &Type| matches!(ty, Type::Text | Type::Form(Form::Email));
        if !matches!(&who.ty, Type::List(of) | Type::Set(of) if person(of.as_ref())) && !person(&who.ty) {
            let d = Diagnostic::new(codes::TYPE_MISMATCH, by.who.span, format!("a person is a text or an e-mail address, and this is {}", a(&who.ty)))
                .label(format!("this is {}", a(&who.ty)))
                .note("an approval carries the name of whoever gave it, as the host knows them")
                .help("name a person or several: `by one of { \"ann@bank.example\" }`, `by other than context.user`");
            self.report(d);
            return None;
        }
        Some(Approver { one_of: by.one_of, who })
    }

    /// Returns a constant duration that is more than nothing, in nanoseconds.
    pub(super) fn window(&mut self, expr: &'a ast::Expr) -> Option<i128> {
        let Const::Num(n) = self.constant(None, expr, &Type::Duration)? else { return None };
        if n > 0 {
            return Some(n);
        }
        let d = Diagnostic::new(codes::NOT_A_WINDOW, expr.span, "this is no length of time to look back or wait")
            .note("in no time at all nothing happens")
            .help("write a duration that is more than nothing: `15m`, `24h`, `7d`");
        self.report(d);
        None
    }

    pub(super) fn misplaced_clause(&mut self, span: reach_codes::Span, rule: &ast::Rule, clause: &str, note: &str) {
        let word = self.source_line(rule.word_span);
        let d = Diagnostic::new(codes::CLAUSE_NOT_HERE, span, format!("`{clause}` can't stand in `{word} {}`", rule.name.text))
            .other(rule.word_span, format!("this is a rule of the kind `{word}`"))
            .note(note.to_owned())
            .help("remove it, or make a rule of another kind");
        self.report(d);
    }

    fn check_undeclared(&mut self, rule: &ast::Rule, effect: Effect) {
        let (note, help) = match effect {
            Effect::Ask | Effect::Forbid => return,
            Effect::Permit => ("nothing is known of what an undeclared step does or takes", "declare the tool and permit that; or `ask` on undeclared"),
            Effect::OtherwiseAsk => ("`otherwise ask` is looked at only for declared steps", "write `ask … on undeclared`"),
            Effect::Oblige => ("obligations go with permitted steps, and an undeclared step never is one", "remove it"),
        };
        let span = rule.targets.iter().find(|t| matches!(&t.kind, TargetKind::Kind(w) if w.text == "undeclared")).map_or(rule.name.span, |t| t.span);
        let word = self.source_line(rule.word_span);
        let d = Diagnostic::new(codes::UNDECLARED_EFFECT, span, format!("`{word}` can't be about undeclared steps")).note(note).help(help);
        self.report(d);
    }

    fn message(&mut self, env: &mut Env<'a>, message: &'a ast::Message) -> Vec<MessagePart> {
        let mut out = Vec::with_capacity(message.parts.len());
        for part in &message.parts {
            match part {
                ast::MessagePart::Text(text) => out.push(MessagePart::Text(text.to_string())),
                // What is absent prints so: an optional need not be tested.
                ast::MessagePart::Path(expr) => {
                    if let Some(value) = self.infer(env, expr, None) {
                        if matches!(value.kind, ExprKind::Const(crate::ir::Const::Map(_))) {
                            let _: Option<()> = self.unsupported(expr.span, "a map in a message".to_owned(), "name one of its entries");
                        }
                        out.push(MessagePart::Value(value));
                    }
                }
            }
        }
        out
    }

    fn check_examples(&mut self, rule: &'a ast::Rule, conditions: [Option<&Expr>; 2]) -> Vec<RuleExample> {
        let Some(first) = rule.examples.first() else { return Vec::new() };
        if let Some(read) = conditions.into_iter().flatten().find_map(session_value) {
            let d = Diagnostic::new(
                codes::EXAMPLE_NEEDS_SESSION,
                first.span,
                format!("an example can't show `{}`, because it depends on the session", rule.name.text),
            )
            .other(read.span, "this is known only in a session")
            .help("write a `test` block, which has a context and earlier events");
            self.report(d);
            return Vec::new();
        }
        rule.examples.iter().filter_map(|e| crate::scenario::example(self, e)).collect()
    }

    /// Reports an unknown attribute of a step where a record of `args` is named.
    pub(super) fn unknown_argument(&mut self, view: &Arc<View>, name: &ast::Name) {
        let near = self.suggestions.nearest(&name.text, view.args.names()).map(str::to_owned);
        let d = Diagnostic::new(names::UNKNOWN_FIELD, name.span, format!("the steps of this rule share no argument `{}`", name.text));
        self.report(super::names::did_you_mean(d, name.span, near, || super::names::there_are("their arguments are", view.args.names())));
    }
}

/// Gives a set whose members are known only when a step is decided the type of the list that it is.
fn as_list(set: Expr) -> Expr {
    match (&set.kind, &set.ty) {
        (ExprKind::List(_), Type::Set(of)) => Expr { ty: Type::List(of.clone()), ..set },
        _ => set,
    }
}

/// Finds what a condition reads of the session.
fn session_value(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Slot(SlotRef::Context(_))
        | ExprKind::LookUp(..)
        | ExprKind::Under(..)
        | ExprKind::History(..)
        | ExprKind::From(..)
        | ExprKind::NamedBy(_)
        | ExprKind::Labelled(_)
        | ExprKind::WithinRights(_) => Some(expr),
        _ => expr.children().into_iter().find_map(session_value),
    }
}

/// Returns what an optional holds, or the type itself.
pub(super) fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Optional(of) => of,
        ty => ty,
    }
}
