//! Whether the business is sound, measured: a filing's scores, default on companies, volatility and forecasts.

mod bankruptcy;
mod forecast;
mod renewal;
mod volatility;

pub(super) use bankruptcy::run as bankruptcy;
pub(super) use forecast::run as forecast;
pub(super) use renewal::run as renewal;
pub(super) use volatility::run as volatility;

use super::line::{Bar, Line, Report};
use anyhow::Context;
use engine::assess::Facts;
use plimsoll::assess::DefinitionFile;
use plimsoll::assess::next_year::next_year;
use plimsoll::assess::told::Told;
use std::path::PathBuf;

fn folder() -> anyhow::Result<PathBuf> {
    Ok(std::env::var("PLIMSOLL_DATA").context("PLIMSOLL_DATA is not set: it names the folder of sets")?.into())
}

/// Amazon's filing for 2022 with the close of that year: Altman's Z and Z″ with both definitions of EBIT.
pub(super) fn filing(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let mut told = Told::xbrl(&folder()?.join("companies/amzn_fy2022"))?;
    let day = jiff::civil::date(2022, 12, 31);
    told.by_hand("share_price=84.00", day, "USD/shares")?;
    let facts = Facts::new(told.facts.clone(), Some(day));
    let file = DefinitionFile::read(None)?;
    let assessed = plimsoll::assess::assess(&file, &told, &facts, None);
    let known = [
        ("z", "altman_z", "EBIT = operating income", 3.059),
        ("z_pretax", "altman_z", "EBIT = pre-tax income + interest", 2.946),
        ("z2", "altman_z_services", "EBIT = operating income", 1.126),
        ("z2_pretax", "altman_z_services", "EBIT = pre-tax income + interest", 0.897),
    ];
    for (figure, key, variant, value) in known {
        let row = assessed.scores.iter().find(|row| row.key == key && row.variant == variant);
        let found = row.and_then(|row| row.value).with_context(|| format!("no value of {key}"))?;
        let line = Line::new(figure, found, 0).data("amzn_fy2022");
        report.add(&line.beside_known("by hand, data manifest", value));
        report.add(
            &Line::new(format!("{figure}_off"), (found - value).abs(), 0).bar(Bar::AtMost(0.01)).data("amzn_fy2022"),
        );
    }
    let credit = assessed.credit.points.context("no credit score")?;
    report.add(&Line::new("credit", credit, 0).data("amzn_fy2022").beside_known("first paper, claimed", 2.5));
    let next = Told::table(&crate::project::root().join("data/amzn_fy2023_facts.csv"))?;
    let judged = next_year(&file, &facts, &next, assessed.credit.is_listed);
    let of_credit = judged.rows.first().context("the next year says nothing")?;
    let data = "amzn_fy2023, to judge by";
    let came = of_credit.came.context("the next year has no credit score")?;
    report.add(&Line::new("credit of the next year", came, 0).data(data).beside_known("first paper, claimed", 2.5));
    for (scenario, said) in judged.scenarios.iter().zip(&of_credit.ahead) {
        let said = said.with_context(|| format!("{scenario}: no credit score"))?;
        let line = Line::new(format!("credit said ahead: {scenario}"), said, 0).data(data);
        report.add(&line.beside_known("what came", came));
    }
    let untraced = assessed.figures.iter().filter(|figure| figure.told.is_empty() && figure.derived.is_none()).count();
    report.add(&Line::new("figures_untraced", untraced as f64, 0).bar(Bar::AtMost(0.0)).data("amzn_fy2022"));
    Ok(())
}
