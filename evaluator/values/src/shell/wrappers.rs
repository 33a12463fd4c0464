//! Programs that run the command that their words name: `sudo`, `env`, `xargs` and the like.

use super::run::{Effects, Runs};
use super::word::{Word, is_name};
use super::{Opaque, environment};

/// The options of a wrapper: letters and long names without and with a value.
struct Options {
    flags: &'static str,
    valued: &'static str,
    long_flags: &'static [&'static str],
    long_valued: &'static [&'static str],
}

const fn options(flags: &'static str, valued: &'static str, long_flags: &'static [&'static str], long_valued: &'static [&'static str]) -> Options {
    Options { flags, valued, long_flags, long_valued }
}

/// What stands before the command: options with their values, and where the first operand is.
type Given<'w> = (Vec<(String, Option<String>)>, &'w [Word]);

impl Options {
    /// Reads options up to the first operand; none where one isn't known.
    fn read<'w>(&self, mut args: &'w [Word]) -> Option<Given<'w>> {
        let mut given = Vec::new();
        while let Some((first, rest)) = args.split_first() {
            let Some(text) = first.value.as_deref() else {
                return if first.may_be_option() { None } else { Some((given, args)) };
            };
            if !text.starts_with('-') || text == "-" {
                break;
            }
            args = rest;
            if text == "--" {
                break;
            }
            let (name, value, takes) = if let Some(long) = text.strip_prefix("--") {
                let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v.to_owned())));
                if self.long_valued.contains(&name) {
                    (name.to_owned(), value.clone(), value.is_none())
                } else if self.long_flags.contains(&name) {
                    (name.to_owned(), value, false)
                } else {
                    return None;
                }
            } else {
                let letters = text.get(1..)?;
                let at = letters.find(|c| !self.flags.contains(c));
                given.extend(letters.chars().take_while(|c| self.flags.contains(*c)).map(|c| (c.to_string(), None)));
                let Some(at) = at else { continue };
                let letter = letters.get(at..)?.chars().next().filter(|c| self.valued.contains(*c))?;
                let value = letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty()).map(str::to_owned);
                (letter.to_string(), value.clone(), value.is_none())
            };
            let value = if takes {
                let (value, rest) = args.split_first()?;
                // An unknown value may be several words, or none: then others move.
                if value.value.is_none() && value.splits {
                    return None;
                }
                args = rest;
                value.value.clone()
            } else {
                value
            };
            given.push((name, value));
        }
        Some((given, args))
    }
}

/// Returns the options of a wrapper, and how many operands stand before the command.
fn known(name: &str) -> Option<(Options, usize)> {
    Some(match name {
        "nohup" => (options("", "", &[], &[]), 0),
        "setsid" => (options("cfw", "", &["ctty", "fork", "wait"], &[]), 0),
        "nice" => (options("", "n", &[], &["adjustment"]), 0),
        "ionice" => (options("t", "cn", &["ignore"], &["class", "classdata"]), 0),
        "stdbuf" => (options("", "ioe", &[], &["input", "output", "error"]), 0),
        "timeout" => (options("vfp", "ks", &["foreground", "preserve-status", "verbose"], &["kill-after", "signal"]), 1),
        "time" => (options("pvaq", "fo", &["portability", "verbose", "append", "quiet"], &["format", "output"]), 0),
        "strace" => (options("fFcCdhikqrtTvVwxyYzZ", "abeIopPsSuUX", &[], &[]), 0),
        "chroot" => (options("", "", &["skip-chdir"], &["groups", "userspec"]), 1),
        "env" => (options("i0v", "uC", &["ignore-environment", "null", "debug"], &["unset", "chdir"]), 0),
        "doas" => (options("nL", "Cu", &[], &[]), 0),
        "sudo" => (
            options(
                "AbBEHKknNPSV",
                "CDghpTuUrt",
                &[
                    "askpass",
                    "background",
                    "bell",
                    "set-home",
                    "non-interactive",
                    "preserve-env",
                    "preserve-groups",
                    "stdin",
                    "remove-timestamp",
                    "reset-timestamp",
                ],
                &["close-from", "chdir", "group", "host", "prompt", "command-timeout", "user", "role", "type", "preserve-env"],
            ),
            0,
        ),
        "watch" => (
            options(
                "bcdegtwx",
                "nq",
                &["beep", "color", "differences", "errexit", "chgexit", "no-title", "no-wrap", "exec", "precise"],
                &["interval", "equexit"],
            ),
            0,
        ),
        "flock" => (
            options(
                "seunoFx",
                "wE",
                &["shared", "exclusive", "unlock", "nonblock", "nb", "close", "no-fork", "verbose"],
                &["timeout", "wait", "conflict-exit-code"],
            ),
            1,
        ),
        "xargs" => (
            options(
                "0rtpxo",
                "IiLnPsdEa",
                &["null", "no-run-if-empty", "verbose", "interactive", "exit", "open-tty"],
                &["max-args", "max-procs", "max-chars", "delimiter", "arg-file", "max-lines", "replace", "eof"],
            ),
            0,
        ),
        _ => return None,
    })
}

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    match name {
        "busybox" | "toybox" | "coreutils" | "uutils" => {
            // The program is in an option, or the names of all are installed.
            if args.first().is_some_and(Word::may_be_option) {
                effects.note(Opaque::Wrapper);
                return true;
            }
            effects.run(args);
            return true;
        }
        "su" => {
            effects.note(Opaque::Interpreter);
            let code = args.iter().skip_while(|w| !matches!(w.value.as_deref(), Some("-c" | "--command"))).nth(1);
            effects.code(code, Opaque::Interpreter);
            return true;
        }
        "ssh" => {
            // What the other side makes of it isn't known.
            effects.note(Opaque::Wrapper);
            let known = options("46AaCfGgKkMNnqsTtVvXxYy", "BbcDEeFIiJLlmOopQRSWw", &[], &[]).read(args);
            if let Some((_, [_, rest @ ..])) = known {
                joined(rest, effects);
            }
            return true;
        }
        _ => {}
    }
    let Some((options, operands)) = known(name) else { return false };
    // `nice -5`, `env -`
    let args = match args.split_first() {
        Some((first, rest)) if name == "nice" && first.value.as_deref().is_some_and(is_niceness) => rest,
        Some((first, rest)) if name == "env" && first.value.as_deref() == Some("-") => rest,
        _ => args,
    };
    let Some((given, rest)) = options.read(args) else {
        effects.note(Opaque::Wrapper);
        return true;
    };
    let has = |names: &[&str]| given.iter().any(|(n, _)| names.contains(&&**n));
    effects.elsewhere = has(&["C", "D", "chdir"]) && name != "sudo" && name != "doas" || (name == "sudo" && has(&["D", "chdir"]));
    if operands > 0 && rest.first().is_some_and(|w| w.value.is_none() && w.splits) {
        effects.note(Opaque::Wrapper);
        return true;
    }
    let rest = rest.get(operands..).unwrap_or(&[]);
    match name {
        "env" | "sudo" => {
            if given.iter().any(|(n, v)| matches!(&**n, "u" | "unset") && name == "env" && v.as_deref().is_none_or(environment::is_dangerous)) {
                effects.note(Opaque::Environment);
            }
            assigning(rest, effects);
        }
        "watch" if !has(&["x", "exec"]) => through_a_shell(rest, effects),
        "flock" => match rest.split_first() {
            Some((option, [code])) if matches!(option.value.as_deref(), Some("-c" | "--command")) => through_a_shell(std::slice::from_ref(code), effects),
            Some((option, _)) if option.may_be_option() => effects.note(Opaque::Wrapper),
            _ => effects.run(rest),
        },
        "strace" => {
            // It writes to a program where the name begins so.
            if given.iter().any(|(n, v)| n == "o" && v.as_deref().is_none_or(|v| v.starts_with(['|', '!']))) {
                effects.note(Opaque::Wrapper);
            }
            effects.run(rest);
        }
        "chroot" => {
            // What a name means below another root isn't known.
            effects.note(Opaque::Wrapper);
            effects.elsewhere = true;
            effects.run(rest);
        }
        "xargs" => xargs(&given, rest, effects),
        _ => effects.run(rest),
    }
    true
}

