//! Standard output and standard error, as the global options want them.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use clap::builder::StyledStr;
use reach_codes::{Diagnostic, Sources, render};

use crate::answer::{Answer, Envelope, Exit};
use crate::arguments::{ColorWhen, Global};
use crate::failure::Failure;

/// How long it takes until progress is shown, and how often it is shown again.
const PROGRESS_DELAY: Duration = Duration::from_millis(400);
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Where a command's words go.
pub struct Terminal {
    /// Whether output is for programs.
    pub json: bool,
    /// Whether notes and summaries are left out.
    pub quiet: bool,
    /// Whether more is told.
    pub verbose: bool,
    color: ColorWhen,
    started: Instant,
    shown: Option<Instant>,
    gone: bool,
    /// Whether all was said before the command ended.
    over: bool,
}

impl Terminal {
    /// Returns the terminal that the arguments ask for.
    pub fn new(global: &Global) -> Self {
        Self {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color,
            started: Instant::now(),
            shown: None,
            gone: false,
            over: false,
        }
    }

    /// Returns the terminal that the arguments seem to ask for, before it is known whether they are right.
    pub fn before_parsing(arguments: &[OsString]) -> Self {
        let words = || arguments.iter().skip(1).map_while(|a| a.to_str()).take_while(|a| *a != "--");
        let color = words().zip(words().skip(1).chain([""])).find_map(|(a, next)| match (a, next) {
            ("--color=always", _) | ("--color", "always") => Some(ColorWhen::Always),
            ("--color=never", _) | ("--color", "never") => Some(ColorWhen::Never),
            _ => None,
        });
        Self::new(&Global { json: words().any(|a| a == "--json"), color: color.unwrap_or_default(), ..Global::default() })
    }

    /// Returns clap's word for the same wish.
    pub const fn clap_color(&self) -> clap::ColorChoice {
        match self.color {
            ColorWhen::Auto => clap::ColorChoice::Auto,
            ColorWhen::Always => clap::ColorChoice::Always,
            ColorWhen::Never => clap::ColorChoice::Never,
        }
    }

    fn colored(&self, is_terminal: bool) -> bool {
        match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            // https://no-color.org: present and not empty.
            ColorWhen::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
        }
    }

    /// Returns whether standard output has colours.
    pub fn color(&self) -> bool {
        self.colored(io::stdout().is_terminal())
    }

    /// Returns whether standard error has colours.
    pub fn error_color(&self) -> bool {
        self.colored(io::stderr().is_terminal())
    }

    /// Returns how long the command has run.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Begins again to measure how long the command runs: what follows is a run of its own.
    pub fn restart(&mut self) {
        self.started = Instant::now();
    }

    /// Returns whether nobody reads standard output any more.
    pub const fn is_gone(&self) -> bool {
        self.gone
    }

    /// Notes that all was said: what the command answers at its end is its exit status alone.
    pub const fn end(&mut self) {
        self.over = true;
    }

    /// Makes a terminal empty, with what is above kept.
    pub fn clear(&mut self) {
        self.clear_progress();
        let _ = write!(io::stdout(), "\x1b[2J\x1b[H");
    }

    /// Prints a note on standard error, unless `--quiet` or `--json` is given.
    pub fn note(&mut self, text: &str) {
        if !self.quiet && !self.json {
            self.tell(&format!("{text}\n"));
        }
    }

    /// Returns a line that says what came of an operation, with its time where it was long or more is asked for.
    pub fn timed(&self, text: &str) -> String {
        let time = self.elapsed();
        if self.verbose || time >= Duration::from_secs(3) { format!("{text} ({:.2} s)\n", time.as_secs_f64()) } else { format!("{text}\n") }
    }

    /// Prints such a line on standard error.
    pub fn summary(&mut self, text: &str) {
        let line = self.timed(text);
        self.note(line.trim_end());
    }

    /// Prints messages on standard error, whatever the options are.
    pub fn warn(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) {
        let text = render::text(sources, diagnostics, self.error_color());
        self.tell(&text);
    }

    /// Prints text on standard error, whatever the options are.
    pub fn say(&mut self, text: &str) {
        self.tell(text);
    }

    /// Shows how far a long operation is, on a terminal only, and not before it has taken a while.
    pub fn progress(&mut self, text: impl FnOnce() -> String) {
        if self.started.elapsed() >= PROGRESS_DELAY && self.shown.is_none_or(|t| t.elapsed() >= PROGRESS_EVERY) {
            self.announce(&text());
        }
    }

    /// Shows at once what a long operation does, on a terminal only.
    pub fn announce(&mut self, text: &str) {
        if self.quiet || self.json || !io::stderr().is_terminal() {
            return;
        }
        self.shown = Some(Instant::now());
        // Nobody can be told when standard error is gone.
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }

    fn clear_progress(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    fn tell(&mut self, text: &str) {
        self.clear_progress();
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints a help text and returns the exit status.
    pub fn help(&mut self, text: &StyledStr) -> u8 {
        let color = self.color();
        self.write(&if color { text.ansi().to_string() } else { text.to_string() }, Exit::Done)
    }

    /// Prints what is wrong with the usage and returns the exit status.
    pub fn usage(&mut self, text: &StyledStr) -> u8 {
        let color = self.error_color();
        self.tell(&if color { text.ansi().to_string() } else { text.to_string() });
        Exit::Failed as u8
    }

    /// Prints what came of the command and returns the exit status.
    pub fn finish(&mut self, result: Result<Answer, Failure>) -> u8 {
        self.clear_progress();
        match result {
            Ok(answer) if self.over => answer.exit as u8,
            Ok(answer) if self.json => self.envelope(&Envelope::of(answer.ok, answer.data), answer.exit),
            Ok(answer) => self.write(&answer.text, answer.exit),
            Err(failure) => self.fail(&failure),
        }
    }

    fn fail(&mut self, failure: &Failure) -> u8 {
        if failure.is_broken_pipe() {
            // Whoever reads has seen enough; the status still says that the output is not whole.
            self.gone = true;
        } else if self.json && !matches!(failure, Failure::Output(_)) {
            return self.envelope(&Envelope::<()>::failed(failure.envelope()), Exit::Failed);
        } else {
            let text = failure.text(self.error_color());
            self.tell(&text);
        }
        Exit::Failed as u8
    }

    fn envelope(&mut self, envelope: &impl serde::Serialize, exit: Exit) -> u8 {
        match serde_json::to_string(envelope) {
            Ok(line) => self.write(&format!("{line}\n"), exit),
            Err(e) => self.fail(&Failure::output(io::Error::other(e))),
        }
    }

    fn write(&mut self, text: &str, exit: Exit) -> u8 {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => exit as u8,
            Err(e) => self.fail(&Failure::output(e)),
        }
    }
}
