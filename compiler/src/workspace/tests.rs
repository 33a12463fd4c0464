//! Random edits: what a workspace says is what a fresh check says, to the byte; and that is the same of one thread and of several.

use proptest::prelude::*;
use reach_codes::Sources;

use super::*;
use crate::{compile_within, lower};

/// Declarations in which `$a`, `$b` and `$n` stand for names and numbers of small pools, so that they meet, clash and shadow each other.
const DECLARATIONS: &[&str] = &[
    "tool t_$a(amount: decimal, to: text, at: path?)",
    "tool t_$a(amount: int, to: text)",
    "tool t_$a(amount: decimal, to: alias_$b, role: enum { low, v_$a })",
    "tool t_$a(amount: decimal, to: text) is class_$b(n: amount)",
    "tool t_$a(amount: decimal, to: text) returns label_$b",
    "tool t_$a(file: path at context.cwd, amount: decimal)",
    "agent g_$a(amount: decimal)",
    "class class_$a(n: decimal)",
    "type alias_$a = text",
    "type alias_$a = text where length(it) < $n",
    "type alias_$a = alias_$b",
    "type alias_$a = enum { ok, v_$b }",
    "let v_$a = $n",
    "let v_$a = $n.50",
    "let v_$a = v_$b",
    "let v_$a = { \"x\", \"y$n\" }",
    "let v_$a: decimal = v_$b + 1",
    "param v_$a: decimal = $n",
    "fn f_$a(x: decimal) = x > v_$b",
    "fn f_$a(x: decimal) = x + $n",
    "fn f_$a(x: decimal) = f_$b(x)",
    "label label_$a",
    "context {\n  cwd: path\n  who: text\n}",
    "context {\n  cwd: path\n  who: alias_$a\n}",
    "entity E_$a { name: text }",
    "entity E_$a in E_$b { name: text }",
    "tool t_$a(who: E_$b, amount: decimal)",
    "budget spend_$a: decimal limit $n per session",
    "charge spend_$a by args.amount on t_$b",
    "permit r_$a\n  on t_$b",
    "permit r_$a\n  on t_$b\n  when args.amount > $n",
    "permit r_$a\n  on t_$b\n  when args.amount > $n.25 and args.to == \"z\"\n  because \"{args.amount} to {args.to}\"",
    "forbid r_$a\n  on t_$b\n  when args.amount > v_$a",
    "forbid r_$a\n  on t_$b, t_$a\n  when args.to in v_$b",
    "forbid r_$a\n  on t_$b\n  when f_$a(args.amount)",
    "ask r_$a\n  on t_$b\n  when args.to == v_$a\n  unless args.amount < f_$b(1.0)",
    "ask r_$a\n  on t_$b\n  when args.role == v_$a",
    "ask r_$a\n  on t_$b\n  when args.role == low",
    "forbid r_$a\n  on t_*",
    "forbid r_$a\n  on *\n  when step.name == \"t_$b\"",
    "forbid r_$a\n  on class_$b\n  when args.n > $n",
    "forbid r_$a\n  on call",
    "forbid r_$a\n  on t_$b\n  when label_$a in labels",
    "forbid r_$a\n  on t_$b\n  when args.to from label_$a",
    "forbid r_$a\n  on t_$b\n  when count(call t_$a over 1h) > $n",
    "forbid r_$a\n  on t_$b\n  when args.to from results of t_$a",
    "forbid r_$a\n  on t_$b\n  when args has at and args.at within \"/srv\"",
    "forbid r_$a\n  on t_$b\n  when args.at as p and p within \"/srv/$n\"",
    "forbid r_$a\n  on t_$b\n  when context.who == args.to",
    "forbid r_$a\n  on t_$b\n  when args.who in E_$a[\"x\"]",
    "forbid r_$a\n  on t_$b\n  when args.who.name == \"x\"",
    "forbid r_$a\n  on t_$b\n  when any(x in [args.to]: x == \"q\")",
    "permit r_$a\n  on t_$b\n  with { notify \"n$n\" }",
    "permit r_$a\n  on t_$b\n  with { set args.amount: v_$a }",
    "permit r_$a\n  on t_$b\n  when args.amount > 1.0\n  example call t_$b(amount: $n, to: \"a\")",
    "/// says v_$a\n@severity(high)\nforbid r_$a\n  on t_$b",
    "permit r_$a\n  on \"t_\\u{61}\"",
    "permit r_$a\n  on t_$b\n  when args.to == \"\\u{76}_a\"",
    "fixture x_$a { prompt \"p\" }",
    "fixture v_$a { prompt \"p\" }",
    "test \"t$n\" {\n  call t_$a(amount: 1, to: \"x\") => permit by r_$b\n}",
    "property \"p$n\" {\n  given call t_$a where args.amount > $n\n  expect not permit\n}",
    "permit r_$a\n  on t_$b\n  when (",
    "let v_$a = = 1",
    "// a comment $n",
];

