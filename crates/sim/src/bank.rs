//! The bank's side: payouts arrive one or two business days later, and the account costs a fee each month.
//!
//! Most lines name their payout. A few book two payouts at once, have lost the payout's id, or come late; next to a
//! short payout none does, so that the shortfall has one home.

use crate::Setting;
use crate::breaks;
use crate::calendar;
use crate::charges::pounds;
use crate::payouts::Payout;
use crate::truth::{Class, TruthRow};
use domain::{ExceptionRule, RecordId};
use jiff::civil::Date;
use sources::camt053::{EntryRow, Statement};
use std::collections::BTreeMap;

/// A test account of the IBAN registry's United Kingdom example pattern; nobody's.
const ACCOUNT: &str = "GB33BUKB20201555555555";
const ACCOUNT_NAME: &str = "ONLINE RETAIL SHOP";
const PROCESSOR: &str = "STRIPE PAYMENTS UK LTD";
const BANK: &str = "THE BANK";
/// What the bank takes for the account, on the first business day of a month.
const ACCOUNT_FEE_PENCE: i64 = 1_250;
/// Two payouts in one line lie at most this far apart: further, the first would be missing.
const COMBINED_DAYS: u64 = 4;

/// How a payout arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrival {
    /// In a line that names it.
    Named,
    /// In a line that names it, three or four business days later.
    Late,
    /// In a line that names nothing.
    Unnamed,
    /// In one line with the payout after it.
    Combined,
}

/// What the bank books for payouts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Credit {
    /// Indices of the payouts: one, or two where they are combined.
    pub(crate) payouts: Vec<usize>,
    pub(crate) arrival: Arrival,
    booked: Date,
    pence: i64,
}

/// Every credit that is booked by the end, in the order of the payouts.
pub(crate) fn credits(setting: &Setting<'_>, payouts: &[Payout], short: &BTreeMap<usize, i64>) -> Vec<Credit> {
    let mut credits = Vec::with_capacity(payouts.len());
    let mut next = 0;
    while next < payouts.len() {
        let arrival = arrival(setting, payouts, short, next);
        let last = if arrival == Arrival::Combined { next + 1 } else { next };
        let pence = (next..=last).map(|index| payouts[index].pence - short.get(&index).unwrap_or(&0)).sum();
        let booked = booked(setting, &payouts[last], arrival);
        credits.push(Credit { payouts: (next..=last).collect(), arrival, booked, pence });
        next = last + 1;
    }
    credits.retain(|credit| credit.booked <= calendar::day_of(setting.shop.end));
    credits
}

fn arrival(setting: &Setting<'_>, payouts: &[Payout], short: &BTreeMap<usize, i64>, index: usize) -> Arrival {
    let params = setting.params;
    let mut stream = setting.seed.stream("arrival", &payouts[index].name);
    let combined = stream.chance(params.combined_payouts_bps) && combines(payouts, short, index);
    let unnamed = stream.chance(params.lost_reference_bps);
    let late = stream.chance(params.late_arrival_bps);
    let beside_a_short_one = breaks::near(short, index) && !short.contains_key(&index);
    match (combined, unnamed, late) {
        (true, _, _) => Arrival::Combined,
        (_, true, _) if !beside_a_short_one => Arrival::Unnamed,
        (_, false, true) if !beside_a_short_one => Arrival::Late,
        _ => Arrival::Named,
    }
}

fn combines(payouts: &[Payout], short: &BTreeMap<usize, i64>, index: usize) -> bool {
    let close = |next: &Payout| calendar::apart(payouts[index].created, next.created) <= COMBINED_DAYS * 86_400;
    payouts.get(index + 1).is_some_and(close) && !breaks::near(short, index) && !breaks::near(short, index + 1)
}

fn booked(setting: &Setting<'_>, payout: &Payout, arrival: Arrival) -> Date {
    let mut stream = setting.seed.stream("arrival day", &payout.name);
    let business_days = if arrival == Arrival::Late { stream.between(3, 4) } else { stream.between(1, 2) };
    calendar::add_business_days(calendar::day_of(payout.created), business_days)
}

/// The statement of the whole time: every line in order of booking, and a balance that adds up.
pub(crate) fn statement(setting: &Setting<'_>, payouts: &[Payout], credits: &[Credit]) -> Statement {
    let (from, to) = (calendar::day_of(setting.shop.start), calendar::day_of(setting.shop.end));
    let mut entries: Vec<EntryRow> = credits.iter().map(|credit| entry(payouts, credit)).collect();
    entries.extend(fee_days(from, to).map(account_fee));
    entries.sort_by_key(|entry| entry.booked);
    (1..).zip(&mut entries).for_each(|(number, entry)| entry.reference = reference(setting, number));
    let opening = setting.seed.stream("opening balance", "").between(1_000_000, 5_000_000);
    let moved: i64 = entries.iter().map(|entry| entry.amount.minor).sum();
    Statement {
        id: format!("{from}/{to}"),
        account: ACCOUNT.to_owned(),
        account_name: ACCOUNT_NAME.to_owned(),
        from,
        to,
        opening: pounds(opening),
        closing: pounds(opening + moved),
        entries,
    }
}

fn entry(payouts: &[Payout], credit: &Credit) -> EntryRow {
    let ids: Vec<&str> = credit.payouts.iter().map(|index| payouts[*index].id.as_str()).collect();
    let (end_to_end, remittance) = match credit.arrival {
        Arrival::Unnamed => (String::new(), "STRIPE".to_owned()),
        Arrival::Combined => (String::new(), format!("STRIPE {}", ids.join(" "))),
        Arrival::Named | Arrival::Late => (ids.concat(), format!("STRIPE {}", ids.concat())),
    };
    EntryRow {
        amount: pounds(credit.pence),
        booked: credit.booked,
        reference: String::new(),
        end_to_end,
        remittance,
        counterparty: PROCESSOR.to_owned(),
    }
}

/// The first business day of each month.
fn fee_days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    let days = std::iter::successors(Some(from), |day| Some(calendar::tomorrow(*day)));
    let is_first = |day: &Date| {
        calendar::is_business_day(*day) && calendar::business_day_before(*day).first_of_month() != day.first_of_month()
    };
    days.take_while(move |day| *day <= to).filter(is_first)
}

fn account_fee(booked: Date) -> EntryRow {
    EntryRow {
        amount: pounds(-ACCOUNT_FEE_PENCE),
        booked,
        reference: String::new(),
        end_to_end: String::new(),
        remittance: "ACCOUNT FEE".to_owned(),
        counterparty: BANK.to_owned(),
    }
}

/// Unique by its number; the digits after it are the bank's own.
fn reference(setting: &Setting<'_>, number: u32) -> String {
    let digits = setting.seed.stream("bank reference", &number.to_string()).between(0, 999_999);
    format!("BNK{number:06}{digits:06}")
}

/// The account's fees: nothing in any file explains them.
pub(crate) fn natural(statement: &Statement) -> impl Iterator<Item = TruthRow> {
    let fees = statement.entries.iter().filter(|entry| entry.amount.minor < 0);
    fees.map(|entry| TruthRow {
        class: Class::Natural,
        rule: ExceptionRule::BankLineUnexplained,
        record: record_of(statement, entry),
        amount: entry.amount.abs(),
        note: "the bank's monthly fee".to_owned(),
    })
}

/// The id of a bank line's record: its reference is unique.
pub(crate) fn record_of(statement: &Statement, entry: &EntryRow) -> RecordId {
    RecordId::from(format!("bank:{}/{}", statement.account, entry.reference))
}
