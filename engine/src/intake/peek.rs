//! What can be seen of an event without trusting it: the top-level fields of a line that may be cut off, nested too
//! deep or no JSON at all. Nothing is decided on what stands here; it tells sessions apart, and steps from observations.

use reach_evaluator::image::StepKind;
use reach_values::json::Reader;

/// The top-level fields that tell what an event is. The first of a name counts, which the strict reader refuses later.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Glimpse {
    /// `type`.
    pub kind: Option<String>,
    /// `session`.
    pub session: Option<String>,
    /// `id`.
    pub id: Option<String>,
    /// `step`.
    pub step: Option<String>,
    /// Whether the whole top level could be walked.
    pub whole: bool,
}

impl Glimpse {
    /// Returns the kind of step that it is, if it is one.
    pub fn step_kind(&self) -> Option<StepKind> {
        self.kind.as_deref().and_then(StepKind::from_word)
    }
}

/// Walks over the top level of a line, as far as it goes.
pub(crate) fn glimpse(line: &str) -> Glimpse {
    let mut seen = Glimpse::default();
    let mut walk = Walk { text: line, at: 0 };
    seen.whole = walk.object(|key, value| {
        let place = match key {
            "type" => &mut seen.kind,
            "session" => &mut seen.session,
            "id" => &mut seen.id,
            "step" => &mut seen.step,
            _ => return true,
        };
        if place.is_none() {
            *place = string(value);
        }
        true
    });
    seen
}

/// Returns the `session` of a line, reading no further than it; `None` when the top level ends, or breaks off, without one.
///
/// # Errors
/// When the top level can't be walked as far as a `session`, or to its end.
pub(crate) fn session(line: &str) -> Result<Option<String>, ()> {
    let mut found = None;
    let mut wrong = false;
    let whole = Walk { text: line, at: 0 }.object(|key, value| {
        if key == "session" {
            found = string(value);
            wrong = found.is_none();
            return false;
        }
        true
    });
    if wrong || (!whole && found.is_none()) { Err(()) } else { Ok(found) }
}

/// Calls `each` with the key and the raw value of every top-level field until it returns false. Returns whether the end was reached.
pub(crate) fn top_level(object: &str, mut each: impl FnMut(&str, &str) -> bool) -> bool {
    Walk { text: object, at: 0 }.object(&mut each)
}

fn string(raw: &str) -> Option<String> {
    let mut scratch = String::new();
    let piece = Reader::new(raw).string(&mut scratch).ok()?;
    Some(piece.text(raw, &scratch).to_owned())
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn object(&mut self, mut each: impl FnMut(&str, &str) -> bool) -> bool {
        self.space();
        if !self.eat(b'{') {
            return false;
        }
        self.space();
        if self.eat(b'}') {
            return true;
        }
        loop {
            self.space();
            let start = self.at;
            if !self.string() {
                return false;
            }
            let key = self.text.get(start..self.at).unwrap_or("");
            let unescaped = if key.contains('\\') { string(key) } else { None };
            let key = match &unescaped {
                Some(key) => key.as_str(),
                None => key.trim_matches('"'),
            };
            self.space();
            if !self.eat(b':') {
                return false;
            }
            self.space();
            let start = self.at;
            if !self.value() {
                return false;
            }
            if !each(key, self.text.get(start..self.at).unwrap_or("")) {
                return false;
            }
            self.space();
            if self.eat(b'}') {
                return true;
            }
            if !self.eat(b',') {
                return false;
            }
        }
    }

    /// Goes over a value, whatever brackets it holds. False when it doesn't end.
    fn value(&mut self) -> bool {
        let mut depth = 0usize;
        loop {
            match self.byte() {
                None => return false,
                Some(b'"') => {
                    if !self.string() {
                        return false;
                    }
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']' | b',') if depth == 0 => return true,
                Some(b'}' | b']') => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
            if depth == 0 && matches!(self.byte(), Some(b'}' | b',' | b' ' | b'\t' | b'\r' | b'\n')) {
                return true;
            }
        }
    }

    fn string(&mut self) -> bool {
        if !self.eat(b'"') {
            return false;
        }
        while let Some(byte) = self.byte() {
            self.at += 1;
            match byte {
                b'"' => return true,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = self.text.len();
        false
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.byte() == Some(byte);
        self.at += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_breaks_off_shows_what_stood_before() {
        let seen = glimpse(r#"{"session":"s","type":"call","id":"c1","args":{"a":tru"#);
        assert_eq!((seen.kind.as_deref(), seen.session.as_deref(), seen.id.as_deref(), seen.whole), (Some("call"), Some("s"), Some("c1"), false));
    }

    #[test]
    fn a_value_that_is_no_json_is_walked_over() {
        let seen = glimpse(r#"{"args":{"a":[tru]},"type":"call"}"#);
        assert_eq!((seen.kind.as_deref(), seen.whole), (Some("call"), true));
    }

    #[test]
    fn keys_and_values_are_unescaped() {
        let seen = glimpse(r#"{ "ty\u0070e" : "c\u0061ll", "x" : "\"}" , "id":"é\n"}"#);
        assert_eq!((seen.kind.as_deref(), seen.id.as_deref()), (Some("call"), Some("é\n")));
    }

    #[test]
    fn nesting_without_end_is_no_trouble() {
        let bomb = format!(r#"{{"args":{}"#, "[".repeat(1_000_000));
        assert!(!glimpse(&bomb).whole);
        assert_eq!(session(&bomb), Err(()));
    }

    #[test]
    fn a_session_is_found_before_the_line_breaks_off() {
        assert_eq!(session(r#"{"session":"a","x":"#), Ok(Some("a".into())));
        assert_eq!(session(r#"{"type":"end"}"#), Ok(None));
        assert_eq!(session(r#"{"session":3}"#), Err(()));
        assert_eq!(session("[]"), Err(()));
    }
}
