//! Recorded sessions decided again: to the same bytes, or with another bundle.
//!
//! [`replay`] decides a whole log again by the bundles that decided it, and rebuilds its root. [`compare`] decides it by another bundle
//! and tells which decisions change, in [`Groups`] of those that change alike; whoever has events from elsewhere feeds a [`Tally`].
//! A [`Snapshot`] keeps decisions as text.

mod change;
mod compare;
mod exact;
mod groups;
mod session;
mod snapshot;
mod tally;
mod walk;

pub use change::{Behaviour, Decided, Kind};
pub use compare::{Compared, Comparison, Old, compare, recorded};
pub use exact::{Difference, Exact, MAX_SHOWN, Stop, Stopped, replay};
pub use groups::{Example, Group, Groups};
pub use session::{Bundles, Mismatch, ReplayError, SessionReplay, What, same_entities};
pub use snapshot::{Kept, Snapshot, SnapshotError};
pub use tally::{Place, Tally};
pub use walk::Walk;
