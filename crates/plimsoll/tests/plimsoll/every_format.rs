//! Files of every format in one run: sound, packed and damaged, with overlapping exports among them.

use crate::shop::{SHOP, State, lay, lines, run};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use store::Reader;

/// What the writers of all sources make, one a source, by its name.
fn goldens() -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/corpus/goldens.zip");
    let packed = std::fs::read(path).unwrap();
    let members = sources::unpack(&packed).unwrap();
    members.into_iter().map(|member| (member.name, member.text.unwrap().into_owned())).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// So many overlapping windows of an export, under the header each.
fn windows(export: &[u8], count: usize) -> Vec<Vec<u8>> {
    let rows = lines(export);
    let step = (rows.len() - 1).div_ceil(count);
    let window = |from: usize| [&rows[0][..], &rows[from..rows.len().min(from + 2 * step)].concat()].concat();
    (1..rows.len()).step_by(step).map(window).collect()
}

/// Lays 200 files and more; the folders are read in the order of their names. How many.
fn lay_all(folder: &Path) -> usize {
    let (goldens, sound, packed, damaged) =
        (goldens(), folder.join("1-sound"), folder.join("2-packed"), folder.join("3-damaged"));
    for (name, bytes) in &goldens {
        let (gzip, half) = (gzip(bytes), bytes.len() * 3 / 5);
        lay(&sound, &[(name, bytes)]);
        lay(&packed, &[(&format!("{name}.gz"), &gzip)]);
        lay(&damaged, &[(name, &bytes[..half]), (&format!("{name}.gz"), &gzip[..gzip.len() / 2])]);
    }
    let exports = folder.join("4-exports");
    let mut count = 4 * goldens.len();
    for (kind, export) in [("stripe", &SHOP.stripe), ("rates", &SHOP.rates)] {
        for (number, window) in windows(export, 45).iter().enumerate() {
            lay(&exports, &[(&format!("{kind}-{number}"), window)]);
            count += 1;
        }
    }
    count
}

/// The report of each file by its path below the folder.
fn by_path(report: &Value, folder: &Path) -> BTreeMap<String, Value> {
    let below = |file: &Value| {
        let path = Path::new(file["path"].as_str().unwrap());
        (path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), file.clone())
    };
    report["files"].as_array().unwrap().iter().map(below).collect()
}

fn number(file: &Value, name: &str) -> u64 {
    file[name].as_u64().unwrap()
}

#[test]
fn two_hundred_files_of_every_format_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let count = lay_all(folder.path());
    assert!(count >= 200, "{count}");
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["init"]);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!((said.code, said.err.as_str()), (2, ""), "done, with what the damaged files left");
    let files = by_path(&said.json(), folder.path());
    assert_eq!(files.len(), count, "one line a file");

    for (name, _) in goldens() {
        let sound = &files[&format!("1-sound/{name}")];
        assert_eq!(sound["source"], name.as_str(), "{sound}");
        let packed = &files[&format!("2-packed/{name}.gz")];
        assert_eq!(packed["known"], true, "what is packed is known: {packed}");
        let cut = &files[&format!("3-damaged/{name}.gz")];
        let told = (cut["source"].as_str(), number(cut, "issues"));
        assert_eq!(told, (Some("none"), 1), "{cut}");
    }
    for (path, file) in files.iter().filter(|(_, file)| file["known"] == false) {
        let stored = Reader::open(data.path()).unwrap();
        let row = stored.file(&file["digest"].as_str().unwrap().parse().unwrap()).unwrap().unwrap();
        assert_eq!(row.rows, row.rows_in_records + row.duplicates + row.issues, "{path}: {row:?}");
        assert!(stored.raw(&row.digest).is_ok(), "{path} is kept as it came");
    }

    let reader = Reader::open(data.path()).unwrap();
    let (state, batch, tables) = (State::of(&reader), reader.last_batch().unwrap(), reader.table_digests().unwrap());
    let again = run(data.path(), &["import", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(again.code, 0, "nothing new was quarantined");
    let told = again.json();
    assert_eq!((&told["records"], &told["issues"]), (&Value::from(0), &Value::from(0)));
    assert!(number(&told, "kept_before") > 0);
    assert!(told["files"].as_array().unwrap().iter().all(|file| file["known"] == true));
    assert_eq!((reader.last_batch().unwrap(), reader.table_digests().unwrap()), (batch, tables));
    assert!(State::of(&reader) == state);
    let said = run(data.path(), &["import", folder.path().to_str().unwrap()]);
    assert!(said.out.contains("Quarantined by earlier runs, of files that came again: "), "{}", said.out);
    assert_eq!([run(data.path(), &["verify"]).code, run(data.path(), &["replay"]).code], [0, 0]);
}

/// Half of the rows of each export stand in two files, and no record is there twice.
#[test]
fn overlapping_exports_give_the_records_of_the_whole() {
    for (name, export) in [("stripe", &SHOP.stripe), ("rates", &SHOP.rates)] {
        let mut whole = crate::shop::Books::new();
        whole.import(&[(name, export)]);
        let mut parts = crate::shop::Books::new();
        for (number, window) in windows(export, 7).iter().enumerate() {
            let report = parts.import(&[(&format!("{name}-{number}"), window)]);
            assert_eq!(report.issues(), 0, "{name}-{number}");
        }
        let ids = |books: &crate::shop::Books| {
            let mut ids: Vec<_> = crate::shop::records(books.read()).into_iter().map(|record| record.id).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(&parts), ids(&whole), "{name}");
        assert!(State::of(parts.read()) == State::of(whole.read()), "{name}");
    }
}
