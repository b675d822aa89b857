//! The entry: read the command line, run one verb, end with its exit code.

use clap::Parser;
use plimsoll::cli::Cli;
use plimsoll::command;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    end_in_order_when_output_ends();
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

/// `println!` panics where it cannot print. A reader that has seen enough (`| head`) ends the run without a word; a full
/// disk is an error of output.
fn end_in_order_when_output_ends() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| match panic.payload_as_str() {
        Some(told) if told.starts_with("failed printing to stdout") => {
            if told.contains("Broken pipe") {
                std::process::exit(0);
            }
            eprintln!("error: {told}");
            std::process::exit(4);
        }
        _ => usual(panic),
    }));
}
