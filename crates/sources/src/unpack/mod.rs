//! From the bytes of an upload to its members: the files within it, as text where they were none.
//!
//! - One layer of packing is taken off: gzip, zstd, bzip2, xz, or a zip, which may hold several files. A packed file
//!   within a packed file is refused by name: unpack it once and import what is in it.
//! - A workbook (XLSX, XLSM, XLSB, XLS, ODS) becomes one CSV text a sheet (`workbook.rs`), a Parquet file one CSV text
//!   (`columnar.rs`). What a text was made from comes with it, so that nothing is lost.
//! - All members together may unpack to [`MAX_UNPACKED_BYTES`]; an archive that would give more is damaged or hostile.
//! - One member that cannot be used does not spoil the others.

mod columnar;
#[cfg(test)]
mod tests;
mod workbook;

use domain::{Digest, IssueRule};
use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most that an archive may unpack to. A gigabyte of rows is some ten million: beyond that, cut the export.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZIP: &[u8] = b"PK\x03\x04";
/// A zip without members.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BZIP2: &[u8] = b"BZh";
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];

/// One file of an upload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member<'a> {
    /// Where it stands in the upload: `orders.csv`, `Sheet1`, `book.xlsx#Sheet1`. Empty where the upload is the file.
    pub name: String,
    /// What it says, or why it cannot be read; then its bytes stand as they came.
    pub text: Result<Cow<'a, [u8]>, Refusal>,
    /// What the text was made from; none where the bytes are the file's own.
    pub made_from: Option<Original<'a>>,
}

impl Member<'_> {
    /// An upload of which nothing can be read.
    pub fn refused(refusal: Refusal) -> Self {
        Self { name: String::new(), text: Err(refusal), made_from: None }
    }
}

/// A file that was turned into text, or could not be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Original<'a> {
    /// What it is.
    pub kind: OriginalKind,
    /// As it came.
    pub bytes: Cow<'a, [u8]>,
}

/// Files that are no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OriginalKind {
    /// XLSX, XLSM, XLSB, XLS or ODS.
    Workbook,
    /// Parquet.
    Parquet,
}

impl OriginalKind {
    /// The word for it: `workbook`, `parquet`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::Parquet => "parquet",
        }
    }
}

/// Why an upload, or a member of it, cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The rule that it breaks.
    pub rule: IssueRule,
    /// What is wrong and what to do, for people; may be empty.
    pub reason: String,
}

impl Refusal {
    fn new(rule: IssueRule, reason: impl Into<String>) -> Self {
        Self { rule, reason: reason.into() }
    }
}

impl From<IssueRule> for Refusal {
    fn from(rule: IssueRule) -> Self {
        Self::new(rule, "")
    }
}

/// The files within an upload, never none, in the upload's order.
///
/// # Errors
/// `EmptyFile` where nothing is in it; `DamagedArchive` where it ends too early, fails its checksum or unpacks to more
/// than [`MAX_UNPACKED_BYTES`].
pub fn unpack(bytes: &[u8]) -> Result<Vec<Member<'_>>, Refusal> {
    let mut budget = Budget(MAX_UNPACKED_BYTES);
    let files = match Packing::of(bytes) {
        None => vec![(String::new(), Cow::Borrowed(bytes))],
        Some(Packing::Zip) if !workbook::is_zipped(bytes) => unzip(bytes, &mut budget)?,
        Some(Packing::Zip) => vec![(String::new(), Cow::Borrowed(bytes))],
        Some(packing) => vec![(String::new(), Cow::Owned(packing.read(bytes, &mut budget)?))],
    };
    let was_packed = !matches!(&files[..], [(_, Cow::Borrowed(_))]);
    let mut members = Vec::new();
    for (name, content) in files {
        members.extend(members_of(&name, content, was_packed, &mut budget));
    }
    match <[Member<'_>; 1]>::try_from(members) {
        // The only member's refusal is the upload's.
        Ok([Member { text: Err(refusal), made_from: None, .. }]) => Err(refusal),
        Ok([only]) if only.made_from.is_none() => Ok(vec![Member { name: String::new(), ..only }]),
        Ok([only]) => Ok(vec![only]),
        Err(members) => Ok(members),
    }
}

