//! Names: their normal form, and how a table compares with a pattern.

use std::borrow::Cow;

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::Dialect;

/// Returns whether a dialect doesn't tell names apart that differ in case, even quoted ones.
///
/// MySQL's and BigQuery's tables may be told apart; there a name stands for more than is meant, which errs on the safe side.
fn ignores_case(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Generic | Dialect::MySql | Dialect::Sqlite | Dialect::MsSql | Dialect::BigQuery | Dialect::DuckDb | Dialect::Redshift => true,
        Dialect::Postgres | Dialect::Snowflake | Dialect::ClickHouse | Dialect::Ansi => false,
    }
}

/// Returns the value of a name, in lower case unless it is quoted and quotes matter.
pub(super) fn value(ident: &Ident, dialect: Dialect) -> String {
    // Standard SQL folds what isn't quoted to upper case: `"PASSWORD"` is `password`.
    let folds_up = matches!(dialect, Dialect::Snowflake | Dialect::Ansi) && !ident.value.chars().any(char::is_lowercase);
    if ident.quote_style.is_none() || folds_up || ignores_case(dialect) { ident.value.to_lowercase() } else { ident.value.clone() }
}

/// Returns what tells one name of `with` from another: as strict as the strictest dialect.
pub(super) fn key(ident: &Ident) -> String {
    if ident.quote_style.is_some() { format!("\"{}", ident.value) } else { ident.value.to_lowercase() }
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| (c.is_alphanumeric() && !c.is_uppercase()) || c == '_' || c == '$')
}

/// Returns a part in normal form: in double quotes unless it is plain.
pub(super) fn part(ident: &Ident, dialect: Dialect) -> String {
    let value = value(ident, dialect);
    if is_plain(&value) { value } else { format!("\"{}\"", value.replace('"', "\"\"")) }
}

/// Returns the parts of a name; none where one is made when the query runs.
pub(super) fn idents(name: &ObjectName) -> Option<Vec<&Ident>> {
    name.0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Some(ident),
            ObjectNamePart::Function(_) => None,
        })
        .collect()
}

/// Returns a name in normal form.
pub(super) fn join(idents: &[&Ident], dialect: Dialect) -> String {
    idents.iter().map(|ident| part(ident, dialect)).collect::<Vec<_>>().join(".")
}

/// A part of a name that is compared.
struct Part<'n> {
    value: Cow<'n, str>,
    quoted: bool,
}

impl Part<'_> {
    fn is_star(&self) -> bool {
        !self.quoted && self.value == "*"
    }
}

/// Splits at the dots outside of quotes.
fn split(name: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = name;
    loop {
        let (part, after) = split_part(rest);
        parts.push(part);
        match after.and_then(|after| after.strip_prefix('.')) {
            Some(after) => rest = after,
            None => return parts,
        }
    }
}

/// Returns the first part, and what follows it from its dot on.
fn split_part(name: &str) -> (Part<'_>, Option<&str>) {
    if let Some(inner) = name.strip_prefix('"') {
        let mut from = 0;
        while let Some(at) = inner.get(from..).and_then(|rest| rest.find('"')).map(|at| at + from) {
            let after = inner.get(at + 1..).unwrap_or("");
            if !after.starts_with('"') {
                let value = inner.get(..at).unwrap_or("").replace("\"\"", "\"");
                return (Part { value: Cow::Owned(value), quoted: true }, Some(after));
            }
            from = at + 2;
        }
    }
    let (value, after) = name.find('.').map_or((name, None), |dot| (name.get(..dot).unwrap_or(""), name.get(dot..)));
    (Part { value: Cow::Borrowed(value), quoted: false }, after)
}

/// Returns whether a table is what a pattern (`analytics.*`, `users`, `*`) names, part by part from the right.
///
/// `None` where the parts that both have fit, and one of them has more: `users` may be `public.users`, or not. `None` too where a quoted
/// name differs from the pattern in case alone. `*` alone names every table. A table whose name holds a `*` stands for several
/// (BigQuery), and has an answer only by `*`.
#[must_use]
pub fn table_is(table: &str, pattern: &str) -> Option<bool> {
    let (table, pattern) = (split(table), split(pattern));
    if let [only] = pattern.as_slice()
        && only.is_star()
    {
        return Some(true);
    }
    let mut certain = table.len() == pattern.len();
    for (part, wanted) in table.iter().rev().zip(pattern.iter().rev()) {
        if wanted.is_star() {
            continue;
        }
        if part.value.contains('*') {
            certain = false;
        } else if part.value.to_lowercase() != wanted.value.to_lowercase() {
            return Some(false);
        } else if part.value != wanted.value && part.value != wanted.value.to_lowercase() {
            certain = false;
        }
    }
    certain.then_some(true)
}
