//! `[packs]` of a `reach.toml`: folders that stand for packs.

use std::collections::BTreeMap;

use reach_codes::table::command;
use reach_codes::{Diagnostic, FileId, Span};
use toml::de::{DeTable, DeValue};

/// The most packs that a file names.
const MOST_PACKS: usize = 1_000;
/// The longest path, in bytes.
const MOST_PATH_BYTES: usize = 4_096;

/// The folder that stands for a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFolder {
    /// The path as written, relative to the folder of the `reach.toml`.
    pub path: String,
    /// Where it is written.
    pub span: Span,
}

/// Reads which folders stand for packs. Whatever else the file says is left to whom it is for.
///
/// # Errors
/// With everything that is wrong with that section, or where the file is no TOML.
pub fn pack_folders(text: &str, file: FileId) -> Result<BTreeMap<String, PackFolder>, Vec<Diagnostic>> {
    let place = |range: std::ops::Range<usize>| {
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span::new(file, at(range.start), at(range.end))
    };
    let bad = |range, message: String| Diagnostic::new(command::BAD_CONFIGURATION, place(range), message);
    let document = DeTable::parse(text).map_err(|error| {
        let message = error.message().trim().replace('\n', ": ");
        vec![bad(error.span().unwrap_or(0..0), format!("this is no TOML: {message}"))]
    })?;
    let Some((_, section)) = document.get_ref().iter().find(|(key, _)| key.get_ref().as_ref() == "packs") else { return Ok(BTreeMap::new()) };
    let example = "write `[packs]` on a line of its own, and below it `\"acme.bank_guard\" = \"../bank-guard\"`";
    let DeValue::Table(packs) = section.get_ref() else { return Err(vec![bad(section.span(), "`packs` is a table".to_owned()).help(example)]) };
    if packs.len() > MOST_PACKS {
        return Err(vec![bad(section.span(), format!("this names more than {MOST_PACKS} packs"))]);
    }
    let mut out = BTreeMap::new();
    let mut wrong = Vec::new();
    for (key, value) in packs {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::String(path) if !path.is_empty() && path.len() <= MOST_PATH_BYTES && !path.contains('\0') => {
                out.insert(name.to_owned(), PackFolder { path: path.to_string(), span: place(value.span()) });
            }
            // `acme.bank_guard = …` without quotes is a table in a table.
            DeValue::Table(_) => {
                let d = bad(key.span(), format!("the name of the pack `{name}.…` stands in no quotes")).note("a dot in a key of TOML makes a table of it");
                wrong.push(d.help(example));
            }
            _ => wrong.push(bad(value.span(), format!("the folder of the pack `{name}` is a text")).help(example)),
        }
    }
    if wrong.is_empty() { Ok(out) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, Vec<String>> {
        match pack_folders(text, FileId(0)) {
            Ok(packs) => Ok(packs.into_iter().map(|(name, folder)| (name, folder.path)).collect()),
            Err(all) => Err(all.into_iter().map(|d| d.message).collect()),
        }
    }

    #[test]
    fn folders_of_packs_are_read_and_the_rest_is_left_alone() {
        let packs = read("[lint]\nnonsense = 7\n\n[packs]\n\"acme.guard\" = \"../guard\"\nplain = \"p\"\n");
        assert_eq!(packs, Ok(vec![("acme.guard".to_owned(), "../guard".to_owned()), ("plain".to_owned(), "p".to_owned())]));
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_folder_is_refused() {
        let said = |text: &str| read(text).unwrap_err().join("; ");
        assert_eq!(said("packs = 1\n"), "`packs` is a table");
        assert_eq!(said("[packs]\nacme.guard = \"x\"\n"), "the name of the pack `acme.…` stands in no quotes");
        assert_eq!(said("[packs]\n\"a\" = 1\n\"b\" = \"\"\n"), "the folder of the pack `a` is a text; the folder of the pack `b` is a text");
        assert!(said("[packs\n").starts_with("this is no TOML"));
        let many = |n: usize| format!("[packs]\n{}", (0..n).map(|i| format!("p{i} = \"x\"\n")).collect::<String>());
        assert!(read(&many(1_000)).is_ok());
        assert!(said(&many(1_001)).contains("more than 1000"));
        let long = |n: usize| format!("[packs]\np = \"{}\"\n", "a".repeat(n));
        assert!(read(&long(4_096)).is_ok());
        assert!(read(&long(4_097)).is_err());
    }
}
