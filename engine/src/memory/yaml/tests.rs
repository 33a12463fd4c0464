use proptest::prelude::*;
use serde_json::Value;

use super::{DEPTH, NODES, to_json};

#[test]
fn lists_and_maps_as_agent_frameworks_print_them_are_read() {
    let of = |yaml: &str| to_json(yaml).unwrap();
    assert_eq!(
        of("- amount: 100.0\n  date: '2022-01-01'\n  id: 1\n  recipient: CH9300762011623852957\n  recurring: false\n"),
        r#"[{"amount":100.0,"date":"2022-01-01","id":1,"recipient":"CH9300762011623852957","recurring":false}]"#
    );
    assert_eq!(of("a:\n- b: 1\n  c: [x, {y: z}]\n-\n- - - deep\nd: {}\n"), r#"{"a":[{"b":1,"c":["x",{"y":"z"}]},null,[["deep"]]],"d":{}}"#);
    assert_eq!(
        of("text: |\n  one\n  two\nfolded: >-\n  three\n  four\nquoted: \"tab\\there\"\n"),
        r#"{"text":"one\ntwo\n","folded":"three four","quoted":"tab\there"}"#
    );
    assert_eq!(of("long: one\n  two\n# a comment\nid_: '7'\n"), r#"{"long":"one two","id_":"7"}"#);
    assert_eq!(of("--- [1]\n...\n"), "[1]");
    assert_eq!(of("\u{feff}a: ü€😀\n"), "{\"a\":\"ü€😀\"}");
    assert_eq!(of("1: a\ntrue: b\n'<<': c\n"), r#"{"1":"a","true":"b","<<":"c"}"#);
}

/// Scalars, each with the JSON that it is.
const SCALARS: &str = r#"
null => null
Null => null
NULL => null
~ => null
---  => null
nULL => "nULL"
'null' => "null"
true => true
True => true
TRUE => true
false => false
tRUE => "tRUE"
"true" => "true"
yes => "yes"
off => "off"
y => "y"
0 => 0
-0 => -0
+1 => 1
12345678901234567890123 => 12345678901234567890123
100.0 => 100.0
-1.50 => -1.50
1e3 => 1e3
1.0E+20 => 1.0E+20
'1' => "1"
007 => "007"
0123456789 => "0123456789"
0o17 => "0o17"
0x1F => "0x1F"
1_000 => "1_000"
1,000 => "1,000"
.5 => ".5"
1. => "1."
.inf => ".inf"
.nan => ".nan"
+-1 => "+-1"
-+1 => "-+1"
1e => "1e"
12:30 => "12:30"
2022-01-01 => "2022-01-01"
2022-01-01T10:00:00Z => "2022-01-01T10:00:00Z"
'' => ""
"" => ""
"\0" => "\u0000"
"#;

#[test]
fn scalars_are_those_of_the_core_schema_that_json_can_say() {
    for line in SCALARS.trim().lines() {
        let (yaml, json) = line.split_once(" => ").unwrap();
        assert_eq!(to_json(yaml).as_deref(), Some(json), "{yaml}");
    }
    assert_eq!(to_json("|-\n  1").as_deref(), Some(r#""1""#));
}

#[test]
fn what_two_readers_could_take_for_different_things_is_refused() {
    let refused = [
        "",
        "# nothing\n",
        "a: &x 1\nb: *x\n",
        "a: &x 1\n",
        "!!str 1",
        "! a",
        "!mine {a: 1}",
        "!!map {}",
        "[!!int '1']",
        "<<: {a: 1}",
        "a: 1\n<<: [b]\n",
        "a\n---\nb\n",
        "--- a\n--- b\n",
        "a: 1\na: 2\n",
        "{a: 1, \"a\": 2}",
        "? [a]\n: 1\n",
        "? {a: 1}\n: 1\n",
        "[a]: 1\n",
        ": 1\n",
        "~: 1\n",
        "null: 1\n",
        "%YAML 1.1\n---\nyes\n",
        "# x\n\n%TAG ! tag:x,2000:\n---\na\n",
        "...\n%YAML 1.1\n---\na\n",
        "a: 1\0\nb: 2\n",
        "a: \u{1b}[2J",
        "a: 1\u{2028}b: 2",
        "a: 'x\u{2029}'",
        "\u{85}",
        "a: b: c",
        "[1",
        "{a",
        "a: 'x",
        "\t- a\n\t b",
        "- a\nb: c\n",
        "{---",
        "*x",
        "@a",
        "`a`",
        "a: 1\n b: 2\n",
    ];
    for yaml in refused {
        assert_eq!(to_json(yaml), None, "{yaml}");
    }
}

#[test]
fn nesting_and_size_are_bounded() {
    let nested = |n: usize| to_json(&format!("{}1{}", "[".repeat(n), "]".repeat(n)));
    assert!(nested(DEPTH).is_some());
    assert_eq!(nested(DEPTH + 1), None);
    assert!(to_json(&format!("{}1", "- ".repeat(DEPTH))).is_some());
    assert_eq!(to_json(&format!("{}1", "- ".repeat(DEPTH + 1))), None);
    let list = |n: usize| to_json(&"- 1\n".repeat(n));
    assert!(list(NODES - 1).is_some());
    assert_eq!(list(NODES), None);
}

/// Each is as long as an event may be and takes less than a second; with work that grows as the square it would take many minutes.
#[test]
fn long_hostile_texts_are_read_in_linear_time() {
    let long = 1 << 20;
    let hostile = [
        "[".repeat(long),
        "- ".repeat(long / 2),
        "{".repeat(long),
        "? ".repeat(long / 2),
        "a: ".repeat(long / 3),
        "[a,".repeat(long / 3),
        "{a: ".repeat(long / 4),
        format!("[{}]", "a,".repeat(long / 2)),
        format!("{{{}}}", "a: b,".repeat(long / 5)),
        format!("[{}]", "a: b,".repeat(long / 5)),
        format!("\"{}\"", "\\n".repeat(long / 2)),
        format!("|\n{}", " a\n".repeat(long / 3)),
        format!("{}x", " ".repeat(long)),
        "\n".repeat(long),
        "#\n".repeat(long / 2),
        "'".repeat(long),
        "a\n".repeat(long / 2),
        "- a\n".repeat(long / 4),
        (0..long / 12).map(|n| format!("key{n}: 1\n")).collect(),
        format!("{}a", "&".repeat(long)),
        "!".repeat(long),
        "%".repeat(long),
        "*a ".repeat(long / 3),
        format!(">\n{}", "\n".repeat(long)),
        "[{".repeat(long / 2),
        "- - \n".repeat(long / 5),
        "a:\n ".repeat(long / 4),
        "\"a\":".repeat(long / 4),
        (0..1400).map(|n| format!("{}- a\n", " ".repeat(n))).collect(),
        "\t".repeat(long),
        "---\n".repeat(long / 4),
        "...\n".repeat(long / 4),
        ",".repeat(long),
        "]".repeat(long),
    ];
    for text in hostile {
        let start = std::time::Instant::now();
        let _ = to_json(&text);
        assert!(start.elapsed().as_secs() < 30, "{:?}", text.get(..12));
    }
}

fn json() -> impl Strategy<Value = Value> {
    let number =
        prop_oneof![any::<i64>().prop_map(Value::from), any::<f64>().prop_filter_map("finite", |n| serde_json::Number::from_f64(n).map(Value::Number))];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), number, any::<String>().prop_map(Value::String)];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect()))
        ]
    })
}

proptest! {
    #[test]
    fn json_is_yaml_that_comes_back_equal(value in json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            // Both through the same reader, since that of `serde_json` is a bit off for some numbers.
            let refused = text.contains(['\u{85}', '\u{2028}', '\u{2029}']);
            let read = to_json(&text).map(|json| serde_json::from_str::<Value>(&json).unwrap());
            prop_assert_eq!(read, (!refused).then(|| serde_json::from_str::<Value>(&text).unwrap()), "{}", text);
        }
    }

    #[test]
    fn whatever_is_read_is_json(text in r#"[-\[\]{}:,?#&*!|>'"%@`~<.a1 \n\t+e0x\\]{0,60}"#) {
        if let Some(json) = to_json(&text) {
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok(), "{} {}", text, json);
        }
    }

    #[test]
    fn random_bytes_do_not_stop_the_engine(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = to_json(&String::from_utf8_lossy(&bytes));
    }
}
