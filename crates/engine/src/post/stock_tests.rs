//! The header's example, a brute force that knows every unit, and the order of arrival.

use super::*;
use crate::document::Kind;
use domain::UnitCost;
use proptest::prelude::*;

fn movement(quantity: i64, reason: StockReason, cost: Option<&str>) -> StockMovement {
    let unit_cost = cost.map(|text| UnitCost { amount: text.parse().unwrap(), currency: Currency::GBP });
    let (stock_code, location, reference) = ("LAMP".to_owned(), String::new(), String::new());
    StockMovement { stock_code, location, quantity, reason, unit_cost, reference }
}

fn stock(movements: &[StockMovement]) -> Stock {
    let mut stock = Stock::default();
    for (hour, movement) in (1..).zip(movements) {
        stock.take(&document(hour, movement), movement);
    }
    stock
}

fn document(hour: i64, movement: &StockMovement) -> Document {
    let (id, at) = (RecordId::from(format!("stock:{hour}")), Timestamp::from_second(hour * 3_600).unwrap());
    Document { id, at, kind: Kind::Stock(movement.clone()) }
}

fn balances(entries: &[Entry]) -> BTreeMap<&'static str, i64> {
    let mut sums = BTreeMap::new();
    for posting in entries.iter().flat_map(|entry| &entry.postings) {
        *sums.entry(posting.account.name()).or_default() += posting.amount.minor;
    }
    sums.retain(|_, minor| *minor != 0);
    sums
}

#[test]
fn the_example_by_hand() {
    use StockReason::{Purchase, Sale};
    let movements =
        [movement(10, Purchase, Some("1.00")), movement(10, Purchase, Some("1.30")), movement(-12, Sale, None)];
    for (method, cost, left) in [(CostMethod::FirstInFirstOut, 1_260, 1_040), (CostMethod::WeightedAverage, 1_380, 920)]
    {
        let entries = stock(&movements).changes(Some(method));
        let expected = [("cost_of_goods_sold", cost), ("inventory", left), ("trade_payables", -2_300)];
        assert_eq!(balances(&entries), BTreeMap::from(expected), "{}", method.name());
    }
    assert_eq!(stock(&movements).changes(None), []);
}

#[test]
fn what_is_sold_before_it_is_bought_costs_what_it_is_bought_for() {
    use StockReason::{Purchase, Return, Sale};
    let movements = [movement(-3, Sale, None), movement(5, Purchase, Some("2.00")), movement(1, Return, None)];
    let entries = stock(&movements).changes(Some(CostMethod::FirstInFirstOut));
    // Three of five go on at once; the one that comes back is worth what those in stock are.
    let expected = [("cost_of_goods_sold", 400), ("inventory", 600), ("trade_payables", -1_000)];
    assert_eq!(balances(&entries), BTreeMap::from(expected));
}

#[test]
fn what_changes_is_reversed_by_a_linked_entry_and_posted_anew() {
    use StockReason::{Purchase, Sale};
    let mut stock = stock(&[movement(5, Purchase, Some("2.00")), movement(-3, Sale, None)]);
    let first = stock.changes(Some(CostMethod::FirstInFirstOut));
    assert_eq!(stock.changes(Some(CostMethod::FirstInFirstOut)), [], "nothing changed");
    let earlier = movement(5, Purchase, Some("1.00"));
    stock.take(&document(0, &earlier), &earlier);
    let changes = stock.changes(Some(CostMethod::FirstInFirstOut));
    assert_eq!(changes[0].reverses.as_ref(), Some(&first[1].id));
    assert_eq!(changes.last().unwrap().id.as_str(), "stock-sale/stock:2/2");
    let all: Vec<Entry> = first.into_iter().chain(changes).chain(stock.changes(None)).collect();
    assert_eq!(balances(&all), BTreeMap::new(), "without a method nothing is left");
}

/// The stock as a row of units, each with its cost in tenths of a penny.
fn by_units(method: CostMethod, movements: &[(i64, u16)]) -> Vec<f64> {
    let (mut units, mut short, mut costs): (Vec<f64>, i64, Vec<f64>) = (Vec::new(), 0, Vec::new());
    for (quantity, tenths) in movements {
        let mut cost = 0.0;
        if *quantity > 0 {
            let owed = short.min(*quantity);
            short -= owed;
            cost += owed as f64 * f64::from(*tenths);
            units.extend((0..*quantity - owed).map(|_| f64::from(*tenths)));
        }
        for _ in *quantity..0 {
            if units.is_empty() {
                short += 1;
            } else if method == CostMethod::FirstInFirstOut {
                cost += units.remove(0);
            } else {
                let average = units.iter().sum::<f64>() / units.len() as f64;
                cost += average;
                units.pop();
                units.iter_mut().for_each(|unit| *unit = average);
            }
        }
        costs.push(cost);
    }
    costs
}

proptest! {
    #[test]
    fn it_costs_what_a_row_of_units_says(movements in prop::collection::vec((-6..8_i64, 1..5_000_u16), 1..30)) {
        for method in CostMethod::ALL {
            let of = |(quantity, tenths): &(i64, u16)| {
                let cost = format!("{}.{:03}", tenths / 1_000, tenths % 1_000);
                let (reason, cost) =
                    if *quantity > 0 { (StockReason::Purchase, Some(cost)) } else { (StockReason::Sale, None) };
                movement(*quantity, reason, cost.as_deref())
            };
            let entries = stock(&movements.iter().map(of).collect::<Vec<_>>()).changes(Some(method));
            let cost: f64 = by_units(method, &movements).iter().sum();
            let posted = balances(&entries).get("cost_of_goods_sold").copied().unwrap_or(0);
            // The stock is rounded once, each purchase once.
            let slack = 1.0 + 0.5 * movements.len() as f64;
            prop_assert!((posted as f64 - cost / 10.0).abs() <= slack, "{posted} of {cost}");
            for entry in &entries {
                prop_assert_eq!(entry.check(), Ok(()));
            }
        }
    }

    #[test]
    fn another_order_of_arrival_leaves_the_same(
        (movements, shuffled) in prop::collection::vec((-6..8_i64, 1..500_u16), 1..20).prop_flat_map(|movements| {
            let numbered: Vec<(i64, (i64, u16))> = (1..).zip(movements).collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        }),
        method in prop::sample::select(CostMethod::ALL.to_vec()),
    ) {
        let arrive = |movements: &[(i64, (i64, u16))], at_every_step: bool| {
            let (mut stock, mut entries) = (Stock::default(), Vec::new());
            for (hour, (quantity, pence)) in movements {
                let cost = format!("{}.{:02}", pence / 100, pence % 100);
                let reason = if *quantity > 0 { StockReason::Purchase } else { StockReason::Sale };
                let moved = movement(*quantity, reason, Some(&cost));
                stock.take(&document(*hour, &moved), &moved);
                if at_every_step {
                    entries.extend(stock.changes(Some(method)));
                }
            }
            entries.extend(stock.changes(Some(method)));
            entries
        };
        let (one, other) = (arrive(&movements, false), arrive(&shuffled, true));
        prop_assert_eq!(balances(&one), balances(&other));
        let ids: std::collections::BTreeSet<&EntryId> = other.iter().map(|entry| &entry.id).collect();
        prop_assert_eq!(ids.len(), other.len(), "each has a name of its own");
    }
}
