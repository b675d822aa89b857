//! The review queue over HTTP: the pair to ask about, and what is answered on the page.
//!
//! Whoever reaches a loopback address may answer, as he may run `plimsoll review`; but only from our own page, as the
//! browser says itself ([`is_own_page`]), so that no other site answers in his name. On any other address nothing is
//! answered.

use super::App;
use super::call::Call;
use super::guard::is_own_page;
use super::params::Params;
use super::problem::Problem;
use super::routes::{asked, problem_page};
use crate::linking::review::{Asked, Review};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Body, PairAnswer};
use serde::Serialize;
use std::sync::Arc;

/// The queue in work.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct ReviewView {
    /// The tables, as the user named them.
    pub tables: String,
    pub pairs: usize,
    pub answered: usize,
    /// The first pair without an answer.
    pub next: Option<Asked>,
    /// The pair that was answered last.
    pub last: Option<LastView>,
    /// Whether an answer is taken here.
    pub takes_answers: bool,
}

/// An answer that stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct LastView {
    pub left: String,
    pub right: String,
    pub answer: &'static str,
}

impl App {
    fn takes_answers(&self) -> bool {
        self.on_loopback && self.posts.is_some()
    }
}

/// The newest queue; none where nothing was ever queued.
pub(super) fn review(app: &App, _: &Call) -> Result<Option<ReviewView>, Problem> {
    let Some(review) = Review::open(&app.reader)? else { return Ok(None) };
    let last = review.last().map(|(asked, answer)| LastView {
        left: asked.left.name.clone(),
        right: asked.right.name.clone(),
        answer: answer.name(),
    });
    Ok(Some(ReviewView {
        pairs: review.asked.len(),
        answered: review.answered(),
        next: review.next().cloned(),
        last,
        takes_answers: app.takes_answers(),
        tables: review.tables,
    }))
}

/// `POST /review`: a form with `pair` and `answer` (`same`, `different`, `unsure`), or with `answer=undo`. Leads back to
/// the page.
pub(super) async fn answer(State(app): State<Arc<App>>, call: Call, headers: HeaderMap, body: Bytes) -> Response {
    match written(&app, call.clone(), &headers, &body).await {
        Ok(()) => (StatusCode::SEE_OTHER, [(header::LOCATION, call.link("/review", &[]))]).into_response(),
        Err(problem) => problem_page(&call, &problem),
    }
}

async fn written(app: &Arc<App>, call: Call, headers: &HeaderMap, body: &Bytes) -> Result<(), Problem> {
    let Some(posts) = app.posts.as_ref().filter(|_| app.takes_answers()) else { return Err(Problem::read_only()) };
    if !is_own_page(headers) {
        return Err(Problem::foreign_form());
    }
    let form = Params::of_query(&String::from_utf8_lossy(body));
    let entry = asked(Arc::clone(app), call, move |app, _| entry(app, &form)).await?;
    posts.writer.tell(vec![entry]).await.map_err(Problem::not_written)
}

