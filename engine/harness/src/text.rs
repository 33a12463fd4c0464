//! Reports for people.

use reach_codes::render::plain;

use crate::report::{Report, Status, TestReport};

impl Report {
    /// Returns the report for people; colours are ANSI escapes. With `verbose`, tests that passed are listed too.
    #[must_use]
    pub fn text(&self, color: bool, verbose: bool) -> String {
        let mut out = String::new();
        for test in self.tests.iter().filter(|t| verbose || t.status != Status::Passed) {
            write_test(&mut out, test, color);
        }
        if self.tests.is_empty() {
            out.push_str(if self.filtered_out > 0 { "no test has a name like that\n" } else { "no tests found\n" });
            return out;
        }
        let mut parts = vec![paint(color && self.passed > 0, "32", &format!("{} passed", self.passed))];
        if self.failed > 0 {
            parts.push(paint(color, "31", &format!("{} failed", self.failed)));
        }
        if self.skipped > 0 {
            parts.push(format!("{} skipped", self.skipped));
        }
        if self.filtered_out > 0 {
            parts.push(format!("{} filtered out", self.filtered_out));
        }
        let plural = if self.tests.len() == 1 { "" } else { "s" };
        out.push_str(&format!("{} test{plural}: {}\n", self.tests.len(), parts.join(", ")));
        out
    }
}

fn write_test(out: &mut String, test: &TestReport, color: bool) {
    let (word, ink) = match test.status {
        Status::Passed => ("pass", "32"),
        Status::Failed => ("FAIL", "31"),
        Status::Skipped => ("skip", "2"),
    };
    // Names and messages are the author's: a terminal must not obey them.
    let place = paint(color, "2", &format!("({}:{})", plain(&test.file), test.line));
    out.push_str(&format!("{} {} {place}\n", paint(color, ink, word), plain(&test.name)));
    for failure in &test.failures {
        out.push_str(&format!("  at {}:{}:{}\n", plain(&failure.file), failure.line, failure.column));
        out.push_str(&format!("    expected  {}\n", plain(&failure.expected)));
        out.push_str(&format!("    actual    {}\n", plain(&failure.actual)));
        if let Some(explanation) = &failure.explanation {
            out.push('\n');
            for line in explanation.text(color).lines() {
                if !line.is_empty() {
                    out.push_str("    ");
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        out.push('\n');
    }
}

fn paint(color: bool, ink: &str, text: &str) -> String {
    if color { format!("\x1b[{ink}m{text}\x1b[0m") } else { text.to_owned() }
}
