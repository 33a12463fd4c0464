//! Many sessions over one image.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::VerifiedImage;
use crate::explain::{ExplainError, Explanation};
use crate::session::{Options, Outcome, Session};

/// The sessions of a stream of events, by the field `session` (`""` when it is left out). Their number is bounded.
pub struct Sessions {
    image: Arc<VerifiedImage>,
    options: Box<dyn FnMut(&str) -> Options + Send>,
    open: BTreeMap<String, Session>,
}

impl Sessions {
    /// Returns no sessions; each that an event names begins with what `options` returns for its name.
    pub fn new(image: Arc<VerifiedImage>, options: impl FnMut(&str) -> Options + Send + 'static) -> Self {
        Self { image, options: Box::new(options), open: BTreeMap::new() }
    }

    fn session(&mut self, id: &str) -> &mut Session {
        let (image, options) = (&self.image, &mut self.options);
        self.open.entry(id.to_owned()).or_insert_with(|| Session::new(Arc::clone(image), id, options(id)))
    }

    /// Takes the next event of whichever session it names.
    pub fn event(&mut self, line: &str) -> Outcome {
        self.session("").event(line)
    }

    /// Decides a step of whichever session it names without recording it, and says why.
    ///
    /// # Errors
    /// When the line is no step.
    pub fn explain(&mut self, line: &str) -> Result<Explanation, ExplainError> {
        self.session("").explain(line)
    }
}
