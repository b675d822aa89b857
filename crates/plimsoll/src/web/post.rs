//! What is written over HTTP: the way of a request to the one writer, or to an audit line.
//!
//! Promises: nothing is read before the sender is known; a body is read up to its bound and no further; an answer of
//! 2xx says that what was accepted is in the journal, synced; a refused request, one with a card number among them,
//! leaves an audit line and nothing else.

use super::App;
use super::problem::Problem;
use super::refusal::{MOST_BYTES, Refusal};
use crate::access::{Access, Scope};
use crate::web::rate::Rates;
use crate::webhook::config::{Config, Configs};
use crate::webhook::{self, DeliveryId, Notice, Provider};
use crate::writer::{Answered, Delivery, Handle, Kind, NotWritten};
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Digest;
use jiff::Timestamp;
use sources::{card_number, standard_event};
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use store::AuditLine;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Large bodies in memory at a time, in KiB: six of the largest.
const MOST_KIB: u32 = 64 << 10;

/// Bodies of so many bytes need no room: a request for rulings never waits behind large ones that come slowly.
const SMALL: usize = 64 << 10;

/// Of a body that is too large, so much is read and thrown away that the sender hears why.
const THROWN_AWAY: usize = 256 << 20;

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Longest key that a sender may give.
const LONGEST_KEY: usize = 255;

/// What requests that write share.
pub(super) struct Posts {
    pub(super) writer: Handle,
    access: Access,
    webhooks: Configs,
    room: Semaphore,
    rates: Rates,
}

impl Posts {
    pub(super) fn new(writer: Handle, access: Access, webhooks: Configs, most_per_second: Option<u32>) -> Self {
        let room = usize::try_from(MOST_KIB).unwrap_or(Semaphore::MAX_PERMITS);
        Self { writer, access, webhooks, room: Semaphore::new(room), rates: Rates::new(most_per_second) }
    }

    /// Waits for room for a body of this length, or of the largest. What is small, or will not be kept, needs none.
    async fn room(&self, announced: Option<usize>) -> Option<SemaphorePermit<'_>> {
        let bytes = announced.unwrap_or(MOST_BYTES);
        if bytes <= SMALL || bytes > MOST_BYTES {
            return None;
        }
        let kib = bytes / 1024 + 1;
        self.room.acquire_many(u32::try_from(kib).unwrap_or(MOST_KIB)).await.ok()
    }
}

/// A request that was refused, and how far it was read.
pub(super) struct Refused {
    pub why: Refusal,
    pub bytes: u64,
    pub digest: Option<Digest>,
}

/// A body with the room that it takes.
type Roomed<'a> = (Vec<u8>, Option<SemaphorePermit<'a>>);

/// `POST /v1/events`
pub(super) async fn events(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(posts) = &app.posts else { return Problem::read_only().into_response() };
    let (parts, body) = request.into_parts();
    match posts.events(&parts, body).await {
        Ok((body, _room)) => {
            let key = header_text(&parts, IDEMPOTENCY_KEY).map(str::to_owned);
            let channel = parts.uri.path().to_owned();
            let delivery = Delivery { channel, key, body, kind: Kind::Events, at: Timestamp::now() };
            written(posts.writer.deliver(delivery).await)
        }
        Err(refused) => refuse(posts, &parts, refused).await,
    }
}

/// `POST /v1/webhooks/{provider}`
pub(super) async fn webhook(State(app): State<Arc<App>>, Path(name): Path<String>, request: Request) -> Response {
    let Some(posts) = &app.posts else { return Problem::read_only().into_response() };
    let Some(provider) = Provider::from_name(&name) else {
        return Problem::not_found("webhook of a provider", &name).into_response();
    };
    let (parts, body) = request.into_parts();
    match posts.notice(provider, &parts, body).await {
        Ok(((body, _room), key)) => {
            let channel = parts.uri.path().to_owned();
            let delivery = Delivery { channel, key, body, kind: Kind::Notice, at: Timestamp::now() };
            match (posts.writer.deliver(delivery).await, provider.acknowledgement()) {
                (Ok(_), Some(word)) => word.into_response(),
                (answer, _) => written(answer),
            }
        }
        Err(refused) => refuse(posts, &parts, refused).await,
    }
}

