//! The theories together: numbers first, then texts, which numbers of texts (lengths, ports) tie to them.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Compare, Part, Type};
use reach_values::form::{Found as PartFound, part_of};

use crate::formula::{AtomId, Literal};
use crate::numbers::{Linear, Relation as Sign, Solution, solve};
use crate::pred::{Func, Need, Pred, Test, Want};
use crate::text::Found;
use crate::world::{Atom, Bond, Relation, Term, VarId, World};

/// How many values of a text are tried where it is tied to another.
const TRIED: usize = 6;
/// How often a value is put aside for another before it is given up.
const MAX_STEPS_BACK: usize = 400;

/// How many literals are left out of a conflict on trial.
const MAX_CUTS: usize = 40;

/// Why there are no values.
#[derive(Clone, Debug)]
pub(crate) enum Conflict {
    /// These literals can't hold together.
    Between(Vec<Literal>),
    /// It could not be told whether these can, and why.
    Unknown(Vec<Literal>, String),
}

impl Conflict {
    fn literals(&self) -> &[Literal] {
        match self {
            Self::Between(literals) | Self::Unknown(literals, _) => literals,
        }
    }
}

/// Values of numbers and of texts.
pub(crate) type Values = (BTreeMap<VarId, i128>, BTreeMap<VarId, String>);

/// What one text must meet, with the literals that say so.
#[derive(Clone, Debug, Default)]
struct Demands {
    wants: Vec<(u32, Need, Literal)>,
}

/// Finds values for literals, or says why there are none.
pub(crate) fn values(world: &mut World, literals: &[Literal]) -> Result<Values, Conflict> {
    let numbers = numbers(world, literals)?;
    let texts = texts(world, literals, &numbers)?;
    Ok((numbers, texts))
}

fn texts(world: &mut World, literals: &[Literal], numbers: &BTreeMap<VarId, i128>) -> Result<BTreeMap<VarId, String>, Conflict> {
    let conflict = match assigned(world, literals, numbers) {
        Ok(values) => return Ok(values),
        Err(conflict) => conflict,
    };
    let is_linked = numbers.keys().any(|var| world.vars.get(var.0 as usize).is_some_and(|v| v.link.is_some()));
    let ties = |atom: AtomId| matches!(world.get(atom), Some(Atom::Alike(..) | Atom::Related(..)));
    if is_linked || !conflict.literals().iter().any(|(atom, _)| ties(*atom)) {
        return Err(conflict);
    }
    Err(cut_down(world, conflict, numbers))
}

/// Leaves literals out of a conflict of texts as long as it stays one: the fewer there are, the more proposals it says something about.
fn cut_down(world: &mut World, mut conflict: Conflict, numbers: &BTreeMap<VarId, i128>) -> Conflict {
    let mut tries = MAX_CUTS;
    let mut size = conflict.literals().len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < conflict.literals().len() && tries > 0 {
            tries -= 1;
            let fewer: Vec<Literal> =
                conflict.literals().iter().enumerate().filter(|(place, _)| *place < from || *place >= from + size).map(|(_, literal)| *literal).collect();
            match assigned(world, &fewer, numbers) {
                Ok(_) => from += size,
                Err(smaller) => conflict = smaller,
            }
        }
        size /= 2;
    }
    conflict
}

