//! A step that is given, and the smallest change of it that changes what is decided.

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Const, Field, StepKind, Type};
use reach_values::{decimal, int, time};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::asking::{Asking, Sought};
use crate::breach::Step;
use crate::diff::Rules;
use crate::formula::F;
use crate::inquiry::Answer;
use crate::judge::{self, Sight};
use crate::limits::Limits;
use crate::report::{Effect, Play, Played, Witness};
use crate::symbolic::Symbolic;
use crate::value::{constant, known};
use crate::world::World;

/// The values of an object, by name, as they came.
type Given = BTreeMap<String, Box<RawValue>>;

/// How many values may change at once before it is said that nothing was found.
const MOST_CHANGED: usize = 3;

/// Finds the smallest change of a step, the last of the events, that changes its decision (to `wanted`, where that is given).
pub(crate) fn nearest(bundle: &Bundle, rules: &Rules, play: &dyn Play, limits: &Limits, events: &[String], wanted: Option<Effect>) -> Answer {
    let unknown = |why: &str| Answer::Unknown(vec![why.to_owned()]);
    let Some(Played::Decided(now)) = play.play(events).pop() else { return unknown("the last event is no step") };
    let Some(event) = events.last().and_then(|line| serde_json::from_str::<Value>(line).ok()) else { return unknown("the last event can't be read") };
    let word = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(kind) = StepKind::from_word(&word("type")) else { return unknown("the last event is no step") };
    let name = word("name");
    let Some(target) = bundle.targets.iter().position(|t| t.kind == kind && (t.name == name || kind == StepKind::Say)) else {
        return unknown("the step isn't declared, so that no change of its values helps");
    };
    let mut context: Given = BTreeMap::new();
    for line in events.iter().rev().skip(1).rev() {
        let Ok(fields) = serde_json::from_str::<Given>(line) else { return unknown("an event can't be read") };
        match fields.get("type").map(|t| t.get()) {
            Some("\"start\"" | "\"context\"") => {
                context.extend(fields.get("context").and_then(|c| serde_json::from_str::<Given>(c.get()).ok()).unwrap_or_default())
            }
            _ => return unknown("something has happened before the step"),
        }
    }
    let Some(line) = events.last().and_then(|line| serde_json::from_str::<Given>(line).ok()) else {
        return unknown("the last event can't be read");
    };
    let object = |name: &str| line.get(name).and_then(|v| serde_json::from_str::<Given>(v.get()).ok()).unwrap_or_default();
    let step = Step { target: Some(target), class: None, kind };
    let mut world = World::of_lists(rules.demand(Some(target)).elements());
    let sight = judge::sight(&mut world, bundle, target, "");
    let judged = judge::judge(&mut world, bundle, &sight, rules.about(Some(target)));
    let goal = match wanted {
        Some(effect) => judged.effect(effect),
        None => world.formulas.not(judged.effect(now.effect)),
    };
    let mut fixed = Vec::new();
    if let Some(declared) = bundle.targets.get(target) {
        let lists: [(&[Field], Given); 3] = [(&declared.args, object("args")), (&declared.facts, object("facts")), (&bundle.context, context)];
        for (number, (fields, values)) in lists.iter().enumerate() {
            for field in *fields {
                let value = values.get(&field.name).map_or("null", |v| v.get());
                match same(&mut world, bundle, &sight, number, field, value) {
                    Some(f) => fixed.push(f),
                    None => return unknown("a value of the step is not one that the analysis can hold fast"),
                }
            }
        }
    }
    let mut asking = Asking::new(world, bundle, rules, play, limits, step, sight, judged.questions);
    let mut doubts = Vec::new();
    for count in 0..=MOST_CHANGED.min(fixed.len()) {
        for changed in choices(fixed.len(), count) {
            let mut goals: Vec<F> = fixed.iter().enumerate().filter(|(at, _)| !changed.contains(at)).map(|(_, f)| *f).collect();
            goals.push(goal);
            let all = asking.world.formulas.and(goals);
            let found = asking.first_only(all, &|events, mut played| match played.pop() {
                Some(Played::Decided(decided)) if decided.effect != now.effect && wanted.is_none_or(|w| w == decided.effect) => {
                    Ok((Witness { events }, decided))
                }
                _ => Err("the machine decides otherwise".to_owned()),
            });
            match found {
                Sought::Found(found) => return Answer::Yes(Box::new(found)),
                Sought::None => {}
                Sought::Unknown(why) => doubts.extend(why),
            }
        }
    }
    if !doubts.is_empty() {
        return Answer::Unknown(doubts);
    }
    if fixed.len() > MOST_CHANGED { unknown("more than three values would have to change, or something must have happened before") } else { Answer::No }
}

/// Returns every choice of so many numbers below `of`, in order.
fn choices(of: usize, count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for rest in choices(of, count - 1) {
        let from = rest.last().map_or(0, |last| last + 1);
        all.extend((from..of).map(|next| rest.iter().copied().chain([next]).collect()));
    }
    all
}

/// Returns where a field has a value.
fn same(world: &mut World, bundle: &Bundle, sight: &Sight, list: usize, field: &Field, json: &str) -> Option<F> {
    let value = read(&field.ty, json)?;
    let (fields, given) = match list {
        0 => (&sight.frame.args, None),
        1 => (&sight.frame.facts, (!matches!(field.ty, Type::Optional(_))).then(|| judge::sent("", &field.name))),
        _ => (&sight.frame.context, Some(judge::given("", &field.name))),
    };
    if json == "null"
        && let Some(given) = given
    {
        let given = world.flag(&given, None);
        return Some(world.formulas.not(given));
    }
    let cases = fields.get(&field.name)?.clone();
    let other = known(constant(&field.ty, &value));
    let mut symbolic = Symbolic::new(world, bundle, sight.frame.clone());
    symbolic.same_cases(&field.ty, &cases, &other).map(|cond| cond.t)
}

/// Reads a value of a type as events have it; none for what isn't one, or can't be held fast.
fn read(ty: &Type, json: &str) -> Option<Const> {
    let value: Value = serde_json::from_str(json).ok()?;
    let text = || value.as_str();
    Some(match ty {
        Type::Optional(_) if value.is_null() => Const::Absent,
        Type::Optional(of) => read(of, json)?,
        _ if value.is_null() => Const::Absent,
        Type::Bool => Const::Bool(value.as_bool()?),
        Type::Int => Const::Num(i128::from(int::parse(json).ok()?)),
        Type::Decimal => Const::Num(decimal::parse(json).ok()?),
        Type::Text => Const::Text(text()?.to_owned()),
        Type::Time => Const::Num(time::parse_time(text()?).ok()?),
        Type::Date => Const::Num(time::parse_date(text()?).ok()?),
        Type::Duration => Const::Num(time::parse_duration(text()?).ok()?),
        Type::Form(form) if form.is_structured() => return None,
        Type::Form(form) => Const::Text(form.normalize(text()?).ok()?.into_owned()),
        Type::Enum(members) => Const::Num(i128::try_from(members.iter().position(|m| Some(m.as_str()) == text())?).ok()?),
        Type::Record(fields) => {
            let object: Given = serde_json::from_str(json).ok()?;
            let values: Option<Vec<Const>> = fields.iter().map(|(name, ty)| read(ty, object.get(name).map_or("null", |v| v.get()))).collect();
            Const::Record(values?.into())
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Any => return None,
    })
}
