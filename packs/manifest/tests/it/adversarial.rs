//! Manifests of people who mean harm, or make mistakes that look like it: each is refused, for the reason that is said here.

use reach_codes::Sources;
use reach_statement::PackVersion;

use crate::{look, messages};

/// An entry that is put into a manifest, and the names of the codes that it gives.
const ENTRIES: &[(&str, &str, &[&str])] = &[
    // What isn't there, or twice.
    ("an entry that is misspelt, so that a right looks smaller", "permission { read: [glob\"/data/**\"] }", &["unknown-entry"]),
    ("a right outside of the permissions", "read: [glob\"/data/**\"]", &["unknown-entry"]),
    ("an entry within the permissions that belongs outside", "permissions { tools: [a] }", &["unknown-entry"]),
    ("permissions twice, so that one hides the other", "permissions { run: [git] }\n  permissions { }", &["repeated-entry"]),
    ("a right twice", "permissions { run: [git], run: [ls] }", &["repeated-entry"]),
    ("an entry in other letters", "TOOLS: [a]", &["unknown-entry"]),
    ("an entry in quotes that looks like another", "\"tооls\": [a]", &["unknown-entry"]),
    // Values of other kinds.
    ("a number for a tool", "tools: [1]", &["wrong-value"]),
    ("an expression for a tool", "tools: [a + b]", &["wrong-value"]),
    ("a call for a list", "tools: load(\"x\")", &["wrong-value"]),
    ("a block for a list", "tools: { a: 1 }", &["wrong-value"]),
    ("a truth value for a tool", "tools: [true]", &["wrong-value"]),
    ("nothing for a list", "tools: \"\"", &["wrong-value"]),
    ("a list in a list", "tools: [[a]]", &["wrong-value"]),
    ("an expression in brackets", "tools: [(a)]", &["wrong-value"]),
    ("a tool by index", "tools: [a[0]]", &["wrong-value"]),
    ("a regular expression for paths", "permissions { read: [re\"^/\"] }", &["wrong-value"]),
    // Names that deceive.
    ("a tool in letters of two scripts", "tools: [\"gеt_balance\"]", &["deceptive-name"]),
    ("a tool that looks like plain English", "tools: [\"рауреӏ\"]", &["deceptive-name"]),
    ("a tool with a character that isn't seen, escaped", "tools: [\"get\\u{200b}balance\"]", &["deceptive-name"]),
    ("a tool that turns its text around, escaped", "tools: [\"a\\u{202e}b\"]", &["deceptive-name"]),
    ("a tool of nothing", "tools: [\"\"]", &["bad-manifest-text"]),
    ("a tool with a line's end", "tools: [\"a\\nb\"]", &["deceptive-name"]),
    ("a reader that looks like a tool", "tools: [pay]\n  readers: [\"pаy\"]", &["deceptive-name"]),
    ("a program that looks like git", "permissions { run: [\"ɡit\"] }", &["deceptive-name"]),
    ("a host in letters of two scripts", "permissions { network: [\"pаypal.example\"] }", &["deceptive-name"]),
    ("the same host in its other form", "permissions { network: [\"xn--pypal-4ve.example\"] }", &["deceptive-name"]),
    ("a host of look-alikes alone", "permissions { network: [\"аррӏе.example\"] }", &["deceptive-name"]),
    ("a path of look-alikes", "permissions { read: [glob\"/dаta/**\"] }", &["deceptive-name"]),
    // Hosts that are none.
    ("a URL for a host", "permissions { network: [\"https://a.example\"] }", &["bad-host"]),
    ("a star within a host", "permissions { network: [\"api.*.example\"] }", &["bad-host"]),
    ("a star before a host", "permissions { network: [\"*.example\"] }", &["bad-host"]),
    ("a host with a port", "permissions { network: [\"a.example:443\"] }", &["bad-host"]),
    ("a host with a path", "permissions { network: [\"a.example/x\"] }", &["bad-host"]),
    ("a host with who asks", "permissions { network: [\"user@a.example\"] }", &["bad-host"]),
    ("an address in octal", "permissions { network: [\"0177.0.0.1\"] }", &["bad-host"]),
    ("a range that is none", "permissions { network: [\"10.0.0.0/33\"] }", &["bad-host"]),
    ("the same host twice, written otherwise", "permissions { network: [\"a.example\", \"A.EXAMPLE\"] }", &["repeated-item"]),
    ("the same address twice, written otherwise", "permissions { network: [\"10.0.0.1\", \"10.0.0.1/32\"] }", &["repeated-item"]),
    // Globs that are none, or lead elsewhere.
    ("a glob that climbs", "permissions { write: [glob\"/data/../etc/**\"] }", &["bad-manifest-glob"]),
    ("a glob with stars that are none", "permissions { write: [glob\"/data/**x\"] }", &["bad-manifest-glob"]),
    ("a glob that doesn't end", "permissions { write: [glob\"/data/[a\"] }", &["bad-manifest-glob"]),
    ("the same glob twice", "permissions { write: [glob\"/a\", \"/a\"] }", &["repeated-item"]),
    ("policies that climb", "policies: [glob\"../other/*.reach\"]", &["bad-manifest-glob"]),
    ("policies that climb in an alternative", "policies: [glob\"{..,a}/*.reach\"]", &["bad-manifest-glob"]),
    ("policies that climb in the middle", "policies: [glob\"a/../../*.reach\"]", &["bad-manifest-glob"]),
    ("policies at the root", "policies: [glob\"/etc/*.reach\"]", &["bad-manifest-glob"]),
    ("policies at a home", "policies: [glob\"~/*.reach\"]", &["bad-manifest-glob"]),
    ("policies on a drive", "policies: [\"C:/x/*.reach\"]", &["bad-manifest-glob"]),
    ("policies with a backslash", "policies: [\"a\\\\b.reach\"]", &["bad-manifest-glob"]),
    ("policies that are the manifest", "policies: [glob\"pack.reach\"]", &["empty-policy-glob"]),
    ("no policies", "policies: []", &["wrong-value"]),
    // Numbers.
    ("a negative amount", "permissions { spend: { usd: -5 } }", &["bad-amount"]),
    ("an amount too precise", "permissions { spend: { usd: 0.0000000000000000001 } }", &["bad-amount"]),
    ("an amount too large", "permissions { spend: { usd: 123456789012345678901 } }", &["bad-amount"]),
    ("an amount in quotes", "permissions { spend: { usd: \"5\" } }", &["wrong-value"]),
    ("an amount that is computed", "permissions { spend: { usd: 5 + 5 } }", &["wrong-value"]),
    ("a budget of no name", "permissions { spend: { \"u s d\": 5 } }", &["bad-manifest-name"]),
    ("children of a fraction", "permissions { spawn: { children: 1.5, depth: 1 } }", &["bad-amount"]),
    ("children beyond counting", "permissions { spawn: { children: 4294967296, depth: 1 } }", &["bad-amount"]),
    ("children below nothing", "permissions { spawn: { children: -1, depth: 1 } }", &["bad-amount"]),
    ("no children", "permissions { spawn: { children: 0, depth: 1 } }", &["bad-amount"]),
    ("a spawn without its depth", "permissions { spawn: { children: 1 } }", &["missing-entry"]),
    ("a spawn with more", "permissions { spawn: { children: 1, depth: 1, agents: [a] } }", &["unknown-entry"]),
    // Programs.
    ("a program with arguments", "permissions { run: [\"git push\"] }", &["bad-manifest-name"]),
    ("a program that is a substitution", "permissions { run: [\"$(curl x)\"] }", &["bad-manifest-name"]),
    ("a program that is two", "permissions { run: [\"git;sh\"] }", &["bad-manifest-name"]),
    ("an option for a program", "permissions { run: [\"-c\"] }", &["bad-manifest-name"]),
    ("an assignment for a program", "permissions { run: [\"A=b\"] }", &["bad-manifest-name"]),
    // Needs.
    ("a need of itself", "needs: { acme.a: \"^1\" }", &["needs-itself"]),
    ("a need with a name that leads elsewhere", "needs: { \"../x\": \"^1\" }", &["bad-pack-name"]),
    ("a need with a name of look-alikes", "needs: { \"reаch.std\": \"^1\" }", &["bad-pack-name"]),
    ("a need twice", "needs: { reach.std: \"^1\", \"reach.std\": \"^2\" }", &["unused-need", "repeated-item"]),
    ("a need of no version", "needs: { reach.std: \"\" }", &["unused-need", "bad-pack-version"]),
    ("a need of a version that is none", "needs: { reach.std: \"latest\" }", &["unused-need", "bad-pack-version"]),
    // Names that say nothing.
    ("an export that isn't there", "exports: [nothing]", &["unknown-member"]),
    ("a parameter that isn't there", "parameters: [nothing]", &["unknown-member"]),
    ("a reader that is no tool", "readers: [nothing]", &["unknown-member"]),
];

