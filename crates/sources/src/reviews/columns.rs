//! The columns of reviews.

use super::rating::Scale;
use crate::shop_table::{Headings, ORDER, STOCK_CODE};

const NUMBER: &[&str] =
    &["review id", "review number", "id", "bewertungs id", "id de resena", "id da avaliacao", "评价id", "评价编号"];
const DATE: &[&str] = &[
    "date",
    "review date",
    "created",
    "created at",
    "submitted at",
    "reviewed at",
    "datum",
    "bewertungsdatum",
    "fecha",
    "fecha de la resena",
    "data",
    "data da avaliacao",
    "日期",
    "评价时间",
    "评论时间",
    "评价日期",
];
const PRODUCT: &[&str] = &[
    "product",
    "product id",
    "product handle",
    "product name",
    "asin",
    "produkt",
    "artikel",
    "producto",
    "produto",
    "商品",
    "商品id",
    "商品名称",
];
const RATING: &[&str] = &[
    "rating",
    "star rating",
    "review rating",
    "stars",
    "score",
    "bewertung",
    "sterne",
    "calificacion",
    "puntuacion",
    "valoracion",
    "estrellas",
    "avaliacao",
    "nota",
    "estrelas",
    "评分",
    "星级",
];
const SCALE: &[&str] =
    &["out of", "scale", "max rating", "rating scale", "skala", "escala", "puntuacion maxima", "nota maxima", "满分"];
const TITLE: &[&str] = &["title", "review title", "headline", "titel", "uberschrift", "titulo", "标题", "评价标题"];
const TEXT: &[&str] = &[
    "text",
    "review text",
    "review body",
    "review",
    "body",
    "comment",
    "content",
    "kommentar",
    "bewertungstext",
    "rezension",
    "comentario",
    "resena",
    "opinion",
    "texto",
    "评价内容",
    "评论内容",
    "评论",
    "内容",
];
const REVIEWER: &[&str] = &[
    "reviewer email",
    "email",
    "reviewer",
    "reviewer name",
    "author",
    "customer",
    "name",
    "display name",
    "verfasser",
    "rezensent",
    "kunde",
    "autor",
    "autora",
    "cliente",
    "avaliador",
    "评价人",
    "用户",
    "买家",
    "昵称",
];
const LANGUAGE: &[&str] = &["language", "locale", "lang", "sprache", "idioma", "lingua", "语言"];

/// The columns of a file.
pub(super) struct Columns {
    pub(super) number: Option<usize>,
    pub(super) date: usize,
    pub(super) order: Option<usize>,
    pub(super) product: Option<usize>,
    pub(super) rating: usize,
    pub(super) scale: Option<usize>,
    pub(super) title: Option<usize>,
    pub(super) text: Option<usize>,
    pub(super) reviewer: Option<usize>,
    pub(super) language: Option<usize>,
    /// Of ratings that say none.
    pub(super) file_scale: Scale,
}

impl Columns {
    pub(super) fn found_in(headings: &Headings) -> Option<Self> {
        let (number, order) = (headings.place(NUMBER), headings.place(ORDER));
        let product = headings.place(STOCK_CODE).or_else(|| headings.place(PRODUCT));
        number.or(order).or(product)?;
        let (title, text, reviewer) = (headings.place(TITLE), headings.place(TEXT), headings.place(REVIEWER));
        title.or(text).or(reviewer)?;
        Some(Self {
            number,
            date: headings.place(DATE)?,
            order,
            product,
            rating: headings.place(RATING)?,
            scale: headings.place(SCALE),
            title,
            text,
            reviewer,
            language: headings.place(LANGUAGE),
            file_scale: Scale::default(),
        })
    }
}

#[cfg(test)]
#[test]
fn every_word_is_in_the_form_that_is_compared() {
    crate::shop_table::check_words(&[NUMBER, DATE, PRODUCT, RATING, SCALE, TITLE, TEXT, REVIEWER, LANGUAGE]);
}
