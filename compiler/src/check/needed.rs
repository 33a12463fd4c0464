//! What each `use` of the bundle itself is needed for.
//!
//! A pack's rules are in force whether its names are said or not. So a `use` is idle only where the pack has nothing that counts by itself, none
//! of its names is said, and nothing asks about a step that it brings.

use crate::maps::HashMap;
use std::collections::BTreeMap;

use reach_grammar::ast::{self, DeclKind};

use super::Checker;
use super::spaces::{OWN, Spaces, space_of};
use super::uses::called;
use crate::ir::{self, Need, StepKind};

impl<'a> Checker<'a> {
    /// Remembers that the bundle's own sources name a step.
    pub(super) fn say_step(&self, index: u32) {
        if self.space == OWN
            && let Some(target) = self.table.targets.get(index as usize)
        {
            target.said.say();
        }
    }

    /// Returns the bundle's own `use`s with what each is needed for, once everything was checked.
    pub(super) fn needed_uses(&self, rules: &[ir::Rule]) -> Vec<ir::Use> {
        let imports: Vec<(&ast::Use, usize)> = self.own_uses().collect();
        if imports.is_empty() {
            return Vec::new();
        }
        let (in_force, asked) = (self.spaces_in_force(), self.spaces_asked_about(rules));
        let mut uses: Vec<ir::Use> = Vec::with_capacity(imports.len());
        // The use by which a pack is there. Any does for what no name is said for, and one is enough: the first, or one that is needed anyhow.
        let mut bringing: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, (import, pack)) in imports.iter().enumerate() {
            let (alias, span) = called(import);
            let said = self.table.spaces.get(OWN as usize).and_then(|space| space.aliases.get(alias)).is_some_and(|alias| alias.said.get());
            let need = if said { Need::Names } else { Need::Nothing };
            uses.push(ir::Use { pack: u32::try_from(*pack).unwrap_or(u32::MAX), alias: alias.to_owned(), need, span });
            let first = *bringing.entry(*pack).or_insert(at);
            if need == Need::Names && uses.get(first).is_some_and(|first| first.need == Need::Nothing) {
                bringing.insert(*pack, at);
            }
        }
        for (pack, at) in &bringing {
            let sees = self.table.spaces.get(space_of(*pack) as usize).map(|space| &space.sees);
            let Some(here) = uses.get_mut(*at).filter(|here| here.need == Need::Nothing) else { continue };
            here.need = match sees {
                Some(sees) if in_force.meets(sees) => Need::Force,
                Some(sees) if asked.meets(sees) => Need::Steps,
                _ => Need::Nothing,
            };
        }
        let by_others = self.spaces_used_by_packs();
        for ((import, pack), at) in imports.iter().zip(0..) {
            let needed = |at: &usize| uses.get(*at).is_some_and(|first| first.need != Need::Nothing);
            let there = bringing.get(pack).is_some_and(needed) || by_others.contains(space_of(*pack));
            if !import.with.is_empty()
                && there
                && let Some(here) = uses.get_mut(at).filter(|here| here.need == Need::Nothing)
            {
                here.need = Need::Parameters;
            }
        }
        // Several files may say the same, each for itself.
        let needs: HashMap<(u32, String), Need> = uses.iter().rev().filter(|u| u.need != Need::Nothing).map(|u| ((u.pack, u.alias.clone()), u.need)).collect();
        for here in uses.iter_mut().filter(|here| here.need == Need::Nothing) {
            here.need = needs.get(&(here.pack, here.alias.clone())).copied().unwrap_or(Need::Nothing);
        }
        uses
    }

    /// Returns the bundle's own `use`s, each with the index of its pack.
    fn own_uses(&self) -> impl Iterator<Item = (&'a ast::Use, usize)> {
        let own: Vec<&'a ast::File> = self.table.spaces.get(OWN as usize).map(|space| space.files.clone()).unwrap_or_default();
        let packs = self.packs;
        own.into_iter().flat_map(|file| &file.decls).filter_map(move |decl| match &decl.kind {
            DeclKind::Use(import) => Some((&**import, packs.binary_search_by(|pack| pack.name.as_str().cmp(import.pack.text.as_str())).ok()?)),
            _ => None,
        })
    }

    /// Returns the packs of which something counts whatever is named.
    fn spaces_in_force(&self) -> Spaces {
        let mut out = Spaces::default();
        for (number, space) in (OWN..).zip(&self.table.spaces).skip(1) {
            let counts = |decl: &ast::Decl| {
                matches!(decl.kind, DeclKind::Rule(_) | DeclKind::Budget(_) | DeclKind::Charge(_) | DeclKind::Context(_) | DeclKind::Resource(_))
            };
            if space.files.iter().flat_map(|file| &file.decls).any(counts) {
                out.insert(number);
            }
        }
        out
    }

    /// Returns the packs that declare a step which the bundle names, or about which some rule, charge or question asks.
    fn spaces_asked_about(&self, rules: &[ir::Rule]) -> Spaces {
        let mut asked: Vec<bool> = self.table.targets.iter().map(|target| target.said.get()).collect();
        let mut ask = |targets: &[ir::RuleTarget]| {
            for target in targets {
                if let Some(asked) = asked.get_mut(target.target as usize) {
                    *asked = true;
                }
            }
        };
        rules.iter().for_each(|rule| ask(&rule.targets));
        self.charges.iter().for_each(|charge| ask(&charge.targets));
        for monitor in &self.monitors {
            ask(&monitor.pattern.targets);
            monitor.since.iter().for_each(|since| ask(&since.targets));
        }
        for origin in &self.origins {
            if let ir::Origin::Results { pattern, .. } = origin {
                ask(&pattern.targets);
            }
        }
        let mut out = Spaces::default();
        for (target, _) in self.table.targets.iter().zip(asked).filter(|(target, asked)| *asked && target.target.kind != StepKind::Say) {
            out.add(&target.spaces);
        }
        out
    }

    /// Returns the packs that other packs use.
    fn spaces_used_by_packs(&self) -> Spaces {
        let mut out = Spaces::default();
        for space in self.table.spaces.iter().skip(1) {
            space.aliases.values().filter_map(|alias| alias.space).for_each(|used| out.insert(used));
        }
        out
    }
}
