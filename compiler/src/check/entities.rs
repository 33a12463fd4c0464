//! Entities: their declarations, literals, and which can lie in which.

use std::sync::Arc;

use reach_codes::table::{limit, name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_evaluator::entities::MAX_ID_BYTES;
use reach_evaluator::image::most;
use reach_grammar::ast;

use super::expr::constant;
use super::names::{Item, did_you_mean};
use super::suggest::listed;
use super::{Checker, Env};
use crate::ir::{self, Const, Expr, ExprKind, Type};

/// A type of entities while it is checked.
#[derive(Clone, Debug)]
pub(super) struct EntityDecl<'a> {
    ast: &'a ast::Entity,
    docs: String,
    /// The space of its names.
    space: u32,
    pub(super) name: Arc<str>,
    parents: Vec<u32>,
    /// None until it is known, and where a field is wrong.
    fields: Option<Arc<[(String, Type)]>>,
}

impl<'a> EntityDecl<'a> {
    pub(super) fn new(decl: &ast::Decl, ast: &'a ast::Entity, full_name: String, space: u32) -> Self {
        Self { ast, docs: decl.docs.join("\n"), space, name: full_name.into(), parents: Vec::new(), fields: None }
    }

    pub(super) fn to_ir(&self) -> ir::Entity {
        let fields = self.fields.as_deref().unwrap_or_default().to_vec();
        ir::Entity { name: Arc::clone(&self.name), parents: self.parents.clone(), fields, docs: self.docs.clone(), span: self.ast.name.span }
    }
}

impl<'a> Checker<'a> {
    /// Resolves the parents and fields of entities. Types are known, and constants and functions come afterwards: they may read fields.
    pub(super) fn resolve_entities(&mut self) {
        if let Some(beyond) = self.table.entities.get(most::ENTITIES) {
            let d = Diagnostic::new(limit::TOO_MANY_ROWS, beyond.ast.name.span, format!("a bundle has at most {} types of entities", most::ENTITIES))
                .help("give like things one type, and a field that tells them apart");
            self.report(d);
            self.table.entities.truncate(most::ENTITIES);
        }
        self.table.entity_index = (0u32..).zip(&self.table.entities).map(|(index, decl)| (Arc::clone(&decl.name), index)).collect();
        for index in 0..self.table.entities.len() {
            let Some((ast, space)) = self.table.entities.get(index).map(|decl| (decl.ast, decl.space)) else { continue };
            let (parents, fields) = self.in_space(space, |checker| (checker.parents_of(ast), checker.fields_of(ast)));
            if let Some(decl) = self.table.entities.get_mut(index) {
                (decl.parents, decl.fields) = (parents, fields);
            }
        }
    }

    fn parents_of(&mut self, entity: &'a ast::Entity) -> Vec<u32> {
        let mut parents: Vec<u32> = Vec::with_capacity(entity.parents.len());
        for name in &entity.parents {
            match self.item(&name.text) {
                Some(Item::Entity(parent)) if parents.contains(&parent) => {
                    let d = Diagnostic::new(names::DUPLICATE_FIELD, name.span, format!("`{}` stands here twice", name.text)).help("remove one of them");
                    self.report(d);
                }
                Some(Item::Entity(parent)) => parents.push(parent),
                Some(Item::Unread) => {}
                Some(item) => {
                    let d = Diagnostic::new(names::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not an entity", name.text, item.noun()))
                        .note("entities lie in entities: users in groups, files in folders")
                        .help(format!("declare it: `entity {} {{ … }}`", name.text));
                    self.report(d);
                }
                None => {
                    let near = self.nearest_item(&name.text, |item| matches!(item, Item::Entity(_)));
                    let d = Diagnostic::new(names::UNKNOWN_TYPE, name.span, format!("there is no entity `{}`", name.text));
                    self.report(did_you_mean(d, name.span, near, || format!("declare it: `entity {} {{}}`", name.text)));
                }
            }
        }
        parents.sort_unstable();
        parents
    }

    fn fields_of(&mut self, entity: &'a ast::Entity) -> Option<Arc<[(String, Type)]>> {
        let info = self.resolve_record(&entity.fields)?;
        if info.refine.is_some() {
            let what = "a type with `where` in an `entity`".to_owned();
            return self.unsupported(entity.name.span, what, "test the field in a rule, and let the host check its data");
        }
        match info.ty {
            Type::Record(fields) => Some(fields),
            _ => None,
        }
    }

    fn entity_of(&self, name: &str) -> Option<&EntityDecl<'a>> {
        self.table.entities.get(*self.table.entity_index.get(name)? as usize)
    }

