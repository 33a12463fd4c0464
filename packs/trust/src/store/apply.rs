//! What an entry changes.

use std::collections::BTreeMap;

use reach_keys::VerifierKey;
use reach_statement::check_text;

use super::{MAX_NEEDED, Revocation, TrustError, TrustStore, TrustedKey};
use crate::action::{Action, Entry};
use crate::rotation::Rotation;
use crate::signer::SignerId;

impl TrustStore {
    /// Does what an entry says, or nothing where it can't be done.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), TrustError> {
        match &entry.entry {
            Action::Trust { expires, key, names } => {
                let key: VerifierKey = key.parse()?;
                if names.is_empty() {
                    return Err(TrustError::NoNames);
                }
                self.usable(&key)?;
                let known = self.known(key);
                known.names.extend(names.iter().map(|name| (name.clone(), *expires)));
            }
            Action::Threshold { needed, pattern } => {
                if !(1..=MAX_NEEDED).contains(needed) {
                    return Err(TrustError::Needed(*needed));
                }
                self.thresholds.insert(pattern.clone(), *needed);
            }
            Action::Revoke { key, reason, since } => {
                let key: VerifierKey = key.parse()?;
                check_text(reason)?;
                self.unambiguous(&key)?;
                // The first word is the last one: a later entry doesn't change since when.
                let revocation = Revocation { time: entry.time, since: *since, reason: reason.clone() };
                self.revoked.entry(*key.as_bytes()).or_insert(revocation);
                self.known(key);
            }
            Action::Rotate { proof } => self.rotate(&Rotation::verify(proof.as_bytes())?, entry)?,
        }
        Ok(())
    }

    fn rotate(&mut self, rotation: &Rotation, entry: &Entry) -> Result<(), TrustError> {
        let Rotation { from, to, until, .. } = rotation;
        let old = SignerId::of(from);
        self.usable(from)?;
        self.usable(to)?;
        let known = self.keys.get(&old).ok_or_else(|| TrustError::Unknown(old.clone()))?;
        if known.successor.is_some() {
            return Err(TrustError::Rotated(old));
        }
        let handed: BTreeMap<_, _> = known.names.iter().filter(|(_, end)| end.is_none_or(|end| end > entry.time)).map(|(n, e)| (n.clone(), *e)).collect();
        if handed.is_empty() {
            return Err(TrustError::Lapsed(old));
        }
        if self.keys.get(&SignerId::of(to)).is_some_and(|k| k.predecessor.is_some()) {
            return Err(TrustError::Rotated(SignerId::of(to)));
        }
        let known = self.known(from.clone());
        known.successor = Some(to.clone());
        if let Some(until) = until {
            for end in known.names.values_mut() {
                *end = Some(end.map_or(*until, |end| end.min(*until)));
            }
        }
        let new = self.known(to.clone());
        new.predecessor = Some(from.clone());
        for (name, end) in handed {
            // What the new key had already is not made shorter by what comes to it.
            let had = new.names.entry(name).or_insert(end);
            *had = if had.is_none() || end.is_none() { None } else { (*had).max(end) };
        }
        Ok(())
    }

    /// Fails where a key can't be trusted.
    fn usable(&self, key: &VerifierKey) -> Result<(), TrustError> {
        if self.revoked.contains_key(key.as_bytes()) {
            return Err(TrustError::Revoked(SignerId::of(key)));
        }
        self.unambiguous(key)
    }

    fn unambiguous(&self, key: &VerifierKey) -> Result<(), TrustError> {
        let signer = SignerId::of(key);
        match self.keys.get(&signer) {
            Some(known) if known.key != *key => Err(TrustError::Ambiguous(signer)),
            _ => Ok(()),
        }
    }

    /// The key, which is known from now on.
    fn known(&mut self, key: VerifierKey) -> &mut TrustedKey {
        self.keys.entry(SignerId::of(&key)).or_insert_with(|| TrustedKey { key, names: BTreeMap::new(), successor: None, predecessor: None })
    }
}
