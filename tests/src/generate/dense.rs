//! Bundles with many rules on few tools, and conditions that rules have in common: what an index of rules is made for.

use super::choices::Choices;

/// What all bundles declare. The tools have the same arguments behind different ones, so that rules have a variant for each layout.
const HEAD: &str = r#"class outbound(to: text, size: int)

tool pay(to: text, kind: enum { small, large, odd }, amount: int, note: text?, file: path, url: url, flag: bool, tags: list<text>)
  facts { level: int, owner: text }
  is outbound(to: to, size: amount)

tool send(first: int, second: text, to: text, kind: enum { small, large, odd }, amount: int, note: text?, file: path, url: url, flag: bool, tags: list<text>)
  facts { level: int, owner: text }
  is outbound(to: second, size: first + amount)

tool alone(to: text, host: host, folder: path in "windows")

context { role: enum { teller, auditor }, user: text, from: text? }

"#;

const EFFECTS: [&str; 10] = ["permit", "permit", "permit", "permit", "permit", "forbid", "ask", "otherwise ask", "oblige", "permit"];

/// Makes the source of a bundle.
#[must_use]
pub fn generate_dense_bundle(c: &mut Choices<'_>) -> String {
    let mut source = HEAD.to_owned();
    let rules = 3 + c.below(60);
    // Many rules test the same field.
    let favourite = c.below(TERMS);
    // Names that `as` gives are used once.
    let mut names = 0;
    for number in 0..rules {
        let effect = *c.pick(&EFFECTS);
        if c.chance(10) {
            source.push_str("@advisory\n");
        }
        let on = match c.below(20) {
            0..=8 => "pay",
            9..=11 => "send",
            12..=15 => "pay, send",
            16 => "outbound",
            17 | 18 => "alone",
            _ if effect == "forbid" || effect == "ask" => "undeclared",
            _ => "pay",
        };
        source.push_str(&format!("{effect} r{number}\n  on {on}\n"));
        let mut chain = |c: &mut Choices<'_>, most: usize| {
            let terms: Vec<String> = (0..1 + c.below(most))
                .map(|_| {
                    names += 1;
                    term(on, favourite, names, c)
                })
                .collect();
            terms.join(" and ")
        };
        if !c.chance(5) {
            source.push_str(&format!("  when {}\n", chain(c, 4)));
        }
        if c.chance(25) {
            source.push_str(&format!("  unless {}\n", chain(c, 2)));
        }
        source.push_str(if effect == "oblige" { "  with { notify \"somebody\" }\n\n" } else { "\n" });
    }
    source
}

/// How many forms of terms there are for a tool.
const TERMS: usize = 34;

/// Makes a condition.
fn term(on: &str, favourite: usize, name: usize, c: &mut Choices<'_>) -> String {
    let (n, m) = (c.below(5), c.below(5));
    match on {
        "undeclared" => {
            return [format!("step.name == \"x{n}\""), format!("step.name matches glob\"x{n}*\""), "context.role == teller".to_owned()][c.below(3)].clone();
        }
        "outbound" => return [format!("args.to == \"p{n}\""), format!("args.size == {n}"), format!("args.size > {n}")][c.below(3)].clone(),
        "alone" => {
            return [
                format!("args.to == \"p{n}\""),
                format!("args.host within \"{}\"", DOMAINS[n]),
                format!("args.folder within \"{}\"", DRIVES[m]),
                format!("args.folder == \"{}\"", DRIVES[n]),
            ][c.below(4)]
            .clone();
        }
        _ => {}
    }
    let form = if c.chance(50) { favourite } else { c.below(TERMS) };
    match form {
        0 | 1 => format!("args.to == \"p{n}\""),
        2 => format!("\"p{n}\" == args.to"),
        3 => format!("args.to in {{ \"p{n}\", \"p{m}\" }}"),
        4 => format!("args.to != \"p{n}\""),
        5 => format!("not (args.to in {{ \"p{n}\", \"p{m}\" }})"),
        6 => format!("args.kind == {}", ["small", "large", "odd"][n % 3]),
        7 => format!("args.amount == {n}"),
        8 => format!("args.amount in {{ {n}, {} }}", n + 1 + m),
        9 => format!("args.amount <= {n}"),
        10 => format!("args has note and args.note == \"n{n}\""),
        11 => format!("args.note as note_{name} and note_{name} == \"n{n}\""),
        12 => format!("(not (args has note) or args.note == \"n{n}\")"),
        13 => format!("args.file within \"{}\"", FOLDERS[n]),
        14 => format!("args.file within \"{}\"", FOLDERS[m]),
        15 => format!("args.file == \"{}\"", FOLDERS[n]),
        16 => format!("args.url.host within \"{}\"", DOMAINS[n]),
        17 => format!("args.url.scheme == \"{}\"", ["https", "http", "data"][n % 3]),
        18 => format!("args.to matches glob\"p{n}*\""),
        19 => format!("args.to matches re\"^p[{n}-9]\""),
        20 => "args.flag".to_owned(),
        21 => "not args.flag".to_owned(),
        22 => format!("context.role == {}", ["teller", "auditor"][n % 2]),
        23 => format!("context.user == \"u{n}\""),
        24 => format!("facts.level == {n}"),
        25 => format!("facts.owner in {{ \"o{n}\", \"o{m}\" }}"),
        26 => format!("any(t in args.tags: t == \"t{n}\")"),
        27 => format!("(args.to == \"p{n}\" or args.to == \"p{m}\" or args.to in {{ \"p0\", \"p4\" }})"),
        28 => format!("(args.amount == {n} or args.amount == {m})"),
        29 => format!("args.amount + 9223372036854775803 > {n}"),
        30 => format!("not (args.to != \"p{n}\" or args.flag)"),
        31 => format!("context has from and context.from == \"p{n}\""),
        32 => format!("ever(call pay where args.amount == {n})"),
        _ => format!("count(call send where args.to == step.args.to) <= {n}"),
    }
}

