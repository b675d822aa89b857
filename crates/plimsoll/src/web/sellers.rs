//! What may be asked of sellers, and the answers: the list, and one seller's report. They are those that the policy names,
//! or, of a server that was started with a book of sellers, those of the book, read again whenever its file changed.

use super::App;
use super::call::Call;
use super::params::path_end;
use super::problem::Problem;
use crate::assess::book_sellers::of_books;
use crate::assess::seller_book::SellerBook;
use crate::assess::seller_report::{SellerReport, seller_report};
use crate::assess::sellers::{self, Read, SellersView};
use domain::Currency;
use engine::assess::{SellerTerms, Sellers, assess_sellers};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Where sellers are told, and what was made of it last.
#[derive(Default)]
pub(super) struct SellerSource {
    /// A book of sellers; the policy and the ledger, where there is none.
    pub(super) book: Option<PathBuf>,
    kept: Mutex<Option<(State, Arc<Known>)>>,
}

/// What sellers are told by: a batch of the journal, or a book's length and when it was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Journal(u64),
    Book(u64, SystemTime),
}

/// The sellers of a state, read and assessed once.
struct Known {
    read: Read,
    assessed: Sellers,
    terms: (String, SellerTerms),
}

fn known(app: &App) -> Result<Arc<Known>, Problem> {
    let of = &app.sellers;
    let state = match &of.book {
        Some(path) => state_of(path).map_err(|_| Problem::internal())?,
        None => State::Journal(app.reader.last_batch()?),
    };
    let mut kept = of.kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, known)) = &*kept
        && *of == state
    {
        return Ok(Arc::clone(known));
    }
    let made = Arc::new(made(app).map_err(|_| Problem::internal())?);
    *kept = Some((state, Arc::clone(&made)));
    Ok(made)
}

fn state_of(book: &Path) -> std::io::Result<State> {
    let told = std::fs::metadata(book)?;
    Ok(State::Book(told.len(), told.modified()?))
}

fn made(app: &App) -> anyhow::Result<Known> {
    let terms = sellers::terms(None)?;
    let nobody = Read { sellers: Vec::new(), as_of: None, currency: Currency::GBP, left_out: 0 };
    let read = match &app.sellers.book {
        Some(path) => of_book(SellerBook::open_as_written(path)?),
        None => of_books(&app.reader)?.unwrap_or(nobody),
    };
    let assessed = read.as_of.map(|as_of| assess_sellers(&read.sellers, as_of, &terms.1)).unwrap_or_default();
    Ok(Known { read, assessed, terms })
}

fn of_book(book: SellerBook) -> Read {
    let (as_of, currency) = (book.newest(), book.currency());
    Read { sellers: book.into_sellers(), as_of, currency, left_out: 0 }
}

/// `GET /v1/sellers`: those with the most at risk first.
pub(super) fn api_listing(app: &App, _: &Call) -> Result<SellersView, Problem> {
    listing(app)
}

pub(super) fn listing(app: &App) -> Result<SellersView, Problem> {
    let known = known(app)?;
    Ok(sellers::view(&known.read, &known.assessed, &known.terms.0))
}

/// `GET /v1/sellers/{name}`
pub(super) fn report(app: &App, call: &Call) -> Result<SellerReport, Problem> {
    let known = known(app)?;
    let name = call.captured("name");
    let found = known.read.sellers.iter().find(|seller| seller.name == name).zip(known.read.as_of);
    let (seller, as_of) = found.ok_or_else(|| Problem::not_found("seller", name))?;
    Ok(seller_report(seller, as_of, &known.terms, known.read.currency))
}

/// The page of a seller.
pub(super) fn address(seller: &str) -> String {
    format!("/sellers/{}", path_end(seller))
}
