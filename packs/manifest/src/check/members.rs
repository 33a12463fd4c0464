//! Names in a manifest, held against what the pack declares and uses.

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use reach_compiler::ir::{Bundle, StepKind};
use reach_grammar::ast::{DeclKind, File, Name, RuleExample, RuleWord, StepLit, TargetKind, TestItem, TestItemKind};
use reach_statement::{Kind, PackName};

use crate::item::shown;
use crate::nearest::Suggesting;
use crate::places::{Draft, Items};

/// Says which names of a manifest are not those of the pack, and which of the pack's are missing in it.
pub(crate) fn check(files: &[&File], bundle: Option<&Bundle>, draft: &Draft, whole: bool, out: &mut Vec<Diagnostic>) {
    let mut suggesting = Suggesting::default();
    tools(files, bundle, draft, whole, &mut suggesting, out);
    exports(files, draft, whole, &mut suggesting, out);
    uses(files, draft, whole, &mut suggesting, out);
    connector(files, draft, out);
}

/// Tools that a pack says something of, each with the first place.
fn named(files: &[&File], bundle: Option<&Bundle>) -> BTreeMap<String, (Span, &'static str)> {
    let mut found: BTreeMap<String, (Span, &'static str)> = BTreeMap::new();
    let mut declared = BTreeSet::new();
    for decl in files.iter().flat_map(|file| &file.decls) {
        if let DeclKind::Tool(tool) = &decl.kind {
            found.entry(tool.signature.name.text.to_string()).or_insert((tool.signature.name.span, "declared"));
            declared.insert(tool.signature.name.text.as_str());
        }
    }
    for rule in bundle.iter().flat_map(|b| b.own_rules()) {
        let calls = rule.targets.iter().filter_map(|t| bundle?.targets.get(t.target as usize)).filter(|t| t.kind == StepKind::Call);
        calls.for_each(|tool| {
            found.entry(tool.name.to_string()).or_insert((rule.name_span, "named by a rule"));
        });
    }
    for decl in files.iter().flat_map(|file| &file.decls) {
        match &decl.kind {
            DeclKind::Test(test) => test.items.iter().for_each(|item| in_test(item, &mut found)),
            DeclKind::Fixture(fixture) => fixture.items.iter().for_each(|item| in_test(item, &mut found)),
            DeclKind::Rule(rule) => {
                rule.examples.iter().for_each(|RuleExample { step, .. }| in_step(step, &mut found));
                // Without its meaning, only names that are certainly those of tools are known.
                if bundle.is_none() {
                    for target in &rule.targets {
                        if let TargetKind::Named { kind, name } = &target.kind
                            && (kind.as_ref().is_some_and(|kind| kind.text == "call") || declared.contains(name.text.as_str()))
                        {
                            found.entry(name.text.to_string()).or_insert((name.span, "named by a rule"));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn in_test(item: &TestItem, found: &mut BTreeMap<String, (Span, &'static str)>) {
    match &item.kind {
        TestItemKind::Step(step) => in_step(&step.step, found),
        TestItemKind::Agent(_, items) => items.iter().for_each(|item| in_test(item, found)),
        _ => {}
    }
}

fn in_step(step: &StepLit, found: &mut BTreeMap<String, (Span, &'static str)>) {
    if step.kind.text == "call"
        && let Some(Name { text, span, .. }) = &step.name
    {
        found.entry(text.to_string()).or_insert((*span, "named by a test"));
    }
}

fn tools(files: &[&File], bundle: Option<&Bundle>, draft: &Draft, whole: bool, suggesting: &mut Suggesting, out: &mut Vec<Diagnostic>) {
    let named = named(files, bundle);
    if !draft.broken.contains("tools") {
        for (tool, (span, how)) in named.iter().filter(|(tool, _)| !draft.tools.contains_key(*tool)) {
            let d = Diagnostic::new(codes::UNDECLARED_PACK_TOOL, *span, format!("`{}` is {how}, and `tools` of the manifest doesn't list it", shown(tool)))
                .note("people agree to the tools that they are shown");
            let near = suggesting.nearest(tool, draft.tools.keys().map(String::as_str).filter(|listed| !named.contains_key(*listed)));
            out.push(match near {
                Some(near) => d.help(format!("add it to `tools`, where `{near}` stands that nothing names")),
                None => d.help(format!("add it: `tools: [… {}]`", crate::print::name(tool))),
            });
        }
    }
    if whole {
        for (tool, span) in draft.tools.iter().filter(|(tool, _)| !named.contains_key(*tool)) {
            let d = Diagnostic::new(codes::UNUSED_PACK_TOOL, *span, format!("nothing in the pack names the tool `{}`", shown(tool)));
            out.push(match suggesting.nearest(tool, named.keys().map(String::as_str).filter(|name| !draft.tools.contains_key(*name))) {
                Some(near) => d.help(format!("did you mean `{near}`?")).fix(*span, crate::print::name(near)),
                None => d.help("take it out, or declare it"),
            });
        }
    }
    for (tool, span) in draft.readers.iter().filter(|(tool, _)| !draft.tools.contains_key(*tool)) {
        if !draft.broken.contains("tools") {
            out.push(unknown("readers", tool, *span, "no tool of `tools`", draft.tools.keys().map(String::as_str), suggesting));
        }
    }
}

fn unknown<'n>(entry: &str, name: &str, span: Span, what: &str, names: impl Iterator<Item = &'n str>, suggesting: &mut Suggesting) -> Diagnostic {
    let d = Diagnostic::new(codes::UNKNOWN_MEMBER, span, format!("`{}` in `{entry}` is {what}", shown(name)));
    match suggesting.nearest(name, names) {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(span, crate::print::name(near)),
        None => d.help("take it out, or declare it"),
    }
}

fn exports(files: &[&File], draft: &Draft, whole: bool, suggesting: &mut Suggesting, out: &mut Vec<Diagnostic>) {
    // A declaration may be in a file that can't be read.
    if !whole {
        return;
    }
    let mut names = BTreeSet::new();
    let mut params = BTreeSet::new();
    for decl in files.iter().flat_map(|file| &file.decls) {
        for name in decl.kind.declared_names() {
            names.insert(name.text.as_str());
        }
        if let DeclKind::Param(param) = &decl.kind {
            params.insert(param.name.text.as_str());
        }
    }
    let mut missing = |items: &Items, entry: &str, what: &str, of: &BTreeSet<&str>, out: &mut Vec<Diagnostic>| {
        for (name, span) in items.iter().filter(|(name, _)| !of.contains(name.as_str())) {
            out.push(unknown(entry, name, *span, what, of.iter().copied(), suggesting));
        }
    };
    missing(&draft.exports, "exports", "nothing that the pack declares", &names, out);
    missing(&draft.parameters, "parameters", "no `param` of the pack", &params, out);
}

fn uses(files: &[&File], draft: &Draft, whole: bool, suggesting: &mut Suggesting, out: &mut Vec<Diagnostic>) {
    let mut used: BTreeMap<&str, Span> = BTreeMap::new();
    for decl in files.iter().flat_map(|file| &file.decls) {
        if let DeclKind::Use(import) = &decl.kind {
            used.entry(import.pack.text.as_str()).or_insert(import.pack.span);
        }
    }
    if !draft.broken.contains("needs") {
        let needed: BTreeSet<&str> = draft.needs.keys().map(PackName::as_str).collect();
        for (pack, span) in used.iter().filter(|(pack, _)| !needed.contains(*pack)) {
            let d =
                Diagnostic::new(codes::UNDECLARED_NEED, *span, format!("`{}` is used, and `needs` of the manifest doesn't say in which version", shown(pack)));
            out.push(match suggesting.nearest(pack, needed.iter().copied()) {
                Some(near) => d.help(format!("did you mean `{near}`, which the manifest needs?")),
                None => d.help(format!("add it: `needs: {{ {}: \"^1.0\" }}`", shown(pack))),
            });
        }
    }
    if whole {
        for (pack, span) in draft.needs.iter().filter(|(pack, _)| !used.contains_key(pack.as_str())) {
            let d = Diagnostic::new(codes::UNUSED_NEED, *span, format!("nothing uses `{pack}`"));
            out.push(d.note("it would be installed with everything that it needs itself").help(format!("take it out, or use it: `use {pack}`")));
        }
    }
}

/// A connector gives no rights. What packs give that it uses is for them to say.
fn connector(files: &[&File], draft: &Draft, out: &mut Vec<Diagnostic>) {
    if draft.kind != Some(Kind::Connector) {
        return;
    }
    for decl in files.iter().flat_map(|file| &file.decls) {
        let DeclKind::Rule(rule) = &decl.kind else { continue };
        let word = match rule.word {
            RuleWord::Permit => "permits",
            RuleWord::Ask | RuleWord::OtherwiseAsk => "asks",
            RuleWord::Forbid | RuleWord::Oblige => continue,
        };
        out.push(gives(rule.name.span, &rule.name.text, word));
    }
}

fn gives(span: Span, rule: &str, word: &str) -> Diagnostic {
    Diagnostic::new(codes::CONNECTOR_WITH_RULES, span, format!("`{}` {word}, and a connector gives no rights", shown(rule)))
        .note("a connector says what a server's tools are; what may be done with them is said by policies")
        .help("put the rule into a pack of `kind: policy`")
}
