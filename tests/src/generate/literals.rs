//! Literals, on the boundaries of their types, and the pool from which steps take their values.

use reach_values::form::Form;
use reach_values::path::Platform;

use super::choices::Choices;
use super::forms;
use super::types::{How, Ty};

/// The scalar constants that a bundle's source has: a type, and the value as JSON.
#[derive(Clone, Debug, Default)]
pub struct Pool(pub Vec<(Ty, String)>);

const TEXTS: [&str; 8] = ["a", "", "hello", "Hello World", "stra\u{df}e", "ALICE", "x@y", "\u{1f600} ok"];
const INTS: [&str; 8] = ["0", "1", "10", "5", "9223372036854775807", "4611686018427387904", "-1", "100"];
const DECIMALS: [&str; 8] = ["0", "1.00", "500.00", "0.5", "0.000000000000000001", "170141183460469231731.687303715884105727", "-0.25", "99999999999"];
const TIMES: [&str; 5] = ["2026-01-01T00:00:00Z", "2026-06-01T12:00:00+02:00", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z"];
const DATES: [&str; 5] = ["2026-01-01", "2024-02-29", "9999-12-31", "0000-01-01", "1970-01-01"];
const DURATIONS: [&str; 7] = ["1h", "0s", "1h30m", "7d", "1d", "500ms", "106751d"];

/// The patterns that generated conditions match texts with.
pub const TEXT_PATTERNS: [&str; 8] =
    [r#"re"^[a-z]+$""#, r#"glob"*o*""#, r#"re"\d{2}""#, r#"glob"hello""#, r#"re"(a|b)*c?$""#, r#"glob"*@*""#, r#"re"a{0}""#, r#"glob"?""#];
/// Quotes a text as the language and JSON both write it.
pub fn quote(text: &(impl AsRef<str> + ?Sized)) -> String {
    serde_json::to_string(text.as_ref()).unwrap()
}

/// Writes a literal of a type; scalars go to the pool.
pub fn literal(ty: &Ty, c: &mut Choices<'_>, pool: &mut Pool) -> String {
    let mut keep = |json: String, source: String| {
        if pool.0.len() < 200 {
            pool.0.push((ty.clone(), json));
        }
        source
    };
    match ty {
        Ty::Text => {
            let t = quote(c.pick(&TEXTS));
            keep(t.clone(), t)
        }
        Ty::Int => {
            let t = (*c.pick(&INTS)).to_owned();
            keep(t.clone(), t)
        }
        Ty::Decimal => {
            let t = (*c.pick(&DECIMALS)).to_owned();
            keep(t.clone(), t)
        }
        Ty::Bool => {
            let t = (*c.pick(&["true", "false"])).to_owned();
            keep(t.clone(), t)
        }
        Ty::Form(form) => {
            let t = quote(forms::valid(*form, How::Plain, c));
            keep(t.clone(), t)
        }
        Ty::Time => {
            let t = *c.pick(&TIMES);
            keep(quote(t), t.to_owned())
        }
        Ty::Date => {
            let t = *c.pick(&DATES);
            keep(quote(t), t.to_owned())
        }
        Ty::Duration => {
            let t = *c.pick(&DURATIONS);
            keep(quote(t), t.to_owned())
        }
        Ty::Enum(members) => {
            let m = c.pick(members);
            keep(quote(m), if ["low", "high"].contains(&m.as_str()) { m.clone() } else { quote(m) })
        }
        Ty::List(inner) => {
            let count = 1 + c.below(3);
            let items: Vec<String> = (0..count).map(|_| literal(inner, c, pool)).collect();
            format!("[{}]", items.join(", "))
        }
        Ty::Set(inner) => {
            let count = 1 + c.below(3);
            let mut items: Vec<String> = (0..count).map(|_| literal(inner, c, pool)).collect();
            items.sort();
            items.dedup();
            format!("{{ {} }}", items.join(", "))
        }
        Ty::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().filter(|(_, ty)| !matches!(ty, Ty::Optional(_))).map(|(name, ty)| format!("{name}: {}", literal(ty, c, pool))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Ty::Optional(inner) => literal(inner, c, pool),
        Ty::Map(_) | Ty::Any => panic!("{ty:?} has no literals"),
    }
}

/// Writes a value of a type as JSON: one of the pool, one beside it, or one of the type's boundaries.
pub fn json_value(ty: &Ty, c: &mut Choices<'_>, pool: &Pool, from_text: bool, how: How) -> String {
    let known: Vec<&String> = pool.0.iter().filter(|(t, _)| t == ty).map(|(_, v)| v).collect();
    if !known.is_empty() && c.below(10) < 6 {
        let value = (*c.pick(&known)).clone();
        return if c.chance(25) { beside(ty, &value, c) } else { value };
    }
    let list = |c: &mut Choices<'_>, inner: &Ty| {
        let count = c.below(5);
        let items: Vec<String> = (0..count).map(|_| json_value(inner, c, pool, false, how)).collect();
        format!("[{}]", items.join(","))
    };
    match ty {
        Ty::Text if c.chance(30) => quote(c.pick(&forms::TELLING)),
        Ty::Text => quote(c.pick(&TEXTS)),
        Ty::Int => (*c.pick(&["0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "1e2", "100.0", "7"])).to_owned(),
        Ty::Decimal => {
            (*c.pick(&["0", "1", "500.00", "500.01", "0.1", "1e-18", "170141183460469231731.687303715884105727", "-3.50", "12345678901234567890"])).to_owned()
        }
        Ty::Bool => (*c.pick(&["true", "false"])).to_owned(),
        Ty::Form(form) => quote(forms::any(*form, how, c)),
        Ty::Time if how == How::Zone => quote(forms::local_time(c)),
        Ty::Time => quote(c.pick(&["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "1999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59Z"])),
        Ty::Date => quote(c.pick(&["2026-01-01", "2025-12-31", "2024-02-29", "9999-12-31", "0000-01-01"])),
        Ty::Duration => quote(c.pick(&["1h", "59m59s", "0s", "-1h", "7d", "106751d"])),
        Ty::Enum(members) => quote(c.pick(members)),
        Ty::List(inner) if from_text => match c.below(3) {
            0 => list(c, inner),
            1 => json_value(inner, c, pool, false, how),
            _ => quote(&list(c, inner)),
        },
        Ty::List(inner) | Ty::Set(inner) => list(c, inner),
        Ty::Map(inner) => {
            let keys = ["k", "size", "a b"];
            let count = c.below(3);
            let members: Vec<String> = keys.iter().take(count).map(|k| format!("{}:{}", quote(k), json_value(inner, c, pool, false, how))).collect();
            format!("{{{}}}", members.join(","))
        }
        Ty::Record(fields) => {
            let mut members = Vec::new();
            for (name, ty) in fields {
                match ty {
                    Ty::Optional(_) if c.below(3) == 0 => {}
                    _ => members.push(format!("{}:{}", quote(name), json_value(ty, c, pool, false, How::Plain))),
                }
            }
            format!("{{{}}}", members.join(","))
        }
        Ty::Optional(inner) => {
            if c.below(3) == 0 {
                "null".to_owned()
            } else {
                json_value(inner, c, pool, from_text, how)
            }
        }
        Ty::Any => {
            let any = ["1", "\"a\"", "true", "null", "1e400", "0.1", "{\"k\":1,\"size\":null}", "[1,\"a\"]", "{}", "\"hello\"", "1.0000000000000000000001"];
            (*c.pick(&any)).to_owned()
        }
    }
}

/// A value one step beside another, where the type has such a thing.
fn beside(ty: &Ty, value: &str, c: &mut Choices<'_>) -> String {
    let up = c.chance(50);
    match ty {
        Ty::Int => match value.parse::<i128>() {
            Ok(n) => (if up { n + 1 } else { n - 1 }).to_string(),
            Err(_) => value.to_owned(),
        },
        Ty::Decimal => {
            let negative = value.starts_with('-');
            let (whole, fraction) = value.trim_start_matches('-').split_once('.').unwrap_or((value.trim_start_matches('-'), ""));
            let Ok(mut scaled) = format!("{whole}{fraction:0<18}").parse::<i128>() else { return value.to_owned() };
            if negative {
                scaled = -scaled;
            }
            scaled = if up { scaled.saturating_add(1) } else { scaled.saturating_sub(1) };
            let (sign, digits) = (if scaled < 0 { "-" } else { "" }, format!("{:019}", scaled.unsigned_abs()));
            let (whole, fraction) = digits.split_at(digits.len() - 18);
            format!("{sign}{whole}.{fraction}")
        }
        Ty::Text => {
            let text: String = serde_json::from_str(value).unwrap();
            quote(&if up { format!("{text}x") } else { text.to_uppercase() })
        }
        Ty::Form(form) => {
            let text: String = serde_json::from_str(value).unwrap();
            quote(&beside_text(*form, &text, up))
        }
        _ => value.to_owned(),
    }
}

/// A text one step beside another, mostly of the same form.
fn beside_text(form: Form, text: &str, up: bool) -> String {
    match form {
        Form::Path(Platform::Windows) => {
            if up {
                format!("{text}\\below.pem")
            } else {
                text.to_uppercase()
            }
        }
        Form::Path(_) => {
            if up {
                format!("{text}/below.pem")
            } else {
                text.trim_start_matches('/').to_owned()
            }
        }
        Form::Shell => {
            if up {
                format!("{text} && ls")
            } else {
                format!("sudo {text}")
            }
        }
        Form::Sql(_) => {
            if up {
                format!("{text}; select 1")
            } else {
                text.to_uppercase()
            }
        }
        Form::Url => {
            if up {
                format!("{text}#x")
            } else {
                text.to_uppercase()
            }
        }
        Form::Host if up && text.chars().all(|c| c.is_alphabetic() || c == '.') => format!("sub.{text}"),
        Form::Email | Form::Host | Form::Iban if !up => text.to_uppercase(),
        _ => text.to_owned(),
    }
}
