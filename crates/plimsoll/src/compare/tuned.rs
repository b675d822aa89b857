//! Parameters that `tune` found, as a TOML file: a table a model, a number a parameter.

use crate::command::UsageError;
use learn::Estimator;
use learn::boost::BoostParams;
use learn::search::{Space, spaces};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Values by model and parameter.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tuned(BTreeMap<String, BTreeMap<String, f64>>);

impl Tuned {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or names a model or a parameter that is none.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let unread = |reason: String| UsageError(format!("{}: {reason}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| unread(format!("cannot be read: {error}")))?;
        Ok(Self::parse(&text).map_err(unread)?)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// In words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let mut models = BTreeMap::new();
        for (model, parameters) in table {
            let parameters = parameters.as_table().ok_or_else(|| format!("`{model}` is no table of parameters"))?;
            let number = |(name, value): (&String, &toml::Value)| {
                let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
                Ok((name.clone(), number.ok_or_else(|| format!("`{model}.{name}` is no number"))?))
            };
            models.insert(model.clone(), parameters.iter().map(number).collect::<Result<_, String>>()?);
        }
        let tuned = Self(models);
        tuned.0.keys().try_for_each(|model| tuned.estimator(model, 0).map(drop))?;
        Ok(tuned)
    }

    /// The text of a file with what was found of one model.
    pub fn text(space: &Space, values: &[f64], about: &str) -> String {
        let mut text = String::new();
        about.lines().for_each(|line| writeln!(text, "# {line}").unwrap_or_default());
        writeln!(text, "[{}]", space.name()).unwrap_or_default();
        for ((name, _), value) in space.parameters().iter().zip(values) {
            writeln!(text, "{name} = {value}").unwrap_or_default();
        }
        text
    }

    /// The estimator of a model, where the file has it.
    ///
    /// # Errors
    /// No such model, a parameter too few or too many, or one outside its range.
    pub fn estimator(&self, model: &str, seed: u64) -> Result<Option<Box<dyn Estimator>>, String> {
        let Some((space, values)) = self.values(model, seed)? else { return Ok(None) };
        space.estimator(&values).map(Some).map_err(|error| format!("{model}: {error}"))
    }

    fn values(&self, model: &str, seed: u64) -> Result<Option<(Space, Vec<f64>)>, String> {
        let Some(given) = self.0.get(model) else { return Ok(None) };
        let spaces = spaces(seed);
        let names: Vec<&str> = spaces.iter().map(Space::name).collect();
        let none = || format!("`{model}` is no model with parameters to tune; there are {}", names.join(", "));
        let at = names.iter().position(|name| *name == model).ok_or_else(none)?;
        let space = spaces.into_iter().nth(at).ok_or_else(|| format!("no `{model}`"))?;
        let known: Vec<&str> = space.parameters().iter().map(|(name, _)| *name).collect();
        if let Some(name) = given.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("`{model}` has no parameter `{name}`; there are {}", known.join(", ")));
        }
        let value = |name: &&str| given.get(*name).copied().ok_or_else(|| format!("`{model}` lacks `{name}`"));
        let values = known.iter().map(value).collect::<Result<Vec<f64>, String>>()?;
        Ok(Some((space, values)))
    }

    /// The trees of boosted trees, which those over categories grow too.
    ///
    /// # Errors
    /// As [`Tuned::estimator`].
    pub fn boost(&self, seed: u64) -> Result<Option<BoostParams>, String> {
        let Some((_, values)) = self.values("boost", seed)? else { return Ok(None) };
        let [trees, max_leaves, learning_rate, lambda_l2, min_data_in_leaf, row_share, column_share] = values[..]
        else {
            return Err("`boost` has other parameters than this program knows".to_owned());
        };
        let whole = super::seeded::whole;
        Ok(Some(BoostParams {
            trees: whole(trees),
            max_leaves: whole(max_leaves),
            learning_rate,
            lambda_l2,
            min_data_in_leaf: whole(min_data_in_leaf),
            row_share,
            column_share,
            seed,
            ..BoostParams::default()
        }))
    }

    /// Names of the models in the file.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for space in spaces(3) {
            let values: Vec<f64> = space.parameters().iter().map(|(_, range)| range.at(0.4)).collect();
            let text = Tuned::text(&space, &values, "found\non two lines");
            assert!(text.starts_with("# found\n# on two lines\n["), "{text}");
            let tuned = Tuned::parse(&text).unwrap();
            assert_eq!(tuned.models().collect::<Vec<_>>(), [space.name()]);
            assert_eq!(
                tuned.estimator(space.name(), 3).unwrap().unwrap().name(),
                space.estimator(&values).unwrap().name()
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            ("[logistik]\n", "`logistik` is no model with parameters to tune; there are boost, "),
            ("[logistic]\n", "`logistic` lacks `lambda_l2`"),
            ("[logistic]\nlambda_l2 = \"much\"\n", "`logistic.lambda_l2` is no number"),
            ("[logistic]\nlambda_l2 = 1\nlambda = 2\n", "`logistic` has no parameter `lambda`; there are lambda_l2"),
            ("[logistic]\nlambda_l2 = -1\n", "logistic: `lambda_l2` "),
            ("logistic = 1\n", "`logistic` is no table of parameters"),
        ] {
            let error = Tuned::parse(text).unwrap_err();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
