//! A request as the answers see it: where it goes, what it asks, and in which language.

use super::App;
use super::params::{Params, address};
use super::problem::Problem;
use super::words::{Lang, Word};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use std::sync::Arc;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The path, as it stands in the address.
    pub path: String,
    /// Parts of the path by the names that the routes give them, decoded.
    captured: Vec<(String, String)>,
    /// What stands behind `?`.
    pub params: Params,
    /// The language of the answer.
    pub lang: Lang,
    /// Whether the address names the language, so that links keep it.
    lang_stated: bool,
}

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = parts.uri.path().to_owned();
        let captured = RawPathParams::from_request_parts(parts, app).await;
        let captured = captured.map_err(|_| Problem::no_route(&path))?;
        let captured = captured.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let params = Params::of_query(parts.uri.query().unwrap_or_default());
        let stated = params.text("lang").and_then(Lang::from_code);
        let lang = stated.unwrap_or_else(|| accepted(&parts.headers));
        Ok(Self { path, captured, params, lang, lang_stated: stated.is_some() })
    }
}

/// The first language of `Accept-Language` that we have.
fn accepted(headers: &HeaderMap) -> Lang {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split([',', ';']).find_map(|tag| Lang::from_code(tag.trim())).unwrap_or(Lang::En)
}

impl Call {
    /// A part of the path.
    pub(super) fn captured(&self, name: &str) -> &str {
        self.captured.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// An id that the address must name.
    pub(super) fn id(&self) -> Result<&str, Problem> {
        self.params.text("id").ok_or_else(|| Problem::parameter("id", "", "the id of what to show"))
    }

    /// A word in the language of the answer.
    pub(super) fn word(&self, word: Word) -> &'static str {
        word.text(self.lang)
    }

    /// A phrase of the domain in the language of the answer.
    pub(super) fn phrase<'a>(&self, english: &'a str) -> &'a str {
        super::phrases::phrase(self.lang, english)
    }

    /// An address that keeps the language.
    pub(super) fn link(&self, path: &str, params: &[(&str, &str)]) -> String {
        let lang = if self.lang_stated { self.lang.code() } else { "" };
        address(path, params.iter().copied().chain([("lang", lang)]))
    }

    /// This address with one parameter changed.
    pub(super) fn here_with(&self, name: &str, value: &str) -> String {
        let others = self.params.0.iter().filter(|(key, _)| key != name);
        address(&self.path, others.map(|(key, value)| (key.as_str(), value.as_str())).chain([(name, value)]))
    }
}
