//! `reach pack build`, `sign`, `verify` and `inspect`.

use std::fs;
use std::process::{Command, Stdio};

use super::{BANK, Place, Run};

/// The manifest of the pack of these tests.
const MANIFEST: &str = r#"pack acme.guard "1.2.0" {
  description: "Guards a bank"
  license: "Apache-2.0"
  kind: policy
  reach: ">=0.1, <0.2"
  tools: [get_balance, send_money]
  permissions {
    read: [glob"/data/**"]
    spawn: { children: 2, depth: 1 }
    spend: { usd: 10.00 }
  }
  policies: [glob"policies/**/*.reach"]
}
"#;

/// Writes the folder of a pack.
pub(crate) fn write_guard(place: &Place, folder: &str) {
    place.write(&format!("{folder}/pack.reach"), MANIFEST);
    place.write(&format!("{folder}/policies/bank.reach"), BANK);
    place.write(&format!("{folder}/README.md"), "# Guard\n");
}

/// A place with the pack, a key, its public half, and a file that trusts it.
fn signed() -> Place {
    let place = Place::new();
    write_guard(&place, "guard");
    done(&place, "key generate acme.example/packs -o a.key --no-passphrase");
    done(&place, "key generate b.example -o b.key --no-passphrase");
    for key in ["a", "b"] {
        let line = place.reach(&format!("key public {key}.key")).out;
        place.write(&format!("{key}.pub"), line);
    }
    done(&place, "pack build guard -o guard.reachpack");
    done(&place, "pack sign guard.reachpack --key a.key");
    done(&place, "key trust a.pub --for acme.* --trust trust.jsonl");
    place
}

fn done(place: &Place, line: &str) -> Run {
    let run = place.reach(line);
    assert_eq!(run.exit, 0, "{line}: {}", run.told());
    run
}

/// Puts the name of a key without its id into what is told.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(".example") {
        let end = at + rest[at..].find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '+'))).unwrap_or(rest.len() - at);
        out.push_str(rest[..end].split('+').next().unwrap());
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn a_pack_is_built_signed_verified_and_looked_at() {
    let place = signed();
    let told = |line: &str| without_ids(&place.told(line)) + "\n";
    let mut text = String::new();
    for line in [
        "pack build guard --dry-run",
        "pack build guard -o again.reachpack",
        "pack sign again.reachpack --key a.key",
        "pack verify again.reachpack --trust trust.jsonl",
        "pack inspect again.reachpack --trust trust.jsonl",
    ] {
        text.push_str(&told(line));
    }
    insta::assert_snapshot!("pack", text);
    assert_eq!(fs::read(place.path().join("guard.reachpack")).unwrap(), fs::read(place.path().join("again.reachpack")).unwrap());
}

