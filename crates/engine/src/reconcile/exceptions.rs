//! What is left after all settling, named for the rule it breaks, with its money at risk.

use super::drawn::is_by_hand;
use super::items::{Claim, Movement};
use super::payout::Payout;
use super::refunds::excess;
use super::returned;
use super::settling::{Piece, Settling};
use domain::{ExceptionRule as Rule, Money, RecordId};

/// Raises every exception.
pub(super) fn name_what_is_left(settling: &mut Settling) {
    orders(settling);
    payments(settling);
    refunds(settling);
    credit_notes(settling);
    payouts(settling);
    transfers(settling);
    bank_lines(settling);
}

fn orders(settling: &mut Settling) {
    let items = settling.items;
    for order in items.orders.values() {
        let left = settling.left_of_claim(order);
        let age = settling.age_days(order.at, items.processor_reach);
        let Some(age) = age.filter(|age| left > 0 && *age > settling.policy.payment_grace_days) else { continue };
        let left = Money::new(left, order.amount.currency);
        if left == order.amount {
            let text = format!("order {} of {} has no payment after {age} days", order.number, order.amount);
            settling.raise(Rule::OrderWithoutPayment, &order.id, order.at, left, vec![], text);
        } else {
            let text = format!("order {} of {} still lacks {left} after {age} days", order.number, order.amount);
            let rule = if left.minor == 1 { Rule::RoundingDifference } else { Rule::OrderUnderpaid };
            settling.raise(rule, &order.id, order.at, left, vec![], text);
        }
    }
}

fn payments(settling: &mut Settling) {
    let items = settling.items;
    for charge in items.charges.values() {
        let left = Money::new(settling.left_of_movement(charge), charge.amount.currency);
        if left.minor == 0 {
            continue;
        }
        let named = charge.order_reference.as_ref();
        let order = named.and_then(|number| items.order_for(number, charge));
        match order {
            Some(order) if left == charge.amount && doubles(settling, order, charge) => {
                let text =
                    format!("order {} of {} was paid before; this payment doubles it", order.number, order.amount);
                settling.raise(Rule::DuplicateCharge, &charge.id, charge.at, left, vec![order.id.clone()], text);
            }
            Some(order) => {
                let text = format!("{left} of this payment are more than order {} of {}", order.number, order.amount);
                let rule = surplus(settling, order, charge, left);
                settling.raise(rule, &charge.id, charge.at, left, vec![order.id.clone()], text);
            }
            None if left != charge.amount && named.is_some() => {
                let text = format!("{left} of this payment are more than the orders that it names");
                settling.raise(Rule::PaymentWithoutOrder, &charge.id, charge.at, left, vec![], text);
            }
            None if !settling.reached(charge.at, items.shop_reach) => {}
            None => {
                let named = match named {
                    Some(number) if items.orders.contains(number) => format!("{number}, in another currency"),
                    Some(number) => number.to_string(),
                    None => "none".to_owned(),
                };
                let text = format!("no order for this payment of {}; it names: {named}", charge.amount);
                settling.raise(Rule::PaymentWithoutOrder, &charge.id, charge.at, left, vec![], text);
            }
        }
    }
}

/// The most that instalments bear in interest, in hundredths of a percent of the order, each.
const MOST_INTEREST_BPS: i64 = 500;

/// What a payment beyond its order is.
///
/// Example: an order of 100.00 BRL paid by ten instalments: 100.01 is a rounding difference, up to 150.00 are interest,
/// and 151.00 are more than the order.
fn surplus(settling: &Settling, order: &Claim, charge: &Movement, left: Money) -> Rule {
    if left.minor == 1 && left != charge.amount {
        return Rule::RoundingDifference;
    }
    let instalments = settling.items.charges_of_order(&order.number).map(|other| other.instalments).max().unwrap_or(1);
    let most = i128::from(order.amount.minor) * i128::from(MOST_INTEREST_BPS) * i128::from(instalments) / 10_000;
    let of_order = left.currency == order.amount.currency && left != charge.amount;
    let is_interest = of_order && instalments > 1 && i128::from(left.minor) <= most;
    if is_interest && left.minor > 0 { Rule::InstalmentInterest } else { Rule::PaymentWithoutOrder }
}

/// Whether another payment of the same amount, or the order's own amount, came before.
fn doubles(settling: &Settling, order: &Claim, charge: &Movement) -> bool {
    let twin = |other: &Movement| other.id != charge.id && other.amount == charge.amount;
    let paid = charge.shown_in(order.amount.currency).unwrap_or(charge.amount);
    settling.left_of_claim(order) == 0
        && (paid == order.amount || settling.items.charges_of_order(&order.number).any(twin))
}

