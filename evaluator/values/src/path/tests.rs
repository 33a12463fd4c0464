//! What holds of paths of every platform, and of POSIX.

use super::*;
use proptest::prelude::*;

#[test]
fn the_normal_form_is_lexical() {
    for (text, normal) in [
        ("/srv//data/./x/", "/srv/data/x"),
        ("/a/../../b", "/b"),
        ("/..", "/"),
        ("//", "/"),
        ("a/../../b", "../b"),
        ("../../x", "../../x"),
        ("a/..", "."),
        ("./", "."),
        ("~/x", "~/x"),
        ("a/...", "a/..."),
        (".bashrc", ".bashrc"),
    ] {
        assert_eq!(normalize(text).unwrap(), normal, "{text}");
    }
    assert!(matches!(normalize("/srv/data"), Ok(Cow::Borrowed(_))));
    assert_eq!(normalize(""), Err(PathError::Empty));
    assert_eq!(normalize("a\0b"), Err(PathError::Nul));
}

#[test]
fn within_goes_by_component() {
    for (a, b, expected) in [
        ("/srv/data", "/srv/data", Some(true)),
        ("/srv/data/x", "/srv/data", Some(true)),
        ("/srv/database", "/srv/data", Some(false)),
        ("/srv", "/srv/data", Some(false)),
        ("/x", "/", Some(true)),
        ("/", "/", Some(true)),
        ("x/y", "x", Some(true)),
        ("xy", "x", Some(false)),
        ("x", ".", Some(true)),
        (".", ".", Some(true)),
        (".", "x", Some(false)),
        ("x", "..", Some(true)),
        ("../x", "..", Some(true)),
        ("../x", "../x", Some(true)),
        ("../../x", "..", None),
        ("../x", ".", None),
        ("../here/secret", "secret", None),
        ("x", "../y", None),
        ("x", "/x", None),
        ("/x", "x", None),
    ] {
        assert_eq!(within(a, b), expected, "{a} within {b}");
    }
}

#[test]
fn equality_of_paths_may_be_unknown() {
    assert_eq!(same("/a", "/a"), Some(true));
    assert_eq!(same("a", "b"), Some(false));
    assert_eq!(same("a", "/a"), None);
    assert_eq!(same("../a", "a"), None);
    assert_eq!(same("../a", "../b"), Some(false));
    assert_eq!(same("..", "."), None);
}

#[test]
fn a_path_has_parts() {
    for (path, last, ext, up) in [
        ("/srv/a.tar.gz", "a.tar.gz", Some("gz"), Some("/srv")),
        ("/a", "a", None, Some("/")),
        ("/", "", None, None),
        ("a", "a", None, Some(".")),
        (".", ".", None, Some("..")),
        ("..", "..", None, Some("../..")),
        ("../a.b", "a.b", Some("b"), Some("..")),
        (".bashrc", ".bashrc", None, Some(".")),
        ("x.", "x.", None, Some(".")),
    ] {
        assert_eq!((name(path), extension(path), parent(path).as_deref()), (last, ext, up), "{path}");
    }
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![Just("/"), Just(".."), Just("."), Just("a"), Just("b"), Just("a.b")], 1..12).prop_map(|v| v.concat())
}

