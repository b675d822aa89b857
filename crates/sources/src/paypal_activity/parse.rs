//! Rows to movements of the balance.

use super::balances::{self, Balances};
use super::clock::{self, DayOrder};
use super::words::{self, Kind};
use super::{NEEDED, delimiter};
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{amount, check_net, currency, optional};
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId, Token};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

const PERSONAL: &[&str] = &[
    "Name",
    "Nombre",
    "Nome",
    "姓名",
    "From Email Address",
    "To Email Address",
    "Absender E-Mail-Adresse",
    "Empfänger E-Mail-Adresse",
    "Correo electrónico del remitente",
    "Correo electrónico del destinatario",
    "Shipping Address",
    "Lieferadresse",
];

const TIME_ZONE: [&str; 7] = ["TimeZone", "Time Zone", "Time zone", "Zeitzone", "Zona horaria", "Fuso horário", "时区"];
const STATUS: [&str; 3] = ["Status", "Estado", "状态"];
const IMPACT: [&str; 5] =
    ["Balance Impact", "Auswirkung auf Guthaben", "Impacto en el saldo", "Impacto no saldo", "余额影响"];
const REFERENCE: [&str; 6] = [
    "Reference Txn ID",
    "Zugehöriger Transaktionscode",
    "Txn-Referenzkennung",
    "Id. de referencia de trans.",
    "ID de referência da transação",
    "参考交易号",
];
const INVOICE: [&str; 5] = ["Invoice Number", "Rechnungsnummer", "Número de factura", "Número da fatura", "账单号"];
const FROM: [&str; 3] = ["From Email Address", "Absender E-Mail-Adresse", "Correo electrónico del remitente"];
const TO: [&str; 3] = ["To Email Address", "Empfänger E-Mail-Adresse", "Correo electrónico del destinatario"];

/// `Balance Impact` of rows that move nothing, in every language.
const MEMO: &str = "memo";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let delimiter = delimiter(bytes);
    let (table, found) = match Table::open_delimited(bytes, delimiter, PERSONAL, NEEDED) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let Ok(own_zone) = TimeZoneDatabase::bundled().get(&context.settings.zone) else {
        let fault = Fault::new(IssueRule::InvalidTime, "zone", context.settings.zone.as_str());
        return fault.whole_file(file, table.row_count());
    };
    let columns = Columns::new(found, &table);
    let balance = table.column(&balances::COLUMN);
    let balance_style = balance.and_then(|column| NumberStyle::of_column(table.column_texts(column)));
    let mut reader = Reader::new(file, columns, &table, delimiter, own_zone, context.latest());
    let note = reader.order.note(table.column_texts(reader.columns.date));
    let mut balances = Balances::new(balance, balance_style.unwrap_or(reader.styles[2]));
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| {
        if !reader.has_moved(row)? {
            parsed.skipped += 1;
            return Ok(());
        }
        let record = reader.record(row, context).inspect_err(|_| balances.fail())?;
        balances.keep(row, &record);
        once.keep(record, "Transaction ID", parsed)
    });
    parsed.issues.extend(balances.issues(file));
    parsed.notes.extend(note);
    parsed
}

/// The token of who paid or was paid back, where the line is about a buyer.
pub(crate) fn customer_of(line: &ProcessorLine, kind: Kind, address: &str, context: &mut Context<'_>) -> Option<Token> {
    let buyers = !matches!(line.category, ProcessorCategory::Payout | ProcessorCategory::Fee);
    let named = buyers && kind != Kind::Conversion;
    named.then(|| context.personal.token("processor_customer", &address.to_lowercase(), None))
}

/// Where each column stands.
struct Columns {
    date: usize,
    time: usize,
    kind: usize,
    currency: usize,
    gross: usize,
    fee: usize,
    net: usize,
    id: usize,
    zone: Option<usize>,
    status: Option<usize>,
    impact: Option<usize>,
    reference: Option<usize>,
    invoice: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([date, time, kind, currency, gross, fee, net, id]: [usize; 8], table: &Table<'_>) -> Self {
        Self {
            date,
            time,
            kind,
            currency,
            gross,
            fee,
            net,
            id,
            zone: table.column(&TIME_ZONE),
            status: table.column(&STATUS),
            impact: table.column(&IMPACT),
            reference: table.column(&REFERENCE),
            invoice: table.column(&INVOICE),
            from: table.column(&FROM),
            to: table.column(&TO),
        }
    }
}

struct Reader {
    file: Digest,
    columns: Columns,
    /// Of gross, fee and net.
    styles: [NumberStyle; 3],
    order: DayOrder,
    /// Whether the headings are Chinese.
    chinese: bool,
    /// Of rows that name none.
    own_zone: TimeZone,
    /// The last zone read: rows share theirs.
    zone: (String, TimeZone),
    latest: Timestamp,
}

