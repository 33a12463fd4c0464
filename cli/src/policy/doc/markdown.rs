//! A reference page as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reach_codes::render;

use super::links::{self, Links};
use super::model::{Item, Kind, Reference, RuleAbout};

/// Returns the page.
pub fn page(reference: &Reference) -> String {
    let links = Links::of(reference);
    let mut out = format!("# {}\n", inline(&reference.bundle));
    for file in reference.files.iter().filter(|f| !f.about.is_empty()) {
        let _ = write!(out, "\n{}\n", file.about);
    }
    out.push_str("\n<!-- Made by `reach policy doc`. -->\n\n");
    for section in &reference.sections {
        let _ = writeln!(out, "- [{}](#{}) ({})", section.kind.heading(), section.kind.word(), section.items.len());
    }
    if !reference.tests.is_empty() {
        let _ = writeln!(out, "- [Tests](#tests) ({})", reference.tests.len());
    }
    for section in &reference.sections {
        let _ = write!(out, "\n<a id=\"{}\"></a>\n\n## {}\n", section.kind.word(), section.kind.heading());
        for item in &section.items {
            self::item(&mut out, section.kind, item, &links);
        }
    }
    if !reference.tests.is_empty() {
        out.push_str("\n<a id=\"tests\"></a>\n\n## Tests\n\n");
        for test in &reference.tests {
            let _ = writeln!(out, "- {} ({}:{})", inline(&test.name), inline(&test.file), test.line);
        }
    }
    let named = named(reference, &links);
    if !named.is_empty() {
        out.push('\n');
    }
    for (name, id) in named {
        let _ = writeln!(out, "[{name}]: #{id}");
    }
    out
}

fn item(out: &mut String, kind: Kind, item: &Item, links: &Links) {
    let effect = item.rule.as_ref().map(|rule| format!("{} ", rule.effect)).unwrap_or_default();
    let _ = write!(out, "\n<a id=\"{}\"></a>\n\n### {effect}{}\n", links::id(kind, &item.name), inline(&item.name));
    if !item.docs.trim().is_empty() {
        let _ = write!(out, "\n{}\n", item.docs.trim());
    }
    let fence = fence(&item.source);
    let _ = write!(out, "\n{fence}reach\n{}\n{fence}\n", item.source);
    if !item.fields.is_empty() {
        out.push_str("\n| field | type | |\n| --- | --- | --- |\n");
        for field in &item.fields {
            let _ = writeln!(out, "| {} | {} | {} |", code(&field.name), code(&field.ty), cell(&field.docs));
        }
    }
    if let Some(rule) = &item.rule {
        about(out, rule, links);
    }
    if !item.rules.is_empty() {
        let rules: Vec<String> = item
            .rules
            .iter()
            .map(|rule| {
                let advisory = if rule.advisory { " (advisory)" } else { "" };
                format!("{} [{}](#{}){advisory}", rule.effect, inline(&rule.rule), links::id(Kind::Rule, &rule.rule))
            })
            .collect();
        let _ = write!(out, "\nLooked at by {}{}.\n", rules.join(", "), more(item.more_rules));
    } else if kind == Kind::Step {
        out.push_str("\nNo rule looks at it: it is forbidden by default.\n");
    }
    let _ = write!(out, "\n{}:{}\n", inline(&item.file), item.line);
}

fn about(out: &mut String, rule: &RuleAbout, links: &Links) {
    let steps: Vec<String> = rule
        .steps
        .iter()
        .map(|step| match links.find(step.split_once(' ').map_or(step.as_str(), |(_, name)| name)) {
            Some(id) => format!("[{}](#{id})", inline(step)),
            None => inline(step),
        })
        .chain(rule.undeclared.then(|| "undeclared steps".to_owned()))
        .collect();
    let _ = write!(out, "\nOn {}{}.\n", steps.join(", "), more(rule.more_steps));
    let mut facts = Vec::new();
    if rule.advisory {
        facts.push("advisory: only reported".to_owned());
    }
    facts.extend(rule.severity.as_ref().map(|s| format!("severity {}", inline(s))));
    facts.extend(rule.owner.as_ref().map(|o| format!("owner {}", inline(o))));
    facts.extend(rule.references.iter().map(|r| inline(r)));
    if !facts.is_empty() {
        let _ = write!(out, "\n{}.\n", facts.join("; "));
    }
    if !rule.tests.is_empty() {
        let _ = write!(out, "\nShown by:\n\n{}", rule.tests.iter().map(|t| format!("- {}\n", inline(t))).collect::<String>());
    }
}

fn more(n: usize) -> String {
    if n == 0 { String::new() } else { format!(" and {n} more") }
}

/// Returns what documentation names in brackets and this page declares, with the ids.
fn named<'a>(reference: &Reference, links: &'a Links) -> BTreeMap<String, &'a str> {
    let items = reference.sections.iter().flat_map(|s| &s.items);
    let docs = items.flat_map(|item| std::iter::once(item.docs.as_str()).chain(item.fields.iter().map(|f| f.docs.as_str())));
    let all = docs.chain(reference.files.iter().map(|f| f.about.as_str()));
    let mut named = BTreeMap::new();
    for text in all {
        for inside in text.split('[').skip(1).filter_map(|rest| rest.split_once(']').map(|(inside, _)| inside)) {
            named.extend(links.find(inside).map(|id| (inside.to_owned(), id)));
        }
    }
    named
}

/// Returns text of one line in which nothing means anything to Markdown.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in render::plain(text).chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Returns code within a line, and within a table.
fn code(text: &str) -> String {
    let text = render::plain(text).replace(['\n', '\r'], " ").replace('|', "\\|");
    let run = longest_run(&text);
    if run == 0 { format!("`{text}`") } else { format!("{0} {text} {0}", "`".repeat(run + 1)) }
}

/// Returns documentation as it stands in a table.
fn cell(docs: &str) -> String {
    docs.trim().replace('|', "\\|").lines().collect::<Vec<_>>().join(" ")
}

/// Returns a fence that the text does not hold.
fn fence(text: &str) -> String {
    "`".repeat((longest_run(text) + 1).max(3))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_and_sources_stay_what_they_are() {
        assert_eq!(inline("a[b](javascript:x)<img>\u{202e}|`c`\n# d"), "a\\[b\\](javascript:x)\\<img\\>\\\\u{202e}\\|\\`c\\` \\# d");
        assert_eq!(code("a`b|c"), "`` a`b\\|c ``");
        assert_eq!(fence("x ``` y"), "````");
        assert_eq!(cell("a\n| b"), "a \\| b");
    }
}
