//! Errors to HTTP, all in this file: what, where and what next. Internal text goes to standard error, never to a client.

use crate::writer::NotWritten;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::error::Error;
use store::StoreError;

/// A problem as RFC 9457 has it, with what to do next.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    pub next: &'static str,
}

impl Problem {
    /// No such thing in these books.
    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self {
            kind: "urn:plimsoll:problem:not-found",
            title: "Not found",
            status: 404,
            detail: format!("these books hold no {what} `{id}`"),
            next: "Check the id; lists of them start at `/v1/overview`.",
        }
    }

    /// No such address.
    pub(super) fn no_route(path: &str) -> Self {
        Self {
            kind: "urn:plimsoll:problem:no-such-address",
            title: "No such address",
            status: 404,
            detail: format!("nothing answers at `{path}`"),
            next: "Start at `/`, or at `/v1/overview` for JSON.",
        }
    }

    /// A parameter that cannot be read.
    pub(super) fn parameter(name: &str, given: &str, expected: &str) -> Self {
        Self {
            kind: "urn:plimsoll:problem:parameter",
            title: "Parameter not understood",
            status: 400,
            detail: format!("`{name}` is `{given}`; expected {expected}"),
            next: "Mend the parameter, or leave it out.",
        }
    }

    /// A method that the address does not take.
    pub(super) fn method() -> Self {
        Self {
            kind: "urn:plimsoll:problem:method",
            title: "Method not allowed",
            status: 405,
            detail: "this address does not take that method".to_owned(),
            next: "Use GET; what is written goes to `POST /v1/events`.",
        }
    }

    /// A request to write, to a server that only reads.
    pub(super) fn read_only() -> Self {
        Self {
            kind: "urn:plimsoll:problem:read-only",
            title: "Only to be read",
            status: 503,
            detail: "this server only reads the books".to_owned(),
            next: "Start it without `--read-only`.",
        }
    }

    /// The writer did not take a request, or could not commit it.
    pub(super) fn not_written(why: NotWritten) -> Self {
        let detail = match why {
            NotWritten::Busy => "too many requests wait to be written; nothing of this one is kept",
            NotWritten::Failed => "the request was not written; nothing of it is kept, unless a retry says so",
        };
        Self {
            kind: "urn:plimsoll:problem:not-written",
            title: "Not written",
            status: 503,
            detail: detail.to_owned(),
            next: "Send the same request again, under the same key.",
        }
    }

    /// A request for another host than this machine.
    pub(super) fn host() -> Self {
        Self {
            kind: "urn:plimsoll:problem:host",
            title: "Host not allowed",
            status: 421,
            detail: "the request names a host that is not this machine's loopback".to_owned(),
            next: "Open the address that `plimsoll serve` printed.",
        }
    }

    /// A form that another page sends, or that comes from elsewhere than this machine.
    pub(super) fn foreign_form() -> Self {
        Self {
            kind: "urn:plimsoll:problem:foreign-form",
            title: "Form not taken",
            status: 403,
            detail: "a form is taken only from a page of this server on a loopback address".to_owned(),
            next: "Open the address that `plimsoll serve` printed, or use the command line.",
        }
    }

    /// The books do not allow what is asked for.
    pub(super) fn not_done(reason: String) -> Self {
        Self {
            kind: "urn:plimsoll:problem:not-done",
            title: "Not done",
            status: 409,
            detail: reason,
            next: "Go back, mend it, and try again.",
        }
    }

    /// Something that is not the client's fault and not for the client's eyes.
    pub(super) fn internal() -> Self {
        Self {
            kind: "urn:plimsoll:problem:internal",
            title: "The answer failed",
            status: 500,
            detail: "the books could not be read".to_owned(),
            next: "See the server's standard error, then run `plimsoll verify`.",
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Missing(_) => Self::not_found("file", "of this digest"),
            StoreError::Pruned(said) => Self {
                kind: "urn:plimsoll:problem:pruned",
                title: "The bytes were removed",
                status: 410,
                detail: said.clone(),
                next: "Open the file where it was kept; its SHA-256 tells whether it is the same.",
            },
            StoreError::OutOfRange { len, unit, .. } => Self {
                kind: "urn:plimsoll:problem:out-of-range",
                title: "Beyond the end",
                status: 404,
                detail: format!("the file has only {len} {unit}"),
                next: "Ask for a smaller number.",
            },
            _ => {
                report(&error);
                Self::internal()
            }
        }
    }
}

/// The whole chain, for whoever runs the server.
fn report(error: &dyn Error) {
    eprintln!("plimsoll serve: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self)).into_response()
    }
}
