//! `git`, whose options, settings and subcommands may run programs.

use super::Opaque;
use super::outlets::abbreviates;
use super::run::Effects;
use super::word::Word;

/// Subcommands that run nothing but parts of git, and what the repository is set up to run.
const SUBCOMMANDS: &[&str] = &[
    "add",
    "am",
    "annotate",
    "apply",
    "archive",
    "blame",
    "branch",
    "bundle",
    "cat-file",
    "check-attr",
    "check-ignore",
    "check-mailmap",
    "check-ref-format",
    "checkout",
    "checkout-index",
    "cherry",
    "cherry-pick",
    "clean",
    "clone",
    "column",
    "commit",
    "commit-graph",
    "commit-tree",
    "config",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "fetch",
    "fmt-merge-msg",
    "for-each-ref",
    "format-patch",
    "fsck",
    "gc",
    "get-tar-commit-id",
    "grep",
    "hash-object",
    "index-pack",
    "init",
    "interpret-trailers",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "mailinfo",
    "merge",
    "merge-base",
    "merge-file",
    "merge-tree",
    "mktag",
    "mktree",
    "mv",
    "name-rev",
    "notes",
    "pack-objects",
    "pack-refs",
    "patch-id",
    "prune",
    "pull",
    "push",
    "range-diff",
    "read-tree",
    "rebase",
    "reflog",
    "remote",
    "repack",
    "replace",
    "rerere",
    "reset",
    "restore",
    "rev-list",
    "rev-parse",
    "revert",
    "rm",
    "shortlog",
    "show",
    "show-branch",
    "show-ref",
    "sparse-checkout",
    "stash",
    "status",
    "stripspace",
    "switch",
    "symbolic-ref",
    "tag",
    "unpack-objects",
    "update-index",
    "update-ref",
    "update-server-info",
    "var",
    "verify-commit",
    "verify-pack",
    "verify-tag",
    "version",
    "whatchanged",
    "worktree",
    "write-tree",
];

/// Options that name a program, or let one run that the repository names.
const LONG: &[&str] = &[
    "exec",
    "upload-pack",
    "receive-pack",
    "open-files-in-pager",
    "ext-diff",
    "textconv",
    "filters",
    "extcmd",
    "template",
    "smtp-server",
    "config",
    "strategy",
    "interactive",
    "run",
    "remote",
    "trailer-cmd",
    "edit-todo",
];

/// Settings that run nothing.
const SETTINGS: &[&str] = &[
    "user.",
    "color.",
    "advice.",
    "core.quotepath",
    "core.autocrlf",
    "core.eol",
    "core.ignorecase",
    "core.filemode",
    "init.defaultbranch",
    "commit.gpgsign",
    "tag.gpgsign",
    "pull.rebase",
    "push.default",
    "merge.conflictstyle",
    "diff.algorithm",
    "log.",
    "column.",
    "protocol.version",
    "gc.auto",
    "fetch.prune",
    "http.postbuffer",
    "i18n.",
];

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    if name != "git" {
        return false;
    }
    if !is_plain(args, effects) {
        effects.note(Opaque::Wrapper);
    }
    true
}

fn setting_is_plain(setting: &str) -> bool {
    let lower = setting.to_ascii_lowercase();
    SETTINGS.iter().any(|s| if s.ends_with('.') { lower.starts_with(s) } else { lower.split('=').next() == Some(s) }) && !lower.contains("pager")
}

fn is_plain(args: &[Word], effects: &mut Effects) -> bool {
    let mut args = args.iter();
    let subcommand = loop {
        let Some(arg) = args.next() else { return true };
        match arg.value.as_deref() {
            None => return false,
            Some("-C") => {
                effects.elsewhere = true;
                if args.next().is_none_or(|w| w.value.is_none() && w.splits) {
                    return false;
                }
            }
            Some("-c") => {
                if !args.next().is_some_and(|w| setting_is_plain(&w.prefix) && !w.splits && w.prefix.contains('=')) {
                    return false;
                }
            }
            Some("--no-pager" | "-P" | "--no-optional-locks" | "--literal-pathspecs" | "--no-replace-objects" | "--bare") => {}
            Some("--version" | "-v" | "--help" | "-h") => return args.next().is_none(),
            Some(option) if option.starts_with('-') => return false,
            Some(subcommand) => break subcommand,
        }
    };
    let rest: Vec<&Word> = args.collect();
    let first = rest.first().and_then(|w| w.value.as_deref());
    if !SUBCOMMANDS.contains(&subcommand) {
        return false;
    }
    match subcommand {
        "config" => {
            let reads = matches!(first, Some("--get" | "--get-all" | "--list" | "-l" | "get" | "list" | "--show-origin"));
            let name = rest
                .iter()
                .find(|w| !matches!(w.value.as_deref(), Some("--global" | "--local" | "--system" | "--worktree" | "--add" | "--unset" | "set" | "unset")));
            let plain = name.is_some_and(|w| setting_is_plain(&w.prefix)) && rest.iter().all(|w| !w.splits);
            let edits = rest.iter().any(|w| matches!(w.value.as_deref(), Some("-e" | "edit")) || w.value.as_deref().is_some_and(|t| t.starts_with("--e")));
            return !edits && (reads || plain || (rest.len() == 1 && first.is_some_and(|f| !f.starts_with('-'))));
        }
        "var" | "help" => return first.is_some_and(|f| f == "-l" || f.starts_with("GIT_")),
        _ => {}
    }
    let short = match subcommand {
        "grep" => "O",
        "clone" | "ls-remote" => "uc",
        "rebase" => "xsi",
        "merge" | "pull" | "cherry-pick" | "revert" => "s",
        "init" | "am" | "add" | "difftool" => "x",
        _ => "",
    };
    let mut valued = false;
    for word in rest {
        let takes = std::mem::replace(&mut valued, false);
        let Some(text) = word.value.as_deref() else {
            // The value of an option can't be another.
            if word.splits || (!takes && word.may_be_option()) {
                return false;
            }
            continue;
        };
        if text == "--" {
            break;
        }
        if takes {
            continue;
        }
        valued = match subcommand {
            "commit" | "tag" | "notes" | "merge" | "stash" => matches!(text, "-m" | "-am" | "-sm" | "-asm" | "--message" | "--author" | "--date"),
            "checkout" => matches!(text, "-b" | "-B"),
            _ => false,
        };
        // A transport that is a program.
        if text.contains("::") && matches!(subcommand, "clone" | "fetch" | "pull" | "push" | "remote" | "ls-remote" | "archive" | "bundle") {
            return false;
        }
        if let Some(long) = text.strip_prefix("--") {
            if abbreviates(long, LONG) && !matches!((subcommand, long), ("archive", "format") | ("log", "remotes")) {
                return false;
            }
        } else if text.starts_with('-') && text.chars().any(|c| short.contains(c)) {
            return false;
        }
    }
    true
}
