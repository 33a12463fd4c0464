//! A reference page as HTML.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};
use reach_codes::render;

use super::links::{self, Links, Piece};
use super::model::{Item, Kind, Reference, RuleAbout};
use crate::page::{self, Entry, Page, Shown, Tone, tag};
use crate::policy::count;

/// Returns the page.
pub fn page(reference: &Reference) -> String {
    let links = Links::of(reference);
    let mut contents: Vec<Entry> = reference.sections.iter().map(entry).collect();
    if !reference.tests.is_empty() {
        contents.push(Entry::new("tests", "Tests"));
    }
    let body = html! {
        @for file in reference.files.iter().filter(|f| !f.about.is_empty()) { (prose(&file.about, &links)) }
        ul.cards {
            @for section in &reference.sections {
                @if matches!(section.kind, Kind::Step | Kind::Rule | Kind::Budget | Kind::Property) {
                    (card(section.items.len(), section.kind.noun()))
                }
            }
            (card(reference.tests.len(), "test"))
        }
        @for section in &reference.sections {
            h2 #(section.kind.word()) { (section.kind.heading()) }
            @for item in &section.items { (self::item(section.kind, item, &links)) }
        }
        @if !reference.tests.is_empty() {
            h2 #tests { "Tests" }
            ul { @for test in &reference.tests { li data-find { (Shown(&test.name)) " " span.quiet { (Shown(&test.file)) ":" (test.line) } } } }
        }
    };
    Page { kind: "Policy", title: &reference.bundle, contents: &contents, find: true, body }.html()
}

fn card(n: usize, noun: &str) -> Markup {
    let words = count(n, noun);
    let (number, noun) = words.split_once(' ').unwrap_or((&words, ""));
    html! { li { b { (number) } (noun) } }
}

fn entry(section: &super::model::Section) -> Entry {
    let below = section.items.iter().map(|item| Entry::new(links::id(section.kind, &item.name), item.name.as_str())).collect();
    Entry { id: section.kind.word().to_owned(), words: section.kind.heading().to_owned(), below }
}

fn item(kind: Kind, item: &Item, links: &Links) -> Markup {
    let id = links::id(kind, &item.name);
    html! {
        section data-find {
            h3 #(id) data-stop tabindex="-1" {
                @if let Some(rule) = &item.rule { (effect(rule.effect)) " " }
                a href={ "#" (id) } { (Shown(&item.name)) }
                " " span.quiet.mono { (Shown(&item.file)) ":" (item.line) }
            }
            (prose(&item.docs, links))
            pre tabindex="0" { code { (code(&item.source, &id, links)) } }
            @if !item.fields.is_empty() {
                div.wide { table {
                    tr { th { "field" } th { "type" } th { "" } }
                    @for field in &item.fields {
                        tr { td.mono { (Shown(&field.name)) } td.mono { (code(&field.ty, &id, links)) } td { (prose(&field.docs, links)) } }
                    }
                } }
            }
            @if let Some(rule) = &item.rule { (about(rule, links)) }
            @if kind == Kind::Step { (rules(item)) }
        }
    }
}

fn effect(word: &str) -> Markup {
    let tone = match word {
        "permit" => Tone::Good,
        "forbid" => Tone::Bad,
        "ask" | "otherwise ask" => Tone::Mid,
        _ => Tone::Plain,
    };
    tag(tone, word)
}

fn rules(item: &Item) -> Markup {
    html! {
        @if item.rules.is_empty() {
            p.quiet { "No rule looks at it: it is forbidden by default." }
        } @else {
            p { "Looked at by " @for (n, rule) in item.rules.iter().enumerate() {
                @if n > 0 { ", " }
                (effect(rule.effect)) " " a href={ "#" (links::id(Kind::Rule, &rule.rule)) } { (Shown(&rule.rule)) }
                @if rule.advisory { " (advisory)" }
            } (more(item.more_rules)) }
        }
    }
}

