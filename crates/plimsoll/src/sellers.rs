//! What a marketplace owes each seller, what it paid, and how old the rest is.
//!
//! Each document counts under the policy that held when it came; a payment counts on its own day, as far as sales explain
//! it. Amounts are as people read them: what is sold is positive, what is credited or paid negative.
//!
//! Example: 10.00 of a seller's goods at 12.5 % commission, of which 4.00 come back, and a payment of 5.00: sales 10.00,
//! returns −4.00, commission 0.75, paid 5.00, owed 0.25.

use crate::clearing::AGES;
use crate::period::{self, Period};
use crate::sales::each;
use crate::view::MoneyView;
use crate::view::csv::{cell, plain};
use domain::seller::{SellerRule, Sellers};
use domain::{Content, Currency, Digest, LineNature, Money, Record, RecordId, Settlement};
use engine::document::{SalesKind, SalesLine};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use store::{Reader, StoreError};

/// What a seller is owed in a currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct SellerView {
    pub seller: String,
    pub currency: String,
    /// Owed before the period.
    pub opening: MoneyView,
    pub sales: MoneyView,
    pub returns: MoneyView,
    pub commission: MoneyView,
    pub paid: MoneyView,
    /// Owed at its end.
    pub closing: MoneyView,
    /// What is owed then by the age of its sale: up to 30 days, 60, 90, and above.
    pub ages: [MoneyView; 4],
}

/// A line of a seller's statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "each is what the header calls it")]
pub struct SellerLineView {
    pub at: String,
    /// `sale`, `credit note` or `payment`.
    pub of: &'static str,
    pub record: String,
    pub number: String,
    pub stock_code: String,
    pub quantity: i64,
    pub amount: MoneyView,
    pub commission: MoneyView,
    /// What it adds to what is owed.
    pub owed: MoneyView,
    /// `file:line` of its row.
    pub source_line: String,
}

/// A seller's statement over a period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerStatement {
    /// A row a currency.
    pub sums: Vec<SellerView>,
    /// In order of time.
    pub lines: Vec<SellerLineView>,
}

#[derive(Default)]
struct Owed {
    opening: i128,
    sales: i128,
    returns: i128,
    commission: i128,
    paid: i128,
    ages: [i128; 4],
}

/// A payment to a seller, as far as sales explain it.
struct Payment {
    seller: String,
    settlement: Settlement,
    by: Record,
}

impl Payment {
    fn day(&self) -> Date {
        period::day(self.by.at)
    }

    /// What it settled; never of two currencies.
    fn money(&self) -> Option<(Currency, i128)> {
        let currency = self.settlement.settled.first()?.amount.currency;
        Some((currency, self.settlement.settled.iter().map(|share| i128::from(share.amount.minor)).sum()))
    }
}

/// Every seller over a period, by name and currency.
///
/// # Errors
/// When the journal cannot be read.
pub fn sellers(reader: &Reader, period: Period) -> Result<Vec<SellerView>, StoreError> {
    let payments = payments(reader, period)?;
    let mut all: BTreeMap<(String, Currency), Owed> = BTreeMap::new();
    let mut settled: BTreeMap<(&RecordId, &str), i128> = BTreeMap::new();
    for payment in &payments {
        let Some((currency, minor)) = payment.money() else { continue };
        let owed = all.entry((payment.seller.clone(), currency)).or_default();
        if payment.day() < period.from {
            owed.opening -= minor;
        } else {
            owed.paid += minor;
        }
        for share in &payment.settlement.settled {
            *settled.entry((&share.record, &payment.seller)).or_default() += i128::from(share.amount.minor);
        }
    }
    each(reader, |known, record, sales| {
        let day = period::day(record.at);
        if day > period.to {
            return;
        }
        let mut left: BTreeMap<(&str, Currency), i128> = BTreeMap::new();
        for line in &sales.lines {
            let Some(rule) = seller(known, line, record) else { continue };
            let owed = all.entry((rule.seller.clone(), line.amount.currency)).or_default();
            let (amount, commission) = (i128::from(line.amount.minor), i128::from(rule.commission(line.amount).minor));
            owed.take(period, day, sales.kind, amount, commission);
            *left.entry((&rule.seller, line.amount.currency)).or_default() += amount - commission;
        }
        for ((name, currency), minor) in left {
            let minor = minor - settled.get(&(&record.id, name)).copied().unwrap_or(0);
            if let Some(owed) = all.get_mut(&(name.to_owned(), currency)) {
                owed.ages[age(day, period.to)] += minor;
            }
        }
    })?;
    Ok(all.into_iter().map(|((seller, currency), owed)| owed.view(seller, currency)).collect())
}

/// A seller's statement; none where nobody of that name ever sold anything.
///
/// # Errors
/// When the journal cannot be read.
pub fn statement(reader: &Reader, name: &str, period: Period) -> Result<Option<SellerStatement>, StoreError> {
    let sums: Vec<SellerView> = sellers(reader, period)?.into_iter().filter(|view| view.seller == name).collect();
    if sums.is_empty() {
        return Ok(None);
    }
    let mut lines = sold(reader, name, period)?;
    for payment in payments(reader, period)? {
        if payment.seller == name && payment.day() >= period.from {
            lines.extend(payment_line(&payment));
        }
    }
    lines.sort_by(|(at, _, a), (other, _, b)| (at, &a.record).cmp(&(other, &b.record)));
    let place = |(_, file, view): (Timestamp, Digest, SellerLineView)| {
        let name = reader.file(&file)?.map_or_else(String::new, |file| file.name);
        Ok(SellerLineView { source_line: format!("{name}:{}", view.source_line), ..view })
    };
    let lines = lines.into_iter().map(place).collect::<Result<_, StoreError>>()?;
    Ok(Some(SellerStatement { sums, lines }))
}

