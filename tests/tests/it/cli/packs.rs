//! Bundles that use packs: where these are found, and what commands say of them.

use std::fs;

use super::Place;

const PACK: &str = "pack acme.guard \"1.2.0\" {\n  kind: policy\n}\n";

const GUARD: &str = r#"param ceiling: decimal = 500.00

tool pay(to: text, amount: decimal)

/// No more than the ceiling.
forbid large
  on pay
  when args.amount > ceiling
  because "{args.amount} is more than {ceiling}"

test "large" {
  call pay(to: "bob", amount: 500.01) => forbid by large
}
"#;

const BANK: &str = r#"use acme.guard with { ceiling: 100.00 }

/// Whatever is paid.
permit paying
  on pay
  when args.amount > 0

test "small and large" {
  call pay(to: "bob", amount: 50.00)  => permit by paying
  call pay(to: "bob", amount: 100.01) => forbid by guard.large because "100.01 is more than 100"
  call pay(to: "bob", amount: 0)      => forbid by default
}
"#;

const EVENTS: &str = "{\"type\":\"call\",\"id\":\"c\",\"name\":\"pay\",\"args\":{\"to\":\"bob\",\"amount\":900},\"at\":\"2026-01-01T00:00:00Z\"}\n";

/// A place with a bundle and the pack that it uses, side by side.
fn place() -> Place {
    let place = Place::new();
    place.write("guard/pack.reach", PACK);
    place.write("guard/rules.reach", GUARD);
    place.write("bank/reach.toml", "[packs]\n\"acme.guard\" = \"../guard\"\n");
    place.write("bank/bank.reach", BANK);
    place.write("events.jsonl", EVENTS);
    place
}

#[test]
fn a_bundle_with_a_pack_is_checked_tested_decided_and_explained() {
    let place = place();
    let mut told = String::new();
    for command in
        ["policy check bank", "policy test bank", "policy test guard", "policy decide --bundle bank events.jsonl", "policy explain --bundle bank events.jsonl"]
    {
        told.push_str(&place.told(command));
    }
    insta::assert_snapshot!("packs_good", told);
}

#[test]
fn what_is_built_holds_its_packs() {
    let place = place();
    assert_eq!(place.reach("policy build bank -o bank.bundle").exit, 0);
    let (sources, built) = (place.reach("policy decide --bundle bank events.jsonl"), place.reach("policy decide --bundle bank.bundle events.jsonl"));
    assert_eq!(sources.out, built.out);
    let explained = place.reach("policy explain --bundle bank events.jsonl").out;
    fs::remove_dir_all(place.path().join("guard")).unwrap();
    assert_eq!(place.reach("policy explain --bundle bank.bundle events.jsonl").out, explained);
    // Another version is another bundle.
    let place = self::place();
    place.write("guard/pack.reach", PACK.replace("1.2.0", "1.2.1"));
    assert_ne!(place.reach("policy decide --bundle bank events.jsonl").out, sources.out);
}

#[test]
fn coverage_mutants_and_lints_are_about_the_bundle_itself() {
    let place = place();
    let coverage = place.reach("policy coverage bank --json").envelope();
    assert!(coverage.to_string().contains("paying") && !coverage.to_string().contains("\"rule\":\"acme.guard.large\""), "{coverage}");
    let mutants = place.reach("policy mutate bank --json").envelope().to_string();
    assert!(mutants.contains("paying") && !mutants.contains("rules.reach"), "{mutants}");
    let found = place.reach("policy lint bank --json").envelope().to_string();
    assert!(!found.contains("rules.reach"), "{found}");
    let proved = place.run(&["policy", "prove", "bank", "never permit pay when args.amount > guard.ceiling"], "");
    assert_eq!(proved.exit, 0, "{}", proved.told());
    assert_eq!(place.reach("policy fmt bank --check").exit, 0);
    assert!(place.reach("policy doc bank").out.contains("permit paying"));
}

