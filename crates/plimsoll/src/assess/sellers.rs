//! Sellers by a table of their days: read, assessed, and told as text or JSON.

use super::at_risk;
use super::report::letter;
use crate::command::UsageError;
use crate::linking::UserTable;
use crate::terminal;
use domain::{Currency, Money};
use engine::assess::{
    PlatformRisk, SELLER_INDICATORS, Scale, Seller, SellerDay, SellerLoss, SellerRisk, SellerSale, SellerTerms, Sellers,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The rules that ship.
pub const TERMS: &str = include_str!("../../assess/sellers.toml");
/// Sellers that are printed.
const SHOWN: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    base_probability: f64,
    loss_given_failure: f64,
    young_days: i64,
    young_log_odds: f64,
    loan_months: f64,
    loan_until_points: f64,
    funding_bps: f64,
    margin_bps: f64,
    scale: ScaleRow,
    rule: BTreeMap<String, RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleRow {
    best_probability: f64,
    worst_probability: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    usual: f64,
    log_odds: f64,
}

/// The rules of a file, with their version; those that ship where none is given.
///
/// # Errors
/// The file cannot be read, or names an indicator that is none.
pub fn terms(folder: Option<&Path>) -> anyhow::Result<(String, SellerTerms)> {
    let own = folder.map(|folder| folder.join("sellers.toml")).filter(|path| path.exists());
    let text = own.map_or_else(|| Ok(TERMS.to_owned()), std::fs::read_to_string)?;
    let file: File =
        toml::from_str(&text).map_err(|error| UsageError(format!("sellers.toml cannot be read\n{error}")))?;
    if let Some(name) = file.rule.keys().find(|name| !SELLER_INDICATORS.contains(&name.as_str())) {
        return Err(UsageError::unknown("indicator", name, &SELLER_INDICATORS).into());
    }
    let rules = file.rule.into_iter().map(|(name, rule)| (name, (rule.usual, rule.log_odds))).collect();
    let terms = SellerTerms {
        base_probability: file.base_probability,
        loss_given_failure: file.loss_given_failure,
        rules,
        young: file.young_log_odds,
        young_days: file.young_days,
        scale: Scale { best: file.scale.best_probability, worst: file.scale.worst_probability },
        loan_months: file.loan_months,
        loan_until_points: file.loan_until_points,
        funding_bps: file.funding_bps,
        margin_bps: file.margin_bps,
    };
    Ok((file.version, terms))
}

/// Sellers as they were read.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// By name, their days in order.
    pub sellers: Vec<Seller>,
    /// The newest day.
    pub as_of: Option<Date>,
    /// Of all amounts.
    pub currency: Currency,
    /// Rows in other currencies, which are left out.
    pub left_out: usize,
}

/// Places of the columns.
struct Columns {
    seller: usize,
    day: usize,
    sales: usize,
    refunds: Option<usize>,
    chargebacks: Option<usize>,
    orders: Option<usize>,
    late: Option<usize>,
    segment: Option<usize>,
    currency: Option<usize>,
    transaction: Option<usize>,
    buyer: Option<usize>,
}

/// Reads a table with the columns `seller`, `day`, `sales`, and of `refunds`, `chargebacks`, `orders`, `late`, `segment`
/// and `currency` those that it has; amounts in whole units. Days that come twice are added up. With `transaction` or
/// `buyer` each row is a sale, and money at risk is told of buyers too.
///
/// # Errors
/// It is no such table, or a row cannot be read: which one, and why.
pub fn read(path: &Path, currency: Currency) -> anyhow::Result<Read> {
    let table = UserTable::read(path)?;
    let place = |name: &str| table.names.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    let needed = |name: &str| {
        place(name).ok_or_else(|| {
            UsageError(format!("{} has no column `{name}`; it needs seller, day and sales", path.display()))
        })
    };
    let columns = Columns {
        seller: needed("seller")?,
        day: needed("day")?,
        sales: needed("sales")?,
        refunds: place("refunds"),
        chargebacks: place("chargebacks"),
        orders: place("orders"),
        late: place("late"),
        segment: place("segment"),
        currency: place("currency"),
        transaction: place("transaction"),
        buyer: place("buyer"),
    };
    let tells_sales = columns.transaction.is_some() || columns.buyer.is_some();
    let mut known: BTreeMap<String, InRows> = BTreeMap::new();
    let mut left_out = 0;
    for row in 0..table.rows.len() {
        let cell = |at: usize| table.rows.value(row, at).trim();
        if columns.currency.map(cell).is_some_and(|code| !code.is_empty() && code != currency.code()) {
            left_out += 1;
            continue;
        }
        let read = day_of(&columns, &cell, currency);
        let day = read.map_err(|why| UsageError(format!("{}, row {}: {why}", path.display(), row + 1)))?;
        let of = known.entry(cell(columns.seller).to_owned()).or_default();
        columns.segment.map(cell).unwrap_or_default().clone_into(&mut of.segment);
        of.days.entry(day.day).and_modify(|known| *known = known.plus(day)).or_insert(day);
        if tells_sales && day.sales > 0 {
            let told = |at: Option<usize>| at.map(cell).unwrap_or_default().to_owned();
            let (transaction, buyer) = (told(columns.transaction), told(columns.buyer));
            of.sales.push(SellerSale { day: day.day, transaction, buyer, minor: day.sales });
        }
    }
    let as_of = known.values().filter_map(|of| of.days.keys().next_back()).max().copied();
    let seller = |(name, of): (String, InRows)| Seller {
        name,
        segment: of.segment,
        days: of.days.into_values().collect(),
        sales: of.sales,
    };
    Ok(Read { sellers: known.into_iter().map(seller).collect(), as_of, currency, left_out })
}

