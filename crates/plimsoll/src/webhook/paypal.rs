//! PayPal signs `<transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body>` with RSA and SHA-256. The
//! certificate that it names by an address is not fetched: it stands in a file of the user's, and the address must be
//! one of PayPal's own. Failed deliveries are tried again for three days.

use super::config::Config;
use super::{DeliveryId, Disbelief, Notice, is_recent};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use webpki::EndEntityCert;
use webpki::ring::RSA_PKCS1_2048_8192_SHA256;

const WINDOW: SignedDuration = SignedDuration::from_hours(72);

/// Hosts that PayPal keeps its certificates on.
const HOSTS: [&str; 4] = ["api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];

pub(super) fn check(config: &Config, notice: &Notice<'_>) -> Result<DeliveryId, Disbelief> {
    let webhook = config.webhook_id.as_ref().ok_or(Disbelief::NotConfigured)?;
    let header = |name| (notice.header)(name).ok_or(Disbelief::Signature);
    let (id, time) = (header("paypal-transmission-id")?, header("paypal-transmission-time")?);
    let named =
        header("paypal-auth-algo")?.eq_ignore_ascii_case("SHA256withRSA") && is_paypals(header("paypal-cert-url")?);
    let signature = STANDARD.decode(header("paypal-transmission-sig")?).map_err(|_| Disbelief::Signature)?;
    let signed = format!("{id}|{time}|{webhook}|{}", crc32fast::hash(notice.body));
    if !named || !config.secrets.iter().any(|pem| signs(pem, signed.as_bytes(), &signature)) {
        return Err(Disbelief::Signature);
    }
    let at = time.parse().ok();
    if at.is_some_and(|at| is_recent(at, notice.now, WINDOW)) { Ok(Some(id.to_owned())) } else { Err(Disbelief::Stale) }
}

/// `https://<a host of PayPal's>/…`, nothing before the host and no port.
fn is_paypals(address: &str) -> bool {
    let host = address.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| HOSTS.contains(&host.to_ascii_lowercase().as_str()))
}

fn signs(pem: &str, signed: &[u8], signature: &[u8]) -> bool {
    let Some(certificate) = certificate(pem) else { return false };
    let certificate = certificate.as_slice().into();
    EndEntityCert::try_from(&certificate)
        .is_ok_and(|certificate| certificate.verify_signature(RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok())
}

/// The first certificate of a PEM file (RFC 7468).
fn certificate(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (text, _) = rest.split_once("-----END CERTIFICATE-----")?;
    STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok()
}

/// Whether a file holds a certificate that can be used.
pub(super) fn is_certificate(pem: &str) -> bool {
    certificate(pem).is_some_and(|der| EndEntityCert::try_from(&der.as_slice().into()).is_ok())
}
