//! What rules are about: names, prefixes, classes, kinds, globs, `*` and `undeclared`.

use crate::maps::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::sync::Arc;
use std::sync::OnceLock;

use ecow::EcoString;
use reach_codes::table::{name as codes, types as type_codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, TargetKind};
use reach_values::pattern::Pattern as Glob;

use super::Checker;
use super::names::{Item, did_you_mean};
use super::view::{FieldMap, Seen, View};
use crate::ir::StepKind;

/// The same targets give the same view.
pub(super) type ViewKey = (Seen, bool);

/// Declared steps, found by kind and name.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    by_kind: HashMap<StepKind, Vec<u32>>,
    /// Kind and name of each step, in order; a tool that is declared twice stands in it twice.
    names: Vec<(StepKind, EcoString, u32)>,
    /// The first step of each kind and name; made when that is first asked for.
    by_name: OnceLock<HashMap<(StepKind, EcoString), u32>>,
    /// Names in order, for prefixes; likewise.
    sorted: OnceLock<Vec<(EcoString, u32)>>,
}

impl Index {
    pub(super) fn find(&self, kind: StepKind, name: &str) -> Option<u32> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = HashMap::default();
            for (kind, name, at) in &self.names {
                by_name.entry((*kind, name.clone())).or_insert(*at);
            }
            by_name
        });
        by_name.get(&(kind, name.into())).copied()
    }

    fn of_kind(&self, kind: StepKind) -> &[u32] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Returns the names of steps that have one, in order.
    fn sorted(&self) -> &[(EcoString, u32)] {
        self.sorted.get_or_init(|| {
            let named = self.names.iter().filter(|(kind, ..)| !matches!(kind, StepKind::Say | StepKind::Read));
            let mut sorted: Vec<(EcoString, StepKind, u32)> = named.map(|(kind, name, at)| (name.clone(), *kind, *at)).collect();
            sorted.sort();
            // A tool that is declared twice stands in it once.
            sorted.dedup_by(|b, a| (&a.0, a.1) == (&b.0, b.1));
            sorted.into_iter().map(|(name, _, at)| (name, at)).collect()
        })
    }

    fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = u32> {
        let sorted = self.sorted();
        let from = sorted.partition_point(|(name, _)| name.as_str() < prefix);
        sorted.iter().skip(from).take_while(move |(name, _)| name.starts_with(prefix)).map(|(_, index)| *index)
    }
}

/// What a rule's targets come to.
#[derive(Default)]
struct Found {
    /// The steps, each perhaps several times, with the class through which it was found.
    targets: Seen,
    /// How many there may be before they are put in order.
    room: usize,
    classes: Vec<u32>,
    undeclared: bool,
    poisoned: bool,
}

impl Found {
    fn add(&mut self, target: u32) {
        self.push(target, None);
    }

    fn push(&mut self, target: u32, class: Option<u32>) {
        self.targets.push((target, class));
        // Many names of the same steps take no more room than the steps.
        if self.targets.len() >= self.room.max(1024) {
            self.tidy();
            self.room = self.targets.len() * 2;
        }
    }

    /// Puts the steps in order, each once: what is named by itself stands for itself, else for the class that was named first.
    fn tidy(&mut self) {
        self.targets.sort_by_key(|(target, class)| (*target, class.is_some()));
        self.targets.dedup_by_key(|(target, _)| *target);
    }
}

fn declaration(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Call => "tool",
        StepKind::Spawn => "agent",
        StepKind::Model => "model",
        StepKind::Read => "resource",
        StepKind::Say => "say",
    }
}

impl<'a> Checker<'a> {
    /// Builds the index; two resources with one glob are a mistake.
    pub(super) fn build_index(&mut self) -> Index {
        let mut index = Index::default();
        index.names.reserve(self.table.targets.len());
        let mut twice: Vec<(Span, u32)> = Vec::new();
        let mut resources: HashMap<&str, u32> = HashMap::default();
        for (at, decl) in (0u32..).zip(&self.table.targets) {
            let target = &decl.target;
            index.by_kind.entry(target.kind).or_default().push(at);
            index.names.push((target.kind, target.name.clone(), at));
            // A tool that is declared twice was reported with the names.
            if target.kind == StepKind::Read {
                match resources.entry(target.name.as_str()) {
                    MapEntry::Occupied(first) => twice.push((target.span, *first.get())),
                    MapEntry::Vacant(place) => {
                        place.insert(at);
                    }
                }
            }
        }
        for (span, first) in twice {
            let mut d = Diagnostic::new(codes::DUPLICATE_NAME, span, "this resource is declared twice").label("declared again here");
            if let Some(first) = self.table.targets.get(first as usize) {
                d = d.other(first.target.span, "first declared here");
            }
            self.report(d.help("remove one of them"));
        }
        index
    }

