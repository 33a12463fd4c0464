//! The command as people and hosts meet it: its help, its answers, its exit status, its JSON.

mod build;
mod check;
mod coverage;
mod decide;
mod diff;
mod doc;
mod entities;
mod explain;
mod fmt;
mod help;
mod import;
mod init;
mod input;
mod key;
mod key_trust;
mod lint;
mod mutate;
mod other;
mod pack;
mod pack_audit;
mod pack_git;
mod pack_init;
pub(crate) mod pack_registry;
mod pack_validate;
mod packs;
mod prove;
mod replay;
mod schemas;
mod test;
mod value;
mod watching;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A small bundle without mistakes, with tests that pass.
pub(crate) const BANK: &str = r#"tool get_balance()
tool send_money(recipient: text, amount: decimal, note: text?)

context {
  user: text
}

permit looking
  on get_balance

permit own_account
  on send_money
  when args.recipient == context.user and args.amount <= 500.00

ask others
  on send_money
  when args.recipient != context.user
  because "{args.recipient} is not the user"

forbid too_much
  on send_money
  when args.amount > 1000.00
  because "{args.amount} is too much"

test "money goes to the user" {
  context { user: "ann" }
  call get_balance()                                => permit by looking
  call send_money(recipient: "ann", amount: 500.00) => permit by own_account
  call send_money(recipient: "bob", amount: 1.00)   => ask by others
}

test "large amounts are refused" {
  context { user: "ann" }
  call send_money(
    recipient: "ann",
    amount: 1000.01,
  ) => forbid by too_much because "1000.01 is too much"
}
"#;

/// Events for [`BANK`]: a permit, an ask, a forbid, and arguments that don't fit.
pub(crate) const EVENTS: &str = r#"{"session":"s1","type":"start","context":{"user":"ann"},"at":"2026-01-01T09:00:00Z"}
{"session":"s1","type":"call","id":"c1","name":"get_balance","args":{},"at":"2026-01-01T09:00:01Z"}
{"session":"s1","type":"call","id":"c2","name":"send_money","args":{"recipient":"bob","amount":20.00},"at":"2026-01-01T09:00:02Z"}
{"session":"s1","type":"call","id":"c3","name":"send_money","args":{"recipient":"ann","amount":2000},"at":"2026-01-01T09:00:03Z"}
{"session":"s1","type":"call","id":"c4","name":"send_money","args":{"recipient":"ann","amount":"much"},"at":"2026-01-01T09:00:04Z"}
"#;

/// A folder of its own, in which the command runs.
pub(crate) struct Place {
    folder: TempDir,
}

/// What came of a run.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A place with the bundle `bank/` and `events.jsonl`.
    pub(crate) fn bank() -> Self {
        let place = Self::new();
        place.write("bank/bank.reach", BANK);
        place.write("events.jsonl", EVENTS);
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The command, ready to run here, as it would be without a terminal.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reach-under-test"));
        command.current_dir(self.path()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("COLUMNS").env("TERM", "xterm");
        command.env("REACH_HOME", self.path().join(".home"));
        command
    }

    /// Runs the command with arguments split at blanks.
    pub(crate) fn reach(&self, arguments: &str) -> Run {
        self.reach_with(arguments, "")
    }

    /// Runs the command with something on standard input.
    pub(crate) fn reach_with(&self, arguments: &str, input: impl AsRef<[u8]>) -> Run {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.run(&words, input)
    }

    pub(crate) fn run(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut child = self.command().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), input.as_ref().to_vec());
        // A command may end before it has read everything.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { exit: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs the command and returns all that it says, ready to be compared.
    pub(crate) fn told(&self, arguments: &str) -> String {
        self.steady(&format!("$ reach {arguments}\n{}", self.reach(arguments).told()))
    }

    /// Puts words for what differs from run to run.
    pub(crate) fn steady(&self, text: &str) -> String {
        let real = fs::canonicalize(self.path()).unwrap();
        steady(&text.replace(real.to_str().unwrap(), "[folder]").replace(self.path().to_str().unwrap(), "[folder]"))
    }
}

impl Run {
    /// Exit status and both streams.
    pub(crate) fn told(&self) -> String {
        let mut text = format!("[{}]\n", self.exit);
        for (name, stream) in [("", &self.out), ("--- standard error\n", &self.err)] {
            if !stream.is_empty() {
                text.push_str(name);
                text.push_str(stream);
            }
        }
        text
    }

    /// The envelope of `--json`: the last line.
    pub(crate) fn envelope(&self) -> serde_json::Value {
        let line = self.out.lines().last().unwrap_or_else(|| panic!("nothing was printed; standard error: {}", self.err));
        serde_json::from_str(line).unwrap()
    }
}

/// Writes `sha256:…` for whole digests.
pub(crate) fn shorten_digests(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("sha256:") {
        let (before, after) = rest.split_at(at + "sha256:".len());
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str(if digits == 64 { "…" } else { &after[..digits] });
        rest = &after[digits..];
    }
    out.push_str(rest);
    out
}

/// Shortens digests, replaces measured times, and leaves out those that are told only of what took long.
pub(crate) fn steady(text: &str) -> String {
    let out = shorten_digests(text);
    let long = |line: &str| match line.strip_suffix(" s)").and_then(|rest| rest.rsplit_once(" (")) {
        Some((before, time)) if time.bytes().all(|b| b.is_ascii_digit() || b == b'.') => before.to_owned(),
        _ => line.to_owned(),
    };
    let time = |line: &str| match line.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) && !time.contains("file") => {
            format!("{before} in [time]")
        }
        _ => line.to_owned(),
    };
    out.lines().map(|line| time(&long(line)) + "\n").collect()
}
