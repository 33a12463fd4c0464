//! SARIF 2.1.0 (OASIS, 27 March 2020), for services that show findings beside code.

use serde_json::{Value, json};

use crate::answer::ENGINE_VERSION;
use crate::failure::Failure;

/// Returns a log with one run: its rules, and what they found.
///
/// # Errors
/// When it has no JSON form, which is a mistake of ours.
pub fn log(rules: &[Value], results: &[Value]) -> Result<String, Failure> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "reach", "version": ENGINE_VERSION, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).map_err(|e| Failure::output(e.into()))
}

/// Returns a place in a file. `region` has `startLine` and what more is known.
pub fn location(path: &str, region: &Value) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region } })
}

/// Returns a path as a relative reference (RFC 3986, section 4.2).
pub fn uri(path: &str) -> String {
    let mut out = String::new();
    for b in path.replace('\\', "/").bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}
