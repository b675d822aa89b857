//! What stands between the network and the routes: the host check, and the headers of every answer.

use super::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Nothing from elsewhere, nothing inline, in no frame.
const CONTENT_SECURITY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

const HEADERS: [(header::HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "private, no-cache"),
];

/// The header by which a request is found again in the logs.
const REQUEST_ID: &str = "x-request-id";

/// Names every request, by the sender's word or our own, and writes a line about those that failed by our fault.
pub(super) async fn named(request: Request, next: Next) -> Response {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let sound = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let id = given
        .filter(sound)
        .map_or_else(|| format!("{:x}-{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed)), str::to_owned);
    let (method, path, began) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_server_error() {
        let millis = began.elapsed().as_millis();
        eprintln!("plimsoll serve: {method} {path} {} in {millis} ms, request {id}", status.as_u16());
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Every answer carries these, errors too.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Answers only requests that name a loopback host.
pub(super) async fn loopback_only(request: Request, next: Next) -> Response {
    if names_loopback(request.headers()) { next.run(request).await } else { Problem::host().into_response() }
}

pub(super) fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

/// Whether a form comes from a page of this server on a loopback address, as the browser says itself: no page can set
/// `Sec-Fetch-Site`. Where a browser does not say, its `Origin` is this host.
pub(super) fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => text(header::HOST).is_some_and(|host| {
            // A port speaks TLS or does not: the other's pages are none.
            let origin = text(header::ORIGIN).unwrap_or_default();
            origin.strip_prefix("http://").or(origin.strip_prefix("https://")) == Some(host)
        }),
    };
    own && names_loopback(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_pass() {
        let passes = |host: &str| names_loopback(&HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]));
        for host in ["127.0.0.1:8080", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8080", "[::1]"] {
            assert!(passes(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "127.0.0.1:x", "", "[::2]:1"] {
            assert!(!passes(host), "{host}");
        }
        assert!(!names_loopback(&HeaderMap::new()));
    }

    #[test]
    fn a_form_is_taken_from_an_own_page_alone() {
        let table = [
            (&[("host", "localhost:1"), ("sec-fetch-site", "same-origin"), ("origin", "null")][..], true),
            (&[("host", "localhost:1"), ("origin", "http://localhost:1")], true),
            (&[("host", "localhost:1"), ("origin", "https://localhost:1")], true),
            (&[("host", "localhost:1"), ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:1")], false),
            (&[("host", "localhost:1"), ("origin", "http://evil.example")], false),
            (&[("host", "localhost:1"), ("origin", "http://localhost:80")], false),
            (&[("host", "localhost:1")], false),
            (&[("host", "books.example"), ("sec-fetch-site", "same-origin")], false),
        ];
        for (headers, taken) in table {
            let headers = headers
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(is_own_page(&headers.clone().collect()), taken, "{:?}", headers.collect::<Vec<_>>());
        }
    }
}
