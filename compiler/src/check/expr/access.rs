//! Names and chains: what a value is read from, and whether it is known to be there.

use ecow::{EcoString, eco_format};
use reach_codes::table::{name as names, types as codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, Expr as Ast, ExprKind as AstKind, Link};

use super::super::claims::APPROVED;
use super::super::describe::a;
use super::super::env::{LocalValue, Scope};
use super::super::names::{Item, ROOTS, did_you_mean, there_are};

use super::super::{Checker, Env};
use super::wanted;
use crate::ir::{Const, Expr, ExprKind, Form, Part, SlotRef, Type};

/// A value and the path that leads to it, if it is one that tests can speak of.
pub(super) struct Access {
    pub(super) expr: Expr,
    pub(super) path: Option<EcoString>,
}

/// Returns the path of a part: that of the whole, and behind it the part's name.
pub(super) fn path_of(whole: &str, part: &str) -> EcoString {
    let mut path = EcoString::with_capacity(whole.len() + 1 + part.len());
    path.push_str(whole);
    path.push('\0');
    path.push_str(part);
    path
}

impl Access {
    pub(super) fn of(expr: Expr) -> Self {
        Self { expr, path: None }
    }

    /// Unwraps the value when it is known to be there.
    pub(super) fn narrowed(self, env: &Env<'_>) -> Expr {
        match &self.expr.ty {
            Type::Optional(of) if env.knows(self.path.as_ref()) => {
                let (ty, span) = (of.as_ref().clone(), self.expr.span);
                Expr { ty, span, kind: ExprKind::Unwrap(Box::new(self.expr)) }
            }
            _ => self.expr,
        }
    }
}

impl<'a> Checker<'a> {
    /// Resolves an expression, an optional one as it is.
    pub(super) fn access(&mut self, env: &mut Env<'a>, expr: &'a Ast, expected: Option<&Type>) -> Option<Access> {
        match &expr.kind {
            AstKind::Name(name) => self.bare_name(env, name, expected),
            AstKind::Chain(chain) => {
                let ast::Chain { base, links } = &**chain;
                if !self.deep_enough(expr.span, links.len().saturating_mul(2)) {
                    return None;
                }
                self.depth += links.len() * 2;
                let out = self.chain(env, base, links, expected);
                self.depth -= links.len() * 2;
                out
            }
            _ => self.infer(env, expr, expected).map(Access::of),
        }
    }

    fn chain(&mut self, env: &mut Env<'a>, base: &'a Ast, links: &'a [Link], expected: Option<&Type>) -> Option<Access> {
        let (mut access, used) = match &base.kind {
            AstKind::Name(name) if env.row.as_ref().is_some_and(|r| r.name == name.text) => {
                (self.row_field(env, name, links.first(), expected.filter(|_| links.len() == 1))?, 1)
            }
            AstKind::Name(name) if ROOTS.contains(&name.text.as_str()) && name.text != "it" => self.root(env, name, links)?,
            AstKind::Name(name) if self.names_entity(env, name, links).is_some() => {
                let (entity, used) = self.names_entity(env, name, links)?;
                let Some(Link::Index(key, link)) = links.get(used) else { return self.not_a_value(name) };
                (Access::of(self.entity_literal(env, entity, key, name.span.to(*link))?), used + 1)
            }
            AstKind::Name(name) if self.is_alias(env, name) => (self.of_pack(name, links, expected)?, 1),
            _ => (self.access(env, base, None)?, 0),
        };
        for link in links.iter().skip(used) {
            access = self.link(env, access, link)?;
        }
        Some(access)
    }

    /// Returns which entity a chain that goes on with an id begins with, and how many links belong to its name.
    fn names_entity(&self, env: &Env<'a>, name: &ast::Name, links: &[Link]) -> Option<(u32, usize)> {
        if env.local(&name.text).is_some() {
            return None;
        }
        let (item, used) = match links.first()? {
            Link::Index(..) => (self.item(&name.text), 0),
            Link::Field(field) if self.is_alias(env, name) && matches!(links.get(1), Some(Link::Index(..))) => {
                (self.offered(self.alias(&name.text)??, &field.text), 1)
            }
            Link::Field(_) => return None,
        };
        match item {
            Some(Item::Entity(entity)) => Some((entity, used)),
            _ => None,
        }
    }

