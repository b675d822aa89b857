//! What kind of record the columns of a table speak for, and its words for what they mean.

use super::super::meaning::{Kind, Meaning};
use super::assign::Claim;
use super::facts::Facts;

/// How surely a meaning must be there for a kind that cannot be without it.
const THERE: f64 = 0.4;

/// The kind that most of the surest meanings speak for, and its share of all that was said.
pub(super) fn kind_of(facts: &[Facts], claims: &[Vec<Claim>]) -> (Kind, f64) {
    let said = Said { facts, claims };
    let ways = [
        (Kind::BankLine, said.bank()),
        (Kind::Payment, said.payment()),
        (Kind::OrderLine, said.order()),
        (Kind::Shipment, said.shipment()),
        (Kind::StockMovement, said.stock()),
        (Kind::Review, said.review()),
        (Kind::Price, said.price()),
        (Kind::TrialBalance, said.trial_balance()),
    ];
    let total: f64 = ways.iter().map(|(_, points)| points).sum();
    let best = ways.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, points)| *points > 0.0);
    let best = best.unwrap_or((Kind::Payment, 0.0));
    let lacks = said.lacks(best.0);
    // Little said by few columns is little, however one-sided.
    let certain = if total > 0.0 { best.1 / total * best.1.min(1.0) } else { 0.0 };
    (best.0, if lacks { certain / 2.0 } else { certain })
}

/// Whether a kind needs a column that the table seems not to have: then it can be read in no way.
pub(super) fn lacks(kind: Kind, facts: &[Facts], claims: &[Vec<Claim>]) -> bool {
    Said { facts, claims }.lacks(kind)
}

/// What was claimed of all columns.
struct Said<'a> {
    facts: &'a [Facts],
    claims: &'a [Vec<Claim>],
}

