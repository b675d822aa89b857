//! The table in a file that someone names: unpacked, and of several sheets or files the one that is meant.

use crate::command::UsageError;
use anyhow::Context;
use std::path::Path;

/// A table's text.
pub(crate) struct TableFile {
    /// Which member it is; empty where the file has one.
    pub(crate) member: String,
    /// Its text.
    pub(crate) text: Vec<u8>,
    /// The other members.
    pub(crate) others: Vec<String>,
}

/// Opens the table of a file: the sheet (or member of a zip) of this name, else the first that can be read.
///
/// # Errors
/// When the file, or that member, cannot be read.
pub(crate) fn open(path: &Path, sheet: Option<&str>) -> anyhow::Result<TableFile> {
    let packed = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let refused = |refusal: &sources::Refusal| {
        let reason = if refusal.reason.is_empty() { String::new() } else { format!(": {}", refusal.reason) };
        UsageError(format!("{} cannot be read: {}{reason}", path.display(), refusal.rule.name()))
    };
    let members = sources::unpack(&packed).map_err(|refusal| refused(&refusal))?;
    let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    let wanted = members.iter().position(|member| match sheet {
        Some(sheet) => member.name == sheet || member.name.ends_with(&format!("#{sheet}")),
        None => member.text.is_ok(),
    });
    let Some(at) = wanted.or_else(|| sheet.is_none().then_some(0)) else {
        let reason =
            format!("no sheet `{}` in {}; there are {}", sheet.unwrap_or_default(), path.display(), names.join(", "));
        return Err(UsageError(reason).into());
    };
    let text = members[at].text.as_deref().map_err(refused)?.to_vec();
    let others = names.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, name)| name.clone()).collect();
    Ok(TableFile { member: names[at].clone(), text, others })
}
