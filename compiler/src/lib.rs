//! From syntax trees to a verified image: names, types, the typed IR, code generation.
//!
//! [`compile`] reads and checks a bundle and collects every message; [`build`] goes on to an image that runs.

pub mod ir;

use reach_codes::{Diagnostic, Sources};
use reach_grammar::ast;

/// The limits of the language. A value, so that tests can set small ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {}

/// What became of a bundle's sources.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The sources, as given.
    pub sources: Sources,
    /// The syntax trees, one for each source, in order.
    pub files: Vec<ast::File>,
    /// What the bundle means; none when there is an error.
    pub bundle: Option<ir::Bundle>,
    /// Every message of every file, by file name and place, each once.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a bundle. All mistakes of all files are reported.
#[must_use]
pub fn compile(sources: Sources, limits: &Limits) -> Compiled {
    let _ = limits;
    let refused = Diagnostic::general(reach_codes::table::types::NOT_SUPPORTED_YET, "the compiler is being written");
    Compiled { sources, files: Vec::new(), bundle: None, diagnostics: vec![refused] }
}
