//! What the product promises, tried from outside: through the built binary and the crate's public functions.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "plimsoll/alerts.rs"]
mod alerts;
#[path = "plimsoll/assess.rs"]
mod assess;
#[path = "plimsoll/assess_hard.rs"]
mod assess_hard;
#[path = "plimsoll/assess_sellers.rs"]
mod assess_sellers;
#[path = "plimsoll/backtest.rs"]
mod backtest;
#[path = "plimsoll/bad_input.rs"]
mod bad_input;
#[path = "plimsoll/books.rs"]
mod books;
#[path = "plimsoll/browser.rs"]
mod browser;
#[path = "plimsoll/closing.rs"]
mod closing;
#[path = "plimsoll/compare.rs"]
mod compare;
#[path = "plimsoll/crash.rs"]
mod crash;
#[path = "plimsoll/crash_live.rs"]
mod crash_live;
#[path = "plimsoll/entities.rs"]
mod entities;
#[path = "plimsoll/events.rs"]
mod events;
#[path = "plimsoll/every_format.rs"]
mod every_format;
#[path = "plimsoll/exports.rs"]
mod exports;
#[path = "plimsoll/features.rs"]
mod features;
#[path = "plimsoll/hard_cases.rs"]
mod hard_cases;
#[path = "plimsoll/idempotent.rs"]
mod idempotent;
#[path = "plimsoll/killed_server.rs"]
mod killed_server;
#[path = "plimsoll/link_sums.rs"]
mod link_sums;
#[path = "plimsoll/marketplace.rs"]
mod marketplace;
#[path = "plimsoll/named_issues.rs"]
mod named_issues;
#[path = "plimsoll/olist.rs"]
mod olist;
#[path = "plimsoll/one_chargeback.rs"]
mod one_chargeback;
#[path = "plimsoll/planted.rs"]
mod planted;
#[path = "plimsoll/port.rs"]
mod port;
#[path = "plimsoll/providers.rs"]
mod providers;
#[path = "plimsoll/quarantine.rs"]
mod quarantine;
#[path = "plimsoll/refresh.rs"]
mod refresh;
#[path = "plimsoll/replay.rs"]
mod replay;
#[path = "plimsoll/restart.rs"]
mod restart;
#[path = "plimsoll/review.rs"]
mod review;
#[path = "plimsoll/rights.rs"]
mod rights;
#[path = "plimsoll/score.rs"]
mod score;
#[path = "plimsoll/screening.rs"]
mod screening;
#[path = "plimsoll/sellers.rs"]
mod sellers;
#[path = "plimsoll/server.rs"]
mod server;
#[path = "plimsoll/shop.rs"]
mod shop;
#[path = "plimsoll/small_model.rs"]
mod small_model;
#[path = "plimsoll/statements.rs"]
mod statements;
#[path = "plimsoll/text.rs"]
mod text;
#[path = "plimsoll/tls.rs"]
mod tls;
#[path = "plimsoll/told.rs"]
mod told;
#[path = "plimsoll/way_through.rs"]
mod way_through;
#[path = "plimsoll/ways_to_pay.rs"]
mod ways_to_pay;
#[path = "plimsoll/webdriver.rs"]
mod webdriver;
#[path = "plimsoll/webhooks.rs"]
mod webhooks;
#[path = "plimsoll/work.rs"]
mod work;
