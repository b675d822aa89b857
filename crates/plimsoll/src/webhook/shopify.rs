//! Shopify signs the body with the app's client secret, HMAC-SHA-256 in base64: `X-Shopify-Hmac-Sha256`.
//! `X-Shopify-Webhook-Id` names the delivery and `X-Shopify-Triggered-At` says when its event happened; neither is
//! signed, so the body itself is remembered too. Later attempts carry the first one's time, for up to 48 hours.

use super::config::Config;
use super::{DeliveryId, Disbelief, Notice, hmac_sha256, is_recent};
use crate::access::same;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

const WINDOW: SignedDuration = SignedDuration::from_hours(48);

pub(super) fn check(config: &Config, notice: &Notice<'_>) -> Result<DeliveryId, Disbelief> {
    let shown = (notice.header)("x-shopify-hmac-sha256").ok_or(Disbelief::Signature)?;
    let signs = |secret: &String| {
        let signed = STANDARD.encode(hmac_sha256(secret.as_bytes(), &[notice.body]));
        same(signed.as_bytes(), shown.trim().as_bytes())
    };
    if !config.secrets.iter().any(signs) {
        return Err(Disbelief::Signature);
    }
    let at = (notice.header)("x-shopify-triggered-at").and_then(|text| text.parse().ok());
    if !at.is_some_and(|at| is_recent(at, notice.now, WINDOW)) {
        return Err(Disbelief::Stale);
    }
    Ok((notice.header)("x-shopify-webhook-id").map(str::to_owned))
}
