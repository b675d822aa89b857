//! Bad input is data: it is kept and named with file, line and rule, the rest goes on, and nothing is lost.

use crate::shop::{Books, CORNER_SHOP, State, lay, records, run};
use domain::IssueRule;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::io::Write;
use store::IssueFilter;

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const SOUND: &str = "900001,L1,LAMP,1,2011-01-03 10:00:00,2.50,12345,United Kingdom\n";

/// What a file holds, and what is to be said of it.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    rows: u64,
    records: u64,
    issues: Vec<(u32, IssueRule, &'static str, &'static str)>,
}

fn case(name: &'static str, bytes: impl Into<Vec<u8>>, rows: u64, records: u64) -> Case {
    Case { name, bytes: bytes.into(), rows, records, issues: Vec::new() }
}

impl Case {
    fn with(mut self, line: u32, rule: IssueRule, column: &'static str, value: &'static str) -> Self {
        self.issues.push((line, rule, column, value));
        self
    }
}

/// The sound line of another invoice, and a line with other fields.
fn shop_file(bad_line: &str) -> String {
    format!("{HEADER}{SOUND}{bad_line}\n{}", SOUND.replace("900001", "900002"))
}

fn cases() -> Vec<Case> {
    use IssueRule::*;
    let mut not_utf8 = shop_file("900003,L1,X,1,2011-01-03 10:00:00,2.50,12345,United Kingdom").into_bytes();
    let place = not_utf8.iter().position(|byte| *byte == b'X').unwrap();
    not_utf8[place] = 0xff;
    let packed = gzip(&CORNER_SHOP.shop);
    let without_price = HEADER.replace("UnitPrice,", "");
    let short_row = "900003,L1,LAMP,1,2011-01-03 10:00:00,12345,United Kingdom\n";
    vec![
        case("empty.csv", "", 1, 0).with(1, EmptyFile, "", ""),
        case("cut.csv.gz", &packed[..packed.len() / 2], 1, 0).with(1, DamagedArchive, "", ""),
        case("letter.txt", "Dear Sir,\nhere are the invoices.\n", 1, 0).with(
            1,
            UnknownFormat,
            "",
            "a text document: it is no export; import the files that the bank, shop or processor gave",
        ),
        case("no-price.csv", format!("{without_price}{short_row}{short_row}"), 2, 0).with(
            1,
            MissingColumn,
            "UnitPrice",
            "",
        ),
        case("head-only.csv", without_price, 0, 0).with(1, MissingColumn, "UnitPrice", ""),
        case("number.csv", shop_file("900003,L1,LAMP,1,2011-01-03 10:00:00,1.2.3,12345,United Kingdom"), 3, 2).with(
            3,
            InvalidNumber,
            "UnitPrice",
            "1.2.3",
        ),
        case("not-utf8.csv", not_utf8, 3, 2).with(3, InvalidUtf8, "Description", "\u{fffd}"),
        case("future.csv", shop_file("900003,L1,LAMP,1,2099-01-03 10:00:00,2.50,12345,United Kingdom"), 3, 2).with(
            3,
            DateInFuture,
            "InvoiceDate",
            "2099-01-03 10:00:00",
        ),
        case("time.csv", shop_file("900003,L1,LAMP,1,3 January,2.50,12345,United Kingdom"), 3, 2).with(
            3,
            InvalidTime,
            "InvoiceDate",
            "3 January",
        ),
        case("fields.csv", shop_file("900003,L1,LAMP"), 3, 2).with(3, WrongFieldCount, "", "3 of 8 fields"),
    ]
}

/// One by one: what is said of each, and what of it stands.
#[test]
fn each_fault_is_named_with_file_line_and_rule_and_the_rest_goes_on() {
    for case in cases() {
        let mut books = Books::new();
        let report = books.import(&[(case.name, &case.bytes)]);
        let row = report.files[0].row.as_ref().unwrap();
        assert_eq!(row.rows, row.rows_in_records + row.duplicates + row.issues, "{}", case.name);
        assert_eq!((row.rows, row.records), (case.rows, case.records), "{}", case.name);
        assert_eq!(records(books.read()).len() as u64, case.records, "{}", case.name);
        assert!(report.issues() > 0, "{}", case.name);
        let issues = books.read().issues(&IssueFilter::default()).unwrap();
        assert!(issues.iter().all(|issue| issue.file_name == case.name), "{}", case.name);
        let told: Vec<_> =
            issues.iter().map(|i| (i.issue.span.line, i.issue.rule, &*i.issue.column, &*i.issue.value)).collect();
        assert_eq!(told, case.issues, "{}", case.name);
        let again = books.import(&[(case.name, &case.bytes)]);
        assert!(again.files[0].known && !again.committed, "{}", case.name);
    }
}

/// All at once, beside sound files: the sound ones give the books that they give alone.
#[test]
fn bad_files_do_not_harm_the_good_ones_beside_them() {
    let alone = State::of(CORNER_SHOP.books().read());
    let bad: Vec<Case> = cases().into_iter().filter(|case| case.records == 0).collect();
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &CORNER_SHOP.files());
    bad.iter().for_each(|case| lay(folder.path(), &[(case.name, &case.bytes)]));
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!((said.code, said.err.as_str()), (2, ""), "done, with quarantined rows");
    assert_eq!(said.json()["files"].as_array().unwrap().len(), 4 + bad.len());
    assert_eq!(State::of(&store::Reader::open(data.path()).unwrap()), alone);
    let issues = run(data.path(), &["issues", "--json"]).json_lines();
    let rules: Vec<&str> = issues.iter().map(|issue| issue["rule"].as_str().unwrap()).collect();
    assert_eq!(rules.len(), bad.len(), "{rules:?}");
    assert_eq!(run(data.path(), &["verify"]).code, 0);
}