#[test]
fn packs_that_are_not_there_or_not_what_they_should_be_are_told() {
    let mut told = String::new();
    let mut say = |what: &str, change: &dyn Fn(&Place)| {
        let place = place();
        change(&place);
        told.push_str(&format!("──── {what}\n{}", place.told("policy check bank")));
    };
    say("not named", &|p| drop(p.write("bank/reach.toml", "")));
    say("no such folder", &|p| fs::remove_dir_all(p.path().join("guard")).unwrap());
    say("no pack", &|p| fs::remove_file(p.path().join("guard/pack.reach")).unwrap());
    say("another pack", &|p| drop(p.write("guard/pack.reach", PACK.replace("acme.guard", "acme.other"))));
    say("a manifest that can't be read", &|p| drop(p.write("guard/pack.reach", "pack\n")));
    say("a mistake in the pack", &|p| drop(p.write("guard/rules.reach", GUARD.replace("> ceiling", "> celing"))));
    say("a name without quotes", &|p| drop(p.write("bank/reach.toml", "[packs]\nacme.guard = \"../guard\"\n")));
    say("made for another version of Reach", &|p| drop(p.write("guard/pack.reach", PACK.replace("{", "{\n  reach: \">=9.1, <9.9\""))));
    say("not UTF-8", &|p| drop(p.write("guard/more.reach", [0xff, 0xfe])));
    insta::assert_snapshot!("packs_bad", told);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_pack_is_refused() {
    let place = place();
    place.write("elsewhere.reach", "permit all\n  on *\n");
    std::os::unix::fs::symlink("../elsewhere.reach", place.path().join("guard/linked.reach")).unwrap();
    let run = place.reach("policy check bank");
    assert_eq!(run.exit, 2, "{}", run.told());
    assert!(run.err.contains("leads out of the folder of its pack"), "{}", run.told());
    // One within it is a file of it.
    fs::remove_file(place.path().join("guard/linked.reach")).unwrap();
    place.write("guard/deep/more.reach", "permit more\n  on pay\n  when args.amount < 1\n");
    std::os::unix::fs::symlink("deep/more.reach", place.path().join("guard/linked.reach")).unwrap();
    assert_eq!(place.reach("policy check bank").exit, 0);
}

#[test]
fn a_pack_below_a_bundle_is_a_bundle_for_itself() {
    let place = Place::new();
    place.write("bank.reach", BANK);
    place.write("reach.toml", "[packs]\n\"acme.guard\" = \"packs/guard\"\n");
    place.write("packs/guard/pack.reach", PACK);
    place.write("packs/guard/deep/rules.reach", GUARD);
    place.write("packs/guard/inner/pack.reach", PACK.replace("acme.guard", "acme.inner"));
    place.write("packs/guard/inner/rules.reach", "forbid nothing\n  on nonsense\n");
    place.write("more/own.reach", "ask some\n  on pay\n  when args.amount == 7\n");
    place.write("events.jsonl", EVENTS);
    let run = place.reach("policy check . --json");
    let found = run.envelope();
    let bundles: Vec<&str> = found["data"]["bundles"].as_array().unwrap().iter().map(|b| b["path"].as_str().unwrap()).collect();
    assert_eq!(bundles, [".", "packs/guard", "packs/guard/inner"]);
    // The bundle itself, with all that is its own.
    let decided = place.reach("policy decide --bundle . events.jsonl");
    assert!(decided.out.contains("acme.guard.large"), "{}", decided.told());
    assert_eq!(place.reach("policy check packs/guard").exit, 1, "the one inside it has a mistake");
    assert_eq!(place.reach("policy test packs/guard/deep").exit, 0);
}

#[test]
fn packs_use_packs_over_the_folders_of_whoever_uses_them() {
    let place = place();
    place.write("guard/reach.toml", "[packs]\n\"acme.base\" = \"base\"\n");
    place.write("guard/base/pack.reach", PACK.replace("acme.guard", "acme.base"));
    place.write("guard/base/rules.reach", "let most = 7.00\n");
    place.write("guard/more.reach", "use acme.base\n\nforbid seven\n  on pay\n  when args.amount == base.most\n");
    assert_eq!(place.reach("policy check bank").exit, 0, "{}", place.told("policy check bank"));
    // What the bundle says counts more.
    place.write("bank/reach.toml", "[packs]\n\"acme.guard\" = \"../guard\"\n\"acme.base\" = \"../base\"\n");
    place.write("base/pack.reach", PACK.replace("acme.guard", "acme.base"));
    place.write("base/rules.reach", "let least = 7.00\n");
    let run = place.reach("policy check bank");
    assert!(run.told().contains("the pack `acme.base` declares no `most`"), "{}", run.told());
}

#[test]
fn a_capsule_holds_the_packs_of_its_bundle() {
    let place = place();
    place.write("events.jsonl", EVENTS.replace("\"type\"", "\"session\":\"s1\",\"type\""));
    assert_eq!(place.reach("policy decide -q -b bank --log bank.log --origin log.example events.jsonl").exit, 1, "what is decided is forbidden");
    for step in [
        "key generate log.example --out log.key --no-passphrase",
        "log checkpoint bank.log --key log.key -o kept.note",
        "capsule create bank.log -s s1 -b bank -o s1.capsule",
    ] {
        let run = place.reach(step);
        assert_eq!(run.exit, 0, "{step}\n{}", run.told());
    }
    place.write("log.pub", place.reach("key public log.key").out);
    fs::remove_dir_all(place.path().join("guard")).unwrap();
    fs::remove_dir_all(place.path().join("bank")).unwrap();
    let run = place.reach("capsule replay s1.capsule --key log.pub");
    assert_eq!(run.exit, 0, "{}", run.told());
    // Another version of the pack is another bundle.
    let capsule = place.read("s1.capsule");
    assert!(capsule.contains("\"acme.guard//\":\"1.2.0\""), "{capsule}");
    place.write("s1.capsule", capsule.replace("\"acme.guard//\":\"1.2.0\"", "\"acme.guard//\":\"1.2.1\""));
    let run = place.reach("capsule replay s1.capsule --key log.pub");
    assert_eq!(run.exit, 2, "{}", run.told());
}