impl Reader {
    fn new(
        file: Digest,
        columns: Columns,
        table: &Table<'_>,
        delimiter: u8,
        own_zone: TimeZone,
        latest: Timestamp,
    ) -> Self {
        let heading = table.names[columns.date].as_str();
        let (english, chinese) = (heading == "Date", heading == "日期");
        let points = delimiter != b';' && (english || chinese);
        let usual = if points { NumberStyle::Point } else { NumberStyle::Comma };
        let first_zone = columns.zone.and_then(|zone| table.column_texts(zone).next()).unwrap_or_default();
        let order = if english { DayOrder::in_english(first_zone.trim()) } else { DayOrder::DayFirst };
        Self {
            file,
            styles: table.number_styles([columns.gross, columns.fee, columns.net], usual),
            order: DayOrder::of_column(table.column_texts(columns.date), order),
            columns,
            chinese,
            zone: (String::new(), own_zone.clone()),
            own_zone,
            latest,
        }
    }

    /// Whether the row says that money has moved.
    fn has_moved(&self, row: &Row<'_>) -> Result<bool, Fault> {
        if optional(row, self.columns.impact).is_some_and(|impact| impact.to_lowercase() == MEMO) {
            return Ok(false);
        }
        let Some(status) = optional(row, self.columns.status) else { return Ok(true) };
        words::has_moved(&status).ok_or_else(|| Fault::new(IssueRule::UnknownValue, "Status", status))
    }

    /// Reads one row; personal values are handed over only once all else is sound.
    fn record(&mut self, row: &Row<'_>, context: &mut Context<'_>) -> Result<Record, Fault> {
        let id = needed(row, self.columns.id, "Transaction ID")?;
        let at = self.instant(row)?;
        let word = needed(row, self.columns.kind, "Type")?;
        let kind = words::kind(&word);
        let mut line = self.line(row, kind, &id)?;
        let payer = if line.gross.minor < 0 { self.columns.to } else { self.columns.from };
        line.customer = optional(row, payer).and_then(|address| customer_of(&line, kind, &address, context));
        line.description = word.into_owned();
        let side = if kind == Kind::Conversion { format!("/{}", line.gross.currency) } else { String::new() };
        Ok(Record {
            id: RecordId::from(format!("paypal:{id}{side}")),
            at,
            file: self.file,
            span: row.span,
            content: Content::Processor(line),
        })
    }

    fn instant(&mut self, row: &Row<'_>) -> Result<Timestamp, Fault> {
        let date = needed(row, self.columns.date, "Date")?;
        let time = needed(row, self.columns.time, "Time")?;
        let invalid = |column, text: &str| Fault::new(IssueRule::InvalidTime, column, text);
        let day = self.order.day(&date).ok_or_else(|| invalid("Date", &date))?;
        self.read_zone(row)?;
        let at = clock::instant(day, &time, &self.zone.1).ok_or_else(|| invalid("Time", &time))?;
        if at > self.latest { Err(Fault::new(IssueRule::DateInFuture, "Date", date)) } else { Ok(at) }
    }

    fn read_zone(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let text = optional(row, self.columns.zone).unwrap_or_default();
        if text != self.zone.0 {
            let zone = if text.is_empty() { Some(self.own_zone.clone()) } else { clock::zone(&text, self.chinese) };
            let zone = zone.ok_or_else(|| Fault::new(IssueRule::InvalidTime, "TimeZone", text.as_str()))?;
            self.zone = (text, zone);
        }
        Ok(())
    }

    fn line(&self, row: &Row<'_>, kind: Kind, id: &str) -> Result<ProcessorLine, Fault> {
        let currency = currency(&needed(row, self.columns.currency, "Currency")?, "Currency")?;
        let (gross, fee, net) = self.amounts(row, currency)?;
        let category = words::category(kind, gross.minor);
        let reference = optional(row, self.columns.reference);
        Ok(ProcessorLine {
            category,
            gross,
            fee,
            net,
            source_id: id.to_owned(),
            charge: if category == ProcessorCategory::Charge { Some(id.to_owned()) } else { reference },
            payout: None,
            payout_at: None,
            order_reference: optional(row, self.columns.invoice),
            customer: None,
            description: String::new(),
            presentment: None,
            card_country: None,
        })
    }

    /// Gross, fee (positive when charged) and net.
    fn amounts(&self, row: &Row<'_>, currency: Currency) -> Result<(Money, Money, Money), Fault> {
        let at = &self.columns;
        let [gross_style, fee_style, net_style] = self.styles;
        let gross = amount(&needed(row, at.gross, "Gross")?, gross_style, currency, "Gross")?;
        let fee = match optional(row, Some(at.fee)) {
            Some(text) => amount(&text, fee_style, currency, "Fee")?,
            None => Money::zero(currency),
        };
        let overflow = |column| Fault::new(IssueRule::AmountOverflow, column, "");
        let net = match optional(row, Some(at.net)) {
            Some(text) => amount(&text, net_style, currency, "Net")?,
            None => Money::new(gross.minor.checked_add(fee.minor).ok_or_else(|| overflow("Net"))?, currency),
        };
        let fee = Money::new(fee.minor.checked_neg().ok_or_else(|| overflow("Fee"))?, currency);
        check_net(gross, fee, net)?;
        Ok((gross, fee, net))
    }
}
