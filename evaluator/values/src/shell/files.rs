//! The files that a command names.

mod addresses;
mod entry;
mod git;
mod readers;
mod writers;

use super::Files;
use super::found::Folder;
use super::word::Word;
use entry::{Entry, Kind, Role};

/// Adds what another has.
pub(super) fn join(to: &mut Files, from: &Files) {
    to.more |= from.more;
    for name in &from.known {
        push(to, name.clone());
    }
}

/// Returns whether a word names nothing but a descriptor, or the file that is always empty.
pub(super) fn is_descriptor(word: &Word) -> bool {
    if word.process {
        return true;
    }
    let Some(text) = word.value.as_deref() else { return false };
    matches!(text, "/dev/null" | "/dev/stdin" | "/dev/stdout" | "/dev/stderr")
        || text.strip_prefix("/dev/fd/").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Adds the file that a word names.
pub(super) fn add(to: &mut Files, word: &Word, folder: &Folder) {
    match (is_descriptor(word), word.value.as_deref()) {
        (true, _) => {}
        (false, None) => to.more = true,
        (false, Some(text)) => add_text(to, text, word.tilde, folder),
    }
}

fn add_text(to: &mut Files, text: &str, tilde: bool, folder: &Folder) {
    if text.is_empty() {
        return;
    }
    // A tilde that is quoted is a character of a name.
    let name = if text.starts_with('~') && !tilde { format!("./{text}") } else { text.to_owned() };
    let name = match folder {
        _ if name.starts_with('/') || (name.starts_with('~') && tilde) => name,
        Folder::Start => name,
        Folder::At(folder, certain) => {
            to.more |= !certain;
            if name == "." { folder.clone() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
        }
        Folder::Unknown => {
            to.more = true;
            return;
        }
    };
    push(to, name);
}

/// Adds a name; once, as long as it takes little time to look.
fn push(to: &mut Files, name: String) {
    if to.known.len() >= 64 || !to.known.contains(&name) {
        to.known.push(name);
    }
}

/// What a command reads and writes.
struct Both<'a> {
    reads: Files,
    writes: Files,
    folder: &'a Folder,
}

impl Both<'_> {
    fn add(&mut self, role: Role, word: &Word) {
        if matches!(role, Role::Reads | Role::Both) {
            add(&mut self.reads, word, self.folder);
        }
        if matches!(role, Role::Writes | Role::Both) {
            add(&mut self.writes, word, self.folder);
        }
    }

    fn more(&mut self, role: Role) {
        self.reads.more |= matches!(role, Role::Reads | Role::Both);
        self.writes.more |= matches!(role, Role::Writes | Role::Both);
    }
}

/// Returns what a program reads and writes by its arguments. A folder is named without what it holds.
pub(super) fn of(name: &str, args: &[Word], folder: &Folder) -> (Files, Files) {
    let mut both = Both { reads: Files::default(), writes: Files::default(), folder };
    match name {
        "find" => {
            both.reads.more = true;
            let removes = super::find::files(args, |writes, word| both.add(if writes { Role::Writes } else { Role::Reads }, word));
            both.writes.more |= removes;
            return (both.reads, both.writes);
        }
        "test" | "[" => {
            test(args, &mut both);
            return (both.reads, both.writes);
        }
        "git" => {
            git::files(args, &mut both);
            return (both.reads, both.writes);
        }
        "curl" => addresses::curl(args, &mut both),
        "wget" | "wget2" => addresses::add(args, Role::Reads, &mut both),
        _ => {}
    }
    // The first word of old programs is options, with a dash or without.
    let bundled = matches!(name, "tar" | "bsdtar" | "ar") && args.first().is_some_and(|a| a.value.as_deref().is_some_and(|t| !t.starts_with('-')));
    let args = args.get(usize::from(bundled)..).unwrap_or(args);
    match entry::entry(name) {
        None => {
            both.more(Role::Both);
            addresses::add(args, Role::Both, &mut both);
            let operands = args.iter().filter(|a| a.value.as_deref().is_some_and(|t| !t.starts_with('-') || t == "-"));
            operands.skip(subcommands(name, args)).for_each(|arg| both.add(Role::Both, arg));
        }
        Some(entry) => known(entry, args, &mut both),
    }
    (both.reads, both.writes)
}

/// Returns how many operands are subcommands, which are no files.
fn subcommands(name: &str, args: &[Word]) -> usize {
    const PROGRAMS: &[&str] = &[
        "apk",
        "apt",
        "apt-get",
        "aws",
        "az",
        "brew",
        "bun",
        "bundle",
        "cargo",
        "composer",
        "conda",
        "dnf",
        "docker",
        "dotnet",
        "gcloud",
        "gem",
        "gh",
        "go",
        "helm",
        "hg",
        "jj",
        "kubectl",
        "nerdctl",
        "npm",
        "pip",
        "pip3",
        "pnpm",
        "podman",
        "poetry",
        "rustup",
        "svn",
        "systemctl",
        "terraform",
        "tofu",
        "uv",
        "yarn",
        "yum",
    ];
    let operand = args.iter().find(|a| a.value.as_deref().is_none_or(|t| !t.starts_with('-')));
    // What `run` runs is a name, too.
    match operand.and_then(|w| w.value.as_deref()) {
        Some("run" | "run-script") if matches!(name, "npm" | "pnpm" | "yarn" | "bun") => 2,
        Some(_) if PROGRAMS.contains(&name) => 1,
        _ => 0,
    }
}

