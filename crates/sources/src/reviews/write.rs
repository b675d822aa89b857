//! Writes reviews in one layout of the many that are read.

use crate::csv_line;
use domain::Review;
use jiff::Timestamp;

const HEADER: [&str; 10] =
    ["Review ID", "Date", "Order", "SKU", "Rating", "Out of", "Title", "Text", "Reviewer", "Language"];

/// A review with what the record does not hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    /// The review's number, may be empty.
    pub number: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, may be empty.
    pub reviewer: String,
    /// What it says; its token is not written.
    pub review: Review,
}

/// The file.
pub fn write(reviews: &[Written]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &HEADER);
    for Written { number, at, reviewer, review } in reviews {
        let fields: [&str; HEADER.len()] = [
            number,
            &at.to_string(),
            review.order_reference.as_deref().unwrap_or_default(),
            review.stock_code.as_deref().unwrap_or_default(),
            &review.rating.to_string(),
            &review.out_of.to_string(),
            &review.title,
            &review.text,
            reviewer,
            review.language.as_deref().unwrap_or_default(),
        ];
        csv_line::push(&mut out, &fields);
    }
    out
}
