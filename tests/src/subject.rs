//! What is tested: sources brought to an image and an engine.

use std::sync::Arc;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;
use reach_compiler::{Limits, compile};
use reach_engine::{Decision, EntitiesError, Options, Outcome, Session, read_entities};
use reach_evaluator::VerifiedImage;
use reach_evaluator::image::Image;

/// A bundle in every form.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The typed IR.
    pub bundle: Bundle,
    /// The image as bytes.
    pub bytes: Vec<u8>,
    /// The image that runs.
    pub image: Arc<VerifiedImage>,
}

/// Compiles files.
///
/// # Errors
/// What is wrong, for people.
pub fn compile_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Bundle, String> {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name, text);
    }
    let compiled = compile(sources, &Limits::default());
    let wrong: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|d| d.is_error())
        .map(|d| {
            let at = d.span().map_or_else(String::new, |s| format!(" at {:?} `{}`", compiled.sources.position(s), compiled.sources.text(s)));
            format!("{:?}{at}: {} ({:?}, {:?})", d.code, d.message, d.notes, d.help)
        })
        .collect();
    match compiled.bundle {
        Some(bundle) if wrong.is_empty() => Ok(bundle),
        Some(_) => Err(format!("a bundle in spite of errors: {}", wrong.join("\n"))),
        None if wrong.is_empty() => Err("no bundle, and no error".to_owned()),
        None => Err(wrong.join("\n")),
    }
}

impl Subject {
    /// Compiles and lowers files, and loads the image from its bytes.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let bundle = compile_files(files)?;
        let image = reach_compiler::lower::lower(&bundle).map_err(|d| format!("lowering: {:?} {}", d.code, d.message))?;
        let bytes = image.encode();
        let decoded = Image::decode(&bytes).map_err(|e| format!("decoding: {e}"))?;
        if decoded != image {
            return Err("the image isn't what was encoded".to_owned());
        }
        let image = Arc::new(decoded.verify().map_err(|e| format!("verifying: {e}"))?);
        Ok(Self { bundle, bytes, image })
    }

    /// Begins a session that knows of entities.
    ///
    /// # Errors
    /// What is wrong with the data.
    pub fn session_among(&self, data: &str) -> Result<Session, EntitiesError> {
        let entities = Some(Arc::new(read_entities(&self.image, data)?));
        Ok(Session::new(Arc::clone(&self.image), "", Options { entities, ..Options::default() }))
    }

    /// Begins a session.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(Arc::clone(&self.image), "", Options::default())
    }
}

/// Takes an event; returns the decision when it is a step.
pub fn decide(session: &mut Session, line: &str) -> Option<Decision> {
    match session.event(line) {
        Outcome::Decision(decision) => Some(*decision),
        Outcome::Observed | Outcome::LeftOut(_) | Outcome::Rejected(_) => None,
    }
}
