//! The tables whose records are linked: fields with a kind, and rows of text.

/// What a field holds, which says how two of its values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Of people, companies, places: nicknames, initials, words in another order.
    Name,
    /// Streets and the like: house numbers matter.
    Address,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Of goods and works, with model numbers and versions.
    Title,
    /// What a bank passes on, often cut off.
    Memo,
    /// Identifiers and model numbers.
    Code,
    /// One of few values.
    Category,
    /// Money or another quantity.
    Amount,
    /// A day.
    Date,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Address,
        Self::Email,
        Self::Phone,
        Self::Title,
        Self::Memo,
        Self::Code,
        Self::Category,
        Self::Amount,
        Self::Date,
    ];

    /// As a user writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Title => "title",
            Self::Memo => "memo",
            Self::Code => "code",
            Self::Category => "category",
            Self::Amount => "amount",
            Self::Date => "date",
        }
    }

    /// Whether its values are words.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Amount | Self::Date)
    }
}

/// A field that both tables have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Its name, which names its comparisons too.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// Rows of text: a value a field, empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows(pub Vec<Vec<String>>);

impl Rows {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One value; empty past the end.
    pub fn value(&self, row: usize, field: usize) -> &str {
        self.0.get(row).and_then(|row| row.get(field)).map_or("", String::as_str)
    }
}
