//! Signatures made as each provider makes them, and what changes when anything of a notice does.

use super::config::{Config, Configs};
use super::{Disbelief, Notice, Provider, check, check_secret, hmac_sha256, paypal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

const CERTIFICATE: &str = include_str!("../../tests/plimsoll/paypal/certificate.pem");
const KEY: &[u8] = include_bytes!("../../tests/plimsoll/paypal/key.p8");
const BODY: &str = r#"{"id":"evt_1","object":"event"}"#;

fn now() -> Timestamp {
    "2026-11-22T06:00:00Z".parse().unwrap()
}

fn config(secrets: &[&str]) -> Config {
    Config { secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(), webhook_id: Some("WH-1".to_owned()) }
}

type Headers = Vec<(&'static str, String)>;

fn checked(
    provider: Provider,
    config: &Config,
    headers: &Headers,
    body: &str,
    now: Timestamp,
) -> Result<Option<String>, Disbelief> {
    let header = |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    check(provider, config, &Notice { header: &header, body: body.as_bytes(), now })
}

fn hex(bytes: [u8; 32]) -> String {
    domain::Digest(bytes).to_string()
}

fn stripe(secret: &str, at: Timestamp, body: &str) -> String {
    let second = at.as_second().to_string();
    let signed = hex(hmac_sha256(secret.as_bytes(), &[second.as_bytes(), b".", body.as_bytes()]));
    format!("t={second},v1={signed},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39")
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    let signed = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
    assert_eq!(hex(signed), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    let long = hmac_sha256(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]);
    assert_eq!(hex(long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

#[test]
fn stripe_signs_time_and_body_with_each_secret_of_the_endpoint() {
    let signed = |at| vec![("stripe-signature", stripe("whsec_1", at, BODY))];
    let ask = |secrets: &[&str], headers: &Headers, body: &str| {
        checked(Provider::Stripe, &config(secrets), headers, body, now())
    };
    let id = Ok(Some("evt_1".to_owned()));
    assert_eq!(ask(&["whsec_1"], &signed(now()), BODY), id);
    assert_eq!(ask(&["whsec_2", "whsec_1"], &signed(now()), BODY), id, "the old secret goes on");
    let both = format!("{},v1={}", stripe("whsec_0", now(), BODY), &stripe("whsec_1", now(), BODY)[16..80]);
    assert_eq!(ask(&["whsec_1"], &vec![("stripe-signature", both)], BODY), id, "any of its signatures will do");
    assert_eq!(ask(&["whsec_2"], &signed(now()), BODY), Err(Disbelief::Signature));
    assert_eq!(ask(&["whsec_1"], &signed(now()), &BODY.replace('1', "2")), Err(Disbelief::Signature));
    assert_eq!(ask(&[], &signed(now()), BODY), Err(Disbelief::NotConfigured));
    for header in ["", "t=1", "v1=ab", "t=x,v1=", &stripe("whsec_1", now(), BODY).replace("v1=", "v0=")] {
        let headers = vec![("stripe-signature", header.to_owned())];
        assert_eq!(ask(&["whsec_1"], &headers, BODY), Err(Disbelief::Signature), "{header}");
    }
    assert_eq!(ask(&["whsec_1"], &vec![], BODY), Err(Disbelief::Signature));
    for (seconds, fits) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let answer = ask(&["whsec_1"], &signed(now() + SignedDuration::from_secs(seconds)), BODY);
        assert_eq!(answer.is_ok(), fits, "{seconds} s from now");
        assert_eq!(answer == Err(Disbelief::Stale), !fits);
    }
}

#[test]
fn shopify_signs_the_body_and_says_when() {
    let headers = |secret: &str, at: &str| {
        let signed = STANDARD.encode(hmac_sha256(secret.as_bytes(), &[BODY.as_bytes()]));
        vec![
            ("x-shopify-hmac-sha256", signed),
            ("x-shopify-triggered-at", at.to_owned()),
            ("x-shopify-webhook-id", "b54557e4".to_owned()),
        ]
    };
    let ask = |headers: &Headers, body: &str| checked(Provider::Shopify, &config(&["hush"]), headers, body, now());
    assert_eq!(ask(&headers("hush", "2026-11-22T05:59:58.123456789Z"), BODY), Ok(Some("b54557e4".to_owned())));
    assert!(ask(&headers("hush", "2026-11-20T06:00:01Z"), BODY).is_ok());
    assert_eq!(ask(&headers("hush", "2026-11-20T05:59:59Z"), BODY), Err(Disbelief::Stale));
    assert_eq!(ask(&headers("hush", "yesterday"), BODY), Err(Disbelief::Stale));
    assert_eq!(ask(&headers("hush", "")[..1].to_vec(), BODY), Err(Disbelief::Stale));
    assert_eq!(ask(&headers("other", "2026-11-22T06:00:00Z"), BODY), Err(Disbelief::Signature));
    assert_eq!(ask(&headers("hush", "2026-11-22T06:00:00Z"), "{}"), Err(Disbelief::Signature));
    assert_eq!(ask(&vec![], BODY), Err(Disbelief::Signature));
}

/// Adyen's own example: its key, its notification, its signature.
const ADYEN_KEY: &str = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
const ADYEN_ITEM: &str = r#"{"NotificationRequestItem":{"additionalData":{"hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,"currency":"EUR"},"pspReference":"7914073381342284","eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","paymentMethod":"visa","success":"true"}}"#;

#[test]
fn adyen_signs_every_notification_of_a_body() {
    let body = |items: &[&str]| format!(r#"{{"live":"false","notificationItems":[{}]}}"#, items.join(","));
    let ask = |keys: &[&str], body: &str| checked(Provider::Adyen, &config(keys), &vec![], body, now());
    assert_eq!(ask(&[ADYEN_KEY], &body(&[ADYEN_ITEM])), Ok(None));
    assert_eq!(ask(&["00", &ADYEN_KEY.to_lowercase()], &body(&[ADYEN_ITEM, ADYEN_ITEM])), Ok(None));
    assert_eq!(ask(&[ADYEN_KEY], &body(&[&ADYEN_ITEM.replace("\"true\"", "true")])), Ok(None), "a flag is its word");
    let changed =
        [("1130", "1131"), ("EUR", "USD"), ("AUTHORISATION", "REFUND"), ("\"true\"", "\"false\""), ("coq", "doq")];
    for (from, to) in changed {
        let item = ADYEN_ITEM.replacen(from, to, 1);
        assert_eq!(ask(&[ADYEN_KEY], &body(&[ADYEN_ITEM, &item])), Err(Disbelief::Signature), "{to}");
    }
    for wrong in ["", "{}", "[]", &body(&[]), &body(&["{}"]), &ADYEN_ITEM.replace("hmacSignature", "other")] {
        assert_eq!(ask(&[ADYEN_KEY], wrong), Err(Disbelief::Signature), "{wrong}");
    }
    assert_eq!(ask(&["not hexadecimal"], &body(&[ADYEN_ITEM])), Err(Disbelief::Signature));
}

fn paypal_headers(time: &str, body: &str) -> Headers {
    let signed = format!("t-1|{time}|WH-1|{}", crc32fast::hash(body.as_bytes()));
    let key = RsaKeyPair::from_pkcs8(KEY).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    vec![
        ("paypal-transmission-id", "t-1".to_owned()),
        ("paypal-transmission-time", time.to_owned()),
        ("paypal-auth-algo", "SHA256withRSA".to_owned()),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/CERT-1".to_owned()),
        ("paypal-transmission-sig", STANDARD.encode(signature)),
    ]
}

#[test]
fn paypal_signs_what_was_sent_when_and_to_which_webhook() {
    let headers = paypal_headers("2026-11-22T05:59:00Z", BODY);
    let ask = |config: &Config, headers: &Headers, body: &str| checked(Provider::PayPal, config, headers, body, now());
    let known = config(&[CERTIFICATE]);
    assert_eq!(ask(&known, &headers, BODY), Ok(Some("t-1".to_owned())));
    assert_eq!(ask(&known, &headers, "{}"), Err(Disbelief::Signature));
    assert_eq!(ask(&known, &paypal_headers("2026-11-19T05:59:00Z", BODY), BODY), Err(Disbelief::Stale));
    let other = Config { webhook_id: Some("WH-2".to_owned()), ..known.clone() };
    assert_eq!(ask(&other, &headers, BODY), Err(Disbelief::Signature));
    let none = Config { webhook_id: None, ..known.clone() };
    assert_eq!(ask(&none, &headers, BODY), Err(Disbelief::NotConfigured));
    for left_out in 0..headers.len() {
        let mut headers = headers.clone();
        headers.remove(left_out);
        assert_eq!(ask(&known, &headers, BODY), Err(Disbelief::Signature), "without header {left_out}");
    }
    for (at, value) in [
        (0, "t-2"),
        (1, "2026-11-22T05:59:01Z"),
        (2, "SHA1withRSA"),
        (3, "https://api.paypal.com.evil.example/cert"),
        (3, "https://evil.example/api.paypal.com"),
        (3, "http://api.paypal.com/cert"),
        (3, "https://x@api.paypal.com/cert"),
        (4, "AAAA"),
        (4, "not base64"),
    ] {
        let mut headers = headers.clone();
        value.clone_into(&mut headers[at].1);
        assert_eq!(ask(&known, &headers, BODY), Err(Disbelief::Signature), "{value}");
    }
}

#[test]
fn a_secret_is_checked_before_it_is_kept() {
    assert!(paypal::is_certificate(CERTIFICATE));
    for (provider, secret, fits) in [
        (Provider::PayPal, CERTIFICATE, true),
        (Provider::PayPal, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", false),
        (Provider::PayPal, "hush", false),
        (Provider::Adyen, ADYEN_KEY, true),
        (Provider::Adyen, "hush", false),
        (Provider::Stripe, "whsec_1", true),
        (Provider::Stripe, "", false),
    ] {
        assert_eq!(check_secret(provider, secret).is_ok(), fits, "{} {secret}", provider.name());
    }
}

#[test]
fn the_secret_before_stands_beside_the_new_one_while_it_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let partition = store::Partition { tenant: "t".to_owned(), business: "b".to_owned() };
    drop(store::Store::create(dir.path(), &partition, "test").unwrap());
    let configs = Configs::open(dir.path()).unwrap();
    let set = |secret: &str, keep_old| configs.set(Provider::Stripe, secret.to_owned(), None, keep_old).unwrap();
    let kept = || configs.kept(Provider::Stripe).unwrap().secrets;
    set("one", false);
    set("two", true);
    assert_eq!(kept(), ["two", "one"]);
    set("three", true);
    assert_eq!(kept(), ["three", "two"]);
    set("four", false);
    assert_eq!(kept(), ["four"]);
    assert!(configs.remove(Provider::Stripe).unwrap() && kept().is_empty());
}
