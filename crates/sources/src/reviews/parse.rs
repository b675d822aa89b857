//! Rows to reviews.

use super::columns::Columns;
use super::rating::{Scale, rating};
use crate::Context;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::shop_table::{Fields, Headings, Known, ShopTable};
use crate::worded::Worded;
use domain::{Content, IssueRule, Language, Review};
use jiff::Timestamp;

impl ShopTable for Columns {
    const NAME: &'static str = "reviews";
    const NEEDED: &'static str = "date, rating, text, product";

    fn of(headings: &Headings) -> Option<Self> {
        Self::found_in(headings)
    }

    fn dates(&self) -> Vec<usize> {
        vec![self.date]
    }

    fn numbers(&self) -> Vec<usize> {
        Vec::new()
    }

    fn key_column(&self) -> usize {
        self.number.unwrap_or(self.rating)
    }

    fn settle(&mut self, table: &Worded<'_>, fields: &Fields) -> Option<String> {
        if let Some(told) = Scale::of_heading(fields.name(self.rating)) {
            self.file_scale = told;
            return None;
        }
        self.file_scale = Scale::of_ratings(table.texts(self.rating).iter().map(String::as_str));
        let best = self.file_scale.0;
        let is_guess = self.file_scale != Scale::default() && self.scale.is_none();
        is_guess.then(|| format!("`{}` is read as of {best}, as the highest rating asks for", fields.name(self.rating)))
    }

    fn record(
        &self,
        row: &Row<'_>,
        fields: &Fields,
        context: &mut Context<'_>,
    ) -> Result<(Known, Timestamp, Content), Fault> {
        fields.needed(row, self.date)?;
        let at = fields.past(row, Some(self.date))?;
        let at = at.ok_or_else(|| fields.fault(IssueRule::MissingValue, self.date, ""))?;
        let mut review = self.review(row, fields)?;
        let name = fields.optional(row, self.reviewer);
        review.reviewer = name.map(|name| context.personal.token("customer", &name, None));
        let known = fields.optional(row, self.number);
        let known = known.map_or_else(|| Known::ByContent(by_content(&review, at)), Known::As);
        Ok((known, at, Content::Review(review)))
    }
}

/// Its writer is not part of the name: names of records are shown.
pub(crate) fn by_content(review: &Review, at: Timestamp) -> Vec<String> {
    let about = |said: &Option<String>| said.clone().unwrap_or_default();
    vec![
        at.to_string(),
        about(&review.order_reference),
        about(&review.stock_code),
        format!("{}/{}", review.rating, review.out_of),
        review.title.clone(),
        review.text.clone(),
    ]
}

impl Columns {
    fn review(&self, row: &Row<'_>, fields: &Fields) -> Result<Review, Fault> {
        let said = |column| fields.optional(row, column);
        let (title, text) = (said(self.title).unwrap_or_default(), said(self.text).unwrap_or_default());
        let named = said(self.language).and_then(|name| Language::named(&name));
        let language = named.or_else(|| Language::of_text(&format!("{title} {text}")));
        let score = fields.needed(row, self.rating)?;
        let read = rating(&score, self.scale_of(row, fields)?);
        let (rating, out_of) = read.ok_or_else(|| fields.fault(IssueRule::InvalidNumber, self.rating, &score))?;
        Ok(Review {
            order_reference: said(self.order),
            stock_code: said(self.product),
            reviewer: None,
            rating,
            out_of,
            title,
            text,
            language: language.map(|language| language.to_string()),
        })
    }

    fn scale_of(&self, row: &Row<'_>, fields: &Fields) -> Result<Scale, Fault> {
        let (Some(column), Some(said)) = (self.scale, fields.optional(row, self.scale)) else {
            return Ok(self.file_scale);
        };
        let told = fields.whole(row, self.scale)?.and_then(|best| u8::try_from(best).ok()).filter(|best| *best > 0);
        told.map(Scale).ok_or_else(|| fields.fault(IssueRule::InvalidNumber, column, &said))
    }
}
