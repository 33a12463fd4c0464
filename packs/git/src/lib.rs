//! Registries in git repositories.
//!
//! A [`Repository`] is known by its [`Address`]. The program `git` fetches one branch of it into a bare repository in the user's folder, so that the
//! user's credentials and SSH settings are used; there is no working tree, so nothing that a repository says of filters, attributes, links, hooks and
//! submodules is ever followed. What a commit has is read as [`CommitFiles`], object by object and under limits, which takes regular files alone.
//! A change is a set of [`Edits`] that become a commit, and a push, which the other side takes whole or not at all.
//!
//! Nothing here believes a repository: that is for the signed snapshot of the registry. Which fetched commit is used without a network is said by
//! [`Work::keep`], by whoever has verified it.

mod address;
mod edits;
mod error;
mod files;
mod objects;
mod repository;
mod run;

pub use address::{Address, AddressError, MAX_ADDRESS_BYTES, PREFIX};
pub use edits::Edits;
pub use error::GitError;
pub use files::CommitFiles;
pub use repository::{Base, Pushed, Repository, Tip, Work};
pub use run::{Limits, Settings};
