//! Names of a server as they stand in a source.

use reach_grammar::{is_word, quoted};

use crate::error::ImportError;

/// Returns the name of a field as it stands in declarations.
#[must_use]
pub fn field_name(name: &str) -> String {
    if is_word(name) { name.to_owned() } else { quoted(name) }
}

/// Returns the member of an enum as it stands in its type and where a value may stand.
#[must_use]
pub fn member(text: &str) -> String {
    // These words are something else where a value may stand.
    let taken = ["and", "or", "not", "if", "then", "else", "true", "false", "when", "unless", "because"];
    if is_word(text) && !taken.contains(&text) { text.to_owned() } else { quoted(text) }
}

/// Words that rules and patterns use.
const TAKEN: &[&str] = &[
    "call",
    "spawn",
    "model",
    "read",
    "say",
    "undeclared",
    "when",
    "unless",
    "by",
    "expires",
    "grants",
    "with",
    "because",
    "example",
    "counterexample",
    "each",
    "where",
    "over",
    "per",
    "since",
    "expect",
    "if",
    "on",
    "and",
    "or",
    "not",
];

/// Returns the name of a tool as it stands in declarations and rules.
#[must_use]
pub fn tool_name(name: &str) -> String {
    // Where a word of rules may stand, it ends before a dot, too.
    let begins = name.split('.').next().unwrap_or_default();
    if name.split('.').all(is_word) && !TAKEN.contains(&begins) { name.to_owned() } else { quoted(name) }
}

/// Returns a beginning for the names of types: `read-note` gives `ReadNote`.
pub(crate) fn pascal(text: &str) -> String {
    let mut out = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()) {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() { format!("T{out}") } else { out }
}

/// Makes sure that a prefix can stand before names of tools.
///
/// # Errors
/// When it can't.
pub(crate) fn check_prefix(prefix: &str) -> Result<(), ImportError> {
    let fits = prefix.len() <= 64 && prefix.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    if fits { Ok(()) } else { Err(ImportError::Prefix(crate::loss::shown(prefix))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_language_and_what_is_no_word_are_quoted() {
        for (name, written) in [
            ("read_note", "read_note"),
            ("a.b", "a.b"),
            ("read-note", "\"read-note\""),
            ("call", "\"call\""),
            ("when.x", "\"when.x\""),
            ("a.", "\"a.\""),
            ("a\"", "\"a\\\"\""),
        ] {
            assert_eq!(tool_name(name), written);
        }
        assert_eq!(member("true"), "\"true\"");
        assert_eq!(field_name("from"), "from");
        assert_eq!(field_name(""), "\"\"");
    }

    #[test]
    fn a_prefix_is_plain() {
        assert!(check_prefix("").is_ok() && check_prefix("mcp__git-hub.").is_ok() && check_prefix(&"a".repeat(64)).is_ok());
        for bad in ["a b", "a\"", "ä.", &"a".repeat(65)] {
            assert!(check_prefix(bad).is_err(), "{bad}");
        }
    }
}
