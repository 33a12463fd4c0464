//! What a command that was read does: its files, and the commands that it runs in turn.

use super::cursor::Parser;
use super::found::{Folder, Step};
use super::simple::{Redirections, Simple};
use super::word::Word;
use super::{Command, Opaque, builtins, environment, files, find, git, interpreters, launchers, outlets, wrappers};

/// What a program does beside what its words say of files.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Why it may run what isn't found.
    pub(super) opaque: Option<Opaque>,
    /// What it runs.
    pub(super) runs: Vec<Runs>,
    /// The folder of the commands behind it, where it changes that.
    pub(super) folder: Option<Folder>,
    /// Whether its relative names begin at another folder.
    pub(super) elsewhere: bool,
}

/// What a program runs.
#[derive(Debug)]
pub(super) enum Runs {
    /// A command.
    Command(Vec<Word>, Vec<(String, Option<String>)>),
    /// Code of a shell.
    Code(String),
}

impl Effects {
    pub(super) fn note(&mut self, opaque: Opaque) {
        self.opaque.get_or_insert(opaque);
    }

    /// Notes a command that is run; nothing to run where there are no words.
    pub(super) fn run(&mut self, words: &[Word]) {
        if !words.is_empty() {
            self.runs.push(Runs::Command(words.to_vec(), Vec::new()));
        }
    }

    /// Notes code of a shell that is run.
    pub(super) fn code(&mut self, word: Option<&Word>, unknown: Opaque) {
        match word.and_then(|w| w.value.as_ref()) {
            Some(code) => self.runs.push(Runs::Code(code.clone())),
            None => self.note(unknown),
        }
    }
}

/// Returns what a program is called: its base name, without what marks it on other systems.
pub(super) fn base_name(program: &str) -> &str {
    let name = program.rsplit('/').next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    // GNU programs where another system's have their names.
    const GNU: &[&str] = &["gtimeout", "gxargs", "gfind", "gsed", "gtar", "gsort", "genv", "gnice", "gnohup", "gstdbuf", "gsplit", "gchroot", "gtime"];
    if GNU.contains(&name) { name.get(1..).unwrap_or(name) } else { name }
}

/// Returns whether a program is what its name says: it is looked up by the shell, or lies where systems have theirs.
fn is_of_the_system(program: &str) -> bool {
    const FOLDERS: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
    program.rsplit_once('/').is_none_or(|(folder, _)| FOLDERS.contains(&folder))
}

impl Parser<'_, '_> {
    /// Fills the place of a command, and finds what it runs.
    pub(super) fn run(&mut self, place: usize, simple: Simple) -> Step {
        let Simple { mut words, env, redirections, range } = simple;
        let texts: Vec<Option<String>> = words.iter().map(|w| w.value.clone()).collect();
        // Which program runs must not depend on the shell.
        words.iter_mut().filter(|w| w.dialect).for_each(|w| w.forget(false));
        self.found.count(words.len())?;
        let Some((program, args)) = words.split_first() else { return Ok(()) };
        let Some(path) = program.value.as_deref() else {
            self.found.note(Opaque::Program);
            return Ok(());
        };
        // What an open file or a process is.
        if ["/proc/", "/dev/"].iter().any(|folder| path.starts_with(folder)) {
            self.found.note(Opaque::Program);
        }
        let name = base_name(path);
        let mut effects = Effects::default();
        // Each says whether it knows the program.
        let _ = builtins::inspect(name, args, &mut effects)
            || wrappers::inspect(name, args, &mut effects)
            || interpreters::inspect(name, args, &mut effects)
            || launchers::inspect(name, &mut effects)
            || find::inspect(name, args, &mut effects)
            || git::inspect(name, args, &mut effects)
            || outlets::inspect(name, args, &mut effects);
        let folder = if effects.elsewhere { &Folder::Unknown } else { self.folder() };
        let (mut reads, mut writes) = files::of(name, args, folder);
        if !is_of_the_system(path) {
            // `/tmp/cat` is called like a program that is known, and may be any.
            (reads.more, writes.more) = (true, true);
        }
        let mut command = Command { words: texts, env, reads, writes, redirects: false, start: range.0, end: range.1 };
        redirections.apply(&mut command);
        self.found.fill(place, command);
        if let Some(opaque) = effects.opaque {
            self.found.note(opaque);
        }
        if let Some(folder) = effects.folder {
            self.found.folder = folder;
        }
        for runs in effects.runs {
            self.runs(runs, range, effects.elsewhere)?;
        }
        Ok(())
    }

    fn runs(&mut self, runs: Runs, range: (usize, usize), elsewhere: bool) -> Step {
        let folder = self.found.folder.clone();
        if elsewhere {
            self.found.folder = Folder::Unknown;
        }
        match runs {
            Runs::Command(words, env) => {
                if env.iter().any(|(name, _)| environment::is_dangerous(name)) {
                    self.found.note(Opaque::Environment);
                }
                let simple = Simple { words, env, redirections: Redirections::default(), range };
                let changes =
                    simple.words.first().and_then(|w| w.value.as_deref()).is_some_and(|n| matches!(n, "cd" | "pushd" | "popd" | "builtin" | "command"));
                self.deeper(|this| {
                    let place = this.found.reserve()?;
                    this.run(place, simple)
                })?;
                if !changes {
                    self.found.folder = folder;
                }
            }
            Runs::Code(code) => {
                self.nested(&code, range, |parser| parser.whole())?;
                self.found.folder = folder;
            }
        }
        Ok(())
    }
}
