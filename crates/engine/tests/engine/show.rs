//! The sections of a case, as text: one line a row, columns two spaces apart.

use crate::tables::Tables;
use domain::{Entry, Exception, Issue, Money, Party, RecordId, Score, Settlement, Share, Status};

pub(crate) fn section(tables: &Tables, name: &str) -> String {
    let lines: Vec<String> = match name {
        "entries" => tables.entries.iter().map(entry).collect(),
        "settlements" => tables.settlements.values().map(settlement).collect(),
        "exceptions" => tables.exceptions.values().map(exception).collect(),
        "issues" => tables.issues.iter().map(issue).collect(),
        "balances" => balances(tables),
        "decisions" => tables.decisions.iter().map(decision).collect(),
        "scores" => tables.scores.values().map(score).collect(),
        "parties" => tables.parties.values().map(party).collect(),
        "labels" => tables.labels.iter().map(label).collect(),
        other => panic!("`{other}` is no section"),
    };
    lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// `O1` for `shop:O1`.
fn short(record: &RecordId) -> &str {
    record.0.split_once(':').map_or(record.0.as_str(), |(_, name)| name)
}

/// Without the currency where it is pounds.
fn plain(amount: Money) -> String {
    let text = amount.to_string();
    text.strip_suffix(" GBP").unwrap_or(&text).to_owned()
}

fn signed(amount: Money) -> String {
    if amount.minor < 0 { plain(amount) } else { format!("+{}", plain(amount)) }
}

fn day(at: jiff::Timestamp) -> String {
    at.to_string()[..10].to_owned()
}

fn entry(entry: &Entry) -> String {
    let evidence: Vec<&str> = entry.evidence.iter().map(short).collect();
    let postings: Vec<String> =
        entry.postings.iter().map(|posting| format!("{} {}", posting.account.name(), signed(posting.amount))).collect();
    let reversed = if entry.reverses.is_some() { " reversed" } else { "" };
    let belongs = entry.belongs_at.map_or(String::new(), |at| format!(" for {}", day(at)));
    format!("{}  {}{reversed}  {}{belongs}  {}", evidence.join(" "), entry.rule, day(entry.at), postings.join("  "))
}

fn shares(shares: &[Share]) -> String {
    let shares: Vec<String> =
        shares.iter().map(|share| format!("{} {}", short(&share.record), plain(share.amount))).collect();
    shares.join(" + ")
}

fn settlement(row: &Settlement) -> String {
    let withdrawn = if row.withdrawn { "  withdrawn" } else { "" };
    format!("{}  {} <- {}  {}{withdrawn}", row.kind.name(), shares(&row.settled), shares(&row.by), row.reason)
}

fn exception(row: &Exception) -> String {
    let record = short(&row.record);
    if row.status == Status::Cleared {
        return format!("{}  {record}  cleared", row.rule.name());
    }
    format!("{}  {record}  {}  {}", row.rule.name(), plain(row.money_at_risk), row.explanation)
}

fn issue(issue: &Issue) -> String {
    format!("line {}  {}  {:?}  {}  {}", issue.span.line, issue.stage.name(), issue.rule, issue.value, issue.column)
}

fn balances(tables: &Tables) -> Vec<String> {
    let amount = |minor: i128, currency| signed(Money::new(i64::try_from(minor).unwrap(), currency));
    let rows = tables.balances().into_iter();
    rows.map(|((account, currency), minor)| format!("{}  {}", account.name(), amount(minor, currency))).collect()
}

fn decision(row: &domain::Decision) -> String {
    format!("{}  {}  {}  {:.2} points", short(&row.record), row.action.name(), row.rule, row.points)
}

fn score(row: &Score) -> String {
    let reasons: Vec<String> =
        row.reasons.iter().map(|reason| format!("{} {:+.3}", reason.name, reason.log_odds)).collect();
    let money = format!("{} of {}", plain(row.money_at_risk), plain(row.exposure));
    format!("{}  p={:.3}  {:.2}  {money}  {}", row.subject, row.probability, row.points, reasons.join(", "))
}

fn party(row: &Party) -> String {
    let tokens: Vec<String> = row.tokens.iter().map(ToString::to_string).collect();
    format!("{}  {:?}  {}  since {}", row.id, row.kind, tokens.join(" "), day(row.first_seen))
}

fn label(row: &domain::Label) -> String {
    format!("{}  known {}  cost {}", short(&row.record), day(row.known_at), row.cost_minor)
}
