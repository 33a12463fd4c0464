//! A pack that uses others answers for what its own rules permit, and for nothing else.

use reach_codes::Sources;
use reach_compiler::Pack;
use reach_harness::witness;
use reach_manifest::{Looking, Validated, limits, validate};

use crate::{REST, codes, make, messages};

/// Looks at a pack that uses another, which declares a tool and permits some paths.
fn look(used: &str, rules: &str) -> Validated {
    let mut of_used = Sources::new();
    of_used.add("pack.reach", format!("pack acme.used \"1.0.0\" {{\n  {REST}\n}}\n"));
    of_used.add("rules.reach", used);
    let packs = [Pack { name: "acme.used".to_owned(), version: "1.0.0".to_owned(), digest: None, sources: of_used }];
    let mut sources = Sources::new();
    let entries = "needs: { acme.used: \"^1\" }\n  tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    sources.add("pack.reach", format!("pack acme.a \"1.0.0\" {{\n  {REST}\n  {entries}\n}}\n"));
    sources.add("rules.reach", format!("use acme.used\n{rules}"));
    let running = "0.1.0".parse().unwrap();
    let shown = |events: &[String]| witness::shown(&witness::Event::all(events));
    validate(&sources, &Looking { running: &running, make: make(), shown: &shown, limits: limits(), packs: &packs }).unwrap()
}

fn check(used: &str, rules: &str, expected: &[&str]) {
    let looked = look(used, rules);
    assert_eq!(codes(&looked), expected, "\n{used}\n{rules}\n{}", messages(&looked));
}

const TOOL: &str = "tool fetch(file: path)\n";

#[test]
fn what_only_a_used_pack_permits_is_for_that_pack_to_answer_for() {
    let wide = format!("{TOOL}permit everything on fetch");
    check(&wide, "permit some on fetch when args.file matches glob\"/data/**\"", &[]);
    check(&wide, "permit some on fetch when args.file matches glob\"/data/*/x\" unless args.file matches glob\"/data/no/x\"", &[]);
    check(&wide, "ask some on fetch when args.file matches glob\"/data/**\"", &[]);
}

#[test]
fn what_its_own_rules_permit_is_still_bounded() {
    let wide = format!("{TOOL}permit everything on fetch");
    check(&wide, "permit some on fetch when args.file matches glob\"/etc/**\"", &["exceeded-permission some"]);
    check(&wide, "permit some on fetch", &["exceeded-permission some"]);
    let narrow = format!("{TOOL}permit other on fetch when args.file matches glob\"/other/**\"");
    check(&narrow, "permit some on fetch when args.file matches glob\"/data/**\"", &[]);
    check(&narrow, "permit some on fetch when args.file matches glob\"/{data,etc}/**\"", &["exceeded-permission some"]);
    // One of two.
    check(
        &wide,
        "permit some on fetch when args.file matches glob\"/data/**\"\npermit more on fetch when args.file == \"/etc/x\"",
        &["exceeded-permission more"],
    );
}

#[test]
fn a_used_pack_that_forbids_bounds_those_who_use_it() {
    let forbids = format!("{TOOL}forbid others on fetch unless args.file matches glob\"/data/**\"");
    check(&forbids, "permit all on fetch", &[]);
    let forbids = format!("{TOOL}permit everything on fetch\nforbid others on fetch unless args.file matches glob\"/data/**\"");
    check(&forbids, "permit all on fetch", &[]);
}

#[test]
fn what_happened_by_leave_of_a_used_pack_counts_for_what_comes_after() {
    // The step before is permitted by the used pack alone; what its own rule permits then goes beyond.
    let begins = format!("{TOOL}tool begin()\npermit beginning on begin\npermit everything on fetch");
    check(&begins, "permit then on fetch when args.file == \"/etc/x\" and ever(call begin)", &["exceeded-permission then"]);
    let never = format!("{TOOL}tool begin()\nforbid beginning on begin\npermit everything on fetch");
    check(&never, "permit then on fetch when args.file == \"/etc/x\" and ever(call begin)", &["unused-permission glob\"/data/**\""]);
}
