//! What people do about exceptions over HTTP: by the form of their page, or by the API with a token.
//!
//! Promises: a form is taken only from a page of this server on a loopback address ([`is_own_page`]), so that
//! no page of another site can send it through the browser; the API takes it from whoever shows a token; both are answered
//! after it is in the journal.

use super::App;
use super::call::Call;
use super::guard::is_own_page;
use super::problem::Problem;
use super::routes::problem_page;
use crate::access::Scope;
use crate::work::Refused;
use crate::writer::Asked;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::WorkKind;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What is asked for, in the words of the form and of the API.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    /// `assign`, `note`, `resolve`, `approve`, `suppress`, `reopen` or `undo`.
    what: String,
    /// Ids of exceptions.
    exceptions: Vec<String>,
    /// Who does it.
    by: String,
    /// Why; of `note` the note, of `assign` the owner.
    words: String,
    /// Of `suppress` the last day, as `2011-12-31`.
    until: String,
    /// Of `undo` the number.
    number: Option<u64>,
    /// Of alerts that are closed: `event`, `genuine` or `unclear`.
    disposition: String,
}

/// `POST /exceptions`: the form of the page.
pub(super) async fn form(State(app): State<Arc<App>>, call: Call, headers: HeaderMap, body: Bytes) -> Response {
    if !is_own_page(&headers) {
        return problem_page(&call, &Problem::foreign_form());
    }
    match done(&app, Wanted::of_form(&body)).await {
        Ok(()) => Redirect::to(&call.link("/exceptions", &[])).into_response(),
        Err(problem) => problem_page(&call, &problem),
    }
}

/// `POST /alerts`: the form of that page.
pub(super) async fn alert_form(State(app): State<Arc<App>>, call: Call, headers: HeaderMap, body: Bytes) -> Response {
    if !is_own_page(&headers) {
        return problem_page(&call, &Problem::foreign_form());
    }
    match done(&app, Wanted::of_form(&body)).await {
        Ok(()) => Redirect::to(&call.link("/alerts", &[])).into_response(),
        Err(problem) => problem_page(&call, &problem),
    }
}

/// `POST /v1/works`: the same with a token.
pub(super) async fn api(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(Err(why)) = app.posts.as_ref().map(|posts| posts.allows(&headers, Scope::Work)) {
        return why.problem().into_response();
    }
    let expected = "an object with `what`, `exceptions`, `by`, and `words`, `until` or `number`";
    let Ok(wanted) = serde_json::from_slice(&body) else {
        return Problem::parameter("body", "", expected).into_response();
    };
    match done(&app, wanted).await {
        Ok(()) => (StatusCode::CREATED, Json(json!({ "done": true }))).into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn done(app: &App, wanted: Wanted) -> Result<(), Problem> {
    let posts = app.posts.as_ref().ok_or_else(Problem::read_only)?;
    let asked = wanted.asked()?;
    match posts.writer.work(asked).await.map_err(Problem::not_written)? {
        Ok(()) => Ok(()),
        Err(Refused::Because(reason)) => Err(Problem::not_done(reason)),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

impl Wanted {
    fn of_form(body: &[u8]) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.into_owned();
            match &*name {
                "what" => wanted.what = value,
                "exceptions" => wanted.exceptions.push(value),
                "by" => wanted.by = value,
                "words" => wanted.words = value,
                "until" => wanted.until = value,
                "disposition" => wanted.disposition = value,
                "number" => wanted.number = value.parse().ok(),
                _ => {}
            }
        }
        wanted
    }

    fn asked(self) -> Result<Asked, Problem> {
        let expected = "`assign`, `note`, `acknowledge`, `resolve`, `approve`, `suppress`, `reopen` or `undo`";
        let what = match self.what.as_str() {
            "assign" => WorkKind::Assigned { owner: self.words },
            "note" => WorkKind::Noted { text: self.words },
            "acknowledge" => WorkKind::Acknowledged,
            "resolve" | "close" => WorkKind::Resolved { reason: self.words },
            "approve" => WorkKind::Approved,
            "suppress" => WorkKind::Suppressed { until: day(&self.until)?, reason: self.words },
            "reopen" => WorkKind::Reopened { reason: self.words },
            "undo" => WorkKind::Undone {
                work: self.number.ok_or_else(|| Problem::parameter("number", "", "the number of what was done"))?,
            },
            other => return Err(Problem::parameter("what", other, expected)),
        };
        let event = match self.disposition.as_str() {
            "" | "unclear" => None,
            "event" => Some(true),
            "genuine" => Some(false),
            other => return Err(Problem::parameter("disposition", other, "`event`, `genuine` or `unclear`")),
        };
        Ok(Asked { exceptions: self.exceptions, by: self.by, what, event, at: Timestamp::now() })
    }
}

fn day(text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| Problem::parameter("until", text, "a day like `2011-12-31`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_the_api_reads_an_object() {
        let form = b"what=suppress&exceptions=A%2F1&exceptions=A%2F2&by=ann&words=rounding&until=2011-12-31";
        let json =
            br#"{"what":"suppress","exceptions":["A/1","A/2"],"by":"ann","words":"rounding","until":"2011-12-31"}"#;
        assert_eq!(Wanted::of_form(form), serde_json::from_slice(json).unwrap());
        let until = "2011-12-31".parse().unwrap();
        let asked = Wanted::of_form(form).asked().unwrap();
        assert_eq!(asked.what, WorkKind::Suppressed { until, reason: "rounding".to_owned() });
        assert!(Wanted::of_form(b"what=forget").asked().is_err());
    }
}
