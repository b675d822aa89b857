//! The files, in pieces, so that a marketplace of any size is written in little memory.

use super::Market;
use super::money::{Movement, Names, Text};
use super::orders::{Note, Order, note_number};
use super::payouts::{Credit, Payout, available};
use super::storefronts::{CONVERSION_BPS, REBATE_BPS, STOREFRONTS};
use super::ways::{ShopPayment, payment_number};
use crate::calendar;
use crate::truth::quoted_for_csv;
use domain::{Content, Currency, Invoice, InvoiceLine, Money, ProcessorCategory, Span};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sources::{bank_csv, shopify_orders, standard_event, stripe};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Rows that are made at once.
const PIECE: usize = 20_000;

impl Market {
    /// The orders, as Shopify exports them.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_orders(&self, out: &mut impl Write) -> io::Result<()> {
        in_pieces(&self.orders, out, |piece| {
            let orders: Vec<shopify_orders::Order> = piece.iter().map(exported).collect();
            shopify_orders::write(&orders)
        })
    }

    /// The credit notes, in the standard form of an event.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_credit_notes(&self, out: &mut impl Write) -> io::Result<()> {
        for piece in self.notes.chunks(PIECE) {
            let events: Vec<standard_event::Event> = piece.iter().map(|note| self.event(note)).collect();
            out.write_all(&standard_event::write(&events))?;
        }
        out.flush()
    }

    /// What the shop says that buyers paid by instalments and gift cards, in the standard form of an event.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_shop_payments(&self, out: &mut impl Write) -> io::Result<()> {
        for piece in self.shop_payments.chunks(PIECE) {
            let events: Vec<standard_event::Event> = piece.iter().map(paid).collect();
            out.write_all(&standard_event::write(&events))?;
        }
        out.flush()
    }

    /// The processor's balance, as Stripe reports it.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_processor(&self, out: &mut impl Write) -> io::Result<()> {
        let mut lines: Vec<(Timestamp, usize)> = (0..).zip(&self.movements).map(|(at, line)| (line.at, at)).collect();
        let movements = lines.len();
        lines.extend((movements..).zip(&self.payouts).map(|(at, payout)| (payout.at, at)));
        lines.sort_unstable();
        in_pieces(&lines, out, |piece| {
            let rows: Vec<stripe::Row> = piece
                .iter()
                .map(|(_, at)| match self.movements.get(*at) {
                    Some(movement) => self.row(movement),
                    None => self.payout_row(&self.payouts[*at - movements]),
                })
                .collect();
            stripe::write(&rows)
        })
    }

    /// The bank's accounts, one a currency.
    ///
    /// # Errors
    /// As the writer.
    pub fn write_bank(&self, out: &mut impl Write) -> io::Result<()> {
        let credits: Vec<(usize, &Credit)> = self.credits.iter().enumerate().collect();
        in_pieces(&credits, out, |piece| {
            let rows: Vec<bank_csv::EntryRow> = piece.iter().map(|(index, credit)| booked(*index, credit)).collect();
            bank_csv::write(&rows)
        })
    }

    /// The near misses as `kind,record`, a line each after a header.
    pub fn near_misses_csv(&self) -> String {
        let mut out = "kind,record\n".to_owned();
        for miss in &self.near_misses {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{},{}", quoted_for_csv(miss.kind), quoted_for_csv(&miss.record.0));
        }
        out
    }

    /// The wrong fees as `record,currency,expected,charged`, a line each after a header.
    pub fn wrong_fees_csv(&self) -> String {
        let mut out = "record,currency,expected,charged\n".to_owned();
        for fee in &self.wrong_fees {
            let (expected, charged) = (fee.expected.to_decimal(), fee.charged.to_decimal());
            let _ = writeln!(out, "{},{},{expected},{charged}", fee.record, fee.expected.currency);
        }
        out
    }

    /// The processor's price list, as a policy has it: what the marketplace has agreed to pay.
    pub fn fee_schedule(&self) -> String {
        let mut fronts: Vec<_> = STOREFRONTS.iter().collect();
        fronts.dedup_by_key(|front| front.code);
        let change = calendar::day_of(self.price_change());
        let percent = |bps: i64| Decimal::new(bps, 2);
        let mut out = String::new();
        for front in fronts {
            for (from, bps) in [(calendar::day_of(self.start), front.fee_bps), (change, front.fee_bps - REBATE_BPS)] {
                let fixed = front.money(front.fixed_fee_minor).to_decimal();
                let _ = writeln!(
                    out,
                    "[[fee]]\nsource = \"stripe\"\nof = \"charge\"\ncurrency = \"{}\"\nfrom = \"{from}\"\npercent = \"{}\"\n\
                     fixed = \"{fixed}\"\nconversion_percent = \"{}\"\n",
                    front.code,
                    percent(bps),
                    percent(CONVERSION_BPS),
                );
            }
        }
        out
    }

    /// The instant from which on fees are lower: the first day of the month in which the span is half over.
    pub(super) fn price_change(&self) -> Timestamp {
        let half = i64::midpoint(self.start.as_second(), self.end.as_second());
        let middle = calendar::day_of(calendar::after(Timestamp::UNIX_EPOCH, half));
        calendar::within_day(middle.first_of_month(), 0)
    }

    fn event(&self, note: &Note) -> standard_event::Event {
        let order = &self.orders[usize::try_from(note.order).unwrap_or(0)];
        let number = note_number(note.order);
        let line = InvoiceLine {
            stock_code: order.sku(),
            description: String::new(),
            quantity: -1,
            unit_price: order.money(note.minor).to_decimal(),
            span: Span::default(),
        };
        let (country, currency) = (order.storefront().country.to_owned(), order.storefront().currency());
        let invoice = Invoice { number: number.clone(), buyer: None, country, currency, lines: vec![line] };
        let person = Some(email(order.buyer));
        standard_event::Event { id: number, at: note.at, person, content: Content::Invoice(invoice) }
    }

    fn row(&self, movement: &Movement) -> stripe::Row {
        let order = &self.orders[usize::try_from(movement.order).unwrap_or(0)];
        let currency = STOREFRONTS[usize::from(movement.storefront)].currency();
        let charge = self.seed.id("ch_", &format!("{}/{}", movement.order, movement.charge));
        let source_id = match movement.category {
            ProcessorCategory::Charge => charge.clone(),
            _ => self.seed.id("re_", &format!("{}/{}", movement.order, movement.slot)),
        };
        let payout = usize::try_from(movement.payout).unwrap_or(0).checked_sub(1).map(|at| &self.payouts[at]);
        stripe::Row {
            automatic_payout_id: payout.map(|payout| payout.id(self)).unwrap_or_default(),
            automatic_payout_effective_at_utc: payout.map(Payout::effective),
            balance_transaction_id: movement.transaction(self),
            created_utc: movement.at,
            available_on_utc: available(movement.category, movement.at),
            category: movement.category,
            gross: Money::new(movement.gross, currency),
            fee: Money::new(movement.fee, currency),
            net: Money::new(movement.net(), currency),
            source_id,
            description: match movement.text {
                Text::Order => format!("Order {}", order.number()),
                Text::Note => note_number(order.index),
                Text::Link => "Payment link".to_owned(),
                Text::Empty => String::new(),
            },
            customer_id: format!("cus_{:08}", movement.customer),
            charge_id: charge,
            payment_intent_id: String::new(),
            customer_facing: movement.shown,
            order_id: match movement.names {
                Names::Order => order.number(),
                Names::OrderAnd(other) => {
                    let other = &self.orders[usize::try_from(other).unwrap_or(0)];
                    format!("{}, {}", order.number(), other.number())
                }
                Names::NoOrder => format!("#XX{:07}", order.index),
                Names::Nothing => String::new(),
            },
        }
    }

    fn payout_row(&self, payout: &Payout) -> stripe::Row {
        let currency: Currency = payout.storefront().currency();
        let id = payout.id(self);
        stripe::Row {
            automatic_payout_id: id.clone(),
            automatic_payout_effective_at_utc: Some(payout.effective()),
            balance_transaction_id: payout.transaction(self),
            created_utc: payout.at,
            available_on_utc: payout.effective(),
            category: ProcessorCategory::Payout,
            gross: Money::new(-payout.sent(), currency),
            fee: Money::new(payout.fee, currency),
            net: Money::new(-payout.drawn, currency),
            source_id: id,
            description: "STRIPE PAYOUT".to_owned(),
            customer_id: String::new(),
            charge_id: String::new(),
            payment_intent_id: String::new(),
            customer_facing: None,
            order_id: String::new(),
        }
    }
}

