//! What was rejected can be found, mended, replayed and dismissed, and the file that it came in is never changed.

use crate::shop::{CORNER_SHOP, Said, State, lay, lines, run};
use serde_json::Value;
use std::path::{Path, PathBuf};
use store::Reader;
use tempfile::TempDir;

/// A business that another process may write to, and a folder for its exports.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        assert_eq!(desk.run(&["init"]).code, 0);
        desk
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, args: &[&str]) -> Said {
        run(&self.dir(), args)
    }

    /// Imports files of these names from a folder of their own.
    fn import(&self, files: &[(&str, &[u8])], args: &[&str]) -> Said {
        let exports = tempfile::tempdir_in(self.folder.path()).unwrap();
        lay(exports.path(), files);
        let path = exports.path().to_str().unwrap();
        self.run(&[&["import", path, "--json"], args].concat())
    }

    fn issues(&self, status: &str) -> Vec<Value> {
        self.run(&["quarantine", "list", "--json", "--status", status]).json_lines()
    }

    /// The books hold, and a replay of the journal gives every table again, the quarantine's too.
    fn check(&self) {
        for verb in ["verify", "replay"] {
            let said = self.run(&[verb]);
            assert_eq!(said.code, 0, "{verb}: {}{}", said.out, said.err);
        }
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.dir()).unwrap()
    }
}

