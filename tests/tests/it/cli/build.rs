//! `reach policy build`.

use std::fs;

use super::{EVENTS, Place};

#[test]
fn the_same_sources_make_the_same_bytes_wherever_they_are() {
    let place = Place::bank();
    insta::assert_snapshot!("build_good", place.told("policy build bank -o one.bundle"));
    let elsewhere = Place::bank();
    assert_eq!(elsewhere.reach("policy build ./bank --output two.bundle").exit, 0);
    assert_eq!(fs::read(place.path().join("one.bundle")).unwrap(), fs::read(elsewhere.path().join("two.bundle")).unwrap());
    let names: Vec<_> = fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "no half files are left: {names:?}");
}

#[test]
fn a_built_bundle_decides_like_its_sources() {
    let place = Place::bank();
    place.reach("policy build bank -o bank.bundle");
    let (sources, built) = (place.reach("policy decide --bundle bank events.jsonl"), place.reach("policy decide --bundle bank.bundle events.jsonl"));
    assert_eq!(sources.out, built.out);
    assert_eq!(sources.out.lines().count(), 4);
    // Its sources are in it: explanations need nothing else.
    let (sources, built) = (place.reach("policy explain --bundle bank events.jsonl"), place.reach("policy explain --bundle bank.bundle events.jsonl"));
    assert_eq!(sources.out, built.out);
}

#[test]
fn a_bundle_with_mistakes_is_not_built_and_the_old_file_stays() {
    let place = Place::bank();
    place.write("bank.bundle", "old");
    place.write("bank/more.reach", "permit p\n  on nothing\n");
    insta::assert_snapshot!("build_bad", place.told("policy build bank -o bank.bundle"));
    assert_eq!(place.read("bank.bundle"), "old");
}

#[test]
fn an_output_that_cannot_be_written_says_why() {
    let place = Place::bank();
    insta::assert_snapshot!("build_nowhere", place.told("policy build bank -o nowhere/bank.bundle") + &place.told("policy build bank -o bank"));
}

#[test]
fn images_that_cannot_be_trusted_are_refused_with_their_codes() {
    let place = Place::bank();
    place.reach("policy build bank -o bank.bundle");
    let good = fs::read(place.path().join("bank.bundle")).unwrap();
    let mut told = String::new();
    let mut try_with = |name: &str, bytes: Vec<u8>| {
        place.write(name, bytes);
        let run = place.reach_with(&format!("policy decide --bundle {name} -"), EVENTS);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{name}");
        told.push_str(&place.steady(&run.err));
    };
    try_with("cut.bundle", good[..good.len() / 2].to_vec());
    try_with("head.bundle", good[..8].to_vec());
    try_with("longer.bundle", [good.as_slice(), b"x"].concat());
    let mut other = good.clone();
    other[8] = 0xff;
    try_with("version.bundle", other);
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    try_with("flipped.bundle", flipped);
    insta::assert_snapshot!("build_corrupt", told);
}
