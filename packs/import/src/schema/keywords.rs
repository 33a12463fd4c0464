//! The keywords of JSON Schema, draft 7 and 2020-12.

/// Keywords that say nothing about which values fit; they say something to people, or where something else stands.
const ANNOTATIONS: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Keywords that are looked at for every value.
const STRUCTURE: &[&str] = &["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"];

/// Keywords that say something about values of some kinds only, with the words of these kinds.
const KINDS: &[(&str, &[&str])] = &[
    ("string", &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType", "contentSchema"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    (
        "array",
        &["items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"],
    ),
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ],
    ),
];

/// Keywords of schemas that hold on conditions.
const CONDITIONS: &[&str] = &["not", "if", "then", "else", "$dynamicRef", "$recursiveRef", "$recursiveAnchor"];

/// Returns whether a keyword says nothing about which values fit.
pub(super) fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword)
}

/// Returns whether a keyword is looked at for every value.
pub(super) fn is_structure(keyword: &str) -> bool {
    STRUCTURE.contains(&keyword)
}

/// Returns whether a keyword is one of JSON Schema.
pub(super) fn is_known(keyword: &str) -> bool {
    is_annotation(keyword) || is_structure(keyword) || CONDITIONS.contains(&keyword) || KINDS.iter().any(|(_, words)| words.contains(&keyword))
}

/// Returns whether a keyword says nothing about values of a kind: `string`, `number`, `array`, `object`, or another.
pub(super) fn passes(keyword: &str, kind: &str) -> bool {
    let mut about = KINDS.iter().filter(|(_, words)| words.contains(&keyword)).peekable();
    about.peek().is_some() && !about.any(|(of, _)| *of == kind)
}
