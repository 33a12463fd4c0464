//! What Python's `posixpath` and `ntpath` make of the same texts.

use super::{P, W};
use crate::skip;
use reach_values::path::{PathError, normalize_on, shown};
use std::io::Write;
use std::process::{Command, Stdio};

const PYTHON: &str = r#"
import sys, json, posixpath, ntpath
out = []
for platform, text in json.load(sys.stdin):
    out.append(posixpath.normpath(text) if platform == "posix" else ntpath.normpath(text).replace("\\", "/").lower())
json.dump(out, sys.stdout)
"#;

/// All texts of up to five pieces.
fn texts(pieces: &[&str], most: usize) -> Vec<String> {
    let mut all: Vec<String> = pieces.iter().map(ToString::to_string).collect();
    let mut last = all.clone();
    for _ in 1..most {
        last = last.iter().flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

#[test]
fn python_resolves_the_same() {
    let posix = texts(&["/", "..", ".", "a", "b/"], 6).into_iter().map(|text| ("posix", text));
    let windows = texts(&["\\", "/", "..\\", "a", "C:\\", "b."], 6).into_iter().map(|text| ("windows", text));
    let asked: Vec<(&str, String)> = posix.chain(windows).collect();
    let child = Command::new("python3").args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return skip("the comparison with Python's posixpath and ntpath", "there is no python3") };
    let (mut input, json) = (child.stdin.take().unwrap(), serde_json::to_vec(&asked).unwrap());
    let writer = std::thread::spawn(move || input.write_all(&json));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
    let mut compared = 0;
    for ((platform, text), theirs) in asked.iter().zip(answers) {
        let ours = normalize_on(if *platform == "posix" { P } else { W }, text);
        // POSIX leaves two slashes at the beginning to the system, and Python keeps them; here they are one.
        let theirs = if *platform == "posix" && theirs.starts_with("//") { theirs[1..].to_owned() } else { theirs };
        match ours {
            Ok(ours) if *platform == "posix" => assert_eq!(ours, theirs, "{text}"),
            // Python leaves dots at the end of names, and writes a share with a slash; `//C:/` is a normal form here alone.
            Ok(ours) if !text.contains("b.") && !ours.starts_with("//a") && !text.starts_with("//C:") => assert_eq!(shown(&ours), theirs, "{text}"),
            Ok(_) => continue,
            Err(error) => {
                assert!(
                    *platform == "windows"
                        && matches!(error, PathError::Rooted | PathError::Stream | PathError::Share | PathError::Trailing | PathError::DriveRelative),
                    "{text}: {error:?}"
                );
                continue;
            }
        }
        compared += 1;
    }
    assert!(compared > 20_000, "only {compared} were compared");
}
