//! What is found, by example; and that the work grows with the bundle alone.

use std::fmt::Write as _;

use reach_codes::Sources;
use reach_compiler::ir::Bundle;

use super::{Effort, Survey, survey};

fn bundle(text: &str) -> Bundle {
    let mut sources = Sources::new();
    sources.add("a.reach", text);
    reach_compiler::compile(sources, &reach_compiler::Limits::default()).bundle.unwrap()
}

/// Rules about tools of their own, ten for each.
fn many(rules: usize) -> String {
    let mut text = String::new();
    for rule in 0..rules {
        let tool = rule / 10;
        if rule % 10 == 0 {
            let _ = writeln!(text, "tool t_{tool}(amount: decimal, to: text, file: path, page: url?, flag: bool?, note: text)\n");
        }
        let effect = ["permit", "forbid", "ask"][rule % 3];
        let when = match rule % 10 {
            0 => format!("args.amount <= {rule}.50 and args.file within \"/srv/{tool}\""),
            1 => "args.amount > 900000.00".to_owned(),
            2 => format!("args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }} and args.amount > 10.00"),
            3 => format!("args.file matches glob\"/data/{tool}/**/*.txt\""),
            4 => "args.note contains \"password\"".to_owned(),
            5 => format!("args has page and args.page.host within \"site{tool}.example.com\""),
            6 => "args.flag else false".to_owned(),
            7 => format!("args.to matches re\"^x{rule}-[a-z]+$\" and args.to from user"),
            8 => format!("count(attempted call t_{tool} over 1h) >= 50"),
            _ => format!("args.to == \"carl_{rule}\""),
        };
        let _ = writeln!(text, "{effect} rule_{rule}\n  on t_{tool}\n  when {when}\n  because \"{{args.amount}} to {{args.to}}\"\n");
    }
    text
}

fn timed(name: &str, text: &str) -> Survey {
    let begun = std::time::Instant::now();
    let bundle = bundle(text);
    let compiled = begun.elapsed();
    let begun = std::time::Instant::now();
    let found = survey(&bundle, &Effort::default());
    let took = begun.elapsed();
    let mut why: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for unsettled in &found.unsettled {
        *why.entry(unsettled.why.as_str()).or_default() += 1;
    }
    println!(
        "{name}: compiled in {compiled:?}, surveyed in {took:?}, {} rules, screened {}, asked {}, findings {}, unsettled {why:?}",
        bundle.rules.len(),
        found.screened,
        found.asked,
        found.findings.len()
    );
    for finding in found.findings.iter().take(4) {
        println!("  {finding:?}");
    }
    found
}

#[test]
fn timing() {
    timed("by ten", &many(3000));
    let mut text = String::new();
    for rule in 0..3000 {
        let _ = writeln!(
            text,
            "tool p_{rule}(amount: decimal, to: text)\npermit small_{rule}\n  on p_{rule}\n  when args.amount <= {rule} and args.to in {{ \"ann_{rule}\", \"bob_{rule}\" }}\n"
        );
    }
    timed("apart", &text);
    let mut text = "tool pay(amount: decimal, to: text)\n".to_owned();
    for rule in 0..3000 {
        let _ = writeln!(text, "permit small_{rule}\n  on pay\n  when args.amount <= 500.00 and args.to == \"ann_{rule}\"\n");
    }
    timed("one tool", &text);
    let mut text = "tool pay(amount: decimal, to: text)\n".to_owned();
    for rule in 0..3000 {
        let _ = writeln!(text, "forbid large_{rule}\n  on pay\n  when args.amount > {}.00\n", rule + 500);
    }
    timed("thresholds", &text);
}
