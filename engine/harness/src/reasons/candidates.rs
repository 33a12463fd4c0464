//! Values that a step might have instead: those that its rules speak of, their neighbours, those of its type, and those that were seen in
//! the session. Near ones come first.

use std::collections::{BTreeMap, BTreeSet};

use reach_compiler::ir::{Bundle, Const, Expr, ExprKind, Field, PatternKind, SlotRef, Type};
use reach_values::{decimal, int, time};

use super::tree::Forest;
use crate::witness::Json;

/// How many candidates of one value there are.
const MOST: usize = 1_024;

/// How many words of what was said are candidates.
const MOST_WORDS: usize = 256;

/// The longest word.
const LONGEST: usize = 256;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The value, as JSON; none where it isn't there.
    pub json: Option<String>,
    /// How far it is from what it was.
    pub far: u64,
}

/// Adds the places that an expression reads.
pub fn slots(expr: &Expr, out: &mut BTreeSet<SlotRef>) {
    if let ExprKind::Slot(slot) = &expr.kind {
        out.insert(slot.clone());
    }
    expr.children().into_iter().for_each(|child| slots(child, out));
}

/// Returns the field of a place.
fn field<'b>(bundle: &'b Bundle, target: usize, slot: &SlotRef) -> Option<&'b Field> {
    let declared = bundle.targets.get(target)?;
    match slot {
        SlotRef::Arg(name) => declared.args.iter().find(|f| f.name == *name),
        SlotRef::Fact(name) => declared.facts.iter().find(|f| f.name == *name),
        SlotRef::Context(name) => bundle.context.iter().find(|f| f.name == *name),
        SlotRef::System(_) | SlotRef::Result => None,
    }
}

/// Returns values for a place, nearest first.
pub fn candidates(bundle: &Bundle, target: usize, forest: &Forest, slot: &SlotRef, now: Option<&String>, past: &[String]) -> Vec<Candidate> {
    // What isn't declared can only go away.
    let Some(field) = field(bundle, target, slot) else { return vec![Candidate { json: None, far: 0 }] };
    let mut gathered = Gathered::default();
    for leaf in &forest.leaves {
        let expr = reach_analysis::through_class(bundle, target, leaf.class, &leaf.alone);
        let mut read = BTreeSet::new();
        slots(&expr, &mut read);
        if read.contains(slot) {
            gathered.of(&expr);
        }
    }
    if let Some(check) = &field.check {
        gathered.of(&check.condition);
    }
    for charge in bundle.charges.iter().filter(|c| c.targets.iter().any(|t| t.target as usize == target)) {
        gathered.of(&charge.amount);
    }
    gathered.said(past, slot);
    let now_json = now.and_then(|now| Json::read(now));
    let mut values: Vec<Option<Json>> = Vec::new();
    if matches!(field.ty, Type::Optional(_)) || matches!(slot, SlotRef::Fact(_)) {
        values.push(None);
    }
    values.extend(gathered.values(&field.ty, now_json.as_ref()).into_iter().map(Some));
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (number, value) in values.into_iter().enumerate() {
        let json = value.as_ref().map(Json::written);
        if json.as_ref() == now || !seen.insert(json.clone()) {
            continue;
        }
        let far = distance(&field.ty, now_json.as_ref(), value.as_ref()).saturating_mul(MOST as u64 * 4).saturating_add(number as u64);
        out.push(Candidate { json, far });
        if out.len() >= MOST {
            break;
        }
    }
    out.sort_by(|a, b| (a.far, &a.json).cmp(&(b.far, &b.json)));
    out
}

/// What rules and events speak of.
#[derive(Default)]
struct Gathered {
    numbers: BTreeMap<Type, BTreeSet<i128>>,
    texts: Vec<String>,
    lists: Vec<Vec<Const>>,
    heard: Vec<String>,
}

