//! What the values of a column are, whatever its name.

use crate::bank_csv::marks::is_debit;
use crate::number_style::NumberStyle;
use crate::reviews::{Scale, rating};
use crate::values::{self, DateStyle, share_of};
use crate::{prices, shipments, stock_movements};
use domain::Currency;
use rust_decimal::Decimal;
use std::collections::HashSet;

/// Of ratings that say none, as far as a draft can know.
const HIGHEST: Scale = Scale(100);

/// What was seen of a column.
pub(super) struct Facts {
    /// Rows that fill it.
    pub(super) filled: usize,
    /// Different values among them.
    pub(super) different: usize,
    /// The share that are numbers, and in what style.
    pub(super) numbers: f64,
    pub(super) style: Option<NumberStyle>,
    /// Each row's number, none where it is blank or no number.
    pub(super) column: Vec<Option<Decimal>>,
    /// Shares of the numbers.
    pub(super) whole: f64,
    pub(super) dates: Option<(DateStyle, f64, &'static str)>,
    pub(super) currencies: f64,
    /// Three letters, as any currency's code is: enough where the name says so.
    pub(super) currency_shapes: f64,
    pub(super) emails: f64,
    pub(super) ibans: f64,
    pub(super) countries: f64,
    pub(super) brands: f64,
    pub(super) marks: f64,
    /// Words of the states of parcels, and of reasons for which stock moves.
    pub(super) states: f64,
    pub(super) reasons: f64,
    /// Words of the movements of a processor's balance.
    pub(super) movements: f64,
    /// What can be a rating, and what can be nothing else: `★★★☆☆`, `4/5`.
    pub(super) ratings: f64,
    pub(super) stars: f64,
    /// Numbers of pieces: `69.85M`.
    pub(super) volumes: f64,
    /// Characters of a value, on average.
    pub(super) length: f64,
    /// That a sign in the values names.
    pub(super) currency_sign: Option<Currency>,
}

impl Facts {
    pub(super) fn of(texts: &[String]) -> Self {
        let filled: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        let style = NumberStyle::of_column(&filled);
        let read = style.unwrap_or(NumberStyle::Point);
        let column: Vec<Option<Decimal>> = texts.iter().map(|text| read.decimal(text.trim())).collect();
        let numbers: Vec<Decimal> = column.iter().flatten().copied().collect();
        let share = |is: &dyn Fn(&str) -> bool| share_of(filled.iter().filter(|text| is(text)).count(), filled.len());
        let of_numbers =
            |is: &dyn Fn(&Decimal) -> bool| share_of(numbers.iter().filter(|n| is(n)).count(), numbers.len());
        Self {
            different: filled.iter().collect::<HashSet<_>>().len(),
            numbers: share_of(numbers.len(), filled.len()),
            whole: of_numbers(&|number| number.fract().is_zero()),
            style,
            dates: if filled.is_empty() { None } else { values::date_style(&filled) },
            currencies: share(&values::is_currency),
            currency_shapes: share(&|text| Currency::from_code(text).is_some()),
            emails: share(&values::is_email),
            ibans: share(&|text| crate::bank_csv::is_iban(&text.replace(' ', ""))),
            countries: share(&values::is_country),
            brands: share(&values::is_card_brand),
            marks: share(&|text| is_debit(&text.to_lowercase()).is_some()),
            states: share(&|text| shipments::state_of(text).is_some()),
            reasons: share(&|text| stock_movements::reason_of(text).is_some()),
            movements: share(&|text| super::toml::category_of(text).is_some()),
            ratings: share(&|text| rating(text, HIGHEST).is_some()),
            stars: share(&is_stars),
            volumes: share(&|text| prices::is_absent(text) || prices::volume(text, read).is_some()),
            length: share_of(filled.iter().map(|text| text.chars().count()).sum(), filled.len()),
            currency_sign: filled.iter().take(100).find_map(|text| sign(text)),
            filled: filled.len(),
            column,
        }
    }

    /// Different values by rows: 1 where no value comes twice.
    pub(super) fn unique(&self) -> f64 {
        share_of(self.different, self.filled)
    }

    /// What a person would call its values.
    pub(super) fn kind(&self) -> String {
        let different = self.different;
        match () {
            () if self.filled == 0 => "empty".to_owned(),
            () if self.emails > 0.8 => "e-mail addresses".to_owned(),
            () if self.ibans > 0.8 => "account numbers (IBAN)".to_owned(),
            () if self.brands > 0.8 => "card brands".to_owned(),
            () if self.dates.is_some() => "dates".to_owned(),
            () if self.numbers > 0.9 && self.whole >= 1.0 => format!("whole numbers, {different} different"),
            () if self.numbers > 0.9 => format!("numbers, {different} different"),
            () => format!("texts, {different} different"),
        }
    }
}

/// `★★★☆☆`, `4/5`, `8 of 10`; `02/26` is rather a month.
fn is_stars(text: &str) -> bool {
    let best = rating(text, HIGHEST).map(|(_, best)| best);
    values::number(text).is_none()
        && best.is_some_and(|best| text.contains('★') || [5, 10].contains(&best))
        && !text.starts_with('0')
}

/// The currency of a sign that names one only.
fn sign(text: &str) -> Option<Currency> {
    let code = match text.chars().find(|c| "€£".contains(*c))? {
        '€' => "EUR",
        _ => "GBP",
    };
    Currency::from_code(code)
}
