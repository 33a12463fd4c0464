//! What is refused: packs that are not what they should be, and projects that somebody has prepared.

use std::fs;
use std::path::Path;

use reach_archive::Archive;
use reach_packs::{Acceptance, InstallError, image_of};
use reach_registry::RegistryError;
use reach_statement::{ImageEntry, PackPath};
use reach_trust::{Action, UnverifiedPack};

use super::{NOW, Place, all, at, draft, files, key, name, policy, verified, version};

/// The name of what came of it.
fn outcome<T>(result: Result<T, InstallError>) -> String {
    let text = match result {
        Ok(_) => "fine".to_owned(),
        Err(InstallError::Refused { refusal, .. }) => format!("refused {refusal:?}"),
        Err(InstallError::Registry(error)) => format!("registry {error:?}"),
        Err(InstallError::Disk(error)) => format!("disk {error:?}"),
        Err(error) => format!("{error:?}"),
    };
    text.split([' ', '(', '{', ')', '[']).take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Puts other bytes under the digest that the index and the lock name, and makes both name the new ones: what a registry can do whose key is the attacker's.
fn serve(place: &Place, pack: &UnverifiedPack) {
    let archive = pack.to_archive().unwrap().write().unwrap();
    let folder = reach_registry::Folder::new(place.registry_folder());
    let blob = reach_registry::write_blob(&folder, &folder, &archive).unwrap();
    let index = files(&place.registry_folder()).into_keys().find(|n| n.contains("acme.base.jsonl")).unwrap();
    let path = place.registry_folder().join(&index);
    let text = fs::read_to_string(&path).unwrap();
    let old = place.registry();
    let release = old.get(&name("acme.base")).unwrap().get(&version("1.0.0")).unwrap().release.clone();
    let text = text
        .replace(&release.archive.sha256.to_string(), &blob.sha256.to_string())
        .replace(&format!("\"size_bytes\":{}", release.archive.size_bytes), &format!("\"size_bytes\":{}", blob.size_bytes))
        .replace(&release.pack.to_string(), &pack.digest().to_string());
    fs::write(&path, &text).unwrap();
    sign(place);
    fs::remove_dir_all(place.home()).unwrap();
}

/// Signs the registry as it is.
fn sign(place: &Place) {
    use reach_registry::{Extent, Listing, Snapshot};
    use reach_statement::Digest;
    let mut listing = Listing::default();
    for (path, bytes) in files(&place.registry_folder()).iter().filter(|(n, _)| n.starts_with("index/")) {
        let pack = path.rsplit('/').next().unwrap().trim_end_matches(".jsonl");
        listing = listing.with(name(pack), Extent { sha256: Digest::of(bytes), size_bytes: bytes.len() as u64 }).unwrap();
    }
    let hex = listing.digest().hex();
    let folder = place.registry_folder().join("listings/sha256").join(&hex[..2]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&hex), listing.to_string()).unwrap();
    let (issued, expires) = (at(NOW), at(NOW + 86_400));
    let snapshot = Snapshot { origin: super::origin(), version: 50, issued, expires, packs: listing.packs().len() as u64, index: listing.digest() };
    fs::write(place.registry_folder().join("snapshot"), snapshot.sign(&key(1)).unwrap()).unwrap();
}

fn signed(mut pack: UnverifiedPack, seed: u8) -> UnverifiedPack {
    pack.sign(&key(seed)).unwrap();
    pack
}

fn base(number: &str, needs: &[&str], text: &str) -> UnverifiedPack {
    draft("acme.base", number, needs, &["/base/**"], &[("policies/a.reach", text), ("README.md", "x")])
}

/// The same pack, with its archive changed after it was signed.
fn changed(change: impl FnOnce(&mut Archive)) -> UnverifiedPack {
    let mut archive = signed(base("1.0.0", &[], &policy("x")), 1).to_archive().unwrap();
    change(&mut archive);
    UnverifiedPack::read(archive).unwrap()
}

