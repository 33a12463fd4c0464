//! The licence of a pack: an expression of the System Package Data Exchange (SPDX 2.3, annex D), its names those of the SPDX licence list.
//!
//! Programs decide by it whether a pack may be used at all, so it is what they know, or says in the way of SPDX that it is something else.

use reach_codes::table::manifest as codes;
use reach_codes::{Diagnostic, Span};
use spdx::error::Reason;
use spdx::identifiers::{EXCEPTIONS, LICENSES};
use spdx::{Expression, ParseError};

use crate::item::shown;
use crate::nearest::nearest;

/// What people write where there is no licence for everybody.
const OWN_TERMS: [&str; 7] = ["proprietary", "commercial", "closed", "unlicensed", "none", "noassertion", "custom"];

/// Says what is wrong with a text that should be a licence; nothing where it is one. `span` is the place of the text with its quotes.
pub(crate) fn check(text: &str, span: Span) -> Option<Diagnostic> {
    match Expression::parse(text) {
        Ok(_) => nameless(text).map(|at| {
            let d = Diagnostic::new(codes::BAD_LICENSE, within(span, text, at, at + REFERENCE.len()), "a `LicenseRef-` has no name");
            d.help("name the terms that are meant, for example `LicenseRef-Acme-Terms`")
        }),
        Err(error) => Some(told(text, span, &error)),
    }
}

/// What begins the name of a licence that isn't in the list.
const REFERENCE: &str = "LicenseRef-";

/// Returns where a reference stands that names nothing.
fn nameless(text: &str) -> Option<usize> {
    let named = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    text.match_indices(REFERENCE).find(|(at, _)| !text.get(at + REFERENCE.len()..).is_some_and(named)).map(|(at, _)| at)
}

/// Returns the place of a part of a text; all of it where some of it is escaped.
fn within(span: Span, text: &str, start: usize, end: usize) -> Span {
    let at = |n: usize| u32::try_from(n).ok().and_then(|n| span.start.checked_add(n)?.checked_add(1));
    let plain = usize::try_from(span.end.saturating_sub(span.start)).is_ok_and(|len| len == text.len() + 2);
    match (at(start), at(end)) {
        (Some(start), Some(end)) if plain && start < end && end < span.end => Span::new(span.file, start, end),
        _ => span,
    }
}

fn told(text: &str, span: Span, error: &ParseError) -> Diagnostic {
    let term = text.get(error.span.clone()).unwrap_or(text).trim();
    let place = within(span, text, error.span.start, error.span.end);
    let message = match &error.reason {
        Reason::UnknownLicense | Reason::UnknownTerm => format!("`{}` is no licence of the SPDX list", shown(term)),
        Reason::UnknownException => format!("`{}` is no exception of the SPDX list", shown(term)),
        Reason::DeprecatedLicenseId => format!("SPDX has given up the name `{}`", shown(term)),
        Reason::GnuNoPlus | Reason::GnuPlusWithSuffix => "the licences of GNU take no `+`".to_owned(),
        Reason::SeparatedPlus => "a `+` stands right behind the licence that it belongs to".to_owned(),
        Reason::UnclosedParens => "a `(` isn't closed".to_owned(),
        Reason::UnopenedParens => "a `)` closes nothing".to_owned(),
        Reason::Empty => "the licence is empty".to_owned(),
        Reason::InvalidCharacters => format!("`{}` can't stand in an SPDX expression", shown(term)),
        Reason::Unexpected(expected) if term.is_empty() => format!("the licence ends where {} is expected", words(expected)),
        Reason::Unexpected(expected) => format!("`{}` stands where {} is expected", shown(term), words(expected)),
    };
    let d = Diagnostic::new(codes::BAD_LICENSE, place, message).note("programs decide by the licence whether a pack may be used");
    match meant(text, term, error) {
        Meant::This(one) => {
            let d = d.help(format!("did you mean `{one}`?"));
            if one.contains(['"', '\\']) { d } else { d.fix(span, format!("\"{one}\"")) }
        }
        Meant::Either(one, other) => d.help(format!("say `{one}`, or `{other}`")),
        Meant::Own => d.help("terms that are in no list are named like `LicenseRef-Acme-Terms`; put their text into the pack"),
        Meant::Unknown => d.help("write it like `MIT`, `Apache-2.0 OR MIT` or `LicenseRef-Acme-Terms`; the names stand at https://spdx.org/licenses"),
    }
}

