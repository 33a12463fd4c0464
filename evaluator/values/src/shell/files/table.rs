//! Programs whose arguments are known.

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Role {
    /// It is no file.
    Nothing,
    /// It is read.
    Reads,
    /// It is written, created, changed or removed.
    Writes,
    /// Both.
    Both,
    /// The last one is written, the others are read.
    Last,
    /// The first is read, what follows is written.
    Output,
    /// `name=value`, of which `if` and `of` name files.
    Pairs,
}

impl Role {
    pub(super) const fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What an option is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Flag,
    Value,
    /// A value in place of the first operand.
    Pattern,
    File(Role),
    /// The folder that the operands are put into.
    Target,
    /// What is read is written, too.
    InPlace,
    /// Other files than those that are named are concerned.
    More(Role),
}

/// A program.
pub(super) struct Entry {
    names: &'static [&'static str],
    /// Letters of options without a value.
    flags: &'static str,
    /// Letters of options with a value that is no file.
    valued: &'static str,
    long_flags: &'static [&'static str],
    long_valued: &'static [&'static str],
    /// Options that matter: letters or long names.
    special: &'static [(&'static str, Kind)],
    /// How many operands stand before the files.
    pub(super) skip: usize,
    pub(super) operands: Role,
    /// What other files are concerned in any case.
    pub(super) complete: Role,
    /// Whether it has no options that matter, so that all are operands.
    pub(super) ignores_options: bool,
}

impl Entry {
    /// Returns what an option is, and the value that is attached to it. The letters before one with a value must be flags.
    pub(super) fn option<'t>(&self, text: &'t str) -> Option<(Kind, Option<&'t str>)> {
        if let Some(long) = text.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
            return self
                .special(name)
                .or_else(|| (self.long_flags.contains(&name).then_some(Kind::Flag)).or_else(|| self.long_valued.contains(&name).then_some(Kind::Value)))
                .map(|kind| (kind, value));
        }
        let letters = text.get(1..)?;
        let mut more = None;
        for (at, letter) in letters.char_indices() {
            let mut buffer = [0; 4];
            let kind = self.special(letter.encode_utf8(&mut buffer));
            match kind {
                Some(kind @ Kind::More(_)) => more = Some(kind),
                Some(kind) => return Some((more.unwrap_or(kind), letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty()))),
                None if self.valued.contains(letter) => {
                    return Some((more.unwrap_or(Kind::Value), letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty())));
                }
                None if self.flags.contains(letter) || (letter.is_ascii_digit() && self.flags.contains('0')) => {}
                None => return None,
            }
        }
        Some((more.unwrap_or(Kind::Flag), None))
    }

    fn special(&self, name: &str) -> Option<Kind> {
        self.special.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
    }
}

pub(super) fn entry(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|e| e.names.contains(&name))
}

const PLAIN: Entry = Entry {
    names: &[],
    flags: "",
    valued: "",
    long_flags: &[],
    long_valued: &[],
    special: &[],
    skip: 0,
    operands: Role::Reads,
    complete: Role::Nothing,
    ignores_options: false,
};

use Kind::{File, InPlace, More, Pattern, Target};
use Role::{Both, Last, Nothing, Output, Pairs, Reads, Writes};

