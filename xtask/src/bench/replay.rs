//! Replay gives the same tables; and a journal that says another thing does not, so that the comparison can see.

use super::line::{Bar, Line, Report};
use super::runs;
use crate::project;
use anyhow::{Context, bail};
use domain::{Batch, Body, Content};
use plimsoll::command::compare_replay;
use store::Reader;

/// Seed of the demo's world.
const SEED: u64 = 2011;

/// Invoices of the shop whose first quantity is raised by one, each in a replay of its own: the first, one of the
/// middle, one of the last days.
const ALTERED: [usize; 3] = [0, 12_000, 20_000];

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let binary = project::build_release()?;
    let run = runs::demo(&binary, seed)?;
    let said = runs::verb(&binary, &run.dir, &["replay"])?;
    let differences = said["differences"].as_f64().context("`replay` printed no `differences`")?;
    report.add(&Line::new("differences", differences, seed).bar(Bar::AtMost(0.0)));
    let reader = Reader::open(&run.dir)?;
    let mut found = 0.0;
    for invoice in ALTERED {
        found += f64::from(u8::from(is_found(&reader, invoice)?));
    }
    let share = found / ALTERED.map(|_| 1.0).iter().sum::<f64>();
    report.add(&Line::new("control_found", share, seed).bar(Bar::AtLeast(1.0)));
    Ok(())
}

/// Whether a quantity that is one more is seen.
fn is_found(reader: &Reader, invoice: usize) -> anyhow::Result<bool> {
    let (mut seen, mut altered) = (0, false);
    let tables = compare_replay(reader, &mut |batch: &mut Batch| {
        for event in &mut batch.events {
            let Body::Record(record) = &mut event.body else { continue };
            let Content::Invoice(sale) = &mut record.content else { continue };
            if seen == invoice
                && let Some(line) = sale.lines.first_mut()
            {
                line.quantity += 1;
                altered = true;
            }
            seen += 1;
        }
    })?;
    if !altered {
        bail!("the journal holds {seen} invoices: there is no invoice {invoice} to alter");
    }
    Ok(tables.iter().any(|table| !table.same()))
}
