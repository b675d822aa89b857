//! The parts of a report that come after the scores, as tables: statements, money at risk, liquidity, exchange rates, what
//! is to come, and the logs of what was selected. One set of tables for the terminal, Markdown and the page.

use super::changed::Changed;
use super::outlook::OutlookView;
use super::print::{Cells, amount, tested};
use super::report::Report;
use super::selection::Choice;
use super::sellers::HEADS;

/// Sellers that are shown.
const SELLERS_SHOWN: usize = 20;

/// A part: its title, a sentence about it where it has one, and its table.
pub struct Part {
    /// Title.
    pub title: &'static str,
    /// In a sentence.
    pub says: String,
    /// Table; empty where the sentence is all.
    pub cells: Cells,
}

/// Every part that this report has.
pub fn parts(report: &Report) -> Vec<Part> {
    let all = [
        drivers(report),
        ahead(report),
        statements(report),
        at_risk(report),
        liquidity(report),
        stress(report),
        calendar(report),
        exchange(report),
        exchange_tested(report),
        stressed(report),
        next(report),
        sellers(report),
        training(report),
        selection(report),
        sides(report),
    ];
    let changes = report.changed.iter().map(changed);
    changes.chain(all).flatten().collect()
}

fn changed(of: &Changed) -> Option<Part> {
    let rows = of.rows.iter().map(|row| {
        vec![row.what.clone(), row.before.clone(), row.now.clone(), row.change.unwrap_or_default().to_owned()]
    });
    let notes = of.notes.iter().map(|note| vec![note.clone(), String::new(), String::new(), String::new()]);
    let header = vec!["figure", ">before", ">now", "change"];
    part("What changed", format!("Since {}.", of.since), header, rows.chain(notes).collect())
}

/// The terms of each score, with their values.
fn drivers(report: &Report) -> Option<Part> {
    let rows = report.scores.iter().flat_map(|score| {
        let name = match score.variant.is_empty() {
            true => score.name.clone(),
            false => format!("{}, {}", score.name, score.variant),
        };
        let terms = score.terms.iter().filter(|term| term.value.is_some());
        terms.map(move |term| {
            let value = term.value.map_or_else(String::new, |value| format!("{value:.4}"));
            vec![name.clone(), format!("`{}`", term.name), format!("`{}`", term.formula), value]
        })
    });
    let says = "The terms of each score, as its formula weighs them.".to_owned();
    part("What makes each score", says, vec!["score", "term", "formula", ">value"], rows.collect())
}

fn ahead(report: &Report) -> Option<Part> {
    let of = report.ahead.as_ref()?;
    let came = |name: &str| {
        let rows = report.next.iter().flat_map(|next| &next.rows);
        rows.filter(|row| row.name == name).find_map(|row| row.came)
    };
    let rows = of.rows.iter().map(|row| {
        let interval = row.interval.map_or_else(|| "–".to_owned(), |(low, high)| format!("{low:.2} – {high:.2}"));
        let mut cells = vec![row.name.clone(), number(row.now), number(row.middle), interval];
        if report.next.is_some() {
            cells.push(number(came(&row.name)));
        }
        cells
    });
    let mut header = vec!["score", ">now", ">in twelve months", ">four times in five"];
    if report.next.is_some() {
        header.push(">came");
    }
    let says = match (of.growth, of.margin, &of.lack) {
        (Some((growth, spread)), Some((margin, wide)), _) => format!(
            "As the {} years told let one expect: sales grow by {:.1} % (a next year is off by {:.1}), {:.1} % of them stay (off by {:.1}). The result stays in the business as cash.",
            of.years,
            100.0 * growth,
            100.0 * spread,
            100.0 * margin,
            100.0 * wide
        ),
        (.., Some(lack)) => format!("Credit and liquidity are not told: {lack}."),
        _ => String::new(),
    };
    let rows: Vec<Vec<String>> = rows.collect();
    let title = "Scores twelve months ahead";
    (!rows.is_empty() || !says.is_empty()).then_some(Part { title, says, cells: Cells { header, rows } })
}