    /// Returns whether a name is what a pack is called, and nothing that stands nearer.
    fn is_alias(&self, env: &Env<'a>, name: &ast::Name) -> bool {
        let text = name.text.as_str();
        let of_event = matches!(env.scope, Scope::Event(_)) && matches!(text, "ok" | "text" | "result");
        let argument = matches!(&env.scope, Scope::Tool(view) if view.args.get(text).is_some());
        self.alias(text).is_some() && !of_event && !argument && env.local(text).is_none() && self.entry(text).is_none()
    }

    /// Returns what an expression names: a name of this space, or one behind the alias of a pack.
    pub(in super::super) fn item_written(&self, expr: &Ast) -> Option<Item> {
        match &expr.kind {
            AstKind::Name(name) => self.item(&name.text),
            AstKind::Chain(chain) => {
                let (alias, name) = behind_alias(&chain.base, &chain.links).filter(|_| chain.links.len() == 1)?;
                self.entry(&alias.text).is_none().then(|| self.offered(self.alias(&alias.text)??, &name.text))?
            }
            _ => None,
        }
    }

    /// As [`Checker::item_written`], where no local is called so.
    pub(in super::super) fn item_here(&self, env: &Env<'a>, expr: &Ast) -> Option<Item> {
        let first = match &expr.kind {
            AstKind::Name(name) => name,
            AstKind::Chain(chain) => match &chain.base.kind {
                AstKind::Name(name) if self.is_alias(env, name) => name,
                _ => return None,
            },
            _ => return None,
        };
        if env.local(&first.text).is_some() { None } else { self.item_written(expr) }
    }

    /// Resolves `alias.name`.
    fn of_pack(&mut self, alias: &'a ast::Name, links: &'a [Link], expected: Option<&Type>) -> Option<Access> {
        let space = self.alias(&alias.text)??;
        let Some(Link::Field(name)) = links.first() else { return self.alias_alone(alias) };
        let span = alias.span.to(name.span);
        match self.offered(space, &name.text) {
            Some(Item::Let(index)) => self.constant_named(index, span, wanted(expected).filter(|_| links.len() == 1)).map(Access::of),
            _ => self.not_offered(space, name, span),
        }
    }