/// What the rows of one seller say.
#[derive(Default)]
struct InRows {
    segment: String,
    days: BTreeMap<Date, SellerDay>,
    sales: Vec<SellerSale>,
}

fn day_of<'a>(columns: &Columns, cell: &dyn Fn(usize) -> &'a str, currency: Currency) -> Result<SellerDay, String> {
    let money = |at: Option<usize>| -> Result<i64, String> {
        let text = at.map(cell).unwrap_or_default();
        if text.is_empty() {
            return Ok(0);
        }
        let read = text.parse::<Decimal>().ok().and_then(|major| Money::from_decimal(major, currency));
        read.map(|money| money.minor).ok_or_else(|| format!("`{text}` is no amount of {}", currency.code()))
    };
    let count = |at: Option<usize>| -> Result<u32, String> {
        let text = at.map(cell).unwrap_or_default();
        if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| format!("`{text}` is no number of orders")) }
    };
    let day = cell(columns.day);
    Ok(SellerDay {
        day: day.parse().map_err(|_| format!("`{day}` is no day, as in 2025-12-31"))?,
        sales: money(Some(columns.sales))?,
        refunds: money(columns.refunds)?,
        chargebacks: money(columns.chargebacks)?,
        orders: count(columns.orders)?,
        late: count(columns.late)?,
    })
}

pub(super) fn money(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).to_decimal().to_string()
}

fn loss(of: SellerLoss, currency: Currency) -> Value {
    json!({
        "failure": money(of.failure, currency), "refunds": money(of.refunds, currency),
        "chargebacks": money(of.chargebacks, currency), "sum": money(of.sum(), currency),
    })
}

/// A seller's slice as JSON.
pub fn slice(of: &SellerRisk, currency: Currency) -> Value {
    let indicators: BTreeMap<&str, Option<f64>> = of.indicators.iter().copied().collect();
    let reasons: Vec<Value> = of.reasons.iter().map(|(what, adds)| json!({"what": what, "adds": adds})).collect();
    json!({
        "seller": of.name, "segment": of.segment, "sales": money(of.sales, currency), "indicators": indicators,
        "probability": of.probability, "points": of.points, "grade": letter(of.points), "reasons": reasons,
        "at_risk": loss(of.at_risk, currency), "loan_limit": money(of.loan_limit, currency), "rate_percent": of.rate_bps / 100.0,
    })
}

/// The platform as JSON.
fn platform(of: &PlatformRisk, currency: Currency) -> Value {
    let indicators: BTreeMap<&str, Option<f64>> = of.indicators.iter().copied().collect();
    json!({
        "sales": money(of.sales, currency), "indicators": indicators, "concentration": of.concentration,
        "probability": of.probability, "points": of.points, "grade": of.points.map(letter),
    })
}

/// All of it as JSON.
pub fn as_json(read: &Read, told: &Sellers, version: &str) -> Value {
    let sellers: Vec<Value> = told.sellers.iter().map(|of| slice(of, read.currency)).collect();
    let segments: BTreeMap<&str, Value> =
        told.segments.iter().map(|(name, of)| (name.as_str(), loss(*of, read.currency))).collect();
    json!({
        "rules": version, "as_of": read.as_of.map(|day| day.to_string()), "currency": read.currency.code(),
        "left_out": read.left_out, "at_risk": loss(told.at_risk, read.currency), "segments": segments,
        "sum": at_risk::view(&told.sum, read.currency), "platform": told.platform.as_ref().map(|of| platform(of, read.currency)),
        "sellers": sellers,
    })
}

