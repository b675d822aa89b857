//! Facts, duplicates and damage of instance documents.

use super::{Xbrl, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, bytes_at, ids, parse, told};
use crate::{Source, recognise};
use domain::{Accuracy, Content, FactPeriod, FactValue, IssueRule, Record, StatementFact};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Three facts, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    let assets = figure("us-gaap:Assets", 462_675);
    let nil = StatementFact { value: FactValue::Nil, ..figure("us-gaap:Assets_Other", 0) };
    let text = StatementFact {
        unit: String::new(),
        value: FactValue::Text("10-K & <more>".to_owned()),
        ..figure("us-gaap:Assets.Note", 0)
    };
    write("shop-20221231.xsd", &[assets, nil, text])
}

fn figure(concept: &str, millions: i64) -> StatementFact {
    StatementFact {
        entity: "0000000001".to_owned(),
        concept: concept.to_owned(),
        unit: "USD".to_owned(),
        period: FactPeriod::Instant(date(2022, 12, 31)),
        value: FactValue::Number(Decimal::from(millions * 1_000_000)),
        accuracy: Some(Accuracy::Decimals(-6)),
        dimensions: vec![],
        accession: String::new(),
    }
}

fn fact(record: &Record) -> &StatementFact {
    let Content::StatementFact(fact) = &record.content else { panic!("{record:?}") };
    fact
}

/// A document around contexts, units and facts.
fn document(body: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<xbrli:xbrl xmlns:xbrli='http://www.xbrl.org/2003/instance' xmlns:xlink='http://www.w3.org/1999/xlink'>\
         <link:schemaRef xlink:href='https://x.org/tax/shop.xsd'/>{body}\
         <xbrli:context id='y'><xbrli:entity><xbrli:identifier scheme='s'>E</xbrli:identifier></xbrli:entity><xbrli:period>\
         <xbrli:startDate>2022-01-01</xbrli:startDate><xbrli:endDate>2023-01-01T00:00:00</xbrli:endDate></xbrli:period></xbrli:context>\
         <xbrli:unit id='u'><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit></xbrli:xbrl>\n"
    )
}

#[test]
fn a_fact_may_stand_before_what_it_names() {
    let text = document(
        "<t:Sales contextRef='y' unitRef='u' decimals='INF'> 1.5E3 </t:Sales><t:Name contextRef='y'>A &amp; B<![CDATA[ <c>]]></t:Name>",
    );
    assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("xbrl"));
    let parsed = parse(&Xbrl, text.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(
        ids(&parsed.records),
        ["xbrl:E/shop.xsd/t:Sales@2022-01-01..2022-12-31/EUR", "xbrl:E/shop.xsd/t:Name@2022-01-01..2022-12-31"]
    );
    let (sales, name) = (fact(&parsed.records[0]), fact(&parsed.records[1]));
    assert_eq!((&sales.value, sales.accuracy), (&FactValue::Number(Decimal::from(1_500)), Some(Accuracy::Exact)));
    assert_eq!(name.value, FactValue::Text("A & B <c>".to_owned()));
    assert_eq!(parsed.records[0].at.to_string(), "2022-12-31T00:00:00Z");
    assert!(bytes_at(text.as_bytes(), parsed.records[0].span).starts_with(b"<t:Sales "));
}

