//! Parcels, stock, reviews, prices and balances: their drafts in five languages, and that a mapping reads what the
//! built-in source reads.

use super::mapped;
use crate::mapping::{Meaning, draft};
use crate::prices::Prices;
use crate::reviews::Reviews;
use crate::shipments::Shipments;
use crate::stock_movements::StockMovements;
use crate::testing::{ids, parse, told};
use crate::trial_balance::TrialBalances;
use crate::{Source, prices, reviews, shipments, stock_movements, trial_balance};
use domain::{Content, IssueRule};
use jiff::Timestamp;
use proptest::prelude::*;

/// Tables of our own, and what each column must be drafted as; `-` is left out.
pub(super) const TABLES: [(&str, &str, &str); 16] = [
    (
        "shipment",
        "order carrier tracking shipped delivered state cost",
        "Order no.,Courier,AWB,Sent on,Arrived on,State,Freight\nO1,UPS,1Z9,2026-01-19,2026-01-21,Delivered,4.90\n\
        O2,DHL,004,2026-01-20,,In transit,5.10\nO3,UPS,1Z8,2026-01-20,,In transit,4.90\nO4,UPS,1Z7,2026-01-21,2026-01-22,Delivered,4.90\n",
    ),
    (
        "shipment",
        "order tracking carrier shipped promised state",
        "Auftrag;Paketnummer;Spediteur;Abgeschickt;Zugesagt bis;Zustand\nA-1;0034;DHL;19.01.2026;22.01.2026;Zugestellt\n\
        A-2;0035;DHL;20.01.2026;23.01.2026;Unterwegs\nA-3;0036;DPD;20.01.2026;23.01.2026;Unterwegs\nA-4;0037;DPD;21.01.2026;24.01.2026;Zugestellt\n",
    ),
    (
        "shipment",
        "tracking order carrier delivered state",
        "Guía;Pedido;Mensajería;Entregado el;Estado\nG1;P1;SEUR;19/01/2026;Entregado\nG2;P2;SEUR;20/01/2026;Entregado\n\
        G3;P3;MRW;21/01/2026;Devuelto\nG4;P4;MRW;22/01/2026;Entregado\n",
    ),
    (
        "shipment",
        "order carrier tracking shipped cost",
        "订单编号\t承运商\t运单编号\t发货日期\t快递费\nO1\t顺丰\tSF1\t2026-01-19\t12.00\nO2\t顺丰\tSF2\t2026-01-20\t12.00\n\
        O3\t中通\tZT3\t2026-01-20\t8.50\nO4\t中通\tZT4\t2026-01-21\t8.50\n",
    ),
    (
        "stock-movement",
        "date product location quantity category cost",
        "Day,Item code,Shelf,Delta,Why stock moved - reason,Cost per unit\n2026-01-19,M1,A,12,purchase,1.25\n\
        2026-01-20,M1,A,-2,sale,1.25\n2026-01-20,M2,B,-1,sale,2.00\n2026-01-21,M2,B,1,return,2.00\n",
    ),
    (
        "stock-movement",
        "date product credit debit location",
        "Datum;Artikelnummer;Zugang;Abgang;Lagerort\n19.01.2026;M1;12;;Nord\n20.01.2026;M1;;2;Nord\n\
        20.01.2026;M2;5;;Süd\n21.01.2026;M2;;1;Süd\n",
    ),
    (
        "stock-movement",
        "date product quantity category location",
        "Data;Código do produto;Quantidade;Motivo;Armazém\n19/01/2026;M1;12;Compra;Norte\n20/01/2026;M1;2;Venda;Norte\n\
        20/01/2026;M2;1;Venda;Sul\n21/01/2026;M2;1;Perda;Sul\n",
    ),
    (
        "review",
        "id date product rating title description customer",
        "Review ID,Submitted at,Item,Stars,Headline,Comment,Author\nR1,2026-01-19,M1,5,Great,Just what we wanted,Ann\n\
        R2,2026-01-20,M1,2,Meh,Broke after a day,Bob\nR3,2026-01-20,M2,4,Fine,Nice and warm,Cat\nR4,2026-01-21,M2,5,Top,Would buy again,Dan\n",
    ),
    (
        "review",
        "date order rating description customer",
        "Fecha;Pedido;Puntuación;Opinión;Cliente\n19/01/2026;P1;5;Muy buena taza;C1\n20/01/2026;P2;1;Llegó rota;C2\n\
        20/01/2026;P3;4;Bonita y ligera;C3\n21/01/2026;P4;5;La mejor de todas;C4\n",
    ),
    (
        "review",
        "date product rating description",
        "评论时间,商品编号,星级,评论内容\n2026-01-19 08:00,S1,★★★★★,杯子很好看\n2026-01-20 08:00,S1,★★☆☆☆,有一点破损\n\
        2026-01-20 09:00,S2,★★★★☆,质量不错\n2026-01-21 10:00,S2,★★★★★,还会再买\n",
    ),
    (
        "price",
        "date instrument open high low close volume",
        "Trading day,Security,Opening price,Highest,Lowest,Last price,Shares traded\n2026-01-05,AMZN,84.0,86.0,83.5,85.2,1.5M\n\
        2026-01-06,AMZN,85.2,85.9,84.1,84.4,1.2M\n2026-01-07,AMZN,84.4,85.0,82.0,83.0,2.5M\n2026-01-08,EBAY,44.4,45.0,42.0,43.0,2M\n",
    ),
    (
        "price",
        "date open high low close volume",
        "Data;Abertura;Máximo;Mínimo;Fechamento;Volume negociado\n05/01/2026;84,10;86,05;83,50;85,20;1200\n\
        06/01/2026;85,20;85,90;84,10;84,40;1300\n13/01/2026;84,40;85,00;82,00;83,00;900\n14/01/2026;83,00;84,00;82,50;83,50;800\n",
    ),
    (
        "trial-balance",
        "account account-name debit credit",
        "Nominal,Account title,Dr,Cr\n1000,Bank,120.50,\n1100,Debtors,30.00,\n4000,Sales,,140.50\n9000,Equity,,10.00\n",
    ),
    (
        "trial-balance",
        "account account-name - - debit credit",
        "科目代码,会计科目,期初借方余额,期初贷方余额,期末借方余额,期末贷方余额\n1001,现金,10.00,,120.50,\n1122,应收账款,5.00,,30.00,\n\
        6001,收入,,5.00,,140.50\n4001,权益,,10.00,,10.00\n",
    ),
    (
        "trial-balance",
        "date account account-name balance currency",
        "Stichtag;Konto;Beschriftung;Endsaldo;Währung\n31.12.2025;1200;Bank;1.250,00;EUR\n31.12.2025;1400;Forderungen;50,00;EUR\n\
        31.12.2025;8400;Erlöse;-1.200,00;EUR\n31.12.2025;9000;Kapital;-100,00;EUR\n",
    ),
    (
        "trial-balance",
        "account-name debit credit",
        "Designação;Saldo devedor;Saldo credor\nBanco;120,50;\nClientes;30,00;\nVendas;;140,50\nCapital;;10,00\n",
    ),
];

