//! Rows that are the balances of accounts on one day: all of them one trial balance, by the rules of the built-in one.
//!
//! The day is that of the date column, else of the lines above the header, else the mapping's `as-of`.

use super::Fields;
use super::meaning::Meaning;
use super::read::Reading;
use crate::fault::Fault;
use crate::trial_balance::{Accounts, RowKind, is_debit_side, row_kind};
use crate::{Context, Parsed};
use domain::{IssueRule, Money, TrialBalanceLine};

/// Takes a row of an account, of a heading or of sums.
pub(super) fn take(
    accounts: &mut Accounts,
    reading: &Reading<'_>,
    fields: &Fields<'_>,
    context: &Context<'_>,
    parsed: &mut Parsed,
) -> Result<(), Fault> {
    let said = |means| fields.text(means).unwrap_or_default().to_owned();
    let (account_code, account_name) = (said(Meaning::Account), said(Meaning::AccountName));
    let amounts = [Meaning::Debit, Meaning::Credit, Meaning::Balance];
    let is_filled = amounts.iter().any(|means| fields.text(*means).is_some());
    match row_kind(&account_code, &account_name, is_filled) {
        RowKind::Heading | RowKind::Subtotal => parsed.skipped += 1,
        RowKind::Total => {
            let [debits, credits] = pair(reading, fields, context)?;
            accounts.total(debits, credits, fields.row.span);
            parsed.skipped += 1;
        }
        RowKind::Account => {
            if account_code.is_empty() && account_name.is_empty() {
                return Err(Fault::new(IssueRule::MissingValue, "account, account-name", ""));
            }
            if let Some((said, column)) = fields.given(Meaning::Date) {
                let read = reading.day(fields)?;
                accounts.dated(read).map_err(|()| fields.fault(IssueRule::IdentityBroken, column, said))?;
            }
            let amount = amount(reading, fields, context)?;
            accounts.push(TrialBalanceLine { account_code, account_name, amount, span: fields.row.span });
        }
    }
    Ok(())
}

/// Debit and credit of a row.
fn pair(reading: &Reading<'_>, fields: &Fields<'_>, context: &Context<'_>) -> Result<[Option<Money>; 2], Fault> {
    let currency = reading.currency(fields, context)?;
    let side = |means| match fields.number_or_dash(means)? {
        Some((number, column)) => Ok(Some(fields.money(number, currency, column)?)),
        None => Ok(None),
    };
    Ok([side(Meaning::Debit)?, side(Meaning::Credit)?])
}

fn amount(reading: &Reading<'_>, fields: &Fields<'_>, context: &Context<'_>) -> Result<Money, Fault> {
    let currency = reading.currency(fields, context)?;
    let turned = |money: Money| if reading.mapping.negated() { -money } else { money };
    let Some((number, column)) = fields.number_or_dash(Meaning::Balance)? else {
        let [debit, credit] = pair(reading, fields, context)?.map(|side| side.map_or(0, |side| side.minor));
        let net = debit.checked_sub(credit).filter(|net| *net != i64::MIN);
        let net = net.ok_or_else(|| Fault::new(IssueRule::AmountOverflow, reading.name_of(Meaning::Credit), ""))?;
        return Ok(turned(Money::new(net, currency)));
    };
    let size = fields.money(number, currency, column)?;
    let Some(marks) = reading.mapping.column(Meaning::Mark) else { return Ok(turned(size)) };
    let mark = fields.text(Meaning::Mark).unwrap_or_default().to_lowercase();
    match is_debit_side(&mark, size) {
        Some(true) => Ok(size),
        Some(false) => Ok(-size),
        None => Err(fields.fault(IssueRule::UnknownValue, marks, &mark)),
    }
}
