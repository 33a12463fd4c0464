//! `iban`: an international bank account number (ISO 13616), its checksum checked.
//!
//! The lengths and forms by country are those of the IBAN registry that SWIFT keeps for ISO, in the version of the crate
//! `iban_validate`; an account number of a country that isn't in it is refused.

use std::borrow::Cow;

use iban::{Iban, ParseBaseIbanError, ParseIbanError};

/// Why a text is no IBAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// It is not two letters, two digits and letters and digits of the length of its country.
    #[error("an IBAN has two letters, two digits, and the letters and digits that its country prescribes")]
    Form,
    /// The check digits don't fit.
    #[error("the check digits of the IBAN don't fit the rest")]
    Checksum,
}

/// The longest IBAN (ISO 13616-1), in characters.
const MAX_CHARS: usize = 34;

/// Returns the normal form: upper case, without spaces; borrowed when the text is in it already.
///
/// Only the ASCII space may stand between letters and digits, anywhere; nothing may stand around them.
///
/// # Errors
/// A text that is no IBAN.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, IbanError> {
    if text.starts_with(' ') || text.ends_with(' ') || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ') {
        return Err(IbanError::Form);
    }
    let is_normal = !text.bytes().any(|b| b == b' ' || b.is_ascii_lowercase());
    let normal = if is_normal {
        Cow::Borrowed(text)
    } else {
        // One character more than there may be is enough to refuse it.
        Cow::Owned(text.chars().filter(|c| *c != ' ').take(MAX_CHARS + 1).map(|c| c.to_ascii_uppercase()).collect())
    };
    check(&normal)?;
    Ok(normal)
}

fn check(normal: &str) -> Result<(), IbanError> {
    // Check digits are 98 less a remainder modulo 97, thus 02 to 98. 00, 01 and 99 leave the same remainder as 97, 98 and 02, but nobody issues them.
    if normal.len() > MAX_CHARS || matches!(normal.get(2..4), Some("00" | "01" | "99")) {
        return Err(IbanError::Form);
    }
    match Iban::try_from(normal) {
        Ok(_) => Ok(()),
        Err(ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum }) => Err(IbanError::Checksum),
        Err(_) => Err(IbanError::Form),
    }
}

/// Returns the country of an IBAN in normal form: ISO 3166-1, two upper-case letters.
#[must_use]
pub fn country(iban: &str) -> &str {
    iban.get(..2).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// ISO 7064 MOD 97-10 finds every single wrong character and every swap of neighbours.
        #[test]
        fn a_slip_is_noticed(at in 0usize..21, digit in 0u8..10) {
            let mut iban = "DE89370400440532013000".to_owned();
            iban.replace_range(at + 1..at + 2, &digit.to_string());
            prop_assert_eq!(normalize(&iban).is_ok(), iban == "DE89370400440532013000");
        }

        #[test]
        fn spaces_and_case_make_no_difference(gaps in proptest::collection::vec(0usize..3, 21), lower in any::<bool>()) {
            let mut text = String::new();
            for (c, gap) in "GB82WEST12345698765432".chars().zip(gaps.into_iter().chain([0])) {
                text.push(if lower { c.to_ascii_lowercase() } else { c });
                text.push_str(&" ".repeat(gap));
            }
            prop_assert_eq!(normalize(&text).unwrap(), "GB82WEST12345698765432");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = normalize(&text);
        }
    }
}
