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
    /// A parcel.
    Shipment,
    /// Goods in or out.
    StockMovement,
    /// What a buyer thinks of goods or an order.
    Review,
    /// What an instrument cost on a day.
    Price,
    /// The balance of an account on the day of a cut-over.
    TrialBalance,
}

/// What a column means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The day, with a time or without; of a parcel, when it was announced.
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
    /// The business's own account; of a trial balance, the account's number.
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
    /// Who bought, or who writes a review.
    Customer,
    /// The stock code.
    Product,
    /// How many.
    Quantity,
    /// For one.
    UnitPrice,
    /// Where to.
    Country,
    /// The carrier's number of a parcel.
    Tracking,
    /// Who carries it.
    Carrier,
    /// How far it is; `[categories]` says what each word means.
    State,
    /// When the carrier took it.
    Shipped,
    /// When the buyer had it.
    Delivered,
    /// Until when the buyer was told to have it.
    Promised,
    /// What the carriage costs; of stock, what one piece cost.
    Cost,
    /// The warehouse or shelf.
    Location,
    /// From 1, the worst.
    Rating,
    /// The best rating there is.
    Scale,
    /// A review's headline.
    Title,
    /// The language of its words.
    Language,
    /// Ticker, ISIN or name.
    Instrument,
    /// The exchange.
    Market,
    /// The day's first price.
    Open,
    /// Its highest.
    High,
    /// Its lowest.
    Low,
    /// Its last.
    Close,
    /// The last, without splits and dividends.
    Adjusted,
    /// Pieces traded.
    Volume,
    /// What an account is called.
    AccountName,
}

/// Every meaning with its word in mapping files, in the order of the documentation.
const WORDS: [(Meaning, &str); 45] = [
    (Meaning::Date, "date"),
    (Meaning::Time, "time"),
    (Meaning::Amount, "amount"),
    (Meaning::Debit, "debit"),
    (Meaning::Credit, "credit"),
    (Meaning::Mark, "mark"),
    (Meaning::Balance, "balance"),
    (Meaning::Gross, "gross"),
    (Meaning::Fee, "fee"),
    (Meaning::Net, "net"),
    (Meaning::Currency, "currency"),
    (Meaning::Id, "id"),
    (Meaning::Reference, "reference"),
    (Meaning::Account, "account"),
    (Meaning::Counterparty, "counterparty"),
    (Meaning::Description, "description"),
    (Meaning::Category, "category"),
    (Meaning::Order, "order"),
    (Meaning::Payout, "payout"),
    (Meaning::Customer, "customer"),
    (Meaning::Product, "product"),
    (Meaning::Quantity, "quantity"),
    (Meaning::UnitPrice, "unit-price"),
    (Meaning::Country, "country"),
    (Meaning::Tracking, "tracking"),
    (Meaning::Carrier, "carrier"),
    (Meaning::State, "state"),
    (Meaning::Shipped, "shipped"),
    (Meaning::Delivered, "delivered"),
    (Meaning::Promised, "promised"),
    (Meaning::Cost, "cost"),
    (Meaning::Location, "location"),
    (Meaning::Rating, "rating"),
    (Meaning::Scale, "scale"),
    (Meaning::Title, "title"),
    (Meaning::Language, "language"),
    (Meaning::Instrument, "instrument"),
    (Meaning::Market, "market"),
    (Meaning::Open, "open"),
    (Meaning::High, "high"),
    (Meaning::Low, "low"),
    (Meaning::Close, "close"),
    (Meaning::Adjusted, "adjusted"),
    (Meaning::Volume, "volume"),
    (Meaning::AccountName, "account-name"),
];

