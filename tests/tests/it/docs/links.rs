//! Links lead somewhere, and no page knows the machine that it was written on.

use std::fs;
use std::path::{Component, PathBuf};

use super::{files, markdown, markdown_files, root};

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in markdown_files() {
        let page = fs::read_to_string(root().join(&file)).unwrap();
        for link in markdown::links(&page) {
            if link.starts_with("http://") || link.starts_with("https://") {
                continue;
            }
            seen += 1;
            let (target, anchor) = link.split_once('#').map_or((link.as_str(), None), |(t, a)| (t, Some(a)));
            let path = if target.is_empty() { file.clone() } else { lexical(&file.parent().unwrap().join(target)) };
            let there = root().join(&path);
            if !there.exists() {
                broken.push(format!("{}: {link}: no such file", file.display()));
            } else if let Some(anchor) = anchor
                && !markdown::anchors(&fs::read_to_string(&there).unwrap()).iter().any(|a| a == anchor)
            {
                broken.push(format!("{}: {link}: no such heading", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(seen > 20, "links were looked for in the wrong place: {seen}");
}

fn lexical(path: &std::path::Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            assert!(out.pop(), "{} leads out of the repository", path.display());
        } else {
            out.push(part);
        }
    }
    out
}

#[test]
fn no_file_names_a_folder_of_this_machine() {
    let root = root().canonicalize().unwrap();
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|h| h + "/.cargo")).unwrap();
    let banned = [format!("{}/", root.display()), format!("{home}/")];
    for file in files() {
        let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
        for ban in &banned {
            assert!(!text.contains(ban.as_str()), "{} names {ban}", file.display());
        }
    }
}
