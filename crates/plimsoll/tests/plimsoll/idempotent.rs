//! The same said twice counts once, in whatever files and in whatever order it comes.

use crate::shop::{Books, CORNER_SHOP, SHOP, State, lines, records, run};
use domain::{Content, InvoiceLine, IssueRule};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::Workbook;
use std::io::Write;
use store::IssueFilter;

#[test]
fn the_same_files_again_add_nothing_and_say_so() {
    let mut books = SHOP.books();
    let (before, tables) = (State::of(books.read()), books.read().table_digests().unwrap());
    let last = books.read().last_batch().unwrap();
    let again = books.import(&SHOP.files());
    assert!(again.files.iter().all(|file| file.known), "{:#?}", again.files);
    assert_eq!((again.records, again.committed), (0, false));
    assert_eq!(books.read().last_batch().unwrap(), last);
    assert_eq!(books.read().table_digests().unwrap(), tables);
    assert_eq!(State::of(books.read()), before);

    let folder = tempfile::tempdir().unwrap();
    crate::shop::lay(folder.path(), &SHOP.files());
    let (dir, _kept) = books.close();
    let said = run(&dir, &["import", folder.path().to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.out.matches("read before; adds nothing").count(), 4, "{}", said.out);
    assert!(said.out.contains("Nothing new"), "{}", said.out);
}

#[test]
fn another_name_or_another_packing_adds_nothing() {
    let mut books = CORNER_SHOP.books();
    let last = books.read().last_batch().unwrap();
    let packed = gzip(&CORNER_SHOP.shop);
    let again = books.import(&[("renamed.csv", &CORNER_SHOP.shop), ("packed.csv.gz", &packed)]);
    assert!(again.files.iter().all(|file| file.known), "{:#?}", again.files);
    assert_eq!(books.read().last_batch().unwrap(), last);

    let mut books = Books::new();
    let both = books.import(&[("a.csv", &CORNER_SHOP.shop), ("b.csv.gz", &packed)]);
    assert_eq!(both.files.iter().map(|file| file.known).collect::<Vec<_>>(), [false, true]);
    assert_eq!(both.records, 60);
}

/// A workbook of a statement and a page of notes: a report for each sheet, and the workbook kept as it came.
#[test]
fn every_sheet_of_a_workbook_is_read_and_the_workbook_is_kept() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("January").unwrap();
    for (column, name) in (0..).zip(["Date", "Description", "Amount", "Currency"]) {
        sheet.write(1, column, name).unwrap();
    }
    for (column, text) in (0..).zip(["2026-01-31", "Payout", "12.50", "EUR"]) {
        sheet.write(3, column, text).unwrap();
    }
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "Ask Ann about May").unwrap();
    let packed = book.save_to_buffer().unwrap();

    let mut books = Books::new();
    let report = books.import(&[("bank.xlsx", &packed)]);
    let told = |file: &plimsoll::import::FileReport| {
        let row = file.row.as_ref().unwrap();
        (row.name.clone(), row.source.clone(), row.records, row.issues)
    };
    let sheets = report.files.iter().map(told).collect::<Vec<_>>();
    let expected = [("bank.xlsx#January", "bank-csv", 1, 0), ("bank.xlsx#Notes", "none", 0, 1)];
    assert_eq!(
        sheets,
        expected.map(|(name, source, records, issues)| (name.to_owned(), source.to_owned(), records, issues))
    );
    let record = records(books.read()).remove(0);
    assert_eq!(record.span.line, 4, "the sheet's own row");
    let original = books.read().file(&sources::digest(&packed)).unwrap().unwrap();
    assert_eq!((original.name.as_str(), original.source.as_str()), ("bank.xlsx", "workbook"));

    let again = books.import(&[("bank.xlsx", &packed), ("copy.xlsx", &packed)]);
    assert!(again.files.iter().all(|file| file.known) && !again.committed, "{:#?}", again.files);
}

