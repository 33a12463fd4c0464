use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reach_keys::{FileError, FormatError, KeyFile, MAX_FILE_BYTES, MAX_PASSPHRASE_BYTES, MAX_ROUNDS, NameError, Passphrase, PassphraseError, SigningKey};
use tempfile::TempDir;

use crate::{key, skip};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

/// A folder, and the place of a file in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    (folder, path)
}

/// Writes a file that only its owner may read.
fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(path, bytes).unwrap();
    set_mode(path, 0o600);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn load(path: &Path, passphrase: Option<&Passphrase>) -> Result<SigningKey, FileError> {
    Ok(KeyFile::open(path)?.unlock(passphrase)?)
}

fn same(one: &SigningKey, other: &SigningKey) -> bool {
    one.verifier() == other.verifier() && one.sign(b"text") == other.sign(b"text")
}

#[test]
fn a_key_is_written_and_read() {
    let (_folder, path) = place();
    let made = key("log.example/ärger", 1);
    KeyFile::create(&path, &made, None).unwrap();
    let file = KeyFile::open(&path).unwrap();
    assert!(!file.is_encrypted());
    assert!(same(&file.unlock(None).unwrap(), &made));
    assert!(matches!(file.unlock(Some(&passphrase("x"))), Err(FormatError::NotEncrypted)));
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_only() {
    let (_folder, path) = place();
    let made = key("log.example", 1);
    KeyFile::create(&path, &made, Some(&passphrase("correct horse"))).unwrap();
    let file = KeyFile::open(&path).unwrap();
    assert!(file.is_encrypted());
    assert!(same(&file.unlock(Some(&passphrase("correct horse"))).unwrap(), &made));
    assert_eq!(file.unlock(Some(&passphrase("correct horse "))).unwrap_err(), FormatError::WrongPassphrase);
    assert_eq!(file.unlock(None).unwrap_err(), FormatError::PassphraseNeeded);
    // Neither secret nor name stand in the file as they are.
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("log.example"));
    assert!(text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n") && text.ends_with("-----END OPENSSH PRIVATE KEY-----\n"));
}

#[test]
fn the_same_key_is_encrypted_otherwise_each_time() {
    let made = key("a", 1);
    let text = || made.to_openssh(Some(&passphrase("x"))).unwrap().to_string();
    assert_ne!(text(), text());
}

#[test]
fn no_debug_shows_a_secret() {
    let made = key("a", 0x2a);
    let (_folder, path) = place();
    KeyFile::create(&path, &made, None).unwrap();
    let shown = format!("{:?} {:?} {:?}", KeyFile::open(&path).unwrap(), passphrase("hunter2"), load(&path, None).unwrap());
    for secret in ["hunter2", "42, 42", "2a2a", "2A2A", "KioqKio"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn passphrases_are_one_line() {
    assert!(same(
        &SigningKey::from_openssh(key("a", 1).to_openssh(Some(&passphrase("x\n"))).unwrap().as_bytes(), Some(&passphrase("x\r\n"))).unwrap(),
        &key("a", 1)
    ));
    for (text, why) in [
        (String::new(), PassphraseError::Empty),
        ("\n".into(), PassphraseError::Empty),
        ("\r\n".into(), PassphraseError::Empty),
        ("a\nb".into(), PassphraseError::NotOneLine),
        ("a\n\n".into(), PassphraseError::NotOneLine),
        ("a\0".into(), PassphraseError::NotOneLine),
        ("a".repeat(MAX_PASSPHRASE_BYTES + 1), PassphraseError::TooLong),
    ] {
        assert_eq!(Passphrase::new(text.clone()).unwrap_err(), why, "{text:?}");
    }
    assert!(Passphrase::new("a".repeat(MAX_PASSPHRASE_BYTES)).is_ok());
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let (folder, path) = place();
    put(&path, "mine");
    assert!(matches!(KeyFile::create(&path, &key("a", 1), None), Err(FileError::Exists)));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert!(matches!(KeyFile::create(folder.path(), &key("a", 1), None), Err(FileError::Exists)));
    let missing = folder.path().join("missing/key");
    assert!(matches!(KeyFile::create(&missing, &key("a", 1), None), Err(FileError::Unwritable(e)) if e.kind() == std::io::ErrorKind::NotFound));
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_not_written_through() {
    let (folder, path) = place();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
    assert!(matches!(KeyFile::create(&path, &key("a", 1), None), Err(FileError::Exists)));
    assert!(!folder.path().join("elsewhere").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_has_rights() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = place();
    KeyFile::create(&path, &key("a", 1), None).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o4644, 0o777] {
        set_mode(&path, mode);
        let found = load(&path, None).unwrap_err();
        assert!(matches!(found, FileError::Permissions { mode: m } if m == mode), "{mode:o}: {found:?}");
        assert!(found.to_string().contains("chmod 600"));
    }
    for mode in [0o600, 0o400, 0o700] {
        set_mode(&path, mode);
        assert!(load(&path, None).is_ok(), "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn links_folders_and_pipes_are_refused() {
    let (folder, path) = place();
    KeyFile::create(&path, &key("a", 1), None).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(matches!(load(&link, None), Err(FileError::Link)));
    assert!(matches!(load(folder.path(), None), Err(FileError::NotAFile)));
    assert!(matches!(load(Path::new("/dev/null"), None), Err(FileError::NotAFile)));
    assert!(matches!(load(&folder.path().join("missing"), None), Err(FileError::Unreadable(e)) if e.kind() == std::io::ErrorKind::NotFound));
    let pipe = folder.path().join("pipe");
    if Command::new("mkfifo").arg(&pipe).status().is_ok_and(|s| s.success()) {
        assert!(matches!(load(&pipe, None), Err(FileError::NotAFile)));
    }
}

#[test]
fn files_end_at_their_limit() {
    let (_folder, path) = place();
    let text = key("a", 1).to_openssh(None).unwrap();
    let padded = |len: u64| [text.as_bytes(), vec![b'\n'; len as usize - text.len()].as_slice()].concat();
    put(&path, padded(MAX_FILE_BYTES + 1));
    assert!(matches!(load(&path, None), Err(FileError::TooLarge)));
    put(&path, padded(MAX_FILE_BYTES));
    assert!(!matches!(load(&path, None), Err(FileError::TooLarge)));
}

#[test]
fn a_torn_file_is_no_key() {
    for secret in [None, Some(passphrase("x"))] {
        let text = key("log.example", 1).to_openssh(secret.as_ref()).unwrap();
        // The newline at the end is not needed.
        for len in 0..text.len() - 1 {
            let found = SigningKey::from_openssh(&text.as_bytes()[..len], secret.as_ref()).unwrap_err();
            let expected = if len < 35 { matches!(found, FormatError::NotOpenssh) } else { matches!(found, FormatError::Damaged(_)) };
            assert!(expected, "{len}: {found:?}");
        }
    }
}

#[test]
fn no_changed_byte_gives_another_key() {
    // Of the plain form: with a passphrase, each try would take as long as finding the passphrase out is meant to take.
    let made = key("log.example", 1);
    let text = made.to_openssh(None).unwrap();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            if let Ok(read) = SigningKey::from_openssh(&bytes, None) {
                // Only the name is covered by nothing.
                assert_eq!((read.verifier().as_bytes(), read.sign(b"text")), (made.verifier().as_bytes(), made.sign(b"text")), "byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn what_is_no_key_of_openssh_says_so() {
    for text in ["", "hello", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+Vu3x user@host\n", "-----BEGIN PRIVATE KEY-----\n", "PRIVATE+KEY+a+c74f20a3+AYEKFALV"] {
        assert_eq!(SigningKey::from_openssh(text.as_bytes(), None).unwrap_err(), FormatError::NotOpenssh, "{text:?}");
    }
}

/// Keys in the format, put together by hand: what no tool writes.
mod made {
    use base64::Engine as _;

    pub fn string(bytes: &[u8]) -> Vec<u8> {
        [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
    }

    pub fn pem(bytes: &[u8]) -> String {
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        let lines = text.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n");
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----\n")
    }

    /// PROTOCOL.key, sections 1 and 3, without encryption.
    pub fn plain(public: &[u8; 32], seed: &[u8; 32], comment: &[u8]) -> String {
        let blob = [string(b"ssh-ed25519"), string(public)].concat();
        let mut inner = [vec![1, 2, 3, 4, 1, 2, 3, 4], blob.clone(), string(&[*seed, *public].concat()), string(comment)].concat();
        for pad in 1..8 {
            if inner.len() % 8 != 0 {
                inner.push(pad);
            }
        }
        let head = [b"openssh-key-v1\0".to_vec(), string(b"none"), string(b"none"), string(b""), 1_u32.to_be_bytes().to_vec()].concat();
        pem(&[head, string(&blob), string(&inner)].concat())
    }

    /// The same with so many rounds of bcrypt, and nothing that could be decrypted.
    pub fn rounds(public: &[u8; 32], rounds: u32) -> String {
        let blob = [string(b"ssh-ed25519"), string(public)].concat();
        let options = [string(&[7; 16]), rounds.to_be_bytes().to_vec()].concat();
        let head = [b"openssh-key-v1\0".to_vec(), string(b"aes256-ctr"), string(b"bcrypt"), string(&options), 1_u32.to_be_bytes().to_vec()].concat();
        pem(&[head, string(&blob), string(&[0; 160])].concat())
    }
}

#[test]
fn the_halves_of_a_key_must_belong_together() {
    let (one, other) = (key("a", 1).verifier(), key("a", 2).verifier());
    assert!(same(&SigningKey::from_openssh(made::plain(one.as_bytes(), &[1; 32], b"a").as_bytes(), None).unwrap(), &key("a", 1)));
    let found = SigningKey::from_openssh(made::plain(other.as_bytes(), &[1; 32], b"a").as_bytes(), None).unwrap_err();
    assert_eq!(found, FormatError::Damaged("its public half belongs to another key".into()));
}

#[test]
fn the_comment_must_be_a_name() {
    let public = *key("a", 1).verifier().as_bytes();
    for (comment, why) in [
        ("", NameError::Empty),
        ("two words", NameError::Space),
        ("a+b", NameError::Plus),
        ("a\u{1b}[31m", NameError::Invisible('\u{1b}')),
        (&"a".repeat(256), NameError::TooLong { len_bytes: 256 }),
    ] {
        let found = SigningKey::from_openssh(made::plain(&public, &[1; 32], comment.as_bytes()).as_bytes(), None).unwrap_err();
        assert_eq!(found, FormatError::Name(why), "{comment:?}");
    }
    let found = SigningKey::from_openssh(made::plain(&public, &[1; 32], b"\xff").as_bytes(), None).unwrap_err();
    assert!(matches!(found, FormatError::Damaged(_)), "{found:?}");
}

#[test]
fn a_file_cannot_ask_for_endless_work() {
    let public = *key("a", 1).verifier().as_bytes();
    for rounds in [0, MAX_ROUNDS + 1, u32::MAX] {
        let found = SigningKey::from_openssh(made::rounds(&public, rounds).as_bytes(), Some(&passphrase("x"))).unwrap_err();
        assert_eq!(found, FormatError::Rounds { rounds });
    }
    let found = SigningKey::from_openssh(made::rounds(&public, 1).as_bytes(), Some(&passphrase("x"))).unwrap_err();
    assert_eq!(found, FormatError::WrongPassphrase);
    assert!(matches!(SigningKey::from_openssh(made::rounds(&public, MAX_ROUNDS).as_bytes(), None), Err(FormatError::PassphraseNeeded)));
}

/// Runs `ssh-keygen`, or says that it isn't there.
fn ssh_keygen(arguments: &[&str]) -> Option<String> {
    match Command::new("ssh-keygen").args(arguments).stdin(Stdio::null()).output() {
        Ok(out) => {
            assert!(out.status.success(), "ssh-keygen {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
            Some(String::from_utf8(out.stdout).unwrap())
        }
        Err(error) => {
            skip("comparing keys with ssh-keygen", &format!("it cannot be run: {error}"));
            None
        }
    }
}

/// The public key as `ssh-keygen -y` prints it (RFC 8709, section 4).
fn ssh_line(key: &SigningKey) -> String {
    use base64::Engine as _;
    let blob = [made::string(b"ssh-ed25519"), made::string(key.verifier().as_bytes())].concat();
    format!("ssh-ed25519 {} {}\n", base64::engine::general_purpose::STANDARD.encode(blob), key.name())
}

#[test]
fn ssh_keygen_reads_what_is_written() {
    let (folder, path) = place();
    let made = key("log.example/reach", 1);
    KeyFile::create(&path, &made, None).unwrap();
    let Some(line) = ssh_keygen(&["-y", "-f", path.to_str().unwrap()]) else { return };
    assert_eq!(line, ssh_line(&made));
    let path = folder.path().join("encrypted");
    KeyFile::create(&path, &made, Some(&passphrase("correct horse"))).unwrap();
    assert_eq!(ssh_keygen(&["-y", "-P", "correct horse", "-f", path.to_str().unwrap()]), Some(ssh_line(&made)));
}

#[test]
fn what_ssh_keygen_writes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let ciphers: [&[&str]; 5] = [&[], &["-Z", "aes256-cbc"], &["-Z", "aes256-gcm@openssh.com"], &["-Z", "chacha20-poly1305@openssh.com"], &["-a", "2"]];
    for (number, options) in ciphers.into_iter().enumerate() {
        for secret in [None, Some("correct horse")] {
            let path = at(&format!("{number}{}", secret.is_some()));
            let arguments = [&["-q", "-t", "ed25519", "-C", "log.example", "-N", secret.unwrap_or(""), "-f", &path], options].concat();
            if ssh_keygen(&arguments).is_none() {
                return;
            }
            let read = load(Path::new(&path), secret.map(passphrase).as_ref()).unwrap();
            let line = fs::read_to_string(format!("{path}.pub")).unwrap();
            assert_eq!(line, ssh_line(&read), "{options:?}");
            if secret.is_some() {
                assert!(matches!(load(Path::new(&path), Some(&passphrase("wrong"))), Err(FileError::Format(FormatError::WrongPassphrase))), "{options:?}");
            }
        }
    }
    for kind in ["rsa", "ecdsa"] {
        for secret in ["", "correct horse"] {
            let path = at(&format!("{kind}{}", secret.len()));
            ssh_keygen(&["-q", "-t", kind, "-C", "log.example", "-N", secret, "-f", &path]);
            let found = KeyFile::open(Path::new(&path)).map(|_| ()).unwrap_err();
            assert!(matches!(found, FileError::Format(FormatError::NotEd25519)), "{kind}: {found:?}");
        }
    }
}
