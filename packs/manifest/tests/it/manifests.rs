//! What a manifest says, and how its mistakes are told.

use std::collections::BTreeSet;

use reach_statement::{Kind, Spawn};

use crate::{codes, look, messages, pack};

const ALL: &str = r#"pack acme.bank_guard "1.2.0" {
  description: "Guards a retail-banking assistant"
  license: "Apache-2.0"
  kind: policy                       // policy or connector
  reach: ">=0.1, <0.2"
  needs: { reach.std: "^1.0" }
  tools: [get_balance, mail.send, "read-file"]
  readers: ["read-file"]
  exports: [untrusted]
  parameters: []
  permissions {
    read: [glob"/data/**", "/tmp/*.txt"]
    write: [glob"/data/out/**"]
    network: ["API.bank.example", "bücher.example", "10.0.0.0/8", "::1"]
    run: ["git", ls]
    spawn: { children: 2, depth: 1 }
    spend: { usd: 10.00 }
  }
  policies: [glob"policies/**/*.reach"]
}
"#;

#[test]
fn every_entry_is_read() {
    let looked = look(&[("pack.reach", ALL), ("policies/a.reach", "tool get_balance()")]);
    let manifest = looked.said.as_ref().unwrap_or_else(|| panic!("{}", messages(&looked)));
    assert_eq!((manifest.name.to_string(), manifest.version.to_string(), manifest.kind), ("acme.bank_guard".into(), "1.2.0".into(), Kind::Policy));
    assert_eq!((manifest.reach.to_string(), manifest.license.as_str()), (">=0.1, <0.2".into(), "Apache-2.0"));
    let set = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(manifest.tools, set(&["get_balance", "mail.send", "read-file"]));
    assert_eq!((&manifest.readers, &manifest.exports, &manifest.parameters), (&set(&["read-file"]), &Some(set(&["untrusted"])), &Some(set(&[]))));
    let permissions = &manifest.permissions;
    assert_eq!((&permissions.read, &permissions.write), (&set(&["/data/**", "/tmp/*.txt"]), &set(&["/data/out/**"])));
    // Hosts and ranges are kept in their normal forms.
    assert_eq!(permissions.network, set(&["10.0.0.0/8", "::1/128", "api.bank.example", "xn--bcher-kva.example"]));
    assert_eq!((&permissions.run, permissions.spawn), (&set(&["git", "ls"]), Some(Spawn { children: 2, depth: 1 })));
    assert_eq!(permissions.spend.iter().map(|(of, amount)| format!("{of}={amount}")).collect::<Vec<_>>(), ["usd=10"]);
    assert_eq!(manifest.needs.iter().map(|(name, versions)| format!("{name} {versions}")).collect::<Vec<_>>(), ["reach.std ^1.0"]);
}

#[test]
fn what_is_left_out_gives_no_right() {
    let looked = pack("", "tool a()\nforbid b on a");
    assert_eq!(codes(&looked), ["undeclared-pack-tool a"]);
    let looked = pack("tools: [a]", "tool a()\nforbid b on a");
    let manifest = looked.manifest.unwrap();
    assert!(looked.diagnostics.is_empty());
    assert_eq!(manifest.rights().iter().map(ToString::to_string).collect::<Vec<_>>(), ["tool:a"]);
    assert_eq!((manifest.exports, manifest.parameters), (None, None));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = r#"pack Acme "1.2" {
  descripton: "Guards"
  license: ""
  license: "MIT"
  kind: polcy
  reach: ">=9"
  needs: { acme: "^1", reach.std: "one", reach.std: "^1.0" }
  tools: [get_balance, get_balance, 5, "раy"]
  readers: read_file
  exports: [a-b]
  permissions {
    raed: [glob"/data/**"]
    read: [re"^/data", glob"/data//x"]
    write: { glob"/data" }
    network: ["https://api.example/x", "*.example.com", "a b"]
    run: ["git status", "$(x)"]
    spawn: { children: 2.0, dept: 1 }
    spend: { usd: -1, eur: 0.1234567890123456789, "u s": 1 }
  }
  policies: [glob"../**/*.reach", "/etc/*.reach"]
}
"#;
    let looked = look(&[("pack.reach", text)]);
    assert!(looked.manifest.is_none() && looked.said.is_none());
    insta::assert_snapshot!(messages(&looked));
}

