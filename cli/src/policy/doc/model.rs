//! What a reference page tells of a bundle: each declaration with its documentation, and what has to do with what.

use std::collections::BTreeMap;

use reach_codes::{Sources, Span};
use reach_compiler::ir;
use reach_grammar::ast::{self, DeclKind, RuleWord};
use schemars::JsonSchema;
use serde::Serialize;

/// How many rules of a step, and steps of a rule, are listed at most: where each rule is about every tool, a page would grow with the square.
const LISTED: usize = 100;

/// The reference of a bundle.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reference {
    /// The bundle, as it was named on the command line.
    pub bundle: String,
    /// Its files, by name.
    pub files: Vec<FileAbout>,
    /// Its declarations, by kind; a kind without any is left out.
    pub sections: Vec<Section>,
    /// The names of its tests, in source order, a table's once.
    pub tests: Vec<TestName>,
}

/// A file of the bundle.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileAbout {
    /// Its name in the bundle.
    pub file: String,
    /// What its first comment says, where that stands before every declaration.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub about: String,
}

/// The declarations of a kind.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Section {
    /// What they are.
    pub kind: Kind,
    /// They, in source order.
    pub items: Vec<Item>,
}

/// A kind of declarations. The order is that of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tools, agents, models and resources.
    Step,
    /// The facts of a session.
    Context,
    /// Rules.
    Rule,
    /// Constants that whoever uses the bundle may set.
    Parameter,
    /// Constants.
    Constant,
    /// Budgets, with what charges them.
    Budget,
    /// Labels.
    Label,
    /// Types.
    Type,
    /// Classes of tools.
    Class,
    /// Functions.
    Function,
    /// Properties.
    Property,
}

impl Kind {
    /// Returns the heading of such declarations.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Step => "Steps",
            Self::Context => "Context",
            Self::Rule => "Rules",
            Self::Parameter => "Parameters",
            Self::Constant => "Constants",
            Self::Budget => "Budgets",
            Self::Label => "Labels",
            Self::Type => "Types",
            Self::Class => "Classes",
            Self::Function => "Functions",
            Self::Property => "Properties",
        }
    }

    /// Returns one of them, for people.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Constant => "constant",
            Self::Function => "function",
            kind => kind.word(),
        }
    }

    /// Returns its word in ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Context => "context",
            Self::Rule => "rule",
            Self::Parameter => "param",
            Self::Constant => "let",
            Self::Budget => "budget",
            Self::Label => "label",
            Self::Type => "type",
            Self::Class => "class",
            Self::Function => "fn",
            Self::Property => "property",
        }
    }
}

/// A declaration.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: String,
    /// The line of its first word, from 1.
    pub line: u32,
    /// Its documentation, Markdown.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub docs: String,
    /// The declaration as it is written, with its attributes; of a budget also its charges.
    pub source: String,
    /// Its arguments, facts and fields that are documented.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub fields: Vec<FieldAbout>,
    /// Of a rule: what else is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleAbout>,
    /// Of a step: the rules that look at it, in source order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub rules: Vec<RuleOf>,
    /// How many more rules look at it than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub more_rules: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A documented field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldAbout {
    /// The name; of a fact with `facts.` before it.
    pub name: String,
    /// The type, as written.
    pub ty: String,
    /// The documentation, Markdown.
    pub docs: String,
}

/// What else is to be said of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleAbout {
    /// The effect, as written: `permit`, `otherwise ask` …
    pub effect: &'static str,
    /// Whether it is only reported.
    pub advisory: bool,
    /// `@severity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// `@owner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `@reference`s.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub references: Vec<String>,
    /// The steps that it looks at.
    pub steps: Vec<String>,
    /// How many more steps it looks at than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub more_steps: usize,
    /// Whether it looks at undeclared steps too.
    pub undeclared: bool,
    /// The tests that expect it to decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub tests: Vec<String>,
}

/// A rule that looks at a step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleOf {
    /// Its name.
    pub rule: String,
    /// Its effect, as written.
    pub effect: &'static str,
    /// Whether it is only reported.
    pub advisory: bool,
}

/// A test.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestName {
    /// What it shows.
    pub name: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// Returns an effect as rules write it.
const fn effect(word: RuleWord) -> &'static str {
    match word {
        RuleWord::Permit => "permit",
        RuleWord::Ask => "ask",
        RuleWord::Forbid => "forbid",
        RuleWord::OtherwiseAsk => "otherwise ask",
        RuleWord::Oblige => "oblige",
    }
}

/// Returns a step as people call it: a tool by its name, others by kind and name.
pub fn step(kind: ir::StepKind, name: &str) -> String {
    match kind {
        ir::StepKind::Call => name.to_owned(),
        ir::StepKind::Say => "say".to_owned(),
        ir::StepKind::Read => format!("read glob{}", reach_grammar::quoted(name)),
        kind => format!("{} {name}", kind.word()),
    }
}

