//! Names of things. They are made from what they name, so replay and another order of arrival give the same names.
//! A name is held many times (in items, indexes, evidence, settlements): clones of it share its text.

use smol_str::SmolStr;
use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub SmolStr);

        impl $name {
            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
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
