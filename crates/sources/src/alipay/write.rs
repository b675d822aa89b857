//! Writes the list as the app exports it, for goldens.

use encoding_rs::GBK;
use jiff::Timestamp;
use jiff::tz::Offset;
use rust_decimal::Decimal;

/// What stands above the header, shortened.
const PREAMBLE: &str = "------------------------------------------------------------------------------------\n\
                        导出信息：\n姓名：某某\n导出时间：[2026-02-01 09:12:52]\n\n特别提示：\n\
                        1.本明细仅供个人对账使用。\n\
                        ------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------\n";

/// Columns in Alipay's order and spelling; a comma ends every line.
const HEADER: &str = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,\
                      商家订单号,备注,\n";

/// One row. Alipay quotes nothing, so commas, quotes, tabs and line ends within texts are written as blanks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When, to the second.
    pub at: Timestamp,
    /// 交易分类.
    pub kind: String,
    /// 交易对方.
    pub name: String,
    /// 对方账号; `/` for none.
    pub account: String,
    /// 商品说明.
    pub goods: String,
    /// 收/支.
    pub direction: String,
    /// Yuan, unsigned.
    pub amount: Decimal,
    /// 收/付款方式.
    pub method: String,
    /// 交易状态.
    pub status: String,
    /// 交易订单号.
    pub number: String,
    /// 商家订单号; may be empty.
    pub order: String,
}

/// The file of these rows, in GBK as the app writes it, or UTF-8. What GBK lacks is written as `&#…;`.
pub fn write(rows: &[Row], gbk: bool) -> Vec<u8> {
    let mut out = format!("{PREAMBLE}{HEADER}");
    for row in rows {
        push_row(&mut out, row);
    }
    if gbk { GBK.encode(&out).0.into_owned() } else { out.into_bytes() }
}

fn push_row(out: &mut String, row: &Row) {
    let local = Offset::constant(8).to_datetime(row.at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let amount = format!("{:.2}", row.amount);
    let fields = [
        &local,
        &row.kind,
        &row.name,
        &row.account,
        &row.goods,
        &row.direction,
        &amount,
        &row.method,
        &row.status,
        &row.number,
        &row.order,
    ];
    for field in fields {
        out.push_str(&field.replace([',', '"', '\t', '\r', '\n'], " "));
        out.push(',');
    }
    out.push_str(",\n");
}
