//! A bundle that is checked again and again while its files change.
//!
//! What is kept from the last time is never trusted, only compared: a file with the same text keeps its tree, and a rule keeps what it came to
//! where nothing that it could have asked about is another now ([`affected`]). Everything else is done anew, in the same order as always. So the
//! answer is the one that [`crate::compile`] gives; what is kept shows in the time alone.

mod affected;
#[cfg(test)]
mod tests;

use reach_codes::{Diagnostic, Sources};
use reach_grammar::ast;

use crate::check::{Kept, Reuse};
use crate::limits::Bounds;
use crate::pack::{Bundle, Gathered};
use crate::{Compiled, Limits};

/// Checks the same bundle again, with what is still good of the last time.
#[derive(Debug, Default)]
pub struct Workspace {
    limits: Limits,
    last: Option<Last>,
}

/// What came of it the last time.
#[derive(Debug)]
struct Last {
    compiled: Compiled,
    /// The messages of the parser, by file.
    found: Vec<Vec<Diagnostic>>,
    /// Of each rule whether it may be kept; none where something was wrong, or where packs are used.
    kept: Option<Vec<Option<Kept>>>,
    /// How many rules were known.
    taken: usize,
}

/// What is known of files from the last time.
#[derive(Debug, Default)]
pub(crate) struct Known {
    sources: Sources,
    files: Vec<Option<ast::File>>,
    found: Vec<Vec<Diagnostic>>,
}

impl Known {
    /// Takes the tree and the messages of a file that has the same place, name and text.
    pub(crate) fn take(&mut self, id: reach_codes::FileId, source: &reach_codes::Source) -> Option<(ast::File, Vec<Diagnostic>)> {
        self.sources.get(id).filter(|known| known.name == source.name && known.text == source.text)?;
        let file = self.files.get_mut(id.0 as usize)?.take()?;
        Some((file, self.found.get_mut(id.0 as usize).map(std::mem::take)?))
    }
}

impl Workspace {
    /// Returns a workspace without a bundle.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, last: None }
    }

    /// Reads and checks a bundle as [`crate::compile`] does, and with the same outcome. What hasn't changed since the last time takes less work.
    pub fn check(&mut self, bundle: impl Into<Bundle>) -> &Compiled {
        self.check_within(bundle.into(), Bounds::LANGUAGE)
    }

    pub(crate) fn check_within(&mut self, bundle: Bundle, bounds: Bounds) -> &Compiled {
        let (known, before) = match self.last.take() {
            Some(Last { compiled: Compiled { sources, files, bundle: was, .. }, found, kept, .. }) => {
                let rules = was.map(|was| was.rules).unwrap_or_default();
                let before = kept.map(|kept| affected::Before::of(&sources, &changed(&files, &bundle.sources, &sources), rules, kept));
                (Known { sources, files: files.into_iter().map(Some).collect(), found }, before)
            }
            None => (Known::default(), None),
        };
        let packs = bundle.packs.clone();
        let gathered = Gathered::knowing(bundle, &self.limits, known);
        let reuse = before.and_then(|before| before.still_good(&gathered)).unwrap_or_else(Reuse::none_yet);
        let mut outcome = crate::compile_gathered(gathered, None, bounds, reuse);
        if outcome.exhausted {
            // All rules together met a limit: which of them meets it shows only where all are checked. Where rules were kept, no pack is used.
            let gathered = Gathered::of(Bundle { sources: outcome.compiled.sources, packs }, &self.limits);
            outcome = crate::compile_gathered(gathered, None, bounds, Reuse::none_yet());
        }
        let crate::Outcome { compiled, found, kept, taken, .. } = outcome;
        &self.last.insert(Last { compiled, found, kept, taken }).compiled
    }

    /// Returns how many rules the last check knew from the one before.
    #[must_use]
    pub fn rules_kept(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.taken)
    }
}

/// Returns the trees of files that have another text now.
fn changed<'f>(files: &'f [ast::File], now: &Sources, before: &Sources) -> Vec<&'f ast::File> {
    let same = |file: &&ast::File| now.get(file.id).is_some_and(|now| before.get(file.id).is_some_and(|before| before.text == now.text));
    files.iter().filter(|file| !same(file)).collect()
}
