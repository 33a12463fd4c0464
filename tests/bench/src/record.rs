//! What was measured, as it is written to a file.

use serde::{Deserialize, Serialize};

use crate::engine::Engine;

/// What names a measurement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The workload.
    pub workload: String,
    /// Which part of it.
    pub what: String,
    /// How large it is, where there are several sizes.
    pub size: Option<usize>,
    /// The engine.
    pub engine: Engine,
}

/// One row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    #[serde(flatten)]
    pub key: Key,
    /// The median of the rounds, in nanoseconds for each decision or build; none where only counts are known.
    pub median_ns: Option<f64>,
    /// The fastest round.
    pub min_ns: Option<f64>,
    /// The slowest round.
    pub max_ns: Option<f64>,
    /// Allocations for each decision or build.
    pub allocations: Option<f64>,
    /// Bytes that are allocated for each decision or build.
    pub allocated_bytes: Option<f64>,
    /// Bytes that are kept: of a policy for each rule, of a session.
    pub kept_bytes: Option<f64>,
    /// Why nothing was measured.
    pub left_out: Option<String>,
}

impl Row {
    /// Returns a row with nothing in it.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self { key, median_ns: None, min_ns: None, max_ns: None, allocations: None, allocated_bytes: None, kept_bytes: None, left_out: None }
    }
}