#[derive(Clone, Debug)]
enum Edit {
    Put {
        file: usize,
        at: usize,
        decl: String,
    },
    Remove {
        file: usize,
        at: usize,
    },
    Replace {
        file: usize,
        at: usize,
        decl: String,
    },
    /// Another declaration of the same kind and name in its place.
    Like {
        file: usize,
        at: usize,
        other: usize,
        b: usize,
    },
    Blank {
        file: usize,
    },
    File {
        file: usize,
    },
}

fn declaration() -> impl Strategy<Value = String> {
    (0..DECLARATIONS.len(), 0usize..3, 0usize..3, 1usize..4).prop_map(|(decl, a, b, n)| {
        let name = |n: usize| ["a", "b", "c"][n];
        DECLARATIONS[decl].replace("$a", name(a)).replace("$b", name(b)).replace("$n", &n.to_string())
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = (0usize..3, 0usize..16);
    prop_oneof![
        6 => (place.clone(), declaration()).prop_map(|((file, at), decl)| Edit::Replace { file, at, decl }),
        8 => (place.clone(), 0usize..64, 0usize..3).prop_map(|((file, at), other, b)| Edit::Like { file, at, other, b }),
        3 => (place.clone(), declaration()).prop_map(|((file, at), decl)| Edit::Put { file, at, decl }),
        3 => place.prop_map(|(file, at)| Edit::Remove { file, at }),
        1 => (0usize..3).prop_map(|file| Edit::Blank { file }),
        1 => (0usize..4).prop_map(|file| Edit::File { file }),
    ]
}

type Files = Vec<Vec<String>>;

fn apply(files: &mut Files, edit: &Edit) {
    let count = files.len();
    match edit {
        Edit::Put { file, at, decl } => {
            let file = &mut files[file % count];
            file.insert(at % (file.len() + 1), decl.clone());
        }
        Edit::Remove { file, at } => {
            let file = &mut files[file % count];
            if !file.is_empty() {
                file.remove(at % file.len());
            }
        }
        Edit::Replace { file, at, decl } => {
            let file = &mut files[file % count];
            let len = file.len();
            if len > 0 {
                file[at % len] = decl.clone();
            }
        }
        Edit::Like { file, at, other, b } => {
            let file = &mut files[file % count];
            let len = file.len();
            let Some(decl) = file.get_mut(at % len.max(1)) else { return };
            let head = |text: &str| text.split([':', '(', '\n', '=']).next().unwrap().trim().to_owned();
            let like: Vec<String> = DECLARATIONS
                .iter()
                .flat_map(|text| ["a", "b", "c"].map(|a| text.replace("$a", a).replace("$b", ["a", "b", "c"][*b]).replace("$n", "3")))
                .filter(|text| head(text) == head(decl))
                .collect();
            if !like.is_empty() {
                *decl = like[other % like.len()].clone();
            }
        }
        Edit::Blank { file } => files[file % count].insert(0, String::new()),
        Edit::File { file } if count > 1 => {
            files.remove(file % count);
        }
        Edit::File { .. } => files.push(Vec::new()),
    }
}

fn sources(files: &Files) -> Sources {
    let mut sources = Sources::new();
    for (number, file) in files.iter().enumerate() {
        sources.add(format!("{number}.reach"), file.iter().map(|decl| format!("{decl}\n\n")).collect::<String>());
    }
    sources
}

/// Checks by one thread, by several, and again; and compares everything.
fn same(workspace: &mut Workspace, files: &Files, bounds: Bounds) {
    let fresh = compile_within(sources(files).into(), &Limits::default(), Bounds { alone: usize::MAX, ..bounds });
    let bounds = Bounds { alone: 0, ..bounds };
    let text = || sources(files).iter().map(|(_, s)| s.text.clone()).collect::<String>();
    let by_threads = compile_within(sources(files).into(), &Limits::default(), bounds);
    assert_eq!(by_threads.diagnostics, fresh.diagnostics, "{}", text());
    assert_eq!(by_threads.bundle, fresh.bundle, "{}", text());
    let again = workspace.check_within(sources(files).into(), bounds);
    assert_eq!(again.diagnostics, fresh.diagnostics, "{}", text());
    assert_eq!(again.sources, fresh.sources);
    assert_eq!(again.bundle, fresh.bundle, "{}", text());
    assert_eq!(format!("{:?}", again.files), format!("{:?}", fresh.files));
    if let (Some(again), Some(fresh)) = (&again.bundle, &fresh.bundle) {
        let image = |bundle| lower(bundle).map(|image| image.encode()).map_err(|d| d.message);
        assert_eq!(image(again), image(fresh));
    }
}

/// Files whose names mostly are there: most edits of them leave a bundle without errors.
fn sound() -> Files {
    let each = |decls: &[&str]| -> Vec<String> {
        decls
            .iter()
            .flat_map(|decl| ["a", "b", "c"].map(|a| decl.replace("$a", a).replace("$b", if a == "a" { "b" } else { "a" }).replace("$n", "2")))
            .collect()
    };
    vec![
        each(&["tool t_$a(amount: decimal, to: text, at: path?, role: enum { low, high })", "tool x_$a(to: alias_$a)", "let v_$a = $n.50", "label label_$a"]),
        each(&["permit r_$a\n  on t_$b\n  when args.amount > v_$a", "fn f_$a(x: decimal) = x > v_$b", "type alias_$a = text"]),
        each(&[
            "ask s_$a\n  on t_$a\n  when args.to == \"z\" and f_$a(args.amount)\n  because \"{args.amount}\"",
            "forbid u_$a\n  on t_$a\n  when args.role == low",
            "forbid w_$a\n  on x_$a\n  when args.to == \"z\"",
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_checked_again_comes_to_what_a_fresh_check_comes_to(edits in prop::collection::vec(edit(), 1..10)) {
        let mut files = sound();
        let mut workspace = Workspace::default();
        same(&mut workspace, &files, Bounds::LANGUAGE);
        for edit in &edits {
            let before = files.clone();
            apply(&mut files, edit);
            same(&mut workspace, &files, Bounds::LANGUAGE);
            // Most edits break something: going back shows what was kept across it.
            if workspace.last.as_ref().is_some_and(|last| last.compiled.bundle.is_none()) {
                files = before;
                same(&mut workspace, &files, Bounds::LANGUAGE);
                same(&mut workspace, &files, Bounds::LANGUAGE);
            }
        }
    }

    #[test]
    fn a_limit_on_all_rules_together_is_met_alike(edits in prop::collection::vec(edit(), 1..6), fold_steps in 1u64..40, inlined in 1usize..40) {
        let bounds = Bounds { fold_steps, inlined, ..Bounds::LANGUAGE };
        let mut files = sound();
        let mut workspace = Workspace::default();
        same(&mut workspace, &files, bounds);
        for edit in &edits {
            apply(&mut files, edit);
            same(&mut workspace, &files, bounds);
        }
    }
}

fn check(workspace: &mut Workspace, texts: [&str; 2]) -> (usize, usize) {
    let mut sources = Sources::new();
    sources.add("a.reach", texts[0]);
    sources.add("b.reach", texts[1]);
    let fresh = compile_within(sources.clone().into(), &Limits::default(), Bounds::LANGUAGE);
    let again = workspace.check(sources);
    assert_eq!(again.diagnostics, fresh.diagnostics);
    assert_eq!(again.bundle, fresh.bundle);
    let rules = again.bundle.as_ref().map_or(0, |bundle| bundle.rules.len());
    (workspace.rules_kept(), rules)
}

#[test]
fn rules_are_kept_that_a_change_does_not_concern() {
    let a = "let top = 5\n\ntool t(n: int)\n\npermit p\n  on t\n  when args.n < top\n\nask q\n  on t\n  when args.n == 3\n";
    let b = "tool u(n: int)\n\nlet low = 1\n\npermit r\n  on u\n  when args.n > low\n";
    let mut workspace = Workspace::default();
    assert_eq!(check(&mut workspace, [a, b]), (0, 3));
    assert_eq!(check(&mut workspace, [a, b]), (3, 3));
    // Those of a file that has another text are checked, and of the others none.
    let other = b.replace("n > low", "n >= low");
    assert_eq!(check(&mut workspace, [a, &other]), (2, 3));
    assert_eq!(check(&mut workspace, [&format!("\n{a}"), &other]), (1, 3));
    assert_eq!(check(&mut workspace, [a, b]), (0, 3));
    // What changes in one file concerns those rules of others that mention it, and that mention what mentions it.
    assert_eq!(check(&mut workspace, [&a.replace("tool t(n: int)", "tool t(m: text, n: int)"), b]), (1, 3));
    let more = b.replace("n > low", "n > low and args.n < top");
    assert_eq!(check(&mut workspace, [a, &more]), (0, 3));
    assert_eq!(check(&mut workspace, [&a.replace("top = 5", "top = 6"), &more]), (0, 3));
    assert_eq!(check(&mut workspace, [a, &b.replace("low = 1", "low = top")]), (0, 3));
    assert_eq!(check(&mut workspace, [&a.replace("top = 5", "top = 6"), &b.replace("low = 1", "low = top")]), (0, 3));
    assert_eq!(check(&mut workspace, [a, &b.replace("low = 1", "low = top")]), (0, 3));
    // With a mistake somewhere nothing is known of anything.
    assert_eq!(check(&mut workspace, [a, &b.replace("permit r", "permit r(")]), (0, 0));
    assert_eq!(check(&mut workspace, [a, b]), (0, 3));
    assert_eq!(check(&mut workspace, [a, b]), (3, 3));
}
