//! Values as text: for people, for listings, and as JSON.

use crate::VerifiedImage;
use crate::data::View;
use crate::image::{Form, TypeDesc, TypeId};
use crate::value::Value;
use reach_values::json::push_string;
use reach_values::sql::StatementKind;
use reach_values::{decimal, path, time};

/// The most bytes of a value in a message; what is longer ends in `…`.
pub const MAX_SHOWN_BYTES: usize = 4_096;
/// The most bytes of a value as JSON: those of an event.
pub const MAX_JSON_BYTES: usize = 1 << 20;

/// Writes a value for a message: text as it is, what is not there as `(none)` or `(no value)`.
#[must_use]
pub fn message_text(view: View<'_>, ty: TypeId, value: Value) -> String {
    match value {
        Value::Text(text) => {
            let mut printer = Printer::new(view, Style::People, MAX_SHOWN_BYTES);
            let text = view.text(text);
            printer.push(if matches!(printer.desc(ty), TypeDesc::Form(Form::Path(_))) { path::shown(text) } else { text });
            printer.finish()
        }
        Value::Record(cells) if matches!(Printer::new(view, Style::People, 0).desc(ty), TypeDesc::Form(_)) => match view.cells(cells).first() {
            Some(Value::Text(text)) => message_text(view, ty, Value::Text(*text)),
            _ => quoted_text(view, ty, value),
        },
        value => quoted_text(view, ty, value),
    }
}

/// Writes a value as a policy would: text in quotes.
#[must_use]
pub fn quoted_text(view: View<'_>, ty: TypeId, value: Value) -> String {
    let mut printer = Printer::new(view, Style::People, MAX_SHOWN_BYTES);
    printer.value(ty, value);
    printer.finish()
}

/// Writes a value as JSON. Absent fields of records are left out.
///
/// Returns none for what has no value, and beyond [`MAX_JSON_BYTES`].
#[must_use]
pub fn json_text(view: View<'_>, ty: TypeId, value: Value) -> Option<String> {
    let mut printer = Printer::new(view, Style::Json, MAX_JSON_BYTES);
    printer.value(ty, value);
    (!printer.full && !matches!(value, Value::None(_))).then_some(printer.out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    People,
    Json,
}

/// Returns the form of a type, without `?` and without how it is read.
fn plain(image: &VerifiedImage, ty: TypeId) -> &TypeDesc {
    match image.ty(ty) {
        // Types are finite trees.
        TypeDesc::Optional(of) | TypeDesc::Read(of, _) => plain(image, *of),
        desc => desc,
    }
}

struct Printer<'a> {
    view: View<'a>,
    style: Style,
    limit: usize,
    out: String,
    full: bool,
}

impl<'a> Printer<'a> {
    const fn new(view: View<'a>, style: Style, limit: usize) -> Self {
        Self { view, style, limit, out: String::new(), full: false }
    }

    fn finish(mut self) -> String {
        if self.full {
            self.out.push('…');
        }
        self.out
    }

    /// Appends text as far as there is room.
    fn push(&mut self, text: &str) {
        if self.full {
            return;
        }
        let room = self.limit.saturating_sub(self.out.len());
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.full = end < text.len();
        self.out.push_str(text.get(..end).unwrap_or(""));
    }

    fn string(&mut self, text: &str) {
        // Enough of it to see that there is more; what is beyond need not be escaped.
        let mut end = text.len().min(self.limit.saturating_add(1));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut quoted = String::new();
        push_string(&mut quoted, text.get(..end).unwrap_or(""));
        self.push(&quoted);
    }

