//! Rights in plain words, with their risks.

use reach_statement::Right;
use reach_values::host;

use super::Risk;
use crate::check::bound::{is_range, is_total};
use crate::item::{ALL, is_resource, shown};

/// Parts of paths behind which there are secrets most often.
const SECRETS: [&str; 9] = ["/etc", "/root", ".ssh", ".aws", ".gnupg", ".env", ".kube", "credentials", "/proc"];

/// Returns what a right means, and how much harm it can do.
pub(super) fn of(right: &Right) -> (Risk, String) {
    match right {
        Right::Tool(name) => (Risk::Low, format!("decides about the tool `{}`", shown(name))),
        Right::Reader(name) => (Risk::Medium, format!("says that `{}` only reads what it is given; nobody checks that", shown(name))),
        Right::Read(glob) if is_resource(glob) => (Risk::Low, format!("read resources whose names match `{}`", shown(glob))),
        Right::Read(glob) if everything(glob) => (Risk::High, format!("read every file (`{}`)", shown(glob))),
        Right::Read(glob) if SECRETS.iter().any(|secret| glob.contains(secret)) => {
            (Risk::High, format!("read files that match `{}`, where secrets may be", shown(glob)))
        }
        Right::Read(glob) => (Risk::Low, format!("read files that match `{}`", shown(glob))),
        Right::Write(glob) if everything(glob) => (Risk::High, format!("write every file (`{}`)", shown(glob))),
        Right::Write(glob) if SECRETS.iter().any(|secret| glob.contains(secret)) => {
            (Risk::High, format!("write files that match `{}`, by which more rights can be had", shown(glob)))
        }
        Right::Write(glob) => (Risk::Medium, format!("write files that match `{}`, and read them", shown(glob))),
        Right::Network(all) if all == ALL => (Risk::High, "reach every host; URLs without one, as `file:///etc/passwd`, too".to_owned()),
        Right::Network(range) if is_range(range) && range.ends_with("/0") => (Risk::High, format!("reach every address (`{}`)", shown(range))),
        Right::Network(range) if is_range(range) => (Risk::Medium, format!("reach addresses in `{}`", shown(range))),
        Right::Network(name) if host::is_public_suffix(name) => (Risk::High, format!("reach every host below `{}`, where anybody can have one", shown(name))),
        Right::Network(name) => (Risk::Medium, format!("reach `{}` and every host below it", shown(name))),
        Right::Run(program) if program == ALL => (Risk::High, "run any command line, also one that can't be known before it runs".to_owned()),
        Right::Run(program) => {
            (Risk::High, format!("run `{}`; what that does with what it is given is its own, beyond `read`, `write` and `network`", shown(program)))
        }
        Right::Spawn { children, depth } => (Risk::Medium, format!("spawn agents: {children} at a time, {depth} deep; each may do what this pack permits")),
        Right::Spend { of, amount } => (Risk::Medium, format!("spend up to {amount} of `{}`, as its budget counts", shown(of))),
    }
}

/// Returns whether a glob is about every path, or every absolute one.
fn everything(glob: &str) -> bool {
    is_total(glob) || matches!(glob, "/**" | "/*" | "~/**" | "C:/**")
}
