//! `reach value parse`: shows what a text means to policies.

use std::path::Path;

use clap::{Args, Subcommand};
use reach_codes::table::command;
use reach_evaluator::local::WEEKDAYS;
use reach_values::detect::Detector;
use reach_values::form::{Description, Form, describe};
use reach_values::zone::{self, Zone};
use reach_values::{path, time, url};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Answer, Exit};
use crate::failure::Failure;

/// The commands about values.
#[derive(Debug, Subcommand)]
pub enum ValueCommand {
    /// Show what a text is parsed into: normal form, parts, commands, statements
    Parse(ParseArgs),
}

/// The arguments of `value parse`.
#[derive(Args, Debug)]
pub struct ParseArgs {
    /// What it is: `path`, `url`, `host`, `ip`, `network`, `email`, `iban`, `shell`, `sql`, `time`, or `text` for what detectors find
    kind: String,
    /// The text; `-` is standard input
    #[arg(allow_hyphen_values = true)]
    value: String,
    /// The platform of a path, the dialect of a query, or the time zone of a time, as behind `in` in a policy
    #[arg(long = "in", value_name = "NAME")]
    variant: Option<String>,
    /// The folder that a relative path begins at, as behind `at` in a policy
    #[arg(long, value_name = "FOLDER")]
    at: Option<String>,
    /// The scheme of a URL that has none, as behind `default` in a policy
    #[arg(long, value_name = "SCHEME")]
    default: Option<String>,
}

/// What a text is parsed into.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ValueData {
    /// The type, as policies write it.
    #[serde(rename = "type")]
    kind: String,
    /// The value in its normal form, as people read it.
    value: String,
    /// Its parts.
    parts: Vec<PartData>,
}

/// A part of a value.
#[derive(Debug, Serialize, JsonSchema)]
struct PartData {
    /// The name.
    name: String,
    /// The value.
    value: String,
    /// Its own parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    parts: Vec<PartData>,
}

impl From<Description> for PartData {
    fn from(description: Description) -> Self {
        Self { name: description.name, value: description.value, parts: description.parts.into_iter().map(Self::from).collect() }
    }
}

/// Runs a command about values.
///
/// # Errors
/// When the text isn't such a value, or the arguments don't fit it.
pub fn run(command: ValueCommand) -> Result<Answer, Failure> {
    let ValueCommand::Parse(args) = command;
    let value = match args.value.as_str() {
        "-" => String::from_utf8(crate::files::read_whole(Path::new("-"), MAX_BYTES, "a value")?)
            .map_err(|_| Failure::new(command::NOT_A_VALUE_OF, "standard input isn't UTF-8"))?,
        value => value.to_owned(),
    };
    let description = match args.kind.as_str() {
        "time" => moment(&args, value.trim_end())?,
        "text" => {
            only(&args, &[])?;
            detected(&value)
        }
        kind => formed(kind, &args, &value)?,
    };
    let mut text = String::new();
    write(&description, 0, &mut text);
    let whole = PartData::from(description);
    Answer::new(Exit::Done, &ValueData { kind: whole.name, value: whole.value, parts: whole.parts }, text)
}

/// The most bytes of a value on standard input: those of an event.
const MAX_BYTES: u64 = 1 << 20;

/// The kinds besides the forms.
const OTHERS: [&str; 2] = ["time", "text"];

