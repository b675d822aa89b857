//! Writes prices in the long layout.

use crate::csv_line;
use domain::Price;
use rust_decimal::Decimal;

const HEADER: [&str; 10] =
    ["Symbol", "Date", "Open", "High", "Low", "Close", "Adj Close", "Volume", "Currency", "Exchange"];

/// The file.
pub fn write(prices: &[Price]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &HEADER);
    for price in prices {
        let number = |number: Option<Decimal>| number.map(|number| number.to_string()).unwrap_or_default();
        let fields = [
            price.instrument.clone(),
            price.date.to_string(),
            number(price.open),
            number(price.high),
            number(price.low),
            price.close.to_string(),
            number(price.adjusted),
            number(price.volume),
            price.currency.map(|currency| currency.to_string()).unwrap_or_default(),
            price.market.clone(),
        ];
        csv_line::push(&mut out, &fields.each_ref().map(String::as_str));
    }
    out
}
