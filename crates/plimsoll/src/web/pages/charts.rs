//! Bar charts by `charts-rs`, in our own colours for light and dark.
//!
//! The crate writes colours as attributes. Each colour that it is given here is a name: the style sheet selects by that
//! very attribute and puts the theme's colour in its place, so one drawing serves light, dark and paper.

use super::super::call::Call;
use super::super::words::Word;
use crate::view::{MoneyView, MonthView, RuleTotalView};
use charts_rs::{BarChart, Box, ChartBase, Color, HorizontalBarChart, Series, YAxisConfig, svg_with_accessibility};
use maud::{Markup, PreEscaped, html};

/// The names of the colours; the style sheet has the same.
const INK: (u8, u8, u8) = (1, 1, 1);
const LINE: (u8, u8, u8) = (2, 2, 2);
const FIRST: (u8, u8, u8) = (3, 3, 3);
const SECOND: (u8, u8, u8) = (4, 4, 4);

const FONT_SIZE: f32 = 12.0;
const ROW_HEIGHT: usize = 30;

/// Sales and returns of each month, in thousands.
pub(super) fn months(call: &Call, months: &[MonthView], currency: &str) -> Markup {
    let series = |word, of: fn(&MonthView) -> &MoneyView| {
        let values: Vec<f32> = months.iter().map(|month| thousands(of(month))).collect();
        Series::new(call.word(word).to_owned(), values)
    };
    let series = vec![series(Word::Sales, |month| &month.sales), series(Word::Returns, |month| &month.returns)];
    let mut chart = BarChart::new(series, months.iter().map(|month| month.month.clone()).collect());
    (chart.width, chart.height) = (680.0, 250.0);
    chart.radius = Some(1.5);
    dress(&mut chart.base);
    chart.y_axis_configs.iter_mut().for_each(dress_axis);
    let title = format!("{} ({}, {currency})", call.word(Word::MonthlySalesAndReturns), call.word(Word::Thousands));
    drawing(chart.svg().ok().as_deref(), &title)
}

/// Money at risk of each rule in thousands, the most first.
pub(super) fn rules(call: &Call, rules: &[RuleTotalView], currency: &str) -> Markup {
    // The crate draws the first row at the bottom.
    let values = rules.iter().rev().map(|rule| thousands(&rule.money_at_risk)).collect::<Vec<f32>>();
    let mut series = Series::new(call.word(Word::MoneyAtRisk).to_owned(), values);
    series.label_show = true;
    let names = rules.iter().rev().map(|rule| rule.rule.to_owned()).collect();
    let mut chart = HorizontalBarChart::new(vec![series], names);
    chart.width = 680.0;
    chart.height = f32::from(u16::try_from(rules.len() * ROW_HEIGHT + 40).unwrap_or(u16::MAX));
    dress(&mut chart.base);
    chart.series.label.formatter = "{:.1}".to_owned();
    chart.y_axis_configs.iter_mut().for_each(dress_axis);
    let title = format!("{} ({}, {currency})", call.word(Word::MoneyAtRiskByRule), call.word(Word::Thousands));
    drawing(chart.svg().ok().as_deref(), &title)
}

fn dress(chart: &mut ChartBase) {
    chart.background_color = Color::transparent();
    // The page has the legend: the crate measures letters by a font without Chinese.
    chart.legend.show = Some(false);
    chart.margin = Box { left: 4.0, top: 4.0, right: 44.0, bottom: 4.0 };
    chart.series.colors = vec![FIRST.into(), SECOND.into()];
    chart.grid.stroke_color = LINE.into();
    chart.x_axis.stroke_color = LINE.into();
    chart.x_axis.font.color = INK.into();
    chart.x_axis.font.size = FONT_SIZE;
    chart.series.label.font.color = INK.into();
    chart.series.label.font.size = FONT_SIZE;
}

fn dress_axis(axis: &mut YAxisConfig) {
    axis.font.color = INK.into();
    axis.font.size = FONT_SIZE;
    axis.split_number = 4;
}

/// The drawing under its title; without one, as what it shows stands in a table beside it.
fn drawing(svg: Option<&str>, title: &str) -> Markup {
    html! {
        @if let Some(svg) = svg { div.chart { (PreEscaped(svg_with_accessibility(svg, title, ""))) } }
    }
}

/// For drawing only.
#[expect(clippy::cast_precision_loss, reason = "a bar's length")]
fn thousands(amount: &MoneyView) -> f32 {
    let digits = domain::Currency::from_code(&amount.currency).map_or(2, domain::Currency::minor_digits);
    amount.minor as f32 / 10_f32.powi(digits.cast_signed() + 3)
}
