//! Tools, models, resources, classes, context.

use crate::maps::HashMap;
use std::sync::Arc;

use ecow::EcoString;
use reach_codes::table::{name as codes, types as type_codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, DeclKind};
use smallvec::smallvec;

use super::env::Scope;
use super::names::{Item, did_you_mean, there_are};
use super::same;
use super::spaces::{OWN, Spaces};
use super::table::Said;
use super::view::{FieldMap, View};
use super::{Checker, Env};
use crate::ir::{self, Check, Expr, ExprKind, SlotRef, StepKind, Target, Type};

/// A declared step while it is checked.
#[derive(Clone, Debug)]
pub(super) struct TargetDecl<'a> {
    pub(super) target: Target,
    fields: &'a [ast::Field],
    pub(super) tool: Option<&'a ast::Tool>,
    /// The space of the declaration.
    pub(super) space: u32,
    /// The spaces that declare it.
    pub(super) spaces: Spaces,
    /// The declarations of other spaces.
    pub(super) again: Vec<Again<'a>>,
    /// Its own arguments and facts.
    pub(super) own: Arc<View>,
    /// Whether its result has a type that is wrong.
    pub(super) wrong_result: bool,
    /// Whether the bundle's own sources name it.
    pub(super) said: Said,
}

/// Another declaration of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again<'a> {
    pub(super) space: u32,
    pub(super) fields: &'a [ast::Field],
    pub(super) tool: Option<&'a ast::Tool>,
    pub(super) span: Span,
}

/// What the declaration of a step comes to.
struct Parts {
    args: Vec<ir::Field>,
    facts: Vec<ir::Field>,
    pinned: Option<String>,
    /// An inner none: it is wrong.
    result: Option<Option<ir::ResultType>>,
    returns: Vec<ir::Returned>,
    own: Arc<View>,
}

impl<'a> TargetDecl<'a> {
    /// `own`: a view of nothing, until its fields are checked.
    fn new(decl: &'a ast::Decl, kind: StepKind, name: EcoString, span: Span, fields: &'a [ast::Field], own: &Arc<View>) -> Self {
        let docs = decl.docs.join("\n");
        let target =
            Target { kind, name, args: Vec::new(), facts: Vec::new(), classes: Vec::new(), pinned: None, result: None, returns: Vec::new(), docs, span };
        Self {
            target,
            fields,
            tool: None,
            space: OWN,
            spaces: Spaces::of(OWN),
            again: Vec::new(),
            own: own.clone(),
            wrong_result: false,
            said: Said::default(),
        }
    }

    /// Returns it as one that a space declares.
    pub(super) fn in_space(self, space: u32) -> Self {
        Self { space, spaces: Spaces::of(space), ..self }
    }

    /// Returns as what its name stands for it; of a resource, which has no name, nothing that is asked for.
    pub(super) const fn item(&self) -> Item {
        match self.target.kind {
            StepKind::Call => Item::Tool(0),
            StepKind::Model => Item::Model(0),
            StepKind::Spawn => Item::Agent(0),
            StepKind::Read | StepKind::Say => Item::Unread,
        }
    }

    /// Remembers that another space declares it too.
    pub(super) fn declared_again(&mut self, decl: &Self, space: u32) {
        self.spaces.insert(space);
        self.again.push(Again { space, fields: decl.fields, tool: decl.tool, span: decl.target.span });
    }

    /// Takes what its first declaration says.
    fn put(&mut self, parts: Parts) {
        let Parts { args, facts, pinned, result, returns, own } = parts;
        self.wrong_result = matches!(result, Some(None));
        self.own = own;
        let target = &mut self.target;
        (target.args, target.facts, target.pinned, target.result, target.returns) = (args, facts, pinned, result.flatten().map(Box::new), returns);
    }

    pub(super) fn tool(decl: &'a ast::Decl, tool: &'a ast::Tool, own: &Arc<View>) -> Self {
        let name = &tool.signature.name;
        Self { tool: Some(tool), ..Self::new(decl, StepKind::Call, name.text.clone(), name.span, &tool.signature.fields, own) }
    }

    pub(super) fn model(decl: &'a ast::Decl, model: &'a ast::Signature, own: &Arc<View>) -> Self {
        Self::new(decl, StepKind::Model, model.name.text.clone(), model.name.span, &model.fields, own)
    }

    pub(super) fn agent(decl: &'a ast::Decl, agent: &'a ast::Signature, own: &Arc<View>) -> Self {
        Self::new(decl, StepKind::Spawn, agent.name.text.clone(), agent.name.span, &agent.fields, own)
    }

    pub(super) fn resource(decl: &'a ast::Decl, resource: &'a ast::Resource, own: &Arc<View>) -> Self {
        Self::new(decl, StepKind::Read, resource.pattern.text.clone(), resource.pattern.span, &resource.fields, own)
    }

