//! `use`: which packs are used by whom, under which names and with which parameters.

use crate::maps::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use reach_codes::table::name as codes;
use reach_codes::{Diagnostic, Span};
use reach_grammar::ast::{self, DeclKind};

use super::Checker;
use super::names::{Item, ROOTS, did_you_mean, next, there_are};
use super::spaces::{Alias, OWN, Spaces, space_of};
use super::table::Said;
use crate::pack::{MANIFEST, full_name, shorten};

/// One use of a pack.
#[derive(Clone, Copy, Debug)]
struct Used<'a> {
    /// Who uses it.
    by: u32,
    import: &'a ast::Use,
}

/// What a parameter is set to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// By whom: the value's names are of that space.
    pub(super) space: u32,
    /// The value; none where the pack is used without setting it.
    pub(super) value: Option<&'a ast::Expr>,
    /// The place.
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Untouched,
    Open,
    Done,
}

impl<'a> Checker<'a> {
    /// Finds out which packs are used by whom, under which names and with which parameters.
    pub(super) fn collect_uses(&mut self) {
        let numbers: HashMap<&'a str, u32> = self.packs.iter().enumerate().map(|(number, pack)| (pack.name.as_str(), space_of(number))).collect();
        let mut used: Vec<Vec<Used<'a>>> = vec![Vec::new(); self.table.spaces.len()];
        let mut edges: Vec<Vec<(u32, Span)>> = vec![Vec::new(); self.table.spaces.len()];
        self.in_each_space(|checker, decl| {
            if let DeclKind::Use(import) = &decl.kind {
                let space = numbers.get(import.pack.text.as_str()).copied();
                checker.collect_use(import, space);
                if let Some(space) = space {
                    edges.get_mut(checker.space as usize).into_iter().for_each(|edges| edges.push((space, import.pack.span)));
                    used.get_mut(space as usize).into_iter().for_each(|used| used.push(Used { by: checker.space, import }));
                }
            }
        });
        self.order_spaces(&edges);
        for (space, used) in (OWN..).zip(&used) {
            self.collect_settings(space, used);
        }
        self.in_each_space(|checker, decl| checker.check_manifest_place(decl));
    }

    fn collect_use(&mut self, import: &'a ast::Use, space: Option<u32>) {
        if space.is_none() {
            self.table.pack_missing = true;
            self.table.unread_context = true;
            let name = shorten(&import.pack.text);
            let d = Diagnostic::new(codes::UNKNOWN_PACK, import.pack.span, format!("there is no pack `{name}` at hand"));
            let near = self.suggestions.nearest(&import.pack.text, self.packs.iter().map(|pack| pack.name.as_str())).map(str::to_owned);
            let install =
                format!("install it with `reach pack install {name}`; or name its folder in `reach.toml`, below `[packs]`: `\"{name}\" = \"../folder\"`");
            self.report(did_you_mean(d, import.pack.span, near, || install));
        }
        let (alias, span) = called(import);
        let other = format!("give the pack another name here: `use {} as …`", shorten(&import.pack.text));
        if ROOTS.contains(&alias) {
            let d = Diagnostic::new(codes::RESERVED_NAME, span, format!("`{alias}` is a word of the language"));
            self.report(d.note("what the pack declares would be read as a part of it").help(other));
            return;
        }
        let taken = self.entry(alias).map(|entry| (entry.name.span, format!("`{alias}` is {} already", entry.item.noun())));
        let Some(here) = self.table.spaces.get_mut(self.space as usize) else { return };
        let first = match here.aliases.entry(alias) {
            MapEntry::Vacant(place) => {
                place.insert(Alias { space, span, said: Said::default() });
                taken
            }
            // The same pack by the same name is the same.
            MapEntry::Occupied(first) if space.is_some() && first.get().space == space => None,
            MapEntry::Occupied(first) => Some((first.get().span, format!("another pack is called `{alias}` already"))),
        };
        if let Some((first, message)) = first {
            let d = Diagnostic::new(codes::ALIAS_TAKEN, span, message)
                .label(format!("`{}` would be called `{alias}` too", shorten(&import.pack.text)))
                .other(first, "first declared here")
                .note("a pack is called by the last word of its name, unless `as` says otherwise");
            self.report(d.help(other));
        }
    }

