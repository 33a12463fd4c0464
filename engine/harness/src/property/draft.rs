//! What a session is made of before it is played: steps with values, and what happens between them.

use std::collections::BTreeMap;

use reach_compiler::ir::{Field, StepKind, Target, Type};

use super::constants::{Constants, Named};
use super::place::{Place, Root, Way, bare};
use super::random::Random;
use super::{number, texts};
use crate::witness::Json;

/// A session.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan<'b> {
    /// The context; fields that aren't here have no value.
    pub context: BTreeMap<String, Json>,
    /// What happens, in order. The last step is the one that the session is for.
    pub moves: Vec<Move<'b>>,
    /// When the last step is, if that matters, in nanoseconds.
    pub at: Option<i128>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Move<'b> {
    /// The user says something.
    Prompt(String),
    /// Time goes by, in nanoseconds.
    Pause(i128),
    /// Something in the context changes.
    Context(BTreeMap<String, Json>),
    /// A step, and what becomes of it.
    Step(Draft<'b>),
}

/// A step that is being made.
#[derive(Clone, Debug)]
pub(super) struct Draft<'b> {
    pub kind: StepKind,
    pub name: String,
    /// The declared step; none where it isn't declared.
    pub target: Option<&'b Target>,
    pub args: BTreeMap<String, Json>,
    pub facts: BTreeMap<String, Json>,
    /// What it comes back with; none where no result comes.
    pub result: Option<Json>,
    /// Whether it succeeds.
    pub ok: bool,
    /// Whether a person agrees where it is asked; none where nobody answers.
    pub approved: Option<bool>,
    /// Whether the agreement holds for the session.
    pub for_session: bool,
    /// What it costs, by budget.
    pub usage: BTreeMap<String, Json>,
    /// Whether a child takes it: the number of the step that spawned it.
    pub agent: Option<usize>,
    /// What stays absent.
    pub absent: Vec<Root>,
}

impl<'b> Draft<'b> {
    pub fn of(target: &'b Target) -> Self {
        Self { target: Some(target), ..Self::undeclared(target.kind, &target.name) }
    }

    pub fn undeclared(kind: StepKind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            target: None,
            args: BTreeMap::new(),
            facts: BTreeMap::new(),
            result: None,
            ok: true,
            approved: Some(true),
            for_session: false,
            usage: BTreeMap::new(),
            agent: None,
            absent: Vec::new(),
        }
    }
}

/// Makes values from types and constants.
pub(super) struct Filler<'a> {
    pub random: &'a mut Random,
    pub constants: &'a Constants,
}

/// How many elements a long list has.
const LONG: usize = 40;