/// SHA-256: a file's name.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// What one file of an upload gives.
fn members_of<'a>(name: &str, content: Cow<'a, [u8]>, was_packed: bool, budget: &mut Budget) -> Vec<Member<'a>> {
    let plain = |text| Member { name: name.to_owned(), text, made_from: None };
    if content.is_empty() {
        return vec![plain(Err(IssueRule::EmptyFile.into()))];
    }
    let converted = if workbook::is(&content) {
        (OriginalKind::Workbook, workbook::sheets(&content, budget))
    } else if columnar::is(&content) {
        let text = columnar::rows(&content, budget).map(|text| vec![(String::new(), text)]);
        (OriginalKind::Parquet, text)
    } else if was_packed && Packing::of(&content).is_some() {
        let reason = format!("`{name}` is packed within a packed file; unpack it once and import what is in it");
        return vec![plain(Err(Refusal::new(IssueRule::UnknownFormat, reason)))];
    } else {
        return vec![plain(Ok(content))];
    };
    let (kind, texts) = converted;
    let original = Original { kind, bytes: content };
    match texts {
        Err(refusal) => vec![Member { name: name.to_owned(), text: Err(refusal), made_from: Some(original) }],
        Ok(texts) => texts.into_iter().map(|(part, text)| made(name, &part, text, &original)).collect(),
    }
}

fn made<'a>(name: &str, part: &str, text: Vec<u8>, original: &Original<'a>) -> Member<'a> {
    let apart = if name.is_empty() || part.is_empty() { "" } else { "#" };
    Member { name: format!("{name}{apart}{part}"), text: Ok(Cow::Owned(text)), made_from: Some(original.clone()) }
}

/// How bytes may be packed.
#[derive(Clone, Copy)]
enum Packing {
    Gzip,
    Zip,
    Zstd,
    Bzip2,
    Xz,
}

impl Packing {
    fn of(bytes: &[u8]) -> Option<Self> {
        let magics: [(&[u8], Self); 6] = [
            (GZIP, Self::Gzip),
            (ZIP, Self::Zip),
            (EMPTY_ZIP, Self::Zip),
            (ZSTD, Self::Zstd),
            (BZIP2, Self::Bzip2),
            (XZ, Self::Xz),
        ];
        magics.into_iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, packing)| packing)
    }

    /// What a packing of one file holds.
    fn read(self, bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
        match self {
            Self::Gzip => budget.read(MultiGzDecoder::new(bytes)),
            Self::Zstd => budget.read(zstd::Decoder::new(bytes).map_err(|_| IssueRule::DamagedArchive)?),
            Self::Bzip2 => budget.read(bzip2::read::MultiBzDecoder::new(bytes)),
            Self::Xz => budget.read(lzma_rust2::XzReader::new(bytes, true)),
            Self::Zip => Err(IssueRule::UnknownFormat.into()),
        }
    }
}

/// Files by their names.
type Files<'a> = Vec<(String, Cow<'a, [u8]>)>;

/// Every file of a zip; folders and what a Mac adds of its own do not count.
fn unzip<'a>(bytes: &[u8], budget: &mut Budget) -> Result<Files<'a>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| IssueRule::DamagedArchive)?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| unopened(&error))?;
        let name = member.name().map_err(|_| IssueRule::DamagedArchive)?.into_owned();
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.is_empty() || last.starts_with('.') || name.starts_with("__MACOSX/") {
            continue;
        }
        files.push((name, Cow::Owned(budget.read(member)?)));
    }
    if files.is_empty() { Err(IssueRule::EmptyFile.into()) } else { Ok(files) }
}

fn unopened(error: &zip::result::ZipError) -> Refusal {
    let reason = match error {
        zip::result::ZipError::UnsupportedArchive(what) => format!("the zip cannot be opened: {what}"),
        _ => String::new(),
    };
    Refusal::new(IssueRule::DamagedArchive, reason)
}

/// Bytes that an upload may still unpack to.
struct Budget(u64);

impl Budget {
    fn read(&mut self, packed: impl Read) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        packed.take(self.0 + 1).read_to_end(&mut bytes).map_err(|_| IssueRule::DamagedArchive)?;
        self.spend(bytes.len() as u64)?;
        Ok(bytes)
    }

    fn spend(&mut self, bytes: u64) -> Result<(), Refusal> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| {
            let most = MAX_UNPACKED_BYTES >> 20;
            Refusal::new(IssueRule::DamagedArchive, format!("it unpacks to more than {most} MiB; cut the export"))
        })?;
        Ok(())
    }
}
