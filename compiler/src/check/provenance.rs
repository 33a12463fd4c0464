//! Provenance: `v from S` and `v named by user`.

use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Expr as Ast, ProvenanceSource};

use super::describe::a;
use super::env::Scope;
use super::events::Seen;
use super::names::{Item, did_you_mean};
use super::refine::condition;
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Effect, EventKind, EventPattern, Expr, ExprKind, Form, Origin, Rule, RuleTarget, SlotRef, Type};

/// Returns whether a value of the type can be looked for in what was observed.
fn is_traceable(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Int | Type::Decimal | Type::Date => true,
        Type::Form(form) => matches!(form, Form::Path(_) | Form::Url | Form::Host | Form::Ip | Form::Network | Form::Email | Form::Iban),
        _ => false,
    }
}

/// Returns whether words of a value of the type can be names.
fn is_nameable(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Form(Form::Path(_) | Form::Url | Form::Host | Form::Email))
}

impl<'a> Checker<'a> {
    /// `v from S`.
    pub(super) fn from(&mut self, env: &mut Env<'a>, expr: &Ast, value: &'a Ast, source: &'a ProvenanceSource) -> Option<Expr> {
        self.provenance_here(env, expr, value, "`from`")?;
        let typed = self.infer(env, value, None);
        let origin = self.origin(env, source);
        let typed = self.one_value(env, expr, value, typed?, is_traceable)?;
        Some(condition(expr.span, ExprKind::From(Box::new(typed), origin?)))
    }

    /// `v named by user`.
    pub(super) fn named_by(&mut self, env: &mut Env<'a>, expr: &Ast, value: &'a Ast, who: &ast::Name) -> Option<Expr> {
        self.provenance_here(env, expr, value, "`named by`")?;
        let typed = self.infer(env, value, None);
        if who.text != "user" {
            let d = Diagnostic::new(codes::BAD_SOURCE, who.span, format!("a value is named by `user`, not by `{}`", who.text))
                .note("`named by` asks whether a word of the value stands in a prompt")
                .help(format!("write `named by user`; to ask where the value came from, `from {}`", who.text));
            self.report(d);
            return None;
        }
        let typed = self.one_value(env, expr, value, typed?, is_nameable)?;
        Some(condition(expr.span, ExprKind::NamedBy(Box::new(typed))))
    }

    /// Reports provenance where no step is decided and no event is matched.
    fn provenance_here(&mut self, env: &Env<'a>, expr: &Ast, value: &Ast, what: &str) -> Option<()> {
        if matches!(env.scope, Scope::Event(_)) {
            return Some(());
        }
        let words = self.construct_span(expr, value.span);
        self.in_session(env, words, what)
    }

    /// Reports what isn't one value that could stand in what was observed.
    fn one_value(&mut self, env: &Env<'a>, expr: &Ast, value: &'a Ast, typed: Expr, takes: impl Fn(&Type) -> bool) -> Option<Expr> {
        let typed = self.must_be_there(env, value, typed)?;
        if takes(&typed.ty) {
            return Some(typed);
        }
        let words = self.construct_span(expr, value.span);
        let asked = self.source_line(words);
        let word = if asked.starts_with("named") { "named by" } else { "from" };
        let d = Diagnostic::new(codes::NOT_TRACEABLE, value.span, format!("`{word}` takes one value, and this is {}", a(&typed.ty)))
            .label(format!("this is {}", a(&typed.ty)));
        let text = self.source_line(value.span);
        let d = match &typed.ty {
            Type::List(of) | Type::Set(of) if takes(of) => {
                let (fold, why) = match self.effect {
                    Some(Effect::Permit) => ("all", "each member has to come from where it should"),
                    _ => ("any", "one member that comes from there is enough"),
                };
                d.note(why).help(format!("ask its members: `{fold}(r in {text}: r {asked})`"))
            }
            Type::Record(_) => d.help("name the field that is meant"),
            Type::Form(Form::Shell | Form::Command) => d.help("ask about its words: `any(c in ….commands: any(w in c.words: w from …))`"),
            _ if word == "named by" => d.help("texts, paths, URLs, hosts and e-mail addresses have words that can be names"),
            _ => d.help("texts, numbers, dates, paths, URLs, hosts, addresses and account numbers can be found in what was observed"),
        };
        self.report(d);
        None
    }

    fn origin(&mut self, env: &Env<'a>, source: &'a ProvenanceSource) -> Option<u32> {
        let origin = match source {
            ProvenanceSource::Name(name) if name.text == "user" => Origin::User,
            ProvenanceSource::Name(name) => Origin::Label(self.source_label(name)?),
            ProvenanceSource::ResultsOf(span, targets) => {
                let view = self.view_of(targets);
                self.known_results(&view, *span)?;
                let targets = view.targets.iter().map(|(target, class)| RuleTarget { target: *target, class: *class }).collect();
                Origin::Results { pattern: EventPattern { kind: EventKind::Result, targets, each: None, guard: None, keys: Vec::new() }, part: None }
            }
            ProvenanceSource::Pattern(pattern) => Origin::Results { pattern: self.source_pattern(env, pattern)?.pattern, part: None },
            ProvenanceSource::PartOf(path, pattern) => {
                let seen = self.source_pattern(env, pattern)?;
                let part = self.source_part(&seen, path, pattern.span)?;
                Origin::Results { pattern: seen.pattern, part: Some(part) }
            }
        };
        Some(self.share_origin(origin))
    }

    fn known_results(&mut self, view: &View, span: Span) -> Option<()> {
        if view.undeclared {
            let d = Diagnostic::new(codes::BAD_SOURCE, span, "undeclared steps have no results")
                .note("what nothing declares is always forbidden")
                .help("name the tools whose results are meant");
            self.report(d);
        }
        (!view.undeclared && !view.poisoned).then_some(())
    }

