//! Notes what doesn't fit while it is read.

use reach_evaluator::VerifiedImage;
use reach_evaluator::image::TypeId;
use reach_values::json::{Piece, push_pointer};

use crate::decision::ArgumentProblem;
use crate::intake::problems::{Flaw, SHOWN, Token, type_name};
use crate::intake::value::Sink;

impl Sink<'_> {
    /// Notes a key that nobody declared; `expected` is given the key.
    pub fn unknown_key(&mut self, key: Piece, expected: impl FnOnce(&str) -> String) {
        if self.open {
            return;
        }
        let name = if self.problems.wanted() { key.text(self.input, self.text).to_owned() } else { String::new() };
        self.pointer.push(Token::Key(key));
        self.problem(Flaw::Unknown, || expected(&name), |_, _| "an unknown field".to_owned());
        self.pointer.pop();
    }

    /// Notes that the field at the pointer came twice.
    pub fn duplicate(&mut self) {
        self.problem(Flaw::Duplicate, || "each key once".to_owned(), |_, _| "a duplicate key".to_owned());
    }

    /// Notes that the field at the pointer is missing.
    pub fn missing(&mut self, ty: TypeId) {
        let image = self.image;
        self.problem(Flaw::Missing, || type_name(image, ty), |_, _| "nothing".to_owned());
    }

    /// Notes what doesn't fit at the pointer; `actual` is given the input and the scratch text.
    pub fn problem(&mut self, flaw: Flaw, expected: impl FnOnce() -> String, actual: impl FnOnce(&str, &str) -> String) {
        let (image, input, scratch, tokens) = (self.image, self.input, &*self.text, &*self.pointer);
        let in_context = matches!(tokens.first(), Some(Token::Word("context"))) && tokens.len() > 1;
        self.problems.add(flaw, in_context, || ArgumentProblem {
            pointer: pointer_text(image, tokens, input, scratch),
            expected: expected(),
            actual: actual(input, scratch),
        });
    }
}

/// Returns the pointer of some tokens.
fn pointer_text(image: &VerifiedImage, tokens: &[Token], input: &str, scratch: &str) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Word(word) => push_pointer(&mut out, word),
            Token::Name(id) => push_pointer(&mut out, image.text(*id)),
            Token::Key(piece) => push_pointer(&mut out, &piece.text(input, scratch).chars().take(SHOWN).collect::<String>()),
            Token::Index(i) => push_pointer(&mut out, &i.to_string()),
        }
    }
    out
}

/// Returns the known name that is most like this one, if any is.
pub(crate) fn near<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // Nobody misspells a name at such a length, and comparing takes the product of both lengths.
    if name.len() > 100 {
        return None;
    }
    let distances = known.iter().map(|k| (strsim::damerau_levenshtein(name, k), *k));
    distances.filter(|(d, k)| *d <= 1 + k.chars().count() / 4).min().map(|(_, k)| k)
}

/// Returns what is expected where an unknown name stands.
pub(super) fn expected_names(name: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return "no field".to_owned();
    }
    if let Some(near) = near(name, known) {
        return format!("`{near}`");
    }
    let mut out = String::from("one of ");
    for (i, k) in known.iter().take(8).enumerate() {
        out.push_str(if i > 0 { ", `" } else { "`" });
        out.push_str(k);
        out.push('`');
    }
    if known.len() > 8 {
        out.push_str(", …");
    }
    out
}
