//! `redundant-target`: a target that another target of the same rule covers.

use reach_codes::table::lint;
use reach_codes::{Code, Diagnostic};
use reach_grammar::ast::{DeclKind, Target, TargetKind};

use crate::{Context, Finding};

pub(super) const CODE: Code = lint::REDUNDANT_TARGET;

/// Finds names that stand twice, or are covered by `*` or by a prefix. Classes are no names of steps: they change what `args` is.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let classes: std::collections::BTreeSet<&str> = context.bundle().classes.iter().map(|class| class.name.as_str()).collect();
    for decl in context.decls() {
        let targets = match &decl.kind {
            DeclKind::Rule(rule) => &rule.targets,
            DeclKind::Charge(charge) => &charge.targets,
            _ => continue,
        };
        // By name: each is looked up, not compared with all others.
        let mut prefixes: Vec<(Option<&str>, &str, &Target)> = Vec::new();
        let mut every = None;
        for target in targets {
            match &target.kind {
                TargetKind::All => every = every.or(Some(target)),
                TargetKind::Prefix { kind, prefix } => prefixes.push((kind.as_ref().map(|k| k.text.as_str()), &prefix.text, target)),
                _ => {}
            }
        }
        prefixes.sort_by_key(|(kind, prefix, _)| (*kind, *prefix));
        let mut seen: std::collections::BTreeMap<(Option<&str>, &str), &Target> = std::collections::BTreeMap::new();
        for target in targets {
            let TargetKind::Named { kind, name } = &target.kind else { continue };
            if classes.contains(name.text.as_str()) && kind.is_none() {
                continue;
            }
            let kind = kind.as_ref().map(|k| k.text.as_str());
            let first = seen.get(&(kind, name.text.as_str())).copied();
            let covering = first.or(every).or_else(|| covered(&prefixes, kind, &name.text));
            match covering {
                Some(other) => {
                    let d = Diagnostic::new(CODE, target.span, format!("`{}` is covered by another target of this rule", name.text))
                        .other(other.span, "this one")
                        .help("remove it, or narrow the other one");
                    out.push(d.into());
                }
                None => {
                    seen.insert((kind, &name.text), target);
                }
            }
        }
    }
}

/// Returns the prefix that covers a name: one of its beginnings.
fn covered<'a>(prefixes: &[(Option<&str>, &str, &'a Target)], kind: Option<&str>, name: &str) -> Option<&'a Target> {
    if prefixes.is_empty() {
        return None;
    }
    let ends = name.char_indices().map(|(i, _)| i).chain([name.len()]).take(256);
    ends.filter_map(|end| name.get(..end)).find_map(|beginning| {
        let at = prefixes.binary_search_by_key(&(kind, beginning), |(kind, prefix, _)| (*kind, *prefix)).ok()?;
        prefixes.get(at).map(|(.., target)| *target)
    })
}
