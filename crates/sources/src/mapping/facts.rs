//! Rows that are facts: parcels, movements of stock, reviews and prices. A row says one.
//!
//! - What has a name that all the world knows it by is called as in its built-in source (`shipments:<tracking>`,
//!   `price:<instrument>/<day>`), so that both tell one fact; a movement of stock or a review is called by the mapping's
//!   name and the row's own, or by what it says.
//! - The same parcel again is as far as any of its rows says.

mod parcel;
mod price;
mod review;
mod stock;

use super::Fields;
use super::meaning::Kind;
use super::read::Reading;
use crate::content_key::ContentKeys;
use crate::fault::Fault;
use crate::once::Once;
use crate::{Context, Parsed};
use domain::{Content, Record, RecordId};
use jiff::Timestamp;

/// How a fact is called.
enum Called {
    /// By this whole id.
    As(String),
    /// By what stands before the colon and what it says.
    ByContent(String, Vec<String>),
}

type Fact = (Called, Timestamp, Content);

/// The facts of a table so far.
#[derive(Default)]
pub(super) struct Facts {
    once: Once,
    names: ContentKeys,
}

impl Facts {
    pub(super) fn take(
        &mut self,
        reading: &Reading<'_>,
        fields: &Fields<'_>,
        context: &mut Context<'_>,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        let (called, at, content) = match reading.mapping.kind {
            Kind::StockMovement => stock::movement(reading, fields, context),
            Kind::Review => review::review(reading, fields, context),
            Kind::Price => price::price(reading, fields, context),
            _ => parcel::parcel(reading, fields, context),
        }?;
        let id = match called {
            Called::As(id) => id,
            Called::ByContent(before, parts) => {
                format!("{before}:{}", self.names.name(&parts.iter().map(String::as_str).collect::<Vec<_>>()))
            }
        };
        let record = Record { id: RecordId::from(id), at, file: reading.file, span: fields.row.span, content };
        let column = reading.mapping.columns.iter().find(|column| column.key).map_or("", |column| &column.name);
        self.once.keep(record, column, parsed)
    }
}

/// The mapping's name and the row's key, or what the row says.
fn by_key(reading: &Reading<'_>, fields: &Fields<'_>, said: Vec<String>) -> Called {
    let name = &reading.mapping.name;
    match fields.key() {
        Some(key) => Called::As(format!("{name}:{key}")),
        None => Called::ByContent(name.clone(), said),
    }
}
