//! Texts that patterns admit.

use reach_compiler::ir::{Form, Pattern, PatternKind, Type};

use super::super::place::bare;
use super::super::random::Random;

/// How long a text that is made may become, in bytes, before no more is added.
const LONGEST: usize = 2_000;

/// Returns a text that a pattern admits, as far as that is easily told.
pub(in super::super) fn admitted(random: &mut Random, ty: &Type, pattern: &Pattern) -> String {
    let text = match pattern.kind {
        PatternKind::Regex => regex::text(random, &pattern.text, LONGEST),
        _ => of_glob(random, &pattern.text, 0),
    };
    let is_path = matches!(bare(ty), Type::Form(Form::Path(_)));
    // A glob without a slash is about the last component.
    if is_path && pattern.kind != PatternKind::Regex && !pattern.text.contains('/') && random.chance(60) { format!("/a/{text}") } else { text }
}

/// Returns a text that a glob admits: each star some letters, each alternative one of them.
pub(in super::super) fn of_glob(random: &mut Random, glob: &str, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = glob.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' => {
                let double = rest.next_if_eq(&'*').is_some();
                let fill = if double { ["a", "a/b", ""] } else { ["a", "abc", ""] };
                out.push_str(random.pick(&fill).copied().unwrap_or_default());
            }
            '?' => out.push('a'),
            '\\' => out.extend(rest.next()),
            '[' => {
                let mut negated = false;
                let mut first = None;
                for (at, c) in rest.by_ref().enumerate() {
                    match c {
                        '!' | '^' if at == 0 => negated = true,
                        ']' if first.is_some() => break,
                        c => first = first.or(Some(c)),
                    }
                }
                out.push(if negated { '_' } else { first.unwrap_or('a') });
            }
            '{' if depth < 4 => {
                let (mut open, mut inner) = (1, String::new());
                for c in rest.by_ref() {
                    open += i32::from(c == '{') - i32::from(c == '}');
                    if open == 0 {
                        break;
                    }
                    inner.push(c);
                }
                let choices: Vec<&str> = inner.split(',').collect();
                let choice = random.pick(&choices).copied().unwrap_or_default().to_owned();
                out.push_str(&of_glob(random, &choice, depth + 1));
            }
            c => out.push(c),
        }
        if out.len() > LONGEST {
            break;
        }
    }
    out
}

mod regex {
    //! Texts of regular expressions, from their syntax trees.

    use regex_syntax::hir::{Class, Hir, HirKind};

    use super::Random;

    /// How often a repetition without an end is repeated at most beyond what it needs.
    const MORE: usize = 3;

    /// Returns a text in which an expression matches, as far as that follows from its parts: what looks around isn't looked at.
    pub fn text(random: &mut Random, expression: &str, longest: usize) -> String {
        let mut out = String::new();
        // The nesting that the parser admits bounds the recursion.
        if let Ok(hir) = regex_syntax::Parser::new().parse(expression) {
            // What is repeated may be nothing, so that the length alone bounds nothing.
            write(random, &hir, longest, &mut (10 * longest), &mut out);
        }
        out
    }

    fn write(random: &mut Random, hir: &Hir, longest: usize, left: &mut usize, out: &mut String) {
        if out.len() > longest || *left == 0 {
            return;
        }
        *left -= 1;
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(class) => out.push(member(random, class)),
            HirKind::Repetition(repeated) => {
                let least = repeated.min as usize;
                let most = repeated.max.map_or(least.saturating_add(MORE), |most| (most as usize).min(least.saturating_add(MORE)));
                // The bounds of a repetition count more often than what lies between them.
                let exact = repeated.max.map(|most| most as usize).filter(|most| *most <= longest && random.chance(15));
                let times = exact.unwrap_or_else(|| least + random.below(most.saturating_sub(least) + 1));
                for _ in 0..times {
                    if out.len() > longest || *left == 0 {
                        break;
                    }
                    write(random, &repeated.sub, longest, left, out);
                }
            }
            HirKind::Capture(capture) => write(random, &capture.sub, longest, left, out),
            HirKind::Concat(parts) => parts.iter().for_each(|part| write(random, part, longest, left, out)),
            HirKind::Alternation(parts) => {
                if let Some(part) = random.pick(parts) {
                    write(random, part, longest, left, out);
                }
            }
        }
    }

    fn member(random: &mut Random, class: &Class) -> char {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
            Class::Bytes(class) => class.ranges().iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect(),
        };
        // Letters and digits that people write, where the class has some.
        let plain: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(|c| ranges.iter().any(|(a, b)| a <= c && c <= b)).collect();
        match random.pick(&plain) {
            Some(c) => *c,
            None => random.pick(&ranges).map_or('a', |(start, _)| *start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_patterns_are_admitted_by_them() {
        let mut random = Random::new(1, "patterns");
        for text in [r"^[A-Z]{2}\d+$", "^(a|bc)*x?$", r"^[^@]+@bank\.example$", r"\bsecret\b", "^a{3,5}b{0}$"] {
            let compiled = reach_values::pattern::Pattern::regex(text, false).unwrap();
            let pattern = Pattern { kind: PatternKind::Regex, text: text.to_owned(), nocase: false };
            for _ in 0..100 {
                let made = admitted(&mut random, &Type::Text, &pattern);
                assert!(compiled.is_match(&made), "{text}: {made:?}");
            }
        }
        for text in ["*.pem", "/etc/**", "/a/{b,c{d,e}}/?.[ch]", "**/x"] {
            let compiled = reach_values::pattern::Pattern::glob(text, false).unwrap();
            let pattern = Pattern { kind: PatternKind::Glob, text: text.to_owned(), nocase: false };
            let made: Vec<String> = (0..100).map(|_| admitted(&mut random, &Type::PATH, &pattern)).collect();
            let good = made.iter().filter(|made| compiled.is_match(&Type::PATH.normal(made))).count();
            assert!(good >= 60, "{text}: {good} of 100: {made:?}");
        }
    }

    #[test]
    fn a_pattern_that_admits_huge_texts_makes_none() {
        let mut random = Random::new(1, "huge");
        for text in ["^(((a{100}){100}){100})$", "a{1000}", "^(.*){50}$", "((((|){900}){900}){900}){900}"] {
            let pattern = Pattern { kind: PatternKind::Regex, text: text.to_owned(), nocase: false };
            assert!((0..50).all(|_| admitted(&mut random, &Type::Text, &pattern).len() <= 3 * LONGEST), "{text}");
        }
    }

    trait Normal {
        fn normal(&self, text: &str) -> String;
    }

    impl Normal for Type {
        fn normal(&self, text: &str) -> String {
            match self {
                Type::Form(form) => form.normalize(text).map(|t| t.into_owned()).unwrap_or_default(),
                _ => text.to_owned(),
            }
        }
    }
}