/// The sum, and the sellers with the most at risk.
pub fn text(read: &Read, told: &Sellers, version: &str) -> String {
    let currency = read.currency;
    let mut out = String::new();
    let as_of = read.as_of.map(|day| day.to_string()).unwrap_or_default();
    let SellerLoss { failure, refunds, chargebacks } = told.at_risk;
    let [sum, failure, refunds, chargebacks] =
        [told.at_risk.sum(), failure, refunds, chargebacks].map(|minor| money(minor, currency));
    let _ = writeln!(
        out,
        "{} sellers as of {as_of}, rules {version}: {} {sum} at risk ({failure} should sellers fail, {refunds} refunds, {chargebacks} chargebacks).",
        told.sellers.len(),
        currency.code()
    );
    if read.left_out > 0 {
        let _ =
            writeln!(out, "{} rows in other currencies are left out, as no rate of their day is known.", read.left_out);
    }
    out.push_str(&platform_line(told));
    out.push_str(&at_risk::text(&at_risk::view(&told.sum, currency)));
    let mut table = terminal::table(&HEADS);
    for row in view(read, told, version).rows.iter().take(SHOWN) {
        terminal::row(&mut table, row.cells());
    }
    let _ = writeln!(out, "{table}");
    out
}

/// Heads of a table of sellers.
pub const HEADS: [&str; 9] =
    ["seller", "segment", ">sales", ">score", "grade", ">at risk", ">loan limit", ">rate", "first reason"];

/// A seller in a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellerRow {
    /// Who.
    pub seller: String,
    /// Of which part of the business.
    pub segment: String,
    /// Sold in the last twelve months.
    pub sales: String,
    /// 0–5.
    pub points: f64,
    /// A–E.
    pub grade: char,
    /// Of failing within a year.
    pub probability: f64,
    /// Money at risk.
    pub at_risk: String,
    /// What it may borrow.
    pub loan_limit: String,
    /// Yearly, in per cent.
    pub rate_percent: f64,
    /// What raises its log-odds most, and by how much.
    pub first_reason: Option<(&'static str, f64)>,
}

impl SellerRow {
    /// As cells under [`HEADS`].
    pub fn cells(&self) -> [String; 9] {
        [
            self.seller.clone(),
            self.segment.clone(),
            self.sales.clone(),
            format!("{:.2}", self.points),
            self.grade.to_string(),
            self.at_risk.clone(),
            self.loan_limit.clone(),
            format!("{:.2} %", self.rate_percent),
            self.first_reason.map_or(String::new(), |(what, adds)| format!("{what} {adds:+.2}")),
        ]
    }
}

/// Sellers as a list, and the platform of them.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SellersView {
    /// The version of the rules.
    pub rules: String,
    /// The newest day.
    pub as_of: Option<String>,
    /// Of all amounts.
    pub currency: String,
    /// Rows or documents in other currencies that have no rate, which are left out.
    pub left_out: usize,
    /// Money at risk on all.
    pub at_risk: String,
    /// The platform, 0–5; none where nothing was sold in the last month.
    pub platform: Option<f64>,
    /// The sum of the squared shares of sales.
    pub concentration: Option<f64>,
    /// Those with the most at risk first.
    pub rows: Vec<SellerRow>,
}

/// As it is listed.
pub fn view(read: &Read, told: &Sellers, version: &str) -> SellersView {
    let currency = read.currency;
    let row = |of: &SellerRisk| SellerRow {
        seller: of.name.clone(),
        segment: of.segment.clone(),
        sales: money(of.sales, currency),
        points: of.points,
        grade: letter(of.points),
        probability: of.probability,
        at_risk: money(of.at_risk.sum(), currency),
        loan_limit: money(of.loan_limit, currency),
        rate_percent: of.rate_bps / 100.0,
        first_reason: of.reasons[1..]
            .iter()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, adds)| *adds > 0.0)
            .copied(),
    };
    SellersView {
        rules: version.to_owned(),
        as_of: read.as_of.map(|day| day.to_string()),
        currency: currency.code().to_owned(),
        left_out: read.left_out,
        at_risk: money(told.at_risk.sum(), currency),
        platform: told.platform.as_ref().and_then(|of| of.points),
        concentration: told.platform.as_ref().and_then(|of| of.concentration),
        rows: told.sellers.iter().map(row).collect(),
    }
}

fn platform_line(told: &Sellers) -> String {
    let Some((of, points)) = told.platform.as_ref().and_then(|of| Some((of, of.points?))) else {
        return "The platform: nothing was sold in the last 30 days.\n".to_owned();
    };
    let rate = |name: &str| of.indicators.iter().find(|(known, _)| *known == name).and_then(|(_, value)| *value);
    let told = |name: &str| rate(name).map(|value| format!(", {name} {value:.2}"));
    let rates: String = SELLER_INDICATORS.iter().filter_map(|name| told(name)).collect();
    let concentration = of.concentration.unwrap_or_default();
    format!(
        "The platform: score {points:.2}, grade {}, concentration of sellers (HHI) {concentration:.4}{rates}.\n",
        letter(points)
    )
}
