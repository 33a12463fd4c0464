//! Well-typed expressions.

use super::choices::Choices;
use super::literals::{Pool, TEXT_PATTERNS, literal};
use super::structured::globs;
use super::types::Ty;
use reach_compiler::ir::{Part, Type};
use reach_values::form::Form;

/// Something that an expression can read.
#[derive(Clone, Debug)]
pub struct Place {
    /// As written.
    pub text: String,
    /// Its type.
    pub ty: Ty,
    /// Whether `base has field` can be asked of it: a field of `args`, `facts`, `context` or of a record there.
    pub is_field: bool,
    /// Whether it is a local name or a parameter.
    pub is_local: bool,
    /// Whether it is a constant. What is computed from constants alone must have a value, so they only stand beside others.
    pub is_constant: bool,
}

/// A function that was declared.
#[derive(Clone, Debug)]
pub struct FnModel {
    /// The name.
    pub name: String,
    /// The types of its parameters.
    pub params: Vec<Ty>,
    /// The type of its result.
    pub result: Ty,
}

/// What expressions are made from.
pub struct Maker<'c, 't> {
    /// The tape.
    pub c: &'c mut Choices<'t>,
    /// The constants that are written.
    pub pool: &'c mut Pool,
    /// The functions that can be called.
    pub fns: &'c [FnModel],
    /// How many local names were given.
    pub locals: &'c mut usize,
}

/// What can be read here.
pub type Env = Vec<Place>;

/// Adds a place with everything below it.
pub fn add_place(env: &mut Env, text: &str, ty: &Ty, is_field: bool, is_local: bool) {
    env.push(Place { text: text.to_owned(), ty: ty.clone(), is_field, is_local, is_constant: false });
    match ty {
        Ty::Form(form) => {
            for part in Part::named(*form) {
                add_place(env, &format!("{text}.{}", part.owner_and_field().1), &Ty::of(&Type::Form(*form).of_part(part)), false, is_local);
            }
        }
        Ty::Record(fields) => {
            for (name, ty) in fields {
                add_place(env, &format!("{text}.{name}"), ty, true, is_local);
            }
        }
        _ => {}
    }
}

/// Adds a local name, which is as constant as what it stands for.
fn add_local(env: &mut Env, text: &str, ty: &Ty, is_constant: bool) {
    if is_constant {
        env.push(Place { text: text.to_owned(), ty: ty.clone(), is_field: false, is_local: true, is_constant });
    } else {
        add_place(env, text, ty, false, true);
    }
}

/// Adds a constant.
pub fn add_constant(env: &mut Env, text: &str, ty: &Ty) {
    env.push(Place { text: text.to_owned(), ty: ty.clone(), is_field: false, is_local: false, is_constant: true });
}

fn list_of(ty: &Ty) -> Option<&Ty> {
    match ty {
        Ty::List(t) | Ty::Set(t) => Some(t),
        _ => None,
    }
}

impl Maker<'_, '_> {
    /// Makes a new local name.
    pub fn local(&mut self) -> String {
        *self.locals += 1;
        format!("v{}", self.locals)
    }

    /// Picks a place that fits.
    pub fn place(&mut self, env: &Env, fits: impl Fn(&Place) -> bool) -> Option<Place> {
        let fitting: Vec<&Place> = env.iter().filter(|p| fits(p)).collect();
        if fitting.is_empty() { None } else { Some((*self.c.pick(&fitting)).clone()) }
    }

    /// Writes a condition.
    pub fn condition(&mut self, env: &Env, depth: usize) -> String {
        if depth == 0 {
            return self.leaf_condition(env, 0);
        }
        match self.c.below(20) {
            0..=7 => self.leaf_condition(env, depth),
            8 | 9 => self.chain("and", env, depth),
            10 | 11 => self.chain("or", env, depth),
            12 | 13 => format!("not ({})", self.condition(env, depth - 1)),
            14 => self.narrowed(env, depth),
            15 => self.bound(env, depth),
            16 | 17 => self.quantified(env, depth),
            18 => format!("(if {} then ({}) else ({}))", self.condition(env, depth - 1), self.condition(env, depth - 1), self.condition(env, depth - 1)),
            _ => self.call(&Ty::Bool, env, depth).unwrap_or_else(|| self.leaf_condition(env, depth)),
        }
    }

