//! `empty-message`: a message that says nothing.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::MessagePart;

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::EMPTY_MESSAGE;

/// Finds messages of blanks, of the rule's own name, and of signs alone.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for rule in context.rules() {
        let Some(message) = &rule.ast.because else { continue };
        let mut text = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Text(part) => text.push_str(part),
                // A value says something.
                MessagePart::Path(_) => text.push('x'),
            }
        }
        let words = text.to_lowercase().replace([' ', '-'], "_");
        let message_of = if !text.contains(char::is_alphanumeric) {
            "this message says nothing"
        } else if words.trim_matches('_') == rule.ir.name {
            "this message says no more than the rule's name"
        } else {
            continue;
        };
        let d = Diagnostic::new(CODE, message.span, message_of)
            .note("whoever is asked or refused reads it, and wants to know why")
            .help("say what is wrong, with the values that matter in braces: `{args.amount}`");
        out.push(d.into());
    }
}
