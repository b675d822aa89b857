//! A comparison of models: the paper's table, each set's table with its curves, and what is recommended. The page of the
//! newest comparison of these books, and the same in one file that needs nothing else.

use super::super::App;
use super::super::answers;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::words::{Lang, Word};
use super::layout::{self, layout};
use super::lines_chart::{Chart, Series, chart, legend};
use super::parts;
use crate::compare::labelled::Kind;
use crate::compare::print::{self, interval, p_value, percent, seconds_spread, share_spread, signed};
use crate::compare::report::{Estimate, ModelRow, Report, SetReport, SummaryRow};
use maud::{Markup, html};

/// Models of a set that are drawn in colour: those of the highest AUC on the validation part.
const COLOURED: usize = 6;

/// `GET /models`
pub(in super::super) fn page(app: &App, call: &Call) -> Result<Markup, Problem> {
    let title = call.word(Word::ModelsCompared);
    let body = match answers::comparison(app) {
        Ok(report) => body(call.lang, &report),
        Err(problem) if problem.status == 404 => html! {
            h1 { (title) }
            (parts::empty(call.word(Word::NoComparison), "plimsoll compare --data DIR"))
        },
        Err(problem) => return Err(problem),
    };
    Ok(layout(call, title, &body))
}

/// The whole page as one file.
pub(in super::super) fn alone(lang: Lang, report: &Report) -> String {
    layout::alone(lang, Word::ModelsCompared.text(lang), &report.head.version, &body(lang, report))
}

fn body(lang: Lang, report: &Report) -> Markup {
    html! {
        h1 { (Word::ModelsCompared.text(lang)) }
        p.muted { (print::head(report)) @if report.head.quick { " " strong { (Word::QuickLook.text(lang)) } } }
        section {
            h2 { (Word::PapersTable.text(lang)) }
            (summary(lang, report))
            p.muted { (print::SUMMARY_MEANS) }
            @if report.summary.iter().all(|row| row.integration.is_none()) { p.muted { (print::NO_PAIRS) } }
        }
        section {
            h2 { (Word::Recommended.text(lang)) }
            ul { @for one in &report.recommended { li { (one.kind.name()) ": " strong { (one.title) } ", " (one.reason) "." } } }
            @for one in &report.left_out { p.muted { (one) } }
        }
        @for set in &report.sets { (set_section(lang, set)) }
        p.muted { (print::MEANS) }
    }
}

fn summary(lang: Lang, report: &Report) -> Markup {
    let word = |word: Word| word.text(lang);
    let claimed = |row: &SummaryRow, of: fn(&crate::compare::candidates::Claim) -> String| row.claim.as_ref().map(of);
    html! {
        div.scroll { table {
            thead { tr {
                th scope="col" { (word(Word::Model)) }
                th.n scope="col" { (word(Word::IntegrationAccuracy)) }
                th.n.claim scope="col" { (word(Word::Claimed)) }
                th.n scope="col" { (word(Word::RiskAccuracy)) }
                th.n.claim scope="col" { (word(Word::Claimed)) }
                th.n scope="col" { (word(Word::FitSeconds)) }
                th.n.claim scope="col" { (word(Word::Claimed)) }
            } }
            tbody { @for row in &report.summary { tr {
                th scope="row" { (row.title) }
                td.n { (row.integration.map_or("–".to_owned(), share_spread)) }
                td.n.claim { (claimed(row, |claim| percent(claim.integration_accuracy)).unwrap_or_default()) }
                td.n { (row.risk.map_or("–".to_owned(), share_spread)) }
                td.n.claim { (claimed(row, |claim| percent(claim.risk_accuracy)).unwrap_or_default()) }
                td.n { (row.seconds.map_or("–".to_owned(), seconds_spread)) }
                td.n.claim { (claimed(row, |claim| format!("{:.0}", claim.seconds)).unwrap_or_default()) }
            } } }
        } }
    }
}

fn set_section(lang: Lang, set: &SetReport) -> Markup {
    html! {
        section.compared id=(set.name) {
            h2 { (set.name) " " @if set.simulated { (parts::simulated(lang)) } }
            @for line in print::about(set) { p.muted { (line) } }
            (models(lang, set))
            @for line in print::below(set) { p { (line) } }
            (curves(lang, set))
            (learning(lang, set))
        }
    }
}

fn models(lang: Lang, set: &SetReport) -> Markup {
    let heads = [
        Word::AccuracyOfModel,
        Word::Claimed,
        Word::Auc,
        Word::AveragePrecision,
        Word::Brier,
        Word::CalibrationError,
        Word::Ks,
        Word::AgainstBest,
        Word::PValue,
        Word::LossSaved,
        Word::FitSeconds,
        Word::MicrosecondsARow,
    ];
    html! {
        div.scroll { table.rows {
            thead { tr {
                th scope="col" { (Word::Model.text(lang)) }
                @for head in heads { th.n scope="col" { (head.text(lang)) } }
            } }
            tbody { @for row in &set.models { (model(lang, set, row)) } }
        } }
    }
}

