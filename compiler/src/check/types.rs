//! Types as written, to types of the IR.

use crate::maps::HashSet;
use std::sync::Arc;

use reach_codes::table::{limit, name as codes, types as type_codes};
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, TypeExpr, TypeKind};

use super::names::{Item, did_you_mean, there_are};
use super::refine::Refine;
use super::{Checker, Env, env::Scope};
use crate::ir::{Const, Form, Reading, Type};

/// What a type that was written says.
#[derive(Clone, Debug)]
pub(super) struct TypeInfo {
    pub(super) ty: Type,
    /// Whether it is `list<T> from text`.
    pub(super) from_text: bool,
    /// How paths, URLs or times in it are read, and where that is written.
    pub(super) reading: Option<(Reading, Span)>,
    /// What values must satisfy besides.
    pub(super) refine: Option<Arc<Refine>>,
    /// How many parts it has.
    parts: usize,
    /// How deep it is.
    depth: usize,
}

impl TypeInfo {
    pub(super) fn of(ty: Type) -> Self {
        Self { ty, from_text: false, reading: None, refine: None, parts: 1, depth: 1 }
    }
}

/// A `type Name = …`.
#[derive(Clone, Debug)]
pub(super) struct Alias<'a> {
    pub(super) ast: &'a ast::TypeAlias,
    /// The space of its names.
    pub(super) space: u32,
    info: Option<TypeInfo>,
    poisoned: bool,
}

impl<'a> Alias<'a> {
    pub(super) fn new(ast: &'a ast::TypeAlias, space: u32) -> Self {
        Self { ast, space, info: None, poisoned: false }
    }
}

const PLAIN: [&str; 8] = ["bool", "int", "decimal", "text", "time", "date", "duration", "any"];

/// Returns whether it is a type of the language.
pub(super) fn is_builtin(name: &str) -> bool {
    PLAIN.contains(&name) || Form::from_word(name).is_some() || matches!(name, "list" | "set" | "map" | "enum")
}

fn plain(name: &str) -> Option<Type> {
    Some(match name {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "decimal" => Type::Decimal,
        "text" => Type::Text,
        "time" => Type::Time,
        "date" => Type::Date,
        "duration" => Type::Duration,
        "any" => Type::Any,
        word => Type::Form(Form::from_word(word)?),
    })
}

/// What other languages call our types.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "char" | "varchar" | "uuid" => "text",
        "integer" | "long" | "i64" | "int64" | "int32" | "u64" | "uint" => "int",
        "float" | "double" | "number" | "real" | "money" | "f64" | "numeric" => "decimal",
        "boolean" => "bool",
        "datetime" | "timestamp" | "instant" => "time",
        "timedelta" | "interval" => "duration",
        "file" | "filepath" | "filename" | "dir" | "directory" => "path",
        "mail" | "address" => "email",
        "uri" | "link" | "href" => "url",
        "hostname" | "domain" | "fqdn" => "host",
        "ipv4" | "ipv6" | "ipaddr" | "inet" => "ip",
        "cidr" | "subnet" => "network",
        "command" | "bash" | "cmd" | "commandline" => "shell",
        "query" => "sql",
        "json" | "object" | "unknown" | "value" => "any",
        _ => return None,
    })
}

/// Returns whether values of the type can be members of a set.
fn is_scalar(ty: &Type) -> bool {
    !matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Record(_) | Type::Optional(_) | Type::Any)
}

impl<'a> Checker<'a> {
    pub(super) fn resolve_alias(&mut self, index: usize) {
        let Some(alias) = self.table.types.get(index) else { return };
        if alias.poisoned {
            return;
        }
        let ast = alias.ast;
        let info = self.resolve_type(&ast.ty);
        if let Some(alias) = self.table.types.get_mut(index) {
            alias.info = info;
        }
    }

    pub(super) fn poison_alias(&mut self, index: usize) {
        if let Some(alias) = self.table.types.get_mut(index) {
            alias.poisoned = true;
        }
    }

