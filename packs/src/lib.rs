//! The packs of a project: which it has, how they get there, and that they are still what they were.
//!
//! A project is a folder with a [`Lock`], the file `pack.lock`, which says which packs it has, to the byte, and which rights were given to them; the
//! packs themselves are in `.reach/packs`. A [`Plan`] says what would change, and [`Plan::apply`] changes it: all at once, since the lock is written
//! last, and what it doesn't name is no part of the project. [`installed`] gives the packs to whoever compiles, after it has compared each file.
//!
//! What comes from a registry is verified, compiled again and compared before anything of it is written. Time is an argument everywhere.

mod apply;
mod compile;
mod consent;
mod error;
mod fetch;
mod installed;
mod lock;
mod plan;
mod project;
mod roots;
mod status;

pub use apply::Writing;
pub use compile::{Compared, compare, image_of};
pub use consent::{Acceptance, right_of};
pub use error::InstallError;
pub use fetch::{Examine, Store};
pub use installed::{InstalledPack, installed, installed_named};
pub use lock::{LOCK_FILE, Lock, LockError, Locked, MAX_LOCK_BYTES};
pub use plan::{Change, Plan, Resolving, plan, plan_locked};
pub use project::Project;
pub use roots::{MANIFEST_FILE, roots_of_manifest};
pub use status::{Outdated, Verdict, outdated, verdicts};
