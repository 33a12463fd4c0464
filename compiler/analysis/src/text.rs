//! Texts that meet conditions: the smallest ones, or why there is none.

use std::sync::Arc;

use reach_compiler::ir::Type;

use crate::pred::{Pred, Want};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Distinct values in normal form, smallest first; `all` where there are no others.
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

/// Finds texts; keeps what it has compiled.
#[derive(Debug, Default)]
pub struct Texts {}

impl Texts {
    /// Evaluates a condition on a value in normal form; `None` is no value.
    pub fn evaluate(&mut self, ty: &Type, pred: &Pred, value: &str) -> Option<bool> {
        let _ = (ty, pred, value);
        None
    }

    /// Finds up to `count` values of a type that meet conditions and are none of `avoid`.
    pub fn find(&mut self, ty: &Type, wants: &[Want], avoid: &[String], count: usize) -> Found {
        let _ = (ty, wants, avoid, count);
        Found::Unknown
    }

    /// Tells whether conditions like this are decided, alone and with others like it: never [`Found::Unknown`] but for limits.
    pub fn is_decided(&mut self, ty: &Type, pred: &Arc<Pred>) -> bool {
        let _ = (ty, pred);
        false
    }
}
