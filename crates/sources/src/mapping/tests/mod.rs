//! Mappings: what a mapping file says is what is read, and what a draft finds in tables of our own in five languages.

mod kinds;
mod shared;

use super::*;
use crate::testing::{awkward, bytes_at, ids, parse, token, told};
use domain::{Content, IssueRule, Money};
use proptest::prelude::*;

pub(super) fn mapped(text: &str) -> MappedTable {
    MappedTable(Mapping::parse("acme", text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

pub(super) fn columns(pairs: &[(&str, &str)]) -> String {
    let column = |(name, means): &(&str, &str)| format!("[[column]]\nname = \"{name}\"\nmeans = \"{means}\"\n");
    pairs.iter().map(column).collect()
}

/// What a record moves.
fn moved(content: &Content) -> Money {
    match content {
        Content::Bank(line) => line.amount,
        Content::Processor(line) => line.net,
        other => panic!("{other:?}"),
    }
}

fn amounts(table: &MappedTable, bytes: &[u8]) -> Vec<String> {
    let parsed = parse(table, bytes);
    assert_eq!(told(&parsed.issues), vec![]);
    parsed.records.iter().map(|record| format!("{} {}", &record.at.to_string()[..10], moved(&record.content))).collect()
}

const STATEMENT: &str = "Acme Bank;;;\nKonto 1;;;\nTag;Soll;Haben;Stand\n31.01.2026;1.250,50;;10,00\n01.02.2026;;(2,00);\n\
    Summe;1.250,50;2,00;\n";

const STATEMENT_MAPPING: &str = "kind = \"bank-line\"\ndelimiter = \";\"\nheader-row = 3\nskip-last = 1\n\
    header = [\"Tag\", \"Soll\", \"Haben\"]\ncurrency = \"EUR\"\n\
    [[column]]\nname = \"Tag\"\nmeans = \"date\"\ndates = \"day-first\"\n\
    [[column]]\nname = \"Soll\"\nmeans = \"debit\"\ndecimal = \"comma\"\n\
    [[column]]\nname = \"Haben\"\nmeans = \"credit\"\ndecimal = \"comma\"\n";

#[test]
fn a_statement_is_read_as_its_mapping_says() {
    let table = mapped(STATEMENT_MAPPING);
    assert_eq!(amounts(&table, STATEMENT.as_bytes()), ["2026-01-31 -1250.50 EUR", "2026-02-01 -2.00 EUR"]);
    let parsed = parse(&table, STATEMENT.as_bytes());
    assert_eq!((parsed.rows, parsed.skipped), (3, 1), "the total is skipped");
    assert_eq!(bytes_at(STATEMENT.as_bytes(), parsed.records[0].span), b"31.01.2026;1.250,50;;10,00");
    assert!(table.recognises(STATEMENT.as_bytes()));
    let longer = format!("Another line above\n{}", STATEMENT.replace("Stand", "Stand;Neu"));
    assert!(table.recognises(longer.as_bytes()), "another preamble, another column");
    assert!(!table.recognises(STATEMENT.replace("Haben", "H").as_bytes()));
}

#[test]
fn places_are_those_of_the_file_as_it_came() {
    let utf_16: Vec<u8> = STATEMENT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table = mapped(&format!("encoding = \"utf-16le\"\n{STATEMENT_MAPPING}"));
    let span = parse(&table, &utf_16).records[0].span;
    let units: Vec<u16> =
        bytes_at(&utf_16, span).chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    assert_eq!((String::from_utf16(&units).unwrap().as_str(), span.line), ("31.01.2026;1.250,50;;10,00", 4));
}

const PAYMENTS: [(&str, &str); 6] =
    [("id", "id"), ("when", "date"), ("gross", "gross"), ("fee", "fee"), ("net", "net"), ("who.mail", "customer")];

#[test]
fn json_lines_are_rows_with_dotted_names() {
    let table = mapped(&format!("kind = \"payment\"\nformat = \"json-lines\"\n{}", columns(&PAYMENTS)));
    let lines = r#"{"id":"p1","when":"2026-01-31T08:00:00Z","gross":10.00,"fee":-0.30,"net":9.70,"who":{"mail":"a@b.cd"}}

        {"id":"p2","when":"2026-01-31T08:00:00Z","gross":"-4","fee":0,"net":-4,"tags":[1]}
        {"id":"p3","when":"2026-01-31T08:00:00Z","gross":5,"fee":1,"net":5}
        {"id":"p1""#;
    let parsed = parse(&table, lines.as_bytes());
    assert_eq!(ids(&parsed.records), ["acme:p1", "acme:p2"]);
    let Content::Processor(line) = &parsed.records[0].content else { panic!() };
    assert_eq!((line.fee.minor, line.customer), (30, Some(token("processor_customer", "a@b.cd"))));
    let issues: Vec<_> = told(&parsed.issues).into_iter().map(|(line, rule, ..)| (line, rule)).collect();
    assert_eq!(issues, [(4, IssueRule::IdentityBroken), (5, IssueRule::Malformed)]);
}

#[test]
fn two_of_gross_fee_and_net_give_the_third() {
    for (names, row, [gross, fee, net]) in [
        (["gross", "fee"], "10.00,0.30", [1000, 30, 970]),
        (["gross", "fee"], "10.00,-0.30", [1000, 30, 970]),
        (["fee", "net"], "0.30,9.70", [1000, 30, 970]),
        (["gross", "net"], "10.00,9.70", [1000, 30, 970]),
        (["amount", "fee"], "-10.00,0.30", [-1000, 30, -1030]),
    ] {
        let pairs = [("day", "date"), ("a", names[0]), ("b", names[1])];
        let table = mapped(&format!("kind = \"payment\"\n{}", columns(&pairs)));
        let parsed = parse(&table, format!("day,a,b\n2026-01-31,{row}\n").as_bytes());
        let Content::Processor(line) = &parsed.records[0].content else { panic!() };
        assert_eq!([line.gross, line.fee, line.net].map(|money| money.minor), [gross, fee, net], "{names:?} {row}");
    }
}

#[test]
fn amounts_in_cents_are_whole_minor_units() {
    let mut rows = "Day,Account,Amount (cents),Balance in cents\n".to_owned();
    for (day, amount, balance) in [(19, 1250, 1250), (20, -250, 1000), (21, 5, 1005), (22, 95, 1100)] {
        rows += &format!("2026-01-{day},DE1,{amount},{balance}\n");
    }
    let draft = draft(rows.as_bytes()).unwrap();
    let table = mapped(&draft.to_toml());
    let expected = ["2026-01-19 12.50 GBP", "2026-01-20 -2.50 GBP", "2026-01-21 0.05 GBP", "2026-01-22 0.95 GBP"];
    assert_eq!(amounts(&table, rows.as_bytes()), expected);
    let halves = parse(&table, rows.replace(",-250,", ",-250.5,").as_bytes());
    assert_eq!(told(&halves.issues)[0], (3, IssueRule::InvalidNumber, "Amount (cents)", "-250.5", 1));
    let price = "kind = \"order-line\"\n[[column]]\nname = \"a\"\nmeans = \"unit-price\"\nminor = true\n";
    let error = Mapping::parse("acme", price).unwrap_err();
    assert_eq!(error.to_string(), "line 5: `minor` is of columns of money; not of `unit-price`");
}

#[test]
fn lines_of_one_order_are_one_order() {
    let pairs = [
        ("no", "order"),
        ("day", "date"),
        ("sku", "product"),
        ("n", "quantity"),
        ("price", "unit-price"),
        ("who", "customer"),
    ];
    let table = mapped(&format!("kind = \"order-line\"\n{}", columns(&pairs)));
    let csv = "no,day,sku,n,price,who\n1,2026-01-31,A,2,1.255,Ann\n2,2026-01-31,A,,3,Bob\n1,2026-01-31,B,1,1,Ann\n1,2026-01-31,C,1.5,1,Ann\n1,2026-01-31,C,1,1,Bob\n";
    let parsed = parse(&table, csv.as_bytes());
    assert_eq!(ids(&parsed.records), ["acme:1", "acme:2"]);
    let Content::Invoice(invoice) = &parsed.records[0].content else { panic!() };
    let lines: Vec<_> = invoice.lines.iter().map(|line| (line.stock_code.as_str(), line.quantity)).collect();
    assert_eq!(lines, [("A", 2), ("B", 1)]);
    let expected = [(5, IssueRule::InvalidNumber, "n", "1.5", 1), (6, IssueRule::IdempotencyConflict, "no", "1", 1)];
    assert_eq!(told(&parsed.issues), expected);
}

#[test]
fn no_personal_value_is_shown() {
    let pairs = [("who", "counterparty"), ("day", "date"), ("sum", "amount")];
    let table = mapped(&format!("kind = \"bank-line\"\n{}", columns(&pairs)));
    let parsed = parse(&table, b"who,day,sum\nAnn Doe,2026-01-31,1\nAnn Doe,soon,1\nAnn Doe,2026-01-31,1.005\n");
    assert!(!format!("{parsed:?}").contains("Ann"));
    assert_eq!(
        told(&parsed.issues),
        [(3, IssueRule::InvalidTime, "day", "soon", 1), (4, IssueRule::InvalidNumber, "sum", "1.005", 1)]
    );
}

#[test]
fn what_is_wrong_with_a_mapping_is_named_with_its_line() {
    for (text, line, reason) in [
        ("kind = \"bank\"\n", 1, "unknown variant `bank`, expected one of `bank-line`"),
        ("kind = \"bank-line\"\ncurency = \"EUR\"\n", 2, "unknown field `curency`"),
        ("kind = \"bank-line\"\ncurrency = \"euro\"\n", 2, "`euro` is no currency code"),
        ("kind = \"bank-line\"\nzone = \"Berlin\"\n", 2, "no time zone `Berlin`"),
        ("kind = \"bank-line\"\nencoding = \"klingon\"\n", 2, "no encoding `klingon`"),
        ("kind = \"bank-line\"\ndelimiter = \";;\"\n", 2, "`delimiter` is one character"),
        ("kind = \"bank-line\"\n", 1, "needs a column that means date"),
        ("kind = \"bank-line\"\n[[column]]\nname = \"a\"\nmeans = \"fee\"\n", 4, "a bank-line has no `fee`"),
        (
            "kind = \"payment\"\n[[column]]\nname = \"a\"\nmeans = \"date\"\ndates = \"us\"\n",
            5,
            "`dates` is one of year-first",
        ),
        (
            "kind = \"payment\"\n[[column]]\nname = \"a\"\nmeans = \"date\"\npersonal = true\n",
            5,
            "a personal column means",
        ),
        ("kind = \"payment\"\n[categories]\nx = \"sale\"\n", 3, "no category `sale`"),
    ] {
        let error = Mapping::parse("acme", text).unwrap_err();
        assert!(error.line == line && error.reason.contains(reason), "{text}: {error}");
    }
    let twice = format!("kind = \"payment\"\n{}", columns(&[("a", "date"), ("b", "amount"), ("c", "amount")]));
    assert_eq!(Mapping::parse("acme", &twice).unwrap_err().to_string(), "line 10: two columns mean `amount`");
}

/// Tables of our own, and what each column must be drafted as; `-` is left out.
const TABLES: [(&str, &str, &str); 7] = [
    (
        "bank-line",
        "date reference description amount balance",
        "Booking Date,Payment Reference,Details,Amount (EUR),Running Balance\n2026-01-31,R1,Rent,-500.00,100.00\n\
        2026-02-01,R2,Sale,20.50,120.50\n2026-02-13,R3,Coffee,-4.20,116.30\n2026-02-14,R4,Tea,-3.30,113.00\n",
    ),
    (
        "bank-line",
        "date counterparty description debit credit balance",
        "Buchungstag;Auftraggeber/Empfänger;Verwendungszweck;Soll;Haben;Kontostand\n31.01.2026;Miete GmbH;Miete;1.500,00;;2.000,00\n\
        01.02.2026;Müller;Rechnung 7;;250,75;2.250,75\n13.02.2026;Cafe;Kaffee;4,20;;2.246,55\n14.02.2026;Laden;Tee;2,00;;2.244,55\n",
    ),
    (
        "payment",
        "id date category gross fee net currency",
        "Transaction ID,Created,Type,Gross,Fee,Net,Currency\nt1,2026-01-31 08:00,charge,10.00,0.30,9.70,EUR\n\
        t2,2026-01-31 09:00,charge,20.00,0.60,19.40,EUR\nt3,2026-02-01 09:00,refund,-10.00,0.10,-10.10,EUR\n\
        t4,2026-02-02 09:00,charge,5.00,0.20,4.80,GBP\n",
    ),
    (
        "payment",
        "id date category gross fee net",
        "交易号,交易时间,交易类型,订单金额,手续费,到账金额\nA1,2026-01-31 08:00:00,收款,100.00,0.60,99.40\n\
        A2,2026-02-01 08:00:00,收款,50.00,0.30,49.70\nA3,2026-02-02 08:00:00,退款,-20.00,0.10,-20.10\nA4,2026-02-03 08:00:00,收款,8.00,0.05,7.95\n",
    ),
    (
        "payment",
        "date id gross fee net",
        "Data da Transação;ID da Transação;Valor Bruto;Comissão;Valor Líquido\n31/01/2026;x1;1.250,00;25,00;1.225,00\n\
        01/02/2026;x2;100,00;2,00;98,00\n02/02/2026;x3;50,00;1,00;49,00\n03/02/2026;x4;10,00;0,20;9,80\n",
    ),
    (
        "order-line",
        "order date product description quantity unit-price customer country",
        "Número de pedido;Fecha;Código de producto;Descripción;Cantidad;Precio unitario;Cliente;País\n1001;31/01/2026;P-1;Taza azul;2;4,50;C77;ES\n\
        1001;31/01/2026;P-2;Plato;1;8,00;C77;ES\n1002;01/02/2026;P-1;Taza azul;3;4,50;C78;PT\n1003;02/02/2026;P-3;Vaso;1;2,00;C79;FR\n",
    ),
    (
        "order-line",
        "order date product description quantity unit-price customer -",
        "订单编号\t下单时间\t商品编号\t商品名称\t数量\t单价\t买家\t邮编\nO1\t2026/01/31 08:00\tS1\t茶杯\t2\t12.50\t甲\t100000\n\
        O1\t2026/01/31 08:00\tS2\t盘子\t1\t8.00\t甲\t100000\nO2\t2026/02/01 09:30\tS1\t茶杯\t1\t12.50\t乙\t200000\nO3\t2026/02/02 09:30\tS3\t碗\t4\t3.00\t丙\t300000\n",
    ),
];

/// Every table of ours that a draft can read.
pub(crate) fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().chain(&kinds::TABLES).map(|(.., table)| *table)
}

#[test]
fn drafts_find_what_columns_mean_in_five_languages() {
    for (kind, meanings, table) in TABLES {
        let draft = draft(table.as_bytes()).unwrap();
        let drafted: Vec<&str> = draft
            .columns
            .iter()
            .map(|column| column.means.filter(|_| column.is_sure()).map_or("-", Meaning::name))
            .collect();
        assert_eq!((draft.kind.0.name(), drafted.join(" ").as_str()), (kind, meanings), "{}", draft.to_toml());
        let mapping = mapped(&draft.to_toml());
        assert!(mapping.recognises(table.as_bytes()), "{}", draft.to_toml());
        let parsed = parse(&mapping, table.as_bytes());
        assert_eq!(told(&parsed.issues), vec![], "{}", draft.to_toml());
        assert_eq!((parsed.rows, parsed.rows_in_records()), (4, 4));
    }
}

#[test]
fn a_draft_in_another_encoding_reads_the_same() {
    let table = TABLES[3].2;
    let gbk = encoding_rs::GBK.encode(table).0.into_owned();
    let drafted = draft(&gbk).unwrap();
    assert_eq!((drafted.layout.encoding.as_str(), drafted.kind.0), ("gbk", Kind::Payment));
    let both = [(draft(table.as_bytes()).unwrap(), table.as_bytes()), (drafted, &gbk)];
    let [one, other] = both.map(|(draft, bytes)| amounts(&mapped(&draft.to_toml()), bytes));
    assert_eq!(one, other);
    let western = encoding_rs::WINDOWS_1252.encode(TABLES[1].2).0.into_owned();
    assert_eq!(draft(&western).unwrap().layout.encoding, "windows-1252");
}

#[test]
fn a_preamble_and_totals_are_left_out() {
    let table = format!("Export of Acme,,,,\n,,,,\n{}Total,,,12.00,\n", TABLES[0].2);
    let draft = draft(table.as_bytes()).unwrap();
    assert_eq!((draft.skip_last, draft.layout.shape), (1, Shape::Delimited { delimiter: b',', header_row: 3 }));
    assert_eq!(amounts(&mapped(&draft.to_toml()), table.as_bytes()).len(), 4);
}

/// A table in some style: delimiter, date style, decimal comma, preamble.
fn styled(rows: &[(i64, i16, String)], style: (usize, usize, bool, usize)) -> String {
    let (delimiter, dates, comma, preamble) = style;
    let delimiter = [",", ";", "\t"][delimiter];
    let mut out = "Acme export\n".repeat(preamble);
    out.push_str(&["Date", "Description", "Amount"].join(delimiter));
    out.push('\n');
    for (minor, day, text) in rows {
        let date = jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(*day);
        let date = date.strftime(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"][dates]).to_string();
        let amount = rust_decimal::Decimal::new(*minor, 2).to_string();
        let amount = if comma { format!("\"{}\"", amount.replace('.', ",")) } else { amount };
        let text = text.replace('"', "").replace(['\r', '\n'], " ");
        out.push_str(&[date, format!("\"x {text}\""), amount].join(delimiter));
        out.push('\n');
    }
    out
}

proptest! {
    #[test]
    fn a_draft_of_a_table_in_any_style_reads_what_was_written(
        rows in prop::collection::vec((-9_999_999_i64..9_999_999, 0_i16..300, awkward()), 8..30),
        style in (0_usize..3, 0_usize..3, any::<bool>(), 0_usize..4),
    ) {
        // Days that say the order, and amounts that say the style, as a month of real rows does.
        let mut rows = rows;
        rows[0].1 = 20;
        rows[1].0 = -1234;
        rows[2].0 = 5678;
        let table = styled(&rows, style);
        let draft = draft(table.as_bytes()).unwrap();
        let mapping = mapped(&draft.to_toml());
        let parsed = parse(&mapping, table.as_bytes());
        prop_assert_eq!(told(&parsed.issues), vec![], "{}\n{}", table, draft.to_toml());
        let read: Vec<(i64, jiff::civil::Date)> = parsed.records.iter().map(|record| {
            (moved(&record.content).minor, record.at.to_zoned(jiff::tz::TimeZone::UTC).date())
        }).collect();
        let written: Vec<_> = rows.iter().map(|(minor, day, _)| {
            (*minor, jiff::civil::date(2026, 1, 1) + jiff::Span::new().days(*day))
        }).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn any_bytes_are_drafted_and_read_or_not(bytes in prop::collection::vec(
        prop_oneof![Just(b','), Just(b'\n'), Just(b'"'), Just(b'{'), Just(b'1'), Just(b'-'), any::<u8>()], 0..200,
    )) {
        if let Some(table) = as_drafted("acme", &bytes) {
            crate::contract::check_any(&table, &bytes);
        }
        for text in [STATEMENT_MAPPING.to_owned(), format!("kind = \"payment\"\nformat = \"json-lines\"\n{}", columns(&PAYMENTS))] {
            crate::contract::check_any(&mapped(&text), &bytes);
        }
    }
}
