//! The draft as a mapping file: what is sure stands in it, what is not stands as a comment, each with its reason.

use super::super::meaning::{Kind, Meaning};
use super::{Draft, DraftColumn};
use crate::number_style::NumberStyle;
use crate::tabular::Shape;
use crate::values::DateStyle;
use std::fmt::Write as _;

impl Draft {
    /// The mapping file.
    pub fn to_toml(&self) -> String {
        let mut out = String::from(
            "# Drafted by `plimsoll map`. Mend what is wrong, take the `#` off what is right, and keep it:\n",
        );
        out.push_str("#   plimsoll map check FILE --mapping THIS      what it would read\n");
        out.push_str("#   plimsoll import FILE --mapping THIS         reads it\n\n");
        let (kind, certain) = self.kind;
        let others: Vec<&str> = Kind::ALL.iter().filter(|other| **other != kind).map(|other| other.name()).collect();
        let _ = writeln!(out, "# {certain:.2}: what the columns speak for; or {}", others.join(", "));
        let _ = writeln!(out, "kind = {}", quoted(kind.name()));
        self.push_layout(&mut out);
        match self.currency {
            Some(currency) => {
                let _ =
                    writeln!(out, "currency = {}  # a name or a sign in the values tells it", quoted(currency.code()));
            }
            None => {
                out.push_str("# currency = \"EUR\"  # of rows that name none; else what `import --currency` says\n");
            }
        }
        out.push_str("# zone = \"Europe/London\"  # of times that name none; else what `import --zone` says\n");
        self.push_own(&mut out);
        self.push_categories(&mut out);
        for column in &self.columns {
            push_column(&mut out, self.kind.0, column);
        }
        out
    }

    fn push_layout(&self, out: &mut String) {
        match self.layout.shape {
            Shape::JsonLines => out.push_str("format = \"json-lines\"\n"),
            Shape::Delimited { delimiter, header_row } => {
                let _ = writeln!(out, "delimiter = {}", quoted(&char::from(delimiter).to_string()));
                let _ = writeln!(out, "header-row = {header_row}");
            }
        }
        let _ = writeln!(out, "encoding = {}", quoted(&self.layout.encoding));
        if self.has_header {
            let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
            let _ = writeln!(out, "# The file is known again by these names:\nheader = [{}]", names.join(", "));
        }
        if self.skip_last > 0 {
            let _ = writeln!(out, "skip-last = {}  # rows at the end that are totals", self.skip_last);
        }
    }

    /// What only some kinds have.
    fn push_own(&self, out: &mut String) {
        let has = |means| self.columns.iter().any(|column| column.means == Some(means) && column.is_sure());
        match self.kind.0 {
            Kind::StockMovement if self.by_reason => {
                out.push_str("sign = \"by-reason\"  # no quantity is negative: what is sold or lost leaves\n");
            }
            Kind::Review => {
                let _ = writeln!(out, "best-rating = {}  # of ratings that say none", self.best_rating);
            }
            Kind::Price if !has(Meaning::Instrument) => {
                out.push_str("# instrument = \"AMZN\"  # of what the prices are; no column says it\n");
            }
            Kind::TrialBalance if !has(Meaning::Date) => {
                out.push_str("# as-of = \"2026-12-31\"  # the day of the balances, where no line of a file says it\n");
            }
            Kind::Shipment | Kind::Price => {}
            _ => out.push_str("# sign = \"negated\"  # where a positive amount is money that goes out\n"),
        }
    }

    fn push_categories(&self, out: &mut String) {
        let known: Vec<&str> = self.kind.0.words().iter().map(|(name, _)| *name).collect();
        let (Some(first), false) = (known.first(), self.words.is_empty()) else { return };
        let _ = writeln!(out, "\n# What each word means: {}.", known.join(", "));
        out.push_str("# A word that is not here quarantines its rows.\n[categories]\n");
        for word in &self.words {
            let _ = match self.kind.0.word_for(word).or_else(|| category_of(word).filter(|name| known.contains(name))) {
                Some(means) => writeln!(out, "{} = {}", quoted(word), quoted(means)),
                None => writeln!(out, "# {} = {}", quoted(word), quoted(first)),
            };
        }
    }
}

/// What a word says in any of the languages; the first that it holds.
pub(super) fn category_of(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 6] = [
        ("refund", &["refund", "erstattung", "ruckerstattung", "reembolso", "estorno", "devolucion", "退款"]),
        ("dispute", &["chargeback", "dispute", "ruckbuchung", "contracargo", "disputa", "拒付"]),
        ("payout", &["payout", "withdrawal", "transfer", "auszahlung", "repasse", "saque", "retiro", "提现", "结算"]),
        ("fee", &["fee", "commission", "gebuhr", "taxa", "tarifa", "comision", "comissao", "手续费", "服务费"]),
        ("adjustment", &["adjustment", "correction", "korrektur", "ajuste", "调整"]),
        (
            "charge",
            &[
                "charge",
                "payment",
                "sale",
                "purchase",
                "order",
                "zahlung",
                "verkauf",
                "pagamento",
                "venda",
                "pago",
                "venta",
                "收款",
                "支付",
                "交易",
            ],
        ),
    ];
    let plain = super::plain(word);
    WORDS.iter().find(|(_, known)| known.iter().any(|known| plain.contains(known))).map(|(means, _)| *means)
}

fn push_column(out: &mut String, kind: Kind, column: &DraftColumn) {
    let Some(means) = column.means else {
        let personal = if column.personal { "; personal, so better left out" } else { "" };
        let _ = writeln!(out, "\n# {} has no meaning here: {}{personal}", quoted(&column.name), column.values);
        return;
    };
    let _ = writeln!(out, "\n# {:.2}: {}", column.certain, column.why.replace(['\n', '\r'], " "));
    let hash = if column.is_sure() { "" } else { "# " };
    let _ = writeln!(
        out,
        "{hash}[[column]]\n{hash}name = {}\n{hash}means = {}",
        quoted(&column.name),
        quoted(means.name())
    );
    if let (true, Some((style, why))) = (means.is_date(), column.dates) {
        let word = DateStyle::ALL.iter().find(|(known, _)| *known == style).map_or("year-first", |(_, word)| word);
        let _ = writeln!(out, "{hash}dates = {}  # {why}", quoted(word));
    }
    if means.is_number() && column.style == Some(NumberStyle::Comma) {
        let _ = writeln!(out, "{hash}decimal = \"comma\"");
    }
    if column.minor && means.is_money(kind) {
        let _ = writeln!(out, "{hash}minor = true  # its name says so, and all are whole numbers");
    }
    if means.is_personal() {
        let _ = writeln!(out, "{hash}personal = true");
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