#[test]
fn packs_that_are_not_what_they_should_be_are_refused_before_anything_is_written() {
    let good = || policy("acme_base");
    let rows: Vec<(&str, UnverifiedPack, &str)> = vec![
        ("nothing", signed(base("1.0.0", &[], &good()), 1), "fine"),
        ("nobody has signed", base("1.0.0", &[], &good()), "refused Unsigned"),
        ("a stranger has signed", signed(base("1.0.0", &[], &good()), 2), "refused Untrusted"),
        ("a file was changed", changed(|a| a.files[1].1 = b"evil".to_vec()), "refused Tampered"),
        ("a file was added", changed(|a| a.files.push((PackPath::new("z.reach").unwrap(), Vec::new()))), "refused Tampered"),
        ("a file was left out", changed(|a| drop(a.files.pop())), "refused Tampered"),
        (
            "a signature was changed",
            changed(|a| {
                let text = String::from_utf8(a.envelope.clone()).unwrap();
                let at = text.find("\"sig\":\"").unwrap() + 9;
                let other = if &text[at..=at] == "A" { "B" } else { "A" };
                a.envelope = format!("{}{other}{}", &text[..at], &text[at + 1..]).into_bytes();
            }),
            "refused BadSignature",
        ),
        ("another pack's name", signed(draft("acme.other", "1.0.0", &[], &[], &[("a.reach", &good())]), 1), "OtherThanIndexed"),
        ("another version", signed(base("0.9.0", &[], &good()), 1), "OtherThanIndexed"),
        ("needs that the index keeps quiet about", signed(base("1.0.0", &["acme.app ^1"], &good()), 1), "OtherThanIndexed"),
        ("policies with a mistake", signed(base("1.0.0", &[], "permit p\n  on nothing\n"), 1), "NotValid"),
        ("policies that are no text", signed(base("1.0.0", &[], "\u{feff}tool a()\n"), 1), "NotValid"),
    ];
    for (what, pack, expected) in rows {
        let place = Place::filled();
        serve(&place, &pack);
        let before = files(&place.root());
        let found = outcome(place.install(&["acme.base *"]));
        assert_eq!(found, expected, "{what}");
        if expected != "fine" {
            assert_eq!(files(&place.root()), before, "{what}");
            assert!(!place.home().join("blobs").exists(), "{what}");
        }
    }
}

#[test]
fn an_image_must_be_what_the_policies_compile_to() {
    let text = policy("acme_base");
    let mut sources = reach_codes::Sources::new();
    sources.add("a.reach", text.as_str());
    let image = reach_compiler::build(sources).unwrap().image.to_image().encode();
    let of = |bytes: &[u8], built_by: &str| {
        let plain = draft("acme.base", "1.0.0", &[], &["/base/**"], &[("a.reach", &text)]);
        let files = vec![(PackPath::new("a.reach").unwrap(), text.as_bytes().to_vec()), (PackPath::new("pack.image").unwrap(), bytes.to_vec())];
        let entry = ImageEntry { built_by: built_by.to_owned(), path: PackPath::new("pack.image").unwrap() };
        signed(UnverifiedPack::new(plain.unverified_statement().manifest.clone(), files, Some(entry)).unwrap(), 1)
    };
    for (what, pack, expected) in [
        ("its own", of(&image, "0.1.0"), "fine"),
        ("another one", of(b"evil", "0.1.0"), "OtherImage"),
        ("cut off", of(&image[..image.len() - 1], "0.1.0"), "OtherImage"),
        ("another one of another compiler, which is never run", of(b"evil", "0.1.9"), "fine"),
    ] {
        let place = Place::filled();
        serve(&place, &pack);
        assert_eq!(outcome(place.install(&["acme.base *"])), expected, "{what}");
    }
}

/// A pack that uses `acme.base`, with the image that it compiles to with some version of that.
fn using_base(of_base: &str, own: &str, lie: &str) -> UnverifiedPack {
    let text = format!("use acme.base as b\n{own}");
    let path = PackPath::new("a.reach").unwrap();
    let mut sources = reach_codes::Sources::new();
    sources.add("policies/a.reach", policy("acme_base"));
    let base = reach_compiler::Pack { name: "acme.base".to_owned(), version: of_base.to_owned(), digest: Some(format!("sha256:{}", "0".repeat(64))), sources };
    let image = image_of([(&path, format!("{text}{lie}").as_bytes())].into_iter(), &[base]).unwrap();
    let plain = draft("acme.app", "1.0.1", &["acme.base ^1"], &["/app/**"], &[("a.reach", &text)]);
    let files = vec![(path, text.clone().into_bytes()), (PackPath::new("pack.image").unwrap(), image)];
    let entry = ImageEntry { built_by: "0.1.0".to_owned(), path: PackPath::new("pack.image").unwrap() };
    UnverifiedPack::new(plain.unverified_statement().manifest.clone(), files, Some(entry)).unwrap()
}

