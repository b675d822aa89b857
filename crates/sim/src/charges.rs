//! Orders paid: one charge, or two for the few orders that are paid in parts.

use crate::Setting;
use crate::calendar::{self, DAY, HOUR, MINUTE};
use crate::rates::{self, EuroRates};
use crate::shop::Document;
use domain::{Currency, Money, ProcessorCategory};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sources::stripe::Row;

/// A charge pays out two business days after it was made (Stripe's usual schedule in the United Kingdom).
const PAYOUT_DELAY_BUSINESS_DAYS: i64 = 2;
/// Card pricing in the United Kingdom: a fixed part, and a share by where the card is from.
const FIXED_FEE_PENCE: i64 = 20;
const HOME_FEE_BPS: i64 = 150;
const ABROAD_FEE_BPS: i64 = 250;
const CONVERSION_FEE_BPS: i64 = 200;
/// Orders below this are paid at once.
const LEAST_PARTED_PENCE: i64 = 200;

/// Countries of the shop's buyers that had the euro by 2011, as the shop writes them.
const EURO_COUNTRIES: [&str; 19] = [
    "Austria",
    "Belgium",
    "Cyprus",
    "EIRE",
    "Estonia",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Ireland",
    "Italy",
    "Luxembourg",
    "Malta",
    "Monaco",
    "Netherlands",
    "Portugal",
    "Slovakia",
    "Slovenia",
    "Spain",
];

/// A payment of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Charge {
    /// Index of the order.
    pub(crate) order: usize,
    /// Pays the whole order.
    pub(crate) whole: bool,
    /// Pounds for one euro, where the buyer paid in euro.
    pub(crate) rate: Option<Decimal>,
    /// As the processor shows it.
    pub(crate) row: Row,
}

/// What of an order is paid, and how long after it.
struct Part {
    pence: i64,
    delay_seconds: i64,
}

/// Every payment of every order, in the order of the orders.
pub(crate) fn take(setting: &Setting<'_>, euro: &EuroRates) -> Vec<Charge> {
    let mut charges = Vec::with_capacity(setting.shop.orders.len());
    for (index, order) in setting.shop.orders.iter().enumerate() {
        let parts = parts(setting, order);
        let whole = parts.len() == 1;
        for (number, part) in parts.iter().enumerate() {
            let (rate, row) = charged(setting, euro, order, part, number);
            charges.push(Charge { order: index, whole, rate, row });
        }
        if whole && paid_by_link(setting, order) {
            charges.iter_mut().rev().take(1).for_each(forget_order);
        }
    }
    charges
}

fn parts(setting: &Setting<'_>, order: &Document<'_>) -> Vec<Part> {
    let mut delay = setting.seed.stream("payment delay", order.number);
    let first = delay.between(20, 20 * MINUTE);
    let second = first + delay.between(5 * MINUTE, 26 * HOUR);
    let late = delay.between(DAY, 4 * DAY - 20 * MINUTE);
    let mut kind = setting.seed.stream("payment kind", order.number);
    let parted = kind.chance(setting.params.part_payments_bps);
    let halves = kind.chance(5_000);
    if parted && order.pence >= LEAST_PARTED_PENCE {
        let share = if halves && order.pence % 2 == 0 { order.pence / 2 } else { order.pence * 3 / 10 };
        return vec![
            Part { pence: share, delay_seconds: first },
            Part { pence: order.pence - share, delay_seconds: second },
        ];
    }
    let delay_seconds = if kind.chance(setting.params.late_payment_bps) { first + late } else { first };
    vec![Part { pence: order.pence, delay_seconds }]
}

