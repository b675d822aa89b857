//! What a marketplace pays its sellers: by the bank and through its processor, in advance and too much, on the statement,
//! the pages, by the API, and again after a replay.

use crate::server::Server;
use crate::shop::run;
use crate::ways_to_pay::{balances, books_of, import, open};
use serde_json::Value;

/// 87.50 and 35.00 of two sales, less 17.50 of a credit note; Bowls Ltd 8.00.
const SALES: &str = r#"{"plimsoll":1,"type":"invoice","id":"1","at":"2025-06-02T10:00:00Z","number":"1","buyer":"ann","country":"DE","currency":"GBP","lines":[{"stock_code":"S1-LAMP","quantity":1,"unit_price":"100.00"},{"stock_code":"S2-BOWL","quantity":1,"unit_price":"10.00"}]}
{"type":"invoice","id":"2","at":"2025-06-03T10:00:00Z","number":"2","buyer":"bob","country":"FR","currency":"GBP","lines":[{"stock_code":"S1-LAMP","quantity":1,"unit_price":"40.00"}]}
{"type":"invoice","id":"C3","at":"2025-06-04T10:00:00Z","number":"C3","buyer":"ann","country":"DE","currency":"GBP","lines":[{"stock_code":"S1-LAMP","quantity":-1,"unit_price":"20.00"}]}
{"type":"payment","id":"ch_1","at":"2025-06-02T10:05:00Z","currency":"GBP","gross":"110.00","order":"1"}
{"type":"payment","id":"ch_2","at":"2025-06-03T10:05:00Z","currency":"GBP","gross":"40.00","order":"2"}
{"type":"refund","id":"re_1","at":"2025-06-04T10:05:00Z","currency":"GBP","gross":"-20.00","charge":"ch_1","description":"C3"}
{"type":"bank_line","id":"b1","booked":"2025-06-20","account":"GB00","currency":"GBP","amount":"-80.00","reference":"1","remittance":"PAYMENT TO LAMPS LTD"}
{"type":"transfer","id":"tr_1","at":"2025-06-21T00:00:00Z","currency":"GBP","gross":"-8.00","charge":"ch_1","description":"Bowls Ltd"}
"#;

const LATER: &str = r#"{"plimsoll":1,"type":"bank_line","id":"b2","booked":"2025-09-10","account":"GB00","currency":"GBP","amount":"-30.00","reference":"2","remittance":"lamps ltd rest"}
{"type":"transfer","id":"tr_2","at":"2025-09-11T00:00:00Z","currency":"GBP","gross":"-1.00","description":"Bowls Ltd"}
{"type":"invoice","id":"4","at":"2025-09-12T10:00:00Z","number":"4","buyer":"cy","country":"DE","currency":"GBP","lines":[{"stock_code":"BOX","quantity":1,"unit_price":"1.00"}]}
{"type":"payment","id":"ch_4","at":"2025-09-12T10:05:00Z","currency":"GBP","gross":"1.00","order":"4"}
"#;

const TERMS: &str = r#"
[[seller]]
stock_code = "S1-*"
seller = "Lamps Ltd"
commission_percent = "12.5"

[[seller]]
stock_code = "S2-*"
seller = "Bowls Ltd"
commission_percent = "20"
"#;

fn minors(view: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| view[name]["minor"].as_i64().unwrap_or_else(|| panic!("{name} of {view}"))).collect()
}

fn ages(view: &Value) -> Vec<i64> {
    view["ages"].as_array().unwrap().iter().map(|age| age["minor"].as_i64().unwrap()).collect()
}

