//! Stored bytes that are read in parts: a file, or a value that came out of the database.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of a known length.
pub(crate) enum Blob {
    /// In memory.
    Memory(Vec<u8>),
    /// On the disk.
    File(File, u64),
}

impl Blob {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Self::File(file, len))
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, len) => *len,
        }
    }

    /// Exactly these bytes; never allocates more than there are.
    pub(crate) fn read(&self, offset: u64, len: u64) -> io::Result<Vec<u8>> {
        let end = offset.checked_add(len).filter(|end| *end <= self.len());
        let (Some(end), Ok(start), Ok(size)) = (end, usize::try_from(offset), usize::try_from(len)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        match self {
            Self::Memory(bytes) => Ok(bytes[start..usize::try_from(end).unwrap_or(bytes.len())].to_vec()),
            Self::File(file, _) => {
                let mut file = file;
                let mut bytes = vec![0; size];
                file.seek(SeekFrom::Start(offset))?;
                file.read_exact(&mut bytes)?;
                Ok(bytes)
            }
        }
    }

    /// The part before a trailer of `[index][length of index, u32][magic]`, and the index.
    pub(crate) fn trailing_index(&self, magic: &[u8; 8]) -> io::Result<(u64, Vec<u8>)> {
        let tail_at = self.len().checked_sub(12).ok_or(io::ErrorKind::UnexpectedEof)?;
        let tail = self.read(tail_at, 12)?;
        let (index_len, found) = tail.split_at(4);
        if found != magic {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its last bytes are not its magic"));
        }
        let index_len = index_len.iter().rev().fold(0, |len, byte| len << 8 | u64::from(*byte));
        let index_at = tail_at.checked_sub(index_len).ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok((index_at, self.read(index_at, index_len)?))
    }
}

/// Closes `out` with an index as [`Blob::trailing_index`] reads it.
pub(crate) fn push_trailing_index(out: &mut Vec<u8>, index: &[u8], magic: &[u8; 8]) -> io::Result<()> {
    let len = u32::try_from(index.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    out.extend_from_slice(index);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(magic);
    Ok(())
}
