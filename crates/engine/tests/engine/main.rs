//! The engine from outside: cases to read, and laws that hold for any records.
//!
//! `BLESS=1 cargo test -p engine` rewrites the expected parts of the cases; read the difference before committing it.
#![expect(clippy::unwrap_used, reason = "a case that cannot be read, or a world that cannot be made, fails its test")]

mod attempts;
mod case;
mod cases;
mod laws;
mod money;
mod show;
mod tables;
mod training;
mod watching;
mod worlds;
