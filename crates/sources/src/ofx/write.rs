//! Writes bank statements, as SGML of OFX 1.0.2 and as XML of OFX 2.1.1.

use domain::Money;
use jiff::civil::Date;

const SGML_HEADER: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n\
                           COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n";
const XML_HEADER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\" \
                          SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n";

/// A statement of one account in one currency (that of `opening`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// `ACCTID`.
    pub account: String,
    /// Last day.
    pub to: Date,
    /// Told in a `BAL` of that name, since the format has no other place for it.
    pub opening: Money,
    /// `LEDGERBAL`: `opening` + the entries, if the bank adds up.
    pub closing: Money,
    /// In order of posting.
    pub entries: Vec<EntryRow>,
}

/// A posted transaction. Texts are written without blanks around them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// Credits positive.
    pub amount: Money,
    /// Posting day.
    pub booked: Date,
    /// The bank's name for it, may be empty.
    pub fitid: String,
    /// `REFNUM`, may be empty.
    pub reference: String,
    /// `MEMO`, may be empty.
    pub memo: String,
    /// `NAME`, may be empty.
    pub name: String,
}

/// The file, with tags that hold values left open.
pub fn write_sgml(statement: &Statement) -> Vec<u8> {
    written(statement, SGML_HEADER, false)
}

/// The file, with every tag closed.
pub fn write_xml(statement: &Statement) -> Vec<u8> {
    written(statement, XML_HEADER, true)
}

fn written(statement: &Statement, header: &str, closes: bool) -> Vec<u8> {
    let mut file = File { out: header.to_owned(), closes };
    file.within("OFX", |file| {
        file.within("BANKMSGSRSV1", |file| {
            file.within("STMTTRNRS", |file| file.within("STMTRS", |file| push_statement(file, statement)));
        });
    });
    file.out.into_bytes()
}

fn push_statement(file: &mut File, statement: &Statement) {
    file.value("CURDEF", statement.opening.currency.code());
    file.within("BANKACCTFROM", |file| file.value("ACCTID", &statement.account));
    file.within("BANKTRANLIST", |file| {
        for entry in &statement.entries {
            file.within("STMTTRN", |file| push_entry(file, entry));
        }
    });
    file.within("LEDGERBAL", |file| {
        file.value("BALAMT", &statement.closing.to_decimal().to_string());
        file.value("DTASOF", &statement.to.strftime("%Y%m%d").to_string());
    });
    file.within("BALLIST", |file| {
        file.within("BAL", |file| {
            file.value("NAME", "Opening balance");
            file.value("BALTYPE", "DOLLAR");
            file.value("VALUE", &statement.opening.to_decimal().to_string());
        });
    });
}

fn push_entry(file: &mut File, entry: &EntryRow) {
    file.value("TRNTYPE", if entry.amount.minor < 0 { "DEBIT" } else { "CREDIT" });
    file.value("DTPOSTED", &format!("{}120000.000[-5:EST]", entry.booked.strftime("%Y%m%d")));
    file.value("TRNAMT", &entry.amount.to_decimal().to_string());
    file.value("FITID", &entry.fitid);
    file.value("REFNUM", &entry.reference);
    file.value("NAME", &entry.name);
    file.value("MEMO", &entry.memo);
}

/// A file in the making.
struct File {
    out: String,
    closes: bool,
}

impl File {
    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.out.push_str(&format!("<{name}>\n"));
        inside(self);
        self.out.push_str(&format!("</{name}>\n"));
    }

    /// Nothing, where the value is empty.
    fn value(&mut self, name: &str, value: &str) {
        let value = value.trim().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        if !value.is_empty() {
            let end = if self.closes { format!("</{name}>") } else { String::new() };
            self.out.push_str(&format!("<{name}>{value}{end}\n"));
        }
    }
}
