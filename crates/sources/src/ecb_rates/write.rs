//! Writes rate sheets as the bank does, for goldens and tests.

use domain::{Currency, RateSheet};

/// The file of these days. The columns are the currencies in order of first appearance; a day without one has `N/A`.
pub fn write(sheets: &[RateSheet]) -> Vec<u8> {
    let currencies = currencies(sheets);
    let mut out = String::from("Date,");
    for currency in &currencies {
        out += &format!("{currency},");
    }
    for sheet in sheets {
        out += &format!("\n{},", sheet.date);
        for currency in &currencies {
            let rate = sheet.rates.iter().find(|(quoted, _)| quoted == currency);
            out += &rate.map_or_else(|| "N/A,".to_owned(), |(_, rate)| format!("{rate},"));
        }
    }
    out.push('\n');
    out.into_bytes()
}

fn currencies(sheets: &[RateSheet]) -> Vec<Currency> {
    let mut currencies = Vec::new();
    for (currency, _) in sheets.iter().flat_map(|sheet| &sheet.rates) {
        if !currencies.contains(currency) {
            currencies.push(*currency);
        }
    }
    currencies
}
