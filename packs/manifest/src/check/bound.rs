//! What a value must be so that whoever is given it stays within a pack's rights, as a condition of the typed IR.

use std::sync::Arc;

use reach_codes::Span;
use reach_compiler::ir::{Compare, Const, Expr, ExprKind, Guards, LocalId, Pattern, PatternKind, Runs, SlotRef, Type};
use reach_values::form::{Form, Part};
use reach_values::path::Platform;
use reach_values::pattern;

use crate::item::{ALL, is_resource};
use crate::places::{Draft, Items};

/// The most elements of one kind that are asked about; beyond, nothing is told.
const MOST_ITEMS: usize = 512;
/// The slot of `step.name`.
const NAME_SLOT: u16 = 0;
/// The slot of `agent.depth`.
const DEPTH_SLOT: u16 = 4;
/// The slot of `agent.live_children`.
const CHILDREN_SLOT: u16 = 5;

/// A kind of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RightKind {
    Read,
    Write,
    Network,
    Run,
    Spawn,
}

impl RightKind {
    pub(crate) const fn entry(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Network => "network",
            Self::Run => "run",
            Self::Spawn => "spawn",
        }
    }
}

/// The rights that rules must stay within.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rights {
    pub read: Vec<String>,
    pub write: Vec<String>,
    pub network: Vec<String>,
    pub run: Vec<String>,
    /// Children at a time, and depth.
    pub spawn: Option<(u32, u32)>,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Anything: no right is about it.
    Free,
    /// True where it stays within the rights.
    Must(Expr),
    /// It can't be said.
    Untold(String),
}

impl Rights {
    pub(crate) fn of(draft: &Draft) -> Self {
        let texts = |items: &Items| items.keys().cloned().collect();
        Self {
            read: texts(&draft.read),
            write: texts(&draft.write),
            network: texts(&draft.network),
            run: texts(&draft.run),
            spawn: draft.spawn.map(|(spawn, _)| (spawn.children, spawn.depth)),
        }
    }
}

/// Returns which kinds of rights values of a type are about; nothing where there is none.
pub(crate) fn kinds_of(ty: &Type, reader: bool) -> Vec<RightKind> {
    let mut out = Vec::new();
    kinds(ty, reader, &mut out);
    out.sort_unstable();
    out.dedup();
    out
}

fn kinds(ty: &Type, reader: bool, out: &mut Vec<RightKind>) {
    match ty {
        Type::Form(Form::Path(_)) => out.push(if reader { RightKind::Read } else { RightKind::Write }),
        Type::Form(Form::Url | Form::Host | Form::Ip | Form::Network | Form::Email) => out.push(RightKind::Network),
        Type::Form(Form::Shell) => out.push(RightKind::Run),
        Type::Form(Form::Iban | Form::Sql(_) | Form::Command | Form::Statement) => {}
        Type::List(of) | Type::Set(of) | Type::Map(of) | Type::Optional(of) => kinds(of, reader, out),
        Type::Record(fields) => fields.iter().for_each(|(_, ty)| kinds(ty, reader, out)),
        Type::Bool | Type::Int | Type::Decimal | Type::Text | Type::Time | Type::Date | Type::Duration | Type::Enum(_) | Type::Any | Type::Entity(_) => {}
    }
}

/// Makes conditions of one bundle; each local is new in it.
pub(crate) struct Bounds<'r> {
    pub rights: &'r Rights,
    /// The number of the next local.
    pub locals: u32,
    /// The place that the conditions have.
    pub span: Span,
}

