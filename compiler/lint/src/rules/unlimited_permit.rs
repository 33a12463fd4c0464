//! `unlimited-permit`: a permit without a limit on a tool that takes money, commands, queries, addresses or recipients.
//!
//! What is sensitive is told by types, and where those say nothing by names: `amount: decimal`, `recipient: text`. A tool has a limit where the
//! permit has a condition, where a budget is charged, or where another rule can ask or forbid.

use std::collections::BTreeSet;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Effect, Field, Form, StepKind, Target, Type};

use crate::terms::{by_target, inner, words};
use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNLIMITED_PERMIT;

/// Words in names of numbers that are money.
const MONEY: [&str; 8] = ["amount", "price", "sum", "total", "payment", "fee", "refund", "budget"];
/// Words in names of texts that say to whom or where something goes, or what is run.
const NAMES: [&str; 18] = [
    "recipient",
    "recipients",
    "payee",
    "beneficiary",
    "iban",
    "bcc",
    "url",
    "uri",
    "webhook",
    "endpoint",
    "command",
    "cmd",
    "script",
    "shell",
    "sql",
    "password",
    "secret",
    "token",
];

/// Finds such permits: one message a rule.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let parameters = &context.config().parameters;
    let charged: BTreeSet<u32> = bundle.charges.iter().flat_map(|charge| &charge.targets).map(|t| t.target).collect();
    let rules = by_target(bundle);
    let limited: Vec<bool> =
        rules.iter().map(|rules| rules.iter().any(|rule| !rule.advisory && matches!(rule.effect, Effect::Ask | Effect::Forbid))).collect();
    let open = |rule: &&reach_compiler::ir::Rule| rule.effect == Effect::Permit && !rule.advisory && rule.when.is_none() && rule.unless.is_none();
    for rule in bundle.rules.iter().filter(open) {
        let found = rule.targets.iter().find_map(|t| {
            let target = bundle.targets.get(t.target as usize)?;
            let held = charged.contains(&t.target) || limited.get(t.target as usize).copied().unwrap_or(true);
            if held || target.kind != StepKind::Call || names(&parameters.harmless, &target.name) {
                return None;
            }
            sensitive(target, &parameters.sensitive, &parameters.harmless).map(|what| (target, what))
        });
        let Some((target, what)) = found else { continue };
        let d = Diagnostic::new(CODE, rule.name_span, format!("`{}` permits `{}` without any limit, and {what}", rule.name, target.name))
            .other(target.span, "this tool")
            .note("no condition, no budget, and no rule that asks or forbids holds it back: whatever an agent is talked into is done")
            .help("add `when …`, a budget with a `charge`, or a rule that asks or forbids; or say in `reach.toml` that the tool or the argument is harmless");
        out.push(d.into());
    }
}

fn names(all: &[String], name: &str) -> bool {
    all.iter().any(|one| one == name)
}

/// Returns why a tool needs a limit, if it does.
fn sensitive(target: &Target, listed: &[String], harmless: &[String]) -> Option<String> {
    if names(listed, &target.name) {
        return Some("`reach.toml` says that it is sensitive".to_owned());
    }
    target.args.iter().filter(|field| !names(harmless, &field.name)).find_map(|field| {
        if names(listed, &field.name) {
            return Some(format!("`reach.toml` says that `{}` is sensitive", field.name));
        }
        of_type(field).or_else(|| of_name(field))
    })
}

fn of_type(field: &Field) -> Option<String> {
    let ty = match inner(&field.ty) {
        Type::List(of) | Type::Set(of) => inner(of),
        ty => ty,
    };
    let what = match ty {
        Type::Form(Form::Shell) => "is a command line",
        Type::Form(Form::Sql(_)) => "is a query",
        Type::Form(Form::Url | Form::Host) => "says where something is sent or fetched",
        Type::Form(Form::Email | Form::Iban) => "says to whom something goes",
        _ => return None,
    };
    Some(format!("its argument `{}` {what}", field.name))
}

fn of_name(field: &Field) -> Option<String> {
    let ty = match inner(&field.ty) {
        Type::List(of) | Type::Set(of) => inner(of),
        ty => ty,
    };
    let words = words(&field.name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match ty {
        Type::Decimal | Type::Int if has(&MONEY) => Some(format!("its argument `{}` is probably money", field.name)),
        Type::Text if has(&NAMES) => Some(format!("its argument `{}` is probably sensitive", field.name)),
        _ => None,
    }
}
