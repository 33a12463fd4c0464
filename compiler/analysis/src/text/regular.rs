//! Machines of regular expressions.

use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};

use super::classes::Classes;
use super::machine::{Machine, Outcomes};

/// How large a tree of states may become, in bytes, at each stage.
const MAX_BYTES: [usize; 3] = [1 << 20, 1 << 20, 1 << 21];

/// Where the search for a match is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// Nothing has matched so far.
    At(StateID),
    /// Something has, whatever follows.
    Matched,
    /// What follows can't be told, such as where a word ends among characters that aren't ASCII.
    Lost,
}

/// Makes the machine of texts in which an expression matches somewhere; none if it would be too large.
pub(super) fn search(expression: &str, nocase: bool) -> Option<Machine> {
    let dfa = build(expression, nocase, false).or_else(|| build(expression, nocase, true))?;
    let start = dfa.start_state_forward(&Input::new("")).ok()?;
    let step = |place: &Place, byte: u8| match place {
        Place::At(state) => {
            let next = dfa.next_state(*state, byte);
            if dfa.is_match_state(next) {
                Place::Matched
            } else if dfa.is_quit_state(next) {
                Place::Lost
            } else {
                Place::At(next)
            }
        }
        end => *end,
    };
    let end = |place: &Place| match place {
        Place::At(state) => Outcomes::of(Some(dfa.is_match_state(dfa.next_eoi_state(*state)))),
        Place::Matched => Outcomes::TRUE,
        Place::Lost => Outcomes::TRUE.or(Outcomes::FALSE),
    };
    Machine::build(classes(&dfa), Place::At(start), step, end)
}

fn build(expression: &str, nocase: bool, lossy: bool) -> Option<DFA<Vec<u32>>> {
    let [nfa, dfa, scratch] = MAX_BYTES;
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Unanchored)
        .accelerate(false)
        .unicode_word_boundary(lossy)
        .dfa_size_limit(Some(dfa))
        .determinize_size_limit(Some(scratch));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().case_insensitive(nocase))
        .thompson(thompson::Config::new().nfa_size_limit(Some(nfa)))
        .build(expression)
        .ok()
}

fn classes(dfa: &DFA<Vec<u32>>) -> Classes {
    let classes = dfa.byte_classes();
    Classes::by(|byte| classes.get(byte))
}

/// Writes a text so that it stands for itself in an expression.
pub(super) fn escape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{{{:x}}}", u32::from(c)) }).collect()
}

/// Makes the machine of texts that an expression fits from the first character to the last; a dot is any character.
pub(super) fn whole(expression: &str) -> Option<Machine> {
    search(&format!(r"(?s)\A(?:{expression})\z"), false)
}

/// Makes the machine of texts that contain a text.
pub(super) fn containing(text: &str) -> Option<Machine> {
    if text.is_empty() { Some(Machine::constant(Outcomes::TRUE)) } else { search(&escape(text), false) }
}
