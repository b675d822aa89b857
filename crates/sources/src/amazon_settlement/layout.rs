//! Where a row's amounts stand in the two versions.

use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::processor_line::{money_of, optional};
use crate::table::{Table, needed};
use domain::{Currency, IssueRule, Money};

/// A column of amounts.
struct AmountColumn {
    index: usize,
    name: &'static str,
    /// What the amount is called in the row.
    kind: Option<usize>,
    fee: bool,
}

/// V1's amount columns, each with the column that says what it is, and whether it is a fee.
const WIDE: [(&str, &str, bool); 9] = [
    ("shipment-fee-amount", "shipment-fee-type", true),
    ("order-fee-amount", "order-fee-type", true),
    ("price-amount", "price-type", false),
    ("item-related-fee-amount", "item-related-fee-type", true),
    ("misc-fee-amount", "", true),
    ("other-fee-amount", "other-fee-reason-description", true),
    ("promotion-amount", "promotion-type", false),
    ("direct-payment-amount", "direct-payment-type", false),
    ("other-amount", "", false),
];

/// Amount types of V2 that are fees.
const FEE_TYPES: [&str; 4] = ["ItemFees", "ShipmentFees", "OrderFees", "Cost of Advertising"];

/// How a file's amounts are to be read.
pub(super) struct Layout {
    columns: Vec<AmountColumn>,
    /// `amount-type`, in V2.
    amount_type: Option<usize>,
    style: NumberStyle,
}

/// What a row moves.
pub(super) struct Moved {
    /// What the amounts are called.
    pub(super) kind: String,
    pub(super) gross: Money,
    /// Signed as in the file: negative where charged.
    pub(super) fees: Money,
    pub(super) net: Money,
}

impl Layout {
    /// The version by its columns, or what it lacks.
    pub(super) fn find(table: &Table<'_>, total: usize) -> Result<Self, Fault> {
        let columns = match table.column(&["amount"]) {
            Some(index) => {
                vec![AmountColumn { index, name: "amount", kind: table.column(&["amount-description"]), fee: false }]
            }
            None => wide(table),
        };
        if columns.is_empty() {
            return Err(Fault::new(IssueRule::MissingColumn, "amount", ""));
        }
        let all = columns.iter().map(|column| column.index).chain([total]);
        let values = all.flat_map(|index| table.column_texts(index));
        let style = NumberStyle::of_column(values.filter(|value| !value.trim().is_empty()));
        let amount_type = table.column(&["amount-type"]);
        Ok(Self { columns, amount_type, style: style.unwrap_or(NumberStyle::Point) })
    }

    pub(super) fn amount(&self, text: &str, currency: Currency, column: &str) -> Result<Money, Fault> {
        self.style.amount(text, currency).map_err(|rule| Fault::new(rule, column, text))
    }

    /// What the row moves; none where it has no amount, which only V1 allows.
    pub(super) fn moved(&self, row: &Row<'_>, currency: Currency) -> Result<Option<Moved>, Fault> {
        if let [column] = self.columns.as_slice()
            && column.name == "amount"
        {
            needed(row, column.index, "amount")?;
        }
        let amount_type = optional(row, self.amount_type);
        let all_fees = amount_type.as_deref().is_some_and(|kind| FEE_TYPES.contains(&kind));
        let mut kinds: Vec<String> = amount_type.into_iter().collect();
        let (mut gross, mut fees, mut any) = (0_i128, 0_i128, false);
        for column in &self.columns {
            let Some(text) = optional(row, Some(column.index)) else { continue };
            let minor = i128::from(self.amount(&text, currency, column.name)?.minor);
            *(if column.fee || all_fees { &mut fees } else { &mut gross }) += minor;
            kinds.extend(optional(row, column.kind));
            any = true;
        }
        let money = |minor| money_of(minor, Money::zero(currency), "amount");
        let moved =
            Moved { kind: kinds.join(" "), gross: money(gross)?, fees: money(fees)?, net: money(gross + fees)? };
        Ok(any.then_some(moved))
    }
}

fn wide(table: &Table<'_>) -> Vec<AmountColumn> {
    let found = WIDE.iter().filter_map(|&(name, kind, fee)| {
        let index = table.column(&[name])?;
        Some(AmountColumn { index, name, kind: table.column(&[kind]).filter(|_| !kind.is_empty()), fee })
    });
    found.collect()
}
