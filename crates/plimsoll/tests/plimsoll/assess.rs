//! Is the business sound: a filing's figures by hand, every one traced, and the hard cases from outside.

use crate::shop::{CORNER_SHOP, run};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/amzn_fy2022_facts.csv")
}

/// The report of Amazon's 2022 at a close of 84.00.
fn amazon(more: &[&str]) -> Value {
    let (folder, facts) = (tempfile::tempdir().unwrap(), shipped());
    let base = ["assess", "--facts", facts.to_str().unwrap(), "--tell", "share_price=84.00", "--json"];
    let said = run(folder.path(), &[&base[..], more].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    said.json()
}

fn score<'a>(report: &'a Value, key: &str, variant: &str) -> &'a Value {
    let rows = report["scores"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == key && row["variant"].as_str().unwrap().starts_with(variant)).unwrap()
}

fn near(found: &Value, wanted: f64, within: f64) {
    let value = found.as_f64().unwrap();
    assert!((value - wanted).abs() <= within, "{value}, by hand {wanted}");
}

const OPERATING: &str = "EBIT = operating income";
const PRETAX: &str = "EBIT = pre-tax income + interest";

#[test]
fn amazons_z_is_the_one_reckoned_by_hand_with_both_definitions() {
    let report = amazon(&[]);
    // 10,247,259,757 shares on the cover at 84.00; liabilities 462,675 − 146,043 = 316,632 (millions).
    for (key, variant, wanted) in [
        ("altman_z", OPERATING, 3.059),
        ("altman_z", PRETAX, 2.946),
        ("altman_z_services", OPERATING, 1.126),
        ("altman_z_services", PRETAX, 0.897),
        ("altman_em", OPERATING, 4.376),
    ] {
        near(&score(&report, key, variant)["value"], wanted, 0.01);
    }
    let disagreements = report["disagreements"].to_string();
    for told in [
        "Altman Z is safe with EBIT = operating income, grey with EBIT = pre-tax income + interest",
        "Altman Z″ is grey",
    ] {
        assert!(disagreements.contains(told), "{disagreements}");
    }
    // Points: 2 + (2.99 − Z) / 1.18 and 2 + (2.60 − Z″) / 1.50, both definitions, the mean of four.
    let by_hand = [3.059, 2.946].map(|z| 2.0 + (2.99 - z) / 1.18).iter().sum::<f64>()
        + [1.126, 0.897].map(|z| 2.0 + (2.60 - z) / 1.50).iter().sum::<f64>();
    near(&report["credit"]["points"], by_hand / 4.0, 0.01);
    assert_eq!(report["claims"][0]["credit"], 2.5, "the paper's figure stands beside");
}

