//! Sellers of a marketplace: whose goods a stock code is, and what the marketplace keeps of their sales.

use crate::Money;
use crate::fee::{WHOLE_PPM, half_even};
use jiff::civil::Date;
use std::collections::BTreeMap;

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
}

/// Rules by their stock codes, so that the seller of a code is found among many.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sellers {
    rules: Vec<SellerRule>,
    /// Places of rules by their codes, in small letters; those of a beginning end in `*`.
    by_code: BTreeMap<String, Vec<usize>>,
}

impl Sellers {
    /// Those of a policy's rules.
    pub fn of(rules: &[SellerRule]) -> Self {
        let mut by_code: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, rule) in rules.iter().enumerate() {
            by_code.entry(rule.stock_code.to_ascii_lowercase()).or_default().push(place);
        }
        Self { rules: rules.to_vec(), by_code }
    }

    /// Whether all goods are the business's own.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The seller of a stock code on a day: of the rules that fit, a later day stands before an earlier, a later row before
    /// an earlier. None where the goods are the business's own.
    pub fn seller_of(&self, stock_code: &str, day: Date) -> Option<&SellerRule> {
        let code = stock_code.to_ascii_lowercase();
        let ends = code.char_indices().map(|(end, _)| end).chain([code.len()]);
        let beginnings = ends.filter_map(|end| self.by_code.get(&format!("{}*", &code[..end])));
        let places = self.by_code.get(&code).into_iter().chain(beginnings).flatten();
        let held = places.filter_map(|place| Some((*place, self.rules.get(*place)?)));
        let known = held.filter(|(_, rule)| rule.from.is_none_or(|from| from <= day));
        known.max_by_key(|(place, rule)| (rule.from, *place)).map(|(_, rule)| rule)
    }
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
        let sellers = Sellers::of(&rules);
        let of = |code: &str, day: &str| {
            sellers.seller_of(code, day.parse().unwrap()).map(|rule| (rule.seller.as_str(), rule.commission_ppm))
        };
        assert_eq!(of("s1-lamp", "2025-05-31"), Some(("S1", 120_000)));
        assert_eq!(of("S1-LAMP", "2025-06-01"), Some(("S1", 100_000)));
        assert_eq!(of("S10-LAMP", "2025-06-01"), Some(("S10", 50_000)));
        assert_eq!([of("LAMP", "2025-06-01"), of("S1", "2025-06-01"), of("", "2025-06-01")], [None; 3]);
        let kept = |minor| rules[0].commission(Money::new(minor, Currency::GBP)).minor;
        assert_eq!([kept(1_000), kept(-1_000), kept(4), kept(0)], [120, -120, 0, 0]);
    }
}
