//! The chart of accounts for shops and marketplaces, and accounts of a business's own beside it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

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

impl AccountClass {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
            Self::Income => "income",
            Self::Expense => "expense",
        }
    }

    /// Whether its accounts usually stand in debit.
    pub fn is_debit(self) -> bool {
        matches!(self, Self::Asset | Self::Expense)
    }

    /// Whether its accounts make the result of a period; the others stand on the balance sheet.
    pub fn is_result(self) -> bool {
        matches!(self, Self::Income | Self::Expense)
    }

    /// The class that the first digit of a code tells; none where the code has not four digits, or begins otherwise.
    pub fn of_code(code: u16) -> Option<Self> {
        match code / 1000 {
            1 => Some(Self::Asset),
            2 => Some(Self::Liability),
            3 => Some(Self::Equity),
            4 => Some(Self::Income),
            5 => Some(Self::Expense),
            _ => None,
        }
    }
}

/// Where a change of an account stands in the cash flow statement (IAS 7, indirect method).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CashFlow {
    /// It is cash itself.
    Cash,
    /// What the business does every day.
    Operating,
    /// What it keeps for years.
    Investing,
    /// Owners and lenders.
    Financing,
    /// Part of the result, with which the operating part begins.
    Result,
}

impl CashFlow {
    /// Every class.
    pub const ALL: [Self; 5] = [Self::Cash, Self::Operating, Self::Investing, Self::Financing, Self::Result];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Operating => "operating",
            Self::Investing => "investing",
            Self::Financing => "financing",
            Self::Result => "result",
        }
    }

    /// The class of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

macro_rules! chart {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal, $line:literal, $flow:ident;)*) => {
        /// An account. The name is the same in exports, API and pages. Two are the same where their codes are.
        #[derive(Clone, Copy, Debug)]
        pub enum Account {
            $($(#[$doc])* $variant,)*
            /// An account that the business's policy adds.
            Own(&'static OwnAccount),
        }

        /// The place of each account in [`Account::ALL`].
        enum Place { $($variant,)* }

        impl Account {
            /// Every account of the default chart in order of its code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Four digits; the first tells the class.
            pub fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* Self::Own(own) => own.code }
            }

            /// Lower-case name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::Own(own) => own.name }
            }

            /// The line of a statement that it is part of, where the policy does not say another.
            pub fn default_line(self) -> &'static str {
                match self { $(Self::$variant => $line,)* Self::Own(own) => own.name }
            }

            /// Its place in the cash flow statement, where the policy does not say another.
            pub fn default_cash_flow(self) -> CashFlow {
                match self {
                    $(Self::$variant => CashFlow::$flow,)*
                    Self::Own(_) if self.class().is_result() => CashFlow::Result,
                    Self::Own(_) => CashFlow::Operating,
                }
            }

            /// Its place in [`Account::ALL`]; none of an account of the business's own.
            pub fn place(self) -> Option<usize> {
                match self { $(Self::$variant => Some(Place::$variant as usize),)* Self::Own(_) => None }
            }

            /// The account of a name in the default chart.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|account| account.name() == name)
            }

            /// The account of a code in the default chart.
            pub fn from_code(code: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|account| account.code() == code)
            }
        }
    };
}

