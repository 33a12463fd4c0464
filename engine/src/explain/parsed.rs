//! What structured values were parsed into, in lines.

use reach_evaluator::data::View;
use reach_evaluator::image::{Form, TypeDesc, TypeId};
use reach_evaluator::value::Value;
use reach_values::form::{Description, describe};

/// How many lines are shown of one value.
const LINES: usize = 40;
/// How many characters are shown of one line.
const SHOWN: usize = 200;

/// Returns the parts of a value whose text hides what it means: a command line, a query, a URL, a host or address.
pub(super) fn lines(view: View<'_>, ty: TypeId, value: Value) -> Vec<String> {
    let desc = match view.image.ty(ty) {
        TypeDesc::Optional(of) => view.image.ty(*of),
        desc => desc,
    };
    let TypeDesc::Form(form @ (Form::Shell | Form::Sql(_) | Form::Url | Form::Host | Form::Ip)) = desc else { return Vec::new() };
    let text = match value {
        Value::Text(text) => text,
        Value::Record(cells) => match view.cells(cells).first() {
            Some(Value::Text(text)) => *text,
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let mut out = Vec::new();
    if let Ok(description) = describe(*form, view.text(text)) {
        for part in &description.parts {
            flatten(part, 0, &mut out);
        }
    }
    if out.len() > LINES {
        let left = out.len() - LINES;
        out.truncate(LINES);
        out.push(format!("… and {left} more lines"));
    }
    out
}

fn flatten(description: &Description, depth: usize, out: &mut Vec<String>) {
    let line = format!("{}{} {}", "  ".repeat(depth), description.name, description.value);
    out.push(match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line.trim_end().to_owned(),
    });
    for part in &description.parts {
        flatten(part, depth + 1, out);
    }
}
