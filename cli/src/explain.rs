//! `reach explain`: says what a message means.

use clap::Args;
use reach_codes::table::{self, command};
use reach_codes::{Code, Example};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;

/// The arguments of `explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The number or the name of a message; without it, all are listed
    code: Option<String>,
}

/// What is known of messages.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CodeData {
    /// The message that was asked for, or all.
    codes: Vec<CodeEntry>,
}

/// A message of the table.
#[derive(Debug, Serialize, JsonSchema)]
struct CodeEntry {
    /// The number, for example `E0001`.
    code: &'static str,
    /// The name.
    name: &'static str,
    /// `error`, `warning` or `note`.
    level: &'static str,
    /// What it means, in a line.
    summary: &'static str,
    /// What it means, in full, in Markdown.
    explanation: &'static str,
    /// Sources or events that give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<&'static str>,
    /// The same, mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    good: Option<&'static str>,
    /// The bundle that the events are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<&'static str>,
    /// The rules of the pack that `bad` and `good` use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pack: Option<&'static str>,
    /// The version that brought it.
    since: &'static str,
    /// Of a lint: its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    /// Of a lint: its level, `off`, `warn` or `deny`, unless `reach.toml` sets another.
    #[serde(skip_serializing_if = "Option::is_none")]
    lint_level: Option<&'static str>,
    /// Of a lint: whether `policy lint --fix` mends what it finds, where that is safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<bool>,
}

impl CodeEntry {
    fn of(code: Code) -> Self {
        let info = code.info();
        let (pack, bundle, bad, good) = match info.example {
            Example::None => (None, None, None, None),
            Example::Policy { bad, good } => (None, None, Some(bad), Some(good)),
            Example::Pack { pack, bad, good } => (Some(pack), None, Some(bad), Some(good)),
            Example::Event { bundle, bad, good } => (None, Some(bundle), Some(bad), Some(good)),
        };
        Self {
            code: info.number,
            name: info.name,
            level: info.level.word(),
            summary: info.summary,
            explanation: info.explanation,
            bad,
            good,
            bundle,
            pack,
            since: info.since,
            category: info.lint.map(|lint| lint.category.word()),
            lint_level: info.lint.map(|lint| lint.level.word()),
            fix: info.lint.map(|lint| lint.fix),
        }
    }

    fn text(&self) -> String {
        let level = match (self.category, self.lint_level) {
            (Some(category), Some(level)) => format!("lint, {category}, {level}{}", if self.fix == Some(true) { ", mended by --fix" } else { "" }),
            _ => self.level.to_owned(),
        };
        let mut out = format!("{} {} ({level})\n\n{}\n\n{}\n", self.code, self.name, self.summary, self.explanation.trim_end());
        let mut block = |head: &str, body: Option<&str>| {
            if let Some(body) = body {
                out.push_str(&format!("\n{head}\n\n"));
                for line in body.trim_end().lines() {
                    out.push_str(format!("    {line}").trim_end());
                    out.push('\n');
                }
            }
        };
        block("With the bundle", self.bundle);
        block(&format!("With the pack `{}`", Example::PACK), self.pack);
        block("This gives it:", self.bad);
        block("This does not:", self.good);
        out
    }
}

/// Runs the command.
///
/// # Errors
/// When there is no such code.
pub fn run(args: &ExplainArgs) -> Result<Answer, Failure> {
    let Some(asked) = &args.code else {
        let codes: Vec<CodeEntry> = table::all().map(CodeEntry::of).collect();
        let width = codes.iter().map(|c| c.name.len()).max().unwrap_or(0);
        let text: String = codes.iter().map(|c| format!("{} {:width$}  {}\n", c.code, c.name, c.summary)).collect();
        return Answer::new(Exit::Done, &CodeData { codes }, text);
    };
    // As it stands in messages: `E0001`, `unexpected-token`, or both with a blank between.
    let wanted = asked.trim().trim_matches(['[', ']']).to_ascii_lowercase().replace('_', "-");
    let found = table::find(&wanted).or_else(|| wanted.split(' ').find_map(table::find));
    let Some(code) = found else {
        let failure = Failure::new(command::UNKNOWN_CODE, format!("there is no message `{asked}`"));
        return Err(match nearest(&wanted) {
            Some(code) => failure.help(format!("did you mean `{}` ({})? `reach explain` lists all", code.name(), code.number())),
            None => failure.help("`reach explain` lists all"),
        });
    };
    let entry = CodeEntry::of(code);
    let text = entry.text();
    Answer::new(Exit::Done, &CodeData { codes: vec![entry] }, text)
}

fn nearest(wanted: &str) -> Option<Code> {
    // A number with a zero too few or too many.
    if let Some((series, Ok(number))) = wanted.split_at_checked(1).map(|(s, n)| (s, n.parse::<u16>()))
        && let Some(code) = table::find(&format!("{series}{number:04}"))
    {
        return Some(code);
    }
    let score = |code: Code| strsim::jaro_winkler(wanted, code.name()).max(strsim::jaro_winkler(wanted, &code.number().to_ascii_lowercase()));
    let mut best: Option<(f64, Code)> = None;
    for code in table::all() {
        let s = score(code);
        if s > 0.75 && best.is_none_or(|(b, _)| s > b) {
            best = Some((s, code));
        }
    }
    best.map(|(_, code)| code)
}
