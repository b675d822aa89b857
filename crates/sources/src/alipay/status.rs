//! What a row's direction, status and category make of it.

use domain::ProcessorCategory;

/// Words for done.
const DONE: [&str; 12] = [
    "交易成功",
    "支付成功",
    "付款成功",
    "退款成功",
    "还款成功",
    "代付成功",
    "充值成功",
    "提现成功",
    "转账成功",
    "收款成功",
    "缴费成功",
    "已完成",
];

/// The buyer's money has left, and has not come to the seller.
const IN_ESCROW: [&str; 4] = ["等待确认收货", "等待对方发货", "等待对方确认收货", "等待发货"];

/// Nothing has moved, or not for good.
const PENDING: [&str; 10] = [
    "等待付款",
    "等待买家付款",
    "等待对方付款",
    "待付款",
    "处理中",
    "退款中",
    "支付失败",
    "还款失败",
    "提现失败",
    "失败",
];

/// Closed: never paid, or paid and given back by a row of its own.
const CLOSED: [&str; 3] = ["交易关闭", "已关闭", "交易取消"];

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// A movement, and whether money came in.
    Fact(ProcessorCategory, bool),
    /// No fact, or none yet.
    Skipped,
    /// This column has a word that is not listed.
    Unknown(&'static str),
}

/// The words of a row that decide.
pub(super) struct Words<'a> {
    /// 收/支.
    pub(super) direction: &'a str,
    /// 交易状态.
    pub(super) status: &'a str,
    /// 交易分类, the kind of trade, and 商品说明, what was traded.
    pub(super) about: [&'a str; 2],
    /// Whether 收/付款方式 names what paid; so it counts where there is no such column.
    pub(super) has_method: bool,
}

impl Words<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        match self.direction {
            "收入" => self.when(DONE.contains(&self.status), self.coming_in(), true),
            "支出" => self.when(self.has_left(), self.going_out(), false),
            "不计收支" | "其他" | "/" | "" => self.neither(),
            _ => Verdict::Unknown("收/支"),
        }
    }

    fn when(&self, moved: bool, category: ProcessorCategory, in_: bool) -> Verdict {
        let known = [&PENDING[..], &CLOSED, &IN_ESCROW].iter().any(|words| words.contains(&self.status));
        match (moved, known) {
            (true, _) => Verdict::Fact(category, in_),
            (false, true) => Verdict::Skipped,
            (false, false) => Verdict::Unknown("交易状态"),
        }
    }

    fn has_left(&self) -> bool {
        let closed_but_paid = CLOSED.contains(&self.status) && self.has_method;
        DONE.contains(&self.status) || IN_ESCROW.contains(&self.status) || closed_but_paid
    }

    fn neither(&self) -> Verdict {
        let done = DONE.contains(&self.status);
        if self.speaks_of("退款") {
            return self.when(done, ProcessorCategory::Adjustment, true);
        }
        if self.speaks_of("提现") {
            return self.when(done, ProcessorCategory::Payout, false);
        }
        match self.when(done, ProcessorCategory::Adjustment, true) {
            Verdict::Fact(..) => Verdict::Skipped,
            other => other,
        }
    }

    fn coming_in(&self) -> ProcessorCategory {
        if self.speaks_of("退款") { ProcessorCategory::Adjustment } else { ProcessorCategory::Charge }
    }

    fn going_out(&self) -> ProcessorCategory {
        if self.speaks_of("退款") {
            ProcessorCategory::Refund
        } else if self.speaks_of("手续费") || self.speaks_of("服务费") {
            ProcessorCategory::Fee
        } else {
            ProcessorCategory::Adjustment
        }
    }

    /// Whether the category is the word, the status or the goods begin with it.
    fn speaks_of(&self, word: &str) -> bool {
        self.status.starts_with(word) || self.about.iter().any(|about| about.starts_with(word))
    }
}
