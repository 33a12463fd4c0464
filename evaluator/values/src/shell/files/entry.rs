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
    /// Revisions and pathspecs of `git`.
    Pathspecs,
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
    /// A file that is read in place of the first operand.
    PatternFile,
    /// There is no first operand but files.
    NoPattern,
    /// What the folders hold is read; the current one where none is named.
    Recursive,
    File(Role),
    /// The folder that the operands are put into.
    Target,
    /// What is read is written, too.
    InPlace,
    /// Other files than those that are named are concerned.
    More(Role),
}

impl Kind {
    /// Returns whether what follows the letter is a value or doesn't matter.
    const fn ends_letters(self) -> bool {
        !matches!(self, Self::Flag | Self::NoPattern | Self::Recursive | Self::More(_))
    }
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
    /// Whether the current folder is read where none is named.
    pub(super) here: bool,
}

impl Entry {
    /// Returns what options a word is, and the value that is attached to the last. The letters before one with a value must be flags.
    pub(super) fn options<'t>(&self, text: &'t str) -> Option<(Vec<Kind>, Option<&'t str>)> {
        if let Some(long) = text.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
            return self
                .special(name)
                .or_else(|| (self.long_flags.contains(&name).then_some(Kind::Flag)).or_else(|| self.long_valued.contains(&name).then_some(Kind::Value)))
                .map(|kind| (vec![kind], value));
        }
        let letters = text.get(1..)?;
        let mut kinds = Vec::new();
        for (at, letter) in letters.char_indices() {
            let mut buffer = [0; 4];
            let kind = match self.special(letter.encode_utf8(&mut buffer)) {
                Some(kind) => kind,
                None if self.valued.contains(letter) => Kind::Value,
                None if self.flags.contains(letter) || (letter.is_ascii_digit() && self.flags.contains('0')) => continue,
                None => return None,
            };
            kinds.push(kind);
            if kind.ends_letters() {
                return Some((kinds, letters.get(at + letter.len_utf8()..).filter(|v| !v.is_empty())));
            }
        }
        Some((kinds, None))
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
    here: false,
};