/// An export made at noon, in the middle of an invoice, and the whole day's export in the evening.
#[test]
fn a_longer_export_adds_only_what_the_shorter_lacked() {
    let [whole_shop, rates, stripe, bank] = CORNER_SHOP.files();
    let whole = State::of(CORNER_SHOP.books().read());
    let rows = lines(&CORNER_SHOP.shop);
    let count = rows.len() as u64 - 1;
    for cut in [2, 100, 101, 102, 500, rows.len() - 1] {
        let shorter = rows[..cut].concat();
        for (first, second) in [(&shorter, &CORNER_SHOP.shop), (&CORNER_SHOP.shop, &shorter)] {
            let mut books = Books::new();
            books.import(&[("noon.csv", first), rates, stripe, bank]);
            let report = books.import(&[("evening.csv", second)]);
            let row = report.files[0].row.as_ref().unwrap();
            assert_eq!(row.rows, row.rows_in_records + row.duplicates + row.issues, "cut at {cut}");
            assert_eq!(row.issues, 0, "cut at {cut}");
            assert_eq!(booked_lines(&books).len() as u64, count, "cut at {cut}");
            let state = State::of(books.read());
            assert_eq!(state.balances, whole.balances, "cut at {cut}");
            assert_eq!(state.open, whole.open, "cut at {cut}");
        }
        let mut at_once = Books::new();
        at_once.import(&[("1.csv", &shorter), whole_shop, rates, stripe, bank]);
        assert_eq!(State::of(at_once.read()).balances, whole.balances, "cut at {cut}, in one run");
    }
}

/// A processor's exports and reference rates overlap too: a month's file, then the quarter's, or the other way.
#[test]
fn overlapping_exports_of_payments_and_rates_give_the_books_of_the_whole() {
    let [shop, rates, stripe, bank] = SHOP.files();
    let whole = State::of(SHOP.books().read());
    let (payments, days) = (lines(&SHOP.stripe), lines(&SHOP.rates));
    let part = |rows: &[Vec<u8>], from: usize, to: usize| [&rows[..1], &rows[from..to]].concat().concat();
    let thirds = [1, payments.len() / 3, 2 * payments.len() / 3, payments.len()];
    let early = (part(&payments, thirds[0], thirds[2]), part(&days, 1, 200));
    let late = (part(&payments, thirds[1], thirds[3]), part(&days, 100, days.len()));
    let exports = [("stripe.csv", &early, &late), ("stripe.csv", &late, &early)];
    for (name, first, second) in exports {
        let mut books = Books::new();
        books.import(&[shop, (name, &first.0), ("rates.csv", &first.1)]);
        books.import(&[bank, (name, &second.0), ("rates.csv", &second.1)]);
        let again = books.import(&[stripe, rates]);
        assert_eq!((again.records, again.issues()), (0, 0));
        assert!(State::of(books.read()) == whole, "other books");
    }
}

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const LAMP: &str = "900001,L1,LAMP,1,2011-01-03 10:00:00,2.50,12345,United Kingdom\n";
const SHADE: &str = "900001,S1,SHADE,2,2011-01-03 10:00:00,1.25,12345,United Kingdom\n";

/// Two equal bookings in a file are genuine; an export that shows one of them again is not a third.
#[test]
fn equal_lines_are_kept_and_across_files_the_larger_count_stands() {
    for (files, lamps, shades) in [
        (&[[2, 1]][..], 2, 1),
        (&[[2, 1], [1, 1]], 2, 1),
        (&[[1, 1], [2, 1]], 2, 1),
        (&[[1, 0], [0, 1]], 1, 1),
        (&[[1, 0], [3, 0], [2, 2]], 3, 2),
        (&[[3, 0], [2, 2], [1, 0]], 3, 2),
        (&[[0, 2], [2, 0], [2, 2], [1, 1]], 2, 2),
    ] {
        let texts: Vec<String> =
            files.iter().map(|[l, s]| format!("{HEADER}{}{}", LAMP.repeat(*l), SHADE.repeat(*s))).collect();
        let mut one_by_one = Books::new();
        for text in &texts {
            let report = one_by_one.import(&[("export.csv", text.as_bytes())]);
            let row = report.files[0].row.as_ref().unwrap();
            assert_eq!((row.rows, row.issues), (row.rows_in_records + row.duplicates, 0), "{files:?}");
        }
        let mut at_once = Books::new();
        let names: Vec<String> = (0..texts.len()).map(|number| format!("{number}.csv")).collect();
        let named: Vec<(&str, &[u8])> =
            names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        at_once.import(&named);
        for books in [&one_by_one, &at_once] {
            let booked = booked_lines(books);
            let of = |code: &str| booked.iter().filter(|line| line.stock_code == code).count();
            assert_eq!((of("L1"), of("S1")), (lamps, shades), "{files:?}");
        }
        assert_eq!(State::of(one_by_one.read()), State::of(at_once.read()), "{files:?}");
    }
}