#[test]
fn payments_clear_what_is_owed_and_what_is_too_much_is_named() {
    let (dir, kept) = books_of(TERMS, &[("sales.jsonl", SALES)]);
    assert_eq!(open(&dir), []);
    let names = ["opening", "sales", "returns", "commission", "paid", "closing"];
    let june = run(&dir, &["sellers", "--period", "2025-06", "--json"]).json_lines();
    let told: Vec<_> = june.iter().map(|view| (view["seller"].as_str().unwrap(), minors(view, &names))).collect();
    assert_eq!(
        told,
        [("Bowls Ltd", vec![0, 1_000, 0, 200, 800, 0]), ("Lamps Ltd", vec![0, 14_000, -2_000, 1_500, 8_000, 2_500])]
    );
    assert_eq!(ages(&june[1]), [2_500, 0, 0, 0]);
    let owed = balances(&dir).into_iter().find(|(account, _)| account == "seller_payables");
    assert_eq!(owed, Some(("seller_payables".to_owned(), -2_500)));
    let august = run(&dir, &["sellers", "--period", "2025-08", "--json"]).json_lines();
    assert_eq!((minors(&august[1], &names), ages(&august[1])), (vec![2_500, 0, 0, 0, 0, 2_500], vec![0, 0, 2_500, 0]));
    import(&dir, kept.path(), "later.jsonl", LATER);
    let expected =
        [("BankLineUnexplained/event:bank_line/b2", 500), ("SellerPaymentUnexplained/event:transfer/tr_2", 100)];
    assert_eq!(open(&dir), expected.map(|(id, minor)| (id.to_owned(), minor)));
    assert!(!balances(&dir).iter().any(|(account, _)| account == "seller_payables"), "all is paid");
    let rolls = run(&dir, &["rollforward", "--period", "2025-06", "--json"]).json_lines();
    assert!(rolls.iter().all(|roll| roll["unexplained"]["minor"] == 0), "{rolls:?}");
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}

#[test]
fn a_statement_leads_each_payment_back_to_its_line_and_its_sales() {
    let (dir, _kept) = books_of(TERMS, &[("sales.jsonl", SALES)]);
    let told = run(&dir, &["sellers", "--period", "2025-06", "--seller", "Lamps Ltd", "--json"]).json_lines();
    let lines: Vec<_> = told[1..]
        .iter()
        .map(|line| (line["of"].as_str().unwrap(), minors(line, &["owed"])[0], line["source_line"].as_str().unwrap()))
        .collect();
    let expected = [
        ("sale", 8_750, "sales.jsonl:1"),
        ("sale", 3_500, "sales.jsonl:2"),
        ("credit note", -1_750, "sales.jsonl:3"),
        ("payment", -8_000, "sales.jsonl:7"),
    ];
    assert_eq!(lines, expected);
    let csv = run(&dir, &["sellers", "--period", "2025-06", "--seller", "Lamps Ltd", "--csv"]).out;
    assert!(csv.contains(",payment,event:bank_line/b1,,,0,GBP,0.00,0.00,-80.00,sales.jsonl:7"), "{csv}");
    let paid = run(&dir, &["explain", "event:bank_line/b1", "--json"]).json();
    let settlement = &paid["settlements"][0];
    assert_eq!((&settlement["kind"], &settlement["seller"]), (&"seller-paid".into(), &"Lamps Ltd".into()));
    let shares: Vec<_> =
        settlement["settled"].as_array().unwrap().iter().map(|share| &share["amount"]["minor"]).collect();
    assert_eq!(shares, [8_750, 1_000, -1_750], "the first sales, less what came back");
}

