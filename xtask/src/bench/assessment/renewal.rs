//! A thousand sellers with three years of days: a day's new data read in, every indicator and score renewed.

use crate::bench::line::{Bar, Line, Report};
use anyhow::Context;
use domain::Currency;
use engine::assess::assess_sellers;
use plimsoll::assess::sellers::{read, terms};
use plimsoll::compare::seeded::Seeded;
use std::fmt::Write;
use std::time::Instant;

const SELLERS: usize = 1_000;
const DAYS: i64 = 3 * 365;
const RUNS: usize = 3;
/// The second paper's own seconds of its three runs, on its machine.
const PAPER: [f64; RUNS] = [1.1, 1.0, 1.2];

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(7);
    let mut random = Seeded::new(seed);
    let home = tempfile::tempdir()?;
    let first = jiff::civil::date(2023, 1, 1);
    let row = |text: &mut String, random: &mut Seeded, seller: usize, day: i64| {
        let orders = random.below(40);
        let (refunds, chargebacks) = (orders / 12, usize::from(random.chance(0.01)));
        let day = first.checked_add(jiff::ToSpan::days(day)).unwrap_or(first);
        let _ = writeln!(text, "s{seller:04},{day},{orders}.50,{refunds}.00,{chargebacks}.00,{orders},{}", orders / 20);
    };
    let header = "seller,day,sales,refunds,chargebacks,orders,late\n";
    let mut history = header.to_owned();
    (0..SELLERS).for_each(|seller| (0..DAYS).for_each(|day| row(&mut history, &mut random, seller, day)));
    let path = home.path().join("history.csv");
    std::fs::write(&path, history)?;
    let (_, terms) = terms(None)?;
    let mut known = read(&path, Currency::GBP)?;
    let line = |figure: String, value: f64| Line::new(figure, value, seed).data("1,000 sellers x 3 years");
    let mut succeeded = 0.0;
    for (run, paper) in (0_i64..).zip(PAPER) {
        let mut fresh = header.to_owned();
        (0..SELLERS).for_each(|seller| row(&mut fresh, &mut random, seller, DAYS + run));
        let path = home.path().join("day.csv");
        std::fs::write(&path, fresh)?;
        let start = Instant::now();
        let day = read(&path, Currency::GBP)?;
        for (seller, new) in known.sellers.iter_mut().zip(day.sellers) {
            anyhow::ensure!(seller.name == new.name, "a day of other sellers");
            seller.days.extend(new.days);
        }
        let told = assess_sellers(&known.sellers, day.as_of.context("no day")?, &terms);
        let seconds = start.elapsed().as_secs_f64();
        // A run succeeds where every seller has a score of the new day and money adds to the minor unit.
        let adds = told.at_risk.sum() == told.sellers.iter().map(|one| one.at_risk.sum()).sum::<i64>();
        succeeded += f64::from(u8::from(told.sellers.len() == SELLERS && adds));
        let figure = line(format!("seconds run {}", run + 1), seconds).unit("s").bar(Bar::AtMost(1.0));
        report.add(&figure.beside_known("second paper, claimed, 24 cores", paper));
    }
    let share = line("success_share".to_owned(), succeeded / RUNS as f64).bar(Bar::AtLeast(1.0));
    report.add(&share.beside_known("second paper, claimed", 0.995));
    Ok(())
}
