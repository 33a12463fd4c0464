//! Words of prompts.

use serde::{Deserialize, Serialize};

use super::{Form, Found, Index};

/// The words of prompts, to ask whether a prompt named something.
///
/// A word is a maximal run of letters or digits, in folded case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Words(Index);

impl Words {
    /// No words; may hold [`Index::MOST_BYTES`].
    pub fn new() -> Self {
        Self(Index::new(Form::Folded))
    }

    /// No words; may hold so many bytes. Texts beyond are not remembered.
    pub fn bounded(most_bytes: usize) -> Self {
        Self(Index::bounded(Form::Folded, most_bytes))
    }

    /// Remembers the words of a text.
    pub fn add(&mut self, text: &str) {
        self.0.add(text);
    }

    /// Whether some word of at least three characters of a value is among those that were added. What can't be told isn't named.
    pub fn names(&self, value: &str) -> bool {
        let folded: String = value.chars().flat_map(char::to_lowercase).collect();
        let mut words = folded.split(|character: char| !character.is_alphanumeric());
        words.any(|word| word.chars().nth(2).is_some() && self.0.contains(word) == Found::Yes)
    }

    /// How many bytes of text were observed.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Whether these are words that additions can lead to; see [`Index::is_sound`].
    pub fn is_sound(&self) -> bool {
        self.0.form() == Form::Folded && self.0.is_sound()
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}
