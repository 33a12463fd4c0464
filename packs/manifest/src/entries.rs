//! The entries of a manifest, in one table: what is read, what is suggested and what the reference says are the same.

/// An entry of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Whether it stands within `permissions`.
    pub permission: bool,
    /// Whether every manifest has it.
    pub required: bool,
    /// What it takes, in words.
    pub takes: &'static str,
    /// How it is written.
    pub example: &'static str,
    /// What it says.
    pub about: &'static str,
}

macro_rules! entries {
    ($($group:ident $need:ident $name:literal $takes:literal $example:literal $about:literal;)*) => {
        &[$(Entry {
            name: $name, permission: matches!(stringify!($group).as_bytes(), b"permission"), required: matches!(stringify!($need).as_bytes(), b"required"),
            takes: $takes, example: $example, about: $about,
        }),*]
    };
}

/// All entries, in the order in which a manifest is written.
pub const ENTRIES: &[Entry] = entries! {
    top required "description" "a text" "description: \"Guards a retail-banking assistant\"" "what the pack is good for, in one line";
    top required "license" "a text" "license: \"Apache-2.0\"" "the licence, an SPDX expression";
    top required "kind" "`policy` or `connector`" "kind: policy" "`policy`: it has rules. `connector`: it declares the tools of a server, and no rule of it permits or asks";
    top required "reach" "a text" "reach: \">=0.1, <0.2\"" "the versions of Reach that it is made for";
    top optional "needs" "a block of names and texts" "needs: { reach.std: \"^1.0\" }" "the packs that its `use` name, with the versions that will do";
    top optional "tools" "a list of names" "tools: [get_balance, mail.send, \"read-file\"]" "every tool that it declares, or that its rules or tests name";
    top optional "readers" "a list of names" "readers: [read_file]" "those of its tools that only read what their paths name. Of all others it is assumed that they write it";
    top optional "exports" "a list of names" "exports: [outbound, is_internal]" "the declarations that those who `use` it may name; all, where it is left out";
    top optional "parameters" "a list of names" "parameters: [payees]" "the `param`s that those who `use` it may set; all, where it is left out";
    top optional "permissions" "a block" "permissions { read: [glob\"/data/**\"] }" "what its rules may permit at most; nothing, where it is left out";
    permission optional "read" "a list of globs" "read: [glob\"/data/**\"]" "paths that its `readers` may be given, and resources that may be read";
    permission optional "write" "a list of globs" "write: [glob\"/data/out/**\"]" "paths that every tool may be given";
    permission optional "network" "a list of texts" "network: [\"api.bank.example\", \"10.0.0.0/8\"]" "hosts, with all below them, and ranges of addresses that tools may be given, in URLs and e-mail addresses too; `\"*\"` for every host";
    permission optional "run" "a list of names" "run: [git, \"cargo-nextest\"]" "programs that command lines may run, as they are written there; `\"*\"` for every command line";
    permission optional "spawn" "a block of `children` and `depth`" "spawn: { children: 2, depth: 1 }" "how many children of an agent may live at a time, and how deep they may have children themselves";
    permission optional "spend" "a block of names and amounts" "spend: { usd: 10.00 }" "how much the budget of that name may let be spent";
    top required "policies" "a list of globs" "policies: [glob\"policies/**/*.reach\"]" "the files that are the pack's rules and tests, relative to `pack.reach`";
};

/// Returns the entry of a name.
#[must_use]
pub fn entry(name: &str, permission: bool) -> Option<&'static Entry> {
    ENTRIES.iter().find(|e| e.name == name && e.permission == permission)
}

/// Returns the reference of the entries, as a table of Markdown.
#[must_use]
pub fn reference() -> String {
    let mut out = String::from("| entry | takes | says |\n| --- | --- | --- |\n");
    for e in ENTRIES {
        let name = if e.permission { format!("permissions.{}", e.name) } else { e.name.to_owned() };
        let need = if e.required { " (in every manifest)" } else { "" };
        out.push_str(&format!("| `{name}` | {}: `` {} `` | {}{need} |\n", e.takes, e.example, e.about));
    }
    out
}