#[test]
fn each_answer_has_its_words_and_its_code() {
    let place = signed();
    let mut text = String::new();
    let mut codes = Vec::new();
    let mut tell = |line: &str, answer: &str| {
        let envelope = place.reach(&format!("{line} --json")).envelope();
        assert_eq!((&envelope["data"]["answer"], &envelope["ok"]), (&answer.into(), &(answer == "fine").into()), "{envelope}");
        if answer != "fine" {
            codes.push(envelope["data"]["refusal"]["code"].as_str().unwrap().to_owned());
        }
        text.push_str(&(without_ids(&place.told(line)) + "\n"));
    };
    let bytes = fs::read(place.path().join("guard.reachpack")).unwrap();
    let find = |text: &str| bytes.windows(text.len()).position(|w| w == text.as_bytes()).unwrap();
    let with = |name: &str, at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        place.write(name, changed);
    };
    done(&place, "pack build guard -o unsigned.reachpack");
    let sig = find("\"sig\":\"") + 7;
    with("bad.reachpack", sig, if bytes[sig] == b'A' { b'B' } else { b'A' });
    with("tampered.reachpack", find("# Guard"), b'%');
    with("malformed.reachpack", find("\"payloadType\"") + 3, b'X');
    place.write("cut.reachpack", &bytes[..bytes.len() - 700]);
    place.write("text.reachpack", "hello");
    done(&place, "key trust a.pub --for acme.* --expires 2027-01-31 --trust short.jsonl");
    done(&place, "key trust a.pub --for other.* --trust other.jsonl");
    done(&place, "key trust a.pub --for acme.* --needed 2 --trust two.jsonl");
    done(&place, "key trust b.pub --for acme.* --trust unknown.jsonl");
    done(&place, "key trust a.pub --for acme.* --trust revoked.jsonl");
    let revoke = ["key", "revoke", "a.pub", "--reason", "the laptop was stolen", "--since", "2026-12-24", "--trust", "revoked.jsonl"];
    assert_eq!(place.run(&revoke, "").exit, 0);
    tell("pack verify guard.reachpack --trust trust.jsonl", "fine");
    tell("pack verify guard.reachpack --trust short.jsonl --at 2027-01-30", "fine");
    tell("pack verify unsigned.reachpack --trust trust.jsonl", "unsigned");
    tell("pack verify bad.reachpack --trust trust.jsonl", "bad");
    tell("pack verify tampered.reachpack --trust trust.jsonl", "tampered");
    tell("pack verify guard.reachpack --trust revoked.jsonl", "revoked");
    tell("pack verify guard.reachpack --trust short.jsonl --at 2027-01-31", "expired");
    tell("pack verify guard.reachpack --trust unknown.jsonl", "untrusted");
    tell("pack verify guard.reachpack --trust other.jsonl", "untrusted");
    tell("pack verify guard.reachpack --trust two.jsonl", "untrusted");
    tell("pack verify malformed.reachpack --trust trust.jsonl", "malformed");
    tell("pack verify cut.reachpack --trust trust.jsonl", "malformed");
    tell("pack verify text.reachpack --trust trust.jsonl", "malformed");
    assert_eq!(codes, ["P0181", "P0182", "P0186", "P0185", "P0184", "P0183", "P0183", "P0183", "P0180", "P0151", "P0150"]);
    insta::assert_snapshot!("pack_answers", text);
}

#[test]
fn where_no_store_is_named_the_users_own_is_asked() {
    let place = signed();
    let home = place.path().join("home/reach");
    let run = |line: &str| {
        let out = place.command().args(line.split_whitespace()).env("REACH_HOME", &home).stdin(Stdio::null()).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    };
    assert_eq!(run("pack verify guard.reachpack").0, 1, "nobody is trusted");
    assert!(!home.exists(), "looking makes nothing");
    assert_eq!(run("key list"), (0, "nobody is trusted\n".to_owned()));
    assert_eq!(run("key trust a.pub --for acme.guard").0, 0);
    assert_eq!(run("pack verify guard.reachpack").0, 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| fs::metadata(home.join(path)).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(""), mode("trust.jsonl")), (0o700, 0o600));
        fs::set_permissions(&home, fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(run("key trust b.pub --for acme.guard").0, 2, "others could put a store there");
    }
}

