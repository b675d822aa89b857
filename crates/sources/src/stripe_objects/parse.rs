//! Objects to movements of the balance.

use super::{ENVELOPE, digits};
use crate::fault::Fault;
use crate::fields::check_net;
use crate::json::{self, Fact, Object};
use crate::processor_line::movement;
use crate::{Context, Parsed, stripe, stripe_activity};
use domain::{Content, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine};

/// Members that may hold a balance transaction in full.
const TRANSACTIONS: [&str; 2] = ["balance_transaction", "failure_balance_transaction"];

/// Members that may hold objects which carry some.
const INNER: [&str; 3] = ["latest_charge", "charges", "refunds"];

/// Objects within objects that are looked into: an intent's charges' refunds.
const DEPTH: usize = 4;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    json::read(file, bytes, &ENVELOPE, "id", |object, _| {
        if object.text("object").is_none() {
            return vec![Err(Fault::new(IssueRule::MissingValue, "object", ""))];
        }
        let mut facts = Vec::new();
        gather(object, DEPTH, &mut facts, context);
        facts
    })
}

/// The facts of the balance transactions that an object is or carries.
fn gather(object: &Object<'_>, depth: usize, facts: &mut Vec<Result<Fact, Fault>>, context: &mut Context<'_>) {
    if is(object, "balance_transaction") {
        return facts.push(fact(object, object.object("source").as_ref(), context));
    }
    let carried = TRANSACTIONS.iter().filter_map(|name| object.object(name));
    for transaction in carried.chain(object.list("balance_transactions")) {
        facts.push(fact(&transaction, Some(object), context));
    }
    if depth == 0 {
        return;
    }
    for inner in INNER.iter().filter_map(|name| object.object(name)) {
        let listed = inner.list("data");
        let each = if is(&inner, "list") { listed } else { vec![inner] };
        each.iter().for_each(|inner| gather(inner, depth - 1, facts, context));
    }
}

fn is(object: &Object<'_>, kind: &str) -> bool {
    object.text("object").as_deref() == Some(kind)
}

/// Reads a balance transaction, and what the object that moved the balance says; personal values are handed over only
/// once all else is sound.
fn fact(transaction: &Object<'_>, source: Option<&Object<'_>>, context: &mut Context<'_>) -> Result<Fact, Fault> {
    let id = transaction.needed("id")?;
    let at = transaction.instant("created", context.latest())?;
    let mut line = line(transaction)?;
    line.source_id = name_of(transaction, "source").or_else(|| source?.text("id")).unwrap_or_default();
    line.charge =
        (line.category == ProcessorCategory::Charge && !line.source_id.is_empty()).then(|| line.source_id.clone());
    if let Some(source) = source {
        describe(&mut line, source, context)?;
    }
    Ok(Fact::new(format!("stripe:{id}"), at, Content::Processor(line)))
}

fn line(transaction: &Object<'_>) -> Result<ProcessorLine, Fault> {
    let currency = transaction.currency("currency")?;
    let money = |name| transaction.minor_amount(name, currency, digits(currency));
    let (gross, fee, net) = (money("amount")?, money("fee")?, money("net")?);
    check_net(gross, fee, net)?;
    let mut line = movement(category(transaction)?, gross, fee, net);
    line.description = transaction.text("description").unwrap_or_default();
    Ok(line)
}

fn category(transaction: &Object<'_>) -> Result<ProcessorCategory, Fault> {
    let (name, read): (_, fn(&str) -> _) = match transaction.text("reporting_category") {
        Some(_) => ("reporting_category", stripe::reporting_category),
        None => ("type", stripe_activity::category),
    };
    let word = transaction.needed(name)?;
    read(&word).ok_or_else(|| Fault::new(IssueRule::UnknownValue, name, word))
}

/// What the charge, refund or dispute that moved the balance adds.
fn describe(line: &mut ProcessorLine, source: &Object<'_>, context: &mut Context<'_>) -> Result<(), Fault> {
    let about = source.object("charge");
    let payment = about.as_ref().unwrap_or(source);
    line.charge = line.charge.take().or_else(|| name_of(source, "charge"));
    let order = |object: &Object<'_>| object.object("metadata")?.text("order_id");
    line.order_reference = order(payment).or_else(|| order(source));
    line.presentment = presentment(source, line.gross)?;
    line.customer = name_of(payment, "customer")
        .or_else(|| name_of(source, "customer"))
        .map(|customer| context.personal.token("processor_customer", &customer, None));
    Ok(())
}

/// What the buyer saw, with the sign of the gross.
fn presentment(source: &Object<'_>, gross: Money) -> Result<Option<Money>, Fault> {
    let seen = ["charge", "refund", "dispute"].iter().any(|kind| is(source, kind));
    if !seen || source.text("currency").is_none() {
        return Ok(None);
    }
    let currency = source.currency("currency")?;
    if currency == gross.currency {
        return Ok(None);
    }
    let captured = source.text("amount_captured").filter(|amount| amount != "0");
    let name = if captured.is_some() { "amount_captured" } else { "amount" };
    let shown = source.minor_amount(name, currency, digits(currency))?;
    let minor = if gross.minor < 0 { shown.abs().minor.checked_neg() } else { Some(shown.abs().minor) };
    minor.map(|minor| Some(Money::new(minor, currency))).ok_or_else(|| Fault::new(IssueRule::AmountOverflow, name, ""))
}

/// The name of an object that may stand there in full.
fn name_of(object: &Object<'_>, name: &str) -> Option<String> {
    object.text(name).or_else(|| object.object(name)?.text("id"))
}
