//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Row, Wechat, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, token, told};
use domain::{Content, IssueRule, ProcessorCategory, ProcessorLine, Record};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn row(number: &str, direction: &str, kind: &str, status: &str) -> Row {
    Row {
        at: "2026-01-19T13:32:14Z".parse().unwrap(),
        kind: kind.to_owned(),
        name: "示例顾客".to_owned(),
        goods: "蓝色, 杯子".to_owned(),
        direction: direction.to_owned(),
        amount: Decimal::new(2850, 2),
        status: status.to_owned(),
        number: number.to_owned(),
        order: "O-1".to_owned(),
        remark: "/".to_owned(),
    }
}

pub(crate) fn golden() -> Vec<u8> {
    write(&["1", "2", "3"].map(|number| row(number, "收入", "二维码收款", "已收钱")))
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_row_under_the_preamble_is_a_movement() {
    let parsed = parse(&Wechat, &golden());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["wechat:1", "wechat:2", "wechat:3"]);
    let sale = line(&parsed.records[0]);
    assert_eq!((sale.net.to_string().as_str(), sale.order_reference.as_deref()), ("28.50 CNY", Some("O-1")));
    assert_eq!(sale.customer, Some(token("processor_customer", "示例顾客")));
    assert_eq!((parsed.records[0].at, parsed.records[0].span.line), ("2026-01-19T13:32:14Z".parse().unwrap(), 7));
}

#[test]
fn direction_type_and_status_decide() {
    use ProcessorCategory::*;
    for (direction, kind, status, said) in [
        ("收入", "二维码收款", "已收钱", Some((Charge, 2850))),
        ("收入", "商户消费-退款", "已全额退款", Some((Adjustment, 2850))),
        ("收入", "转账", "待确认收款", None),
        ("支出", "商户消费", "已全额退款", Some((Adjustment, -2850))),
        ("支出", "商户消费", "已退款(￥5.00)", Some((Adjustment, -2850))),
        ("支出", "商户消费", "已退款¥28.50", Some((Adjustment, -2850))),
        ("支出", "二维码收款-退款", "支付成功", Some((Refund, -2850))),
        ("支出", "商户消费", "支付失败", None),
        ("/", "零钱充值", "充值完成", Some((Adjustment, 2850))),
        ("中性交易", "零钱提现", "提现已到账", Some((Payout, -2850))),
        ("/", "购买理财通", "支付成功", None),
    ] {
        let parsed = parse(&Wechat, &write(&[row("1", direction, kind, status)]));
        assert_eq!(told(&parsed.issues), []);
        let read = parsed.records.first().map(line).map(|line| (line.category, line.net.minor));
        assert_eq!(read, said, "{direction} {kind} {status}");
    }
}

#[test]
fn a_withdrawals_fee_is_within_its_amount() {
    let cash_out = Row { remark: "服务费¥0.10".to_owned(), ..row("1", "/", "零钱提现", "提现已到账") };
    let parsed = parse(&Wechat, &write(std::slice::from_ref(&cash_out)));
    let out = line(&parsed.records[0]);
    assert_eq!((out.gross.minor, out.fee.minor, out.net.minor), (-2840, 10, -2850));
    let dear = Row { remark: "服务费¥28.51".to_owned(), ..cash_out };
    let issues = parse(&Wechat, &write(&[dear])).issues;
    assert_eq!(told(&issues), [(7, IssueRule::IdentityBroken, "备注", "28.51 of 28.50", 1)]);
}

#[test]
fn the_same_number_again_is_a_duplicate_or_a_conflict() {
    let one = row("1", "收入", "二维码收款", "已收钱");
    let other = Row { amount: Decimal::ONE, ..one.clone() };
    let parsed = parse(&Wechat, &write(&[one.clone(), one, other]));
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["wechat:1"], 1));
    assert_eq!(told(&parsed.issues), [(9, IssueRule::IdempotencyConflict, "交易单号", "wechat:1", 1)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        ("¥28.50", "$28.50", InvalidNumber, "金额(元)", "$28.50"),
        ("¥28.50", "¥-28.50", InvalidNumber, "金额(元)", "¥-28.50"),
        ("¥28.50", "", MissingValue, "金额(元)", ""),
        ("收入", "收", UnknownValue, "收/支", "收"),
        ("已收钱", "收到了", UnknownValue, "当前状态", "收到了"),
        ("已收钱", "已退款(￥28.51)", IdentityBroken, "当前状态", "28.51 of 28.50"),
        ("已收钱", "已退款(5元)", InvalidNumber, "当前状态", "5元"),
        ("2026-01-19 21", "19 Jan 21", InvalidTime, "交易时间", "19 Jan 21:32:14"),
        ("2026-01-19", "2026-11-03", DateInFuture, "交易时间", "2026-11-03 21:32:14"),
        (",1,O-1", ",,O-1", MissingValue, "交易单号", ""),
        (",1,O-1", "", WrongFieldCount, "", "9 of 11 fields"),
    ] {
        let (head, rows) = sound.split_at(sound.find("2026-01-19").unwrap());
        let parsed = parse(&Wechat, format!("{head}{}", rows.replacen(from, to, 1)).as_bytes());
        assert_eq!(told(&parsed.issues), [(7, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 2);
    }
    let missing = sound.replace("商户单号", "订单");
    assert_eq!(told(&parse(&Wechat, missing.as_bytes()).issues), [(1, MissingColumn, "商户单号", "", 3)]);
}

proptest! {
    #[test]
    fn what_is_written_is_read(texts in prop::collection::vec((awkward(), awkward_key(), any::<u32>()), 0..6)) {
        let make = |(index, (goods, order, fen)): (usize, &(String, String, u32))| Row {
            goods: format!("k{goods}"),
            order: order.clone(),
            amount: Decimal::new((*fen).into(), 2),
            ..row(&index.to_string(), "收入", "转账", "已存入零钱")
        };
        let rows: Vec<_> = texts.iter().enumerate().map(make).collect();
        let parsed = parse(&Wechat, &write(&rows));
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

/// A sample that may not ship. Its numbers are blacked out, so that several rows share one.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_sample_is_read() {
    let folder = format!("{}/formats/wechat", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    let bytes = std::fs::read(format!("{folder}/example-wechat-records.csv")).unwrap();
    assert_eq!(crate::recognise(&bytes).map(crate::Source::name), Some("wechat"));
    let parsed = parse(&Wechat, &bytes);
    assert!(parsed.issues.iter().all(|issue| issue.rule == IssueRule::IdempotencyConflict), "{:?}", parsed.issues);
    let counts = (parsed.rows, parsed.records.len(), parsed.skipped, parsed.issues.len());
    assert_eq!(counts, (27, 12, 7, 8));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Wechat, &damaged(golden(), &damage));
    }
}
