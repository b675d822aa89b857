//! Events to records.

use super::fields::Fields;
use super::items::{Item, items};
use super::{PROCESSOR_TYPES, VERSION, VERSION_FIELD};
use super::{authorisation, facts};
use crate::fault::Fault;
use crate::fields::{check_net, currency};
use crate::once::Once;
use crate::processor_line::{money_of, movement};
use crate::{Context, Parsed, number};
use domain::{
    BankLine, Content, Country, Digest, Invoice, InvoiceLine, IssueRule, Money, OrderStatus, ProcessorCategory,
    ProcessorLine, Record, RecordId, Review, Span,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let items = items(bytes);
    if items.is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    for item in items {
        parsed.rows += 1;
        let kept = record(file, &item, context).and_then(|record| once.keep(record, "id", &mut parsed));
        if let Err(fault) = kept {
            parsed.issues.push(fault.at(file, item.span));
        }
    }
    parsed
}

fn record(file: Digest, item: &Item<'_>, context: &mut Context<'_>) -> Result<Record, Fault> {
    let text = std::str::from_utf8(item.bytes).map_err(|_| Fault::new(IssueRule::InvalidUtf8, "", ""))?;
    let mut fields = Fields::of(text)?;
    check_version(&mut fields)?;
    let (kind, id) = (fields.needed("type")?, fields.needed("id")?);
    let (at, content) = if kind == authorisation::TYPE {
        let said = authorisation::said(&mut fields, context.latest())?;
        fields.end()?;
        said.content(context)
    } else {
        let (at, content, person) = said(&kind, &id, &mut fields, item.span, context.latest())?;
        fields.end()?;
        (at, with_person(content, person.as_deref(), context))
    };
    Ok(Record { id: RecordId::from(format!("event:{kind}/{id}")), at, file, span: item.span, content })
}

fn check_version(fields: &mut Fields<'_>) -> Result<(), Fault> {
    match fields.optional(VERSION_FIELD)? {
        Some(text) if text != VERSION.to_string() => Err(Fault::new(IssueRule::UnknownValue, VERSION_FIELD, text)),
        _ => Ok(()),
    }
}

/// The person whom an event names; a token only once all else is sound.
pub(super) type Person = Option<String>;

/// When it was, what, and of whom.
pub(super) type Said = (Timestamp, Content, Person);

fn said(kind: &str, id: &str, fields: &mut Fields<'_>, span: Span, latest: Timestamp) -> Result<Said, Fault> {
    match kind {
        "invoice" => {
            let at = fields.instant("at", latest)?;
            let (invoice, buyer) = invoice(id, fields, span)?;
            Ok((at, Content::Invoice(invoice), buyer))
        }
        "bank_line" => bank_line(fields, latest),
        _ => {
            let category = PROCESSOR_TYPES.iter().find(|(name, _)| *name == kind).map(|(_, category)| *category);
            let Some(category) = category else { return facts::said(kind, fields, latest) };
            let at = fields.instant("at", latest)?;
            let (line, customer) = processor_line(category, id, fields)?;
            Ok((at, Content::Processor(line), customer))
        }
    }
}

fn invoice(id: &str, fields: &mut Fields<'_>, span: Span) -> Result<(Invoice, Person), Fault> {
    let buyer = fields.optional("buyer")?;
    let invoice = Invoice {
        number: fields.optional("number")?.unwrap_or_else(|| id.to_owned()),
        buyer: None,
        country: fields.text("country")?,
        currency: fields.currency("currency")?,
        lines: fields.objects("lines")?.into_iter().map(|line| invoice_line(line, span)).collect::<Result<_, _>>()?,
    };
    if invoice.lines.is_empty() { Err(Fault::new(IssueRule::MissingValue, "lines", "")) } else { Ok((invoice, buyer)) }
}

/// A line stands where its event does.
fn invoice_line(mut fields: Fields<'_>, span: Span) -> Result<InvoiceLine, Fault> {
    let line = InvoiceLine {
        stock_code: fields.text("stock_code")?,
        description: fields.text("description")?,
        quantity: fields.whole("quantity")?,
        unit_price: fields.decimal("unit_price")?,
        span,
    };
    fields.end()?;
    Ok(line)
}

