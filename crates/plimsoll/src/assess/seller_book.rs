//! Sellers' days, kept in one file of the user's: a new day is added to it, and everything renewed, without the tables of
//! the years before.
//!
//! Promises: what was taken is on disk before anything is said of it. The same file adds nothing. A day that a later file
//! tells again stands as that file tells it, and is counted. A piece at the end that was cut short is left out, said, and
//! written over by the next.
//!
//! Form: a line `plimsoll sellers 1 EUR`, then pieces, one a file taken: the length and CRC-32 of what follows; the file's
//! SHA-256; the number of sellers; of each its name, its segment, the number of its days, and the days, all in little-endian.

use crate::command::UsageError;
use anyhow::Context as _;
use domain::{Currency, Digest};
use engine::assess::{Seller, SellerDay};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const HEAD: &str = "plimsoll sellers 1 ";
/// Bytes of a piece's length and checksum.
const FRAME: usize = 8;

/// A book of sellers.
pub struct SellerBook {
    path: PathBuf,
    currency: Currency,
    /// By name.
    sellers: Vec<Seller>,
    taken: BTreeSet<Digest>,
    /// Where the last whole piece ends.
    whole: u64,
    /// Bytes behind it that were cut short.
    pub torn: u64,
}

/// What a file changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Taken {
    /// Days that are new.
    pub days: usize,
    /// Days that were told before, and stand as told now.
    pub replaced: usize,
    /// The very file was taken before: nothing changed.
    pub is_known: bool,
}

impl SellerBook {
    /// Opens a book; a file that is not there yet is an empty one.
    ///
    /// # Errors
    /// It is no book, one of another currency, or cannot be read.
    pub fn open(path: &Path, currency: Currency) -> anyhow::Result<Self> {
        let head = format!("{HEAD}{}\n", currency.code());
        let mut book =
            Self { path: path.to_owned(), currency, sellers: Vec::new(), taken: BTreeSet::new(), whole: 0, torn: 0 };
        if !path.exists() {
            return Ok(book);
        }
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        if !bytes.starts_with(head.as_bytes()) && !head.as_bytes().starts_with(&bytes) {
            let wanted = format!("{} is no book of sellers in {}", path.display(), currency.code());
            return Err(UsageError(wanted).into());
        }
        let mut rest = bytes.get(head.len()..).unwrap_or_default();
        book.whole = if bytes.len() < head.len() { 0 } else { head.len() as u64 };
        while let Some((piece, is_sound, behind)) = framed(rest) {
            if !is_sound && behind.is_empty() {
                break; // the last one, of which the length alone came to the disk
            }
            let (file, sellers) = piece_of(piece)
                .filter(|_| is_sound)
                .with_context(|| format!("{} is damaged at byte {}", path.display(), book.whole))?;
            book.taken.insert(file);
            book.merge(sellers);
            book.whole += (FRAME + piece.len()) as u64;
            rest = behind;
        }
        book.torn = bytes.len() as u64 - book.whole;
        Ok(book)
    }

    /// Opens a book that is there, in its own currency.
    ///
    /// # Errors
    /// As [`SellerBook::open`].
    pub fn open_as_written(path: &Path) -> anyhow::Result<Self> {
        let unreadable = || format!("cannot read {}", path.display());
        let mut head = Vec::new();
        std::fs::File::open(path)
            .with_context(unreadable)?
            .take(HEAD.len() as u64 + 3)
            .read_to_end(&mut head)
            .with_context(unreadable)?;
        let code = std::str::from_utf8(&head).ok().and_then(|head| head.strip_prefix(HEAD));
        let currency = code.and_then(Currency::from_code);
        let none = || UsageError(format!("{} is no book of sellers", path.display()));
        Self::open(path, currency.ok_or_else(none)?)
    }

    /// The currency of all its money.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// All sellers, by name.
    pub fn sellers(&self) -> &[Seller] {
        &self.sellers
    }

    /// The same, for good.
    pub fn into_sellers(self) -> Vec<Seller> {
        self.sellers
    }

    /// The newest day.
    pub fn newest(&self) -> Option<Date> {
        self.sellers.iter().filter_map(|seller| seller.days.last()).map(|day| day.day).max()
    }

