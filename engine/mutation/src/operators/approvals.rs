//! Who may answer an `ask`, and until when.

use reach_compiler::ir::{Bundle, Rule};
use reach_values::time;

use super::Made;
use super::windows::others;
use crate::change::Change;
use crate::operator::Operator;
use crate::place::Clause;
use crate::written::shorten;

pub(crate) fn of_rule(bundle: &Bundle, rule: &Rule) -> Vec<Made> {
    let mut made = Vec::new();
    if let Some(approver) = &rule.approver {
        let who = shorten(bundle.sources.text(approver.who.span));
        let [own, other] = if approver.one_of { ["by one of", "by other than"] } else { ["by other than", "by one of"] };
        let (place, before) = (approver.who.span, format!("{own} {who}"));
        made.push(Made::words(Operator::Approver, Change::NoClause(Clause::Approver), place, before.clone(), ""));
        made.push(Made::words(Operator::Approver, Change::OtherApprovers, place, before, format!("{other} {who}")));
    }
    if let Some(expires) = rule.expires {
        let before = format!("expires {}", time::format_duration(expires));
        for (expires, text) in others(expires) {
            let after = if expires.is_some() { format!("expires {text}") } else { String::new() };
            made.push(Made::words(Operator::Expiry, Change::Expires(expires), rule.name_span, before.clone(), after));
        }
    }
    made
}
