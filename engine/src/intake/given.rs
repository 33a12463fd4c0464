//! Values that a host gives as what they are, with no JSON between.
//!
//! Only what surely fits is taken here. The rest is written as the line that it stands for and read from that, so that limits, forms and refusals
//! are those of lines, whatever a host gives.

use reach_evaluator::image::{FieldDef, TypeDesc, TypeId};
use reach_evaluator::value::Value;
use reach_values::json::{Lies, Piece};
use reach_values::{decimal, time};

use super::envelope::{EventKind, Key};
use super::value::Sink;
use super::{Event, UNREAD, find_field, is_unread, slot_mut};
use crate::step::{Arg, Step};

impl Event<'_> {
    /// Takes a step whose values fit; none where something doesn't, or isn't known to.
    pub fn give(step: &Step<'_>, sink: &mut Sink<'_>, slots: &mut [Value]) -> Option<Self> {
        let mut event = Event::empty();
        let short = |text: &str| !text.is_empty() && text.len() <= sink.limits.id_bytes;
        let fits = short(step.id) && step.agent.is_none_or(short) && time::is_time(step.at_ns) && step.most_bytes() <= sink.limits.event_bytes;
        if !fits {
            return None;
        }
        let name = if step.kind == reach_evaluator::image::StepKind::Say { None } else { Some(step.name) };
        event.kind = Some(EventKind::Step(step.kind));
        event.at = Some(step.at_ns);
        event.target = sink.image.target(step.kind, name.unwrap_or(""));
        for (key, text) in [(Key::Id, Some(step.id)), (Key::Agent, step.agent), (Key::Name, name), (Key::Definition, step.definition)] {
            if let Some(text) = text {
                let piece = sink.copied(text)?;
                event.set_word(key, piece).ok()?;
            }
        }
        let image = sink.image;
        let target = image.image().targets.get(event.target?)?;
        sink.depth = 2;
        sink.give_fields(step.args, &target.args, slots)?;
        sink.give_fields(step.facts, &target.facts, slots)?;
        event.args_read = true;
        sink.problems.is_empty().then_some(event)
    }
}

impl Sink<'_> {
    /// Copies a text to where values are read to.
    fn copied(&mut self, text: &str) -> Option<Piece> {
        let piece = Piece { lies: Lies::Scratch, start: self.text.len(), len: text.len() };
        self.check_text(piece).ok()?;
        self.text.push_str(text);
        Some(piece)
    }

    fn give_fields(&mut self, given: &[(&str, Arg<'_>)], fields: &[FieldDef], slots: &mut [Value]) -> Option<()> {
        let image = self.image;
        if given.len() > self.limits.list_items {
            return None;
        }
        let mut expected = 0;
        for (name, arg) in given {
            let (index, field) = find_field(fields, expected, |field| image.is_text(field.name, name.as_bytes()))?;
            expected = index + 1;
            let slot = slot_mut(slots, field.slot).filter(|slot| is_unread(slot))?;
            *slot = self.give(arg, field.ty, field.intern)?;
        }
        Some(())
    }

    /// Takes a value of a type. Recurses as deep as types are nested, and no deeper than events may be.
    fn give(&mut self, arg: &Arg<'_>, ty: TypeId, intern: bool) -> Option<Value> {
        let image = self.image;
        match (image.ty(ty), arg) {
            (TypeDesc::Optional(_), Arg::Null) => Some(Value::Absent),
            (TypeDesc::Optional(inner), _) => self.give(arg, *inner, intern),
            (TypeDesc::Bool, Arg::Bool(truth)) => Some(Value::Bool(*truth)),
            (TypeDesc::Int, Arg::Int(n)) => Some(Value::Num(i128::from(*n))),
            (TypeDesc::Decimal, Arg::Int(n)) => Some(Value::Num(decimal::from_int(*n))),
            (TypeDesc::Decimal, Arg::Decimal(n)) => Some(Value::Num(*n)),
            (TypeDesc::Time, Arg::Time(n)) if time::is_time(*n) => Some(Value::Num(*n)),
            (TypeDesc::Date, Arg::Date(n)) if time::is_date(*n) => Some(Value::Num(*n)),
            (TypeDesc::Duration, Arg::Duration(n)) if time::is_duration(*n) => Some(Value::Num(*n)),
            (_, Arg::Text(text)) => {
                let piece = self.copied(text)?;
                let value = self.text_of(piece, ty, intern).ok()??;
                self.problems.is_empty().then_some(value)
            }
            (TypeDesc::List(inner) | TypeDesc::ListFromText(inner), Arg::List(items)) => self.give_list(items, *inner, intern),
            (TypeDesc::Set(inner), Arg::List(items)) => {
                let list = self.give_list(items, *inner, intern)?;
                Some(self.sorted(list))
            }
            (TypeDesc::Record(fields), Arg::Object(given)) => self.give_record(given, fields, intern),
            _ => None,
        }
    }

    fn give_list(&mut self, items: &[Arg<'_>], inner: TypeId, intern: bool) -> Option<Value> {
        self.enter().ok()?;
        if items.len() > self.limits.list_items {
            return None;
        }
        let base = self.stack.len();
        for item in items {
            let value = self.give(item, inner, intern)?;
            self.stack.push(value);
        }
        self.depth -= 1;
        self.finish(base).ok().map(Value::List)
    }

    fn give_record(&mut self, given: &[(&str, Arg<'_>)], fields: &[(reach_evaluator::image::TextId, TypeId)], intern: bool) -> Option<Value> {
        let image = self.image;
        self.enter().ok()?;
        if given.len() > self.limits.list_items {
            return None;
        }
        let base = self.stack.len();
        self.stack.extend(fields.iter().map(|_| UNREAD));
        for (name, arg) in given {
            let index = fields.iter().position(|(id, _)| image.text(*id) == *name)?;
            if self.stack.get(base + index).is_none_or(|value| !is_unread(value)) {
                return None;
            }
            let value = self.give(arg, fields.get(index)?.1, intern)?;
            *self.stack.get_mut(base + index)? = value;
        }
        for (at, (_, ty)) in (base..).zip(fields) {
            let place = self.stack.get_mut(at)?;
            if is_unread(place) {
                matches!(image.ty(*ty), TypeDesc::Optional(_)).then_some(())?;
                *place = Value::Absent;
            }
        }
        self.depth -= 1;
        self.finish(base).ok().map(Value::Record)
    }
}
