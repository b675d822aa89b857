//! Price lists of processors, and sellers' shares, as tables of the policy file.

use domain::fee::FeeRule;
use domain::{Country, Currency, Money, ProcessorCategory};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// Lines that a price list may be of.
const KINDS: [(&str, ProcessorCategory); 4] = [
    ("charge", ProcessorCategory::Charge),
    ("refund", ProcessorCategory::Refund),
    ("dispute", ProcessorCategory::Dispute),
    ("payout", ProcessorCategory::Payout),
];

/// A percent in millionths.
const PPM_OF_A_PERCENT: i64 = 10_000;

/// A row of a price list.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeLine {
    source: String,
    of: String,
    currency: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    card_countries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    percent: String,
    #[serde(default = "nothing")]
    conversion_percent: String,
    #[serde(default = "nothing")]
    fixed: String,
}

fn nothing() -> String {
    "0".to_owned()
}

/// What a processor's line is called in a price list.
pub(crate) fn kind_name(category: ProcessorCategory) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == category).map_or("", |(name, _)| name)
}

impl FeeLine {
    pub(super) fn of(rule: &FeeRule) -> Self {
        Self {
            source: rule.source.clone(),
            of: kind_name(rule.of).to_owned(),
            currency: rule.currency.code().to_owned(),
            card_countries: rule.card_countries.iter().map(ToString::to_string).collect(),
            from: rule.from.map(|day| day.to_string()),
            percent: percent_of(rule.share_ppm),
            conversion_percent: percent_of(rule.conversion_ppm),
            fixed: Money::new(rule.fixed_minor, rule.currency).to_decimal().to_string(),
        }
    }

    /// The rule; what is wrong with it is added to the faults.
    pub(super) fn rule(&self, faults: &mut Vec<String>) -> Option<FeeRule> {
        let name = format!("[[fee]] of `{}`", self.source);
        let mut fault = |text: String| faults.push(format!("{name}: {text}"));
        let of = KINDS.iter().find(|(known, _)| *known == self.of).map(|(_, category)| *category);
        if of.is_none() {
            fault(format!("`of` is `{}`; use charge, refund, dispute or payout", self.of));
        }
        let currency = Currency::from_code(&self.currency).filter(|known| known.is_known());
        if currency.is_none() {
            fault(format!("`currency`: `{}` is not a currency code", self.currency));
        }
        let named = self.card_countries.iter().map(|name| Country::named(name).ok_or(name));
        let card_countries: Result<Vec<Country>, &String> = named.collect();
        if let Err(name) = &card_countries {
            fault(format!("`card_countries`: `{name}` is no country"));
        }
        let from = self.from.as_deref().map(str::parse).transpose();
        if from.is_err() {
            fault(format!("`from` is `{}`; expected a day", self.from.as_deref().unwrap_or_default()));
        }
        let shares = [("percent", &self.percent), ("conversion_percent", &self.conversion_percent)];
        let [share_ppm, conversion_ppm] = shares.map(|(field, text)| {
            let ppm = ppm_of(text);
            if ppm.is_none() {
                fault(format!("`{field}`: `{text}` is no percentage with at most four digits behind the point"));
            }
            ppm
        });
        let fixed = self.fixed.parse::<Decimal>().ok().zip(currency);
        let fixed = fixed.and_then(|(decimal, currency)| Money::from_decimal(decimal, currency));
        if fixed.is_none() && currency.is_some() {
            fault(format!("`fixed`: `{}` is not an amount", self.fixed));
        }
        Some(FeeRule {
            source: self.source.clone(),
            of: of?,
            currency: currency?,
            card_countries: card_countries.ok()?,
            from: from.ok()?,
            share_ppm: share_ppm?,
            conversion_ppm: conversion_ppm?,
            fixed_minor: fixed?.minor,
        })
    }
}

/// `1.5` in millionths: 15,000.
pub(super) fn ppm_of(text: &str) -> Option<i64> {
    let ppm = text.parse::<Decimal>().ok()?.checked_mul(Decimal::from(PPM_OF_A_PERCENT))?;
    (ppm.is_integer() && (Decimal::ZERO..=Decimal::from(100 * PPM_OF_A_PERCENT)).contains(&ppm))
        .then(|| ppm.to_i64())?
}

pub(super) fn percent_of(ppm: i64) -> String {
    (Decimal::from(ppm) / Decimal::from(PPM_OF_A_PERCENT)).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT, PolicyError, file_of, parse};

    const ROW: &str = "\n[[fee]]\nsource = \"stripe\"\nof = \"charge\"\ncurrency = \"GBP\"\nfrom = \"2011-06-01\"\n\
                       percent = \"1.5\"\nfixed = \"0.20\"\n";

    #[test]
    fn a_price_list_is_read_and_written_as_it_is() {
        let policy = parse(&format!("{DEFAULT}{ROW}"), 2).unwrap();
        let rule = &policy.fee_rules[0];
        assert_eq!((rule.share_ppm, rule.conversion_ppm, rule.fixed_minor), (15_000, 0, 20));
        assert_eq!(parse(&toml::to_string(&file_of(&policy)).unwrap(), 2).unwrap(), policy);
    }

    /// Cards of the shop's own countries have a price of their own; the row without countries is for all others.
    #[test]
    fn a_price_may_be_for_cards_of_some_countries() {
        let row = ROW.replace("percent", "card_countries = [\"GB\", \"Ireland\"]\npercent");
        let policy = parse(&format!("{DEFAULT}{row}"), 2).unwrap();
        let countries: Vec<String> = policy.fee_rules[0].card_countries.iter().map(ToString::to_string).collect();
        assert_eq!(countries, ["GB", "IE"]);
        assert_eq!(parse(&toml::to_string(&file_of(&policy)).unwrap(), 2).unwrap(), policy);
        let PolicyError::Faults(faults) =
            parse(&format!("{DEFAULT}{}", row.replace("Ireland", "Atlantis")), 2).unwrap_err()
        else {
            panic!("TOML")
        };
        assert_eq!(faults.len(), 1, "{faults:#?}");
    }

    #[test]
    fn every_fault_of_a_price_list_is_named() {
        let wrong = ROW.replace("1.5", "150").replace("GBP", "QQQ").replace("charge", "chrage").replace("-06-", "-26-");
        let PolicyError::Faults(faults) = parse(&format!("{DEFAULT}{wrong}"), 2).unwrap_err() else { panic!("TOML") };
        assert_eq!(faults.len(), 4, "{faults:#?}");
    }
}
