//! `plimsoll assess`: whether the business is sound.

use super::{Outcome, Setting, UsageError};
use crate::assess::ahead::ahead;
use crate::assess::book_sellers::of_books;
use crate::assess::changed::{since_report, since_the_year_before};
use crate::assess::drivers::Drivers;
use crate::assess::from_ledger::{self, Beside};
use crate::assess::learned::{learned, shipped};
use crate::assess::next_year::next_year;
use crate::assess::seller_book::{SellerBook, Taken};
use crate::assess::seller_report::seller_report;
use crate::assess::told::{self, Told};
use crate::assess::{self, DefinitionFile, definition_file, print, seller_parts, sellers, sides};
use crate::cli::AssessArgs;
use crate::terminal;
use crate::web;
use anyhow::Context;
use domain::{Currency, Price};
use engine::assess::{Facts, MarketRisk, SellerTerms, assess_sellers, market_risk};
use jiff::civil::Date;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &AssessArgs) -> anyhow::Result<Outcome> {
    if args.show_definitions {
        let all = [definition_file::CONCEPTS, definition_file::SCORES, definition_file::INDICATORS, sellers::TERMS];
        print!("{}", all.join("\n"));
        return Ok(Outcome::Done);
    }
    if args.sellers.is_some() || args.book.is_some() || args.seller.is_some() {
        return of_sellers(setting, args);
    }
    let file = DefinitionFile::read(args.definitions.as_deref())?;
    let (mut told, ledger) = match (&args.xbrl, &args.facts) {
        (Some(path), _) => (setting.progress.step("reading the filing", || Told::xbrl(path))?, None),
        (None, Some(path)) => (Told::table(path)?, None),
        (None, None) => {
            let terms = sellers::terms(args.definitions.as_deref())?;
            let drivers = args.drivers.as_deref().map_or_else(|| Ok(Drivers::default()), Drivers::read)?;
            let beside = Beside { marketplace: args.marketplace.as_deref(), terms: &terms, drivers: &drivers };
            let read = || from_ledger::read(&setting.dir, &file, &beside);
            let (told, ledger) = setting.progress.step("reading the books, forecasting", read)?;
            (told, Some(ledger))
        }
    };
    let (facts, closes) = gather(args, &mut told)?;
    let market = setting.progress.step("measuring the prices", || measure(&file, &mut told, &closes));
    let mut report = assess::assess(&file, &told, &facts, market.as_ref());
    if let Some(ledger) = ledger {
        ledger.tell(&file, &facts, &mut report);
    }
    if let Some(path) = &args.next {
        report.next = Some(next_year(&file, &facts, &Told::table(path)?, report.credit.is_listed));
    }
    let is_listed = report.credit.is_listed;
    report.ahead = setting
        .progress
        .step("drawing the year ahead", || Some(ahead(&file, &facts, is_listed, report.market.as_ref(), args.seed)));
    report.changed.extend(since_the_year_before(&file, &told, &facts, &report));
    let credit = report.credit.probability;
    report.learned = learned(&file, &facts, credit)?;
    report.sides = sides::rows(&report.indicators, &sides::judged_of(&shipped()?)?);
    if let Some(path) = &args.since {
        report.changed.insert(0, since_report(&report, path)?);
    }
    write_page(args, || web::assessment_page(&report, &args.lang))?;
    match (setting.json, args.markdown) {
        (true, _) => terminal::json(&report)?,
        (_, true) => print!("{}", print::markdown(&report)),
        _ => print!("{}", print::text(&report)),
    }
    Ok(Outcome::Done)
}

fn write_page(args: &AssessArgs, page: impl FnOnce() -> String) -> anyhow::Result<()> {
    match &args.html {
        Some(path) => std::fs::write(path, page()).with_context(|| format!("cannot write {}", path.display())),
        None => Ok(()),
    }
}

/// What a book of sellers took, and bytes at its end that had been cut short.
type Booked = Option<(Taken, u64)>;

