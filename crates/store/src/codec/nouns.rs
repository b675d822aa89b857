//! What stands in the journal: events, records, issues, policies.

use super::{Decoder, Encoder, Malformed, Stored, stored_enum, stored_struct};
use domain::fee::FeeRule;
use domain::policy::{AccountRule, DecisionRule, LineRule};
use domain::seller::SellerRule;
use domain::{
    Account, Accuracy, Action, Authorisation, AuthorisationOutcome, BankLine, Batch, Body, BuyerPayment, CashFlow,
    ChartRow, Content, CostMethod, Country, Currency, Digest, Edit, Event, FactPeriod, FactValue, Invoice, InvoiceLine,
    Issue, IssueChange, IssueId, IssueRule, IssueStatus, LineNature, Mend, Money, OrderState, OrderStatus, OwnAccount,
    PairAnswer, PairKey, PairQueue, PayoutNamed, Policy, PostingRole, PostingRule, Price, ProcessorCategory,
    ProcessorLine, RateSheet, Record, RecordId, Review, Shipment, ShipmentState, Span, Stage, StatementFact,
    StockMovement, StockReason, Token, TrialBalance, TrialBalanceLine, UnitCost, Work, WorkKind, Worked,
};
use domain::{
    RoundTripRule, Screened, Screening, ScreeningEntry, ScreeningHit, ScreeningList, StructuringRule, SystemRule,
    WatchRules,
};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

stored_struct!(Batch { events });
stored_struct!(Event { now, body });
stored_enum!(Body {
    0 = Record(record),
    1 = Rejected(issue),
    2 = PolicyInstalled(policy),
    3 = ModelInstalled { model, loss_given_event_bps, base_rate_bps },
    4 = Reconcile,
    5 = Refresh,
    6 = EditStaged(edit),
    7 = EditDropped(issue),
    8 = Mended(mend),
    9 = IssueDismissed { issue, reason },
    10 = IssueReopened(issue),
    11 = PeriodLocked { through, by, reason },
    12 = PeriodReopened { from, by, reason },
    13 = ExceptionsWorked(work),
    14 = PairsQueued(queue),
    15 = PairAnswered { pair, answer },
    16 = PairAnswerUndone(pair),
    40 = Asked(attempt),
    41 = OutcomeKnown(outcome),
    42 = LiveModelChosen { kind, role, model, reason },
    43 = ShadowPolicySet(policy),
    44 = ListChanged(listed),
    45 = NoticeSettled(delivered),
    46 = Ticked,
    30 = ScreeningListLoaded(list),
    31 = PeopleScreened(screening),
    32 = WatchRulesInstalled(rules),
});

stored_enum!(Screened { 0 = Person, 1 = Organisation, 2 = Goods });
stored_struct!(ScreeningEntry { id, kind, name, aliases, reason });
stored_struct!(ScreeningList { name, entries });
stored_struct!(ScreeningHit { token, list, entry, name, similarity_bps });
stored_struct!(Screening { people, hits });
stored_struct!(StructuringRule { threshold_minor, near_bps, count, days });
stored_struct!(RoundTripRule { least_minor, tolerance_bps, days });
stored_struct!(SystemRule { failure_rate_bps, decline_rate_bps, latency_ms, deviations, least_attempts });
stored_struct!(WatchRules { structuring, round_trips, system });

stored_enum!(PairAnswer { 0 = Same, 1 = Different, 2 = Unsure });
stored_struct!(PairQueue { tables, pairs, count });

stored_struct!(Record { id, at, file, span, content });
stored_enum!(Content {
    0 = Invoice(invoice),
    1 = Processor(line),
    2 = Bank(line),
    3 = Rates(sheet),
    4 = PayoutNamed(named),
    5 = UserRates(sheet),
    6 = BuyerPayment(payment),
    7 = OrderStatus(order),
    8 = Shipment(shipment),
    9 = StockMovement(movement),
    10 = Review(review),
    11 = Price(price),
    12 = StatementFact(fact),
    13 = TrialBalance(balance),
    14 = Authorisation(authorisation),
});
stored_struct!(Invoice { number, buyer, country, currency, lines });
stored_struct!(InvoiceLine { stock_code, description, quantity, unit_price, span });
stored_enum!(ProcessorCategory {
    0 = Charge,
    1 = Refund,
    2 = Payout,
    3 = Dispute,
    4 = DisputeReversal,
    5 = Fee,
    6 = Adjustment,
    7 = Reserve,
    8 = Transfer,
});
stored_struct!(ProcessorLine {
    category,
    gross,
    fee,
    net,
    source_id,
    charge,
    payout,
    payout_at,
    order_reference,
    customer,
    description,
    presentment,
    card_country,
});
stored_struct!(PayoutNamed { line, payout, payout_at, net });
stored_struct!(BankLine { account, amount, booked, reference, end_to_end, remittance, counterparty });
stored_struct!(RateSheet { date, base, rates });

