//! Name spaces: that of the bundle and those of the packs that it uses.
//!
//! What a pack declares is its own: whoever uses the pack reads it as `alias.name`. Steps (tools, agents, models, resources) and the fields of
//! the context are common to all, since hosts know them by these names alone. A pack sees of them what it declares, or a pack that it uses: what
//! its names stand for doesn't depend on who uses it.

use crate::maps::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use ecow::{EcoString, eco_format};
use reach_codes::table::{name as codes, types as type_codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast;
use smallvec::SmallVec;

use super::names::{Entry, Item, did_you_mean, next, there_are};
use super::table::Said;
use super::{Checker, declarations};
use crate::ir;
use crate::pack::shorten;

/// The name space of the bundle itself. That of the pack with index `n` is `n + 1`.
pub(crate) const OWN: u32 = 0;

/// A name space.
#[derive(Clone, Debug, Default)]
pub(super) struct Space<'a> {
    /// The pack's name.
    pub(super) pack: Option<&'a str>,
    /// The files, by name.
    pub(super) files: Vec<&'a ast::File>,
    pub(super) names: HashMap<&'a str, Entry<'a>>,
    pub(super) aliases: HashMap<&'a str, Alias>,
    /// The spaces whose steps it sees: its own, and those that it uses, over any number of others.
    pub(super) sees: Spaces,
}

/// What a pack is called by whoever uses it.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    /// None: the pack is not there, which was said.
    pub(super) space: Option<u32>,
    /// Where it is said.
    pub(super) span: Span,
    /// Whether a name was looked up behind it.
    pub(super) said: Said,
}

/// Returns the name spaces of a bundle and its packs: `files` in the order of sources, the first `own` of them the bundle's.
pub(super) fn spaces<'a>(sources: &reach_codes::Sources, files: &'a [ast::File], own: usize, packs: &'a [ir::Pack]) -> Vec<Space<'a>> {
    let by_name = |files: &'a [ast::File]| {
        let mut files: Vec<&ast::File> = files.iter().collect();
        files.sort_by_key(|f| sources.get(f.id).map(|s| s.name.as_str()));
        files
    };
    let mut out = vec![Space { files: by_name(files.get(..own).unwrap_or_default()), ..Space::default() }];
    for pack in packs {
        let from = pack.first as usize;
        let files = by_name(files.get(from..from.saturating_add(pack.files as usize)).unwrap_or_default());
        out.push(Space { pack: Some(&pack.name), files, ..Space::default() });
    }
    out
}

