//! The whole server over a small shop: three invoices, two charges, a payout that the bank never shows, a bank fee, and
//! a row that could not be used.

mod chinese_page;
mod foreign;

use super::{App, routes};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::{
    BankLine, Batch, Body as EventBody, Content, Currency, Digest, Event, Invoice, InvoiceLine, Issue, IssueRule,
    Money, ProcessorCategory, ProcessorLine, Record, RecordId, Span, Stage, Token,
};
use engine::{Loaded, Working, advance};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{FileRow, Partition, Store};
use tower::ServiceExt;

const FILE: &str = "id,what\r\nA,first\r\nB,<script>alert(1)</script>\r\nC,third\r\n";

struct Shop {
    _dir: tempfile::TempDir,
    router: Router,
    file: String,
}

struct Answer {
    status: StatusCode,
    kind: String,
    policy: String,
    text: String,
}

impl Shop {
    fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).header("host", "127.0.0.1:7645"))
    }

    fn ask(&self, request: axum::http::request::Builder) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let header = |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
            let (status, kind, policy) = (response.status(), header("content-type"), header("content-security-policy"));
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Answer { status, kind, policy, text: String::from_utf8(bytes.to_vec()).unwrap() }
        })
    }
}

fn shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let partition = Partition { tenant: "acme".to_owned(), business: "shop <&>".to_owned() };
    let mut store = Store::create(dir.path(), &partition, "test").unwrap();
    let file = store.keep_raw(FILE.as_bytes()).unwrap();
    let batch = batch(file);
    let step = advance(&mut Working::default(), &Loaded::default(), &batch);
    store.commit(&batch, &step, &[file_row(file)]).unwrap();
    drop(store);
    served(dir, file.to_string())
}

fn served(dir: tempfile::TempDir, file: String) -> Shop {
    let app = App::new(store::Reader::open(dir.path()).unwrap(), dir.path());
    Shop { router: routes::router(Arc::new(app), true), _dir: dir, file }
}

fn empty_shop() -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let partition = Partition { tenant: "acme".to_owned(), business: "shop".to_owned() };
    drop(Store::create(dir.path(), &partition, "test").unwrap());
    served(dir, String::new())
}

fn file_row(digest: Digest) -> FileRow {
    FileRow {
        digest,
        name: "simulated-shop.csv".to_owned(),
        source: "online-retail".to_owned(),
        bytes: FILE.len() as u64,
        rows: 3,
        records: 3,
        rows_in_records: 3,
        duplicates: 0,
        issues: 1,
        ..FileRow::default()
    }
}

fn batch(file: Digest) -> Batch {
    let records = [
        invoice(file, "shop:A", "1", 10_000, "2011-03-01T10:00:00Z", 2),
        invoice(file, "shop:B/../x", "2", 5_000, "2011-03-02T10:00:00Z", 3),
        invoice(file, "shop:C", "3", 700, "2011-03-20T10:00:00Z", 4),
        processor(file, "stripe:1", ProcessorCategory::Charge, 10_000, 300, "1", "2011-03-01T11:00:00Z"),
        processor(file, "stripe:2", ProcessorCategory::Charge, 10_000, 300, "1", "2011-03-01T12:00:00Z"),
        processor(file, "stripe:3", ProcessorCategory::Payout, -19_400, 0, "", "2011-03-03T00:00:00Z"),
        bank(file, "bank:1", -500, "2011-03-20T00:00:00Z"),
    ];
    let now: Timestamp = "2011-03-21T00:00:00Z".parse().unwrap();
    let event = |record: Record| Event { now: record.at, body: EventBody::Record(record) };
    let rejected = Event { now, body: EventBody::Rejected(quarantined(file)) };
    let last = Event { now, body: EventBody::Reconcile };
    Batch { events: records.into_iter().map(event).chain([rejected, last]).collect() }
}

fn bank(file: Digest, id: &str, pence: i64, at: &str) -> Record {
    let at: Timestamp = at.parse().unwrap();
    let line = BankLine {
        account: "GB00".to_owned(),
        amount: Money::new(pence, Currency::GBP),
        booked: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        reference: String::new(),
        end_to_end: String::new(),
        remittance: "ACCOUNT FEE".to_owned(),
        counterparty: None,
    };
    Record { id: RecordId::from(id), at, file, span: Span { line: 2, offset: 9, len: 7 }, content: Content::Bank(line) }
}