    /// Resolves targets and returns what `args` and `facts` are for them.
    pub(super) fn view_of(&mut self, targets: &'a [ast::Target]) -> Arc<View> {
        // A rule without targets was refused where it was read.
        let mut found = Found { poisoned: targets.is_empty(), ..Found::default() };
        for target in targets {
            self.resolve_target(target, None, &mut found);
        }
        self.view_of_found(found)
    }

    /// Resolves the names of a pattern of steps or results. A kind without names stands for all of it, `result` for all steps.
    pub(super) fn view_of_pattern(&mut self, pattern: &'a ast::EventPattern) -> Arc<View> {
        let mut found = Found::default();
        let kind = StepKind::from_word(&pattern.kind.text).map(|_| &pattern.kind);
        for target in &pattern.names {
            self.resolve_target(target, kind, &mut found);
        }
        match kind {
            Some(kind) if pattern.names.is_empty() => self.resolve_kind(kind, kind.span, &mut found),
            None if pattern.names.is_empty() => self.resolve_all(&mut found),
            _ => {}
        }
        self.view_of_found(found)
    }

    fn view_of_found(&mut self, mut found: Found) -> Arc<View> {
        let classes = std::mem::take(&mut found.classes);
        for class in &classes {
            for member in self.table.classes.get(*class as usize).map_or(&[][..], |c| &c.members) {
                found.push(*member, Some(*class));
            }
        }
        found.tidy();
        let listed = found.targets;
        if found.poisoned {
            let mut view = self.shared(listed, &classes, found.undeclared);
            view.poisoned = true;
            return Arc::new(view);
        }
        if let ([(only, None)], false) = (listed.as_slice(), found.undeclared || !classes.is_empty()) {
            return self.table.targets.get(*only as usize).map(|t| t.own.clone()).unwrap_or_default();
        }
        let key = (listed, found.undeclared);
        if let Some(view) = self.views.get(&key) {
            return view.clone();
        }
        let view = Arc::new(self.shared(key.0.clone(), &classes, found.undeclared));
        self.views.insert(key, view.clone());
        view
    }

    fn shared(&self, listed: Seen, classes: &[u32], undeclared: bool) -> View {
        let mut view = View { undeclared, ..View::default() };
        if !undeclared {
            let named = listed.iter().filter(|(_, class)| class.is_none()).filter_map(|(t, _)| self.table.targets.get(*t as usize)).map(|t| &t.own.args);
            let of_classes = classes.iter().filter_map(|c| self.table.classes.get(*c as usize)).map(|c| &c.fields);
            view.args = share_all(named.chain(of_classes));
            view.facts = share_all(listed.iter().filter_map(|(t, _)| self.table.targets.get(*t as usize)).map(|t| &t.own.facts));
        }
        view.targets = listed;
        view
    }

    /// `default`: the kind of names that have none.
    fn resolve_target(&mut self, target: &'a ast::Target, default: Option<&'a ast::Name>, found: &mut Found) {
        match &target.kind {
            TargetKind::All => match default {
                Some(kind) => self.resolve_kind(kind, target.span, found),
                None => self.resolve_all(found),
            },
            TargetKind::Kind(word) if word.text == "undeclared" => found.undeclared = true,
            TargetKind::Kind(word) => self.resolve_kind(word, target.span, found),
            TargetKind::Named { kind, name } => self.resolve_named_target(kind.as_deref().or(default), name, found),
            TargetKind::Prefix { kind, prefix } => self.resolve_prefix(target.span, kind.as_deref().or(default), prefix, found),
            TargetKind::Glob { kind, pattern } => self.resolve_glob(kind.as_deref().or(default), pattern, found),
        }
    }

    fn resolve_all(&self, found: &mut Found) {
        (0u32..).zip(&self.table.targets).filter(|(_, target)| self.ranges_over(target)).for_each(|(i, _)| found.add(i));
    }

    /// Returns whether a pattern of names may stand for a step.
    fn may_stand_for(&self, index: u32) -> bool {
        self.table.targets.get(index as usize).is_some_and(|target| self.ranges_over(target))
    }