#[test]
fn what_is_not_a_pack_is_not_built_or_signed() {
    let place = signed();
    let mut text = String::new();
    for folder in ["secrets", "names", "ignore"] {
        write_guard(&place, folder);
    }
    place.write("secrets/sign.pem", "x");
    place.write("secrets/notes.md", "-----BEGIN PRIVATE KEY-----\n");
    place.write("names/a b.md", "x");
    place.write("ignore/.packignore", "[z-a\n");
    place.write("broken/pack.reach", "pack acme.guard {\n");
    place.write("other/pack.reach", BANK);
    fs::create_dir(place.path().join("empty")).unwrap();
    let bytes = fs::read(place.path().join("guard.reachpack")).unwrap();
    let at = bytes.windows(7).position(|w| w == b"# Guard").unwrap();
    place.write("tampered.reachpack", [&bytes[..at], b"%", &bytes[at + 1..]].concat());
    for line in [
        "pack build secrets",
        "pack build names",
        "pack build ignore",
        "pack build broken",
        "pack build other",
        "pack build empty",
        "pack build guard -o -",
        "pack sign tampered.reachpack --key a.key",
        "pack sign a.key --key a.key",
        "pack sign missing.reachpack --key a.key",
        "pack verify guard.reachpack --trust missing.jsonl",
        "pack verify guard.reachpack --trust trust.jsonl --at soon",
        "pack inspect a.pub",
    ] {
        let run = place.reach(line);
        assert_eq!(run.exit, 2, "{line}: {}", run.told());
        text.push_str(&(without_ids(&place.told(line)) + "\n"));
    }
    insta::assert_snapshot!("pack_refused", text);
    assert!(!fs::read_dir(place.path()).unwrap().any(|e| e.unwrap().file_name().to_str().unwrap().starts_with("acme.guard")), "nothing was written");
    assert_eq!(place.reach("pack build secrets --no-secret sign.pem --no-secret notes.md -o s.reachpack").exit, 0);
}

#[cfg(unix)]
#[test]
fn a_pack_is_the_same_bytes_wherever_it_is_built() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    for folder in ["one", "two"] {
        write_guard(&place, folder);
        place.write(&format!("{folder}/docs/a.md"), "a");
        place.write(&format!("{folder}/z.md"), "z");
    }
    // Another order in the folder, other permissions, other times.
    fs::remove_file(place.path().join("two/README.md")).unwrap();
    place.write("two/README.md", "# Guard\n");
    fs::set_permissions(place.path().join("two/z.md"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.path().join("two/docs"), fs::Permissions::from_mode(0o700)).unwrap();
    let old = fs::File::options().write(true).open(place.path().join("two/docs/a.md")).unwrap();
    old.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(7)).unwrap();
    // Another umask, time zone, locale, user's name and folder.
    let shell = |umask: &str, zone: &str, user: &str, folder: &str, line: &str| {
        let script = format!("umask {umask}; exec \"$0\" {line}");
        let run = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_reach-under-test")])
            .current_dir(place.path().join(folder))
            .env("TZ", zone)
            .env("USER", user)
            .env("LC_ALL", if user == "ann" { "C" } else { "tr_TR.UTF-8" })
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    };
    shell("022", "UTC", "ann", "one", "pack build -o ../one.reachpack");
    shell("077", "Pacific/Kiritimati", "bob", ".", "pack build two -o two.reachpack");
    let read = |name: &str| fs::read(place.path().join(name)).unwrap();
    assert!(read("one.reachpack") == read("two.reachpack"));
    assert_eq!(
        place.reach("pack build one --json --dry-run").envelope()["data"]["digest"],
        place.reach("pack build two --json --dry-run").envelope()["data"]["digest"]
    );
}