fn id(issue: &Value) -> &str {
    &issue["id"].as_str().unwrap()[..10]
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The corner shop's invoices with the price of two rows spoilt: the file, and the sound rows.
pub(crate) fn spoilt_shop() -> (Vec<u8>, [String; 2]) {
    let mut rows = lines(&CORNER_SHOP.shop);
    let sound = [4, 40].map(|row| {
        let sound = text(&rows[row]).trim_end().to_owned();
        let fields: Vec<&str> = sound.rsplitn(4, ',').collect();
        rows[row] = format!("{},1.2.3,{},{}\n", fields[3], fields[1], fields[0]).into_bytes();
        sound
    });
    (rows.concat(), sound)
}

fn rest() -> [(&'static str, &'static [u8]); 3] {
    let [_, rates, stripe, bank] = CORNER_SHOP.files();
    [rates, stripe, bank]
}

#[test]
fn a_mended_row_gives_the_books_of_the_sound_file() {
    let whole = State::of(CORNER_SHOP.books().read());
    let (spoilt, sound) = spoilt_shop();
    let desk = Desk::new();
    let said = desk.import(&[&[("shop.csv", &spoilt[..])][..], &rest()].concat(), &[]);
    assert_eq!((said.code, &said.json()["issues"]), (2, &Value::from(2)), "{}", said.err);
    let open = desk.issues("open");
    for (issue, sound) in open.iter().zip(&sound) {
        assert_eq!((&issue["rule"], &issue["status"]), (&Value::from("InvalidNumber"), &Value::from("open")));
        assert_eq!(desk.run(&["quarantine", "edit", id(issue), "--with", sound]).code, 0);
    }
    assert!(desk.issues("open").iter().all(|issue| issue["edit"] == "staged"));
    assert_ne!(State::of(&desk.reader()), whole, "staging mends nothing yet");
    let said = desk.run(&["quarantine", "replay", "--json"]);
    let mended = said.json();
    assert_eq!((said.code, &mended["still_open"], &mended["arose"]), (0, &Value::from(0), &Value::from(0)), "{mended}");
    assert_eq!(mended["mended"].as_array().unwrap().len(), 2);
    assert_eq!(State::of(&desk.reader()), whole);
    desk.check();
    let closed = desk.issues("mended");
    assert!(closed.iter().all(|issue| issue["mended_by"] == mended["copy"] && issue["edit"] == "applied"));
    let reader = desk.reader();
    let (file, copy) =
        (mended["file"].as_str().unwrap().parse().unwrap(), mended["copy"].as_str().unwrap().parse().unwrap());
    assert!(reader.raw(&file).unwrap() == spoilt, "the file stays as it came");
    assert!(reader.raw(&copy).unwrap() == CORNER_SHOP.shop, "the copy is mended");
    assert_eq!(reader.file(&copy).unwrap().unwrap().mends, Some(file));
    assert_eq!(desk.import(&[("shop.csv", &spoilt)], &[]).json()["records"], Value::from(0));
    assert!(desk.run(&["quarantine", "replay"]).out.contains("No edit is staged"));
}

/// One row is mended today, another tomorrow: the second copy has both.
#[test]
fn rows_may_be_mended_one_after_the_other() {
    let whole = State::of(CORNER_SHOP.books().read());
    let (spoilt, sound) = spoilt_shop();
    let desk = Desk::new();
    desk.import(&[&[("shop.csv", &spoilt[..])][..], &rest()].concat(), &[]);
    for (number, sound) in sound.iter().enumerate() {
        let open = desk.issues("open");
        assert_eq!(open.len(), 2 - number);
        desk.run(&["quarantine", "edit", id(&open[0]), "--with", sound]);
        let said = desk.run(&["quarantine", "replay", "--json"]);
        assert_eq!((said.code, &said.json()["still_open"]), (2 * i32::from(number == 0), &Value::from(1 - number)));
    }
    assert_eq!(State::of(&desk.reader()), whole);
    assert_eq!(desk.issues("all").len(), 2, "no copy repeats what stands");
    desk.check();
}

#[test]
fn an_edit_that_breaks_a_rule_itself_is_refused_and_stays_staged() {
    let (spoilt, sound) = spoilt_shop();
    let desk = Desk::new();
    desk.import(&[("shop.csv", &spoilt)], &[]);
    let open = desk.issues("open");
    desk.run(&["quarantine", "edit", id(&open[0]), "--with", &sound[0]]);
    desk.run(&["quarantine", "edit", id(&open[1]), "--with", &sound[1].replace("2010-", "2099-")]);
    let said = desk.run(&["quarantine", "replay", "--json"]);
    let mended = said.json();
    assert_eq!((said.code, &mended["mended"]), (2, &Value::from(vec![open[0]["id"].clone()])), "{mended}");
    assert_eq!(mended["refused"][0]["rule"], "DateInFuture");
    let left = desk.issues("open");
    assert_eq!((left.len(), &left[0]["edit"]), (1, &Value::from("staged")));
    assert_eq!(desk.run(&["quarantine", "edit", id(&left[0]), "--drop"]).code, 0);
    assert_eq!(desk.issues("open")[0]["edit"], Value::Null);
    desk.check();
}

/// An entry of a bank statement whose amount was spoilt: the statement's balances did not add up, and do again.
#[test]
fn an_entry_of_an_xml_file_is_mended_in_its_bytes() {
    let whole = State::of(CORNER_SHOP.books().read());
    let bank = text(&CORNER_SHOP.bank);
    let at = bank.find("<Ntry>").unwrap();
    let entry = &bank[at..at + bank[at..].find("</Ntry>").unwrap() + "</Ntry>".len()];
    let amount = &entry[entry.find("<Amt").unwrap()..entry.find("</Amt>").unwrap()];
    let spoilt = bank.replacen(entry, &entry.replacen(amount, &format!("{amount}x"), 1), 1);
    let desk = Desk::new();
    let [shop, rates, stripe, _] = CORNER_SHOP.files();
    desk.import(&[shop, rates, stripe, ("bank.xml", spoilt.as_bytes())], &[]);
    let open = desk.issues("open");
    let row = open.iter().find(|issue| issue["rule"] == "InvalidNumber").unwrap();
    let edit = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(edit.path(), format!("{entry}\n")).unwrap();
    let said = desk.run(&["quarantine", "edit", id(row), "--from", edit.path().to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = desk.run(&["quarantine", "replay", "--json"]);
    assert_eq!(said.code, 0, "{} {:?}", said.out, desk.issues("open"));
    assert_eq!(State::of(&desk.reader()), whole);
    assert_eq!(desk.issues("open"), Vec::<Value>::new());
    desk.check();
}

#[test]
fn a_header_is_mended_as_a_line_of_the_file() {
    let desk = Desk::new();
    let spoilt = text(&CORNER_SHOP.shop).replacen("UnitPrice", "Prize", 1);
    desk.import(&[("shop.csv", spoilt.as_bytes())], &[]);
    let open = desk.issues("open");
    assert_eq!((open.len(), &open[0]["rule"]), (1, &Value::from("MissingColumn")));
    let said = desk.run(&["quarantine", "edit", id(&open[0]), "--with", "x"]);
    assert_eq!(said.code, 1, "a row of a whole file is not told");
    let header = text(&CORNER_SHOP.shop).lines().next().unwrap();
    desk.run(&["quarantine", "edit", id(&open[0]), "--line", "1", "--with", header]);
    let said = desk.run(&["quarantine", "replay", "--json"]);
    assert_eq!((said.code, &said.json()["records"]), (0, &Value::from(60)), "{}", said.out);
    desk.check();
}

#[test]
fn what_is_dismissed_can_be_opened_again() {
    let desk = Desk::new();
    desk.import(&[("shop.csv", &spoilt_shop().0)], &[]);
    let open = desk.issues("open");
    assert_eq!(desk.run(&["quarantine", "dismiss", id(&open[0]), "--reason", "a test order"]).code, 0);
    let dismissed = desk.issues("dismissed");
    assert_eq!((dismissed.len(), &dismissed[0]["reason"]), (1, &Value::from("a test order")));
    assert_eq!(desk.issues("open").len(), 1);
    let said = desk.run(&["quarantine", "dismiss", id(&open[0])]);
    assert_eq!((said.code, said.err.contains("is dismissed, not open")), (1, true), "{}", said.err);
    assert_eq!(desk.run(&["quarantine", "edit", id(&open[0]), "--with", "x"]).code, 1);
    assert_eq!(desk.run(&["quarantine", "replay", "--all", "--json"]).json()["arose"], Value::from(0));
    assert_eq!(desk.run(&["quarantine", "reopen", id(&open[0])]).code, 0);
    assert_eq!(desk.issues("open").len(), 2);
    desk.check();
    for (wrong, told) in [("zz", "no issue `zz`"), ("", "no issue ``")] {
        let said = desk.run(&["quarantine", "show", wrong]);
        assert!(said.code == 1 && said.err.contains(told), "{}", said.err);
    }
    let said = desk.run(&["quarantine", "show", id(&open[1])]);
    assert!(said.out.contains("1.2.3") && said.out.contains("Next: plimsoll quarantine edit"), "{}", said.out);
}

#[test]
fn a_run_that_is_told_to_fail_keeps_nothing() {
    let desk = Desk::new();
    let before = desk.reader().last_batch().unwrap();
    let (spoilt, _) = spoilt_shop();
    let files = [&[("shop.csv", &spoilt[..])][..], &rest()].concat();
    let said = desk.import(&files, &["--on-error", "fail"]);
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    for told in ["shop.csv", "line 5", "InvalidNumber", "UnitPrice", "1.2.3", "nothing of it is kept"] {
        assert!(said.err.contains(told), "`{told}` is not in {}", said.err);
    }
    assert_eq!(desk.reader().last_batch().unwrap(), before);
    assert_eq!(desk.reader().files().unwrap(), []);
    assert_eq!(desk.import(&rest(), &["--on-error", "fail"]).code, 0, "sound files pass");
    desk.check();
}

#[test]
fn rows_that_are_left_out_are_counted_and_a_replay_finds_them() {
    let desk = Desk::new();
    let said = desk.import(&[("shop.csv", &spoilt_shop().0)], &["--on-error", "skip"]);
    let file = &said.json()["files"][0];
    assert_eq!((said.code, &file["left_out"], &file["issues"]), (0, &Value::from(2), &Value::from(0)));
    assert_eq!(desk.issues("all").len(), 0);
    let row = desk.reader().files().unwrap().remove(0);
    assert_eq!(row.rows, row.rows_in_records + row.duplicates + row.issues + row.left_out);
    let said = desk.run(&["quarantine", "replay", "--file", "shop.csv", "--json"]);
    assert_eq!((said.code, &said.json()["arose"]), (2, &Value::from(2)));
    assert_eq!(desk.issues("open").len(), 2);
    let row = desk.reader().files().unwrap().remove(0);
    assert_eq!((row.rows, row.left_out), (row.rows_in_records + row.duplicates + row.issues, 0));
    desk.check();
}

/// Two of sixteen rows are wrong, or nine of them.
fn rows_with_faults(faults: usize) -> String {
    let row = |number: usize| {
        let price = if number < faults { "1.2.3" } else { "2.50" };
        format!("9000{number:02},L1,LAMP,1,2011-01-03 10:00:00,{price},12345,United Kingdom\n")
    };
    let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
    std::iter::once(header.to_owned()).chain((0..16).map(row)).collect()
}

#[test]
fn of_a_file_with_too_many_rejected_rows_nothing_is_taken_until_a_replay_is_told_to() {
    for (faults, limit, taken) in [
        (2, &[][..], true),
        (8, &[], true),
        (9, &[], false),
        (2, &["--max-rejected", "1"], false),
        (2, &["--max-rejected", "2"], true),
        (2, &["--max-rejected-rate", "10"], false),
        (9, &["--max-rejected-rate", "60"], true),
    ] {
        let desk = Desk::new();
        let said = desk.import(&[("shop.csv", rows_with_faults(faults).as_bytes())], limit).json();
        let (records, issues) = if taken { (16 - faults, faults) } else { (0, 16) };
        assert_eq!(
            (&said["records"], &said["issues"]),
            (&Value::from(records), &Value::from(issues)),
            "{faults} {limit:?}"
        );
        let open = desk.issues("open");
        if taken {
            continue;
        }
        assert_eq!((open.len(), &open[0]["rule"]), (1, &Value::from("TooManyRejected")));
        let value = open[0]["value"].as_str().unwrap();
        assert!(
            value.contains(&format!("{faults} of 16 rows")) && value.contains("InvalidNumber in UnitPrice"),
            "{value}"
        );
        let again = desk.run(&[&["quarantine", "replay", "--all", "--json"][..], limit].concat()).json();
        assert_eq!(
            (&again["still_open"], &again["records"]),
            (&Value::from(1), &Value::from(0)),
            "the limit still holds"
        );
        let told = desk.run(&["quarantine", "replay", "--all", "--json", "--max-rejected-rate", "100"]).json();
        assert_eq!((&told["records"], &told["arose"]), (&Value::from(16 - faults), &Value::from(faults)), "{told}");
        assert_eq!(desk.issues("open").len(), faults);
        desk.check();
    }
}

#[test]
fn columns_that_are_not_those_of_before_are_named() {
    let january = rows_with_faults(0);
    let march =
        january.replace("9000", "9003").replace("Country\n", "Country,Channel\n").replace("Kingdom\n", "Kingdom,web\n");
    for (on_drift, records, notes, rule) in [("evolve", 16, 1, 1), ("discard", 16, 1, 0), ("freeze", 0, 1, 1)] {
        let desk = Desk::new();
        desk.import(&[("january.csv", january.as_bytes())], &[]);
        let said = desk.import(&[("march.csv", march.as_bytes())], &["--on-drift", on_drift]);
        let json = said.json();
        assert_eq!(json["records"], Value::from(records), "{on_drift}");
        assert_eq!(said.code, if records == 0 { 2 } else { 0 }, "{on_drift}: a note holds nothing back");
        let told = json["files"][0]["notes"].as_array().unwrap();
        assert_eq!((told.len(), &told[0]), (notes, &Value::from("columns: gained Channel")), "{on_drift}");
        let issues = desk.issues("open");
        assert_eq!(issues.len(), rule, "{on_drift}");
        assert!(issues.iter().all(|issue| issue["rule"] == "SchemaDrift" && issue["column"] == "Channel"));
        let april = march.replace("9003", "9004");
        let said = desk.import(&[("april.csv", april.as_bytes())], &["--on-drift", on_drift]).json();
        let again = usize::from(records == 0);
        assert_eq!(said["files"][0]["notes"].as_array().unwrap().len(), again, "{on_drift}: said once");
        if records == 0 {
            let said = desk.run(&["quarantine", "replay", "--all", "--json"]);
            assert_eq!(said.code, 0, "{}", said.out);
            assert!(said.json_lines().iter().all(|mended| mended["records"] == 16), "{}", said.out);
        }
        desk.check();
    }
}

/// No byte of the number stands anywhere in the data directory, and what was kept says how many were masked.
#[test]
fn a_card_number_never_reaches_the_disk() {
    let card = "4111111111111111";
    let row = format!("900001,L1,PAID BY {card},1,2011-01-03 10:00:00,2.50,12345,United Kingdom");
    let other = row.replace("900001", "900002");
    let file = format!(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n{row}\n{other},x\n"
    );
    let desk = Desk::new();
    let json = desk.import(&[("shop.csv", file.as_bytes())], &[]).json();
    let notes = ["card numbers masked: 2 in Description", "1 WrongFieldCount: 9 of 8 fields"];
    assert_eq!(json["files"][0]["notes"], Value::from(notes.to_vec()), "{json}");
    let note = desk.issues("open").into_iter().find(|issue| issue["rule"] == "CardNumbersMasked").unwrap();
    assert_eq!((&note["note"], &note["rows"]), (&Value::from(true), &Value::from(0)));
    let digest = desk.reader().files().unwrap()[0].digest;
    let kept = desk.reader().raw(&digest).unwrap();
    assert_eq!(text(&kept), file.replace(card, "411111******1111"));
    let rejected = desk.issues("open").into_iter().find(|issue| issue["rule"] == "WrongFieldCount").unwrap();
    desk.run(&["quarantine", "edit", id(&rejected), "--with", &other]);
    assert_eq!(desk.run(&["quarantine", "replay"]).code, 0);
    assert_eq!(desk.import(&[("again.csv", file.as_bytes())], &[]).json()["files"][0]["known"], Value::from(true));
    for invoice in ["900001", "900002"] {
        let said = desk.run(&["explain", &format!("online-retail:{invoice}")]).out;
        assert!(said.contains("411111******1111") && !said.contains(card), "{said}");
    }
    for path in every_file(&desk.dir()) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(card.len()).any(|window| window == card.as_bytes()), "{}", path.display());
    }
    desk.check();
}

fn every_file(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { every_file(&path) } else { vec![path] }).collect()
}

