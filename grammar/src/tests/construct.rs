use super::*;

#[test]
fn the_pages_of_the_contract_are_read() {
    for page in [include_str!("pages/page.reach"), include_str!("pages/history.reach"), include_str!("pages/pack.reach")] {
        accepted(page);
    }
}

#[test]
fn every_example_of_a_syntax_code_gives_just_that_code() {
    use reach_codes::{Example, table};
    let mut wrong = String::new();
    for code in table::syntax::ROWS {
        if let Example::Policy { bad, good } = code.info().example {
            if codes(bad) != [code.name()] {
                wrong += &format!("--- {code:?} bad:\n{bad}\n{}\n", messages(bad));
            }
            if !codes(good).is_empty() {
                wrong += &format!("--- {code:?} good:\n{good}\n{}\n", messages(good));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_trees_of_the_pages_of_the_contract() {
    for (name, page) in [
        ("page", include_str!("pages/page.reach")),
        ("history", include_str!("pages/history.reach")),
        ("pack", include_str!("pages/pack.reach")),
        ("everything", include_str!("pages/everything.reach")),
    ] {
        insta::assert_snapshot!(format!("tree_{name}"), crate::dump(&accepted(page).file));
    }
}

/// The tree of an expression.
fn tree(expression: &str) -> String {
    let all = crate::dump(&accepted(&format!("let x = {expression}\n")).file);
    all.trim_end().strip_prefix("(let x ").and_then(|rest| rest.strip_suffix(')')).unwrap_or(&all).to_owned()
}

#[test]
fn operators_bind_as_the_table_says() {
    for (expression, wanted) in [
        ("a or b and c or d", "(or a (and b c) d)"),
        ("(a or b) and c", "(and (or a b) c)"),
        ("a and (b and c)", "(and a (and b c))"),
        ("not a == b and c", "(and (not (== a b)) c)"),
        ("not not a", "(not (not a))"),
        ("a + b * c - d == e", "(== (sum a + (* b c) - d) e)"),
        ("-a.b else c * 2", "(* (negate (else (path a (. b)) c)) 2)"),
        ("- -a", "(negate (negate a))"),
        ("a - -5", "(sum a - (negate 5))"),
        ("a-5", "(sum a - 5)"),
        ("a not in b or c in d", "(or (not-in a b) (in c d))"),
        ("if a then b else if c then d else e or f", "(if a b (if c d (or e f)))"),
        ("a or if b then c else d or e", "(or a (if b c (or d e)))"),
        ("c runs only x where x.a == 1 and b or d", "(runs-only c (where x (or (and (== (path x (. a)) 1) b) d)))"),
        ("a or c may run x where b or d", "(or a (may-run c (where x (or b d))))"),
        ("c runs only commands and a", "(and (runs-only c commands) a)"),
        ("args has \"odd name\" and a as b", "(and (has args \"odd name\") (as a b))"),
        ("t matches nocase re\"^a\\d\\\"$\"", "(matches-nocase t (re \"^a\\\\d\\\\\\\"$\"))"),
        ("f(a, g(b),)[0].c", "(path (call f a (call g b)) ([] 0) (. c))"),
        ("alias.f(x)", "(call alias.f x)"),
        ("{ a, b, }", "(set a b)"),
        ("{ a: 1, b: { c: 2 } }", "(record (a 1) (b (record (c 2))))"),
        ("{}", "(record)"),
        ("[]", "(list)"),
        ("1_000.50", "1000.50"),
        ("User[\"ann\"]", "(path User ([] \"ann\"))"),
        ("count(x in xs: x > 1) + count(call a)", "(sum (count-of x xs (> x 1)) + (count-events (events call a)))"),
        ("v from user and w from results of (a, b)", "(and (from v user) (from w (results-of a b)))"),
        ("v from body.text in (result a each m where m.x)", "(from v (part (body text) (events result a (each m) (where (path m (. x))))))"),
        ("latest(result a where ok since (denied call b)) as o", "(as (latest (events result a (where ok) (since (events denied call b)))) o)"),
    ] {
        assert_eq!(tree(expression), wanted, "{expression}");
    }
}

#[test]
fn words_of_the_language_are_words_only_where_they_stand() {
    for expression in [
        "tool.name",
        "args.in",
        "args.from.when",
        "step.args.not",
        "from == in",
        "where",
        "a.\"not a word\"",
        "{ from: 1, in: 2, or: 3 }",
        "call + test",
        "enum == list",
    ] {
        accepted(&format!("let x = {expression}\n"));
    }
    accepted("context {\n  from: text\n  in: text\n  where: list<text>\n  at: path\n  default: url\n  and: text\n}\n");
    accepted("tool permit(on: text, when: text)\n\npermit tool\n  on permit, call ask, \"when\"\n");
    assert_eq!(tree("{ a: b\n in: c }"), "(record (a b) (in c))");
}

#[test]
fn items_between_braces_end_with_commas_or_lines() {
    assert_eq!(tree("{ 1\n -2\n (3) }"), "(set 1 (negate 2) 3)");
    assert_eq!(tree("{ 1\n - 2, 3, }"), "(set (sum 1 - 2) 3)");
    assert_eq!(tree("{ a // first\n b }"), "(set a b)");
    assert_eq!(tree("{ a: 1, // first\n\n b: 2\n}"), "(record (a 1) (b 2))");
}

#[test]
fn spans_hold_no_blanks_and_brackets_belong_to_what_is_around_them() {
    use crate::ast::{DeclKind, ExprKind};
    let text = "let x =  ( a  or b )  and c.d  // end\n";
    let parsed = accepted(text);
    let DeclKind::Let(constant) = &parsed.file.decls[0].kind else { panic!("not a let") };
    let at = |span: reach_codes::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(at(constant.value.span), "( a  or b )  and c.d");
    let ExprKind::And(all) = &constant.value.kind else { panic!("not an and") };
    assert_eq!(at(all[0].span), "a  or b");
    assert!(all[0].parenthesised);
    assert_eq!(at(all[1].span), "c.d");
    assert_eq!(at(parsed.file.decls[0].span), "let x =  ( a  or b )  and c.d");
}

#[test]
fn documentation_belongs_to_what_follows_and_comments_to_the_file() {
    use crate::ast::DeclKind;
    let parsed = accepted("// plain\n/// one\n///  two\n@advisory\ncontext {\n  /// who\n  user: email /// behind\n  //// four\n}\n");
    let decl = &parsed.file.decls[0];
    assert_eq!(decl.docs, ["one", " two"]);
    let DeclKind::Context(fields) = &decl.kind else { panic!("not a context") };
    assert_eq!(fields[0].docs, ["who"]);
    let comments: Vec<_> = parsed.file.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(comments, [" plain", "/ behind", "// four"]);
}

#[test]
fn a_kind_holds_for_the_names_behind_it() {
    let all = crate::dump(&accepted("permit p\n  on a, call b, c.*, read d, glob\"e\", say\n").file);
    assert_eq!(all, "(permit p\n  (on a (of-kind call b) (of-kind call c.*) (of-kind read d) (of-kind read (glob \"e\")) (kind say)))\n");
}

#[test]
fn messages_hold_texts_and_paths() {
    let all = crate::dump(&accepted("forbid p\n  on a\n  because \"{args.to[0].name}: {{x}} \\u{41}\\n{b}\"\n").file);
    assert_eq!(all, "(forbid p (on a) (because (message (path args (. to) ([] 0) (. name)) \": {x} A\\n\" b)))\n");
}

#[test]
fn a_text_in_a_message_keeps_the_place_of_its_paths() {
    use crate::ast::{DeclKind, MessagePart};
    let text = "forbid p\n  on a\n  because \"ü {args.x}\"\n";
    let parsed = accepted(text);
    let DeclKind::Rule(rule) = &parsed.file.decls[0].kind else { panic!("not a rule") };
    let MessagePart::Path(path) = &rule.because.as_ref().unwrap().parts[1] else { panic!("not a path") };
    assert_eq!(&text[path.span.start as usize..path.span.end as usize], "args.x");
}