#[test]
fn an_image_is_compiled_again_and_compared() {
    let place = signed();
    done(&place, "pack build guard --image -o with.reachpack");
    done(&place, "pack sign with.reachpack --key a.key");
    let envelope = place.reach("pack verify with.reachpack --trust trust.jsonl --json").envelope();
    assert_eq!((&envelope["data"]["answer"], &envelope["data"]["image"]), (&"fine".into(), &"same".into()), "{envelope}");
    // The same key signs a pack whose image is that of other policies.
    use reach_archive::Archive;
    use reach_trust::UnverifiedPack;
    let read = |name: &str| UnverifiedPack::read(Archive::read(&fs::read(place.path().join(name)).unwrap()).unwrap()).unwrap();
    let with = read("with.reachpack");
    let statement = with.unverified_statement();
    let write = |name: &str, change: fn(&str) -> Option<(&'static str, &'static str)>, built_by: &str| {
        let mut files = with.unverified_files().to_vec();
        for (path, bytes) in &mut files {
            if let Some((from, to)) = change(path.as_str()) {
                *bytes = String::from_utf8(bytes.clone()).unwrap().replacen(from, to, 1).into_bytes();
            }
        }
        let mut image = statement.image.clone().unwrap();
        image.built_by = built_by.to_owned();
        let pack = UnverifiedPack::new(statement.manifest.clone(), files, Some(image)).unwrap();
        place.write(name, pack.to_archive().unwrap().write().unwrap());
        done(&place, &format!("pack sign {name} --key a.key"));
    };
    write("differs.reachpack", |path| (path == "policies/bank.reach").then_some(("500.00", "5000.00")), env!("CARGO_PKG_VERSION"));
    write("newer.reachpack", |path| (path == "policies/bank.reach").then_some(("500.00", "5000.00")), "9.9.9");
    let envelope = place.reach("pack verify differs.reachpack --trust trust.jsonl --json").envelope();
    assert_eq!((&envelope["data"]["answer"], &envelope["data"]["refusal"]["code"]), (&"image_differs".into(), &"P0164".into()), "{envelope}");
    let envelope = place.reach("pack verify newer.reachpack --trust trust.jsonl --json").envelope();
    assert_eq!((&envelope["data"]["answer"], &envelope["data"]["image"]), (&"fine".into(), &"ignored".into()), "{envelope}");
}

#[test]
fn an_image_of_a_format_that_is_not_known_is_ignored_where_another_version_made_it_and_refused_else() {
    use reach_archive::Archive;
    use reach_trust::UnverifiedPack;
    let place = signed();
    done(&place, "pack build guard --image -o with.reachpack");
    let with = UnverifiedPack::read(Archive::read(&fs::read(place.path().join("with.reachpack")).unwrap()).unwrap()).unwrap();
    let statement = with.unverified_statement();
    for (built_by, answer) in [("9.9.9", "fine"), (env!("CARGO_PKG_VERSION"), "image_differs")] {
        let mut files = with.unverified_files().to_vec();
        let mut image = statement.image.clone().unwrap();
        let (_, bytes) = files.iter_mut().find(|(path, _)| *path == image.path).unwrap();
        // Behind the eight bytes that every image begins with stands its format.
        bytes[8] = 200;
        image.built_by = built_by.to_owned();
        let pack = UnverifiedPack::new(statement.manifest.clone(), files, Some(image)).unwrap();
        place.write("other.reachpack", pack.to_archive().unwrap().write().unwrap());
        done(&place, "pack sign other.reachpack --key a.key");
        let run = place.reach("pack verify other.reachpack --trust trust.jsonl");
        let envelope = place.reach("pack verify other.reachpack --trust trust.jsonl --json").envelope();
        assert_eq!(envelope["data"]["answer"], answer, "{envelope}");
        if answer == "fine" {
            assert_eq!(envelope["data"]["image"], "ignored", "{envelope}");
            assert!(run.err.contains("(`9.9.9`), and can't be read here: the image has format 200"), "{}", run.told());
        }
        let told = done(&place, "pack inspect other.reachpack --trust trust.jsonl").out;
        assert!(told.contains("it can't be read here, and is not used: the image has format 200"), "{told}");
        let envelope = place.reach("pack inspect other.reachpack --trust trust.jsonl --json").envelope();
        assert!(envelope["data"]["image_unreadable"].as_str().unwrap().contains("format 200"), "{envelope}");
    }
    let envelope = place.reach("pack inspect with.reachpack --trust trust.jsonl --json").envelope();
    assert_eq!(envelope["data"].get("image_unreadable"), None, "{envelope}");
}

