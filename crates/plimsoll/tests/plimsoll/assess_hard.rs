//! What is hard: each case has a behaviour that is stated, and shown to whoever reads the report, in both languages.

use crate::shop::run;
use serde_json::Value;

/// A table of facts, its report as JSON, and the pages.
struct Assessed {
    report: Value,
    pages: [String; 2],
}

impl Assessed {
    fn of(rows: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let facts = folder.path().join("facts.csv");
        std::fs::write(&facts, format!("name,period,value,unit,source\n{rows}")).unwrap();
        let page = |lang: &str| {
            let path = folder.path().join(lang);
            let words = ["assess", "--facts", facts.to_str().unwrap(), "--json", "--lang", lang, "--html"];
            let said = run(folder.path(), &[&words[..], &[path.to_str().unwrap()]].concat());
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            (said.json(), std::fs::read_to_string(&path).unwrap())
        };
        let ((report, en), (_, zh)) = (page("en"), page("zh"));
        Self { report, pages: [en, zh] }
    }

    fn lack(&self, indicator: &str) -> String {
        let rows = self.report["indicators"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == indicator).unwrap();
        row["lack"].as_str().unwrap_or_default().to_owned()
    }

    /// The text stands on the English page, the other on the Chinese one.
    fn shows(&self, english: &str, chinese: &str) {
        for (page, text) in self.pages.iter().zip([english, chinese]) {
            assert!(page.contains(text), "no `{text}` on the page");
        }
    }
}

const YEAR: &str = "2025-01-01..2025-12-31";

fn books(equity: i64, revenue: i64) -> String {
    format!(
        "total_assets,2025-12-31,100,EUR,b\nequity,2025-12-31,{equity},EUR,b\ncurrent_assets,2025-12-31,40,EUR,b\n\
         current_liabilities,2025-12-31,20,EUR,b\nrevenue,{YEAR},{revenue},EUR,b\nnet_income,{YEAR},5,EUR,b\n"
    )
}

#[test]
fn a_ratio_over_nought_has_no_value_and_says_over_what() {
    let told = Assessed::of(&books(40, 0));
    assert_eq!(told.lack("net margin"), "undefined: revenue is 0");
    told.shows("undefined: revenue is 0", "无定义：收入 为 0");
}

#[test]
fn a_return_on_negative_equity_says_nothing_and_debt_is_still_told() {
    let told = Assessed::of(&books(-20, 90));
    assert_eq!(told.lack("return on equity"), "says nothing: equity is not above 0");
    assert_eq!(told.lack("liabilities to assets"), "", "120 over 100 is a figure");
    told.shows("says nothing: equity is not above 0", "无意义：权益 不大于 0");
}

#[test]
fn quarters_with_a_gap_are_no_year_and_it_says_how_many_days_are_told() {
    let quarters = "revenue,2025-01-01..2025-03-31,10,EUR,b\nrevenue,2025-07-01..2025-09-30,10,EUR,b\n\
                    revenue,2025-10-01..2025-12-31,10,EUR,b\nnet_income,2025-01-01..2025-12-31,5,EUR,b\n";
    let told = Assessed::of(quarters);
    assert_eq!(told.lack("net margin"), "missing: revenue (184 of 365 days)");
    told.shows("missing: revenue (184 of 365 days)", "缺少：收入（365 天中的 184 天）");
}

#[test]
fn a_figure_told_twice_stands_as_told_last_and_both_are_shown() {
    let told = Assessed::of(&format!("{}total_assets,2025-12-31,90,EUR,restated\n", books(40, 90)));
    let row = &told.report["restated"][0];
    assert_eq!(
        (&row["before"], &row["after"], &row["source"]),
        (&"100".into(), &"90".into(), &"facts.csv:8, restated".into())
    );
    told.shows("1 figures were restated by a later filing, which stands", "1 项数字被后来的申报重述，以后者为准");
}

#[test]
fn two_currencies_are_not_added_and_what_is_left_out_is_counted() {
    let told = Assessed::of(&format!("{}cash,2025-12-31,7,USD,b\n", books(40, 90)));
    assert_eq!(told.lack("cash ratio"), "missing: cash");
    told.shows(
        "1 facts in USD are not used: most are in EUR, and no rate was named",
        "1 项以 USD 计的数据未使用：多数以 EUR 计，且未指定汇率",
    );
}

#[test]
fn ten_days_tell_no_year_and_no_interval() {
    let days = "revenue,2025-12-22..2025-12-31,10,EUR,b\nequity,2025-12-31,3,EUR,b\ntotal_assets,2025-12-31,9,EUR,b\n";
    let told = Assessed::of(days);
    assert!(told.lack("net margin").starts_with("missing: "), "{}", told.lack("net margin"));
    let lack = "sales and net income of 0 years are told; this takes at least 3";
    assert_eq!(told.report["ahead"]["lack"], lack);
    told.shows(lack, "只有 0 年的销售与净利润，至少需要 3 年");
}

#[test]
fn what_changed_since_the_year_before_and_since_an_earlier_report_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, margin: i64| {
        let year = |year: i32, income: i64| {
            format!(
                "total_assets,{year}-12-31,100,EUR,b\nequity,{year}-12-31,40,EUR,b\n\
                 revenue,{year}-01-01..{year}-12-31,100,EUR,b\nnet_income,{year}-01-01..{year}-12-31,{income},EUR,b\n"
            )
        };
        let path = folder.path().join(name);
        std::fs::write(&path, format!("name,period,value,unit,source\n{}{}", year(2024, 9), year(2025, margin)))
            .unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ask = |words: &[&str]| run(folder.path(), &[&["assess", "--json", "--facts"], words].concat());
    let first = ask(&[&file("first.csv", 7)]);
    let before = folder.path().join("before.json");
    std::fs::write(&before, &first.out).unwrap();
    let second = ask(&[&file("second.csv", 3), "--since", before.to_str().unwrap()]).json();
    let changes = second["changed"].as_array().unwrap();
    let of = |at: usize| {
        let rows = changes[at]["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["what"] == "net margin").unwrap();
        (row["before"].clone(), row["now"].clone(), row["change"].clone())
    };
    assert_eq!(of(0), ("7.00".into(), "3.00".into(), "worse".into()), "since the report");
    assert_eq!(of(1), ("9.00".into(), "3.00".into(), "worse".into()), "since the year before");
    std::fs::write(&before, "{}").unwrap();
    let refused = ask(&[&file("second.csv", 3), "--since", before.to_str().unwrap()]);
    assert!(refused.code == 1 && refused.err.contains("is no report"), "{}", refused.err);
}
