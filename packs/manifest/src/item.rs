//! Elements of a manifest's lists: what may be one, and in which form it is kept.

use reach_codes::table::manifest as codes;
use reach_codes::{Code, Diagnostic, Span};
use reach_grammar::is_word;
use reach_statement::TextError;
use reach_values::path::Platform;
use reach_values::pattern::Pattern;
use reach_values::{host, ip};
use unicode_security::mixed_script::is_potential_mixed_script_confusable_char;
use unicode_security::{MixedScript as _, skeleton};

/// What stands for everything, of hosts and programs.
pub const ALL: &str = "*";

/// What elements of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// Names of tools, as declared.
    Tool,
    /// Names of declarations: words.
    Word,
    /// Programs.
    Program,
    /// Hosts and ranges of addresses.
    Host,
    /// Globs of paths that tools are given, and of resources.
    Path,
    /// Globs of the pack's own files.
    Policy,
}

/// Why something is no element.
pub(crate) struct Refused {
    pub code: Code,
    pub why: String,
    pub help: String,
}

fn refused<T>(code: Code, why: impl Into<String>, help: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { code, why: why.into(), help: help.into() })
}

impl Refused {
    pub(crate) fn at(self, span: Span, what: &str, text: &str) -> Diagnostic {
        Diagnostic::new(self.code, span, format!("`{}` is no {what}: {}", shown(text), self.why)).help(self.help)
    }
}

/// Returns a text as it can be shown.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let plain = reach_codes::render::plain(text).replace('\n', "\\n");
    if plain.chars().count() <= MOST { plain } else { plain.chars().take(MOST).collect::<String>() + "…" }
}

impl ItemKind {
    /// Returns what an element is called.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Tool => "name of a tool",
            Self::Word => "name of a declaration",
            Self::Program => "program",
            Self::Host => "host",
            Self::Path => "glob of paths",
            Self::Policy => "glob of this pack's files",
        }
    }

    /// Returns whether its elements are globs.
    pub(crate) const fn is_glob(self) -> bool {
        matches!(self, Self::Path | Self::Policy)
    }

    /// Returns the form in which an element is kept.
    pub(crate) fn read(self, text: &str) -> Result<String, Refused> {
        match reach_statement::check_text(text) {
            Ok(()) => {}
            Err(TextError::Invisible(c)) => {
                return refused(
                    codes::DECEPTIVE_NAME,
                    format!("it has a character that cannot be seen, U+{:04X}", u32::from(c)),
                    "write it without that character",
                );
            }
            Err(error) => return refused(codes::BAD_MANIFEST_TEXT, error.to_string(), "leave it out, or write what is meant"),
        }
        match self {
            Self::Tool => tool(text),
            Self::Word if is_word(text) => Ok(text.to_owned()),
            Self::Word => refused(codes::BAD_MANIFEST_NAME, "it has other characters than letters a to z, digits and `_`", "write it as it is declared"),
            Self::Program => program(text),
            Self::Host => network(text),
            Self::Path => path_glob(text),
            Self::Policy => policy_glob(text),
        }
    }
}

fn tool(text: &str) -> Result<String, Refused> {
    deceptive(text)?;
    if text.trim() != text {
        return refused(codes::BAD_MANIFEST_NAME, "it begins or ends with a blank", "write it as it is declared");
    }
    Ok(text.to_owned())
}

fn program(text: &str) -> Result<String, Refused> {
    deceptive(text)?;
    if text == ALL {
        return Ok(text.to_owned());
    }
    let bad = |c: char| c.is_whitespace() || "\"'`$*?[]{}()<>|&;!~#\\=".contains(c);
    match text.chars().find(|c| bad(*c)) {
        Some(c) if c.is_whitespace() => refused(
            codes::BAD_MANIFEST_NAME,
            "it has several words",
            "name the program alone; what it may be given is said by rules: `args.command runs only { \"git status\" }`",
        ),
        Some(c) => refused(
            codes::BAD_MANIFEST_NAME,
            format!("it has a `{c}`, which means something else to a shell"),
            "name the program as command lines do, for example `git`",
        ),
        None if text.starts_with('-') => refused(codes::BAD_MANIFEST_NAME, "it is an option", "name the program, for example `git`"),
        None => Ok(text.to_owned()),
    }
}

