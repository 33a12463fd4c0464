//! The lock file.

use std::collections::BTreeSet;

use proptest::prelude::*;
use reach_packs::{Lock, LockError, Locked, roots_of_manifest};
use reach_registry::Blob;
use reach_statement::Digest;

use super::{Place, origin, reqs};

#[test]
fn a_lock_reads_like_this() {
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    let text = std::fs::read_to_string(place.root().join("pack.lock")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..5], ["{", "  \"format\": \"reach-lock/1\",", "  \"packs\": [", "    {", "      \"archive\": {"]);
    assert!(text.contains("      \"name\": \"acme.app\",\n      \"origin\": \"packs.example\",\n      \"rights\": [\n        \"read:/app/**\"\n      ],\n      \"version\": \"1.0.0\"\n"), "{text}");
    assert!(text.ends_with("  \"roots\": {\n    \"acme.app\": \"^1\"\n  }\n}\n"), "{text}");
}

#[test]
fn a_lock_is_read_as_it_is_written_and_in_no_other_way() {
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    let text = std::fs::read_to_string(place.root().join("pack.lock")).unwrap();
    assert!(Lock::parse(text.as_bytes()).is_ok());
    for (what, other) in [
        ("a space", text.replacen(',', ", ", 1)),
        ("no end of line", text.trim_end().to_owned()),
        ("more behind it", format!("{text}\n")),
        ("a field more", text.replacen("\"format\"", "\"a\": 1,\n  \"format\"", 1)),
        ("a key twice", text.replacen("\"format\": \"reach-lock/1\",", "\"format\": \"reach-lock/1\",\n  \"format\": \"reach-lock/1\",", 1)),
        ("another form", text.replace("reach-lock/1", "reach-lock/2")),
        ("a pack of no name", text.replace("acme.base", "base")),
        ("packs out of order", text.replacen("acme.app", "acme.z", 1)),
        ("a pack twice", text.replace("acme.base", "acme.app")),
        ("a digest that is none", text.replacen("sha256:", "sha512:", 1)),
        ("a right that cannot be seen", text.replace("read:/app", "read:\\u202e/app")),
        ("an origin that is none", text.replace("packs.example", "a b")),
        ("a version that is none", text.replace("1.0.0", "1.0")),
        ("both sides of a merge", format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")),
        ("nothing", String::new()),
        ("depth", "[".repeat(100_000)),
    ] {
        assert_ne!(other, text, "{what}");
        assert!(Lock::parse(other.as_bytes()).is_err(), "{what}");
    }
    assert!(matches!(Lock::parse(text.replacen("  \"packs\"", "   \"packs\"", 1).as_bytes()), Err(LockError::NotCanonical)));
}

proptest! {
    #[test]
    fn every_lock_is_read_as_it_was_written(packs in proptest::collection::btree_map("[a-z]{1,5}\\.[a-z_]{1,5}", ("[0-9]{1,3}", any::<u64>(), proptest::collection::btree_set("[a-z]{1,9}:[ -~]{1,9}[a-z]", 0..3)), 0..5)) {
        let mut lock = Lock { roots: reqs(&["acme.a ^1", "acme.b >=0.1, <0.2"]), ..Lock::default() };
        for (pack, (patch, size_bytes, rights)) in packs {
            let Ok(pack) = pack.parse() else { continue };
            let Ok(number) = format!("1.0.{patch}").parse() else { continue };
            let rights: BTreeSet<String> = rights;
            let digest = Digest::of(patch.as_bytes());
            lock.packs.insert(pack, Locked { archive: Blob { sha256: digest, size_bytes }, digest, origin: origin(), rights, version: number });
        }
        let text = lock.to_text().unwrap();
        prop_assert_eq!(Lock::parse(text.as_bytes()).unwrap(), lock);
    }
}

#[test]
fn needs_of_a_manifest_are_what_its_project_asks_for() {
    let manifest = |needs: &str| format!("pack acme.mine \"1.0.0\" {{\n  description: \"Mine\"\n  {needs}\n}}\n");
    let roots = |needs: &str| roots_of_manifest(manifest(needs).as_bytes());
    assert_eq!(roots("needs: { acme.base: \"^1.0\", acme.app: \"*\" }").unwrap(), reqs(&["acme.base ^1.0", "acme.app *"]));
    assert!(roots("").unwrap().is_empty() && roots("needs: {}").unwrap().is_empty());
    for bad in ["needs: \"acme.base\"", "needs: { acme.base: 1 }", "needs: { base: \"^1\" }", "needs: { acme.base: \"latest\" }"] {
        assert!(roots(bad).is_err(), "{bad}");
    }
    assert!(roots_of_manifest(b"tool a()\n").is_err() && roots_of_manifest(b"\xff").is_err() && roots_of_manifest(b"pack").is_err());
}
