//! Sellers as a table of the policy file.

use super::fees::{percent_of, ppm_of};
use domain::seller::SellerRule;
use serde::{Deserialize, Serialize};

/// A row.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SellerLine {
    stock_code: String,
    seller: String,
    commission_percent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl SellerLine {
    pub(super) fn of(rule: &SellerRule) -> Self {
        Self {
            stock_code: rule.stock_code.clone(),
            seller: rule.seller.clone(),
            commission_percent: percent_of(rule.commission_ppm),
            from: rule.from.map(|day| day.to_string()),
        }
    }

    /// The rule; what is wrong with it is added to the faults.
    pub(super) fn rule(&self, faults: &mut Vec<String>) -> Option<SellerRule> {
        let commission = ppm_of(&self.commission_percent);
        if commission.is_none() {
            let said = &self.commission_percent;
            faults.push(format!("[[seller]] `{}`: `commission_percent`: `{said}` is no percentage", self.seller));
        }
        let from = self.from.as_deref().map(str::parse).transpose();
        if from.is_err() {
            let said = self.from.as_deref().unwrap_or_default();
            faults.push(format!("[[seller]] `{}`: `from` is `{said}`; expected a day like 2025-06-01", self.seller));
        }
        Some(SellerRule {
            stock_code: self.stock_code.clone(),
            seller: self.seller.clone(),
            from: from.ok()?,
            commission_ppm: commission?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT, PolicyError, file_of, parse};

    #[test]
    fn sellers_are_read_and_written_as_they_are() {
        let row = "\n[[seller]]\nstock_code = \"S1-*\"\nseller = \"Lamps Ltd\"\ncommission_percent = \"12.5\"\n";
        let policy = parse(&format!("{DEFAULT}{row}"), 2).unwrap();
        assert_eq!(policy.seller_rules[0].commission_ppm, 125_000);
        assert_eq!(parse(&toml::to_string(&file_of(&policy)).unwrap(), 2).unwrap(), policy);
        let wrong = row.replace("12.5", "a tenth");
        let PolicyError::Faults(faults) = parse(&format!("{DEFAULT}{wrong}"), 2).unwrap_err() else { panic!("TOML") };
        assert_eq!(faults.len(), 1, "{faults:#?}");
    }
}