#[test]
fn an_image_that_was_made_with_other_packs_is_ignored_and_one_of_other_policies_is_not() {
    let own = policy("acme_app");
    for (what, pack, expected) in [
        ("with another version of what it uses", using_base("1.0.7", &own, ""), "fine"),
        ("with another one of the same version", using_base("1.0.0", &own, ""), "fine"),
        ("of other policies too", using_base("1.0.7", &own, "forbid more\n  on acme_app\n"), "OtherImage"),
    ] {
        let place = Place::filled();
        place.publish_pack(&verified(pack));
        assert_eq!(outcome(place.install(&["acme.app =1.0.1"])), expected, "{what}");
    }
}

#[test]
fn what_was_installed_for_another_version_of_reach_is_not_used() {
    let mut place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    assert_eq!(outcome(place.seen()), "fine");
    place.reach = version("0.2.0");
    assert_eq!(outcome(place.seen()), "MadeForOther");
    let (project, base) = (place.project(), name("acme.base"));
    let named = |reach: &str| outcome(reach_packs::installed_named(&project, &place.lock(), &base, &version(reach)));
    assert_eq!([named("0.1.0"), named("0.1.99"), named("0.2.0"), named("0.0.9")], ["fine", "fine", "MadeForOther", "MadeForOther"]);
}

#[test]
fn a_key_that_is_trusted_no_more_installs_nothing_more() {
    for (what, actions, expected) in [
        ("revoked", vec![Action::Revoke { key: key(1).verifier().to_string(), reason: "lost".to_owned(), since: None }], "refused Revoked"),
        ("two are needed", vec![Action::Threshold { needed: 2, pattern: "acme.*".parse().unwrap() }], "refused Untrusted"),
    ] {
        let mut place = Place::filled();
        place.install(&["acme.app ^1"]).unwrap();
        for action in actions {
            place.trust.append(action, at(NOW)).unwrap();
        }
        assert_eq!(outcome(place.install(&["acme.app ^1"])), expected, "{what}");
        assert_eq!(outcome(place.install_locked(true)), expected, "{what}");
    }
}

#[test]
fn a_pack_that_was_locked_stays_the_same_pack() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let other = signed(base("1.0.0", &[], &policy("evil")), 1);
    serve(&place, &other);
    assert_eq!(outcome(place.install(&["acme.base ^1"])), "OtherThanLocked");
    // And where the lock was changed to name the other archive, but not the other pack.
    let text = fs::read_to_string(place.root().join("pack.lock")).unwrap();
    let archive = other.to_archive().unwrap().write().unwrap();
    let old = place.lock().packs[&name("acme.base")].archive.clone();
    let text = text.replace(&old.sha256.to_string(), &reach_statement::Digest::of(&archive).to_string());
    fs::write(place.root().join("pack.lock"), text.replace(&format!(": {}\n", old.size_bytes), &format!(": {}\n", archive.len()))).unwrap();
    assert_eq!(outcome(place.install_locked(true)), "OtherThanLocked");
}

#[test]
fn a_pack_of_another_registry_does_not_take_the_place_of_one() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let text = fs::read_to_string(place.root().join("pack.lock")).unwrap();
    fs::write(place.root().join("pack.lock"), text.replace("packs.example", "other.example")).unwrap();
    assert_eq!(outcome(place.install(&["acme.base ^1"])), "OtherOrigin");
}