    /// Recurses as deep as types and events are nested.
    fn value(&mut self, ty: TypeId, value: Value) {
        if self.full {
            return;
        }
        let people = self.style == Style::People;
        match value {
            Value::Absent => self.push(if people { "(none)" } else { "null" }),
            Value::None(_) => self.push(if people { "(no value)" } else { "null" }),
            Value::Bool(truth) => self.push(if truth { "true" } else { "false" }),
            Value::Num(n) => self.number(ty, n),
            Value::Text(text) => self.text(ty, self.view.text(text)),
            Value::Number(text) => self.push(self.view.text(text)),
            Value::List(cells) => {
                let of = self.element(ty);
                let (open, close) = if people && matches!(self.desc(ty), TypeDesc::Set(_)) { ("{", "}") } else { ("[", "]") };
                self.push(open);
                for (at, cell) in self.view.cells(cells).iter().enumerate() {
                    self.separate(at);
                    self.value(of, *cell);
                    if self.full {
                        return;
                    }
                }
                self.push(close);
            }
            Value::Map(cells) => {
                let of = self.element(ty);
                self.push("{");
                for (at, pair) in self.view.cells(cells).chunks(2).enumerate() {
                    if let [Value::Text(key), value] = pair {
                        self.separate(at);
                        self.string(self.view.text(*key));
                        self.push(if people { ": " } else { ":" });
                        self.value(of, *value);
                    }
                    if self.full {
                        return;
                    }
                }
                self.push("}");
            }
            Value::Record(cells) => match self.desc(ty) {
                // A command line, query or command is printed as it came.
                TypeDesc::Form(_) => self.source(self.view.cells(cells)),
                _ => self.record(ty, self.view.cells(cells)),
            },
        }
    }

    /// Writes a text in quotes; a path as people and programs write it.
    fn text(&mut self, ty: TypeId, text: &str) {
        match self.desc(ty) {
            TypeDesc::Form(Form::Path(_)) => self.string(path::shown(text)),
            _ => self.string(text),
        }
    }

    /// Writes the text of a value that was taken apart: its first cell. A statement has its kind there.
    fn source(&mut self, cells: &[Value]) {
        match cells.first() {
            Some(Value::Text(text)) => self.string(self.view.text(*text)),
            Some(Value::Num(kind)) => self.push(u8::try_from(*kind).ok().and_then(StatementKind::from_tag).map_or("", |kind| kind.word())),
            _ => {}
        }
    }

    fn record(&mut self, ty: TypeId, cells: &[Value]) {
        let TypeDesc::Record(fields) = self.desc(ty) else { return };
        let people = self.style == Style::People;
        self.push("{");
        let mut written = 0;
        for ((name, ty), cell) in fields.iter().zip(cells) {
            if !people && matches!(cell, Value::Absent) {
                continue;
            }
            self.separate(written);
            written += 1;
            let name = self.view.image.text(*name);
            if people {
                self.push(name);
                self.push(": ");
            } else {
                self.string(name);
                self.push(":");
            }
            self.value(*ty, *cell);
            if self.full {
                return;
            }
        }
        self.push("}");
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.push(if self.style == Style::People { ", " } else { "," });
        }
    }

    fn number(&mut self, ty: TypeId, n: i128) {
        let (text, is_text) = match self.desc(ty) {
            TypeDesc::Decimal | TypeDesc::Any => (decimal::format(n), false),
            TypeDesc::Time => (time::format_time(n), true),
            TypeDesc::Date => (time::format_date(n), true),
            TypeDesc::Duration => (time::format_duration(n), true),
            TypeDesc::Enum(members) => {
                let name = usize::try_from(n).ok().and_then(|n| members.get(n)).map_or("", |id| self.view.image.text(*id));
                (name.to_owned(), true)
            }
            _ => (n.to_string(), false),
        };
        if is_text && self.style == Style::Json { self.string(&text) } else { self.push(&text) }
    }

    /// Returns the form of a type, without `?`.
    fn desc(&self, ty: TypeId) -> &'a TypeDesc {
        plain(self.view.image, ty)
    }

    /// Returns the type of elements; of `any` itself.
    fn element(&self, ty: TypeId) -> TypeId {
        match self.desc(ty) {
            TypeDesc::List(of) | TypeDesc::ListFromText(of) | TypeDesc::Set(of) | TypeDesc::Map(of) => *of,
            _ => ty,
        }
    }
}