fn processor_line(
    category: ProcessorCategory,
    id: &str,
    fields: &mut Fields<'_>,
) -> Result<(ProcessorLine, Person), Fault> {
    let currency = fields.currency("currency")?;
    let gross = match (category, fields.optional_amount("gross", currency)?) {
        (_, Some(gross)) => gross,
        (ProcessorCategory::Fee, None) => Money::zero(currency),
        (_, None) => return Err(Fault::new(IssueRule::MissingValue, "gross", "")),
    };
    let fee = fields.optional_amount("fee", currency)?.unwrap_or(Money::zero(currency));
    check_sign(category, gross)?;
    let net = match fields.optional_amount("net", currency)? {
        Some(net) => check_net(gross, fee, net).map(|()| net)?,
        None => money_of(i128::from(gross.minor) - i128::from(fee.minor), gross, "net")?,
    };
    let source_id = fields.optional("object")?.unwrap_or_else(|| id.to_owned());
    let itself = || (category == ProcessorCategory::Charge).then(|| source_id.clone());
    let line = ProcessorLine {
        charge: fields.optional("charge")?.or_else(itself),
        payout: fields.optional("payout")?,
        payout_at: fields.optional_instant("payout_at")?,
        order_reference: fields.optional("order")?,
        description: fields.text("description")?,
        presentment: presentment(fields)?,
        card_country: card_country(fields)?,
        source_id,
        ..movement(category, gross, fee, net)
    };
    Ok((line, fields.optional("customer")?))
}

/// A payment adds to the balance; a refund, dispute or payout takes from it.
fn check_sign(category: ProcessorCategory, gross: Money) -> Result<(), Fault> {
    let wrong = match category {
        ProcessorCategory::Charge | ProcessorCategory::DisputeReversal => gross.minor < 0,
        ProcessorCategory::Refund | ProcessorCategory::Dispute | ProcessorCategory::Payout => gross.minor > 0,
        ProcessorCategory::Fee
        | ProcessorCategory::Adjustment
        | ProcessorCategory::Reserve
        | ProcessorCategory::Transfer => false,
    };
    if wrong { Err(Fault::new(IssueRule::InvalidNumber, "gross", gross.to_decimal().to_string())) } else { Ok(()) }
}

fn card_country(fields: &mut Fields<'_>) -> Result<Option<Country>, Fault> {
    const FIELD: &str = "card_country";
    let Some(name) = fields.optional(FIELD)? else { return Ok(None) };
    Country::named(&name).map(Some).ok_or_else(|| Fault::new(IssueRule::UnknownValue, FIELD, name))
}

/// What the buyer saw: both fields or neither.
fn presentment(fields: &mut Fields<'_>) -> Result<Option<Money>, Fault> {
    const AMOUNT: &str = "presentment_amount";
    const CURRENCY: &str = "presentment_currency";
    match (fields.optional(AMOUNT)?, fields.optional(CURRENCY)?) {
        (None, None) => Ok(None),
        (Some(size), Some(code)) => {
            let money = number::amount(&size, currency(&code, CURRENCY)?);
            money.map(Some).map_err(|rule| Fault::new(rule, AMOUNT, size))
        }
        (Some(_), None) => Err(Fault::new(IssueRule::MissingValue, CURRENCY, "")),
        (None, Some(_)) => Err(Fault::new(IssueRule::MissingValue, AMOUNT, "")),
    }
}

/// A bank line without an instant is of its booking day's first.
fn bank_line(fields: &mut Fields<'_>, latest: Timestamp) -> Result<Said, Fault> {
    let booked = fields.day("booked")?;
    let first = TimeZone::UTC.to_timestamp(booked.at(0, 0, 0, 0));
    let first = first.map_err(|_| Fault::new(IssueRule::InvalidTime, "booked", booked.to_string()))?;
    let at = fields.optional_instant("at")?.unwrap_or(first);
    if at.max(first) > latest {
        return Err(Fault::new(IssueRule::DateInFuture, "booked", booked.to_string()));
    }
    let currency = fields.currency("currency")?;
    let line = BankLine {
        account: fields.needed("account")?,
        amount: fields.amount("amount", currency)?,
        booked,
        reference: fields.text("reference")?,
        end_to_end: fields.text("end_to_end")?,
        remittance: fields.text("remittance")?,
        counterparty: None,
    };
    Ok((at, Content::Bank(line), fields.optional("counterparty")?))
}

fn with_person(content: Content, person: Option<&str>, context: &mut Context<'_>) -> Content {
    let mut token = |field: &str| person.map(|person| context.personal.token(field, person, None));
    match content {
        Content::Invoice(invoice) => Content::Invoice(Invoice { buyer: token("customer"), ..invoice }),
        Content::Processor(line) => Content::Processor(ProcessorLine { customer: token("processor_customer"), ..line }),
        Content::Bank(line) => Content::Bank(BankLine { counterparty: token("counterparty"), ..line }),
        Content::OrderStatus(status) => Content::OrderStatus(OrderStatus { buyer: token("customer"), ..status }),
        Content::Review(review) => Content::Review(Review { reviewer: token("customer"), ..review }),
        other => other,
    }
}