#[test]
fn drafts_know_every_kind_in_five_languages() {
    for (kind, meanings, table) in TABLES {
        let draft = draft(table.as_bytes()).unwrap();
        let sure = draft.columns.iter().map(|column| column.means.filter(|_| column.is_sure()));
        let drafted: Vec<&str> = sure.map(|means| means.map_or("-", Meaning::name)).collect();
        assert_eq!((draft.kind.0.name(), drafted.join(" ").as_str()), (kind, meanings), "{}", draft.to_toml());
        let own = match kind {
            "price" => "instrument = \"AMZN\"\n",
            "trial-balance" => "as-of = \"2025-12-31\"\n",
            _ => "",
        };
        let mapping = mapped(&format!("{own}{}", draft.to_toml()));
        assert!(mapping.recognises(table.as_bytes()), "{}", draft.to_toml());
        let parsed = parse(&mapping, table.as_bytes());
        assert_eq!(told(&parsed.issues), vec![], "{}", draft.to_toml());
        assert_eq!((parsed.rows, parsed.rows_in_records()), (4, 4));
    }
}

#[test]
fn a_draft_reads_sizes_by_their_reasons_and_ratings_by_their_scale() {
    let moved = |table: &str| {
        let parsed = parse(&mapped(&draft(table.as_bytes()).unwrap().to_toml()), table.as_bytes());
        let quantity = |content: &Content| match content {
            Content::StockMovement(movement) => movement.quantity,
            Content::Review(review) => i64::from(review.out_of),
            other => panic!("{other:?}"),
        };
        parsed.records.iter().map(|record| quantity(&record.content)).collect::<Vec<_>>()
    };
    assert_eq!(moved(TABLES[6].2), [12, -2, -1, -1], "what was sold or lost leaves");
    assert_eq!(moved(TABLES[5].2), [12, -2, 5, -1]);
    assert_eq!(moved(TABLES[8].2), [5, 5, 5, 5]);
    assert_eq!(moved(&TABLES[8].2.replace(";4;", ";9;")), [10, 10, 10, 10], "the highest rating asks for it");
}

