//! Objects to movements of the balance: which object is what.

use super::{ENVELOPE, capture, transaction};
use crate::fault::Fault;
use crate::json::{self, Fact, Object};
use crate::{Context, Parsed};
use domain::{Digest, ProcessorCategory};

/// The notification of a capture that PayPal took back.
const REVERSED: &str = "PAYMENT.CAPTURE.REVERSED";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    json::read(file, bytes, &ENVELOPE, "transaction_id", |object, _| facts(object, context))
}

fn facts(object: &Object<'_>, context: &mut Context<'_>) -> Vec<Result<Fact, Fault>> {
    if let Some(info) = object.object("transaction_info") {
        return transaction::fact(&info, object.object("payer_info").as_ref(), context)
            .transpose()
            .into_iter()
            .collect();
    }
    let resource = object.object("resource");
    let subject = resource.as_ref().unwrap_or(object);
    if let Some(fact) = capture::sale(subject, context).transpose() {
        return vec![fact];
    }
    let back = if object.text("event_type").as_deref() == Some(REVERSED) {
        ProcessorCategory::Dispute
    } else {
        ProcessorCategory::Refund
    };
    let units = subject.list("purchase_units");
    if units.is_empty() {
        return capture::fact(subject, None, back, context).transpose().into_iter().collect();
    }
    let payer = payer(subject);
    let payments = units.iter().filter_map(|unit| unit.object("payments"));
    let moved =
        payments.flat_map(|payments| [payments.list("captures"), payments.list("refunds")].into_iter().flatten());
    moved.filter_map(|moved| capture::fact(&moved, payer.as_deref(), back, context).transpose()).collect()
}

/// The address of who pays a checkout order.
fn payer(order: &Object<'_>) -> Option<String> {
    let named = |object: Option<Object<'_>>| object?.text("email_address");
    let wallet = order.object("payment_source").and_then(|source| source.object("paypal"));
    named(order.object("payer")).or_else(|| named(wallet))
}
