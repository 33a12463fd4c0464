//! What the language has and this version doesn't run yet: refused by name, with what works instead.

use reach_codes::table::types as codes;
use reach_codes::{Diagnostic, Span};

use super::Checker;

impl Checker<'_> {
    /// Reports that a construct is not supported yet.
    pub(crate) fn unsupported<T>(&mut self, span: Span, what: String, instead: &str) -> Option<T> {
        let d = Diagnostic::new(codes::NOT_SUPPORTED_YET, span, format!("{what} is not supported yet"))
            .note("this version reads it but does not run it; ignoring it could permit what it should refuse")
            .help(instead);
        self.report(d);
        None
    }
}