/// Returns in words what an expression may go on with.
fn words(expected: &[&str]) -> String {
    let word = |word: &&str| match *word {
        "<license>" => "a licence".to_owned(),
        "<addition>" => "an exception".to_owned(),
        other => format!("`{other}`"),
    };
    let all: Vec<String> = expected.iter().map(word).collect();
    match all.as_slice() {
        [] => "the end".to_owned(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

/// What was probably meant.
enum Meant {
    /// All of it so.
    This(String),
    /// One of these.
    Either(String, String),
    /// Terms of whoever made the pack.
    Own,
    /// That isn't known.
    Unknown,
}

fn meant(text: &str, term: &str, error: &ParseError) -> Meant {
    // A licence of GNU says itself whether later versions count: nobody else may decide that.
    let gnu = term.trim_end_matches('+');
    if matches!(error.reason, Reason::DeprecatedLicenseId) && spdx::license_id(gnu).is_some_and(spdx::LicenseId::is_gnu) {
        let put = |suffix: &str| replaced(text, error, &format!("{gnu}{suffix}"));
        if let (Some(only), Some(later)) = (put("-only"), put("-or-later")) {
            return Meant::Either(only, later);
        }
    }
    if OWN_TERMS.iter().any(|word| term.eq_ignore_ascii_case(word)) || text.to_ascii_lowercase().contains("all rights reserved") {
        return Meant::Own;
    }
    if let Some(better) = Expression::canonicalize(text).ok().flatten().filter(|better| Expression::parse(better).is_ok()) {
        return Meant::This(better);
    }
    let names = || LICENSES.iter().filter(|l| l.flags & spdx::flags::IS_DEPRECATED == 0).map(|l| l.name);
    let exceptions = || EXCEPTIONS.iter().map(|e| e.name);
    let whole = names().find(|name| name.eq_ignore_ascii_case(&text.trim().replace(' ', "-")));
    let same = || names().chain(exceptions()).find(|name| name.eq_ignore_ascii_case(term));
    let full = || LICENSES.iter().find(|l| l.full_name.eq_ignore_ascii_case(text.trim())).map(|l| l.name);
    let found = whole.or_else(full).filter(|_| !text.contains(['(', ')'])).map(str::to_owned);
    let found = found.or_else(|| same().or_else(|| nearest(term, names().chain(exceptions()))).and_then(|near| replaced(text, error, near)));
    found.filter(|found| Expression::parse(found).is_ok()).map_or(Meant::Unknown, Meant::This)
}

/// Returns the text with something else where it is wrong.
fn replaced(text: &str, error: &ParseError, by: &str) -> Option<String> {
    let (before, rest) = (text.get(..error.span.start)?, text.get(error.span.end..)?);
    Some(format!("{before}{by}{}", rest.strip_prefix('+').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reach_codes::FileId;

    fn checked(text: &str) -> Option<Diagnostic> {
        let len = u32::try_from(text.len()).unwrap();
        check(text, Span::new(FileId(0), 10, 10 + len + 2))
    }

    #[test]
    fn licences_are_what_spdx_has() {
        for text in [
            "MIT",
            "Apache-2.0",
            "Apache-2.0 OR MIT",
            "(MIT OR Apache-2.0) AND BSD-3-Clause",
            "GPL-3.0-or-later WITH Classpath-exception-2.0",
            "CDDL-1.0+",
            "LicenseRef-Acme-Terms",
            "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2",
            "CC0-1.0",
        ] {
            assert!(checked(text).is_none(), "{text}: {:?}", checked(text));
        }
    }

    #[test]
    fn what_is_no_licence_is_told_with_what_may_be_meant() {
        let rows = [
            ("Apache", "did you mean `Apache-2.0`?"),
            ("apache-2.0", "did you mean `Apache-2.0`?"),
            ("Apache 2.0", "did you mean `Apache-2.0`?"),
            ("Apache-2", "did you mean `Apache-2.0`?"),
            ("mit", "did you mean `MIT`?"),
            ("MTI", "did you mean `MIT`?"),
            ("MIT/Apache-2.0", "did you mean `MIT OR Apache-2.0`?"),
            ("BSD-3-Claus OR MIT", "did you mean `BSD-3-Clause OR MIT`?"),
            ("mozilla public license 2.0", "did you mean `MPL-2.0`?"),
            ("GPL-3.0", "say `GPL-3.0-only`, or `GPL-3.0-or-later`"),
            ("MIT OR GPL-2.0", "say `MIT OR GPL-2.0-only`, or `MIT OR GPL-2.0-or-later`"),
            ("GPL-2.0+", "say `GPL-2.0-only`, or `GPL-2.0-or-later`"),
            ("Proprietary", "terms that are in no list are named like `LicenseRef-Acme-Terms`; put their text into the pack"),
            ("UNLICENSED", "terms that are in no list are named like `LicenseRef-Acme-Terms`; put their text into the pack"),
            ("(c) Acme, all rights reserved", "terms that are in no list are named like `LicenseRef-Acme-Terms`; put their text into the pack"),
            ("LicenseRef-", "name the terms that are meant, for example `LicenseRef-Acme-Terms`"),
            ("MIT OR LicenseRef- AND MIT", "name the terms that are meant, for example `LicenseRef-Acme-Terms`"),
        ];
        for (text, help) in rows {
            let d = checked(text).unwrap_or_else(|| panic!("{text} is taken"));
            assert_eq!(d.help.as_deref(), Some(help), "{text}: {}", d.message);
        }
        for text in ["MIT AND", "MIT Apache-2.0", "(MIT", "MIT)", "MIT OR OR MIT", "MIT +", "see LICENSE.txt", "MIT WITH MIT", "MIT;rm", "ΜIT", "WITH"] {
            assert!(checked(text).is_some(), "{text} is taken");
        }
    }

    #[test]
    fn the_place_is_that_of_the_word_that_is_wrong() {
        let d = checked("MIT OR Apche-2.0").unwrap();
        let span = d.span().unwrap();
        assert_eq!((span.start, span.end), (18, 27));
        // What is escaped in the text has other places: then it is the text.
        let d = check("MIT OR Apche-2.0", Span::new(FileId(0), 10, 40)).unwrap();
        assert_eq!(d.span().unwrap(), Span::new(FileId(0), 10, 40));
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("MIT".to_owned()),
            Just(" OR ".to_owned()),
            Just(" AND ".to_owned()),
            Just(" WITH ".to_owned()),
            Just("+".to_owned()),
            Just("(".to_owned()),
            Just(")".to_owned()),
            Just("GPL-2.0".to_owned()),
            Just("LicenseRef-".to_owned()),
            Just("DocumentRef-a:".to_owned()),
            Just("AdditionRef-b".to_owned()),
            Just("LLVM-exception".to_owned()),
            "\\PC{0,4}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// Whatever stands there, it is judged; what is suggested is a licence itself.
        #[test]
        fn any_text_is_judged(text in pieces()) {
            if let Some(fix) = checked(&text).and_then(|d| d.fix) {
                let suggested = fix.replacement.trim_matches('"');
                prop_assert!(checked(suggested).is_none(), "{suggested}");
            }
        }
    }
}
