//! What the pages show as tables for spreadsheets (RFC 4180).

use super::super::App;
use super::super::answers::{self, all_exceptions, statements};
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::routes::asked;
use crate::view::csv::cell;
use crate::view::{ExceptionView, MoneyView, ReportingView, statement};
use crate::{sales, sellers};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;

const HEADER: &str = "id,rule,status,at,age_days,currency,money_at_risk_minor,money_at_risk,reporting_currency,\
                      reporting_minor,reporting,rate,rate_date,rate_provider,not_converted,record,related,explanation\r\n";

/// `GET /exceptions.csv?rule=&status=`: every row, not a page of them.
pub(in super::super) async fn exceptions(
    State(app): State<Arc<App>>,
    call: Call,
) -> Result<impl IntoResponse, Problem> {
    let text = asked(app, call, |app, call| Ok(table(&all_exceptions(&app.reader, call)?))).await?;
    Ok((headers("attachment; filename=\"exceptions.csv\""), text))
}

/// `GET /statements.csv?statement=&as_of=&from=&to=&period=&against=&currency=`
pub(in super::super) async fn statement(State(app): State<Arc<App>>, call: Call) -> Result<impl IntoResponse, Problem> {
    let text = asked(app, call, |app, call| Ok(statement::csv(&statements(&app.reader, call)?))).await?;
    Ok((headers("attachment; filename=\"statement.csv\""), text))
}

/// `GET /fees.csv?period=&source=`
pub(in super::super) async fn fees(State(app): State<Arc<App>>, call: Call) -> Result<impl IntoResponse, Problem> {
    let text = asked(app, call, |app, call| Ok(answers::fees(&app.reader, call)?.rows_csv())).await?;
    Ok((headers("attachment; filename=\"fees.csv\""), text))
}

/// `GET /payables.csv?period=&seller=`: every seller, or the lines of one.
pub(in super::super) async fn payables(State(app): State<Arc<App>>, call: Call) -> Result<impl IntoResponse, Problem> {
    let text = asked(app, call, sellers_or_lines).await?;
    Ok((headers("attachment; filename=\"payables.csv\""), text))
}

fn sellers_or_lines(app: &App, call: &Call) -> Result<String, Problem> {
    match call.params.text("seller") {
        Some(name) => Ok(sellers::lines_csv(&answers::seller(&app.reader, call, name)?.lines)),
        None => Ok(sellers::csv(&answers::sellers(&app.reader, call)?)),
    }
}

/// `GET /tax.csv?period=`
pub(in super::super) async fn tax(State(app): State<Arc<App>>, call: Call) -> Result<impl IntoResponse, Problem> {
    let text = asked(app, call, |app, call| Ok(sales::taxes_csv(&answers::taxes(&app.reader, call)?))).await?;
    Ok((headers("attachment; filename=\"tax.csv\""), text))
}

fn headers(disposition: &'static str) -> [(header::HeaderName, &'static str); 2] {
    [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, disposition)]
}

fn table(exceptions: &[ExceptionView]) -> String {
    let mut text = HEADER.to_owned();
    for exception in exceptions {
        let money = &exception.money_at_risk;
        let [currency, minor, told, rate, rate_date, provider, missing] = reporting(money);
        let cells = [
            exception.id.as_str(),
            exception.rule,
            exception.status,
            &exception.at,
            &exception.age_days.map_or(String::new(), |days| days.to_string()),
            &money.currency,
            &money.minor.to_string(),
            &money.text.replace(',', ""),
            &currency,
            &minor,
            &told,
            &rate,
            &rate_date,
            &provider,
            &missing,
            &exception.record,
            &exception.related.join(" "),
            &exception.explanation,
        ];
        text.push_str(&cells.map(cell).join(","));
        text.push_str("\r\n");
    }
    text
}

/// What an amount is in the reporting currency; an amount of that currency is itself.
fn reporting(money: &MoneyView) -> [String; 7] {
    let plain = |text: &str| text.replace(',', "");
    match &money.reporting {
        None => {
            let [rate, date, provider, missing] = Default::default();
            [money.currency.clone(), money.minor.to_string(), plain(&money.text), rate, date, provider, missing]
        }
        Some(ReportingView::Converted(told)) => {
            let (rate, date, provider) = (told.rate.clone(), told.rate_date.clone(), told.provider.to_owned());
            [told.currency.clone(), told.minor.to_string(), plain(&told.text), rate, date, provider, String::new()]
        }
        Some(ReportingView::NotConverted(reason)) => {
            let [minor, text, rate, date, provider] = Default::default();
            [reason.currency.clone(), minor, text, rate, date, provider, reason.missing.clone()]
        }
    }
}
