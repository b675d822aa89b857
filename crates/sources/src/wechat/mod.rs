//! WeChat Pay's bill (微信支付账单明细) as CSV: UTF-8, some sixteen lines of preamble, a header, rows with amounts such as
//! `¥1.00`. Yuan, and times of UTC+8. The rules:
//!
//! - A row is the record `wechat:<交易单号>`. The same number again is a duplicate if it says the same, else an
//!   `IdempotencyConflict`, and the first stands.
//! - 收入 (in) is a charge; of a type that ends in 退款 (money that came back to the account's owner) an adjustment. 支出
//!   (out) is an adjustment; of a type that ends in 退款 (money back to a buyer) a refund.
//! - `/` and 中性交易 (neither) move money between the owner's own pockets and are skipped, but for 零钱提现 (a payout, out)
//!   and 零钱充值 (an adjustment, in).
//! - What the bank withheld of a 零钱提现 (备注 `服务费¥0.10`) is within its amount: net = −amount, gross = −(amount − fee).
//!   A fee above the amount is `IdentityBroken`.
//! - 支付成功 and the other words for done are facts, and so are 已全额退款 and 已退款(￥5.00): the payment was made, and its
//!   refund is a row of its own, so the row keeps its whole amount. What 已退款 says may not exceed the amount, else
//!   `IdentityBroken`. What failed, was withdrawn or waits (等待…, 待…) is skipped. A status that is not listed is
//!   `UnknownValue`.
//! - The merchant's number (商户单号) is the order reference, `/` is none. Amounts are unsigned; a negative one is
//!   `InvalidNumber`.
//! - The other side's name is personal: it is the customer's token, so that two people of one name share it.
//! - Which pocket paid (balance, card, fund) is not told apart.

mod parse;
mod status;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Row, write};

use crate::dialect::Dialect;
use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs.
const NEEDED: [&[&str]; 9] = [
    &["交易单号"],
    &["交易时间"],
    &["交易类型"],
    &["收/支"],
    &["金额(元)"],
    &["当前状态"],
    &["交易对方"],
    &["商户单号"],
    &["备注"],
];

/// Columns that a header must have to be taken for this format, be it with others missing. Alipay has four of them.
const RECOGNISED_BY: usize = 6;

/// The format.
pub struct Wechat;

impl Source for Wechat {
    fn name(&self) -> &'static str {
        "wechat"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises_under(head, Dialect::COMMAS, &NEEDED, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
