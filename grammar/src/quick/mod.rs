//! Reads the common language by hand, some forty times as fast as the grammar.
//!
//! `reach.pest` is the language, and says what is wrong with a text. What stands here makes the same trees of texts that have
//! nothing wrong, and only of those: at anything else it gives up without a word, and the grammar reads the declaration.
//! Giving up is always right. So each function follows its rule of the grammar to the letter, commits where the rule's first
//! word stands, and refuses every slip that the grammar takes in order to explain it.
//!
//! Invariants: between two calls the reader stands right behind the last token, never behind blanks; `None` means that the
//! declaration is given up, and nothing is tried again.

mod cursor;
mod declaration;
mod expression;
mod history;
mod operator;
mod primary;
mod rule;
mod scenario;
mod types;

use reach_codes::FileId;

use crate::Limits;
use crate::ast::{Attribute, Decl, Name};
use crate::build::Builder;
use crate::parse::unknown_word;
use crate::scan::{Piece, RawComment};
use operator::Operator;

/// A place in a declaration, and what is needed to go on from it.
struct Reader<'t> {
    text: &'t str,
    /// The file up to the end of the declaration.
    bytes: &'t [u8],
    /// The end of the last token.
    at: usize,
    /// The operator that stands behind a place, since it is asked for once for each precedence.
    peeked: Option<(usize, Option<Operator>)>,
    /// Reads tokens and counts against limits. What it reports is thrown away with the attempt.
    builder: Builder<'t>,
}

/// A declaration, and the numbers of the comments that document it.
pub(crate) type Read = (Decl, Vec<usize>);

/// Returns the declaration of a piece and the numbers of the comments that document it; none where the grammar must look at it.
pub(crate) fn read(file: FileId, text: &str, piece: Piece, limits: &Limits, comments: &[RawComment]) -> Option<Read> {
    let bytes = text.as_bytes().get(..piece.end as usize)?;
    let builder = Builder::new(file, text, 0, limits, comments);
    let mut reader = Reader { text, bytes, at: piece.start as usize, peeked: None, builder };
    let decl = reader.piece(file, piece)?;
    let Builder { taken, diagnostics, .. } = reader.builder;
    diagnostics.is_empty().then_some((decl, taken))
}

impl Reader<'_> {
    fn piece(&mut self, file: FileId, piece: Piece) -> Option<Decl> {
        let docs = self.builder.docs(piece.start);
        let mut attributes = Vec::new();
        if self.byte() == b'@' {
            // It looks at attributes with eyes of its own.
            let text = self.text.get(piece.start as usize..piece.end as usize)?;
            if unknown_word(file, piece.start, text).is_some() {
                return None;
            }
            while self.byte() == b'@' {
                attributes.push(self.attribute()?);
                self.skip();
            }
        }
        let start = self.at;
        let kind = self.declaration()?;
        let span = self.span(attributes.first().map_or(start, |first| first.span.start as usize));
        self.skip();
        (self.at == self.bytes.len()).then_some(Decl { span, docs, attributes, kind })
    }

    /// `@name`, `@name(argument, …)`.
    fn attribute(&mut self) -> Option<Attribute> {
        let start = self.at;
        self.at += 1;
        let name = self.kebab()?;
        let mut arguments = Vec::new();
        if self.byte() == b'(' {
            self.at += 1;
            arguments = self.by_commas(b')', Self::attribute_argument)?;
            if arguments.is_empty() {
                return None;
            }
        }
        Some(Attribute { span: self.span(start), name, arguments })
    }

    fn attribute_argument(&mut self) -> Option<Name> {
        if self.byte() == b'"' { self.quoted_name() } else { self.kebab() }
    }
}
