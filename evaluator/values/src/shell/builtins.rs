//! Commands of the shell itself (bash 5.2 and POSIX 2024, 2.15), which may change what the others mean.

use super::found::Folder;
use super::run::Effects;
use super::word::{Word, is_name};
use super::{Opaque, environment};

/// Returns whether a command takes assignments, arrays among them, as its arguments.
pub(super) fn declares(name: &str) -> bool {
    matches!(name, "declare" | "typeset" | "local" | "readonly" | "export")
}

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    match name {
        // Text that is evaluated, now or later; or that can't be told from it.
        "eval" | "source" | "." | "trap" | "alias" | "unalias" | "enable" | "complete" | "compgen" | "compopt" | "bind" | "fc" | "history" | "let"
        | "shopt" | "setopt" | "unsetopt" | "rehash" | "disable" | "fignore" => effects.note(Opaque::Evaluation),
        "hash" if args.iter().any(|a| a.value.as_deref() != Some("-r")) => effects.note(Opaque::Evaluation),
        "mapfile" | "readarray" => read(args, "tr", "dnOsuc", effects),
        "read" => read(args, "rs", "dnNptuia", effects),
        "getopts" => match args {
            [options, name, rest @ ..] if options.value.is_some() && rest.is_empty() => assign(name.value.as_deref(), effects),
            _ => effects.note(Opaque::Evaluation),
        },
        "printf" => match args.first().map(|a| (a, a.value.as_deref())) {
            Some((_, Some("-v"))) => assign(args.get(1).and_then(|a| a.value.as_deref()), effects),
            Some((_, Some(text))) if !text.starts_with("-v") => {}
            Some((word, None)) if !word.may_be_option() => {}
            None => {}
            _ => effects.note(Opaque::Evaluation),
        },
        "test" | "[" => test(args, effects),
        "unset" => {
            for arg in args {
                match arg.value.as_deref() {
                    Some("-v") => {}
                    name => assign(name, effects),
                }
            }
        }
        "wait" => {
            if args.iter().any(|a| a.may_be_option() && a.value.as_deref() != Some("-n")) {
                effects.note(Opaque::Evaluation);
            }
        }
        "set" => set(args, effects),
        name if declares(name) => declare(args, effects),
        // `jobs -x` runs a command.
        "jobs" if !args.is_empty() => effects.note(Opaque::Wrapper),
        "cd" | "chdir" | "pushd" | "popd" => effects.folder = Some(changed(name, args)),
        "command" | "builtin" | "exec" => {
            let mut rest = args;
            while let Some(option) = rest.first().and_then(|w| w.value.as_deref()).filter(|o| o.starts_with('-')) {
                rest = rest.get(1..).unwrap_or(&[]);
                match (name, option) {
                    (_, "--") => break,
                    ("command", "-v" | "-V" | "-pv" | "-pV") => return true,
                    ("command", "-p") | ("exec", "-c" | "-l" | "-cl") => {}
                    ("exec", "-a") => rest = rest.get(1..).unwrap_or(&[]),
                    _ => {
                        effects.note(Opaque::Wrapper);
                        return true;
                    }
                }
            }
            effects.run(rest);
        }
        _ => return false,
    }
    true
}

/// Notes a variable that is set.
fn assign(name: Option<&str>, effects: &mut Effects) {
    match name {
        // In a subscript commands are substituted.
        Some(name) if is_name(name) => {
            if environment::is_dangerous(name) {
                effects.note(Opaque::Environment);
            }
        }
        _ => effects.note(Opaque::Evaluation),
    }
}

fn read(args: &[Word], flags: &str, valued: &str, effects: &mut Effects) {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.value.as_deref() {
            None => effects.note(Opaque::Evaluation),
            Some(option) if option.starts_with('-') && option.len() > 1 => {
                let mut letters = option.get(1..).unwrap_or("").chars();
                while let Some(letter) = letters.next() {
                    if valued.contains(letter) {
                        let attached = letters.as_str();
                        let value = if attached.is_empty() { args.next().and_then(|w| w.value.as_deref()) } else { Some(attached) };
                        if letter == 'a' {
                            assign(value, effects);
                        } else if letter == 'c' || (value.is_none() && letter != 'd' && letter != 'p') {
                            effects.note(Opaque::Evaluation);
                        }
                        break;
                    }
                    if !flags.contains(letter) {
                        effects.note(Opaque::Evaluation);
                    }
                }
            }
            name => assign(name, effects),
        }
    }
}

/// A test has operands that name variables with subscripts; unknown words may be such.
fn test(args: &[Word], effects: &mut Effects) {
    let args = match args.split_last() {
        Some((last, rest)) if last.value.as_deref() == Some("]") => rest,
        _ => args,
    };
    let names = args.iter().zip(args.iter().skip(1)).any(|(a, b)| matches!(a.value.as_deref(), Some("-v" | "-R")) && !b.value.as_deref().is_some_and(is_name));
    let split = args.iter().any(|w| w.value.is_none() && w.splits);
    let literal = |i: usize| args.get(i).is_some_and(|w| w.value.is_some());
    // With how many words they are operators depends on their number (POSIX 2024, test).
    let operators = match args.len() {
        0 | 1 => true,
        2 => literal(0),
        3 => literal(1),
        4 => literal(0) && literal(2),
        n => (0..n).all(literal),
    };
    if names || split || !operators {
        effects.note(Opaque::Evaluation);
    }
}

fn set(args: &[Word], effects: &mut Effects) {
    const LONG: &[&str] = &["errexit", "nounset", "xtrace", "verbose", "pipefail", "noglob", "noexec", "noclobber"];
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.value.as_deref() {
            Some("--") => return,
            Some(option) if option.starts_with(['-', '+']) && option.len() > 1 => {
                let letters = option.get(1..).unwrap_or("");
                let long = !letters.contains('o') || args.next().and_then(|w| w.value.as_deref()).is_some_and(|o| LONG.contains(&o));
                if !long || !letters.chars().all(|c| "euxvfnCo".contains(c)) {
                    effects.note(Opaque::Evaluation);
                }
            }
            Some(_) => return,
            None if arg.may_be_option() => return effects.note(Opaque::Evaluation),
            None => return,
        }
    }
}

fn declare(args: &[Word], effects: &mut Effects) {
    for arg in args {
        if let Some((name, _)) = arg.assignment() {
            assign(Some(&name), effects);
            continue;
        }
        match arg.value.as_deref() {
            // Others make numbers, whose values are computed, or references, or list and change functions.
            Some(option) if option.starts_with('-') => {
                if !option.chars().skip(1).all(|c| "gxrpaAlu-".contains(c)) {
                    effects.note(Opaque::Evaluation);
                }
            }
            name => assign(name, effects),
        }
    }
}

/// Returns the folder behind a `cd`.
fn changed(name: &str, args: &[Word]) -> Folder {
    match args {
        [to] if matches!(name, "cd" | "pushd") => match to.value.as_deref() {
            Some(folder) if folder.starts_with('/') => Folder::At(folder.to_owned(), false),
            _ => Folder::Unknown,
        },
        _ => Folder::Unknown,
    }
}
