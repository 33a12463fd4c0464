//! Addresses of repositories: `git+https://example.com/packs.git#main`.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// What the address of a repository begins with.
pub const PREFIX: &str = "git+";

/// The most bytes of an address.
pub const MAX_ADDRESS_BYTES: usize = 2000;

/// The most bytes of the name of a branch.
const MAX_BRANCH_BYTES: usize = 200;

/// Where a repository is, and which branch of it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: String,
    branch: Option<String>,
}

/// Why a text is no address of a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is too long.
    #[error("it has more than {MAX_ADDRESS_BYTES} bytes")]
    TooLong,
    /// A character can't stand in it.
    #[error("`{}` can't stand in it", .0.escape_debug())]
    Character(char),
    /// It begins in another way, or with a scheme that isn't taken.
    #[error("it begins with none of `git+https://`, `git+ssh://` and `git+file:///`")]
    Scheme,
    /// It is no URL.
    #[error("it is no URL: {0}")]
    Url(String),
    /// It names no host where one is needed, or one where none can be.
    #[error("its host is missing, or can't be one")]
    Host,
    /// It names a user that an option could be.
    #[error("its user can't be one")]
    User,
    /// It holds a password.
    #[error("it holds a password, which would be kept and shown")]
    Password,
    /// It names no repository.
    #[error("it names no repository behind the host")]
    Path,
    /// It has a query.
    #[error("nothing can stand behind a `?`; a branch is named behind `#`")]
    Query,
    /// What stands behind `#` can't be a branch.
    #[error("`{}` can't be the name of a branch", .0.escape_debug())]
    Branch(String),
}

impl Address {
    /// Returns the URL for git.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the branch, where one is named: else the one is meant that the repository's `HEAD` names.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// Returns whether the repository is on this machine.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.url.starts_with("file:")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.url)?;
        self.branch.as_ref().map_or(Ok(()), |branch| write!(f, "#{branch}"))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong);
        }
        // The parser of URLs passes over some of these, and git would not.
        if let Some(bad) = text.chars().find(|c| c.is_control() || c.is_whitespace() || *c == '\\') {
            return Err(AddressError::Character(bad));
        }
        let rest = text.strip_prefix(PREFIX).ok_or(AddressError::Scheme)?;
        let (url, branch) = rest.split_once('#').map_or((rest, None), |(url, branch)| (url, Some(branch)));
        let local = url.starts_with("file:///");
        if !local && !url.starts_with("https://") && !url.starts_with("ssh://") {
            return Err(AddressError::Scheme);
        }
        let url = Url::parse(url).map_err(|error| AddressError::Url(error.to_string()))?;
        if url.query().is_some() {
            return Err(AddressError::Query);
        }
        if url.password().is_some() {
            return Err(AddressError::Password);
        }
        // What begins with `-` is an option to the programs that git runs (CVE-2017-1000117).
        if url.username().starts_with(['-', '%']) {
            return Err(AddressError::User);
        }
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() != local || host.starts_with(['-', '%']) {
            return Err(AddressError::Host);
        }
        if url.path().trim_matches('/').is_empty() || url.path().starts_with("/-") {
            return Err(AddressError::Path);
        }
        if let Some(bad) = branch.filter(|branch| !is_branch(branch)) {
            return Err(AddressError::Branch(bad.to_owned()));
        }
        Ok(Self { url: url.to_string(), branch: branch.map(str::to_owned) })
    }
}