#[test]
fn a_lock_gives_no_rights_that_it_does_not_name() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let text = fs::read_to_string(place.root().join("pack.lock")).unwrap();
    let none = text.replace("[\n        \"read:/base/**\"\n      ]", "[]");
    assert_ne!(none, text);
    fs::write(place.root().join("pack.lock"), none).unwrap();
    assert_eq!(outcome(place.seen()), "Changed");
    assert_eq!(outcome(place.install_locked(true)), "Consent");
    assert_eq!(outcome(place.apply(place.plan(&["acme.base ^1"]).unwrap(), &Acceptance::default())), "Consent");
    assert_eq!(outcome(place.apply(place.plan(&["acme.base ^1"]).unwrap(), &all())), "fine");
}

/// What is done to a lock file, and what comes of it.
type Edited = (&'static str, fn(String) -> String, &'static str);

#[test]
fn a_lock_that_does_not_fit_is_not_mended_in_silence() {
    let rows: [Edited; 4] = [
        ("a pack lacks", |t| t.replace("\"acme.app\": \"^1\"", "\"acme.app\": \"^1\",\n    \"acme.more\": \"^1\""), "OutOfDate"),
        ("another version is needed", |t| t.replace("\"acme.app\": \"^1\"", "\"acme.app\": \"^2\""), "OutOfDate"),
        ("nothing needs a pack", |t| t.replace("\"acme.app\": \"^1\"", "\"acme.base\": \"^1\""), "OutOfDate"),
        ("it is no lock", |t| t.replace("reach-lock", "lock"), "Lock Format"),
    ];
    for (what, change, expected) in rows {
        let place = Place::filled();
        place.install(&["acme.app ^1"]).unwrap();
        let path = place.root().join("pack.lock");
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
        assert_eq!(outcome(place.install_locked(true)), expected, "{what}");
    }
    let place = Place::filled();
    place.install(&["acme.app ^1"]).unwrap();
    let home = place.home();
    let store = reach_packs::Store { home: &home, registry: None, trust: &place.trust, now: at(NOW), reach: &place.reach, examine: &crate::compiled };
    let asked = super::reqs(&["acme.base ^1"]);
    assert_eq!(outcome(reach_packs::plan_locked(place.lock(), Some(&asked), store)), "OutOfDate", "the manifest asks for others");
    let newer = version("0.3.0");
    let store = reach_packs::Store { reach: &newer, ..store };
    assert_eq!(outcome(reach_packs::plan_locked(place.lock(), None, store)), "OutOfDate", "another Reach");
}

/// What is done to an installed project, and what whoever compiles is told.
type Prepared = (&'static str, fn(&Path), &'static str);

#[cfg(unix)]
const PREPARED: &[Prepared] = &[
    ("nothing", |_| {}, "fine"),
    ("a policy was changed", |f| fs::write(f.join("policies/a.reach"), policy("evil")).unwrap(), "Changed"),
    ("a byte was changed", |f| fs::write(f.join("README.md"), "2.0.0").unwrap(), "Changed"),
    ("a file is longer", |f| fs::write(f.join("README.md"), "1.0.0 and more").unwrap(), "Changed"),
    ("a file is shorter", |f| fs::write(f.join("README.md"), "1").unwrap(), "Changed"),
    ("a file is gone", |f| fs::remove_file(f.join("README.md")).unwrap(), "NotInstalled"),
    ("the envelope is gone", |f| fs::remove_file(f.join("pack.dsse.json")).unwrap(), "NotInstalled"),
    ("the envelope is none", |f| fs::write(f.join("pack.dsse.json"), "{}").unwrap(), "Changed"),
    (
        "the envelope is another pack's",
        |f| fs::write(f.join("pack.dsse.json"), signed(base("1.0.0", &[], "x"), 1).to_archive().unwrap().envelope).unwrap(),
        "Changed",
    ),
    ("a file more", |f| fs::write(f.join("policies/b.reach"), policy("evil")).unwrap(), "Changed"),
    ("a hidden file more", |f| fs::write(f.join(".hidden"), "x").unwrap(), "Changed"),
    ("a folder more", |f| fs::create_dir(f.join("more")).unwrap(), "Changed"),
    (
        "a file is a link",
        |f| {
            fs::rename(f.join("README.md"), f.join("../aside")).unwrap();
            std::os::unix::fs::symlink("../aside", f.join("README.md")).unwrap();
        },
        "Changed",
    ),
    (
        "a folder is a link",
        |f| {
            fs::rename(f.join("policies"), f.join("../aside")).unwrap();
            std::os::unix::fs::symlink("../aside", f.join("policies")).unwrap();
        },
        "Changed",
    ),
    (
        "the pack is a link",
        |f| {
            fs::rename(f, f.with_extension("aside")).unwrap();
            std::os::unix::fs::symlink(f.with_extension("aside"), f).unwrap();
        },
        "Changed",
    ),
    (
        "a file is a pipe",
        |f| {
            fs::remove_file(f.join("README.md")).unwrap();
            assert!(std::process::Command::new("mkfifo").arg(f.join("README.md")).status().unwrap().success());
        },
        "Changed",
    ),
    (
        "a file is a folder",
        |f| {
            fs::remove_file(f.join("README.md")).unwrap();
            fs::create_dir(f.join("README.md")).unwrap();
        },
        "Changed",
    ),
    ("the pack is gone", |f| fs::remove_dir_all(f).unwrap(), "NotInstalled"),
];

