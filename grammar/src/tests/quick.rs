//! The quick reader beside the grammar, over all sources of the project and over what becomes of them by slips.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use reach_codes::FileId;

use crate::Limits;
use crate::fuzz::same_both_ways;
use crate::scan::{DECLARATION_WORDS, FOREIGN_EFFECTS, scan};
use crate::{parse, parse_in_threads, quick};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files of the project that end in one of these, in order.
fn files(below: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![below.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                if name != "target" && name != "node_modules" && !name.starts_with('.') {
                    open.push(path);
                }
            } else if ends.iter().any(|end| name.ends_with(end)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The examples of a page.
fn examples(page: &str) -> Vec<String> {
    page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n').map(|(_, text)| text.to_owned())).collect()
}

/// The bundles of a file of the corpus: what is indented below `|`.
fn indented(file: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut margin = None;
    for line in file.lines() {
        let indent = line.len() - line.trim_start().len();
        if margin.is_some_and(|margin| indent > margin || line.trim().is_empty()) {
            let text = found.last_mut().unwrap();
            text.push_str(line.get(margin.unwrap() + 2..).unwrap_or(""));
            text.push('\n');
        } else if line.ends_with('|') {
            margin = Some(indent);
            found.push(String::new());
        } else {
            margin = None;
        }
    }
    found
}

/// The texts of a Rust file that may be sources.
fn literals(file: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = file.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '"' {
            continue;
        }
        let mut text = String::new();
        while let Some(c) = chars.next().filter(|c| *c != '"') {
            match (c, chars.peek()) {
                ('\\', Some('n')) => text.push('\n'),
                ('\\', Some('t')) => text.push('\t'),
                ('\\', Some(next)) => text.push(*next),
                _ => {
                    text.push(c);
                    continue;
                }
            }
            chars.next();
        }
        let word: String = text.trim_start_matches(['@', '\n', '/', ' ']).chars().take_while(char::is_ascii_alphabetic).collect();
        if DECLARATION_WORDS.contains(&word.as_str()) || FOREIGN_EFFECTS.contains(&word.as_str()) {
            found.push(text);
        }
    }
    found
}

/// All sources that the project has, right and wrong ones.
fn sources() -> Vec<String> {
    let mut all = Vec::new();
    for path in files(&root(), &[".reach", ".md", ".yaml", ".rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        match path.extension().unwrap().to_str().unwrap() {
            "reach" => all.push(text),
            "md" => all.extend(examples(&text)),
            "yaml" => all.extend(indented(&text)),
            _ => all.extend(literals(&text)),
        }
    }
    all
}

/// The declarations of some sources, each once.
fn declarations(sources: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for text in sources {
        all.extend(scan(reach_codes::FileId(0), text, &Limits::LANGUAGE).pieces.iter().map(|p| text[p.start as usize..p.end as usize].to_owned()));
    }
    all
}

#[test]
fn all_sources_of_the_project_are_read_alike_both_ways() {
    let all = sources();
    assert!(all.len() > 1_000, "{} sources: they are looked for in the wrong place", all.len());
    all.iter().for_each(|text| same_both_ways(text, &Limits::LANGUAGE));
}

#[test]
fn nearly_all_that_ships_is_read_without_the_grammar() {
    let (mut quick, mut all) = (0, 0);
    let mut left = Vec::new();
    for path in files(&root().join("policies"), &[".reach"]) {
        let text = std::fs::read_to_string(path).unwrap();
        let scanned = scan(reach_codes::FileId(0), &text, &Limits::LANGUAGE);
        for piece in scanned.pieces {
            let read = quick::read(reach_codes::FileId(0), &text, piece, &Limits::LANGUAGE, &scanned.comments).is_some();
            all += 1;
            quick += usize::from(read);
            if !read {
                left.push(text[piece.start as usize..piece.end as usize].to_owned());
            }
        }
    }
    assert!(all > 400, "{all} declarations: they are looked for in the wrong place");
    assert!(quick * 100 >= all * 98, "{quick} of {all} declarations are read quickly; these are not:\n{}", left.join("\n\n"));
}

/// Numbers that follow each other without an order.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// What a slip puts between two bytes.
const PUT: &[&str] = &[
    " ",
    "\n",
    "\n  ",
    ";",
    ",",
    ":",
    "=",
    "==",
    "=>",
    "->",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "\"",
    "'",
    "\\",
    ".",
    "..",
    "*",
    "**",
    "-",
    "+",
    "!",
    "?",
    "&&",
    "||",
    "//",
    "/",
    "@",
    "0",
    "07",
    "1_0",
    "5 days",
    "e",
    "_",
    "ü",
    " and ",
    " or ",
    " not ",
    " NOT ",
    " in ",
    " not in ",
    " if ",
    " then ",
    " else ",
    " when ",
    " where ",
    " on ",
    " by ",
    " from ",
    " from text",
    " of ",
    " as ",
    " has ",
    " over 1h",
    " per agent",
    " since ",
    " each x",
    " call ",
    " glob\"a\"",
    " re\"a\"",
    " true",
    " null",
    " set",
    " settings",
    " finding ",
    " matches nocase ",
    " runs only ",
    " may run x where ",
    " default \"a\"",
    " at ",
    "count(",
    "sum(",
    "ever(",
    "all(",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
];

/// A text with a slip in it.
fn slip(text: &str, numbers: &mut Numbers) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = numbers.below(places.len());
    let (start, mut end) = (places[at], places[(at + 1 + numbers.below(3)).min(places.len() - 1)]);
    let (mut before, mut after) = (&text[..start], &text[end.max(start)..]);
    let hole = &text[start..end.max(start)];
    match numbers.below(6) {
        0 => format!("{before}{after}"),
        1 => format!("{before}{hole}{hole}{after}"),
        2 => format!("{before}{}{after}", hole.chars().rev().collect::<String>()),
        3 => format!("{before}{}{hole}{after}", PUT[numbers.below(PUT.len())]),
        4 => format!("{before}{}{after}", PUT[numbers.below(PUT.len())]),
        _ => {
            // Blanks that go or come.
            let blank = text[start..].find([' ', '\n']).map_or(start, |n| start + n);
            end = blank + usize::from(text[blank..].starts_with([' ', '\n']));
            (before, after) = (&text[..blank], &text[end..]);
            format!("{before}{}{after}", ["", " ", "\n", "\n    ", " // c\n  "][numbers.below(5)])
        }
    }
}

