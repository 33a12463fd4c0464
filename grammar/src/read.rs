//! From bytes to text.

use reach_codes::table::syntax;
use reach_codes::{Diagnostic, FileId, Span};

/// Returns the text of a file's bytes.
///
/// # Errors
/// A message about the first byte that is not UTF-8. It points at no place of the file, since that has no text; the message names line and offset.
pub fn decode(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let before = bytes.get(..at).unwrap_or_default();
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let help = if utf16 { "this looks like UTF-16: save the file as UTF-8" } else { "save the file as UTF-8" };
    Err(Box::new(Diagnostic::general(syntax::NOT_UTF8, format!("the file is not UTF-8: byte 0x{byte:02x} at offset {at}, in line {line}")).help(help)))
}

/// What may stand nowhere in a source file, with the places of its characters.
pub(crate) struct Forbidden {
    pub(crate) control: Vec<u32>,
    pub(crate) bidirectional: Vec<u32>,
}

/// Returns whether a byte may begin what may stand nowhere: in nearly every text hardly one does.
const fn may_be_forbidden(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\n' | b'\t') || byte >= 0x7f
}

/// Returns the first byte that may begin what may stand nowhere. Most texts have none, so many bytes are asked at once.
fn first_suspect(bytes: &[u8]) -> Option<usize> {
    let blocks = bytes.as_chunks::<64>().0;
    let from = 64 * blocks.iter().take_while(|block| !block.iter().fold(false, |found, b| found | may_be_forbidden(*b))).count();
    Some(from + bytes.get(from..)?.iter().position(|b| may_be_forbidden(*b))?)
}

/// How many characters of one kind are reported singly.
const REPORTED: usize = 8;

impl Forbidden {
    pub(crate) fn find(text: &str) -> Self {
        let mut found = Self { control: Vec::new(), bidirectional: Vec::new() };
        let bytes = text.as_bytes();
        let mut next = 0;
        while let Some(ahead) = bytes.get(next..).and_then(first_suspect) {
            let at = next + ahead;
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            next = at + c.len_utf8();
            let at = crate::scan::offset(at);
            match c {
                '\t' | '\n' => {}
                '\r' if bytes.get(next) == Some(&b'\n') => {}
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => found.bidirectional.push(at),
                '\u{2028}' | '\u{2029}' => found.control.push(at),
                c if c.is_control() => found.control.push(at),
                _ => {}
            }
        }
        found
    }

    /// Returns whether one of them stands in `start..end`.
    pub(crate) fn within(&self, start: u32, end: u32) -> bool {
        [&self.control, &self.bidirectional].iter().any(|all| {
            let first = all.partition_point(|at| *at < start);
            all.get(first).is_some_and(|at| *at < end)
        })
    }

    pub(crate) fn report(&self, file: FileId, text: &str, out: &mut Vec<Diagnostic>) {
        let char_at = |at: u32| text.get(at as usize..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        let span = |at: u32| Span::new(file, at, at + crate::scan::offset(char_at(at).len_utf8()));
        let more = |count: usize, d: Diagnostic| {
            if count > REPORTED { d.note(format!("the file holds {count} of them; only the first {REPORTED} are shown")) } else { d }
        };
        for (index, at) in self.control.iter().take(REPORTED).enumerate() {
            let c = u32::from(char_at(*at));
            let mut d = Diagnostic::new(syntax::CONTROL_CHARACTER, span(*at), format!("a control character (U+{c:04X}) stands in the source"));
            if c == 0x0d {
                d = d.help("end lines with a line feed, or with a carriage return and a line feed");
            } else {
                d = d.help(format!("remove it; in a text, write it as `\\u{{{c:x}}}`"));
            }
            out.push(if index == 0 { more(self.control.len(), d) } else { d });
        }
        for (index, at) in self.bidirectional.iter().take(REPORTED).enumerate() {
            let c = u32::from(char_at(*at));
            let d = Diagnostic::new(
                syntax::BIDIRECTIONAL_CONTROL,
                span(*at),
                format!("a character that turns the direction of writing (U+{c:04X}) stands in the source"),
            )
            .note("with such characters a rule can look like another rule to its reader")
            .help(format!("remove it; in a text, write it as `\\u{{{c:x}}}`"));
            out.push(if index == 0 { more(self.bidirectional.len(), d) } else { d });
        }
    }
}
