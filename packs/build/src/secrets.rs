//! What nobody should give away.
//!
//! What is looked for has a form that nothing else has, so that a finding is seldom wrong: keys in their files' forms, and tokens by the prefixes that
//! their issuers have given them in order that they are found. That nothing was found doesn't mean that there is nothing.

use std::fmt;

/// Something that looks like a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The file has a name that files of secrets have.
    Name,
    /// A private key, in a line.
    PrivateKey {
        /// Which, from 1.
        line: usize,
    },
    /// A token, in a line.
    Token {
        /// Of whom.
        issuer: &'static str,
        /// Which, from 1.
        line: usize,
    },
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("a file with such a name holds secrets"),
            Self::PrivateKey { line } => write!(f, "line {line} begins a private key"),
            Self::Token { issuer, line } => write!(f, "line {line} holds a token of {issuer}"),
        }
    }
}

/// The form of a token: a prefix, and at least so many characters of a kind behind it.
struct Token {
    issuer: &'static str,
    prefix: &'static [u8],
    least: usize,
    is_part: fn(u8) -> bool,
}

const fn word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

const fn upper(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit()
}

const fn token(issuer: &'static str, prefix: &'static [u8], least: usize, is_part: fn(u8) -> bool) -> Token {
    Token { issuer, prefix, least, is_part }
}

/// From what the issuers say of their tokens: <https://docs.github.com/authentication> ("About authentication to GitHub", "GitHub's token formats"),
/// <https://docs.gitlab.com/security/tokens/> ("Token prefixes"), <https://docs.slack.dev/authentication/tokens>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html> ("Understanding unique ID prefixes"),
/// <https://docs.stripe.com/keys>, <https://pkg.go.dev/golang.org/x/mod/sumdb/note> (signers), <https://age-encryption.org/v1>.
const TOKENS: &[Token] = &[
    token("GitHub", b"ghp_", 36, word),
    token("GitHub", b"gho_", 36, word),
    token("GitHub", b"ghu_", 36, word),
    token("GitHub", b"ghs_", 36, word),
    token("GitHub", b"ghr_", 36, word),
    token("GitHub", b"github_pat_", 22, word),
    token("GitLab", b"glpat-", 20, word),
    token("Slack", b"xoxb-", 20, word),
    token("Slack", b"xoxp-", 20, word),
    token("AWS", b"AKIA", 16, upper),
    token("AWS", b"ASIA", 16, upper),
    token("Stripe", b"sk_live_", 20, word),
    token("Stripe", b"rk_live_", 20, word),
    token("Anthropic", b"sk-ant-", 40, word),
    token("OpenAI", b"sk-proj-", 40, word),
    token("Google", b"AIza", 35, word),
    token("npm", b"npm_", 36, word),
    token("PyPI", b"pypi-AgEIcHlwaS5vcmc", 50, word),
    token("a note signer", b"PRIVATE+KEY+", 10, |b| word(b) || matches!(b, b'+' | b'/' | b'.')),
    token("age", b"AGE-SECRET-KEY-1", 50, upper),
];

/// Ends of names that only files of secrets have.
const ENDS: &[&str] = &[".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".env", ".ppk"];

/// Returns what looks like a secret in a file: by its name first, then by what it holds.
#[must_use]
pub fn find_secret(name: &str, bytes: &[u8]) -> Option<Secret> {
    if is_named_so(name) {
        return Some(Secret::Name);
    }
    bytes.split(|b| *b == b'\n').enumerate().find_map(|(at, line)| in_line(line, at + 1))
}

fn is_named_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_ssh = name.strip_prefix("id_").is_some_and(|kind| matches!(kind, "rsa" | "dsa" | "ecdsa" | "ed25519" | "ecdsa_sk" | "ed25519_sk"));
    of_ssh || matches!(name.as_str(), "env" | "credentials" | "htpasswd") || ENDS.iter().any(|end| name.ends_with(end))
}

fn in_line(line: &[u8], number: usize) -> Option<Secret> {
    if has_private_key(line) {
        return Some(Secret::PrivateKey { line: number });
    }
    TOKENS.iter().find(|token| has_token(line, token)).map(|token| Secret::Token { issuer: token.issuer, line: number })
}

