//! GARCH(1, 1) beside the `arch` package on daily returns, and how values at risk did from 2013 to 2023.

use super::folder;
use crate::bench::line::{Bar, Line, Peer, Report};
use crate::bench::peers;
use crate::project;
use anyhow::{Context, bail};
use engine::assess::{MarketScale, market_risk};
use learn::volatility::{Garch, log_returns};
use plimsoll::assess::told;
use serde_json::Value;
use std::process::Command;

const SCRIPT: &str = "benches/peers/garch.py";
const INSTRUMENT: &str = "AMZN";

pub(in crate::bench) fn run(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let prices = told::prices(&folder()?.join("series/stocks_daily.csv.gz"), INSTRUMENT)?;
    let closes = told::adjusted_closes(&prices);
    let returns: Vec<f64> = log_returns(&closes.iter().map(|(_, close)| *close).collect::<Vec<f64>>());
    let per_cent: Vec<f64> = returns.iter().map(|r| 100.0 * r).collect();
    let fit = Garch::fit(&per_cent).map_err(|error| anyhow::anyhow!("{error}"))?;
    let ours = [fit.garch.mu, fit.garch.omega, fit.garch.alpha, fit.garch.beta];
    let line = |figure: String, value: f64| Line::new(figure, value, 0).data("AMZN 2013-2023");
    match arch(&per_cent) {
        Ok((peer, theirs)) => {
            let mut most = 0.0_f64;
            for (name, (ours, theirs)) in ["mu", "omega", "alpha", "beta"].iter().zip(ours.iter().zip(&theirs)) {
                report.add(&line((*name).to_owned(), *ours).beside_known(&peer, *theirs));
                most = most.max((ours - theirs).abs());
            }
            report.add(&line("difference".to_owned(), most).bar(Bar::AtMost(1e-3)).beside_known(&peer, 0.0));
            report.add(&line("log_likelihood".to_owned(), fit.log_likelihood).beside_known(&peer, theirs[4]));
        }
        Err(error) => {
            let missing = Peer::Missing { reason: format!("{error:#}") };
            report.add(&line("log_likelihood".to_owned(), fit.log_likelihood).beside(missing));
        }
    }
    let risk =
        market_risk(&closes, MarketScale { calm: 0.1, wild: 1.0 }).map_err(|error| anyhow::anyhow!("{error}"))?;
    for of in &risk.tested {
        let name = |figure: &str| format!("{figure} {} {}", of.method, 1.0 - of.level);
        report.add(
            &line(name("exceeded_share"), of.kupiec.exceeded as f64 / of.kupiec.days as f64)
                .beside_known("what it says", of.level),
        );
        report.add(&line(name("p_kupiec"), of.kupiec.p_value));
        report.add(&line(name("p_christoffersen"), of.christoffersen.p_value));
    }
    Ok(())
}

/// The peer's name; its μ, ω, α, β and log-likelihood.
fn arch(returns: &[f64]) -> anyhow::Result<(String, Vec<f64>)> {
    let home = tempfile::tempdir()?;
    let path = home.path().join("returns.txt");
    let lines: Vec<String> = returns.iter().map(f64::to_string).collect();
    std::fs::write(&path, lines.join("\n"))?;
    let output = Command::new(peers::make_for("arch")?).arg(project::root().join(SCRIPT)).arg(&path).output()?;
    if !output.status.success() {
        bail!("{SCRIPT} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let numbers = said["parameters"].as_array().context("the peer told no parameters")?;
    Ok((said["peer"].as_str().unwrap_or_default().to_owned(), numbers.iter().filter_map(Value::as_f64).collect()))
}
