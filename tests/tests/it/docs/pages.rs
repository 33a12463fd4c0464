//! One page for each code, made from the table of codes, and an index.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use reach_codes::{Code, Example, table};

use super::{blessing, must_hold, root};

/// The titles of the series, by the beginning of their numbers.
const SERIES: [(&str, &str); 8] = [
    ("E0", "Syntax"),
    ("E1", "Names and declarations"),
    ("E2", "Types"),
    ("E3", "Limits"),
    ("L0", "Lints"),
    ("V0", "Images"),
    ("H0", "Events, hosts and the command"),
    ("P0", "Packs and keys"),
];

fn page(code: Code) -> String {
    let info = code.info();
    let mut out = format!(
        "# {} {}\n\n{}, since {}\n\n**{}.**\n\n{}\n",
        info.number,
        info.name,
        level(code),
        info.since,
        capitalised(info.summary),
        info.explanation.trim_end()
    );
    match info.example {
        Example::None => {}
        Example::Policy { bad, good } => {
            write!(out, "\n## Example\n\nThis gives `{0}`:\n\n```reach bad {0}\n{1}```\n\nMended:\n\n```reach\n{2}```\n", info.number, ended(bad), ended(good))
                .unwrap();
        }
        Example::Pack { pack, bad, good } => {
            write!(
                out,
                "\n## Example\n\nWith the pack `{1}`\n\n```reach pack={1}\n{2}```\n\nthis gives `{0}`:\n\n```reach bad {0}\n{3}```\n\nMended:\n\n```reach\n{4}```\n",
                info.number,
                Example::PACK,
                ended(pack),
                ended(bad),
                ended(good)
            )
            .unwrap();
        }
        Example::Event { bundle, bad, good } => {
            write!(
                out,
                "\n## Example\n\nFor this policy\n\n```reach\n{}```\n\nthe last line gives `{}`:\n\n```json\n{}```\n\nMended:\n\n```json\n{}```\n",
                ended(bundle),
                info.number,
                ended(bad),
                ended(good)
            )
            .unwrap();
        }
    }
    out.push_str("\n[All codes](README.md)\n");
    out
}

/// Returns the level of a code in words; of a lint with its category.
fn level(code: Code) -> String {
    let info = code.info();
    let Some(lint) = info.lint else { return info.level.word().to_owned() };
    let fix = if lint.fix { ", mended by `--fix`" } else { "" };
    format!("lint of the category `{}`, level `{}`{fix}", lint.category.word(), lint.level.word())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end_matches('\n'))
}

fn index() -> String {
    let mut out = String::from(
        "# Errors and warnings\n\nEvery message has a number and a name. `reach explain E0001` prints its page, by either of them. These pages are made from the table of codes.\n",
    );
    for (start, title) in SERIES {
        if start == "L0" {
            write!(out, "\n## {title}\n\nWhat `reach policy lint` looks for: [lints by category](../reference/lints.md).\n\n| number | name | level | |\n| --- | --- | --- | --- |\n").unwrap();
        }
        let rows: Vec<Code> = table::all().filter(|c| c.number().starts_with(start)).collect();
        if rows.is_empty() {
            continue;
        }
        if start != "L0" {
            write!(out, "\n## {title}\n\n| number | name | level | |\n| --- | --- | --- | --- |\n").unwrap();
        }
        for code in rows {
            let info = code.info();
            let level = info.lint.map_or(info.level.word(), |lint| lint.level.word());
            writeln!(out, "| [{0}]({0}.md) | `{1}` | {level} | {2} |", info.number, info.name, info.summary.replace('|', "\\|")).unwrap();
        }
    }
    out
}

#[test]
fn every_code_has_its_page_and_no_page_is_left_over() {
    let folder = root().join("docs/errors");
    let mut names = BTreeSet::from(["README.md".to_owned()]);
    for code in table::all() {
        let name = format!("{}.md", code.number());
        must_hold(&folder.join(&name), &page(code));
        assert!(names.insert(name), "{} stands in the table twice", code.number());
        assert!(SERIES.iter().any(|(start, _)| code.number().starts_with(start)), "{} is of no series", code.number());
    }
    must_hold(&folder.join("README.md"), &index());
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if !names.contains(&name) {
            assert!(blessing(), "docs/errors/{name} is of no code");
            fs::remove_file(entry.path()).unwrap();
        }
    }
}
