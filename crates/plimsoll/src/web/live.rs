//! What is asked about attempts: rulings, alerts, notices, the loop, why a score changed, and how the server does.

use super::App;
use super::call::Call;
use super::problem::Problem;
use crate::command::token_of_text;
use crate::live::answer::{RulingView, model_of};
use crate::live::change::{Change, since};
use crate::live::meters::{Turn, gauge, gauges};
use crate::live::request::{CARD, TERMINAL};
use crate::view::live::{AlertView, NoticeView};
use crate::writer::{Freshness, SourceFreshness};
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use jiff::Timestamp;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Interval;

/// Rows of a list.
const PAGE: u32 = 50;

/// Streams of events at a time.
const MOST_STREAMS: usize = 64;

static STREAMS: AtomicUsize = AtomicUsize::new(0);

/// `GET /v1/rulings?card=&terminal=&limit=`: the newest first.
pub(super) fn rulings(app: &App, call: &Call) -> Result<Vec<RulingView>, Problem> {
    let limit = limit(call)?;
    let reader = &app.reader;
    let rows = match (call.params.text("card"), call.params.text("terminal")) {
        (Some(card), _) => reader.rulings_of(&reader.token_of(CARD, card), limit)?,
        (None, Some(terminal)) => reader.rulings_of(&reader.token_of(TERMINAL, terminal), limit)?,
        (None, None) => reader.newest_rulings(limit)?,
    };
    Ok(rows.iter().map(|row| RulingView::new(&row.ruling)).collect())
}

fn limit(call: &Call) -> Result<u32, Problem> {
    let Some(text) = call.params.text("limit") else { return Ok(PAGE) };
    let limit = text.parse().ok().filter(|limit| (1..=1_000).contains(limit));
    limit.ok_or_else(|| Problem::parameter("limit", text, "a number from 1 to 1000"))
}

/// `GET /v1/rulings/{id}?explain=shapley`
pub(super) fn ruling(app: &App, call: &Call) -> Result<RulingView, Problem> {
    let id = call.captured("id");
    let ruling = app.reader.ruling(id)?.ok_or_else(|| Problem::not_found("attempt", id))?;
    let view = RulingView::new(&ruling);
    if call.params.text("explain") != Some("shapley") {
        return Ok(view);
    }
    let model = model_of(&ruling).and_then(|digest| app.models.get(&app.reader, digest));
    Ok(match model {
        Some(model) => view.with_shapley(&ruling, &model),
        None => view,
    })
}

/// `GET /v1/alerts?all=1&limit=&offset=`
pub(super) fn alerts(app: &App, call: &Call) -> Result<Vec<AlertView>, Problem> {
    let offset = call.params.text("offset").map_or(Ok(0), str::parse);
    let offset = offset.map_err(|_| Problem::parameter("offset", "", "a number"))?;
    let all = call.params.text("all").is_some();
    let mut views = Vec::new();
    for alert in app.reader.alerts(all, limit(call)?, offset)? {
        views.push(AlertView::new(&alert, app.reader.handling(&alert.id)?.as_ref()));
    }
    Ok(views)
}

/// One alert with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AlertAnswer {
    pub alert: AlertView,
    pub rulings: Vec<RulingView>,
    pub notices: Vec<NoticeView>,
}

/// `GET /v1/alerts/{id}`
pub(super) fn alert(app: &App, call: &Call) -> Result<AlertAnswer, Problem> {
    let id = call.captured("id");
    let reader = &app.reader;
    let alert = reader.alert(id)?.ok_or_else(|| Problem::not_found("alert", id))?;
    let mut rulings = Vec::new();
    for attempt in &alert.attempts {
        rulings.extend(reader.ruling(attempt)?.as_ref().map(RulingView::new));
    }
    let notices = reader.notices(Some(id), false, 100)?.iter().map(NoticeView::from).collect();
    Ok(AlertAnswer { alert: AlertView::new(&alert, reader.handling(id)?.as_ref()), rulings, notices })
}

/// `GET /v1/notices?dead=1`: who was told of alerts, the newest first.
pub(super) fn notices(app: &App, call: &Call) -> Result<Vec<NoticeView>, Problem> {
    let dead = call.params.text("dead").is_some();
    Ok(app.reader.notices(None, dead, limit(call)?)?.iter().map(NoticeView::from).collect())
}

/// The loop: from what comes in to what is renewed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct LoopAnswer {
    /// Rulings by action.
    pub rulings: Vec<(&'static str, u64)>,
    /// When the newest attempt happened.
    pub newest_attempt: Option<String>,
    /// Seconds since then.
    pub newest_attempt_age_seconds: Option<i64>,
    /// Seconds since all scores were last renewed from all records; none before the first time since the server started.
    pub oldest_score_age_seconds: Option<i64>,
    /// How old the newest record of each source is.
    pub sources: Vec<SourceFreshness>,
    /// The model that decides, since when.
    pub champion: Option<(String, String)>,
    /// The last turn of the refresh cycle since the server started.
    pub turn: Option<Turn>,
    pub turns: u64,
    pub turns_failed: u64,
    pub open_alerts: u64,
    pub waiting_notices: u64,
    pub dead_notices: u64,
}

