//! What comes back from a tool: `-> type from json` and `returns label in field when …`; and labels themselves.

use std::sync::Arc;

use reach_codes::Diagnostic;
use reach_codes::table::{name as codes, types as type_codes};
use reach_grammar::ast;

use super::env::Scope;
use super::names::{Item, did_you_mean};
use super::view::View;
use super::{Checker, Env};
use crate::ir::{Expr, ExprKind, Format, ResultType, Returned, SlotRef, Type};

impl<'a> Checker<'a> {
    /// `-> type from json`.
    pub(super) fn check_result(&mut self, result: &'a ast::ResultType) -> Option<ResultType> {
        let format = match &result.format {
            None => Some(None),
            Some(word) => match word.text.as_str() {
                "json" => Some(Some(Format::Json)),
                "yaml" => Some(Some(Format::Yaml)),
                text => {
                    let near = self.nearest(text, ["json", "yaml"].into_iter());
                    let d = Diagnostic::new(type_codes::BAD_READING, word.span, format!("a result can't be read from `{text}`"));
                    self.report(did_you_mean(d, word.span, near, || "texts are read `from json` or `from yaml`".to_owned()));
                    None
                }
            },
        };
        let info = self.resolve_type(&result.ty)?;
        if info.refine.is_some() {
            return self.unsupported(result.ty.span, "`where` in the type of a result".to_owned(), "test the fields of the result where a rule reads them");
        }
        let ty = self.plain_info(&result.ty, Some(info))?;
        Some(ResultType { ty, format: format? })
    }

    /// `returns label in field when …`. `result`: what was declared of the result; none of that when it was wrong.
    pub(super) fn check_returns(&mut self, tool: &'a ast::Tool, own: &Arc<View>, result: Option<&Option<ResultType>>) -> Vec<Returned> {
        let mut out = Vec::with_capacity(tool.returns.len());
        for returns in &tool.returns {
            let label = self.known_label(&returns.label);
            let part = returns.part.as_ref().map(|part| match result {
                Some(Some(result)) => self.returned_part(tool, part, &result.ty),
                Some(None) => None,
                None => self.returns_text(tool, part),
            });
            let when = returns.when.as_ref().map(|when| self.is_true(&mut Env::of(Scope::Tool(own.clone())), when));
            if let (Some(label), Some(part), Some(when)) = (label, transposed(part), transposed(when)) {
                out.push(Returned { label, part, when });
            }
        }
        out
    }

    fn returned_part(&mut self, tool: &ast::Tool, path: &'a [ast::Name], ty: &Type) -> Option<Expr> {
        let span = tool.result.as_ref().map_or(tool.signature.name.span, |r| r.ty.span);
        let whole = Expr { ty: ty.clone(), span, kind: ExprKind::Slot(SlotRef::Result) };
        self.part_of(whole, path)
    }

    fn returns_text<T>(&mut self, tool: &ast::Tool, path: &[ast::Name]) -> Option<T> {
        let span = path.first().map_or(tool.signature.name.span, |n| n.span);
        let name = &tool.signature.name.text;
        let d = Diagnostic::new(type_codes::NO_STRUCTURED_RESULT, span, format!("nothing says that the result of `{name}` has fields"))
            .note("a result whose type isn't declared is one text")
            .help(format!("say what it is: `tool {name}(…) -> {{ {}: text }}`; or let the whole result carry the label", self.source_line(span)));
        self.report(d);
        None
    }

    /// Returns a label's index; reports what isn't one.
    pub(super) fn known_label(&mut self, name: &ast::Name) -> Option<u32> {
        match self.item(&name.text) {
            Some(Item::Label(index)) => Some(index),
            Some(Item::Unread) => None,
            Some(item) => {
                self.report(Diagnostic::new(codes::WRONG_KIND_OF_NAME, name.span, format!("`{}` is {}, not a label", name.text, item.noun())));
                None
            }
            None => {
                let near = self.nearest_item(&name.text, |i| matches!(i, Item::Label(_)));
                let d = Diagnostic::new(codes::UNKNOWN_LABEL, name.span, format!("there is no label `{}`", name.text));
                self.report(did_you_mean(d, name.span, near, || format!("declare it: `label {}`", name.text)));
                None
            }
        }
    }
}

/// Returns what may be left out; none when it is there and wrong.
pub(super) fn transposed<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(Some(part)) => Some(Some(part)),
        Some(None) => None,
    }
}
