//! The chart of accounts as a table: what a policy adds to the default chart, and the whole chart to be read.

use super::nearest;
use domain::{Account, CashFlow, Chart, ChartRow, OwnAccount};
use serde::{Deserialize, Serialize};

/// A row of the chart.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChartLine {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_flow: Option<String>,
}

impl ChartLine {
    pub(super) fn of(row: &ChartRow) -> Self {
        let own = row.account.place().is_none();
        Self {
            name: row.account.name().to_owned(),
            code: own.then(|| row.account.code()),
            line: row.line.clone(),
            cash_flow: row.cash_flow.map(|class| class.name().to_owned()),
        }
    }
}

/// The rows of a policy; what is wrong with any is added to the faults.
pub(super) fn rows(lines: &[ChartLine], faults: &mut Vec<String>) -> Vec<ChartRow> {
    let mut rows: Vec<ChartRow> = Vec::new();
    for line in lines {
        let Some(account) = account(line, faults) else { continue };
        let cash_flow = cash_flow(line, account, faults);
        if rows.iter().any(|row| row.account == account || row.account.name() == account.name()) {
            faults.push(format!("`{}`: two rows of the chart have this name or code", line.name));
        }
        rows.push(ChartRow { account, line: line.line.clone(), cash_flow });
    }
    rows
}

fn account(line: &ChartLine, faults: &mut Vec<String>) -> Option<Account> {
    let found = match (Account::from_name(&line.name), line.code) {
        (Some(account), None) => Some(account),
        (Some(account), Some(code)) if account.code() == code => Some(account),
        (None, Some(code)) => OwnAccount::account(code, &line.name),
        _ => None,
    };
    if found.is_none() {
        faults.push(match line.code {
            None => {
                let near = nearest(&line.name, Account::ALL.iter().map(|account| account.name()));
                format!("`{}`: an account of your own needs a `code`; or did you mean `{near}`?", line.name)
            }
            Some(code) => format!(
                "`{}`: a code has four digits, from 1 (assets) to 5 (expenses), a name is lower-case letters, digits and \
                 `_`, and neither is of the default chart; {code} or the name is not so",
                line.name
            ),
        });
    }
    found
}

/// Accounts of the result make the result, and no others do.
fn cash_flow(line: &ChartLine, account: Account, faults: &mut Vec<String>) -> Option<CashFlow> {
    let name = line.cash_flow.as_deref()?;
    let class = CashFlow::from_name(name);
    let fits = class.is_some_and(|class| (class == CashFlow::Result) == account.class().is_result());
    if !fits {
        let may = if account.class().is_result() { "result" } else { "cash, operating, investing or financing" };
        faults.push(format!("`{}`: no cash flow class `{name}` for this account; use {may}", line.name));
    }
    class
}

/// The whole chart as its file would say it.
#[derive(Serialize)]
pub struct ChartFile {
    chart: Vec<FullLine>,
}

/// An account from all sides.
#[derive(Serialize)]
pub struct FullLine {
    pub code: u16,
    pub name: &'static str,
    pub class: &'static str,
    pub normal_side: &'static str,
    pub line: String,
    pub cash_flow: &'static str,
}

impl ChartFile {
    /// Its rows, by code.
    pub fn rows(&self) -> &[FullLine] {
        &self.chart
    }
}

/// Every account of a chart with its class, normal side, statement line and cash flow class.
pub fn file_of(chart: &Chart) -> ChartFile {
    let line = |account: Account| FullLine {
        code: account.code(),
        name: account.name(),
        class: account.class().name(),
        normal_side: if account.class().is_debit() { "debit" } else { "credit" },
        line: chart.line(account).to_owned(),
        cash_flow: chart.cash_flow(account).name(),
    };
    ChartFile { chart: chart.accounts().into_iter().map(line).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT, PolicyError, parse};
    use domain::Chart;

    #[test]
    fn a_policy_may_add_accounts_and_use_them() {
        let text = DEFAULT.replace("account = \"samples\"", "account = \"gift_wrap\"")
            + "\n[[chart]]\ncode = 4110\nname = \"gift_wrap\"\nline = \"Sales\"\n";
        let policy = parse(&text, 1).unwrap();
        assert_eq!(Chart::new(&policy.chart).account("gift_wrap").unwrap().code(), 4110);
        let shown = toml::to_string(&super::super::file_of(&policy)).unwrap();
        assert_eq!(parse(&shown, 1).unwrap(), policy, "what is shown can be installed");
    }

    #[test]
    fn what_is_no_account_is_named() {
        let rows = "\n[[chart]]\nname = \"bnak\"\n\n[[chart]]\ncode = 4000\nname = \"mine\"\n\n[[chart]]\n\
                    name = \"bank\"\ncash_flow = \"result\"\n\n[[chart]]\nname = \"bank\"\n";
        let PolicyError::Faults(faults) = parse(&format!("{DEFAULT}{rows}"), 1).unwrap_err() else {
            panic!("it is TOML")
        };
        assert_eq!(faults.len(), 4, "{faults:#?}");
        assert!(faults[0].contains("did you mean `bank`?"), "{faults:#?}");
    }
}
