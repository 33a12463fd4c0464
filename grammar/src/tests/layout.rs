use super::*;
use crate::{format, fuzz};

fn formatted(text: &str) -> String {
    let out = format(text, &Limits::LANGUAGE).unwrap_or_else(|_| panic!("{}", messages(text)));
    fuzz::fuzz_format(text.as_bytes());
    out
}

#[test]
fn the_pages_of_the_contract_keep_their_layout() {
    for (name, page) in
        [("page", include_str!("pages/page.reach")), ("history", include_str!("pages/history.reach")), ("pack", include_str!("pages/pack.reach"))]
    {
        assert_eq!(unsafe_layouts(page), "", "{name}");
        insta::assert_snapshot!(format!("formatted_{name}"), formatted(page));
    }
}

/// The declarations of which the layout was not safe, with what the layout would have been.
fn unsafe_layouts(text: &str) -> String {
    crate::format::unsafe_layouts(text, &Limits::LANGUAGE).join("\n======\n")
}

#[test]
fn comments_stay_wherever_they_stand() {
    let text = include_str!("pages/comments.reach");
    assert_eq!(unsafe_layouts(text), "");
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn what_is_too_wide_is_broken_and_what_fits_is_joined() {
    let text = include_str!("pages/wide.reach");
    assert_eq!(unsafe_layouts(text), "");
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn every_declaration_has_a_layout() {
    let text = include_str!("pages/everything.reach");
    assert_eq!(unsafe_layouts(text), "");
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn a_documented_declaration_that_becomes_long_keeps_its_distance() {
    let fields: Vec<String> = (0..5).map(|i| format!("a_rather_long_name_{i}: text")).collect();
    let source = format!("type A = int where it >= 1\n/// d\ntool x({})\n", fields.join(", "));
    let once = formatted(&source);
    assert!(once.contains("it >= 1\n\n/// d\ntool x(\n"), "{once}");
    assert_eq!(formatted(&once), once);
}

#[test]
fn a_comment_in_empty_brackets_goes_behind_them_and_stays() {
    let source = "forbid r\n  on a\n  when b\n  unless (if a then (a) else [  // behind\n    ])\n";
    assert_eq!(unsafe_layouts(source), "");
    let once = formatted(source);
    assert!(once.contains("[] // behind\n"), "{once}");
    assert_eq!(formatted(&once), once);
}
