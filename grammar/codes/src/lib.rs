//! Spans, diagnostics, the one table of codes, and the renderers.
//!
//! Stages of the compiler collect [`Diagnostic`]s and never print. A diagnostic names a [`Code`] of the
//! table, so that its number, its name, its default level and its long explanation live in one place.

mod code;
mod diagnostic;
mod invisible;
pub mod render;
mod source;
pub mod table;

pub use code::{Category, Code, CodeInfo, Example, Level, LintInfo, LintLevel};
pub use diagnostic::{Diagnostic, Fix, Label};
pub use invisible::is_invisible;
pub use source::{FileId, Position, Source, Sources, Span};
