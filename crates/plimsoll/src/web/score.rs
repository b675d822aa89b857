//! `POST /v1/score` and `POST /v1/labels`: rulings on what is about to be done, and what came of it.
//!
//! Promises: an answer of 2xx says that its rulings are in the journal, synced; an id is ruled on once, and answered alike
//! however often it is sent; with a deadline, what is answered in time is what the journal holds, be it the fallback.

use super::App;
use super::post::{Posts, Refused, check_media_type, header_text, refuse, unwritten};
use super::problem::Problem;
use super::refusal::Refusal;
use crate::access::Scope;
use crate::live::answer::{RulingView, is_flagged, model_of};
use crate::live::request::{self, Beside};
use crate::writer::{Answer, AskedRulings, ItemIssue, NotWritten, Ticket, Told};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Digest, Ruling};
use jiff::Timestamp;
use learn::ModelFile;
use serde::Serialize;
use sources::standard_event;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the sender waits, in milliseconds.
const DEADLINE: &str = "plimsoll-deadline-ms";

/// Items of one request.
const MOST_ITEMS: usize = 1_000;

/// One item of an answer.
#[derive(Serialize)]
struct Item {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<RulingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<ItemIssue>,
}

/// An answer.
#[derive(Serialize)]
struct Summary {
    ruled: usize,
    replayed: usize,
    conflict: usize,
    rejected: usize,
    items: Vec<Item>,
}

/// `POST /v1/score`
pub(super) async fn score(State(app): State<Arc<App>>, request: Request) -> Response {
    let started = Instant::now();
    let Some(posts) = &app.posts else { return Problem::read_only().into_response() };
    let (parts, body) = request.into_parts();
    let body = match admitted(posts, &parts, body, Scope::Score).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let Some(asked) = asked(posts, &parts, &body) else {
        return Problem::parameter("body", "", "one item or up to 1,000 of them").into_response();
    };
    let doings = doings(&asked);
    let answered = match deadline(&parts) {
        None => posts.writer.rule(asked).await,
        Some(patience) => in_time(posts, asked, patience).await,
    };
    posts.writer.meters().answers.add(started.elapsed());
    match answered {
        Ok(answers) if answers.is_empty() => fell_back(posts, &doings),
        Ok(answers) => answer(&app, &parts, answers).await,
        Err(NotWritten::Busy) => {
            posts.writer.meters().busy();
            unwritten(NotWritten::Busy)
        }
        Err(why) => unwritten(why),
    }
}

/// The body of a request of somebody who may do this, or why not.
async fn admitted(posts: &Posts, parts: &Parts, body: Body, scope: Scope) -> Result<Vec<u8>, Response> {
    match posts.allows(&parts.headers, scope) {
        Ok(()) => {}
        Err(Refusal::TooOften) => {
            posts.writer.meters().limited();
            return Err(Refusal::TooOften.problem().into_response());
        }
        Err(why) => return Err(refuse(posts, parts, Refused { why, bytes: 0, digest: None }).await),
    }
    if let Err(why) = check_media_type(parts) {
        return Err(refuse(posts, parts, Refused { why, bytes: 0, digest: None }).await);
    }
    match posts.body(parts, body).await {
        Ok(body) => Ok(body),
        Err(refused) => Err(refuse(posts, parts, refused).await),
    }
}

/// None where there is nothing in it, or too much.
fn asked(posts: &Posts, parts: &Parts, body: &[u8]) -> Option<AskedRulings> {
    let now = Timestamp::now();
    let items = standard_event::items(body);
    if items.is_empty() || items.len() > MOST_ITEMS {
        return None;
    }
    // A key names one item: under one key, several would be one attempt.
    let key = header_text(parts, "idempotency-key").filter(|_| items.len() == 1);
    let beside = Beside { key, now, most_ahead_seconds: posts.writer.policy().most_ahead_seconds };
    let items = items.iter().map(|item| request::attempt(item.bytes, beside)).collect();
    let body = (sources::digest(body), body.len() as u64);
    Some(AskedRulings { items, at: now, ticket: Ticket::default(), body })
}

fn doings(asked: &AskedRulings) -> Vec<(String, String)> {
    let wanted = asked.items.iter().flatten();
    wanted.map(|wanted| (wanted.id.to_string(), wanted.doing.to_string())).collect()
}

fn deadline(parts: &Parts) -> Option<Duration> {
    header_text(parts, DEADLINE)?.trim().parse().ok().map(Duration::from_millis)
}

/// The rulings, or nothing where the deadline was first and the fallback stands.
async fn in_time(posts: &Posts, asked: AskedRulings, patience: Duration) -> Result<Vec<Answer>, NotWritten> {
    let ticket = asked.ticket.clone();
    let mut answer = posts.writer.rule_later(asked)?;
    if let Ok(answered) = tokio::time::timeout(patience, &mut answer).await {
        return answered.map_err(|_| NotWritten::Failed);
    }
    if ticket.fall_back() {
        return Ok(Vec::new());
    }
    // The writer took it in time: its ruling comes with the commit that is being synced, and no other may be told.
    answer.await.map_err(|_| NotWritten::Failed)
}

/// What the policy states for whoever cannot wait; the journal will hold the same.
fn fell_back(posts: &Posts, doings: &[(String, String)]) -> Response {
    posts.writer.meters().fell_back();
    let policy = posts.writer.policy();
    let item = |(id, doing): &(String, String)| serde_json::json!({ "id": id, "status": "fallback", "action": policy.fallback(doing).name(), "rule": "deadline" });
    let items: Vec<_> = doings.iter().map(item).collect();
    (StatusCode::OK, axum::Json(serde_json::json!({ "fallback": items.len(), "items": items }))).into_response()
}

