//! The whole ledger as other programs read it, and the payouts as bookkeeping programs take them.
//!
//! Promises: every entry up to the instant is in it, once, in order of time, with its id and its evidence; amounts are
//! exact decimals; the same books give the same bytes. hledger's and beancount's files end with the balances as
//! assertions, so that these programs check the export by themselves.
//!
//! | format | what |
//! |---|---|
//! | `hledger` | a journal of transactions, accounts named `assets:bank` |
//! | `beancount` | the same, accounts named `Assets:Bank` |
//! | `csv` | a row for each posting |
//! | `xlsx` | a workbook: the statements, then the postings |
//! | `parquet` | a row for each posting; amounts as minor units and their digits |
//! | `payout-summary` | a journal a payout and month (CSV): what the payout is made of, to what reached the bank |

mod beancount;
mod csv;
mod hledger;
pub(crate) mod parquet;
mod payout_part;
mod payouts;
mod text;
mod xlsx;

use anyhow::Context;
use domain::{Account, Chart, Currency, Entry};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use store::{EntryFilter, Reader, StoreError};

/// A format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the header's table says what each is")]
pub enum Format {
    Hledger,
    Beancount,
    Csv,
    Xlsx,
    Parquet,
    PayoutSummary,
}

/// The books that are exported.
pub struct Books<'a> {
    /// Of these.
    pub reader: &'a Reader,
    /// What the accounts are.
    pub chart: Chart,
    /// Up to before this instant.
    pub until: Timestamp,
}

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Entries, or payouts of a summary.
    pub entries: u64,
    /// Rows or postings.
    pub rows: u64,
}

/// Debits less credits of each account and currency.
type Balances = BTreeMap<(Account, Currency), i128>;

/// Writes the books to a file, which is there whole or not at all.
///
/// # Errors
/// When the books cannot be read, or the file cannot be written.
pub fn export(books: &Books<'_>, format: Format, out: &Path) -> anyhow::Result<Written> {
    whole(out, |file| write(books, format, file))
}

/// Writes a file that is there whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn whole<T>(out: &Path, write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let beside = out.with_extension("unfinished");
    let file = File::create(&beside).with_context(|| format!("cannot write {}", beside.display()))?;
    let mut file = BufWriter::new(file);
    let written = write(&mut file);
    let done = written.and_then(|written| {
        file.flush()?;
        std::fs::rename(&beside, out).with_context(|| format!("cannot write {}", out.display()))?;
        Ok(written)
    });
    if done.is_err() {
        // The first error is what is told.
        let _ = std::fs::remove_file(&beside);
    }
    done
}

/// Writes the books in a format.
///
/// # Errors
/// As [`export`].
pub fn write(books: &Books<'_>, format: Format, out: &mut (impl Write + Send)) -> anyhow::Result<Written> {
    match format {
        Format::Hledger => hledger::write(books, out),
        Format::Beancount => beancount::write(books, out),
        Format::Csv => csv::write(books, out),
        Format::Xlsx => xlsx::write(books, out),
        Format::Parquet => parquet::write(books, out),
        Format::PayoutSummary => payouts::write(books, out),
    }
}

impl Books<'_> {
    fn each_entry(&self, mut each: impl FnMut(&Entry) -> anyhow::Result<()>) -> anyhow::Result<Written> {
        let mut written = Written::default();
        let filter = EntryFilter { to: Some(self.until), ..EntryFilter::default() };
        self.reader.each_entry(&filter, |entry| {
            each(&entry)?;
            written.entries += 1;
            written.rows += entry.postings.len() as u64;
            Ok::<(), anyhow::Error>(())
        })?;
        Ok(written)
    }

    /// Every account with a balance, and the currencies of each.
    fn balances(&self) -> Result<Balances, StoreError> {
        let balances = self.reader.balances(Some(crate::period::before(self.until)))?;
        Ok(balances.into_iter().map(|row| ((row.account, row.currency), row.minor)).collect())
    }
}