const TABLE: &[Entry] = &[
    // None of whose words is a file.
    Entry {
        names: &[
            ":",
            "echo",
            "printf",
            "true",
            "false",
            "pwd",
            "whoami",
            "id",
            "sleep",
            "kill",
            "killall",
            "uname",
            "seq",
            "yes",
            "basename",
            "dirname",
            "which",
            "type",
            "tty",
            "nproc",
            "uptime",
            "ps",
            "expr",
            "logname",
            "groups",
            "arch",
            "clear",
            "reset",
            "tput",
            "exit",
            "return",
            "break",
            "continue",
            "shift",
            "wait",
            "jobs",
            "umask",
            "ulimit",
            "unset",
            "export",
            "declare",
            "typeset",
            "local",
            "readonly",
            "set",
            "getopts",
            "cd",
            "pushd",
            "popd",
            "dirs",
            "disown",
            "bg",
            "fg",
            "times",
            "help",
            "free",
            "printenv",
            "command",
            "builtin",
            "exec",
            "env",
            "nice",
            "ionice",
            "timeout",
            "stdbuf",
            "setsid",
            "sudo",
            "doas",
            "watch",
            "coproc",
            "read",
            "mapfile",
            "readarray",
            "cal",
            "factor",
            "numfmt",
            "lsblk",
            "lscpu",
            "busybox",
            "toybox",
            "ping",
            "host",
            "nslookup",
            "trap",
            "alias",
            "unalias",
        ],
        operands: Nothing,
        ignores_options: true,
        ..PLAIN
    },
    Entry {
        names: &["date"],
        flags: "uRI",
        valued: "ds",
        long_flags: &["utc", "rfc-3339", "iso-8601"],
        long_valued: &["date", "set"],
        special: &[("r", File(Reads)), ("f", File(Reads)), ("file", File(Reads)), ("reference", File(Reads))],
        operands: Nothing,
        ..PLAIN
    },
    // What reads its operands.
    Entry { names: &["cat", "tac"], flags: "AbeEnstTuv", long_flags: &["number", "show-all", "squeeze-blank", "number-nonblank"], ..PLAIN },
    Entry {
        names: &["head", "tail"],
        flags: "qvzfFr0",
        valued: "ncs",
        long_flags: &["quiet", "verbose", "follow", "retry"],
        long_valued: &["lines", "bytes", "pid", "sleep-interval"],
        ..PLAIN
    },
    Entry { names: &["less", "more"], flags: "NSRFXiIeEMmnsr0", ..PLAIN },
    Entry {
        names: &["wc"],
        flags: "clmwL",
        long_flags: &["lines", "words", "bytes", "chars", "max-line-length"],
        special: &[("files0-from", More(Reads))],
        ..PLAIN
    },
    Entry {
        names: &["sort"],
        flags: "bdfghiMnRrVcCmsuz",
        valued: "ktS",
        long_flags: &["reverse", "unique", "numeric-sort", "human-numeric-sort", "version-sort", "ignore-case", "stable"],
        long_valued: &["key", "field-separator", "buffer-size", "parallel"],
        special: &[("o", File(Writes)), ("output", File(Writes)), ("T", File(Writes)), ("temporary-directory", File(Writes)), ("files0-from", More(Reads))],
        ..PLAIN
    },
    Entry { names: &["uniq"], flags: "cdDiuz", valued: "fsw", long_flags: &["count", "repeated", "unique", "ignore-case"], operands: Output, ..PLAIN },
    Entry {
        names: &["grep", "egrep", "fgrep", "zgrep"],
        flags: "EFGPivwxcLlqsbHhnToZzaUyI0",
        valued: "mABCdD",
        long_flags: &[
            "ignore-case",
            "invert-match",
            "count",
            "files-with-matches",
            "line-number",
            "only-matching",
            "quiet",
            "extended-regexp",
            "fixed-strings",
            "perl-regexp",
            "word-regexp",
            "no-messages",
            "color",
            "colour",
            "with-filename",
            "no-filename",
            "null",
            "text",
        ],
        long_valued: &["max-count", "after-context", "before-context", "context", "include", "exclude", "exclude-dir", "color", "colour", "label"],
        special: &[
            ("e", Pattern),
            ("regexp", Pattern),
            ("f", Pattern),
            ("file", More(Reads)),
            ("r", More(Reads)),
            ("R", More(Reads)),
            ("recursive", More(Reads)),
            ("dereference-recursive", More(Reads)),
        ],
        skip: 1,
        ..PLAIN
    },
    Entry {
        names: &["rg", "ripgrep", "ag", "ack"],
        flags: "ivwxclqsHhNnoSFPUuzLa.0",
        valued: "mABCgtTjE",
        long_flags: &[
            "files",
            "hidden",
            "no-ignore",
            "ignore-case",
            "count",
            "files-with-matches",
            "line-number",
            "no-heading",
            "fixed-strings",
            "json",
            "smart-case",
            "word-regexp",
        ],
        long_valued: &["max-count", "glob", "type", "color", "context", "sort", "max-depth"],
        special: &[("e", Pattern), ("regexp", Pattern), ("f", More(Reads)), ("file", More(Reads)), ("ignore-file", File(Reads))],
        skip: 1,
        complete: Reads,
        ..PLAIN
    },
    Entry {
        names: &["cut"],
        flags: "nsz",
        valued: "bcdf",
        long_flags: &["complement", "only-delimited"],
        long_valued: &["delimiter", "fields", "characters", "bytes", "output-delimiter"],
        ..PLAIN
    },
    Entry { names: &["tr"], flags: "cCdst", operands: Nothing, ignores_options: true, ..PLAIN },
    Entry {
        names: &[
            "paste", "join", "comm", "fold", "fmt", "expand", "unexpand", "nl", "rev", "column", "strings", "hexdump", "od", "look", "sum", "cksum", "b2sum",
        ],
        flags: "0123asutCcvx",
        valued: "dwnNj",
        ..PLAIN
    },
    Entry {
        names: &["md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "shasum", "md5"],
        flags: "btwzq",
        valued: "a",
        long_flags: &["binary", "text", "quiet", "status"],
        special: &[("c", More(Reads)), ("check", More(Reads))],
        ..PLAIN
    },
    Entry {
        names: &["base64", "base32"],
        flags: "dDi",
        valued: "w",
        long_flags: &["decode", "ignore-garbage"],
        long_valued: &["wrap"],
        special: &[("o", File(Writes))],
        ..PLAIN
    },
    Entry { names: &["xxd"], flags: "abEeipPrudv", valued: "cgnlosR", operands: Output, ..PLAIN },
    Entry {
        names: &["stat", "file", "readlink", "realpath"],
        flags: "LtbiksznrhefmNx",
        valued: "c",
        long_flags: &["brief", "mime-type", "mime", "dereference", "terse", "canonicalize"],
        long_valued: &["format", "printf", "relative-to"],
        special: &[("files-from", More(Reads))],
        ..PLAIN
    },
    Entry {
        names: &["ls", "dir", "vdir"],
        flags: "aAbBcCdDfFgGhHiIklLmnNopqQrsStTuUvwxXZ1",
        long_flags: &["all", "almost-all", "human-readable", "directory", "color", "inode", "size", "reverse"],
        long_valued: &["color", "sort", "time", "format", "time-style", "hide", "ignore"],
        special: &[("R", More(Reads)), ("recursive", More(Reads))],
        ..PLAIN
    },
    Entry { names: &["du", "tree"], flags: "achHklLmsSxbdfigpuhDF0", valued: "dLIPtX", complete: Reads, ..PLAIN },
    Entry { names: &["df"], flags: "ahHiklmPT", valued: "tx", ..PLAIN },
    Entry {
        names: &["diff", "cmp"],
        flags: "abBcdefilnNpqstTuvwyEZ0",
        valued: "CUWxIF",
        long_flags: &["brief", "unified", "side-by-side", "ignore-all-space", "quiet", "silent"],
        long_valued: &["color", "label", "exclude"],
        special: &[("r", More(Reads)), ("recursive", More(Reads))],
        ..PLAIN
    },
    Entry {
        names: &["jq", "yq"],
        flags: "acCeMnrRsSj",
        valued: "",
        long_flags: &["raw-output", "compact-output", "slurp", "exit-status", "null-input", "sort-keys"],
        special: &[("f", Pattern), ("from-file", More(Reads))],
        skip: 1,
        ..PLAIN
    },
    Entry {
        names: &["sed"],
        flags: "nErsuz",
        long_flags: &["quiet", "silent", "regexp-extended", "sandbox", "posix"],
        special: &[("e", Pattern), ("expression", Pattern), ("f", More(Both)), ("file", More(Both)), ("i", InPlace), ("in-place", InPlace)],
        skip: 1,
        ..PLAIN
    },
    Entry { names: &["awk", "gawk", "mawk", "nawk"], valued: "Fv", skip: 1, ..PLAIN },
    Entry { names: &["xargs"], operands: Nothing, complete: Reads, ignores_options: true, ..PLAIN },
    Entry { names: &["nohup"], operands: Nothing, complete: Writes, ignores_options: true, ..PLAIN },
    // What writes its operands.
    Entry { names: &["tee"], flags: "aip", long_flags: &["append", "ignore-interrupts"], operands: Writes, ..PLAIN },
    Entry {
        names: &["rm", "rmdir", "unlink", "shred", "srm"],
        flags: "fiIdvpzux",
        valued: "n",
        long_flags: &["force", "verbose", "dir", "interactive", "preserve-root", "no-preserve-root", "one-file-system", "parents"],
        special: &[("r", More(Writes)), ("R", More(Writes)), ("recursive", More(Writes))],
        operands: Writes,
        ..PLAIN
    },
    Entry {
        names: &["mkdir", "mkfifo", "mknod"],
        flags: "pvZ",
        valued: "m",
        long_flags: &["parents", "verbose"],
        long_valued: &["mode"],
        operands: Writes,
        ..PLAIN
    },
    Entry {
        names: &["touch", "truncate"],
        flags: "acmfho",
        valued: "dts",
        long_flags: &["no-create", "no-dereference"],
        long_valued: &["date", "time", "size"],
        special: &[("r", File(Reads)), ("reference", File(Reads))],
        operands: Writes,
        ..PLAIN
    },
    Entry {
        names: &["chmod", "chown", "chgrp", "chattr"],
        flags: "cfvhHLP",
        long_flags: &["changes", "quiet", "silent", "verbose", "no-dereference", "preserve-root", "no-preserve-root"],
        special: &[("R", More(Writes)), ("recursive", More(Writes)), ("reference", Pattern)],
        skip: 1,
        operands: Writes,
        ..PLAIN
    },
    Entry {
        names: &["gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "lz4", "compress", "uncompress"],
        flags: "cdfkNnqtvlz0",
        valued: "S",
        operands: Both,
        complete: Writes,
        ..PLAIN
    },
    Entry { names: &["zcat", "bzcat", "xzcat", "zstdcat", "gzcat"], flags: "fqv", ..PLAIN },
    // What copies.
    Entry {
        names: &["cp", "install", "ln"],
        flags: "bfiHlLnNPpsTuvxZdDcF",
        valued: "Smog",
        long_flags: &["force", "interactive", "link", "no-clobber", "preserve", "symbolic", "symbolic-link", "update", "verbose", "no-dereference", "parents"],
        long_valued: &["preserve", "suffix", "mode", "owner", "group", "backup"],
        special: &[
            ("t", Target),
            ("target-directory", Target),
            ("r", More(Both)),
            ("R", More(Both)),
            ("a", More(Both)),
            ("recursive", More(Both)),
            ("archive", More(Both)),
        ],
        operands: Last,
        ..PLAIN
    },
    // A folder is moved with all in it.
    Entry {
        names: &["mv", "rename"],
        flags: "bfinuvTZ",
        valued: "S",
        special: &[("t", Target), ("target-directory", Target)],
        operands: Both,
        complete: Both,
        ..PLAIN
    },
    Entry { names: &["dd"], operands: Pairs, ignores_options: true, ..PLAIN },
    // Those whose other files are in an archive, a list or elsewhere.
    Entry {
        names: &["tar", "bsdtar", "zip", "unzip", "7z", "cpio", "ar"],
        special: &[("f", File(Both)), ("file", File(Both)), ("d", File(Writes)), ("C", File(Both)), ("directory", File(Both))],
        flags: "cxtzjJvprukmhSPwWlOoAUGnaqg",
        valued: "TXb",
        operands: Both,
        complete: Both,
        ..PLAIN
    },
    Entry {
        names: &["curl"],
        flags: "sSfLkvigINaGJqlj0#46n",
        valued: "XHAeumrxwyYzQP",
        long_flags: &["silent", "show-error", "fail", "location", "insecure", "verbose", "include", "head", "compressed", "get"],
        long_valued: &["request", "header", "user-agent", "referer", "user", "max-time", "url", "write-out", "retry", "connect-timeout", "range", "proxy"],
        special: &[
            ("o", File(Writes)),
            ("output", File(Writes)),
            ("D", File(Writes)),
            ("dump-header", File(Writes)),
            ("c", File(Writes)),
            ("cookie-jar", File(Writes)),
            ("T", File(Reads)),
            ("upload-file", File(Reads)),
            ("K", File(Reads)),
            ("config", File(Reads)),
            ("E", File(Reads)),
            ("cert", File(Reads)),
            ("cacert", File(Reads)),
            ("key", File(Reads)),
            ("output-dir", File(Writes)),
            ("trace", File(Writes)),
            ("O", More(Writes)),
            ("remote-name", More(Writes)),
        ],
        operands: Nothing,
        ..PLAIN
    },
    Entry {
        names: &["wget"],
        flags: "qvSNckpEHLnd46",
        valued: "teTUwQ",
        special: &[
            ("O", File(Writes)),
            ("output-document", File(Writes)),
            ("o", File(Writes)),
            ("P", File(Writes)),
            ("i", File(Reads)),
            ("input-file", File(Reads)),
            ("post-file", File(Reads)),
            ("body-file", File(Reads)),
        ],
        operands: Nothing,
        complete: Writes,
        ..PLAIN
    },
    Entry {
        names: &["make", "gmake"],
        flags: "BikLnqrRsStvwe",
        valued: "jlI",
        special: &[("f", File(Reads)), ("C", File(Both)), ("file", File(Reads))],
        operands: Nothing,
        complete: Both,
        ..PLAIN
    },
];