fn assigned(world: &mut World, literals: &[Literal], numbers: &BTreeMap<VarId, i128>) -> Result<BTreeMap<VarId, String>, Conflict> {
    let mut classes = Classes::default();
    let mut demands: BTreeMap<VarId, Demands> = BTreeMap::new();
    let mut apart: Vec<(VarId, VarId, Literal)> = Vec::new();
    let mut related: Vec<(Relation, Need, Literal)> = Vec::new();
    for literal @ (atom, holds) in literals.iter().copied() {
        match world.get(atom).cloned() {
            Some(Atom::Text(var, pred, truth)) => {
                classes.add(var);
                demands.entry(var).or_default().wants.push((pred, world.need(pred, truth, holds), literal));
            }
            Some(Atom::Alike(a, b)) if holds => classes.join(a, b, literal),
            Some(Atom::Alike(a, b)) => {
                classes.add(a);
                classes.add(b);
                apart.push((a, b, literal));
            }
            Some(Atom::Related(number, truth)) => {
                let Some(relation) = world.relations.get(number as usize).cloned() else { continue };
                classes.add(relation.a.var);
                classes.add(relation.b.var);
                if relation.bond == Bond::Is && truth && holds && relation.a.steps.is_empty() && relation.b.steps.is_empty() {
                    // Paths that are the same are written alike.
                    classes.join(relation.a.var, relation.b.var, literal);
                }
                let need = match (truth, holds) {
                    (true, true) => Need::True,
                    (true, false) => Need::NotTrue,
                    (false, true) => Need::False,
                    (false, false) => Need::NotFalse,
                };
                related.push((relation, need, literal));
            }
            _ => {}
        }
    }
    let mut links: BTreeMap<VarId, Vec<(Pred, Need)>> = BTreeMap::new();
    for (var, value) in numbers {
        if let Some(link) = world.vars.get(var.0 as usize).and_then(|v| v.link.clone()) {
            classes.add(link.var);
            let test = if link.length { Test::Length(Compare::Eq, *value) } else { Test::Number(Compare::Eq, *value) };
            links.entry(link.var).or_default().push((Pred { steps: link.steps, ty: link.ty, test }, Need::True));
        }
    }
    let groups = classes.groups();
    // Each group alone first: what can't hold there can't hold at all.
    let mut alone = BTreeMap::new();
    for (members, joined) in &groups {
        if let (Some(first), Some(value)) = (members.first(), lone(world, members, joined, &demands)?) {
            alone.insert(*first, value);
        }
    }
    for (a, b, literal) in &apart {
        if classes.root(*a) == classes.root(*b) {
            let mut core = vec![*literal];
            core.extend(groups.iter().filter(|(members, _)| members.contains(a)).flat_map(|(_, joined)| joined.iter().copied()));
            return Err(Conflict::Between(core));
        }
    }
    let mut assignment = Assignment { world, demands: &demands, links: &links, apart: &apart, related: &related, alone: &alone, steps: 0, sure: true };
    let mut values = BTreeMap::new();
    let ordered = order(&groups, &related);
    if assignment.assign(&ordered, &mut values) {
        return Ok(values);
    }
    let tied: Vec<Literal> = literals
        .iter()
        .copied()
        .filter(|(atom, _)| matches!(assignment.world.get(*atom), Some(Atom::Text(..) | Atom::Alike(..) | Atom::Related(..))))
        .collect();
    if assignment.sure && links.is_empty() {
        return Err(Conflict::Between(tied));
    }
    let why = if related.is_empty() && links.is_empty() {
        "texts that must all differ"
    } else if links.is_empty() {
        "two texts that have to do with one another"
    } else {
        "the length of a text, or a number in it, together with other numbers"
    };
    let all = if links.is_empty() { tied } else { literals.to_vec() };
    Err(Conflict::Unknown(all, why.to_owned()))
}

/// Looks whether the conditions on one text can hold together.
fn lone(world: &mut World, members: &[VarId], joined: &[Literal], demands: &BTreeMap<VarId, Demands>) -> Result<Option<String>, Conflict> {
    let wants: Vec<(u32, Need, Literal)> = members.iter().filter_map(|m| demands.get(m)).flat_map(|d| d.wants.iter().copied()).collect();
    let Some(first) = members.first() else { return Ok(None) };
    if wants.is_empty() {
        return Ok(None);
    }
    let ty = world.type_of(*first);
    let list: Vec<Want> = wants.iter().filter_map(|(pred, need, _)| Some(Want { pred: world.preds.get(*pred as usize)?.pred.clone(), need: *need })).collect();
    let found = world.texts.find(&ty, &list, &[], 1);
    let literals = |indices: &[usize]| -> Vec<Literal> {
        let own = indices.iter().filter_map(|i| wants.get(*i).map(|(_, _, literal)| *literal));
        own.chain(joined.iter().copied()).collect()
    };
    match found {
        Found::Values { values, .. } if !values.is_empty() => Ok(values.into_iter().next()),
        Found::Values { .. } => Err(Conflict::Between(literals(&(0..wants.len()).collect::<Vec<_>>()))),
        Found::Empty(core) => Err(Conflict::Between(literals(&core))),
        Found::Unknown => {
            let all: Vec<usize> = (0..wants.len()).collect();
            let name = world.vars.get(first.0 as usize).map_or_else(String::new, |v| v.name.split(": ").next().unwrap_or_default().to_owned());
            Err(Conflict::Unknown(literals(&all), format!("which values `{name}` may have under all of its conditions")))
        }
    }
}