impl<'a> Checker<'a> {
    /// Visits every declaration, each in its space: the bundle's own first, then those of packs by the packs' names.
    pub(super) fn in_each_space(&mut self, mut visit: impl FnMut(&mut Self, &'a ast::Decl)) {
        let before = self.space;
        for (number, files) in (OWN..).zip(self.table.spaces.iter().map(|space| space.files.clone()).collect::<Vec<_>>()) {
            self.space = number;
            files.into_iter().flat_map(|file| &file.decls).for_each(|decl| visit(self, decl));
        }
        self.space = before;
    }

    /// Lets names stand for what they do in a space; returns the one before.
    pub(crate) const fn enter(&mut self, space: u32) -> u32 {
        std::mem::replace(&mut self.space, space)
    }

    /// Does something with names standing for what they do in a space.
    pub(super) fn in_space<T>(&mut self, space: u32, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.enter(space);
        let out = run(self);
        self.enter(before);
        out
    }

    /// Returns the name by which everybody else knows what this space declares.
    pub(super) fn full_name(&self, name: &str) -> EcoString {
        self.full_name_in(self.space, name)
    }

    fn full_name_in(&self, space: u32, name: &str) -> EcoString {
        match self.table.spaces.get(space as usize).and_then(|space| space.pack) {
            Some(pack) => eco_format!("{pack}.{name}"),
            None => name.into(),
        }
    }

    /// Returns whether a pack is not there, so that whatever isn't known may be declared in it.
    pub(crate) fn lacks_packs(&self) -> bool {
        self.table.pack_missing
    }

    pub(super) fn item(&self, name: &str) -> Option<Item> {
        self.item_of_own(name)
            .or_else(|| match self.behind_alias(name) {
                Some((Some(space), rest)) => self.offered(space, rest),
                Some((None, _)) => Some(Item::Unread),
                None => None,
            })
            .or_else(|| (self.table.pack_missing || self.table.unread.contains(name)).then_some(Item::Unread))
    }

    /// Returns what a name stands for as it is, without an alias before it: a quoted one is literal.
    pub(super) fn item_of_own(&self, name: &str) -> Option<Item> {
        let entry = self.entry(name).or_else(|| self.table.steps.get(name).filter(|entry| self.sees_item(entry.item)).copied())?;
        if let Item::Tool(index) | Item::Model(index) | Item::Agent(index) = entry.item {
            self.say_step(index);
        }
        Some(entry.item)
    }

    /// Reports a name that is one of a step or class here, and of something else behind the alias of a pack.
    pub(super) fn two_things(&mut self, name: &ast::Name) -> bool {
        let Some((Some(space), rest)) = self.behind_alias(&name.text) else { return false };
        // Rules and fixtures are named where neither can stand.
        let offered = self.offered(space, rest).filter(|item| !matches!(item, Item::Rule(_) | Item::Fixture(_)));
        let (Some(offered), Some(own)) = (offered, self.item_of_own(&name.text)) else { return false };
        let pack = shorten(self.pack_of(space));
        let d =
            Diagnostic::new(codes::AMBIGUOUS_NAME, name.span, format!("`{}` is {}, and {} of the pack `{pack}` too", name.text, own.noun(), offered.noun()))
                .note(format!("the pack is called `{}` here", name.text.split('.').next().unwrap_or_default()))
                .help("give the pack another name: `use … as …`");
        self.report(d);
        true
    }

    /// Returns the declaration of a name in this space.
    pub(super) fn entry(&self, name: &str) -> Option<Entry<'a>> {
        self.table.spaces.get(self.space as usize)?.names.get(name).copied()
    }

