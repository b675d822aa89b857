//! `plimsoll sellers` and `plimsoll tax`: what is owed to the sellers of a marketplace, and of sales tax by jurisdiction.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Sellers, Tax};
use crate::period::{self, Period};
use crate::sales::{self, SellerLineView, SellerView, TaxView};
use crate::terminal::{self, count, row};
use jiff::Timestamp;
use store::Reader;

pub(super) fn sellers(setting: &Setting, args: &Sellers) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let period = period_of(&reader, args.period.as_deref())?;
    let all = sales::sellers(&reader, period)?;
    let Some(name) = &args.seller else {
        if setting.json {
            all.iter().try_for_each(terminal::json)?;
        } else if args.csv {
            print!("{}", sales::sellers_csv(&all));
        } else {
            print_sellers(&all, period);
        }
        return Ok(Outcome::Done);
    };
    let known: Vec<&str> = all.iter().map(|view| view.seller.as_str()).collect();
    if !known.contains(&name.as_str()) {
        return Err(UsageError::unknown("seller", name, &known).into());
    }
    let lines = sales::seller_lines(&reader, name, period)?;
    let of: Vec<SellerView> = all.into_iter().filter(|view| view.seller == *name).collect();
    if setting.json {
        of.iter().try_for_each(terminal::json)?;
        lines.iter().try_for_each(terminal::json)?;
    } else {
        print_sellers(&of, period);
        print_lines(&lines);
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
    let mut table =
        terminal::table(&["seller", ">before", ">sales", ">returns", ">commission", ">owed at the end", "currency"]);
    for view in sellers {
        let amounts = [&view.opening, &view.sales, &view.returns, &view.commission, &view.closing];
        let [opening, sales, returns, commission, closing] = amounts.map(|amount| &amount.text);
        row(&mut table, [&view.seller, opening, sales, returns, commission, closing, &view.currency]);
    }
    println!("{table}");
}

fn print_lines(lines: &[SellerLineView]) {
    let mut table =
        terminal::table(&["at", "number", "stock code", ">quantity", ">amount", ">commission", ">owed", "from"]);
    for line in lines {
        let (quantity, amounts) = (line.quantity.to_string(), [&line.amount, &line.commission, &line.owed]);
        let [amount, commission, owed] = amounts.map(|amount| &amount.text);
        row(
            &mut table,
            [&line.at, &line.number, &line.stock_code, &quantity, amount, commission, owed, &line.source_line],
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
