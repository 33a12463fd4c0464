//! Images and saved sessions of earlier formats: they load and decide as they did, or are refused with what to do. A new format adds a folder;
//! the old ones stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use reach_engine::{Options, Outcome, Session, read_entities};
use reach_evaluator::image::Image;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Decides on the events of a fixture; returns the exit status, the decisions and what was said.
fn decide(folder: &Path, bundle: &str) -> (i32, String, String) {
    decide_among(folder, bundle, &[])
}

fn decide_among(folder: &Path, bundle: &str, entities: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_reach-under-test"))
        .args(["policy", "decide", "--quiet", "--bundle", bundle])
        .args(entities)
        .arg("events.jsonl")
        .current_dir(folder)
        .output()
        .unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

fn decisions(folder: &Path) -> String {
    fs::read_to_string(folder.join("decisions.jsonl")).unwrap()
}

/// Leaves out the digest that names the bundle, which says by which version of the language it is read.
fn without_digest(decisions: &str) -> Vec<serde_json::Value> {
    let read = |line: &str| {
        let mut decision: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(decision.as_object_mut().unwrap().remove("bundle").is_some(), "{line}");
        decision
    };
    decisions.lines().map(read).collect()
}

#[test]
fn an_image_of_format_1_is_refused_and_its_source_still_means_the_same() {
    let folder = folder("image-1");
    let (exit, out, err) = decide(&folder, "bundle.img");
    assert_eq!((exit, out.as_str()), (2, ""));
    assert!(err.contains("image-version") && err.contains("format 1") && err.contains("compile the sources again"), "{err}");
    let (_, out, err) = decide(&folder, "bundle.reach");
    assert_eq!(err, "");
    assert_eq!(without_digest(&out), without_digest(&decisions(&folder)));
}

#[test]
fn an_image_of_format_2_is_refused_and_its_source_still_means_the_same() {
    let folder = folder("image-2");
    let (exit, out, err) = decide(&folder, "bundle.img");
    assert_eq!((exit, out.as_str()), (2, ""));
    assert!(err.contains("image-version") && err.contains("format 2") && err.contains("compile the sources again"), "{err}");
    let (_, out, err) = decide(&folder, "bundle.reach");
    assert_eq!(err, "");
    assert_eq!(without_digest(&out), without_digest(&decisions(&folder)));
}

#[test]
fn an_image_of_format_3_decides_as_it_did_and_so_does_its_source() {
    let folder = folder("image-3");
    for bundle in ["bundle.img", "bundle.reach"] {
        let (_, out, err) = decide(&folder, bundle);
        assert_eq!(err, "", "{bundle}");
        assert_eq!(out, decisions(&folder), "{bundle}");
    }
}

#[test]
fn an_image_of_format_4_decides_as_it_did_and_so_do_its_source_and_its_pack() {
    let folder = folder("image-4");
    for bundle in ["bundle.img", "bundle"] {
        let (_, out, err) = decide(&folder, bundle);
        assert_eq!(err, "", "{bundle}");
        assert_eq!(out, decisions(&folder), "{bundle}");
    }
}

#[test]
fn an_image_of_format_5_decides_as_it_did_with_its_entities_and_so_does_its_source() {
    let folder = folder("image-5");
    for bundle in ["bundle.img", "bundle.reach"] {
        let (_, out, err) = decide_among(&folder, bundle, &["--entities", "people.jsonl"]);
        assert_eq!(err, "", "{bundle}");
        assert_eq!(out, decisions(&folder), "{bundle}");
    }
}

/// How many events of the fixture come before its session was saved.
const BEFORE: usize = 9;

#[test]
fn a_session_that_was_saved_as_version_2_goes_on_with_its_entities() {
    let folder = folder("image-5");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let image = Arc::new(Image::decode(&read("bundle.img")).unwrap().verify().unwrap());
    let people = String::from_utf8(read("people.jsonl")).unwrap();
    let options = || Options { entities: Some(Arc::new(read_entities(&image, &people).unwrap())), ..Options::default() };
    let events = String::from_utf8(read("events.jsonl")).unwrap();
    let decide = |session: &mut Session, line: &str| match session.event(line) {
        Outcome::Decision(decision) => Some(serde_json::to_string(&decision).unwrap()),
        Outcome::Observed => None,
        other => panic!("{other:?}"),
    };
    let mut now = Session::new(Arc::clone(&image), "", options());
    for line in events.lines().take(BEFORE) {
        decide(&mut now, line);
    }
    let state = read("state.bin");
    assert_eq!(state[8..10], [2, 0], "the version");
    // As long as this is the version that is written, the same is written.
    let written = now.save();
    assert!(written[8..10] != state[8..10] || written == state);
    let mut saved = Session::restore(Arc::clone(&image), options(), &state).unwrap();
    let rest: Vec<String> = events.lines().skip(BEFORE).filter_map(|line| decide(&mut saved, line)).collect();
    let all = decisions(&folder);
    assert!(!rest.is_empty() && all.trim_end().ends_with(&rest.join("\n")), "{}", rest.join("\n"));
}