#[cfg(unix)]
#[test]
fn whatever_was_done_to_an_installed_pack_is_found_out_and_put_right() {
    for (what, prepare, expected) in PREPARED {
        let place = Place::filled();
        place.install(&["acme.app ^1"]).unwrap();
        let before = files(&place.root());
        prepare(&place.root().join(".reach/packs/acme.base/1.0.0"));
        assert_eq!(outcome(place.seen()), *expected, "{what}");
        if what.ends_with("is a link") && what.starts_with("the pack") {
            // Nothing is written through it.
            assert_eq!(outcome(place.install_locked(true)), "disk Link", "{what}");
            continue;
        }
        assert_eq!(outcome(place.install_locked(true)), "fine", "{what}");
        assert_eq!(outcome(place.seen()), "fine", "{what}");
        // What was moved out of the way is nobody's.
        let after: std::collections::BTreeMap<_, _> = files(&place.root()).into_iter().filter(|(n, _)| !n.contains("aside")).collect();
        assert!(after == before, "{what}: {:?}", after.keys());
    }
    assert!(PREPARED.len() >= 18);
}

/// Where the project's own folders are links, nothing is written through them.
#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_the_project() {
    for link in [".reach", ".reach/packs", ".reach/packs/acme.base", ".reach/lock"] {
        let place = Place::filled();
        let outside = place.folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        let at = place.root().join(link);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&outside, &at).unwrap();
        assert_eq!(outcome(place.install(&["acme.base ^1"])), "disk Link", "{link}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "{link}");
        assert!(!place.root().join("pack.lock").exists(), "{link}");
    }
    // A lock that is a link is neither read nor followed.
    let place = Place::filled();
    fs::write(place.folder.path().join("mine"), "mine").unwrap();
    std::os::unix::fs::symlink("../mine", place.root().join("pack.lock")).unwrap();
    assert_eq!(outcome(place.install(&["acme.base ^1"])), "disk Link");
    assert_eq!(fs::read(place.folder.path().join("mine")).unwrap(), b"mine");
}

#[test]
fn damaged_archives_are_refused_or_fetched_again() {
    let place = Place::filled();
    place.install(&["acme.base ^1"]).unwrap();
    let blobs = |root: &Path| -> Vec<String> { files(root).into_keys().filter(|n| n.starts_with("blobs/")).collect() };
    for blob in blobs(&place.home()) {
        fs::write(place.home().join(blob), "damaged").unwrap();
    }
    fs::remove_dir_all(place.root().join(".reach")).unwrap();
    assert_eq!(outcome(place.install_locked(true)), "fine");
    for root in [place.home(), place.registry_folder()] {
        for blob in blobs(&root) {
            fs::write(root.join(blob), "damaged").unwrap();
        }
    }
    assert_eq!(outcome(place.install_locked(true)), "registry OtherBlob");
    assert_eq!(outcome(place.seen()), "fine", "what is installed stays");
    let rolled = matches!(place.install(&["acme.base ^1"]), Err(InstallError::Registry(RegistryError::OtherBlob(_))));
    assert!(rolled);
}