#[test]
fn the_other_scores_are_those_reckoned_by_hand() {
    let report = amazon(&["--tell", "price_level=650"]);
    // Zmijewski: −4.336 − 4.513 · (−2,722 / 462,675) + 5.679 · 316,632 / 462,675 + .004 · 146,791 / 155,393.
    near(&score(&report, "zmijewski_x", "")["value"], -4.336 + 0.026_551 + 3.886_424 + 0.003_779, 1e-3);
    // Ohlson: size ln(462,675e6 / 650) = 20.3834; the other terms in millions.
    let ohlson = -1.32 - 0.407 * 20.383_4 + 6.03 * 0.684_351 - 1.43 * -0.018_592 + 0.0757 * 1.058_600
        - 2.37 * -0.005_883
        - 1.83 * 0.123_800
        + 0.521;
    near(&score(&report, "ohlson_o", "")["value"], ohlson, 2e-3);
    // Piotroski: cash flow positive and above income, gross margin up, 43.8 % after 42.0 %; the other six signs fail.
    assert_eq!(score(&report, "piotroski_f", "")["value"], 3.0);
    // Beneish: the eight terms in order.
    let terms: Vec<f64> = score(&report, "beneish_m", "")["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["value"].as_f64().unwrap())
        .collect();
    let by_hand = [1.177_2, 0.959_5, 1.189_7, 1.094_0, 0.964_5, 1.195_9, -0.106_9, 1.059_0];
    for (term, wanted) in terms.iter().zip(by_hand) {
        assert!((term - wanted).abs() < 1e-3, "{terms:?}");
    }
}

#[test]
fn every_figure_says_where_it_stands() {
    let report = amazon(&[]);
    let figures = report["figures"].as_array().unwrap();
    assert!(figures.len() > 30);
    for figure in figures {
        let told = figure["told"].as_array().unwrap();
        assert!(!told.is_empty() || figure["derived"].is_string(), "{figure}");
        let stands = told.iter().all(|place| {
            let place = place[1].as_str().unwrap();
            place.contains("0001018724-23-000004") || place == "command line"
        });
        assert!(stands, "{figure}");
    }
    let liabilities = figures.iter().find(|figure| figure["concept"] == "total_liabilities").unwrap();
    assert_eq!((&liabilities["derived"], &liabilities["value"]), (&"total_assets - equity".into(), &316_632e6.into()));
}

#[test]
fn what_is_not_told_is_named_and_the_rest_stands() {
    let (folder, facts) = (tempfile::tempdir().unwrap(), shipped());
    let said = run(folder.path(), &["assess", "--facts", facts.to_str().unwrap(), "--json"]);
    let report = said.json();
    assert_eq!(score(&report, "altman_z", OPERATING)["lack"], "missing: share_price");
    assert_eq!(score(&report, "ohlson_o", "")["lack"], "missing: price_level");
    assert_eq!(report["credit"]["is_listed"], false, "without a price it counts as unlisted, by Z′ and Z″");
    assert!(report["credit"]["points"].is_number() && report["market"].is_null());
}

#[test]
fn a_report_is_one_page_in_two_languages_and_markdown() {
    let (folder, facts) = (tempfile::tempdir().unwrap(), shipped());
    for (lang, words) in
        [("en", ["Is it sound?", "safe", "The tree of indicators"]), ("zh", ["稳健性评估", "安全", "指标树"])]
    {
        let page = folder.path().join(format!("{lang}.html"));
        let base = ["assess", "--facts", facts.to_str().unwrap(), "--tell", "share_price=84", "--markdown"];
        let said = run(folder.path(), &[&base[..], &["--html", page.to_str().unwrap(), "--lang", lang]].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.contains("| Altman Z″ | EBIT = operating income | 1.126 | grey |"), "{}", said.out);
        let html = std::fs::read_to_string(&page).unwrap();
        words.iter().for_each(|word| assert!(html.contains(word), "{lang}: no {word}"));
        for elsewhere in ["http:", "https:", "src=", "<script", "@import"] {
            assert!(!html.contains(elsewhere), "the page asks for something: {elsewhere}");
        }
    }
}

#[test]
fn definitions_of_ones_own_stand_and_their_faults_are_named() {
    let (folder, facts) = (tempfile::tempdir().unwrap(), shipped());
    let shipped = run(folder.path(), &["assess", "--show-definitions"]).out;
    let start = shipped.find("# The scores, as their authors").unwrap();
    let end = shipped.find("# The indicators of the eight sides").unwrap();
    let own = shipped[start..end].replace("safe = 2.99", "safe = 3.50");
    std::fs::write(folder.path().join("scores.toml"), &own).unwrap();
    let base = ["assess", "--facts", facts.to_str().unwrap(), "--tell", "share_price=84", "--json", "--definitions"];
    let ask = || run(folder.path(), &[&base[..], &[folder.path().to_str().unwrap()]].concat());
    assert_eq!(score(&ask().json(), "altman_z", OPERATING)["zone"], "grey");
    std::fs::write(folder.path().join("scores.toml"), own.replace("revenue / total_assets", "revenues / total_assets"))
        .unwrap();
    let refused = ask();
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("no concept `revenues`"), "{}", refused.err);
}