#[test]
fn declarations_with_slips_are_read_alike_both_ways() {
    let all = declarations(&sources());
    let times = std::env::var("REACH_SLIPS").map_or(2, |times| times.parse().unwrap());
    let mut numbers = Numbers(1);
    for text in &all {
        for _ in 0..times {
            let mut slipped = slip(text, &mut numbers);
            if numbers.below(3) == 0 {
                slipped = slip(&slipped, &mut numbers);
            }
            same_both_ways(&slipped, &Limits::LANGUAGE);
        }
    }
}

#[test]
fn limits_are_met_alike_both_ways() {
    let deep = |n: usize| [format!("{}1{}", "(".repeat(n), ")".repeat(n)), "not ".repeat(n) + "a", "-".repeat(n) + "1", "if a then b else ".repeat(n) + "c"];
    for nesting in 3..6 {
        let limits = Limits { nesting, ..Limits::LANGUAGE };
        for text in (nesting - 2..nesting + 3).flat_map(deep) {
            for text in
                [format!("let x = {text}"), format!("let x = [({text})]"), format!("let x = not {{{text}, a}}"), format!("let x = (c may run y where {text})")]
            {
                same_both_ways(&text, &limits);
            }
        }
        for n in nesting - 2..nesting + 3 {
            same_both_ways(&format!("tool t(a: {}int{})", "list<".repeat(n), ">".repeat(n)), &limits);
            same_both_ways(&format!("type t = {}int{}", "{ a: ".repeat(n), " }".repeat(n)), &limits);
        }
    }
    for terms in 3..5 {
        let limits = Limits { terms, ..Limits::LANGUAGE };
        for n in 1..8 {
            for text in ["a".to_owned() + &" and a".repeat(n), "a".to_owned() + &".b".repeat(n), "a[b".to_owned() + &" + c".repeat(n) + "]"] {
                same_both_ways(&format!("let x = {text}"), &limits);
                same_both_ways(&format!("ask r on a when {text} because \"{{a{}}}\"", ".b".repeat(n)), &limits);
            }
        }
    }
}

#[test]
fn a_large_file_is_read_alike_in_threads() {
    let mut text = declarations(&sources()).into_iter().collect::<Vec<_>>().join("\n\n// between\n/// Documents what follows.\n");
    assert!(text.len() > 1 << 17, "{} bytes are read by one thread", text.len());
    text.truncate(text.char_indices().map(|(at, _)| at).take_while(|at| *at < Limits::LANGUAGE.source_bytes).last().unwrap());
    let mut numbers = Numbers(7);
    for _ in 0..4 {
        let (alone, together) = (parse(FileId(0), &text, &Limits::LANGUAGE), parse_in_threads(FileId(0), &text, &Limits::LANGUAGE));
        assert!(format!("{alone:?}") == format!("{together:?}"), "a file comes to something else in threads");
        text = slip(&text, &mut numbers);
    }
}
