//! Schemas, the types that are made of them, and what is lost. A schema is that of the argument `x`, which is required.

use reach_values::json::{Json, Room};

use crate::list::Listing;
use crate::write::{Options, declare};
use crate::{Guess, Import};

fn import(tool: &str, guess: Guess) -> Import {
    let json = Json::parse(tool.as_bytes(), &mut Room(1_000_000)).unwrap_or_else(|e| panic!("{e}: {tool}"));
    declare(&Listing::of(vec![json]).unwrap(), &Options { guess, pin: false, ..Options::default() }).unwrap()
}

/// Returns the declarations without what stands in every file, on few lines.
fn told(tool: &str, guess: Guess) -> String {
    let made = import(tool, guess);
    let body: String = made.text.lines().filter(|l| !l.starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut out = body.trim().to_owned() + "\n";
    for loss in &made.losses {
        out.push_str(&format!("  {loss}\n"));
    }
    out
}

fn table(schemas: &[&str], rest: &str, guess: Guess) -> String {
    let mut out = String::new();
    for schema in schemas {
        let tool = format!(r#"{{"name":"t","inputSchema":{{"type":"object","properties":{{"x":{schema}}},"required":["x"]{rest}}}}}"#);
        out.push_str(&format!("# {schema}\n{}\n", told(&tool, guess)));
    }
    out
}

#[test]
fn texts() {
    insta::assert_snapshot!(table(
        &[
            r#"{"type":"string"}"#,
            r#"{"type":"string","title":"X","description":"d","default":"a","examples":["b"],"deprecated":true}"#,
            r#"{"type":"string","minLength":1,"maxLength":80}"#,
            r#"{"type":"string","minLength":1.0,"maxLength":"80"}"#,
            r#"{"type":"string","pattern":"^[A-Z]{3}-\\d+$"}"#,
            r#"{"type":"string","pattern":"^(?!a)","maxLength":3}"#,
            r#"{"type":"string","format":"date"}"#,
            r#"{"type":"string","format":"date-time"}"#,
            r#"{"type":"string","format":"email"}"#,
            r#"{"type":"string","format":"uri","minLength":1,"maxLength":2000}"#,
            r#"{"type":"string","format":"hostname"}"#,
            r#"{"type":"string","format":"ipv4"}"#,
            r#"{"type":"string","format":"ipv6"}"#,
            r#"{"type":"string","format":"uuid"}"#,
            r#"{"type":"string","format":"duration"}"#,
            r#"{"type":"string","contentEncoding":"base64","x-secret":true,"minimum":3}"#,
            r#"{"type":["string","null"]}"#,
            r#"{"type":"text"}"#,
        ],
        "",
        Guess::Suggest
    ));
}

#[test]
fn numbers() {
    insta::assert_snapshot!(table(
        &[
            r#"{"type":"integer"}"#,
            r#"{"type":"number"}"#,
            r#"{"type":"integer","minimum":1,"maximum":9007199254740991}"#,
            r#"{"type":"integer","minimum":-9223372036854775808,"maximum":18446744073709551615,"format":"int64"}"#,
            r#"{"type":"integer","minimum":0.5,"maximum":9.5}"#,
            r#"{"type":"integer","minimum":-0.5,"exclusiveMaximum":-0.25}"#,
            r#"{"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":1e3}"#,
            r#"{"type":"integer","minimum":0,"exclusiveMinimum":true}"#,
            r#"{"type":"integer","minimum":1e40}"#,
            r#"{"type":"number","minimum":-90.5,"maximum":90}"#,
            r#"{"type":"number","exclusiveMinimum":0,"maximum":0.1234567890123456789}"#,
            r#"{"type":"number","multipleOf":1}"#,
            r#"{"type":"number","multipleOf":0.01,"format":"uint8","maximum":"9"}"#,
            r#"{"type":["integer","number"]}"#,
        ],
        "",
        Guess::Suggest
    ));
}

#[test]
fn enumerations_and_alternatives() {
    insta::assert_snapshot!(table(
        &[
            r#"{"type":"string","enum":["economy","business class","true","","a\"b"]}"#,
            r#"{"enum":["a","b",null]}"#,
            r#"{"type":"string","enum":["a",null,1]}"#,
            r#"{"enum":[1,2,3.0]}"#,
            r#"{"enum":[0.5,1]}"#,
            r#"{"enum":["a",1]}"#,
            r#"{"enum":[]}"#,
            r#"{"const":"fixed"}"#,
            r#"{"const":true}"#,
            r#"{"const":null}"#,
            r#"{"type":"integer","const":5}"#,
            r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#,
            r#"{"anyOf":[{"type":"string","maxLength":3},{"type":"null"}],"default":null,"title":"X"}"#,
            r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#,
            r#"{"oneOf":[{"const":"a","title":"A"},{"const":"b","title":"B"}]}"#,
            r#"{"oneOf":[{"enum":["a","b"]},{"enum":["b","c"]}]}"#,
            r#"{"anyOf":[{"type":"integer"},{"type":"number"}]}"#,
            r#"{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"array","items":{"type":"integer"}}]}"#,
            r#"{"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},"required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"]}]}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
            r#"{"allOf":[{"type":"string"},{"maxLength":9}],"minLength":2}"#,
            r#"{"allOf":[{"type":"string"},{"type":"integer"}]}"#,
            r#"{"type":"string","not":{"const":"a"},"if":true,"then":{"minLength":2}}"#,
            r#"{}"#,
            r#"true"#,
            r#"false"#,
            r#"{"minLength":3}"#,
            r#"7"#,
        ],
        "",
        Guess::Suggest
    ));
}

#[test]
fn collections_and_objects() {
    insta::assert_snapshot!(table(
        &[
            r#"{"type":"array","items":{"type":"string"}}"#,
            r#"{"type":"array"}"#,
            r#"{"type":"array","items":{"type":"string","maxLength":5},"minItems":1,"maxItems":3}"#,
            r#"{"type":"array","items":{"type":"integer"},"uniqueItems":true,"minItems":1}"#,
            r#"{"type":"array","items":{"type":"object"},"uniqueItems":true}"#,
            r#"{"type":"array","items":{"type":["string","null"]}}"#,
            r#"{"type":"array","prefixItems":[{"type":"string"}],"items":false}"#,
            r#"{"type":"array","items":[{"type":"string"}],"additionalItems":false}"#,
            r#"{"type":"array","items":false}"#,
            r#"{"type":"array","items":{"type":"string"},"contains":{"const":"a"}}"#,
            r#"{"type":"object"}"#,
            r#"{"type":"object","additionalProperties":{"type":"integer"},"minProperties":1}"#,
            r#"{"type":"object","additionalProperties":{"type":["integer","null"]}}"#,
            r#"{"type":"object","additionalProperties":false}"#,
            r#"{"type":"object","patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}"#,
            r#"{"type":"object","patternProperties":{"^x":{"type":"string"}}}"#,
            r#"{"type":"object","propertyNames":{"maxLength":3}}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"},"b-c":{"type":"integer"},"from":{}},"required":["a"],"additionalProperties":false}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true,"minProperties":1}"#,
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":false},"required":["a","c"],"dependentRequired":{"a":["c"]}}"#,
            r#"{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"]}"#,
            r#"{"properties":{"a":{"type":"string","maxLength":2}}}"#,
            r#"{"type":"object","properties":{"pay":{},"p\u0430y":{}},"required":"a"}"#,
        ],
        "",
        Guess::Suggest
    ));
}

#[test]
fn references() {
    let defs = r##","$defs":{"stop":{"type":"object","properties":{"airport":{"type":"string","minLength":3}},"required":["airport"]},
        "loop":{"type":"array","items":{"$ref":"#/$defs/loop"}}, "tree":{"type":"object","properties":{"left":{"$ref":"#/$defs/tree"},"n":{"type":"integer"}}},
        "me":{"$ref":"#/$defs/me"}, "a/b~c%":{"type":"integer"}, "un":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/un"}]}}"##;
    insta::assert_snapshot!(table(
        &[
            r##"{"$ref":"#/$defs/stop"}"##,
            r##"{"$ref":"#/$defs/stop","description":"where","minProperties":1}"##,
            r##"{"type":"array","items":{"$ref":"#/$defs/stop"}}"##,
            r##"{"$ref":"#/$defs/loop"}"##,
            r##"{"$ref":"#/$defs/tree"}"##,
            r##"{"$ref":"#/$defs/me"}"##,
            r##"{"$ref":"#/$defs/un"}"##,
            r##"{"$ref":"#/$defs/a~1b~0c%25"}"##,
            r##"{"$ref":"#/$defs/none"}"##,
            r##"{"$ref":"https://example.com/schema.json"}"##,
            r##"{"$ref":"#anchor"}"##,
            r##"{"$ref":3}"##,
            r##"{"$ref":"#"}"##,
            r##"{"$dynamicRef":"#/$defs/stop"}"##,
        ],
        defs,
        Guess::Suggest
    ));
}

#[test]
fn beside_a_reference_draft_7_passes_everything_over() {
    let rest = r##","$schema":"http://json-schema.org/draft-07/schema#","definitions":{"n":{"type":"integer"}}"##;
    insta::assert_snapshot!(table(&[r##"{"$ref":"#/definitions/n","minimum":3,"title":"N"}"##], rest, Guess::Suggest));
}

#[test]
fn names_suggest_forms_and_are_taken_only_when_asked() {
    let tool = r#"{"name":"t","inputSchema":{"type":"object","properties":{"file_path":{"type":"string"},"paths":{"type":"array","items":{"type":"string"}},
        "imageUrl":{"type":"string"},"command":{"type":"string","maxLength":9},"query":{"type":"string"}}}}"#;
    insta::assert_snapshot!(told(tool, Guess::Suggest) + "---\n" + &told(tool, Guess::Take));
}

#[test]
fn a_result_has_no_conditions_and_no_forms() {
    insta::assert_snapshot!(told(
        r#"{"name":"t","description":"Looks.\n\nAnd more.","inputSchema":{"type":"object"},"annotations":{"title":"T","readOnlyHint":true},
        "outputSchema":{"type":"object","properties":{"at":{"type":"string","format":"date"},"n":{"type":"integer","minimum":0},
        "of":{"type":"array","items":{"type":"object","properties":{"url":{"type":"string"}},"additionalProperties":true}}},"required":["n"]},"extra":1}"#,
        Guess::Suggest
    ));
}

#[test]
fn strange_schemas_of_arguments_refuse_every_argument() {
    let tools = [
        r#"{"name":"t"}"#,
        r#"{"name":"t","inputSchema":{}}"#,
        r#"{"name":"t","inputSchema":true}"#,
        r#"{"name":"t","inputSchema":[]}"#,
        r#"{"name":"t","inputSchema":{"type":"string"}}"#,
        r#"{"name":"t","inputSchema":{"type":"object","additionalProperties":true}}"#,
        r#"{"name":"t","inputSchema":{"type":"object","properties":[]}}"#,
        r##"{"name":"t","inputSchema":{"$ref":"#"}}"##,
        r##"{"name":"t","inputSchema":{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"a":{"type":"integer"}}}}}}"##,
        r#"{"name":"t","inputSchema":{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}}},{"type":"object","properties":{"b":{"type":"integer"}}}]}}"#,
    ];
    insta::assert_snapshot!(tools.map(|tool| format!("# {tool}\n{}\n", told(tool, Guess::Suggest))).concat());
}

/// A reference to a schema with two references, and so on: two to the power of thirty.
#[test]
fn schemas_that_multiply_are_bounded() {
    let mut defs: Vec<String> = (0..30)
        .map(|i| format!(r##""d{i}":{{"type":"object","properties":{{"a":{{"$ref":"#/$defs/d{0}"}},"b":{{"$ref":"#/$defs/d{0}"}}}}}}"##, i + 1))
        .collect();
    defs.push(r#""d30":{"type":"string"}"#.to_owned());
    let tool = format!(r##"{{"name":"t","inputSchema":{{"type":"object","properties":{{"x":{{"$ref":"#/$defs/d0"}}}},"$defs":{{{}}}}}}}"##, defs.join(","));
    let made = import(&tool, Guess::Suggest);
    assert!(made.text.len() < 200_000 && made.losses.len() <= super::WORK, "{} {}", made.text.len(), made.losses.len());
    let all = (0..30).map(|i| format!(r##""d{i}":{{"allOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##, i + 1)).collect::<Vec<_>>().join(",");
    let any = all.replace("allOf", "anyOf");
    for defs in [all, any] {
        let tool = format!(
            r##"{{"name":"t","inputSchema":{{"type":"object","properties":{{"x":{{"$ref":"#/$defs/d0"}}}},"$defs":{{{defs},"d30":{{"type":"string"}}}}}}}}"##
        );
        let _ = import(&tool, Guess::Suggest);
    }
}

#[test]
fn a_thousand_expressions_are_compiled_and_not_one_more() {
    let of = |n: usize| {
        let properties: Vec<String> = (0..n).map(|i| format!(r#""x{i}":{{"type":"string","pattern":"^a{i}$"}}"#)).collect();
        import(&format!(r#"{{"name":"t","inputSchema":{{"type":"object","properties":{{{}}}}}}}"#, properties.join(",")), Guess::Suggest).losses.len()
    };
    assert_eq!((of(1_000), of(1_001)), (0, 1));
}