    /// Reports packs that need each other, and finds out what each space sees: over packs that use packs, whatever their number.
    fn order_spaces(&mut self, edges: &[Vec<(u32, Span)>]) {
        let mut state = vec![State::Untouched; self.table.spaces.len()];
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for root in OWN..next(&self.table.spaces) {
            self.open_space(root, &mut state, &mut stack);
            while let Some((space, at)) = stack.last_mut() {
                let (space, number) = (*space, *at);
                *at += 1;
                let Some((other, span)) = edges.get(space as usize).and_then(|edges| edges.get(number)).copied() else {
                    stack.pop();
                    if let Some(state) = state.get_mut(space as usize) {
                        *state = State::Done;
                    }
                    if let Some((above, _)) = stack.last() {
                        self.see_more(*above, space);
                    }
                    continue;
                };
                match state.get(other as usize) {
                    Some(State::Untouched) => self.open_space(other, &mut state, &mut stack),
                    Some(State::Done) => self.see_more(space, other),
                    Some(State::Open) => self.report_circle(&stack, other, span),
                    None => {}
                }
            }
        }
    }

    fn open_space(&mut self, space: u32, state: &mut [State], stack: &mut Vec<(u32, usize)>) {
        let Some(of) = state.get_mut(space as usize).filter(|state| **state == State::Untouched) else { return };
        *of = State::Open;
        stack.push((space, 0));
        if let Some(of) = self.table.spaces.get_mut(space as usize) {
            of.sees = Spaces::of(space);
        }
    }

    fn see_more(&mut self, space: u32, other: u32) {
        let Some(seen) = self.table.spaces.get(other as usize).map(|other| other.sees.clone()) else { return };
        if let Some(space) = self.table.spaces.get_mut(space as usize) {
            space.sees.add(&seen);
        }
    }

    fn report_circle(&mut self, stack: &[(u32, usize)], first: u32, span: Span) {
        const SHOWN: usize = 6;
        let names: Vec<&str> = stack.iter().map(|(space, _)| *space).skip_while(|space| *space != first).map(|space| self.pack_of(space)).collect();
        let mut path: Vec<String> = names.iter().take(SHOWN).map(|name| shorten(name)).collect();
        if names.len() > SHOWN {
            path.push("…".to_owned());
        }
        let d = match path.as_slice() {
            [only] => Diagnostic::new(codes::PACKS_IN_A_CIRCLE, span, format!("the pack `{only}` uses itself")),
            path => {
                let path = path.join(" → ");
                Diagnostic::new(
                    codes::PACKS_IN_A_CIRCLE,
                    span,
                    format!("these packs use each other: {path} → {}", names.first().map(|n| shorten(n)).unwrap_or_default()),
                )
            }
        };
        self.report(d.note("a pack stands on those that it uses").help("put what both need into a pack of its own"));
    }