fn quarantined(file: Digest) -> Issue {
    Issue {
        stage: Stage::Sources,
        rule: IssueRule::InvalidNumber,
        file,
        span: Span { line: 4, offset: 9, len: 7 },
        rows: 1,
        column: "UnitPrice".to_owned(),
        value: "1.2.3<b>".to_owned(),
    }
}

fn invoice(file: Digest, id: &str, number: &str, pence: i64, at: &str, line: u32) -> Record {
    let span = Span { line, offset: 9, len: 7 };
    let lines = vec![InvoiceLine {
        stock_code: "85123A".to_owned(),
        description: "<script>alert(1)</script>".to_owned(),
        quantity: 1,
        unit_price: rust_decimal::Decimal::new(pence, 2),
        span,
    }];
    let invoice = Invoice {
        number: number.to_owned(),
        buyer: Some(Token([7; 16])),
        country: "United Kingdom".to_owned(),
        currency: Currency::GBP,
        lines,
    };
    Record { id: RecordId::from(id), at: at.parse().unwrap(), file, span, content: Content::Invoice(invoice) }
}

fn processor(
    file: Digest,
    id: &str,
    category: ProcessorCategory,
    gross: i64,
    fee: i64,
    order: &str,
    at: &str,
) -> Record {
    let money = |minor| Money::new(minor, Currency::GBP);
    let line = ProcessorLine {
        category,
        gross: money(gross),
        fee: money(fee),
        net: money(gross - fee),
        source_id: if category == ProcessorCategory::Payout { "po_1".to_owned() } else { id.replace(':', "_") },
        charge: None,
        payout: Some("po_1".to_owned()),
        payout_at: None,
        order_reference: (!order.is_empty()).then(|| order.to_owned()),
        customer: None,
        description: String::new(),
        presentment: None,
        card_country: None,
    };
    let span = Span { line: 2, offset: 9, len: 7 };
    Record { id: RecordId::from(id), at: at.parse().unwrap(), file, span, content: Content::Processor(line) }
}

/// Addresses that a page links to, decoded from HTML.
fn links(html: &str) -> BTreeSet<String> {
    let attribute = |name: &str| {
        let parts = html.split(&format!("{name}=\"")).skip(1).map(str::to_owned).collect::<Vec<_>>();
        parts.into_iter().filter_map(|part| part.split_once('"').map(|(value, _)| value.replace("&amp;", "&")))
    };
    attribute("href").chain(attribute("src")).filter(|link| link.starts_with('/')).collect()
}

