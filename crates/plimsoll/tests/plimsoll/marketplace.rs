//! A simulated marketplace from its files to its exceptions: every kind of break is found, with its money, and no near
//! miss is called a break.

use crate::shop::{Books, run};
use domain::{Exception, Status};
use plimsoll::fees::{Ask, audit};
use plimsoll::policy_file::DEFAULT;
use plimsoll::truth::{by_money, findings};
use sim::{Market, MarketParams, worth_in_pence};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use store::{ExceptionFilter, Reader};

/// Seeds on which no rule was made.
const UNSEEN_SEEDS: [u64; 2] = [81_001, 81_002];
const ORDERS: u32 = 6_000;
/// What the issue asks of every kind.
const LEAST: f64 = 0.99;

fn exceptions(reader: &Reader) -> Vec<Exception> {
    let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
    reader.exceptions(&open).unwrap()
}

/// Under what the marketplace agreed with its processor and its sellers.
fn imported(market: &Market) -> Books {
    let policy = format!("{DEFAULT}\n{}\n{}", market.fee_schedule(), market.seller_terms());
    import(Books::with_policy(&policy), market)
}

fn import(mut books: Books, market: &Market) -> Books {
    let file = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        bytes
    };
    let (orders, notes) = (file(&|out| market.write_orders(out)), file(&|out| market.write_credit_notes(out)));
    let (processor, bank) = (file(&|out| market.write_processor(out)), file(&|out| market.write_bank(out)));
    let payments = file(&|out| market.write_shop_payments(out));
    let files: [(&str, &[u8]); 5] = [
        ("orders.csv", &orders),
        ("notes.jsonl", &notes),
        ("payments.jsonl", &payments),
        ("stripe.csv", &processor),
        ("bank.csv", &bank),
    ];
    let report = books.import(&files);
    assert_eq!(report.issues(), 0);
    books
}

fn share(part: i64, of: i64) -> f64 {
    let count = |number: i64| f64::from(u32::try_from(number).unwrap());
    if of == 0 { 1.0 } else { count(part) / count(of) }
}

#[test]
fn every_kind_is_found_with_its_money_and_no_near_miss_is_raised() {
    for seed in UNSEEN_SEEDS {
        let market = Market::new(&MarketParams::new(seed, ORDERS));
        let books = imported(&market);
        let (truth, raised) = (market.truth(), exceptions(books.read()));
        for finding in findings(&truth, &raised) {
            let (found, planted, wrong) = (finding.found, finding.planted, finding.wrong);
            assert!(planted > 0, "seed {seed}: {finding:#?}");
            let wide = |number: usize| i64::try_from(number).unwrap();
            assert!(share(wide(found), wide(planted)) >= LEAST, "seed {seed}: {finding:#?}");
            assert!(share(wide(found), wide(found + wrong)) >= LEAST, "seed {seed}: {finding:#?}");
        }
        for finding in by_money(&truth, &raised, worth_in_pence) {
            assert!(share(finding.right, finding.planted) >= LEAST, "seed {seed}: {finding:?}");
            assert!(share(finding.right, finding.raised) >= LEAST, "seed {seed}: {finding:?}");
        }
        let records: BTreeSet<&str> = raised.iter().map(|exception| exception.record.as_str()).collect();
        let fooled: Vec<_> = market.near_misses.iter().filter(|miss| records.contains(miss.record.as_str())).collect();
        assert!(
            share(i64::try_from(fooled.len()).unwrap(), i64::try_from(market.near_misses.len()).unwrap()) < 0.01,
            "{fooled:#?}"
        );
    }
}

/// What the verb writes is what `sim` makes, and the books that come of it balance and are found sound.
#[test]
fn the_verb_writes_a_marketplace_whose_books_balance() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, out) = (folder.path().join("data"), folder.path().join("market"));
    let words = ["simulate", "marketplace", "--orders", "800", "--seed", "5", "--json", "--out"];
    let said = run(&dir, &[&words[..], &[out.to_str().unwrap()]].concat()).json();
    let market = Market::new(&MarketParams::new(5, 800));
    assert_eq!((&said["rows"], &said["breaks"]), (&market.rows().into(), &market.truth().rows.len().into()));
    let truth = std::fs::read_to_string(said["truth"].as_str().unwrap()).unwrap();
    assert_eq!(truth, market.truth().to_csv());
    assert_eq!(run(&dir, &["init", "--policy", said["terms"].as_str().unwrap()]).code, 0);
    let exports = Path::new(said["exports"].as_str().unwrap());
    assert_eq!(run(&dir, &["import", exports.to_str().unwrap()]).code, 0);
    for verb in ["verify", "replay"] {
        assert_eq!(run(&dir, &[verb]).code, 0, "{verb}");
    }
    let sellers = run(&dir, &["sellers", "--period", "2025", "--json"]).json_lines();
    let paid: i64 = sellers.iter().map(|seller| seller["paid"]["minor"].as_i64().unwrap()).sum();
    assert!(paid > 0 && sellers.len() > 400, "{} sellers and currencies", sellers.len());
    let sheets = run(&dir, &["statement", "trial-balance", "--json"]).json_lines();
    assert!(!sheets.is_empty() && sheets.iter().all(|sheet| sheet["ties"] == true));
    assert!(run(&dir, &["rollforward", "--json"]).json_lines().iter().all(|roll| roll["unexplained"]["minor"] == 0));
}

/// Under the price list that the processor agreed to, every planted wrong fee is found, and no other: neither a fee for
/// conversion nor one after the price changed.
#[test]
fn wrong_fees_are_found_to_the_minor_unit_and_no_other() {
    let market = Market::new(&MarketParams::new(7, 2_000));
    let books = imported(&market);
    let audit = audit(books.read(), &Ask { limit: usize::MAX, ..Ask::default() }).unwrap();
    let found: BTreeMap<String, (i128, i128)> =
        audit.lines.into_iter().map(|line| (line.record, (line.expected.minor, line.charged.minor))).collect();
    let planted = market
        .wrong_fees
        .iter()
        .map(|fee| (fee.record.to_string(), (i128::from(fee.expected.minor), i128::from(fee.charged.minor))));
    assert_eq!(found, planted.collect());
    assert_eq!(found.len(), 10, "half a percent");
    assert!(audit.rows.iter().filter(|row| row.of == "charge").all(|row| row.unpriced == 0 && row.lines > 0));
}