impl Gathered {
    fn of(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(value) => self.constant(&expr.ty, value),
            ExprKind::Contains(_, text) => self.of(text),
            ExprKind::Matches(_, pattern) => self.pattern(pattern.kind, &pattern.text),
            ExprKind::Runs(_, _, commands) => self.texts.extend(commands.iter().map(|words| words.join(" "))),
            ExprKind::Query(_, _, tables) => self.texts.extend(tables.iter().map(|table| format!("select * from {}", table.replace('*', "a")))),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.of(child));
    }

    fn constant(&mut self, ty: &Type, value: &Const) {
        match (ty, value) {
            (Type::Optional(of), value) => self.constant(of, value),
            (ty, Const::Num(n)) => drop(self.numbers.entry(ty.clone()).or_default().insert(*n)),
            (ty, Const::Text(text)) => {
                self.texts.push(text.to_string());
                if ty.is_path() {
                    self.texts.push(format!("{}/a", text.trim_end_matches('/')));
                }
            }
            (Type::List(of) | Type::Set(of), Const::List(items)) => {
                items.iter().for_each(|item| self.constant(of, item));
                self.lists.push(items.to_vec());
            }
            _ => {}
        }
    }

    /// Adds a text that a pattern may match.
    fn pattern(&mut self, kind: PatternKind, text: &str) {
        if kind == PatternKind::Regex {
            return;
        }
        let mut made = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '*' | '?' => made.push('a'),
                '{' => {
                    // The first of the alternatives.
                    let inner: String = rest.by_ref().take_while(|c| *c != '}').collect();
                    made.push_str(inner.split(',').next().unwrap_or_default());
                }
                '\\' => made.extend(rest.next()),
                c => made.push(c),
            }
        }
        self.texts.push(made.replace("aa/", "a/"));
    }

    /// Adds what was said in the session: the same argument of earlier steps, and words of what users and tools said.
    fn said(&mut self, past: &[String], slot: &SlotRef) {
        let name = match slot {
            SlotRef::Arg(name) | SlotRef::Fact(name) | SlotRef::Context(name) => name,
            SlotRef::System(_) | SlotRef::Result => return,
        };
        for line in past.iter().rev() {
            if self.heard.len() >= MOST_WORDS {
                return;
            }
            let Some(event) = Json::read(line) else { continue };
            for kind in ["args", "facts", "context"] {
                let said = event.get(kind).and_then(|fields| fields.get(name));
                self.heard.extend(said.and_then(Json::text).map(str::to_owned));
            }
            for text in [event.get("text"), event.get("content")].into_iter().flatten() {
                self.words(text);
            }
        }
    }

    fn words(&mut self, value: &Json) {
        match value {
            Json::Text(text) => {
                let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '_' | '~')).to_owned();
                let words = text.split_whitespace().map(plain).filter(|w| w.len() >= 4 && w.len() <= LONGEST);
                let room = MOST_WORDS.saturating_sub(self.heard.len());
                self.heard.extend(words.take(room));
            }
            Json::List(items) => items.iter().for_each(|item| self.words(item)),
            Json::Object(entries) => entries.iter().for_each(|(_, item)| self.words(item)),
            _ => {}
        }
    }

    /// Returns values of a type.
    fn values(&self, ty: &Type, now: Option<&Json>) -> Vec<Json> {
        match ty {
            Type::Optional(of) => self.values(of, now),
            Type::Bool => vec![Json::Bool(true), Json::Bool(false)],
            Type::Enum(members) => members.iter().map(|m| Json::Text(m.clone())).collect(),
            Type::Int | Type::Decimal | Type::Date | Type::Time | Type::Duration => {
                let unit = unit(ty);
                let near = |n: i128| [n.saturating_sub(unit), n, n.saturating_add(unit)];
                let mut all: Vec<i128> = self.numbers.get(ty).into_iter().flatten().copied().flat_map(near).collect();
                if !matches!(ty, Type::Date | Type::Time) || all.is_empty() {
                    all.extend(near(0));
                }
                all.into_iter().filter_map(|n| number(ty, n)).collect()
            }
            Type::Entity(_) => self.texts.iter().filter(|id| !id.is_empty()).map(|id| Json::Text(id.clone())).collect(),
            Type::Text | Type::Form(_) => {
                let mut all: Vec<Json> = self.texts.iter().chain(&self.heard).map(|t| Json::Text(t.clone())).collect();
                all.extend(["a", "text"].map(|t| Json::Text(t.to_owned())));
                if *ty == Type::Text {
                    all.push(Json::Text(String::new()));
                }
                all
            }
            Type::List(of) | Type::Set(of) => {
                let mut all = vec![Json::List(Vec::new())];
                let items = match now {
                    Some(Json::List(items)) => items.as_slice(),
                    _ => &[],
                };
                for at in 0..items.len().min(64) {
                    let rest = items.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, item)| item.clone());
                    all.push(Json::List(rest.collect()));
                }
                let members = self.values(of, None);
                for list in &self.lists {
                    all.push(Json::List(list.iter().filter_map(|item| written(of, item)).collect()));
                }
                for member in members.iter().take(128) {
                    all.push(Json::List(vec![member.clone()]));
                    for at in 0..items.len().min(8) {
                        let mut replaced = items.to_vec();
                        if let Some(place) = replaced.get_mut(at) {
                            *place = member.clone();
                        }
                        all.push(Json::List(replaced));
                    }
                }
                all
            }
            Type::Record(_) | Type::Map(_) => vec![Json::Object(Vec::new())],
            Type::Any => vec![Json::Null, Json::Object(Vec::new()), Json::Text(String::new())],
        }
    }
}

