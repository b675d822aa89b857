//! What stands beside a table: the others of its set, as far as they are needed.

use super::parse::{Clock, is_blank};
use super::tables::Kind;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::optional;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Digest, IssueRule, OrderState, Token};
use jiff::Timestamp;
use std::collections::HashMap;

/// Olist's words for how far an order has come.
const STATES: [(&str, OrderState); 9] = [
    ("created", OrderState::Created),
    ("approved", OrderState::Approved),
    ("invoiced", OrderState::Invoiced),
    ("processing", OrderState::Processing),
    ("shipped", OrderState::Shipped),
    ("delivered", OrderState::Delivered),
    ("unavailable", OrderState::Unavailable),
    ("canceled", OrderState::Cancelled),
    ("cancelled", OrderState::Cancelled),
];

/// What other rows need of an order.
pub(super) struct Ordered {
    pub(super) placed: Timestamp,
    pub(super) approved: Option<Timestamp>,
    pub(super) customer: String,
    pub(super) state: OrderState,
}

/// The tables beside a file.
#[derive(Default)]
pub(super) struct Set {
    /// By order; none where no such table stands beside the file.
    orders: Option<HashMap<String, Ordered>>,
    /// The person of each customer.
    persons: HashMap<String, String>,
    /// The category of each good, and its English name.
    categories: HashMap<String, String>,
    english: HashMap<String, String>,
}

impl Set {
    /// Reads what stands beside the file. What is wrong there is said where that table itself is read.
    pub(super) fn beside(context: &Context<'_>) -> Self {
        let mut set = Self::default();
        for bytes in context.beside {
            match Kind::of(bytes) {
                Some(Kind::Orders) => set.read_orders(bytes, context),
                Some(Kind::Customers) => pairs(bytes, ["customer_id", "customer_unique_id"], &mut set.persons),
                Some(Kind::Products) => pairs(bytes, ["product_id", "product_category_name"], &mut set.categories),
                Some(Kind::Translation) => {
                    pairs(bytes, ["product_category_name", "product_category_name_english"], &mut set.english);
                }
                _ => {}
            }
        }
        set
    }

    fn read_orders(&mut self, bytes: &[u8], context: &Context<'_>) {
        let orders = self.orders.get_or_insert_default();
        let Ok((table, at)) = OrderColumns::open(bytes) else { return };
        let clock = Clock::new(&table, &at.times(), context.latest());
        table.read(Digest::default(), &mut Parsed::default(), |row, _| {
            let id = needed(row, at.id, "order_id")?.into_owned();
            orders.insert(id, at.ordered(row, &clock)?);
            Ok(())
        });
    }

    /// The order that a row is about.
    ///
    /// # Errors
    /// The table of orders is not beside the file, or has no such order.
    pub(super) fn order(&self, id: &str) -> Result<&Ordered, Fault> {
        let Some(orders) = &self.orders else {
            let said = "needs the table of orders beside this file in the same run";
            return Err(Fault::new(IssueRule::MissingValue, "order_purchase_timestamp", said));
        };
        orders.get(id).ok_or_else(|| {
            let said = format!("{id} is not in the table of orders beside this file");
            Fault::new(IssueRule::UnknownValue, "order_id", said)
        })
    }

    /// The token of a customer: the person's, where the table of customers tells who it is.
    pub(super) fn buyer(&self, customer: &str, context: &mut Context<'_>) -> Token {
        let person = self.persons.get(customer).map_or(customer, String::as_str);
        context.personal.token("customer", person, None)
    }

    /// What a good is; empty where no table tells.
    pub(super) fn category(&self, product: &str) -> &str {
        let Some(category) = self.categories.get(product) else { return "" };
        self.english.get(category).unwrap_or(category)
    }
}

/// Where the columns of the table of orders stand.
pub(super) struct OrderColumns {
    pub(super) id: usize,
    customer: usize,
    state: usize,
    placed: usize,
    approved: Option<usize>,
    pub(super) shipped: Option<usize>,
    pub(super) delivered: Option<usize>,
    pub(super) promised: Option<usize>,
}

impl OrderColumns {
    pub(super) fn open(bytes: &[u8]) -> Result<(Table<'_>, Self), (Fault, u64)> {
        let needed: [&[&str]; 4] = [&["order_id"], &["customer_id"], &["order_status"], &["order_purchase_timestamp"]];
        let (table, [id, customer, state, placed]) = Table::open(bytes, &[], needed)?;
        let columns = Self {
            id,
            customer,
            state,
            placed,
            approved: table.column(&["order_approved_at"]),
            shipped: table.column(&["order_delivered_carrier_date"]),
            delivered: table.column(&["order_delivered_customer_date"]),
            promised: table.column(&["order_estimated_delivery_date"]),
        };
        Ok((table, columns))
    }

    /// The columns of times, by which the file's dates are decided.
    pub(super) fn times(&self) -> Vec<usize> {
        let others = [self.approved, self.shipped, self.delivered, self.promised];
        [Some(self.placed)].into_iter().chain(others).flatten().collect()
    }

    pub(super) fn ordered(&self, row: &Row<'_>, clock: &Clock) -> Result<Ordered, Fault> {
        let word = needed(row, self.state, "order_status")?;
        let state = STATES.iter().find(|(name, _)| *name == word).map(|(_, state)| *state);
        Ok(Ordered {
            placed: clock.needed(row, self.placed, "order_purchase_timestamp")?,
            approved: clock.optional(row, self.approved, "order_approved_at")?,
            customer: needed(row, self.customer, "customer_id")?.into_owned(),
            state: state.ok_or_else(|| Fault::new(IssueRule::UnknownValue, "order_status", word.as_ref()))?,
        })
    }
}

/// Adds one column's value by another's.
fn pairs(bytes: &[u8], columns: [&str; 2], found: &mut HashMap<String, String>) {
    let Ok((table, [key, value])) =
        Table::open(bytes, &[], columns.map(|name| [name]).each_ref().map(|name| &name[..]))
    else {
        return;
    };
    table.read(Digest::default(), &mut Parsed::default(), |row, _| {
        if !is_blank(row)
            && let (Some(key), Some(value)) = (optional(row, Some(key)), optional(row, Some(value)))
        {
            found.insert(key, value);
        }
        Ok(())
    });
}
