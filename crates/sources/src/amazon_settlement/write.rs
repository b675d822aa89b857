//! Writes V2, for goldens.

use domain::Money;
use jiff::Timestamp;

/// Columns in Amazon's order and spelling.
const COLUMNS: [&str; 24] = [
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
];

/// A settlement. Times are written to the second.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// Amazon's number.
    pub id: String,
    /// Its first instant.
    pub started: Timestamp,
    /// Its last.
    pub ended: Timestamp,
    /// When the money reaches the bank.
    pub deposited: Timestamp,
    /// What all components but a `Transfer` should sum to.
    pub total: Money,
    /// A row each.
    pub components: Vec<Component>,
}

/// One component. Tabs and line ends within texts are written as blanks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Component {
    /// `Order`, `Refund`, `ServiceFee`, `Transfer` …
    pub transaction_type: String,
    /// May be empty.
    pub order_id: String,
    /// `ItemPrice`, `ItemFees` …
    pub amount_type: String,
    /// `Principal`, `Commission` …
    pub amount_description: String,
    /// Signed, in the settlement's currency.
    pub amount: Money,
    /// When it was posted.
    pub posted: Timestamp,
    /// May be empty.
    pub sku: String,
}

/// The file of a settlement, with decimal commas as European marketplaces have them, or points.
pub fn write(settlement: &Settlement, decimal_comma: bool) -> Vec<u8> {
    let number = |money: Money| {
        let text = money.to_decimal().to_string();
        if decimal_comma { text.replace('.', ",") } else { text }
    };
    let mut out = String::new();
    push(&mut out, &COLUMNS.map(|name| (name, name.to_owned())));
    let id = ("settlement-id", settlement.id.clone());
    push(
        &mut out,
        &[
            id.clone(),
            ("settlement-start-date", time(settlement.started)),
            ("settlement-end-date", time(settlement.ended)),
            ("deposit-date", time(settlement.deposited)),
            ("total-amount", number(settlement.total)),
            ("currency", settlement.total.currency.code().to_owned()),
        ],
    );
    for component in &settlement.components {
        push(&mut out, &fields(component, id.clone(), number(component.amount)));
    }
    out.into_bytes()
}

fn fields(component: &Component, id: (&'static str, String), amount: String) -> [(&'static str, String); 9] {
    [
        id,
        ("transaction-type", component.transaction_type.clone()),
        ("order-id", component.order_id.clone()),
        ("amount-type", component.amount_type.clone()),
        ("amount-description", component.amount_description.clone()),
        ("amount", amount),
        ("posted-date", time(component.posted).chars().take(10).collect()),
        ("posted-date-time", time(component.posted)),
        ("sku", component.sku.clone()),
    ]
}

/// Appends a line; columns without a value are empty.
fn push(out: &mut String, values: &[(&str, String)]) {
    for (index, column) in COLUMNS.iter().enumerate() {
        let value = values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        out.push_str(if index > 0 { "\t" } else { "" });
        out.push_str(&value.replace(['\t', '\r', '\n'], " "));
    }
    out.push('\n');
}

/// `2015-12-02 04:15:26 UTC`.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
