//! PayPal's activity download: every movement of the PayPal balances, in the language of the account.
//!
//! Columns are found by name in any order, in English, German, Spanish, Portuguese or Chinese; fields are parted by
//! commas, semicolons or tabs. The rules:
//!
//! - A row is the record `paypal:<Transaction ID>`; of a currency conversion `paypal:<Transaction ID>/<currency>`, since
//!   both sides may share one id. The same again with the same content is a duplicate; with other content an
//!   `IdempotencyConflict`.
//! - PayPal's fee is negative when charged, so `Net = Gross + Fee`, else `IdentityBroken`; a blank fee is none, a blank
//!   net is what the identity says.
//! - `Balance` is the balance of the row's currency after it: the one before and the net, in the file's order or against
//!   it. If not, an `IdentityBroken` that holds no row names the first row that differs, and what most likely lacks;
//!   rows in another order than their balances are left alone.
//! - The type decides the category (`words`). A payment is a charge where the balance grows; a payment that the shop
//!   made, a conversion, a hold, and a type that no word is known of, are adjustments with the type as description.
//! - Withdrawals, and deposits from the bank, are payouts: they have their line at the bank.
//! - A refund or reversal is of the charge in `Reference Txn ID`. The two rows of a conversion stay adjustments.
//! - Statuses of money that has moved (`Completed`, and `Refunded`, `Reversed` of what moved back by a row of its own)
//!   are facts; known others (`Pending`, `Denied`, …) are skipped, as is `Memo` in `Balance Impact`, which moves
//!   nothing. A status that no word is known of is `UnknownValue`. Without the column every row is a fact.
//! - Decimal separators are decided by each column's values; where they could be both, a comma if fields are parted by
//!   semicolons or the headings are not English or Chinese, else a point.
//! - `1/2/2026` is decided for the whole file: by a value that can be read one way only; else month first where the
//!   headings are English and the first row's zone is none of Europe's or Australia's, day first elsewhere.
//! - Zones are names (`Europe/Berlin`), offsets (`GMT+01:00`) or the abbreviations listed in `clock`; `CST` is China's
//!   under Chinese headings, else America's. Others (`IST` is three) are `InvalidTime`. Without a zone it is the shop's.
//! - E-mail addresses and names are personal. The customer is the address of the side that paid the shop, without
//!   regard to case.

mod balances;
mod clock;
mod event_code;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod words;
mod write;

pub(crate) use event_code::kind as event_kind;
pub(crate) use parse::customer_of;
pub(crate) use words::{Kind, category};
pub use write::{Row, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs, each with its spellings, English first.
const NEEDED: [&[&str]; 8] = [
    &["Date", "Datum", "Fecha", "Data", "日期"],
    &["Time", "Uhrzeit", "Hora", "时间"],
    &["Type", "Typ", "Tipo", "类型", "Description", "Beschreibung", "Descripción", "Descrição"],
    &["Currency", "Währung", "Divisa", "Moneda", "Moeda", "币种", "货币"],
    &["Gross", "Brutto", "Bruto", "总额"],
    &["Fee", "Gebühr", "Entgelt", "Comisión", "Tarifa", "Taxa", "费用"],
    &["Net", "Netto", "Neto", "Líquido", "净额"],
    &[
        "Transaction ID",
        "Transaktionscode",
        "Id. de transacción",
        "ID de transacción",
        "ID da transação",
        "Código da transação",
        "交易号",
        "交易记录 ID",
    ],
];

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 6;

/// The format.
pub struct PayPalActivity;

impl Source for PayPalActivity {
    fn name(&self) -> &'static str {
        "paypal"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises_delimited(head, delimiter(head), &NEEDED, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

/// What stands between fields: what the first line has most of.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|&&b| b == delimiter).count();
    let (commas, semicolons, tabs) = (count(b','), count(b';'), count(b'\t'));
    match (semicolons > commas, tabs > commas.max(semicolons)) {
        (_, true) => b'\t',
        (true, false) => b';',
        (false, false) => b',',
    }
}
