//! `reach doctor`: says whether this installation works.

use std::path::Path;
use std::sync::Arc;

use reach_codes::Sources;
use reach_engine::{Effect, Options, Outcome, Sessions};
use reach_evaluator::image::{FORMAT_VERSION, SEMANTICS_VERSION};
use reach_packs::Project;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, ENGINE_VERSION, Exit};
use crate::failure::Failure;
use crate::pack::at_hand::AtHand;
use crate::pack::verified_packs;
use crate::trust::TrustArgs;
use crate::{bundle, home, offline};

/// The bundle of the self test: also what `reach policy init` writes, so that it is known to work.
const BUNDLE: &str = include_str!("policy/init/policy.reach");
const EVENTS: &str = include_str!("policy/init/events.jsonl");

/// What `doctor` found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DoctorData {
    /// The version of the command and of the engine, which are one.
    version: &'static str,
    /// The version of the form of built bundles.
    image_format: u32,
    /// The version of what the language means.
    semantics: u32,
    /// The system for which it was built.
    platform: String,
    /// The limits of the language.
    limits: Vec<Limit>,
    /// What was tried.
    checks: Vec<Check>,
    /// Packs: the user's folder, who is trusted, registries, and the packs of the project in the current folder.
    packs: Vec<Check>,
}

/// A limit of the language.
#[derive(Debug, Serialize, JsonSchema)]
struct Limit {
    /// Of what.
    what: &'static str,
    /// How much.
    most: u64,
}

/// Something that was tried.
#[derive(Debug, Serialize, JsonSchema)]
struct Check {
    /// What was tried.
    what: String,
    /// Whether it worked.
    ok: bool,
    /// What came of it.
    detail: String,
}

/// Runs the command.
///
/// # Errors
/// Never, but for the common signature.
pub fn run() -> Result<Answer, Failure> {
    let (source, event) = (reach_grammar::Limits::LANGUAGE, reach_engine::Limits::LANGUAGE);
    let limit = |what, most: usize| Limit { what, most: most as u64 };
    let data = DoctorData {
        version: ENGINE_VERSION,
        image_format: u32::from(FORMAT_VERSION),
        semantics: u32::from(SEMANTICS_VERSION),
        platform: format!("{} on {}", std::env::consts::ARCH, std::env::consts::OS),
        limits: vec![
            limit("bytes of a source file", source.source_bytes),
            limit("nesting of brackets", source.nesting),
            limit("terms of an expression", source.terms),
            limit("bytes of an event", event.event_bytes),
            limit("nesting of an event", event.depth),
            limit("bytes of a text in an event", event.text_bytes),
            limit("items of a list in an event", event.list_items),
            limit("steps of a session", event.steps),
            limit("agents of a session", event.agents),
            limit("depth of spawned agents", event.spawn_depth as usize),
            limit("joined values that a use of history tells apart", event.keys),
            limit("bytes of text that a session observes", event.observed_bytes),
            limit("bytes kept of steps that wait", event.waiting_bytes),
            limit("sessions of a stream", event.sessions),
        ],
        checks: checks(),
        packs: packs(),
    };
    let ok = data.checks.iter().chain(&data.packs).all(|c| c.ok);
    let mut text = format!(
        "reach {} for {}\nbuilt bundles of format {}, language semantics {}\n\nlimits\n",
        data.version, data.platform, data.image_format, data.semantics
    );
    for l in &data.limits {
        text.push_str(&format!("  {:>9}  {}\n", l.most, l.what));
    }
    for (title, checks) in [("self test", &data.checks), ("packs", &data.packs)] {
        text.push_str(&format!("\n{title}\n"));
        for c in checks {
            text.push_str(&format!("  {}  {}: {}\n", if c.ok { "ok    " } else { "FAILED" }, c.what, c.detail));
        }
    }
    Answer::new(if ok { Exit::Done } else { Exit::Findings }, &data, text)
}

impl Check {
    fn of(what: impl Into<String>, result: Result<String, String>) -> Self {
        Self { what: what.into(), ok: result.is_ok(), detail: result.unwrap_or_else(|e| e) }
    }
}

/// Looks at what packs rest on. What isn't there yet is no fault.
fn packs() -> Vec<Check> {
    let told = |failure: crate::failure::Failure| failure.envelope().message;
    let home = match home::folder() {
        Ok(home) if home.is_dir() => Check::of("the user's folder", Ok(format!("`{}`", home.display()))),
        Ok(home) => Check::of("the user's folder", Ok(format!("`{}`, which is not there yet", home.display()))),
        Err(failure) => return vec![Check::of("the user's folder", Err(told(failure)))],
    };
    let at_hand = match AtHand::look(&TrustArgs::default()) {
        Ok(at_hand) => at_hand,
        Err(failure) => return vec![home, Check::of("who is trusted", Err(told(failure)))],
    };
    let keys = at_hand.trust.keys().count();
    let mut out = vec![home, Check::of("keys", Ok(format!("{keys} known")))];
    match offline::registries(&at_hand) {
        Ok(known) => out.extend(known.into_iter().map(|thing| Check { what: thing.name, ok: thing.ok, detail: thing.detail })),
        Err(failure) => out.push(Check::of("registries", Err(told(failure)))),
    }
    match verified_packs(&Project::find(Path::new(".")), &at_hand) {
        Ok(packs) => out.extend(packs.into_iter().map(|(name, result)| Check::of(name, result.map(|until| format!("verifies {until}"))))),
        Err(failure) => out.push(Check::of("pack.lock", Err(told(failure)))),
    }
    out
}

fn checks() -> Vec<Check> {
    let check = Check::of;
    let mut out = Vec::new();
    let mut sources = Sources::new();
    sources.add("policy.reach", BUNDLE);
    let built = match bundle::build_sources(sources) {
        Ok(built) => built,
        Err(message) => {
            out.push(check("compile a bundle", Err(message)));
            return out;
        }
    };
    out.push(check("compile a bundle", Ok(super::policy::count(built.bundle.rules.len(), "rule"))));
    let bytes = built.image.to_image().encode();
    out.push(check(
        "write it and load it again",
        match bundle::load_image(&bytes) {
            Ok(image) if image.to_image().encode() == bytes => Ok(format!("{} bytes, the same each time", bytes.len())),
            Ok(_) => Err("the loaded bundle has other bytes".to_owned()),
            Err(e) => Err(e.message),
        },
    ));
    let image = Arc::new(built.image);
    out.push(check("run its tests", tests(&image, &built.bundle)));
    out.push(check("decide on events", decisions(image)));
    out
}

fn tests(image: &Arc<reach_engine::VerifiedImage>, bundle: &reach_compiler::ir::Bundle) -> Result<String, String> {
    let report = reach_harness::run_tests(Arc::clone(image), bundle, &reach_harness::TestOptions::default());
    if report.ok() { Ok(format!("{} passed", report.passed)) } else { Err(format!("{} failed", report.failed)) }
}

fn decisions(image: Arc<reach_engine::VerifiedImage>) -> Result<String, String> {
    let mut sessions = Sessions::new(image, |_| Options::default());
    let mut effects = Vec::new();
    for line in EVENTS.lines() {
        match sessions.event(line) {
            Outcome::Decision(d) => effects.push(d.effect),
            Outcome::Observed => {}
            Outcome::Rejected(e) | Outcome::LeftOut(e) => return Err(e.message),
        }
    }
    if effects == [Effect::Permit, Effect::Ask] {
        Ok("permit and ask, as expected".to_owned())
    } else {
        Err(format!("other decisions than expected: {effects:?}"))
    }
}
