//! Alipay's transaction list (支付宝交易明细): GBK or UTF-8, some twenty lines of preamble, a header, rows, and in older
//! exports a footer behind a line of dashes. Yuan, and times of UTC+8. The rules:
//!
//! - A row is the record `alipay:<交易订单号>`. The same number again is a duplicate if it says the same, else an
//!   `IdempotencyConflict`, and the first stands.
//! - The encoding is the one in which the header can be read; places point at the file's own bytes in either.
//! - 收入 (in) is a charge; where category or status speak of 退款 (money that came back to the account's owner) an
//!   adjustment. 支出 (out) is an adjustment; a 退款 (money back to a buyer) is a refund, a 手续费 or 服务费 a fee.
//! - 不计收支 (neither) moves money between the owner's own pockets and is skipped, but for 退款 (an adjustment, in) and
//!   提现 (a payout, out).
//! - 交易成功 and the other words for done are facts. 等待确认收货 and 等待对方发货 are facts going out (the buyer's money
//!   has left), and skipped coming in, as is what is still to be paid or under way. 交易关闭 was never paid, and is
//!   skipped, but for a 支出 with a payment method: that was paid, and its refund is a row of its own. A status that is
//!   not listed is `UnknownValue`.
//! - The merchant's order number (商家订单号) is the order reference. Amounts are unsigned; a negative one is
//!   `InvalidNumber`. The list has no fees, so gross = net.
//! - The other side's name and account are personal: the account, else the name, is the customer's token. Alipay masks
//!   accounts (`rim***@…`), so that two people may share one.
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

/// Columns that every row needs, the spellings of the app's export first, then the website's older one.
const NEEDED: [&[&str]; 7] = [
    &["交易订单号", "交易号"],
    &["交易时间", "交易创建时间"],
    &["收/支"],
    &["金额", "金额（元）"],
    &["交易状态"],
    &["交易对方"],
    &["商家订单号"],
];

/// Columns that a header must have to be taken for this format, be it with others missing. WeChat has four of them.
const RECOGNISED_BY: usize = 6;

/// The format.
pub struct Alipay;

impl Source for Alipay {
    fn name(&self) -> &'static str {
        "alipay"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        dialect(head).is_some()
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

/// The encoding in which the header can be read.
fn dialect(bytes: &[u8]) -> Option<Dialect> {
    let known = |dialect: &Dialect| table::recognises_under(bytes, *dialect, &NEEDED, RECOGNISED_BY);
    [Dialect::COMMAS, Dialect::GBK].into_iter().find(known)
}
