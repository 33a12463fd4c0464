//! Reports for people.

use reach_codes::render::{Ink, count, number, plain};

use crate::property::PropertyRun;
use crate::report::{Report, Status, TestKind, TestReport};

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
        let mut parts = vec![Ink::Good.on(color && self.passed > 0, &format!("{} passed", self.passed))];
        if self.failed > 0 {
            parts.push(Ink::Bad.on(color, &format!("{} failed", self.failed)));
        }
        if self.skipped > 0 {
            parts.push(format!("{} skipped", self.skipped));
        }
        if self.filtered_out > 0 {
            parts.push(format!("{} filtered out", self.filtered_out));
        }
        let tests = self.tests.len().saturating_sub(self.properties);
        let mut what: Vec<String> = Vec::new();
        if tests > 0 || self.properties == 0 {
            what.push(count(tests, "test"));
        }
        if self.properties > 0 {
            let cases = if self.cases > 0 { format!(" ({} sessions)", number(self.cases)) } else { String::new() };
            what.push(format!("{}{cases}", count(self.properties, "property")));
        }
        out.push_str(&format!("{}: {}\n", what.join(" and "), parts.join(", ")));
        out
    }
}

fn write_test(out: &mut String, test: &TestReport, color: bool) {
    let (word, ink) = match test.status {
        Status::Passed => ("pass", Ink::Good),
        Status::Failed => ("FAIL", Ink::Bad),
        Status::Skipped => ("skip", Ink::Quiet),
    };
    // Names and messages are the author's: a terminal must not obey them.
    let place = Ink::Quiet.on(color, &format!("({}:{})", plain(&test.file), test.line));
    out.push_str(&format!("{} {} {place}\n", ink.on(color, word), plain(&test.name)));
    if let Some(run) = &test.property {
        write_property(out, test, run, color);
        return;
    }
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

/// Writes what was done to test a property, and what breaks it.
fn write_property(out: &mut String, test: &TestReport, run: &PropertyRun, color: bool) {
    let cases = number(run.cases);
    if let Some(why) = &run.vacuous {
        out.push_str(&format!("  proves nothing: {}\n", plain(why)));
        out.push_str(
            "    a property that is about no step holds whatever the rules say; see `policy prove`, or make its condition one that steps can meet\n\n",
        );
        return;
    }
    let Some(broken) = &run.broken else {
        out.push_str(&format!("  {cases} sessions, {} with a step that it is about (seed {})\n", number(run.met), run.seed));
        return;
    };
    let nth = if run.cases == 1 { "the first session".to_owned() } else { format!("session {cases}") };
    out.push_str(&format!("  broken by {nth} (seed {}), made {}:\n", run.seed, if broken.smallest { "small" } else { "smaller" }));
    let width = broken.session.len().to_string().len();
    for (at, line) in broken.session.iter().enumerate() {
        if broken.session.len() == 1 {
            out.push_str(&format!("    {line}\n"));
        } else {
            out.push_str(&format!("    {:>width$}  {line}\n", at + 1));
        }
    }
    out.push_str(&format!("    expected  {}\n    actual    {}\n", plain(&broken.expected), plain(&broken.actual())));
    for rule in broken.decided.rules.iter() {
        if let (Some(file), Some(line)) = (&rule.file, rule.line) {
            let said = rule.message.as_ref().map(|m| format!(": {}", plain(m))).unwrap_or_default();
            out.push_str(&format!("      `{}` {}{said}\n", plain(&rule.rule), Ink::Quiet.on(color, &format!("({}:{line})", plain(file)))));
        } else if let Some(message) = &rule.message {
            out.push_str(&format!("      {}\n", plain(message)));
        }
    }
    match (&broken.test, &broken.no_test) {
        (Some(text), _) => {
            out.push_str("  as a test, which fails until that is mended:\n\n");
            text.lines().for_each(|line| out.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }));
        }
        (None, Some(why)) => out.push_str(&format!("  there is no test of it: {}\n", plain(why))),
        (None, None) => {}
    }
    debug_assert_eq!(test.kind, TestKind::Property, "only properties are tested by generation");
    out.push('\n');
}
