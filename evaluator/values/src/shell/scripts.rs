//! Scripts of `sed` and programs of `awk` that run nothing and name no files.

use super::word::Word;

/// Returns whether the words of `sed` only print, delete or replace: neither `e`, which runs what it reads, nor `w`, nor scripts from files.
pub(super) fn sed_is_plain(args: &[Word]) -> bool {
    let (mut args, mut scripts, mut operand) = (args.iter(), 0, None::<&Word>);
    while let Some(arg) = args.next() {
        let Some(text) = arg.value.as_deref() else {
            // A file, where the script is given before.
            if arg.may_be_option() || arg.splits || (operand.is_none() && scripts == 0) {
                return false;
            }
            operand.get_or_insert(arg);
            continue;
        };
        match text {
            "-n" | "-E" | "-r" | "-s" | "-z" | "-u" | "-i" | "-nE" | "-En" | "-nr" | "-Ei" | "-ni" | "--quiet" | "--silent" | "--regexp-extended"
            | "--sandbox" | "--posix" | "--in-place" => {}
            "-e" | "--expression" => {
                scripts += 1;
                if !args.next().and_then(|w| w.value.as_deref()).is_some_and(sed_script_is_plain) {
                    return false;
                }
            }
            _ if text.strip_prefix("-i").or(text.strip_prefix("--in-place=")).is_some_and(|s| s.starts_with(['.', '~', '_']) && !s.contains('/')) => {}
            _ if text.starts_with('-') => return false,
            _ => {
                operand.get_or_insert(arg);
            }
        }
    }
    scripts > 0 || operand.and_then(|w| w.value.as_deref()).is_some_and(sed_script_is_plain)
}

/// Returns whether a script of `sed` is a list of replacements, deletions and prints that is understood exactly.
fn sed_script_is_plain(script: &str) -> bool {
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches([' ', ';', '\n', '\t']);
        if rest.is_empty() {
            return true;
        }
        let Some(behind) = sed_command(rest) else { return false };
        rest = behind.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with([';', '\n']) {
            return false;
        }
    }
}

/// Returns what stands behind a plain command.
fn sed_command(text: &str) -> Option<&str> {
    let mut rest = sed_address(text)?;
    if let Some(second) = rest.strip_prefix(',') {
        rest = sed_address(second).filter(|r| r.len() < second.len())?;
    }
    rest = rest.trim_start_matches([' ', '!']);
    let command = rest.chars().next()?;
    let behind = rest.get(command.len_utf8()..)?;
    match command {
        'p' | 'd' | 'D' | 'P' | 'g' | 'G' | 'h' | 'H' | 'x' | 'n' | 'N' | '=' => Some(behind),
        'q' => Some(behind.trim_start_matches(|c: char| c.is_ascii_digit())),
        's' | 'y' => {
            let delimiter = behind.chars().next().filter(|c| c.is_ascii_punctuation() && *c != '\\')?;
            let from = sed_until(behind.get(1..)?, delimiter)?;
            let to = sed_until(from, delimiter)?;
            Some(if command == 's' { to.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, 'g' | 'p' | 'i' | 'I')) } else { to })
        }
        _ => None,
    }
}

fn sed_address(text: &str) -> Option<&str> {
    match text.chars().next()? {
        '$' => text.get(1..),
        '/' => sed_until(text.get(1..)?, '/'),
        '\\' => None,
        _ => Some(text.trim_start_matches(|c: char| c.is_ascii_digit())),
    }
}

/// Returns what stands behind the delimiter. A bracket expression, in which a delimiter may or may not count, is refused with one in it.
fn sed_until(text: &str, delimiter: char) -> Option<&str> {
    let (mut escaped, mut bracket) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == delimiter => return if bracket { None } else { text.get(at + c.len_utf8()..) },
            '[' if text.get(at + 1..).is_some_and(|r| r.starts_with([']', '^'])) => return None,
            '[' => bracket = true,
            ']' => bracket = false,
            _ => {}
        }
    }
    None
}

/// Returns whether a program of `awk` can only compute and print: no pipes, no files, no `system`, no calls by name.
pub(super) fn awk_is_plain(args: &[Word]) -> bool {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(text) = arg.value.as_deref() else { return false };
        match text {
            "-F" | "-v" => {
                if args.next().is_none_or(|w| w.value.is_none() && w.splits) {
                    return false;
                }
            }
            _ if text.starts_with("-F") => {}
            _ if text.starts_with('-') => return false,
            program => {
                let plain = !program.contains(['|', '>', '@', '`'])
                    && !program.contains("\\\n")
                    && !["system", "getline", "close", "fflush", "ARGV", "ARGC", "ENVIRON", "extension", "load"].iter().any(|w| program.contains(w));
                // Behind it, options of some are options still; files named so that they assign are harmless.
                return plain && args.all(|w| !w.splits && !w.may_be_option());
            }
        }
    }
    false
}
