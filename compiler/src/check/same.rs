//! Whether two declarations of one step, or of one field of the context, say the same: by what they mean, not by how it is written.

use super::history::canonical;
use crate::ir::{Expr, Field, ResultType};

/// Returns what differs between fields of two declarations, in any order.
pub(super) fn fields(what: &str, [here, there]: [&[Field]; 2]) -> Option<String> {
    let by_name = |fields: &[Field]| -> Vec<Field> {
        let mut fields = fields.to_vec();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields
    };
    let (mine, theirs) = (by_name(here), by_name(there));
    let find = |name: &str, fields: &[Field]| fields.binary_search_by(|f| f.name.as_str().cmp(name)).is_ok();
    if let Some(only) = mine.iter().find(|field| !find(&field.name, &theirs)) {
        return Some(format!("the {what} `{}` is only here", only.name));
    }
    if let Some(only) = theirs.iter().find(|field| !find(&field.name, &mine)) {
        return Some(format!("the {what} `{}` is only there", only.name));
    }
    mine.iter().zip(&theirs).find_map(|(mine, theirs)| field(what, mine, theirs))
}

fn field(what: &str, here: &Field, there: &Field) -> Option<String> {
    let name = &here.name;
    if here.ty != there.ty {
        return Some(format!("the {what} `{name}` is of type `{}` here and `{}` there", here.ty, there.ty));
    }
    if here.from_text != there.from_text || here.reading != there.reading {
        return Some(format!("the {what} `{name}` is read in another way"));
    }
    let condition = |field: &Field| field.check.as_ref().map(|check| meaning(&check.condition));
    (condition(here) != condition(there)).then(|| format!("the {what} `{name}` must satisfy another condition"))
}

/// Returns what differs between the results of two declarations.
pub(super) fn results(here: Option<&ResultType>, there: Option<&ResultType>) -> Option<String> {
    match (here, there) {
        (None, None) => None,
        (Some(_), None) => Some("the type of its result is only here".to_owned()),
        (None, Some(_)) => Some("the type of its result is only there".to_owned()),
        (Some(here), Some(there)) if here.ty != there.ty => Some(format!("its result is of type `{}` here and `{}` there", here.ty, there.ty)),
        (Some(here), Some(there)) => (here.format != there.format).then(|| "its result is read from another format".to_owned()),
    }
}

/// Returns what an expression means: equal for equal ones, wherever they stand.
pub(super) fn meaning(expr: &Expr) -> Option<String> {
    serde_json::to_string(&canonical(expr)).ok()
}
