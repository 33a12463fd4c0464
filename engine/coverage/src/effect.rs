//! What a rule would come to if one of its conditions had come to the opposite.
//!
//! The conditions that were computed for a step are a tree. For each of them a table says whether the rule would match if it were true,
//! false, or had no value, and all others were as they are. Such a table is that of the condition which it is a part of, seen through what
//! the other parts come to; so all tables are made in one walk from the top. What was not computed is left out: of an `and` it takes
//! nothing away, to an `or` it adds nothing.

use reach_compiler::ir::Effect;
use reach_engine::{NoteSeen, Truth};

use crate::model::{Model, Shape, Side};

/// A condition that was computed, with those that it is made of.
#[derive(Debug)]
struct Node {
    condition: usize,
    value: Truth,
    parts: Vec<Node>,
}

/// For true, false and no value: whether the rule matches.
type Table = [bool; 3];

/// A condition that was computed, and whether its opposite would have changed whether the rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The condition, by its index.
    pub condition: usize,
    /// What it came to.
    pub value: Truth,
    /// Whether the rule would match where it doesn't, or not where it does, if this were the opposite.
    pub tells: bool,
}

/// Returns each condition of a rule that was computed in a step, those about elements of lists once for each.
#[must_use]
pub fn of(model: &Model, rule: usize, notes: &[NoteSeen]) -> Vec<Seen> {
    let mut out = Vec::with_capacity(notes.len());
    let Some(def) = model.rules.get(rule) else { return out };
    let roots = forest(model, notes);
    let root = |at: Option<usize>| roots.iter().find(|node| at == Some(node.condition));
    let (when, unless) = (root(def.when), root(def.unless));
    let held = when.map_or(Truth::True, |node| node.value);
    let excepted = unless.map_or(Truth::False, |node| node.value);
    let matches = |when: Truth, unless: Truth| matched(def.effect, and(when, not(unless)));
    if let Some(node) = when {
        tell(model, node, &TRUTHS.map(|value| matches(value, excepted)), &mut out);
    }
    if let Some(node) = unless {
        tell(model, node, &TRUTHS.map(|value| matches(held, value)), &mut out);
    }
    out
}

const TRUTHS: [Truth; 3] = [Truth::True, Truth::False, Truth::None];

/// Returns whether a rule matches whose condition came to this.
const fn matched(effect: Effect, value: Truth) -> bool {
    match effect {
        Effect::Permit | Effect::OtherwiseAsk => matches!(value, Truth::True),
        Effect::Ask | Effect::Forbid | Effect::Oblige => !matches!(value, Truth::False),
    }
}

const fn not(value: Truth) -> Truth {
    match value {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::None => Truth::None,
    }
}

const fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::False, _) | (_, Truth::False) => Truth::False,
        (Truth::True, Truth::True) => Truth::True,
        _ => Truth::None,
    }
}

const fn or(a: Truth, b: Truth) -> Truth {
    not(and(not(a), not(b)))
}

fn look(table: &Table, value: Truth) -> bool {
    let [yes, no, none] = *table;
    match value {
        Truth::True => yes,
        Truth::False => no,
        Truth::None => none,
    }
}

/// Puts conditions that were told one after the other, parts first, into trees.
fn forest(model: &Model, notes: &[NoteSeen]) -> Vec<Node> {
    let mut open: Vec<Node> = Vec::new();
    for seen in notes {
        let Some(condition) = model.condition_of(seen.note) else { continue };
        let is_part = |node: &Node| model.conditions.get(node.condition).and_then(|c| c.parent) == Some(condition);
        let whole = open.iter().rev().take_while(|node| is_part(node)).count();
        let parts = open.split_off(open.len() - whole);
        open.push(Node { condition, value: seen.value, parts });
    }
    open
}

/// Tells what a condition and those below it do. Recurses as deep as conditions are nested.
fn tell(model: &Model, node: &Node, table: &Table, out: &mut Vec<Seen>) {
    let Some(condition) = model.conditions.get(node.condition) else { return };
    let tells = condition.traced && node.value != Truth::None && look(table, node.value) != look(table, not(node.value));
    out.push(Seen { condition: node.condition, value: node.value, tells });
    let traced = |part: &&Node| model.conditions.get(part.condition).is_some_and(|c| c.traced);
    // What stands in a value of the condition tells nothing that could be followed.
    let stuck = [look(table, node.value); 3];
    let chain = |fold: fn(Truth, Truth) -> Truth, neutral: Truth, out: &mut Vec<Seen>| {
        let parts: Vec<&Node> = node.parts.iter().filter(traced).collect();
        let behind = parts.iter().rev().scan(neutral, |sum, part| Some(std::mem::replace(sum, fold(*sum, part.value))));
        let mut behind: Vec<Truth> = behind.collect();
        behind.reverse();
        let whole = parts.iter().fold(neutral, |sum, part| fold(sum, part.value));
        let mut before = neutral;
        for (part, behind) in parts.into_iter().zip(behind) {
            let others = fold(before, behind);
            before = fold(before, part.value);
            // What is asked of command lines rests on more than these.
            let table = if whole == node.value { TRUTHS.map(|value| look(table, fold(others, value))) } else { stuck };
            tell(model, part, &table, out);
        }
    };
    match &condition.shape {
        Shape::And(_) | Shape::All(_) => chain(and, Truth::True, out),
        Shape::Or(_) | Shape::Any(_) => chain(or, Truth::False, out),
        Shape::Not(_) => node.parts.iter().filter(traced).for_each(|part| tell(model, part, &TRUTHS.map(|value| look(table, not(value))), out)),
        Shape::If(test, yes, no) => {
            let side = |side: &Side| match side {
                Side::Const(true) => Truth::True,
                Side::Const(false) => Truth::False,
                // The side that was not taken is the other way round, or else nothing would be told of the test.
                Side::Condition(at) => node.parts.iter().find(|part| part.condition == *at).map_or(not(node.value), |part| part.value),
            };
            let through = TRUTHS.map(|value| match value {
                Truth::True => look(table, side(yes)),
                Truth::False => look(table, side(no)),
                Truth::None => look(table, Truth::None),
            });
            for part in node.parts.iter().filter(traced) {
                tell(model, part, if part.condition == *test { &through } else { table }, out);
            }
        }
        Shape::Leaf | Shape::Const(_) => {}
    }
    for part in node.parts.iter().filter(|part| !traced(part)) {
        tell(model, part, &stuck, out);
    }
}
