//! How it is told that rules may go beyond the rights of their pack.

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use reach_compiler::ir::{Bundle, Effect, StepKind};

use super::Shown;
use super::bound::RightKind;
use super::exceed::{Asking, Demand, Excess};

/// The most reasons that are told why something can't be told.
const MOST_REASONS: usize = 3;

/// Says that rules ask about steps that nothing declares: a person could agree to anything.
pub(super) fn undeclared(bundle: &Bundle, out: &mut Vec<Diagnostic>) {
    for rule in bundle.rules.iter().filter(|rule| rule.undeclared && !rule.advisory && matches!(rule.effect, Effect::Ask | Effect::OtherwiseAsk)) {
        let d = Diagnostic::new(codes::EXCEEDED_PERMISSION, rule.name_span, format!("`{}` asks about tools that nothing declares", rule.name))
            .note("nobody knows what such a step does, so that no permission covers what a person agrees to");
        out.push(d.help("leave `undeclared` to whoever puts packs together: undeclared steps are forbidden without a rule"));
    }
}

/// Says that a demand may not be met.
pub(super) fn excess(asking: &Asking<'_>, demand: &Demand, excess: &Excess, shown: &Shown) -> Diagnostic {
    let target = asking.bundle.targets.get(demand.target as usize);
    let tool = target.map_or("", |t| t.name.as_str());
    let step = target.map_or_else(String::new, |t| if t.kind == StepKind::Call { format!("`{tool}`") } else { format!("`{} {tool}`", t.kind.word()) });
    let rules: Vec<_> = asking.lets(demand.target).collect();
    let entries = entries(&demand.kinds);
    match excess {
        Excess::Shown { events, decided } => {
            let named = |name: &str| rules.iter().find(|rule| rule.name == name).copied();
            let by = decided.rules.iter().find_map(|because| named(&because.rule)).or_else(|| rules.first().copied());
            let (span, name) = by.map_or((Span::default(), "a rule"), |rule| (rule.name_span, rule.name.as_str()));
            let verb = match decided.effect {
                reach_analysis::Effect::Ask => "asks about",
                _ => "permits",
            };
            let message = format!("`{name}` {verb} {step}, and {} goes beyond {entries}", demand.what);
            let mut d = Diagnostic::new(codes::EXCEEDED_PERMISSION, span, message);
            let lines = shown(events);
            d = match lines.as_slice() {
                [] => d,
                [one] => d.note(format!("for example {one}")),
                [before @ .., last] => d.note(format!("for example {last}, after {}", before.join("; "))),
            };
            if decided.effect == reach_analysis::Effect::Ask {
                d = d.note("what a person agrees to happens, so it is bounded like what is permitted");
            }
            d.help(help(asking, demand, tool))
        }
        Excess::Untold(why) => {
            let (span, name) = rules.first().map_or((Span::default(), "a rule"), |rule| (rule.name_span, rule.name.as_str()));
            let message = format!("it is not known whether `{name}` keeps {} of {step} within {entries}", demand.what);
            let mut d = Diagnostic::new(codes::UNPROVEN_PERMISSION, span, message);
            for rule in rules.iter().skip(1).take(MOST_REASONS) {
                d = d.other(rule.name_span, "this rule is about it too");
            }
            for why in why.iter().take(MOST_REASONS) {
                d = d.note(format!("could not be told: {why}"));
            }
            d.help(plainly(demand))
        }
    }
}

/// Returns the entries of `permissions` that a demand is about, in words.
fn entries(kinds: &[RightKind]) -> String {
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| match kind {
            RightKind::Read => "`read` and `write`".to_owned(),
            other => format!("`{}`", other.entry()),
        })
        .collect();
    words.join(" and ")
}

fn help(asking: &Asking<'_>, demand: &Demand, tool: &str) -> String {
    let kind = demand.kinds.first().copied().unwrap_or(RightKind::Write);
    let example = match kind {
        RightKind::Read => "read: [glob\"/data/**\"]",
        RightKind::Write => "write: [glob\"/data/**\"]",
        RightKind::Network => "network: [\"api.example.com\"]",
        RightKind::Run => "run: [git]",
        RightKind::Spawn => "spawn: { children: 1, depth: 1 }",
    };
    let mut help = format!("narrow the rule, or ask for the right: `permissions {{ {example} }}`");
    if kind == RightKind::Write && !asking.is_reader(tool) {
        help.push_str(&format!("; if `{tool}` only reads, say so: `readers: [{}]`", crate::print::name(tool)));
    }
    help
}

/// Returns what to write so that it can be told.
fn plainly(demand: &Demand) -> &'static str {
    match demand.kinds.first() {
        Some(RightKind::Read | RightKind::Write) => {
            "say in the rule in which folder it must lie, as the permission does: `args.file within \"/data\"` or `args.file matches glob\"/data/**\"`"
        }
        Some(RightKind::Network) => "say in the rule which hosts are meant, as the permission does: `args.url.host within \"api.example.com\"`",
        Some(RightKind::Run) => "say in the rule which commands are meant: `args.command runs only { \"git status\", \"git diff\" }`",
        Some(RightKind::Spawn) | None => "say in the rule how many may live: `agent.live_children < 2 and agent.depth < 1`",
    }
}
