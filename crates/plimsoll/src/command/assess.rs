//! `plimsoll assess`: whether the business is sound.

use super::{Outcome, Setting, UsageError};
use crate::assess::learned::learned;
use crate::assess::told::{self, Told};
use crate::assess::{self, DefinitionFile, definition_file, print, sellers};
use crate::cli::AssessArgs;
use crate::terminal;
use crate::web;
use anyhow::Context;
use domain::{Currency, Price};
use engine::assess::{Facts, MarketRisk, assess_sellers, market_risk};
use std::path::Path;

pub(super) fn run(setting: &Setting, args: &AssessArgs) -> anyhow::Result<Outcome> {
    if args.show_definitions {
        let all = [definition_file::CONCEPTS, definition_file::SCORES, definition_file::INDICATORS, sellers::TERMS];
        print!("{}", all.join("\n"));
        return Ok(Outcome::Done);
    }
    if let Some(path) = &args.sellers {
        return of_sellers(setting, args, path);
    }
    let file = DefinitionFile::read(args.definitions.as_deref())?;
    let mut told = match (&args.xbrl, &args.facts) {
        (Some(path), _) => setting.progress.step("reading the filing", || Told::xbrl(path))?,
        (None, Some(path)) => Told::table(path)?,
        (None, None) => assess::ledger::told(&setting.dir)?,
    };
    let from_ledger = args.xbrl.is_none() && args.facts.is_none();
    let outlook = match from_ledger {
        true => setting.progress.step("forecasting", || assess::ledger::outlook(&setting.dir, &mut told))?,
        false => None,
    };
    let (facts, closes) = gather(args, &mut told)?;
    let market = setting.progress.step("measuring the prices", || measure(&file, &mut told, &closes));
    let mut report = assess::assess(&file, &told, &facts, market.as_ref());
    report.outlook = outlook;
    let credit = report.credit.probability;
    report.learned =
        setting.progress.step("fitting on other companies", || learned(&file, &facts, credit, args.seed))?;
    if let Some(path) = &args.html {
        let page = web::assessment_page(&report, &args.lang);
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    match (setting.json, args.markdown) {
        (true, _) => terminal::json(&report)?,
        (_, true) => print!("{}", print::markdown(&report)),
        _ => print!("{}", print::text(&report)),
    }
    Ok(Outcome::Done)
}

/// Every seller of a table, or one.
fn of_sellers(setting: &Setting, args: &AssessArgs, path: &Path) -> anyhow::Result<Outcome> {
    let currency = Currency::from_code(&args.currency)
        .ok_or_else(|| UsageError(format!("`{}` is no currency's code", args.currency)))?;
    let (version, terms) = sellers::terms(args.definitions.as_deref())?;
    let read = sellers::read(path, currency)?;
    let as_of = args.as_of.or(read.as_of).ok_or_else(|| UsageError(format!("{} holds no day", path.display())))?;
    let told = assess_sellers(&read.sellers, as_of, &terms);
    let Some(name) = &args.seller else {
        match setting.json {
            true => terminal::json(&sellers::as_json(&read, &told, &version))?,
            false => print!("{}", sellers::text(&read, &told, &version)),
        }
        return Ok(Outcome::Done);
    };
    let names: Vec<&str> = read.sellers.iter().map(|seller| seller.name.as_str()).collect();
    let one = told.sellers.iter().find(|one| one.name == *name);
    let one = one.ok_or_else(|| UsageError::unknown("seller", name, &names))?;
    match setting.json {
        true => terminal::json(&sellers::slice(one, currency))?,
        false => print!("{}", sellers::slice_text(one, currency)),
    }
    Ok(Outcome::Done)
}

/// The facts that were told, with a share price of the year's end and what was given by hand; and the prices up to it.
fn gather(args: &AssessArgs, told: &mut Told) -> anyhow::Result<(Facts, Vec<Price>)> {
    let facts = Facts::new(told.facts.clone(), args.as_of);
    let Some(year_end) = facts.year_end else { return Ok((facts, Vec::new())) };
    let mut closes = Vec::new();
    if let Some(path) = &args.prices {
        let instrument = args.instrument.as_deref().unwrap_or(&told.ticker);
        closes = told::prices(path, instrument)?;
        closes.retain(|price| price.date <= year_end);
        let unit = format!("{}/shares", facts.currency);
        let close = told::close_at(&closes, year_end, &unit, &path.display().to_string());
        let none = || UsageError(format!("{} has no price in the week before {year_end}", path.display()));
        told.facts.push(close.ok_or_else(none)?);
    }
    for said in &args.tell {
        told.by_hand(said, year_end, "")?;
    }
    Ok((Facts::new(told.facts.clone(), Some(year_end)), closes))
}

/// Market risk of the closes; a note where it cannot be told.
fn measure(file: &DefinitionFile, told: &mut Told, prices: &[Price]) -> Option<MarketRisk> {
    if prices.is_empty() {
        return None;
    }
    match market_risk(&told::adjusted_closes(prices), file.market) {
        Ok(risk) => Some(risk),
        Err(why) => {
            told.notes.push(format!("market risk is not told: {why}"));
            None
        }
    }
}
