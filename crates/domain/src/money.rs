//! Money: an integer number of minor units, with its currency.
//!
//! Rounding is named where it happens: [`Money::from_decimal`] rounds half to even, once. Sums never round.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// An ISO 4217 currency by its three-letter code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// The currency of a three-letter code in either case, or `None` where the text has another shape.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The code in upper case.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the decimal point of the major unit (ISO 4217 table A.1): 2 for most, 0, 3 or 4 for some.
    pub fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

/// ISO 4217, lists one and three: what is in use, and what was since 1990. Neither metals nor codes for tests. In order,
/// each with a blank behind it, so that a code is found by halving.
const KNOWN: &str = "\
    ADP AED AFN ALL AMD ANG AOA ARS ATS AUD AWG AZM AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CSK CUC CUP CVE CYP CZK DEM DJF DKK DOP DZD \
    EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GNF GRD GTQ GWP GYD HKD HNL HRK HTG HUF IDR \
    IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL \
    LYD MAD MDL MGA MGF MKD MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXV MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD \
    OMR PAB PEN PGK PHP PKR PLN PTE PYG QAR ROL RON RSD RUB RWF SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL \
    SOS SRD SRG SSP STD STN SVC SYP SZL THB TJS TMM TMT TND TOP TRL TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW \
    UZS VEB VED VEF VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMK ZMW ZWG ZWL ";

impl Currency {
    /// Whether it is or was a currency: of another code nobody knows how many digits it has.
    pub fn is_known(self) -> bool {
        let (codes, _) = KNOWN.as_bytes().as_chunks::<4>();
        codes.binary_search_by(|[code @ .., _]| code.cmp(&self.0)).is_ok()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (pence, cents) of one currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// Signed minor units.
    pub minor: i64,
    /// The currency that the minor units belong to.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// A decimal of major units rounded once, half to even, to minor units; `None` beyond 64 bits.
    ///
    /// ```
    /// use domain::{Currency, Money};
    /// let half_penny = rust_decimal::Decimal::new(125, 3); // 0.125
    /// assert_eq!(Money::from_decimal(half_penny, Currency::GBP), Some(Money::new(12, Currency::GBP)));
    /// ```
    pub fn from_decimal(major: Decimal, currency: Currency) -> Option<Self> {
        let scale = Decimal::from(10_i64.pow(currency.minor_digits()));
        let minor = major.checked_mul(scale)?.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
        Some(Self { minor: minor.to_i64()?, currency })
    }

    /// The same amount as a decimal of major units; exact.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.minor_digits())
    }

    /// The amount without its sign.
    pub fn abs(self) -> Self {
        Self { minor: self.minor.abs(), ..self }
    }
}

impl std::ops::Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self { minor: -self.minor, ..self }
    }
}

/// `1234.50 GBP`: the major units with every digit of the currency, then its code.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_rounded_half_to_even_once() {
        for (text, currency, minor) in [
            ("0.125", "GBP", 12),
            ("0.135", "GBP", 14),
            ("-0.125", "GBP", -12),
            ("0.001", "GBP", 0),
            ("2.55", "GBP", 255),
            ("1.5", "JPY", 2),
            ("1.2345", "KWD", 1234),
            ("1.2345", "CLF", 12345),
        ] {
            let currency = Currency::from_code(currency).unwrap();
            assert_eq!(Money::from_decimal(text.parse().unwrap(), currency).unwrap().minor, minor, "{text} {currency}");
        }
        assert_eq!(Money::from_decimal(Decimal::MAX, Currency::GBP), None);
    }

    #[test]
    fn a_code_of_no_currency_is_known_for_it() {
        for (code, known) in
            [("GBP", true), ("KWD", true), ("DEM", true), ("XYZ", false), ("XXX", false), ("ZWG", true)]
        {
            assert_eq!(Currency::from_code(code).unwrap().is_known(), known, "{code}");
        }
    }

    #[test]
    fn every_code_of_the_list_is_found() {
        let codes: Vec<&str> = KNOWN.split_whitespace().collect();
        assert_eq!(codes.len() * 4, KNOWN.len());
        assert!(codes.iter().all(|code| Currency::from_code(code).unwrap().is_known()));
    }

    #[test]
    fn an_amount_is_written_with_every_digit() {
        assert_eq!(Money::new(-123_450, Currency::GBP).to_string(), "-1234.50 GBP");
        assert_eq!(Money::new(7, Currency::from_code("jpy").unwrap()).to_string(), "7 JPY");
        assert_eq!(Currency::from_code("GB1"), None);
        assert_eq!(Currency::from_code("GBPX"), None);
    }
}
