//! Rows that are movements of a processor's balance.
//!
//! - Of gross, fee and net, two give the third; one alone has no fee. Where all three stand, `net = gross − fee` must
//!   hold, a fee being what is charged whatever its sign; else `IdentityBroken`. `amount` stands for gross beside a fee.
//! - The category is what the mapping says of the row's word, else by what moved: in is a charge, out a refund.
//! - A row of kind `refund` takes away, whatever its sign.

use super::meaning::{Kind, Meaning};
use super::read::Reading;
use super::{Fields, Mapping, Word};
use crate::content_key::ContentKeys;
use crate::fault::Fault;
use crate::fields::check_net;
use crate::once::Once;
use crate::processor_line::{money_of, movement};
use crate::{Context, Parsed};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, Record, RecordId};

/// The movements of a table so far.
#[derive(Default)]
pub(super) struct Payments {
    once: Once,
    names: ContentKeys,
}

impl Payments {
    pub(super) fn take(
        &mut self,
        reading: &Reading<'_>,
        fields: &Fields<'_>,
        context: &mut Context<'_>,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        let mapping = reading.mapping;
        let currency = reading.currency(fields, context)?;
        let [gross, fee, net] = amounts(reading, fields, currency)?;
        let at = reading.at(fields, context)?;
        let category = category(mapping, fields, net)?;
        let mut line = movement(category, gross, fee, net);
        let text = |means| fields.text(means).map(str::to_owned);
        line.order_reference = text(Meaning::Order).or_else(|| text(Meaning::Reference));
        line.payout = text(Meaning::Payout);
        line.description = fields.description();
        let said = [gross, fee, net].map(|money| money.to_string());
        let moment = at.to_string();
        let order = line.order_reference.as_deref().unwrap_or_default();
        let key = fields
            .key()
            .unwrap_or_else(|| self.names.name(&[&moment, &said[0], &said[1], &said[2], order, &line.description]));
        line.source_id = text(Meaning::Id).unwrap_or_default();
        line.customer = fields.token(Meaning::Customer, "processor_customer", context);
        let id = RecordId::from(format!("{}:{key}", mapping.name));
        let content = Content::Processor(line);
        let record = Record { id, at, file: reading.file, span: fields.row.span, content };
        let column = mapping.columns.iter().find(|column| column.key).map_or("", |column| &column.name);
        self.once.keep(record, column, parsed)
    }
}

/// Gross, fee and net of a row.
fn amounts(reading: &Reading<'_>, fields: &Fields<'_>, currency: Currency) -> Result<[Money; 3], Fault> {
    let read = |means| match fields.number(means)? {
        Some((number, column)) => Ok(Some(fields.money(number, currency, column)?)),
        None => Ok(None),
    };
    let has = |means| reading.mapping.column(means).is_some();
    let moved = has(Meaning::Amount) || has(Meaning::Debit) || has(Meaning::Credit);
    let turned = |money: Money| if reading.mapping.negated() { -money } else { money };
    let gross = if moved { Some(reading.moved(fields, currency)?) } else { read(Meaning::Gross)?.map(turned) };
    let (fee, net) = (read(Meaning::Fee)?, read(Meaning::Net)?.map(turned));
    let told = match (gross, fee, net) {
        (Some(gross), Some(fee), Some(net)) => {
            let charged = if check_net(gross, fee, net).is_ok() { fee } else { -fee };
            check_net(gross, charged, net)?;
            [gross, charged, net]
        }
        (Some(gross), Some(fee), None) => {
            let fee = fee.abs();
            [gross, fee, money_of(i128::from(gross.minor) - i128::from(fee.minor), gross, "net")?]
        }
        (None, Some(fee), Some(net)) => {
            let fee = fee.abs();
            [money_of(i128::from(net.minor) + i128::from(fee.minor), net, "gross")?, fee, net]
        }
        (Some(gross), None, Some(net)) => {
            [gross, money_of(i128::from(gross.minor) - i128::from(net.minor), gross, "fee")?, net]
        }
        (Some(one), None, None) | (None, None, Some(one)) => [one, Money::zero(one.currency), one],
        (None, _, None) => return Err(Fault::new(IssueRule::MissingValue, "gross, net", "")),
    };
    let [gross, fee, _] = told;
    if reading.mapping.kind == Kind::Refund && gross.minor > 0 {
        let net = money_of(-i128::from(gross.minor) - i128::from(fee.minor), gross, "net")?;
        return Ok([-gross, fee, net]);
    }
    Ok(told)
}

fn category(mapping: &Mapping, fields: &Fields<'_>, net: Money) -> Result<ProcessorCategory, Fault> {
    if mapping.kind == Kind::Refund {
        return Ok(ProcessorCategory::Refund);
    }
    match fields.given(Meaning::Category) {
        Some((word, column)) => {
            let Some(Word::Movement(category)) = mapping.word(word) else {
                return Err(fields.fault(IssueRule::UnknownValue, column, word));
            };
            Ok(category)
        }
        None if net.minor < 0 => Ok(ProcessorCategory::Refund),
        None => Ok(ProcessorCategory::Charge),
    }
}
