//! Patterns: globs and regular expressions, all matched in time linear in the text.
//!
//! A glob knows `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}` and `\` before a character that stands for itself. It becomes a
//! regular expression; the regex crate bounds what that may cost.

mod glob;
mod scope;

use crate::path::Platform;
use regex::{NoExpand, Regex, RegexBuilder};
use scope::Scope;
use std::borrow::Cow;

/// The longest pattern, in bytes.
pub const MAX_BYTES: usize = 8_192;
/// The largest compiled pattern, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// The memory that a matcher may keep for its states, in bytes.
const MAX_CACHE_BYTES: usize = 1 << 18;

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is empty.
    #[error("a pattern can't be empty")]
    Empty,
    /// It is longer than [`MAX_BYTES`].
    #[error("a pattern has at most {MAX_BYTES} bytes")]
    Long,
    /// It ends in a backslash.
    #[error("a `\\` stands before the character that it makes plain")]
    Escape,
    /// A `[` without its `]`, an empty class or a range that runs backwards.
    #[error("a class is written `[a-z]` or `[!a]`")]
    Class,
    /// A `{` without its `}`, or the other way round, or too many in one another.
    #[error("alternatives are written `{{a,b}}`")]
    Brace,
    /// `**` next to something else.
    #[error("`**` is a component of its own, as in `a/**/b`")]
    Stars,
    /// A component `.` or `..`, which no path in normal form has.
    #[error("a glob has no component `.` or `..`, because paths are resolved before they are matched")]
    Dots,
    /// A slash at the end or two in a row, which no path in normal form has.
    #[error("a glob has no empty component; write `a/**` for what is below `a`")]
    Slash,
    /// A colon that stands behind no drive.
    #[error("a glob for Windows has a `:` only behind a drive at its beginning, as in `C:/Users/**`")]
    Drive,
    /// A slash at the beginning, where paths of Windows have a drive or a server.
    #[error("a glob for Windows begins with a drive (`C:/`), a server (`//server/share/`), `**/` or a relative name")]
    Rooted,
    /// A backslash before what isn't special, which is meant as a separator.
    #[error("a glob for Windows separates components by `/`; a `\\` makes a character such as `[` or `{{` plain")]
    Separator,
    /// A beginning that macOS has by another name too.
    #[error("macOS has the folders `etc`, `tmp` and `var` of `/private` at the root, and those of `/System/Volumes/Data`; write them so, one glob each")]
    Alias,
    /// A character that a path of this platform never holds.
    #[error("a path of this platform never holds one of these characters")]
    Character,
    /// A regular expression that isn't one.
    #[error("{0}")]
    Regex(String),
    /// It would take too much memory.
    #[error("the pattern is too large when compiled; shorten its repetitions")]
    Large,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    scope: Scope,
}

impl Pattern {
    /// Compiles a glob for paths of POSIX: by component, `**` spans components, without a slash it is about the last component.
    ///
    /// # Errors
    /// A text that is no such pattern.
    pub fn glob(text: &str, nocase: bool) -> Result<Self, PatternError> {
        Self::glob_on(Platform::Posix, text, nocase)
    }

    /// Compiles a glob for paths of a platform, which are in its normal form when they are matched.
    ///
    /// What the glob says plainly is brought to that form too: `C:/Users/**` is about `//c:/users/ann`. Components are separated by `/` on
    /// every platform, since `\` makes the next character plain. A glob that begins with `~/` is about paths of that home.
    ///
    /// # Errors
    /// A text that is no such pattern.
    pub fn glob_on(platform: Platform, text: &str, nocase: bool) -> Result<Self, PatternError> {
        let any = matches!(text, "*" | "**" | "**/*");
        let mut glob = glob::translate(text, glob::Dialect::Path(platform))?;
        glob.begin.any = any;
        let scope = if glob.has_slash { Scope::Path(Box::new(glob.begin)) } else { Scope::Name { any } };
        Ok(Self { regex: compile(&glob.regex, nocase)?, scope })
    }

