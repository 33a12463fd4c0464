//! Conditions over small domains.

use super::{LEVELS, SmallField, SmallTy, TEXTS};
use crate::generate::choices::Choices;

/// Something that can be read.
#[derive(Clone, Debug)]
pub struct Place {
    /// As written.
    pub text: String,
    /// Its type.
    pub ty: SmallTy,
    /// Whether it may be absent.
    pub optional: bool,
}

/// What can be read here.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// The places.
    pub places: Vec<Place>,
    /// The arguments that an obligation may set.
    pub settable: Vec<SmallField>,
}

impl Env {
    /// Adds a field of `args`, `facts` or `context`, and what is below it.
    pub fn add(&mut self, base: &str, field: &SmallField) {
        let text = format!("{base}.{}", field.name);
        self.places.push(Place { text: text.clone(), ty: field.ty.clone(), optional: field.optional });
        if field.ty == SmallTy::Record && !field.optional {
            self.below(&text);
        }
    }

    fn below(&mut self, record: &str) {
        self.places.push(Place { text: format!("{record}.flag"), ty: SmallTy::Bool, optional: false });
        self.places.push(Place { text: format!("{record}.size"), ty: SmallTy::Level, optional: true });
    }

    /// Returns an optional member of the enum, where there is one.
    pub fn optional_level(&self) -> Option<String> {
        self.places.iter().find(|p| p.optional && p.ty == SmallTy::Level).map(|p| p.text.clone())
    }

    fn some(&self, fits: impl Fn(&Place) -> bool) -> Vec<&Place> {
        self.places.iter().filter(|p| fits(p)).collect()
    }

    /// The same, where an optional is known to be there.
    fn knowing(&self, place: &Place) -> Self {
        let mut env = self.clone();
        env.places.retain(|p| p.text != place.text);
        env.places.push(Place { optional: false, ..place.clone() });
        if place.ty == SmallTy::Record {
            env.below(&place.text);
        }
        env
    }
}

/// Makes conditions.
pub struct Maker<'m, 't> {
    /// The tape.
    pub c: &'m mut Choices<'t>,
    /// How many local names were given.
    pub locals: usize,
}

impl Maker<'_, '_> {
    fn local(&mut self) -> String {
        self.locals += 1;
        format!("v{}", self.locals)
    }

