//! A pack's folder, looked at as a whole: the manifest, the rules, and whether they fit.

use std::sync::Arc;

use reach_analysis::Limits;
use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, FileId, Level, Sources};
use reach_compiler::{Bundle, Compiled, Pack};
use reach_statement::{Manifest, PackVersion};

use crate::check::{self, Make, Shown};
use crate::places::Draft;
use crate::read::{Read, read};
use crate::select::{MANIFEST_FILE, select};

/// What a pack is looked at with.
pub struct Looking<'a> {
    /// The version of Reach that looks.
    pub running: &'a PackVersion,
    /// Makes what plays sessions.
    pub make: Make,
    /// Turns events into lines for people.
    pub shown: &'a Shown,
    /// How much is asked of the analysis.
    pub limits: Limits,
    /// The packs that it may use.
    pub packs: &'a [Pack],
}

/// A pack that was looked at.
#[derive(Debug)]
pub struct Validated {
    /// The files: `pack.reach` and the policies, then those of packs that it uses, then those that are no part of the pack. Places are places in these.
    pub sources: Sources,
    /// How many of them are part of the pack, `pack.reach` among them.
    pub parts: usize,
    /// The manifest; none where anything is wrong with it or with the pack.
    pub manifest: Option<Manifest>,
    /// The manifest as it says itself, whether or not the pack is so.
    pub said: Option<Manifest>,
    /// As far as it could be read.
    pub draft: Option<Draft>,
    /// What the compiler made of the pack's files.
    pub compiled: Compiled,
    /// Everything that is wrong, or worth knowing, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Validated {
    /// Returns whether nothing is wrong.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.manifest.is_some() && !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Looks at a pack: files by their names in its folder, with `/`. Every mistake is told in one run.
///
/// Nothing where there is no `pack.reach`.
#[must_use]
pub fn validate(files: &Sources, looking: &Looking<'_>) -> Option<Validated> {
    let manifest = files.iter().find(|(_, source)| source.name == MANIFEST_FILE)?.1;
    // To know which files are part of it; the compiler reads it once more with those.
    let parsed = reach_grammar::parse(FileId(0), &manifest.text, &reach_grammar::Limits::LANGUAGE);
    let mut unplaced = Vec::new();
    let selected = select(read(&parsed.file, looking.running).draft.as_ref(), files.iter().map(|(_, s)| s.name.as_str()), &mut unplaced);

    let mut sources = Sources::new();
    let is_part = |n: usize, name: &str| name == MANIFEST_FILE || selected.get(n).copied().unwrap_or(false);
    let mut in_order: Vec<(bool, &str, &str)> =
        files.iter().enumerate().map(|(n, (_, source))| (!is_part(n, &source.name), source.name.as_str(), source.text.as_str())).collect();
    in_order.sort_unstable();
    let parts = in_order.iter().filter(|(other, ..)| !other).count();
    in_order.iter().take(parts).for_each(|(_, name, text)| {
        sources.add(*name, *text);
    });
    let compiled = reach_compiler::compile(Bundle { sources, packs: looking.packs.to_vec() }, &reach_compiler::Limits::LANGUAGE);
    let mut sources = compiled.sources.clone();
    let known = sources.len();
    in_order.iter().skip(parts).for_each(|(_, name, text)| {
        sources.add(*name, *text);
    });

    let mut diagnostics = compiled.diagnostics.clone();
    let Some(file) = compiled.files.iter().find(|file| sources.get(file.id).is_some_and(|s| s.name == MANIFEST_FILE)) else {
        return Some(Validated { sources, parts, manifest: None, said: None, draft: None, compiled, diagnostics });
    };
    let manifest_id = file.id;
    let Read { mut manifest, draft, diagnostics: found } = read(file, looking.running);
    let unread = diagnostics.iter().any(|d| d.is_error() && d.span().is_some_and(|s| s.file == manifest_id));
    if unread {
        manifest = None;
    }
    // Of a second manifest the compiler has said something already.
    let told = |d: &Diagnostic| d.span().is_some_and(|span| diagnostics.iter().any(|other| other.is_error() && other.span() == Some(span)));
    let found: Vec<Diagnostic> = found.into_iter().filter(|d| d.code != codes::NOT_ONLY_A_PACK || !told(d)).collect();
    diagnostics.extend(found);
    let said = manifest.clone();
    match &draft {
        None if !unread => {
            let d = Diagnostic::new(codes::NOT_ONLY_A_PACK, reach_codes::Span::new(manifest_id, 0, 0), "`pack.reach` declares no pack");
            diagnostics.push(d.help("begin it like `pack acme.bank_guard \"1.0.0\" {`"));
        }
        None => {}
        Some(draft) => {
            // What a pack that is used holds is none of its files.
            let own = sources.iter().enumerate().filter(|(at, _)| !(parts..known).contains(at));
            select(Some(draft), own.map(|(_, (_, s))| s.name.as_str()), &mut diagnostics);
            let syntax = compiled.diagnostics.iter().any(|d| d.is_error() && d.code.number().starts_with("E0"));
            let whole = !syntax && !draft.broken.contains("policies");
            let policies: Vec<_> = compiled.files.iter().take(parts).filter(|file| file.id != manifest_id).collect();
            check::members::check(&policies, compiled.bundle.as_ref(), draft, whole, &mut diagnostics);
            if let Some(bundle) = compiled.bundle.as_ref().filter(|_| !draft.broken.iter().any(|entry| is_right(entry))) {
                check::permissions(bundle, draft, &looking.make, looking.shown, &looking.limits, &mut diagnostics);
            }
            for (id, source) in sources.iter().skip(known) {
                let d = Diagnostic::new(
                    codes::UNSELECTED_FILE,
                    reach_codes::Span::new(id, 0, 0),
                    format!("`{}` is no part of the pack: no glob of `policies` selects it", source.name),
                );
                diagnostics.push(
                    d.note("it would be in force where the pack is installed, and nobody would have looked at it")
                        .help("add a glob that selects it, or put it elsewhere"),
                );
            }
        }
    }
    sort(&sources, &mut diagnostics);
    if diagnostics.iter().any(|d| d.level == Level::Error) {
        // Whoever has a manifest of this may rely on all of it.
        manifest = None;
    }
    Some(Validated { sources, parts, manifest, said, draft, compiled, diagnostics })
}

/// Returns whether an entry takes part in what is permitted.
fn is_right(entry: &str) -> bool {
    entry == "permissions" || entry == "readers" || crate::entries::entry(entry, true).is_some()
}

fn sort(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_cached_key(|d| {
        let place = d.span().map(|s| (sources.get(s.file).map(|f| f.name != MANIFEST_FILE), sources.get(s.file).map(|f| f.name.clone()), s.start, s.end));
        (place, d.code.number(), d.message.clone())
    });
    diagnostics.dedup();
}

/// Makes a [`Make`] of a function.
pub fn maker(make: impl Fn(&reach_compiler::ir::Bundle) -> Option<Box<dyn reach_analysis::Play>> + Send + Sync + 'static) -> Make {
    Arc::new(make)
}
