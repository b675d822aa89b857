//! The `.case` format: records one a line, then the sections that are expected.
//!
//! ```text
//! # A comment.
//! policy  payment_grace=5  credit_notes=C  adjustments=A  POST=shipping_income  AMAZON*=outside:marketplace_fees  hold>=4.5/50.00
//! invoice 536365  buyer=ann  100.00  2026-03-01           one line of goods, or lines:
//! invoice 536366  buyer=ann  WIDGET:3x0.335 POST:1x5.00  2026-03-01T10:00  id=536366b
//! payment P1  order=536365  100.00  2026-03-01  customer=cus_1  fee=1.50  payout=po_1  shown=117.65EUR  as=ch_1
//! refund  R1  payment=P1  30.00  2026-03-05  "refund of C1"
//! payout  po_1  95.00  2026-03-03
//! transfer T1  44.00  2026-03-03  "Lamps"                 to a seller; the policy's `seller:LAMP*=Lamps:12` says who
//! bank    B1  95.00  2026-03-05  "STRIPE po_1"
//! rate    2026-02-28  EUR  GBP=0.85
//! opening 2026-02-28  bank=100.00  Capital=-100.00        their accounts; the policy's `their:Bank=bank` says which are ours
//! lock    2026-03-31                                      the books are closed up to the end of that day
//! reopen  2026-03-01                                      and open again from that day on
//! now     2026-03-20                                      all files reach this instant, and everything is reconciled
//! now     2026-03-20  files=short                         reconciled as of this instant; files reach what they hold
//! --- exceptions
//! ```
//!
//! Amounts are pounds unless a currency code follows; words in quotes are the free text.

use domain::policy::{AccountRule, DecisionRule, LineRule};
use domain::seller::SellerRule;
use domain::{
    Account, Action, BankLine, Batch, Body, Content, Currency, Digest, Event, Invoice, InvoiceLine, LineNature, Money,
    OrderState, OrderStatus, Policy, ProcessorCategory, ProcessorLine, RateSheet, Record, RecordId, Span, Token,
    TrialBalance, TrialBalanceLine,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A case: its events, and the names of its sections in the order of the file.
pub(crate) struct Case {
    pub(crate) batch: Batch,
    pub(crate) names: BTreeMap<String, String>,
    /// All before the first section, as written.
    pub(crate) head: String,
    pub(crate) sections: Vec<String>,
}

impl Case {
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split("--- ");
        let head = parts.next().unwrap_or_default().to_owned();
        let sections = parts.map(|part| part.lines().next().unwrap_or_default().trim().to_owned()).collect();
        let mut case = Self { batch: Batch::default(), names: BTreeMap::new(), head: head.clone(), sections };
        for (index, line) in head.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                case.add(u32::try_from(index + 1).unwrap(), line);
            }
        }
        case
    }

    fn add(&mut self, line: u32, text: &str) {
        let row = Row::read(text);
        for (_, name) in row.options.iter().filter(|(key, _)| ["buyer", "customer"].contains(&key.as_str())) {
            self.names.insert(token(name).to_string(), name.clone());
        }
        if row.kind == "now" {
            if row.option("files").is_none() {
                self.files_reach(line, row.at);
            }
            self.batch.events.push(Event { now: row.at, body: Body::Reconcile });
            self.batch.events.push(Event { now: row.at, body: Body::Refresh });
            return;
        }
        let body = match row.kind.as_str() {
            "policy" => Body::PolicyInstalled(Box::new(policy(&row))),
            "lock" => Body::PeriodLocked { through: row.day(), by: String::new(), reason: String::new() },
            "reopen" => Body::PeriodReopened { from: row.day(), by: String::new(), reason: String::new() },
            _ => Body::Record(row.record(line)),
        };
        self.batch.events.push(Event { now: row.at, body });
    }

    /// The shop's, the processor's and the bank's files reach the instant: lines of nothing, that post and settle
    /// nothing.
    fn files_reach(&mut self, line: u32, at: Timestamp) {
        for text in ["order reach", "adjustment reach 0.00", "bank reach 0.00"] {
            let mut row = Row::read(text);
            row.at = at;
            row.name = format!("reach{line}");
            self.batch.events.push(Event { now: at, body: Body::Record(row.record(line)) });
        }
    }
}

/// One line of a case, in words.
struct Row {
    kind: String,
    name: String,
    options: Vec<(String, String)>,
    lines: Vec<String>,
    amount: Option<Decimal>,
    currency: Currency,
    at: Timestamp,
    text: String,
}

