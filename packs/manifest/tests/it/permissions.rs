//! Whether rules stay within the permissions of their pack.

use crate::{codes, messages, pack};

/// Rules, permissions, and what is told of them: codes with the text that they point at.
fn check(rules: &str, entries: &str, expected: &[&str]) {
    let looked = pack(entries, rules);
    assert_eq!(codes(&looked), expected, "\n{rules}\n{entries}\n{}", messages(&looked));
}

const PATHS: &str = "tool fetch(file: path)\ntool store(file: path, text: text)\n";

#[test]
fn a_path_that_a_rule_bounds_as_the_permission_does_is_fine() {
    let within = |rule: &str| format!("{PATHS}permit reading on fetch when {rule}\nforbid never on store");
    let tools = "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    check(&within("args.file within \"/data\" and args.file != \"/data\""), tools, &[]);
    check(&within("args.file matches glob\"/data/**\""), tools, &[]);
    check(&within("args.file matches glob\"/data/*/x.txt\""), tools, &[]);
    check(&within("args.file in { \"/data/a\", \"/data/b\" }"), tools, &[]);
    // Two globs together.
    let two = "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"/a/**\", glob\"/b/**\"] }";
    check(&within("args.file matches glob\"/{a,b}/**\""), two, &[]);
}

#[test]
fn a_path_beyond_is_an_error_with_the_step() {
    let rule = |rule: &str| format!("{PATHS}permit reading on fetch when {rule}\nforbid never on store");
    let tools = "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    for beyond in ["args.file within \"/\"", "args.file matches glob\"/{data,etc}/**\"", "args.file != \"/etc/passwd\"", "args.file matches glob\"*.txt\""] {
        check(&rule(beyond), tools, &["exceeded-permission reading"]);
    }
}

#[test]
fn what_cannot_be_known_is_beyond() {
    // Nobody knows where a relative path begins.
    let rules = format!("{PATHS}permit reading on fetch when args.file within \"data\"\nforbid never on store");
    check(&rules, "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }", &["exceeded-permission reading"]);
    check(&rules, "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"data/**\", \"data\"] }", &[]);
    let rules = format!("{PATHS}permit reading on fetch when args.file matches glob\"data/**\"\nforbid never on store");
    check(&rules, "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"data/**\"] }", &[]);
}

#[test]
fn a_tool_that_is_no_reader_needs_the_right_to_write() {
    let rules = format!("{PATHS}permit reading on fetch, store when args.file matches glob\"/data/**\"");
    check(&rules, "tools: [fetch, store]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }", &["exceeded-permission reading"]);
    check(&rules, "tools: [fetch, store]\n  readers: [fetch]\n  permissions { write: [glob\"/data/**\"] }", &[]);
    check(&rules, "tools: [fetch, store]\n  permissions { read: [glob\"/data/**\"] }", &["exceeded-permission reading", "exceeded-permission reading"]);
}

#[test]
fn an_ask_is_bounded_as_a_permit_is_and_a_forbid_narrows_both() {
    let tools = "tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    check("tool fetch(file: path)\nask asking on fetch", tools, &["exceeded-permission asking"]);
    check("tool fetch(file: path)\notherwise ask asking on fetch", tools, &["exceeded-permission asking"]);
    check("tool fetch(file: path)\nask asking on fetch\nforbid others on fetch unless args.file matches glob\"/data/**\"", tools, &[]);
    check("tool fetch(file: path)\npermit all on fetch\nforbid others on fetch when not (args.file matches glob\"/data/**\")", tools, &[]);
    // What is on trial decides nothing.
    let advisory = "tool fetch(file: path)\npermit all on fetch\n@advisory\nforbid others on fetch unless args.file matches glob\"/data/**\"";
    check(advisory, tools, &["exceeded-permission all"]);
    check("tool fetch(file: path)\n@advisory\npermit all on fetch", tools, &["unused-permission glob\"/data/**\""]);
}

#[test]
fn optional_arguments_lists_and_records_are_looked_into() {
    let tools = "tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    for (ty, bounded) in [
        ("path?", "not (args has file) or args.file matches glob\"/data/**\""),
        ("list<path>", "all(f in args.file: f matches glob\"/data/**\")"),
        ("list<path>?", "not (args has file) or all(f in args.file: f matches glob\"/data/**\")"),
        ("{ at: path, n: int }", "args.file.at matches glob\"/data/**\""),
        ("list<{ at: path }>", "all(f in args.file: f.at matches glob\"/data/**\")"),
    ] {
        check(&format!("tool fetch(file: {ty})\npermit some on fetch when {bounded}"), tools, &[]);
        check(&format!("tool fetch(file: {ty})\npermit some on fetch"), tools, &["exceeded-permission some"]);
    }
    check("tool fetch(file: map<path>)\npermit some on fetch", tools, &["unproven-permission some"]);
    check(
        "tool fetch(file: map<path>)\npermit some on fetch",
        "tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"**\"] }",
        &["unproven-permission some"],
    );
}

#[test]
fn of_two_arguments_each_is_looked_at() {
    let rules = |rule: &str| format!("tool move(from_file: path, to_file: path)\npermit moving on move{rule}");
    let tools = "tools: [move]\n  permissions { write: [glob\"/data/**\"] }";
    check(&rules(""), tools, &["exceeded-permission moving", "exceeded-permission moving"]);
    check(&rules(" when args.from_file matches glob\"/data/**\""), tools, &["exceeded-permission moving"]);
    check(&rules(" when args.from_file matches glob\"/data/**\" and args.to_file matches glob\"/data/**\""), tools, &[]);
    // Both are always beyond together, and neither hides the other.
    check(&rules(""), "tools: [move]", &["exceeded-permission moving", "exceeded-permission moving"]);
}

#[test]
fn hosts_urls_addresses_and_mail_are_the_network() {
    let tools = |network: &str| format!("tools: [go]\n  permissions {{ network: [{network}] }}");
    for (ty, bounded) in [
        ("url", "args.to.host within \"api.example\""),
        ("host", "args.to within \"v2.api.example\""),
        ("email", "args.to.domain within \"api.example\""),
        ("list<email>", "all(x in args.to: x.domain within \"api.example\")"),
    ] {
        check(&format!("tool go(to: {ty})\npermit going on go when {bounded}"), &tools("\"API.example\""), &[]);
        check(&format!("tool go(to: {ty})\npermit going on go when {bounded}"), &tools("\"v1.api.example\""), &["exceeded-permission going"]);
        check(&format!("tool go(to: {ty})\npermit going on go"), &tools("\"*\""), &[]);
    }
    check("tool go(to: ip)\npermit going on go when args.to within ip\"10.1.0.0/16\"", &tools("\"10.0.0.0/8\""), &[]);
    check("tool go(to: ip)\npermit going on go when args.to within ip\"10.0.0.0/7\"", &tools("\"10.0.0.0/8\""), &["exceeded-permission going"]);
    // A URL without a host is at none.
    check("tool go(to: url)\npermit going on go when args.to.scheme == \"file\"", &tools("\"api.example\""), &["exceeded-permission going"]);
}

#[test]
fn command_lines_run_the_programs_that_are_listed() {
    let tools = "tools: [run]\n  permissions { run: [git, ls] }";
    let rule = |rule: &str| format!("tool run(command: shell)\npermit running on run{rule}");
    for fine in [
        "args.command runs only { \"git status\", \"ls\" }",
        "args.command runs only x where x.program == \"git\" and x.words[1] else \"\" == \"log\" or x.program == \"ls\"",
        "args.command runs only x where x.program in { \"git\", \"ls\" }",
        "(args.command runs only { \"git\" } or args.command runs only { \"ls\" })",
    ] {
        check(&rule(&format!(" when {fine}")), tools, &[]);
    }
    check(&rule(""), tools, &["exceeded-permission running"]);
    check(&rule(" when args.command runs only { \"git status\", \"curl\", \"ls\" }"), tools, &["exceeded-permission running"]);
    // By its name alone a program may lie anywhere, and with assigned variables it may be another one.
    check(&rule(" when args.command runs only x where x.name in { \"git\", \"ls\" }"), tools, &["exceeded-permission running"]);
    check(&rule(" when args.command runs only x where x.program in { \"git\", \"ls\" } and not (x.env has \"PATH\")"), tools, &["exceeded-permission running"]);
    check(&rule(" when not (args.command may run { \"curl\" })"), tools, &["exceeded-permission running"]);
    check(&rule(""), "tools: [run]\n  permissions { run: [\"*\"] }", &[]);
    check(&format!("{}\nforbid others on run unless args.command runs only x where x.program in {{ \"git\", \"ls\" }}", rule("")), tools, &[]);
}

#[test]
fn agents_are_spawned_as_often_as_is_said() {
    let rule = |rule: &str| format!("agent worker(task: text)\npermit spawning on spawn worker{rule}");
    let spawn = "permissions { spawn: { children: 2, depth: 1 } }";
    check(&rule(" when agent.live_children < 2 and agent.depth < 1"), spawn, &[]);
    check(&rule(" when agent.live_children < 1 and agent.depth == 0"), spawn, &[]);
    check(&rule(" when agent.live_children <= 2 and agent.depth < 1"), spawn, &["unproven-permission spawning"]);
    check(&rule(" when agent.live_children < 2"), spawn, &["unproven-permission spawning"]);
    check(&rule(""), "", &["exceeded-permission spawning"]);
}

#[test]
fn resources_are_read_by_their_names() {
    let rules = "resource glob\"file:///data/**\"\npermit reading on read glob\"file:///data/**\"";
    check(rules, "permissions { read: [glob\"file:///data/**\"] }", &[]);
    check(rules, "permissions { read: [glob\"file:///**\"] }", &[]);
    check(rules, "permissions { read: [glob\"file:///data/a/**\"] }", &["exceeded-permission reading"]);
    check(rules, "", &["exceeded-permission reading"]);
    // So are the paths that are given with it.
    let rules = "resource glob\"file:///data/**\"(at: path)\npermit reading on read glob\"file:///data/**\"";
    check(rules, "permissions { read: [glob\"file:///data/**\"] }", &["exceeded-permission reading"]);
    check(rules, "permissions { read: [glob\"file:///data/**\", glob\"**\"] }", &[]);
}

#[test]
fn budgets_spend_what_is_said() {
    let rules = |limit: &str| {
        format!("tool pay(amount: decimal)\nbudget usd: decimal limit {limit} per session\ncharge usd by args.amount on pay\npermit paying on pay")
    };
    let spend = |amount: &str| format!("tools: [pay]\n  permissions {{ spend: {{ usd: {amount} }} }}");
    check(&rules("10.00"), &spend("10"), &[]);
    check(&rules("10.01"), &spend("10"), &["exceeded-permission 10.01"]);
    check(&rules("min(10.00, 20.00)"), &spend("10"), &[]);
    check(&rules("10.00"), "tools: [pay]", &["exceeded-permission usd"]);
    let open = format!("context {{ most: decimal }}\n{}", rules("context.most"));
    check(&open, &spend("10"), &["unproven-permission context.most"]);
    let cut = format!("context {{ most: decimal }}\n{}", rules("min(context.most, 9.5)"));
    check(&cut, &spend("10"), &[]);
    check("tool pay(amount: decimal)\npermit paying on pay", &spend("10"), &["unused-permission usd"]);
}

#[test]
fn what_a_rule_sets_is_bounded_too() {
    let rules = |to: &str| format!("tool fetch(file: path)\npermit some on fetch when args.file matches glob\"/data/**\" with {{ set args.file: \"{to}\" }}");
    let tools = "tools: [fetch]\n  readers: [fetch]\n  permissions { read: [glob\"/data/**\"] }";
    check(&rules("/data/safe"), tools, &[]);
    check(&rules("/etc/shadow"), tools, &["exceeded-permission some"]);
}

#[test]
fn an_ask_about_undeclared_steps_is_beyond_everything() {
    check("ask anything on undeclared", "permissions { read: [glob\"**\"] }", &["exceeded-permission anything"]);
}

#[test]
fn what_nothing_needs_is_told() {
    let rules = "tool fetch(file: path)\npermit reading on fetch when args.file matches glob\"/data/**\"";
    let entries = |read: &str| format!("tools: [fetch]\n  readers: [fetch]\n  permissions {{ {read} }}");
    check(rules, &entries("read: [glob\"/data/**\", glob\"/etc/**\"]"), &["unused-permission glob\"/etc/**\""]);
    check(
        rules,
        &entries("read: [glob\"/data/**\"], write: [glob\"/out/**\"], network: [\"a.example\"], run: [git], spawn: { children: 1, depth: 1 }"),
        &["unused-permission glob\"/out/**\"", "unused-permission \"a.example\"", "unused-permission git", "unused-permission { children: 1, depth: 1 }"],
    );
}

#[test]
fn the_whole_story_reads_well() {
    let looked = pack(
        "tools: [fetch, go, run, pay]\n  permissions { read: [glob\"/data/**\"], network: [\"api.example\"], spend: { usd: 5 } }",
        "tool fetch(file: path)\ntool go(to: url)\ntool run(command: shell)\ntool pay(amount: decimal)\nbudget usd: decimal limit 10 per session\ncharge usd by args.amount on pay\n\npermit reading\n  on fetch\n  when args.file within \"/data\"\n\nask going\n  on go\n  when args.to.scheme == \"https\"\n\npermit running\n  on run\n  when args.command runs only x where x.name == \"git\"\n",
    );
    insta::assert_snapshot!(messages(&looked));
}
