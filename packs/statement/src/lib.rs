//! What a pack says of itself.
//!
//! The words that everything about packs is told in: a [`PackName`] and a [`PackVersion`], the [`PackPath`] of a file, its [`Digest`], the
//! [`Right`]s that a pack asks for, the [`Manifest`] in its JSON form, and the [`Statement`], which is signed. All of them are checked when they are
//! made, so that whoever has one need not look again. There is one way to write a statement: [`Statement::parse`] refuses every other.
//!
//! Nothing here touches files, and nothing here says that a statement is true: that is what signatures are for.

mod digest;
mod manifest;
mod name;
mod path;
mod rights;
mod statement;
mod text;
mod version;

pub use digest::{Digest, DigestError};
pub use manifest::{Kind, MAX_ITEMS, Manifest, ManifestError};
pub use name::{MAX_PACK_NAME_BYTES, PackName, PackNameError};
pub use path::{MAX_PATH_BYTES, MAX_PREFIX_BYTES, PackPath, PathError};
pub use rights::{Amount, AmountError, Permissions, Right, Spawn};
pub use statement::{FileEntry, ImageEntry, MAX_FILES, MAX_STATEMENT_BYTES, STATEMENT_TYPE, Statement, StatementError};
pub use text::{MAX_TEXT_BYTES, TextError, check_text};
pub use version::{PackVersion, Requirement, VersionError};

/// Writes a type as text in JSON, and reads it by its `FromStr`.
macro_rules! text_in_json {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use text_in_json;
