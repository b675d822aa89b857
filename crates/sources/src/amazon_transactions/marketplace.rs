//! In what currency a report is written.

use domain::Currency;

/// Marketplaces and what they pay in.
const MARKETPLACES: [(&str, &str); 17] = [
    ("amazon.com", "USD"),
    ("amazon.ca", "CAD"),
    ("amazon.com.mx", "MXN"),
    ("amazon.com.br", "BRL"),
    ("amazon.co.uk", "GBP"),
    ("amazon.de", "EUR"),
    ("amazon.fr", "EUR"),
    ("amazon.it", "EUR"),
    ("amazon.es", "EUR"),
    ("amazon.nl", "EUR"),
    ("amazon.com.be", "EUR"),
    ("amazon.ie", "EUR"),
    ("amazon.se", "SEK"),
    ("amazon.pl", "PLN"),
    ("amazon.co.jp", "JPY"),
    ("amazon.com.au", "AUD"),
    ("amazon.sg", "SGD"),
];

/// What a marketplace pays in.
pub(super) fn currency(marketplace: &str) -> Option<Currency> {
    let name = marketplace.trim().to_ascii_lowercase();
    let (_, code) = MARKETPLACES.iter().find(|(known, _)| *known == name)?;
    Currency::from_code(code)
}

/// `All amounts in USD, unless specified`, in whatever cells the preamble's line was split into.
pub(super) fn stated(preamble: &[Vec<String>]) -> Option<Currency> {
    let text = preamble.iter().flatten().find_map(|cell| cell.split_once("All amounts in "))?.1;
    Currency::from_code(text.get(..3)?)
}
