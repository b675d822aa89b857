//! Arbitrary batches, and the codec's two laws: what is written comes back, and no bytes make it panic.

mod live_tests;
mod watching;

use super::{decode, encode, payload_digest};
use domain::fee::FeeRule;
use domain::policy::{AccountRule, DecisionRule, LineRule};
use domain::seller::SellerRule;
use domain::{
    Account, Accuracy, Action, BankLine, Batch, Body, BuyerPayment, CashFlow, ChartRow, Content, Country, Currency,
    Digest, Edit, Event, FactPeriod, FactValue, Invoice, InvoiceLine, Issue, IssueId, IssueRule, LineNature, Mend,
    Money, OrderState, OrderStatus, OwnAccount, PairAnswer, PairKey, PairQueue, PayoutNamed, Policy, PostingRole,
    PostingRule, Price, ProcessorCategory, ProcessorLine, RateSheet, Record, RecordId, Review, Shipment, ShipmentState,
    Span, Stage, StatementFact, StockMovement, StockReason, Token, TrialBalance, TrialBalanceLine, UnitCost, Work,
    WorkKind, Worked,
};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

fn instant() -> impl Strategy<Value = Timestamp> {
    let seconds = Timestamp::MIN.as_second() + 1..Timestamp::MAX.as_second();
    (seconds, 0..1_000_000_000).prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

fn date() -> impl Strategy<Value = Date> {
    (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn currency() -> impl Strategy<Value = Currency> {
    "[A-Z]{3}".prop_map(|code| Currency::from_code(&code).unwrap())
}

fn money() -> impl Strategy<Value = Money> {
    (any::<i64>(), currency()).prop_map(|(minor, currency)| Money::new(minor, currency))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u32..=28).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn token() -> impl Strategy<Value = Token> {
    any::<[u8; 16]>().prop_map(Token)
}

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest)
}

fn span() -> impl Strategy<Value = Span> {
    any::<(u32, u64, u32)>().prop_map(|(line, offset, len)| Span { line, offset, len })
}

fn text() -> impl Strategy<Value = String> {
    ".{0,12}"
}

fn invoice() -> impl Strategy<Value = Content> {
    let line = (text(), text(), any::<i64>(), decimal(), span()).prop_map(
        |(stock_code, description, quantity, unit_price, span)| InvoiceLine {
            stock_code,
            description,
            quantity,
            unit_price,
            span,
        },
    );
    (text(), option::of(token()), text(), currency(), vec(line, 0..5)).prop_map(
        |(number, buyer, country, currency, lines)| {
            Content::Invoice(Invoice { number, buyer, country, currency, lines })
        },
    )
}

fn processor() -> impl Strategy<Value = Content> {
    use ProcessorCategory::{Adjustment, Charge, Dispute, DisputeReversal, Fee, Payout, Refund, Transfer};
    let category = select(vec![Charge, Refund, Payout, Dispute, DisputeReversal, Fee, Adjustment, Transfer]);
    let names = (text(), option::of(text()), option::of(text()), option::of(text()), text());
    let rest = (option::of(instant()), option::of(token()), option::of(money()));
    (category, money(), money(), money(), names, rest).prop_map(|(category, gross, fee, net, names, rest)| {
        let (source_id, charge, payout, order_reference, description) = names;
        let (payout_at, customer, presentment) = rest;
        Content::Processor(ProcessorLine {
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
            card_country: customer.and(Country::named("IE")),
        })
    })
}

fn bank() -> impl Strategy<Value = Content> {
    (text(), money(), date(), text(), text(), text(), option::of(token())).prop_map(
        |(account, amount, booked, reference, end_to_end, remittance, counterparty)| {
            Content::Bank(BankLine { account, amount, booked, reference, end_to_end, remittance, counterparty })
        },
    )
}

fn rates() -> impl Strategy<Value = Content> {
    (any::<bool>(), date(), currency(), vec((currency(), decimal()), 0..5)).prop_map(|(own, date, base, rates)| {
        let sheet = RateSheet { date, base, rates };
        if own { Content::UserRates(sheet) } else { Content::Rates(sheet) }
    })
}

fn buyer_payment() -> impl Strategy<Value = Content> {
    (text(), text(), any::<u32>(), money()).prop_map(|(order_reference, method, instalments, amount)| {
        Content::BuyerPayment(BuyerPayment { order_reference, method, instalments, amount })
    })
}

fn order_status() -> impl Strategy<Value = Content> {
    let times = (option::of(instant()), option::of(instant()), option::of(instant()), option::of(instant()));
    (text(), option::of(token()), select(OrderState::ALL.to_vec()), times).prop_map(
        |(order_reference, buyer, state, (approved, shipped, delivered, promised))| {
            Content::OrderStatus(OrderStatus { order_reference, buyer, state, approved, shipped, delivered, promised })
        },
    )
}

fn shipment() -> impl Strategy<Value = Content> {
    let times = (option::of(instant()), option::of(instant()), option::of(instant()));
    (text(), text(), text(), select(ShipmentState::ALL.to_vec()), times, option::of(money())).prop_map(
        |(order_reference, carrier, tracking, state, (shipped, delivered, promised), cost)| {
            Content::Shipment(Shipment {
                order_reference,
                carrier,
                tracking,
                state,
                shipped,
                delivered,
                promised,
                cost,
            })
        },
    )
}

fn stock_movement() -> impl Strategy<Value = Content> {
    let cost = (decimal(), currency()).prop_map(|(amount, currency)| UnitCost { amount, currency });
    (text(), text(), any::<i64>(), select(StockReason::ALL.to_vec()), option::of(cost), text()).prop_map(
        |(stock_code, location, quantity, reason, unit_cost, reference)| {
            Content::StockMovement(StockMovement { stock_code, location, quantity, reason, unit_cost, reference })
        },
    )
}

fn review() -> impl Strategy<Value = Content> {
    let about = (option::of(text()), option::of(text()), option::of(token()));
    (about, any::<(u8, u8)>(), text(), text(), option::of(text())).prop_map(
        |((order_reference, stock_code, reviewer), (rating, out_of), title, text, language)| {
            Content::Review(Review { order_reference, stock_code, reviewer, rating, out_of, title, text, language })
        },
    )
}

fn price() -> impl Strategy<Value = Content> {
    let figures = vec(option::of(decimal()), 5);
    (text(), text(), option::of(currency()), date(), decimal(), figures).prop_map(
        |(instrument, market, currency, date, close, figures)| {
            let (open, high, low, adjusted, volume) = (figures[0], figures[1], figures[2], figures[3], figures[4]);
            Content::Price(Price { instrument, market, currency, date, close, open, high, low, adjusted, volume })
        },
    )
}

fn statement_fact() -> impl Strategy<Value = Content> {
    let period = prop_oneof![
        date().prop_map(FactPeriod::Instant),
        (date(), date()).prop_map(|(start, end)| FactPeriod::Duration { start, end }),
        Just(FactPeriod::Forever),
    ];
    let value =
        prop_oneof![decimal().prop_map(FactValue::Number), text().prop_map(FactValue::Text), Just(FactValue::Nil)];
    let accuracy = option::of(prop_oneof![
        any::<i32>().prop_map(Accuracy::Decimals),
        any::<u32>().prop_map(Accuracy::Precision),
        Just(Accuracy::Exact),
    ]);
    (text(), text(), text(), period, value, accuracy, vec((text(), text()), 0..3), text()).prop_map(
        |(entity, concept, unit, period, value, accuracy, dimensions, accession)| {
            Content::StatementFact(StatementFact {
                entity,
                concept,
                unit,
                period,
                value,
                accuracy,
                dimensions,
                accession,
            })
        },
    )
}

fn trial_balance() -> impl Strategy<Value = Content> {
    let line = (text(), text(), money(), span()).prop_map(|(account_code, account_name, amount, span)| {
        TrialBalanceLine { account_code, account_name, amount, span }
    });
    (date(), vec(line, 0..4)).prop_map(|(cut_over, lines)| Content::TrialBalance(TrialBalance { cut_over, lines }))
}

fn payout_named() -> impl Strategy<Value = Content> {
    (text(), text(), option::of(instant()), money()).prop_map(|(line, payout, payout_at, net)| {
        Content::PayoutNamed(PayoutNamed { line: RecordId::from(line), payout, payout_at, net })
    })
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    let content = prop_oneof![
        invoice(),
        processor(),
        payout_named(),
        bank(),
        rates(),
        buyer_payment(),
        order_status(),
        shipment(),
        stock_movement(),
        review(),
        price(),
        statement_fact(),
        trial_balance(),
        watching::authorisation(),
    ];
    (text(), instant(), digest(), span(), content).prop_map(|(id, at, file, span, content)| Record {
        id: RecordId::from(id),
        at,
        file,
        span,
        content,
    })
}

fn issue() -> impl Strategy<Value = Issue> {
    let rule = (select(Stage::ALL.to_vec()), select(IssueRule::ALL.to_vec()));
    (rule, digest(), span(), any::<u32>(), text(), text()).prop_map(
        |((stage, rule), file, span, rows, column, value)| Issue { stage, rule, file, span, rows, column, value },
    )
}

fn chart_row() -> impl Strategy<Value = ChartRow> {
    let own =
        (4110_u16..4120, "[a-z][a-z0-9_]{0,9}9").prop_map(|(code, name)| OwnAccount::account(code, &name).unwrap());
    let account = prop_oneof![select(Account::ALL.to_vec()), own];
    (account, option::of(text()), option::of(select(CashFlow::ALL.to_vec())))
        .prop_map(|(account, line, cash_flow)| ChartRow { account, line, cash_flow })
}

fn posting_rule() -> impl Strategy<Value = PostingRule> {
    let account = select(Account::ALL.to_vec());
    (select(PostingRole::ALL.to_vec()), option::of(text()), option::of(date()), account)
        .prop_map(|(role, source, from, account)| PostingRule { role, source, from, account })
}

fn fee_rule(rule: &PostingRule, currency: Currency) -> FeeRule {
    FeeRule {
        source: rule.source.clone().unwrap_or_default(),
        of: ProcessorCategory::Charge,
        currency,
        card_countries: Country::named("GB").into_iter().filter(|_| rule.from.is_some()).collect(),
        from: rule.from,
        share_ppm: i64::from(rule.account.code()),
        conversion_ppm: 0,
        fixed_minor: -i64::from(rule.account.code()),
    }
}

fn seller_rule(rule: &PostingRule) -> SellerRule {
    SellerRule {
        stock_code: rule.source.clone().unwrap_or_default(),
        seller: rule.account.name().to_owned(),
        from: rule.from,
        commission_ppm: i64::from(rule.account.code()),
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let nature = select(Account::ALL.to_vec())
        .prop_flat_map(|account| select(vec![LineNature::Goods, LineNature::Booked(account)]));
    let line_rule = (text(), nature).prop_map(|(stock_code, nature)| LineRule { stock_code, nature });
    let decision_rule = (text(), -1e9..1e9, any::<i64>()).prop_map(|(name, min_points, money)| DecisionRule {
        name,
        min_points,
        min_money_at_risk_minor: money,
        action: Action::Hold,
    });
    let account_rule = (text(), select(Account::ALL.to_vec())).prop_map(|(theirs, ours)| AccountRule { theirs, ours });
    let rules =
        (vec(decision_rule, 0..3), vec(account_rule, 0..3), (vec(chart_row(), 0..3), vec(posting_rule(), 0..3)));
    (any::<u32>(), currency(), vec(line_rule, 0..3), any::<[i64; 4]>(), 0.0..1.0, rules).prop_map(
        |(
            version,
            reporting_currency,
            line_rules,
            days,
            share,
            (decision_rules, account_rules, (chart, posting_rules)),
        )| Policy {
            version,
            reporting_currency,
            credit_note_prefix: reporting_currency.code().to_owned(),
            adjustment_prefix: String::new(),
            line_rules,
            payment_grace_days: days[0],
            refund_grace_days: days[1],
            payout_grace_days: days[2],
            event_horizon_days: days[3],
            cold_start_invoices: version,
            best_probability: share,
            worst_probability: 1.0 - share,
            level_cuts: [share, 2.0, 3.0],
            decision_rules,
            raw_retention_days: Some(version),
            account_rules,
            chart,
            financial_year_starts: 4,
            materiality_minor: days[0],
            fee_rules: posting_rules.iter().map(|rule| fee_rule(rule, reporting_currency)).collect(),
            cost_method: domain::CostMethod::ALL
                .get(usize::from(version % 3 == 0))
                .copied()
                .filter(|_| version % 2 == 0),
            seller_rules: posting_rules.iter().map(seller_rule).collect(),
            posting_rules,
            live: live_tests::policy(share, version),
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let body = prop_oneof![
        8 => record().prop_map(Body::Record),
        2 => issue().prop_map(Body::Rejected),
        1 => policy().prop_map(|policy| Body::PolicyInstalled(Box::new(policy))),
        1 => (digest(), any::<u32>(), any::<u32>()).prop_map(|(model, loss_given_event_bps, base_rate_bps)| {
            Body::ModelInstalled { model, loss_given_event_bps, base_rate_bps }
        }),
        1 => Just(Body::Reconcile),
        1 => Just(Body::Refresh),
        1 => quarantine(),
        1 => (date(), text(), text())
            .prop_map(|(through, by, reason)| Body::PeriodLocked { through, by, reason }),
        1 => (date(), text(), text()).prop_map(|(from, by, reason)| Body::PeriodReopened { from, by, reason }),
        1 => work().prop_map(Body::ExceptionsWorked),
        1 => pairs(),
        2 => live_tests::bodies(),
        1 => watching::screening(),
    ];
    (instant(), body).prop_map(|(now, body)| Event { now, body })
}

fn work() -> impl Strategy<Value = Work> {
    let worked = (text(), money(), any::<bool>()).prop_map(|(exception, money_at_risk, needs_second)| Worked {
        exception,
        money_at_risk,
        needs_second,
    });
    let what = prop_oneof![
        text().prop_map(|owner| WorkKind::Assigned { owner }),
        text().prop_map(|text| WorkKind::Noted { text }),
        text().prop_map(|reason| WorkKind::Resolved { reason }),
        Just(WorkKind::Approved),
        Just(WorkKind::Acknowledged),
        (date(), text()).prop_map(|(until, reason)| WorkKind::Suppressed { until, reason }),
        text().prop_map(|reason| WorkKind::Reopened { reason }),
        any::<u64>().prop_map(|work| WorkKind::Undone { work }),
    ];
    (vec(worked, 0..3), text(), what).prop_map(|(about, by, what)| Work { about, by, what })
}

fn quarantine() -> impl Strategy<Value = Body> {
    let id = || any::<[u8; 8]>().prop_map(IssueId);
    let edit = (id(), digest(), any::<u64>(), any::<u64>(), digest());
    prop_oneof![
        edit.prop_map(|(issue, file, offset, len, text)| Body::EditStaged(Edit { issue, file, offset, len, text })),
        id().prop_map(Body::EditDropped),
        (digest(), digest(), vec(id(), 0..3), vec(id(), 0..3))
            .prop_map(|(file, copy, mended, applied)| Body::Mended(Mend { file, copy, mended, applied })),
        (id(), ".{0,9}").prop_map(|(issue, reason)| Body::IssueDismissed { issue, reason }),
        id().prop_map(Body::IssueReopened),
    ]
}

fn pairs() -> impl Strategy<Value = Body> {
    let token = || any::<[u8; 16]>().prop_map(Token);
    let key = move || (token(), token()).prop_map(|(one, other)| PairKey::of(one, other));
    prop_oneof![
        (".{0,9}", digest(), any::<u32>()).prop_map(|(tables, pairs, count)| Body::PairsQueued(PairQueue {
            tables,
            pairs,
            count
        })),
        (key(), select(PairAnswer::ALL.to_vec())).prop_map(|(pair, answer)| Body::PairAnswered { pair, answer }),
        key().prop_map(Body::PairAnswerUndone),
    ]
}

pub(crate) fn any_batch() -> impl Strategy<Value = Batch> {
    vec(event(), 0..8).prop_map(|events| Batch { events })
}

proptest! {
    #[test]
    fn what_is_written_comes_back(batch in any_batch()) {
        prop_assert_eq!(decode::<Batch>(&encode(&batch)), Ok(batch));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode::<Batch>(&bytes);
        let _ = decode::<domain::Entry>(&bytes);
        let _ = decode::<domain::Score>(&bytes);
    }

    #[test]
    fn a_cut_batch_is_refused(mut batch in any_batch(), cut in any::<prop::sample::Index>()) {
        // Behind a policy, which may end early as older ones do.
        batch.events.push(Event { now: Timestamp::UNIX_EPOCH, body: Body::Refresh });
        let bytes = encode(&batch);
        prop_assert!(decode::<Batch>(&bytes[..cut.index(bytes.len())]).is_err());
    }

    #[test]
    fn the_same_record_in_another_export_has_the_same_payload(record in record(), file in digest(), span in span()) {
        let mut other = Record { file, span, ..record.clone() };
        if let Content::Invoice(invoice) = &mut other.content {
            invoice.lines.iter_mut().for_each(|line| line.span = span);
        }
        if let Content::TrialBalance(balance) = &mut other.content {
            balance.lines.iter_mut().for_each(|line| line.span = span);
        }
        prop_assert_eq!(payload_digest(&other), payload_digest(&record));
        other.id = format!("{}x", other.id).into();
        prop_assert_ne!(payload_digest(&other), payload_digest(&record));
    }
}

/// The format, pinned: journals that stand on disks are read by it. A change here needs another format number and a
/// reader for this one.
#[test]
fn the_stored_form_of_a_record_is_what_it_was() {
    let record = Record {
        id: RecordId::from("bank:1"),
        at: Timestamp::new(1_300_000_000, 5).unwrap(),
        file: Digest([0xab; 32]),
        span: Span { line: 2, offset: 300, len: 44 },
        content: Content::Bank(BankLine {
            account: "GB1".into(),
            amount: Money::new(-1, Currency::GBP),
            booked: Date::new(2011, 3, 13).unwrap(),
            reference: String::new(),
            end_to_end: "po".into(),
            remittance: "é".into(),
            counterparty: Some(Token([1; 16])),
        }),
    };
    let mut expected = b"\x06bank:1\x80\xb4\xe3\xd7\x09\x0a".to_vec();
    expected.extend([0xab; 32]);
    expected.extend(b"\x02\xac\x02\x2c\x02\x03GB1\x01GBP\xb6\x1f\x06\x1a\x00\x02po\x02\xc3\xa9\x01");
    expected.extend([1; 16]);
    assert_eq!(encode(&record), expected);
}

#[test]
fn a_decimal_keeps_its_zeros_and_its_sign() {
    for text in ["-1.50", "0.000", "79228162514264337593543950335", "-0.0000000000000000000000000001"] {
        let decimal: Decimal = text.parse().unwrap();
        assert_eq!(decode::<Decimal>(&encode(&decimal)).unwrap().to_string(), text);
    }
}

#[test]
fn a_number_that_is_not_one_keeps_its_bits() {
    let strange = f64::from_bits(0x7ff8_0000_dead_beef);
    assert_eq!(decode::<f64>(&encode(&strange)).unwrap().to_bits(), strange.to_bits());
}
