//! `plimsoll map`: draft how a table is to be read; keep, list, show and check such mappings.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Map, MapAction, MapCheck};
use crate::mappings;
use crate::table_file::{self, TableFile};
use crate::terminal::{self, count, row};
use anyhow::Context as _;
use domain::{Content, Currency, Money, Token};
use jiff::Timestamp;
use serde_json::json;
use sources::mapping::{Draft, MappedTable, draft};
use sources::{Context, Parsed, Personal, Source, SourceSettings};
use std::collections::BTreeMap;
use std::path::Path;

/// Issues that a check shows.
const FIRST_ISSUES: usize = 10;

pub(super) fn run(setting: &Setting, args: &Map) -> anyhow::Result<Outcome> {
    match (&args.action, &args.file) {
        (Some(MapAction::List), _) => list(setting),
        (Some(MapAction::Show { name }), _) => show(setting, name),
        (Some(MapAction::Check(check)), _) => self::check(setting, check),
        (None, Some(file)) => draft_of(setting, args, file),
        (None, None) => {
            Err(UsageError("which table? `plimsoll map FILE`, or `map list`, `show`, `check`".to_owned()).into())
        }
    }
}

fn draft_of(setting: &Setting, args: &Map, file: &Path) -> anyhow::Result<Outcome> {
    let table = table_file::open(file, args.sheet.as_deref())?;
    let drafted = draft(&table.text).ok_or_else(|| not_a_table(file))?;
    tell_source(file, &table);
    let text = drafted.to_toml();
    if let Some(name) = &args.keep {
        let path = mappings::keep(&setting.dir, name, &text)?;
        eprintln!("Kept as {}; mend it there. `plimsoll import` uses it for files with this header.", path.display());
    }
    if let Some(out) = &args.out {
        std::fs::write(out, &text).with_context(|| format!("cannot write {}", out.display()))?;
        eprintln!("Written to {}.", out.display());
    }
    if setting.json {
        terminal::json(&json_of(&drafted, &text))?;
    } else if args.keep.is_none() && args.out.is_none() {
        print!("{text}");
    }
    Ok(Outcome::Done)
}

fn not_a_table(file: &Path) -> UsageError {
    UsageError(format!("{} is no table: no rows of fields, and no JSON object a line", file.display()))
}

/// What is worth knowing beside the draft, on standard error so that the draft can be piped.
fn tell_source(file: &Path, table: &TableFile) {
    if let Some(source) = sources::recognise(&table.text) {
        eprintln!("{} needs no mapping: `import` reads it as {}.", file.display(), source.name());
    }
    if !table.others.is_empty() {
        eprintln!("This is `{}`; `--sheet` takes another: {}.", table.member, table.others.join(", "));
    }
}

fn json_of(drafted: &Draft, text: &str) -> serde_json::Value {
    json!({
        "kind": drafted.kind.0.name(), "kind_certain": drafted.kind.1, "rows": drafted.rows, "skip_last": drafted.skip_last,
        "currency": drafted.currency.map(|currency| currency.to_string()), "encoding": drafted.layout.encoding,
        "columns": drafted.columns, "mapping": text,
    })
}