    /// `say` needs no declaration.
    pub(super) fn say(index: u32) -> Self {
        let text = ir::Field { name: "text".into(), ty: Type::Text, from_text: false, reading: None, check: None, span: Span::default() };
        let mut own = View { targets: smallvec![(index, None)], ..View::default() };
        own.args.insert("text", Some(Type::Text));
        let target = Target {
            kind: StepKind::Say,
            name: EcoString::new(),
            args: vec![text],
            facts: Vec::new(),
            classes: Vec::new(),
            pinned: None,
            result: None,
            returns: Vec::new(),
            docs: String::new(),
            span: Span::default(),
        };
        let own = Arc::new(own);
        Self { target, fields: &[], tool: None, space: OWN, spaces: Spaces::of(OWN), again: Vec::new(), own, wrong_result: false, said: Said::default() }
    }
}

/// A class while it is checked.
#[derive(Clone, Debug)]
pub(super) struct ClassDecl<'a> {
    pub(super) ast: &'a ast::Signature,
    full_name: String,
    space: u32,
    pub(super) fields: FieldMap,
    /// The tools that are of it, ascending.
    pub(super) members: Vec<u32>,
}

impl<'a> ClassDecl<'a> {
    pub(super) fn new(ast: &'a ast::Signature, full_name: String, space: u32) -> Self {
        Self { ast, full_name, space, fields: FieldMap::default(), members: Vec::new() }
    }

    pub(super) fn to_ir(&self) -> ir::Class {
        let field = |name: &str| Some((name.to_owned(), self.fields.get(name)?.clone()?));
        ir::Class { name: self.full_name.clone(), fields: self.fields.names().filter_map(field).collect() }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn check_declarations(&mut self) {
        for index in 0..self.table.classes.len() {
            let space = self.table.classes.get(index).map_or(OWN, |class| class.space);
            self.in_space(space, |checker| checker.check_class(index));
        }
        self.in_each_space(Self::check_other);
        let targets: Vec<usize> = (0..self.table.targets.len()).collect();
        let ahead = self.ahead(&targets, |checker, index| checker.parts_of(*index));
        let mut spent = ahead.spent.into_iter();
        for (index, parts) in targets.into_iter().zip(ahead.outcomes) {
            self.spend(spent.next().unwrap_or_default());
            let parts = parts.or_else(|| self.parts_of(index));
            if let (Some(parts), Some(decl)) = (parts, self.table.targets.get_mut(index)) {
                decl.put(parts);
            }
            self.check_again(index);
        }
        self.table.index = self.build_index();
        for index in 0..self.table.targets.len() {
            self.check_classes_of(index);
        }
        self.check_spending();
    }

    fn check_class(&mut self, index: usize) {
        let Some(ast) = self.table.classes.get(index).map(|c| c.ast) else { return };
        let mut fields = FieldMap::default();
        for field in &ast.fields {
            let info = self.resolve_type(&field.ty);
            let ty = self.plain_info(&field.ty, info);
            if !fields.insert(&field.name.text, ty) {
                self.duplicate_field(&ast.fields, field, "this class");
            }
        }
        if let Some(class) = self.table.classes.get_mut(index) {
            class.fields = fields;
        }
    }

    /// Checks the parts of a step's first declaration; `say` has none.
    fn parts_of(&mut self, index: usize) -> Option<Parts> {
        let decl = self.table.targets.get(index).filter(|decl| decl.target.kind != StepKind::Say)?;
        let (fields, tool) = (decl.fields, decl.tool);
        self.in_space(decl.space, |checker| {
            let (args, arg_map) = checker.check_fields(fields, "this declaration", SlotRef::Arg);
            let facts = tool.map_or(&[][..], |t| &t.facts);
            let (facts, fact_map) = checker.check_fields(facts, "`facts`", SlotRef::Fact);
            let result = tool.and_then(|t| t.result.as_ref()).map(|result| checker.check_result(result));
            let pinned = tool.and_then(|t| t.pinned.as_ref()).map(|pinned| {
                checker.check_digest(pinned);
                pinned.value.to_string()
            });
            let own = View { args: arg_map, facts: fact_map, targets: smallvec![(u32::try_from(index).unwrap_or(u32::MAX), None)], ..View::default() };
            let own = Arc::new(own);
            let returns = tool.map_or_else(Vec::new, |tool| checker.check_returns(tool, &own, result.as_ref()));
            Some(Parts { args, facts, pinned, result, returns, own })
        })
    }

    /// Checks fields that events fill.
    pub(super) fn check_fields(&mut self, fields: &'a [ast::Field], of: &str, slot: impl Fn(EcoString) -> SlotRef) -> (Vec<ir::Field>, FieldMap) {
        let mut out = Vec::with_capacity(fields.len());
        let mut map = FieldMap::with_capacity(fields.len());
        for field in fields {
            let info = self.resolve_type(&field.ty);
            if !map.insert(&field.name.text, info.as_ref().map(|i| i.ty.clone())) {
                self.duplicate_field(fields, field, of);
                continue;
            }
            let Some(info) = info else { continue };
            let check = info.refine.as_ref().map(|refine| {
                let value = Expr { ty: info.ty.clone(), span: field.ty.span, kind: ExprKind::Slot(slot(field.name.text.clone())) };
                Box::new(Check { expected: self.written_type(&field.ty), condition: self.refinement(refine, &value) })
            });
            let in_context = matches!(slot(EcoString::new()), SlotRef::Context(_));
            self.check_reading(&info, in_context);
            let reading = info.reading.map(|(reading, _)| reading);
            out.push(ir::Field { name: field.name.text.clone(), ty: info.ty, from_text: info.from_text, reading, check, span: field.name.span });
        }
        (out, map)
    }

    /// Returns a type as written; of a name also what it stands for, since who reads a refusal may not have the policy.
    fn written_type(&self, ty: &ast::TypeExpr) -> String {
        // What is absent satisfies an optional's refinement, so that what was refused was there.
        let ty = if let ast::TypeKind::Optional(inner) = &ty.kind { inner } else { ty };
        let text = self.source_line(ty.span);
        let alias = match &ty.kind {
            ast::TypeKind::Named(name) => match self.item(&name.text) {
                Some(Item::Type(index)) => self.table.types.get(index as usize),
                _ => None,
            },
            _ => None,
        };
        alias.map_or(text.clone(), |alias| format!("{text} = {}", self.source_line(alias.ast.ty.span)))
    }

    pub(super) fn check_digest(&mut self, pinned: &ast::TextLit) {
        let hex = pinned.value.strip_prefix("sha256:").unwrap_or("");
        if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            let d = Diagnostic::new(type_codes::PINNED_DIGEST, pinned.span, "this is not a digest")
                .note("a step whose definition is not the pinned one is refused, so a digest that none can have refuses every step")
                .help("write `sha256:` and 64 digits of `0-9a-f`");
            self.report(d);
        }
    }

