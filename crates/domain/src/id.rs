//! Names of things. They are made from what they name, so replay and another order of arrival give the same names.

use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id! {
    /// `source:natural key`, for example `online-retail:536365` or `stripe:txn_1Nxyz`. Unique in a partition; it is
    /// also the idempotency key of the event that carries the record.
    RecordId
}
text_id! {
    /// `what posted it/its evidence`, for example `sale/online-retail:536365`; a reversal ends in `/reversed`.
    EntryId
}
text_id! {
    /// `kind:token`, for example `buyer:3f2a…`, or `guest:online-retail:536544` for a guest's own invoice.
    PartyId
}

/// A keyed pseudonym (HMAC-SHA-256 of a personal value's normal form, cut to 16 bytes): equal values have equal
/// tokens within one tenant, and the value cannot be read back from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Token(pub [u8; 16]);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
