//! Hierarchies that are made: a few entities of each type, those that the policy names among them, in each other as the declarations allow.

use std::collections::BTreeSet;
use std::sync::Arc;

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, Type};

use super::Ids;
use crate::property::constants::Constants;
use crate::property::draft::Filler;
use crate::property::place::{Place, Root, bare};
use crate::property::random::Random;
use crate::witness::Json;

/// How many ids that the policy names a world has of each type at most.
const MOST_NAMED: usize = 12;
/// How many more are made of each type at most.
const MORE: usize = 5;
/// How many types of a bundle are made at most.
const MOST_TYPES: usize = 40;

/// Makes worlds.
pub(super) struct Maker<'b> {
    bundle: &'b Bundle,
    random: Random,
    /// Numbers and texts that the policy names.
    constants: Constants,
    /// Ids that the policy names, by type.
    named: Vec<(Arc<str>, Vec<String>)>,
    /// The types, those that others can lie in first.
    order: Vec<usize>,
}

impl<'b> Maker<'b> {
    pub fn of(bundle: &'b Bundle, seed: u64) -> Self {
        let mut constants = Constants::default();
        let mut named: Vec<(Arc<str>, BTreeSet<String>)> = bundle.entities.iter().map(|entity| (Arc::clone(&entity.name), BTreeSet::new())).collect();
        let conditions = bundle.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless));
        let mut open: Vec<&Expr> = conditions.chain(bundle.properties.iter().flat_map(|claim| &claim.condition)).collect();
        while let Some(expr) = open.pop() {
            if let ExprKind::Const(value) = &expr.kind {
                constants.add_loose(&expr.ty, value);
                add_ids(&mut named, &expr.ty, value);
            }
            open.extend(expr.children());
        }
        let named = named.into_iter().map(|(kind, ids)| (kind, ids.into_iter().collect())).collect();
        Self { bundle, random: Random::new(seed, "entities"), constants, named, order: order(bundle) }
    }

    /// Returns the next world: an entity a line.
    pub fn world(&mut self) -> String {
        // First who is there, so that fields can name all of them; each type where those that it lies in come first.
        let mut all: Vec<(usize, String)> = Vec::new();
        let mut ids = Ids::new();
        for at in &self.order {
            let Some((kind, named)) = self.named.get(*at) else { continue };
            let mut its: Vec<String> = named.iter().filter(|_| self.random.chance(85)).cloned().collect();
            its.extend((0..1 + self.random.below(MORE)).map(|n| format!("{}-{n}", initial(kind))).filter(|id| !named.contains(id)));
            all.extend(its.iter().map(|id| (*at, id.clone())));
            ids.insert(Arc::clone(kind), its);
        }
        self.constants.ids = ids;
        let lines: Vec<String> = (0..all.len()).filter_map(|at| self.entity(&all, at)).map(|entity| entity.written()).collect();
        lines.join("\n")
    }

    /// Makes an entity. It lies in such as stand before it, so that none lies in itself.
    fn entity(&mut self, all: &[(usize, String)], at: usize) -> Option<Json> {
        let (row, id) = all.get(at)?;
        let declared = self.bundle.entities.get(*row)?;
        let text = |text: &str| Json::Text(text.to_owned());
        let name = |row: usize, id: &str| {
            vec![("type".to_owned(), text(self.bundle.entities.get(row).map_or("", |entity| &*entity.name))), ("id".to_owned(), text(id))]
        };
        let above: Vec<&(usize, String)> =
            all.get(..at)?.iter().filter(|(row, _)| u32::try_from(*row).is_ok_and(|row| declared.parents.contains(&row))).collect();
        let mut parents: Vec<&(usize, String)> = Vec::new();
        for _ in 0..self.random.below(3) {
            if let Some(one) = self.random.pick(&above).copied()
                && !parents.contains(&one)
            {
                parents.push(one);
            }
        }
        let mut entries = name(*row, id);
        if !parents.is_empty() {
            entries.push(("parents".to_owned(), Json::List(parents.into_iter().map(|(row, id)| Json::Object(name(*row, id))).collect())));
        }
        let mut filler = Filler { random: &mut self.random, constants: &self.constants };
        let mut fields = Vec::new();
        for (field, ty) in &declared.fields {
            if !matches!(ty, Type::Optional(_)) || filler.random.chance(50) {
                // No value of an event stands there.
                let place = Place { root: Root::Fact(format!("{}[]", declared.name)), ways: Vec::new() };
                fields.push((field.clone(), filler.value(ty, &place, 0)));
            }
        }
        if !fields.is_empty() {
            entries.push(("fields".to_owned(), Json::Object(fields)));
        }
        Some(Json::Object(entries))
    }
}

fn initial(kind: &str) -> String {
    let name = kind.rsplit('.').next().unwrap_or(kind);
    name.chars().take(1).flat_map(char::to_lowercase).collect()
}

/// Adds the ids of a constant.
fn add_ids(named: &mut [(Arc<str>, BTreeSet<String>)], ty: &Type, value: &Const) {
    match (bare(ty), value) {
        (Type::Entity(kind), Const::Text(id)) => {
            if let Some((_, ids)) = named.iter_mut().find(|(name, ids)| name == kind && ids.len() < MOST_NAMED) {
                ids.insert(id.to_string());
            }
        }
        (Type::List(of) | Type::Set(of), Const::List(items)) => items.iter().take(MOST_NAMED).for_each(|item| add_ids(named, of, item)),
        _ => {}
    }
}

/// Returns the types, each behind those that it can lie in, but where these can lie in it too.
fn order(bundle: &Bundle) -> Vec<usize> {
    let mut left: Vec<usize> = (0..bundle.entities.len().min(MOST_TYPES)).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |at: usize| {
            let parents = bundle.entities.get(at).map_or(&[][..], |entity| entity.parents.as_slice());
            parents.iter().any(|parent| *parent as usize != at && left.contains(&(*parent as usize)))
        };
        let next = left.iter().position(|at| !waits(*at)).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}
