//! `link --sums` from outside: payouts of several payments less a fee, after what is one to one.

use crate::shop::run;
use std::fmt::Write as _;
use std::path::Path;

/// Forty payments that a line each settles, three that one line settles less 2.9 %, and two lines that settle two others.
fn tables(home: &Path) -> [String; 2] {
    let (mut left, mut right) = ("payment_id,date,amount,memo\n".to_owned(), "line_id,date,amount,memo\n".to_owned());
    for at in 0..40 {
        let (amount, memo) = (10_000 + at * 377, format!("{} JONES {at}", at * 7_919 % 997));
        let (day, major, minor) = (1 + at % 20, amount / 100, amount % 100);
        let _ = writeln!(left, "P{at},2026-03-{day:02},{major}.{minor:02},{memo}");
        let _ = writeln!(right, "B{at},2026-03-{:02},{major}.{minor:02},{memo}", day + 1);
    }
    left.push_str(
        "P90,2026-04-01,1000.00,order one\nP91,2026-04-01,2000.00,order two\nP92,2026-04-02,3000.00,order three\n",
    );
    right.push_str("B90,2026-04-04,5826.00,GATEWAY PAYOUT\n");
    left.push_str("P93,2026-04-20,70000.00,invoice a\nP94,2026-04-20,50000.00,invoice b\n");
    right.push_str("B93,2026-04-22,90000.00,TRANSFER X\nB94,2026-04-23,30000.00,TRANSFER Y\n");
    [("left.csv", left), ("right.csv", right)].map(|(name, text)| {
        let path = home.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

#[test]
fn several_payments_are_settled_by_one_line_and_by_several() {
    let folder = tempfile::tempdir().unwrap();
    let [left, right] = tables(folder.path());
    let with = |words: &[&str]| run(folder.path(), &[&["link", left.as_str(), right.as_str()][..], words].concat());
    let said = with(&["--one-to-one", "--sums", "--fee", "2.9", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let told = said.json();
    let groups = told["sums"]["groups"].as_array().unwrap();
    let named = |at: usize, side: &str| -> Vec<String> {
        let names = groups[at][side].as_array().unwrap().iter();
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(groups.len(), 2, "{groups:?}");
    assert_eq!(
        (named(0, "left"), named(0, "right")),
        (vec!["P90".into(), "P91".into(), "P92".into()], vec!["B90".into()])
    );
    assert_eq!(
        (named(1, "left"), named(1, "right")),
        (vec!["P93".into(), "P94".into()], vec!["B93".into(), "B94".into()])
    );
    assert!(groups[0]["paid"].as_str().unwrap().starts_with("5826.00"), "{groups:?}");
    let csv = with(&["--one-to-one", "--sums", "--fee", "2.9"]);
    assert_eq!(csv.out.lines().filter(|line| line.contains(",,group ")).count(), 3 + 4, "{}", csv.out);
    let without_fee = with(&["--one-to-one", "--sums", "--json"]).json();
    assert_eq!(without_fee["sums"]["groups"].as_array().unwrap().len(), 1, "5826 is less than 6000");
    assert_eq!(with(&["--sums"]).code, 1, "sums are of what is left one to one");
}
