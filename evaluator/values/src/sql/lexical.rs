//! What is looked at before the parser sees a query: what engines may read in another way than it does, and how deep it nests.
//!
//! A parser that errs about where a comment or a text ends hides the rest of the query, so that each construct whose end depends on the
//! engine or its settings is refused where the dialect leaves it open.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

use super::{Dialect, MAX_DEPTH, MAX_TERMS};

/// How many constructs that the parser tries twice a level may stand in a query (`(x) -> …`, `binary …`): its time doubles with each.
const MAX_RETRIED: usize = 6;

/// Returns whether a text has nothing that is refused whatever stands around it.
pub(super) fn is_plain(text: &str, dialect: Dialect) -> bool {
    // MySQL and MariaDB run what stands in such comments.
    if text.contains("/*!") || text.contains("/*M!") {
        return false;
    }
    // PostgreSQL: the name behind it is written with escapes, which the parser leaves as they are.
    if text.contains("U&\"") || text.contains("u&\"") {
        return false;
    }
    // Engines don't agree about what ends a line, and so a comment; a NUL may end the whole text.
    let odd = |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if text.contains(odd) || text.split('\r').skip(1).any(|line| !line.starts_with('\n')) {
        return false;
    }
    // Whether a backslash escapes the quote behind it is a matter of settings.
    let open = matches!(dialect, Dialect::Generic | Dialect::Redshift | Dialect::Ansi);
    !(open && (text.contains("\\'") || text.contains("\\\"")))
}

/// Returns whether the engines of the dialect read the same tokens.
pub(super) fn is_certain(tokens: &[TokenWithSpan], dialect: Dialect) -> bool {
    let loose_ends = matches!(dialect, Dialect::MsSql | Dialect::Generic);
    let mut previous: Option<&Token> = None;
    for token in tokens.iter().map(|token| &token.token) {
        let certain = match token {
            Token::Whitespace(space) => is_certain_space(space, dialect),
            Token::DollarQuotedString(text) => match dialect {
                Dialect::Postgres | Dialect::Redshift | Dialect::DuckDb => true,
                Dialect::Snowflake => text.tag.is_none(),
                _ => false,
            },
            Token::QuoteDelimitedStringLiteral(_) | Token::NationalQuoteDelimitedStringLiteral(_) | Token::CopyData { .. } => false,
            Token::Word(word) if loose_ends && word.quote_style.is_none() => !is_hidden_statement(&word.value, previous),
            _ => true,
        };
        if !certain {
            return false;
        }
        if !matches!(token, Token::Whitespace(_)) {
            previous = Some(token);
        }
    }
    true
}

fn is_certain_space(space: &Whitespace, dialect: Dialect) -> bool {
    match space {
        Whitespace::Space | Whitespace::Newline | Whitespace::Tab => true,
        // MySQL takes `--` for a comment only where a blank follows; what isn't told apart in other dialects.
        Whitespace::SingleLineComment { comment, prefix } => match prefix.as_str() {
            "--" => dialect != Dialect::Generic || comment.chars().next().is_none_or(char::is_whitespace),
            "#" => matches!(dialect, Dialect::MySql | Dialect::BigQuery),
            "//" => dialect == Dialect::Snowflake,
            _ => false,
        },
        // Whether comments nest differs.
        Whitespace::MultiLineComment(text) => !text.contains("/*"),
    }
}

/// Returns whether a word may begin a statement where the parser takes it for a name: T-SQL needs nothing between statements, so that
/// `select 1 from t exec (@x)` are two, and not one with an alias.
fn is_hidden_statement(word: &str, previous: Option<&Token>) -> bool {
    const STATEMENTS: [&str; 18] = [
        "exec",
        "execute",
        "shutdown",
        "checkpoint",
        "reconfigure",
        "backup",
        "restore",
        "dbcc",
        "kill",
        "commit",
        "rollback",
        "go",
        "raiserror",
        "declare",
        "waitfor",
        "revert",
        "bulk",
        "dump",
    ];
    if !STATEMENTS.iter().any(|statement| word.eq_ignore_ascii_case(statement)) {
        return false;
    }
    match previous {
        None | Some(Token::SemiColon | Token::Period) => false,
        Some(Token::Word(word)) => !matches!(word.keyword, Keyword::BEGIN | Keyword::THEN | Keyword::ELSE),
        Some(_) => true,
    }
}

/// What nests: how many operators stand on a level since the last comma, and how deep the tree below it is at most.
#[derive(Default)]
struct Level {
    case: bool,
    operators: usize,
    below: usize,
    deepest: usize,
}

