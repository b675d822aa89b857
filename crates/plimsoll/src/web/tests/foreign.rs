//! A shop with books in pounds that sells in euros, which the European Central Bank quotes, and in dirhams, which nobody
//! does.

use super::{FILE, Shop, bank, file_row, invoice, processor, served};
use axum::http::StatusCode;
use domain::{
    Batch, Body, Content, Currency, Digest, Event, Money, ProcessorCategory, RateSheet, Record, RecordId, Span,
};
use engine::{Loaded, Working, advance};
use jiff::Timestamp;
use serde_json::Value;
use store::{Partition, Store};

fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

/// A day on which one euro buys so many pounds.
fn day(file: Digest, date: &str, pounds: &str) -> Record {
    let rates = vec![(Currency::GBP, pounds.parse().unwrap())];
    let sheet = RateSheet { date: date.parse().unwrap(), base: Currency::EUR, rates };
    let at = format!("{date}T15:00:00Z").parse().unwrap();
    let span = Span { line: 1, offset: 0, len: 7 };
    Record { id: RecordId::from(format!("ecb:{date}")), at, file, span, content: Content::Rates(sheet) }
}

/// The same record in another currency.
fn of(code: &str, mut record: Record) -> Record {
    let money = |amount: Money| Money::new(amount.minor, currency(code));
    match &mut record.content {
        Content::Invoice(invoice) => invoice.currency = currency(code),
        Content::Bank(line) => line.amount = money(line.amount),
        Content::Processor(line) => {
            (line.gross, line.fee, line.net) = (money(line.gross), money(line.fee), money(line.net));
        }
        other => panic!("{other:?}"),
    }
    record
}

fn shop(rates: bool) -> Shop {
    let dir = tempfile::tempdir().unwrap();
    let partition = Partition { tenant: "acme".to_owned(), business: "shop".to_owned() };
    let mut store = Store::create(dir.path(), &partition, "test").unwrap();
    let file = store.keep_raw(FILE.as_bytes()).unwrap();
    let mut records = vec![
        of("EUR", invoice(file, "shop:A", "1", 10_000, "2011-03-07T10:00:00Z", 2)),
        of("EUR", processor(file, "stripe:1", ProcessorCategory::Charge, 10_000, 300, "1", "2011-03-07T11:00:00Z")),
        of("AED", invoice(file, "shop:C", "3", 7_000, "2011-03-08T10:00:00Z", 4)),
        of("EUR", bank(file, "bank:1", -500, "2011-03-21T00:00:00Z")),
        of("AED", bank(file, "bank:3", -700, "2011-03-21T00:00:00Z")),
    ];
    if rates {
        records.splice(0..0, [day(file, "2011-03-04", "0.85"), day(file, "2011-03-18", "0.80")]);
    } else {
        records.push(bank(file, "bank:2", -200, "2011-03-21T00:00:00Z"));
    }
    let now: Timestamp = "2011-03-22T00:00:00Z".parse().unwrap();
    let events = records.into_iter().map(|record| Event { now: record.at, body: Body::Record(record) });
    let batch = Batch { events: events.chain([Event { now, body: Body::Reconcile }]).collect() };
    let step = advance(&mut Working::default(), &Loaded::default(), &batch);
    store.commit(&batch, &step, &[file_row(file)]).unwrap();
    drop(store);
    served(dir, file.to_string())
}

