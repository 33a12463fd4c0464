//! The one name space of a bundle; and of each pack that it uses.

use std::collections::hash_map::Entry as MapEntry;

use reach_codes::Diagnostic;
use reach_codes::table::{limit, name as codes};
use reach_grammar::ast::{self, DeclKind};

use super::spaces::OWN;
use super::table::Table;
use super::{Checker, constants, declarations, entities, rules, spending, suggest, types};

/// How many names are candidates for what was meant.
const MOST_NAMES: usize = 2_000;

/// Reasons of decisions that no rule has.
pub(super) const RESERVED_REASONS: [&str; 9] =
    ["default", "undeclared", "invalid_arguments", "limit", "budget", "obligation", "definition", "unrecorded", "internal"];

/// Words that always stand for the same in expressions.
pub(super) const ROOTS: [&str; 7] = ["args", "facts", "context", "labels", "step", "agent", "it"];

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A tool, by index of the targets.
    Tool(u32),
    /// A model, by index of the targets.
    Model(u32),
    /// An agent, by index of the targets.
    Agent(u32),
    /// A class, by index.
    Class(u32),
    /// A type, by index.
    Type(u32),
    /// A `let` or `param`, by index.
    Let(u32),
    /// A function, by index.
    Function(u32),
    /// A label, by index.
    Label(u32),
    /// A budget, by index.
    Budget(u32),
    /// A type of entities, by index.
    Entity(u32),
    /// A rule, by index.
    Rule(u32),
    /// A fixture, by index.
    Fixture(u32),
    /// Something whose declaration could not be read, of which it was said.
    Unread,
}

impl Item {
    /// Returns what it is, with its article.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Tool(_) => "a tool",
            Self::Model(_) => "a model",
            Self::Agent(_) => "an agent",
            Self::Class(_) => "a class",
            Self::Type(_) => "a type",
            Self::Let(_) => "a constant",
            Self::Function(_) => "a function",
            Self::Label(_) => "a label",
            Self::Budget(_) => "a budget",
            Self::Entity(_) => "an entity",
            Self::Rule(_) => "a rule",
            Self::Fixture(_) => "a fixture",
            Self::Unread => "a declaration that could not be read",
        }
    }
}

/// A name and what it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a ast::Name,
    pub(super) item: Item,
}

/// Returns the index of the next element.
pub(super) fn next<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

impl<'a> Checker<'a> {
    pub(super) fn collect_names(&mut self) {
        self.make_room();
        self.in_each_space(|checker, decl| checker.collect(decl));
        let say = declarations::TargetDecl::say(next(&self.table.targets));
        self.table.targets.push(say);
        if self.rules.len() > self.bounds.rules {
            let most = self.bounds.rules;
            let span = self.rules.get(most).map(|r| r.rule.name.span).unwrap_or_default();
            self.report(Diagnostic::new(limit::TOO_MANY_RULES, span, format!("a bundle has at most {most} rules")));
            self.rules.truncate(most);
        }
    }

    /// Makes room for as many tools, rules and names as there are.
    fn make_room(&mut self) {
        let Table { spaces, steps, targets, .. } = &mut *self.table;
        let several = spaces.len() > 1;
        for space in spaces {
            let (mut tools, mut rules) = (0, 0);
            for decl in space.files.iter().flat_map(|file| &file.decls) {
                match decl.kind {
                    DeclKind::Tool(_) => tools += 1,
                    DeclKind::Rule(_) => rules += 1,
                    _ => {}
                }
            }
            space.names.reserve(tools + rules);
            self.rules.reserve(rules);
            steps.reserve(if several { tools } else { 0 });
            targets.reserve(tools + 1);
        }
    }

