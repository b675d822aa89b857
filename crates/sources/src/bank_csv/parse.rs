//! The rows to bank lines: the styles of the whole file first, then row by row. Names come last.

use super::columns::{Amounts, Columns, Found, find};
use super::marks::is_debit;
use crate::bank::encoding::{Decoded, Places, decoded, decoded_as_gbk, decoded_or_western};
use crate::bank::{Kept, in_time, named, span};
use crate::csv_rows::{Row, Rows};
use crate::days::{self, Order, day, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::running_balance::{self, Link};
use crate::tie_out::content_of;
use crate::{Context, Parsed};
use domain::{BankLine, Currency, Digest, IssueRule, Money};

/// The account of a file that names none.
const UNNAMED: &str = "unnamed";

/// Lengths of an IBAN (ISO 13616).
const IBAN_CHARS: std::ops::RangeInclusive<usize> = 15..=34;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = [decoded(bytes, None), decoded_or_western(bytes), decoded_as_gbk(bytes)];
    let mut ways = ways.iter().flatten();
    let Some(first) = ways.clone().next() else {
        return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, 0);
    };
    if first.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let Some((decoded, found)) = ways.find_map(|decoded| Some((decoded, find(&decoded.text)?))) else {
        let rows = Rows::new(first.text.as_bytes()).remaining().saturating_sub(1);
        return Fault::new(IssueRule::MissingColumn, "date, amount, description", "").whole_file(file, rows);
    };
    Reading::new(found, decoded, context).read(file)
}

struct Reading<'a, 'c, 'p> {
    columns: Columns,
    rows: Rows<'a>,
    places: Places<'a>,
    context: &'c mut Context<'p>,
    account: String,
    order: Option<Order>,
    /// Of the amount's columns, and of the balance.
    styles: [NumberStyle; 2],
    links: Vec<Option<Link>>,
    kept: Vec<Kept>,
    parsed: Parsed,
}

impl<'a, 'c, 'p> Reading<'a, 'c, 'p> {
    fn new(found: Found<'a>, decoded: &'a Decoded<'a>, context: &'c mut Context<'p>) -> Self {
        let Found { columns, preamble, rows } = found;
        let texts = |column: usize| texts(&rows, column);
        let dates = texts(columns.date);
        let points = dates.iter().any(|text| text.contains('.'));
        let default = if points { NumberStyle::Comma } else { NumberStyle::Point };
        let amounts = columns.amounts.columns().map(texts).concat();
        let balances = columns.balance.map(texts).unwrap_or_default();
        let order = order_of(&dates);
        let notes = days::note(&dates, order).into_iter().collect();
        let styles = [NumberStyle::of_column(&amounts), NumberStyle::of_column(&balances)];
        Self {
            order,
            styles: NumberStyle::settle(styles, default),
            account: preamble.iter().find_map(|text| iban(text)).unwrap_or_else(|| UNNAMED.to_owned()),
            places: Places::new(decoded),
            columns,
            rows,
            context,
            links: Vec::new(),
            kept: Vec::new(),
            parsed: Parsed { notes, ..Parsed::default() },
        }
    }

    fn read(mut self, file: Digest) -> Parsed {
        let mut row = Row::default();
        while self.rows.read(&mut row) {
            let from = usize::try_from(row.span.offset).unwrap_or(usize::MAX);
            let (line, start) = self.places.of(from);
            let (_, end) = self.places.of(from.saturating_add(row.span.len as usize));
            if (0..row.len()).all(|index| row.text(index).trim().is_empty()) {
                continue;
            }
            self.parsed.rows += 1;
            row.span = span(line, start, end);
            if let Err(fault) = self.keep(&row) {
                self.links.push(None);
                self.parsed.issues.push(fault.at(file, row.span));
            }
        }
        self.finish(file)
    }

    fn finish(mut self, file: Digest) -> Parsed {
        if let Some(column) = self.columns.balance
            && let Err(broken) = running_balance::check(&self.links, &self.columns.names[column])
        {
            self.parsed.issues.push(broken.fault.holding(file, broken.span, 0));
        }
        self.parsed.records = named(file, self.kept);
        self.parsed
    }

    fn keep(&mut self, row: &Row<'a>) -> Result<(), Fault> {
        self.check_fields(row)?;
        let currency = self.currency(row)?;
        let amount = self.amount(row, currency)?;
        let booked = self.booked(row)?;
        let balance = self.columns.balance.filter(|column| !text(row, *column).is_empty());
        let balance = balance.map(|column| self.number(row, column, self.styles[1], currency)).transpose()?;
        let field = |column: Option<usize>| column.map(|column| text(row, column)).unwrap_or_default();
        let account = field(self.columns.account).replace(' ', "");
        let account = if account.is_empty() { self.account.clone() } else { account };
        let key = field(self.columns.key);
        let said: Vec<String> = self.columns.descriptions.iter().map(|column| text(row, *column)).collect();
        let name = Some(field(self.columns.counterparty)).filter(|name| !name.is_empty());
        let line = BankLine {
            account: account.clone(),
            amount,
            booked,
            reference: key.clone(),
            end_to_end: field(self.columns.end_to_end),
            remittance: said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
            counterparty: name.map(|name| self.context.personal.token("counterparty", &name, None)),
        };
        let fields: Vec<String> =
            (0..row.len()).filter(|at| Some(*at) != self.columns.balance).map(|at| text(row, at)).collect();
        let content = content_of(&fields.iter().map(String::as_str).collect::<Vec<_>>());
        self.links.push(Some(Link { account, amount, balance, content, span: row.span }));
        self.kept.push(Kept { line, key, by_amount: false, span: row.span });
        Ok(())
    }