    fn row_field(&mut self, env: &mut Env<'a>, row: &ast::Name, link: Option<&'a Link>, expected: Option<&Type>) -> Option<Access> {
        let bindings = env.row.as_ref().map_or(&[][..], |r| r.bindings);
        let Some(Link::Field(field)) = link else { return self.not_a_value(row) };
        match bindings.iter().find(|b| b.name.text == field.text) {
            Some(binding) => self.infer(&mut Env::constant(None), &binding.value, expected).map(Access::of),
            None => {
                let near = self.suggestions.nearest(&field.text, bindings.iter().map(|b| b.name.text.as_str())).map(str::to_owned);
                let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("this row has no field `{}`", field.text));
                self.report(did_you_mean(d, field.span, near, || there_are("its fields are", bindings.iter().map(|b| b.name.text.as_str()))));
                None
            }
        }
    }

    fn bare_name(&mut self, env: &mut Env<'a>, name: &'a ast::Name, expected: Option<&Type>) -> Option<Access> {
        let text = name.text.as_str();
        if let Some(access) = self.event_word(env, name, wanted(expected)) {
            return access;
        }
        if let Some(local) = env.local(text) {
            let path = match &local.value {
                LocalValue::Value(id, _) => Some(eco_format!("${}", id.0)),
                // One name is never given twice within a rule.
                LocalValue::Alias(_) => Some(eco_format!("@{text}")),
                LocalValue::Poison => None,
            };
            return Some(Access { expr: Self::local_value(&local.value, name.span)?, path });
        }
        if ROOTS.contains(&text) || env.row.as_ref().is_some_and(|r| r.name == text) {
            return self.not_a_value(name);
        }
        if let Scope::Tool(view) = &env.scope
            && let Some(ty) = view.args.get(text)
        {
            let ty = ty.clone()?;
            return Some(Access { expr: slot(ty, name.span, SlotRef::Arg(text.into())), path: Some(path_of("args", text)) });
        }
        let item = self.item(text);
        if let Some(Type::Enum(members)) = wanted(expected) {
            let is_member = members.iter().any(|m| m == text);
            match item {
                Some(Item::Let(_)) if is_member => return self.ambiguous(name, members),
                Some(Item::Let(_)) => {}
                _ if is_member || item.is_none() => {
                    let members = members.clone();
                    return self.member(name.span, text, &members).map(Access::of);
                }
                _ => {}
            }
        }
        match item {
            Some(Item::Let(index)) => self.constant_named(index, name.span, wanted(expected)).map(Access::of),
            Some(Item::Unread) => None,
            Some(item) => {
                let d = Diagnostic::new(names::WRONG_KIND_OF_NAME, name.span, format!("`{text}` is {}, not a value", item.noun()));
                let d = match item {
                    Item::Function(_) => d.help(format!("call it: `{text}(…)`")),
                    Item::Entity(_) => d.help(format!("name one of them by its id: `{text}[\"…\"]`")),
                    Item::Budget(_) => d
                        .note("a budget is kept by itself: what would overspend it is forbidden")
                        .help("to ask what was spent, write `sum(args.amount of call … over 24h)`"),
                    Item::Label(_) => d.help(format!("to ask whether the agent has collected it, write `{text} in labels`; of a value, `args.x from {text}`")),
                    Item::Tool(_) | Item::Model(_) | Item::Agent(_) => {
                        d.help(format!("to ask which step it is, write `step.name == \"{text}\"`, or name it behind `on`"))
                    }
                    _ => d,
                };
                self.report(d);
                None
            }
            None => self.unknown_name(env, name),
        }
    }

    fn ambiguous<T>(&mut self, name: &ast::Name, members: &[String]) -> Option<T> {
        let mut d = Diagnostic::new(names::AMBIGUOUS_NAME, name.span, format!("`{}` is both a member of an enum and a constant", name.text));
        if let Some(entry) = self.entry(&name.text) {
            d = d.other(entry.name.span, "the constant");
        }
        let d = d
            .note(format!("the enum has the members {}", super::super::suggest::listed(members.iter().map(String::as_str))))
            .help(format!("rename the constant, or write the member in quotes: `\"{}\"`", name.text));
        self.report(d);
        None
    }

    pub(super) fn not_a_value<T>(&mut self, name: &ast::Name) -> Option<T> {
        let text = &name.text;
        let d = Diagnostic::new(codes::NOT_A_VALUE, name.span, format!("`{text}` is not a value by itself"));
        let d = match text.as_str() {
            "it" => d.note("`it` is the value that a type's `where` is about").help("use it in `type Name = text where length(it) <= 80`"),
            "labels" => {
                d.note("what the agent has collected is asked label by label").help("write `secret in labels` with a label that is declared: `label secret`")
            }
            _ => d.help(format!("name one of its fields: `{text}.…`")),
        };
        self.report(d);
        None
    }

    fn unknown_name<T>(&mut self, env: &Env<'a>, name: &ast::Name) -> Option<T> {
        let text = name.text.as_str();
        if self.alias(text).is_some() {
            return self.alias_alone(name);
        }
        let d = Diagnostic::new(names::UNKNOWN_NAME, name.span, format!("there is no name `{text}` here"));
        if matches!(text, "null" | "none" | "nil" | "undefined" | "None" | "NULL") {
            let d = d.note("what is absent has no name").help("to ask whether an optional field is there, write `args has date`, or `not (args has date)`");
            self.report(d);
            return None;
        }
        if text == APPROVED {
            self.report(d.help("`not approved` can be the last term of the condition of a property or claim, and stands nowhere else"));
            return None;
        }
        if env.lenient && env.locals.is_empty() && self.item(text).is_none() && self.suggestions.is_spent() {
            return None;
        }
        let roots = [("args", env.view().map(|v| &v.args)), ("facts", env.view().map(|v| &v.facts)), ("context", Some(&self.table.context))];
        let in_root = roots.into_iter().find(|(_, fields)| fields.is_some_and(|f| f.get(text).is_some())).map(|(root, _)| format!("{root}.{text}"));
        // What a rule reads from stands in no table of names.
        let readable = ["args", "facts", "context", "step", "agent"].into_iter().filter(|_| env.view().is_some());
        let near_local = || env.locals.iter().map(|l| l.name.as_str()).chain(readable.clone());
        let near = in_root
            .or_else(|| self.suggestions.nearest(text, near_local()).map(str::to_owned))
            .or_else(|| self.nearest_item(text, |i| matches!(i, Item::Let(_))));
        self.report(did_you_mean(d, name.span, near, || format!("declare a constant: `let {text} = …`; a text stands in quotes: `\"{text}\"`")));
        None
    }

    /// Follows field names from a value; what may be absent on the way has no value then.
    pub(in super::super) fn part_of(&mut self, whole: Expr, path: &[ast::Name]) -> Option<Expr> {
        let mut value = whole;
        for name in path {
            if let Type::Optional(of) = &value.ty {
                let (ty, span) = (of.as_ref().clone(), value.span);
                value = Expr { ty, span, kind: ExprKind::Unwrap(Box::new(value)) };
            }
            value = self.field(value, None, name)?.expr;
        }
        Some(value)
    }

    /// Follows one link.
    fn link(&mut self, env: &mut Env<'a>, access: Access, link: &'a Link) -> Option<Access> {
        let path = access.path.clone();
        let base = access.narrowed(env);
        if let Type::Optional(of) = &base.ty {
            if env.lenient {
                return None;
            }
            let text = self.source_line(base.span);
            let test = text.rsplit_once('.').map_or_else(|| format!("`{text} as value and …`"), |(before, field)| format!("`{before} has {field} and …`"));
            let d = Diagnostic::new(codes::OPTIONAL_UNTESTED, base.span, format!("`{text}` may be absent"))
                .label(format!("this is {}", a(&base.ty)))
                .note(format!("what is absent has no {}", if matches!(link, Link::Field(_)) { "fields" } else { "members" }))
                .help(format!("test it first: {test}"));
            let _ = of;
            self.report(d);
            return None;
        }
        match link {
            Link::Field(field) => self.field(base, path, field),
            Link::Index(key, span) => self.index_of(env, base, path, key, *span),
        }
    }

    fn field(&mut self, base: Expr, path: Option<EcoString>, field: &ast::Name) -> Option<Access> {
        let span = base.span.to(field.span);
        let name = field.text.as_str();
        let (kind, ty) = match (&base.ty, name) {
            (Type::Record(fields), _) => {
                let Some((index, (_, ty))) = (0u16..).zip(fields.iter()).find(|(_, (n, _))| n == name) else {
                    let near = self.suggestions.nearest(name, fields.iter().map(|(n, _)| n.as_str())).map(str::to_owned);
                    let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("`{}` has no field `{name}`", self.source_line(base.span)));
                    self.report(did_you_mean(d, field.span, near, || there_are("its fields are", fields.iter().map(|(n, _)| n.as_str()))));
                    return None;
                };
                (ExprKind::Field(Box::new(base.clone()), index), ty.clone())
            }
            (Type::Entity(entity), _) => {
                let entity = std::sync::Arc::clone(entity);
                let fields = self.entity_fields(&entity, field.span)?;
                let Some((_, ty)) = fields.iter().find(|(n, _)| n == name) else {
                    let near = self.suggestions.nearest(name, fields.iter().map(|(n, _)| n.as_str())).map(str::to_owned);
                    let d = Diagnostic::new(names::UNKNOWN_FIELD, field.span, format!("the entity `{entity}` has no field `{name}`"));
                    self.report(did_you_mean(d, field.span, near, || match fields.len() {
                        0 => format!("declare it: `entity {entity} {{ {name}: … }}`"),
                        _ => there_are("its fields are", fields.iter().map(|(n, _)| n.as_str())),
                    }));
                    return None;
                };
                (ExprKind::LookUp(Box::new(base.clone()), name.to_owned()), ty.clone())
            }
            (Type::Form(form), _) if Part::find(*form, name).is_some() => {
                let part = Part::find(*form, name)?;
                (ExprKind::Part(Box::new(base.clone()), part), base.ty.of_part(part))
            }
            (ty, _) => {
                let known: Vec<&str> = match ty {
                    Type::Form(form) => Part::named(*form).map(|part| part.owner_and_field().1).collect(),
                    _ => Vec::new(),
                };
                let near = elsewhere(ty, name).or_else(|| self.suggestions.nearest(name, known.iter().copied())).map(str::to_owned);
                let d =
                    Diagnostic::new(codes::NO_SUCH_PART, field.span, format!("{} has no field `{name}`", a(ty))).other(base.span, format!("this is {}", a(ty)));
                let d = match ty {
                    _ if super::functions::is_builtin(name) || super::functions::elsewhere(name).is_some() => {
                        let function = super::functions::elsewhere(name).unwrap_or(name);
                        d.help(format!("write `{function}({})`", self.source_line(base.span)))
                    }
                    Type::Map(_) => d.help(format!("look the key up: `{}[\"{name}\"]`", self.source_line(base.span))),
                    Type::List(_) | Type::Set(_) => d.help("ask its members: `any(x in xs: x.… )` or `all(x in xs: x.… )`"),
                    Type::Any => d.help("`any` takes `has` and `==` with a literal; declare a record type to read fields"),
                    Type::Time => d.help(format!("a time has parts in a time zone: `local({}, \"Europe/Berlin\").hour`", self.source_line(base.span))),
                    Type::Date => d.help("compare with a date or a difference"),
                    _ => did_you_mean(d, field.span, near, || {
                        if known.is_empty() { "it is a plain value".to_owned() } else { there_are("its parts are", known.iter().copied()) }
                    }),
                };
                self.report(d);
                return None;
            }
        };
        let expr = self.fold(Expr { ty, span, kind })?;
        Some(Access { expr, path: path.map(|p| path_of(&p, name)) })
    }

    fn index_of(&mut self, env: &mut Env<'a>, base: Expr, path: Option<EcoString>, key: &'a Ast, link: Span) -> Option<Access> {
        let span = base.span.to(link);
        let (wanted, element) = match &base.ty {
            Type::Map(of) => (Type::Text, of.clone()),
            Type::List(of) => (Type::Int, of.clone()),
            ty => {
                let d = Diagnostic::new(codes::NO_SUCH_PART, link, format!("{} can't be looked into with `[…]`", a(ty)))
                    .other(base.span, format!("this is {}", a(ty)));
                let d = match ty {
                    Type::Record(_) => d.help("name a field: `.field`"),
                    Type::Set(_) => d.help("a set has no order; ask `x in …`, or `any(x in …: …)`"),
                    _ => d.help("maps are looked into with a text, lists with a number from 0"),
                };
                self.report(d);
                return None;
            }
        };
        let key = self.fits(env, key, &wanted)?;
        if let (ExprKind::Const(Const::Map(_)), false) = (&base.kind, matches!(key.kind, ExprKind::Const(_))) {
            return self.unsupported(span, "looking up a step's value in a constant map".to_owned(), "use a set with `in`, or `if … then … else …`");
        }
        let path = match (&key.kind, path) {
            (ExprKind::Const(Const::Text(text)), Some(path)) => Some(eco_format!("{path}\0[{text}")),
            (ExprKind::Const(Const::Num(n)), Some(path)) => Some(eco_format!("{path}\0[{n}")),
            _ => None,
        };
        let expr = self.fold(Expr { ty: Type::Optional(element), span, kind: ExprKind::Index(Box::new(base), Box::new(key)) })?;
        Some(Access { expr, path })
    }

    /// Returns the name of a field that `has` asks for, as a condition; with the path that it shows to be there.
    pub(super) fn has(&mut self, env: &mut Env<'a>, base: &'a Ast, field: &'a ast::Name, span: Span) -> Option<(Expr, Option<EcoString>)> {
        if let AstKind::Name(root) = &base.kind
            && matches!(root.text.as_str(), "args" | "facts" | "context")
            && env.local(&root.text).is_none()
        {
            let access = match root.text.as_str() {
                "context" if env.has_context() => self.context_field(field, span)?,
                "context" => return self.not_here(env, root),
                word => self.step_field(env, root, field, word, span)?,
            };
            return Some((super::super::refine::condition(span, ExprKind::Present(Box::new(access.expr))), access.path));
        }
        if let AstKind::Chain(chain) = &base.kind
            && let (AstKind::Name(root), links @ [Link::Field(args)]) = (&chain.base.kind, chain.links.as_slice())
            && root.text == "step"
            && matches!(args.text.as_str(), "args" | "facts")
        {
            let access = match &env.scope {
                Scope::Event(event) => match event.step.clone() {
                    Some(step) => {
                        let access = self.step_field(&Env::of(Scope::Step(step)), root, field, &args.text, span)?;
                        self.of_asking(access)
                    }
                    None => return self.root(env, root, links).and(None),
                },
                _ => self.step_field(env, root, field, &args.text, span)?,
            };
            return Some((super::super::refine::condition(span, ExprKind::Present(Box::new(access.expr))), access.path));
        }
        let access = self.access(env, base, None)?;
        let path = access.path.clone();
        let value = access.narrowed(env);
        let value = self.must_be_there(env, base, value)?;
        let (kind, path) = match &value.ty {
            Type::Map(_) => (ExprKind::HasKey(Box::new(value), field.text.to_string()), path.map(|p| eco_format!("{p}\0[{}", field.text))),
            Type::Any => (ExprKind::HasKey(Box::new(value), field.text.to_string()), None),
            _ => {
                let access = self.field(value, path, field)?;
                (ExprKind::Present(Box::new(access.expr)), access.path)
            }
        };
        let expr = self.fold(super::super::refine::condition(span, kind))?;
        Some((expr, path))
    }
}

