//! Comparisons, containment and patterns.

use super::{Observer, Run, Trap, none, truth};
use crate::data::Equality;
use crate::image::TypeId;
use crate::loaded::SetIndex;
use crate::op::{BYTES_A_UNIT, CmpKind, CmpOp, ConstId, PatternId, WithinKind};
use crate::value::{Atom, Cause, Place, Str, Value};
use reach_values::{host, ip, path};

/// Compares two numbers.
pub(super) fn numbers(op: CmpOp, a: Value, b: Value) -> Result<bool, Trap> {
    let (Value::Num(a), Value::Num(b)) = (a, b) else { return Err(Trap::Internal) };
    Ok(ordered(op, &a, &b))
}

/// Compares two numbers where they lie.
#[inline]
pub(super) const fn ordered(op: CmpOp, a: &i128, b: &i128) -> bool {
    match op {
        CmpOp::Eq => *a == *b,
        CmpOp::Ne => *a != *b,
        CmpOp::Lt => *a < *b,
        CmpOp::Le => *a <= *b,
        CmpOp::Gt => *a > *b,
        CmpOp::Ge => *a >= *b,
    }
}

/// Compares two numbers where they lie; none where it isn't known from them alone, as with all that are told here.
#[inline]
pub(super) const fn told_number(op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Num(a), Value::Num(b)) => Some(ordered(op, a, b)),
        _ => None,
    }
}

/// Compares a text with a constant by their atoms.
#[inline]
pub(super) const fn told_text(op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) if a.atom.tells_constant() && b.atom.tells_constant() && b.atom.0 != Atom::FOREIGN.0 => match op {
            CmpOp::Eq => Some(a.atom.0 == b.atom.0),
            CmpOp::Ne => Some(a.atom.0 != b.atom.0),
            CmpOp::Lt | CmpOp::Le | CmpOp::Gt | CmpOp::Ge => None,
        },
        _ => None,
    }
}

/// Looks for a number, or a text by its atom, in a constant set.
#[inline]
pub(super) fn told_member(value: &Value, set: SetIndex<'_>, negate: bool) -> Option<bool> {
    match (value, set) {
        (Value::Num(n), SetIndex::Numbers(numbers)) => Some(numbers.binary_search(n).is_ok() != negate),
        (Value::Text(text), SetIndex::Atoms(atoms)) if text.atom.tells_constant() => Some(atoms.binary_search(&text.atom.0).is_ok() != negate),
        _ => None,
    }
}

/// Says whether something is there.
#[inline]
pub(super) const fn told_presence(value: &Value, negate: bool) -> Option<bool> {
    match value {
        Value::None(_) => None,
        value => Some(matches!(value, Value::Absent) == negate),
    }
}

/// Says whether a condition is true.
#[inline]
pub(super) const fn told_truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        _ => None,
    }
}

/// Says whether an equality is what was asked for.
pub(super) const fn equality(op: CmpOp, equal: bool) -> Result<bool, Trap> {
    match op {
        CmpOp::Eq => Ok(equal),
        CmpOp::Ne => Ok(!equal),
        CmpOp::Lt | CmpOp::Le | CmpOp::Gt | CmpOp::Ge => Err(Trap::Internal),
    }
}

/// A condition, or none where a relative path was compared with an absolute one.
const fn known(answer: Option<bool>, place: Place) -> Value {
    match answer {
        Some(truth) => Value::Bool(truth),
        None => none(Cause::RelativePath, place),
    }
}

const fn text(value: Value) -> Result<Str, Trap> {
    if let Value::Text(text) = value { Ok(text) } else { Err(Trap::Internal) }
}