    fn collect(&mut self, decl: &'a ast::Decl) {
        let attributes = if decl.attributes.is_empty() { None } else { Some(Box::new(self.check_attributes(decl))) };
        match &decl.kind {
            DeclKind::Tool(tool) => self.declare_step(&tool.signature.name, Item::Tool, declarations::TargetDecl::tool(decl, tool, &self.nothing)),
            DeclKind::Model(model) => self.declare_step(&model.name, Item::Model, declarations::TargetDecl::model(decl, model, &self.nothing)),
            DeclKind::Resource(resource) => self.declare_resource(&resource.pattern.text, declarations::TargetDecl::resource(decl, resource, &self.nothing)),
            DeclKind::Class(class) => {
                let item = Item::Class(next(&self.table.classes));
                let full_name = self.full_name(&class.name.text);
                self.table.classes.push(declarations::ClassDecl::new(class, full_name.into(), self.space));
                self.declare(&class.name, item);
            }
            DeclKind::Type(alias) => {
                let item = Item::Type(next(&self.table.types));
                self.table.types.push(types::Alias::new(alias, self.space));
                if types::is_builtin(&alias.name.text) {
                    self.reserved(&alias.name, "a type of the language");
                } else {
                    self.declare(&alias.name, item);
                }
            }
            DeclKind::Let(constant) | DeclKind::Param(constant) => {
                let item = Item::Let(next(&self.table.lets));
                self.table.lets.push(constants::Constant::new(constant, matches!(decl.kind, DeclKind::Param(_)), self.space));
                self.declare_value(&constant.name, item);
            }
            DeclKind::Fn(function) => {
                let item = Item::Function(next(&self.table.functions));
                self.table.functions.push(constants::Function::new(function, self.space));
                if super::expr::functions::is_builtin(&function.signature.name.text) {
                    self.reserved(&function.signature.name, "a function of the language");
                } else {
                    self.declare_value(&function.signature.name, item);
                }
            }
            DeclKind::Label(labels) => {
                for label in labels {
                    if label.text == "user" {
                        self.report(
                            Diagnostic::new(codes::RESERVED_NAME, label.span, "`user` can't be a label")
                                .note("`v from user` asks whether the user typed a value; a label of that name would make it say something else")
                                .help("choose another name"),
                        );
                    } else {
                        let item = Item::Label(next(&self.table.labels));
                        let full_name = self.full_name(&label.text);
                        self.table.labels.push(full_name.into());
                        self.declare(label, item);
                    }
                }
            }
            DeclKind::Agent(agent) => self.declare_step(&agent.name, Item::Agent, declarations::TargetDecl::agent(decl, agent, &self.nothing)),
            DeclKind::Budget(budget) => {
                let item = Item::Budget(next(&self.table.budgets));
                self.table.budgets.push(spending::BudgetDecl::new(budget, self.space));
                self.declare(&budget.name, item);
            }
            DeclKind::Entity(entity) => {
                let item = Item::Entity(next(&self.table.entities));
                let full_name = self.full_name(&entity.name.text);
                self.table.entities.push(entities::EntityDecl::new(decl, entity, full_name.into(), self.space));
                if types::is_builtin(&entity.name.text) {
                    self.reserved(&entity.name, "a type of the language");
                } else {
                    self.declare_value(&entity.name, item);
                }
            }
            DeclKind::Rule(rule) => {
                let item = Item::Rule(next(&self.rules));
                self.rules.push(rules::RuleDecl { decl, rule, attributes, space: self.space });
                if RESERVED_REASONS.contains(&rule.name.text.as_str()) {
                    self.report(
                        Diagnostic::new(codes::RESERVED_NAME, rule.name.span, format!("`{}` can't be the name of a rule", rule.name.text))
                            .note("decisions that no rule made give it as their reason")
                            .help("choose another name"),
                    );
                } else {
                    self.declare(&rule.name, item);
                }
            }
            DeclKind::Fixture(fixture) => {
                let item = Item::Fixture(next(&self.table.fixtures));
                self.table.fixtures.push((self.space, fixture));
                self.declare(&fixture.name, item);
            }
            // Those of a pack are tried where the pack itself is tested.
            DeclKind::Test(_) | DeclKind::Property(_) if self.space != OWN => {}
            DeclKind::Test(test) => self.tests.push((decl, test)),
            DeclKind::Property(property) => self.properties.push((decl, property)),
            DeclKind::Context(_) | DeclKind::Charge(_) | DeclKind::Use(_) | DeclKind::Pack(_) => {}
        }
    }

    fn declare_value(&mut self, name: &'a ast::Name, item: Item) {
        if ROOTS.contains(&name.text.as_str()) {
            self.reserved(name, "a word of the language");
        } else {
            self.declare(name, item);
        }
    }

    fn reserved(&mut self, name: &ast::Name, what: &str) {
        self.report(Diagnostic::new(codes::RESERVED_NAME, name.span, format!("`{}` is {what}", name.text)).help("choose another name"));
    }

