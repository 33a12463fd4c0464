//! Refactorings of the source of a bundle: another text that means the same.
//!
//! Each offers steps that can be taken alone, found in the syntax tree and written with its spans. A step need not compile: a constant
//! may have another type once it has a name, and what a condition binds may be read by a message. Those that compile are taken, and how
//! many that were is part of the answer.

mod conditions;
mod constants;
mod functions;
mod rules;
mod tree;

use reach_codes::{FileId, Span};
use reach_compiler::ir::Bundle;
use reach_grammar::ast::{Decl, DeclKind, Expr, File, Rule};
use reach_grammar::{Limits, parse};

use crate::subject::compile_files;

/// The files of a bundle, by name.
pub type Files = Vec<(String, String)>;

/// A refactoring.
#[derive(Clone, Copy, Debug)]
pub struct Refactoring {
    /// What it does.
    pub name: &'static str,
    steps: fn(&Source) -> Vec<Step>,
}

/// All of them.
pub const REFACTORINGS: [Refactoring; 14] = [
    Refactoring { name: "rules the other way round", steps: rules::reversed },
    Refactoring { name: "rules sorted by name", steps: rules::sorted },
    Refactoring { name: "a rule for each term of an `or`", steps: rules::split_by_term },
    Refactoring { name: "a rule for each target", steps: rules::split_by_target },
    Refactoring { name: "rules merged", steps: rules::merged },
    Refactoring { name: "`when` as `unless not`", steps: rules::unless_not },
    Refactoring { name: "constants extracted", steps: constants::extracted },
    Refactoring { name: "constants inlined", steps: constants::inlined },
    Refactoring { name: "sets the other way round", steps: constants::sets_reversed },
    Refactoring { name: "conditions made functions", steps: functions::extracted },
    Refactoring { name: "functions inlined", steps: functions::inlined },
    Refactoring { name: "`not` inwards", steps: conditions::not_inwards },
    Refactoring { name: "conditions twice negated", steps: conditions::twice_negated },
    Refactoring { name: "terms and sides exchanged", steps: conditions::exchanged },
];

/// What became of a bundle.
#[derive(Clone, Debug)]
pub struct Refactored {
    /// The new text.
    pub files: Files,
    /// What it means.
    pub bundle: Bundle,
    /// How many steps were taken.
    pub taken: usize,
    /// How many there were.
    pub offered: usize,
}

impl Refactoring {
    /// Takes all steps that compile.
    ///
    /// # Errors
    /// When the files don't compile as they are.
    pub fn apply(&self, files: &Files) -> Result<Refactored, String> {
        let source = Source::of(files);
        let steps = (self.steps)(&source);
        let mut taken: Vec<&Step> = Vec::new();
        let mut bundle = compiled(files)?;
        // As many together as compile, halved where they don't.
        let mut open: Vec<&[Step]> = vec![&steps];
        while let Some(next) = open.pop() {
            if next.is_empty() {
                continue;
            }
            let all: Vec<&Step> = taken.iter().copied().chain(next).collect();
            if let Ok(made) = compiled(&source.with(&all)) {
                (bundle, taken) = (made, all);
            } else if next.len() > 1 {
                let (first, second) = next.split_at(next.len() / 2);
                open.extend([second, first]);
            }
        }
        Ok(Refactored { files: source.with(&taken), bundle, taken: taken.len(), offered: steps.len() })
    }
}

