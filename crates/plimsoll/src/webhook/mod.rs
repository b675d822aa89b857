//! Notices that payment providers send of themselves: who signed them, and when.
//!
//! Promises: a notice is believed for its provider's signature over the very bytes that came, and for nothing else;
//! signatures are compared in constant time; a notice that is older than its provider goes on trying is refused, and one
//! that came before adds nothing (its delivery and its body are remembered).
//!
//! One file a provider states what is signed and how. [`config`] keeps the secrets.

mod adyen;
pub mod config;
mod paypal;
mod shopify;
mod stripe;
#[cfg(test)]
mod tests;

use config::Config;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

/// Who sends notices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Provider {
    /// Stripe events.
    Stripe,
    /// Shopify webhooks.
    Shopify,
    /// PayPal webhook events.
    PayPal,
    /// Adyen standard notifications.
    Adyen,
}

impl Provider {
    /// All providers.
    pub const ALL: [Self; 4] = [Self::Stripe, Self::Shopify, Self::PayPal, Self::Adyen];

    /// The name in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::Shopify => "shopify",
            Self::PayPal => "paypal",
            Self::Adyen => "adyen",
        }
    }

    /// The provider of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// What the provider takes for "received".
    pub fn acknowledgement(self) -> Option<&'static str> {
        (self == Self::Adyen).then_some("[accepted]")
    }
}

/// A notice as it came.
pub struct Notice<'a> {
    /// A header's value by its lower-case name.
    pub header: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The very bytes.
    pub body: &'a [u8],
    /// When it came.
    pub now: Timestamp,
}

/// Why a notice is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disbelief {
    /// Nobody told its provider's secret.
    NotConfigured,
    /// The signature is missing, or is another.
    Signature,
    /// It is older than its provider goes on trying, or says no time where it must.
    Stale,
}

/// The provider's own name of a delivery, where it gives one.
pub type DeliveryId = Option<String>;

/// Whether the provider signed the notice, lately; with what the provider calls it.
///
/// # Errors
/// [`Disbelief`].
pub fn check(provider: Provider, config: &Config, notice: &Notice<'_>) -> Result<DeliveryId, Disbelief> {
    if !config.is_set() {
        return Err(Disbelief::NotConfigured);
    }
    match provider {
        Provider::Stripe => stripe::check(config, notice),
        Provider::Shopify => shopify::check(config, notice),
        Provider::PayPal => paypal::check(config, notice),
        Provider::Adyen => adyen::check(config, notice),
    }
}

/// HMAC-SHA-256 (RFC 2104) of the parts one after another.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Whether `at` lies within `window` of `now`: a clock may run ahead as well as behind.
fn is_recent(at: Timestamp, now: Timestamp, window: SignedDuration) -> bool {
    now.duration_since(at).abs() <= window
}

/// Whether a text can be a provider's secret, and what it should be where it cannot.
///
/// # Errors
/// What is expected.
pub fn check_secret(provider: Provider, secret: &str) -> Result<(), &'static str> {
    match provider {
        Provider::PayPal if !paypal::is_certificate(secret) => Err("an X.509 certificate in PEM"),
        Provider::Adyen if adyen::unhex(secret).is_none() => Err("an HMAC key in hexadecimal digits"),
        _ if secret.is_empty() => Err("a secret"),
        _ => Ok(()),
    }
}
