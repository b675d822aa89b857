//! `plimsoll sellers` and `plimsoll tax`: what is owed to the sellers of a marketplace, and of sales tax by jurisdiction.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Sellers, Tax};
use crate::period::{self, Period};
use crate::sales::{self, TaxView};
use crate::sellers::{self, SellerLineView, SellerView};
use crate::terminal::{self, count, row};
use jiff::Timestamp;
use store::Reader;

pub(super) fn sellers(setting: &Setting, args: &Sellers) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let period = period_of(&reader, args.period.as_deref())?;
    if let Some(name) = &args.seller {
        return seller(setting, args, &reader, name, period);
    }
    let all = sellers::sellers(&reader, period)?;
    if setting.json {
        all.iter().try_for_each(terminal::json)?;
    } else if args.csv {
        print!("{}", sellers::csv(&all));
    } else {
        print_sellers(&all, period);
    }
    Ok(Outcome::Done)
}

/// One seller's statement.
fn seller(setting: &Setting, args: &Sellers, reader: &Reader, name: &str, period: Period) -> anyhow::Result<Outcome> {
    let Some(statement) = sellers::statement(reader, name, period)? else {
        let all = sellers::sellers(reader, period)?;
        let known: Vec<&str> = all.iter().map(|view| view.seller.as_str()).collect();
        return Err(UsageError::unknown("seller", name, &known).into());
    };
    if setting.json {
        statement.sums.iter().try_for_each(terminal::json)?;
        statement.lines.iter().try_for_each(terminal::json)?;
    } else if args.csv {
        print!("{}", sellers::lines_csv(&statement.lines));
    } else {
        print_sellers(&statement.sums, period);
        print_lines(&statement.lines);
    }
    Ok(Outcome::Done)
}

pub(super) fn tax(setting: &Setting, args: &Tax) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let period = period_of(&reader, args.period.as_deref())?;
    let all = sales::taxes(&reader, period)?;
    if setting.json {
        all.iter().try_for_each(terminal::json)?;
    } else if args.csv {
        print!("{}", sales::taxes_csv(&all));
    } else {
        print_taxes(&all, period);
    }
    Ok(Outcome::Done)
}

fn period_of(reader: &Reader, text: Option<&str>) -> anyhow::Result<Period> {
    let read = |text: &str| text.parse::<Period>().map_err(|no_period| UsageError(format!("{no_period}")));
    let last = || anyhow::Ok(Period::month(period::day(reader.reconciled_at()?.unwrap_or_else(Timestamp::now))));
    text.map_or_else(last, |text| Ok(read(text)?))
}

fn print_sellers(sellers: &[SellerView], period: Period) {
    println!("What sellers are owed, {period}");
    let mut table = terminal::table(&[
        "seller",
        ">before",
        ">sales",
        ">returns",
        ">commission",
        ">paid",
        ">owed at the end",
        ">≤ 30 days",
        ">≤ 60",
        ">≤ 90",
        ">older",
        "currency",
    ]);
    for view in sellers {
        let SellerView { opening, sales, returns, commission, paid, closing, ages, .. } = view;
        let amounts = [opening, sales, returns, commission, paid, closing].into_iter().chain(ages);
        let amounts = amounts.map(|amount| amount.text.as_str());
        row(&mut table, std::iter::once(view.seller.as_str()).chain(amounts).chain([view.currency.as_str()]));
    }
    println!("{table}");
}

fn print_lines(lines: &[SellerLineView]) {
    let mut table =
        terminal::table(&["at", "of", "number", "stock code", ">quantity", ">amount", ">commission", ">owed", "from"]);
    for line in lines {
        let (quantity, amounts) = (line.quantity.to_string(), [&line.amount, &line.commission, &line.owed]);
        let [amount, commission, owed] = amounts.map(|amount| &amount.text);
        row(
            &mut table,
            [&line.at, line.of, &line.number, &line.stock_code, &quantity, amount, commission, owed, &line.source_line],
        );
    }
    println!("{table}");
}

fn print_taxes(taxes: &[TaxView], period: Period) {
    println!("Sales tax by jurisdiction, {period}");
    let mut table =
        terminal::table(&["jurisdiction", ">documents", ">taxable", ">charged", ">withheld", ">owed", "currency"]);
    for view in taxes {
        let amounts = [&view.taxable, &view.charged, &view.withheld, &view.owed].map(|amount| &amount.text);
        let [taxable, charged, withheld, owed] = amounts;
        let documents = count(view.documents);
        row(&mut table, [&view.jurisdiction, &documents, taxable, charged, withheld, owed, &view.currency]);
    }
    println!("{table}");
}
