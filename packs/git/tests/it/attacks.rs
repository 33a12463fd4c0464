//! What a hostile repository can have in it, one row each.

use reach_git::GitError;
use reach_registry::disk::DiskError;
use reach_registry::{Files as _, RegistryError, origin_of};

use super::{Entries, Place, fetch, read, work};

/// The name of what comes of reading `snapshot`, `index/aa/a.jsonl` and the origin.
fn outcome(entries: Entries<'_>) -> [String; 3] {
    let place = Place::new();
    place.commit("main", entries);
    let repository = place.repository();
    let files = repository.files(&fetch(&repository).unwrap().commit);
    let of = |result: Result<Option<Vec<u8>>, DiskError>| match result {
        Ok(None) => "none".to_owned(),
        Ok(Some(bytes)) => String::from_utf8(bytes).unwrap(),
        Err(error) => format!("{error:?}").split([' ', '{']).next().unwrap().to_owned(),
    };
    let origin = match origin_of(&files) {
        Ok(origin) => origin.to_string(),
        Err(RegistryError::Disk(error)) => of(Err(error)),
        Err(error) => format!("{error:?}").split([' ', '{']).next().unwrap().to_owned(),
    };
    [of(files.read(&["snapshot"], 8)), of(files.read_start(&["index", "aa", "a.jsonl"], 4)), origin]
}

const COMMIT: &[u8] = b"0123456789012345678901234567890123456789";
const ORIGIN: &[u8] = b"{\"format\":\"reach-registry/1\",\"origin\":\"a.example\"}\n";

