//! Forms: the kinds of text that mean more than their characters, in one table for compiler, intake and machine.
//!
//! A form has a *normal form*, a text that two equal values share, and *parts*. Command lines and queries are taken apart when
//! they enter; of all others parts are slices of the normal form.

mod describe;
mod found;
mod part;

pub use describe::{Description, describe};
pub use found::{Found, part_of};
pub use part::{Part, PartType};

use crate::path::Platform;
use crate::sql::Dialect;
use crate::{email, host, iban, ip, path, shell, sql, url};
use std::borrow::Cow;
use std::fmt;

/// A form. `Command` and `Statement` are parts of others and can't be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `path`, `path in "windows"`: a path of a platform.
    Path(Platform),
    /// `email`: an e-mail address.
    Email,
    /// `url`: a URL.
    Url,
    /// `host`: a domain name or an IP address.
    Host,
    /// `ip`: an IP address.
    Ip,
    /// `network`: a range of IP addresses.
    Network,
    /// `iban`: a bank account number.
    Iban,
    /// `shell`: a command line.
    Shell,
    /// `sql`, `sql in "postgres"`: a query of a dialect.
    Sql(Dialect),
    /// A simple command of a command line.
    Command,
    /// A statement of a query.
    Statement,
}

/// Why a text doesn't have a form, in people's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormError(pub String);

impl Form {
    /// The forms that can be declared, each once, with the default platform and dialect.
    pub const DECLARED: [Self; 9] =
        [Self::Path(Platform::Posix), Self::Email, Self::Url, Self::Host, Self::Ip, Self::Network, Self::Iban, Self::Shell, Self::Sql(Dialect::Generic)];

    /// Returns its word, without platform or dialect.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Email => "email",
            Self::Url => "url",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::Network => "network",
            Self::Iban => "iban",
            Self::Shell => "shell",
            Self::Sql(_) => "sql",
            Self::Command => "command",
            Self::Statement => "statement",
        }
    }

    /// Returns what one of its values is called, with its article.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Path(_) => "a path",
            Self::Email => "an e-mail address",
            Self::Url => "a URL",
            Self::Host => "a host",
            Self::Ip => "an IP address",
            Self::Network => "a network",
            Self::Iban => "an IBAN",
            Self::Shell => "a command line",
            Self::Sql(_) => "a query",
            Self::Command => "a command",
            Self::Statement => "a statement",
        }
    }

    /// Returns the form that a type of that name has, with the default platform and dialect.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::DECLARED.into_iter().find(|form| form.word() == word)
    }

    /// Returns the form of this word for what stands behind `in`: a platform or a dialect. None where there is none such.
    #[must_use]
    pub fn of(self, variant: &str) -> Option<Self> {
        match self {
            Self::Path(_) => Platform::from_word(variant).map(Self::Path),
            Self::Sql(_) => Dialect::from_word(variant).map(Self::Sql),
            _ => None,
        }
    }

    /// Returns what may stand behind `in`; none for most forms.
    pub fn variants(self) -> impl Iterator<Item = &'static str> {
        let platforms = Platform::ALL.iter().filter(move |_| matches!(self, Self::Path(_))).map(|one| one.word());
        platforms.chain(Dialect::ALL.iter().filter(move |_| matches!(self, Self::Sql(_))).map(|one| one.word()))
    }

    /// Returns whether types can be declared with it.
    #[must_use]
    pub const fn is_declarable(self) -> bool {
        !matches!(self, Self::Command | Self::Statement)
    }

    /// Returns whether its values are taken apart when they enter, instead of being their normal form alone.
    #[must_use]
    pub const fn is_structured(self) -> bool {
        matches!(self, Self::Shell | Self::Sql(_) | Self::Command | Self::Statement)
    }

    /// Returns the normal form of a text; borrowed when the text is in it already. Of a command line or query it is the text itself.
    ///
    /// # Errors
    /// A text that doesn't have the form.
    pub fn normalize(self, text: &str) -> Result<Cow<'_, str>, FormError> {
        let said = |error: &dyn fmt::Display| FormError(error.to_string());
        match self {
            Self::Path(platform) => path::normalize_on(platform, text).map_err(|e| said(&e)),
            Self::Email => email::normalize(text).map_err(|e| said(&e)),
            Self::Url => url::normalize(text).map_err(|e| said(&e)),
            Self::Host => host::normalize(text).map_err(|e| said(&e)),
            Self::Ip => ip::normalize(text).map_err(|e| said(&e)),
            Self::Network => ip::network(text).map_err(|e| said(&e)),
            Self::Iban => iban::normalize(text).map_err(|e| said(&e)),
            Self::Shell | Self::Sql(_) | Self::Command | Self::Statement => Ok(Cow::Borrowed(text)),
        }
    }

    /// Returns the most bytes that are parsed of such a text; what is longer is refused, or opaque.
    #[must_use]
    pub const fn max_bytes(self) -> Option<usize> {
        match self {
            Self::Email => Some(email::MAX_BYTES),
            Self::Url => Some(url::MAX_BYTES),
            Self::Shell => Some(shell::MAX_BYTES),
            Self::Sql(_) => Some(sql::MAX_BYTES),
            _ => None,
        }
    }
}

/// Writes the type as policies do: `path in "windows"`, `sql in "postgres"`.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(platform) if *platform != Platform::Posix => write!(f, "path in \"{}\"", platform.word()),
            Self::Sql(dialect) if *dialect != Dialect::Generic => write!(f, "sql in \"{}\"", dialect.word()),
            form => f.write_str(form.word()),
        }
    }
}
