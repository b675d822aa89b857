//! What fuzzing reached, replayed; and the goldens that it starts from.
#![expect(clippy::disallowed_methods, reason = "the corpus stands in files beside the crate")]

use crate::contract::{check_any, golden};
use crate::mapping::as_drafted;
use crate::mapping::tests::tables as mapping_goldens;
use crate::{SOURCES, recognise, unpack};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Where `cargo xtask fuzz` keeps what reached new code.
fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(format!("{name}.zip"))
}

fn replay_corpus(name: &str, mut check: impl FnMut(&[u8])) {
    let packed = std::fs::read(corpus(name));
    let packed = packed.unwrap_or_else(|_| panic!("`{name}` needs a corpus: cargo xtask fuzz {name}"));
    let mut archive = ZipArchive::new(Cursor::new(packed)).unwrap();
    assert!(!archive.is_empty(), "{name}: an empty corpus");
    for index in 0..archive.len() {
        let mut bytes = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut bytes).unwrap();
        check(&bytes);
    }
}

#[test]
fn what_fuzzing_reached_is_read() {
    for source in SOURCES {
        replay_corpus(source.name(), |bytes| check_any(*source, bytes));
    }
    replay_corpus("mapping", |bytes| {
        if let Some(table) = as_drafted("mapping", bytes) {
            check_any(&table, bytes);
        }
    });
    replay_corpus("unpack", |bytes| drop(unpack(bytes)));
    replay_corpus("recognise", |bytes| {
        recognise(bytes);
    });
}

/// Fuzzing starts from the goldens: `WRITE_GOLDENS=folder cargo test -p sources goldens`.
#[test]
fn goldens_can_be_written_for_fuzzing() {
    let folder = std::env::var_os("WRITE_GOLDENS").map(PathBuf::from);
    let goldens = SOURCES.iter().map(|source| (source.name(), "golden".to_owned(), golden(*source)));
    let tables = mapping_goldens().enumerate().map(|(at, table)| ("mapping", format!("golden-{at}"), table.into()));
    for (target, name, bytes) in goldens.chain(tables) {
        assert!(!bytes.is_empty());
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder.join(target)).unwrap();
            std::fs::write(folder.join(target).join(name), bytes).unwrap();
        }
    }
}

/// One golden a source, for trying the whole product with every format: `WRITE_GOLDENS=folder cargo test -p sources
/// goldens` writes this file anew.
const GOLDENS: &str = "goldens";

#[test]
fn the_goldens_in_the_corpus_are_those_of_the_writers() {
    if std::env::var_os("WRITE_GOLDENS").is_some() {
        let mut archive = ZipWriter::new(std::fs::File::create(corpus(GOLDENS)).unwrap());
        for source in SOURCES {
            archive.start_file(source.name(), SimpleFileOptions::default()).unwrap();
            archive.write_all(&golden(*source)).unwrap();
        }
        archive.finish().unwrap();
    }
    let packed = std::fs::read(corpus(GOLDENS)).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(packed)).unwrap();
    assert_eq!(archive.len(), SOURCES.len(), "write them anew, see above");
    for source in SOURCES {
        let mut bytes = Vec::new();
        archive.by_name(source.name()).unwrap().read_to_end(&mut bytes).unwrap();
        assert!(bytes == golden(*source), "{}: write the goldens anew, see above", source.name());
    }
}
