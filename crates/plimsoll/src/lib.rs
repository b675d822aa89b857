//! The binary's parts: the only crate with a clock, files, threads and a network.

pub mod access;
pub mod assess;
pub mod background;
pub mod backtest;
pub mod budget;
pub mod clearing;
pub mod cli;
pub mod clock;
pub mod close;
pub mod command;
pub mod compare;
pub mod export;
pub mod features;
pub mod fees;
pub mod import;
pub mod linking;
pub mod live;
pub mod mappings;
pub mod period;
pub mod policy_file;
pub mod progress;
pub mod replayed;
pub mod sales;
pub mod screening;
pub mod sellers;
pub mod session;
mod table_file;
pub mod terminal;
pub mod truth;
pub mod view;
pub mod watch;
pub mod web;
pub mod webhook;
pub mod work;
pub mod writer;

/// What built the journal's batches: the version of this crate.
pub const BUILD: &str = concat!("plimsoll ", env!("CARGO_PKG_VERSION"));