impl Posts {
    /// The body of a request with events, once it is known who sends it.
    async fn events(&self, parts: &Parts, body: Body) -> Result<Roomed<'_>, Refused> {
        let announced = announced(parts);
        let unread = |why| Refused { why, bytes: announced.unwrap_or_default() as u64, digest: None };
        self.allows(&parts.headers, Scope::Events).map_err(unread)?;
        check_media_type(parts).map_err(unread)?;
        if header_text(parts, IDEMPOTENCY_KEY).is_some_and(|key| key.len() > LONGEST_KEY) {
            return Err(unread(Refusal::Unreadable("the Idempotency-Key has more than 255 bytes")));
        }
        self.whole(announced, body).await
    }

    /// A whole body of JSON without card numbers.
    async fn whole(&self, announced: Option<usize>, body: Body) -> Result<Roomed<'_>, Refused> {
        let room = self.room(announced).await;
        let body = read(announced, body).await?;
        let looked = |body: Vec<u8>| (unreadable(&body).map(Refusal::Unreadable).or_else(|| card_numbers(&body)), body);
        let (wrong, body) = match body.len() {
            ..=SMALL => looked(body),
            // Tens of milliseconds: not on the thread that takes requests.
            _ => tokio::task::spawn_blocking(move || looked(body)).await.map_err(|_| Refused::unread())?,
        };
        match wrong {
            None => Ok((body, room)),
            Some(why) => Err(Refused::of(why, &body)),
        }
    }

    /// As [`Self::whole`], of a request for rulings: its room is free again once it is read.
    pub(super) async fn body(&self, parts: &Parts, body: Body) -> Result<Vec<u8>, Refused> {
        self.whole(announced(parts), body).await.map(|(body, _)| body)
    }

    /// The body of a notice and what its provider calls it, once the provider's signature is seen.
    async fn notice(&self, provider: Provider, parts: &Parts, body: Body) -> Result<(Roomed<'_>, DeliveryId), Refused> {
        let announced = announced(parts);
        let room = self.room(announced).await;
        let body = read(announced, body).await?;
        let config = self.webhooks.of(provider).unwrap_or_else(|error| {
            eprintln!("plimsoll serve: {error:#}");
            Config::default()
        });
        let header = |name: &str| header_text(parts, name);
        let notice = Notice { header: &header, body: &body, now: Timestamp::now() };
        let id = webhook::check(provider, &config, &notice)
            .map_err(|why| Refused::of(Refusal::Disbelieved(provider, why), &body))?;
        let not_text = std::str::from_utf8(&body).is_err().then_some(Refusal::Unreadable(NOT_UTF8));
        match not_text.or_else(|| card_numbers(&body)) {
            None => Ok(((body, room), id.filter(|id| id.len() <= LONGEST_KEY))),
            Some(why) => Err(Refused::of(why, &body)),
        }
    }

    /// Whether a request shows a token that may do this, and not too often.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn allows(&self, headers: &HeaderMap, scope: Scope) -> Result<(), Refusal> {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = shown.and_then(|text| text.strip_prefix("Bearer "));
        let entry = self.access.bearer(bearer.unwrap_or_default().trim()).unwrap_or_else(|error| {
            eprintln!("plimsoll serve: the API tokens cannot be read: {error:#}");
            None
        });
        let entry = entry.ok_or(Refusal::Unauthorised)?;
        if !entry.scopes.contains(&scope) {
            return Err(Refusal::Scope(scope));
        }
        if self.rates.takes(&entry.name) { Ok(()) } else { Err(Refusal::TooOften) }
    }
}

impl Refused {
    /// Of a body that was lost here.
    fn unread() -> Self {
        Self { why: Refusal::Incomplete, bytes: 0, digest: None }
    }

