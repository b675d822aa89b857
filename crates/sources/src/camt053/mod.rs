//! ISO 20022 bank-to-customer statements (`camt.053`), versions 02 to 13.

mod write;

pub use write::{EntryRow, Statement, write};
