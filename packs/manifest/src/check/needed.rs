//! Rights that nothing needs.

use std::collections::BTreeSet;

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};

use super::bound::{RightKind, Rights, is_range};
use super::exceed::{Asking, Demand};
use crate::item::is_resource;

/// Above this many elements, only whether a whole kind is needed is looked at.
const MOST_ITEMS: usize = 64;
/// Above this many demands too.
const MOST_DEMANDS: usize = 256;

/// Says which rights could be left out, and everything that rules permit would still be covered. Only where nothing goes beyond.
pub(super) fn check(asking: &Asking<'_>, rights: &Rights, demands: &[Demand], out: &mut Vec<Diagnostic>) {
    let draft = asking.draft;
    for (kind, items) in [(RightKind::Read, &draft.read), (RightKind::Write, &draft.write), (RightKind::Network, &draft.network), (RightKind::Run, &draft.run)]
    {
        let needing = |demand: &&Demand| demand.kinds.iter().any(|k| *k == kind || (kind == RightKind::Write && *k == RightKind::Read));
        let of_kind: Vec<&Demand> = demands.iter().filter(needing).collect();
        let few = items.len() <= MOST_ITEMS && of_kind.len() <= MOST_DEMANDS;
        for (item, span) in items {
            let unneeded = of_kind.is_empty() || few && without(asking, rights, kind, item, &of_kind);
            if unneeded {
                out.push(told(kind, item, *span, of_kind.is_empty(), items.len() > 1));
            }
        }
    }
    if let Some((_, span)) = draft.spawn
        && !demands.iter().any(|demand| demand.kinds.contains(&RightKind::Spawn))
    {
        let d = Diagnostic::new(codes::UNUSED_PERMISSION, span, "nothing needs `spawn`").note("no rule permits that an agent is spawned");
        out.push(d.help("take it out"));
    }
    for (of, (_, span)) in &draft.spend {
        let budget = asking.bundle.budgets.iter().position(|budget| budget.name == *of);
        let charged = budget.is_some_and(|n| asking.bundle.charges.iter().any(|charge| charge.budget as usize == n));
        if !charged {
            let why = if budget.is_some() { "nothing is charged to the budget of that name" } else { "there is no budget of that name" };
            let d = Diagnostic::new(codes::UNUSED_PERMISSION, *span, format!("nothing needs to spend `{of}`")).note(why);
            out.push(d.help("take it out, or name the budget that is meant"));
        }
    }
}

/// Returns whether everything is covered without one element.
fn without(asking: &Asking<'_>, rights: &Rights, kind: RightKind, item: &str, of_kind: &[&Demand]) -> bool {
    let mut fewer = rights.clone();
    let list = match kind {
        RightKind::Read => &mut fewer.read,
        RightKind::Write => &mut fewer.write,
        RightKind::Network => &mut fewer.network,
        RightKind::Run => &mut fewer.run,
        RightKind::Spawn => return false,
    };
    list.retain(|other| other != item);
    let asked: BTreeSet<(u32, &str)> = of_kind.iter().map(|demand| (demand.target, demand.what.as_str())).collect();
    let steps: BTreeSet<u32> = of_kind.iter().map(|demand| demand.target).collect();
    let (demands, locals) = asking.demands_of(&fewer, &|target| steps.contains(&target));
    let demands: Vec<Demand> = demands.into_iter().filter(|demand| asked.contains(&(demand.target, demand.what.as_str()))).collect();
    asking.exceeded(&fewer, &demands, locals).is_empty()
}

fn told(kind: RightKind, item: &str, span: Span, none: bool, others: bool) -> Diagnostic {
    let entry = kind.entry();
    let d = Diagnostic::new(codes::UNUSED_PERMISSION, span, format!("nothing needs `{item}` in `{entry}`"));
    let why = match (none, kind) {
        (true, RightKind::Read | RightKind::Write) if is_resource(item) => "no rule permits to read a resource, or to give a tool a path",
        (true, RightKind::Read) => "no rule permits that a tool is given a path, or a resource read",
        (true, RightKind::Write) => "no rule permits that a tool which may write is given a path",
        (true, RightKind::Network) if is_range(item) => "no rule permits that a tool is given an address, a host or a URL",
        (true, RightKind::Network) => "no rule permits that a tool is given a host, a URL or an e-mail address",
        (true, _) => "no rule permits that a tool is given a command line",
        (false, _) if others => "what rules permit is covered by the others too",
        (false, _) => "what rules permit is covered without it",
    };
    d.note(why).help("take it out: people are asked to agree to it")
}
