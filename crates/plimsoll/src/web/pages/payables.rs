//! What a marketplace owes its sellers: each over a period with the age of what is owed, and one seller's sales and payments
//! with their way back.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::clearing::AGES;
use crate::sellers::{SellerLineView, SellerView};
use maud::{Markup, html};

/// `GET /payables?period=&seller=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let period = answers::period_or_last_month(&app.reader, call)?.to_string();
    let seller = call.params.text("seller");
    let (sums, lines) = match seller {
        Some(name) => {
            let statement = answers::seller(&app.reader, call, name)?;
            (statement.sums, statement.lines)
        }
        None => (answers::sellers(&app.reader, call)?, Vec::new()),
    };
    let title = call.word(Word::Payables);
    let mut csv = vec![("period", period.as_str())];
    csv.extend(seller.map(|name| ("seller", name)));
    let body = html! {
        h1 { (seller.unwrap_or(title)) " " small { (period) } }
        (books::places(call))
        @if seller.is_some() { p { a href=(call.link("/payables", &csv[..1])) { (call.word(Word::AllSellers)) } } }
        @else { (books::asks_for(call, "period", Word::Period, &period)) }
        @if sums.is_empty() { (parts::empty(call.word(Word::NoPayables), "plimsoll help sellers")) }
        @else {
            (table(call, &sums, &period))
            p { a href=(call.link("/payables.csv", &csv)) download="payables.csv" { (call.word(Word::AsCsv)) } }
        }
        @if !lines.is_empty() { (sold_and_paid(call, &lines)) }
    };
    Ok(layout(call, title, &body))
}

fn table(call: &Call, sums: &[SellerView], period: &str) -> Markup {
    let heads = [Word::OwedBefore, Word::Sales, Word::Returns, Word::Commission, Word::PaidOut, Word::OwedAtTheEnd];
    let [first, second, third] = AGES;
    let ages = [format!("≤ {first}"), format!("≤ {second}"), format!("≤ {third}"), format!("> {third}")];
    html! {
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::Seller)) } th scope="col" { (call.word(Word::Currency)) }
                @for word in heads { th.n scope="col" { (call.word(word)) } }
                @for days in &ages { th.n scope="col" { (call.word(Word::AgeDays)) " " (days) } } } }
            tbody { @for view in sums { (row(call, view, period)) } }
        } }
    }
}

fn row(call: &Call, view: &SellerView, period: &str) -> Markup {
    let amounts = [&view.opening, &view.sales, &view.returns, &view.commission, &view.paid, &view.closing];
    html! {
        tr {
            td { a href=(call.link("/payables", &[("period", period), ("seller", view.seller.as_str())])) { (view.seller) } }
            td { (view.currency) }
            @for amount in amounts.into_iter().chain(&view.ages) { td.n { (amount.text.replace('-', "−")) } }
        }
    }
}

fn sold_and_paid(call: &Call, lines: &[SellerLineView]) -> Markup {
    let heads = [Word::Quantity, Word::Amount, Word::Commission, Word::OwedNow];
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { (call.word(Word::SellerLines)) }
            div.scroll { table.rows {
                thead { tr { th scope="col" { (call.word(Word::At)) } th scope="col" { (call.word(Word::Record)) }
                    th scope="col" { (call.word(Word::StockCode)) }
                    @for word in heads { th.n scope="col" { (call.word(word)) } } } }
                tbody { @for line in lines { (line_row(call, line)) } }
            } }
        }
    }
}

fn line_row(call: &Call, line: &SellerLineView) -> Markup {
    let is_payment = line.of == "payment";
    html! {
        tr {
            td.nowrap { (parts::time(&line.at)) }
            td { (parts::record(call, &line.record)) " " small { (call.phrase(line.of)) " · " (line.source_line) } }
            td { (line.stock_code) }
            @if is_payment { td.n {} td.n {} td.n {} }
            @else {
                td.n { (line.quantity) }
                @for amount in [&line.amount, &line.commission] { td.n { (parts::money(call, amount)) } }
            }
            td.n { (parts::money(call, &line.owed)) }
        }
    }
}
