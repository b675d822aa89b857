//! `plimsoll assess`: whether the business is sound.

use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;

/// `assess`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct AssessArgs {
    /// A filing as XBRL: an instance, or a folder with one.
    #[arg(long, value_name = "DIR|FILE")]
    pub xbrl: Option<PathBuf>,
    /// A table of facts: columns name, period, value, unit and source.
    #[arg(long, value_name = "FILE", conflicts_with = "xbrl")]
    pub facts: Option<PathBuf>,
    /// Outside series that may lead the forecasts of the books: columns date (on which the figure was known), name and
    /// value. They are used where they do better than without at the origins tried.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["xbrl", "facts", "sellers", "book"])]
    pub drivers: Option<PathBuf>,
    /// A marketplace's sellers instead: a table of their days with the columns seller, day, sales, and of refunds,
    /// chargebacks, orders, late, segment and currency those that it has; with transaction and buyer each row is a sale.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["xbrl", "facts"])]
    pub sellers: Option<PathBuf>,
    /// Keep the sellers' days in this file: those of --sellers are added to it, and all that it holds are assessed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["xbrl", "facts"])]
    pub book: Option<PathBuf>,
    /// One seller's report: score, reasons, loan limit and rate; of --sellers or --book, else of these books.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["xbrl", "facts"])]
    pub seller: Option<String>,
    /// The currency of the sellers' amounts; rows in others are left out.
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub currency: String,
    /// A marketplace's sellers, as for --sellers, whose money at risk joins that of these books in one sum.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["xbrl", "facts", "sellers", "book"])]
    pub marketplace: Option<PathBuf>,
    /// Daily prices of the share: its last close on or before the year's end.
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Which instrument of the prices (default: the ticker that the filing names).
    #[arg(long, value_name = "NAME", requires = "prices")]
    pub instrument: Option<String>,
    /// A figure given by hand, at the year's end: `share_price=84.00`. May be given again.
    #[arg(long, value_name = "NAME=NUMBER")]
    pub tell: Vec<String>,
    /// The end of the year that is assessed (default: the newest that is told).
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<Date>,
    /// The next year's published figures, as for --facts: what was said of the year ahead stands beside what came. Nothing
    /// is reckoned of them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sellers", "book"])]
    pub next: Option<PathBuf>,
    /// An earlier report as JSON: what changed since.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sellers", "book", "seller"])]
    pub since: Option<PathBuf>,
    /// Definitions of your own: a folder with concepts.toml, scores.toml, indicators.toml or sellers.toml.
    #[arg(long, value_name = "DIR")]
    pub definitions: Option<PathBuf>,
    /// Print the definitions that ship: what to start your own from.
    #[arg(long)]
    pub show_definitions: bool,
    /// Write the report as one page that needs nothing else and prints well.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Language of the page: en, zh.
    #[arg(long, default_value = "en", value_parser = ["en", "zh"])]
    pub lang: String,
    /// What the scores twelve months ahead are drawn by.
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Print Markdown.
    #[arg(long)]
    pub markdown: bool,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll assess --xbrl filing/ --prices prices.csv --html sound.html    a filed year, with the share's price
  plimsoll assess --facts facts.csv --tell share_price=84.00 --markdown   figures of your own
  plimsoll assess --sellers days.csv --seller corner --html corner.html   one seller's report
  plimsoll assess --sellers today.csv --book sellers.book                 a day added to the years before, all renewed
  plimsoll assess                                                         the books of this data directory
  plimsoll assess --drivers drivers.csv --since last-month.json           with outside series; what changed since then";
