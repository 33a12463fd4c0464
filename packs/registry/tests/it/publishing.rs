//! Writing registries.

use std::fs;
use std::time::Duration;

use reach_registry::disk::DiskError;
use reach_registry::{Publisher, Registry, RegistryError, Signing, Voucher};

use super::{DAY, NOW, PATIENCE, Place, at, files, key, manifest, name, origin, pack, trust, version};

#[test]
fn what_was_published_is_read_again() {
    let place = Place::filled();
    let registry = place.read().unwrap();
    assert_eq!((registry.snapshot().version, registry.snapshot().packs), (5, 2));
    let history = registry.get(&name("acme.guard")).unwrap();
    let listed: Vec<_> = history.versions().map(|v| (v.release.version.to_string(), v.yanked.clone())).collect();
    assert_eq!(listed, [("1.0.0".to_owned(), Some("it leaks".to_owned())), ("1.1.0".to_owned(), None)]);
    let release = &history.get(&version("1.1.0")).unwrap().release;
    let bytes = pack("acme.guard", "1.1.0", &[], "permit").to_archive().unwrap().write().unwrap();
    assert_eq!(registry.archive(&release.archive).unwrap(), bytes);
    assert!(release.is_of(&manifest("acme.guard", "1.1.0", &[])));
    assert!(!release.is_of(&manifest("acme.guard", "1.1.0", &["acme.x ^1"])));
}

#[test]
fn the_folder_is_as_it_is_documented() {
    let place = Place::filled();
    let names: Vec<String> = files(&place.root()).into_keys().collect();
    let count = |prefix: &str| names.iter().filter(|n| n.starts_with(prefix)).count();
    assert_eq!((count("blobs/sha256/"), count("index/"), count("listings/sha256/")), (3, 2, 2));
    assert!(names.contains(&"registry.json".to_owned()) && names.contains(&"snapshot".to_owned()));
    assert_eq!(fs::read_to_string(place.root().join("registry.json")).unwrap(), "{\"format\":\"reach-registry/1\",\"origin\":\"packs.example\"}\n");
    let snapshot = fs::read_to_string(place.root().join("snapshot")).unwrap();
    let text = format!("reach-registry/1\norigin packs.example\nversion 5\nissued {}\nexpires {}\npacks 2\nindex sha256:", at(NOW), at(NOW + 30 * DAY));
    assert!(snapshot.starts_with(&text), "{snapshot}");
}

#[test]
fn lines_are_added_and_never_changed() {
    let place = Place::filled();
    let index = |place: &Place| -> Vec<(String, Vec<u8>)> { files(&place.root()).into_iter().filter(|(n, _)| n.starts_with("index/")).collect() };
    let before = index(&place);
    place.publish("acme.guard", "2.0.0", &[]);
    for ((name, before), (_, after)) in before.iter().zip(index(&place)) {
        assert!(after.starts_with(before), "{name}");
    }
}

#[test]
fn a_version_is_published_once_and_not_below_another() {
    let place = Place::filled();
    let again = place.publish_as("acme.guard", "1.1.0", &[], NOW);
    assert!(matches!(again, Err(RegistryError::Published { same: true, .. })));
    let signing = || Signing { key: Box::leak(Box::new(key(1))), now: at(NOW), lifetime_seconds: DAY };
    let other = place.publisher().publish(&pack("acme.guard", "1.1.0", &[], "forbid"), true, signing());
    assert!(matches!(other, Err(RegistryError::Published { same: false, .. })));
    let yanked = place.publish_as("acme.guard", "1.0.0", &[], NOW);
    assert!(matches!(yanked, Err(RegistryError::Published { .. })), "a yanked version is not free again");
    assert!(matches!(place.publish_as("acme.guard", "1.0.5", &[], NOW), Err(RegistryError::Older { .. })));
    assert!(place.publisher().publish(&pack("acme.guard", "1.0.5", &[], "forbid"), true, signing()).is_ok());
    assert_eq!(place.read().unwrap().snapshot().version, 6);
}

#[test]
fn what_no_index_can_have_is_not_published() {
    let place = Place::new();
    assert!(matches!(place.publish_as("acme.guard", "1.0.0", &["acme.guard ^1"], NOW), Err(RegistryError::Line(_))));
    assert_eq!(place.read().unwrap().snapshot().packs, 0);
}

#[test]
fn yanking_needs_a_version_that_stands_and_a_reason() {
    let place = Place::filled();
    let signing = key(1);
    let yank = |pack: &str, number: &str, reason: &str| {
        place.publisher().yank(&name(pack), &version(number), reason, Signing { key: &signing, now: at(NOW), lifetime_seconds: DAY }).map(|_| ())
    };
    assert!(matches!(yank("acme.guard", "9.0.0", "why"), Err(RegistryError::NotPublished { .. })));
    assert!(matches!(yank("acme.none", "1.0.0", "why"), Err(RegistryError::NotPublished { .. })));
    assert!(matches!(yank("acme.guard", "1.0.0", "why"), Err(RegistryError::AlreadyYanked { .. })));
    for reason in ["", " ", "a\nb", "a\u{202e}b"] {
        assert!(matches!(yank("acme.guard", "1.1.0", reason), Err(RegistryError::Line(_))), "{reason:?}");
    }
}