    /// Gives the parameters of a pack what those who use it set them to.
    fn collect_settings(&mut self, space: u32, used: &[Used<'a>]) {
        let mut parameters: Vec<u32> = self.table.spaces.get(space as usize).map_or_else(Vec::new, |space| {
            space.names.values().filter_map(|entry| if let Item::Let(index) = entry.item { Some(index) } else { None }).collect()
        });
        parameters.retain(|index| self.table.lets.get(*index as usize).is_some_and(|constant| constant.param));
        parameters.sort_unstable();
        let names: Vec<&'a str> = parameters.iter().filter_map(|index| self.table.lets.get(*index as usize)).map(|c| c.ast.name.text.as_str()).collect();
        let mut settings: Vec<Vec<(usize, Setting<'a>)>> = vec![Vec::new(); parameters.len()];
        let number: HashMap<&str, usize> = names.iter().enumerate().map(|(n, name)| (*name, n)).collect();
        for (at, Used { by, import }) in used.iter().enumerate() {
            let mut seen: HashMap<&str, Span> = HashMap::default();
            for binding in &import.with {
                let name = binding.name.text.as_str();
                if let Some(first) = seen.insert(name, binding.name.span) {
                    let d = Diagnostic::new(codes::DUPLICATE_FIELD, binding.name.span, format!("`{name}` is set twice")).other(first, "first here");
                    self.report(d.help("remove one of them"));
                    continue;
                }
                match number.get(name).and_then(|n| settings.get_mut(*n)) {
                    Some(list) => list.push((at, Setting { space: *by, value: Some(&binding.value), span: binding.value.span })),
                    None => self.unknown_parameter(space, &binding.name, &names),
                }
            }
        }
        for (index, set) in parameters.into_iter().zip(settings) {
            // Where packs set it, whoever doesn't is one of them too: all must come to the same value. What the bundle itself sets is for all who don't.
            let own = set.iter().any(|(_, setting)| setting.space == OWN);
            let unset = (0..).zip(&set).find(|(at, (by, _))| at != by).map_or(set.len(), |(at, _)| at);
            let unset =
                used.get(unset).filter(|_| !set.is_empty() && !own).map(|Used { by, import }| Setting { space: *by, value: None, span: import.pack.span });
            if let Some(constant) = self.table.lets.get_mut(index as usize) {
                constant.settings = set.into_iter().map(|(_, setting)| setting).chain(unset).collect();
            }
        }
    }

    fn unknown_parameter(&mut self, space: u32, name: &'a ast::Name, known: &[&'a str]) {
        let pack = shorten(self.pack_of(space));
        let declared = self.table.spaces.get(space as usize).and_then(|space| space.names.get(name.text.as_str())).copied();
        let near = self.suggestions.nearest(&name.text, known.iter().copied()).map(str::to_owned);
        let d = Diagnostic::new(codes::UNKNOWN_PARAMETER, name.span, format!("the pack `{pack}` has no parameter `{}`", shorten(&name.text)));
        let d = match declared {
            Some(entry) => {
                d.other(entry.name.span, format!("this is {}", entry.item.noun())).note("whoever uses a pack sets its parameters, and nothing else of it")
            }
            None => d,
        };
        self.report(did_you_mean(d, name.span, near, || {
            if known.is_empty() { "it has no parameters: leave `with` out".to_owned() } else { there_are("its parameters are", known.iter().copied()) }
        }));
    }

    /// Reports a `pack` that stands elsewhere than alone in the manifest.
    fn check_manifest_place(&mut self, decl: &'a ast::Decl) {
        let DeclKind::Pack(pack) = &decl.kind else { return };
        let expected =
            self.table.spaces.get(self.space as usize).and_then(|space| space.pack).map_or_else(|| MANIFEST.to_owned(), |name| full_name(name, MANIFEST));
        let here = self.sources.get(decl.span.file).is_some_and(|source| source.name == expected);
        let d = match self.table.manifests.get(&self.space) {
            _ if !here => Diagnostic::new(codes::MISPLACED_PACK, pack.name.span, "a `pack` can't be declared here")
                .note(format!("the manifest of a pack stands in the file `{MANIFEST}` in the pack's folder"))
                .help(format!("move it to `{MANIFEST}`")),
            Some(first) => Diagnostic::new(codes::MISPLACED_PACK, pack.name.span, "a second `pack` is declared here")
                .other(*first, "first declared here")
                .note("a folder is one pack")
                .help("remove one of them"),
            None => {
                self.table.manifests.insert(self.space, pack.name.span);
                return;
            }
        };
        self.report(d);
    }
}

/// Returns what a pack is called where it is used, and where that is said.
pub(super) fn called(import: &ast::Use) -> (&str, Span) {
    match &import.alias {
        Some(alias) => (&alias.text, alias.span),
        None => (import.pack.text.rsplit('.').next().unwrap_or_default(), import.pack.span),
    }
}
