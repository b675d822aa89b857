//! Rows to movements of the merchant account's balance.

use super::{NEEDED, batches};
use crate::content_key::ContentKeys;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::once::Once;
use crate::processor_line::{dated, fee_alone, money_of, movement, optional};
use crate::table::{Table, needed};
use crate::{Context, Parsed, number, zoned_text};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId};
use jiff::Timestamp;

/// What Adyen keeps, each positive when charged.
const FEES: [&str; 4] = ["Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)"];

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open(bytes, &[], NEEDED) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let reader = Reader { file, columns: Columns::new(found, &table), latest: context.latest() };
    let mut parsed = Parsed::default();
    let (mut once, mut equals) = (Once::default(), ContentKeys::default());
    table.read(file, &mut parsed, |row, parsed| {
        let record = reader.record(row, &mut equals)?;
        once.keep(record, "Psp Reference", parsed)
    });
    let issues = batches::issues(&parsed);
    parsed.issues.extend(issues);
    parsed
}

/// A debit and a credit column, with their names.
type Sides = [(usize, &'static str); 2];

/// Where each column stands.
struct Columns {
    merchant: usize,
    psp: usize,
    reference: usize,
    created: usize,
    zone: usize,
    kind: usize,
    gross_currency: usize,
    gross: Sides,
    net_currency: usize,
    net: Sides,
    batch: usize,
    fees: Vec<(usize, &'static str)>,
    modification: Option<usize>,
    method: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new(found: [usize; 13], table: &Table<'_>) -> Self {
        let [merchant, psp, reference, created, zone, kind, gross_currency, .., batch] = found;
        let [.., gross_debit, gross_credit, net_currency, net_debit, net_credit, _] = found;
        Self {
            merchant,
            psp,
            reference,
            created,
            zone,
            kind,
            gross_currency,
            gross: [(gross_debit, "Gross Debit (GC)"), (gross_credit, "Gross Credit (GC)")],
            net_currency,
            net: [(net_debit, "Net Debit (NC)"), (net_credit, "Net Credit (NC)")],
            batch,
            fees: FEES.iter().filter_map(|&name| Some((table.column(&[name])?, name))).collect(),
            modification: table.column(&["Modification Reference"]),
            method: table.column(&["Payment Method"]),
        }
    }
}

struct Reader {
    file: Digest,
    columns: Columns,
    latest: Timestamp,
}

impl Reader {
    fn record(&self, row: &Row<'_>, equals: &mut ContentKeys) -> Result<Record, Fault> {
        let at = self.created(row)?;
        let word = needed(row, self.columns.kind, "Type")?;
        let mut line = self.line(row, category(&word))?;
        let merchant = needed(row, self.columns.merchant, "Merchant Account")?;
        let batch = needed(row, self.columns.batch, "Batch Number")?;
        let settled = format!("{merchant}/{batch}");
        self.describe(&mut line, row, &word, &settled);
        let id = self.name(row, &word, &settled, equals);
        line.payout = Some(settled);
        Ok(Record { id, at, file: self.file, span: row.span, content: Content::Processor(line) })
    }

    fn created(&self, row: &Row<'_>) -> Result<Timestamp, Fault> {
        let text = needed(row, self.columns.created, "Creation Date")?;
        let zone = needed(row, self.columns.zone, "TimeZone")?;
        if zoned_text::at("2000-01-01", &zone).is_none() {
            return Err(Fault::new(IssueRule::InvalidTime, "TimeZone", zone));
        }
        dated(zoned_text::at(&text, &zone), self.latest, "Creation Date", &text)
    }

    fn line(&self, row: &Row<'_>, category: ProcessorCategory) -> Result<ProcessorLine, Fault> {
        let at = &self.columns;
        let currency = currency(&needed(row, at.net_currency, "Net Currency")?, "Net Currency")?;
        let net =
            balance(row, &at.net, currency)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, at.net[0].1, ""))?;
        let fee = self.fee(row, currency)?;
        let given = self.gross(row)?;
        let summed = money_of(i128::from(net.minor) + i128::from(fee.minor), net, "Net Credit (NC)")?;
        if let Some(given) = given.filter(|given| given.currency == currency && *given != summed) {
            let amounts = format!("{} - {} is not {}", given.to_decimal(), fee.to_decimal(), net.to_decimal());
            return Err(Fault::new(IssueRule::IdentityBroken, "Net Credit (NC)", amounts));
        }
        let mut line = match category {
            ProcessorCategory::Fee => fee_alone(net, "Net Debit (NC)")?,
            _ => movement(category, summed, fee, net),
        };
        line.presentment = given.filter(|given| given.currency != currency);
        Ok(line)
    }

    /// The gross as given, none where both sides are empty.
    fn gross(&self, row: &Row<'_>) -> Result<Option<Money>, Fault> {
        let at = &self.columns;
        if at.gross.iter().all(|side| optional(row, Some(side.0)).is_none()) {
            return Ok(None);
        }
        let currency = currency(&needed(row, at.gross_currency, "Gross Currency")?, "Gross Currency")?;
        balance(row, &at.gross, currency)
    }

    fn fee(&self, row: &Row<'_>, currency: Currency) -> Result<Money, Fault> {
        let mut sum = 0;
        for &(index, name) in &self.columns.fees {
            sum += cell(row, index, name, currency)?.map_or(0, |money| i128::from(money.minor));
        }
        money_of(sum, Money::zero(currency), FEES[0])
    }

    fn describe(&self, line: &mut ProcessorLine, row: &Row<'_>, word: &str, settled: &str) {
        let psp = optional(row, Some(self.columns.psp));
        let method = optional(row, self.columns.method).map(|method| format!(", {method}")).unwrap_or_default();
        line.description = format!("{word}{method}");
        line.order_reference = optional(row, Some(self.columns.reference));
        line.source_id = psp.clone().unwrap_or_default();
        line.charge = psp;
        if line.category == ProcessorCategory::Payout {
            line.source_id = settled.to_owned();
        }
    }

    fn name(&self, row: &Row<'_>, word: &str, settled: &str, equals: &mut ContentKeys) -> RecordId {
        let Some(psp) = optional(row, Some(self.columns.psp)) else {
            let fields: Vec<_> = (0..row.len()).map(|index| row.text(index)).collect();
            let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
            return RecordId::from(format!("adyen:{settled}/{word}/{}", equals.name(&fields)));
        };
        let modification = optional(row, self.columns.modification).unwrap_or_default();
        RecordId::from(format!("adyen:{psp}/{word}/{modification}"))
    }
}

/// Credit − debit; none where both are empty.
fn balance(row: &Row<'_>, sides: &Sides, currency: Currency) -> Result<Option<Money>, Fault> {
    let [debit, credit] = sides.map(|(index, name)| cell(row, index, name, currency));
    let (debit, credit) = (debit?, credit?);
    if debit.is_none() && credit.is_none() {
        return Ok(None);
    }
    let minor = |side: Option<Money>| side.map_or(0, |money| i128::from(money.minor));
    money_of(minor(credit) - minor(debit), Money::zero(currency), sides[1].1).map(Some)
}

fn cell(row: &Row<'_>, index: usize, name: &str, currency: Currency) -> Result<Option<Money>, Fault> {
    let text = optional(row, Some(index));
    text.map(|text| number::amount(&text, currency).map_err(|rule| Fault::new(rule, name, text))).transpose()
}

fn currency(text: &str, column: &str) -> Result<Currency, Fault> {
    Currency::from_code(text).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, column, text))
}

/// Our category of Adyen's journal type.
fn category(word: &str) -> ProcessorCategory {
    match word {
        "Settled" => ProcessorCategory::Charge,
        "Refunded" => ProcessorCategory::Refund,
        "Chargeback" | "SecondChargeback" => ProcessorCategory::Dispute,
        "ChargebackReversed" => ProcessorCategory::DisputeReversal,
        "Fee" | "InvoiceDeduction" => ProcessorCategory::Fee,
        "MerchantPayout" => ProcessorCategory::Payout,
        _ => ProcessorCategory::Adjustment,
    }
}
