//! A business's chart: the default accounts, those that its policy adds, and where each stands in the statements.

use crate::{Account, CashFlow};
use std::collections::BTreeMap;

/// What a policy says of an account: one of its own, or another place for one of the default chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChartRow {
    /// Which.
    pub account: Account,
    /// The line of a statement that it is part of; none = as the default chart has it.
    pub line: Option<String>,
    /// Its place in the cash flow statement; none = as the default chart has it.
    pub cash_flow: Option<CashFlow>,
}

/// Every account with its place.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    rows: BTreeMap<Account, ChartRow>,
}

impl Chart {
    /// The default chart with what the rows change and add.
    pub fn new(rows: &[ChartRow]) -> Self {
        Self { rows: rows.iter().map(|row| (row.account, row.clone())).collect() }
    }

    /// Every account in order of its code.
    pub fn accounts(&self) -> Vec<Account> {
        let mut accounts: Vec<Account> = Account::ALL.iter().chain(self.rows.keys()).copied().collect();
        accounts.sort();
        accounts.dedup();
        accounts
    }

    /// The account of a name.
    pub fn account(&self, name: &str) -> Option<Account> {
        self.accounts().into_iter().find(|account| account.name() == name)
    }

    /// The line of a statement that an account is part of.
    pub fn line(&self, account: Account) -> &str {
        let said = self.rows.get(&account).and_then(|row| row.line.as_deref());
        said.unwrap_or(account.default_line())
    }

    /// An account's place in the cash flow statement.
    pub fn cash_flow(&self, account: Account) -> CashFlow {
        let said = self.rows.get(&account).and_then(|row| row.cash_flow);
        said.unwrap_or(account.default_cash_flow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OwnAccount;

    #[test]
    fn a_policy_adds_accounts_and_moves_those_that_there_are() {
        let wrap = OwnAccount::account(4110, "gift_wrap").unwrap();
        let own = ChartRow { account: wrap, line: Some("Sales".to_owned()), cash_flow: None };
        let moved = ChartRow { account: Account::ProcessorBalance, line: None, cash_flow: Some(CashFlow::Cash) };
        let chart = Chart::new(&[own, moved]);
        assert_eq!(chart.accounts().len(), Account::ALL.len() + 1);
        assert_eq!(chart.account("gift_wrap"), Some(wrap));
        assert_eq!((chart.line(wrap), chart.cash_flow(wrap)), ("Sales", CashFlow::Result));
        assert_eq!(chart.cash_flow(Account::ProcessorBalance), CashFlow::Cash);
        assert_eq!(chart.line(Account::ProcessorBalance), "Held by processors and in transit");
    }
}