#[test]
fn an_expired_registry_counts_again_when_it_is_signed_anew() {
    let place = Place::filled();
    let late = NOW + 30 * DAY;
    assert!(place.read_at(late - 1).is_ok());
    assert!(matches!(place.read_at(late), Err(RegistryError::Expired { version: 5, .. })));
    place.publisher().refresh(Signing { key: &key(1), now: at(late), lifetime_seconds: DAY }).unwrap();
    assert_eq!(place.read_at(late).unwrap().snapshot().version, 6);
}

#[test]
fn a_registry_begins_only_where_nothing_is() {
    let place = Place::filled();
    let signing = key(1);
    let create = |path: &std::path::Path| Publisher::create(path, &origin(), Signing { key: &signing, now: at(NOW), lifetime_seconds: DAY }).map(|_| ());
    let before = files(&place.root());
    assert!(matches!(create(&place.root()), Err(RegistryError::Exists { .. })));
    assert_eq!(files(&place.root()), before);
    let git = place.folder.path().join("git");
    fs::create_dir_all(git.join(".git")).unwrap();
    fs::write(git.join("README.md"), "packs").unwrap();
    assert!(create(&git).is_ok());
}

#[test]
fn two_do_not_publish_at_once() {
    let place = Place::filled();
    let held = place.publisher();
    let other = Publisher::open(&place.root(), &origin(), Voucher::Trust(&trust()), at(NOW), Duration::ZERO);
    assert!(matches!(other, Err(RegistryError::Disk(DiskError::Locked { .. }))));
    drop(held);
    assert!(Publisher::open(&place.root(), &origin(), Voucher::Trust(&trust()), at(NOW), PATIENCE).is_ok());
}

#[test]
fn all_of_many_publishers_get_their_turn() {
    let place = Place::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let root = place.root();
            scope.spawn(move || {
                let pack = pack(&format!("acme.p{number}"), "1.0.0", &[], "permit");
                let publisher = Publisher::open(&root, &origin(), Voucher::Trust(&trust()), at(NOW), Duration::from_secs(60)).unwrap();
                publisher.publish(&pack, false, Signing { key: &key(1), now: at(NOW), lifetime_seconds: DAY }).unwrap();
            });
        }
        // Who reads meanwhile never sees anything that isn't signed.
        let mut seen = 0;
        while seen < 8 {
            let registry = Registry::read(&place.root(), &origin(), Voucher::Trust(&trust()), at(NOW)).unwrap();
            assert!(registry.snapshot().packs >= seen);
            seen = registry.snapshot().packs;
        }
    });
    assert_eq!(place.read().unwrap().snapshot().version, 9);
}

/// Everything that a killed publisher can leave: each prefix of what it writes, in its order.
#[test]
fn a_publisher_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let place = Place::filled();
    let before = place.saved();
    place.publish("acme.guard", "2.0.0", &[]);
    let (old, new) = (files(before.path()), files(&place.root()));
    let changed: Vec<&String> = {
        let rank = |n: &String| ["blobs", "index", "listings", "snapshot"].iter().position(|p| n.starts_with(p)).unwrap();
        let mut changed: Vec<&String> = new.keys().filter(|n| old.get(*n) != new.get(*n)).collect();
        changed.sort_by_key(|n| rank(n));
        changed
    };
    assert_eq!(changed.len(), 4, "{changed:?}");
    let mut outcomes = Vec::new();
    for steps in 0..=changed.len() {
        let left = Place::new();
        left.replace_by(before.path());
        for name in &changed[..steps] {
            let path = left.root().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &new[*name]).unwrap();
            // And the beginning of the next one, under the name that is not its own yet.
            fs::write(left.root().join(".part-1-0-snapshot"), "half").unwrap();
        }
        outcomes.push(left.read().unwrap().snapshot().version);
        // And the next one publishes as if nothing had been.
        match left.publish_as("acme.guard", "2.0.0", &[], NOW + 1) {
            Ok((_, snapshot)) => assert_eq!(snapshot.version, 6),
            Err(error) => assert!(steps == changed.len() && matches!(error, RegistryError::Published { .. }), "{steps}: {error}"),
        }
        assert!(left.read().unwrap().get(&name("acme.guard")).unwrap().get(&version("2.0.0")).is_some());
        assert!(!left.root().join(".part-1-0-snapshot").exists());
    }
    assert_eq!(outcomes, [5, 5, 5, 5, 6]);
}
