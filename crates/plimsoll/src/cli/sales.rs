//! `sellers` and `tax`: what is owed to the sellers of a marketplace, and of sales tax.

use clap::Args;

/// `sellers`
#[derive(Args, Debug)]
#[command(after_help = SELLERS)]
pub struct Sellers {
    /// A year, month or day, or two days with `..` between (default: the last month of the books).
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// The statement of this seller: its lines, and where each of them comes from.
    #[arg(long, value_name = "NAME")]
    pub seller: Option<String>,
    /// As comma-separated values.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

const SELLERS: &str = "\
Whose goods are sold stands in `[[seller]]` of the policy file, and is posted so from then on: what was sold less the
commission to `seller_payables`, the commission to `commission_income`. A bank line that names the seller, or a
processor's transfer that names the seller or the order, pays what is owed, the first sales first.

  [[seller]]
  stock_code = \"S017-*\"
  seller = \"Lamps Ltd\"
  commission_percent = \"12.5\"
  from = \"2025-06-01\"         # left out: from the beginning";

/// `tax`
#[derive(Args, Debug)]
#[command(after_help = TAX)]
pub struct Tax {
    /// A year, month or day, or two days with `..` between (default: the last month of the books).
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// As comma-separated values.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

const TAX: &str = "\
Tax is what stands in invoices under a stock code that `[[line]]` of the policy file books on `sales_tax` (Shopify's `TAX`
is). With `outside_processor = true` a marketplace charges it; its line against that, by which it keeps the tax to pay it
itself, is what is withheld.";
