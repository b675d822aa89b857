//! One data directory: the journal that everything comes back from, the tables that come from it, the files that they
//! name, and the vault of what is personal.
//!
//! ```text
//! plimsoll.db                 SQLite, WAL (`bulk.rs` tells when not), synchronous=FULL: catalogue, live batches, record keys, vault, tables
//! segments/000017-<digest>.seg   bulk batches
//! raw/<digest>.raw            source files, packed and sealed
//! models/<digest>             model files
//! keys/tenant.key             32 random bytes; every other key comes from it
//! secrets/<name>.sealed       what people set: hashes of API tokens, secrets of webhooks
//! live.snapshot               what was known of attempts after some batch; it may be removed at any time
//! lock                        held by the one writer
//! ```
//!
//! Promises:
//! - what [`Store::commit`] acknowledged is there after any crash, once, and what it did not is not;
//! - one changed byte in journal, segments, raw files or models is found and named by [`Reader::verify`];
//! - commit and replay ([`ScratchTables`]) write the tables by the same code;
//! - a stored format is never a domain type: `codec` lists how each noun is stored.
//!
//! [`Store`] writes; [`Reader`] answers, from any thread, in this process or another. Start in `store.rs`.

mod backup;
mod blob;
mod bulk;
mod checkpoint;
mod codec;
mod database;
mod disk;
mod error;
mod file;
mod journal;
mod keys;
mod layout;
mod operational;
mod packed;
mod raw;
mod read;
mod schema;
mod secrets;
mod snapshot;
mod store;
mod tables;
mod vault;
mod verify;

pub use backup::backup;
pub use checkpoint::{Checkpointer, Seam};
pub use codec::{issue_id, payload_digest};
pub use disk::{CommitSide, CrashDisk, Disk, RealDisk};
pub use error::StoreError;
pub use file::FileRow;
pub use journal::Tip;
pub use journal::head::{BatchHead, Partition, cpu_level};
pub use operational::{AUDIT_DAYS, Answer, AuditLine, MOST_AUDIT_LINES};
pub use packed::{PackedRecords, PiecesBefore, Place};
pub use read::{
    Balance, Batches, ContentKind, EditRow, EntryFilter, ExceptionFilter, ExceptionTotal, InstalledModel, IssueFilter,
    IssueRow, LiveModelRow, MonthlyTotal, NoticeRow, PAGE, PairAnswerRow, Reach, Reader, RecordCount, RulingRow,
    ScoreFilter, ScoreOrder, SubjectKind, WorkRow,
};
pub use secrets::Secrets;
pub use snapshot::{Snapshot, SnapshotHead};
pub use store::Store;
pub use tables::{ScratchTables, TableDigest};
pub use vault::{TokenBook, TokenSheet};
pub use verify::{Finding, VerifyReport};
