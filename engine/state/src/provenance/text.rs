//! Texts and values, spelled so that an aligned occurrence is an occurrence of bytes: white space runs are one space, and behind each token
//! stands a mark. `Ab  c.` is spelled `Ab‸ c‸.` (where ‸ is the mark).

/// Stands behind each token.
const MARK: char = '\x01';

/// White space, and what the arena uses itself.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\0' | MARK)
}

/// Spells a text or a value. The result neither begins nor ends with a space; it is at most twice as long in bytes.
pub(super) fn spell(text: &str, folded: bool) -> String {
    let mut speller = Speller { spelled: String::with_capacity(text.len() + text.len() / 4 + 1), within: false, apart: false };
    if folded {
        for character in text.chars() {
            if character.is_ascii() { speller.push(character.to_ascii_lowercase()) } else { character.to_lowercase().for_each(|lower| speller.push(lower)) }
        }
    } else {
        text.chars().for_each(|character| speller.push(character));
    }
    speller.end_token();
    speller.spelled
}

struct Speller {
    spelled: String,
    /// The last character belongs to a token.
    within: bool,
    /// White space was seen since the last character.
    apart: bool,
}

impl Speller {
    fn push(&mut self, character: char) {
        let token = character.is_alphanumeric();
        if !token {
            self.end_token();
        }
        if is_blank(character) {
            self.apart = !self.spelled.is_empty();
            return;
        }
        if std::mem::take(&mut self.apart) {
            self.spelled.push(' ');
        }
        self.spelled.push(character);
        self.within = token;
    }

    fn end_token(&mut self) {
        if std::mem::take(&mut self.within) {
            self.spelled.push(MARK);
        }
    }
}

/// Whether something is what [`spell`] gives for some text: then it is what spelling it again gives.
pub(super) fn is_spelled(spelled: &str, folded: bool) -> bool {
    spell(&spelled.replace(MARK, ""), folded) == spelled
}

/// Where in spelled texts an occurrence may begin: at starts of tokens, and at whatever is neither in a token nor white space.
pub(super) fn places(spelled: &str) -> impl Iterator<Item = usize> {
    let mut within = false;
    spelled.char_indices().filter_map(move |(at, character)| {
        let token = character.is_alphanumeric();
        let begins = if token { !within } else { !matches!(character, ' ' | MARK | super::END) };
        within = token;
        begins.then_some(at)
    })
}