#[test]
fn files_in_every_order_and_one_by_one_give_the_same_books() {
    let whole = State::of(CORNER_SHOP.books().read());
    let files = CORNER_SHOP.files();
    let mut tried = 0;
    for order in orders(files.len()) {
        let mut books = Books::new();
        for file in &order {
            books.import(&[files[*file]]);
        }
        assert_eq!(State::of(books.read()), whole, "{order:?}");
        tried += 1;
    }
    assert_eq!(tried, 24);
}

/// The same on the larger shop, which has every kind of exception, in the two orders that differ most.
#[test]
fn a_larger_shop_imported_backwards_gives_the_same_books() {
    let whole = State::of(SHOP.books().read());
    let mut books = Books::new();
    SHOP.files().iter().rev().for_each(|file| drop(books.import(&[*file])));
    let state = State::of(books.read());
    assert_eq!(state.balances, whole.balances);
    assert_eq!(state.open, whole.open);
    assert_eq!(state.settlements, whole.settlements);
}

#[test]
fn a_payment_that_comes_again_with_another_amount_is_an_issue_and_the_first_stands() {
    let mut books = CORNER_SHOP.books();
    let before = State::of(books.read());
    let text = String::from_utf8(CORNER_SHOP.stripe.clone()).unwrap();
    let (header, first) = {
        let mut rows = text.lines();
        (rows.next().unwrap(), rows.next().unwrap())
    };
    let places: Vec<&str> = header.split(',').collect();
    let mut fields: Vec<String> = first.split(',').map(str::to_owned).collect();
    for column in ["gross", "net"] {
        let place = places.iter().position(|name| *name == column).unwrap();
        let amount: rust_decimal::Decimal = fields[place].parse().unwrap();
        fields[place] = (amount + rust_decimal::Decimal::ONE).to_string();
    }
    let other = format!("{header}\n{}\n", fields.join(","));
    let report = books.import(&[("again.csv", other.as_bytes())]);
    let row = report.files[0].row.as_ref().unwrap();
    assert_eq!((row.rows, row.records, row.issues), (1, 0, 1));
    let issues = books.read().issues(&IssueFilter::default()).unwrap();
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].issue.rule, IssueRule::IdempotencyConflict);
    assert_eq!(issues[0].issue.span.line, 2);
    assert_eq!(State::of(books.read()), before);
}

/// Month by month: what was pending in one export is paid out in the next.
#[test]
fn a_pending_payment_that_is_paid_out_later_gives_the_books_of_the_later_export() {
    let whole = State::of(SHOP.books().read());
    let [shop, rates, stripe, bank] = SHOP.files();
    let pending = still_pending(&SHOP.stripe);
    assert!(whole.settlements.keys().any(|id| id.starts_with("payout-received/")), "payouts settled");
    for order in [[("pending.csv", pending.as_bytes()), stripe], [stripe, ("pending.csv", pending.as_bytes())]] {
        let mut books = Books::new();
        books.import(&[shop, rates, bank]);
        for file in order {
            assert_eq!(books.import(&[file]).issues(), 0);
        }
        assert_eq!(State::of(books.read()), whole);
        let renamed = String::from_utf8_lossy(&SHOP.stripe).replace("po_", "po_other");
        let report = books.import(&[("renamed.csv", renamed.as_bytes())]);
        assert!(report.issues() > 0, "another payout is a conflict");
        assert_eq!(State::of(books.read()).settlements, whole.settlements);
    }
}

/// The export as it was before any payout: no payout rows, and none named.
/// Amazon tells the same days twice, in a row for every component and in a row for every item.
#[test]
fn a_settlement_and_a_date_range_report_of_the_same_days_count_once() {
    let [settled, ranged, earlier] = [amazon_settled(), amazon_ranged("6503"), amazon_ranged("")];
    let of = |files: &[&[u8]]| {
        let mut books = Books::new();
        for file in files {
            let report = books.import(&[("amazon", file)]);
            let row = report.files[0].row.as_ref().unwrap();
            assert_eq!((row.issues, row.rows), (0, row.rows_in_records + row.duplicates), "{row:?}");
        }
        (State::of(books.read()), records(books.read()).len())
    };
    let (alone, count) = of(&[&settled]);
    assert_eq!(count, 4, "a sale, a refund, a fee and the payout");
    for files in [[&settled, &ranged], [&ranged, &settled], [&settled, &earlier]] {
        let (both, again) = of(&files.map(Vec::as_slice));
        assert_eq!((both.balances, both.open, again), (alone.balances.clone(), alone.open.clone(), count));
    }
    let (both, _) = of(&[&earlier, &settled]);
    assert_eq!((both.balances, both.open), (alone.balances, alone.open), "pending first, settled since");
}

