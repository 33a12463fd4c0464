//! Of all decisions of recorded runs that are no permit: for how many is a change found, proved that there is none, or neither.
//!
//! `cargo run --release -p reach-tests --example changes -- BUNDLE EVENTS [EVERY]`, where each `EVERY`th session is looked at.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "it stops where a test would")]

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reach_analysis::{Limits, Stop};
use reach_codes::Sources;
use reach_engine::{Effect, Options, Session};
use reach_harness::reasons::{Asked, Found, Moment, reasons};
use serde_json::Value;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(bundle), Some(events)) = (arguments.next(), arguments.next()) else {
        eprintln!("say BUNDLE EVENTS [EVERY]");
        return;
    };
    let every: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut sources = Sources::new();
    let mut files: Vec<_> = fs::read_dir(&bundle).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "reach")).collect();
    files.sort();
    for file in files {
        sources.add(file.file_name().unwrap().to_string_lossy(), fs::read_to_string(&file).unwrap());
    }
    let built = reach_compiler::build(sources).map_err(|(_, all)| all[0].message.clone()).unwrap();
    let image = Arc::new(built.image);
    let mut sessions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in fs::read_to_string(&events).unwrap().lines() {
        let session = serde_json::from_str::<Value>(line).unwrap()["session"].as_str().unwrap_or_default().to_owned();
        sessions.entry(session).or_default().push(line.to_owned());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut why: BTreeMap<String, usize> = BTreeMap::new();
    let (mut steps, mut longest) = (0, Duration::ZERO);
    for lines in sessions.values().step_by(every) {
        let mut session = Session::new(image.clone(), "", Options { recorded: true, trace: true, ..Options::default() });
        for (at, line) in lines.iter().enumerate() {
            if Session::is_step(line)
                && let Ok(explanation) = session.explain(line)
                && explanation.decision.effect != Effect::Permit
            {
                steps += 1;
                let begun = Instant::now();
                let stop = Stop::when(move || begun.elapsed() > Duration::from_secs(10));
                let moment = Moment { bundle: &built.bundle, image: image.clone(), past: &lines[..at], step: line, recorded: true, entities: None };
                let asked = Asked { wanted: Some(Effect::Permit), limits: Limits { stop, ..Limits::default() }, ..Asked::default() };
                match reasons(&moment, &explanation, &asked) {
                    Ok(reasons) => {
                        for change in reasons.changes {
                            let kind = match change.found {
                                Found::Found if change.smallest => format!("{} values, proved to be the fewest", change.values.len()),
                                Found::Found => format!("{} values, fewer not excluded", change.values.len()),
                                Found::None => "proved none".to_owned(),
                                Found::Unknown => "unknown".to_owned(),
                            };
                            *counts.entry(kind).or_default() += 1;
                            for because in change.why {
                                let rule = explanation.decision.rules.first().map_or("", |r| &r.rule);
                                *why.entry(format!("{:?} {} by {rule}: {because}", change.found, explanation.step.split('(').next().unwrap_or_default()))
                                    .or_default() += 1;
                            }
                        }
                    }
                    Err(e) => *why.entry(format!("no reasons: {e}")).or_default() += 1,
                }
                longest = longest.max(begun.elapsed());
            }
            let _ = session.event(line);
        }
    }
    println!("{steps} steps are not permitted; longest {longest:?}");
    counts.iter().for_each(|(kind, n)| println!("{n:>6}  {kind}"));
    why.iter().for_each(|(kind, n)| println!("   {n:>6}  {kind}"));
}
