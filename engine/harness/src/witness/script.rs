//! A session as a `test` block.
//!
//! A test's events are made by the compiler from its lines: their times by a clock, their answers by which step waits. So each line is
//! written such that the compiler makes the event that was given, and what no line makes is refused.

use std::collections::BTreeMap;

use reach_analysis::Decided;
use reach_compiler::ir::{Bundle, Field, StepKind, Target};
use reach_values::pattern::Pattern;
use reach_values::time;

use super::holds::laid_out;
use super::literal::{self, Unwritten};
use super::{Event, Json};
use reach_grammar::{is_word, quoted};

/// 2026-01-01T00:00:00Z, where every test starts, in nanoseconds.
const START: i128 = 1_767_225_600 * time::SECOND_NS;

/// Words that a line goes on with, and so no names of steps.
const TAKEN: [&str; 24] = [
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "true",
    "false",
    "when",
    "unless",
    "because",
    "by",
    "for",
    "of",
    "as",
    "facts",
    "definition",
    "with",
    "permit",
    "ask",
    "forbid",
    "main",
    "session",
    "on",
];

/// Writes a session as a test that expects a decision on its last event.
///
/// # Errors
/// When some event can't stand in a test, and why.
pub fn test(name: &str, events: &[Event], decided: &Decided, bundle: &Bundle) -> Result<String, Unwritten> {
    written(name, events, Wanted::Decided(decided), bundle)
}

/// Writes a session as a test that expects something of its last event: what stands behind `=>`.
///
/// # Errors
/// When some event can't stand in a test, and why.
pub fn test_that_expects(name: &str, events: &[Event], expectation: &str, bundle: &Bundle) -> Result<String, Unwritten> {
    written(name, events, Wanted::Written(expectation), bundle)
}

/// What is expected of the last event.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// This decision.
    Decided(&'a Decided),
    /// What is written.
    Written(&'a str),
}

impl Wanted<'_> {
    fn of(self, declared: Option<&Target>) -> Result<String, Unwritten> {
        match self {
            Self::Decided(decided) => expected(decided, declared),
            Self::Written(text) => Ok(format!(" => {text}")),
        }
    }

    /// Tells whether the step may be one that doesn't fit its declaration.
    fn is_free(self) -> bool {
        matches!(self, Self::Decided(d) if d.rules.iter().any(|r| matches!(r.rule.as_str(), "invalid_arguments" | "undeclared")))
    }
}

fn written(name: &str, events: &[Event], wanted: Wanted<'_>, bundle: &Bundle) -> Result<String, Unwritten> {
    let Some((last, before)) = events.split_last() else { return Err("the session is empty".to_owned()) };
    let mut script = Script { bundle, names: names(events), steps: steps(events), out: Vec::new(), next: START, started: false, agent: None };
    for event in before {
        script.event(event, None)?;
    }
    script.event(last, Some(wanted))?;
    script.enter(None);
    // In the first column, `approve` would begin a declaration.
    laid_out(&format!("test {} {{\n  {}\n}}\n", quoted(name), script.out.join("\n  ")))
}

/// The lines so far.
struct Script<'a> {
    bundle: &'a Bundle,
    /// What steps are called that other lines speak of, by their `id`.
    names: BTreeMap<&'a str, String>,
    /// The steps by their `id`.
    steps: BTreeMap<&'a str, &'a Event>,
    out: Vec<String>,
    /// The time of the next event, in nanoseconds.
    next: i128,
    started: bool,
    /// The agent whose block is open.
    agent: Option<&'a str>,
}

/// Names the steps that other events speak of: as they are called, where that is a name.
fn names(events: &[Event]) -> BTreeMap<&str, String> {
    let mut names = BTreeMap::new();
    for event in events {
        for id in [event.text("step"), event.agent()].into_iter().flatten() {
            let name = if is_word(id) && !TAKEN.contains(&id) { id.to_owned() } else { format!("step_{}", names.len()) };
            names.entry(id).or_insert(name);
        }
    }
    names
}