    /// Resolves a type; none when it was reported what is wrong with it.
    pub(super) fn resolve_type(&mut self, ty: &'a TypeExpr) -> Option<TypeInfo> {
        let info = self.resolve_parts(ty)?;
        if info.parts > self.bounds.type_parts || info.depth > self.bounds.type_depth {
            let Bounds { parts, depth } = Bounds { parts: self.bounds.type_parts, depth: self.bounds.type_depth };
            let d = Diagnostic::new(limit::TYPE_TOO_LARGE, ty.span, "this type is too large")
                .note(format!("with the types that it names, a type has at most {parts} parts, nested at most {depth} deep"))
                .help("declare large parts as `any`, or leave out what no rule reads");
            self.report(d);
            return None;
        }
        Some(info)
    }

    fn resolve_parts(&mut self, ty: &'a TypeExpr) -> Option<TypeInfo> {
        match &ty.kind {
            TypeKind::Named(name) => self.resolve_named(name),
            TypeKind::WithDefault(name, scheme) => self.resolve_default(name, scheme),
            TypeKind::PathAt(name, variant, folder) => self.resolve_path_at(name, variant.as_deref(), folder),
            TypeKind::TimeIn(name, variant) => self.resolve_in(name, variant),
            TypeKind::Generic(word, inner) => self.resolve_generic(word, inner),
            TypeKind::ListFromText(inner) => {
                let element = self.resolve_element(inner, "list")?;
                let mut info = list_of(element);
                info.from_text = true;
                Some(info)
            }
            TypeKind::Enum(members) => self.resolve_enum(ty.span, members),
            TypeKind::Record(fields) => self.resolve_record(fields),
            TypeKind::Optional(inner) => {
                let info = self.resolve_parts(inner)?;
                if matches!(info.ty, Type::Optional(_)) {
                    return Some(info);
                }
                let refine = info.refine.map(|r| Arc::new(Refine::Optional(r)));
                Some(TypeInfo { ty: Type::Optional(Arc::new(info.ty)), refine, parts: info.parts.saturating_add(1), depth: info.depth + 1, ..info })
            }
            TypeKind::Refined(inner, condition) => self.resolve_refined(inner, condition),
        }
    }