fn list(setting: &Setting) -> anyhow::Result<Outcome> {
    let kept = mappings::kept(&setting.dir)?;
    if setting.json {
        for MappedTable(mapping) in &kept {
            terminal::json(&json!({ "name": mapping.name, "kind": mapping.kind.name(), "header": mapping.header }))?;
        }
        return Ok(Outcome::Done);
    }
    if kept.is_empty() {
        println!("No mapping is kept in {}; `plimsoll map FILE --keep NAME` keeps one.", setting.dir.display());
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["mapping", "rows are", "columns that it reads"]);
    for MappedTable(mapping) in kept {
        let columns: Vec<String> =
            mapping.columns.iter().map(|column| format!("{}: {}", column.means.name(), column.name)).collect();
        row(&mut table, [mapping.name, mapping.kind.name().to_owned(), columns.join(", ")]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

fn show(setting: &Setting, name: &str) -> anyhow::Result<Outcome> {
    let names = mappings::names(&setting.dir)?;
    if !names.iter().any(|known| known == name) {
        let reason = format!("no mapping `{name}` is kept; there are: {}", names.join(", "));
        return Err(UsageError(reason).into());
    }
    let path = mappings::kept_path(&setting.dir, name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if setting.json {
        terminal::json(&json!({ "name": name, "mapping": text }))?;
    } else {
        print!("{text}");
    }
    Ok(Outcome::Done)
}

/// Reads a table as a mapping says and keeps nothing.
fn check(setting: &Setting, args: &MapCheck) -> anyhow::Result<Outcome> {
    let table = table_file::open(&args.file, args.sheet.as_deref())?;
    let mapping = match &args.mapping {
        Some(word) => mappings::named(&setting.dir, word)?,
        None => recognised(setting, &table.text, &args.file)?,
    };
    let settings = SourceSettings { currency: Currency::GBP, ..SourceSettings::default() };
    let mut context = Context { personal: &mut Unkept, now: Timestamp::now(), settings: &settings, beside: &[] };
    let parsed = mapping.parse(sources::digest(&table.text), &table.text, &mut context);
    print(setting, &mapping, &parsed)?;
    Ok(if parsed.issues.is_empty() { Outcome::Done } else { Outcome::Quarantined })
}

fn recognised(setting: &Setting, text: &[u8], file: &Path) -> anyhow::Result<MappedTable> {
    let found = mappings::kept(&setting.dir)?.into_iter().find(|mapping| mapping.recognises(text));
    let reason = format!("no kept mapping knows the header of {}; name one with --mapping", file.display());
    found.ok_or_else(|| UsageError(reason).into())
}

fn print(setting: &Setting, mapping: &MappedTable, parsed: &Parsed) -> anyhow::Result<()> {
    let totals = totals(parsed);
    let issues: u64 = parsed.issues.iter().map(|issue| u64::from(issue.rows)).sum();
    let first: Vec<String> = parsed.issues.iter().take(FIRST_ISSUES).map(ToString::to_string).collect();
    if setting.json {
        let totals: BTreeMap<String, String> =
            totals.iter().map(|(currency, sum)| (currency.to_string(), major(*sum, *currency))).collect();
        return terminal::json(&json!({
            "mapping": mapping.name(), "rows": parsed.rows, "records": parsed.records.len(), "issues": issues,
            "duplicates": parsed.duplicates, "skipped": parsed.skipped, "totals": totals, "first_issues": first,
        }));
    }
    println!("Read as `{}` ({}); nothing was kept.", mapping.name(), mapping.0.kind.name());
    let mut table = terminal::table(&[">rows", ">records", ">duplicates", ">skipped", ">rows with issues"]);
    let records = parsed.records.len() as u64;
    row(&mut table, [parsed.rows, records, parsed.duplicates, parsed.skipped, issues].map(count));
    println!("{table}");
    for (currency, sum) in &totals {
        println!("Total: {} {currency}", major(*sum, *currency));
    }
    for issue in &first {
        println!("{issue}");
    }
    if parsed.issues.len() > first.len() {
        println!("… and {} more", count((parsed.issues.len() - first.len()) as u64));
    }
    Ok(())
}

/// What the records move, by currency, in minor units; of orders the price of their lines, rounded once a line.
fn totals(parsed: &Parsed) -> BTreeMap<Currency, i128> {
    let mut totals: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut add = |money: Money| *totals.entry(money.currency).or_default() += i128::from(money.minor);
    for record in &parsed.records {
        match &record.content {
            Content::Bank(line) => add(line.amount),
            Content::Processor(line) => add(line.net),
            Content::Invoice(invoice) => {
                for line in &invoice.lines {
                    let price = line.unit_price.checked_mul(line.quantity.into());
                    price.and_then(|price| Money::from_decimal(price, invoice.currency)).into_iter().for_each(&mut add);
                }
            }
            _ => {}
        }
    }
    totals
}

fn major(minor: i128, currency: Currency) -> String {
    match rust_decimal::Decimal::try_from_i128_with_scale(minor, currency.minor_digits()) {
        Ok(amount) => amount.to_string(),
        Err(_) => format!("{minor} minor units"),
    }
}

/// Tokens of a reading that is not kept.
pub(crate) struct Unkept;

impl Personal for Unkept {
    fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
        let hash = sources::digest(format!("{field}\0{value}").as_bytes());
        Token(std::array::from_fn(|byte| hash.0[byte]))
    }
}