fn steps(events: &[Event]) -> BTreeMap<&str, &Event> {
    events.iter().filter(|e| e.is_step()).filter_map(|e| Some((e.text("id")?, e))).collect()
}

impl<'a> Script<'a> {
    fn event(&mut self, event: &'a Event, decided: Option<Wanted<'_>>) -> Result<(), Unwritten> {
        self.enter(event.agent());
        let line = match event.kind() {
            "start" | "context" => self.context(event)?,
            "prompt" => format!("prompt {}", quoted(event.text("text").unwrap_or_default())),
            "result" => self.result(event)?,
            "approval" => self.approval(event, decided)?,
            "usage" => format!("usage of {} {{ {} }}", self.step(event)?, charges(event)?),
            "end" if event.get("ok") == Some(&Json::Bool(false)) => return Err("an `end` in tests is one without a failure".to_owned()),
            "end" => "end".to_owned(),
            _ if event.is_step() => self.taken(event, decided)?,
            kind => return Err(format!("an event `{kind}` has no form in tests")),
        };
        self.clock(event)?;
        self.out.push(line);
        Ok(())
    }

    /// Opens the block of an agent, and closes the one before.
    fn enter(&mut self, agent: Option<&'a str>) {
        if self.agent == agent {
            return;
        }
        if self.agent.is_some() {
            self.out.push("}".to_owned());
        }
        if let Some(name) = agent.and_then(|agent| self.names.get(agent)) {
            self.out.push(format!("agent {name} {{"));
        }
        self.agent = agent;
    }

    /// Moves the test's clock to the time of an event.
    fn clock(&mut self, event: &Event) -> Result<(), Unwritten> {
        let Some(at) = event.at() else { return Err("an event has no time".to_owned()) };
        if at != self.next {
            self.out.push(format!("at {}", time::format_time(at)));
        }
        self.next = at.saturating_add(time::SECOND_NS);
        Ok(())
    }

    fn context(&mut self, event: &Event) -> Result<String, Unwritten> {
        // The first `context` of a test begins its session.
        if std::mem::replace(&mut self.started, true) == (event.kind() == "start") {
            return Err("the `start` of a session comes first in tests".to_owned());
        }
        let object = event.get("context").unwrap_or(&Json::Null);
        if object.entries().iter().any(|(_, value)| *value == Json::Null) {
            return Err("a field of the context that is `null` has no form in tests".to_owned());
        }
        Ok(format!("context {{ {} }}", literal::fields(object, &self.bundle.context)?))
    }

    /// Returns what the step is called that an event is about.
    fn step(&self, event: &Event) -> Result<&str, Unwritten> {
        let id = event.text("step").unwrap_or_default();
        let known = self.names.get(id).filter(|_| self.steps.contains_key(id));
        known.map(String::as_str).ok_or_else(|| format!("an event is about the step `{id}`, which there is not"))
    }

    fn result(&self, event: &Event) -> Result<String, Unwritten> {
        let step = self.step(event)?;
        let content = event.get("content").map(literal::literal).transpose()?;
        match (event.get("ok"), content) {
            (Some(Json::Bool(false)), content) => Ok(format!("fails of {step} {}", content.unwrap_or_default())),
            (_, Some(content)) => Ok(format!("result of {step} {content}")),
            (_, None) => Err("a result without content has no form in tests".to_owned()),
        }
    }

    fn approval(&self, event: &Event, decided: Option<Wanted<'_>>) -> Result<String, Unwritten> {
        let word = if event.get("granted") == Some(&Json::Bool(false)) { "refuse" } else { "approve" };
        let session = if event.text("scope") == Some("session") { " for session" } else { "" };
        let step = self.steps.get(event.text("step").unwrap_or_default()).copied();
        let line = format!("{word} {} by {}{session}", self.step(event)?, quoted(event.text("by").unwrap_or_default()));
        let declared = step.and_then(|step| declared(self.bundle, step));
        Ok(line + &decided.map(|wanted| wanted.of(declared)).transpose()?.unwrap_or_default())
    }

