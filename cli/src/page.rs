//! Pages of HTML that stand alone: one file, with its style and script in it, that asks for nothing from anywhere.
//!
//! Templates escape all text. Besides, a page says by its content security policy that nothing but its own script, known by its digest, may
//! run, and that nothing may be fetched, so that what a policy or an agent wrote can't act even if a template were wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use reach_codes::render;
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// A page.
pub struct Page<'a> {
    /// What kind of page it is, for example `Coverage`.
    pub kind: &'a str,
    /// What it is about, for example a bundle.
    pub title: &'a str,
    /// The parts of the body, for the list beside it.
    pub contents: &'a [Entry],
    /// Whether a field is offered that leaves only elements with `data-find` which hold its words.
    pub find: bool,
    /// What stands in it: sections that begin with `h2`, each with the `id` of its entry.
    pub body: Markup,
}

/// An entry of the list of contents.
pub struct Entry {
    /// The `id` of what it leads to.
    pub id: String,
    /// Its words.
    pub words: String,
    /// Entries below it.
    pub below: Vec<Entry>,
}

impl Entry {
    /// Returns an entry with none below it.
    pub fn new(id: impl Into<String>, words: impl Into<String>) -> Self {
        Self { id: id.into(), words: words.into(), below: Vec::new() }
    }
}

impl Page<'_> {
    /// Returns the page as a file.
    pub fn html(&self) -> String {
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'",
            digest(STYLE),
            digest(SCRIPT)
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (self.kind) ": " (Shown(self.title)) }
                    // Nothing is asked for, not even an icon.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.bar {
                        span.what { b { (self.kind) } " " (Shown(self.title)) }
                        span.keys.quiet { kbd { "n" } " next  " kbd { "p" } " previous  " kbd { "e" } " expand  " kbd { "c" } " collapse" }
                        button #theme type="button" aria-pressed="false" title="Change between light and dark (t)" { "Dark" }
                    }
                    div.frame {
                        nav aria-label="Contents" { (list(self.contents)) }
                        main #main tabindex="-1" {
                            h1 { (self.kind) ": " (Shown(self.title)) }
                            @if self.find {
                                p.find role="search" {
                                    label { "Find " input #find type="search" autocomplete="off" spellcheck="false" placeholder="press /"; }
                                    " " span #found.quiet role="status" {}
                                }
                            }
                            (self.body)
                            footer { "Made by reach " (env!("CARGO_PKG_VERSION")) ". The page holds all that it needs and asks for nothing." }
                        }
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string() + "\n"
    }
}

fn list(entries: &[Entry]) -> Markup {
    html! {
        @if !entries.is_empty() {
            ol {
                @for entry in entries {
                    li { a href={ "#" (entry.id) } { (Shown(&entry.words)) } (list(&entry.below)) }
                }
            }
        }
    }
}

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// Text from elsewhere: what would not be seen as what it is (control characters, changes of direction) is written out.
pub struct Shown<'a>(pub &'a str);

impl Render for Shown<'_> {
    fn render(&self) -> Markup {
        html! { (render::plain(self.0)) }
    }
}

/// How a tag or a line is coloured; the words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Green: as it should be; a permit.
    Good,
    /// Red: a gap; a forbid.
    Bad,
    /// Amber: in between; an ask.
    Mid,
    /// Without colour.
    Plain,
}

impl Tone {
    /// Returns its class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Mid => "mid",
            Self::Plain => "",
        }
    }
}

/// Returns a word in a box.
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (Shown(words)) } }
}

/// Returns a block of code with a button that copies it.
pub fn copied(code: &str) -> Markup {
    html! { div.copied { pre tabindex="0" { code { (Lines(code)) } } button type="button" data-copy { "Copy" } } }
}

/// Text of several lines, each shown as [`Shown`] does.
pub struct Lines<'a>(pub &'a str);

impl Render for Lines<'_> {
    fn render(&self) -> Markup {
        html! { @for line in self.0.split_inclusive('\n') { (Shown(line.trim_end_matches(['\n', '\r']))) @if line.ends_with('\n') { "\n" } } }
    }
}

/// A line of a listing of a source.
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// How it is coloured.
    pub tone: Tone,
    /// What stands between its number and its text.
    pub mark: Markup,
    /// Its text.
    pub text: &'a str,
}

/// Returns a listing. The `id` of a line is `prefix`, `L` and its number.
pub fn listing<'a>(prefix: &str, lines: impl IntoIterator<Item = Line<'a>>) -> Markup {
    html! {
        div.wide { table.source {
            @for line in lines {
                @let id = format!("{prefix}L{}", line.number);
                tr #(id) class=(line.tone.class()) {
                    td.at { a href={ "#" (id) } { (line.number) } }
                    td.mark { (line.mark) }
                    td.text { (Shown(line.text)) }
                }
            }
        } }
    }
}

/// Returns an `id` for a name: letters, digits and `-_.` stay, each other byte is written out, so that different names have different ids.
pub fn id(prefix: &str, name: &str) -> String {
    let mut out = format!("{prefix}-");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) { out.push(char::from(byte)) } else { out.push_str(&format!("~{byte:02x}")) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: Markup) -> String {
        let contents = [Entry { below: vec![Entry::new("b", "b")], ..Entry::new("a", "<a>") }];
        Page { kind: "Coverage", title: "\u{202e}<script>alert(1)</script>", contents: &contents, find: true, body }.html()
    }

    #[test]
    fn what_comes_from_elsewhere_is_text_and_is_seen() {
        let hostile = "</code><img src=x onerror=alert(1)>\u{202e}\u{0}\n'\"&";
        let made = page(html! {
            (tag(Tone::Bad, hostile)) (copied(hostile))
            (listing("f", [Line { number: 1, tone: Tone::Good, mark: html! { "x" }, text: hostile }]))
        });
        assert_eq!(made.matches("<script>").count(), 1, "{made}");
        assert!(!made.contains("<img"), "{made}");
        assert!(!made.contains('\u{202e}') && !made.contains('\0'), "{made}");
        assert!(made.contains("\\u{202e}"), "{made}");
    }

    #[test]
    fn nothing_but_the_page_s_own_script_may_run_and_nothing_is_fetched() {
        let made = page(html! {});
        let allowed = |kind: &str, text: &str| made.contains(&format!("{kind} 'sha256-{}'", digest(text)));
        assert!(made.contains("default-src 'none'") && allowed("style-src", STYLE) && allowed("script-src", SCRIPT), "{made}");
        for word in ["http:", "https:", "//", "@import", "url("] {
            let without_comments: String = made.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            assert!(!without_comments.contains(word), "{word}");
        }
    }

    #[test]
    fn different_names_have_different_ids() {
        assert_eq!(id("rule", "planted_payee"), "rule-planted_payee");
        assert_eq!(id("tool", "read file"), "tool-read~20file");
        assert_ne!(id("a", "x~20y"), id("a", "x y"));
        assert_eq!(id("a", "é\""), "a-~c3~a9~22");
    }
}
