//! Lints: what is allowed and probably not meant. Each is a file with one `check` over the typed IR.
//!
//! A rule turns one off with `@allow(name)`.

mod path_without_real;

use reach_codes::Diagnostic;

use crate::ir::Bundle;

/// Returns what the lints find, in the order of the rules.
pub(crate) fn check(bundle: &Bundle) -> Vec<Diagnostic> {
    path_without_real::check(bundle)
}
