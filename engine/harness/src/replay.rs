//! Sessions played from their beginning by the engine: what answers of the analysis are held against.

use std::sync::Arc;

use reach_analysis::{Because, Decided, Effect, Play, Played};
use reach_codes::Diagnostic;
use reach_codes::table::limit;
use reach_compiler::{ir, lower};
use reach_engine::{Decision, Entities, EntitiesError, ObservationError, Options, Outcome, Session, VerifiedImage, read_entities};

/// A bundle that plays sessions. Made by `new`, it lets go of `pinned`: no event that is made up has a definition with a digest that was written down.
#[derive(Clone, Debug)]
pub struct Replay {
    image: Arc<VerifiedImage>,
    entities: Option<Arc<Entities>>,
}

impl Replay {
    /// Makes the image of a bundle, without the digests of `pinned`.
    ///
    /// # Errors
    /// When the bundle goes beyond a limit of images.
    pub fn new(bundle: &ir::Bundle) -> Result<Self, Box<Diagnostic>> {
        let mut bundle = bundle.clone();
        for target in &mut bundle.targets {
            target.pinned = None;
        }
        Self::pinned(&bundle)
    }

    /// Makes the image of a bundle as it is, for sessions that somebody wrote down.
    ///
    /// # Errors
    /// When the bundle goes beyond a limit of images.
    pub fn pinned(bundle: &ir::Bundle) -> Result<Self, Box<Diagnostic>> {
        let image = lower(bundle)?;
        match image.verify() {
            Ok(image) => Ok(Self { image: Arc::new(image), entities: None }),
            Err(defect) => Err(Box::new(Diagnostic::general(limit::COMPILER_DEFECT, format!("the compiler made an image that does not verify: {defect}")))),
        }
    }
}

impl Play for Replay {
    fn play(&self, events: &[String]) -> Vec<Played> {
        let mut running = self.begin();
        events.iter().map(|event| running.event(event)).collect()
    }

    fn play_among(&self, events: &[String], entities: Option<&str>) -> Vec<Played> {
        // Of what doesn't hold together nothing is known: the test says so itself.
        self.among(entities).unwrap_or_else(|_| self.clone()).play(events)
    }
}

impl Replay {
    /// Begins a session whose next event depends on what became of the last one.
    pub(crate) fn begin(&self) -> Running {
        Running(Session::new(Arc::clone(&self.image), "", Options { entities: self.entities.clone(), ..Options::default() }))
    }

    /// Returns one that plays sessions in which the host tells this of entities.
    pub(crate) fn among(&self, data: Option<&str>) -> Result<Self, EntitiesError> {
        let entities = data.map(|data| read_entities(&self.image, data)).transpose()?;
        Ok(Self { image: Arc::clone(&self.image), entities: entities.map(Arc::new) })
    }
}

/// A session that is being played.
pub(crate) struct Running(Session);

impl Running {
    /// Plays the next event.
    pub fn event(&mut self, line: &str) -> Played {
        played(self.0.event(line))
    }
}

fn played(outcome: Outcome) -> Played {
    match outcome {
        Outcome::Decision(decision) => Played::Decided(decided(&decision)),
        Outcome::Observed => Played::Observed,
        Outcome::Rejected(error) | Outcome::LeftOut(error) => Played::Rejected(wrong(&error)),
    }
}

/// Returns what a decision says, in the words of the analysis.
fn decided(decision: &Decision) -> Decided {
    let effect = match decision.effect {
        reach_engine::Effect::Permit => Effect::Permit,
        reach_engine::Effect::Ask => Effect::Ask,
        reach_engine::Effect::Forbid => Effect::Forbid,
    };
    let rules = decision.rules.iter().map(|reason| Because {
        rule: reason.rule.clone(),
        file: reason.file.clone(),
        line: reason.line,
        message: reason.message.clone(),
    });
    Decided {
        effect,
        rules: rules.collect(),
        // An obligation has texts and JSON alone, which can always be written.
        obligations: decision.obligations.iter().map(|o| serde_json::to_string(o).unwrap_or_default()).collect(),
        args: decision.args.as_ref().map(|args| args.get().to_owned()),
        advisory: decision.advisory.iter().map(|a| a.reason.rule.clone()).collect(),
    }
}

fn wrong(error: &ObservationError) -> String {
    format!("{} {}: {}", error.code.number(), error.name, error.message)
}
