//! What becomes of a change.

use std::collections::BTreeSet;
use std::fs;
use std::rc::Rc;
use std::time::Duration;

use reach_git::{Base, Edits, GitError, Pushed, Settings};
use reach_registry::disk::DiskError;
use reach_registry::{Publisher, Shelf as _, Voucher};
use tempfile::TempDir;

use super::{NOW, Place, at, fetch, key, origin, pack, publish, published, read, signing, work};

#[test]
fn a_repository_gets_the_files_that_a_folder_gets_and_keeps_its_own() {
    let place = Place::filled();
    publish(&place.repository(), &work(&place.repository()), "1.1.0");
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("registry");
    Publisher::create(&root, &origin(), signing(&key())).unwrap();
    let open = || Publisher::open(&root, &origin(), Voucher::Own(&key().verifier()), at(NOW), Duration::ZERO).unwrap();
    open().publish(&pack("1.0.0"), false, signing(&key())).unwrap();
    open().publish(&pack("1.1.0"), false, signing(&key())).unwrap();
    let mut there = place.files();
    assert_eq!(there.remove("README.md").unwrap(), b"# Packs\n");
    for (name, bytes) in &there {
        assert_eq!(&fs::read(root.join(name)).unwrap(), bytes, "{name}");
    }
    // Two listings, two archives, one file of the index, and what stands at the top.
    assert_eq!(there.len(), 7);
    assert_eq!(there.keys().filter(|name| name.starts_with("listings/")).count(), 2);
    let message = place.git(&["log", "--format=%s %an", "main"], b"");
    assert_eq!(message.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(), ["Publish", "Publish", "Begin", "m"]);
}

#[test]
fn who_was_slower_is_refused_and_can_go_on() {
    let place = Place::filled();
    let (mine, other) = (place.repository(), place.other());
    let tip = fetch(&mine).unwrap();
    let commit = published(&mine, &work(&mine), tip.clone(), "1.1.0");
    let faster = publish(&other, &work(&other), "1.2.0");
    assert!(matches!(work(&mine).push(&commit, "main", &mut |_| ()).unwrap(), Pushed::Refused(said) if !said.is_empty()));
    assert_eq!(place.git(&["rev-parse", "main"], b""), faster);
    let again = fetch(&mine).unwrap();
    assert_eq!(again.commit, faster);
    assert_ne!(again, tip);
    let registry = read(&mine, &again.commit).unwrap();
    let edits = Rc::new(Edits::default());
    Publisher::over(registry, edits.clone()).publish(&pack("1.1.0"), true, signing(&key())).unwrap();
    let commit = work(&mine).commit(&Base::from(again), &edits, "Publish\n").unwrap();
    assert_eq!(work(&mine).push(&commit, "main", &mut |_| ()).unwrap(), Pushed::Done);
    let both: BTreeSet<String> = read(&mine, &commit).unwrap().packs().next().unwrap().versions().map(|v| v.release.version.to_string()).collect();
    assert_eq!(both, ["1.0.0", "1.1.0", "1.2.0"].map(str::to_owned).into());
}

#[test]
fn a_registry_begins_on_a_branch_that_is_not_there() {
    for (end, filled) in [("", false), ("#packs", false), ("#packs", true)] {
        let place = Place::new();
        if filled {
            place.commit("main", &[("100644", "a", b"a")]);
        }
        let repository = place.repository_at(end, Settings::default());
        let base = work(&repository).fetch_or_begin(&mut |_| ()).unwrap();
        assert_eq!(base, Base { commit: None, branch: if end.is_empty() { "main" } else { "packs" }.to_owned() });
        let edits = Edits::default();
        Publisher::begin(&edits, &origin(), signing(&key())).unwrap();
        let commit = work(&repository).commit(&base, &edits, "Begin\n").unwrap();
        assert_eq!(work(&repository).push(&commit, &base.branch, &mut |_| ()).unwrap(), Pushed::Done);
        assert!(read(&repository, &fetch(&repository).unwrap().commit).is_ok());
    }
}

#[cfg(unix)]
#[test]
fn hooks_of_the_other_side_are_heard_and_those_of_the_copy_are_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::filled();
    let repository = place.repository();
    let hook = |folder: &std::path::Path, name: &str, script: &str| {
        fs::create_dir_all(folder.join("hooks")).unwrap();
        let path = folder.join("hooks").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let copy = repository.folder().join("repository.git");
    for name in ["pre-push", "reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change"] {
        hook(&copy, name, "exit 1");
    }
    publish(&repository, &work(&repository), "1.1.0");
    hook(&place.remote(), "pre-receive", "echo 'only on Mondays' >&2; exit 1");
    let tip = fetch(&repository).unwrap();
    let commit = published(&repository, &work(&repository), tip.clone(), "1.2.0");
    let Pushed::Refused(said) = work(&repository).push(&commit, "main", &mut |_| ()).unwrap() else { panic!() };
    assert!(said.iter().any(|line| line.contains("only on Mondays")), "{said:?}");
    assert_eq!(fetch(&repository).unwrap(), tip);
}

#[test]
fn nothing_is_written_through_what_is_no_folder() {
    let place = Place::new();
    let commit =
        place.commit("main", &[("120000", "index", b"/etc"), ("100644", "blobs", b"1"), ("100644", "snapshot/a", b"1"), ("120000", "registry.json", b"a")]);
    let repository = place.repository();
    fetch(&repository).unwrap();
    let base = Base { commit: Some(commit), branch: "main".to_owned() };
    let of = |path: &[&str]| {
        let edits = Edits::default();
        edits.put(path, b"1").unwrap();
        match work(&repository).commit(&base, &edits, "m\n") {
            Ok(_) => "fine",
            Err(GitError::Disk(DiskError::Link { .. })) => "link",
            Err(GitError::Disk(DiskError::NotAFile { .. })) => "no file",
            Err(error) => panic!("{error:?}"),
        }
    };
    assert_eq!(of(&["index", "aa", "b"]), "link");
    assert_eq!(of(&["registry.json"]), "link");
    assert_eq!(of(&["blobs", "sha256"]), "no file");
    assert_eq!(of(&["snapshot"]), "no file");
    assert_eq!(of(&["listings", "a"]), "fine");
}

#[test]
fn one_at_a_time_has_the_copy() {
    let place = Place::filled();
    let repository = place.repository();
    let held = work(&repository);
    assert!(matches!(repository.work(Duration::ZERO), Err(GitError::Disk(DiskError::Locked { .. }))));
    // Who only reads is not held up.
    assert!(matches!(repository.at_hand(), Err(GitError::NotAtHand(_))));
    drop(held);
    drop(work(&repository));
}
