//! A server's words as documentation: they come from a stranger, and are read by people.

use crate::list::is_hidden;

/// The most characters of a tool's description that are kept.
const MAX_CHARS: usize = 4_000;
/// The most lines.
const MAX_LINES: usize = 60;
/// The most characters of the description of an argument.
const MAX_FIELD_CHARS: usize = 300;
/// Where a line is broken, in characters.
const WIDTH: usize = 100;

/// A description as lines.
pub(crate) struct Described {
    /// The lines, without `///`.
    pub lines: Vec<String>,
    /// Whether something was left out.
    pub cut: bool,
    /// How many characters are written out because they can't be seen, or change the direction of text.
    pub hidden: usize,
}

/// Makes lines of the description of a tool.
pub(crate) fn of_tool(text: &str) -> Described {
    let mut cut = text.chars().nth(MAX_CHARS).is_some();
    let (text, hidden) = visible(text, MAX_CHARS);
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        // Indentation says something; blanks at the end don't.
        let line = line.trim_end();
        if line.is_empty() && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        wrap(line, &mut lines);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if lines.len() > MAX_LINES {
        lines.truncate(MAX_LINES);
        cut = true;
    }
    if cut {
        lines.push("…".to_owned());
    }
    Described { lines, cut, hidden }
}

/// Makes one line of the description of an argument.
pub(crate) fn of_field(text: &str) -> Described {
    let cut = text.chars().nth(MAX_FIELD_CHARS).is_some();
    let (text, hidden) = visible(text, MAX_FIELD_CHARS);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if cut {
        line.push('…');
    }
    Described { lines: if line.is_empty() { Vec::new() } else { vec![line] }, cut, hidden }
}

/// Returns the text with what can't be seen written out.
fn visible(text: &str, most: usize) -> (String, usize) {
    let mut out = String::new();
    let mut hidden = 0;
    let mut chars = text.chars().take(most).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push('\n'),
            '\t' => out.push_str("  "),
            // A selector of a picture's colour behind a picture is everywhere, and harmless.
            '\u{fe0f}' => {}
            // Other blanks look like blanks.
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => out.push(' '),
            c if is_hidden(c) => {
                hidden += 1;
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    (out, hidden)
}

/// Breaks a line at blanks.
fn wrap(line: &str, lines: &mut Vec<String>) {
    let indent: String = line.chars().take_while(|c| *c == ' ').take(12).collect();
    let (mut now, mut width) = (indent.clone(), indent.len());
    let mut fresh = true;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if !fresh && width + 1 + length > WIDTH {
            lines.push(std::mem::replace(&mut now, indent.clone()));
            (width, fresh) = (indent.len(), true);
        }
        if !fresh {
            now.push(' ');
            width += 1;
        }
        now.push_str(word);
        width += length;
        fresh = false;
    }
    lines.push(if fresh { String::new() } else { now });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out_and_counted() {
        let made = of_tool("a\u{202e}b\r\n\tc\u{0}\u{e0041}\u{2028}d ❤\u{fe0f}\u{a0}e");
        assert_eq!(made.lines, ["a\\u{202e}b", "  c\\u{0}\\u{e0041}\\u{2028}d ❤ e"]);
        assert_eq!((made.hidden, made.cut), (4, false));
    }

    #[test]
    fn long_lines_are_broken_and_empty_ones_do_not_pile_up() {
        let made = of_tool(&format!("\n\n{}\n\n\n\n  b  c\n\n", "word ".repeat(30)));
        assert_eq!(made.lines.len(), 4);
        assert!(made.lines.iter().all(|l| l.chars().count() <= WIDTH));
        assert_eq!(made.lines[2..], [String::new(), "  b c".to_owned()]);
    }

    #[test]
    fn length_is_bounded_and_one_more_is_cut() {
        assert!(!of_tool(&"a".repeat(MAX_CHARS)).cut);
        assert!(of_tool(&"a".repeat(MAX_CHARS + 1)).cut);
        assert!(!of_tool(&"a\n".repeat(MAX_LINES)).cut);
        assert!(of_tool(&"a\n".repeat(MAX_LINES + 1)).cut);
        assert_eq!(of_field(&"a".repeat(MAX_FIELD_CHARS)).lines, ["a".repeat(MAX_FIELD_CHARS)]);
        assert!(of_field(&"a".repeat(MAX_FIELD_CHARS + 1)).cut);
        assert!(of_tool("").lines.is_empty() && of_field(" \n ").lines.is_empty());
    }
}
