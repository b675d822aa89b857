//! Posting rules that a business may set: on which account of the result a part of an entry stands, for which source, and
//! from which day on.

use crate::Account;
use jiff::civil::Date;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal, $account:ident;)*) => {
        /// A part of an entry whose account the business may choose.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum PostingRole { $($(#[$doc])* $role,)* }

        impl PostingRole {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$role,)*];

            /// In words.
            pub fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }

            /// The account where no rule says another.
            pub fn account(self) -> Account {
                match self { $(Self::$role => Account::$account,)* }
            }

            /// The role of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|role| role.name() == name)
            }
        }
    };
}

roles! {
    /// Goods of a sale.
    GoodsSold = "goods sold", Sales;
    /// Goods of a credit note.
    GoodsCredited = "goods credited", SalesReturns;
    /// What a processor keeps of a payment, refund or payout.
    FeeOfLine = "fee of a line", ProcessorFees;
    /// What a processor charges for itself.
    FeeAlone = "fee alone", ProcessorFees;
    /// What a processor puts right.
    ProcessorAdjustment = "processor adjustment", ProcessorFees;
    /// A payment that a buyer's bank takes back, or gives back after all.
    Dispute = "dispute", Disputes;
}

/// A rule of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostingRule {
    /// Of this part.
    pub role: PostingRole,
    /// Only of records of this source, the word before the colon of their ids; none = of any.
    pub source: Option<String>,
    /// The first day of the entries that it is for; none = from the beginning.
    pub from: Option<Date>,
    /// The account, one of the result.
    pub account: Account,
}

/// The account of a part on a day: of the rules that fit, one for the source stands before one for any, a later day before
/// an earlier, a later row before an earlier.
///
/// Example: `fee of a line` of `stripe` on `stripe_fees` from 1 June; on 31 May the fee of a Stripe line stands on
/// `processor_fees`, on 1 June on `stripe_fees`.
pub fn account_of(rules: &[PostingRule], role: PostingRole, source: &str, day: Date) -> Account {
    let fits = |rule: &&PostingRule| {
        rule.role == role
            && rule.source.as_deref().is_none_or(|wanted| wanted == source)
            && rule.from.is_none_or(|from| from <= day)
    };
    let best = rules.iter().filter(fits).max_by_key(|rule| (rule.source.is_some(), rule.from));
    best.map_or(role.account(), |rule| rule.account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OwnAccount;

    #[test]
    fn the_example_by_hand() {
        let fees = OwnAccount::account(5011, "stripe_fees").unwrap();
        let june: Date = "2011-06-01".parse().unwrap();
        let rule = |source: Option<&str>, from, account| PostingRule {
            role: PostingRole::FeeOfLine,
            source: source.map(str::to_owned),
            from,
            account,
        };
        let rules = [rule(Some("stripe"), Some(june), fees), rule(None, None, Account::BankCharges)];
        let of = |source, day: Date| account_of(&rules, PostingRole::FeeOfLine, source, day);
        assert_eq!(of("stripe", june), fees);
        assert_eq!(of("stripe", june.yesterday().unwrap()), Account::BankCharges);
        assert_eq!(of("paypal", june), Account::BankCharges);
        assert_eq!(account_of(&[], PostingRole::FeeOfLine, "stripe", june), Account::ProcessorFees);
        assert_eq!(account_of(&rules, PostingRole::Dispute, "stripe", june), Account::Disputes);
    }
}
