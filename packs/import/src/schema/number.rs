//! Numbers.

use reach_values::json::Json;
use reach_values::{NumberError, decimal};

use crate::loss::Effect;

use super::parts::{Part, Parts};
use super::{Reader, Shape, Typed};

/// What a bound comes to.
enum Bound {
    /// A condition, with the nearest value that meets it.
    Check(String, i128),
    /// Every value of the type meets it.
    Always,
    /// No value of the type does, or it can't be written.
    Unwritable(&'static str),
}

impl<'a> Reader<'a> {
    /// Returns the type of a number.
    pub(super) fn number(&mut self, parts: &Parts<'a>, whole: bool) -> Typed {
        let mut used = vec!["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"];
        let ones = parts.of("multipleOf").any(|(_, step)| number_of(step) == Some(Ok(decimal::ONE)));
        let whole = whole || ones;
        for (part, step) in parts.of("multipleOf") {
            if number_of(step) != Some(Ok(decimal::ONE)) {
                self.lose(&part.at("multipleOf"), Some("multipleOf"), Effect::Widened, "it is not checked".to_owned());
            }
        }
        // `int64` and `double` name types of machines; ours have no less room.
        if parts.of("format").all(|(_, f)| matches!(f.text(), Some("int64" | "double" | "float" | "decimal"))) {
            used.push("format");
        }
        let mut typed = if whole { Typed::new(Shape::Int, "1") } else { Typed::new(Shape::Decimal, "1") };
        let (mut low, mut high): (Option<i128>, Option<i128>) = (None, None);
        for (keyword, is_lower) in [("minimum", true), ("exclusiveMinimum", true), ("maximum", false), ("exclusiveMaximum", false)] {
            for (part, value) in parts.of(keyword) {
                let Some((value, strict)) = strictness(part, keyword, value) else { continue };
                match bound(value, is_lower, strict, whole) {
                    Bound::Always => {}
                    Bound::Check(check, nearest) => {
                        let end = if is_lower { &mut low } else { &mut high };
                        *end = Some(end.map_or(nearest, |end| if is_lower { end.max(nearest) } else { end.min(nearest) }));
                        if !typed.checks.contains(&check) {
                            typed.checks.push(check);
                        }
                    }
                    Bound::Unwritable(why) => self.lose(&part.at(keyword), Some(keyword), Effect::Widened, why.to_owned()),
                }
            }
        }
        self.rest(parts, "number", &used);
        let wanted = decimal::ONE.min(high.unwrap_or(decimal::ONE)).max(low.unwrap_or(i128::MIN));
        typed.example = (high.is_none_or(|high| wanted <= high)).then(|| decimal::format(wanted));
        typed
    }
}

/// Returns a bound and whether the value itself is outside. In draft 4 a truth value beside `minimum` said so.
fn strictness<'a>(part: &Part<'a>, keyword: &str, value: &'a Json) -> Option<(&'a Json, bool)> {
    match keyword {
        "minimum" => Some((value, part.schema.get("exclusiveMinimum") == Some(&Json::Bool(true)))),
        "maximum" => Some((value, part.schema.get("exclusiveMaximum") == Some(&Json::Bool(true)))),
        _ if matches!(value, Json::Bool(_)) => None,
        _ => Some((value, true)),
    }
}

fn number_of(value: &Json) -> Option<Result<i128, NumberError>> {
    if let Json::Number(written) = value { Some(decimal::parse(written)) } else { None }
}

fn bound(value: &Json, is_lower: bool, strict: bool, whole: bool) -> Bound {
    let Json::Number(written) = value else { return Bound::Unwritable("it is no number, and is not checked") };
    let scaled = match decimal::parse(written) {
        Ok(i128::MIN) | Err(NumberError::Overflow) => {
            let outside =
                if written.starts_with('-') == is_lower { Bound::Always } else { Bound::Unwritable("no number of this type meets it; it is not checked") };
            return outside;
        }
        Err(_) => return Bound::Unwritable("it has more than 18 decimal places, and is not checked"),
        Ok(scaled) => scaled,
    };
    let sign = match (is_lower, strict) {
        (true, false) => ">=",
        (true, true) => ">",
        (false, false) => "<=",
        (false, true) => "<",
    };
    let step = if whole { decimal::ONE } else { 1 };
    let inside = |n: i128| {
        if !strict {
            n
        } else if is_lower {
            n.saturating_add(step)
        } else {
            n.saturating_sub(step)
        }
    };
    if !whole {
        return Bound::Check(format!("it {sign} {}", decimal::format(scaled)), inside(scaled));
    }
    let floor = scaled.div_euclid(decimal::ONE);
    let is_whole = scaled.rem_euclid(decimal::ONE) == 0;
    // Between two whole numbers, the bound is the nearer one inside, and is itself inside.
    let (n, strict) = match (is_whole, is_lower) {
        (true, _) => (floor, strict),
        (false, true) => (floor + 1, false),
        (false, false) => (floor, false),
    };
    match (i64::try_from(n), is_lower) {
        (Ok(i64::MIN), true) if !strict => Bound::Always,
        (Ok(i64::MAX), false) if !strict => Bound::Always,
        (Ok(n), _) if n != i64::MIN => {
            let nearest = decimal::from_int(n);
            let sign = if strict { sign } else { sign.get(..1).map_or(sign, |s| if s == ">" { ">=" } else { "<=" }) };
            Bound::Check(format!("it {sign} {n}"), if strict { inside(nearest) } else { nearest })
        }
        (Err(_), true) if n < 0 => Bound::Always,
        (Err(_), false) if n > 0 => Bound::Always,
        _ => Bound::Unwritable("no number of this type meets it; it is not checked"),
    }
}
