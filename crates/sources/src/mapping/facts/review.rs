//! A row to a review, by the rules of the built-in reviews. The best rating is the row's, else that of the column's name
//! (`Rating (1-10)`), else the mapping's `best-rating`.

use super::{Fact, by_key};
use crate::Context;
use crate::fault::Fault;
use crate::mapping::Fields;
use crate::mapping::meaning::Meaning;
use crate::mapping::read::Reading;
use crate::reviews::{Scale, by_content, rating};
use domain::{Content, IssueRule, Language, Review};

pub(super) fn review(reading: &Reading<'_>, fields: &Fields<'_>, context: &mut Context<'_>) -> Result<Fact, Fault> {
    let at = reading.at(fields, context)?;
    let said = |means| fields.text(means).map(str::to_owned);
    let (title, text) = (said(Meaning::Title).unwrap_or_default(), fields.description());
    let named = fields.text(Meaning::Language).and_then(Language::named);
    let language = named.or_else(|| Language::of_text(&format!("{title} {text}")));
    let (score, column) = fields.needed(Meaning::Rating)?;
    let scale = match best(fields)? {
        Some(told) => told,
        None => Scale::of_heading(&column.name).unwrap_or(Scale(reading.mapping.best_rating)),
    };
    let read = rating(score, scale);
    let (rating, out_of) = read.ok_or_else(|| fields.fault(IssueRule::InvalidNumber, column, score))?;
    let mut review = Review {
        order_reference: said(Meaning::Order),
        stock_code: said(Meaning::Product),
        reviewer: None,
        rating,
        out_of,
        title,
        text,
        language: language.map(|language| language.to_string()),
    };
    // The writer is no part of the name: names of records are shown.
    let called = by_key(reading, fields, by_content(&review, at));
    review.reviewer = fields.token(Meaning::Customer, "customer", context);
    Ok((called, at, Content::Review(review)))
}

fn best(fields: &Fields<'_>) -> Result<Option<Scale>, Fault> {
    let Some((said, column)) = fields.given(Meaning::Scale) else { return Ok(None) };
    let told = fields.whole(Meaning::Scale)?.and_then(|best| u8::try_from(best).ok()).filter(|best| *best > 0);
    told.map(|best| Some(Scale(best))).ok_or_else(|| fields.fault(IssueRule::InvalidNumber, column, said))
}