    pub(super) fn sign(&mut self) -> &'static str {
        self.c.pick::<&str>(&["==", "<", ">", "<=", ">=", "!="])
    }

    pub(super) fn place(&mut self, env: &Env, fits: impl Fn(&Place) -> bool) -> Option<Place> {
        let some = env.some(fits);
        if some.is_empty() { None } else { Some((*self.c.pick(&some)).clone()) }
    }

    /// Makes a condition.
    pub fn condition(&mut self, env: &Env, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(env, 0);
        }
        match self.c.below(14) {
            0..=5 => self.leaf(env, depth),
            6 | 7 => format!("({}) and ({})", self.condition(env, depth - 1), self.condition(env, depth - 1)),
            8 | 9 => format!("({}) or ({})", self.condition(env, depth - 1), self.condition(env, depth - 1)),
            10 | 11 => format!("not ({})", self.condition(env, depth - 1)),
            12 => format!("(if {} then ({}) else ({}))", self.condition(env, depth - 1), self.condition(env, depth - 1), self.condition(env, depth - 1)),
            _ => self.narrowed(env, depth),
        }
    }

    /// What is asked of an optional where it is there.
    fn narrowed(&mut self, env: &Env, depth: usize) -> String {
        let Some(place) = self.place(env, |p| p.optional) else { return self.leaf(env, depth) };
        let (base, field) = place.text.rsplit_once('.').expect("a field has a base");
        if self.c.chance(50) {
            let inside = env.knowing(&place);
            return format!("{base} has {field} and ({})", self.condition(&inside, depth - 1));
        }
        let local = self.local();
        let mut inside = env.clone();
        inside.places.push(Place { text: local.clone(), ty: place.ty.clone(), optional: false });
        if place.ty == SmallTy::Record {
            inside.below(&local);
        }
        format!("{} as {local} and ({})", place.text, self.condition(&inside, depth - 1))
    }

    fn leaf(&mut self, env: &Env, depth: usize) -> String {
        let Some(place) = self.place(env, |_| true) else { return self.c.pick(&["true", "step.name == \"t0\"", "step.name in { \"t1\", \"x\" }"]).to_string() };
        if place.optional {
            let (base, field) = place.text.rsplit_once('.').expect("a field has a base");
            if self.c.chance(35) {
                return format!("{base} has {field}");
            }
            return match place.ty {
                SmallTy::Record => format!("{base} has {field} and {}.flag", place.text),
                _ => {
                    let default = self.literal(&place.ty);
                    self.about(env, &Place { text: format!("({} else {default})", place.text), optional: false, ..place }, depth)
                }
            };
        }
        self.about(env, &place, depth)
    }

    /// A condition on a value that is there.
    fn about(&mut self, env: &Env, place: &Place, depth: usize) -> String {
        let text = &place.text;
        let alike = self.place(env, |p| p.ty == place.ty && !p.optional && p.text != *text).filter(|_| self.c.chance(30));
        if let Some(other) = alike
            && !matches!(place.ty, SmallTy::Int(..))
        {
            let sign = *self.c.pick(&["==", "!="]);
            return format!("{text} {sign} {}", other.text);
        }
        match &place.ty {
            SmallTy::Bool => text.clone(),
            SmallTy::Level => match self.c.below(4) {
                0 => format!("{text} == {}", self.c.pick(&LEVELS)),
                1 => format!("{text} != {}", self.c.pick(&LEVELS)),
                2 => format!("{text} in {{ {}, {} }}", self.c.pick(&LEVELS), self.c.pick(&LEVELS)),
                _ => format!("{text} not in {{ {}, {} }}", self.c.pick(&LEVELS), self.c.pick(&LEVELS)),
            },
            SmallTy::Int(..) => {
                let left = if self.c.chance(50) { text.clone() } else { self.number(env, depth.max(1)) };
                let right = if self.c.chance(70) { self.int_literal() } else { self.number(env, 1) };
                let sign = self.sign();
                // What is computed from constants alone must have a value, and says nothing.
                if left.contains('.') || left == *text { format!("{left} {sign} {right}") } else { format!("{text} {sign} {right}") }
            }
            SmallTy::Decimal => {
                let sign = self.sign();
                let more = *self.c.pick(&["", " + 0.25", " * 2", " - 3"]);
                format!("{text}{more} {sign} {}", self.c.pick(&["1", "0.5", "2.25", "4.5", "-2.5"]))
            }
            SmallTy::Text(_) => match self.c.below(6) {
                0 | 1 => format!("{text} == {:?}", self.c.pick(&TEXTS)),
                2 => format!("{text} in {{ {:?}, {:?} }}", self.c.pick(&TEXTS), self.c.pick(&TEXTS)),
                3 => format!("length({text}) {} {}", self.sign(), self.c.below(3)),
                4 => format!("{text} contains {:?}", self.c.pick(&["b", "1", "bb"])),
                _ => format!("lower({text}) != {:?}", self.c.pick(&["a", "b", "bb"])),
            },
            SmallTy::Date => {
                let sign = self.sign();
                let more = *self.c.pick(&["", " + 1d", " - 1d"]);
                format!("{text}{more} {sign} 2026-01-0{}", 1 + self.c.below(4))
            }
            SmallTy::Record => format!("{text}.flag"),
            SmallTy::List | SmallTy::Set => self.about_list(env, place, depth),
        }
    }

    fn about_list(&mut self, env: &Env, place: &Place, depth: usize) -> String {
        let text = &place.text;
        let (one, two) = (*self.c.pick(&LEVELS), *self.c.pick(&LEVELS));
        let local = self.local();
        let mut inside = env.clone();
        inside.places.retain(|p| !matches!(p.ty, SmallTy::List | SmallTy::Set));
        inside.places.push(Place { text: local.clone(), ty: SmallTy::Level, optional: false });
        inside.places.push(Place { text: local.clone(), ty: SmallTy::Level, optional: false });
        match self.c.below(8) {
            0 => format!("all({local} in {text}: {local} {} {one})", self.c.pick(&["==", "!="])),
            1 => format!("any({local} in {text}: {})", self.condition(&inside, depth.saturating_sub(1).min(1))),
            2 => format!("{one} in {text}"),
            3 => format!("length({text}) {} {}", self.sign(), self.c.below(3)),
            4 => format!("count({local} in {text}: {}) {} {}", self.condition(&inside, depth.saturating_sub(1).min(1)), self.sign(), self.c.below(3)),
            5 => format!("sum({local} in {text}: if {local} == {one} then 1 else {}) {} {}", self.c.below(3), self.sign(), self.c.below(4)),
            6 if place.ty == SmallTy::List => format!("({text}[{}] else {one}) == {two}", self.c.below(3)),
            6 => format!("{text} == {{ {one}, {two} }}"),
            _ if place.ty == SmallTy::List && self.c.chance(40) => format!("{text} == [{one}]"),
            _ => format!("{two} not in {text}"),
        }
    }

    /// A literal of a type.
    pub fn literal(&mut self, ty: &SmallTy) -> String {
        match ty {
            SmallTy::Bool => (*self.c.pick(&["false", "true"])).to_owned(),
            SmallTy::Level => (*self.c.pick(&LEVELS)).to_owned(),
            SmallTy::Int(..) => self.int_literal(),
            SmallTy::Decimal => (*self.c.pick(&["0.5", "1"])).to_owned(),
            SmallTy::Text(_) => format!("{:?}", self.c.pick(&TEXTS)),
            SmallTy::Date => "2026-01-02".to_owned(),
            SmallTy::Record => "{ flag: true }".to_owned(),
            SmallTy::List => (*self.c.pick(&["[]", "[low]"])).to_owned(),
            SmallTy::Set => "{ mid }".to_owned(),
        }
    }

    /// An obligation.
    pub fn obligation(&mut self, env: &Env) -> String {
        let settable: Vec<SmallField> =
            env.settable.iter().filter(|f| matches!(f.ty, SmallTy::Int(..) | SmallTy::Level | SmallTy::Text(_) | SmallTy::Bool)).cloned().collect();
        match self.c.below(4) {
            0 => format!("notify {:?}", self.c.pick(&["ops", "bank"])),
            1 => format!("require {:?}", self.c.pick(&["dry-run", "log"])),
            _ if settable.is_empty() => "notify \"ops\"".to_owned(),
            _ => {
                let field = self.c.pick(&settable).clone();
                let value = match field.ty {
                    SmallTy::Int(..) => self.number(env, 2),
                    SmallTy::Level => self.level(env),
                    ref ty => self.literal(ty),
                };
                format!("set args.{}: {value}", field.name)
            }
        }
    }

    /// A member of the enum.
    pub fn level(&mut self, env: &Env) -> String {
        match self.place(env, |p| p.ty == SmallTy::Level) {
            Some(place) if place.optional => format!("({} else {})", place.text, self.c.pick(&LEVELS)),
            Some(place) if self.c.chance(70) => place.text,
            _ => (*self.c.pick(&LEVELS)).to_owned(),
        }
    }
}