/// `plimsoll issues` shows the line as it stood, so that nobody has to look for the file.
#[test]
fn a_quarantined_line_can_be_read() {
    let line = "900003,L1,LAMP,1,2011-01-03 10:00:00,1.2.3,12345,United Kingdom";
    let mut books = Books::new();
    books.import(&[("number.csv", shop_file(line).as_bytes())]);
    let (dir, _kept) = books.close();
    let said = run(&dir, &["issues"]);
    for told in ["number.csv", "3", "InvalidNumber", "UnitPrice", "1.2.3", line] {
        assert!(said.out.contains(told), "`{told}` is not in\n{}", said.out);
    }
    let json = run(&dir, &["issues", "--json"]).json();
    assert_eq!((&json["file_name"], &json["rule"]), (&Value::from("number.csv"), &Value::from("InvalidNumber")));
    assert_eq!((&json["span"]["line"], &json["text"]), (&Value::from(3), &Value::from(line)));
}

/// A row that a parser reads but the books cannot hold is quarantined too.
#[test]
fn an_amount_beyond_the_books_ends_with_exit_code_2() {
    let huge = "900003,L1,LAMP,1000000000,2011-01-03 10:00:00,9000000000000.00,12345,United Kingdom";
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &[("huge.csv", shop_file(huge).as_bytes())]);
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap()]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    let issues = run(data.path(), &["issues"]).out;
    assert!(issues.contains("AmountOverflow") && issues.contains(&huge[..50]), "{issues}");
}

#[test]
fn a_line_of_ten_megabytes_is_borne() {
    let long = "x".repeat(10 << 20);
    for (what, line) in [
        ("one field", long.clone()),
        ("a description", format!("900003,L1,{long},1,2011-01-03 10:00:00,2.50,12345,United Kingdom")),
        ("a number", format!("900003,L1,LAMP,{long},2011-01-03 10:00:00,2.50,12345,United Kingdom")),
    ] {
        let mut books = Books::new();
        let report = books.import(&[("long.csv", shop_file(&line).as_bytes())]);
        let row = report.files[0].row.as_ref().unwrap();
        assert_eq!((row.rows, row.rows), (3, row.rows_in_records + row.issues), "{what}");
        assert!(row.records >= 2, "{what}");
        assert!(books.read().verify().unwrap().is_clean(), "{what}");
        let (dir, _kept) = books.close();
        let said = run(&dir, &["issues"]);
        assert!(said.code == 0 && said.out.len() < 20_000, "{what}: issues stay readable: {}", said.out.len());
    }
}

#[test]
fn a_path_that_does_not_exist_is_named_and_nothing_of_the_run_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &CORNER_SHOP.files());
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap(), "/no/such/export.csv"]);
    assert_eq!(said.code, 4);
    assert_eq!(
        said.err,
        "error: cannot read /no/such/export.csv; check the path\n  because: No such file or directory (os error 2)\n"
    );
    assert_eq!(run(data.path(), &["status", "--json"]).json()["files"], Value::Array(Vec::new()));
}

/// A link to nowhere in a folder is one file that cannot be read; it does not stop the rest.
#[cfg(unix)]
#[test]
fn a_dangling_link_does_not_stop_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    lay(folder.path(), &CORNER_SHOP.files());
    std::os::unix::fs::symlink("/no/such/export.csv", folder.path().join("link.csv")).unwrap();
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap()]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.out.contains("cannot be read: No such file or directory"), "{}", said.out);
    assert_eq!(State::of(&store::Reader::open(data.path()).unwrap()), State::of(CORNER_SHOP.books().read()));
}

/// A name that is no text, and a pipe that nobody writes to.
#[cfg(unix)]
#[test]
fn odd_entries_of_a_folder_are_borne() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xff.csv");
    std::fs::write(folder.path().join(name), &CORNER_SHOP.shop).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.json()["files"].as_array().unwrap().len(), 1);
    assert_eq!(said.json()["records"], 60);
}

#[test]
fn a_policy_file_with_faults_is_refused_with_each_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let default = plimsoll::policy_file::DEFAULT;
    let faulty = default
        .replacen("\"shipping_income\"", "\"shiping_income\"", 1)
        .replace("payout_grace_days = 7", "payout_grace_days = -7")
        .replacen("\"review\"", "\"revue\"", 1);
    let files = [("faulty.toml", faulty.as_str()), ("broken.toml", "grace = \n")];
    files.iter().for_each(|(name, text)| lay(folder.path(), &[(name, text.as_bytes())]));
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (dir, _kept) = Books::new().close();
    let said = run(&dir, &["policy", "--install", &path("faulty.toml")]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err,
        "error: the policy file has 3 faults:\n  `payout_grace_days`: -7 is not between 0 and 3650\n  `POST`: no account \
         `shiping_income`; did you mean `shipping_income`?\n  `likely credited, \
         material`: no action `revue`; use allow, warn, review, hold or refuse\n"
    );
    let said = run(&dir, &["policy", "--install", &path("broken.toml")]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("line 1"), "{}", said.err);
    let fresh = folder.path().join("fresh");
    assert_eq!(run(&fresh, &["init", "--policy", &path("faulty.toml")]).code, 1);
    assert!(!fresh.exists(), "nothing is made under a faulty policy");
    assert_eq!(run(&fresh, &["init", "--policy", &path("none.toml")]).code, 4);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
