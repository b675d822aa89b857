//! Whether money comes in time: runway, what is owed to sellers, reserve against chargebacks, the calendar of payouts, and
//! thirty days of stress, from the books and the processor's lines.
//!
//! Stress, as in the file of the scores: for thirty days the processor pays out nothing, sales fall by a fifth while costs
//! do not, half of what suppliers are owed and all that sellers are owed falls due, and chargebacks come three times as
//! often as in the last year.

use super::ledger::Books;
use domain::{
    Account, Body, CashFlow, Content, Currency, Money, PayoutNamed, ProcessorCategory, ProcessorLine, Record, RecordId,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;
use store::Reader;

/// Months of which the outflow is the mean.
const OUTFLOW_MONTHS: usize = 3;
/// Days of a month and of the stress.
const STRESS_DAYS: i128 = 30;
/// Days in which a payment may be charged back.
const CHARGEABLE_MONTHS: usize = 4;
/// Stressed chargebacks over those of the last year.
const CHARGEBACK_STRESS: i128 = 3;

/// Money that the processor pays out on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PayoutDay {
    /// When it arrives; none where the processor has not said it yet.
    pub day: Option<String>,
    /// How much.
    pub amount: String,
    /// Lines that make it.
    pub lines: usize,
}

/// A step of the stress.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StressStep {
    /// What happens.
    pub what: &'static str,
    /// What it does to the cash.
    pub amount: String,
}

/// Whether money comes in time. Amounts are in major units, exact.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LiquidityDetail {
    /// The last day of the books.
    pub as_of: String,
    /// At the bank.
    pub cash: String,
    /// Months until it is gone at the pace of the last three; none where more comes in than goes out.
    pub runway_months: Option<f64>,
    /// Cash and what processors hold over what sellers are owed; none where none is owed.
    pub seller_payable_coverage: Option<f64>,
    /// What the processor keeps back against chargebacks.
    pub reserve: String,
    /// Chargebacks to come of the last four months' sales, at the year's rate.
    pub chargebacks_to_come: String,
    /// The one over the other; none where none is to come.
    pub reserve_cover: Option<f64>,
    /// By day of arrival, those without a day last.
    pub calendar: Vec<PayoutDay>,
    /// What stress takes, step by step.
    pub stress: Vec<StressStep>,
    /// Cash after it.
    pub cash_after_stress: String,
    /// Whether it is enough.
    pub stands_stress: bool,
}

/// Tells it of books and the lines of the processor.
///
/// # Errors
/// As the reader.
pub fn detail(reader: &Reader, books: &Books) -> anyhow::Result<LiquidityDetail> {
    let last = reader.last_entry_at()?.unwrap_or(Timestamp::UNIX_EPOCH);
    let pending = pending(reader, books.currency, last)?;
    Ok(told(books, last.to_zoned(TimeZone::UTC).date(), &pending))
}

/// What the processor holds and has announced, by the day of its arrival.
pub type Pending = BTreeMap<Option<Date>, Vec<i64>>;

fn pending(reader: &Reader, currency: Currency, last: Timestamp) -> anyhow::Result<Pending> {
    let mut lines: BTreeMap<RecordId, (Option<Date>, i64)> = BTreeMap::new();
    for batch in reader.batches() {
        let (_, batch) = batch?;
        for event in &batch.events {
            if let Body::Record(record) = &event.body {
                take(&mut lines, record, currency, last);
            }
        }
    }
    let mut pending = Pending::new();
    lines.into_values().for_each(|(day, minor)| pending.entry(day).or_default().push(minor));
    Ok(pending)
}

fn take(lines: &mut BTreeMap<RecordId, (Option<Date>, i64)>, record: &Record, currency: Currency, last: Timestamp) {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    match &record.content {
        Content::Processor(ProcessorLine { category, net, payout, payout_at, .. }) => {
            let moves = *category != ProcessorCategory::Payout && net.currency == currency;
            let arrives = payout_at.filter(|at| *at > last);
            if moves && (payout.is_none() || arrives.is_some()) {
                lines.insert(record.id.clone(), (arrives.map(day), net.minor));
            }
        }
        Content::PayoutNamed(PayoutNamed { line, payout_at, .. }) => match payout_at.filter(|at| *at > last) {
            Some(at) => {
                if let Some((when, _)) = lines.get_mut(line) {
                    *when = Some(day(at));
                }
            }
            None => drop(lines.remove(line)),
        },
        _ => {}
    }
}

