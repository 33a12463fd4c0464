//! What was found so far.

use std::collections::BTreeSet;

use super::{Command, MAX_COMMANDS, Opaque, Script};

/// The most words of all commands together: a text has at most half of that many.
const MAX_WORDS: usize = super::MAX_BYTES;

/// What stops the parse: the reason for which the rest is not known.
pub(super) type Step<T = ()> = Result<T, Opaque>;

/// The folder that relative names begin at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Folder {
    /// Where the command line begins: names stay relative.
    #[default]
    Start,
    /// An absolute one, and whether that is certain (`cd /srv && …`) or the `cd` may have failed.
    At(String, bool),
    /// It can't be known.
    Unknown,
}

/// What was found so far; of the whole command line, through all that is nested in it.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// A place for each command in the order of the text. It is taken where the command begins and filled where it ends,
    /// since what its words substitute is found in between. None where there was no command after all.
    places: Vec<Option<Command>>,
    opaque: Option<Opaque>,
    functions: BTreeSet<String>,
    /// The words of all commands together.
    words: usize,
    pub(super) folder: Folder,
}

impl Found {
    /// Notes why there may be other commands. The first reason stays.
    pub(super) fn note(&mut self, opaque: Opaque) {
        self.opaque.get_or_insert(opaque);
    }

    /// Takes the place of a command.
    pub(super) fn reserve(&mut self) -> Step<usize> {
        if self.places.len() >= MAX_COMMANDS {
            return Err(Opaque::Deep);
        }
        self.places.push(None);
        Ok(self.places.len() - 1)
    }

    /// Counts the words of a command. Each wrapper repeats those behind it.
    pub(super) fn count(&mut self, words: usize) -> Step {
        self.words += words;
        if self.words > MAX_WORDS { Err(Opaque::Deep) } else { Ok(()) }
    }

    pub(super) fn fill(&mut self, place: usize, command: Command) {
        if let Some(slot) = self.places.get_mut(place) {
            *slot = Some(command);
        }
    }

    /// Returns how many places are taken; those taken later are the ones from there on.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns the commands from a place on.
    pub(super) fn since(&mut self, place: usize) -> impl Iterator<Item = &mut Command> {
        self.places.iter_mut().skip(place).flatten()
    }

    pub(super) fn define(&mut self, name: String) {
        self.functions.insert(name);
    }

    pub(super) fn finish(mut self) -> Script {
        let commands: Vec<Command> = self.places.into_iter().flatten().collect();
        let calls = |c: &Command| c.words.first().and_then(Option::as_ref).is_some_and(|w| self.functions.contains(w));
        if self.opaque.is_none() && commands.iter().any(calls) {
            self.opaque = Some(Opaque::Function);
        }
        Script { commands, opaque: self.opaque }
    }
}
