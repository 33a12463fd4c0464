//! Programs that run code, from their words, a script or their input.

use super::Opaque;
use super::run::Effects;
use super::scripts::{awk_is_plain, sed_is_plain};
use super::word::Word;

const INTERPRETERS: &[&str] = &[
    "fish",
    "bun",
    "java",
    "dotnet",
    "swipl",
    "mix",
    "csh",
    "tcsh",
    "rc",
    "es",
    "xonsh",
    "nu",
    "elvish",
    "rbash",
    "rzsh",
    "pwsh",
    "powershell",
    "cmd",
    "python",
    "pypy",
    "ipython",
    "jython",
    "micropython",
    "bpython",
    "perl",
    "raku",
    "ruby",
    "jruby",
    "irb",
    "node",
    "nodejs",
    "deno",
    "ts-node",
    "tsx",
    "qjs",
    "d8",
    "js",
    "gjs",
    "php",
    "php-cgi",
    "hhvm",
    "lua",
    "luajit",
    "tclsh",
    "wish",
    "expect",
    "osascript",
    "Rscript",
    "R",
    "julia",
    "guile",
    "racket",
    "sbcl",
    "clisp",
    "ecl",
    "scheme",
    "gosh",
    "csi",
    "chicken",
    "clojure",
    "clj",
    "bb",
    "scala",
    "kotlin",
    "kotlinc",
    "groovy",
    "jshell",
    "jrunscript",
    "ghci",
    "runghc",
    "runhaskell",
    "stack",
    "ocaml",
    "utop",
    "elixir",
    "iex",
    "erl",
    "escript",
    "swift",
    "dart",
    "crystal",
    "nim",
    "octave",
    "gnuplot",
    "maxima",
    "gdb",
    "lldb",
    "ed",
    "red",
    "ex",
    "vi",
    "vim",
    "view",
    "vimdiff",
    "rvim",
    "gvim",
    "nvim",
    "emacs",
    "emacsclient",
    "nano",
    "pico",
    "joe",
    "jed",
    "micro",
    "helix",
    "hx",
    "kak",
    "m4",
    "dc",
    "bc",
    "sqlite3",
    "sqlite",
    "psql",
    "mysql",
    "mariadb",
    "mongo",
    "mongosh",
    "duckdb",
    "ftp",
    "lftp",
    "tftp",
    "awk",
    "gawk",
    "mawk",
    "nawk",
    "original-awk",
    "bpftrace",
    "stap",
    "j",
    "gs",
    "ghostscript",
    "latexml",
    "easy_install",
    "pry",
    "rails",
    "rake",
    "rspec",
    "ansible-console",
    "msfconsole",
    "wine",
    "mono",
    "dotnet-script",
    "nsh",
    "loadkeys",
    "rlogin",
    "sash",
    "posh",
    "yash",
    "oil",
    "osh",
    "ysh",
    "ion",
    "tcc",
    "cscript",
    "wscript",
    "mshta",
    "hush",
    "pwsh-preview",
    "phpdbg",
    "php-fpm",
    "babel-node",
    "coffee",
    "lsc",
    "jjs",
    "jsc",
    "rhino",
    "njs",
    "mujs",
    "duk",
    "quickjs",
    "hermes",
    "wasmtime",
    "wasmer",
    "rust-script",
    "evcxr",
    "gore",
    "yaegi",
    "gomacro",
    "rdmd",
    "fsi",
    "fsharpi",
    "csharp",
    "pike",
    "rexx",
    "regina",
    "scsh",
    "hy",
    "lfe",
    "gforth",
    "gst",
    "gap",
    "gp",
    "sage",
    "singular",
    "gprolog",
    "yap",
    "mit-scheme",
    "chezscheme",
    "chibi-scheme",
    "gsi",
    "abcl",
    "ccl",
    "newlisp",
    "janet",
    "fennel",
    "wren",
    "ghc",
    "texlua",
    "asy",
    "mpost",
    "smbclient",
    "sftp",
    "mail",
    "mailx",
    "s-nail",
    "mutt",
    "sqlplus",
    "isql",
    "sqlcmd",
    "mysqlsh",
    "pgcli",
    "mycli",
    "litecli",
    "usql",
    "clickhouse",
    "clickhouse-client",
    "sqlcipher",
    "spatialite",
    "osqueryi",
    "redis-cli",
    "cqlsh",
    "snowsql",
    "vsql",
    "matlab",
    "wolframscript",
    "stata",
    "sas",
    "jdb",
    "pdb",
    "cgdb",
    "ddd",
    "bsh",
    "littler",
    "unshar",
    "debugfs",
    "autoexpect",
    "runtest",
    "mc",
    "ranger",
    "vifm",
    "tig",
    "lf",
    "nnn",
    "lazygit",
];

