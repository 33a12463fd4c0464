//! A log decided again by the bundles that decided it: what is told of it.

use reach_log::EventLeaf;
use reach_replay::{Behaviour, Difference, Exact, Stop, Stopped};
use schemars::JsonSchema;
use serde::Serialize;

/// The most differences that are told.
const TOLD: usize = 100;

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExactData {
    /// How many entries the log has.
    pub entries: u64,
    /// How many sessions.
    pub sessions: u64,
    /// How many entries were decided again.
    pub replayed: u64,
    /// How many decisions were `permit`.
    pub permit: u64,
    /// How many were `ask`.
    pub ask: u64,
    /// How many were `forbid`.
    pub forbid: u64,
    /// How many entries are no events: erasures and recoveries.
    pub notes: u64,
    /// The digests of the bundles that decided.
    pub bundles: Vec<String>,
    /// Entries that come out in another way.
    pub differences: Vec<DifferenceData>,
    /// How many more do.
    pub more: u64,
    /// How many entries begin in another state for that, after them in their sessions.
    pub following: u64,
    /// Sessions that were not decided to their end.
    pub stopped: Vec<StoppedData>,
    /// How many entries were not decided again for that.
    pub not_replayed: u64,
    /// Entries that the log doesn't list under the session that they say.
    pub stray: Vec<u64>,
    /// The root that stands in the log, in base64.
    pub root: String,
    /// The root of the entries as they are now, in base64. What was not decided again is taken as it stands in the log.
    pub rebuilt: String,
    /// Whether every entry was decided again, but for sessions with an event that was erased.
    pub whole: bool,
}

/// An entry that comes out in another way.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DifferenceData {
    /// The number of the entry in the log.
    pub entry: u64,
    /// The session.
    pub session: String,
    /// The number of the event in it.
    pub number: u64,
    /// The first thing that differs.
    pub what: &'static str,
    /// The event as it came.
    pub event: String,
    /// What was recorded; absent where it is no decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub recorded: Option<Behaviour>,
    /// What is decided now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub now: Option<Behaviour>,
}

/// A session that was not decided to its end.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StoppedData {
    /// The session.
    pub session: String,
    /// The number of its first entry that was not decided again, in the log.
    pub entry: u64,
    /// How many of its entries were not.
    pub entries: u64,
    /// Why.
    pub why: String,
    /// The digest of the bundle that is missing, if that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    pub bundle: Option<String>,
}

impl ExactData {
    /// Returns what is told.
    pub fn of(exact: Exact) -> Self {
        let whole = exact.is_whole();
        let more = exact.more.saturating_add(exact.differences.len().saturating_sub(TOLD) as u64);
        Self {
            entries: exact.entries,
            sessions: exact.sessions,
            replayed: exact.replayed,
            permit: exact.permit,
            ask: exact.ask,
            forbid: exact.forbid,
            notes: exact.notes,
            bundles: exact.bundles.into_iter().collect(),
            differences: exact.differences.into_iter().take(TOLD).map(DifferenceData::of).collect(),
            more,
            following: exact.following,
            not_replayed: exact.stopped.iter().map(|stopped| stopped.entries).sum(),
            stopped: exact.stopped.into_iter().map(StoppedData::of).collect(),
            stray: exact.stray,
            root: exact.root.base64(),
            rebuilt: exact.rebuilt.base64(),
            whole,
        }
    }

    /// Returns whether the log is what its bundles decide, all of it.
    pub fn is_same(&self) -> bool {
        self.whole && self.differences.is_empty() && self.stray.is_empty() && self.root == self.rebuilt
    }
}

impl DifferenceData {
    fn of(difference: Difference) -> Self {
        let mismatch = difference.mismatch;
        Self {
            entry: difference.entry,
            session: difference.session,
            number: mismatch.number,
            what: mismatch.what.words(),
            event: difference.line,
            recorded: behaviour(&mismatch.recorded),
            now: mismatch.now.as_ref().and_then(behaviour),
        }
    }
}

fn behaviour(entry: &EventLeaf) -> Option<Behaviour> {
    Some(Behaviour { effect: entry.effect?, rules: entry.rules.clone(), rules_left_out: entry.rules_left_out })
}

impl StoppedData {
    fn of(stopped: Stopped) -> Self {
        let bundle = match &stopped.why {
            Stop::Replay(reach_replay::ReplayError::Bundle(digest)) => Some(digest.clone()),
            Stop::Replay(_) | Stop::Leaf(_) | Stop::Foreign(_) | Stop::Gone(_) | Stop::NoEvent => None,
        };
        Self { session: stopped.session, entry: stopped.entry, entries: stopped.entries, why: stopped.why.to_string(), bundle }
    }
}
