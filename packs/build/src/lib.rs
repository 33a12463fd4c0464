//! From a folder to the files of a pack.
//!
//! Everything in the folder belongs to the pack, but for what is hidden, what `.packignore` names, and what a build or an installation has put there.
//! What nobody should give away, and what no pack can hold, is refused and not left out: somebody has to decide. All of it is told at once.
//!
//! What comes of it depends on the paths and the bytes of the files, and on nothing else of the folder: neither on the order in which the system lists
//! them, nor on their times, owners and permissions.

mod collect;
mod rules;
mod secrets;

pub use collect::{BuildError, Collected, LeftOut, Options, Problem, Wrong, collect};
pub use rules::{IGNORE_FILE, MAX_IGNORE_BYTES, Why};
pub use secrets::{Secret, find_secret};
