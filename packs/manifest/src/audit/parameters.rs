//! What those who use a pack may set, and which rules that changes.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::Span;
use reach_grammar::ast::{DeclKind, RuleWord};
use reach_statement::Manifest;
use schemars::JsonSchema;
use serde::Serialize;

use crate::select::MANIFEST_FILE;
use crate::validate::Validated;

/// A `param` of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ParameterReport {
    /// The name.
    pub name: String,
    /// Its value, as it is written.
    pub value: String,
    /// Whether those who use the pack may set it.
    pub settable: bool,
    /// The rules that let steps happen, and may let others happen with another value.
    pub widens: Vec<String>,
    /// The rules that hold steps back, and may hold back less with another value.
    pub loosens: Vec<String>,
}

/// Returns the parameters, by name. Permissions are proved for the values that stand in the pack: with others, rules may go beyond.
pub(super) fn parameters(pack: &Validated, manifest: &Manifest) -> Vec<ParameterReport> {
    let text = |span: Span| pack.sources.get(span.file).and_then(|s| s.text.get(span.start as usize..span.end as usize)).unwrap_or_default();
    let policies = || {
        let is_policy = |id| pack.sources.get(id).is_some_and(|s| s.name != MANIFEST_FILE);
        pack.compiled.files.iter().filter(move |file| is_policy(file.id)).flat_map(|file| &file.decls)
    };
    // What each declaration names, by the words in its text: more than it means, never less.
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for decl in policies() {
        if matches!(decl.kind, DeclKind::Let(_) | DeclKind::Param(_) | DeclKind::Fn(_) | DeclKind::Type(_) | DeclKind::Tool(_) | DeclKind::Budget(_)) {
            decl.kind.declared_names().into_iter().for_each(|name| named.entry(name.text.as_str()).or_default().extend(words(text(decl.span))));
        }
    }
    let mut out = Vec::new();
    for decl in policies() {
        let DeclKind::Param(param) = &decl.kind else { continue };
        let reached = reached(&param.name.text, &named);
        let (mut widens, mut loosens) = (Vec::new(), Vec::new());
        for other in policies() {
            let DeclKind::Rule(rule) = &other.kind else { continue };
            if words(text(other.span)).any(|word| reached.contains(word)) {
                match rule.word {
                    RuleWord::Permit | RuleWord::Ask | RuleWord::OtherwiseAsk => widens.push(rule.name.text.to_string()),
                    RuleWord::Forbid | RuleWord::Oblige => loosens.push(rule.name.text.to_string()),
                }
            }
        }
        out.push(ParameterReport {
            name: param.name.text.to_string(),
            value: text(param.value.span).split_whitespace().collect::<Vec<_>>().join(" "),
            settable: manifest.parameters.as_ref().is_none_or(|settable| settable.contains(param.name.text.as_str())),
            widens,
            loosens,
        });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

/// Returns the names of what names a declaration, directly or through others, and its own.
fn reached<'t>(name: &'t str, named: &BTreeMap<&'t str, BTreeSet<&'t str>>) -> BTreeSet<&'t str> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (user, words) in named {
        words.iter().for_each(|word| users.entry(word).or_default().push(user));
    }
    let mut found = BTreeSet::from([name]);
    let mut open = vec![name];
    while let Some(next) = open.pop() {
        for user in users.get(next).into_iter().flatten() {
            if found.insert(user) {
                open.push(user);
            }
        }
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}
