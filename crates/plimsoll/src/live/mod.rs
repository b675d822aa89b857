//! Attempts at the edge: what a request says, what it is answered, and what runs beside.
//!
//! Promises: an item is checked whole before anything of it is kept; an answer is made of the ruling in the journal and of
//! nothing else, so that the same id is answered alike for ever; what runs beside the writer hands it entries and never
//! keeps a request waiting.

pub mod answer;
pub mod business;
pub mod change;
pub mod deliver;
pub mod history;
pub mod keeper;
pub mod load;
pub mod meters;
pub mod refresh;
pub mod request;

use crate::background;
use crate::writer::{Handle, Settings};
use std::path::Path;
use std::time::Duration;
use store::{Checkpointer, Reader, Seam};

/// Between two looks for notices.
const ROUNDS: Duration = Duration::from_millis(500);

/// Between two rounds of moving the write-ahead log.
const LOG_ROUNDS: Duration = Duration::from_millis(100);

/// Starts what runs beside the writer, for as long as that runs: the courier of alerts, who moves the write-ahead log and,
/// where asked for, the refresh cycle.
///
/// # Errors
/// When the books cannot be read, or the system gives no thread.
pub fn beside(dir: &Path, handle: &Handle, settings: &Settings, seam: Seam) -> anyhow::Result<()> {
    let writer = handle.downgrade();
    let mut courier = deliver::Courier::new(dir, settings.mail_relay.clone())?;
    std::thread::Builder::new().name("courier".to_owned()).spawn(move || {
        while writer.lives() {
            if let Err(error) = courier.round(&writer) {
                eprintln!("plimsoll serve: notices: {error:#}");
            }
            std::thread::sleep(ROUNDS);
        }
    })?;
    let (writer, checkpointer) = (handle.downgrade(), Checkpointer::open(dir, seam)?);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || {
        while writer.lives() {
            if let Err(error) = checkpointer.round() {
                eprintln!("plimsoll serve: the write-ahead log was not moved: {error}");
                std::thread::sleep(ROUNDS);
            }
            std::thread::sleep(LOG_ROUNDS);
        }
    })?;
    if let Some(every) = settings.refresh_every {
        let (writer, meters) = (handle.downgrade(), handle.shared_meters());
        let mut cycle = refresh::Cycle::new(Reader::open(dir)?);
        // A fit takes every core that it is given.
        let pool = background::pool()?;
        background::spawn("refresh", move || {
            while sleep_while(every, || writer.lives()) {
                let turn = pool.install(|| refresh::turn(&mut cycle, &writer));
                if !turn.succeeded {
                    eprintln!("plimsoll serve: refresh: {}", turn.told);
                }
                meters.turned(turn);
            }
        })?;
    }
    Ok(())
}

/// Sleeps for so long in steps; whether it still lives then.
fn sleep_while(time: Duration, lives: impl Fn() -> bool) -> bool {
    let began = std::time::Instant::now();
    while lives() {
        let left = time.saturating_sub(began.elapsed());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(ROUNDS));
    }
    false
}
