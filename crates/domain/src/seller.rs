//! Sellers of a marketplace: whose goods a stock code is, and what the marketplace keeps of their sales.

use crate::Money;
use crate::fee::{WHOLE_PPM, half_even};
use jiff::civil::Date;

/// Whose goods are sold, and for which commission.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SellerRule {
    /// A stock code, compared without regard to case; what ends in `*` is a beginning.
    pub stock_code: String,
    /// The seller's name.
    pub seller: String,
    /// The first day of the sales that it is for; none = from the beginning.
    pub from: Option<Date>,
    /// What the marketplace keeps, in millionths of what is sold.
    pub commission_ppm: i64,
}

impl SellerRule {
    /// What the marketplace keeps of a line, rounded half to even: 12 % of 10.00 are 1.20, and of a credited −10.00 −1.20.
    pub fn commission(&self, amount: Money) -> Money {
        let kept = half_even(i128::from(amount.minor) * i128::from(self.commission_ppm), i128::from(WHOLE_PPM));
        Money::new(i64::try_from(kept).unwrap_or(0), amount.currency)
    }

    fn fits(&self, stock_code: &str) -> bool {
        let begins = |prefix: &str| {
            stock_code.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
        };
        match self.stock_code.strip_suffix('*') {
            Some(prefix) => begins(prefix),
            None => stock_code.eq_ignore_ascii_case(&self.stock_code),
        }
    }
}

/// The seller of a stock code on a day: of the rules that fit, a later day stands before an earlier, a later row before an
/// earlier. None where the goods are the business's own.
pub fn seller_of<'a>(rules: &'a [SellerRule], stock_code: &str, day: Date) -> Option<&'a SellerRule> {
    let fits = |rule: &&SellerRule| rule.fits(stock_code) && rule.from.is_none_or(|from| from <= day);
    rules.iter().filter(fits).max_by_key(|rule| rule.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn a_code_has_the_seller_and_the_commission_of_its_day() {
        let rule = |code: &str, from: Option<&str>, ppm| SellerRule {
            stock_code: code.to_owned(),
            seller: code.trim_end_matches(['-', '*']).to_owned(),
            from: from.map(|day| day.parse().unwrap()),
            commission_ppm: ppm,
        };
        let rules =
            [rule("S1-*", None, 120_000), rule("S1-*", Some("2025-06-01"), 100_000), rule("S10-*", None, 50_000)];
        let of = |code: &str, day: &str| {
            seller_of(&rules, code, day.parse().unwrap()).map(|rule| (rule.seller.as_str(), rule.commission_ppm))
        };
        assert_eq!(of("s1-lamp", "2025-05-31"), Some(("S1", 120_000)));
        assert_eq!(of("S1-LAMP", "2025-06-01"), Some(("S1", 100_000)));
        assert_eq!(of("S10-LAMP", "2025-06-01"), Some(("S10", 50_000)));
        assert_eq!(of("LAMP", "2025-06-01"), None);
        let kept = |minor| rules[0].commission(Money::new(minor, Currency::GBP)).minor;
        assert_eq!([kept(1_000), kept(-1_000), kept(4), kept(0)], [120, -120, 0, 0]);
    }
}
