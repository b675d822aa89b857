//! The Chinese page of an assessment that has every part holds no English sentence.

use crate::assess::fx::{Exposure, FxView};
use crate::assess::ledger::Books;
use crate::assess::outlook;
use crate::assess::report::Report;
use crate::assess::told::Told;
use crate::assess::{DefinitionFile, at_risk, learned, liquidity, next_year, stressed};
use domain::{Account, Currency};
use engine::assess::{Facts, Leaf, LedgerMonth, LossKind, OneSum, facts_of_ledger};
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
    let of = |name: &'static str| outlook::view(name, date(2025, 1, 1), &series).unwrap();
    report.outlook = ["sales", "refunds", "cash"].map(of).to_vec();
    report.next = Some(next_year::next_year(&file, &facts, &shipped(2023), true));
    report.learned = learned::learned(&file, &facts, Some(0.1), 42).unwrap();
    assert!(report.learned.is_some());
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
