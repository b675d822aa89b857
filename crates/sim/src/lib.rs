//! Seeded worlds with the truth beside them, where no import reads it: a processor and a bank, (`market`) a marketplace
//! of any size, (`parties`) a file of customers, and (`cards`) a stream of card payments.
//!
//! The real shop (UCI Online Retail) has neither processor nor bank files. [`processor_world`] makes them from its
//! invoices: what Stripe and a bank would have exported had the shop been paid through them, a few breaks planted on
//! purpose, and many near misses that are none.
//!
//! How the money moves:
//! - **Orders and credit notes** (`shop`): signed sums of rounded lines, without what a marketplace settles. An order
//!   that the same buyer's credit note takes back in full within 60 minutes was never paid. Bad debts move nothing.
//! - **Charges** (`charges`): one for each order, seconds to 20 minutes after it; 2 % are one to four days late, 1.5 %
//!   are in two parts within 26 hours, 3 % come by a payment link that names no order. Buyers in euro countries pay in
//!   euro at the last reference rate before (`rates`). Fees: 1.5 % + 20p at home, 2.5 % + 20p abroad, 2 % more in euro.
//! - **Refunds** (`refunds`): for each credit note within five days (a second part, up to twelve hours later), from the
//!   buyer's earlier charges or, where these do not suffice, from one before the export.
//! - **Payouts** (`payouts`): early on each business day, all that is available: charges after two business days,
//!   refunds at once; held over while it sums to nothing or less.
//! - **The bank** (`bank`): payouts arrive one or two business days later; some two in a line, some unnamed, some late.
//!   It takes a fee each month.
//! - **The end**: what happens after the exports were made is in no file, so the last days are in transit.
//!
//! What is planted, and where it may not be, is said in `breaks`.
//!
//! Promises: equal invoices, rates, policy and [`Params`] give equal bytes, on any machine and whatever the tenant's
//! tokens are. Each charge, refund, payout and break hangs on its own random stream, so more invoices leave the draws
//! of the others as they were. Net = gross − fee; a payout is the sum of what it carries; the statement adds up. All
//! amounts are pounds. Left out: disputes, reserves, the processor's other fees, bank holidays, instant payouts.

mod bank;
mod breaks;
mod calendar;
mod cards;
mod charges;
mod decoys;
mod market;
mod params;
mod parties;
mod payouts;
mod random;
mod rates;
mod refunds;
mod shop;
#[cfg(test)]
mod tests;
mod truth;

pub use cards::{CardAttempt, CardFraud, CardParams, CardStream};
pub use market::{Market, MarketParams, NearMiss, QUIET_DAYS, WrongFee, worth_in_pence};
pub use params::Params;
pub use parties::{PartyParams, write_parties};
pub use truth::{Class, Decoy, DecoyRow, Truth, TruthRow};

use breaks::Planted;
use charges::Charge;
use domain::{ExceptionRule, Policy, RateSheet, Record};
use random::Seed;
use refunds::Refund;
use shop::Shop;
use sources::{camt053, stripe};

/// The files of a processor and a bank, and the truth about them.
#[derive(Clone, PartialEq, Debug)]
pub struct World {
    /// Stripe's itemised payout reconciliation, in order of time.
    pub stripe: Vec<stripe::Row>,
    /// One statement over the whole time.
    pub bank: camt053::Statement,
    /// Never stands where an import reads.
    pub truth: Truth,
}

impl World {
    /// The processor's file.
    pub fn stripe_csv(&self) -> Vec<u8> {
        stripe::write(&self.stripe)
    }

    /// The bank's file.
    pub fn camt_xml(&self) -> Vec<u8> {
        camt053::write(&self.bank)
    }
}

/// What every part of the making may look at.
struct Setting<'a> {
    shop: &'a Shop<'a>,
    params: &'a Params,
    seed: Seed,
}

/// What a processor and a bank would have exported for these invoices. Records that are no invoices are passed over.
pub fn processor_world(invoices: &[Record], rates: &[RateSheet], policy: &Policy, params: &Params) -> World {
    let shop = Shop::read(invoices, policy, params.until);
    let setting = Setting { shop: &shop, params, seed: Seed(params.seed) };
    let charges = charges::take(&setting, &rates::EuroRates::new(rates));
    let mut refunds = refunds::give(&setting, &charges);
    let planted = breaks::plant(&setting, &charges, &mut refunds);
    let mut stripe = exported(&setting, &charges, &refunds, &planted);
    let payouts = payouts::carry(&setting, &mut stripe);
    stripe.sort_by(|a, b| in_time(a).cmp(&in_time(b)));
    let short = breaks::shorten(&setting, &payouts);
    let credits = bank::credits(&setting, &payouts, &short);
    let bank = bank::statement(&setting, &payouts, &credits);

    // What was cut off at the end is in no file, and so neither a break nor a decoy.
    let end = shop.end;
    let mut decoys = decoys::list(&setting, &charges, &refunds, &planted);
    decoys.extend(decoys::list_arrivals(&payouts, &credits));
    let exists = decoys::records(&shop, &stripe);
    decoys.retain(|decoy| exists.contains(&decoy.record));
    let mut truth = planted.truth;
    truth.extend(refunds.iter().filter(|refund| refund.row.created_utc <= end).filter_map(from_before));
    truth.extend(breaks::short_truth(&payouts, &short));
    truth.extend(bank::natural(&bank));
    World { stripe, bank, truth: Truth::new(truth, decoys) }
}

/// The charges and refunds that happened by the end, in order of time.
fn exported(setting: &Setting<'_>, charges: &[Charge], refunds: &[Refund], planted: &Planted) -> Vec<stripe::Row> {
    let happened = (0..).zip(charges).filter(|(index, _)| !planted.missing.contains(index));
    let charges = happened.map(|(_, charge)| &charge.row);
    let rows = charges.chain(refunds.iter().map(|refund| &refund.row)).chain(&planted.extra);
    let mut rows: Vec<stripe::Row> = rows.filter(|row| row.created_utc <= setting.shop.end).cloned().collect();
    rows.sort_by(|a, b| in_time(a).cmp(&in_time(b)));
    rows
}

fn in_time(row: &stripe::Row) -> (jiff::Timestamp, &str) {
    (row.created_utc, &row.balance_transaction_id)
}

/// A refund of a charge from before the export: nobody can find its payment.
fn from_before(refund: &Refund) -> Option<TruthRow> {
    refund.charge.is_none().then(|| TruthRow {
        class: Class::Natural,
        rule: ExceptionRule::RefundWithoutPayment,
        record: breaks::record_of(&refund.row),
        amount: refund.row.gross.abs(),
        note: format!("{} is from before the export", refund.row.charge_id),
    })
}