/// Whether a text can be the name of a branch: less than git takes (`git check-ref-format`), and nothing that it doesn't.
pub(crate) fn is_branch(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(['.']) && !part.ends_with(".lock");
    text.len() <= MAX_BRANCH_BYTES && text.chars().all(plain) && !text.contains("..") && text.split('/').all(part) && text != "HEAD"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_they_are_written() {
        for text in [
            "git+https://example.com/packs.git",
            "git+https://example.com:8443/a/b#main",
            "git+https://ann@example.com/packs",
            "git+ssh://git@example.com/packs.git#release/1.x",
            "git+ssh://git@example.com:2222/~ann/packs.git",
            "git+file:///srv/packs.git",
            "git+file:///srv/my%20packs#v+1",
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
            assert_eq!(address.url(), text.strip_prefix("git+").unwrap().split('#').next().unwrap());
            assert_eq!(address.branch(), text.split_once('#').map(|(_, branch)| branch));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("git+https://example.com/{}", "a".repeat(MAX_ADDRESS_BYTES - 24));
        assert!(long.parse::<Address>().is_ok());
        let branch = |name: &str| AddressError::Branch(name.to_owned());
        let table: &[(&str, AddressError)] = &[
            (&format!("{long}a"), AddressError::TooLong),
            ("https://example.com/packs.git", AddressError::Scheme),
            ("git+http://example.com/packs.git", AddressError::Scheme),
            ("git+git://example.com/packs.git", AddressError::Scheme),
            ("git+ext::sh -c true", AddressError::Character(' ')),
            ("git+ext::sh", AddressError::Scheme),
            ("git+fd::7", AddressError::Scheme),
            ("git+-oProxyCommand=true", AddressError::Scheme),
            ("git+--upload-pack=true", AddressError::Scheme),
            ("git+git@example.com:packs.git", AddressError::Scheme),
            ("git+file://host/packs", AddressError::Scheme),
            ("git+file:srv/packs", AddressError::Scheme),
            ("git+file:///", AddressError::Path),
            ("git+file:///-packs", AddressError::Path),
            ("git+https://example.com", AddressError::Path),
            ("git+https://example.com/", AddressError::Path),
            ("git+https://example.com/packs?ref=main", AddressError::Query),
            ("git+https://ann:secret@example.com/packs", AddressError::Password),
            ("git+ssh://-oProxyCommand=true/packs", AddressError::Host),
            ("git+ssh://%2doProxyCommand=true/packs", AddressError::Host),
            ("git+ssh://-oProxyCommand=true@example.com/packs", AddressError::User),
            ("git+ssh://%2Do@example.com/packs", AddressError::User),
            ("git+https://exa\nmple.com/packs", AddressError::Character('\n')),
            ("git+https://example.com\\@other.example/packs", AddressError::Character('\\')),
            ("git+https://example.com/packs#", branch("")),
            ("git+https://example.com/packs#-f", branch("-f")),
            ("git+https://example.com/packs#a..b", branch("a..b")),
            ("git+https://example.com/packs#a:b", branch("a:b")),
            ("git+https://example.com/packs#a#b", branch("a#b")),
            ("git+https://example.com/packs#a/.b", branch("a/.b")),
            ("git+https://example.com/packs#a//b", branch("a//b")),
            ("git+https://example.com/packs#a.lock", branch("a.lock")),
            ("git+https://example.com/packs#a*", branch("a*")),
            ("git+https://example.com/packs#HEAD", branch("HEAD")),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Address>().as_ref(), Err(error), "{text}");
        }
        assert!(matches!("git+https://exa mple.com/".parse::<Address>(), Err(AddressError::Character(' '))));
        assert!(matches!("git+https://[::1/packs".parse::<Address>(), Err(AddressError::Url(_))));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_an_option_of_an_address(text in "git\\+(https|ssh|file|ext)(://|:///|::)[-a-z@:/%2d.#]{0,30}") {
            if let Ok(address) = text.parse::<Address>() {
                proptest::prop_assert!(!address.url().starts_with('-') && !address.branch().unwrap_or_default().starts_with('-'));
                let url = Url::parse(address.url()).unwrap();
                proptest::prop_assert!(!url.host_str().unwrap_or_default().starts_with('-') && !url.username().starts_with('-'));
                proptest::prop_assert_eq!(address.to_string().parse::<Address>(), Ok(address));
            }
        }
    }
}
