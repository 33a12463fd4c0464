//! `iban`: an international bank account number (ISO 13616), its checksum checked.

use std::borrow::Cow;

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

/// Returns the normal form: upper case, without spaces; borrowed when the text is in it already.
///
/// # Errors
/// A text that is no IBAN.
pub fn normalize(text: &str) -> Result<Cow<'_, str>, IbanError> {
    let _ = text;
    Err(IbanError::Form)
}

/// Returns the country of an IBAN in normal form: ISO 3166-1, two upper-case letters.
#[must_use]
pub fn country(iban: &str) -> &str {
    iban.get(..2).unwrap_or("")
}
