//! What the reference lists as not supported yet is refused, each with the one code, and everything refused is listed.

use std::fs;

use reach_codes::Sources;
use reach_compiler::{Limits, compile};

use super::root;

/// The words of the list, and a policy that uses them. A policy that begins with a clause stands on a tool `a`.
const CONSTRUCTS: &[(&str, &str)] = &[
    ("step", "forbid f\n  on a\n  when ever(step)\n"),
    ("approval", "forbid f\n  on a\n  when ever(approval)\n"),
    ("where", "tool b() -> text where length(it) < 5\n"),
    ("redact args.**", "permit p\n  on a\n  with {\n    redact args.** matching re\"x\"\n  }\n"),
    ("entity", "entity User { n: int where it > 0 }\n"),
    ("at", "tool b(r: { p: path at \"/srv\" })\n"),
    ("default", "class c(u: url default \"https\")\n"),
    ("leaves", "permit p\n  on a\n  when all(l in leaves(args.y): l == \"a\")\n"),
];

#[test]
fn what_is_listed_as_not_supported_yet_is_refused_with_one_code() {
    let page = fs::read_to_string(root().join("docs/reference/language.md")).unwrap();
    let list = page.split_once("\n## Not supported yet\n").unwrap().1;
    for (words, policy) in CONSTRUCTS {
        let mut sources = Sources::new();
        sources.add("example.reach", format!("tool a(x: text, n: int, y: any)\n\nlabel secret\n\n{policy}"));
        let compiled = compile(sources, &Limits::default());
        let codes: Vec<&str> = compiled.diagnostics.iter().map(|d| d.code.number()).collect();
        assert_eq!(codes, ["E2900"], "{policy}\n{}", reach_codes::render::text(&compiled.sources, &compiled.diagnostics, false));
        assert!(list.contains(&format!("`{words}`")), "the list does not name `{words}`");
    }
}
