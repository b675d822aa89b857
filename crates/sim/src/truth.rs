//! What is really so, beside the files: every break that was planted, every one that the shop's own books bring along,
//! and the near misses that are no breaks at all.

use domain::{Currency, ExceptionRule, Money, RecordId};
use std::fmt::Write;

/// Why a record breaks a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// Put there on purpose.
    Planted,
    /// Follows from the real invoices, from how banks work, or from a planted break; a perfect checker raises it too.
    Natural,
}

impl Class {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planted => "planted",
            Self::Natural => "natural",
        }
    }
}

/// One true break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TruthRow {
    /// Why.
    pub class: Class,
    /// The rule that is broken.
    pub rule: ExceptionRule,
    /// The record that breaks it.
    pub record: RecordId,
    /// The money at stake, never negative.
    pub amount: Money,
    /// What was done, for people.
    pub note: String,
}

macro_rules! decoys {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// A near miss: it looks like a break and is none.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Decoy { $($(#[$doc])* $variant,)* }

        impl Decoy {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Lower-case name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

decoys! {
    /// An order that a credit note cancelled before it was paid: no payment is missing.
    CancelledOrder = "cancelled order";
    /// A charge that names no order.
    PaymentLink = "payment link";
    /// The second of two payments by halves: equal, and no double.
    HalfPayment = "half payment";
    /// The second of two payments of 30 and 70 %.
    PartPayment = "part payment";
    /// A charge one to four days after its order.
    LatePayment = "late payment";
    /// The later of two orders of one buyer with equal amounts within seven days, each with its payment.
    EqualOrders = "equal orders";
    /// A second charge that was given back within the hour.
    RefundedDuplicate = "refunded duplicate";
    /// A refund of exactly its charge.
    FullRefund = "full refund";
    /// The last of several refunds that come to exactly their charge.
    FullRefundInParts = "full refund in parts";
    /// The last of several refunds of one credit note.
    SplitRefund = "split refund";
    /// A refund without a description.
    UndescribedRefund = "undescribed refund";
    /// A payout that the bank booked in one line with another.
    CombinedPayout = "combined payout";
    /// A payout whose bank line names no payout.
    LostReference = "lost reference";
    /// A payout that took three or four business days.
    LateArrival = "late arrival";
}

/// One near miss.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DecoyRow {
    /// What it looks like.
    pub kind: Decoy,
    /// The record that a hasty checker would raise.
    pub record: RecordId,
}

/// Everything that is true of a world and stands in none of its files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Truth {
    /// By class, rule and record; a record breaks a rule once.
    pub rows: Vec<TruthRow>,
    /// By kind and record.
    pub decoys: Vec<DecoyRow>,
}

impl Truth {
    pub(crate) fn new(mut rows: Vec<TruthRow>, mut decoys: Vec<DecoyRow>) -> Self {
        rows.sort_by(|a, b| (a.class, a.rule, &a.record).cmp(&(b.class, b.rule, &b.record)));
        decoys.sort();
        Self { rows, decoys }
    }

    /// The breaks of one class and rule.
    pub fn of(&self, class: Class, rule: ExceptionRule) -> impl Iterator<Item = &TruthRow> {
        self.rows.iter().filter(move |row| row.class == class && row.rule == rule)
    }

    /// The breaks as `class,rule,record,amount,currency,note`, one a line after a header.
    pub fn to_csv(&self) -> String {
        let mut out = "class,rule,record,amount,currency,note\n".to_owned();
        for row in &self.rows {
            let fields =
                [row.class.name(), row.rule.name(), &row.record.0, &major(row.amount), row.amount.currency.code()];
            fields.iter().for_each(|field| {
                out.push_str(&quoted_for_csv(field));
                out.push(',');
            });
            out.push_str(&quoted_for_csv(&row.note));
            out.push('\n');
        }
        out
    }

    /// The breaks of what [`Truth::to_csv`] wrote; none where it is something else.
    pub fn from_csv(text: &str) -> Option<Self> {
        let rows: Option<Vec<TruthRow>> = text.lines().skip(1).map(row_of_csv).collect();
        Some(Self::new(rows?, Vec::new()))
    }

    /// `{"breaks": [{"class", "rule", "record", "amount", "currency", "note"}], "decoys": [{"kind", "record"}]}`.
    pub fn to_json(&self) -> String {
        let breaks: Vec<String> = self.rows.iter().map(break_as_json).collect();
        let decoys: Vec<String> = self.decoys.iter().map(decoy_as_json).collect();
        format!("{{\n\"breaks\": [\n{}\n],\n\"decoys\": [\n{}\n]\n}}\n", breaks.join(",\n"), decoys.join(",\n"))
    }
}

/// Notes may hold commas, the fields before them none.
fn row_of_csv(line: &str) -> Option<TruthRow> {
    let fields: Vec<&str> = line.splitn(6, ',').collect();
    let [class, rule, record, amount, currency, note] = fields[..] else { return None };
    let class = [Class::Planted, Class::Natural].into_iter().find(|known| known.name() == class)?;
    let amount = Money::from_decimal(amount.parse().ok()?, Currency::from_code(currency)?)?;
    let (rule, record) = (ExceptionRule::from_name(rule)?, RecordId::from(record));
    Some(TruthRow { class, rule, record, amount, note: note.trim_matches('"').to_owned() })
}

fn major(amount: Money) -> String {
    amount.to_decimal().to_string()
}

fn break_as_json(row: &TruthRow) -> String {
    json_object(&[
        ("class", row.class.name()),
        ("rule", row.rule.name()),
        ("record", &row.record.0),
        ("amount", &major(row.amount)),
        ("currency", row.amount.currency.code()),
        ("note", &row.note),
    ])
}

fn decoy_as_json(row: &DecoyRow) -> String {
    json_object(&[("kind", row.kind.name()), ("record", &row.record.0)])
}

fn json_object(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, text)| format!("\"{name}\": {}", json_string(text))).collect();
    format!("{{{}}}", fields.join(", "))
}

/// RFC 8259, section 7: quotes, backslashes and control characters are escaped.
fn json_string(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Writing to a string cannot fail.
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c)).unwrap_or_default(),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// RFC 4180: a field with a comma, quote or line end is quoted, its quotes doubled.
pub(crate) fn quoted_for_csv(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_written_with_every_awkward_character_escaped() {
        let row = TruthRow {
            class: Class::Planted,
            rule: ExceptionRule::PayoutShort,
            record: RecordId::from("stripe:txn_1"),
            amount: Money::new(1_250, Currency::GBP),
            note: "a \"note\", two\nlines".to_owned(),
        };
        let decoy = DecoyRow { kind: Decoy::FullRefund, record: RecordId::from("stripe:txn_2") };
        let truth = Truth::new(vec![row], vec![decoy]);
        assert_eq!(
            truth.to_csv(),
            "class,rule,record,amount,currency,note\n\
             planted,PayoutShort,stripe:txn_1,12.50,GBP,\"a \"\"note\"\", two\nlines\"\n"
        );
        assert_eq!(
            truth.to_json(),
            "{\n\"breaks\": [\n{\"class\": \"planted\", \"rule\": \"PayoutShort\", \"record\": \"stripe:txn_1\", \
             \"amount\": \"12.50\", \"currency\": \"GBP\", \"note\": \"a \\\"note\\\", two\\u000alines\"}\n],\n\
             \"decoys\": [\n{\"kind\": \"full refund\", \"record\": \"stripe:txn_2\"}\n]\n}\n"
        );
    }
}