/// Finds values for the numbers.
fn numbers(world: &World, literals: &[Literal]) -> Result<BTreeMap<VarId, i128>, Conflict> {
    let mut constraints = Vec::new();
    let mut from: Vec<Option<Literal>> = Vec::new();
    let mut vars = BTreeSet::new();
    for literal @ (atom, holds) in literals.iter().copied() {
        let (terms, relation, bound) = match (world.get(atom), holds) {
            (Some(Atom::AtMost(terms, bound)), true) => (terms.clone(), Sign::Le, *bound),
            (Some(Atom::AtMost(terms, bound)), false) => {
                // Not at most b: at least b + 1.
                let flipped = terms.iter().map(|(var, by)| (*var, -*by)).collect();
                let Some(bound) = bound.checked_add(1).and_then(i128::checked_neg) else { return Err(Conflict::Between(vec![literal])) };
                (flipped, Sign::Le, bound)
            }
            (Some(Atom::Equal(terms, bound)), true) => (terms.clone(), Sign::Eq, *bound),
            (Some(Atom::Equal(terms, bound)), false) => (terms.clone(), Sign::Ne, *bound),
            _ => continue,
        };
        vars.extend(terms.iter().map(|(var, _)| *var));
        constraints.push(Linear { terms: terms.into_iter().map(|(var, by)| (var.0, by)).collect(), relation, bound });
        from.push(Some(literal));
    }
    for var in vars {
        let Some(known) = world.vars.get(var.0 as usize) else { continue };
        let (least, most) = if known.link.is_some() { (0, 1 << 18) } else { World::range(&known.ty) };
        if most != i128::MAX {
            constraints.push(Linear { terms: vec![(var.0, 1)], relation: Sign::Le, bound: most });
            constraints.push(Linear { terms: vec![(var.0, -1)], relation: Sign::Le, bound: -least });
            from.extend([None, None]);
        }
    }
    if constraints.is_empty() {
        return Ok(BTreeMap::new());
    }
    let grain = |var: u32| world.vars.get(var as usize).map_or(&[1i128] as &[i128], |v| grain(&v.ty));
    match solve(&constraints, &grain) {
        Solution::Values(values) => Ok(values.into_iter().map(|(var, value)| (VarId(var), value)).collect()),
        Solution::Conflict(core) => Err(Conflict::Between(core.iter().filter_map(|i| from.get(*i).copied().flatten()).collect())),
        Solution::Unknown => Err(Conflict::Unknown(from.into_iter().flatten().collect(), "sums of several numbers".to_owned())),
    }
}

/// The steps by which values of a type look well, coarsest first.
fn grain(ty: &Type) -> &'static [i128] {
    const SECOND: i128 = 1_000_000_000;
    match ty {
        Type::Decimal => &[1_000_000_000_000_000_000, 10_000_000_000_000_000, 1],
        Type::Time => &[86_400 * SECOND, 3600 * SECOND, 60 * SECOND, SECOND, 1],
        Type::Duration => &[3600 * SECOND, 60 * SECOND, SECOND, 1],
        _ => &[1],
    }
}

