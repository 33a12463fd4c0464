//! Patterns, compiled once.

use std::collections::BTreeMap;
use std::sync::Arc;

use reach_compiler::ir::{Pattern, PatternKind};
use reach_values::path::Platform;
use reach_values::pattern;

/// The patterns that were compiled; none where the text is no pattern.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    compiled: BTreeMap<Pattern, Option<Arc<pattern::Pattern>>>,
}

impl Patterns {
    /// Compiles a pattern.
    pub(crate) fn get(&mut self, of: &Pattern) -> Option<Arc<pattern::Pattern>> {
        if let Some(known) = self.compiled.get(of) {
            return known.clone();
        }
        let (text, nocase) = (&of.text, of.nocase);
        let compiled = match of.kind {
            PatternKind::Glob => pattern::Pattern::glob_on(Platform::Posix, text, nocase),
            PatternKind::WindowsGlob => pattern::Pattern::glob_on(Platform::Windows, text, nocase),
            PatternKind::MacOsGlob => pattern::Pattern::glob_on(Platform::MacOs, text, nocase),
            PatternKind::TextGlob => pattern::Pattern::text_glob(text, nocase),
            PatternKind::Regex => pattern::Pattern::regex(text, nocase),
        };
        let compiled = compiled.ok().map(Arc::new);
        self.compiled.insert(of.clone(), compiled.clone());
        compiled
    }
}

/// Returns the platform of whose paths patterns of a kind are; none of those that are of text.
pub(super) const fn platform(kind: PatternKind) -> Option<Platform> {
    match kind {
        PatternKind::Glob => Some(Platform::Posix),
        PatternKind::WindowsGlob => Some(Platform::Windows),
        PatternKind::MacOsGlob => Some(Platform::MacOs),
        PatternKind::TextGlob | PatternKind::Regex => None,
    }
}

/// Returns whether patterns of a kind are about components of paths.
pub(crate) const fn is_of_paths(kind: PatternKind) -> bool {
    matches!(kind, PatternKind::Glob | PatternKind::WindowsGlob | PatternKind::MacOsGlob)
}
