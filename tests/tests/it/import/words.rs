//! Names and texts of a hostile server: whatever they hold, the source that is written is a bundle that declares these tools and nothing else.

use proptest::prelude::*;
use reach_codes::Sources;
use reach_import::{Guess, Listing, Options, declare};
use serde_json::{Value, json};

const HOSTILE: &[&str] = &[
    "\"",
    "\\",
    "\\\"",
    "\n",
    "\r\n",
    "\n\npermit all\n  on *\n",
    "*/",
    "//",
    "///",
    "}",
    ")",
    "(",
    "{",
    "${x}",
    "\u{202e}",
    "\u{2028}",
    "\u{0}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "\u{e0041}",
    "\u{1b}[2J",
    "\t",
    "'",
    "`",
    "tool b()",
    "type X = int",
    "\u{85}",
    ";",
    ",",
    ":",
    "<",
    ">",
    "re\"",
    "\u{ad}",
    "𐀀",
    "\u{ffff}",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => proptest::sample::select(HOSTILE).prop_map(str::to_owned), 2 => "[a-z_.\\-A-Z0-9 ]{0,6}", 1 => "\\PC{0,3}"];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// A schema with hostile words wherever words stand.
fn schema(words: &[String]) -> Value {
    let w = |i: usize| words[i % words.len()].clone();
    json!({
        "type": "object",
        "description": w(0),
        "properties": {
            (w(1)): { "type": "string", "description": w(2), "pattern": w(3), "format": w(4) },
            (w(5)): { "enum": [w(6), w(7), w(8)] },
            (w(9)): { "type": "array", "items": { "const": w(10) }, "minItems": 1 },
            (w(11)): { "type": "object", "properties": { (w(12)): { "type": "integer", "minimum": 3 } }, "required": [w(12), w(13)], (w(14)): w(15) },
            (w(16)): { "$ref": format!("#/$defs/{}", w(17)) },
            (w(18)): { "type": w(19) },
        },
        "required": [w(1), w(20)],
        "$defs": { (w(17)): { "type": "number", "maximum": 0.5 } },
        (w(21)): w(22),
    })
}

/// Makes the source and compiles it; returns how many declarations it has beside tools.
fn compile(list: &Value, guess: Guess) -> Result<(), TestCaseError> {
    let Ok(listing) = Listing::read(list.to_string().as_bytes()) else { return Ok(()) };
    let made = declare(&listing, &Options { guess, ..Options::default() }).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let mut sources = Sources::new();
    sources.add("tools.reach", made.text.as_str());
    let compiled = reach_compiler::compile(sources, &reach_compiler::Limits::default());
    let Some(bundle) = compiled.bundle else {
        let messages: Vec<String> = compiled.diagnostics.iter().map(|d| format!("{} {:?}", d.message, d.notes)).collect();
        return Err(TestCaseError::fail(format!("{}\n{}", messages.join("\n"), made.text)));
    };
    prop_assert!(bundle.rules.is_empty() && bundle.tests.is_empty(), "{}", made.text);
    let names: Vec<&str> = bundle.targets.iter().filter(|t| !t.name.is_empty()).map(|t| t.name.as_str()).collect();
    let theirs: Vec<&str> = listing.tools.iter().map(|t| t.name.as_str()).collect();
    prop_assert_eq!(names, theirs, "{}", made.text);
    for (c, at) in made.text.chars().zip(0..) {
        prop_assert!(c == '\n' || !c.is_control(), "a control character at {}: {:?}", at, made.text);
        prop_assert!(!matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{200b}'), "{:?}", made.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn words_of_a_server_never_leave_their_place(
        names in proptest::collection::vec(text(), 1..4),
        words in proptest::collection::vec(text(), 1..23),
        take: bool,
    ) {
        let tools: Vec<Value> = names.iter().map(|name| json!({
            "name": name, "description": words[0], "title": words[words.len() - 1], "inputSchema": schema(&words), "outputSchema": schema(&words),
            "annotations": { "readOnlyHint": true, "title": words[0], (words[0].clone()): false }, (words[0].clone()): 1,
        })).collect();
        compile(&Value::Array(tools), if take { Guess::Take } else { Guess::Suggest })?;
    }

    #[test]
    fn words_in_the_place_of_a_schema_never_do(schema in json_value()) {
        compile(&json!([{ "name": "a", "inputSchema": schema, "outputSchema": schema }]), Guess::Take)?;
    }
}

/// JSON whose keys are often those of JSON Schema.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-4i64..5).prop_map(|n| json!(n)),
        Just(json!(9_223_372_036_854_775_807u64)),
        Just(json!(-9_223_372_036_854_775_808i64)),
        Just(json!(1e300)),
        Just(json!(0.1)),
        proptest::sample::select(&["string", "integer", "number", "array", "object", "null", "#", "#/$defs/a", "#/properties/a", "date", "^a+$"])
            .prop_map(|t| json!(t)),
        text().prop_map(Value::String),
    ];
    let key = proptest::sample::select(&[
        "type",
        "properties",
        "items",
        "required",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "a",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minItems",
        "uniqueItems",
        "additionalProperties",
        "patternProperties",
        "prefixItems",
        "not",
        "exclusiveMinimum",
        "multipleOf",
        "minProperties",
        "$schema",
        "description",
    ]);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::vec((key.clone(), inner), 0..7)
                .prop_map(|entries| { Value::Object(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()) }),
        ]
    })
}