stored_struct!(BuyerPayment { order_reference, method, instalments, amount });
stored_enum!(OrderState {
    0 = Created,
    1 = Approved,
    2 = Invoiced,
    3 = Processing,
    4 = Shipped,
    5 = Delivered,
    6 = Unavailable,
    7 = Cancelled,
});
stored_struct!(OrderStatus { order_reference, buyer, state, approved, shipped, delivered, promised });
stored_enum!(ShipmentState { 0 = Created, 1 = Shipped, 2 = Delivered, 3 = Returned, 4 = Lost, 5 = Cancelled });
stored_struct!(Shipment { order_reference, carrier, tracking, state, shipped, delivered, promised, cost });
stored_enum!(StockReason { 0 = Purchase, 1 = Sale, 2 = Return, 3 = Adjustment, 4 = Transfer, 5 = Count });
stored_struct!(UnitCost { amount, currency });
stored_struct!(StockMovement { stock_code, location, quantity, reason, unit_cost, reference });
stored_struct!(Review { order_reference, stock_code, reviewer, rating, out_of, title, text, language });
stored_struct!(Price { instrument, market, currency, date, close, open, high, low, adjusted, volume });
stored_struct!(Authorisation {
    amount,
    outcome,
    reason,
    latency_ms,
    charge,
    order_reference,
    buyer,
    card,
    device,
    address,
    seller,
    merchant,
    country,
});
stored_enum!(AuthorisationOutcome { 0 = Approved, 1 = Declined, 2 = Failed, 3 = Pending });
stored_struct!(TrialBalance { cut_over, lines });
stored_struct!(TrialBalanceLine { account_code, account_name, amount, span });
stored_struct!(StatementFact { entity, concept, unit, period, value, accuracy, dimensions, accession });
stored_enum!(FactPeriod { 0 = Instant(date), 1 = Duration { start, end }, 2 = Forever });
stored_enum!(FactValue { 0 = Number(number), 1 = Text(text), 2 = Nil });
stored_enum!(Accuracy { 0 = Decimals(places), 1 = Precision(digits), 2 = Exact });

stored_struct!(Issue { stage, rule, file, span, rows, column, value });
stored_enum!(Stage {
    0 = Sources,
    1 = Normalise,
    2 = Link,
    3 = Reconcile,
    4 = Post,
    5 = Observe,
    6 = Score,
    7 = Decide,
});

stored_struct!(Edit { issue, file, offset, len, text });
stored_struct!(Mend { file, copy, mended, applied });
stored_struct!(IssueChange { status, at, by, reason });
stored_enum!(IssueStatus { 0 = Open, 1 = Mended, 2 = Dismissed });

stored_struct!(Work { about, by, what });
stored_struct!(Worked { exception, money_at_risk, needs_second });
stored_enum!(WorkKind {
    0 = Assigned { owner },
    1 = Noted { text },
    2 = Resolved { reason },
    3 = Approved,
    4 = Suppressed { until, reason },
    5 = Reopened { reason },
    6 = Undone { work },
    7 = Acknowledged,
});

stored_struct!(AccountRule { theirs, ours });
stored_struct!(LineRule { stock_code, nature });
stored_enum!(LineNature { 0 = Goods, 1 = Booked(account), 2 = OutsideProcessor(account) });
stored_struct!(DecisionRule { name, min_points, min_money_at_risk_minor, action });
stored_enum!(Action {
    0 = Allow,
    1 = Warn,
    2 = Review,
    3 = Hold,
    4 = Challenge,
    5 = LimitAmount,
    6 = LimitFrequency,
    7 = Refuse,
});

stored_struct!(Money { minor, currency });

stored_struct!(PostingRule { role, source, from, account });
stored_enum!(PostingRole {
    0 = GoodsSold,
    1 = GoodsCredited,
    2 = FeeOfLine,
    3 = FeeAlone,
    4 = ProcessorAdjustment,
    5 = Dispute,
});
stored_struct!(FeeRule { source, of, currency, card_countries, from, share_ppm, conversion_ppm, fixed_minor });
stored_struct!(ChartRow { account, line, cash_flow });
stored_enum!(CashFlow { 0 = Cash, 1 = Operating, 2 = Investing, 3 = Financing, 4 = Result });
stored_struct!(Policy {
    version,
    reporting_currency,
    credit_note_prefix,
    adjustment_prefix,
    line_rules,
    payment_grace_days,
    refund_grace_days,
    payout_grace_days,
    event_horizon_days,
    cold_start_invoices,
    best_probability,
    worst_probability,
    level_cuts,
    decision_rules,
    raw_retention_days,
    account_rules,
    chart,
    financial_year_starts,
    materiality_minor,
    posting_rules,
    live,
    fee_rules,
    cost_method,
    seller_rules,
});
stored_struct!(SellerRule { stock_code, seller, from, commission_ppm });
stored_enum!(CostMethod { 0 = FirstInFirstOut, 1 = WeightedAverage });

