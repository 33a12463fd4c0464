//! Running git: with what it may see, for how long, and how much it may say.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::address::Address;
use crate::error::GitError;

/// The variables of git that are kept: how the user reaches and names himself to other machines. The others would lead git to other repositories.
const KEPT: &[&str] = &[
    "GIT_ASKPASS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_TERMINAL_PROMPT",
];

/// What the names of others begin with that are kept.
const KEPT_PREFIXES: &[&str] = &["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_HTTP_", "GIT_PROXY_SSL_", "GIT_SSL_"];

/// What git is told in each call, whatever the user's settings are.
const SETTINGS: &[&str] = &[
    // Blobs above this are streamed, not held.
    "core.bigFileThreshold=8m",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "fetch.fsckObjects=true",
    // All that comes stays in one pack, which can be watched as it grows.
    "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false",
    "gc.autoDetach=false",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
    "push.gpgSign=false",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
];

/// The most that git takes of memory at once: a delta can stand for more than anybody has.
const ALLOCATION_LIMIT: &str = "1g";

/// How many bytes of what git says are kept, how many lines of them are shown, and how many characters of each.
const SAID_BYTES: usize = 16 << 10;
const SAID_LINES: usize = 5;
const SAID_CHARS: usize = 300;

/// How long the pipes of a process are waited for that has ended: what it has started may hold them.
const DRAIN: Duration = Duration::from_secs(2);

/// How much git may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a command has that asks another machine, in milliseconds.
    pub network_ms: u64,
    /// How long any other has, in milliseconds.
    pub local_ms: u64,
    /// How many bytes one fetch may bring.
    pub fetched_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { network_ms: 600_000, local_ms: 60_000, fetched_bytes: 4 << 30 }
    }
}

/// How git is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program: a name that is looked for as the system does, or a path.
    pub program: OsString,
    /// How much it may take.
    pub limits: Limits,
    /// Whether somebody sits at a terminal, who may be asked for a password.
    pub interactive: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { program: "git".into(), limits: Limits::default(), interactive: false }
    }
}

/// A command of git.
pub(crate) struct Call<'a> {
    /// Which.
    pub command: &'static str,
    /// Its arguments.
    pub arguments: &'a [&'a str],
    /// What it is given to read.
    pub input: Vec<u8>,
    /// The most bytes that it may print.
    pub limit_bytes: usize,
    /// Whether it asks another machine.
    pub network: bool,
    /// What its environment has besides.
    pub environment: &'a [(&'a str, &'a str)],
    /// A folder that may grow by so many bytes.
    pub watched: Option<(PathBuf, u64)>,
}

impl<'a> Call<'a> {
    /// Returns a call that reads nothing, and prints little.
    pub fn new(command: &'static str, arguments: &'a [&'a str]) -> Self {
        Self { command, arguments, input: Vec::new(), limit_bytes: 1 << 20, network: false, environment: &[], watched: None }
    }
}

/// What came of a call.
pub(crate) struct Done {
    pub ok: bool,
    pub out: Vec<u8>,
    pub said: Vec<String>,
}

/// Returns git, ready to run a command in a bare repository. Nothing of it is a shell's.
pub(crate) fn git(settings: &Settings, address: &Address, git_dir: &Path) -> Command {
    let mut command = Command::new(&settings.program);
    for (name, _) in std::env::vars_os() {
        if is_cleared(&name) {
            command.env_remove(name);
        }
    }
    command.arg("--git-dir").arg(git_dir);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    // No helper of another name, such as `ext`, which runs programs, whatever the user's settings rewrite addresses to.
    command.env("GIT_ALLOW_PROTOCOL", if address.is_file() { "file" } else { "https:ssh" });
    command.env("GIT_ALLOC_LIMIT", ALLOCATION_LIMIT);
    command.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0");
    command.env("LC_ALL", "C").env("LANGUAGE", "C");
    if !settings.interactive {
        command.env("GIT_TERMINAL_PROMPT", "0");
        // Also OpenSSH asks nobody then, unless there is a program to ask with.
        command.env("SSH_ASKPASS_REQUIRE", "force");
        if std::env::var_os("SSH_ASKPASS").is_none() {
            command.env("SSH_ASKPASS", "false");
        }
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // So that what it starts can be stopped with it. With a terminal it must stay in ours, to be allowed to ask.
            command.process_group(0);
        }
    }
    command
}

