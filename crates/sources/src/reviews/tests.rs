//! Layouts and damage of reviews.

use super::{Reviews, Written, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward, awkward_key, ids, parse, token, told};
use crate::{Source, recognise};
use domain::{Content, IssueRule, Language, Record, Review};
use jiff::Timestamp;
use proptest::prelude::*;

fn at() -> Timestamp {
    "2026-01-19T12:07:45Z".parse().unwrap()
}

fn review(number: &str) -> Written {
    let review = Review {
        order_reference: Some("O-1".to_owned()),
        stock_code: Some("M-1".to_owned()),
        reviewer: None,
        rating: 4,
        out_of: 5,
        title: "Schön".to_owned(),
        text: "Hält, was es \"verspricht\"".to_owned(),
        language: Some("de".to_owned()),
    };
    Written { number: number.to_owned(), at: at(), reviewer: "zoe@example.org".to_owned(), review }
}

/// Three reviews, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&["R-1", "R-2", "R-3"].map(review))
}

fn read(record: &Record) -> &Review {
    let Content::Review(review) = &record.content else { panic!("{record:?}") };
    review
}

#[test]
fn tables_of_five_languages() {
    for (text, expected) in [
        ("review_id,date,product,stars,body,author\n7,2026-01-19,M-1,4,Great,Ann\n", "M-1 4/5 – Great"),
        (
            "Datum;Artikelnummer;Sterne;Titel;Kommentar;Sprache\n19.01.2026;M-1;4,5;Gut;Alles gut;Deutsch\n",
            "M-1 9/10 de Alles gut",
        ),
        ("Fecha;Producto;Calificación;Comentario;Idioma\n19/01/2026;M-1;3/5;Bien;es-MX\n", "M-1 3/5 es Bien"),
        (
            "Data;Pedido;Produto;Nota;Comentário\n19/01/2026;O-1;M-1;5;Recebi bem antes do prazo\n",
            "M-1 5/5 pt Recebi bem antes do prazo",
        ),
        ("评价时间,商品编号,评分,评价内容,昵称\n2026年1月19日,M-1,★★★★☆,质量很好,小王\n", "M-1 4/5 zh 质量很好"),
        ("Date,SKU,Rating (1-10),Text\n2026-01-19,M-1,4,Ok\n", "M-1 4/10 – Ok"),
        ("Date,SKU,Rating,Out of,Text\n2026-01-19,M-1,4,7,Ok\n", "M-1 4/7 – Ok"),
    ] {
        assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("reviews"), "{text}");
        let parsed = parse(&Reviews, text.as_bytes());
        assert_eq!(told(&parsed.issues), [], "{text}");
        let Review { stock_code, rating, out_of, text: words, language, .. } = read(&parsed.records[0]);
        let (code, language) = (stock_code.as_deref().unwrap(), language.as_deref().unwrap_or("–"));
        assert_eq!(format!("{code} {rating}/{out_of} {language} {words}"), expected, "{text}");
    }
}

#[test]
fn the_scale_of_a_file_that_says_none_is_noted_where_it_is_not_five() {
    let parsed = parse(&Reviews, b"Date,SKU,Rating,Text\n2026-01-19,A,4,x\n2026-01-19,A,8,x\n");
    let ratings: Vec<_> = parsed.records.iter().map(read).map(|review| (review.rating, review.out_of)).collect();
    assert_eq!(ratings, [(4, 10), (8, 10)]);
    assert_eq!(parsed.notes, ["`Rating` is read as of 10, as the highest rating asks for"]);
}

#[test]
fn a_review_is_known_by_its_number_else_by_what_it_says() {
    let text = "Review ID,Date,SKU,Rating,Text\nR,2026-01-19,A,4,x\nR,2026-01-19,A,4,x\nR,2026-01-19,A,5,x\n";
    let parsed = parse(&Reviews, text.as_bytes());
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["reviews:R"], 1));
    assert_eq!(told(&parsed.issues), [(4, IssueRule::IdempotencyConflict, "Review ID", "reviews:R", 1)]);

    let parsed = parse(&Reviews, b"Date,SKU,Rating,Text\n2026-01-19,A,4,x\n2026-01-19,A,4,x\n");
    let [one, two] = ids(&parsed.records)[..] else { panic!() };
    assert_eq!(one.strip_suffix("-1"), two.strip_suffix("-2"));
}

#[test]
fn what_is_no_table_of_reviews_is_not_taken() {
    for header in [
        "Date,Rating,Text",
        "Date,SKU,Text",
        "SKU,Rating,Text",
        "Date,SKU,Rating",
        "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp",
    ] {
        assert!(!Reviews.recognises(format!("{header}\n").as_bytes()), "{header}");
    }
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("x,A,4,5,t", InvalidTime, "Date", "x"),
        (",A,4,5,t", MissingValue, "Date", ""),
        ("2027-01-19,A,4,5,t", DateInFuture, "Date", "2027-01-19"),
        ("2026-01-19,A,,5,t", MissingValue, "Rating", ""),
        ("2026-01-19,A,0,5,t", InvalidNumber, "Rating", "0"),
        ("2026-01-19,A,6,5,t", InvalidNumber, "Rating", "6"),
        ("2026-01-19,A,good,5,t", InvalidNumber, "Rating", "good"),
        ("2026-01-19,A,4,300,t", InvalidNumber, "Out of", "300"),
        ("2026-01-19,A,4,x,t", InvalidNumber, "Out of", "x"),
        ("2026-01-19,A,4", WrongFieldCount, "", "3 of 5 fields"),
    ] {
        let parsed = parse(&Reviews, format!("Date,SKU,Rating,Out of,Text\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)], "{row}");
    }
}

prop_compose! {
    pub(crate) fn any_review()(
        number in awkward_key(), reviewer in awkward(), about in (awkward_key(), prop::option::of(awkward_key())),
        out_of in 1_u8.., share in any::<prop::sample::Index>(), title in awkward(), text in awkward(),
        language in prop::option::of(prop::sample::select(vec!["pt", "zh", "de"])),
    ) -> Written {
        let rating = 1 + u8::try_from(share.index(out_of.into())).unwrap();
        let language = language.map(str::to_owned);
        let review = Review { order_reference: Some(about.0), stock_code: about.1, reviewer: None, rating, out_of, title, text, language };
        Written { number, at: at(), reviewer, review }
    }
}

/// What is read of it: the writer as a token, and the language of the words where none is named.
fn as_read(written: &Written) -> Review {
    let Written { reviewer, review, .. } = written;
    let of_words = || Language::of_text(&format!("{} {}", review.title, review.text)).map(|found| found.to_string());
    Review {
        reviewer: (!reviewer.is_empty()).then(|| token("customer", reviewer)),
        language: review.language.clone().or_else(of_words),
        ..review.clone()
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut reviews in prop::collection::vec(any_review(), 1..5)) {
        for (place, review) in reviews.iter_mut().enumerate() {
            review.number = format!("{}{place}", review.number);
        }
        let parsed = parse(&Reviews, &write(&reviews));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| read(record).clone()).collect::<Vec<_>>(), reviews.iter().map(as_read).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Reviews, &damaged(golden(), &damage));
    }
}
