//! The columns of stock movements, and the words of their reasons.

use crate::shop_table::{CURRENCY, Headings, STOCK_CODE, meaning_of};
use domain::StockReason::{self, *};

const NUMBER: &[&str] = &[
    "movement id",
    "movement number",
    "movement no",
    "bewegungsnummer",
    "bewegungs id",
    "id de movimiento",
    "numero de movimiento",
    "id do movimento",
    "numero do movimento",
    "流水号",
];
const DATE: &[&str] = &[
    "date",
    "movement date",
    "posting date",
    "timestamp",
    "datum",
    "buchungsdatum",
    "fecha",
    "data",
    "日期",
    "时间",
    "出入库时间",
];
const LOCATION: &[&str] = &[
    "location",
    "warehouse",
    "store",
    "bin",
    "lagerort",
    "lager",
    "almacen",
    "ubicacion",
    "deposito",
    "armazem",
    "localizacao",
    "仓库",
    "库位",
];
const CHANGE: &[&str] = &[
    "quantity change",
    "qty change",
    "stock change",
    "change",
    "delta",
    "mengenanderung",
    "bestandsanderung",
    "variacion",
    "variacion de cantidad",
    "variacao",
    "variacao de quantidade",
    "变动数量",
    "数量变化",
];
const QUANTITY: &[&str] = &["quantity", "qty", "menge", "cantidad", "quantidade", "数量"];
const IN: &[&str] = &[
    "in",
    "quantity in",
    "qty in",
    "in qty",
    "stock in",
    "zugang",
    "eingang",
    "entrada",
    "entradas",
    "入库",
    "入库数量",
];
const OUT: &[&str] = &[
    "out",
    "quantity out",
    "qty out",
    "out qty",
    "stock out",
    "abgang",
    "ausgang",
    "salida",
    "salidas",
    "saida",
    "saidas",
    "出库",
    "出库数量",
];
const REASON: &[&str] = &[
    "reason",
    "movement type",
    "transaction type",
    "type",
    "grund",
    "bewegungsart",
    "motivo",
    "tipo de movimiento",
    "tipo de movimento",
    "tipo de movimentacao",
    "tipo",
    "原因",
    "变动类型",
    "出入库类型",
    "业务类型",
];
const COST: &[&str] = &[
    "unit cost",
    "cost per unit",
    "cost price",
    "stuckkosten",
    "einstandspreis",
    "coste unitario",
    "costo unitario",
    "custo unitario",
    "单位成本",
    "成本单价",
];
const REFERENCE: &[&str] = &[
    "reference",
    "ref",
    "reference no",
    "document",
    "document number",
    "referenz",
    "belegnummer",
    "beleg",
    "referencia",
    "documento",
    "numero de documento",
    "单据号",
    "参考号",
    "单号",
    "关联单号",
];

/// What a reason's word says: why, and whether stock falls by it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Why {
    pub(crate) reason: StockReason,
    pub(crate) leaves: bool,
}

const fn comes(reason: StockReason) -> Why {
    Why { reason, leaves: false }
}

const fn leaves(reason: StockReason) -> Why {
    Why { reason, leaves: true }
}

/// Words of each reason.
const REASONS: &[(Why, &[&str])] = &[
    (
        comes(Purchase),
        &[
            "purchase",
            "received",
            "receipt",
            "goods receipt",
            "restock",
            "einkauf",
            "wareneingang",
            "compra",
            "recepcion",
            "recebimento",
            "采购",
            "采购入库",
            "进货",
        ],
    ),
    (
        leaves(Sale),
        &["sale", "sold", "order", "shipment", "verkauf", "warenausgang", "venta", "venda", "销售", "销售出库"],
    ),
    (
        comes(Return),
        &[
            "return",
            "returned",
            "customer return",
            "refund",
            "retoure",
            "rucksendung",
            "devolucion",
            "devolucao",
            "退货",
            "退货入库",
            "销售退货",
        ],
    ),
    (
        comes(Adjustment),
        &["adjustment", "correction", "found", "anpassung", "korrektur", "ajuste", "correccion", "调整"],
    ),
    (
        leaves(Adjustment),
        &[
            "damage",
            "damaged",
            "loss",
            "lost",
            "theft",
            "stolen",
            "shrinkage",
            "write off",
            "expired",
            "sample",
            "gift",
            "schwund",
            "bruch",
            "verlust",
            "diebstahl",
            "ausschuss",
            "danado",
            "merma",
            "perdida",
            "robo",
            "avaria",
            "perda",
            "roubo",
            "报损",
            "损耗",
            "盘亏",
        ],
    ),
    (
        comes(Transfer),
        &[
            "transfer",
            "transfer in",
            "umlagerung",
            "umbuchung",
            "traslado",
            "traspaso",
            "transferencia",
            "调拨",
            "调拨入库",
        ],
    ),
    (leaves(Transfer), &["transfer out", "调拨出库"]),
    (
        comes(Count),
        &[
            "count",
            "stock count",
            "stocktake",
            "cycle count",
            "inventory",
            "inventur",
            "recuento",
            "inventario",
            "contagem",
            "盘点",
            "盘盈",
        ],
    ),
];

/// The reason that a word says.
pub(crate) fn reason_of(said: &str) -> Option<Why> {
    meaning_of(said, REASONS)
}

/// How stock moved.
#[derive(Clone, Copy)]
pub(super) enum Moved {
    /// Signed.
    Change(usize),
    /// Signed where any row of the file is, else by the reason.
    Quantity {
        column: usize,
        signed: bool,
    },
    InOut(usize, usize),
}

/// The columns of a file.
pub(super) struct Columns {
    pub(super) number: Option<usize>,
    pub(super) date: usize,
    pub(super) stock_code: usize,
    pub(super) location: Option<usize>,
    pub(super) moved: Moved,
    pub(super) reason: Option<usize>,
    pub(super) cost: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) reference: Option<usize>,
}

impl Columns {
    pub(super) fn found_in(headings: &Headings) -> Option<Self> {
        let (location, reason) = (headings.place(LOCATION), headings.place(REASON));
        let moved = match (headings.place(IN), headings.place(OUT), headings.place(CHANGE)) {
            (Some(came), Some(left), _) => Moved::InOut(came, left),
            (_, _, Some(change)) => Moved::Change(change),
            _ => {
                location.and(reason)?;
                Moved::Quantity { column: headings.place(QUANTITY)?, signed: true }
            }
        };
        Some(Self {
            number: headings.place(NUMBER),
            date: headings.place(DATE)?,
            stock_code: headings.place(STOCK_CODE)?,
            location,
            moved,
            reason,
            cost: headings.place(COST),
            currency: headings.place(CURRENCY),
            reference: headings.place(REFERENCE),
        })
    }
}

#[cfg(test)]
#[test]
fn every_word_is_in_the_form_that_is_compared() {
    let lists = [NUMBER, DATE, LOCATION, CHANGE, QUANTITY, IN, OUT, REASON, COST, REFERENCE];
    crate::shop_table::check_words(&lists);
    crate::shop_table::check_words(&REASONS.iter().map(|(_, words)| *words).collect::<Vec<_>>());
}