fn is_cleared(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("GIT_") && !KEPT.contains(&&*name) && !KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Turns why a program could not be started into an error.
pub(crate) fn not_started(error: io::Error) -> GitError {
    if error.kind() == io::ErrorKind::NotFound { GitError::Missing } else { GitError::NotRun(error) }
}

/// Runs a command to its end, or to that of its time.
pub(crate) fn run(settings: &Settings, address: &Address, git_dir: &Path, call: Call<'_>, progress: &mut dyn FnMut(&str)) -> Result<Done, GitError> {
    let mut command = git(settings, address, git_dir);
    command.arg(call.command).args(call.arguments).envs(call.environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(not_started)?;
    if let Some(mut stdin) = child.stdin.take() {
        let input = call.input;
        // It may end without having read it all; then it says why.
        thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let (out_sent, out) = channel();
    let (said_sent, said) = channel();
    let most = call.limit_bytes as u64 + 1;
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.take(most).read_to_end(&mut bytes);
            drop(out_sent.send(read.map(|_| bytes)));
        });
    }
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || listen(stderr, &said_sent));
    }
    let time_ms = if call.network { settings.limits.network_ms } else { settings.limits.local_ms };
    let before = call.watched.as_ref().map_or(0, |(folder, _)| size_of(folder));
    let deadline = Instant::now() + Duration::from_millis(time_ms);
    let mut heard = Heard::default();
    let mut printed: Option<Vec<u8>> = None;
    let mut looked = Instant::now();
    let address = || Box::new(address.clone());
    let too_much = |limit_bytes| GitError::TooMuch { command: call.command, address: address(), limit_bytes };
    let status = loop {
        heard.take(&said, progress);
        if printed.is_none() {
            printed = out.try_recv().ok().map(|read: io::Result<Vec<u8>>| read.unwrap_or_default());
            if printed.as_ref().is_some_and(|out| out.len() > call.limit_bytes) {
                stop(&mut child, settings);
                return Err(too_much(call.limit_bytes as u64));
            }
        }
        if let Some(status) = child.try_wait().map_err(GitError::NotRun)? {
            break status;
        }
        if let Some((folder, limit_bytes)) = call.watched.as_ref().filter(|_| looked.elapsed() >= Duration::from_millis(50)) {
            looked = Instant::now();
            if size_of(folder).saturating_sub(before) > *limit_bytes {
                stop(&mut child, settings);
                return Err(too_much(*limit_bytes));
            }
        }
        if Instant::now() >= deadline {
            stop(&mut child, settings);
            return Err(GitError::TooLong { command: call.command, address: address(), time_ms });
        }
        thread::sleep(Duration::from_millis(2));
    };
    if let Some((folder, limit_bytes)) = &call.watched
        && size_of(folder).saturating_sub(before) > *limit_bytes
    {
        return Err(too_much(*limit_bytes));
    }
    let printed = match printed {
        Some(printed) => printed,
        None => out.recv_timeout(DRAIN).map_err(|_| GitError::Answer { command: call.command })?.map_err(GitError::NotRun)?,
    };
    if printed.len() > call.limit_bytes {
        return Err(too_much(call.limit_bytes as u64));
    }
    heard.finish(&said, progress);
    Ok(Done { ok: status.success(), out: printed, said: heard.lines() })
}

/// Stops a process, and what it has started.
pub(crate) fn stop(child: &mut Child, settings: &Settings) {
    #[cfg(unix)]
    if !settings.interactive
        && let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = settings;
    let _ = child.kill();
    let _ = child.wait();
}

/// The bytes of the files of a folder.
fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).filter(std::fs::Metadata::is_file).map(|meta| meta.len()).fold(0, u64::saturating_add)
}

fn listen(mut from: impl Read, to: &Sender<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(len) = from.read(&mut buffer) {
        let Some(heard) = buffer.get(..len).filter(|heard| !heard.is_empty()) else { break };
        if to.send(heard.to_vec()).is_err() {
            break;
        }
    }
}

/// The end of what git said.
#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
}

impl Heard {
    fn take(&mut self, said: &Receiver<Vec<u8>>, progress: &mut dyn FnMut(&str)) {
        // A few at a time, so that who talks without end is still watched.
        let mut any = false;
        for chunk in said.try_iter().take(64) {
            self.add(&chunk);
            any = true;
        }
        if any {
            self.show(progress);
        }
    }

    fn finish(&mut self, said: &Receiver<Vec<u8>>, progress: &mut dyn FnMut(&str)) {
        let deadline = Instant::now() + DRAIN;
        while let Ok(chunk) = said.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.add(&chunk);
        }
        self.show(progress);
    }

    fn add(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        let surplus = self.bytes.len().saturating_sub(SAID_BYTES);
        self.bytes.drain(..surplus);
    }

    fn show(&self, progress: &mut dyn FnMut(&str)) {
        if let Some(last) = self.lines().last() {
            progress(last);
        }
    }

    /// The last lines. Those that show how far something is are told once, as they were last.
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let line = |line: &str| line.rsplit('\r').find(|part| !part.trim().is_empty()).map(shown);
        let lines: Vec<String> = text.split('\n').filter_map(line).collect();
        lines.iter().skip(lines.len().saturating_sub(SAID_LINES)).cloned().collect()
    }
}

/// Returns a line that others have written, with what can't be seen shown as what it is.
fn shown(line: &str) -> String {
    let plain = |c: char| if c.is_control() || ('\u{200b}'..='\u{202e}').contains(&c) || ('\u{2060}'..='\u{206f}').contains(&c) { '\u{fffd}' } else { c };
    line.trim().chars().take(SAID_CHARS).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_lead_git_elsewhere_are_cleared() {
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_CONFIG_PARAMETERS",
            "GIT_PROXY_COMMAND",
            "GIT_TRACE",
            "GIT_EXTERNAL_DIFF",
            "GIT_NEW",
        ] {
            assert!(is_cleared(OsStr::new(name)), "{name}");
        }
        for name in
            ["GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_KEY_0", "GIT_COMMITTER_NAME", "PATH", "SSH_AUTH_SOCK", "HOME"]
        {
            assert!(!is_cleared(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn what_is_said_is_shown_without_what_can_steer_a_terminal() {
        let mut heard = Heard::default();
        heard.add(b"one\nReceiving:  1%\rReceiving: 99%\r\nremote: \x1b[2Jgone\x07\xff\n\n");
        assert_eq!(heard.lines(), ["one", "Receiving: 99%", "remote: \u{fffd}[2Jgone\u{fffd}\u{fffd}"]);
        heard.add("x".repeat(SAID_BYTES).as_bytes());
        assert_eq!(heard.bytes.len(), SAID_BYTES);
        assert_eq!(heard.lines(), ["x".repeat(SAID_CHARS)]);
    }
}
