//! All steps and contexts of small bundles.

use super::{LEVELS, SmallBundle, SmallField, SmallTool, SmallTy, TEXTS};

/// What a field that isn't there is written as.
const LEFT_OUT: &str = "";

/// The contexts of two bundles, each as the event that gives it.
pub type Contexts = Vec<String>;

/// All values of a field of two bundles, as JSON, also those that fit one of them only, and one that fits neither.
pub fn values(one: &SmallField, other: &SmallField) -> Vec<String> {
    let mut values = of_type(&one.ty);
    if other.ty != one.ty {
        for value in of_type(&other.ty) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    if one.optional || other.optional {
        values.push(LEFT_OUT.to_owned());
    }
    values
}

fn of_type(ty: &SmallTy) -> Vec<String> {
    let quoted = |texts: &[&str]| texts.iter().map(|t| format!("{t:?}")).collect::<Vec<_>>();
    match ty {
        SmallTy::Bool => vec!["false".to_owned(), "true".to_owned()],
        SmallTy::Level => quoted(&LEVELS),
        SmallTy::Int(least, most) => (*least..=*most).map(|n| n.to_string()).collect(),
        SmallTy::Decimal => ["0.5", "1", "2.25"].map(str::to_owned).to_vec(),
        SmallTy::Text(count) => quoted(&TEXTS[..*count]),
        SmallTy::Date => quoted(&["2026-01-01", "2026-01-02", "2026-01-03"]),
        SmallTy::Record => {
            let sizes = ["", ",\"size\":\"low\"", ",\"size\":\"mid\"", ",\"size\":\"high\""];
            ["false", "true"].iter().flat_map(|flag| sizes.map(|size| format!("{{\"flag\":{flag}{size}}}"))).collect()
        }
        SmallTy::List => {
            let mut all = vec!["[]".to_owned()];
            for one in LEVELS {
                all.push(format!("[{one:?}]"));
                all.extend(LEVELS.iter().map(|two| format!("[{one:?},{two:?}]")));
            }
            all
        }
        SmallTy::Set => (0..8u32)
            .map(|set| {
                format!("[{}]", LEVELS.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, l)| format!("{l:?}")).collect::<Vec<_>>().join(","))
            })
            .collect(),
    }
}

/// A value that doesn't fit, where the type is restricted.
fn misfit(ty: &SmallTy) -> Option<String> {
    match ty {
        SmallTy::Int(..) => Some("17".to_owned()),
        SmallTy::Decimal => Some("17.5".to_owned()),
        SmallTy::Text(_) => Some("\"zz\"".to_owned()),
        SmallTy::Date => Some("\"2027-01-01\"".to_owned()),
        SmallTy::List => Some("[\"low\",\"low\",\"low\"]".to_owned()),
        SmallTy::Bool | SmallTy::Level | SmallTy::Record | SmallTy::Set => None,
    }
}

/// All combinations of members of an object.
fn objects(fields: &[(&str, Vec<String>)]) -> Vec<String> {
    let mut all = vec![String::new()];
    for (name, values) in fields {
        let mut next = Vec::with_capacity(all.len() * values.len());
        for before in &all {
            for value in values {
                let comma = if before.is_empty() { "" } else { "," };
                next.push(if value == LEFT_OUT { before.clone() } else { format!("{before}{comma}{name:?}:{value}") });
            }
        }
        all = next;
    }
    all
}

/// Returns the contexts of two bundles. A field may have no value: an event that doesn't fit leaves it so.
#[must_use]
pub fn contexts(old: &SmallBundle, new: &SmallBundle) -> Contexts {
    let mut fields: Vec<(&str, Vec<String>)> = Vec::new();
    for field in old.context.iter().chain(&new.context) {
        if fields.iter().any(|(name, _)| *name == field.name) {
            continue;
        }
        let find = |b: &SmallBundle| b.context.iter().find(|f| f.name == field.name).cloned();
        let mut all = values(field, find(new).as_ref().unwrap_or(field));
        all.push("[[]]".to_owned());
        fields.push((field.name, all));
    }
    objects(&fields).into_iter().map(|members| format!(r#"{{"type":"start","context":{{{members}}},"at":"2026-01-01T00:00:00Z"}}"#)).collect()
}

/// Returns all steps of two bundles, with one of each kind that isn't declared.
#[must_use]
pub fn steps(old: &SmallBundle, new: &SmallBundle) -> Vec<String> {
    let mut all = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let at = r#""at":"2026-01-01T00:00:01Z""#;
    for tool in old.tools.iter().chain(&new.tools) {
        if seen.contains(&(tool.kind, tool.name)) {
            continue;
        }
        seen.push((tool.kind, tool.name));
        let find = |b: &SmallBundle| b.tools.iter().find(|t| t.name == tool.name && t.kind == tool.kind).cloned();
        let (one, other) = (find(old), find(new));
        let args = fields(one.as_ref(), other.as_ref(), false);
        let facts = fields(one.as_ref(), other.as_ref(), true);
        for args in objects(&args) {
            for facts in objects(&facts) {
                let id = all.len();
                all.push(format!(r#"{{"type":"{}","id":"s{id}","name":"{}","args":{{{args}}},"facts":{{{facts}}},{at}}}"#, tool.kind, tool.name));
            }
        }
    }
    for kind in ["call", "model", "spawn", "read"] {
        // Rules ask for these names.
        for name in ["nobody", "x", "t0", "t1"] {
            if !seen.contains(&(kind, name)) {
                all.push(format!(r#"{{"type":"{kind}","id":"s{}","name":"{name}",{at}}}"#, all.len()));
            }
        }
    }
    all.push(format!(r#"{{"type":"say","id":"s{}","args":{{"text":"a"}},{at}}}"#, all.len()));
    all
}

/// The fields of a step of two bundles, with their values. A fact may always be left out.
fn fields(one: Option<&SmallTool>, other: Option<&SmallTool>, facts: bool) -> Vec<(&'static str, Vec<String>)> {
    let of = |tool: Option<&SmallTool>| tool.map(|t| if facts { t.facts.clone() } else { t.args.clone() });
    let (mine, theirs) = (of(one), of(other));
    let mut out: Vec<(&'static str, Vec<String>)> = Vec::new();
    let both = mine.iter().flatten().chain(theirs.iter().flatten());
    for field in both {
        if out.iter().any(|(name, _)| *name == field.name) {
            continue;
        }
        let find = |fields: &Option<Vec<SmallField>>| fields.iter().flatten().find(|f| f.name == field.name).cloned();
        let (x, y) = (find(&mine), find(&theirs));
        let mut all = values(x.as_ref().unwrap_or(field), y.as_ref().unwrap_or(field));
        // Beside a bundle that doesn't declare it, or reads other values, what fits none stands for all that fit none.
        if mine.is_none() || theirs.is_none() {
            all.extend(misfit(&field.ty));
        }
        let alone = mine.is_some() && theirs.is_some() && (x.is_none() || y.is_none());
        if (alone || facts) && !all.iter().any(|v| v == LEFT_OUT) {
            all.push(LEFT_OUT.to_owned());
        }
        out.push((field.name, all));
    }
    out
}
