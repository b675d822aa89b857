//! Which column is what, by the words of the header.

use crate::csv_rows::{Row, Rows};
use crate::worded::{currency_in, word};
use domain::Currency;

/// Rows that may stand above the header.
const MOST_PREAMBLE: usize = 20;

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Words are in lower case; the first of a list that the header has is taken.
const DATE: &[&str] = &[
    "booking date",
    "date booked",
    "posting date",
    "posted date",
    "post date",
    "buchungstag",
    "buchungsdatum",
    "buchung",
    "fecha contable",
    "fecha operación",
    "fecha de operación",
    "fecha operacion",
    "data do movimento",
    "data movimento",
    "data mov.",
    "data de lançamento",
    "data lançamento",
    "date de comptabilisation",
    "date comptable",
    "date d'opération",
    "date opération",
    "date operation",
    "记账日期",
    "入账日期",
    "交易日期",
    "transaction date",
    "date completed",
    "date",
    "datum",
    "fecha",
    "data",
    "日期",
    "交易时间",
];
const AMOUNT: &[&str] = &[
    "amount",
    "transaction amount",
    "betrag",
    "umsatz",
    "importe",
    "monto",
    "montante",
    "montant",
    "valor",
    "交易金额",
    "发生额",
    "金额",
];
const DEBIT: &[&str] = &[
    "debit",
    "debits",
    "debit amount",
    "withdrawal",
    "withdrawals",
    "paid out",
    "money out",
    "soll",
    "belastung",
    "cargo",
    "cargos",
    "debe",
    "débito",
    "débitos",
    "debito",
    "débit",
    "借方",
    "借方金额",
    "借方发生额",
    "支出",
    "支出金额",
];
const CREDIT: &[&str] = &[
    "credit",
    "credits",
    "credit amount",
    "deposit",
    "deposits",
    "paid in",
    "money in",
    "haben",
    "gutschrift",
    "abono",
    "abonos",
    "haber",
    "crédito",
    "créditos",
    "credito",
    "crédit",
    "贷方",
    "贷方金额",
    "贷方发生额",
    "收入",
    "收入金额",
];
const MARK: &[&str] =
    &["d/c", "c/d", "dc", "dr/cr", "cr/dr", "debit/credit", "credit/debit", "soll/haben", "s/h", "借贷标志", "借贷"];
const DESCRIPTION: &[&str] = &[
    "description",
    "transaction description",
    "details",
    "narrative",
    "particulars",
    "memo",
    "label",
    "buchungstext",
    "verwendungszweck",
    "vorgang/verwendungszweck",
    "concepto",
    "descripción",
    "descripcion",
    "descrição",
    "descricao",
    "histórico",
    "historico",
    "libellé",
    "libelle",
    "motif",
    "摘要",
    "交易摘要",
    "用途",
    "附言",
    "备注",
];
const END_TO_END: &[&str] = &[
    "payment reference",
    "end-to-end reference",
    "end to end id",
    "reference",
    "referenz",
    "kundenreferenz (end-to-end)",
    "kundenreferenz",
    "referencia",
    "referência",
    "référence",
];
const KEY: &[&str] = &["transaction id", "transferwise id", "bank reference", "交易流水号", "流水号"];
const CURRENCY: &[&str] = &["currency", "währung", "waehrung", "moneda", "divisa", "moeda", "devise", "币种", "货币"];
const BALANCE: &[&str] = &[
    "balance",
    "running balance",
    "account balance",
    "saldo",
    "saldo nach buchung",
    "kontostand",
    "solde",
    "余额",
    "账户余额",
];
const COUNTERPARTY: &[&str] = &[
    "partner name",
    "counterparty",
    "counterparty name",
    "payee",
    "payer",
    "beneficiary",
    "name",
    "beguenstigter/zahlungspflichtiger",
    "begünstigter/zahlungspflichtiger",
    "auftraggeber/empfänger",
    "auftraggeber / begünstigter",
    "zahlungsempfänger",
    "empfänger",
    "beneficiario",
    "ordenante",
    "contraparte",
    "beneficiário",
    "bénéficiaire",
    "tiers",
    "对方户名",
    "对方名称",
];
const ACCOUNT: &[&str] =
    &["account", "account number", "auftragskonto", "konto", "cuenta", "conta", "compte", "账号", "本方账号"];