#[test]
fn dimensions_are_axes_and_members_in_order() {
    let context = "<xbrli:context id='d'><xbrli:entity><xbrli:identifier scheme='s'>E</xbrli:identifier><xbrli:segment>\
                   <xbrldi:explicitMember dimension='t:ZAxis'>t:West</xbrldi:explicitMember>\
                   <xbrldi:typedMember dimension='t:AAxis'><t:Shop>7</t:Shop></xbrldi:typedMember></xbrli:segment></xbrli:entity>\
                   <xbrli:period><xbrli:instant>2022-12-31</xbrli:instant></xbrli:period></xbrli:context>";
    let text = document(&format!("{context}<t:Sales contextRef='d' unitRef='u' precision='3'>5</t:Sales>"));
    let parsed = parse(&Xbrl, text.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    let pairs = [("t:AAxis", "7"), ("t:ZAxis", "t:West")].map(|(axis, member)| (axis.to_owned(), member.to_owned()));
    assert_eq!(fact(&parsed.records[0]).dimensions, pairs);
    assert_eq!(fact(&parsed.records[0]).accuracy, Some(Accuracy::Precision(3)));
}

#[test]
fn duplicates_agree_as_far_as_the_coarser_goes() {
    for (second, records, duplicates, kept) in [
        ("decimals='-6'>386064000000", 1, 1, "386064000000"),
        ("decimals='-8'>386100000000", 1, 1, "386064000000"),
        ("decimals='-3'>386064321000", 1, 1, "386064321000"),
        ("precision='3'>386000000000", 1, 1, "386064000000"),
        ("decimals='-6'>386065000000", 1, 0, "386064000000"),
    ] {
        let text = document(&format!(
            "<t:S contextRef='y' unitRef='u' decimals='-6'>386064000000</t:S><t:S contextRef='y' unitRef='u' {second}</t:S>"
        ));
        let parsed = parse(&Xbrl, text.as_bytes());
        assert_eq!((parsed.records.len(), parsed.duplicates), (records, duplicates), "{second}");
        assert_eq!(fact(&parsed.records[0]).value, FactValue::Number(kept.parse().unwrap()), "{second}");
        let conflicts = parsed.issues.iter().filter(|issue| issue.rule == IssueRule::IdempotencyConflict).count();
        assert_eq!(u64::try_from(conflicts).unwrap(), 1 - duplicates, "{second}");
    }
}

#[test]
fn what_is_wrong_with_a_fact_is_its_issue() {
    use IssueRule::*;
    for (fact, rule, column, value) in [
        ("<t:S contextRef='x' unitRef='u'>5</t:S>", MissingValue, "contextRef", "x"),
        ("<t:S contextRef='y' unitRef='v'>5</t:S>", MissingValue, "unitRef", "v"),
        ("<t:S contextRef='y' unitRef='u'>five</t:S>", InvalidNumber, "t:S", "five"),
        ("<t:S contextRef='y' unitRef='u' decimals='x'>5</t:S>", InvalidNumber, "decimals", "x"),
    ] {
        let parsed = parse(&Xbrl, document(fact).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
    }
    let cut = document("<t:S contextRef='y'>a</t:S><t:S contextRef='y'>b</t:S>");
    let parsed = parse(&Xbrl, &cut.as_bytes()[..cut.find("b</t:S>").unwrap()]);
    assert_eq!((parsed.rows, parsed.records.len(), parsed.issues.len()), (2, 0, 2), "no context came");
    assert!(parsed.issues.iter().any(|issue| issue.rule == Malformed && issue.rows == 1));
}

#[test]
fn other_documents_are_not_taken() {
    for text in [
        "<html xmlns:xbrli='http://www.xbrl.org/2003/instance'><body/></html>",
        "<Document><BkToCstmrStmt/></Document>",
        "<xbrl/>",
    ] {
        assert!(!Xbrl.recognises(text.as_bytes()), "{text}");
    }
}

fn period() -> impl Strategy<Value = FactPeriod> {
    prop_oneof![
        (1_i8..29).prop_map(|day| FactPeriod::Instant(date(2022, 2, day))),
        (1_i8..29).prop_map(|day| FactPeriod::Duration { start: date(2021, 1, day), end: date(2022, 1, day) }),
        Just(FactPeriod::Forever),
    ]
}

fn any_fact() -> impl Strategy<Value = StatementFact> {
    let value = prop_oneof![
        (any::<i64>(), 0_u32..9)
            .prop_map(|(digits, scale)| (FactValue::Number(Decimal::new(digits, scale)), "USD/shares")),
        awkward().prop_map(|text| (FactValue::Text(text), "")),
        Just((FactValue::Nil, "pure")),
    ];
    let accuracy = prop_oneof![
        Just(None),
        Just(Some(Accuracy::Exact)),
        (-9..9).prop_map(|places| Some(Accuracy::Decimals(places)))
    ];
    (period(), value, accuracy, prop::collection::vec("[a-z]{1,4}", 0..2)).prop_map(
        |(period, (value, unit), accuracy, members)| StatementFact {
            period,
            value,
            accuracy,
            unit: unit.to_owned(),
            dimensions: members.into_iter().map(|member| ("t:Axis".to_owned(), member)).collect(),
            ..figure("t:Fact", 0)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut facts in prop::collection::vec(any_fact(), 1..5)) {
        for (index, fact) in facts.iter_mut().enumerate() {
            fact.concept = format!("t:Fact{index}");
        }
        let parsed = parse(&Xbrl, &write("s.xsd", &facts));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| fact(record).clone()).collect::<Vec<_>>(), facts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Xbrl, &damaged(golden(), &damage));
    }
}

/// Amazon's filing for 2022: how many facts, and the figures that everybody can look up.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn a_real_filing_is_read() {
    let path =
        format!("{}/companies/amzn_fy2022/amzn-20221231_htm.xml", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the filing may not ship, so it cannot be compiled in")]
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(recognise(&bytes).map(Source::name), Some("xbrl"));
    let parsed = parse(&Xbrl, &bytes);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(parsed.rows, 1_457);
    let value = |concept: &str, period: &str| {
        let id = format!("xbrl:0001018724/amzn-20221231.xsd/us-gaap:{concept}@{period}/USD");
        let record = parsed.records.iter().find(|record| record.id.0 == id).map(|record| fact(record).value.clone());
        record.unwrap_or_else(|| panic!("{id}"))
    };
    let millions = |figure: i64| FactValue::Number(Decimal::from(figure * 1_000_000));
    let year = "2022-01-01..2022-12-31";
    assert_eq!(value("RevenueFromContractWithCustomerExcludingAssessedTax", year), millions(513_983));
    assert_eq!(value("NetIncomeLoss", year), millions(-2_722));
    assert_eq!(value("OperatingIncomeLoss", year), millions(12_248));
    assert_eq!(value("Assets", "2022-12-31"), millions(462_675));
}
