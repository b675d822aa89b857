//! The one list of formats.

use crate::Source;
use crate::adyen_objects::AdyenObjects;
use crate::adyen_settlement::AdyenSettlement;
use crate::alipay::Alipay;
use crate::amazon_settlement::AmazonSettlement;
use crate::amazon_transactions::AmazonTransactions;
use crate::bank_csv::BankCsv;
use crate::camt053::Camt053;
use crate::ecb_rates::EcbRates;
use crate::mt940::Mt940;
use crate::ofx::Ofx;
use crate::olist::Olist;
use crate::online_retail::OnlineRetail;
use crate::paypal_activity::PayPalActivity;
use crate::paypal_objects::PayPalObjects;
use crate::paypal_settlement::PayPalSettlement;
use crate::prices::Prices;
use crate::reviews::Reviews;
use crate::shipments::Shipments;
use crate::shopify_objects::ShopifyObjects;
use crate::shopify_orders::ShopifyOrders;
use crate::shopify_payments::ShopifyPayments;
use crate::shopify_payouts::ShopifyPayouts;
use crate::standard_event::StandardEvent;
use crate::stock_movements::StockMovements;
use crate::stripe::Stripe;
use crate::stripe_activity::StripeActivity;
use crate::stripe_objects::StripeObjects;
use crate::trial_balance::TrialBalances;
use crate::user_rates::UserRates;
use crate::wechat::Wechat;
use crate::xbrl::Xbrl;

/// Every format. A new one is a folder and a line here.
pub const SOURCES: &[&dyn Source] = &[
    &OnlineRetail,
    &Olist,
    &Stripe,
    &StripeActivity,
    &StripeObjects,
    &Camt053,
    &Mt940,
    &Ofx,
    &BankCsv,
    &EcbRates,
    &AmazonSettlement,
    &AdyenSettlement,
    &AmazonTransactions,
    &Alipay,
    &Wechat,
    &ShopifyPayments,
    &ShopifyPayouts,
    &ShopifyOrders,
    &PayPalActivity,
    &StandardEvent,
    &PayPalSettlement,
    &PayPalObjects,
    &ShopifyObjects,
    &AdyenObjects,
    &TrialBalances,
    &Xbrl,
    &UserRates,
    &Prices,
    &Shipments,
    &StockMovements,
    &Reviews,
];

/// Bytes from the start of a file that a source may look at to recognise it.
const HEAD_BYTES: usize = 4096;

/// The format of an unpacked file, or none: `UnknownFormat`.
pub fn recognise(bytes: &[u8]) -> Option<&'static dyn Source> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    SOURCES.iter().copied().find(|source| source.recognises(head))
}