const FOLDERS: [&str; 5] = ["/srv", "/srv/data", "/", "rel", "/srv/data/a"];
const DOMAINS: [&str; 5] = ["example.com", "b.example.com", "a.example.com", "other.test", "10.1.2.3"];
const DRIVES: [&str; 5] = ["C:/", "C:/users", "D:/users", "//server/share", "users"];

/// Makes an event: mostly steps, and contexts of which some fields may be missing.
#[must_use]
pub fn generate_dense_event(id: usize, c: &mut Choices<'_>) -> String {
    let (n, m, k) = (c.below(6), c.below(6), c.below(6));
    let at = r#""at":"2026-01-01T00:00:00Z""#;
    if id == 0 || c.chance(4) {
        let word = if id == 0 { "start" } else { "context" };
        let role = if c.chance(85) { format!(r#""role":"{}","#, ["teller", "auditor"][n % 2]) } else { String::new() };
        let from = if c.chance(50) { format!(r#""from":"p{m}","#) } else { String::new() };
        return format!(r#"{{"type":"{word}","context":{{{role}{from}"user":"u{k}"}},{at}}}"#);
    }
    let facts = match c.below(5) {
        0 => String::new(),
        1 => format!(r#","facts":{{"owner":"o{n}"}}"#),
        _ => format!(r#","facts":{{"level":{m},"owner":"o{n}"}}"#),
    };
    let (name, args) = match c.below(20) {
        0 => (format!("x{n}"), String::new()),
        1 | 2 => ("alone".to_owned(), format!(r#""to":"p{n}","host":"{}","folder":"{}""#, HOSTS[m], DRIVE_PATHS[k])),
        form => {
            let note = if c.chance(50) { format!(r#""note":"n{k}","#) } else { String::new() };
            let before = if form > 14 { format!(r#""first":{k},"second":"p{m}","#) } else { String::new() };
            let tags = ["[]", r#"["t1"]"#, r#"["t0","t2"]"#][c.below(3)];
            let args = format!(
                r#"{before}"to":"p{n}","kind":"{}","amount":{m},{note}"file":"{}","url":"{}","flag":{},"tags":{tags}"#,
                ["small", "large", "odd"][c.below(3)],
                PATHS[c.below(PATHS.len())],
                URLS[c.below(URLS.len())],
                c.chance(50)
            );
            (if form > 14 { "send" } else { "pay" }.to_owned(), args)
        }
    };
    format!(r#"{{"type":"call","id":"s{id}","name":"{name}","args":{{{args}}}{facts},{at}}}"#)
}

const PATHS: [&str; 10] = ["/srv/data/a", "/srv/data/a/b", "/srv", "/srv2", "/", "/etc", "rel/x", "../up", "~/x", "/srv/datab"];
const URLS: [&str; 6] =
    ["https://a.example.com/x", "https://example.com/", "http://other.test:8080/", "data:,x", "https://10.1.2.3/", "https://badexample.com/"];
const HOSTS: [&str; 6] = ["a.example.com", "example.com", "10.1.2.3", "x.a.example.com", "other.test", "comm"];
const DRIVE_PATHS: [&str; 6] = ["C:/users/ann", "C:/", "D:/users", "//server/share/a", "users/x", "d:/Users/x"];