/// Columns that other exports have and bank statements have not.
const OTHERS: &[&str] = &[
    "gross",
    "brutto",
    "bruto",
    "brut",
    "net",
    "netto",
    "sku",
    "order",
    "order id",
    "order number",
    "invoice",
    "invoiceno",
    "quantity",
    "qty",
    "product",
    "payout id",
    "settlement id",
    "psp reference",
    "reporting_category",
    "card brand",
    "收/支",
    "商品",
    "商户单号",
    "商家订单号",
];

/// Where the amount stands, and how it is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Amounts {
    /// One column with its sign.
    Signed(usize),
    /// Sizes, and marks of debit and credit.
    Marked(usize, usize),
    /// A debit and a credit column.
    Pair(usize, usize),
}

impl Amounts {
    /// The columns that hold numbers.
    pub(super) fn columns(self) -> [usize; 2] {
        match self {
            Self::Signed(at) | Self::Marked(at, _) => [at, at],
            Self::Pair(debit, credit) => [debit, credit],
        }
    }
}

/// The columns of a file.
pub(super) struct Columns {
    /// As they stand.
    pub(super) names: Vec<String>,
    pub(super) date: usize,
    pub(super) amounts: Amounts,
    pub(super) descriptions: Vec<usize>,
    pub(super) end_to_end: Option<usize>,
    pub(super) key: Option<usize>,
    pub(super) currency: Option<usize>,
    /// Named in the amount's header.
    pub(super) header_currency: Option<Currency>,
    pub(super) balance: Option<usize>,
    pub(super) counterparty: Option<usize>,
    pub(super) account: Option<usize>,
}

/// A file whose header was found; its rows stand behind it.
pub(super) struct Found<'a> {
    pub(super) columns: Columns,
    pub(super) preamble: Vec<String>,
    pub(super) rows: Rows<'a>,
}

/// The header of a text, by the first delimiter with which there is one.
pub(super) fn find(text: &str) -> Option<Found<'_>> {
    DELIMITERS.into_iter().find_map(|delimiter| find_delimited(text, delimiter))
}

fn find_delimited(text: &str, delimiter: u8) -> Option<Found<'_>> {
    let mut rows = Rows::delimited(text.as_bytes(), delimiter);
    let mut row = Row::default();
    let mut preamble = Vec::new();
    for _ in 0..=MOST_PREAMBLE {
        if !rows.read(&mut row) {
            return None;
        }
        let fields: Vec<String> = (0..row.len()).map(|index| row.text(index).trim().to_owned()).collect();
        if let Some(columns) = Columns::of(&fields) {
            rows.expect(row.len());
            return Some(Found { columns, preamble, rows });
        }
        preamble.extend(fields);
    }
    None
}

impl Columns {
    /// The columns of a header, where all that a statement needs is there.
    fn of(names: &[String]) -> Option<Self> {
        let words: Vec<String> = names.iter().map(|name| word(name)).collect();
        let place = |list: &[&str]| list.iter().find_map(|wanted| words.iter().position(|word| word == wanted));
        if place(OTHERS).is_some() {
            return None;
        }
        let amounts = match (place(AMOUNT), place(MARK), place(DEBIT), place(CREDIT)) {
            (Some(amount), Some(mark), ..) => Amounts::Marked(amount, mark),
            (Some(amount), None, ..) => Amounts::Signed(amount),
            (None, _, Some(debit), Some(credit)) => Amounts::Pair(debit, credit),
            _ => return None,
        };
        let descriptions: Vec<usize> = words
            .iter()
            .enumerate()
            .filter(|(_, word)| DESCRIPTION.contains(&word.as_str()))
            .map(|(at, _)| at)
            .collect();
        if descriptions.is_empty() {
            return None;
        }
        Some(Self {
            names: names.to_vec(),
            date: place(DATE)?,
            amounts,
            descriptions,
            end_to_end: place(END_TO_END),
            key: place(KEY),
            currency: place(CURRENCY),
            header_currency: currency_in(&names[amounts.columns()[0]]),
            balance: place(BALANCE),
            counterparty: place(COUNTERPARTY),
            account: place(ACCOUNT),
        })
    }
}