fn sellers(report: &Report) -> Option<Part> {
    let of = report.sellers.as_ref()?;
    let rows = of.rows.iter().take(SELLERS_SHOWN).map(|row| row.cells().to_vec()).collect();
    let says = match of.platform {
        Some(points) => format!(
            "{} sellers as of {}, rules {}; the platform of them {points:.2} of 5.",
            of.rows.len(),
            of.as_of.as_deref().unwrap_or_default(),
            of.rules
        ),
        None => format!("{} sellers; nothing was sold in the last 30 days.", of.rows.len()),
    };
    part("Sellers", says, HEADS.to_vec(), rows)
}

fn part(title: &'static str, says: String, header: Vec<&'static str>, rows: Vec<Vec<String>>) -> Option<Part> {
    (!rows.is_empty()).then_some(Part { title, says, cells: Cells { header, rows } })
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn statements(report: &Report) -> Option<Part> {
    let rows = report.statements.iter().map(|row| {
        let year = |at: usize| row.values.get(at).copied().flatten().map_or_else(|| "–".to_owned(), amount);
        let now = row.lack.clone().unwrap_or_else(|| format!("{}{}", year(0), if row.is_derived { " *" } else { "" }));
        vec![row.statement.to_owned(), row.name.clone(), now, year(1), year(2)]
    });
    let header = vec!["statement", "line", ">year", ">before", ">before that"];
    part("Statements", "A figure with * is derived from others.".to_owned(), header, rows.collect())
}

fn at_risk(report: &Report) -> Option<Part> {
    let of = report.at_risk.as_ref()?;
    let rows =
        of.segments.iter().map(|(segment, kind, money)| vec![segment.clone(), (*kind).to_owned(), money.clone()]);
    let adds = if of.adds { "every way of adding gives it" } else { "the ways of adding do not agree" };
    let says = format!("{} in all, from {} leaves; {adds}.", of.total, of.leaves);
    let mut rows: Vec<Vec<String>> = rows.collect();
    let named = |what: &str, of: &[(String, String)]| -> Vec<Vec<String>> {
        of.iter().map(|(name, money)| vec![name.clone(), what.to_owned(), money.clone()]).collect()
    };
    rows.extend(named("one of the buyers with the most", &of.buyers));
    part("Money at risk", says, vec!["where", "what may happen", ">money at risk"], rows)
}

fn liquidity(report: &Report) -> Option<Part> {
    let of = report.liquidity_detail.as_ref()?;
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let months = of.runway_months.map_or_else(|| "more comes in than goes out".to_owned(), |m| format!("{m:.1}"));
    let sellers =
        of.seller_payable_coverage.map_or_else(|| "nothing is owed to sellers".to_owned(), |c| format!("{c:.2}"));
    let reserve = of.reserve_cover.map_or_else(|| "no chargeback is to come".to_owned(), |c| format!("{c:.2}"));
    let rows = vec![
        row("cash at the bank", of.cash.clone()),
        row("runway, months", months),
        row("cover of what sellers are owed", sellers),
        row("reserve at the processor", of.reserve.clone()),
        row("chargebacks to come", of.chargebacks_to_come.clone()),
        row("reserve over chargebacks to come", reserve),
    ];
    part("Liquidity from the books", format!("As of {}.", of.as_of), vec!["figure", ">value"], rows)
}

fn stress(report: &Report) -> Option<Part> {
    let of = report.liquidity_detail.as_ref()?;
    let mut rows: Vec<Vec<String>> =
        of.stress.iter().map(|step| vec![step.what.to_owned(), step.amount.clone()]).collect();
    rows.push(vec!["cash after thirty days".to_owned(), of.cash_after_stress.clone()]);
    let says = match of.stands_stress {
        true => "The cash stands thirty days in which the processor pays nothing out.",
        false => "The cash does not stand thirty days in which the processor pays nothing out.",
    };
    part("Thirty days of stress", says.to_owned(), vec!["what happens", ">cash"], rows)
}

fn calendar(report: &Report) -> Option<Part> {
    let of = report.liquidity_detail.as_ref()?;
    let rows = of.calendar.iter().map(|row| {
        let day = row.day.clone().unwrap_or_else(|| "not announced yet".to_owned());
        vec![day, row.amount.clone(), row.lines.to_string()]
    });
    part("Calendar of payouts", String::new(), vec!["arrives", ">amount", ">lines"], rows.collect())
}

fn exchange(report: &Report) -> Option<Part> {
    let of = report.fx.as_ref()?;
    let rows = of.exposures.iter().map(|row| vec![row.currency.clone(), amount(row.amount), number(row.worth)]);
    let currency = &report.head.currency;
    let says = match (of.at_risk, &of.market, &of.lack) {
        (Some((most, mean)), Some(market), _) => format!(
            "One day in a hundred rates take {currency} {} or more, {} on average of such days; risk {:.2} of 5.",
            amount(most.round()),
            amount(mean.round()),
            market.points
        ),
        (Some((most, _)), None, Some(lack)) => {
            format!(
                "One day in a hundred rates take {currency} {} or more. More is not told: {lack}.",
                amount(most.round())
            )
        }
        (_, _, lack) => format!("What rates may take is not told: {}.", lack.as_deref().unwrap_or_default()),
    };
    part("Exchange rates", says, vec!["currency", ">had less owed", ">worth"], rows.collect())
}

fn exchange_tested(report: &Report) -> Option<Part> {
    let cells = tested(report.fx.as_ref()?.market.as_ref());
    let title = "Value at risk of a day's exchange rates, and its backtests";
    part(title, String::new(), cells.header, cells.rows)
}

fn stressed(report: &Report) -> Option<Part> {
    let rows = report.stressed.iter().map(|of| {
        let name = if of.name.is_empty() { "as the books are".to_owned() } else { of.name.clone() };
        let ties = if of.ties { "yes" } else { "no" }.to_owned();
        let figures = [&of.income, &of.result, &of.cash, &of.assets, &of.liabilities, &of.equity].map(Clone::clone);
        std::iter::once(name).chain(figures).chain([ties, of.left_out.join("; ")]).collect()
    });
    let header = vec![
        "scenario",
        ">income",
        ">result",
        ">cash at bank",
        ">assets",
        ">liabilities",
        ">equity",
        "ties",
        "left out",
    ];
    let says = "Each scenario is posted to the books, and the statements of the last twelve months are made anew.";
    part("The books after each scenario", says.to_owned(), header, rows.collect())
}

fn next(report: &Report) -> Option<Part> {
    let of = report.next.as_ref()?;
    let rows = of.rows.iter().map(|row| {
        let ahead = row.ahead.iter().map(|value| number(*value)).collect::<Vec<String>>().join(" / ");
        vec![row.name.clone(), number(row.now), ahead, number(row.came)]
    });
    let says = format!("Published for the year to {}; nothing was chosen by it.", of.year_end);
    let header = vec!["score", ">now", ">said ahead: as the last twelve months / without growth", ">came"];
    part("The year ahead, and what came", says, header, rows.collect())
}

fn selection(report: &Report) -> Option<Part> {
    let of = report.learned.as_ref()?;
    let rows = of.selection.iter().map(|one| {
        let (low, high) = one.over_folds;
        vec![
            one.ratio.clone(),
            format!("{:.0} %", 100.0 * one.known),
            format!("{:.3}", one.auc),
            format!("{low:.3} – {high:.3}"),
            taken(one),
        ]
    });
    let taken = of.selection.iter().filter(|one| one.left_out.is_none()).count();
    let says = format!("{taken} of {} ratios are taken; {}.", of.selection.len(), of.scaling);
    let header = vec!["ratio", ">known", ">AUC alone", "over folds", "taken or why not"];
    part("Selection of ratios for the learned probability", says, header, rows.collect())
}

fn taken(one: &Choice) -> String {
    match (&one.left_out, &one.like) {
        (Some(why), _) => why.clone(),
        (None, Some(other)) => format!("taken, though `{other}` tells nearly the same"),
        (None, None) => "taken".to_owned(),
    }
}

/// What other companies say of the indicators, and where the business stands among them.
fn sides(report: &Report) -> Option<Part> {
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", 100.0 * share));
    let rows = report.sides.iter().map(|row| {
        let choice = row.choice.as_ref();
        let over = choice.map(|of| format!("{:.3} – {:.3}", of.over_folds.0, of.over_folds.1));
        vec![
            row.side.clone(),
            row.indicator.clone(),
            percent(choice.map(|of| of.known)),
            choice.map_or_else(|| "–".to_owned(), |of| format!("{:.3}", of.auc)),
            over.unwrap_or_else(|| "–".to_owned()),
            percent(row.below),
            percent(row.apart),
            choice.map_or_else(|| "taken, not judged".to_owned(), taken),
        ]
    });
    let judged = report.sides.iter().filter_map(|row| row.choice.as_ref());
    let out = judged.clone().filter(|of| of.left_out.is_some()).count();
    let says = format!(
        "Other companies judge {} of {} indicators, and leave {out} out; the scale is the share of them below.",
        judged.count(),
        report.sides.len()
    );
    let header = vec![
        "side",
        "indicator",
        ">known",
        ">AUC alone",
        "over folds",
        ">companies below",
        ">years apart",
        "taken or why not",
    ];
    part("Selection of indicators", says, header, rows.collect())
}

/// The settings of the trees, and what they were worth.
fn training(report: &Report) -> Option<Part> {
    let of = report.learned.as_ref()?;
    let rows = of.tried.iter().map(|one| {
        let taken = if one.is_taken { "taken" } else { "" };
        let counts = [one.trees, one.leaves, one.least_companies, one.ratios].map(|count| count.to_string());
        let shares = [one.step, one.lambda_l2, one.row_share, one.ratio_share].map(|share| share.to_string());
        [counts.to_vec(), shares.to_vec(), vec![format!("{:.4}", one.auc), taken.to_owned()]].concat()
    });
    let says = "Each company is judged by the fit of five that had not seen it; the model is the mean of the five.";
    let header = vec![
        ">trees",
        ">leaves",
        ">companies a leaf",
        ">ratios",
        ">step",
        ">L2",
        ">share of companies",
        ">share of ratios",
        ">AUC",
        "taken",
    ];
    part("Settings of the learned probability", says.to_owned(), header, rows.collect())
}

/// A forecast in sentences.
pub fn outlook_lines(of: &OutlookView, currency: &str) -> Vec<String> {
    let money = |value: f64| format!("{currency} {}", amount(value.round()));
    let what = match of.of {
        "refunds" => "Refunds",
        "cash" => "Cash, in less out,",
        _ => "Sales",
    };
    let mut lines =
        vec![format!("{what} of the {} days from {}: {} by {}.", of.expected.len(), of.from, money(of.sum), of.method)];
    if let Some((low, high)) = of.sum_interval {
        lines.push(format!("Four times in five between {} and {}.", money(low), money(high)));
    }
    if let Some(short) = of.at_risk {
        let way = if of.of == "refunds" { "exceed that" } else { "fall short of that" };
        lines.push(format!("One time in ten they {way} by {} or more.", money(short)));
    }
    let tried: Vec<String> = of.tried.iter().map(|(name, error)| format!("{name} {}", number(*error))).collect();
    lines.push(format!("Mean absolute scaled errors at the origins tried: {}.", tried.join(", ")));
    if !of.drivers.is_empty() {
        let names = of.drivers.join(", ");
        lines.push(match of.is_driven {
            true => format!("The forecast goes by the outside series {names}, which did better than without them."),
            false => format!("The outside series {names} were tried and did not do better; they are not used."),
        });
    }
    lines.extend(of.left_out.iter().map(|(method, why)| format!("{method} is left out: {why}.")));
    lines
}