    fn resolve_kind(&mut self, word: &ast::Name, span: Span, found: &mut Found) {
        match StepKind::from_word(&word.text) {
            Some(kind) if !self.table.index.of_kind(kind).iter().any(|index| self.may_stand_for(*index)) => {
                let what = declaration(kind);
                self.matches_nothing(span, format!("no {what} is declared"), format!("declare one: `{what} …`, or remove the target"), found);
            }
            Some(kind) => self.table.index.of_kind(kind).iter().filter(|index| self.may_stand_for(**index)).for_each(|i| found.add(*i)),
            None => found.poisoned = true,
        }
    }

    /// Returns the kind that a word before a name says; reports those that take no names.
    fn named_kind(&mut self, word: Option<&ast::Name>, found: &mut Found) -> Option<Option<StepKind>> {
        let Some(word) = word else { return Some(None) };
        match StepKind::from_word(&word.text) {
            Some(StepKind::Say) | None => {
                found.poisoned = true;
                let d = Diagnostic::new(type_codes::KIND_WITHOUT_NAMES, word.span, format!("`{}` takes no names", word.text))
                    .note("a kind holds for the names behind it, up to the next kind")
                    .help(format!("put `{}` last, or write `call` before the names", word.text));
                self.report(d);
                None
            }
            kind => Some(kind),
        }
    }

    fn resolve_named_target(&mut self, word: Option<&'a ast::Name>, name: &'a ast::Name, found: &mut Found) {
        let Some(kind) = self.named_kind(word, found) else { return };
        if kind == Some(StepKind::Read) {
            return match self.table.index.find(StepKind::Read, &name.text).filter(|index| self.table.targets.get(*index as usize).is_some_and(|t| self.sees(t)))
            {
                Some(index) => found.add(index),
                None => self.unknown_resource(name.span, &name.text, found),
            };
        }
        // What is quoted is literal.
        let item =
            if name.quoted { self.item_of_own(&name.text).or_else(|| self.item(&name.text).filter(|i| *i == Item::Unread)) } else { self.item(&name.text) };
        if !name.quoted && self.two_things(name) {
            found.poisoned = true;
            return;
        }
        match (item, kind) {
            (Some(Item::Tool(index)), None | Some(StepKind::Call))
            | (Some(Item::Model(index)), None | Some(StepKind::Model))
            | (Some(Item::Agent(index)), None | Some(StepKind::Spawn)) => found.add(index),
            (Some(Item::Class(class)), None | Some(StepKind::Call)) => {
                if self.table.classes.get(class as usize).is_some_and(|c| c.members.is_empty()) {
                    let declared = self.table.classes.get(class as usize).map(|c| c.ast.name.span);
                    found.poisoned = true;
                    let mut d = Diagnostic::new(codes::MATCHES_NOTHING, name.span, format!("no tool is `{}`", name.text));
                    if let Some(declared) = declared {
                        d = d.other(declared, "the class is declared here");
                    }
                    self.report(d.help(format!("say of a tool what it is: `tool …(…) is {}(…)`", name.text)));
                } else if !found.classes.contains(&class) {
                    found.classes.push(class);
                }
            }
            (Some(Item::Unread), _) => found.poisoned = true,
            (Some(item), _) => {
                found.poisoned = true;
                let wanted = kind.map_or("something that a rule can be about", declaration);
                let article = match kind {
                    Some(StepKind::Spawn) => "an ",
                    Some(_) => "a ",
                    None => "",
                };
                let d = Diagnostic::new(codes::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not {article}{wanted}", name.text, item.noun()))
                    .help("rules are about tools, classes, models, agents, resources and `say`");
                self.report(d);
            }
            (None, _) => {
                found.poisoned = true;
                let near = self.nearest_item(&name.text, |i| match kind {
                    Some(StepKind::Model) => matches!(i, Item::Model(_)),
                    Some(StepKind::Spawn) => matches!(i, Item::Agent(_)),
                    Some(_) => matches!(i, Item::Tool(_) | Item::Class(_)),
                    None => matches!(i, Item::Tool(_) | Item::Class(_) | Item::Model(_) | Item::Agent(_)),
                });
                let what = kind.map_or("tool, class, model or agent", declaration);
                let d = Diagnostic::new(codes::UNKNOWN_TARGET, name.span, format!("there is no {what} `{}`", name.text));
                self.report(did_you_mean(d, name.span, near, || {
                    let what = kind.map_or("tool", declaration);
                    format!("declare it: `{what} {}(…)`", name.text)
                }));
            }
        }
    }

    fn resolve_prefix(&mut self, span: Span, word: Option<&ast::Name>, prefix: &ast::Name, found: &mut Found) {
        let Some(kind) = self.named_kind(word, found) else { return };
        let of_kind = |t: StepKind| kind.is_none_or(|k| k == t);
        let matching: Vec<u32> = self
            .table
            .index
            .with_prefix(&prefix.text)
            .filter(|i| self.table.targets.get(*i as usize).is_some_and(|t| of_kind(t.target.kind) && self.ranges_over(t)))
            .collect();
        if matching.is_empty() {
            let near = self.nearest_prefix(&prefix.text);
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare the tool, or remove the target".to_owned(),
            };
            return self.matches_nothing(span, format!("no declared name begins with `{}`", prefix.text), hint, found);
        }
        matching.into_iter().for_each(|i| found.add(i));
    }