    /// `url default "https"`.
    fn resolve_default(&mut self, name: &'a ast::Name, scheme: &'a ast::TextLit) -> Option<TypeInfo> {
        let info = self.resolve_named(name)?;
        let text = scheme.value.as_str();
        let is_scheme =
            text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c));
        if info.ty == Type::Form(Form::Url) && is_scheme {
            return Some(TypeInfo { reading: Some((Reading::Scheme(text.to_owned()), scheme.span)), ..info });
        }
        let d = if is_scheme {
            Diagnostic::new(type_codes::BAD_READING, name.span, format!("only a `url` has a `default`, and this is a `{}`", info.ty))
        } else {
            Diagnostic::new(type_codes::BAD_READING, scheme.span, format!("`{text:?}` is not a scheme"))
        };
        self.report(
            d.note("`url default \"https\"` gives addresses without a scheme this one").help("write the scheme without its colon: `url default \"https\"`"),
        );
        None
    }

    /// `time in "Europe/Berlin"`, `path in "windows"`, `sql in "postgres"`.
    fn resolve_in(&mut self, name: &'a ast::Name, variant: &'a ast::TextLit) -> Option<TypeInfo> {
        let info = self.resolve_named(name)?;
        match &info.ty {
            Type::Time => {
                self.known_zone(&variant.value, variant.span)?;
                Some(TypeInfo { reading: Some((Reading::Zone(variant.value.to_string()), variant.span)), ..info })
            }
            Type::Form(form) => {
                let form = *form;
                match form.of(&variant.value) {
                    Some(form) => Some(TypeInfo { ty: Type::Form(form), ..info }),
                    None => self.unknown_variant(name, form, variant),
                }
            }
            ty => {
                let d = Diagnostic::new(type_codes::BAD_READING, variant.span, format!("there is no `{ty} in …`"))
                    .help("a time has a zone: `time in \"Europe/Berlin\"`; a path a platform: `path in \"windows\"`; a query a dialect: `sql in \"postgres\"`");
                self.report(d);
                None
            }
        }
    }

    fn unknown_variant<T>(&mut self, name: &ast::Name, form: Form, variant: &ast::TextLit) -> Option<T> {
        let near = self.suggestions.nearest(&variant.value, form.variants()).map(str::to_owned);
        let d = Diagnostic::new(type_codes::BAD_READING, variant.span, format!("there is no `{} in {:?}`", name.text, variant.value));
        let known: Vec<&str> = form.variants().collect();
        let d = match near {
            Some(near) => d.help(format!("did you mean `\"{near}\"`?")).fix(variant.span, format!("\"{near}\"")),
            None if known.is_empty() => d.help(format!("write `{}` alone", name.text)),
            None => d.help(there_are("there are", known.into_iter())),
        };
        self.report(d);
        None
    }

    /// `path at context.cwd`, `path in "windows" at "C:/work"`.
    fn resolve_path_at(&mut self, name: &'a ast::Name, variant: Option<&'a ast::TextLit>, folder: &'a ast::Expr) -> Option<TypeInfo> {
        let info = match variant {
            Some(variant) => self.resolve_in(name, variant)?,
            None => self.resolve_named(name)?,
        };
        let Some(folder_type) = folder_of(&info.ty) else {
            let d = Diagnostic::new(type_codes::BAD_READING, name.span, format!("only a `path` and a `shell` are `at` a folder, and this is a `{}`", info.ty));
            self.report(d.help("declare it as `path at context.cwd`"));
            return None;
        };
        let reading = match &folder.kind {
            ast::ExprKind::Chain(chain) => match (&chain.base.kind, chain.links.as_slice()) {
                (ast::ExprKind::Name(root), [ast::Link::Field(field)]) if root.text == "context" => Some(Reading::AtContext(field.text.to_string())),
                _ => None,
            },
            _ => None,
        };
        let reading = match reading {
            Some(reading) => reading,
            None => match self.constant(None, folder, &folder_type)? {
                Const::Text(text) => Reading::At(text.into()),
                _ => return None,
            },
        };
        Some(TypeInfo { reading: Some((reading, folder.span)), ..info })
    }

    /// Checks how a field is read: the folder must be a path of the context, and a context's own fields can't be read by others.
    pub(super) fn check_reading(&mut self, info: &TypeInfo, in_context: bool) -> Option<()> {
        let Some((Reading::AtContext(field), span)) = &info.reading else { return Some(()) };
        let fits = |ty: &Type| match ty {
            Type::Optional(of) => of.is_path() && holds(&info.ty, of),
            ty => ty.is_path() && holds(&info.ty, ty),
        };
        let known = if self.sees_context(field) { self.table.context.get(field) } else { None };
        let d = match known {
            _ if in_context => Diagnostic::new(type_codes::BAD_READING, *span, "a field of the context can't be at another one")
                .note("the fields of the context come together, in any order")
                .help("let the host send absolute paths, or write the folder: `path at \"/srv\"`"),
            Some(Some(ty)) if fits(ty) => return Some(()),
            Some(Some(ty)) => Diagnostic::new(type_codes::BAD_READING, *span, format!("`context.{field}` is {}, not a folder", super::describe::a(ty)))
                .help("declare it as a path of the same platform"),
            Some(None) => return None,
            None if self.table.unread_context => return None,
            None => {
                let near = self.suggestions.nearest(field, self.table.context.names()).map(str::to_owned);
                let d = Diagnostic::new(codes::UNKNOWN_FIELD, *span, format!("`context` has no field `{field}`"));
                self.report(did_you_mean(d, *span, near.map(|near| format!("context.{near}")), || format!("declare it: `context {{ {field}: path }}`")));
                return None;
            }
        };
        self.report(d);
        None
    }

    pub(super) fn reading_elsewhere(&mut self, span: Span) {
        let _: Option<()> = self.unsupported(
            span,
            "a type with `at`, `default` or a zone here".to_owned(),
            "use it for an argument, a fact or a field of the context itself, or for the members of its list",
        );
    }

    fn resolve_named(&mut self, name: &'a ast::Name) -> Option<TypeInfo> {
        let word = name.text.as_str();
        if let Some(ty) = plain(word) {
            return Some(TypeInfo::of(ty));
        }
        match self.item(word) {
            Some(Item::Type(index)) => self.table.types.get(index as usize).and_then(|a| a.info.clone()),
            Some(Item::Entity(index)) => {
                let name = &self.table.entities.get(index as usize)?.name;
                Some(TypeInfo::of(Type::Entity(Arc::clone(name))))
            }
            Some(Item::Unread) => None,
            Some(item) => {
                let d = Diagnostic::new(codes::WRONG_KIND_OF_NAME, name.span, format!("`{word}` is {}, not a type", item.noun()));
                self.report(d);
                None
            }
            None => {
                self.unknown_type(name);
                None
            }
        }
    }

    fn unknown_type(&mut self, name: &ast::Name) {
        let near = match elsewhere(&name.text) {
            Some(word) => Some(word.to_owned()),
            None => self
                .suggestions
                .nearest(&name.text, PLAIN.into_iter().chain(Form::DECLARED.map(Form::word)).chain(["list", "set", "map", "enum"]))
                .map(str::to_owned)
                .or_else(|| self.nearest_item(&name.text, |i| matches!(i, Item::Type(_) | Item::Entity(_)))),
        };
        let d = Diagnostic::new(codes::UNKNOWN_TYPE, name.span, format!("there is no type `{}`", name.text));
        self.report(did_you_mean(d, name.span, near, || format!("declare it: `type {} = …`", name.text)));
    }

    fn resolve_generic(&mut self, word: &'a ast::Name, inner: &'a TypeExpr) -> Option<TypeInfo> {
        let element = self.resolve_element(inner, &word.text)?;
        match word.text.as_str() {
            "list" => Some(list_of(element)),
            "set" if !is_scalar(&element.ty) => {
                let d = Diagnostic::new(type_codes::BAD_TYPE, inner.span, format!("a set can't have members of type `{}`", element.ty))
                    .note("a set holds plain values: numbers, texts, enums, times")
                    .help("use a list");
                self.report(d);
                None
            }
            "set" => {
                let info = list_of(element);
                let ty = match info.ty {
                    Type::List(of) => Type::Set(of),
                    other => other,
                };
                Some(TypeInfo { ty, ..info })
            }
            "map" if element.refine.is_some() => self.unsupported(inner.span, "a refinement inside of a `map`".to_owned(), "test the values in a rule"),
            "map" => Some(TypeInfo {
                ty: Type::Map(Arc::new(element.ty)),
                from_text: false,
                reading: element.reading,
                refine: None,
                parts: element.parts.saturating_add(1),
                depth: element.depth + 1,
            }),
            other => {
                let d = Diagnostic::new(codes::UNKNOWN_TYPE, word.span, format!("there is no type `{other}<…>`"));
                self.report(d.help("the types with a type inside are `list<T>`, `set<T>` and `map<T>`"));
                None
            }
        }
    }

    fn resolve_element(&mut self, inner: &'a TypeExpr, of: &str) -> Option<TypeInfo> {
        let element = self.resolve_type(inner)?;
        if matches!(element.ty, Type::Optional(_)) {
            let d = Diagnostic::new(type_codes::BAD_TYPE, inner.span, format!("the members of a {of} can't be optional"))
                .note("what is absent is left out of it")
                .help(format!("make the {of} itself optional, or drop the `?`"));
            self.report(d);
            return None;
        }
        if element.from_text {
            return self.unsupported(
                inner.span,
                "`from text` inside of another type".to_owned(),
                "use it for an argument, a fact or a field of the context itself",
            );
        }
        Some(element)
    }

    fn resolve_enum(&mut self, span: Span, members: &'a [ast::Name]) -> Option<TypeInfo> {
        if members.is_empty() {
            self.report(Diagnostic::new(type_codes::BAD_TYPE, span, "an enum without members has no values").help("name its members: `enum { a, b }`"));
            return None;
        }
        let mut seen: std::collections::HashMap<&str, Span> = std::collections::HashMap::default();
        let mut names: Vec<String> = Vec::with_capacity(members.len());
        let mut whole = true;
        for member in members {
            if let Some(first) = seen.insert(&member.text, member.span) {
                whole = false;
                let d = Diagnostic::new(codes::DUPLICATE_FIELD, member.span, format!("`{}` stands in this enum twice", member.text))
                    .other(first, "first here")
                    .help("remove one of them");
                self.report(d);
            }
            names.push(member.text.to_string());
        }
        whole.then(|| TypeInfo { parts: 1 + names.len(), ..TypeInfo::of(Type::Enum(names.into())) })
    }

    pub(super) fn resolve_record(&mut self, fields: &'a [ast::Field]) -> Option<TypeInfo> {
        let mut seen: HashSet<&str> = HashSet::default();
        let mut out: Vec<(String, Type)> = Vec::with_capacity(fields.len());
        let mut refines = Vec::new();
        let (mut parts, mut depth, mut whole) = (1usize, 1usize, true);
        for field in fields {
            if !seen.insert(&field.name.text) {
                self.duplicate_field(fields, field, "this record");
                whole = false;
                continue;
            }
            let Some(info) = self.resolve_type(&field.ty) else {
                whole = false;
                continue;
            };
            if info.from_text {
                let nothing: Option<()> = self.unsupported(
                    field.ty.span,
                    "`from text` inside of a record".to_owned(),
                    "use it for an argument, a fact or a field of the context itself",
                );
                whole &= nothing.is_some();
                continue;
            }
            if let Some((_, span)) = info.reading {
                self.reading_elsewhere(span);
                whole = false;
                continue;
            }
            if let Some(refine) = info.refine {
                refines.push((u16::try_from(out.len()).unwrap_or(u16::MAX), info.ty.clone(), refine));
            }
            parts = parts.saturating_add(info.parts);
            depth = depth.max(info.depth + 1);
            out.push((field.name.text.to_string(), info.ty));
        }
        let refine = (!refines.is_empty()).then(|| Arc::new(Refine::Fields(refines)));
        whole.then(|| TypeInfo { ty: Type::Record(out.into()), from_text: false, reading: None, refine, parts, depth })
    }

    pub(super) fn duplicate_field(&mut self, fields: &[ast::Field], again: &ast::Field, of: &str) {
        let first = fields.iter().find(|f| f.name.text == again.name.text).map(|f| f.name.span);
        let mut d = Diagnostic::new(codes::DUPLICATE_FIELD, again.name.span, format!("{of} has a field `{}` already", again.name.text));
        if let Some(first) = first {
            d = d.other(first, "first declared here");
        }
        self.report(d.help("remove one of them or give it another name"));
    }

    fn resolve_refined(&mut self, inner: &'a TypeExpr, condition: &'a ast::Expr) -> Option<TypeInfo> {
        let info = self.resolve_parts(inner)?;
        let (of, optional) = match &info.ty {
            Type::Optional(of) => (of.as_ref().clone(), true),
            other => (other.clone(), false),
        };
        let it = self.fresh_local();
        let mut env = Env::of(Scope::Refinement);
        env.locals.push(super::env::Local { name: "it".to_owned(), value: super::env::LocalValue::Value(it, of) });
        let condition = self.is_true(&mut env, condition)?;
        let mut refine = Arc::new(Refine::Where { it, condition });
        if optional {
            refine = Arc::new(Refine::Optional(refine));
        }
        let refine = match info.refine {
            Some(earlier) => Arc::new(Refine::Both(earlier, refine)),
            None => refine,
        };
        Some(TypeInfo { refine: Some(refine), ..info })
    }
}

/// Returns the type of the folder that values of a type may be at.
fn folder_of(ty: &Type) -> Option<Type> {
    match ty {
        Type::Form(Form::Shell) => Some(Type::PATH),
        ty => ty.is_path().then(|| ty.clone()),
    }
}

/// Returns whether what is at a folder in a type takes folders of this type.
fn holds(ty: &Type, path: &Type) -> bool {
    match ty {
        Type::Optional(of) | Type::List(of) | Type::Set(of) | Type::Map(of) => holds(of, path),
        ty => folder_of(ty).as_ref() == Some(path),
    }
}

struct Bounds {
    parts: usize,
    depth: usize,
}

fn list_of(element: TypeInfo) -> TypeInfo {
    let refine = element.refine.map(|r| Arc::new(Refine::Elements(element.ty.clone(), r)));
    TypeInfo {
        ty: Type::List(Arc::new(element.ty)),
        from_text: false,
        reading: element.reading,
        refine,
        parts: element.parts.saturating_add(1),
        depth: element.depth + 1,
    }
}