#[test]
fn the_image_of_a_pack_that_uses_others_is_compared_with_those_of_a_project() {
    let place = signed();
    place.write("base/pack.reach", MANIFEST.replace("acme.guard", "acme.base"));
    place.write("base/policies/bank.reach", BANK);
    place.write("app/reach.toml", "[packs]\n\"acme.base\" = \"../base\"\n");
    let needs = "reach: \">=0.1, <0.2\"\n  needs: { acme.base: \"^1\" }";
    let manifest = MANIFEST.replace("acme.guard", "acme.app").replace("reach: \">=0.1, <0.2\"", needs);
    place.write("app/pack.reach", manifest.replace("[get_balance, send_money]", "[get_balance]"));
    place.write("app/policies/app.reach", "use acme.base\n\npermit more\n  on get_balance\n");
    done(&place, "pack build app --image -o app.reachpack");
    done(&place, "pack sign app.reachpack --key a.key");
    let image = |project: &str| {
        let run = place.reach(&format!("pack verify app.reachpack --trust trust.jsonl --project {project} --json"));
        let data = run.envelope()["data"].clone();
        (data["answer"].as_str().unwrap().to_owned(), data["image"].as_str().unwrap_or_default().to_owned(), run.err)
    };
    let of = |answer: &str, image: &str| (answer.to_owned(), image.to_owned());
    let (answer, state, _) = image("app");
    assert_eq!((answer, state), of("fine", "same"));
    // Where what it uses is not at hand, nothing can be said; with another version of that it is another image.
    let (answer, state, _) = image("guard");
    assert_eq!((answer, state), of("fine", "ignored"));
    place.write("base/pack.reach", MANIFEST.replace("acme.guard", "acme.base").replace("1.2.0", "1.2.1"));
    let (answer, state, _) = image("app");
    assert_eq!((answer, state), of("fine", "ignored"));
}

#[test]
fn what_a_hostile_pack_says_of_itself_moves_no_terminal() {
    let place = Place::new();
    // Right to left letters are letters; what moves others is no text of a manifest, and a key's name neither.
    for bad in ["a\u{1b}[2Jb", "a\u{202e}b", "a\u{7}b"] {
        place.write("evil/pack.reach", MANIFEST.replace("Guards a bank", bad));
        let run = place.reach("pack build evil --dry-run");
        assert_eq!(run.exit, 2, "{}", run.told());
        assert!(!run.told().contains(['\u{1b}', '\u{202e}', '\u{7}']), "{}", run.told());
    }
}

#[test]
fn openssl_and_python_verify_what_is_signed_here() {
    let place = signed();
    let pem = done(&place, "key export a.key --format public-pem").out;
    place.write("a.pem", pem);
    // As docs/signing.md tells it.
    let script = r#"
import base64, hashlib, json, subprocess, sys, tarfile
tar = tarfile.open('guard.reachpack')
envelope = json.load(tar.extractfile(tar.next()))
payload, kind = base64.b64decode(envelope['payload']), envelope['payloadType']
signed = b'DSSEv1 %d %s %d %s' % (len(kind), kind.encode(), len(payload), payload)
open('signed', 'wb').write(signed)
open('signature', 'wb').write(base64.b64decode(envelope['signatures'][0]['sig']))
listed = {f['path']: f['sha256'] for f in json.loads(payload)['files']}
found = {m.name: 'sha256:' + hashlib.sha256(tar.extractfile(m).read()).hexdigest() for m in tar.getmembers()[1:]}
assert listed == found, (listed, found)
print('sha256:' + hashlib.sha256(payload).hexdigest())
"#;
    let run = |command: &mut Command| command.current_dir(place.path()).output();
    let python = match run(Command::new("python3").args(["-c", script])) {
        Ok(out) if out.status.success() => String::from_utf8(out.stdout).unwrap(),
        Ok(out) => panic!("{}", String::from_utf8_lossy(&out.stderr)),
        Err(_) => {
            println!("SKIPPED: Python is not installed");
            return;
        }
    };
    assert_eq!(python.trim(), place.reach("pack verify guard.reachpack --trust trust.jsonl --json").envelope()["data"]["digest"]);
    let verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "a.pem", "-rawin", "-in", "signed", "-sigfile", "signature"];
    match run(Command::new("openssl").args(verify)) {
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr)),
        Err(_) => println!("SKIPPED: OpenSSL is not installed"),
    }
}
