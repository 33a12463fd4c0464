//! Conditions made functions, and functions inlined.

use std::collections::BTreeMap;

use reach_codes::Span;
use reach_grammar::ast::{DeclKind, Expr, ExprKind, Field, Function, Link, Rule, TargetKind, TypeExpr, TypeKind};

use super::{Edit, Source, Step, each, tree};

/// Arguments and facts.
type Fields<'s> = (&'s [Field], &'s [Field]);

/// What a rule can read: the types of `args.…`, `facts.…` and `context.…`, where all of its targets agree.
struct Readable<'s> {
    source: &'s Source,
    /// The fields of tools and classes, by name.
    declared: BTreeMap<&'s str, Fields<'s>>,
    context: Vec<&'s Field>,
}

impl<'s> Readable<'s> {
    fn of(source: &'s Source) -> Self {
        let mut declared: BTreeMap<&str, Fields<'_>> = BTreeMap::new();
        let mut context: Vec<&Field> = Vec::new();
        for decl in source.decls() {
            match &decl.kind {
                DeclKind::Tool(tool) => {
                    declared.insert(&tool.signature.name.text, (&tool.signature.fields, &tool.facts));
                }
                DeclKind::Class(class) => {
                    declared.insert(&class.name.text, (&class.fields, &[]));
                }
                DeclKind::Context(fields) => context.extend(fields),
                _ => {}
            }
        }
        Self { source, declared, context }
    }

    /// Returns the type of a field, as it can be a parameter's.
    fn ty(&self, rule: &Rule, root: &str, field: &str) -> Option<String> {
        let of = |fields: &[&Field]| fields.iter().find(|f| f.name.text == field).and_then(|f| parameter(self.source, &f.ty));
        match root {
            "context" => of(&self.context),
            "step" => (field == "at").then(|| "time".to_owned()),
            "args" | "facts" => {
                let types: Option<Vec<String>> = rule
                    .targets
                    .iter()
                    .map(|target| {
                        let TargetKind::Named { name, .. } = &target.kind else { return None };
                        let (args, facts) = self.declared.get(name.text.as_str())?;
                        of(&if root == "args" { args } else { facts }.iter().collect::<Vec<_>>())
                    })
                    .collect();
                types.filter(|types| types.windows(2).all(|pair| pair[0] == pair[1])).and_then(|types| types.into_iter().next())
            }
            _ => None,
        }
    }
}

/// Writes a type without what only an input needs.
fn parameter(source: &Source, ty: &TypeExpr) -> Option<String> {
    match &ty.kind {
        TypeKind::Named(name) | TypeKind::WithDefault(name, _) | TypeKind::PathAt(name, ..) => Some(name.text.to_string()),
        TypeKind::Generic(word, inner) => Some(format!("{}<{}>", word.text, parameter(source, inner)?)),
        TypeKind::ListFromText(inner) => Some(format!("list<{}>", parameter(source, inner)?)),
        TypeKind::Optional(inner) => Some(format!("{}?", parameter(source, inner)?)),
        TypeKind::Refined(inner, _) => parameter(source, inner),
        TypeKind::Enum(_) | TypeKind::Record(_) => Some(source.text(ty.span).to_owned()),
        TypeKind::TimeIn(..) => None,
    }
}

/// The fields that a condition reads of what there is outside, with their places.
fn reads(expr: &Expr, found: &mut Vec<(Span, String, String)>) {
    if let ExprKind::Chain(chain) = &expr.kind
        && let (ExprKind::Name(root), Some(Link::Field(field))) = (&chain.base.kind, chain.links.first())
        && ["args", "facts", "context", "step"].contains(&root.text.as_str())
    {
        found.push((Span::new(expr.span.file, expr.span.start, field.span.end), root.text.to_string(), field.text.to_string()));
    }
    expr.children().into_iter().for_each(|child| reads(child, found));
}

pub(super) fn extracted(source: &Source) -> Vec<Step> {
    let readable = Readable::of(source);
    let change = |(n, (_, rule)): (usize, (_, &Rule))| {
        let condition = rule.when.as_ref().or(rule.unless.as_deref())?;
        // What is asked of the session has an `args` of its own.
        if tree::some(condition, &|part| matches!(part.kind, ExprKind::History(_) | ExprKind::From(..))) {
            return None;
        }
        let mut found = Vec::new();
        reads(condition, &mut found);
        let mut parameters: BTreeMap<String, (String, String)> = BTreeMap::new();
        let mut edits = Vec::new();
        for (span, root, field) in found {
            let ty = readable.ty(rule, &root, &field)?;
            let name = format!("{root}_{field}");
            edits.push(Edit::new(span, name.clone()));
            parameters.insert(name, (ty, source.text(span).to_owned()));
        }
        let declared: Vec<String> = parameters.iter().map(|(name, (ty, _))| format!("{name}: {ty}")).collect();
        let given: Vec<&str> = parameters.values().map(|(_, given)| given.as_str()).collect();
        let function = format!("fn extracted_{n}({}) = {}\n", declared.join(", "), source.spliced(condition.span, &edits));
        Some(vec![Edit::new(condition.span, format!("extracted_{n}({})", given.join(", "))), Edit::new(source.end(), function)])
    };
    source.rules().enumerate().filter_map(change).collect()
}

pub(super) fn inlined(source: &Source) -> Vec<Step> {
    let functions: BTreeMap<&str, &Function> =
        source.decls().filter_map(|decl| if let DeclKind::Fn(it) = &decl.kind { Some((it.signature.name.text.as_str(), &**it)) } else { None }).collect();
    each(source.expressions(), &|part| call(source, &functions, &BTreeMap::new(), part))
}

/// Writes what a call comes to, with what stands for the parameters of the function around it.
fn call(source: &Source, functions: &BTreeMap<&str, &Function>, given: &BTreeMap<&str, String>, expr: &Expr) -> Option<String> {
    let inner = |given: &BTreeMap<&str, String>, expr: &Expr| source.rewritten(expr, &|part| call(source, functions, given, part));
    match &expr.kind {
        ExprKind::Name(name) => given.get(name.text.as_str()).cloned(),
        ExprKind::Call(name, arguments) => {
            let function = functions.get(name.text.as_str())?;
            let argument = |expr: &Expr| match &expr.kind {
                ExprKind::Name(_) | ExprKind::Chain(..) => inner(given, expr),
                _ => format!("({})", inner(given, expr)),
            };
            let parameters = function.signature.fields.iter().map(|field| field.name.text.as_str());
            let given: BTreeMap<&str, String> = parameters.zip(arguments.iter().map(argument)).collect();
            Some(format!("({})", inner(&given, &function.body)))
        }
        _ => None,
    }
}
