//! Which column is what, by the words of the header.

use crate::worded::Header;
use domain::Currency;

const DATE: &[&str] = &["date", "rate date", "value date", "day", "datum", "tag", "fecha", "data", "日期", "汇率日期"];
const FROM: &[&str] = &[
    "from",
    "from currency",
    "currency from",
    "source currency",
    "base",
    "base currency",
    "von",
    "von währung",
    "ausgangswährung",
    "basiswährung",
    "de",
    "moneda origen",
    "moneda base",
    "moeda origem",
    "moeda base",
    "原币",
    "源货币",
    "基准货币",
];
const TO: &[&str] = &[
    "to",
    "to currency",
    "currency to",
    "target currency",
    "quote",
    "quote currency",
    "counter currency",
    "nach",
    "nach währung",
    "zielwährung",
    "a",
    "moneda destino",
    "para",
    "moeda destino",
    "目标货币",
    "报价货币",
];
const RATE: &[&str] = &[
    "rate",
    "exchange rate",
    "fx rate",
    "kurs",
    "wechselkurs",
    "umrechnungskurs",
    "tipo de cambio",
    "tipo",
    "tasa",
    "taxa de câmbio",
    "taxa",
    "câmbio",
    "汇率",
];
/// A column that names the base of a wide table.
const BASE: &[&str] = &["base", "base currency", "basiswährung", "moneda base", "moeda base", "基准货币"];

/// Words of a line that names the base.
const BASE_LINES: [&str; 4] = ["base", "basis", "moeda", "基准"];

/// Where the rates of a file stand.
pub(super) enum Layout {
    /// A row a rate.
    Long { date: usize, from: usize, to: usize, rate: usize },
    /// A row a day.
    Wide { date: usize, base: Base, quoted: Vec<(usize, Currency)> },
}

/// What one unit of the rates is.
pub(super) enum Base {
    /// Told once for all rows.
    Of(Currency),
    /// Told by each row.
    Column(usize),
    /// Not told.
    Unknown,
}

/// Whether this is the header of a business's own rates.
pub(super) fn fits(header: &Header, preamble: &[String]) -> bool {
    match Layout::of(header, preamble) {
        Some(Layout::Wide { base: Base::Unknown, .. }) => !is_central_bank(header),
        found => found.is_some(),
    }
}

/// The layout that the European Central Bank writes, which needs no base.
fn is_central_bank(header: &Header) -> bool {
    let has = |name: &str| header.names.iter().any(|known| known == name);
    has("Date") && has("USD") && has("JPY")
}

impl Layout {
    pub(super) fn of(header: &Header, preamble: &[String]) -> Option<Self> {
        let date = header.place(DATE)?;
        if let (Some(from), Some(to), Some(rate)) = (header.place(FROM), header.place(TO), header.place(RATE)) {
            return Some(Self::Long { date, from, to, rate });
        }
        let base_column = header.place(BASE);
        let mut quoted = Vec::new();
        let mut bases = Vec::new();
        for (index, name) in header.names.iter().enumerate() {
            if index == date || Some(index) == base_column || name.is_empty() {
                continue;
            }
            let (base, to) = pair(name)?;
            quoted.push((index, to));
            bases.push(base);
        }
        let first = *bases.first()?;
        let base = match (base_column, first) {
            (Some(column), None) => Base::Column(column),
            (None, Some(base)) => Base::Of(base),
            (None, None) => base_of(preamble).map_or(Base::Unknown, Base::Of),
            _ => return None,
        };
        bases.iter().all(|base| *base == first).then_some(Self::Wide { date, base, quoted })
    }
}

/// `USD`, or `EUR/USD` with its base.
fn pair(name: &str) -> Option<(Option<Currency>, Currency)> {
    let is_code = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
    let name = name.trim();
    match name.split_once(['/', '-']) {
        Some((base, to)) if is_code(base) && is_code(to) => {
            Some((Some(Currency::from_code(base)?), Currency::from_code(to)?))
        }
        None if is_code(name) => Some((None, Currency::from_code(name)?)),
        _ => None,
    }
}

/// The currency of the lines above the header that speak of a base: `Base: EUR`, or `Base currency` beside `EUR`.
fn base_of(preamble: &[String]) -> Option<Currency> {
    let mut speaks = false;
    for text in preamble {
        let lower = text.to_lowercase();
        speaks |= BASE_LINES.iter().any(|word| lower.contains(word));
        let mut codes = text
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()));
        if let Some(code) = codes.next_back().filter(|_| speaks) {
            return Currency::from_code(code);
        }
    }
    None
}