impl<O: Observer> Run<'_, O> {
    /// Returns the number of an operation in the image.
    #[inline]
    pub(super) fn number(&self, at: usize) -> u32 {
        u32::try_from(at).unwrap_or(u32::MAX).wrapping_add(self.moved)
    }

    pub(super) fn compare(&mut self, at: usize, op: CmpOp, kind: CmpKind, a: Value, b: Value, place: Place) -> Result<Value, Trap> {
        Ok(match kind {
            CmpKind::Num => Value::Bool(numbers(op, a, b)?),
            CmpKind::Bool => Value::Bool(equality(op, truth(a)? == truth(b)?)?),
            CmpKind::Text => Value::Bool(self.compare_long_texts(op, a, b)?),
            CmpKind::Path | CmpKind::Deep => match self.same(at, kind, a, b)? {
                Some(equal) => Value::Bool(equality(op, equal)?),
                None => none(Cause::RelativePath, place),
            },
        })
    }

    /// Compares a text with a constant: work that does not grow with the text.
    pub(super) fn compare_texts(&self, op: CmpOp, a: Value, b: Value) -> Result<bool, Trap> {
        equality(op, self.view().same_text(text(a)?, text(b)?))
    }

    fn compare_long_texts(&mut self, op: CmpOp, a: Value, b: Value) -> Result<bool, Trap> {
        self.burn_text(text(a)?.len.min(text(b)?.len))?;
        self.compare_texts(op, a, b)
    }

    /// Compares two values for equality in the way of a kind. `at` is the operation.
    fn same(&mut self, at: usize, kind: CmpKind, a: Value, b: Value) -> Result<Option<bool>, Trap> {
        match kind {
            CmpKind::Num => numbers(CmpOp::Eq, a, b).map(Some),
            CmpKind::Bool => Ok(Some(truth(a)? == truth(b)?)),
            CmpKind::Text => self.compare_long_texts(CmpOp::Eq, a, b).map(Some),
            CmpKind::Path => {
                let (a, b) = (text(a)?, text(b)?);
                self.burn_text(a.len.min(b.len))?;
                let view = self.view();
                Ok(path::same(view.text(a), view.text(b)))
            }
            CmpKind::Deep => {
                let ty: TypeId = *self.image.deep.get(&self.number(at)).ok_or(Trap::Internal)?;
                let mut equality = Equality { view: self.view(), fuel: self.fuel };
                let same = equality.deep(ty, a, b);
                let left = equality.fuel;
                self.fuel = left;
                if left == 0 { Err(Trap::Fuel) } else { Ok(same) }
            }
        }
    }

    /// Looks for a value in a list or set. An element that is equal decides; else one without an answer does.
    pub(super) fn contained(&mut self, at: usize, kind: CmpKind, a: Value, b: Value, place: Place) -> Result<Value, Trap> {
        let Value::List(cells) = b else { return Err(Trap::Internal) };
        let mut answer = Some(false);
        for index in 0..cells.len {
            self.burn(1)?;
            let element = *self.view().cells(cells).get(index as usize).ok_or(Trap::Internal)?;
            match self.same(at, kind, a, element)? {
                Some(true) => return Ok(Value::Bool(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(known(answer, place))
    }

    /// Looks for a number or text in a constant set, by binary search.
    pub(super) fn in_set(&self, a: Value, set: ConstId) -> Result<bool, Trap> {
        match (a, self.image.set(set).ok_or(Trap::Internal)?) {
            (Value::Num(n), SetIndex::Numbers(numbers)) => Ok(numbers.binary_search(&n).is_ok()),
            (Value::Text(text), SetIndex::Atoms(atoms)) => Ok(atoms.binary_search(&self.view().atom(text).0).is_ok()),
            // A set without elements has the index of numbers.
            (Value::Text(_), SetIndex::Numbers([])) => Ok(false),
            _ => Err(Trap::Internal),
        }
    }

    pub(super) fn within(&mut self, kind: WithinKind, a: Value, b: Value, place: Place) -> Result<Value, Trap> {
        let (a, b) = (text(a)?, text(b)?);
        self.burn_text(a.len.min(b.len))?;
        let view = self.view();
        let (a, b) = (view.text(a), view.text(b));
        let (answer, cause) = match kind {
            WithinKind::Path => (path::within(a, b), Cause::RelativePath),
            WithinKind::Host => (Some(host::within(a, b)), Cause::Ambiguous),
            WithinKind::Ip => (ip::within(a, b), Cause::Ambiguous),
            WithinKind::HostIp => (ip::host_within(a, b), Cause::Ambiguous),
        };
        Ok(answer.map_or(none(cause, place), Value::Bool))
    }

    pub(super) fn matches(&mut self, a: Value, pattern: PatternId, place: Place) -> Result<Value, Trap> {
        let a = text(a)?;
        self.burn_text(a.len)?;
        let pattern = self.image.pattern(pattern).ok_or(Trap::Internal)?;
        Ok(known(pattern.matches(self.view().text(a)), place))
    }

    pub(super) fn contains(&mut self, a: Value, b: Value) -> Result<Value, Trap> {
        let (a, b) = (text(a)?, text(b)?);
        self.burn_text(a.len)?;
        let view = self.view();
        Ok(Value::Bool(view.text(a).contains(view.text(b))))
    }

    pub(super) fn has_key(&mut self, a: Value, key: Value) -> Result<Value, Trap> {
        let key = text(key)?;
        let view = self.view();
        Ok(Value::Bool(match a {
            Value::Map(map) => view.entry(map, view.text(key)).is_some_and(|value| !matches!(value, Value::Absent)),
            // What is `any` and no object has no keys.
            _ => false,
        }))
    }

    pub(super) fn burn_text(&mut self, bytes: u32) -> Result<(), Trap> {
        self.burn(u64::from(bytes / BYTES_A_UNIT))
    }
}
