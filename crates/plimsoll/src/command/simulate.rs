//! `plimsoll simulate`: a processor's and a bank's exports from the invoices in the journal, a marketplace, or a file of
//! customers; and the truth beside them.

use super::{Outcome, Setting};
use crate::cli::{Simulate, SimulatedWorld};
use crate::policy_file::DEFAULT;
use crate::terminal;
use anyhow::Context;
use domain::{Body, Content, Policy, RateSheet, Record};
use serde_json::json;
use sim::{CardParams, CardStream, Market, MarketParams, Params, PartyParams, World};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use store::Reader;

/// The files' names begin so, so that wherever a file is shown it says that it is simulated.
const PREFIX: &str = "simulated-";

pub(super) fn run(setting: &Setting, args: &Simulate) -> anyhow::Result<Outcome> {
    match args.world {
        Some(SimulatedWorld::Parties { records }) => {
            return parties(setting, &PartyParams::new(args.seed, records), &args.out);
        }
        Some(SimulatedWorld::Cards { cards: number, days }) => {
            return cards(setting, &CardParams::new(args.seed, number, days), &args.out);
        }
        Some(SimulatedWorld::Marketplace { orders }) => {
            return marketplace(setting, &MarketParams::new(args.seed, orders), &args.out);
        }
        None => {}
    }
    let reader = Reader::open(&setting.dir)?;
    let world = setting.progress.step("simulating", || world(&reader, args.seed))?;
    let exports = write(&world, &args.out)?;
    if setting.json {
        terminal::json(
            &json!({ "exports": exports.to_string_lossy(), "seed": args.seed, "breaks": world.truth.rows.len() }),
        )?;
    } else {
        println!("Wrote {} (simulated, seed {}). Next: plimsoll import {0}", exports.display(), args.seed);
        println!("The truth stands in {}, where no import reads it.", args.out.join("truth").display());
    }
    Ok(Outcome::Done)
}

/// Writes a marketplace's exports, what it agreed with its processor and sellers, and the truth.
fn marketplace(setting: &Setting, params: &MarketParams, out: &Path) -> anyhow::Result<Outcome> {
    let market = setting.progress.step("simulating", || Market::new(params));
    let exports = out.join("exports");
    let file = |folder: &str, name: &str, write: &dyn Fn(&mut BufWriter<File>) -> std::io::Result<()>| {
        let path = out.join(folder).join(name);
        let written = std::fs::create_dir_all(out.join(folder)).and_then(|()| {
            let mut file = BufWriter::new(File::create(&path)?);
            write(&mut file)?;
            file.flush()
        });
        written.with_context(|| format!("cannot write {}", path.display()))
    };
    let named = |name: &str| format!("{PREFIX}{name}");
    file("exports", &named("shopify-orders.csv"), &|out| market.write_orders(out))?;
    file("exports", &named("credit-notes.jsonl"), &|out| market.write_credit_notes(out))?;
    file("exports", &named("shop-payments.jsonl"), &|out| market.write_shop_payments(out))?;
    file("exports", &named("stripe-payout-reconciliation.csv"), &|out| market.write_processor(out))?;
    file("exports", &named("bank.csv"), &|out| market.write_bank(out))?;
    let policy = format!("{DEFAULT}\n{}\n{}", market.fee_schedule(), market.seller_terms());
    file("terms", "policy.toml", &|out| out.write_all(policy.as_bytes()))?;
    let truth = market.truth();
    file("truth", "truth.csv", &|out| out.write_all(truth.to_csv().as_bytes()))?;
    file("truth", "near-misses.csv", &|out| out.write_all(market.near_misses_csv().as_bytes()))?;
    file("truth", "wrong-fees.csv", &|out| out.write_all(market.wrong_fees_csv().as_bytes()))?;
    if setting.json {
        terminal::json(&json!({
            "exports": exports.to_string_lossy(), "seed": params.seed, "orders": params.orders, "rows": market.rows(),
            "breaks": truth.rows.len(), "near_misses": market.near_misses.len(),
            "wrong_fees": market.wrong_fees.len(), "terms": out.join("terms/policy.toml").to_string_lossy(),
            "truth": out.join("truth/truth.csv").to_string_lossy(),
        }))?;
    } else {
        println!("Wrote {} (simulated, seed {}).", exports.display(), params.seed);
        println!("Next: plimsoll init --policy {}", out.join("terms/policy.toml").display());
        println!("      plimsoll import {}", exports.display());
        println!("The truth stands in {}, where no import reads it.", out.join("truth").display());
    }
    Ok(Outcome::Done)
}

