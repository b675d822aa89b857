//! Small parts that several pages show.

use super::super::call::Call;
use super::super::params::path_end;
use super::super::words::{Lang, Word};
use crate::view::{Converted, MoneyView, NotConverted, ReportingView, ScoreView, SpanView, SumView, WhyNot, grouped};
use domain::RateProvider;
use maud::{Markup, html};

/// An amount with a true minus, then its currency in small letters; where it is of another currency than the reporting
/// one, what it is in that and by which rate, or why there is no figure.
pub(super) fn money(call: &Call, amount: &MoneyView) -> Markup {
    html! {
        (plain(&amount.text, &amount.currency))
        @match &amount.reporting {
            Some(ReportingView::Converted(told)) => {
                " " span.reporting title=(rate(call, &amount.currency, told)) {
                    "= " (plain(&told.text, &told.currency)) " · " (provider(call, told.provider)) " " (told.rate_date) }
            }
            Some(ReportingView::NotConverted(reason)) => { " " span.reporting.missing { (not_converted(call, reason)) } }
            None => {}
        }
    }
}

/// What stands at stake by a score, or why that is not known.
pub(super) fn stake(call: &Call, score: &ScoreView, amount: &MoneyView) -> Markup {
    match &score.not_converted {
        Some(reason) => html! { span.reporting.missing { (not_converted(call, reason)) } },
        None => money(call, amount),
    }
}

/// An amount and its currency, and nothing of what it is in another.
pub(super) fn plain(text: &str, currency: &str) -> Markup {
    html! { span.money { (text.replace('-', "−")) " " small { (currency) } } }
}

/// `1 EUR = 0.85 GBP, 2011-03-04, European Central Bank`.
fn rate(call: &Call, original: &str, told: &Converted) -> String {
    format!("1 {original} = {} {}, {}, {}", told.rate, told.currency, told.rate_date, call.phrase(told.provider))
}

/// Whose rate it is, short: its whole name stands in the title.
fn provider<'c>(call: &'c Call, name: &'static str) -> &'c str {
    if name == RateProvider::EuropeanCentralBank.name() { call.word(Word::Ecb) } else { call.phrase(name) }
}

fn not_converted(call: &Call, reason: &NotConverted) -> String {
    let (why, day) = match reason.why {
        WhyNot::NotQuoted => (Word::NoRateInTheWeekBefore, format!(" {}", reason.day)),
        WhyNot::TooLarge => (Word::TooLargeToTell, String::new()),
        WhyNot::RateCameLater => (Word::RateCameLater, String::new()),
    };
    format!("{} {}: {}{day}", call.word(Word::NotIn), reason.currency, call.word(why))
}

/// Amounts together in the reporting currency, and how many are left out of that.
pub(super) fn together(call: &Call, sum: &SumView) -> Markup {
    html! {
        (call.word(Word::Together)) " " (plain(&sum.money.text, &sum.money.currency))
        @if sum.left_out > 0 { " " span.reporting.missing { (left_out(call, sum)) } }
    }
}

fn left_out(call: &Call, sum: &SumView) -> String {
    format!("{} {} {}", count(sum.left_out), call.word(Word::WithoutRate), sum.money.currency)
}

/// Several amounts together in the reporting currency, and how many are left out of that.
pub(super) fn sum(call: &Call, sum: &SumView) -> Markup {
    html! {
        span.reporting {
            @if sum.converted > 0 { "= " (plain(&sum.money.text, &sum.money.currency)) }
            @if sum.left_out > 0 { " " span.missing { (left_out(call, sum)) } }
        }
    }
}

/// A count in groups of three.
pub(super) fn count(number: u64) -> String {
    grouped(u128::from(number))
}

/// A decimal with its thousands apart and a true minus.
pub(super) fn decimal(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    whole.parse().map_or_else(|_| text.to_owned(), |whole| format!("{sign}{}{rest}", grouped(whole)))
}

/// A share as a percentage with two digits; never rounded up to a whole that it is not.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let cut = if share < 1.0 { percent.min(99.99) } else { percent };
    format!("{cut:.2} %")
}

/// An instant: RFC 3339 with a space, which reads better, and to the second.
pub(super) fn time(at: &str) -> Markup {
    let text = at.replace('T', " ");
    let text = text.split_once('.').map_or(text.clone(), |(seconds, _)| format!("{seconds}Z"));
    html! { time datetime=(at) { (text) } }
}

