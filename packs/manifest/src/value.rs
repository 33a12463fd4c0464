//! Values of a manifest: what was written, as what it was meant.

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Binding, Expr, ExprKind, Link, PatternKind};
use reach_statement::{MAX_ITEMS, TextError, check_text};

/// Reads values, and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub diagnostics: Vec<Diagnostic>,
}

impl Reader {
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Says that a value is of another kind than is taken. None, for the caller to return.
    pub(crate) fn wrong<T>(&mut self, value: &Expr, what: &str, takes: &str, example: &str) -> Option<T> {
        // What couldn't be read is told by the parser.
        if !matches!(value.kind, ExprKind::Error) {
            let message = format!("{what} is {takes}, and not {}", described(value));
            self.report(Diagnostic::new(codes::WRONG_VALUE, value.span, message).help(format!("write it like `{example}`")));
        }
        None
    }

    /// Reads a text that people will read.
    pub(crate) fn text(&mut self, value: &Expr, what: &str, example: &str) -> Option<String> {
        let ExprKind::Text(text) = &value.kind else { return self.wrong(value, what, "a text in quotes", example) };
        self.readable(value.span, text, what).then(|| text.to_string())
    }

    /// Says what is wrong with a text that people will read, and returns whether nothing is.
    pub(crate) fn readable(&mut self, span: Span, text: &str, what: &str) -> bool {
        let Err(error) = check_text(text) else { return true };
        let d = Diagnostic::new(codes::BAD_MANIFEST_TEXT, span, format!("{what} can't be that text: {error}"));
        self.report(match error {
            TextError::Empty => d.help("say it in a few words"),
            TextError::TooLong { .. } => d.help("say it shorter; what is longer belongs into a README"),
            TextError::Invisible(_) => d.note("people agree to what they see, and this is something else").help("write it in one line, without that character"),
        });
        false
    }

    /// Reads a list, element by element.
    pub(crate) fn list<'e>(&mut self, value: &'e Expr, what: &str, takes: &str, example: &str) -> Option<&'e [Expr]> {
        let ExprKind::List(items) = &value.kind else { return self.wrong(value, what, takes, example) };
        if items.len() > MAX_ITEMS {
            let message = format!("{what} has {} elements, and {MAX_ITEMS} are the most", items.len());
            let d = Diagnostic::new(codes::TOO_MANY_ITEMS, value.span, message).note("nobody can agree to what nobody can read");
            self.report(d.help("say it with fewer elements, or make several packs"));
            return None;
        }
        Some(items)
    }

    /// Reads a block.
    pub(crate) fn block<'e>(&mut self, value: &'e Expr, what: &str, takes: &str, example: &str) -> Option<&'e [Binding]> {
        match &value.kind {
            ExprKind::Record(entries) if entries.len() > MAX_ITEMS => {
                let message = format!("{what} has {} entries, and {MAX_ITEMS} are the most", entries.len());
                self.report(Diagnostic::new(codes::TOO_MANY_ITEMS, value.span, message).help("make several packs"));
                None
            }
            ExprKind::Record(entries) => Some(entries),
            _ => self.wrong(value, what, takes, example),
        }
    }
}

/// Returns the name that stands somewhere: a word, words with dots between, or a text.
pub(crate) fn name(value: &Expr) -> Option<String> {
    match &value.kind {
        _ if value.parenthesised => None,
        ExprKind::Name(name) => Some(name.text.to_string()),
        ExprKind::Text(text) => Some(text.to_string()),
        ExprKind::Chain(chain) => {
            let ExprKind::Name(first) = &chain.base.kind else { return None };
            let mut out = first.text.to_string();
            for link in &chain.links {
                let Link::Field(field) = link else { return None };
                if field.quoted || chain.base.parenthesised {
                    return None;
                }
                out.push('.');
                out.push_str(&field.text);
            }
            Some(out)
        }
        _ => None,
    }
}

/// Returns the glob that stands somewhere: `glob"…"`, or a text.
pub(crate) fn glob(value: &Expr) -> Option<&str> {
    match &value.kind {
        _ if value.parenthesised => None,
        ExprKind::Pattern(pattern) if pattern.kind == PatternKind::Glob => Some(&pattern.text),
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// Returns what a value is, with its article.
pub(crate) fn described(value: &Expr) -> &'static str {
    match &value.kind {
        ExprKind::Bool(_) => "a truth value",
        ExprKind::Number(_) => "a number",
        ExprKind::Text(_) => "a text",
        ExprKind::Duration(_) => "a duration",
        ExprKind::Date(_) | ExprKind::Time(_) => "a date",
        ExprKind::Pattern(pattern) if pattern.kind == PatternKind::Regex => "a regular expression",
        ExprKind::Pattern(_) => "a glob",
        ExprKind::Name(_) => "a word",
        ExprKind::Chain(..) => "a name with dots",
        ExprKind::List(_) => "a list",
        ExprKind::Set(_) => "a set",
        ExprKind::Record(_) => "a block",
        ExprKind::Negate(inner) if matches!(inner.kind, ExprKind::Number(_)) => "a negative number",
        _ => "an expression",
    }
}
