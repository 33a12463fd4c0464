//! `reach pack init`.

use super::Place;

#[test]
fn every_template_is_whole_as_it_is_written() {
    let place = Place::new();
    for template in ["basic", "connector", "policy"] {
        let made = place.reach(&format!("pack init acme.{template} --template {template}"));
        assert_eq!(made.exit, 0, "{}", made.told());
        assert!(!place.read(&format!("{template}/pack.reach")).contains("example.pack"));
        for check in ["pack validate --deny warnings", "policy test", "policy lint --deny warnings --today 2026-01-01", "policy fmt --check", "pack audit"] {
            let run = place.reach(&format!("{check} {template}"));
            assert_eq!(run.exit, 0, "{check} {template}: {}", run.told());
        }
        let envelope = place.reach(&format!("pack validate {template} --json")).envelope();
        assert_eq!((envelope["ok"].clone(), envelope["data"]["manifest"]["name"].clone()), (true.into(), format!("acme.{template}").into()));
    }
}

#[test]
fn what_is_begun_reads_like_this() {
    let place = Place::new();
    insta::assert_snapshot!("pack_init", place.told("pack init acme.guard mine") + &place.read("mine/pack.reach"));
    let envelope = place.reach("pack init acme.other --json").envelope();
    assert_eq!((envelope["data"]["pack"].clone(), envelope["data"]["files"][0].clone()), ("acme.other".into(), "other/pack.reach".into()));
}

#[test]
fn nothing_that_is_there_is_changed() {
    let place = Place::new();
    place.write("guard/notes.txt", "mine\n");
    place.write("file", "mine\n");
    let told =
        ["pack init acme.guard", "pack init acme.a file", "pack init guard", "pack init acme.a -", "pack init Acme.Guard new"].map(|line| place.told(line));
    insta::assert_snapshot!("pack_init_refused", told.concat());
    assert_eq!(place.read("guard/notes.txt"), "mine\n");
    assert!(!place.path().join("guard/pack.reach").exists() && !place.path().join("new").exists());
    std::fs::create_dir(place.path().join("empty")).unwrap();
    assert_eq!(place.reach("pack init acme.a empty").exit, 0, "an empty folder is fine");
}
