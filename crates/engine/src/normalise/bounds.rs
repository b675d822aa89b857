//! What the books can hold.

use domain::{Currency, IssueRule, Money, ProcessorLine, Span, StockMovement};
use rust_decimal::Decimal;

/// The most minor units that one record may hold: 10^14, a trillion pounds. Sums over ninety thousand such records
/// still fit 64 bits, and no shop has one.
pub const MOST_MINOR: i64 = 100_000_000_000_000;

/// Why a record is not used.
pub(super) struct Refused {
    pub rule: IssueRule,
    pub column: &'static str,
    /// The row; none = the record's first.
    pub span: Option<Span>,
}

impl Refused {
    pub(super) fn overflow(column: &'static str, span: Option<Span>) -> Self {
        Self { rule: IssueRule::AmountOverflow, column, span }
    }
}

pub(super) fn check_currency(column: &'static str, currency: Currency) -> Result<(), Refused> {
    let refused = Refused { rule: IssueRule::UnknownCurrency, column, span: None };
    if currency.is_known() { Ok(()) } else { Err(refused) }
}

pub(super) fn check_amount(column: &'static str, amount: Money) -> Result<(), Refused> {
    check_currency(column, amount.currency)?;
    if (-MOST_MINOR..=MOST_MINOR).contains(&amount.minor) { Ok(()) } else { Err(Refused::overflow(column, None)) }
}

/// What the movement is worth fits.
pub(super) fn check_stock(stock: &StockMovement) -> Result<(), Refused> {
    let Some(cost) = stock.unit_cost else { return Ok(()) };
    let worth = cost.amount.checked_mul(Decimal::from(stock.quantity));
    let worth = worth.and_then(|worth| Money::from_decimal(worth, cost.currency));
    check_amount("unit_cost", worth.ok_or_else(|| Refused::overflow("unit_cost", None))?)
}

/// Each amount fits, and net = gross − fee in one currency: the books would not balance otherwise.
pub(super) fn check_processor_line(line: &ProcessorLine) -> Result<(), Refused> {
    check_amount("gross", line.gross)?;
    check_amount("fee", line.fee)?;
    check_amount("net", line.net)?;
    if let Some(shown) = line.presentment {
        check_amount("presentment", shown)?;
    }
    let one_currency = line.fee.currency == line.gross.currency && line.net.currency == line.gross.currency;
    if one_currency && line.net.minor == line.gross.minor - line.fee.minor {
        Ok(())
    } else {
        Err(Refused { rule: IssueRule::IdentityBroken, column: "net", span: None })
    }
}