#[test]
fn names_are_held_against_the_pack() {
    let rules = "tool get_balance()\ntool send_money(amount: int)\nparam ceiling: int = 5\n\npermit looking on get_*\n\nask paying\n  on send_money\n  when args.amount <= ceiling\n\ntest \"x\" { call close_account() => forbid by default }\n";
    let looked =
        pack("needs: { reach.std: \"^1.0\" }\n  tools: [get_balence, send_money]\n  readers: [send_mony]\n  exports: [ceilling]\n  parameters: [floor]", rules);
    insta::assert_snapshot!(messages(&looked));
}

#[test]
fn files_that_are_not_selected_and_globs_that_select_nothing_are_told() {
    let manifest = "pack acme.a \"1.0.0\" {\n  description: \"A test\"\n  license: \"MIT\"\n  kind: policy\n  reach: \"*\"\n  tools: [a]\n  policies: [glob\"rules/*.reach\", glob\"more/**/*.reach\"]\n}\n";
    let looked = look(&[("pack.reach", manifest), ("rules/a.reach", "tool a()\nforbid b on a"), ("rules/deep/a.reach", "forbid c on b"), ("x.reach", "")]);
    insta::assert_snapshot!(messages(&looked));
    // What is no part of the pack isn't compiled with it.
    assert_eq!(looked.parts, 2);
    assert!(looked.compiled.bundle.is_some());
}

#[test]
fn a_connector_gives_no_rights() {
    let manifest = |kind: &str| {
        format!(
            "pack acme.a \"1.0.0\" {{\n  description: \"A test\"\n  license: \"MIT\"\n  kind: {kind}\n  reach: \"*\"\n  tools: [a]\n  policies: [glob\"*.reach\"]\n}}\n"
        )
    };
    let rules = "tool a()\nforbid b on a\npermit c on a\notherwise ask d on a";
    assert_eq!(codes(&look(&[("pack.reach", &manifest("connector")), ("r.reach", rules)])), ["connector-with-rules c", "connector-with-rules d"]);
    assert_eq!(codes(&look(&[("pack.reach", &manifest("policy")), ("r.reach", rules)])), [""; 0]);
    assert_eq!(codes(&look(&[("pack.reach", &manifest("connector")), ("r.reach", "tool a()\nforbid b on a")])), [""; 0]);
}

#[test]
fn a_manifest_stands_alone() {
    let good = "pack acme.a \"1.0.0\" {\n  description: \"A\"\n  license: \"MIT\"\n  kind: policy\n  reach: \"*\"\n  policies: [glob\"*.reach\"]\n}\n";
    let with = |more: &str| codes(&look(&[("pack.reach", &format!("{good}{more}")), ("r.reach", "label x")]));
    assert_eq!(with("tool a()"), ["not-only-a-pack t"]);
    assert_eq!(with(&good.replace("acme.a", "acme.b")), ["misplaced-pack acme.b"]);
    assert_eq!(codes(&look(&[("pack.reach", &format!("@severity(high)\n{good}")), ("r.reach", "label x")])), ["misplaced-attribute @severity(high)"]);
    assert_eq!(codes(&look(&[("pack.reach", "// nothing\n"), ("r.reach", "label x")])), ["not-only-a-pack "]);
    assert_eq!(codes(&look(&[("pack.reach", ""), ("r.reach", "label x")])), ["not-only-a-pack "]);
}

