//! Names and types: from syntax trees to the typed IR.
//!
//! Everything is checked in one go and every mistake is reported once. What is wrong becomes nothing (`None`), and
//! nothing is said about what was computed from it: one mistake, one message.
//!
//! The order: names are collected ([`names`]), constants, types and functions are brought into an order in which each
//! needs only earlier ones ([`dependencies`]), then come declarations, rules and tests. No step asks every declaration
//! about every other.

mod again;
mod ahead;
mod attributes;
mod claims;
mod constants;
mod declarations;
mod dependencies;
mod describe;
mod entities;
mod env;
mod events;
mod expr;
mod fold;
mod grants;
mod history;
mod kept;
mod names;
mod needed;
mod obligations;
mod patterns;
mod provenance;
mod refine;
mod returns;
mod rules;
mod same;
mod spaces;
mod spending;
mod suggest;
mod table;
mod targets;
#[cfg(test)]
mod tests;
mod types;
mod unsupported;
mod uses;
mod view;

use crate::maps::HashMap;
use std::sync::Arc;

use reach_codes::{Diagnostic, Sources, Span};
use reach_grammar::ast;

pub(crate) use env::{Env, Row};
pub(crate) use kept::{Kept, Reuse};
pub(crate) use names::Item;
pub(crate) use spaces::OWN;

use crate::ir::{self, Const, LocalId, StepKind, Type};
use crate::limits::Bounds;
use table::{Shared, Table};
use view::View;

/// How many messages are kept; a bundle with more has said enough.
const MOST_MESSAGES: usize = 10_000;

/// What is known of a bundle while it is checked.
pub(crate) struct Checker<'a> {
    /// The sources.
    pub(crate) sources: &'a Sources,
    /// The packs that are used, by name.
    packs: &'a [ir::Pack],
    bounds: Bounds,
    diagnostics: Vec<Diagnostic>,
    /// What is declared.
    table: Shared<Table<'a>>,
    /// The space whose names are meant.
    space: u32,
    /// For entities that were asked about, those that they can lie in.
    lies_in: HashMap<u32, Arc<[bool]>>,
    /// Constants as other types than their own, where those were asked for. None: it can't be one, which was reported.
    fitted: HashMap<(u32, Type), Option<ir::Expr>>,
    charges: Vec<ir::Charge>,
    rules: Vec<rules::RuleDecl<'a>>,
    tests: Vec<(&'a ast::Decl, &'a ast::Test)>,
    properties: Vec<(&'a ast::Decl, &'a ast::Property)>,
    views: HashMap<targets::ViewKey, Arc<View>>,
    /// The view of no step.
    nothing: Arc<View>,
    monitors: Vec<ir::Monitor>,
    /// The monitors by what they mean.
    monitor_index: HashMap<String, u32>,
    origins: Vec<ir::Origin>,
    /// The origins by what they mean.
    origin_index: HashMap<String, u32>,
    /// What the pattern that is being checked reads of the step that asks, and the locals that stand for it.
    step_reads: Vec<(LocalId, ir::Expr)>,
    /// The effect of the rule that is being checked.
    effect: Option<ir::Effect>,
    locals: u32,
    /// How deep the expression that is being built is already.
    depth: usize,
    /// How many nodes inlined functions have come to.
    inlined: usize,
    fold_fuel: u64,
    suggestions: suggest::Suggestions,
    /// A rule or claim of which a part could not be typed.
    lost: Option<Span>,
    /// Rules that are known from an earlier check.
    reuse: Reuse,
    /// Of each rule whether the next check may know it from this one.
    kept: Vec<Option<Kept>>,
    /// Whether something was checked ahead of its turn.
    taken_ahead: bool,
}

/// What came of a check.
pub(crate) struct Checked {
    /// None when there is an error.
    pub(crate) bundle: Option<ir::Bundle>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Of each rule whether the next check may know it from this one.
    pub(crate) kept: Vec<Option<Kept>>,
    /// How many rules were known.
    pub(crate) taken: usize,
    /// Whether this must be done without what was known: see [`Checker::exhausted`].
    pub(crate) exhausted: bool,
}

