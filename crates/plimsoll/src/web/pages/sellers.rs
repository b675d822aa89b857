//! The sellers of a marketplace, those with the most at risk first, each with a page of its own.

use super::super::App;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::sellers as asked;
use super::super::words::Word;
use super::layout::layout;
use super::{assessment, parts, seller};
use crate::assess::sellers::SellerRow;
use maud::{Markup, html};

/// `GET /sellers`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let of = asked::listing(app)?;
    let title = call.word(Word::Sellers);
    let points = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
    let body = html! {
        h1 { (title) " " small { (of.rows.len()) } }
        @if of.rows.is_empty() {
            (parts::empty(call.word(Word::NoSellers), "plimsoll help policy"))
        } @else {
            p.muted { (of.as_of.as_deref().unwrap_or_default()) " · " (of.currency) " · " (call.word(Word::Definitions)) " " (of.rules) }
            dl.figures {
                div { dt { (call.word(Word::Platform)) } dd { (points(of.platform)) small { " / 5" } } }
                div { dt { (call.word(Word::MoneyAtRisk)) } dd { (parts::decimal(&of.at_risk)) small { " " (of.currency) } } }
                div { dt { (call.word(Word::ConcentrationOfSellers)) } dd { (of.concentration.map_or_else(|| "–".to_owned(), |hhi| format!("{hhi:.4}"))) } }
            }
            @if of.left_out > 0 { p.bad { (of.left_out) " " (call.word(Word::InOtherCurrencies)) } }
            div.scroll { table.rows {
                thead { tr {
                    th scope="col" { (call.word(Word::Seller)) }
                    @for head in [Word::SoldInTheYear, Word::Score, Word::MoneyAtRisk, Word::LoanLimit, Word::Rate] { th.n scope="col" { (call.word(head)) } }
                    th scope="col" { (call.word(Word::FirstReason)) }
                } }
                tbody { @for row in &of.rows { (line(call, row)) } }
            } }
        }
    };
    Ok(layout(call, title, &body))
}

fn line(call: &Call, row: &SellerRow) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(call.link(&asked::address(&row.seller), &[])) { (row.seller) } small { (row.segment) } }
            td.n { (parts::decimal(&row.sales)) }
            td.n { (format!("{:.2}", row.points)) " " (assessment::grade(row.grade)) }
            td.n { (parts::decimal(&row.at_risk)) }
            td.n { (parts::decimal(&row.loan_limit)) }
            td.n { (format!("{:.2} %", row.rate_percent)) }
            td { @if let Some((what, adds)) = row.first_reason { (call.phrase(what)) " " (format!("{adds:+.2}")) } }
        }
    }
}

/// `GET /sellers/{name}`
pub(in super::super) fn one(app: &App, call: &Call) -> Result<Markup, Problem> {
    let report = asked::report(app, call)?;
    Ok(layout(call, &report.seller, &seller::body(call.lang, &report)))
}