    fn check_fields(&self, row: &Row<'_>) -> Result<(), Fault> {
        if !row.is_closed() {
            return Err(Fault::new(IssueRule::Malformed, "", "a quote is not closed"));
        }
        let width = self.columns.names.len();
        let filled = (width..row.len()).any(|index| !text(row, index).is_empty());
        if row.len() < width || filled {
            return Err(Fault::new(IssueRule::WrongFieldCount, "", format!("{} of {width} fields", row.len())));
        }
        Ok(())
    }

    fn fault(&self, rule: IssueRule, column: usize, value: &str) -> Fault {
        Fault::new(rule, &self.columns.names[column], value)
    }

    fn currency(&self, row: &Row<'_>) -> Result<Currency, Fault> {
        let default = self.columns.header_currency.unwrap_or(self.context.settings.currency);
        let Some(column) = self.columns.currency else { return Ok(default) };
        let code = text(row, column);
        if code.is_empty() {
            return Ok(default);
        }
        Currency::from_code(&code).ok_or_else(|| self.fault(IssueRule::InvalidCurrency, column, &code))
    }

    fn amount(&self, row: &Row<'_>, currency: Currency) -> Result<Money, Fault> {
        let number = |column| self.number(row, column, self.styles[0], currency);
        match self.columns.amounts {
            Amounts::Signed(column) => number(column),
            Amounts::Marked(column, mark) => {
                let size = number(column)?.abs();
                Ok(if self.is_debit(row, mark)? { -size } else { size })
            }
            Amounts::Pair(debit, credit) => {
                let sides = [debit, credit].map(|column| (!text(row, column).is_empty()).then(|| number(column)));
                match sides.map(Option::transpose) {
                    [Ok(Some(taken)), Ok(given)] if given.is_none_or(|given| given.minor == 0) => Ok(-taken.abs()),
                    [Ok(taken), Ok(Some(given))] if taken.is_none_or(|taken| taken.minor == 0) => Ok(given),
                    [Ok(None), Ok(_)] => Err(self.fault(IssueRule::MissingValue, debit, "")),
                    [Err(fault), _] | [_, Err(fault)] => Err(fault),
                    _ => Err(self.fault(IssueRule::InvalidNumber, credit, &text(row, credit))),
                }
            }
        }
    }

    fn is_debit(&self, row: &Row<'_>, column: usize) -> Result<bool, Fault> {
        let mark = text(row, column).to_lowercase();
        if mark.is_empty() {
            return Err(self.fault(IssueRule::MissingValue, column, ""));
        }
        is_debit(&mark).ok_or_else(|| self.fault(IssueRule::UnknownValue, column, &mark))
    }

    fn number(&self, row: &Row<'_>, column: usize, style: NumberStyle, currency: Currency) -> Result<Money, Fault> {
        let text = text(row, column);
        if text.is_empty() {
            return Err(self.fault(IssueRule::MissingValue, column, ""));
        }
        let read = style.amount(&text, currency).map_err(|rule| self.fault(rule, column, &text))?;
        // The one amount whose sign cannot be turned.
        if read.minor == i64::MIN { Err(self.fault(IssueRule::AmountOverflow, column, &text)) } else { Ok(read) }
    }

    fn booked(&self, row: &Row<'_>) -> Result<jiff::civil::Date, Fault> {
        let column = self.columns.date;
        let text = text(row, column);
        if text.is_empty() {
            return Err(self.fault(IssueRule::MissingValue, column, ""));
        }
        let booked = day(&text, self.order).ok_or_else(|| self.fault(IssueRule::InvalidTime, column, &text))?;
        in_time(booked, &self.columns.names[column], self.context)
    }
}

fn text(row: &Row<'_>, column: usize) -> String {
    row.text(column).trim().to_owned()
}

/// The values of a column in all rows to come.
fn texts(rows: &Rows<'_>, column: usize) -> Vec<String> {
    let mut rows = rows.clone();
    let mut row = Row::default();
    std::iter::from_fn(|| rows.read(&mut row).then(|| text(&row, column))).collect()
}

/// The first IBAN in a text, by its check digits (ISO 7064, modulus 97).
fn iban(text: &str) -> Option<String> {
    let bare = text.replace(' ', "");
    let mut words = bare.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| is_iban(word)).map(str::to_owned)
}

/// Whether a text is an IBAN by its shape and check digits.
pub(crate) fn is_iban(word: &str) -> bool {
    let Some((head, rest)) = word.split_at_checked(4).filter(|_| IBAN_CHARS.contains(&word.len()) && word.is_ascii())
    else {
        return false;
    };
    let shaped = head[..2].bytes().all(|b| b.is_ascii_uppercase()) && head[2..].bytes().all(|b| b.is_ascii_digit());
    let remainder = rest
        .chars()
        .chain(head.chars())
        .filter_map(|c| c.to_digit(36))
        .fold(0, |sum, digit| if digit < 10 { (sum * 10 + digit) % 97 } else { (sum * 100 + digit) % 97 });
    shaped && remainder == 1
}
