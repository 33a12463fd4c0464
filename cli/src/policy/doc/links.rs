//! Links: from names in documentation and in source text to what they name.

use std::collections::BTreeMap;

use crate::page;

use super::model::{Kind, Reference};

/// What names lead to.
pub struct Links {
    /// The `id` of each declaration by its name as it stands in sources.
    ids: BTreeMap<String, String>,
}

/// A piece of source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A comment.
    Comment(&'a str),
    /// A name, and the `id` of its declaration.
    Name(&'a str, &'a str),
}

/// Returns the `id` of a declaration.
pub fn id(kind: Kind, name: &str) -> String {
    page::id(kind.word(), name)
}

impl Links {
    /// Collects the names of a bundle.
    pub fn of(reference: &Reference) -> Self {
        let mut ids = BTreeMap::new();
        for section in reference.sections.iter().filter(|s| !matches!(s.kind, Kind::Context | Kind::Property)) {
            for item in &section.items {
                let name = item.name.split_once(' ').map_or(item.name.as_str(), |(_, name)| name);
                ids.insert(name.to_owned(), id(section.kind, &item.name));
            }
        }
        Self { ids }
    }

    /// Returns the `id` of what a name in documentation means, perhaps in backticks.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.ids.get(name.trim().trim_matches('`')).map(String::as_str)
    }

    /// Takes source text apart. A name behind a dot or before a colon is a field's, and what stands in quotes is text; neither is a link, nor
    /// is a name that leads to `own`, where the text stands.
    pub fn pieces<'a>(&'a self, source: &'a str, own: &str) -> Vec<Piece<'a>> {
        let (mut pieces, mut plain, mut at) = (Vec::new(), 0, 0);
        let bytes = source.as_bytes();
        let mut end = |pieces: &mut Vec<Piece<'a>>, from: usize, piece: Option<Piece<'a>>, to: usize| {
            pieces.extend(source.get(plain..from).filter(|text| !text.is_empty()).map(Piece::Text));
            pieces.extend(piece);
            plain = to;
        };
        while let Some(byte) = bytes.get(at) {
            let rest = source.get(at..).unwrap_or("");
            if rest.starts_with("//") {
                let to = at + rest.find('\n').unwrap_or(rest.len());
                end(&mut pieces, at, source.get(at..to).map(Piece::Comment), to);
                at = to;
            } else if *byte == b'"' {
                at += text_len(rest);
            } else if byte.is_ascii_alphabetic() || *byte == b'_' {
                let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
                let name = rest.get(..word).unwrap_or("").trim_end_matches('.');
                let to = at + name.len();
                let field = at.checked_sub(1).and_then(|b| bytes.get(b)) == Some(&b'.') || bytes.get(to) == Some(&b':');
                // `limits.high` may be a name or a field of `limits`.
                let head = name.split('.').next().unwrap_or(name);
                let found = [name, head].into_iter().find_map(|n| self.ids.get(n).map(|id| (n, id)));
                if let Some((name, id)) = found.filter(|(_, id)| !field && *id != own) {
                    end(&mut pieces, at, Some(Piece::Name(name, id)), at + name.len());
                }
                at += word.max(1);
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        end(&mut pieces, source.len(), None, source.len());
        pieces
    }
}

/// Returns the length of a text in quotes with which something begins.
fn text_len(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(names: &[&str]) -> Links {
        Links { ids: names.iter().map(|n| ((*n).to_owned(), format!("let-{n}"))).collect() }
    }

    fn linked(names: &[&str], source: &str) -> Vec<String> {
        let links = links(names);
        let pieces = links.pieces(source, "let-own");
        let whole: String = pieces
            .iter()
            .map(|p| match p {
                Piece::Text(t) | Piece::Comment(t) | Piece::Name(t, _) => *t,
            })
            .collect();
        assert_eq!(whole, source);
        pieces.iter().filter_map(|p| if let Piece::Name(name, _) = p { Some((*name).to_owned()) } else { None }).collect()
    }

    #[test]
    fn names_are_links_and_fields_texts_and_comments_are_not() {
        let names = ["payees", "limit", "own", "github.create", "untrusted"];
        assert_eq!(linked(&names, "when args.to in payees and args.limit <= limit"), ["payees", "limit"]);
        assert_eq!(linked(&names, "let own = { limit: 5, to: \"payees \\\" limit\" } // payees"), Vec::<String>::new());
        assert_eq!(linked(&names, "on github.create, github.createx, limit.high, .limit"), ["github.create", "limit"]);
        assert_eq!(linked(&names, "args.x from untrusted."), ["untrusted"]);
    }

    #[test]
    fn odd_sources_come_back_whole() {
        for source in ["", "\"", "\"\\", "é limit é", "//", "a//limit\nlimit", "limit..", "\u{202e}limit"] {
            linked(&["limit"], source);
        }
    }

    #[test]
    fn documentation_names_with_or_without_backticks() {
        let links = links(&["limit"]);
        assert_eq!(links.find("`limit`"), Some("let-limit"));
        assert_eq!(links.find("limit"), Some("let-limit"));
        assert_eq!(links.find("limits"), None);
    }
}
