//! Payouts of every storefront's balance, and what the bank books of them.

use super::Market;
use super::fates::{PAYOUT_FATES, PayoutFate, deal};
use super::storefronts::{STOREFRONTS, Storefront};
use crate::calendar::{self, HOUR, MINUTE};
use crate::charges::share_of;
use domain::{ExceptionRule as Rule, ProcessorCategory as Category, RecordId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A payment may be paid out two business days after it was made.
const PAYOUT_DELAY_BUSINESS_DAYS: i64 = 2;
/// What paying out at once costs, and the most that a short payout lacks: hundredths of a percent.
const INSTANT_FEE_BPS: i64 = 100;
const MOST_SHORT_BPS: i64 = 500;
const MOST_STRAY_MINOR: i64 = 50_000;

/// A payout.
#[derive(Clone, Debug)]
pub(super) struct Payout {
    /// From 1.
    pub(super) number: u32,
    pub(super) storefront: u8,
    pub(super) at: Timestamp,
    /// What it takes from the balance.
    pub(super) drawn: i64,
    /// What of that is the fee for sending it at once.
    pub(super) fee: i64,
    /// The first of the movements that it carries, and how many there are.
    first_line: usize,
    lines: usize,
}

/// A line of the bank.
#[derive(Clone, Debug)]
pub(super) struct Credit {
    pub(super) storefront: u8,
    pub(super) booked: Date,
    pub(super) minor: i64,
    pub(super) text: String,
    /// What is true of it, once it has a name.
    is_stray: bool,
}

impl Payout {
    pub(super) fn storefront(&self) -> &'static Storefront {
        &STOREFRONTS[usize::from(self.storefront)]
    }

    pub(super) fn id(&self, market: &Market) -> String {
        market.seed.id("po_", &self.number.to_string())
    }

    pub(super) fn transaction(&self, market: &Market) -> String {
        market.seed.id("txn_", &format!("payout {}", self.number))
    }

    fn record(&self, market: &Market) -> RecordId {
        RecordId::from(format!("stripe:{}", self.transaction(market)))
    }

    pub(super) fn sent(&self) -> i64 {
        self.drawn - self.fee
    }

    /// When the processor says that it arrives.
    pub(super) fn effective(&self) -> Timestamp {
        calendar::within_day(calendar::add_business_days(calendar::day_of(self.at), 1), 0)
    }
}

/// Pays every balance out on each business day on which it is above zero.
pub(super) fn carry(market: &mut Market) {
    for storefront in 0..STOREFRONTS.len() {
        carry_of(market, storefront);
    }
}

fn carry_of(market: &mut Market, storefront: usize) {
    let mut coming: Vec<(Timestamp, usize)> = (0..)
        .zip(&market.movements)
        .filter(|(_, movement)| usize::from(movement.storefront) == storefront)
        .map(|(index, movement)| (available(movement.category, movement.at), index))
        .collect();
    coming.sort_unstable();
    let mut coming = coming.into_iter().peekable();
    let mut waiting: Vec<usize> = Vec::new();
    let mut day = calendar::day_of(market.start);
    while day <= calendar::day_of(market.end) {
        let minutes = i64::try_from(storefront).unwrap_or(0) * 3;
        let at = calendar::within_day(day, HOUR + minutes * MINUTE);
        if calendar::is_business_day(day) {
            while let Some((_, index)) = coming.next_if(|(available, _)| *available <= at) {
                waiting.push(index);
            }
            let drawn: i64 = waiting.iter().map(|index| market.movements[*index].net()).sum();
            if drawn > 0 {
                pay_out(market, storefront, std::mem::take(&mut waiting), at, drawn);
            }
        }
        day = calendar::tomorrow(day);
    }
}

/// When a movement may be paid out.
pub(super) fn available(category: Category, at: Timestamp) -> Timestamp {
    match category {
        Category::Charge => {
            let day = calendar::add_business_days(calendar::day_of(at), PAYOUT_DELAY_BUSINESS_DAYS);
            calendar::within_day(day, 0)
        }
        _ => at,
    }
}

fn pay_out(market: &mut Market, storefront: usize, carried: Vec<usize>, at: Timestamp, drawn: i64) {
    let number = u32::try_from(market.payouts.len()).unwrap_or(u32::MAX - 1) + 1;
    let first_line = carried.iter().copied().find(|index| market.movements[*index].net() > 0).unwrap_or(carried[0]);
    let lines = carried.len();
    carried.into_iter().for_each(|index| market.movements[index].payout = number);
    let storefront = u8::try_from(storefront).unwrap_or(0);
    market.payouts.push(Payout { number, storefront, at, drawn, fee: 0, first_line, lines });
}

/// Deals the payouts' fates and books what the bank sees of them.
pub(super) fn book(market: &mut Market) {
    let horizon = market.horizon();
    // One that lost its only line would be like one that was sent by hand.
    let is_eligible = |payout: &Payout| payout.at < horizon && payout.lines > 1;
    let eligible: Vec<usize> = (0..market.payouts.len()).filter(|index| is_eligible(&market.payouts[*index])).collect();
    let all = market.payouts.len();
    let fates = deal(market, "payout fate", all, &eligible, &PAYOUT_FATES, PayoutFate::Plain);
    let mut next = 0;
    while next < all {
        next += book_one(market, &fates, next);
    }
    let last = calendar::day_of(market.end);
    market.credits.retain(|credit| credit.booked <= last);
    market.credits.sort_by_key(|credit| credit.booked);
    let strays = (0..market.credits.len()).filter(|index| market.credits[*index].is_stray);
    for index in strays.collect::<Vec<usize>>() {
        let credit = &market.credits[index];
        let amount = STOREFRONTS[usize::from(credit.storefront)].money(credit.minor);
        let record = credit.record(index);
        market.plant(Rule::BankLineUnexplained, record, amount, "it has nothing to do with any payout");
    }
}