fn written(ty: &Type, value: &Const) -> Option<Json> {
    match value {
        Const::Bool(truth) => Some(Json::Bool(*truth)),
        Const::Num(n) => number(ty, *n),
        Const::Text(text) => Some(Json::Text(text.to_string())),
        _ => None,
    }
}

/// Returns the step by which neighbours differ.
const fn unit(ty: &Type) -> i128 {
    match ty {
        Type::Decimal => 10_i128.pow(16),
        Type::Time | Type::Duration => time::SECOND_NS,
        _ => 1,
    }
}

fn number(ty: &Type, n: i128) -> Option<Json> {
    Some(match ty {
        Type::Int => Json::Number(i64::try_from(n).ok()?.to_string()),
        Type::Decimal => Json::Number(decimal::format(n)),
        Type::Date => Json::Text(time::format_date(n)),
        Type::Time => Json::Text(time::format_time(n)),
        Type::Duration => Json::Text(time::format_duration(n)),
        Type::Enum(members) => Json::Text(members.get(usize::try_from(n).ok()?)?.clone()),
        _ => return None,
    })
}

fn of_number(ty: &Type, value: &Json) -> Option<i128> {
    match (ty, value) {
        (Type::Optional(of), value) => of_number(of, value),
        (Type::Int, Json::Number(digits)) => int::parse(digits).ok().map(i128::from),
        (Type::Decimal, Json::Number(digits)) => decimal::parse(digits).ok(),
        (Type::Date, Json::Text(text)) => time::parse_date(text).ok(),
        (Type::Time, Json::Text(text)) => time::parse_time(text).ok(),
        (Type::Duration, Json::Text(text)) => time::parse_duration(text).ok(),
        _ => None,
    }
}

/// Returns how far two values are from each other.
fn distance(ty: &Type, from: Option<&Json>, to: Option<&Json>) -> u64 {
    let far = |n: u128| u64::try_from(n).unwrap_or(u64::MAX >> 16).min(u64::MAX >> 16);
    match (from, to) {
        (Some(from), Some(to)) => match (of_number(ty, from), of_number(ty, to), from, to) {
            (Some(a), Some(b), ..) => far(a.abs_diff(b) / unit_of(ty)),
            (_, _, Json::Text(a), Json::Text(b)) => far(edits(a, b) as u128),
            (_, _, Json::List(a), Json::List(b)) => {
                let gone = a.iter().filter(|x| !b.contains(x)).count() + b.iter().filter(|x| !a.contains(x)).count();
                far(gone as u128)
            }
            _ => 1,
        },
        (None, None) => 0,
        // Something that goes, or comes.
        _ => 8,
    }
}

fn unit_of(ty: &Type) -> u128 {
    match ty {
        Type::Optional(of) => unit_of(of),
        ty => unit(ty).unsigned_abs().max(1),
    }
}

/// Returns how many characters differ between what two texts have in common at both ends.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let first = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - first;
    let last = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - first - last
}

/// What stands between two numbers: one that doesn't help, and one that does.
pub struct Between {
    ty: Type,
    unit: i128,
    out: i128,
    helps: i128,
    asked: i128,
}

impl Between {
    /// Returns what stands between two values; none where they are no numbers.
    pub fn new(bundle: &Bundle, target: usize, slot: &SlotRef, from: &str, to: &str) -> Option<Self> {
        let field = field(bundle, target, slot)?;
        let ty = if let Type::Optional(of) = &field.ty { of.as_ref().clone() } else { field.ty.clone() };
        let (out, helps) = (of_number(&ty, &Json::read(from)?)?, of_number(&ty, &Json::read(to)?)?);
        let unit = if out % unit(&ty) == 0 && helps % unit(&ty) == 0 { unit(&ty) } else { 1 };
        Some(Self { ty, unit, out, helps, asked: helps })
    }

    /// Returns the value in the middle; none where there is none left.
    pub fn middle(&mut self) -> Option<String> {
        let apart = self.helps.checked_sub(self.out)? / self.unit;
        if apart.abs() <= 1 {
            return None;
        }
        self.asked = self.out + apart / 2 * self.unit;
        number(&self.ty, self.asked).map(|n| n.written())
    }

    /// Says whether the value in the middle helps.
    pub const fn narrow(&mut self, helps: bool) {
        if helps { self.helps = self.asked } else { self.out = self.asked }
    }
}
