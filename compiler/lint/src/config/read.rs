//! Reads a `reach.toml`.

use reach_codes::table::{self, command};
use reach_codes::{Category, Code, Diagnostic, FileId, LintLevel, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Config;

/// The parameters of lints: of which, the name, what it is.
const PARAMETERS: [(&str, &str, &str); 3] = [
    ("unlimited-permit", "sensitive", "a list of names of tools and arguments"),
    ("unlimited-permit", "harmless", "a list of names of tools and arguments"),
    ("old-advisory", "days", "a number of days"),
];

/// The most bytes of text in names of parameters, all together.
const MOST_NAMES: usize = 1_000;

struct Reader {
    file: FileId,
    config: Config,
    wrong: Vec<Diagnostic>,
}

/// Reads the whole.
pub(super) fn read(text: &str, file: FileId) -> Result<Config, Vec<Diagnostic>> {
    let mut reader = Reader { file, config: Config::default(), wrong: Vec::new() };
    match DeTable::parse(text) {
        Ok(document) => reader.document(document.get_ref()),
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            let message = error.message().trim().replace('\n', ": ");
            let d = Diagnostic::new(command::BAD_CONFIGURATION, reader.span(&at), format!("this is no TOML: {message}"));
            reader.wrong.push(d);
        }
    }
    if reader.wrong.is_empty() { Ok(reader.config) } else { Err(reader.wrong) }
}

impl Reader {
    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span::new(self.file, at(range.start), at(range.end))
    }

    fn bad(&mut self, range: &std::ops::Range<usize>, message: String, help: &str) {
        let span = self.span(range);
        self.wrong.push(Diagnostic::new(command::BAD_CONFIGURATION, span, message).help(help));
    }

    fn unknown<'n>(&mut self, range: &std::ops::Range<usize>, what: &str, name: &str, known: impl Iterator<Item = &'n str>, otherwise: &str) {
        let d = Diagnostic::new(command::UNKNOWN_SETTING, self.span(range), format!("there is no {what} `{name}`"));
        let help = nearest(name, known).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"));
        self.wrong.push(d.help(help));
    }

    fn document(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "lint" => match value.get_ref() {
                    DeValue::Table(lints) => self.lints(lints),
                    _ => self.bad(&value.span(), "`lint` is a table".to_owned(), "write `[lint]` on a line of its own, and a level for each name below it"),
                },
                // For whoever looks for packs.
                "packs" => {}
                other => self.unknown(&key.span(), "section", other, ["lint", "packs"].into_iter(), "the sections are `[lint]` and `[packs]`"),
            }
        }
    }

    fn lints(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if let Some(category) = Category::ALL.into_iter().find(|c| c.word() == name) {
                if let Some(level) = self.level(name, value) {
                    self.config.categories.insert(category, level);
                }
            } else if let Some(code) = table::lint::rows().into_iter().find(|c| c.name() == name) {
                self.lint(code, value);
            } else {
                let lints = table::lint::rows();
                let known = lints.iter().map(|c| c.name()).chain(Category::ALL.into_iter().map(Category::word));
                self.unknown(
                    &key.span(),
                    "lint or category",
                    name,
                    known,
                    "`reach explain` lists the lints; the categories are correctness, security, tests, redundancy, upkeep and style",
                );
            }
        }
    }

    fn level(&mut self, of: &str, value: &Spanned<DeValue<'_>>) -> Option<LintLevel> {
        let DeValue::String(word) = value.get_ref() else {
            self.bad(&value.span(), format!("the level of `{of}` is a text"), "the levels are \"off\", \"warn\" and \"deny\"");
            return None;
        };
        let found = LintLevel::ALL.into_iter().find(|level| level.word() == word);
        if found.is_none() {
            let meant = match word.as_ref() {
                "allow" | "ignore" | "none" | "disable" => Some("off"),
                "warning" | "on" | "info" | "note" => Some("warn"),
                "error" | "forbid" => Some("deny"),
                _ => None,
            };
            let known = meant.into_iter().chain(LintLevel::ALL.into_iter().map(LintLevel::word).filter(|_| meant.is_none()));
            let d = Diagnostic::new(command::UNKNOWN_SETTING, self.span(&value.span()), format!("there is no level `{word}`"));
            let near = meant.map(str::to_owned).or_else(|| nearest(word, known).map(str::to_owned));
            self.wrong.push(d.help(near.map_or_else(|| "the levels are \"off\", \"warn\" and \"deny\"".to_owned(), |near| format!("did you mean `{near}`?"))));
        }
        found
    }

    fn lint(&mut self, code: Code, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            if let Some(level) = self.level(code.name(), value) {
                self.config.set(code, level);
            }
            return;
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let known = || PARAMETERS.iter().filter(|(lint, ..)| *lint == code.name()).map(|(_, name, _)| *name).chain(["level"]);
            if name == "level" {
                if let Some(level) = self.level(code.name(), value) {
                    self.config.set(code, level);
                }
            } else if known().any(|k| k == name) {
                self.parameter(code.name(), name, value);
            } else {
                let list = known().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
                let d = Diagnostic::new(command::UNKNOWN_SETTING, self.span(&key.span()), format!("`{}` has no parameter `{name}`", code.name()));
                let help = nearest(name, known()).map_or_else(|| format!("it takes {list}"), |near| format!("did you mean `{near}`?"));
                self.wrong.push(d.help(help));
            }
        }
    }

    fn parameter(&mut self, lint: &str, name: &str, value: &Spanned<DeValue<'_>>) {
        let done = match (lint, name, value.get_ref()) {
            ("unlimited-permit", "sensitive", DeValue::Array(list)) => names(list).map(|names| self.config.parameters.sensitive = names),
            ("unlimited-permit", "harmless", DeValue::Array(list)) => names(list).map(|names| self.config.parameters.harmless = names),
            ("old-advisory", "days", DeValue::Integer(days)) => {
                let days = if days.radix() == 10 { days.as_str().replace('_', "").parse::<u32>().ok() } else { None };
                days.map(|days| self.config.parameters.advisory_days = i128::from(days))
            }
            _ => None,
        };
        if done.is_none() {
            let what = PARAMETERS.iter().find(|(l, n, _)| *l == lint && *n == name).map_or("", |(_, _, what)| *what);
            self.bad(&value.span(), format!("`{name}` of `{lint}` is {what}"), "see the page of the lint: `reach explain` prints it");
        }
    }
}

fn names(list: &toml::de::DeArray<'_>) -> Option<Vec<String>> {
    if list.len() > MOST_NAMES {
        return None;
    }
    list.iter()
        .map(|item| match item.get_ref() {
            DeValue::String(name) => Some(name.to_string()),
            _ => None,
        })
        .collect()
}

/// Returns the known name that was probably meant.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // A name from a hostile file may be as long as the file.
    if name.len() > 100 {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for candidate in known {
        let score = strsim::jaro_winkler(name, candidate);
        if score > 0.8 && best.is_none_or(|(b, _)| score > b) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, name)| name)
}