    pub(super) fn declare(&mut self, name: &'a ast::Name, item: Item) {
        let Some(space) = self.table.spaces.get_mut(self.space as usize) else { return };
        match space.names.entry(name.text.as_str()) {
            MapEntry::Vacant(place) => {
                place.insert(Entry { name, item });
            }
            MapEntry::Occupied(first) => {
                let first = *first.get();
                let noun = first.item.noun();
                let message = if std::mem::discriminant(&first.item) == std::mem::discriminant(&item) {
                    format!("`{}` is declared twice", name.text)
                } else {
                    format!("`{}` is {noun} already", name.text)
                };
                let d = Diagnostic::new(codes::DUPLICATE_NAME, name.span, message)
                    .label("declared again here")
                    .other(first.name.span, "first declared here")
                    .note("a bundle has one name space for all its files")
                    .help("give one of them another name");
                self.report(d);
            }
        }
    }

    /// Finds the names of declarations that could not be read: of what uses them, nothing is said.
    pub(super) fn collect_unread(&mut self) {
        let Table { spaces, unread, unread_context, .. } = &mut *self.table;
        for file in spaces.iter().flat_map(|space| &space.files) {
            let Some(source) = self.sources.get(file.id) else { continue };
            for line in source.text.lines() {
                let Some((word, rest)) = line.split_once([' ', '\t']) else { continue };
                let rest = rest.trim_start();
                match word {
                    "context" => *unread_context = true,
                    "tool" | "class" | "agent" | "model" | "type" | "let" | "param" | "label" | "fn" | "budget" | "entity" | "fixture" | "permit" | "ask"
                    | "forbid" | "oblige" => {
                        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
                        let name = rest.trim_start_matches('"');
                        let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
                        unread.extend(name.get(..end).filter(|n| !n.is_empty()));
                    }
                    "otherwise" => unread.extend(rest.split_whitespace().nth(1)),
                    _ => {}
                }
            }
        }
    }

    /// Returns the nearest declared name of a kind. Candidates are asked in source order.
    pub(super) fn nearest_item(&mut self, wanted: &str, of: impl Fn(Item) -> bool) -> Option<String> {
        if self.suggestions.is_spent() {
            return None;
        }
        // Behind the alias of a pack, its names; else the own ones, and steps that packs declare.
        let (space, before, wanted) = match self.behind_alias(wanted) {
            Some((Some(space), rest)) => (space, wanted.get(..wanted.len() - rest.len()).unwrap_or_default(), rest),
            _ => (self.space, "", wanted),
        };
        let names = self.names_of(space, &of);
        let of_packs = |t: &&declarations::TargetDecl<'a>| before.is_empty() && t.space != self.space && self.sees(t) && of(t.item());
        let steps: Vec<String> = self.table.targets.iter().filter(of_packs).take(MOST_NAMES).map(|t| t.target.name.to_string()).collect();
        let near = self.suggestions.nearest(wanted, names.into_iter().chain(steps.iter().map(String::as_str)))?;
        Some(format!("{before}{near}"))
    }

    /// Returns names of a kind that a space declares.
    fn names_of(&self, space: u32, of: impl Fn(Item) -> bool) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        let Some(space) = self.table.spaces.get(space as usize) else { return names };
        for file in &space.files {
            for decl in &file.decls {
                for name in decl.kind.declared_names() {
                    if space.names.get(name.text.as_str()).is_some_and(|e| of(e.item)) {
                        names.push(&name.text);
                    }
                }
                if names.len() > MOST_NAMES {
                    break;
                }
            }
        }
        names
    }

    pub(super) fn unknown_rule(&mut self, name: &ast::Name) {
        let near = self.nearest_item(&name.text, |i| matches!(i, Item::Rule(_)));
        let d = Diagnostic::new(codes::UNKNOWN_RULE, name.span, format!("there is no rule `{}`", name.text));
        self.report(did_you_mean(d, name.span, near, || "a rule is named as it is declared: `permit NAME`, `forbid NAME`".to_owned()));
    }

    pub(super) fn unknown_fixture(&mut self, name: &ast::Name) {
        let near = self.nearest_item(&name.text, |i| matches!(i, Item::Fixture(_)));
        let d = Diagnostic::new(codes::UNKNOWN_FIXTURE, name.span, format!("there is no fixture `{}`", name.text));
        self.report(did_you_mean(d, name.span, near, || format!("declare it: `fixture {} {{ … }}`", name.text)));
    }
}

/// Adds "did you mean" with its fix, or other help when nothing is near.
pub(super) fn did_you_mean(d: Diagnostic, span: reach_codes::Span, near: Option<String>, otherwise: impl FnOnce() -> String) -> Diagnostic {
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, near),
        None => d.help(otherwise()),
    }
}

/// Says which names there are, when nothing is near.
pub(super) fn there_are<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> String {
    format!("{what}: {}", suggest::listed(names))
}
