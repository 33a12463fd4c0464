//! Which slot holds what.
//!
//! A *symbol* is what can share code between tools: an argument or fact by name and base type, or a field of a class.
//! Symbols that occur in one target must differ in slot. In order of first appearance each takes the smallest slot that
//! is free in all its targets, so that a rule over many tools mostly finds the same layout in all of them.

use crate::maps::HashMap;

use reach_codes::table::limit::TOO_MANY_SLOTS;
use reach_codes::{Diagnostic, Span};
use reach_evaluator::image::{SYSTEM_SLOTS, TypeId};

use super::pool::{Pool, index};
use crate::ir;

/// The most slots of a step, those of the system included.
pub(super) const MAX_SLOTS: u32 = u16::MAX as u32;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Symbol<'a> {
    Arg(&'a str, TypeId),
    Fact(&'a str, TypeId),
    Class(u32, u32),
    Result(TypeId),
}

/// Where the values of one target stand.
#[derive(Default)]
pub(super) struct TargetSlots<'a> {
    pub args: HashMap<&'a str, u16>,
    pub facts: HashMap<&'a str, u16>,
    /// Class fields by class, in the order of the class.
    pub classes: HashMap<u32, Vec<u16>>,
    /// What it comes back with, where that is structured.
    pub result: Option<u16>,
}

/// The slots of every target.
pub(super) struct Slots<'a> {
    pub targets: Vec<TargetSlots<'a>>,
    /// How many slots a step has.
    pub count: u16,
}

/// A symbol with the targets it occurs in.
struct Occurrence<'a> {
    symbol: Symbol<'a>,
    targets: Vec<u32>,
    span: Span,
}

/// Gives every argument, fact and class field a slot.
pub(super) fn assign<'a>(bundle: &'a ir::Bundle, pool: &mut Pool) -> Slots<'a> {
    let occurrences = collect(bundle, pool);
    let system = index(SYSTEM_SLOTS.len());
    let mut free = Free { words: HashMap::default(), first: vec![0; bundle.targets.len()] };
    let mut slots = Slots { targets: Vec::new(), count: 0 };
    slots.targets.resize_with(bundle.targets.len(), TargetSlots::default);
    let mut count = system;
    for occurrence in occurrences {
        let slot = free.take(&occurrence.targets) + system;
        if slot >= MAX_SLOTS {
            pool.fail(|| too_many(occurrence.span));
            break;
        }
        count = count.max(slot + 1);
        let slot = u16::try_from(slot).unwrap_or(u16::MAX);
        for target in &occurrence.targets {
            let Some(row) = slots.targets.get_mut(*target as usize) else { continue };
            match occurrence.symbol {
                Symbol::Arg(name, _) => {
                    row.args.insert(name, slot);
                }
                Symbol::Fact(name, _) => {
                    row.facts.insert(name, slot);
                }
                Symbol::Result(_) => row.result = Some(slot),
                Symbol::Class(class, _) => row.classes.entry(class).or_default().push(slot),
            }
        }
    }
    slots.count = u16::try_from(count).unwrap_or(u16::MAX);
    slots
}

/// Says that something doesn't fit a step or the context.
pub(super) fn too_many(span: Span) -> Diagnostic {
    Diagnostic::new(TOO_MANY_SLOTS, span, format!("more than {MAX_SLOTS} different arguments, facts and class fields are in use at once"))
        .help("split the tool into several, or take a record instead of single arguments")
}

/// Finds the symbols, in order of first appearance.
fn collect<'a>(bundle: &'a ir::Bundle, pool: &mut Pool) -> Vec<Occurrence<'a>> {
    let mut found: Vec<Occurrence<'a>> = Vec::new();
    let mut rows: HashMap<Symbol<'a>, usize> = HashMap::default();
    let mut meet = |symbol: Symbol<'a>, target: u32, span: Span| {
        let row = *rows.entry(symbol).or_insert_with(|| {
            found.push(Occurrence { symbol, targets: Vec::new(), span });
            found.len() - 1
        });
        if let Some(occurrence) = found.get_mut(row) {
            occurrence.targets.push(target);
        }
    };
    for (number, target) in bundle.targets.iter().enumerate() {
        let number = index(number);
        for field in &target.args {
            meet(Symbol::Arg(&field.name, pool.ty(base(&field.ty))), number, field.span);
        }
        for field in &target.facts {
            meet(Symbol::Fact(&field.name, pool.ty(base(&field.ty))), number, field.span);
        }
        if let Some(result) = &target.result {
            meet(Symbol::Result(pool.ty(base(&result.ty))), number, target.span);
        }
        for class in &target.classes {
            for field in 0..class.values.len() {
                meet(Symbol::Class(class.class, index(field)), number, target.span);
            }
        }
    }
    found
}

/// Returns the type without `?`: a value that may be absent and one that is always there share a slot.
fn base(ty: &ir::Type) -> &ir::Type {
    match ty {
        ir::Type::Optional(inner) => inner,
        other => other,
    }
}

/// Which slots are taken, by target, as sparse sets of bits.
struct Free {
    words: HashMap<(u32, u32), u64>,
    /// For each target a word below which all slots are taken.
    first: Vec<u32>,
}

impl Free {
    /// Takes the smallest slot that is free in all these targets.
    fn take(&mut self, targets: &[u32]) -> u32 {
        let mut word = targets.iter().filter_map(|t| self.first.get(*t as usize)).max().copied().unwrap_or(0);
        loop {
            let taken = targets.iter().filter_map(|t| self.words.get(&(*t, word))).fold(0, |all, bits| all | bits);
            if taken != u64::MAX {
                let bit = (!taken).trailing_zeros();
                for target in targets {
                    self.mark(*target, word, 1 << bit);
                }
                return word.saturating_mul(64).saturating_add(bit);
            }
            word += 1;
        }
    }

    fn mark(&mut self, target: u32, word: u32, bit: u64) {
        let bits = self.words.entry((target, word)).or_insert(0);
        *bits |= bit;
        if let Some(first) = self.first.get_mut(target as usize)
            && *bits == u64::MAX
            && *first == word
        {
            *first += 1;
        }
    }
}
