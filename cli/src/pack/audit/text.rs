//! What a pack may do, for people.

use reach_manifest::{Audit, Comparison, Risk};
use reach_statement::Kind;

use super::KINDS;
use crate::policy::count;
use crate::policy::report::{BOLD, ink};

/// Returns the rights by risk, what is not bounded, the rules, the parameters.
pub fn audit(audit: &Audit, color: bool) -> String {
    let kind = match audit.kind {
        Kind::Connector => "connector",
        Kind::Policy => "policy",
    };
    let mut out = format!("{} {}, a {kind}\n", audit.pack, audit.version);
    let head = |title: &str, out: &mut String| out.push_str(&format!("\n{}\n", ink(color, BOLD, title)));
    for risk in Risk::ALL {
        let rights: Vec<_> = audit.rights.iter().filter(|right| right.risk == risk).collect();
        if rights.is_empty() {
            continue;
        }
        head(&format!("{} risk", risk.word()), &mut out);
        for right in rights {
            out.push_str(&format!("  {}\n    {}\n", right.right, right.words));
            rules("about it:", &right.rules, &mut out);
        }
    }
    if audit.rights.is_empty() {
        out.push_str("\nit asks for no right\n");
    }
    if !audit.unbounded.is_empty() {
        head("bounded by no permission", &mut out);
        for open in &audit.unbounded {
            let argument = open.argument.as_ref().map(|argument| format!(", `{argument}`")).unwrap_or_default();
            out.push_str(&format!("  {}{argument} ({} risk)\n    {}\n", open.step, open.risk.word(), open.words));
            rules("let through by", &open.rules, &mut out);
        }
    }
    if !audit.permitted.is_empty() {
        head("what lets steps happen", &mut out);
        for rule in &audit.permitted {
            let always = if rule.always { ", always" } else { "" };
            out.push_str(&format!("  {} {} ({}:{}){always}\n    {}\n", rule.effect, rule.rule, rule.file, rule.line, rule.steps.join(", ")));
        }
    }
    if !audit.parameters.is_empty() {
        head("parameters", &mut out);
        for parameter in &audit.parameters {
            let settable = if parameter.settable { "whoever uses the pack may set it" } else { "nobody may set it" };
            out.push_str(&format!("  {} = {}\n    {settable}\n", parameter.name, parameter.value));
            rules("may let more happen:", &parameter.widens, &mut out);
            rules("may hold back less:", &parameter.loosens, &mut out);
        }
        out.push_str("  the permissions are proved for these values\n");
    }
    out
}

fn rules(words: &str, rules: &[String], out: &mut String) {
    /// The most that are named.
    const MOST: usize = 8;
    if rules.is_empty() {
        return;
    }
    let more = rules.len().saturating_sub(MOST);
    let named = rules.iter().take(MOST).map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {}", count(more, "other")) } else { String::new() };
    out.push_str(&format!("    {words} {named}{more}\n"));
}

/// Returns what is new against another version.
pub fn comparison(comparison: &Comparison, color: bool) -> String {
    let mut out = format!("\n{}\n", ink(color, BOLD, &format!("against {} {}", comparison.pack, comparison.version)));
    for right in &comparison.wider {
        out.push_str(&format!("  asks for {} ({} risk)\n    {}\n", right.right, right.risk.word(), right.words));
    }
    for right in &comparison.narrower {
        out.push_str(&format!("  does not ask for {right} any more\n"));
    }
    for changed in &comparison.changed {
        out.push_str(&format!("  {changed}\n"));
    }
    if comparison.wider.is_empty() && comparison.narrower.is_empty() && comparison.changed.is_empty() {
        out.push_str("  it asks for the same rights\n");
    }
    match &comparison.decisions {
        None => out.push_str("  what is decided otherwise is not known: one of the two cannot be compiled\n"),
        Some(decisions) => {
            let of = |kind| decisions.changes.iter().filter(|change| change.kind == kind).count();
            let kinds: Vec<String> =
                KINDS.iter().map(|(kind, words)| (of(*kind), *words)).filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
            let mut parts = kinds;
            if decisions.more > 0 {
                parts.push(format!("at least {} more", decisions.more));
            }
            if !decisions.unknown.is_empty() {
                parts.push(format!("{} not known", decisions.unknown.len()));
            }
            if parts.is_empty() {
                parts.push("nothing".to_owned());
            }
            out.push_str(&format!("  decided otherwise: {}\n", parts.join(", ")));
            if !decisions.changes.is_empty() || !decisions.unknown.is_empty() {
                out.push('\n');
                out.push_str(&crate::policy::differences(decisions, color));
            }
        }
    }
    out
}