    fn taken(&self, event: &Event, decided: Option<Wanted<'_>>) -> Result<String, Unwritten> {
        let declared = declared(self.bundle, event);
        // Where a refusal is what is expected, the arguments are as they stand.
        let free = decided.is_some_and(Wanted::is_free);
        let typed = declared.filter(|_| !free);
        let written = |object: Option<&Json>, fields: fn(&Target) -> &[Field]| match (object, typed) {
            (None, _) => Ok(String::new()),
            (Some(object), Some(target)) => literal::fields(object, fields(target)),
            (Some(object), None) => literal::untyped(object),
        };
        let args = written(event.get("args"), |t| &t.args)?;
        let mut line = match (event.kind(), event.text("name")) {
            ("say", _) => format!("say {}", quoted(event.get("args").and_then(|a| a.text_of("text")).unwrap_or_default())),
            (kind, Some(name)) => format!("{kind} {}({args})", step_name(name)),
            (kind, None) => return Err(format!("a `{kind}` without a name has no form in tests")),
        };
        let facts = written(event.get("facts"), |t| &t.facts)?;
        if !facts.is_empty() {
            line.push_str(&format!(" facts {{ {facts} }}"));
        }
        // What was found out without a definition holds for the one that is pinned.
        let definition = event.text("definition").or_else(|| declared.and_then(|target| target.pinned.as_deref()));
        if let Some(definition) = definition {
            line.push_str(&format!(" definition {}", quoted(definition)));
        }
        if let Some(name) = event.text("id").and_then(|id| self.names.get(id)) {
            line.push_str(&format!(" as {name}"));
        }
        Ok(line + &decided.map(|wanted| wanted.of(declared)).transpose()?.unwrap_or_default())
    }
}

fn charges(event: &Event) -> Result<String, Unwritten> {
    let amount = |value: &Json| match value {
        Json::Number(digits) | Json::Text(digits) if reach_values::decimal::parse(digits).is_ok() => Ok(digits.clone()),
        _ => Err("an amount of `usage` is a number".to_owned()),
    };
    let entries = event.get("charges").map_or(&[][..], Json::entries);
    Ok(entries.iter().map(|(name, value)| Ok(format!("{name}: {}", amount(value)?))).collect::<Result<Vec<_>, Unwritten>>()?.join(", "))
}

/// Returns what a test expects of a decision.
fn expected(decided: &Decided, declared: Option<&Target>) -> Result<String, Unwritten> {
    let mut out = format!(" => {}", decided.effect.word());
    if !decided.rules.is_empty() {
        let names: Vec<&str> = decided.rules.iter().map(|r| r.rule.as_str()).collect();
        out.push_str(&format!(" by {}", names.join(", ")));
    }
    // What is wrong beside a reserved reason is in words of the engine, which may change.
    if let Some(said) = decided.rules.iter().filter(|r| r.file.is_some()).find_map(|r| r.message.as_ref()) {
        out.push_str(&format!(" because {}", quoted(said)));
    }
    if let Some(args) = decided.args.as_deref().and_then(Json::read) {
        let args = declared.map_or_else(|| literal::untyped(&args), |target| literal::fields(&args, &target.args))?;
        out.push_str(&format!(" with ({args})"));
    }
    Ok(out)
}

/// Returns the declaration of a step.
fn declared<'b>(bundle: &'b Bundle, event: &Event) -> Option<&'b Target> {
    let kind = StepKind::from_word(event.kind())?;
    let name = event.text("name").unwrap_or_default();
    let fits = |target: &&Target| match kind {
        StepKind::Say => true,
        StepKind::Read => Pattern::name_glob(&target.name, false).is_ok_and(|glob| glob.is_match(name)),
        _ => target.name == name,
    };
    bundle.targets.iter().filter(|target| target.kind == kind).find(fits)
}

/// Returns a name as it stands in a step.
fn step_name(name: &str) -> String {
    if name.split('.').all(is_word) { name.to_owned() } else { quoted(name) }
}
