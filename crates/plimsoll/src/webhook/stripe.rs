//! Stripe signs `<t>.<body>` with each secret of the endpoint, HMAC-SHA-256 in hexadecimal:
//! `Stripe-Signature: t=1492774577,v1=5257…,v1=…,v0=…`. While a secret is rolled, there is a `v1` for each. Stripe signs
//! every attempt anew, so five minutes are enough (the tolerance of Stripe's own libraries).

use super::config::Config;
use super::{DeliveryId, Disbelief, Notice, hmac_sha256, is_recent};
use crate::access::same;
use domain::Digest;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

const WINDOW: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn check(config: &Config, notice: &Notice<'_>) -> Result<DeliveryId, Disbelief> {
    let header = (notice.header)("stripe-signature").ok_or(Disbelief::Signature)?;
    let (second, shown) = parts(header);
    let second = second.ok_or(Disbelief::Signature)?;
    let signs = |secret: &String| {
        let signed = hmac_sha256(secret.as_bytes(), &[second.as_bytes(), b".", notice.body]);
        let signed = Digest(signed).to_string();
        shown.iter().fold(false, |found, shown| found | same(signed.as_bytes(), shown.as_bytes()))
    };
    if !config.secrets.iter().any(signs) {
        return Err(Disbelief::Signature);
    }
    let at = second.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    if at.is_some_and(|at| is_recent(at, notice.now, WINDOW)) {
        Ok(event_id(notice.body))
    } else {
        Err(Disbelief::Stale)
    }
}

/// The time, and every signature of the first scheme.
fn parts(header: &str) -> (Option<&str>, Vec<&str>) {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let second = parts().find(|(name, _)| *name == "t").map(|(_, value)| value);
    (second, parts().filter(|(name, _)| *name == "v1").map(|(_, value)| value).collect())
}

/// `evt_…`: later attempts bring the same event, be it with another count of attempts in it.
fn event_id(body: &[u8]) -> DeliveryId {
    #[derive(Deserialize)]
    struct Event {
        id: String,
    }
    serde_json::from_slice::<Event>(body).ok().map(|event| event.id)
}