#[test]
fn a_word_of_the_mapping_stands_before_the_usual_ones() {
    let columns = super::columns(&[("day", "date"), ("sku", "product"), ("n", "quantity"), ("why", "category")]);
    let stock =
        mapped(&format!("kind = \"stock-movement\"\n[categories]\nverkauf = \"loss\"\nx7 = \"count\"\n{columns}"));
    let parsed = parse(
        &stock,
        b"day,sku,n,why\n2026-01-19,A,1,Verkauf\n2026-01-19,A,1,X7\n2026-01-19,A,1,X8\n2026-01-19,A,1.5,X7\n",
    );
    let reasons: Vec<&str> = parsed
        .records
        .iter()
        .map(|record| match &record.content {
            Content::StockMovement(movement) => movement.reason.name(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(reasons, ["adjustment", "count"]);
    let issues = told(&parsed.issues);
    assert_eq!(issues, [(4, IssueRule::UnknownValue, "why", "X8", 1), (5, IssueRule::InvalidNumber, "n", "1.5", 1)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    let parcels = super::columns(&[("no", "tracking"), ("left", "shipped"), ("arrived", "delivered"), ("pay", "cost")]);
    let parcels = mapped(&format!("kind = \"shipment\"\n{parcels}"));
    let text = "no,left,arrived,pay\n1,soon,,\n2,,2027-01-01,\n3,,,\n4,2026-01-19,,1.005\n5,2026-01-19,,1.00\n";
    let parsed = parse(&parcels, text.as_bytes());
    assert_eq!(
        told(&parsed.issues),
        [
            (2, IssueRule::InvalidTime, "left", "soon", 1),
            (3, IssueRule::DateInFuture, "arrived", "2027-01-01", 1),
            (4, IssueRule::MissingValue, "date, shipped, delivered", "", 1),
            (5, IssueRule::InvalidNumber, "pay", "1.005", 1),
        ]
    );
    assert_eq!(ids(&parsed.records), ["shipments:5"]);

    let ratings = super::columns(&[("day", "date"), ("who", "customer"), ("stars", "rating")]);
    let ratings = mapped(&format!("kind = \"review\"\nbest-rating = 10\n{ratings}"));
    let parsed = parse(&ratings, b"day,who,stars\n2026-01-19,Ann,11\n2026-01-19,Ann,10\n");
    assert_eq!(told(&parsed.issues), [(2, IssueRule::InvalidNumber, "stars", "11", 1)]);
    assert!(!format!("{parsed:?}").contains("Ann"));

    let prices = mapped(&format!("kind = \"price\"\n{}", super::columns(&[("day", "date"), ("last", "close")])));
    let parsed = parse(&prices, b"day,last\n2026-01-19,11\n");
    assert_eq!(told(&parsed.issues), [(2, IssueRule::MissingValue, "", "", 1)], "nothing says of what the price is");
}

#[test]
fn balances_are_one_record_or_one_issue() {
    let columns = super::columns(&[("Code", "account"), ("Saldo", "balance"), ("SH", "mark")]);
    let balances = mapped(&format!("kind = \"trial-balance\"\nheader-row = 2\ncurrency = \"EUR\"\n{columns}"));
    let text = |second: &str| format!("Zum 31.12.2025,,\nCode,Saldo,SH\n1,12.50,S\n2,{second},H\nSumme,,\n");
    let parsed = parse(&balances, text("12.50").as_bytes());
    assert_eq!((ids(&parsed.records), parsed.skipped), (vec!["trial-balance:2025-12-31"], 1));
    let broken = parse(&balances, text("10.50").as_bytes());
    assert_eq!((broken.records.len(), broken.issues[0].rule, broken.issues[0].rows), (0, IssueRule::IdentityBroken, 2));
    assert!(broken.issues[0].value.starts_with("debits exceed credits by 2.00 EUR"));
    let nameless = parse(&balances, text("12.50").replace("31.12.2025", "now").as_bytes());
    assert_eq!(told(&nameless.issues)[0].1, IssueRule::MissingValue);
}

#[test]
fn what_is_wrong_with_a_mapping_is_named_with_its_line() {
    let kind = |kind: &str, more: &str| format!("kind = \"{kind}\"\n{more}");
    for (text, line, reason) in [
        (kind("shipment", ""), 1, "a shipment needs a column that means tracking"),
        (kind("review", "best-rating = 1\n"), 2, "`best-rating` is 2 or more"),
        (kind("price", "sign = \"by-reason\"\n"), 2, "a price has no reason"),
        (kind("trial-balance", "as-of = \"soon\"\n"), 2, "`soon` is no day"),
        (kind("shipment", "[categories]\nx = \"sale\"\n"), 3, "of a shipment there are created, shipped"),
        (kind("price", "[categories]\nx = \"sale\"\n"), 3, "of a price there are none"),
    ] {
        let error = crate::mapping::Mapping::parse("acme", &text).unwrap_err();
        assert!(error.reason.contains(reason) && (error.line == line || line == 1), "{text}: {error}");
    }
}

/// What a file gives by its built-in source and by a mapping of its columns must be the same facts.
fn check_same(source: &dyn Source, mapping: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let said = |source: &dyn Source| {
        let parsed = parse(source, bytes);
        let records = parsed.records.into_iter().map(|record| (record.at, record.span, record.content));
        let issues = parsed.issues.into_iter().map(|issue| (issue.rule, issue.span, issue.rows));
        (records.collect::<Vec<_>>(), issues.collect::<Vec<_>>(), parsed.duplicates)
    };
    prop_assert_eq!(said(source), said(&mapped(mapping)));
    Ok(())
}

fn of_kind(kind: &str, columns: &[(&str, &str)]) -> String {
    format!("kind = \"{kind}\"\ncurrency = \"GBP\"\n{}", super::columns(columns))
}

const PARCEL: [(&str, &str); 10] = [
    ("Created", "date"),
    ("Order", "order"),
    ("Carrier", "carrier"),
    ("Tracking number", "tracking"),
    ("Status", "state"),
    ("Shipped", "shipped"),
    ("Delivered", "delivered"),
    ("Promised", "promised"),
    ("Shipping cost", "cost"),
    ("Currency", "currency"),
];
const MOVEMENT: [(&str, &str); 8] = [
    ("Date", "date"),
    ("SKU", "product"),
    ("Location", "location"),
    ("Quantity change", "quantity"),
    ("Reason", "category"),
    ("Unit cost", "cost"),
    ("Currency", "currency"),
    ("Reference", "reference"),
];
const REVIEW: [(&str, &str); 10] = [
    ("Review ID", "id"),
    ("Date", "date"),
    ("Order", "order"),
    ("SKU", "product"),
    ("Rating", "rating"),
    ("Out of", "scale"),
    ("Title", "title"),
    ("Text", "description"),
    ("Reviewer", "customer"),
    ("Language", "language"),
];
const PRICE: [(&str, &str); 10] = [
    ("Symbol", "instrument"),
    ("Date", "date"),
    ("Open", "open"),
    ("High", "high"),
    ("Low", "low"),
    ("Close", "close"),
    ("Adj Close", "adjusted"),
    ("Volume", "volume"),
    ("Currency", "currency"),
    ("Exchange", "market"),
];
const BALANCE: [(&str, &str); 5] = [
    ("Account code", "account"),
    ("Account name", "account-name"),
    ("Debit", "debit"),
    ("Credit", "credit"),
    ("Currency", "currency"),
];

fn at() -> Timestamp {
    "2026-01-19T12:07:45Z".parse().unwrap()
}

proptest! {
    #[test]
    fn a_mapping_reads_what_the_built_in_source_reads(
        parcels in prop::collection::vec(shipments::tests::any_parcel(), 1..4),
        movements in prop::collection::vec(stock_movements::tests::any_movement(), 1..4),
        written in prop::collection::vec(reviews::tests::any_review(), 1..4),
        quotes in prop::collection::vec(prices::tests::any_price(), 1..4),
    ) {
        let parcels: Vec<_> = parcels.into_iter().map(|parcel| (at(), parcel)).collect();
        check_same(&Shipments, &of_kind("shipment", &PARCEL), &shipments::write(&parcels))?;
        let movements: Vec<_> = movements.into_iter().map(|movement| (at(), movement)).collect();
        check_same(&StockMovements, &of_kind("stock-movement", &MOVEMENT), &stock_movements::write(&movements))?;
        check_same(&Reviews, &of_kind("review", &REVIEW), &reviews::write(&written))?;
        let bytes = prices::write(&quotes);
        check_same(&Prices, &of_kind("price", &PRICE).replace("currency = \"GBP\"\n", ""), &bytes)?;
    }

    #[test]
    fn a_mapping_reads_the_balances_that_the_built_in_source_reads(balance in trial_balance::tests::any_balance()) {
        let mapping = format!("header-row = 3\n{}", of_kind("trial-balance", &BALANCE));
        check_same(&TrialBalances, &mapping, &trial_balance::write(&balance))?;
    }
}

/// What has a name that all the world knows is called so, whoever reads it.
#[test]
fn parcels_prices_and_balances_are_called_alike_by_both() {
    for (source, golden, mapping) in [
        (&Shipments as &dyn Source, shipments::tests::golden(), of_kind("shipment", &PARCEL)),
        (&Prices, prices::tests::golden(), of_kind("price", &PRICE)),
        (
            &TrialBalances,
            trial_balance::tests::golden(),
            format!("header-row = 3\n{}", of_kind("trial-balance", &BALANCE)),
        ),
    ] {
        let called = |source: &dyn Source| ids(&parse(source, &golden).records).join(" ");
        assert_eq!(called(source), called(&mapped(&mapping)));
    }
}
