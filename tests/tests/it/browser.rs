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
    ("replay-changes", "policy replay bank.log --bundle stricter --format html -o pages/replay-changes.html"),
    ("replay-same", "policy replay bank.log --bundle policies/banking --format html -o pages/replay-same.html"),
    ("replay-kept", "policy replay bank.log --bundle stricter --snapshot kept.txt --format html -o pages/replay-kept.html"),
    ("replay-damaged", "policy replay damaged.log --bundle policies/banking --format html -o pages/replay-damaged.html"),
    ("replay-hostile", "policy replay hostile.log --bundle strict --format html -o pages/replay-hostile.html"),
    ("replay-many", "policy replay many.jsonl --bundle many --against fewer --groups 30 --format html -o pages/replay-many.html"),
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
    replayed(&place);
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

/// Makes the logs and bundles whose replay makes pages.
fn replayed(place: &Place) {
    let bank = fs::read_to_string(root().join("policies/banking/bank.reach")).unwrap();
    let stricter = bank.replace("free_amount: decimal = 500.00", "free_amount: decimal = 50.00").replace("permit looking", "forbid looking");
    assert_eq!(stricter.len() + 1, bank.len() + "forbid".len() - "permit".len());
    place.write("stricter/bank.reach", stricter);
    place.write("strict/hostile.reach", HOSTILE.replace("permit pay_all", "forbid pay_all"));
    let tools = (0..12).map(|n| format!("tool tool_{n}()\n\npermit rule_{n}\n  on tool_{n}\n\n")).collect::<String>();
    place.write("fewer/many.reach", &tools);
    place.write("many/many.reach", tools.replace("permit", "forbid"));
    let call =
        |n: u32| format!("{{\"session\":\"s\",\"type\":\"call\",\"id\":\"c{n}\",\"name\":\"tool_{n}\",\"args\":{{}},\"at\":\"2026-01-01T00:00:{n:02}Z\"}}\n");
    place.write("many.jsonl", (0..12).map(call).collect::<String>());
    for line in [
        "policy decide -q -b policies/banking --log bank.log policies/banking/examples/events.jsonl",
        "policy decide -q -b policies/banking --log damaged.log policies/banking/examples/events.jsonl",
        "policy decide -q -b hostile --log hostile.log hostile.jsonl",
        "policy replay bank.log --bundle policies/banking --snapshot kept.txt",
    ] {
        let run = place.reach(line);
        assert!(run.exit <= 1, "{line}: {}", run.told());
    }
    let damaged = rusqlite::Connection::open(place.path().join("damaged.log")).unwrap();
    let text = "</pre><script>window.hacked = 1</script>";
    assert_eq!(damaged.execute("UPDATE payloads SET body = CAST(?1 AS BLOB) WHERE id = 2", [text]).unwrap(), 1);
    assert_eq!(damaged.execute("UPDATE entries SET leaf = CAST(?1 AS BLOB) WHERE seq = 3", [text]).unwrap(), 1);
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
