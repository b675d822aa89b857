//! One chargeback moves its buyer, its seller and the platform in the same turn, by the same money; a dispute that is won
//! takes it back.

use crate::server::Server;
use crate::shop::{Books, run};
use plimsoll::policy_file::DEFAULT;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A marketplace that sells goods of two sellers and its own.
pub(crate) fn marketplace() -> (PathBuf, TempDir) {
    let seller = |code: &str, name: &str| {
        format!("\n[[seller]]\nstock_code = \"{code}\"\nseller = \"{name}\"\ncommission_percent = \"10\"\n")
    };
    Books::with_policy(&format!("{DEFAULT}{}{}", seller("L*", "corner"), seller("B*", "other & co"))).close()
}

/// Thirty days of orders of each seller, each paid; the events of one post.
pub(crate) fn orders() -> Vec<Value> {
    let mut all = Vec::new();
    for day in 1..=30 {
        for (code, buyer, price) in [("L1", "ann", "100.00"), ("B1", "bob", "80.00")] {
            let (number, at) = (format!("{code}-{day}"), format!("2026-01-{day:02}T10:00:00Z"));
            let line = json!({"stock_code": code, "quantity": 1, "unit_price": price});
            all.push(json!({"type": "invoice", "id": number, "at": at, "buyer": buyer, "country": "United Kingdom",
                "currency": "GBP", "lines": [line]}));
            all.push(json!({"type": "payment", "id": format!("ch-{number}"), "at": at, "currency": "GBP",
                "gross": price, "order": number}));
        }
    }
    all
}

fn dispute(kind: &str, gross: &str, at: &str) -> Value {
    // It names the payment alone, as processors do.
    json!({"type": kind, "id": format!("{kind}-1"), "at": at, "currency": "GBP", "gross": gross, "charge": "ch-L1-20"})
}

/// Points and money at risk.
type Score = (f64, i64);

/// What the server says now.
struct Told {
    /// By subject.
    buyers: BTreeMap<String, Score>,
    business: Score,
    sellers: Value,
    /// The first reason of each buyer.
    reasons: BTreeMap<String, String>,
}

impl Told {
    fn of(server: &Server) -> Self {
        let items = |path: &str| server.get(path).json()["items"].as_array().unwrap().clone();
        let subject = |row: &Value| row["subject"].as_str().unwrap().to_owned();
        let score = |row: &Value| (points(row), row["money_at_risk"]["minor"].as_i64().unwrap());
        let buyers = items("/v1/scores?subject=buyer");
        let business = items("/v1/scores?subject=business");
        let reason = |row: &Value| row["reasons"][0]["name"].as_str().unwrap().to_owned();
        Self {
            reasons: buyers.iter().map(|row| (subject(row), reason(row))).collect(),
            buyers: buyers.iter().map(|row| (subject(row), score(row))).collect(),
            business: score(business.iter().find(|row| row["kind"] == "transaction").unwrap()),
            sellers: server.get("/v1/sellers").json(),
        }
    }

    fn seller(&self, name: &str) -> Value {
        let rows = self.sellers["rows"].as_array().unwrap();
        rows.iter().find(|row| row["seller"] == name).unwrap().clone()
    }

    fn platform(&self) -> f64 {
        self.sellers["platform"].as_f64().unwrap()
    }
}

fn points(of: &Value) -> f64 {
    of["points"].as_f64().unwrap()
}

fn at_risk(dir: &Path) -> Value {
    run(dir, &["assess", "--json"]).json()["at_risk"].clone()
}

#[test]
fn one_chargeback_moves_its_buyer_its_seller_and_the_platform_in_the_same_turn() {
    let (dir, _kept) = marketplace();
    let server = Server::start(&dir, &[]);
    assert_eq!(server.post(json!({"events": orders()}).to_string()).status, 200);
    let before = Told::of(&server);
    assert_eq!(server.post(dispute("dispute", "-100.00", "2026-01-30T12:00:00Z").to_string()).status, 200);
    let after = Told::of(&server);
    // Its buyer and no other: the sale is at stake, at the worst end of the scale.
    let moved: Vec<&String> = after.buyers.keys().filter(|of| after.buyers[*of] != before.buyers[*of]).collect();
    assert_eq!(moved.len(), 1, "{:?} {:?}", before.buyers, after.buyers);
    let (was, is) = (before.buyers[moved[0]], after.buyers[moved[0]]);
    assert!((is.0 - 5.0).abs() < 1e-6 && was.0 < 5.0, "{was:?} {is:?}");
    assert_eq!(after.reasons[moved[0]], "open dispute");
    // The business, by the same money: four in five of 100.00, less what was at risk of that sale before.
    assert_eq!(after.business.1 - before.business.1, is.1 - was.1);
    assert!((1..8_000).contains(&(is.1 - was.1)), "{was:?} {is:?}");
    // Its seller, and no other; and the platform of them.
    assert!(points(&after.seller("corner")) > points(&before.seller("corner")) + 0.5);
    assert_eq!(after.seller("other & co"), before.seller("other & co"));
    assert!(after.platform() > before.platform());
    // Won: it is taken back.
    let won = dispute("dispute_reversal", "100.00", "2026-01-30T13:00:00Z");
    assert_eq!(server.post(won.to_string()).status, 200);
    let won = Told::of(&server);
    assert!(won.buyers[moved[0]].0 < 5.0 && won.buyers[moved[0]].1 <= was.1, "{:?}", won.buyers);
    assert_eq!(points(&won.seller("corner")), points(&before.seller("corner")));
    assert_eq!(won.platform(), before.platform());
    server.stop();
    let sum = at_risk(&dir);
    assert_eq!(sum["adds"], true);
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
}

#[test]
fn the_one_sum_of_the_report_moves_by_what_its_parts_move() {
    let (dir, _kept) = marketplace();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, events: &[Value]| {
        let path = folder.path().join(name);
        let mut text = String::new();
        for event in events {
            let mut event = event.clone();
            event["plimsoll"] = 1.into();
            text += &format!("{event}\n");
        }
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    assert_eq!(run(&dir, &["import", &file("orders.jsonl", &orders())]).code, 0);
    let before = at_risk(&dir);
    let late = [dispute("dispute", "-100.00", "2026-01-30T12:00:00Z")];
    assert_eq!(run(&dir, &["import", &file("dispute.jsonl", &late)]).code, 0);
    let after = at_risk(&dir);
    assert_eq!((&before["adds"], &after["adds"]), (&true.into(), &true.into()));
    let cents = |of: &Value| (of.as_str().unwrap().parse::<f64>().unwrap() * 100.0).round();
    let of = |sum: &Value, list: &str, name: &str| {
        let rows = sum[list].as_array().unwrap();
        rows.iter().find(|row| row[0] == name).map_or(0.0, |row| cents(&row[1]))
    };
    let moved = |list: &str, name: &str| of(&after, list, name) - of(&before, list, name);
    assert!(moved("sellers", "corner") > 0.0 && moved("kinds", "chargebacks") > 0.0);
    assert_eq!(moved("sellers", "other & co"), 0.0);
    let kinds: f64 = ["returns", "sellers fail", "refunds of sellers that fail", "chargebacks"]
        .iter()
        .map(|kind| moved("kinds", kind))
        .sum();
    assert_eq!(cents(&after["total"]) - cents(&before["total"]), kinds);
}
