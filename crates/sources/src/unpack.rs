//! From the bytes of an upload to the bytes of a file: plain, gzip, or a zip of one member. One layer, never nested.

use domain::{Digest, IssueRule};
use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most that an archive may unpack to. A gigabyte of rows is some ten million: beyond that, cut the export.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZIP: &[u8] = b"PK";

/// The file within an upload.
///
/// # Errors
/// `EmptyFile` where nothing is in it; `DamagedArchive` where it ends too early, fails its checksum or unpacks to more
/// than [`MAX_UNPACKED_BYTES`]; `UnknownFormat` for a zip of several files.
pub fn unpack(bytes: &[u8]) -> Result<Cow<'_, [u8]>, IssueRule> {
    let unpacked = if bytes.starts_with(GZIP) {
        Cow::Owned(read_bounded(MultiGzDecoder::new(bytes))?)
    } else if bytes.starts_with(ZIP) {
        Cow::Owned(unzip(bytes)?)
    } else {
        Cow::Borrowed(bytes)
    };
    if unpacked.is_empty() { Err(IssueRule::EmptyFile) } else { Ok(unpacked) }
}

/// SHA-256: a file's name.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

fn unzip(bytes: &[u8]) -> Result<Vec<u8>, IssueRule> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| IssueRule::DamagedArchive)?;
    let member = only_member(&archive)?;
    let member = archive.by_name(&member).map_err(|_| IssueRule::DamagedArchive)?;
    read_bounded(member)
}

/// The name of the one file; folders and what a Mac adds of its own do not count.
fn only_member(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<String, IssueRule> {
    let names: Result<Vec<_>, _> = archive.file_names().collect();
    let mut files = names.map_err(|_| IssueRule::DamagedArchive)?;
    files.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"));
    match files.as_slice() {
        [] => Err(IssueRule::EmptyFile),
        [name] => Ok(name.clone().into_owned()),
        _ => Err(IssueRule::UnknownFormat),
    }
}

fn read_bounded(packed: impl Read) -> Result<Vec<u8>, IssueRule> {
    let mut bytes = Vec::new();
    let read = packed.take(MAX_UNPACKED_BYTES + 1).read_to_end(&mut bytes).map_err(|_| IssueRule::DamagedArchive)?;
    if read as u64 > MAX_UNPACKED_BYTES { Err(IssueRule::DamagedArchive) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn plain_gzip_and_zip_give_the_same_bytes() {
        let plain = b"a,b\n1,2\n".as_slice();
        let twice = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        for packed in [plain.to_vec(), gzip(plain), twice, zip(&[("x.csv", plain)])] {
            assert_eq!(unpack(&packed).unwrap(), plain);
        }
        assert_eq!(unpack(&zip(&[("x.csv", plain), ("__MACOSX/x.csv", b"?")])).unwrap(), plain);
    }

    #[test]
    fn a_damaged_archive_is_named() {
        let plain: Vec<u8> = (0..50_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        let packed = gzip(&plain);
        assert_eq!(unpack(&packed[..packed.len() / 2]), Err(IssueRule::DamagedArchive), "truncated");
        let mut wrong_checksum = packed.clone();
        let at = packed.len() - 8;
        wrong_checksum[at] ^= 1;
        assert_eq!(unpack(&wrong_checksum), Err(IssueRule::DamagedArchive), "checksum");
        let zipped = zip(&[("x", &plain)]);
        assert_eq!(unpack(&zipped[..zipped.len() / 2]), Err(IssueRule::DamagedArchive), "zip");
        let mut spoilt = zipped.clone();
        spoilt[zipped.len() / 2] ^= 1;
        assert_eq!(unpack(&spoilt), Err(IssueRule::DamagedArchive), "zip checksum");
    }

    #[test]
    fn nothing_in_it_or_too_much() {
        assert_eq!(unpack(b""), Err(IssueRule::EmptyFile));
        assert_eq!(unpack(&gzip(b"")), Err(IssueRule::EmptyFile));
        assert_eq!(unpack(&zip(&[])), Err(IssueRule::EmptyFile));
        assert_eq!(unpack(&zip(&[("a", b"1"), ("b", b"2")])), Err(IssueRule::UnknownFormat));
    }

    #[test]
    fn a_digest_is_sha_256() {
        // FIPS 180-4's own example.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(b"abc").to_string(), abc);
    }
}