async fn answer(app: &Arc<App>, parts: &Parts, answers: Vec<Answer>) -> Response {
    let asked = parts.uri.query().is_some_and(|query| query.split('&').any(|part| part == "explain=shapley"));
    let needs = |answer: &Answer| match answer {
        Answer::Ruled { ruling, .. } => asked || is_flagged(ruling),
        _ => false,
    };
    if !answers.iter().any(needs) {
        return told(answers.into_iter().map(|answer| (answer, None)).collect());
    }
    // Exact Shapley values take some 100 µs each: not on the thread that takes requests.
    let app = Arc::clone(app);
    let explained = tokio::task::spawn_blocking(move || {
        let explain = |answer: Answer| {
            let view = match &answer {
                Answer::Ruled { ruling, .. } if asked || is_flagged(ruling) => explained(&app, ruling),
                _ => None,
            };
            (answer, view)
        };
        answers.into_iter().map(explain).collect::<Vec<_>>()
    });
    match explained.await {
        Ok(answers) => told(answers),
        Err(_) => Problem::internal().into_response(),
    }
}

/// A ruling with Shapley values; none where no model scored, or its file is gone: the ruling stands without them.
fn explained(app: &App, ruling: &Ruling) -> Option<RulingView> {
    let model = app.models.get(&app.reader, model_of(ruling)?)?;
    Some(RulingView::new(ruling).with_shapley(ruling, &model))
}

fn told(answers: Vec<(Answer, Option<RulingView>)>) -> Response {
    let count = |wanted: fn(&Answer) -> bool| answers.iter().filter(|(answer, _)| wanted(answer)).count();
    let ruled = count(|answer| matches!(answer, Answer::Ruled { replayed: false, .. }));
    let replayed = count(|answer| matches!(answer, Answer::Ruled { replayed: true, .. }));
    let conflict = count(|answer| matches!(answer, Answer::Conflict(_)));
    let rejected = count(|answer| matches!(answer, Answer::Rejected(_)));
    let all = answers.len();
    let items = answers.into_iter().enumerate().map(|(index, (answer, view))| item(index, answer, view)).collect();
    let status = status_of(all, conflict, rejected);
    let text = serde_json::to_string(&Summary { ruled, replayed, conflict, rejected, items }).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], text).into_response();
    if replayed == all {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// One item decides the status itself; of several, 200 says that all are in the journal, 207 that some are not.
fn status_of(items: usize, conflict: usize, rejected: usize) -> StatusCode {
    match (items, conflict, rejected) {
        (_, 0, 0) => StatusCode::OK,
        (1, 1, _) => StatusCode::CONFLICT,
        (1, ..) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    }
}

fn item(index: usize, answer: Answer, view: Option<RulingView>) -> Item {
    match answer {
        Answer::Ruled { ruling, replayed } => Item {
            index,
            id: Some(ruling.attempt.id.to_string()),
            status: if replayed { "replayed" } else { "ruled" },
            ruling: Some(view.unwrap_or_else(|| RulingView::new(&ruling))),
            issue: None,
        },
        Answer::Conflict(id) => Item {
            index,
            id: Some(id.to_string()),
            status: "conflict",
            ruling: None,
            issue: Some(ItemIssue {
                rule: "IdempotencyConflict".to_owned(),
                field: "id".to_owned(),
                value: id.to_string(),
            }),
        },
        Answer::Rejected(issue) => Item { index, id: None, status: "rejected", ruling: None, issue: Some(issue) },
    }
}

/// `POST /v1/labels`
pub(super) async fn labels(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(posts) = &app.posts else { return Problem::read_only().into_response() };
    let (parts, body) = request.into_parts();
    let body = match admitted(posts, &parts, body, Scope::Labels).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let items = standard_event::items(&body);
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Problem::parameter("body", "", "one item or up to 1,000 of them").into_response();
    }
    let told = items.iter().map(|item| request::outcome(item.bytes)).collect();
    match posts.writer.learn(told).await {
        Ok(answers) => learned(&answers),
        Err(why) => unwritten(why),
    }
}

fn learned(answers: &[Told]) -> Response {
    let item = |(index, told): (usize, &Told)| match told {
        Told::Accepted => serde_json::json!({ "index": index, "status": "accepted" }),
        Told::Known => serde_json::json!({ "index": index, "status": "duplicate" }),
        Told::Rejected(issue) => serde_json::json!({ "index": index, "status": "rejected", "issue": issue }),
    };
    let rejected = answers.iter().filter(|told| matches!(told, Told::Rejected(_))).count();
    let items: Vec<_> = answers.iter().enumerate().map(item).collect();
    (status_of(answers.len(), 0, rejected), axum::Json(serde_json::json!({ "items": items }))).into_response()
}

/// Models that explain, each read once.
#[derive(Default)]
pub(super) struct Models(Mutex<BTreeMap<Digest, Arc<ModelFile>>>);

impl Models {
    /// A model by its digest; none where it cannot be read.
    pub(super) fn get(&self, reader: &store::Reader, digest: Digest) -> Option<Arc<ModelFile>> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&digest) {
            return Some(Arc::clone(known));
        }
        let bytes = reader.model(&digest).ok()?;
        let model = Arc::new(ModelFile::from_bytes(&bytes).ok()?);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, Arc::clone(&model));
        Some(model)
    }
}
