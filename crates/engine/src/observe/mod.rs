//! Numbers known at an instant.
//!
//! Charge: keeps what is known of buyers, goods and the shop, and says for every sale of a known buyer what was known
//! *before* it; a credit note tells which recent sales it bears on (their label). Limits: a feature never sees its own
//! future: live traffic, backtest and training run this very code. A late event counts from its arrival on, by its own
//! time; what was said before it arrived stays said. A label that comes after its sale has matured is kept for
//! training and no longer changes the running rates.
//!
//! Example: a buyer's sales on day 0 and 10, a credit note on day 12: both sales get a label, known on day 12; the
//! features of a sale on day 20 show `sales 30d` = 2, `credit notes` = 1, `days since credit note` = 8.

mod asked;
mod buyer;
mod features;
mod flows;
mod goods;
mod health;
mod maturity;
mod payments;
#[cfg(test)]
mod tests;
mod tries;
pub mod windows;

pub use asked::Known;
pub use features::{FEATURES, Feature, LinearForm, linear_form, minor_as_major, names, value_of};
pub use flows::{Flows, Movement, Reading};
pub use health::Minutes;
pub(crate) use payments::registry_number;
pub use payments::{OWN as PAYMENT_OWN, PaymentObservation, Payments, own_values, payment_columns, payment_names};

use crate::document::{Document, Kind, SalesDocument, SalesKind};
use crate::norms::Norms;
use buyer::Buyer;
use domain::{FeatureRow, Label, Policy, Token};
use goods::Goods;
use maturity::{Maturity, Pending};
use std::collections::BTreeMap;

const SECONDS_A_DAY: i64 = 86_400;

/// What a document taught.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Observation {
    /// What was known about a sale of a known buyer before it.
    pub features: Option<FeatureRow>,
    /// How the shop stood before a sale, of known buyers and of guests.
    pub norms: Option<Norms>,
    /// Earlier sales that a credit note bears on.
    pub labels: Vec<Label>,
}

/// All that is known so far.
#[derive(Clone, Debug, Default)]
pub struct Observer {
    buyers: BTreeMap<Token, Buyer>,
    goods: Goods,
    maturity: Maturity,
    values: Spread,
}

impl Observer {
    /// Learns from one document, and says what was known before it.
    pub fn observe(&mut self, policy: &Policy, document: &Document) -> Observation {
        let Kind::Sales(sales) = &document.kind else { return Observation::default() };
        let at = document.at.as_second();
        self.mature(at, policy.event_horizon_days * SECONDS_A_DAY, policy.cold_start_invoices);
        match sales.kind {
            SalesKind::Sale => self.sale(policy, document, sales, at),
            SalesKind::CreditNote => {
                Observation { labels: self.credit_note(policy, document, sales), ..Default::default() }
            }
            SalesKind::Adjustment | SalesKind::StockCorrection => Observation::default(),
        }
    }

    fn sale(&mut self, policy: &Policy, document: &Document, sales: &SalesDocument, at: i64) -> Observation {
        let norms = self.norms(policy, sales);
        let features = sales.buyer.map(|token| {
            let known = features::Known {
                at,
                buyer: self.buyers.get(&token),
                goods: &self.goods,
                maturity: &self.maturity,
                sale: sales,
            };
            FeatureRow { record: document.id.clone(), buyer: token, at: document.at, values: features::values(&known) }
        });
        self.learn_sale(policy, document, sales, at);
        Observation { features, norms: Some(norms), labels: Vec::new() }
    }

    fn norms(&self, policy: &Policy, sales: &SalesDocument) -> Norms {
        let own = sales.buyer.and_then(|token| self.buyers.get(&token)).map_or(0, |buyer| buyer.matured.sales);
        Norms {
            matured_sales: u64::from(self.maturity.all.sales),
            event_rate: self.maturity.rate(),
            young_event_rate: self.maturity.young_rate(),
            value_deviations: self.values.deviations(log_value(sales)),
            own_matured_sales: own.min(policy.cold_start_invoices),
        }
    }

    fn learn_sale(&mut self, policy: &Policy, document: &Document, sales: &SalesDocument, at: i64) {
        self.values.add(log_value(sales));
        let stock = self.goods.learn_sale(sales);
        if let Some(token) = sales.buyer {
            let buyer = self.buyers.entry(token).or_insert_with(|| Buyer::new(at));
            let young = buyer.matured.sales;
            buyer.learn_sale(at, &document.id, sales, stock, policy.event_horizon_days);
            let pending = Pending { buyer: token, country: sales.country.key(), event: false, own_matured: young };
            self.maturity.await_label(at, document.id.clone(), pending);
        }
    }

    fn credit_note(&mut self, policy: &Policy, document: &Document, sales: &SalesDocument) -> Vec<Label> {
        self.goods.learn_credit_note(sales);
        let Some(token) = sales.buyer else { return Vec::new() };
        let at = document.at.as_second();
        let horizon = policy.event_horizon_days * SECONDS_A_DAY;
        let buyer = self.buyers.entry(token).or_insert_with(|| Buyer::new(at));
        let shares = buyer.share_credit(at, horizon, -sales.total.minor);
        buyer.learn_credit_note(at, sales);
        for (sold_at, record, _) in &shares {
            self.maturity.event(*sold_at, record);
        }
        let label = |(_, record, cost_minor)| Label { record, known_at: document.at, cost_minor };
        shares.into_iter().map(label).collect()
    }

    fn mature(&mut self, at: i64, horizon: i64, cold_start: u32) {
        for pending in self.maturity.mature(at - horizon, cold_start) {
            if let Some(buyer) = self.buyers.get_mut(&pending.buyer) {
                buyer.matured.add(pending.event);
            }
        }
    }
}

/// ln(1 + amount in major units).
fn log_value(sales: &SalesDocument) -> f64 {
    features::major(sales.total).ln_1p()
}

/// Running mean and deviation (Welford 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    /// How many deviations a value lies above the mean; 0 while fewer than 30 values are known.
    fn deviations(&self, value: f64) -> f64 {
        let deviation = (self.squares / self.count.max(1.0)).sqrt();
        if self.count < 30.0 || deviation <= 0.0 { 0.0 } else { (value - self.mean) / deviation }
    }
}
