//! Every provider's notices over HTTP, and posted events beside them, with the same seven trials each: a good body is taken
//! once; its replay adds nothing; a bad signature, an old time, a body beyond ten megabytes, bytes that are no UTF-8 and
//! a card number are refused, each with its status, and leave an audit line and nothing else.

use crate::server::{Answer, Server, new_business};
use crate::shop::{command, records};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::Sha256;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use store::{Reader, TableDigest};

const ADYEN_KEY: &str = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
const PAYPAL_CERTIFICATE: &str = include_str!("paypal/certificate.pem");
const PAYPAL_KEY: &[u8] = include_bytes!("paypal/key.p8");

/// Of the ranges of a card issuer, and with the right last digit.
const CARD: &str = "4111111111111111";

const TOO_LARGE: usize = (10 << 20) + 1;

type Headers = Vec<(&'static str, String)>;

/// A sender of JSON bodies.
struct Sender {
    name: &'static str,
    path: &'static str,
    secret: &'static str,
    /// A sound body whose free text is `TEXT`.
    body: &'static str,
    /// The records that it makes.
    makes: &'static [&'static str],
    sign: fn(Timestamp, &[u8]) -> Headers,
    /// What was answered to a body that was taken, and to one that came before.
    taken: fn(&Answer) -> bool,
    known: fn(&Answer) -> bool,
    /// How old a notice may be, where its time is signed.
    too_old: Option<SignedDuration>,
    /// Adyen's signature stands in the body, so that what is no JSON bears none.
    not_utf8: (u16, &'static str),
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sign_as_stripe(at: Timestamp, body: &[u8]) -> Headers {
    let second = at.as_second().to_string();
    let signed = hex(&hmac(b"whsec_1", &[second.as_bytes(), b".", body]));
    vec![("Stripe-Signature", format!("t={second},v1={signed}"))]
}

fn sign_as_shopify(at: Timestamp, body: &[u8]) -> Headers {
    vec![
        ("X-Shopify-Hmac-Sha256", STANDARD.encode(hmac(b"hush", &[body]))),
        ("X-Shopify-Triggered-At", at.to_string()),
        ("X-Shopify-Webhook-Id", "b54557e4".to_owned()),
    ]
}

fn sign_as_paypal(at: Timestamp, body: &[u8]) -> Headers {
    let time = at.to_string();
    let signed = format!("t-1|{time}|WH-1|{}", crc32fast::hash(body));
    let key = RsaKeyPair::from_pkcs8(PAYPAL_KEY).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    vec![
        ("Paypal-Transmission-Id", "t-1".to_owned()),
        ("Paypal-Transmission-Time", time),
        ("Paypal-Auth-Algo", "SHA256withRSA".to_owned()),
        ("Paypal-Cert-Url", "https://api.paypal.com/v1/notifications/certs/CERT-1".to_owned()),
        ("Paypal-Transmission-Sig", STANDARD.encode(signature)),
    ]
}

fn one(answer: &Answer, word: &str) -> bool {
    answer.json()[word].as_u64() == Some(1)
}

fn stripe() -> Sender {
    Sender {
        name: "stripe",
        path: "/v1/webhooks/stripe",
        secret: "whsec_1",
        body: r#"{"id":"evt_1","object":"event","type":"charge.succeeded","data":{"object":{"id":"ch_1","object":"charge","amount":1000,"currency":"gbp","description":"TEXT","balance_transaction":{"id":"txn_1","object":"balance_transaction","amount":1000,"fee":35,"net":965,"currency":"gbp","created":1768824465,"available_on":1768824465,"reporting_category":"charge","type":"charge","source":"ch_1"}}}}"#,
        makes: &["stripe:txn_1"],
        sign: sign_as_stripe,
        taken: |answer| one(answer, "accepted"),
        known: |answer| one(answer, "duplicate"),
        too_old: Some(SignedDuration::from_mins(6)),
        not_utf8: (400, "unreadable"),
    }
}

fn shopify() -> Sender {
    Sender {
        name: "shopify",
        path: "/v1/webhooks/shopify",
        secret: "hush",
        body: r##"{"id":509,"name":"#1001","note":"TEXT","created_at":"2026-01-19T12:07:45Z","processed_at":"2026-01-19T12:07:45Z","currency":"EUR","financial_status":"paid","test":false,"taxes_included":false,"total_price":"20.00","subtotal_price":"20.00","total_tax":"0.00","total_discounts":"0.00","line_items":[{"id":1,"sku":"M-1","title":"Mug","name":"Mug","quantity":2,"price":"10.00","total_discount":"0.00"}],"shipping_lines":[],"refunds":[],"fulfillments":[],"email":"zoe@example.org","billing_address":{"country_code":"DE"}}"##,
        makes: &["shopify-orders:#1001"],
        sign: sign_as_shopify,
        taken: |answer| one(answer, "accepted"),
        known: |answer| one(answer, "duplicate"),
        too_old: Some(SignedDuration::from_hours(49)),
        not_utf8: (400, "unreadable"),
    }
}

fn paypal() -> Sender {
    Sender {
        name: "paypal",
        path: "/v1/webhooks/paypal",
        secret: PAYPAL_CERTIFICATE,
        body: r#"{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED","summary":"TEXT","resource":{"id":"8AB","state":"completed","amount":{"total":"1048.20","currency":"USD"},"transaction_fee":{"value":"30.70","currency":"USD"},"invoice_number":"INV-71","create_time":"2026-02-13T17:15:00Z"}}"#,
        makes: &["paypal:8AB"],
        sign: sign_as_paypal,
        taken: |answer| one(answer, "accepted"),
        known: |answer| one(answer, "duplicate"),
        too_old: Some(SignedDuration::from_hours(24 * 4)),
        not_utf8: (400, "unreadable"),
    }
}

/// Adyen's own example: its key, its notification, its signature. Such a notice moves no balance, so it makes no record.
fn adyen() -> Sender {
    Sender {
        name: "adyen",
        path: "/v1/webhooks/adyen",
        secret: ADYEN_KEY,
        body: r#"{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,"currency":"EUR"},"reason":"TEXT","pspReference":"7914073381342284","eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","success":"true"}}]}"#,
        makes: &[],
        sign: |_, _| Vec::new(),
        taken: |answer| answer.text == "[accepted]",
        known: |answer| answer.text == "[accepted]",
        too_old: None,
        not_utf8: (401, "signature"),
    }
}

/// Sets a provider's secret by standard input.
fn set(dir: &Path, sender: &Sender) {
    let mut running = command(dir)
        .args(["webhook", "set", sender.name, "--secret-file", "-", "--webhook-id", "WH-1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    running.stdin.take().unwrap().write_all(sender.secret.as_bytes()).unwrap();
    assert!(running.wait().unwrap().success());
}

fn ask(server: &Server, path: &str, headers: &Headers, body: &[u8]) -> Answer {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    server.ask("POST", path, &headers, body)
}

/// All that a refusal may not change: the journal, every table, and the raw files on the disk.
#[derive(PartialEq, Debug)]
struct Kept {
    batch: u64,
    tables: Vec<TableDigest>,
    raw: Vec<std::ffi::OsString>,
}

impl Kept {
    fn of(dir: &Path) -> Self {
        let reader = Reader::open(dir).unwrap();
        let mut raw: Vec<_> =
            std::fs::read_dir(dir.join("raw")).unwrap().map(|file| file.unwrap().file_name()).collect();
        raw.sort();
        Self { batch: reader.last_batch().unwrap(), tables: reader.table_digests().unwrap(), raw }
    }
}

/// Nowhere below a directory stand these bytes; the files may be written while they are read.
fn nowhere(dir: &Path, bytes: &[u8]) {
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let content = std::fs::read(&path).unwrap();
                    assert!(!content.windows(bytes.len()).any(|part| part == bytes), "{}", path.display());
                }
            }
        }
    }
}

