//! The whole real shop: what its world holds, and how long it takes.

use super::{parsed, policy};
use crate::truth::{Class, Decoy};
use crate::{Params, World, processor_world};
use domain::{ExceptionRule, ProcessorCategory, Record};
use sources::Source;
use std::time::{Duration, Instant};

/// As the issue asks, in a release build on two cores.
const LONGEST: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "a test at the edge: the shop's file ships in the repository")]
fn records(source: &dyn Source, name: &str) -> Vec<Record> {
    let path = format!("{}/../../data/{name}", env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    parsed(source, &sources::unpack(&packed).unwrap().remove(0).text.unwrap())
}

fn print(world: &World) {
    for (name, category) in [
        ("charges", ProcessorCategory::Charge),
        ("refunds", ProcessorCategory::Refund),
        ("payouts", ProcessorCategory::Payout),
    ] {
        println!("{:>6} {name}", world.stripe.iter().filter(|row| row.category == category).count());
    }
    println!("{:>6} bank lines", world.bank.entries.len());
    for class in [Class::Planted, Class::Natural] {
        for rule in ExceptionRule::ALL {
            let rows: Vec<_> = world.truth.of(class, *rule).collect();
            let pence: i64 = rows.iter().map(|row| row.amount.minor).sum();
            if !rows.is_empty() {
                println!("{:>6} {} {} ({})", rows.len(), class.name(), rule.name(), crate::charges::pounds(pence));
            }
        }
    }
    for kind in Decoy::ALL {
        println!("{:>6} decoy: {}", world.truth.decoys.iter().filter(|row| row.kind == *kind).count(), kind.name());
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "541,909 lines: run with --release")]
#[expect(clippy::disallowed_methods, reason = "the test asks how long it takes")]
fn the_whole_shop_has_a_world_in_time() {
    let invoices = records(&sources::online_retail::OnlineRetail, "online_retail.csv.gz");
    let rates: Vec<_> = records(&sources::ecb_rates::EcbRates, "eurofxref-hist.zip")
        .into_iter()
        .filter_map(|record| if let domain::Content::Rates(sheet) = record.content { Some(sheet) } else { None })
        .collect();
    for seed in 1..=3 {
        let start = Instant::now();
        let world = processor_world(&invoices, &rates, &policy(), &Params::new(seed));
        let bytes = world.stripe_csv().len() + world.camt_xml().len();
        let took = start.elapsed();
        println!("seed {seed}: {} invoices, {bytes} bytes, {took:?}", invoices.len());
        print(&world);
        assert!(took < LONGEST);
        let planted = |rule| world.truth.of(Class::Planted, rule).count();
        assert_eq!(planted(ExceptionRule::OrderWithoutPayment), planted(ExceptionRule::DuplicateCharge));
        assert!(planted(ExceptionRule::OrderWithoutPayment) >= 95);
        assert!(planted(ExceptionRule::RefundExceedsPayment) >= 40 && planted(ExceptionRule::PayoutShort) >= 10);
        assert!(Decoy::ALL.iter().all(|kind| world.truth.decoys.iter().any(|row| row.kind == *kind)));
    }
}
