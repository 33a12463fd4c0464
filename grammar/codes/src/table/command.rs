//! `H01xx`: what the command reads and writes.

use crate::Example::None;

codes! {
    UNREADABLE_INPUT = "H0101" "unreadable-input" Error {
        "a file or folder that was named cannot be read",
        "The path does not exist, is not readable for this user, is a folder where a file is meant, or is something else than a file or folder. Nothing was decided or written. Relative paths start at the folder in which the command runs; `-` is standard input.",
        None
    }
    NO_SOURCES = "H0102" "no-sources" Error {
        "a folder holds no `.reach` file",
        "A bundle is the set of `.reach` files of a folder, with those of the folders below it. Hidden files and folders (their names begin with a dot) are left out. An empty bundle would refuse every step, which is hardly what is meant, so it is an error. `reach policy init` writes a first bundle.",
        None
    }
    INPUT_TOO_LARGE = "H0103" "input-too-large" Error {
        "an input is larger than what is read",
        "Inputs have limits, so that no file can exhaust the memory of the machine that decides. A file beyond its limit is not read to its end. The limits of sources and events are part of the language; `reach doctor` lists them.",
        None
    }
    BAD_USAGE = "H0104" "bad-usage" Error {
        "the arguments of the command do not fit together",
        "The command did nothing. `--help` behind any command shows its arguments, with examples.",
        None
    }
    BUNDLE_HAS_ERRORS = "H0105" "bundle-has-errors" Error {
        "nothing can be decided with a bundle that has errors",
        "A bundle is checked before it decides. With an error it is not known what it means, and a bundle that is half understood could permit what its author forbids. `reach policy check` lists all errors.",
        None
    }
    SEVERAL_BUNDLES = "H0106" "several-bundles" Error {
        "a folder holds several bundles where one is meant",
        "A folder that holds `.reach` files is one bundle, with all folders below it. A folder that holds none itself is a collection: each folder below it that holds some is a bundle of its own. `check`, `fmt` and `test` work on collections; to build, decide or explain, name one bundle.",
        None
    }
    UNWRITABLE_OUTPUT = "H0107" "unwritable-output" Error {
        "an output cannot be written",
        "The disk is full, the folder does not exist or is not writable. A file is written beside its place and moved there when it is whole, so that the old file is still there and no half file is ever taken for a whole one.",
        None
    }
    WOULD_OVERWRITE = "H0108" "would-overwrite" Error {
        "a file that is there already would be overwritten",
        "`reach policy init` begins a bundle, `reach policy diff --write-tests` adds tests, and `reach key generate` makes a key; none changes what is there. Nothing was written. Name another folder, or move the file away.",
        None
    }
    UNREADABLE_TOOLS = "H0109" "unreadable-tools" Error {
        "a file is not the answer of a tool server to `tools/list`",
        "Tool declarations are made from a saved answer to the request `tools/list` of the Model Context Protocol: an object with the list `tools`, or the whole JSON-RPC response with `result` around it. Each tool needs a `name`; its `inputSchema` becomes its arguments.",
        None
    }
    UNREADABLE_CONTEXT = "H0110" "unreadable-context" Error {
        "the context of the command line is no JSON object",
        "`--context` takes a JSON object with the fields that the bundle's `context { … }` declares, or the name of a file that holds one. What begins with `{` is read as JSON.",
        None
    }
    CONTEXT_DOES_NOT_FIT = "H0111" "context-does-not-fit" Error {
        "the context of the command line does not fit the bundle",
        "Each field of `--context` must be declared in the bundle's `context { … }` and be of the declared type. Deciding without it would leave every condition about the context without a value, so nothing was decided.",
        None
    }
    UNKNOWN_CODE = "H0112" "unknown-code" Error {
        "there is no message of that number or name",
        "Every message has a number (`E0001`) and a name (`unexpected-token`); both stand in brackets at its beginning. `reach explain` without a code lists all.",
        None
    }
    NO_SUCH_STEP = "H0113" "no-such-step" Error {
        "the events hold no step that could be explained",
        "Only steps (`call`, `spawn`, `model`, `read`, `say`) are decided, so only they can be explained. `--id` and `--session` choose one; without them the last step is explained.",
        None
    }
    EVENT_NOT_UTF8 = "H0114" "event-not-utf8" Error {
        "a line of the events is not UTF-8",
        "JSON is UTF-8 (RFC 8259, section 8.1). The line is cut before the byte that does not fit and answered like any line that cannot be read: a step is forbidden, an unreadable observation ends its session. The lines behind it are read on.",
        None
    }
    NO_TESTS = "H0115" "no-tests" Error {
        "a bundle holds no test",
        "A policy without tests is a guess, and a run that tests nothing must not look like success. Write a `test` block, or an `example` beside a rule. Where a filter is given, no test has a name that holds it.",
        None
    }
    NOT_A_VALUE_OF = "H0116" "not-a-value-of" Error {
        "a text that isn't a value of the type that was named",
        "Values of structured types are parsed when they enter: a URL by the WHATWG standard, a host by IDNA, an IBAN with its checksum. What can't be parsed is no such value, and a step that carries it is refused as `invalid_arguments`, whatever the rules say.",
        None
    }
    NO_PROPERTIES = "H0117" "no-properties" Error {
        "there is no property to prove",
        "`reach policy prove` proves the properties of a bundle, the one that `--property` names, or a claim of the command line. A run that proves nothing must not look like success.",
        None
    }
    BAD_CONFIGURATION = "H0130" "bad-configuration" Error {
        "a `reach.toml` that can't be read, or a setting of another kind than is needed",
        "`reach.toml` stands in the folder of a bundle, or in one above it, and is TOML 1.0. A level is one of `off`, `warn` and `deny`, for a lint or a category; a lint that has parameters takes a table: `unlimited-permit = { level = \"deny\", sensitive = [\"payout\"] }`. What isn't understood is refused: a lint that somebody meant to turn on must not stay off.",
        None
    }
    UNKNOWN_SETTING = "H0131" "unknown-setting" Error {
        "a `reach.toml` names a lint, a category or a parameter that there isn't",
        "In `[lint]`, names of lints and categories have levels. `reach explain` lists the lints, and docs/reference/lints.md has them with their categories and parameters. A name that nobody knows is refused: it is probably misspelt, and what it was meant to set would silently stay as it is.",
        None
    }
    NO_REPOSITORY = "H0140" "no-repository" Error {
        "git can't tell what has changed",
        "`--changed` asks the program `git` which files differ from a commit. It must be installed, the files must be in a working copy, and the commit must be there: in continuous integration, fetch the branch that is compared with. Without `--changed` everything is run.",
        None
    }
}
