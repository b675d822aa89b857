//! The Chinese page of an assessment that has every part holds no English sentence.

use crate::assess::ahead::ahead;
use crate::assess::changed::since_the_year_before;
use crate::assess::drivers::Drivers;
use crate::assess::fx::{Exposure, FxView};
use crate::assess::ledger::Books;
use crate::assess::outlook;
use crate::assess::report::Report;
use crate::assess::seller_report::{SellerReport, seller_report};
use crate::assess::told::Told;
use crate::assess::{DefinitionFile, at_risk, learned, liquidity, next_year, sellers, sides, stressed};
use domain::{Account, Currency};
use engine::assess::{Facts, Leaf, LedgerMonth, LossKind, OneSum, Seller, SellerDay, assess_sellers, facts_of_ledger};
use jiff::ToSpan;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::path::Path;

fn shipped(year: u16) -> Told {
    let file = format!("../../data/amzn_fy{year}_facts.csv");
    Told::table(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// Books of a year that sells, refunds, and runs out of cash.
fn books() -> Books {
    let month = |number: i8| LedgerMonth {
        start: date(2025, number, 1),
        end: date(2025, number, 1).last_of_month(),
        totals: BTreeMap::from([
            (Account::Sales, -10_000),
            (Account::Disputes, 500),
            (Account::OperatingCosts, 12_000),
            (Account::Bank, -2_500),
        ]),
    };
    Books {
        currency: Currency::GBP,
        is_opened: false,
        months: (1..=12).map(month).collect(),
        at_end: BTreeMap::from([(Account::Bank, 9_000), (Account::SellerPayables, -9_000)]),
        before: BTreeMap::new(),
    }
}

fn drivers() -> Drivers {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drivers.csv");
    std::fs::write(&path, "date,name,value\n2025-01-01,CPI,100\n2025-03-01,CPI,101\n").unwrap();
    Drivers::read(&path).unwrap()
}

/// A seller of so many days, whose last quarter was worse.
fn seller(days: i64) -> Seller {
    let day = |back: i64| SellerDay {
        day: date(2022, 12, 31).checked_sub(back.days()).unwrap(),
        sales: 1_000,
        refunds: if back < 91 { 200 } else { 10 },
        chargebacks: if back < 91 { 9 } else { 0 },
        orders: 4,
        late: 1,
    };
    Seller { name: "corner".to_owned(), days: (0..days).rev().map(day).collect(), ..Seller::default() }
}

fn sellers_read() -> sellers::Read {
    let (sellers, as_of) = (vec![seller(900)], Some(date(2022, 12, 31)));
    sellers::Read { sellers, as_of, currency: Currency::GBP, left_out: 0 }
}

fn of_seller(days: i64) -> SellerReport {
    seller_report(&seller(days), date(2022, 12, 31), &sellers::terms(None).unwrap(), Currency::GBP)
}

/// A report that has every part.
fn report() -> Report {
    let file = DefinitionFile::read(None).unwrap();
    let mut told = shipped(2022);
    let end = date(2022, 12, 31);
    told.by_hand("share_price=84.00", end, "USD/shares").unwrap();
    told.notes = [
        "the ledger holds no whole month: flows of a year are missing",
        "postings in EUR, USD are not part of these figures",
        "refunds are not forecast: the series has 9 numbers; this takes at least 15",
        "market risk is not told: there are 9 returns; this takes at least 100",
    ]
    .map(str::to_owned)
    .to_vec();
    let facts = Facts::new(told.facts.clone(), Some(end));
    let mut report = crate::assess::assess(&file, &told, &facts, None);
    let books = books();
    let own = Facts::new(facts_of_ledger(books.currency, &books.months, &[], false), None);
    report.stressed = stressed::stressed(&file, &own, &books);
    report.liquidity_detail =
        Some(liquidity::told(&books, end, &BTreeMap::from([(None, vec![1]), (Some(end), vec![2])])));
    report.fx = Some(FxView {
        exposures: vec![Exposure { currency: "EUR".to_owned(), amount: 7.0, worth: None }],
        gross: 7.0,
        at_risk: Some((1.0, 2.0)),
        market: None,
        lack: Some("the days are too few for more: there are 9 returns; this takes at least 100".to_owned()),
    });
    let leaf = |kind: LossKind| Leaf {
        seller: "s".to_owned(),
        segment: at_risk::OWN.to_owned(),
        buyer: "buyer:1".to_owned(),
        transaction: String::new(),
        kind,
        minor: 7,
    };
    report.at_risk = Some(at_risk::view(&OneSum::of(LossKind::ALL.map(leaf)), Currency::GBP));
    let series: Vec<f64> = (0..200_u8).map(|day| f64::from(day % 7 + day % 3)).collect();
    let of = |name: &'static str| outlook::view(name, date(2025, 1, 1), &series, &drivers()).unwrap();
    report.outlook = ["sales", "refunds", "cash"].map(of).to_vec();
    report.ahead = Some(ahead(&file, &facts, true, None, 7));
    report.changed.extend(since_the_year_before(&file, &told, &facts, &report));
    let (read, terms) = (sellers_read(), sellers::terms(None).unwrap());
    let assessed = assess_sellers(&read.sellers, end, &terms.1);
    report.sellers = Some(sellers::view(&read, &assessed, "1"));
    report.next = Some(next_year::next_year(&file, &facts, &shipped(2023), true));
    report.learned = learned::learned(&file, &facts, Some(0.1)).unwrap();
    assert!(report.learned.is_some());
    report.sides = sides::rows(&report.indicators, &sides::judged_of(&learned::shipped().unwrap()).unwrap());
    report
}

/// The longest run of English words in a page's text; code and citations are left out.
fn english(page: &str) -> Vec<String> {
    let mut text = page.to_owned();
    for tag in ["code", "cite", "style", "title", "head"] {
        while let Some(start) = text.find(&format!("<{tag}>")).or_else(|| text.find(&format!("<{tag} "))) {
            let end = text[start..].find(&format!("</{tag}>")).unwrap() + start;
            text.replace_range(start..end + tag.len() + 3, "|");
        }
    }
    let mut plain = String::new();
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '<' => {
                inside = true;
                plain.push('|');
            }
            '>' => inside = false,
            letter if !inside => plain.push(letter),
            _ => {}
        }
    }
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic());
    let mut runs = Vec::new();
    for piece in plain.split(|letter: char| !(letter.is_ascii_alphabetic() || " '’,-".contains(letter))) {
        let words = piece.split([' ', ',', '-']).filter(|word| is_word(word)).count();
        runs.extend((words > 3).then(|| piece.to_owned()));
    }
    runs
}

#[test]
fn no_english_sentence_stays_on_the_chinese_page() {
    let report = report();
    let stays = english(&crate::web::assessment_page(&report, "zh"));
    assert!(stays.is_empty(), "{stays:#?}");
    let found = english(&crate::web::assessment_page(&report, "en"));
    assert!(found.len() > 20, "the same look at the English page finds sentences: {found:?}");
}

#[test]
fn no_english_sentence_stays_on_the_chinese_page_of_a_seller() {
    for days in [900, 60, 10] {
        let report = of_seller(days);
        let stays = english(&crate::web::seller_page(&report, "zh"));
        assert!(stays.is_empty(), "{days} days: {stays:#?}");
        assert!(english(&crate::web::seller_page(&report, "en")).len() > 5);
    }
}