fn paid(payment: &ShopPayment) -> standard_event::Event {
    let (id, content) = (payment_number(payment.order), Content::BuyerPayment(payment.paid.clone()));
    standard_event::Event { id, at: payment.at, person: None, content }
}

fn exported(order: &Order) -> shopify_orders::Order {
    shopify_orders::Order {
        name: order.number(),
        email: email(order.buyer),
        status: "paid".to_owned(),
        subtotal: order.money(order.quantity * order.price_minor),
        shipping_minor: order.carriage_minor,
        taxes_minor: 0,
        discount_minor: 0,
        created_at: order.at,
        country: order.storefront().country.to_owned(),
        items: vec![shopify_orders::Item {
            quantity: order.quantity,
            name: format!("Good {}", order.good),
            price: order.money(order.price_minor).to_decimal(),
            sku: order.sku(),
        }],
    }
}

fn booked(index: usize, credit: &Credit) -> bank_csv::EntryRow {
    bank_csv::EntryRow {
        account: credit.account(),
        amount: STOREFRONTS[usize::from(credit.storefront)].money(credit.minor),
        booked: credit.booked,
        id: Credit::id(index),
        reference: String::new(),
        description: credit.text.clone(),
        counterparty: String::new(),
    }
}

fn email(buyer: u32) -> String {
    format!("buyer{buyer:08}@example.com")
}

/// One file in pieces: the header of the first stands.
fn in_pieces<T>(rows: &[T], out: &mut impl Write, text: impl Fn(&[T]) -> Vec<u8>) -> io::Result<()> {
    if rows.is_empty() {
        out.write_all(&text(rows))?;
    }
    for (number, piece) in rows.chunks(PIECE).enumerate() {
        let text = text(piece);
        let header = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        out.write_all(if number == 0 { &text } else { &text[header..] })?;
    }
    out.flush()
}