fn known(entry: &Entry, args: &[Word], both: &mut Both<'_>) {
    if !entry.complete.is_nothing() {
        both.more(entry.complete);
    }
    let (mut operands, mut rest, mut skip, mut ended, mut targeted, mut here) = (Vec::new(), args.iter(), entry.skip, false, false, entry.here);
    let (mut in_place, mut dashes) = (false, None);
    while let Some(arg) = rest.next() {
        let text = match arg.value.as_deref() {
            None => {
                if arg.splits || (!ended && arg.may_be_option() && !entry.ignores_options) {
                    both.more(Role::Both);
                }
                operands.push(arg);
                continue;
            }
            Some(text) => text,
        };
        if ended || entry.ignores_options || !text.starts_with('-') || text == "-" {
            operands.push(arg);
            continue;
        }
        if text == "--" {
            ended = true;
            dashes = Some(operands.len());
            continue;
        }
        let Some((options, value)) = entry.options(text) else {
            // It may name a file, or change what others mean.
            both.more(Role::Both);
            if let Some((_, value)) = text.split_once('=') {
                both.add(Role::Both, &Word::literal(value));
            }
            continue;
        };
        for option in options {
            match option {
                Kind::Flag => {}
                Kind::More(role) => both.more(role),
                Kind::NoPattern => skip = 0,
                Kind::Recursive => {
                    here = true;
                    both.more(Role::Reads);
                }
                Kind::InPlace => {
                    in_place = true;
                    both.more(Role::Writes);
                }
                Kind::Pattern | Kind::PatternFile | Kind::Value | Kind::File(_) | Kind::Target => {
                    let attached = value.map(Word::literal);
                    let Some(word) = attached.as_ref().or_else(|| rest.next()) else { continue };
                    if word.value.is_none() && word.splits {
                        both.more(Role::Both);
                    }
                    match option {
                        Kind::File(role) => both.add(role, word),
                        Kind::Target => {
                            targeted = true;
                            both.add(Role::Writes, word);
                        }
                        Kind::Pattern => skip = 0,
                        Kind::PatternFile => {
                            skip = 0;
                            both.add(Role::Reads, word);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    if entry.operands == Role::Pathspecs {
        return git::pathspecs(&operands, dashes, both);
    }
    // Two dashes alone may be a name to programs without options, and others mean nothing as one.
    let operands: Vec<&Word> = operands.into_iter().skip(skip).filter(|w| w.value.as_deref() != Some("-")).collect();
    if here && operands.is_empty() {
        both.add(Role::Reads, &Word::literal("."));
    }
    match entry.operands {
        Role::Last => copies(&operands, targeted, both),
        Role::Pairs => {
            for word in operands {
                let Some((name, value)) = word.value.as_deref().and_then(|t| t.split_once('=')) else {
                    both.more(Role::Both);
                    continue;
                };
                match name {
                    "if" => both.add(Role::Reads, &Word::literal(value)),
                    "of" => both.add(Role::Writes, &Word::literal(value)),
                    _ => {}
                }
            }
        }
        Role::Output => {
            for (i, word) in operands.into_iter().enumerate() {
                both.add(if i == 0 { Role::Reads } else { Role::Writes }, word);
            }
        }
        Role::Reads if in_place => operands.into_iter().for_each(|word| both.add(Role::Both, word)),
        role => operands.into_iter().for_each(|word| both.add(role, word)),
    }
}

/// Adds the files that are asked for.
fn test(args: &[Word], both: &mut Both<'_>) {
    for (i, word) in args.iter().enumerate() {
        let near = |at: Option<usize>| at.and_then(|at| args.get(at));
        match word.value.as_deref() {
            Some("-nt" | "-ot" | "-ef") => near(i.checked_sub(1)).into_iter().chain(near(i.checked_add(1))).for_each(|word| both.add(Role::Reads, word)),
            Some(text) if text.len() == 2 && text.starts_with('-') && text.ends_with(|c| "abcdefghkprsuwxGLNOS".contains(c)) => {
                near(i.checked_add(1)).into_iter().for_each(|word| both.add(Role::Reads, word));
            }
            _ => {}
        }
    }
}

/// Adds what is copied: the last operand is written, or what the others are called in it.
fn copies(operands: &[&Word], targeted: bool, both: &mut Both<'_>) {
    let Some((last, sources)) = operands.split_last() else { return };
    if targeted {
        operands.iter().for_each(|word| both.add(Role::Reads, word));
        both.more(Role::Writes);
        return;
    }
    for source in sources {
        both.add(Role::Reads, source);
        match (source.value.as_deref(), last.value.as_deref()) {
            (Some(source), Some(folder)) => {
                let base = source.trim_end_matches('/').rsplit('/').next().unwrap_or("");
                let name = format!("{}/{base}", folder.trim_end_matches('/'));
                add_text(&mut both.writes, &name, last.tilde, both.folder);
            }
            _ => both.more(Role::Writes),
        }
    }
    both.add(Role::Writes, last);
}