/// Splits a chain that may be a name behind the alias of a pack.
pub(in super::super) fn behind_alias<'e>(base: &'e Ast, links: &'e [Link]) -> Option<(&'e ast::Name, &'e ast::Name)> {
    match (&base.kind, links.first()) {
        (AstKind::Name(alias), Some(Link::Field(name))) => Some((alias, name)),
        _ => None,
    }
}

pub(super) fn slot(ty: Type, span: Span, slot: SlotRef) -> Expr {
    Expr { ty, span, kind: ExprKind::Slot(slot) }
}

/// What parts are called elsewhere.
fn elsewhere(ty: &Type, name: &str) -> Option<&'static str> {
    Some(match (ty, name) {
        (Type::Form(Form::Email), "host" | "server") => "domain",
        (Type::Form(Form::Email), "user" | "username" | "name" | "mailbox") => "local",
        (Type::Form(Form::Path(_)), "basename" | "filename" | "file" | "base") => "name",
        (Type::Form(Form::Path(_)), "dirname" | "dir" | "directory" | "folder") => "parent",
        (Type::Form(Form::Path(_)), "ext" | "suffix") => "extension",
        (Type::Form(Form::Url), "hostname" | "domain" | "authority") => "host",
        (Type::Form(Form::Url), "protocol") => "scheme",
        (Type::Form(Form::Url), "pathname") => "path",
        (Type::Form(Form::Url), "search") => "query",
        (Type::Form(Form::Url), "hash" | "anchor") => "fragment",
        (Type::Form(Form::Url), "username" | "userinfo" | "password" | "credentials") => "user",
        (Type::Form(Form::Host), "address") => "ip",
        (Type::Form(Form::Host), "domain" | "apex" | "site") => "registrable",
        (Type::Form(Form::Command), "args" | "arguments" | "argv") => "words",
        (Type::Form(Form::Command), "flags") => "options",
        (Type::Form(Form::Sql(_)), "queries") => "statements",
        (Type::Form(Form::Statement), "tables") => "reads",
        _ => return None,
    })
}
