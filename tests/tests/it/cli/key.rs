//! `reach key generate` and `reach key public`.

use std::fs;

use super::Place;

#[cfg(unix)]
fn set_mode(place: &Place, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(place.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// A file that only its owner may read.
fn secret(place: &Place, name: &str, text: &str) {
    place.write(name, text);
    set_mode(place, name, 0o600);
}

#[test]
fn what_is_made_is_what_is_shown() {
    let place = Place::new();
    let made = place.reach("key generate log.example --out log.key --no-passphrase");
    assert_eq!((made.exit, made.err.as_str()), (0, "`log.key` holds the secret key, not encrypted; what is printed is public\n"), "{}", made.told());
    let parts: Vec<&str> = made.out.trim_end().splitn(3, '+').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("log.example", 8, 44), "{}", made.out);
    let shown = place.reach("key public log.key");
    assert_eq!((shown.exit, shown.out.as_str(), shown.err.as_str()), (0, made.out.as_str(), ""));
    let envelope = place.reach("key public log.key --json").envelope();
    assert_eq!(envelope["data"]["public"], made.out.trim_end());
    assert_eq!((&envelope["data"]["id"], &envelope["data"]["encrypted"]), (&parts[1].into(), &false.into()));
    assert_eq!(place.reach("key generate log.example -o quiet.key --no-passphrase --quiet").err, "");
    assert_ne!(place.reach("key public quiet.key").out, made.out, "each key is new");
}

#[test]
fn an_encrypted_key_needs_its_passphrase() {
    let place = Place::new();
    place.write("pass.txt", "correct horse\n");
    let made = place.reach("key generate log.example --out log.key --passphrase-file pass.txt");
    assert_eq!((made.exit, made.err.as_str()), (0, "`log.key` holds the secret key; what is printed is public\n"), "{}", made.told());
    assert!(!place.read("log.key").contains("log.example"));
    assert_eq!(place.reach("key public log.key --passphrase-file pass.txt").out, made.out);
    assert_eq!(place.reach_with("key public log.key --passphrase-file -", "correct horse").out, made.out);
    let envelope = place.reach("key public log.key --passphrase-file pass.txt --json").envelope();
    assert_eq!(envelope["data"]["encrypted"], true);
}

#[cfg(unix)]
#[test]
fn a_key_that_cannot_be_read_says_why() {
    let place = Place::new();
    place.write("pass.txt", "correct horse\n");
    place.write("other.txt", "battery staple\n");
    place.write("empty.txt", "\n");
    place.write("lines.txt", "a\nb\n");
    place.write("long.txt", "a".repeat(2000));
    assert_eq!(place.reach("key generate log.example --out plain.key --no-passphrase").exit, 0);
    assert_eq!(place.reach("key generate log.example --out sealed.key --passphrase-file pass.txt").exit, 0);
    fs::copy(place.path().join("plain.key"), place.path().join("open.key")).unwrap();
    set_mode(&place, "open.key", 0o644);
    std::os::unix::fs::symlink("plain.key", place.path().join("link.key")).unwrap();
    secret(&place, "torn.key", &place.read("plain.key")[..200]);
    secret(&place, "text.key", "hello\n");
    secret(&place, "large.key", &"a".repeat(20_000));
    let mut told = String::new();
    for arguments in [
        "missing.key",
        ".",
        "-",
        "text.key",
        "torn.key",
        "large.key",
        "open.key",
        "link.key",
        "sealed.key",
        "sealed.key --passphrase-file other.txt",
        "sealed.key --passphrase-file missing.txt",
        "sealed.key --passphrase-file empty.txt",
        "sealed.key --passphrase-file lines.txt",
        "sealed.key --passphrase-file long.txt",
        "plain.key --passphrase-file pass.txt",
    ] {
        let run = place.reach(&format!("key public {arguments}"));
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{arguments}");
        told.push_str(&place.told(&format!("key public {arguments}")));
        told.push('\n');
    }
    insta::assert_snapshot!("key_public_failures", told);
}

#[test]
fn a_key_that_cannot_be_made_leaves_nothing() {
    let place = Place::new();
    place.write("there.key", "mine");
    place.write("pass.txt", "correct horse\n");
    let mut told = String::new();
    for arguments in [
        "log.example --out new.key",
        "log.example --out there.key --no-passphrase",
        "log.example --out there.key",
        "log.example --out missing/new.key --no-passphrase",
        "log.example --out - --no-passphrase",
        "log+example --out new.key --no-passphrase",
        "log.example --out new.key --passphrase-file missing.txt",
        "log.example --out new.key --passphrase-file pass.txt --no-passphrase",
        "log.example",
    ] {
        let run = place.reach(&format!("key generate {arguments}"));
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{arguments}");
        told.push_str(&place.told(&format!("key generate {arguments}")));
        told.push('\n');
    }
    insta::assert_snapshot!("key_generate_failures", told);
    assert_eq!(place.run(&["key", "generate", "two words", "--out", "new.key", "--no-passphrase"], "").exit, 2);
    assert_eq!(place.read("there.key"), "mine");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "nothing else was written");
}

#[test]
fn no_option_takes_a_passphrase_itself() {
    let place = Place::new();
    for option in ["--passphrase x", "--passphrase=x", "-p x", "--password x"] {
        assert_eq!(place.reach(&format!("key generate log.example --out new.key {option}")).exit, 2, "{option}");
        assert!(!place.path().join("new.key").exists());
    }
}
