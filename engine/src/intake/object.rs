//! Objects whose fields go to slots: arguments, facts, context.

use reach_evaluator::image::FieldDef;
use reach_evaluator::value::{Cause, Value};
use reach_values::json::Reader;

use crate::intake::flaws::expected_names;
use crate::intake::problems::Token;
use crate::intake::stop::Stop;
use crate::intake::value::Sink;
use crate::intake::{find_field, is_unread, missing, slot_mut};

impl Sink<'_> {
    /// Reads an object of declared fields to their slots. A field that doesn't fit leaves its slot without a value, as
    /// the context needs it; for arguments the caller looks at the problems.
    pub fn object(&mut self, reader: &mut Reader<'_>, fields: &[FieldDef], slots: &mut [Value]) -> Result<(), Stop> {
        let image = self.image;
        self.enter()?;
        reader.begin_object()?;
        let (mut count, mut expected) = (0, 0);
        while let Some(key) = reader.next_key(self.text)? {
            self.check_text(key)?;
            self.count(&mut count)?;
            let name = key.bytes(self.input, self.text);
            let Some((index, field)) = find_field(fields, expected, |field| image.is_text(field.name, name)) else {
                self.unknown_key(key, |name| expected_names(name, &fields.iter().map(|f| image.text(f.name)).collect::<Vec<_>>()));
                self.skip(reader)?;
                continue;
            };
            expected = index + 1;
            self.pointer.push(Token::Name(field.name));
            let before = self.problems.count;
            match slot_mut(slots, field.slot) {
                Some(slot) if is_unread(slot) => {
                    self.value_to(reader, field.ty, field.intern, slot)?;
                    if self.problems.count > before {
                        *slot = missing(Cause::MissingContext);
                    }
                }
                slot => {
                    self.duplicate();
                    self.skip(reader)?;
                    if let Some(slot) = slot {
                        *slot = missing(Cause::MissingContext);
                    }
                }
            }
            self.pointer.pop();
        }
        self.depth -= 1;
        Ok(())
    }
}