/// `GET /v1/loop`
pub(super) fn turning(app: &App, _: &Call) -> Result<LoopAnswer, Problem> {
    let reader = &app.reader;
    let newest = reader.newest_attempt()?.map(|(_, at)| at);
    let champions = reader.live_models()?.into_iter().rev().find(|row| row.role == domain::Role::Champion);
    let champion = champions.and_then(|row| Some((row.model?.to_string(), row.at.to_string())));
    let (turn, turns, turns_failed) = app.posts.as_ref().map_or((None, 0, 0), |posts| posts.writer.meters().turns());
    let (waiting_notices, dead_notices) = reader.undelivered_counts()?;
    let (freshness, now) = (app.posts.as_ref().map(|posts| posts.writer.freshness()), Timestamp::now());
    let renewed = freshness.as_ref().and_then(Freshness::settled_at);
    Ok(LoopAnswer {
        rulings: reader.ruling_counts()?.into_iter().map(|(action, count)| (action.name(), count)).collect(),
        newest_attempt: newest.map(|at| at.to_string()),
        newest_attempt_age_seconds: newest.map(|at| now.duration_since(at).as_secs()),
        oldest_score_age_seconds: renewed.map(|at| now.duration_since(at).as_secs()),
        sources: freshness.map_or(Vec::new(), |freshness| freshness.sources(now)),
        champion,
        turn,
        turns,
        turns_failed,
        open_alerts: reader.open_alert_count()?,
        waiting_notices,
        dead_notices,
    })
}

/// `GET /v1/changes/{card}?since=`: why the score of a card, a terminal or an attempt's card changed.
pub(super) fn changes(app: &App, call: &Call) -> Result<Change, Problem> {
    let (reader, id) = (&app.reader, call.captured("card"));
    let text = call.params.text("since").unwrap_or_default();
    let from: Timestamp = if text.is_empty() {
        Timestamp::MIN
    } else {
        text.parse().map_err(|_| Problem::parameter("since", text, "an instant like `2026-01-19T09:42:00Z`"))?
    };
    let mut tokens = vec![reader.token_of(CARD, id), reader.token_of(TERMINAL, id)];
    tokens.extend(token_of_text(id));
    tokens.extend(reader.ruling(id)?.map(|ruling| ruling.attempt.card));
    for token in tokens {
        if let Some(change) = since(reader, &token, from)? {
            return Ok(change);
        }
    }
    Err(Problem::not_found("card, terminal or attempt", id))
}

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the books can be read and, where they are written here, the writer lives.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let reads = app.reader.last_batch().is_ok();
    let writes = app.posts.as_ref().is_none_or(|posts| posts.writer.lives());
    match (reads, writes) {
        (true, true) => "ready\n".into_response(),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "the books cannot be read\n").into_response(),
        (_, false) => (StatusCode::SERVICE_UNAVAILABLE, "the writer has ended\n").into_response(),
    }
}

/// `GET /metrics`, in the text format of Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>, call: Call) -> Response {
    let counted = app.posts.as_ref().map_or(String::new(), |posts| posts.writer.meters().text());
    let looped = match super::routes::asked(app, call, turning).await {
        Ok(looped) => looped,
        Err(problem) => return problem.into_response(),
    };
    let mut out = counted;
    let figures = [
        ("plimsoll_alerts_open", "Alerts that are open", looped.open_alerts),
        ("plimsoll_notices_waiting", "Notices that wait to be delivered", looped.waiting_notices),
        ("plimsoll_notices_dead", "Notices that were given up", looped.dead_notices),
    ];
    for (name, help, value) in figures {
        gauge(&mut out, name, help, f64::from(u32::try_from(value).unwrap_or(u32::MAX)));
    }
    let age = |seconds: i64| f64::from(i32::try_from(seconds).unwrap_or(i32::MAX));
    let ages = [
        ("plimsoll_newest_attempt_age_seconds", "Seconds since the newest attempt", looped.newest_attempt_age_seconds),
        ("plimsoll_oldest_score_age_seconds", "Seconds since all scores were renewed", looped.oldest_score_age_seconds),
    ];
    for (name, help, seconds) in ages {
        if let Some(seconds) = seconds {
            gauge(&mut out, name, help, age(seconds));
        }
    }
    let sources = looped.sources.iter().map(|source| (source.source.as_str(), age(source.age_seconds)));
    gauges(&mut out, "plimsoll_source_age_seconds", "Seconds since the newest record of a source", "source", sources);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], out).into_response()
}

/// `GET /v1/stream`: server-sent events, one whenever alerts or rulings changed.
pub(super) async fn stream(State(app): State<Arc<App>>) -> Response {
    if STREAMS.fetch_add(1, Ordering::Relaxed) >= MOST_STREAMS {
        STREAMS.fetch_sub(1, Ordering::Relaxed);
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response();
    }
    let body = Body::new(Events { app, every: tokio::time::interval(Duration::from_secs(1)), told: String::new() });
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// What has changed, as it is told; it looks once a second.
struct Events {
    app: Arc<App>,
    every: Interval,
    told: String,
}

impl Events {
    fn state(&self) -> String {
        let (newest, open) = (self.app.reader.newest_attempt(), self.app.reader.open_alert_count());
        let rulings = newest.ok().flatten().map_or(0, |(number, _)| number);
        format!("{{\"rulings\":{rulings},\"open_alerts\":{}}}", open.unwrap_or_default())
    }
}

impl http_body::Body for Events {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.every.poll_tick(context).is_pending() {
            return Poll::Pending;
        }
        if self.app.stopping.load(Ordering::Acquire) {
            return Poll::Ready(None);
        }
        let state = self.state();
        let text =
            if state == self.told { ": still here\n\n".to_owned() } else { format!("event: state\ndata: {state}\n\n") };
        self.told = state;
        Poll::Ready(Some(Ok(Frame::data(text.into()))))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        STREAMS.fetch_sub(1, Ordering::Relaxed);
    }
}