/// `-----BEGIN … PRIVATE KEY-----` (RFC 7468, and what came before it), and `… PRIVATE KEY BLOCK-----` of OpenPGP.
fn has_private_key(line: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let label = |at: usize| {
        let rest = line.get(at + BEGIN.len()..).unwrap_or_default();
        // No label is longer.
        let rest = rest.get(..rest.len().min(64)).unwrap_or_default();
        let end = rest.windows(5).position(|w| w == b"-----")?;
        rest.get(..end)
    };
    let private = |label: &[u8]| label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    line.windows(BEGIN.len()).enumerate().any(|(at, window)| window == BEGIN && label(at).is_some_and(private))
}

fn has_token(line: &[u8], token: &Token) -> bool {
    line.windows(token.prefix.len()).enumerate().filter(|(_, window)| *window == token.prefix).any(|(at, _)| {
        // Within a word it is something else by chance.
        let inside = at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|b| b.is_ascii_alphanumeric());
        let rest = line.get(at + token.prefix.len()..).unwrap_or_default();
        let part = rest.iter().take_while(|b| (token.is_part)(**b)).count();
        // `AKIAIOSFODNN7EXAMPLE` and its like stand in documentation.
        let example = rest.get(..part).is_some_and(|part| part.ends_with(b"EXAMPLE"));
        !inside && part >= token.least && !example
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_by_name_and_by_content() {
        for name in ["a.pem", "server.KEY", "id_rsa", "id_ed25519", "prod.env", "env", "a.p12", "credentials"] {
            assert_eq!(find_secret(name, b""), Some(Secret::Name), "{name}");
        }
        let token = |issuer| Some(Secret::Token { issuer, line: 2 });
        let rest = "Ab1".repeat(20);
        for (line, expected) in [
            ("-----BEGIN PRIVATE KEY-----".to_owned(), Some(Secret::PrivateKey { line: 2 })),
            ("x = \"-----BEGIN OPENSSH PRIVATE KEY-----\\n".to_owned(), Some(Secret::PrivateKey { line: 2 })),
            ("-----BEGIN RSA PRIVATE KEY-----".to_owned(), Some(Secret::PrivateKey { line: 2 })),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----".to_owned(), Some(Secret::PrivateKey { line: 2 })),
            (format!("token: ghp_{rest}"), token("GitHub")),
            (format!("github_pat_{rest}"), token("GitHub")),
            (format!("\"glpat-{rest}\""), token("GitLab")),
            (format!("xoxb-{rest}"), token("Slack")),
            ("AKIAABCDEFGHIJKLMNOP".to_owned(), token("AWS")),
            (format!("sk_live_{rest}"), token("Stripe")),
            (format!("sk-ant-{rest}"), token("Anthropic")),
            (format!("AIza{rest}"), token("Google")),
            (format!("npm_{rest}"), token("npm")),
            ("PRIVATE+KEY+example.com+1a2b3c4d+AAAA".to_owned(), token("a note signer")),
        ] {
            assert_eq!(find_secret("a.reach", format!("first\n{line}\nlast").as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn what_speaks_of_secrets_is_none() {
        for name in ["a.reach", "id_card.md", "id_rsa.pub", "environment.md", "monkey", "a.pem.md"] {
            assert_eq!(find_secret(name, b""), None, "{name}");
        }
        let rest = "Ab1".repeat(20);
        for line in [
            "-----BEGIN PUBLIC KEY-----".to_owned(),
            "-----BEGIN CERTIFICATE-----".to_owned(),
            "a text matches /-----BEGIN .*PRIVATE KEY-----/ or /ghp_[A-Za-z0-9]{36}/".to_owned(),
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            "ghp_short".to_owned(),
            format!("xghp_{rest}"),
            "SLAKIAABCDEFGHIJKLMNOP".to_owned(),
        ] {
            // A pattern with letters between does look like a key, and is told: better once too often.
            if !line.contains("/-----BEGIN") {
                assert_eq!(find_secret("a.reach", line.as_bytes()), None, "{line}");
            }
        }
    }
}
