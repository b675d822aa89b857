//! What every source is: a name, a way to recognise its files, and a way to read them.

use domain::{Currency, Digest, Issue, Record, Token};
use jiff::{SignedDuration, Timestamp};

/// Where personal values go. The store implements it with keyed tokens and a vault.
pub trait Personal {
    /// The token of a personal value in its normal form. Equal values have equal tokens within one tenant.
    ///
    /// `field` says what the value is (`customer`, `counterparty`); `subject` is the token of the person whom the
    /// value describes, or none where the value names that person itself.
    fn token(&mut self, field: &str, value: &str, subject: Option<Token>) -> Token;
}

/// What a file does not say about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceSettings {
    /// IANA zone of exports that carry local times.
    pub zone: String,
    /// Currency of exports that carry none.
    pub currency: Currency,
}

/// A shop in London that prices in pounds.
impl Default for SourceSettings {
    fn default() -> Self {
        Self { zone: "Europe/London".to_owned(), currency: Currency::GBP }
    }
}

/// What a parser may use besides the bytes.
pub struct Context<'a> {
    /// Takes personal values.
    pub personal: &'a mut dyn Personal,
    /// The import's instant: a row dated more than a day later is an issue.
    pub now: Timestamp,
    /// What the file does not say.
    pub settings: &'a SourceSettings,
    /// The other files of the same source that stand beside it, unpacked, in order of path; empty for sources that do
    /// not read them ([`Source::reads_beside`]).
    pub beside: &'a [&'a [u8]],
}

/// How far ahead of the import a row may be dated: clocks and zones differ by less than a day.
const FUTURE_HOURS: i64 = 24;

impl Context<'_> {
    /// The latest instant that a row may be dated.
    pub fn latest(&self) -> Timestamp {
        self.now.checked_add(SignedDuration::from_hours(FUTURE_HOURS)).unwrap_or(Timestamp::MAX)
    }
}

/// What a file gave.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// In order of first appearance.
    pub records: Vec<Record>,
    /// In the file's order.
    pub issues: Vec<Issue>,
    /// Data rows in the file, the header not among them; blank lines are not rows.
    pub rows: u64,
    /// Rows that repeat an earlier row of the same key with the same content. The first is the record.
    pub duplicates: u64,
    /// Rows that give no record of their own: what the format itself says to be no fact yet, such as pending bank
    /// lines; headings and totals; further parts of a movement that an earlier row began.
    pub skipped: u64,
    /// The names in the header; empty for a format without one.
    pub columns: Vec<String>,
    /// What was decided for the whole file and a person may want to know; no issue, and no row's place.
    pub notes: Vec<String>,
}

impl Parsed {
    /// Rows that stand inside records: an invoice has its first and those of its further lines (several lines may stand
    /// on the first, as shipping and discount do), all else one.
    pub fn rows_in_records(&self) -> u64 {
        self.records.iter().map(Record::rows).sum()
    }

    /// Rows whose end is known. Always equal to [`Parsed::rows`]: input is never lost.
    pub fn accounted_rows(&self) -> u64 {
        let held_back: u64 = self.issues.iter().map(|issue| u64::from(issue.rows)).sum();
        self.rows_in_records() + held_back + self.duplicates + self.skipped
    }
}

/// A format.
pub trait Source: Sync {
    /// The word before the colon of its records' ids, unless its folder says otherwise.
    fn name(&self) -> &str;

    /// Whether a file that begins with these (unpacked) bytes is of this format. A damaged header still counts, so
    /// that its faults can be named.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Whether a file is one table of a set, and read with the others beside it.
    fn reads_beside(&self) -> bool {
        false
    }

    /// Whether each row is a record by itself, and nothing is decided for the file as a whole: a large one may then be
    /// read in [`crate::pieces`].
    fn row_by_row(&self) -> bool {
        false
    }

    /// Reads a whole unpacked file; `file` is its digest.
    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed;
}