impl Row {
    fn read(text: &str) -> Self {
        let (text, quoted) = text.split_once('"').unwrap_or((text, ""));
        let mut words = text.split_whitespace().map(str::to_owned);
        let mut row = Self {
            kind: words.next().unwrap(),
            name: String::new(),
            options: vec![],
            lines: vec![],
            amount: None,
            currency: Currency::GBP,
            at: Timestamp::UNIX_EPOCH,
            text: quoted.trim_end_matches('"').to_owned(),
        };
        let named = [
            "order",
            "invoice",
            "payment",
            "refund",
            "payout",
            "bank",
            "fee",
            "dispute",
            "adjustment",
            "reserve",
            "transfer",
        ];
        if named.contains(&row.kind.as_str()) {
            row.name = words.next().unwrap();
        }
        words.for_each(|word| row.word(word));
        row
    }

    fn word(&mut self, word: String) {
        if let Some((key, value)) = word.split_once('=').filter(|_| !word.contains(">=")) {
            self.options.push((key.to_owned(), value.to_owned()));
        } else if let Some(at) = instant(&word) {
            self.at = at;
        } else if let Ok(amount) = word.parse() {
            self.amount = Some(amount);
        } else if let Some(currency) = Currency::from_code(&word) {
            self.currency = currency;
        } else {
            self.lines.push(word);
        }
    }

    fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn amount(&self) -> Money {
        Money::from_decimal(self.amount.expect("an amount"), self.currency).unwrap()
    }

    fn day(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }

    fn record(&self, line: u32) -> Record {
        let (source, content) = match self.kind.as_str() {
            "invoice" => ("shop", Content::Invoice(self.invoice(line))),
            "bank" => ("bank", Content::Bank(self.bank_line())),
            "rate" => ("rate", Content::Rates(self.rates())),
            "opening" => ("trial-balance", Content::TrialBalance(self.trial_balance(line))),
            "order" => ("shop", Content::OrderStatus(self.order_status())),
            _ => ("stripe", Content::Processor(self.processor_line())),
        };
        let name = if self.kind == "opening" { self.at.to_string() } else { self.name.clone() };
        let id = RecordId::from(format!("{source}:{}", self.option("id").unwrap_or(&name)));
        Record { id, at: self.at, file: Digest::default(), span: Span { line, ..Span::default() }, content }
    }

    fn invoice(&self, line: u32) -> Invoice {
        let whole = self.amount.map(|price| ("GOODS".to_owned(), 1, price));
        let lines = self.lines.iter().map(|text| goods(text)).chain(whole);
        let line = |(stock_code, quantity, unit_price)| InvoiceLine {
            stock_code,
            description: String::new(),
            quantity,
            unit_price,
            span: Span { line, ..Span::default() },
        };
        Invoice {
            number: self.name.clone(),
            buyer: self.option("buyer").map(token),
            country: self.option("country").unwrap_or("United Kingdom").to_owned(),
            currency: self.currency,
            lines: lines.map(line).collect(),
        }
    }

    fn order_status(&self) -> OrderStatus {
        OrderStatus {
            order_reference: self.name.clone(),
            buyer: None,
            state: OrderState::Created,
            approved: None,
            shipped: None,
            delivered: None,
            promised: None,
        }
    }

    fn processor_line(&self) -> ProcessorLine {
        let (category, sign) = match self.kind.as_str() {
            "payment" => (ProcessorCategory::Charge, 1),
            "refund" => (ProcessorCategory::Refund, -1),
            "payout" => (ProcessorCategory::Payout, -1),
            "dispute" => (ProcessorCategory::Dispute, -1),
            "fee" => (ProcessorCategory::Fee, -1),
            "adjustment" => (ProcessorCategory::Adjustment, 1),
            "reserve" => (ProcessorCategory::Reserve, 1),
            "transfer" => (ProcessorCategory::Transfer, -1),
            other => panic!("`{other}` is no kind of line"),
        };
        let gross = Money::new(sign * self.amount().minor, self.currency);
        let fee = Money::from_decimal(self.option("fee").unwrap_or("0").parse().unwrap(), self.currency).unwrap();
        let net = self.option("net").map(|net| Money::from_decimal(net.parse().unwrap(), self.currency).unwrap());
        let source_id = self.option("as").unwrap_or(&self.name).to_owned();
        ProcessorLine {
            category,
            gross,
            fee,
            net: net.unwrap_or(Money::new(gross.minor - fee.minor, self.currency)),
            charge: self.option("payment").map(str::to_owned),
            payout: self.option("payout").map(str::to_owned),
            payout_at: self.option("arrives").and_then(instant),
            order_reference: self.option("order").map(str::to_owned),
            customer: self.option("customer").map(token),
            description: self.text.clone(),
            presentment: self.option("shown").map(money),
            card_country: None,
            source_id,
        }
    }

