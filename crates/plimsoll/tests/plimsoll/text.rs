//! What is said to people, word by word: help, and errors that tell what, where and what next.

use crate::shop::{Books, CORNER_SHOP, SHOP, command, run};
use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

#[test]
fn help_lists_the_verbs_in_the_order_of_the_work() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), &["--help"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out, include_str!("help.txt"));
    let said = run(dir.path(), &["import", "--help"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out, include_str!("help_import.txt"));
}

#[test]
fn a_verb_that_does_not_exist_suggests_one_that_does() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), &["exeptions"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("similar subcommands exist: 'events', 'postings', 'export', 'explain', 'exceptions'"),
        "{}",
        said.err
    );
}

#[test]
fn every_verb_names_the_missing_store() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none");
    for verb in [
        &["status"][..],
        &["import", "/"],
        &["simulate"],
        &["train"],
        &["exceptions"],
        &["scores"],
        &["ledger"],
        &["issues"],
        &["explain", "business"],
        &["policy"],
        &["replay"],
        &["verify"],
        &["serve", "--address", "127.0.0.1:0"],
    ] {
        let said = run(&missing, verb);
        let expected = format!("error: {} holds no store; create one there first\n", missing.display());
        assert_eq!((said.code, said.out, said.err), (1, String::new(), expected), "{verb:?}");
        assert!(!missing.exists(), "{verb:?} makes nothing");
    }
}

#[test]
fn a_name_that_is_none_is_told_what_would_be_one() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    for (args, expected) in [
        (
            &["exceptions", "--rule", "PayoutShrot"][..],
            "error: no rule `PayoutShrot`; did you mean `PayoutShort`? The rules are OrderWithoutPayment, OrderUnderpaid, \
             PaymentWithoutOrder, DuplicateCharge, RefundExceedsPayment, RefundWithoutPayment, RefundWithoutCreditNote, \
             CreditNoteWithoutRefund, PayoutShort, PayoutMissing, SettlementLineMissing, RoundingDifference, \
             InstalmentInterest, SellerPaymentUnexplained, BankLineUnexplained\n",
        ),
        (
            &["explain", "online-retail:1"],
            "error: nothing is called `online-retail:1`; give a record, entry, exception or subject, for example \
             `online-retail:536365` or `business`\n",
        ),
        (&["scores", "--subject", "seller"], "error: no subject `seller`; use transaction, buyer or business\n"),
        (
            &["import", ".", "--zone", "Mars/Olympus"],
            "error: `Mars/Olympus` is not a time zone; use a name such as Europe/London\n",
        ),
        (&["import", ".", "--currency", "pounds"], "error: `pounds` is not a currency code\n"),
    ] {
        let said = run(&dir, args);
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (1, "", expected), "{args:?}");
    }
    let said = run(&dir, &["ledger", "--account", "recievables"]);
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("error: no account `recievables`; did you mean `receivables`?"), "{}", said.err);
}

#[test]
fn a_second_writer_is_told_that_there_is_a_first() {
    let books = Books::new();
    let said = run(&books.dir(), &["import", "."]);
    let expected =
        format!("error: {} is held by another writer; stop that one, or open a reader\n", books.dir().display());
    assert_eq!((said.code, said.err), (4, expected));
}

/// `plimsoll ledger … | head -1`.
#[test]
fn a_reader_that_has_seen_enough_ends_the_run_without_a_word() {
    let (dir, _kept) = SHOP.books().close();
    let mut ledger = command(&dir);
    ledger.args(["ledger", "--account", "receivables", "--limit", "100000", "--json"]);
    let mut running = ledger.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    let Output { status, stderr, .. } = running.wait_with_output().unwrap();
    assert_eq!((status.code(), String::from_utf8(stderr).unwrap().as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_output() {
    let (dir, _kept) = SHOP.books().close();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let Output { status, stderr, .. } = command(&dir).arg("status").stdout(full).output().unwrap();
    let told = "error: failed printing to stdout: No space left on device (os error 28)\n";
    assert_eq!((status.code(), String::from_utf8(stderr).unwrap().as_str()), (Some(4), told));
}

/// Whatever a list shows can be asked about.
#[test]
fn every_id_that_is_shown_can_be_explained() {
    let (dir, _kept) = CORNER_SHOP.books().close();
    let shown = |args: &[&str], field: &str| -> Vec<String> {
        let lines = run(&dir, &[args, &["--json"]].concat()).json_lines();
        lines.iter().map(|line| line[field].as_str().unwrap().to_owned()).collect()
    };
    let ids = [
        shown(&["exceptions", "--limit", "5"], "id"),
        shown(&["exceptions", "--limit", "5"], "record"),
        shown(&["scores", "--limit", "5"], "subject"),
        shown(&["scores", "--limit", "5", "--subject", "buyer"], "subject"),
        shown(&["scores", "--limit", "5", "--subject", "buyer"], "id"),
        shown(&["scores", "--subject", "business"], "subject"),
        shown(&["ledger", "--account", "bank", "--limit", "5"], "id"),
    ];
    for id in ids.concat() {
        let said = run(&dir, &["explain", &id]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{id}");
    }
}
