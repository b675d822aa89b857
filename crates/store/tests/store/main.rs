//! What the store promises, tried from outside.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod answers;
mod crash;
mod first_load;
mod refusals;
mod tamper;
mod vault;
mod world;
