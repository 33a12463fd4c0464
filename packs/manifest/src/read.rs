//! From the syntax tree of `pack.reach` to a manifest, with every mistake at once.

mod list;
mod rights;

use std::collections::{BTreeMap, BTreeSet};

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{Binding, DeclKind, Expr, ExprKind, File, Pack};
use reach_statement::{Kind, Manifest, PackName, PackVersion, Permissions, Requirement};

use crate::entries::{ENTRIES, entry};
use crate::item::{ItemKind, shown};
use crate::license;
use crate::nearest::nearest;
use crate::places::Draft;
use crate::value::{self, Reader};

/// What was read of a manifest.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The manifest; none where something is wrong with it.
    pub manifest: Option<Manifest>,
    /// As far as it could be read; none where there is no declaration at all.
    pub draft: Option<Draft>,
    /// What is wrong, by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the manifest that a file holds. `running` is the version of Reach that reads it.
///
/// What the parser says of the file is not said again here.
#[must_use]
pub fn read(file: &File, running: &PackVersion) -> Read {
    let mut reading = Reading {
        reader: Reader::default(),
        draft: Draft::default(),
        running,
        texts: BTreeMap::new(),
        version: None,
        requirement: None,
        needs: BTreeMap::new(),
    };
    let mut found: Option<(&Pack, Span)> = None;
    for decl in &file.decls {
        match (&decl.kind, found) {
            (DeclKind::Pack(pack), None) => found = Some((pack, decl.span)),
            (DeclKind::Pack(pack), Some((first, _))) => {
                let d = Diagnostic::new(codes::NOT_ONLY_A_PACK, pack.name.span, "a second `pack` in one manifest").other(first.name.span, "the first one");
                reading.reader.report(d.help("put each pack into a folder of its own, with its own `pack.reach`"));
            }
            _ => {
                let d = Diagnostic::new(codes::NOT_ONLY_A_PACK, first_line(decl.span), "`pack.reach` holds the manifest alone")
                    .note("people read it before they install the pack, and nothing in it may be about anything else");
                reading.reader.report(d.help("move this declaration into a file that `policies` selects"));
            }
        }
    }
    let Some((pack, span)) = found else {
        let diagnostics = reading.reader.diagnostics;
        return Read { manifest: None, draft: None, diagnostics };
    };
    reading.pack(pack, span)
}

/// Returns a place of a few characters at the beginning of another.
fn first_line(span: Span) -> Span {
    Span::new(span.file, span.start, span.end.min(span.start.saturating_add(1)))
}

struct Reading<'v> {
    reader: Reader,
    draft: Draft,
    running: &'v PackVersion,
    /// The entries that are texts.
    texts: BTreeMap<&'static str, String>,
    version: Option<PackVersion>,
    requirement: Option<Requirement>,
    needs: BTreeMap<PackName, Requirement>,
}

