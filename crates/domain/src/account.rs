//! The chart of accounts for a shop that sells through processors.

/// The five classes of double-entry bookkeeping.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccountClass {
    /// Debit balance.
    Asset,
    /// Credit balance.
    Liability,
    /// Credit balance.
    Equity,
    /// Credit balance.
    Income,
    /// Debit balance.
    Expense,
}

macro_rules! chart {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal, $class:ident;)*) => {
        /// An account. The name is the same in exports, API and pages.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Account { $($(#[$doc])* $variant,)* }

        impl Account {
            /// Every account in order of its code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Four digits; the first tells the class.
            pub fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* }
            }

            /// Lower-case name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Its class.
            pub fn class(self) -> AccountClass {
                match self { $(Self::$variant => AccountClass::$class,)* }
            }

            /// The account of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|account| account.name() == name)
            }
        }
    };
}

chart! {
    /// Money at the bank.
    Bank = 1000, "bank", Asset;
    /// Bank lines that nothing explains yet. Its balance is the sum of those open items.
    BankUnexplained = 1010, "bank_unexplained", Asset;
    /// Payouts that left the processor and have not been seen at the bank.
    CashInTransit = 1020, "cash_in_transit", Asset;
    /// What the processor holds for the shop.
    ProcessorBalance = 1030, "processor_balance", Asset;
    /// What buyers owe for invoices, less what they are owed for credit notes.
    Receivables = 1100, "receivables", Asset;
    /// Amounts that a marketplace settles outside the processor.
    MarketplaceClearing = 1110, "marketplace_clearing", Asset;
    /// Goods in stock.
    Inventory = 1200, "inventory", Asset;
    /// Buildings, equipment, software.
    FixedAssets = 1500, "fixed_assets", Asset;
    /// Assets of imported books that have no account of their own here.
    OtherAssets = 1900, "other_assets", Asset;
    /// Payments received that no order explains yet.
    PaymentsUnapplied = 2000, "payments_unapplied", Liability;
    /// Refunds paid that no credit note explains yet.
    RefundsUnapplied = 2010, "refunds_unapplied", Liability;
    /// Gift vouchers sold and not yet used.
    GiftVouchers = 2020, "gift_vouchers", Liability;
    /// Sales tax and duties charged to buyers, to be passed on.
    SalesTax = 2030, "sales_tax", Liability;
    /// What suppliers are owed.
    TradePayables = 2100, "trade_payables", Liability;
    /// Loans, and debts of imported books that have no account of their own here.
    OtherLiabilities = 2900, "other_liabilities", Liability;
    /// What the owners put in.
    ShareCapital = 3000, "share_capital", Equity;
    /// Results of earlier years.
    RetainedEarnings = 3100, "retained_earnings", Equity;
    /// Opening balances that the policy gives no account of ours yet.
    Suspense = 3900, "suspense", Equity;
    /// Goods sold.
    Sales = 4000, "sales", Income;
    /// Goods credited; a debit balance.
    SalesReturns = 4010, "sales_returns", Income;
    /// Discounts given; a debit balance.
    Discounts = 4020, "discounts", Income;
    /// Postage and carriage charged to buyers.
    ShippingIncome = 4030, "shipping_income", Income;
    /// Lines typed by hand, for want of a product.
    ManualSales = 4040, "manual_sales", Income;
    /// Income of imported books that has no account of its own here.
    OtherIncome = 4900, "other_income", Income;
    /// Fees of the payment processor.
    ProcessorFees = 5000, "processor_fees", Expense;
    /// Fees of a marketplace.
    MarketplaceFees = 5010, "marketplace_fees", Expense;
    /// Charges of the bank.
    BankCharges = 5020, "bank_charges", Expense;
    /// Commission passed on to a charity.
    CharityCommission = 5030, "charity_commission", Expense;
    /// Debts written off.
    BadDebts = 5040, "bad_debts", Expense;
    /// Samples given away.
    Samples = 5050, "samples", Expense;
    /// Differences between the rate used and the rate settled, and their rounding.
    ExchangeDifferences = 5060, "exchange_differences", Expense;
    /// Payments taken back by buyers' banks.
    Disputes = 5070, "disputes", Expense;
    /// What the goods sold had cost.
    CostOfGoodsSold = 5100, "cost_of_goods_sold", Expense;
    /// Wages, rent and the like.
    OperatingCosts = 5200, "operating_costs", Expense;
    /// Costs of imported books that have no account of their own here.
    OtherExpenses = 5900, "other_expenses", Expense;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_their_first_digit_tells_the_class() {
        assert!(Account::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        for account in Account::ALL {
            let class = match account.code() / 1000 {
                1 => AccountClass::Asset,
                2 => AccountClass::Liability,
                3 => AccountClass::Equity,
                4 => AccountClass::Income,
                _ => AccountClass::Expense,
            };
            assert_eq!(account.class(), class, "{}", account.name());
            assert_eq!(Account::from_name(account.name()), Some(*account));
        }
    }
}
