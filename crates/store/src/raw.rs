//! Source files as they came, packed and sealed, opened by byte range or by line.
//!
//! ```text
//! PLSMRAW1 [salt, 32] [sealed zstd chunk]… [sealed index] [length of index, u32] PLSMRAW1
//! ```
//! A chunk holds 256 KiB of the file. Its key is the tenant's raw key over the file's digest and the salt, its nonce
//! the chunk's number, so no nonce is used twice even when a file is packed again by another zstd. The index is sealed
//! like a chunk: a changed byte anywhere is refused when it is read.

use crate::StoreError;
use crate::blob::{Blob, push_trailing_index};
use crate::codec::{self, stored_struct};
use crate::keys::{Key, hmac, random, seal, unseal};
use crate::layout::raw_name;
use domain::Digest;

const MAGIC: &[u8; 8] = b"PLSMRAW1";
const CHUNK: usize = 256 * 1024;
/// Above any chunk's number.
const INDEX_NONCE: u64 = u64::MAX;
const LEVEL: i32 = 3;
const HEADER: usize = MAGIC.len() + 32;

struct Chunk {
    stored_len: u64,
    newlines: u64,
}

struct Index {
    len: u64,
    chunks: Vec<Chunk>,
}

stored_struct!(Chunk { stored_len, newlines });
stored_struct!(Index { len, chunks });

/// The stored form of a file of this digest.
pub(crate) fn encode(raw_key: &Key, digest: &Digest, content: &[u8]) -> Result<Vec<u8>, StoreError> {
    let salt = random::<32>()?;
    let key = hmac(raw_key, &[&digest.0, &salt]);
    let mut out = [&MAGIC[..], &salt].concat();
    let mut index = Index { len: content.len() as u64, chunks: Vec::new() };
    let mut packer = zstd::bulk::Compressor::new(LEVEL).map_err(unpackable)?;
    for (number, plain) in (0..).zip(content.chunks(CHUNK)) {
        let packed = packer.compress(plain).map_err(unpackable)?;
        let sealed = seal(&key, number, &digest.0, &packed)?;
        let newlines = plain.iter().filter(|byte| **byte == b'\n').count() as u64;
        index.chunks.push(Chunk { stored_len: sealed.len() as u64, newlines });
        out.extend_from_slice(&sealed);
    }
    let sealed_index = seal(&key, INDEX_NONCE, &digest.0, &codec::encode(&index))?;
    push_trailing_index(&mut out, &sealed_index, MAGIC).map_err(unpackable)?;
    Ok(out)
}

fn unpackable(source: std::io::Error) -> StoreError {
    StoreError::Io { action: "pack", path: "a raw file".into(), source }
}

/// An opened raw file.
pub(crate) struct RawFile {
    blob: Blob,
    digest: Digest,
    key: Key,
    index: Index,
}

impl RawFile {
    pub(crate) fn open(raw_key: &Key, digest: &Digest, blob: Blob) -> Result<Self, StoreError> {
        let damaged = |reason: &dyn ToString| StoreError::corrupt(raw_name(digest), reason.to_string());
        let header = blob.read(0, HEADER as u64).map_err(|error| damaged(&error))?;
        if !header.starts_with(MAGIC) {
            return Err(damaged(&"its first bytes are not its magic"));
        }
        let key = hmac(raw_key, &[&digest.0, &header[MAGIC.len()..]]);
        let (_, sealed) = blob.trailing_index(MAGIC).map_err(|error| damaged(&error))?;
        let index = unseal(&key, INDEX_NONCE, &digest.0, &sealed).ok_or_else(|| damaged(&"its index does not open"))?;
        let index = codec::decode(&index).map_err(|error| damaged(&error))?;
        Ok(Self { blob, digest: *digest, key, index })
    }

    /// Bytes of the unpacked file.
    pub(crate) fn len(&self) -> u64 {
        self.index.len
    }

    /// Exactly these bytes of the unpacked file.
    pub(crate) fn slice(&self, offset: u64, len: u64) -> Result<Vec<u8>, StoreError> {
        let end = offset.checked_add(len).filter(|end| *end <= self.len());
        let end = end.ok_or_else(|| self.out_of_range(self.len(), "bytes"))?;
        let (Ok(start), Ok(end)) = (usize::try_from(offset), usize::try_from(end)) else {
            return Err(self.out_of_range(self.len(), "bytes"));
        };
        let mut bytes = Vec::with_capacity(end - start);
        for number in start / CHUNK..end.div_ceil(CHUNK) {
            let chunk = self.chunk(number)?;
            let base = number * CHUNK;
            let part = start.max(base) - base..end.min(base + chunk.len()).max(base) - base;
            bytes.extend_from_slice(chunk.get(part).unwrap_or_default());
        }
        Ok(bytes)
    }

