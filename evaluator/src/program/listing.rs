//! The program of an image, written for people.

use super::index::{Keys, Node};
use super::says::{Kind, Step};
use super::{Asks, Piece, Plan, Program, Test};
use crate::image::{RuleRef, TextId};
use crate::loaded::{Tables, VerifiedImage};
use crate::op::{Moves, Named, Src};
use std::fmt::Write as _;

impl VerifiedImage {
    /// Lists what the passes made of the rules: for each step how its rules are found, and for each rule that is asked directly or run in pieces
    /// what it is.
    #[must_use]
    pub fn list_program(&self) -> String {
        let mut out = String::new();
        let image = self.image();
        for (number, target) in image.targets.iter().enumerate() {
            let _ = writeln!(out, "{} {}", target.kind.word(), self.text(target.name));
            rules(self, &mut out, self.program().tree(Some(number)), &target.rules);
        }
        if !image.undeclared.is_empty() {
            out.push_str("undeclared\n");
            rules(self, &mut out, self.program().tree(None), &image.undeclared);
        }
        for (at, rule) in (0u32..).zip(&image.rules) {
            for (number, variant) in image.variants(at).iter().enumerate() {
                let tests = self.program().direct(variant.fast.0);
                if !tests.is_empty() {
                    let _ = writeln!(out, "{}", name(self, rule.name, number));
                    tests.iter().for_each(|test| list_test(&mut out, *test));
                }
                if let Some(plan) = self.program().plan(variant.fast.0) {
                    let _ = writeln!(out, "{}", name(self, rule.name, number));
                    plan.pieces.iter().for_each(|piece| list_piece(image, &mut out, plan, piece));
                }
            }
        }
        out
    }
}

fn name(image: &VerifiedImage, id: TextId, variant: usize) -> String {
    let name = image.text(id);
    if variant == 0 { name.to_owned() } else { format!("{name}/{variant}") }
}

fn list_piece(image: &Tables, out: &mut String, plan: &Plan, piece: &Piece) {
    let shared = piece.shared.map_or_else(String::new, |number| format!(", shared {number}{}", if piece.negated { " not" } else { "" }));
    let _ = writeln!(out, "  cost {}{shared}", piece.cost);
    let by = Moves { target: plan.moved, ..Moves::default() };
    for (at, op) in (piece.start..).zip(image.code.get(piece.start as usize..piece.end as usize).unwrap_or(&[])) {
        let _ = writeln!(out, "    {:>4} {}", at.wrapping_add(plan.moved), op.moved(by));
    }
}

/// Writes a test by the names that a listing of the code has.
fn list_test(out: &mut String, test: Test) {
    let of = Named(test.of);
    let _ = match test.asks {
        Asks::Truth(truth) => writeln!(out, "  {of} is {truth}"),
        Asks::Number(op, than) => writeln!(out, "  {of} {} number {}", op.word(), Named(than)),
        Asks::Text(op, than) => writeln!(out, "  {of} {} text {}", op.word(), Named(than)),
        Asks::Member(negate, set) => writeln!(out, "  {of} {} {}", if negate { "not in" } else { "in" }, Named(set)),
        Asks::Presence(negate) => writeln!(out, "  {of} is {}", if negate { "absent" } else { "present" }),
    };
}

fn rules(image: &VerifiedImage, out: &mut String, tree: Option<&Node>, rules: &[RuleRef]) {
    match tree {
        Some(node) => list_node(image, out, node, rules, 1),
        None => {
            let all: Vec<u32> = (0u32..).zip(rules).map(|(position, _)| position).collect();
            line(image, out, &all, rules, 1, "each: ");
        }
    }
}

/// Writes rules by name.
fn line(image: &VerifiedImage, out: &mut String, positions: &[u32], rules: &[RuleRef], depth: usize, what: &str) {
    let named = positions.iter().map(|position| {
        let at = rules.get(*position as usize);
        let def = at.and_then(|at| image.image().rules.get(at.rule as usize));
        def.map_or_else(|| "?".to_owned(), |def| name(image, def.name, at.map_or(0, |at| at.variant as usize)))
    });
    let named: Vec<String> = named.collect();
    let _ = writeln!(out, "{}{what}{}", "  ".repeat(depth), if named.is_empty() { "none".to_owned() } else { named.join(", ") });
}

/// Recurses as deep as tables stand in each other, which is bounded.
fn list_node(image: &VerifiedImage, out: &mut String, node: &Node, rules: &[RuleRef], depth: usize) {
    line(image, out, &node.always, rules, depth, "each: ");
    for table in &node.tables {
        let indent = "  ".repeat(depth);
        let keys = match &table.keys {
            Keys::Numbers(keys) => keys.len(),
            Keys::Texts(keys) => keys.len(),
            Keys::Truth { no, yes } => usize::from(no.is_some()) + usize::from(yes.is_some()),
            Keys::Beginnings(beginnings) => beginnings.len(),
        };
        let kind = match table.kind {
            Kind::Number => "number",
            Kind::Text => "text",
            Kind::Truth => "truth",
            Kind::Present => "present",
            Kind::RootPath => "folder",
            Kind::DrivePath => "folder of a drive",
            Kind::Host => "domain",
            Kind::Start => "beginning",
        };
        let _ = writeln!(out, "{indent}by {kind} of {}: {keys} keys, {} classes", route(image.program(), table.route, table.guarded), table.classes.len());
        for (number, class) in table.classes.iter().enumerate() {
            if class.tables.is_empty() {
                line(image, out, &class.always, rules, depth + 1, &format!("{number}: "));
            } else {
                let _ = writeln!(out, "{indent}  {number}:");
                list_node(image, out, class, rules, depth + 2);
            }
        }
    }
}

/// Writes a route; `!` stands where a rule is false if nothing is there, `?` where it has no value.
fn route(program: &Program, number: u32, guarded: u8) -> String {
    let Some(route) = program.routes.get(number as usize) else { return "?".to_owned() };
    let mut out = match route.base {
        Src::Slot(slot) => format!("s{}", slot.0),
        Src::Context(field) => format!("x{field}"),
        Src::Reg(_) | Src::Const(_) => "?".to_owned(),
    };
    for (at, step) in route.steps.iter().enumerate() {
        match step {
            Step::Unwrap => out.push(if guarded & 1u8.checked_shl(u32::try_from(at).unwrap_or(8)).unwrap_or(0) == 0 { '?' } else { '!' }),
            Step::Field(index) => {
                let _ = write!(out, ".{index}");
            }
            Step::Part(part) => {
                let _ = write!(out, ".{}", part.word());
            }
        }
    }
    out
}
