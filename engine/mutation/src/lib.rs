//! Mutation: whether the tests of a bundle notice what is changed in it.
//!
//! Operators ([`Operator`]) change the typed IR of a bundle in one place each ([`mutants`]). A mutant is killed when a test that passes on the
//! bundle fails on it. Of what survives, the analysis says whether it decides anything otherwise: what is proved to decide the same is no gap
//! of the tests, and for the rest it finds the session that is missing, which becomes a test that was tried on both.

mod change;
mod killing;
mod mutant;
mod operator;
mod operators;
mod place;
mod report;
mod run;
mod site;
mod survivor;
mod way;
mod written;

#[cfg(test)]
mod tests;

pub use mutant::{Mutant, mutants, subject};
pub use operator::{Family, Operator};
pub use report::{Counts, Finding, Missing, Outcome, Report, percent};
pub use run::{MOST, Options, Progress, mutate};
pub use written::Edit;
