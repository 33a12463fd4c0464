//! Comparisons of a command's words with what a policy names.

use std::collections::BTreeSet;

use super::run::base_name;

/// Returns the options among the words of a command, each with its value behind `=` (empty without one), sorted, each once:
/// `--force`, `--depth=1` as `--depth`, `-rf` as `-rf`, `-r` and `-f`. Nothing behind `--`. None when a word before that can't be known.
#[must_use]
pub fn options(words: &[Option<String>]) -> Option<Vec<(String, String)>> {
    let mut found = BTreeSet::new();
    for word in words.iter().skip(1) {
        let word = word.as_deref()?;
        if word == "--" {
            break;
        }
        if !word.starts_with('-') || word == "-" {
            continue;
        }
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        found.insert((name.to_owned(), value.to_owned()));
        if let Some(letters) = name.strip_prefix('-').filter(|l| !l.starts_with('-')) {
            for letter in letters.chars().take_while(char::is_ascii_alphanumeric).filter(|_| letters.len() > 1) {
                found.insert((format!("-{letter}"), String::new()));
            }
        }
    }
    Some(found.into_iter().collect())
}

/// Returns the words of a pattern of `runs only` or `may run`, such as `git push --force`: blanks separate them, quotes don't exist.
/// None when it has none.
#[must_use]
pub fn pattern(text: &str) -> Option<Vec<String>> {
    let words: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

/// Returns whether the leading words of a command are exactly these; `None` where a word that decides can't be known.
/// `words` yields the command's words, none for what can't be known.
pub fn begins_with<'w>(mut words: impl Iterator<Item = Option<&'w str>>, pattern: &[&str]) -> Option<bool> {
    for expected in pattern {
        match words.next() {
            None => return Some(false),
            Some(None) => return None,
            Some(Some(word)) if word == *expected => {}
            Some(Some(_)) => return Some(false),
        }
    }
    Some(true)
}

/// Returns whether a command may be what a pattern of `may run` describes: the base name of its program is the pattern's first
/// word, the pattern's other words come in order among its words with options skipped, and its options are there (bundled, with
/// values, abbreviated). `None` where that can't be known.
///
/// Where options take values can't be known: words that may be one are looked at too, so that rather too much is matched.
pub fn may_be<'w>(mut words: impl Iterator<Item = Option<&'w str>> + Clone, pattern: &[&str]) -> Option<bool> {
    let Some((program, wanted)) = pattern.split_first() else { return Some(true) };
    match words.next() {
        None => return Some(false),
        Some(None) => return None,
        Some(Some(word)) if word == *program || base_name(word) == *program => {}
        Some(Some(_)) => return Some(false),
    }
    let mut in_order = words.clone().flatten();
    let matched = wanted.iter().all(|want| if is_option(want) { has_option(words.clone().flatten(), want) } else { in_order.any(|word| word == *want) });
    if matched {
        Some(true)
    } else if words.any(|word| word.is_none()) {
        None
    } else {
        Some(false)
    }
}

fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-') && word != "--"
}

fn has_option<'w>(words: impl Iterator<Item = &'w str> + Clone, want: &str) -> bool {
    if words.clone().any(|word| word == want) {
        return true;
    }
    if want.starts_with("--") {
        let (wanted, wanted_value) = want.split_once('=').map_or((want, None), |(n, v)| (n, Some(v)));
        // GNU programs take any beginning of a long option that is unique.
        return words.clone().any(|word| {
            let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
            name.len() > 2 && name.starts_with("--") && wanted.starts_with(name) && wanted_value.is_none_or(|v| value == Some(v))
        });
    }
    // Each letter alone or bundled with others, or with a value attached.
    want.chars().skip(1).all(|letter| words.clone().any(|word| is_option(word) && !word.starts_with("--") && word.chars().skip(1).any(|c| c == letter)))
}
