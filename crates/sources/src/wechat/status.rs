//! What a row's status, direction and type make of it.

use domain::ProcessorCategory;

/// Words for done.
const DONE: [&str; 14] = [
    "支付成功",
    "已存入零钱",
    "已转账",
    "对方已收钱",
    "朋友已收钱",
    "已收钱",
    "已到账",
    "提现已到账",
    "充值完成",
    "充值成功",
    "已全额退款",
    "对方已退还",
    "已退还",
    "已还款",
];

/// Words for what never moved.
const NEVER: [&str; 7] = ["支付失败", "提现失败", "充值失败", "还款失败", "已撤销", "已失效", "已关闭"];

/// Whether money has moved by a status, and what of it was given back; none where the word is not listed.
pub(super) fn moved(status: &str) -> Option<Moved<'_>> {
    if DONE.contains(&status) {
        return Some(Moved::Whole);
    }
    if let Some(rest) = status.strip_prefix("已退款") {
        return Some(Moved::GivenBack(rest.trim_matches(['(', ')', '（', '）'])));
    }
    let waits = NEVER.contains(&status) || status.starts_with("等待") || status.starts_with('待');
    waits.then_some(Moved::Not)
}

/// What a status says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Moved<'a> {
    /// All of it moved.
    Whole,
    /// All of it moved, and this much came back, by a row of its own.
    GivenBack(&'a str),
    /// Nothing moved, or not yet.
    Not,
}

/// The category, and whether money came in; none between the owner's own pockets, an error for a word not listed.
pub(super) fn category(direction: &str, kind: &str) -> Result<Option<(ProcessorCategory, bool)>, ()> {
    let given_back = kind.ends_with("退款");
    match direction {
        "收入" if given_back => Ok(Some((ProcessorCategory::Adjustment, true))),
        "收入" => Ok(Some((ProcessorCategory::Charge, true))),
        "支出" if given_back => Ok(Some((ProcessorCategory::Refund, false))),
        "支出" => Ok(Some((ProcessorCategory::Adjustment, false))),
        "/" | "中性交易" => Ok(neutral(kind)),
        _ => Err(()),
    }
}

fn neutral(kind: &str) -> Option<(ProcessorCategory, bool)> {
    match kind {
        "零钱提现" => Some((ProcessorCategory::Payout, false)),
        "零钱充值" => Some((ProcessorCategory::Adjustment, true)),
        _ => None,
    }
}