    /// Takes the sellers that a file told: written and synced, then known.
    ///
    /// # Errors
    /// It cannot be written; nothing of it is then known.
    pub fn take(&mut self, file: Digest, sellers: &[Seller]) -> anyhow::Result<Taken> {
        if self.taken.contains(&file) {
            return Ok(Taken { is_known: true, ..Taken::default() });
        }
        let unwritten = || format!("cannot write {}", self.path.display());
        let mut out =
            OpenOptions::new().create(true).write(true).truncate(false).open(&self.path).with_context(unwritten)?;
        out.set_len(self.whole).with_context(unwritten)?;
        let mut bytes = Vec::new();
        if self.whole == 0 {
            bytes.extend_from_slice(format!("{HEAD}{}\n", self.currency.code()).as_bytes());
        }
        let piece = written(file, sellers);
        bytes.extend_from_slice(&u32::try_from(piece.len()).context("a file of more than 4 GiB")?.to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&piece).to_le_bytes());
        bytes.extend_from_slice(&piece);
        out.seek(SeekFrom::Start(self.whole)).with_context(unwritten)?;
        out.write_all(&bytes).with_context(unwritten)?;
        out.sync_all().with_context(unwritten)?;
        self.whole += bytes.len() as u64;
        self.torn = 0;
        self.taken.insert(file);
        Ok(self.merge(sellers.iter().cloned()))
    }

    fn merge(&mut self, sellers: impl IntoIterator<Item = Seller>) -> Taken {
        let mut taken = Taken::default();
        for seller in sellers {
            match self.sellers.binary_search_by(|known| known.name.cmp(&seller.name)) {
                Err(at) => {
                    taken.days += seller.days.len();
                    self.sellers.insert(at, seller);
                }
                Ok(at) => {
                    let known = &mut self.sellers[at];
                    known.segment = seller.segment;
                    for day in seller.days {
                        let is_new = put(&mut known.days, day);
                        *(if is_new { &mut taken.days } else { &mut taken.replaced }) += 1;
                    }
                }
            }
        }
        taken
    }
}

/// Puts a day in its place; false where the day stood already.
fn put(days: &mut Vec<SellerDay>, day: SellerDay) -> bool {
    if days.last().is_none_or(|last| last.day < day.day) {
        days.push(day);
        return true;
    }
    let place = days.binary_search_by_key(&day.day, |known| known.day);
    match place {
        Ok(at) => days[at] = day,
        Err(at) => days.insert(at, day),
    }
    place.is_err()
}

/// The first piece, whether its checksum holds, and what stands behind it; none where its end is missing.
fn framed(bytes: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let (frame, behind) = bytes.split_at_checked(FRAME)?;
    let number = |at: usize| Some(u32::from_le_bytes(frame.get(at..at + 4)?.try_into().ok()?));
    let (piece, behind) = behind.split_at_checked(usize::try_from(number(0)?).ok()?)?;
    Some((piece, crc32fast::hash(piece) == number(4)?, behind))
}

fn written(file: Digest, sellers: &[Seller]) -> Vec<u8> {
    let mut out = file.0.to_vec();
    let count = |out: &mut Vec<u8>, count: usize| out.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    count(&mut out, sellers.len());
    for seller in sellers {
        for text in [&seller.name, &seller.segment] {
            count(&mut out, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        count(&mut out, seller.days.len());
        for day in &seller.days {
            out.extend(day.day.year().to_le_bytes());
            out.extend(day.day.month().to_le_bytes());
            out.extend(day.day.day().to_le_bytes());
            [day.sales, day.refunds, day.chargebacks].iter().for_each(|minor| out.extend(minor.to_le_bytes()));
            [day.orders, day.late].iter().for_each(|orders| out.extend(orders.to_le_bytes()));
        }
    }
    out
}

/// Bytes that are read one after the other.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.fixed()?)).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn day(&mut self) -> Option<SellerDay> {
        let year = i16::from_le_bytes(self.fixed()?);
        let [month, day] = self.fixed::<2>()?.map(u8::cast_signed);
        let mut minor = || Some(i64::from_le_bytes(self.fixed()?));
        let (sales, refunds, chargebacks) = (minor()?, minor()?, minor()?);
        let mut orders = || Some(u32::from_le_bytes(self.fixed()?));
        let (orders, late) = (orders()?, orders()?);
        Some(SellerDay { day: Date::new(year, month, day).ok()?, sales, refunds, chargebacks, orders, late })
    }

    fn seller(&mut self) -> Option<Seller> {
        let (name, segment, count) = (self.text()?, self.text()?, self.count()?);
        let days = (0..count).map(|_| self.day()).collect::<Option<Vec<SellerDay>>>()?;
        Some(Seller { name, segment, days, ..Seller::default() })
    }
}