fn model(lang: Lang, set: &SetReport, row: &ModelRow) -> Markup {
    let against = row.against_best;
    html! {
        tr.chosen[row.model == set.recommended] {
            th scope="row" { (row.title) @if row.model == set.recommended { " *" } @if row.subsampled { " †" } }
            (estimate(row.accuracy))
            td.n.claim { (row.claim.map_or(String::new(), |claim| print::claimed(set, claim))) }
            @for figure in [row.auc, row.average_precision, row.brier, row.calibration_error, row.ks] { (estimate(figure)) }
            td.n { (against.map_or(html! { (Word::Best.text(lang)) }, |against| two_lines(&signed(against.difference)))) }
            td.n { (against.map_or(String::new(), |against| p_value(against.p_value))) }
            td.n { (percent(row.money.saved_share())) }
            td.n { (format!("{:.2}", row.fit_seconds)) }
            td.n { (format!("{:.1}", row.microseconds_a_row)) }
        }
    }
}

fn estimate(estimate: Estimate) -> Markup {
    html! { td.n { (two_lines(&interval(estimate))) } }
}

/// A value, and its interval below it.
fn two_lines(text: &str) -> Markup {
    let (value, interval) = text.split_once(' ').unwrap_or((text, ""));
    html! { (value) small { (interval) } }
}

/// Models by their validation AUC, the highest first, without the one that says the same of all.
fn drawn(set: &SetReport) -> Vec<&ModelRow> {
    let mut rows: Vec<&ModelRow> =
        set.models.iter().filter(|row| row.model != crate::compare::candidates::MAJORITY).collect();
    rows.sort_by(|a, b| b.validation_auc.total_cmp(&a.validation_auc));
    rows
}

/// A line a model, those in colour last.
fn series<'a>(rows: &[&'a ModelRow], of: fn(&ModelRow) -> &Vec<[f64; 2]>, others: bool) -> Vec<Series<'a>> {
    let places = rows.iter().enumerate().rev().filter(|(place, _)| others || *place < COLOURED);
    places
        .map(|(place, row)| Series {
            name: &row.title,
            place: (place < COLOURED).then_some(place),
            points: of(row).clone(),
        })
        .collect()
}

fn curves(lang: Lang, set: &SetReport) -> Markup {
    let rows = drawn(set);
    let word = |word: Word| word.text(lang);
    let unit = Some([0.0, 1.0]);
    let named: Vec<(usize, &str)> =
        rows.iter().take(COLOURED).enumerate().map(|(place, row)| (place, row.title.as_str())).collect();
    let most = rows
        .iter()
        .take(COLOURED)
        .flat_map(|row| &row.curves.calibration)
        .fold(0.0_f64, |most, [x, y]| most.max(*x).max(*y));
    let low =
        rows.iter().take(COLOURED).flat_map(|row| &row.curves.gain).fold(0.0_f64, |low, [_, y]| low.min(*y)).max(-1.0);
    html! {
        (legend(&named))
        @if rows.len() > COLOURED { p.muted { (word(Word::OtherModelsAreGrey)) } }
        div.charts {
            (chart(&Chart {
                title: word(Word::RocCurve), axes: [word(Word::FalsePositiveRate), word(Word::TruePositiveRate)],
                ranges: [unit; 2], diagonal: true, dots: false, series: series(&rows, |row| &row.curves.roc, true),
            }))
            (chart(&Chart {
                title: word(Word::PrecisionAndRecall), axes: [word(Word::Recall), word(Word::Precision)],
                ranges: [unit; 2], diagonal: false, dots: false,
                series: series(&rows, |row| &row.curves.precision_recall, true),
            }))
            (chart(&Chart {
                title: word(Word::Calibration), axes: [word(Word::ProbabilitySaid), word(Word::ShareOfEvents)],
                ranges: [Some([0.0, most]); 2], diagonal: true, dots: true,
                series: series(&rows, |row| &row.curves.calibration, false),
            }))
            @if set.kind != Kind::Pairs {
                (chart(&Chart {
                    title: word(Word::GainInMoney), axes: [word(Word::ShareStopped), word(Word::LossSaved)],
                    ranges: [unit, Some([low, 1.0])], diagonal: false, dots: false,
                    series: series(&rows, |row| &row.curves.gain, true),
                }))
            }
        }
    }
}

/// Loss and accuracy of each net, on the rows that it learns and on those that it does not.
fn learning(lang: Lang, set: &SetReport) -> Markup {
    let nets: Vec<&ModelRow> = set.models.iter().filter(|row| row.curves.epochs.len() > 1).collect();
    let word = |word: Word| word.text(lang);
    html! {
        @if !nets.is_empty() {
            h3 { (word(Word::LearningCurves)) }
            (legend(&[(0, word(Word::Training)), (1, word(Word::Validation))]))
            div.charts {
                @for row in nets {
                    (learning_chart(lang, row, word(Word::Loss), |point| Some(point.loss), |point| point.validation_loss))
                    (learning_chart(lang, row, word(Word::AccuracyOfModel), |point| Some(point.accuracy), |point| point.validation_accuracy))
                }
            }
        }
    }
}

type OfEpoch = fn(&crate::compare::report::EpochPoint) -> Option<f64>;

fn learning_chart(lang: Lang, row: &ModelRow, what: &str, training: OfEpoch, validation: OfEpoch) -> Markup {
    let points = |of: OfEpoch| -> Vec<[f64; 2]> {
        row.curves.epochs.iter().filter_map(|point| Some([point.epoch as f64, of(point)?])).collect()
    };
    let series = vec![
        Series { name: Word::Training.text(lang), place: Some(0), points: points(training) },
        Series { name: Word::Validation.text(lang), place: Some(1), points: points(validation) },
    ];
    chart(&Chart {
        title: &format!("{}: {what}", row.title),
        axes: [Word::Epoch.text(lang), what],
        ranges: [None; 2],
        diagonal: false,
        dots: false,
        series,
    })
}
