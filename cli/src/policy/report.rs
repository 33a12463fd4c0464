//! Sessions, decisions and what could not be told, in lines for people and in Markdown: what commands that compare share.

use reach_analysis::{Because, Decided, Effect, Unknown};
use reach_codes::render::plain;

use reach_harness::witness::{self, Event, Json};

/// Strong.
pub const BOLD: &str = "1";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const RED: &str = "31";

/// Returns what could not be told, in one line.
pub fn about(unknown: &Unknown) -> String {
    let step = unknown.step.as_ref().map(|step| format!("{}: ", line(step))).unwrap_or_default();
    format!("{step}{}", line(&unknown.why))
}

/// Returns the lines of a session: the step alone where nothing came before, else each event with its number.
pub fn session(events: &[String]) -> Vec<String> {
    let shown = witness::shown(&Event::all(events));
    if shown.len() < 2 {
        return shown;
    }
    let width = shown.len().to_string().len();
    shown.iter().enumerate().map(|(n, line)| format!("{:>width$}  {line}", n + 1)).collect()
}

/// Returns a decision with its reasons, the first beside the effect. `with`: whether its obligations are told.
pub fn decision(decided: &Decided, color: bool, with: bool) -> Vec<String> {
    let code = match decided.effect {
        Effect::Permit => GREEN,
        Effect::Ask => YELLOW,
        Effect::Forbid => RED,
    };
    let effect = ink(color, code, decided.effect.word());
    let mut lines: Vec<String> = decided.rules.iter().map(reason).collect();
    match lines.first_mut() {
        Some(first) => *first = format!("{effect} {first}"),
        None => lines.push(effect),
    }
    if with {
        lines.extend(decided.obligations.iter().map(|o| format!("with {}", witness::obligation(o))));
        if let Some(args) = decided.args.as_deref().and_then(Json::read) {
            lines.push(format!("with args {}", line(&witness::value(&args))));
        }
    }
    lines
}

fn reason(because: &Because) -> String {
    let place = match (&because.file, because.line) {
        (Some(file), Some(at)) => format!(" ({}:{at})", line(file)),
        _ => String::new(),
    };
    let message = because.message.as_ref().map(|m| format!(": {}", line(m))).unwrap_or_default();
    format!("by `{}`{place}{message}", because.rule)
}

/// Returns a text in one line, without what could move the cursor.
fn line(text: &str) -> String {
    plain(text).replace('\n', "\\n")
}

/// Returns a text in a colour, by its ANSI code.
pub fn ink(color: bool, code: &str, text: &str) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Returns words that begin with a capital.
pub fn title(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns lines in a fence that is longer than any row of backticks in them.
pub fn block(lines: &[String]) -> String {
    let text = lines.join("\n");
    let fence = "`".repeat(longest(&text).max(2) + 1);
    format!("{fence}text\n{text}\n{fence}")
}

/// Returns a text as code in a line of Markdown.
pub fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = "`".repeat(longest(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns the length of the longest row of backticks.
fn longest(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
