//! The canonical encoding: every value has exactly one sequence of bytes.
//!
//! Numbers have a fixed width, the lowest byte first. Text and lists begin with their length in 32 bits. Choices begin with a
//! tag that is only ever added to. Nothing is allocated for a length before the bytes for it are known to be there.
//!
//! A loaded image keeps rows that few need in the same encoding, but for numbers: these take as few bytes as they need, seven bits each,
//! the lowest first ([`Packing`]). No such bytes leave the process.

use crate::error::ImageError;
use reach_codes::table::image::IMAGE_ENCODING;

/// Where encodings go.
pub(crate) trait Sink {
    /// Appends bytes as they are.
    fn bytes(&mut self, bytes: &[u8]);
    /// Appends a number, given with the lowest byte first.
    fn number(&mut self, lowest_first: &[u8]);
}

impl Sink for Vec<u8> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn number(&mut self, lowest_first: &[u8]) {
        self.extend_from_slice(lowest_first);
    }
}

/// Encodings in which numbers take as few bytes as they need.
#[derive(Debug, Default)]
pub(crate) struct Packing(pub Vec<u8>);

impl Sink for Packing {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, lowest_first: &[u8]) {
        let mut rest = lowest_first.iter().rev().fold(0u128, |n, byte| n << 8 | u128::from(*byte));
        while rest >= 0x80 {
            self.0.push(0x80 | (rest & 0x7f) as u8);
            rest >>= 7;
        }
        self.0.push((rest & 0x7f) as u8);
    }
}

/// Bytes that are being read.
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
    len: usize,
    packed: bool,
}

impl<'a> Bytes<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, len: bytes.len(), packed: false }
    }

    /// Returns what a [`Packing`] made, to be read.
    pub(crate) const fn packed(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, len: bytes.len(), packed: true }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns how many bytes were read.
    pub(crate) const fn position(&self) -> usize {
        self.len - self.rest.len()
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], ImageError> {
        let (front, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.error("the bytes end too early"))?;
        self.rest = rest;
        Ok(front)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ImageError> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| self.error("the bytes end too early"))
    }

    /// Reads a number of so many bytes, the lowest first.
    fn number<const N: usize>(&mut self) -> Result<[u8; N], ImageError> {
        if !self.packed {
            return self.array();
        }
        let (mut number, mut shift) = (0u128, 0u32);
        loop {
            let [byte] = self.array()?;
            number |= u128::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift = shift.saturating_add(7);
            if byte & 0x80 == 0 {
                break;
            }
        }
        number.to_le_bytes().first_chunk().copied().ok_or_else(|| self.error("a number of too many bytes"))
    }

    /// Returns an error at the bytes that come next.
    pub(crate) fn error(&self, message: impl std::fmt::Display) -> ImageError {
        ImageError::new(IMAGE_ENCODING, format!("{message} at byte {}", self.position()))
    }
}

/// What has an encoding.
pub(crate) trait Wire: Sized {
    /// How many bytes an encoding surely has, where that is known to be more than one.
    const LEAST_BYTES: usize = 1;

    /// Appends the encoding.
    fn put(&self, out: &mut impl Sink);
    /// Reads one.
    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError>;
}

macro_rules! numbers {
    ($($ty:ty),*) => { $(
        impl Wire for $ty {
            fn put(&self, out: &mut impl Sink) {
                out.number(&self.to_le_bytes());
            }

            fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
                Ok(Self::from_le_bytes(from.number()?))
            }
        }
    )* };
}

numbers!(u8, u16, u32, u64, i128);

impl Wire for bool {
    fn put(&self, out: &mut impl Sink) {
        u8::from(*self).put(out);
    }

    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
        match u8::take(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(from.error("a truth value that is neither 0 nor 1")),
        }
    }
}