    fn check_classes_of(&mut self, index: usize) {
        let Some(decl) = self.table.targets.get(index) else { return };
        if decl.again.is_empty() && decl.tool.is_none_or(|tool| tool.classes.is_empty()) {
            return;
        }
        let own = decl.own.clone();
        let tools: Vec<_> = std::iter::once((decl.space, decl.tool)).chain(decl.again.iter().map(|again| (again.space, again.tool))).collect();
        let mut uses: Vec<ir::ClassUse> = Vec::new();
        for (space, tool) in tools {
            let Some(tool) = tool else { continue };
            for (class, class_use) in self.in_space(space, |checker| checker.classes_of(tool, &own)) {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                if let Some(decl) = self.table.classes.get_mut(class as usize).filter(|decl| decl.members.last() != Some(&index)) {
                    decl.members.push(index);
                }
                let Some(class_use) = class_use else { continue };
                match uses.iter().find(|first| first.class == class) {
                    None => uses.push(class_use),
                    Some(first) if first.values.iter().map(same::meaning).eq(class_use.values.iter().map(same::meaning)) => {}
                    Some(_) => {
                        let first = self.table.targets.get(index as usize).map_or(Span::default(), |decl| decl.target.span);
                        let class = self.table.classes.get(class_use.class as usize).map_or("", |class| &class.full_name);
                        let difference = format!("the fields of the class `{class}` are others there");
                        self.declared_otherwise(&format!("`{}`", tool.signature.name.text), [tool.signature.name.span, first], difference);
                    }
                }
            }
        }
        if let Some(decl) = self.table.targets.get_mut(index) {
            decl.target.classes = uses;
        }
    }

    /// Returns the classes that a declaration says a tool is of; those that it says wrongly too.
    fn classes_of(&mut self, tool: &'a ast::Tool, own: &Arc<View>) -> Vec<(u32, Option<ir::ClassUse>)> {
        let mut uses = Vec::new();
        let mut seen: HashMap<&str, Span> = HashMap::default();
        for class_use in &tool.classes {
            let name = &class_use.class;
            if let Some(first) = seen.insert(&name.text, name.span) {
                let d = Diagnostic::new(codes::DUPLICATE_FIELD, name.span, format!("`{}` is `{}` already", tool.signature.name.text, name.text))
                    .other(first, "first said here")
                    .help("remove one of them");
                self.report(d);
                continue;
            }
            let Some(class) = self.known_class(name) else { continue };
            let values = self.class_values(class, class_use, own);
            uses.push((class, values.map(|values| ir::ClassUse { class, values })));
        }
        uses
    }

