//! A schema and the type that is made of it take the same values, or the type takes more: against the `jsonschema` crate.

use proptest::prelude::*;
use reach_import::Effect;
use serde_json::{Map, Value, json};

use super::{accepts, compiled, import};

/// Choices from a list of bytes, so that a failing case is made smaller by fewer and smaller bytes.
struct Tape<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Tape<'_> {
    fn below(&mut self, n: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % n
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

const WORDS: &[&str] = &["", "a", "ab", "abc", "abcd", "ä", "ab1", "a-b", "AB", "12", "x\ny", "😀😀", "a b"];
const PATTERNS: &[&str] = &["^a", "b$", "^[a-c]+$", "^\\w*$", "^\\d{1,2}$", "a|1", "^.{2}$", "\\s", "^[^a]*$"];

/// A schema that a type holds exactly: no keyword of it is lost.
fn exact(t: &mut Tape<'_>, depth: usize) -> Value {
    match t.below(if depth == 0 { 6 } else { 9 }) {
        0 => {
            let mut schema = json!({ "type": "string" });
            if t.chance(2) {
                schema["minLength"] = json!(t.below(4));
            }
            if t.chance(2) {
                schema["maxLength"] = json!(t.below(5));
            }
            if t.chance(2) {
                schema["pattern"] = json!(t.pick(PATTERNS));
            }
            schema
        }
        1 => json!({ "enum": [t.pick(WORDS), t.pick(WORDS), "z"] }),
        2 => {
            let mut schema = json!({ "type": "integer" });
            for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
                if t.chance(3) {
                    schema[keyword] = t.pick(&[json!(-1), json!(0), json!(2), json!(2.5), json!(3)]);
                }
            }
            schema
        }
        3 => {
            let mut schema = json!({ "type": "number" });
            for keyword in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
                if t.chance(3) {
                    schema[keyword] = t.pick(&[json!(-0.5), json!(0), json!(0.25), json!(2), json!(3.75)]);
                }
            }
            schema
        }
        4 => t.pick(&[json!({ "type": "boolean" }), json!({ "const": true }), json!({ "const": 2 }), json!({ "enum": [0.5, 1, 3] }), json!({ "const": "ab" })]),
        5 => t.pick(&[json!({}), json!(true), json!({ "allOf": [{ "type": "string" }, { "maxLength": 2 }] })]),
        6 => {
            let mut schema = json!({ "type": "array", "items": exact(t, depth - 1) });
            if t.chance(2) {
                schema["minItems"] = json!(t.below(3));
            }
            if t.chance(2) {
                schema["maxItems"] = json!(t.below(3));
            }
            schema
        }
        7 => {
            let mut properties = Map::new();
            let mut required = Vec::new();
            for name in ["p", "q-r", "when"].into_iter().take(1 + t.below(3)) {
                properties.insert(name.to_owned(), exact(t, depth - 1));
                if t.chance(2) {
                    required.push(name);
                }
            }
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
        }
        _ => {
            // The language has no conditions within a map.
            let values = t.pick(&[json!({ "type": "string" }), json!({ "type": "array", "items": { "enum": ["a", "b"] } }), json!({ "type": "number" })]);
            let mut schema = json!({ "type": "object", "additionalProperties": values });
            if t.chance(3) {
                schema["minProperties"] = json!(1);
            }
            schema
        }
    }
}

/// A schema with something that a type may not hold.
fn wide(t: &mut Tape<'_>, depth: usize) -> Value {
    let mut schema = match t.below(if depth == 0 { 5 } else { 10 }) {
        0 => json!({ "type": ["string", "integer"] }),
        1 => json!({ "type": "number", "multipleOf": 0.25 }),
        2 => json!({ "enum": ["a", 1, null, true] }),
        3 => json!({ "type": ["string", "null"], "maxLength": 3 }),
        4 => json!({ "type": "integer", "maximum": 3 }),
        5 => json!({ "anyOf": [wide(t, depth - 1), wide(t, depth - 1)] }),
        6 => json!({ "oneOf": [wide(t, depth - 1), exact(t, depth - 1), { "type": "null" }] }),
        7 => json!({ "type": "array", "items": wide(t, depth - 1), "uniqueItems": true }),
        8 => json!({ "allOf": [wide(t, depth - 1), exact(t, depth - 1)] }),
        _ => {
            json!({ "type": "object", "properties": { "p": wide(t, depth - 1), "q-r": exact(t, depth - 1) }, "required": ["p"], "additionalProperties": false })
        }
    };
    if t.chance(5) {
        schema["not"] = json!({ "const": "ab" });
    }
    if t.chance(6) {
        schema["pattern"] = json!("^(?!x)");
    }
    schema
}

