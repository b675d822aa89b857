//! Which first digits and lengths belong together: the ranges that the card schemes publish.

use std::ops::RangeInclusive;

struct Scheme {
    /// The first six digits.
    first: RangeInclusive<u32>,
    lengths: RangeInclusive<usize>,
}

const fn scheme(first: RangeInclusive<u32>, lengths: RangeInclusive<usize>) -> Scheme {
    Scheme { first, lengths }
}

const SCHEMES: [Scheme; 24] = [
    // Visa; 13 and 19 digits are rare, and 14, 15, 17 and 18 do not exist.
    scheme(400_000..=499_999, 13..=13),
    scheme(400_000..=499_999, 16..=16),
    scheme(400_000..=499_999, 19..=19),
    // Mastercard.
    scheme(510_000..=559_999, 16..=16),
    scheme(222_100..=272_099, 16..=16),
    // American Express.
    scheme(340_000..=349_999, 15..=15),
    scheme(370_000..=379_999, 15..=15),
    // Diners Club.
    scheme(300_000..=305_999, 14..=14),
    scheme(309_500..=309_599, 14..=14),
    scheme(360_000..=369_999, 14..=14),
    scheme(380_000..=399_999, 14..=14),
    // JCB.
    scheme(352_800..=358_999, 16..=16),
    // Discover.
    scheme(601_100..=601_199, 16..=19),
    scheme(644_000..=659_999, 16..=19),
    // UnionPay.
    scheme(620_000..=628_999, 16..=19),
    scheme(810_000..=817_199, 16..=19),
    // Maestro.
    scheme(501_800..=501_899, 13..=19),
    scheme(502_000..=502_099, 13..=19),
    scheme(503_800..=503_899, 13..=19),
    scheme(589_300..=589_399, 13..=19),
    scheme(630_400..=630_499, 13..=19),
    scheme(675_900..=675_999, 13..=19),
    scheme(676_100..=676_399, 13..=19),
    // Mir.
    scheme(220_000..=220_499, 16..=19),
];

/// Whether a scheme issues cards of these digits.
pub(super) fn issues(digits: &[u8]) -> bool {
    let first = digits.iter().take(6).fold(0, |number, digit| 10 * number + u32::from(digit - b'0'));
    SCHEMES.iter().any(|scheme| scheme.first.contains(&first) && scheme.lengths.contains(&digits.len()))
}
