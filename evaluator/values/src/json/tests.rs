use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// Builds a tree with the reader, as a schema-driven caller would.
fn tree(reader: &mut Reader<'_>, input: &str, scratch: &mut String) -> Result<Value, JsonError> {
    Ok(match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            Value::Null
        }
        Kind::Bool => Value::Bool(reader.bool()?),
        Kind::Number => serde_json::from_str(reader.number()?).unwrap(),
        Kind::String => Value::String(reader.string(scratch)?.text(input, scratch).to_owned()),
        Kind::Array => {
            reader.begin_array()?;
            let mut items = Vec::new();
            while reader.next_element()? {
                items.push(tree(reader, input, scratch)?);
            }
            Value::Array(items)
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut map = serde_json::Map::new();
            while let Some(key) = reader.next_key(scratch)? {
                let key = key.text(input, scratch).to_owned();
                map.insert(key, tree(reader, input, scratch)?);
            }
            Value::Object(map)
        }
    })
}

fn read(input: &str) -> Result<Value, JsonError> {
    let mut reader = Reader::new(input);
    let value = tree(&mut reader, input, &mut String::new());
    assert!(reader.offset() <= input.len(), "{input:?}");
    let value = value?;
    reader.end()?;
    Ok(value)
}

fn skip(input: &str) -> Result<(), JsonError> {
    let mut reader = Reader::new(input);
    let skipped = reader.skip_value();
    assert!(reader.offset() <= input.len(), "{input:?}");
    skipped.and_then(|()| reader.end())
}

/// Our reader and serde_json accept the same texts and read the same values; skipping accepts what reading does.
fn check(input: &str) {
    let ours = read(input);
    assert_eq!(skip(input), ours.as_ref().map(|_| ()).map_err(|e| *e), "{input:?}");
    match serde_json::from_str::<Value>(input) {
        Ok(theirs) => assert_eq!(ours.as_ref(), Ok(&theirs), "{input:?}"),
        Err(error) => assert!(ours.is_err(), "{input:?}: {error}"),
    }
}

#[test]
fn what_ends_a_run_of_plain_text_is_seen_wherever_it_stands() {
    // Runs are read eight bytes at a time; what stands behind an end of a run must not hide it, nor be taken for one.
    for before in 0..18 {
        for end in ['"', '\\', '\u{0}', '\u{1f}', '\u{20}', '!', '#', '[', ']', '\u{7f}', '\u{80}', 'ß', '\u{2028}', '😀'] {
            for behind in ["", "\"", "\u{1f}", "é\"", "nnnnnnnn\"", "\"        ", "\" ]"] {
                check(&format!("\"{}{end}{behind}\"", "a".repeat(before)));
                check(&format!("[\"{}{end}{behind}", "é".repeat(before)));
            }
        }
    }
}

#[test]
fn what_serde_json_takes_we_take_and_nothing_else() {
    for input in [
        "",
        " ",
        "null",
        "nul",
        "nullx",
        "true",
        "truefalse",
        " false ",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "1.",
        "1.5",
        ".5",
        "1e5",
        "1e",
        "1e+",
        "1E-2",
        "1x",
        "1-2",
        "+1",
        "NaN",
        "\"",
        "\"a\"",
        "\"a\"b",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\u0041\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\x\"",
        "\"\\",
        "\"\\\"",
        "\"a\nb\"",
        "\"a\\nb\"",
        "\"\u{7f}\"",
        "[",
        "[]",
        "[,]",
        "[1,]",
        "[1 2]",
        "[1,2]",
        "[[],[[]]]",
        "]",
        "[}",
        "{",
        "{}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"b\":{\"c\":[]}}",
        "{a:1}",
        "{1:2}",
        "{\"a\":1}}",
        "[1]]",
        "\u{feff}1",
        "1 // x",
        "\u{a0}1",
        "'a'",
        "[\"\\t\",{\"\\\"k\":null}]",
    ] {
        check(input);
    }
}

#[test]
fn errors_say_what_and_where() {
    for (input, problem, offset) in [
        ("[1", JsonProblem::End, 2),
        ("[1 2]", JsonProblem::Expected("`,` or `]`"), 3),
        ("{\"a\" 1}", JsonProblem::Expected("`:`"), 5),
        ("{1:2}", JsonProblem::Expected("a key in quotes"), 1),
        ("[01]", JsonProblem::Number, 2),
        ("\"a\\q\"", JsonProblem::Escape, 2),
        ("\"a\\ud800\"", JsonProblem::Surrogate, 2),
        ("\"a\tb\"", JsonProblem::Control, 2),
        ("1 2", JsonProblem::Trailing, 2),
        ("?", JsonProblem::Expected("a value"), 0),
    ] {
        assert_eq!(skip(input), Err(JsonError { problem, offset }), "{input}");
        assert_eq!(read(input).unwrap_err(), JsonError { problem, offset }, "{input}");
    }
    let error = JsonError { problem: JsonProblem::Depth, offset: 3 };
    assert_eq!(error.to_string(), "nested deeper than 64 at byte 3");
}

