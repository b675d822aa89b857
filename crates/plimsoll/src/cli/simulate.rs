//! `simulate`: seeded worlds to try everything on.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `simulate`
#[derive(Args, Debug)]
pub struct Simulate {
    /// Another world than the processor's and the bank's.
    #[command(subcommand)]
    pub world: Option<SimulatedWorld>,
    /// Where to write `exports/` and `truth/`.
    #[arg(long, value_name = "DIR", default_value = "plimsoll-simulated", global = true)]
    pub out: PathBuf,
    /// Same seed, same files.
    #[arg(long, default_value_t = 2011, global = true)]
    pub seed: u64,
}

/// `simulate parties`
#[derive(Subcommand, Debug)]
pub enum SimulatedWorld {
    /// A file of customers in which people stand several times, written differently: typing errors, short forms, no
    /// e-mail, another address; households and namesakes as decoys.
    Parties {
        /// How many records.
        #[arg(long, default_value_t = 100_000)]
        records: u32,
    },
    /// A marketplace of twelve storefronts in eight currencies: orders, credit notes, a processor and bank accounts,
    /// with half a percent of every kind of break and twice as many near misses.
    Marketplace {
        /// How many orders.
        #[arg(long, default_value_t = 10_000)]
        orders: u32,
    },
    /// A stream of card payments as events to import or post: stolen cards, compromised terminals and card testing
    /// are planted in it, some attempts come late, and disputes tell what was fraud.
    Cards {
        /// How many cards.
        #[arg(long, default_value_t = 1_000)]
        cards: u32,
        /// How many days.
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
}
