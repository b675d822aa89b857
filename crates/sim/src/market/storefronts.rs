//! Where the marketplace sells: a storefront has a country, a currency, and the processor's price list for that currency.

use crate::charges::share_of;
use domain::{Currency, Money};

/// A storefront.
#[derive(Debug)]
pub(super) struct Storefront {
    /// Begins its orders' numbers; also its country.
    pub(super) country: &'static str,
    pub(super) code: &'static str,
    /// The processor's price in this currency: hundredths of a percent, and minor units.
    pub(super) fee_bps: i64,
    pub(super) fixed_fee_minor: i64,
    /// Prices are so many times what they are in pounds or euros.
    pub(super) scale: i64,
    /// Pence for a million minor units: what a balance in pounds receives for a payment in this currency.
    pub(super) pence_per_million: i64,
}

const fn storefront(
    country: &'static str,
    code: &'static str,
    (fee_bps, fixed_fee_minor): (i64, i64),
    scale: i64,
    pence_per_million: i64,
) -> Storefront {
    Storefront { country, code, fee_bps, fixed_fee_minor, scale, pence_per_million }
}

/// Every storefront. The first keeps the balance in pounds, into which some foreign payments are converted.
pub(super) static STOREFRONTS: [Storefront; 12] = [
    storefront("GB", "GBP", (150, 20), 1, 1_000_000),
    storefront("IE", "EUR", (150, 25), 1, 851_300),
    storefront("DE", "EUR", (150, 25), 1, 851_300),
    storefront("FR", "EUR", (150, 25), 1, 851_300),
    storefront("NL", "EUR", (150, 25), 1, 851_300),
    storefront("ES", "EUR", (150, 25), 1, 851_300),
    storefront("US", "USD", (290, 30), 1, 781_700),
    storefront("CA", "CAD", (290, 30), 1, 561_900),
    storefront("AU", "AUD", (175, 30), 1, 512_300),
    storefront("JP", "JPY", (360, 30), 1, 521_700),
    storefront("SE", "SEK", (150, 180), 10, 75_310),
    storefront("CH", "CHF", (290, 30), 1, 893_100),
];

/// What converting a payment into the balance's currency costs beside.
pub(super) const CONVERSION_BPS: i64 = 200;

/// What the price falls by when it changes.
pub(super) const REBATE_BPS: i64 = 10;

/// What an amount is worth in pence, at one rate for the whole of a world: to weigh amounts of several currencies against
/// each other, and for nothing else.
///
/// Example: €10.00 are 851 pence.
pub fn worth_in_pence(money: Money) -> i64 {
    let front = STOREFRONTS.iter().find(|front| front.code == money.currency.code());
    front.map_or(0, |front| money.minor * front.pence_per_million / 1_000_000)
}

impl Storefront {
    pub(super) fn currency(&self) -> Currency {
        Currency::from_code(self.code).unwrap_or(Currency::EUR)
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency())
    }

    /// The processor's fee for a payment: £100.00 before the change cost £1.70, after it £1.60.
    pub(super) fn fee(&self, gross_minor: i64, is_later: bool, is_converted: bool) -> i64 {
        let rebate = if is_later { REBATE_BPS } else { 0 };
        let conversion = if is_converted { CONVERSION_BPS } else { 0 };
        share_of(gross_minor, self.fee_bps - rebate + conversion) + self.fixed_fee_minor
    }
}
