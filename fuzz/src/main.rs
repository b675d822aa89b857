//! One fuzz target for every parser: `PLIMSOLL_FUZZ` names it. Run by `cargo xtask fuzz NAME`.
//!
//! A source is given any bytes, whether or not it would recognise them, and must keep its promises; so must the mapping
//! that is drafted of any bytes (`mapping`). `unpack` and `recognise` only must not panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sources::{SOURCES, Source};
use std::sync::OnceLock;

/// What is fuzzed in this run.
enum Target {
    Source(&'static dyn Source),
    Mapping,
    Unpack,
    Recognise,
}

fn target() -> &'static Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var("PLIMSOLL_FUZZ").expect("PLIMSOLL_FUZZ names the target");
        match name.as_str() {
            "mapping" => Target::Mapping,
            "unpack" => Target::Unpack,
            "recognise" => Target::Recognise,
            name => Target::Source(*SOURCES.iter().find(|source| source.name() == name).expect("a source's name")),
        }
    })
}

fn check(source: &dyn Source, bytes: &[u8]) {
    let now = jiff::Timestamp::constant(1_793_534_400, 0);
    if let Err(broken) = sources::kept_promises(source, bytes, now) {
        panic!("{}: {broken}", source.name());
    }
}

fuzz_target!(|bytes: &[u8]| {
    match target() {
        Target::Source(source) => check(*source, bytes),
        Target::Mapping => {
            if let Some(table) = sources::mapping::as_drafted("mapping", bytes) {
                check(&table, bytes);
            }
        }
        Target::Unpack => drop(sources::unpack(bytes)),
        Target::Recognise => drop(sources::recognise(bytes).map(Source::name)),
    }
});
