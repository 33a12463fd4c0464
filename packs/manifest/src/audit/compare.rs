//! What is new against another version of a pack.

use std::collections::BTreeSet;

use reach_analysis::{AnalysisError, Difference};
use reach_statement::Manifest;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Risk, words};
use crate::check::Make;
use crate::validate::Validated;

/// What is new against another version of a pack.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// The name of the other one.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// The rights that are asked for now and were not, the riskiest first: what has to be agreed to anew.
    pub wider: Vec<NewRight>,
    /// The rights that were asked for and are not any more, or smaller.
    pub narrower: Vec<String>,
    /// What else is said otherwise, in words.
    pub changed: Vec<String>,
    /// What is decided otherwise. Absent where one of the two can't be compiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Difference>,
}

/// A right that is new.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct NewRight {
    /// How much harm it can do.
    pub risk: Risk,
    /// The right, as people agree to it.
    pub right: String,
    /// What it means.
    pub words: String,
}

/// Compares a pack with another version of it. Nothing where one of the manifests can't be read.
///
/// # Errors
/// When the machine decides otherwise than the analysis says, which is a mistake of ours.
pub fn compare(old: &Validated, new: &Validated, make: &Make, limits: &reach_analysis::Limits) -> Result<Option<Comparison>, AnalysisError> {
    let (Some(before), Some(now)) = (&old.said, &new.said) else { return Ok(None) };
    let mut wider: Vec<NewRight> = now
        .wider_than(Some(before))
        .iter()
        .map(|right| {
            let (risk, words) = words::of(right);
            NewRight { risk, right: right.to_string(), words }
        })
        .collect();
    wider.sort();
    let decisions = match (&old.compiled.bundle, &new.compiled.bundle) {
        (Some(a), Some(b)) => match (make(a), make(b)) {
            (Some(old_play), Some(new_play)) => Some(reach_analysis::diff(a, b, old_play.as_ref(), new_play.as_ref(), limits)?),
            _ => None,
        },
        _ => None,
    };
    Ok(Some(Comparison {
        pack: before.name.to_string(),
        version: before.version.to_string(),
        wider,
        narrower: before.wider_than(Some(now)).iter().map(ToString::to_string).collect(),
        changed: changed(before, now),
        decisions,
    }))
}

fn changed(before: &Manifest, now: &Manifest) -> Vec<String> {
    let mut out = Vec::new();
    if before.name != now.name {
        out.push(format!("it is another pack: `{}` was `{}`", now.name, before.name));
    }
    if now.version <= before.version {
        out.push(format!("its version {} does not come after {}", now.version, before.version));
    }
    if before.kind != now.kind {
        out.push("it is of another kind".to_owned());
    }
    if before.license != now.license {
        out.push(format!("its licence is `{}`, and was `{}`", now.license, before.license));
    }
    if before.reach != now.reach {
        out.push(format!("it is made for Reach {}, and was for {}", now.reach, before.reach));
    }
    for (pack, versions) in &now.needs {
        match before.needs.get(pack) {
            None => out.push(format!("it needs `{pack}` {versions}, and did not")),
            Some(others) if others != versions => out.push(format!("it needs `{pack}` {versions}, and needed {others}")),
            Some(_) => {}
        }
    }
    out.extend(before.needs.keys().filter(|pack| !now.needs.contains_key(pack)).map(|pack| format!("it does not need `{pack}` any more")));
    for (what, before, now) in [("set", &before.parameters, &now.parameters), ("name", &before.exports, &now.exports)] {
        match (before, now) {
            (Some(_), None) => out.push(format!("others may {what} everything, and not only what was listed")),
            (None, Some(_)) => out.push(format!("others may {what} only what is listed, and not everything")),
            (Some(a), Some(b)) => {
                let list = |items: BTreeSet<&String>| items.into_iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
                let (more, fewer): (BTreeSet<&String>, BTreeSet<&String>) = (b.difference(a).collect(), a.difference(b).collect());
                if !more.is_empty() {
                    out.push(format!("others may {what} {} too", list(more)));
                }
                if !fewer.is_empty() {
                    out.push(format!("others may not {what} {} any more", list(fewer)));
                }
            }
            (None, None) => {}
        }
    }
    out
}
