//! The canonical form of JSON (RFC 8785), of which a definition's digest is taken.

use reach_values::json::Json;
use std::fmt::Write as _;

use reach_values::decimal;
use sha2::{Digest as _, Sha256};

/// Why a value has no canonical form that everybody would compute alike.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncanonical {
    /// A number beyond the range of a double; RFC 8785, section 3.2.2.3.
    #[error("the number `{0}` is beyond what a double holds")]
    Range(String),
    /// A number that its canonical form would make another one; RFC 8785, section 3.1 with RFC 7493, section 2.2.
    #[error("the number `{written}` would become `{becomes}` in the canonical form")]
    Inexact {
        /// The number as written.
        written: String,
        /// What the canonical form makes of it.
        becomes: String,
    },
}

/// Returns the digest of a definition as it stands behind `pinned`: `sha256:` and 64 hexadecimal digits.
///
/// # Errors
/// When a number in it has no exact canonical form.
pub fn digest(value: &Json) -> Result<String, Uncanonical> {
    let form = canonical(value, true)?;
    let mut out = String::from("sha256:");
    for byte in Sha256::digest(form.as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    Ok(out)
}

/// Returns the canonical form. Where `exact` is asked for, a number must still be the same number there.
///
/// # Errors
/// When a number has none.
pub fn canonical(value: &Json, exact: bool) -> Result<String, Uncanonical> {
    let mut out = String::new();
    write(value, exact, &mut out)?;
    Ok(out)
}

fn write(value: &Json, exact: bool, out: &mut String) -> Result<(), Uncanonical> {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(written) => out.push_str(&number(written, exact)?),
        Json::Text(text) => string(text, out),
        Json::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, exact, out)?;
            }
            out.push(']');
        }
        Json::Object(entries) => {
            // RFC 8785, section 3.2.3: by the UTF-16 code units of the names.
            let mut sorted: Vec<(Vec<u16>, &(String, Json))> = entries.iter().map(|entry| (entry.0.encode_utf16().collect(), entry)).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (i, (_, (key, value))) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                write(value, exact, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// RFC 8785, section 3.2.2.2.
fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            // Writing to a `String` can't fail.
            '\0'..='\u{1f}' => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// RFC 8785, section 3.2.2.3: as ECMAScript writes the nearest double. This is the only place with binary floating point: the RFC asks for it,
/// and nothing is decided by it.
fn number(written: &str, exact: bool) -> Result<String, Uncanonical> {
    let short = || written.chars().take(40).collect::<String>();
    let double: f64 = written.parse().map_err(|_| Uncanonical::Range(short()))?;
    if !double.is_finite() {
        return Err(Uncanonical::Range(short()));
    }
    let becomes = ryu_js::Buffer::new().format(double).to_owned();
    if exact && !same_number(written, &becomes) {
        return Err(Uncanonical::Inexact { written: short(), becomes });
    }
    Ok(becomes)
}

/// Returns whether two spellings are of one number.
fn same_number(a: &str, b: &str) -> bool {
    match (Scientific::of(a), Scientific::of(b)) {
        (Some(a), Some(b)) => a == b,
        // An exponent so large or small that it can't be counted: not the same unless it is spelled alike.
        _ => decimal::parse(a).is_ok_and(|a| decimal::parse(b) == Ok(a)),
    }
}

/// A number as its digits, without zeros at either end, and the power of ten of the last one.
#[derive(PartialEq)]
struct Scientific {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Scientific {
    fn of(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |m| (true, m));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let ending = all.trim_end_matches('0');
        let digits = ending.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            // `-0` is `0` in the canonical form.
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let places = i64::try_from(fraction.len()).ok()?;
        let zeros = i64::try_from(all.len() - ending.len()).ok()?;
        Some(Self { negative, digits, exponent: exponent.checked_sub(places)?.checked_add(zeros)? })
    }
}
