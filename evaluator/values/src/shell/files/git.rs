//! The files of `git`.
//!
//! The repository is named by the current folder. What `git` keeps to be faster (`.git/index`, which `git status` refreshes) is no
//! file that is written, nor are hooks and settings of the repository known. What is printed of the working folder's content
//! (`git diff`), or of what it was (`git show`), is read: then there are others, as for `grep -r`.

use super::super::word::Word;
use super::entry::Kind::{File, More};
use super::entry::Role::{Both as ReadWrite, Nothing, Pathspecs, Reads, Writes};
use super::entry::{Entry, PLAIN};
use super::{Both, addresses, known};

/// Options of which each makes `git diff` print names and numbers instead of content.
const SUMMARIES: &[&str] = &["--name-only", "--name-status", "--stat", "--shortstat", "--numstat", "--summary", "--quiet", "--no-patch"];

/// Subcommands that only read, with the options that change nothing of that.
const READERS: &[Entry] = &[
    Entry {
        names: &["status"],
        flags: "sbzunoalrm",
        long_flags: &[
            "short",
            "branch",
            "no-branch",
            "porcelain",
            "long",
            "show-stash",
            "untracked-files",
            "ignored",
            "ignore-submodules",
            "ahead-behind",
            "no-ahead-behind",
            "no-renames",
            "renames",
            "no-column",
        ],
        special: &[("v", More(Reads)), ("verbose", More(Reads))],
        operands: Pathspecs,
        ..PLAIN
    },
    Entry {
        names: &["diff"],
        flags: "aRbwzMCBs0",
        valued: "GSl",
        long_flags: &[
            "name-only",
            "name-status",
            "stat",
            "shortstat",
            "numstat",
            "summary",
            "quiet",
            "no-patch",
            "exit-code",
            "cached",
            "staged",
            "merge-base",
            "relative",
            "find-renames",
            "no-renames",
            "color",
            "no-color",
            "no-ext-diff",
            "no-textconv",
            "ignore-all-space",
            "ignore-space-change",
            "ignore-blank-lines",
            "minimal",
            "patience",
            "histogram",
        ],
        long_valued: &["diff-filter", "diff-algorithm"],
        special: &[
            ("O", File(Reads)),
            ("output", File(Writes)),
            ("p", More(Reads)),
            ("u", More(Reads)),
            ("U", More(Reads)),
            ("patch", More(Reads)),
            ("unified", More(Reads)),
            ("word-diff", More(Reads)),
            ("color-words", More(Reads)),
            ("check", More(Reads)),
            ("no-index", More(Reads)),
        ],
        operands: Pathspecs,
        ..PLAIN
    },
    Entry {
        names: &["log", "show", "rev-list"],
        flags: "0gzsMCrtaRbwEiFP",
        valued: "nGSl",
        long_flags: &[
            "oneline",
            "graph",
            "all",
            "decorate",
            "no-decorate",
            "stat",
            "shortstat",
            "numstat",
            "name-only",
            "name-status",
            "summary",
            "no-patch",
            "merges",
            "no-merges",
            "reverse",
            "follow",
            "abbrev-commit",
            "abbrev",
            "first-parent",
            "no-color",
            "color",
            "branches",
            "tags",
            "remotes",
            "date-order",
            "topo-order",
            "author-date-order",
            "parents",
            "children",
            "left-right",
            "cherry-pick",
            "cherry-mark",
            "boundary",
            "full-history",
            "simplify-by-decoration",
            "count",
            "objects",
            "quiet",
            "no-ext-diff",
            "no-textconv",
            "no-renames",
            "pretty",
            "relative-date",
            "walk-reflogs",
            "ignore-case",
            "regexp-ignore-case",
        ],
        long_valued: &[
            "max-count",
            "skip",
            "since",
            "after",
            "until",
            "before",
            "author",
            "committer",
            "grep",
            "format",
            "date",
            "diff-filter",
            "min-parents",
            "max-parents",
        ],
        special: &[
            ("output", File(Writes)),
            ("p", More(Reads)),
            ("u", More(Reads)),
            ("patch", More(Reads)),
            ("c", More(Reads)),
            ("cc", More(Reads)),
            ("m", More(Reads)),
        ],
        operands: Pathspecs,
        ..PLAIN
    },
    Entry {
        names: &["rev-parse"],
        long_flags: &[
            "quiet",
            "show-toplevel",
            "git-dir",
            "absolute-git-dir",
            "git-common-dir",
            "is-inside-work-tree",
            "is-inside-git-dir",
            "is-bare-repository",
            "is-shallow-repository",
            "show-prefix",
            "show-cdup",
            "show-superproject-working-tree",
            "abbrev-ref",
            "short",
            "verify",
            "symbolic",
            "symbolic-full-name",
            "all",
            "branches",
            "tags",
            "remotes",
            "show-object-format",
        ],
        flags: "q",
        operands: Nothing,
        ..PLAIN
    },
    Entry {
        names: &["ls-files"],
        flags: "cdmostuzv",
        valued: "x",
        long_flags: &[
            "cached",
            "deleted",
            "modified",
            "others",
            "ignored",
            "stage",
            "unmerged",
            "killed",
            "exclude-standard",
            "error-unmatch",
            "full-name",
            "directory",
            "no-empty-directory",
            "recurse-submodules",
            "deduplicate",
            "eol",
            "abbrev",
        ],
        long_valued: &["exclude", "format"],
        operands: Pathspecs,
        ..PLAIN
    },
    Entry {
        names: &["blame", "annotate"],
        flags: "bcwklstfnepMC0",
        valued: "L",
        long_flags: &["porcelain", "line-porcelain", "incremental", "show-name", "show-number", "show-email", "root", "show-stats", "abbrev"],
        long_valued: &["date", "since"],
        special: &[("S", File(Reads)), ("contents", File(Reads)), ("ignore-revs-file", File(Reads))],
        ..PLAIN
    },
    // With a name, a branch is made.
    Entry {
        names: &["branch"],
        flags: "arvli",
        long_flags: &["all", "remotes", "list", "verbose", "show-current", "no-color", "color", "ignore-case", "no-column", "abbrev"],
        long_valued: &["sort", "format"],
        operands: Nothing,
        ..PLAIN
    },
];

