//! Finding packs by words.

use strsim::osa_distance;

use crate::history::{History, Listed};
use crate::registry::Registry;

/// The most words that are looked for.
pub const MAX_WORDS: usize = 10;

/// The most bytes of a word that is looked for.
pub const MAX_WORD_BYTES: usize = 100;

/// The longest word that is taken for a slip of another.
const MAX_SLIP_BYTES: usize = 30;

/// A pack that was found.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// Its newest version that is not yanked.
    pub newest: &'a Listed,
    /// How well it fits; more is better.
    pub score: u32,
}

/// Returns the packs that fit all words, the best first, those that fit equally well by name; without words all that are there. A word fits by the name
/// before the description, whole before its beginning, and last where a name is a slip away.
#[must_use]
pub fn search<'a>(registry: &'a Registry, words: &[String]) -> Vec<Hit<'a>> {
    let words: Vec<String> = words.iter().flat_map(|w| w.split_whitespace()).map(str::to_lowercase).take(MAX_WORDS).collect();
    let words: Vec<&str> = words.iter().filter(|w| w.len() <= MAX_WORD_BYTES).map(String::as_str).collect();
    let hit = |history: &'a History| {
        let newest = history.newest()?;
        let of_word = |word: &&str| score(history.name().as_str(), &newest.release.description, word);
        let scores = words.iter().map(of_word).collect::<Option<Vec<u32>>>()?;
        Some(Hit { newest, score: scores.iter().sum() })
    };
    let mut hits: Vec<Hit<'a>> = registry.packs().filter_map(hit).collect();
    // Packs stand by name, and sorting keeps the order of equals.
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
    hits
}

/// How well a word fits a pack, if it does.
fn score(name: &str, description: &str, word: &str) -> Option<u32> {
    let parts = || name.split(['.', '_']);
    if name == word {
        return Some(100);
    }
    if name.split('.').any(|part| part == word) {
        return Some(80);
    }
    if parts().any(|part| part == word) {
        return Some(70);
    }
    if name.starts_with(word) || parts().any(|part| part.starts_with(word)) {
        return Some(50);
    }
    if name.contains(word) {
        return Some(40);
    }
    let description = description.to_lowercase();
    let told = || description.split(|c: char| !c.is_alphanumeric());
    if told().any(|w| w == word) {
        return Some(30);
    }
    if told().any(|w| w.starts_with(word)) {
        return Some(20);
    }
    let slips = match word.chars().count() {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    };
    let near = |part: &str| part.len() <= MAX_SLIP_BYTES && word.len() <= MAX_SLIP_BYTES && osa_distance(part, word) <= slips;
    (slips > 0 && (near(name) || name.split('.').any(near) || parts().any(near))).then_some(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_better_scores_more() {
        let told = "Guards a retail-banking assistant";
        let order = ["acme.bank_guard", "bank_guard", "bank", "ban", "ank", "retail", "assist", "gaurd"];
        let scores: Vec<u32> = order.iter().map(|word| score("acme.bank_guard", told, word).unwrap_or_default()).collect();
        assert_eq!(scores, [100, 80, 70, 50, 40, 30, 20, 10]);
        for word in ["xyz", "retial", "bxxx", "acmebankguards", &"a".repeat(100)] {
            assert_eq!(score("acme.bank_guard", told, word), None, "{word}");
        }
    }
}
