//! Code in the documentation compiles, or gives just the code that it is marked with.

use std::fs;

use reach_codes::{Level, LintLevel, Sources};
use reach_compiler::{Bundle, Limits, Pack, compile};

use super::{markdown, markdown_files, root};

/// The codes of a policy's messages that are errors or warnings, with their text. What a lint finds is among them where one is asked for.
fn findings(text: &str, lint: Option<&str>, packs: &[Pack]) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    sources.add("example.reach", text);
    let mut compiled = compile(Bundle { sources, packs: packs.to_vec() }, &Limits::default());
    if let Some(code) = lint.and_then(reach_codes::table::find).filter(|code| code.info().lint.is_some()) {
        let mut config = reach_lint::Config::default();
        if config.level(code) == LintLevel::Off {
            config.set(code, LintLevel::Warn);
        }
        let found = crate::policies::lint(&compiled, &config);
        compiled.diagnostics.extend(found.findings.into_iter().map(|f| f.diagnostic));
    }
    let listed = compiled.diagnostics.iter().filter(|d| d.level > Level::Note);
    listed.map(|d| (d.code.number(), reach_codes::render::text(&compiled.sources, std::slice::from_ref(d), false))).collect()
}

#[test]
fn every_policy_in_the_docs_compiles_or_fails_as_it_says() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in markdown_files() {
        let page = fs::read_to_string(root().join(&file)).unwrap();
        let mut packs: Vec<Pack> = Vec::new();
        for block in markdown::blocks(&page) {
            let mut words = block.info.split_whitespace();
            if words.next() != Some("reach") {
                continue;
            }
            seen += 1;
            let rest: Vec<&str> = words.collect();
            let bad = rest.first().is_some_and(|word| *word == "bad");
            let found = findings(&block.text, rest.get(1).copied().filter(|_| bad), &packs);
            let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
            let messages = found.iter().map(|(_, text)| text.as_str()).collect::<String>();
            match rest.as_slice() {
                ["bad", code] if codes == [*code] => {}
                ["bad", code] => wrong.push(format!("{}:{}: must give just {code}, gives {codes:?}\n{messages}", file.display(), block.line)),
                // The tutorial compiles its files as it goes, some with mistakes.
                [name] if name.starts_with("file=") => {}
                [] if codes.is_empty() => {}
                // A pack that policies below on the page use; it compiles by itself.
                [pack] if pack.starts_with("pack=") && codes.is_empty() => {
                    let name = pack.trim_start_matches("pack=").to_owned();
                    let mut sources = Sources::new();
                    sources.add("rules.reach", block.text.clone());
                    packs.push(Pack { name, version: "1.0.0".to_owned(), digest: None, sources });
                }
                [] => wrong.push(format!("{}:{}: must compile\n{messages}", file.display(), block.line)),
                other => wrong.push(format!("{}:{}: nobody knows what {other:?} means", file.display(), block.line)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 20, "only {seen} policies were found in the docs");
}
