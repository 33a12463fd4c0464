//! Questions of entities.

use super::{Observer, Run, Trap, none};
use crate::image::EntityId;
use crate::value::{Cause, Place, Value};

impl<O: Observer> Run<'_, O> {
    pub(super) fn look_up(&self, id: Value, of: EntityId, index: u16, place: Place) -> Result<Value, Trap> {
        let Value::Text(id) = id else { return Err(Trap::Internal) };
        let Some(node) = self.view().node(of, id) else { return Ok(none(Cause::UnknownEntity, place)) };
        self.context.entities.field(node, index).ok_or(Trap::Internal)
    }

    /// Asks whether an entity is one of some, or lies in one of them.
    pub(super) fn under(&mut self, (a, of): (Value, EntityId), (b, in_type): (Value, EntityId), place: Place) -> Result<Value, Trap> {
        let Value::Text(id) = a else { return Err(Trap::Internal) };
        let one = [b];
        let (list, count) = match b {
            Value::Text(_) => (None, 1),
            Value::List(cells) => (Some(cells), cells.len),
            _ => return Err(Trap::Internal),
        };
        let node = self.view().node(of, id);
        for at in 0..count {
            self.burn(1)?;
            let view = self.view();
            let others = list.map_or(&one[..], |cells| view.cells(cells));
            let Some(Value::Text(other)) = others.get(at as usize).copied() else { return Err(Trap::Internal) };
            let found = match (node, view.node(in_type, other)) {
                (Some(node), Some(other)) => node == other || self.context.entities.lies_in(node, other),
                // What the data doesn't know has nothing in it, and lies in nothing. It is itself.
                (None, None) => of == in_type && view.same_text(id, other),
                (Some(_), None) | (None, Some(_)) => false,
            };
            if found {
                return Ok(Value::Bool(true));
            }
        }
        Ok(if node.is_some() || count == 0 { Value::Bool(false) } else { none(Cause::UnknownEntity, place) })
    }
}
