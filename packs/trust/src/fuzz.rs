//! What fuzzers and property tests ask of hostile packs and trust stores.

use reach_archive::Archive;

use crate::rotation::Rotation;
use crate::store::TrustStore;
use crate::time::Timestamp;
use crate::verify::{UnverifiedPack, verify};

/// Reads bytes as the file of a pack. Whatever they are, nothing panics; what is read is written as it was; and nobody's word is taken where nobody is
/// trusted.
///
/// # Panics
/// When one of that doesn't hold.
pub fn fuzz_pack(data: &[u8]) {
    let Ok(archive) = Archive::read(data) else {
        return;
    };
    assert!(archive.write().is_ok_and(|bytes| bytes == data), "an archive is written otherwise than it was read");
    if let Ok(pack) = UnverifiedPack::read(archive.clone()) {
        assert!(pack.to_archive().is_ok_and(|again| again == archive), "a pack is written otherwise than it was read");
    }
    assert!(verify(archive, &TrustStore::default(), Timestamp::default()).is_err(), "a pack is believed, and nobody is trusted");
}

/// Reads bytes as a trust store and as a rotation. Whatever they are, nothing panics, and a store that is read is written as it was.
///
/// # Panics
/// When one of that doesn't hold.
pub fn fuzz_trust_store(data: &[u8]) {
    if let Ok(store) = TrustStore::parse(data) {
        assert!(store.as_bytes() == data, "a trust store is written otherwise than it was read");
    }
    let _ = Rotation::verify(data);
}
