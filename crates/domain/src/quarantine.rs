//! Quarantine: what people do about issues. The file that an issue points at is never changed; a mend is a copy of it.

use crate::Digest;
use jiff::Timestamp;
use std::fmt;

/// Names an issue: the first 8 bytes of SHA-256 over what it says. Written as 16 hexadecimal digits; where people name
/// one, its first digits do, as long as they name no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct IssueId(pub [u8; 8]);

impl fmt::Display for IssueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Where an issue stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum IssueStatus {
    /// Nobody has done anything about it, or it was opened again.
    #[default]
    Open,
    /// What it held back was read since, from a mended copy or by a better parser.
    Mended,
    /// Somebody decided that nothing is to be done.
    Dismissed,
}

impl IssueStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Mended, Self::Dismissed];

    /// In lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mended => "mended",
            Self::Dismissed => "dismissed",
        }
    }

    /// The status of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The last thing that was done about an issue.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IssueChange {
    /// Where it stands since.
    pub status: IssueStatus,
    /// When.
    pub at: Timestamp,
    /// The file that was read instead: a mended copy, or the same file under a better parser.
    pub by: Option<Digest>,
    /// In the words of whoever dismissed it; may be empty.
    pub reason: String,
}

/// Other bytes for a part of a file, staged under an issue until they are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edit {
    /// The issue that they are to mend.
    pub issue: IssueId,
    /// The file, which stays as it is.
    pub file: Digest,
    /// The first byte to be replaced.
    pub offset: u64,
    /// How many bytes.
    pub len: u64,
    /// The bytes to stand there, by their digest: they may name people, so they are kept as raw files are.
    pub text: Digest,
}

/// A file was read once more, as it is or with edits: what came of its issues.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mend {
    /// The file that the issues point at.
    pub file: Digest,
    /// The copy that was read; the file itself where nothing was edited.
    pub copy: Digest,
    /// Issues that are no more.
    pub mended: Vec<IssueId>,
    /// Issues whose staged edits are part of the copy.
    pub applied: Vec<IssueId>,
}
