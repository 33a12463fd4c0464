//! Registries of packs: folders that anybody may serve, and that nobody need trust.
//!
//! A registry is a folder, or a commit of a git repository ([`Files`]): an index that only grows, archives that are named by their digests, and a signed [`Snapshot`]
//! that says what counts. Reading it is facing an attacker: [`Registry::read`] believes nothing that the snapshot doesn't vouch for, and [`Memory`]
//! refuses a registry that goes back on what it said before. [`Publisher`] writes one; [`search()`] finds packs; [`resolve()`] chooses versions.
//!
//! Time is an argument everywhere. Nothing here says that a pack is good: that is for the signatures of the pack itself.

pub mod disk;
mod files;
mod history;
mod listing;
mod marks;
mod publish;
mod registry;
mod release;
mod resolve;
mod search;
mod snapshot;

pub use files::{Files, Folder, Shelf};
pub use history::{History, HistoryError, Listed, MAX_HISTORY_BYTES, MAX_LINES};
pub use listing::{Extent, Listing, ListingError, MAX_INDEX_BYTES, MAX_PACKS};
pub use marks::{Known, Memory};
pub use publish::{Publisher, Signing};
pub use registry::{MAX_BLOB_BYTES, Registry, RegistryError, origin_of, read_blob, write_blob};
pub use release::{Blob, Line, LineError, MAX_LINE_BYTES, MAX_NEEDS, Release, Yank};
pub use resolve::{Candidate, MAX_STEPS, Moving, Problem, Resolved, Universe, Unresolved, resolve};
pub use search::{Hit, MAX_WORD_BYTES, MAX_WORDS, search};
pub use snapshot::{Snapshot, SnapshotError, Voucher};