#[test]
fn every_link_of_every_page_resolves() {
    let shop = shop();
    for start in ["/", "/?lang=zh"] {
        let mut waiting: Vec<String> = vec![start.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(link) = waiting.pop() {
            if !seen.insert(link.clone()) {
                continue;
            }
            let answer = shop.get(&link);
            assert_eq!(answer.status, StatusCode::OK, "{link}: {}", answer.text);
            if answer.kind.starts_with("text/html") {
                waiting.extend(links(&answer.text));
            }
        }
        assert!(seen.len() > 40, "{} pages", seen.len());
        for part in ["/records?id=shop:B", "/scores/transaction/shop:B%2F..%2Fx", "/lines?file=", "/ledger?account="] {
            assert!(seen.iter().any(|link| link.starts_with(part)), "nothing links to {part}");
        }
    }
}

#[test]
fn what_a_file_says_is_never_markup() {
    let shop = shop();
    let line = format!("/lines?file={}&line=3", shop.file);
    for page in ["/records?id=shop:A", "/", &line, "/exceptions?rule=%3Cscript%3Ealert(1)%3C/script%3E"] {
        let answer = shop.get(page);
        assert!(!answer.text.contains("<script>alert") && !answer.text.contains("shop <&>"), "{page}");
        assert!(answer.policy.starts_with("default-src 'self'"), "{page}");
        assert!(!answer.text.contains(" style=") && !answer.text.contains("<style"), "{page} has inline style");
    }
    assert!(shop.get(&line).text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn what_is_not_there_is_a_problem_with_what_next() {
    let shop = shop();
    for (path, status, detail) in [
        ("/v1/records/shop:Z", 404, "these books hold no record `shop:Z`"),
        ("/v1/entries/none/x", 404, "these books hold no entry `none/x`"),
        ("/v1/exceptions/None", 404, "these books hold no exception `None`"),
        ("/v1/scores/buyer/none", 404, "these books hold no live score of `buyer/none`"),
        ("/v1/files/00/lines/1", 404, "these books hold no file `00`"),
        ("/v1/nothing", 404, "nothing answers at `/v1/nothing`"),
        ("/v1/exceptions?limit=0", 400, "`limit` is `0`; expected a number from 1 to 1000"),
        ("/v1/exceptions?rule=x", 400, "`rule` is `x`; expected the name of a rule, for example `DuplicateCharge`"),
    ] {
        let answer = shop.get(path);
        assert_eq!((answer.status.as_u16(), answer.kind.as_str()), (status, "application/problem+json"), "{path}");
        let problem: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(problem["detail"], detail, "{path}");
        assert!(problem["next"].as_str().is_some_and(|next| !next.is_empty()), "{path}");
    }
    let page = shop.get("/records?id=shop:Z");
    assert_eq!((page.status.as_u16(), page.kind.as_str()), (404, "text/html; charset=utf-8"));
    let far = shop.get(&format!("/v1/files/{}/lines/99", shop.file));
    assert_eq!(far.status, StatusCode::NOT_FOUND);
    assert!(!far.text.contains(".raw"), "an internal name reached the client: {}", far.text);
}

#[test]
fn only_loopback_hosts_are_answered_and_only_get() {
    let shop = shop();
    let answer = shop.ask(Request::get("/v1/health").header("host", "evil.example"));
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!answer.policy.is_empty());
    assert_eq!(shop.ask(Request::get("/")).status, StatusCode::MISDIRECTED_REQUEST);
    let answer = shop.ask(Request::post("/v1/overview").header("host", "localhost"));
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn a_list_is_paged_without_gaps() {
    let shop = shop();
    let page = |query: &str| -> serde_json::Value {
        serde_json::from_str(&shop.get(&format!("/v1/exceptions?{query}")).text).unwrap()
    };
    let ids = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let whole = page("");
    let (first, second) = (page("limit=2"), page("limit=50&offset=2"));
    assert_eq!(ids(&whole), [ids(&first), ids(&second)].concat());
    assert_eq!((first["more"].as_bool(), second["more"].as_bool()), (Some(true), Some(false)));
    assert_eq!(whole["total"], ids(&whole).len());
    let csv = shop.get("/exceptions.csv");
    assert_eq!(csv.text.lines().count(), 1 + ids(&whole).len());
    assert_eq!(ids(&page("rule=DuplicateCharge")), ["DuplicateCharge/stripe:2"]);
}

#[test]
fn the_language_is_asked_for_and_kept() {
    let shop = shop();
    let zh = shop.ask(Request::get("/").header("host", "localhost").header("accept-language", "zh-CN,en;q=0.5"));
    assert!(zh.text.contains("<html lang=\"zh\">") && zh.text.contains("账目平衡"));
    let stated = shop.get("/?lang=zh");
    assert!(stated.text.contains("href=\"/exceptions?lang=zh\""));
    assert!(shop.get("/").text.contains("Ledger balanced"));
}

#[test]
fn an_empty_directory_says_what_to_do() {
    let shop = empty_shop();
    for page in ["/", "/ledger"] {
        assert!(shop.get(page).text.contains("plimsoll import"), "{page}");
    }
    for page in ["/exceptions", "/scores", "/scores?subject=buyer", "/v1/overview", "/v1/entries"] {
        assert_eq!(shop.get(page).status, StatusCode::OK, "{page}");
    }
}

#[test]
fn the_api_has_this_shape() {
    let shop = shop();
    let mut whole = String::new();
    for path in [
        "/v1/health",
        "/v1/exceptions?limit=2",
        "/v1/issues",
        "/v1/scores?limit=1",
        "/v1/scores/transaction/shop:B/../x",
        "/v1/entries?account=cash_in_transit",
        "/v1/entries/charge/stripe:1",
        "/v1/records/stripe:1",
        "/v1/balances",
        "/v1/overview",
    ] {
        let answer = shop.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        whole.push_str(&format!("GET {path}\n{}\n\n", serde_json::to_string_pretty(&value).unwrap()));
    }
    let lines = shop.get(&format!("/v1/files/{}/lines/3?around=1", shop.file));
    whole.push_str(&format!("GET /v1/files/…/lines/3?around=1\n{}\n", lines.text));
    insta::assert_snapshot!(whole);
}
