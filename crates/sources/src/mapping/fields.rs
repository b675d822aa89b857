//! The fields of a row by what their columns mean.

use super::meaning::Meaning;
use super::{Column, Fields};
use crate::Context;
use crate::fault::Fault;
use crate::tie_out::content_of;
use domain::{Currency, IssueRule, Money, Token};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

impl<'a> Fields<'a> {
    /// A column's text and the column, where the table has one and the row fills it.
    pub(super) fn given(&self, means: Meaning) -> Option<(&'a str, &'a Column)> {
        let index = self.mapping.columns.iter().position(|column| column.means == means)?;
        let text = self.row.fields.get(*self.places.get(index)?)?.trim();
        (!text.is_empty()).then(|| (text, &self.mapping.columns[index]))
    }

    pub(super) fn text(&self, means: Meaning) -> Option<&'a str> {
        self.given(means).map(|(text, _)| text)
    }

    pub(super) fn needed(&self, means: Meaning) -> Result<(&'a str, &'a Column), Fault> {
        let name = || self.mapping.column(means).map_or(means.name(), |column| &column.name);
        self.given(means).ok_or_else(|| Fault::new(IssueRule::MissingValue, name(), ""))
    }

    pub(super) fn number(&self, means: Meaning) -> Result<Option<(Decimal, &'a Column)>, Fault> {
        let Some((text, column)) = self.given(means) else { return Ok(None) };
        let number = column.style().decimal(text);
        Ok(Some((number.ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, text))?, column)))
    }

    /// A number, where accountants write a dash for nought.
    pub(super) fn number_or_dash(&self, means: Meaning) -> Result<Option<(Decimal, &'a Column)>, Fault> {
        match self.given(means) {
            Some(("-" | "–" | "—", column)) => Ok(Some((Decimal::ZERO, column))),
            _ => self.number(means),
        }
    }

    /// A number without a fraction: `5`, `5.00`.
    pub(super) fn whole(&self, means: Meaning) -> Result<Option<i64>, Fault> {
        let Some((number, column)) = self.number(means)? else { return Ok(None) };
        let whole = number.to_i64().filter(|_| number.fract().is_zero());
        whole.map(Some).ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, &number.to_string()))
    }

    pub(super) fn needed_number(&self, means: Meaning) -> Result<(Decimal, &'a Column), Fault> {
        self.needed(means)?;
        self.number(means)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, means.name(), ""))
    }

    /// Whole minor units; a posted amount is never rounded.
    pub(super) fn money(&self, number: Decimal, currency: Currency, column: &Column) -> Result<Money, Fault> {
        let money = if column.minor {
            let whole = number.to_i64().filter(|_| number.fract().is_zero()).ok_or(IssueRule::InvalidNumber);
            whole.map(|minor| Money::new(minor, currency))
        } else {
            crate::number::whole_minor(number, currency)
        };
        let money = money.map_err(|rule| self.fault(rule, column, &number.to_string()))?;
        // The one amount whose sign cannot be turned.
        if money.minor == i64::MIN { Err(self.fault(IssueRule::AmountOverflow, column, "")) } else { Ok(money) }
    }

    /// Every description in the file's order, joined by a blank.
    pub(super) fn description(&self) -> String {
        let columns = self.mapping.columns.iter().zip(self.places);
        let texts = columns
            .filter(|(column, _)| column.means == Meaning::Description)
            .filter_map(|(_, place)| self.row.fields.get(*place))
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    }

    /// What the row says, but for its balance.
    pub(super) fn content(&self) -> u64 {
        let is_balance = |at: &usize| {
            let columns = self.mapping.columns.iter().zip(self.places);
            columns.into_iter().any(|(column, place)| place == at && column.means == Meaning::Balance)
        };
        let fields = self.row.fields.iter().enumerate().filter(|(at, _)| !is_balance(at));
        content_of(&fields.map(|(_, text)| text.trim()).collect::<Vec<_>>())
    }

    /// The key columns' texts; none where one is blank or there are none.
    pub(super) fn key(&self) -> Option<String> {
        let columns = self.mapping.columns.iter().zip(self.places).filter(|(column, _)| column.key);
        let texts: Vec<&str> =
            columns.map(|(_, place)| self.row.fields.get(*place).map_or("", |text| text.trim())).collect();
        (!texts.is_empty() && texts.iter().all(|text| !text.is_empty())).then(|| texts.join("/"))
    }

    pub(super) fn token(&self, means: Meaning, field: &str, context: &mut Context<'_>) -> Option<Token> {
        self.text(means).map(|text| context.personal.token(field, text, None))
    }

    /// A fault of a column; a personal value is not shown.
    pub(super) fn fault(&self, rule: IssueRule, column: &Column, value: &str) -> Fault {
        Fault::new(rule, &column.name, if column.personal { "" } else { value })
    }
}