/// What a form says, as an entry of the journal.
fn entry(app: &App, form: &Params) -> Result<Body, Problem> {
    let none = || Problem::not_found("pair that waits for an answer", form.text("pair").unwrap_or_default());
    let review = Review::open(&app.reader)?.ok_or_else(none)?;
    let said = form.text("answer").unwrap_or_default();
    match PairAnswer::from_name(said) {
        Some(answer) => review.answer(form.text("pair").unwrap_or_default(), answer).ok_or_else(none),
        None if said == "undo" => review.undo().ok_or_else(none),
        None => Err(Problem::parameter("answer", said, "`same`, `different`, `unsure` or `undo`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Access;
    use crate::session::Session;
    use crate::webhook::config::Configs;
    use crate::writer;
    use axum::http::Request;
    use store::{Partition, Reader};
    use tower::ServiceExt;

    /// A server over books with a queue of one pair, and the pair's name.
    fn served(on_loopback: bool) -> (tempfile::TempDir, axum::Router, String) {
        let dir = tempfile::tempdir().unwrap();
        let partition = Partition { tenant: "t".to_owned(), business: "b".to_owned() };
        let mut session = Session::create(dir.path(), &partition).unwrap();
        let record = |name: &str| crate::linking::review::AskedRecord {
            name: name.to_owned(),
            values: vec![("title".to_owned(), format!("<b>{name}"))],
        };
        let pair = "ab".repeat(32);
        let reasons = vec![("title: cosine".to_owned(), 1.5), ("price: equal".to_owned(), -0.5)];
        let asked = Asked { pair: pair.clone(), left: record("L1"), right: record("R1"), chance: 0.5, reasons };
        let (bytes, named) = crate::linking::review::queue("a.csv, b.csv".to_owned(), &[asked]).unwrap();
        let digest = session.store.keep_raw(&bytes).unwrap();
        session.tell(jiff::Timestamp::UNIX_EPOCH, vec![named(digest)]).unwrap();
        let settings = writer::Settings {
            sources: sources::SourceSettings::default(),
            settle_every: std::time::Duration::from_secs(1),
            refresh_every: None,
            mail_relay: None,
            snapshot_attempts: 0,
        };
        let (reader, path) = (Reader::open(dir.path()).unwrap(), dir.path());
        let (handle, _) = writer::start(session, path, settings, store::Seam::default(), || {}).unwrap();
        let posts =
            super::super::post::Posts::new(handle, Access::open(path).unwrap(), Configs::open(path).unwrap(), None);
        let app = App { on_loopback, ..App::writing(reader, path, posts) };
        let router = super::super::routes::router(Arc::new(app), on_loopback);
        (dir, router, pair)
    }

    fn ask(router: &axum::Router, request: Request<axum::body::Body>) -> (u16, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let response = router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8(bytes.to_vec()).unwrap())
        })
    }

    fn get(router: &axum::Router, path: &str) -> String {
        let request = Request::get(path).header("host", "localhost").body(axum::body::Body::empty());
        let (status, text) = ask(router, request.unwrap());
        assert_eq!(status, 200, "{text}");
        text
    }

    fn post(router: &axum::Router, site: &str, form: String) -> u16 {
        let request = Request::post("/review").header("host", "localhost").header("sec-fetch-site", site);
        let kind = "application/x-www-form-urlencoded";
        ask(router, request.header("content-type", kind).body(form.into()).unwrap()).0
    }

    #[test]
    fn a_pair_is_answered_taken_back_and_answered_again() {
        let (_dir, router, pair) = served(true);
        let page = get(&router, "/review");
        assert!(page.contains("&lt;b&gt;L1") && page.contains(&pair) && page.contains("accesskey=\"y\""), "{page}");
        let view = || serde_json::from_str::<serde_json::Value>(&get(&router, "/v1/review")).unwrap();
        for (answer, standing) in [("different", "different"), ("undo", ""), ("same", "same")] {
            assert_eq!(post(&router, "same-origin", format!("pair={pair}&answer={answer}")), 303);
            let view = view();
            assert_eq!(view["last"]["answer"].as_str().unwrap_or_default(), standing);
            assert_eq!(view["next"].is_null(), !standing.is_empty());
        }
        assert!(get(&router, "/review?lang=zh").contains("L1"), "the last answer can be taken back on the page");
    }

    #[test]
    fn other_sites_other_pairs_and_other_addresses_are_refused() {
        let (_dir, router, pair) = served(true);
        let form = format!("pair={pair}&answer=same");
        for site in ["cross-site", "same-site", "none"] {
            assert_eq!(post(&router, site, form.clone()), 403, "{site}");
        }
        assert_eq!(post(&router, "same-origin", "pair=00&answer=same".to_owned()), 404);
        assert_eq!(post(&router, "same-origin", format!("pair={pair}&answer=maybe")), 400);
        assert_eq!(post(&router, "same-origin", "answer=undo".to_owned()), 404, "nothing was answered");
        let (_other, router, _) = served(false);
        assert_eq!(post(&router, "same-origin", form), 503);
        assert!(!get(&router, "/review").contains("<form method=\"post\""));
    }
}
