use super::*;

#[test]
fn the_message_of_every_example_reads_well() {
    use reach_codes::{Example, table};
    let mut all = String::new();
    for code in table::syntax::ROWS {
        if let Example::Policy { bad, .. } = code.info().example {
            all += &messages(bad);
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn five_mistakes_in_a_file_are_five_messages() {
    let text = "permti p\n  on a\n\ntool a(x: text\n\nforbid q\n  on a\n  when args.x = 'b'\n  tool c()\n\nlet y = 5min\n";
    assert_eq!(codes(text), ["unknown-declaration", "unclosed-bracket", "single-equals", "single-quotes", "indented-declaration", "malformed-duration"]);
    assert_eq!(read(text).file.decls.len(), 3);
}

#[test]
fn other_slips_are_explained_too() {
    let mut all = String::new();
    for text in [
        "let x = 1.5h\n",
        "let x = 2w\n",
        "let x = 30m1h\n",
        "let x = 1e5\n",
        "let x = 0xff\n",
        "let x = 1__000\n",
        "let x = 2026-01-01T10:00:00\n",
        "let x = \"\\u{110000}\"\n",
        "let x = \"a\\qb\"\n",
        "let x = a <> b or !c and NOT d\n",
        "let x = a ? b : c\n",
        "let x = a & b\n",
        "let x = 5 % 2\n",
        "let x == 3\n",
        "let x = \n",
        "let = 3\n",
        "let x = (a, b)\n",
        "let x = f(a b)\n",
        "let x = [1 2]\n",
        "let x = don't\n",
        "let x = a +\n\nlet y = 1\n",
        "forbid a\n  on b\n  becuase \"x\"\n",
        "forbid a\n  on b\n  when\n",
        "forbid a\n  on b\n  because \"{args.x\"\n",
        "rule a\n  on b\n",
        "const x = 1\n",
        "@advisory\n",
        "context {\n  user email\n}\n",
        "context {\n  user: email\n  role: enum { a, b\n}\n\ntool a()\n",
        "tool a(x)\n",
        "test \"t\" {\n  call a() -> permit\n}\n",
        "test \"t\" {\n  call a() => permit by\n}\n",
        "forbid a on b when if c then d else e == f and g\n",
        "let x = if a then if b then c else d else e\n",
        "let x = ever(a)\n",
        "{ a }\n",
        "\"a\"\n",
        "  let x = 1\n",
        "tool a() /* b */\n",
        "}\n",
        "tool a(x: text]\n",
    ] {
        all += &format!("{}\n{}", text.trim_end(), messages(text));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn after_an_unclosed_bracket_the_next_declaration_is_read() {
    for text in ["tool a(x: text\npermit p\n  on b\n", "let x = {\n  1,\n@advisory\npermit p\n  on b\n", "test \"t\" {\n  call a(\n}\npermit p\n  on b\n"] {
        let parsed = read(text);
        assert_eq!(codes(text), ["unclosed-bracket"], "{text}");
        assert_eq!(parsed.file.decls.len(), 1, "{text}");
    }
}

#[test]
fn fixes_mend_what_they_are_about() {
    use reach_codes::{Example, table};
    let mut mended = 0;
    for code in table::syntax::ROWS {
        let Example::Policy { bad, .. } = code.info().example else { continue };
        let found = read(bad);
        let Some(fix) = found.diagnostics.iter().find_map(|d| d.fix.clone()) else { continue };
        let mut text = bad.to_owned();
        text.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
        assert_eq!(codes(&text), Vec::<&str>::new(), "{code:?}:\n{text}");
        mended += 1;
    }
    assert!(mended > 15, "{mended}");
}
