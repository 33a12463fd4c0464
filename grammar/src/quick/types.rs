//! Types, and the fields that have them.

use super::Reader;
use crate::ast::{Field, TypeExpr, TypeKind};

impl Reader<'_> {
    /// A type with its condition, if it has one.
    pub(super) fn type_expr(&mut self) -> Option<TypeExpr> {
        let start = self.at;
        let ty = self.plain_type()?;
        if !self.next_keyword("where") {
            return Some(ty);
        }
        self.skip();
        let condition = self.expr()?;
        Some(TypeExpr { span: self.span(start), kind: TypeKind::Refined(Box::new(ty), Box::new(condition)) })
    }

    /// A type without a condition.
    pub(super) fn plain_type(&mut self) -> Option<TypeExpr> {
        let start = self.at;
        let kind = self.base_type()?;
        let ty = TypeExpr { span: self.span(start), kind };
        let question = self.beside();
        if self.byte_at(question) != b'?' {
            return Some(ty);
        }
        self.at = question + 1;
        Some(TypeExpr { span: self.span(start), kind: TypeKind::Optional(Box::new(ty)) })
    }

    fn base_type(&mut self) -> Option<TypeKind> {
        if self.byte() == b'{' {
            return Some(TypeKind::Record(self.fields()?));
        }
        let end = self.word_end(self.at);
        let bracket = self.beside_of(end);
        match (self.word_at(self.at), self.byte_at(bracket)) {
            ("list" | "set" | "map", b'<') => {
                let word = self.word()?;
                self.at = bracket;
                self.open(b'<')?;
                let inner = Box::new(self.type_expr()?);
                self.close(b'>')?;
                return Some(if self.next_from_text() { TypeKind::ListFromText(inner) } else { TypeKind::Generic(word, inner) });
            }
            ("enum", b'{') => {
                self.at = bracket + 1;
                return Some(TypeKind::Enum(self.by_lines(b'}', Self::field_name)?));
            }
            _ => {}
        }
        let name = self.dotted()?;
        if self.next_keyword("default") {
            self.skip();
            return Some(TypeKind::WithDefault(name, Box::new(self.text_literal()?)));
        }
        let mut variant = None;
        if self.next_keyword("in") {
            self.skip();
            variant = Some(Box::new(self.text_literal()?));
        }
        if self.next_keyword("at") {
            self.skip();
            return Some(TypeKind::PathAt(name, variant, Box::new(self.nested_postfix()?)));
        }
        Some(match variant {
            Some(variant) => TypeKind::TimeIn(name, variant),
            None => TypeKind::Named(name),
        })
    }

    fn next_from_text(&mut self) -> bool {
        let from = self.ahead();
        let end = self.word_end(from);
        let text = self.beside_of(end);
        let found = self.slice(from, end) == "from" && text > end && self.is_keyword(text, "text");
        if found {
            self.at = text + "text".len();
        }
        found
    }

    /// `{ a: type … }`.
    pub(super) fn fields(&mut self) -> Option<Vec<Field>> {
        self.sign(b'{')?;
        self.by_lines(b'}', Self::field)
    }

    /// `(a: type, …)`, which stands in the same line.
    pub(super) fn params(&mut self) -> Option<Vec<Field>> {
        self.at = self.beside();
        self.sign(b'(')?;
        self.by_commas(b')', Self::field)
    }

    /// The same where it may be missing.
    pub(super) fn optional_params(&mut self) -> Option<Vec<Field>> {
        if self.byte_at(self.beside()) == b'(' { self.params() } else { Some(Vec::new()) }
    }

    fn field(&mut self) -> Option<Field> {
        let start = self.at;
        let docs = self.builder.docs(self.span(start).start);
        let name = self.field_name()?;
        self.colon()?;
        let ty = self.type_expr()?;
        Some(Field { span: self.span(start), name, ty, docs })
    }
}
