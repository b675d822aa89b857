//! What is known of attempts, as bytes: so that opening the books again need not replay every attempt.
//!
//! Charge: a form for the plain values of which that knowledge is made; each type lists its own fields beside itself.
//! Promises: the same knowledge gives the same bytes, however it came about; what is put comes back equal; bytes that are
//! cut short or were never put give nothing, and no panic. Limits: the form is this build's own ([`form`] names it).
//! Whoever keeps the bytes keeps the name beside them, and replays the journal where it is another.

use domain::{Currency, Level, Money, RecordId, Terms, Token};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Raised with every change of what is put, or of its order.
const FORM: u32 = 2;

/// The name of the form: its number, and what the registry of features keeps.
pub fn form() -> String {
    format!("form {FORM}, registry {:016x}", crate::observe::registry_number())
}

/// A value with a form.
pub(crate) trait Kept: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);
    /// Takes the value off the front; none where it does not stand there.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

/// The next bytes.
pub(crate) fn bytes<'a>(from: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(taken)
}

/// The next so many bytes.
pub(crate) fn array<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*taken)
}

/// Seven bits a byte, low first: small numbers are short.
pub(crate) fn put_short(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

/// What [`put_short`] put.
pub(crate) fn take_short(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = array(from)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Lists a struct's fields in the order in which they are put.
macro_rules! kept_struct {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::snapshot::Kept for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::snapshot::Kept::put($field, out);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::snapshot::Kept::take(from)?),* })
            }
        }
    };
}

pub(crate) use kept_struct;

macro_rules! kept_numbers {
    ($($type:ty)*) => {
        $(impl Kept for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                array(from).map(Self::from_le_bytes)
            }
        })*
    };
}

kept_numbers! { u8 u16 u32 u64 i64 i128 f64 }

impl Kept for usize {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u64).put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        u64::take(from)?.try_into().ok()
    }
}

impl Kept for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        match array(from)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Kept for SmolStr {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let len = usize::take(from)?;
        std::str::from_utf8(bytes(from, len)?).ok().map(Self::from)
    }
}

impl Kept for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        SmolStr::take(from).map(Self::from)
    }
}

impl<T: Kept> Kept for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        if bool::take(from)? { T::take(from).map(Some) } else { Some(None) }
    }
}

impl<T: Kept, const N: usize> Kept for [T; N] {
    fn put(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let items: Option<Vec<T>> = (0..N).map(|_| T::take(from)).collect();
        items?.try_into().ok()
    }
}

/// So many items; a false count ends with the bytes, and is never allocated up front.
fn take_items<T: Kept, C: FromIterator<T>>(from: &mut &[u8]) -> Option<C> {
    let count = usize::take(from)?;
    (0..count).map(|_| T::take(from)).collect()
}

impl<T: Kept + Ord> Kept for BTreeSet<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        take_items(from)
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        take_items(from)
    }
}

impl<T: Kept> Kept for VecDeque<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        take_items(from)
    }
}

impl<K: Kept + Ord, V: Kept> Kept for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        take_items::<(K, V), Self>(from)
    }
}

impl<A: Kept, B: Kept> Kept for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<A: Kept, B: Kept, C: Kept> Kept for (A, B, C) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?, C::take(from)?))
    }
}

impl Kept for Token {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        array(from).map(Self)
    }
}

impl Kept for RecordId {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        SmolStr::take(from).map(Self)
    }
}

impl Kept for Timestamp {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_nanosecond().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::from_nanosecond(i128::take(from)?).ok()
    }
}

impl Kept for Date {
    fn put(&self, out: &mut Vec<u8>) {
        i64::from(self.year()).put(out);
        out.extend([self.month().cast_unsigned(), self.day().cast_unsigned()]);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let year = i16::try_from(i64::take(from)?).ok()?;
        let [month, day] = array(from)?;
        Self::new(year, month.cast_signed(), day.cast_signed()).ok()
    }
}

impl Kept for Decimal {
    fn put(&self, out: &mut Vec<u8>) {
        self.mantissa().put(out);
        self.scale().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::try_from_i128_with_scale(i128::take(from)?, u32::take(from)?).ok()
    }
}

impl Kept for Currency {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.code().as_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Self::from_code(std::str::from_utf8(bytes(from, 3)?).ok()?)
    }
}

kept_struct!(Money { minor, currency });
kept_struct!(Terms { most_minor, most_attempts, per_seconds, rate_bps, until });

const LEVELS: [Level; 4] = [Level::Normal, Level::Watch, Level::Warning, Level::Critical];

impl Kept for Level {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let [place] = array(from)?;
        LEVELS.get(usize::from(place)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 300 is 0b10_0101100: its low seven bits with the mark of more, then the two above.
    #[test]
    fn small_numbers_are_short() {
        let short = |value| {
            let mut out = Vec::new();
            put_short(value, &mut out);
            assert_eq!(take_short(&mut &out[..]), Some(value));
            out
        };
        assert_eq!((short(5), short(300)), (vec![5], vec![0b1010_1100, 0b10]));
        assert_eq!(short(u64::MAX).len(), 10);
    }

    #[test]
    fn what_is_cut_short_gives_nothing() {
        let money = Money::new(-5, Currency::GBP);
        let known = BTreeMap::from([(SmolStr::from("a"), vec![Some((Timestamp::MAX, money)), None])]);
        let mut out = Vec::new();
        known.put(&mut out);
        assert_eq!(Kept::take(&mut &out[..]), Some(known));
        for len in 0..out.len() {
            assert_eq!(BTreeMap::<SmolStr, Vec<Option<(Timestamp, Money)>>>::take(&mut &out[..len]), None, "{len}");
        }
        assert_eq!(Level::take(&mut &[4][..]), None);
    }
}
