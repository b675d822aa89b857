//! Rows to stock movements.

use super::columns::{Columns, Moved, Why, reason_of};
use crate::Context;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::shop_table::{Fields, Headings, Known, ShopTable};
use crate::worded::{Worded, text};
use domain::{Content, IssueRule, StockMovement, StockReason, UnitCost};
use jiff::Timestamp;

impl ShopTable for Columns {
    const NAME: &'static str = "stock-movements";
    const NEEDED: &'static str = "date, sku, quantity change, reason";

    fn of(headings: &Headings) -> Option<Self> {
        Self::found_in(headings)
    }

    fn dates(&self) -> Vec<usize> {
        vec![self.date]
    }

    fn numbers(&self) -> Vec<usize> {
        let moved = match self.moved {
            Moved::Change(column) | Moved::Quantity { column, .. } => vec![column],
            Moved::InOut(came, left) => vec![came, left],
        };
        moved.into_iter().chain(self.cost).collect()
    }

    fn key_column(&self) -> usize {
        self.number.unwrap_or(self.stock_code)
    }

    fn settle(&mut self, table: &Worded<'_>, fields: &Fields) -> Option<String> {
        let Moved::Quantity { column, ref mut signed } = self.moved else { return None };
        *signed = table.texts(column).iter().any(|said| said.contains(['-', '−', '(']));
        let said = "is negative nowhere: what was sold, lost or sent elsewhere is read as leaving";
        (!*signed).then(|| format!("`{}` {said}", fields.name(column)))
    }

    fn record(
        &self,
        row: &Row<'_>,
        fields: &Fields,
        _: &mut Context<'_>,
    ) -> Result<(Known, Timestamp, Content), Fault> {
        fields.needed(row, self.date)?;
        let at = fields.past(row, Some(self.date))?;
        let at = at.ok_or_else(|| fields.fault(IssueRule::MissingValue, self.date, ""))?;
        let movement = self.movement(row, fields)?;
        let known = fields.optional(row, self.number);
        let known = known.map_or_else(|| Known::ByContent(by_content(&movement, at)), Known::As);
        Ok((known, at, Content::StockMovement(movement)))
    }
}

/// What names a movement that has no number.
pub(crate) fn by_content(movement: &StockMovement, at: Timestamp) -> Vec<String> {
    vec![
        at.to_string(),
        movement.stock_code.clone(),
        movement.location.clone(),
        movement.quantity.to_string(),
        movement.reason.name().to_owned(),
        movement.reference.clone(),
    ]
}

impl Columns {
    fn movement(&self, row: &Row<'_>, fields: &Fields) -> Result<StockMovement, Fault> {
        let why = match self.reason.filter(|column| fields.optional(row, Some(*column)).is_some()) {
            Some(column) => fields.meant(row, column, reason_of)?,
            None => Why { reason: StockReason::Adjustment, leaves: false },
        };
        Ok(StockMovement {
            stock_code: fields.needed(row, self.stock_code)?,
            location: fields.optional(row, self.location).unwrap_or_default(),
            quantity: self.quantity(row, fields, why)?,
            reason: why.reason,
            unit_cost: self.unit_cost(row, fields)?,
            reference: fields.optional(row, self.reference).unwrap_or_default(),
        })
    }

    fn quantity(&self, row: &Row<'_>, fields: &Fields, why: Why) -> Result<i64, Fault> {
        let whole = |column| fields.whole(row, Some(column));
        let (column, moved) = match self.moved {
            Moved::Change(column) | Moved::Quantity { column, signed: true } => (column, whole(column)?),
            Moved::Quantity { column, signed: false } => {
                (column, whole(column)?.map(|size| if why.leaves { -size } else { size }))
            }
            Moved::InOut(came, left) => (came, self.in_less_out(row, fields, came, left)?),
        };
        moved.ok_or_else(|| fields.fault(IssueRule::MissingValue, column, ""))
    }

    fn in_less_out(&self, row: &Row<'_>, fields: &Fields, came: usize, left: usize) -> Result<Option<i64>, Fault> {
        let (into, out) = (fields.whole(row, Some(came))?, fields.whole(row, Some(left))?);
        if into.is_none() && out.is_none() {
            return Ok(None);
        }
        let out = out.unwrap_or_default().checked_abs();
        let moved = out.and_then(|out| into.unwrap_or_default().checked_sub(out));
        moved.map(Some).ok_or_else(|| fields.fault(IssueRule::AmountOverflow, left, &text(row, left)))
    }

    fn unit_cost(&self, row: &Row<'_>, fields: &Fields) -> Result<Option<UnitCost>, Fault> {
        let (Some(column), Some(amount)) = (self.cost, fields.number(row, self.cost)?) else { return Ok(None) };
        Ok(Some(UnitCost { amount, currency: fields.currency(row, self.currency, column)? }))
    }
}
