//! Where a value of a step stands: what an expression reads, through classes, functions and what `as` binds.

use std::collections::BTreeMap;

use reach_compiler::ir::{Bundle, Expr, ExprKind, Form, LocalId, Part, SlotRef, Target, Type};

/// Whose value it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// `args.name`.
    Arg(String),
    /// `facts.name`.
    Fact(String),
    /// `context.name`.
    Context(String),
    /// What a step came back with.
    Result,
    /// A value of the system: the index of its slot.
    System(u16),
}

/// A way further into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A field of a record.
    Field(String),
    /// An element of a list; all that are generated look the same way at first.
    Item,
    /// A key of a map.
    Key(String),
    /// A part of a text of a form.
    Part(Form, Part),
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub root: Root,
    pub ways: Vec<Way>,
}

/// What a local stands for.
#[derive(Clone)]
pub(super) enum Bound<'b> {
    /// An expression.
    Expr(&'b Expr),
    /// An element of the list that stands there.
    Element(Place),
}

/// A step as a condition looks at it.
#[derive(Clone)]
pub(super) struct View<'b> {
    pub bundle: &'b Bundle,
    /// The declared step; none where it isn't declared.
    pub target: Option<&'b Target>,
    /// The class whose fields `args` has.
    pub class: Option<u32>,
    /// What locals stand for, as far as that was seen.
    pub locals: BTreeMap<LocalId, Bound<'b>>,
}

/// How many locals are followed: a local is bound by what stands before it, so that there is no circle, but chains may be long.
const MOST_FOLLOWED: usize = 32;

impl<'b> View<'b> {
    pub fn new(bundle: &'b Bundle, target: Option<&'b Target>, class: Option<u32>) -> Self {
        Self { bundle, target, class, locals: BTreeMap::new() }
    }

    /// Returns where a value stands that an expression reads; none where it computes it.
    pub fn place(&self, expr: &'b Expr) -> Option<Place> {
        self.followed(expr, 0)
    }

    fn followed(&self, expr: &'b Expr, depth: usize) -> Option<Place> {
        if depth > MOST_FOLLOWED {
            return None;
        }
        let further = |inner: &'b Expr, way: Way| {
            let mut place = self.followed(inner, depth + 1)?;
            place.ways.push(way);
            Some(place)
        };
        match &expr.kind {
            ExprKind::Slot(SlotRef::Arg(name)) => match self.class_value(name) {
                // The values of a class are about the tool's own arguments.
                Some(value) => View { class: None, ..self.clone() }.followed(value, depth + 1),
                None => Some(Place { root: Root::Arg(name.to_string()), ways: Vec::new() }),
            },
            ExprKind::Slot(SlotRef::Fact(name)) => Some(Place { root: Root::Fact(name.to_string()), ways: Vec::new() }),
            ExprKind::Slot(SlotRef::Context(name)) => Some(Place { root: Root::Context(name.to_string()), ways: Vec::new() }),
            ExprKind::Slot(SlotRef::System(slot)) => Some(Place { root: Root::System(*slot), ways: Vec::new() }),
            ExprKind::Slot(SlotRef::Result) => Some(Place { root: Root::Result, ways: Vec::new() }),
            ExprKind::Unwrap(inner) | ExprKind::Else(inner, _) | ExprKind::Lower(inner) => self.followed(inner, depth + 1),
            ExprKind::Local(id) => match self.locals.get(id)? {
                Bound::Expr(expr) => self.followed(expr, depth + 1),
                Bound::Element(place) => Some(place.clone()),
            },
            ExprKind::Field(inner, index) => match bare(&inner.ty) {
                Type::Record(fields) => further(inner, Way::Field(fields.get(usize::from(*index))?.0.clone())),
                _ => None,
            },
            ExprKind::Index(inner, key) => match (&key.kind, bare(&inner.ty)) {
                (ExprKind::Const(reach_compiler::ir::Const::Text(key)), _) => further(inner, Way::Key(key.to_string())),
                (_, Type::List(_)) => further(inner, Way::Item),
                _ => None,
            },
            ExprKind::Part(inner, part) => match bare(&inner.ty) {
                Type::Form(form) => further(inner, Way::Part(*form, *part)),
                _ => None,
            },
            ExprKind::Concat(inner, _) => self.followed(inner, depth + 1),
            ExprKind::Whole(inner, _) => self.followed(inner, depth + 1),
            _ => None,
        }
    }

    /// Returns what a field of the class is for this tool.
    pub fn class_value(&self, name: &str) -> Option<&'b Expr> {
        let class = self.class?;
        let at = self.bundle.classes.get(class as usize)?.fields.iter().position(|(field, _)| field == name)?;
        self.target?.classes.iter().find(|used| used.class == class)?.values.get(at)
    }

    /// Returns the type that the root of a place is declared with.
    pub fn declared(&self, root: &Root) -> Option<&'b Type> {
        let find = |fields: &'b [reach_compiler::ir::Field], name: &str| fields.iter().find(|f| f.name == name).map(|f| &f.ty);
        match root {
            Root::Arg(name) => find(&self.target?.args, name),
            Root::Fact(name) => find(&self.target?.facts, name),
            Root::Context(name) => find(&self.bundle.context, name),
            Root::Result => self.target?.result.as_ref().map(|result| &result.ty),
            Root::System(_) => None,
        }
    }
}

/// Returns a type without its `?`.
pub(super) fn bare(ty: &Type) -> &Type {
    if let Type::Optional(of) = ty { of } else { ty }
}
