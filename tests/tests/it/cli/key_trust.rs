//! `reach key list`, `import`, `export`, `trust`, `revoke` and `rotate`.

use std::fs;

use super::{Place, Run};

fn done(place: &Place, line: &str) -> Run {
    let run = place.reach(line);
    assert_eq!(run.exit, 0, "{line}: {}", run.told());
    run
}

/// A place with a key whose seed is known, and one that takes its place.
fn keys() -> Place {
    let place = Place::new();
    for (name, digit) in [("a", "01"), ("b", "02")] {
        let seed = format!("{}\n", digit.repeat(32));
        let made = place.reach_with(&format!("key import - --name {name}.example -o {name}.key --no-passphrase"), seed);
        assert_eq!(made.exit, 0, "{}", made.told());
        place.write(&format!("{name}.pub"), made.out);
    }
    place
}

/// Puts a word for the times at which something was written down.
fn without_times(text: &str) -> String {
    let year = |line: &str| line.len() > 22 && line.as_bytes()[19] == b'Z' && line.as_bytes()[10] == b'T';
    text.lines().map(|line| if year(line) { format!("[time]{}\n", &line[20..]) } else { format!("{line}\n") }).collect()
}

#[test]
fn who_is_trusted_is_written_down_and_shown() {
    let place = keys();
    let mut text = String::new();
    let revoke = ["key", "revoke", "a.pub", "--reason", "the laptop was stolen", "--since", "2026-12-24", "--trust", "t.jsonl"];
    for line in [
        "key list --trust none.jsonl",
        "key trust a.pub --for acme.* --for registry:packs.example --expires 2027-06-30 --trust t.jsonl",
        "key trust --needed 2 --for acme.bank --trust t.jsonl",
        "key rotate a.key b.key -o next.json --until 2027-01-31",
        "key trust --rotation next.json --trust t.jsonl",
        "key list --trust t.jsonl --at 2027-01-30",
        "key list --trust t.jsonl --at 2027-01-31",
    ] {
        text.push_str(&(place.told(line) + "\n"));
    }
    let run = place.run(&revoke, "");
    text.push_str(&place.steady(&format!("$ reach key revoke …\n{}\n", run.told())));
    text.push_str(&(place.told("key list --trust t.jsonl --at 2027-01-30 --history") + "\n"));
    insta::assert_snapshot!("key_trust", without_times(&text));
    assert_eq!(place.read("t.jsonl").lines().count(), 4);
}

#[test]
fn what_cannot_be_said_of_a_key_is_refused() {
    let place = keys();
    done(&place, "key trust a.pub --for acme.* --trust t.jsonl");
    done(&place, "key rotate a.key b.key -o next.json");
    let id = place.read("a.pub").split('+').take(2).collect::<Vec<_>>().join("+");
    let revoke = |key: &str, reason: &str| place.run(&["key", "revoke", key, "--reason", reason, "--trust", "t.jsonl"], "");
    let mut text = String::new();
    let before = place.read("t.jsonl");
    for line in [
        "key trust a.pub --trust t.jsonl",
        "key trust a.pub --for * --trust t.jsonl",
        "key trust a.pub --for Acme.* --trust t.jsonl",
        "key trust a.pub --for acme.* --expires never --trust t.jsonl",
        "key trust --for acme.* --trust t.jsonl",
        "key trust --needed 0 --for acme.* --trust t.jsonl",
        "key trust a.key --for acme.* --trust t.jsonl",
        "key trust --rotation a.pub --trust t.jsonl",
        "key rotate a.key a.key -o same.json",
        "key revoke z.example+01234567 --reason x --trust t.jsonl",
        "key revoke a.pub --reason x --since yesterday --trust t.jsonl",
    ] {
        let run = place.reach(line);
        assert_eq!(run.exit, 2, "{line}: {}", run.told());
        text.push_str(&(place.told(line) + "\n"));
    }
    let hidden = revoke("a.pub", "a\u{202e}b");
    assert_eq!(hidden.exit, 2);
    assert!(!hidden.told().contains('\u{202e}'));
    assert_eq!(place.read("t.jsonl"), before, "nothing was written");
    assert_eq!(revoke(&id, "lost").exit, 0, "by its name and id");
    for line in ["key trust a.pub --for acme.* --trust t.jsonl", "key trust --rotation next.json --trust t.jsonl"] {
        let run = place.reach(line);
        assert_eq!(run.exit, 2, "{line}: {}", run.told());
        text.push_str(&(place.told(line) + "\n"));
    }
    let whole = place.read("t.jsonl");
    place.write("torn.jsonl", &whole[..whole.len() - 5]);
    place.write("cut.jsonl", whole.lines().nth(1).unwrap().to_owned() + "\n");
    text.push_str(&(place.told("key list --trust torn.jsonl") + "\n"));
    text.push_str(&(place.told("key list --trust cut.jsonl") + "\n"));
    insta::assert_snapshot!("key_refused", text);
}

#[test]
fn keys_of_other_tools_are_taken_and_given() {
    let place = keys();
    for form in ["pkcs8", "openssh", "hex", "raw"] {
        done(&place, &format!("key export a.key --format {form} -o a.{form}"));
        done(&place, &format!("key import a.{form} --name a.example -o from.{form} --no-passphrase"));
        assert_eq!(place.reach(&format!("key public from.{form}")).out, place.read("a.pub"), "{form}");
        assert_eq!(place.reach(&format!("key export a.key --format {form} -o a.{form}")).exit, 2, "nothing is overwritten");
        assert_eq!(place.reach(&format!("key export a.key --format {form}")).exit, 2, "no secret is printed");
    }
    assert!(done(&place, "key export a.key --format public-pem").out.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    place.write("new.txt", "correct horse\n");
    done(&place, "key import a.pkcs8 --name a.example -o sealed.key --passphrase-file new.txt");
    done(&place, "key import sealed.key --from-passphrase-file new.txt -o open.key --no-passphrase");
    assert_eq!(place.reach("key public open.key").out, place.read("a.pub"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in ["a.pkcs8", "a.hex", "a.raw", "a.openssh", "open.key", "sealed.key"] {
            assert_eq!(fs::metadata(place.path().join(file)).unwrap().permissions().mode() & 0o7777, 0o600, "{file}");
        }
    }
    let mut text = String::new();
    place.write("text", "hello\n");
    place.write("public.pem", done(&place, "key export a.key --format public-pem").out);
    place.write("encrypted.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    place.write("broken.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    #[cfg(unix)]
    for file in ["text", "public.pem", "encrypted.pem", "broken.pem"] {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(place.path().join(file), fs::Permissions::from_mode(0o600)).unwrap();
    }
    for line in [
        "key import a.pkcs8 -o x.key --no-passphrase",
        "key import text --name a -o x.key --no-passphrase",
        "key import public.pem --name a -o x.key --no-passphrase",
        "key import encrypted.pem --name a -o x.key --no-passphrase",
        "key import broken.pem --name a -o x.key --no-passphrase",
        "key import sealed.key -o x.key --no-passphrase",
        "key import a.pub --name a -o x.key --no-passphrase",
        "key import a.hex --name a -o a.key --no-passphrase",
        "key import a.hex --name a -o - --no-passphrase",
        "key import a.hex --name a+b -o x.key --no-passphrase",
    ] {
        text.push_str(&(place.told(line) + "\n"));
    }
    assert!(!place.path().join("x.key").exists());
    insta::assert_snapshot!("key_import_refused", text);
}