/// Left out of payload digests: the same record stands elsewhere in another export.
impl Stored for Span {
    fn put(&self, out: &mut Encoder) {
        if out.with_spans {
            self.line.put(out);
            self.offset.put(out);
            self.len.put(out);
        }
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self { line: u32::take(from)?, offset: u64::take(from)?, len: u32::take(from)? })
    }
}

impl Stored for RecordId {
    fn put(&self, out: &mut Encoder) {
        out.text(self.as_str());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        String::take(from).map(Self::from)
    }
}

impl Stored for IssueId {
    fn put(&self, out: &mut Encoder) {
        out.raw(&self.0);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        from.array("an issue's id").map(Self)
    }
}

impl Stored for PairKey {
    fn put(&self, out: &mut Encoder) {
        let (low, high) = self.records();
        low.put(out);
        high.put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok(Self::of(Token::take(from)?, Token::take(from)?))
    }
}

impl Stored for Digest {
    fn put(&self, out: &mut Encoder) {
        out.raw(&self.0);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        from.array("a digest").map(Self)
    }
}

impl Stored for Token {
    fn put(&self, out: &mut Encoder) {
        out.raw(&self.0);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        from.array("a token").map(Self)
    }
}

impl Stored for Currency {
    fn put(&self, out: &mut Encoder) {
        out.raw(self.code().as_bytes());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let code: [u8; 3] = from.array("a currency")?;
        let currency = std::str::from_utf8(&code).ok().and_then(Self::from_code);
        currency.ok_or_else(|| from.malformed("a currency code"))
    }
}

/// By its code; an account of the business's own with its name, so that it needs no policy to be read.
impl Stored for Account {
    fn put(&self, out: &mut Encoder) {
        u32::from(self.code()).put(out);
        if let Self::Own(_) = self {
            out.text(self.name());
        }
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let code = u16::try_from(u32::take(from)?).map_err(|_| from.malformed("an account's code"))?;
        if let Some(account) = Self::from_code(code) {
            return Ok(account);
        }
        let name = String::take(from)?;
        OwnAccount::account(code, &name).ok_or_else(|| from.malformed("an account's code and name"))
    }
}

impl Stored for IssueRule {
    fn put(&self, out: &mut Encoder) {
        self.name().put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let name = String::take(from)?;
        Self::from_name(&name).ok_or_else(|| from.malformed("an issue rule's name"))
    }
}

impl Stored for [f64; 3] {
    fn put(&self, out: &mut Encoder) {
        self.iter().for_each(|value| value.put(out));
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Ok([f64::take(from)?, f64::take(from)?, f64::take(from)?])
    }
}

/// Seconds, then nanoseconds of the same sign.
impl Stored for Timestamp {
    fn put(&self, out: &mut Encoder) {
        self.as_second().put(out);
        self.subsec_nanosecond().put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (second, nanosecond) = Stored::take(from)?;
        Self::new(second, nanosecond).map_err(|_| from.malformed("an instant of the years -9999 to 9999"))
    }
}

impl Stored for Country {
    fn put(&self, out: &mut Encoder) {
        out.text(self.code());
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let code = String::take(from)?;
        Self::named(&code).ok_or_else(|| from.malformed("a country"))
    }
}

impl Stored for Date {
    fn put(&self, out: &mut Encoder) {
        self.year().put(out);
        self.month().put(out);
        self.day().put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (year, (month, day)) = Stored::take(from)?;
        Self::new(year, month, day).map_err(|_| from.malformed("a day of the calendar"))
    }
}

/// Scale and sign, then the digits as an integer: `-1.50` stays `-1.50`, and `-0` stays `-0`.
impl Stored for Decimal {
    fn put(&self, out: &mut Encoder) {
        self.scale().put(out);
        self.is_sign_negative().put(out);
        self.mantissa().unsigned_abs().put(out);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let (scale, (negative, digits)) = <(u32, (bool, u128))>::take(from)?;
        let digits = i128::try_from(digits).map_err(|_| from.malformed("the digits of a decimal"))?;
        let mut decimal =
            Self::try_from_i128_with_scale(digits, scale).map_err(|_| from.malformed("a decimal of 96 bits"))?;
        decimal.set_sign_negative(negative);
        Ok(decimal)
    }
}