fn charged(
    setting: &Setting<'_>,
    euro: &EuroRates,
    order: &Document<'_>,
    part: &Part,
    number: usize,
) -> (Option<Decimal>, Row) {
    let created = calendar::after(order.at, part.delay_seconds);
    let name = format!("{}/{number}", order.number);
    let rate = euro.before(calendar::day_of(created)).filter(|_| EURO_COUNTRIES.contains(&order.country));
    let converted = rate.and_then(|rate| rates::convert(part.pence, rate));
    let gross = converted.map_or(part.pence, |conversion| conversion.pence);
    let fee = fee_pence(gross, order.country, converted.is_some());
    let row = Row {
        customer_facing: converted.map(|conversion| conversion.euro),
        customer_id: order.buyer.map(|buyer| setting.seed.id("cus_", buyer)).unwrap_or_default(),
        order_id: order.number.to_owned(),
        description: format!("Invoice {}", order.number),
        ..row(setting, &name, created, gross, fee)
    };
    (rate.filter(|_| converted.is_some()), row)
}

/// A charge that nothing is known about but its ids, instant and amounts.
fn row(setting: &Setting<'_>, name: &str, created: Timestamp, gross: i64, fee: i64) -> Row {
    let charge_id = setting.seed.id("ch_", name);
    let available = calendar::add_business_days(calendar::day_of(created), PAYOUT_DELAY_BUSINESS_DAYS);
    Row {
        automatic_payout_id: String::new(),
        automatic_payout_effective_at_utc: None,
        balance_transaction_id: setting.seed.id("txn_", name),
        created_utc: created,
        available_on_utc: calendar::within_day(available, 0),
        category: ProcessorCategory::Charge,
        gross: pounds(gross),
        fee: pounds(fee),
        net: pounds(gross - fee),
        source_id: charge_id.clone(),
        description: String::new(),
        customer_id: String::new(),
        charge_id,
        payment_intent_id: setting.seed.id("pi_", name),
        customer_facing: None,
        order_id: String::new(),
    }
}

/// The same charge once more, `seconds` later, with ids of its own.
pub(crate) fn again(setting: &Setting<'_>, charge: &Row, seconds: i64) -> Row {
    let name = format!("{}/again", charge.balance_transaction_id);
    Row {
        customer_facing: charge.customer_facing,
        customer_id: charge.customer_id.clone(),
        order_id: charge.order_id.clone(),
        description: charge.description.clone(),
        ..row(setting, &name, calendar::after(charge.created_utc, seconds), charge.gross.minor, charge.fee.minor)
    }
}

fn paid_by_link(setting: &Setting<'_>, order: &Document<'_>) -> bool {
    setting.seed.stream("payment link", order.number).chance(setting.params.payment_link_bps)
}

fn forget_order(charge: &mut Charge) {
    charge.row.order_id.clear();
    "Payment link".clone_into(&mut charge.row.description);
}

/// The share of the amount, rounded half to even, and the fixed part: £100.00 at home cost £1.70.
pub(crate) fn fee_pence(gross: i64, country: &str, converted: bool) -> i64 {
    let origin = if country == "United Kingdom" { HOME_FEE_BPS } else { ABROAD_FEE_BPS };
    let share_bps = origin + if converted { CONVERSION_FEE_BPS } else { 0 };
    share_of(gross, share_bps) + FIXED_FEE_PENCE
}

/// So many hundredths of a percent of an amount, rounded half to even: 1 % of 250 is 2.
pub(crate) fn share_of(pence: i64, share_bps: i64) -> i64 {
    let (whole, rest) = (pence * share_bps / 10_000, pence * share_bps % 10_000);
    let up = rest > 5_000 || (rest == 5_000 && whole % 2 == 1);
    whole + i64::from(up)
}

/// Pence as money.
pub(crate) fn pounds(pence: i64) -> Money {
    Money::new(pence, Currency::GBP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_follow_the_price_list() {
        for (gross, country, converted, fee) in [
            (10_000, "United Kingdom", false, 170),
            (10_000, "Norway", false, 270),
            (10_000, "EIRE", true, 470),
            (100, "United Kingdom", false, 22), // 1.5 p is 2
            (300, "United Kingdom", false, 24), // 4.5 p is 4
        ] {
            assert_eq!(fee_pence(gross, country, converted), fee, "{gross} from {country}");
        }
        assert_eq!(share_of(250, 100), 2);
    }
}