/// The last audit line says why, and nothing else has changed.
fn refused(dir: &Path, before: &Kept, answer: &Answer, status: u16, reason: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert!(answer.json()["next"].as_str().is_some_and(|next| !next.is_empty()), "{what}: {answer:?}");
    let lines = Reader::open(dir).unwrap().audit(1, 0).unwrap();
    assert_eq!(lines.first().map(|line| line.reason.as_str()), Some(reason), "{what}");
    assert_eq!(Kept::of(dir), *before, "{what}: something of it was kept");
}

fn try_all(sender: &Sender) {
    let (dir, _kept) = new_business();
    set(&dir, sender);
    let server = Server::start(&dir, &[]);
    let (now, text) = (Timestamp::now(), sender.body.replace("TEXT", "a mug"));
    let body = text.as_bytes();
    let send = |at: Timestamp, body: &[u8]| ask(&server, sender.path, &(sender.sign)(at, body), body);

    let first = send(now, body);
    assert!(first.status == 200 && (sender.taken)(&first), "{}: {first:?}", sender.name);
    let kept = Kept::of(&dir);
    for again in [send(now, body), send(now + SignedDuration::from_secs(1), body)] {
        assert!(again.status == 200 && (sender.known)(&again), "{}: {again:?}", sender.name);
        assert_eq!(Kept::of(&dir), kept, "{}: a replay adds nothing", sender.name);
    }

    let changed = text.replace("1130", "1131").replace("1000", "1001").replace("10.00", "11.00").replace("8AB", "8AC");
    let forged = ask(&server, sender.path, &(sender.sign)(now, body), changed.as_bytes());
    refused(&dir, &kept, &forged, 401, "signature", "a changed body");
    if let Some(age) = sender.too_old {
        refused(&dir, &kept, &send(now - age, body), 400, "stale", "an old notice");
        refused(&dir, &kept, &send(now + age, body), 400, "stale", "a notice of a time to come");
    }
    let large = [body, " ".repeat(TOO_LARGE - body.len()).as_bytes()].concat();
    refused(&dir, &kept, &send(now, &large), 413, "too-large", "a large body");
    let not_utf8 = [&body[..body.len() - 1], b",\"x\":\"\xff\"}"].concat();
    let (status, reason) = sender.not_utf8;
    refused(&dir, &kept, &send(now, &not_utf8), status, reason, "no UTF-8");
    let card = sender.body.replace("TEXT", CARD);
    refused(&dir, &kept, &send(now, card.as_bytes()), 422, "card-number", "a card number");
    server.stop();
    nowhere(&dir, CARD.as_bytes());
    let ids: Vec<_> = records(&Reader::open(&dir).unwrap()).into_iter().map(|record| record.id.to_string()).collect();
    assert_eq!(ids, sender.makes, "{}", sender.name);
}