/// Takes a text of a form apart.
fn formed(kind: &str, args: &ParseArgs, value: &str) -> Result<Description, Failure> {
    let Some(form) = Form::from_word(kind) else {
        let known = Form::DECLARED.map(Form::word).into_iter().chain(OTHERS).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(command::BAD_USAGE, format!("there is no kind of value `{kind}`")).help(format!("the kinds are {known}")));
    };
    // The newline at the end of standard input is not part of what is asked about.
    let value = if form.is_structured() { value } else { value.strip_suffix('\n').unwrap_or(value) };
    only(
        args,
        match form {
            Form::Path(_) => &["in", "at"],
            Form::Sql(_) => &["in"],
            Form::Url => &["default"],
            _ => &[],
        },
    )?;
    let form = match &args.variant {
        Some(variant) => form.of(variant).ok_or_else(|| {
            let known = form.variants().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            Failure::new(command::BAD_USAGE, format!("there is no `{kind} in \"{variant}\"`")).help(format!("there are {known}"))
        })?,
        None => form,
    };
    let not_one = |reason: &dyn std::fmt::Display| {
        let shown: String = value.chars().take(80).collect();
        Failure::new(command::NOT_A_VALUE_OF, format!("{shown:?} is not a value of type `{form}`"))
            .note(format!("{reason}"))
            .help("an event with such an argument is refused as `invalid_arguments`")
    };
    let normal = match (form, &args.at, &args.default) {
        (Form::Path(_), Some(folder), _) => {
            let folder = form.normalize(folder).map_err(|e| Failure::new(command::BAD_USAGE, format!("`--at` is no path: {e}")))?;
            let path = form.normalize(value).map_err(|e| not_one(&e))?;
            match form {
                Form::Path(platform) => path::join_on(platform, &folder, &path).map_err(|e| not_one(&e))?,
                _ => path.into_owned(),
            }
        }
        (Form::Url, _, Some(scheme)) => url::normalize_with(value, scheme).map_err(|e| not_one(&e))?.into_owned(),
        _ => return describe(form, value).map_err(|e| not_one(&e)),
    };
    // A normal form of Windows begins with two slashes, which is a text of its own.
    describe(form, path::shown(&normal)).or_else(|_| describe(form, &normal)).map_err(|e| not_one(&e))
}

/// Refuses options that the kind doesn't take.
fn only(args: &ParseArgs, takes: &[&str]) -> Result<(), Failure> {
    for (name, given) in [("in", args.variant.is_some()), ("at", args.at.is_some()), ("default", args.default.is_some())] {
        if given && !takes.contains(&name) {
            return Err(Failure::new(command::BAD_USAGE, format!("a `{}` takes no `--{name}`", args.kind)));
        }
    }
    Ok(())
}

fn part(name: &str, value: impl Into<String>) -> Description {
    Description { name: name.to_owned(), value: value.into(), parts: Vec::new() }
}

/// Shows a time, and what the clocks of a zone show then.
fn moment(args: &ParseArgs, value: &str) -> Result<Description, Failure> {
    only(args, &["in"])?;
    let not_one = |reason: String| {
        Failure::new(command::NOT_A_VALUE_OF, format!("{value:?} is not a value of type `time`"))
            .note(reason)
            .help("write it as in RFC 3339, with an offset or `Z`: `2026-01-31T09:00:00Z`")
    };
    let Some(name) = &args.variant else {
        let ns = time::parse_time(value).map_err(|e| not_one(e.to_string()))?;
        return Ok(part("time", time::format_time(ns)));
    };
    let zone = Zone::find(name).ok_or_else(|| {
        Failure::new(command::BAD_USAGE, format!("there is no time zone `{name}`"))
            .help(format!("zones have names of the IANA database {}, such as `Europe/Berlin`", zone::VERSION))
    })?;
    let ns = zone.parse(value).map_err(|e| not_one(e.to_string()))?;
    let mut whole = part(&format!("time in \"{name}\""), time::format_time(ns));
    if let Some(local) = zone.local(ns) {
        let weekday = WEEKDAYS.get(usize::from(local.weekday)).copied().unwrap_or_default();
        whole.parts = vec![
            part("date", time::format_date(local.date)),
            part("weekday", weekday),
            part("hour", local.hour.to_string()),
            part("minute", local.minute.to_string()),
            part("second", local.second.to_string()),
        ];
    }
    Ok(whole)
}

/// Shows what each detector finds in a text.
fn detected(value: &str) -> Description {
    let mut whole = part("text", format!("{} bytes", value.len()));
    for detector in Detector::ALL {
        detector.find(value, &mut |range| {
            whole.parts.push(part(detector.word(), format!("bytes {} to {}", range.start, range.end)));
            whole.parts.len() < 1_000
        });
    }
    whole
}

/// Writes a value and, below it, its parts.
fn write(description: &Description, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    out.push_str(format!("{indent}{:<12} {}", description.name, shown(&description.value)).trim_end());
    out.push('\n');
    for part in &description.parts {
        write(part, depth + 1, out);
    }
}

/// Makes control characters, and those that change the direction or have no width, visible, so that no value can draw on the terminal.
fn shown(value: &str) -> String {
    let hides = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    value.chars().flat_map(|c| if hides(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] }).collect()
}
