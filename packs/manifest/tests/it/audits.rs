//! What is told of what a pack may do.

use reach_manifest::{Audit, Risk, audit, compare, limits};

use crate::{make, messages, pack};

const RULES: &str = "label untrusted\n\ntool fetch(file: path) returns untrusted\ntool go(to: url, body: text)\ntool run(command: shell)\ntool raw(data: any)\ntool query(q: sql)\nagent worker(task: text)\nparam root: path = \"/data\"\nparam unused: int = 1\nlet folder = root\n\nfn inside(file: path) = file within folder\n\npermit reading on fetch when inside(args.file)\nask going on go when args.to.host == \"api.example\"\npermit running on run when args.command runs only { \"git status\" }\npermit raws on raw\npermit asking_tables on query when args.q reads only { \"sales\" }\npermit spawning on spawn worker when agent.live_children < 1 and agent.depth < 1\npermit answers on say\nforbid far on fetch unless args.file within root\n";

const ENTRIES: &str = "tools: [fetch, go, run, raw, query]\n  readers: [fetch]\n  parameters: [root]\n  permissions { read: [glob\"/data/**\", \"/data\"], network: [\"api.example\"], run: [git], spawn: { children: 1, depth: 1 } }";

fn audited(entries: &str, rules: &str) -> Audit {
    let looked = pack(entries, rules);
    audit(&looked).unwrap_or_else(|| panic!("{}", messages(&looked)))
}

#[test]
fn rights_are_told_by_risk_with_the_rules_that_use_them() {
    let audit = audited(ENTRIES, RULES);
    assert!(audit.rights.is_sorted_by_key(|right| right.risk));
    let right = |name: &str| audit.rights.iter().find(|right| right.right == name).unwrap();
    assert_eq!((right("run:git").risk, right("run:git").rules.as_slice()), (Risk::High, ["running".to_owned()].as_slice()));
    assert_eq!((right("network:api.example").risk, right("network:api.example").rules.as_slice()), (Risk::Medium, ["going".to_owned()].as_slice()));
    assert_eq!((right("read:/data/**").risk, right("read:/data/**").rules.as_slice()), (Risk::Low, ["reading".to_owned()].as_slice()));
    assert_eq!(right("spawn:1/1").rules, ["spawning"]);
    assert!(right("tool:go").words.ends_with(": ask"), "{}", right("tool:go").words);
    insta::assert_snapshot!(serde_json::to_string_pretty(&audit).unwrap());
}

#[test]
fn what_nothing_bounds_is_told() {
    let audit = audited(ENTRIES, RULES);
    let open: Vec<String> = audit.unbounded.iter().map(|u| format!("{} {} {}", u.risk.word(), u.step, u.argument.as_deref().unwrap_or("-"))).collect();
    assert_eq!(open, ["high call raw data", "medium call query q", "low call go body", "low say -", "low spawn worker task"]);
}

#[test]
fn parameters_are_told_with_the_rules_that_they_reach() {
    let audit = audited(ENTRIES, RULES);
    let [root, unused] = audit.parameters.as_slice() else { panic!("{:?}", audit.parameters) };
    assert_eq!((root.name.as_str(), root.value.as_str(), root.settable), ("root", "\"/data\"", true));
    assert_eq!((root.widens.as_slice(), root.loosens.as_slice()), (["reading".to_owned()].as_slice(), ["far".to_owned()].as_slice()));
    assert_eq!((unused.settable, unused.widens.len(), unused.loosens.len()), (false, 0, 0));
}

#[test]
fn what_hardly_has_a_bound_is_of_high_risk() {
    let risk = |permissions: &str| {
        let audit = audited(&format!("permissions {{ {permissions} }}"), "label x");
        audit.rights.iter().map(|right| format!("{} {}", right.risk.word(), right.right)).collect::<Vec<_>>()
    };
    assert_eq!(risk("read: [glob\"**\"]"), ["high read:**"]);
    assert_eq!(risk("read: [glob\"/**\"]"), ["high read:/**"]);
    assert_eq!(risk("read: [glob\"/home/*/.ssh/**\"]"), ["high read:/home/*/.ssh/**"]);
    assert_eq!(risk("write: [glob\"/etc/cron.d/*\"]"), ["high write:/etc/cron.d/*"]);
    assert_eq!(risk("write: [glob\"/data/**\"]"), ["medium write:/data/**"]);
    assert_eq!(risk("network: [\"*\"]"), ["high network:*"]);
    assert_eq!(risk("network: [\"co.uk\"]"), ["high network:co.uk"]);
    assert_eq!(risk("network: [\"0.0.0.0/0\"]"), ["high network:0.0.0.0/0"]);
    assert_eq!(risk("run: [\"*\"]"), ["high run:*"]);
    assert_eq!(risk("spend: { usd: 1 }"), ["medium spend:usd=1"]);
}

#[test]
fn an_ask_about_undeclared_steps_is_told_too() {
    let audit = audited("", "ask anything on undeclared");
    assert_eq!((audit.unbounded.len(), audit.unbounded[0].risk), (1, Risk::High));
}

#[test]
fn what_is_new_against_another_version_is_told() {
    let rules = |amount: &str| {
        format!(
            "tool pay(amount: int)\ntool fetch(file: path)\npermit paying on pay when args.amount <= {amount}\npermit reading on fetch when args.file within \"/data\""
        )
    };
    let old = pack("tools: [pay, fetch]\n  parameters: []\n  permissions { write: [glob\"/data/**\", \"/data\"], spend: { usd: 5 } }", &rules("5"));
    let new = pack(
        "tools: [pay, fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\", \"/data\"], network: [\"a.example\"], spend: { usd: 9 } }",
        &rules("9"),
    );
    let found = compare(&old, &new, &make(), &limits()).unwrap().unwrap();
    let wider: Vec<&str> = found.wider.iter().map(|right| right.right.as_str()).collect();
    assert_eq!(wider, ["network:a.example", "reader:fetch", "spend:usd=9", "read:/data", "read:/data/**"]);
    assert_eq!(found.narrower, ["write:/data", "write:/data/**"]);
    assert_eq!(found.changed, ["its version 1.0.0 does not come after 1.0.0", "others may set everything, and not only what was listed"]);
    let decisions = found.decisions.unwrap();
    assert_eq!((decisions.changes.len(), decisions.unknown.len()), (1, 0));
    let same = compare(&old, &old, &make(), &limits()).unwrap().unwrap();
    assert!(same.wider.is_empty() && same.narrower.is_empty() && same.decisions.unwrap().changes.is_empty());
}

#[test]
fn a_pack_that_cannot_be_read_is_not_audited() {
    assert!(audit(&pack("kind: policy", "label x")).is_none(), "an entry twice");
    assert!(audit(&pack("", "tool a(")).is_none());
    // One whose rules go beyond is: that is what an audit is for.
    let looked = pack("tools: [run]", "tool run(command: shell)\npermit running on run");
    assert!(!looked.is_ok() && audit(&looked).is_some());
}