fn asked(shop: &Shop, path: &str) -> Value {
    let answer = shop.get(path);
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

/// 100.00 EUR at .85, the rate of Friday, are 85.00 GBP; 1 EUR in the week before the 21st is .80.
#[test]
fn an_amount_of_another_currency_has_its_worth_and_rate_or_why_there_is_none() {
    let shop = shop(true);
    let record = asked(&shop, "/v1/records/shop:A");
    let told = serde_json::json!({
        "minor": 8_500, "currency": "GBP", "text": "85.00", "rate": "0.85", "rate_date": "2011-03-04",
        "provider": "European Central Bank",
    });
    assert_eq!(record["record"]["content"]["total"]["reporting"], told);
    assert_eq!(record["record"]["content"]["lines"][0]["amount"]["reporting"], told);
    assert_eq!(record["settlements"][0]["settled"][0]["amount"]["reporting"], told, "{record}");
    assert_eq!(record["entries"][0]["postings"][0]["amount"]["reporting"]["rate_date"], "2011-03-04");
    let without = asked(&shop, "/v1/records/shop:C");
    let missing = "no rate of AED in GBP in the week before 2011-03-08";
    let reason = serde_json::json!({"currency": "GBP", "day": "2011-03-08", "missing": missing});
    assert_eq!(without["record"]["content"]["total"]["reporting"], reason);
    assert_eq!(without["score"]["not_converted"], reason, "what is at stake is not known, rather than nothing");
    assert_eq!(asked(&shop, "/v1/scores/transaction/shop:C")["score"]["not_converted"], reason);
    assert_eq!(record["score"].get("not_converted"), None);
    assert_eq!(record["score"]["exposure"]["text"], "85.00");
    let bank = asked(&shop, "/v1/records/bank:1");
    assert_eq!(bank["record"]["content"]["amount"]["reporting"]["text"], "-4.00");
    assert_eq!(bank["record"]["content"]["amount"]["reporting"]["rate_date"], "2011-03-18");
}

#[test]
fn the_api_tells_both_currencies() {
    let shop = shop(true);
    let mut whole = String::new();
    for path in ["/v1/records/stripe:1", "/v1/exceptions", "/v1/entries/charge/stripe:1", "/v1/balances"] {
        whole.push_str(&format!("GET {path}\n{}\n\n", serde_json::to_string_pretty(&asked(&shop, path)).unwrap()));
    }
    let overview = asked(&shop, "/v1/overview");
    for name in ["matched_money_share", "matched_money", "exceptions", "exceptions_money", "exceptions_sum", "months"] {
        whole.push_str(&format!("overview.{name} {}\n\n", serde_json::to_string_pretty(&overview[name]).unwrap()));
    }
    whole.push_str(&format!("overview.sales_left_out {}\n", overview["sales_left_out"]));
    insta::assert_snapshot!(whole);
}

/// What a page shows, without its tags: a line each.
fn shown(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap().split_once('>').unwrap().1.split("</main>").next().unwrap();
    let mut text = String::new();
    for part in main.replace("<tr", "\n<tr").replace("<div", "\n<div").replace("<h2", "\n<h2").split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_pages_show_both_currencies_in_both_languages() {
    let shop = shop(true);
    let mut whole = String::new();
    for path in ["/records?id=shop:A", "/records?id=shop:C", "/exceptions", "/ledger", "/entries?id=charge/stripe:1"] {
        for lang in ["en", "zh"] {
            let separator = if path.contains('?') { '&' } else { '?' };
            let answer = shop.get(&format!("{path}{separator}lang={lang}"));
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            whole.push_str(&format!("GET {path} ({lang})\n{}\n\n", shown(&answer.text)));
        }
    }
    insta::assert_snapshot!(whole);
}

#[test]
fn a_spreadsheet_has_both_currencies_in_columns_of_their_own() {
    let csv = shop(true).get("/exceptions.csv").text;
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').take(15).collect()).collect();
    let row = |id: &str| &rows.iter().find(|row| row[0].ends_with(id)).unwrap_or_else(|| panic!("{csv}"))[5..15];
    let bank = ["EUR", "500", "5.00", "GBP", "400", "4.00", "0.8", "2011-03-18", "European Central Bank", ""];
    assert_eq!(row("bank:1"), bank);
    let dirhams =
        ["AED", "700", "7.00", "GBP", "", "", "", "", "", "no rate of AED in GBP in the week before 2011-03-21"];
    assert_eq!(row("bank:3"), dirhams);
}

/// Without rates: nothing is called unmatched, unsold or at risk that is only not to be told in pounds.
#[test]
fn the_overview_says_what_it_leaves_out() {
    let shop = shop(false);
    let overview = asked(&shop, "/v1/overview");
    let left_out = overview["matched_money"].as_array().unwrap().iter().filter(|row| {
        row["to_settle"]["reporting"]["missing"].as_str().is_some_and(|reason| reason.starts_with("no rate of"))
    });
    assert_eq!(left_out.count(), 2, "{}", overview["matched_money"]);
    assert_eq!(overview["months"], Value::Array(Vec::new()), "a month of bank fees is no month of sales");
    let page = |lang: &str| shown(&shop.get(&format!("/?lang={lang}")).text);
    let (en, zh) = (page("en"), page("zh"));
    for told in [
        "No sales in GBP",
        "Sales in other currencies are not in the chart and the indicators: 70.00 AED · 100.00 EUR",
        "not in GBP: no rate in the week before 2011-03-22",
        "plimsoll import PATH…",
    ] {
        assert!(en.contains(told), "`{told}` is not in\n{en}");
    }
    assert!(!en.contains("plimsoll train") || en.contains("No model decides yet"), "{en}");
    assert!(zh.contains("没有以下币种的销售： GBP") && zh.contains("2011-03-22"), "{zh}");
    assert!(!shop.get("/").text.contains("class=\"chart\"") || en.contains("BankLineUnexplained"), "no empty chart");
}