/// The sellers of a table, of a book, or of a book to which a table was added; else those that the policy of the data
/// directory names.
fn known_sellers(setting: &Setting, args: &AssessArgs, currency: Currency) -> anyhow::Result<(sellers::Read, Booked)> {
    if args.sellers.is_none() && args.book.is_none() {
        let read = of_books(&Reader::open(&setting.dir)?)?;
        let none =
            || UsageError("the policy names no sellers; --sellers or --book tells where their days stand".to_owned());
        return Ok((read.ok_or_else(none)?, None));
    }
    let nothing = sellers::Read { sellers: Vec::new(), as_of: None, currency, left_out: 0 };
    let read = args.sellers.as_deref().map_or(Ok(nothing), |path| sellers::read(path, currency))?;
    let Some(at) = &args.book else { return Ok((read, None)) };
    let mut book = SellerBook::open(at, currency)?;
    let torn = book.torn;
    let taken = match &args.sellers {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            book.take(sources::digest(&bytes), &read.sellers)?
        }
        None => Taken::default(),
    };
    let as_of = book.newest();
    Ok((sellers::Read { as_of, sellers: book.into_sellers(), ..read }, Some((taken, torn))))
}

fn told_of_book((taken, torn): (Taken, u64)) -> String {
    let mut told = match taken {
        Taken { is_known: true, .. } => "This very file was taken before: the book stays as it was.\n".to_owned(),
        Taken { days, replaced, .. } => format!("The book took {days} new days; {replaced} stand as told now.\n"),
    };
    if torn > 0 {
        told.push_str(&format!("Its last {torn} bytes had been cut short and were left out.\n"));
    }
    told
}

/// Every seller, or one.
fn of_sellers(setting: &Setting, args: &AssessArgs) -> anyhow::Result<Outcome> {
    let currency = Currency::from_code(&args.currency)
        .ok_or_else(|| UsageError(format!("`{}` is no currency's code", args.currency)))?;
    let (read, booked) = known_sellers(setting, args, currency)?;
    let terms = sellers::terms(args.definitions.as_deref())?;
    let as_of = args.as_of.or(read.as_of).ok_or_else(|| UsageError("the sellers have no day".to_owned()))?;
    if let Some(name) = args.seller.as_deref() {
        return one_seller(setting, args, (name, as_of), &read, &terms);
    }
    if args.html.is_some() || args.markdown {
        return Err(UsageError("--html and --markdown tell of one seller: --seller names it".to_owned()).into());
    }
    let (version, rules) = &terms;
    let told = assess_sellers(&read.sellers, as_of, rules);
    if setting.json {
        let mut all = sellers::as_json(&read, &told, version);
        if let Some((taken, torn)) = booked {
            all["book"] = serde_json::json!({"taken": taken, "cut_short_bytes": torn});
        }
        terminal::json(&all)?;
    } else {
        print!("{}{}", booked.map(told_of_book).unwrap_or_default(), sellers::text(&read, &told, version));
    }
    Ok(Outcome::Done)
}

fn one_seller(
    setting: &Setting,
    args: &AssessArgs,
    (name, as_of): (&str, Date),
    read: &sellers::Read,
    terms: &(String, SellerTerms),
) -> anyhow::Result<Outcome> {
    let names: Vec<&str> = read.sellers.iter().map(|seller| seller.name.as_str()).collect();
    let one = read.sellers.iter().find(|one| one.name == name);
    let report =
        seller_report(one.ok_or_else(|| UsageError::unknown("seller", name, &names))?, as_of, terms, read.currency);
    write_page(args, || web::seller_page(&report, &args.lang))?;
    match (setting.json, args.markdown) {
        (true, _) => terminal::json(&report)?,
        (_, true) => print!("{}", seller_parts::markdown(&report)),
        _ => print!("{}", seller_parts::text(&report)),
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
