//! The table of what moves which account. A test holds the code to it.

use domain::PostingRole;

/// A row: what happens, and where it stands in debit and in credit. A negative amount stands the other way round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// The posting rule.
    pub rule: &'static str,
    /// The part of it.
    pub part: &'static str,
    /// An account's name, or what chooses it.
    pub debit: &'static str,
    /// An account's name, or what chooses it.
    pub credit: &'static str,
    /// Which side the policy may move, by this role.
    pub role: Option<PostingRole>,
}

const fn row(
    rule: &'static str,
    part: &'static str,
    debit: &'static str,
    credit: &'static str,
    role: Option<PostingRole>,
) -> Row {
    Row { rule, part, debit, credit, role }
}

/// Every posting rule, in the order of the way through.
pub const TABLE: &[Row] = &[
    row("sale", "goods", "receivables", "sales", Some(PostingRole::GoodsSold)),
    row("sale", "goods of a seller, less commission", "receivables", "seller_payables", None),
    row("sale", "commission on a seller's goods", "receivables", "commission_income", None),
    row("sale", "a stock code of the policy", "receivables", "the policy's account", None),
    row("sale", "settled outside the processor", "marketplace_clearing", "the policy's account", None),
    row("credit note", "goods", "sales_returns", "receivables", Some(PostingRole::GoodsCredited)),
    row("credit note", "goods of a seller, less commission", "seller_payables", "receivables", None),
    row("credit note", "commission on a seller's goods", "commission_income", "receivables", None),
    row("credit note", "a stock code of the policy", "the policy's account", "receivables", None),
    row("credit note", "settled outside the processor", "the policy's account", "marketplace_clearing", None),
    row("adjustment", "lines", "receivables", "sales, or the policy's account", None),
    row("charge", "net", "processor_balance", "payments_unapplied", None),
    row("charge", "fee", "processor_fees", "payments_unapplied", Some(PostingRole::FeeOfLine)),
    row("buyer payment", "payment that only the shop tells of", "marketplace_clearing", "payments_unapplied", None),
    row("buyer payment", "by a gift voucher", "gift_vouchers", "payments_unapplied", None),
    row("refund", "net", "refunds_unapplied", "processor_balance", None),
    row("refund", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("payout", "net", "cash_in_transit", "processor_balance", None),
    row("payout", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("dispute", "gross", "disputes", "processor_balance", Some(PostingRole::Dispute)),
    row("dispute", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("dispute reversal", "gross", "processor_balance", "disputes", Some(PostingRole::Dispute)),
    row("dispute reversal", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("processor fee", "gross", "processor_fees", "processor_balance", Some(PostingRole::FeeAlone)),
    row("processor fee", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("processor adjustment", "gross", "processor_balance", "processor_fees", Some(PostingRole::ProcessorAdjustment)),
    row("processor adjustment", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("reserve", "held back; let go the other way", "processor_reserve", "processor_balance", None),
    row("reserve", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("transfer to seller", "gross; back the other way", "seller_payments_unapplied", "processor_balance", None),
    row("transfer to seller", "fee", "processor_fees", "processor_balance", Some(PostingRole::FeeOfLine)),
    row("bank line", "credit", "bank", "bank_unexplained", None),
    row("order paid", "share", "payments_unapplied", "receivables", None),
    row("credit note refunded", "share", "receivables", "refunds_unapplied", None),
    row("payment voided", "share", "payments_unapplied", "refunds_unapplied", None),
    row("payout implied", "sum of its lines", "cash_in_transit", "processor_balance", None),
    row("payout received", "share", "bank_unexplained", "cash_in_transit", None),
    row("seller paid", "share", "seller_payables", "bank_unexplained", None),
    row("seller transferred", "share", "seller_payables", "seller_payments_unapplied", None),
    row("order paid", "difference of rates", "exchange_differences", "receivables", None),
    row("order paid", "paid into a balance of another currency", "payments_unapplied", "exchange_differences", None),
    row("stock purchase", "quantity × unit cost", "inventory", "trade_payables", None),
    row("stock purchase", "of units that were sold before", "cost_of_goods_sold", "trade_payables", None),
    row("stock sale", "cost by the policy's method", "cost_of_goods_sold", "inventory", None),
    row("stock return", "unit cost, else that of the last sale", "inventory", "cost_of_goods_sold", None),
    row("stock adjustment", "cost by the policy's method", "inventory", "cost_of_goods_sold", None),
    row("opening balance", "every account", "the policy's accounts", "the policy's accounts", None),
];
