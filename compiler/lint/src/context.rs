//! What lints look at, and what several of them need of it, made once when the first asks.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use reach_analysis::{Effort, Limits, MakePlay, Played, Survey};
use reach_codes::{FileId, Sources, Span};
use reach_compiler::{Compiled, ir};
use reach_grammar::ast::{self, DeclKind};

use crate::{Config, play};

/// What is looked at. The bundle must be that of `compiled`.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The sources and their syntax trees.
    pub compiled: &'a Compiled,
    /// What they mean.
    pub bundle: &'a ir::Bundle,
    /// Makes what plays the sessions that an analysis finds: `pinned` is let go.
    pub play: &'a MakePlay<'a>,
    /// Makes what plays the tests of the bundle: `pinned` is held.
    pub play_tests: &'a MakePlay<'a>,
    /// Levels and parameters.
    pub config: &'a Config,
    /// The day, in days since 1970-01-01; without it nothing is too old.
    pub today: Option<i128>,
    /// What an analysis may take.
    pub limits: &'a Limits,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("config", &self.config).field("today", &self.today).finish_non_exhaustive()
    }
}

/// A rule as it is written and what it means.
#[derive(Clone, Copy, Debug)]
pub struct RuleView<'a> {
    /// Its index in the bundle.
    pub index: usize,
    /// The declaration.
    pub decl: &'a ast::Decl,
    /// The rule as it is written.
    pub ast: &'a ast::Rule,
    /// What it means.
    pub ir: &'a ir::Rule,
}

/// A declaration as it is written.
#[derive(Clone, Copy, Debug)]
pub struct DeclView<'c, 'a> {
    /// The declaration.
    pub decl: &'a ast::Decl,
    /// Every expression of it at any depth, outer ones first.
    pub exprs: &'c [&'a ast::Expr],
}

/// The expressions of all declarations. Many lints look at each of them: of a large bundle a list is read faster than its trees are
/// walked, as the next expression doesn't wait for the one before it.
#[derive(Debug)]
struct Exprs<'a> {
    all: Vec<&'a ast::Expr>,
    /// Each declaration, and where its expressions end.
    decls: Vec<(&'a ast::Decl, usize)>,
}

/// What a lint gets.
#[derive(Debug)]
pub struct Context<'a> {
    input: Input<'a>,
    exprs: OnceCell<Exprs<'a>>,
    rules: OnceCell<Vec<RuleView<'a>>>,
    survey: OnceCell<Survey>,
    types: OnceCell<HashMap<Span, &'a ir::Type>>,
    played: OnceCell<Option<Vec<Vec<Played>>>>,
    obliged: OnceCell<Option<BTreeSet<usize>>>,
}

impl<'a> Context<'a> {
    pub(crate) const fn new(input: &Input<'a>) -> Self {
        Self {
            input: *input,
            exprs: OnceCell::new(),
            rules: OnceCell::new(),
            survey: OnceCell::new(),
            types: OnceCell::new(),
            played: OnceCell::new(),
            obliged: OnceCell::new(),
        }
    }

