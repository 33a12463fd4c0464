//! Images of earlier formats: they load and decide as they did. A new format adds a folder; the old ones stay.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn an_image_of_format_1_decides_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/image-1");
    let out = Command::new(env!("CARGO_BIN_EXE_reach-under-test"))
        .args(["policy", "decide", "--quiet", "--bundle", "bundle.img", "events.jsonl"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
    let expected = fs::read_to_string(folder.join("decisions.jsonl")).unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap(), expected);
}

#[test]
fn the_source_beside_the_image_still_means_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/image-1");
    let out = Command::new(env!("CARGO_BIN_EXE_reach-under-test"))
        .args(["policy", "decide", "--quiet", "--bundle", "bundle.reach", "events.jsonl"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let expected = fs::read_to_string(folder.join("decisions.jsonl")).unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap(), expected);
}
