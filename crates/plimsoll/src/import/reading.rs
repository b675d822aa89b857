//! Bytes to records: by the source that knows them, a large table in pieces on every core.

use super::admit::{Admission, Staged};
use super::{NO_SOURCE, Options, whole_file};
use domain::{Digest, IssueRule, Token};
use sources::{Context, Parsed, Personal, Piece, Source};
use std::num::NonZero;
use store::{TokenBook, TokenSheet};

/// Bytes of a piece: some 40,000 rows.
const PIECE: usize = 8 << 20;

/// Reads a file and stages its records; what comes back has all but them.
pub(super) fn read(
    content: &[u8],
    digest: Digest,
    tokens: &mut TokenBook,
    options: &Options,
    beside: &[&[u8]],
    admission: &mut Admission,
) -> (String, Parsed) {
    if let Some(source) = options.mappings.source_of(content)
        && let Some(pieces) = sources::pieces(source, content, PIECE)
        && let Some(parsed) = read_pieces(source, &pieces, digest, tokens, options, admission)
    {
        return (source.name().to_owned(), parsed);
    }
    let (source, mut parsed) = parse(content, digest, tokens, options, beside);
    admission.stage(Staged::of(&std::mem::take(&mut parsed.records)));
    (source, parsed)
}

/// Reads pieces, as many at once as there are cores; what they give is put together in their order. None where the file
/// must be read whole.
fn read_pieces(
    source: &dyn Source,
    pieces: &[Piece<'_>],
    digest: Digest,
    tokens: &mut TokenBook,
    options: &Options,
    admission: &mut Admission,
) -> Option<Parsed> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut whole = Parsed::default();
    for at_once in pieces.chunks(cores) {
        let read: Vec<_> = std::thread::scope(|scope| {
            let threads = at_once.iter().map(|piece| {
                let sheet = tokens.sheet();
                scope.spawn(move || read_piece(source, piece, digest, sheet, options))
            });
            let threads: Vec<_> = threads.collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for piece in read {
            let Some((parsed, records, sheet)) = piece else {
                admission.drop_staged();
                return None;
            };
            tokens.take_over(sheet);
            admission.stage(records);
            add(&mut whole, parsed);
        }
    }
    Some(whole)
}

fn read_piece(
    source: &dyn Source,
    piece: &Piece<'_>,
    digest: Digest,
    mut sheet: TokenSheet,
    options: &Options,
) -> Option<(Parsed, Staged, TokenSheet)> {
    let mut personal = Sheet(&mut sheet);
    let mut context = Context { personal: &mut personal, now: options.now, settings: &options.settings, beside: &[] };
    let mut parsed = piece.parse(source, digest, &mut context)?;
    let records = Staged::of(&std::mem::take(&mut parsed.records));
    Some((parsed, records, sheet))
}

fn add(whole: &mut Parsed, part: Parsed) {
    whole.issues.extend(part.issues);
    whole.rows += part.rows;
    whole.duplicates += part.duplicates;
    whole.skipped += part.skipped;
    whole.columns = part.columns;
    whole.notes = part.notes;
}

pub(crate) fn parse(
    content: &[u8],
    digest: Digest,
    tokens: &mut TokenBook,
    options: &Options,
    beside: &[&[u8]],
) -> (String, Parsed) {
    let Some(source) = options.mappings.source_of(content) else {
        return (NO_SOURCE.to_owned(), unknown_format(digest, content));
    };
    let mut vault = Vault(tokens);
    let mut context = Context { personal: &mut vault, now: options.now, settings: &options.settings, beside };
    (source.name().to_owned(), source.parse(digest, content, &mut context))
}

/// A file that no source recognises, with what it looks like.
fn unknown_format(file: Digest, content: &[u8]) -> Parsed {
    let said = sources::describe(content).to_string();
    let mut parsed = whole_file(file, &IssueRule::UnknownFormat.into());
    for issue in &mut parsed.issues {
        issue.value.clone_from(&said);
    }
    parsed.notes.push(said);
    parsed
}

/// The store's vault, as sources see it.
pub(crate) struct Vault<'a>(pub(crate) &'a mut TokenBook);

impl Personal for Vault<'_> {
    fn token(&mut self, field: &str, value: &str, subject: Option<Token>) -> Token {
        self.0.token(field, value, subject)
    }
}

/// A sheet of the vault's, as sources see it on another thread.
struct Sheet<'a>(&'a mut TokenSheet);

impl Personal for Sheet<'_> {
    fn token(&mut self, field: &str, value: &str, subject: Option<Token>) -> Token {
        self.0.token(field, value, subject)
    }
}
