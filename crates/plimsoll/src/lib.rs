//! The binary's parts: the only crate with a clock, files, threads and a network.

pub mod view;
pub mod web;
