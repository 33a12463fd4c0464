//! Which rules a change can concern.
//!
//! A declaration depends on others by their names alone. So what mentions no name of anything that changed, and nothing that in turn mentions
//! one, comes to the same. A word is a mention wherever it stands, in a text or a comment too: that is more than need be, and misses nothing.

use std::collections::BTreeMap;

use reach_codes::{FileId, Sources};
use reach_grammar::ast::{self, Decl, DeclKind};

use crate::check::{Kept, Reuse};
use crate::ir;
use crate::maps::{HashMap, HashSet};
use crate::pack::Gathered;

/// How often it is looked for what mentions what changed, before everything counts as changed.
const MOST_ROUNDS: usize = 16;

/// What there was before.
pub(super) struct Before {
    /// The names of the files.
    names: Vec<String>,
    /// What the files declared that have another text now.
    declared: BTreeMap<FileId, Declared>,
    /// The rules that may be kept, by place.
    rules: HashMap<(FileId, u32), (ir::Rule, Kept)>,
}

/// What a file declares, but for where.
#[derive(Default, PartialEq, Eq)]
struct Declared {
    /// Declarations that others can depend on, as they are written: of rules, tests and fixtures only that they are there.
    all: BTreeMap<String, Vec<Vec<String>>>,
    /// What is known by number elsewhere, in order.
    numbered: Vec<String>,
    /// Whether something stands there whose effect has no name.
    nameless: Vec<String>,
}

impl Declared {
    fn of(file: &ast::File) -> Self {
        let mut out = Self::default();
        for decl in &file.decls {
            let names = names(decl);
            let text = match &decl.kind {
                DeclKind::Rule(_) => format!("rule {names:?}"),
                DeclKind::Fixture(_) => format!("fixture {names:?}"),
                DeclKind::Test(_) | DeclKind::Property(_) => continue,
                _ => reach_grammar::dump(&ast::File { id: file.id, decls: vec![decl.clone()], comments: Vec::new() }),
            };
            match &decl.kind {
                DeclKind::Label(_) | DeclKind::Class(_) | DeclKind::Entity(_) | DeclKind::Budget(_) => out.numbered.push(format!("{names:?}")),
                DeclKind::Resource(_) | DeclKind::Use(_) | DeclKind::Pack(_) | DeclKind::Charge(_) => out.nameless.push(text.clone()),
                _ => {}
            }
            out.all.entry(text).or_default().push(names);
        }
        out
    }
}

/// Returns the names by which others know a declaration.
fn names(decl: &Decl) -> Vec<String> {
    match &decl.kind {
        DeclKind::Context(_) => vec!["context".to_owned()],
        kind => kind.declared_names().into_iter().map(|name| name.text.to_string()).collect(),
    }
}

impl Before {
    /// `changed`: the trees of the files that have another text now.
    pub(super) fn of(sources: &Sources, changed: &[&ast::File], rules: Vec<ir::Rule>, kept: Vec<Option<Kept>>) -> Self {
        let declared: BTreeMap<_, _> = changed.iter().map(|file| (file.id, Declared::of(file))).collect();
        let names = sources.iter().map(|(_, source)| source.name.clone()).collect();
        let rules = rules.into_iter().zip(kept).filter_map(|(rule, kept)| Some(((rule.span.file, rule.span.start), (rule, kept?))));
        let same = |file: &FileId| !declared.contains_key(file);
        let rules = rules.filter(|((file, _), (_, kept))| same(file) && kept.elsewhere().iter().all(same)).collect();
        Self { names, declared, rules }
    }

    /// Returns the rules that come to the same now; none where that isn't known of any.
    pub(super) fn still_good(self, now: &Gathered) -> Option<Reuse> {
        let same_files = now.sources.len() == self.names.len() && now.sources.iter().zip(&self.names).all(|((_, source), name)| source.name == *name);
        if !same_files || !now.readable || !now.packs.is_empty() {
            return None;
        }
        let mut changed = Words::default();
        for (id, before) in &self.declared {
            let after = Declared::of(now.files.get(id.0 as usize)?);
            if before.numbered != after.numbered || before.nameless != after.nameless {
                return None;
            }
            for (one, other) in [(before, &after), (&after, before)] {
                for (_, names) in one.all.iter().filter(|(text, names)| other.all.get(*text) != Some(names)) {
                    names.iter().flatten().try_for_each(|name| changed.add(name))?;
                }
            }
        }
        let mut rules = self.rules;
        if !changed.is_empty() {
            changed.spread(now)?;
            rules.retain(|_, (rule, _)| !changed.mentioned_in(now.sources.text(rule.span)));
        }
        Some(Reuse::of(rules))
    }
}

/// The words of names.
#[derive(Default)]
struct Words(HashSet<String>);

impl Words {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a name; none where it has no words to be found by.
    fn add(&mut self, name: &str) -> Option<()> {
        let before = words(name).count();
        self.0.extend(words(name).map(str::to_owned));
        (before > 0).then_some(())
    }

    /// Returns whether a text has one of the words, or may have one that is written otherwise.
    fn mentioned_in(&self, text: &str) -> bool {
        text.contains('\\') || words(text).any(|word| self.0.contains(word))
    }

    /// Adds the names of what mentions what is there, and so on; none where that goes too far.
    fn spread(&mut self, now: &Gathered) -> Option<()> {
        let rest = now.files.iter().flat_map(|file| &file.decls);
        // Nothing depends on a rule or a test by its name that a rule could depend on.
        let mut rest: Vec<&Decl> =
            rest.filter(|d| !matches!(d.kind, DeclKind::Rule(_) | DeclKind::Test(_) | DeclKind::Property(_) | DeclKind::Fixture(_))).collect();
        for _ in 0..MOST_ROUNDS {
            let (met, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|decl| self.mentioned_in(now.sources.text(decl.span)));
            if met.is_empty() {
                return Some(());
            }
            met.into_iter().flat_map(names).try_for_each(|name| self.add(&name))?;
            rest = others;
        }
        None
    }
}

/// Returns the words of a text: what a name is made of, and whatever is beyond ASCII.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
