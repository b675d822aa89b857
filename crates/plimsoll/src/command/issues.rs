//! `plimsoll issues`: rows that were kept but not used, and are still to be mended.

use super::{Outcome, Setting, quarantine};
use crate::cli::Issues;
use domain::IssueStatus;
use store::{IssueFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Issues) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    quarantine::list(
        setting,
        &reader,
        &IssueFilter { status: Some(IssueStatus::Open), limit, ..IssueFilter::default() },
    )
}
