//! Orders' states, payments and reviews: a record a row.

use super::currency;
use super::parse::{Clock, is_blank};
use super::set::{OrderColumns, Set};
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{amount, optional};
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{BuyerPayment, Content, Digest, IssueRule, Language, Money, OrderStatus, Record, RecordId, Review, Span};
use jiff::Timestamp;

/// The best of Olist's scores.
const BEST_SCORE: u8 = 5;

/// Reads the rows of a table that have values, each key once.
fn each(
    table: Table<'_>,
    file: Digest,
    key: &str,
    mut record: impl FnMut(&Row<'_>) -> Result<Option<(String, Timestamp, Content)>, Fault>,
) -> Parsed {
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| {
        let told = if is_blank(row) { None } else { record(row)? };
        let Some((id, at, content)) = told else {
            parsed.skipped += 1;
            return Ok(());
        };
        let span: Span = row.span;
        once.keep(Record { id: RecordId::from(format!("olist:{id}")), at, file, span, content }, key, parsed)
    });
    parsed
}

pub(super) fn orders(file: Digest, bytes: &[u8], set: &Set, context: &mut Context<'_>) -> Parsed {
    let (table, at) = match OrderColumns::open(bytes) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let clock = Clock::new(&table, &at.times(), context.latest());
    let notes = clock.note(&table, &at.times());
    let mut parsed = each(table, file, "order_id", |row| {
        let id = needed(row, at.id, "order_id")?.into_owned();
        let ordered = at.ordered(row, &clock)?;
        let (shipped, delivered) = (
            clock.optional(row, at.shipped, "order_delivered_carrier_date")?,
            clock.optional(row, at.delivered, "order_delivered_customer_date")?,
        );
        let promised = clock.optional(row, at.promised, "order_estimated_delivery_date")?;
        let buyer = Some(set.buyer(&ordered.customer, context));
        let (state, approved, order_reference) = (ordered.state, ordered.approved, id.clone());
        let status = OrderStatus { order_reference, buyer, state, approved, shipped, delivered, promised };
        Ok(Some((format!("{id}/status"), ordered.placed, Content::OrderStatus(status))))
    });
    parsed.notes.extend(notes);
    parsed
}

pub(super) fn payments(file: Digest, bytes: &[u8], set: &Set, _: &mut Context<'_>) -> Parsed {
    let columns: [&[&str]; 5] =
        [&["order_id"], &["payment_sequential"], &["payment_type"], &["payment_installments"], &["payment_value"]];
    let (table, [order, sequence, kind, instalments, value]) = match Table::open(bytes, &[], columns) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let [style] = table.number_styles([value], NumberStyle::Point);
    each(table, file, "payment_sequential", |row| {
        let id = needed(row, order, "order_id")?.into_owned();
        let sequence = needed(row, sequence, "payment_sequential")?;
        let paid = amount(&needed(row, value, "payment_value")?, style, currency(), "payment_value")?;
        if paid.minor <= 0 {
            return if paid.minor == 0 { Ok(None) } else { Err(negative(paid)) };
        }
        let count = needed(row, instalments, "payment_installments")?;
        let count: u32 =
            count.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, "payment_installments", count))?;
        let ordered = set.order(&id)?;
        let payment = BuyerPayment {
            order_reference: id.clone(),
            method: needed(row, kind, "payment_type")?.into_owned(),
            instalments: count.max(1),
            amount: paid,
        };
        let at = ordered.approved.unwrap_or(ordered.placed);
        Ok(Some((format!("{id}/payment/{sequence}"), at, Content::BuyerPayment(payment))))
    })
}

fn negative(paid: Money) -> Fault {
    Fault::new(IssueRule::InvalidNumber, "payment_value", paid.to_decimal().to_string())
}

pub(super) fn reviews(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let columns: [&[&str]; 4] = [&["review_id"], &["order_id"], &["review_score"], &["review_creation_date"]];
    let (table, [id, order, score, created]) = match Table::open(bytes, &[], columns) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let answered = table.column(&["review_answer_timestamp"]);
    let [title, text] = ["review_comment_title", "review_comment_message"].map(|name| table.column(&[name]));
    let times: Vec<usize> = [Some(created), answered].into_iter().flatten().collect();
    let clock = Clock::new(&table, &times, context.latest());
    let notes = clock.note(&table, &times);
    let mut parsed = each(table, file, "review_id", |row| {
        let (id, order) = (needed(row, id, "review_id")?, needed(row, order, "order_id")?);
        let sent = clock.needed(row, created, "review_creation_date")?;
        let at = clock.optional(row, answered, "review_answer_timestamp")?.unwrap_or(sent);
        let word = needed(row, score, "review_score")?;
        let rating = word.parse().ok().filter(|rating| (1..=BEST_SCORE).contains(rating));
        let (title, text) = (optional(row, title).unwrap_or_default(), optional(row, text).unwrap_or_default());
        let language = Language::of_text(&format!("{title} {text}")).map(|language| language.to_string());
        let review = Review {
            order_reference: Some(order.to_string()),
            stock_code: None,
            reviewer: None,
            rating: rating.ok_or_else(|| Fault::new(IssueRule::InvalidNumber, "review_score", word.as_ref()))?,
            out_of: BEST_SCORE,
            title,
            text,
            language,
        };
        Ok(Some((format!("review/{id}/{order}"), at, Content::Review(review))))
    });
    parsed.notes.extend(notes);
    parsed
}
