//! `P03xx`: tools that are imported.

use crate::Example::None;

codes! {
    BAD_TOOL_NAME = "P0300" "bad-tool-name" Error {
        "a server's tool has a name that cannot be declared",
        "A tool's name is not empty, has at most 128 characters, and none that cannot be seen or that change the direction of text: such a name looks like another one wherever a person reads it. Nothing was written. A server that gives such names is broken or hostile; the tool can be taken out of a saved list.",
        None
    }
    TOOL_NAMED_TWICE = "P0301" "tool-named-twice" Error {
        "a server gives two different tools one name",
        "Which of the two a call reaches is up to the server and the host, so rules about the name would be about either. Nothing was written. Equal definitions that stand in the list twice are one tool, and a note says so.",
        None
    }
    TOO_MANY_TOOLS = "P0302" "too-many-tools" Error {
        "a server gives more than is read of it",
        "At most 10,000 tools on 1,000 pages are read, 16 MiB and a million JSON values in all, a line of at most 4 MiB. Servers of use stay far below; one that goes on is broken or hostile. Nothing was written.",
        None
    }
    SERVER_NOT_STARTED = "P0303" "server-not-started" Error {
        "the command of a tool server cannot be started",
        "What stands behind `--` is started as it is, without a shell: a program, found by `PATH`, and its arguments. Look whether it is installed and whether this user may run it.",
        None
    }
    SERVER_SILENT = "P0304" "server-silent" Error {
        "a tool server does not answer in time",
        "All questions together have `--timeout` seconds, 30 if nothing is said. Servers that `npx` or `uvx` fetch first may need more at the first start. The server was stopped, and nothing was written. With `--verbose` its standard error is shown in any case.",
        None
    }
    SERVER_ENDED = "P0305" "server-ended" Error {
        "a tool server ended before it had answered",
        "The process closed its output or ended. What it wrote to standard error is shown; most often an argument, a folder or a secret in the environment is missing. Servers see a few variables of the environment only: `--env NAME` hands on another one.",
        None
    }
    SERVER_PROTOCOL = "P0306" "server-protocol" Error {
        "a tool server breaks the protocol",
        "Over standard input and output the Model Context Protocol is JSON-RPC 2.0, one message a line, UTF-8, and nothing else on standard output. Read strictly here: a key that stands twice, an answer to no question, a cursor that comes again, a version that nobody knows end the import. The server was stopped, and nothing was written.",
        None
    }
    SERVER_REFUSED = "P0307" "server-refused" Error {
        "a tool server answers a question with an error",
        "The server said itself that it does not begin a session, or does not list its tools. Its words are shown; they are the server's, not ours.",
        None
    }
    IMPORT_TOO_LARGE = "P0308" "import-too-large" Error {
        "the declarations of a server's tools do not fit in one source file",
        "A source file has at most 1 MiB. So many or so large tools are not what a person can look at. Save the server's list, divide it, and import each part with `--from`.",
        None
    }
    BAD_TOOL_PREFIX = "P0309" "bad-tool-prefix" Error {
        "a prefix cannot stand before the names of tools",
        "A prefix has 1 to 64 letters of ASCII, digits, `_`, `-` and `.`, for example `github.` or `mcp__github__`. It is put before the name as it is; the name that agents call must be the same.",
        None
    }
    UNDECLARABLE_TOOLS = "P0310" "undeclarable-tools" Error {
        "what was made of a server's tools does not compile",
        "The declarations are compiled before they are written. Those of all tools together can exceed a limit of the language, such as the number of patterns, or be beyond what this program can write. Nothing was written. Take the tool that the message is about out of a saved list, and declare it by hand.",
        None
    }
    NOT_PINNED = "P0311" "not-pinned" Warning {
        "the definition of a tool cannot be pinned",
        "A pinned digest is that of the canonical form of RFC 8785, in which numbers are those of JavaScript. A definition with a number that would become another one there, such as 9007199254740993, has no digest that everybody would compute alike. The tool is declared without `pinned`: rules hold, but a changed definition is not noticed.",
        None
    }
    SCHEMA_NOT_EXACT = "P0312" "schema-not-exact" Warning {
        "a schema of a tool says something that the declared type does not",
        "Types are not as rich as JSON Schema. Where a type takes more than the schema, the step is permitted or not by the rules, and the server refuses what it does not like. Where it takes less, the step is forbidden by `invalid_arguments`. Each such place is listed, with a JSON pointer into the definition.",
        None
    }
}
