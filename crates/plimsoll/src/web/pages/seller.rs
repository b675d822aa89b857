//! A seller's report: alone as one file, and as a page of the server.

use super::super::phrases::phrase;
use super::super::sentences::told;
use super::super::words::{Lang, Word};
use super::assessment::{grade, outlook};
use super::assessment_parts::tables;
use super::layout;
use super::lines_chart::{Chart, Series, chart, legend};
use super::parts::decimal;
use crate::assess::seller_parts::{self, LIMITS, METHOD, loan_line, score_line};
use crate::assess::seller_report::SellerReport;
use maud::{Markup, html};

/// The whole page as one file.
pub(in super::super) fn alone(lang: Lang, report: &SellerReport) -> String {
    layout::alone(lang, &report.seller, report.product, &body(lang, report))
}

pub(super) fn body(lang: Lang, of: &SellerReport) -> Markup {
    let word = |word: Word| word.text(lang);
    html! {
        h1 { (of.seller) " " small { (word(Word::Seller)) } }
        p.muted {
            (of.as_of) " · " (of.currency) " · " (word(Word::Definitions)) " " (of.rules)
            @if !of.segment.is_empty() { " · " (of.segment) }
        }
        dl.figures {
            div { dt { (word(Word::Score)) } dd { (format!("{:.2}", of.points)) small { " / 5" } " " (grade(of.grade)) } dd.note { (told(lang, &score_line(of))) } }
            div { dt { (word(Word::LoanLimit)) } dd { (decimal(&of.loan_limit)) small { " " (of.currency) } } }
            div { dt { (word(Word::Rate)) } dd { (format!("{:.2} %", of.rate_percent)) } }
            div { dt { (word(Word::MoneyAtRisk)) } dd { (of.at_risk.get("sum").map_or_else(|| "–".to_owned(), |sum| decimal(sum))) small { " " (of.currency) } } }
        }
        p { (told(lang, &loan_line(of))) }
        @if !of.notes.is_empty() { ul { @for note in &of.notes { li.bad { (told(lang, note)) } } } }
        (weeks(lang, of))
        @if let Some(of_sales) = &of.outlook { (outlook(lang, &of.currency, of_sales)) }
        (tables(lang, seller_parts::parts(of)))
        section {
            h2 { (word(Word::MethodsAndLimits)) }
            ul { @for sentence in METHOD.iter().chain(&LIMITS) { li { (phrase(lang, sentence)) } } }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few weeks")]
fn weeks(lang: Lang, of: &SellerReport) -> Markup {
    let points = |of_week: fn(&crate::assess::seller_report::SellerWeek) -> f64| {
        of.weeks.iter().enumerate().map(|(at, week)| [at as f64, of_week(week)]).collect::<Vec<[f64; 2]>>()
    };
    let (sales, back) = (phrase(lang, "sales"), Word::SentBack.text(lang));
    html! {
        @if of.weeks.len() > 1 {
            section {
                h2 { (Word::Weeks.text(lang)) }
                (legend(&[(0, sales), (1, back)]))
                (chart(&Chart {
                    title: Word::Weeks.text(lang), axes: [Word::Weeks.text(lang), &of.currency],
                    ranges: [None; 2], diagonal: false, dots: false,
                    series: vec![
                        Series { name: sales, place: Some(0), points: points(|week| week.sales) },
                        Series { name: back, place: Some(1), points: points(|week| week.back) },
                    ],
                }))
            }
        }
    }
}