fn refunds(settling: &mut Settling) {
    let items = settling.items;
    let beyond = excess(items);
    for refund in items.refunds.values() {
        let left = settling.left_of_movement(refund);
        let known = refund.charge.as_ref().and_then(|charge| items.charge_of(charge));
        let currency = refund.amount.currency;
        if let Some((over, charge)) = beyond.get(&refund.id) {
            let text = format!("refunds of payment {} go {over} beyond its {}", charge.source_id, charge.amount);
            settling.raise(Rule::RefundExceedsPayment, &refund.id, refund.at, *over, vec![charge.id.clone()], text);
        }
        let explained = beyond.get(&refund.id).map_or(0, |(over, _)| over.minor);
        if known.is_none() {
            let named = refund.charge.as_deref().unwrap_or("none");
            let text = format!("refund of {}: payment {named} is in no file", refund.amount);
            settling.raise(Rule::RefundWithoutPayment, &refund.id, refund.at, refund.amount, vec![], text);
        } else if left < 0 || (left > explained && settling.reached(refund.at, items.shop_reach)) {
            let rest = Money::new(left - explained, currency);
            let text = format!("no credit note explains {rest} of this refund of {}", refund.amount);
            let related = known.map(|charge| charge.id.clone()).into_iter().collect();
            settling.raise(Rule::RefundWithoutCreditNote, &refund.id, refund.at, rest, related, text);
        }
    }
}

fn credit_notes(settling: &mut Settling) {
    let items = settling.items;
    for note in items.credit_notes.values() {
        let left = Money::new(settling.left_of_claim(note), note.amount.currency);
        let age = settling.age_days(note.at, items.processor_reach);
        if let Some(age) = age.filter(|age| left.minor > 0 && *age > settling.policy.refund_grace_days) {
            let text =
                format!("{left} of credit note {} of {} not refunded after {age} days", note.number, note.amount);
            settling.raise(Rule::CreditNoteWithoutRefund, &note.id, note.at, left, vec![], text);
        }
    }
}

fn payouts(settling: &mut Settling) {
    let items = settling.items;
    for (name, payout) in items.payouts.iter() {
        // A payout that bounced leaves its lines on the balance.
        if let Some(drawn) = payout.drawn().filter(|drawn| drawn.minor != 0) {
            lines_missing(settling, name, payout, drawn);
        }
        payout_left(settling, name, payout);
    }
}

fn lines_missing(settling: &mut Settling, name: &str, payout: &Payout, drawn: Money) {
    let (lines, text) = if is_by_hand(settling.items, name, payout) {
        let taken = Money::new(drawn.minor - settling.left(Piece::of_drawn(payout)), drawn.currency);
        (taken, format!("payout {name} of {drawn} names no lines, and the balance held {taken}"))
    } else {
        (payout.lines, format!("payout {name} of {drawn}: its lines sum to {}", payout.lines))
    };
    if lines != drawn {
        let gap = Money::new(drawn.minor - lines.minor, drawn.currency);
        settling.raise(Rule::SettlementLineMissing, payout.id(), payout.at(), gap, vec![], text);
    }
}

fn payout_left(settling: &mut Settling, name: &str, payout: &Payout) {
    let amount = payout.amount();
    let left = Money::new(settling.left_of_payout(payout), amount.currency);
    let age = settling.age_days(payout.at(), settling.items.bank_reach);
    if left.minor == 0 {
        return;
    }
    if left == amount {
        if let Some(age) = age.filter(|age| *age > settling.policy.payout_grace_days) {
            let text = format!("payout {name} of {left} is not at the bank after {age} days");
            settling.raise(Rule::PayoutMissing, payout.id(), payout.at(), left, vec![], text);
        }
    } else {
        let text = format!("the bank received {left} less than payout {name} of {amount}");
        let related: Vec<RecordId> = settling.received_by(payout.id());
        settling.raise(Rule::PayoutShort, payout.id(), payout.at(), left, related, text);
    }
}

fn transfers(settling: &mut Settling) {
    let items = settling.items;
    for transfer in items.transfers.values() {
        let left = Money::new(settling.left_of_movement(transfer), transfer.amount.currency);
        if left.minor == 0 || !settling.reached(transfer.at, items.shop_reach) {
            continue;
        }
        let text = match settling.sellers.get(&transfer.id) {
            _ if left.minor < 0 => format!("{} came back from a seller; nothing says of which transfer", left.abs()),
            Some(seller) => format!("{left} of this transfer of {} are more than {seller} is owed", transfer.amount),
            None => format!("this transfer of {} names nobody to whom something is owed", transfer.amount),
        };
        settling.raise(Rule::SellerPaymentUnexplained, &transfer.id, transfer.at, left, vec![], text);
    }
}

fn bank_lines(settling: &mut Settling) {
    let items = settling.items;
    for item in items.bank_lines.values() {
        let amount = item.line.amount;
        let left = Money::new(settling.left_of_bank_line(item), amount.currency);
        if left.minor != 0 {
            let gave_up = settling.gave_up.contains(&item.id);
            let search = if gave_up { "; payouts that sum to it were not all tried" } else { "" };
            let text = match settling.sellers.get(&item.id) {
                Some(seller) if left.minor > 0 => {
                    let days = returned::WINDOW_DAYS;
                    format!("{left} came back from {seller}, and it was paid no such amount in the {days} days before")
                }
                Some(seller) => format!("{} of this bank line of {amount} are more than {seller} is owed", left.abs()),
                None => {
                    format!("nothing explains {left} of this bank line of {amount}: `{}`{search}", item.line.remittance)
                }
            };
            settling.raise(Rule::BankLineUnexplained, &item.id, item.at, left, vec![], text);
        }
    }
}
