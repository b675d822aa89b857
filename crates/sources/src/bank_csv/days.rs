//! Days as banks write them, whose order only the whole file can tell.

use jiff::civil::Date;

/// What comes first where the year does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// The order that more of the values ask for; none where as many ask for either.
pub(super) fn order_of<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Option<Order> {
    let mut days: i64 = 0;
    for value in values {
        days += match (day(value.as_ref(), Some(Order::DayFirst)), day(value.as_ref(), Some(Order::MonthFirst))) {
            (Some(_), None) => 1,
            (None, Some(_)) => -1,
            _ => 0,
        };
    }
    match days {
        0 => None,
        1.. => Some(Order::DayFirst),
        _ => Some(Order::MonthFirst),
    }
}

/// A day in the file's order; where that is not known, one that can be read in one way only.
pub(super) fn day(text: &str, order: Option<Order>) -> Option<Date> {
    let text = text.trim().replace(['年', '月'], "-").replace('日', "");
    let text = text.split([' ', 'T']).next()?;
    let mark = text.chars().find(|c| !c.is_ascii_digit());
    let parts: Vec<&str> = match mark {
        Some(mark) if matches!(mark, '-' | '/' | '.') => text.trim_end_matches(mark).split(mark).collect(),
        None if text.len() == 8 => vec![&text[..4], &text[4..6], &text[6..]],
        _ => return None,
    };
    let [first, second, third] = parts[..] else { return None };
    if first.len() == 4 {
        return date(first, second, third);
    }
    let order = if mark == Some('.') { Some(Order::DayFirst) } else { order };
    let (day_first, month_first) = (date(third, second, first), date(third, first, second));
    match order {
        Some(Order::DayFirst) => day_first,
        Some(Order::MonthFirst) => month_first,
        None if day_first.is_none() || day_first == month_first => month_first,
        None => day_first.filter(|_| month_first.is_none()),
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !(matches!(year.len(), 2 | 4) && is_number(year, 4) && is_number(month, 2) && is_number(day, 2)) {
        return None;
    }
    let century = if year.len() == 2 { 2000 } else { 0 };
    Date::new(century + year.parse::<i16>().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
