//! Logs on the command line: what it says, what others can check, and what is left after faults.

mod faults;

use std::fs;
use std::process::Command;

use crate::cli::Place;
use crate::docs::root;

/// Puts words for what salts make different each time.
fn steady(place: &Place, text: &str) -> String {
    let random = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '=' && c != '+' && c != '/');
        let hash = matches!(bare.len(), 8 | 64) && bare.bytes().all(|b| b.is_ascii_hexdigit());
        let base = bare.len() >= 44 && bare.ends_with('=');
        if hash || base { word.replace(bare, "[random]") } else { word.to_owned() }
    };
    let text = place.steady(text);
    text.lines().map(|line| line.split(' ').map(random).collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// A place with a log of the events of a bundle, and a key.
fn place() -> Place {
    let place = Place::bank();
    assert_eq!(place.reach("key generate log.example --out log.key --no-passphrase").exit, 0);
    assert_eq!(place.reach("policy decide -q -b bank --log bank.log --origin log.example events.jsonl").exit, 0);
    place
}

fn told(place: &Place, arguments: &str) -> String {
    steady(place, &place.told(arguments))
}

#[test]
fn what_people_read_of_a_log() {
    let place = place();
    let mut all = String::new();
    for arguments in [
        "log show bank.log",
        "log show bank.log --effect forbid,ask --last 2",
        "log show bank.log --rule too_much",
        "log show bank.log --session nobody",
        "log verify bank.log",
        "log prove bank.log 3",
        "log checkpoint bank.log --key log.key -o kept.note",
        "log prove bank.log 3 -o e.tlog-proof",
        "log prove bank.log 99",
        "log verify bank.log --checkpoint kept.note",
        "log verify e.tlog-proof",
        "log erase bank.log 2 --reason mistaken",
        "log erase bank.log 2 --reason mistaken",
        "log erase bank.log 99 --reason mistaken",
        "log show bank.log --from 2",
        "log verify bank.log --checkpoint kept.note --since",
        "log export bank.log --format tiles",
        "log export bank.log --format tiles -o site",
        "log show events.jsonl",
        "log show missing.log",
        "policy decide -q -b bank --log bank.log --origin log.example events.jsonl",
    ] {
        all.push_str(&told(&place, arguments));
        all.push('\n');
    }
    insta::assert_snapshot!("log", all);
}

#[test]
fn events_come_out_as_they_went_in_and_are_decided_alike() {
    let place = place();
    assert_eq!(place.reach("log export bank.log --format events -o back.jsonl").exit, 0);
    assert_eq!(place.read("back.jsonl"), crate::cli::EVENTS);
    let flat = place.reach("log export bank.log --format flat");
    let lines = flat.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(lines.iter().all(|line| keys(line) == keys(&lines[0])), "every line has the same fields");
    assert_eq!((lines.len(), &lines[3]["effect"], &lines[3]["rules"], &lines[3]["name"]), (5, &"forbid".into(), &"too_much".into(), &"send_money".into()));
    // An address is the digest of the tag, the salt and the text.
    use sha2::Digest as _;
    let whole = place.reach("log export bank.log");
    for line in whole.out.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        for of in ["event", "answer"] {
            let Some(payload) = entry[of].as_object() else { continue };
            let salt = payload["salt"].as_str().unwrap();
            let salt = (0..32).map(|at| u8::from_str_radix(&salt[2 * at..2 * at + 2], 16).unwrap()).collect::<Vec<_>>();
            let digest = sha2::Sha256::new().chain_update(b"reach-payload-v1\n").chain_update(salt).chain_update(payload["text"].as_str().unwrap());
            let digest = digest.finalize().iter().map(|b| format!("{b:02x}")).collect::<String>();
            assert_eq!(entry["leaf"][of], digest.as_str());
        }
    }
}