/// Texts that are one and the same.
#[derive(Debug, Default)]
struct Classes {
    parent: BTreeMap<VarId, VarId>,
    joined: Vec<(VarId, Literal)>,
}

impl Classes {
    fn add(&mut self, var: VarId) {
        self.parent.entry(var).or_insert(var);
    }

    fn root(&self, var: VarId) -> VarId {
        let mut at = var;
        while let Some(next) = self.parent.get(&at)
            && *next != at
        {
            at = *next;
        }
        at
    }

    fn join(&mut self, a: VarId, b: VarId, literal: Literal) {
        self.add(a);
        self.add(b);
        let (x, y) = (self.root(a), self.root(b));
        self.parent.insert(x.max(y), x.min(y));
        self.joined.push((a, literal));
    }

    /// Returns the members of each class, and the literals that join them.
    fn groups(&self) -> Vec<(Vec<VarId>, Vec<Literal>)> {
        let mut groups: BTreeMap<VarId, (Vec<VarId>, Vec<Literal>)> = BTreeMap::new();
        for var in self.parent.keys() {
            groups.entry(self.root(*var)).or_default().0.push(*var);
        }
        for (var, literal) in &self.joined {
            groups.entry(self.root(*var)).or_default().1.push(*literal);
        }
        groups.into_values().collect()
    }
}

/// Puts texts that others are asked about first: what lies within a text is found once that is known.
fn order(groups: &[(Vec<VarId>, Vec<Literal>)], related: &[(Relation, Need, Literal)]) -> Vec<Vec<VarId>> {
    let mut groups: Vec<Vec<VarId>> = groups.iter().map(|(members, _)| members.clone()).collect();
    groups.sort_by_key(|members| {
        let inner = related.iter().any(|(r, ..)| members.contains(&r.a.var));
        let outer = related.iter().any(|(r, ..)| members.contains(&r.b.var));
        match (outer, inner) {
            (true, false) => 0,
            (true, true) => 1,
            _ => 2,
        }
    });
    groups
}

/// Gives values to texts, one after the other, and goes back where that ends nowhere.
struct Assignment<'a> {
    world: &'a mut World,
    demands: &'a BTreeMap<VarId, Demands>,
    links: &'a BTreeMap<VarId, Vec<(Pred, Need)>>,
    apart: &'a [(VarId, VarId, Literal)],
    related: &'a [(Relation, Need, Literal)],
    /// What was found for texts that nothing ties to others, by the first of those that are one and the same.
    alone: &'a BTreeMap<VarId, String>,
    steps: usize,
    /// Whether every value was tried that there is.
    sure: bool,
}

