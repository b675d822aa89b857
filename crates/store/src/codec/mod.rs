//! The stored form of the nouns: fields in a listed order, integers as LEB128 varints, floats as their bits.
//!
//! Promises: what is encoded decodes to the same value, bit for bit; no bytes whatever make the decoder panic or
//! allocate more than in proportion to their length. The lists in `nouns.rs` and `derived.rs` are the format: a new
//! field or variant in `domain` does not compile here until somebody has decided how it is stored. Rules are stored by
//! their names and accounts by their codes, as `domain` promises that those do not change.

mod derived;
mod live;
mod nouns;
mod number;
#[cfg(test)]
pub(crate) mod tests;

use domain::{Digest, Issue, IssueId, Record};
use sha2::{Digest as _, Sha256};

/// Bytes that are not a stored value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub(crate) struct Malformed {
    expected: &'static str,
    at: usize,
}

/// A value with a stored form.
pub(crate) trait Stored: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Encoder);
    /// Takes the value off the front.
    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed>;
}

/// Where encoded bytes go.
pub(crate) struct Encoder {
    bytes: Vec<u8>,
    with_spans: bool,
}

/// Where encoded bytes come from.
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The stored form of `value`.
pub(crate) fn encode(value: &impl Stored) -> Vec<u8> {
    let mut out = Encoder { bytes: Vec::with_capacity(256), with_spans: true };
    value.put(&mut out);
    out.bytes
}

/// The value whose stored form is exactly `bytes`.
pub(crate) fn decode<T: Stored>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut from = Decoder { bytes, at: 0 };
    let value = T::take(&mut from)?;
    if from.at == bytes.len() { Ok(value) } else { Err(from.malformed("the end")) }
}

/// Names what a record says, whichever export says it: SHA-256 over id, instant and content, without the file and the
/// places in it. Equal ids with equal digests are one record seen twice; with other digests, a conflict.
pub fn payload_digest(record: &Record) -> Digest {
    let mut out = Encoder { bytes: Vec::with_capacity(256), with_spans: false };
    record.id.put(&mut out);
    record.at.put(&mut out);
    record.content.put(&mut out);
    sha256(&out.bytes)
}

/// Names an issue by all that it says: equal issues of one file are mended together.
pub fn issue_id(issue: &Issue) -> IssueId {
    let Digest(hash) = sha256(&encode(issue));
    IssueId(std::array::from_fn(|byte| hash[byte]))
}

/// SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl Encoder {
    fn text(&mut self, text: &str) {
        text.len().put(self);
        self.raw(text.as_bytes());
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}

impl<'a> Decoder<'a> {
    fn malformed(&self, expected: &'static str) -> Malformed {
        Malformed { expected, at: self.at }
    }

    fn raw(&mut self, len: usize, expected: &'static str) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(len).ok_or_else(|| self.malformed(expected))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| self.malformed(expected))?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.raw(N, expected)?);
        Ok(array)
    }
}

impl Stored for bool {
    fn put(&self, out: &mut Encoder) {
        out.raw(&[u8::from(*self)]);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match from.array("a flag")? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(from.malformed("0 or 1")),
        }
    }
}

impl Stored for String {
    fn put(&self, out: &mut Encoder) {
        out.text(self);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let len = usize::take(from)?;
        let bytes = from.raw(len, "a text of its length")?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| from.malformed("UTF-8"))
    }
}

impl<T: Stored> Stored for Option<T> {
    fn put(&self, out: &mut Encoder) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        bool::take(from)?.then(|| T::take(from)).transpose()
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Encoder) {
        self.len().put(out);
        for item in self {
            item.put(out);
        }
    }

    /// Every item takes at least a byte, so a false length ends with the bytes; it is never allocated up front.
    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let len = usize::take(from)?;
        let mut items = Self::with_capacity(len.min(64));
        for _ in 0..len {
            items.push(T::take(from)?);
        }
        Ok(items)
    }
}

impl<T: Stored> Stored for Box<T> {
    fn put(&self, out: &mut Encoder) {
        (**self).put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        T::take(from).map(Self::new)
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn put(&self, out: &mut Encoder) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok((A::take(from)?, B::take(from)?))
    }
}

/// Lists a struct's fields in their stored order.
macro_rules! stored_struct {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::codec::Stored for $type {
            fn put(&self, out: &mut $crate::codec::Encoder) {
                let Self { $($field),* } = self;
                $($crate::codec::Stored::put($field, out);)*
            }

            fn take(from: &mut $crate::codec::Decoder<'_>) -> Result<Self, $crate::codec::Malformed> {
                Ok(Self { $($field: $crate::codec::Stored::take(from)?),* })
            }
        }
    };
}

/// Lists an enum's variants with their stored tags. A tag is never used again for another meaning.
macro_rules! stored_enum {
    ($type:ident { $($tag:literal = $variant:ident $(($value:ident))? $({ $($field:ident),* })?),* $(,)? }) => {
        impl $crate::codec::Stored for $type {
            fn put(&self, out: &mut $crate::codec::Encoder) {
                match self {
                    $(Self::$variant $(($value))? $({ $($field),* })? => {
                        out.raw(&[$tag]);
                        $($crate::codec::Stored::put($value, out);)?
                        $($($crate::codec::Stored::put($field, out);)*)?
                    })*
                }
            }

            fn take(from: &mut $crate::codec::Decoder<'_>) -> Result<Self, $crate::codec::Malformed> {
                match from.array(concat!("a ", stringify!($type)))? {
                    $([$tag] => {
                        $(let $value = $crate::codec::Stored::take(from)?;)?
                        $($(let $field = $crate::codec::Stored::take(from)?;)*)?
                        Ok(Self::$variant $(($value))? $({ $($field),* })?)
                    })*
                    _ => Err(from.malformed(concat!("a tag of ", stringify!($type)))),
                }
            }
        }
    };
}

pub(crate) use {stored_enum, stored_struct};

/// Cuts `[length][bytes]…` into its parts.
pub(crate) fn decode_lengths(bytes: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut from = Decoder { bytes, at: 0 };
    let mut parts = Vec::new();
    while from.at < bytes.len() {
        let len = usize::take(&mut from)?;
        parts.push(from.raw(len, "an event of its length")?);
    }
    Ok(parts)
}