    fn chain(&mut self, word: &str, env: &Env, depth: usize) -> String {
        let count = 2 + self.c.below(3);
        let terms: Vec<String> = (0..count).map(|_| format!("({})", self.condition(env, depth - 1))).collect();
        terms.join(&format!(" {word} "))
    }

    /// `args has x and …`, with `x` there behind it.
    fn narrowed(&mut self, env: &Env, depth: usize) -> String {
        let Some(place) = self.place(env, |p| p.is_field && matches!(p.ty, Ty::Optional(_))) else { return self.leaf_condition(env, depth) };
        let Ty::Optional(inner) = place.ty.clone() else { unreachable!("it was asked for") };
        let (base, field) = place.text.rsplit_once('.').expect("a field has a base");
        let mut inside: Env = env.iter().filter(|p| p.text != place.text).cloned().collect();
        let mut there = Vec::new();
        add_place(&mut there, &place.text, &inner, false, false);
        // The place that is known to be there comes first, and alone half the time, so that it is read.
        if self.c.chance(50) {
            inside = there;
        } else {
            inside.extend(there);
        }
        if self.c.chance(20) {
            return format!("(if {base} has {field} then ({}) else ({}))", self.condition(&inside, depth - 1), self.condition(env, depth - 1));
        }
        format!("{base} has {field} and ({})", self.condition(&inside, depth - 1))
    }

    /// `x as v and …`.
    fn bound(&mut self, env: &Env, depth: usize) -> String {
        let Some((text, inner, constant)) = self.optional(env, None) else { return self.leaf_condition(env, depth) };
        let local = self.local();
        let mut inside = if self.c.chance(50) { Vec::new() } else { env.clone() };
        add_local(&mut inside, &local, &inner, constant);
        format!("{text} as {local} and ({})", self.condition(&inside, depth - 1))
    }

    fn quantified(&mut self, env: &Env, depth: usize) -> String {
        let Some((list, element, constant)) = self.list(env) else { return self.leaf_condition(env, depth) };
        let word = *self.c.pick(&["any", "all", "count", "sum"]);
        let local = self.local();
        let mut inside = if self.c.chance(50) { Vec::new() } else { env.clone() };
        add_local(&mut inside, &local, &element, constant);
        match word {
            "count" => {
                let body = self.condition(&inside, depth - 1);
                let against = self.comparison_sign();
                format!("count({local} in {list}: {body}) {against} {}", self.c.pick(&["1", "0", "2"]))
            }
            "sum" => {
                let ty = self.c.pick(&[Ty::Int, Ty::Decimal, Ty::Duration]).clone();
                let Some(body) = self.typed(&ty, &inside, depth - 1) else { return self.leaf_condition(env, depth) };
                let against = self.comparison_sign();
                let bound = literal(&ty, self.c, self.pool);
                format!("sum({local} in {list}: {body}) {against} {bound}")
            }
            _ => format!("{word}({local} in {list}: {})", self.condition(&inside, depth - 1)),
        }
    }

