//! How messages look.

#![expect(clippy::unwrap_used, reason = "tests may fail")]

use reach_codes::table::syntax::UNEXPECTED_TOKEN;
use reach_codes::{Diagnostic, FileId, Level, Sources, Span, render};

fn span_of(sources: &Sources, file: FileId, part: &str) -> Span {
    let start = sources.get(file).unwrap().text.find(part).unwrap();
    Span::new(file, u32::try_from(start).unwrap(), u32::try_from(start + part.len()).unwrap())
}

#[test]
fn messages_look_like_this() {
    let mut sources = Sources::new();
    let bank = sources.add("bank/bank.reach", "tool a(x: text)\n\npermit über\n\ton a\n  when args.größe == 5 and args.y > 3\n\nlet long = 1\nlet x = 2\n");
    let other = sources.add("bank/other.reach", "tool a(x: text)\n");
    let unread = sources.add("bank/unread.reach", "");
    let at = |part| span_of(&sources, bank, part);
    let all = [
        Diagnostic::new(UNEXPECTED_TOKEN, at("args.y"), "`y` is not a field of `args`")
            .label("not a field")
            .note("the tool `a` declares `x`")
            .help("did you mean `x`?"),
        Diagnostic::new(UNEXPECTED_TOKEN, at("größe"), "behind letters of two bytes the carets still fit").label("here"),
        Diagnostic::new(UNEXPECTED_TOKEN, at("on a"), "behind a tab too"),
        Diagnostic::new(UNEXPECTED_TOKEN, span_of(&sources, other, "a"), "`a` is declared twice").label("again here").other(at("a(x"), "first here"),
        Diagnostic::new(UNEXPECTED_TOKEN, at("let x"), "two lines with one between")
            .other(at("let long"), "first")
            .other(at("\n\nlet long"), "the end of a line"),
        Diagnostic::new(UNEXPECTED_TOKEN, at("permit über\n\ton a\n"), "of a place of several lines the first is shown").label("from here"),
        Diagnostic::new(UNEXPECTED_TOKEN, Span::new(other, 16, 16), "something is missing at the end of the file").label("here"),
        Diagnostic::new(UNEXPECTED_TOKEN, Span::new(unread, 0, 0), "a file that could not be read").help("help"),
        Diagnostic::new(UNEXPECTED_TOKEN, Span::new(FileId(9), 3, 4), "a place that is in no file"),
        Diagnostic { level: Level::Warning, ..Diagnostic::general(UNEXPECTED_TOKEN, "no place at all").note("a note\nof two lines").help("help") },
    ];
    let text = render::text(&sources, &all, false);
    insta::assert_snapshot!("text", text);
    assert!(text.lines().all(|l| l.trim_end() == l), "no line ends in blanks");
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&all.iter().map(|d| render::json(&sources, d)).collect::<Vec<_>>()).unwrap());
    let colored = render::text(&sources, &all, true);
    assert!(colored.contains("\u{1b}["), "colours are escapes");
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some(i) = rest.find('\u{1b}') {
        stripped.push_str(&rest[..i]);
        rest = &rest[i + rest[i..].find('m').unwrap() + 1..];
    }
    stripped.push_str(rest);
    let trimmed: String = stripped.lines().map(|l| format!("{}\n", l.trim_end())).collect();
    assert_eq!(trimmed, text, "colours change nothing but colours");
}

#[test]
fn what_a_terminal_would_obey_is_shown_instead() {
    let mut sources = Sources::new();
    let file = sources.add("a\u{1b}[2J.reach", "let a = \"\u{1b}]0;owned\u{7}\u{202e}abc\u{9b}\" oops\r\n");
    let d = Diagnostic::new(UNEXPECTED_TOKEN, span_of(&sources, file, "oops"), "`\u{1b}[31mred\u{202e}` is not a name")
        .label("\u{7}here")
        .note("\u{8}")
        .help("\u{200b}");
    let text = render::text(&sources, &[d], false);
    assert!(text.chars().all(|c| c == '\n' || (!c.is_control() && !('\u{200b}'..='\u{200f}').contains(&c) && c != '\u{202e}')), "{text:?}");
    insta::assert_snapshot!("controls", text);
}

#[test]
fn of_a_long_line_the_part_around_the_place_is_shown() {
    let mut sources = Sources::new();
    let file = sources.add("long.reach", format!("{} here {}", "é".repeat(5000), "x".repeat(500_000)));
    let d = Diagnostic::new(UNEXPECTED_TOKEN, span_of(&sources, file, "here"), "in the middle of a long line").label("this");
    let text = render::text(&sources, &[d], false);
    assert!(text.len() < 1000, "{} bytes", text.len());
    insta::assert_snapshot!("long_line", text);
    // To the end of the line, beyond what is shown, and at its very end.
    let end = u32::try_from(sources.get(file).unwrap().text.len()).unwrap();
    let wide = Diagnostic::new(UNEXPECTED_TOKEN, Span::new(file, 0, end), "the whole").other(Span::new(file, end, end), "the end");
    let text = render::text(&sources, &[wide], false);
    assert!(text.len() < 2500, "{} bytes", text.len());
}

#[test]
fn many_messages_about_a_large_file_take_little_time_each() {
    let mut sources = Sources::new();
    let file = sources.add("large.reach", "let a = 1\n".repeat(100_000));
    let all: Vec<_> = (0..2000).map(|i| Diagnostic::new(UNEXPECTED_TOKEN, Span::new(file, i * 400, 1_000_000), "from here to the end")).collect();
    let text = render::text(&sources, &all, false);
    // Only the first line of each is copied: the output, and so the work, grows with the messages alone.
    assert!(text.len() < 2000 * 200, "{} bytes", text.len());
}
