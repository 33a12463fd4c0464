//! An order in which each constant, type and function needs only earlier ones; or the cycle that forbids it.
//!
//! The walk keeps its own stack: a chain of a hundred thousand constants is no deeper for the machine than one of two.

use std::collections::HashSet;

use reach_codes::Diagnostic;
use reach_codes::table::name as codes;
use reach_grammar::Part;
use reach_grammar::ast::{ExprKind, Name};

use super::{Checker, Item};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Untouched,
    Open,
    Done,
}

/// What stands for a node of the walk: a type, a constant or a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Type(u32),
    Let(u32),
    Function(u32),
}

struct Visit {
    node: Node,
    needs: Vec<Node>,
    next: usize,
}

struct States {
    types: Vec<State>,
    lets: Vec<State>,
    functions: Vec<State>,
}

impl States {
    fn of(&mut self, node: Node) -> Option<&mut State> {
        match node {
            Node::Type(i) => self.types.get_mut(i as usize),
            Node::Let(i) => self.lets.get_mut(i as usize),
            Node::Function(i) => self.functions.get_mut(i as usize),
        }
    }
}

impl<'a> Checker<'a> {
    /// Resolves types, constants and functions, each after what it needs.
    pub(super) fn resolve_in_order(&mut self) {
        let mut states = States {
            types: vec![State::Untouched; self.types.len()],
            lets: vec![State::Untouched; self.lets.len()],
            functions: vec![State::Untouched; self.functions.len()],
        };
        let count = |n: usize| 0..u32::try_from(n).unwrap_or(u32::MAX);
        let nodes: Vec<Node> = count(self.types.len())
            .map(Node::Type)
            .chain(count(self.lets.len()).map(Node::Let))
            .chain(count(self.functions.len()).map(Node::Function))
            .collect();
        for node in nodes {
            self.visit(node, &mut states);
        }
    }

    fn visit(&mut self, root: Node, states: &mut States) {
        let mut stack: Vec<Visit> = Vec::new();
        self.open(root, states, &mut stack);
        while let Some(top) = stack.last_mut() {
            let Some(need) = top.needs.get(top.next).copied() else {
                let node = top.node;
                stack.pop();
                self.close(node, states);
                continue;
            };
            top.next += 1;
            match states.of(need).copied() {
                Some(State::Untouched) => self.open(need, states, &mut stack),
                Some(State::Open) => {
                    let cycle: Vec<Node> = stack.iter().map(|v| v.node).skip_while(|n| *n != need).collect();
                    self.report_cycle(&cycle);
                }
                Some(State::Done) | None => {}
            }
        }
    }

    fn open(&mut self, node: Node, states: &mut States, stack: &mut Vec<Visit>) {
        if let Some(state) = states.of(node).filter(|s| **s == State::Untouched) {
            *state = State::Open;
            stack.push(Visit { node, needs: self.needs(node), next: 0 });
        }
    }

    fn close(&mut self, node: Node, states: &mut States) {
        if let Some(state) = states.of(node) {
            *state = State::Done;
        }
        match node {
            Node::Type(i) => self.resolve_alias(i as usize),
            Node::Let(i) => self.resolve_constant(i as usize),
            Node::Function(i) => self.resolve_function(i as usize),
        }
    }

    fn node_name(&self, node: Node) -> Option<&'a Name> {
        match node {
            Node::Type(i) => self.types.get(i as usize).map(|t| &t.ast.name),
            Node::Let(i) => self.lets.get(i as usize).map(|l| &l.ast.name),
            Node::Function(i) => self.functions.get(i as usize).map(|f| &f.ast.signature.name),
        }
    }

    /// Reports a cycle, once: everything on it becomes wrong, so that nothing more is said of it.
    fn report_cycle(&mut self, cycle: &[Node]) {
        const SHOWN: usize = 6;
        let names: Vec<&'a Name> = cycle.iter().filter_map(|n| self.node_name(*n)).collect();
        let Some(first) = names.first() else { return };
        let mut d = match names.as_slice() {
            [only] => Diagnostic::new(codes::CYCLE, only.span, format!("`{}` is declared in terms of itself", only.text)),
            _ => {
                let mut path: Vec<&str> = names.iter().take(SHOWN).map(|n| n.text.as_str()).collect();
                if names.len() > SHOWN {
                    path.push("…");
                }
                path.push(&first.text);
                Diagnostic::new(codes::CYCLE, first.span, format!("these declarations need each other: {}", path.join(" → ")))
            }
        };
        for name in names.iter().skip(1).take(SHOWN) {
            d = d.other(name.span, format!("`{}` is part of the circle", name.text));
        }
        self.report(
            d.note("constants, types and functions are put in where they are used, which would never end").help("declare one of them without the others"),
        );
        for node in cycle {
            match node {
                Node::Type(i) => self.poison_alias(*i as usize),
                Node::Let(i) => self.poison_constant(*i as usize),
                Node::Function(i) => self.poison_function(*i as usize),
            }
        }
    }

    /// Returns what a node needs. A local name may be taken for one of another: that only asks for more order than needed, since a local can't
    /// be called like a constant.
    fn needs(&self, node: Node) -> Vec<Node> {
        let mut names: Vec<&'a str> = Vec::new();
        let mut collect = |part: Part<'a>| {
            let name = match part {
                Part::Type(ty) => ty.name(),
                Part::Expr(expr) => match &expr.kind {
                    ExprKind::Name(name) | ExprKind::Call(name, _) => Some(name),
                    _ => None,
                },
            };
            names.extend(name.map(|name| name.text.as_str()));
        };
        match node {
            Node::Type(i) => self.types.get(i as usize).into_iter().for_each(|alias| alias.ast.ty.visit(&mut collect)),
            Node::Let(i) => {
                if let Some(ast) = self.lets.get(i as usize).map(|constant| constant.ast) {
                    ast.ty.iter().for_each(|ty| ty.visit(&mut collect));
                    Part::Expr(&ast.value).visit(&mut collect);
                }
            }
            Node::Function(i) => {
                if let Some(ast) = self.functions.get(i as usize).map(|function| function.ast) {
                    ast.signature.fields.iter().map(|field| &field.ty).chain(&ast.result).for_each(|ty| ty.visit(&mut collect));
                    Part::Expr(&ast.body).visit(&mut collect);
                }
            }
        }
        let mut seen = HashSet::new();
        let nodes = names.into_iter().filter_map(|name| match self.item(name)? {
            Item::Type(i) => Some(Node::Type(i)),
            Item::Let(i) => Some(Node::Let(i)),
            Item::Function(i) => Some(Node::Function(i)),
            _ => None,
        });
        nodes.filter(|n| seen.insert(*n)).collect()
    }
}
