//! The reference page of the command, from the definitions of its arguments and the table of examples.

use clap::{Arg, Command, CommandFactory as _};

use crate::arguments::Arguments;
use crate::{EXAMPLES, schemas};

const HEAD: &str = "# The command line

This page is made from the definitions of the command. `REACH_BLESS=1 cargo test -p reach-tests` writes it.

Output for people goes to standard output; notes, summaries of streams and progress go to standard error, progress only on a terminal.
Where a command takes a path, `-` is standard input. No command needs the network.

A folder that holds `.reach` files is one bundle, with those of all folders below it. A folder that holds none itself is a collection:
each folder below it that holds some is a bundle of its own. Hidden files and folders are left out, links are followed.

| exit status | meaning |
| --- | --- |
| 0 | done; of `policy decide` on a single step: `permit` |
| 1 | findings, failing tests; a single step that is not permitted; with `--fail-on`, any decision of such an effect; a claim that is broken, a condition of `policy diff` that does not hold, and what is not known of either; a log that is not what its bundle decides, a condition of `policy replay` that does not hold |
| 2 | could not run: bad usage, unreadable or invalid input, output that cannot be written |

With `--json` every command prints one line, the envelope: `ok`, `data` (what the command found out, there also where it found something wrong) or `error` (why it could not run: `code`, `name`, `message`,
`details`), `schema_version` and `engine_version`. `policy decide --json` prints decisions and lines `{\"type\":\"observation_error\", …}` first; the envelope is
its last line, and without it the output is not whole.
";

/// Returns the reference page, in Markdown.
#[must_use]
pub fn command_reference() -> String {
    let mut root = Arguments::command();
    root.build();
    let mut out = HEAD.to_owned();
    out.push_str("\n## Options of every command\n\n");
    options(&mut out, &root.get_arguments().filter(|a| a.is_global_set()).collect::<Vec<_>>());
    commands(&mut out, &root, "");
    out.push_str("\n## Schemas\n\nThe JSON Schema of each form stands in [docs/schemas](schemas).\n\n| schema | of |\n| --- | --- |\n");
    for (name, schema) in schemas() {
        let title = schema.get("title").and_then(|t| t.as_str()).unwrap_or_default();
        out.push_str(&format!("| [`{name}`](schemas/{name}.schema.json) | {title} |\n"));
    }
    out
}

fn commands(out: &mut String, command: &Command, path: &str) {
    for below in command.get_subcommands() {
        let path = format!("{path} {}", below.get_name()).trim_start().to_owned();
        if below.has_subcommands() {
            commands(out, below, &path);
            continue;
        }
        out.push_str(&format!("\n## `reach {path}`\n\n{}.\n\n", below.get_about().map(ToString::to_string).unwrap_or_default().trim_end_matches('.')));
        let own: Vec<&Arg> = below.get_arguments().filter(|a| !a.is_global_set() && a.get_id() != "help").collect();
        options(out, &own);
        out.push_str("\n```sh\n");
        for example in EXAMPLES.iter().filter(|e| e.command == path) {
            out.push_str(&format!("# {}\n{}\n", example.does, example.line));
        }
        out.push_str("```\n");
    }
}

fn options(out: &mut String, arguments: &[&Arg]) {
    if arguments.is_empty() {
        return;
    }
    out.push_str("| argument | |\n| --- | --- |\n");
    for arg in arguments {
        let value =
            arg.get_value_names().map(|names| names.iter().map(|n| format!("<{n}>")).collect::<Vec<_>>().join(" ")).filter(|_| arg.get_action().takes_values());
        let mut name = match (arg.get_short(), arg.get_long()) {
            (Some(short), Some(long)) => format!("-{short}, --{long}"),
            (None, Some(long)) => format!("--{long}"),
            (Some(short), None) => format!("-{short}"),
            (None, None) => String::new(),
        };
        if let Some(value) = value {
            name = if name.is_empty() { value } else { format!("{name} {value}") };
        }
        let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        let values: Vec<String> = arg.get_possible_values().iter().map(|v| format!("`{}`", v.get_name())).collect();
        if arg.get_action().takes_values() && !values.is_empty() && !arg.is_hide_possible_values_set() {
            help.push_str(&format!(": {}", values.join(", ")));
        }
        let default: Vec<String> = arg.get_default_values().iter().map(|v| format!("`{}`", v.to_string_lossy())).collect();
        if arg.get_action().takes_values() && !default.is_empty() {
            help.push_str(&format!(" (default {})", default.join(", ")));
        }
        if arg.is_required_set() {
            help.push_str(" (required)");
        }
        out.push_str(&format!("| `{}` | {help} |\n", name.replace('|', "\\|")));
    }
}
