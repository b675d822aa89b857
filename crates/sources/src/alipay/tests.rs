//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Alipay, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::recognise;
use crate::testing::{awkward_key, bytes_at, ids, parse, token, told};
use domain::{Content, IssueRule, ProcessorCategory, ProcessorLine, Record};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn row(number: &str, direction: &str, kind: &str, status: &str) -> Row {
    Row {
        at: "2026-01-19T13:32:14Z".parse().unwrap(),
        kind: kind.to_owned(),
        name: "示例商店".to_owned(),
        account: "buyer***@example.org".to_owned(),
        goods: "蓝色杯子".to_owned(),
        direction: direction.to_owned(),
        amount: Decimal::new(2850, 2),
        method: "余额".to_owned(),
        status: status.to_owned(),
        number: number.to_owned(),
        order: "O-1".to_owned(),
    }
}

fn rows() -> [Row; 3] {
    ["1", "2", "3"].map(|number| row(number, "收入", "日用百货", "交易成功"))
}

pub(crate) fn golden() -> Vec<u8> {
    write(&rows(), false)
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn gbk_and_utf8_say_the_same_and_places_are_the_files_own() {
    let (utf8, gbk) = (golden(), write(&rows(), true));
    assert_eq!(recognise(&gbk).map(crate::Source::name), Some("alipay"));
    let said = |bytes: &[u8]| {
        let parsed = parse(&Alipay, bytes);
        assert_eq!(told(&parsed.issues), []);
        parsed.records.into_iter().map(|record| (record.id, record.at, record.content)).collect::<Vec<_>>()
    };
    assert_eq!(said(&utf8), said(&gbk));
    let parsed = parse(&Alipay, &gbk);
    let place = parsed.records[1].span;
    let (row, _, damaged) = encoding_rs::GBK.decode(bytes_at(&gbk, place));
    assert!(!damaged && row.starts_with("2026-01-19 21:32:14,") && row.ends_with("交易成功,2,O-1,,"), "{row}");
    let sale = line(&parsed.records[1]);
    assert_eq!((sale.net.to_string().as_str(), sale.order_reference.as_deref()), ("28.50 CNY", Some("O-1")));
    assert_eq!(sale.customer, Some(token("processor_customer", "buyer***@example.org")));
    assert_eq!((sale.description.as_str(), place.line), ("蓝色杯子", 11));
}

#[test]
fn direction_category_and_status_decide() {
    use ProcessorCategory::*;
    for (direction, kind, status, said) in [
        ("收入", "日用百货", "交易成功", Some((Charge, 2850))),
        ("收入", "退款", "退款成功", Some((Adjustment, 2850))),
        ("收入", "日用百货", "等待确认收货", None),
        ("收入", "日用百货", "交易关闭", None),
        ("支出", "日用百货", "等待确认收货", Some((Adjustment, -2850))),
        ("支出", "日用百货", "交易关闭", Some((Adjustment, -2850))),
        ("支出", "日用百货", "等待付款", None),
        ("支出", "退款", "退款成功", Some((Refund, -2850))),
        ("支出", "服务费", "交易成功", Some((Fee, -2850))),
        ("不计收支", "退款", "退款成功", Some((Adjustment, 2850))),
        ("不计收支", "提现", "提现成功", Some((Payout, -2850))),
        ("不计收支", "投资理财", "交易成功", None),
        ("不计收支", "日用百货", "交易关闭", None),
    ] {
        let parsed = parse(&Alipay, &write(&[row("1", direction, kind, status)], true));
        assert_eq!(told(&parsed.issues), []);
        let read = parsed.records.first().map(line).map(|line| (line.category, line.net.minor));
        assert_eq!(read, said, "{direction} {kind} {status}");
    }
    let unpaid = Row { method: String::new(), ..row("1", "支出", "日用百货", "交易关闭") };
    assert_eq!(parse(&Alipay, &write(&[unpaid], true)).skipped, 1);
}

#[test]
fn a_footer_holds_no_rows() {
    let with_footer = [golden(), b"--------------------------------------\n\xe5\x85\xb1,,\n".to_vec()].concat();
    assert_eq!(parse(&Alipay, &with_footer).rows, 3);
}

#[test]
fn the_same_number_again_is_a_duplicate_or_a_conflict() {
    let one = row("1", "收入", "日用百货", "交易成功");
    let other = Row { amount: Decimal::ONE, ..one.clone() };
    let parsed = parse(&Alipay, &write(&[one.clone(), one, other], false));
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["alipay:1"], 1));
    assert_eq!(told(&parsed.issues), [(12, IssueRule::IdempotencyConflict, "交易订单号", "alipay:1", 1)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        ("28.50", "28.505", InvalidNumber, "金额", "28.505"),
        ("28.50", "-28.50", InvalidNumber, "金额", "-28.50"),
        ("28.50", "", MissingValue, "金额", ""),
        ("28.50", "99999999999999999999.00", AmountOverflow, "金额", "99999999999999999999.00"),
        ("收入", "收", UnknownValue, "收/支", "收"),
        ("交易成功", "交易完了", UnknownValue, "交易状态", "交易完了"),
        ("交易成功", "", MissingValue, "交易状态", ""),
        ("2026-01-19 21", "19 Jan 21", InvalidTime, "交易时间", "19 Jan 21:32:14"),
        ("2026-01-19", "2026-11-03", DateInFuture, "交易时间", "2026-11-03 21:32:14"),
        (",1,O-1", ",,O-1", MissingValue, "交易订单号", ""),
        (",1,O-1", "", WrongFieldCount, "", "11 of 13 fields"),
    ] {
        let parsed = parse(&Alipay, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(10, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 2);
    }
    let missing = sound.replace("商家订单号", "订单");
    assert_eq!(told(&parse(&Alipay, missing.as_bytes()).issues), [(1, MissingColumn, "商家订单号", "", 3)]);
    let mut spoilt = write(&rows(), true);
    let at = spoilt.windows(2).rposition(|pair| pair == [0xca, 0xbe]).unwrap(); // 示, in a name
    spoilt[at + 1] = b',';
    assert_eq!(told(&parse(&Alipay, &spoilt).issues)[0].1, WrongFieldCount);
    spoilt[at + 1] = 0xff;
    assert_eq!(told(&parse(&Alipay, &spoilt).issues), [(12, InvalidUtf8, "交易对方", "", 1)]);
}

proptest! {
    #[test]
    fn what_is_written_is_read(texts in prop::collection::vec((awkward_key(), awkward_key(), any::<u32>()), 0..6), gbk: bool) {
        let plain = |text: &str| text.replace([',', '"', '&', '<', '\r', '\n'], "").trim().to_owned();
        let make = |(index, (goods, order, fen)): (usize, &(String, String, u32))| Row {
            goods: plain(goods),
            order: plain(order),
            amount: Decimal::new((*fen).into(), 2),
            ..row(&index.to_string(), "收入", "", "交易成功")
        };
        let rows: Vec<_> = texts.iter().enumerate().map(make).collect();
        let parsed = parse(&Alipay, &write(&rows, gbk));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let line = line(record);
            prop_assert_eq!((line.net.to_decimal(), record.at), (row.amount, row.at));
            prop_assert_eq!(&line.description, &row.goods);
            prop_assert_eq!(line.order_reference.as_ref(), Some(&row.order));
        }
    }
}

/// A sample that may not ship. Its order numbers are blacked out, so that the last rows have one number.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_sample_is_read() {
    let folder = format!("{}/formats/alipay", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    let bytes = std::fs::read(format!("{folder}/example-alipay-records.csv")).unwrap();
    assert_eq!(recognise(&bytes).map(crate::Source::name), Some("alipay"));
    let parsed = parse(&Alipay, &bytes);
    let said: Vec<_> = parsed.records.iter().map(line).map(|line| line.net.minor).collect();
    assert_eq!(said, [-4974, -2000, 1603, 22_222_850, 5000, -5000, -990]);
    assert_eq!((parsed.rows, parsed.skipped), (10, 2), "a fund was sold, and a trade closed unpaid");
    assert_eq!(told(&parsed.issues), [(35, IssueRule::IdempotencyConflict, "交易订单号", "alipay:xxxx", 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Alipay, &damaged(golden(), &damage));
    }
}
