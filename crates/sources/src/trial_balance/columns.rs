//! Which column is what, by the words of the header.

use crate::worded::{Header, currency_in};
use domain::Currency;

/// Words are in lower case; the first of a list that the header has is taken.
const CODE: &[&str] = &[
    "account code",
    "account number",
    "account no.",
    "account no",
    "account #",
    "account id",
    "acct no",
    "acct",
    "gl code",
    "gl account",
    "nominal code",
    "nominal",
    "kontonummer",
    "konto-nr.",
    "konto-nr",
    "kontonr.",
    "kontonr",
    "sachkonto",
    "konto",
    "código de cuenta",
    "codigo de cuenta",
    "número de cuenta",
    "cuenta",
    "código da conta",
    "código conta",
    "conta",
    "código",
    "codigo",
    "科目编码",
    "科目代码",
    "科目编号",
    "会计科目编码",
    "code",
];
const NAME: &[&str] = &[
    "account name",
    "account description",
    "account",
    "kontobezeichnung",
    "kontoname",
    "bezeichnung",
    "beschriftung",
    "nombre de la cuenta",
    "nombre de cuenta",
    "denominación",
    "nombre",
    "nome da conta",
    "descrição da conta",
    "designação",
    "nome",
    "科目名称",
    "会计科目名称",
    "会计科目",
    "科目",
    "name",
    "description",
    "descripción",
    "descripcion",
    "descrição",
    "descricao",
];
const DEBIT: &[&str] = &[
    "closing debit",
    "debit balance",
    "closing balance debit",
    "debit - year to date",
    "saldo soll",
    "saldo deudor",
    "deudor",
    "saldo devedor",
    "devedor",
    "期末借方余额",
    "期末借方",
    "借方余额",
    "debit",
    "debits",
    "dr",
    "soll",
    "debe",
    "débito",
    "débitos",
    "debito",
    "借方金额",
    "借方",
];
const CREDIT: &[&str] = &[
    "closing credit",
    "credit balance",
    "closing balance credit",
    "credit - year to date",
    "saldo haben",
    "saldo acreedor",
    "acreedor",
    "saldo credor",
    "credor",
    "期末贷方余额",
    "期末贷方",
    "贷方余额",
    "credit",
    "credits",
    "cr",
    "haben",
    "haber",
    "crédito",
    "créditos",
    "credito",
    "贷方金额",
    "贷方",
];
const BALANCE: &[&str] = &[
    "closing balance",
    "ending balance",
    "net balance",
    "balance",
    "schlusssaldo",
    "endsaldo",
    "saldo final",
    "saldo",
    "期末余额",
    "余额",
];
const MARK: &[&str] =
    &["d/c", "dr/cr", "debit/credit", "soll/haben", "s/h", "d/h", "naturaleza", "natureza", "余额方向", "方向"];
const CURRENCY: &[&str] = &["currency", "währung", "waehrung", "moneda", "divisa", "moeda", "币种", "货币"];
const AS_OF: &[&str] = &[
    "as of",
    "as at",
    "as of date",
    "balance date",
    "period end",
    "stichtag",
    "fecha de saldo",
    "data do saldo",
    "截止日期",
    "截至日期",
];

/// Columns of journals, statements and lists, which are no trial balances.
const OTHERS: &[&str] = &[
    "date",
    "datum",
    "buchungstag",
    "fecha",
    "data",
    "日期",
    "交易日期",
    "记账日期",
    "transaction id",
    "invoice",
    "order",
    "quantity",
    "sku",
    "email",
    "iban",
];

/// What trial balances call themselves.
const TITLES: [&str; 8] = [
    "trial balance",
    "saldenliste",
    "balance de comprobación",
    "balance de sumas y saldos",
    "sumas y saldos",
    "balancete",
    "试算平衡表",
    "科目余额表",
];

/// Where the amount stands, and how it is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Amounts {
    /// A debit and a credit column.
    Pair(usize, usize),
    /// One column with its sign.
    Signed(usize),
    /// Sizes, and marks of their sides.
    Marked(usize, usize),
}

impl Amounts {
    /// The columns that hold numbers.
    pub(super) fn columns(self) -> [usize; 2] {
        match self {
            Self::Pair(debit, credit) => [debit, credit],
            Self::Signed(at) | Self::Marked(at, _) => [at, at],
        }
    }
}

/// The columns of a file.
pub(super) struct Columns {
    pub(super) code: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) amounts: Amounts,
    pub(super) currency: Option<usize>,
    /// Named in the amount's header.
    pub(super) header_currency: Option<Currency>,
    pub(super) as_of: Option<usize>,
}

/// Whether this is the header of a trial balance.
pub(super) fn fits(header: &Header, preamble: &[String]) -> bool {
    let titled = || preamble.iter().map(|text| text.to_lowercase()).any(|text| TITLES.iter().any(|t| text.contains(t)));
    Columns::of(header).is_some_and(|columns| columns.code.is_some() || titled())
}

impl Columns {
    pub(super) fn of(header: &Header) -> Option<Self> {
        if header.place(OTHERS).is_some() {
            return None;
        }
        let amounts = match (header.place(DEBIT), header.place(CREDIT), header.place(BALANCE), header.place(MARK)) {
            (Some(debit), Some(credit), ..) => Amounts::Pair(debit, credit),
            (_, _, Some(balance), Some(mark)) => Amounts::Marked(balance, mark),
            (_, _, Some(balance), None) => Amounts::Signed(balance),
            _ => return None,
        };
        let code = header.place(CODE);
        let name = header.place(NAME).filter(|name| Some(*name) != code);
        code.or(name)?;
        Some(Self {
            code,
            name,
            amounts,
            currency: header.place(CURRENCY),
            header_currency: currency_in(&header.names[amounts.columns()[0]]),
            as_of: header.place(AS_OF),
        })
    }
}
