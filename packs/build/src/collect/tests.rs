use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn paths(collected: &Collected) -> Vec<&str> {
    collected.files.iter().map(|(path, _)| path.as_str()).collect()
}

fn problems(folder: &Path, options: &Options) -> Vec<String> {
    match collect(folder, options) {
        Err(BuildError::Refused(problems)) => problems.iter().map(Problem::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_belongs_to_a_pack_but_what_is_left_out() {
    let folder = folder(&[
        ("pack.reach", "pack"),
        ("README.md", "#"),
        ("policies/b.reach", ""),
        ("policies/a.reach", ""),
        ("docs/a/b.md", ""),
        (".packignore", "# what nobody needs\n/drafts/\n*.log\n!keep.log\n"),
        ("drafts/a.md", ""),
        ("docs/drafts/a.md", ""),
        ("a.log", ""),
        ("keep.log", ""),
        (".git/config", ""),
        (".reach/packs/a/pack.reach", ""),
        (".env", "SECRET=1"),
        ("pack.lock", ""),
        ("docs/pack.lock", ""),
        ("pack.dsse.json", ""),
        ("acme.a-1.0.0.reachpack", ""),
        ("out/made", ""),
    ]);
    let options = Options { output: Some(folder.path().join("out/made")), ..Options::default() };
    let collected = collect(folder.path(), &options).unwrap();
    let expected = ["README.md", "docs/a/b.md", "docs/drafts/a.md", "docs/pack.lock", "keep.log", "pack.reach", "policies/a.reach", "policies/b.reach"];
    assert_eq!(paths(&collected), expected);
    let left: Vec<String> = collected.left_out.iter().map(|l| format!("{}: {}", l.path, l.why)).collect();
    assert_eq!(
        left,
        [
            ".env: hidden",
            ".git/: hidden",
            ".packignore: hidden",
            ".reach/: hidden",
            "a.log: `*.log` in .packignore",
            "acme.a-1.0.0.reachpack: made by a build",
            "drafts/: `/drafts/` in .packignore",
            "out/made: made by a build",
            "pack.dsse.json: the envelope of another pack",
            "pack.lock: a lock file is for this folder alone",
        ]
    );
}

#[test]
fn what_should_not_be_given_away_is_refused_until_somebody_decides() {
    let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let files = [("pack.reach", "pack"), ("sign.key", ""), ("notes.md", key), ("tests/fixture.json", "\n{\"a\":\"AKIAABCDEFGHIJKLMNOP\"}")];
    let bad = folder(&files);
    assert_eq!(
        problems(bad.path(), &Options::default()),
        [
            "`notes.md` looks like a secret: line 1 begins a private key",
            "`sign.key` looks like a secret: a file with such a name holds secrets",
            "`tests/fixture.json` looks like a secret: line 2 holds a token of AWS",
        ]
    );
    fs::write(bad.path().join(".packignore"), "sign.key\nnotes.md\n").unwrap();
    let options = Options { no_secrets: ["tests/fixture.json".to_owned()].into(), ..Options::default() };
    assert_eq!(paths(&collect(bad.path(), &options).unwrap()), ["pack.reach", "tests/fixture.json"]);
}

#[test]
fn what_no_pack_can_hold_is_refused_and_not_left_out() {
    let bad = folder(&[("pack.reach", "pack"), ("a b.md", ""), ("ü.md", ""), ("con.md", ""), ("-x/a.md", ""), ("a\u{202e}.md", "")]);
    let found = problems(bad.path(), &Options::default());
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|line| line.contains("cannot be in a pack") && !line.contains('\u{202e}')), "{found:?}");
    fs::write(bad.path().join(".packignore"), "*\n!pack.reach\n").unwrap();
    assert_eq!(paths(&collect(bad.path(), &Options::default()).unwrap()), ["pack.reach"]);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_refused() {
    let outside = folder(&[("secret", "of another folder")]);
    let bad = folder(&[("pack.reach", "pack")]);
    std::os::unix::fs::symlink(outside.path().join("secret"), bad.path().join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path(), bad.path().join("folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", bad.path().join("broken")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(bad.path().join("socket")).unwrap();
    let expected = ["`broken` is a symbolic link", "`folder` is a symbolic link", "`link` is a symbolic link", "`socket` is no plain file"];
    assert_eq!(problems(bad.path(), &Options::default()), expected);
}

#[test]
fn files_that_are_one_elsewhere_are_refused() {
    let bad = folder(&[("pack.reach", "pack"), ("Readme.md", ""), ("README.md", "")]);
    if fs::read_dir(bad.path()).unwrap().count() == 3 {
        assert_eq!(problems(bad.path(), &Options::default()), ["`README.md` and `Readme.md` cannot both be files: on some systems they are one"]);
    }
}

#[test]
fn a_file_has_a_most() {
    let bad = folder(&[("pack.reach", "pack")]);
    fs::write(bad.path().join("large"), vec![b'x'; MAX_FILE_BYTES]).unwrap();
    assert_eq!(collect(bad.path(), &Options::default()).unwrap().files.len(), 2);
    fs::write(bad.path().join("large"), vec![b'x'; MAX_FILE_BYTES + 1]).unwrap();
    assert_eq!(
        problems(bad.path(), &Options::default()),
        [format!("`large` has {} bytes, and a file of a pack has at most {MAX_FILE_BYTES}", MAX_FILE_BYTES + 1)]
    );
}

#[test]
fn a_bad_ignore_file_is_told_with_its_line() {
    let bad = folder(&[("pack.reach", "pack"), (".packignore", "a\n[z-a\n")]);
    assert!(matches!(collect(bad.path(), &Options::default()), Err(BuildError::Ignore { line: 2, .. })));
    fs::write(bad.path().join(".packignore"), [0xff]).unwrap();
    assert!(matches!(collect(bad.path(), &Options::default()), Err(BuildError::IgnoreFile)));
    fs::write(bad.path().join(".packignore"), "a\n".repeat(MAX_IGNORE_BYTES / 2)).unwrap();
    assert!(collect(bad.path(), &Options::default()).is_ok());
    fs::write(bad.path().join(".packignore"), "a\n".repeat(MAX_IGNORE_BYTES / 2) + "a").unwrap();
    assert!(matches!(collect(bad.path(), &Options::default()), Err(BuildError::IgnoreFile)));
}
