//! Questions in SMT-LIB 2.6, for another solver to answer.
//!
//! Each step is a section of its own: variables, what always holds of them, and the formula of which the solver is asked for a model. What
//! it can't express about texts becomes a function of which nothing is known but that equal texts have equal values. So a question may have
//! more models than there are steps, never fewer: `unsat` is a proof, `sat` may be wrong where the section says that something is left open.

mod alphabet;
mod expression;
mod paths;
mod section;
mod texts;

use std::fmt::Write as _;

use reach_compiler::ir::{Bundle, Claim};

use crate::breach;
use crate::diff::{Half, Rules, called, pose, steps};
use crate::world::World;

/// What stands before the sections of every question. Texts need functions of cvc5 that are off by default.
const HEAD: &str = "(set-logic ALL)\n(set-option :strings-exp true)\n";

/// Writes a claim as a question in SMT-LIB 2.6, for cvc5 or another solver with Unicode strings.
///
/// Each step that the claim is about has one `(check-sat)`. Where all of them are `unsat`, no single step breaks the claim, whatever came
/// before it in the session. `sat` doesn't mean that it is broken: answers about the session are left open, and so is what comments in the
/// section name.
#[must_use]
pub fn smt2(bundle: &Bundle, claim: &Claim) -> String {
    let rules = Rules::of(bundle);
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "; claim: {}", section::comment(&claim.name));
    let _ = writeln!(out, "; unsat everywhere: no step breaks it, whatever came before");
    for step in breach::steps(bundle, &claim.targets, claim.undeclared) {
        let mut world = World::default();
        let breach = breach::breach(&mut world, bundle, &rules, claim, step);
        section::write(&mut out, &world, &step.name(bundle), breach.goal);
    }
    out
}

/// Writes the question whether two bundles decide some step in different ways, in SMT-LIB 2.6.
///
/// Each step that either bundle declares has one `(check-sat)`, and so has each kind of undeclared step, in the order of [`diff`](crate::diff()).
/// `unsat` means that both decide every such step alike, with the same obligations, in every session in which they get the same answers
/// about what came before. What [`smt2`] says of `sat` holds here too.
#[must_use]
pub fn smt2_difference(old: &Bundle, new: &Bundle) -> String {
    let (old_rules, new_rules) = (Rules::of(old), Rules::of(new));
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "; unsat everywhere: both bundles decide every step alike");
    for (kind, name) in steps(old, new) {
        let name = name.as_deref();
        let mut world = World::default();
        let posed = pose(&mut world, (kind, name), Half::of(old, &old_rules, kind, name), Half::of(new, &new_rules, kind, name));
        let goal = world.formulas.or(posed.goals.into_iter().map(|(_, goal)| goal));
        let mut title = called(kind, name);
        for why in posed.strange {
            let _ = write!(title, "; not compared: {why}");
        }
        section::write(&mut out, &world, &title, goal);
    }
    out
}

#[cfg(test)]
mod tests;
