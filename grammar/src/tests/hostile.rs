use proptest::prelude::*;

use super::*;
use crate::{decode, fuzz};

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let bad = decode(b"tool a()\nlet x = \"\xff\"\n").unwrap_err();
    assert_eq!(bad.code.name(), "not-utf8");
    assert_eq!(bad.message, "the file is not UTF-8: byte 0xff at offset 18, in line 2");
    let utf16 = decode(b"\xff\xfet\0o\0o\0l\0").unwrap_err();
    assert_eq!(utf16.help.as_deref(), Some("this looks like UTF-16: save the file as UTF-8"));
    assert_eq!(decode("let x = \"ü\"".as_bytes()).unwrap(), "let x = \"ü\"");
}

#[test]
fn what_may_stand_nowhere_is_refused_in_comments_and_texts_too() {
    for bad in ["tool a() // \0", "let x = \"\u{7}\"", "// \u{1b}[2J\ntool a()", "let\u{85}x = 1", "tool a()\rtool b()", "// \u{2028}forbid"] {
        assert!(codes(bad).contains(&"control-character"), "{bad:?}: {:?}", codes(bad));
    }
    for bad in ["// \u{202e}", "let x = \"\u{2066}\"", "tool a\u{200f}()", "\u{61c}"] {
        assert!(codes(bad).contains(&"bidirectional-control"), "{bad:?}: {:?}", codes(bad));
    }
}

#[test]
fn tabs_carriage_returns_before_line_feeds_and_a_missing_last_line_end_are_fine() {
    let parsed = accepted("permit p\r\n\ton a\r\n\twhen args.x == \"a\tb\"\r\n// end");
    assert_eq!(parsed.file.decls.len(), 1);
    assert_eq!(parsed.file.comments[0].text, " end");
}

#[test]
fn a_byte_order_mark_is_one_message_and_the_rest_is_read() {
    let parsed = read("\u{feff}tool a()\ntool b()\n");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.file.decls.len(), 2);
    assert_eq!(parsed.file.decls[0].span.start, 3);
}

#[test]
fn many_forbidden_characters_are_counted_and_not_listed() {
    let found = read(&format!("// {}\n", "\0".repeat(1000)));
    assert_eq!(found.diagnostics.len(), 8);
    assert!(found.diagnostics[0].notes[0].contains("1000"));
}

/// Pieces of source that make parsers stumble, in any order.
fn shreds() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "tool",
        "permit",
        "forbid p",
        "on",
        "when",
        "unless",
        "let x =",
        "test \"t\" {",
        "context {",
        "call a(",
        ")",
        "}",
        "{",
        "(",
        "[",
        "]",
        "\"",
        "\\",
        "'",
        "//",
        "///",
        "/*",
        "#",
        ";",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "\r\n",
        "@",
        "@advisory",
        ",",
        ":",
        "=",
        "==",
        "=>",
        "->",
        "<",
        ">",
        "list<",
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "-",
        "+",
        "*",
        ".",
        "..",
        "1",
        "1.5",
        "5min",
        "3 hours",
        "007",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "a",
        "args.x",
        "ever(",
        "count(",
        "x in",
        "where",
        "from",
        "glob\"",
        "re\"",
        "\"{args.x}\"",
        "\"{\"",
        "because \"",
        "\u{201c}",
        "ü",
        "\u{0}",
        "\u{202e}",
        "null",
        "&&",
        "||",
        "!",
        "deny",
        "runs only",
        "may run x where",
        "pack p \"1\" {",
        "property \"p\" {",
        "given call a",
        "expect not permit",
        "type T =",
        "enum {",
        "?",
        "budget b: int limit 1 per session",
        "use a.b",
        "with {",
        "redact args.**",
        "oblige o",
    ]);
    prop::collection::vec((words, prop::sample::select(vec!["", " ", "\n", "\n  "])), 0..60)
        .prop_map(|all| all.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(data in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzz::fuzz_parse(&data);
        fuzz::fuzz_format(&data);
    }

    #[test]
    fn shreds_of_source_never_panic(text in shreds()) {
        fuzz::fuzz_parse(text.as_bytes());
        fuzz::fuzz_format(text.as_bytes());
        let _ = messages(&text);
    }

    #[test]
    fn a_page_with_a_hole_never_panics(start in 0usize..2600, length in 0usize..40, page in 0usize..4) {
        let pages = [include_str!("pages/page.reach"), include_str!("pages/everything.reach"), include_str!("pages/comments.reach"), include_str!("pages/pack.reach")];
        let page = pages[page];
        let bytes: Vec<u8> = page.bytes().enumerate().filter(|(i, _)| !(start..start + length).contains(i)).map(|(_, b)| b).collect();
        fuzz::fuzz_parse(&bytes);
        fuzz::fuzz_format(&bytes);
    }
}