    fn comparison_sign(&mut self) -> &'static str {
        const SIGNS: [&str; 6] = ["==", ">", "<", ">=", "<=", "!="];
        SIGNS[self.c.below(SIGNS.len())]
    }

    /// A condition without `and`, `or` and `not` on its top.
    fn leaf_condition(&mut self, env: &Env, depth: usize) -> String {
        for _ in 0..4 {
            let made = match self.c.below(20) {
                0..=3 => self.comparison(env, depth),
                4 => self.membership(env, depth),
                5 => self.matching(env),
                6 => self.within(env),
                7 => self.containing(env, depth),
                8 => self.presence(env),
                9 => self.place(env, |p| p.ty == Ty::Bool).map(|p| p.text),
                10 => self.on_any(env),
                11 => self.deep_equality(env),
                12..=15 => self.on_command_line(env, depth),
                16 => self.on_query(env),
                17 => self.detection(env),
                18 => self.weekday(env),
                _ => self.within(env),
            };
            if let Some(made) = made {
                return made;
            }
        }
        self.comparison(env, depth).unwrap_or_else(|| (*self.c.pick(&["true", "false"])).to_owned())
    }

    fn comparison(&mut self, env: &Env, depth: usize) -> Option<String> {
        let place = self.place(env, |p| !p.is_constant && p.ty.has_equality() && !matches!(p.ty, Ty::Map(_) | Ty::List(_) | Ty::Set(_) | Ty::Record(_)))?;
        let ty = place.ty.clone();
        let left = if self.c.chance(30) { self.typed(&ty, env, depth.min(1)).unwrap_or(place.text) } else { place.text };
        let right = if self.c.chance(40) { self.operand(&ty, env, depth.min(1)) } else { literal(&ty, self.c, self.pool) };
        let sign = if ty.is_ordered() { self.comparison_sign() } else { *self.c.pick(&["==", "!="]) };
        Some(format!("{left} {sign} {right}"))
    }

    fn membership(&mut self, env: &Env, depth: usize) -> Option<String> {
        let word = *self.c.pick(&["in", "not in"]);
        if self.c.chance(50)
            && let Some((list, element, _)) = self.list(env)
            && element.has_equality()
            && element.has_literals()
        {
            // A record written out on the left doesn't learn its type from the list.
            let value = if matches!(element, Ty::Record(_)) { self.typed(&element, env, depth.min(1))? } else { self.operand(&element, env, depth.min(1)) };
            return Some(format!("{value} {word} {list}"));
        }
        let place = self.place(env, |p| {
            !p.is_local && !p.is_constant && p.ty.has_equality() && !matches!(p.ty, Ty::Map(_) | Ty::Record(_) | Ty::List(_) | Ty::Set(_) | Ty::Bool)
        })?;
        let set = literal(&Ty::Set(Box::new(place.ty.clone())), self.c, self.pool);
        Some(format!("{} {word} {set}", place.text))
    }

    fn matching(&mut self, env: &Env) -> Option<String> {
        let place = self.place(env, |p| {
            !p.is_constant
                && match p.ty {
                    Ty::Text => true,
                    Ty::Form(form) => !form.is_structured(),
                    _ => false,
                }
        })?;
        let pattern = match place.ty {
            Ty::Form(Form::Path(platform)) => *self.c.pick(globs(platform)),
            _ => *self.c.pick(&TEXT_PATTERNS),
        };
        let nocase = if self.c.chance(25) { "nocase " } else { "" };
        Some(format!("{} matches {nocase}{pattern}", place.text))
    }

    fn containing(&mut self, env: &Env, depth: usize) -> Option<String> {
        let place = self.place(env, |p| p.ty == Ty::Text)?;
        Some(format!("{} contains {}", place.text, self.operand(&Ty::Text, env, depth.min(1))))
    }

    fn presence(&mut self, env: &Env) -> Option<String> {
        if self.c.chance(30)
            && let Some(map) = self.place(env, |p| matches!(p.ty, Ty::Map(_) | Ty::Any))
        {
            let keys: &[&str] = if map.text.ends_with(".options") { &["--force", "-f", "-rf"] } else { &["k", "size", "A"] };
            return Some(format!("{} has \"{}\"", map.text, self.c.pick(keys)));
        }
        let place = self.place(env, |p| p.is_field && matches!(p.ty, Ty::Optional(_)))?;
        let (base, field) = place.text.rsplit_once('.')?;
        Some(format!("{base} has {field}"))
    }

    fn on_any(&mut self, env: &Env) -> Option<String> {
        let place = self.place(env, |p| p.ty == Ty::Any)?;
        let with = *self.c.pick(&["1", "\"a\"", "true", "0.1", "\"hello\""]);
        Some(format!("{} {} {with}", place.text, self.c.pick(&["==", "!="])))
    }

    fn deep_equality(&mut self, env: &Env) -> Option<String> {
        let place = self.place(env, |p| !p.is_constant && matches!(p.ty, Ty::List(_) | Ty::Set(_) | Ty::Record(_) | Ty::Map(_)) && p.ty.has_equality())?;
        let sign = *self.c.pick(&["==", "!="]);
        let other = self.place(env, |p| p.ty == place.ty).expect("itself");
        let right = if other.text != place.text || !place.ty.has_literals() { other.text } else { literal(&place.ty, self.c, self.pool) };
        Some(format!("{} {sign} {right}", place.text))
    }

    /// A list or set, with the type of its elements and whether it is constant.
    fn list(&mut self, env: &Env) -> Option<(String, Ty, bool)> {
        let optional_list = |p: &Place| matches!(&p.ty, Ty::Optional(t) if matches!(**t, Ty::List(_)));
        let place = self.place(env, |p| list_of(&p.ty).is_some() || optional_list(p))?;
        let inner = match &place.ty {
            Ty::Optional(t) => (**t).clone(),
            other => other.clone(),
        };
        let element = list_of(&inner)?.clone();
        if optional_list(&place) || (matches!(inner, Ty::List(_)) && self.c.chance(25)) {
            let other = self.place(env, |p| p.ty == inner || p.ty == Ty::Optional(Box::new(inner.clone()))).expect("itself");
            return Some((format!("({} + {})", place.text, other.text), element, place.is_constant && other.is_constant));
        }
        Some((place.text, element, place.is_constant))
    }

    /// Something that may be absent, of a type if one is asked for, with its inner type and whether it is constant.
    fn optional(&mut self, env: &Env, wanted: Option<&Ty>) -> Option<(String, Ty, bool)> {
        let fits = |t: &Ty| wanted.is_none_or(|w| w == t);
        let place = self.place(env, |p| match &p.ty {
            Ty::Optional(t) => fits(t),
            Ty::Map(t) | Ty::List(t) => fits(t) && !matches!(**t, Ty::Optional(_)),
            _ => false,
        })?;
        Some(match &place.ty {
            Ty::Map(t) => (format!("{}[\"{}\"]", place.text, self.c.pick(&["k", "size"])), (**t).clone(), place.is_constant),
            Ty::List(t) => (format!("{}[{}]", place.text, self.c.pick(&["0", "1"])), (**t).clone(), place.is_constant),
            Ty::Optional(t) => (place.text, (**t).clone(), place.is_constant),
            _ => unreachable!("it was asked for"),
        })
    }

    fn call(&mut self, result: &Ty, env: &Env, depth: usize) -> Option<String> {
        let fitting: Vec<&FnModel> = self.fns.iter().filter(|f| f.result == *result).collect();
        if fitting.is_empty() {
            return None;
        }
        let model = (*self.c.pick(&fitting)).clone();
        let args: Vec<String> = model.params.iter().map(|ty| self.typed(ty, env, depth.min(1))).collect::<Option<_>>()?;
        Some(format!("{}({})", model.name, args.join(", ")))
    }

    /// A value of a type that has literals: anything, also a literal. Compound values are in brackets.
    pub fn operand(&mut self, ty: &Ty, env: &Env, depth: usize) -> String {
        match self.c.below(10) {
            7 | 8 => return literal(ty, self.c, self.pool),
            9 => {
                if let Some(constant) = self.place(env, |p| p.is_constant && p.ty == *ty) {
                    return constant.text;
                }
            }
            _ => {}
        }
        self.typed(ty, env, depth).unwrap_or_else(|| literal(ty, self.c, self.pool))
    }

    /// A value of a type that reads something, so that its type is known where it stands; none when there is nothing to read.
    pub fn typed(&mut self, ty: &Ty, env: &Env, depth: usize) -> Option<String> {
        if depth > 0 && self.c.chance(60) {
            let made = match self.c.below(6) {
                0 => self.optional(env, Some(ty)).filter(|(.., constant)| !constant).and_then(|(text, ..)| {
                    let other = self.place(env, |p| p.ty == *ty).map(|p| p.text);
                    let default = if ty.has_literals() { other.unwrap_or_else(|| literal(ty, self.c, self.pool)) } else { other? };
                    Some(format!("({text} else {default})"))
                }),
                1 => self.call(ty, env, depth),
                2 if ty.has_literals() => self.typed(ty, env, depth - 1).map(|a| {
                    let (condition, b) = (self.leaf_condition(env, 0), self.operand(ty, env, 0));
                    format!("(if {condition} then {a} else {b})")
                }),
                _ => self.compound(ty, env, depth),
            };
            if made.is_some() {
                return made;
            }
        }
        self.place(env, |p| !p.is_constant && p.ty == *ty).map(|p| p.text)
    }

    fn compound(&mut self, ty: &Ty, env: &Env, depth: usize) -> Option<String> {
        let sub = depth - 1;
        match ty {
            Ty::Int | Ty::Date if self.c.chance(15) => self.clock(env, ty),
            Ty::Int => match self.c.below(8) {
                0 => {
                    let place = self.place(env, |p| matches!(p.ty, Ty::Text | Ty::List(_) | Ty::Set(_) | Ty::Map(_)))?;
                    Some(format!("length({})", place.text))
                }
                _ => self.arithmetic(ty, env, sub),
            },
            Ty::Decimal => self.arithmetic(ty, env, sub),
            Ty::Duration => match self.c.below(6) {
                0 => self.difference(&Ty::Time, env, sub),
                1 => self.difference(&Ty::Date, env, sub),
                2 => {
                    let a = self.typed(&Ty::Duration, env, sub)?;
                    Some(format!("({a} * {})", self.operand(&Ty::Int, env, sub)))
                }
                _ => self.sum_like(ty, env, sub),
            },
            Ty::Time | Ty::Date => {
                if self.c.chance(25) {
                    return self.function_of_two(ty, env, sub);
                }
                let a = self.typed(ty, env, sub)?;
                let sign = *self.c.pick(&["+", "-"]);
                Some(format!("({a} {sign} {})", self.operand(&Ty::Duration, env, sub)))
            }
            Ty::Text => {
                let place = self.place(env, |p| p.ty == Ty::Text)?;
                Some(format!("lower({})", place.text))
            }
            Ty::List(_) => {
                let a = self.typed(ty, env, 0)?;
                let b = self.place(env, |p| p.ty == *ty || p.ty == Ty::Optional(Box::new(ty.clone())))?;
                Some(format!("({a} + {})", b.text))
            }
            _ => None,
        }
    }

    fn difference(&mut self, of: &Ty, env: &Env, sub: usize) -> Option<String> {
        let a = self.typed(of, env, sub)?;
        Some(format!("({a} - {})", self.operand(of, env, sub)))
    }

    fn function_of_two(&mut self, ty: &Ty, env: &Env, sub: usize) -> Option<String> {
        let word = *self.c.pick(&["min", "max"]);
        let a = self.typed(ty, env, sub)?;
        Some(format!("{word}({a}, {})", self.operand(ty, env, sub)))
    }

    fn sum_like(&mut self, ty: &Ty, env: &Env, sub: usize) -> Option<String> {
        if self.c.chance(25) {
            return self.function_of_two(ty, env, sub);
        }
        if self.c.chance(25) {
            let a = self.typed(ty, env, sub)?;
            return Some(if self.c.chance(50) { format!("(-{a})") } else { format!("abs({a})") });
        }
        let a = self.typed(ty, env, sub)?;
        let sign = *self.c.pick(&["+", "-"]);
        Some(format!("({a} {sign} {})", self.operand(ty, env, sub)))
    }

    fn arithmetic(&mut self, ty: &Ty, env: &Env, sub: usize) -> Option<String> {
        if self.c.chance(25) {
            let a = self.typed(ty, env, sub)?;
            return Some(format!("({a} * {})", self.operand(ty, env, sub)));
        }
        self.sum_like(ty, env, sub)
    }
}
