//! Who is measured.

use serde::{Deserialize, Serialize};

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// Rust that somebody would write for this policy alone.
    Hand,
    /// `serde_json` into a typed struct, with no decision: what reading costs at least.
    Serde,
    /// Reach.
    Reach,
    /// Reach up to its typed form, without an image.
    ReachChecked,
    /// `cedar-policy`.
    Cedar,
    /// The compiled form of `regorus`: its virtual machine.
    Regorus,
    /// `cel`, the interpreter of the Common Expression Language.
    Cel,
}

impl Engine {
    /// Returns its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand-written Rust",
            Self::Serde => "`serde_json`, typed, no decision",
            Self::Reach => "Reach",
            Self::ReachChecked => "Reach, parse and check",
            Self::Cedar => "`cedar-policy`",
            Self::Regorus => "`regorus`",
            Self::Cel => "`cel`",
        }
    }
}
