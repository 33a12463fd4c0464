//! Sources made by chance: every one is valid, with comments and blanks in odd places.

use proptest::prelude::*;

use super::*;

fn word() -> impl Strategy<Value = String> {
    // Words of the language are names too, where no word of the language can stand.
    prop::sample::select(vec!["a", "b1", "x_y", "args", "from", "on", "call", "reason", "payees"]).prop_map(str::to_owned)
}

fn leaf() -> BoxedStrategy<String> {
    prop_oneof![
        word(),
        Just("5".to_owned()),
        Just("1_000.50".to_owned()),
        Just("\"te\\\"xt // no comment\"".to_owned()),
        Just("1h30m".to_owned()),
        Just("2026-01-01".to_owned()),
        Just("2026-01-01T00:00:00Z".to_owned()),
        Just("re\"a\\\"b\\d\"".to_owned()),
        Just("true".to_owned()),
        Just("{}".to_owned()),
        (word(), word()).prop_map(|(a, b)| format!("{a}.{b}")),
    ]
    .boxed()
}

/// Something between two tokens: blanks, line ends, comments.
fn gap() -> BoxedStrategy<String> {
    prop_oneof![
        12 => Just(" ".to_owned()),
        2 => Just("\n      ".to_owned()),
        1 => Just(" // behind\n    ".to_owned()),
        1 => Just("\n    // alone\n    ".to_owned()),
        1 => Just("\n\n   ".to_owned()),
    ]
    .boxed()
}

fn expression() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 40, 4, |inner| {
            let operator = prop::sample::select(vec!["and", "or", "+", "- ", "*", "else"]);
            let comparison =
                prop::sample::select(vec!["==", "!=", "<", "in", "not  in", "contains", "within", "matches", "matches nocase", "runs only", "may touch"]);
            prop_oneof![
                (inner.clone(), gap(), operator, gap(), inner.clone()).prop_map(|(a, g, op, h, b)| format!("{a}{g}{op}{h}{b}")),
                (inner.clone(), comparison, gap(), inner.clone()).prop_map(|(a, op, g, b)| format!("(({a}) {op}{g}({b}))")),
                (gap(), inner.clone(), gap()).prop_map(|(g, a, h)| format!("({g}{a}{h})")),
                inner.clone().prop_map(|a| format!("(not {a})")),
                inner.clone().prop_map(|a| format!("-({a})")),
                (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(if {a} then ({b}) else {c})")),
                (gap(), prop::collection::vec(inner.clone(), 1..4), gap()).prop_map(|(g, all, h)| format!("{{{g}{}{h}}}", all.join(","))),
                (gap(), prop::collection::vec(inner.clone(), 0..4), gap()).prop_map(|(g, all, h)| format!("[{g}{}{h}]", all.join(", "))),
                (prop::collection::vec((word(), inner.clone()), 1..4), gap())
                    .prop_map(|(all, g)| format!("{{ {} {g} }}", all.iter().map(|(n, v)| format!("{n}: {v}")).collect::<Vec<_>>().join("\n"))),
                (word(), prop::collection::vec(inner.clone(), 0..4)).prop_map(|(f, all)| format!("{f}({})", all.join(", "))),
                (word(), inner.clone(), inner.clone()).prop_map(|(x, a, b)| format!("all({x} in {a}: {b})")),
                (inner.clone(), gap()).prop_map(|(a, g)| format!("ever(call x, \"y\"{g}where {a} over 1h per agent)")),
                (inner.clone(), word()).prop_map(|(a, x)| format!("(c may run {x} where {a})")),
                (word(), inner.clone()).prop_map(|(x, a)| format!("{x}.on[{a}].\"odd name\"")),
                (inner.clone(), word()).prop_map(|(a, x)| format!("(({a}) has {x})")),
                inner.prop_map(|a| format!("(({a}) from results of reader)")),
            ]
        })
        .boxed()
}

fn declaration() -> BoxedStrategy<String> {
    prop_oneof![
        (gap(), expression()).prop_map(|(g, e)| format!("let x ={g}{e}")),
        (word(), gap(), word())
            .prop_map(|(x, g, y)| format!("tool t({x}: text,{g}{y}: list<int?>) returns l when {x} == 1 facts {{ {y}: path at context.cwd }}")),
        (gap(), expression(), gap(), expression())
            .prop_map(|(g, a, h, b)| format!("@severity(high) forbid r{g}on a,{g}call b\n  when {a}{h}unless {b}\n  because \"no {{args.x}} {{{{\"")),
        (gap(), expression()).prop_map(|(g, a)| format!("ask r on * with {{{g}set args.x: {a}\n notify \"x\" }}")),
        (gap(), expression(), word())
            .prop_map(|(g, a, x)| format!("test \"t\" {{{g}context {{ {x}: {a} }}\n  call t({x}: {a}){g}=> permit by r\n\n result {a}\n}}")),
        Just("context {\n  user: email, // who\n  role: enum { a, \"b-c\" }\n}".to_owned()),
        Just("/// documentation\ntype T = { a: int where it > 3 }?".to_owned()),
    ]
    .boxed()
}

fn source() -> impl Strategy<Value = String> {
    let between = prop::sample::select(vec!["\n", "\n\n", "\n\n\n// between\n", " // behind\n", "\n  // below\n"]);
    prop::collection::vec((declaration(), between), 1..5).prop_map(|all| all.into_iter().map(|(decl, gap)| format!("{decl}{gap}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_generated_is_read_and_formatting_keeps_it_and_is_stable(text in source()) {
        prop_assert!(read(&text).is_ok(), "{text}\n{}", messages(&text));
        crate::fuzz::fuzz_format(text.as_bytes());
    }

    #[test]
    fn the_layout_of_what_is_generated_is_safe(text in source()) {
        let kept = crate::format::unsafe_layouts(&text, &Limits::LANGUAGE);
        prop_assert!(kept.is_empty(), "{}", kept.join("\n=====\n"));
    }
}
