//! Lints: what is allowed and probably not meant.
//!
//! Each lint is a file below `rules` with one `check`, which gets a [`Context`]: syntax trees, what they mean, the sources, what the tests of the
//! bundle play, the configuration, and the day that the host says it is. Names, levels, pages and examples stand in the one table of codes. What
//! `@allow` turns off is taken out here, for all lints alike.

mod allow;
mod config;
mod context;
mod finding;
mod fix;
mod instead;
mod lint;
mod patterns;
mod play;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod uses;

pub use config::{Config, PackFolder, pack_folders};
pub use context::{Context, DeclView, Input, RuleView};
pub use finding::Finding;
pub use fix::{Fixed, apply};
pub use lint::Lint;

use reach_codes::{LintLevel, Sources};
use reach_grammar::with_stack;

/// What the lints found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Each finding, by file and place.
    pub findings: Vec<Finding>,
    /// How many lints looked.
    pub lints: usize,
    /// Of how many rules, and other declarations, something could not be told that a lint would have said.
    pub untold: usize,
}

/// Returns every lint, by number.
#[must_use]
pub const fn lints() -> &'static [Lint] {
    rules::LINTS
}

/// Looks at a bundle. What is found has the level of the configuration.
#[must_use]
pub fn lint(input: &Input<'_>) -> Report {
    with_stack(|| {
        let context = Context::new(input);
        let ran: Vec<&Lint> = rules::LINTS.iter().filter(|lint| input.config.level(lint.code) != LintLevel::Off).collect();
        let mut found = Vec::new();
        for lint in &ran {
            (lint.check)(&context, &mut found);
        }
        // What is found in a pack is for whoever makes it.
        found.retain(|finding| finding.diagnostic.span().is_none_or(|span| input.bundle.is_own(span)));
        let mut findings = allow::filter(&context, &ran, found);
        for finding in &mut findings {
            finding.diagnostic.level = input.config.level_of(finding.diagnostic.code);
        }
        sort(&input.compiled.sources, &mut findings);
        let untold = context.surveyed().map_or(0, |survey| survey.unsettled.len());
        Report { findings, lints: ran.len(), untold }
    })
}

/// Puts findings in the order of files and places, each once.
fn sort(sources: &Sources, findings: &mut Vec<Finding>) {
    findings.sort_by_cached_key(|f| {
        let d = &f.diagnostic;
        let place = d.span().map(|s| (sources.get(s.file).map(|f| f.name.clone()), s.start, s.end));
        (place, d.code.number(), d.message.clone())
    });
    findings.dedup();
}
