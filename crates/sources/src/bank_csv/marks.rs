//! The words that mark an amount as a debit or a credit.

/// Words of the marks beside an amount.
const DEBITS: [&str; 12] = ["d", "dr", "debit", "dbit", "s", "soll", "cargo", "débito", "débit", "借", "支出", "-"];
const CREDITS: [&str; 12] =
    ["c", "cr", "credit", "crdt", "h", "haben", "abono", "crédito", "crédit", "贷", "收入", "+"];

/// Whether a mark, in lower case, is one of a debit; none where it is no mark.
pub(crate) fn is_debit(mark: &str) -> Option<bool> {
    let debit = DEBITS.contains(&mark);
    (debit || CREDITS.contains(&mark)).then_some(debit)
}