/// A line with its instant and its file.
type Placed = (Timestamp, Digest, SellerLineView);

fn sold(reader: &Reader, name: &str, period: Period) -> Result<Vec<Placed>, StoreError> {
    let mut lines = Vec::new();
    each(reader, |known, record, sales| {
        let Content::Invoice(invoice) = &record.content else { return };
        if !(period.from..=period.to).contains(&period::day(record.at)) {
            return;
        }
        for (line, written) in sales.lines.iter().zip(&invoice.lines) {
            let Some(rule) = seller(known, line, record).filter(|rule| rule.seller == name) else { continue };
            let commission = rule.commission(line.amount);
            let view = SellerLineView {
                at: record.at.to_string(),
                of: if sales.kind == SalesKind::CreditNote { "credit note" } else { "sale" },
                record: record.id.to_string(),
                number: sales.number.clone(),
                stock_code: line.stock_code.clone(),
                quantity: line.quantity,
                amount: line.amount.into(),
                commission: commission.into(),
                owed: MoneyView::new(i128::from(line.amount.minor - commission.minor), line.amount.currency),
                source_line: written.span.line.to_string(),
            };
            lines.push((record.at, record.file, view));
        }
    })?;
    Ok(lines)
}

fn payment_line(payment: &Payment) -> Option<Placed> {
    let (currency, minor) = payment.money()?;
    let (by, nothing) = (&payment.by, Money::zero(currency));
    let view = SellerLineView {
        at: by.at.to_string(),
        of: "payment",
        record: by.id.to_string(),
        number: String::new(),
        stock_code: String::new(),
        quantity: 0,
        amount: nothing.into(),
        commission: nothing.into(),
        owed: MoneyView::new(-minor, currency),
        source_line: by.span.line.to_string(),
    };
    Some((by.at, by.file, view))
}

/// Payments to sellers up to the end of a period, in the order of their settlements.
fn payments(reader: &Reader, period: Period) -> Result<Vec<Payment>, StoreError> {
    let mut payments = Vec::new();
    for settlement in reader.settlements()?.into_iter().filter(|settlement| !settlement.withdrawn) {
        let (Some(seller), Some(share)) = (settlement.seller.clone(), settlement.by.first()) else { continue };
        let Some(by) = reader.record(&share.record)? else { continue };
        if period::day(by.at) <= period.to {
            payments.push(Payment { seller, settlement, by });
        }
    }
    Ok(payments)
}

fn seller<'k>(known: &'k Sellers, line: &SalesLine, record: &Record) -> Option<&'k SellerRule> {
    let of = || known.seller_of(&line.stock_code, period::day(record.at));
    if line.nature == LineNature::Goods { of() } else { None }
}

/// Which of the four ages a day is of.
fn age(day: Date, end: Date) -> usize {
    let days = end.since(day).map_or(0, |span| i64::from(span.get_days()));
    AGES.iter().filter(|limit| days > **limit).count()
}

impl Owed {
    fn take(&mut self, period: Period, day: Date, kind: SalesKind, amount: i128, commission: i128) {
        match (day < period.from, kind) {
            (true, _) => self.opening += amount - commission,
            (false, SalesKind::CreditNote) => self.returns += amount,
            (false, _) => self.sales += amount,
        }
        if day >= period.from {
            self.commission += commission;
        }
    }

    fn view(self, seller: String, currency: Currency) -> SellerView {
        let money = |minor| MoneyView::new(minor, currency);
        SellerView {
            seller,
            currency: currency.code().to_owned(),
            opening: money(self.opening),
            sales: money(self.sales),
            returns: money(self.returns),
            commission: money(self.commission),
            paid: money(self.paid),
            closing: money(self.opening + self.sales + self.returns - self.commission - self.paid),
            ages: self.ages.map(money),
        }
    }
}

/// Sellers as comma-separated values.
pub fn csv(sellers: &[SellerView]) -> String {
    let mut out =
        "seller,currency,opening,sales,returns,commission,paid,closing,to_30_days,to_60_days,to_90_days,older\n"
            .to_owned();
    for view in sellers {
        let SellerView { opening, sales, returns, commission, paid, closing, ages, .. } = view;
        let amounts = [opening, sales, returns, commission, paid, closing].into_iter().chain(ages);
        let amounts: Vec<String> = amounts.map(plain).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{},{},{}", cell(&view.seller), view.currency, amounts.join(","));
    }
    out
}

/// A seller's lines as comma-separated values.
pub fn lines_csv(lines: &[SellerLineView]) -> String {
    let mut out = "at,of,record,number,stock_code,quantity,currency,amount,commission,owed,source_line\n".to_owned();
    for line in lines {
        let texts = [&line.record, &line.number, &line.stock_code].map(|text| cell(text)).join(",");
        let amounts = [&line.amount, &line.commission, &line.owed].map(plain).join(",");
        let (of, quantity, currency) = (line.of, line.quantity, &line.owed.currency);
        let _ = writeln!(out, "{},{of},{texts},{quantity},{currency},{amounts},{}", line.at, cell(&line.source_line));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debt_is_as_old_as_its_sale() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let ages = ["2025-06-30", "2025-05-31", "2025-05-30", "2025-04-01", "2025-03-31"];
        assert_eq!(ages.map(|sold| age(day(sold), day("2025-06-30"))), [0, 0, 1, 2, 3]);
    }
}
