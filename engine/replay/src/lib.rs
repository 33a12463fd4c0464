//! Recorded sessions decided again: to the same bytes, or with another bundle.

mod session;

pub use session::{Bundles, Mismatch, ReplayError, SessionReplay, What};