impl Said<'_> {
    fn surest(&self, means: Meaning) -> f64 {
        let of = self.claims.iter().flat_map(|of| of.iter().filter(|claim| claim.means == means));
        of.map(|claim| claim.certain).fold(0.0, f64::max)
    }

    fn sum(&self, of: &[(Meaning, f64)]) -> f64 {
        of.iter().map(|(means, weight)| self.surest(*means) * weight).sum()
    }

    fn pair(&self) -> f64 {
        self.surest(Meaning::Debit).min(self.surest(Meaning::Credit))
    }

    fn lacks(&self, kind: Kind) -> bool {
        let is_there = |means: &Meaning| {
            let claims = self.claims.iter().flatten().filter_map(|claim| fitting(claim, kind));
            claims.into_iter().any(|claim| claim.means == *means && claim.certain > THERE)
        };
        kind.needed().iter().any(|ways| !ways.iter().any(is_there))
    }

    fn has(&self, means: Meaning) -> bool {
        self.surest(means) > THERE
    }

    /// Points for a kind that lacks what it cannot be without.
    fn unless(lacks: bool, points: f64) -> f64 {
        if lacks { points / 3.0 } else { points }
    }

    fn bank(&self) -> f64 {
        use Meaning::*;
        let points = self.sum(&[(Balance, 1.0), (Account, 1.0), (Counterparty, 1.0), (Mark, 0.5), (Description, 0.25)]);
        Self::unless(!self.has(Date), points + self.pair())
    }

    fn payment(&self) -> f64 {
        use Meaning::*;
        self.sum(&[
            (Gross, 0.5),
            (Fee, 1.0),
            (Net, 0.5),
            (Payout, 1.0),
            (Category, 0.5),
            (Id, 0.25),
            (Customer, 0.25),
            (Order, 0.25),
        ])
    }

    fn order(&self) -> f64 {
        use Meaning::*;
        let points = self.sum(&[(Product, 1.0), (Quantity, 1.0), (UnitPrice, 1.0), (Order, 0.5)]);
        Self::unless(!self.has(Order) || !self.has(Date), points)
    }

    fn shipment(&self) -> f64 {
        use Meaning::*;
        if !self.has(Tracking) {
            return 0.0;
        }
        self.sum(&[(Tracking, 1.0), (Carrier, 1.0), (Shipped, 1.0), (Delivered, 1.0), (Promised, 0.5), (State, 0.5)])
    }

    /// Goods that go somewhere for a reason; lines of orders have prices instead.
    fn stock(&self) -> f64 {
        use Meaning::*;
        let pair = self.pair();
        if !self.has(Product) || !(self.has(Quantity) || pair > THERE) {
            return 0.0;
        }
        let reasons = self.facts.iter().map(|facts| facts.reasons).fold(0.0, f64::max);
        let points =
            self.sum(&[(Product, 1.0), (Location, 1.0), (Cost, 0.5)]) + self.surest(Quantity).max(pair) + reasons;
        let is_sale = self.has(UnitPrice) || self.has(Amount) || self.has(Customer);
        Self::unless((!self.has(Location) && reasons < 0.5 && pair < THERE) || is_sale, points)
    }

    fn review(&self) -> f64 {
        use Meaning::*;
        if !self.has(Rating) {
            return 0.0;
        }
        self.sum(&[(Rating, 2.0), (Title, 0.5), (Scale, 0.5), (Description, 0.5), (Language, 0.25), (Customer, 0.25)])
    }

    fn price(&self) -> f64 {
        use Meaning::*;
        if !self.has(Close) {
            return 0.0;
        }
        let day = self.sum(&[(Open, 1.0), (High, 1.0), (Low, 1.0)]);
        let points = self.sum(&[(Close, 1.0), (Adjusted, 0.5), (Volume, 0.5), (Instrument, 1.0)]) + day;
        Self::unless(day < THERE && !self.has(Instrument), points)
    }

    /// Accounts, each once, and no days but the one that all balances are of.
    fn trial_balance(&self) -> f64 {
        use Meaning::*;
        let pair = self.pair();
        if !(self.has(Account) || self.has(AccountName)) || (pair < THERE && !self.has(Balance)) {
            return 0.0;
        }
        let named = |facts: &Facts, of: &[Claim], means: &[Meaning], least: f64| {
            facts.unique() > least && of.iter().any(|claim| means.contains(&claim.means) && claim.certain > THERE)
        };
        let columns = || self.facts.iter().zip(self.claims);
        let each_once = columns().any(|(facts, of)| named(facts, of, &[Account, AccountName], 0.9));
        let many_days = columns().any(|(facts, of)| facts.different > 1 && named(facts, of, &[Date], 0.0));
        let points = self.sum(&[(Account, 1.0), (AccountName, 1.0)]) + pair.max(self.surest(Balance)) + pair / 2.0;
        Self::unless(many_days || !each_once, points)
    }
}

/// A claim in the words of the kind: what another kind calls differently is called by its own.
pub(super) fn fitting(claim: &Claim, kind: Kind) -> Option<Claim> {
    use Meaning::*;
    let own = match (kind, claim.means) {
        (Kind::BankLine | Kind::StockMovement, Order) => Reference,
        (Kind::BankLine, Net | Gross) => Amount,
        (Kind::BankLine, Customer) => Counterparty,
        (Kind::BankLine | Kind::OrderLine, Category) => Description,
        (Kind::BankLine | Kind::OrderLine | Kind::Payment | Kind::Refund, Title) => Description,
        (Kind::Payment | Kind::Refund | Kind::Review, Counterparty) => Customer,
        (Kind::OrderLine, Id) => Order,
        (Kind::Shipment, Category) => State,
        (Kind::StockMovement, State) => Category,
        (Kind::StockMovement, UnitPrice) => Cost,
        (Kind::Price, UnitPrice | Amount) => Close,
        (Kind::TrialBalance, Amount | Net) => Balance,
        (Kind::TrialBalance, Description | Title) => AccountName,
        (Kind::TrialBalance, Id) => Account,
        (_, means) => means,
    };
    let less = match (claim.means, own) {
        (Title, _) => 1.0,
        (means, own) if means == own => 1.0,
        // A row of its own is rarely a line of an order.
        (Id, Order) => 0.6,
        _ => 0.7,
    };
    kind.allowed().contains(&own).then(|| Claim { means: own, certain: claim.certain * less, ..claim.clone() })
}
