//! The sellers of a data directory: those that the policy's table names, with the days that the books tell of them.

use super::ledger;
use super::sellers::Read;
use domain::{Body, Content};
use engine::assess::BookSellers;
use engine::normalise::normalise;
use engine::rates::Rates;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::Reader;

/// Reads them; none where the policy names no sellers. They are told as of the last day of the ledger.
///
/// # Errors
/// As the reader.
pub fn of_books(reader: &Reader) -> anyhow::Result<Option<Read>> {
    let policy = reader.policy()?.unwrap_or_default();
    if policy.seller_rules.is_empty() {
        return Ok(None);
    }
    let currency = ledger::currency(reader)?;
    let mut books = BookSellers::new(&policy.seller_rules, currency);
    for batch in reader.batches() {
        let (_, batch) = batch?;
        for event in &batch.events {
            let Body::Record(record) = &event.body else { continue };
            match &record.content {
                Content::Shipment(parcel) => books.parcel(parcel),
                // A record that is refused here is an issue of the import, and no part of the books.
                Content::Invoice(_) | Content::Processor(_) => {
                    if let Ok(document) = normalise(&policy, record) {
                        books.take(&document);
                    }
                }
                _ => {}
            }
        }
    }
    let as_of = reader.last_entry_at()?.map(|at| at.to_zoned(TimeZone::UTC).date());
    let mut rates = Rates::default();
    for (provider, sheet) in reader.rates(Date::MIN, Date::MAX)? {
        // What contradicts an earlier sheet was an issue, and counts for nothing here either.
        let _ = rates.add(provider, sheet);
    }
    let (sellers, left_out) = books.sellers(&rates);
    Ok(Some(Read { sellers, as_of, currency, left_out }))
}