    /// Compiles a glob for text: `*` is any text.
    ///
    /// # Errors
    /// A text that is no such pattern.
    pub fn text_glob(text: &str, nocase: bool) -> Result<Self, PatternError> {
        Ok(Self { regex: compile(&glob::translate(text, glob::Dialect::Text)?.regex, nocase)?, scope: Scope::Text })
    }

    /// Compiles a glob for names with slashes, such as URIs of resources: by component, always about the whole name.
    ///
    /// # Errors
    /// A text that is no such pattern.
    pub fn name_glob(text: &str, nocase: bool) -> Result<Self, PatternError> {
        Ok(Self { regex: compile(&glob::translate(text, glob::Dialect::Name)?.regex, nocase)?, scope: Scope::Text })
    }

    /// Compiles a regular expression, anchored as written.
    ///
    /// # Errors
    /// A text that is no such pattern.
    pub fn regex(text: &str, nocase: bool) -> Result<Self, PatternError> {
        check_length(text)?;
        Ok(Self { regex: compile(text, nocase)?, scope: Scope::Text })
    }

    /// Returns whether a text matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.matches(text) == Some(true)
    }

    /// Returns whether a text matches, `None` when that can't be known: a relative path and a rooted glob, an absolute
    /// path and a relative glob with a slash, a path that climbs (`../a`) out of the folder where a relative glob begins, a path of a
    /// home and a glob that begins elsewhere, or a path that names nothing (`.`, `..`, `~`) where the name counts.
    #[must_use]
    pub fn matches(&self, text: &str) -> Option<bool> {
        self.matches_by(text, |seen| self.regex.is_match(seen))
    }

    /// As [`Pattern::matches`], where somebody else says whether what the pattern sees of the text matches its [expression](Pattern::expression).
    #[must_use]
    pub fn matches_by(&self, text: &str, is_match: impl Fn(&str) -> bool) -> Option<bool> {
        self.scope.matches(&is_match, text)
    }

    /// Returns the regular expression that it is made of; case is ignored where the pattern says so.
    #[must_use]
    pub fn expression(&self) -> &str {
        self.regex.as_str()
    }

    /// Replaces every match, for redaction.
    #[must_use]
    pub fn replace_all<'t>(&self, text: &'t str, with: &str) -> Cow<'t, str> {
        self.regex.replace_all(text, NoExpand(with))
    }
}

fn check_length(text: &str) -> Result<(), PatternError> {
    if text.is_empty() {
        return Err(PatternError::Empty);
    }
    if text.len() > MAX_BYTES { Err(PatternError::Long) } else { Ok(()) }
}

