//! What holds for every pack.

use proptest::prelude::*;
use reach_archive::Archive;
use reach_statement::{Digest, PackPath, Statement};
use reach_trust::{Envelope, PayloadType, Refusal, TrustStore, UnverifiedPack, verify};

use crate::{day, key, manifest, store, trusting};

prop_compose! {
    fn any_files()(map in prop::collection::btree_map("[a-z_][a-z0-9_]{0,20}(/[a-z][a-z0-9-]{0,60}){0,2}", prop::collection::vec(any::<u8>(), 0..900), 1..8)) -> Vec<(PackPath, Vec<u8>)> {
        let files: Vec<_> = map.into_iter().filter_map(|(path, bytes)| Some((PackPath::new(path).ok()?, bytes))).collect();
        // A folder that is a file too isn't what this is about.
        let mut kept: Vec<(PackPath, Vec<u8>)> = Vec::new();
        for file in files {
            if PackPath::collision(kept.iter().map(|(path, _)| path).chain([&file.0])).is_none() {
                kept.push(file);
            }
        }
        kept
    }
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z ü\"\\\\/<>&'€\u{1f600}]{0,30}x"
}

fn any_pack() -> impl Strategy<Value = UnverifiedPack> {
    (any_files(), text(), prop::collection::btree_set(text(), 0..4), "[a-z]{1,8}\\.[a-z]{1,8}").prop_filter_map(
        "no pack",
        |(files, description, tools, name)| {
            name.parse::<reach_statement::PackName>().ok()?;
            let mut manifest = manifest(&name);
            (manifest.description, manifest.tools) = (description, tools);
            UnverifiedPack::new(manifest, files, None).ok()
        },
    )
}

proptest! {
    #[test]
    fn signed_pack_verifies_canonical_hash(mut pack in any_pack(), seeds in prop::collection::btree_set(any::<u8>(), 1..4)) {
        let name = pack.unverified_statement().manifest.name.to_string();
        let keys: Vec<_> = seeds.iter().map(|seed| key(&format!("k{seed}.example"), *seed)).collect();
        let trust = store(&keys.iter().map(|key| trusting(key, &[&name], None)).collect::<Vec<_>>());
        for key in &keys {
            pack.sign(key).unwrap();
        }
        let bytes = pack.to_archive().unwrap().write().unwrap();
        // What arrives is what was written, there is one way to write it, and it verifies.
        let archive = Archive::read(&bytes).unwrap();
        prop_assert_eq!(&archive.write().unwrap(), &bytes);
        let verified = verify(archive, &trust, day(1)).unwrap();
        prop_assert_eq!(verified.signers().len(), keys.len());
        // The digest is that of the statement as RFC 8785 writes it, by another implementation.
        let value: serde_json::Value = serde_json::from_slice(verified.envelope().unverified_payload()).unwrap();
        let canonical = serde_json_canonicalizer::to_vec(&value).unwrap();
        prop_assert_eq!(verified.digest(), Digest::of(&canonical));
        prop_assert_eq!(verified.statement(), &Statement::parse(&canonical).unwrap());
        for (entry, (path, bytes)) in verified.statement().files.iter().zip(verified.files()) {
            prop_assert_eq!((&entry.path, entry.sha256), (path, Digest::of(bytes)));
        }
        // In whatever order they have signed, the file is the same.
        let mut again = UnverifiedPack::new(verified.statement().manifest.clone(), verified.files().to_vec(), None).unwrap();
        for key in keys.iter().rev() {
            again.sign(key).unwrap();
        }
        prop_assert_eq!(again.to_archive().unwrap().write().unwrap(), bytes);
    }

    #[test]
    fn a_pack_with_a_byte_changed_is_refused(mut pack in any_pack(), at in any::<prop::sample::Index>(), by in 1u8..) {
        let signer = key("a.example", 1);
        let trust = store(&[trusting(&signer, &[pack.unverified_statement().manifest.name.as_str()], None)]);
        pack.sign(&signer).unwrap();
        let mut bytes = pack.to_archive().unwrap().write().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        prop_assert!(Archive::read(&bytes).map_err(Refusal::from).and_then(|archive| verify(archive, &trust, day(1))).is_err());
    }

    #[test]
    fn no_bytes_stop_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        prop_assert!(Envelope::parse(&bytes, PayloadType::Pack).is_err());
        prop_assert!(Envelope::parse(text.as_bytes(), PayloadType::Pack).is_err());
        prop_assert!(bytes.is_empty() || TrustStore::parse(&bytes).is_err());
        prop_assert!(text.is_empty() || TrustStore::parse(text.as_bytes()).is_err());
    }
}