    /// Returns the types of an entity's fields; none where they aren't known, of which something was said.
    pub(crate) fn entity_fields(&mut self, name: &str, span: Span) -> Option<Arc<[(String, Type)]>> {
        let decl = self.entity_of(name)?;
        let known = decl.fields.clone();
        if known.is_none() && !self.table.entities_known {
            return self.unsupported(span, "reading an entity in a type's `where`".to_owned(), "test it in a rule");
        }
        known
    }

    /// Resolves `User["ann"]`, if a name stands for an entity.
    pub(super) fn entity_literal(&mut self, env: &mut Env<'a>, entity: u32, key: &'a ast::Expr, span: Span) -> Option<Expr> {
        let name = Arc::clone(&self.table.entities.get(entity as usize)?.name);
        let key = self.fits(env, key, &Type::Text)?;
        let ExprKind::Const(Const::Text(id)) = key.kind else {
            let d = Diagnostic::new(codes::NOT_CONSTANT, key.span, "the id of an entity is written out")
                .note("this is only known when a step is decided")
                .help(format!("declare the argument as `{name}`: then its value is the entity of that id"));
            self.report(d);
            return None;
        };
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            let d =
                Diagnostic::new(codes::INVALID_LITERAL, key.span, "this is no id of an entity").help(format!("an id is a text of 1 to {MAX_ID_BYTES} bytes"));
            self.report(d);
            return None;
        }
        Some(constant(Type::Entity(name), span, Const::Text(id)))
    }

    /// Returns whether entities of a type can lie in those of another, over one step or more.
    fn can_lie_in(&mut self, of: &str, other: &str) -> bool {
        let (Some(of), Some(other)) = (self.table.entity_index.get(of).copied(), self.table.entity_index.get(other).copied()) else { return false };
        if let Some(known) = self.lies_in.get(&of) {
            return known.get(other as usize).copied().unwrap_or(false);
        }
        let mut seen = vec![false; self.table.entities.len()];
        let parents = |entity: u32| self.table.entities.get(entity as usize).map_or(&[][..], |decl| decl.parents.as_slice());
        let mut open: Vec<u32> = parents(of).to_vec();
        while let Some(next) = open.pop() {
            if let Some(seen) = seen.get_mut(next as usize).filter(|seen| !**seen) {
                *seen = true;
                open.extend(parents(next));
            }
        }
        let answer = seen.get(other as usize).copied().unwrap_or(false);
        self.lies_in.insert(of, seen.into());
        answer
    }

    /// `x in y` of entities. Where nothing of the type lies in others of it, it is equality.
    pub(super) fn under(&mut self, op_span: Span, [value, other]: [Expr; 2], span: Span) -> Option<Expr> {
        let of_list = super::expr::element(&other.ty).is_some();
        let (Type::Entity(of), Type::Entity(into)) = (&value.ty, super::expr::element(&other.ty).unwrap_or(&other.ty)) else { return None };
        let condition = |kind| super::refine::condition(span, kind);
        let (of, into) = (Arc::clone(of), Arc::clone(into));
        if self.can_lie_in(&of, &into) {
            return Some(condition(ExprKind::Under(Box::new(value), Box::new(other))));
        }
        if of == into {
            let (a, b) = (Box::new(value), Box::new(other));
            return self.fold(condition(if of_list { ExprKind::In(a, b) } else { ExprKind::Compare(ir::Compare::Eq, a, b) }));
        }
        let parents = |name: &str| -> String {
            let decl = self.entity_of(name);
            let above: Vec<&str> =
                decl.map_or_else(Vec::new, |decl| decl.parents.iter().filter_map(|at| self.table.entities.get(*at as usize)).map(|decl| &*decl.name).collect());
            if above.is_empty() { format!("`{name}` lies in nothing") } else { format!("`{name}` lies in {}", listed(above.into_iter())) }
        };
        let hierarchy = format!("{}; {}", parents(&of), parents(&into));
        let mut d = Diagnostic::new(codes::NEVER_LIES_IN, op_span, format!("`{of}` can never lie in `{into}`")).note(hierarchy);
        for name in [&of, &into] {
            if let Some(decl) = self.entity_of(name) {
                d = d.other(decl.ast.name.span, format!("`{name}` is declared here"));
            }
        }
        self.report(d.help(format!("declare it so: `entity {of} in {into} {{ … }}`")));
        None
    }
}
