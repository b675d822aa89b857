//! Records that wait in memory in their stored form, which takes a fifth of what they take in use.
//!
//! Promises: what is put in comes out the same, once or more often; memory of what was taken is given back piece by piece.

use crate::StoreError;
use crate::codec;
use domain::Record;

/// Bytes of a piece, after which the next is begun.
const PIECE: usize = 4 << 20;

/// Records in their stored form.
#[derive(Default)]
pub struct PackedRecords {
    pieces: Vec<Piece>,
}

/// Where a record stands among [`PackedRecords`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    piece: u32,
    record: u32,
}

/// How many pieces stood before others were appended.
#[derive(Clone, Copy, Debug)]
pub struct PiecesBefore(u32);

impl Place {
    /// Where it is after its records were appended to others.
    pub fn behind(self, before: PiecesBefore) -> Self {
        Self { piece: self.piece + before.0, ..self }
    }
}

#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    /// Behind the last byte of each record.
    ends: Vec<usize>,
    taken: usize,
}

impl PackedRecords {
    /// Puts a record in.
    pub fn push(&mut self, record: &Record) -> Place {
        if self.pieces.last().is_none_or(|piece| piece.bytes.len() >= PIECE) {
            self.pieces.push(Piece { bytes: Vec::with_capacity(PIECE), ..Piece::default() });
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        piece.bytes.extend_from_slice(&codec::encode(record));
        piece.ends.push(piece.bytes.len());
        let number_of = |count: usize| u32::try_from(count).expect("four billion records do not fit into memory");
        Place { piece: number_of(number), record: number_of(piece.ends.len() - 1) }
    }

    /// Takes others in, behind these; their places are [`Place::behind`] what stood here.
    pub fn append(&mut self, others: Self) -> PiecesBefore {
        let before = u32::try_from(self.pieces.len()).expect("four billion pieces do not fit into memory");
        self.pieces.extend(others.pieces);
        PiecesBefore(before)
    }

    /// The record at a place.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where nothing stands there any more.
    pub fn get(&self, place: Place) -> Result<Record, StoreError> {
        let bytes = self.pieces.get(place.piece as usize).and_then(|piece| piece.at(place.record as usize));
        let gone = || StoreError::corrupt("a record in memory", "it was taken before");
        codec::decode(bytes.ok_or_else(gone)?).map_err(|error| StoreError::corrupt("a record in memory", error))
    }

    /// Takes the record at a place; when all of a piece are taken or dropped, its memory is given back.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn take(&mut self, place: Place) -> Result<Record, StoreError> {
        let record = self.get(place)?;
        self.forget(place);
        Ok(record)
    }

    /// The record at a place will not be asked for again.
    pub fn forget(&mut self, place: Place) {
        if let Some(piece) = self.pieces.get_mut(place.piece as usize) {
            piece.taken += 1;
            if piece.taken >= piece.ends.len() && piece.bytes.len() >= PIECE {
                *piece = Piece { bytes: Vec::new(), ends: Vec::new(), taken: piece.taken };
            }
        }
    }
}

impl Piece {
    fn at(&self, record: usize) -> Option<&[u8]> {
        let start = record.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(start..*self.ends.get(record)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::tests::any_batch;
    use crate::tables::records_of;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_is_put_in_comes_out_the_same(batch in any_batch()) {
            let mut packed = PackedRecords::default();
            let records: Vec<&Record> = records_of(&batch).map(|(_, record)| record).collect();
            let places: Vec<Place> = records.iter().map(|record| packed.push(record)).collect();
            let mut others = PackedRecords::default();
            others.push(records.first().unwrap_or(&&a_record(0)));
            let before = others.append(packed);
            let places = places.into_iter().map(|place| place.behind(before));
            let mut packed = others;
            for (place, record) in places.zip(&records) {
                prop_assert_eq!(&packed.get(place).unwrap(), *record);
                prop_assert_eq!(&packed.take(place).unwrap(), *record);
            }
        }
    }

    fn a_record(text: usize) -> Record {
        Record {
            id: "bank:1".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            file: domain::Digest::default(),
            span: domain::Span::default(),
            content: domain::Content::PayoutNamed(domain::PayoutNamed {
                line: "stripe:1".into(),
                payout: "x".repeat(text),
                payout_at: None,
                net: domain::Money::zero(domain::Currency::GBP),
            }),
        }
    }

    #[test]
    fn memory_is_given_back_when_all_of_a_piece_is_taken() {
        let record = a_record(PIECE / 4);
        let mut packed = PackedRecords::default();
        let places: Vec<Place> = (0..5).map(|_| packed.push(&record)).collect();
        assert_eq!(packed.pieces.len(), 2);
        assert!(places[..4].iter().all(|place| packed.take(*place).is_ok()));
        assert_eq!(packed.pieces[0].bytes.capacity(), 0);
        assert!(packed.get(places[0]).is_err() && packed.get(places[4]).is_ok());
    }
}
