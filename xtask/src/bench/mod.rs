//! What is promised, measured: each bench runs the release binary as a user would and prints one JSON object a figure.
//! A bench reports and does not judge: it ends well whether or not a bar holds, and badly only where it cannot measure.

mod arguments;
mod assessment;
mod compare;
mod crash;
mod demo;
mod exports;
mod import;
mod learning;
mod line;
mod linking;
mod live;
mod machine;
mod model;
mod nets;
mod parties;
mod peers;
mod planted;
mod recognise;
mod record;
mod replay;
mod runs;
mod tie_out;
mod windows;

use crate::project;
use arguments::Arguments;
use line::Report;

/// One bench.
struct Bench {
    name: &'static str,
    figures: &'static str,
    run: fn(&mut Report, Option<u64>) -> anyhow::Result<()>,
}

/// Every bench. A new one is a file and a line here.
const BENCHES: &[Bench] = &[
    Bench { name: "demo", figures: "seconds, peak_memory_mb, recall, precision; the model's figures", run: demo::run },
    Bench { name: "crash", figures: "points, lost, doubled", run: crash::run },
    Bench {
        name: "tie-out",
        figures: "recall, precision by count and money of a simulated marketplace; ratio to DuckDB and Polars, growth",
        run: tie_out::run,
    },
    Bench {
        name: "exports",
        figures: "differences of hledger's and beancount's balances to ours, rows, seconds",
        run: exports::run,
    },
    Bench { name: "replay", figures: "differences, control_found", run: replay::run },
    Bench {
        name: "import",
        figures: "rows_per_second, ratio to DuckDB and Polars, peak_memory_mb; 5 million payment lines",
        run: import::run,
    },
    Bench {
        name: "model",
        figures: "auc, average_precision, brier, fit_seconds beside LightGBM in the same run",
        run: model::run,
    },
    Bench {
        name: "nets",
        figures: "fit_ratio, metric_difference, microseconds_a_row beside PyTorch in the same run",
        run: nets::run,
    },
    Bench {
        name: "adaptive-bp",
        figures: "epochs and seconds of each training rule to one error, on three sets",
        run: nets::adaptive_bp,
    },
    Bench {
        name: "users-10k",
        figures: "accuracy and auc of nets, trees and the majority class on simulated users",
        run: nets::users,
    },
    Bench { name: "trees", figures: "fit_ratio, metric_difference, microseconds_a_row", run: learning::trees },
    Bench { name: "forest", figures: "fit_ratio, metric_difference", run: learning::forest },
    Bench { name: "linear", figures: "fit_ratio, metric_difference", run: learning::linear },
    Bench { name: "svm", figures: "fit_ratio, metric_difference", run: learning::svm },
    Bench { name: "shap", figures: "rows_per_second, additivity_error", run: learning::shap },
    Bench { name: "card-stream", figures: "auc, ap, cp100 by the book's protocol", run: learning::card_stream },
    Bench { name: "leaks", figures: "found, wrong", run: learning::leaks::run },
    Bench {
        name: "compare",
        figures: "auc, accuracy and fit_seconds of every model on every set in hand; seconds",
        run: compare::run,
    },
    Bench {
        name: "link-bank",
        figures: "f1, precision, seconds, recall_estimate_error; payments and bank lines without labels",
        run: linking::bank,
    },
    Bench { name: "link-pairs", figures: "f1 on the labelled sets", run: linking::pairs },
    Bench {
        name: "link-products",
        figures: "f1 end to end on two catalogues; f1 after 50 answers to its questions, and to as many drawn evenly",
        run: linking::products,
    },
    Bench { name: "link-people", figures: "f1 of clusters: febrl3, fake_1000", run: linking::people },
    Bench {
        name: "assess",
        figures: "z, z2 of a filing with both definitions of EBIT; credit",
        run: assessment::filing,
    },
    Bench {
        name: "bankruptcy",
        figures: "auc, calibration_error of every model in five folds; auc_difference to LightGBM",
        run: assessment::bankruptcy,
    },
    Bench {
        name: "volatility",
        figures: "difference to the arch package; p-values of value-at-risk backtests",
        run: assessment::volatility,
    },
    Bench {
        name: "forecast",
        figures: "mase, coverage of every method by rolling origin; the LSTM updated against frozen",
        run: assessment::forecast,
    },
    Bench {
        name: "renewal",
        figures: "seconds, success_share; indicators and scores of 1,000 sellers after a new day",
        run: assessment::renewal,
    },
    Bench {
        name: "link-parties",
        figures: "f1, f1_over_peer, cpu_ratio, peak_memory_mb; a million simulated people beside Splink",
        run: parties::run,
    },
    Bench {
        name: "link-incremental",
        figures: "same_share; the last hundredth added, against all at once",
        run: parties::incremental,
    },
    Bench {
        name: "live-load",
        figures: "events_per_second, p99, p999 of an open load, the device's own sync beside",
        run: live::load,
    },
    Bench { name: "restart", figures: "milliseconds, lost, doubled; killed under load", run: live::restart },
    Bench { name: "live-replay", figures: "differences, control_found", run: live::replay },
    Bench { name: "refresh", figures: "seconds, wrong_scores, unrecovered", run: live::refresh },
    Bench {
        name: "windows",
        figures: "events_per_second of a core through 12 sliding aggregates, differences to brute force, bytes_per_subject, \
                  bursts_caught beside hopping windows",
        run: windows::run,
    },
    Bench { name: "recognise", figures: "files, unknown, wrong; every sample in hand", run: recognise::run },
];

/// Runs what the arguments ask for; false where a bench could not measure.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<bool> {
    let arguments = Arguments::parse(arguments)?;
    if arguments.list {
        BENCHES.iter().for_each(|bench| println!("{:<11} {}", bench.name, bench.figures));
        return Ok(true);
    }
    if arguments.peers {
        println!("{}", peers::make()?.display());
        return Ok(true);
    }
    if cfg!(debug_assertions) {
        return measured_in_release(&arguments);
    }
    let benches: Vec<&Bench> = BENCHES.iter().filter(|bench| arguments.asks_for(bench.name)).collect();
    let mut whole = true;
    for bench in benches {
        eprintln!("{}: measuring", bench.name);
        let mut report = Report::new(bench.name, arguments.json);
        if let Err(error) = (bench.run)(&mut report, arguments.seed) {
            eprintln!("error: {} could not be measured: {error:#}", bench.name);
            whole = false;
        }
        if arguments.record {
            record::record(bench.name, &report.lines)?;
        }
    }
    Ok(whole)
}

/// What is measured through the library is built as it ships.
fn measured_in_release(arguments: &Arguments) -> anyhow::Result<bool> {
    let mut cargo = project::cargo(&["run", "--quiet", "--release", "--package", "xtask", "--", "bench"]);
    Ok(cargo.args(&arguments.given).status()?.success())
}