impl Bounds<'_> {
    /// Returns what a value must be. `reader`: whether it is given to a tool that only reads.
    pub(crate) fn of(&mut self, value: Expr, reader: bool) -> Bound {
        match value.ty.clone() {
            Type::Form(form) => self.form(form, value, reader),
            Type::Optional(of) => {
                let absent = self.not(self.expr(Type::Bool, ExprKind::Present(Box::new(value.clone()))));
                let there = self.expr(of.as_ref().clone(), ExprKind::Unwrap(Box::new(value)));
                match self.of(there, reader) {
                    Bound::Must(inside) => Bound::Must(self.any(vec![absent, inside])),
                    other => other,
                }
            }
            Type::List(of) | Type::Set(of) => {
                let local = LocalId(self.locals);
                self.locals = self.locals.saturating_add(1);
                let element = self.expr(of.as_ref().clone(), ExprKind::Local(local));
                match self.of(element, reader) {
                    Bound::Must(each) => Bound::Must(self.expr(Type::Bool, ExprKind::All(local, Box::new(value), Box::new(each)))),
                    other => other,
                }
            }
            Type::Record(fields) => {
                let parts: Vec<Bound> = (0u16..)
                    .zip(fields.iter())
                    .map(|(index, (_, ty))| {
                        let field = self.expr(ty.clone(), ExprKind::Field(Box::new(value.clone()), index));
                        self.of(field, reader)
                    })
                    .collect();
                self.all_of(parts)
            }
            Type::Map(of) if kinds_of(&of, reader).is_empty() => Bound::Free,
            Type::Map(_) => Bound::Untold("what a map holds is not told apart".to_owned()),
            Type::Bool | Type::Int | Type::Decimal | Type::Text | Type::Time | Type::Date | Type::Duration | Type::Enum(_) | Type::Any | Type::Entity(_) => {
                Bound::Free
            }
        }
    }

    /// Returns what must hold for all of some parts.
    pub(crate) fn all_of(&self, parts: Vec<Bound>) -> Bound {
        let mut terms = Vec::new();
        for part in parts {
            match part {
                Bound::Free => {}
                Bound::Must(term) => terms.push(term),
                untold @ Bound::Untold(_) => return untold,
            }
        }
        match terms.len() {
            0 => Bound::Free,
            _ => Bound::Must(self.all(terms)),
        }
    }

    fn form(&self, form: Form, value: Expr, reader: bool) -> Bound {
        match form {
            Form::Path(platform) => {
                let read = if reader { self.rights.read.as_slice() } else { &[] };
                let globs: Vec<&String> = self.rights.write.iter().chain(read).filter(|glob| !is_resource(glob)).collect();
                self.within(globs.iter().any(|glob| is_total(glob)), globs.len(), || {
                    globs.iter().filter_map(|glob| self.matches(value.clone(), platform, glob)).collect()
                })
            }
            Form::Host | Form::Ip => self.address(value),
            Form::Url => {
                let host = self.expr(Type::HOST, ExprKind::Part(Box::new(value), Part::UrlHost));
                self.address(host)
            }
            Form::Email => {
                let host = self.expr(Type::HOST, ExprKind::Part(Box::new(value), Part::EmailDomain));
                self.address(host)
            }
            Form::Network => {
                let network = &self.rights.network;
                self.within(network.iter().any(|n| n == ALL), network.len(), || {
                    let same = |n: &String| self.compare(value.clone(), self.text(Type::NETWORK, n));
                    network.iter().filter(|n| is_range(n)).map(same).collect()
                })
            }
            Form::Shell => {
                let run = &self.rights.run;
                self.within(run.iter().any(|program| program == ALL), run.len(), || {
                    if run.is_empty() {
                        return Vec::new();
                    }
                    let words: Vec<Vec<String>> = run.iter().map(|program| vec![program.clone()]).collect();
                    vec![self.expr(Type::Bool, ExprKind::Runs(Runs::Only, Box::new(value.clone()), Arc::from(words)))]
                })
            }
            Form::Iban | Form::Sql(_) | Form::Command | Form::Statement => Bound::Free,
        }
    }

    fn within(&self, all: bool, items: usize, terms: impl Fn() -> Vec<Expr>) -> Bound {
        if all {
            Bound::Free
        } else if items > MOST_ITEMS {
            Bound::Untold(format!("with more than {MOST_ITEMS} elements it is not told whether one of them is meant"))
        } else {
            Bound::Must(self.any(terms()))
        }
    }

    /// Returns what a host or an address must be.
    fn address(&self, value: Expr) -> Bound {
        let network = &self.rights.network;
        let named = value.ty == Type::HOST;
        self.within(network.iter().any(|n| n == ALL), network.len(), || {
            let of = |n: &String| {
                let ty = if is_range(n) { Type::NETWORK } else { Type::HOST };
                self.expr(Type::Bool, ExprKind::Within(Box::new(value.clone()), Box::new(self.text(ty, n))))
            };
            network.iter().filter(|n| named || is_range(n)).map(of).collect()
        })
    }

    /// Returns what must hold where a child is spawned: one more than live now, one deeper than who spawns it.
    pub(crate) fn spawning(&self) -> Bound {
        let Some((children, depth)) = self.rights.spawn else { return Bound::Must(self.any(Vec::new())) };
        let below = |slot: u16, most: u32| {
            let value = self.expr(Type::Int, ExprKind::Slot(SlotRef::System(slot)));
            let most = self.expr(Type::Int, ExprKind::Const(Const::Num(i128::from(most))));
            self.expr(Type::Bool, ExprKind::Compare(Compare::Lt, Box::new(value), Box::new(most)))
        };
        Bound::Must(self.all(vec![below(CHILDREN_SLOT, children), below(DEPTH_SLOT, depth)]))
    }

    /// Returns what the name of a resource must be that is declared by a glob.
    pub(crate) fn resource(&self, declared: &str) -> Bound {
        let globs: Vec<&String> = self.rights.read.iter().chain(&self.rights.write).filter(|glob| is_resource(glob)).collect();
        if globs.iter().any(|glob| *glob == declared) {
            return Bound::Free;
        }
        self.within(false, globs.len(), || {
            let name = self.expr(Type::Text, ExprKind::Slot(SlotRef::System(NAME_SLOT)));
            let of = |glob: &&String| {
                let made = pattern::Pattern::name_glob(glob, false).ok()?;
                let pattern = Pattern { kind: PatternKind::Regex, text: made.expression().to_owned(), nocase: false };
                Some(self.expr(Type::Bool, ExprKind::Matches(Box::new(name.clone()), pattern)))
            };
            globs.iter().filter_map(of).collect()
        })
    }

    fn matches(&self, value: Expr, platform: Platform, glob: &str) -> Option<Expr> {
        // A glob of another platform covers no path of this one.
        pattern::Pattern::glob_on(platform, glob, false).ok()?;
        let kind = match platform {
            Platform::Posix => PatternKind::Glob,
            Platform::Windows => PatternKind::WindowsGlob,
            Platform::MacOs => PatternKind::MacOsGlob,
        };
        let pattern = Pattern { kind, text: glob.to_owned(), nocase: false };
        Some(self.expr(Type::Bool, ExprKind::Matches(Box::new(value), pattern)))
    }

    fn compare(&self, a: Expr, b: Expr) -> Expr {
        self.expr(Type::Bool, ExprKind::Compare(Compare::Eq, Box::new(a), Box::new(b)))
    }

    fn text(&self, ty: Type, text: &str) -> Expr {
        self.expr(ty, ExprKind::Const(Const::Text(text.into())))
    }

    pub(crate) fn not(&self, a: Expr) -> Expr {
        self.expr(Type::Bool, ExprKind::Not(Box::new(a)))
    }

    /// True where all of some conditions are; so of none.
    pub(crate) fn all(&self, mut terms: Vec<Expr>) -> Expr {
        match terms.len() {
            1 => terms.remove(0),
            0 => self.expr(Type::Bool, ExprKind::Const(Const::Bool(true))),
            _ => self.expr(Type::Bool, ExprKind::And(terms)),
        }
    }

    /// True where one of some conditions is; never of none.
    pub(crate) fn any(&self, mut terms: Vec<Expr>) -> Expr {
        match terms.len() {
            1 => terms.remove(0),
            0 => self.expr(Type::Bool, ExprKind::Const(Const::Bool(false))),
            _ => self.expr(Type::Bool, ExprKind::Or(terms)),
        }
    }

    pub(crate) fn expr(&self, ty: Type, kind: ExprKind) -> Expr {
        Expr { ty, span: self.span, kind }
    }
}

/// Returns whether a glob is about every path.
pub(crate) fn is_total(glob: &str) -> bool {
    matches!(glob, "*" | "**" | "**/*")
}

/// Returns whether an element of `network`, in its normal form, is a range of addresses and no host.
pub(crate) fn is_range(network: &str) -> bool {
    network.contains('/')
}

/// What `runs only` asks besides where only programs are said.
pub(crate) const GUARDED: Guards = Guards { no_redirection: true, no_assignment: true };
