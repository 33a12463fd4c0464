//! The pages of HTML in a browser: headless Chromium opens each as a file, in both themes and in a narrow window.
//!
//! It needs Chromium, Node and `npm ci` in `tests/browser`; so it is ignored by default, and what is missing is said.
//!
//! ```text
//! cargo test -p reach-tests --test it -- --ignored browser
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{EVENTS, Place};

/// The commands that make pages, each with the name of its page.
const PAGES: &[(&str, &str)] = &[
    ("doc-bank", "policy doc policies/banking --format html -o pages/doc-bank.html"),
    ("doc-coding", "policy doc policies/coding-agent --format html -o pages/doc-coding.html"),
    ("explain-bank", "policy explain --bundle policies/banking --id c2 --format html -o pages/explain-bank.html events.jsonl"),
    ("explain-hostile", "policy explain --bundle hostile --format html -o pages/explain-hostile.html hostile.jsonl"),
    ("doc-hostile", "policy doc hostile --format html -o pages/doc-hostile.html"),
    ("coverage-support", "policy coverage policies/support --filter refund --format html -o pages/coverage-support.html"),
    ("coverage-hostile", "policy coverage hostile --format html -o pages/coverage-hostile.html"),
];

/// A bundle whose names and texts try to leave the page.
const HOSTILE: &str = r##"/// <script>window.hacked = 1</script> <img src="https://evil.example/a.png" onerror="window.hacked = 1">
/// [x](javascript:window.hacked=1) ![y](https://evil.example/b.png) [pay]
tool "</code><script>window.hacked = 1</script>"(to: text)

/// A `</style>` and a [link](https://example.com).
tool pay(to: text)

permit pay_all
  on pay, "</code><script>window.hacked = 1</script>"
  when args.to != "</td></table><iframe src=\"https://evil.example\"></iframe>"

test "</li><svg onload=window.hacked=1>" {
  call pay(to: "</pre><script>window.hacked = 1</script>") => permit by pay_all
}
"##;

/// A step whose arguments do.
const HOSTILE_EVENT: &str = r#"{"type":"call","id":"c1","name":"pay","args":{"to":"</code></li><script>window.hacked = 1</script><img src=x onerror=window.hacked=1>\u202e\u0000"},"at":"2026-01-01T00:00:00Z"}"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Finds a program; what is not there fails the test, which runs only where it is asked for.
fn program(names: &[&str]) -> PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("none of {names:?} is on this machine"))
}

#[test]
#[ignore = "needs Chromium and Node"]
fn pages_work_in_a_browser_by_keys_in_both_themes_and_ask_for_nothing() {
    let (chromium, node) = (program(&["chromium", "chromium-browser", "google-chrome"]), program(&["node"]));
    let browser = root().join("tests/browser");
    assert!(browser.join("node_modules/playwright-core").is_dir(), "run `npm ci` in {}", browser.display());
    let place = Place::new();
    std::os::unix::fs::symlink(root().join("policies"), place.path().join("policies")).unwrap();
    place.write("hostile/hostile.reach", HOSTILE);
    place.write("events.jsonl", EVENTS);
    place.write("hostile.jsonl", HOSTILE_EVENT);
    fs::create_dir(place.path().join("pages")).unwrap();
    for (name, line) in PAGES {
        let run = place.reach(line);
        assert!(run.exit <= 1 && place.path().join(format!("pages/{name}.html")).is_file(), "{line}: {}", run.told());
    }
    let pages = place.path().join("pages");
    let out = Command::new(node).arg("look.mjs").arg(&pages).arg(chromium).current_dir(&browser).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    keep(&pages);
    let seen: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(seen.as_object().unwrap().len(), PAGES.len());
    for (page, seen) in seen.as_object().unwrap() {
        for (what, found) in seen.as_object().unwrap() {
            assert_eq!(found, &serde_json::json!([]), "{page}: {what}");
        }
    }
}

/// Keeps the screenshots, so that somebody can look at them.
fn keep(pages: &Path) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(pages).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    eprintln!("the pages and their screenshots are in {}", folder.display());
}