/// The file that a piece came from, and what it told; none where its bytes say nothing of the kind.
fn piece_of(piece: &[u8]) -> Option<(Digest, Vec<Seller>)> {
    let mut bytes = Bytes(piece);
    let (file, count) = (Digest(bytes.fixed()?), bytes.count()?);
    let sellers = (0..count).map(|_| bytes.seller()).collect::<Option<Vec<Seller>>>()?;
    bytes.0.is_empty().then_some((file, sellers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    fn seller(name: &str, first: Date, days: i64, sales: i64) -> Seller {
        let day = |at: i64| SellerDay {
            day: first.checked_add(at.days()).unwrap(),
            sales,
            refunds: 1,
            chargebacks: 0,
            orders: 3,
            late: 1,
        };
        let (name, segment) = (name.to_owned(), "toys".to_owned());
        Seller { name, segment, days: (0..days).map(day).collect(), ..Seller::default() }
    }

    fn open(path: &Path) -> SellerBook {
        SellerBook::open(path, Currency::EUR).unwrap()
    }

    #[test]
    fn what_was_taken_is_there_when_it_is_opened_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sellers.book");
        let mut book = open(&path);
        let years = [seller("b", date(2024, 1, 1), 400, 500), seller("a", date(2025, 1, 1), 34, 900)];
        assert_eq!(book.take(Digest([1; 32]), &years).unwrap(), Taken { days: 434, ..Taken::default() });
        let day = [seller("a", date(2025, 2, 4), 1, 700), seller("c", date(2025, 2, 4), 1, 10)];
        assert_eq!(book.take(Digest([2; 32]), &day).unwrap(), Taken { days: 2, ..Taken::default() });
        assert!(book.take(Digest([2; 32]), &day).unwrap().is_known);
        let again = open(&path);
        assert_eq!(again.sellers(), book.sellers());
        assert_eq!(again.sellers().iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((again.newest(), again.torn), (Some(date(2025, 2, 4)), 0));
    }

    #[test]
    fn a_day_told_again_stands_as_told_last_and_a_late_one_finds_its_place() {
        let home = tempfile::tempdir().unwrap();
        let mut book = open(&home.path().join("sellers.book"));
        book.take(Digest([1; 32]), &[seller("a", date(2025, 1, 2), 2, 500)]).unwrap();
        let told = book.take(Digest([2; 32]), &[seller("a", date(2025, 1, 1), 2, 700)]).unwrap();
        assert_eq!(told, Taken { days: 1, replaced: 1, is_known: false });
        let days: Vec<(i8, i64)> = book.sellers()[0].days.iter().map(|day| (day.day.day(), day.sales)).collect();
        assert_eq!(days, [(1, 700), (2, 700), (3, 500)]);
    }

    #[test]
    fn a_piece_that_was_cut_short_is_left_out_and_written_over() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sellers.book");
        let mut book = open(&path);
        book.take(Digest([1; 32]), &[seller("a", date(2025, 1, 1), 3, 500)]).unwrap();
        let before = std::fs::read(&path).unwrap();
        book.take(Digest([2; 32]), &[seller("a", date(2025, 1, 4), 1, 500)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for end in before.len()..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let mut cut = open(&path);
            assert_eq!((cut.sellers()[0].days.len(), cut.torn), (3, (end - before.len()) as u64));
            cut.take(Digest([2; 32]), &[seller("a", date(2025, 1, 4), 1, 500)]).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn a_changed_byte_in_the_middle_is_damage_and_drops_nothing() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sellers.book");
        let mut book = open(&path);
        book.take(Digest([1; 32]), &[seller("a", date(2025, 1, 1), 3, 500)]).unwrap();
        book.take(Digest([2; 32]), &[seller("a", date(2025, 1, 4), 1, 500)]).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[90] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let refused = SellerBook::open(&path, Currency::EUR).err().unwrap().to_string();
        assert!(refused.contains("is damaged at byte 23"), "{refused}");
    }

    #[test]
    fn another_currency_or_another_file_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sellers.book");
        open(&path).take(Digest([1; 32]), &[]).unwrap();
        assert!(SellerBook::open(&path, Currency::GBP).is_err());
        assert_eq!(SellerBook::open_as_written(&path).unwrap().currency(), Currency::EUR);
        std::fs::write(&path, "seller,day,sales\n").unwrap();
        assert!(SellerBook::open(&path, Currency::EUR).is_err() && SellerBook::open_as_written(&path).is_err());
    }
}
