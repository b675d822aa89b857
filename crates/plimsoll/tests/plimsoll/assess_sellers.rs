//! A seller's report: for a terminal, as Markdown, JSON and one page in two languages, of a table of days and of the books;
//! and the pages of the server that list sellers.

use crate::one_chargeback::{marketplace, orders};
use crate::server::{Server, new_business};
use crate::shop::run;
use serde_json::{Value, json};
use std::path::Path;

/// Two years of a seller's days, and ten of another.
fn days(folder: &Path) -> String {
    let mut rows = "seller,day,sales,refunds,chargebacks,orders,late\n".to_owned();
    for year in [2024, 2025] {
        for month in 1..=12 {
            for day in 1..=28 {
                let refunds = if (year, month) >= (2025, 11) { 20 } else { 2 };
                rows += &format!("steady,{year}-{month:02}-{day:02},{}.00,{refunds}.00,0.00,5,1\n", 100 + day % 7);
            }
        }
    }
    (1..=10).for_each(|day| rows += &format!("young,2025-12-{:02},50.00,0.00,0.00,2,0\n", day + 18));
    let path = folder.join("days.csv");
    std::fs::write(&path, rows).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_seller_has_a_report_of_every_part_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let days = days(folder.path());
    let page = folder.path().join("seller.html");
    let base = ["assess", "--sellers", &days, "--seller", "steady", "--currency", "EUR"];
    let ask = |more: &[&str]| run(folder.path(), &[&base[..], more].concat());
    let report = ask(&["--json"]).json();
    for part in ["reasons", "indicators", "changed", "weeks", "stress"] {
        assert!(!report[part].as_array().unwrap().is_empty(), "{part}");
    }
    assert_eq!(report["outlook"]["of"], "sales");
    let changed = report["changed"].as_array().unwrap();
    assert!(changed.iter().any(|row| row["what"] == "refund rate" && row["change"] == "worse"), "{changed:?}");
    let text = ask(&[]).out;
    let words = ["Loan limit EUR", "refund rate", "What changed", "Stress", "Methods", "Limits"];
    words.iter().for_each(|word| assert!(text.contains(word), "no {word} in {text}"));
    let markdown = ask(&["--markdown"]).out;
    assert!(markdown.starts_with("# steady") && markdown.contains("| refund rate |"), "{markdown}");
    for (lang, words) in [
        ("en", ["<h1>steady <small>seller</small>", "loan limit", "Methods"]),
        ("zh", ["<h1>steady <small>卖家</small>", "贷款限额", "方法"]),
    ] {
        assert_eq!(ask(&["--html", page.to_str().unwrap(), "--lang", lang]).code, 0);
        let html = std::fs::read_to_string(&page).unwrap();
        words.iter().for_each(|word| assert!(html.contains(word), "{lang}: no {word}"));
        for elsewhere in ["http:", "https:", "src=", "<script", "@import"] {
            assert!(!html.contains(elsewhere), "the page asks for something: {elsewhere}");
        }
        assert!(html.contains("@media print") && html.contains("@page"));
    }
}

#[test]
fn ten_days_of_a_seller_say_so_and_a_page_of_all_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let days = days(folder.path());
    let young = run(folder.path(), &["assess", "--sellers", &days, "--seller", "young"]);
    for told in ["too few days", "earns no loan", "sales are not forecast", "Loan limit EUR 0.00"] {
        assert!(young.out.contains(told), "no {told} in {}", young.out);
    }
    let all = run(folder.path(), &["assess", "--sellers", &days, "--html", "x.html"]);
    assert!(all.code == 1 && all.err.contains("--seller names it"), "{}", all.err);
    let none = run(folder.path(), &["init"]);
    assert_eq!(none.code, 0);
    let none = run(folder.path(), &["assess", "--seller", "steady"]);
    assert!(none.code == 1 && none.err.contains("the policy names no sellers"), "{}", none.err);
}

#[test]
fn the_sellers_of_the_books_are_listed_and_linked_to_their_pages() {
    let (dir, _kept) = marketplace();
    let server = Server::start(&dir, &[]);
    assert_eq!(server.post(json!({"events": orders()}).to_string()).status, 200);
    let page = |path: &str| {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    };
    let listing = page("/sellers");
    for told in ["/sellers/corner", "/sellers/other%20%26%20co", "other &amp; co", "loan limit"] {
        assert!(listing.contains(told), "no {told} in {listing}");
    }
    assert!(page("/scores").contains("/sellers"));
    let one = page("/sellers/other%20%26%20co");
    assert!(one.contains("other &amp; co") && one.contains("chargeback rate"), "{one}");
    assert!(page("/sellers/corner?lang=zh").contains("贷款限额"));
    let api: Value = serde_json::from_str(&page("/v1/sellers/corner")).unwrap();
    assert_eq!((&api["seller"], &api["currency"]), (&"corner".into(), &"GBP".into()));
    assert_eq!(server.get("/v1/sellers/nobody").status, 404);
    server.stop();
    let told = run(&dir, &["assess", "--seller", "corner", "--json"]).json();
    assert_eq!(told, api, "the command line and the API say the same");
    let whole = run(&dir, &["assess", "--json"]).json();
    assert_eq!(whole["sellers"]["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn a_server_with_a_book_shows_its_sellers_and_the_days_that_are_added_while_it_runs() {
    let (dir, kept) = new_business();
    let (days, book) = (days(kept.path()), kept.path().join("sellers.book"));
    let book = book.to_str().unwrap();
    let add = |file: &str| {
        let told = run(&dir, &["assess", "--sellers", file, "--book", book, "--currency", "EUR"]);
        assert_eq!(told.code, 0, "{}", told.err);
    };
    add(&days);
    for args in [&["--seller-book", book][..], &["--seller-book", book, "--read-only"]] {
        let server = Server::start(&dir, args);
        let listing = server.get("/sellers").text;
        assert!(listing.contains("/sellers/steady") && listing.contains("/sellers/young"), "{listing}");
        let one = server.get("/sellers/steady?lang=zh");
        assert!(one.status == 200 && one.text.contains("贷款限额"), "{one:?}");
        let api = server.get("/v1/sellers/steady").json();
        let told = run(&dir, &["assess", "--book", book, "--currency", "EUR", "--seller", "steady", "--json"]).json();
        assert_eq!((&told, &api["currency"]), (&api, &"EUR".into()), "the command line and the API say the same");
        server.stop();
    }
    let server = Server::start(&dir, &["--seller-book", book, "--read-only"]);
    let rows = || server.get("/v1/sellers").json()["rows"].as_array().unwrap().len();
    assert_eq!(rows(), 2);
    let more = kept.path().join("more.csv");
    std::fs::write(&more, "seller,day,sales,refunds,chargebacks,orders,late\nthird,2025-12-28,9.00,0.00,0.00,1,0\n")
        .unwrap();
    add(more.to_str().unwrap());
    assert_eq!(rows(), 3, "the book is read anew where it grew");
    assert_eq!(server.get("/sellers/third").status, 200);
    server.stop();
    let none = run(&dir, &["serve", "--seller-book", days.as_str()]);
    assert!(none.code == 1 && none.err.contains("is no book of sellers"), "{}", none.err);
}
