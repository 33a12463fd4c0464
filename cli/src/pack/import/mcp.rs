//! `reach pack import mcp`: declares the tools of an MCP server.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use reach_codes::Diagnostic;
use reach_codes::table::import;
use reach_import::{Effect, Guess, Import, ImportError, Launch, Listing, Options, Served, Server};
use schemars::JsonSchema;
use serde::Serialize;

use super::{check_import, import_failure, loss_line, read_tools};
use crate::answer::{Answer, ENGINE_VERSION, Exit};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// The longest time that a server may be given, in seconds.
const MAX_TIMEOUT: u64 = 600;
/// How much of a server's standard error stands in a message, in lines.
const STDERR_LINES: usize = 12;

/// What a server sees of the environment: what programs need to run at all, and no secrets. `--env` hands on more.
#[cfg(not(windows))]
const ENVIRONMENT: &[&str] = &["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"];
#[cfg(windows)]
const ENVIRONMENT: &[&str] = &[
    "APPDATA",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATH",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "USERNAME",
    "USERPROFILE",
];

/// The arguments of `pack import mcp`.
#[derive(Args, Debug)]
pub struct McpArgs {
    /// Read a saved answer to `tools/list` instead of starting a server; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "command")]
    from: Option<PathBuf>,
    /// The file to write, whole or not at all; without it the declarations go to standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Pin each tool to the digest of its definition; this is so unless `--no-pin` is given
    #[arg(long, overrides_with = "no_pin")]
    pin: bool,
    /// Do not pin the tools: a definition that changes is not noticed
    #[arg(long, overrides_with = "pin")]
    no_pin: bool,
    /// Put this before the name of each tool, as hosts do that use several servers: `github.`, `mcp__github__`
    #[arg(long, value_name = "NAME.", default_value = "")]
    prefix: String,
    /// Read text as a path, URL or command line where its name suggests it; without this, a note does
    #[arg(long)]
    guess_forms: bool,
    /// How many seconds the server has for all of its answers
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=MAX_TIMEOUT))]
    timeout: u64,
    /// Hand on a variable of the environment, or give it a value; servers see PATH, HOME and a few others only
    #[arg(long, value_name = "NAME[=VALUE]")]
    env: Vec<OsString>,
    /// The server's program and its arguments, behind `--`; no shell reads them
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What was imported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct McpData {
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The declarations, where no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The server that was asked, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerData>,
    /// The tools, in the order of the list.
    tools: Vec<ToolData>,
    /// What of the definitions does not stand in the declarations, or otherwise.
    losses: Vec<LossData>,
}

/// A server.
#[derive(Debug, Serialize, JsonSchema)]
struct ServerData {
    /// Its name and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The version of the protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
}

/// A tool.
#[derive(Debug, Serialize, JsonSchema)]
struct ToolData {
    /// The server's name for it.
    name: String,
    /// Its name as it stands in the declarations.
    declared: String,
    /// The digest of its definition: SHA-256 of the canonical form of RFC 8785. Missing where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// Whether it is declared with that digest.
    pinned: bool,
}

/// Something that a declaration does not say, or says otherwise.
#[derive(Debug, Serialize, JsonSchema)]
struct LossData {
    /// The server's name of the tool.
    tool: String,
    /// A JSON pointer (RFC 6901) into the tool's definition.
    pointer: String,
    /// The keyword or member that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<String>,
    /// What follows: `widened` (the type takes more than the schema), `narrowed` (it takes less), `noted`, `suggested`.
    effect: &'static str,
    /// Why.
    reason: String,
}

/// Runs the command.
///
/// # Errors
/// When there is no list of tools, it can't be declared, or the file can't be written.
pub fn run(args: &McpArgs, terminal: &mut Terminal) -> Result<Answer, Failure> {
    if args.out.as_deref().is_some_and(files::is_stdin) {
        return Err(Failure::usage("without `--out`, the declarations go to standard output"));
    }
    if args.from.is_none() && args.command.is_empty() {
        return Err(Failure::usage("no server is named: its command stands behind `--`, or `--from` names a saved list"));
    }
    let (listing, served, from) = match &args.from {
        Some(path) => {
            let name = files::named(path);
            let listing = Listing::read(&read_tools(path)?).map_err(|error| import_failure(&error, Some(&name)))?;
            (listing, None, Some(name))
        }
        None => {
            let (listing, served) = ask(args, terminal)?;
            (listing, Some(served), None)
        }
    };
    let options =
        Options { prefix: args.prefix.clone(), pin: !args.no_pin, guess: if args.guess_forms { Guess::Take } else { Guess::Suggest }, ..Options::default() };
    let made = reach_import::declare(&listing, &options).map_err(|error| import_failure(&error, from.as_deref()))?;
    check_import(&[("tools.reach", &made.text)])?;
    if let Some(path) = &args.out {
        files::write_atomic(path, made.text.as_bytes())?;
    }
    tell(&made, &options, args, terminal);
    let text = if args.out.is_none() { made.text.clone() } else { String::new() };
    Answer::new(Exit::Done, &data(made, &options, args, served), text)
}

