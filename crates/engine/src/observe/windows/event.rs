//! What windows slide over: an event with its instant, its money, and the keys by which it is somebody's.

use crate::snapshot::{Kept, kept_struct};
use domain::Token;
use std::num::NonZeroU64;

/// What a key of an event stands for. Each is a subject that has windows of its own, and can be counted at others: the
/// cards of a device, the devices of a card.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KeyKind {
    /// Who buys.
    Buyer,
    /// What is paid with: a card's token, never its number.
    Card,
    /// What it is done on.
    Device,
    /// Where goods or bills go.
    Address,
    /// Who sells on a marketplace.
    Seller,
    /// Where it is paid: a shop, a till, a terminal.
    Merchant,
    /// The country that the event names.
    Country,
}

impl KeyKind {
    /// Every kind, in the order of [`Happening::keys`].
    pub const ALL: [Self; 7] =
        [Self::Buyer, Self::Card, Self::Device, Self::Address, Self::Seller, Self::Merchant, Self::Country];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Card => "card",
            Self::Device => "device",
            Self::Address => "address",
            Self::Seller => "seller",
            Self::Merchant => "merchant",
            Self::Country => "country",
        }
    }

    /// Its place in [`KeyKind::ALL`].
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// Who or what, within its kind: 64 bits. Two of a million share a key once in some 40 million businesses; what that
/// would do is count two as one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(NonZeroU64);

impl Key {
    /// The key of a number that tells subjects apart by itself.
    pub fn of_number(number: u64) -> Self {
        Self(NonZeroU64::new(mixed(number)).unwrap_or(NonZeroU64::MAX))
    }

    /// The key itself.
    pub fn number(self) -> u64 {
        self.0.get()
    }

    /// The key of a name, by its bytes (FNV-1a, then mixed).
    pub fn of_text(text: &str) -> Self {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        Self::of_number(text.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
    }
}

/// A token is random to begin with: its first half is as good a key.
impl From<Token> for Key {
    fn from(token: Token) -> Self {
        let (mut half, mut other) = ([0; 8], [0; 8]);
        half.copy_from_slice(&token.0[..8]);
        other.copy_from_slice(&token.0[8..]);
        let half = u64::from_le_bytes(half) ^ u64::from_le_bytes(other).rotate_left(32);
        Self(NonZeroU64::new(half).unwrap_or(NonZeroU64::MAX))
    }
}

/// The finaliser of `MurmurHash3`: a bijection, so numbers stay apart.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let number = (number ^ (number >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    number ^ (number >> 33)
}

/// What is true of an event, a bit each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traits(u16);

impl Traits {
    /// Nothing is known of it.
    pub const NONE: Self = Self(0);
    /// Somebody tried to pay.
    pub const ATTEMPT: Self = Self(1);
    /// The attempt was approved.
    pub const APPROVED: Self = Self(1 << 1);
    /// The attempt was declined by who issued the card.
    pub const DECLINED: Self = Self(1 << 2);
    /// The attempt failed for a technical reason.
    pub const FAILED: Self = Self(1 << 3);
    /// Money went back.
    pub const REFUND: Self = Self(1 << 4);
    /// A buyer's bank took a payment back.
    pub const DISPUTE: Self = Self(1 << 5);
    /// It has an amount.
    pub(super) const PRICED: Self = Self(1 << 14);
    /// It turned out bad: its label has come.
    pub(super) const BAD: Self = Self(1 << 15);

    const NAMES: [(Self, &'static str); 6] = [
        (Self::ATTEMPT, "attempt"),
        (Self::APPROVED, "approved"),
        (Self::DECLINED, "declined"),
        (Self::FAILED, "failed"),
        (Self::REFUND, "refund"),
        (Self::DISPUTE, "dispute"),
    ];

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The first without the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `wanted` are true of it.
    pub const fn has(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// In words, one blank between them; empty for none.
    pub fn words(self) -> String {
        let words = Self::NAMES.iter().filter(|(one, _)| self.has(*one)).map(|(_, word)| *word);
        words.collect::<Vec<&str>>().join(" ")
    }
}

/// An event as windows see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Happening {
    /// Tells it from others of its instant; the same again at the same instant is a repetition.
    pub id: u64,
    /// When it happened, in microseconds since 1970.
    pub at_us: i64,
    /// Minor units of one currency; none where no rate is known.
    pub amount_minor: Option<i64>,
    /// What is true of it.
    pub traits: Traits,
    /// Whose it is, in the order of [`KeyKind::ALL`].
    pub keys: [Option<Key>; KeyKind::ALL.len()],
}

impl Happening {
    /// The key in a kind.
    pub fn key(&self, kind: KeyKind) -> Option<Key> {
        self.keys[kind.place()]
    }

    /// With a key in a kind.
    #[must_use]
    pub fn with(mut self, kind: KeyKind, key: Option<Key>) -> Self {
        self.keys[kind.place()] = key;
        self
    }
}

kept_struct!(Happening { id, at_us, amount_minor, traits, keys });

impl Kept for Key {
    fn put(&self, out: &mut Vec<u8>) {
        self.number().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        NonZeroU64::new(u64::take(from)?).map(Self)
    }
}

/// Always two bytes: a label changes no length.
impl Kept for Traits {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        u16::take(from).map(Self)
    }
}