/// What is real and what is simulated, said with a word.
pub(super) fn origin(call: &Call, simulated: bool) -> Markup {
    if simulated {
        self::simulated(call.lang)
    } else {
        html! { span.badge.real { (call.word(Word::Real)) } }
    }
}

/// The badge of what is simulated.
pub(super) fn simulated(lang: Lang) -> Markup {
    html! { span.badge.simulated { (Word::Simulated.text(lang)) } }
}

/// Yes or no, by sign and word.
pub(super) fn yes_or_no(call: &Call, yes: bool) -> Markup {
    if yes {
        html! { span.good { "✓ " (call.word(Word::Yes)) } }
    } else {
        html! { span.bad { "✗ " (call.word(Word::No)) } }
    }
}

/// Grade, points and level: a letter, a number and a word, so that colour alone says nothing.
pub(super) fn points(call: &Call, score: &ScoreView) -> Markup {
    html! {
        span class={ "grade grade-" (score.grade.to_lowercase()) } { (score.grade) }
        " " span.points { (format!("{:.2}", score.points)) }
        " " span class={ "level level-" (score.level) } { (level_sign(score.level)) (call.phrase(score.level)) }
    }
}

fn level_sign(level: &str) -> &'static str {
    match level {
        "normal" => "",
        "watch" => "△ ",
        "warning" => "▲ ",
        _ => "▲▲ ",
    }
}

/// A link to a record.
pub(super) fn record(call: &Call, id: &str) -> Markup {
    html! { a.id href=(call.link("/records", &[("id", id)])) { (id) } }
}

/// Links to records, one a line.
pub(super) fn records<'a>(call: &Call, ids: impl IntoIterator<Item = &'a String>) -> Markup {
    html! { @for id in ids { span.one { (record(call, id)) } " " } }
}

/// A link to an entry.
pub(super) fn entry(call: &Call, id: &str) -> Markup {
    html! { a.id href=(call.link("/entries", &[("id", id)])) { (id) } }
}

/// The address of a subject's page.
pub(super) fn subject_address(call: &Call, score: &ScoreView) -> String {
    let path = match score.id.as_str() {
        "" => format!("/scores/{}", score.of),
        id => format!("/scores/{}/{}", score.of, path_end(id)),
    };
    call.link(&path, &[])
}

/// A link to a subject.
pub(super) fn subject(call: &Call, score: &ScoreView) -> Markup {
    let name = if score.id.is_empty() { call.word(Word::Business) } else { score.id.as_str() };
    html! { a.id href=(subject_address(call, score)) { (short(name)) } }
}

/// Tokens are long, and their first digits tell them apart.
fn short(id: &str) -> String {
    match id.split_once(':') {
        Some((kind, token)) if token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("{kind}:{}…", &token[..12])
        }
        _ => id.to_owned(),
    }
}

/// A link to a line of a source file.
pub(super) fn line(call: &Call, file: &str, span: SpanView) -> Markup {
    let (line, offset, len) = (span.line.to_string(), span.offset.to_string(), span.len.to_string());
    let address = call.link("/lines", &[("file", file), ("line", &line), ("offset", &offset), ("len", &len)]);
    html! { a href=(address) { (call.word(Word::Line)) " " (count(span.line.into())) } }
}

/// What to do where there is nothing.
pub(super) fn empty(says: &str, command: &str) -> Markup {
    html! { p.empty { (says) @if !command.is_empty() { " " code { (command) } } } }
}

/// How many rows, and the pages before and after.
pub(super) fn paging(call: &Call, total: Option<u64>, offset: u32, shown: usize, limit: u32, more: bool) -> Markup {
    let before = offset.saturating_sub(limit).to_string();
    let after = offset.saturating_add(limit).to_string();
    let first = u64::from(offset) + 1;
    html! {
        nav.paging aria-label=(call.word(Word::Rows)) {
            @if shown > 0 {
                span { (count(first)) "–" (count(u64::from(offset) + shown as u64))
                    @if let Some(total) = total { " / " (count(total)) } }
            }
            @if offset > 0 { a rel="prev" href=(call.here_with("offset", &before)) { "← " (call.word(Word::Previous)) } }
            @if more { a rel="next" href=(call.here_with("offset", &after)) { (call.word(Word::Next)) " →" } }
        }
    }
}