impl Filler<'_> {
    /// Gives a step all that it needs, and some of what it may have.
    pub fn fill(&mut self, draft: &mut Draft<'_>) {
        let Some(target) = draft.target else { return };
        for field in &target.args {
            let root = Root::Arg(field.name.to_string());
            if !draft.args.contains_key(field.name.as_str()) && !self.is_left_out(field, &root, &draft.absent, 100) {
                let value = self.declared(field, &Place { root, ways: Vec::new() });
                draft.args.insert(field.name.to_string(), value);
            }
        }
        for field in &target.facts {
            let root = Root::Fact(field.name.to_string());
            if !draft.facts.contains_key(field.name.as_str()) && !self.is_left_out(field, &root, &draft.absent, 85) {
                let value = self.declared(field, &Place { root, ways: Vec::new() });
                draft.facts.insert(field.name.to_string(), value);
            }
        }
    }

    /// Gives the context what isn't there yet, mostly.
    pub fn fill_context(&mut self, context: &mut BTreeMap<String, Json>, fields: &[Field]) {
        let most = if self.random.chance(90) { 100 } else { 70 };
        for field in fields {
            let root = Root::Context(field.name.to_string());
            if !context.contains_key(field.name.as_str()) && !self.is_left_out(field, &root, &[], most) {
                let value = self.declared(field, &Place { root, ways: Vec::new() });
                context.insert(field.name.to_string(), value);
            }
        }
    }

    /// Tells whether a field is left out; of those that are needed `needed` in 100 are there.
    fn is_left_out(&mut self, field: &Field, root: &Root, absent: &[Root], needed: usize) -> bool {
        absent.contains(root) || !self.random.chance(if matches!(field.ty, Type::Optional(_)) { 50 } else { needed })
    }

    fn declared(&mut self, field: &Field, place: &Place) -> Json {
        self.value(&field.ty, place, 0)
    }

    /// Makes an id: mostly one that is known in some world.
    fn id(&mut self, of: &str, place: &Place) -> String {
        let known = self.constants.ids.get(of).map_or(&[][..], Vec::as_slice);
        match self.random.pick(known).cloned() {
            Some(id) if self.random.chance(80) => id,
            _ => Some(self.text(&Type::Text, place)).filter(|id| !id.is_empty()).unwrap_or_else(|| "nobody".to_owned()),
        }
    }

    /// Makes a value of a type.
    pub fn value(&mut self, ty: &Type, place: &Place, depth: usize) -> Json {
        let inner = |way: Way| {
            let mut place = place.clone();
            place.ways.push(way);
            place
        };
        match bare(ty) {
            Type::Bool => Json::Bool(self.random.chance(50)),
            ty @ (Type::Int | Type::Decimal | Type::Time | Type::Date | Type::Duration) => {
                let n = self.number(ty, place);
                number::json(ty, n)
            }
            Type::Enum(members) => Json::Text(self.random.pick(members).cloned().unwrap_or_default()),
            ty @ (Type::Text | Type::Form(_)) => Json::Text(self.text(ty, place)),
            Type::Entity(name) => Json::Text(self.id(name, place)),
            Type::List(of) => Json::List(self.elements(of, &inner(Way::Item), depth)),
            Type::Set(of) => {
                let mut items: Vec<Json> = Vec::new();
                for item in self.elements(of, &inner(Way::Item), depth) {
                    if !items.contains(&item) {
                        items.push(item);
                    }
                }
                Json::List(items)
            }
            Type::Record(fields) => {
                let mut entries = Vec::new();
                for (name, ty) in fields.iter() {
                    if !matches!(ty, Type::Optional(_)) || self.random.chance(50) {
                        entries.push((name.clone(), self.value(ty, &inner(Way::Field(name.clone())), depth + 1)));
                    }
                }
                Json::Object(entries)
            }
            Type::Map(of) => {
                let named: Vec<String> = self.keys(place).into_iter().chain(["a".to_owned()]).collect();
                let mut entries = Vec::new();
                for key in named {
                    if self.random.chance(50) {
                        let value = self.value(of, &inner(Way::Key(key.clone())), depth + 1);
                        entries.push((key, value));
                    }
                }
                Json::Object(entries)
            }
            _ => match self.random.below(5) {
                0 => Json::Bool(true),
                1 => Json::Number("1".to_owned()),
                2 => Json::List(Vec::new()),
                3 => Json::Object(vec![("a".to_owned(), Json::Text("b".to_owned()))]),
                _ => Json::Text(self.text(&Type::Text, place)),
            },
        }
    }

    /// Returns the keys of a map that the policy names.
    fn keys(&self, place: &Place) -> Vec<String> {
        let below = self.constants.by_place.keys().filter(|p| p.root == place.root && p.ways.starts_with(&place.ways));
        let key = |p: &Place| if let Some(Way::Key(key)) = p.ways.get(place.ways.len()) { Some(key.clone()) } else { None };
        below.filter_map(key).take(LONG).collect()
    }

    fn elements(&mut self, of: &Type, place: &Place, depth: usize) -> Vec<Json> {
        let mut list = place.clone();
        list.ways.pop();
        let bounds: Vec<i128> = self.constants.by_place.get(&list).into_iter().flat_map(|named| &named.lengths).copied().collect();
        let count = match self.random.pick(&bounds) {
            Some(bound) if self.random.chance(60) => usize::try_from(bound.saturating_add(self.random.one_of([-1, 0, 1]))).unwrap_or(0).min(10_000),
            _ if depth == 0 && self.random.chance(4) => LONG,
            _ => self.random.below(4),
        };
        // Deep lists of lists stay small.
        let count = if depth > 2 { count.min(1) } else { count };
        (0..count).map(|_| self.value(of, place, depth + 1)).collect()
    }

    /// Makes a number: mostly at a boundary that the policy names.
    pub fn number(&mut self, ty: &Type, place: &Place) -> i128 {
        let of_place: Vec<i128> = self.named(place).map(|named| named.numbers.iter().copied().collect()).unwrap_or_default();
        let known = if self.random.chance(75) { self.random.pick(&of_place).copied() } else { None };
        let known = known.or_else(|| {
            let of_type: Vec<i128> = self.constants.numbers.get(bare(ty)).into_iter().flatten().copied().collect();
            if self.random.chance(50) { self.random.pick(&of_type).copied() } else { None }
        });
        if let Some(known) = known {
            let around = number::around(ty, known);
            return self.random.one_of(around);
        }
        let unit = number::unit(ty);
        match bare(ty) {
            Type::Int => self.random.one_of([0, 1, 2, 3, 10, 100, -1, i128::from(i64::MAX), i128::from(i64::MIN)]),
            Type::Decimal => self.random.one_of([0, 1, 100, 150, 1_000, 100_000, 10_000_000, -1]).saturating_mul(unit),
            // Days around 2026-01-01.
            Type::Date => 20_454 + self.random.one_of([-366, -1, 0, 1, 30, 366]),
            Type::Time => super::play::START.saturating_add(self.random.one_of([-86_400, -1, 0, 1, 3_600, 86_400]).saturating_mul(unit)),
            _ => self.random.one_of([0, 1, 60, 3_600, 86_400]).saturating_mul(unit),
        }
    }

    fn named(&self, place: &Place) -> Option<&Named> {
        self.constants.by_place.get(place)
    }

    /// Makes a text: mostly one that the policy names, or one that looks like it.
    pub fn text(&mut self, ty: &Type, place: &Place) -> String {
        if let Some(named) = self.constants.by_place.get(place) {
            let lengths: Vec<i128> = named.lengths.iter().copied().collect();
            if let Some(length) = self.random.pick(&lengths).copied()
                && self.random.chance(40)
            {
                let length = length.saturating_add(self.random.one_of([-1, 0, 1]));
                return "a".repeat(usize::try_from(length).unwrap_or(0).min(20_000));
            }
            let patterns: Vec<_> = named.patterns.iter().collect();
            if let Some(pattern) = self.random.pick(&patterns)
                && self.random.chance(40)
            {
                return texts::admitted(self.random, ty, pattern);
            }
            let known: Vec<&String> = named.texts.iter().collect();
            if let Some(known) = self.random.pick(&known).copied()
                && self.random.chance(75)
            {
                return if self.random.chance(50) { known.clone() } else { self.random.pick(&texts::near(ty, known)).cloned().unwrap_or_default() };
            }
        }
        // What is compared with a part says something of the whole.
        let parts: Vec<(&Place, &Named)> =
            self.constants.by_place.range(place.clone()..).take_while(|(p, _)| p.root == place.root).filter(|(p, _)| p.ways.starts_with(&place.ways)).collect();
        if let Some((part, named)) = self.random.pick(&parts)
            && let Some(Way::Part(form, part)) = part.ways.get(place.ways.len())
            && self.random.chance(75)
        {
            let known: Vec<&String> = named.texts.iter().collect();
            if let Some(known) = self.random.pick(&known) {
                let ty = Type::Form(*form).of_part(*part);
                let near = texts::near(&ty, known);
                let text = if self.random.chance(50) { (*known).clone() } else { self.random.pick(&near).cloned().unwrap_or_default() };
                return texts::with_part(*form, *part, &text);
            }
        }
        let typical = texts::typical(ty);
        let known: Vec<&String> = self.constants.texts.iter().collect();
        match self.random.pick(&known) {
            Some(known) if matches!(bare(ty), Type::Text) && self.random.chance(30) => (*known).clone(),
            _ => self.random.pick(typical).copied().unwrap_or_default().to_owned(),
        }
    }

    /// Puts a value into another one, at the end of a way.
    pub fn put(&mut self, whole: &mut Json, ty: &Type, place: &Place, passed: usize, value: Json) {
        let Some(way) = place.ways.get(passed) else {
            *whole = value;
            return;
        };
        let here = Place { root: place.root.clone(), ways: place.ways.get(..passed).unwrap_or_default().to_vec() };
        match (way, bare(ty)) {
            (Way::Field(name), Type::Record(fields)) => {
                if !matches!(whole, Json::Object(_)) {
                    *whole = self.value(ty, &here, passed);
                }
                let Some((_, of)) = fields.iter().find(|(field, _)| field == name) else { return };
                self.put_entry(whole, name, of, place, passed, value);
            }
            (Way::Key(key), Type::Map(of)) => {
                if !matches!(whole, Json::Object(_)) {
                    *whole = Json::Object(Vec::new());
                }
                self.put_entry(whole, key, of, place, passed, value);
            }
            (Way::Item, Type::List(of) | Type::Set(of)) => {
                if !matches!(whole, Json::List(_)) {
                    *whole = Json::List(Vec::new());
                }
                let Json::List(items) = whole else { return };
                if items.is_empty() {
                    items.push(Json::Null);
                }
                if let Some(first) = items.first_mut() {
                    self.put(first, of, place, passed + 1, value);
                }
            }
            (Way::Part(form, part), _) => {
                let mut inner = Json::Null;
                self.put(&mut inner, &Type::Form(*form).of_part(*part), place, passed + 1, value);
                let text = match inner {
                    Json::Text(text) | Json::Number(text) => text,
                    _ => return,
                };
                *whole = Json::Text(texts::with_part(*form, *part, &text));
            }
            _ => {}
        }
    }

    fn put_entry(&mut self, whole: &mut Json, key: &str, of: &Type, place: &Place, passed: usize, value: Json) {
        let Json::Object(entries) = whole else { return };
        let at = entries.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            entries.push((key.to_owned(), Json::Null));
            entries.len() - 1
        });
        if let Some((_, entry)) = entries.get_mut(at) {
            self.put(entry, of, place, passed + 1, value);
        }
    }
}

/// Returns the value at the end of a way, where it can be read off.
pub(super) fn get<'j>(whole: &'j Json, ways: &[Way]) -> Option<&'j Json> {
    let Some((way, rest)) = ways.split_first() else { return Some(whole) };
    let inner = match (way, whole) {
        (Way::Field(name) | Way::Key(name), Json::Object(_)) => whole.get(name)?,
        (Way::Item, Json::List(items)) => items.first()?,
        _ => return None,
    };
    get(inner, rest)
}