    /// Splits a name behind the alias of a pack; with the pack's space, if the pack is there.
    pub(super) fn behind_alias<'n>(&self, name: &'n str) -> Option<(Option<u32>, &'n str)> {
        let (alias, rest) = name.split_once('.')?;
        self.alias(alias).map(|space| (space, rest))
    }

    /// Returns the space of the pack that is called so here; an inner none where the pack is not there.
    pub(super) fn alias(&self, name: &str) -> Option<Option<u32>> {
        let alias = self.table.spaces.get(self.space as usize)?.aliases.get(name)?;
        alias.said.say();
        Some(alias.space)
    }

    /// Returns what a pack offers by a name. Steps are nobody's own.
    pub(super) fn offered(&self, space: u32, name: &str) -> Option<Item> {
        let item = self.table.spaces.get(space as usize)?.names.get(name)?.item;
        (!matches!(item, Item::Tool(_) | Item::Model(_) | Item::Agent(_))).then_some(item)
    }

    /// Returns the full name of the pack that is called so here.
    pub(super) fn pack_of(&self, space: u32) -> &'a str {
        self.table.spaces.get(space as usize).and_then(|space| space.pack).unwrap_or_default()
    }

    /// Returns the full name of a rule: its own, behind an alias, or written out with any pack of the bundle.
    pub(super) fn rule_named(&self, name: &str) -> Option<String> {
        let is_rule = |space: u32, name: &str| {
            self.table.spaces.get(space as usize).is_some_and(|space| matches!(space.names.get(name), Some(Entry { item: Item::Rule(_), .. })))
        };
        if is_rule(self.space, name) {
            return Some(self.full_name(name).into());
        }
        if let Some((Some(space), rest)) = self.behind_alias(name)
            && is_rule(space, rest)
        {
            return Some(self.full_name_in(space, rest).into());
        }
        let (pack, rule) = name.rsplit_once('.')?;
        let number = self.packs.binary_search_by(|p| p.name.as_str().cmp(pack)).ok()?;
        is_rule(space_of(number), rule).then(|| name.to_owned())
    }

    /// Returns the name of a budget as hosts say it.
    pub(crate) fn budget_named(&self, name: &str) -> String {
        match self.behind_alias(name) {
            Some((Some(space), rest)) if matches!(self.offered(space, rest), Some(Item::Budget(_))) => self.full_name_in(space, rest).into(),
            _ => name.to_owned(),
        }
    }

    fn sees_any(&self, of: &Spaces) -> bool {
        // Whoever uses the packs sees all of them.
        self.space == OWN || self.table.spaces.get(self.space as usize).is_some_and(|space| space.sees.meets(of))
    }

    /// Returns whether a declared step is known here: a declaration of it stands where this space sees it.
    pub(super) fn sees(&self, target: &declarations::TargetDecl<'a>) -> bool {
        self.sees_any(&target.spaces) || target.target.kind == ir::StepKind::Say
    }

    fn sees_item(&self, item: Item) -> bool {
        match item {
            Item::Tool(index) | Item::Model(index) | Item::Agent(index) => self.table.targets.get(index as usize).is_some_and(|target| self.sees(target)),
            _ => false,
        }
    }

    /// Returns whether a pattern of names may stand for a step. What a pack permits, it permits of what its author could see; what restricts
    /// is about all steps.
    pub(super) fn ranges_over(&self, target: &declarations::TargetDecl<'a>) -> bool {
        !matches!(self.effect, Some(ir::Effect::Permit | ir::Effect::OtherwiseAsk)) || self.sees(target)
    }

    /// Returns whether a field of the context is known here.
    pub(super) fn sees_context(&self, field: &str) -> bool {
        self.space == OWN || self.table.context_spaces.get(field).is_some_and(|spaces| self.sees_any(spaces))
    }

    /// Declares a step. Another space may have declared it too: then it is one, and both must say the same of it.
    pub(super) fn declare_step(&mut self, name: &'a ast::Name, item: impl Fn(u32) -> Item, decl: declarations::TargetDecl<'a>) {
        let new = item(next(&self.table.targets));
        if self.table.spaces.len() == 1 {
            self.table.targets.push(decl.in_space(self.space));
            self.declare(name, new);
            return;
        }
        let again = self.entry(&name.text).is_some();
        match self.table.steps.entry(name.text.as_str()) {
            MapEntry::Occupied(first) if !again => {
                let first = *first.get();
                if std::mem::discriminant(&first.item) == std::mem::discriminant(&new)
                    && let Item::Tool(index) | Item::Model(index) | Item::Agent(index) = first.item
                {
                    if let Some(target) = self.table.targets.get_mut(index as usize) {
                        target.declared_again(&decl, self.space);
                    }
                    self.declare(name, first.item);
                    return;
                }
                let d = Diagnostic::new(
                    codes::DECLARED_OTHERWISE,
                    name.span,
                    format!("`{}` is {} here and {} elsewhere", name.text, new.noun(), first.item.noun()),
                )
                .other(first.name.span, "declared here")
                .note("hosts know steps by their names alone, so that a name stands for one step in a bundle and all its packs")
                .help("one of them can't be used with the other, unless it calls its step otherwise");
                self.report(d);
            }
            MapEntry::Occupied(_) => {}
            MapEntry::Vacant(place) => {
                place.insert(Entry { name, item: new });
            }
        }
        self.table.targets.push(decl.in_space(self.space));
        self.declare(name, new);
    }

    /// Declares a resource, as [`Checker::declare_step`] does a step: it is named by its glob.
    pub(super) fn declare_resource(&mut self, glob: &'a str, decl: declarations::TargetDecl<'a>) {
        let index = next(&self.table.targets);
        let first = *self.table.resources.entry(glob).or_insert(index);
        match self.table.targets.get_mut(first as usize) {
            Some(target) if !target.spaces.contains(self.space) => target.declared_again(&decl, self.space),
            _ => self.table.targets.push(decl.in_space(self.space)),
        }
    }

    /// Reports a declaration that says another thing of what another space declares too.
    pub(super) fn declared_otherwise(&mut self, what: &str, [again, first]: [Span; 2], difference: String) {
        let d = Diagnostic::new(codes::DECLARED_OTHERWISE, again, format!("{what} is declared otherwise elsewhere: {difference}"))
            .other(first, "declared here")
            .note("steps and the context are one for a bundle and all its packs, so that all must declare them alike")
            .help("declare it as the pack does, or leave it out: what a used pack declares is there");
        self.report(d);
    }

    /// Reports a value behind the alias of a pack that isn't one.
    pub(super) fn not_offered<T>(&mut self, space: u32, name: &ast::Name, span: Span) -> Option<T> {
        let pack = shorten(self.pack_of(space));
        let names = self.values_of(space);
        let near = self.suggestions.nearest(&name.text, names.iter().copied()).map(str::to_owned);
        let d = match self.table.spaces.get(space as usize).and_then(|space| space.names.get(name.text.as_str())).map(|entry| entry.item) {
            Some(item @ (Item::Tool(_) | Item::Model(_) | Item::Agent(_))) => {
                let d = Diagnostic::new(codes::WRONG_KIND_OF_NAME, span, format!("`{}` is {}, not a value", name.text, item.noun()));
                d.help("names of steps are common to all: leave out the pack's name")
            }
            Some(item) => Diagnostic::new(codes::WRONG_KIND_OF_NAME, span, format!("`{}` of the pack `{pack}` is {}, not a value", name.text, item.noun())),
            None => {
                let d = Diagnostic::new(codes::UNKNOWN_NAME, name.span, format!("the pack `{pack}` declares no `{}`", name.text));
                did_you_mean(d, name.span, near, || {
                    if names.is_empty() { "it declares no constants".to_owned() } else { there_are("its constants are", names.iter().copied()) }
                })
            }
        };
        self.report(d);
        None
    }

    fn values_of(&self, space: u32) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.table.spaces.get(space as usize).map_or_else(Vec::new, |space| {
            space.names.values().filter(|entry| matches!(entry.item, Item::Let(_))).map(|entry| entry.name.text.as_str()).collect()
        });
        names.sort_unstable();
        names
    }

    /// Reports the alias of a pack where a value is needed.
    pub(super) fn alias_alone<T>(&mut self, name: &ast::Name) -> Option<T> {
        let d = Diagnostic::new(type_codes::NOT_A_VALUE, name.span, format!("`{}` is a pack, not a value", name.text))
            .help(format!("name something that it declares: `{}.…`", name.text));
        self.report(d);
        None
    }
}

/// Returns the space of a pack by its index.
pub(super) fn space_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1)
}

/// A set of spaces.
#[derive(Clone, Debug, Default)]
pub(super) struct Spaces {
    words: SmallVec<[u64; 1]>,
}

impl Spaces {
    pub(super) fn of(space: u32) -> Self {
        let mut out = Self::default();
        out.insert(space);
        out
    }

    pub(super) fn insert(&mut self, space: u32) {
        let word = (space / 64) as usize;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (space % 64);
        }
    }

    pub(super) fn contains(&self, space: u32) -> bool {
        self.words.get((space / 64) as usize).is_some_and(|word| word >> (space % 64) & 1 == 1)
    }

    pub(super) fn add(&mut self, others: &Self) {
        if self.words.len() < others.words.len() {
            self.words.resize(others.words.len(), 0);
        }
        self.words.iter_mut().zip(&others.words).for_each(|(mine, others)| *mine |= others);
    }

    pub(super) fn meets(&self, others: &Self) -> bool {
        self.words.iter().zip(&others.words).any(|(a, b)| a & b != 0)
    }
}