/// Shells whose grammar is the one that is read here.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash"];
/// Shells that have more than is read here.
const OTHER_SHELLS: &[&str] = &["zsh", "ksh", "mksh", "lksh", "pdksh", "ksh93", "loksh", "oksh"];

/// Programs that run what lies there, unless they are told to read it elsewhere.
const BUILDERS: &[&str] =
    &["make", "gmake", "bmake", "pmake", "remake", "dmake", "nmake", "just", "task", "mage", "ninja", "samu", "scons", "waf", "ant", "gradle", "mvn"];

/// Returns whether what is run may be the input, or what another command prints.
fn reads_input(args: &[Word]) -> bool {
    args.iter().any(|arg| {
        let Some(text) = arg.value.as_deref() else { return arg.process || arg.may_be_option() };
        let name = text.rsplit('=').next().unwrap_or(text);
        // Attached to letters.
        let attached = !text.starts_with("--") && text.starts_with('-') && (text.ends_with('-') || text.contains("/dev/") || text.contains("/proc/"));
        attached || name == "-" || name.ends_with("/stdin") || name == "stdin" || name.contains("/dev/") || name.contains("/proc/")
    })
}

pub(super) fn inspect(name: &str, args: &[Word], effects: &mut Effects) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let known = |names: &[&str]| names.contains(&name) || (!plain.is_empty() && names.contains(&plain));
    // Only its version is asked.
    if known(INTERPRETERS) && matches!(args, [w] if matches!(w.value.as_deref(), Some("--version" | "--help"))) {
        return true;
    }
    if known(SHELLS) || known(OTHER_SHELLS) {
        if known(OTHER_SHELLS) {
            effects.note(Opaque::Interpreter);
        }
        shell(args, effects);
        return true;
    }
    match name {
        "sed" if !args.is_empty() => {
            if !sed_is_plain(args) {
                effects.note(Opaque::Interpreter);
            }
        }
        "awk" | "gawk" | "mawk" | "nawk" if awk_is_plain(args) => {}
        // A script, a command or settings that are a script.
        "cmake" if args.iter().any(|w| ["-P", "-E", "-C"].iter().any(|o| w.prefix.starts_with(o)) || (w.value.is_none() && w.may_be_option())) => {
            effects.note(Opaque::Interpreter);
        }
        _ if BUILDERS.contains(&name) => {
            if reads_input(args) {
                effects.note(Opaque::Interpreter);
            }
            // What options do is looked at behind.
            return false;
        }
        _ if known(INTERPRETERS) => effects.note(Opaque::Interpreter),
        _ => return false,
    }
    true
}

/// Finds the code of `sh -c`.
fn shell(args: &[Word], effects: &mut Effects) {
    let (mut args, mut code) = (args.iter(), false);
    while let Some(arg) = args.next() {
        let Some(text) = arg.value.as_deref() else { return effects.note(Opaque::Interpreter) };
        match text {
            "--norc" | "--noprofile" | "--posix" | "--login" => continue,
            "--" | "-" if code => return effects.code(args.next(), Opaque::Interpreter),
            _ => {}
        }
        let Some(letters) = text.strip_prefix(['-', '+']).filter(|l| !l.is_empty()) else {
            // A script, or the code.
            return if code { effects.code(Some(arg), Opaque::Interpreter) } else { effects.note(Opaque::Interpreter) };
        };
        // `-i`, `-s` and what isn't known may read other code.
        if text.starts_with('+') || !letters.chars().all(|c| "ceuxvlfo".contains(c)) {
            return effects.note(Opaque::Interpreter);
        }
        code |= letters.contains('c');
        if letters.contains('o') && !args.next().and_then(|w| w.value.as_deref()).is_some_and(|o| matches!(o, "pipefail" | "errexit" | "nounset" | "xtrace")) {
            return effects.note(Opaque::Interpreter);
        }
    }
    effects.note(Opaque::Interpreter);
}
