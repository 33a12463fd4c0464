//! An order in which each constant, type and function needs only earlier ones; or the cycle that forbids it.
//!
//! The walk keeps its own stack: a chain of a hundred thousand constants is no deeper for the machine than one of two.

use crate::maps::HashSet;

use reach_codes::Diagnostic;
use reach_codes::table::name as codes;
use reach_grammar::Part;
use reach_grammar::ast::{ExprKind, Name};

use super::expr::behind_alias;
use super::spaces::OWN;
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
            types: vec![State::Untouched; self.table.types.len()],
            lets: vec![State::Untouched; self.table.lets.len()],
            functions: vec![State::Untouched; self.table.functions.len()],
        };
        let count = |n: usize| 0..u32::try_from(n).unwrap_or(u32::MAX);
        for node in count(self.table.types.len()).map(Node::Type) {
            self.visit(node, &mut states);
        }
        self.resolve_entities();
        self.table.entities_known = true;
        for node in count(self.table.lets.len()).map(Node::Let).chain(count(self.table.functions.len()).map(Node::Function)) {
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
            let needs = self.needs(node);
            stack.push(Visit { node, needs, next: 0 });
        }
    }

    fn close(&mut self, node: Node, states: &mut States) {
        if let Some(state) = states.of(node) {
            *state = State::Done;
        }
        self.in_space(self.space_of(node), |checker| match node {
            Node::Type(i) => checker.resolve_alias(i as usize),
            Node::Let(i) => checker.resolve_constant(i as usize),
            Node::Function(i) => checker.resolve_function(i as usize),
        });
    }

    /// Returns the space of a node's names.
    fn space_of(&self, node: Node) -> u32 {
        let space = match node {
            Node::Type(i) => self.table.types.get(i as usize).map(|alias| alias.space),
            Node::Let(i) => self.table.lets.get(i as usize).map(|constant| constant.space),
            Node::Function(i) => self.table.functions.get(i as usize).map(|function| function.space),
        };
        space.unwrap_or(OWN)
    }

    fn node_name(&self, node: Node) -> Option<&'a Name> {
        match node {
            Node::Type(i) => self.table.types.get(i as usize).map(|t| &t.ast.name),
            Node::Let(i) => self.table.lets.get(i as usize).map(|l| &l.ast.name),
            Node::Function(i) => self.table.functions.get(i as usize).map(|f| &f.ast.signature.name),
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
        // A parameter that is set is part of a circle by that.
        for node in cycle.iter().take(SHOWN) {
            let settings = if let Node::Let(i) = node { self.table.lets.get(*i as usize).map(|constant| constant.settings.as_slice()) } else { None };
            if let Some(setting) = settings.and_then(|settings| settings.iter().find(|setting| setting.value.is_some())) {
                d = d.other(setting.span, "set here");
            }
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
    fn needs(&mut self, node: Node) -> Vec<Node> {
        let mut needs = Needs::default();
        let space = self.space_of(node);
        match node {
            Node::Type(i) => {
                if let Some(ast) = self.table.types.get(i as usize).map(|alias| alias.ast) {
                    self.in_space(space, |checker| ast.ty.visit(&mut |part| needs.add(checker, part)));
                }
            }
            Node::Let(i) => {
                if let Some((ast, settings)) = self.table.lets.get(i as usize).map(|constant| (constant.ast, constant.settings.clone())) {
                    self.in_space(space, |checker| {
                        ast.ty.iter().for_each(|ty| ty.visit(&mut |part| needs.add(checker, part)));
                        Part::Expr(&ast.value).visit(&mut |part| needs.add(checker, part));
                    });
                    // What a parameter is set to has names of whoever sets it.
                    for setting in settings {
                        let Some(value) = setting.value else { continue };
                        self.in_space(setting.space, |checker| Part::Expr(value).visit(&mut |part| needs.add(checker, part)));
                    }
                }
            }
            Node::Function(i) => {
                if let Some(ast) = self.table.functions.get(i as usize).map(|function| function.ast) {
                    self.in_space(space, |checker| {
                        let types = ast.signature.fields.iter().map(|field| &field.ty).chain(&ast.result);
                        types.for_each(|ty| ty.visit(&mut |part| needs.add(checker, part)));
                        Part::Expr(&ast.body).visit(&mut |part| needs.add(checker, part));
                    });
                }
            }
        }
        needs.nodes
    }
}

/// What a node needs, each once.
#[derive(Default)]
struct Needs {
    nodes: Vec<Node>,
    seen: HashSet<Node>,
}

impl Needs {
    fn add(&mut self, checker: &Checker<'_>, part: Part<'_>) {
        let item = match part {
            Part::Type(ty) => ty.name().and_then(|name| checker.item(&name.text)),
            Part::Expr(expr) => match &expr.kind {
                ExprKind::Call(name, _) => checker.item(&name.text),
                // Only the beginning of a chain can be a name behind the alias of a pack.
                ExprKind::Chain(chain) => behind_alias(&chain.base, chain.links.get(..1).unwrap_or_default()).and_then(|(alias, name)| {
                    let space = checker.alias(&alias.text)??;
                    checker.offered(space, &name.text)
                }),
                _ => checker.item_written(expr),
            },
        };
        let node = match item {
            Some(Item::Type(i)) => Node::Type(i),
            Some(Item::Let(i)) => Node::Let(i),
            Some(Item::Function(i)) => Node::Function(i),
            _ => return,
        };
        if self.seen.insert(node) {
            self.nodes.push(node);
        }
    }
}