/// Starts the server and asks it.
fn ask(args: &McpArgs, terminal: &mut Terminal) -> Result<(Listing, Served), Failure> {
    let launch = Launch {
        command: args.command.clone(),
        environment: environment(&args.env),
        timeout: Duration::from_secs(args.timeout),
        version: ENGINE_VERSION.to_owned(),
    };
    terminal.announce("asking the server for its tools");
    let mut served = Server::ask(&launch).map_err(|error| import_failure(&error, None))?;
    let listing = std::mem::replace(&mut served.listing, Ok(Listing::default()));
    match listing {
        Ok(listing) => {
            if terminal.verbose && !served.stderr.is_empty() {
                terminal.note(&format!("the server wrote to standard error:\n{}", indented(&served.stderr, usize::MAX)));
            }
            Ok((listing, served))
        }
        Err(error) => {
            let mut failure = import_failure(&error, None);
            // How it ended says something only where nobody ended it.
            if let (ImportError::Ended(_), Some(status)) = (&error, &served.status) {
                failure = failure.note(format!("the process ended with {status}"));
            }
            let most = if terminal.verbose { usize::MAX } else { STDERR_LINES };
            let said = indented(&served.stderr, most);
            Err(failure.note(if said.is_empty() { "it wrote nothing to standard error".to_owned() } else { format!("the end of its standard error:\n{said}") }))
        }
    }
}

/// Returns the last lines of a text, indented.
fn indented(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(most);
    lines.iter().skip(from).map(|line| format!("  {}", line.chars().take(400).collect::<String>())).collect::<Vec<_>>().join("\n")
}

fn environment(more: &[OsString]) -> Vec<(OsString, OsString)> {
    let mut out: Vec<(OsString, OsString)> = ENVIRONMENT.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?))).collect();
    for one in more {
        match one.to_str().and_then(|text| text.split_once('=')) {
            Some((name, value)) => out.push((name.into(), value.into())),
            None => out.extend(std::env::var_os(one).map(|value| (one.clone(), value))),
        }
    }
    out
}

/// Says what the declarations don't.
fn tell(made: &Import, options: &Options, args: &McpArgs, terminal: &mut Terminal) {
    for tool in made.tools.iter().filter(|t| options.pin && t.digest.is_none()) {
        let name = reach_codes::render::plain(&tool.name);
        let d = Diagnostic::general(import::NOT_PINNED, format!("the definition of `{name}` is not pinned"))
            .note("a number in it would become another one in the canonical form, of which the digest is taken")
            .help("look at it by hand whenever the server changes");
        if !terminal.json {
            terminal.warn(&reach_codes::Sources::new(), &[d]);
        }
    }
    if let Some(path) = &args.out {
        terminal.note(&format!("declared {} in `{}`", crate::policy::count(made.tools.len(), "tool"), path.display()));
    }
    if made.losses.is_empty() {
        return;
    }
    let code = import::SCHEMA_NOT_EXACT;
    let wide = made.losses.iter().filter(|l| matches!(l.effect, Effect::Widened | Effect::Narrowed)).count();
    if wide > 0 {
        terminal.note(&format!("warning[{} {}]: {} of the schemas did not fit exactly", code.number(), code.name(), crate::policy::count(wide, "part")));
    }
    for loss in &made.losses {
        terminal.note(&format!("  {}", loss_line(loss)));
    }
}

fn data(made: Import, options: &Options, args: &McpArgs, served: Option<Served>) -> McpData {
    McpData {
        file: args.out.as_ref().map(|path| path.display().to_string()),
        text: args.out.is_none().then_some(made.text),
        server: served.map(|served| ServerData { name: served.name, protocol: served.protocol }),
        tools: made
            .tools
            .into_iter()
            .map(|tool| ToolData { pinned: options.pin && tool.digest.is_some(), name: tool.name, declared: tool.written, digest: tool.digest })
            .collect(),
        losses: made
            .losses
            .into_iter()
            .map(|loss| LossData { tool: loss.tool, pointer: loss.pointer, keyword: loss.keyword, effect: loss.effect.word(), reason: loss.reason })
            .collect(),
    }
}
