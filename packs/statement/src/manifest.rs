//! The manifest in its JSON form.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::PackName;
use crate::rights::{Permissions, Right};
use crate::text::{TextError, check_text};
use crate::version::{PackVersion, Requirement};

/// The most elements of any list of a manifest.
pub const MAX_ITEMS: usize = 10_000;

/// What a pack is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It declares the tools of some server, and no rules that permit.
    Connector,
    /// It has rules.
    Policy,
}

/// What `pack.reach` says, as JSON. Fields stand in the order of their names, sets in the order of their texts' bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the pack is good for, in one line.
    pub description: String,
    /// Names that those who use the pack may use; all, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exports: Option<BTreeSet<String>>,
    /// What it is for.
    pub kind: Kind,
    /// The licence, an SPDX expression.
    pub license: String,
    /// The name.
    #[schemars(with = "String")]
    pub name: PackName,
    /// The packs that it uses, with the versions that it asks for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub needs: BTreeMap<PackName, Requirement>,
    /// Names of `param`s that those who use it may set; all, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<BTreeSet<String>>,
    /// What its rules may permit at most.
    #[serde(default)]
    pub permissions: Permissions,
    /// Globs of the files that are its policies.
    pub policies: BTreeSet<String>,
    /// The versions of Reach that it is made for.
    #[schemars(with = "String")]
    pub reach: Requirement,
    /// Those of its tools that only read what their paths name. Paths of all others count as written.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub readers: BTreeSet<String>,
    /// The tools that its rules and tests name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tools: BTreeSet<String>,
    /// The version.
    #[schemars(with = "String")]
    pub version: PackVersion,
}

/// Why a manifest is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A text can't stand there.
    #[error("`{field}` can't be that: {error}")]
    Text {
        /// The field, with dots.
        field: String,
        /// Why.
        error: TextError,
    },
    /// A list is too long.
    #[error("`{field}` has {items} elements, and {MAX_ITEMS} are the most")]
    TooMany {
        /// The field, with dots.
        field: String,
        /// How many there are.
        items: usize,
    },
    /// A key of an object has other characters than ASCII, whose order RFC 8785 (section 3.2.3) has otherwise than bytes do.
    #[error("`{0}` has a key with other characters than those of ASCII")]
    NotAscii(String),
    /// There are no policies.
    #[error("`policies` names no files")]
    NoPolicies,
}

impl Manifest {
    /// Checks what types don't say: texts and the lengths of lists.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn check(&self) -> Result<(), ManifestError> {
        let text = |field: &str, text: &str| check_text(text).map_err(|error| ManifestError::Text { field: field.to_owned(), error });
        text("description", &self.description)?;
        text("license", &self.license)?;
        let Permissions { network, read, run, spawn: _, spend, write } = &self.permissions;
        let none = BTreeSet::new();
        let lists = [
            ("exports", self.exports.as_ref().unwrap_or(&none)),
            ("parameters", self.parameters.as_ref().unwrap_or(&none)),
            ("permissions.network", network),
            ("permissions.read", read),
            ("permissions.run", run),
            ("permissions.write", write),
            ("policies", &self.policies),
            ("readers", &self.readers),
            ("tools", &self.tools),
        ];
        let count = |field: &str, items: usize| {
            if items > MAX_ITEMS { Err(ManifestError::TooMany { field: field.to_owned(), items }) } else { Ok(()) }
        };
        for (field, items) in lists {
            count(field, items.len())?;
            items.iter().try_for_each(|item| text(field, item))?;
        }
        count("needs", self.needs.len())?;
        count("permissions.spend", spend.len())?;
        spend.keys().try_for_each(|of| text("permissions.spend", of))?;
        if !spend.keys().all(|of| of.is_ascii()) {
            return Err(ManifestError::NotAscii("permissions.spend".to_owned()));
        }
        if self.policies.is_empty() { Err(ManifestError::NoPolicies) } else { Ok(()) }
    }

    /// Returns everything that the pack asks for, in order: its tools, those of them that it says only read, and its permissions.
    #[must_use]
    pub fn rights(&self) -> BTreeSet<Right> {
        let mut out = self.permissions.rights();
        out.extend(self.tools.iter().cloned().map(Right::Tool));
        out.extend(self.readers.iter().cloned().map(Right::Reader));
        out
    }

    /// Returns the rights that this manifest asks for and another one, say of the version before, doesn't give. Without one that is all.
    #[must_use]
    pub fn wider_than(&self, other: Option<&Self>) -> Vec<Right> {
        let given = other.map(Self::rights).unwrap_or_default();
        self.rights().into_iter().filter(|right| !given.contains(right) && !given.iter().any(|g| right.is_covered_by(g))).collect()
    }
}