#[test]
fn a_firm_with_negative_equity_no_sales_and_two_currencies_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.csv");
    let rows = "name,period,value,unit,source\n\
        total_assets,2025-12-31,100,EUR,books\ntotal_assets,2025-12-31,90,EUR,restated books\nequity,2025-12-31,-20,EUR,books\n\
        current_assets,2025-12-31,40,EUR,books\ncurrent_liabilities,2025-12-31,0,EUR,books\n\
        revenue,2025-01-01..2025-12-31,0,EUR,books\nnet_income,2025-01-01..2025-12-31,-30,EUR,books\n\
        gross_profit,2025-04-01..2025-12-31,7,EUR,nine months\ncash,2025-12-31,5,USD,an account abroad\n";
    std::fs::write(&facts, rows).unwrap();
    let said = run(folder.path(), &["assess", "--facts", facts.to_str().unwrap(), "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let report = said.json();
    let lack = |name: &str| {
        let rows = report["indicators"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["lack"].as_str().unwrap().to_owned()
    };
    assert_eq!(lack("net margin"), "undefined: revenue is 0");
    assert_eq!(lack("return on equity"), "says nothing: equity is not above 0");
    assert_eq!(lack("current ratio"), "undefined: current_liabilities is 0");
    assert_eq!(lack("cash ratio"), "missing: cash");
    assert_eq!(report["restated"][0]["before"], "100");
    let notes = report["notes"].to_string();
    for told in ["1 facts in USD are not used", "1 figures were restated"] {
        assert!(notes.contains(told), "{notes}");
    }
}

#[test]
fn sellers_are_scored_lent_to_and_summed() {
    let folder = tempfile::tempdir().unwrap();
    let days = folder.path().join("days.csv");
    let mut rows = "seller,day,sales,refunds,chargebacks,orders,late,segment,currency\n".to_owned();
    for day in 1..=28 {
        for month in 1..=6 {
            rows += &format!("steady,2025-{month:02}-{day:02},100.00,2.00,0.00,10,0,home,EUR\n");
            rows += &format!("shaky,2025-{month:02}-{day:02},100.00,30.00,2.00,10,4,toys,EUR\n");
        }
    }
    rows += "abroad,2025-06-28,5.00,,,1,,toys,USD\n";
    std::fs::write(&days, rows).unwrap();
    let all = run(folder.path(), &["assess", "--sellers", days.to_str().unwrap(), "--json"]).json();
    let sellers = all["sellers"].as_array().unwrap();
    assert_eq!((sellers.len(), &all["left_out"]), (2, &1.into()));
    assert_eq!((&sellers[0]["seller"], &sellers[1]["seller"]), (&"shaky".into(), &"steady".into()));
    assert!(sellers[0]["points"].as_f64() > sellers[1]["points"].as_f64());
    let cents = |value: &Value| (value.as_str().unwrap().parse::<f64>().unwrap() * 100.0).round();
    let sum: f64 = sellers.iter().map(|seller| cents(&seller["at_risk"]["sum"])).sum();
    assert_eq!(cents(&all["at_risk"]["sum"]), sum);
    assert_eq!(cents(&all["segments"]["toys"]["sum"]), cents(&sellers[0]["at_risk"]["sum"]));
    let slice = run(folder.path(), &["assess", "--sellers", days.to_str().unwrap(), "--seller", "steady"]);
    assert!(slice.out.contains("Loan limit EUR") && slice.out.contains("too few days"), "{}", slice.out);
    let none = run(folder.path(), &["assess", "--sellers", days.to_str().unwrap(), "--seller", "stedy"]);
    assert!(none.code == 1 && none.err.contains("did you mean `steady`"), "{}", none.err);
}

#[test]
fn the_books_of_a_shop_are_assessed_and_ten_days_say_so() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let said = run(&dir, &["assess", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let report = said.json();
    let notes = report["notes"].to_string();
    for told in ["the ledger holds no whole month", "sales are not forecast: the series has"] {
        assert!(notes.contains(told), "{notes}");
    }
    assert!(report["credit"]["points"].is_null());
    assert_eq!(report["outlook"], serde_json::json!([]));
    let sum = &report["at_risk"];
    assert_eq!(sum["adds"], true);
    assert!(!notes.contains("does not add up"), "{notes}");
    assert_eq!(report["stressed"][0]["name"], "", "the books as they are come first");
    assert!(report["stressed"].as_array().unwrap().iter().all(|of| of["ties"] == true), "{}", report["stressed"]);
    assert!(report["liquidity_detail"]["cash"].is_string());
}

#[test]
fn a_marketplaces_sellers_join_the_books_in_one_sum() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let folder = tempfile::tempdir().unwrap();
    let days = folder.path().join("days.csv");
    let rows = "seller,day,sales,chargebacks,segment,transaction,buyer\n\
        toyshop,2025-06-01,60.00,0.00,toys,T1,ann\ntoyshop,2025-06-02,40.00,10.00,toys,T2,bob\n";
    std::fs::write(&days, rows).unwrap();
    let alone = run(&dir, &["assess", "--json"]).json();
    let joined = run(&dir, &["assess", "--marketplace", days.to_str().unwrap(), "--json"]).json();
    let cents = |value: &Value| (value.as_str().unwrap().parse::<f64>().unwrap() * 100.0).round();
    let sellers = run(&dir, &["assess", "--sellers", days.to_str().unwrap(), "--currency", "GBP", "--json"]).json();
    let more = cents(&joined["at_risk"]["total"]) - cents(&alone["at_risk"]["total"]);
    assert!(more > 0.0);
    assert_eq!(more, cents(&sellers["sum"]["total"]));
    assert_eq!((&joined["at_risk"]["adds"], &sellers["sum"]["adds"]), (&true.into(), &true.into()));
    let buyers: Vec<&str> =
        sellers["sum"]["buyers"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(buyers, ["ann", "bob"], "by what may be lost, of the larger sale the more");
}

#[test]
fn a_day_is_added_to_the_book_and_all_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("seller,day,sales,chargebacks\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let years: String =
        (1..=28).map(|day| format!("a,2025-05-{day:02},100.00,0.00\nb,2025-05-{day:02},50.00,0.00\n")).collect();
    let (years, day) = (file("years.csv", &years), file("day.csv", "a,2025-05-29,100.00,20.00\n"));
    let book = folder.path().join("sellers.book");
    let ask = |more: &[&str]| {
        let base = ["assess", "--book", book.to_str().unwrap(), "--json"];
        run(folder.path(), &[&base[..], more].concat()).json()
    };
    let first = ask(&["--sellers", &years]);
    assert_eq!(first["book"]["taken"]["days"], 56);
    let second = ask(&["--sellers", &day]);
    assert_eq!((&second["as_of"], &second["book"]["taken"]["days"]), (&"2025-05-29".into(), &1.into()));
    let at_risk = |report: &Value| report["sum"]["total"].as_str().unwrap().parse::<f64>().unwrap();
    assert!(at_risk(&second) > at_risk(&first), "a chargeback moves the sum in the same run");
    assert_eq!(ask(&["--sellers", &day])["book"]["taken"]["is_known"], true);
    let alone = ask(&[]);
    assert_eq!((&alone["sum"], &alone["platform"]), (&second["sum"], &second["platform"]));
    let other = run(folder.path(), &["assess", "--book", book.to_str().unwrap(), "--currency", "GBP"]);
    assert!(other.code == 1 && other.err.contains("no book of sellers in GBP"), "{}", other.err);
}

#[test]
fn what_was_said_of_the_year_ahead_stands_beside_what_came_and_nothing_is_reckoned_of_it() {
    let next = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/amzn_fy2023_facts.csv");
    let (alone, judged) = (amazon(&[]), amazon(&["--next", next.to_str().unwrap()]));
    for part in ["credit", "scores", "indicators", "figures", "scenarios", "learned"] {
        assert_eq!(alone[part], judged[part], "{part}");
    }
    let rows = judged["next"]["rows"].as_array().unwrap();
    let came = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap()["came"].as_f64().unwrap();
    // Millions: 7,434 / 527,854 working capital, 113,618 retained, 36,852 operating income, 201,875 equity over 325,979
    // liabilities, 10,387.381291 shares at 151.94, 574,785 of sales.
    let (assets, liabilities) = (527_854.0, 325_979.0);
    let x = [7_434.0 / assets, 113_618.0 / assets, 36_852.0 / assets];
    let z2 = 6.56 * x[0] + 3.26 * x[1] + 6.72 * x[2] + 1.05 * 201_875.0 / liabilities;
    let z = 1.2 * x[0] + 1.4 * x[1] + 3.3 * x[2] + 0.6 * 10_387.381_291 * 151.94 / liabilities + 574_785.0 / assets;
    assert!((came("Altman Z″, EBIT = operating income") - z2).abs() < 1e-6);
    assert!((came("Altman Z, EBIT = operating income") - z).abs() < 1e-6);
    assert!(rows[0]["ahead"].as_array().unwrap().iter().all(Value::is_number), "{}", rows[0]);
}

#[test]
fn the_report_logs_what_was_tried_and_what_other_companies_say_of_each_indicator() {
    let report = amazon(&[]);
    let tried = report["learned"]["tried"].as_array().unwrap();
    let best = tried.iter().map(|one| one["auc"].as_f64().unwrap()).fold(0.0, f64::max);
    let taken: Vec<&Value> = tried.iter().filter(|one| one["is_taken"] == true).collect();
    assert!(tried.len() > 3 && taken.len() == 1 && taken[0]["auc"] == best && best > 0.94, "{tried:?}");
    let sides = report["sides"].as_array().unwrap();
    assert_eq!(sides.len(), report["indicators"].as_array().unwrap().len());
    let of = |name: &str| sides.iter().find(|row| row["indicator"] == name).unwrap();
    let margin = of("net margin");
    assert!(margin["choice"]["auc"].as_f64().unwrap() > 0.6 && margin["below"].is_number(), "{margin}");
    assert!(margin["apart"].as_f64().unwrap() > 1.0, "from 7.1 % to −0.5 % in two years: {margin}");
    assert!(of("refund rate")["choice"].is_null(), "companies' statements tell no refunds");
    assert_eq!(sides.iter().filter(|row| row["choice"].is_object()).count(), 15);
}

#[test]
fn statements_stand_in_the_report_and_say_what_is_derived() {
    let report = amazon(&[]);
    let line = |name: &str| {
        let rows = report["statements"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    assert_eq!((&line("revenue")["values"][0], &line("revenue")["is_derived"]), (&513_983e6.into(), &false.into()));
    assert_eq!(
        (&line("total liabilities")["values"][0], &line("total liabilities")["is_derived"]),
        (&316_632e6.into(), &true.into())
    );
    assert_eq!(line("seller payables")["lack"], "missing: seller_payables");
}
