//! An order whose rows are being gathered, and the lines that make its total.

use crate::fault::Fault;
use domain::{Currency, Invoice, InvoiceLine, IssueRule, Money, Span, Token};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// What the first row says of the whole order.
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    /// Its first row.
    pub(crate) span: Span,
    /// Its rows that were sound.
    pub(crate) rows: u64,
    /// Nothing was sold.
    pub(crate) void: bool,
    pub(crate) email: Option<String>,
    pub(crate) country: String,
    pub(crate) currency: Currency,
    pub(crate) total: Money,
    pub(crate) shipping: Money,
    pub(crate) duties: Money,
    pub(crate) taxes: Money,
    pub(crate) discount: Money,
    /// Of its line items so far.
    pub(crate) item_discounts: Decimal,
    /// Whether the items have prices.
    pub(crate) priced: bool,
    pub(crate) lines: Vec<InvoiceLine>,
}

/// One reading of the amounts.
struct Reading {
    discount: Decimal,
    tax: Decimal,
}

impl Order {
    /// The invoice, and what its total differs by where it does.
    ///
    /// # Errors
    /// The lines are beyond what numbers hold.
    pub(crate) fn invoice(mut self, buyer: Option<Token>) -> Result<(Invoice, Option<Fault>), Fault> {
        let overflow = || Fault::new(IssueRule::AmountOverflow, "Lineitem price", "");
        let mut reading = self.readings().ok_or_else(overflow)?;
        if !self.priced {
            self.price_by_total(&reading).ok_or_else(overflow)?;
        }
        let goods = self.goods().ok_or_else(overflow)?;
        let total = self.total.to_decimal();
        let fits = |reading: &Reading| self.sum(goods, reading) == Some(total);
        let fitting = reading.iter().position(fits);
        let chosen = reading.swap_remove(fitting.unwrap_or(0));
        let sum = self.sum(goods, &chosen).ok_or_else(overflow)?;
        let broken = (sum != total).then(|| broken(sum, total));
        self.add_pseudo_lines(&chosen);
        let Self { name: number, country, currency, lines, .. } = self;
        Ok((Invoice { number, buyer, country, currency, lines }, broken))
    }

    /// In the order of the format's rule.
    fn readings(&self) -> Option<Vec<Reading>> {
        let discount = self.discount.to_decimal();
        let both = discount.checked_add(self.item_discounts)?;
        let tax = self.taxes.to_decimal();
        let reading = |discount, tax| Reading { discount, tax };
        let included = Decimal::ZERO;
        Some(vec![reading(discount, tax), reading(discount, included), reading(both, tax), reading(both, included)])
    }

    fn goods(&self) -> Option<Decimal> {
        self.lines.iter().try_fold(Decimal::ZERO, |sum, line| {
            sum.checked_add(line.unit_price.checked_mul(Decimal::from(line.quantity))?)
        })
    }

    fn sum(&self, goods: Decimal, reading: &Reading) -> Option<Decimal> {
        let on_top = self.shipping.to_decimal() + self.duties.to_decimal() + reading.tax;
        goods.checked_add(on_top)?.checked_sub(reading.discount)
    }

    /// Without prices the first line bears what the total leaves.
    fn price_by_total(&mut self, readings: &[Reading]) -> Option<()> {
        let others = self.sum(Decimal::ZERO, readings.first()?)?;
        self.lines.first_mut()?.unit_price = self.total.to_decimal().checked_sub(others)?;
        Some(())
    }

    fn add_pseudo_lines(&mut self, reading: &Reading) {
        for (stock_code, amount) in [
            ("SHIPPING", self.shipping.to_decimal()),
            ("DISCOUNT", -reading.discount),
            ("DUTIES", self.duties.to_decimal()),
            ("TAX", reading.tax),
        ] {
            if !amount.is_zero() {
                let (stock_code, description) = (stock_code.to_owned(), String::new());
                self.lines.push(InvoiceLine {
                    stock_code,
                    description,
                    quantity: 1,
                    unit_price: amount,
                    span: self.span,
                });
            }
        }
    }
}

fn broken(sum: Decimal, total: Decimal) -> Fault {
    let value = format!("lines sum to {sum}, not {total}: {} apart", sum - total);
    Fault::new(IssueRule::IdentityBroken, "Total", value)
}
