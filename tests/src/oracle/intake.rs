//! From JSON to typed values.

use std::collections::BTreeMap;

use reach_compiler::ir::{Field, Form, Reading, Type};
use reach_values::zone::Zone;
use reach_values::{decimal, int, path, time, url};

use super::json::Json;
use super::structure::{taken, taken_at};
use super::value::Val;

/// The context, by which paths are read.
type Context = BTreeMap<String, Val>;

/// How a field is read, and the context.
type How<'a> = (Option<&'a Reading>, &'a Context);

/// Where something doesn't fit, as a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The pointer, for example `/args/amount`.
    pub pointer: String,
}

/// Writes a key as a part of a JSON pointer (RFC 6901, section 3).
fn pointer_to(base: &str, key: &str) -> String {
    format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Reads the members of an object as declared fields: nothing unknown, nothing required missing.
///
/// `required` tells whether a field that is left out and isn't optional is a misfit; else it is left out of the result.
pub fn read_fields(json: &Json, fields: &[Field], at: &str, required: bool, context: &Context) -> Result<BTreeMap<String, Val>, Misfit> {
    let Json::Object(members) = json else {
        return Err(Misfit { pointer: at.to_owned() });
    };
    if let Some((unknown, _)) = members.iter().find(|(k, _)| !fields.iter().any(|f| f.name == *k)) {
        return Err(Misfit { pointer: pointer_to(at, unknown) });
    }
    let mut values = BTreeMap::new();
    for field in fields {
        let here = pointer_to(at, &field.name);
        match json.get(&field.name) {
            Some(value) => {
                values.insert(field.name.to_string(), read_as(value, field, &here, context)?);
            }
            None if matches!(field.ty, Type::Optional(_)) => {
                values.insert(field.name.to_string(), Val::Absent);
            }
            None if required => return Err(Misfit { pointer: here }),
            None => {}
        }
    }
    Ok(values)
}

/// Reads the value of a declared field.
///
/// # Errors
/// Where it doesn't fit.
pub fn read_field(json: &Json, field: &Field, context: &Context) -> Result<Val, Misfit> {
    read_as(json, field, &field.name, context)
}

fn read_as(json: &Json, field: &Field, at: &str, context: &Context) -> Result<Val, Misfit> {
    let how = (field.reading.as_ref(), context);
    if field.from_text { read_from_text(json, &field.ty, at, how) } else { read_so(json, &field.ty, at, how) }
}

/// Reads `list<T> from text`: a list, one `T`, or a text that holds a JSON list.
fn read_from_text(json: &Json, ty: &Type, at: &str, how: How<'_>) -> Result<Val, Misfit> {
    match (json, ty) {
        (Json::Null, Type::Optional(_)) => Ok(Val::Absent),
        (_, Type::Optional(inner)) => read_from_text(json, inner, at, how),
        (Json::List(_), _) => read_so(json, ty, at, how),
        (_, Type::List(element)) => {
            if let Json::Text(t) = json
                && let Some(list @ Json::List(_)) = Json::read(t)
                && !list.has_duplicate_keys()
                && let Ok(list) = read_so(&list, ty, at, how)
            {
                return Ok(list);
            }
            Ok(Val::List(vec![read_so(json, element, at, how)?]))
        }
        (_, other) => panic!("{other:?} from text"),
    }
}

/// Reads a value of a type; `at` is its JSON pointer.
///
/// # Errors
/// Where it doesn't fit.
pub fn read(json: &Json, ty: &Type, at: &str) -> Result<Val, Misfit> {
    read_so(json, ty, at, (None, &Context::new()))
}

fn read_so(json: &Json, ty: &Type, at: &str, how: How<'_>) -> Result<Val, Misfit> {
    let misfit = || Misfit { pointer: at.to_owned() };
    let from_text = |parse: &dyn Fn(&str) -> Option<Val>| json.text().and_then(parse).ok_or_else(misfit);
    match (ty, json) {
        (Type::Optional(_), Json::Null) => Ok(Val::Absent),
        (Type::Optional(inner), _) => read_so(json, inner, at, how),
        (Type::Any, _) => Ok(read_any(json)),
        (Type::Bool, Json::Bool(b)) => Ok(Val::Bool(*b)),
        (Type::Int, Json::Number(n)) => int::parse(n).map(|n| Val::Num(n.into())).map_err(|_| misfit()),
        (Type::Decimal, Json::Number(n)) => decimal::parse(n).map(Val::Num).map_err(|_| misfit()),
        (Type::Text | Type::Entity(_), Json::Text(t)) => Ok(Val::Text(t.clone())),
        (Type::Time, _) => from_text(&|t| read_time(t, how).map(Val::Num)),
        (Type::Date, _) => from_text(&|t| time::parse_date(t).ok().map(Val::Num)),
        (Type::Duration, _) => from_text(&|t| time::parse_duration(t).ok().map(Val::Num)),
        (Type::Form(form), _) => from_text(&|t| read_form(*form, t, how)),
        (Type::Enum(members), _) => from_text(&|t| members.iter().position(|m| m == t).map(|i| Val::Num(i as i128))),
        (Type::List(element), Json::List(items)) => read_items(items, element, at, how).map(Val::List),
        (Type::Set(element), Json::List(items)) => {
            let mut items = read_items(items, element, at, how)?;
            items.sort();
            items.dedup();
            Ok(Val::List(items))
        }
        (Type::Map(element), Json::Object(members)) => {
            members.iter().map(|(k, v)| Ok((k.clone(), read_so(v, element, &pointer_to(at, k), how)?))).collect::<Result<BTreeMap<_, _>, _>>().map(Val::Map)
        }
        (Type::Record(fields), Json::Object(members)) => {
            if let Some((unknown, _)) = members.iter().find(|(k, _)| !fields.iter().any(|(name, _)| name == k)) {
                return Err(Misfit { pointer: pointer_to(at, unknown) });
            }
            fields
                .iter()
                .map(|(name, ty)| {
                    let here = pointer_to(at, name);
                    match (json.get(name), ty) {
                        (Some(value), _) => read(value, ty, &here),
                        (None, Type::Optional(_)) => Ok(Val::Absent),
                        (None, _) => Err(Misfit { pointer: here }),
                    }
                })
                .collect::<Result<Vec<_>, _>>()
                .map(Val::Record)
        }
        _ => Err(misfit()),
    }
}

fn read_items(items: &[Json], element: &Type, at: &str, how: How<'_>) -> Result<Vec<Val>, Misfit> {
    items.iter().enumerate().map(|(i, item)| read_so(item, element, &format!("{at}/{i}"), how)).collect()
}

fn read_time(text: &str, (reading, _): How<'_>) -> Option<i128> {
    match reading {
        Some(Reading::Zone(zone)) => Zone::find(zone).expect("the compiler has found it").parse(text).ok(),
        _ => time::parse_time(text).ok(),
    }
}

fn read_form(form: Form, text: &str, (reading, context): How<'_>) -> Option<Val> {
    if let (Form::Url, Some(Reading::Scheme(scheme))) = (form, reading) {
        return url::normalize_with(text, scheme).ok().map(|url| Val::Text(url.into_owned()));
    }
    let normal = form.normalize(text).ok()?;
    let folder = match reading {
        Some(Reading::At(folder)) => Some(folder),
        Some(Reading::AtContext(field)) => match context.get(field) {
            Some(Val::Text(folder)) => Some(folder),
            _ => None,
        },
        _ => None,
    };
    match (form, folder) {
        (Form::Path(platform), Some(folder)) => path::join_on(platform, folder, &normal).ok().map(Val::Text),
        (Form::Shell, Some(folder)) => Some(taken_at(folder, &normal)),
        _ => Some(taken(form, &normal)),
    }
}

fn read_any(json: &Json) -> Val {
    match json {
        Json::Null => Val::Absent,
        Json::Bool(b) => Val::Bool(*b),
        Json::Number(n) => decimal::parse(n).map_or_else(|_| Val::Huge(n.clone()), Val::Num),
        Json::Text(t) => Val::Text(t.clone()),
        Json::List(items) => Val::List(items.iter().map(read_any).collect()),
        Json::Object(members) => Val::Map(members.iter().map(|(k, v)| (k.clone(), read_any(v))).collect()),
    }
}
