//! The entry: read the command line, run one verb, end with its exit code.

use clap::Parser;
use plimsoll::cli::Cli;
use plimsoll::command;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { command::Outcome::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    match command::run(&cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            command::Outcome::of_error(&error).into()
        }
    }
}