fn compiled(files: &Files) -> Result<Bundle, String> {
    compile_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// Returns a bundle without its tests, properties and comments, which no refactoring keeps up with.
///
/// # Panics
/// When a file can't be read.
#[must_use]
pub fn without_tests(files: &Files) -> Files {
    let plain: Files = files
        .iter()
        .map(|(name, text)| {
            let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            (name.clone(), lines.join("\n") + "\n")
        })
        .collect();
    let source = Source::of(&plain);
    let mut cut = Step::new();
    for decl in source.decls() {
        match &decl.kind {
            DeclKind::Test(_) | DeclKind::Fixture(_) | DeclKind::Property(_) => cut.push(Edit::new(decl.span, "")),
            DeclKind::Rule(rule) => cut.extend(rule.examples.iter().map(|example| Edit::new(example.span, ""))),
            _ => {}
        }
    }
    source.with(&[&cut]).into_iter().filter(|(_, text)| !text.trim().is_empty()).collect()
}

/// What stands at a place from now on.
#[derive(Clone, Debug)]
struct Edit {
    span: Span,
    with: String,
}

impl Edit {
    fn new(span: Span, with: impl Into<String>) -> Self {
        Self { span, with: with.into() }
    }
}

/// Edits that make sense together.
type Step = Vec<Edit>;

/// Files with their trees.
struct Source {
    files: Files,
    trees: Vec<File>,
}

impl Source {
    fn of(files: &Files) -> Self {
        let read = |(n, (name, text)): (usize, &(String, String))| {
            let parsed = parse(FileId(u32::try_from(n).unwrap()), text, &Limits::default());
            assert!(parsed.is_ok(), "{name}: {:?}", parsed.diagnostics);
            parsed.file
        };
        Self { files: files.clone(), trees: files.iter().enumerate().map(read).collect() }
    }

    fn decls(&self) -> impl Iterator<Item = &Decl> {
        self.trees.iter().flat_map(|tree| &tree.decls)
    }

    fn rules(&self) -> impl Iterator<Item = (&Decl, &Rule)> {
        self.decls().filter_map(|decl| if let DeclKind::Rule(rule) = &decl.kind { Some((decl, &**rule)) } else { None })
    }

    /// The conditions of rules.
    fn conditions(&self) -> impl Iterator<Item = &Expr> {
        self.rules().flat_map(|(_, rule)| rule.when.as_ref().into_iter().chain(rule.unless.as_deref()))
    }

    /// The conditions of rules, and what functions say.
    fn expressions(&self) -> Vec<&Expr> {
        let bodies = self.decls().filter_map(|decl| if let DeclKind::Fn(function) = &decl.kind { Some(&function.body) } else { None });
        self.conditions().chain(bodies).collect()
    }

    fn text(&self, span: Span) -> &str {
        &self.files[span.file.0 as usize].1[span.start as usize..span.end as usize]
    }

    /// Where a new declaration may stand.
    fn end(&self) -> Span {
        let end = u32::try_from(self.files[0].1.len()).unwrap();
        Span::new(FileId(0), end, end)
    }

    /// Returns what stands at a place once edits within it are made.
    fn spliced(&self, span: Span, edits: &[Edit]) -> String {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let (mut out, mut at) = (String::new(), span.start);
        for edit in edits {
            out.push_str(self.text(Span::new(span.file, at, edit.span.start)));
            out.push_str(&edit.with);
            at = edit.span.end;
        }
        out + self.text(Span::new(span.file, at, span.end))
    }

    /// Returns an expression in which those parts are written otherwise for which there is another text.
    fn rewritten(&self, expr: &Expr, other: &dyn Fn(&Expr) -> Option<String>) -> String {
        let mut edits = Vec::new();
        outermost(expr, other, &mut edits);
        self.spliced(expr.span, &edits)
    }

    /// Returns the files after some steps.
    fn with(&self, steps: &[&Step]) -> Files {
        let whole = |n: usize, text: &str| Span::new(FileId(u32::try_from(n).unwrap()), 0, u32::try_from(text.len()).unwrap());
        let edits = |n: usize| -> Vec<Edit> { steps.iter().flat_map(|step| step.iter()).filter(|edit| edit.span.file.0 as usize == n).cloned().collect() };
        self.files.iter().enumerate().map(|(n, (name, text))| (name.clone(), self.spliced(whole(n, text), &edits(n)))).collect()
    }
}

/// Adds an edit for each part for which there is another text; not for parts of such a part.
fn outermost(expr: &Expr, other: &dyn Fn(&Expr) -> Option<String>, edits: &mut Vec<Edit>) {
    match other(expr) {
        Some(text) => edits.push(Edit::new(expr.span, text)),
        None => expr.children().into_iter().for_each(|child| outermost(child, other, edits)),
    }
}

/// Returns a step for each part of some expressions for which there is another text.
fn each(expressions: Vec<&Expr>, other: &dyn Fn(&Expr) -> Option<String>) -> Vec<Step> {
    let mut edits = Vec::new();
    expressions.into_iter().for_each(|expr| outermost(expr, other, &mut edits));
    edits.into_iter().map(|edit| vec![edit]).collect()
}