#[test]
fn what_cannot_be_compiled_hides_no_mistake_of_the_manifest() {
    let looked = pack("tools: [a, b]\n  exports: [nothing]", "tool a(\npermit x on a\n");
    // What the broken file declares isn't known, so that nothing is said of what it may not.
    assert!(codes(&looked).iter().all(|code| !code.contains("unused") && !code.contains("unknown-member")), "{}", messages(&looked));
    assert!(!looked.is_ok());
    let looked = pack("tools: [a, b]", "tool a()\npermit x on a when nope == 1\n");
    assert_eq!(codes(&looked)[0], "unused-pack-tool b");
    assert!(looked.manifest.is_none() && looked.said.is_some());
}

#[test]
fn another_version_of_reach_is_told() {
    let manifest = |range: &str| {
        format!("pack acme.a \"1.0.0\" {{\n  description: \"A\"\n  license: \"MIT\"\n  kind: policy\n  reach: \"{range}\"\n  policies: [glob\"*.reach\"]\n}}\n")
    };
    for (range, fits) in [(">=0.1, <0.2", true), ("^0.1", true), ("=0.1.0", true), ("*", true), (">=0.2", false), ("<0.1", false), ("^1", false)] {
        let looked = look(&[("pack.reach", &manifest(range)), ("r.reach", "label x")]);
        assert_eq!(looked.is_ok(), fits, "{range} {}", messages(&looked));
    }
}

#[test]
fn what_is_used_is_needed_and_what_is_needed_is_used() {
    // How a `use` is resolved is no business of the manifest.
    let told = |needs: &str| {
        let looked = pack(&format!("needs: {{ {needs} }}"), "use reach.std\nuse reach.std as std\n");
        looked
            .diagnostics
            .iter()
            .filter(|d| d.code.number().starts_with('P'))
            .map(|d| format!("{} {}", d.code.name(), d.help.as_deref().unwrap_or("")))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("reach.std: \"^1\""), [""; 0]);
    assert_eq!(told("reach.str: \"^1\"").len(), 2);
    assert_eq!(told(""), ["undeclared-need add it: `needs: { reach.std: \"^1.0\" }`"]);
}

#[test]
fn lists_end_at_the_terms_of_an_expression() {
    // The list itself is a term too.
    let most = reach_grammar::Limits::LANGUAGE.terms - 1;
    let list = |n: usize| (0..n).map(|i| format!("t{i}")).collect::<Vec<_>>().join(", ");
    let looked = pack(&format!("tools: [{}]", list(most)), "label x");
    let other = looked.diagnostics.iter().find(|d| d.code.name() != "unused-pack-tool");
    assert!(other.is_none(), "{other:?}");
    assert_eq!(looked.manifest.unwrap().tools.len(), most);
    let looked = pack(&format!("tools: [{}]", list(most + 1)), "label x");
    assert!(looked.manifest.is_none() && looked.diagnostics.iter().any(|d| d.code.name() == "too-many-terms"));
}

#[test]
fn blocks_end_at_their_limit() {
    use reach_statement::MAX_ITEMS;
    let spend = |n: usize| pack(&format!("permissions {{ spend {{ {} }} }}", (0..n).map(|i| format!("b{i}: 1")).collect::<Vec<_>>().join(", ")), "label x");
    assert_eq!(spend(MAX_ITEMS).manifest.unwrap().permissions.spend.len(), MAX_ITEMS);
    assert_eq!(codes(&spend(MAX_ITEMS + 1)).iter().map(|code| code.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>(), ["too-many-items"]);
}

#[test]
fn the_reference_of_entries_is_made_from_their_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/packs.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("<!-- entries -->\n").unwrap();
    let (found, after) = rest.split_once("<!-- end of entries -->").unwrap();
    let expected = reach_manifest::reference();
    if found != expected && std::env::var_os("REACH_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, format!("{before}<!-- entries -->\n{expected}<!-- end of entries -->{after}")).unwrap();
        return;
    }
    assert_eq!(found, expected, "REACH_BLESS=1 writes it");
}
