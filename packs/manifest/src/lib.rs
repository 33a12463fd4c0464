//! The manifests of packs.
//!
//! [`read`] makes a [`reach_statement::Manifest`] of the syntax tree of `pack.reach`, and tells every mistake at once. [`validate`] looks at a
//! whole pack: which files `policies` selects, whether the names in the manifest are those of the pack, and whether its rules stay within its
//! permissions, which the analysis proves or shows a step against. [`audit`] tells in plain words what a pack may do, and what is new against
//! another version of it.
//!
//! Nothing here touches files or asks the clock.

mod audit;
mod check;
mod entries;
mod item;
mod license;
mod nearest;
mod places;
mod print;
mod read;
mod select;
mod validate;
mod value;

pub use audit::{Audit, Comparison, NewRight, ParameterReport, Permitted, RightReport, Risk, Unbounded, audit, compare};
pub use check::{Make, Shown, limits};
pub use entries::{ENTRIES, Entry, entry, reference};
pub use item::ALL;
pub use nearest::nearest;
pub use places::{Draft, Items};
pub use print::text;
pub use read::{Read, read};
pub use select::MANIFEST_FILE;
pub use validate::{Looking, Validated, maker, validate};