proptest! {
    #[test]
    fn the_normal_form_is_stable(text in text()) {
        let normal = normalize(&text).unwrap();
        prop_assert_eq!(normalize(&normal), Ok(Cow::Borrowed(&*normal)));
        prop_assert_eq!(is_absolute(&text), is_absolute(&normal));
    }

    /// Joins to a folder, so that relative paths mean something, and compares there.
    #[test]
    fn an_answer_about_relative_paths_holds_in_every_folder(a in text(), b in text(), folder in "(/[ab]){0,3}") {
        let normal = |p: &str| normalize(p).unwrap().into_owned();
        let (a, b) = (normal(&a), normal(&b));
        let joined = |p: &str| if is_absolute(p) { p.to_owned() } else { normal(&format!("{folder}/{p}")) };
        if let Some(answer) = within(&a, &b) {
            // Above the root there is nothing: a climb beyond it is no fair trial of a `false`.
            let deep = Route::of(&a).climb.max(Route::of(&b).climb) <= folder.matches('/').count();
            prop_assert!(within(&joined(&a), &joined(&b)) == Some(answer) || !deep);
        }
        if let Some(answer) = same(&a, &b) {
            prop_assert_eq!(same(&joined(&a), &joined(&b)), Some(answer));
        }
    }

    #[test]
    fn a_path_is_within_its_parent(path in text()) {
        let path = normalize(&path).unwrap();
        if let Some(up) = parent(&path) {
            prop_assert_eq!(normalize(&up).unwrap(), up.as_ref());
            prop_assert_eq!(within(&path, &up), Some(true));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = normalize(&text);
    }
}

#[test]
fn sets_are_compared_where_every_path_can_be() {
    let same = |a: &[&'static str], b: &[&'static str]| super::same_sets(a.iter().copied(), b.iter().copied());
    assert_eq!(same(&["/a", "b"], &["/a", "b"]), Some(true));
    assert_eq!(same(&["/a"], &["/a", "/b"]), Some(false));
    assert_eq!(same(&["a"], &["b"]), Some(false));
    assert_eq!(same(&["a"], &["/a"]), None);
    assert_eq!(same(&["/a"], &["/a", "b"]), None);
    assert_eq!(same(&["../a"], &["a"]), None);
    assert_eq!(same(&[], &["/a", "b"]), Some(false));
    assert_eq!(same(&[], &[]), Some(true));
}

/// Characters that a path is taken apart by, or that decide what it names.
const STRUCTURE: &str = "/\\.:~ \0";

fn every_char() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX).filter(|c| !c.is_ascii())
}

#[test]
fn no_character_becomes_a_separator_or_a_dot() {
    let mut one = String::new();
    for c in every_char() {
        let folded = windows::fold_char(c);
        assert!(!folded.is_ascii(), "{c}: only letters of ASCII are such, in either case");
        assert_eq!(windows::fold_char(folded), folded, "{c}");
        one.clear();
        one.push(c);
        let folded = macos::fold(&one);
        assert!(!folded.contains(|c| STRUCTURE.contains(c)), "{c}");
        assert_eq!(macos::fold(&folded), folded, "{c}");
    }
}

#[test]
fn both_cases_are_one() {
    for c in every_char() {
        let (lower, upper) = (c.to_lowercase().to_string(), c.to_uppercase().to_string());
        // The dotless i has the upper case of another letter.
        if c != 'ı' {
            assert_eq!(macos::fold(&lower), macos::fold(&upper), "{c}");
        }
        let simple = |text: &str| text.chars().count() == 1 && c <= '\u{ffff}';
        let back = |text: &str| text.chars().next().is_some_and(|other| other.to_lowercase().eq([c]) || other.to_uppercase().eq([c]));
        for other in [lower, upper] {
            if simple(&other) && back(&other) {
                assert_eq!(windows::fold_char(other.chars().next().unwrap()), windows::fold_char(c), "{c}");
            }
        }
    }
}

#[test]
fn time_is_linear_in_hostile_texts() {
    // A quadratic step would take minutes.
    let n = 200_000;
    for text in [
        "../".repeat(n),
        "a/../".repeat(n),
        "/".repeat(n),
        "~/".repeat(n),
        "e\u{301}".repeat(n),
        format!("a{}", "\u{301}\u{316}".repeat(n)),
        "ß".repeat(n),
        "a.".repeat(n),
    ] {
        for platform in Platform::ALL {
            if let Ok(path) = normalize_on(platform, &text) {
                let _ = (within(&path, &path), parent(&path), extension(&path), join(&path, &path));
            }
        }
    }
}
