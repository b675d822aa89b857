//! The head of a batch: what it holds, who wrote it, and the link to the batch before.

use crate::codec::{self, Malformed, sha256, stored_struct};
use domain::Digest;

/// Tenant and business: one writer and one chain each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Partition {
    /// Whose keys.
    pub tenant: String,
    /// Whose books.
    pub business: String,
}

/// What stands before a batch in the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchHead {
    /// Of head and body; another than this build's is refused.
    pub format: u32,
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// Nothing live crosses it.
    pub partition: Partition,
    /// The version of the program that wrote it.
    pub build: String,
    /// The instruction set that it ran on: replay is equal byte for byte on one level.
    pub cpu: String,
    /// In the body.
    pub events: u64,
    /// The chain digest of the batch before; zeros for the first.
    pub previous: Digest,
    /// SHA-256 of the stored body.
    pub body: Digest,
}

/// The format of bodies that this build writes.
pub(crate) const FORMAT: u32 = 5;

const MAGIC: &[u8; 8] = b"PLSMHEAD";

stored_struct!(Partition { tenant, business });
stored_struct!(BatchHead { format, seq, partition, build, cpu, events, previous, body });

impl BatchHead {
    /// SHA-256 of the head, which holds the body's digest and the chain before: it names the whole journal up to here.
    pub fn chain(&self) -> Digest {
        sha256(&self.to_bytes())
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&MAGIC[..], &codec::encode(self)].concat()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        codec::decode(bytes.strip_prefix(MAGIC).unwrap_or_default())
    }
}

/// `x86-64-v1` to `x86-64-v4` (System V psABI micro-architecture levels), elsewhere the architecture's name.
pub fn cpu_level() -> String {
    #[cfg(target_arch = "x86_64")]
    return format!("x86-64-v{}", x86_64_level());
    #[cfg(not(target_arch = "x86_64"))]
    return std::env::consts::ARCH.to_owned();
}

#[cfg(target_arch = "x86_64")]
fn x86_64_level() -> u8 {
    macro_rules! all {
        ($($feature:tt)*) => { [$(std::arch::is_x86_feature_detected!($feature)),*].iter().all(|has| *has) };
    }
    let v2 = all!("cmpxchg16b" "popcnt" "sse3" "sse4.1" "sse4.2" "ssse3");
    let v3 = v2 && all!("avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe");
    let v4 = v3 && all!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl");
    1 + u8::from(v2) + u8::from(v3) + u8::from(v4)
}