impl Level {
    fn end_item(&mut self) {
        self.deepest = self.deepest.max(self.operators.saturating_add(self.below));
        (self.operators, self.below) = (0, 0);
    }
}

/// Returns how deep the tree of a query is at most; none where that is too deep to be parsed, walked and dropped by recursion.
///
/// An expression of several operators is at most as deep as they are many, and as the deepest of its operands is.
pub(super) fn depth(tokens: &[TokenWithSpan]) -> Option<usize> {
    let mut levels = vec![Level::default()];
    let mut retried = 0;
    let mut previous = &Token::EOF;
    for token in tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_))) {
        let case_word = |word: Keyword| match previous {
            Token::Period => false,
            Token::Word(before) => !(word == Keyword::CASE && before.keyword == Keyword::END),
            _ => true,
        };
        retried += usize::from(is_retried(token, previous));
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => levels.push(Level::default()),
            Token::Word(word) if word.keyword == Keyword::CASE && case_word(word.keyword) => levels.push(Level { case: true, ..Level::default() }),
            Token::RParen | Token::RBracket | Token::RBrace => {
                // A `case` that has no end ends with what it stands in.
                while levels.last().is_some_and(|level| level.case) && close(&mut levels) {}
                close(&mut levels);
            }
            Token::Word(word) if word.keyword == Keyword::END && levels.last().is_some_and(|level| level.case) => {
                close(&mut levels);
            }
            Token::Comma => end_item(&mut levels),
            Token::SemiColon => {
                while close(&mut levels) {}
                end_item(&mut levels);
            }
            token if is_operator(token) => {
                if let Some(level) = levels.last_mut() {
                    level.operators += 1;
                    if level.operators.saturating_add(level.below) > MAX_TERMS {
                        return None;
                    }
                }
            }
            _ => {}
        }
        if levels.len() > MAX_DEPTH + 1 || retried > MAX_RETRIED {
            return None;
        }
        previous = token;
    }
    while close(&mut levels) {}
    end_item(&mut levels);
    levels.last().map(|level| level.deepest).filter(|deepest| *deepest <= MAX_TERMS)
}

fn end_item(levels: &mut [Level]) {
    if let Some(level) = levels.last_mut() {
        level.end_item();
    }
}

/// Ends the last level, and counts it as an operand of the one that it stands in; false where there is only the outermost.
fn close(levels: &mut Vec<Level>) -> bool {
    if levels.len() < 2 {
        return false;
    }
    let Some(mut level) = levels.pop() else { return false };
    level.end_item();
    if let Some(outer) = levels.last_mut() {
        // What follows a bracket may apply to it, so that it is a step of its own: `a[1][2]`, `f(x) over (…)`.
        outer.operators += 1;
        outer.below = outer.below.max(level.deepest);
    }
    true
}

fn is_retried(token: &Token, previous: &Token) -> bool {
    match token {
        Token::Arrow => matches!(previous, Token::RParen),
        Token::Word(word) => word.keyword == Keyword::BINARY,
        _ => false,
    }
}

/// Returns whether a token makes the tree deeper: anything but names, values, punctuation and words that only separate.
fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::XOR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::RLIKE
                | Keyword::REGEXP
                | Keyword::SIMILAR
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::NOTNULL
                | Keyword::DIV
                | Keyword::MOD
                | Keyword::OVERLAPS
                | Keyword::OPERATOR
                | Keyword::MATCH
                | Keyword::GLOB
                | Keyword::MEMBER
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::MINUS
                | Keyword::JOIN
                | Keyword::APPLY
                | Keyword::PIVOT
                | Keyword::UNPIVOT
                | Keyword::MATCH_RECOGNIZE
                | Keyword::INTERVAL
                | Keyword::PRIOR
                | Keyword::BINARY
                | Keyword::DISTINCT
                | Keyword::LAMBDA
                | Keyword::EXPLAIN
                | Keyword::DESCRIBE
                | Keyword::DESC
                | Keyword::ANALYZE
                | Keyword::PREPARE
                | Keyword::BEGIN
                | Keyword::IF
                | Keyword::ELSEIF
                | Keyword::WHILE
                | Keyword::ARRAY
                | Keyword::STRUCT
                | Keyword::WITH
        ),
        Token::EOF
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::TripleSingleQuotedString(_)
        | Token::TripleDoubleQuotedString(_)
        | Token::DollarQuotedString(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::DoubleQuotedByteStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::Placeholder(_)
        | Token::Period => false,
        _ => true,
    }
}