/// Those whose operands are revisions, remote ends and names.
const NAMES: &[&str] = &[
    "bisect",
    "branch",
    "cherry-pick",
    "config",
    "describe",
    "fetch",
    "merge",
    "notes",
    "pull",
    "push",
    "rebase",
    "reflog",
    "remote",
    "revert",
    "stash",
    "switch",
    "tag",
];

/// Adds what a command reads and writes.
pub(super) fn files(args: &[Word], both: &mut Both<'_>) {
    let Some((subcommand, rest)) = subcommand(args, both) else { return };
    let fetches = matches!(subcommand, "clone" | "fetch" | "pull" | "ls-remote");
    addresses::add(rest, if fetches { Reads } else { ReadWrite }, both);
    let Some(entry) = READERS.iter().find(|e| e.names.contains(&subcommand)).filter(|_| subcommand != "branch" || lists(rest)) else {
        return others(subcommand, rest, both);
    };
    both.add(Reads, &Word::literal("."));
    let summary = rest.iter().filter_map(|w| w.value.as_deref()).any(|t| SUMMARIES.contains(&t.split('=').next().unwrap_or(t)));
    if subcommand == "show" || (subcommand == "diff" && !summary) {
        both.more(Reads);
    }
    known(entry, rest, both);
}

/// Returns the subcommand and what stands behind it.
fn subcommand<'w>(args: &'w [Word], both: &mut Both<'_>) -> Option<(&'w str, &'w [Word])> {
    let mut rest = args;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first.value.as_deref() {
            Some(folder @ ("-C" | "-c")) => {
                let (value, behind) = rest.split_first()?;
                rest = behind;
                if folder == "-C" {
                    both.add(Reads, value);
                    both.more(ReadWrite);
                }
            }
            Some("--no-pager" | "-P" | "--no-optional-locks" | "--literal-pathspecs" | "--no-replace-objects" | "--bare") => {}
            Some("--version" | "-v" | "--help" | "-h") if rest.is_empty() => return None,
            Some(option) if option.starts_with('-') => {
                both.more(ReadWrite);
                if let Some((_, value)) = option.split_once('=') {
                    both.add(ReadWrite, &Word::literal(value));
                }
            }
            Some(subcommand) => return Some((subcommand, rest)),
            None => {
                both.more(ReadWrite);
                return None;
            }
        }
    }
    None
}