chart! {
    /// Money at the bank.
    Bank = 1000, "bank", "Cash at bank", Cash;
    /// Bank lines that nothing explains yet. Its balance is the sum of those open items.
    BankUnexplained = 1010, "bank_unexplained", "Receipts not explained yet", Operating;
    /// Payouts that left the processor and have not been seen at the bank.
    CashInTransit = 1020, "cash_in_transit", "Held by processors and in transit", Operating;
    /// What the processor holds for the shop.
    ProcessorBalance = 1030, "processor_balance", "Held by processors and in transit", Operating;
    /// What the processor keeps back for a time against disputes.
    ProcessorReserve = 1040, "processor_reserve", "Held by processors and in transit", Operating;
    /// What buyers owe for invoices, less what they are owed for credit notes.
    Receivables = 1100, "receivables", "Trade receivables", Operating;
    /// Amounts that a marketplace settles outside the processor.
    MarketplaceClearing = 1110, "marketplace_clearing", "Held by marketplaces", Operating;
    /// Goods in stock.
    Inventory = 1200, "inventory", "Inventory", Operating;
    /// Sales tax paid to suppliers, to be had back.
    InputTax = 1300, "input_tax", "Tax to be had back", Operating;
    /// Buildings, equipment, software.
    FixedAssets = 1500, "fixed_assets", "Fixed assets", Investing;
    /// What fixed assets have lost in value; a credit balance.
    AccumulatedDepreciation = 1590, "accumulated_depreciation", "Fixed assets", Operating;
    /// Assets of imported books that have no account of their own here.
    OtherAssets = 1900, "other_assets", "Other assets", Operating;
    /// Payments received that no order explains yet.
    PaymentsUnapplied = 2000, "payments_unapplied", "Payments not applied yet", Operating;
    /// Refunds paid that no credit note explains yet.
    RefundsUnapplied = 2010, "refunds_unapplied", "Refunds not applied yet", Operating;
    /// Gift vouchers sold and not yet used.
    GiftVouchers = 2020, "gift_vouchers", "Gift vouchers", Operating;
    /// Sales tax and duties charged to buyers, to be passed on.
    SalesTax = 2030, "sales_tax", "Sales tax", Operating;
    /// What a marketplace owes its sellers.
    SellerPayables = 2040, "seller_payables", "Owed to sellers", Operating;
    /// What was transferred to sellers that no sale of theirs explains yet; a debit balance.
    SellerPaymentsUnapplied = 2050, "seller_payments_unapplied", "Owed to sellers", Operating;
    /// What suppliers are owed.
    TradePayables = 2100, "trade_payables", "Trade payables", Operating;
    /// Money borrowed.
    Loans = 2200, "loans", "Loans", Financing;
    /// Debts of imported books that have no account of their own here.
    OtherLiabilities = 2900, "other_liabilities", "Other liabilities", Operating;
    /// What the owners put in.
    ShareCapital = 3000, "share_capital", "Share capital", Financing;
    /// Results of earlier years.
    RetainedEarnings = 3100, "retained_earnings", "Retained earnings", Financing;
    /// What the owners took out; a debit balance.
    Drawings = 3200, "drawings", "Drawings", Financing;
    /// Opening balances that the policy gives no account of ours yet.
    Suspense = 3900, "suspense", "Not yet classified", Financing;
    /// Goods sold.
    Sales = 4000, "sales", "Sales", Result;
    /// Goods credited; a debit balance.
    SalesReturns = 4010, "sales_returns", "Returns and discounts", Result;
    /// Discounts given; a debit balance.
    Discounts = 4020, "discounts", "Returns and discounts", Result;
    /// Postage and carriage charged to buyers.
    ShippingIncome = 4030, "shipping_income", "Postage charged", Result;
    /// Lines typed by hand, for want of a product.
    ManualSales = 4040, "manual_sales", "Sales", Result;
    /// Commission that a marketplace earns of its sellers' sales.
    CommissionIncome = 4050, "commission_income", "Commission", Result;
    /// Income of imported books that has no account of its own here.
    OtherIncome = 4900, "other_income", "Other income", Result;
    /// Fees of the payment processor.
    ProcessorFees = 5000, "processor_fees", "Fees of processors and marketplaces", Result;
    /// Fees of a marketplace.
    MarketplaceFees = 5010, "marketplace_fees", "Fees of processors and marketplaces", Result;
    /// Charges of the bank.
    BankCharges = 5020, "bank_charges", "Bank charges", Result;
    /// Commission passed on to a charity.
    CharityCommission = 5030, "charity_commission", "Other expenses", Result;
    /// Debts written off.
    BadDebts = 5040, "bad_debts", "Bad debts and disputes", Result;
    /// Samples given away.
    Samples = 5050, "samples", "Samples", Result;
    /// Differences between the rate used and the rate settled, and their rounding.
    ExchangeDifferences = 5060, "exchange_differences", "Exchange differences", Result;
    /// Payments taken back by buyers' banks.
    Disputes = 5070, "disputes", "Bad debts and disputes", Result;
    /// What the goods sold had cost.
    CostOfGoodsSold = 5100, "cost_of_goods_sold", "Cost of goods sold", Result;
    /// Wages, rent and the like.
    OperatingCosts = 5200, "operating_costs", "Operating costs", Result;
    /// Loss in value of fixed assets.
    Depreciation = 5300, "depreciation", "Depreciation", Result;
    /// Interest paid.
    Interest = 5400, "interest", "Interest", Result;
    /// Tax on the result.
    IncomeTax = 5500, "income_tax", "Tax on the result", Result;
    /// Costs of imported books that have no account of their own here.
    OtherExpenses = 5900, "other_expenses", "Other expenses", Result;
}