#[test]
fn only_regular_files_are_read_and_as_they_were_committed() {
    let huge = vec![b'0'; 40 << 20];
    let long = vec![b'7'; 1 << 20];
    let table: &[(&str, Entries<'_>, [&str; 3])] = &[
        ("nothing of a registry", &[("100644", "README.md", b"a")], ["none", "none", "Missing"]),
        (
            "plain",
            &[("100644", "snapshot", b"12345678"), ("100644", "index/aa/a.jsonl", b"12345"), ("100644", "registry.json", ORIGIN)],
            ["12345678", "1234", "a.example"],
        ),
        ("executable", &[("100755", "snapshot", b"1")], ["1", "none", "Missing"]),
        ("a byte too many", &[("100644", "snapshot", b"123456789")], ["TooLarge", "none", "Missing"]),
        ("huge", &[("100644", "snapshot", &huge), ("100644", "index/aa/a.jsonl", &huge)], ["TooLarge", "TooLarge", "Missing"]),
        ("longer than what counts", &[("100644", "index/aa/a.jsonl", &long), ("100644", "snapshot", b"1")], ["1", "7777", "Missing"]),
        (
            "links to files",
            &[("120000", "snapshot", b"../../secret"), ("120000", "registry.json", b"/dev/zero"), ("120000", "index/aa/a.jsonl", b"b")],
            ["Link", "Link", "Link"],
        ),
        ("a link to a folder", &[("120000", "index", b"/"), ("120000", "snapshot", b"index")], ["Link", "Link", "Missing"]),
        ("a link on the way", &[("120000", "index/aa", b"bb"), ("100644", "index/bb/a.jsonl", b"1")], ["none", "Link", "Missing"]),
        ("submodules", &[("160000", "index", COMMIT), ("160000", "snapshot", COMMIT)], ["NotAFile", "NotAFile", "Missing"]),
        (
            "folders for files",
            &[("100644", "snapshot/a", b"1"), ("100644", "index/aa/a.jsonl/b", b"1"), ("100644", "registry.json/a", b"1")],
            ["NotAFile", "NotAFile", "NotAFile"],
        ),
        ("files for folders", &[("100644", "index/aa", b"1")], ["none", "NotAFile", "Missing"]),
        (
            "attributes",
            &[
                ("100644", ".gitattributes", b"* text eol=crlf ident filter=evil working-tree-encoding=UTF-16 diff=evil merge=evil export-ignore\n"),
                ("100644", "snapshot", b"$Id$\n\r\n"),
                ("100644", "index/aa/a.jsonl", b"a\nb\n"),
            ],
            ["$Id$\n\r\n", "a\nb\n", "Missing"],
        ),
        (
            "files of git",
            &[("100644", "hooks/post-checkout", b"#!/bin/sh\nexit 1\n"), ("100644", "config", b"[core]\n\tsshCommand = false\n"), ("100644", "snapshot", b"1")],
            ["1", "none", "Missing"],
        ),
        ("pointers to elsewhere", &[("100644", ".lfsconfig", b"[lfs]\nurl = https://evil.example\n"), ("100644", "snapshot", b"1")], ["1", "none", "Missing"]),
    ];
    for (what, entries, expected) in table {
        assert_eq!(outcome(entries), expected.map(str::to_owned), "{what}");
    }
}

#[test]
fn objects_that_attack_git_are_not_taken() {
    let table: &[(&str, Entries<'_>)] = &[
        // CVE-2018-17456: the URL of a submodule that is an option.
        (".gitmodules with an option", &[("100644", ".gitmodules", b"[submodule \"a\"]\n\tpath = a\n\turl = -u./payload\n"), ("160000", "a", COMMIT)]),
        (".gitmodules that is a link", &[("120000", ".gitmodules", b"a")]),
    ];
    for (what, entries) in table {
        let place = Place::new();
        place.commit("main", entries);
        let result = fetch(&place.repository());
        assert!(matches!(result, Err(GitError::Failed { command: "fetch", .. })), "{what}: {result:?}");
        // And neither is it the next time.
        assert!(fetch(&place.repository()).is_err(), "{what}");
    }
}

#[test]
fn a_tree_that_unfolds_without_end_is_not_unfolded() {
    let place = Place::new();
    let blob = place.git(&["hash-object", "-w", "--stdin"], b"1");
    let mut id = blob.clone();
    for _ in 0..20 {
        let kind = if id == blob { "100644 blob" } else { "040000 tree" };
        let lines: String = (0..20).map(|at| format!("{kind} {id}\td{at}\n")).collect();
        id = place.git(&["mktree"], lines.as_bytes());
    }
    let root = place.git(&["mktree"], format!("100644 blob {blob}\tsnapshot\n040000 tree {id}\tindex\n040000 tree {id}\tlistings\n").as_bytes());
    let commit = place.git(&["-c", "user.name=a", "-c", "user.email=a@b.example", "commit-tree", &root], b"m\n");
    place.git(&["update-ref", "refs/heads/main", &commit], b"");
    let repository = place.repository();
    let files = repository.files(&fetch(&repository).unwrap().commit);
    assert_eq!(files.read(&["snapshot"], 1).unwrap().unwrap(), b"1");
    assert!(files.read(&["index", "d0", "d1"], 1).is_err());
    // Also to write there touches only what is on the way.
    let edits = reach_git::Edits::default();
    reach_registry::Shelf::put(&edits, &["index", "d0", "new"], b"1").unwrap();
    let work = work(&repository);
    let base = reach_git::Base { commit: Some(commit), branch: "main".to_owned() };
    let written = work.commit(&base, &edits, "m\n").unwrap();
    assert_eq!(repository.files(&written).read(&["index", "d0", "new"], 1).unwrap().unwrap(), b"1");
}

#[test]
fn a_folder_with_too_many_entries_is_refused() {
    let place = Place::new();
    let blob = place.git(&["hash-object", "-w", "--stdin"], b"1");
    // An entry has 7 bytes of its mode and space, 80 of its name with the zero, 20 of its object.
    let of = |count: usize| {
        let lines: String = (0..count).map(|at| format!("100644 blob {blob}\t{at:079}\n")).collect();
        place.git(&["mktree"], lines.as_bytes())
    };
    let most = (4 << 20) / 107;
    let (fits, large) = (of(most), of(most + 1));
    let root = place.git(&["mktree"], format!("040000 tree {fits}\tindex\n040000 tree {large}\tlistings\n").as_bytes());
    let commit = place.git(&["-c", "user.name=a", "-c", "user.email=a@b.example", "commit-tree", &root], b"m\n");
    place.git(&["update-ref", "refs/heads/main", &commit], b"");
    let repository = place.repository();
    let files = repository.files(&fetch(&repository).unwrap().commit);
    let name = format!("{:079}", 1);
    assert_eq!(files.read(&["index", &name], 1).unwrap().unwrap(), b"1");
    assert!(matches!(files.read(&["listings", &name], 1), Err(DiskError::Unreadable { .. })));
    // The reader goes on after what it refused.
    assert_eq!(files.read(&["index", &name], 1).unwrap().unwrap(), b"1");
}

#[test]
fn a_commit_that_is_not_there_is_told() {
    let place = Place::filled();
    let repository = place.repository();
    assert!(matches!(read(&repository, &"0".repeat(40)), Err(RegistryError::Disk(DiskError::Unreadable { .. }))));
    let tip = fetch(&repository).unwrap();
    let tree = place.git(&["rev-parse", "main^{tree}"], b"");
    assert!(matches!(read(&repository, &tree), Err(RegistryError::Disk(DiskError::Unreadable { .. }))));
    assert!(read(&repository, &tip.commit).is_ok());
}