    /// Finds a declared name whose beginning is nearly the prefix, and returns that beginning with its star.
    fn nearest_prefix(&mut self, prefix: &str) -> Option<String> {
        let cut =
            |name: &'_ str| -> Option<String> { Some(name.get(..name.char_indices().nth(prefix.chars().count()).map_or(name.len(), |(i, _)| i))?.to_owned()) };
        let beginnings: Vec<String> = self.table.index.sorted().iter().take(2_000).filter_map(|(name, _)| cut(name)).collect();
        self.suggestions.nearest(prefix, beginnings.iter().map(String::as_str)).map(|near| format!("{near}*"))
    }

    fn resolve_glob(&mut self, word: Option<&ast::Name>, pattern: &'a ast::Pattern, found: &mut Found) {
        let Some(kind) = self.named_kind(word, found) else { return };
        if kind == Some(StepKind::Read) {
            return match self
                .table
                .index
                .find(StepKind::Read, &pattern.text)
                .filter(|index| self.table.targets.get(*index as usize).is_some_and(|t| self.sees(t)))
            {
                Some(index) => found.add(index),
                None => self.unknown_resource(pattern.span, &pattern.text, found),
            };
        }
        if self.pattern(pattern, &crate::ir::Type::Text, false).is_none() {
            found.poisoned = true;
            return;
        }
        let Ok(glob) = Glob::text_glob(&pattern.text, false) else { return };
        let of_kind = |t: StepKind| kind.is_none_or(|k| k == t);
        let matching: Vec<u32> = (0u32..)
            .zip(&self.table.targets)
            .filter(|(_, t)| !matches!(t.target.kind, StepKind::Say | StepKind::Read) && of_kind(t.target.kind) && self.ranges_over(t))
            .filter(|(_, t)| glob.is_match(&t.target.name))
            .map(|(i, _)| i)
            .collect();
        if matching.is_empty() {
            let help = "declare the tool, or remove the target; a glob for resources stands behind `read`".to_owned();
            return self.matches_nothing(pattern.span, format!("no declared name matches `{}`", pattern.text), help, found);
        }
        matching.into_iter().for_each(|i| found.add(i));
    }

    fn unknown_resource(&mut self, span: Span, text: &str, found: &mut Found) {
        found.poisoned = true;
        let declared: Vec<String> = self
            .table
            .index
            .of_kind(StepKind::Read)
            .iter()
            .filter_map(|i| self.table.targets.get(*i as usize))
            .take(2_000)
            .map(|t| t.target.name.to_string())
            .collect();
        let near = self.suggestions.nearest(text, declared.iter().map(String::as_str)).map(str::to_owned);
        let d = Diagnostic::new(codes::UNKNOWN_TARGET, span, format!("no resource is declared as `{text}`"))
            .note("a rule names a resource by the glob that it is declared with");
        self.report(match near {
            Some(near) => d.help(format!("did you mean `glob\"{near}\"`?")),
            None => d.help(format!("declare it: `resource glob\"{text}\"`; narrow a rule with `when step.name matches glob\"…\"`")),
        });
    }

    fn matches_nothing(&mut self, span: Span, message: String, help: String, found: &mut Found) {
        found.poisoned = true;
        let d = Diagnostic::new(codes::MATCHES_NOTHING, span, message).note("a rule about nothing would never decide anything").help(help);
        self.report(d);
    }
}

fn share_all<'m>(mut maps: impl Iterator<Item = &'m FieldMap>) -> FieldMap {
    let Some(first) = maps.next() else { return FieldMap::default() };
    let mut shared = first.clone();
    for map in maps {
        shared.share(map);
    }
    shared
}
