//! Writes one statement as `camt.053.001.08`, for simulated worlds and goldens.

use domain::Money;
use jiff::civil::Date;
use quick_xml::escape::escape;

/// Longest `Ustrd` that the schema allows (Max140Text).
const USTRD_CHARS: usize = 140;

/// A statement of one account in one currency (that of `opening`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The bank's name for the statement.
    pub id: String,
    /// IBAN.
    pub account: String,
    /// The account's owner.
    pub account_name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Booked balance at the start of the first day.
    pub opening: Money,
    /// Booked balance at the end of the last day: `opening` + the entries, if the bank adds up.
    pub closing: Money,
    /// In order of booking.
    pub entries: Vec<EntryRow>,
}

/// A booked entry. Texts are written without the characters that XML forbids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// Credits positive.
    pub amount: Money,
    /// Booking day.
    pub booked: Date,
    /// The bank's reference (`AcctSvcrRef`); may be empty. The schema allows 35 characters.
    pub reference: String,
    /// The other side's reference (`EndToEndId`); may be empty. The schema allows 35 characters.
    pub end_to_end: String,
    /// Remittance text; cut at spaces into lines of at most 140 characters.
    pub remittance: String,
    /// The other side's name; may be empty.
    pub counterparty: String,
}

/// The document of one statement.
pub fn write(statement: &Statement) -> Vec<u8> {
    let mut xml = Xml::default();
    xml.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    xml.line("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">");
    xml.within("BkToCstmrStmt", |xml| {
        xml.within("GrpHdr", |xml| {
            xml.text("MsgId", &statement.id);
            xml.text("CreDtTm", &format!("{}T23:59:59Z", statement.to));
        });
        xml.within("Stmt", |xml| push_statement(xml, statement));
    });
    xml.line("</Document>");
    xml.out.into_bytes()
}

fn push_statement(xml: &mut Xml, statement: &Statement) {
    xml.text("Id", &statement.id);
    xml.within("FrToDt", |xml| {
        xml.text("FrDtTm", &format!("{}T00:00:00Z", statement.from));
        xml.text("ToDtTm", &format!("{}T23:59:59Z", statement.to));
    });
    xml.within("Acct", |xml| {
        xml.within("Id", |xml| xml.text("IBAN", &statement.account));
        xml.text("Ccy", statement.opening.currency.code());
        xml.optional_text("Nm", &statement.account_name);
    });
    push_balance(xml, "OPBD", statement.opening, statement.from);
    push_balance(xml, "CLBD", statement.closing, statement.to);
    for entry in &statement.entries {
        xml.within("Ntry", |xml| push_entry(xml, entry));
    }
}

fn push_balance(xml: &mut Xml, code: &str, balance: Money, day: Date) {
    xml.within("Bal", |xml| {
        xml.within("Tp", |xml| xml.within("CdOrPrtry", |xml| xml.text("Cd", code)));
        push_amount(xml, balance);
        xml.within("Dt", |xml| xml.text("Dt", &day.to_string()));
    });
}

/// The amount without its sign, then the sign in words.
fn push_amount(xml: &mut Xml, amount: Money) {
    let size = amount.to_decimal().abs();
    xml.line(&format!("<Amt Ccy=\"{}\">{size}</Amt>", amount.currency));
    xml.text("CdtDbtInd", if amount.minor < 0 { "DBIT" } else { "CRDT" });
}

fn push_entry(xml: &mut Xml, entry: &EntryRow) {
    push_amount(xml, entry.amount);
    xml.within("Sts", |xml| xml.text("Cd", "BOOK"));
    xml.within("BookgDt", |xml| xml.text("Dt", &entry.booked.to_string()));
    xml.within("ValDt", |xml| xml.text("Dt", &entry.booked.to_string()));
    xml.optional_text("AcctSvcrRef", &entry.reference);
    xml.within("BkTxCd", |xml| xml.within("Prtry", |xml| xml.text("Cd", "NTRF")));
    if [&entry.end_to_end, &entry.remittance, &entry.counterparty].iter().any(|text| !text.is_empty()) {
        xml.within("NtryDtls", |xml| xml.within("TxDtls", |xml| push_details(xml, entry)));
    }
}

/// On a credit the other side is the debtor, on a debit the creditor.
fn push_details(xml: &mut Xml, entry: &EntryRow) {
    if !entry.end_to_end.is_empty() {
        xml.within("Refs", |xml| xml.text("EndToEndId", &entry.end_to_end));
    }
    if !entry.counterparty.is_empty() {
        let role = if entry.amount.minor < 0 { "Cdtr" } else { "Dbtr" };
        xml.within("RltdPties", |xml| {
            xml.within(role, |xml| xml.within("Pty", |xml| xml.text("Nm", &entry.counterparty)));
        });
    }
    if !entry.remittance.is_empty() {
        xml.within("RmtInf", |xml| {
            for line in remittance_lines(&entry.remittance) {
                xml.text("Ustrd", line);
            }
        });
    }
}

/// Cuts at the last space that keeps a line within the schema's length; a longer word stays whole.
fn remittance_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((limit, _)) = rest.char_indices().nth(USTRD_CHARS) {
        let Some(cut) = rest[..limit].rfind(' ').or_else(|| rest.find(' ')) else { break };
        lines.push(&rest[..cut]);
        rest = &rest[cut + 1..];
    }
    lines.push(rest);
    lines
}

/// An indented document in the making.
#[derive(Default)]
struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    fn line(&mut self, text: &str) {
        self.out.extend(std::iter::repeat_n(' ', self.depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("<{name}>"));
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }

    fn text(&mut self, name: &str, text: &str) {
        // A carriage return would be read back as a line feed (XML 1.0, 2.11), so it is written as a reference.
        let allowed: String = text.chars().filter(|&c| allowed_in_xml(c)).collect();
        let escaped = escape(allowed.as_str()).replace('\r', "&#13;");
        self.line(&format!("<{name}>{escaped}</{name}>"));
    }

    fn optional_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.text(name, text);
        }
    }
}

/// XML 1.0, production 2 (`Char`).
fn allowed_in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