    fn source_label(&mut self, name: &ast::Name) -> Option<u32> {
        match self.item(&name.text) {
            Some(Item::Label(_) | Item::Unread) => self.known_label(name),
            Some(Item::Tool(_) | Item::Class(_) | Item::Model(_) | Item::Agent(_)) => {
                let d = Diagnostic::new(codes::BAD_SOURCE, name.span, format!("`{}` is no source by itself", name.text))
                    .note("a value comes from the user, from what carries a label, or from results")
                    .help(format!("write `from results of {}`", name.text));
                self.report(d);
                None
            }
            Some(_) => self.known_label(name),
            None => {
                let near = self.nearest(&name.text, ["user"].into_iter()).or_else(|| self.nearest_item(&name.text, |i| matches!(i, Item::Label(_))));
                let d = Diagnostic::new(names::UNKNOWN_LABEL, name.span, format!("there is no label `{}`", name.text));
                self.report(did_you_mean(d, name.span, near, || format!("declare it: `label {}`; or ask `from user`, `from results of …`", name.text)));
                None
            }
        }
    }

    /// `(result Read where …)`.
    fn source_pattern(&mut self, env: &Env<'a>, pattern: &'a ast::EventPattern) -> Option<Seen<'a>> {
        let mut whole = true;
        if pattern.kind.text != "result" {
            let d = Diagnostic::new(codes::BAD_SOURCE, pattern.kind.span, format!("a value can't come from `{}`", pattern.kind.text))
                .note("values come from what the user typed and from results")
                .help("write `from (result … where …)`, or `from user`");
            self.report(d);
            whole = false;
        }
        let over = pattern.over.as_ref().map(|over| (over.span, "over"));
        let since = pattern.since.as_deref().map(|since| (since.span, "since"));
        let per_agent = pattern.per_agent.then_some((pattern.span, "per agent"));
        for (span, word) in [over, per_agent, since].into_iter().flatten() {
            let d = Diagnostic::new(codes::BAD_SOURCE, span, format!("a source has no `{word}`"))
                .note("where a value came from is asked of the whole session, and of all its agents")
                .help("remove it; or ask about the events: `ever(result …)`");
            self.report(d);
            whole = false;
        }
        if !whole {
            return None;
        }
        let seen = self.event_pattern(env, pattern, None)?;
        if !seen.operands.is_empty() {
            let span = pattern.condition.as_ref().map_or(pattern.span, |c| c.span);
            let d = Diagnostic::new(codes::BAD_SOURCE, span, "a source can't be joined to values around it")
                .note("a source is the same for all steps: which results are meant is known when they come")
                .help("compare with constants, the context and the event's own values");
            self.report(d);
            return None;
        }
        Some(seen)
    }

    /// The field in `body in (result …)`: of each element, or of the result.
    fn source_part(&mut self, seen: &Seen<'a>, path: &'a [ast::Name], source: Span) -> Option<Expr> {
        let span = path.first().map(|n| n.span).unwrap_or_default();
        let whole = match &seen.pattern.each {
            Some(each) => match &each.list.ty {
                Type::List(of) => Expr { ty: of.as_ref().clone(), span: source, kind: ExprKind::Local(each.local) },
                _ => return None,
            },
            None => {
                let ty = self.result_of(&seen.view, span)?;
                if let Type::List(_) = &ty {
                    let d = Diagnostic::new(codes::NO_SUCH_PART, span, format!("{} has no field `{}`", a(&ty), self.source_line(span)))
                        .help("name its elements: `… in (result … each x where …)`");
                    self.report(d);
                    return None;
                }
                Expr { ty, span: source, kind: ExprKind::Slot(SlotRef::Result) }
            }
        };
        self.part_of(whole, path)
    }

    /// Reports a permit that rests on `named by` alone.
    pub(super) fn check_named_alone(&mut self, rule: &Rule) {
        let when = rule.when.as_ref().filter(|_| rule.effect == Effect::Permit);
        let Some(alone) = when.and_then(alone) else { return };
        let otherwise = rule.unless.as_ref().is_some_and(|unless| !matches!(unless.kind, ExprKind::Const(_)) && named_only(unless).is_none());
        if otherwise {
            return;
        }
        let d = Diagnostic::new(codes::NAMED_ALONE, alone, format!("`{}` would permit by a name alone", rule.name))
            .other(rule.name_span, "this permits")
            .note("an attacker can choose an address or a path that has in it a name that the user says")
            .help("ask something else too: `… and args.to.domain == \"bank.example\"`, or `… and not (args.to from untrusted)`");
        self.report(d);
    }
}

/// Finds a branch that is true by `named by` alone: whether something is there is no condition of its own.
fn alone(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::Or(terms) => terms.iter().find_map(alone),
        ExprKind::And(terms) => {
            let mut found = None;
            for term in terms.iter().filter(|t| !says_nothing(t)) {
                // A term that says more in every branch is another condition.
                found = Some(alone(term)?).or(found);
            }
            found
        }
        _ => named_only(expr),
    }
}

fn says_nothing(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Const(_) | ExprKind::Present(_) | ExprKind::Bind(..) | ExprKind::HasKey(..))
}

/// Returns where a term is about nothing but names.
fn named_only(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::NamedBy(_) => Some(expr.span),
        ExprKind::All(_, _, body) | ExprKind::Any(_, _, body) | ExprKind::Let(_, _, body) => alone(body),
        ExprKind::Or(_) | ExprKind::And(_) => alone(expr),
        _ => None,
    }
}
