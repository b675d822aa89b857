//! Notices of providers over HTTP: believed for their signature alone, kept once, and refused without a trace but an
//! audit line.

use crate::server::{Answer, Server, new_business};
use crate::shop::{command, records};
use domain::{Currency, Money, ProcessorCategory};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use store::Reader;

/// Sets a provider's secret by standard input.
fn set(dir: &Path, provider: &str, secret: &str) {
    let mut running = command(dir)
        .args(["webhook", "set", provider, "--secret-file", "-", "--webhook-id", "WH-1", "--keep-old"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    running.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    assert!(running.wait().unwrap().success());
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn stripe_signature(secret: &str, at: Timestamp, body: &str) -> String {
    let second = at.as_second();
    let signed = hmac(secret.as_bytes(), format!("{second}.{body}").as_bytes());
    let hex: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={second},v1={hex}")
}

fn stripe(server: &Server, signature: &str, body: &str) -> Answer {
    server.ask("POST", "/v1/webhooks/stripe", &[("Stripe-Signature", signature)], body.as_bytes())
}

fn last_batch(dir: &Path) -> u64 {
    Reader::open(dir).unwrap().last_batch().unwrap()
}

/// A body that a source of ours reads: a report of the processor, as our own writer makes it.
fn report() -> String {
    let pounds = |minor| Money::new(minor, Currency::GBP);
    let at = "2026-01-19T12:07:45Z".parse().unwrap();
    let row = sources::stripe::Row {
        automatic_payout_id: String::new(),
        automatic_payout_effective_at_utc: None,
        balance_transaction_id: "txn_1".to_owned(),
        created_utc: at,
        available_on_utc: at,
        category: ProcessorCategory::Charge,
        gross: pounds(1000),
        fee: pounds(35),
        net: pounds(965),
        source_id: "ch_1".to_owned(),
        description: String::new(),
        customer_id: "cus_1".to_owned(),
        charge_id: String::new(),
        payment_intent_id: String::new(),
        customer_facing: None,
        order_id: String::new(),
    };
    String::from_utf8(sources::stripe::write(&[row])).unwrap()
}

#[test]
fn a_signed_notice_is_kept_once_and_its_replay_adds_nothing() {
    let (dir, _kept) = new_business();
    set(&dir, "stripe", "whsec_1");
    let server = Server::start(&dir, &[]);
    let (now, body) = (Timestamp::now(), report());
    let first = stripe(&server, &stripe_signature("whsec_1", now, &body), &body);
    assert_eq!((first.status, first.json()["accepted"].as_u64()), (200, Some(1)), "{first:?}");
    let batch = last_batch(&dir);
    for at in [now, now + SignedDuration::from_secs(1)] {
        let again = stripe(&server, &stripe_signature("whsec_1", at, &body), &body);
        assert_eq!((again.status, again.json()["duplicate"].as_u64()), (200, Some(1)), "{again:?}");
    }
    assert_eq!(last_batch(&dir), batch);
    server.stop();
    let ids: Vec<_> = records(&Reader::open(&dir).unwrap()).into_iter().map(|record| record.id.0).collect();
    assert_eq!(ids, ["stripe:txn_1"]);
}

#[test]
fn a_body_that_no_source_knows_is_kept_as_an_issue_once() {
    let (dir, _kept) = new_business();
    set(&dir, "stripe", "whsec_1");
    let server = Server::start(&dir, &[]);
    let body = r#"{"id":"evt_9","something":"else"}"#;
    let changed = r#"{"id":"evt_9","something":"else","pending":1}"#;
    for (body, rejected, duplicate) in [(body, 1, 0), (body, 0, 1), (changed, 0, 1)] {
        let answer = stripe(&server, &stripe_signature("whsec_1", Timestamp::now(), body), body);
        let json = answer.json();
        assert_eq!((answer.status, &json["rejected"], &json["duplicate"]), (200, &rejected.into(), &duplicate.into()));
    }
    server.stop();
    let reader = Reader::open(&dir).unwrap();
    let issues = reader.issues(&store::IssueFilter::default()).unwrap();
    assert_eq!(issues.len(), 1);
    assert_eq!(reader.raw(&issues[0].issue.file).unwrap(), format!("{body}\n").as_bytes());
}

#[test]
fn a_notice_that_is_not_believed_leaves_an_audit_line_and_nothing_else() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let body = report();
    let signed = stripe_signature("whsec_1", Timestamp::now(), &body);
    assert_eq!(stripe(&server, &signed, &body).status, 401, "no secret is set");
    set(&dir, "stripe", "whsec_1");
    set(&dir, "shopify", "hush");
    set(&dir, "adyen", "00ff");
    set(&dir, "paypal", include_str!("paypal/certificate.pem"));
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let batch = last_batch(&dir);
    let old = Timestamp::now() - SignedDuration::from_mins(6);
    let shopify = [("X-Shopify-Hmac-Sha256", "AAAA"), ("X-Shopify-Triggered-At", "2026-01-01T00:00:00Z")];
    let paypal = [
        ("Paypal-Transmission-Id", "t-1"),
        ("Paypal-Transmission-Time", "2026-01-01T00:00:00Z"),
        ("Paypal-Auth-Algo", "SHA256withRSA"),
        ("Paypal-Cert-Url", "https://api.paypal.com/cert"),
        ("Paypal-Transmission-Sig", "AAAA"),
    ];
    let adyen = r#"{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"AAAA"}}}]}"#;
    let ask = |name: &str, headers: &[(&str, &str)], body: &str| {
        server.ask("POST", &format!("/v1/webhooks/{name}"), headers, body.as_bytes())
    };
    let told = [
        (stripe(&server, &stripe_signature("whsec_2", Timestamp::now(), &body), &body), 401, "signature"),
        (stripe(&server, &signed, &body.replace("10.00", "99.00")), 401, "signature"),
        (stripe(&server, &stripe_signature("whsec_1", old, &body), &body), 400, "stale"),
        (ask("stripe", &[], &body), 401, "signature"),
        (ask("stripe", &[], &"x".repeat((10 << 20) + 1)), 413, "too-large"),
        (ask("shopify", &shopify, "{}"), 401, "signature"),
        (ask("paypal", &paypal, "{}"), 401, "signature"),
        (ask("adyen", &[], adyen), 401, "signature"),
    ];
    let lines = Reader::open(&dir).unwrap().audit(20, 0).unwrap();
    assert_eq!((lines.len(), lines[told.len()].reason.as_str()), (told.len() + 1, "no-secret"));
    for ((answer, status, reason), line) in told.iter().zip(lines[..told.len()].iter().rev()) {
        assert_eq!((answer.status, line.reason.as_str()), (*status, *reason), "{answer:?}");
    }
    assert_eq!(ask("other", &[], "{}").status, 404);
    assert_eq!(last_batch(&dir), batch);
    assert_eq!(std::fs::read_dir(dir.join("raw")).unwrap().count(), 0);
}

#[test]
fn adyen_hears_that_its_notice_was_accepted() {
    let (dir, _kept) = new_business();
    set(&dir, "adyen", "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056");
    let server = Server::start(&dir, &[]);
    let body = r#"{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,"currency":"EUR"},"pspReference":"7914073381342284","eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","success":"true"}}]}"#;
    for _ in 0..2 {
        let answer = server.ask("POST", "/v1/webhooks/adyen", &[], body.as_bytes());
        assert_eq!((answer.status, answer.text.as_str()), (200, "[accepted]"));
    }
    assert_eq!(last_batch(&dir), 2, "the policy, and the notice once");
}
