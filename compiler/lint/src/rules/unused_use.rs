//! `unused-use`: a `use` that nothing needs.

use std::collections::BTreeMap;

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_compiler::ir::{Need, Use};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::UNUSED_USE;

/// Finds uses without which the bundle would mean the same, and names of packs that are never said beside others that are.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let bundle = context.bundle();
    let mut needed: BTreeMap<u32, &Use> = BTreeMap::new();
    for here in bundle.uses.iter().filter(|here| here.need != Need::Nothing) {
        needed.entry(here.pack).or_insert(here);
    }
    for idle in bundle.uses.iter().filter(|idle| idle.need == Need::Nothing) {
        let Some(pack) = bundle.packs.get(idle.pack as usize) else { continue };
        let d = match needed.get(&idle.pack) {
            Some(other) => Diagnostic::new(CODE, idle.span, format!("nothing is named behind `{}`", idle.alias))
                .other(other.span, format!("`{}` is called `{}` too", pack.name, other.alias))
                .note("a pack is there once, whatever it is called")
                .help(format!("remove this `use`, or name something: `{}.…`", idle.alias)),
            None => Diagnostic::new(CODE, idle.span, format!("nothing needs the pack `{}`", pack.name))
                .note("it has no rules, none of its names is said, and nothing asks about its steps")
                .help(format!("remove the `use`, or name what is needed: `{}.…`", idle.alias)),
        };
        out.push(d.into());
    }
}
