//! Examples of the help, in one table: help and reference print them, the tests run each.

use clap::Command;

/// An example of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The command that it is of, without `reach`, for example `policy check`.
    pub command: &'static str,
    /// What is typed, in a folder with the project's `policies`, the `events.jsonl` of the banking policy, a `tools.json`, the MCP server `server.py`, the key `log.key`, its public half `log.pub`, and the log `bank.log` of these events with a checkpoint, and its `bank.capsule`; the key `next.key`, the folder `guard` of a pack, `guard.reachpack` signed by `log.key`, and `trust.jsonl` that trusts it; the known registry `market`, signed by `log.key`, and a project that has `acme.base` from it.
    pub line: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The exit status there.
    pub exit: u8,
}

const fn of(command: &'static str, line: &'static str, does: &'static str) -> Example {
    Example { command, line, does, exit: 0 }
}

/// All examples, by command.
pub const EXAMPLES: &[Example] = &[
    of("", "reach policy init assistant", "begin a bundle in the folder `assistant`"),
    of("", "reach policy test policies", "run the tests of every bundle below a folder"),
    of("", "reach explain unexpected-token", "say what a message means"),
    of("policy", "reach policy check policies/banking", "check a bundle"),
    of("policy", "reach policy decide --bundle policies/banking events.jsonl", "decide on recorded events"),
    of("policy check", "reach policy check policies/banking", "check a bundle"),
    of("policy check", "reach policy check policies", "check each bundle below a folder"),
    of("policy check", "reach policy check --cost policies/banking/bank.reach", "print what each rule costs at most"),
    of("policy check", "reach policy check --emit bytecode policies/banking", "print what the engine runs"),
    of("policy check", "cat policies/banking/bank.reach | reach policy check -", "check standard input"),
    of("policy lint", "reach policy lint policies/banking", "look for what is probably not meant"),
    of("policy lint", "reach policy lint --deny warnings policies/banking", "fail where there is a warning"),
    of("policy lint", "reach policy lint --fix --dry-run policies/banking", "show what would be mended"),
    of("policy lint", "reach policy lint --rule missing-message policies/banking", "look for one thing"),
    of("policy lint", "reach policy lint --format sarif policies/banking", "show it beside the code, in a service that reads SARIF"),
    of("policy fmt", "reach policy fmt policies/banking", "format the files of a bundle"),
    of("policy fmt", "reach policy fmt --check policies", "fail where a file is not formatted, and show the difference"),
    of("policy fmt", "cat policies/banking/bank.reach | reach policy fmt -", "format standard input, for editors"),
    of("policy build", "reach policy build policies/banking -o bank.bundle", "build a bundle file"),
    of("policy decide", "reach policy decide --bundle policies/banking events.jsonl", "decide on recorded events"),
    of("policy decide", "cat events.jsonl | reach policy decide --bundle policies/banking", "answer a host, line by line"),
    Example {
        command: "policy decide",
        line: "reach policy decide --bundle policies/banking --fail-on forbid events.jsonl",
        does: "exit with 1 if any step is refused",
        exit: 1,
    },
    of("policy explain", "reach policy explain --bundle policies/banking events.jsonl", "explain the last step"),
    of("policy explain", "reach policy explain --bundle policies/banking --id c2 events.jsonl", "explain the step `c2`"),
    of("policy explain", "reach policy explain -b policies/banking --why-not permit events.jsonl", "say what stands between it and a permit"),
    of("policy explain", "reach policy explain -b policies/banking --log bank.log --seq 7", "explain an entry of a log"),
    of("policy explain", "reach policy explain -b policies/banking --log events.jsonl --seq 1", "explain an entry of a recorded run"),
    of("policy explain", "reach policy explain -b policies/banking --format html -o a.html events.jsonl", "write a page"),
    of("policy explain", "reach policy explain --bundle policies/banking --format json events.jsonl", "explain it to a program"),
    of("policy test", "reach policy test policies", "run the tests of each bundle below a folder"),
    of("policy test", "reach policy test policies/banking --filter payment", "run the tests whose name holds a text"),
    of("policy test", "reach policy test policies/web --seed 7 --cases 50", "test its properties by other sessions, and fewer"),
    of("policy test", "reach policy test policies --junit report.xml", "write a report for a CI server"),
    Example {
        command: "policy mutate",
        line: "reach policy mutate policies/banking --rule small_payment",
        does: "show what of one rule no test notices",
        exit: 0,
    },
    of(
        "policy mutate",
        "reach policy mutate policies/support --min 90 --operator comparisons",
        "fail where less than 90 % of the mutants of one kind are noticed",
    ),
    of("policy test", "reach policy test policies --format github", "annotate a change on GitHub"),
    of("policy coverage", "reach policy coverage policies/banking", "show what its tests don't try"),
    of("policy coverage", "reach policy coverage policies --min 50", "fail where less is covered"),
    of("policy diff", "reach policy diff before policies/banking", "show what is decided otherwise than before"),
    of("policy diff", "reach policy diff --no-new-permit before policies/banking", "fail where something is permitted that was not"),
    of("policy diff", "reach policy diff --write-tests new before policies/banking", "write each example as a test"),
    of("policy diff", "reach policy diff --format sarif before policies/banking", "show it beside the code, in a service that reads SARIF"),
    of("policy prove", "reach policy prove policies/banking 'always forbid undeclared'", "prove a claim, or see a session that breaks it"),
    of("policy replay", "reach policy replay bank.log --bundle policies/banking", "decide a log again by the bundle that decided it"),
    of("policy replay", "reach policy replay bank.log -b policies/web --groups 3", "see what another bundle decides otherwise"),
    of("policy replay", "reach policy replay bank.log -b policies/banking --no-new-permit", "fail where a step is permitted that was not"),
    of("policy replay", "reach policy replay events.jsonl -b policies/banking --against before", "compare two bundles on events"),
    of("policy replay", "reach policy replay events.jsonl -b policies/banking --snapshot a.txt", "keep the decisions, or compare with them"),
    of("policy doc", "reach policy doc policies/banking", "write the reference of a bundle as Markdown"),
    of("policy doc", "reach policy doc policies/banking --format html -o bank.html", "write it as a page for a browser"),
    of("policy init", "reach policy init assistant", "begin a bundle in the folder `assistant`"),
    of("policy init", "reach policy init server --from tools.json", "declare the tools of a server's saved `tools/list` answer"),
    of("policy decide", "reach policy decide -b policies/banking --log new.log events.jsonl", "record events and decisions in a log"),
    of("pack", "reach pack init acme.mail_guard", "begin a pack in the folder `mail_guard`"),
    of("pack", "reach pack validate policies/packs/files-guard", "check a pack"),
    of("pack init", "reach pack init acme.web_guard", "begin a pack in the folder `web_guard`"),
    of("pack init", "reach pack init --template connector acme.notes tools", "begin with the tools of a server"),
    of("pack validate", "reach pack validate policies/packs/files-guard", "check a pack"),
    of("pack validate", "reach pack validate --deny warnings policies/packs/std", "fail where there is a warning"),
    of("pack validate", "reach pack validate --emit json policies/packs/std", "print the manifest as JSON"),
    of("pack audit", "reach pack audit policies/packs/files-guard", "say what a pack may do"),
    Example {
        command: "pack audit",
        line: "cd policies/packs; reach pack audit files-guard --against std --no-new-right",
        does: "exit with 1 if a pack asks for more than another version",
        exit: 1,
    },
    of("log", "reach log show bank.log", "print what was recorded"),
    of("log", "reach log verify bank.log", "check that nothing of it was changed"),
    of("log show", "reach log show bank.log --effect ask,forbid", "print what was not permitted"),
    of("log show", "reach log show bank.log --last 3", "print the last entries"),
    of("log show", "reach log show bank.log --rule above_ceiling --json", "print what one rule decided, with events and decisions"),
    of("log verify", "reach log verify bank.log", "check every entry"),
    of("log verify", "reach log verify bank.log --checkpoint kept.note", "check that it goes on from a checkpoint that was kept"),
    of("log verify", "reach key public log.key > pub; reach log verify bank.log --key pub", "check who has signed"),
    of("log checkpoint", "reach log checkpoint bank.log --key log.key -o kept.note", "sign the state of a log, for others to keep"),
    of("log prove", "reach log prove bank.log 7 -o entry.tlog-proof", "write a receipt that others can check"),
    of("log export", "reach log export bank.log --format flat -o bank.ndjson", "write a line for each entry, for a table"),
    of("log export", "reach log export bank.log --format events", "get the events back, to decide them again"),
    of("log export", "reach log export bank.log --format tiles -o site", "write the files that a web server serves"),
    of("log erase", "reach log erase bank.log 7 --reason 'asked for on 3 May'", "erase what an entry holds; its proofs hold"),
    of("capsule", "reach capsule create bank.log -s '' -b policies/banking -o a.capsule", "write the session without a name"),
    of("capsule create", "reach capsule create bank.log -s '' -b policies/banking -o a.capsule", "write the session without a name"),
    of("capsule verify", "reach capsule verify bank.capsule --key log.pub", "check what somebody has sent"),
    of("capsule replay", "reach capsule replay bank.capsule --key log.pub", "check it, and decide it again"),
    of("value", "reach value parse url https://user@example.com:8443/a", "see what a URL is parsed into"),
    of("value parse", "reach value parse shell 'git status && sudo rm -rf build > log'", "list its commands, with what each reads and writes"),
    of("value parse", "reach value parse path --at /srv/app ../../etc/passwd", "see where a relative path leads"),
    of("value parse", "reach value parse sql --in postgres 'select name from users'", "see what a query reads"),
    of("value parse", "reach value parse time --in Europe/Berlin 2026-07-01T09:00", "see what the clocks of a zone show"),
    of("value parse", "echo 'card 4111 1111 1111 1111' | reach value parse text -", "see what detectors find in a text"),
    of("key", "reach key generate log.example --out new.key --no-passphrase", "make a key"),
    of("key", "reach key public log.key", "print its public half"),
    of("key generate", "reach key generate log.example --out new.key --no-passphrase", "make a key that whoever has the file can use"),
    of(
        "key generate",
        "printf secret | reach key generate log.example -o new.key --passphrase-file -",
        "make one that is encrypted; on a terminal the passphrase is asked for",
    ),
    of("key public", "reach key public log.key", "print the line that others verify signatures with"),
    of("key public", "reach key public log.key --json", "print it for a program"),
    of("key list", "reach key list --trust trust.jsonl", "show who is trusted"),
    of("key list", "reach key list --trust trust.jsonl --history", "show how it came about"),
    of("key import", "reach key import log.key --name a.example -o a.key --no-passphrase", "take a key that another tool has made"),
    of("key export", "reach key export log.key --format public-pem", "print the public half for OpenSSL"),
    of("key export", "reach key export log.key --format pkcs8 -o log.pem", "write the secret half for OpenSSL"),
    of("key trust", "reach key trust log.pub --for 'acme.*' --trust trust.jsonl", "trust a key for packs"),
    of("key trust", "reach key trust --needed 2 --for 'acme.*' --trust trust.jsonl", "ask for two signatures"),
    of("key revoke", "reach key revoke log.pub --reason 'it was lost' --trust trust.jsonl", "trust a key no more"),
    of("key rotate", "reach key rotate log.key next.key -o next.json", "say that a new key takes the place of an old one"),
    of("pack", "reach pack build guard", "make the file of a pack"),
    of("pack", "reach pack verify guard.reachpack --trust trust.jsonl", "check a pack that somebody has sent"),
    of("pack build", "reach pack build guard --dry-run", "show what would be in it, and what is left out"),
    of("pack build", "reach pack build guard -o guard.reachpack", "make the file"),
    of("pack sign", "reach pack sign guard.reachpack --key log.key", "sign a pack"),
    of("pack verify", "reach pack verify guard.reachpack --trust trust.jsonl", "check who has signed, and that nothing was changed"),
    of("pack verify", "reach pack verify guard.reachpack --trust trust.jsonl --at 2027-06-30", "check it as of another time"),
    of("pack inspect", "reach pack inspect guard.reachpack", "show what a pack says of itself"),
    of("pack", "reach pack import mcp --from tools.json -o tools.reach", "declare the tools of a server's saved list"),
    of("pack import", "reach pack import mcp --from tools.json -o tools.reach", "declare the tools of a server's saved list"),
    of("pack import mcp", "reach pack import mcp --from tools.json -o tools.reach", "declare the tools of a saved list"),
    of("pack import mcp", "reach pack import mcp --prefix notes. -- python3 server.py", "start a server, and declare its tools"),
    of("pack import mcp", "reach pack import mcp --no-pin --guess-forms --from tools.json", "read text as paths and URLs by its name"),
    of("pack", "reach pack install acme.base", "give this project a pack from the known registry"),
    of("pack registry", "reach pack registry add market", "make a registry known"),
    of("pack registry init", "reach pack registry init new --origin new.example --key log.key", "begin a registry"),
    of("pack registry add", "reach pack registry add market", "make a registry known, so that `--registry` is not needed"),
    of("pack registry refresh", "reach pack registry refresh --key log.key --expires 90", "let a registry count for 90 days more"),
    of("pack publish", "reach pack publish guard.reachpack --key log.key", "put a pack into the known registry"),
    of("pack publish", "reach pack publish guard.reachpack --registry market --key log.key", "put it into a registry that is named"),
    of("pack yank", "reach pack yank acme.base 1.0.0 --reason 'it leaks' --key log.key", "take back a version"),
    of("pack search", "reach pack search bank", "find packs by a word"),
    of("pack search", "reach pack search --json", "list all packs for a program"),
    of("pack install", "reach pack install", "install what this project needs"),
    of("pack install", "reach pack install 'acme.base@^1.0' --dry-run", "see what would come, and which rights it asks for"),
    of("pack install", "reach pack install acme.base --accept 'read:/data/**'", "give a right that it asks for"),
    of("pack install", "reach pack install --locked", "install just what `pack.lock` says, without a registry's index"),
    of("pack update", "reach pack update", "take the newest versions that fit"),
    of("pack update", "reach pack update acme.base --dry-run", "see what is new of one pack"),
    of("pack remove", "reach pack remove acme.base", "take away a pack, and what only it needs"),
    of("pack list", "reach pack list", "list this project's packs with their rights, and whether they are fine"),
    of("pack outdated", "reach pack outdated", "list packs that could be newer"),
    of("offline", "reach offline", "see what verifies now, and until when"),
    of("offline", "reach offline --json", "see it for a program"),
    of("explain", "reach explain unexpected-token", "explain a message by its name"),
    of("explain", "reach explain E0001", "explain a message by its number"),
    of("explain", "reach explain", "list all messages"),
    of("completions", "reach completions bash > reach.bash", "write the completions of bash"),
    of("doctor", "reach doctor", "run the self test"),
    of("doctor", "reach doctor --json", "run it for a program"),
];

/// Adds the examples to the help of each command.
pub fn with_examples(command: Command) -> Command {
    add(command, "")
}

fn add(command: Command, path: &str) -> Command {
    let text = help_of(path);
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = if text.is_empty() { command } else { command.after_help(text) };
    for name in names {
        let below = format!("{path} {name}").trim_start().to_owned();
        command = command.mut_subcommand(&name, |c| add(c, &below));
    }
    command
}

fn help_of(path: &str) -> String {
    let mut out = String::new();
    for example in EXAMPLES.iter().filter(|e| e.command == path) {
        let end = if out.is_empty() { "Examples:" } else { "" };
        out.push_str(&format!("{end}\n  {}\n      {}", example.line, example.does));
    }
    out
}