    /// A line, counted from 1, without its end (`\n` or `\r\n`).
    pub(crate) fn line(&self, line: u32) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let (mut number, mut skip) = self.chunk_with_start(line)?;
        while number < self.index.chunks.len() {
            let chunk = self.chunk(number)?;
            let rest = &chunk[nth_line_start(&chunk, skip)..];
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                bytes.extend_from_slice(&rest[..end]);
                break;
            }
            bytes.extend_from_slice(rest);
            (number, skip) = (number + 1, 0);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(bytes)
    }

    /// The byte at which a line starts.
    pub(crate) fn line_start(&self, line: u32) -> Result<u64, StoreError> {
        let (number, skip) = self.chunk_with_start(line)?;
        if number >= self.index.chunks.len() {
            return Err(self.out_of_range(0, "lines"));
        }
        let within = nth_line_start(&self.chunk(number)?, skip);
        Ok((number * CHUNK + within) as u64)
    }

    /// The chunk in which a line starts or whose end it follows, and the line ends of that chunk to skip.
    fn chunk_with_start(&self, line: u32) -> Result<(usize, u64), StoreError> {
        let ends = self.index.chunks.iter().map(|chunk| chunk.newlines).sum::<u64>();
        let mut skip = u64::from(line).checked_sub(1).filter(|skip| *skip <= ends);
        for (number, chunk) in self.index.chunks.iter().enumerate() {
            match skip {
                Some(within) if within <= chunk.newlines => return Ok((number, within)),
                Some(beyond) => skip = Some(beyond - chunk.newlines),
                None => break,
            }
        }
        Err(self.out_of_range(ends + 1, "lines"))
    }

    fn chunk(&self, number: usize) -> Result<Vec<u8>, StoreError> {
        let damaged = |reason: &dyn ToString| {
            StoreError::corrupt(raw_name(&self.digest), format!("chunk {number}: {}", reason.to_string()))
        };
        let row = self.index.chunks.get(number).ok_or_else(|| damaged(&"not in the index"))?;
        let before = self.index.chunks[..number].iter().map(|chunk| chunk.stored_len).sum::<u64>();
        let sealed = self.blob.read(HEADER as u64 + before, row.stored_len).map_err(|error| damaged(&error))?;
        let packed = unseal(&self.key, number as u64, &self.digest.0, &sealed);
        let packed = packed.ok_or_else(|| damaged(&"does not open under the tenant's key"))?;
        zstd::bulk::decompress(&packed, CHUNK).map_err(|error| damaged(&error))
    }

    fn out_of_range(&self, len: u64, unit: &'static str) -> StoreError {
        StoreError::OutOfRange { what: raw_name(&self.digest), len, unit }
    }
}

/// Where the line after `skip` line ends starts.
fn nth_line_start(chunk: &[u8], skip: u64) -> usize {
    let mut starts =
        std::iter::once(0).chain(chunk.iter().zip(1..).filter(|(byte, _)| **byte == b'\n').map(|(_, at)| at));
    usize::try_from(skip).ok().and_then(|skip| starts.nth(skip)).unwrap_or(chunk.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::sha256;

    fn kept(content: &[u8]) -> RawFile {
        let digest = sha256(content);
        RawFile::open(&[1; 32], &digest, Blob::Memory(encode(&[1; 32], &digest, content).unwrap())).unwrap()
    }

    #[test]
    fn a_range_across_chunks_is_the_files_own_bytes() {
        let content: Vec<u8> = (0..3 * CHUNK + 17).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let file = kept(&content);
        for (offset, len) in [(0, 10), (CHUNK - 5, 10), (CHUNK, CHUNK), (3 * CHUNK, 17), (0, content.len()), (9, 0)] {
            let slice = file.slice(offset as u64, len as u64).unwrap();
            assert!(slice == content[offset..offset + len], "{offset} + {len}");
        }
        assert!(file.slice(content.len() as u64, 1).is_err());
        assert!(file.slice(u64::MAX, 2).is_err());
    }

    #[test]
    fn a_line_is_found_wherever_its_ends_fall() {
        let content = format!("first\r\n{}\n\nlast", "x".repeat(CHUNK - 9));
        let file = kept(content.as_bytes());
        for (number, line) in (1..).zip(content.lines()) {
            assert!(file.line(number).unwrap() == line.as_bytes(), "line {number}");
            let start = file.line_start(number).unwrap();
            assert!(file.slice(start, line.len() as u64).unwrap() == line.as_bytes(), "start of line {number}");
        }
        assert_eq!(file.line(5).unwrap_err().to_string().split(" has ").last(), Some("only 4 lines"));
        assert!(file.line(0).is_err());
        assert!(kept(b"").line(1).is_err());
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let content = b"a,b\n1,2\n";
        let digest = sha256(content);
        let stored = encode(&[1; 32], &digest, content).unwrap();
        for place in 0..stored.len() {
            let mut changed = stored.clone();
            changed[place] ^= 0x10;
            let read = RawFile::open(&[1; 32], &digest, Blob::Memory(changed)).and_then(|file| file.slice(0, 8));
            assert!(read.is_err(), "byte {place}");
        }
    }
}
