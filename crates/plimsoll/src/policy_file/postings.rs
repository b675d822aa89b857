//! Posting rules as a table of the policy file.

use super::nearest;
use domain::{Chart, PostingRole, PostingRule};
use serde::{Deserialize, Serialize};

/// A row.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PostingLine {
    part: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl PostingLine {
    pub(super) fn of(rule: &PostingRule) -> Self {
        Self {
            part: rule.role.name().to_owned(),
            account: rule.account.name().to_owned(),
            source: rule.source.clone(),
            from: rule.from.map(|day| day.to_string()),
        }
    }

    /// The rule; what is wrong with it is added to the faults.
    pub(super) fn rule(&self, chart: &Chart, faults: &mut Vec<String>) -> Option<PostingRule> {
        let role = PostingRole::from_name(&self.part);
        if role.is_none() {
            let near = nearest(&self.part, PostingRole::ALL.iter().map(|role| role.name()));
            faults.push(format!(
                "`{}`: no part of an entry may be moved by this name; did you mean `{near}`?",
                self.part
            ));
        }
        let account = chart.account(&self.account).filter(|account| account.class().is_result());
        if account.is_none() {
            faults.push(format!("`{}`: `{}` is no account of income or expenses", self.part, self.account));
        }
        let from = self.from.as_deref().map(str::parse).transpose();
        if from.is_err() {
            let said = self.from.as_deref().unwrap_or_default();
            faults.push(format!("`{}`: `from` is `{said}`; expected a day like 2011-06-01", self.part));
        }
        Some(PostingRule { role: role?, source: self.source.clone(), from: from.ok()?, account: account? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT, PolicyError, file_of, parse};
    use domain::PostingRole;

    #[test]
    fn a_part_may_stand_elsewhere_from_a_day_on() {
        let rows = "\n[[chart]]\ncode = 5011\nname = \"stripe_fees\"\n\n[[posting]]\npart = \"fee of a line\"\n\
                    source = \"stripe\"\nfrom = \"2011-06-01\"\naccount = \"stripe_fees\"\n";
        let policy = parse(&format!("{DEFAULT}{rows}"), 2).unwrap();
        assert_eq!(policy.posting_rules[0].role, PostingRole::FeeOfLine);
        assert_eq!(parse(&toml::to_string(&file_of(&policy)).unwrap(), 2).unwrap(), policy);
    }

    #[test]
    fn clearing_accounts_stay_where_they_are() {
        let rows = "\n[[posting]]\npart = \"fee of line\"\naccount = \"bank\"\nfrom = \"June\"\n";
        let PolicyError::Faults(faults) = parse(&format!("{DEFAULT}{rows}"), 2).unwrap_err() else { panic!("TOML") };
        assert_eq!(faults.len(), 3, "{faults:#?}");
        assert!(faults[0].contains("did you mean `fee of a line`?"), "{faults:#?}");
    }
}