/// A process for each event, as hooks of coding agents are: the log is all that they share.
#[test]
fn sessions_go_on_in_another_process_as_if_nothing_had_been() {
    let place = place();
    for line in crate::cli::EVENTS.lines() {
        place.reach_with("policy decide -q -b bank --log pieces.log --origin log.example -", line);
    }
    let states = |log: &str| {
        let shown = place.reach(&format!("log show {log} --json")).out;
        let leaf = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["leaf"].clone();
        shown
            .lines()
            .map(leaf)
            .filter(|leaf| leaf.is_object())
            .map(|leaf| (leaf["before"].clone(), leaf["after"].clone(), leaf["rules"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(states("pieces.log"), states("bank.log"));
    assert_eq!(states("bank.log").len(), 5);
}

#[test]
fn a_signature_that_is_wrong_is_not_taken_for_none() {
    let place = place();
    assert_eq!(place.reach("log checkpoint bank.log --key log.key -o kept.note").exit, 0);
    assert_eq!(place.reach("key generate log.example --out other.key --no-passphrase").exit, 0);
    let line = |key: &str| place.reach(&format!("key public {key}")).out.trim().to_owned();
    let (ours, other) = (line("log.key"), line("other.key"));
    let verify = |arguments: &[&str]| place.run(&[&["log", "verify"], arguments].concat(), "");
    let fine = verify(&["bank.log", "--key", &ours, "--checkpoint", "kept.note"]);
    assert_eq!(fine.exit, 0, "{}", fine.told());
    assert!(fine.out.contains("kept elsewhere, signed by log.example"), "{}", fine.out);
    let refused = |run: crate::cli::Run, code: &str| {
        assert_eq!(run.exit, 2, "{}", run.told());
        assert!(run.err.contains(code), "{}", run.told());
    };
    refused(verify(&["bank.log", "--key", &other, "--checkpoint", "kept.note"]), "H0208");
    let note = place.read("kept.note");
    place.write("changed.note", note.replace("\n5\n", "\n4\n"));
    refused(verify(&["bank.log", "--key", &ours, "--checkpoint", "changed.note"]), "H0208");
    place.write("renamed.note", note.replace("log.example\n5", "other.example\n5"));
    refused(verify(&["bank.log", "--checkpoint", "renamed.note"]), "H0207");
    assert_eq!(place.reach("log prove bank.log 1 -o e.tlog-proof").exit, 0);
    assert_eq!(verify(&["e.tlog-proof", "--key", &ours]).exit, 0);
    refused(verify(&["e.tlog-proof", "--key", &other]), "H0208");
    let receipt = place.read("e.tlog-proof");
    place.write("moved.tlog-proof", receipt.replace("index 1", "index 2"));
    assert_eq!(verify(&["moved.tlog-proof", "--key", &ours]).exit, 1);
    // Somebody writes the log anew: only who kept a checkpoint sees it.
    fs::remove_file(place.path().join("bank.log")).unwrap();
    assert_eq!(place.reach("policy decide -q -b bank --log bank.log --origin log.example events.jsonl").exit, 0);
    assert_eq!(verify(&["bank.log"]).exit, 0);
    let found = verify(&["bank.log", "--key", &ours, "--checkpoint", "kept.note"]);
    assert_eq!(found.exit, 1);
    assert!(found.out.contains("entry 4: the tree of the first 5 entries has another root than the checkpoint says"), "{}", found.out);
}

#[test]
fn lines_fit_their_schemas() {
    let place = place();
    let schema = |name: &str| {
        let (_, schema) = reach_cli::schemas().into_iter().find(|(n, _)| *n == name).unwrap();
        jsonschema::validator_for(&serde_json::to_value(schema).unwrap()).unwrap()
    };
    let entry = schema("log-entry");
    assert_eq!(place.reach("log erase bank.log 2 --what event --reason why").exit, 0);
    let shown = place.reach("log show bank.log --json");
    let lines = shown.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>();
    assert!(lines[..6].iter().all(|line| entry.is_valid(line)), "{}", shown.out);
    assert_eq!(lines.len(), 7);
    for (arguments, name) in [
        ("log show bank.log --json", "log-show"),
        ("log verify bank.log --json", "log-verify"),
        ("log checkpoint bank.log --key log.key --json", "log-checkpoint"),
        ("log prove bank.log 1 --json", "log-prove"),
        ("log export bank.log --json -o a.jsonl", "log-export"),
        ("capsule create bank.log -s s1 -b bank -o a.capsule --json", "capsule-create"),
        ("log erase bank.log 3 --reason why --json", "log-erase"),
    ] {
        let envelope = place.reach(arguments).envelope();
        assert!(schema(name).is_valid(&envelope), "{arguments}: {envelope}");
        assert_eq!(envelope["ok"], true, "{arguments}: {envelope}");
    }
}

/// The script of the documentation shares no line with us. It needs Node.
#[test]
fn who_does_not_have_this_program_can_check_a_log() {
    let place = place();
    let many = (0..700).map(|n| crate::cli::EVENTS.replace("\"s1\"", &format!("\"t{n}\""))).collect::<String>();
    assert_eq!(place.reach_with("policy decide -q -b bank --log bank.log -", many).exit, 0);
    assert_eq!(place.reach("log checkpoint bank.log --key log.key -o kept.note").exit, 0);
    assert_eq!(place.reach("log export bank.log --format tiles -o site").exit, 0);
    let key = place.reach("key public log.key").out;
    let check = || Command::new("node").arg(root().join("docs/verify-log.mjs")).args(["site", key.trim()]).current_dir(place.path()).output().unwrap();
    let fine = check();
    assert_eq!(String::from_utf8_lossy(&fine.stdout), "3505 entries of log.example, 701 sessions: as log.example has signed them\n", "{fine:?}");
    // Nothing stands in the folder that the checkpoint does not need.
    let tile = place.path().join("site/tile/entries/001");
    let bytes = fs::read(&tile).unwrap();
    let at = bytes.windows(6).position(|w| w == b"permit").unwrap();
    let mut changed = bytes.clone();
    changed[at..at + 6].copy_from_slice(b"forbid");
    fs::write(&tile, changed).unwrap();
    assert!(!check().status.success());
    fs::write(&tile, bytes).unwrap();
    place.write("site/checkpoint", place.read("site/checkpoint").replace("3505", "3504"));
    let refused = check();
    assert_eq!(String::from_utf8_lossy(&refused.stderr), "the key has not signed the checkpoint\n");
}

#[test]
fn a_capsule_is_checked_and_decided_again_by_somebody_else() {
    let place = place();
    place.write("log.pub", place.reach("key public log.key").out);
    let create = "capsule create bank.log -s s1 -b bank -o s1.capsule";
    let mut all = told(&place, create) + "\n";
    assert_eq!(place.reach("log checkpoint bank.log --key log.key").exit, 0);
    // What comes after the checkpoint is not covered.
    let more = r#"{"session":"s1","type":"call","id":"c9","name":"get_balance","args":{},"at":"2026-01-01T09:00:09Z"}"#;
    assert_eq!(place.reach_with("policy decide -q -b bank --log bank.log -", more).exit, 0);
    place.write("other/other.reach", "tool get_balance()\npermit any\n  on get_balance\n");
    for arguments in [create, "capsule create bank.log -s s2 -b bank -o s2.capsule", "capsule create bank.log -s s1 -b other -o s2.capsule"] {
        all.push_str(&told(&place, arguments));
        all.push('\n');
    }
    // Whoever gets it has the file and the key, and nothing else.
    let elsewhere = Place::new();
    elsewhere.write("s1.capsule", place.read("s1.capsule"));
    elsewhere.write("log.pub", place.read("log.pub"));
    for arguments in [
        "capsule verify s1.capsule --key log.pub",
        "capsule replay s1.capsule --key log.pub",
        "capsule replay s1.capsule",
        "capsule verify log.pub --key log.pub",
    ] {
        all.push_str(&told(&elsewhere, arguments));
        all.push('\n');
    }
    let capsule = place.read("s1.capsule");
    for (name, from, to) in [
        ("event", "\\\"amount\\\":2000", "\\\"amount\\\":20"),
        ("rules", "too_much\\\"],\\\"sem", "too_many\\\"],\\\"sem"),
        ("policy", "args.amount > 1000.00", "args.amount > 9000.00"),
        ("checkpoint", "log.example\\n5", "log.example\\n6"),
    ] {
        assert!(capsule.contains(from), "{name}");
        elsewhere.write("s1.capsule", capsule.replacen(from, to, 1));
        all.push_str(&format!("{name} changed\n{}\n", told(&elsewhere, "capsule replay s1.capsule --key log.pub")));
    }
    insta::assert_snapshot!("capsule", all);
    assert_eq!(place.reach("key generate log.example --out other.key --no-passphrase").exit, 0);
    elsewhere.write("s1.capsule", capsule);
    elsewhere.write("other.pub", place.reach("key public other.key").out);
    let refused = elsewhere.reach("capsule verify s1.capsule --key other.pub");
    assert!(refused.exit == 2 && refused.err.contains("H0208"), "{}", refused.told());
}

#[test]
fn an_entry_of_a_log_is_explained_as_it_was_decided() {
    let place = place();
    let explained = |seq: u64| place.reach(&format!("policy explain -b bank --log bank.log --seq {seq} --format json"));
    for (seq, id, effect) in [(1, "c1", "permit"), (2, "c2", "ask"), (3, "c3", "forbid")] {
        let run = explained(seq);
        assert_eq!(run.exit, 0, "{}", run.told());
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let decision = &json["decision"];
        assert_eq!((&decision["id"], &decision["effect"]), (&id.into(), &effect.into()), "{json}");
        assert_eq!((&json["recorded"]["effect"], &json["recorded"]["same"]), (&effect.into(), &true.into()), "{json}");
    }
    // The same as of the lines.
    let lines = place.reach("policy explain -b bank --id c3 --format json events.jsonl").out;
    let strip = |text: &str| {
        let mut json: serde_json::Value = serde_json::from_str(text).unwrap();
        json.as_object_mut().unwrap().remove("recorded");
        json
    };
    assert_eq!(strip(&explained(3).out), strip(&lines));
    let last = place.reach("policy explain -b bank --log bank.log --session s1 --format json");
    assert!(last.out.contains("\"c4\""), "{}", last.told());
    for (arguments, exit, said) in [
        ("policy explain -b bank --log bank.log", 2, "`--seq` says which entry"),
        ("policy explain -b bank --log bank.log --seq 99", 2, "H0206"),
        ("policy explain -b bank --log bank.log --seq 0", 2, "H0113"),
        ("policy explain -b bank --log bank.log --seq 1 --session s2", 2, "H0206"),
    ] {
        let run = place.reach(arguments);
        assert!(run.exit == exit && run.err.contains(said), "{arguments}: {}", run.told());
    }
    assert_eq!(place.reach("log erase bank.log 1 --reason mistaken").exit, 0);
    assert!(explained(3).err.contains("was erased"), "{}", explained(3).told());
}
