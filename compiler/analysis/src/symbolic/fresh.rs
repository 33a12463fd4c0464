//! Values of which only the type is known.

use reach_compiler::ir::Type;

use crate::formula::F;
use crate::value::{Cases, Element, Sym, known};
use crate::world::{Bond, Cond, Sum, Term, World};

/// The longest list (a limit of the language).
const MAX_LIST: i128 = 10_000;

/// Returns a value of a type. The same name is the same value.
pub(crate) fn fresh(world: &mut World, name: &str, ty: &Type) -> Cases {
    match ty {
        Type::Bool => {
            let t = world.flag(name, None);
            let f = world.formulas.not(t);
            known(Sym::Bool(Cond { t, f }))
        }
        Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration | Type::Enum(_) => {
            let var = world.var(name, ty, None);
            known(Sym::Num(Sum::var(var)))
        }
        Type::Text | Type::Form(_) => {
            let var = world.var(name, ty, None);
            known(Sym::Term(Term { var, steps: Vec::new(), ty: ty.clone() }))
        }
        // An entity is its id.
        Type::Entity(_) => fresh(world, name, &Type::Text),
        Type::Optional(of) => {
            let there = world.flag(&format!("{name} is there"), None);
            let absent = world.formulas.not(there);
            let mut cases = vec![(absent, Sym::Absent)];
            for (guard, sym) in fresh(world, name, of) {
                cases.push((world.formulas.and([there, guard]), sym));
            }
            cases
        }
        Type::Record(fields) => {
            let values = fields.iter().map(|(field, ty)| fresh(world, &format!("{name}.{field}"), ty)).collect();
            known(Sym::Record(values))
        }
        Type::List(of) => known(Sym::List(elements(world, name, of, true))),
        Type::Set(of) => known(Sym::List(elements(world, name, of, false))),
        Type::Map(_) | Type::Any => known(Sym::Blank(name.to_owned())),
    }
}

fn elements(world: &mut World, name: &str, of: &Type, repeated: bool) -> Vec<Element> {
    let mut before = F::TRUE;
    let mut list = Vec::new();
    let (count, rest) = world.elements;
    for at in 0..count {
        let there = world.flag(&format!("{name}[{at}] is there"), None);
        if at > 0 {
            let chain = world.formulas.implies(there, before);
            world.axiom(chain);
        }
        before = there;
        let times = if repeated && at + 1 == count { many(world, &format!("{name}[{at}] times"), there) } else { Sum::of(1) };
        let value = fresh(world, &format!("{name}[{at}]"), of);
        list.push(Element { there, times, value });
    }
    if rest {
        // There may be others, of which nothing is known.
        let more = world.flag(&format!("{name} has more"), Some("lists of many elements"));
        let chain = world.formulas.implies(more, before);
        world.axiom(chain);
        let times = many(world, &format!("how many more {name} has"), more);
        list.push(Element { there: more, times, value: known(Sym::Blank(format!("the rest of {name}"))) });
    }
    if !repeated {
        distinct(world, &list);
    }
    list
}

/// Returns how often something is there: at least once, and no list is longer than the language allows.
fn many(world: &mut World, name: &str, there: F) -> Sum {
    let var = world.var(name, &Type::Int, None);
    let times = Sum::var(var);
    let least = Sum::of(1).plus(&times, -1).map_or(F::FALSE, |sum| world.at_most_zero(&sum));
    let most = times.plus(&Sum::of(-(MAX_LIST - 2)), 1).map_or(F::FALSE, |sum| world.at_most_zero(&sum));
    let both = world.formulas.and([least, most]);
    let bounded = world.formulas.implies(there, both);
    world.axiom(bounded);
    times
}

/// Says that the elements of a set differ, where that is easily said.
fn distinct(world: &mut World, set: &[Element]) {
    for (at, two) in set.iter().enumerate() {
        for one in set.iter().take(at) {
            let ([(_, x)], [(_, y)]) = (one.value.as_slice(), two.value.as_slice()) else { continue };
            let same = match (x, y) {
                (Sym::Num(x), Sym::Num(y)) => x.plus(y, -1).map(|difference| world.is_zero(&difference)),
                (Sym::Term(x), Sym::Term(y)) => Some(world.relation(Bond::Is, x, y).t),
                (Sym::Bool(x), Sym::Bool(y)) => {
                    let f = &mut world.formulas;
                    let (both, neither) = (f.and([x.t, y.t]), f.and([x.f, y.f]));
                    Some(f.or([both, neither]))
                }
                _ => None,
            };
            let Some(same) = same else { continue };
            // The earlier one is there too.
            world.exclusive(two.there, same);
        }
    }
}
