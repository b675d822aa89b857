//! A line of a source file among its neighbours, as it came.

use super::answers::file;
use super::call::Call;
use super::problem::Problem;
use crate::view::FileView;
use domain::Digest;
use serde::Serialize;
use store::{Reader, StoreError};

/// Neighbours on each side when the address does not say, and at most.
const AROUND: u32 = 5;
const MOST_AROUND: u32 = 50;

/// Bytes of a line that are shown; a file may be one line.
const SHOWN: u64 = 4096;

/// Lines of a file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LinesAnswer {
    pub file: FileView,
    /// The line that was asked for.
    pub line: u32,
    pub lines: Vec<LineAnswer>,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LineAnswer {
    /// Counts from 1.
    pub line: u32,
    /// Bytes before it in the unpacked file.
    pub offset: u64,
    /// As it came, without its end; bytes that are not UTF-8 are shown as `�`.
    pub text: String,
    /// Bytes that are not shown.
    pub cut: u64,
    /// Whether what was asked for stands here.
    pub marked: bool,
}

/// The line `n` of the file `digest`; with `len`, every line of the row that starts there is marked.
pub(super) fn lines(reader: &Reader, call: &Call, digest: &str, n: &str) -> Result<LinesAnswer, Problem> {
    let (digest, file) = file(reader, digest)?;
    let line: u32 = n.parse().map_err(|_| Problem::parameter("line", n, "a line's number from 1"))?;
    let around = |text: &str| text.parse().ok().filter(|around| *around <= MOST_AROUND);
    let around = call.params.parsed("around", "a number from 0 to 50", around)?.unwrap_or(AROUND);
    let start = reader.raw_line_start(&digest, line)?;
    let offset = call.params.parsed("offset", "a number of bytes", |text| text.parse().ok())?.unwrap_or(start);
    let len = call.params.parsed("len", "a number of bytes", |text| text.parse::<u64>().ok())?.unwrap_or(1);
    let marked = offset..offset.saturating_add(len.max(1));
    let last_marked = last_line_of(reader, &digest, line, marked.end, file.bytes)?;
    let mut lines = Vec::new();
    for number in line.saturating_sub(around).max(1)..=last_marked.saturating_add(around) {
        let Some(place) = place(reader, &digest, number, file.bytes)? else { break };
        let mut found = read(reader, &digest, number, place.0, place.1)?;
        found.marked = found.line == line || (place.0 < marked.end && place.1 > marked.start);
        lines.push(found);
    }
    Ok(LinesAnswer { file, line, lines })
}

/// The last line of a row that ends before byte `end`.
fn last_line_of(reader: &Reader, digest: &Digest, line: u32, end: u64, bytes: u64) -> Result<u32, Problem> {
    let mut last = line;
    while last < line.saturating_add(MOST_AROUND) {
        match place(reader, digest, last + 1, bytes)? {
            Some((start, _)) if start < end => last += 1,
            _ => break,
        }
    }
    Ok(last)
}

/// First byte of a line and the byte behind it; none behind the end of the file.
fn place(reader: &Reader, digest: &Digest, line: u32, bytes: u64) -> Result<Option<(u64, u64)>, Problem> {
    let start_of = |line| match reader.raw_line_start(digest, line) {
        Ok(start) => Ok(Some(start)),
        Err(StoreError::OutOfRange { .. }) => Ok(None),
        Err(error) => Err(Problem::from(error)),
    };
    let Some(start) = start_of(line)?.filter(|start| *start < bytes) else { return Ok(None) };
    Ok(Some((start, start_of(line + 1)?.unwrap_or(bytes).min(bytes))))
}

fn read(reader: &Reader, digest: &Digest, line: u32, start: u64, end: u64) -> Result<LineAnswer, Problem> {
    let len = end.saturating_sub(start);
    let bytes = reader.raw_slice(digest, start, len.min(SHOWN))?;
    let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
    Ok(LineAnswer { line, offset: start, text, cut: len.saturating_sub(SHOWN), marked: false })
}
