//! Texts that meet conditions: the smallest ones, or why there is none.
//!
//! Most conditions are regular: each is a machine that reads the text and says at its end what the condition comes to (`machine`,
//! `describe`). All of them run at once over all texts that can be values (`domain`, `product`), which yields the shortest texts that are
//! admitted, or the proof that there is none. Where a machine knows less than the condition says it admits too much, never too little:
//! then emptiness is still a proof, and what is found is evaluated (`evaluate`) before it is an answer.
//! What no machine describes is tried: numbers with the right check digits, command lines made of a pattern's words (`mine`, `commands`,
//! `queries`). Of command lines and queries, some impossibilities are known by argument (`lemmas`).

mod blocks;
mod body;
mod classes;
mod commands;
mod components;
mod conflict;
mod describe;
pub(crate) mod domain;
mod evaluate;
mod globs;
mod hash;
mod known;
mod lemmas;
mod machine;
mod mine;
mod networks;
mod parts;
mod paths;
pub(crate) mod patterns;
mod product;
mod queries;
mod regular;
mod route;
mod search;
mod slice;
mod taken;
#[cfg(test)]
mod tests;
mod tuples;
mod urls;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reach_compiler::ir::{Expr, Form, Type};

use self::evaluate::Evaluator;
use self::known::Known;
use self::machine::Outcomes;
use self::product::{Factor, Product, Room};
use crate::Stop;
use crate::pred::{Pred, Want};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Distinct values in normal form, smallest first; `all` where there are no others but those to be avoided.
    Values {
        /// The values.
        values: Vec<String>,
        /// Whether these are provably all.
        all: bool,
    },
    /// There is none, by these conditions alone (indices, ascending).
    Empty(Vec<usize>),
    /// It could not be told.
    Unknown,
}

/// Adds the texts that a condition names.
pub(crate) fn named(condition: &Expr, found: &mut BTreeSet<String>) {
    commands::texts_of(condition, found);
}

/// Finds texts; keeps what it has compiled.
#[derive(Debug, Default)]
pub struct Texts {
    evaluator: Evaluator,
    known: Known,
    /// When to end.
    stop: Stop,
}

impl Texts {
    /// Returns what serves another analysis: all of it, unless it has become large.
    #[must_use]
    pub fn for_another(self) -> Self {
        if self.known.is_large() { Self::default() } else { self }
    }

    /// Says when to end: what isn't found by then is [`Found::Unknown`].
    pub fn until(&mut self, stop: &Stop) {
        self.stop = stop.clone();
    }

    /// Evaluates a condition on a value in normal form; `None` is no value, or a condition that isn't understood: see [`Texts::can_evaluate`].
    pub fn evaluate(&mut self, ty: &Type, pred: &Pred, value: &str) -> Option<bool> {
        self.evaluator.answer(ty, pred, value).unwrap_or(None)
    }

    /// Tells whether what [`Texts::evaluate`] says of a value is what the condition comes to.
    pub fn can_evaluate(&mut self, ty: &Type, pred: &Pred, value: &str) -> bool {
        self.evaluator.answer(ty, pred, value).is_ok()
    }

    /// Finds up to `count` values of a type that meet conditions and are none of `avoid`.
    ///
    /// Where values meet the conditions but all of them are to be avoided, none are returned, and these are all.
    pub fn find(&mut self, ty: &Type, wants: &[Want], avoid: &[String], count: usize) -> Found {
        if matches!(ty, Type::Text | Type::Form(_)) { self.find_together(ty, wants, avoid, count) } else { Found::Unknown }
    }

    /// As [`Texts::find`]; what is asked of one condition several times is asked once.
    fn find_together(&mut self, ty: &Type, wants: &[Want], avoid: &[String], count: usize) -> Found {
        let mut together: Vec<(known::Id, Want, Vec<usize>)> = Vec::new();
        let mut places: BTreeMap<known::Id, usize> = BTreeMap::new();
        for (at, want) in wants.iter().enumerate() {
            let id = self.known.id(&mut self.evaluator.patterns, ty, &want.pred);
            let place = *places.entry(id).or_insert(together.len());
            let Some((_, known, from)) = together.get_mut(place) else {
                together.push((id, want.clone(), vec![at]));
                continue;
            };
            match known.need.and(want.need) {
                Some(need) if need == known.need => {}
                Some(need) => {
                    from.push(at);
                    if need == want.need {
                        *from = vec![at];
                    }
                    known.need = need;
                }
                // Two of them admit nothing in common.
                None => {
                    from.push(at);
                    return Found::Empty(from.clone());
                }
            }
        }
        let (ids, rest): (Vec<known::Id>, Vec<(Want, Vec<usize>)>) = together.into_iter().map(|(id, want, from)| (id, (want, from))).unzip();
        let (wants, from): (Vec<Want>, Vec<Vec<usize>>) = rest.into_iter().unzip();
        let question: known::Question = (ids.iter().copied().zip(wants.iter().map(|want| want.need)).collect(), avoid.to_vec(), count);
        let found = match self.known.answer(&question) {
            Some(found) => found.clone(),
            None => {
                let found = search::Search::new(self, ty, &wants, avoid, count).run(&ids);
                self.known.put_answer(question, found.clone());
                found
            }
        };
        match found {
            Found::Empty(core) => {
                let all: BTreeSet<usize> = core.iter().filter_map(|at| from.get(*at)).flatten().copied().collect();
                Found::Empty(all.into_iter().collect())
            }
            found => found,
        }
    }

    /// Tells whether conditions like this are decided, alone and with others like it: never [`Found::Unknown`] but for limits.
    pub fn is_decided(&mut self, ty: &Type, pred: &Arc<Pred>) -> bool {
        // Whether these hold what they check is told by arithmetic, which machines don't do.
        if matches!(ty, Type::Form(Form::Iban | Form::Shell | Form::Sql(_) | Form::Command | Form::Statement)) {
            return false;
        }
        if blocks::understands(ty, pred) {
            return true;
        }
        let id = self.known.id(&mut self.evaluator.patterns, ty, pred);
        let (machine, values) = (self.known.machine(id), self.known.values(ty));
        let Some(all) = values.last() else { return false };
        // No value may leave it open what the condition comes to.
        let open = machine.where_open();
        Product::explore(&[Factor { machine: all, admitted: Outcomes::TRUE }, Factor { machine: &open, admitted: Outcomes::TRUE }], Room::PROOF, &self.stop)
            .is_empty()
    }
}
