//! What may be asked of the sellers that the policy names, and the answers: the list, and one seller's report.

use super::App;
use super::call::Call;
use super::params::path_end;
use super::problem::Problem;
use crate::assess::book_sellers::of_books;
use crate::assess::seller_report::{SellerReport, seller_report};
use crate::assess::sellers::{self, Read, SellersView};
use domain::Currency;
use engine::assess::{SellerTerms, Sellers, assess_sellers};
use std::sync::Arc;

/// The sellers of a state of the journal, read and assessed once.
pub(super) struct Known {
    read: Read,
    assessed: Sellers,
    terms: (String, SellerTerms),
}

fn known(app: &App) -> Result<Arc<Known>, Problem> {
    let batch = app.reader.last_batch()?;
    let mut kept = app.sellers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((of, known)) = &*kept
        && *of == batch
    {
        return Ok(Arc::clone(known));
    }
    let internal = |_: anyhow::Error| Problem::internal();
    let terms = sellers::terms(None).map_err(internal)?;
    let nobody = Read { sellers: Vec::new(), as_of: None, currency: Currency::GBP, left_out: 0 };
    let read = of_books(&app.reader).map_err(internal)?.unwrap_or(nobody);
    let assessed = read.as_of.map(|as_of| assess_sellers(&read.sellers, as_of, &terms.1)).unwrap_or_default();
    let made = Arc::new(Known { read, assessed, terms });
    *kept = Some((batch, Arc::clone(&made)));
    Ok(made)
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
