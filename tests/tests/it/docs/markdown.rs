//! Just enough Markdown: fenced blocks, headings, links.

use std::ops::Range;

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands behind the opening fence.
    pub info: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The byte range of the text between the fences.
    pub range: Range<usize>,
    /// The text between the fences.
    pub text: String,
}

/// The fenced blocks of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, usize)> = None;
    let mut at = 0;
    for (i, line) in page.split_inclusive('\n').enumerate() {
        if let Some(rest) = line.trim_end().strip_prefix("```") {
            match open.take() {
                None => open = Some((rest.to_owned(), i + 1, at + line.len())),
                Some((info, line, start)) => found.push(Block { info, line, range: start..at, text: page[start..at].to_owned() }),
            }
        }
        at += line.len();
    }
    assert!(open.is_none(), "a fence is not closed: {open:?}");
    found
}

/// The page without its fenced blocks and without code between backticks.
pub(crate) fn prose(page: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

/// The targets of `[text](target)`.
pub(crate) fn links(page: &str) -> Vec<String> {
    let page = prose(page);
    page.match_indices("](").filter_map(|(at, _)| page[at + 2..].split_once(')').map(|(target, _)| target.to_owned())).collect()
}

/// The anchors that the page's headings make, as code hosts make them.
pub(crate) fn anchors(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            found.push(title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

#[test]
fn blocks_links_and_anchors_are_found() {
    let page = "# A `b` c!\n\n[x](y.md#z) and `[no](no.md)`\n\n```reach bad E1\ntool a()\n[no](no.md)\n```\n";
    let found = blocks(page);
    assert_eq!((found.len(), found[0].info.as_str(), found[0].line, found[0].text.as_str()), (1, "reach bad E1", 5, "tool a()\n[no](no.md)\n"));
    assert_eq!(links(page), ["y.md#z"]);
    assert_eq!(anchors(page), ["a-b-c"]);
}
