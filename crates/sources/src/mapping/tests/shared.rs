//! Drafts of the shared tables that no built-in source reads, against what their columns mean: expectations of ours, by
//! names and by what the tables' own descriptions say. No row of them stands here.

use crate::mapping::{Meaning, draft};
use crate::{recognise, unpack};

/// Bytes of each table that are looked at: enough for a draft, and quick.
const HEAD_BYTES: usize = 150_000;

/// A path, and what its columns mean; those that are not named mean nothing that a mapping reads. A table that is no
/// record of any kind (persons, features of a model, goods without days) has none.
const EXPECTED: [(&str, &[(&str, Meaning)]); 28] = [
    (
        "payments_bank/payments.csv.gz",
        &[
            ("payment_id", Meaning::Id),
            ("transaction_date", Meaning::Date),
            ("amount", Meaning::Amount),
            ("memo", Meaning::Description),
        ],
    ),
    (
        "payments_bank/bank_lines.csv.gz",
        &[
            ("bank_line_id", Meaning::Id),
            ("transaction_date", Meaning::Date),
            ("amount", Meaning::Amount),
            ("memo", Meaning::Description),
        ],
    ),
    ("payments_bank/gold.csv.gz", &[]),
    (
        "shops/completejourney/transactions_sample.csv.gz",
        &[
            ("household_id", Meaning::Customer),
            ("basket_id", Meaning::Order),
            ("product_id", Meaning::Product),
            ("quantity", Meaning::Quantity),
            ("sales_value", Meaning::Amount),
            ("transaction_timestamp", Meaning::Date),
        ],
    ),
    ("shops/completejourney/products.csv.gz", &[]),
    ("shops/completejourney/demographics.csv.gz", &[]),
    ("shops/completejourney/coupon_redemptions.csv.gz", &[]),
    (
        "fraud/card_transactions.parquet",
        &[
            ("TRANSACTION_ID", Meaning::Id),
            ("TX_EPOCH_S", Meaning::Date),
            ("CUSTOMER_ID", Meaning::Customer),
            ("AMOUNT_CENTS", Meaning::Amount),
        ],
    ),
    (
        "fraud/store_card_transactions.csv.gz",
        &[
            ("id", Meaning::Id),
            ("card_id", Meaning::Customer),
            ("datetime", Meaning::Date),
            ("amount", Meaning::Amount),
            ("currency", Meaning::Currency),
        ],
    ),
    ("fraud/insurance_claims_leaky.csv.gz", &[]),
    ("credit/german.csv", &[]),
    ("credit/hmeq.csv", &[]),
    ("credit/heloc.csv", &[]),
    ("credit/taiwan_default.csv.gz", &[]),
    ("credit/give_me_some_credit.csv.gz", &[]),
    ("matching/amazon-google-tables/Amazon.csv.gz", &[]),
    ("matching/amazon-google-tables/GoogleProducts.csv.gz", &[]),
    ("matching/amazon-google-tables/Amzon_GoogleProducts_perfectMapping.csv.gz", &[]),
    ("matching/fake_1000.csv", &[]),
    ("matching/febrl/dataset1.csv.gz", &[]),
    ("text/reviews_en.csv.gz", &[]),
    ("text/reviews_zh.zip", &[]),
    // Dates in five manners in one column: a draft rightly does not trust them.
    ("text/receipts.jsonl.gz", &[("id", Meaning::Id), ("key.date", Meaning::Date), ("key.total", Meaning::Amount)]),
    ("series/m4_daily.csv", &[("date", Meaning::Date), ("value", Meaning::Amount)]),
    ("series/walmart_sales_weekly.csv", &[("Date", Meaning::Date), ("Weekly_Sales", Meaning::Amount)]),
    ("series/nab/data/realKnownCause/nyc_taxi.csv", &[("timestamp", Meaning::Date), ("value", Meaning::Amount)]),
    ("stream/elec2.csv.gz", &[]),
    ("stream/phishing.csv.gz", &[]),
];

/// Least share of the meanings in drafts that are right, and of those expected that are drafted.
const LEAST_PRECISION: f64 = 0.95;
const LEAST_RECALL: f64 = 0.85;

fn head(path: &str) -> Vec<u8> {
    let path = format!("{}/{path}", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the sets may not ship, so they cannot be compiled in")]
    let bytes = std::fs::read(&path).unwrap();
    let members = unpack(&bytes).unwrap();
    let text = members[0].text.as_ref().unwrap();
    crate::tabular::head(text, HEAD_BYTES).into_owned()
}

#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn drafts_of_the_shared_tables_find_what_their_columns_mean() {
    let (mut right, mut wrong, mut missed) = (0_u32, Vec::new(), Vec::new());
    for (path, expected) in EXPECTED {
        let bytes = head(path);
        assert!(recognise(&bytes).is_none(), "{path} has a source of its own");
        let draft = draft(&bytes).unwrap();
        for column in &draft.columns {
            let drafted = column.means.filter(|_| column.is_sure());
            let meant = expected.iter().find(|(name, _)| *name == column.name).map(|(_, means)| *means);
            match (drafted, meant) {
                (None, None) => {}
                (drafted, meant) if drafted == meant => right += 1,
                (drafted, meant) => {
                    let said = format!("{path}: {} is {meant:?}, drafted as {drafted:?}", column.name);
                    wrong.extend(drafted.map(|_| said.clone()));
                    missed.extend(meant.map(|_| said));
                }
            }
        }
    }
    let share = |of: &Vec<String>| f64::from(right) / f64::from(right + u32::try_from(of.len()).unwrap());
    let (precision, recall) = (share(&wrong), share(&missed));
    println!("precision {precision:.3}, recall {recall:.3} of {right} right\nwrong {wrong:#?}\nmissed {missed:#?}");
    assert!(precision >= LEAST_PRECISION, "{wrong:#?}");
    assert!(recall >= LEAST_RECALL, "{missed:#?}");
}
