//! Every address in one table.

use super::call::Call;
use super::problem::Problem;
use super::review::review;
use super::{App, api, guard, live, openapi, pages, sellers};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router, middleware};
use maud::Markup;
use serde::Serialize;
use std::sync::Arc;

/// All addresses, behind the guards.
pub(super) fn router(app: Arc<App>, loopback: bool) -> Router {
    let read = json_routes().merge(page_routes()).merge(assets()).with_state(Arc::clone(&app));
    let read = read
        .fallback(|uri: Uri| async move { Problem::no_route(uri.path()) })
        .method_not_allowed_fallback(|| async { Problem::method() });
    let read = if loopback { read.layer(middleware::from_fn(guard::loopback_only)) } else { read };
    let write = write_routes().method_not_allowed_fallback(|| async { Problem::method() }).with_state(app);
    let routes = read.merge(write);
    routes.layer(middleware::from_fn(guard::headers)).layer(middleware::from_fn(guard::named))
}

fn json_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/health", json(api::health))
        .route("/v1/overview", json(api::overview))
        .route("/v1/exceptions", json(api::exceptions))
        .route("/v1/exceptions/{*id}", json(api::exception))
        .route("/v1/issues", json(api::issues))
        .route("/v1/scores", json(api::scores))
        .route("/v1/scores/{*subject}", json(api::score))
        .route("/v1/sellers", json(sellers::api_listing))
        .route("/v1/sellers/{name}", json(sellers::report))
        .route("/v1/entries", json(api::entries))
        .route("/v1/entries/{*id}", json(api::entry))
        .route("/v1/records/{*id}", json(api::record))
        .route("/v1/works", json(api::works).post(super::work::api))
        .route("/v1/audit", json(api::audit))
        .route("/v1/files", json(api::files))
        .route("/v1/files/{digest}/lines/{line}", json(api::file_lines))
        .route("/v1/balances", json(api::balances))
        .route("/v1/chart", json(api::chart))
        .route("/v1/postings", json(api::postings))
        .route("/v1/rollforward", json(api::rollforward))
        .route("/v1/close/{month}", json(api::close))
        .route("/v1/fees", json(api::fees))
        .route("/v1/payables", json(api::payables))
        .route("/v1/payables/{*seller}", json(api::seller_statement))
        .route("/v1/tax", json(api::tax))
        .route("/v1/statements/{statement}", json(api::statement))
        .route("/v1/models", json(api::models))
        .route("/v1/review", json(review))
        .route("/v1/rulings", json(live::rulings))
        .route("/v1/rulings/{*id}", json(live::ruling))
        .route("/v1/alerts", json(live::alerts))
        .route("/v1/alerts/{*id}", json(live::alert))
        .route("/v1/notices", json(live::notices))
        .route("/v1/loop", json(live::turning))
        .route("/v1/changes/{card}", json(live::changes))
        .route("/v1/openapi.json", json(openapi::document))
        .route("/v1/stream", get(live::stream))
        .route("/healthz", get(live::healthz))
        .route("/readyz", get(live::readyz))
        .route("/metrics", get(live::metrics))
}

/// What shows a token or a signature: whoever has one may come under any host, as through a proxy.
fn write_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/events", post(super::post::events))
        .route("/v1/score", post(super::score::score))
        .route("/v1/labels", post(super::score::labels))
        .route("/v1/webhooks/{provider}", post(super::post::webhook))
        .layer(DefaultBodyLimit::disable())
}

fn page_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", page(pages::overview::page))
        .route("/exceptions", page(pages::exceptions::page).post(super::work::form))
        .route("/exceptions.csv", get(pages::csv::exceptions))
        .route("/issues", page(pages::issues::page))
        .route("/review", page(pages::review::page).post(super::review::answer))
        .route("/scores", page(pages::scores::page))
        .route("/scores/{*subject}", page(pages::subject::page))
        .route("/sellers", page(pages::sellers::page))
        .route("/sellers/{name}", page(pages::sellers::one))
        .route("/ledger", page(pages::ledger::page))
        .route("/statements", page(pages::statements::page))
        .route("/close", page(pages::close::page))
        .route("/rollforward", page(pages::rollforward::page))
        .route("/postings", page(pages::postings::page))
        .route("/fees", page(pages::fees::page))
        .route("/fees.csv", get(pages::csv::fees))
        .route("/payables", page(pages::payables::page))
        .route("/payables.csv", get(pages::csv::payables))
        .route("/tax", page(pages::tax::page))
        .route("/tax.csv", get(pages::csv::tax))
        .route("/statements.csv", get(pages::csv::statement))
        .route("/models", page(pages::comparison::page))
        .route("/records", page(pages::record::page))
        .route("/entries", page(pages::entry::page))
        .route("/lines", page(pages::lines::page))
        .route("/alerts", page(pages::alerts::page).post(super::work::alert_form))
        .route("/alerts/{*id}", page(pages::alerts::one))
        .route("/changes/{card}", page(pages::changes::page))
}

fn assets() -> Router<Arc<App>> {
    Router::new()
        .route("/assets/plimsoll.css", asset("text/css; charset=utf-8", include_str!("assets/plimsoll.css")))
        .route("/assets/plimsoll.js", asset("text/javascript; charset=utf-8", include_str!("assets/plimsoll.js")))
        .route("/assets/mark.svg", asset("image/svg+xml", include_str!("assets/mark.svg")))
}

fn asset(kind: &'static str, text: &'static str) -> MethodRouter<Arc<App>> {
    get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
}

type Question<T> = fn(&App, &Call) -> Result<T, Problem>;

fn json<T: Serialize + Send + 'static>(question: Question<T>) -> MethodRouter<Arc<App>> {
    get(move |State(app): State<Arc<App>>, call: Call| async move { asked(app, call, question).await.map(Json) })
}

fn page(question: Question<Markup>) -> MethodRouter<Arc<App>> {
    get(move |State(app): State<Arc<App>>, call: Call| async move {
        match asked(app, call.clone(), question).await {
            Ok(markup) => Html(markup.into_string()).into_response(),
            Err(problem) => problem_page(&call, &problem),
        }
    })
}

pub(super) fn problem_page(call: &Call, problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Html(pages::problem::page(call, problem).into_string())).into_response()
}

/// Asks where blocking is allowed: the store reads files.
pub(super) async fn asked<T: Send + 'static>(
    app: Arc<App>,
    call: Call,
    question: impl FnOnce(&App, &Call) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let answer = tokio::task::spawn_blocking(move || question(&app, &call)).await;
    answer.unwrap_or_else(|_| Err(Problem::internal()))
}