#[test]
fn stripe_s_notices() {
    try_all(&stripe());
}

#[test]
fn shopify_s_notices() {
    try_all(&shopify());
}

#[test]
fn paypal_s_notices() {
    try_all(&paypal());
}

#[test]
fn adyen_s_notices() {
    try_all(&adyen());
}

/// The same of events that are posted: a token stands for the signature, and no time is signed, so that an event of any
/// day may be posted, but none of a day to come.
#[test]
fn posted_events() {
    let (dir, _kept) = new_business();
    let server = Server::start(&dir, &[]);
    let event = |text: &str, at: &str| {
        format!(
            r#"{{"type":"payment","id":"ch_1","at":"{at}","currency":"EUR","gross":"10.00","description":"{text}"}}"#
        )
    };
    let body = event("a mug", "2026-01-19T12:08:02Z");
    assert_eq!(server.post(&body).statuses(), ["accepted"]);
    let kept = Kept::of(&dir);
    let again = server.post(&body);
    assert_eq!((again.status, again.statuses()), (200, vec!["duplicate".to_owned()]));
    assert_eq!(Kept::of(&dir), kept, "a replay adds nothing");
    let wrong =
        vec![("Authorization", format!("Bearer {}x", server.token)), ("Content-Type", "application/json".to_owned())];
    let forged = ask(&server, "/v1/events", &wrong, body.as_bytes());
    refused(&dir, &kept, &forged, 401, "unauthorised", "another token");
    let large = [body.as_bytes(), " ".repeat(TOO_LARGE - body.len()).as_bytes()].concat();
    refused(&dir, &kept, &server.post(&large), 413, "too-large", "a large body");
    let not_utf8 = [&body.as_bytes()[..body.len() - 1], b",\"x\":\"\xff\"}"].concat();
    refused(&dir, &kept, &server.post(&not_utf8), 400, "unreadable", "no UTF-8");
    let card = event(CARD, "2026-01-19T12:08:02Z");
    refused(&dir, &kept, &server.post(&card), 422, "card-number", "a card number");
    let to_come = server.post(event("a mug", "2099-01-19T12:08:02Z").replace("ch_1", "ch_2"));
    assert_eq!((to_come.status, &to_come.json()["items"][0]["issue"]["rule"]), (422, &"DateInFuture".into()));
    server.stop();
    nowhere(&dir, CARD.as_bytes());
    let ids: Vec<_> = records(&Reader::open(&dir).unwrap()).into_iter().map(|record| record.id.to_string()).collect();
    assert_eq!(ids, ["event:payment/ch_1"]);
}