/// Collects what is to be told.
pub fn reference(path: &str, sources: &Sources, files: &[ast::File], bundle: &ir::Bundle) -> Reference {
    let collect = Collect::new(sources, files, bundle);
    let mut sections: BTreeMap<Kind, Vec<Item>> = BTreeMap::new();
    let mut charges: Vec<&ast::Decl> = Vec::new();
    let (mut about, mut tests) = (Vec::new(), Vec::new());
    for file in files {
        about.push(FileAbout { file: sources.get(file.id).map(|f| f.name.clone()).unwrap_or_default(), about: introduction(sources, file) });
        for decl in &file.decls {
            match &decl.kind {
                DeclKind::Charge(_) => charges.push(decl),
                DeclKind::Test(test) => {
                    let (file, line) = collect.place(decl.span);
                    tests.push(TestName { name: test.name.value.to_string(), file, line });
                }
                DeclKind::Label(names) => {
                    for name in names {
                        let item = collect.item(decl, name.text.to_string(), Vec::new());
                        sections.entry(Kind::Label).or_default().push(item);
                    }
                }
                _ => {
                    if let Some((kind, item)) = collect.declaration(decl) {
                        sections.entry(kind).or_default().push(item);
                    }
                }
            }
        }
    }
    for charge in charges {
        let DeclKind::Charge(of) = &charge.kind else { continue };
        let budgets = sections.entry(Kind::Budget).or_default();
        if let Some(item) = budgets.iter_mut().find(|item| item.name == of.budget.text) {
            item.source.push_str(&format!("\n{}", sources.text(charge.span)));
            if !charge.docs.is_empty() {
                item.docs.push_str(&format!("\n\n{}", charge.docs.join("\n")));
            }
        }
    }
    let sections = sections.into_iter().filter(|(_, items)| !items.is_empty()).map(|(kind, items)| Section { kind, items }).collect();
    Reference { bundle: path.to_owned(), files: about, sections, tests }
}

/// Returns the first comment of a file without its slashes, where it stands before every declaration and is no remark beside code.
fn introduction(sources: &Sources, file: &ast::File) -> String {
    let first = file.decls.iter().map(|decl| decl.span.start).min().unwrap_or(u32::MAX);
    let mut lines: Vec<&str> = Vec::new();
    let mut last = None;
    for comment in file.comments.iter().take_while(|comment| comment.span.start < first) {
        let line = sources.position(comment.span).line;
        if last.is_some_and(|last| last + 1 != line) {
            break;
        }
        last = Some(line);
        lines.push(comment.text.strip_prefix(' ').unwrap_or(&comment.text));
    }
    lines.join("\n").trim().to_owned()
}

/// Returns the tests that expect each rule to decide, each once. A row of a table counts as its table.
fn tests_by_rule(bundle: &ir::Bundle) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for test in &bundle.tests {
        let row = test.name.rfind(" [").filter(|_| test.name.ends_with(']'));
        let name = row.and_then(|at| test.name.get(..at)).unwrap_or(&test.name);
        for rule in test.items.iter().filter_map(|item| item.expect.as_ref()).flat_map(|expect| &expect.by) {
            let tests = all.entry(rule.clone()).or_default();
            if tests.last().is_none_or(|last| last != name) {
                tests.push(name.to_owned());
            }
        }
    }
    all
}

struct Collect<'a> {
    sources: &'a Sources,
    bundle: &'a ir::Bundle,
    tests: BTreeMap<String, Vec<String>>,
    /// The typed rules by the places of their names.
    rules: BTreeMap<Span, &'a ir::Rule>,
    /// The targets by kind and name.
    targets: BTreeMap<(ir::StepKind, &'a str), usize>,
    /// Of each target the first rules that look at it, and how many more.
    about: Vec<(Vec<RuleOf>, usize)>,
}

impl<'a> Collect<'a> {
    fn new(sources: &'a Sources, files: &'a [ast::File], bundle: &'a ir::Bundle) -> Self {
        let written = files.iter().flat_map(|file| &file.decls).filter_map(|decl| if let DeclKind::Rule(rule) = &decl.kind { Some(rule) } else { None });
        let effects: BTreeMap<Span, &'static str> = written.map(|rule| (rule.name.span, effect(rule.word))).collect();
        let mut about = vec![(Vec::new(), 0); bundle.targets.len()];
        for rule in &bundle.rules {
            for target in &rule.targets {
                let Some((rules, more)) = about.get_mut(target.target as usize) else { continue };
                if rules.len() < LISTED {
                    let effect = effects.get(&rule.name_span).copied().unwrap_or("");
                    rules.push(RuleOf { rule: rule.name.to_string(), effect, advisory: rule.advisory });
                } else {
                    *more += 1;
                }
            }
        }
        Self {
            sources,
            bundle,
            tests: tests_by_rule(bundle),
            rules: bundle.rules.iter().map(|rule| (rule.name_span, rule)).collect(),
            targets: bundle.targets.iter().enumerate().map(|(n, t)| ((t.kind, t.name.as_str()), n)).collect(),
            about,
        }
    }

