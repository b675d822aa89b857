//! Progress on standard error: a spinner while a step runs, a line when it is done. Silent where nobody watches.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Shows what is being done.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// Shown where standard error is a terminal and the caller did not ask for quiet.
    pub fn new(quiet: bool) -> Self {
        Self { shown: !quiet && std::io::stderr().is_terminal() }
    }

    /// Runs a step under its name.
    pub fn step<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        self.told(name, |_| work())
    }

    /// Runs a step that tells how far it is.
    pub fn told<T>(&self, name: &str, work: impl FnOnce(&mut dyn FnMut(String)) -> T) -> T {
        if !self.shown {
            return work(&mut |_| {});
        }
        let start = Instant::now();
        let bar = ProgressBar::new_spinner().with_message(name.to_owned());
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or(ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(Duration::from_millis(100));
        let result = work(&mut |how_far| bar.set_message(how_far));
        bar.finish_and_clear();
        eprintln!("  {name}: {:.1} s", start.elapsed().as_secs_f64());
        result
    }
}
