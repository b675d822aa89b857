//! Writes the bill as the app exports it, for goldens.

use crate::csv_line;
use jiff::Timestamp;
use jiff::tz::Offset;
use rust_decimal::Decimal;

/// What stands above the header, shortened; every line has the header's number of commas.
const PREAMBLE: [&str; 5] = [
    "微信支付账单明细",
    "微信昵称：[示例]",
    "导出时间：[2026-02-01 16:05:22]",
    "",
    "----------------------微信支付账单明细列表--------------------",
];

/// Columns in WeChat's order and spelling.
const COLUMNS: [&str; 11] = [
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
];

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When, to the second.
    pub at: Timestamp,
    /// 交易类型.
    pub kind: String,
    /// 交易对方; `/` for none.
    pub name: String,
    /// 商品; `/` for none.
    pub goods: String,
    /// 收/支.
    pub direction: String,
    /// Yuan, unsigned.
    pub amount: Decimal,
    /// 当前状态.
    pub status: String,
    /// 交易单号.
    pub number: String,
    /// 商户单号; `/` for none.
    pub order: String,
    /// 备注.
    pub remark: String,
}

/// The file of these rows.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in PREAMBLE {
        csv_line::push(&mut out, &[line, "", "", "", "", "", "", "", "", "", ""]);
    }
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        let local = Offset::constant(8).to_datetime(row.at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let amount = format!("¥{:.2}", row.amount);
        csv_line::push(
            &mut out,
            &[
                &local,
                &row.kind,
                &row.name,
                &row.goods,
                &row.direction,
                &amount,
                "零钱",
                &row.status,
                &row.number,
                &row.order,
                &row.remark,
            ],
        );
    }
    out
}
