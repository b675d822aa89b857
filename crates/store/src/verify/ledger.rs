//! Entries balance, months are their sums, and no cent is assigned twice.

use super::VerifyReport;
use super::journal::Holdings;
use crate::tables::{entries, month};
use crate::{StoreError, database};
use domain::{Currency, Entry, Money, RecordId, Settlement, SettlementKind, Share};
use rusqlite::Connection;
use std::collections::BTreeMap;

type Months = BTreeMap<(i32, u16, String), i128>;

/// Each entry alone, then the months' totals against all of them.
pub(super) fn check_entries(database: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut sums = Months::new();
    let mut has_record = database.prepare("SELECT 1 FROM records WHERE id = ?1")?;
    let mut select = database.prepare("SELECT n, body FROM entries ORDER BY n")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let row_place = format!("row {} of entries in `plimsoll.db`", row.get::<_, i64>(0)?);
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        let Some(entry) = report.take(&row_place, database::noun::<Entry>(&row_place, body)) else { continue };
        let place = format!("entry {} in `plimsoll.db`", entry.id);
        check_shape(&entry, &place, report);
        for record in &entry.evidence {
            if !has_record.exists([record.as_str()])? {
                report.find(&place, format!("its evidence {record} is in no batch"));
            }
        }
        if let Some(reversed) = &entry.reverses
            && entries::by_id(database, reversed)?.is_none()
        {
            report.find(&place, format!("it reverses {reversed}, which is not in the ledger"));
        }
        add(&mut sums, &entry);
        report.entries += 1;
    }
    if months(database)? != sums {
        report.find("monthly_totals in `plimsoll.db`", "they are not the sums of the entries");
    }
    Ok(())
}

fn check_shape(entry: &Entry, place: &str, report: &mut VerifyReport) {
    if let Err(unbalanced) = entry.check() {
        report.find(place, unbalanced.to_string());
    }
    if entry.postings.len() < 2 || entry.postings.iter().any(|posting| posting.amount.minor == 0) {
        report.find(place, "an entry has at least two postings, none of them zero");
    }
}

fn add(sums: &mut Months, entry: &Entry) {
    for posting in &entry.postings {
        let key = (month(entry.at), posting.account.code(), posting.amount.currency.code().to_owned());
        *sums.entry(key).or_default() += i128::from(posting.amount.minor);
    }
}

fn months(database: &Connection) -> Result<Months, StoreError> {
    let mut select = database.prepare("SELECT month, account, currency, minor FROM monthly_totals")?;
    let rows =
        select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), i128::from_le_bytes(row.get(3)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Live settlements never assign more of a payment or bank line than its source states, nor of an implied payout than its
/// lines sum to, and each has a record.
pub(super) fn check_settlements(
    database: &Connection,
    holdings: &Holdings,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let mut assigned = Assigned::default();
    let mut select = database.prepare("SELECT id, body FROM settlements ORDER BY n")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let place = format!("settlement {} in `plimsoll.db`", row.get_ref(0)?.as_str().unwrap_or_default());
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        let Some(settlement) = report.take(&place, database::noun::<Settlement>(&place, body)) else { continue };
        report.settlements += 1;
        if !settlement.withdrawn {
            assigned.add(settlement);
        }
    }
    for record in assigned.too_much(holdings) {
        report.find(format!("settlements of {record} in `plimsoll.db`"), "they assign more than the record holds");
    }
    Ok(())
}

type Sums = BTreeMap<(RecordId, Currency), i128>;

/// What live settlements assign. A payout that the export names but does not list goes by the last of its lines: what is
/// received of it is of the sum of its lines, and uses up nothing of that line.
#[derive(Default)]
struct Assigned {
    own: Sums,
    implied: Sums,
    received: Sums,
}

impl Assigned {
    fn add(&mut self, settlement: Settlement) {
        if settlement.kind == SettlementKind::PayoutDrawn {
            // It says which lines a payout carries: nets, of which nothing is used up.
            return;
        }
        let settled = match settlement.kind {
            SettlementKind::PayoutImplied => &mut self.implied,
            SettlementKind::PayoutReceived => &mut self.received,
            _ => &mut self.own,
        };
        sum_up(settled, settlement.settled);
        if settlement.kind != SettlementKind::PayoutImplied {
            sum_up(&mut self.own, settlement.by);
        }
    }

    /// Records of which more is assigned than they hold, or than their payout does.
    fn too_much(mut self, holdings: &Holdings) -> Vec<RecordId> {
        let mut found = Vec::new();
        for (key, minor) in self.received {
            match self.implied.get(&key) {
                Some(payout) if minor > *payout => found.push(key.0),
                Some(_) => {}
                None => *self.own.entry(key).or_default() += minor,
            }
        }
        let own = self.own.into_iter().filter(|((record, currency), minor)| {
            holdings.get(record).is_some_and(|held| exceeds(*minor, *currency, held))
        });
        found.extend(own.map(|((record, _), _)| record));
        found
    }
}

fn sum_up(sums: &mut Sums, shares: Vec<Share>) {
    for share in shares {
        *sums.entry((share.record, share.amount.currency)).or_default() += i128::from(share.amount.minor).abs();
    }
}

/// Beyond every amount that the record states in the currency; a currency that it does not state is the engine's.
fn exceeds(minor: i128, currency: Currency, held: &[Money]) -> bool {
    let stated = held.iter().filter(|money| money.currency == currency);
    stated.map(|money| i128::from(money.minor).abs()).max().is_some_and(|most| minor > most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(record: &str, pence: i64) -> Vec<Share> {
        vec![Share { record: RecordId::from(record), amount: Money::new(pence, Currency::GBP) }]
    }

    fn settlement(kind: SettlementKind, settled: Vec<Share>, by: Vec<Share>) -> Settlement {
        Settlement { id: "".into(), kind, settled, by, reason: "".into(), seller: None, withdrawn: false }
    }

    /// Three charges of 10.00 with 0.35 fees each make a payout of 28.95, which goes by the last of them.
    #[test]
    fn an_implied_payout_holds_what_its_lines_sum_to() {
        let holdings: Holdings = BTreeMap::from([(RecordId::from("txn_3"), vec![Money::new(1_000, Currency::GBP)])]);
        let too_much = |paid: i64, received: &[i64]| {
            let mut assigned = Assigned::default();
            assigned.add(settlement(SettlementKind::OrderPaid, shares("order", paid), shares("txn_3", paid)));
            assigned.add(settlement(SettlementKind::PayoutImplied, shares("txn_3", 2_895), Vec::new()));
            for pence in received {
                let bank = shares("bank", *pence);
                assigned.add(settlement(SettlementKind::PayoutReceived, shares("txn_3", *pence), bank));
            }
            assigned.too_much(&holdings).iter().map(ToString::to_string).collect::<Vec<String>>()
        };
        assert_eq!(too_much(1_000, &[2_000, 895]), Vec::<String>::new());
        assert_eq!(too_much(1_000, &[2_000, 896]), ["txn_3"], "more than the payout");
        assert_eq!(too_much(1_001, &[2_895]), ["txn_3"], "more than the charge");
    }
}
