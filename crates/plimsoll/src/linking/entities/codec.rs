//! The kept file: one line of JSON (fields, model, what was said and done), a line a record with tabs between, and a last
//! line with the number of records and a checksum. Plain text, which any tool can read.

use super::{Entities, Origins, Run, Statement};
use anyhow::{Context, bail, ensure};
use engine::link::entities::{Change, Class, Classes, Compact, EntityId, Model, Survivorship, parts_of};
use engine::link::table::{Field, Kind};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// The version of this form.
const FORM: u64 = 2;

/// Hashes what goes through.
struct Summed<W> {
    out: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes all of it.
pub(super) fn write(entities: &Entities, out: impl Write) -> io::Result<()> {
    let mut out = Summed { out, sum: crc32fast::Hasher::new() };
    writeln!(out, "{}", header(entities))?;
    let mut line = String::new();
    for record in 0..entities.table.len() {
        line.clear();
        let number = u32::try_from(record).unwrap_or(u32::MAX);
        let (row, key) = entities.origins.kept(record);
        let (id, since, source) = (entities.of_record[record], entities.since[record], entities.origins.source(number));
        line.push_str(&format!("{id}\t{since}\t{source}\t{row}\t"));
        escape(key, &mut line);
        for field in 0..entities.table.fields().len() {
            line.push('\t');
            escape(entities.table.value(record, field), &mut line);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    let sum = out.sum.clone().finalize();
    writeln!(out, "end\t{}\t{sum:08x}", entities.table.len())?;
    out.flush()
}

fn escape(text: &str, line: &mut String) {
    if !text.contains(['\t', '\n', '\r', '\\']) {
        line.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\\' => line.push_str("\\\\"),
            c => line.push(c),
        }
    }
}

fn plain(text: &str) -> String {
    let (mut plain, mut characters) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = characters.next() {
        match (c, if c == '\\' { characters.next() } else { None }) {
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('r')) => plain.push('\r'),
            ('\\', Some(other)) => plain.push(other),
            _ => plain.push(c),
        }
    }
    plain
}

/// Reads all of it.
pub(super) fn read(mut from: impl BufRead) -> anyhow::Result<Entities> {
    let (mut line, mut sum) = (String::new(), crc32fast::Hasher::new());
    from.read_line(&mut line)?;
    sum.update(line.as_bytes());
    let head: Value = serde_json::from_str(&line).context("the first line is no JSON")?;
    ensure!(head["plimsoll_entities"] == FORM, "it is no file of entities, or of another version");
    let mut entities = from_header(&head).context("the first line is not as it was written")?;
    let fields = entities.table.fields().len();
    loop {
        line.clear();
        ensure!(from.read_line(&mut line)? > 0, "it ends too soon");
        let cells: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
        if cells[0] == "end" {
            let (records, sum) = (entities.table.len().to_string(), format!("{:08x}", sum.finalize()));
            ensure!(cells[1..] == [records.as_str(), sum.as_str()], "it is not as it was written");
            return Ok(entities);
        }
        sum.update(line.as_bytes());
        let [id, since, source, row, key, ref values @ ..] = cells[..] else { bail!("a line is cut off") };
        ensure!(values.len() == fields, "a line has {} values instead of {fields}", values.len());
        entities.of_record.push(EntityId::read(id).context("an id")?);
        entities.since.push(since.parse()?);
        entities.origins.push(source.parse()?, row.parse()?, &plain(key));
        if line.contains('\\') {
            let values: Vec<String> = values.iter().map(|value| plain(value)).collect();
            entities.table.push_sorted(&values.iter().map(String::as_str).collect::<Vec<&str>>());
        } else {
            entities.table.push_sorted(values);
        }
    }
}

fn header(entities: &Entities) -> Value {
    let fields: Vec<Value> =
        entities.table.fields().iter().map(|field| json!([field.name, field.kind.word()])).collect();
    let rules: Vec<Value> = entities
        .model
        .rules
        .iter()
        .map(|parts| parts.iter().map(|(field, way)| json!([field, way.word()])).collect())
        .collect();
    let said: Vec<Value> = entities
        .said
        .iter()
        .map(|said| json!([said.is_same, said.one.0, said.one.1, said.other.0, said.other.1]))
        .collect();
    let runs: Vec<Value> = entities
        .runs
        .iter()
        .map(|run| json!({"verb": run.verb, "at": run.at, "records": run.records, "entities": run.entities}))
        .collect();
    let keep: Vec<Value> = entities.keep.iter().map(|(field, rule)| json!([field, rule.word()])).collect();
    json!({
        "plimsoll_entities": FORM,
        "fields": fields,
        "sources": entities.origins.sources,
        "key_columns": entities.origins.key_columns,
        "rules": rules,
        "largest_blocks": entities.model.largest,
        "learned_from": entities.model.learned_from,
        "one": class_json(&entities.model.classes.one),
        "others": entities.model.classes.others.iter().map(class_json).collect::<Vec<Value>>(),
        "said": said,
        "keep": keep,
        "runs": runs,
        "changes": entities.changes.iter().map(change_json).collect::<Vec<Value>>(),
    })
}

/// Numbers as text that reads back to the same bits.
fn class_json(class: &Class) -> Value {
    let levels: Vec<Vec<String>> =
        class.levels.iter().map(|shares| shares.iter().map(|share| format!("{share:e}")).collect()).collect();
    json!({"agrees": class.agrees, "share": format!("{:e}", class.share), "levels": levels})
}

fn change_json((run, change): &(u32, Change)) -> Value {
    let (what, from, into, records) = match *change {
        Change::Merged { from, into, records } => ("merged", from, into, records),
        Change::Split { from, into, records } => ("split", from, into, records),
        Change::Moved { from, into, records } => ("moved", from, into, records),
        Change::Ended(id) => ("ended", id, id, 0),
    };
    json!([run, what, from.to_string(), into.to_string(), records])
}

fn from_header(head: &Value) -> Option<Entities> {
    let list = |name: &str| head[name].as_array();
    let texts = |name: &str| -> Option<Vec<String>> {
        list(name)?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let field = |value: &Value| {
        let kind = Kind::ALL.into_iter().find(|kind| Some(kind.word()) == value[1].as_str())?;
        Some(Field { name: value[0].as_str()?.to_owned(), kind })
    };
    let fields: Vec<Field> = list("fields")?.iter().map(field).collect::<Option<_>>()?;
    let mut table = Compact::new(&fields.iter().map(|field| field.name.clone()).collect::<Vec<String>>());
    table.set_kinds(&fields);
    let rule = |value: &Value| {
        let part = |part: &Value| Some((usize::try_from(part[0].as_u64()?).ok()?, part[1].as_str()?.to_owned()));
        let parts: Vec<(usize, String)> = value.as_array()?.iter().map(part).collect::<Option<_>>()?;
        parts_of(&parts.iter().map(|(field, way)| (*field, way.as_str())).collect::<Vec<(usize, &str)>>())
    };
    let keep = |value: &Value| {
        let rule = Survivorship::ALL.into_iter().find(|(word, _)| Some(*word) == value[1].as_str())?.1;
        Some((value[0].as_str()?.to_owned(), rule))
    };
    let others = list("others")?.iter().map(class_of).collect::<Option<_>>()?;
    Some(Entities {
        table,
        origins: Origins { sources: texts("sources")?, key_columns: texts("key_columns")?, ..Origins::default() },
        of_record: Vec::new(),
        since: Vec::new(),
        model: Model {
            rules: list("rules")?.iter().map(rule).collect::<Option<_>>()?,
            largest: list("largest_blocks")?.iter().map(whole).collect::<Option<_>>()?,
            classes: Classes { one: class_of(&head["one"])?, others },
            learned_from: whole(&head["learned_from"])?,
        },
        said: list("said")?.iter().map(statement_of).collect::<Option<_>>()?,
        keep: list("keep")?.iter().map(keep).collect::<Option<_>>()?,
        runs: list("runs")?.iter().map(run_of).collect::<Option<_>>()?,
        changes: list("changes")?.iter().map(change_of).collect::<Option<_>>()?,
    })
}

fn whole(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

fn class_of(value: &Value) -> Option<Class> {
    let number = |value: &Value| value.as_str()?.parse::<f64>().ok();
    let shares = |value: &Value| {
        let shares: Vec<f64> = value.as_array()?.iter().map(number).collect::<Option<_>>()?;
        shares.try_into().ok()
    };
    Some(Class {
        agrees: u32::try_from(value["agrees"].as_u64()?).ok()?,
        share: number(&value["share"])?,
        levels: value["levels"].as_array()?.iter().map(shares).collect::<Option<_>>()?,
    })
}

fn statement_of(value: &Value) -> Option<Statement> {
    let text = |at: usize| value[at].as_str().map(str::to_owned);
    Some(Statement { is_same: value[0].as_bool()?, one: (text(1)?, text(2)?), other: (text(3)?, text(4)?) })
}

fn run_of(value: &Value) -> Option<Run> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let number = |name: &str| usize::try_from(value[name].as_u64()?).ok();
    Some(Run { verb: text("verb")?, at: text("at")?, records: number("records")?, entities: number("entities")? })
}

fn change_of(value: &Value) -> Option<(u32, Change)> {
    let id = |at: usize| EntityId::read(value[at].as_str()?);
    let records = u32::try_from(value[4].as_u64()?).ok()?;
    let (from, into) = (id(2)?, id(3)?);
    let change = match value[1].as_str()? {
        "merged" => Change::Merged { from, into, records },
        "split" => Change::Split { from, into, records },
        "moved" => Change::Moved { from, into, records },
        "ended" => Change::Ended(from),
        _ => return None,
    };
    Some((u32::try_from(value[0].as_u64()?).ok()?, change))
}