/// Books a payout, or two that arrive in one line; how many.
fn book_one(market: &mut Market, fates: &[PayoutFate], index: usize) -> usize {
    let fate = fates[index];
    let payout = market.payouts[index].clone();
    let mut draw = market.seed.stream("market bank", &payout.number.to_string());
    let days = draw.between(1, 2);
    let record = payout.record(market);
    let money = |minor| payout.storefront().money(minor);
    match fate {
        PayoutFate::Short => {
            let missing = share_of(payout.sent(), draw.between(50, MOST_SHORT_BPS)).max(1);
            credit(market, &payout, days, payout.sent() - missing, true);
            market.plant(Rule::PayoutShort, record, money(missing), "the bank received less");
        }
        PayoutFate::Missing => market.plant(Rule::PayoutMissing, record, money(payout.sent()), "it never arrived"),
        PayoutFate::LineLost => {
            let gap = market.movements[payout.first_line].net();
            market.movements[payout.first_line].payout = 0;
            credit(market, &payout, days, payout.sent(), true);
            market.plant(Rule::SettlementLineMissing, record, money(gap), "the export lost a line's payout");
        }
        PayoutFate::StrayBankLine => {
            credit(market, &payout, days, payout.sent(), true);
            let minor = draw.between(100, MOST_STRAY_MINOR) * if draw.chance(5_000) { 1 } else { -1 };
            let text = if minor > 0 { "CASH PAID IN" } else { "CARD TERMINAL RENT" };
            credit(market, &payout, days, minor, false);
            if let Some(stray) = market.credits.last_mut() {
                (stray.text, stray.is_stray) = (text.to_owned(), true);
            }
        }
        PayoutFate::Combined => return combined(market, fates, index, days),
        PayoutFate::ArrivedLate => {
            credit(market, &payout, 4, payout.sent(), true);
            market.near_miss("arrived late", record);
        }
        PayoutFate::Instant => {
            market.payouts[index].fee = share_of(payout.drawn, INSTANT_FEE_BPS).clamp(0, payout.drawn - 1);
            let sent = market.payouts[index].sent();
            credit(market, &payout, 0, sent, true);
            market.near_miss("sent at once, for a fee", record);
        }
        PayoutFate::ReferenceLost => {
            credit(market, &payout, days, payout.sent(), false);
            market.near_miss("the bank line names no payout", record);
        }
        PayoutFate::ByHand => {
            let carried = market.movements.iter_mut().filter(|movement| movement.payout == payout.number);
            carried.for_each(|movement| movement.payout = 0);
            credit(market, &payout, days, payout.sent(), true);
            market.near_miss("sent by hand: it names no lines", record);
        }
        PayoutFate::Plain => credit(market, &payout, days, payout.sent(), true),
    }
    1
}

/// Two payouts of a storefront in one line, where the next is a plain one and follows within some days.
fn combined(market: &mut Market, fates: &[PayoutFate], index: usize, days: i64) -> usize {
    let payout = market.payouts[index].clone();
    let follows = |next: &&Payout| {
        next.storefront == payout.storefront && calendar::apart(next.at, payout.at) <= 3 * calendar::DAY.unsigned_abs()
    };
    let next = market.payouts.get(index + 1).filter(|_| fates.get(index + 1) == Some(&PayoutFate::Plain));
    let Some(next) = next.filter(follows).cloned() else {
        credit(market, &payout, days, payout.sent(), true);
        return 1;
    };
    let text = format!("STRIPE {} {}", payout.id(market), next.id(market));
    credit(market, &next, days, payout.sent() + next.sent(), false);
    if let Some(both) = market.credits.last_mut() {
        both.text = text;
    }
    for one in [&payout, &next] {
        let record = one.record(market);
        market.near_miss("two payouts in one bank line", record);
    }
    2
}

fn credit(market: &mut Market, payout: &Payout, days: i64, minor: i64, is_named: bool) {
    let booked = calendar::add_business_days(calendar::day_of(payout.at), days);
    let text = if is_named { format!("STRIPE {}", payout.id(market)) } else { "STRIPE".to_owned() };
    market.credits.push(Credit { storefront: payout.storefront, booked, minor, text, is_stray: false });
}

impl Credit {
    /// The bank's account of its currency.
    pub(super) fn account(&self) -> String {
        format!("MARKET-{}", STOREFRONTS[usize::from(self.storefront)].code)
    }

    /// The bank's name of the line that stands at this place.
    pub(super) fn id(index: usize) -> String {
        format!("BK{:07}", index + 1)
    }

    fn record(&self, index: usize) -> RecordId {
        RecordId::from(format!("bank:{}/{}", self.account(), Self::id(index)))
    }
}
