//! Sessions that record what they decide, and go on where the log has them already.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use reach_engine::{Entities, Entry, Limits, Options, Session, Store, StoreError, VerifiedImage};
use reach_log::Leaf;
use reach_replay::{Bundles, SessionReplay, same_entities};
use reach_store::{Log, LogError, LogOptions, StoredPayload};

use super::failed;
use crate::failure::Failure;

/// Records sessions of one bundle in a log.
#[derive(Clone, Debug)]
pub struct Recorder {
    log: Log,
}

/// A session that can't go on: nothing is recorded, so every step is forbidden.
struct Refused(String);

impl Store for Refused {
    fn append(&mut self, _: &Entry<'_>) -> Result<u64, StoreError> {
        Err(StoreError(self.0.clone()))
    }

    fn commit(&mut self, _: u64) -> Result<u64, StoreError> {
        Err(StoreError(self.0.clone()))
    }
}

/// What can go wrong when a session is read out of a log.
enum Stop {
    Log(LogError),
    Session(String),
}

impl From<LogError> for Stop {
    fn from(e: LogError) -> Self {
        Self::Log(e)
    }
}

impl Recorder {
    /// Opens a log, or makes one.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn open(path: &Path, origin: Option<&str>) -> Result<Self, Failure> {
        let origin = match origin {
            Some(origin) => origin.to_owned(),
            // Two logs of the same name would look like one to those who keep their checkpoints.
            None => {
                let mut bytes = [0; 8];
                getrandom::fill(&mut bytes).map_err(|e| failed::failure(path, &LogError::Random(e.to_string())))?;
                format!("reach-log/{:016x}", u64::from_be_bytes(bytes))
            }
        };
        if let Err(e) = reach_log::checkpoint::check_origin(&origin) {
            return Err(Failure::usage(format!("`--origin`: {e}")));
        }
        let log = Log::open(path, LogOptions::new(&origin)).map_err(|error| failed::failure(path, &error))?;
        Ok(Self { log })
    }

    /// Returns how many entries a crash had left behind torn, and were cut.
    pub const fn cut(&self) -> u64 {
        self.log.cut()
    }

    /// Returns how many entries the log has.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn size(&self) -> Result<u64, Failure> {
        self.log.head().map(|head| head.size).map_err(|error| failed::failure(self.log.path(), &error))
    }

    /// Returns the session of that name: as it is in the log, where it is there already. One that can't go on refuses every step and says
    /// why.
    pub fn session(&self, image: &Arc<VerifiedImage>, entities: Option<&Arc<Entities>>, name: &str, recorded: bool) -> Session {
        let begin = |store| {
            let options = Options { store: Some(store), recorded, entities: entities.cloned(), ..Options::default() };
            Session::new(Arc::clone(image), name, options)
        };
        match self.resume(image, entities, name, recorded) {
            Ok(Some(session)) => session,
            Ok(None) => begin(self.log.store()),
            Err(Stop::Log(e)) => begin(Box::new(Refused(e.to_string()))),
            Err(Stop::Session(why)) => begin(Box::new(Refused(format!("the session is in the log already, and can't go on: {why}")))),
        }
    }

    fn resume(&self, image: &Arc<VerifiedImage>, entities: Option<&Arc<Entities>>, name: &str, recorded: bool) -> Result<Option<Session>, Stop> {
        let bundles = Bundles::new([Arc::clone(image)]).among(image.digest(), entities.cloned());
        let mut replay: Option<SessionReplay> = None;
        let mut stopped = None;
        self.log.read(|log| {
            let read = log.session(name, |entry| {
                let Ok(Leaf::Event(leaf)) = Leaf::parse(&entry.leaf) else {
                    return Err(Stop::Session(format!("entry {} can't be read", entry.sequence)));
                };
                if leaf.recorded != recorded {
                    let how = if leaf.recorded { "with" } else { "without" };
                    return Err(Stop::Session(format!("it was recorded {how} `--recorded`")));
                }
                let session = match &mut replay {
                    Some(session) => session,
                    None => {
                        let given = same_entities(&leaf, entities.map(AsRef::as_ref));
                        let begun = given.and_then(|()| SessionReplay::new(&bundles, &leaf, Limits::LANGUAGE, false));
                        replay.insert(begun.map_err(|e| Stop::Session(e.to_string()))?)
                    }
                };
                let payload = |stored: &Option<StoredPayload>| stored.as_ref().and_then(StoredPayload::payload);
                match session.entry(&leaf, payload(&entry.event).as_ref(), payload(&entry.answer).as_ref()) {
                    Ok(None) => Ok(()),
                    Ok(Some(mismatch)) => Err(Stop::Session(format!("at entry {} {} is not what was recorded", entry.sequence, mismatch.what.words()))),
                    Err(e) => Err(Stop::Session(e.to_string())),
                }
            });
            stopped = read.err();
            Ok(())
        })?;
        if let Some(stop) = stopped {
            return Err(stop);
        }
        Ok(replay.map(|replay| {
            let mut session = replay.into_session();
            session.record_to(self.log.store());
            session
        }))
    }

    /// Returns the names of the sessions that the log has, with the number of their entries.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn sessions(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let sessions = self.log.read(|log| log.sessions()).map_err(|error| failed::failure(self.log.path(), &error))?;
        Ok(sessions.into_iter().collect())
    }
}
