//! PayPal's words for what moved and how far it got, in five languages.

use domain::ProcessorCategory;

/// What a type says before the sign of the amount is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Conversion,
    Payment,
    Refund,
    Reversal,
    Payout,
    Fee,
    Other,
}

/// Parts of types in lower case; the first that a type contains decides, so the special stand before the general
/// (`Rückzahlung` holds `zahlung`).
const PARTS: [(Kind, &[&str]); 7] = [
    (
        Kind::Conversion,
        &[
            "currency conversion",
            "währungsumrechnung",
            "conversión de divisa",
            "conversión de moneda",
            "conversão de moeda",
            "conversão de divisa",
            "货币兑换",
            "货币换算",
        ],
    ),
    (
        Kind::Other,
        &[
            "hold",
            "reserve",
            "authorization",
            "order",
            "card deposit",
            "card withdrawal",
            "einbehalt",
            "autorisierung",
            "kreditkarteneinzahlung",
            "retención",
            "retenção",
            "autorización",
            "autorização",
            "冻结",
            "授权",
        ],
    ),
    (Kind::Fee, &["fee", "gebühr", "comisión", "tarifa", "费用"]),
    (Kind::Reversal, &["chargeback", "payment reversal", "contracargo", "退单", "撤销"]),
    (Kind::Refund, &["refund", "rückzahlung", "rückerstattung", "reembolso", "退款"]),
    (
        Kind::Payout,
        &[
            "withdrawal",
            "bank deposit",
            "abbuchung",
            "auszahlung",
            "bankgutschrift",
            "retiro",
            "retirada",
            "saque",
            "提现",
        ],
    ),
    (Kind::Payment, &["payment", "checkout", "zahlung", "pago", "pagamento", "付款"]),
];

/// What a type says.
pub(super) fn kind(word: &str) -> Kind {
    let word = word.to_lowercase();
    let fits = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    PARTS.iter().find(|(_, parts)| fits(parts)).map_or(Kind::Other, |(kind, _)| *kind)
}

/// The category of a kind, by the sign of its gross amount.
pub(crate) fn category(kind: Kind, gross_minor: i64) -> ProcessorCategory {
    match kind {
        Kind::Payment if gross_minor > 0 => ProcessorCategory::Charge,
        Kind::Payment | Kind::Conversion | Kind::Other => ProcessorCategory::Adjustment,
        Kind::Refund => ProcessorCategory::Refund,
        Kind::Reversal if gross_minor > 0 => ProcessorCategory::DisputeReversal,
        Kind::Reversal => ProcessorCategory::Dispute,
        Kind::Payout => ProcessorCategory::Payout,
        Kind::Fee => ProcessorCategory::Fee,
    }
}

/// Statuses of money that has moved.
const MOVED: [&str; 18] = [
    "completed",
    "refunded",
    "partially refunded",
    "reversed",
    "cleared",
    "abgeschlossen",
    "zurückgezahlt",
    "rückzahlung",
    "teilrückzahlung",
    "completado",
    "completada",
    "reembolsado",
    "concluído",
    "concluída",
    "completo",
    "reembolsada",
    "已完成",
    "已退款",
];

/// Statuses of money that has not, or not yet.
const UNMOVED: [&str; 32] = [
    "pending",
    "denied",
    "canceled",
    "cancelled",
    "expired",
    "failed",
    "held",
    "placed",
    "processing",
    "removed",
    "returned",
    "unclaimed",
    "uncleared",
    "voided",
    "active",
    "created",
    "ausstehend",
    "offen",
    "abgelehnt",
    "storniert",
    "abgelaufen",
    "nicht abgeholt",
    "pendiente",
    "denegado",
    "cancelado",
    "rechazado",
    "pendente",
    "negado",
    "recusado",
    "待处理",
    "已拒绝",
    "已取消",
];

/// Whether money has moved, or none where the status is not known.
pub(super) fn has_moved(status: &str) -> Option<bool> {
    let status = status.to_lowercase();
    let is_in = |words: &[&str]| words.contains(&status.as_str());
    if is_in(&MOVED) { Some(true) } else { is_in(&UNMOVED).then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_that_a_type_contains_decides() {
        for (word, expected) in [
            ("General Currency Conversion", Kind::Conversion),
            ("Allgemeine Währungsumrechnung", Kind::Conversion),
            ("Express Checkout Payment", Kind::Payment),
            ("Zahlung im Einzugsverfahren", Kind::Payment),
            ("Pago de sitio web", Kind::Payment),
            ("网站付款", Kind::Payment),
            ("Payment Refund", Kind::Refund),
            ("Rückzahlung", Kind::Refund),
            ("Payment Reversal", Kind::Reversal),
            ("Chargeback", Kind::Reversal),
            ("Chargeback Fee", Kind::Fee),
            ("General Withdrawal", Kind::Payout),
            ("Bank Deposit to PP Account", Kind::Payout),
            ("Von Nutzer eingeleitete Abbuchung", Kind::Payout),
            ("General Card Deposit", Kind::Other),
            ("Hold on Balance for Dispute Investigation", Kind::Other),
            ("Something new", Kind::Other),
        ] {
            assert_eq!(kind(word), expected, "{word}");
        }
        assert_eq!(category(Kind::Payment, -5), ProcessorCategory::Adjustment);
        assert_eq!(category(Kind::Reversal, 5), ProcessorCategory::DisputeReversal);
    }
}