#[test]
fn pages_and_api_tell_what_the_command_does() {
    let (dir, _kept) = books_of(TERMS, &[("sales.jsonl", SALES)]);
    let server = Server::start(&dir, &[]);
    let api = server.get("/v1/payables?period=2025-06").json();
    assert_eq!(Value::from(run(&dir, &["sellers", "--period", "2025-06", "--json"]).json_lines()), api);
    let one = server.get("/v1/payables/Lamps%20Ltd?period=2025-06").json();
    assert_eq!((&one["sums"][0], one["lines"].as_array().unwrap().len()), (&api[1], 4));
    let tax = server.get("/v1/tax?period=2025-06").json();
    assert_eq!(Value::from(run(&dir, &["tax", "--period", "2025-06", "--json"]).json_lines()), tax);
    for (address, status) in
        [("/v1/payables/Lumps", 404), ("/v1/payables?period=x", 400), ("/payables?seller=Lumps", 404)]
    {
        assert_eq!(server.get(address).status, status, "{address}");
    }
    for (page, says) in [
        ("/payables?period=2025-06", "/payables?period=2025-06&amp;seller=Lamps%20Ltd"),
        ("/payables?period=2025-06&seller=Lamps%20Ltd", "event:bank_line/b1"),
        ("/payables.csv?period=2025-06", "Lamps Ltd,GBP,0.00,140.00,-20.00,15.00,80.00,25.00,25.00,0.00,0.00,0.00"),
        ("/payables.csv?period=2025-06&seller=Bowls%20Ltd", "payment,event:transfer/tr_1"),
        ("/tax?period=2025-06", "DE"),
        ("/tax.csv?period=2025-06", "DE,GBP,2,90.00,0.00,0.00,0.00"),
        ("/payables?lang=zh&period=2025-06", "佣金"),
    ] {
        let answer = server.get(page);
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text.contains(says), "{page} lacks {says}: {}", answer.text);
    }
}

/// What the bank and the processor bring back, to the penny, and near misses of it.
const BACK: &str = r#"{"plimsoll":1,"type":"bank_line","id":"b3","booked":"2025-06-23","account":"GB00","currency":"GBP","amount":"80.00","reference":"3","remittance":"RETURNED: LAMPS LTD"}
{"type":"bank_line","id":"b4","booked":"2025-06-24","account":"GB00","currency":"GBP","amount":"80.01","reference":"4","remittance":"RETURNED: LAMPS LTD"}
{"type":"transfer","id":"trr_1","at":"2025-06-23T00:00:00Z","currency":"GBP","gross":"3.00","charge":"tr_1"}
{"type":"transfer","id":"trr_2","at":"2025-06-24T00:00:00Z","currency":"GBP","gross":"5.01","description":"Bowls Ltd"}
{"type":"payment","id":"ch_5","at":"2025-06-25T00:00:00Z","currency":"GBP","gross":"1.00","order":"5"}
{"type":"invoice","id":"5","at":"2025-06-25T00:00:00Z","number":"5","buyer":"cy","country":"DE","currency":"GBP","lines":[{"stock_code":"BOX","quantity":1,"unit_price":"1.00"}]}
"#;

#[test]
fn what_comes_back_of_a_payment_is_owed_again() {
    let (dir, kept) = books_of(TERMS, &[("sales.jsonl", SALES)]);
    import(&dir, kept.path(), "back.jsonl", BACK);
    let names = ["sales", "returns", "commission", "paid", "closing"];
    let june = run(&dir, &["sellers", "--period", "2025-06", "--json"]).json_lines();
    let told: Vec<_> = june.iter().map(|view| minors(view, &names)).collect();
    assert_eq!(told, [vec![1_000, 0, 200, 500, 300], vec![14_000, -2_000, 1_500, 0, 10_500]]);
    let expected =
        [("BankLineUnexplained/event:bank_line/b4", 8_001), ("SellerPaymentUnexplained/event:transfer/trr_2", 501)];
    assert_eq!(open(&dir), expected.map(|(id, minor)| (id.to_owned(), minor)));
    let back = run(&dir, &["explain", "event:bank_line/b3", "--json"]).json();
    assert_eq!(back["settlements"][0]["kind"], "bank-payment-returned");
    let open = run(&dir, &["rollforward", "--account", "bank_unexplained", "--period", "2025-06", "--json"]).out;
    assert!(
        open.contains("bank_line/b4") && !open.contains("bank_line/b3") && !open.contains("bank_line/b1"),
        "{open}"
    );
    let rolls = run(&dir, &["rollforward", "--period", "2025-06", "--json"]).json_lines();
    assert!(rolls.iter().all(|roll| roll["unexplained"]["minor"] == 0), "{rolls:?}");
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}