    /// Returns what is looked at.
    #[must_use]
    pub const fn input(&self) -> &Input<'a> {
        &self.input
    }

    /// Returns what the bundle means.
    #[must_use]
    pub const fn bundle(&self) -> &'a ir::Bundle {
        self.input.bundle
    }

    /// Returns the sources.
    #[must_use]
    pub const fn sources(&self) -> &'a Sources {
        &self.input.compiled.sources
    }

    /// Returns the configuration.
    #[must_use]
    pub const fn config(&self) -> &'a Config {
        self.input.config
    }

    /// Returns the text at a place.
    #[must_use]
    pub fn text(&self, span: Span) -> &'a str {
        self.sources().text(span)
    }

    /// Returns every declaration, in source order.
    pub fn decls(&self) -> impl Iterator<Item = &'a ast::Decl> + use<'a> {
        self.input.compiled.files.iter().flat_map(|file| &file.decls)
    }

    /// Returns every declaration with its expressions, in source order.
    pub fn exprs(&self) -> impl Iterator<Item = DeclView<'_, 'a>> {
        let found = self.exprs.get_or_init(|| {
            let (mut all, mut decls) = (Vec::new(), Vec::new());
            for decl in self.decls() {
                decl.visit_exprs(&mut |expr| all.push(expr));
                decls.push((decl, all.len()));
            }
            Exprs { all, decls }
        });
        found.decls.iter().scan(0, move |start, (decl, end)| {
            let exprs = found.all.get(*start..*end).unwrap_or_default();
            *start = *end;
            Some(DeclView { decl, exprs })
        })
    }

    /// Returns the file of that identity.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&'a ast::File> {
        // They stand in the order of their identities.
        self.input.compiled.files.get(id.0 as usize).filter(|file| file.id == id)
    }

    /// Returns the rules, in source order.
    pub fn rules(&self) -> &[RuleView<'a>] {
        self.rules.get_or_init(|| {
            let at: HashMap<Span, (usize, &ir::Rule)> = self.bundle().rules.iter().enumerate().map(|(i, rule)| (rule.name_span, (i, rule))).collect();
            let view = |decl: &'a ast::Decl| match &decl.kind {
                DeclKind::Rule(ast) => at.get(&ast.name.span).map(|(index, ir)| RuleView { index: *index, decl, ast, ir }),
                _ => None,
            };
            self.decls().filter_map(view).collect()
        })
    }

    /// Returns what is proved of the rules, and what their tests show.
    pub fn survey(&self) -> &Survey {
        self.survey.get_or_init(|| {
            let effort = Effort { stop: self.input.limits.stop.clone(), ..Effort::of(self.bundle().rules.len()) };
            reach_analysis::survey_with_tests(self.bundle(), self.input.play_tests, &effort)
        })
    }

    /// Returns what was proved, where a lint has asked for it.
    pub(crate) fn surveyed(&self) -> Option<&Survey> {
        self.survey.get()
    }

    /// Returns the type of the expression at a place, in conditions of rules; none where it isn't known.
    #[must_use]
    pub fn type_at(&self, span: Span) -> Option<&'a ir::Type> {
        let types = self.types.get_or_init(|| {
            let mut types = HashMap::new();
            for rule in &self.bundle().rules {
                rule.when.iter().chain(&rule.unless).for_each(|expr| collect(expr, &mut types));
            }
            types
        });
        types.get(&span).copied()
    }

    /// Returns an expression as it is written, with the brackets around it.
    #[must_use]
    pub fn written(&self, expr: &ast::Expr) -> String {
        let text = self.text(expr.span);
        if expr.parenthesised { format!("({text})") } else { text.to_owned() }
    }

    /// Returns the declarations in which conditions stand that rules rest on, with their expressions.
    pub fn conditions(&self) -> impl Iterator<Item = DeclView<'_, 'a>> {
        self.exprs().filter(|view| matches!(view.decl.kind, DeclKind::Rule(_) | DeclKind::Fn(_)))
    }

    /// Returns whether a comment stands at a place, which an edit would lose.
    #[must_use]
    pub fn has_comment(&self, span: Span) -> bool {
        let Some(file) = self.file(span.file) else { return true };
        let after = file.comments.partition_point(|c| c.span.end <= span.start);
        file.comments.get(after).is_some_and(|c| c.span.start < span.end)
    }

    /// Returns what became of each item of each test; none where the bundle can't be built.
    #[must_use]
    pub fn played(&self) -> Option<&[Vec<Played>]> {
        self.played.get_or_init(|| play::tests(self.bundle(), self.input.play_tests)).as_deref()
    }

    /// Returns the `oblige` rules that match a step of some test that goes on; none where the bundle can't be built.
    #[must_use]
    pub fn obliged(&self) -> Option<&BTreeSet<usize>> {
        self.obliged.get_or_init(|| play::obliged(self.bundle(), self.input.play_tests)).as_ref()
    }
}

fn collect<'a>(expr: &'a ir::Expr, types: &mut HashMap<Span, &'a ir::Type>) {
    types.entry(expr.span).or_insert(&expr.ty);
    for child in expr.children() {
        collect(child, types);
    }
}
