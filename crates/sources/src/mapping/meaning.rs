//! What a row of a table can be, and what its columns can mean.

use serde::{Deserialize, Serialize};

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A booked line of a bank statement.
    BankLine,
    /// A movement of the balance that a processor keeps.
    Payment,
    /// The same, all money back to buyers.
    Refund,
    /// A line of an order or invoice.
    OrderLine,
}

/// What a column means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The day, with a time or without.
    Date,
    /// The time of day, where it stands apart.
    Time,
    /// What moved, with its sign.
    Amount,
    /// What went out.
    Debit,
    /// What came in.
    Credit,
    /// Whether the amount is a debit or a credit: `D`, `CR`, `Soll`.
    Mark,
    /// What stands on the account afterwards.
    Balance,
    /// Before the fee.
    Gross,
    /// The processor's fee.
    Fee,
    /// After the fee.
    Net,
    /// Three letters.
    Currency,
    /// The source's own name of the row.
    Id,
    /// The other side's reference.
    Reference,
    /// The business's own account.
    Account,
    /// The other side's name.
    Counterparty,
    /// Free text; there may be several.
    Description,
    /// What kind of movement it is; `[categories]` says what each word means.
    Category,
    /// The order or invoice number.
    Order,
    /// The payout that carried it to the bank.
    Payout,
    /// Who bought.
    Customer,
    /// The stock code.
    Product,
    /// How many.
    Quantity,
    /// For one.
    UnitPrice,
    /// Where to.
    Country,
}

/// Every meaning, in the order of the documentation.
pub(super) const ALL: [Meaning; 24] = [
    Meaning::Date,
    Meaning::Time,
    Meaning::Amount,
    Meaning::Debit,
    Meaning::Credit,
    Meaning::Mark,
    Meaning::Balance,
    Meaning::Gross,
    Meaning::Fee,
    Meaning::Net,
    Meaning::Currency,
    Meaning::Id,
    Meaning::Reference,
    Meaning::Account,
    Meaning::Counterparty,
    Meaning::Description,
    Meaning::Category,
    Meaning::Order,
    Meaning::Payout,
    Meaning::Customer,
    Meaning::Product,
    Meaning::Quantity,
    Meaning::UnitPrice,
    Meaning::Country,
];

impl Kind {
    /// Its word in mapping files.
    pub fn name(self) -> &'static str {
        match self {
            Self::BankLine => "bank-line",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::OrderLine => "order-line",
        }
    }

    /// What its columns may mean.
    pub(super) fn allowed(self) -> Vec<Meaning> {
        use Meaning as M;
        let own: &[M] = match self {
            Self::BankLine => {
                &[M::Amount, M::Debit, M::Credit, M::Mark, M::Balance, M::Id, M::Reference, M::Account, M::Counterparty]
            }
            Self::Payment | Self::Refund => &[
                M::Amount,
                M::Debit,
                M::Credit,
                M::Mark,
                M::Gross,
                M::Fee,
                M::Net,
                M::Id,
                M::Reference,
                M::Category,
                M::Order,
                M::Payout,
                M::Customer,
            ],
            Self::OrderLine => &[M::Amount, M::Order, M::Customer, M::Product, M::Quantity, M::UnitPrice, M::Country],
        };
        [M::Date, M::Time, M::Currency, M::Description].iter().chain(own).copied().collect()
    }

    /// What its columns must mean: one of each list.
    pub(super) fn needed(self) -> &'static [&'static [Meaning]] {
        use Meaning as M;
        match self {
            Self::BankLine => &[&[M::Date], &[M::Amount, M::Debit], &[M::Amount, M::Credit]],
            Self::Payment | Self::Refund => &[&[M::Date], &[M::Amount, M::Gross, M::Net, M::Debit, M::Credit]],
            Self::OrderLine => &[&[M::Date], &[M::Order], &[M::UnitPrice, M::Amount]],
        }
    }
}

impl Meaning {
    /// Its word in mapping files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::Amount => "amount",
            Self::Debit => "debit",
            Self::Credit => "credit",
            Self::Mark => "mark",
            Self::Balance => "balance",
            Self::Gross => "gross",
            Self::Fee => "fee",
            Self::Net => "net",
            Self::Currency => "currency",
            Self::Id => "id",
            Self::Reference => "reference",
            Self::Account => "account",
            Self::Counterparty => "counterparty",
            Self::Description => "description",
            Self::Category => "category",
            Self::Order => "order",
            Self::Payout => "payout",
            Self::Customer => "customer",
            Self::Product => "product",
            Self::Quantity => "quantity",
            Self::UnitPrice => "unit-price",
            Self::Country => "country",
        }
    }

    /// Whether its values are amounts or counts.
    pub(super) fn is_number(self) -> bool {
        matches!(
            self,
            Self::Amount
                | Self::Debit
                | Self::Credit
                | Self::Balance
                | Self::Gross
                | Self::Fee
                | Self::Net
                | Self::Quantity
                | Self::UnitPrice
        )
    }

    /// Whether its values name people.
    pub(super) fn is_personal(self) -> bool {
        matches!(self, Self::Counterparty | Self::Customer)
    }
}
