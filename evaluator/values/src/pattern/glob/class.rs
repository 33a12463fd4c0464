//! Classes of characters: `[a-z]`, `[!a]`.

use super::{Dialect, Translator};
use crate::path::{Platform, literal};
use crate::pattern::PatternError;

impl Translator<'_> {
    /// Takes a class, whose bracket was the character before.
    pub(super) fn class(&mut self) -> Result<(), PatternError> {
        self.out.begin.tilde |= self.before.start;
        self.consume();
        let negated = self.chars.next_if(|c| matches!(c, '!' | '^')).is_some();
        let mut items = String::new();
        while let Some(first) = self.class_char()? {
            items.push_str(&regex::escape(first.encode_utf8(&mut [0; 4])));
            // A hyphen before the end stands for itself.
            let mut ahead = self.chars.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']') {
                self.chars.next();
                let last = self.class_char()?.filter(|last| *last >= first).ok_or(PatternError::Class)?;
                items.push('-');
                items.push_str(&regex::escape(last.encode_utf8(&mut [0; 4])));
            }
        }
        if items.is_empty() {
            return Err(PatternError::Class);
        }
        let stops = match self.dialect {
            Dialect::Text => "",
            Dialect::Path(Platform::Windows) => "/:",
            _ => "/",
        };
        let class = match (negated, stops) {
            (true, stops) => format!("[^{items}{stops}]"),
            (false, "") => format!("[{items}]"),
            (false, stops) => format!("[[{items}]&&[^{stops}]]"),
        };
        // Paths of these are in one case, whichever that is for a character.
        let nocase = matches!(self.dialect, Dialect::Path(Platform::Windows | Platform::MacOs));
        self.push(&if nocase { format!("(?i:{class})") } else { class });
        Ok(())
    }

    /// Takes a character of a class; none at its end.
    fn class_char(&mut self) -> Result<Option<char>, PatternError> {
        let c = match self.chars.next() {
            None => return Err(PatternError::Class),
            Some(']') => return Ok(None),
            Some('\\') => self.chars.next().ok_or(PatternError::Escape)?,
            Some(c) => c,
        };
        // One that is two in normal form, such as `ß`, is no character of a class.
        if self.dialect == Dialect::Path(Platform::MacOs) && literal::fold(c.encode_utf8(&mut [0; 4])).chars().nth(1).is_some() {
            return Err(PatternError::Class);
        }
        Ok(Some(c))
    }
}