impl Assignment<'_> {
    fn assign(&mut self, open: &[Vec<VarId>], values: &mut BTreeMap<VarId, String>) -> bool {
        let Some((members, rest)) = open.split_first() else { return true };
        let Some(first) = members.first() else { return self.assign(rest, values) };
        self.steps += 1;
        if self.steps > MAX_STEPS_BACK {
            self.sure = false;
            return false;
        }
        let ty = self.world.type_of(*first);
        let mut wants: Vec<Want> = Vec::new();
        for member in members {
            for (pred, need, _) in self.demands.get(member).map_or(&[][..], |d| &d.wants) {
                if let Some(known) = self.world.preds.get(*pred as usize) {
                    wants.push(Want { pred: known.pred.clone(), need: *need });
                }
            }
            for (pred, need) in self.links.get(member).into_iter().flatten() {
                wants.push(Want { pred: std::sync::Arc::new(pred.clone()), need: *need });
            }
        }
        let mut avoid = Vec::new();
        for (a, b, _) in self.apart {
            let other = if members.contains(a) {
                b
            } else if members.contains(b) {
                a
            } else {
                continue;
            };
            avoid.extend(values.get(other).cloned());
        }
        for (relation, need, _) in self.related {
            let (mine, theirs) = (members.contains(&relation.a.var), members.contains(&relation.b.var));
            if mine
                && !theirs
                && let Some(value) = values.get(&relation.b.var)
            {
                match made(&relation.b, value) {
                    Some(constant) => {
                        wants.push(Want { pred: std::sync::Arc::new(against(&relation.a, relation.bond, &relation.b.ty, constant)), need: *need })
                    }
                    None if need.admits(None) => {}
                    None => return false,
                }
            } else if theirs
                && !mine
                && relation.bond == Bond::Is
                && let Some(value) = values.get(&relation.a.var)
            {
                match made(&relation.a, value) {
                    Some(constant) => wants.push(Want { pred: std::sync::Arc::new(against(&relation.b, Bond::Is, &relation.a.ty, constant)), need: *need }),
                    None if need.admits(None) => {}
                    None => return false,
                }
            }
        }
        let is_tied_later = self.related.iter().any(|(r, ..)| members.contains(&r.a.var) || members.contains(&r.b.var))
            || self.apart.iter().any(|(a, b, _)| members.contains(a) || members.contains(b));
        let is_linked = members.iter().any(|member| self.links.contains_key(member));
        if let (false, false, Some(value)) = (is_tied_later, is_linked, self.alone.get(first)) {
            values.extend(members.iter().map(|member| (*member, value.clone())));
            // Nothing else depends on it: another value would help no other text.
            if self.assign(rest, values) {
                return true;
            }
            values.retain(|var, _| !members.contains(var));
            return false;
        }
        let count = if is_tied_later { TRIED } else { 1 };
        let (candidates, all) = match self.world.texts.find(&ty, &wants, &avoid, count) {
            Found::Values { values, all } => (values, all),
            // Nothing but what was chosen for others stands in the way, if anything does.
            Found::Empty(_) => (Vec::new(), true),
            Found::Unknown => (Vec::new(), false),
        };
        self.sure &= all;
        for value in candidates {
            for member in members {
                values.insert(*member, value.clone());
            }
            if self.holds_so_far(members, values) && self.assign(rest, values) {
                return true;
            }
        }
        for member in members {
            values.remove(member);
        }
        false
    }

    /// Looks at relations of which both texts are known now, and that were not asked of the candidates.
    fn holds_so_far(&mut self, members: &[VarId], values: &BTreeMap<VarId, String>) -> bool {
        for (relation, need, _) in self.related {
            if !members.contains(&relation.a.var) && !members.contains(&relation.b.var) {
                continue;
            }
            let (Some(a), Some(b)) = (values.get(&relation.a.var), values.get(&relation.b.var)) else { continue };
            let ty = self.world.type_of(relation.a.var);
            let answer = match made(&relation.b, b) {
                None => None,
                Some(constant) => {
                    let pred = against(&relation.a, relation.bond, &relation.b.ty, constant);
                    if !self.world.texts.can_evaluate(&ty, &pred, a) {
                        self.sure = false;
                        return false;
                    }
                    self.world.texts.evaluate(&ty, &pred, a)
                }
            };
            if !need.admits(answer) {
                return false;
            }
        }
        true
    }
}

/// Returns what is made of a text; none where that has no value.
fn made(term: &Term, value: &str) -> Option<String> {
    let mut text = value.to_owned();
    for step in &term.steps {
        text = match step {
            // As it came.
            Func::Part(Part::ShellText | Part::SqlText | Part::CommandText) => text,
            Func::Lower => text.chars().flat_map(char::to_lowercase).collect(),
            Func::Part(part) => match part_of(&text, *part) {
                Some(PartFound::Slice(piece)) => piece.to_owned(),
                Some(PartFound::Made(made)) => made,
                _ => return None,
            },
            Func::Unwrap => text,
        };
    }
    Some(text)
}

/// Returns the condition that a text has so to do with a constant.
fn against(term: &Term, bond: Bond, other: &Type, constant: String) -> Pred {
    let test = match bond {
        Bond::Is => Test::Is(constant),
        Bond::Within => Test::Within(other.clone(), constant),
        Bond::Contains => Test::Contains(constant),
    };
    Pred { steps: term.steps.clone(), ty: term.ty.clone(), test }
}
