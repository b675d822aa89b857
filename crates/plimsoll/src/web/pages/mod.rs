//! The pages: the answers as HTML. Every value is escaped by the template; only our own drawings are not.
//!
//! A page is a file with one `page` function; [`parts`] holds what several show, [`layout`] what all share.

pub(super) mod alerts;
pub(super) mod assessment;
mod assessment_parts;
mod books;
pub(super) mod changes;
pub(super) mod charts;
pub(super) mod close;
pub(super) mod comparison;
pub(super) mod csv;
pub(super) mod entry;
pub(super) mod exceptions;
pub(super) mod fees;
pub(super) mod issues;
mod layout;
pub(super) mod ledger;
pub(super) mod lines;
mod lines_chart;
mod load_line;
pub(super) mod overview;
mod overview_tables;
mod parts;
pub(super) mod payables;
pub(super) mod postings;
pub(super) mod problem;
pub(super) mod record;
mod record_content;
mod record_facts;
pub(super) mod review;
pub(super) mod rollforward;
pub(super) mod scores;
pub(super) mod seller;
pub(super) mod sellers;
pub(super) mod statements;
pub(super) mod subject;
pub(super) mod tax;
mod turning;
mod waterfall;
