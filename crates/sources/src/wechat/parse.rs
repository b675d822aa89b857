//! Rows to movements.

use super::status::{Moved, category, moved};
use super::{NEEDED, RECOGNISED_BY};
use crate::csv_rows::Row;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::once::Once;
use crate::processor_line::{dated, money_of, movement, negative, optional};
use crate::table::{Table, needed};
use crate::{Context, Parsed, number};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Columns whose values must not be shown.
const PERSONAL: &[&str] = &["交易对方"];

/// China has had one zone and no summer time since 1991.
const CHINA: Offset = Offset::constant(8);

const NUMBER: &str = "交易单号";
const TIME: &str = "交易时间";
const DIRECTION: &str = "收/支";
const AMOUNT: &str = "金额(元)";
const STATUS: &str = "当前状态";
const REMARK: &str = "备注";

/// What stands before a fee in a remark.
const FEE: &str = "服务费";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open_under(bytes, Dialect::COMMAS, PERSONAL, NEEDED, RECOGNISED_BY) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let reader = Reader { file, columns: Columns::new(found, &table), latest: context.latest() };
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| match reader.record(row, context)? {
        Some(record) => once.keep(record, NUMBER, parsed),
        None => {
            parsed.skipped += 1;
            Ok(())
        }
    });
    parsed
}

/// Where each column stands.
struct Columns {
    number: usize,
    at: usize,
    kind: usize,
    direction: usize,
    amount: usize,
    status: usize,
    name: usize,
    order: usize,
    remark: usize,
    goods: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([number, at, kind, direction, amount, status, name, order, remark]: [usize; 9], table: &Table<'_>) -> Self {
        let goods = table.column(&["商品"]);
        Self { number, at, kind, direction, amount, status, name, order, remark, goods }
    }
}

struct Reader {
    file: Digest,
    columns: Columns,
    latest: Timestamp,
}

impl Reader {
    /// The row's record, or none where it is no fact; personal values are handed over only once all else is sound.
    fn record(&self, row: &Row<'_>, context: &mut Context<'_>) -> Result<Option<Record>, Fault> {
        let at = &self.columns;
        let number = needed(row, at.number, NUMBER)?;
        let status = needed(row, at.status, STATUS)?;
        let moved = moved(&status).ok_or_else(|| Fault::new(IssueRule::UnknownValue, STATUS, status.as_ref()))?;
        let direction = needed(row, at.direction, DIRECTION)?;
        let kind = needed(row, at.kind, NEEDED[2][0])?;
        let category =
            category(&direction, &kind).map_err(|()| Fault::new(IssueRule::UnknownValue, DIRECTION, direction))?;
        let Some((category, comes_in)) = category.filter(|_| moved != Moved::Not) else { return Ok(None) };
        let text = needed(row, at.at, TIME)?;
        let moment = dated(moment(&text), self.latest, TIME, &text)?;
        let mut line = self.line(row, category, comes_in, moved)?;
        line.source_id = number.clone().into_owned();
        line.order_reference = given(row, Some(at.order));
        line.description = given(row, at.goods).unwrap_or_else(|| kind.into_owned());
        line.customer = given(row, Some(at.name)).map(|name| context.personal.token("processor_customer", &name, None));
        let id = RecordId::from(format!("wechat:{number}"));
        Ok(Some(Record { id, at: moment, file: self.file, span: row.span, content: Content::Processor(line) }))
    }

    fn line(
        &self,
        row: &Row<'_>,
        category: ProcessorCategory,
        comes_in: bool,
        moved: Moved<'_>,
    ) -> Result<ProcessorLine, Fault> {
        let size = yuan(&needed(row, self.columns.amount, AMOUNT)?, AMOUNT)?;
        if let Moved::GivenBack(text) = moved {
            within(size, yuan(text, STATUS)?, STATUS)?;
        }
        let net = if comes_in { size } else { negative(size, AMOUNT)? };
        let fee = match category {
            ProcessorCategory::Payout => self.fee(row, size)?,
            _ => Money::zero(size.currency),
        };
        let gross = money_of(i128::from(net.minor) + i128::from(fee.minor), net, AMOUNT)?;
        Ok(movement(category, gross, fee, net))
    }

    /// What a withdrawal cost.
    fn fee(&self, row: &Row<'_>, size: Money) -> Result<Money, Fault> {
        let remark = optional(row, Some(self.columns.remark)).unwrap_or_default();
        let Some((_, fee)) = remark.split_once(FEE) else { return Ok(Money::zero(size.currency)) };
        let fee = yuan(fee.trim(), REMARK)?;
        within(size, fee, REMARK)?;
        Ok(fee)
    }
}

/// A part is no more than the whole.
fn within(whole: Money, part: Money, column: &str) -> Result<(), Fault> {
    if part.minor <= whole.minor {
        return Ok(());
    }
    let amounts = format!("{} of {}", part.to_decimal(), whole.to_decimal());
    Err(Fault::new(IssueRule::IdentityBroken, column, amounts))
}

/// `¥1.00`, with either yuan sign or none, and never negative.
fn yuan(text: &str, column: &str) -> Result<Money, Fault> {
    let invalid = |rule| Fault::new(rule, column, text);
    let currency = Currency::from_code("CNY").ok_or_else(|| invalid(IssueRule::InvalidCurrency))?;
    let digits = text.strip_prefix(['¥', '￥']).unwrap_or(text);
    let money = number::amount(digits, currency).map_err(invalid)?;
    if money.minor < 0 { Err(invalid(IssueRule::InvalidNumber)) } else { Ok(money) }
}

/// A field that says something: `/` says nothing.
fn given(row: &Row<'_>, index: Option<usize>) -> Option<String> {
    optional(row, index).filter(|text| text != "/")
}

/// `2019-09-26 12:45:27`.
fn moment(text: &str) -> Option<Timestamp> {
    let local = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%Y/%m/%d %H:%M", text));
    CHINA.to_timestamp(local.ok()?).ok()
}
