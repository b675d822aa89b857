//! A running balance: each is the one before plus the amount, in the file's order or against it.

use crate::fault::Fault;
use crate::tie_out::{Balanced, Line, Part, Parted, parted};
use domain::{IssueRule, Money, Span};

/// A kept row, or none where a row was not read.
pub(crate) struct Link {
    /// Rows of other accounts have balances of their own.
    pub(crate) account: String,
    pub(crate) amount: Money,
    pub(crate) balance: Option<Money>,
    /// Equal for rows that the file writes alike.
    pub(crate) content: u64,
    pub(crate) span: Span,
}

/// A chain of balances that does not hold.
pub(crate) struct Broken {
    pub(crate) fault: Fault,
    /// The first row whose balance is not what it must be.
    pub(crate) span: Span,
    /// How many rows are so.
    pub(crate) rows: usize,
}

/// The first row whose balance is not what it must be, by the order in which fewer are wrong, and what most likely
/// lacks.
pub(crate) fn check(links: &[Option<Link>], column: &str) -> Result<(), Broken> {
    let oldest_first = runs(links);
    let newest_first: Vec<Vec<&Link>> =
        oldest_first.iter().rev().map(|run| run.iter().rev().copied().collect()).collect();
    let ways = [oldest_first, newest_first].map(|runs| (wrong(&runs), runs));
    let [(upwards, in_order), (downwards, reversed)] = ways;
    let (found, runs) = if count(&downwards) < count(&upwards) { (downwards, reversed) } else { (upwards, in_order) };
    let Some((run, parted)) = found.into_iter().enumerate().find_map(|(run, parted)| Some((run, parted?))) else {
        return Ok(());
    };
    let rows = parted.rows;
    let fault = Fault::new(IssueRule::IdentityBroken, column, parted.said);
    Err(Broken { fault, span: runs[run][parted.at].span, rows })
}

fn count(found: &[Option<Parted>]) -> usize {
    found.iter().flatten().map(|parted| parted.rows).sum()
}

fn wrong(runs: &[Vec<&Link>]) -> Vec<Option<Parted>> {
    runs.iter()
        .map(|run| {
            parted(&run.iter().filter_map(|link| balanced(link)).collect::<Vec<_>>(), run.first()?.amount.currency)
        })
        .collect()
}

/// Neighbouring rows of one account and currency, all with a balance.
fn runs(links: &[Option<Link>]) -> Vec<Vec<&Link>> {
    let same = |one: &Link, two: &Link| {
        let currency = |link: &Link| link.balance.map(|balance| balance.currency);
        one.account == two.account && currency(one) == currency(two)
    };
    let mut runs: Vec<Vec<&Link>> = Vec::new();
    let mut before: Option<&Link> = None;
    for link in links {
        let link = link.as_ref().filter(|link| link.balance.is_some());
        if let Some(link) = link {
            match runs.last_mut().filter(|_| before.is_some_and(|before| same(before, link))) {
                Some(run) => run.push(link),
                None => runs.push(vec![link]),
            }
        }
        before = link;
    }
    runs
}

fn balanced(link: &Link) -> Option<Balanced> {
    let line = Line { minor: link.amount.minor, part: Part::Other, content: link.content, line: link.span.line };
    Some(Balanced { line, balance: link.balance?.minor })
}
