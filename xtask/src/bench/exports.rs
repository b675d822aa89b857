//! The demo's whole ledger, read by hledger and by beancount: balances in which they differ from ours, and seconds.

use super::line::{Bar, Line, Peer, Report};
use super::{peers, runs};
use crate::project;
use anyhow::Context;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;
use store::Reader;

/// Seed of the demo's world.
const SEED: u64 = 2011;

/// What beancount makes of a file.
const SCRIPT: &str = "benches/peers/beancount_balances.py";

/// Minor units by account and currency, without those that are nothing. Names are compared by their letters alone, as
/// programs write them in their own ways.
type Balances = BTreeMap<(String, String), i128>;

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let binary = project::build_release()?;
    let run = runs::demo(&binary, seed)?;
    let ours = ours(&Reader::open(&run.dir)?)?;
    for (format, read) in [("hledger", hledger as fn(&str) -> anyhow::Result<Balances>), ("beancount", beancount)] {
        let out = run.dir.join(format).display().to_string();
        let start = Instant::now();
        let written = runs::verb(&binary, &run.dir, &["export", format, "--out", &out])?;
        let seconds = start.elapsed().as_secs_f64();
        let rows = written["rows"].as_f64().context("`export` printed no `rows`")?;
        report.add(&Line::new(format!("{format} rows"), rows, seed));
        report.add(&Line::new(format!("{format} seconds"), seconds, seed).unit("s"));
        let line = |value: f64| Line::new(format!("{format} differences"), value, seed).bar(Bar::AtMost(0.0));
        match read(&out) {
            Ok(theirs) => report.add(&line(differences(&ours, &theirs))),
            Err(error) => {
                let reason = format!("{error:#}");
                report.add(&Line { peer: Peer::Missing { reason }, ..line(f64::NAN) });
            }
        }
    }
    Ok(())
}

fn ours(reader: &Reader) -> anyhow::Result<Balances> {
    let rows = reader.balances(None)?.into_iter().filter(|row| row.minor != 0);
    Ok(rows.map(|row| ((row.account.name().replace('_', ""), row.currency.code().to_owned()), row.minor)).collect())
}

fn differences(ours: &Balances, theirs: &Balances) -> f64 {
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    names.into_iter().filter(|name| ours.get(name) != theirs.get(name)).fold(0.0, |count, _| count + 1.0)
}

/// What hledger says after it has checked every assertion.
fn hledger(file: &str) -> anyhow::Result<Balances> {
    let tool = std::env::var("PLIMSOLL_HLEDGER").unwrap_or_else(|_| "hledger".to_owned());
    let args = ["-f", file, "balance", "--flat", "--no-total", "--output-format", "csv"];
    let said = project::output(&tool, &args).context("no hledger (scripts/install-test-tools installs it)")?;
    let mut balances = Balances::new();
    for line in said.lines().skip(1) {
        let (account, amounts) = line.trim_matches('"').split_once("\",\"").context("two columns")?;
        for amount in amounts.split(", ") {
            let (number, currency) = amount.rsplit_once(' ').context("an amount has a currency")?;
            put(&mut balances, account, currency, number)?;
        }
    }
    Ok(balances)
}

fn beancount(file: &str) -> anyhow::Result<Balances> {
    let python = peers::make_for("beancount")?;
    let said = project::output(&python.display().to_string(), &[SCRIPT, file])?;
    let said: Value = serde_json::from_str(&said)?;
    let errors = said["errors"].as_array().map_or(0, Vec::len);
    anyhow::ensure!(errors == 0, "beancount finds {errors} errors in {}", Path::new(file).display());
    let mut balances = Balances::new();
    for (name, amount) in said["balances"].as_object().context("balances")? {
        let (account, currency) = name.rsplit_once(' ').context("an account has a currency")?;
        put(&mut balances, account, currency, amount.as_str().unwrap_or_default())?;
    }
    Ok(balances)
}

fn put(balances: &mut Balances, account: &str, currency: &str, number: &str) -> anyhow::Result<()> {
    let digits = domain::Currency::from_code(currency).context("a currency")?.minor_digits() as usize;
    let (major, rest) = number.split_once('.').unwrap_or((number, ""));
    let minor: i128 = format!("{major}{rest:0<digits$}").replace([',', '_'], "").parse()?;
    let leaf = account.rsplit(':').next().unwrap_or_default().to_lowercase().replace(['_', '-'], "");
    if minor != 0 {
        balances.insert((leaf, currency.to_owned()), minor);
    }
    Ok(())
}
