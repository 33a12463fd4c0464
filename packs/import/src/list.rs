//! A server's list of tools, with names that can be told apart.

use reach_values::json::{Json, Room};
use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::canonical;
use crate::error::ImportError;
use crate::loss::{Effect, Loss, shown};

/// The most tools that are read.
pub const MAX_TOOLS: usize = 10_000;
/// The most bytes that are read, of all pages together.
pub const MAX_BYTES: usize = 16 << 20;
/// The most JSON values that are read.
pub const MAX_VALUES: usize = 1_000_000;
/// The most characters of a tool's name: what the Model Context Protocol gives names (2025-11-25, "Tool Names").
pub const MAX_NAME: usize = 128;

/// A tool as a server defines it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// The whole definition.
    pub definition: Json,
}

/// The tools of a server, each name once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The tools, in the server's order.
    pub tools: Vec<Tool>,
    /// What is to be said of the list.
    pub losses: Vec<Loss>,
}

impl Listing {
    /// Reads a saved answer to `tools/list`: the whole response, its result, or the bare list.
    ///
    /// # Errors
    /// When it is none, or names can't be declared.
    pub fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        if bytes.len() > MAX_BYTES {
            return Err(ImportError::TooMuch("16 MiB"));
        }
        let json = Json::parse(bytes, &mut Room(MAX_VALUES)).map_err(|e| ImportError::list(e.to_string()))?;
        let list = match json {
            Json::List(list) => list,
            Json::Object(entries) => tools_of(entries).ok_or_else(|| ImportError::list("it has no list `tools`"))?,
            other => return Err(ImportError::list(format!("it is {}", other.word()))),
        };
        if list.is_empty() {
            return Err(ImportError::list("its list `tools` is empty"));
        }
        Self::of(list)
    }

    /// Makes a list of definitions.
    ///
    /// # Errors
    /// When there are too many, one has no name, or names can't be declared.
    pub fn of(definitions: Vec<Json>) -> Result<Self, ImportError> {
        if definitions.len() > MAX_TOOLS {
            return Err(ImportError::TooMuch("10,000 tools"));
        }
        let mut listing = Self::default();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (i, definition) in definitions.into_iter().enumerate() {
            let number = i + 1;
            if !matches!(definition, Json::Object(_)) {
                return Err(ImportError::list(format!("the tool number {number} is {}", definition.word())));
            }
            let name = match definition.get("name") {
                Some(Json::Text(name)) => name.clone(),
                Some(other) => return Err(ImportError::list(format!("the `name` of the tool number {number} is {}", other.word()))),
                None => return Err(ImportError::list(format!("the tool number {number} has no `name`"))),
            };
            if let Some(why) = flaw(&name) {
                return Err(ImportError::Name { number, name: shown(&name), why });
            }
            // Whether two are the same is asked of their form, not of how they are written.
            let form = canonical::canonical(&definition, false).unwrap_or_default();
            match seen.get(&name) {
                Some(first) if *first == form && !form.is_empty() => {
                    listing.losses.push(note(&name, "name", "it stands in the list twice, both times the same".to_owned()));
                }
                Some(_) => return Err(ImportError::Twice(shown(&name))),
                None => {
                    seen.insert(name.clone(), form);
                    listing.tools.push(Tool { name, definition });
                }
            }
        }
        listing.note_confusable();
        Ok(listing)
    }

    /// Tools whose names look alike: a rule about one is easily taken for a rule about the other.
    fn note_confusable(&mut self) {
        let names: Vec<&str> = self.tools.iter().map(|t| t.name.as_str()).collect();
        for (name, other) in look_alikes(&names) {
            let note = note(name, "name", format!("its name looks like that of the tool `{}`", shown(other)));
            self.losses.push(note);
        }
    }
}

fn note(tool: &str, member: &str, reason: String) -> Loss {
    Loss { tool: tool.to_owned(), pointer: format!("/{member}"), keyword: Some(member.to_owned()), effect: Effect::Noted, reason }
}

fn tools_of(entries: Vec<(String, Json)>) -> Option<Vec<Json>> {
    let mut result = None;
    for (key, value) in entries {
        match (key.as_str(), value) {
            ("tools", Json::List(list)) => return Some(list),
            ("result", Json::Object(inner)) => result = Some(inner),
            _ => {}
        }
    }
    result?.into_iter().find_map(|(key, value)| if let ("tools", Json::List(list)) = (key.as_str(), value) { Some(list) } else { None })
}