fn network(text: &str) -> Result<String, Refused> {
    if text == ALL {
        return Ok(text.to_owned());
    }
    let looks_like_a_range = text.contains('/') || text.contains(':') || text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if looks_like_a_range && !text.contains("//") {
        return match ip::network(text) {
            Ok(normal) => Ok(normal.into_owned()),
            Err(error) if text.matches(':').count() == 1 => {
                let host = text.split(':').next().unwrap_or_default();
                refused(
                    codes::BAD_HOST,
                    error.to_string(),
                    format!("write the host without its port, for example `\"{}\"`: a permission is about hosts", shown(host)),
                )
            }
            Err(error) => refused(codes::BAD_HOST, error.to_string(), "write an address or a range as `10.0.0.0/8`, or the name of a host"),
        };
    }
    if let Some((_, rest)) = text.split_once("//") {
        let host: String = rest.chars().take_while(|c| !matches!(c, '/' | ':' | '?' | '#')).collect();
        return refused(codes::BAD_HOST, "it is a URL", format!("write its host alone: `\"{}\"`", shown(&host)));
    }
    if let Some(rest) = text.strip_prefix("*.") {
        return refused(codes::BAD_HOST, "a host has no stars", format!("write `\"{}\"`: all hosts below it are meant too", shown(rest)));
    }
    if text.contains('*') {
        return refused(codes::BAD_HOST, "a host has no stars", "name the hosts, or the domain that they are below; `\"*\"` alone is every host");
    }
    let normal = match host::normalize(text) {
        Ok(normal) => normal.into_owned(),
        Err(error) => return refused(codes::BAD_HOST, error.to_string(), "write the name of a host, for example `\"api.bank.example\"`"),
    };
    // What people read is the form with letters, whichever was written.
    let (letters, _) = idna::domain_to_unicode(&normal);
    letters.split('.').try_for_each(deceptive)?;
    if host::ip(&normal).is_some() {
        return ip::network(&normal).map(std::borrow::Cow::into_owned).or_else(|e| refused(codes::BAD_HOST, e.to_string(), "write the address in full"));
    }
    Ok(normal)
}

/// Returns whether a glob of a permission is about resources, whose names are URIs, and not about paths.
pub(crate) fn is_resource(glob: &str) -> bool {
    glob.contains("://")
}

fn path_glob(text: &str) -> Result<String, Refused> {
    deceptive_words(text)?;
    if is_resource(text) {
        return match Pattern::name_glob(text, false) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => refused(codes::BAD_MANIFEST_GLOB, error.to_string(), "write it as the resource is declared"),
        };
    }
    // A glob is that of the platform of the path that it is held against: it must be one of some platform.
    let platforms = Platform::ALL.iter().map(|platform| Pattern::glob_on(*platform, text, false));
    let mut first = None;
    for made in platforms {
        match made {
            Ok(_) => return Ok(text.to_owned()),
            Err(error) => first = first.or(Some(error)),
        }
    }
    refused(codes::BAD_MANIFEST_GLOB, first.map(|e| e.to_string()).unwrap_or_default(), "write it as rules do: `glob\"/data/**\"`")
}

fn policy_glob(text: &str) -> Result<String, Refused> {
    const HELP: &str = "write it relative to `pack.reach`, for example `glob\"policies/**/*.reach\"`";
    deceptive_words(text)?;
    if text.starts_with('/') || text.starts_with('~') || text.get(1..2) == Some(":") {
        return refused(codes::BAD_MANIFEST_GLOB, "files of a pack are named relative to `pack.reach`", HELP);
    }
    if text.contains('\\') {
        return refused(codes::BAD_MANIFEST_GLOB, "folders are separated by `/`, and names of a pack's files have no `\\`", HELP);
    }
    // Alternatives may hide a part: `{..,a}/*`.
    if text.split(['/', '{', '}', ',']).any(|part| part == ".." || part == ".") {
        return refused(codes::BAD_MANIFEST_GLOB, "it has a part `.` or `..`, and a pack has no files beyond its folder", HELP);
    }
    match Pattern::name_glob(text, false) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => refused(codes::BAD_MANIFEST_GLOB, error.to_string(), HELP),
    }
}

/// Refuses a name that looks like another one: letters of several scripts that look alike, or all of it like plain English.
fn deceptive(word: &str) -> Result<(), Refused> {
    if word.is_ascii() {
        return Ok(());
    }
    const HELP: &str = "write it with the letters that it looks like, or with letters of one script that look like no other";
    if !word.is_single_script()
        && let Some(c) = word.chars().find(|c| !c.is_ascii() && is_potential_mixed_script_confusable_char(*c))
    {
        return refused(codes::DECEPTIVE_NAME, format!("it has letters of several scripts that look alike, for example U+{:04X}", u32::from(c)), HELP);
    }
    let looks = skeleton(word).collect::<String>();
    if looks.is_ascii() {
        return refused(codes::DECEPTIVE_NAME, format!("it looks like `{}`, and is written with other letters", shown(&looks)), HELP);
    }
    Ok(())
}

/// As [`deceptive`], of each word of a text.
fn deceptive_words(text: &str) -> Result<(), Refused> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).try_for_each(deceptive)
}
