//! Adyen signs each notification of a body by itself, HMAC-SHA-256 in base64, in its `additionalData.hmacSignature`,
//! over `pspReference:originalReference:merchantAccountCode:merchantReference:value:currency:eventCode:success`, what is
//! missing being empty. The key is hexadecimal. No time is signed: what came before is told by its body.

use super::config::Config;
use super::{DeliveryId, Disbelief, Notice, hmac_sha256};
use crate::access::same;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

pub(super) fn check(config: &Config, notice: &Notice<'_>) -> Result<DeliveryId, Disbelief> {
    let body: Value = serde_json::from_slice(notice.body).map_err(|_| Disbelief::Signature)?;
    let items = body["notificationItems"].as_array().filter(|items| !items.is_empty()).ok_or(Disbelief::Signature)?;
    let keys: Vec<Vec<u8>> = config.secrets.iter().filter_map(|secret| unhex(secret)).collect();
    let all_signed = items.iter().all(|item| is_signed(&item["NotificationRequestItem"], &keys));
    if all_signed { Ok(None) } else { Err(Disbelief::Signature) }
}

fn is_signed(item: &Value, keys: &[Vec<u8>]) -> bool {
    let shown = item["additionalData"]["hmacSignature"].as_str().unwrap_or_default();
    let signing = signing_text(item);
    let signs =
        |key: &Vec<u8>| same(STANDARD.encode(hmac_sha256(key, &[signing.as_bytes()])).as_bytes(), shown.as_bytes());
    !shown.is_empty() && keys.iter().any(signs)
}

fn signing_text(item: &Value) -> String {
    let amount = &item["amount"];
    let fields = [
        &item["pspReference"],
        &item["originalReference"],
        &item["merchantAccountCode"],
        &item["merchantReference"],
        &amount["value"],
        &amount["currency"],
        &item["eventCode"],
        &item["success"],
    ];
    fields.map(plain).join(":")
}

/// A value without its quotes; nothing where there is none.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The bytes of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