/// Checks the files of a bundle and its packs; `files` stand in the order of the sources, the first `own` are the bundle's. `whole`: whether all
/// of them could be read. A claim from outside becomes the last property. `reuse`: what is known of rules.
#[expect(clippy::too_many_arguments, reason = "all that a bundle is made of, said in one place")]
pub(crate) fn check(
    sources: &Sources,
    files: &[ast::File],
    own: usize,
    packs: &[ir::Pack],
    claim: Option<&ast::Claim>,
    whole: bool,
    bounds: Bounds,
    reuse: Reuse,
) -> Checked {
    let run = |bounds: Bounds, reuse: Reuse| {
        let spaces = spaces::spaces(sources, files, own, packs);
        let mut checker = Checker { reuse, ..Checker::new(sources, packs, Shared::from(Table { spaces, ..Table::default() }), bounds) };
        if !whole {
            checker.collect_unread();
        }
        let bundle = checker.run(claim);
        (checker, bundle)
    };
    let again = reuse.anew();
    let (mut checker, mut bundle) = run(bounds, reuse);
    if checker.exhausted() && checker.reuse.taken == 0 {
        (checker, bundle) = run(Bounds { alone: usize::MAX, ..bounds }, again);
    }
    let exhausted = checker.exhausted();
    let (kept, taken) = (std::mem::take(&mut checker.kept), checker.reuse.taken);
    let mut diagnostics = checker.diagnostics;
    if let (Some(span), true, false) = (checker.lost, whole, diagnostics.iter().any(Diagnostic::is_error)) {
        diagnostics.push(Diagnostic::new(reach_codes::table::limit::COMPILER_DEFECT, span, "a part of this was lost without a reason"));
    }
    let bundle = if diagnostics.iter().any(Diagnostic::is_error) { None } else { Some(bundle) };
    Checked { bundle, diagnostics, kept, taken, exhausted }
}

impl<'a> Checker<'a> {
    fn new(sources: &'a Sources, packs: &'a [ir::Pack], table: Shared<Table<'a>>, bounds: Bounds) -> Self {
        Self {
            sources,
            packs,
            bounds,
            diagnostics: Vec::new(),
            table,
            space: spaces::OWN,
            lies_in: HashMap::default(),
            fitted: HashMap::default(),
            charges: Vec::new(),
            rules: Vec::new(),
            tests: Vec::new(),
            properties: Vec::new(),
            views: HashMap::default(),
            nothing: Arc::default(),
            monitors: Vec::new(),
            monitor_index: HashMap::default(),
            origins: Vec::new(),
            origin_index: HashMap::default(),
            step_reads: Vec::new(),
            effect: None,
            locals: 0,
            depth: 0,
            inlined: 0,
            fold_fuel: bounds.fold_steps,
            suggestions: suggest::Suggestions::default(),
            lost: None,
            reuse: Reuse::default(),
            kept: Vec::new(),
            taken_ahead: false,
        }
    }

    fn run(&mut self, claim: Option<&'a ast::Claim>) -> ir::Bundle {
        self.collect_names();
        self.collect_uses();
        self.resolve_in_order();
        self.check_declarations();
        let rules = self.check_rules();
        let tests = self.check_tests();
        let (properties, aside) = self.check_claims(claim);
        let uses = self.needed_uses(&rules);
        ir::Bundle {
            sources: self.sources.clone(),
            packs: self.packs.to_vec(),
            uses,
            context: std::mem::take(&mut self.table.context_fields),
            entities: self.table.entities.iter().map(entities::EntityDecl::to_ir).collect(),
            classes: self.table.classes.iter().map(declarations::ClassDecl::to_ir).collect(),
            targets: std::mem::take(&mut self.table.targets).into_iter().map(|t| t.target).collect(),
            rules,
            labels: std::mem::take(&mut self.table.labels),
            monitors: std::mem::take(&mut self.monitors),
            origins: std::mem::take(&mut self.origins),
            budgets: std::mem::take(&mut self.table.budgets).into_iter().filter_map(|b| b.budget).collect(),
            charges: std::mem::take(&mut self.charges),
            tests,
            properties,
            aside,
            locals: self.locals,
        }
    }