fn manifest(entry: &str) -> String {
    let policies = if entry.contains("policies:") { "" } else { "policies: [glob\"*.reach\"]" };
    format!("pack acme.a \"1.0.0\" {{\n  description: \"A\"\n  license: \"MIT\"\n  kind: policy\n  reach: \"*\"\n  {policies}\n  {entry}\n}}\n")
}

/// What is told of a manifest alone: that nothing uses what it names is another matter.
fn told(text: &str) -> Vec<&'static str> {
    let looked = look(&[("pack.reach", text), ("r.reach", "label x\n")]);
    assert!(looked.manifest.is_none(), "accepted\n{text}");
    for d in &looked.diagnostics {
        assert!(d.span().is_some() && d.help.is_some(), "a message without a place or a help\n{}", messages(&looked));
    }
    looked.diagnostics.iter().map(|d| d.code.name()).filter(|name| !matches!(*name, "unused-pack-tool" | "unselected-file" | "unused-permission")).collect()
}

#[test]
fn each_entry_is_refused_for_its_own_reason() {
    for (what, entry, expected) in ENTRIES {
        assert_eq!(told(&manifest(entry)), *expected, "{what}: {entry}");
    }
    let mut names: Vec<&str> = ENTRIES.iter().map(|(what, ..)| *what).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() == ENTRIES.len() && names.len() >= 75, "{} cases", names.len());
}