/// The same of what is pending by day.
pub fn told(books: &Books, as_of: Date, pending: &Pending) -> LiquidityDetail {
    let money =
        |minor: i128| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), books.currency).to_decimal().to_string();
    let stands = |account: Account| books.at_end.get(&account).copied().unwrap_or(0);
    let cash = stands(Account::Bank);
    let held = stands(Account::ProcessorBalance) + stands(Account::CashInTransit);
    let (sellers, suppliers) = (-stands(Account::SellerPayables), -stands(Account::TradePayables));
    let reserve = stands(Account::ProcessorReserve);
    let outflow = outflow(books);
    let chargebacks = chargebacks_to_come(books);
    let costs = -fifth_of_sales(books);
    let steps = [
        ("half of what suppliers are owed is paid", -suppliers.max(0) / 2),
        ("all that sellers are owed is paid", -sellers.max(0)),
        ("sales fall by a fifth, costs do not", costs),
        ("what goes out beyond what comes in, as in the last months", -outflow.max(0)),
        ("chargebacks come three times as often", -CHARGEBACK_STRESS * chargebacks),
    ];
    let after = cash + steps.iter().map(|(_, minor)| minor).sum::<i128>();
    let calendar = pending.iter().map(|(day, lines)| PayoutDay {
        day: day.map(|day| day.to_string()),
        amount: money(lines.iter().map(|minor| i128::from(*minor)).sum()),
        lines: lines.len(),
    });
    let mut calendar: Vec<PayoutDay> = calendar.collect();
    calendar.sort_by_key(|row| row.day.is_none());
    LiquidityDetail {
        as_of: as_of.to_string(),
        cash: money(cash),
        runway_months: ratio(cash, outflow),
        seller_payable_coverage: ratio(cash + held, sellers),
        reserve: money(reserve),
        chargebacks_to_come: money(chargebacks),
        reserve_cover: ratio(reserve, chargebacks),
        calendar,
        stress: steps.into_iter().map(|(what, minor)| StressStep { what, amount: money(minor) }).collect(),
        cash_after_stress: money(after),
        stands_stress: after >= 0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio of two sums")]
fn ratio(over: i128, under: i128) -> Option<f64> {
    (under > 0).then(|| over as f64 / under as f64)
}

/// The net outflow of a month: the mean of the last three; negative where more comes in.
fn outflow(books: &Books) -> i128 {
    let last = &books.months[books.months.len().saturating_sub(OUTFLOW_MONTHS)..];
    let moves = |account: &Account| matches!(account.default_cash_flow(), CashFlow::Operating | CashFlow::Result);
    let out: i128 =
        last.iter().flat_map(|month| &month.totals).filter(|(account, _)| moves(account)).map(|(_, minor)| minor).sum();
    out / i128::try_from(last.len().max(1)).unwrap_or(1)
}

/// A fifth of thirty days' sales, at the pace of the last months.
fn fifth_of_sales(books: &Books) -> i128 {
    let last = &books.months[books.months.len().saturating_sub(OUTFLOW_MONTHS)..];
    let days: i32 = last.iter().map(|month| (month.end - month.start).get_days() + 1).sum();
    sold(last) * STRESS_DAYS / (5 * i128::from(days.max(1)))
}

/// Goods, postage and lines typed by hand, sold in these months.
pub fn sold(months: &[engine::assess::LedgerMonth]) -> i128 {
    let accounts = [Account::Sales, Account::ShippingIncome, Account::ManualSales];
    -months.iter().flat_map(|month| accounts.iter().filter_map(|account| month.totals.get(account))).sum::<i128>()
}

/// Chargebacks to come of the last four months' sales, at the rate of the last twelve; half a unit up.
pub fn chargebacks_to_come(books: &Books) -> i128 {
    let last = |count: usize| &books.months[books.months.len().saturating_sub(count)..];
    let disputed: i128 = last(12).iter().filter_map(|month| month.totals.get(&Account::Disputes)).sum();
    let year = sold(last(12));
    if year <= 0 || disputed <= 0 {
        return 0;
    }
    (2 * disputed * sold(last(CHARGEABLE_MONTHS)).max(0) + year) / (2 * year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::assess::LedgerMonth;
    use jiff::civil::date;

    fn books() -> Books {
        let month = |number: i8| LedgerMonth {
            start: date(2025, number, 1),
            end: date(2025, number, 1).last_of_month(),
            totals: BTreeMap::from([
                (Account::Sales, -100_000),
                (Account::Disputes, 1_000),
                (Account::OperatingCosts, 109_000),
                (Account::Bank, -10_000),
            ]),
        };
        Books {
            currency: Currency::EUR,
            is_opened: false,
            months: (1..=12).map(month).collect(),
            at_end: BTreeMap::from([
                (Account::Bank, 45_000),
                (Account::ProcessorBalance, 5_000),
                (Account::ProcessorReserve, 2_000),
                (Account::SellerPayables, -25_000),
                (Account::TradePayables, -8_000),
            ]),
            before: BTreeMap::new(),
        }
    }

    #[test]
    fn by_hand() {
        let day = date(2025, 12, 31);
        let pending = Pending::from([(None, vec![700]), (Some(date(2026, 1, 3)), vec![900, -100])]);
        let told = told(&books(), day, &pending);
        // 450.00 at a net outflow of 100.00 a month; (450 + 50) / 250; 10.00 a month of 1,000.00, four months.
        assert_eq!((told.runway_months, told.seller_payable_coverage), (Some(4.5), Some(2.0)));
        assert_eq!((told.chargebacks_to_come.as_str(), told.reserve_cover), ("40.00", Some(0.5)));
        let calendar: Vec<(Option<&str>, &str)> =
            told.calendar.iter().map(|row| (row.day.as_deref(), row.amount.as_str())).collect();
        assert_eq!(calendar, [(Some("2026-01-03"), "8.00"), (None, "7.00")]);
        let steps: Vec<&str> = told.stress.iter().map(|step| step.amount.as_str()).collect();
        // A fifth of 30 of 92 days of 3,000.00: 195.65.
        assert_eq!(steps, ["-40.00", "-250.00", "-195.65", "-100.00", "-120.00"]);
        assert_eq!((told.cash_after_stress.as_str(), told.stands_stress), ("-255.65", false));
    }
}