fn compile(regex: &str, nocase: bool) -> Result<Regex, PatternError> {
    let built = RegexBuilder::new(regex).case_insensitive(nocase).size_limit(MAX_COMPILED_BYTES).dfa_size_limit(MAX_CACHE_BYTES).nest_limit(64).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => PatternError::Large,
        // The crate's message is a drawing of several lines; its last line says what is wrong.
        error => PatternError::Regex(error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path_matches(glob: &str, path: &str) -> Option<bool> {
        Pattern::glob(glob, false).unwrap().matches(path)
    }

    #[test]
    fn a_glob_goes_by_component() {
        for (glob, path, expected) in [
            ("*.pem", "/etc/ssl/key.pem", Some(true)),
            ("*.pem", "key.pem", Some(true)),
            ("*.pem", "/etc/key.pem/x", Some(false)),
            ("*", ".hidden", Some(true)),
            ("id_?sa", "/home/a/.ssh/id_rsa", Some(true)),
            ("id_?sa", "id_/sa", Some(false)),
            ("/etc/*", "/etc/passwd", Some(true)),
            ("/etc/*", "/etc/ssl/key", Some(false)),
            ("/etc/**", "/etc/ssl/key", Some(true)),
            ("/etc/**", "/etc", Some(false)),
            ("/**", "/", Some(true)),
            ("/a/**/b", "/a/b", Some(true)),
            ("/a/**/b", "/a/x/y/b", Some(true)),
            ("/a/**/b", "/a/xb", Some(false)),
            ("**/b", "/a/b", Some(true)),
            ("**/b", "b", Some(true)),
            ("**/b", "a/x/b", Some(true)),
            ("**/b", "ab", Some(false)),
            ("**", "/any/thing", Some(true)),
            ("src/*.rs", "src/a.rs", Some(true)),
            ("src/*.rs", "lib/a.rs", Some(false)),
            ("[a-c]x", "bx", Some(true)),
            ("[!a-c]x", "bx", Some(false)),
            ("[!a-c]x", "dx", Some(true)),
            ("/a[+-9]b", "/a/b", Some(false)),
            ("/a[!x]b", "/a/b", Some(false)),
            ("*.{pem,key}", "a.key", Some(true)),
            ("*.{pem,key}", "a.kez", Some(false)),
            ("/{a,b/{c,d}}/x", "/b/d/x", Some(true)),
            ("a\\*", "a*", Some(true)),
            ("a\\*", "ab", Some(false)),
            ("a.b", "axb", Some(false)),
            ("a\nb", "a\nb", Some(true)),
            ("*", "a\nb", Some(true)),
            ("[]]", "]", None),
        ] {
            if glob == "[]]" {
                assert_eq!(Pattern::glob(glob, false).unwrap_err(), PatternError::Class);
                continue;
            }
            assert_eq!(path_matches(glob, path), expected, "{path} matches {glob}");
        }
    }

    #[test]
    fn a_rooted_glob_has_no_answer_for_a_relative_path() {
        assert_eq!(path_matches("/etc/**", "etc/passwd"), None);
        assert_eq!(path_matches("src/**", "/src/a"), None);
        assert_eq!(path_matches("{/srv,src}/**", "src/a"), Some(true));
        assert_eq!(path_matches("{/srv,src}/**", "lib/a"), None);
        assert_eq!(path_matches("{/srv,src}/**", "/lib/a"), None);
        assert_eq!(path_matches("{,/srv}/a", "a"), None);
        assert_eq!(path_matches("{,/srv}/a", "/b"), Some(false));
        assert_eq!(path_matches("{**,src}/a", "/b"), None);
        assert_eq!(path_matches("secrets/**", "../here/secrets/x"), None);
        assert_eq!(path_matches("**/x", "../y"), Some(false));
    }

    #[test]
    fn a_text_glob_takes_anything() {
        let glob = Pattern::text_glob("git *", false).unwrap();
        assert!(glob.is_match("git push origin a/b"));
        assert!(glob.is_match("git a\nb"));
        assert!(!glob.is_match("a git x"));
        assert!(Pattern::text_glob("GIT ?", true).unwrap().is_match("git x"));
        assert!(Pattern::text_glob("a**b", false).unwrap().is_match("a/x/b"));
        assert!(Pattern::text_glob("[/]", false).unwrap().is_match("/"));
    }

    #[test]
    fn a_name_glob_goes_by_component_of_a_uri() {
        let glob = Pattern::name_glob("file:///docs/*", false).unwrap();
        assert!(glob.is_match("file:///docs/a"));
        assert!(!glob.is_match("file:///docs/a/b"));
        assert!(!Pattern::name_glob("notes", false).unwrap().is_match("file:///notes"));
        assert!(Pattern::name_glob("file:///docs/**", false).unwrap().is_match("file:///docs/a/b"));
    }

    #[test]
    fn a_regular_expression_is_anchored_as_written() {
        let iban = Pattern::regex(r"^[A-Z]{2}\d+$", false).unwrap();
        assert!(iban.is_match("CH93") && !iban.is_match("xCH93"));
        assert!(Pattern::regex("b", false).unwrap().is_match("abc"));
        assert!(Pattern::regex("B", true).unwrap().is_match("abc"));
        assert_eq!(Pattern::regex(r"\d+", false).unwrap().replace_all("a 12 b 3", "$0"), "a $0 b $0");
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (glob, error) in [
            ("", PatternError::Empty),
            ("a\\", PatternError::Escape),
            ("[a", PatternError::Class),
            ("[z-a]", PatternError::Class),
            ("[]", PatternError::Class),
            ("{a,b", PatternError::Brace),
            ("a}", PatternError::Brace),
            ("a**", PatternError::Stars),
            ("**a/b", PatternError::Stars),
            ("a/***", PatternError::Stars),
            ("./a", PatternError::Dots),
            ("a/../b", PatternError::Dots),
            ("a/", PatternError::Slash),
            ("a//b", PatternError::Slash),
        ] {
            assert_eq!(Pattern::glob(glob, false).unwrap_err(), error, "{glob}");
        }
        assert_eq!(Pattern::glob("/", false).unwrap().matches("/"), Some(true));
        assert!(matches!(Pattern::regex("(", false), Err(PatternError::Regex(m)) if m == "unclosed group"));
        assert_eq!(Pattern::regex(r"(\w{200}){200}", false).unwrap_err(), PatternError::Large);
    }

    #[test]
    fn the_limits_hold_at_n_and_n_plus_one() {
        assert!(Pattern::glob(&"a".repeat(MAX_BYTES), false).is_ok());
        assert_eq!(Pattern::glob(&"a".repeat(MAX_BYTES + 1), false).unwrap_err(), PatternError::Long);
        assert_eq!(Pattern::regex(&"a".repeat(MAX_BYTES + 1), false).unwrap_err(), PatternError::Long);
        let nested = |n: usize| Pattern::glob(&format!("{}a{}", "{".repeat(n), "}".repeat(n)), false);
        assert!(nested(glob::MAX_DEPTH).is_ok());
        assert_eq!(nested(glob::MAX_DEPTH + 1).unwrap_err(), PatternError::Brace);
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_refused(text in "([a-c*?/{},!\\\\.-]|\\[|\\]){0,12}", subject in "[a-c/.]{0,8}") {
            for pattern in [Pattern::glob(&text, false), Pattern::text_glob(&text, true), Pattern::name_glob(&text, false), Pattern::regex(&text, false)].into_iter().flatten() {
                let _ = pattern.matches(&subject);
            }
            prop_assert!(!matches!(Pattern::glob(&text, false), Err(PatternError::Regex(_))));
            prop_assert!(!matches!(Pattern::text_glob(&text, false), Err(PatternError::Regex(_))));
        }

        #[test]
        fn an_escaped_text_matches_itself_alone(text in "\\PC{1,12}", other in "\\PC{1,12}") {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            let pattern = Pattern::text_glob(&escaped, false).unwrap();
            prop_assert!(pattern.is_match(&text));
            prop_assert_eq!(pattern.is_match(&other), text == other);
        }

        /// A naive matcher of components, with backtracking, as a second opinion.
        #[test]
        fn stars_agree_with_a_naive_matcher(glob in "(/|/\\*\\*/|[ab?*])([ab?*]|/|/\\*\\*/){0,6}", path in "(/[ab]{1,2}){1,4}") {
            if let Ok(pattern) = Pattern::glob(&glob, false) && glob.starts_with('/') {
                let (g, p): (Vec<&str>, Vec<&str>) = (glob.split('/').collect(), path.split('/').collect());
                prop_assert_eq!(pattern.matches(&path), Some(naive(&g, &p)), "{} {}", glob, path);
            }
        }
    }

    fn naive(glob: &[&str], path: &[&str]) -> bool {
        match (glob, path) {
            ([], []) => true,
            // What is below: at least one component.
            (["**"], path) => !path.is_empty(),
            (["**", rest @ ..], _) => naive(rest, path) || (!path.is_empty() && naive(glob, &path[1..])),
            ([g, rest @ ..], [p, more @ ..]) => naive_part(g.as_bytes(), p.as_bytes()) && naive(rest, more),
            _ => false,
        }
    }

    fn naive_part(glob: &[u8], text: &[u8]) -> bool {
        match (glob, text) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => naive_part(rest, text) || (!text.is_empty() && naive_part(glob, &text[1..])),
            ([b'?', rest @ ..], [_, more @ ..]) => naive_part(rest, more),
            ([g, rest @ ..], [t, more @ ..]) => g == t && naive_part(rest, more),
            _ => false,
        }
    }
}