#[test]
fn heads_and_texts_are_refused_for_their_own_reasons() {
    let good = manifest("");
    assert!(look(&[("pack.reach", &good), ("r.reach", "label x\n")]).is_ok());
    let long = format!("description: \"{}\"", "a".repeat(1_001));
    for (from, to, expected) in [
        ("acme.a", "acme", "bad-pack-name"),
        ("acme.a", "a.b.c.d.e", "bad-pack-name"),
        ("acme.a", "Acme.a", "bad-pack-name"),
        ("acme.a", "con.a", "bad-pack-name"),
        ("acme.a", "\"acme/../x\"", "bad-pack-name"),
        ("acme.a", "\"acme.а\"", "bad-pack-name"),
        ("1.0.0", "1.0", "bad-pack-version"),
        ("1.0.0", "v1.0.0", "bad-pack-version"),
        ("1.0.0", "1.0.0+build", "bad-pack-version"),
        ("1.0.0", "", "bad-pack-version"),
        ("\"*\"", "\"newest\"", "bad-pack-version"),
        ("\"*\"", "1", "wrong-value"),
        ("\"*\"", "\">=7\"", "incompatible-pack"),
        ("kind: policy", "kind: polcy", "wrong-value"),
        ("kind: policy", "kind: [policy]", "wrong-value"),
        ("license: \"MIT\"", "", "missing-entry"),
        ("description: \"A\"", "description: \"\"", "bad-manifest-text"),
        ("description: \"A\"", "description: A", "wrong-value"),
        ("description: \"A\"", "description: \"a\\u{202e}b\"", "bad-manifest-text"),
        ("description: \"A\"", "description: \"a\\nb\"", "bad-manifest-text"),
        ("description: \"A\"", long.as_str(), "bad-manifest-text"),
    ] {
        assert_eq!(told(&good.replace(from, to)), [expected], "{to}");
    }
}

#[test]
fn what_the_file_itself_hides_is_refused_by_the_parser() {
    for text in [
        manifest("tools: [a] // \u{202e} b"),
        manifest("tools: [\"a\u{202e}b\"]"),
        format!("\u{feff}{}", manifest("")),
        manifest("tools: [a\0]"),
        manifest(&format!("tools: {}a{}", "[".repeat(70), "]".repeat(70))),
        manifest(&format!("tools: {}a{}", "(".repeat(10_000), ")".repeat(10_000))),
        manifest("tools: [a"),
        manifest("tools = [a]"),
        manifest(&format!("description: \"{}\"", "a".repeat(1 << 20))),
    ] {
        let looked = look(&[("pack.reach", &text), ("r.reach", "label x\n")]);
        let errors: Vec<&str> = looked.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code.number()).collect();
        assert!(looked.manifest.is_none() && errors.iter().any(|code| code.starts_with('E')), "{errors:?} {}", text.chars().take(200).collect::<String>());
    }
}

#[test]
fn a_manifest_that_repeats_one_mistake_stays_bounded() {
    // A message for each of four thousand elements is still an answer, and comes at once.
    let items = (0..4_000).map(|n| format!("\"a b{n}\"")).collect::<Vec<_>>().join(", ");
    let looked = look(&[("pack.reach", &manifest(&format!("permissions {{ run: [{items}] }}"))), ("r.reach", "label x\n")]);
    let other = looked.diagnostics.iter().find(|d| d.code.name() != "bad-manifest-name");
    assert_eq!((looked.diagnostics.len(), other), (4_000, None));
    let hosts = (0..4_000).map(|n| format!("\"h{n}.example\"")).collect::<Vec<_>>().join(", ");
    let rules = "tool go(to: url)\npermit going on go when args.to.host within \"h7.example\"\n";
    let looked = look(&[("pack.reach", &manifest(&format!("tools: [go]\n  permissions {{ network: [{hosts}] }}"))), ("r.reach", rules)]);
    assert_eq!(looked.diagnostics.iter().map(|d| d.code.name()).collect::<Vec<_>>(), ["unproven-permission"], "more than can be told");
}

#[test]
fn there_is_no_pack_without_its_file() {
    let running: PackVersion = "0.1.0".parse().unwrap();
    let looking = reach_manifest::Looking { running: &running, make: crate::make(), shown: &|_| Vec::new(), limits: reach_manifest::limits(), packs: &[] };
    let mut files = Sources::new();
    files.add("other/pack.reach", manifest(""));
    assert!(reach_manifest::validate(&files, &looking).is_none());
}
