//! Names of records whose source gives them no key: a hash of what they say and which of its equals each is.
//!
//! Two equal rows of one file are two facts (`…-1`, `…-2`); the same rows in an overlapping export get the same names,
//! so that nothing doubles.

use crate::digest;
use domain::Digest;
use std::collections::HashMap;

/// How often each content has come in this file.
#[derive(Default)]
pub(crate) struct ContentKeys {
    seen: HashMap<Digest, u32>,
}

/// Hexadecimal digits of the hash that a name carries: 128 bits.
const HASH_CHARS: usize = 32;

impl ContentKeys {
    /// The name of the next row that says this.
    pub(crate) fn name(&mut self, parts: &[&str]) -> String {
        let content = digest(parts.join("\0").as_bytes());
        let occurrence = self.seen.entry(content).or_default();
        *occurrence += 1;
        format!("#{}-{occurrence}", &content.to_string()[..HASH_CHARS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_are_counted_and_others_are_not_equal() {
        let mut keys = ContentKeys::default();
        let names = [["a", "b"], ["a", "b"], ["ab", ""]].map(|parts| keys.name(&parts));
        assert_eq!(names[0].replace("-1", "-2"), names[1]);
        assert!(names[2].ends_with("-1") && names[2][..33] != names[0][..33]);
        assert_eq!(ContentKeys::default().name(&["a", "b"]), names[0]);
    }
}
