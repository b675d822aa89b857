//! Requests that are refused: nothing of them is kept but an audit line.

use super::problem::Problem;
use crate::access::Scope;
use crate::webhook::{Disbelief, Provider};

/// The most bytes that a request may have.
pub(super) const MOST_BYTES: usize = 10 << 20;

/// Why a request is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// No token, or none that is known.
    Unauthorised,
    /// The token may not do this.
    Scope(Scope),
    /// The token came more often than it may.
    TooOften,
    /// A notice whose provider's signature it does not bear, or not lately.
    Disbelieved(Provider, Disbelief),
    /// Not JSON by its own word, or packed.
    MediaType(String),
    /// More than [`MOST_BYTES`].
    TooLarge,
    /// It did not come to its end in time, or broke off.
    Incomplete,
    /// It holds card numbers, in these fields.
    CardNumber(String),
    /// Not UTF-8, or nothing in it is a JSON object.
    Unreadable(&'static str),
}

impl Refusal {
    /// The reason in a word, as audit lines have it.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Unauthorised => "unauthorised",
            Self::Scope(_) => "scope",
            Self::TooOften => "too-often",
            Self::Disbelieved(_, Disbelief::NotConfigured) => "no-secret",
            Self::Disbelieved(_, Disbelief::Signature) => "signature",
            Self::Disbelieved(_, Disbelief::Stale) => "stale",
            Self::MediaType(_) => "media-type",
            Self::TooLarge => "too-large",
            Self::Incomplete => "incomplete",
            Self::CardNumber(_) => "card-number",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// What the sender is told.
    pub(super) fn problem(&self) -> Problem {
        let (status, kind, title, detail, next) = match self {
            Self::Unauthorised => (
                401,
                "urn:plimsoll:problem:unauthorised",
                "Not authorised",
                "the request shows no API token that is known here".to_owned(),
                "Make one with `plimsoll token new NAME` and send it as `Authorization: Bearer …`.",
            ),
            Self::Scope(scope) => (
                403,
                "urn:plimsoll:problem:scope",
                "Not allowed",
                format!("the token may not do this: it has no scope `{}`", scope.name()),
                "Make one with `plimsoll token new NAME --scope …`.",
            ),
            Self::TooOften => (
                429,
                "urn:plimsoll:problem:too-often",
                "Too often",
                "the token sent more requests than it may in a second".to_owned(),
                "Send fewer, or several items in one request.",
            ),
            Self::Disbelieved(provider, why) => return disbelieved(*provider, *why),
            Self::MediaType(given) => (
                415,
                "urn:plimsoll:problem:media-type",
                "Media type not taken",
                format!("the body is said to be `{given}`"),
                "Send `application/json` or `application/x-ndjson`, not packed.",
            ),
            Self::TooLarge => (
                413,
                "urn:plimsoll:problem:too-large",
                "Too large",
                format!("the body has more than {MOST_BYTES} bytes"),
                "Send it in parts, or import it as a file.",
            ),
            Self::Incomplete => (
                408,
                "urn:plimsoll:problem:incomplete",
                "Not complete",
                "the body did not come to its end in time".to_owned(),
                "Send it again.",
            ),
            Self::CardNumber(fields) => (
                422,
                "urn:plimsoll:problem:card-number",
                "Card number",
                format!("the body holds card numbers in {fields}; nothing of it is kept"),
                "Send it without them: a token or the last four digits will do.",
            ),
            Self::Unreadable(why) => (
                400,
                "urn:plimsoll:problem:unreadable",
                "Not readable",
                (*why).to_owned(),
                "Send one JSON object, `{\"events\": […]}`, or one object a line; `plimsoll help events` shows the form.",
            ),
        };
        Problem { kind, title, status, detail, next }
    }
}

fn disbelieved(provider: Provider, why: Disbelief) -> Problem {
    let (status, kind, title, detail, next) = match why {
        Disbelief::NotConfigured => (
            401,
            "urn:plimsoll:problem:no-secret",
            "Not authorised",
            format!("no secret of {} is set here", provider.name()),
            "Set it with `plimsoll webhook set`.",
        ),
        Disbelief::Signature => (
            401,
            "urn:plimsoll:problem:signature",
            "Not authorised",
            format!("the notice does not bear {}'s signature", provider.name()),
            "Check that the secret is that of this very endpoint (`plimsoll webhook list`).",
        ),
        Disbelief::Stale => (
            400,
            "urn:plimsoll:problem:stale",
            "Too old",
            "the notice is signed, but its time is missing or too far from now".to_owned(),
            "Check the clocks; a new attempt of the provider is signed anew.",
        ),
    };
    Problem { kind, title, status, detail, next }
}