    fn known_class(&mut self, name: &ast::Name) -> Option<u32> {
        if self.two_things(name) {
            return None;
        }
        match self.item(&name.text) {
            Some(Item::Class(class)) => Some(class),
            Some(Item::Unread) => None,
            Some(item) => {
                self.report(Diagnostic::new(codes::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not a class", name.text, item.noun())));
                None
            }
            None => {
                let near = self.nearest_item(&name.text, |i| matches!(i, Item::Class(_)));
                let d = Diagnostic::new(codes::UNKNOWN_CLASS, name.span, format!("there is no class `{}`", name.text));
                self.report(did_you_mean(d, name.span, near, || format!("declare it: `class {}(…)`", name.text)));
                None
            }
        }
    }

    fn class_values(&mut self, class: u32, class_use: &'a ast::ClassUse, own: &Arc<View>) -> Option<Vec<Expr>> {
        let decl = self.table.classes.get(class as usize)?;
        let (ast, fields) = (decl.ast, decl.fields.clone());
        let mut given: HashMap<&str, Option<Expr>> = HashMap::default();
        let mut whole = true;
        for binding in &class_use.fields {
            let name = binding.name.text.as_str();
            let mut env = Env::of(Scope::Tool(own.clone()));
            let Some(ty) = fields.get(name) else {
                whole = false;
                let near = self.suggestions.nearest(name, fields.names()).map(str::to_owned);
                let d = Diagnostic::new(codes::UNKNOWN_FIELD, binding.name.span, format!("the class `{}` has no field `{name}`", ast.name.text))
                    .other(ast.name.span, "declared here");
                self.report(did_you_mean(d, binding.name.span, near, || there_are("its fields are", fields.names())));
                self.infer(&mut env, &binding.value, None);
                continue;
            };
            if given.contains_key(name) {
                whole = false;
                let d = Diagnostic::new(codes::DUPLICATE_FIELD, binding.name.span, format!("`{name}` is given twice")).help("remove one of them");
                self.report(d);
                continue;
            }
            let value = match ty {
                Some(ty) => self.fits(&mut env, &binding.value, ty),
                None => None,
            };
            whole &= value.is_some();
            given.insert(name, value);
        }
        let missing: Vec<&str> = fields.names().filter(|n| !given.contains_key(n)).collect();
        if !missing.is_empty() {
            let d = Diagnostic::new(
                codes::MISSING_FIELD,
                class_use.class.span,
                format!("{} of the class `{}` {} missing", are(&missing), ast.name.text, if missing.len() == 1 { "is" } else { "are" }),
            )
            .other(ast.name.span, "declared here")
            .note("rules on the class read its fields, so each tool says what they are")
            .help(format!("add `{}: …`", missing.first().copied().unwrap_or_default()));
            self.report(d);
            return None;
        }
        let values: Vec<Expr> = fields.names().filter_map(|n| given.remove(n).flatten()).collect();
        whole.then_some(values)
    }

    /// Checks the context.
    fn check_other(&mut self, decl: &'a ast::Decl) {
        if let DeclKind::Context(fields) = &decl.kind {
            self.check_context(fields);
        }
    }

    fn check_context(&mut self, fields: &'a [ast::Field]) {
        let (mut out, map) = self.check_fields(fields, "this context", SlotRef::Context);
        for name in map.names() {
            let ty = map.get(name).cloned().flatten();
            let here = fields.iter().find(|f| f.name.text == name);
            let known = here.and_then(|here| self.table.context_spaces.get_mut(here.name.text.as_str()));
            if let Some(spaces) = known
                && !spaces.contains(self.space)
            {
                spaces.insert(self.space);
                let again = out.iter().position(|f| f.name == name).map(|at| out.remove(at));
                self.check_context_again(again);
                continue;
            }
            if let Some(here) = here {
                self.table.context_spaces.entry(here.name.text.as_str()).or_default().insert(self.space);
            }
            if !self.table.context.insert(name, ty) {
                let here = fields.iter().find(|f| f.name.text == name).map(|f| f.name.span).unwrap_or_default();
                let first = self.table.context_fields.iter().find(|f| f.name == name).map(|f| f.span);
                let mut d = Diagnostic::new(codes::DUPLICATE_FIELD, here, format!("the context has a field `{name}` already"));
                if let Some(first) = first {
                    d = d.other(first, "first declared here");
                }
                self.report(d.help("remove one of them"));
            }
        }
        self.table.context_fields.extend(out);
    }
}

fn are(names: &[&str]) -> String {
    let listed = super::suggest::listed(names.iter().copied());
    if names.len() == 1 { format!("the field {listed}") } else { format!("the fields {listed}") }
}