/// Returns what is wrong with a name, if anything.
fn flaw(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.chars().take(MAX_NAME + 1).count() > MAX_NAME {
        Some("has more than 128 characters")
    } else if name.chars().any(is_hidden) {
        Some("holds characters that cannot be seen, or that change the direction of text")
    } else if name.trim() != name {
        Some("begins or ends with a blank")
    } else {
        None
    }
}

/// Returns whether a character can't be seen or acts on others: controls, formats, blanks other than the common one, variation selectors, tags,
/// and what is reserved or private.
pub(crate) fn is_hidden(c: char) -> bool {
    if c == ' ' || c.is_ascii_graphic() {
        return false;
    }
    let formats = matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    formats || private || c.is_control() || c.is_whitespace()
}

/// Returns names that look like another one, each with that one; by the skeletons of Unicode Technical Standard 39, section 4.
pub(crate) fn look_alikes<'n>(names: &[&'n str]) -> Vec<(&'n str, &'n str)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for name in names {
        // Case is no difference to somebody who reads quickly.
        let form: String = skeleton(name).flat_map(char::to_lowercase).nfd().collect();
        match seen.get(&form) {
            Some(first) if first != name && told.insert(*name) => out.push((*name, *first)),
            Some(_) => {}
            None => drop(seen.insert(form, name)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Listing, ImportError> {
        Listing::read(text.as_bytes())
    }

    fn named(name: &str) -> Result<Listing, ImportError> {
        Listing::of(vec![Json::Object(vec![("name".into(), Json::Text(name.into()))])])
    }

    #[test]
    fn the_response_its_result_and_the_bare_list_are_read() {
        for text in [r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"}]}}"#, r#"{"tools":[{"name":"a"}],"nextCursor":"x"}"#, r#"[{"name":"a"}]"#] {
            assert_eq!(read(text).unwrap().tools.len(), 1, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["", "{}", "3", "[]", r#"{"tools":{}}"#, r#"{"tools":[]}"#, "[1]", r#"[{"title":"a"}]"#, r#"[{"name":1}]"#, r#"[{"name":"a","name":"b"}]"#]
        {
            assert!(matches!(read(text), Err(ImportError::NotAList(_))), "{text}");
        }
    }

    #[test]
    fn names_that_cannot_be_seen_as_they_are_are_refused() {
        let long = "a".repeat(129);
        for name in ["", &long, "a\n", "a\u{202e}b", "a\u{200b}", "a\0b", " a", "a ", "a\u{a0}b", "a\u{e0041}", "\u{feff}a", "a\u{ad}b", "a\u{3164}"] {
            assert!(matches!(named(name), Err(ImportError::Name { .. })), "{name:?}");
        }
        for name in ["a", &long[1..], "a b", "läsen", "読む", "a\"b", "a.b-c/d"] {
            assert!(named(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn one_name_for_two_tools_is_refused_and_one_tool_twice_is_noted() {
        let twice = read(r#"[{"name":"a","title":"x"},{"title":"x","name":"\u0061"}]"#).unwrap();
        assert_eq!((twice.tools.len(), twice.losses.len()), (1, 1));
        assert_eq!(read(r#"[{"name":"a","title":"x"},{"name":"a","title":"y"}]"#), Err(ImportError::Twice("a".into())));
    }

    #[test]
    fn names_that_look_alike_are_noted() {
        // A Cyrillic а, a digit one for an l, and another case.
        let list = read(r#"[{"name":"pay"},{"name":"p\u0430y"},{"name":"mail"},{"name":"mai1"},{"name":"Pay"},{"name":"other"}]"#).unwrap();
        assert_eq!(list.losses.iter().map(|l| l.tool.as_str()).collect::<Vec<_>>(), ["p\u{430}y", "mai1", "Pay"]);
    }

    #[test]
    fn ten_thousand_tools_are_read_and_not_one_more() {
        let list = |n: usize| (0..n).map(|i| Json::Object(vec![("name".into(), Json::Text(format!("t{i}")))])).collect::<Vec<_>>();
        assert_eq!(Listing::of(list(MAX_TOOLS)).unwrap().tools.len(), MAX_TOOLS);
        assert_eq!(Listing::of(list(MAX_TOOLS + 1)), Err(ImportError::TooMuch("10,000 tools")));
    }
}