const SOLD: &str = "2017-12-01T08:38:23Z";

fn dollars(minor: i64) -> domain::Money {
    domain::Money::new(minor, domain::Currency::from_code("USD").unwrap())
}

fn amazon_settled() -> Vec<u8> {
    let component = |kind: &str, order: &str, [what, which]: [&str; 2], minor| sources::amazon_settlement::Component {
        transaction_type: kind.to_owned(),
        order_id: order.to_owned(),
        amount_type: what.to_owned(),
        amount_description: which.to_owned(),
        amount: dollars(minor),
        posted: SOLD.parse().unwrap(),
        sku: "MUG-1".to_owned(),
    };
    let settlement = sources::amazon_settlement::Settlement {
        id: "6503".to_owned(),
        started: "2017-11-20T00:00:00Z".parse().unwrap(),
        ended: "2017-12-04T00:00:00Z".parse().unwrap(),
        deposited: "2017-12-06T00:00:00Z".parse().unwrap(),
        total: dollars(3501),
        components: vec![
            component("Order", "O-1", ["ItemPrice", "Principal"], 10_000),
            component("Order", "O-1", ["ItemFees", "Commission"], -1500),
            component("Order", "O-1", ["ItemPrice", "Shipping"], 500),
            component("Refund", "O-1", ["ItemPrice", "Principal"], -2000),
            component("Refund", "O-1", ["ItemFees", "RefundCommission"], 500),
            component("other-transaction", "", ["other-transaction", "Subscription Fee"], -3999),
        ],
    };
    sources::amazon_settlement::write(&settlement, false)
}

/// The same by the date-range report: two items of the order, and the payout two days after the settlement ended.
fn amazon_ranged(settlement: &str) -> Vec<u8> {
    let row = |kind: &str, order: &str, [sales, fees, other]: [i64; 3], at: &str| sources::amazon_transactions::Row {
        at: at.parse().unwrap(),
        settlement_id: settlement.to_owned(),
        kind: kind.to_owned(),
        order_id: order.to_owned(),
        description: "Mug".to_owned(),
        product_sales: dollars(sales),
        selling_fees: dollars(fees),
        other: dollars(other),
        total: dollars(sales + fees + other),
    };
    let mut rows = vec![
        row("Order", "O-1", [4000, -600, 500], SOLD),
        row("Order", "O-1", [6000, -900, 0], SOLD),
        row("Refund", "O-1", [-2000, 500, 0], SOLD),
        row("Service Fee", "", [0, 0, -3999], SOLD),
    ];
    if !settlement.is_empty() {
        rows.push(row("Transfer", "", [0, 0, -3501], "2017-12-06T09:00:00Z"));
    }
    sources::amazon_transactions::write(&rows)
}

fn still_pending(stripe: &[u8]) -> String {
    let text = String::from_utf8_lossy(stripe);
    let (header, rows) = text.split_once('\n').unwrap();
    assert!(header.starts_with("automatic_payout_id,automatic_payout_effective_at_utc,"));
    let rows = rows.lines().filter(|row| !row.contains(",payout,")).map(|row| {
        let rest = row.splitn(3, ',').nth(2).unwrap();
        format!(",,{rest}\n")
    });
    format!("{header}\n{}", rows.collect::<String>())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn booked_lines(books: &Books) -> Vec<InvoiceLine> {
    let invoices = records(books.read()).into_iter().filter_map(|record| match record.content {
        Content::Invoice(invoice) => Some(invoice.lines),
        _ => None,
    });
    invoices.flatten().collect()
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let put = |order: &Vec<usize>, place: usize| {
        let mut longer = order.clone();
        longer.insert(place, count - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..=order.len()).map(move |place| put(order, place))).collect()
}