    fn check_tests(&mut self) -> Vec<ir::Test> {
        let tests = std::mem::take(&mut self.tests);
        let fixtures: Vec<_> = self.table.fixtures.iter().filter(|(space, _)| *space == spaces::OWN).map(|(_, fixture)| *fixture).collect();
        crate::scenario::all(self, &tests, &fixtures, self.bounds.tests)
    }

    /// Reports a message.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST_MESSAGES {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Returns the type and the value of a literal or constant expression where `expected` is asked for; none when it
    /// was reported what is wrong. In a map or `any`, an object is a [`Const::Map`].
    pub(crate) fn constant(&mut self, row: Option<&Row<'a>>, expr: &'a ast::Expr, expected: &Type) -> Option<Const> {
        let mut env = Env::constant(row.cloned());
        let value = self.fits(&mut env, expr, expected)?;
        self.constant_of(value)
    }

    /// Returns the type and the value of a constant expression that no type is asked for.
    pub(crate) fn inferred_constant(&mut self, row: Option<&Row<'a>>, expr: &'a ast::Expr) -> Option<(Type, Const)> {
        let value = self.infer(&mut Env::constant(row.cloned()), expr, None)?;
        let ty = value.ty.clone();
        Some((ty, self.constant_of(value)?))
    }

    /// Returns whether a name stands for a `let` or `param`.
    pub(crate) fn is_constant(&self, name: &str) -> bool {
        matches!(self.item(name), Some(Item::Let(_)))
    }

    /// Returns the nearest of some names, if one is near enough.
    pub(crate) fn nearest<'n>(&mut self, wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        self.suggestions.nearest(wanted, names).map(str::to_owned)
    }

    /// Returns the declared steps, in source order; `say` last.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &ir::Target> {
        self.table.targets.iter().map(|t| &t.target)
    }

    /// Returns the declared step of that kind and name; of `say` the name is empty, a `read` is found by its glob.
    pub(crate) fn declared_step(&self, kind: StepKind, name: &str) -> Option<&ir::Target> {
        let index = self.table.index.find(kind, name)?;
        self.say_step(index);
        self.table.targets.get(index as usize).map(|t| &t.target)
    }

    /// Returns the fields of the context.
    pub(crate) fn context(&self) -> &[ir::Field] {
        &self.table.context_fields
    }

    /// Returns the full name of a rule; reports an unknown one with the nearest name.
    pub(crate) fn known_rule(&mut self, name: &ast::Name) -> Option<String> {
        if names::RESERVED_REASONS.contains(&name.text.as_str()) {
            return Some(name.text.to_string());
        }
        if let Some(rule) = self.rule_named(&name.text) {
            return Some(rule);
        }
        if matches!(self.item(&name.text), Some(Item::Unread)) {
            return Some(name.text.to_string());
        }
        self.unknown_rule(name);
        None
    }

    /// Returns a fixture and its space; reports an unknown one with the nearest name.
    pub(crate) fn known_fixture(&mut self, name: &ast::Name) -> Option<(u32, &'a ast::Fixture)> {
        // A step of that name stands for nothing here.
        let behind = match self.behind_alias(&name.text) {
            Some((Some(space), rest)) => self.offered(space, rest),
            _ => None,
        };
        match behind.filter(|item| matches!(item, Item::Fixture(_))).or_else(|| self.item(&name.text)) {
            Some(Item::Fixture(index)) => self.table.fixtures.get(index as usize).copied(),
            Some(Item::Unread) => None,
            _ => {
                self.unknown_fixture(name);
                None
            }
        }
    }

    fn fresh_local(&mut self) -> LocalId {
        let id = LocalId(self.locals);
        self.locals = self.locals.saturating_add(1);
        id
    }

    /// Returns the text below a span, in one line.
    pub(crate) fn source_line(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
