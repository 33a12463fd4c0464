//! Agreeing to what packs may do.

use std::collections::BTreeSet;

use reach_statement::{Amount, Manifest, Right};

/// Which rights whoever installs gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// These, as texts.
    pub rights: BTreeSet<String>,
    /// All that are asked for.
    pub all: bool,
}

/// Reads a right as [`Right`] is written.
#[must_use]
pub fn right_of(text: &str) -> Option<Right> {
    let (kind, of) = text.split_once(':')?;
    let owned = || of.to_owned();
    Some(match kind {
        "tool" => Right::Tool(owned()),
        "read" => Right::Read(owned()),
        "write" => Right::Write(owned()),
        "network" => Right::Network(owned()),
        "run" => Right::Run(owned()),
        "spawn" => {
            let (children, depth) = of.split_once('/')?;
            Right::Spawn { children: children.parse().ok()?, depth: depth.parse().ok()? }
        }
        "spend" => {
            let (of, amount) = of.rsplit_once('=')?;
            Right::Spend { of: of.to_owned(), amount: Amount::read(amount).ok()? }
        }
        _ => return None,
    })
}

impl Acceptance {
    /// Returns the rights that a pack asks for beyond those that were given to it and those that are given now.
    #[must_use]
    pub fn lacking(&self, manifest: &Manifest, given: &BTreeSet<String>) -> Vec<Right> {
        if self.all {
            return Vec::new();
        }
        // Those that only a number tells apart.
        let numbers: Vec<Right> = given.iter().chain(&self.rights).filter_map(|text| right_of(text)).collect();
        let is_given = |right: &Right| {
            let text = right.to_string();
            given.contains(&text) || self.rights.contains(&text) || numbers.iter().any(|g| right.is_covered_by(g))
        };
        manifest.rights().into_iter().filter(|right| !is_given(right)).collect()
    }
}

/// The rights of a pack, as they stand in a lock.
pub(crate) fn texts(manifest: &Manifest) -> BTreeSet<String> {
    manifest.rights().iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_as_they_are_written() {
        let rights = [
            Right::Tool("a".into()),
            Right::Read("/data/**:x".into()),
            Right::Write("a=b".into()),
            Right::Network("api.example".into()),
            Right::Run("git".into()),
            Right::Spawn { children: 2, depth: 1 },
            Right::Spend { of: "a=b".into(), amount: Amount::read("10.5").unwrap() },
        ];
        for right in rights {
            assert_eq!(right_of(&right.to_string()), Some(right));
        }
        for bad in ["", "read", "spawn:1", "spawn:a/b", "spend:usd", "spend:usd=x", "all:everything"] {
            assert_eq!(right_of(bad), None, "{bad}");
        }
    }
}