/// Writes the customers below `exports/`, and who they are below `truth/`.
fn parties(setting: &Setting, params: &PartyParams, out: &Path) -> anyhow::Result<Outcome> {
    let created = |folder: &str, name: &str| {
        let path = out.join(folder).join(name);
        let create = || {
            std::fs::create_dir_all(out.join(folder))?;
            File::create(&path)
        };
        let file = create().with_context(|| format!("cannot write {}", path.display()))?;
        anyhow::Ok((path, BufWriter::new(file)))
    };
    let (records, mut file) = created("exports", &format!("{PREFIX}parties.csv"))?;
    let (truth, mut told) = created("truth", "parties.csv")?;
    setting.progress.step("simulating", || sim::write_parties(params, &mut file, &mut told))?;
    if setting.json {
        terminal::json(&json!({
            "file": records.to_string_lossy(), "truth": truth.to_string_lossy(), "seed": params.seed,
            "records": params.records,
        }))?;
    } else {
        println!("Wrote {} (simulated, seed {}).", records.display(), params.seed);
        println!("Who each record is of stands in {}.", truth.display());
    }
    Ok(Outcome::Done)
}

/// Writes the card payments below `exports/`, and which are fraud below `truth/`.
fn cards(setting: &Setting, params: &CardParams, out: &Path) -> anyhow::Result<Outcome> {
    let stream = setting.progress.step("simulating", || CardStream::new(params));
    let (exports, truth) = (out.join("exports"), out.join("truth"));
    let (events, told) = (exports.join(format!("{PREFIX}cards.jsonl")), truth.join("cards.csv"));
    for (folder, path, bytes) in
        [(&exports, &events, stream.events_jsonl()), (&truth, &told, stream.truth_csv().into_bytes())]
    {
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(path, bytes))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if setting.json {
        terminal::json(&json!({
            "file": events.to_string_lossy(), "truth": told.to_string_lossy(), "seed": params.seed,
            "attempts": stream.attempts.len(), "disputes": stream.disputes.len(),
        }))?;
    } else {
        println!("Wrote {} (simulated, seed {}). Next: plimsoll import {0}", events.display(), params.seed);
        println!("Which attempts are fraud stands in {}.", told.display());
    }
    Ok(Outcome::Done)
}

/// The world that belongs to the invoices in the journal.
pub(super) fn world(reader: &Reader, seed: u64) -> anyhow::Result<World> {
    let policy = reader.policy()?.unwrap_or_else(Policy::default);
    let (invoices, rates) = invoices_and_rates(reader)?;
    Ok(sim::processor_world(&invoices, &rates, &policy, &Params::new(seed)))
}

/// Writes `exports/` and `truth/` below `out`, and returns the first.
pub(super) fn write(world: &World, out: &Path) -> anyhow::Result<PathBuf> {
    let (exports, truth) = (out.join("exports"), out.join("truth"));
    let files = [
        (exports.join(format!("{PREFIX}stripe-payout-reconciliation.csv")), world.stripe_csv()),
        (exports.join(format!("{PREFIX}bank-camt053.xml")), world.camt_xml()),
        (truth.join("truth.csv"), world.truth.to_csv().into_bytes()),
        (truth.join("truth.json"), world.truth.to_json().into_bytes()),
    ];
    for (path, bytes) in files {
        let write = || {
            std::fs::create_dir_all(path.parent().unwrap_or(out))?;
            std::fs::write(&path, bytes)
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(exports)
}

fn invoices_and_rates(reader: &Reader) -> anyhow::Result<(Vec<Record>, Vec<RateSheet>)> {
    let (mut invoices, mut rates) = (Vec::new(), Vec::new());
    for batch in reader.batches() {
        for event in batch?.1.events {
            let Body::Record(record) = event.body else { continue };
            match record.content {
                Content::Rates(sheet) => rates.push(sheet),
                Content::Invoice(_) => invoices.push(record),
                _ => {}
            }
        }
    }
    Ok((invoices, rates))
}