impl Wire for String {
    fn put(&self, out: &mut impl Sink) {
        put_len(self.len(), out);
        out.bytes(self.as_bytes());
    }

    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
        let len = u32::take(from)?;
        let bytes = from.take(len as usize)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| from.error("text that is not UTF-8"))
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut impl Sink) {
        put_len(self.len(), out);
        for item in self {
            item.put(out);
        }
    }

    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
        let len = u32::take(from)? as usize;
        // An item has at least one byte.
        if len > from.rest.len() {
            return Err(from.error("a list longer than the bytes that are left"));
        }
        // Room for all is made at once where the bytes that are left, which can hold no more, bound it well.
        let bound = if T::LEAST_BYTES > 1 { from.rest.len() / T::LEAST_BYTES } else { 0 };
        let mut items = Self::with_capacity(len.min(bound.max(1024)));
        for _ in 0..len {
            items.push(T::take(from)?);
        }
        // A long list has grown by doubling.
        items.shrink_to_fit();
        Ok(items)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut impl Sink) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
        if bool::take(from)? { T::take(from).map(Some) } else { Ok(None) }
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut impl Sink) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut Bytes<'_>) -> Result<Self, ImageError> {
        Ok((A::take(from)?, B::take(from)?))
    }
}

/// Writes a length. What does not fit 32 bits is written so that no reader takes it.
fn put_len(len: usize, out: &mut impl Sink) {
    u32::try_from(len).unwrap_or(u32::MAX).put(out);
}

/// Encodes newtypes as what they hold.
macro_rules! newtypes {
    ($($ty:ident),* $(,)?) => { $(
        impl $crate::wire::Wire for $ty {
            fn put(&self, out: &mut impl $crate::wire::Sink) {
                self.0.put(out);
            }

            fn take(from: &mut $crate::wire::Bytes<'_>) -> Result<Self, $crate::error::ImageError> {
                Ok(Self($crate::wire::Wire::take(from)?))
            }
        }
    )* };
}

/// Encodes structs as their fields, in the order given. Fields behind `;` stand elsewhere: what is read has none of them.
macro_rules! records {
    ($($ty:ident { $($field:ident),* $(,)? $(; $elsewhere:ident)* })*) => { $(
        impl $crate::wire::Wire for $ty {
            fn put(&self, out: &mut impl $crate::wire::Sink) {
                // A field that is forgotten here does not compile.
                let Self { $($field,)* $($elsewhere: _,)* } = self;
                $($field.put(out);)*
            }

            fn take(from: &mut $crate::wire::Bytes<'_>) -> Result<Self, $crate::error::ImageError> {
                $(let $field = $crate::wire::Wire::take(from)?;)*
                Ok(Self { $($field,)* $($elsewhere: Default::default(),)* })
            }
        }
    )* };
}

/// Encodes enums as a tag and the fields of the variant. Tags are only ever added.
macro_rules! choices {
    ($($ty:ident { $($tag:literal $variant:ident $(($($item:ident),*))? $({ $($field:ident),* })?),* $(,)? })*) => { $(
        impl $crate::wire::Wire for $ty {
            fn put(&self, out: &mut impl $crate::wire::Sink) {
                match self { $(
                    Self::$variant $(($($item),*))? $({ $($field),* })? => {
                        out.number(&[$tag]);
                        $($($item.put(out);)*)?
                        $($($field.put(out);)*)?
                    }
                )* }
            }

            fn take(from: &mut $crate::wire::Bytes<'_>) -> Result<Self, $crate::error::ImageError> {
                match u8::take(from)? {
                    $($tag => {
                        $($(let $item = $crate::wire::Wire::take(from)?;)*)?
                        $($(let $field = $crate::wire::Wire::take(from)?;)*)?
                        Ok(Self::$variant $(($($item),*))? $({ $($field),* })?)
                    })*
                    tag => Err(from.error(format_args!(concat!("unknown tag {} of ", stringify!($ty)), tag))),
                }
            }
        }
    )* };
}

pub(crate) use {choices, newtypes, records};