#[test]
fn asking_for_another_kind_is_an_error() {
    assert_eq!(Reader::new("1").null().unwrap_err().problem, JsonProblem::Expected("`null`"));
    assert_eq!(Reader::new("1").bool().unwrap_err().problem, JsonProblem::Expected("`true` or `false`"));
    assert_eq!(Reader::new("x").number().unwrap_err().problem, JsonProblem::Expected("a number"));
    assert_eq!(Reader::new("1").string(&mut String::new()).unwrap_err().problem, JsonProblem::Expected("text"));
    assert_eq!(Reader::new("{").begin_array().unwrap_err().problem, JsonProblem::Expected("`[`"));
    assert_eq!(Reader::new("[").begin_object().unwrap_err().problem, JsonProblem::Expected("`{`"));
}

#[test]
fn behind_the_end_nothing_is_read() {
    let text = r#"{"a":1}"#;
    for offset in [text.len(), text.len() + 1, usize::MAX - 1, usize::MAX] {
        let reader = || Reader::within(text, offset, 1);
        assert_eq!(reader().peek().unwrap_err().problem, JsonProblem::End);
        assert!(reader().null().is_err() && reader().bool().is_err() && reader().number().is_err());
        assert!(reader().string(&mut String::new()).is_err() && reader().next_key(&mut String::new()).is_err());
        assert!(reader().begin_array().is_err() && reader().begin_object().is_err() && reader().next_element().is_err() && reader().skip_value().is_err());
    }
}

#[test]
fn the_depth_holds_at_n_and_n_plus_one() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let objects = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
    for deep in [nested(64), objects(64)] {
        assert!(skip(&deep).is_ok() && read(&deep).is_ok());
    }
    for deep in [nested(65), objects(65), "[".repeat(100_000)] {
        assert_eq!(skip(&deep).unwrap_err().problem, JsonProblem::Depth);
        assert_eq!(read(&deep).unwrap_err().problem, JsonProblem::Depth);
    }
}

#[test]
fn only_what_is_escaped_is_copied() {
    let input = r#"["plain","es\ncaped","again"]"#;
    let (mut reader, mut scratch) = (Reader::new(input), String::from("old"));
    reader.begin_array().unwrap();
    let mut pieces = Vec::new();
    while reader.next_element().unwrap() {
        pieces.push(reader.string(&mut scratch).unwrap());
    }
    assert_eq!(pieces[0], Piece { lies: Lies::Input, start: 2, len: 5 });
    assert_eq!(pieces[1], Piece { lies: Lies::Scratch, start: 3, len: 8 });
    assert_eq!(pieces[2].text(input, &scratch), "again");
    assert_eq!(scratch, "oldes\ncaped");
    assert_eq!(reader.offset(), input.len());
}

#[test]
fn pointers_and_strings_are_escaped() {
    let mut pointer = String::new();
    push_pointer(&mut pointer, "a/b~c");
    push_pointer(&mut pointer, "0");
    assert_eq!(pointer, "/a~1b~0c/0");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}|[\\x00-\\x1f\"\\\\]{1,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("\\PC{0,4}|\"", inner, 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_read(value in json()) {
        check(&value.to_string());
        check(&serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn a_broken_text_is_refused_alike(value in json(), at: prop::sample::Index, junk in "[\\[\\]{}\",:\\\\ 0-9eE.u+-]|\\PC", cut: bool) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len());
        if cut { text.truncate(at) } else { text[at] = junk.chars().next().unwrap() }
        let text: String = text.into_iter().collect();
        // serde_json refuses numbers that no f64 holds, and reads others inexactly: that is no question of syntax.
        prop_assume!(!text.contains(['e', 'E', '.']) || serde_json::from_str::<Value>(&text).is_err());
        prop_assume!(!serde_json::from_str::<Value>(&text).is_err_and(|e| e.to_string().contains("out of range")));
        check(&text);
    }

    #[test]
    fn a_written_string_reads_back(text in "\\PC{0,20}|[\\x00-\\x7f]{0,10}") {
        let mut out = String::new();
        push_string(&mut out, &text);
        prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text.as_str());
        prop_assert_eq!(read(&out), Ok(Value::String(text)));
    }
}