    /// Of a body that was read to its end.
    fn of(why: Refusal, body: &[u8]) -> Self {
        Self { why, bytes: body.len() as u64, digest: Some(sources::digest(body)) }
    }
}

pub(super) fn check_media_type(parts: &Parts) -> Result<(), Refusal> {
    let given = header_text(parts, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "application/json" | "application/x-ndjson" | "application/jsonl") {
        return Err(Refusal::MediaType(kind));
    }
    match header_text(parts, header::CONTENT_ENCODING.as_str()) {
        None | Some("identity") => Ok(()),
        Some(packing) => Err(Refusal::MediaType(format!("{kind}; {packing}"))),
    }
}

const NOT_UTF8: &str = "the body is not UTF-8";

/// What keeps a body from being read at all.
fn unreadable(body: &[u8]) -> Option<&'static str> {
    if std::str::from_utf8(body).is_err() {
        return Some(NOT_UTF8);
    }
    let items = standard_event::items(body);
    let is_object = |item: &standard_event::Item<'_>| {
        item.bytes.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(item.bytes).is_ok()
    };
    (!items.iter().any(is_object)).then_some("nothing in the body is a JSON object")
}

/// The fields that hold card numbers; their numbers are told to nobody.
fn card_numbers(body: &[u8]) -> Option<Refusal> {
    let masked = card_number::mask(body);
    let fields: Vec<String> = masked.fields.keys().map(|field| format!("`{field}`")).collect();
    (masked.count() > 0).then(|| Refusal::CardNumber(fields.join(", ")))
}

/// A whole body of at most [`MOST_BYTES`]; it breaks off once its time is over ([`super::patience`]).
async fn read(announced: Option<usize>, mut body: Body) -> Result<Vec<u8>, Refused> {
    let too_large = |bytes| announced.is_some_and(|announced| announced > MOST_BYTES) || bytes > MOST_BYTES;
    let mut content = Vec::with_capacity(announced.filter(|_| !too_large(0)).unwrap_or_default());
    let (mut bytes, mut broke_off) = (0, false);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else {
            broke_off = true;
            break;
        };
        let Ok(data) = frame.into_data() else { continue };
        bytes += data.len();
        if bytes > THROWN_AWAY {
            break;
        }
        if too_large(bytes) {
            content = Vec::new();
        } else {
            content.extend_from_slice(&data);
        }
    }
    let told = bytes.max(announced.unwrap_or_default()) as u64;
    let refused = |why| Err(Refused { why, bytes: told, digest: None });
    match (too_large(bytes), broke_off) {
        (true, _) => refused(Refusal::TooLarge),
        (false, true) => refused(Refusal::Incomplete),
        (false, false) => Ok(content),
    }
}

fn announced(parts: &Parts) -> Option<usize> {
    header_text(parts, header::CONTENT_LENGTH.as_str())?.parse().ok()
}

pub(super) fn header_text<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// Leaves an audit line, then says why.
pub(super) async fn refuse(posts: &Posts, parts: &Parts, refused: Refused) -> Response {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_string());
    let line = AuditLine {
        at: Timestamp::now(),
        channel: parts.uri.path().to_owned(),
        peer: peer.unwrap_or_default(),
        reason: refused.why.reason().to_owned(),
        bytes: refused.bytes,
        body: refused.digest,
    };
    match posts.writer.refuse(line).await {
        Ok(()) => refused.why.problem().into_response(),
        Err(not_written) => unwritten(not_written),
    }
}

fn written(answer: Result<Answered, NotWritten>) -> Response {
    match answer {
        Ok(Answered { status, text, replayed }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, [(header::CONTENT_TYPE, "application/json")], text).into_response();
            if replayed {
                response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            }
            response
        }
        Err(not_written) => unwritten(not_written),
    }
}

pub(super) fn unwritten(why: NotWritten) -> Response {
    let mut response = Problem::not_written(why).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
