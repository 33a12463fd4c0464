//! A manifest that is printed and read again is the same; no manifest makes anything panic.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use reach_manifest::{read, text};
use reach_statement::{Amount, Kind, Manifest, PackName, Permissions, Requirement, Spawn};

use crate::look;

fn set(of: impl Strategy<Value = String>) -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set(of, 0..4)
}

fn permissions() -> impl Strategy<Value = Permissions> {
    let amounts = proptest::collection::btree_map("[a-z]{1,5}", (0u32..10_000, 0u32..1_000), 0..3)
        .prop_map(|all| all.into_iter().map(|(of, (whole, part))| (of, Amount::read(&format!("{whole}.{part:03}")).unwrap())).collect::<BTreeMap<_, _>>());
    let spawn = proptest::option::of((1u32..9, 1u32..9).prop_map(|(children, depth)| Spawn { children, depth }));
    let globs = || set("(/[a-z]{1,4}){1,3}(/\\*\\*|/\\*\\.txt)?|[a-z]{1,4}\\[ab\\]|file:///[a-z]{1,4}/\\*\\*");
    (globs(), globs(), set("[a-z]{1,6}\\.(example|test)|10\\.[1-9]\\.0\\.0/16|\\*"), set("[a-z]{1,6}(-[a-z]{1,3})?|\\./[a-z]{1,5}|\\*"), spawn, amounts)
        .prop_map(|(read, write, network, run, spawn, spend)| Permissions { network, read, run, spawn, spend, write })
}

fn manifests() -> impl Strategy<Value = Manifest> {
    let readable = || "[a-zA-Z0-9 äß,.:;'\"\\\\{}€-]{0,30}[a-z]";
    let names =
        proptest::collection::btree_map("[a-z]{1,4}\\.[a-z]{1,4}", prop_oneof![Just("^1.2"), Just(">=0.1, <0.3"), Just("*"), Just("=1.0.0-rc.1")], 0..3);
    let words = || set("[a-z_][a-z0-9_]{0,6}|true|if|not");
    let tools = set("[a-z][a-z0-9_]{0,6}|[a-z]{1,3}\\.[a-z]{1,4}|[a-z]{1,3}-[a-z]{1,4}|true|not|ns\\.if|say \"x\"");
    let license = || prop_oneof![Just("MIT"), Just("Apache-2.0 OR MIT"), Just("(MIT)"), Just("LicenseRef-Acme-Terms")].prop_map(str::to_owned);
    let head = (readable(), license(), prop_oneof![Just(Kind::Policy), Just(Kind::Connector)], names);
    let lists = (
        tools,
        proptest::option::of(words()),
        proptest::option::of(words()),
        proptest::collection::btree_set("[a-z]{1,4}(/\\*\\*)?/\\*\\.reach|\\{a,b\\}\\.reach", 1..3),
    );
    (head, lists, permissions(), any::<proptest::sample::Index>()).prop_map(
        |((description, license, kind, needs), (tools, exports, parameters, policies), permissions, at)| {
            let readers = tools.iter().take(at.index(tools.len() + 1)).cloned().collect();
            Manifest {
                description,
                exports,
                kind,
                license,
                name: "acme.a_1".parse().unwrap(),
                needs: needs.into_iter().map(|(name, versions)| (PackName::new(name).unwrap(), versions.parse::<Requirement>().unwrap())).collect(),
                parameters,
                permissions,
                policies,
                reach: ">=0.1, <0.2".parse().unwrap(),
                readers,
                tools,
                version: "1.2.3-rc.1".parse().unwrap(),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_it_was(manifest in manifests()) {
        let printed = text(&manifest);
        let parsed = reach_grammar::parse(reach_codes::FileId(0), &printed, &reach_grammar::Limits::LANGUAGE);
        prop_assert!(parsed.is_ok(), "{:?}\n{}", parsed.diagnostics, printed);
        let found = read(&parsed.file, &"0.1.0".parse().unwrap());
        prop_assert_eq!(found.manifest.as_ref(), Some(&manifest), "{:?}\n{}", found.diagnostics, printed);
        // It is formatted, and so is what is printed of what was read.
        prop_assert_eq!(reach_grammar::format(&printed, &reach_grammar::Limits::LANGUAGE).unwrap(), printed.clone());
        // JSON both ways.
        let json = serde_json::to_string(&manifest).unwrap();
        prop_assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), manifest);
    }

    #[test]
    fn a_manifest_of_anything_is_answered(pieces in proptest::collection::vec(prop_oneof![
        Just("tools"), Just("permissions"), Just("read"), Just("spawn"), Just("spend"), Just("kind"), Just("needs"), Just("policies"), Just("network"), Just("run"),
        Just(": "), Just(" { "), Just(" }"), Just(" [ "), Just(" ]"), Just(", "), Just("\n"), Just("\"a.b\""), Just("glob\"/a/**\""), Just("re\"x\""), Just("a.b"), Just("5"),
        Just("-1"), Just("1.5"), Just("children"), Just("depth"), Just("true"), Just("\"\""), Just("\"*\""), Just("(a)"), Just("@x"), Just("//"),
    ], 0..60)) {
        let text = format!("pack acme.a \"1.0.0\" {{\n{}\n}}\n", pieces.concat());
        let looked = look(&[("pack.reach", &text), ("a.reach", "tool a(p: path, s: shell, u: url)\npermit b on a\n")]);
        prop_assert!(looked.manifest.is_none(), "it lacks entries");
        prop_assert!(looked.diagnostics.iter().any(reach_codes::Diagnostic::is_error));
    }
}
