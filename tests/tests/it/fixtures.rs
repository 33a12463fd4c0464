//! Images of earlier formats: they load and decide as they did, or are refused with what to do. A new format adds a folder; the old ones stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Decides on the events of a fixture; returns the exit status, the decisions and what was said.
fn decide(folder: &Path, bundle: &str) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_reach-under-test"))
        .args(["policy", "decide", "--quiet", "--bundle", bundle, "events.jsonl"])
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