/// A value that fits or nearly does.
fn value(t: &mut Tape<'_>, schema: &Value, nulls: bool, depth: usize) -> Value {
    if depth == 0 || t.chance(9) {
        return t.pick(&[json!("ab"), json!(2), json!(0.5), json!(true), json!([]), json!({}), json!(-7)]);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(list) = schema.get(key).and_then(Value::as_array) {
            let one = t.below(list.len());
            return value(t, &list[one].clone(), nulls, depth);
        }
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        return t.pick(list);
    }
    if let Some(one) = schema.get("const") {
        return one.clone();
    }
    let ty = match &schema["type"] {
        Value::Array(types) => t.pick(types),
        one => one.clone(),
    };
    match ty.as_str() {
        Some("string") => json!(t.pick(WORDS)),
        Some("integer") => t.pick(&[json!(-2), json!(-1), json!(0), json!(1), json!(2), json!(3), json!(4), json!(2.0), json!(2.5)]),
        Some("number") => t.pick(&[json!(-0.5), json!(-0.75), json!(0), json!(0.25), json!(0.5), json!(2), json!(3.75), json!(4), json!(1e2)]),
        Some("boolean") => json!(t.chance(2)),
        Some("null") if nulls => Value::Null,
        Some("array") => {
            let n = t.below(4);
            (0..n).map(|_| value(t, &schema["items"], nulls, depth - 1)).collect()
        }
        Some("object") => {
            let mut object = Map::new();
            match schema.get("properties").and_then(Value::as_object) {
                Some(properties) => {
                    for (name, inner) in properties {
                        if !t.chance(4) {
                            object.insert(name.clone(), value(t, inner, nulls, depth - 1));
                        }
                    }
                    if t.chance(8) {
                        object.insert("extra".to_owned(), json!(1));
                    }
                }
                None => {
                    for name in ["k", "l"].into_iter().take(t.below(3)) {
                        object.insert(name.to_owned(), value(t, &schema["additionalProperties"], nulls, depth - 1));
                    }
                }
            }
            Value::Object(object)
        }
        _ => t.pick(&[json!("ab"), json!(2), json!([1, "a"]), json!({ "a": {} }), json!(false)]),
    }
}

fn whole(x: &Value) -> Value {
    json!({ "type": "object", "properties": { "x": x }, "required": ["x"], "additionalProperties": false })
}

/// Runs a schema on values; counts those that are valid and those that are not.
fn compare(schema: &Value, values: &[Value], exact: bool) -> Result<(usize, usize), TestCaseError> {
    let schema = whole(schema);
    let made = import(&schema);
    let losses = || made.losses.iter().map(|l| l.to_string()).collect::<Vec<_>>().join("\n");
    let narrowed = made.losses.iter().any(|l| l.effect == Effect::Narrowed);
    let lost = made.losses.iter().any(|l| l.effect == Effect::Widened);
    if exact {
        prop_assert!(!lost && !narrowed, "{schema}\n{}", losses());
    }
    let subject = compiled(&made);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for x in values {
        let args = json!({ "x": x });
        let (theirs, ours) = (validator.is_valid(&args), accepts(&subject, "t", &args));
        if theirs {
            valid += 1;
            prop_assert!(ours || narrowed, "valid, and refused: {args}\n{schema}\n{}", made.text);
        } else {
            invalid += 1;
            // What was lost is said, so that a type that takes more without a loss is a mistake. `null` is absence, as the file says.
            prop_assert!(!ours || lost || x.is_null(), "not valid, and taken without a word: {args}\n{schema}\n{}", made.text);
        }
    }
    Ok((valid, invalid))
}

fn case(bytes: &[u8], exactly: bool) -> Result<(usize, usize), TestCaseError> {
    let mut t = Tape { bytes, at: 0 };
    let schema = if exactly { exact(&mut t, 3) } else { wide(&mut t, 3) };
    let values: Vec<Value> = (0..12).map(|_| value(&mut t, &schema, !exactly, 5)).collect();
    compare(&schema, &values, exactly)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_a_type_holds_exactly_takes_what_the_schema_takes_and_nothing_else(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
        case(&bytes, true)?;
    }

    #[test]
    fn what_a_type_does_not_hold_exactly_takes_at_least_what_the_schema_takes(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
        case(&bytes, false)?;
    }
}

#[test]
fn the_values_of_these_properties_are_valid_and_not_valid() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for exactly in [true, false] {
        let (mut valid, mut invalid) = (0, 0);
        for _ in 0..60 {
            let bytes = proptest::collection::vec(any::<u8>(), 100..160).new_tree(&mut runner).unwrap().current();
            let (v, i) = case(&bytes, exactly).unwrap();
            valid += v;
            invalid += i;
        }
        assert!(valid > 150 && invalid > 80, "{valid} {invalid}");
    }
}

/// Formats as types, by values that RFC 3339 and its like give: those that the type is said to refuse are named in the loss.
#[test]
fn formats_take_what_is_usual() {
    for (format, taken, refused) in [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T10:00:00+01:00", "2026-02-28T10:00:00"),
        ("email", "ann@example.com", "ann"),
        ("uri", "https://example.com/a?b#c", "no url"),
        ("hostname", "a.example", "a..example"),
        ("ipv4", "192.0.2.1", "2001:db8::1"),
        ("ipv6", "2001:db8::1", "2001:db8::x"),
    ] {
        let subject = compiled(&import(&whole(&json!({ "type": "string", "format": format }))));
        assert!(accepts(&subject, "t", &json!({ "x": taken })), "{format}");
        assert!(!accepts(&subject, "t", &json!({ "x": refused })), "{format}");
    }
}

/// What stands at the head of every file.
#[test]
fn null_is_an_argument_that_was_left_out_and_what_is_not_declared_is_refused() {
    let subject = compiled(&import(&json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": {} }, "required": ["b"] })));
    assert!(accepts(&subject, "t", &json!({ "a": null, "b": 1 })));
    assert!(accepts(&subject, "t", &json!({ "b": null })), "a schema without a word takes `null`, too");
    assert!(!accepts(&subject, "t", &json!({ "a": "x" })));
    assert!(!accepts(&subject, "t", &json!({ "b": 1, "c": 1 })));
}
