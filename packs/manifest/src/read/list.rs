//! Lists of a manifest.

use reach_codes::Diagnostic;
use reach_codes::table::manifest as codes;
use reach_grammar::ast::{Expr, ExprKind};

use super::Reading;
use crate::item::{ItemKind, shown};
use crate::places::Items;
use crate::value;

impl Reading<'_> {
    /// Reads a list whose elements are of one kind, each once.
    pub(super) fn list(&mut self, value: &Expr, entry: &'static str, example: &str, kind: ItemKind) -> Items {
        self.draft.given.insert(entry);
        let mut items = Items::new();
        let takes = if kind.is_glob() { "a list of globs" } else { "a list" };
        // A single element without brackets is a likely slip.
        let single = if kind.is_glob() { value::glob(value).is_some() } else { value::name(value).is_some() };
        if single && !matches!(value.kind, ExprKind::List(_)) {
            let d = Diagnostic::new(codes::WRONG_VALUE, value.span, format!("`{entry}` is {takes}, also where it has one element"));
            self.reader.report(d.help(format!("put it in brackets: `{example}`")));
            return items;
        }
        let Some(elements) = self.reader.list(value, &format!("`{entry}`"), takes, example) else { return items };
        for element in elements {
            let text = if kind.is_glob() { value::glob(element).map(str::to_owned) } else { value::name(element) };
            let Some(text) = text else {
                let takes = if kind.is_glob() { "a glob" } else { "a name or a text" };
                let _: Option<()> = self.reader.wrong(element, &format!("an element of `{entry}`"), takes, example);
                continue;
            };
            let kept = match kind.read(&text) {
                Ok(kept) => kept,
                Err(refused) => {
                    self.reader.report(refused.at(element.span, kind.noun(), &text));
                    continue;
                }
            };
            if let Some(first) = items.get(&kept) {
                let same = if kept == text { String::new() } else { format!(", which is `{}`", shown(&kept)) };
                let d = Diagnostic::new(codes::REPEATED_ITEM, element.span, format!("`{}`{same} is in `{entry}` already", shown(&text))).other(*first, "here");
                self.reader.report(d.help("take one of them out, or write what was meant"));
                continue;
            }
            items.insert(kept, element.span);
        }
        items
    }
}