    fn bank_line(&self) -> BankLine {
        BankLine {
            account: "GB00".to_owned(),
            amount: self.amount(),
            booked: self.at.to_zoned(TimeZone::UTC).date(),
            reference: String::new(),
            end_to_end: self.option("end_to_end").unwrap_or_default().to_owned(),
            remittance: self.text.clone(),
            counterparty: None,
        }
    }

    fn trial_balance(&self, line: u32) -> TrialBalance {
        let account = |(name, amount): &(String, String)| TrialBalanceLine {
            account_code: String::new(),
            account_name: name.clone(),
            amount: Money::from_decimal(amount.parse().unwrap(), self.currency).unwrap(),
            span: Span { line, ..Span::default() },
        };
        let cut_over = self.at.to_zoned(TimeZone::UTC).date();
        TrialBalance { cut_over, lines: self.options.iter().map(account).collect() }
    }

    fn rates(&self) -> RateSheet {
        let quoted = self.options.iter().filter(|(code, _)| code != "id");
        let rates = quoted.map(|(code, rate)| (Currency::from_code(code).unwrap(), rate.parse().unwrap()));
        RateSheet { date: self.at.to_zoned(TimeZone::UTC).date(), base: self.currency, rates: rates.collect() }
    }
}

/// `WIDGET:3x0.335`
fn goods(text: &str) -> (String, i64, Decimal) {
    let (code, rest) = text.split_once(':').unwrap_or_else(|| panic!("`{text}` is not CODE:QUANTITYxPRICE"));
    let (quantity, price) = rest.split_once('x').unwrap();
    (code.to_owned(), quantity.parse().unwrap(), price.parse().unwrap())
}

/// `117.65EUR`
fn money(text: &str) -> Money {
    let (amount, code) = text.split_at(text.len() - 3);
    Money::from_decimal(amount.parse().unwrap(), Currency::from_code(code).unwrap()).unwrap()
}

fn instant(text: &str) -> Option<Timestamp> {
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10).map(|day| day.at(0, 0, 0, 0));
    let time = day.or_else(|| text.parse::<DateTime>().ok().filter(|_| text.contains('T')))?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// The name's own bytes, so that a failure can be read.
pub(crate) fn token(name: &str) -> Token {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter);
    Token(bytes)
}

fn policy(row: &Row) -> Policy {
    let mut policy = Policy::default();
    for (key, value) in &row.options {
        let days = || value.parse().unwrap();
        match key.as_str() {
            "payment_grace" => policy.payment_grace_days = days(),
            "refund_grace" => policy.refund_grace_days = days(),
            "payout_grace" => policy.payout_grace_days = days(),
            "credit_notes" => policy.credit_note_prefix = value.clone(),
            "adjustments" => policy.adjustment_prefix = value.clone(),
            "horizon" => policy.event_horizon_days = days(),
            theirs if theirs.starts_with("their:") => policy.account_rules.push(AccountRule {
                theirs: theirs["their:".len()..].to_owned(),
                ours: Account::from_name(value).unwrap(),
            }),
            goods if goods.starts_with("seller:") => policy.seller_rules.push(seller(&goods["seller:".len()..], value)),
            code => policy.line_rules.push(LineRule { stock_code: code.to_owned(), nature: nature(value) }),
        }
    }
    policy.decision_rules = row.lines.iter().map(|text| decision_rule(text)).collect();
    policy
}

/// `seller:LAMP*=Lamps:12`: the goods are Lamps's, and of what they sell for 12 % are kept.
fn seller(stock_code: &str, text: &str) -> SellerRule {
    let (seller, percent) = text.split_once(':').unwrap();
    let commission_ppm = percent.parse::<i64>().unwrap() * 10_000;
    SellerRule { stock_code: stock_code.to_owned(), seller: seller.to_owned(), from: None, commission_ppm }
}

fn nature(text: &str) -> LineNature {
    match text.strip_prefix("outside:") {
        Some(account) => LineNature::OutsideProcessor(Account::from_name(account).unwrap()),
        None => LineNature::Booked(Account::from_name(text).unwrap()),
    }
}

/// `hold>=4.5/50.00`: from 4.5 points and 50.00 at risk.
fn decision_rule(text: &str) -> DecisionRule {
    let (action, bars) = text.split_once(">=").unwrap();
    let (points, at_risk) = bars.split_once('/').unwrap();
    DecisionRule {
        name: format!("{action} from {points}"),
        min_points: points.parse().unwrap(),
        min_money_at_risk_minor: Money::from_decimal(at_risk.parse().unwrap(), Currency::GBP).unwrap().minor,
        action: Action::from_name(action).unwrap(),
    }
}
