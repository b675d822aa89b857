//! What a record says, by its kind.

use super::super::call::Call;
use super::super::words::Word;
use super::{parts, record_facts};
use crate::view::{BankView, ContentView, InvoiceView, PayoutNamedView, ProcessorView, RecordView};
use maud::{Markup, html};

/// What a record says.
pub(super) fn content(call: &Call, record: &RecordView) -> Markup {
    match &record.content {
        ContentView::Invoice(invoice) => invoice_lines(call, record, invoice),
        ContentView::Processor(line) => processor(call, line),
        ContentView::PayoutNamed(named) => payout_named(call, named),
        ContentView::Bank(line) => bank(call, line),
        ContentView::Rates(sheet) => record_facts::rates(call, sheet),
        ContentView::BuyerPayment(payment) => record_facts::buyer_payment(call, payment),
        ContentView::OrderStatus(order) => record_facts::order_status(call, order),
        ContentView::Shipment(parcel) => record_facts::shipment(call, parcel),
        ContentView::StockMovement(movement) => record_facts::stock_movement(call, movement),
        ContentView::Review(review) => record_facts::review(call, review),
        ContentView::Price(price) => record_facts::price(call, price),
        ContentView::StatementFact(fact) => record_facts::statement_fact(call, fact),
        ContentView::Authorisation(said) => record_facts::authorisation(call, said),
        ContentView::TrialBalance(balance) => record_facts::trial_balance(call, record, balance),
    }
}

fn invoice_lines(call: &Call, record: &RecordView, invoice: &InvoiceView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Number)) } dd { (invoice.number) } }
            div { dt { (call.word(Word::Buyer)) } dd { (invoice.buyer.as_deref().unwrap_or(call.word(Word::Guest))) } }
            div { dt { (call.word(Word::Country)) } dd { (country(call, invoice)) } }
            div { dt { (call.word(Word::Total)) } dd { (parts::money(call, &invoice.total)) } }
        }
        div.scroll { table.rows {
            thead { tr { th scope="col" { (call.word(Word::StockCode)) } th scope="col" { (call.word(Word::Description)) }
                th.n scope="col" { (call.word(Word::Quantity)) } th.n scope="col" { (call.word(Word::UnitPrice)) }
                th.n scope="col" { (call.word(Word::Amount)) } th scope="col" { (call.word(Word::Source)) } } }
            tbody { @for line in &invoice.lines {
                tr {
                    td { (line.stock_code) } td { (line.description) }
                    td.n { (line.quantity.to_string().replace('-', "−")) } td.n { (line.unit_price) }
                    td.n { @if let Some(amount) = &line.amount { (parts::money(call, amount)) } @else { "–" } }
                    td.nowrap { (parts::line(call, &record.file, line.span)) }
                }
            } }
        } }
    }
}

/// As written, with the code of the country that it means.
fn country(call: &Call, invoice: &InvoiceView) -> Markup {
    html! {
        (invoice.country)
        @match &invoice.country_code {
            Some(code) if *code != invoice.country => { " (" (code) ")" }
            None if !invoice.country.is_empty() => { " (" (call.word(Word::NotKnown)) ")" }
            _ => {}
        }
    }
}

fn processor(call: &Call, line: &ProcessorView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Category)) } dd { (call.phrase(line.category)) } }
            div { dt { (call.word(Word::Gross)) } dd { (parts::money(call, &line.gross)) } }
            div { dt { (call.word(Word::Fee)) } dd { (parts::money(call, &line.fee)) } }
            div { dt { (call.word(Word::Net)) } dd { (parts::money(call, &line.net)) } }
            @if let Some(shown) = &line.presentment { div { dt { (call.word(Word::ShownToBuyer)) } dd { (parts::money(call, shown)) } } }
            (fact(call, Word::Object, Some(&line.source_id)))
            (fact(call, Word::Charge, line.charge.as_ref()))
            (fact(call, Word::CardCountry, line.card_country.as_ref()))
            (fact(call, Word::Payout, line.payout.as_ref()))
            (fact(call, Word::PayoutAt, line.payout_at.as_ref()))
            (fact(call, Word::OrderReference, line.order_reference.as_ref()))
            (fact(call, Word::Customer, line.customer.as_ref()))
            (fact(call, Word::Description, Some(&line.description)))
        }
    }
}

fn payout_named(call: &Call, named: &PayoutNamedView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Record)) } dd { (parts::record(call, &named.line)) } }
            div { dt { (call.word(Word::Net)) } dd { (parts::money(call, &named.net)) } }
            (fact(call, Word::Payout, Some(&named.payout)))
            (fact(call, Word::PayoutAt, named.payout_at.as_ref()))
        }
    }
}

fn bank(call: &Call, line: &BankView) -> Markup {
    html! {
        dl.card {
            div { dt { (call.word(Word::Amount)) } dd { (parts::money(call, &line.amount)) } }
            (fact(call, Word::Booked, Some(&line.booked)))
            (fact(call, Word::Account, Some(&line.account)))
            (fact(call, Word::Reference, Some(&line.reference)))
            (fact(call, Word::EndToEnd, Some(&line.end_to_end)))
            (fact(call, Word::Remittance, Some(&line.remittance)))
            (fact(call, Word::Counterparty, line.counterparty.as_ref()))
        }
    }
}

/// A named text; nothing where it is empty.
pub(super) fn fact(call: &Call, word: Word, text: Option<&String>) -> Markup {
    let text = text.filter(|text| !text.is_empty());
    html! { @if let Some(text) = text { div { dt { (call.word(word)) } dd { (text) } } } }
}
