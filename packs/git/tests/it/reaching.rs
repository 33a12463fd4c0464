//! What is fetched, and what is at hand without another machine.

use std::fs;

use reach_git::{GitError, Limits, Settings};
use reach_registry::{Files as _, Memory, RegistryError};

use super::{Place, fetch, program, publish, read, work};

#[test]
fn a_registry_is_read_from_a_repository_and_stays_at_hand_once_it_is_believed() {
    let place = Place::filled();
    let repository = place.repository();
    let tip = fetch(&repository).unwrap();
    assert_eq!((tip.commit.as_str(), tip.branch.as_str()), (place.git(&["rev-parse", "main"], b"").as_str(), "main"));
    let registry = read(&repository, &tip.commit).unwrap();
    let release = registry.packs().next().unwrap().newest().unwrap().release.clone();
    assert_eq!(release.version.to_string(), "1.0.0");
    assert_eq!(registry.archive(&release.archive).unwrap().len() as u64, release.archive.size_bytes);
    assert_eq!(registry.place().to_str().unwrap(), repository.address().to_string());
    // Fetched is not believed.
    assert!(matches!(repository.at_hand(), Err(GitError::NotAtHand(_))));
    work(&repository).keep(&tip.commit).unwrap();
    fs::remove_dir_all(place.remote()).unwrap();
    assert!(matches!(fetch(&repository), Err(GitError::Failed { command: "ls-remote", .. })));
    assert_eq!(repository.at_hand().unwrap().commit(), tip.commit);
    assert!(read(&repository, &tip.commit).unwrap().archive(&release.archive).is_ok());
    assert!(matches!(place.other().at_hand(), Err(GitError::NotAtHand(_))));
}

#[test]
fn only_the_newest_commit_is_fetched() {
    let place = Place::filled();
    let repository = place.other();
    let tip = fetch(&repository).unwrap();
    let before = place.git(&["rev-parse", "main~1"], b"");
    assert!(repository.files(&tip.commit).names().is_ok());
    assert!(repository.files(&before).names().is_err());
}

#[test]
fn a_branch_is_the_one_that_is_named_else_that_of_head_else_the_only_one() {
    let place = Place::new();
    let branch = |end: &str| fetch(&place.repository_at(end, Settings::default())).map(|tip| tip.branch).map_err(|error| error.to_string());
    let address = place.address("").to_string();
    assert_eq!(branch(""), Err(format!("`{address}` is empty")));
    assert_eq!(branch("#main"), Err(format!("`{address}#main` is empty")));
    place.commit("other", &[("100644", "a", b"a")]);
    assert_eq!(branch("").unwrap(), "other");
    assert_eq!(branch("#other").unwrap(), "other");
    place.commit("third/one", &[("100644", "a", b"a")]);
    assert_eq!(branch(""), Err(format!("`{address}` has no such branch")));
    assert_eq!(branch("#third/one").unwrap(), "third/one");
    assert_eq!(branch("#one"), Err(format!("`{address}#one` has no such branch")));
    place.commit("main", &[("100644", "a", b"a")]);
    assert_eq!(branch("").unwrap(), "main");
    let Err(GitError::NoBranch { branches, .. }) = fetch(&place.repository_at("#gone", Settings::default())) else { panic!() };
    assert_eq!(branches.into_iter().collect::<std::collections::BTreeSet<_>>(), ["main", "other", "third/one"].map(str::to_owned).into());
}

#[test]
fn a_repository_with_sha_256_is_read_too() {
    let place = Place::of(&["--object-format=sha256"]);
    place.commit("main", &[("100644", "a/b", b"c")]);
    let repository = place.repository();
    let tip = fetch(&repository).unwrap();
    assert_eq!(tip.commit.len(), 64);
    assert_eq!(repository.files(&tip.commit).read(&["a", "b"], 1).unwrap().unwrap(), b"c");
}