impl Account {
    /// Its class.
    pub fn class(self) -> AccountClass {
        AccountClass::of_code(self.code()).unwrap_or(AccountClass::Expense)
    }
}

impl PartialEq for Account {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Account {}

impl PartialOrd for Account {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Account {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(&other.code())
    }
}

impl Hash for Account {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}

/// An account of a business's own. Each is kept once for as long as the program runs, so that an [`Account`] is small.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OwnAccount {
    code: u16,
    name: &'static str,
}

/// More accounts than any program's books have; beyond it something asks at random.
const MOST_OWN_ACCOUNTS: usize = 100_000;

/// Longest name of an account.
const LONGEST_NAME: usize = 40;

impl OwnAccount {
    /// The account of a code and a name; none where the code tells no class or is one of the default chart, or the name
    /// is not lower-case letters, digits and `_`, beginning with a letter, or is one of the default chart.
    pub fn account(code: u16, name: &str) -> Option<Account> {
        static KEPT: Mutex<BTreeMap<(u16, String), &OwnAccount>> = Mutex::new(BTreeMap::new());
        AccountClass::of_code(code)?;
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let well_named = name.len() <= LONGEST_NAME
            && name.bytes().all(word)
            && name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        if !well_named || Account::from_code(code).is_some() || Account::from_name(name).is_some() {
            return None;
        }
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = kept.get(&(code, name.to_owned())) {
            return Some(Account::Own(own));
        }
        if kept.len() >= MOST_OWN_ACCOUNTS {
            return None;
        }
        let own: &Self = Box::leak(Box::new(Self { code, name: name.to_owned().leak() }));
        kept.insert((code, name.to_owned()), own);
        Some(Account::Own(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_their_first_digit_tells_the_class() {
        assert!(Account::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        for (place, account) in Account::ALL.iter().enumerate() {
            assert!(AccountClass::of_code(account.code()).is_some(), "{}", account.name());
            assert_eq!(Account::from_name(account.name()), Some(*account));
            assert_eq!(Account::from_code(account.code()), Some(*account));
            assert_eq!(account.place(), Some(place));
            assert_eq!(account.class().is_result(), account.default_cash_flow() == CashFlow::Result);
        }
    }

    #[test]
    fn an_account_of_ones_own_has_a_code_and_a_name_that_are_free() {
        let wrap = OwnAccount::account(4110, "gift_wrap").unwrap();
        assert_eq!((wrap.code(), wrap.name(), wrap.class()), (4110, "gift_wrap", AccountClass::Income));
        assert_eq!(OwnAccount::account(4110, "gift_wrap"), Some(wrap));
        assert!(Account::Sales < wrap && wrap < Account::OtherIncome);
        for (code, name) in
            [(4000, "gift_wrap"), (4110, "sales"), (9000, "x"), (4110, "Gift"), (4110, "1x"), (411, "x")]
        {
            assert_eq!(OwnAccount::account(code, name), None, "{code} {name}");
        }
    }
}
