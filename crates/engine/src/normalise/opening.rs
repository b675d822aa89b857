//! Trial balances in standard form.
//!
//! Example: `1200 Bank` 60.00, `1210 Bank, dollars` 40.00 and `3000 Capital` −100.00 under the one rule `Bank*` = `bank`
//! are 100.00 on `bank` and −100.00 in `suspense`.

use super::bounds::{self, Refused};
use crate::document::Opening;
use domain::{Account, Currency, IssueRule, Policy, TrialBalance, TrialBalanceLine};
use std::collections::BTreeMap;

/// Each line on the account of ours that it is. Lines in one currency must sum to zero.
pub(super) fn standard_form(policy: &Policy, balance: &TrialBalance) -> Result<Opening, Refused> {
    let mut balances: BTreeMap<(Account, Currency), i64> = BTreeMap::new();
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for line in &balance.lines {
        bounds::check_amount("amount", line.amount)?;
        let overflow = || Refused::overflow("amount", Some(line.span));
        let (account, currency) = (account(policy, line), line.amount.currency);
        for sum in [balances.entry((account, currency)).or_default(), sums.entry(currency).or_default()] {
            *sum = sum.checked_add(line.amount.minor).ok_or_else(overflow)?;
        }
    }
    if sums.values().any(|sum| *sum != 0) {
        return Err(Refused { rule: IssueRule::IdentityBroken, column: "amount", span: None });
    }
    Ok(Opening { cut_over: balance.cut_over, balances })
}

fn account(policy: &Policy, line: &TrialBalanceLine) -> Account {
    let names = [&line.account_code, &line.account_name].map(|name| name.trim().to_lowercase());
    let fits = |theirs: &str| {
        let theirs = theirs.trim().to_lowercase();
        names.iter().filter(|name| !name.is_empty()).any(|name| match theirs.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => *name == theirs,
        })
    };
    policy.account_rules.iter().find(|rule| fits(&rule.theirs)).map_or(Account::Suspense, |rule| rule.ours)
}