/// Every meaning.
pub(super) fn all() -> impl Iterator<Item = Meaning> {
    WORDS.into_iter().map(|(means, _)| means)
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 9] = [
        Self::BankLine,
        Self::Payment,
        Self::Refund,
        Self::OrderLine,
        Self::Shipment,
        Self::StockMovement,
        Self::Review,
        Self::Price,
        Self::TrialBalance,
    ];

    /// Its word in mapping files.
    pub fn name(self) -> &'static str {
        match self {
            Self::BankLine => "bank-line",
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::OrderLine => "order-line",
            Self::Shipment => "shipment",
            Self::StockMovement => "stock-movement",
            Self::Review => "review",
            Self::Price => "price",
            Self::TrialBalance => "trial-balance",
        }
    }

    /// What its columns may mean.
    pub(super) fn allowed(self) -> &'static [Meaning] {
        use Meaning::*;
        match self {
            Self::BankLine => &[
                Date,
                Time,
                Currency,
                Description,
                Amount,
                Debit,
                Credit,
                Mark,
                Balance,
                Id,
                Reference,
                Account,
                Counterparty,
            ],
            Self::Payment | Self::Refund => &[
                Date,
                Time,
                Currency,
                Description,
                Amount,
                Debit,
                Credit,
                Mark,
                Gross,
                Fee,
                Net,
                Id,
                Reference,
                Category,
                Order,
                Payout,
                Customer,
            ],
            Self::OrderLine => {
                &[Date, Time, Currency, Description, Amount, Order, Customer, Product, Quantity, UnitPrice, Country]
            }
            Self::Shipment => {
                &[Date, Time, Tracking, Order, Carrier, State, Shipped, Delivered, Promised, Cost, Currency]
            }
            Self::StockMovement => {
                &[Date, Time, Id, Product, Quantity, Debit, Credit, Location, Category, Cost, Currency, Reference]
            }
            Self::Review => &[Date, Time, Id, Order, Product, Rating, Scale, Title, Description, Customer, Language],
            Self::Price => &[Date, Instrument, Market, Currency, Close, Open, High, Low, Adjusted, Volume],
            Self::TrialBalance => &[Date, Account, AccountName, Debit, Credit, Balance, Mark, Currency],
        }
    }

    /// What its columns must mean: one of each list.
    pub(super) fn needed(self) -> &'static [&'static [Meaning]] {
        use Meaning::*;
        match self {
            Self::BankLine => &[&[Date], &[Amount, Debit], &[Amount, Credit]],
            Self::Payment | Self::Refund => &[&[Date], &[Amount, Gross, Net, Debit, Credit]],
            Self::OrderLine => &[&[Date], &[Order], &[UnitPrice, Amount]],
            Self::Shipment => &[&[Tracking], &[Date, Shipped, Delivered]],
            Self::StockMovement => &[&[Date], &[Product], &[Quantity, Debit], &[Quantity, Credit]],
            Self::Review => &[&[Date], &[Rating]],
            Self::Price => &[&[Date], &[Close]],
            Self::TrialBalance => &[&[Account, AccountName], &[Balance, Debit], &[Balance, Credit]],
        }
    }
}

impl Meaning {
    /// Its word in mapping files.
    pub fn name(self) -> &'static str {
        WORDS.iter().find(|(means, _)| *means == self).map_or("", |(_, word)| word)
    }

    /// Whether its values are days or times.
    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::Shipped | Self::Delivered | Self::Promised)
    }

    /// Whether its values are amounts or counts.
    pub(super) fn is_number(self) -> bool {
        use Meaning::*;
        self.is_price()
            || matches!(
                self,
                Amount | Debit | Credit | Balance | Gross | Fee | Net | Quantity | UnitPrice | Cost | Volume
            )
    }

    /// Whether its values are posted as money, in whole minor units. Prices of one piece may be finer.
    pub(super) fn is_money(self, kind: Kind) -> bool {
        let amounts = matches!(self, Self::Amount | Self::Gross | Self::Fee | Self::Net | Self::Balance);
        let sides = matches!(self, Self::Debit | Self::Credit) && kind != Kind::StockMovement;
        let carriage = self == Self::Cost && kind == Kind::Shipment;
        (amounts && kind != Kind::OrderLine) || sides || carriage
    }

    /// Whether its values are an instrument's prices.
    pub(super) fn is_price(self) -> bool {
        matches!(self, Self::Open | Self::High | Self::Low | Self::Close | Self::Adjusted)
    }

    /// Whether its values name people.
    pub(super) fn is_personal(self) -> bool {
        matches!(self, Self::Counterparty | Self::Customer)
    }
}

#[cfg(test)]
#[test]
fn every_meaning_has_one_word_and_is_of_some_kind() {
    for (means, word) in WORDS {
        assert_eq!(means.name(), word);
        assert_eq!(WORDS.iter().filter(|(other, told)| *other == means || *told == word).count(), 1, "{word}");
        assert!(Kind::ALL.iter().any(|kind| kind.allowed().contains(&means)), "{word}");
    }
}
