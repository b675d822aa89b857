//! Rows to movements.

use super::NEEDED;
use super::status::{Verdict, Words};
use crate::csv_rows::Row;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::once::Once;
use crate::processor_line::{dated, fee_alone, movement, negative, optional};
use crate::table::{Table, needed};
use crate::{Context, Parsed, number};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId, Token};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Columns whose values must not be shown.
const PERSONAL: &[&str] = &["交易对方", "对方账号"];

/// China has had one zone and no summer time since 1991.
const CHINA: Offset = Offset::constant(8);

/// What begins the line above a footer.
const FOOTER: &[u8] = b"\n--------------------";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let dialect = super::dialect(bytes).unwrap_or(Dialect::COMMAS);
    let listed = &bytes[..footer(bytes)];
    let (table, found) = match Table::open_under(listed, dialect, PERSONAL, NEEDED, super::RECOGNISED_BY) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let reader = Reader { file, columns: Columns::new(found, &table), latest: context.latest() };
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| match reader.record(row, context)? {
        Some(record) => once.keep(record, NEEDED[0][0], parsed),
        None => {
            parsed.skipped += 1;
            Ok(())
        }
    });
    parsed
}

/// Where the footer begins: at the last line of dashes, if no header stands below it.
fn footer(bytes: &[u8]) -> usize {
    let last = bytes.windows(FOOTER.len()).rposition(|window| window == FOOTER).map(|at| at + 1);
    last.filter(|&at| super::dialect(&bytes[at..]).is_none() && super::dialect(&bytes[..at]).is_some())
        .unwrap_or(bytes.len())
}

/// Where each column stands.
struct Columns {
    number: usize,
    at: usize,
    direction: usize,
    amount: usize,
    status: usize,
    name: usize,
    order: usize,
    account: Option<usize>,
    kind: Option<usize>,
    goods: Option<usize>,
    method: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([number, at, direction, amount, status, name, order]: [usize; 7], table: &Table<'_>) -> Self {
        Self {
            number,
            at,
            direction,
            amount,
            status,
            name,
            order,
            account: table.column(&["对方账号"]),
            kind: table.column(&["交易分类", "类型"]),
            goods: table.column(&["商品说明", "商品名称"]),
            method: table.column(&["收/付款方式"]),
        }
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
        let number = needed(row, at.number, NEEDED[0][0])?;
        let (category, comes_in) = match self.verdict(row) {
            Verdict::Fact(category, comes_in) => (category, comes_in),
            Verdict::Skipped => return Ok(None),
            Verdict::Unknown(column) => return Err(self.unknown(row, column)),
        };
        let text = needed(row, at.at, NEEDED[1][0])?;
        let moment = dated(moment(&text), self.latest, NEEDED[1][0], &text)?;
        let mut line = self.line(row, category, comes_in)?;
        line.source_id = number.clone().into_owned();
        line.order_reference = optional(row, Some(at.order));
        line.description = optional(row, at.goods).unwrap_or_default();
        line.customer = self.customer(row, context);
        let id = RecordId::from(format!("alipay:{number}"));
        Ok(Some(Record { id, at: moment, file: self.file, span: row.span, content: Content::Processor(line) }))
    }

    fn verdict(&self, row: &Row<'_>) -> Verdict {
        let at = &self.columns;
        let text = |index| optional(row, index).unwrap_or_default();
        let (direction, status) = (text(Some(at.direction)), text(Some(at.status)));
        let (kind, goods) = (text(at.kind), text(at.goods));
        let has_method = at.method.is_none_or(|index| optional(row, Some(index)).is_some());
        Words { direction: &direction, status: &status, about: [&kind, &goods], has_method }.verdict()
    }

    fn unknown(&self, row: &Row<'_>, column: &str) -> Fault {
        let index = if column == NEEDED[2][0] { self.columns.direction } else { self.columns.status };
        let word = optional(row, Some(index)).unwrap_or_default();
        let rule = if word.is_empty() { IssueRule::MissingValue } else { IssueRule::UnknownValue };
        Fault::new(rule, column, word)
    }

    fn line(&self, row: &Row<'_>, category: ProcessorCategory, comes_in: bool) -> Result<ProcessorLine, Fault> {
        let yuan = Currency::from_code("CNY").ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, "", "CNY"))?;
        let column = NEEDED[3][0];
        let text = needed(row, self.columns.amount, column)?;
        let size = number::amount(&text, yuan).map_err(|rule| Fault::new(rule, column, text.as_ref()))?;
        if size.minor < 0 {
            return Err(Fault::new(IssueRule::InvalidNumber, column, text));
        }
        let net = if comes_in { size } else { negative(size, column)? };
        match category {
            ProcessorCategory::Fee => fee_alone(net, column),
            _ => Ok(movement(category, net, Money::zero(yuan), net)),
        }
    }

    /// The account, else the name; the name describes whom the account names.
    fn customer(&self, row: &Row<'_>, context: &mut Context<'_>) -> Option<Token> {
        let given = |index| optional(row, index).filter(|text| text != "/");
        let (account, name) = (given(self.columns.account), given(Some(self.columns.name)));
        let customer = context.personal.token("processor_customer", account.as_ref().or(name.as_ref())?, None);
        if let (Some(_), Some(name)) = (account, name) {
            context.personal.token("counterparty", &name, Some(customer));
        }
        Some(customer)
    }
}

/// `2023-02-12 21:32:14`; older exports leave the seconds out.
fn moment(text: &str) -> Option<Timestamp> {
    let local = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%Y/%m/%d %H:%M", text));
    CHINA.to_timestamp(local.ok()?).ok()
}
