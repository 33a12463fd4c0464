//! Programs that write files.

use super::entry::Kind::{File, More, PatternFile, Target};
use super::entry::Role::{Both, Last, Nothing, Pairs, Reads, Writes};
use super::entry::{Entry, PLAIN};

pub(super) const PROGRAMS: &[Entry] = &[
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
        special: &[("R", More(Writes)), ("recursive", More(Writes)), ("reference", PatternFile)],
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
        flags: "sSfLkvigINaGJqlj0#46",
        valued: "XHAeumrxwyYQP",
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
            // A file whose time is compared, where it is no date.
            ("z", File(Reads)),
            ("n", More(Reads)),
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