/// The bytes of old files go; what they were, what they brought and that they went stays.
#[test]
fn the_bytes_of_old_files_may_go_and_the_books_stay_whole() {
    let desk = Desk::new();
    let [shop, ..] = CORNER_SHOP.files();
    desk.import(&[shop, ("spoilt.csv", rows_with_faults(2).as_bytes())], &[]);
    let said = desk.run(&["raw", "prune", "--older-than", "1d", "--json"]).json();
    assert_eq!(said["removed"], Value::Array(Vec::new()), "nothing is a day old");
    assert_eq!(desk.run(&["raw", "prune"]).code, 1, "neither the command nor the policy says how old");
    let dry = desk.run(&["raw", "prune", "--older-than", "0d", "--dry-run", "--json"]).json();
    assert_eq!(desk.run(&["raw", "list", "--json"]).json_lines()[0]["pruned_at"], Value::Null);
    let said = desk.run(&["raw", "prune", "--older-than", "0d", "--json"]).json();
    assert_eq!((said["removed"].as_array().unwrap().len(), &said["removed"]), (1, &dry["removed"]));
    assert_eq!(said["held_by_open_issues"].as_array().unwrap().len(), 1, "rows that are still to be mended");
    desk.check();
    let row = desk.reader().files().unwrap().into_iter().find(|row| row.pruned_at.is_some()).unwrap();
    let told = desk.reader().raw(&row.digest).unwrap_err().to_string();
    assert!(told.contains("shop.csv") && told.contains("were removed on"), "{told}");
    let record = format!("online-retail:{}", text(&lines(&CORNER_SHOP.shop)[1]).split(',').next().unwrap());
    let said = desk.run(&["explain", &record]);
    assert!(said.code == 0 && said.out.contains("were removed on"), "{}{}", said.out, said.err);
    assert!(desk.import(&[shop], &[]).json()["files"][0]["known"] == true);
}
