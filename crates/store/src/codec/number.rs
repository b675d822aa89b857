//! Numbers: LEB128 varints (seven bits a byte, low first), zigzag for signed ones, floats as their bits.

use super::{Decoder, Encoder, Malformed, Stored};

impl Encoder {
    fn varint(&mut self, mut value: u128) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push((value & 0x7f) as u8);
    }
}

impl Decoder<'_> {
    fn varint(&mut self) -> Result<u128, Malformed> {
        let mut value: u128 = 0;
        for shift in (0..128).step_by(7) {
            let [byte] = self.array("a number")?;
            let bits = u128::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(self.malformed("a number of at most 128 bits"));
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.malformed("the end of a number"))
    }
}

/// −1 → 1, 1 → 2, −2 → 3: small numbers of either sign are short.
fn zigzag(value: i128) -> u128 {
    (value << 1 ^ value >> 127).cast_unsigned()
}

fn unzigzag(value: u128) -> i128 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

macro_rules! stored_numbers {
    ($($type:ident: $to:expr, $from:expr;)*) => {
        $(impl Stored for $type {
            fn put(&self, out: &mut Encoder) {
                out.varint($to(*self));
            }

            fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
                let wide = $from(from.varint()?);
                wide.try_into().map_err(|_| from.malformed(concat!("a number of type ", stringify!($type))))
            }
        })*
    };
}

stored_numbers! {
    u8: u128::from, std::convert::identity;
    u32: u128::from, std::convert::identity;
    u64: u128::from, std::convert::identity;
    u128: std::convert::identity, std::convert::identity::<u128>;
    usize: |value| value as u128, std::convert::identity;
    i8: |value| zigzag(i128::from(value)), unzigzag;
    i16: |value| zigzag(i128::from(value)), unzigzag;
    i32: |value| zigzag(i128::from(value)), unzigzag;
    i64: |value| zigzag(i128::from(value)), unzigzag;
    i128: zigzag, unzigzag;
}

impl Stored for f32 {
    fn put(&self, out: &mut Encoder) {
        out.raw(&self.to_bits().to_le_bytes());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self::from_bits(u32::from_le_bytes(from.array("the 4 bytes of a number")?)))
    }
}

impl Stored for f64 {
    fn put(&self, out: &mut Encoder) {
        out.raw(&self.to_bits().to_le_bytes());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self::from_bits(u64::from_le_bytes(from.array("the 8 bytes of a number")?)))
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::{decode, encode};

    #[test]
    fn small_numbers_of_either_sign_take_one_byte() {
        for (value, bytes) in [(0_i64, vec![0]), (-1, vec![1]), (1, vec![2]), (63, vec![126]), (64, vec![0x80, 1])] {
            assert_eq!(encode(&value), bytes, "{value}");
        }
    }

    #[test]
    fn the_ends_of_each_type_come_back() {
        for value in [i128::MIN, i128::MAX, -1, 0] {
            assert_eq!(decode(&encode(&value)), Ok(value));
        }
        assert_eq!(decode(&encode(&u64::MAX)), Ok(u64::MAX));
        assert_eq!(
            decode::<u32>(&encode(&u64::MAX)).unwrap_err().to_string(),
            "expected a number of type u32 at byte 10"
        );
        assert!(decode::<u128>(&[0xff; 19]).is_err());
    }
}
