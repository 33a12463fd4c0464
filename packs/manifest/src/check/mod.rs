//! What a manifest says, held against the rules that it comes with.

pub(crate) mod bound;
pub(crate) mod exceed;
mod lines;
pub(crate) mod members;
mod needed;
mod spend;
mod told;

pub use exceed::Make;

use reach_analysis::Limits;
use reach_codes::Diagnostic;
use reach_compiler::ir::Bundle;

use crate::places::Draft;
use bound::Rights;
use exceed::Asking;

/// Turns events into lines for people.
pub type Shown = dyn Fn(&[String]) -> Vec<String>;

/// How much is asked of the analysis for one step.
#[must_use]
pub fn limits() -> Limits {
    Limits { rounds: 4_000, states: 2_000, ..Limits::default() }
}

/// Holds the permissions of a manifest against its rules: what goes beyond, what nothing needs.
pub(crate) fn permissions(bundle: &Bundle, draft: &Draft, make: &Make, shown: &Shown, limits: &Limits, out: &mut Vec<Diagnostic>) {
    let before = out.len();
    let asking = Asking::new(bundle, draft, make, limits);
    told::undeclared(bundle, out);
    let rights = Rights::of(draft);
    let (demands, locals) = asking.demands(&rights);
    for (demand, excess) in asking.exceeded(&rights, &demands, locals) {
        out.push(told::excess(&asking, &demand, &excess, shown));
    }
    spend::check(bundle, draft, out);
    // Where rules go beyond, what is needed can't be told.
    if out.len() == before {
        needed::check(&asking, &rights, &demands, out);
    }
}