impl Reading<'_> {
    fn pack(mut self, pack: &Pack, span: Span) -> Read {
        self.draft.name_span = pack.name.span;
        match PackName::new(&*pack.name.text) {
            Ok(name) => self.draft.name = Some(name),
            Err(error) => {
                let d = Diagnostic::new(codes::BAD_PACK_NAME, pack.name.span, format!("`{}` is no name of a pack: {error}", shown(&pack.name.text)));
                self.reader.report(d.help("name it after whom it is from and what it does, for example `acme.bank_guard`"));
            }
        }
        match pack.version.value.parse::<PackVersion>() {
            Ok(version) => self.version = Some(version),
            Err(error) => {
                let d = Diagnostic::new(codes::BAD_PACK_VERSION, pack.version.span, format!("`{}` is no version: {error}", shown(&pack.version.value)));
                self.reader.report(d.note("versions are three numbers, as Semantic Versioning 2.0.0 has them").help("write it like `\"1.2.0\"`"));
            }
        }
        let mut present = self.entries(&pack.entries, false);
        // What was misspelt is told already.
        present.extend(pack.entries.iter().filter_map(|b| nearest(&b.name.text, ENTRIES.iter().filter(|e| !e.permission).map(|e| e.name))));
        for missing in ENTRIES.iter().filter(|e| e.required && !e.permission && !present.contains(e.name)) {
            let d = Diagnostic::new(codes::MISSING_ENTRY, pack.name.span, format!("the manifest has no `{}`", missing.name));
            self.reader.report(d.note(format!("it says {}", missing.about)).help(format!("add `{}`", missing.example)));
        }
        self.finish(span)
    }

    /// Reads the entries of the pack or of its permissions, and returns which there are.
    fn entries(&mut self, entries: &[Binding], permission: bool) -> BTreeSet<&'static str> {
        let mut seen: BTreeMap<&'static str, Span> = BTreeMap::new();
        for binding in entries {
            let text = binding.name.text.as_str();
            let Some(known) = entry(text, permission) else {
                self.unknown(binding, permission);
                continue;
            };
            if let Some(first) = seen.get(known.name) {
                let d = Diagnostic::new(codes::REPEATED_ENTRY, binding.name.span, format!("`{}` is there already", known.name)).other(*first, "here");
                self.draft.broken.insert(known.name);
                self.reader.report(d.help("put what both say into one, and take the other out"));
                continue;
            }
            seen.insert(known.name, binding.name.span);
            let before = self.reader.diagnostics.len();
            self.entry(known.name, known.takes, known.example, permission, &binding.value);
            if self.reader.diagnostics.len() > before {
                self.draft.broken.insert(known.name);
            }
        }
        seen.into_keys().collect()
    }

    fn unknown(&mut self, binding: &Binding, permission: bool) {
        let text = binding.name.text.as_str();
        let place = if permission { "`permissions` has" } else { "a manifest has" };
        let d = Diagnostic::new(codes::UNKNOWN_ENTRY, binding.name.span, format!("{place} no entry `{}`", shown(text)));
        let here: Vec<&str> = ENTRIES.iter().filter(|e| e.permission == permission).map(|e| e.name).collect();
        let d = if entry(text, !permission).is_some() {
            if permission {
                d.help(format!("put `{text}` outside of `permissions`"))
            } else {
                d.help(format!("put it within `permissions {{ … }}`: `permissions {{ {text}: … }}`"))
            }
        } else if let Some(near) = nearest(text, here.iter().copied()) {
            d.help(format!("did you mean `{near}`?")).fix(binding.name.span, near)
        } else {
            let all: Vec<String> = here.iter().map(|name| format!("`{name}`")).collect();
            d.help(format!("the entries are {}", all.join(", ")))
        };
        // What may have been meant as a right is not known.
        if permission || entry(text, true).is_some() || nearest(text, ["permissions"].into_iter()).is_some() {
            self.draft.broken.insert("permissions");
        }
        self.reader.report(d.note("an entry that is not known says nothing, so it is not passed over"));
    }

    fn entry(&mut self, name: &'static str, takes: &str, example: &str, permission: bool, value: &Expr) {
        let what = format!("`{name}`");
        match (permission, name) {
            (false, "description" | "license") => {
                if let Some(text) = self.reader.text(value, &what, example) {
                    if name == "license"
                        && let Some(wrong) = license::check(&text, value.span)
                    {
                        self.reader.report(wrong);
                    }
                    self.texts.insert(name, text);
                }
            }
            (false, "kind") => self.kind(value, example),
            (false, "reach") => self.range(value, example),
            (false, "needs") => self.needs(value, takes, example),
            (false, "tools") => self.draft.tools = self.list(value, name, example, ItemKind::Tool),
            (false, "readers") => self.draft.readers = self.list(value, name, example, ItemKind::Tool),
            (false, "exports") => self.draft.exports = self.list(value, name, example, ItemKind::Word),
            (false, "parameters") => self.draft.parameters = self.list(value, name, example, ItemKind::Word),
            (false, "policies") => {
                self.draft.policies = self.list(value, name, example, ItemKind::Policy);
                if matches!(&value.kind, ExprKind::List(items) if items.is_empty()) {
                    let d = Diagnostic::new(codes::WRONG_VALUE, value.span, "`policies` names no files").note("a pack without files does nothing");
                    self.reader.report(d.help(format!("name them, for example `{example}`")));
                }
            }
            (false, "permissions") => {
                if let Some(entries) = self.reader.block(value, &what, takes, example) {
                    self.entries(entries, true);
                }
            }
            (true, "read") => self.draft.read = self.list(value, name, example, ItemKind::Path),
            (true, "write") => self.draft.write = self.list(value, name, example, ItemKind::Path),
            (true, "network") => self.draft.network = self.list(value, name, example, ItemKind::Host),
            (true, "run") => self.draft.run = self.list(value, name, example, ItemKind::Program),
            (true, "spawn") => self.spawn(value, example),
            (true, "spend") => self.spend(value, takes, example),
            _ => {}
        }
    }

    fn kind(&mut self, value: &Expr, example: &str) {
        let Some(word) = value::name(value) else {
            let _: Option<()> = self.reader.wrong(value, "`kind`", "`policy` or `connector`", example);
            return;
        };
        self.draft.kind = match word.as_str() {
            "policy" => Some(Kind::Policy),
            "connector" => Some(Kind::Connector),
            other => {
                let d = Diagnostic::new(codes::WRONG_VALUE, value.span, format!("there is no kind `{}` of packs", shown(other)))
                    .note("`policy`: it has rules; `connector`: it declares the tools of a server");
                self.reader.report(match nearest(other, ["policy", "connector"].into_iter()) {
                    Some(near) => d.help(format!("did you mean `{near}`?")).fix(value.span, near),
                    None => d.help("write `kind: policy` or `kind: connector`"),
                });
                None
            }
        };
    }

    fn range(&mut self, value: &Expr, example: &str) {
        let Some(requirement) = self.requirement(value, "`reach`", example) else { return };
        if !requirement.matches(self.running) {
            let d = Diagnostic::new(codes::INCOMPATIBLE_PACK, value.span, format!("this pack is made for Reach {requirement}, and this is {}", self.running));
            self.reader.report(
                d.note("with another version its rules may mean something else").help("try its tests with this version; if they pass, widen the range"),
            );
        }
        self.requirement = Some(requirement);
    }

    /// Reads which versions are meant.
    fn requirement(&mut self, value: &Expr, what: &str, example: &str) -> Option<Requirement> {
        let ExprKind::Text(text) = &value.kind else { return self.reader.wrong(value, what, "a text in quotes", example) };
        match text.parse::<Requirement>() {
            Ok(requirement) => Some(requirement),
            Err(error) => {
                let d = Diagnostic::new(codes::BAD_PACK_VERSION, value.span, format!("`{}` says not which versions are meant: {error}", shown(text)));
                self.reader.report(d.help("write it like `\"^1.2\"`, `\">=0.1, <0.2\"` or `\"=1.2.3\"`"));
                None
            }
        }
    }

    fn needs(&mut self, value: &Expr, takes: &str, example: &str) {
        let Some(entries) = self.reader.block(value, "`needs`", takes, example) else { return };
        for binding in entries {
            let text = &binding.name.text;
            let name = match PackName::new(text.as_str()) {
                Ok(name) => name,
                Err(error) => {
                    let d = Diagnostic::new(codes::BAD_PACK_NAME, binding.name.span, format!("`{}` is no name of a pack: {error}", shown(text)));
                    self.reader.report(d.help(format!("write it like `{example}`")));
                    continue;
                }
            };
            let requirement = self.requirement(&binding.value, &format!("what `{name}` is needed in"), example);
            if self.draft.name.as_ref() == Some(&name) {
                let d = Diagnostic::new(codes::NEEDS_ITSELF, binding.name.span, format!("`{name}` needs itself"));
                self.reader.report(d.help("take it out: what a pack holds, it needs not be given"));
                continue;
            }
            if let Some(first) = self.draft.needs.get(&name) {
                let d = Diagnostic::new(codes::REPEATED_ITEM, binding.name.span, format!("`{name}` is needed twice")).other(*first, "here");
                self.reader.report(d.help("say with one entry which versions will do, for example `\">=1.2, <3\"`"));
                continue;
            }
            self.draft.needs.insert(name.clone(), binding.name.span);
            self.needs.extend(requirement.map(|requirement| (name, requirement)));
        }
    }

    fn finish(mut self, span: Span) -> Read {
        let mut draft = self.draft;
        let mut diagnostics = self.reader.diagnostics;
        diagnostics.sort_by_key(|d| d.span().map_or((span.start, span.end), |s| (s.start, s.end)));
        let errors = diagnostics.iter().any(Diagnostic::is_error);
        let manifest = (|| {
            let names = |items: &crate::Items| items.keys().cloned().collect::<BTreeSet<String>>();
            let manifest = Manifest {
                description: self.texts.remove("description")?,
                exports: draft.has("exports").then(|| names(&draft.exports)),
                kind: draft.kind?,
                license: self.texts.remove("license")?,
                name: draft.name.clone()?,
                needs: self.needs,
                parameters: draft.has("parameters").then(|| names(&draft.parameters)),
                permissions: Permissions {
                    network: names(&draft.network),
                    read: names(&draft.read),
                    run: names(&draft.run),
                    spawn: draft.spawn.map(|(spawn, _)| spawn),
                    spend: draft.spend.iter().map(|(of, (amount, _))| (of.clone(), amount.clone())).collect(),
                    write: names(&draft.write),
                },
                policies: names(&draft.policies),
                reach: self.requirement?,
                readers: names(&draft.readers),
                tools: names(&draft.tools),
                version: self.version?,
            };
            (!errors).then_some(manifest)
        })();
        // Whoever has a manifest may rely on what it checks itself.
        let manifest = manifest.filter(|m| m.check().is_ok());
        if manifest.is_none() && !errors {
            draft.broken.insert("permissions");
        }
        Read { manifest, draft: Some(draft), diagnostics }
    }
}
