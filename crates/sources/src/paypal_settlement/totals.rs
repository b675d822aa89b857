//! What the report says of its sums and counts, against its lines.

use super::parse::minor;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::currency;
use domain::{Currency, IssueRule, Money};
use std::collections::BTreeMap;

/// Sums of gross and fees, credits and debits apart, in minor units without sign.
#[derive(Clone, Copy, Default)]
struct Sums {
    gross: [i128; 2],
    fees: [i128; 2],
}

/// Of a part of the report.
#[derive(Default)]
struct Part {
    lines: u64,
    sums: BTreeMap<Currency, Sums>,
}

/// Of the section that is open, of the file, and of the report.
#[derive(Default)]
pub(super) struct Totals {
    section: Part,
    report: Part,
}

impl Totals {
    /// Counts a line, sound or not.
    pub(super) fn count(&mut self) {
        self.section.lines += 1;
        self.report.lines += 1;
    }

    /// Adds a sound line; the fee is positive when charged.
    pub(super) fn add(&mut self, gross: Money, fee: Money) {
        for part in [&mut self.section, &mut self.report] {
            let sums = part.sums.entry(gross.currency).or_default();
            sums.gross[usize::from(gross.minor < 0)] += i128::from(gross.minor).abs();
            sums.fees[usize::from(fee.minor > 0)] += i128::from(fee.minor).abs();
        }
    }

    /// Compares a line of totals with what was added; a section's head begins another.
    pub(super) fn check(&mut self, kind: &str, row: &Row<'_>) -> Result<(), Fault> {
        match kind {
            "SH" => {
                self.section = Part::default();
                Ok(())
            }
            "SF" => self.section.check_sums(row, kind),
            "RF" => self.report.check_sums(row, kind),
            "SC" => check_count(self.section.lines, row, kind),
            "RC" | "FF" => check_count(self.report.lines, row, kind),
            _ => Ok(()),
        }
    }
}

/// The totals behind the currency, in their order; the balances follow.
const TOTALS: [&str; 4] = ["gross credits", "gross debits", "fee credits", "fee debits"];

impl Part {
    fn check_sums(&self, row: &Row<'_>, kind: &str) -> Result<(), Fault> {
        let code = row.text(1);
        let currency = currency(code.trim(), kind)?;
        let sums = self.sums.get(&currency).copied().unwrap_or_default();
        let said = |place: usize| -> Result<Option<i128>, Fault> {
            let text = row.text(place);
            let text = text.trim();
            if text.is_empty() {
                return Ok(None);
            }
            let size = minor(text.trim_start_matches('-'), currency);
            let size = size.map_err(|rule| Fault::new(rule, kind, text))?;
            Ok(Some(if text.starts_with('-') { -i128::from(size.minor) } else { i128::from(size.minor) }))
        };
        let lines = [sums.gross[0], sums.gross[1], sums.fees[0], sums.fees[1]];
        for (index, (name, lines)) in TOTALS.iter().zip(lines).enumerate() {
            if let Some(said) = said(2 + index)?.filter(|said| *said != lines) {
                return Err(off(kind, &format!("{name} of {currency}"), lines, said));
            }
        }
        let moved = lines[0] - lines[1] + lines[2] - lines[3];
        match (said(6)?, said(7)?) {
            (Some(before), Some(after)) if before + moved != after => {
                Err(off(kind, &format!("balance of {currency}"), before + moved, after))
            }
            _ => Ok(()),
        }
    }
}

fn check_count(lines: u64, row: &Row<'_>, kind: &str) -> Result<(), Fault> {
    let text = row.text(1);
    match text.trim().parse::<u64>() {
        Ok(said) if said == lines => Ok(()),
        Ok(said) => Err(off(kind, "number of lines", lines.into(), said.into())),
        Err(_) => Err(Fault::new(IssueRule::InvalidNumber, kind, text)),
    }
}

fn off(kind: &str, what: &str, lines: i128, said: i128) -> Fault {
    let value = format!("{what}: the lines make {lines}, not {said}: {} apart", lines - said);
    Fault::new(IssueRule::IdentityBroken, kind, value)
}
