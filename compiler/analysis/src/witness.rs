//! From a model to a session that a host could have.

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Field, StepKind, Type};
use reach_evaluator::image::AT_SLOT;
use reach_values::time;

use crate::judge::{Sight, given, sent};
use crate::render::{self, StepEvent, quoted};
use crate::search::Model;
use crate::value::{Cases, Sym};
use crate::world::World;

/// When sessions of examples begin: 2026-01-01T00:00:00Z, in nanoseconds.
pub(crate) const BEGINNING: i128 = 20_454 * time::DAY_NS;

/// Returns a step as an event. Bundles that see it share what has the same name; what one of them has alone is there where the model says so.
pub(crate) fn step(world: &mut World, model: &Model, sights: &[(&Bundle, &Sight)], called: (StepKind, &str), id: &str, at: i128) -> StepEvent {
    let (kind, name) = called;
    let mut event = StepEvent { kind: kind.word(), id: id.to_owned(), name: name.to_owned(), ..StepEvent::default() };
    let declared: Vec<_> = sights.iter().filter_map(|(bundle, sight)| bundle.targets.get(sight.target?)).collect();
    for (bundle, sight) in sights {
        if (kind == StepKind::Read || sight.target.is_none())
            && let Some(name) = sight.frame.system.get(&0).and_then(|cases| render::json(world, model, &Type::Text, cases))
            && let Ok(name) = serde_json::from_str::<String>(&name)
            && !name.is_empty()
        {
            event.name = name;
        }
        let Some(target) = sight.target.and_then(|t| bundle.targets.get(t)) else { continue };
        for (fields, values, out, is_arg) in
            [(&target.args, &sight.frame.args, &mut event.args, true), (&target.facts, &sight.frame.facts, &mut event.facts, false)]
        {
            for field in fields {
                if out.iter().any(|(name, _)| *name == field.name) {
                    continue;
                }
                let prefix = &sight.frame.prefix;
                if !is_arg && !matches!(field.ty, Type::Optional(_)) && !flag(world, model, &sent(prefix, &field.name), true) {
                    continue;
                }
                // Beside a bundle that doesn't have it, or needs it where this one doesn't.
                let everywhere =
                    declared.iter().all(|t| if is_arg { &t.args } else { &t.facts }.iter().any(|f| f.name == field.name && !matches!(f.ty, Type::Optional(_))));
                if declared.len() > 1 && !everywhere && !flag(world, model, &there(prefix, field, is_arg), false) {
                    continue;
                }
                if let Some(value) = values.get(field.name.as_str()).and_then(|cases| render::json(world, model, &field.ty, cases)) {
                    out.push((field.name.to_string(), value));
                }
            }
        }
    }
    event.at = time::format_time(at);
    event
}

/// The name of the truth that an argument, or a fact, is there.
pub(crate) fn there(prefix: &str, field: &Field, is_arg: bool) -> String {
    let of = if is_arg { "args" } else { "facts" };
    format!("{} is there", crate::judge::named(&format!("{prefix}{of}.{}", field.name), &field.ty))
}

/// Returns a truth of its own under a model.
fn flag(world: &mut World, model: &Model, key: &str, default: bool) -> bool {
    let f = world.flag(key, None);
    let atom = world.formulas.atoms(f).first().copied();
    atom.and_then(|atom| model.literals.get(&atom).copied()).unwrap_or(default)
}

/// Returns the event that gives the context, where it has a value.
pub(crate) fn start(world: &mut World, model: &Model, sights: &[(&Bundle, &Sight)], at: i128) -> Option<String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    // A `start` must have all, and says of an optional that it leaves out that it is absent; a `context` says nothing of what it leaves out.
    let mut silent = false;
    let mut absent: Vec<&str> = Vec::new();
    for (bundle, sight) in sights {
        for field in &bundle.context {
            if fields.contains_key(field.name.as_str()) {
                continue;
            }
            let optional = matches!(field.ty, Type::Optional(_));
            if !flag(world, model, &given("", &field.name), true) {
                silent = true;
                continue;
            }
            // Where the model leaves it open whether it was given, it was.
            let cases: Option<Cases> = sight
                .frame
                .context
                .get(field.name.as_str())
                .map(|cases| cases.iter().map(|(_, sym)| sym.clone()).map(|sym| (crate::formula::F::TRUE, sym)).collect());
            let chosen = match (optional, cases) {
                (true, _) => sight.frame.context.get(field.name.as_str()).and_then(|cases| render::json(world, model, &field.ty, cases)),
                (false, Some(cases)) => render::json(world, model, &field.ty, &cases),
                _ => None,
            };
            match chosen {
                Some(value) => drop(fields.insert(field.name.to_string(), value)),
                None if optional => absent.push(&field.name),
                None => {}
            }
        }
    }
    if silent {
        fields.extend(absent.into_iter().map(|name| (name.to_owned(), "null".to_owned())));
    }
    if fields.is_empty() && (silent || sights.iter().all(|(bundle, _)| bundle.context.is_empty())) {
        return None;
    }
    let word = if silent { "context" } else { "start" };
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    Some(format!("{{\"type\":\"{word}\",\"context\":{{{}}},\"at\":{}}}", fields.join(","), quoted(&time::format_time(at))))
}

/// Returns a session in which a step is the first.
pub(crate) fn alone(world: &mut World, model: &Model, sights: &[(&Bundle, &Sight)], called: (StepKind, &str)) -> Vec<String> {
    let at = sights.first().and_then(|(_, sight)| time_of(world, model, sight)).unwrap_or(BEGINNING);
    let mut events: Vec<String> = start(world, model, sights, at).into_iter().collect();
    events.push(step(world, model, sights, called, "step", at).line());
    events
}

/// Returns when the step is, where the model says so.
pub(crate) fn time_of(world: &World, model: &Model, sight: &Sight) -> Option<i128> {
    let (_, Sym::Num(sum)) = sight.frame.system.get(&AT_SLOT.0)?.first()? else { return None };
    let (var, _) = sum.terms.first()?;
    model.numbers.get(var)?;
    Some(render::total(world, model, sum))
}
