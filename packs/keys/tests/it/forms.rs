//! Secret keys in the forms of other tools.

use std::fs;
use std::process::Command;

use reach_keys::{FileError, FormatError, ImportError, KeyName, Passphrase, SecretForm, SigningKey, create_secret, read_secret};

use crate::{hex, key, skip};

/// RFC 8410, section 10.3: a private key without, and the same with its public half.
const RFC_8410: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const RFC_8410_BOTH: &str = "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\noB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
/// RFC 8410, section 10.1: its public half.
const RFC_8410_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

fn name(text: &str) -> Option<KeyName> {
    Some(KeyName::new(text).unwrap())
}

fn import(bytes: &[u8]) -> Result<SigningKey, ImportError> {
    SigningKey::import(bytes, name("a"), None)
}

#[test]
fn the_keys_of_rfc_8410_are_read() {
    for pem in [RFC_8410, RFC_8410_BOTH] {
        let key = import(pem.as_bytes()).unwrap();
        assert_eq!(key.verifier().to_pem(), RFC_8410_PUBLIC);
        assert_eq!(key.export(SecretForm::Pkcs8).unwrap().as_slice(), RFC_8410.as_bytes());
    }
    let hex_text = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
    assert_eq!(import(hex_text.as_bytes()).unwrap().verifier().to_pem(), RFC_8410_PUBLIC);
    assert_eq!(import(&hex(hex_text)).unwrap().verifier().to_pem(), RFC_8410_PUBLIC);
}

#[test]
fn every_form_is_read_as_it_is_written() {
    let secret = key("example.com/a", 7);
    for form in [SecretForm::Openssh, SecretForm::Pkcs8, SecretForm::Hex, SecretForm::Raw] {
        let bytes = secret.export(form).unwrap();
        assert_eq!(SecretForm::of(&bytes), Ok(form));
        assert_eq!(SigningKey::import(&bytes, name("example.com/a"), None).unwrap().verifier(), secret.verifier());
        let expected = if form == SecretForm::Openssh { Ok(secret.verifier()) } else { Err(ImportError::NameNeeded) };
        assert_eq!(SigningKey::import(&bytes, None, None).map(|k| k.verifier()), expected);
    }
}

#[test]
fn a_name_that_is_given_takes_the_place_of_a_comment() {
    let passphrase = Passphrase::new("secret").unwrap();
    let text = key("laptop", 7).to_openssh(Some(&passphrase)).unwrap();
    let read = SigningKey::import(text.as_bytes(), name("example.com/a"), Some(&passphrase)).unwrap();
    assert_eq!(read.verifier(), key("example.com/a", 7).verifier());
    assert_eq!(SigningKey::import(text.as_bytes(), name("a"), None).err(), Some(ImportError::Format(FormatError::PassphraseNeeded)));
    let wrong = Passphrase::new("wrong").unwrap();
    assert_eq!(SigningKey::import(text.as_bytes(), name("a"), Some(&wrong)).err(), Some(ImportError::Format(FormatError::WrongPassphrase)));
}

#[test]
fn what_is_no_secret_key_of_the_kind_is_told() {
    // RFC 8410, section 10.3, with a bit of the public half changed; `openssl genpkey` of an X25519 and a P-256 key.
    let other_half = RFC_8410_BOTH.replace("ZuE=", "ZuI=");
    let x25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let ed448 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VxBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let not_ed25519 = ImportError::Format(FormatError::NotEd25519);
    for (what, bytes, expected) in [
        ("nothing", b"".as_slice(), Some(ImportError::Unknown)),
        ("31 bytes", &[7; 31], Some(ImportError::Unknown)),
        ("33 bytes", &[7; 33], Some(ImportError::Unknown)),
        ("63 digits", "a".repeat(63).as_bytes(), Some(ImportError::Unknown)),
        ("65 digits", "a".repeat(65).as_bytes(), Some(ImportError::Unknown)),
        ("a digit too large", format!("g{}", "a".repeat(63)).as_bytes(), Some(ImportError::Unknown)),
        ("a public key in PEM", RFC_8410_PUBLIC.as_bytes(), Some(ImportError::Public)),
        ("a public key of OpenSSH", b"ssh-ed25519 AAAA", Some(ImportError::Public)),
        ("encrypted PKCS #8", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", Some(ImportError::Encrypted)),
        ("an RSA key", b"-----BEGIN RSA PRIVATE KEY-----\n", Some(not_ed25519.clone())),
        ("an EC key", b"-----BEGIN EC PRIVATE KEY-----\n", Some(not_ed25519.clone())),
        ("an X25519 key", x25519.as_bytes(), None),
        ("an Ed448 key", ed448.as_bytes(), None),
        ("the public half of another key", other_half.as_bytes(), None),
        ("PEM cut off", &RFC_8410.as_bytes()[..60], None),
        ("PEM without its end", &RFC_8410.as_bytes()[..RFC_8410.len() - 26], None),
        ("PEM that is no Base64", RFC_8410.replace("MC4C", "M*4C").as_bytes(), None),
        ("PEM of nothing", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", None),
        ("something behind the key", RFC_8410.replace("VhC\n", "VhCAAAA\n").as_bytes(), None),
    ] {
        let found = import(bytes).err().unwrap_or_else(|| panic!("{what}"));
        match expected {
            Some(expected) => assert_eq!(found, expected, "{what}"),
            None => assert!(matches!(found, ImportError::Pkcs8(_)) || found == not_ed25519, "{what}: {found:?}"),
        }
    }
    let passphrase = Passphrase::new("secret").unwrap();
    assert_eq!(SigningKey::import(&[7; 32], name("a"), Some(&passphrase)).err(), Some(ImportError::NotEncrypted));
}

#[test]
fn secrets_are_read_and_written_as_keys_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed");
    create_secret(&path, b"x").unwrap();
    assert!(matches!(create_secret(&path, b"y"), Err(FileError::Exists)));
    assert_eq!(read_secret(&path).unwrap().as_slice(), b"x");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read_secret(&path), Err(FileError::Permissions { mode: 0o640 })));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(read_secret(&link), Err(FileError::Link)));
        assert!(matches!(create_secret(&link, b"y"), Err(FileError::Exists)));
    }
}

#[test]
fn openssl_reads_what_is_written_and_writes_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |args: &[&str]| Command::new("openssl").args(args).current_dir(folder.path()).output();
    let made = match openssl(&["genpkey", "-algorithm", "ed25519"]) {
        Ok(made) if made.status.success() => made.stdout,
        Ok(made) => return skip("OpenSSL", &String::from_utf8_lossy(&made.stderr)),
        Err(error) => return skip("OpenSSL", &error.to_string()),
    };
    let read = import(&made).unwrap();
    assert_eq!(read.export(SecretForm::Pkcs8).unwrap().as_slice(), made);
    let secret = key("a", 9);
    fs::write(folder.path().join("a.pem"), secret.export(SecretForm::Pkcs8).unwrap()).unwrap();
    let public = openssl(&["pkey", "-in", "a.pem", "-pubout"]).unwrap();
    assert!(public.status.success(), "{}", String::from_utf8_lossy(&public.stderr));
    assert_eq!(String::from_utf8(public.stdout).unwrap(), secret.verifier().to_pem());
    // And what one signs the other verifies.
    fs::write(folder.path().join("text"), "a text").unwrap();
    fs::write(folder.path().join("sig"), secret.sign(b"a text")).unwrap();
    fs::write(folder.path().join("pub.pem"), secret.verifier().to_pem()).unwrap();
    let verified = openssl(&["pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", "text", "-sigfile", "sig"]).unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