    fn place(&self, span: Span) -> (String, u32) {
        let file = self.sources.get(span.file).map(|f| f.name.clone()).unwrap_or_default();
        (file, self.sources.position(span).line)
    }

    fn item(&self, decl: &ast::Decl, name: String, fields: Vec<FieldAbout>) -> Item {
        let (file, line) = self.place(decl.span);
        Item {
            name,
            file,
            line,
            docs: decl.docs.join("\n"),
            source: self.sources.text(decl.span).to_owned(),
            fields,
            rule: None,
            rules: Vec::new(),
            more_rules: 0,
        }
    }

    fn declaration(&self, decl: &ast::Decl) -> Option<(Kind, Item)> {
        let plain = |kind: Kind, name: &str| Some((kind, self.item(decl, name.to_owned(), Vec::new())));
        let step = |kind: ir::StepKind, name: &str, fields: Vec<FieldAbout>| {
            let mut item = self.item(decl, step(kind, name), fields);
            (item.rules, item.more_rules) = self.targets.get(&(kind, name)).and_then(|n| self.about.get(*n)).cloned().unwrap_or_default();
            Some((Kind::Step, item))
        };
        match &decl.kind {
            DeclKind::Tool(tool) => {
                let mut fields = self.fields(&tool.signature.fields, "");
                fields.extend(self.fields(&tool.facts, "facts."));
                step(ir::StepKind::Call, &tool.signature.name.text, fields)
            }
            DeclKind::Agent(agent) => step(ir::StepKind::Spawn, &agent.name.text, self.fields(&agent.fields, "")),
            DeclKind::Model(model) => step(ir::StepKind::Model, &model.name.text, self.fields(&model.fields, "")),
            DeclKind::Resource(resource) => step(ir::StepKind::Read, &resource.pattern.text, self.fields(&resource.fields, "")),
            DeclKind::Context(fields) => Some((Kind::Context, self.item(decl, "context".to_owned(), self.fields(fields, "")))),
            DeclKind::Rule(rule) => {
                let mut item = self.item(decl, rule.name.text.to_string(), Vec::new());
                item.rule = self.rule(rule);
                Some((Kind::Rule, item))
            }
            DeclKind::Type(of) => plain(Kind::Type, &of.name.text),
            DeclKind::Let(of) => plain(Kind::Constant, &of.name.text),
            DeclKind::Param(of) => plain(Kind::Parameter, &of.name.text),
            DeclKind::Budget(of) => plain(Kind::Budget, &of.name.text),
            DeclKind::Class(of) => Some((Kind::Class, self.item(decl, of.name.text.to_string(), self.fields(&of.fields, "")))),
            DeclKind::Entity(of) => Some((Kind::Type, self.item(decl, of.name.text.to_string(), self.fields(&of.fields, "")))),
            DeclKind::Fn(of) => plain(Kind::Function, &of.signature.name.text),
            DeclKind::Property(of) => plain(Kind::Property, &of.name.value),
            // Labels, charges and tests are collected elsewhere; packs are refused before this; a fixture is part of its tests.
            DeclKind::Label(_) | DeclKind::Charge(_) | DeclKind::Test(_) | DeclKind::Use(_) | DeclKind::Fixture(_) | DeclKind::Pack(_) => None,
        }
    }

    fn fields(&self, fields: &[ast::Field], prefix: &str) -> Vec<FieldAbout> {
        let documented = fields.iter().filter(|field| !field.docs.is_empty());
        documented
            .map(|field| FieldAbout {
                name: format!("{prefix}{}", field.name.text),
                ty: one_line(self.sources.text(field.ty.span)),
                docs: field.docs.join("\n"),
            })
            .collect()
    }

    fn rule(&self, rule: &ast::Rule) -> Option<RuleAbout> {
        let typed = self.rules.get(&rule.name.span)?;
        let targets = typed.targets.iter().take(LISTED).filter_map(|t| self.bundle.targets.get(t.target as usize));
        Some(RuleAbout {
            effect: effect(rule.word),
            advisory: typed.advisory,
            severity: typed.severity.clone(),
            owner: typed.owner.clone(),
            references: typed.references.clone(),
            steps: targets.map(|t| step(t.kind, &t.name)).collect(),
            more_steps: typed.targets.len().saturating_sub(LISTED),
            undeclared: typed.undeclared,
            tests: self.tests.get(typed.name.as_str()).cloned().unwrap_or_default(),
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
