//! What stands in a trust store: entries, each of which changes who is trusted.

use std::collections::BTreeSet;

use reach_statement::Digest;
use serde::{Deserialize, Serialize};

use crate::pattern::NamePattern;
use crate::time::Timestamp;

/// What an entry does. Fields stand in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Trusts a key for names, in addition to those that it is trusted for already. Where a name is one of those, its time is replaced.
    Trust {
        /// When it ends: at this second the key may sign no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
        /// The public line of the key.
        key: String,
        /// The names.
        names: BTreeSet<NamePattern>,
    },
    /// Asks for so many different keys where a name is matched. Of several patterns that match, the highest number holds.
    Threshold {
        /// How many keys, from 1.
        needed: u32,
        /// The names.
        pattern: NamePattern,
    },
    /// Revokes a key, under whatever name, for good.
    Revoke {
        /// The public line of the key. It need not be one that was trusted.
        key: String,
        /// Why.
        reason: String,
        /// Since when somebody else may have had it; it is told and nothing else, since no signature proves when it was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// Puts a key in the place of another.
    Rotate {
        /// The envelope of the [`Rotation`](crate::Rotation), as text.
        proof: String,
    },
}

/// A line of a trust store. Fields stand in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it does.
    pub entry: Action,
    /// SHA-256 of the line before it, with its newline; of `reach-trust/1` and a newline in the first.
    pub previous: Digest,
    /// When it was written, as the clock of that machine said.
    pub time: Timestamp,
}
