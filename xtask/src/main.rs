//! The project's chores: `cargo xtask ci`, `tidy`, `bench`, `fuzz`, `model`. Each stands in a folder of its own.

mod bench;
mod ci;
mod fuzz;
mod model;
mod project;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
The project's chores.

  cargo xtask ci                             everything that must pass, in order
  cargo xtask tidy                           the map and the rules of the house
  cargo xtask bench --list                   what can be measured
  cargo xtask bench NAME [--json] [--seed N] one bench, or `all`; `--record` writes benches/RESULTS.md
  cargo xtask bench --peers                  makes the environment of the peers that benches compare with
  cargo xtask fuzz NAME [--minutes N]        arbitrary bytes through a source's parser (`unpack`, `recognise` too)
  cargo xtask model                          makes the default model of `plimsoll assess` anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["bench", rest @ ..] => bench::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["model"] => model::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(1);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
