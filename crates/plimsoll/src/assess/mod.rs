//! Whether the business is sound: facts from filings, tables or the ledger, what readable files define of them, and the
//! report.
//!
//! One way through: [`told::Told`] gathers facts with their places; [`definition_file::DefinitionFile`] says what
//! concepts, scores and indicators are; [`report::Report`] is all that is printed, drawn or served.

pub mod ahead;
pub mod at_risk;
pub mod book_sellers;
pub mod changed;
pub mod definition_file;
pub mod drivers;
pub mod from_ledger;
pub mod fx;
pub mod learned;
pub mod ledger;
pub mod liquidity;
pub mod next_year;
pub mod outlook;
pub mod print;
pub mod print_more;
pub mod records;
pub mod report;
pub mod risks;
pub mod selection;
pub mod seller_book;
pub mod seller_parts;
pub mod seller_report;
pub mod sellers;
pub mod sides;
pub mod statements;
pub mod stressed;
pub mod told;
pub mod training;

pub use definition_file::DefinitionFile;
pub use report::{Report, assess};