fn is_niceness(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|n| !n.is_empty() && n.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()))
}

/// Notes assignments and the command behind them.
fn assigning(mut words: &[Word], effects: &mut Effects) {
    let mut env = Vec::new();
    while let Some((first, rest)) = words.split_first() {
        let text = first.value.as_deref().unwrap_or(&first.prefix);
        let Some((name, value)) = text.split_once('=') else { break };
        if (first.value.is_none() && first.splits) || !is_name(name) {
            return effects.note(Opaque::Wrapper);
        }
        if environment::is_dangerous(name) {
            effects.note(Opaque::Environment);
        }
        env.push((name.to_owned(), first.value.as_ref().map(|_| value.to_owned())));
        words = rest;
    }
    if let Some(first) = words.first() {
        if first.value.is_none() {
            effects.note(Opaque::Wrapper);
        }
        effects.runs.push(Runs::Command(words.to_vec(), env));
    }
}

/// Notes a shell that runs code, whose words are joined by blanks.
fn through_a_shell(words: &[Word], effects: &mut Effects) {
    if words.is_empty() {
        return;
    }
    let words: Option<Vec<&str>> = words.iter().map(|w| w.value.as_deref()).collect();
    match words {
        Some(words) => effects.run(&[Word::literal("sh"), Word::literal("-c"), Word::literal(&words.join(" "))]),
        None => effects.note(Opaque::Wrapper),
    }
}

/// Notes code whose words are joined by blanks.
fn joined(words: &[Word], effects: &mut Effects) {
    if words.is_empty() {
        return;
    }
    let words: Option<Vec<&str>> = words.iter().map(|w| w.value.as_deref()).collect();
    match words {
        Some(words) => effects.runs.push(Runs::Code(words.join(" "))),
        None => effects.note(Opaque::Wrapper),
    }
}

fn xargs(given: &[(String, Option<String>)], words: &[Word], effects: &mut Effects) {
    let replaces = given.iter().rev().find(|(n, _)| matches!(&**n, "I" | "i" | "replace"));
    // `-i` takes its value attached or not at all, like `-l` and `-e`, which aren't known here.
    if given.iter().any(|(n, _)| matches!(&**n, "i" | "replace" | "eof" | "max-lines")) {
        return effects.note(Opaque::Wrapper);
    }
    let mut words = if words.is_empty() { vec![Word::literal("echo")] } else { words.to_vec() };
    match replaces {
        Some((_, Some(mark))) if !mark.is_empty() => substitute(&mut words, mark),
        Some(_) => return effects.note(Opaque::Wrapper),
        None => words.push(Word::unknown()),
    }
    effects.run(&words);
}

/// Makes words with a mark, which is replaced by what can't be known, unknown.
pub(super) fn substitute(words: &mut [Word], mark: &str) {
    for word in words {
        if word.value.as_deref().is_some_and(|t| t.contains(mark)) {
            let text = word.value.take().unwrap_or_default();
            text.split(mark).next().unwrap_or("").clone_into(&mut word.prefix);
            word.tilde = false;
        }
    }
}