#[test]
fn what_was_seen_is_not_taken_back_by_another_history() {
    let place = Place::filled();
    let repository = place.repository();
    let memory = Memory::new(&place.folder.path().join("home"));
    let old = fetch(&repository).unwrap();
    let newest = publish(&repository, &work(&repository), "1.1.0");
    memory.check(&read(&repository, &newest).unwrap()).unwrap();
    work(&repository).keep(&newest).unwrap();
    // The history is put back to before: by force, as the host can.
    place.git(&["update-ref", "refs/heads/main", &old.commit], b"");
    let tip = fetch(&repository).unwrap();
    assert_eq!(tip.commit, old.commit);
    assert!(matches!(memory.check(&read(&repository, &tip.commit).unwrap()), Err(RegistryError::Rollback { seen: 3, found: 2 })));
    assert_eq!(repository.at_hand().unwrap().commit(), newest);
    // Another history from there, signed by the same key, with the same number.
    let other = publish(&repository, &work(&repository), "1.2.0");
    assert!(matches!(memory.check(&read(&repository, &other).unwrap()), Err(RegistryError::Fork { version: 3 })));
    // A longer one lacks what was seen.
    let longer = publish(&repository, &work(&repository), "1.3.0");
    assert!(matches!(memory.check(&read(&repository, &longer).unwrap()), Err(RegistryError::Rewritten { .. })));
    assert_eq!(repository.at_hand().unwrap().commit(), newest);
}

#[test]
fn a_fetch_that_was_killed_is_not_in_the_way_of_the_next() {
    let place = Place::filled();
    let repository = place.repository();
    let git_dir = repository.folder().join("repository.git");
    for name in ["shallow.lock", "refs/reach/fetched.lock", "objects/pack/tmp_pack_half", "../.part-1-0-repository.git"] {
        fs::write(git_dir.join(name), "half").unwrap();
    }
    publish(&repository, &work(&repository), "1.1.0");
    assert!(!git_dir.join("objects/pack/tmp_pack_half").exists() && !git_dir.join("../.part-1-0-repository.git").exists());
    let other = place.other();
    assert!(read(&other, &fetch(&other).unwrap().commit).is_ok());
}

#[test]
fn a_fetch_has_a_size() {
    let place = Place::new();
    // Nothing of this can be compressed much.
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let bytes: Vec<u8> = (0..200_000).map(|_| next()).collect();
    let commit = place.commit("main", &[("100644", "blob", &bytes)]);
    let of = |fetched_bytes| place.repository_at("", Settings { limits: Limits { fetched_bytes, ..Limits::default() }, ..Settings::default() });
    for _ in 0..2 {
        assert!(matches!(fetch(&of(100_000)), Err(GitError::TooMuch { command: "fetch", limit_bytes: 100_000, .. })));
    }
    assert_eq!(fetch(&of(300_000)).unwrap().commit, commit);
}

#[cfg(unix)]
#[test]
fn a_program_that_is_missing_hangs_talks_or_raves_is_told() {
    let place = Place::new();
    let of = |script: &str| fetch(&place.repository_at("", program(place.folder.path(), script)));
    let missing = Settings { program: place.folder.path().join("nothing").into(), ..Settings::default() };
    assert!(matches!(fetch(&place.repository_at("", missing)), Err(GitError::Missing)));
    assert!(matches!(of("exec sleep 1000"), Err(GitError::TooLong { command: "ls-remote", time_ms: 300, .. })));
    // What it has started holds the pipes.
    assert!(matches!(of("sleep 1000 & exec sleep 1000"), Err(GitError::TooLong { .. })));
    assert!(matches!(of("exec yes"), Err(GitError::TooMuch { command: "ls-remote", .. })));
    assert!(matches!(of("exec yes >&2"), Err(GitError::TooLong { .. })));
    assert!(matches!(of("printf 'ref: refs/heads/-x\\tHEAD\\n00\\tHEAD\\n\\377'"), Err(GitError::Empty(_))));
    let Err(GitError::Failed { said, .. }) = of("printf 'fatal: \\033[31mno\\n' >&2; exit 128") else { panic!() };
    assert_eq!(said, ["fatal: \u{fffd}[31mno"]);
}
