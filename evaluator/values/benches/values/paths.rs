//! Paths of POSIX, Windows and macOS.
#![allow(clippy::expect_used, reason = "a bench that cannot run has to stop")]

use divan::{Bencher, black_box};
use reach_values::path::{self, Platform};
use reach_values::pattern::Pattern;

const TEXTS: [(Platform, &str); 8] = [
    (Platform::Posix, "/home/ann/projects/reach/src/main.rs"),
    (Platform::Posix, "/home/ann/projects/../projects//reach/./src/main.rs"),
    (Platform::Posix, "~/.ssh/id_rsa"),
    (Platform::Windows, r"C:\Users\Ann\Projects\Reach\src\main.rs"),
    (Platform::Windows, "//c:/users/ann/projects/reach/src/main.rs"),
    (Platform::MacOs, "/Users/Ann/Projects/Reach/src/main.rs"),
    (Platform::MacOs, "/users/ann/projects/reach/src/main.rs"),
    (Platform::MacOs, "/Users/Ann/Projekte/Größe/src/main.rs"),
];

#[divan::bench(args = TEXTS)]
fn normalize(bencher: Bencher, (platform, text): (Platform, &str)) {
    bencher.bench(|| path::normalize_on(platform, black_box(text)).map(|normal| normal.len()));
}

const PAIRS: [(&str, &str); 4] = [
    ("/home/ann/projects/reach/src/main.rs", "/home/ann/projects"),
    ("//c:/users/ann/projects/reach/src/main.rs", "//c:/users/ann"),
    ("~/.ssh/id_rsa", "~/.ssh"),
    ("../src/main.rs", ".."),
];

#[divan::bench(args = PAIRS)]
fn within((a, b): (&str, &str)) -> Option<bool> {
    path::within(black_box(a), black_box(b))
}

#[divan::bench(args = [("/etc/**", "/home/ann/projects/reach/src/main.rs"), ("**/.git/**", "/home/ann/projects/reach/.git/config"), ("*.{pem,key}", "/home/ann/a.pem"), ("~/.ssh/**", "~/.ssh/id_rsa")])]
fn glob(bencher: Bencher, (glob, path): (&str, &str)) {
    let pattern = Pattern::glob(glob, false).expect("it is a glob");
    bencher.bench(|| pattern.matches(black_box(path)));
}