/// Returns whether branches are listed and none is made.
fn lists(args: &[Word]) -> bool {
    let text = |w: &Word| w.value.clone();
    args.iter().any(|w| matches!(text(w).as_deref(), Some("--list" | "-l"))) || args.iter().all(|w| text(w).is_some_and(|t| t.starts_with('-')))
}

/// Adds the files of a subcommand that may write.
fn others(subcommand: &str, args: &[Word], both: &mut Both<'_>) {
    both.more(ReadWrite);
    let (mut rest, mut operands) = (args.iter(), Vec::new());
    while let Some(word) = rest.next() {
        match word.value.as_deref() {
            Some("-m" | "-am" | "-sm" | "-asm" | "--message") => drop(rest.next()),
            Some(option) if option.starts_with('-') => {
                let file = ["--file=", "--output=", "--output-directory=", "--pathspec-from-file=", "--template=", "--reference=", "--separate-git-dir="];
                if let Some(name) = file.iter().find_map(|f| option.strip_prefix(f)) {
                    both.add(ReadWrite, &Word::literal(name));
                }
            }
            Some(_) => operands.push(word),
            None => {}
        }
    }
    // A path rather than the name of a remote, an address or a place of another host (gitglossary, git-fetch: GIT URLS).
    let local = |w: &Word| w.value.as_deref().is_some_and(|t| t.contains('/') && !t.split('/').next().unwrap_or("").contains(':'));
    match subcommand {
        "clone" => {
            operands.first().filter(|w| !w.value.as_deref().unwrap_or("").contains(':')).into_iter().for_each(|w| both.add(Reads, w));
            operands.get(1).into_iter().for_each(|w| both.add(ReadWrite, w));
        }
        "fetch" | "pull" | "push" => operands.first().filter(|w| local(w)).into_iter().for_each(|w| both.add(ReadWrite, w)),
        "remote" => operands.last().filter(|w| local(w)).into_iter().for_each(|w| both.add(ReadWrite, w)),
        _ if NAMES.contains(&subcommand) => {}
        // What is added stays as it is.
        "add" | "stage" => operands.into_iter().for_each(|w| both.add(Reads, w)),
        _ => operands.into_iter().for_each(|w| both.add(ReadWrite, w)),
    }
}

/// Adds the files that operands name, of which those before two dashes are revisions.
pub(super) fn pathspecs(operands: &[&Word], dashes: Option<usize>, both: &mut Both<'_>) {
    for (i, word) in operands.iter().enumerate() {
        let Some(text) = word.value.as_deref() else {
            both.more(Reads);
            continue;
        };
        let behind = dashes.is_some_and(|at| i >= at);
        let revision = dashes.is_some_and(|at| i < at) || (!behind && (text == "HEAD" || text.starts_with("HEAD~") || text.starts_with("HEAD^")));
        match text.split_once(':') {
            // Signs of a pathspec.
            _ if text.starts_with(':') || (!revision && text.contains(['*', '?', '[', '\\'])) => both.more(Reads),
            // A file of a revision, from the top of the repository on.
            Some((_, path)) if !behind => {
                both.more(Reads);
                both.add(Reads, &Word::literal(path));
            }
            _ if revision => {}
            _ => both.add(Reads, word),
        }
    }
}
