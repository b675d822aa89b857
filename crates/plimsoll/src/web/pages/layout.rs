//! What every page shares: head, navigation, footer, the list of keys.

use super::super::call::Call;
use super::super::words::{Lang, Word};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The pages of the navigation, and the key behind `g` that goes there.
const PLACES: [(&str, &str, Word); 9] = [
    ("/", "o", Word::Overview),
    ("/exceptions", "e", Word::Exceptions),
    ("/scores", "s", Word::Scores),
    ("/ledger", "l", Word::Ledger),
    ("/statements", "t", Word::Statements),
    ("/models", "m", Word::Models),
    ("/issues", "i", Word::QuarantinedRows),
    ("/review", "r", Word::Review),
    ("/alerts", "a", Word::Alerts),
];

/// A whole page.
pub(super) fn layout(call: &Call, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(call.lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Plimsoll" }
                link rel="icon" type="image/svg+xml" href="/assets/mark.svg";
                link rel="stylesheet" href="/assets/plimsoll.css";
                script src="/assets/plimsoll.js" defer {}
            }
            body {
                a.skip href="#main" { (call.word(Word::SkipToContent)) }
                (navigation(call))
                main id="main" tabindex="-1" { (body) }
                footer { (footer(call)) }
                (keys(call))
            }
        }
    }
}

/// A page as one file that needs nothing else and prints well: its style within, no navigation, no script.
pub(super) fn alone(lang: Lang, title: &str, version: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Plimsoll" }
                style { (PreEscaped(include_str!("../assets/plimsoll.css"))) }
            }
            body { main { (body) } footer { span { "Plimsoll " (version) } } }
        }
    };
    page.into_string()
}

fn navigation(call: &Call) -> Markup {
    html! {
        header.top {
            a.brand href=(call.link("/", &[])) { (mark()) span { "Plimsoll" } }
            nav aria-label=(call.word(Word::Pages)) {
                @for (path, key, word) in PLACES {
                    a href=(call.link(path, &[])) data-go=(key) aria-current=[is_here(call, path).then_some("page")] {
                        (call.word(word))
                    }
                }
            }
            div.tools {
                @let other = call.lang.other();
                a lang=(other.code()) hreflang=(other.code()) href=(call.here_with("lang", other.code())) { (other.name()) }
                button type="button" data-help="" hidden title=(call.word(Word::Keys)) { "?" }
            }
        }
    }
}

fn is_here(call: &Call, path: &str) -> bool {
    if path == "/" { call.path == "/" } else { call.path.starts_with(path) }
}

/// A Plimsoll line.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 24 24" aria-hidden="true" {
            circle cx="12" cy="12" r="7.5" fill="none" stroke="currentColor" stroke-width="2.4" {}
            path d="M1 12h22" stroke="currentColor" stroke-width="2.4" {}
        }
    }
}

fn footer(call: &Call) -> Markup {
    html! {
        span { "Plimsoll " (env!("CARGO_PKG_VERSION")) }
        a href="/v1/overview" { "API" }
        span.keys-hint { (call.word(Word::KeysHint)) }
    }
}

fn keys(call: &Call) -> Markup {
    let rows = [
        ("g o", Word::Overview),
        ("g e", Word::Exceptions),
        ("g s", Word::Scores),
        ("g l", Word::Ledger),
        ("g t", Word::Statements),
        ("g m", Word::Models),
        ("g i", Word::QuarantinedRows),
        ("g r", Word::Review),
        ("g a", Word::Alerts),
        ("y / n / u / z", Word::AnswerPair),
        ("j / k", Word::NextOrPreviousRow),
        ("Enter", Word::OpenRow),
        ("?", Word::ShowKeys),
        ("Esc", Word::Close),
    ];
    html! {
        dialog id="keys" aria-labelledby="keys-title" {
            h2 id="keys-title" { (call.word(Word::Keys)) }
            table { tbody { @for (key, word) in rows { tr { th scope="row" { kbd { (key) } } td { (call.word(word)) } } } } }
            form method="dialog" { button { (call.word(Word::Close)) } }
        }
    }
}

impl Lang {
    fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }
}
