//! What a world is made with: the seed, the end, and how often each thing happens.

use jiff::Timestamp;

/// What to simulate. Rates are in hundredths of a percent (`50` = 0.5 %).
///
/// A planted rate above zero plants at least one, as long as the shop holds a place where it can be told from
/// everything else; a rate of zero plants none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Params {
    /// Equal seeds and equal invoices give equal bytes.
    pub seed: u64,
    /// When the exports were made; the time of the last invoice where none is given.
    pub until: Option<Timestamp>,
    /// Planted: paid orders whose payment never happened.
    pub missing_payment_bps: u32,
    /// Planted: paid orders that are charged twice.
    pub doubled_charge_bps: u32,
    /// Planted: refunds that give back more than was paid.
    pub refund_larger_bps: u32,
    /// Planted: payouts of which the bank received less.
    pub short_payout_bps: u32,
    /// Decoy: orders paid by a payment link, so that the charge names no order.
    pub payment_link_bps: u32,
    /// Decoy: orders paid in two parts.
    pub part_payments_bps: u32,
    /// Decoy: orders paid one to four days late.
    pub late_payment_bps: u32,
    /// Decoy: orders charged twice whose second charge is given back within the hour.
    pub refunded_duplicate_bps: u32,
    /// Decoy: refunds whose description is empty.
    pub undescribed_refund_bps: u32,
    /// Decoy: full refunds that are paid in two parts.
    pub refund_in_two_bps: u32,
    /// Decoy: payouts that the bank books in one line with the next.
    pub combined_payouts_bps: u32,
    /// Decoy: bank lines that lost the payout's id.
    pub lost_reference_bps: u32,
    /// Decoy: payouts that take three or four business days.
    pub late_arrival_bps: u32,
}

impl Params {
    /// The stated rates, with this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            until: None,
            missing_payment_bps: 50,
            doubled_charge_bps: 50,
            refund_larger_bps: 150,
            short_payout_bps: 500,
            payment_link_bps: 300,
            part_payments_bps: 150,
            late_payment_bps: 200,
            refunded_duplicate_bps: 50,
            undescribed_refund_bps: 1_000,
            refund_in_two_bps: 1_000,
            combined_payouts_bps: 500,
            lost_reference_bps: 300,
            late_arrival_bps: 300,
        }
    }
}
