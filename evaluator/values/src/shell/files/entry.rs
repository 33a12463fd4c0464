//! What is known of a program's arguments.

use super::{readers, writers};

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is no file.
    Nothing,
    /// It is read.
    Reads,
    /// It is written, created, changed or removed.
    Writes,
    /// Both.
    Both,
    /// The last one is written, the others are read.
    Last,
    /// The first is read, what follows is written.
    Output,
    /// `name=value`, of which `if` and `of` name files.
    Pairs,
}

impl Role {
    pub(super) const fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What an option is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Flag,
    Value,
    /// A value in place of the first operand.
    Pattern,
    File(Role),
    /// The folder that the operands are put into.
    Target,
    /// What is read is written, too.
    InPlace,
    /// Other files than those that are named are concerned.
    More(Role),
}

/// A program.
pub(super) struct Entry {
    pub(super) names: &'static [&'static str],
    /// Letters of options without a value.
    pub(super) flags: &'static str,
    /// Letters of options with a value that is no file.
    pub(super) valued: &'static str,
    pub(super) long_flags: &'static [&'static str],
    pub(super) long_valued: &'static [&'static str],
    /// Options that matter: letters or long names.
    pub(super) special: &'static [(&'static str, Kind)],
    /// How many operands stand before the files.
    pub(super) skip: usize,
    pub(super) operands: Role,
    /// What other files are concerned in any case.
    pub(super) complete: Role,
    /// Whether it has no options that matter, so that all are operands.
    pub(super) ignores_options: bool,
}

impl Entry {
    /// Returns what an option is, and the value that is attached to it. The letters before one with a value must be flags.
    pub(super) fn option<'t>(&self, text: &'t str) -> Option<(Kind, Option<&'t str>)> {
        if let Some(long) = text.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
            return self
                .special(name)
                .or_else(|| (self.long_flags.contains(&name).then_some(Kind::Flag)).or_else(|| self.long_valued.contains(&name).then_some(Kind::Value)))
                .map(|kind| (kind, value));
        }
        let letters = text.get(1..)?;
        let mut more = None;
        for (at, letter) in letters.char_indices() {
            let mut buffer = [0; 4];
            let kind = self.special(letter.encode_utf8(&mut buffer));
            match kind {
                Some(kind @ Kind::More(_)) => more = Some(kind),
                Some(kind) => return Some((more.unwrap_or(kind), letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty()))),
                None if self.valued.contains(letter) => {
                    return Some((more.unwrap_or(Kind::Value), letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty())));
                }
                None if self.flags.contains(letter) || (letter.is_ascii_digit() && self.flags.contains('0')) => {}
                None => return None,
            }
        }
        Some((more.unwrap_or(Kind::Flag), None))
    }

    fn special(&self, name: &str) -> Option<Kind> {
        self.special.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
    }
}

pub(super) fn entry(name: &str) -> Option<&'static Entry> {
    readers::PROGRAMS.iter().chain(writers::PROGRAMS).find(|e| e.names.contains(&name))
}

/// A program without options that reads its operands.
pub(super) const PLAIN: Entry = Entry {
    names: &[],
    flags: "",
    valued: "",
    long_flags: &[],
    long_valued: &[],
    special: &[],
    skip: 0,
    operands: Role::Reads,
    complete: Role::Nothing,
    ignores_options: false,
};
