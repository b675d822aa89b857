//! Statements: choose one and when, read it, and go from each account of each line to its entries.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::params::Params;
use super::super::problem::Problem;
use super::super::words::Word;
use super::layout::layout;
use super::{books, parts};
use crate::view::MoneyView;
use crate::view::statement::{AccountView, Kind, LineView, SectionView, StatementView};
use maud::{Markup, html};

/// `GET /statements?statement=&as_of=&from=&to=&period=&against=&currency=`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let made = answers::statements(&app.reader, call)?;
    let title = call.word(Word::Statements);
    let body = html! {
        h1 { (title) }
        (books::places(call))
        (form(call))
        @for statement in &made { (table(call, statement)) }
    };
    Ok(layout(call, title, &body))
}

fn form(call: &Call) -> Markup {
    let chosen = |name: &str| call.params.text(name).unwrap_or_default();
    let fields = [("as_of", Word::AsOf), ("from", Word::From), ("to", Word::To), ("against", Word::Against)];
    let csv: Vec<(&str, &str)> =
        call.params.0.iter().filter(|(name, _)| name != "lang").map(|(name, value)| (&name[..], &value[..])).collect();
    html! {
        form.filters method="get" action="/statements" {
            label { (call.word(Word::Statement)) " "
                select name="statement" { @for kind in Kind::ALL {
                    option value=(kind.name()) selected[kind.name() == chosen("statement")] { (call.phrase(kind.title())) } } } }
            @for (name, word) in fields {
                label { (call.word(word)) " " input name=(name) value=(chosen(name)) size="12" placeholder="2011-06"; }
            }
            @if let Some(lang) = call.params.text("lang") { input type="hidden" name="lang" value=(lang); }
            button { (call.word(Word::Show)) }
            a href=(call.link("/statements.csv", &csv)) download="statement.csv" { (call.word(Word::AsCsv)) }
        }
    }
}

fn table(call: &Call, statement: &StatementView) -> Markup {
    let id =
        format!("{}-{}{}", statement.statement, statement.currency, if statement.all_currencies { "-all" } else { "" });
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (named(call, statement.statement)) " " small { (statement.currency)
                @if statement.all_currencies { " · " (call.word(Word::AllCurrencies)) } } " "
                small { (call.word(Word::Ties)) " " (parts::yes_or_no(call, statement.ties)) } }
            div.scroll { table.rows {
                thead { tr { th scope="col" {} @for column in &statement.columns { th.n scope="col" { (column.label) } } } }
                tbody {
                    @for part in statement.sections.iter().filter(|part| !part.lines.is_empty()) {
                        (section(call, part))
                    }
                    @for total in &statement.totals { tr { th scope="row" { (call.phrase(total.name)) } (amounts(&total.amounts)) } }
                }
            } }
            @for left_out in &statement.left_out { p.muted { (left_out.currency) ": " (left_out.missing) } }
        }
    }
}

fn named<'c>(call: &'c Call, name: &'static str) -> &'c str {
    call.phrase(Kind::from_name(name).map_or(name, Kind::title))
}

fn section(call: &Call, section: &SectionView) -> Markup {
    html! {
        tr { th scope="rowgroup" { (call.phrase(section.name)) } }
        @for line in &section.lines { (row(call, line)) }
        tr { th scope="row" { (call.phrase(section.name)) " · " (call.word(Word::Sum)) } (amounts(&section.total)) }
    }
}

/// The line, and its accounts with the way to their entries: the page of what the API lists.
fn row(call: &Call, line: &LineView) -> Markup {
    let link = |part: &AccountView| {
        let query = Params::of_query(part.entries.split_once('?').map_or("", |(_, query)| query));
        let query: Vec<(&str, &str)> = query.0.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        call.link("/ledger", &query)
    };
    html! {
        tr {
            td { (call.phrase(&line.name)) " "
                @for part in &line.accounts { small { a href=(link(part)) { (part.account) } " " } } }
            (amounts(&line.amounts))
        }
    }
}

fn amounts(amounts: &[MoneyView]) -> Markup {
    html! { @for amount in amounts { td.n { (amount.text.replace('-', "−")) } } }
}
