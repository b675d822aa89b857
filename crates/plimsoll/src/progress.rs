//! Progress on standard error: on a terminal a spinner while a step runs and a line when it is done; in a file or a
//! pipe a line of a long step every ten seconds, and nothing of a short one. Silent for who asked for quiet.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long a step keeps silent where no terminal watches.
const SILENCE: Duration = Duration::from_secs(10);

/// Shows what is being done.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// Not at all.
    Quiet,
    /// As lines of a file.
    Lines,
    /// As a spinner on a terminal.
    Spinner,
}

impl Progress {
    /// As standard error can show it, where the caller did not ask for quiet.
    pub fn new(quiet: bool) -> Self {
        match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Self::Quiet,
            (false, false) => Self::Lines,
            (false, true) => Self::Spinner,
        }
    }

    /// Runs a step under its name.
    pub fn step<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        self.told(name, |_| work())
    }

    /// Runs a step that tells how far it is.
    pub fn told<T>(&self, name: &str, work: impl FnOnce(&mut dyn FnMut(String)) -> T) -> T {
        match self {
            Self::Quiet => work(&mut |_| {}),
            Self::Lines => lines(name, work),
            Self::Spinner => spinner(name, work),
        }
    }
}

fn lines<T>(name: &str, work: impl FnOnce(&mut dyn FnMut(String)) -> T) -> T {
    let start = Instant::now();
    let (told, heard) = mpsc::channel();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || say_now_and_then(name, start, &heard));
        // The teller goes with the work, so that the one who says it ends.
        work(&mut move |how_far| drop(told.send(how_far)))
    });
    if start.elapsed() >= SILENCE {
        done(name, start);
    }
    result
}

/// Says the newest of what is heard, until nobody tells any more.
fn say_now_and_then(name: &str, start: Instant, heard: &Receiver<String>) {
    let (mut newest, mut next) = (name.to_owned(), start + SILENCE);
    loop {
        match heard.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(how_far) => newest = how_far,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("  {:.0} s: {newest}", start.elapsed().as_secs_f64());
                next += SILENCE;
            }
        }
    }
}

fn spinner<T>(name: &str, work: impl FnOnce(&mut dyn FnMut(String)) -> T) -> T {
    let start = Instant::now();
    let bar = ProgressBar::new_spinner().with_message(name.to_owned());
    bar.set_style(
        ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or(ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(Duration::from_millis(100));
    let result = work(&mut |how_far| bar.set_message(how_far));
    bar.finish_and_clear();
    done(name, start);
    result
}

fn done(name: &str, start: Instant) {
    eprintln!("  {name}: {:.1} s", start.elapsed().as_secs_f64());
}
