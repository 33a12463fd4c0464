//! What an expression says, as a text that is the same in two bundles that say the same.
//!
//! Places in sources are left out, locals are numbered anew, and what is an index into a bundle's tables is replaced by what stands there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reach_compiler::ir::{Bundle, EventPattern, Expr, Monitor, Origin, RuleTarget};
use serde_json::Value;

/// Operations whose first operand is the number of a local that they bind.
const BINDERS: [&str; 6] = ["let", "count", "sum", "all", "any", "bind"];

/// Returns what an expression says. `local` gives what a free local stands for.
pub(crate) fn of_expr(bundle: &Bundle, expr: &Expr, local: &dyn Fn(u32) -> Option<String>) -> String {
    let mut value = serde_json::to_value(expr).unwrap_or(Value::Null);
    Renaming { bundle, local, bound: BTreeMap::new() }.rename(&mut value);
    value.to_string()
}

/// Returns what a use of history asks.
pub(crate) fn of_monitor(bundle: &Bundle, monitor: &Monitor) -> String {
    let mut fold = serde_json::to_value(&monitor.fold).unwrap_or(Value::Null);
    let mut pattern = event_pattern(bundle, &monitor.pattern);
    let mut renaming = Renaming { bundle, local: &|_| None, bound: BTreeMap::new() };
    renaming.rename(&mut pattern);
    renaming.rename(&mut fold);
    let mut text = format!("{pattern} {fold} over {:?} per agent {}", monitor.over, monitor.per_agent);
    if let Some(since) = &monitor.since {
        let mut since = event_pattern(bundle, since);
        Renaming { bundle, local: &|_| None, bound: BTreeMap::new() }.rename(&mut since);
        let _ = write!(text, " since {since}");
    }
    text
}

/// Returns what an origin is.
pub(crate) fn of_origin(bundle: &Bundle, origin: &Origin) -> String {
    match origin {
        Origin::User => "user".to_owned(),
        Origin::Label(label) => format!("label {}", label_name(bundle, *label)),
        Origin::Results { pattern, part } => {
            let mut renaming = Renaming { bundle, local: &|_| None, bound: BTreeMap::new() };
            let (mut pattern, mut part) = (event_pattern(bundle, pattern), serde_json::to_value(part).unwrap_or(Value::Null));
            renaming.rename(&mut pattern);
            renaming.rename(&mut part);
            format!("results {pattern} {part}")
        }
    }
}

/// Returns a label's name.
pub(crate) fn label_name(bundle: &Bundle, label: u32) -> String {
    bundle.labels.get(label as usize).cloned().unwrap_or_default()
}

/// Returns the names of targets.
pub(crate) fn target_names(bundle: &Bundle, targets: &[RuleTarget]) -> Vec<String> {
    targets
        .iter()
        .filter_map(|t| {
            let target = bundle.targets.get(t.target as usize)?;
            let class = t.class.and_then(|c| bundle.classes.get(c as usize)).map(|c| c.name.as_str());
            Some(format!("{} {} {}", target.kind.word(), target.name, class.unwrap_or_default()))
        })
        .collect()
}

fn event_pattern(bundle: &Bundle, pattern: &EventPattern) -> Value {
    let mut value = serde_json::to_value(pattern).unwrap_or(Value::Null);
    if let Some(Value::Array(targets)) = value.get_mut("targets") {
        *targets = target_names(bundle, &pattern.targets).into_iter().map(Value::from).collect();
        targets.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    value
}

struct Renaming<'a> {
    bundle: &'a Bundle,
    local: &'a dyn Fn(u32) -> Option<String>,
    /// New numbers, by old ones.
    bound: BTreeMap<u64, u64>,
}

impl Renaming<'_> {
    fn rename(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item)),
            Value::Object(fields) => {
                let op = fields.get("op").and_then(Value::as_str).map(str::to_owned);
                if let (Some(op), Some(of)) = (op, fields.get_mut("of")) {
                    self.operation(&op, of);
                }
                if let Some(id) = fields.get("local").and_then(Value::as_u64) {
                    // `each x`.
                    let next = self.number(id);
                    fields.insert("local".to_owned(), Value::from(next));
                }
                fields.values_mut().for_each(|field| self.rename(field));
            }
            _ => {}
        }
    }

    fn operation(&mut self, op: &str, of: &mut Value) {
        let index = |of: &Value| of.as_u64().and_then(|n| usize::try_from(n).ok());
        match op {
            "local" => {
                if let Some(id) = of.as_u64() {
                    let free = if self.bound.contains_key(&id) { None } else { u32::try_from(id).ok().and_then(self.local) };
                    *of = free.map_or_else(|| Value::from(self.number(id)), Value::from);
                }
            }
            "labelled" => {
                if let Some(name) = index(of).and_then(|n| self.bundle.labels.get(n)) {
                    *of = Value::from(name.as_str());
                }
            }
            "history" => {
                if let Some(first) = of.get_mut(0)
                    && let Some(monitor) = index(first).and_then(|n| self.bundle.monitors.get(n))
                {
                    *first = Value::from(of_monitor(self.bundle, monitor));
                }
            }
            "from" => {
                if let Some(second) = of.get_mut(1)
                    && let Some(origin) = index(second).and_then(|n| self.bundle.origins.get(n))
                {
                    *second = Value::from(of_origin(self.bundle, origin));
                }
            }
            "runs_where" => self.binder(of, 2),
            op if BINDERS.contains(&op) => self.binder(of, 0),
            _ => {}
        }
    }

    fn binder(&mut self, of: &mut Value, at: usize) {
        if let Some(id) = of.get_mut(at)
            && let Some(old) = id.as_u64()
        {
            *id = Value::from(self.number(old));
        }
    }

    fn number(&mut self, old: u64) -> u64 {
        let next = self.bound.len() as u64;
        *self.bound.entry(old).or_insert(next)
    }
}