fn about(rule: &RuleAbout, links: &Links) -> Markup {
    html! {
        p { "On "
            @for (n, step) in rule.steps.iter().enumerate() {
                @if n > 0 { ", " }
                @match links.find(step.split_once(' ').map_or(step.as_str(), |(_, name)| name)) {
                    Some(id) => a href={ "#" (id) } { (Shown(step)) },
                    None => (Shown(step)),
                }
            }
            (more(rule.more_steps))
            @if rule.undeclared { @if !rule.steps.is_empty() { ", " } "undeclared steps" }
        }
        @if rule.advisory || rule.severity.is_some() || rule.owner.is_some() || !rule.references.is_empty() {
            p {
                @if rule.advisory { (tag(Tone::Plain, "advisory: only reported")) " " }
                @if let Some(severity) = &rule.severity { (tag(Tone::Plain, &format!("severity {severity}"))) " " }
                @if let Some(owner) = &rule.owner { (tag(Tone::Plain, &format!("owner {owner}"))) " " }
                @for reference in &rule.references { (tag(Tone::Plain, reference)) " " }
            }
        }
        @if !rule.tests.is_empty() {
            details { summary { "Shown by " (count(rule.tests.len(), "test")) } ul { @for test in &rule.tests { li { (Shown(test)) } } } }
        }
    }
}

fn more(n: usize) -> Markup {
    html! { @if n > 0 { " and " (n) " more" } }
}

/// Returns source text with links from names to what they name.
fn code(source: &str, own: &str, links: &Links) -> Markup {
    html! {
        @for piece in links.pieces(source, own) {
            @match piece {
                Piece::Text(text) => (page::Lines(text)),
                Piece::Comment(text) => span.quiet { (page::Lines(text)) },
                Piece::Name(text, id) => a href={ "#" (id) } { (Shown(text)) },
            }
        }
    }
}

/// Returns documentation: Markdown without raw HTML, images, and links that lead elsewhere than to the web. A name in brackets is a link.
fn prose(docs: &str, links: &Links) -> Markup {
    if docs.trim().is_empty() {
        return html! {};
    }
    let mut resolve = |broken: BrokenLink<'_>| links.find(&broken.reference).map(|id| (CowStr::from(format!("#{id}")), CowStr::from("")));
    let parser = Parser::new_with_broken_link_callback(docs, Options::ENABLE_TABLES, Some(&mut resolve));
    let mut open = Vec::new();
    let events = parser.filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Some(Event::Text(shown(&text))),
        Event::Code(text) => Some(Event::Code(shown(&text))),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            open.push(is_safe(dest_url));
            is_safe(dest_url).then_some(event)
        }
        Event::End(TagEnd::Link) => open.pop().unwrap_or(false).then_some(event),
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock) | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => None,
        // Headings of the page are the declarations'.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        event => Some(event),
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events);
    html! { (PreEscaped(out)) }
}

fn shown(text: &str) -> CowStr<'static> {
    let lines: Vec<String> = text.split('\n').map(render::plain).collect();
    CowStr::from(lines.join("\n"))
}

/// Returns whether a link may be followed: within the page, or to the web.
fn is_safe(to: &str) -> bool {
    let web = to.split_once(':').is_some_and(|(scheme, _)| ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str()));
    web || to.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(docs: &str) -> String {
        let reference = Reference { bundle: String::new(), files: Vec::new(), sections: Vec::new(), tests: Vec::new() };
        prose(docs, &Links::of(&reference)).into_string()
    }

    #[test]
    fn documentation_is_markdown_that_can_do_nothing() {
        let hostile = "# A *b* <script>alert(1)</script>\n\n<div onclick=x>\n\n[x](javascript:alert(1)) [y](JavaScript:a) [z](data:text/html,a) ![i](https://a.example/x.png) [w](https://a.example/?q=\"><b>)\u{202e}\n";
        insta::assert_snapshot!(made(hostile));
    }
}
