//! CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320): finds each burst of up to 32 wrong bits.
//!
//! It guards a model file against damage, not against malice; who asks for that hashes the bytes.

/// The checksum of these bytes; the check value of `123456789` is 0xCBF43926.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

/// Divides by the polynomial, one bit.
fn step(crc: u32) -> u32 {
    (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_value_is_the_published_one() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
